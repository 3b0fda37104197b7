"""What to link and how: the linkage spec, a frozen value read from TOML.

A spec names the *fields* of a record, the *comparisons* of two records, the blocking *rules* that
choose which pairs are compared, and the thresholds. Nothing else in the package takes a dict of
settings: ``parse_spec`` is the only door, and it refuses what it does not know.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import resources
from typing import Any, Final

from linkage.errors import SpecError

FIELD_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "person_name": ("value", "full", "first", "last", "tokens"),
    "text": ("value", "prefix3", "soundex", "tokens"),
    "category": ("value",),
    "identifier": ("value", "deletions"),
    "nik": ("value", "first12", "deletions"),
    "date": ("value", "year", "swapped"),
    "sex": ("value",),
    "religion": ("value",),
    "family_role": ("value",),
    "card_status": ("value",),
    "activity": ("value",),
    "place": ("value",),
    "address": ("value", "tokens"),
    "number": ("value",),
}
"""Kinds of field, each with the key forms its values offer to blocking rules."""

KERNELS: Final[Mapping[str, tuple[str, ...] | None]] = {
    "equal": ("equal",),
    "jaro_winkler": None,
    "levenshtein": None,
    "damerau_levenshtein": None,
    "token_overlap": None,
    "number_distance": None,
    "name": ("equal", "phonetic", "partial", "similar"),
    "date": ("equal", "swapped", "typo", "year_month", "year"),
    "nik": ("equal", "typo", "prefix", "sex_shift"),
}
"""Comparison kernels. Those with ``None`` take thresholds; the others offer these named relations, best first."""

Alternatives = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
"""Alternatives, of which one must hold; each is a list of (part, accepted level names), all of which must hold."""

GUARDS: Final = ("twin", "sibling", "namesake", "family")
"""Guards that may carry a weight (:mod:`linkage.decision.guards`)."""

MISSING: Final = "missing"
DIFFERENT: Final = "different"


@dataclass(frozen=True)
class FieldSpec:
    """A field of a record: its kind, the input columns it may come from (first present wins)."""

    name: str
    kind: str
    columns: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class LevelSpec:
    """A level of agreement above "different".

    Exactly one of: ``at_least`` (similarity, 0 to 1), ``at_most`` (distance), ``relations`` (names a
    kernel offers), ``when`` (alternatives of level names of the combined parts). None of them: equality.
    """

    name: str
    at_least: float | None = None
    at_most: float | None = None
    relations: tuple[str, ...] = ()
    when: Alternatives = ()


@dataclass(frozen=True)
class ComparisonSpec:
    """How two records are compared on one field, or on parts that belong together.

    ``levels`` are best first; "different" and "missing" are implied. ``part``: feeds a combined
    comparison and has no weight of its own. ``keep``: pairs at the best level survive whatever
    their weight. ``m`` and ``u``: default probabilities, best level first, "different" last.
    """

    name: str
    levels: tuple[LevelSpec, ...]
    field: str = ""
    kernel: str = ""
    combine: tuple[str, ...] = ()
    term_frequency: bool = False
    keep: bool = False
    part: bool = False
    m: tuple[float, ...] = ()
    u: tuple[float, ...] = ()
    missing_when: Alternatives = ()
    default_dates: bool = False

    @cached_property
    def level_names(self) -> tuple[str, ...]:
        """Names by level code: 0 is "missing", 1 "different", the largest code the best level."""
        return (MISSING, DIFFERENT, *(level.name for level in reversed(self.levels)))

    def level_code(self, name: str) -> int:
        """Return the code of a level by its name."""
        return self.level_names.index(name)


@dataclass(frozen=True)
class RuleSpec:
    """A blocking rule: records that share a key under it are compared.

    ``keys`` are ``field`` or ``field.form``; a record has one key per combination of its forms'
    values. ``refine`` are fields that split a block of more than ``cap`` records.
    """

    name: str
    keys: tuple[str, ...]
    cap: int = 500
    refine: tuple[str, ...] = ()


@dataclass(frozen=True)
class OlderRegion:
    """A regency code of former times that the package's own table does not know, or knows without its successor.

    ``code``: 4 digits, such as 7319; ``newest``: the code in force that replaced it; ``name``: its name then, empty
    when that does not matter. Whether the codes fit the table of regions is checked where that table is known
    (:func:`linkage.standardise.region_table.region_table`).
    """

    code: int
    newest: int
    name: str = ""


OlderRegions = tuple[OlderRegion, ...]
"""Older regency codes of a spec."""


@dataclass(frozen=True)
class LinkageSpec:
    """The whole spec. Build it with :func:`parse_spec`, :func:`load_builtin_spec` or by hand, then ``validate``.

    ``guard_weights``: what it says, in bits and never for a match, that one of :data:`GUARDS` holds.
    ``older_regions``: regency codes of former times that the package's own table lacks.
    """

    name: str
    fields: tuple[FieldSpec, ...]
    comparisons: tuple[ComparisonSpec, ...]
    rules: tuple[RuleSpec, ...]
    link_threshold: float = 0.5
    review_threshold: float = 0.01
    case_threshold: float | None = None
    survive_probability: float = 0.001
    shared_nik_weight: float = 0.0
    prior: float | None = None
    model: str = ""
    guard_weights: tuple[tuple[str, float], ...] = ()
    older_regions: OlderRegions = ()

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def weighted(self) -> tuple[ComparisonSpec, ...]:
        """The comparisons that carry a weight (those that are not parts)."""
        return tuple(comparison for comparison in self.comparisons if not comparison.part)

    @property
    def effective_case_threshold(self) -> float:
        """Probability from which a pair makes a case; the link threshold unless set."""
        return self.link_threshold if self.case_threshold is None else self.case_threshold

    def field(self, name: str) -> FieldSpec:
        """Return a field by name."""
        return next(field for field in self.fields if field.name == name)

    def comparison(self, name: str) -> ComparisonSpec:
        """Return a comparison by name."""
        return next(comparison for comparison in self.comparisons if comparison.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as plain JSON values, for the manifest."""
        return asdict(self)

    def digest(self) -> str:
        """Return the SHA-256 hex digest of the canonical JSON form; it stamps every output."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def validate(self) -> LinkageSpec:
        """Return self, or raise :class:`SpecError` naming what is unknown or contradictory."""
        _validate(self)
        return self


def load_builtin_spec(name: str = "residents") -> LinkageSpec:
    """Return a spec that ships with the package."""
    folder = resources.files("linkage") / "specs"
    path = folder / f"{name}.toml"
    if not path.is_file():
        raise SpecError(f"no built-in spec is called {name!r}", remedy="The built-in spec is 'residents'")
    return parse_spec(path.read_text(encoding="utf-8"), where=f"built-in spec {name}")


def parse_spec(text: str, *, where: str = "spec") -> LinkageSpec:
    """Return the spec written in this TOML text.

    Raises:
        SpecError: the text is no TOML, or names an unknown key, kind, kernel, field, level or form.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"not valid TOML: {error}", where=where) from error
    try:
        return _build(data).validate()
    except OverflowError:
        raise SpecError("a number is too large", where=where) from None
    except SpecError as error:
        raise SpecError(
            error.problem, where=f"{where}, {error.where}" if error.where else where, remedy=error.remedy
        ) from None


