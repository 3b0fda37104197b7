"""Events of OpenLineage (https://openlineage.io/spec/2-0-2), one JSON object a line, appended to a file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from linkage.run.outputs import writing
from linkage.telemetry.account import Account, Dataset
from linkage.version import VERSION

EventType = Literal["START", "COMPLETE", "FAIL", "ABORT"]

PRODUCER: Final = f"urn:tunggal:linkage:{VERSION}"
_SPEC: Final = "https://openlineage.io/spec"
_EVENT: Final = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"


@dataclass(frozen=True)
class Job:
    """A job as a lineage names it, and one run of it (a UUID)."""

    namespace: str
    name: str
    run_id: str


def run_event(
    kind: EventType, job: Job, at: datetime, account: Account | None = None, *, problem: str = ""
) -> dict[str, Any]:
    """Return an event. ``account``: what was read and written, as far as it is known. ``problem``: why a run failed or
    was broken off; never a resident's value."""
    told = account or Account()
    run_facets: dict[str, Any] = {
        "processing_engine": _facet("1-1-0", "ProcessingEngineRunFacet", version=VERSION, name="tunggal")
    }
    if told.model:
        run_facets["tunggal_model"] = _own("ModelRunFacet", digest=told.model)
    if problem:
        run_facets["errorMessage"] = _facet(
            "1-0-0", "ErrorMessageRunFacet", message=problem, programmingLanguage="PYTHON"
        )
    job_facets = {
        "jobType": _facet("2-0-2", "JobTypeJobFacet", processingType="BATCH", integration="TUNGGAL", jobType="COMMAND")
    }
    return {
        "eventType": kind,
        "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "run": {"runId": job.run_id, "facets": run_facets},
        "job": {"namespace": job.namespace, "name": job.name, "facets": job_facets},
        "inputs": [_dataset(item, "inputFacets", "inputStatistics", "1-0-0") for item in told.inputs],
        "outputs": [_dataset(item, "outputFacets", "outputStatistics", "1-0-2") for item in told.outputs],
        "producer": PRODUCER,
        "schemaURL": _EVENT,
    }


def append_events(path: Path, events: Sequence[dict[str, Any]]) -> None:
    """Append events to a file, made if need be; they are on the disk when this returns.

    Raises:
        OutputError: the file cannot be written.
    """
    text = "".join(json.dumps(event, ensure_ascii=True) + "\n" for event in events).encode()
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as stream:
            if stream.tell() > 0:
                stream.seek(-1, os.SEEK_END)
                # A line that was cut off by a full disk must not swallow this one.
                text = text if stream.read(1) == b"\n" else b"\n" + text
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())


def _dataset(item: Dataset, place: str, facet: str, version: str) -> dict[str, Any]:
    facets: dict[str, Any] = {"version": _facet("1-0-0", "DatasetVersionDatasetFacet", datasetVersion=item.digest)}
    if item.fields:
        fields = [{"name": name, "type": kind} for name, kind in item.fields]
        facets["schema"] = _facet("1-0-0", "SchemaDatasetFacet", fields=fields)
    facets["tunggal_digest"] = _own("DigestDatasetFacet", digest=item.digest)
    made: dict[str, Any] = {"namespace": "file", "name": item.name, "facets": facets}
    counted = {"rowCount": item.rows, "size": item.size_bytes}
    known = {name: value for name, value in counted.items() if value is not None}
    if known:
        title = facet[0].upper() + facet[1:] + place[0].upper() + place[1 : -len("Facets")] + "DatasetFacet"
        made[place] = {facet: _facet(version, title, **known)}
    return made


def _facet(version: str, title: str, /, **values: Any) -> dict[str, Any]:
    return {"_producer": PRODUCER, "_schemaURL": f"{_SPEC}/facets/{version}/{title}.json#/$defs/{title}", **values}


def _own(title: str, /, **values: Any) -> dict[str, Any]:
    """Return a facet that the standard does not have."""
    return {"_producer": PRODUCER, "_schemaURL": f"urn:tunggal:openlineage:{title}", **values}
