"""What fuzzing once found stays mended."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from linkage.errors import InputDataError
from linkage.intake.sources.source import readable
from tests.intake.fuzz.checks import check_files, check_silence, lay_out, read_soundly
from tests.intake.fuzz.findings import FINDINGS, Finding
from tests.intake.fuzz.seeds import DATA_FILE, csv_bytes, delta_files
from tests.intake.fuzz.targets import targets

TARGETS = targets()


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.name)
def test_a_finding_ends_as_it_should(finding: Finding) -> None:
    target = TARGETS[finding.target]
    assert target.files is not None
    outcome = check_files(target.files(finding.data))
    assert outcome.code == finding.code
    # Stricter than in general: here no name of a column is a value.
    check_silence([outcome.text], strict=True)


def test_what_arrow_says_of_damaged_content_is_one_message() -> None:
    """It says so as an error of its own or as one of the system without a word, by the rows asked for at once."""
    said = []
    for error in (pa.ArrowInvalid("ZYXQWANI"), OSError("ZYXQWANI")):
        with pytest.raises(InputDataError) as caught, readable("kota.parquet"):
            raise error
        said.append(str(caught.value))
    assert said[0] == said[1]
    check_silence(said, strict=True)


def test_a_file_with_the_longest_name_is_read() -> None:
    """Its sidecar would have a name that no file system takes."""
    assert check_files({f"{'k' * 251}.csv": csv_bytes()}).intake is not None


def test_links_that_lead_round_in_a_circle_are_refused(tmp_path: Path) -> None:
    for number, name in enumerate((DATA_FILE, "_delta_log/00000000000000000001.json")):
        table = lay_out(tmp_path / str(number), delta_files())
        (table / name).unlink(missing_ok=True)
        (table / name).symlink_to(table / name)
        assert read_soundly(table).code == "UNREADABLE"
