"""The nightly job killed with SIGKILL between any two stages, at the commit and around it, and started again."""

from __future__ import annotations

import shutil
import signal

import pytest

from tests.small_register import SEMARANG, denpasar, people, semarang

FULL = ("intake", "encode", "block", "model", "compare", "decide", "write", "derive", "queue")
DELTA = ("intake", "encode", "block", "compare", "decide", "write", "queue")
MOMENTS = ("before commit", "after commit", "in publish", "in the store", "in the derived files")
FEW = ("after write", *MOMENTS)

CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path

import alembic.command, alembic.config
from linkage.engine.local import LocalEngine
from linkage.nightly import job
from linkage.nightly.project import load_project
from linkage.nightly.store import Store
from linkage.progress import Silent, Stages
from linkage.run.one_off import Request, link_inputs, read_spec_file
from linkage.standing.appended import AppendedArray

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class Killer(Silent):
    def __init__(self, stage):
        self.stage = stage
    def stage_finished(self, name, seconds, counts):
        if name == self.stage:
            die()

def run(folder, moment, now):
    if moment == "before commit":
        Store.commit = die
    if moment == "after commit":
        job.publish_folder = die
    if moment == "in publish":
        Path.rename = die
    if moment == "in the store":
        calls = []
        for name in ("write", "append"):
            def third_time_lucky(self, *arguments, method=getattr(Store, name), **options):
                calls.append(1)
                if len(calls) == 3:
                    die()
                return method(self, *arguments, **options)
            setattr(Store, name, third_time_lucky)
    if moment == "in the derived files":
        append, written = AppendedArray.append, []
        def half_a_file(self, rows):
            append(self, rows)
            written.append(1)
            if len(written) == 9:
                die()
        AppendedArray.append = half_a_file
    job.run_nightly(
        load_project(Path(folder) / "linkage.toml"),
        full=False, engine=LocalEngine(1), observer=Killer(moment.removeprefix("after ")), now=now,
    )

# The kernels are loaded once, before the forks; on one thread, for a fork copies no threads.
folder = Path(sys.argv[2])
files = sorted((folder / "inbox").iterdir())[:1]
request = Request("dedupe", tuple(files), read_spec_file(folder / "spec.toml"), latest_year=2026)
link_inputs(request, LocalEngine(1), Stages(Silent()))

now = datetime.fromisoformat(sys.argv[1])
for folder, moment in zip(sys.argv[2::2], sys.argv[3::2]):
    child = os.fork()
    if child == 0:
        signal.alarm(180)
        run(folder, moment, now)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else "lived")
"""


def first_night(project):
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("5171_full_20260601_1.csv", denpasar())


def second_night(project):
    first_night(project)
    project.run()
    absent = semarang()[:-3]
    project.put("3374_full_20260701_1.csv", [*absent, *people(160, SEMARANG, seed=12)[150:]])
    project.put("5171_delta_20260701_1.csv", [denpasar()[0] | {"ALAMAT": "JL BARU 1"}])


def all_of(stages):
    """Every moment of a night with these stages."""
    return (*(f"after {name}" for name in stages), *MOMENTS)


def leftovers(project):
    """What a reader of the project's folders could stumble over."""
    found = [path.name for path in (project.home / "out").iterdir() if path.name.startswith(".")]
    return found + [path.name for path in (project.home / "workspace").glob(".*")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("night", "moments"),
    [
        pytest.param(second_night, FEW, id="second night"),
        pytest.param(first_night, all_of(FULL), id="first night, all", marks=pytest.mark.soak),
        pytest.param(second_night, all_of(DELTA), id="second night, all", marks=pytest.mark.soak),
    ],
)
def test_killed_anywhere_and_started_again_a_night_ends_the_same_and_does_nothing_twice(
    nightly, python_script, night, moments
):
    template = nightly("template")
    night(template)
    projects = {moment: nightly(moment.replace(" ", "-")) for moment in (*moments, "undisturbed")}
    for project in projects.values():
        shutil.rmtree(project.home)
        shutil.copytree(template.home, project.home)
        project.nights = template.nights
    undisturbed = projects.pop("undisturbed")
    assert undisturbed.run() is not None

    disturbed = [text for moment, project in projects.items() for text in (project.home, moment)]
    died = python_script(CHILD, undisturbed.moment().isoformat(), *disturbed)
    assert died.stdout.split() == [str(int(signal.SIGKILL))] * len(moments), died.stderr

    for moment, project in projects.items():
        committed = moment in ("after commit", "in publish")
        again = project.run()
        assert (again is None) == committed, f"{moment}: a committed night is only published, not run again"
        assert project.state() == undisturbed.state(), moment
        assert project.results() == undisturbed.results(), moment
        assert leftovers(project) == [], moment
        assert project.run() is None, f"{moment}: nothing is left to do"
        assert project.state() == undisturbed.state(), moment


def test_a_night_that_fails_leaves_the_store_as_it_was_and_the_next_one_does_the_work(project, monkeypatch):
    from linkage.errors import ServiceUnavailableError
    from linkage.nightly import job

    first_night(project)

    def refuse(url, **_):
        raise ServiceUnavailableError("the database cannot be used")

    with monkeypatch.context() as broken:
        broken.setattr(job, "open_queue", refuse)
        with pytest.raises(ServiceUnavailableError):
            project.run()
    assert project.ledger.run_id == ""
    assert project.residents() == {}
    assert project.run().manifest.counts["records"] == len(semarang()) + len(denpasar())
    assert len(project.results()) == 1
    assert leftovers(project) == []
