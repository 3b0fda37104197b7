"""Append-only files: only what counts is seen, and what a killed run left is overwritten."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.encode import encode
from linkage.errors import InvariantError
from linkage.spec import parse_spec
from linkage.standing.appended import AppendedArray, AppendedTexts
from linkage.standing.outcome import StandingOutcome
from linkage.standing.rows import DEAD, OPEN, StandingRows
from linkage.standing.sorted_index import SortedIndex
from linkage.standing.values import StandingValues
from tests.small_register import residents_spec_text

SPEC = parse_spec(residents_spec_text())


def test_an_array_holds_what_was_appended_and_forgets_what_was_not_committed(tmp_path):
    path = tmp_path / "numbers"
    array = AppendedArray(path, np.int32, width=2)
    array.append(np.array([[1, 2], [3, 4]]))
    again = AppendedArray(path, np.int32, rows=2, width=2)
    again.append(np.array([[5, 6], [7, 8], [9, 10]]))
    after_a_kill = AppendedArray(path, np.int32, rows=2, width=2)
    assert after_a_kill.values.tolist() == [[1, 2], [3, 4]]
    after_a_kill.append(np.array([[11, 12]]))
    assert AppendedArray(path, np.int32, rows=3, width=2).values.tolist() == [[1, 2], [3, 4], [11, 12]]


def test_writing_into_the_values_changes_no_file(tmp_path):
    array = AppendedArray(tmp_path / "numbers", np.int64)
    array.append(np.arange(3))
    array.values[0] = 9
    assert AppendedArray(tmp_path / "numbers", np.int64, rows=3).values.tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", ["numbers", "missing"])
def test_a_file_that_is_missing_or_too_short_is_told(tmp_path, name):
    AppendedArray(tmp_path / "numbers", np.int64).append(np.arange(3))
    with pytest.raises(InvariantError, match="missing or too short"):
        AppendedArray(tmp_path / name, np.int64, rows=4)


@given(st.lists(st.lists(st.text(), max_size=5), max_size=4))
def test_texts_come_back_in_any_order_whatever_they_hold(tmp_path_factory, batches):
    path = tmp_path_factory.mktemp("texts") / "texts"
    count = 0
    for batch in batches:
        texts = AppendedTexts(path, texts=count)
        texts.append(pa.array(["x", *batch], pa.string()).slice(1))
        count = len(texts)
    held = [text for batch in batches for text in batch]
    places = np.arange(count)[::-1]
    assert AppendedTexts(path, texts=count).take(places).to_pylist() == held[::-1]


ENTRIES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 99)), max_size=30)


@given(st.lists(ENTRIES, max_size=12))
def test_an_index_finds_what_was_appended_in_order_of_key_then_time(tmp_path_factory, batches):
    folder = tmp_path_factory.mktemp("index")
    segments: list[str] = []
    plain: dict[int, list[int]] = {}
    for batch in batches:
        index = SortedIndex(folder, "a.b", segments)
        index.append(
            np.array([key for key, _ in batch], np.uint64), np.array([number for _, number in batch], np.int32)
        )
        segments = index.segments
        for key, number in batch:
            plain.setdefault(key, []).append(number)
    index = SortedIndex(folder, "a.b", segments)
    wanted = np.arange(8, dtype=np.uint64)
    place, number = index.look_up(wanted)
    assert [number[place == key].tolist() for key in range(8)] == [plain.get(key, []) for key in range(8)]
    assert index.newest(wanted).tolist() == [plain.get(key, [-1])[-1] for key in range(8)]


def test_small_segments_are_merged_and_a_merge_that_was_not_committed_leaves_the_old_ones_good(tmp_path):
    index = SortedIndex(tmp_path, "keys")
    index.append(np.arange(80, dtype=np.uint64), np.arange(80, dtype=np.int32))
    index.append(np.arange(5, dtype=np.uint64), np.arange(5, dtype=np.int32))
    committed = list(index.segments)
    assert len(committed) == 2
    index.append(np.arange(9, dtype=np.uint64), np.arange(9, dtype=np.int32))
    assert len(index.segments) == 1
    old = SortedIndex(tmp_path, "keys", committed)
    assert old.look_up(np.array([4], np.uint64))[1].tolist() == [4, 4]
    (tmp_path / committed[0]).unlink()
    with pytest.raises(InvariantError, match="index is missing"):
        SortedIndex(tmp_path, "keys", committed)


FIELDS = [field for field in SPEC.fields if field.name in ("nama", "nik", "tanggal_lahir", "alamat", "tempat_lahir")]


@pytest.mark.parametrize("field", FIELDS, ids=[field.name for field in FIELDS])
def test_standard_values_keep_their_codes_and_their_content(tmp_path, field):
    raw = {
        "nama": ["MUHAMMAD RIZKI", "SITI AMINAH", "H. ABDUL KARIM", "ST. MARYAM"],
        "nik": ["3374010101900001", "337401010190000", "3374014101900002", "3374019901900001"],
        "tanggal_lahir": ["1990-01-01", "07-1950", "1950", "2001-02-28"],
        "alamat": ["JL. MELATI NO. 3", "DUSUN KRAJAN RT 1/2", "PERUM GRIYA ASRI C3/12", "JL MELATI 3"],
        "tempat_lahir": ["SOLO", "KAB. GARUT", "RS SARDJITO", "DENPASAR"],
    }[field.name]
    head = {"record_id": [str(place) for place in range(4)]}
    spec = SPEC

    def column(values):
        table = pa.table({"record_id": head["record_id"][: len(values)], field.name: values})
        return encode(table, spec, latest_year=2026).columns[field.name]

    first = column(raw[:2])
    store = StandingValues(tmp_path, field.name, field.kind, {})
    before = store.codes_of(first.content)
    every = column(raw)
    store = StandingValues(tmp_path, field.name, field.kind, store.state)
    codes = store.codes_of(every.content)
    known = every.content.values.to_pylist()
    for value, code in zip(first.content.values.to_pylist(), before.tolist(), strict=True):
        assert codes[known.index(value)] == code
    content = StandingValues(tmp_path, field.name, field.kind, store.state).content(codes)
    assert content.values.to_pylist() == known
    for name in ("integers", "flags"):
        one, other = getattr(content, name), getattr(every.content, name)
        assert (one is None) == (other is None)
        assert one is None or one.tolist() == other.tolist()
    if every.content.names is not None:
        for name in ("token_offsets", "token_ids", "token_soft", "key_offsets"):
            assert getattr(content.names, name).tolist() == getattr(every.content.names, name).tolist()
    if field.kind == "address":
        one, other = content.key_sets["tokens"], every.content.key_sets["tokens"]
        assert (one.offsets.tolist(), one.keys.tolist()) == (other.offsets.tolist(), other.keys.tolist())


def test_clusters_and_cases_are_found_by_record_and_the_last_word_counts(tmp_path):
    outcome = StandingOutcome(tmp_path, {})
    outcome.set_clusters(np.array([1, 2, 3]), np.array([7, 7, 8]))
    row = {"kind": "DUPLICATE", "scope": "3374", "priority": 0.5, "reasons": ["GANDA_ORANG"]}
    _, empty = outcome.cases(np.array([1]))
    cases = pa.Table.from_pylist(
        [{"case_id": "a", **row, "record_ids": ["R1", "R2"]}, {"case_id": "b", **row, "record_ids": ["R2", "R3"]}],
        schema=empty.schema,
    )
    outcome.set_cases(cases, np.array([1, 2, 2, 3]))
    outcome = StandingOutcome(tmp_path, outcome.state)
    outcome.set_clusters(np.array([2, 3]), np.array([9, -1]))
    assert outcome.clusters(np.array([1, 2, 3, 4])).tolist() == [7, 9, -1, -1]
    places, found = outcome.cases(np.array([2]))
    assert found.equals(cases)
    outcome.drop_cases(places[:1])
    outcome = StandingOutcome(tmp_path, outcome.state)
    assert outcome.cases(np.array([1, 2]))[1].column("case_id").to_pylist() == ["b"]
    assert len(outcome) == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_some_fields_of_some_rows_come_back_as_they_were_encoded(tmp_path, threads):
    table = pa.table(
        {
            "record_id": ["R1", "R2", "R3"],
            "nama": ["SITI AMINAH", None, "BUDI"],
            "nik": ["3374010101900001", "3374014101900002", None],
            "alamat": ["JL. MELATI NO. 3", "DUSUN KRAJAN RT 1/2", None],
        }
    )
    encoded = encode(table, SPEC, latest_year=2026)
    rows = StandingRows(tmp_path, SPEC, {})
    rows.append(np.array([1, 2, 3]), encoded, np.arange(3), np.full(3, OPEN, np.uint8))
    chosen = np.array([2, 0, 1], np.int32)
    some = StandingRows(tmp_path, SPEC, rows.state).gather_fields(chosen, {"nama", "nik"}, threads)
    assert set(some.columns) == {"nama", "nik"}
    every = rows.gather(chosen, threads)
    assert every.ids.to_pylist() == ["R000000000003", "R000000000001", "R000000000002"]
    for name, column in every.columns.items():
        texts = [None if code < 0 else column.content.values[code].as_py() for code in column.codes]
        before = encoded.columns[name]
        assert texts == [None if code < 0 else before.content.values[code].as_py() for code in before.codes[chosen]]
        if name in some.columns:
            assert some.columns[name].codes.tolist() == column.codes.tolist()
            assert some.columns[name].content.values.equals(column.content.values)


def test_rows_of_a_family_card_are_found_and_the_dead_are_not_among_them(tmp_path):
    table = pa.table(
        {
            "record_id": ["R1", "R2", "R3", "R4"],
            "nama": ["SITI", "BUDI", "AGUS", "RATNA"],
            "no_kk": ["3374010102100001", "3374010102100002", "3374010102100001", None],
        }
    )
    rows = StandingRows(tmp_path, SPEC, {})
    rows.append(np.array([1, 2, 3, 4]), encode(table, SPEC, latest_year=2026), np.arange(4), np.full(4, OPEN, np.uint8))
    rows = StandingRows(tmp_path, SPEC, rows.state)
    card, found = rows.sharing_card(np.array([2, 3], np.int32))
    assert (len(set(card.tolist())), found.tolist()) == (1, [0, 2])
    rows.end(np.array([2], np.int32), np.array([DEAD], np.uint8))
    cards, found = rows.sharing_card(np.array([1, 2], np.int32))
    assert dict(zip(found.tolist(), cards.tolist(), strict=True)) == {0: card[0], 1: cards[found == 1][0]}
    assert rows.sharing_card(np.array([3], np.int32))[1].size == 0
