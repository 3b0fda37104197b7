"""How a project stands, on one screen: what was done, what is amiss, and the one thing to do next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from linkage.nightly.succession import NEVER, Gap, RegionState
from linkage.publishing.metrics import project_metrics
from linkage.publishing.overview import Overview, RegionStanding, region_standings
from linkage.publishing.status import status_json, status_text
from linkage.reference.store import LedgerRow
from linkage.review.cases import State
from linkage.review.figures import OpenCases, QueueFigures
from linkage.run.workspace_lock import Holder
from linkage.telemetry.history import LastRun
from linkage.telemetry.prometheus import exposition
from linkage.telemetry.underway import Underway
from tests.oracles.metrics_text import parse

NOW = datetime(2026, 6, 3, 6, 0, tzinfo=UTC)
RUN = "019f0000-0000-7000-8000-000000000001"
KINDS = ("BOTH_ENROLLED", "CONFLICT", "DUPLICATE", "OPEN_MOVE", "REVERT", "SHARED_NIK")


def ago(**span):
    return NOW - timedelta(**span)


def region(code, *, late=0, gaps=0, full="2026-06-01"):
    missing = (("2026-06-01 no. 1", "2026-06-03 no. 3"),) * gaps
    return RegionStanding(code, "2026-06-02", 12, full, late, missing)


def ended(command="run", *, code=0, error="", started=None):
    return LastRun(command, RUN, (started or ago(hours=5)).isoformat(), 754.2, code, error, "", {}, {})


def queue(*, proposed=0, outbox=0, stopped=(), cases=1234):
    found = [OpenCases(kind, State.BARU, True, cases, ago(days=200)) for kind in KINDS] if cases else []
    if proposed:
        found.append(OpenCases("DUPLICATE", State.DIUSULKAN, False, proposed, ago(days=3)))
    return QueueFigures(tuple(found), outbox, ago(days=4) if outbox else None, stopped, 17)


def published(run_id=RUN):
    return LedgerRow(41, "publication", ago(hours=3), run_id, 9, 5, {}, "ab", {})


def overview(**changed):
    """A project after a night and a publication, with nothing amiss and nothing to do."""
    whole = Overview(
        now=NOW,
        project=Path("/srv/tunggal/linkage.toml"),
        run_id=RUN,
        folder=Path("/srv/tunggal/out") / RUN,
        holder=None,
        ended=(ended("publish"), ended()),
        killed=(),
        manifest=SimpleNamespace(counts={"records": 1_234_567, "cases": 89}, warnings=("one",)),
        regions=tuple(region(f"32{n:02d}") for n in range(1, 6)),
        taken=1_000,
        refused=3,
        quarantined=2,
        refused_last={},
        queue=queue(cases=0),
        publication=published(),
        persons=1_111_111,
    )
    return replace(whole, **changed)


CROWDED = {
    "holder": Holder(4242, "server-penyelenggara", ago(minutes=7).isoformat(), "linkage publish"),
    "killed": (Underway("run", RUN, ago(hours=9).isoformat()),),
    "erasing": 2,
    "ended": (
        ended("backup", code=73, error="OutputError"),
        ended("publish", code=79, error="PublicationStoppedError"),
        ended(code=75, error="LockHeldError"),
    ),
    "refused_last": {"EXTRACT_TWICE": 4, "EXTRACT_NOT_NEWER": 2, "EXTRACT_UNIDENTIFIED": 1, "EXTRACT_SHRUNK": 9},
    "queue": queue(proposed=5, outbox=6, stopped=(41, 42)),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("many", [5, 514])
def test_it_fits_one_screen_when_everything_is_amiss_at_once(language, many):
    regions = tuple(region(f"{3201 + n}", late=12, gaps=2, full="") for n in range(many))
    lines = status_text(overview(**CROWDED, regions=regions), language).splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 24
    calm = status_text(overview(queue=queue(proposed=5), regions=regions), language).splitlines()
    assert len(calm) <= 24


def test_of_many_regions_those_with_something_amiss_are_shown_and_the_others_counted():
    regions = [region(f"{3201 + n}") for n in range(514)]
    regions[7] = region("3208", late=12)
    regions[9] = region("3210", gaps=3)
    said = status_text(overview(regions=tuple(regions)), "en")
    assert "514: 1 late, 1 with gaps, 0 never sent a full extract" in said
    assert "3208  2026-06-02 no. 12  12 days late" in said
    assert "3210  2026-06-02 no. 12  lacks 2026-06-01 no. 1 to 2026-06-03 no. 3, 2 more gaps" in said
    assert "3201" not in said


NEXT = [
    ({}, "nothing; wait for the next night"),
    ({"holder": CROWDED["holder"], "queue": queue(stopped=(1,))}, "wait until it is done"),
    ({"queue": queue(stopped=(41,), outbox=3)}, "a supervisor looks at the stopped publication"),
    ({"erasing": 1, "killed": CROWDED["killed"]}, "finish the erasure: linkage erase"),
    ({"killed": CROWDED["killed"]}, "start it again later: linkage run"),
    ({"ended": (ended(code=75, error="LockHeldError"),)}, "start it again later: linkage run"),
    ({"ended": (ended("publish", code=73, error="OutputError"),)}, "mend it, then again: linkage publish"),
    ({"ended": (ended("model_check", code=79, error="GateFailedError"),)}, "then again: python -m jobs.model_check"),
    ({"ended": (ended("erase", code=77, error="NotPermittedError"),)}, "nothing; wait for the next night"),
    ({"ended": (ended("report", code=2, error="UsageError"),)}, "nothing; wait for the next night"),
    ({"publication": None}, "linkage publish"),
    ({"publication": published("an earlier night")}, "linkage publish"),
    ({"publication": replace(published(), kind="erasure")}, "linkage publish"),
    ({"queue": queue(proposed=1, outbox=1)}, "linkage publish"),
    ({"queue": queue(proposed=1)}, "approvers: linkage queue next --examine"),
    ({"queue": queue()}, "stewards: linkage queue next"),
    ({"regions": (region("3201", late=9),)}, "ask the regions named above for extracts"),
    ({"run_id": "", "ended": ()}, "put extracts into the inbox, then: linkage run"),
]


@pytest.mark.parametrize(("changed", "says"), NEXT)
def test_the_last_line_is_the_one_thing_to_do_next(changed, says):
    last = status_text(overview(**changed), "en").splitlines()[-1]
    assert last.startswith("Do next ")
    assert says in last


def test_a_run_is_told_with_how_it_ended_when_and_how_long_it_took():
    said = status_text(overview(ended=(ended(code=69, error="ServiceUnavailableError"),)))
    assert "GAGAL (kode 69, ServiceUnavailableError), 2026-06-03 01:00 UTC, 5 jam lalu" in said
    assert "1.234.567 rekaman (termasuk yang tidak aktif), 89 kasus, 1 peringatan" in said
    assert "nomor 41, 2026-06-03 03:00 UTC, 1.111.111 orang aktif" in said


def test_for_scripts_it_is_plain_json_with_every_region():
    regions = tuple(region(f"{3201 + n}", late=1) for n in range(514))
    told = json.loads(json.dumps(status_json(overview(**CROWDED, regions=regions))))
    assert len(told["regions"]) == 514
    assert (told["holder"]["process"], told["queue"]["outbox"], told["publication"]["number"]) == (4242, 6, 41)
    assert told["regions"][0]["amiss"] is True


def test_a_region_is_late_when_it_lies_more_days_behind_than_the_setting_says():
    regions = {
        "5171": RegionState((20260610, 12), "delta", "a.csv", (20260501, 1)),
        "3374": RegionState((20260602, 3), "delta", "b.csv", NEVER, (Gap((20260601, 1), (20260602, 3)),)),
    }
    semarang, denpasar = region_standings(regions, 7)
    assert (semarang.code, semarang.late_days, semarang.full) == ("3374", 8, "")
    assert semarang.gaps == (("2026-06-01 no. 1", "2026-06-02 no. 3"),)
    assert (denpasar.late_days, denpasar.full, denpasar.amiss) == (0, "2026-05-01", False)
    assert region_standings(regions, 8)[0].late_days == 0
    assert region_standings({}, 7) == ()


def test_a_region_of_the_project_that_never_sent_anything_is_named():
    regions = {"5171": RegionState((20260610, 12), "delta", "a.csv", (20260501, 1))}
    standing = region_standings(regions, 7, {"5171", "3374"})
    assert [(one.code, one.amiss) for one in standing] == [("3374", True), ("5171", False)]
    said = status_text(overview(regions=standing), "en")
    assert "2: 0 late, 0 with gaps, 1 never sent a full extract" in said
    assert "3374  never sent anything" in said


def test_the_metrics_say_the_same():
    found = parse(exposition(project_metrics(overview(**CROWDED))))
    plain = {name: told["samples"].get(()) for name, told in found.items()}
    assert plain["tunggal_outbox_decisions"] == 6
    assert plain["tunggal_outbox_oldest_decision_timestamp_seconds"] == ago(days=4).timestamp()
    assert plain["tunggal_queue_oldest_case_timestamp_seconds"] == ago(days=200).timestamp()
    assert plain["tunggal_publications_stopped"] == 2
    assert plain["tunggal_reference_persons"] == 1_111_111
    assert found["tunggal_queue_open_cases"]["samples"][("kind", "DUPLICATE"), ("state", "DIUSULKAN")] == 5
    assert "tunggal_publication_number" not in parse(exposition(project_metrics(overview(publication=None))))
