"""What a list of cases shows the engine, what it expects, and how a run is judged by it: on invented lists."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.public_pairs.__main__ import LISTS, SPECS, write_tables
from benchmarks.public_pairs.cases import (
    MATCH,
    NO_MATCH,
    OPEN,
    PAIRS_FILE,
    SEED_FILE,
    TEST_FILE,
    Cases,
    immunisation_pairs,
    kinds_of_difference,
    kinds_of_test,
    seeded_people,
)
from benchmarks.public_pairs.judging import Answers, Share, answers_of, by_kind
from benchmarks.public_pairs.scoring import pair_weights, record_numbers, run_files
from benchmarks.public_pairs.tables import in_bits, kind_row, row
from linkage.spec import LinkageSpec, parse_spec

PAIRS = """
file,test,expect,nameFirst_a,ssn_a,nameFirst_b,ssn_b
F,S-1:SSN_TYPO:IDEAL-BAD,Match,Ani,1,Ani,2
F,D-2.1:SSN_TYPO:IDEAL-IDEAL,Not a Match,Ani,1,Budi,
F,AART-7,Match,Ani,1,Ani,1
F,S-3:SSN_MISSING:BAD-IDEAL,Match,Ani,2,Ani,1
F,S-4:SSN_MISSING:BAD-BAD,Possible Match,Budi,,Ani,2
F,S-5:SSN_MISSING:BAD-BAD,Match,Ani,2,Budi,
"""
PEOPLE = "BIRTHDATE,FIRST,LAST,SUFFIX,MAIDEN,RACE,ETHNICITY,GENDER,ADDRESS,CITY,STATE,COUNTY,ZIP,SSN"
SEED = f"""
Match Id,ID,{PEOPLE}
8,100,6/8/48,Ani,Sari,,Dewi,R,E,F,1 Oak St.,Bell,ME,Kent,01,9
9,101,1970-01-02,Budi,Jaya,Jr,Wati,R,E,M,2 Elm St.,Bell,ME,Kent,02,7
"""
TEST = f"""
Test Case #,Match Id,ID,{PEOPLE},Expected Result
1,9,101,,Budi,Jaya,Jr,Wati,R,E,M,2 ELM ST,Bell,ME,Kent,02,77,no_match,
2,8,103,1948-06-08,Ani,Sari,,Dewi,R,E,F,1 Oak St.,Bell,ME,Kent,01,9,match,
3,8,103,1948-06-08,,,,Dewi,R,E,F,1 Oak St.,Bell,ME,Kent,01,9,possible_match,
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for name, text in {PAIRS_FILE: PAIRS, SEED_FILE: SEED, TEST_FILE: TEST}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(gzip.compress(text.lstrip().encode()))
    return folder


def test_a_row_that_stands_in_many_pairs_is_one_record(data: Path) -> None:
    table = immunisation_pairs(data).tables[0]
    assert table.to_pylist() == [
        {"rec_id": "r00001", "nameFirst": "Ani", "ssn": "1"},
        {"rec_id": "r00002", "nameFirst": "Ani", "ssn": "2"},
        {"rec_id": "r00003", "nameFirst": "Budi", "ssn": None},
    ]


def test_a_pair_is_one_case_a_row_with_itself_none_and_two_answers_leave_it_open(data: Path) -> None:
    cases = immunisation_pairs(data)
    assert list(zip(cases.left, cases.right, cases.expected, strict=True)) == [
        ("r00001", "r00002", MATCH),
        ("r00001", "r00003", NO_MATCH),
        ("r00002", "r00003", OPEN),
    ]
    assert not cases.searched
    assert cases.notes[1] == "1 pairs of one and the same row and 2 pairs listed again are no cases"


def test_a_case_listed_twice_is_of_the_kinds_of_both(data: Path) -> None:
    assert immunisation_pairs(data).kinds[0] == (
        "alike: SSN_TYPO",
        "a record BAD",
        "a record IDEAL",
        "alike: SSN_MISSING",
    )


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("D-12.3:DOB_OFF_BY_1:GOODA-GOODA", ("apart: DOB_OFF_BY_1", "a record GOODA")),
        ("AART-TM-14146", ("collected",)),
    ],
)
def test_the_name_of_a_pair_tells_its_kind(name: str, kinds: tuple[str, ...]) -> None:
    assert kinds_of_test(name) == kinds


def test_people_are_shown_without_truth_and_number_and_with_cells_as_written(data: Path) -> None:
    cases = seeded_people(data)
    assert [table.column_names for table in cases.tables] == [["rec_id", *PEOPLE.split(",")]] * 2
    assert cases.tables[0]["ZIP"].to_pylist() == ["01", "02"]
    assert (cases.left, cases.right) == (("s00002", "s00001", "s00001"), ("t00001", "t00002", "t00003"))
    assert cases.expected == (NO_MATCH, MATCH, OPEN)
    assert cases.searched


