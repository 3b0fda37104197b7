"""One rule changes one place of each text, drawn by weight among all places where a rule fits."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.synthetic.errors.rewriting import Rule, compile_rules, exchanges, rewrite

EDGES: dict[str, str] = {"v": "AEIOU", "c": "BCDFGHJKLMNPQRSTVWXYZ", "d": "0123456789"}
RULES: tuple[Rule, ...] = (
    ("A", "O", 1.0),
    ("_AB", "X", 2.0),
    ("xAx", "AA", 1.0),
    ("vB", "", 0.5),
    ("cA_", "AH", 3.0),
    ("BAs", "B.", 1.0),
    ("lB", "BB", 1.0),
    ("dA", "?", 1.0),
)


def _beside(edge: str, sign: str, own: str) -> bool:
    """Whether what stands beside a match (empty at the edge of the text) is what the rule asks for."""
    if edge == "_":
        return not (sign.isalpha() or sign.isdigit())
    if edge == "s":
        return sign in ("", " ", ",")
    if edge == "x":
        return sign != own
    if edge == "l":
        return sign.isalpha()
    return edge == "" or (sign != "" and sign in EDGES[edge])


def _outcomes(text: str, rules: tuple[Rule, ...]) -> dict[str, float]:
    """Every text that one rule at one place makes, with the summed weight; slow and plain."""
    found: dict[str, float] = {}
    for pattern, put, weight in rules:
        left = pattern[0] if pattern[0] in "_svcldx" else ""
        right = pattern[-1] if pattern[-1] in "_svcldx" else ""
        core = pattern[len(left) : len(pattern) - len(right)]
        for place in range(len(text) - len(core) + 1):
            end = place + len(core)
            before, behind = text[max(place - 1, 0) : place], text[end : end + 1]
            if text[place:end] == core and _beside(left, before, core[0]) and _beside(right, behind, core[-1]):
                changed = text[:place] + put + text[end:]
                found[changed] = found.get(changed, 0.0) + weight
    return found


@given(text=st.text("ABC 1,É", max_size=8), seed=st.integers(0, 99))
def test_the_result_is_one_that_one_rule_at_one_place_makes(text: str, seed: int) -> None:
    possible = _outcomes(text, RULES)
    [changed] = rewrite(pa.array([text]), compile_rules(RULES), np.random.default_rng(seed)).to_pylist()
    assert changed in possible if possible else changed == text


@pytest.mark.parametrize("text", ["BABA", "AB ABBA", "1A BA, CA"])
def test_places_are_drawn_by_weight(text: str) -> None:
    possible = _outcomes(text, RULES)
    count = 20_000
    changed = Counter(rewrite(pa.array([text] * count), compile_rules(RULES), np.random.default_rng(1)).to_pylist())
    assert set(changed) == set(possible)
    total = sum(possible.values())
    for outcome, weight in possible.items():
        assert changed[outcome] / count == pytest.approx(weight / total, abs=0.015)


def test_null_empty_and_sliced_texts_are_taken_as_they_are() -> None:
    rules = compile_rules([("A", "Ö", 1.0)])
    texts = pa.array(["X", None, "", "BAB", "’Ü"])
    assert rewrite(texts, rules, np.random.default_rng(1)).to_pylist() == ["X", None, "", "BÖB", "’Ü"]
    assert rewrite(texts.slice(1, 3), rules, np.random.default_rng(1)).to_pylist() == [None, "", "BÖB"]
    assert rewrite(texts.slice(0, 0), rules, np.random.default_rng(1)).to_pylist() == []


def test_words_are_exchanged_whole_and_for_another() -> None:
    rules = compile_rules(exchanges(["JL.", "JALAN", "JL"], 1.0))
    texts = ["JL. JALANAN", "JALAN JL.X", "JL MAWAR", "JLN MAWAR"]
    results = [set(rewrite(pa.array([text] * 200), rules, np.random.default_rng(2)).to_pylist()) for text in texts]
    assert results == [
        {"JALAN JALANAN", "JL JALANAN"},
        {"JL. JL.X", "JL JL.X"},
        {"JL. MAWAR", "JALAN MAWAR"},
        {"JLN MAWAR"},
    ]
