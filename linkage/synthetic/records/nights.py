"""A sequence of nights: what stood in each night's extract, told backwards from the last one.

The register is made as it stands on the last night. Some records are new in the course of the sequence, and some had an
event in it; before the event they read otherwise. The first night's extract is full, every later one holds what is new
or has changed that day. How often what happens follows the yearly counts of the Ministry: about 8.1 M moves, 2.0 M
deaths and 4.5 M births beside tens of thousands of other changes a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import Draft, concat_drafts
from linkage.synthetic.errors import date_errors, slips
from linkage.synthetic.fixed_text import YEAR, digits_text
from linkage.synthetic.kinds import ERROR_KINDS, NEWBORN, bit
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.codes import DEAD, ENROLLED, MOVED_AWAY
from linkage.synthetic.streams import Float64, Int64, pick

Bool = npt.NDArray[np.bool_]
Columns = Mapping[str, Any]

_CHILD: Final = 4  # code of the relation to the head of the family
_SINGLE, _MARRIED = 1, 2
_WAITING: Final = (5, 6, 7, 8)  # UNREGISTERED, BIO_CAPTURED, SENT_FOR_ENROLLMENT, RECEIVED_AT_CENTRAL
_WAITING_SHARES: Final = (0.5, 0.25, 0.15, 0.1)
_ROUNDS: Final = 8


@dataclass(frozen=True)
class NightRows:
    """What the extracts of a chunk of records hold, in order of night and row.

    ``draft``: versions of records, as written in the extract of that night; ``row`` int64 (n,): the record's row in the
    chunk; ``night`` int64 (n,): from 1. Night 1 is the full extract, later ones hold what is new or has changed.
    """

    draft: Draft
    row: Int64
    night: Int64


def night_day(plan: RegisterPlan, night: int) -> int:
    """Return the day of a night's extract, since 1970-01-01; that of the last night is the cut-off."""
    return plan.cut_off_day - plan.nights + night


def new_nights(plan: RegisterPlan, count: int, rng: np.random.Generator) -> Int64:
    """Return int64 (count,): the night in which each record of a region is new; 1 for those in the full extract.

    The region's records stand in order of entry. The last are new, as many a night as ``nightly_new_rate`` says,
    rounded. A region so small that this rounds to none has a new record now and then.
    """
    expected = count * plan.nightly_new_rate
    a_night = np.full(plan.nights - 1, round(expected))
    if expected < 0.5:
        a_night = (rng.random(plan.nights - 1) < expected).astype(np.int64)
    new = np.repeat(np.arange(2, plan.nights + 1), a_night)
    new = new[max(0, new.size - count) :]
    starts: Int64 = np.r_[np.ones(count - new.size, np.int64), new]
    return starts


def last_versions(rows: NightRows) -> NightRows:
    """Return each record as it stands on the last night, in the order of its chunk, all as of night 1."""
    order = np.lexsort((rows.night, rows.row))
    last = order[np.r_[rows.row[order][1:] != rows.row[order][:-1], True]] if order.size else order
    return NightRows(rows.draft.take(last), rows.row[last], np.ones(last.size, np.int64))


def play_nights(plan: RegisterPlan, draft: Draft, starts: Int64, rng: np.random.Generator) -> NightRows:
    """Return the versions of a chunk's records that the extracts of all nights hold.

    ``draft``: records of one region as of the last night; ``starts`` int64 (n,): the night in which each is new, from
    :func:`new_nights`. A record's last version is its final state, but for two columns: ``entered`` becomes the date of
    the night in which the record is new (in the full extract: at most that date, and never before birth), ``changed``
    that of its event. A record has at most one event; on each night about ``nightly_change_rate`` of those that exist
    have one. Versions before an event carry the marks of the errors that it puts right.
    """
    if plan.nights == 1:
        return NightRows(draft, np.arange(draft.count), np.ones(draft.count, np.int64))
    draft = _dated(plan, draft, starts)
    event, night = _draw_events(plan, draft, starts, rng)
    day = np.where(night > 0, night_day(plan, 0) + night, draft.numbers["changed"])
    after = draft.replace(changed=_like(draft, "changed", day))
    versions = [after]
    first = np.arange(draft.count)
    for number, kind in enumerate(_EVENTS):
        rows = np.flatnonzero(event == number)
        if rows.size:
            first[rows] = sum(version.count for version in versions) + np.arange(rows.size)
            part = draft.take(rows)
            versions.append(part.replace(**kind.before(part, draft, rng)))
    changed = np.flatnonzero(night)
    row, nights = np.r_[np.arange(draft.count), changed], np.r_[starts, night[changed]]
    order = np.lexsort((row, nights))
    source = np.r_[first, changed][order]
    return NightRows(concat_drafts(versions).take(source), row[order], nights[order])


