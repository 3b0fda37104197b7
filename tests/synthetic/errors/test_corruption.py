"""Records get as many errors as wanted, each of another kind, each marked, and the same for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from linkage.synthetic.draft import Draft, draft_of
from linkage.synthetic.errors.corruption import corrupt
from linkage.synthetic.errors.error_changes import HIDDEN_BY
from linkage.synthetic.kinds import DEFAULT_ERROR_SHARES, DRAWN_ERRORS, ERROR_KINDS, bit, share_vector

CUT_OFF = 20_634
SHARES = share_vector(DEFAULT_ERROR_SHARES, ERROR_KINDS)
NAMES = [
    "SITI NURHAYATI",
    "MUHAMMAD RIZKI",
    "I WAYAN SUDANA",
    "BUDI",
    "DJOKO WIDODO",
    "LIE A MOY ALIAS SUSI HARTINI",
    "MARIA GORETI WIDYAWATI KUSUMANINGRUM",
]
COUNT = 4_000


@pytest.fixture(scope="module")
def draft() -> Draft:
    """Records with filled fields and a column that errors know nothing of."""
    rng = np.random.default_rng(1)
    birth = rng.integers(-12_000, 15_000, COUNT)
    columns: dict[str, Any] = {
        "nik": [f"337401010767{number:04}" for number in range(COUNT)],
        "no_kk": [f"337401150309{number:04}" for number in range(COUNT)],
        "nama": [NAMES[number % len(NAMES)] for number in range(COUNT)],
        "tempat_lahir": ["SEMARANG", "SURAKARTA"] * (COUNT // 2),
        "nama_ibu": ["SRI SUMARNI", None] * (COUNT // 2),
        "nama_ayah": ["AHMAD YUSUF"] * COUNT,
        "alamat": ["JL. MERDEKA NO. 12"] * COUNT,
        "no_akta_lhr": ["3371-LT-15072014-0012"] * COUNT,
        "kelurahan": ["KAUMAN"] * COUNT,
        "birth": birth.astype(np.int32),
        "sex": np.arange(COUNT) % 2,
        "faith": np.ones(COUNT, np.int8),
        "rt": np.full(COUNT, 3, np.int16),
        "rw": np.full(COUNT, 5, np.int16),
        "person": np.arange(COUNT),
        "errors": np.zeros(COUNT, np.int64),
    }
    made = draft_of(pa.table(columns))
    return made.replace(errors=made.numbers["errors"].astype(np.uint64))


def _same(one: Draft, other: Draft) -> bool:
    return bool(one.to_table().equals(other.to_table()))


def _changed(before: Draft, after: Draft) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows in which any column but ``errors`` differs."""
    rows = [table.drop_columns(["errors"]).to_pylist() for table in (before.to_table(), after.to_table())]
    return np.array([one != other for one, other in zip(*rows, strict=True)])


def test_each_record_gets_as_many_marks_as_wanted(draft: Draft) -> None:
    counts = np.arange(COUNT) % 5
    after = corrupt(draft, counts, SHARES, np.random.default_rng(2), CUT_OFF)
    assert np.bitwise_count(after.numbers["errors"]).tolist() == counts.tolist()


def test_a_record_with_a_mark_differs_and_one_without_does_not(draft: Draft) -> None:
    counts = (np.arange(COUNT) % 2).astype(np.int8)
    after = corrupt(draft, counts, SHARES, np.random.default_rng(3), CUT_OFF)
    assert np.array_equal(_changed(draft, after), counts > 0)


def test_columns_keep_their_types_and_what_errors_do_not_touch(draft: Draft) -> None:
    after = corrupt(draft, np.full(COUNT, 3), SHARES, np.random.default_rng(4), CUT_OFF)
    assert after.to_table().schema.equals(draft.to_table().schema)
    assert set(after.texts) == set(draft.texts)
    for name in ("kelurahan", "person", "sex", "faith"):
        assert after.to_table()[name].equals(draft.to_table()[name])


def test_the_same_seed_gives_the_same_errors_and_another_gives_others(draft: Draft) -> None:
    counts = np.full(COUNT, 2)
    first, again, other = (corrupt(draft, counts, SHARES, np.random.default_rng(seed), CUT_OFF) for seed in (5, 5, 6))
    assert _same(first, again)
    assert not _same(first, other)


