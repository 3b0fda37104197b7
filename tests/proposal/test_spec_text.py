"""A proposed spec is written as TOML that reads back as the same spec, whatever stands in its names and comments."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.proposal.spec_text import Comments, comment_lines, spec_text
from linkage.spec import parse_spec
from tests.proposal.strategies import TEXTS, specs
from tests.spec.small_spec import SMALL

NOTHING = Comments()


@settings(max_examples=100)
@given(spec=specs(), data=st.data())
def test_whatever_the_spec_and_the_comments_the_text_reads_back_as_the_same_spec(spec, data):
    def told(items):
        return data.draw(st.dictionaries(st.sampled_from([item.name for item in items]), st.lists(TEXTS, max_size=2)))

    comments = Comments(
        head=data.draw(st.lists(TEXTS, max_size=2)),
        settings=data.draw(st.lists(TEXTS, max_size=2)),
        fields=told(spec.fields),
        comparisons=told(spec.comparisons),
        blocking=data.draw(st.lists(TEXTS, max_size=2)),
        rules=told(spec.rules),
    )
    assert parse_spec(spec_text(spec, comments)) == spec


@given(sentences=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), max_size=3))
def test_a_comment_never_leaves_its_line_and_never_loses_a_word(sentences):
    lines = comment_lines(sentences)
    assert all(line.startswith("# ") and len(line) <= 110 for line in lines)
    assert tomllib.loads("\n".join(lines)) == {}
    kept = "".join("".join(line.removeprefix("# ") for line in lines).split())
    control = [*map(chr, range(32)), "\x7f"]
    expected = "".join(letter for sentence in sentences for letter in sentence if letter not in control)
    assert kept == "".join(expected.split())


@pytest.mark.parametrize(
    "breaking",
    ["\n[[field]]\nname = 'x'\n", "\r\nlink_threshold = 0.1", "\x00", "\x1b[2J", "\x85name = 1", "\u2028prior = 0.9"],
)
def test_a_header_with_line_ends_or_control_characters_cannot_break_out_of_a_comment(breaking):
    spec = parse_spec(SMALL)
    sentence = f"column {breaking} of the file"
    comments = Comments([sentence], [sentence], {"name": [sentence]}, {"name": [sentence]}, [sentence])
    assert parse_spec(spec_text(spec, comments)) == spec


def test_a_comment_stands_above_what_it_explains():
    comments = Comments(
        head=["Of the file."],
        settings=["Of the thresholds."],
        fields={"born": ["Of the field."]},
        comparisons={"origin": ["Of the comparison."]},
        blocking=["Of blocking."],
        rules={"same day": ["Of the rule."]},
    )
    lines = spec_text(parse_spec(SMALL), comments).splitlines()
    below = {line: lines[place + 1 : place + 3] for place, line in enumerate(lines) if line.startswith("# Of")}
    assert lines[0] == "# Of the file."
    assert below["# Of the thresholds."][0] == "link_threshold = 0.6"
    assert below["# Of the field."] == ["[[field]]", 'name = "born"']
    assert below["# Of the comparison."] == ["[[comparison]]", 'name = "origin"']
    assert below["# Of blocking."] == ["", "# Of the rule."]
    assert below["# Of the rule."] == ["[[rule]]", 'name = "same day"']


def test_a_long_comment_is_wrapped_between_words():
    first, *more = comment_lines([" ".join(["word"] * 60)])
    assert 100 < len(first) <= 110
    assert more
    assert all(line.startswith("# word") and line.endswith("word") for line in (first, *more))


def test_what_holds_its_default_is_left_out_but_for_the_two_thresholds():
    spec = parse_spec(SMALL)
    text = spec_text(spec, NOTHING)
    assert "link_threshold = 0.6\nreview_threshold = 0.01\n" in text
    for key in ("case_threshold", "survive_probability", "shared_nik_weight", "prior", "model", "keep", "date_order"):
        assert key not in text
    assert 'name = "town"\nkind = "text"\n\n' in text, "a field's own name is its column"


def test_a_level_reads_as_a_person_would_write_it():
    text = spec_text(parse_spec(SMALL), NOTHING)
    assert 'levels = ["equal", { name = "close", relations = ["phonetic", "partial"] }]' in text
    assert '    { name = "both", when = [{ born = "equal", town = ["equal", "close"] }] },' in text


@pytest.mark.parametrize("text", [SMALL, (resources.files("linkage") / "specs" / "residents.toml").read_text("utf-8")])
def test_specs_written_by_hand_survive(text):
    spec = parse_spec(text)
    again = parse_spec(spec_text(spec, NOTHING))
    assert again == spec
    assert again.digest() == spec.digest()


def test_a_sorted_neighbourhood_is_written_as_its_order_and_its_window():
    rule = '[[rule]]\nname = "neighbours"\nsort = ["name", "born"]\nwindow = 7\n'
    spec = parse_spec(SMALL.rstrip() + "\n\n" + rule)
    text = spec_text(spec, NOTHING)
    assert rule in text
    assert parse_spec(text) == spec
