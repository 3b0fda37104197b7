"""Families that a steward adds."""

import pyarrow as pa
import pytest

from linkage.errors import SpecError
from linkage.standardise.names.columns import standardise_names
from linkage.standardise.names.details import name_details
from linkage.standardise.names.families import families_from_toml
from linkage.standardise.names.person_name import standardise_name
from linkage.standardise.names.trace import trace_name


def test_a_family_is_a_canonical_token_and_its_variants() -> None:
    families = families_from_toml('[family]\nWAGIYEM = ["WAGIEM", "WAGIJEM"]\n', "ours.toml")
    assert families.canonical == {"WAGIEM": "WAGIYEM", "WAGIJEM": "WAGIYEM"}


def test_added_families_and_the_shipped_ones_lead_to_one_token() -> None:
    both = families_from_toml('[family]\nMOCH = ["MCH"]\nMUHAMADD = ["MUHAMMAD"]\n', "ours.toml").with_shipped
    assert both["MCH"] == "MUHAMMAD"
    assert both["MUHAMMAD"] == "MUHAMADD"
    assert both["MOHAMAD"] == "MUHAMADD"
    assert both["ACHMAD"] == "AHMAD"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[family", "no TOML"),
        ("", "does not hold the table"),
        ("[family]\n[other]\n", "does not hold the table"),
        ('[family]\nA1 = ["BB"]', "no name token"),
        ('[family]\nAB = ["bb"]', "no name token"),
        ("[family]\nAB = [1]", "no name token"),
        ('[family]\nAB = "BB"', "no list of variants"),
        ("[family]\nAB = []", "no list of variants"),
        ('[family]\nAB = ["CC"]\nBB = ["CC"]', "CC stands in the families AB and BB"),
        ('[family]\nAB = ["BB"]\nBB = ["CC"]', "BB is a family and stands as a variant in the family AB"),
    ],
)
def test_a_file_of_families_with_a_mistake_is_refused_with_the_mistake_and_its_place(text: str, problem: str) -> None:
    with pytest.raises(SpecError, match=problem) as caught:
        families_from_toml(text, "ours.toml")
    assert caught.value.where == "ours.toml"


def test_added_families_count_for_one_name_for_a_column_and_in_the_trace() -> None:
    families = families_from_toml('[family]\nWAGIYEM = ["WAGIEM"]\n', "ours.toml")
    name = standardise_name("H. WAGIEM BINTI WAGIEM", families=families)
    assert name is not None
    assert (name.text, name.father_hint) == ("WAGIYEM", "WAGIYEM")
    raw = pa.array(["WAGIEM", "H. WAGIEM BINTI MOCH"])
    assert standardise_names(raw, families=families).values.to_pylist() == ["WAGIYEM"]
    assert standardise_names(raw).values.to_pylist() == ["WAGIEM"]
    assert name_details(raw, families=families).canonical.to_pylist() == ["WAGIYEM", "WAGIYEM"]
    assert [step.rule for step in trace_name("WAGIEM", families=families)] == ["N11"]
