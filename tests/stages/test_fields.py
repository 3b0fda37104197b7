"""Linking encodes the fields that something reads, and comes to the same as with all of them."""

from __future__ import annotations

from dataclasses import replace

from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.spec import FieldSpec, load_builtin_spec
from linkage.stages.fields import FACT_FIELDS, linking_fields
from tests.small_register import denpasar, residents_spec, semarang, table

SPEC = load_builtin_spec()


def test_what_comparisons_rules_and_facts_read_is_among_them_and_what_nobody_reads_is_not() -> None:
    fields = linking_fields(SPEC)
    assert {item.field for item in SPEC.comparisons if item.field} <= fields
    assert {name for rule in SPEC.rules for name in (*rule.read_fields, *rule.refine)} <= fields
    assert fields >= FACT_FIELDS
    assert not fields & {"agama", "kanal", "tgl_ubah", "stat_kwn"}


def test_a_field_the_spec_does_not_have_is_never_among_them() -> None:
    fewer = tuple(field for field in SPEC.fields if field.name != "source")
    assert "source" not in linking_fields(replace(SPEC, fields=(*fewer, FieldSpec("catatan", "text", ("catatan",)))))


def test_the_fields_that_are_left_out_change_no_table() -> None:
    spec = residents_spec()
    accepted = read_inputs([table([*semarang(), *denpasar()])], spec).accepted
    whole, less = (
        link_records(accepted, spec, LinkOptions(latest_year=2026, all_fields=every), LocalEngine(1), Stages(Silent()))
        for every in (True, False)
    )
    assert len(less.records.columns) < len(whole.records.columns)
    for name in ("pairs", "clusters", "cases"):
        assert getattr(less, name).equals(getattr(whole, name))
