"""A delta ends in the same pairs, clusters and cases as linking everything under the same model, snapshot and plan."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.stages.frequencies import take_snapshot
from linkage.standing.build import fill, fill_pairs
from linkage.standing.delta import Changed, Fixed, link_delta
from linkage.standing.folder import Standing
from linkage.standing.people import Marks
from linkage.standing.rows import CLOSED, DEAD, OPEN
from linkage.standing.snapshot_file import read_snapshot, write_snapshot
from tests.small_register import COLUMNS, SEMARANG, denpasar, people, residents_spec, semarang, table

SPEC = residents_spec()
# Caps so small that the full run refines some blocks and cuts others.
TIGHT = replace(SPEC, rules=tuple(replace(rule, cap=2) for rule in SPEC.rules))


def accepted(rows, spec, columns=COLUMNS):
    named = [row | {"record_id": f"R{number:012d}"} for number, row in rows.items()]
    # A table must have a row.
    somebody = dict.fromkeys(columns, "") | people(1, SEMARANG, seed=1)[0] | {"record_id": "x"}
    return read_inputs([table([*named, somebody], ("record_id", *columns))], spec).accepted.slice(0, len(rows))


def no_marks(count):
    nothing = np.zeros(count, np.uint64)
    return Marks(np.zeros(count, np.int32), nothing, nothing, nothing, nothing)


def by_key(rows, *names):
    return {tuple(row[name] for name in names): row for row in rows.to_pylist()}


class Register:
    """The records of a project, linked night by night in two ways: what changed, and everything.

    ``model``: the one to link with, from the first night on; the spec's own without it.
    """

    def __init__(self, folder, rows, spec=SPEC, model=None, columns=COLUMNS):
        self.folder, self.spec, self.model, self.columns = folder, spec, model, columns
        self.rows = dict(enumerate(rows, start=1))
        self.last = len(self.rows)
        self.different = set()
        self.fixed = None
        first = self.all()
        snapshot = take_snapshot(
            first.records, first.frequencies, first.candidates.placeholders, first.candidates.plans
        )
        digest = write_snapshot(folder / "snapshot", snapshot)
        self.fixed = Fixed(spec, first.chosen.whole, read_snapshot(folder / "snapshot", digest))
        standing = Standing(folder / "derived", spec, {})
        states = np.full(self.last, OPEN, np.uint8)
        numbers = np.arange(1, self.last + 1)
        places = fill(standing, numbers, states, no_marks(self.last), first.records, first.candidates)
        survivors = first.survivors
        fill_pairs(standing, places, first.records, survivors, first.kin_weight, first.weight, first.facts)
        self.state = json.dumps(standing.state)
        self.pairs = by_key(first.pairs, "left_id", "right_id")
        self.clusters = by_key(first.clusters, "record_id")
        self.cases = by_key(first.cases, "case_id")

    def links(self, records):
        """The pairs called different that are among the records."""
        place = {name: index for index, name in enumerate(records.ids.to_pylist())}
        found = [(place[a], place[b]) for a, b in sorted(self.different) if a in place and b in place]
        return np.array(found, np.int32).reshape(-1, 2)

    def all(self):
        """Link everything."""
        kept = {"fixed_model": self.model}
        if self.fixed is not None:
            kept = {"fixed_model": self.fixed.model, "snapshot": self.fixed.snapshot}
        options = LinkOptions(latest_year=2026, cannot_links=self.links, **kept)
        rows = {number: self.rows[number] for number in sorted(self.rows)}
        return link_records(
            accepted(rows, self.spec, self.columns), self.spec, options, LocalEngine(1), Stages(Silent())
        )

    def night(self, *, closed=(), changed=None, added=(), different=()):
        """Link what changed, and put it in place of what stood."""
        standing, found, gone = self.unfinished_night(closed, changed, added, different)
        self.state = json.dumps(standing.state)
        standing.sweep()
        self._take(found, {f"R{number:012d}" for number in gone})
        return found

    def unfinished_night(self, closed, changed, added, different):
        """Link what changed, and commit nothing."""
        changed = dict(changed or {})
        standing = Standing(self.folder / "derived", self.spec, json.loads(self.state))
        for number in closed:
            del self.rows[number]
        fresh = changed | {self.last + place: row for place, row in enumerate(added, start=1)}
        self.last += len(added)
        self.rows |= fresh
        gone = [*closed, *changed]
        ended = standing.rows.rows_of(np.array(gone, np.int64))
        standing.rows.end(ended, np.array([CLOSED] * len(closed) + [DEAD] * len(changed), np.uint8))
        numbers = np.array(list(fresh), np.int64)
        records = encode(accepted(fresh, self.spec, self.columns), self.spec, latest_year=2026)
        states = np.full(numbers.size, OPEN, np.uint8)
        rows = standing.rows.append(numbers, records, np.arange(numbers.size), states)
        standing.marks.append(no_marks(numbers.size))
        self.different |= {tuple(f"R{number:012d}" for number in sorted(pair)) for pair in different}
        doubted = standing.rows.rows_of(np.array([number for pair in different for number in pair], np.int64))
        found = link_delta(
            standing, Changed(records, rows, ended, doubted), self.fixed, self.links, LocalEngine(1), Stages(Silent())
        )
        return standing, found, gone

    def _take(self, found, gone):
        for key, row in by_key(found.old_pairs, "left_id", "right_id").items():
            assert self.pairs.pop(key) == row, "a pair that goes, or weighs more or less, is told as it stood"
        new = by_key(found.pairs, "left_id", "right_id")
        assert not new.keys() & self.pairs.keys(), "a pair that stands is not written again"
        self.pairs |= new
        decided = gone | set(found.records.ids.to_pylist())
        self.cases = {key: row for key, row in self.cases.items() if not decided & set(row["record_ids"])}
        self.cases |= by_key(found.cases, "case_id")
        self.clusters = {key: row for key, row in self.clusters.items() if key[0] not in gone}
        self.clusters |= by_key(found.clusters, "record_id")

    def check(self):
        """What stands is what linking everything gives."""
        every = self.all()
        assert self.pairs == by_key(every.pairs, "left_id", "right_id")
        assert self.clusters == by_key(every.clusters, "record_id")
        assert self.cases == by_key(every.cases, "case_id")
        return every


def mixed(draw, rows):
    """A person with one field of another."""
    name = draw.choice(["NAMA_LGKP", "ALAMAT", "TGL_LHR", "NIK", "NO_KK", "TMPT_LHR"])
    return draw.choice(rows) | {name: draw.choice(rows)[name]}


@pytest.mark.parametrize(("seed", "spec"), [(1, SPEC), (2, SPEC), (3, TIGHT)], ids=["one", "other", "tight caps"])
def test_nights_of_changes_end_as_linking_everything_does(tmp_path, seed, spec):
    draw = random.Random(seed)
    base = [*semarang(), *denpasar(), *people(100, SEMARANG, seed=seed)]
    for _ in range(80):
        base.append(mixed(draw, base))
    register = Register(tmp_path, base, spec)
    if spec is TIGHT:
        plans = register.fixed.snapshot.plans
        assert any(keys.size for plan in plans for keys in plan.refined)
        assert any(plan.cut.size for plan in plans)
    for _ in range(4):
        chosen = draw.sample(sorted(register.rows), 16)
        two = draw.sample(sorted(set(register.rows) - set(chosen)), 2)
        cases = [row["record_ids"] for row in register.cases.values()]
        asked = [tuple(int(name[1:]) for name in ids[:2]) for ids in draw.sample(cases, min(2, len(cases)))]
        register.night(
            closed=chosen[:5],
            changed={number: mixed(draw, base) for number in chosen[5:]},
            added=[mixed(draw, list(register.rows.values())) for _ in range(9)] + [register.rows[two[0]]],
            different=[pair for pair in [*asked, tuple(two)] if not set(pair) & set(chosen[:5])],
        )
        register.check()
    assert len(register.cases) > 15


def copy_of(row, **values):
    return row | values


def test_a_component_splits_when_the_record_that_held_it_together_is_closed(tmp_path):
    one = people(1, SEMARANG, seed=8)[0]
    middle = copy_of(one, NIK="", ALAMAT="JL LAIN 4")
    other = copy_of(one, NIK="", NO_KK="", TMPT_LHR="KEDIRI", NAMA_LGKP_AYAH="")
    register = Register(tmp_path, [one, middle, other, *people(300, SEMARANG, seed=9)])
    before = len(register.cases)
    assert before
    register.night(closed=[2])
    register.check()
    found = register.night(closed=[1])
    register.check()
    assert found.cases.num_rows == 0
    assert len(register.cases) < before


def test_a_shared_nik_takes_every_record_of_the_nik_also_one_that_is_paired_with_nobody(tmp_path):
    persons = people(200, SEMARANG, seed=5)
    robbed = persons[7]["NIK"]
    persons[50] |= {"NIK": robbed}
    register = Register(tmp_path, persons)
    (case,) = register.cases.values()
    assert case["kind"] == "SHARED_NIK"
    register.night(added=[persons[90] | {"NIK": robbed}])
    register.check()
    assert sorted(map(len, (row["record_ids"] for row in register.cases.values() if row["kind"] == "SHARED_NIK"))) == [
        3
    ]
    register.night(closed=[8])
    register.check()


def test_only_what_hangs_together_with_a_change_is_decided_again(tmp_path):
    register = Register(tmp_path, [*semarang(), *denpasar(), *people(200, SEMARANG, seed=3)])
    new = people(400, SEMARANG, seed=77)[399]
    found = register.night(added=[new])
    assert found.records.n_records < 5
    assert found.counts["records_touched"] < 40
    register.check()


def test_a_block_that_outgrows_ten_caps_is_cut_for_what_comes_later_and_counted(tmp_path):
    row = people(1, SEMARANG, seed=4)[0]
    spec = replace(SPEC, rules=(replace(SPEC.rules[5], name="place", keys=("tempat_lahir",), refine=(), cap=40),))
    others = [person | {"TMPT_LHR": "GARUT"} for person in people(40, SEMARANG, seed=6)]
    register = Register(tmp_path, others, spec)
    assert not register.fixed.snapshot.plans[0].cut.size
    grown = people(361, SEMARANG, seed=12)
    found = register.night(added=[person | {"TMPT_LHR": "GARUT"} for person in grown[:360]])
    assert found.reports[0].cut_records == 0
    found = register.night(added=[grown[360] | {"TMPT_LHR": "GARUT"}, row | {"TMPT_LHR": "KEDIRI"}])
    assert found.reports[0].cut_records == 1
    assert found.counts["pairs_compared"] == 0


def test_a_snapshot_reads_back_and_one_that_was_changed_is_refused(tmp_path):
    from linkage.errors import InvariantError

    register = Register(tmp_path, [*semarang(), *denpasar()], TIGHT)
    path = tmp_path / "snapshot"
    digest = write_snapshot(path, register.fixed.snapshot)
    again = read_snapshot(path, digest)
    assert write_snapshot(path, again) == digest
    first = register.all()
    for name, counts in first.frequencies.counts.items():
        assert again.frequencies(first.records).counts[name].tolist() == counts.tolist()
    left, right = np.triu_indices(first.records.n_records, 1)
    for name, regional in first.frequencies.regional.items():
        told = again.frequencies(first.records).regional[name]
        pairs = first.records.columns[name].codes, left.astype(np.int32), right.astype(np.int32)
        assert told.bits(*pairs).tolist() == regional.bits(*pairs).tolist()
    assert "nama" in first.frequencies.regional
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InvariantError, match="missing or damaged"):
        read_snapshot(path, digest)
