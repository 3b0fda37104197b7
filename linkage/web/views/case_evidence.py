"""What speaks for and against one person, pair by pair: in sentences, and in bits for who asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from linkage.review.cases import Case, Pair, Standing
from linkage.review.masking import visible
from linkage.review.terminal_layout import Style
from linkage.review.terminal_records import evidence_words
from linkage.words.explained import Explained
from linkage.words.levels import Language

TOLD: Final = 10
"""Pairs of a case that are told in full: of twelve records there are 66, and nobody reads them."""

SUM: Final = "all"
"""The group of what all fields add up to."""

CHART: Final = 400
"""Units that the widest waterfall takes."""


@dataclass(frozen=True)
class Bar:
    """A step of the waterfall: what adds how many bits, drawn from ``left`` over ``width`` of :data:`CHART` units."""

    label: str
    bits: float
    left: float
    width: float


@dataclass(frozen=True)
class PairEvidence:
    """Two records by their numbers, how the pair stands, and what was found.

    ``supports``, ``against``, ``little``, ``missing``, ``suspicions``: sentences without full stops; ``family``: what
    the other members of both families say. ``levels``: each comparison in words, where no sentences were kept.
    ``probability``, ``weight`` and ``bars`` only where they are asked for. Of a pair that is not told in full there is
    how it stands.
    """

    left: int
    right: int
    standing: Standing
    supports: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    little: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    suspicions: tuple[str, ...] = ()
    family: str = ""
    levels: tuple[str, ...] = ()
    probability: float | None = None
    weight: float | None = None
    bars: tuple[Bar, ...] = ()

    @property
    def told(self) -> bool:
        """Whether there is anything to say of it."""
        return bool(self.supports or self.against or self.little or self.levels or self.family)


def evidence(case: Case, language: Language, *, score: bool) -> tuple[PairEvidence, ...]:
    """Return the pairs of a case: those to be decided first, and of these the most doubtful.

    The first :data:`TOLD` are told in full.
    """
    number = {record: place for place, record in enumerate(case.record_ids, start=1)}
    doubtful = sorted(case.pairs, key=lambda pair: (not pair.standing.live, pair.match_probability))
    told = [_told(pair, number[pair.left_id], number[pair.right_id], language, score) for pair in doubtful[:TOLD]]
    rest = [PairEvidence(number[pair.left_id], number[pair.right_id], pair.standing) for pair in doubtful[TOLD:]]
    return (*told, *rest)


def _told(pair: Pair, left: int, right: int, language: Language, score: bool) -> PairEvidence:
    explained = pair.explained
    numbers = (pair.match_probability, pair.match_weight_log2) if score else (None, None)
    if explained is None:
        words = tuple(visible(text) for text in evidence_words(pair.evidence, Style(language=language)))
        return PairEvidence(
            left, right, pair.standing, levels=words, probability=numbers[0], weight=numbers[1]
        )  # fmt: skip
    sides = explained.speaking()
    # That all fields together lean one way is the score in words: told with the score, to who asks for it.
    said = {
        side: tuple(group.sentence(language) for group in groups if group.findings and (score or group.group != SUM))
        for side, groups in sides.items()
    }
    # What a missing value adds stands in the waterfall; said among the reasons, it would be read as one.
    untold = tuple(group.sentence(language) for groups in sides.values() for group in groups if not group.findings)
    family = explained.family.sentence(language) if explained.family is not None else ""
    return PairEvidence(
        left,
        right,
        pair.standing,
        supports=said["for"],
        against=said["against"],
        little=tuple(sentence for sentence in said["little"] if sentence != family),
        missing=(*(finding.say(language) for finding in explained.missing), *untold),
        suspicions=tuple(guard.finding.say(language) for guard in explained.guards),
        family="" if family in (*said["for"], *said["against"]) else family,
        probability=numbers[0],
        weight=numbers[1],
        bars=waterfall(explained, language) if score else (),
    )


def waterfall(explained: Explained, language: Language) -> tuple[Bar, ...]:
    """Return the steps from the prior to the weight, each drawn from where the one before it ended."""
    return bars(explained.terms(language))


def bars(steps: Sequence[tuple[str, float]]) -> tuple[Bar, ...]:
    """Return steps (label, bits) as bars that follow each other on one scale, which holds zero and all their ends."""
    ends = [0.0]
    for _, bits in steps:
        ends.append(ends[-1] + bits)
    least, most = min(ends), max(ends)
    scale = CHART / ((most - least) or 1.0)
    return tuple(
        Bar(label, bits, round((min(start, start + bits) - least) * scale, 1), round(max(abs(bits) * scale, 1.0), 1))
        for (label, bits), start in zip(steps, ends, strict=False)
    )
