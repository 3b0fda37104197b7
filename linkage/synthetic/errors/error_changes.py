"""What each drawn kind of error does to records: the columns that are different afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import Draft
from linkage.synthetic.errors import date_errors, name_errors, nik_errors, slips, token_errors
from linkage.synthetic.errors.address_errors import rewrite_address
from linkage.synthetic.errors.birthplace_errors import rewrite_birthplace
from linkage.synthetic.errors.date_errors import Days
from linkage.synthetic.errors.text_columns import Bool, scatter
from linkage.synthetic.errors.titles import add_title
from linkage.synthetic.fixed_text import years_of
from linkage.synthetic.kinds import ERROR_KINDS, bit
from linkage.synthetic.streams import Int64

Change = Callable[[Draft, np.random.Generator, int], Mapping[str, Any]]
"""Takes records, a random stream and the cut-off day; returns the columns that are now different."""

TextChange = Callable[[pa.StringArray, np.random.Generator], pa.StringArray]

TOUCHED_TEXTS: Final = (
    "nama",
    "nik",
    "nama_ibu",
    "nama_ayah",
    "alamat",
    "no_kk",
    "tempat_lahir",
    "nik_ibu",
    "nik_ayah",
    "no_akta_lhr",
)
"""The texts that errors change."""

NEEDED_NUMBERS: Final = ("birth", "entered", "sex", "faith", "rt", "rw", "errors")
"""The numbers that errors change or go by; a draft may lack those that its kinds do not ask for."""

HIDDEN_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "token_dropped": ("title_added",),
        "tokens_joined": ("tokens_split",),
        "tokens_split": ("tokens_joined",),
        "date_default": ("date_day_month_swapped", "date_digit"),
        "nik_missing": ("nik_digit", "nik_transposed"),
        "mother_shortened": ("mother_typing",),
        "father_shortened": ("father_typing",),
    }
)
"""Errors that a kind could undo; it is not put on a record that has one of them."""

_NEW_SPELLING: Final = 1972
_TITLE_AGE: Final = 22 * 365
_PAPERS: Final = ("nik_ibu", "nik_ayah", "no_akta_lhr")
_WORD: Final = r"[A-Z]{3}"
_SIGN: Final = r"[A-Z0-9]"

_BLANKED: Final[Mapping[str, tuple[float, tuple[str, ...]]]] = MappingProxyType(
    {
        "nama_ayah": (0.24, ("father_shortened", "father_typing")),
        "nama_ibu": (0.18, ("mother_shortened", "mother_typing")),
        "alamat": (0.2, ("address_rewritten",)),
        "tempat_lahir": (0.13, ("birthplace_rewritten",)),
        "no_kk": (0.1, ("card_tampungan", "card_digit")),
        "rt": (0.15, ()),
    }
)
"""What is left empty: how often, and the errors that would be hidden by it. RW goes with RT."""


def _on_text(column: str, change: TextChange) -> Change:
    def changed(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
        return {column: _where(draft.texts[column], None, lambda texts: change(texts, rng))}

    return changed


def _on_name(change: TextChange, column: str = "nama") -> Change:
    return _on_text(column, lambda texts, rng: _recognisable(texts, change(texts, rng)))


def _where(
    texts: pa.StringArray, rows: Int64 | None, change: Callable[[pa.StringArray], pa.StringArray]
) -> pa.StringArray:
    """Change the texts at ``rows`` (None: all) that are not null."""
    present = texts.is_valid().to_numpy(zero_copy_only=False)
    places = np.flatnonzero(present) if rows is None else rows[present[rows]]
    if places.size == len(texts):
        return change(texts)
    return scatter(texts, [places], [change(texts.take(pa.array(places)))])


def _recognisable(before: pa.StringArray, after: pa.StringArray) -> pa.StringArray:
    """Undo errors that leave no more than initials of a name: no office would have accepted that."""
    whole = pc.or_(pc.match_substring_regex(after, _WORD), pc.invert(pc.match_substring_regex(before, _WORD)))
    return pc.if_else(pc.and_(whole, pc.match_substring_regex(after, _SIGN)), after, before)


def _respell(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    names = draft.texts["nama"]
    present = np.flatnonzero(names.is_valid().to_numpy(zero_copy_only=False))
    elder = years_of(draft.numbers["birth"][present]) <= _NEW_SPELLING
    return {"nama": _where(names, present, lambda texts: name_errors.respell(texts, elder, rng))}


def _title(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    numbers = draft.numbers
    present = draft.texts["nama"].is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(present & (cut_off - numbers["birth"].astype(np.int64) > _TITLE_AGE))
    faith = numbers.get("faith", np.zeros(draft.count, np.int8))[rows]
    sex = numbers["sex"][rows]
    return {"nama": _where(draft.texts["nama"], rows, lambda texts: add_title(texts, sex, faith, rng))}


def _date(change: Callable[[Int64, Days, np.random.Generator], Int64]) -> Change:
    def changed(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
        # No office enters people before they are born.
        latest = np.minimum(draft.numbers.get("entered", cut_off), cut_off)
        return {"birth": change(draft.numbers["birth"].astype(np.int64), latest, rng)}

    return changed


def _missing_nik(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    return {"nik": pa.nulls(draft.count, pa.string())}


def _other_sex(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    return {"sex": 1 - draft.numbers["sex"]}


def _paper(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    """Write one digit wrong: in a parent's NIK or in the number of the birth certificate."""
    names = [name for name in _PAPERS if name in draft.texts]
    chosen = rng.integers(0, len(names), draft.count)
    out: dict[str, Any] = {}
    for number, name in enumerate(names):
        change = nik_errors.change_last_digit if name == "no_akta_lhr" else nik_errors.change_digit
        rows = np.flatnonzero((chosen == number) & draft.texts[name].is_valid().to_numpy(zero_copy_only=False))
        out[name] = scatter(draft.texts[name], [rows], [change(draft.texts[name].take(pa.array(rows)), rng)])
    return out


