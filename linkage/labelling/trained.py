"""A trained model as it is told of and stored: its card, its file, and a report in words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from linkage.errors import ModelError
from linkage.evaluation.figures import plain
from linkage.labelling.cross_fitting import Kind, Settings
from linkage.labelling.training_figures import TrainingFigures
from linkage.models.linkage_model import LinkageModel, to_json
from linkage.models.prevalence import Prevalence
from linkage.run.manifest import RunManifest
from linkage.run.outputs import write_text, writing
from linkage.version import VERSION


@dataclass(frozen=True)
class LabelCounts:
    """What became of the labels; pairs each. ``same`` and ``different`` taught the model.

    ``unsure``: nobody could tell. ``unknown``: of a record that the run did not read. ``not_compared``: the run dropped
    the pair, so that no model sees it; ``same_not_compared``: of these, those that are one person. ``rejected``: rows
    of the files that are no labels. ``labellers``: how many people answered. ``units``: families or persons.
    """

    same: int
    different: int
    unsure: int
    unknown: int
    not_compared: int
    same_not_compared: int
    rejected: int
    labellers: int
    units: int


@dataclass(frozen=True)
class Trained:
    """A trained model with what is told of it. ``share``: of matches, estimated from the run as ``dedupe`` does it."""

    model: LinkageModel
    kind: Kind
    settings: Settings
    seed: int
    counts: LabelCounts
    figures: TrainingFigures
    share: Prevalence
    manifest: RunManifest
    labels_sha256: tuple[str, ...]

    def card(self) -> dict[str, Any]:
        """Return what is stored with the model: JSON values; nobody's name, no value of a resident, no clock."""
        card: dict[str, Any] = plain(
            {
                "made_by": "linkage train",
                "version": VERSION,
                "libraries": {name: version(name) for name in ("numpy", "scikit-learn", "scipy")},
                "run": {
                    "run_id": self.manifest.run_id,
                    "records": self.manifest.counts["records"],
                    "pairs_survived": self.manifest.counts["pairs_survived"],
                },
                "spec_digest": self.manifest.spec_digest,
                "labels": {**asdict(self.counts), "sha256": list(self.labels_sha256)},
                "kind": self.kind,
                "settings": asdict(self.settings),
                "seed": self.seed,
                "cross_validation": self.figures.to_dict(),
                "share_of_matches": {"share": self.share.share, "pairs": self.share.n_pairs},
            }
        )
        return card


def write_trained(trained: Trained, out: Path) -> None:
    """Write the model with its card; a reader sees the old or the new file, never half.

    Raises:
        OutputError: it cannot be written.
    """
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_text(out, to_json(trained.model, trained.card()).decode())


def as_json(trained: Trained) -> str:
    """Return the card as indented JSON."""
    return json.dumps(trained.card(), indent=2, ensure_ascii=False, allow_nan=False)


def report(trained: Trained, out: Path) -> str:
    """Return what was trained, on what, and how good it is, as text."""
    counts, supervised = trained.counts, trained.model.supervised
    if supervised is None:
        raise ModelError("nothing was trained")
    lines = [
        f"{counts.same + counts.different:,} labelled pairs of {counts.units:,} families or persons: "
        f"{counts.same:,} same, {counts.different:,} different; labellers: {counts.labellers}"
    ]
    left_out = {
        "nobody could tell": counts.unsure,
        "of records the run did not read": counts.unknown,
        "not compared by the run, or dropped at once": counts.not_compared,
        "rows that are no labels (see linkage label --summary)": counts.rejected,
    }
    told = [f"{number:,} {says}" for says, number in left_out.items() if number]
    if told:
        lines.append(f"left out: {'; '.join(told)}")
    if counts.same_not_compared:
        lines.append(f"{counts.same_not_compared:,} of those are one person: blocking or the weights lose them")
    lines += [f"{trained.kind}: {supervised.describe()}", "", *trained.figures.lines()]
    lines.append("In brackets the 95 % interval, by drawing families again. Labelled pairs are harder than most.")
    if trained.figures.gain.low <= 0.0:
        lines.append("The gain is not certain: label more pairs before you rely on this model.")
    lines += [f"warning: {warning}" for warning in trained.share.warnings]
    return "\n".join([*lines, "", f"model: {out}", "try next:", f"  linkage dedupe FILES --model {out} --out out"])
