"""Which public sets there are: their files, what must be hidden from the engine, and which column is the truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

SPECS: Final = Path(__file__).parents[1] / "specs"
"""One hand-written spec per set, or per family of sets with the same columns."""

_PSEUDOPEOPLE_KEYS: Final = ("household_id", "employer_id")
"""Identifiers of the simulation: no register would have them."""


@dataclass(frozen=True)
class PublicSet:
    """One data set and how it is used.

    ``files``: below the folder of the data; two of them are linked, one is deduplicated, unless its rows are divided by
    the column ``split`` (values a and b). ``truth``: the column that names the entity, in the files themselves or, when
    ``truth_file`` is given, there. ``hidden``: columns taken out before any run, besides the truth. ``spec``: file name
    of the hand-written spec.
    """

    name: str
    files: tuple[str, ...]
    spec: str
    truth: str = "truth_id"
    truth_file: str = ""
    split: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def is_link(self) -> bool:
        """Whether two files are linked; else one is deduplicated."""
        return bool(self.split) or len(self.files) == 2


def _with_truth(
    name: str, *, folder: str = "", spec: str = "", split: str = "", hidden: tuple[str, ...] = ()
) -> PublicSet:
    """Return a set of a ``records.csv.gz`` and a ``truth.csv.gz`` in one folder."""
    folder = folder or name
    return PublicSet(
        name,
        (f"{folder}/records.csv.gz",),
        spec or f"{folder}.toml",
        truth_file=f"{folder}/truth.csv.gz",
        split=split,
        hidden=hidden,
    )


def _pseudopeople(name: str, right: str) -> PublicSet:
    files = ("pseudopeople/census_2020.csv.gz", f"pseudopeople/{right}.csv.gz")
    return PublicSet(name, files, f"{name}.toml", truth="simulant_id", hidden=_PSEUDOPEOPLE_KEYS)


SETS: Final = {
    chosen.name: chosen
    for chosen in (
        _with_truth("febrl1", spec="febrl.toml"),
        _with_truth("febrl2", spec="febrl.toml"),
        _with_truth("febrl4", spec="febrl.toml", split="source"),
        _with_truth("splink_fake_1000"),
        _with_truth("splink_historical_50k"),
        _with_truth("anonlink_tutorial"),
        _with_truth("geco_english"),
        # The same people without what no register of people has; most of it was never damaged.
        _with_truth(
            "geco_people",
            folder="geco_english",
            hidden=("credit-card-number", "income-normal", "income", "age-uniform", "blood-pressure"),
        ),
        _pseudopeople("census_2030", "census_2030"),
        _pseudopeople("census_ssa", "ssa_2020"),
        _pseudopeople("census_w2", "w2_1099_2020"),
        _with_truth("senzing_truthsets", hidden=("REL_ANCHOR_KEY", "REL_POINTER_KEY", "REL_POINTER_ROLE")),
    )
}
"""All sets by name, in the order of the table."""
