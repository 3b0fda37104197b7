"""``dedupe`` and ``link``: files or frames in, a folder of results or a result object out; no standing store."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from linkage.comparison.pair_pass import NO_FUNCTIONS, CustomFunction
from linkage.days import day_of
from linkage.encode import HandedOver
from linkage.engine.base import Engine
from linkage.engine.local import LocalEngine
from linkage.errors import InputMissingError, UsageError
from linkage.intake import NOTHING_STATED, Intake, Limits, ReadOptions, read_inputs
from linkage.interop.frames.inputs import as_input
from linkage.interop.frames.results import ResultFrames, result_to_pandas, result_to_polars
from linkage.pipeline import Linked, LinkOptions, link_records
from linkage.progress import Observer, Silent, Stages
from linkage.run.account import give_account
from linkage.run.manifest import RunManifest, new_run_id
from linkage.run.outputs import publish_folder, resume_folder, staged, write_tables
from linkage.run.spec_file import read_spec, text_of
from linkage.schema import ACCEPTED, CLUSTERS
from linkage.similarity.kernel_cache import telling_of_compiling
from linkage.spec import LinkageSpec
from linkage.standardise.regions.older import older_regions_from_csv

Mode = Literal["dedupe", "link"]
Input = Any
"""Whatever :func:`linkage.interop.frames.inputs.as_input` takes."""

KEEP: Final = "keep:"


@dataclass(frozen=True)
class Request:
    """What a user asked for; ``keep`` names columns that follow their records into the clusters.

    ``as_is``: the stored model's u and prior are those of these records. ``functions``: those of comparisons under the
    kernel ``custom``, by name of the comparison.
    ``reading``: how the files are to be read, where the user knows better than what is found out.
    ``limits``: what they may ask of this machine.
    """

    mode: Mode
    inputs: tuple[Input, ...]
    spec: LinkageSpec
    model: str = ""
    train: bool = False
    as_is: bool = False
    keep: tuple[str, ...] = ()
    functions: Mapping[str, CustomFunction] = field(default_factory=dict)
    reading: ReadOptions = NOTHING_STATED
    limits: Limits = field(default_factory=Limits)
    latest_year: int = 0
    seed: int = 0


@dataclass(frozen=True)
class LinkageResult:
    """What ``dedupe`` and ``link`` return: the tables of :mod:`linkage.schema` in Arrow, and the manifest.

    ``pairs`` down to the review threshold; ``clusters`` for every accepted record; ``cases`` for the queue; ``rejects``
    with a code and a hint each; ``quality`` counts what the rules found, by region. ``manifest.counts`` balance.
    """

    pairs: pa.Table
    clusters: pa.Table
    cases: pa.Table
    rejects: pa.Table
    quality: pa.Table
    manifest: RunManifest

    def to_pandas(self) -> ResultFrames[Any, RunManifest]:
        """Return the same with pandas frames (:func:`linkage.interop.frames.results.result_to_pandas`)."""
        return result_to_pandas(vars(self), self.manifest)

    def to_polars(self) -> ResultFrames[Any, RunManifest]:
        """Return the same with Polars frames (:func:`linkage.interop.frames.results.result_to_polars`)."""
        return result_to_polars(vars(self), self.manifest)


def read_spec_file(name_or_path: str | Path | None, region_codes: Path | None = None) -> LinkageSpec:
    """Return a spec from a TOML file, or a built-in one by name; None is the residents spec.

    ``region_codes``: a CSV file of older regency codes (columns code, newest, name), added to those of the spec.

    Raises:
        InputMissingError: no such file or built-in spec. SpecError: it is wrong.
    """
    spec = read_spec(name_or_path)
    if region_codes is None:
        return spec
    if not region_codes.is_file():
        raise InputMissingError("no such file of region codes", where=str(region_codes))
    older = older_regions_from_csv(text_of(region_codes), where=region_codes.name)
    return replace(spec, older_regions=spec.older_regions + older).validate()


def dedupe(
    data: Input | Sequence[Input],
    spec: LinkageSpec | str | Path | None = None,
    model: str | Path | None = None,
    *,
    functions: Mapping[str, CustomFunction] = NO_FUNCTIONS,
) -> LinkageResult:
    """Find the records that describe the same thing.

    Args:
        data: a path, an Arrow table, a pandas or Polars frame, or several of them.
        spec: a spec, a TOML file, or None for Indonesian residents.
        model: a JSON file or a built-in name; None for the default (see the guide on models).
        functions: for each comparison under the kernel ``custom``, by its name, what compares its values.

    Raises:
        LinkageError: one of its kinds; the message says what is wrong, where, and what to do.
    """
    many = data if isinstance(data, list | tuple) else [data]
    return _in_memory(_request("dedupe", many, spec, model, functions))


def link(
    left: Input,
    right: Input,
    spec: LinkageSpec | str | Path | None = None,
    model: str | Path | None = None,
    *,
    functions: Mapping[str, CustomFunction] = NO_FUNCTIONS,
) -> LinkageResult:
    """Find the records of ``right`` that describe the same thing as one of ``left``; arguments as in :func:`dedupe`."""
    return _in_memory(_request("link", [left, right], spec, model, functions))


def run_to_folder(request: Request, out: Path, *, engine: Engine, observer: Observer) -> RunManifest:
    """Carry a request out and write its results into ``out``; nothing is seen there before all of it is."""
    began = datetime.now(UTC)
    with staged(out) as staging:
        stages = Stages(observer)
        with telling_of_compiling(stages.note):
            intake, linked = link_inputs(request, engine, stages)
        with stages.stage("write") as counts:
            digests = write_tables(staging, _tables(request, intake, linked), engine.threads)
            counts["files"] = len(digests)
        manifest = _account(request, intake, linked, stages, digests, began)
        publish_folder(staging, out, manifest)
    shutil.rmtree(resume_folder(out), ignore_errors=True)
    return manifest


def link_inputs(request: Request, engine: Engine, stages: Stages) -> tuple[Intake, Linked]:
    """Read the inputs of a request and link them; of the accepted records only ids and kept columns come back."""
    with stages.stage("intake") as counts:
        intake = read_inputs(
            [as_input(item, request.spec) for item in request.inputs],
            request.spec,
            keep=request.keep,
            mode=request.mode,
            options=request.reading,
            limits=request.limits,
            progress=lambda done, total: stages.observer.stage_progressed("intake", done, total),
            latest_year=request.latest_year,
            threads=engine.threads,
        )
        counts["rows_read"] = sum(item.rows for item in intake.inputs)
        counts["rows_rejected"] = sum(item.rejected for item in intake.inputs)
    for warning in intake.warnings:
        stages.warn(warning)
    options = LinkOptions(
        latest_year=request.latest_year,
        left_count=intake.left_rows if request.mode == "link" else -1,
        model=request.model,
        train=request.train,
        as_is=request.as_is,
        functions=request.functions,
        seed=request.seed,
        all_fields=False,
    )
    # The raw columns go as they are encoded; only what goes to the clusters is held till then.
    given, held = HandedOver(intake.accepted), [ACCEPTED.names[0], *(f"{KEEP}{name}" for name in request.keep)]
    intake = replace(intake, accepted=intake.accepted.select(held))
    return intake, link_records(given, request.spec, options, engine, stages)


def _request(
    mode: Mode,
    inputs: Sequence[Input],
    spec: LinkageSpec | str | Path | None,
    model: str | Path | None,
    functions: Mapping[str, CustomFunction],
) -> Request:
    chosen = spec if isinstance(spec, LinkageSpec) else read_spec_file(spec)
    return Request(
        mode=mode,
        inputs=tuple(inputs),
        spec=chosen.validate(),
        model=str(model) if model is not None else "",
        functions=functions,
        latest_year=day_of(datetime.now(UTC)).year,
    )


def _in_memory(request: Request) -> LinkageResult:
    began = datetime.now(UTC)
    stages = Stages(Silent())
    intake, linked = link_inputs(request, LocalEngine(), stages)
    tables = _tables(request, intake, linked)
    return LinkageResult(**tables, manifest=_account(request, intake, linked, stages, {}, began))


def _tables(request: Request, intake: Intake, linked: Linked) -> dict[str, pa.Table]:
    return {
        "pairs": linked.pairs,
        "clusters": _with_kept(linked.clusters, intake, linked, request.keep),
        "cases": linked.cases,
        "rejects": intake.rejects,
        "quality": intake.quality,
    }


def _with_kept(clusters: pa.Table, intake: Intake, linked: Linked, keep: Sequence[str]) -> pa.Table:
    """Append the columns a user asked to keep, in the order of the clusters."""
    if not keep:
        return clusters
    rows = pc.index_in(clusters.column(CLUSTERS.field(0).name), value_set=linked.output_ids)
    for name in keep:
        clusters = clusters.append_column(name, intake.accepted.column(f"{KEEP}{name}").take(rows))
    return clusters


def _account(
    request: Request, intake: Intake, linked: Linked, stages: Stages, digests: dict[str, str], began: datetime
) -> RunManifest:
    return give_account(
        linked,
        stages,
        run_id=new_run_id(began.timestamp()),
        command=request.mode,
        options={
            "model": request.model,
            "train": request.train,
            "as_is": request.as_is,
            "keep": list(request.keep),
            "reading": request.reading.stated(),
            "limits": request.limits.stated(),
            "latest_year": request.latest_year,
            "seed": request.seed,
        },
        inputs=intake.inputs,
        counts={},
        outputs=digests,
        began=began,
    )


def with_threshold(spec: LinkageSpec, threshold: float | None) -> LinkageSpec:
    """Return the spec with another ``link_threshold``.

    Raises:
        UsageError: not between the review threshold and 1.
    """
    if threshold is None:
        return spec
    if not spec.review_threshold <= threshold < 1.0:
        raise UsageError(f"--threshold must lie between the review threshold {spec.review_threshold} and 1")
    return replace(spec, link_threshold=threshold).validate()
