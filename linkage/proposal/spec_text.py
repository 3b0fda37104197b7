"""A spec as the TOML a person would write, with the reasons as comments; ``parse_spec`` reads it back."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from linkage.spec import (
    Alternatives,
    ComparisonSpec,
    FieldSpec,
    LevelSpec,
    LinkageSpec,
    OlderRegion,
    RuleSpec,
    SurvivorshipRules,
    guard_weight_lines,
)

_WIDTH: Final = 110
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_ALWAYS: Final = ("link_threshold", "review_threshold")
_SELDOM: Final = ("case_threshold", "survive_probability", "shared_nik_weight", "guard_answered_at", "prior", "model")
_DEFAULTS: Final = LinkageSpec("", (), (), ())


@dataclass(frozen=True)
class Comments:
    """Sentences by what they explain: the ``head`` of the file, its sections, and single tables by their names."""

    head: Sequence[str] = ()
    settings: Sequence[str] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    comparisons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    blocking: Sequence[str] = ()
    rules: Mapping[str, Sequence[str]] = field(default_factory=dict)


def spec_text(spec: LinkageSpec, comments: Comments) -> str:
    """Return the spec as TOML; keys that hold their default are left out, but for the two thresholds."""
    lines = [*comment_lines(comments.head), "", f"name = {_text(spec.name)}", *comment_lines(comments.settings)]
    lines += [*_settings(spec), "", *_ruler("fields")]
    for item in spec.fields:
        lines += ["", *comment_lines(comments.fields.get(item.name, ())), "[[field]]", *_field(item)]
    lines += ["", *_ruler("comparisons")]
    for comparison in spec.comparisons:
        told = comments.comparisons.get(comparison.name, ())
        lines += ["", *comment_lines(told), "[[comparison]]", *_comparison(comparison)]
    lines += ["", *_ruler("blocking: which pairs are compared"), *comment_lines(comments.blocking)]
    for rule in spec.rules:
        lines += ["", *comment_lines(comments.rules.get(rule.name, ())), "[[rule]]", *_rule(rule)]
    for region in spec.older_regions:
        lines += ["", "[[older_regions]]", *_older_region(region)]
    if spec.name_families:
        families = (f"{_key(item.name)} = {_texts(item.variants)}" for item in spec.name_families)
        lines += ["", "[name_families]", *families]
    if spec.survivorship != _DEFAULTS.survivorship:
        lines += ["", "[survivorship]", *_survivorship(spec.survivorship)]
    return "\n".join(lines) + "\n"


def _settings(spec: LinkageSpec) -> Iterator[str]:
    for key in (*_ALWAYS, *_SELDOM):
        value = getattr(spec, key)
        if key in _ALWAYS or value != getattr(_DEFAULTS, key):
            yield f"{key} = {_text(value) if isinstance(value, str) else repr(value)}"
    yield from (f"guard_weights.{line}" for line in guard_weight_lines(spec.guard_weights))


def _field(item: FieldSpec) -> Iterator[str]:
    yield f"name = {_text(item.name)}"
    yield f"kind = {_text(item.kind)}"
    if item.columns != (item.name,):
        yield f"columns = {_texts(item.columns)}"
    if item.join:
        yield f"join = {_texts(item.join)}"
    if item.date_order:
        yield f"date_order = {_text(item.date_order)}"
    if item.required:
        yield "required = true"


def _comparison(item: ComparisonSpec) -> Iterator[str]:
    yield f"name = {_text(item.name)}"
    if item.combine:
        yield f"combine = {_texts(item.combine)}"
    else:
        yield f"field = {_text(item.field)}"
        yield f"kernel = {_text(item.kernel)}"
    levels = [_level(level) for level in item.levels]
    if item.combine:
        yield "levels = ["
        yield from (f"    {level}," for level in levels)
        yield "]"
    else:
        yield f"levels = [{', '.join(levels)}]"
    if item.missing_when:
        yield f"missing_when = {_alternatives(item.missing_when)}"
    for flag in ("term_frequency", "keep", "part", "default_dates"):
        if getattr(item, flag):
            yield f"{flag} = true"
    for vector in ("m", "u"):
        if values := getattr(item, vector):
            yield f"{vector} = [{', '.join(repr(value) for value in values)}]"


def _level(level: LevelSpec) -> str:
    inner = [f"name = {_text(level.name)}"]
    if level.at_least is not None:
        inner.append(f"at_least = {level.at_least!r}")
    if level.at_most is not None:
        inner.append(f"at_most = {level.at_most!r}")
    if level.relations:
        inner.append(f"relations = {_texts(level.relations)}")
    if level.when:
        inner.append(f"when = {_alternatives(level.when)}")
    return _text(level.name) if len(inner) == 1 else f"{{ {', '.join(inner)} }}"


def _alternatives(alternatives: Alternatives) -> str:
    tables = []
    for states in alternatives:
        pairs = (f"{_key(part)} = {_text(names[0]) if len(names) == 1 else _texts(names)}" for part, names in states)
        tables.append(f"{{ {', '.join(pairs)} }}")
    return f"[{', '.join(tables)}]"


def _rule(rule: RuleSpec) -> Iterator[str]:
    yield f"name = {_text(rule.name)}"
    if rule.sort:
        yield f"sort = {_texts(rule.sort)}"
        yield f"window = {rule.window}"
        return
    yield f"keys = {_texts(rule.keys)}"
    yield f"cap = {rule.cap}"
    if rule.refine:
        yield f"refine = {_texts(rule.refine)}"


def _survivorship(rules: SurvivorshipRules) -> Iterator[str]:
    yield f"default = {_texts(rules.default)}"
    yield from (f"{_key(name)} = {_texts(order)}" for name, order in rules.fields)
    if rules.rank:
        yield from (f"rank_by = {_text(rules.rank_by)}", f"rank = {_texts(rules.rank)}")


def _older_region(region: OlderRegion) -> Iterator[str]:
    yield f"code = {_text(str(region.code))}"
    yield f"newest = {_text(str(region.newest))}"
    if region.name:
        yield f"name = {_text(region.name)}"


def comment_lines(sentences: Sequence[str]) -> list[str]:
    """Return each sentence as comment lines of a width that can be read; control characters become blanks."""
    return [
        line
        for sentence in sentences
        for line in textwrap.wrap(_CONTROL.sub(" ", sentence), _WIDTH, initial_indent="# ", subsequent_indent="# ")
    ]


def _ruler(title: str) -> list[str]:
    return [f"# ---- {title} {'-' * (_WIDTH - len(title))}"]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    # A TOML basic string escapes as JSON does, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
