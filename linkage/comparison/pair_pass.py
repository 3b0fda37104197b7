"""The pair pass from outside: what an engine is given, the pieces it may run in any order, and what comes back."""

from linkage.comparison.blocks import Blocks, pair_bounds, rules_of_pairs, stack_blocks
from linkage.comparison.count import (
    CountedPatterns,
    join_counts,
    run_count,
    run_every,
    run_random,
    unpack_patterns,
)
from linkage.comparison.custom import NO_FUNCTIONS, CustomFunction, custom_comparisons
from linkage.comparison.draws import possible_pairs, split_draws
from linkage.comparison.survive import Survivors, levels_of_pairs, run_survive
from linkage.comparison.tasks import Task, split_tasks
from linkage.comparison.weights import Weights, build_weights
from linkage.comparison.work import PairWork

__all__ = [
    "NO_FUNCTIONS",
    "Blocks",
    "CountedPatterns",
    "CustomFunction",
    "PairWork",
    "Survivors",
    "Task",
    "Weights",
    "build_weights",
    "custom_comparisons",
    "join_counts",
    "levels_of_pairs",
    "pair_bounds",
    "possible_pairs",
    "rules_of_pairs",
    "run_count",
    "run_every",
    "run_random",
    "run_survive",
    "split_draws",
    "split_tasks",
    "stack_blocks",
    "unpack_patterns",
]
