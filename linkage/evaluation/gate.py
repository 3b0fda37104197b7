"""A gate: bars that a result must reach before a model may be released.

A bar is a number beside the name of a figure. Whether the figure must be at least or at most that number follows from
its name. What could not be measured does not pass.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.errors import ConfigurationError
from linkage.evaluation.circumstances import SHARED
from linkage.evaluation.figures import Figure
from linkage.evaluation.result import Evaluation

AT_LEAST: Final = (
    "best_f1",
    "recall_at_99",
    "average_precision",
    "candidate_recall",
    *(f"{of}_{what}" for of in ("default", "cluster", "proposed") for what in ("precision", "recall", "f1")),
)
AT_MOST: Final = (*(f"{name}_joined" for name in SHARED), "shared_nik_merged", "ece", "fairness_gap")


@dataclass(frozen=True)
class Bar:
    """One bar and what was measured. ``sure``: the whole interval lies on the same side of the bar."""

    name: str
    bar: float
    at_least: bool
    measured: Figure
    passed: bool
    sure: bool


def read_gate(text: str, *, where: str, known: Collection[str] = (*AT_LEAST, *AT_MOST)) -> dict[str, float]:
    """Return the bars of a gate file (TOML, one table ``[gate]``), by the name of the figure, one of ``known``.

    Raises:
        ConfigurationError: not TOML, no bar, an unknown figure, or a bar that is no number of at least 0.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"not TOML: {error}", where=where) from error
    bars = given.get("gate")
    if set(given) != {"gate"} or not isinstance(bars, dict) or not bars:
        raise ConfigurationError("a gate is one table [gate] with a bar for each figure", where=where)
    unknown = sorted(set(bars) - set(known))
    if unknown:
        raise ConfigurationError(
            f"no figure is called {', '.join(unknown)}",
            where=where,
            remedy=f"There are {', '.join(known)}",
        )
    for name, bar in bars.items():
        if isinstance(bar, bool) or not isinstance(bar, int | float) or not 0.0 <= bar < np.inf:
            raise ConfigurationError(f"the bar for {name} is no number of at least 0", where=where)
    return {name: float(bar) for name, bar in bars.items()}


def hold_against(evaluation: Evaluation, bars: Mapping[str, float]) -> tuple[Bar, ...]:
    """Return for each bar, in the order given, whether the evaluation reaches it; the value decides."""
    return hold_figures(evaluation.figures(), bars, AT_LEAST)


def hold_figures(
    figures: Mapping[str, Figure], bars: Mapping[str, float], at_least: Collection[str]
) -> tuple[Bar, ...]:
    """Return for each bar, in the order given, whether its figure reaches it; those not ``at_least`` are at most."""
    return tuple(_hold(name, bar, figures[name], name in at_least) for name, bar in bars.items())


def _hold(name: str, bar: float, measured: Figure, at_least: bool) -> Bar:
    value = measured.value
    passed = bool(value >= bar) if at_least else bool(value <= bar)  # nan compares as False: not measured, not passed
    ends = (measured.low, measured.high)
    agree = [end >= bar if at_least else end <= bar for end in ends]
    sure = np.isnan(value) or any(np.isnan(end) for end in ends) or all(side == passed for side in agree)
    return Bar(name, bar, at_least, measured, passed, bool(sure))