def spec_from_dict(data: Mapping[str, Any]) -> LinkageSpec:
    """Return the spec that :meth:`LinkageSpec.to_dict` wrote, as a manifest carries it.

    Raises:
        SpecError: it is not such a dict.
    """

    def alternatives(value: Sequence[Any]) -> Alternatives:
        return tuple(tuple((part, tuple(names)) for part, names in states) for states in value)

    def level(item: Mapping[str, Any]) -> LevelSpec:
        return LevelSpec(**{**item, "relations": tuple(item["relations"]), "when": alternatives(item["when"])})

    def comparison(item: Mapping[str, Any]) -> ComparisonSpec:
        lists = {name: tuple(item[name]) for name in ("combine", "m", "u")}
        nested = {"levels": tuple(map(level, item["levels"])), "missing_when": alternatives(item["missing_when"])}
        return ComparisonSpec(**{**item, **lists, **nested})

    try:
        parts = {
            "fields": tuple(FieldSpec(**{**item, "columns": tuple(item["columns"])}) for item in data["fields"]),
            "comparisons": tuple(map(comparison, data["comparisons"])),
            "rules": tuple(
                RuleSpec(**{**item, "keys": tuple(item["keys"]), "refine": tuple(item["refine"])})
                for item in data["rules"]
            ),
            "older_regions": tuple(OlderRegion(**item) for item in data["older_regions"]),
        }
        weights = tuple((str(name), float(weight)) for name, weight in data["guard_weights"])
        return LinkageSpec(**{**data, **parts, "guard_weights": weights}).validate()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SpecError("the stored spec is incomplete or was written by another version") from error


