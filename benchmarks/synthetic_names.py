"""Names of the nation as the tables give them, beside what was published: ``python -m benchmarks.synthetic_names``.

Draws people straight from the tables and patterns, with every regency at its real weight and ages as of 2025, and
prints how often the published full names come out, the commonest names, the length of the tail, and what share of the
tokens in public lists of names (``names_lists_mit.csv`` in ``LINKAGE_DATA``, where that is set) the vocabulary knows.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.register_page.published import NAMES, RESIDENTS
from linkage.synthetic.names.composing import Bearers, cohort_of, compose_names, first_tokens, render_names
from linkage.synthetic.names.culture import COHORT_STARTS, load_cultures
from linkage.synthetic.names.vocabulary import load_vocabulary
from linkage.synthetic.streams import cumulative, draw

# Share of residents by years of birth, from the first year on; even within each span.
BORN: Final = {
    1930: 0.004, 1940: 0.015, 1950: 0.047, 1960: 0.096, 1970: 0.125, 1980: 0.148, 1990: 0.153, 2000: 0.165, 2010: 0.169,
    2020: 0.078,
}  # fmt: skip
LAST_YEAR: Final = 2025
COHORTS: Final = ("-1944", "1945-59", "1960-74", "1975-89", "1990-04", "2005-")
GENERATION: Final = 28


def nation(count: int, rng: np.random.Generator, only: str | None = None) -> tuple[Bearers, npt.NDArray[np.int64]]:
    """Return residents of the whole nation, or of one culture, and their codes of religion."""
    cultures, vocabulary = load_cultures(), load_vocabulary()
    culture = draw(rng, cumulative(_culture_shares(only)), count)
    faith = np.zeros(count, np.int64)
    family = np.full(count, -1, np.int32)
    for number in range(len(cultures.names)):
        rows = np.flatnonzero(culture == number)
        faith[rows] = draw(rng, cultures.faiths[number], rows.size)
        if cultures.family[number] >= 0:
            family[rows] = vocabulary.tables[int(cultures.family[number])].sample(rng, rows.size)
    starts = np.array([*BORN, LAST_YEAR + 1])
    span = draw(rng, cumulative(np.array(list(BORN.values()))), count)
    year = starts[span] + (rng.random(count) * np.diff(starts)[span]).astype(np.int64)
    bearers = Bearers(
        culture=culture.astype(np.int8),
        sex=rng.integers(0, 2, count).astype(np.int8),
        year=year.astype(np.int16),
        family=family,
        father=np.full(count, -1, np.int32),
        order=np.minimum(rng.geometric(0.5, count) - 1, 7).astype(np.int8),
        lineage=rng.random(count).astype(np.float32),
        faith=faith.astype(np.int8),
    )
    return bearers, faith


def compose(bearers: Bearers, rng: np.random.Generator) -> pa.StringArray:
    """Return the full names of these residents, whose fathers are named first."""
    cultures, vocabulary = load_cultures(), load_vocabulary()
    fathers = bearers.take(np.arange(bearers.sex.size))
    fathers.sex[:] = 0
    fathers.year[:] -= GENERATION
    bearers.father[:] = first_tokens(compose_names(fathers, cultures, vocabulary, rng)[0])
    began = time.perf_counter()
    tokens, _ = compose_names(bearers, cultures, vocabulary, rng)
    took = time.perf_counter() - began
    print(
        f"{bearers.sex.size:,} names composed in {took:.2f} s ({took * 250_000 / bearers.sex.size:.2f} s per 250,000)"
    )
    return render_names(tokens, vocabulary.texts)


def _culture_shares(only: str | None) -> npt.NDArray[np.float64]:
    names = load_cultures().names
    shares = np.zeros(len(names))
    if only is not None:
        shares[names.index(only)] = 1.0
        return shares
    text = (resources.files("linkage.synthetic") / "data" / "regions.csv").read_text(encoding="utf-8")
    for row in csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter=";"):
        mixture = {name: float(share) for name, share in (part.split(":") for part in row["cultures"].split())}
        for name, share in mixture.items():
            shares[names.index(name)] += float(row["population_thousand"]) * share / sum(mixture.values())
    return shares


def report(count: int, seed: int) -> None:
    """Print every comparison for this many residents."""
    rng = np.random.default_rng(seed)
    bearers, _ = nation(count, rng)
    names = compose(bearers, rng)
    tally = pc.value_counts(names)
    texts, counts = tally.field("values").to_pylist(), tally.field("counts").to_numpy()
    place = dict(zip(texts, counts.tolist(), strict=True))
    print("\n| name | published per million | drawn per million | drawn / published |\n|--|--:|--:|--:|")
    for name, published in NAMES.items():
        wanted, drawn = published / RESIDENTS * 1e6, place.get(name, 0) / count * 1e6
        print(f"| {name} | {wanted:.0f} | {drawn:.0f} | {drawn / wanted:.2f} |")
    top = np.argsort(-counts, kind="stable")[:40]
    print("\ncommonest, per million:", ", ".join(f"{texts[row]} {counts[row] / count * 1e6:.0f}" for row in top))
    print(
        "\n| born | residents | single names | distinct per 100,000 | borne once | commonest |\n|--|--:|--:|--:|--:|--|"
    )
    cohort = cohort_of(bearers.year)
    for number, label in enumerate(COHORTS):
        print(_cohort_row(label, names.filter(pa.array(cohort == number)), count))
    print(_cohort_row("all", names, count))
    for size in (10_000, 100_000, 1_000_000, count):
        if size <= count:
            part = pc.value_counts(names.slice(0, size)).field("counts").to_numpy()
            print(f"{size:,} residents: {part.size:,} full names, {(part == 1).sum() / size:.1%} bear theirs alone")
    length = pc.binary_length(names).to_numpy()
    print(f"length: mean {length.mean():.1f}, longest {length.max()}, above 60 {(length > 60).sum()}")


def _cohort_row(label: str, names: pa.StringArray, count: int) -> str:
    counts = pc.value_counts(names)
    sizes = counts.field("counts").to_numpy()
    first = counts.field("values")[int(sizes.argmax())].as_py()
    single = pc.mean(pc.equal(pc.count_substring(names, " "), 0)).as_py()
    fewer = pc.count_distinct(names.slice(0, 100_000)).as_py() / min(len(names), 100_000) * 100_000
    return (
        f"| {label} | {len(names) / count:.1%} | {single:.1%} | {fewer:,.0f} | {(sizes == 1).sum() / len(names):.1%} "
        f"| {first} {sizes.max() / len(names) * 1e6:.0f} per million |"
    )


def known_tokens(data: Path) -> None:
    """Print which share of the tokens of public lists of names the vocabulary knows, and some that it does not."""
    vocabulary = load_vocabulary()
    known = set(vocabulary.texts.to_pylist())
    kinds: dict[tuple[str, str], set[str]] = {}
    for row in csv.DictReader(data.open(encoding="utf-8")):
        if row["kind"] in {"given", "last", "family"}:
            for token in row["token"].upper().split():
                kinds.setdefault((row["kind"], row["gender"]), set()).add(token)
    for (kind, sex), tokens in sorted(kinds.items()):
        missing = sorted(tokens - known)
        print(
            f"{kind} {sex or '-'}: {1 - len(missing) / len(tokens):.1%} of {len(tokens)}; not: {' '.join(missing[:25])}"
        )


def show(culture: str, each: int, seed: int) -> None:
    """Print some names of one culture by faith, sex and cohort."""
    rng = np.random.default_rng(seed)
    bearers, faith = nation(400 * each, rng, culture)
    names = compose(bearers, rng)
    cohort = cohort_of(bearers.year)
    for group, codes in {"Islam": [1], "Christian": [2, 3], "other": [4, 5, 6, 7]}.items():
        for sex, word in enumerate(("men", "women")):
            for number, label in enumerate(COHORTS):
                rows = np.flatnonzero(np.isin(faith, codes) & (bearers.sex == sex) & (cohort == number))[:each]
                if rows.size:
                    print(f"{culture}, {group}, {word} {label}: {'; '.join(names.take(pa.array(rows)).to_pylist())}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", metavar="CULTURE", help="print names of this culture instead")
    parser.add_argument("--each", type=int, default=30)
    chosen = parser.parse_args()
    assert len(COHORTS) == len(COHORT_STARTS) + 1
    if chosen.show:
        show(chosen.show, chosen.each, chosen.seed)
        return
    report(chosen.residents, chosen.seed)
    data = Path(os.environ.get("LINKAGE_DATA", "")) / "id_names" / "names_lists_mit.csv"
    if data.is_file():
        known_tokens(data)


if __name__ == "__main__":
    main()
