"""What is measured of a project, beside how its commands ended."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from linkage.publishing.overview import Overview
from linkage.review.cases import State
from linkage.telemetry.prometheus import Metric, gauge


def project_metrics(overview: Overview) -> list[Metric]:
    """Return the metrics of a project; of what there is not yet there are none."""
    metrics = [
        gauge(
            "tunggal_regions", "Regions that have sent an extract.", sum(bool(one.cut_off) for one in overview.regions)
        ),
        gauge(
            "tunggal_regions_silent",
            "Regions of the project that have never sent an extract.",
            sum(not region.cut_off for region in overview.regions),
        ),
        gauge(
            "tunggal_regions_late",
            "Regions whose newest cut-off lies too far behind the newest of all.",
            sum(region.late_days > 0 for region in overview.regions),
        ),
        gauge(
            "tunggal_regions_with_gaps",
            "Regions of which an extract between two others is missing.",
            sum(bool(region.gaps) for region in overview.regions),
        ),
        Metric(
            "tunggal_files_total",
            "counter",
            "Files of the inbox that were decided upon.",
            (({"outcome": "refused"}, overview.refused), ({"outcome": "taken"}, overview.taken)),
        ),
        gauge("tunggal_files_quarantined", "Refused files that lie in quarantine.", overview.quarantined),
    ]
    if overview.manifest is not None:
        metrics.append(gauge("tunggal_warnings", "Warnings of the last night.", len(overview.manifest.warnings)))
    return [*metrics, *_queue_metrics(overview), *_publication_metrics(overview)]


def _queue_metrics(overview: Overview) -> list[Metric]:
    queue = overview.queue
    if queue is None:
        return []
    tally: Counter[tuple[str, str]] = Counter()
    for one in queue.open:
        tally[one.kind, one.state] += one.cases
    return [
        Metric(
            "tunggal_queue_open_cases",
            "gauge",
            "Cases whose question nobody has answered yet.",
            tuple(({"kind": kind, "state": state}, cases) for (kind, state), cases in sorted(tally.items())),
        ),
        gauge("tunggal_queue_waiting_cases", "Open cases for which there are no hours yet.", queue.cases(waiting=True)),
        gauge("tunggal_queue_proposed_cases", "Proposals that wait for approval.", queue.cases(State.DIUSULKAN)),
        *_since("tunggal_queue_oldest_case", "When the oldest open case was opened.", queue.oldest),
        gauge("tunggal_outbox_decisions", "Decisions that are approved and not published.", queue.outbox),
        *_since("tunggal_outbox_oldest_decision", "When the first of them was taken.", queue.outbox_oldest),
        gauge("tunggal_publications_stopped", "Publications that wait for a supervisor.", len(queue.stopped)),
        gauge("tunggal_audit_head_seq", "Number of the last row of the audit chain.", queue.audit_seq),
    ]


def _publication_metrics(overview: Overview) -> list[Metric]:
    last = overview.publication
    if last is None:
        return []
    return [
        gauge("tunggal_publication_number", "Number of the last publication.", last.publication),
        gauge("tunggal_publication_timestamp_seconds", "When it was made.", last.published_at.timestamp()),
        gauge("tunggal_reference_persons", "Persons in the reference.", overview.persons),
    ]


def _since(name: str, says: str, moment: datetime | None) -> list[Metric]:
    """Return an instant: an age would be wrong an hour after it was written."""
    return [] if moment is None else [gauge(f"{name}_timestamp_seconds", says, moment.timestamp())]