_PLAIN_KEYS: Final[Mapping[str, tuple[type, ...]]] = {
    "name": (str,),
    "link_threshold": (float, int),
    "review_threshold": (float, int),
    "case_threshold": (float, int),
    "survive_probability": (float, int),
    "shared_nik_weight": (float, int),
    "prior": (float, int),
    "model": (str,),
}


def _build(data: Mapping[str, Any]) -> LinkageSpec:
    _only(data, {*_PLAIN_KEYS, "field", "comparison", "rule", "guard_weights", "older_regions"}, where="top level")
    plain: dict[str, Any] = {}
    for key, kinds in _PLAIN_KEYS.items():
        if key in data:
            value = data[key]
            if not isinstance(value, kinds) or isinstance(value, bool):
                raise SpecError(f"{key} must be a {kinds[0].__name__}, not {type(value).__name__}")
            plain[key] = float(value) if isinstance(value, int | float) else value
    plain.setdefault("name", "unnamed")
    plain["guard_weights"] = _guard_weights(data.get("guard_weights", {}))
    return LinkageSpec(
        fields=tuple(_field(item) for item in _tables(data, "field")),
        comparisons=tuple(_comparison(item) for item in _tables(data, "comparison")),
        rules=tuple(_rule(item) for item in _tables(data, "rule")),
        older_regions=tuple(_older_region(item) for item in _tables(data, "older_regions")),
        **plain,
    )


def _guard_weights(item: Any) -> tuple[tuple[str, float], ...]:
    if not isinstance(item, Mapping):
        raise SpecError("guard_weights must be a table", where="guard_weights")
    _only(item, set(GUARDS), where="guard_weights")
    weights = tuple((str(name), _number(weight, str(name), "guard_weights")) for name, weight in item.items())
    if any(weight > 0 for _, weight in weights):
        raise SpecError("a guard never speaks for a match; its weight must not be positive", where="guard_weights")
    return weights


def _field(item: Mapping[str, Any]) -> FieldSpec:
    where = f"field {item.get('name', '?')}"
    _only(item, {"name", "kind", "columns", "required"}, where=where)
    name = _text(item, "name", where)
    return FieldSpec(
        name=name,
        kind=_text(item, "kind", where),
        columns=_texts(item, "columns", where) or (name,),
        required=_flag(item, "required", where),
    )


def _comparison(item: Mapping[str, Any]) -> ComparisonSpec:
    where = f"comparison {item.get('name', '?')}"
    known = {"name", "field", "kernel", "combine", "levels", "term_frequency", "keep", "part", "m", "u"}
    known |= {"missing_when", "default_dates"}
    _only(item, known, where=where)
    return ComparisonSpec(
        name=_text(item, "name", where),
        field=_text(item, "field", where) if "field" in item else "",
        kernel=_text(item, "kernel", where) if "kernel" in item else "",
        combine=_texts(item, "combine", where),
        levels=tuple(_level(level, where) for level in _list(item, "levels", where)),
        term_frequency=_flag(item, "term_frequency", where),
        keep=_flag(item, "keep", where),
        part=_flag(item, "part", where),
        m=tuple(_number(value, "m", where) for value in _list(item, "m", where)),
        u=tuple(_number(value, "u", where) for value in _list(item, "u", where)),
        missing_when=_alternatives(item, "missing_when", where),
        default_dates=_flag(item, "default_dates", where),
    )


