"""Groups of people to compare: by naming culture, mononym, sex, age, region; and which fields are there."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import EncodedRecords, encode
from linkage.evaluation.circumstances import People
from linkage.evaluation.fairness.groups import Division
from linkage.evaluation.known_pairs import Int64
from linkage.lookback.evaluate.run_folder import FinishedRun
from linkage.lookback.evaluate.truth_file import Truth
from linkage.spec import LinkageSpec
from linkage.stages.facts import record_facts
from linkage.standardise.nik.numbers import valid_codes
from linkage.standardise.regions.resolve import region_name

IDENTITY: Final = ("nama", "nik", "tanggal_lahir", "nama_ibu", "nama_ayah", "no_kk", "alamat", "tempat_lahir")
"""Fields whose presence makes a pair of residents easy or hard; a newborn's placeholder is no name."""

_NAME: Final = "nama"
_READ: Final = (*IDENTITY, "jenis_kelamin", "source", "kode_wilayah", "kab_kota", "provinsi")
_AGES: Final = (0, 17, 25, 40, 60)
"""Where bands of age begin; at 17 a resident is due an identity card."""


def people_of(run: FinishedRun, truth: Truth) -> People:
    """Return the groups of the people behind the records of the true and the kept pairs; others are in none."""
    known, pairs = truth.known, run.pairs
    rows = np.unique(np.concatenate([known.left, known.right, pairs.left, pairs.right])).astype(np.int64)
    fields = _present_fields(run.spec)
    wanted = {*_READ, *fields}
    year = int(run.manifest.options["latest_year"])
    taken = run.accepted.take(pa.array(rows))
    records = encode(taken, run.spec, latest_year=year, fields=wanted)
    n = len(run.ids)
    present = np.zeros(rows.size, np.int64)
    for bit, name in enumerate(fields):
        present |= (valid_codes(records.columns[name]) >= 0).astype(np.int64) << bit
    return People(tuple(_divisions(records, run.spec, year, rows, n, truth)), _spread(present, rows, n, 0), fields)


def _present_fields(spec: LinkageSpec) -> tuple[str, ...]:
    ours = {field.name for field in spec.fields}
    known = tuple(name for name in IDENTITY if name in ours)
    return (
        known
        if len(known) > 1
        else tuple(dict.fromkeys(item.field for item in spec.comparisons if item.field in ours))[:12]
    )


def _divisions(
    records: EncodedRecords, spec: LinkageSpec, year: int, rows: Int64, n: int, truth: Truth
) -> list[Division]:
    facts = record_facts(records, spec.older_regions)
    found = []
    if truth.culture is not None:
        found.append(Division("naming culture", truth.cultures, truth.culture))

    def add(name: str, groups: tuple[str, ...], code: npt.NDArray[np.integer], *, either: bool = False) -> None:
        if (code >= 0).any():
            found.append(Division(name, groups, _spread(code.astype(np.int64), rows, n, -1), either))

    add("name of one word", ("no", "yes"), _mononym(records), either=True)
    add("sex", ("male", "female"), facts.sex - 1)
    born = facts.birth // 10_000
    age = np.searchsorted(_AGES, np.maximum(year - born, 0), side="right") - 1
    bands = tuple(f"{low} to {high - 1}" for low, high in pairwise(_AGES))
    add("age", (*bands, f"{_AGES[-1]} and over"), np.where(born > 0, age, -1))
    for name, codes in (("province", facts.region // 100), ("regency", facts.region)):
        distinct, which = np.unique(codes, return_inverse=True)
        groups = tuple(f"{code} {region_name(int(code), spec.older_regions)}" for code in distinct)
        add(name, groups, np.where(codes > 0, which, -1))
    city = np.where(facts.region % 100 >= 71, 1, 0)  # the ministry numbers cities from 71 on
    add("kind of regency", ("kabupaten", "kota"), np.where(facts.region > 0, city, -1))
    return found


def _mononym(records: EncodedRecords) -> Int64:
    """Return 1 where the standard name is one word, 0 where it is more, -1 where there is none."""
    column = records.columns.get(_NAME)
    if column is None:
        return np.full(records.n_records, -1)
    several = pc.match_substring(column.content.values, " ").to_numpy(zero_copy_only=False)
    one = np.append(~several.astype(np.bool_), False).astype(np.int64)
    return np.where(column.codes >= 0, one[column.codes], -1)


def _spread(values: Int64, rows: Int64, n: int, missing: int) -> Int64:
    whole = np.full(n, missing, np.int64)
    whole[rows] = values
    return whole
