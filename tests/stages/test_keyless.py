"""Files that no rule can pair are said to be so, with the columns that would help and nothing a record holds."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from linkage.cli import main
from linkage.encode import EncodedRecords, encode
from linkage.spec import load_builtin_spec
from linkage.stages.candidates import plan_candidates
from linkage.stages.keyless import keyless_warning

SPEC = load_builtin_spec()
NAMES = ["SITI AMINAH", "BUDI SANTOSO", "SITI AMINAH"]
HELPFUL = "what would help: nik or tanggal_lahir or no_akta_lhr or nama_ibu or nama_ayah"


def records(**columns: list[str | None]) -> EncodedRecords:
    """Records with these fields filled; the others are there and empty."""
    rows = len(next(iter(columns.values())))
    cells = {name: pa.array(columns.get(name, [None] * rows), pa.string()) for name in SPEC.field_names}
    ids = pa.array([f"r{row}" for row in range(rows)])
    return encode(pa.table({"record_id": ids, **cells}), SPEC, latest_year=2026)


def warned(found: EncodedRecords) -> str:
    return keyless_warning(found, SPEC, plan_candidates(found, SPEC, None).reports)


@pytest.mark.parametrize(
    ("columns", "filled", "help_"),
    [
        pytest.param({"nama": NAMES}, "nama", HELPFUL, id="a name alone"),
        pytest.param({"nama": NAMES, "agama": ["ISLAM"] * 3}, "nama, agama", HELPFUL, id="and what no rule reads"),
        pytest.param(
            {"jenis_kelamin": ["L", "P", "P"]}, "jenis_kelamin",
            "what would help: nik or no_kk or no_akta_lhr or nik_ibu", id="no name either",
        ),
        pytest.param({"nama": [None, None]}, "no filled column", "what would help: nik or no_akta_lhr", id="nothing"),
    ],
)  # fmt: skip
def test_records_without_any_key_are_told_what_would_help(columns, filled, help_) -> None:
    said = warned(records(**columns))
    assert said == (
        f"no pair is compared, so none is proposed: with {filled} alone no blocking rule has a key; {help_}"
    )


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"nama": NAMES, "tanggal_lahir": ["1980-02-11", None, None]}, id="one record has a key"),
        pytest.param({"nama": NAMES[:1]}, id="one record has no other to be compared with"),
    ],
)
def test_where_a_rule_has_a_key_or_there_is_no_pair_nothing_is_said(columns) -> None:
    assert warned(records(**columns)) == ""


def test_dedupe_of_names_alone_warns_on_the_screen_and_in_the_manifest(tmp_path, capfd) -> None:
    file = tmp_path / "names.csv"
    file.write_text("nama\n" + "\n".join(NAMES) + "\n", encoding="utf-8")
    assert main(["dedupe", str(file), "--out", str(tmp_path / "out")]) == 0
    warning = f"no pair is compared, so none is proposed: with nama alone no blocking rule has a key; {HELPFUL}"
    assert f"warning: {warning}" in " ".join(capfd.readouterr().err.split())
    assert warning in json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["warnings"]
