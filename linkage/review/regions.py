"""What regions are called where people read of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from linkage.review.people import is_scope
from linkage.standardise.regions.table import region_table
from linkage.words.levels import Language

_CENTRE: Final[Mapping[Language, str]] = {"id": "Pusat", "en": "The centre"}
_PROVINCE: Final[Mapping[Language, str]] = {"id": "Provinsi {}", "en": "{} Province"}
_OFFICE: Final[Mapping[Language, str]] = {"id": "Disdukcapil {}", "en": "the office of {}"}


def region_name(code: str, language: Language = "id") -> str:
    """Return the name of a province (2 digits), regency or city (4), or for "" of the centre.

    Names are those of the official list in both languages, of a retired code that of its successor. A code that the
    list does not know is returned as it is.
    """
    if not code:
        return _CENTRE[language]
    if not is_scope(code):
        return code
    table = region_table()
    province, regency = table.provinces.get(int(code)), table.regencies.get(int(code))
    if province is not None:
        return _PROVINCE[language].format(province.name)
    return (regency.name if regency is not None else "") or code


def office_name(code: str, language: Language = "id") -> str:
    """Return how the office of a region is called within a sentence."""
    name = region_name(code, language)
    return _OFFICE[language].format(name) if code else name[0].lower() + name[1:]
