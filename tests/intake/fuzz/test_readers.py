"""Any bytes end in accepted rows and rejects that balance, or in one clear error without a resident's value.

What holds of every input stands in ``checks.py``: counts balance, nothing of a cell is told, a second reading and other
chunks give the same, and it does not take long.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.fuzz.checks import Outcome, check_balance, check_files, check_silence, read_soundly, same_outcome
from tests.intake.fuzz.edits import PLACES, Edit, edited
from tests.intake.fuzz.seeds import CANARIES, csv_bytes, sound_files
from tests.intake.fuzz.targets import Target, targets

TARGETS = targets()
EXAMPLES = {"options": 100, "spec": 100, "query": 40, "sidecar": 40, "gzip_text": 10, "delta_data": 15}
"""Examples of a target, else 25: reading takes longer than parsing."""


def _edits(target: Target) -> st.SearchStrategy[list[Edit]]:
    places = st.integers(0, PLACES - 1)
    return st.lists(st.builds(Edit, st.sampled_from(target.acts), places, places), min_size=1, max_size=3)


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_edited_inputs_are_read_or_refused(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=EXAMPLES.get(name, 25), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(target.seeds), _edits(target))
    def check(seed: bytes, edits: list[Edit]) -> None:
        target.check(edited(seed, edits, target.words))

    check()


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 255), st.sampled_from((b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b\x08")), st.binary(max_size=300))
def test_any_bytes_under_any_name_are_read_or_refused(name: int, magic: bytes, rest: bytes) -> None:
    TARGETS["anything"].check(bytes([name]) + magic + rest)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.text("\"'\t,;|\r\n ab0\u00e9\ufeff\x1f", max_size=120), st.sampled_from(("utf-8", "utf-16", "cp1252")))
def test_any_text_below_a_header_is_read_or_refused(text: str, encoding: str) -> None:
    check_files({"kota.csv": f"NIK;NAMA_LGKP;TINGGI\n{text}".encode(encoding, "replace")})


@pytest.mark.parametrize("kind", sorted(sound_files()))
def test_the_files_that_fuzzing_begins_with_are_read_whole(kind: str) -> None:
    for files in sound_files()[kind]:
        intake = check_files(files).intake
        assert intake is not None
        assert len(intake.accepted) >= 4
        assert not len(intake.rejects)


def test_the_checks_see_a_leak_an_imbalance_and_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "kota.csv"
    path.write_bytes(csv_bytes())
    outcome = read_soundly(path)
    assert outcome.intake is not None
    with pytest.raises(AssertionError, match="values"):
        check_silence([f"a text with {CANARIES[0].upper()} in it"], strict=True)
    (file,) = outcome.intake.inputs
    with pytest.raises(AssertionError):
        check_balance(replace(outcome.intake, inputs=(replace(file, rejected=1),)))
    assert not same_outcome(outcome, Outcome(None, "UNREADABLE"))
    path.write_bytes(csv_bytes(times=2))
    assert not same_outcome(outcome, read_soundly(path))
