"""Which columns are compared and how, which only choose pairs, which are left out and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.proposal.columns.roles import ABOUT, ABOUT_OTHERS, ROLES
from linkage.proposal.draft import Draft, draft_evidence, without_record_id
from linkage.spec import ComparisonSpec
from linkage.spec.linkage_spec import MOST_WEIGHTED
from tests.oracles.proposed_rules import reached_levels
from tests.proposal.attributes import attribute, draft, facts_of, spec_of

BORN = attribute("born", "birth_date", date_order="dmy")


def compared(made: Draft) -> dict[str, ComparisonSpec]:
    return {item.name: item for found in made.evidence for item in found.compared if not item.part}


def keys(made: Draft) -> set[str]:
    return {form.key for item in made.evidence for form in item.keys}


def reason(made: Draft, name: str) -> str:
    assert name not in compared(made)
    return made.left_out[name]


AS_IT_STANDS = [
    ("given_name", "text", "jaro_winkler", "equal close near", True),
    ("surname", "text", "jaro_winkler", "equal close near", True),
    ("middle_name", "text", "jaro_winkler", "equal close near", True),
    ("other_name", "text", "jaro_winkler", "equal close near", True),
    ("full_name", "text", "jaro_winkler", "equal close near alike", True),
    ("sex", "category", "equal", "equal", False),
    ("identifier", "identifier", "damerau_levenshtein", "equal one_edit two_edits", False),
    ("phone", "identifier", "damerau_levenshtein", "equal one_edit two_edits", False),
    ("number", "identifier", "damerau_levenshtein", "equal one_edit two_edits", False),
    ("email", "identifier", "damerau_levenshtein", "equal one_edit two_edits four_edits", False),
    ("postcode", "identifier", "damerau_levenshtein", "equal one_edit", False),
    ("age", "identifier", "damerau_levenshtein", "equal one_edit", False),
    ("birth_year", "identifier", "damerau_levenshtein", "equal one_edit", False),
    ("birth_month", "category", "equal", "equal", False),
    ("address", "text", "token_overlap", "equal most_words some_words", False),
    ("street", "text", "jaro_winkler", "equal close", False),
    ("place", "text", "jaro_winkler", "equal close", True),
    ("house_number", "category", "equal", "equal", False),
    ("region", "category", "equal", "equal", False),
]


@pytest.mark.parametrize(
    ("role", "kind", "kernel", "levels", "rare"), AS_IT_STANDS, ids=[row[0] for row in AS_IT_STANDS]
)
def test_a_column_is_compared_as_its_role_asks(role, kind, kernel, levels, rare):
    facts = {"distinct": 5.0} if role == "sex" else {}
    made = draft(attribute("it", role, **facts))
    (comparison,) = compared(made).values()
    assert made.evidence[0].fields[0].kind == kind
    assert (comparison.kernel, [level.name for level in comparison.levels]) == (kernel, levels.split())
    assert comparison.term_frequency == rare
    assert sum(comparison.m) == pytest.approx(1.0)
    assert all(form.field == "it" and 0.5 <= form.agreement < 1 for form in made.evidence[0].keys)


SPECIAL = [
    ("a sex of many labels is misspelt", attribute("it", "sex", distinct=40.0), "text", ["equal", "close"]),
    ("initials are labels", attribute("it", "given_name", mean_length=1.1), "category", ["equal"]),
    ("a category of few labels", attribute("it", "category", distinct=5.0), "category", ["equal"]),
]


@pytest.mark.parametrize(("item", "kind", "levels"), [row[1:] for row in SPECIAL], ids=[row[0] for row in SPECIAL])
def test_what_the_values_show_changes_the_comparison(item, kind, levels):
    made = draft(item)
    (comparison,) = compared(made).values()
    assert made.evidence[0].fields[0].kind == kind
    assert [level.name for level in comparison.levels] == levels
    assert comparison.term_frequency == (kind == "text" and item.role != "sex")


def test_agreement_on_a_rare_label_tells_more_when_there_are_many():
    assert not compared(draft(attribute("it", "category", distinct=5.0)))["it"].term_frequency
    assert compared(draft(attribute("it", "category", distinct=200.0)))["it"].term_frequency


LEFT_OUT = [
    (attribute("it", "noise"), "taken for noise: says little about who a person is"),
    (attribute("it", "event_date"), "taken for event_date"),
    (attribute("it", "country"), "taken for country"),
    (attribute("it", "phone", "employer"), "of the employer, not of the person"),
    (attribute("it", "surname", filled=0.01), "hardly ever filled"),
    (attribute("it", "category", most_common=0.95), "nearly always the same"),
]


@pytest.mark.parametrize(("item", "why"), LEFT_OUT, ids=[row[1] for row in LEFT_OUT])
def test_what_says_nothing_of_the_person_is_left_out_with_a_reason(item, why):
    made = draft(item, BORN)
    assert reason(made, "it").startswith(why)
    assert not any(key.startswith("it") for key in keys(made)), "nor does it choose pairs"


def test_what_one_file_alone_has_is_left_out():
    both = attribute("name", "full_name", columns=("name", "nombre"))
    made = draft(both, attribute("phone", columns=("phone",)), files=2)
    assert reason(made, "phone") == "not every file has it"
    assert list(compared(made)) == ["name"]


def test_an_age_says_nothing_beside_a_birth_date():
    assert reason(draft(attribute("age"), BORN), "age") == "the birth date says it better"
    assert "age" in compared(draft(attribute("age"), attribute("given_name")))
    in_one_file = attribute("born", "birth_date", columns=("born",), date_order="dmy")
    made = draft(attribute("age", columns=("age", "edad")), in_one_file, files=2)
    assert "age" in compared(made), "unless the birth date is not compared itself"


# ---- names ------------------------------------------------------------------------------------------------------


def test_a_whole_name_beside_its_parts_chooses_pairs_and_is_not_compared():
    made = draft(attribute("given_name"), attribute("surname"), attribute("whole", "full_name"))
    assert list(compared(made)) == ["given_name", "surname"]
    assert "whole.tokens" in keys(made)
    assert "name_words" not in spec_of(made).field_names


@pytest.mark.parametrize("about", ["spouse", "emergency"])
def test_the_parts_of_somebody_elses_name_do_not_stand_for_the_persons(about):
    others = [attribute("their_given", "given_name", about), attribute("their_surname", "surname", about)]
    assert "whole" in compared(draft(attribute("whole", "full_name"), *others))
    assert "whole" in compared(draft(*others, attribute("whole", "full_name")))


def test_the_first_of_two_whole_names_is_compared_and_a_relatives_is_another_matter():
    made = draft(attribute("a", "full_name"), attribute("b", "full_name"))
    assert reason(made, "b") == "another column has the whole name"
    assert list(compared(draft(attribute("wife", "full_name", "spouse"), attribute("a", "full_name")))) == ["wife", "a"]


def test_the_parts_of_a_name_are_joined_so_that_any_word_may_find_a_match():
    parts = [attribute("first", "given_name"), attribute("last", "surname"), attribute("mid", "middle_name")]
    made = draft(*parts)
    assert spec_of(made).field("name_words").join == ("first", "mid", "last")
    assert "name_words.tokens" in keys(made)
    assert "name_words" not in compared(made)
    assert "name_words" not in spec_of(draft(parts[0], BORN)).field_names, "one part is no more than itself"


@pytest.mark.parametrize(
    ("lengths", "levels"),
    [((1.0, 6.0), ["equal", "initial"]), ((6.0, 1.0), ["equal", "initial"]), ((6.0, 5.0), ["equal", "close", "near"])],
)
def test_a_name_one_file_writes_out_and_another_shortens_has_a_level_for_its_initial(lengths, levels):
    middle = attribute("middle_name", columns=("middle", "mi"))
    made = draft_evidence([middle], facts_of(middle, *({"mean_length": length} for length in lengths)))
    comparison = compared(made)["middle_name"]
    assert [level.name for level in comparison.levels] == levels
    assert keys(made) == (set() if "initial" in levels else {"middle_name"}), "an initial finds nobody"


# ---- dates ------------------------------------------------------------------------------------------------------


def test_a_birth_date_is_compared_as_a_date_and_by_its_digits():
    made = draft(BORN)
    comparison = compared(made)["born"]
    assert comparison.combine == ("born_as_date", "born_as_digits")
    assert reached_levels(comparison, spec_of(made).comparisons) == {level.name for level in comparison.levels}
    assert spec_of(made).field("born_digits").columns == spec_of(made).field("born").columns
    assert keys(made) == {"born", "born.swapped", "born.year", "born_digits", "born_digits.deletions"}


@pytest.mark.parametrize(("orders", "digits"), [(("dmy", "dmy"), True), (("dmy", "mdy"), False), (("dmy", ""), False)])
def test_dates_written_in_two_orders_are_not_compared_by_their_digits(orders, digits):
    born = attribute("born", "birth_date", columns=("dob", "nacimiento"))
    made = draft_evidence([born], facts_of(born, *({"date_order": order} for order in orders)))
    assert ("born_digits" in spec_of(made).field_names) == digits
    assert spec_of(made).field("born").columns == ("dob", "nacimiento")
    assert compared(made)["born"].kernel == ("" if digits else "date")


DAY, MONTH, YEAR = (attribute(name, f"birth_{role}") for name, role in (("d", "day"), ("m", "month"), ("y", "year")))


def test_day_month_and_year_of_birth_become_one_date():
    made = draft(YEAR, attribute("given_name"), DAY, MONTH)
    spec = spec_of(made)
    assert spec.field("birth_date").join == ("d", "m", "y")
    assert list(compared(made)) == ["given_name", "birth_date"]
    assert keys(made) >= {"birth_date", "birth_date.year"}


def test_parts_that_make_no_date_are_compared_apart():
    assert list(compared(draft(YEAR))) == ["y"]
    assert list(compared(draft(MONTH, YEAR))) == ["m", "y"]
    assert list(compared(draft(DAY, MONTH, YEAR, BORN))) == ["born"], "and not at all beside a whole date"
    two = [attribute(part.name, part.role, columns=(part.name, f"{part.name}2")) for part in (DAY, MONTH, YEAR)]
    assert list(compared(draft(*two, files=2))) == ["d", "m", "y"], "a join has one list of columns for all files"


# ---- what a spec can hold ---------------------------------------------------------------------------------------


def test_of_too_many_comparisons_the_strongest_stay():
    weak = [attribute(f"label{number}", "category") for number in range(10)]
    strong = [attribute(f"number{number}", "identifier") for number in range(9)]
    made = draft(*weak, BORN, *strong, attribute("given_name"))
    assert len(compared(made)) == MOST_WEIGHTED
    assert set(compared(made)) >= {"born", "given_name", *(item.name for item in strong)}
    gone = {item.name for item in weak} - compared(made).keys()
    assert {reason(made, name) for name in gone} == {"the 16 comparisons a spec may have say more"}
    assert keys(made) >= {f"{name}" for name in gone}, "they still choose pairs"


def test_even_a_family_may_be_one_too_many():
    numbers = [attribute(f"number{number}", "identifier") for number in range(16)]
    made = draft(*numbers, attribute("surname"), attribute("address"))
    assert reason(made, "family") == "the 16 comparisons a spec may have say more"
    assert spec_of(made).weighted


def test_a_record_id_is_read_and_not_compared():
    made = draft(attribute("record_id", columns=("nr",)), BORN)
    assert [(field.name, field.columns) for field in made.fields] == [("record_id", ("nr",))]
    without = without_record_id(made)
    assert without.fields == ()
    assert without.left_out["record_id"] == "repeated between records, so file and line name them"


NAMES = (
    "family",
    "area",
    "name_words",
    "birth_date",
    "birth_date_digits",
    "birth_date_as_date",
    "record_id",
    "source",
    "x",
)
ATTRIBUTES = st.lists(
    st.builds(
        attribute,
        st.sampled_from(NAMES) | st.integers(0, 99).map("column_{}".format),
        st.sampled_from(ROLES),
        st.just("") | st.sampled_from(ABOUT),
        distinct=st.sampled_from([2.0, 30.0, 900.0]),
        mean_length=st.sampled_from([1.0, 6.0]),
        date_order=st.sampled_from(["", "dmy", "ymd"]),
    ),
    max_size=24,
    unique_by=lambda item: item.name,
)


@given(items=ATTRIBUTES)
def test_whatever_the_columns_mean_and_are_called_the_draft_makes_a_valid_spec(items):
    made = draft(*items)
    assert not made.left_out.keys() & compared(made).keys()
    assert not any(item.about in ABOUT_OTHERS for item in made.evidence)
    if compared(made) and keys(made):
        spec = spec_of(made)
        assert len(spec.weighted) <= MOST_WEIGHTED
        for comparison in spec.comparisons:
            if comparison.combine:
                wanted = {level.name for level in comparison.levels}
                assert reached_levels(comparison, spec.comparisons) == wanted, "every level can be reached"
