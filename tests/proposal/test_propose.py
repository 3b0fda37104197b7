"""From a file nobody has described to people found: the proposed spec, read back from its text, finds the copies."""

from __future__ import annotations

import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

import linkage
from linkage.errors import InputDataError, InputMissingError, SpecError, UsageError
from linkage.intake.options import ReadOptions
from linkage.proposal.propose import Proposal
from linkage.spec import LinkageSpec, load_builtin_spec, parse_spec
from tests.proposal.conftest import LANDS, MEANINGLESS, Office, Written, deduped_f1, pair_f1, propose
from tests.small_register import denpasar, semarang, write_csv

FEW_PAIRS = 100_000
ENGLISH = LANDS["english"]


@pytest.fixture(scope="module")
def english() -> Written:
    return Office(ENGLISH).register(400, 0.25)


def roles(proposal: Proposal) -> dict[str, str]:
    return {attribute.columns[0]: attribute.role for attribute in proposal.attributes}


def compared(spec: LinkageSpec) -> list[str]:
    return [comparison.name for comparison in spec.weighted]


# ---- finding the copies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("land", ["spanish", "turkish", pytest.param("english", marks=pytest.mark.slow)])
def test_a_file_of_any_language_is_deduplicated_by_the_spec_proposed_for_it(write, land):
    people = Office(LANDS[land]).register(1_500, 0.25)
    path = write("people.csv", LANDS[land].header, people.rows, LANDS[land].delimiter)
    assert deduped_f1(path, people, budget=FEW_PAIRS) > 0.985


@pytest.mark.parametrize(
    "land", ["turkish", *(pytest.param(name, marks=pytest.mark.slow) for name in ("english", "spanish"))]
)
def test_headers_that_say_nothing_are_made_up_for_by_the_values(write, land):
    people = Office(LANDS[land]).register(1_500, 0.25)
    path = write("people.csv", MEANINGLESS, people.rows)
    assert deduped_f1(path, people, budget=FEW_PAIRS) > 0.985


@pytest.mark.slow
def test_a_file_so_small_that_all_its_pairs_are_compared_is_deduplicated(write):
    people = Office(ENGLISH).register(700, 0.25)
    path = write("people.csv", ENGLISH.header, people.rows)
    assert propose(path).rules[-1].rule.keys == ()
    assert deduped_f1(path, people) > 0.985


def test_two_files_of_other_headers_and_date_orders_are_linked(write):
    people = Office(ENGLISH, seed=3).register(500, 0.4)
    spanish = LANDS["spanish"].header
    first: dict[int, int] = {}
    left, right, truth = [], [], {}
    for row, person in zip(people.rows, people.persons, strict=True):
        if first.setdefault(person, len(truth)) == len(truth):
            left.append(row)
            truth[f"left:{len(left) + 1}"] = person
        else:
            month, day, year = row[2].split("/") if row[2].count("/") == 2 else ("", "", "")
            right.append((*row[:2], f"{day}.{month}.{year}" if year else "", *row[3:]))
            truth[f"right:{len(right) + 1}"] = person
    paths = write("left.csv", ENGLISH.header, left), write("right.csv", spanish, right, ";")
    proposal = propose(*paths, across=True, budget=FEW_PAIRS)
    spec = parse_spec(proposal.text)
    assert [field.name for field in spec.fields if "digits" in field.name] == [], "dates are compared as dates alone"
    assert spec.field("date_of_birth").columns == ("Date of Birth", "fecha de nacimiento")
    assert pair_f1(linkage.link(*paths, spec), truth) > 0.97


def test_the_pairs_of_two_files_are_priced_across_them_only(write, english):
    half = len(english.rows) // 2
    paths = [
        write(f"{name}.csv", ENGLISH.header, rows)
        for name, rows in (("a", english.rows[:half]), ("b", english.rows[half:]))
    ]
    within = propose(*paths)
    across = propose(*paths, across=True)
    assert across.rules[-1].pairs == half * (len(english.rows) - half)
    assert within.rules[-1].pairs == len(english.rows) * (len(english.rows) - 1) // 2


