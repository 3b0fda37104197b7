"""The guide to names says what the code does: every row of every table and every block of code is run."""

from __future__ import annotations

import doctest
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pytest

from linkage.intake.quality import rule_catalogue
from linkage.spec import FIELD_KINDS
from linkage.standardise import NameAgreement, compare_names
from linkage.standardise.names import judgement
from linkage.standardise.names.arguments import CULTURES
from linkage.standardise.names.families import families_from_toml
from linkage.standardise.names.level import RELATION_NAMES, name_relation_of
from linkage.standardise.names.person_name import StandardName, read_name, standardise_name
from linkage.standardise.names.phonetic import kfi
from linkage.standardise.names.softness import HARD
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.tokens import may_be_soft, soft_kinds

GUIDE: Final = Path(__file__).parents[3] / "docs" / "guide" / "names.md"
TEXT: Final = GUIDE.read_text(encoding="utf-8")

FIELD_OF: Final = {
    "title": "titles",
    "degree": "degrees",
    "alias": "aliases",
    "father": "father_hint",
    "mother": "mother_hint",
    "child": "parent_hint",
    "birth order": "birth_order",
    "note": "notes",
    "no name": "placeholder",
    "deceased": "deceased",
    "cut": "truncated",
    "digits": "digits",
}
"""What the column "set aside" calls each attribute of a standard name."""

SECTION: Final = re.compile(r"(N\d+|AL|EYD): ")


@dataclass(frozen=True)
class Row:
    """A row of a table of the guide: the line it stands on, its heading, the table's head, and its cells."""

    line: int
    heading: str
    head: tuple[str, ...]
    cells: tuple[str, ...]

    def __getitem__(self, key: str) -> str:
        return self.cells[self.head.index(key)]


