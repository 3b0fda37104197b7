"""How often the judgement of names is right, by culture and by kind of pair: ``python -m benchmarks.name_pairs``.

The pairs are those of ``tests/cases/name_pairs``: ``shown`` was looked at while the rules were made, ``set_aside`` was
not. Prints two tables for ``benchmarks/results.md``, and with ``--wrong`` the pairs of ``shown`` that went wrong.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from linkage.standardise import compare_names

CASES = Path(__file__).parents[1] / "tests" / "cases" / "name_pairs"
HALVES = ("shown", "set_aside")
KNOWN_OF_BEARERS = ("religion", "birth_year", "sex_left", "sex_right")


class Judged(NamedTuple):
    """A pair, where it stands, and whether it was judged as the table says."""

    half: str
    culture: str
    pair: Mapping[str, Any]
    right: bool


def judged_pairs() -> Iterator[Judged]:
    """Yield every pair of the tables, judged."""
    for half in HALVES:
        for file in sorted((CASES / half).glob("*.toml")):
            for pair in tomllib.loads(file.read_text(encoding="utf-8"))["pair"]:
                known = {name: pair[name] for name in KNOWN_OF_BEARERS if name in pair}
                found = compare_names(pair["left"], pair["right"], **known)
                yield Judged(half, file.stem, pair, found.same_name == pair["same"])


def main(arguments: Sequence[str]) -> None:
    judged = list(judged_pairs())
    print(table("culture", judged, lambda item: item.culture), end="\n\n")
    print(table("kind of pair", judged, lambda item: str(item.pair["why"])))
    for item in judged if "--wrong" in arguments else ():
        if item.half == "shown" and not item.right:
            print(item.culture, dict(item.pair))


def table(title: str, judged: Sequence[Judged], group: Callable[[Judged], str]) -> str:
    """Return the share of right judgements for each group, the last line for all."""
    total, right = Counter[tuple[str, str, bool]](), Counter[tuple[str, str, bool]]()
    for item in judged:
        for name in (group(item), "all"):
            key = (name, item.half, bool(item.pair["same"]))
            total[key] += 1
            right[key] += item.right
    columns = [(half, same) for same in (True, False) for half in HALVES]
    lines = [
        f"| {title} | same, shown | same, set aside | different, shown | different, set aside |",
        "|---|--:|--:|--:|--:|",
    ]
    for name in (*sorted({key[0] for key in total} - {"all"}), "all"):
        keys = [(name, *column) for column in columns]
        cells = [f"{right[key]} of {total[key]}" if total[key] else "" for key in keys]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    shares = [f"{right['all', *column] / total['all', *column]:.1%}" for column in columns]
    return "\n".join([*lines, f"| share | {' | '.join(shares)} |"])


if __name__ == "__main__":
    main(sys.argv[1:])
