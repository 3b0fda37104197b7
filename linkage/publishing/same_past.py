"""Do queue, store and reference share one past? An older queue knows nothing of what the others hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from linkage.errors import InvariantError
from linkage.nightly.project import Project
from linkage.reference.decisions import Decided
from linkage.review.anchors import ANCHOR_NAME, read_anchors
from linkage.review.sql import SqlQueue

_REMEDY: Final = "Restore workspace and database from one backup: linkage restore, docs/guide/backup.md"


def check_same_past(project: Project, queue: SqlQueue, run_id: str, decided: Iterable[Decided]) -> None:
    """Refuse a queue that is not the one that the last night was loaded into, or that the reference was made from.

    ``run_id``: of the last committed night, whose folder holds the head its queue ended with; a folder that is gone is
    not asked. ``decided``: the decisions in the reference.

    Raises:
        InvariantError: the queue is older than one of them, or another. InputDataError: the night's anchor is damaged.
    """
    anchor = project.out / run_id / ANCHOR_NAME
    if anchor.is_file() and not all(queue.holds(head) for head in read_anchors(anchor)):
        raise InvariantError(
            f"the queue is older than the workspace: it does not hold what run {run_id} left in it, or is another",
            where="[database] url",
            remedy=_REMEDY,
        )
    published = queue.published()
    lost = sum(one.effect not in published for one in decided)
    if lost:
        raise InvariantError(
            f"the queue is older than the reference: {lost} published decisions are not published in it",
            where="[database] url",
            remedy=_REMEDY,
        )
