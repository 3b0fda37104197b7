"""One small chart of every kind, made from numbers by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from linkage.blocking.index import RuleReport
from linkage.blocking.plan import Estimate, RuleCost
from linkage.charts import (
    ClusterEdge,
    Term,
    blocking_cost,
    cluster_graph,
    fairness_gaps,
    learning_curves,
    m_and_u,
    missingness,
    precision_recall,
    reliability,
    roc,
    unlinkables,
    waterfall,
    weight_histogram,
)
from linkage.evaluation.calibration import expected_calibration_error
from linkage.evaluation.fairness.gaps import Gap
from linkage.evaluation.fairness.groups import DivisionRows, Fairness, GroupRow
from linkage.evaluation.figures import Figure
from linkage.evaluation.metrics import PairCurve, pair_curve
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter

MODEL: Final = FellegiSunter(
    (
        ComparisonModel("nama", ("missing", "different", "similar", "equal"), (0.1, 0.3, 0.6), (0.9, 0.09, 0.01)),
        ComparisonModel("no_kk", ("missing", "different", "equal"), (0.5, 0.5), (0.996, 0.004)),
    ),
    prior=0.001,
)
WEIGHTS: Final = np.array([-8.5, -3.2, -0.5, 0.5, 2.25, 9.0, 9.75, 75.0])
SAME: Final = np.array([False, False, True, False, True, True, True, True])


def curve() -> PairCurve:
    """The curve of eight pairs, five of them true; the sixth true pair is not among them."""
    entities = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 9, 8, 7, 6, 11, 10])
    left = np.array([12, 14, 0, 16, 2, 4, 6, 8])
    right = np.array([13, 15, 1, 17, 3, 5, 7, 9])
    return pair_curve(left, right, WEIGHTS, entities)


def rule(name: str, compared: float, alone: float, cut: int = 0) -> RuleCost:
    exact = [Estimate(number, number, number) for number in (compared, compared, alone)]
    return RuleCost(RuleReport(name, 10, 4, 3, int(compared), 0, 0, int(cut > 0), 0, cut), *exact)


def fairness() -> Fairness:
    def group(name: str, difference: float, *, counts: bool = True) -> GroupRow:
        sure = Figure(difference, difference - 0.02, difference + 0.02)
        return GroupRow(name, 300, Figure(0.9, 0.8, 0.95), 0.9, sure, Figure(0.99, 0.98, 1.0), counts, False)

    hidden = GroupRow("rare", None, None, None, None, None, False, True)
    gap = Gap(0.03, 0.01, 0.06, 0.04)
    sex = DivisionRows("sex", (group("male", 0.01), group("female", -0.03)), gap, "male", "female")
    age = DivisionRows("age", (group("0 to 16", -0.005, counts=False), group("60 and over", 0.01), hidden), gap, "", "")
    alone = DivisionRows("kind of regency", (group("kota", 0.0),), gap, "", "")
    return Fairness(0.7, "precision 0.99 over all", "as many errors", (sex, age, alone), gap, "sex")


EDGES: Final = (
    ClusterEdge("a:1", "b:2", 12.5, "nama: equal"),
    ClusterEdge("b:2", "c:3", -2.5, "nama: different"),
    ClusterEdge("c:3", "d:4", 30.0, "no kk: equal"),
)
TABLE: Final = pa.table({
    "office": ["n", "n", "s", "s"], "nik": ["1", None, "  ", ""], "nama": ["A", "B", "C", "D"],
    "born": pa.array([1, 2, None, 4]),
})  # fmt: skip

CHARTS: Final[dict[str, Callable[[], Any]]] = {
    "m_and_u": lambda: m_and_u(MODEL),
    "weight_histogram": lambda: weight_histogram(WEIGHTS, SAME, thresholds={"review": 0.01, "link": 0.5}),
    "weight_histogram_without_truth": lambda: weight_histogram(WEIGHTS),
    "waterfall": lambda: waterfall([Term("start", -10.0, start=True), Term("name", 12.0), Term("date", -1.5)]),
    "precision_recall": lambda: precision_recall(curve(), link_threshold=0.5),
    "roc": lambda: roc(curve()),
    "reliability": lambda: reliability(expected_calibration_error(np.linspace(0.02, 0.98, 40), np.arange(40) > 18)),
    "blocking_cost": lambda: blocking_cost([rule("nik", 40, 0), rule("card", 900, 800, 7)], [Estimate(0, 0, 0)] * 2),
    "missingness": lambda: missingness(TABLE),
    "missingness_by_group": lambda: missingness(TABLE, by="office"),
    "unlinkables": lambda: unlinkables(np.array([np.nan, -1.0, 3.0, 20.0]), link_threshold=0.5),
    "cluster_graph": lambda: cluster_graph(EDGES, clusters={"a:1": "a", "b:2": "a", "c:3": "c", "d:4": "c"}),
    "fairness_gaps": lambda: fairness_gaps(fairness()),
    "learning_curves": lambda: learning_curves({"one": [(50, 0.9), (100, 0.95)]}, reference={"none": 0.92}),
}
