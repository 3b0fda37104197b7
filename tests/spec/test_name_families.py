"""Families of name spellings in a spec."""

import pyarrow as pa
import pytest

from linkage.encode import encode
from linkage.errors import SpecError
from linkage.proposal.spec_text import Comments, spec_text
from linkage.spec import NameFamily, load_builtin_spec, parse_spec, spec_from_dict

SPEC = """
name = "people"
[name_families]
WARSINI = ["WARSINEM", "WARSNI"]
[[field]]
name = "nama"
kind = "person_name"
[[comparison]]
name = "nama"
field = "nama"
kernel = "name"
levels = ["equal"]
[[rule]]
name = "name"
keys = ["nama.full"]
"""


def test_a_spec_holds_families_in_their_order() -> None:
    assert parse_spec(SPEC).name_families == (NameFamily("WARSINI", ("WARSINEM", "WARSNI")),)


def test_names_of_one_family_are_one_value() -> None:
    table = pa.table({"record_id": ["1", "2"], "nama": ["SITI WARSINEM", "Siti Warsini"]})
    column = encode(table, parse_spec(SPEC), latest_year=2026).columns["nama"]
    assert column.content.values.to_pylist() == ["SITI WARSINI"]
    assert column.codes.tolist() == [0, 0]


def test_a_stored_spec_and_a_written_one_keep_their_families() -> None:
    spec = parse_spec(SPEC)
    assert spec_from_dict(spec.to_dict()) == spec
    assert parse_spec(spec_text(spec, Comments())) == spec


def test_a_spec_stored_before_there_were_families_has_none() -> None:
    stored = load_builtin_spec("residents").to_dict()
    del stored["name_families"]
    assert spec_from_dict(stored).name_families == ()


@pytest.mark.parametrize(
    "families",
    [
        'WARSINI = "WARSINEM"',
        "WARSINI = []",
        "WARSINI = [1]",
        'Warsini = ["WARSINEM"]',
        'WARSINI = ["W"]',
        'WARSINI = ["WARNI"]\nWARSIH = ["WARNI"]',
        'WARSINI = ["WARNI"]\nWARSIH = ["WARSINI"]',
    ],
)
def test_families_that_are_none_or_contradict_are_refused(families: str) -> None:
    with pytest.raises(SpecError, match="name_families"):
        parse_spec(SPEC.replace('WARSINI = ["WARSINEM", "WARSNI"]', families))
