"""What a plan may hold, how files are written and what the truth says, as Markdown tables read off the code."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from typing import Final

from benchmarks.register_page.tables import table
from linkage.synthetic import (
    ALL_DIALECTS,
    DEFAULT_DUPLICATE_SHARES,
    DEFAULT_ERROR_SHARES,
    TRUTH,
    Dialect,
    RegisterPlan,
)

_ATTRIBUTE: Final = re.compile(r"^    (\w+(?:, \w+)*): (.*(?:\n      .*)*)", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"<\w+>\S*")
_LETTERS: Final = {"upper": "", "title": "mixed case", "lower": "lower case"}


def plan_table() -> str:
    """Return every key of a plan with its value in both presets and its meaning."""
    plans = [RegisterPlan(records=1, regions=1, seed=1, preset=preset) for preset in ("default", "hard")]
    said = meanings()
    rows = []
    for item in fields(RegisterPlan):
        rate = item.name.endswith(("_rate", "_factor"))
        cells = [f"{plan.rate(item.name):g}" if rate else _usual(item.name, plan) for plan in plans]
        rows.append((f"`{item.name}`", *cells, said[item.name]))
    return table("key | > default | > hard | meaning", rows)


def meanings() -> dict[str, str]:
    """Return what the plan's documentation says of each attribute."""
    text = inspect.cleandoc(RegisterPlan.__doc__ or "")
    found = {}
    for names, words in _ATTRIBUTE.findall(text):
        for name in names.split(", "):
            found[name] = " ".join(words.replace("``", "`").split()).rstrip(".")
    return found


def dialect_table() -> str:
    """Return every dialect and how it writes."""
    rows = []
    for dialect in ALL_DIALECTS.values():
        columns = "SIAK" if dialect.siak else "plain"
        cells = (_form(dialect), columns, dialect.date, ", ".join(dialect.sexes), _rest(dialect))
        rows.append((f"`{dialect.name}`", *cells))
    return table("dialect | file | columns | dates | sexes | besides", rows)


def truth_table() -> str:
    """Return every column of the truth with its sentence."""
    says = {field.name: field.metadata[b"says"].decode() for field in TRUTH}
    return table("column | says", [(f"`{name}`", _PLACEHOLDER.sub(r"`\g<0>`", words)) for name, words in says.items()])


def shares_list() -> str:
    """Return the default shares of kinds of repeat and the default weights of kinds of error."""
    shares = ", ".join(f"`{kind}` {share:g}" for kind, share in DEFAULT_DUPLICATE_SHARES.items())
    weights = ", ".join(f"`{kind}` {weight:g}" for kind, weight in DEFAULT_ERROR_SHARES.items())
    return f"Default `duplicate_shares`: {shares}.\n\nDefault `error_shares`: {weights}."


def _usual(name: str, plan: RegisterPlan) -> str:
    value = getattr(plan, name)
    if name in ("records", "regions", "seed", "dialects", "errors_per_copy"):
        return "–"
    if name == "preset":
        return plan.preset
    return "below" if name.endswith("_shares") else str(value)


def _form(dialect: Dialect) -> str:
    if dialect.extension != "csv":
        return dialect.extension.upper() if dialect.extension == "xlsx" else "Parquet"
    mark = {"|": "pipe", ";": "semicolon", ",": "comma"}[dialect.delimiter]
    return f"CSV, {mark}, {dialect.encoding.upper()}, {'CRLF' if dialect.newline == chr(13) + chr(10) else 'LF'}"


def _rest(dialect: Dialect) -> str:
    said = {
        _LETTERS[dialect.letters]: bool(_LETTERS[dialect.letters]),
        "lower-case header": dialect.lower_header,
        "RT and RW not padded": not dialect.padded,
        "line breaks in addresses": dialect.broken_lines,
        "a blank before numbers": dialect.before_numbers == " ",
        "an apostrophe before numbers": dialect.before_numbers == "'",
        "words for codes": dialect.labels,
        "words for empty": bool(dialect.empties),
        "numbers as a spreadsheet leaves them": dialect.spreadsheet,
        "real dates and numbers in cells": dialect.typed_cells,
    }
    return ", ".join(words for words, holds in said.items() if holds) or "–"
