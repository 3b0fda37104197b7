"""``linkage precheck``: from a project to a village and back, without a resident's value on the way."""

from __future__ import annotations

import csv
import json
import shutil
import tomllib
from datetime import UTC, datetime
from importlib import resources

import pytest

from linkage.cli import main
from linkage.intake.reasons import HINTS
from linkage.nightly.precheck_export import export_index
from linkage.nightly.project import load_project
from linkage.nightly.steward import open_project_queue
from linkage.review.people import SYSTEM
from tests.small_register import CANARY_NAME, CANARY_NIK, COLUMNS, semarang, write_csv


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Do not change it."""
    folder = tmp_path_factory.mktemp("precheck")
    write_csv(folder / "inbox" / "3374_full_20260601_1.csv", semarang())
    (folder / "linkage.toml").write_text("", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["run", "--quiet"]) == 0
        assert main(["precheck", "export", "--region", "3374", "--out", "index", "--key-out", "key"]) == 0
    return folder


@pytest.fixture
def exported(template, tmp_path, monkeypatch):
    """A project after its first night, and an index of Semarang with its key."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_team_needs_the_index_and_the_key_and_nothing_else(exported, tmp_path, monkeypatch, capsys):
    field = tmp_path / "village"
    field.mkdir()
    for name in ("index", "key"):
        (tmp_path / name).rename(field / name)
    for path in (tmp_path / "workspace", tmp_path / "inbox"):
        path.rename(path.with_name(f"gone-{path.name}"))
    monkeypatch.chdir(field)
    canary = next(row for row in semarang() if row["NIK"] == CANARY_NIK)
    stranger = dict.fromkeys(COLUMNS, "") | {
        "NIK": "3374011212900001",
        "NAMA_LGKP": "ORANG BARU",
        "TGL_LHR": "12-12-1990",
    }
    write_csv(field / "batch.csv", [canary, stranger, canary | {"NIK": ""}, canary | {"NAMA_LGKP": ""}])
    assert main(["precheck", "batch.csv", "--index", "index", "--key", "key", "--out", "report.csv"]) == 0
    said = capsys.readouterr().out
    assert "kemungkinan besar sudah ada" in said
    assert "4 baris diperiksa" in said
    text = (field / "report.csv").read_text(encoding="utf-8")
    with (field / "report.csv").open(newline="", encoding="utf-8") as stream:
        rows = {int(row["line"]): row["code"] for row in csv.DictReader(stream)}
    assert rows == {2: "KNOWN", 3: "NEW", 4: "PROBABLE", 5: "REJECTED"}
    for value in (CANARY_NIK, CANARY_NAME, "ORANG BARU"):
        assert value not in said + text
    assert main(["precheck", "batch.csv", "--index", "index", "--key", "key", "--language", "en"]) == 0
    assert "probably known" in capsys.readouterr().out


def test_a_report_names_the_file_one_way_and_tells_why_a_row_is_rejected_in_the_readers_language(exported, tmp_path):
    canary = next(row for row in semarang() if row["NIK"] == CANARY_NIK)
    write_csv(tmp_path / "batch.csv", [canary, canary | {"NAMA_LGKP": ""}])
    said = {}
    for language in ("id", "en"):
        asked = ["--index", "index", "--key", "key", "--language", language, "--out", "report.csv"]
        assert main(["precheck", "batch.csv", *asked]) == 0
        with (tmp_path / "report.csv").open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        assert {row["file"] for row in rows} == {"batch.csv"}
        (said[language],) = (row["says"] for row in rows if row["code"] == "REJECTED")
    assert said == {
        "id": "NAME_MISSING: isian yang wajib kosong; lengkapi",
        "en": "NAME_MISSING: a required value is empty; fill it in",
    }


def test_every_reason_to_reject_a_row_is_told_in_both_languages():
    words = tomllib.loads((resources.files("linkage.precheck") / "data" / "precheck.toml").read_text(encoding="utf-8"))
    assert {code: set(said) for code, said in words["reject"].items()} == {key: {"id", "en"} for key in HINTS}


def test_every_export_is_noted_and_its_key_is_its_own_file(exported, tmp_path, capsys):
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (noted,) = map(json.loads, (tmp_path / "workspace" / "precheck_exports.jsonl").read_text().splitlines())
    assert (noted["regions"], noted["records"]) == (["3374"], len(semarang()))
    assert (tmp_path / "key").read_text().strip() not in json.dumps(noted)
    assert main(["precheck", "export", "--region", "33", "--out", "index2"]) == 0
    said = capsys.readouterr().out
    assert "passphrase, shown once: " in said
    assert len((tmp_path / "workspace" / "precheck_exports.jsonl").read_text().splitlines()) == 2
    assert (tmp_path / "index2").read_bytes() != (tmp_path / "index").read_bytes()


def test_every_export_is_an_act_of_each_regency_with_its_records_and_who_made_it(exported):
    ani = ["--region", "pusat", "--roles", "pengelola,auditor"]
    assert main(["queue", "user", "add", "ani", *ani]) == 0
    assert main(["precheck", "export", "--region", "33", "--out", "index2", "--as", "ani"]) == 0
    with open_project_queue(exported / "linkage.toml") as queue:
        acts = [act for act in queue.acts(by="ani").acts if act.action == "export_precheck"]
        assert queue.verify().sound
    counted = (("region", "3374"), ("rows", str(len(semarang()))))
    assert [(act.actor, act.details) for act in acts] == [("ani", counted), (SYSTEM, counted)]


def test_what_cannot_be_noted_is_not_exported(exported, capsys):
    assert main(["precheck", "export", "--region", "3374", "--out", "x", "--as", "nobody"]) == 77
    assert "Tidak ada pengguna aktif" in capsys.readouterr().err
    assert not (exported / "x").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["batch.csv"], 2, "--index and --key are needed"),
        (["batch.csv", "--index", "none", "--key", "key"], 66, "no such index"),
        (["batch.csv", "--index", "index", "--key", "none"], 66, "no such key file"),
        (["batch.csv", "--index", "index", "--key", "other"], 77, "not that of this index"),
        (["batch.csv", "--index", "index", "--key", "batch.csv"], 65, "KEY_UNREADABLE"),
        (["batch.csv", "--index", "cut", "--key", "key"], 65, "INDEX_DAMAGED"),
        (["none.csv", "--index", "index", "--key", "key"], 66, "none.csv"),
        (["export", "--region", "3374"], 2, "--region and --out are needed"),
        (["export", "--region", "337x", "--out", "x"], 2, "is no region"),
        (["export", "--region", "5171", "--out", "x"], 66, "nobody is open"),
        (["export", "--region", "3374", "--out", "x", "--days", "1000"], 2, "--days must be"),
        (["export", "--region", "3374", "--out", "x", "--key-out", "key"], 73, "there is a file of that name"),
    ],
)
def test_what_is_wrong_is_said(exported, tmp_path, capsys, arguments, code, says):
    write_csv(tmp_path / "batch.csv", semarang()[:2])
    (tmp_path / "cut").write_bytes((tmp_path / "index").read_bytes()[:-100])
    (tmp_path / "other").write_text("-".join(["AAAA"] * 8))
    assert main(["precheck", *arguments]) == code
    assert says in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_an_index_may_be_used_until_the_end_of_a_day_of_western_indonesian_time(exported, tmp_path):
    project = load_project(tmp_path / "linkage.toml")
    evening = datetime(2026, 6, 2, 21, 15, tzinfo=UTC)  # in Jakarta the third of June
    assert export_index(project, ["3374"], tmp_path / "another", days=30, now=evening).header.expires == "2026-07-03"
