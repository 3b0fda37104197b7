"""Are two spellings one name? Pairs by culture, half of which nobody looked at while the rules were made."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from linkage.standardise import compare_names

CASES = Path(__file__).parents[2] / "cases" / "name_pairs"
LEAST_RIGHT = {True: 0.95, False: 0.97}


def pairs(half: str, same: bool) -> list[dict[str, Any]]:
    files = sorted((CASES / half).glob("*.toml"))
    every = [pair for file in files for pair in tomllib.loads(file.read_text(encoding="utf-8"))["pair"]]
    return [pair for pair in every if pair["same"] is same]


def is_right(pair: dict[str, Any]) -> bool:
    known = {name: pair[name] for name in ("religion", "birth_year", "sex_left", "sex_right") if name in pair}
    return compare_names(pair["left"], pair["right"], **known).same_name is pair["same"]


@pytest.mark.parametrize("half", ["shown", "set_aside"])
@pytest.mark.parametrize("same", [True, False])
def test_nearly_all_pairs_are_judged_as_a_steward_would(half: str, same: bool) -> None:
    chosen = pairs(half, same)
    assert len(chosen) >= 300
    assert sum(map(is_right, chosen)) >= LEAST_RIGHT[same] * len(chosen)


def test_no_pair_stands_in_both_halves() -> None:
    names = [
        {frozenset((pair["left"], pair["right"])) for same in (True, False) for pair in pairs(half, same)}
        for half in ("shown", "set_aside")
    ]
    assert not names[0] & names[1]
