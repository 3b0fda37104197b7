"""The report of a proposal: what each column was taken for, how sure that is, whether it is used, and the cost."""

from __future__ import annotations

import pytest

from linkage.proposal.propose import Proposal
from linkage.proposal.report import report
from tests.proposal.conftest import LANDS, Office, propose
from tests.small_register import semarang, write_csv

SPANISH = LANDS["spanish"]


@pytest.fixture
def proposal(write) -> Proposal:
    people = Office(SPANISH).register(120, 0.25)
    rows = [(str(number), *row, "") for number, row in enumerate(people.rows, 1)]
    return propose(write("people.csv", ("id", *SPANISH.header, "observaciones"), rows, ";"))


def test_a_line_for_every_column(proposal):
    head, *lines = report(proposal).splitlines()
    assert head.split() == ["column", "taken", "for", "sure", "used"]
    cells = [[cell.strip() for cell in line.split("  ") if cell] for line in lines[:-1]]
    assert [row[0] for row in cells] == ["id", *SPANISH.header, "observaciones"]
    assert [row[1] for row in cells[:3]] == ["record id", "given name", "surname"]
    assert cells[0][3] == "names the record"
    assert cells[1][3] == "yes"
    assert cells[-1][3].endswith("says little about who a person is")
    assert all(row[2].endswith("%") for row in cells)


def test_the_cost_is_the_last_line(proposal):
    pairs = sum(chosen.compared for chosen in proposal.rules)
    assert report(proposal).splitlines()[-1] == f"{len(proposal.rules)} blocking rules, {pairs:,} pairs to compare"


def test_columns_of_two_files_stand_in_one_line_and_whose_they_are_is_said(write):
    people = Office(LANDS["english"]).register(60, 0.25)
    rows = [(*row, row[1]) for row in people.rows]
    names = ("a.csv", "b.csv")
    headers = ((*LANDS["english"].header, "Mother's name"), (*SPANISH.header, "nombre de la madre"))
    said = report(propose(*(write(*item, rows) for item in zip(names, headers, strict=True))))
    assert "First Name / nombre " in said
    assert "parent name (mother)" in said


def test_a_header_with_control_characters_neither_breaks_the_table_nor_commands_the_terminal(write):
    people = Office(SPANISH).register(60, 0.25)
    header = ("given\nname", "sur\x1b[31mname", *SPANISH.header[2:])
    said = report(propose(write("people.csv", header, people.rows)))
    assert len(said.splitlines()) == 1 + len(header) + 1
    assert "\x1b" not in said
    assert said.splitlines()[1].startswith("given name ")


def test_residents_are_told_in_a_sentence(tmp_path):
    proposal = propose(write_csv(tmp_path / "semarang.csv", semarang()))
    assert report(proposal) == "Indonesian residents: the built-in spec fits, and was copied"
