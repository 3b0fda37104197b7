"""A spec's comparisons, compiled to arrays for the one static kernel.

The kernel is not generated per spec: it reads opcodes, thresholds and look-up tables. A new
comparison in TOML therefore costs no compilation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.comparison.combining import combined_levels
from linkage.comparison.opcodes import CHEAP, GLANCED, INCLUSIVE, LOOKS_AGAIN, MAX_LEVELS, OPCODES
from linkage.spec import DISTANCES, KERNELS, ComparisonSpec, LinkageSpec


class Program(NamedTuple):
    """The compiled comparisons. C is their number, K the number of columns they read.

    ``order`` int64: running order of the comparisons that read a column, cheapest first; some stand there twice, and
    ``glance`` bool tells the first time. ``opcode``, ``column`` int64 (C,), the column -1 for a combination. ``steps``
    int64 (C,) number of thresholds, ``threshold`` float64 (C, 16) best first: threshold s gives level ``top - s``; for
    names the first, if not 0, is the Jaro-Winkler similarity that makes the lowest level. ``relation_level`` int8
    (C, 16): level of each relation a kernel returns. ``top`` int64 (C,): the best level; ``same`` int64 (C,): that of
    two equal values. ``parts`` int64 (C, 8), -1 beyond the end; ``combined_start`` int64 (C,) into ``combined_level``
    int8: level by the mixed-radix number of the parts' levels, 16 per part. ``weighted``, ``keep``, ``term_frequency``,
    ``default_dates``, ``dear`` (stands in the order twice), ``looks`` (at equal values too, where flagged) bool (C,).
    """

    order: npt.NDArray[np.int64]
    glance: npt.NDArray[np.bool_]
    opcode: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    relation_level: npt.NDArray[np.int8]
    top: npt.NDArray[np.int64]
    same: npt.NDArray[np.int64]
    parts: npt.NDArray[np.int64]
    combined_start: npt.NDArray[np.int64]
    combined_level: npt.NDArray[np.int8]
    weighted: npt.NDArray[np.bool_]
    keep: npt.NDArray[np.bool_]
    term_frequency: npt.NDArray[np.bool_]
    default_dates: npt.NDArray[np.bool_]
    dear: npt.NDArray[np.bool_]
    looks: npt.NDArray[np.bool_]


_SAME_IS_BEST: Final = frozenset({"equal", "name", "nik"})
"""Kernels under which equal values are at the best level, whatever that level is; the others ask for the relation."""

_MORE_THAN_EQUALITY: Final = frozenset({"address", "region", "initials", "date_gap", "enrolment"})
"""Kernels whose best relation two spellings may have, or equal values lack."""


def compile_program(spec: LinkageSpec) -> tuple[Program, tuple[str, ...]]:
    """Return the program and the field names of its columns, in column order."""
    comparisons = spec.comparisons
    fields = tuple(dict.fromkeys(item.field for item in comparisons if item.field))
    position = {item.name: index for index, item in enumerate(comparisons)}
    count = len(comparisons)
    threshold = np.zeros((count, MAX_LEVELS))
    relation_level = np.ones((count, MAX_LEVELS), np.int8)
    parts = np.full((count, 8), -1, np.int64)
    tables: list[npt.NDArray[np.int8]] = []
    starts = np.zeros(count, np.int64)
    top = np.array([len(item.levels) + 1 for item in comparisons], np.int64)
    same = top.copy()
    for index, item in enumerate(comparisons):
        if item.combine:
            parts[index, : len(item.combine)] = [position[name] for name in item.combine]
            starts[index] = sum(table.size for table in tables)
            tables.append(combined_levels(item, [spec.comparison(name) for name in item.combine]))
            continue
        offered = KERNELS[item.kernel]
        if offered is None:
            threshold[index, : len(item.levels)] = _thresholds(item)
            continue
        relation_level[index] = _relation_levels(item, offered)
        threshold[index, 0] = item.levels[-1].at_least or 0.0
        if item.kernel not in _SAME_IS_BEST:
            same[index] = relation_level[index, len(offered)]
    order, glance = _running_order(comparisons)
    program = Program(
        order=np.array(order, np.int64),
        glance=np.array(glance, np.bool_),
        opcode=np.array([OPCODES["combine" if item.combine else item.kernel] for item in comparisons], np.int64),
        column=np.array([fields.index(item.field) if item.field else -1 for item in comparisons], np.int64),
        steps=np.array([len(item.levels) for item in comparisons], np.int64),
        threshold=threshold,
        relation_level=relation_level,
        top=top,
        same=same,
        parts=parts,
        combined_start=starts,
        combined_level=np.concatenate(tables) if tables else np.zeros(1, np.int8),
        weighted=np.array([not item.part for item in comparisons]),
        keep=np.array([item.keep for item in comparisons]),
        term_frequency=np.array([item.term_frequency for item in comparisons]),
        default_dates=np.array([item.default_dates for item in comparisons]),
        dear=np.array([item.kernel in GLANCED for item in comparisons]),
        looks=np.array([item.kernel in LOOKS_AGAIN for item in comparisons]),
    )
    return program, fields


def fields_of_comparisons(spec: LinkageSpec) -> tuple[frozenset[str], ...]:
    """Return, for each weighted comparison in order, the fields it depends on.

    These are the fields it reads, directly or through its parts, and all that are made of the same input columns: a
    rule on the words of a whole name selects by the first name too.
    """
    columns = {field.name: frozenset(field.join or field.columns) for field in spec.fields}

    def related(name: str) -> frozenset[str]:
        return frozenset(other for other, used in columns.items() if used & columns[name])

    return tuple(
        frozenset().union(*map(related, [item.field] if item.field else _fields_of_parts(item, spec)))
        for item in spec.weighted
    )


def best_is_equality(item: ComparisonSpec) -> bool:
    """Tell whether equal values, and no others, are at the best level: then counts of values tell how often two are."""
    best = item.levels[0]
    if not item.field or item.kernel in _MORE_THAN_EQUALITY or best.at_least is not None or best.at_most is not None:
        return False
    offered = KERNELS[item.kernel]
    return offered is None or (best.relations or (best.name,)) == offered[:1]


def _fields_of_parts(item: ComparisonSpec, spec: LinkageSpec) -> list[str]:
    return [spec.comparison(name).field for name in item.combine]


def _thresholds(item: ComparisonSpec) -> list[float]:
    """Bounds best first, as similarities; distances are negated, so that larger is closer for all."""
    distance = item.kernel in DISTANCES
    bounds = []
    for level in item.levels:
        bound = level.at_most if distance else level.at_least
        if bound is None:
            bounds.append(0.0 if distance else np.inf)  # equality: equal codes are answered before any bound
        else:
            bounds.append(-bound if distance else bound)
    return bounds


def _relation_levels(item: ComparisonSpec, offered: Sequence[str]) -> npt.NDArray[np.int8]:
    levels = np.ones(MAX_LEVELS, np.int8)
    for code, relation in enumerate(reversed(offered), start=1):
        if item.kernel in INCLUSIVE:
            levels[code] = levels[code - 1]
        for rank, level in enumerate(item.levels):
            if level.at_least is None and relation in (level.relations or (level.name,)):
                levels[code] = len(item.levels) + 1 - rank
    return levels


def _running_order(comparisons: Sequence[ComparisonSpec]) -> tuple[list[int], list[bool]]:
    """Cheapest first, glances before anything dear; last what drops no pair: no weight, or nothing the codes hide."""
    used = {name for item in comparisons if not item.part for name in (item.combine or (item.name,))}
    reading = sorted(
        (index for index, item in enumerate(comparisons) if item.field),
        key=lambda index: (
            comparisons[index].name not in used or comparisons[index].kernel == "equal",
            OPCODES[comparisons[index].kernel],
        ),
    )
    dear = [index for index in reading if comparisons[index].kernel in GLANCED]
    cheap = [index for index in reading if index not in dear and comparisons[index].kernel in CHEAP]
    rest = [index for index in reading if index not in cheap]
    return [*cheap, *dear, *rest], [False] * len(cheap) + [True] * len(dear) + [False] * len(rest)
