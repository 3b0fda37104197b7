"""Specs of every kind of part, under names nobody sane would choose."""

from __future__ import annotations

from hypothesis import strategies as st

from linkage.spec import (
    DISTANCES,
    FIELD_KINDS,
    GUARDS,
    KERNELS,
    Alternatives,
    ComparisonSpec,
    FieldSpec,
    GuardWeight,
    LevelSpec,
    LinkageSpec,
    OlderRegion,
    RuleSpec,
)
from linkage.spec.comparison_checks import KINDS_OF_KERNELS, NEVER_KEPT
from linkage.spec.guard_weights import NAME_RELATIONS, NIK_RELATIONS, OTHER

GUARDED = st.tuples(
    st.sampled_from(GUARDS), st.sampled_from((*NAME_RELATIONS, OTHER)), st.sampled_from((*NIK_RELATIONS, OTHER))
)

ODD = (
    "a",
    'say "hi"',
    "back\\slash",
    "Doğum Tarihi",
    "出生日期",
    "two\nlines",
    "tab\there",
    "bell\x07",
    "del\x7f",
    "# no",
    "'",
    "a.b",
)
TEXTS = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
SHARES = st.floats(min_value=1e-9, max_value=1 - 1e-9)


def names(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(TEXTS.filter(lambda name: "." not in name), min_size=least, max_size=most, unique=True)


@st.composite
def fields(draw: st.DrawFn, name: str) -> FieldSpec:
    kind = draw(st.sampled_from(sorted(FIELD_KINDS)))
    return FieldSpec(
        name,
        kind,
        tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))),
        required=draw(st.booleans()),
        join=tuple(draw(st.just([]) | st.lists(TEXTS, min_size=2, max_size=3, unique=True))),
        date_order=draw(st.sampled_from(["", "dmy", "mdy", "ymd"])) if kind == "date" else "",
    )


@st.composite
def plain_levels(draw: st.DrawFn, kernel: str) -> tuple[LevelSpec, ...]:
    labels = draw(names(1, 4).filter(lambda labels: not {"missing", "different"} & set(labels)))
    if kernel == "equal":
        return (LevelSpec("equal"),) if draw(st.booleans()) else (LevelSpec(labels[0], relations=("equal",)),)
    if offered := KERNELS[kernel]:
        pairs = zip(labels, offered, strict=False)
        return tuple(LevelSpec(label, relations=(relation,)) for label, relation in pairs)
    bounds = draw(st.lists(SHARES, min_size=len(labels), max_size=len(labels), unique=True))
    if kernel not in DISTANCES:
        bounds = sorted(bounds, reverse=True)
        return tuple(LevelSpec(label, at_least=bound) for label, bound in zip(labels, bounds, strict=True))
    edits = sorted({1 + round(bound * 1e6) for bound in bounds})
    return (
        LevelSpec("as it is"),
        *(LevelSpec(f"{label}!", at_most=bound) for label, bound in zip(labels, edits, strict=False)),
    )


@st.composite
def shares(draw: st.DrawFn, levels: int) -> tuple[float, ...]:
    if draw(st.booleans()):
        return ()
    parts = draw(st.lists(st.integers(1, 1000), min_size=levels + 1, max_size=levels + 1))
    return tuple(part / sum(parts) for part in parts)


@st.composite
def comparisons(draw: st.DrawFn, name: str, of: FieldSpec, part: bool) -> ComparisonSpec:
    fitting = [name for name in KERNELS if of.kind in KINDS_OF_KERNELS.get(name, FIELD_KINDS)]
    kernel = draw(st.sampled_from([name for name in fitting if not (part and name == "custom")]))
    levels = draw(plain_levels(kernel))
    return ComparisonSpec(
        name,
        levels,
        field=of.name,
        kernel=kernel,
        term_frequency=draw(st.booleans()),
        keep=kernel not in NEVER_KEPT and draw(st.booleans()),
        part=part,
        m=draw(shares(len(levels))),
        u=draw(shares(len(levels))),
        default_dates=kernel == "date" and draw(st.booleans()),
    )


@st.composite
def alternatives(draw: st.DrawFn, parts: list[ComparisonSpec]) -> Alternatives:
    def state(part: ComparisonSpec) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
        levels = st.lists(st.sampled_from(part.level_names), min_size=1, max_size=3, unique=True)
        return st.tuples(st.just(part.name), levels.map(tuple))

    some = st.lists(st.sampled_from(parts), min_size=1, max_size=len(parts), unique_by=lambda part: part.name)
    one = some.flatmap(lambda chosen: st.tuples(*(state(part) for part in chosen)))
    return tuple(draw(st.lists(one, min_size=1, max_size=2)))


@st.composite
def specs(draw: st.DrawFn) -> LinkageSpec:
    """A valid spec; every key of the language may hold something else than its default."""
    made = [draw(fields(name)) for name in draw(names(1, 4))]
    labels = draw(names(3, 5))
    simple = [
        draw(comparisons(label, draw(st.sampled_from(made)), place > 0)) for place, label in enumerate(labels[:-1])
    ]
    parts = simple[1:]
    levels = tuple(
        LevelSpec(label, when=draw(alternatives(parts)))
        for label in draw(names(1, 3).filter(lambda found: not {"missing", "different"} & set(found)))
    )
    combined = ComparisonSpec(
        labels[-1],
        levels,
        combine=tuple(part.name for part in parts),
        missing_when=draw(st.just(()) | alternatives(parts)),
        m=draw(shares(len(levels))),
    )
    forms = [f"{field.name}.{form}".removesuffix(".value") for field in made for form in FIELD_KINDS[field.kind]]
    rules = tuple(
        RuleSpec(
            label,
            tuple(draw(st.lists(st.sampled_from(forms), max_size=3))),
            cap=draw(st.integers(2, 10**9)),
            refine=tuple(draw(st.lists(st.sampled_from(made).map(lambda field: field.name), max_size=2))),
        )
        for label in draw(names(2, 4))
    )
    if draw(st.booleans()):
        sort = draw(st.lists(st.sampled_from(made).map(lambda field: field.name), min_size=1, max_size=3))
        rules = (*rules[:-1], RuleSpec(rules[-1].name, (), sort=tuple(sort), window=draw(st.integers(2, 10**9))))
    low, high = sorted(draw(st.tuples(SHARES, SHARES)))
    return LinkageSpec(
        draw(TEXTS),
        tuple(made),
        (*simple, combined),
        rules,
        link_threshold=high,
        review_threshold=low,
        case_threshold=draw(st.none() | SHARES),
        survive_probability=draw(st.just(0.001) | SHARES),
        shared_nik_weight=draw(st.just(0.0) | st.floats(-1e6, 1e6)),
        prior=draw(st.none() | SHARES),
        model=draw(st.just("") | TEXTS),
        guard_weights=tuple(
            GuardWeight(guard, -draw(SHARES), name, nik) for guard, name, nik in draw(st.sets(GUARDED).map(sorted))
        ),
        older_regions=tuple(
            OlderRegion(code, code + 1, draw(st.just("") | TEXTS)) for code in draw(st.sets(st.integers(1000, 9998)))
        )[:2],
    ).validate()
