"""From files nobody has described to a spec: recognise the columns, choose comparisons, buy blocking rules, explain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from linkage.comparison.program import fields_of_comparisons
from linkage.encode import encode
from linkage.errors import InputDataError, UsageError
from linkage.intake import read_inputs
from linkage.intake.limits import Limits
from linkage.intake.options import NOTHING_STATED, ReadOptions
from linkage.intake.sources.survey import Input, survey_inputs
from linkage.proposal.blocking import ChosenRule, choose_rules
from linkage.proposal.columns.attributes import Attribute, Recognised
from linkage.proposal.columns.recognise import recognise
from linkage.proposal.columns.unify import unify
from linkage.proposal.draft import Draft, draft_evidence, without_record_id
from linkage.proposal.evidence import Evidence
from linkage.proposal.explain import explain
from linkage.proposal.numbers_with_dates import with_birth_date
from linkage.proposal.reading import FileColumns, read_columns
from linkage.proposal.residents import are_residents, residents_spec
from linkage.proposal.spec_text import spec_text
from linkage.spec import LinkageSpec, RuleSpec

FEWEST_PAIRS: Final = 4_000_000
PAIRS_A_RECORD: Final = 20
"""The default budget: whichever of the two allows more."""


@dataclass(frozen=True)
class Proposal:
    """A spec, the TOML that explains it, and what it rests on.

    ``attributes``: what the columns were taken for; ``left_out``: why one is not compared, by attribute. ``rules`` are
    in the order they were taken; ``expected_recall`` (0 to 1) is the share of matches they should find, by the
    agreement rates assumed for such columns. All empty when the built-in spec fits.
    """

    spec: LinkageSpec
    text: str
    attributes: tuple[Attribute, ...]
    left_out: Mapping[str, str]
    rules: tuple[ChosenRule, ...]
    expected_recall: float


def propose_spec(
    paths: Sequence[Input],
    *,
    name: str = "proposed",
    across: bool = False,
    budget: int = 0,
    latest_year: int,
    limits: Limits | None = None,
    options: ReadOptions = NOTHING_STATED,
) -> Proposal:
    """Propose a spec for files of people.

    Args:
        paths: the files, read twice.
        name: the spec's.
        across: price the pairs between two files only, as ``link`` compares them.
        budget: pairs to compare at most; 0 for the default.
        latest_year: tells the century of two-digit years.
        limits: how much a file may ask of this machine.
        options: what the user states about the files.

    Raises:
        UsageError: no file, or not two of them to link.
        InputDataError: a file cannot be read; it has no header (NO_HEADER); no column tells people apart, or no rule
            has few enough pairs (NO_EVIDENCE).
    """
    if not paths or (across and len(paths) != 2):
        problem = f"link takes two inputs, not {len(paths)}" if across else "no input"
        raise UsageError(problem, remedy="Name LEFT and RIGHT" if across else "Name at least one file")
    bounds = limits or Limits()
    sources = survey_inputs(
        paths, limits=bounds, options=options, table_names=("left", "right") if across else (), one_each=across
    )
    files = [read_columns(source, bounds) for source in sources]
    if are_residents(files):
        spec, text = residents_spec(files)
        return Proposal(spec, text, (), {}, (), math.nan)
    recognised = [recognise(file.samples) for file in files]
    if options.header is None:
        _check_headers(files, recognised)
    attributes = unify(recognised)
    draft = draft_evidence(attributes, recognised)
    if not any(item.compared for item in draft.evidence) or not any(item.keys for item in draft.evidence):
        raise _no_evidence("no column tells people apart", files)
    plain = _spec(draft, name, (RuleSpec("all_pairs", (), cap=2),))
    read = partial(read_inputs, paths, mode="link" if across else "dedupe", limits=bounds, options=options)
    intake = read(plain)
    if draft.fields and "ID_DUPLICATE" in intake.rejects.column("code").to_pylist():
        draft = without_record_id(draft)
        plain = _spec(draft, name, plain.rules)
        intake = read(plain)
    records = encode(intake.accepted, plain, latest_year=latest_year, left_count=intake.left_rows)
    draft = replace(draft, evidence=with_birth_date(draft.evidence, records))
    plain = _spec(draft, name, plain.rules)
    budget = budget or max(FEWEST_PAIRS, PAIRS_A_RECORD * records.n_records)
    rules, recall = choose_rules(draft.evidence, records, budget, compared=fields_of_comparisons(plain))
    if not rules:
        raise _no_evidence(f"no blocking rule keeps within {budget:,} pairs", files)
    spec = _spec(draft, name, tuple(chosen.rule for chosen in rules))
    text = spec_text(spec, explain(draft, rules, recall, files))
    return Proposal(spec, text, draft.attributes, draft.left_out, rules, recall)


def _check_headers(files: Sequence[FileColumns], recognised: Sequence[Sequence[Recognised]]) -> None:
    """Refuse a file whose first line is taken for a header and is a row: its values would stand in the spec."""
    for file, columns in zip(files, recognised, strict=True):
        if columns and not any(column.facts["plain_header"] for column in columns):
            raise InputDataError(
                "NO_HEADER",
                "the first line looks like a row, not like a header",
                where=file.name,
                remedy="Write a header, or say that there is one or none: --read header=yes, --read header=no",
            )


def _no_evidence(problem: str, files: Sequence[FileColumns]) -> InputDataError:
    where = ", ".join(file.name for file in files)
    remedy = "Name the columns in a spec of your own (docs/guide/spec.md)"
    return InputDataError("NO_EVIDENCE", problem, where=where, remedy=remedy)


def _spec(draft: Draft, name: str, rules: tuple[RuleSpec, ...]) -> LinkageSpec:
    used = _used_fields(draft.evidence, rules)
    fields = (*draft.fields, *(field for item in draft.evidence for field in item.fields))
    return LinkageSpec(
        name=name,
        fields=tuple(field for field in fields if field.name in used or not rules[0].keys),
        comparisons=tuple(comparison for item in draft.evidence for comparison in item.compared),
        rules=rules,
        link_threshold=draft.link_threshold,
    ).validate()


def _used_fields(evidence: Sequence[Evidence], rules: Sequence[RuleSpec]) -> set[str]:
    compared = {comparison.field for item in evidence for comparison in item.compared}
    keyed = {key.partition(".")[0] for rule in rules for key in rule.keys}
    return compared | keyed | {"record_id"}