def _level(item: Any, where: str) -> LevelSpec:
    if isinstance(item, str):
        return LevelSpec(name=item)
    if not isinstance(item, Mapping):
        raise SpecError("a level is a name or a table", where=where)
    _only(item, {"name", "at_least", "at_most", "relations", "when"}, where=where)
    return LevelSpec(
        name=_text(item, "name", where),
        at_least=None if "at_least" not in item else _number(item["at_least"], "at_least", where),
        at_most=None if "at_most" not in item else _number(item["at_most"], "at_most", where),
        relations=_texts(item, "relations", where),
        when=_alternatives(item, "when", where),
    )


def _alternatives(item: Mapping[str, Any], key: str, where: str) -> Alternatives:
    alternatives = _list(item, key, where)
    if not all(isinstance(alternative, Mapping) and alternative for alternative in alternatives):
        raise SpecError(f"{key} lists tables of part = level, none of them empty", where=where)
    return tuple(
        tuple(
            (part, (names,) if isinstance(names, str) else _texts(alternative, part, where))
            for part, names in alternative.items()
        )
        for alternative in alternatives
    )


def _rule(item: Mapping[str, Any]) -> RuleSpec:
    where = f"rule {item.get('name', '?')}"
    _only(item, {"name", "keys", "cap", "refine"}, where=where)
    cap = item.get("cap", 500)
    if not isinstance(cap, int) or isinstance(cap, bool) or cap < 2:
        raise SpecError("cap must be a whole number of at least 2", where=where)
    return RuleSpec(
        name=_text(item, "name", where),
        keys=_texts(item, "keys", where),
        cap=cap,
        refine=_texts(item, "refine", where),
    )


def _older_region(item: Mapping[str, Any]) -> OlderRegion:
    where = f"older_regions {item.get('code', '?')}"
    _only(item, {"code", "newest", "name"}, where=where)
    return OlderRegion(
        code=_region_code(item, "code", where),
        newest=_region_code(item, "newest", where),
        name=_text(item, "name", where) if "name" in item else "",
    )


def _region_code(item: Mapping[str, Any], key: str, where: str) -> int:
    value = item.get(key)
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (len(text) == 4 and text.isascii() and text.isdecimal()):
        raise SpecError(f"{key} must be a regency code of four digits", where=where)
    return int(text)


def _validate(spec: LinkageSpec) -> None:
    for label, items in (("field", spec.fields), ("comparison", spec.comparisons), ("rule", spec.rules)):
        if not items:
            raise SpecError(f"the spec has no {label}")
        _unique(label, [item.name for item in items])
    kinds = {field.name: field.kind for field in spec.fields}
    for field in spec.fields:
        _known(field.kind, FIELD_KINDS, "kind", where=f"field {field.name}")
    for position, comparison in enumerate(spec.comparisons):
        _validate_comparison(comparison, spec.comparisons[:position], kinds)
    if not spec.weighted:
        raise SpecError("every comparison is a part; at least one must carry a weight")
    if len(spec.rules) > 64:
        raise SpecError(f"{len(spec.rules)} rules; at most 64 fit the bit mask of a pair")
    for rule in spec.rules:
        _validate_rule(rule, kinds)
    for name in ("link_threshold", "review_threshold", "effective_case_threshold", "survive_probability"):
        if not 0.0 < getattr(spec, name) < 1.0:
            raise SpecError(f"{name.removeprefix('effective_')} must lie between 0 and 1")
    if spec.prior is not None and not 0.0 < spec.prior < 1.0:
        raise SpecError("prior must lie between 0 and 1")
    if not math.isfinite(spec.shared_nik_weight):
        raise SpecError("shared_nik_weight must be a number")
    if spec.review_threshold > spec.link_threshold:
        raise SpecError("review_threshold must not exceed link_threshold")
    _validate_older_regions(spec.older_regions)


