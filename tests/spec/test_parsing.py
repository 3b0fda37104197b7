"""Whatever is written in the TOML of a spec gives a valid spec or an error that says what and where."""

from __future__ import annotations

import copy
import json
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import SpecError
from linkage.spec import LinkageSpec, OlderRegion, parse_spec, spec_from_dict
from linkage.spec.parsing import build_spec
from tests.spec.small_spec import SMALL, written


def test_a_spec_reads_as_it_is_written():
    spec = parse_spec(SMALL)
    assert spec.field_names == ("name", "born", "town", "height")
    assert spec.field("name").columns == ("full_name", "name")
    assert spec.field("born").columns == ("born",), "a field's own name is its column unless it lists others"
    assert [item.name for item in spec.weighted] == ["name", "origin", "height"]
    assert spec.comparison("name").level_names == ("missing", "different", "close", "equal")
    assert spec.comparison("name").level_code("close") == 2
    assert spec.rules[0].cap == 100
    assert (spec.link_threshold, spec.review_threshold, spec.survive_probability) == (0.6, 0.01, 0.001)
    assert spec.effective_case_threshold == 0.6, "the case threshold is the link threshold unless set"
    assert parse_spec("case_threshold = 0.9\n" + SMALL).effective_case_threshold == 0.9
    assert spec.older_regions == (OlderRegion(7320, 7605, "Majene"),)


UNKNOWN = [
    ("kind of field", ('kind = "text"', 'kind = "txt"'), "field town: unknown kind 'txt'. Known: person_name, text"),
    ("kernel", ('kernel = "jaro_winkler"', 'kernel = "jw"'), "comparison town: unknown kernel 'jw'. Known: equal"),
    ("field in a comparison", ('field = "town"', 'field = "city"'), "comparison town: unknown field 'city'"),
    ("field in a rule", ('keys = ["born",', 'keys = ["birth",'), "rule same day: unknown field 'birth'"),
    ("field to refine on", ('refine = ["town"]', 'refine = ["city"]'), "rule same day, refine: unknown field 'city'"),
    ("key form", ('"name.first"', '"name.soundex"'), "rule same day, key name.soundex: unknown key form 'soundex'"),
    ("relation", ('["equal", "year"]', '["equal", "decade"]'), "level decade: unknown relation 'decade'"),
    ("part", ('combine = ["born", "town"]', 'combine = ["born", "name"]'), "comparison origin: unknown part"),
    ("part in when", ('when = [{ born = "equal",', 'when = [{ birth = "equal",'), "level both: unknown part 'birth'"),
    ("level in when", ('{ born = "equal",', '{ born = "exact",'), "part born: unknown level 'exact'"),
    ("level in missing_when", ('[{ town = "missing" }]', '[{ town = "absent" }]'), "part town: unknown level 'absent'"),
    ("key at the top", ('name = "members"', 'title = "members"'), "unknown key 'title'"),
    ("key of a field", ("required = true", "mandatory = true"), "field name: unknown key 'mandatory'"),
    ("key of a comparison", ("term_frequency = true", "tf = true"), "comparison name: unknown key 'tf'"),
    ("key of a level", ("at_least = 0.9", "minimum = 0.9"), "comparison town: unknown key 'minimum'"),
    ("key of a rule", ("cap = 100", "limit = 100"), "rule same day: unknown key 'limit'"),
]


