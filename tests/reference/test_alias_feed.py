"""The list of closed NIKs for institutions, and its feeds."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.change_log import CHANGE
from linkage.reference.alias_feed import ALIAS_FEED, alias_events, alias_feed, alias_list
from linkage.reference.tables import PUBLICATION, SEAL
from tests.oracles.decided import nik

DAYS = {number: f"2026-11-{number:02d}" for number in range(1, 10)}

Row = tuple[int, str, str, str, str | None, str]
"""Publication, change, NIK, person, the NIK now, status."""


def log(*rows: Row) -> pa.Table:
    """The log of aliases."""
    names = (PUBLICATION, CHANGE, "nik", "person_id", "nik_now", "status")
    schema = pa.schema([(name, pa.int64() if name == PUBLICATION else pa.string()) for name in names])
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=schema)
    return table.append_column("case", pa.array([1] * len(rows))).append_column(SEAL, pa.array([""] * len(rows)))


def said(table: pa.Table) -> list[tuple[int, str, str | None, str, str]]:
    """What a feed says."""
    return [
        (row["sequence"], row["nik_closed"], row["nik_now"], row["status"], row["since"]) for row in table.to_pylist()
    ]


def test_before_anything_is_published_the_feed_is_empty_and_has_its_columns() -> None:
    feed = alias_feed(alias_events(None, {}), 1)
    assert (feed.num_rows, feed.column_names) == (0, ALIAS_FEED.names)


def test_what_the_centre_has_not_confirmed_is_told_to_nobody() -> None:
    events = alias_events(log((1, "added", nik(2), "P1", nik(1), "DIUSULKAN")), DAYS)
    assert events.num_rows == 0


def test_a_confirmed_alias_is_told_once_in_the_publication_that_made_it_official() -> None:
    events = alias_events(
        log(
            (1, "added", nik(2), "P1", nik(1), "DIUSULKAN"),
            (3, "changed", nik(2), "P1", nik(1), "TERKONFIRMASI"),
            (4, "changed", nik(2), "P1", nik(1), "TERKONFIRMASI"),
        ),
        DAYS,
    )
    assert said(alias_feed(events, 1)) == []
    assert said(alias_feed(events, 3)) == [(1, nik(2), nik(1), "BERLAKU", "2026-11-03")]
    assert said(alias_feed(events, 4)) == []


def test_an_undone_one_is_withdrawn_and_no_longer_in_the_list() -> None:
    events = alias_events(
        log(
            (1, "added", nik(2), "P1", nik(1), "TERKONFIRMASI"),
            (1, "added", nik(3), "P2", nik(4), "TERKONFIRMASI"),
            (2, "closed", nik(2), "P1", nik(1), "TERKONFIRMASI"),
        ),
        DAYS,
    )
    assert said(alias_feed(events, 2)) == [(3, nik(2), None, "DICABUT", "2026-11-02")]
    assert said(alias_list(events, 1)) == said(alias_feed(events, 1))
    assert [row[1] for row in said(alias_list(events, 2))] == [nik(3)]


def test_another_nik_that_stays_is_told_again() -> None:
    events = alias_events(
        log(
            (1, "added", nik(2), "P1", nik(1), "TERKONFIRMASI"),
            (2, "changed", nik(2), "P1", nik(5), "TERKONFIRMASI"),
        ),
        DAYS,
    )
    assert said(alias_list(events, 2)) == [(2, nik(2), nik(5), "BERLAKU", "2026-11-02")]


def test_while_the_centre_has_yet_to_settle_the_nik_nothing_is_told() -> None:
    events = alias_events(log((1, "added", nik(2), "P1", None, "TERKONFIRMASI")), DAYS)
    assert events.num_rows == 0


def test_after_an_older_backup_the_feed_says_so_goes_on_beyond_what_was_told_and_tells_the_whole_list() -> None:
    rows = [
        (1, "added", nik(2), "P1", nik(1), "TERKONFIRMASI"),
        (1, "added", nik(3), "P2", nik(4), "TERKONFIRMASI"),
        (4, "closed", nik(2), "P1", nik(1), "TERKONFIRMASI"),
        (4, "added", nik(5), "P3", nik(6), "TERKONFIRMASI"),
        (5, "closed", nik(5), "P3", nik(6), "TERKONFIRMASI"),
    ]
    events = alias_events(log(*rows), DAYS, {4: 7})
    assert said(alias_feed(events, 1)) == said(alias_feed(alias_events(log(*rows), DAYS), 1))
    assert said(alias_feed(events, 4)) == [
        (8, "", None, "SUSUN_ULANG", "2026-11-04"),
        (9, nik(3), nik(4), "BERLAKU", "2026-11-01"),
        (10, nik(5), nik(6), "BERLAKU", "2026-11-04"),
    ]
    assert said(alias_feed(events, 5)) == [(11, nik(5), None, "DICABUT", "2026-11-05")]
    assert [row[1] for row in said(alias_list(events, 3))] == [nik(2), nik(3)]
    assert [row[1] for row in said(alias_list(events, 4))] == [nik(3), nik(5)]
    assert [row[1] for row in said(alias_list(events, 5))] == [nik(3)]


def test_a_feed_may_begin_anew_before_anything_is_told_and_more_than_once() -> None:
    assert said(alias_events(None, DAYS, {2: 3})) == [(4, "", None, "SUSUN_ULANG", "2026-11-02")]
    events = alias_events(log((1, "added", nik(2), "P1", nik(1), "TERKONFIRMASI")), DAYS, {3: 6, 2: 3})
    assert [row["sequence"] for row in events.to_pylist()] == [1, 4, 5, 7, 8]
    assert said(alias_list(events, 3)) == [(8, nik(2), nik(1), "BERLAKU", "2026-11-01")]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["changed", "closed"]),
        st.sampled_from([nik(1), nik(2)]),
        st.sampled_from(["P1", "P2"]),
        st.sampled_from([nik(1), nik(8), nik(9), None]),
        st.sampled_from(["DIUSULKAN", "TERKONFIRMASI"]),
    ),
    max_size=5,
    unique_by=lambda row: (row[1], row[2]),
)


@given(st.lists(ROWS, max_size=6), st.dictionaries(st.integers(1, 6), st.integers(0, 50), max_size=2))
def test_the_feeds_one_after_the_other_are_what_an_institution_would_write_down(
    publications: list[list[tuple[str, str, str, str | None, str]]], restored: dict[int, int]
) -> None:
    rows = [(number, *row) for number, some in enumerate(publications, 1) for row in some]
    anew = {number: after for number, after in restored.items() if number <= len(publications)}
    events = alias_events(log(*rows), DAYS, anew)
    official: dict[tuple[str, str], str] = {}
    known: dict[tuple[str, str], str] = {}
    sequence = 0
    for number, some in enumerate(publications, 1):
        for change, closed, person_id, now, status in some:
            official.pop((closed, person_id), None)
            if change != "closed" and status == "TERKONFIRMASI" and now not in (None, closed):
                official[closed, person_id] = now
        sequence = max(sequence, anew.get(number, 0))
        for row in alias_feed(events, number).to_pylist():
            sequence += 1
            assert row["sequence"] == sequence
            key = (row["nik_closed"], row["person_id"])
            if row["status"] == "SUSUN_ULANG":
                known.clear()
            elif row["status"] == "BERLAKU":
                assert known.get(key) != row["nik_now"]
                known[key] = row["nik_now"]
            else:
                del known[key]
        assert known == official
        listed = alias_list(events, number).to_pylist()
        assert {(row["nik_closed"], row["person_id"]): row["nik_now"] for row in listed} == official
