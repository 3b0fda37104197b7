"""Night by night, the extracts of a region lead to the register as it stands at the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from linkage.synthetic.draft import NUMBER_COLUMNS, TEXT_COLUMNS, Draft
from linkage.synthetic.fixed_text import YEAR, digits_text
from linkage.synthetic.kinds import ERROR_KINDS, bit
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.nights import EVENT_SHARES, NightRows, new_nights, night_day, play_nights

MOVE = {"alamat", "village", "rt", "rw", "no_kk"}
PATTERNS = {
    "married": {"marital", "relation", "no_kk"},
    "card_issued": {"card"},
    "birth_date_corrected": {"birth", "errors"},
    "name_corrected": {"nama", "errors"},
}
Event = tuple[str, dict[str, Any], dict[str, Any], int]


def a_plan(nights: int = 4, new: float = 0.02, change: float = 0.05) -> RegisterPlan:
    return RegisterPlan(1_000, 1, 1, nights=nights, nightly_new_rate=new, nightly_change_rate=change)


def a_region(plan: RegisterPlan, count: int, seed: int = 0) -> Draft:
    """Records in order of entry; every third household has one member, the address names the household."""
    rng = np.random.default_rng(seed)
    first_day = night_day(plan, 1)
    household = rng.permutation(count) * 2 // 3
    birth = (first_day - rng.integers(0, 80 * 365, count)).astype(np.int32)
    entered = np.sort(np.minimum(birth + rng.integers(0, 3_000, count), plan.cut_off_day)).astype(np.int32)
    entered = np.maximum(entered, birth)
    numbers: dict[str, Any] = {name: np.zeros(count, np.int32) for name in NUMBER_COLUMNS}
    numbers |= {
        "person": np.arange(count),
        "household": household,
        "village": household % 50,
        "rt": (household % 15 + 1).astype(np.int16),
        "birth": birth,
        "relation": rng.choice([1, 3, 4], count).astype(np.int8),
        "marital": rng.integers(1, 5, count).astype(np.int8),
        "card": np.where(plan.cut_off_day - birth > 12 * 365, rng.integers(1, 10, count), 0).astype(np.int8),
        "flag": rng.choice(3, count, p=[0.96, 0.02, 0.02]).astype(np.int8),
        "entered": entered,
        "changed": np.minimum(entered + rng.integers(0, 500, count), plan.cut_off_day).astype(np.int32),
        "errors": np.zeros(count, np.uint64),
    }
    texts: dict[str, pa.StringArray] = {
        name: pa.array([f"{name} {at}" for at in range(count)]) for name in TEXT_COLUMNS
    }
    words = np.array(["BUDI", "SITI", "ASEP", "NYOMAN", "JOKO", "RAHMAT"])
    named = rng.choice(words, count).astype(object) + " " + rng.choice(words, count).astype(object)
    texts["nama"] = pa.array(named, pa.string())
    serial = np.where(household % 7 == 0, 1111 * (household % 10), household % 10_000)
    texts["no_kk"] = digits_text(3374010101200000 + serial, 16)
    texts["alamat"] = pa.array([f"JL. {number}" for number in household], pa.string())
    for name in ("nama", "no_kk", "alamat", "nama_ibu"):
        texts[name] = pa.array(texts[name].to_pylist(), pa.string(), mask=rng.random(count) < 0.05)
    return Draft(texts, numbers)


def played(plan: RegisterPlan, count: int, seed: int = 0) -> tuple[Draft, np.ndarray, NightRows]:
    rng = np.random.default_rng(seed)
    draft = a_region(plan, count, seed)
    starts = new_nights(plan, count, rng)
    return draft, starts, play_nights(plan, draft, starts, rng)


def rows_of(draft: Draft) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = draft.to_table().to_pylist()
    return rows


def kind_of(before: dict[str, Any], after: dict[str, Any]) -> str:
    changed = {name for name in before if before[name] != after[name]} - {"changed"}
    if changed == {"flag"}:
        return {1: "died", 2: "moved_away"}[after["flag"]]
    if changed == PATTERNS["name_corrected"] and before["nama"].startswith("BAYI NY. "):
        return "named"
    if "alamat" in changed and changed <= MOVE:
        return "moved_within"
    # Who stood as a child already, or has no card number, has less to change.
    kinds = [
        kind
        for kind, pattern in PATTERNS.items()
        if changed <= pattern and min(pattern - {"errors", "no_kk"}) in changed
    ]
    assert len(kinds) == 1, changed
    return kinds[0]


def events_of(rows: NightRows) -> list[Event]:
    """What happened: kind, version before, version after, night."""
    versions: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    for row, night, record in zip(rows.row.tolist(), rows.night.tolist(), rows_of(rows.draft), strict=True):
        versions.setdefault(row, []).append((night, record))
    assert max(map(len, versions.values()), default=1) <= 2
    return [
        (kind_of(two[0][1], two[1][1]), two[0][1], two[1][1], two[1][0]) for two in versions.values() if len(two) == 2
    ]


@pytest.fixture(scope="module")
def town() -> tuple[RegisterPlan, NightRows, list[Event]]:
    """Six nights of four thousand records with many events."""
    plan = a_plan(nights=6)
    _, _, rows = played(plan, 4_000)
    return plan, rows, events_of(rows)


PLANS = st.builds(
    a_plan,
    nights=st.integers(2, 7),
    new=st.sampled_from([0.0, 0.01, 0.08]),
    change=st.sampled_from([0.0, 0.05, 0.4]),
)


def test_a_single_night_is_the_draft_as_it_is() -> None:
    plan = a_plan(nights=1)
    draft, starts, rows = played(plan, 20)
    assert rows.draft is draft
    assert rows.row.tolist() == list(range(20))
    assert rows.night.tolist() == starts.tolist() == [1] * 20


@pytest.mark.parametrize(
    ("count", "rate", "a_night"), [(1_000, 0.02, 20), (325, 0.02, 6), (25, 0.0, 0), (0, 0.02, 0), (100, 0.16, 16)]
)
def test_the_last_records_by_entry_are_new_as_many_each_night_as_the_plan_says(
    count: int, rate: float, a_night: int
) -> None:
    starts = new_nights(a_plan(nights=4, new=rate), count, np.random.default_rng(1))
    assert starts.tolist() == [1] * (count - 3 * a_night) + [2] * a_night + [3] * a_night + [4] * a_night


def test_a_small_region_has_a_new_record_now_and_then() -> None:
    plan = a_plan(nights=50, new=0.002)
    rng = np.random.default_rng(1)
    starts = np.array([new_nights(plan, 100, rng) for _ in range(50)])
    assert np.all(np.diff(starts, axis=1) >= 0)
    assert {new_nights(a_plan(nights=50, new=0.01), 1, rng).size for _ in range(300)} == {1}
    assert 0.15 * 49 * 50 < (starts > 1).sum() < 0.25 * 49 * 50


@given(plan=PLANS, count=st.integers(0, 3), seed=st.integers(0, 20))
def test_no_region_is_too_small_for_its_nights(plan: RegisterPlan, count: int, seed: int) -> None:
    _, starts, rows = played(plan, count, seed)
    assert starts.size == count
    assert set(rows.row.tolist()) == set(range(count))


@given(plan=PLANS, count=st.integers(0, 60), seed=st.integers(0, 20))
def test_playing_all_nights_one_after_the_other_leads_to_the_register_as_it_stands_at_the_end(
    plan: RegisterPlan, count: int, seed: int
) -> None:
    draft, starts, rows = played(plan, count, seed)
    records = rows_of(rows.draft)
    state: dict[int, dict[str, Any]] = {}
    for night in range(1, plan.nights + 1):
        here = np.flatnonzero(rows.night == night).tolist()
        assert len({int(rows.row[at]) for at in here}) == len(here)
        state |= {int(rows.row[at]): records[at] for at in here}
        assert set(state) == set(np.flatnonzero(starts <= night).tolist())
    for at, final in enumerate(rows_of(draft)):
        assert state[at] | {"entered": 0, "changed": 0} == final | {"entered": 0, "changed": 0}


@given(plan=PLANS, count=st.integers(0, 60), seed=st.integers(0, 20))
def test_a_record_stands_in_the_night_it_is_new_and_in_that_of_its_event_only(
    plan: RegisterPlan, count: int, seed: int
) -> None:
    _, starts, rows = played(plan, count, seed)
    order = list(zip(rows.night.tolist(), rows.row.tolist(), strict=True))
    assert order == sorted(set(order))
    for row in range(count):
        nights = rows.night[rows.row == row].tolist()
        assert nights[0] == starts[row]
        assert len(nights) <= 2


@given(plan=PLANS, count=st.integers(0, 60), seed=st.integers(0, 20))
def test_dates_of_entry_and_change_are_those_of_the_night(plan: RegisterPlan, count: int, seed: int) -> None:
    draft, starts, rows = played(plan, count, seed)
    numbers = rows.draft.numbers
    day = plan.cut_off_day - plan.nights + rows.night
    assert np.all(numbers["entered"] <= numbers["changed"])
    assert np.all(numbers["birth"] <= numbers["entered"])
    assert np.all(numbers["changed"] <= day)
    start = starts[rows.row]
    new = start > 1
    assert np.all(numbers["entered"][new] == (plan.cut_off_day - plan.nights + start)[new])
    second = rows.night > start
    assert np.all(numbers["changed"][second] == day[second])
    old = ~new & (draft.numbers["changed"][rows.row] <= night_day(plan, 1)) & ~second
    assert np.all(numbers["changed"][old] == draft.numbers["changed"][rows.row][old])
    assert np.all(numbers["entered"][old] == draft.numbers["entered"][rows.row][old])


def test_a_child_born_after_the_first_night_is_not_entered_before_it_is_born() -> None:
    plan = a_plan(nights=5, change=1.0)
    draft = a_region(plan, 30)
    late = np.full(30, plan.cut_off_day - 1, np.int32)
    draft = draft.replace(birth=late, entered=late + 1, changed=late + 1)
    rows = play_nights(plan, draft, np.repeat([1, 4, 5], 10), np.random.default_rng(1))
    assert rows.night.tolist() == [1] * 10 + [4] * 10 + [5] * 10
    assert rows.draft.numbers["entered"].tolist() == [plan.cut_off_day - 1] * 20 + [plan.cut_off_day] * 10


def test_every_kind_of_event_comes_about_as_often_as_its_share(
    town: tuple[RegisterPlan, NightRows, list[Event]],
) -> None:
    _, _, events = town
    kinds = [kind for kind, *_ in events]
    assert sum(EVENT_SHARES.values()) == pytest.approx(1.0)
    assert set(kinds) == set(EVENT_SHARES)
    # Of closings and newborns there are only as many as the register has.
    for kind in set(EVENT_SHARES) - {"died", "moved_away", "named", "moved_within"}:
        assert kinds.count(kind) / len(kinds) == pytest.approx(EVENT_SHARES[kind], rel=0.35)


def test_on_each_night_the_planned_share_of_records_changes() -> None:
    plan = a_plan(nights=6, new=0.01, change=0.02)
    _, starts, rows = played(plan, 20_000)
    # A new record's nights are fewer.
    for start in range(1, 6):
        changes = (rows.night > starts[rows.row])[starts[rows.row] == start].sum()
        expected = 0.02 * (6 - start) * (starts == start).sum()
        assert abs(changes - expected) < 5 * np.sqrt(expected)
    halves = np.bincount(rows.row[rows.night > starts[rows.row]] // 9_000)
    assert halves[0] == pytest.approx(halves[1], rel=0.2)
    for night in range(2, 7):
        changes = ((rows.night == night) & (starts[rows.row] < night)).sum()
        assert changes / (starts < night).sum() == pytest.approx(0.02, rel=0.2)
    total = (rows.night > starts[rows.row]).sum()
    assert total / sum((starts < night).sum() for night in range(2, 7)) == pytest.approx(0.02, rel=0.01)


def test_at_the_usual_rates_closed_records_are_those_that_closed_lately() -> None:
    plan = a_plan(nights=5, new=0.002, change=0.003)
    _, starts, rows = played(plan, 20_000)
    closed = (rows.night > starts[rows.row]) & (rows.draft.numbers["flag"] > 0)
    changes = (rows.night > starts[rows.row]).sum()
    assert closed.sum() / changes == pytest.approx(EVENT_SHARES["died"] + EVENT_SHARES["moved_away"], rel=0.05)


def test_before_an_event_a_record_is_active(town: tuple[RegisterPlan, NightRows, list[Event]]) -> None:
    _, _, events = town
    assert {before["flag"] for _, before, _, _ in events} == {0}
    assert {after["flag"] for kind, _, after, _ in events if kind not in ("died", "moved_away")} == {0}


def test_who_moved_within_the_regency_lived_at_another_households_address(
    town: tuple[RegisterPlan, NightRows, list[Event]],
) -> None:
    _, _, events = town
    moves = [(before, after) for kind, before, after, _ in events if kind == "moved_within"]
    for before, after in moves:
        other = int(before["alamat"].removeprefix("JL. "))
        assert other != after["household"] == before["household"]
        assert (before["village"], before["rt"]) == (other % 50, other % 15 + 1)
        assert before["region"] == after["region"]
    assert len(moves) > 100


def test_a_former_family_card_has_two_digits_of_the_serial_exchanged(
    town: tuple[RegisterPlan, NightRows, list[Event]],
) -> None:
    _, _, events = town
    cards = [
        (before["no_kk"], after["no_kk"]) for kind, before, after, _ in events if kind in ("moved_within", "married")
    ]
    assert any(before is None for before, _ in cards)
    assert all((before is None) == (after is None) for before, after in cards)
    known = [(before, after) for before, after in cards if before is not None]
    assert all(before[:12] == after[:12] and OSA.distance(before, after) == 1 for before, after in known)
    alike = [(before, after) for before, after in known if len(set(after[12:])) > 1]
    assert all(sorted(before) == sorted(after) for before, after in alike)


def test_who_married_was_single_of_age_and_on_the_parents_card(
    town: tuple[RegisterPlan, NightRows, list[Event]],
) -> None:
    plan, _, events = town
    for kind, before, after, _ in events:
        if kind == "married":
            assert (before["marital"], after["marital"], before["relation"]) == (1, 2, 4)
            assert 17 <= (night_day(plan, 1) - after["birth"]) / YEAR < 45


def test_a_card_was_not_enrolled_before_and_belongs_to_an_adult(
    town: tuple[RegisterPlan, NightRows, list[Event]],
) -> None:
    plan, _, events = town
    cards = [(before, after) for kind, before, after, _ in events if kind == "card_issued"]
    assert {before["card"] for before, _ in cards} == {5, 6, 7, 8}
    assert {after["card"] for _, after in cards} == {1, 2, 3, 4}
    assert min((night_day(plan, 1) - after["birth"]) / YEAR for _, after in cards) >= 17


def test_a_corrected_name_was_one_slip_away_and_marked_as_wrong(
    town: tuple[RegisterPlan, NightRows, list[Event]],
) -> None:
    _, _, events = town
    slips = [(before, after) for kind, before, after, _ in events if kind == "name_corrected"]
    assert all(OSA.distance(before["nama"], after["nama"]) == 1 for before, after in slips)
    marks = {before["errors"] for before, after in slips if after["errors"] == 0}
    assert marks == {int(bit(kind, ERROR_KINDS)) for kind in ("name_substitution", "name_transposition")}


def test_a_corrected_birth_date_was_another_and_not_after_entry(
    town: tuple[RegisterPlan, NightRows, list[Event]],
) -> None:
    _, _, events = town
    dates = [(before, after) for kind, before, after, _ in events if kind == "birth_date_corrected"]
    for before, after in dates:
        assert before["birth"] != after["birth"]
        assert before["birth"] <= before["entered"]
        assert (before["errors"], after["errors"]) == (int(bit("date_digit", ERROR_KINDS)), 0)
    assert len(dates) > 30


def test_a_child_named_later_stood_under_its_mothers_name(town: tuple[RegisterPlan, NightRows, list[Event]]) -> None:
    plan, _, events = town
    for kind, before, after, _ in events:
        if kind == "named":
            assert before["nama"] == f"BAYI NY. {after['nama_ibu']}"
            assert before["errors"] == int(bit("name_placeholder", ERROR_KINDS))
            assert (night_day(plan, 1) - after["birth"]) / YEAR < 1


def test_where_nobody_marries_or_enrols_other_things_happen_instead() -> None:
    plan = a_plan(nights=3, new=0.0, change=0.02)
    draft = a_region(plan, 5_000)
    nothing = np.zeros(5_000, np.int8)
    draft = draft.replace(marital=nothing, card=nothing, flag=nothing)
    rows = play_nights(plan, draft, np.ones(5_000, np.int64), np.random.default_rng(1))
    assert rows.row.size - 5_000 == pytest.approx(0.02 * 2 * 5_000, rel=0.02)
    assert {kind for kind, *_ in events_of(rows)} == {"birth_date_corrected", "named", "name_corrected", "moved_within"}


def test_of_two_households_each_moved_from_the_others_address() -> None:
    plan = a_plan(change=1.0)
    draft = a_region(plan, 60)
    household = np.arange(60) % 2
    addresses = pa.array([f"JL. {number}" for number in household])
    draft = draft.replace(household=household, alamat=addresses, flag=np.zeros(60, np.int8))
    rows = play_nights(plan, draft, np.ones(60, np.int64), np.random.default_rng(1))
    moves = [(before, after) for kind, before, after, _ in events_of(rows) if kind == "moved_within"]
    assert {(before["household"], before["alamat"]) for before, _ in moves} == {(0, "JL. 1"), (1, "JL. 0")}


def test_a_register_of_one_household_sees_no_moves_within_it() -> None:
    plan = a_plan(change=1.0)
    draft = a_region(plan, 50)
    draft = draft.replace(household=np.zeros(50, np.int64), flag=np.zeros(50, np.int8))
    rows = play_nights(plan, draft, np.ones(50, np.int64), np.random.default_rng(1))
    kinds = {kind for kind, *_ in events_of(rows)}
    assert kinds
    assert "moved_within" not in kinds


def test_the_same_stream_gives_the_same_nights_and_the_draft_stays_as_it_was() -> None:
    plan = a_plan(change=0.3)
    draft, starts, rows = played(plan, 200, 7)
    again = play_nights(plan, draft, starts, _after_new_nights(plan, 200, 7))
    assert rows_of(draft) == rows_of(a_region(plan, 200, 7))
    assert rows_of(again.draft) == rows_of(rows.draft)
    assert again.row.tolist() == rows.row.tolist()
    assert again.night.tolist() == rows.night.tolist()


def test_columns_keep_their_types() -> None:
    draft, _, rows = played(a_plan(change=0.5), 200)
    assert rows.draft.to_table().schema == draft.to_table().schema


def _after_new_nights(plan: RegisterPlan, count: int, seed: int) -> np.random.Generator:
    rng = np.random.default_rng(seed)
    new_nights(plan, count, rng)
    return rng
