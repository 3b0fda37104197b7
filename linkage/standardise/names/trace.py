"""What each rule did to a name, told step by step to a steward."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib import resources

from linkage.standardise.names.draft import Draft
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.person_name import is_truncated, name_context, read_draft
from linkage.standardise.names.tokens import soft_flags


@dataclass(frozen=True)
class TraceWords:
    """One step in words: for stewards (``id``) and for others (``en``)."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class TraceStep:
    """One rule that changed something: its code, the name before and after it, and words such as "gelar dipisahkan: H".

    N15 (soft words) and N18 (cut at a column's width) change no letter. The words hold parts of the name: they are for
    who may see it, never for logs.
    """

    rule: str
    before: str
    after: str
    words: TraceWords

    def __repr__(self) -> str:
        return f"TraceStep({self.rule})"


def trace_name(
    raw: str,
    *,
    religion: int | str | None = None,
    sex: int | str | None = None,
    birth_year: int | None = None,
    culture: str | None = None,
    families: NameFamilies | None = None,
) -> tuple[TraceStep, ...]:
    """Return the rules that changed something, in order.

    The first step starts from the raw name, each other from where the step before it ended, and the last ends at the
    canonical name (empty when there is none). Arguments as in :func:`.person_name.standardise_name`.

    Raises:
        ValueError: an argument that cannot be read.
    """
    steps: list[TraceStep] = []
    told: list[str] = []

    def observe(rule: str, before: str, draft: Draft) -> None:
        taken = _taken(draft)
        new = [item for item in taken if item not in told]
        told[:] = taken
        steps.append(_step(rule, before, draft.state, new))

    context = name_context(religion=religion, sex=sex, birth_year=birth_year, culture=culture, families=families)
    draft = read_draft(raw, context, observe)
    text = draft.state
    soft = [token for token, is_soft in zip(draft.tokens, soft_flags(draft.tokens), strict=True) if is_soft]
    if soft:
        steps.append(_step("N15", text, text, soft))
    if draft.tokens and is_truncated(raw):
        steps.append(_step("N18", text, text, []))
    return tuple(steps)


def _taken(draft: Draft) -> list[str]:
    """Return all that the rules took out of the name so far."""
    order = [str(draft.birth_order)] if draft.birth_order else []
    hints = [hint for hint in (draft.father_hint, draft.mother_hint, draft.parent_hint) if hint]
    return [*draft.titles, *draft.degrees, *draft.aliases, *draft.notes, *hints, *order]


def _step(rule: str, before: str, after: str, taken: list[str]) -> TraceStep:
    if rule in ("N9", "N10", "AL", "EYD", "N11", "N12", "N13"):
        taken = _changes(before.split(), after.split())
    words = _words()[rule]
    what = ", ".join(taken) or "-"
    return TraceStep(rule, before, after, TraceWords(words["id"].format(what=what), words["en"].format(what=what)))


def _changes(before: list[str], after: list[str]) -> list[str]:
    """Return the words that differ, as "old = new"."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        f"{' '.join(before[start:end])} = {' '.join(after[new_start:new_end])}"
        for kind, start, end, new_start, new_end in matcher.get_opcodes()
        if kind != "equal"
    ]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    folder = resources.files("linkage.standardise") / "data" / "names"
    return tomllib.loads((folder / "trace_words.toml").read_text(encoding="utf-8"))
