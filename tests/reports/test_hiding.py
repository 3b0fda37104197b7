"""Small numbers are hidden, and no sum of what is shown gives one away."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.reports.definitions import definitions
from linkage.reports.figures import NATION, Figures, sums_of, tell
from tests.oracles.solvable import solvable

MEASURES = (
    *("records", "obliged", "children", "enrolled", "without", "obliged_in_cases", "children_in_cases"),
    *("missing.nik", "missing.nama_ibu", "found", "found.DUPLICATE", "found.OPEN_MOVE", "found.CONFLICT"),
    *("waiting", "merged", "persons", "persons_in_review", "person_obliged", "person_children"),
    *("open", "age.0", "age.1", "age.2", "days_open", "files", "rows_read", "rows_hit", "code.NIK_KOSONG"),
)
SUMS = [(total, parts) for total, parts in sums_of(definitions(), MEASURES) if not parts[-1].startswith("rest:")]
OF_PERSONS = ("waiting", "merged", "persons")
PARTS = {total: parts for total, parts in SUMS if parts != OF_PERSONS}


def figures(counts):
    """Figures by measure whose totals are right; what is not given is 0, and as many records stand for persons as do
    not wait and are not taken out."""
    told = {name: dict(counts.get(name, {})) for name in MEASURES}
    for total in ("obliged", "records", "found", "open"):
        told[total] = {
            unit: sum(told[part].get(unit, 0) for part in PARTS[total])
            for unit in {unit for part in PARTS[total] for unit in told[part]}
        }
    for unit, left in told["records"].items():
        for part in ("waiting", "merged", "person_obliged"):
            told[part][unit] = min(left, told[part].get(unit, 0))
            left -= told[part][unit]
        told["person_children"][unit] = left
        told["persons"][unit] = told["person_obliged"][unit] + left
        told["persons_in_review"][unit] = min(told["persons"][unit], told["persons_in_review"].get(unit, 0))
    return Figures.of(told)


def given_away(told):
    rules = definitions()
    columns = [name for name in told.columns if name not in {*rules.plain, *rules.follows}]
    regions = [
        (told.places[code], [told.places[one] for one in told.places if one != code and _above(one) == code])
        for code in told.places
        if len(code) == 2 or code == NATION
    ]
    measures = [name for name in columns if not name.startswith("rest:")]
    totals = [
        (columns.index(total), [columns.index(part) for part in parts]) for total, parts in sums_of(rules, measures)
    ]
    chosen = [told.columns[name] for name in columns]
    return solvable(told.values[:, chosen], told.hidden[:, chosen], regions, totals)


def _above(code):
    return code[:-1] if code.endswith("+") else code[:2] if len(code) == 4 else NATION


UNITS = ("1101", "1102", "1103", "32", "3201", "3202", "3273", "3301", "")
LEAVES = [name for name in MEASURES if name not in PARTS and name not in {"days_open", "files", "person_children"}]
AMOUNTS = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 60))


@st.composite
def tables(draw):
    units = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=9, unique=True))
    return {name: {unit: draw(AMOUNTS) for unit in units} for name in LEAVES}


@given(tables())
@settings(max_examples=40, deadline=None)
def test_no_hidden_number_follows_from_those_that_are_shown(counts):
    told = tell(figures(counts), definitions())
    assert not given_away(told).any()


@given(tables())
@settings(max_examples=40, deadline=None)
def test_every_number_from_1_to_4_is_hidden_and_hidden_numbers_of_a_sum_are_no_small_number_together(counts):
    told = tell(figures(counts), definitions())
    rules = definitions()
    people = [at for name, at in told.columns.items() if name not in {*rules.plain, *rules.follows}]
    values, hidden = told.values[:, people], told.hidden[:, people]
    assert hidden[(values > 0) & (values < 5)].all()
    for code in [one for one in told.places if len(one) == 2 or one == NATION]:
        parts = [row for one, row in told.places.items() if one != code and _above(one) == code]
        together = np.where(hidden[parts], values[parts], 0).sum(axis=0)
        shown_total = ~hidden[told.places[code]]
        assert not (shown_total & hidden[parts].any(axis=0) & (together < 5)).any()


def test_what_is_large_everywhere_is_shown_everywhere():
    counts = {name: dict.fromkeys(UNITS, 50) for name in LEAVES}
    counts |= {"obliged_in_cases": dict.fromkeys(UNITS, 60), "children_in_cases": dict.fromkeys(UNITS, 20)}
    counts |= {"waiting": dict.fromkeys(UNITS, 20), "persons_in_review": dict.fromkeys(UNITS, 10)}
    assert not tell(figures(counts), definitions()).hidden.any()


def test_a_small_number_takes_another_of_its_province_along_and_a_number_that_no_report_shows_first():
    cases = {"found.DUPLICATE": {"3201": 3, "3202": 9, "3273": 40, "3301": 50}}
    told = tell(figures(cases), definitions())
    assert told.number("3201", "found") is None
    assert told.is_small("3201", "found")
    assert told.number("3202", "found") is None, "else 52 - 9 - 40 gives it away"
    assert not told.is_small("3202", "found")
    assert (told.number("3273", "found"), told.number("32", "found"), told.number("", "found")) == (40, 52, 102)
    cases["found.DUPLICATE"]["32"] = 7
    told = tell(figures(cases), definitions())
    assert told.number("3202", "found") == 9, "how many are between regencies stands nowhere, which hides 3 as well"


def test_numbers_that_can_only_be_as_small_or_as_large_as_can_be_are_not_left_alone():
    told = tell(figures({"found.DUPLICATE": {"3201": 4, "3202": 4, "3273": 40}}), definitions())
    assert told.number("3273", "found") is None, "8 of two numbers up to 4 are 4 and 4"


def test_days_follow_the_cases_they_are_of_and_files_are_not_hidden():
    counts = {"age.0": {"3201": 2, "3202": 30}, "days_open": {"3201": 300, "3202": 90}, "files": {"3201": 1}}
    told = tell(figures(counts), definitions())
    assert told.number("3201", "days_open") is None
    assert told.number("3201", "files") == 1


def test_no_measure_is_part_of_two_totals():
    for measures in (
        MEASURES,
        ("persons", "persons_in_review", "person_obliged", "person_enrolled", "person_kia", "person_children"),
    ):
        parts = [part for _, group in sums_of(definitions(), measures) for part in group]
        assert len(parts) == len(set(parts))


def test_a_whole_country_is_hidden_within_seconds():
    random = np.random.default_rng(1)
    units = [f"{province}{regency:02d}" for province in range(11, 49) for regency in range(1, 15)]
    draw = lambda: dict(zip(units, random.negative_binomial(1, 0.02, len(units)).tolist(), strict=True))  # noqa: E731
    told = tell(figures({name: draw() for name in LEAVES}), definitions())
    assert 0.0 < told.hidden.mean() < 0.4
