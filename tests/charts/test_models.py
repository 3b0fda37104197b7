"""Charts of a model and of one pair hold the model's own numbers."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linkage.charts import Term, m_and_u, terms_of, waterfall, weight_histogram
from linkage.errors import UsageError
from linkage.models.explain import explain_pair
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.words.explained import EvidenceGroup, Explained
from tests.charts.gallery import MODEL, SAME, WEIGHTS

Rows = Callable[[Any, str], list[dict[str, Any]]]


def test_every_level_but_missing_stands_with_its_m_u_and_weight_best_first(rows_with: Rows) -> None:
    rows = rows_with(m_and_u(MODEL), "m")
    assert [row["key"].split("|")[1] for row in rows] == ["equal", "similar", "different", "equal", "different"]
    assert [(row["m"], row["u"]) for row in rows[:2]] == [(0.6, 0.01), (0.3, 0.09)]
    assert rows[0]["weight"] == pytest.approx(math.log2(60.0), abs=1e-4)


def test_only_the_comparisons_asked_for_are_shown_in_the_words_of_the_language(rows_with: Rows) -> None:
    rows = rows_with(m_and_u(MODEL, comparisons=["no_kk"], language="id"), "m")
    assert [row["key"] for row in rows] == ["1.2|sama", "1.1|berbeda"]


def test_levels_of_combined_fields_have_words_in_both_languages(rows_with: Rows) -> None:
    combined = replace(MODEL.comparisons[1], name="keluarga", level_names=("missing", "different", "card_and_mother"))
    model = FellegiSunter((combined,), 0.01)
    said = {
        language: rows_with(m_and_u(model, language=language), "m")[0]["key"].split("|")[1] for language in ("id", "en")
    }
    assert said == {"id": "KK sama, nama ibu sama atau mirip", "en": "card equal, mother equal or alike"}
    assert terms_of(explain_pair(model, [2]), language="id")[1].label == f"keluarga: {said['id']}"


def test_the_terms_of_an_explanation_add_up_to_its_total() -> None:
    told = explain_pair(MODEL, [3, 1], {"nama": 1.5})
    terms = terms_of(told)
    assert [term.label for term in terms] == [
        "Two records at random", "nama: equal", "nama: how rare the value is", "no kk: different",
    ]  # fmt: skip
    assert [term.start for term in terms] == [True, False, False, False]
    assert sum(term.bits for term in terms) == pytest.approx(told.total_log2)


def test_a_pair_explained_whole_stands_by_topic_after_its_start() -> None:
    groups = (EvidenceGroup("name", 9.0, (), ()), EvidenceGroup("family", -2.0, (), ()))
    told = Explained(
        left_id="a", right_id="b", model="supervised", weight_log2=3.5, probability=0.92, link_threshold=0.5,
        start=(("expectation", -5.0), ("share", 1.0)), groups=groups, calibration=0.5, missing=(), family=None,
        guards=(), rules=(), levels={},
    )  # fmt: skip
    terms = terms_of(told, language="id")
    assert [(term.bits, term.start) for term in terms] == [
        (-5.0, True), (1.0, True), (9.0, False), (-2.0, False), (0.5, False),
    ]  # fmt: skip
    assert [term.label for term in terms[2:4]] == [group.label("id") for group in groups]


def test_each_bar_of_a_waterfall_begins_where_the_one_above_ends(
    rows_with: Rows, words_of: Callable[[Any], str]
) -> None:
    chart = waterfall([Term("start", -10.0, start=True), Term("name", 12.0), Term("date", -1.5)])
    rows = rows_with(chart, "bits")
    assert [(row["start"], row["end"], row["kind"]) for row in rows] == [
        (0.0, -10.0, "start"), (-10.0, 2.0, "for"), (2.0, 0.5, "against"), (0.0, 0.5, "total"),
    ]  # fmt: skip
    assert "Match weight +0.5 bits, probability of one person 0.5858." in words_of(chart)


def test_many_terms_that_weigh_nothing_are_drawn_as_one_and_none_is_lost(rows_with: Rows) -> None:
    small = [Term(f"small {number}", 0.01) for number in range(4)]
    rows = rows_with(waterfall([Term("start", 1.0, start=True), *small[:2], Term("name", 5.0), *small[2:]]), "bits")
    assert [(row["key"][3:], row["bits"]) for row in rows] == [
        ("start", 1.0), ("4 others, next to nothing each", 0.04), ("name", 5.0), ("Match weight", 6.04),
    ]  # fmt: skip
    assert len(rows_with(waterfall(small[:2]), "bits")) == 3


@pytest.mark.parametrize(("bits", "told"), [(40.0, "> 0.9999"), (-40.0, "< 0.0001"), (0.0, "0.5000")])
def test_no_probability_is_called_certain(bits: float, told: str, words_of: Callable[[Any], str]) -> None:
    assert told in words_of(waterfall([Term("start", bits)]))


def test_pairs_of_one_person_count_upwards_and_others_downwards(rows_with: Rows) -> None:
    rows = rows_with(weight_histogram(WEIGHTS, SAME), "pairs")
    assert sum(row["pairs"] for row in rows if row["kind"] == "one person") == SAME.sum()
    assert sum(row["pairs"] for row in rows if row["kind"] == "two persons") == -(~SAME).sum()
    assert {"low": 9.0, "high": 10.0, "kind": "one person", "pairs": 2} in rows


def test_what_lies_far_out_is_drawn_in_the_last_bin(rows_with: Rows) -> None:
    rows = rows_with(weight_histogram(np.array([75.0, -1e9, np.inf]), bin_bits=2.0), "pairs")
    assert [(row["low"], row["pairs"]) for row in rows] == [(-60.0, 1), (58.0, 2)]


def test_a_million_weights_are_binned(rows_with: Rows) -> None:
    rows = rows_with(weight_histogram(np.random.default_rng(0).normal(0.0, 20.0, 1_000_000)), "pairs")
    assert sum(row["pairs"] for row in rows) == 1_000_000
    assert len(rows) <= 120


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: weight_histogram(np.array([np.nan])),
        lambda: weight_histogram(WEIGHTS, SAME[1:]),
        lambda: weight_histogram(WEIGHTS, bin_bits=0.0),
        lambda: weight_histogram(WEIGHTS, bin_bits=0.01),
    ],
)
def test_weights_that_cannot_be_counted_are_refused(wrong: Callable[[], Any]) -> None:
    with pytest.raises(UsageError):
        wrong()
