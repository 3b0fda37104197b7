"""A spec of places, regions, addresses, sounds, tokens, days and numbers links, and stopping early changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import linkage
from linkage.comparison.pair_pass import build_weights, levels_of_pairs
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.lookback.explanation import explain_records
from linkage.lookback.explanation_text import render
from linkage.progress import Silent
from linkage.proposal.spec_text import Comments, spec_text
from linkage.run.one_off import Request, run_to_folder
from linkage.spec import parse_spec
from linkage.stages.candidates import plan_candidates
from tests.oracles.levels import levels_of
from tests.small_register import denpasar, semarang, table, write_csv

SPEC = parse_spec("""
name = "relations"
prior = 0.001
[[field]]
name = "nama"
kind = "person_name"
[[field]]
name = "nik"
kind = "nik"
[[field]]
name = "tanggal_lahir"
kind = "date"
[[field]]
name = "tempat_lahir"
kind = "place"
[[field]]
name = "alamat"
kind = "address"
[[field]]
name = "kode_wilayah"
kind = "category"
[[comparison]]
name = "sound"
field = "nama"
kernel = "phonetic"
levels = ["equal", "shared_sound"]
term_frequency = true
[[comparison]]
name = "initials"
field = "nama"
kernel = "initials"
levels = ["equal", "initials", "within", "initials_within"]
[[comparison]]
name = "sorted"
field = "nama"
kernel = "token_sort"
levels = ["equal", { name = "close", at_least = 0.9 }, { name = "near", at_least = 0.6 }]
part = true
[[comparison]]
name = "set"
field = "nama"
kernel = "token_set"
levels = [{ name = "within", at_least = 1 }, { name = "near", at_least = 0.7 }]
part = true
[[comparison]]
name = "words"
combine = ["sorted", "set"]
levels = [
    { name = "close", when = [{ sorted = ["equal", "close"] }] },
    { name = "near", when = [{ set = ["within", "near"] }] },
]
[[comparison]]
name = "nik"
field = "nik"
kernel = "nik_likeness"
levels = [
    "equal", { name = "slip", relations = ["slip", "damaged_slip"] }, "first_twelve", "adjacent", "day_40",
    "birth_part", "same_regency",
]
keep = true
[[comparison]]
name = "born"
field = "tanggal_lahir"
kernel = "date_gap"
levels = ["equal", { name = "month", at_most = 31 }, { name = "year", at_most = 366 }]
[[comparison]]
name = "place"
field = "tempat_lahir"
kernel = "place"
levels = ["same", "same_regency", "same_province"]
[[comparison]]
name = "address"
field = "alamat"
kernel = "address"
levels = ["same_house", "same_street", "same_neighbours", "same_village"]
[[comparison]]
name = "region"
field = "kode_wilayah"
kernel = "region"
levels = ["same_regency", "same_province"]
[[rule]]
name = "all"
keys = []
cap = 1000
[[rule]]
name = "neighbours"
sort = ["nama", "tanggal_lahir"]
window = 3
""")
DAMAGED = {"NIK": "337401570388004", "ALAMAT": "JL MAWAR", "TGL_LHR": "03-1988", "TMPT_LHR": "DESA TANAH BIRU LAUT"}
ROWS = [*semarang()[:40], *semarang()[-5:], *denpasar()[-25:]]
NOTHING = {"NIK": "", "ALAMAT": "", "TMPT_LHR": "", "TGL_LHR": "", "KODE_WILAYAH": ""}
MOVED = {"NAMA_LGKP": ROWS[4]["NAMA_LGKP"].split()[0], "KODE_WILAYAH": "33.01"}
ROWS += [ROWS[3] | DAMAGED, ROWS[3] | DAMAGED, ROWS[4] | NOTHING, ROWS[4] | MOVED]


@pytest.fixture(scope="module")
def candidates():
    records = encode(read_inputs([table(ROWS)], SPEC).accepted, SPEC, latest_year=2026)
    return records, plan_candidates(records, SPEC)


@pytest.fixture(scope="module")
def all_pairs(candidates):
    records, planned = candidates
    left, right = (side.astype(np.int32) for side in np.triu_indices(records.n_records, 1))
    return left, right, levels_of_pairs(planned.work, left, right)


def test_every_pair_is_at_the_levels_of_the_oracle(candidates, all_pairs):
    records, _ = candidates
    left, right, found = all_pairs
    chosen = np.random.default_rng(1).permutation(left.size)[:400].tolist()
    for row in (*chosen, *range(left.size - 6, left.size)):
        assert found[row].tolist() == levels_of(SPEC, records.columns, {}, int(left[row]), int(right[row]))
    reached = {item.name: len(set(found[:, place].tolist())) for place, item in enumerate(SPEC.comparisons)}
    assert min(reached.values()) > 2, reached


@pytest.mark.parametrize("seed", range(6))
def test_weights_of_any_sign_drop_no_pair_that_reaches_the_least(candidates, all_pairs, seed):
    _, planned = candidates
    left, right, levels = all_pairs
    table = np.random.default_rng(seed).normal(0, 4, (len(SPEC.weighted), 16))
    table[:, 0] = 0.0
    weights = build_weights(table, SPEC, planned.work.program, 2.0)
    found = LocalEngine(1).survive(planned.work, weights)
    weighted = [number for number, item in enumerate(SPEC.comparisons) if not item.part]
    total = sum(table[row, levels[:, number]] for row, number in enumerate(weighted))
    nik = planned.work.tables.codes[:, planned.fields.index("nik")]
    stays = (total >= 2.0) | ((nik[left] == nik[right]) & (nik[left] >= 0) & (nik[left] < 1 << 30))
    assert 0 < stays.sum() < left.size
    assert found.left.tolist() == left[stays].tolist()
    assert found.right.tolist() == right[stays].tolist()
    assert found.levels.tolist() == levels[stays].tolist()


def test_linking_finds_the_same_with_early_stop_and_without():
    early, late = (
        linkage.dedupe(table(ROWS), replace(SPEC, survive_probability=least).validate()) for least in (0.001, 1e-300)
    )
    assert early.pairs.num_rows > 3
    assert early.pairs.equals(late.pairs)
    assert early.clusters.equals(late.clusters)
    assert early.cases.equals(late.cases)


def test_a_pair_is_explained_in_the_words_of_its_levels(tmp_path):
    file = write_csv(tmp_path / "semarang.csv", ROWS)
    request = Request("dedupe", (file,), SPEC, latest_year=2026)
    run_to_folder(request, tmp_path / "run", engine=LocalEngine(1), observer=Silent())
    told = explain_records("semarang:73", "semarang:72", tmp_path / "run")
    levels = told.levels
    assert levels["address"] == "same_street"
    assert levels["region"] == "same_regency"
    assert levels["born"] == "missing"
    assert "kabupaten atau kota sama" in render(told, language="id", width=100)
    assert "same regency" in render(told, language="en", width=100)


def test_the_text_of_the_spec_reads_back_as_the_spec():
    assert parse_spec(spec_text(SPEC, Comments())) == SPEC
