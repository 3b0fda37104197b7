"""What stewards have decided, in the form of labels."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Final

from linkage.labelling.labels import DIFFERENT, SAME, Label
from linkage.review.cases import Action, Case, Decision, Scope, State, Verdict
from linkage.review.repository import ReviewQueue

_DECIDED: Final = (State.DISETUJUI, State.BUKAN_GANDA, State.KEMBAR)
_ALL: Final = 2**31 - 1


def opaque_names(secret: bytes) -> Callable[[str], str]:
    """Return a function from user names to names that only the holder of ``secret`` can tell: officers have a privacy
    too, and a model needs no more than to tell one from another."""

    def named(user: str) -> str:
        return f"officer-{hmac.digest(secret, f'labeller:{user}'.encode(), 'sha256').hex()[:12]}"

    return named


def labels_of_decisions(queue: ReviewQueue, name: Callable[[str], str]) -> Iterator[Label]:
    """Yield a label for every pair of the cases that people have decided, by case number.

    An approved duplicate makes all pairs of its records the same person. "Different", and an approved split of a shared
    NIK, make the pairs put forward different persons. A proposal that was refused tells nothing of the persons. One
    label a pair, signed by who decided last (the approver); ``name`` turns a user's name into the labeller's.
    """
    nation = Scope("")
    numbers = sorted(case.id for state in _DECIDED for case in queue.list(scope=nation, state=state, limit=_ALL))
    for number in numbers:
        yield from _labels(queue.get(number, scope=nation), name)


def _labels(case: Case, name: Callable[[str], str]) -> Iterator[Label]:
    decided = next((taken for taken in reversed(case.history) if _settles(taken)), None)
    if decided is None:
        return
    duplicate = decided.action is Action.APPROVE and decided.verdict is Verdict.DUPLICATE
    if duplicate:
        pairs = list(combinations(case.record_ids, 2))
    else:
        pairs = [(pair.left_id, pair.right_id) for pair in case.pairs if pair.standing.live]
    said = str(decided.reason) if decided.action is Action.DIFFERENT else str(decided.verdict)
    label, note = SAME if duplicate else DIFFERENT, f"case {case.id}: {said}"
    for left, right in pairs:
        yield Label(left, right, label, name(decided.actor), decided.at, note)


def _settles(decision: Decision) -> bool:
    return decision.action in (Action.APPROVE, Action.DIFFERENT)
