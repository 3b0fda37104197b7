"""``linkage queue invite`` prints a code that sets an account up, to whoever may invite."""

import re

import pytest

from linkage.accounts.accounts import Accounts
from linkage.accounts.settings import account_settings
from linkage.cli import main
from linkage.nightly.project import load_project
from linkage.nightly.steward import open_project_queue


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a keeper of the list and a steward, and quick hashes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINKAGE_USER", raising=False)
    file = tmp_path / "linkage.toml"
    file.write_text("[web]\ncode_hours = 48\nargon2_time_cost = 1\nargon2_memory_kib = 8\n", encoding="utf-8")
    add = ["queue", "user", "add"]
    assert main([*add, "kepala", "--region", "pusat", "--roles", "pengelola"]) == 0
    assert main([*add, "ani", "--region", "3273", "--roles", "petugas", "--as", "kepala"]) == 0
    return file


def accounts_of(file, queue):
    project = load_project(file)
    return Accounts(queue.sessions, account_settings(project.web, where="linkage.toml"), project.secret())


def code_in(text: str) -> str:
    (code,) = re.findall(r"\b(?:[A-Z2-7]{4}-){7}[A-Z2-7]{4}\b", text)
    return str(code)


def test_the_code_that_is_printed_opens_the_invitation(project, capsys):
    capsys.readouterr()
    assert main(["queue", "invite", "Kepala"]) == 0
    told = capsys.readouterr().out
    assert "berlaku 48 jam" in told
    assert main(["queue", "invite", "ani", "--as", "kepala", "--language", "en"]) == 0
    english = capsys.readouterr().out
    assert "good for 48 hours" in english
    with open_project_queue(project) as queue:
        accounts = accounts_of(project, queue)
        assert accounts.open_invitation(code_in(told)).name == "kepala"
        assert accounts.open_invitation(code_in(english)).name == "ani"
        assert queue.verify().sound


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ani"], 2, "harus seorang pengelola hak akses"),
        (["ani", "--as", "ani"], 77, "pengelola hak akses wilayah itu"),
        (["kepala", "--as", "kepala"], 77, "tidak dapat mengundang diri sendiri"),
        (["siapa", "--as", "kepala"], 77, "Tidak ada pengguna aktif"),
    ],
)
def test_who_may_not_invite_is_told_so(project, capsys, arguments, code, said):
    assert main(["queue", "invite", *arguments]) == code
    assert said in capsys.readouterr().err