def _blank(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    """Empty one field of each record that is not empty yet."""
    names = [name for name in _BLANKED if name in draft.texts or name in draft.numbers]
    weights = np.zeros((draft.count, len(names)))
    for number, name in enumerate(names):
        weight, hidden = _BLANKED[name]
        column = draft.texts.get(name)
        filled = draft.numbers[name] > 0 if column is None else column.is_valid().to_numpy(zero_copy_only=False)
        weights[:, number] = weight * (filled & ~_has(draft, hidden))
    running = weights.cumsum(axis=1)
    chosen = (rng.random(draft.count)[:, None] * running[:, -1:] >= running).sum(axis=1)
    out: dict[str, Any] = {}
    for number, name in enumerate(names):
        empty = chosen == number
        if name in draft.texts:
            out[name] = pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), draft.texts[name])
        else:
            out |= {unit: np.where(empty, 0, draft.numbers[unit]) for unit in (name, "rw")}
    return out


def _has(draft: Draft, kinds: tuple[str, ...]) -> Bool:
    mask = np.uint64(0)
    for kind in kinds:
        mask |= bit(kind, ERROR_KINDS)
    out: Bool = draft.numbers["errors"] & mask != 0
    return out


def _address(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    lines = draft.texts["alamat"]
    present = np.flatnonzero(lines.is_valid().to_numpy(zero_copy_only=False))
    rt, rw = draft.numbers["rt"][present], draft.numbers["rw"][present]
    return {"alamat": _where(lines, present, lambda texts: rewrite_address(texts, rt, rw, rng))}


CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "name_substitution": _on_name(slips.substitute),
        "name_insertion": _on_name(slips.insert),
        "name_deletion": _on_name(slips.delete),
        "name_transposition": _on_name(slips.transpose),
        "name_ocr": _on_name(slips.look_alike),
        "name_phonetic": _on_name(name_errors.hear),
        "name_old_spelling": _respell,
        "name_abbreviated": _on_name(name_errors.abbreviate),
        "title_added": _title,
        "tokens_swapped": _on_name(token_errors.swap_tokens),
        "token_dropped": _on_name(token_errors.drop_token),
        "tokens_joined": _on_name(token_errors.join_tokens),
        "tokens_split": _on_name(token_errors.split_token),
        "alias_dropped": _on_name(name_errors.drop_alias),
        "name_truncated": _on_name(name_errors.truncate),
        "date_day_month_swapped": _date(lambda birth, cut_off, rng: date_errors.swap_day_month(birth, cut_off)),
        "date_default": _date(date_errors.default_date),
        "date_digit": _date(date_errors.change_digit),
        "date_year_slip": _date(date_errors.slip_year),
        "nik_digit": _on_text("nik", nik_errors.change_digit),
        "nik_transposed": _on_text("nik", nik_errors.transpose),
        "nik_missing": _missing_nik,
        "mother_shortened": _on_name(name_errors.shorten, "nama_ibu"),
        "mother_typing": _on_name(slips.slip, "nama_ibu"),
        "address_rewritten": _address,
        "birthplace_rewritten": _on_text("tempat_lahir", rewrite_birthplace),
        "paper_digit": _paper,
        "field_missing": _blank,
        "father_shortened": _on_name(name_errors.shorten, "nama_ayah"),
        "father_typing": _on_name(slips.slip, "nama_ayah"),
        "card_digit": _on_text("no_kk", nik_errors.change_digit),
        "sex_slip": _other_sex,
    }
)
"""What each of ``DRAWN_ERRORS`` does."""
