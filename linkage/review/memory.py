"""What was settled about pairs before, and what that means for a case a run finds again.

Settled is settled through a change of model or run: a pair called different (or refused by an approver) is
not put forward again while its fingerprint is unchanged; a pair approved as one person is not asked again
at all. A judgement on a shared NIK says that two persons exist, and so also settles whether they are one;
the reverse does not hold, for two persons may come to share a NIK later. What is taken back is the word of its own
family alone: that a NIK is asked about again is no doubt of who the persons are.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from linkage.review.cases import REOPENED, CaseIn, Family, Judgement, Pair, PairIn, Standing, family_of, standing_words
from linkage.review.families import family_json
from linkage.words.kept import to_json


class Memory:
    """The judgement that counts of each pair. Judgements are given oldest first."""

    def __init__(self, judgements: Iterable[Judgement]) -> None:
        told = tuple(judgements)
        self._latest = _by_pair(standing_words(told))
        self._latest_shared = _by_pair(judged for judged in told if judged.family is Family.SHARED)

    def cannot_links(self) -> list[tuple[str, str, bytes]]:
        """Return (left id, right id, fingerprint) of each pair that counts as "different", sorted."""
        different = (judged for judged in self._latest.values() if judged.standing is Standing.DIFFERENT)
        return sorted((judged.left_id, judged.right_id, judged.fingerprint) for judged in different)

    def arrive(self, case: CaseIn) -> Arrival:
        """Return ``case`` with the standing of each of its pairs."""
        known = self._latest_shared if family_of(case.kind) is Family.SHARED else self._latest
        standings: list[Standing] = []
        judged: list[Judgement | None] = []
        for pair in case.pairs:
            found = known.get((pair.left_id, pair.right_id))
            standings.append(_standing(pair, found))
            judged.append(found)
        if Standing.PROPOSED in standings and any(judged):
            standings = _implied(case, standings, judged)
        reopened = Standing.REOPENED in standings
        return Arrival(
            case,
            tuple(_stand(pair, standing) for pair, standing in zip(case.pairs, standings, strict=True)),
            tuple(sorted({*case.reasons, REOPENED})) if reopened else case.reasons,
        )


def _by_pair(judgements: Iterable[Judgement]) -> dict[tuple[str, str], Judgement]:
    return {(judged.left_id, judged.right_id): judged for judged in judgements}


@dataclass(frozen=True)
class Arrival:
    """A case as it would stand in the queue."""

    case: CaseIn
    pairs: tuple[Pair, ...]
    reasons: tuple[str, ...]

    @cached_property
    def explained(self) -> tuple[dict[str, Any] | None, ...]:
        """The evidence of each pair as JSON values, None where it was not kept."""
        return tuple(None if pair.explained is None else to_json(pair.explained) for pair in self.pairs)

    @property
    def settled(self) -> bool:
        """Whether the case has pairs and none of them needs a decision."""
        return bool(self.pairs) and not any(pair.standing.live for pair in self.pairs)

    @property
    def suppressed(self) -> bool:
        """Whether the case stays out because a pair of it was called different, or was refused."""
        refused = (Standing.DIFFERENT, Standing.REJECTED, Standing.ASIDE)
        return self.settled and any(pair.standing in refused for pair in self.pairs)

    def content(self) -> bytes:
        """Return a digest of what a steward's verdict is about: kind, scope, records, pairs and their fields."""
        pairs = [[pair.left_id, pair.right_id, pair.fingerprint.hex(), pair.standing] for pair in self.pairs]
        case = self.case
        return _digest([case.case_id, case.kind, case.scope, case.record_ids, sorted(pairs)])

    def snapshot(self) -> bytes:
        """Return a digest of all the rest that is shown: priority, reasons, scores, evidence, values, families."""
        pairs = [
            [pair.left_id, pair.right_id, pair.match_probability, pair.match_weight_log2, pair.evidence, explained]
            for pair, explained in zip(self.pairs, self.explained, strict=True)
        ]
        records = [
            [record.record_id, record.region, record.values, family_json(record.family)] for record in self.case.records
        ]
        return _digest([self.case.priority, self.reasons, sorted(pairs, key=lambda pair: pair[:2]), records])


def _standing(pair: PairIn, judged: Judgement | None) -> Standing:
    if judged is None or judged.standing is Standing.UNDECIDED:
        return Standing.PROPOSED
    if judged.standing is Standing.SAME or judged.fingerprint == pair.fingerprint:
        return judged.standing
    return Standing.REOPENED


def _implied(case: CaseIn, standings: list[Standing], judged: list[Judgement | None]) -> list[Standing]:
    """Settle new pairs between records that one earlier decision, still standing, spoke about together.

    A steward who called A, B and C three persons on the pairs AB and BC also spoke about A and C; a
    model that now scores AC too must not ask again. A record whose fields changed has only reopened pairs
    with the others, and so leaves the question open. Records that the decision put into one person are one; those it
    told apart are not.
    """
    spoken: dict[int, dict[str, Standing]] = defaultdict(dict)
    part = {record: record for record in case.record_ids}
    for pair, standing, found in zip(case.pairs, standings, judged, strict=True):
        if found is None or standing in (Standing.REOPENED, Standing.PROPOSED):
            continue
        about = spoken[found.case]
        if standing is Standing.SAME:
            joined, kept = part[pair.right_id], part[pair.left_id]
            part = {record: kept if own == joined else own for record, own in part.items()}
        for record in (pair.left_id, pair.right_id):
            if about.get(record, Standing.SAME) is Standing.SAME:
                about[record] = standing
    settled = list(standings)
    for place, pair in enumerate(case.pairs):
        if standings[place] is not Standing.PROPOSED:
            continue
        for about in spoken.values():
            if pair.left_id in about and pair.right_id in about:
                settled[place] = _between(about, part, pair)
    return settled


def _between(about: dict[str, Standing], part: dict[str, str], pair: PairIn) -> Standing:
    """Return how two records stand that one decision spoke about: one person, or what it called their parts."""
    ends = {part[pair.left_id], part[pair.right_id]}
    if len(ends) == 1:
        return Standing.SAME
    told = {standing for record, standing in about.items() if part[record] in ends}
    return next((standing for standing in _APART if standing in told), Standing.PROPOSED)


_APART = (Standing.DIFFERENT, Standing.ASIDE, Standing.REJECTED)


def _stand(pair: PairIn, standing: Standing) -> Pair:
    return Pair(
        pair.left_id,
        pair.right_id,
        pair.fingerprint,
        pair.match_probability,
        pair.match_weight_log2,
        pair.evidence,
        standing,
        explained=pair.explained,
    )


def _digest(content: object) -> bytes:
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()).digest()
