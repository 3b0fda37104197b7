"""Every error has an exit code of its own kind, the guide lists it, and no error message ends in the air."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkage import cli, errors
from linkage.errors import InputDataError, LinkageError

GUIDE = (Path(__file__).resolve().parents[1] / "docs" / "guide" / "exit-codes.md").read_text(encoding="utf-8")


def all_errors(root: type[LinkageError] = LinkageError) -> list[type[LinkageError]]:
    """The root and everything below it."""
    return [root, *(found for child in root.__subclasses__() for found in all_errors(child))]


def guide_rows() -> dict[int, str]:
    """The error classes of the guide's table by exit code."""
    rows = re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|", GUIDE, re.MULTILINE)
    return {int(code): classes for code, classes in rows}


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_stands_in_the_guide_beside_its_exit_code(kind):
    assert f"`{kind.__name__}`" in guide_rows()[kind.exit_code]


def test_the_guide_names_no_error_that_does_not_exist():
    named = set(re.findall(r"`(\w+Error)`", "".join(guide_rows().values())))
    assert named == {kind.__name__ for kind in all_errors()}


def test_the_guide_knows_the_codes_that_are_no_errors():
    assert {0, cli.NOTHING_TO_DO, cli.INTERRUPTED, cli.TERMINATED} <= set(guide_rows())
    assert (cli.INTERRUPTED, cli.TERMINATED, cli.NOTHING_TO_DO) == (130, 143, 99)


def test_exit_codes_follow_sysexits_where_one_fits():
    codes = {kind.__name__: kind.exit_code for kind in all_errors()}
    assert codes == {
        "LinkageError": 1,
        "UsageError": 2,
        "UnknownCaseError": 2,
        "CredentialRefusedError": 2,
        "InputDataError": 65,
        "InputMissingError": 66,
        "ServiceUnavailableError": 69,
        "InvariantError": 70,
        "SchemaError": 70,
        "MemoryLimitError": 71,
        "OutputError": 73,
        "LockHeldError": 75,
        "CaseConflictError": 75,
        "TooOftenError": 75,
        "NotPermittedError": 77,
        "SignInRefusedError": 77,
        "ConfigurationError": 78,
        "SpecError": 78,
        "GateFailedError": 79,
        "PublicationStoppedError": 79,
        "ModelError": 78,
    }


def test_a_message_says_where_what_and_what_to_do():
    error = errors.OutputError("cannot be written", where="out/pairs", remedy="Free some space")
    assert str(error) == "out/pairs: cannot be written. Free some space"
    assert str(errors.OutputError("cannot be written")) == "cannot be written"


def test_a_refused_input_carries_its_reject_code():
    error = InputDataError("NIK_AS_NUMBER", "numbers", where="kota.csv", remedy="Export again")
    assert error.code == "NIK_AS_NUMBER"
    assert str(error) == "kota.csv: numbers. Export again [NIK_AS_NUMBER]"
