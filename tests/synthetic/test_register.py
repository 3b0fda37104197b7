"""The register in memory: its people hold together, and its truth says what was done."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from linkage.schema import RESIDENT_COLUMNS, check_schema
from linkage.synthetic import DUPLICATE_KINDS, ERROR_KINDS, TRUTH, Register, RegisterPlan, make_register

Rows = Callable[[Register], list[dict[str, Any]]]


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def test_one_plan_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (make_register(RegisterPlan(800, 3, seed, preset="hard")) for seed in (7, 7, 8))
    assert _bytes(first.records) == _bytes(again.records)
    assert _bytes(first.truth) == _bytes(again.truth)
    assert _bytes(first.records) != _bytes(other.records)


def test_columns_are_the_plain_ones_and_truth_has_its_schema(hard: Register) -> None:
    assert set(hard.records.schema.names) <= set(RESIDENT_COLUMNS)
    assert all(kind == pa.string() for kind in hard.records.schema.types)
    check_schema(hard.truth, TRUTH, where="truth")


@pytest.mark.parametrize(("records", "regions"), [(1, 1), (2, 3), (37, 5), (999, 30)])
def test_there_are_exactly_as_many_records_as_asked_for(records: int, regions: int) -> None:
    register = make_register(RegisterPlan(records, regions, 1, preset="hard"))
    assert register.records.num_rows == register.truth.num_rows == records
    assert len(set(register.records["record_id"].to_pylist())) == records


def test_every_person_has_one_first_record_and_at_most_three_more(hard: Register, rows: Rows) -> None:
    kinds = defaultdict(list)
    for row in rows(hard):
        kinds[row["person_id"]].append(row["duplicate_of_kind"])
    assert all(found.count("") == 1 for found in kinds.values())
    assert {len(found) for found in kinds.values()} == {1, 2, 3, 4}
    assert sum(len(found) - 1 for found in kinds.values()) == hard.plan.copies == 750


def test_every_kind_of_duplicate_and_of_error_occurs_in_the_hard_preset(hard: Register, rows: Rows) -> None:
    table = rows(hard)
    assert {row["duplicate_of_kind"] for row in table} == {"", *DUPLICATE_KINDS}
    assert {error for row in table for error in row["errors"]} == set(ERROR_KINDS)
    assert max(len(row["errors"]) for row in table) >= 5


def test_niks_follow_the_rule_on_records_without_error(usual: Register, rows: Rows) -> None:
    checked = 0
    for row in rows(usual):
        if row["nik"] is None or row["errors"] or row["shared_nik_group"] or row["duplicate_of_kind"]:
            continue
        born = dt.date.fromisoformat(row["tanggal_lahir"])
        day = born.day + (40 if row["jenis_kelamin"] == "P" else 0)
        assert row["nik"][6:12] == f"{day:02}{born.month:02}{born.year % 100:02}"
        assert 1 <= int(row["nik"][4:6]) <= 20
        assert int(row["nik"][12:]) >= 1
        assert len(row["nik"]) == 16
        checked += 1
    assert checked > 19_000


def test_different_persons_share_a_nik_only_where_the_truth_says_so(hard: Register, rows: Rows) -> None:
    holders, groups = defaultdict(set), defaultdict(set)
    for row in rows(hard):
        if row["nik"]:
            holders[row["nik"]].add(row["person_id"])
            groups[row["nik"]].add(row["shared_nik_group"])
    for nik, persons in holders.items():
        assert len(groups[nik]) == 1
        assert (len(persons) > 1) == (groups[nik] != {None})
    assert sum(len(persons) > 1 for persons in holders.values()) >= 8


def test_members_of_a_household_are_on_one_card_unless_a_copy_or_an_error_says_otherwise(
    usual: Register, rows: Rows
) -> None:
    cards = defaultdict(set)
    for row in rows(usual):
        if row["no_kk"] and not row["duplicate_of_kind"] and not row["errors"]:
            cards[row["household_id"]].add(row["no_kk"])
    assert {len(found) for found in cards.values()} == {1}
    assert len({card for found in cards.values() for card in found}) == len(cards)


def test_parents_of_the_same_household_are_older_and_bear_the_name_that_their_children_give(
    usual: Register, rows: Rows
) -> None:
    table = rows(usual)
    clean = {row["nik"]: row for row in table if row["nik"] and not row["errors"] and not row["duplicate_of_kind"]}
    checked = Counter[str]()
    for row in clean.values():
        for parent in ("ibu", "ayah"):
            other = clean.get(row[f"nik_{parent}"])
            if other is None or other["shared_nik_group"] or row["shared_nik_group"]:
                continue
            assert int(row["tanggal_lahir"][:4]) - int(other["tanggal_lahir"][:4]) >= 16
            assert row[f"nama_{parent}"] in (None, other["nama"])
            assert row["household_id"] == other["household_id"]
            assert other["jenis_kelamin"] == ("P" if parent == "ibu" else "L")
            checked[parent] += 1
    assert min(checked.values()) > 1_000


def test_twins_share_date_mother_and_card_and_are_two_persons(hard: Register, rows: Rows) -> None:
    twins = defaultdict(list)
    for row in rows(hard):
        if row["twin_group"] and not row["errors"] and not row["duplicate_of_kind"]:
            twins[row["twin_group"]].append(row)
    pairs = [pair for pair in twins.values() if len(pair) == 2]
    assert len(pairs) > 25
    for one, other in pairs:
        assert one["person_id"] != other["person_id"]
        for field in ("tanggal_lahir", "nama_ibu", "no_kk", "household_id", "tgl_entri"):
            assert None in (one[field], other[field]) or one[field] == other[field]


def test_twins_of_one_sex_have_neighbouring_serials_and_sometimes_names_one_letter_apart(
    hard: Register, rows: Rows
) -> None:
    twins = defaultdict(list)
    for row in rows(hard):
        if row["twin_group"] and not row["errors"] and not row["duplicate_of_kind"] and row["nik"]:
            twins[row["twin_group"]].append(row)
    alike = [
        pair
        for pair in twins.values()
        if len(pair) == 2 and pair[0]["jenis_kelamin"] == pair[1]["jenis_kelamin"] and not pair[0]["shared_nik_group"]
    ]
    assert all(abs(int(one["nik"]) - int(other["nik"])) == 1 for one, other in alike)
    one_letter = [
        pair
        for pair in alike
        if len(pair[0]["nama"]) == len(pair[1]["nama"])
        and sum(a != b for a, b in zip(pair[0]["nama"], pair[1]["nama"], strict=True)) == 1
    ]
    assert one_letter
    assert all(one["nama"] != other["nama"] for one, other in alike)


def test_namesakes_bear_one_name_and_date_and_are_different_persons(hard: Register, rows: Rows) -> None:
    groups = defaultdict(list)
    for row in rows(hard):
        if row["namesake_group"] and not row["duplicate_of_kind"]:
            groups[row["namesake_group"]].append(row)
    assert len(groups) > 80
    for members in groups.values():
        assert len({row["person_id"] for row in members}) == len(members) >= 2
        clean = [row for row in members if not row["errors"]]
        assert len({(row["nama"], row["tanggal_lahir"]) for row in clean}) <= 1


def test_each_kind_of_duplicate_is_what_it_says(hard: Register, rows: Rows) -> None:
    table = rows(hard)
    first = {row["person_id"]: row for row in table if not row["duplicate_of_kind"]}
    nik_errors = {"nik_digit", "nik_transposed", "nik_missing"}
    seen = Counter[str]()
    for row in table:
        origin = first[row["person_id"]]
        kind = row["duplicate_of_kind"]
        whole = row["nik"] and origin["nik"] and not nik_errors & {*row["errors"], *origin["errors"]}
        if not kind or not whole:
            continue
        seen[kind] += 1
        same_nik, same_office = row["nik"] == origin["nik"], row["source"] == origin["source"]
        assert same_nik == (kind in ("moved_not_closed", "conflict_reentry"))
        assert same_office == (kind not in ("moved_not_closed", "second_nik_elsewhere"))
        if kind == "moved_not_closed":
            assert row["tgl_entri"] >= origin["tgl_entri"]
            assert row["status_ktpel"] == origin["status_ktpel"]
            assert row["no_kk"] is None or row["no_kk"] != origin["no_kk"]
        if kind == "newborn_placeholder" and not row["errors"]:
            assert row["nama"].startswith(("BAYI ", "BY", "AN. NY. "))
        if kind == "conflict_reentry":
            assert {"sex_contradicts", "date_contradicts"} & set(row["errors"])
            assert (row["jenis_kelamin"] != origin["jenis_kelamin"]) == ("sex_contradicts" in row["errors"])
    assert set(seen) == set(DUPLICATE_KINDS)


def test_two_niks_of_one_adult_are_seldom_both_enrolled() -> None:
    for both, low, high in ((0.0, 0.0, 0.0), (1.0, 0.9, 1.0)):
        register = make_register(
            RegisterPlan(
                3_000, 2, 5, duplicate_rate=0.2, both_enrolled_rate=both, duplicate_shares={"copy_same_office": 1}
            )
        )
        status = defaultdict(list)
        for person, card in zip(
            register.truth["person_id"].to_pylist(), register.records["status_ktpel"].to_pylist(), strict=True
        ):
            status[person].append((card or "").startswith(("CARD_", "PRINT_READY")))
        pairs = [found for found in status.values() if len(found) == 2 and any(found)]
        assert low <= sum(map(all, pairs)) / len(pairs) <= high


def _within(count: int, total: int, rate: float) -> bool:
    """Whether a count lies within five standard deviations of its binomial expectation."""
    return abs(count - total * rate) <= 5 * (total * rate * (1 - rate)) ** 0.5 + 1


def test_rates_are_those_of_the_plan(usual: Register, rows: Rows) -> None:
    table = rows(usual)
    plan = usual.plan
    first = [row for row in table if not row["duplicate_of_kind"]]
    assert len(table) - len(first) == 200
    assert _within(sum(bool(row["errors"]) for row in first), len(first), plan.rate("original_error_rate"))
    old = [row for row in first if row["tanggal_lahir"] < "1975" and not row["errors"]]
    default = sum(row["tanggal_lahir"][5:] in ("07-01", "12-31", "01-01") for row in old)
    assert _within(default, len(old), plan.default_date_rate + 3 / 365)
    adult = [row for row in first if row["tanggal_lahir"] < "2009-06-01" and row["status_ktpel"]]
    done = sum(row["status_ktpel"].startswith(("CARD_", "PRINT_READY")) for row in adult)
    assert _within(done, len(adult), plan.enrolled_rate)
    assert all(
        row["status_ktpel"] is None for row in first if row["tanggal_lahir"] > "2009-08-01" and not row["errors"]
    )
    births = len({row["twin_group"] or row["person_id"] for row in first if row["shdk"] == "4"})
    twins = len({row["twin_group"] for row in first} - {None})
    assert _within(twins, births, plan.rate("twin_rate"))


def test_copies_carry_as_many_errors_as_the_preset_says() -> None:
    plan = RegisterPlan(6_000, 4, 2, preset="hard", duplicate_rate=0.4, duplicate_shares={"second_nik_elsewhere": 1.0})
    truth = make_register(plan).truth.to_pylist()
    found = Counter(len(row["errors"]) for row in truth if row["duplicate_of_kind"])
    for number, chance in enumerate(plan.errors_per_copy[:4]):
        assert _within(found[number], plan.copies, chance)


def test_shares_set_by_the_plan_decide_which_kinds_occur() -> None:
    plan = RegisterPlan(
        1_000, 3, 1, preset="hard", duplicate_shares={"moved_not_closed": 1.0}, error_shares={"name_phonetic": 1.0}
    )
    truth = make_register(plan).truth.to_pylist()
    assert {row["duplicate_of_kind"] for row in truth} == {"", "moved_not_closed"}
    assert {error for row in truth for error in row["errors"]} == {"name_phonetic"}


def test_with_one_region_nobody_moves() -> None:
    truth = make_register(RegisterPlan(1_000, 1, 1, preset="hard")).truth.to_pylist()
    assert "moved_not_closed" not in {row["duplicate_of_kind"] for row in truth}


def test_names_have_a_long_tail(usual: Register) -> None:
    counts = Counter(usual.records["nama"].to_pylist())
    (_, most), *_ = counts.most_common(1)
    assert 0.0002 < most / usual.records.num_rows < 0.004
    assert len(counts) > 0.7 * usual.records.num_rows
    assert sum(count == 1 for count in counts.values()) > 0.6 * usual.records.num_rows


def test_households_have_the_size_of_indonesian_ones(usual: Register) -> None:
    sizes = Counter(row["household_id"] for row in usual.truth.to_pylist() if not row["duplicate_of_kind"])
    assert 3.2 < sum(sizes.values()) / len(sizes) < 3.8
    assert max(sizes.values()) >= 7


def test_nobody_is_born_or_entered_after_the_cut_off() -> None:
    register = make_register(RegisterPlan(2_000, 3, 1, preset="hard", cut_off=dt.date(2024, 12, 31)))
    for name in ("tanggal_lahir", "tgl_entri", "tgl_ubah"):
        assert max(register.records[name].to_pylist()) <= "2024-12-31"
