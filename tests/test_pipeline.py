"""The stages in order: what comes out of accepted records, whatever the threads and the order."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from tests.small_register import SEMARANG, denpasar, people, residents_spec, semarang, table

SPEC = residents_spec()
STAGES = ["encode", "block", "model", "compare", "decide"]


def link(rows, spec=SPEC, *, threads=1, observer=None, left_count=-1, **options):
    named = [row | {"record_id": f"p{number:04d}"} for number, row in enumerate(rows or people(1, SEMARANG, seed=1))]
    columns = ("record_id", *table(semarang()).column_names)
    accepted = read_inputs([table(named, columns)], spec).accepted.slice(0, len(rows))
    return link_accepted(accepted, spec, threads, observer, left_count, **options)


def link_accepted(accepted, spec=SPEC, threads=1, observer=None, left_count=-1, **options):
    chosen = LinkOptions(latest_year=2026, left_count=left_count, **options)
    return link_records(accepted, spec, chosen, LocalEngine(threads), Stages(observer or Silent()))


@pytest.fixture(scope="module")
def linked():
    return link([*semarang(), *denpasar()])


def test_the_small_register_makes_one_case_of_each_kind(linked):
    kinds = sorted(linked.cases.column("kind").to_pylist())
    assert kinds == ["BOTH_ENROLLED", "CONFLICT", "DUPLICATE", "OPEN_MOVE", "SHARED_NIK"]


def test_ids_stand_in_byte_order_and_each_pair_stands_once(linked):
    pairs = list(zip(*(linked.pairs.column(name).to_pylist() for name in ("left_id", "right_id")), strict=True))
    assert all(left.encode() < right.encode() for left, right in pairs)
    assert len(set(pairs)) == len(pairs) >= 5
    assert pairs == sorted(pairs)


def test_weight_and_probability_are_one_number(linked):
    weight = linked.pairs.column("match_weight_log2").to_numpy()
    probability = linked.pairs.column("match_probability").to_numpy()
    assert probability == pytest.approx(1 / (1 + np.exp2(-weight)))


def test_pairs_go_down_to_the_review_threshold_and_agreement_on_a_kept_field_goes_below_it(linked):
    top = SPEC.comparison("nik").level_code("equal")
    for row in linked.pairs.to_pylist():
        assert row["match_probability"] >= SPEC.review_threshold or row["level_nik"] == top
    high = link([*semarang(), *denpasar()], replace(SPEC, review_threshold=0.99999, link_threshold=0.999999))
    below = [row for row in high.pairs.to_pylist() if row["match_probability"] < 0.99999]
    assert below, "the shared NIK is a pair of strangers, kept for its NIK"
    assert {row["level_nik"] for row in below} == {top}


def test_clusters_hold_every_record_once_and_are_named_by_their_smallest_id(linked):
    rows = linked.clusters.to_pylist()
    assert [row["record_id"] for row in rows] == sorted(linked.output_ids.to_pylist())
    members = {}
    for row in rows:
        members.setdefault(row["cluster_id"], []).append(row["record_id"])
    assert all(name == min(ids) for name, ids in members.items())
    assert sorted(map(len, members.values()))[-4:] == [2, 2, 2, 2], "shared NIK and twins stay apart"


@pytest.mark.parametrize("threads", [2, 5])
def test_the_number_of_threads_changes_nothing(linked, threads):
    other = link([*semarang(), *denpasar()], threads=threads)
    for name in ("pairs", "clusters", "cases"):
        assert getattr(other, name).equals(getattr(linked, name)), name
    assert other.counts == linked.counts


def test_the_order_of_the_rows_in_a_file_changes_no_cluster_and_no_case(linked):
    """The numbers may differ a little: the rows behind a random sample of pairs are others."""
    rows = [row | {"record_id": f"p{number:04d}"} for number, row in enumerate([*semarang(), *denpasar()])]
    random.Random(5).shuffle(rows)
    other = link_accepted(read_inputs([table(rows, list(rows[0]))], SPEC).accepted)
    assert other.clusters.equals(linked.clusters)
    assert other.cases.drop_columns(["priority"]).equals(linked.cases.drop_columns(["priority"]))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_records_for_a_pair_are_no_error(count):
    linked = link(people(count, SEMARANG, seed=1))
    assert linked.counts["records"] == linked.counts["clusters"] == count
    assert linked.pairs.num_rows == linked.cases.num_rows == 0


@pytest.mark.parametrize("left_count", [0, 5])
def test_a_side_without_records_is_no_error(left_count):
    linked = link(people(5, SEMARANG, seed=1), left_count=left_count)
    assert linked.pairs.num_rows == 0
    assert linked.counts["clusters"] == 5


def test_pairs_a_steward_called_different_join_no_cluster_and_make_no_case(linked):
    duplicate = next(row for row in linked.cases.to_pylist() if row["kind"] == "DUPLICATE")
    i, j = (int(name[1:]) for name in duplicate["record_ids"])
    other = link([*semarang(), *denpasar()], cannot_links=lambda _: np.array([[i, j]], np.int32))
    assert "DUPLICATE" not in other.cases.column("kind").to_pylist()
    cluster = dict(zip(*(column.to_pylist() for column in other.clusters.columns), strict=True))
    assert cluster[duplicate["record_ids"][0]] != cluster[duplicate["record_ids"][1]]
    assert other.counts["clusters"] == linked.counts["clusters"] + 1


class Listener(Silent):
    """Writes down what it is told."""

    def __init__(self):
        self.started, self.finished, self.warnings, self.progress = [], [], [], []

    def stage_started(self, name):
        self.started.append(name)

    def stage_finished(self, name, seconds, counts):
        assert seconds >= 0
        self.finished.append((name, dict(counts)))

    def stage_progressed(self, name, done, planned):
        assert 0 <= done <= planned
        self.progress.append((name, done, planned))

    def warned(self, message):
        self.warnings.append(message)


def test_an_observer_is_told_every_stage_in_order_with_its_counts_and_progress():
    listener = Listener()
    linked = link(semarang(), observer=listener)
    assert listener.started == [name for name, _ in listener.finished] == STAGES
    counts = dict(listener.finished)
    assert counts["encode"] == {"records": len(semarang())}
    assert counts["compare"]["pairs_compared"] == linked.counts["pairs_compared"]
    assert [done == planned for name, done, planned in listener.progress if name == "compare"][-1]


def test_blocks_over_the_cap_are_reported_with_rule_and_counts():
    one_person = people(1, SEMARANG, seed=1) * 40
    rules = tuple(replace(rule, cap=10, refine=()) for rule in SPEC.rules)
    listener = Listener()
    linked = link(one_person, replace(SPEC, rules=rules), observer=listener)
    cut = [warning for warning in listener.warnings if "over the cap" in warning]
    assert len(cut) == sum(report.cut_blocks > 0 for report in linked.candidates.reports) > 5
    assert any("rule nik: cut 1 block over the cap; 780 pairs of 40 records" in warning for warning in cut)
    assert linked.counts["pairs_compared"] == 0
