"""A cluster as a picture: records as points, pairs as lines with what they weigh and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linkage.charts.cluster_edges import ClusterEdge
from linkage.charts.graph_layout import HEIGHT, REACH, WIDTH, Point, label_places, layout
from linkage.charts.theme import AGAINST, INK, NEUTRAL, SAME, SERIES, altair, finished, inline, signed
from linkage.errors import UsageError
from linkage.models.fellegi_sunter import log2odds
from linkage.words.levels import Language

if TYPE_CHECKING:
    import altair as alt

_MOST_RECORDS: Final = 40
_MOST_TOLD: Final = 15
"""Lines; of more only the bits are written, and the evidence is told where the mouse is."""
_WORDS: Final[Mapping[Language, Mapping[str, Any]]] = {
    "en": {
        "title": "Which records hang together, and by what",
        "legend": (
            "Blue lines reach the link threshold, orange dashes do not.",
            "On each line the weight in bits, and the evidence that weighs most.",
        ),
        "missing": "Records without a line between them were not written as a pair.",
    },
    "id": {
        "title": "Data mana yang terhubung, dan oleh apa",
        "legend": (
            "Garis biru mencapai ambang, garis putus-putus jingga tidak.",
            "Pada tiap garis bobot dalam bit, dan bukti yang paling berbobot.",
        ),
        "missing": "Data tanpa garis di antaranya tidak tercatat sebagai pasangan.",
    },
}


def cluster_graph(
    edges: Sequence[ClusterEdge],
    *,
    link_threshold: float = 0.5,
    clusters: Mapping[str, str] | None = None,
    record_ids: Sequence[str] = (),
    language: Language = "en",
    title: str = "",
) -> alt.LayerChart:
    """Return the records of some pairs as a graph. It shows record ids and evidence, no value of a resident.

    Args:
        edges: pairs, as :func:`~linkage.charts.cluster_edges.edges_of_records` makes them.
        link_threshold: a probability; lighter pairs are drawn dashed.
        clusters: the cluster of each record, by id: records of one cluster have one colour.
        record_ids: of further records that no pair holds.
        language: of the title.
        title: instead of the usual one.

    Raises:
        UsageError: no record, more than 40, or a pair of a record with itself.
    """
    ids = sorted({*record_ids, *(edge.left_id for edge in edges), *(edge.right_id for edge in edges)})
    if not 1 <= len(ids) <= _MOST_RECORDS or any(edge.left_id == edge.right_id for edge in edges):
        raise UsageError(f"a graph shows 1 to {_MOST_RECORDS} records, and pairs of two of them")
    alt, words = altair(), _WORDS[language]
    place = layout(ids, edges)
    threshold = float(log2odds(link_threshold))
    told = len(edges) <= _MOST_TOLD
    lines = [_line(edge, place, threshold, _width(edge)) for edge in edges]
    for line, (x, y) in zip(lines, label_places(lines, list(place.values()), told=told), strict=True):
        line["mx"], line["my"] = x, y
    of = {name: (clusters or {}).get(name, "") for name in ids}
    nodes = [
        {"x": place[name][0], "y": place[name][1], "id": name, "cluster": of[name], "up": place[name][1] >= 0.0}
        for name in ids
    ]
    ends = alt.Scale(domain=[-REACH, REACH], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=ends), alt.Y("y:Q", axis=None, scale=ends)
    layers = [*_edges(lines, x, y, told=told), *_nodes(nodes, x, y)]
    drawn = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)
    return finished(drawn, title or words["title"], [*words["legend"], words["missing"]])


def _width(edge: ClusterEdge) -> float:
    return round(float(np.clip(1.0 + edge.match_weight_log2 / 8.0, 1.0, 5.0)), 3)


def _line(edge: ClusterEdge, place: Mapping[str, Point], threshold: float, width: float) -> dict[str, Any]:
    (x, y), (x2, y2) = place[edge.left_id], place[edge.right_id]
    return {
        "x": x, "y": y, "x2": x2, "y2": y2, "left": edge.left_id, "right": edge.right_id,
        "linked": edge.match_weight_log2 >= threshold,
        "width": width, "bits": signed(edge.match_weight_log2), "evidence": edge.evidence,
    }  # fmt: skip


def _edges(lines: list[dict[str, Any]], x: Any, y: Any, *, told: bool) -> list[Any]:
    if not lines:
        return []
    alt = altair()
    base = alt.Chart(inline(lines))
    width = alt.StrokeWidth("width:Q", scale=None, legend=None)
    drawn = [
        base.transform_filter(test)
        .mark_rule(color=colour, strokeDash=dash, opacity=0.75)
        .encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q", strokeWidth=width, tooltip=["left:N", "right:N", "bits:N", "evidence:N"]
        )
        for test, colour, dash in (("datum.linked", SAME, [1, 0]), ("!datum.linked", AGAINST, [5, 4]))
    ]
    at = base.encode(x=alt.X("mx:Q", axis=None), y=alt.Y("my:Q", axis=None))
    halo = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    lines_of_text: list[tuple[str, int, dict[str, Any]]] = [
        ("bits", -7 if told else 0, {"fontWeight": "bold"}),
        ("evidence", 7, {"fontSize": 11}),
    ]
    for name, shift, style in lines_of_text[: 2 if told else 1]:
        drawn += [at.mark_text(dy=shift, **style, **extra).encode(text=f"{name}:N") for extra in (halo, {"color": INK})]
    return drawn


def _nodes(nodes: list[dict[str, Any]], x: Any, y: Any) -> list[Any]:
    alt = altair()
    groups = sorted({row["cluster"] for row in nodes})
    colours = [SERIES[place % len(SERIES)] for place in range(len(groups))] if groups != [""] else [NEUTRAL]
    base = alt.Chart(inline(nodes)).encode(x=x, y=y)
    colour = alt.Color("cluster:N", legend=None, scale=alt.Scale(domain=groups, range=colours))
    points = base.mark_point(filled=True, size=420, opacity=1.0, stroke="white", strokeWidth=2).encode(color=colour)
    halo = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    names = [
        base.transform_filter(test).mark_text(dy=shift, fontWeight="bold", fontSize=12, **style).encode(text="id:N")
        for style in (halo, {"color": INK})
        for test, shift in (("datum.up", -22), ("!datum.up", 23))
    ]
    return [points, *names]