def test_a_case_is_of_the_kinds_of_what_it_lacks_and_changes_but_not_of_how_it_is_written(data: Path) -> None:
    assert seeded_people(data).kinds == (
        ("two columns differ", "BIRTHDATE missing", "SSN changed"),
        ("nothing differs",),
        ("two columns differ", "FIRST missing", "LAST missing"),
    )


def test_three_differences_and_more_are_one_kind() -> None:
    person = dict.fromkeys(PEOPLE.split(","), "A")
    assert kinds_of_difference(person, person | {"FIRST": "B", "ZIP": "B", "SSN": ""})[0] == (
        "three or more columns differ"
    )


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_a_spec_that_is_valid_and_reads_no_truth(name: str) -> None:
    spec = parse_spec((SPECS / f"{name}.toml").read_text(encoding="utf-8"), where=name)
    read = {column for field in spec.fields for column in (*field.columns, *field.join)}
    assert not read & {"test", "expect", "file", "Match Id", "ID", "Test Case #", "Expected Result"}


def answers(*cases: tuple[int, float, float]) -> Answers:
    expected, named, rival = zip(*cases, strict=True)
    weights = np.array(named, np.float64)
    return Answers(np.array(expected, np.int8), weights, np.array(rival, np.float64), weights > -np.inf)


NONE = -np.inf
JUDGED = answers(
    (MATCH, 9.0, NONE), (MATCH, 4.0, 6.0), (MATCH, -3.0, 2.0), (MATCH, NONE, NONE),
    (NO_MATCH, -1.0, 3.0), (NO_MATCH, 5.0, NONE), (NO_MATCH, NONE, -8.0),
    (OPEN, 2.0, NONE), (OPEN, -2.0, -3.0), (OPEN, NONE, NONE),
)  # fmt: skip


def test_a_match_is_right_when_joined_with_the_record_named_and_any_other_when_joined_with_none() -> None:
    assert JUDGED.right(0.0)[:7].tolist() == [True, True, False, False, False, False, True]
    assert JUDGED.accuracy(0.0) == (3, 7)


def test_precision_is_of_all_joined_cases_and_recall_of_all_matches() -> None:
    counts = JUDGED.metrics(0.0)
    assert (counts.true_positives, counts.predicted, counts.true_total) == (2, 5, 4)


def test_a_match_may_be_joined_with_another_record_too_or_with_that_alone() -> None:
    assert JUDGED.astray(0.0) == (2, 2)


def test_open_cases_are_counted_by_where_they_go() -> None:
    assert JUDGED.open_cases(0.0, -6.0) == (1, 1, 1)


def test_the_best_threshold_has_the_largest_f1() -> None:
    cut, counts = JUDGED.best()
    assert (cut, counts.true_positives, counts.predicted) == (-3.0, 3, 5)


def test_of_thresholds_with_the_same_f1_the_highest_is_the_best() -> None:
    judged = answers((MATCH, 3.0, NONE), (NO_MATCH, 2.0, NONE), (NO_MATCH, 2.0, NONE), (MATCH, 1.0, NONE))
    assert judged.metrics(1.0).f1 == judged.metrics(3.0).f1
    assert judged.best()[0] == 3.0


def test_without_any_weight_nothing_is_joined_at_best() -> None:
    cut, counts = answers((MATCH, NONE, NONE), (NO_MATCH, NONE, NONE)).best()
    assert (cut, counts.predicted) == (np.inf, 0)


WEIGHTS = st.lists(st.sampled_from([NONE, -1.0, 0.0, 2.0]), min_size=1, max_size=6)


@given(WEIGHTS, WEIGHTS)
def test_the_area_under_the_curve_is_the_chance_that_a_match_weighs_more(
    ones: list[float], others: list[float]
) -> None:
    judged = answers(*[(MATCH, weight, NONE) for weight in ones], *[(NO_MATCH, weight, NONE) for weight in others])
    wins = [(one > other) + (one == other) / 2 for one in ones for other in others]
    assert judged.area_under_curve() == pytest.approx(sum(wins) / len(wins))


def test_without_matches_there_is_no_area_under_a_curve() -> None:
    assert np.isnan(answers((NO_MATCH, 1.0, NONE)).area_under_curve())