# ---- how the files may come -------------------------------------------------------------------------------------


def test_a_file_without_a_header_is_known_by_its_values_and_none_of_them_is_in_the_spec(write, english):
    path = write("people.csv", None, english.rows)
    proposal = propose(path)
    assert list(roles(proposal).values()) == ["given_name", "surname", "birth_date", "sex", "place", "phone"]
    assert list(roles(proposal)) == [f"column_{number}" for number in range(1, 7)]
    assert values_in(proposal.text, english) == []
    assert deduped_f1(path, english, first_line=1, budget=FEW_PAIRS) > 0.97


def test_a_row_taken_for_a_header_is_refused_without_being_repeated(write):
    rows = [
        ("Alice", "Barlow", "1990-01-01"),
        *[("Brenda", "Carter", "1985-02-03"), ("Simon", "Yates", "1971-09-30")] * 30,
    ]
    path = write("people.csv", None, rows)
    table = pa.table([[row[place] for row in rows[1:]] for place in range(3)], names=rows[0])
    pq.write_table(table, path.with_suffix(".parquet"))
    with pytest.raises(InputDataError, match="the first line looks like a row") as caught:
        propose(path.with_suffix(".parquet"))
    assert caught.value.code == "NO_HEADER"
    assert not [cell for cell in rows[0] if cell in str(caught.value)]
    assert propose(path.with_suffix(".parquet"), options=ReadOptions(header=True)).spec.fields


def test_a_workbook_gives_the_spec_of_the_same_csv(write, english, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "people.xlsx")
    sheet = book.add_worksheet()
    for line, row in enumerate([ENGLISH.header, *english.rows]):
        sheet.write_row(line, 0, row)
    book.close()
    of_csv = propose(write("people.csv", ENGLISH.header, english.rows))
    assert propose(tmp_path / "people.xlsx").spec == of_csv.spec


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
def test_the_same_input_gives_the_same_text_whatever_the_order_of_the_files(write, english, names):
    paths = [write(name, ENGLISH.header, english.rows[place::2]) for place, name in enumerate(("a.csv", "b.csv"))]
    given = [next(path for path in paths if path.name == name) for name in names]
    assert propose(*given).text == propose(*paths).text


def test_files_that_number_their_rows_alike_are_named_by_file_and_line(write, english):
    rows = [[(str(number), *row) for number, row in enumerate(english.rows[start::2])] for start in (0, 1)]
    paths = [write(name, ("id", *ENGLISH.header), part) for name, part in zip(("a.csv", "b.csv"), rows, strict=True)]
    together = propose(*paths, budget=FEW_PAIRS)
    assert "record_id" not in together.spec.field_names
    assert together.left_out["record_id"] == "repeated between records, so file and line name them"
    assert linkage.dedupe(paths, parse_spec(together.text)).rejects.num_rows == 0
    assert "record_id" in propose(*paths, across=True).spec.field_names, "each file has its own ids in link"


def test_residents_get_the_built_in_spec_headed_by_what_was_understood(tmp_path):
    paths = [write_csv(tmp_path / "semarang.csv", semarang()), write_csv(tmp_path / "denpasar.csv", denpasar())]
    proposal = propose(*paths)
    assert proposal.spec == load_builtin_spec() == parse_spec(proposal.text)
    assert (proposal.attributes, proposal.rules) == ((), ())
    assert math.isnan(proposal.expected_recall)
    head = proposal.text.partition("\n\n")[0]
    assert head.startswith("# These are Indonesian residents")
    assert "NAMA_LGKP as nama" in head.replace("\n# ", " ")


# ---- what is never read or said ---------------------------------------------------------------------------------


