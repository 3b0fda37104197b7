"""``linkage queue link`` says whom the office's own sign-in service vouches for, and ends it again."""

import pytest

from linkage.accounts.accounts import Accounts
from linkage.cli import main
from linkage.errors import SignInRefusedError
from linkage.nightly.project import load_project
from linkage.nightly.steward import open_project_queue

SERVICE = '[web]\noidc_issuer = "https://masuk.example.id/"\noidc_client = "tinjau"\noidc_acr = "two"\n'
SUBJECT = "https://masuk.example.id 2f1d8c3a"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a sign-in service, a keeper of the list and a steward."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINKAGE_USER", raising=False)
    file = tmp_path / "linkage.toml"
    file.write_text(SERVICE, encoding="utf-8")
    add = ["queue", "user", "add"]
    assert main([*add, "kepala", "--region", "pusat", "--roles", "pengelola"]) == 0
    assert main([*add, "ani", "--region", "3273", "--roles", "petugas", "--as", "kepala"]) == 0
    return file


def signed_in(file) -> str:
    with open_project_queue(file) as queue:
        accounts = Accounts(queue.sessions, secret=load_project(file).secret())
        return accounts.sign_in_trusted(SUBJECT).user.name


def test_whom_the_service_vouches_for_signs_in_until_that_ends(project, capsys):
    assert main(["queue", "link", "Ani", "2f1d8c3a", "--as", "kepala"]) == 0
    assert "ani kini masuk dengan akun kantor." in capsys.readouterr().out
    assert signed_in(project) == "ani"
    assert main(["queue", "link", "ani", "--end", "--as", "kepala", "--language", "en"]) == 0
    assert "ani no longer signs in by the office's service." in capsys.readouterr().out
    with pytest.raises(SignInRefusedError):
        signed_in(project)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ani", "2f1d8c3a"], 2, "--as"),
        (["ani", "2f1d8c3a", "--as", "ani"], 77, "pengelola hak akses wilayah itu"),
        (["siapa", "2f1d8c3a", "--as", "kepala"], 77, "Tidak ada pengguna aktif"),
    ],
)
def test_who_may_not_link_is_told_so(project, capsys, arguments, code, said):
    assert main(["queue", "link", *arguments]) == code
    assert said in capsys.readouterr().err


def test_without_a_service_there_is_nothing_to_link_to(project, capsys):
    project.write_text("[web]\n", encoding="utf-8")
    assert main(["queue", "link", "ani", "2f1d8c3a", "--as", "kepala"]) == 78
    assert "oidc_issuer: the project names no sign-in service" in capsys.readouterr().err
