"""The command line as a shell sees it: exit codes, what is said where, and never a resident's value in any of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage import cli
from linkage.cli import main
from linkage.spec import parse_spec
from tests.small_register import (
    CANARY_NAME,
    CANARY_NIK,
    COLUMNS,
    denpasar,
    people,
    residents_spec_text,
    semarang,
    table,
    write_csv,
)

CANARY = next(row for row in semarang() if row["NIK"] == CANARY_NIK)
SECRETS = (CANARY_NIK, CANARY_NAME, *CANARY_NAME.split(), CANARY["NO_KK"], CANARY["TGL_LHR"], CANARY["NAMA_LGKP_IBU"])
HEADER = ",".join(COLUMNS)
LINE = ",".join(CANARY[name] for name in COLUMNS)


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.casefold() in text.casefold()]


def everything_said(done: subprocess.CompletedProcess[str], folder: Path) -> str:
    """Both streams, and what the files of a run say to people who may not see residents."""
    parts = [done.stdout, done.stderr]
    for path in folder.rglob("*"):
        if path.name == "manifest.json":
            parts.append(path.read_text(encoding="utf-8"))
        if path.name == "rejects.parquet":
            parts.append(repr(pq.read_table(path).to_pylist()))
    return "\n".join(parts)


def test_the_canary_would_be_found_if_it_sang():
    assert secrets_in(f"no such name: {CANARY_NAME.title()}") != []
    assert secrets_in(LINE) == list(SECRETS)


# ---- input that cannot be used at all ---------------------------------------------------------------------------


def utf16(path):
    path.write_text(f"{HEADER}\n{LINE}\n", encoding="utf-16")


def neither(path):
    path.write_bytes(f"{HEADER}\n{LINE}\n".encode() + b"\xff\x81\xfe\n")


def excel(path):
    rows = [row | {"NIK": f"{float(row['NIK']):.5E}".replace(".", ",")} for row in semarang()]
    write_csv(path, [CANARY, *rows])


def fifteen_digits(path):
    write_csv(path, [row | {"NIK": row["NIK"][:15] + "0"} for row in semarang()])


def floats(path):
    made = table(semarang())
    numbers = pa.array([float(row["NIK"]) for row in semarang()])
    pq.write_table(made.set_column(0, "NIK", numbers), path)


BAD_FILES = [
    ("empty.csv", lambda path: path.write_bytes(b""), "EMPTY_FILE", "the file is empty", "Export it again"),
    ("blank.csv", lambda path: path.write_bytes(b"\n\n"), "EMPTY_FILE", "no header", "Export it again"),
    ("header.csv", lambda path: path.write_text(HEADER + "\n"), "HEADER_ONLY", "a header and no rows", ""),
    (
        "nameless.csv",
        lambda path: write_csv(path, semarang(), [name for name in COLUMNS if name != "NAMA_LGKP"]),
        "NO_NAME_COLUMN",
        "no column for nama; understood: NIK as nik",
        "Rename a column",
    ),
    ("no header.csv", lambda path: path.write_text(f"{LINE}\n{LINE}\n"), "NO_NAME_COLUMN", "may be a row", "Rename"),
    ("neither.csv", neither, "ENCODING", "neither UTF-8 nor Windows-1252, first seen at byte", "CSV UTF-8"),
    ("excel.csv", excel, "NIK_AS_NUMBER", "values of column NIK are numbers in exponent form", "format"),
    ("digits.csv", fifteen_digits, "NIK_AS_NUMBER", "with a fraction, or end in 000", "format"),
    ("float.parquet", floats, "NIK_AS_NUMBER", "column NIK holds identifiers as numbers (double)", "Store it as text"),
    (
        "book.xlsx",
        lambda path: path.write_bytes(b"PK\x03\x04" + LINE.encode()),
        "UNREADABLE",
        "a workbook",
        "CSV UTF-8",
    ),
    ("cut.parquet", lambda path: path.write_bytes(b"PAR1" + LINE.encode()), "UNREADABLE", "damaged or cut", "again"),
]


@pytest.mark.parametrize(("name", "make", "code", "says", "remedy"), BAD_FILES, ids=[row[0] for row in BAD_FILES])
def test_a_file_that_cannot_be_used_ends_with_65_and_says_what_where_and_what_to_do(
    linkage_command, tmp_path, name, make, code, says, remedy
):
    make(tmp_path / name)
    done = linkage_command("dedupe", name, "--out", "out", cwd=tmp_path)
    assert done.returncode == 65, done.stderr
    # Above it may stand that kernels are being compiled.
    assert done.stderr.splitlines()[-1].startswith(f"linkage: {name}: ")
    assert done.stderr.endswith(f"[{code}]\n")
    assert says in done.stderr
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert secrets_in(everything_said(done, tmp_path)) == []
    assert [path.name for path in tmp_path.iterdir()] == [name], "no folder, whole or partial"


def test_a_column_the_spec_requires_and_the_file_lacks_is_told(linkage_command, tmp_path):
    spec = residents_spec_text().replace(
        'name = "nik"\nkind = "nik"\n', 'name = "nik"\nkind = "nik"\nrequired = true\n'
    )
    (tmp_path / "strict.toml").write_text(spec, encoding="utf-8")
    write_csv(tmp_path / "kota.csv", [CANARY], [name for name in COLUMNS if name != "NIK"])
    done = linkage_command("dedupe", "kota.csv", "--spec", "strict.toml", "--out", "out", cwd=tmp_path)
    assert done.returncode == 65
    assert "kota.csv: no column for nik; understood: " in done.stderr
    assert secrets_in(done.stderr) == []


# ---- rows that cannot be used -----------------------------------------------------------------------------------


def test_bad_rows_are_rejected_with_a_code_each_and_the_run_goes_on(linkage_command, tmp_path, small_inputs):
    lines = [
        "record_id," + HEADER,  # line 1
        "1," + LINE,  # 2
        "2," + LINE + ",one too many",  # 3
        "3," + LINE.rpartition(",")[0],  # 4
        "4," + LINE.replace(CANARY_NAME, ""),  # 5
        "5," + LINE.replace(CANARY_NAME, CANARY_NAME * 500_000),  # 6: a cell of more than 10 MB
        "1," + LINE,  # 7
        "6," + LINE.replace(CANARY["ALAMAT"], '"' + CANARY["ALAMAT"]),  # 8
        "7," + LINE,  # 9
    ]
    file = tmp_path / "kota.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert file.stat().st_size > 10_000_000
    done = linkage_command("dedupe", file, "--spec", small_inputs.spec, "--out", tmp_path / "out", check=0)
    rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert [(row["source"], row["line"], row["column"], row["code"]) for row in rejects] == [
        ("kota.csv", 3, "", "FIELDS_TOO_MANY"),
        ("kota.csv", 4, "", "FIELDS_TOO_FEW"),
        ("kota.csv", 5, "NAMA_LGKP", "NAME_MISSING"),
        ("kota.csv", 6, "NAMA_LGKP", "CELL_TOO_LONG"),
        ("kota.csv", 7, "record_id", "ID_DUPLICATE"),
        ("kota.csv", 8, "", "QUOTE_OPEN"),
    ]
    assert all(len(row["hint"].split()) > 4 for row in rejects)
    clusters = pq.read_table(tmp_path / "out" / "clusters.parquet").to_pylist()
    assert clusters == [{"record_id": "1", "cluster_id": "1"}, {"record_id": "7", "cluster_id": "1"}]
    counts = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert (counts["rows_read"], counts["rows_accepted"], counts["rows_rejected"]) == (8, 2, 6)
    assert "8 rows read, 6 rejected" in done.stdout
    assert "column STATUS_KTPEL (status_ktpel) is empty in every row" in done.stderr
    assert secrets_in(everything_said(done, tmp_path)) == []


def test_one_giant_block_ends_soon_and_is_told_as_cut(linkage_command, tmp_path, small_inputs):
    alike = CANARY | {"NIK": "", "NO_KK": "", "NAMA_LGKP_IBU": "", "NAMA_LGKP_AYAH": ""}
    file = write_csv(tmp_path / "kota.csv", [alike] * 4000)
    began = time.monotonic()
    done = linkage_command("dedupe", file, "--spec", small_inputs.spec, "--out", tmp_path / "out", check=0)
    assert time.monotonic() - began < 60
    told = r"^warning: blocking rule (\w+): cut \d blocks? over the cap; [\d,]+ pairs of 4,000 records are not compared"
    rules = re.findall(told, done.stderr, re.MULTILINE)
    assert rules
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    cut = {rule["name"]: rule["pairs_cut"] for rule in manifest["blocking"]}
    assert {rule for rule, count in cut.items() if count} == set(rules)
    assert all(any(rule in warning for warning in manifest["warnings"]) for rule in rules)
    assert manifest["counts"]["records"] == manifest["counts"]["clusters"] == 4000
    assert "no case needs people" in done.stdout
    assert secrets_in(everything_said(done, tmp_path)) == []


# ---- wrong words, wrong places ----------------------------------------------------------------------------------

BAD_SPECS = [
    ('kind = "place"', 'kind = "town"', "field tempat_lahir: unknown kind 'town'. Known: person_name"),
    ('keys = ["nik"]', 'keys = ["nikk"]', "rule nik: unknown field 'nikk'. Known: nama"),
    ('keys = ["nik.first12"]', 'keys = ["nik.first13"]', "unknown key form 'first13'. Known: value"),
    ('combine = ["nik", "tanggal_lahir", ', 'combine = ["nik", "birthday", ', "unknown part (an earlier comparison"),
    ('{ nik = "prefix", tanggal_lahir = "equal"', '{ nik = "prefx", tanggal_lahir = "equal"', "unknown level"),
    ('kernel = "token_overlap"', 'kernel = "overlap"', "comparison alamat: unknown kernel 'overlap'. Known: equal"),
    ("link_threshold = 0.5", "link_treshold = 0.5", "unknown key 'link_treshold'. Known: case_threshold"),
    ("link_threshold = 0.5", "link_threshold = 0.5.1", "not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "says"), BAD_SPECS, ids=[row[2] for row in BAD_SPECS])
def test_a_spec_that_names_something_unknown_ends_with_78_and_the_known_words(
    tmp_path, capsys, small_inputs, old, new, says
):
    text = residents_spec_text()
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new), encoding="utf-8")
    arguments = ["dedupe", str(small_inputs.inputs[0]), "--spec", str(tmp_path / "mine.toml")]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 78
    error = capsys.readouterr().err
    assert error.startswith("linkage: mine.toml")
    assert says in error
    assert not (tmp_path / "out").exists()


def test_a_bad_spec_is_told_the_same_way_in_a_process_of_its_own(linkage_command, tmp_path, small_inputs):
    (tmp_path / "mine.toml").write_text("name = 3", encoding="utf-8")
    done = linkage_command("dedupe", small_inputs.inputs[0], "--spec", tmp_path / "mine.toml", "--out", tmp_path / "o")
    assert done.returncode == 78
    assert done.stderr == "linkage: mine.toml: name must be a str, not int\n"


@pytest.mark.parametrize("place", ["a file/out", "a file", "/proc/nowhere/out", "full", "."])
def test_where_nothing_can_be_written_the_run_ends_with_73_before_it_reads(
    linkage_command, tmp_path, small_inputs, place
):
    (tmp_path / "a file").write_text("a letter", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.jpg").write_bytes(b"not mine")
    before = sorted(tmp_path.rglob("*"))
    done = linkage_command("dedupe", small_inputs.inputs[0], "--spec", small_inputs.spec, "--out", place, cwd=tmp_path)
    assert done.returncode == 73
    assert done.stderr.startswith(f"linkage: {place}: ")
    assert "reading" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "a file").read_text(encoding="utf-8") == "a letter"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["dedupe", "none.csv", "--out", "out"], 66, "none.csv: no such file. Check the name and the folder"),
        (["link", "none.csv", "none.csv", "--out", "out"], 66, "none.csv: no such file"),
        (["dedupe", "folder", "--out", "out"], 66, "folder: the folder holds no file to read"),
        (["dedupe", "kota.csv", "--out", "out", "--read", "delimiter"], 2, "a reading option is written NAME=VALUE"),
        (["dedupe", "kota.csv", "--out", "out", "--limit", "rows"], 2, "a limit is written NAME=NUMBER"),
        (["dedupe", "kota.csv", "--out", "out", "--limit", "colour=1"], 2, "unknown limit 'colour'"),
        (["dedupe", "kota.csv", "--out", "out", "--limit", "columns=1"], 65, "[FILE_TOO_LARGE]"),
        (["dedupe", "kota.csv", "kota.csv", "--out", "out"], 65, "kota.csv: the file is given twice"),
        (["dedupe", "kota.csv", "--out", "out", "--spec", "none.toml"], 66, "none.toml: no such spec"),
        (["dedupe", "kota.csv", "--out", "out", "--spec", "nobody"], 78, "no built-in spec is called 'nobody'"),
        (["dedupe", "kota.csv", "--out", "out", "--threshold", "7"], 2, "--threshold must lie between"),
        (["dedupe", "kota.csv", "--out", "out", "--keep", "SIDIK_JARI"], 2, "column SIDIK_JARI is protected"),
        (["dedupe", "kota.csv", "--out", "out", "--keep", "WARNA"], 2, "no input has the column WARNA to keep"),
        (["explain", "a", "b", "--run", "none"], 66, "none: no manifest found"),
        (["verify", "none"], 66, "none: no manifest found"),
        (["run"], 66, "linkage.toml: no project file"),
        (["run", "--project", "bad.toml"], 78, "bad.toml: unknown table [projects]"),
        (["queue", "list", "--as", "ani"], 66, "linkage.toml: no project file"),
        (["status"], 66, "linkage.toml: no project file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_that_points_to_nothing_says_so_under_its_exit_code(
    tmp_path, monkeypatch, capsys, arguments, code, says
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.toml").write_text("[projects]\n", encoding="utf-8")
    write_csv(tmp_path / "kota.csv", [CANARY])
    before = sorted(tmp_path.rglob("*"))
    assert main(arguments) == code
    said = capsys.readouterr()
    assert says in said.err.rpartition("linkage: ")[2]
    assert said.out == ""
    assert secrets_in(said.err) == []
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["marry"],
        ["dedupe"],
        ["dedupe", "a.csv"],
        ["link", "a.csv", "--out", "o"],
        ["dedupe", "a.csv", "--out", "o", "--threads", "0"],
        ["dedupe", "a.csv", "--out", "o", "--threshold", "high"],
        ["dedupe", "a.csv", "--out", "o", "--train", "--as-is"],
        ["synth", "--records", "-5", "--out", "o"],
        ["queue"],
        ["queue", "decide", "1", "merge", "--as", "ani"],
        ["queue", "decide", "1"],
    ],
    ids=" ".join,
)
def test_a_command_that_makes_no_sense_ends_with_2_and_its_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: linkage")


# ---- what a good run says ---------------------------------------------------------------------------------------

STAGES = ["intake", "encode", "block", "model", "compare", "decide", "write"]


def test_json_logs_are_one_object_per_line_with_every_stage_and_no_resident(linkage_command, tmp_path, small_inputs):
    arguments = ["dedupe", *small_inputs.inputs, "--spec", small_inputs.spec, "--out", tmp_path / "out"]
    done = linkage_command(*arguments, "--log-format", "json", check=0)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["stage"] for line in lines if line["event"] == "stage_started"] == STAGES
    finished = {line["stage"]: line for line in lines if line["event"] == "stage_finished"}
    assert list(finished) == STAGES
    assert finished["intake"]["counts"] == {"rows_read": len(semarang()) + len(denpasar()), "rows_rejected": 0}
    assert all(line["seconds"] >= 0 for line in finished.values())
    assert {line["level"] for line in lines} == {"info", "warning"}
    assert any("fewer than 200 records" in line["message"] for line in lines if line["event"] == "warned")
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["ts"])
    assert any(line["event"] == "stage_progressed" and line["done"] <= line["planned"] for line in lines)
    assert secrets_in(everything_said(done, tmp_path)) == []


def test_an_error_in_json_is_a_line_too(tmp_path, capsys):
    assert main(["dedupe", str(tmp_path / "none.csv"), "--out", str(tmp_path / "o"), "--log-format", "json"]) == 66
    *_, last = capsys.readouterr().err.splitlines()
    line = json.loads(last)
    assert (line["level"], line["event"], line["kind"], line["exit_code"]) == (
        "error",
        "failed",
        "InputMissingError",
        66,
    )
    assert line["message"].endswith("no such file. Check the name and the folder")


def test_people_are_told_stages_on_standard_error_and_a_summary_on_standard_output(tmp_path, capsys, small_inputs):
    arguments = ["dedupe", *map(str, small_inputs.inputs), "--spec", str(small_inputs.spec)]
    assert main([*arguments, "--out", str(tmp_path / "out"), "--threads", "1"]) == 0
    said = capsys.readouterr()
    words = ["reading", "standardising and encoding", "blocking", "settling the model", "comparing pairs", "deciding"]
    lines = [line for line in said.err.splitlines() if not line.startswith("warning: ")]
    assert [line.partition(":")[0] for line in lines] == [*words, "writing"]
    assert all(re.match(r"[a-z ]+: \d+\.\d s", line) for line in lines)
    assert said.out.startswith(f"{len(semarang()) + len(denpasar())} rows read, 0 rejected")
    for kind in ("SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED"):
        assert re.search(rf"^ +1  {kind} +\w+", said.out, re.MULTILINE)
    assert f"results: {tmp_path / 'out'}" in said.out
    assert f"linkage explain LEFT_ID RIGHT_ID --run {tmp_path / 'out'}" in said.out
    assert secrets_in(said.out + said.err) == []
    assert main([*arguments, "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_explain_and_verify_speak_on_standard_output(small_run, capsys):
    assert main(["explain", "semarang:72", "semarang:5", "--run", str(small_run.folder), "--language", "en"]) == 0
    said = capsys.readouterr()
    assert "probability of one person: " in said.out
    assert said.err == ""
    assert secrets_in(said.out) == []
    assert main(["verify", str(small_run.folder)]) == 0
    assert all(line.startswith("ok: ") for line in capsys.readouterr().out.splitlines())


def test_a_run_can_be_verified_from_another_folder_than_it_was_made_in(tmp_path, monkeypatch, small_inputs):
    write_csv(tmp_path / "here" / "kota.csv", people(5, "3374", seed=1))
    monkeypatch.chdir(tmp_path / "here")
    assert main(["dedupe", "kota.csv", "--spec", str(small_inputs.spec), "--out", "out", "--quiet"]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["verify", "here/out"]) == 0


def test_a_reader_that_has_seen_enough_is_no_error(linkage_command, small_run):
    command = f"{sys.executable} -m linkage.cli explain semarang:72 semarang:5 --run {small_run.folder} | head -n 1"
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, cwd=root, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_told_to_stop_ends_with_its_own_code_and_leaves_nothing(tmp_path, small_inputs, stop, code):
    arguments = [
        "dedupe",
        *map(str, small_inputs.inputs),
        "--spec",
        str(small_inputs.spec),
        "--out",
        str(tmp_path / "o"),
    ]
    child = subprocess.Popen(
        [sys.executable, "-m", "linkage.cli", *arguments, "--log-format", "json"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert json.loads(child.stderr.readline())["event"] == "stage_started"
    child.send_signal(stop)
    _, said = child.communicate(timeout=60)
    assert child.returncode == code
    assert json.loads(said.splitlines()[-1])["exit_code"] == code
    assert list(tmp_path.iterdir()) == []


def test_help_and_version_need_no_library(python_script):
    script = (
        "import sys\n"
        "from linkage.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit as stop:\n"
        "    assert stop.code in (0, None)\n"
        "heavy = {'numpy', 'pyarrow', 'numba', 'pandas', 'sklearn', 'sqlalchemy', 'rich', 'joblib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    for arguments in (["--help"], ["dedupe", "--help"], ["run", "--help"], ["queue", "--help"], ["--version"]):
        done = python_script(script, *arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(("usage: linkage", "linkage "))


WITHOUT = """
import sys
from linkage.cli import main
from linkage.spec import parse_spec
assert main(sys.argv[1:]) == 0
heavy = {"pandas", "sklearn", "fastapi", "jinja2", "uvicorn", "polars", "recordlinkage", "pyspark", "rich"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


def test_dedupe_and_run_load_neither_pandas_nor_scikit_learn_nor_a_web_stack(python_script, tmp_path, small_inputs):
    arguments = [*small_inputs.inputs, "--spec", small_inputs.spec, "--out", tmp_path / "out"]
    done = python_script(WITHOUT, "dedupe", *arguments)
    assert done.returncode == 0, done.stderr
    make_project(tmp_path)
    done = python_script(WITHOUT, "run", "--project", tmp_path / "linkage.toml")
    assert done.returncode == 0, done.stderr


# ---- a spec for files nobody has described ----------------------------------------------------------------------

MEMBERS = ("first name", "surname", "date of birth", "city")
FAMILIES = ["Abel", "Barlow", "Carter", "Dixon", "Ellis", "Farrow", "Gibson", "Harding", "Jarvis", "Kemp"]
TOWNS = ["Ashford", "Brampton", "Coldwell", "Denby"]


def members(path: Path, count: int = 90) -> Path:
    """Invented members of a club, every third of them twice."""
    rows = [
        f"{TOWNS[n % 3]}a,{FAMILIES[n % 10]},{1940 + n % 61}-{1 + n % 12:02}-{1 + n % 28:02},{TOWNS[n % 4]}"
        for n in range(count)
    ]
    path.write_text("\n".join([",".join(MEMBERS), *rows, *rows[::3]]) + "\n", encoding="utf-8")
    return path


def test_a_spec_is_proposed_written_and_taken_by_the_command_that_is_named_next(linkage_command, tmp_path):
    file = members(tmp_path / "members.csv")
    done = linkage_command("spec", file, "--out", tmp_path / "members.toml", check=0)
    assert done.stdout.startswith("column ")
    assert done.stdout.endswith(f"\n  linkage dedupe {file} --spec {tmp_path / 'members.toml'} --out out\n")
    assert parse_spec((tmp_path / "members.toml").read_text(encoding="utf-8")).name == "members"
    following = done.stdout.splitlines()[-1].split()[1:]
    linked = linkage_command(*following, cwd=tmp_path, check=0)
    assert "120 records linked" in linked.stdout


def test_without_a_file_to_write_the_spec_is_all_that_is_printed(tmp_path, capsys):
    assert main(["spec", str(members(tmp_path / "members.csv"))]) == 0
    said = capsys.readouterr()
    assert parse_spec(said.out).name == "proposed"
    assert said.out.startswith("# Proposed from 1 file of 120 rows")
    assert said.err == ""


def test_two_files_are_proposed_for_as_they_will_be_linked(tmp_path, capsys):
    files = [str(members(tmp_path / name)) for name in ("a.csv", "b.csv")]
    assert main(["spec", *files, "--link", "--pairs", "2000", "--out", str(tmp_path / "both.toml")]) == 0
    assert "\n  linkage link " in capsys.readouterr().out
    assert all(rule.keys for rule in parse_spec((tmp_path / "both.toml").read_text(encoding="utf-8")).rules)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["members.csv", "--link"], 2, "link takes two inputs, not 1"),
        (["members.csv", "--pairs", "1"], 65, "[NO_EVIDENCE]"),
        (["members.csv", "--read", "colour=red"], 2, "unknown reading option 'colour'"),
        (["nobody.csv"], 66, "nobody.csv"),
        (["members.csv", "--out", "members.csv/x.toml"], 73, "members.csv"),
    ],
)
def test_a_proposal_that_cannot_be_made_ends_with_its_exit_code(tmp_path, monkeypatch, capsys, arguments, code, says):
    members(tmp_path / "members.csv")
    monkeypatch.chdir(tmp_path)
    assert main(["spec", *arguments]) == code
    said = capsys.readouterr()
    assert says in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["members.csv"]


