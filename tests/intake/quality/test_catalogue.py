"""The catalogue of rules: complete, in two languages, and in the guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkage.intake.quality import SEVERITIES, Rule, rule_catalogue, severity_of
from linkage.intake.reasons import HINTS

PACKAGE = Path(__file__).resolve().parents[3] / "linkage" / "intake" / "quality"
GUIDE = PACKAGE.parents[2] / "docs" / "guide" / "quality.md"


@pytest.mark.parametrize("rule", rule_catalogue().values(), ids=lambda rule: rule.code)
def test_a_rule_says_what_is_wrong_and_what_to_do_in_two_languages(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    assert severity_of(rule.code) == rule.severity
    for sentences in (rule.wrong, rule.remedy):
        assert set(sentences) == {"id", "en"}
        assert all(text.endswith(".") and len(text) > 5 for text in sentences.values())
    assert rule.source


def test_every_reject_code_of_a_row_is_a_rule_and_the_other_way_round() -> None:
    assert {rule.code for rule in rule_catalogue().values() if rule.severity == "reject"} == set(HINTS)


def test_an_unknown_code_is_that_of_something_refused() -> None:
    assert severity_of("NO_SUCH_CODE") == "reject"


def test_the_code_knows_every_rule_and_no_other() -> None:
    said = {
        code
        for path in PACKAGE.glob("*.py")
        for code in re.findall(r'"([A-Z]{2,}(?:_[A-Z]+)+)"', path.read_text(encoding="utf-8"))
    }
    assert said == {rule.code for rule in rule_catalogue().values() if rule.severity != "reject"}


def test_the_guide_explains_every_rule_as_the_catalogue_does() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GUIDE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `") and line.count("|") == 5
    ]
    told = {code.strip("`"): (severity, wrong, remedy) for code, severity, wrong, remedy in rows}
    assert told == {
        rule.code: (rule.severity, *(f"{text['en']} *{text['id']}*" for text in (rule.wrong, rule.remedy)))
        for rule in rule_catalogue().values()
    }
