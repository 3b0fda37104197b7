"""Charts for analysts: frozen values, arrays and tables in, Altair charts out.

Every function is pure and its chart deterministic. A chart holds at most 5,000 rows and no value of a resident: what is
larger is binned or thinned before it is drawn. Altair is imported when the first chart is made (extra ``notebooks``).
"""

from linkage.charts.blocking_cost import blocking_cost
from linkage.charts.calibration import reliability
from linkage.charts.cluster_edges import ClusterEdge, edges_of_records
from linkage.charts.cluster_graph import cluster_graph
from linkage.charts.curves import precision_recall, roc
from linkage.charts.fairness import fairness_gaps
from linkage.charts.learning import learning_curves
from linkage.charts.missingness import missingness
from linkage.charts.parameters import m_and_u
from linkage.charts.saving import save_chart
from linkage.charts.unlinkables import unlinkables
from linkage.charts.waterfall import Term, terms_of, waterfall
from linkage.charts.weights import weight_histogram

__all__ = [
    "ClusterEdge",
    "Term",
    "blocking_cost",
    "cluster_graph",
    "edges_of_records",
    "fairness_gaps",
    "learning_curves",
    "m_and_u",
    "missingness",
    "precision_recall",
    "reliability",
    "roc",
    "save_chart",
    "terms_of",
    "unlinkables",
    "waterfall",
    "weight_histogram",
]
