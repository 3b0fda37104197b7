"""What whoever commits to the reference asks first: under which number, and does the feed of closed NIKs begin anew?

A backup that was restored knows nothing of what went out after it was taken; the folders of what went out do.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import InvariantError
from linkage.publishing.change_sets import ALIAS_SEQUENCE, last_sequence
from linkage.reference.alias_feed import BEGUN_AFTER
from linkage.reference.folders import sent
from linkage.reference.store import Reference
from linkage.review.sql import SqlQueue
from linkage.run.manifest import MANIFEST_NAME


def next_number(reference: Reference, queue: SqlQueue, publications: Path) -> int:
    """Return a number that nobody has used: beyond the last one, one that was begun, all stopped since, and all whose
    files went out before an older backup was restored.

    It stays the same until something is committed, stopped or marked: what was killed before gets it again.

    Args:
        publications: where the folders of publications are.
    """
    begun = queue.begun(reference.number)
    stopped = [stop.number for stop in queue.stops(reference.number)]
    out = [number for number, _ in sent(publications)]
    return max([reference.number, begun[0] if begun else 0, *stopped, *out]) + 1


def begun_anew(reference: Reference, publications: Path) -> dict[str, int]:
    """Return what the next row of the ledger counts when institutions were told of NIKs in publications that a restored
    backup does not know: the last ``sequence`` they were told. Empty when they were not.

    Raises:
        InvariantError: what they were told cannot be read.
    """
    lost = [folder for number, folder in sent(publications) if number > reference.number]
    told = max(map(_told_until, lost), default=0)
    return {BEGUN_AFTER: told} if told and told > last_sequence(reference) else {}


def _told_until(folder: Path) -> int:
    """Return the last ``sequence`` that institutions had been told when a publication was out."""
    file = folder / MANIFEST_NAME
    if not file.is_file():
        return 0
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if ALIAS_SEQUENCE in told:
            return int(told[ALIAS_SEQUENCE])
        # Of a version whose manifests did not say: what this one told itself; all later ones are looked at as well.
        return int(pc.max(pq.read_table(folder / "alias" / "alias.parquet").column("sequence")).as_py() or 0)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InvariantError(
            "of a publication that went out, what institutions were told of NIKs cannot be read",
            where=str(file),
            remedy="Put the folder back as it was, or move it away if nobody has got it",
        ) from error
