"""A spec's comparisons, compiled to arrays for the one static kernel.

The kernel is not generated per spec: it reads opcodes, thresholds and look-up tables. A new
comparison in TOML therefore costs no compilation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.spec import DIFFERENT, KERNELS, Alternatives, ComparisonSpec, LinkageSpec

MAX_LEVELS: Final = 16
"""Level codes fit four bits of a packed agreement pattern."""

OPCODES: Final = {
    "equal": 0,
    "date": 1,
    "nik": 2,
    "number_distance": 3,
    "token_overlap": 4,
    "jaro_winkler": 5,
    "name": 6,
    "levenshtein": 7,
    "damerau_levenshtein": 8,
    "combine": 9,
}
"""In order of cost: the kernel runs cheap comparisons first, so that most pairs end early."""


class Program(NamedTuple):
    """The compiled comparisons. C is their number, K the number of columns they read.

    ``order`` int64 (C,): running order, parts before what combines them. ``opcode``, ``column`` int64 (C,).
    ``steps`` int64 (C,) number of thresholds, ``threshold`` float64 (C, 16) best first: threshold s gives level
    ``top - s``; for names the first, if not 0, is the Jaro-Winkler similarity that makes the lowest level.
    ``relation_level`` int8 (C, 16): level of each relation a kernel returns. ``top`` int64 (C,): the best level.
    ``parts`` int64 (C, 8), -1 beyond the end; ``combined_start`` int64 (C,) into ``combined_level`` int8: level by the
    mixed-radix number of the parts' levels, 16 per part. ``weighted``, ``keep``, ``term_frequency``, ``default_dates``
    bool (C,).
    """

    order: npt.NDArray[np.int64]
    opcode: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    relation_level: npt.NDArray[np.int8]
    top: npt.NDArray[np.int64]
    parts: npt.NDArray[np.int64]
    combined_start: npt.NDArray[np.int64]
    combined_level: npt.NDArray[np.int8]
    weighted: npt.NDArray[np.bool_]
    keep: npt.NDArray[np.bool_]
    term_frequency: npt.NDArray[np.bool_]
    default_dates: npt.NDArray[np.bool_]


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
    for index, item in enumerate(comparisons):
        if item.combine:
            parts[index, : len(item.combine)] = [position[name] for name in item.combine]
            starts[index] = sum(table.size for table in tables)
            tables.append(combined_levels(item, [spec.comparison(name) for name in item.combine]))
        elif KERNELS[item.kernel] is None:
            threshold[index, : len(item.levels)] = _thresholds(item)
        else:
            relation_level[index] = _relation_levels(item)
            threshold[index, 0] = item.levels[-1].at_least or 0.0
    program = Program(
        order=np.array(_running_order(comparisons), np.int64),
        opcode=np.array([OPCODES["combine" if item.combine else item.kernel] for item in comparisons], np.int64),
        column=np.array([fields.index(item.field) if item.field else -1 for item in comparisons], np.int64),
        steps=np.array([len(item.levels) for item in comparisons], np.int64),
        threshold=threshold,
        relation_level=relation_level,
        top=np.array([len(item.levels) + 1 for item in comparisons], np.int64),
        parts=parts,
        combined_start=starts,
        combined_level=np.concatenate(tables) if tables else np.zeros(1, np.int8),
        weighted=np.array([not item.part for item in comparisons]),
        keep=np.array([item.keep for item in comparisons]),
        term_frequency=np.array([item.term_frequency for item in comparisons]),
        default_dates=np.array([item.default_dates for item in comparisons]),
    )
    return program, fields


def combined_levels(item: ComparisonSpec, parts: Sequence[ComparisonSpec]) -> npt.NDArray[np.int8]:
    """Return the level of a combined comparison for every combination of its parts' levels, int8 (16 ** n_parts,).

    The first level (best first) one of whose alternatives holds wins. All parts missing is "missing"; nothing
    fitting is "different" when a part differs, else "missing": agreement that no level names says nothing.
    """
    shape = (MAX_LEVELS,) * len(parts)
    table = np.zeros(shape, np.int8)
    some_differ = np.zeros(shape, np.bool_)
    axes = np.indices(shape)
    for axis, part in enumerate(parts):
        some_differ |= axes[axis] == part.level_code(DIFFERENT)
    table[some_differ] = 1
    table[_where(item, parts, axes, item.missing_when)] = 0
    for rank, level in reversed(list(enumerate(item.levels))):
        table[_where(item, parts, axes, level.when)] = len(item.levels) + 1 - rank
    table[(axes == 0).all(axis=0)] = 0
    return table.ravel()


def _where(
    item: ComparisonSpec, parts: Sequence[ComparisonSpec], axes: npt.NDArray[np.int64], alternatives: Alternatives
) -> npt.NDArray[np.bool_]:
    """Return for which combinations of the parts' levels one of the alternatives holds."""
    fits = np.zeros(axes.shape[1:], np.bool_)
    for alternative in alternatives:
        holds = np.ones(axes.shape[1:], np.bool_)
        for name, names in alternative:
            axis = item.combine.index(name)
            holds &= np.isin(axes[axis], [parts[axis].level_code(entry) for entry in names])
        fits |= holds
    return fits


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


def _fields_of_parts(item: ComparisonSpec, spec: LinkageSpec) -> list[str]:
    return [spec.comparison(name).field for name in item.combine]


def _thresholds(item: ComparisonSpec) -> list[float]:
    """Bounds best first, as similarities; distances are negated, so that larger is closer for all."""
    distance = item.kernel in ("levenshtein", "damerau_levenshtein", "number_distance")
    bounds = []
    for level in item.levels:
        bound = level.at_most if distance else level.at_least
        if bound is None:
            bounds.append(0.0 if distance else np.inf)  # equality: the kernel answers equal codes before any bound
        else:
            bounds.append(-bound if distance else bound)
    return bounds


def _relation_levels(item: ComparisonSpec) -> npt.NDArray[np.int8]:
    offered = KERNELS[item.kernel] or ()
    levels = np.ones(MAX_LEVELS, np.int8)
    for code, relation in enumerate(reversed(offered), start=1):
        for rank, level in enumerate(item.levels):
            if level.at_least is None and relation in (level.relations or (level.name,)):
                levels[code] = len(item.levels) + 1 - rank
    return levels


def _running_order(comparisons: Sequence[ComparisonSpec]) -> list[int]:
    """Cheapest first, a combination after its parts and as dear as they are together."""
    position = {item.name: index for index, item in enumerate(comparisons)}

    def cost(item: ComparisonSpec) -> int:
        if item.combine:
            return sum(cost(comparisons[position[name]]) for name in item.combine)
        return OPCODES[item.kernel]

    order: list[int] = []
    for item in sorted(comparisons, key=cost):
        if item.part:
            continue
        for name in (*sorted(item.combine, key=lambda name: cost(comparisons[position[name]])), item.name):
            if position[name] not in order:
                order.append(position[name])
    unused = [index for index in range(len(comparisons)) if index not in order]
    return order + unused
