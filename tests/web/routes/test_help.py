"""Help: complete, the same in both languages, and of invented people."""

import re

import pytest

from linkage.accounts.preferences import Preferences
from linkage.review.cases import KINDS, REVERT, State
from linkage.review.words import word
from linkage.web.views.help_page import examples

IDS = re.compile(r'id="([^"]+)"')


def shown(browser, language):
    browser.services.accounts.set_preferences(browser.name, Preferences(language=language))
    return browser.get("/bantuan").text


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_kind_is_explained_with_two_records_and_each_state_is_named(sign_in, language):
    text = shown(sign_in("ani"), language)
    for kind in (*KINDS, REVERT):
        explained = text[text.index(f'<h3 id="{kind}">') :]
        assert explained.index('<table class="example">') < explained.index("<ul>")
    for state in State:
        assert f"<li>{word('states', state, language)}</li>" in text


def test_both_languages_have_the_same_sections_and_every_link_of_the_contents_leads_to_one(sign_in):
    ani = sign_in("ani")
    told = {language: shown(ani, language) for language in ("id", "en")}
    assert IDS.findall(told["id"]) == IDS.findall(told["en"])
    for text in told.values():
        assert set(re.findall(r'href="#([^"]+)"', text)) <= set(IDS.findall(text))
        assert text.count("<li>") == told["id"].count("<li>")
        assert text.count("<dt") == told["id"].count("<dt")


def test_examples_are_masked_as_the_case_page_masks():
    for rows in examples("id").values():
        for row in rows:
            for value in (row.left, row.right):
                if row.field in ("nik", "no_kk", "no_akta_lhr") and value:
                    assert re.fullmatch(r"[0-9]{6}\*{6}[0-9]{4}", value)
                if row.field == "nama_ibu":
                    assert "*" in value
            same = row.left == row.right
            assert row.agreement in (("same", "differs") if same else ("differs", "unknown"))


def test_a_user_whose_keys_are_off_is_not_shown_any(sign_in):
    ani = sign_in("ani")
    ani.services.accounts.set_preferences("ani", Preferences(shortcuts_on=False))
    assert "<kbd>" not in ani.get("/bantuan").text