def _dated(plan: RegisterPlan, draft: Draft, starts: Int64) -> Draft:
    """Let nothing be entered or changed after the extract in which it first stands."""
    day = night_day(plan, 0) + starts
    days = {}
    for name in ("entered", "changed"):
        known = np.minimum(draft.numbers[name], day)
        days[name] = _like(draft, name, np.maximum(np.where(starts > 1, day, known), draft.numbers["birth"]))
    return draft.replace(**days)


def _draw_events(
    plan: RegisterPlan, draft: Draft, starts: Int64, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int8], Int64]:
    """Return the event of each record, int8 (n,), a number in ``_EVENTS`` or -1, and its night, int64 (n,), 0 for none.

    Records of the dead and of those who moved away had no other event. Where fewer are closed than the shares ask for,
    the other kinds make up for it.
    """
    first_day = night_day(plan, 1)
    nights = np.where(draft.numbers["birth"] <= first_day, plan.nights - starts, 0)
    total = min(int(plan.nightly_change_rate * nights.sum() + rng.random()), int((nights > 0).sum()))
    event = np.full(draft.count, -1, np.int8)
    fits = [kind.fits(draft, first_day) & (nights > 0) for kind in _EVENTS]
    closing = [number for number, kind in enumerate(_EVENTS) if kind.closes]
    others = [number for number, kind in enumerate(_EVENTS) if not kind.closes]
    _assign(event, round(total * sum(_EVENTS[number].share for number in closing)), closing, fits, nights, rng)
    _assign(event, total - int((event >= 0).sum()), others, fits, nights, rng)
    night = starts + 1 + (rng.random(draft.count) * nights).astype(np.int64)
    return event, np.where(event >= 0, night, 0)


def _assign(
    event: npt.NDArray[np.int8],
    total: int,
    kinds: list[int],
    fits: list[Bool],
    nights: Int64,
    rng: np.random.Generator,
) -> None:
    """Give ``total`` records that fit and are free one of these kinds of event, by share, in place.

    What finds no record passes on to the next kind. Records are drawn in proportion to the nights on which they can
    change (Efraimidis and Spirakis 2006), so that every night has its share.
    """
    shares = np.array([_EVENTS[number].share for number in kinds])
    owed = 0
    for number, count in zip(kinds, rng.multinomial(total, shares / shares.sum()).tolist(), strict=True):
        free = np.flatnonzero(fits[number] & (event < 0))
        waiting: Float64 = rng.exponential(size=free.size) / nights[free]
        chosen = free[np.argsort(waiting, kind="stable")[: count + owed]]
        event[chosen] = number
        owed += count - chosen.size


