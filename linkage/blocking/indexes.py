"""The indexes of all rules, built side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from joblib import Parallel, delayed

from linkage.blocking.index import RuleIndex, RulePlan, RuleReport, build_rule_index
from linkage.blocking.placeholders import NO_PLACEHOLDERS, Placeholders
from linkage.spec import RuleSpec
from linkage.standardise.column import Int64, StandardColumn
from linkage.standardise.key_sets import KeyForms

BuiltRule = tuple[RuleIndex, RuleReport, RulePlan]


def build_rule_indexes(
    rules: Sequence[RuleSpec],
    columns: Mapping[str, StandardColumn],
    n_records: int,
    *,
    left_count: int = -1,
    placeholders: Placeholders = NO_PLACEHOLDERS,
    plans: Sequence[RulePlan] | None = None,
    id_ranks: Int64 | None = None,
    threads: int = 1,
) -> tuple[BuiltRule, ...]:
    """Return what :func:`build_rule_index` does for each rule, in their order; the same for any number of threads.

    ``plans``: one per rule, as a full run fixed them. Memory on the way follows the number of threads.
    """
    # Those with many keys a record take longest and go first, so that no thread begins with one at the end.
    order = sorted(range(len(rules)), key=lambda rule: not _is_wide(rules[rule], columns))
    built = Parallel(n_jobs=threads, prefer="threads", batch_size=1)(
        delayed(build_rule_index)(
            rules[rule],
            columns,
            n_records,
            left_count=left_count,
            placeholders=placeholders,
            plan=None if plans is None else plans[rule],
            id_ranks=id_ranks,
        )
        for rule in order
    )
    by_rule = dict(zip(order, built, strict=True))
    return tuple(by_rule[rule] for rule in range(len(rules)))


def _is_wide(rule: RuleSpec, columns: Mapping[str, StandardColumn]) -> bool:
    parts = [key.partition(".") for key in rule.keys]
    sets = [(columns[name].content.key_sets, form) for name, _, form in parts]
    return any(isinstance(forms, KeyForms) and forms.is_wide(form) for forms, form in sets)
