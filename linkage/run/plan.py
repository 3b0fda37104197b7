"""``plan``: files in, what linking them would cost out; nothing is compared but a sample, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linkage.encode import encode
from linkage.engine.base import Engine
from linkage.intake import read_inputs
from linkage.interop.frames.inputs import as_input
from linkage.progress import Observer, Stages
from linkage.run.one_off import Request
from linkage.stages.candidates import plan_candidates
from linkage.stages.forecast import Forecast, forecast
from linkage.stages.forecast_warnings import find_warnings


@dataclass(frozen=True)
class RunPlan:
    """What a run of a request would cost.

    ``seconds``, by stage, and ``peak_memory_bytes`` are what planning took: reading, encoding and blocking are the
    run's own. ``warnings`` are of the rules; the observer was told those of reading.
    """

    forecast: Forecast
    rows_read: int
    rows_rejected: int
    seconds: Mapping[str, float]
    peak_memory_bytes: int
    warnings: tuple[str, ...]

    @property
    def memory_bytes(self) -> float:
        """About what a run needs at its peak: what planning needed, and the surviving pairs."""
        return self.peak_memory_bytes + self.forecast.survivor_bytes


def plan_inputs(request: Request, *, engine: Engine, observer: Observer) -> RunPlan:
    """Read, encode and block the inputs of a request as a run does, and foretell the rest."""
    stages = Stages(observer)
    with stages.stage("intake") as counts:
        intake = read_inputs(
            [as_input(item, request.spec) for item in request.inputs],
            request.spec,
            mode=request.mode,
            options=request.reading,
            limits=request.limits,
            progress=lambda done, total: observer.stage_progressed("intake", done, total),
            latest_year=request.latest_year,
        )
        counts["rows_read"] = sum(item.rows for item in intake.inputs)
        counts["rows_rejected"] = sum(item.rejected for item in intake.inputs)
        rows = dict(counts)
    for warning in intake.warnings:
        stages.warn(warning)
    with stages.stage("encode") as counts:
        left_count = intake.left_rows if request.mode == "link" else -1
        records = encode(
            intake.accepted,
            request.spec,
            latest_year=request.latest_year,
            left_count=left_count,
            threads=engine.threads,
        )
        counts["records"] = records.n_records
    with stages.stage("block") as counts:
        candidates = plan_candidates(records, request.spec)
        counts["pairs_planned"] = candidates.pairs_planned
    with stages.stage("plan") as counts:
        told = forecast(
            candidates, records, request.spec, threads=engine.threads, model=request.model, seed=request.seed
        )
        counts["pairs_to_compare"] = round(told.compared.pairs)
    return RunPlan(
        forecast=told,
        rows_read=rows["rows_read"],
        rows_rejected=rows["rows_rejected"],
        seconds={record.name: record.seconds for record in stages.records},
        peak_memory_bytes=max(record.peak_memory_bytes for record in stages.records),
        warnings=find_warnings(told),
    )
