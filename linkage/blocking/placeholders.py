"""Values that stand for nobody in particular give no blocking keys: what they would bring together is not related."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.spec import RuleSpec
from linkage.standardise.column import Int32, StandardColumn
from linkage.standardise.placeholder_values import MOST_BEARERS, PARENT_NAMES, placeholder_values

Placeholders = Mapping[str, npt.NDArray[np.bool_]]
"""By field, bool (n_values,): the values that are placeholders. Fields without any are left out."""

NO_PLACEHOLDERS: Final[Placeholders] = MappingProxyType({})


def find_placeholders(columns: Mapping[str, StandardColumn], left_count: int = -1) -> Placeholders:
    """Return the placeholders among the values of the records, by how many records bear them.

    In ``link`` a value is one by the records of either side: files of one register have every value twice.
    ``left_count``: as in ``EncodedRecords``.
    """
    found = {}
    for name, column in columns.items():
        if name not in MOST_BEARERS and name not in PARENT_NAMES:
            continue
        sides = [column.codes] if left_count < 0 else [column.codes[:left_count], column.codes[left_count:]]
        marked = np.zeros(len(column.content.values), np.bool_)
        for codes in sides:
            marked |= placeholder_values(name, np.bincount(codes[codes >= 0], minlength=marked.size))
        if marked.any():
            found[name] = marked
    return found


def without_placeholders(
    rule: RuleSpec, columns: Mapping[str, StandardColumn], placeholders: Placeholders
) -> tuple[Mapping[str, StandardColumn], int, int]:
    """Return the columns with placeholders of the rule's key fields missing, so that they give no key.

    Also how many placeholder values those fields have, and how many records bear one of them.
    """
    fields = sorted({key.partition(".")[0] for key in rule.keys} & set(placeholders))
    if not fields:
        return columns, 0, 0
    reduced = dict(columns)
    bearers = np.zeros(len(columns[fields[0]].codes), np.bool_)
    for name in fields:
        codes: Int32 = columns[name].codes
        marked = np.append(placeholders[name], False)[codes]
        bearers |= marked
        reduced[name] = replace(columns[name], codes=np.where(marked, np.int32(-1), codes))
    return reduced, sum(int(placeholders[name].sum()) for name in fields), int(bearers.sum())
