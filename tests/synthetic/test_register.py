"""The register in memory: its people hold together, and its truth says what was done."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from linkage.schema import RESIDENT_COLUMNS, check_schema
from linkage.standardise.regions.resolve import known_regencies
from linkage.standardise.regions.table import region_table
from linkage.synthetic import (
    DEFAULT_ERROR_SHARES,
    ERROR_KINDS,
    REPEAT_KINDS,
    TRUTH,
    Register,
    RegisterPlan,
    make_register,
    register_parts,
)
from linkage.synthetic import register as register_module
from linkage.synthetic.cells import plan_cells

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


def test_a_register_made_on_disk_in_many_cells_and_portions_holds_together_as_one_made_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = RegisterPlan(6_000, 4, 5, preset="hard")
    monkeypatch.setattr(register_module, "plan_cells", partial(plan_cells, size=700))
    monkeypatch.setattr(register_module, "_PORTION", 500)
    memory = list(register_parts(plan))
    monkeypatch.setattr(register_module, "_IN_MEMORY", 100)
    disk = list(register_parts(plan, tmp_path))
    assert len(memory) == len(disk) > 8
    for one, other in zip(memory, disk, strict=True):
        assert (one.region, one.night) == (other.region, other.night)
        assert _bytes(one.records) == _bytes(other.records)
        assert _bytes(one.truth) == _bytes(other.truth)
    assert not list(tmp_path.iterdir())
    truth = pa.concat_tables([part.truth for part in disk]).to_pylist()
    records = pa.concat_tables([part.records for part in disk]).to_pylist()
    assert len(truth) == plan.records == len({row["record_id"] for row in truth})
    assert sum(not row["duplicate_of_kind"] for row in truth) == plan.persons
    holders = defaultdict(set)
    for record, row in zip(records, truth, strict=True):
        holders[record["nik"]].add(row["person_id"])
        if record["nik"] and not row["shared_nik_group"]:
            assert holders[record["nik"]] == {row["person_id"]}
    days = [part.records["tgl_entri"].to_pylist() for part in disk if part.region == disk[0].region]
    assert [day for part in days for day in part] == sorted(day for part in days for day in part)


def test_every_person_has_one_first_record_and_few_more(hard: Register, rows: Rows) -> None:
    kinds = defaultdict(list)
    for row in rows(hard):
        kinds[row["person_id"]].append(row["duplicate_of_kind"])
    assert all(found.count("") == 1 for found in kinds.values())
    assert {1, 2, 3} <= {len(found) for found in kinds.values()}
    assert max(len(found) for found in kinds.values()) <= 6
    assert sum(len(found) - 1 for found in kinds.values()) == sum(hard.plan.repeats) == 750 + 50 + 10


def test_every_kind_of_duplicate_and_of_error_occurs_in_the_hard_preset(hard: Register, rows: Rows) -> None:
    table = rows(hard)
    assert {row["duplicate_of_kind"] for row in table} == {"", *REPEAT_KINDS}
    # An alias is rare, and one that was lost is rarer.
    usual = {kind for kind in ERROR_KINDS if DEFAULT_ERROR_SHARES.get(kind, 1.0) > 0.0} - {"alias_dropped"}
    assert {error for row in table for error in row["errors"]} >= usual
    assert max(len(row["errors"]) for row in table) >= 5


def test_niks_follow_the_rule_on_records_without_error(usual: Register, rows: Rows) -> None:
    checked = corrected = 0
    for row in rows(usual):
        if row["nik"] is None or row["errors"] or row["shared_nik_group"] or row["duplicate_of_kind"]:
            continue
        if {"birth_date_corrected", "sex_corrected"} & set(row["history"]):
            corrected += 1
            continue
        born = dt.date.fromisoformat(row["tanggal_lahir"])
        day = born.day + (40 if row["jenis_kelamin"] == "P" else 0)
        assert row["nik"][6:12] == f"{day:02}{born.month:02}{born.year % 100:02}"
        assert 1 <= int(row["nik"][4:6]) <= 56
        assert int(row["nik"][12:]) >= 1
        assert len(row["nik"]) == 16
        checked += 1
    assert checked > 18_500
    assert _within(corrected, checked, usual.plan.rate("correction_rate"))


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
            # A title stands with the bearer's own name only.
            assert row[f"nama_{parent}"] is None or row[f"nama_{parent}"] in other["nama"]
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
        assert len({row["tanggal_lahir"] for row in clean}) <= 1
        bare = min((row["nama"] for row in clean), key=len, default="")
        assert all(bare in row["nama"] for row in clean)


def _within(count: int, total: int, rate: float) -> bool:
    """Whether a count lies within five standard deviations of its binomial expectation."""
    return abs(count - total * rate) <= 5 * (total * rate * (1 - rate)) ** 0.5 + 1


def test_rates_are_those_of_the_plan(usual: Register, rows: Rows) -> None:
    table = rows(usual)
    plan = usual.plan
    first = [row for row in table if not row["duplicate_of_kind"]]
    assert len(table) - len(first) == 200 + 80 + 10
    errors = sum(len(set(row["errors"]) - {"card_tampungan"}) for row in first)
    assert 0.7 * plan.rate("original_error_rate") < errors / len(first) < 1.2 * plan.rate("original_error_rate")
    assert sum("card_tampungan" in row["errors"] for row in first) == round(len(first) * plan.rate("tampungan_rate"))
    adult = [row for row in first if row["tanggal_lahir"] < "2009-06-01" and row["status_ktpel"]]
    done = sum(row["status_ktpel"].startswith(("CARD_", "PRINT_READY")) for row in adult)
    assert _within(done, len(adult), plan.enrolled_rate)
    assert all(
        row["status_ktpel"] is None for row in first if row["tanggal_lahir"] > "2009-08-01" and not row["errors"]
    )
    assert _within(sum("died_reported" in row["history"] for row in first), len(first), plan.died_reported_rate)
    assert _within(sum("died_unreported" in row["history"] for row in first), len(first), plan.died_unreported_rate)
    assert all((row["flag_status"] == "1") == ("died_reported" in row["history"]) for row in first)


def test_names_have_a_long_tail(usual: Register) -> None:
    counts = Counter(usual.records["nama"].to_pylist())
    (_, most), *_ = counts.most_common(1)
    assert 0.0002 < most / usual.records.num_rows < 0.004
    assert len(counts) > 0.7 * usual.records.num_rows
    assert sum(count == 1 for count in counts.values()) > 0.6 * usual.records.num_rows


def test_siblings_have_the_same_parents_and_are_one_group(usual: Register, rows: Rows) -> None:
    groups = defaultdict(list)
    for row in rows(usual):
        if row["sibling_group"] and not row["duplicate_of_kind"] and not row["errors"]:
            groups[row["sibling_group"]].append(row)
    assert len(groups) > 1_500
    for members in groups.values():
        for field in ("nama_ibu", "nama_ayah", "household_id"):
            assert len({row[field] for row in members} - {None}) <= 1
        names = [row["nama"] for row in members]
        assert len(set(names)) == len(names)


def test_niks_issued_before_a_split_keep_the_old_code_of_the_regency() -> None:
    plan = RegisterPlan(40_000, 514, 1)
    register = make_register(plan)
    old = [
        record["nik"][:4]
        for record, row in zip(register.records.to_pylist(), register.truth.to_pylist(), strict=True)
        if "nik_from_before_a_split" in row["history"] and record["nik"] and not row["errors"]
        if not row["shared_nik_group"] and not row["duplicate_of_kind"]
    ]
    assert len(old) > 100
    assert {code[:2] for code in old} <= {"91", "92", "64"}
    assert set(old) <= {f"{code:04}" for code in region_table().ever} - {f"{code:04}" for code in known_regencies()}


def test_nobody_is_born_or_entered_after_the_cut_off() -> None:
    register = make_register(RegisterPlan(2_000, 3, 1, preset="hard", cut_off=dt.date(2024, 12, 31)))
    for name in ("tanggal_lahir", "tgl_entri", "tgl_ubah"):
        assert max(register.records[name].to_pylist()) <= "2024-12-31"


def test_nobody_is_entered_before_birth_and_nothing_changes_before_it_is_entered(hard: Register, rows: Rows) -> None:
    for row in rows(hard):
        assert row["tanggal_lahir"] <= row["tgl_entri"] <= row["tgl_ubah"]
        assert row["shdk"] in {str(code) for code in range(1, 12)}


def test_two_households_share_a_card_only_where_it_is_a_dump(hard: Register, rows: Rows) -> None:
    holders = defaultdict(set)
    dumped = set()
    for row in rows(hard):
        if row["no_kk"]:
            holders[row["no_kk"]].add(row["household_id"])
            dumped |= {row["no_kk"]} if "card_tampungan" in row["errors"] else set()
    assert dumped
    assert {card for card, households in holders.items() if len(households) > 1} <= dumped


def test_birth_certificates_have_numbers_of_their_own(hard: Register, rows: Rows) -> None:
    holders = defaultdict(set)
    for row in rows(hard):
        if row["no_akta_lhr"] and "paper_digit" not in row["errors"]:
            holders[row["no_akta_lhr"]].add(row["person_id"])
    assert len(holders) > 1_000
    assert {len(persons) for persons in holders.values()} == {1}


def test_the_register_of_several_nights_is_what_replaying_them_ends_in() -> None:
    plan = RegisterPlan(3_000, 3, 6, preset="hard", nights=6, nightly_new_rate=0.01, nightly_change_rate=0.02)
    replayed: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for part in register_parts(plan):
        for record, row in zip(part.records.to_pylist(), part.truth.to_pylist(), strict=True):
            replayed[record["record_id"]] = record, row
    register = make_register(plan)
    assert len(replayed) == plan.records
    for record, row in zip(register.records.to_pylist(), register.truth.to_pylist(), strict=True):
        last, truth = replayed[record["record_id"]]
        assert record == last
        for name in ("person_id", "errors", "duplicate_of_kind", "expected_cases"):
            assert row[name] == truth[name]


def test_the_bytes_are_the_same_in_another_process() -> None:
    code = (
        "import hashlib; from linkage.synthetic import RegisterPlan, make_register;"
        "register = make_register(RegisterPlan(300, 3, 4, preset='hard'));"
        "print(hashlib.sha256(repr(register.records.to_pylist() + register.truth.to_pylist()).encode()).hexdigest())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, threads in (("1", "1"), ("2", "8"))
    ]
    assert said[0] == said[1]