def _like(draft: Draft, name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.astype(draft.numbers[name].dtype)


def _present(texts: pa.StringArray) -> Bool:
    present: Bool = texts.is_valid().to_numpy(zero_copy_only=False)
    return present


def _active(draft: Draft) -> Bool:
    active: Bool = draft.numbers["flag"] == 0
    return active


def _aged(draft: Draft, day: int, least: float, most: float) -> Bool:
    age = (day - draft.numbers["birth"]) / YEAR
    aged: Bool = (age >= least) & (age < most)
    return aged


def _earlier_card(texts: pa.StringArray) -> pa.StringArray:
    """Return other family card numbers: two digits of the serial exchanged, the last that differ; null stays null."""
    number = pc.fill_null(texts, "0").cast(pa.int64()).to_numpy()
    units, tens, hundreds, thousands = (number // 10**place % 10 for place in range(4))
    exchanged = [9 * (units - tens), 90 * (tens - hundreds), 900 * (hundreds - thousands)]
    step = np.select([change != 0 for change in exchanged], exchanged, np.where(units == 9, -1, 1))
    return pc.if_else(texts.is_valid(), digits_text(number + step, 16), texts)


def _can_have_moved(draft: Draft, day: int) -> Bool:
    household = draft.numbers["household"][_donors(draft)]
    several = bool(household.size) and bool(np.any(household != household[0]))
    fits: Bool = _active(draft) & _present(draft.texts["alamat"]) & several
    return fits


def _donors(draft: Draft) -> Int64:
    return np.flatnonzero(_present(draft.texts["alamat"]))


def _before_move(part: Draft, whole: Draft, rng: np.random.Generator) -> Columns:
    """They lived where somebody else of the office lives: an address that exists."""
    donors = _donors(whole)
    household = whole.numbers["household"][donors]
    own = part.numbers["household"]
    chosen = rng.integers(0, donors.size, part.count)
    other = int(np.argmax(household != household[0]))
    elsewhere = np.where(household[0] != own, 0, other)
    donor = whole.take(donors[np.where(household[chosen] != own, chosen, elsewhere)])
    return {
        "alamat": donor.texts["alamat"],
        **{name: donor.numbers[name] for name in ("village", "rt", "rw")},
        "no_kk": _earlier_card(part.texts["no_kk"]),
    }


def _can_have_married(draft: Draft, day: int) -> Bool:
    fits: Bool = _active(draft) & (draft.numbers["marital"] == _MARRIED) & _aged(draft, day, 17, 45)
    return fits


def _before_marriage(part: Draft, whole: Draft, rng: np.random.Generator) -> Columns:
    """They stood on their parents' card."""
    return {
        "marital": np.full_like(part.numbers["marital"], _SINGLE),
        "relation": np.full_like(part.numbers["relation"], _CHILD),
        "no_kk": _earlier_card(part.texts["no_kk"]),
    }


def _can_have_enrolled(draft: Draft, day: int) -> Bool:
    return _active(draft) & np.isin(draft.numbers["card"], ENROLLED) & _aged(draft, day, 17, np.inf)


def _before_enrolment(part: Draft, whole: Draft, rng: np.random.Generator) -> Columns:
    return {"card": _like(part, "card", np.array(_WAITING)[pick(rng, _WAITING_SHARES, part.count)])}


def _has_letters(draft: Draft, day: int) -> Bool:
    letters = pc.fill_null(pc.match_substring_regex(draft.texts["nama"], "[A-Z]"), False)
    fits: Bool = _active(draft) & letters.to_numpy(zero_copy_only=False)
    return fits


def _misspelt(part: Draft, whole: Draft, rng: np.random.Generator) -> Columns:
    names = part.texts["nama"]
    transposed = slips.transpose(names, rng)
    takes = pc.and_(pc.not_equal(transposed, names), pa.array(rng.random(part.count) < 0.5))
    marks = pc.if_else(
        takes, int(bit("name_transposition", ERROR_KINDS)), int(bit("name_substitution", ERROR_KINDS))
    ).to_numpy(zero_copy_only=False)
    return {
        "nama": pc.if_else(takes, transposed, slips.substitute(names, rng)),
        "errors": part.numbers["errors"] | marks.astype(np.uint64),
    }


def _misdated(part: Draft, whole: Draft, rng: np.random.Generator) -> Columns:
    birth, latest = part.numbers["birth"].astype(np.int64), part.numbers["entered"]
    wrong = birth.copy()
    for _ in range(_ROUNDS):
        same = np.flatnonzero(wrong == birth)
        if not same.size:
            break
        tried = date_errors.change_digit(birth[same], int(latest.max()), rng)
        wrong[same] = np.where(tried <= latest[same], tried, birth[same])
    wrong -= wrong == birth  # the day before: a date nearly always, and another digit
    return {"birth": _like(part, "birth", wrong), "errors": part.numbers["errors"] | bit("date_digit", ERROR_KINDS)}


def _can_have_been_nameless(draft: Draft, day: int) -> Bool:
    named: Bool = _present(draft.texts["nama"]) & (draft.numbers["kind"] != NEWBORN + 1)
    return _active(draft) & named & _present(draft.texts["nama_ibu"]) & _aged(draft, day, -np.inf, 1)


def _nameless(part: Draft, whole: Draft, rng: np.random.Generator) -> Columns:
    return {
        "nama": pc.binary_join_element_wise("BAYI NY.", part.texts["nama_ibu"], " "),
        "errors": part.numbers["errors"] | bit("name_placeholder", ERROR_KINDS),
    }


def _closed_as(flag: int) -> Callable[[Draft, int], Bool]:
    def fits(draft: Draft, day: int) -> Bool:
        closed: Bool = draft.numbers["flag"] == flag
        return closed

    return fits


def _still_open(part: Draft, whole: Draft, rng: np.random.Generator) -> Columns:
    return {"flag": np.zeros_like(part.numbers["flag"])}


@dataclass(frozen=True)
class _Event:
    """A kind of event: its share, which records of a draft can have had it by the day of the first night, and which
    columns of them read otherwise before (given the records, all records of the chunk, and a random stream)."""

    name: str
    share: float
    fits: Callable[[Draft, int], Bool]
    before: Callable[[Draft, Draft, np.random.Generator], Columns]
    closes: bool = False


# Moving within the regency comes last: it fits nearly everybody, so it takes what the others leave.
_EVENTS: Final = (
    _Event("died", 0.06, _closed_as(DEAD), _still_open, closes=True),
    _Event("moved_away", 0.12, _closed_as(MOVED_AWAY), _still_open, closes=True),
    _Event("married", 0.19, _can_have_married, _before_marriage),
    _Event("card_issued", 0.19, _can_have_enrolled, _before_enrolment),
    _Event("birth_date_corrected", 0.06, lambda draft, day: _active(draft), _misdated),
    _Event("named", 0.03, _can_have_been_nameless, _nameless),
    _Event("name_corrected", 0.11, _has_letters, _misspelt),
    _Event("moved_within", 0.24, _can_have_moved, _before_move),
)

EVENT_SHARES: Final[Mapping[str, float]] = MappingProxyType({kind.name: kind.share for kind in _EVENTS})
"""Share of each kind of event among all (unit: 1, sums to 1)."""
