"""Guards: pairs that look alike and are, by their pattern, suspected of being different people.

Every guard is a function that returns bool (n_pairs,); :func:`guard_bits` folds them into one uint8 per pair. A guard
is a suspicion about a pattern, and a probability that has weighed the pattern beside everything else may answer it:
:func:`holding_guards` returns those that are left. Where one is left the pair is guarded: it makes no case of any kind
but ``SHARED_NIK``, and no cluster joins it. Two finished enrolments are no guard but
a kind of case (``BOTH_ENROLLED``), and a different sex is evidence for the model, for with one NIK it is a conflict to
be settled and no proof of two people.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from typing import Final

import numpy as np

from linkage.decision.agreement import Agreements
from linkage.decision.evidence import (
    Agreement,
    Bool,
    DecisionSettings,
    Float64,
    Int32,
    Int64,
    NameRelation,
    NikRelation,
    PairFacts,
    UInt8,
)
from linkage.spec import GuardWeight, guard_weight

ONE_NIK_SURER: Final = 400.0
"""On one NIK a guard is answered only where one person is so many times less doubtful than elsewhere."""


class Guard(IntFlag):
    """Bits of ``pair_guard``. STEWARD: a steward has called the two different (a cannot-link)."""

    TWIN = 1
    SIBLING = 2
    NAMESAKE = 4
    FAMILY = 8
    STEWARD = 16


SUSPICIONS: Final = (Guard.TWIN, Guard.SIBLING, Guard.NAMESAKE, Guard.FAMILY)
"""Guards that a probability may answer: all but a steward's word."""


def guard_bits(pairs: PairFacts, agreements: Agreements, cannot_links: Int32) -> UInt8:
    """Return the :class:`Guard` bits that hold for each pair, uint8 (n_pairs,)."""
    bits = np.zeros(pairs.n_pairs, np.uint8)
    for guard, holds in (
        (Guard.TWIN, _any_twins(pairs, agreements)),
        (Guard.SIBLING, sibling_guard(pairs, agreements)),
        (Guard.NAMESAKE, namesake_guard(pairs, agreements)),
        (Guard.FAMILY, family_guard(pairs, agreements)),
        (Guard.STEWARD, steward_guard(pairs, cannot_links)),
    ):
        bits[holds] |= np.uint8(guard)
    return bits


def holding_guards(pairs: PairFacts, agreements: Agreements, bits: UInt8, settings: DecisionSettings) -> UInt8:
    """Return the guards that still hold beside the probability, uint8 (n_pairs,): a subset of ``bits``.

    A model that has weighed the guards (``guards_weighed``) knows how often their pattern is one person with damaged
    fields. Where its probability reaches ``guard_answered_at``, twins, siblings, namesakes, parent and child are
    answered. On one NIK the odds against must be :data:`ONE_NIK_SURER` times as small: two people on one NIK are never
    to be taken for one. Never answered are

    - a steward's word, which is a decision and no suspicion;
    - papers that say two persons: two birth certificates, two finished enrolments under two NIKs.
    """
    if settings.guard_answered_at is None or not pairs.guards_weighed:
        return bits
    doubt = (1.0 - settings.guard_answered_at) / np.where(agreements.same_nik, ONE_NIK_SURER, 1.0)
    papers = agreements.other_certificate | (agreements.both_enrolled & agreements.other_nik)
    answered = (pairs.probability >= 1.0 - doubt) & ~papers
    return np.where(answered, bits & np.uint8(Guard.STEWARD), bits)


def guard_evidence(bits: UInt8, pairs: PairFacts, weights: Sequence[GuardWeight]) -> Float64:
    """Return what the guards that hold say, in bits of match weight, float64 (n_pairs,): the strongest of them.

    A guard without weights says nothing; by how names and NIKs relate it may have several. A steward's word is no
    evidence but a decision, and has no weight.
    """
    evidence = np.zeros(bits.shape)
    for guard in sorted({item.guard for item in weights}):
        table = np.array([[guard_weight(weights, guard, *_named(name, nik)) for nik in NikRelation]
                          for name in NameRelation])  # fmt: skip
        holds = np.flatnonzero(bits & Guard[guard.upper()])
        said = table[pairs.name_relation[holds], pairs.nik_relation[holds]]
        evidence[holds] = np.minimum(evidence[holds], said)
    return evidence


