"""A sentence without a gap is said when its template is compiled, and reads as one that is said later."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader

from linkage.web.templating import Translated

SAID = {"Ya & tidak": "Yes & no", "<b>Tebal</b>": "<b>Bold</b>", "95 %%": "95 %%", "Halo %(name)s": "Hello %(name)s"}


@pytest.fixture
def english() -> Translated:
    """Templates whose sentences stand in :data:`SAID`."""
    made = Translated(autoescape=True, extensions=["jinja2.ext.i18n"])
    made.said = SAID.__getitem__
    made.install_gettext_callables(  # type: ignore[attr-defined]
        SAID.__getitem__, lambda one, many, number: one, newstyle=True
    )
    return made


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ _('Ya & tidak') }}!", "Yes & no!"),
        ("{{ _('<b>Tebal</b>') }}", "<b>Bold</b>"),
        ("{{ _('95 %%') }}", "95 %"),
        ("{{ _('Halo %(name)s', name='<i>') }}", "Hello &lt;i&gt;"),
        ("{{ _(chosen) }}", "<b>Bold</b>"),
        ("{% macro m(text) %}[{{ text }}]{% endmacro %}{{ m(_('<b>Tebal</b>')) }}", "[<b>Bold</b>]"),
        ("{{ '<u>' ~ _('<b>Tebal</b>') }}", "&lt;u&gt;<b>Bold</b>"),
    ],
)
def test_a_sentence_reads_the_same_whenever_it_is_said(english: Translated, template: str, text: str) -> None:
    assert english.from_string(template).render(chosen="<b>Tebal</b>") == text


def test_nobody_looks_for_a_sentence_without_a_gap_while_a_page_is_made(english: Translated) -> None:
    english.loader = DictLoader({"page": "{{ _('Ya & tidak') }}"})
    made = english.get_template("page")
    english.globals.clear()
    assert made.render() == "Yes & no"