def _validate_older_regions(older: OlderRegions) -> None:
    seen: set[int] = set()
    for item in older:
        where = f"older_regions {item.code}"
        if not (1_000 <= item.code <= 9_999 and 1_000 <= item.newest <= 9_999):
            raise SpecError("a regency code has four digits and does not begin with 0", where=where)
        if item.code in seen:
            raise SpecError("this code is given twice", where=where)
        if item.code == item.newest:
            raise SpecError("a code cannot replace itself", where=where)
        seen.add(item.code)


def _validate_comparison(item: ComparisonSpec, earlier: Sequence[ComparisonSpec], kinds: Mapping[str, str]) -> None:
    where = f"comparison {item.name}"
    if not item.levels:
        raise SpecError("a comparison needs at least one level", where=where)
    if len(item.levels) > 13:
        raise SpecError("at most 13 levels fit the packed agreement pattern", where=where)
    _unique("level", [MISSING, DIFFERENT, *(level.name for level in item.levels)], where=where)
    if bool(item.combine) == bool(item.field):
        raise SpecError("name either a field (with a kernel) or the parts to combine", where=where)
    for vector in ("m", "u"):
        values = getattr(item, vector)
        if values and (len(values) != len(item.levels) + 1 or min(values) <= 0 or abs(sum(values) - 1) > 1e-6):
            raise SpecError(
                f"{vector} needs {len(item.levels) + 1} positive numbers that sum to 1 (levels, then different)",
                where=where,
            )
    if item.combine:
        _validate_combination(item, earlier, where)
        return
    if item.missing_when:
        raise SpecError("'missing_when' belongs to combined comparisons", where=where)
    _known(item.field, kinds, "field", where=where)
    _known(item.kernel, KERNELS, "kernel", where=where)
    if item.kernel in ("name", "date", "nik") and kinds[item.field] != {"name": "person_name"}.get(
        item.kernel, item.kernel
    ):
        raise SpecError(f"kernel {item.kernel} does not fit a field of kind {kinds[item.field]}", where=where)
    if item.kernel == "number_distance" and kinds[item.field] != "number":
        raise SpecError("number_distance needs a field of kind number", where=where)
    if item.kernel == "token_overlap" and "tokens" not in FIELD_KINDS[kinds[item.field]]:
        raise SpecError(f"a field of kind {kinds[item.field]} has no tokens to compare", where=where)
    if item.default_dates and item.kernel != "date":
        raise SpecError("default_dates belongs to the kernel 'date'", where=where)
    offered = KERNELS[item.kernel]
    if offered is None:
        _validate_bounds(item, where)
    for level in item.levels:
        if level.when:
            raise SpecError("'when' belongs to combined comparisons", where=where)
        if offered is None:
            if level.relations:
                raise SpecError(f"kernel {item.kernel} takes thresholds, not relations", where=where)
            continue
        if item.kernel == "name" and level is item.levels[-1] and level.at_least is not None and not level.relations:
            continue  # the lowest level of names may be a similarity
        if level.at_least is not None or level.at_most is not None:
            raise SpecError(f"kernel {item.kernel} takes relations, not thresholds", where=where)
        for relation in level.relations or (level.name,):
            _known(relation, offered, "relation", where=f"{where}, level {level.name}")


