"""Several labellers' answers made one label a pair: the majority's; each one's own answer is kept beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linkage.labelling.labels import UNSURE, Label, in_time


@dataclass(frozen=True)
class Consolidated:
    """What all labellers together say of a pair; ``left_id``, ``right_id`` as the first of them wrote it.

    ``answers``: label by labeller, sorted. ``inclusion``: of the first answer that has one, else None.
    """

    left_id: str
    right_id: str
    label: str
    answers: Mapping[str, str]
    inclusion: float | None

    @property
    def agreed(self) -> bool:
        """Whether all who answered gave the same answer."""
        return len(set(self.answers.values())) == 1


def consolidate(labels: Iterable[Label], *, across: bool = False) -> tuple[Consolidated, ...]:
    """Return one label for each pair, in the order of first labelling.

    Of one labeller's answers to a pair the last given counts. The label is that of the majority of those who were sure;
    a tie, or nobody sure, is unsure. ``across``: left and right are records of two files, so that A
    with B is not B with A; else it is.
    """
    by_pair: dict[tuple[str, str], list[Label]] = {}
    for label in in_time(labels):
        pair = (label.left_id, label.right_id) if across else label.pair
        by_pair.setdefault(pair, []).append(label)
    return tuple(_consolidated(given) for given in by_pair.values())


def _consolidated(given: list[Label]) -> Consolidated:
    answers = {label.labeller: label.label for label in given}
    votes = Counter(answer for answer in answers.values() if answer != UNSURE).most_common(2)
    clear = bool(votes) and (len(votes) == 1 or votes[0][1] > votes[1][1])
    inclusion = next((label.inclusion for label in given if label.inclusion is not None), None)
    return Consolidated(
        given[0].left_id, given[0].right_id, votes[0][0] if clear else UNSURE, dict(sorted(answers.items())), inclusion
    )
