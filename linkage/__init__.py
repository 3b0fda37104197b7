"""Record linkage and deduplication for resident registers.

The public names are few: :func:`dedupe` and :func:`link` for files and frames, :class:`LinkageSpec` for what to link
and how, :class:`LinkageResult` for what comes back, :func:`with_clusters` to put cluster ids beside one's own rows,
:class:`LinkageError` as the root of all errors. Importing the package opens nothing and loads nothing heavy; names are
looked up when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkage.errors import LinkageError
    from linkage.interop.frames.results import with_clusters
    from linkage.run.one_off import LinkageResult, dedupe, link
    from linkage.spec import LinkageSpec, load_builtin_spec, parse_spec

__all__ = [
    "LinkageError",
    "LinkageResult",
    "LinkageSpec",
    "dedupe",
    "link",
    "load_builtin_spec",
    "parse_spec",
    "with_clusters",
]

_HOME = {
    "LinkageError": "linkage.errors",
    "LinkageResult": "linkage.run.one_off",
    "LinkageSpec": "linkage.spec",
    "dedupe": "linkage.run.one_off",
    "link": "linkage.run.one_off",
    "load_builtin_spec": "linkage.spec",
    "parse_spec": "linkage.spec",
    "with_clusters": "linkage.interop.frames.results",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'linkage' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
