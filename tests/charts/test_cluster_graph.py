"""A graph of a cluster shows ids, weights and evidence, each in its place, and nothing of a resident."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.charts import ClusterEdge, cluster_graph, edges_of_records
from linkage.charts.graph_layout import label_places, layout
from linkage.errors import UsageError
from tests.charts.gallery import EDGES, MODEL

Rows = Callable[[Any, str], list[dict[str, Any]]]
PAIRS = pa.table({
    "left_id": ["b", "a", "a", "x"], "right_id": ["c", "b", "c", "y"], "match_weight_log2": [-3.0, 20.0, 2.0, 1.0],
    "level_nama": pa.array([1, 3, 2, 3], pa.int8()), "level_no_kk": pa.array([1, 2, 0, 2], pa.int8()),
})  # fmt: skip


def test_the_pairs_among_some_records_come_with_what_weighs_most_in_their_own_direction() -> None:
    assert edges_of_records(PAIRS, ["a", "b", "c"], MODEL) == (
        ClusterEdge("a", "b", 20.0, "no kk: equal"),
        ClusterEdge("a", "c", 2.0, "nama: similar"),
        ClusterEdge("b", "c", -3.0, "nama: different"),
    )


def test_evidence_is_told_in_the_language_asked_for() -> None:
    assert edges_of_records(PAIRS, ["x", "y"], MODEL, language="id")[0].evidence == "no kk: sama"


def test_evidence_of_combined_fields_is_told_in_the_language_asked_for() -> None:
    combined = replace(MODEL.comparisons[1], level_names=("missing", "different", "date_nik_missing"))
    model = replace(MODEL, comparisons=(MODEL.comparisons[0], combined))
    (edge,) = edges_of_records(PAIRS, ["x", "y"], model, language="id")
    assert edge.evidence == "no kk: tanggal lahir sama, NIK tidak ada"


def test_a_pair_that_only_a_guard_pulls_down_has_no_evidence_of_a_level() -> None:
    low = PAIRS.set_column(2, "match_weight_log2", pa.array([-3.0, -20.0, 2.0, 1.0]))
    assert edges_of_records(low, ["a", "b"], MODEL)[0].evidence == ""


def test_lines_carry_bits_and_evidence_and_say_whether_they_reach_the_threshold(rows_with: Rows) -> None:
    rows = rows_with(cluster_graph(EDGES), "evidence")
    assert [(row["bits"], row["evidence"], row["linked"]) for row in rows] == [
        ("+12.5", "nama: equal", True), ("\u22122.5", "nama: different", False), ("+30.0", "no kk: equal", True),
    ]  # fmt: skip
    assert [row["linked"] for row in rows_with(cluster_graph(EDGES, link_threshold=0.9999), "evidence")] == [
        False, False, True,
    ]  # fmt: skip


def test_records_without_a_pair_are_drawn_too(rows_with: Rows) -> None:
    rows = rows_with(cluster_graph(EDGES, record_ids=["z:9"]), "id")
    assert [row["id"] for row in rows] == ["a:1", "b:2", "c:3", "d:4", "z:9"]
    assert rows_with(cluster_graph([], record_ids=["z:9"]), "id")[0]["x"] == 0.0


@pytest.mark.parametrize(
    ("edges", "ids"),
    [([], []), ([ClusterEdge("a", "a", 1.0, "")], []), ([], [str(n) for n in range(41)])],
)
def test_what_is_no_graph_is_refused(edges: list[ClusterEdge], ids: list[str]) -> None:
    with pytest.raises(UsageError, match="1 to 40 records"):
        cluster_graph(edges, record_ids=ids)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 14), st.data())
def test_records_lie_apart_inside_the_picture_and_in_the_same_place_whatever_the_order(n: int, data: Any) -> None:
    ids = [f"r{number:02}" for number in range(n)]
    chosen = data.draw(st.lists(st.sampled_from(list(combinations(ids, 2))), min_size=1, unique=True))
    edges = [ClusterEdge(one, other, 1.0, "") for one, other in chosen]
    placed = layout(ids, edges)
    at = np.array([placed[name] for name in ids])
    assert np.abs(at).max() <= 1.0 + 1e-9
    assert min(np.hypot(*(at[one] - at[other])) for one, other in combinations(range(n), 2)) > 0.05
    assert layout(ids, edges[::-1]) == placed


def test_words_of_crossing_lines_are_set_apart() -> None:
    cross = [
        {"x": -1.0, "y": 0.0, "x2": 1.0, "y2": 0.0, "evidence": "nama: equal"},
        {"x": 0.0, "y": -1.0, "x2": 0.0, "y2": 1.0, "evidence": "nama: equal"},
    ]
    first, second = label_places(cross, [], told=True)
    assert first == (0.0, 0.0)
    assert abs(second[1]) > 0.15


def test_of_many_lines_only_the_bits_are_written() -> None:
    ids = [f"r{number}" for number in range(7)]
    many = [ClusterEdge(one, other, 5.0, "nama: equal") for one, other in combinations(ids, 2)]

    def texts(edges: list[ClusterEdge]) -> set[str]:
        layers = cluster_graph(edges).to_dict(validate=False)["layer"]
        return {layer["encoding"]["text"]["field"] for layer in layers if "text" in layer["encoding"]}

    assert texts(many) == {"bits", "id"}
    assert texts(many[:15]) == {"bits", "evidence", "id"}
