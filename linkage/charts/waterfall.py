"""Why a pair has its weight: what each piece of evidence adds, from the prior to the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from linkage.charts.theme import AGAINST, INK, NEUTRAL, PALE, SAME, altair, finished, inline, signed
from linkage.models.explain import PairExplanation
from linkage.models.fellegi_sunter import probability
from linkage.words.catalogue import level_label
from linkage.words.explained import Explained
from linkage.words.levels import Language

if TYPE_CHECKING:
    import altair as alt

_ROW: Final = 24
_NOTHING: Final = 0.05
_MANY: Final = 3
"""So many terms of less than so many bits are drawn as one."""

_WORDS: Final = {
    "en": {
        "prior": "Two records at random",
        "rarity": "how rare the value is",
        "total": "Match weight",
        "axis": "match weight in bits, added up from above",
        "others": "{} others, next to nothing each",
        "title": "Why this pair has its weight",
        "probability": "probability of one person",
        "explained": "Blue speaks for one person, orange against. One bit doubles the odds; 0 is even odds.",
    },
    "id": {
        "prior": "Dua data sembarang",
        "rarity": "kelangkaan nilai",
        "total": "Bobot kecocokan",
        "axis": "bobot kecocokan dalam bit, dijumlahkan dari atas",
        "others": "{} lainnya, hampir nol",
        "title": "Mengapa pasangan ini berbobot demikian",
        "probability": "peluang orang yang sama",
        "explained": "Biru mendukung orang yang sama, jingga menentang. Satu bit menggandakan "
        "peluang; 0 berarti imbang.",
    },
}


@dataclass(frozen=True)
class Term:
    """A ``label``, and what it adds to the match weight in ``bits``. ``start``: no evidence, but where it begins."""

    label: str
    bits: float
    start: bool = False


def terms_of(explained: Explained | PairExplanation, *, language: Language = "en") -> tuple[Term, ...]:
    """Return the terms of an explanation in their order, the prior first; they add up to its match weight.

    Of a pair explained whole (:func:`linkage.lookback.explanation.explain_records`), a term for each topic, the largest
    first. Of plain Fellegi-Sunter, a term for each comparison, and for the rarity of a value one of its own.
    """
    if isinstance(explained, Explained):
        told = explained.terms(language)
        return tuple(Term(name, bits, place < len(explained.start)) for place, (name, bits) in enumerate(told))
    words = _WORDS[language]
    terms = [Term(words["prior"], explained.prior_log2, start=True)]
    for item in explained.contributions:
        name = item.comparison.replace("_", " ")
        terms.append(Term(f"{name}: {level_label(item.level, language)}", item.weight_log2))
        if item.tf_adjustment_log2:
            terms.append(Term(f"{name}: {words['rarity']}", item.tf_adjustment_log2))
    return tuple(terms)


def waterfall(
    evidence: Explained | PairExplanation | Sequence[Term], *, language: Language = "en", title: str = ""
) -> alt.LayerChart:
    """Return a waterfall of one pair: every term from where the ones above it have led, and the total.

    Args:
        evidence: an explanation, or terms of one's own, in their order; those that are a start are grey.
        language: of the words, where they are not given.
        title: instead of the usual one; it must not name a resident.
    """
    alt, words = altair(), _WORDS[language]
    terms = (
        terms_of(evidence, language=language) if isinstance(evidence, Explained | PairExplanation) else tuple(evidence)
    )
    rows = _rows(_gathered(terms, words["others"]), words["total"])
    keys = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=keys, scale=alt.Scale(domain=keys), axis=alt.Axis(
        title=None, ticks=False, domain=False, labelExpr="slice(datum.value, 3)", labelPadding=8, labelLimit=420,
        labelFontWeight=alt.condition(
            f"datum.value == '{keys[-1]}'", alt.value("bold"), alt.value("normal"))))  # fmt: skip
    base = alt.Chart(inline(rows)).encode(y=y)
    colour = alt.Color("kind:N", legend=None, scale=alt.Scale(
        domain=["start", "for", "against", "total"], range=[PALE, SAME, AGAINST, NEUTRAL]))  # fmt: skip
    bars = base.mark_bar(height=_ROW - 9).encode(
        x=alt.X(
            "start:Q",
            title=words["axis"],
            scale=alt.Scale(zero=True, padding=42, nice=False),
            axis=alt.Axis(tickCount=9),
        ),
        x2="end:Q",
        color=colour,
    )
    zero = alt.Chart(inline([{"x": 0}])).mark_rule(color=INK).encode(x="x:Q")
    steps = alt.Chart(inline(_steps(rows))).mark_rule(color="#8A8A8A", strokeWidth=1)
    steps = steps.encode(x="x:Q", y=alt.Y("key:N", sort=keys, bandPosition=0.5), y2=alt.Y2("next:N", bandPosition=0.5))
    p = float(probability(rows[-1]["end"]))
    unit = "bits" if language == "en" else "bit"
    told = f"{words['total']} {rows[-1]['told']} {unit}, {words['probability']} {_share(p)}."
    return finished(
        alt.layer(steps, bars, zero, *_labels(base)).properties(width=560, height=_ROW * len(rows)),
        title or words["title"],
        [told, words["explained"]],
    )


def _gathered(terms: Sequence[Term], others: str) -> list[Term]:
    """Return the terms; those that round to nothing are one where they are many, in the place of their first."""
    small = [term for term in terms if not term.start and abs(term.bits) < _NOTHING]
    if len(small) < _MANY:
        return list(terms)
    gathered: list[Term] = []
    for term in terms:
        if term is small[0]:
            gathered.append(Term(others.format(len(small)), sum(item.bits for item in small)))
        elif not any(term is item for item in small):
            gathered.append(term)
    return gathered


def _rows(terms: Sequence[Term], total: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    at = 0.0
    for number, term in enumerate(terms):
        kind = "start" if term.start else "for" if term.bits >= 0.0 else "against"
        ends = {"start": round(at, 6), "end": round(at + term.bits, 6)}
        rows.append({"key": f"{number:02} {term.label}", "bits": round(term.bits, 6), **ends, "kind": kind})
        at += term.bits
    last = {"key": f"{len(terms):02} {total}", "bits": round(at, 6), "start": 0.0, "end": round(at, 6)}
    return [{**row, "told": signed(row["bits"])} for row in (*rows, {**last, "kind": "total"})]


def _steps(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"x": row["end"], "key": row["key"], "next": after["key"]} for row, after in pairwise(rows)]


def _labels(base: Any) -> list[Any]:
    """Return the bits of each term, beyond the end of its bar."""
    alt = altair()
    halo = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    return [
        base.transform_filter(test)
        .mark_text(align=align, dx=shift, fontSize=12, **style)
        .encode(x=alt.X("end:Q"), text="told:N")
        for style in (halo, {})
        for test, align, shift in (("datum.bits >= 0", "left", 5), ("datum.bits < 0", "right", -5))
    ]


def _share(p: float) -> str:
    return f"{p:.4f}" if 0.0001 <= p <= 0.9999 else ("> 0.9999" if p > 0.5 else "< 0.0001")
