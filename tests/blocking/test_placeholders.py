"""A value that hundreds share is nobody's: it gives no blocking keys, and the report counts who bears it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pyarrow as pa
import pytest

import linkage
from linkage.blocking.index import build_rule_index
from linkage.blocking.placeholders import find_placeholders, without_placeholders
from linkage.encode import encode
from linkage.intake import read_inputs
from linkage.spec import RuleSpec
from linkage.stages.candidates import plan_candidates
from linkage.standardise.column import StandardColumn, apply
from linkage.standardise.generic_text import standardise_category
from tests.small_register import SEMARANG, people, residents_spec, table

SPEC = residents_spec()
DUMP = "3374011507150001"


def column(name: str, values: Sequence[str | None]) -> StandardColumn:
    encoded = pa.array(values, pa.string()).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return apply(name, "category", codes, standardise_category(encoded.dictionary))


@pytest.mark.parametrize(
    ("field", "most"), [("no_kk", 100), ("nik_ibu", 20), ("nik_ayah", 30), ("no_akta_lhr", 20), ("nama_ibu", 199)]
)
def test_a_value_of_too_many_records_is_a_placeholder(field: str, most: int) -> None:
    others = [f"V{number}" for number in range(50)]
    at_most = {field: column(field, ["A"] * most + others)}
    beyond = {field: column(field, ["A"] * (most + 1) + others + [None] * 300)}
    assert find_placeholders(at_most) == {}
    marked = find_placeholders(beyond)[field]
    assert [
        value for value, is_one in zip(beyond[field].content.values.to_pylist(), marked, strict=True) if is_one
    ] == ["A"]


def test_a_common_name_of_a_large_file_is_a_name() -> None:
    names = column("nama_ibu", ["SITI"] * 300 + [f"V{number}" for number in range(20_000)])
    assert find_placeholders({"nama_ibu": names}) == {}


def test_nik_town_and_village_may_be_everybodys() -> None:
    columns = {name: column(name, ["A"] * 5_000) for name in ("nik", "tempat_lahir", "kelurahan", "nama", "agama")}
    assert find_placeholders(columns) == {}


def test_in_link_each_side_is_counted_by_itself() -> None:
    both = {"no_akta_lhr": column("no_akta_lhr", ["A"] * 30)}
    assert find_placeholders(both, 15) == {}
    assert set(find_placeholders(both, 5)) == {"no_akta_lhr"}


def test_a_placeholder_gives_no_key_under_any_rule_that_uses_its_field() -> None:
    columns = {
        "no_akta_lhr": column("no_akta_lhr", ["A"] * 30 + ["B"] * 2),
        "sex": column("sex", ["L", "P"] * 16),
    }
    placeholders = find_placeholders(columns)
    for keys, pairs in ((("no_akta_lhr",), 1), (("no_akta_lhr", "sex"), 0), (("sex",), 240)):
        rule = RuleSpec("rule", keys, cap=50)
        index, report, _ = build_rule_index(rule, columns, 32, placeholders=placeholders)
        assert report.pairs == pairs
        uses = "no_akta_lhr" in keys
        assert (report.placeholder_values, report.placeholder_records) == ((1, 30) if uses else (0, 0))
        assert index.members.size == 2 * report.blocks if uses else 32
        assert (without_placeholders(rule, columns, placeholders)[0] is columns) != uses


def test_a_dump_card_and_a_certificate_of_nobody_do_not_flood_the_candidates() -> None:
    rows = people(600, SEMARANG, seed=5)
    for row in rows[:400]:
        row |= {"NO_KK": DUMP, "TGL_LHR": "01-07-1970", "NO_AKTA_LHR": "123/IST/1988"}
    rows.append({**rows[0], "NIK": "3374015703880004"})
    spec = replace(SPEC, rules=tuple(rule for rule in SPEC.rules if rule.name in ("card", "certificate", "nik")))
    free = replace(spec, rules=tuple(replace(rule, cap=5_000) for rule in spec.rules))
    records = encode(read_inputs([pa.Table.from_pylist(rows)], free).accepted, free, latest_year=2026)
    flooded = [build_rule_index(rule, records.columns, records.n_records)[1].pairs for rule in free.rules]
    reports = {report.name: report for report in plan_candidates(records, free).reports}
    assert sum(flooded) > 1.4 * (400 * 399 // 2)  # the card divides them by sex, the certificate does not
    assert sum(report.pairs for report in reports.values()) < 100
    assert (reports["card"].placeholder_values, reports["card"].placeholder_records) == (1, 401)
    assert (reports["certificate"].placeholder_values, reports["certificate"].placeholder_records) == (1, 401)
    assert reports["nik"].placeholder_values == 0


def test_the_duplicate_inside_a_dump_card_is_still_found_and_the_manifest_counts_the_placeholder() -> None:
    rows = people(400, SEMARANG, seed=6)
    for row in rows[:150]:
        row["NO_KK"] = DUMP
    again = {**rows[7], "NIK": "3374012001990009", "ALAMAT": ""}
    result = linkage.dedupe(table([*rows, again]))
    told = {report["name"]: report for report in result.manifest.blocking}
    assert (told["card"]["placeholder_values"], told["card"]["placeholder_records"]) == (1, 151)
    assert DUMP not in str([asdict(result.manifest)["blocking"], result.manifest.warnings])
    pairs = result.pairs.filter(pa.compute.greater(result.pairs.column("match_probability"), 0.5))
    assert ("data:401" in pairs.column("right_id").to_pylist()) or ("data:401" in pairs.column("left_id").to_pylist())
