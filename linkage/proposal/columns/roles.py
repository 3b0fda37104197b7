"""What a column of people data can be, and whose it can be: two closed lists."""

from __future__ import annotations

from typing import Final

ROLES: Final = (
    "record_id", "source", "full_name", "given_name", "middle_name", "surname", "name_affix", "other_name",
    "parent_name", "birth_date", "birth_year", "birth_month", "birth_day", "event_date", "age", "sex", "identifier",
    "phone", "email", "address", "street", "house_number", "unit", "place", "region", "postcode", "country", "category",
    "number", "text", "noise",
)  # fmt: skip
"""Every column has one. ``name_affix``: a title or suffix; ``other_name``: maiden name, alias, reading in another
script; ``event_date``: any date but the birth's; ``unit``: flat, block, post box, neighbourhood unit; ``place``: city,
village, suburb; ``region``: state, province, county; ``noise``: constant, empty, truth of a test, number of a row."""

ABOUT_PERSON: Final = (
    "", "mother", "father", "parent", "guardian", "spouse", "birth", "mailing", "previous", "work", "second",
)  # fmt: skip
"""Still evidence on who the person is: the person, relatives that stay, and further places and numbers of its own."""

ABOUT_OTHERS: Final = (
    "household", "child", "emergency", "employer", "school", "organisation", "officer", "reference",
    "account", "document",
)  # fmt: skip
"""Says little about who the person is: shared by many, or of somebody who changes."""

ABOUT: Final = ABOUT_PERSON + ABOUT_OTHERS

NAME_ROLES: Final = ("full_name", "given_name", "middle_name", "surname", "other_name", "parent_name")
PARENTS: Final = ("mother", "father", "parent", "guardian")
"""Whoever is one of these has a name of role ``parent_name``."""
