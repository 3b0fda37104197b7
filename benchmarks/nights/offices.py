"""What the offices send each night: on time, late, broken, twice, yesterday's again; and at times a full extract."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.nights.scenario import DIALECTS, Scenario, day_of
from benchmarks.nights.world import NIGHT, World
from linkage.synthetic import ALL_DIALECTS, Dialect
from linkage.synthetic.files.extract_writer import ExtractWriter

TAKEN: Final = ""
IGNORED: Final = "known"
Mood = Literal["on time", "late", "overtaken", "broken", "yesterday again", "twice", "same name again"]

_MOODS: Final[tuple[tuple[Mood, float], ...]] = (
    ("late", 0.05),
    ("overtaken", 0.03),
    ("broken", 0.05),
    ("yesterday again", 0.05),
    ("twice", 0.05),
    ("same name again", 0.04),
)
_DIRTY_ROWS: Final = 0.002
_DIED_UNTOLD: Final = 0.002
"""Of a regency's records, those that a full extract no longer has and no delta said anything of."""
_COME_BACK: Final = 0.2
_FULLS: Final = 2


@dataclass(frozen=True)
class Sent:
    """A file as it lies in the inbox on a night. ``expected``: the code under which it is to be refused, TAKEN, or
    IGNORED for one that is known by name and content. ``rows`` that are whole; damaged ones come on top."""

    night: int
    path: Path
    expected: str
    rows: int


@dataclass
class _Office:
    """One regency's office: its extracts are numbered on and on."""

    region: str
    dialect: Dialect
    later: pa.Table
    fulls: set[int]
    number: int = 1
    owed: list[int] = field(default_factory=list)
    overtaken: int = 0
    last: Sent | None = None
    gone: dict[str, int] = field(default_factory=dict)


def send(scenario: Scenario, world: World, folder: Path) -> list[Sent]:
    """Write the files of all nights, ``<folder>/<night>/<file>``, and return what they are."""
    sent: list[Sent] = []
    for place, region in enumerate(world.regions):
        rng = scenario.stream("office", int(region))
        last = scenario.nights - 1
        fulls = {int(night) for night in 3 + rng.choice(max(last - 3, 1), min(_FULLS, max(last - 3, 1)), replace=False)}
        dialect = ALL_DIALECTS[DIALECTS[place % len(DIALECTS)]]
        office = _Office(region, dialect, world.later(region), fulls)
        sent.append(_first(office, world, folder, rng))
        for night in range(2, scenario.nights + 1):
            sent += _night(office, world, folder, night, rng, last=night == scenario.nights)
    return sorted(sent, key=lambda one: (one.night, one.path.name))


def told(sent: list[Sent]) -> Counter[str]:
    """Return how many files are to be taken, known, and refused, by code."""
    return Counter(one.expected or "taken" for one in sent)


def _first(office: _Office, world: World, folder: Path, rng: np.random.Generator) -> Sent:
    return _write(office, world.first(office.region), folder, 1, 1, "full", rng)


def _night(
    office: _Office, world: World, folder: Path, night: int, rng: np.random.Generator, *, last: bool
) -> list[Sent]:
    late: list[Sent] = []
    if office.overtaken == night - 1 or night in office.fulls:
        return _full(office, world, folder, night, rng)
    if office.overtaken:
        late = [replace(_delta(office, folder, office.overtaken, night, rng), expected="EXTRACT_NOT_NEWER", rows=0)]
        office.overtaken = 0
    yesterday, mood = office.last, _mood(rng)
    if last and mood in ("late", "overtaken", "broken"):
        mood = "on time"
    if mood in ("late", "overtaken") and not office.owed:
        office.owed.append(night)
        office.overtaken = night if mood == "overtaken" else 0
        return late
    sent = [_delta(office, folder, owed, night, rng) for owed in (*office.owed, night)]
    office.owed.clear()
    whole = sent[-1]
    if mood == "broken" and len(sent) == 1:
        return [*late, _broken(whole, office, night)]
    if mood == "twice" and whole.rows:
        sent.append(_again(office, whole.path, folder, night))
    elif mood == "yesterday again" and yesterday is not None and yesterday.rows:
        sent.append(_again(office, yesterday.path, folder, night))
    elif mood == "same name again" and yesterday is not None:
        copy = folder / f"{night:02}" / yesterday.path.name
        shutil.copyfile(yesterday.path, copy)
        sent.append(Sent(night, copy, IGNORED, 0))
    office.last = whole
    return [*late, *sent]


def _full(office: _Office, world: World, folder: Path, night: int, rng: np.random.Generator) -> list[Sent]:
    """Send all that stands, without those who died and of whom nobody told. What was held back is in it, too."""
    rows = world.standing(office.region, night)
    back = [record for record in office.gone if rng.random() < _COME_BACK]
    for record in back:
        del office.gone[record]
    quiet = ~np.isin(_ids(rows), _ids(office.later))
    able = _ids(rows)[quiet & pc.equal(rows["flag_status"], "0").to_numpy()]
    for record in rng.permutation(able)[: max(1, round(_DIED_UNTOLD * rows.num_rows))].tolist():
        office.gone[record] = night
    rows = rows.filter(pc.invert(pc.is_in(rows["record_id"], value_set=pa.array(list(office.gone), pa.string()))))
    office.owed.clear()
    office.last = _write(office, rows.drop_columns([NIGHT]), folder, night, night, "full", rng)
    return [office.last]


def _delta(office: _Office, folder: Path, of: int, night: int, rng: np.random.Generator) -> Sent:
    rows = office.later.filter(pc.equal(office.later[NIGHT], of)).drop_columns([NIGHT])
    return _write(office, rows, folder, night, of, "delta", rng)


def _broken(whole: Sent, office: _Office, night: int) -> Sent:
    """Let a file be damaged on its way; the office sends its rows again on the next night."""
    office.owed.append(night)
    if office.dialect.extension == "parquet":
        content = whole.path.read_bytes()
        whole.path.write_bytes(content[: len(content) // 2])
    else:
        whole.path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 8)
    return Sent(night, whole.path, "refused", 0)


def _again(office: _Office, path: Path, folder: Path, night: int) -> Sent:
    office.number += 1
    copy = _path(office, folder, night, night, "delta" if "_delta_" in path.name else "full")
    shutil.copyfile(path, copy)
    return Sent(night, copy, "EXTRACT_TWICE", 0)


def _write(
    office: _Office, rows: pa.Table, folder: Path, night: int, of: int, kind: str, rng: np.random.Generator
) -> Sent:
    if night > 1:
        office.number += 1
    path = _path(office, folder, night, of, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    dirty = _DIRTY_ROWS if kind == "delta" or night == 1 else 0.0
    with ExtractWriter(path, office.dialect, rng, dirty) as extract:
        extract.write(rows)
    return Sent(night, path, TAKEN, rows.num_rows)


def _path(office: _Office, folder: Path, night: int, of: int, kind: str) -> Path:
    name = f"{office.region}_{kind}_{day_of(of):%Y%m%d}_{office.number:03}.{office.dialect.extension}"
    return folder / f"{night:02}" / name


def _mood(rng: np.random.Generator) -> Mood:
    drawn = rng.random()
    for mood, share in _MOODS:
        drawn -= share
        if drawn < 0:
            return mood
    return "on time"


def _ids(rows: pa.Table) -> np.ndarray:
    return np.asarray(rows["record_id"].to_pylist(), dtype=object).astype(str)