# ---- the nightly job and the queue ------------------------------------------------------------------------------


def make_project(folder: Path) -> Path:
    write_csv(folder / "inbox" / "3374_full_20260601_1.csv", semarang())
    write_csv(folder / "inbox" / "5171_full_20260601_1.csv", denpasar())
    (folder / "spec.toml").write_text(residents_spec_text(), encoding="utf-8")
    (folder / "linkage.toml").write_text('[intake]\nspec = "spec.toml"\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def night(tmp_path_factory) -> Path:
    """A project after one night, to be copied by whoever changes it."""
    folder = make_project(tmp_path_factory.mktemp("night"))
    assert main(["run", "--project", str(folder / "linkage.toml"), "--quiet", "--threads", "1"]) == 0
    return folder


@pytest.fixture
def project(night, tmp_path, monkeypatch) -> Path:
    shutil.copytree(night, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path / "project"


def test_a_night_tells_what_it_took_and_what_to_do_next(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(make_project(tmp_path))
    assert main(["run"]) == 0
    said = capsys.readouterr()
    total = len(semarang()) + len(denpasar())
    assert said.out.startswith(f"2 files taken, 0 refused; records: {total} new, 0 known, 0 closed\n")
    assert "queue: 5 added, 0 kept, 0 withdrawn, 0 not asked again" in said.out
    assert "linkage queue next --project linkage.toml --as NAME" in said.out
    assert "loading the queue: " in said.err
    assert secrets_in(said.out + said.err) == []


def test_a_night_with_nothing_new_says_so_and_ends_with_99_only_when_asked(project, capsys):
    assert main(["run"]) == 0
    assert capsys.readouterr().out == "nothing new in the inbox\n"
    assert main(["run", "--skip-exit-code"]) == cli.NOTHING_TO_DO == 99
    assert capsys.readouterr().out == "nothing new in the inbox\n"


def test_a_night_while_another_holds_the_workspace_ends_with_75(project, linkage_command):
    from linkage.nightly.store import Store

    with Store(project / "workspace").locked():
        done = linkage_command("run", cwd=project)
    assert done.returncode == 75
    assert f"held by process {os.getpid()} on " in done.stderr
    assert done.stderr.endswith("Try again when it is done\n")


def test_the_door_for_schedulers_is_the_same_command(project):
    from jobs.nightly import main as nightly

    assert nightly(["--skip-exit-code"]) == 99


def test_status_tells_the_last_run_and_how_the_queue_stands(project, capsys):
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    (run,) = (project / "out").iterdir()
    assert re.search(r"^Malam terakhir +berhasil \(kode 0\), ", said, re.MULTILINE)
    assert re.search(rf"^Hasil +out/{run.name}$", said, re.MULTILINE)
    assert f"{len(semarang()) + len(denpasar())} rekaman (termasuk yang tidak aktif), 5 kasus, " in said
    assert main(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["run_id"], told["ended"]["run"]["exit_code"], told["files"]["taken"]) == (run.name, 0, 2)


def test_a_night_brings_cases_that_a_steward_sees_masked(project, linkage_command):
    roles = "pengelola,petugas"
    add = ["queue", "user", "add", "ani", "--region", "pusat", "--roles", roles]
    linkage_command(*add, cwd=project, check=0)
    asking = ["--as", "ani", "--language", "en"]
    listed = linkage_command("queue", "list", "--kind", "DUPLICATE", *asking, cwd=project, check=0).stdout
    case = listed.splitlines()[1].split()[0]
    shown = linkage_command("queue", "show", case, *asking, cwd=project, check=0).stdout
    assert shown.startswith(f"Case {case} · DUPLICATE")
    assert f"linkage queue decide {case} propose" in shown
    assert CANARY_NIK not in shown
    assert f"{CANARY_NIK[:6]}******{CANARY_NIK[12:]}" in shown
    empty = linkage_command("queue", "list", "--state", "DISETUJUI", "--as", "ani", cwd=project, check=0)
    assert empty.stdout == "Tidak ada kasus.\n"


def test_before_the_first_night_the_queue_says_how_to_start(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(make_project(tmp_path))
    assert main(["queue", "list", "--as", "ani"]) == 2
    assert capsys.readouterr().err == (
        "linkage: linkage.toml: Belum ada proses yang berjalan, jadi antreannya belum ada."
        " Jalankan dahulu: linkage run\n"
    )
    assert main(["status"]) == 0
    assert capsys.readouterr().out.endswith("taruh ekstrak di inbox, lalu: linkage run\n")


def test_nothing_of_a_resident_is_in_a_log_a_file_name_or_the_manifest_of_a_night(project, linkage_command):
    write_csv(project / "inbox" / "3374_delta_20260602_1.csv", [CANARY | {"ALAMAT": "JL BARU 1"}])
    write_csv(project / "inbox" / "rubbish.csv", [CANARY])
    done = linkage_command("run", "--log-format", "json", cwd=project, check=0)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()][-1] == "stage_finished"
    assert secrets_in(everything_said(done, project / "out")) == []
    assert secrets_in("\n".join(str(path) for path in project.rglob("*"))) == []
    ledger = (project / "workspace" / "ledger.json").read_text(encoding="utf-8")
    assert secrets_in(ledger) == []


COLLECTING = """
import gc
import linkage
from linkage.cli import main
before = gc.get_threshold()[0]
code = main(["verify", "nowhere"])
print(before, gc.get_threshold()[0], code)
"""


def test_only_the_command_line_itself_changes_how_often_python_looks_for_cycles() -> None:
    done = subprocess.run([sys.executable, "-c", COLLECTING], capture_output=True, text=True, check=True)
    before, after, code = map(int, done.stdout.split())
    assert before < 2_000 < after
    assert code != 0