def twin_guard(pairs: PairFacts, agreements: Agreements) -> Bool:
    """Twins: born within a day of each other, in one family, under names that differ.

    Both dates are whole, and at most a day apart. One family: the same KK, the same mother's NIK, or mother's names
    that agree at least in part. Names differ when they do not agree on the phonetic key. Names that agree on it, or of
    which one is part of the other (``partial``), do not differ, so a typing error in the NIK beside them stays a typing
    error. A missing name (a newborn's placeholder) is not a different one. The guard holds on one NIK too.

    Look-alikes (``similar``) are twins as AHMAD HASAN and AHMAD HUSEIN are. Two things say otherwise: NIKs of
    different offices or days under one sex, for twins are registered together and share the first twelve digits (but
    for the 40 added to a woman's day); and NIKs a typing error apart, for those of twins differ in the serial.

    Papers count for more than names. With one certificate they are one child. With two, under NIKs of one office and
    day, they are two children, though the names sound alike or one is part of the other.
    """
    relation = pairs.name_relation
    apart = (pairs.nik_relation == NikRelation.DIFFERENT) & ~agreements.sex_differs
    apart |= pairs.nik_relation == NikRelation.TYPO
    names_differ = (relation == NameRelation.DIFFERENT) | ((relation == NameRelation.SIMILAR) & ~apart)
    names_differ &= ~_slip(pairs, agreements)
    two_children = (pairs.nik_relation == NikRelation.PREFIX) & agreements.other_certificate
    names_differ |= two_children & ((relation == NameRelation.PARTIAL) | (relation == NameRelation.PHONETIC))
    alone = _one_by_papers(agreements)
    holds: Bool = agreements.births_within_a_day & _one_family(pairs, agreements) & names_differ & ~alone
    return holds


def twin_at_home(pairs: PairFacts) -> Bool:
    """A twin at home: somebody else on the card of one of the two was born on the same day.

    A nameless newborn, or a copy under a garbled name, may be of either twin. Only a model that weighs families knows
    of this, and only such a model can answer it.
    """
    return np.zeros(pairs.n_pairs, np.bool_) if pairs.twin_at_home is None else pairs.twin_at_home


def twins_on_one_nik(pairs: PairFacts, agreements: Agreements) -> Bool:
    """Children to whom an office gave one NIK: one family, one regency, and names or certificates that differ.

    Either is enough on one birth date: a day apart at most, or without contradiction, for a day and month that were
    exchanged are no other day. Two names under two certificates are enough whatever the dates say: one NIK holds one
    date, so that dates which differ tell of a mistake and not of who it is.

    Nothing but a letter tells twins from one child that was entered twice. Only a model that has weighed everything
    can answer this, so it is asked of no other.
    """
    if not pairs.guards_weighed:
        return np.zeros(pairs.n_pairs, np.bool_)
    at_one_office = agreements.same_nik & ~agreements.two_regencies
    one_day = agreements.births_within_a_day | agreements.births_agree
    other_name, other_paper = pairs.name_relation != NameRelation.EQUAL, agreements.other_certificate
    differ = (one_day & (other_name | other_paper)) | (other_name & other_paper)
    holds: Bool = at_one_office & _one_family(pairs, agreements) & differ
    return holds


def _any_twins(pairs: PairFacts, agreements: Agreements) -> Bool:
    return twin_guard(pairs, agreements) | twin_at_home(pairs) | twins_on_one_nik(pairs, agreements)


def sibling_guard(pairs: PairFacts, agreements: Agreements) -> Bool:
    """Siblings: in one family, born more than a few months apart, under names that differ.

    Names that are merely ``similar`` or ``partial`` count as different here (MUHAMMAD and MUHAMMAD RIZKI, three years
    apart), but not beside one NIK or NIKs that differ by a typing error: siblings' NIKs hold different dates. With one
    certificate they are one child.
    """
    relation = pairs.name_relation
    lookalike = (relation == NameRelation.SIMILAR) | (relation == NameRelation.PARTIAL)
    differ = (relation == NameRelation.DIFFERENT) | (lookalike & ~_nik_nearly_same(pairs, agreements))
    differ &= ~_slip(pairs, agreements) & ~_one_by_papers(agreements)
    holds: Bool = agreements.births_far_apart & _one_family(pairs, agreements) & differ
    return holds


