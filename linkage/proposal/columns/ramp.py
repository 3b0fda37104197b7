"""A threshold without an edge."""

from __future__ import annotations


def ramp(value: float, low: float, high: float) -> float:
    """Return 0 up to ``low``, 1 from ``high``, and in proportion between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))
