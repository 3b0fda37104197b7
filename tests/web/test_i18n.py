"""The page speaks Bahasa Indonesia, and English as well: every word of it, and never half of a sentence."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment
from starlette.testclient import TestClient

from linkage.web.i18n import chosen_language, translations
from linkage.words.levels import Language

WEB = Path(str(resources.files("linkage.web")))
PLACEHOLDER = re.compile(r"%(?:\(\w+\)s|%)|%")
ENGLISH = {"and", "are", "by", "for", "is", "no", "not", "of", "or", "the", "this", "to", "was", "with", "you", "your"}
ALIKE = {"Audit", "Audit · %(office)s", "Status", "%(value)s %%", "model %(model)s", "NIK"}
OWN_LANGUAGE = {"help_en.html", "help_id.html"}
NAMES = ["tunggal", "Bahasa Indonesia", "English", "CSV", "XLSX", "JSON"]

Message = str | tuple[str, ...]


def said_by_the_page() -> set[Message]:
    """Every text that the code and the templates ask a catalogue for."""
    found = extract_from_dir(
        WEB,
        [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    return {message for _, _, message, _, _ in found}


@pytest.fixture(scope="module")
def source() -> set[Message]:
    messages = said_by_the_page()
    assert len(messages) > 400
    return messages


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (WEB / "locales" / "en" / "page.po").open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def texts(message: Message) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else message


def test_the_english_catalogue_is_complete_and_holds_nothing_else(source: set[Message], english: Catalog) -> None:
    told = {message.id for message in english if message.id}
    assert (source - told, told - source, dict(english.obsolete)) == (set(), set(), {})
    assert [message.id for message in english if message.fuzzy and message.id] == []
    assert [message.id for message in english if message.id and not all(texts(message.string))] == []


def test_each_translation_fills_in_what_the_source_does(english: Catalog) -> None:
    for message in english:
        if not message.id:
            continue
        wanted = sorted(PLACEHOLDER.findall(texts(message.id)[-1]))
        for text in texts(message.string):
            assert sorted(PLACEHOLDER.findall(text)) == wanted, message.id


def test_the_source_is_bahasa_indonesia(source: set[Message]) -> None:
    assert [text for text in source if ENGLISH & set(re.findall(r"[a-z]+", " ".join(texts(text)).lower()))] == []


def test_nothing_is_left_untranslated(english: Catalog) -> None:
    same = {message.id for message in english if message.id and texts(message.id) == texts(message.string)}
    assert same - ALIKE == set()


def test_no_text_of_a_template_goes_past_the_catalogue() -> None:
    lexer = Environment(trim_blocks=True, lstrip_blocks=True)
    left: dict[str, list[str]] = {}
    for template in sorted((WEB / "templates").glob("*.html")):
        if template.name in OWN_LANGUAGE:
            continue
        tokens = lexer.lex(template.read_text(encoding="utf-8"))
        data = "".join(text if kind == "data" else "\0" for _, kind, text in tokens if kind in ("data", "block_begin"))
        shown = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"\0]*[^\W\d_][^"\0]*)"', data)
        plain = re.sub(r"\bdata-key=\"|\baria-keyshortcuts=\"", "", re.sub(r"<[^>]*>", " ", data.replace("\0", "")))
        for name in NAMES:
            plain = plain.replace(name, "")
        left[template.name] = shown + re.findall(r"[^\W\d_]{2,}", plain)
    assert {name: words for name, words in left.items() if words} == {}


def test_the_catalogue_is_kept_as_text_alone() -> None:
    assert [path for path in WEB.rglob("*") if path.suffix in (".mo", ".pot")] == []


def test_one_and_several_are_told_apart_in_english_only() -> None:
    one, many = ("%(num)s kasus ditemukan", "%(num)s kasus ditemukan")
    assert [translations("en").ngettext(one, many, count) for count in (0, 1, 2)] == [
        "%(num)s cases found",
        "%(num)s case found",
        "%(num)s cases found",
    ]
    assert translations("id").ngettext(one, many, 1) == one


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, "", "id"),
        (None, "id-ID,id;q=0.9,en;q=0.8", "id"),
        (None, "en-US,en;q=0.9,id;q=0.8", "en"),
        (None, "nl,de;q=0.7,en;q=0.3", "en"),
        (None, "nl,de", "id"),
        (None, "en;q=0.2, id;q=0.9", "id"),
        (None, "id;q=0.2,en;q=0.9", "en"),
        (None, "en;q=hoch,id;q=0.1", "id"),
        (None, "en;q=" + "9" * 500, "en"),
        (None, "*", "id"),
        (None, ";;,,q=1", "id"),
        ("id", "en-GB", "id"),
        ("en", "id-ID", "en"),
        ("nl", "en-GB", "en"),
        ("<script>", "", "id"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_browsers_else_indonesian(
    wanted: str | None, accepted: str, language: Language
) -> None:
    assert chosen_language(wanted, accepted) == language


@pytest.mark.parametrize(
    ("path", "accepted", "language", "heading"),
    [
        ("/masuk", "", "id", "Masuk"),
        ("/masuk", "en-GB", "en", "Sign in"),
        ("/masuk?bahasa=en", "id-ID", "en", "Sign in"),
        ("/masuk?bahasa=id", "en-GB", "id", "Masuk"),
        ("/tidak-ada", "en-GB", "en", "There is no such page"),
        ("/tidak-ada", "", "id", "Halaman ini tidak ada"),
    ],
)
def test_who_is_not_signed_in_reads_it_so(
    anonymous: TestClient, path: str, accepted: str, language: str, heading: str
) -> None:
    answer = anonymous.get(path, headers={"accept-language": accepted})
    assert f"<h1>{heading}</h1>" in answer.text
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language
