"""Encoded records depend on what the records say, not on how the table holds them or in which order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.encode import HandedOver, byte_ranks, encode
from linkage.spec import FIELD_KINDS, ComparisonSpec, FieldSpec, LevelSpec, LinkageSpec, RuleSpec

VALUES = {
    "person_name": ["BUDI SANTOSO", "SITI AMINAH", None, "BUDI SANTOSO"],
    "text": ["Merah", "biru tua", None, "MERAH"],
    "category": ["A", "B", None, "A"],
    "identifier": ["A-1", "B-2", None, "A1"],
    "nik": ["3374010101900001", "5171014203850002", None, "3374010101900001"],
    "date": ["01-02-1990", "1985-03-02", None, "1990-02-01"],
    "sex": ["1", "P", None, "L"],
    "religion": ["1", "HINDU", None, "ISLAM"],
    "family_role": ["1", "ISTRI", None, "KEPALA KELUARGA"],
    "marital_status": ["1", "CERAI MATI", None, "BELUM KAWIN"],
    "occupation": ["65", "BIDAN", None, "GURU"],
    "education": ["5", "SLTP/SEDERAJAT", None, "SLTA/Sederajat"],
    "blood_group": ["5", "O", None, "A+"],
    "citizenship": ["1", "WNA", None, "WNI"],
    "card_status": ["CARD_PRINTED", "SENT_FOR_ENROLLMENT", None, "card printed"],
    "activity": ["0", "1", None, "0"],
    "place": ["SEMARANG", "DENPASAR", None, "SEMARANG"],
    "address": ["JL MELATI 1", "JL MAWAR 2", None, "JALAN MELATI 1"],
    "number": ["12", "3.5", None, "12.0"],
}


def spec_of(*kinds: str) -> LinkageSpec:
    """A spec with one field per kind, called like it."""
    fields = tuple(FieldSpec(kind, kind, (kind,)) for kind in kinds)
    comparison = ComparisonSpec("first", (LevelSpec("equal"),), field=kinds[0], kernel="equal")
    return LinkageSpec("kinds", fields, (comparison,), (RuleSpec("first", (kinds[0],)),)).validate()


def accepted(**columns: list[str | None]) -> pa.Table:
    count = len(next(iter(columns.values())))
    ids = [f"r{number}" for number in range(count)]
    return pa.table({"record_id": ids, **{name: pa.array(values, pa.string()) for name, values in columns.items()}})


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_every_kind_knows_equal_values_and_missing_ones(kind):
    column = encode(accepted(**{kind: VALUES[kind]}), spec_of(kind), latest_year=2026).columns[kind]
    first, second, missing, again = column.codes
    assert first == again != second
    assert missing == -1
    assert column.codes.dtype == np.int32
    assert column.kind == kind
    assert set(FIELD_KINDS[kind]) <= set(column.content.key_sets)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_a_field_the_input_does_not_have_is_missing_in_every_record(kind):
    records = encode(accepted(other=["x", "y"]), spec_of(kind), latest_year=2026)
    assert records.columns[kind].codes.tolist() == [-1, -1]
    assert set(FIELD_KINDS[kind]) <= set(records.columns[kind].content.key_sets)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_no_records_are_encoded_as_no_records(kind):
    records = encode(accepted(**{kind: []}), spec_of(kind), latest_year=2026)
    assert records.n_records == 0
    assert records.columns[kind].codes.shape == (0,)


@given(order=st.permutations(range(4)), kind=st.sampled_from(sorted(FIELD_KINDS)))
def test_codes_do_not_depend_on_the_order_of_the_records(order, kind):
    one = encode(accepted(**{kind: VALUES[kind]}), spec_of(kind), latest_year=2026).columns[kind]
    shuffled = [VALUES[kind][place] for place in order]
    other = encode(accepted(**{kind: shuffled}), spec_of(kind), latest_year=2026).columns[kind]
    assert other.codes.tolist() == [one.codes[place] for place in order]
    assert other.content.values.equals(one.content.values)


@pytest.mark.parametrize("form", ["plain", "dictionary", "chunked", "two dictionaries", "large strings", "sliced"])
def test_codes_do_not_depend_on_how_the_table_holds_its_strings(form):
    plain = pa.array(VALUES["text"], pa.string())
    column = {
        "plain": plain,
        "dictionary": plain.dictionary_encode(),
        "chunked": pa.chunked_array([plain[:1], plain[1:]]),
        "two dictionaries": pa.chunked_array([plain[:2].dictionary_encode(), plain[2:].dictionary_encode()]),
        "large strings": plain.cast(pa.large_string()),
        "sliced": pa.concat_arrays([pa.array(["x"]), plain])[1:],
    }[form]
    table = pa.table({"record_id": pa.chunked_array([["a"], ["b", "c", "d"]]), "text": column})
    records = encode(table, spec_of("text"), latest_year=2026)
    assert records.columns["text"].codes.tolist() == [1, 0, -1, 1]
    assert records.ids.to_pylist() == ["a", "b", "c", "d"]


def test_an_abbreviated_name_is_read_by_the_religion_beside_it():
    names, faiths = ["I MD SUKARTA", "I MD SUKARTA", "MADE SUKARTA"], ["4", "1", None]
    table = accepted(person_name=names, religion=faiths)
    with_faith = encode(table, spec_of("person_name", "religion"), latest_year=2026).columns["person_name"]
    without = encode(table, spec_of("person_name"), latest_year=2026).columns["person_name"]
    assert with_faith.codes[0] != with_faith.codes[1]
    assert without.codes[0] == without.codes[1]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["I MD SUKARTA", "M ALI", "BUDI SANTOSO", "ST MARIA", None]),
            st.sampled_from(["1", "4", "3", "7", "X", None]),
        ),
        max_size=12,
    )
)
def test_every_record_has_the_name_that_it_would_have_alone_beside_its_religion(rows):
    spec = spec_of("person_name", "religion")

    def names(table):
        column = encode(table, spec, latest_year=2026).columns["person_name"]
        return [column.content.values[code].as_py() if code >= 0 else None for code in column.codes.tolist()]

    together = names(accepted(person_name=[name for name, _ in rows], religion=[faith for _, faith in rows]))
    alone = [names(accepted(person_name=[name], religion=[faith])) for name, faith in rows]
    assert [[name] for name in together] == alone


def test_a_field_called_record_id_is_encoded_beside_the_ids():
    field = FieldSpec("record_id", "category", ("record_id",))
    comparison = ComparisonSpec("same", (LevelSpec("equal"),), field="record_id", kernel="equal")
    rule = RuleSpec("same", ("record_id",))
    spec = LinkageSpec("numbered", (field,), (comparison,), (rule,))
    encoded = encode(accepted(text=["a", "b"]), spec, latest_year=2026)
    column = encoded.columns["record_id"]
    ids = [text.upper() for text in encoded.ids.to_pylist()]
    assert [column.content.values[code].as_py() for code in column.codes.tolist()] == ids


def test_two_digit_years_find_their_century_by_the_year_of_the_run():
    table = accepted(date=["01-02-25", "01-02-27"])
    for latest, years in ((2026, [2025, 1927]), (2030, [2025, 2027])):
        column = encode(table, spec_of("date"), latest_year=latest).columns["date"]
        assert column.content.integers is not None
        assert (column.content.integers[column.codes] // 10_000).tolist() == years


def test_records_handed_over_are_gone_when_they_are_encoded_and_only_wanted_fields_are():
    table = accepted(**{kind: VALUES[kind] for kind in ("person_name", "religion", "date", "text")})
    spec = spec_of("person_name", "religion", "date", "text")
    whole = encode(table, spec, latest_year=2026)
    given = HandedOver(table)
    some = encode(given, spec, latest_year=2026, fields=("person_name", "date"))
    assert list(some.columns) == ["person_name", "date"]
    for name, column in some.columns.items():
        assert column.codes.tolist() == whole.columns[name].codes.tolist()
        assert column.content.values.equals(whole.columns[name].content.values)
    assert some.ids.equals(whole.ids)
    assert [given.take(name) for name in ("record_id", "person_name", "date", "religion")] == [None] * 4


@given(st.lists(st.text(alphabet="aÄbé🙂Z~ﬀ", max_size=3)))
def test_ids_are_ranked_by_their_utf8_bytes_and_equal_ids_keep_their_order(ids):
    expected = sorted(range(len(ids)), key=lambda place: (ids[place].encode(), place))
    ranks = byte_ranks(pa.array(ids, pa.string()))
    assert [int(np.flatnonzero(ranks == place)[0]) for place in range(len(ids))] == expected