def values_in(text: str, people: Written) -> list[str]:
    """Names, dates and phones of the people that stand in a text as words."""
    cells = {cell for row in people.rows for cell in (row[0], row[1], row[2], row[5]) if len(cell) > 3}
    words = set("".join(letter if letter.isalnum() or letter in "/." else " " for letter in text).split())
    return sorted(cells & words)


def test_the_text_and_what_is_told_hold_no_value_of_the_file(write, english):
    proposal = propose(write("people.csv", ENGLISH.header, english.rows))
    assert values_in(" ".join(english.rows[0]), english) != [], "the canary would be found if it sang"
    assert values_in(proposal.text, english) == []
    assert values_in(repr(proposal), english) == []


@pytest.mark.parametrize("protected", ["KELAINAN_FISIK", "SIDIK_JARI_1", "foto"])
def test_protected_columns_are_neither_read_nor_named(write, english, protected):
    rows = [(*row, f"secret {place}") for place, row in enumerate(english.rows)]
    proposal = propose(write("people.csv", (*ENGLISH.header, protected), rows))
    assert protected not in proposal.text
    assert "secret" not in proposal.text
    assert protected not in roles(proposal)


def test_a_header_with_quotation_marks_and_line_ends_is_carried_as_it_is(write, english):
    header = ('First "given" name', "Last\\Name", "Date of\nBirth", "Sex", "Town [of birth]", "Phone = mobile")
    path = write("people.csv", header, english.rows)
    spec = parse_spec(propose(path).text)
    columns = {column for field in spec.fields for column in (*field.columns, *field.join)}
    assert set(header) <= columns
    assert deduped_f1(path, english, budget=FEW_PAIRS, first_line=3) > 0.97


# ---- what is refused --------------------------------------------------------------------------------------------


def test_a_file_without_a_telling_column_is_refused(write):
    path = write("stock.csv", ("remark", "status"), [("nothing to say about this one at all", "ok")] * 50)
    with pytest.raises(InputDataError, match=r"stock\.csv: no column tells people apart\. Name the columns") as caught:
        propose(path)
    assert caught.value.code == "NO_EVIDENCE"


def test_a_budget_that_no_rule_keeps_is_refused(write, english):
    with pytest.raises(InputDataError, match="no blocking rule keeps within 2 pairs"):
        propose(write("people.csv", ENGLISH.header, english.rows), budget=2)


def test_a_file_of_which_no_row_can_be_read_says_why(write, english):
    path = write("people.csv", ENGLISH.header, [(*row, "", "") for row in english.rows])
    with pytest.raises(
        InputDataError, match=r"people\.csv: no row of it can be read\. The row has more fields"
    ) as caught:
        propose(path)
    assert caught.value.code == "FIELDS_TOO_MANY"


def test_a_header_and_no_rows_is_refused(write):
    with pytest.raises(InputDataError) as caught:
        propose(write("people.csv", ENGLISH.header, []))
    assert caught.value.code == "HEADER_ONLY"


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputMissingError):
        propose(tmp_path / "nobody.csv")


@pytest.mark.parametrize(
    ("count", "across", "says"), [(0, False, "no input"), (1, True, "takes two inputs, not 1"), (3, True, "not 3")]
)
def test_a_call_with_the_wrong_number_of_files_is_refused(write, english, count, across, says):
    paths = [write(f"{number}.csv", ENGLISH.header, english.rows) for number in range(count)]
    with pytest.raises(UsageError, match=says):
        propose(*paths, across=across)


# ---- names that collide -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ("family name", "family", "name words", "date of birth", "date_of_birth_digits", "area"),
        ("record_id", "source", "all_pairs", "birth date", "birth_date", "all pairs"),
    ],
)
def test_headers_that_are_names_of_what_a_proposal_adds_do_no_harm(write, english, header):
    path = write("people.csv", header, english.rows)
    try:
        spec = propose(path).spec
    except SpecError as error:
        pytest.fail(str(error))
    assert compared(spec)
