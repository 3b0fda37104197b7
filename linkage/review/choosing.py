"""What a proposal chooses against the rules of survivorship: some of it never, the rest with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from linkage.errors import UsageError
from linkage.identifiers import Nik
from linkage.review.cases import REVERT, SHARED_NIK, Case
from linkage.review.masking import compared
from linkage.review.resolution import PersonOut
from linkage.review.shown import Survivor
from linkage.review.survivorship import NIK, Rule, survivors
from linkage.spec.survivorship import DEFAULT_SURVIVORSHIP, SurvivorshipRules

Values = Mapping[str, str]


def check_choices(
    case: Case,
    persons: Sequence[PersonOut],
    reason: str,
    whole: Mapping[str, Values],
    rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
) -> None:
    """Raise :class:`UsageError` where a proposal lets no NIK stay beside one that can be, or chooses otherwise than the
    rules would and does not say why.

    ``persons``: those proposed, which part the records of ``case``. ``whole``: by record id, the whole values by plain
    column name. Of a record without values nothing is known and none of them is refused. A choice of the same value is
    no other one, and where nothing tells the records apart, any goes without a reason.
    """
    if case.kind == REVERT:
        return
    held = {record: whole.get(record, {}) for record in case.record_ids}
    for person in persons:
        # Who owns a shared NIK is a question of all records; of everything else, of those of the person.
        beside = case.record_ids if case.kind == SHARED_NIK else person.record_ids
        named = [record for record in (person.keeps, dict(person.fields).get(NIK)) if record is not None]
        if any(_bears_none(held[one]) for one in named) and any(_nik(held[one]) for one in beside):
            raise UsageError(
                "the record whose NIK is to stay has none that can be one, beside one that has",
                where=f"case {case.id}",
                remedy="Choose a record whose NIK can be one",
                key="survivorship.no_nik",
            )
    if not reason.strip() and any(any(_otherwise(case, person, held, rules)) for person in persons):
        raise UsageError(
            "a choice other than the rules' needs a reason",
            where=f"case {case.id}",
            remedy="Say why",
            key="survivorship.reason",
        )


def _otherwise(case: Case, person: PersonOut, held: Mapping[str, Values], rules: SurvivorshipRules) -> Iterator[bool]:
    """Yield of each choice for a person whether it is another one than the rules'."""
    own = {record: held[record] for record in person.record_ids}
    shared = case.kind == SHARED_NIK
    by_rule = {one.field: one for one in survivors(own, "DUPLICATE" if shared else case.kind, rules=rules)}
    if person.keeps is not None:
        owner = next(iter(survivors(held, case.kind, rules=rules)), None) if shared else by_rule.get(NIK)
        yield _is_other(owner, person.keeps)
    for field, record in person.fields:
        told = by_rule.get(field)
        if told is not None and _text(field, held[record]) != _text(field, held[told.record_id]):
            yield _is_other(told, record)


def _is_other(told: Survivor | None, record: str) -> bool:
    return told is not None and told.rule != Rule.NO_EVIDENCE and told.record_id != record


def _text(field: str, values: Values) -> str:
    return compared(field, values.get(field, ""))


def _nik(values: Values) -> bool:
    return Nik.parse(values.get(NIK, "")) is not None


def _bears_none(values: Values) -> bool:
    return bool(values) and not _nik(values)