def namesake_guard(pairs: PairFacts, agreements: Agreements) -> Bool:
    """Namesakes: nothing but name and date speaks for them, and at least one other bearer of both is expected.

    No support at all from parents (names or NIK), address, KK, NIK, place of birth or birth certificate. Names that
    agree less than fully are guarded as well, having less to say still; a missing name has no namesakes. However rare
    the name: where *both* parents are known and both differ, neither is sharing a birthplace, nor what follows from it:
    NIKs of one office and day, or but a digit apart.
    """
    firm = (
        agreements.same_kk
        | agreements.same_mother_nik
        | agreements.same_nik
        | agreements.same_certificate
        | (pairs.nik_relation == NikRelation.EQUAL)
        | (pairs.address_agrees == Agreement.YES)
    )
    papers = firm | (pairs.nik_relation >= NikRelation.SEX_SHIFT)
    parents = (pairs.mother_relation >= NameRelation.SIMILAR) | (pairs.father_relation >= NameRelation.SIMILAR)
    support = papers | parents | (pairs.place_agrees == Agreement.YES)
    other_parents = (pairs.mother_relation == NameRelation.DIFFERENT) & (
        pairs.father_relation == NameRelation.DIFFERENT
    )
    # A comparison with nan is False: without a name there is no namesake.
    unsupported = ((pairs.expected_namesakes >= 1) & ~support) | (other_parents & ~firm)
    holds: Bool = unsupported & (pairs.name_relation >= NameRelation.SIMILAR)
    return holds


def family_guard(pairs: PairFacts, agreements: Agreements) -> Bool:
    """Parent and child: on one KK, born twelve years apart or more.

    Lifted where a wrong year is the likelier story: names that agree at least in part, with the same NIK (or but for
    a typing error), the same mother or the same birth certificate. Where a name is missing only the NIK can lift it.
    """
    nik = _nik_nearly_same(pairs, agreements)
    origin = _one_mother(pairs, agreements) | agreements.same_certificate
    named_alike = (pairs.name_relation >= NameRelation.PARTIAL) | _slip(pairs, agreements)
    nameless = pairs.name_relation == NameRelation.MISSING
    lifted = (named_alike & (nik | origin)) | (nameless & nik)
    holds: Bool = agreements.same_kk & agreements.births_generation_apart & ~lifted
    return holds


def steward_guard(pairs: PairFacts, cannot_links: Int32) -> Bool:
    """Different by decision: a steward has said so, and no compared field has changed since."""
    return np.isin(_pair_keys(pairs.left, pairs.right), _pair_keys(cannot_links[:, 0], cannot_links[:, 1]))


def _one_mother(pairs: PairFacts, agreements: Agreements) -> Bool:
    holds: Bool = agreements.same_mother_nik | (pairs.mother_relation >= NameRelation.PARTIAL)
    return holds


def _one_family(pairs: PairFacts, agreements: Agreements) -> Bool:
    holds: Bool = agreements.same_kk | _one_mother(pairs, agreements)
    return holds


def _slip(pairs: PairFacts, agreements: Agreements) -> Bool:
    """A slip of the keyboard: one name written twice, for twins bear names that exist. Not beside two certificates."""
    slip = np.zeros(pairs.n_pairs, np.bool_) if pairs.name_slip is None else pairs.name_slip
    holds: Bool = slip & ~agreements.other_certificate
    return holds


def _one_by_papers(agreements: Agreements) -> Bool:
    """One certificate, or one NIK in two regencies: who moves keeps the NIK. Twins and siblings share neither.

    Not so beside two certificates; and one NIK twice in one regency may as well have been given to two.
    """
    mover = agreements.same_nik & agreements.two_regencies & ~agreements.other_certificate
    holds: Bool = agreements.same_certificate | mover
    return holds


def _named(name: NameRelation, nik: NikRelation) -> tuple[str, str]:
    return name.name.lower(), nik.name.lower()


def _nik_nearly_same(pairs: PairFacts, agreements: Agreements) -> Bool:
    holds: Bool = agreements.same_nik | (pairs.nik_relation == NikRelation.TYPO)
    return holds


def _pair_keys(left: Int32, right: Int32) -> Int64:
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    keys: Int64 = (low << 32) | high
    return keys
