"""Every kind of further record is what it says, and comes as often as the plan says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from linkage.synthetic import DUPLICATE_KINDS, REPEAT_KINDS, Register, RegisterPlan, make_register

Rows = Callable[[Register], list[dict[str, Any]]]

SAME_NIK = ("moved_not_closed", "conflict_reentry", "moved_closed", "non_permanent")
OTHER_OFFICE = ("moved_not_closed", "second_nik_elsewhere", "moved_closed", "non_permanent")
NIK_ERRORS = {"nik_digit", "nik_transposed", "nik_missing"}


def _with_first(rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    first = {row["person_id"]: row for row in rows if not row["duplicate_of_kind"]}
    return [(row, first[row["person_id"]]) for row in rows if row["duplicate_of_kind"]]


def test_niks_and_offices_are_the_same_or_others_as_the_kind_says(hard: Register, rows: Rows) -> None:
    seen = Counter[str]()
    for row, first in _with_first(rows(hard)):
        kind = row["duplicate_of_kind"]
        if not row["nik"] or not first["nik"] or NIK_ERRORS & {*row["errors"], *first["errors"]}:
            continue
        seen[kind] += 1
        assert (row["nik"] == first["nik"]) == (kind in SAME_NIK)
        assert (row["source"] != first["source"]) == (kind in OTHER_OFFICE)
    assert set(seen) == set(REPEAT_KINDS)


def test_a_move_is_later_than_the_first_record_and_closed_ones_leave_history(hard: Register, rows: Rows) -> None:
    seen = Counter[str]()
    for row, first in _with_first(rows(hard)):
        kind = row["duplicate_of_kind"]
        if kind not in ("moved_not_closed", "moved_closed"):
            continue
        seen[kind] += 1
        assert row["tgl_entri"] >= first["tgl_entri"]
        assert row["status_ktpel"] == first["status_ktpel"]
        assert row["flag_status"] == "0"
        assert row["no_kk"] is None or row["no_kk"] != first["no_kk"]
        if kind == "moved_closed":
            assert first["flag_status"] == "2"
            assert first["tgl_ubah"] == row["tgl_entri"]
    assert min(seen.values()) > 30


def test_families_move_together_to_one_card_and_address(hard: Register, rows: Rows) -> None:
    moved = defaultdict(list)
    for row in rows(hard):
        if row["duplicate_of_kind"] in ("moved_not_closed", "moved_closed"):
            moved[row["household_id"]].append(row)
    families = [members for members in moved.values() if len(members) > 1]
    assert len(families) > 20
    for members in families:
        assert len({row["source"] for row in members}) == 1
        assert len({row["no_kk"] for row in members if not row["errors"]} - {None}) <= 1
    # Only children who were born later come later.
    days = [{row["tgl_entri"] for row in members} for members in families]
    assert sum(len(found) == 1 for found in days) > 0.5 * len(families)


def test_a_card_of_its_own_has_a_head(hard: Register, rows: Rows) -> None:
    cards = defaultdict(list)
    for row in rows(hard):
        if row["no_kk"] and row["duplicate_of_kind"] in ("moved_not_closed", "moved_closed", "second_nik_elsewhere"):
            cards[row["no_kk"]].append(row["shdk"])
    assert len(cards) > 100
    assert sum("1" not in relations for relations in cards.values()) < 0.02 * len(cards)


def test_a_burst_is_entered_on_one_day_in_one_village_by_a_field_team(hard: Register, rows: Rows) -> None:
    bursts = defaultdict(list)
    for row in rows(hard):
        if row["duplicate_of_kind"] == "burst_copy":
            bursts[(row["tgl_entri"], row["kode_wilayah"])].append(row)
            assert row["kanal"] == "JEMPUT_BOLA"
    assert max(map(len, bursts.values())) >= 6
    assert len(set(map(len, bursts.values()))) > 1


def test_a_newborn_is_first_known_by_its_mother(hard: Register, rows: Rows) -> None:
    seen = 0
    for row, first in _with_first(rows(hard)):
        assert ("name_placeholder" in row["errors"]) == (row["duplicate_of_kind"] == "newborn_placeholder")
        if row["errors"] == ["name_placeholder"]:
            seen += 1
            assert row["nama"].startswith(("BAYI", "BY", "AN", "ANAK"))
            assert row["tgl_entri"] <= first["tgl_entri"]
            assert row["no_akta_lhr"] is None
            assert first["tanggal_lahir"] > "2020"
    assert seen > 2


def test_a_conflict_is_one_nik_with_another_sex_or_birth_date(hard: Register, rows: Rows) -> None:
    for row, first in _with_first(rows(hard)):
        if row["duplicate_of_kind"] == "conflict_reentry" and not first["errors"]:
            assert {"sex_contradicts", "date_contradicts"} & set(row["errors"])
            assert (row["jenis_kelamin"] != first["jenis_kelamin"]) == ("sex_contradicts" in row["errors"])
            assert (row["tanggal_lahir"] != first["tanggal_lahir"]) == ("date_contradicts" in row["errors"])


def test_who_lives_elsewhere_lawfully_keeps_the_card_and_was_entered_within_a_year(hard: Register, rows: Rows) -> None:
    seen = 0
    for row, first in _with_first(rows(hard)):
        if row["duplicate_of_kind"] == "non_permanent":
            seen += 1
            assert row["kanal"] == "NONPERMANEN"
            assert row["tgl_entri"] > "2025-06-30"
            assert None in (row["no_kk"], first["no_kk"]) or row["no_kk"] == first["no_kk"] or first["errors"]
    assert seen == hard.plan.repeats[2]


def test_two_niks_of_one_adult_are_seldom_both_enrolled() -> None:
    for both, low, high in ((0.0, 0.0, 0.0), (1.0, 0.9, 1.0)):
        register = make_register(
            RegisterPlan(
                3_000,
                2,
                5,
                duplicate_rate=0.2,
                closed_move_rate=0.0,
                non_permanent_rate=0.0,
                both_enrolled_rate=both,
                duplicate_shares={"copy_same_office": 1},
            )
        )
        status = defaultdict(list)
        for person, card in zip(
            register.truth["person_id"].to_pylist(), register.records["status_ktpel"].to_pylist(), strict=True
        ):
            status[person].append((card or "").startswith(("CARD_", "PRINT_READY")))
        pairs = [found for found in status.values() if len(found) == 2 and any(found)]
        assert low <= sum(map(all, pairs)) / len(pairs) <= high


def test_copies_carry_as_many_errors_as_the_preset_says() -> None:
    plan = RegisterPlan(6_000, 4, 2, preset="hard", duplicate_rate=0.4, duplicate_shares={"second_nik_elsewhere": 1.0})
    truth = make_register(plan).truth.to_pylist()
    found = Counter(len(row["errors"]) for row in truth if row["duplicate_of_kind"] == "second_nik_elsewhere")
    for number, chance in enumerate(plan.copy_errors[:4]):
        expected = plan.repeats[0] * chance
        # Copies of one person are alike in this, so they vary by more than independent ones.
        assert abs(found[number] - expected) < 8 * expected**0.5


def test_shares_set_by_the_plan_decide_which_kinds_occur() -> None:
    plan = RegisterPlan(
        1_000,
        3,
        1,
        preset="hard",
        closed_move_rate=0.0,
        non_permanent_rate=0.0,
        tampungan_rate=0.0,
        duplicate_shares={"moved_not_closed": 1.0},
        error_shares={"name_phonetic": 1.0},
    )
    truth = make_register(plan).truth.to_pylist()
    assert {row["duplicate_of_kind"] for row in truth} == {"", "moved_not_closed"}
    assert {error for row in truth for error in row["errors"]} == {"name_phonetic"}


def test_with_one_region_nobody_moves() -> None:
    register = make_register(RegisterPlan(1_000, 1, 1, preset="hard"))
    kinds = Counter(register.truth["duplicate_of_kind"].to_pylist())
    assert not {"moved_not_closed", "second_nik_elsewhere", "moved_closed", "non_permanent"} & set(kinds)
    assert kinds[""] == 850
    assert set(kinds) <= {"", *DUPLICATE_KINDS}
