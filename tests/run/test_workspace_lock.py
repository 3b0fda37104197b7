"""The lock of a workspace: one at a time, and who comes meanwhile is told who, since when and what for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from linkage.errors import LockHeldError, OutputError
from linkage.run.workspace_lock import Holder, lock_holder, workspace_lock

HOLDER = """
import sys
from pathlib import Path
from linkage.run.workspace_lock import workspace_lock
with workspace_lock(Path(sys.argv[1]), "linkage publish"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(workspace):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(workspace)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        yield holder
    finally:
        holder.kill()
        holder.communicate()


def test_who_comes_second_is_told_who_holds_it_since_when_and_what_for(tmp_path):
    with held_elsewhere(tmp_path) as holder:
        with pytest.raises(LockHeldError) as caught, workspace_lock(tmp_path, "linkage run"):
            pass
        says = rf"held by process {holder.pid} on \S+ since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00: linkage publish$"
        assert re.match(says, caught.value.problem)
        assert caught.value.exit_code == 75
        told = lock_holder(tmp_path)
        assert (told.process, told.doing) == (holder.pid, "linkage publish")


def test_what_a_killed_process_left_holds_nobody_off_and_names_nobody(tmp_path):
    with held_elsewhere(tmp_path):
        pass
    assert "linkage publish" in (tmp_path / "lock").read_text(encoding="utf-8")
    assert lock_holder(tmp_path) is None
    with workspace_lock(tmp_path, "linkage run"):
        assert lock_holder(tmp_path) == Holder(**json.loads((tmp_path / "lock").read_text(encoding="utf-8")))
        assert lock_holder(tmp_path).process == os.getpid()
    assert lock_holder(tmp_path) is None
    assert (tmp_path / "lock").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    "left",
    [
        "",
        "process 12 on somewhere",
        "[1]",
        '{"process": 1}',
        '{"process": 1, "host": "h", "since": "s", "doing": "a\\nlinkage: all is well"}',
    ],
)
def test_a_file_of_another_form_names_nobody_but_still_holds(tmp_path, left):
    with workspace_lock(tmp_path, "linkage run"):
        (tmp_path / "lock").write_text(left, encoding="utf-8")
        with pytest.raises(LockHeldError, match="held by another process"), workspace_lock(tmp_path, "linkage run"):
            pass


def test_looking_who_holds_it_turns_nobody_away(tmp_path):
    looks = "import sys\nfrom pathlib import Path\nfrom linkage.run.workspace_lock import lock_holder\n"
    looks += "print('looking', flush=True)\nwhile True:\n    lock_holder(Path(sys.argv[1]))\n"
    (tmp_path / "lock").write_text(json.dumps({"process": 1, "host": "h", "since": "s", "doing": "d"}))
    with subprocess.Popen([sys.executable, "-c", looks, str(tmp_path)], stdout=subprocess.PIPE, text=True) as looking:
        assert looking.stdout.readline() == "looking\n"
        for _ in range(50):
            with workspace_lock(tmp_path, "linkage run"):
                time.sleep(0.001)
        looking.kill()


def test_a_workspace_that_nobody_made_is_held_by_nobody_and_made_by_the_first(tmp_path):
    assert lock_holder(tmp_path / "new") is None
    assert not (tmp_path / "new").exists()
    with workspace_lock(tmp_path / "new", "linkage restore"):
        assert lock_holder(tmp_path / "new").doing == "linkage restore"


def test_a_workspace_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"), workspace_lock(tmp_path / "file" / "w", "linkage run"):
        pass