def _validate_bounds(item: ComparisonSpec, where: str) -> None:
    """Refuse a bound of the wrong sort, out of range, or after a looser one: no pair could ever reach that level."""
    similarity = item.kernel in ("jaro_winkler", "token_overlap")
    right, wrong = ("at_least", "at_most") if similarity else ("at_most", "at_least")
    loosest = -math.inf
    for level in item.levels:
        place = f"{where}, level {level.name}"
        bound: float | None = getattr(level, right)
        if getattr(level, wrong) is not None:
            raise SpecError(f"kernel {item.kernel} takes {right}, not {wrong}", where=place)
        if bound is not None and not (0.0 < bound <= 1.0 if similarity else 0.0 <= bound < math.inf):
            raise SpecError(f"{right} must be {'above 0 and at most 1' if similarity else 'at least 0'}", where=place)
        # Equality is the strictest: no bound is above it.
        looseness = (-2.0 if similarity else 0.0) if bound is None else (-bound if similarity else bound)
        if looseness <= loosest:
            raise SpecError("levels stand best first; this one can never be reached", where=place)
        loosest = looseness


def _validate_combination(item: ComparisonSpec, earlier: Sequence[ComparisonSpec], where: str) -> None:
    parts = {comparison.name: comparison for comparison in earlier if comparison.part}
    if len(item.combine) > 5:
        raise SpecError(f"{len(item.combine)} parts; at most 5 can be combined", where=where)
    for part in item.combine:
        _known(part, parts, "part (an earlier comparison with part = true)", where=where)
    if item.term_frequency:
        raise SpecError("term_frequency needs a comparison of one field", where=where)
    for level in item.levels:
        if not level.when:
            raise SpecError(f"level {level.name} needs 'when'", where=where)
        if level.relations or level.at_least is not None or level.at_most is not None:
            raise SpecError(f"level {level.name} of a combination takes 'when' alone", where=where)
    for label, alternatives in (*((level.name, level.when) for level in item.levels), (MISSING, item.missing_when)):
        for part, names in (state for alternative in alternatives for state in alternative):
            _known(part, item.combine, "part", where=f"{where}, level {label}")
            for name in names:
                _known(name, parts[part].level_names, "level", where=f"{where}, level {label}, part {part}")


def _validate_rule(rule: RuleSpec, kinds: Mapping[str, str]) -> None:
    where = f"rule {rule.name}"
    if not rule.keys:
        raise SpecError("a rule needs at least one key", where=where)
    for key in rule.keys:
        name, _, form = key.partition(".")
        _known(name, kinds, "field", where=where)
        _known(form or "value", FIELD_KINDS[kinds[name]], "key form", where=f"{where}, key {key}")
    for name in rule.refine:
        _known(name, kinds, "field", where=f"{where}, refine")


def _unique(label: str, names: Sequence[str], *, where: str = "") -> None:
    for position, name in enumerate(names):
        if name in names[:position]:
            raise SpecError(f"two {label}s are called {name!r}", where=where)


def _known(name: str, known: Mapping[str, object] | Sequence[str], label: str, *, where: str) -> None:
    if name not in known:
        raise SpecError(f"unknown {label} {name!r}", where=where, remedy=f"Known: {', '.join(known)}")


def _only(item: Mapping[str, Any], known: set[str], *, where: str) -> None:
    if unknown := sorted(set(item) - known):
        raise SpecError(f"unknown key {unknown[0]!r}", where=where, remedy=f"Known: {', '.join(sorted(known))}")


def _tables(data: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    items = data.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise SpecError(f"write each {key} under its own [[{key}]] heading")
    return items


def _list(item: Mapping[str, Any], key: str, where: str) -> Sequence[Any]:
    value = item.get(key, [])
    if not isinstance(value, list):
        raise SpecError(f"{key} must be a list", where=where)
    return value


def _flag(item: Mapping[str, Any], key: str, where: str) -> bool:
    value = item.get(key, False)
    if not isinstance(value, bool):
        raise SpecError(f"{key} must be true or false", where=where)
    return value


def _number(value: Any, key: str, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise SpecError(f"{key} must be a number", where=where)
    return float(value)


def _text(item: Mapping[str, Any], key: str, where: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value:
        raise SpecError(f"{key} must be a text", where=where)
    return value


def _texts(item: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = item.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
        raise SpecError(f"{key} must be a list of texts", where=where)
    return tuple(value)
