"""Charts of the synthetic register as SVG, published figures beside it: one style, text as text, always the same bytes.

Filled and dark is the register, hollow or grey what was published, so that a print in black and white can be read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.register_page import published as published
from benchmarks.register_page import statistics as statistics
from benchmarks.register_page.statistics import Made
from linkage.synthetic.kinds import DRAWN_ERRORS, ERROR_KINDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OURS: Final = "#1f3b57"
THEIRS: Final = "#8c8c8c"
_PALE: Final = "#b9c6d3"
_STYLE: Final[Any] = {
    "svg.hashsalt": "tunggal",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.linewidth": 0.7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "legend.frameon": False,
    "path.simplify": False,
}
_COORDINATE: Final = re.compile(r"(\d+\.\d{2})\d+")


def write_charts(usual: Made, hard: Made, folder: Path) -> tuple[Path, ...]:
    """Write every chart into a folder and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in CHARTS.items():
        with _styled():
            figure = draw(usual, hard)
            text = _svg(figure, name)
        path = folder / f"{name}.svg"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _styled() -> AbstractContextManager[None]:
    import matplotlib  # the extra `charts`: only whoever draws needs it

    return matplotlib.rc_context(_STYLE)


def _svg(figure: Figure, title: str) -> str:
    """Return the figure as SVG without date and tool, coordinates to a hundredth of a point."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    lines = (line.rstrip() for line in _COORDINATE.sub(r"\1", buffer.getvalue()).splitlines())
    return "\n".join(lines) + "\n"


def _axes(width: float, height: float, columns: int = 1) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns, sharey=columns > 1)


def _dots(axes: Axes, x: np.ndarray, y: np.ndarray, label: str) -> None:
    """Draw points as one path of round caps, which keeps the file small."""
    gap = np.full(x.size, np.nan)
    axes.plot(
        np.column_stack([x, x, gap]).ravel(),
        np.column_stack([y, y, gap]).ravel(),
        color=OURS,
        linewidth=3.2,
        solid_capstyle="round",
    )
    axes.plot([], [], linestyle="none", marker="o", markersize=3.2, color=OURS, label=label)


def _pairs(axes: Axes, labels: list[str], ours: list[float], theirs: list[float | None], unit: str) -> None:
    """Draw published and own figures as two marks on a line each, the first label on top."""
    place = np.arange(len(labels))[::-1]
    known = [(at, a, b) for at, a, b in zip(place, ours, theirs, strict=True) if b is not None]
    axes.hlines([at for at, *_ in known], [a for _, a, _ in known], [b for *_, b in known], color=THEIRS, linewidth=1)
    style: Any = {"linestyle": "none", "markersize": 6.5}
    axes.plot(
        [b for *_, b in known],
        [at for at, *_ in known],
        marker="o",
        markerfacecolor="white",
        markeredgecolor=THEIRS,
        markeredgewidth=1.4,
        label="published",
        **style,
    )
    axes.plot(ours, place, marker="o", color=OURS, label="register", **{**style, "markersize": 4.5})
    axes.set_yticks(place, labels)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(unit)
    axes.legend(loc="lower right")


def _regencies(usual: Made, _: Made) -> Figure:
    residents, source = published.residents_by_regency()
    ours = statistics.by_region(usual)
    codes = sorted(residents)
    wanted = np.array([residents[code] for code in codes], float)
    own = np.array([ours.get(code, 0) for code in codes], float)
    scaled = own * wanted.sum() / own.sum()
    figure, axes = _axes(6.4, 4.2)
    axes.plot([2e4, 7e6], [2e4, 7e6], color=THEIRS, linewidth=1, label="as published")
    _dots(axes, wanted, scaled, "a regency")
    axes.set(xscale="log", yscale="log", xlim=(2e4, 7e6), ylim=(2e4, 7e6))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value / 1e6:g} M" if value >= 1e6 else f"{value / 1e3:.0f} k")
        axis.set_ticks([3e4, 1e5, 3e5, 1e6, 3e6])
        axis.set_ticks([], minor=True)
    axes.set(xlabel=f"residents, {source}", ylabel="people of the register, scaled to the nation")
    axes.legend(loc="upper left")
    return figure


def _ages(usual: Made, _: Made) -> Figure:
    ours, wanted = statistics.by_age(usual), published.pyramid()
    figure, (left, right) = _axes(6.4, 4.4, 2)
    group = np.arange(ours[0].size)
    for axes, own, theirs, word in ((left, ours[0], wanted[0], "men"), (right, ours[1], wanted[1], "women")):
        axes.barh(group, 100 * own, height=0.86, color=_PALE, label="register")
        axes.stairs(
            100 * theirs, np.arange(group.size + 1) - 0.5, orientation="horizontal", color="black", label="published"
        )
        axes.set(title=word, xlabel="% of all people", xlim=(0, 4.6))
        axes.grid(axis="y", visible=False)
    left.invert_xaxis()
    left.spines[["left", "right"]].set_visible([False, True])
    left.yaxis.tick_right()
    left.tick_params(axis="y", labelright=False, length=0)
    right.tick_params(axis="y", length=0, labelleft=True)
    right.set_yticks(group[::2], [f"{5 * number}" for number in group[::2]])
    right.legend(loc="upper right")
    return figure


def _households(usual: Made, _: Made) -> Figure:
    sizes = statistics.household_sizes(usual)
    shown = np.append(sizes[:9], sizes[9:].sum()) / sizes.sum()
    figure, axes = _axes(6.4, 2.8)
    axes.bar(np.arange(1, 11), 100 * shown, width=0.8, color=_PALE)
    mean = np.arange(1, sizes.size + 1) @ sizes / sizes.sum()
    residents, cards = published.FAMILY_CARDS
    for value, text, dashes in (
        (mean, "mean, register", "-"),
        (residents / cards, "mean, family cards 2020", "--"),
        (published.CENSUS_HOUSEHOLD, "mean, census 2020", ":"),
    ):
        axes.axvline(value, color="black", linestyle=dashes, linewidth=1.2, label=f"{text}: {value:.2f}")
    axes.set_xticks(range(1, 11), [*map(str, range(1, 10)), "10+"])
    axes.set(xlabel="people of a household", ylabel="% of households")
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper right")
    return figure


def _names(usual: Made, _: Made) -> Figure:
    ours = statistics.name_counts(usual)
    figure, axes = _axes(6.4, 3.8)
    own = [ours[name] / usual.people * 1e6 for name in published.NAMES]
    theirs: list[float | None] = [count / published.RESIDENTS * 1e6 for count in published.NAMES.values()]
    _pairs(axes, list(published.NAMES), own, theirs, "people with exactly this name, per million")
    axes.set_xlim(left=0)
    return figure


def _single(usual: Made, _: Made) -> Figure:
    shares, people = statistics.single_names(usual)
    return _over_births({"names of one word": (shares, "-", "o")}, people)


def _dates(usual: Made, _: Made) -> Figure:
    shares, people = statistics.default_dates(usual)
    marks = {"1 July": ("-", "o"), "31 December": ("--", "s"), "1 January": (":", "^")}
    figure = _over_births({name: (shares[name], *mark) for name, mark in marks.items()}, people)
    figure.axes[0].axhline(100 / 365.25, color=THEIRS, linewidth=1, label="an ordinary day")
    figure.axes[0].legend(loc="upper right")
    return figure


def _over_births(lines: Mapping[str, tuple[np.ndarray, str, str]], people: np.ndarray) -> Figure:
    figure, axes = _axes(6.4, 3.0)
    shown = np.flatnonzero(people)
    for name, (shares, dashes, marker) in lines.items():
        axes.plot(shown, 100 * shares[shown], dashes, marker=marker, markersize=4, color=OURS, label=name)
    axes.set_xticks(shown, [statistics.span_label(int(number)) for number in shown], rotation=30, ha="right")
    axes.set(ylabel="% of people", xlabel="born", ylim=(0, None))
    if len(lines) > 1:
        axes.legend(loc="upper right")
    else:
        axes.set_title(next(iter(lines)))
    return figure


def _years(usual: Made, _: Made) -> Figure:
    years, shares, everything = statistics.entry_years(usual)
    figure, axes = _axes(6.4, 2.8)
    shown = everything >= 50
    axes.bar(years[shown], 100 * shares[shown], width=0.8, color=OURS, label="register, by year of entry")
    claims = [(int(year[-2:]) + 2000, count / base) for year, _, count, base, _ in published.DUPLICATES if base]
    small = [(year, share) for year, share in claims if share < 0.05]
    axes.plot(
        [year for year, _ in small],
        [100 * share for _, share in small],
        linestyle="none",
        marker="D",
        markersize=6,
        markerfacecolor="white",
        markeredgecolor="black",
        label="published, of voters",
    )
    axes.xaxis.set_major_locator(_whole_years())
    axes.set(ylabel="% wrong repeats")
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper left")
    return figure


def _whole_years() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True)


def _cultures(usual: Made, _: Made) -> Figure:
    rows = statistics.culture_shares(usual)
    figure, axes = _axes(6.4, 5.0)
    theirs = [None if census is None else 100 * census for *_, census in rows]
    _pairs(axes, [label for label, *_ in rows], [100 * share for _, _, share, _ in rows], theirs, "% of people")
    axes.set_xscale("log")
    axes.set_xticks([0.2, 0.5, 1, 2, 5, 10, 20, 40], ["0.2", "0.5", "1", "2", "5", "10", "20", "40"])
    axes.set_xticks([], minor=True)
    return figure


def _errors(usual: Made, hard: Made) -> Figure:
    columns = [statistics.error_shares(made)[1] for made in (usual, hard)]
    kinds = sorted(ERROR_KINDS, key=lambda kind: (kind not in DRAWN_ERRORS, -columns[0][kind]))
    place = np.arange(len(kinds))[::-1]
    figure, axes = _axes(6.4, 6.2)
    own, theirs = ([1000 * column[kind] for kind in kinds] for column in columns)
    axes.barh(place + 0.2, own, height=0.4, color=OURS, label="default")
    axes.barh(place - 0.2, theirs, height=0.4, color="white", edgecolor=OURS, linewidth=0.8, label="hard")
    axes.set_yticks(place, [kind.replace("_", " ") for kind in kinds])
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="of 1,000 further records", ylim=(-0.7, len(kinds) - 0.3))
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")
    return figure


CHARTS: Final[Mapping[str, Callable[[Made, Made], Any]]] = {
    "regencies": _regencies,
    "ages": _ages,
    "households": _households,
    "names": _names,
    "single-names": _single,
    "default-dates": _dates,
    "entry-years": _years,
    "cultures": _cultures,
    "errors": _errors,
}
"""The charts by the name of their file."""
