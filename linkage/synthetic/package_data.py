"""The package's own tables: names, places, errors."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_data(name: str) -> dict[str, Any]:
    """Return one TOML file of the package's own data."""
    text = (resources.files("linkage.synthetic") / "data" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)