@pytest.mark.parametrize(("change", "says"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_an_unknown_word_is_refused_with_its_place_and_the_known_ones(change, says):
    with pytest.raises(SpecError) as caught:
        parse_spec(written(change), where="members.toml")
    message = str(caught.value)
    assert message.startswith("members.toml, ")
    assert says in message
    assert "Known: " in message


WRONG = [
    (("link_threshold = 0.6", "link_threshold = 1.0"), "link_threshold must lie between 0 and 1"),
    (("link_threshold = 0.6", "link_threshold = nan"), "link_threshold must lie between 0 and 1"),
    (("link_threshold = 0.6", 'link_threshold = "high"'), "link_threshold must be a float, not str"),
    (("link_threshold = 0.6", "link_threshold = true"), "link_threshold must be a float, not bool"),
    (("link_threshold = 0.6", "review_threshold = 0.7"), "review_threshold must not exceed link_threshold"),
    (("link_threshold = 0.6", "case_threshold = 2"), "case_threshold must lie between 0 and 1"),
    (("link_threshold = 0.6", "prior = 1.5"), "prior must lie between 0 and 1"),
    (("link_threshold = 0.6", "shared_nik_weight = inf"), "shared_nik_weight must be a number"),
    (("link_threshold = 0.6", "shared_nik_weight = " + "9" * 400), "a number is too large"),
    (("link_threshold = 0.6", "guard_weights = { twin = 3 }"), "must not be positive"),
    (("link_threshold = 0.6", "guard_weights = { twin = nan }"), "twin must be a number"),
    (("link_threshold = 0.6", "guard_weights = -3"), "guard_weights must be a table"),
    (("link_threshold = 0.6", "guard_weights = { cousin = -3 }"), "unknown key 'cousin'"),
    (("link_threshold = 0.6", "guard_weights = { twin = { alike = -3 } }"), "guard_weights, twin: unknown key 'alike'"),
    (("link_threshold = 0.6", "guard_weights.twin.similar = { other = 0.1 }"), "must not be positive"),
    (("link_threshold = 0.6", "guard_weights.twin.similar.typo = { other = 0.1 }"), "twin must be a number"),
    (("link_threshold = 0.6", "guard_weights.twin.other.near = -3"), "twin, other: unknown key 'near'"),
    (("required = true", 'required = "no"'), "field name: required must be true or false"),
    (('name = "town"\nkind', 'name = "born"\nkind'), "two fields are called 'born'"),
    (('kind = "text"', ""), "field town: kind must be a text"),
    (('columns = ["full_name", "name"]', 'columns = "name"'), "columns must be a list of texts"),
    (("term_frequency = true", "term_frequency = 1"), "term_frequency must be true or false"),
    (('["equal", "year"]', '"equal"'), "comparison born: levels must be a list"),
    (('["equal", "year"]', "[]"), "a comparison needs at least one level"),
    (('["equal", "year"]', "[1]"), "a level is a name or a table"),
    (('["equal", "year"]', '["equal", "equal"]'), "two levels are called 'equal'"),
    (('["equal", "year"]', '["equal", "missing"]'), "two levels are called 'missing'"),
    (("at_least = 0.9", 'at_least = "0.9"'), "at_least must be a number"),
    (("at_least = 0.9", "at_least = 90"), "at_least must be above 0 and at most 1"),
    (("at_least = 0.9", "at_most = 1"), "kernel jaro_winkler takes at_least, not at_most"),
    (("at_most = 3", "at_least = 0.5"), "kernel number_distance takes at_most, not at_least"),
    (("at_most = 3", "at_most = -1"), "at_most must be at least 0"),
    (('[{ name = "equal" }, { name = "near", at_most = 3 }]', '[{ name = "near", at_most = 3 }, "equal"]'), "reached"),
    (('{ name = "close", at_least = 0.9 }', '{ name = "close" }'), "level close: levels stand best first"),
    (('["equal", "year"]', '[{ name = "equal", at_least = 1 }]'), "kernel date takes relations, not thresholds"),
    (('["equal", "year"]', '[{ name = "equal", when = [{ a = "b" }] }]'), "'when' belongs to combined comparisons"),
    (('kernel = "date"', 'kernel = "nik"'), "kernel nik does not fit a field of kind date"),
    (('kernel = "jaro_winkler"', 'kernel = "number_distance"'), "kernel number_distance does not fit"),
    (('field = "height"\nkernel = "number_distance"', 'field = "height"\nkernel = "token_overlap"'), "does not fit"),
    (('kernel = "name"', 'kernel = "name"\ndefault_dates = true'), "default_dates belongs to the kernel 'date'"),
    (('kernel = "name"', 'kernel = "name"\nmissing_when = [{ a = "b" }]'), "belongs to combined comparisons"),
    (("m = [0.8, 0.1, 0.1]", "m = [0.8, 0.2]"), "m needs 3 positive numbers that sum to 1"),
    (("m = [0.8, 0.1, 0.1]", "m = [0.8, 0.1, 0.2]"), "m needs 3 positive numbers that sum to 1"),
    (("m = [0.8, 0.1, 0.1]", "m = [1.0, 0.0, 0.0]"), "m needs 3 positive numbers that sum to 1"),
    (("m = [0.8, 0.1, 0.1]", 'm = ["a", "b", "c"]'), "m must be a number"),
    (("m = [0.8, 0.1, 0.1]", "m = 0.8"), "m must be a list"),
    (('combine = ["born", "town"]', ""), "name either a field (with a kernel) or the parts to combine"),
    (('combine = ["born", "town"]', 'combine = ["born", "town"]\nterm_frequency = true'), "needs a comparison of one"),
    (('when = [{ born = "equal", town = ["equal", "close"] }]', 'when = "equal"'), "when must be a list"),
    (('when = [{ born = "equal", town = ["equal", "close"] }]', "when = [1]"), "when lists tables"),
    (('when = [{ born = "equal", town = ["equal", "close"] }]', "when = [{}]"), "when lists tables"),
    (
        ('when = [{ born = "equal", town = ["equal", "close"] }]', "when = [{ born = 1 }]"),
        "born must be a list of text",
    ),
    (('when = [{ born = "equal", town = ["equal", "close"] }]', "at_least = 0.9"), "level both needs 'when'"),
    (("cap = 100", "cap = 1"), "cap must be a whole number of at least 2"),
    (("cap = 100", "cap = 2.5"), "cap must be a whole number of at least 2"),
    (('keys = ["born", "name.first"]', ""), "a rule needs keys"),
    (('code = "7320"', 'code = "73.20"'), "older_regions 73.20: code must be a regency code of four digits"),
    (('code = "7320"', "code = true"), "code must be a regency code of four digits"),
    (('code = "7320"', ""), "code must be a regency code of four digits"),
    (('code = "7320"', 'code = "0720"'), "does not begin with 0"),
    (('code = "7320"', 'code = "7605"'), "a code cannot replace itself"),
    (("newest = 7605", 'newest = "760"'), "newest must be a regency code of four digits"),
    (('name = "Majene"', "name = 1"), "name must be a text"),
    (('name = "Majene"', 'since = "2004"'), "unknown key 'since'"),
    (('name = "Majene"', '[[older_regions]]\ncode = "7320"\nnewest = "7604"'), "this code is given twice"),
    (("[[older_regions]]", "[older_regions]"), "under its own [[older_regions]] heading"),
    (("[[rule]]", "[rule]"), "write each rule under its own [[rule]] heading"),
    (("[[rule]]", "[[rule]"), "not valid TOML"),
]


@pytest.mark.parametrize(("change", "says"), WRONG, ids=[f"{new} in {old}" for (old, new), _ in WRONG])
def test_a_wrong_value_is_refused_with_a_sentence(change, says):
    with pytest.raises(SpecError) as caught:
        parse_spec(written(change), where="members.toml")
    assert says in str(caught.value)
    assert str(caught.value).startswith("members.toml")


@pytest.mark.parametrize("label", ["field", "comparison", "rule"])
def test_a_spec_without_fields_comparisons_or_rules_is_refused(label):
    kept = re.split(r"\n(?=\[\[)", SMALL)
    text = "\n".join(part for part in kept if not part.startswith(f"[[{label}]]"))
    with pytest.raises(SpecError, match=f"the spec has no {label}"):
        parse_spec(text)


def test_at_most_64_rules_fit_the_bit_mask():
    rules = "".join(f'\n[[rule]]\nname = "r{number}"\nkeys = ["born"]\n' for number in range(63))
    assert len(parse_spec(SMALL + rules).rules) == 64
    with pytest.raises(SpecError, match="65 rules"):
        parse_spec(SMALL + rules + '\n[[rule]]\nname = "one too many"\nkeys = ["born"]\n')


def test_at_most_16_weighted_comparisons_fit_a_pattern_and_parts_do_not_count():
    def comparison(number: int, part: str = "") -> str:
        return f'\n[[comparison]]\nname = "c{number}"\nfield = "town"\nkernel = "equal"\nlevels = ["equal"]\n{part}\n'

    more = "".join(map(comparison, range(13)))  # SMALL has three with a weight, and two parts
    assert len(parse_spec(SMALL + more).weighted) == 16
    assert len(parse_spec(SMALL + more + comparison(13, "part = true")).weighted) == 16
    with pytest.raises(SpecError, match=r"17 comparisons carry a weight; at most 16 .*\. Combine those"):
        parse_spec(SMALL + more + comparison(13))


def test_a_rule_without_keys_says_so_with_an_empty_list():
    assert parse_spec(written(('keys = ["born", "name.first"]', "keys = []"))).rules[0].keys == ()
    with pytest.raises(SpecError, match="An empty list compares every record with every other"):
        parse_spec(written(('keys = ["born", "name.first"]', "")))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["equal", "name", "born", "", "x"])
NESTED = st.lists(PLAIN, max_size=3) | st.dictionaries(st.sampled_from(["name", "born", "x"]), PLAIN)
ANYTHING = PLAIN | NESTED | st.lists(NESTED, max_size=2)


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The path of every value in nested tables and lists."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in [(*path, key), *places(item, (*path, key))]]
    if isinstance(value, list):
        return [found for key, item in enumerate(value) for found in [(*path, key), *places(item, (*path, key))]]
    return []


PLACES = places(tomllib.loads(SMALL))


@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_whatever_stands_in_one_place_gives_a_valid_spec_or_a_spec_error(place, value):
    data = copy.deepcopy(tomllib.loads(SMALL))
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        spec = build_spec(data).validate()
    except (SpecError, OverflowError):  # parse_spec turns the latter into the former
        return
    assert isinstance(spec, LinkageSpec)
    assert spec_from_dict(json.loads(json.dumps(spec.to_dict()))).digest() == spec.digest()


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "a = " + "9" * 5_000, "a = "], ids=["nested", "digits", "cut"])
def test_text_that_no_parser_takes_is_a_spec_error(text: str) -> None:
    with pytest.raises(SpecError, match="not valid TOML"):
        parse_spec(text)
