"""What the published schema of OpenLineage 2-0-2 asks of a run event, said plainly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

_FACETS = {
    "errorMessage": {"message": str, "programmingLanguage": str},
    "processing_engine": {"version": str},
    "jobType": {"processingType": str, "integration": str},
    "schema": {"fields": list},
    "version": {"datasetVersion": str},
    "outputStatistics": {},
    "inputStatistics": {},
    "tunggal_model": {"digest": str},
    "tunggal_digest": {"digest": str},
}


def events_of(path: Path) -> list[dict[str, Any]]:
    """The events of a file, each of which must be sound."""
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for event in found:
        check_event(event)
    return found


def kinds_by_run(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Of each run what was told of it, in order."""
    told: dict[str, list[str]] = {}
    for event in events:
        told.setdefault(event["run"]["runId"], []).append(event["eventType"])
    return told


def check_event(event: Mapping[str, Any]) -> None:
    """Fail unless the event has all that is required, in the form that is required."""
    assert event["eventType"] in ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")
    assert datetime.fromisoformat(event["eventTime"]).tzinfo is not None
    _check_uri(event["producer"])
    _check_uri(event["schemaURL"])
    UUID(event["run"]["runId"])
    assert event["job"]["namespace"]
    assert event["job"]["name"]
    _check_facets(event["run"].get("facets", {}))
    _check_facets(event["job"].get("facets", {}))
    for side, own in (("inputs", "inputFacets"), ("outputs", "outputFacets")):
        for dataset in event.get(side, []):
            assert dataset["namespace"]
            assert dataset["name"]
            _check_facets(dataset.get("facets", {}))
            _check_facets(dataset.get(own, {}))
            assert set(dataset) <= {"namespace", "name", "facets", own}


def _check_facets(facets: Mapping[str, Any]) -> None:
    for name, facet in facets.items():
        _check_uri(facet["_producer"])
        _check_uri(facet["_schemaURL"])
        for key, kind in _FACETS[name].items():
            assert isinstance(facet[key], kind), (name, key)
        if name.endswith("Statistics"):
            assert all(isinstance(facet[key], int) for key in ("rowCount", "size") if key in facet)
        if name == "schema":
            assert all(isinstance(item["name"], str) for item in facet["fields"])


def _check_uri(text: str) -> None:
    parts = urlsplit(text)
    assert parts.scheme
    assert parts.netloc or parts.path