def shipped(name: str) -> dict[str, Any]:
    file = resources.files("linkage.standardise") / "data" / "names" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def split(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def read_rows() -> Iterator[Row]:
    """Every row of every table, those of its head and the line below it left out."""
    heading, fenced, lines = "", False, []
    for number, line in enumerate(TEXT.splitlines(), 1):
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            heading = line.lstrip("# ")
        lines.append((number, heading, line if not fenced else ""))
    for is_table, group in groupby(lines, lambda item: item[2].startswith("|")):
        if is_table:
            (_, _, head), _, *rest = group
            yield from (Row(number, heading, split(head), split(line)) for number, heading, line in rest)


ROWS: Final = tuple(read_rows())


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def bearer(cell: str) -> tuple[str, dict[str, Any]]:
    """Return the raw name of a cell and what it says of the bearer: `M. KASIM`, religion 1, sex P."""
    found = re.fullmatch(r"`([^`]+)`((?:, \w+ \w+)*)", cell)
    assert found, cell
    known: dict[str, Any] = {}
    for word in found[2].split(", ")[1:]:
        name, value = word.split(" ")
        known |= {"birth_year": int(value)} if name == "born" else {name: value}
    return found[1], known


def read(cell: str) -> StandardName:
    raw, known = bearer(cell)
    return read_name(raw, **known)


def compare(row: Row) -> NameAgreement:
    (left, of_left), (right, of_right) = bearer(row["left"]), bearer(row["right"])
    sexes = {"sex_left": of_left.pop("sex", None), "sex_right": of_right.pop("sex", None)}
    return compare_names(left, right, **of_left, **of_right, **sexes)


def text_of(cell: str) -> str:
    return "" if cell == "nothing" else quoted(cell)[0]


def set_aside(name: StandardName) -> str:
    """Return what a name has beside its words, as the guide writes it."""
    parts = []
    for word, attribute in FIELD_OF.items():
        value = getattr(name, attribute)
        if value is True:
            parts.append(word)
        elif value:
            parts.append(f"{word}: {', '.join(value) if isinstance(value, tuple) else value}")
    return "; ".join(parts) or "nothing"


def check_reading(row: Row) -> None:
    name = read(row["raw"])
    assert name.text == text_of(row["canonical"])
    assert sorted(set_aside(name).split("; ")) == sorted(row["set aside"].split("; "))
    if section := SECTION.match(row.heading):
        assert section[1] in name.trace


def check_left_alone(row: Row) -> None:
    name = read(row["left alone"])
    section = SECTION.match(row.heading)
    assert section
    assert section[1] not in name.trace
    assert name.text == text_of(row["canonical"])
    assert row["because"]


def check_soft(row: Row) -> None:
    name = read(row["name"])
    assert [word for word, soft in zip(name.tokens, name.soft, strict=True) if soft] == quoted(row["of it soft"])[
        0
    ].split()
    for word in quoted(row.cells[1]):
        assert may_be_soft(word), word


def check_pair(row: Row) -> None:
    found = compare(row)
    assert (found.level, found.same_name) == (int(row["level"]), {"yes": True, "no": False}[row["same"]])
    assert [reason.code for reason in found.reasons] == quoted(row["reasons"])
    assert quoted(row["reasons"]) or row["reasons"] == "none"


def check_level(row: Row) -> None:
    level = int(row["level"])
    assert compare(row).level == level
    kernel = quoted(row["kernel `name`"]) or [row["kernel `name`"]]
    assert kernel == [{4: "equal", 3: "phonetic", 2: "partial", 1: "similar", 0: "different", 5: ""}[level]]


def check_reason(row: Row) -> None:
    (code,) = quoted(row["reason"])
    found = compare(row)
    told = {reason.code: (reason.id, reason.en) for reason in found.reasons}
    assert told[code] == (row["Indonesian"], row["English"])
    assert found.same_name is (row.heading == "What leaves it one name")


def check_keys(row: Row) -> None:
    (token,) = quoted(row["written"])
    assert list(kfi(token)) == quoted(row["keys"])


def check_kernel(row: Row) -> None:
    (left, _), (right, _) = bearer(row["left"]), bearer(row["right"])
    assert name_relation_of(left, right) == quoted(row["kernel"])[0]
    assert compare_names(left, right).level == int(row["level"])


def check_field(row: Row) -> None:
    assert FIELD_OF[row["set aside"]] == quoted(row["attribute"])[0]


def check_argument(row: Row) -> None:
    assert quoted(row["argument"])[0] in inspect.signature(standardise_name).parameters
    assert row["argument"] != "`culture`" or quoted(row["takes"]) == list(CULTURES)


def check_run(row: Row) -> None:
    """What is said to be used in a run is a relation, a key form, or a code of the quality return."""
    known = {"name", "same_name", *RELATION_NAMES, *FIELD_KINDS["person_name"], *rule_catalogue()}
    assert {*quoted(row.cells[0]), *quoted(row.cells[1])} <= known


FORMS: Final[dict[tuple[str, ...], Callable[[Row], None]]] = {
    ("raw", "canonical", "set aside"): check_reading,
    ("left alone", "canonical", "because"): check_left_alone,
    ("people", "words that may be missing, among others", "name", "of it soft"): check_soft,
    ("left", "right", "level", "same", "reasons"): check_pair,
    ("left", "right", "level", "same", "reasons", "in truth"): check_pair,
    ("level", "kernel `name`", "says", "left", "right"): check_level,
    ("reason", "Indonesian", "English", "left", "right"): check_reason,
    ("written", "keys", "why"): check_keys,
    ("left", "right", "kernel", "level"): check_kernel,
    ("set aside", "attribute", "holds"): check_field,
    ("argument", "takes", "settles"): check_argument,
    ("used in a run", "not yet"): check_run,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"line {row.line}")
def test_every_row_of_every_table_is_what_the_code_does(row: Row) -> None:
    assert row.head in FORMS, "a table of a form that nothing checks"
    assert len(row.cells) == len(row.head)
    FORMS[row.head](row)


def test_the_guide_has_tables_of_every_form() -> None:
    assert {row.head for row in ROWS} == set(FORMS)
    assert len(ROWS) > 150


def test_the_rules_stand_in_their_order_each_with_an_example() -> None:
    sections = [found[1] for line in TEXT.splitlines() if (found := re.match(rf"### {SECTION.pattern}", line))]
    assert [code for code in sections if code[0] == "N"] == [f"N{number}" for number in range(1, 19)]
    told = {found[1] for row in ROWS if (found := SECTION.match(row.heading)) and row.head[0] != "left alone"}
    assert told == set(sections)


def test_every_code_that_a_trace_can_hold_has_a_section() -> None:
    words = shipped("trace_words")
    assert set(re.findall(rf"^### {SECTION.pattern}", TEXT, re.MULTILINE)) == {*words, "N17"}


def test_every_reason_is_told_once_in_the_order_of_the_code() -> None:
    words = shipped("reasons")
    told = [quoted(row["reason"])[0] for row in ROWS if row.head[0] == "reason"]
    assert told == list(words)
    against = [quoted(row["reason"])[0] for row in ROWS if row.heading == "What makes it two"]
    assert against == [code for code in words if getattr(judgement, code) & judgement.AGAINST]


def test_every_level_and_every_field_of_a_standard_name_is_told_once() -> None:
    assert [row["level"] for row in ROWS if row.head[0] == "level"] == ["5", "4", "3", "2", "1", "0"]
    assert RELATION_NAMES == ("different", "similar", "partial", "phonetic", "equal")
    told = [row["attribute"] for row in ROWS if "attribute" in row.head]
    beside = {field.name for field in fields(StandardName)} - {"tokens", "soft", "trace"}
    assert Counter(quoted(cell)[0] for cell in told) == Counter(beside)


def test_every_argument_is_told_and_has_an_example_that_it_changes() -> None:
    arguments = set(inspect.signature(standardise_name).parameters) - {"raw", "families"}
    assert {quoted(row["argument"])[0] for row in ROWS if row.head[0] == "argument"} == arguments
    changed: set[str] = set()
    for row in ROWS:
        if row.heading.startswith("What religion"):
            raw, known = bearer(row.cells[0]) if row.head[0] == "raw" else ("", {})
            for name in known:
                without = {other: value for other, value in known.items() if other != name}
                if read_name(raw, **known) != read_name(raw, **without):
                    changed.add(name)
    assert changed == arguments


def test_the_families_of_the_guide_are_read_and_are_not_shipped() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    families = families_from_toml(block, "docs/guide/names.md")
    assert families.canonical
    assert not name_tables().family.keys() & families.canonical.keys()


def test_every_reason_that_a_soft_word_can_be_missing_is_among_the_soft_words_of_the_guide() -> None:
    names = [read(row["name"]) for row in ROWS if row.head[0] == "people"]
    kinds = {kind for name in names for kind in soft_kinds(name.tokens)} - {HARD}
    assert len(kinds) == 6


def test_the_code_of_the_guide_runs_and_says_what_the_guide_says() -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert all(">>> " in block for block in blocks)
    session = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "names.md", str(GUIDE), 0)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False).run(session, out=said.append)
    assert not result.failed, "".join(said)
    assert result.attempted > 20
