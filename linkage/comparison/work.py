"""What an engine is given: everything a pair pass needs, and nothing it must find out."""

from __future__ import annotations

from dataclasses import dataclass

from linkage.comparison.blocks import Blocks
from linkage.comparison.custom import CustomComparison
from linkage.comparison.program import Program
from linkage.comparison.tables import Tables
from linkage.standardise.frequencies.regional import RegionalFrequencies


@dataclass(frozen=True)
class PairWork:
    """Final blocks, compiled comparisons, record tables, and the comparisons that are Python functions.

    ``regional``: by the number of a comparison with term frequency, how its field's values are spread over regions.
    The *survive* fold shifts the weights of the pairs that are left by it.
    """

    blocks: Blocks
    program: Program
    tables: Tables
    custom: tuple[CustomComparison, ...] = ()
    regional: tuple[tuple[int, RegionalFrequencies], ...] = ()
