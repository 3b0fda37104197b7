"""The account a run gives of itself: its manifest, built from what the stages counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pyarrow.compute as pc

from linkage.intake import InputFile
from linkage.pipeline import Linked
from linkage.progress import Stages
from linkage.run.manifest import RunManifest
from linkage.standing.delta import DeltaLinked
from linkage.version import VERSION


def give_account(
    linked: Linked | DeltaLinked,
    stages: Stages,
    *,
    run_id: str,
    command: str,
    options: Mapping[str, Any],
    inputs: Sequence[InputFile],
    counts: Mapping[str, Any],
    outputs: Mapping[str, str],
    began: datetime,
) -> RunManifest:
    """Return the manifest of a run, its counts checked.

    ``counts``: what this command counts beyond linking itself. ``outputs``: digest by name.

    Raises:
        InvariantError: the counts do not balance.
    """
    spec = linked.spec
    by_kind = {row["values"]: row["counts"] for row in pc.value_counts(linked.cases.column("kind")).to_pylist()}
    manifest = RunManifest(
        version=VERSION,
        run_id=run_id,
        command=command,
        options=options,
        spec=spec.to_dict(),
        spec_digest=spec.digest(),
        inputs=[asdict(item) for item in inputs],
        stages=[asdict(record) for record in stages.records],
        counts={
            "rows_read": sum(item.rows for item in inputs),
            "rows_accepted": sum(item.accepted for item in inputs),
            "rows_rejected": sum(item.rejected for item in inputs),
            **linked.counts,
            "cases_by_kind": dict(sorted(by_kind.items())),
            **counts,
        },
        model=linked.chosen.describe(),
        thresholds={
            "link_threshold": spec.link_threshold,
            "review_threshold": spec.review_threshold,
            "case_threshold": spec.effective_case_threshold,
            "survive_probability": spec.survive_probability,
            "shared_nik_weight": spec.shared_nik_weight,
            **({} if spec.guard_answered_at is None else {"guard_answered_at": spec.guard_answered_at}),
        },
        blocking=[asdict(report) for report in linked.reports],
        recall=linked.recall if isinstance(linked, Linked) else {},
        warnings=tuple(stages.warnings),
        outputs=outputs,
        started=began.isoformat(timespec="seconds"),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    manifest.check_balance()
    return manifest
