"""The trace of a name: which rule changed what, told to a steward."""

from typing import Any

import pytest
from hypothesis import given

from linkage.standardise.names.person_name import read_name
from linkage.standardise.names.trace import trace_name
from tests.standardise.names.test_person_name import KNOWN, RAW


@pytest.mark.parametrize(
    ("raw", "religion", "codes"),
    [
        ("BUDI SANTOSO", None, ()),
        ("Budi, S.Pd", None, ("N1", "N3")),
        ("MA'RUF", None, ("N2",)),
        ("H. M. YUSUF", "1", ("N7", "N8", "N10")),
        ("NOER HAJATI", None, ("EYD", "N11")),
        ("ABDURRAHMAN NURHAYATI", None, ("N12", "N13")),
        ("BUDI (ALM)", None, ("N4",)),
        ("LIE A MOY ALIAS SUSI", 5, ("N5", "N15")),
        ("BUDI S.KOM", None, ("N6",)),
        ("R M SOERJO", None, ("N9", "N15")),
        ("ALI BIN UMAR", None, ("N14",)),
        ("I WAYAN SUDANA", None, ("N15",)),
        ("ANAK KE 2", None, ("N16",)),
        ("MUHAMMAD AL FATIH", None, ("AL",)),
        ("MUHAMMAD SAIFUL HIDAYATUL", None, ("N18",)),
        ("BUDI SPD BIN UMAR", None, ("N14", "N6")),
    ],
)
def test_the_trace_names_the_rules_that_changed_something_in_order(
    raw: str, religion: int | str | None, codes: tuple[str, ...]
) -> None:
    assert tuple(step.rule for step in trace_name(raw, religion=religion)) == codes
    assert read_name(raw, religion=religion).trace == codes


@pytest.mark.parametrize(
    ("raw", "words", "english"),
    [
        ("H. BUDI", "gelar dipisahkan: H", "titles set apart: H"),
        ("BUDI, S.PD", "gelar setelah koma dipisahkan: SPD", "degrees after the comma set apart: SPD"),
        ("ACHMAD", "ragam ejaan satu nama disamakan: ACHMAD = AHMAD", "spellings of one name united: ACHMAD = AHMAD"),
        ("ABDURRAHMAN", "gabungan ABDUL dipisahkan: ABDURRAHMAN = ABDUL RAHMAN", "compound with ABDUL taken apart:"),
        (
            "BAYI NY SITI",
            "bukan nama melainkan pengganti nama; petunjuk: SITI",
            "stands in place of a name; hints: SITI",
        ),
    ],
)
def test_a_step_is_told_in_indonesian_and_in_english(raw: str, words: str, english: str) -> None:
    step = trace_name(raw)[-1]
    assert str(step.words) == step.words.id == words
    assert step.words.en.startswith(english)


def test_the_printed_form_of_a_step_holds_nothing_of_the_name() -> None:
    assert repr(trace_name("H. BUDI")[-1]) == "TraceStep(N8)"


@given(RAW, KNOWN)
def test_steps_lead_from_the_raw_name_to_the_canonical_one_without_a_gap(raw: str, known: dict[str, Any]) -> None:
    name, steps = read_name(raw, **known), trace_name(raw, **known)
    places = [raw, *(step.after for step in steps)]
    assert [step.before for step in steps] == places[:-1]
    assert places[-1] == name.text
    assert tuple(step.rule for step in steps) == name.trace
    assert all(step.before != step.after for step in steps if step.rule not in ("N15", "N18"))
