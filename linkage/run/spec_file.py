"""A spec from a file or by name. It loads nothing that links, so that the page can read what its project says."""

from __future__ import annotations

from pathlib import Path

from linkage.errors import InputMissingError, SpecError
from linkage.spec import LinkageSpec, load_builtin_spec, parse_spec


def read_spec(name_or_path: str | Path | None) -> LinkageSpec:
    """Return a spec from a TOML file, or a built-in one by name; None is the residents spec.

    Raises:
        InputMissingError: no such file or built-in spec. SpecError: it is wrong.
    """
    if name_or_path is None:
        return load_builtin_spec()
    path = Path(name_or_path)
    if path.is_file():
        return parse_spec(text_of(path), where=path.name)
    if str(name_or_path).isidentifier():
        return load_builtin_spec(str(name_or_path))
    raise InputMissingError("no such spec", where=str(name_or_path), remedy="Give a TOML file or 'residents'")


def text_of(path: Path) -> str:
    """Return the text of a file; :class:`SpecError` where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SpecError("the file is not UTF-8", where=path.name, remedy="Save it as UTF-8") from None
