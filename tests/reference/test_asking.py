"""What offices are asked to do because of decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.reference.asking import usulan_of
from linkage.reference.decisions import Decided, holding
from linkage.reference.demands import Sent, persons_of
from linkage.reference.persons import groups
from linkage.reference.usulan import CLOSING, UNDOING, Status, Usulan, usulan_of_table, usulan_table
from linkage.review.cases import SHARED_NIK, Verdict
from tests.oracles.decided import asked, decided, merge, nik, person, revert, sent, standing, taken_back

ENROLLED = "CARD_ISSUED"


def told(rows: Sequence[Usulan]) -> list[tuple[str, str, str, str]]:
    """Action, office, record and field of what is asked."""
    return [(one.action.value, one.region, one.record_id, one.field) for one in rows if one.status != "DIBATALKAN"]


CASES: Sequence[tuple[str, Decided, Mapping[str, Sent], list[tuple[str, str, str, str]]]] = [
    (
        "one person with two NIKs in one regency: the NIK that does not stay is made inactive",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1), "B": sent(2)},
        [("PENONAKTIFAN", "3273", "B", "")],
    ),
    (
        "of two offices the one with the NIK that does not stay is asked",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1), "B": sent(2, region="3374")},
        [("PENONAKTIFAN", "3374", "B", "")],
    ),
    (
        "an office nobody knows: the centre is asked",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1), "B": sent(2, region="")},
        [("PENONAKTIFAN", "", "B", "")],
    ),
    (
        "the same NIK twice in one regency: one row is closed, the NIK is not",
        merge(1, "A", "B", keeps="B"),
        {"A": sent(1), "B": sent(2, nik=nik(1))},
        [("PENUTUPAN_REKAMAN", "3273", "A", "")],
    ),
    (
        "a record without a NIK has none to be made inactive",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1), "B": sent(2, nik="")},
        [("PENUTUPAN_REKAMAN", "3273", "B", "")],
    ),
    (
        "a NIK that cannot be one is not made inactive either",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1), "B": sent(2, nik="1234")},
        [("PENUTUPAN_REKAMAN", "3273", "B", "")],
    ),
    (
        "an unfinished move: the office the person left closes its record",
        decided(1, person("A", "B", keeps="B"), kind="OPEN_MOVE", verdict=Verdict.FINISH_MOVE),
        {"A": sent(1), "B": sent(2, nik=nik(1), region="3374")},
        [("PENUNTASAN_PINDAH", "3273", "A", "")],
    ),
    (
        "both enrolled: only the centre acts",
        decided(1, person("A", "B", keeps="A"), kind="BOTH_ENROLLED"),
        {"A": sent(1, status_ktpel=ENROLLED), "B": sent(2, status_ktpel=ENROLLED, region="3374")},
        [("PENGHAPUSAN_REKAMAN_GANDA", "", "B", "")],
    ),
    (
        "a shared NIK: who does not own it gets a new one",
        decided(1, person("A", keeps="A"), person("B"), kind=SHARED_NIK, verdict=Verdict.SPLIT),
        {"A": sent(1), "B": sent(2, nik=nik(1), region="3374")},
        [("NIK_BARU", "3374", "B", "")],
    ),
    (
        "a shared NIK that one person bears twice: one record is closed, the other gets the new NIK",
        decided(1, person("A", keeps="A"), person("B", "C"), kind=SHARED_NIK, verdict=Verdict.SPLIT),
        {"A": sent(1), "B": sent(2, nik=nik(1), region="3374"), "C": sent(3, nik=nik(1))},
        [("NIK_BARU", "3374", "B", ""), ("PENUTUPAN_REKAMAN", "3273", "C", "")],
    ),
    (
        "a contradiction: the values chosen are corrected on the record that stays",
        decided(1, person("A", "B", keeps="A", tanggal_lahir="B"), kind="CONFLICT", verdict=Verdict.RESOLVE),
        {"A": sent(1), "B": sent(2, nik=nik(1), tanggal_lahir="1980-01-10")},
        [("PEMBETULAN", "3273", "A", "tanggal_lahir"), ("PENUTUPAN_REKAMAN", "3273", "B", "")],
    ),
    (
        "who somebody is, is corrected only where the steward chose so",
        decided(1, person("A", "B", keeps="A", tempat_lahir="B"), kind="CONFLICT", verdict=Verdict.RESOLVE),
        {
            "A": sent(1, tempat_lahir="BANDUNG", nama="RATNA"),
            "B": sent(2, nik=nik(1), tempat_lahir="BREBES", nama="RATNA SARI"),
        },
        [("PEMBETULAN", "3273", "A", "tempat_lahir"), ("PENUTUPAN_REKAMAN", "3273", "B", "")],
    ),
    (
        "what only is written otherwise is no correction",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1, nama="ratna  sari"), "B": sent(2, nama="RATNA SARI", tgl_ubah="2026-01-01")},
        [("PENONAKTIFAN", "3273", "B", "")],
    ),
    (
        "a newer address in the same regency is a correction",
        merge(1, "A", "B", keeps="A"),
        {
            "A": sent(1, alamat="JALAN LAMA", tgl_ubah="2020-01-01"),
            "B": sent(2, alamat="JALAN BARU", tgl_ubah="2025-01-01"),
        },
        [("PEMBETULAN", "3273", "A", "alamat"), ("PENONAKTIFAN", "3273", "B", "")],
    ),
    (
        "a newer address in another regency is no correction: only the person can ask for a move",
        merge(1, "A", "B", keeps="A"),
        {
            "A": sent(1, alamat="JALAN LAMA", tgl_ubah="2020-01-01"),
            "B": sent(2, alamat="JALAN BARU", tgl_ubah="2025-01-01", region="3374"),
        },
        [("PENONAKTIFAN", "3374", "B", "")],
    ),
    (
        "what an older record alone knows of the address is filled in for what is published, and no correction",
        merge(1, "A", "B", keeps="A"),
        {
            "A": sent(1, alamat="JALAN BARU", kelurahan="DAGO", tgl_ubah="2020-01-01"),
            "B": sent(2, alamat="JALAN BARU", kelurahan="DAGO", rt="003", tgl_ubah="2016-01-01"),
        },
        [("PENONAKTIFAN", "3273", "B", "")],
    ),
    (
        "beside a newer address the record that stays keeps what an older one says otherwise",
        merge(1, "A", "B", "C", keeps="A"),
        {
            "A": sent(1, alamat="JALAN LAMA", kelurahan="ANTAPANI", rt="009", tgl_ubah="2020-01-01"),
            "B": sent(2, alamat="JALAN BARU", kelurahan="DAGO", tgl_ubah="2025-01-01"),
            "C": sent(3, alamat="JALAN BARU", kelurahan="DAGO", rt="003", tgl_ubah="2016-01-01"),
        },
        [
            ("PEMBETULAN", "3273", "A", "alamat"),
            ("PEMBETULAN", "3273", "A", "kelurahan"),
            ("PENONAKTIFAN", "3273", "B", ""),
            ("PENONAKTIFAN", "3273", "C", ""),
        ],
    ),
    (
        "who is left without a NIK that stays is asked for none to be made inactive",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1, nik="1234"), "B": sent(2)},
        [("PENUTUPAN_REKAMAN", "3273", "B", "")],
    ),
    (
        "whose NIK is another's keeps the only valid one beside it until a new one is given",
        decided(1, person("A", keeps="A"), person("B", "C"), kind=SHARED_NIK, verdict=Verdict.SPLIT),
        {"A": sent(1), "B": sent(2, nik=nik(1), status_ktpel=ENROLLED), "C": sent(3)},
        [("NIK_BARU", "3273", "B", ""), ("PENUTUPAN_REKAMAN", "3273", "C", "")],
    ),
    (
        "what is said of a record, and not of the person, is never corrected",
        merge(1, "A", "B", keeps="A"),
        {
            "A": sent(1, status_ktpel=ENROLLED, kanal="X"),
            "B": sent(2, kanal="Y", flag_status="5", tgl_ubah="2026-01-01"),
        },
        [("PENONAKTIFAN", "3273", "B", "")],
    ),
    (
        "of several persons in one case each is looked at alone",
        decided(1, person("A", "B", keeps="A"), person("C", "D", keeps="D")),
        {"A": sent(1), "B": sent(2), "C": sent(3), "D": sent(4)},
        [("PENONAKTIFAN", "3273", "B", ""), ("PENONAKTIFAN", "3273", "C", "")],
    ),
    (
        "a NIK that stays with somebody else is not made inactive",
        decided(1, person("A", "B", keeps="A"), person("C", "D", keeps="C")),
        {"A": sent(1), "B": sent(3), "C": sent(3), "D": sent(4)},
        [("PENONAKTIFAN", "3273", "D", ""), ("PENUTUPAN_REKAMAN", "3273", "B", "")],
    ),
    (
        "a record that stays and that no office has any more is not corrected",
        merge(1, "A", "B", keeps="A"),
        {"A": sent(1, nama="RATNA", still=False), "B": sent(2, nama="RATNA SARI")},
        [("PENONAKTIFAN", "3273", "B", "")],
    ),
]


@pytest.mark.parametrize(("decision", "records", "wanted"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_decision_asks_each_office_for_what_it_is_to_do(
    decision: Decided, records: Mapping[str, Sent], wanted: list[tuple[str, str, str, str]]
) -> None:
    assert sorted(told(asked([[decision]], records))) == sorted(wanted)


def test_an_usulan_names_the_record_as_its_office_knows_it_and_the_nik_that_stays() -> None:
    records = {"A": sent(1), "B": sent(2, given="17/B")}
    (one,) = asked([[merge(7, "A", "B", keeps="A")]], records)
    assert (one.usulan_id, one.effect, one.case, one.given_id) == ("U7-1", 7, 7, "17/B")
    assert (one.nik, one.nik_stays, one.status) == (nik(2), nik(1), Status.DIUSULKAN)


def test_a_choice_of_the_steward_is_numbered_before_what_the_rules_say() -> None:
    decision = decided(1, person("A", "B", keeps="A", tempat_lahir="B"), kind="CONFLICT", verdict=Verdict.RESOLVE)
    records = {
        "A": sent(1, tempat_lahir="BANDUNG", alamat="JALAN LAMA", tgl_ubah="2020-01-01"),
        "B": sent(2, nik=nik(1), tempat_lahir="BREBES", alamat="JALAN BARU", tgl_ubah="2025-01-01"),
    }
    rows = asked([[decision]], records)
    assert [(one.usulan_id, one.field, one.value_now, one.value_new) for one in rows] == [
        ("U1-1", "tempat_lahir", "BANDUNG", "BREBES"),
        ("U1-2", "alamat", "JALAN LAMA", "JALAN BARU"),
        ("U1-3", "", None, None),
    ]


def test_a_confirmed_decision_asks_for_nothing_more() -> None:
    records = {"A": sent(1), "B": sent(2)}
    approved = merge(1, "A", "B", keeps="A")
    confirmed = decided(2, *approved.persons, case=1, confirmed=True)
    assert asked([[approved], [confirmed]], records) == asked([[approved]], records)


def test_the_same_again_adds_nothing() -> None:
    records = {"A": sent(1), "B": sent(2, nama="RATNA SARI")}
    first = merge(1, "A", "B", keeps="A")
    table = standing(None, usulan_of([first], groups(holding([first])), records, None))
    assert usulan_of([first], groups(holding([first])), records, table).num_rows == 0


def test_a_record_that_a_second_decision_ends_is_asked_for_in_its_name() -> None:
    records = {"A": sent(1), "B": sent(2), "C": sent(3)}
    rows = asked([[merge(1, "A", "B", keeps="A")], [merge(2, "B", "C", keeps="C")]], records)
    assert [(one.usulan_id, one.record_id, one.nik_stays, one.status.value) for one in rows] == [
        ("U1-1", "B", nik(1), "DIBATALKAN"),
        ("U2-1", "A", nik(3), "DIUSULKAN"),
        ("U2-2", "B", nik(3), "DIUSULKAN"),
    ]


def test_an_end_that_was_carried_out_is_not_asked_for_again_whichever_nik_stays() -> None:
    records = {"A": sent(1), "B": sent(2), "C": sent(3)}
    first, second = merge(1, "A", "B", keeps="A"), merge(2, "B", "C", keeps="C")
    table = carried_out(usulan_of([first], groups(holding([first])), records, None))
    moved = usulan_of([second], groups(holding([first, second])), records, table)
    assert [(one.usulan_id, one.record_id) for one in usulan_of_table(moved)] == [("U2-1", "A")]


def carried_out(moved: pa.Table) -> pa.Table:
    """The rows of a first publication once the offices did all of it."""
    rows = [replace(one, status=Status.DILAKSANAKAN) for one in usulan_of_table(moved)]
    return standing(None, usulan_table(rows))


def test_undoing_what_nobody_carried_out_cancels_it() -> None:
    records = {"A": sent(1), "B": sent(2, nama="RATNA SARI")}
    rows = asked([[merge(1, "A", "B", keeps="A", nama="B")], [revert(2, 1)]], records)
    assert [(one.usulan_id, one.status.value) for one in rows] == [("U1-1", "DIBATALKAN"), ("U1-2", "DIBATALKAN")]


def test_undoing_what_was_carried_out_asks_the_office_to_undo_it() -> None:
    records = {"A": sent(1), "B": sent(2, region="3374", nama="RATNA SARI")}
    first, undoing = merge(1, "A", "B", keeps="A", nama="B"), revert(2, 1)
    table = carried_out(usulan_of([first], groups(holding([first])), records, None))
    moved = usulan_of([undoing], groups(holding([first, undoing])), records, table)
    assert [
        (one.usulan_id, one.case, one.region, one.action.value, one.record_id, one.value_now, one.value_new)
        for one in usulan_of_table(moved)
        if one.action in UNDOING
    ] == [
        ("U2-1", 2, "3273", "PEMBATALAN", "A", "RATNA SARI", "RATNA"),
        ("U2-2", 2, "3374", "AKTIVASI_KEMBALI", "B", None, None),
    ]


def test_undoing_also_takes_back_what_is_asked_in_the_name_of_another_decision_about_the_same_person() -> None:
    records = {"A": sent(1), "B": sent(2), "C": sent(3, region="3374")}
    first, second = decided(1, person("A", "B", "C", keeps="A")), merge(2, "A", "B", keeps="A")
    rows = asked([[first, second], [revert(3, 1)]], records)
    assert [(one.usulan_id, one.record_id, one.status.value) for one in rows] == [
        ("U2-1", "B", "DIUSULKAN"),
        ("U2-2", "C", "DIBATALKAN"),
    ]


def test_what_was_carried_out_in_the_name_of_another_decision_is_undone_in_that_of_the_undoing() -> None:
    records = {"A": sent(1), "B": sent(2), "C": sent(3, region="3374"), "X": sent(8), "Y": sent(9)}
    before = [decided(1, person("A", "B", "C", keeps="A")), merge(2, "A", "B", keeps="A")]
    table = carried_out(usulan_of(before, groups(holding(before)), records, None))
    news = [revert(3, 1), merge(4, "X", "Y", keeps="X")]
    every = [*before, *news]
    moved = usulan_of(news, groups(holding(every)), records, table, taken_back=taken_back(every, news))
    assert [(one.usulan_id, one.record_id, one.action.value) for one in usulan_of_table(moved)] == [
        ("U2-2", "C", "PENONAKTIFAN"),
        ("U3-1", "C", "AKTIVASI_KEMBALI"),
        ("U4-1", "Y", "PENONAKTIFAN"),
    ]


def test_what_another_decision_wants_as_well_is_asked_in_its_name_and_keeps_its_status() -> None:
    records = {"A": sent(1), "B": sent(2), "C": sent(3)}
    first, second, undoing = (
        merge(1, "A", "B", keeps="A"),
        decided(2, person("A", "B", "C", keeps="A")),
        revert(3, 1),
    )
    table = carried_out(usulan_of([first], groups(holding([first])), records, None))
    table = standing(table, usulan_of([second], groups(holding([first, second])), records, table))
    table = standing(table, usulan_of([undoing], groups(holding([first, second, undoing])), records, table))
    assert [
        (one.usulan_id, one.record_id, one.status.value) for one in usulan_of_table(table.sort_by("usulan_id"))
    ] == [
        ("U1-1", "B", "DIBATALKAN"),
        ("U2-1", "C", "DIUSULKAN"),
        ("U2-2", "B", "DILAKSANAKAN"),
    ]


def test_who_decides_the_same_again_takes_the_request_to_undo_back() -> None:
    records = {"A": sent(1), "B": sent(2)}
    first, undoing, again = merge(1, "A", "B", keeps="A"), revert(2, 1), merge(3, "A", "B", keeps="A")
    table = carried_out(usulan_of([first], groups(holding([first])), records, None))
    every = [first]
    for one in (undoing, again):
        every.append(one)
        table = standing(table, usulan_of([one], groups(holding(every)), records, table))
    assert [
        (one.usulan_id, one.action.value, one.status.value) for one in usulan_of_table(table.sort_by("usulan_id"))
    ] == [
        ("U1-1", "PENONAKTIFAN", "DIBATALKAN"),
        ("U2-1", "AKTIVASI_KEMBALI", "DIBATALKAN"),
        ("U3-1", "PENONAKTIFAN", "DIUSULKAN"),
    ]


def test_a_request_to_undo_stands_until_the_same_is_wanted_again() -> None:
    records = {"A": sent(1), "B": sent(2), "C": sent(3)}
    first, undoing, other = merge(1, "A", "B", keeps="A"), revert(2, 1), merge(3, "B", "C", keeps="B")
    table = carried_out(usulan_of([first], groups(holding([first])), records, None))
    every = [first]
    for one in (undoing, other):
        every.append(one)
        table = standing(table, usulan_of([one], groups(holding(every)), records, table))
    assert [(one.usulan_id, one.status.value) for one in usulan_of_table(table.sort_by("usulan_id"))] == [
        ("U1-1", "DIBATALKAN"),
        ("U2-1", "DIUSULKAN"),
        ("U3-1", "DIUSULKAN"),
    ]


def test_a_correction_that_the_extract_brought_meanwhile_is_not_taken_back() -> None:
    records = {"A": sent(1), "B": sent(2, nama="RATNA SARI"), "C": sent(3)}
    first, second = merge(1, "A", "B", keeps="A"), merge(2, "A", "C", keeps="A")
    table = standing(None, usulan_of([first], groups(holding([first])), records, None))
    corrected = {**records, "A": sent(1, nama="RATNA SARI")}
    moved = usulan_of([second], groups(holding([first, second])), corrected, table)
    assert [(one.usulan_id, one.record_id) for one in usulan_of_table(moved)] == [("U2-1", "C")]


def test_nothing_shows_a_value_of_a_resident() -> None:
    record = sent(1, nama="RATNA SARI")
    (one,) = asked([[merge(1, "A", "B", keeps="A")]], {"A": record, "B": sent(2)})
    assert nik(1) not in repr(record) + repr(one)


RECORDS = "ABCDEFGH"


@st.composite
def histories(draw: st.DrawFn, *, damaged: bool = False) -> tuple[list[list[Decided]], dict[str, Sent]]:
    """Nights of merges, splits and undoings among few records, which share NIKs and regencies. ``damaged``: some NIKs
    cannot be one."""
    records = {
        name: sent(
            draw(st.integers(1, 5)),
            **(draw(st.sampled_from([{}, {}, {"nik": "1234"}])) if damaged else {}),
            region=draw(st.sampled_from(["3273", "3374", ""])),
            still=draw(st.booleans()),
            nama=draw(st.sampled_from(["RATNA", "RATNA SARI"])),
            status_ktpel=draw(st.sampled_from(["", ENROLLED])),
            tgl_entri=draw(st.sampled_from(["", "2010-01-01", "2015-01-01"])),
        )
        for name in RECORDS
    }
    nights: list[list[Decided]] = []
    standing_cases: list[int] = []
    effect = 0
    for _ in range(draw(st.integers(1, 4))):
        news: list[Decided] = []
        published = list(standing_cases)
        for _ in range(draw(st.integers(1, 3))):
            effect += 1
            if published and draw(st.booleans()):
                case = published.pop(draw(st.integers(0, len(published) - 1)))
                standing_cases.remove(case)
                news.append(revert(effect, case))
                continue
            members = sorted(draw(st.sets(st.sampled_from(RECORDS), min_size=2, max_size=4)))
            keeps = draw(st.sampled_from([*members, None]))
            news.append(decided(effect, person(*members, keeps=keeps)))
            standing_cases.append(effect)
        nights.append(news)
    return nights, records


@given(histories())
def test_of_every_record_that_does_not_stay_exactly_one_end_is_asked_for(
    history: tuple[list[list[Decided]], dict[str, Sent]],
) -> None:
    nights, records = history
    every = [one for news in nights for one in news]
    rows = [one for one in asked(nights, records) if one.status is not Status.DIBATALKAN]
    ends = Counter(one.record_id for one in rows if one.action in CLOSING)
    persons = persons_of(groups(holding(every)), records)
    gone = {record for one in persons for record in one.records} - {one.stays.taken_from for one in persons}
    assert ends == Counter(gone)


@given(histories())
def test_no_nik_that_stays_with_anybody_is_made_inactive(
    history: tuple[list[list[Decided]], dict[str, Sent]],
) -> None:
    nights, records = history
    every = [one for news in nights for one in news]
    near = {record for one in nights[-1] for record in one.record_ids}
    persons = [one for one in persons_of(groups(holding(every)), records) if near & set(one.records)]
    in_force = {one.stays.values.get("nik") for one in persons}
    last = usulan_of_table(_last_night(nights, records))
    assert not in_force & {one.nik for one in last if one.action == "PENONAKTIFAN" and one.status is Status.DIUSULKAN}


def _last_night(nights: Sequence[Sequence[Decided]], records: Mapping[str, Sent]) -> pa.Table:
    table: pa.Table | None = None
    moved = usulan_table(())
    every: list[Decided] = []
    for news in nights:
        every += news
        moved = usulan_of(news, groups(holding(every)), records, table, taken_back=taken_back(every, news))
        table = standing(table, moved)
    return moved


@given(histories(damaged=True))
def test_nobody_without_a_nik_that_stays_is_asked_for_one_to_be_made_inactive(
    history: tuple[list[list[Decided]], dict[str, Sent]],
) -> None:
    nights, records = history
    rows = asked(nights, records)
    assert all(one.nik_stays for one in rows if one.action == "PENONAKTIFAN")


@given(histories())
def test_undoing_cancels_all_that_the_undone_decisions_asked_and_ids_are_never_given_twice(
    history: tuple[list[list[Decided]], dict[str, Sent]],
) -> None:
    nights, records = history
    every = [one for news in nights for one in news]
    undone = {one.reverts for one in every if one.reverts is not None}
    table: pa.Table | None = None
    seen: set[str] = set()
    so_far: list[Decided] = []
    for news in nights:
        so_far += news
        moved = usulan_of(news, groups(holding(so_far)), records, table, taken_back=taken_back(so_far, news))
        fresh = {row["usulan_id"] for row in moved.to_pylist() if row["change"] == "added"}
        assert not fresh & seen
        seen |= fresh
        table = standing(table, moved)
    rows = usulan_of_table(table)
    assert all((one.status is Status.DIBATALKAN) for one in rows if one.case in undone)


@given(histories())
def test_undoing_cancels_nothing_of_records_that_it_is_not_about(
    history: tuple[list[list[Decided]], dict[str, Sent]],
) -> None:
    nights, records = history
    far = {"X": sent(41), "Y": sent(42)}
    apart = merge(1000, "X", "Y", keeps="X")
    rows = asked([[apart], *nights], {**records, **far})
    assert [(one.usulan_id, one.status.value) for one in rows if one.case == 1000] == [("U1000-1", "DIUSULKAN")]


@given(histories())
def test_the_order_in_which_decisions_and_records_come_changes_nothing(
    history: tuple[list[list[Decided]], dict[str, Sent]],
) -> None:
    nights, records = history
    turned = [list(reversed(news)) for news in nights]
    assert asked(turned, dict(reversed(records.items()))) == asked(nights, records)
