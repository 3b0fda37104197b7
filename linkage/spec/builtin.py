"""The specs that ship with the package, as TOML files in ``linkage/specs``."""

from __future__ import annotations

from importlib import resources

from linkage.errors import SpecError
from linkage.spec.linkage_spec import LinkageSpec
from linkage.spec.parsing import parse_spec


def load_builtin_spec(name: str = "residents") -> LinkageSpec:
    """Return a spec that ships with the package."""
    folder = resources.files("linkage") / "specs"
    path = folder / f"{name}.toml"
    if not path.is_file():
        raise SpecError(f"no built-in spec is called {name!r}", remedy="The built-in spec is 'residents'")
    return parse_spec(path.read_text(encoding="utf-8"), where=f"built-in spec {name}")