def test_kinds_are_divided_by_answer_and_the_worst_come_first() -> None:
    judged = answers((MATCH, 1.0, NONE), (MATCH, -1.0, NONE), (NO_MATCH, 1.0, NONE), (OPEN, 1.0, NONE))
    assert by_kind(judged, [("x",), ("x", "y"), ("x",), ("z",)], 0.0) == [
        Share("x, no match", 0, 1),
        Share("y, match", 0, 1),
        Share("x, match", 1, 2),
    ]


def test_cells_of_the_tables_bear_intervals() -> None:
    assert kind_row(Share("x, match", 1, 2)) == "| x, match | 1 of 2 | 0.500 [0.095, 0.905] |"
    line = row("by hand", JUDGED, spec_of("dedupe"), 1.25)
    assert line.startswith("| by hand | 4 / 3 / 3 | 0.429 [")
    assert line.endswith("| 1 | 1 | 2, 2 | 1 / 1 / 1 | 1.2 |")


SPEC = """
name = "people"
prior = 0.2
review_threshold = 0.01
[[field]]
name = "record_id"
kind = "text"
columns = ["rec_id"]
[[field]]
name = "name"
kind = "text"
required = true
[[field]]
name = "town"
kind = "text"
[[comparison]]
name = "name"
field = "name"
kernel = "equal"
levels = ["equal"]
m = [0.99, 0.01]
u = [0.01, 0.99]
[[comparison]]
name = "town"
field = "town"
kernel = "equal"
levels = ["equal"]
m = [0.6, 0.4]
u = [0.5, 0.5]
[[rule]]
name = "name"
keys = ["name"]
"""


def spec_of(where: str) -> LinkageSpec:
    return parse_spec(SPEC, where=where)


def people(ids: str, names: list[str | None], towns: list[str | None]) -> pa.Table:
    return pa.table({"rec_id": list(ids), "name": names, "town": towns})


TABLES = {
    "dedupe": (
        people("abcdefg", ["Ani", "Ani", "Budi", "Ani", None, "Budi", "Sri"], ["X", "X", "X", "Y", "X", "Z", "Q"]),
    ),
    "link": (
        people("abc", ["Ani", "Ani", "Budi"], ["X", "X", "X"]),
        people("defg", ["Ani", None, "Budi", "Sri"], ["Y", "X", "Z", "Q"]),
    ),
}


@pytest.mark.parametrize("mode", TABLES)
def test_weights_of_given_pairs_are_those_that_the_run_writes(tmp_path: Path, mode: str) -> None:
    cases = Cases("people", TABLES[mode], (), (), (), (), False, ())
    linked = run_files(write_tables(cases, tmp_path), spec_of(mode), latest_year=2026).linked
    sides = [linked.pairs[name].to_pylist() for name in ("left_id", "right_id")]
    assert linked.pairs.num_rows == {"dedupe": 4, "link": 3}[mode]
    bits, met = pair_weights(linked, *(record_numbers(linked, side) for side in sides))
    assert bits == pytest.approx(linked.pairs["match_weight_log2"].to_numpy())
    assert met.all()


@pytest.mark.parametrize("mode", TABLES)
def test_a_pair_that_no_rule_meets_has_a_weight_and_a_rejected_record_none(tmp_path: Path, mode: str) -> None:
    cases = Cases("people", TABLES[mode], (), (), (), (), False, ())
    linked = run_files(write_tables(cases, tmp_path), spec_of(mode), latest_year=2026).linked
    left, right = record_numbers(linked, ["a", "b", "a"]), record_numbers(linked, ["g", "d", "e"])
    bits, met = pair_weights(linked, left, right)
    assert met.tolist() == [False, True, False]
    assert bits[0] < in_bits(0.01) < bits[1]
    assert bits[2] == -np.inf


def test_a_case_that_searches_is_answered_by_the_person_named_and_by_the_likeliest_other(tmp_path: Path) -> None:
    cases = Cases("people", TABLES["link"], ("a", "c", "c"), ("d", "d", "g"), (1, 0, 0), ((), (), ()), True, ())
    linked = run_files(write_tables(cases, tmp_path), spec_of("link"), latest_year=2026).linked
    judged = answers_of(linked, cases)
    assert judged.met.tolist() == [True, False, False]
    assert judged.named[0] == judged.rival[0] == judged.rival[1]
    assert judged.named[1] == judged.rival[2] == -np.inf


def test_a_case_of_one_pair_has_no_rival(tmp_path: Path) -> None:
    cases = Cases("people", TABLES["dedupe"], ("b", "a"), ("a", "g"), (1, 0), ((), ()), False, ())
    linked = run_files(write_tables(cases, tmp_path), spec_of("dedupe"), latest_year=2026).linked
    judged = answers_of(linked, cases)
    assert judged.likeliest.tolist() == judged.named.tolist()
    assert judged.right(0.0).tolist() == [True, True]
