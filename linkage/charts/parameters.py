"""The parameters of a Fellegi-Sunter model: m and u of every level, and the weight that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from linkage.charts.theme import AGAINST, INK, NEUTRAL, SAME, altair, finished, inline
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.words.catalogue import level_label
from linkage.words.levels import Language

if TYPE_CHECKING:
    import altair as alt

_ROW: Final = 18
_WORDS: Final[Mapping[Language, Mapping[str, Any]]] = {
    "en": {
        "title": "How often each level of agreement occurs, and what it is worth",
        "subtitle": (
            "m: among pairs of one person; u: among strangers; both given that neither value is missing.",
            "Weight = log2(m / u); a missing value weighs 0.",
        ),
        "share": "share of pairs (logarithmic)",
        "weight": "weight in bits",
        "same": "m, one person",
        "other": "u, strangers",
    },
    "id": {
        "title": "Seberapa sering tiap tingkat kesesuaian terjadi, dan berapa bobotnya",
        "subtitle": (
            "m: di antara pasangan orang yang sama; u: di antara orang berbeda; keduanya bila kedua nilai ada.",
            "Bobot = log2(m / u); nilai yang tidak ada berbobot 0.",
        ),
        "share": "bagian pasangan (logaritmik)",
        "weight": "bobot dalam bit",
        "same": "m, orang yang sama",
        "other": "u, orang berbeda",
    },
}


def m_and_u(
    model: FellegiSunter, *, language: Language = "en", comparisons: Sequence[str] | None = None
) -> alt.HConcatChart:
    """Return the m and u of every level as dots on a logarithmic axis, beside the weight in bits.

    ``comparisons``: names of those to show; None shows all. Levels stand best first, as in a spec.
    """
    alt, words = altair(), _WORDS[language]
    rows, keys = _rows(model, language, comparisons)
    levels = [row for row in rows if row["m"] is not None]
    height = _ROW * len(keys)
    y = _axis(keys, rows)
    data = inline(levels)
    base = alt.Chart(data).encode(y=y)
    span = base.mark_rule(color="#B5B5B5", strokeWidth=2).encode(x=_shares(words["share"]), x2="u:Q")
    dots = (
        alt.Chart(inline([{"key": row["key"], "of": words[of], "share": row[name]} for row in levels
                          for of, name in (("same", "m"), ("other", "u"))]))
        .mark_point(filled=True, size=62, opacity=1.0)
        .encode(
            y=y,
            x=alt.X("share:Q", scale=alt.Scale(type="log")),
            color=alt.Color("of:N", title=None, scale=alt.Scale(
                domain=[words["same"], words["other"]], range=[SAME, AGAINST])),
            shape=alt.Shape("of:N", title=None, scale=alt.Scale(
                domain=[words["same"], words["other"]], range=["circle", "square"])),
        )
    )  # fmt: skip
    left = alt.layer(span, dots).properties(width=330, height=height)
    return finished(alt.hconcat(left, _weights(data, keys, words["weight"], height), spacing=14),
                    words["title"], words["subtitle"])  # fmt: skip


def _weights(data: Any, keys: Sequence[str], title: str, height: int) -> Any:
    alt = altair()
    base = alt.Chart(data).encode(y=alt.Y("key:N", sort=list(keys), scale=alt.Scale(domain=list(keys)), axis=None))
    bars = base.mark_bar(height=10).encode(
        x=alt.X("weight:Q", title=title, scale=alt.Scale(nice=True, padding=34), axis=alt.Axis(tickCount=7)),
        color=alt.condition("datum.weight >= 0", alt.value(SAME), alt.value(AGAINST)),
    )
    zero = alt.Chart(inline([{"x": 0}])).mark_rule(color=NEUTRAL).encode(x="x:Q")
    text = {"right": "datum.weight >= 0", "left": "datum.weight < 0"}
    labels = [
        base.transform_filter(test)
        .mark_text(align="left" if side == "right" else "right", dx=4 if side == "right" else -4, fontSize=11)
        .encode(x="weight:Q", text=alt.Text("weight:Q", format="+.1f"))
        for side, test in text.items()
    ]
    return alt.layer(bars, zero, *labels).properties(width=330, height=height)


def _shares(title: str) -> Any:
    alt = altair()
    label = "datum.value >= 0.01 ? format(datum.value, '.0%') : '1 : ' + format(1 / datum.value, '~s')"
    axis = alt.Axis(values=[10.0**-power for power in range(0, 14, 2)], labelExpr=label)
    return alt.X("m:Q", title=title, scale=alt.Scale(type="log", nice=True), axis=axis)


def _rows(
    model: FellegiSunter, language: Language, chosen: Sequence[str] | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return one row a comparison, its heading, and one a level below it; and the keys in their order."""
    rows: list[dict[str, Any]] = []
    for number, item in enumerate(model.comparisons):
        if chosen is not None and item.name not in chosen:
            continue
        rows.append({"key": f"#{number}|{item.name.replace('_', ' ')}", "m": None})
        weights = item.level_weights()
        for code in range(len(item.level_names) - 1, 0, -1):
            name = level_label(item.level_names[code], language)
            row = {"m": item.m[code - 1], "u": item.u[code - 1], "weight": round(float(weights[code]), 4)}
            rows.append({"key": f"{number}.{code}|{name}", **row})
    return rows, [row["key"] for row in rows]


def _axis(keys: Sequence[str], rows: Sequence[dict[str, Any]]) -> Any:
    alt = altair()
    heading = "datum.value[0] == '#'"
    return alt.Y(
        "key:N",
        sort=list(keys),
        scale=alt.Scale(domain=list(keys)),
        axis=alt.Axis(
            title=None, ticks=False, domain=False, grid=False, labelExpr="split(datum.value, '|')[1]", labelPadding=8,
            labelFontWeight=alt.condition(heading, alt.value("bold"), alt.value("normal")),
            labelColor=alt.condition(heading, alt.value(INK), alt.value("#4A4A4A")),
        ),
    )  # fmt: skip
