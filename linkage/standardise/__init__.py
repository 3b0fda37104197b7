"""Raw text to standard values: names, dates, NIK, places, addresses, regions.

The name agreement is reached from here: ``linkage.standardise.compare_names`` for two names,
``compare_name_columns`` for columns of them. Looked up at first use, so that importing the package stays cheap.
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

__all__ = ["NameAgreement", "NameAgreements", "compare_name_columns", "compare_names"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'linkage.standardise' has no attribute {name!r}")
    from linkage.standardise.names import agreement

    return getattr(agreement, name)
