"""Comparisons that look at equal values, or find that two say nothing, end in a delta as in linking everything."""

from __future__ import annotations

import random
from dataclasses import replace

from linkage.spec import KERNELS, ComparisonSpec, LevelSpec
from tests.small_register import SEMARANG, denpasar, people, semarang
from tests.standing.test_delta import SPEC, Register, mixed

ADDED = [
    ("place", "tempat_lahir", KERNELS["place"]),
    ("region", "kode_wilayah", KERNELS["region"]),
    ("address", "alamat", KERNELS["address"]),
    ("phonetic", "nama_ibu", KERNELS["phonetic"]),
    ("initials", "nama_ayah", KERNELS["initials"]),
    ("nik_likeness", "nik", KERNELS["nik_likeness"]),
    ("date_gap", "tanggal_lahir", (LevelSpec("equal"), LevelSpec("month", at_most=31))),
    ("token_set", "alamat", (LevelSpec("within", at_least=1.0), LevelSpec("near", at_least=0.6))),
]
MORE = [
    ComparisonSpec(
        f"more_{kernel}",
        tuple(level if isinstance(level, LevelSpec) else LevelSpec(level) for level in levels),
        field=field,
        kernel=kernel,
    )
    for kernel, field, levels in ADDED
]
VAGUE = [{"TGL_LHR": "1980"}, {"ALAMAT": "RT 1 RW 2"}, {"NIK": "337401570388004"}, {"TMPT_LHR": "TANAH BIRU LAUT"}]


def test_nights_under_comparisons_by_relations_end_as_linking_everything_does(tmp_path):
    draw = random.Random(5)
    base = [*semarang(), *denpasar(), *people(60, SEMARANG, seed=5)]
    for _ in range(60):
        base.append(mixed(draw, base) | draw.choice([{}, *VAGUE]))
    register = Register(tmp_path, base, replace(SPEC, comparisons=(*SPEC.comparisons, *MORE)).validate())
    for _ in range(2):
        chosen = draw.sample(sorted(register.rows), 12)
        register.night(
            closed=chosen[:3],
            changed={number: mixed(draw, base) for number in chosen[3:]},
            added=[mixed(draw, list(register.rows.values())) | draw.choice(VAGUE) for _ in range(6)],
        )
        register.check()
    assert len(register.pairs) > 20
