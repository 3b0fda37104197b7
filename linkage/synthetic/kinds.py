"""What can be the matter with a record or a person: kinds of repeat, error and history, and their usual shares."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

REPEAT_KINDS: Final = (
    "copy_same_office",
    "moved_not_closed",
    "second_nik_elsewhere",
    "newborn_placeholder",
    "conflict_reentry",
    "burst_copy",
    "moved_closed",
    "non_permanent",
)
"""Why a resident has a further record. Entered twice by one office under two NIKs; moved but still active where they
came from (one NIK); enrolled by another office under a second NIK; a newborn entered before it had a name; one NIK
entered twice with another sex or birth date; entered anew with the neighbours in one clerk's burst of a day; moved, and
closed where they came from (that record is history); living elsewhere for up to a year, which is lawful
(Permendagri 74/2022)."""

DUPLICATE_KINDS: Final = REPEAT_KINDS[:6]
"""The repeats that are wrong, and that ``duplicate_rate`` counts. The other two are rightful."""

COPY_SAME_OFFICE, MOVED_NOT_CLOSED, SECOND_NIK, NEWBORN, CONFLICT, BURST, MOVED_CLOSED, NON_PERMANENT = range(8)

_USUAL: Final = (
    "name_substitution",
    "name_insertion",
    "name_deletion",
    "name_transposition",
    "name_ocr",
    "name_phonetic",
    "name_old_spelling",
    "name_abbreviated",
    "title_added",
    "tokens_swapped",
    "token_dropped",
    "tokens_joined",
    "tokens_split",
    "alias_dropped",
    "name_truncated",
    "date_day_month_swapped",
    "date_default",
    "date_digit",
    "date_year_slip",
    "nik_digit",
    "nik_transposed",
    "nik_missing",
    "mother_shortened",
    "mother_typing",
    "address_rewritten",
    "birthplace_rewritten",
    "paper_digit",
    "field_missing",
)
_UNUSUAL: Final = ("father_shortened", "father_typing", "card_digit", "sex_slip")

DRAWN_ERRORS: Final = (*_USUAL, *_UNUSUAL)
"""Kinds of error that are drawn, each with a weight that can be set; of the last four it is 0 unless a plan says so."""

ERROR_KINDS: Final = (
    *_USUAL,
    "sex_contradicts",
    "date_contradicts",
    "name_placeholder",
    "card_tampungan",
    *_UNUSUAL,
)
"""All kinds of error. Bit e of a record's ``errors`` mask stands for ``ERROR_KINDS[e]``. Four are not drawn but come
with a kind of repeat or with a rate of their own: the two contradictions of ``conflict_reentry``, the nameless newborn,
and a family card that is a dump of many families (*KK tampungan*)."""

HISTORY_KINDS: Final = (
    "registered_first_elsewhere",
    "nik_from_before_a_split",
    "birth_date_corrected",
    "sex_corrected",
    "default_birth_date",
    "died_reported",
    "died_unreported",
)
"""What happened to a person and is no error. Bit h of a person's ``history`` mask stands for ``HISTORY_KINDS[h]``."""

DEFAULT_DUPLICATE_SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "copy_same_office": 0.29,
        "moved_not_closed": 0.24,
        "second_nik_elsewhere": 0.22,
        "newborn_placeholder": 0.08,
        "conflict_reentry": 0.11,
        "burst_copy": 0.06,
    }
)
"""Share of each kind among the duplicates (unit: 1, sums to 1)."""

DEFAULT_ERROR_SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "name_substitution": 0.08,
        "name_insertion": 0.05,
        "name_deletion": 0.06,
        "name_transposition": 0.05,
        "name_ocr": 0.02,
        "name_phonetic": 0.14,
        "name_old_spelling": 0.04,
        "name_abbreviated": 0.05,
        "title_added": 0.05,
        "tokens_swapped": 0.02,
        "token_dropped": 0.06,
        "tokens_joined": 0.03,
        "tokens_split": 0.01,
        "alias_dropped": 0.02,
        "name_truncated": 0.05,
        "date_day_month_swapped": 0.04,
        "date_default": 0.03,
        "date_digit": 0.04,
        "date_year_slip": 0.03,
        "nik_digit": 0.02,
        "nik_transposed": 0.01,
        "nik_missing": 0.02,
        "mother_shortened": 0.05,
        "mother_typing": 0.03,
        "address_rewritten": 0.05,
        "birthplace_rewritten": 0.03,
        "paper_digit": 0.03,
        "field_missing": 0.04,
        "father_shortened": 0.0,
        "father_typing": 0.0,
        "card_digit": 0.0,
        "sex_slip": 0.0,
    }
)
"""Weight with which an error of each kind is drawn (unit: 1); a kind that does not fit a record is drawn again."""


def bit(kind: str, kinds: tuple[str, ...]) -> np.uint64:
    """Return the bit that stands for a kind in a mask."""
    return np.uint64(1) << np.uint64(kinds.index(kind))


def share_vector(shares: Mapping[str, float], kinds: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Return float64 (n_kinds,): the shares in the order of ``kinds``, 0 for those not named."""
    return np.array([shares.get(kind, 0.0) for kind in kinds], np.float64)
