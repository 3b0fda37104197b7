"""An erasure that is killed at any step and finished later ends as if it had not been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from linkage.cli import main
from linkage.erasure.erase import finish_erasures
from linkage.nightly.erased_rows import read_tombstones
from linkage.reference.tables import KEYS
from tests.small_register import CANARY_NAME, CANARY_NIK, semarang

STEPS = (
    "linkage.erasure.erase.erase_from_reference",
    "linkage.reference.store.Reference._replace",
    "linkage.reference.store.Reference._append",
    "linkage.erasure.erase._erase_from_store",
    "linkage.nightly.store.Store.commit",
    "linkage.erasure.erase._write_files_anew",
    "linkage.erasure.erase.write_publication",
    "linkage.review.sql.erasing.erase",
    "linkage.review.sql.erasing.scrub",
    "linkage.erasure.erase._forget",
    "linkage.erasure.old_versions.DeltaTable.create_checkpoint",
    "linkage.erasure.erase.finished",
)
"""What the process is killed before, the first time it comes there."""

KILLED = """
import importlib, os, signal, sys
from linkage.cli import main
name = sys.argv[1]
parts = name.split(".")
for end in range(len(parts) - 1, 0, -1):
    try:
        owner = importlib.import_module(".".join(parts[:end]))
        break
    except ImportError:
        continue
for part in parts[end:-1]:
    owner = getattr(owner, part)
setattr(owner, parts[-1], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
main(sys.argv[2:])
"""


def command(project, record: str) -> list[str]:
    given = ["--as", "kepala", "--approved-by", "wakil", "--reason", "permintaan"]
    return ["erase", record, *given, "--project", str(project.nightly.file)]


def killed(step: str, arguments: list[str]) -> None:
    """Start the program with these arguments and kill it before a step."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, step, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def sent_elsewhere(project) -> None:
    """A publication that went out before an older backup was restored, and that told institutions of NIKs."""
    folder = project.home / "out/publications/000006"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"alias_sequence": 9}', encoding="utf-8")


def state(project) -> dict[str, object]:
    reference = project.reference
    with project.project.queue() as queue:
        rows = queue.verify().rows
    return {
        "hash": reference.state_hash(),
        "numbers": [row.publication for row in reference.rows()],
        "feed": (project.home / "out/publications/000007/alias/alias.csv").read_bytes(),
        "broken": [reference.broken_seals(name) for name in KEYS],
        "residents": project.nightly.residents(),
        "store": project.nightly.ledger.state_hash,
        "audit": rows,
        "found": project.holding(CANARY_NAME, CANARY_NIK),
        "stones": [(one.record_ids, one.marks, one.done) for one in read_tombstones(project.home / "workspace")],
    }


@pytest.fixture(scope="module")
def undisturbed(merged, tmp_path_factory) -> dict[str, object]:
    from tests.erasure.conftest import SECRET
    from tests.erasure.forgotten import Forgotten

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKAGE_TEST_KEY", SECRET)
        project = Forgotten(merged.project.copied(tmp_path_factory.mktemp("undisturbed") / "project"))
        sent_elsewhere(project)
        assert main(command(project, project.record(CANARY_NAME))) == 0
        return state(project)


@pytest.mark.parametrize(
    "step", [step if place % 5 == 0 else pytest.param(step, marks=pytest.mark.soak) for place, step in enumerate(STEPS)]
)
def test_killed_before_a_step_it_ends_the_same_when_it_is_finished(project, undisturbed, step):
    sent_elsewhere(project)
    record = project.record(CANARY_NAME)
    killed(step, command(project, record))
    assert finish_erasures(project.loaded()) == 1
    assert state(project) == undisturbed
    assert finish_erasures(project.loaded()) == 0


def test_a_killed_correction_that_is_asked_for_again_is_finished_and_tells_what_was_false(project, capsys):
    record, nik = project.alone()
    rows = [row | {"NAMA_LGKP": "QUINTIRA BENAR"} if row["NIK"] == nik else row for row in semarang()]
    project.nightly.put("3374_full_20260602_1.csv", rows)
    project.nightly.run()
    asked = [*command(project, record), "--field", "nama"]
    killed("linkage.erasure.erase._forget", asked)
    assert main(asked) == 0
    assert f"erased: the false values of nama of {record}" in capsys.readouterr().out
    assert [(one.fields, one.done) for one in read_tombstones(project.home / "workspace")] == [(("nama",), True)]