def test_kinds_come_by_their_weights(draft: Draft) -> None:
    shares = share_vector({"name_substitution": 0.6, "nik_digit": 0.3, "nik_missing": 0.1}, ERROR_KINDS)
    after = corrupt(draft, np.ones(COUNT, np.int64), shares, np.random.default_rng(7), CUT_OFF)
    for kind, share in (("name_substitution", 0.6), ("nik_digit", 0.3), ("nik_missing", 0.1)):
        marked = (after.numbers["errors"] & bit(kind, ERROR_KINDS)) > 0
        assert marked.mean() == pytest.approx(share, abs=0.03)


def test_all_drawn_kinds_occur_and_no_other(draft: Draft) -> None:
    shares = share_vector(dict.fromkeys(DRAWN_ERRORS, 1.0), ERROR_KINDS)
    after = corrupt(draft, np.full(COUNT, 3), shares, np.random.default_rng(8), CUT_OFF)
    seen = np.bitwise_or.reduce(after.numbers["errors"])
    assert {kind for kind in ERROR_KINDS if seen & bit(kind, ERROR_KINDS)} == set(DRAWN_ERRORS)


def test_a_refused_kind_does_not_come(draft: Draft) -> None:
    refused = np.where(np.arange(COUNT) % 2 == 0, bit("name_phonetic", ERROR_KINDS), np.uint64(0))
    after = corrupt(draft, np.full(COUNT, 2), SHARES, np.random.default_rng(9), CUT_OFF, refused)
    marked = (after.numbers["errors"] & bit("name_phonetic", ERROR_KINDS)) > 0
    assert not marked[::2].any()
    assert marked[1::2].any()
    assert (np.bitwise_count(after.numbers["errors"]) == 2).all()


def test_a_kind_that_a_record_has_already_is_not_put_on_again(draft: Draft) -> None:
    had = np.full(COUNT, bit("nik_digit", ERROR_KINDS))
    shares = share_vector({"nik_digit": 1.0}, ERROR_KINDS)
    after = corrupt(draft.replace(errors=had), np.ones(COUNT, np.int64), shares, np.random.default_rng(10), CUT_OFF)
    assert after.texts["nik"].equals(draft.texts["nik"])


def test_records_take_no_more_errors_than_fit_them(draft: Draft) -> None:
    shares = share_vector({"alias_dropped": 0.5, "name_truncated": 0.5}, ERROR_KINDS)
    after = corrupt(draft, np.full(COUNT, 2), shares, np.random.default_rng(11), CUT_OFF)
    found = np.bitwise_count(after.numbers["errors"])
    short = np.array([len(name) <= 25 for name in NAMES])[np.arange(COUNT) % len(NAMES)]
    assert not found[short].any()
    assert (found[~short] >= 1).all()


@pytest.mark.parametrize("counts", [np.zeros(COUNT, np.int64), np.full(COUNT, 2)])
def test_nothing_happens_where_nothing_is_wanted(
    draft: Draft, counts: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> None:
    shares = SHARES if not counts.any() else np.zeros(len(ERROR_KINDS))
    assert _same(corrupt(draft, counts, shares, np.random.default_rng(12), CUT_OFF), draft)


UNDONE = [(kind, hidden) for kind, others in HIDDEN_BY.items() for hidden in others]


@pytest.mark.parametrize(("kind", "hidden"), UNDONE)
def test_no_error_is_undone_by_another(draft: Draft, kind: str, hidden: str) -> None:
    third = np.arange(COUNT) % 3 == 0
    had = np.where(third, bit(hidden, ERROR_KINDS), np.uint64(0))
    shares = share_vector({kind: 1.0}, ERROR_KINDS)
    marked = draft.replace(errors=had)
    after = corrupt(marked, np.ones(COUNT, np.int64), shares, np.random.default_rng(15), CUT_OFF)
    changed = _changed(marked, after)
    assert not changed[third].any()
    assert changed[~third].any()


def test_dates_alone_can_go_wrong(draft: Draft) -> None:
    only = Draft({}, {name: draft.numbers[name] for name in ("birth", "errors", "person")})
    shares = share_vector({kind: 1.0 for kind in DRAWN_ERRORS if kind.startswith("date")}, ERROR_KINDS)
    after = corrupt(only, np.full(COUNT, 2), shares, np.random.default_rng(13), CUT_OFF)
    found = np.bitwise_count(after.numbers["errors"])
    assert found.min() >= 1
    assert found.mean() > 1.99
    assert after.numbers["birth"].dtype == np.int32
    assert after.numbers["birth"].max() <= CUT_OFF


def test_no_record_at_all(draft: Draft) -> None:
    none = draft.take(np.zeros(0, np.int64))
    assert corrupt(none, np.zeros(0, np.int64), SHARES, np.random.default_rng(14), CUT_OFF).count == 0
