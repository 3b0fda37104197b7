"""Where the records of a graph lie, and the words on its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.charts.cluster_edges import ClusterEdge

Float64 = npt.NDArray[np.float64]
Point = tuple[float, float]

WIDTH, HEIGHT = 720, 500
REACH: Final = 1.3
"""The picture, in pixels, and how far its axes go; records lie between -1 and 1."""

_STEPS: Final = 200
_ON_A_CIRCLE: Final = 4
"""So few records need no other layout: no line hides another."""

_MOST_STRETCH: Final = 2.2
_ALONG: Final = (0.5, 0.4, 0.6, 0.32, 0.68, 0.26, 0.74)
"""Where on a line its words may stand, best first."""

_LETTER: Final = 6.0
_NODE: Final = (110.0, 56.0)
"""Pixels: of a letter, and of a record with its id."""


def layout(ids: Sequence[str], edges: Sequence[ClusterEdge]) -> dict[str, Point]:
    """Return a place for each record between -1 and 1, so that lines are about as long as there are steps between.

    Up to four lie on a circle, whatever their lines, so that two pictures of the same records can be compared. More are
    laid by stress majorisation from a circle (E. Gansner, Y. Koren and S. North, "Graph drawing by stress
    majorization", Graph Drawing 2004, LNCS 3383, 239-250). No chance is in it.
    """
    n = len(ids)
    if n == 1:
        return {ids[0]: (0.0, 0.0)}
    steps = _steps(ids, edges)
    angle = np.pi / 2.0 + (np.pi / n) * (n % 2 == 0) + 2.0 * np.pi * np.arange(n) / n
    at = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if n <= _ON_A_CIRCLE:
        return _named(ids, at)
    weight = np.where(steps > 0.0, 1.0 / np.maximum(steps, 1.0) ** 2, 0.0)
    pull = weight.sum(axis=1, keepdims=True)
    for _ in range(_STEPS):
        apart = at[:, None, :] - at[None, :, :]
        length = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-9)
        at = (weight[:, :, None] * (at[None, :, :] + steps[:, :, None] * apart / length[:, :, None])).sum(axis=1) / pull
        at = at - at.mean(axis=0)
    # The longer side lies flat, for that is where a page has room.
    _, _, axes = np.linalg.svd(at - at.mean(axis=0))
    axes = axes * np.where(axes[:, :1] + 1e-6 * axes[:, 1:] < 0.0, -1.0, 1.0)
    at = np.round((at - at.mean(axis=0)) @ axes.T, 9)
    return _named(ids, at)


def _named(ids: Sequence[str], at: Float64) -> dict[str, Point]:
    # Each axis is stretched to fill the page, though not beyond what still looks like the graph.
    at = at - (at.min(axis=0) + at.max(axis=0)) / 2.0
    reach = np.maximum(np.abs(at).max(axis=0), 1e-9)
    at = at / np.maximum(reach, reach.max() / _MOST_STRETCH)
    return {name: (round(float(x), 4), round(float(y), 4)) for name, (x, y) in zip(ids, at.tolist(), strict=True)}


def _steps(ids: Sequence[str], edges: Sequence[ClusterEdge]) -> Float64:
    """Return how many pairs lie between two records, float64 (n, n); one more than the most where nothing connects."""
    number = {name: place for place, name in enumerate(ids)}
    far = float(len(ids) + 1)
    steps = np.full((len(ids), len(ids)), far)
    np.fill_diagonal(steps, 0.0)
    for edge in edges:
        one, other = number[edge.left_id], number[edge.right_id]
        steps[one, other] = steps[other, one] = 1.0
    for middle in range(len(ids)):
        steps = np.minimum(steps, steps[:, middle : middle + 1] + steps[middle : middle + 1, :])
    most = float(steps[steps < far].max(initial=1.0))
    return np.where(steps >= far, most + 1.0, steps)


def label_places(lines: Sequence[Mapping[str, Any]], nodes: Sequence[Point], *, told: bool) -> list[Point]:
    """Return where the words of each line stand: on it, and as little as may be on other words or on records.

    ``lines``: with their ends ``x``, ``y``, ``x2``, ``y2`` and the ``evidence``; ``told``: whether that is written.
    """
    boxes = [(_pixels(node), _NODE) for node in nodes]
    found: list[Point] = []
    for line in lines:
        size = (_LETTER * len(line["evidence"]) + 8.0, 32.0) if told else (40.0, 16.0)
        tried = [
            (line["x"] + part * (line["x2"] - line["x"]), line["y"] + part * (line["y2"] - line["y"]))
            for part in _ALONG
        ]
        hidden = [sum(_overlap((_pixels(at), size), box) for box in boxes) for at in tried]
        best = tried[hidden.index(min(hidden))]
        boxes.append((_pixels(best), size))
        found.append((round(best[0], 4), round(best[1], 4)))
    return found


def _pixels(point: Point) -> Point:
    return point[0] * WIDTH / (2.0 * REACH), point[1] * HEIGHT / (2.0 * REACH)


def _overlap(one: tuple[Point, Point], other: tuple[Point, Point]) -> float:
    """Return the common area of two boxes, each a middle and a size."""
    sides = []
    for axis in (0, 1):
        apart = abs(one[0][axis] - other[0][axis])
        sides.append(max(0.0, (one[1][axis] + other[1][axis]) / 2.0 - apart))
    return round(sides[0] * sides[1], 6)
