"""What stewards have decided, in the form of labels."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator

from linkage.labelling.labels import DIFFERENT, SAME, Label
from linkage.review.cases import REVERT, Action, Case, Decision
from linkage.review.repository import ReviewQueue
from linkage.review.resolution import one_person, pairs_of


def opaque_names(secret: bytes) -> Callable[[str], str]:
    """Return a function from user names to names that only the holder of ``secret`` can tell: officers have a privacy
    too, and a model needs no more than to tell one from another."""

    def named(user: str) -> str:
        return f"officer-{hmac.digest(secret, f'labeller:{user}'.encode(), 'sha256').hex()[:12]}"

    return named


def labels_of_decisions(queue: ReviewQueue, name: Callable[[str], str]) -> Iterator[Label]:
    """Yield a label for every pair of the cases that people have decided, by case number.

    An approved proposal says which persons there are, and so tells of all pairs of its records, whichever the run put
    forward. "Different" makes the pairs put forward different persons. A proposal that was refused, or undone, tells
    nothing of the persons. One label a pair, signed by who decided last (the approver); ``name`` turns a user's name
    into the labeller's.
    """
    for case in queue.decided():
        if case.kind != REVERT:
            yield from _labels(case, name)


def _labels(case: Case, name: Callable[[str], str]) -> Iterator[Label]:
    decided = settled_by(case)
    if decided is None:
        return
    said = str(decided.reason) if decided.action is Action.DIFFERENT else str(decided.verdict)
    for left, right, same in told_by(case, decided):
        label, note = SAME if same else DIFFERENT, f"case {case.id}: {said}"
        yield Label(left, right, label, name(decided.actor), decided.at, note)


def settled_by(case: Case) -> Decision | None:
    """Return the last decision that says which records of a case are one person, None where nobody has said."""
    return next((taken for taken in reversed(case.history) if _settles(taken)), None)


def told_by(case: Case, decided: Decision) -> Iterator[tuple[str, str, bool]]:
    """Yield what :func:`settled_by` says of pairs of records: two record ids, and whether they are one person."""
    if decided.action is Action.APPROVE:
        return pairs_of(decided.persons or one_person(case.record_ids))
    return ((pair.left_id, pair.right_id, False) for pair in case.pairs if pair.standing.live)


def _settles(decision: Decision) -> bool:
    return decision.action in (Action.APPROVE, Action.DIFFERENT)
