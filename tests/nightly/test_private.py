"""What a project keeps of residents is its owner's alone, also under a umask that lets everybody read."""

from __future__ import annotations

import os
import stat

import pytest
import sqlalchemy as sa

from linkage.cli import main
from linkage.nightly.store import Store
from linkage.review.database import open_engine
from tests.small_register import semarang, write_csv


@pytest.fixture(autouse=True)
def ordinary_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("shared", [False, True])
def test_a_run_makes_workspace_and_out_private_and_warns_of_an_out_that_all_may_read(
    tmp_path, monkeypatch, capsys, shared
):
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "inbox" / "3374_full_20260601_1.csv", semarang())
    (tmp_path / "linkage.toml").write_text("", encoding="utf-8")
    if shared:
        (tmp_path / "out").mkdir()
    assert main(["run"]) == 0
    assert (mode(tmp_path / "workspace"), mode(tmp_path / "workspace" / "queue.db")) == (0o700, 0o600)
    assert mode(tmp_path / "out") == (0o755 if shared else 0o700)
    assert ("chmod 700" in capsys.readouterr().err) == shared


def test_a_workspace_that_all_may_read_is_closed_and_one_shared_with_a_group_stays(tmp_path):
    for before, after in ((0o755, 0o700), (0o770, 0o770)):
        tmp_path.chmod(before)
        with Store(tmp_path).locked():
            assert mode(tmp_path) == after


def test_the_file_of_the_queue_is_private_wherever_it_lies(tmp_path):
    file = tmp_path / "queue.db"
    for _ in range(2):
        engine = open_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT 1"))
            assert {mode(path) for path in tmp_path.glob("queue.db*")} == {0o600}
        engine.dispose()
        file.chmod(0o644)
