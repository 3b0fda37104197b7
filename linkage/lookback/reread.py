"""A finished run read again: its spec, its records as the inputs still hold them, its model; all digests checked."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError, InputMissingError, InvariantError, OutputError, UsageError
from linkage.intake import InputFile, Limits, ReadOptions, read_inputs, read_options, survey_all
from linkage.intake.limits import read_limits
from linkage.intake.sources.queries import is_query
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.models.linkage_model import LinkageModel, from_json, to_json
from linkage.models.supervised import SupervisedModel
from linkage.nightly.change_log import current, state_hash
from linkage.nightly.derived import snapshot_of
from linkage.nightly.project import load_project
from linkage.nightly.store import Store
from linkage.run.manifest import RunManifest, sha256_of
from linkage.spec import LinkageSpec, spec_from_dict
from linkage.stages.frequencies import Snapshot
from linkage.stages.modelling import read_model


def stored_spec(manifest: RunManifest) -> LinkageSpec:
    """Return the spec a manifest carries.

    Raises:
        SpecError: it is none. InvariantError: it is not the one whose digest stands beside it.
    """
    spec = spec_from_dict(manifest.spec)
    if spec.digest() != manifest.spec_digest:
        raise InvariantError("the spec in the manifest is not the one of the run", where=manifest.run_id)
    return spec


def given_inputs(manifest: RunManifest) -> list[str]:
    """Return what a run was given, in its order: files, archives (once each), Delta tables, URLs of queries."""
    return list(dict.fromkeys(str(item["path"]) for item in manifest.inputs))


def stated_reading(manifest: RunManifest) -> ReadOptions:
    """Return how the user of a run said that its files are to be read."""
    return read_options(manifest.options.get("reading", {}), where=manifest.run_id)


def stated_limits(manifest: RunManifest) -> Limits:
    """Return what the user of a run allowed its files to ask of the machine."""
    return read_limits(manifest.options.get("limits", {}), where=manifest.run_id)


def check_output(out: Path, run: Path, manifest: RunManifest, others: Sequence[Path] = ()) -> None:
    """Raise :class:`OutputError` where a file to be written would replace what was read, or lies in the run's folder.

    ``others``: files that were read besides the run's inputs.
    """
    kept = {Path(path).resolve() for path in given_inputs(manifest) if path} | {path.resolve() for path in others}
    if out.resolve() in kept or run.resolve() in out.resolve().parents:
        raise OutputError("it would replace what was read", where=str(out), remedy="Name another file")


def check_inputs(manifest: RunManifest) -> None:
    """Raise unless every input of a run is still there and unchanged."""
    for path in given_inputs(manifest):
        if not path:
            raise UsageError("this run read tables in memory, which cannot be read again", where=manifest.run_id)
        read = {(item["name"], item["sha256"]) for item in manifest.inputs if item["path"] == path}
        if _digests(path, manifest) != read:
            raise InvariantError(
                "the input is gone or not what the run read", where=path, remedy="Restore it, or run again"
            )


def _digests(path: str, manifest: RunManifest) -> set[tuple[str, str]]:
    names = [item["name"] for item in manifest.inputs if item["path"] == path]
    if names == [Path(path).name] and Path(path).is_file() and not is_query(path):
        return {(names[0], sha256_of(Path(path)))}  # one plain file needs no look inside
    try:
        found = survey_all(path, table_name="data", limits=stated_limits(manifest), options=stated_reading(manifest))
    except (InputDataError, InputMissingError):
        return set()
    return {(source.name, source.sha256) for source in found}


def _check_reading(manifest: RunManifest, inputs: Sequence[InputFile]) -> None:
    """Raise unless the inputs were read as in the run: under another sidecar the same bytes are other records."""
    for now, then in zip(map(asdict, inputs), manifest.inputs, strict=True):
        if not _read_alike(now, then):
            problem = "the input is read otherwise than in the run"
            raise InvariantError(problem, where=now["name"], remedy="Put its sidecar back as it was")


def _read_alike(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    # Older versions told less of the form; a Delta table may have come back to the same files under a newer version.
    form = (now["format"].keys() & then["format"].keys()) - {"version"}
    whole = all(now[name] == then[name] for name in ("name", "rows", "accepted", "columns"))
    return whole and all(now["format"][name] == then["format"][name] for name in form)


def standing_residents(manifest: RunManifest) -> pa.Table:
    """Return the open residents a nightly run linked, from the store at that run's version.

    Raises:
        InvariantError: the store no longer holds that state.
    """
    table = stored_table(manifest, "residents").sort_by("record_id")
    return table.filter(pc.equal(table.column("closed_by"), ""))


def stored_table(manifest: RunManifest, name: str) -> pa.Table:
    """Return the rows of a table of the store as a nightly run left them, in no certain order.

    Raises:
        InvariantError: the store no longer holds that state.
    """
    store = Store(load_project(Path(manifest.options["project"])).workspace)
    log = store.read_log(name, int(manifest.options[f"{name}_version"]))
    if state_hash(log) != manifest.outputs[f"store/{name}"]:
        what = "standing residents" if name == "residents" else f"store's {name}"
        raise InvariantError(f"the {what} are not those of this run", where=manifest.run_id)
    return current(log, name)


def stored_snapshot(manifest: RunManifest) -> Snapshot | None:
    """Return what a delta run kept to; None for other runs, which count for themselves.

    Raises:
        InvariantError: a full run has replaced it since.
    """
    if manifest.command != "run" or manifest.options["full"]:
        return None
    name, digest = manifest.options["snapshot"]
    return snapshot_of(load_project(Path(manifest.options["project"])).workspace, name, digest)


def accepted_records(manifest: RunManifest, spec: LinkageSpec) -> tuple[pa.Table, int]:
    """Return the records a run accepted, raw, and how many of them are LEFT's (-1 but in ``link``).

    Raises:
        InputMissingError, InvariantError: an input is gone, or not what the run read. UsageError: it read tables in
            memory.
    """
    if manifest.command == "run":
        return standing_residents(manifest), -1
    check_inputs(manifest)
    mode: Any = manifest.command
    read = read_inputs(
        given_inputs(manifest), spec, mode=mode, limits=stated_limits(manifest), options=stated_reading(manifest)
    )
    _check_reading(manifest, read.inputs)
    return read.accepted, read.left_rows if mode == "link" else -1


def stored_weights(manifest: RunManifest, spec: LinkageSpec) -> FellegiSunter:
    """Return the Fellegi-Sunter model of a run.

    Raises:
        InputDataError: the manifest holds none. InvariantError: its digest is another.
    """
    stored = manifest.model
    try:
        comparisons = tuple(
            ComparisonModel(
                item.name,
                item.level_names,
                tuple(stored["comparisons"][item.name]["m"]),
                tuple(stored["comparisons"][item.name]["u"]),
                item.term_frequency,
            )
            for item in spec.weighted
        )
        model = FellegiSunter(comparisons, float(stored["prior"]))
        intact = hashlib.sha256(to_json(LinkageModel(model))).hexdigest() == stored["sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise InputDataError("MANIFEST_UNREADABLE", "its model is incomplete", where=manifest.run_id) from error
    if not intact:
        raise InvariantError("the model in the manifest is not the one of the run", where=manifest.run_id)
    return model


def stored_model(manifest: RunManifest, spec: LinkageSpec) -> LinkageModel:
    """Return the model of a run: its weights, and what scored its pairs where that was another.

    A manifest holds the weights whole. Trees are too many for it: they are those of the model that the run was given,
    at the share of matches that the run found, known by their digest.

    Raises:
        InputDataError: the manifest holds no model. InputMissingError: the model that the run was given is gone.
        ModelError: it is damaged. InvariantError: it is not the one of the run.
    """
    weights = stored_weights(manifest, spec)
    stated = manifest.model.get("supervised")
    if stated is None:
        return LinkageModel(weights)
    try:
        shift, digest = float(stated["prior_shift"]), str(stated["sha256"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputDataError("MANIFEST_UNREADABLE", "its model is incomplete", where=manifest.run_id) from error
    for supervised in _given_models(manifest, spec):
        model = LinkageModel(weights, supervised.with_prior_shift(shift))
        if hashlib.sha256(to_json(model)).hexdigest() == digest:
            return model
    raise InvariantError(
        "the model that scored the pairs is not the one of the run any more",
        where=manifest.run_id,
        remedy=f"Put the model file back (a built-in one is that of version {manifest.version}), or run again",
    )


def _given_models(manifest: RunManifest, spec: LinkageSpec) -> Iterator[SupervisedModel]:
    """The supervised models that a run may have been given, likeliest first."""
    if manifest.command != "run":
        model = read_model(str(manifest.options["model"]) or spec.model, spec)
        if model.supervised is not None:
            yield model.supervised
        return
    # What the last full run fixed stands in the ledger; a run before that began from the project's model.
    project = load_project(Path(manifest.options["project"]))
    ledger = Store(project.workspace).ledger
    kept = [from_json(ledger.model.encode(), where="ledger")] if ledger.model else []
    name = project.model or spec.model
    for model in itertools.chain(kept, (read_model(item, spec) for item in [name] if item)):
        if model.supervised is not None:
            yield model.supervised
