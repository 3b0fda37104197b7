"""What was noticed about two names, in words: the bits of a judgement told in Indonesian and in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from linkage.standardise.names import judgement


@dataclass(frozen=True)
class Reason:
    """One thing that was noticed about two names: a stable code, and its words for a steward (id) and others (en)."""

    code: str
    id: str
    en: str

    def __str__(self) -> str:
        return self.id


def reasons_of(bits: int) -> tuple[Reason, ...]:
    """Return the words of the bits of a judgement, what speaks for one name first; none says that all is equal."""
    return tuple(reason for bit, reason in _by_bit().items() if bits & bit)


@cache
def _by_bit() -> Mapping[int, Reason]:
    text = (resources.files("linkage.standardise") / "data" / "names" / "reasons.toml").read_text(encoding="utf-8")
    words = tomllib.loads(text)
    return {getattr(judgement, code): Reason(code, item["id"], item["en"]) for code, item in words.items()}
