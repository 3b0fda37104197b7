"""A plan from a TOML file: one key per attribute of ``RegisterPlan``."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from linkage.errors import InputMissingError, UsageError
from linkage.synthetic.kinds import DEFAULT_DUPLICATE_SHARES, DEFAULT_ERROR_SHARES
from linkage.synthetic.plan import RegisterPlan

_FEWEST_REGIONS: Final = 5
_MOST_REGIONS: Final = 514
_RECORDS_PER_REGION: Final = 200_000
_SHARES: Final = {"duplicate_shares": DEFAULT_DUPLICATE_SHARES, "error_shares": DEFAULT_ERROR_SHARES}
_KNOWN: Final = frozenset(item.name for item in fields(RegisterPlan))
_NAMES: Final = ("preset", "name_tables", "region_part")
_WHOLE: Final = ("records", "regions", "seed", "nights")


def read_plan(path: Path | None, **given: Any) -> RegisterPlan:
    """Return the plan that a file describes; ``given`` wins where it is not None. Without a file only that counts.

    Regions default to 5, or one for each 200,000 records if that is more, the seed to 1. Shares are tables
    (``[error_shares]``); kinds they do not name keep their default weight.

    Raises:
        InputMissingError: there is no such file.
        UsageError: it is no TOML in UTF-8, has a key that is no attribute, or describes a plan that cannot be made.
    """
    data: dict[str, Any] = {}
    if path is not None:
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputMissingError("no such plan", where=str(path)) from None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError("the plan is not TOML in UTF-8", where=path.name, remedy=str(error)) from None
    return plan_of({**data, **{name: value for name, value in given.items() if value is not None}})


def plan_of(data: Mapping[str, Any]) -> RegisterPlan:
    """Return the plan with these attributes, as TOML gives them.

    Raises:
        UsageError: see :func:`read_plan`.
    """
    if unknown := sorted(set(data) - _KNOWN):
        raise UsageError(
            f"the plan has unknown keys: {', '.join(unknown)}", remedy=f"Known: {', '.join(sorted(_KNOWN))}"
        )
    if "records" not in data:
        raise UsageError("nothing says how many records", remedy="Give --records, or records in the plan")
    _check_type("records", data["records"])
    usual = min(max(_FEWEST_REGIONS, data["records"] // _RECORDS_PER_REGION), _MOST_REGIONS)
    values = {"regions": usual, "seed": 1, **data}
    for name, value in values.items():
        _check_type(name, value)
    for name, shares in _SHARES.items():
        values[name] = {**shares, **values.get(name, {})}
    lists = {name: tuple(values.get(name, ())) for name in ("dialects", "errors_per_copy")}
    return RegisterPlan(**{**values, **lists})


def _check_type(name: str, value: Any) -> None:
    if name in _SHARES:
        right = isinstance(value, Mapping) and all(map(_is_number, value.values()))
        wanted = "a table of numbers"
    elif name == "cut_off":
        right, wanted = isinstance(value, dt.date) and not isinstance(value, dt.datetime), "a date"
    elif name == "dialects":
        right, wanted = (
            isinstance(value, list | tuple) and all(isinstance(item, str) for item in value),
            "a list of names",
        )
    elif name == "errors_per_copy":
        right, wanted = isinstance(value, list | tuple) and all(map(_is_number, value)), "a list of numbers"
    elif name in _NAMES:
        right, wanted = isinstance(value, str), "a name"
    elif name in _WHOLE:
        right, wanted = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    else:
        right, wanted = _is_number(value), "a number"
    if not right:
        raise UsageError(f"{name} must be {wanted}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
