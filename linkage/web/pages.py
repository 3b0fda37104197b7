"""Templates to responses: the words, numbers and times of a visitor's language, and what every page has around it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache, partial
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from fastapi import Request
from jinja2 import PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from linkage.accounts.sessions import Visitor
from linkage.review.people import Role
from linkage.review.refusals import refusal
from linkage.review.regions import region_name
from linkage.review.words import word
from linkage.web.i18n import chosen_language, translations
from linkage.web.templating import Translated
from linkage.web.visiting import form_token
from linkage.words.levels import Language

ZONES: Final = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
"""The time zones of Indonesia, and what people call them."""

_LOCALES: Final = {"id": "id_ID", "en": "en_GB"}


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page in the visitor's language; ``context`` is what the template names."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    language = language_of(request, visitor)
    text = environment(language).get_template(template).render(
        **around(request, visitor, language), **context
    )  # fmt: skip
    return HTMLResponse(text, status, headers={"Content-Language": language})


def around(request: Request, visitor: Visitor | None, language: Language) -> dict[str, Any]:
    """Return what every template may use beside its own: who asks, tokens, and how things are written."""
    zone = visitor.preferences.time_zone if visitor else "Asia/Jakarta"
    return {
        "visitor": visitor,
        "roles": visitor.user.roles if visitor else frozenset(),
        "Role": Role,
        "csrf": form_token(visitor) if visitor else "",
        "nonce": request.state.nonce,
        "path": request.url.path,
        "language": language,
        "trial": request.app.state.services.settings.trial,
        "moment": partial(moment, language=language, zone=zone),
        "day": partial(day, language=language, zone=zone),
        "number": partial(number, language=language),
        "word": partial(_word, language=language),
        "refusal": partial(refusal, language=language),
        "office": partial(_office, language=language),
    }


def language_of(request: Request, visitor: Visitor | None) -> Language:
    """Return the language to answer in: the visitor's own, else the one asked for or the browser's."""
    if visitor is not None:
        return "en" if visitor.preferences.language == "en" else "id"
    return chosen_language(request.query_params.get("bahasa"), request.headers.get("accept-language", ""))


@cache
def environment(language: Language) -> Translated:
    """Return the templates in a language. Everything is escaped; a name that is not given is an error."""
    made = Translated(
        loader=PackageLoader("linkage.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translations(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.said = catalogue.gettext
    made.globals["static"] = static_path
    return made


@cache
def static_path(name: str) -> str:
    """Return the path of a file of the page; it changes with the content, so that browsers may keep it for ever."""
    content = resources.files("linkage.web").joinpath("static", name).read_bytes()
    stem, _, kind = name.rpartition(".")
    return f"/static/{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{kind}"


def moment(at: datetime, *, language: Language, zone: str) -> str:
    """Return an instant to the minute, as ``17 Agustus 2026 09.30 WIB``."""
    told = format_datetime(at.astimezone(ZoneInfo(zone)), "d MMMM y HH.mm", locale=_LOCALES[language])
    return f"{told} {ZONES[zone]}"


def day(at: datetime | date, *, language: Language, zone: str) -> str:
    """Return a day, as ``17 Agustus 2026``; an instant's day is that of the zone."""
    own = at.astimezone(ZoneInfo(zone)).date() if isinstance(at, datetime) else at
    return format_date(own, "d MMMM y", locale=_LOCALES[language])


def number(value: float, *, language: Language, decimals: int = 0) -> str:
    """Return a number as the language writes it."""
    form = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, form, locale=_LOCALES[language])


def _word(table: str, code: str, *, language: Language) -> str:
    return word(table, code, language)


def _office(code: str, *, language: Language) -> str:
    return region_name(code, language)
