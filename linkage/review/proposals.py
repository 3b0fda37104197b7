"""What a proposal may say: the persons it names must fit the kind of case, its records, and what was settled before."""

from __future__ import annotations

from linkage.errors import NotPermittedError, UsageError
from linkage.review.cases import Case, Standing, Verdict
from linkage.review.resolution import PersonOut, check_persons, one_person
from linkage.review.transitions import VERDICTS


def proposed_persons(case: Case, verdict: Verdict | None, persons: tuple[PersonOut, ...]) -> tuple[PersonOut, ...]:
    """Return the persons that a proposal names: ``persons``, or for none one person of all records.

    Raises :class:`NotPermittedError` for a verdict that the kind forbids, or persons that contradict what was settled;
    :class:`UsageError` for persons that do not fit the verdict or the records.
    """
    where, allowed = f"case {case.id}", VERDICTS[case.kind]
    if verdict not in allowed:
        raise NotPermittedError(
            f"a case of kind {case.kind} cannot be proposed as {verdict}",
            where=where,
            remedy=f"Propose {' or '.join(allowed)}",
            key="verdict.kind",
            filled={"kind": case.kind, "verdicts": ",".join(allowed)},
        )
    if verdict is Verdict.REVERT:
        if any(len(person.record_ids) > 1 for person in persons):
            raise UsageError(
                "what is undone leaves every record a person of its own", where=where, key="persons.revert"
            )
    elif not persons:
        persons = one_person(case.record_ids)
    if persons:
        check_persons(persons, case.record_ids, where=where)
    _check_verdict(verdict, persons, where)
    if verdict is not Verdict.REVERT:
        check_settled(case, persons)
    return persons


def check_settled(case: Case, persons: tuple[PersonOut, ...]) -> None:
    """Refuse persons that contradict what was settled about two of the records, here or in another case.

    A pair that the case puts forward again, for a compared field has changed, is open.
    """
    where = f"case {case.id}"
    part = {record: number for number, person in enumerate(persons) for record in person.record_ids}
    asked = {(pair.left_id, pair.right_id) for pair in case.pairs if pair.standing.live}
    for judged in case.words:
        if judged.case == case.id or (judged.left_id, judged.right_id) in asked:
            continue
        together = part[judged.left_id] == part[judged.right_id]
        if judged.standing is Standing.DIFFERENT and together:
            raise NotPermittedError(
                "two of its records were called different before",
                where=where,
                key="settled.different",
                filled={"case": judged.case},
            )
        if judged.standing is Standing.SAME and not together:
            raise NotPermittedError(
                "two of its records were approved as one person before",
                where=where,
                remedy=f"Ask for case {judged.case} to be reverted first",
                key="settled.same",
                filled={"case": judged.case},
            )


def _check_verdict(verdict: Verdict | None, persons: tuple[PersonOut, ...], where: str) -> None:
    if verdict is Verdict.SPLIT:
        if len(persons) < 2:
            raise UsageError(
                "a split names two persons or more",
                where=where,
                remedy="Part the records into persons",
                key="persons.split",
            )
        if sum(person.keeps is not None for person in persons) != 1:
            raise UsageError(
                "exactly one person keeps the NIK", where=where, remedy="Name the owner's record", key="persons.owner"
            )
    elif verdict is not Verdict.REVERT:
        several = [person for person in persons if len(person.record_ids) > 1]
        if not several:
            raise UsageError(
                "every record is a person of its own",
                where=where,
                remedy="Say that they are different",
                key="persons.alone",
            )
        if verdict is Verdict.FINISH_MOVE and any(person.keeps is None for person in several):
            raise UsageError("the record of the place of residence is not named", where=where, key="persons.residence")
