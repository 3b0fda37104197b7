"""Raw text to standard values: names, dates, NIK, places, addresses, regions.

What people call by hand is reached from here: ``compare_names`` for two names, ``compare_name_columns`` for columns of
them, ``standardise_name`` and ``trace_name`` for one. Looked up at first use: importing the package stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkage.standardise.names.agreement import (
        NameAgreement,
        NameAgreements,
        compare_name_columns,
        compare_names,
    )
    from linkage.standardise.names.person_name import StandardName, standardise_name
    from linkage.standardise.names.trace import trace_name

_HOME = {
    "NameAgreement": "agreement",
    "NameAgreements": "agreement",
    "StandardName": "person_name",
    "compare_name_columns": "agreement",
    "compare_names": "agreement",
    "standardise_name": "person_name",
    "trace_name": "trace",
}

__all__ = [
    "NameAgreement",
    "NameAgreements",
    "StandardName",
    "compare_name_columns",
    "compare_names",
    "standardise_name",
    "trace_name",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'linkage.standardise' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"linkage.standardise.names.{_HOME[name]}"), name)
