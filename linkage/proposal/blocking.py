"""Which blocking rules to propose: as much of the expected matches as a budget of pairs can buy.

Every rule made of one, two or three key forms is priced on the file itself: the pairs of its blocks under the cap. What
it would find is worked out on simulated matches: each key form agrees as often as :class:`KeyForm` says, forms of one
attribute agree together, some matches are damaged more than others, and what is missing follows the file. Rules are
then taken one by one, each time the one that finds most new matches for its pairs (the greedy rule for a budgeted
cover; Khuller, Moss and Naor 1999). A pair that two rules bring is compared once: when the budget seems spent, the
pairs of all rules together are counted as ``linkage plan`` counts them, and what is left over buys more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import build_rule_index
from linkage.blocking.placeholders import Placeholders, find_placeholders
from linkage.encode import EncodedRecords
from linkage.proposal.evidence import Evidence
from linkage.proposal.names import names_apart
from linkage.proposal.together import pairs_added
from linkage.spec import RuleSpec

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]

_SIMULATED: Final = 10_000
_MOST_RULES: Final = 30
_LEAST_GAIN: Final = 0.0002
"""A rule must find so large a share of the matches that no rule before it finds."""

_DAMAGE: Final = ((0.5, 0.7), (0.3, 1.5), (0.2, 3.0))
"""Shares of matches, and how many times the usual disagreement they have: errors pile up on some. On average 1.4 times,
for a rule too many costs seconds, and one too few costs matches."""

_ROOM_FOR_ALL: Final = 4
"""All pairs are compared when the budget is so many times their number; above, rules find nearly all of them."""

_CAP: Final = 2_000
_CAP_OF_WORDS: Final = 150
"""Words that few share find people by any part of a name, so a rule of words alone is offered with a low cap too."""

_RECOUNTS: Final = 3
_LEAST_REST: Final = 0.1
"""So often the pairs that rules have in common are given back to the budget, if they are such a part of it."""

_ALL_PAIRS: Final = "all_pairs"
_COST_OF_KEYS: Final = 1.0
"""Making and sorting a rule's keys costs as much as comparing so many pairs per record."""


@dataclass(frozen=True)
class ChosenRule:
    """A rule, the pairs of its blocks, the share of matches it adds, and the pairs that no rule before it brings.

    ``compared`` of all rules add up to what a run compares; it is estimated where the rules have very many pairs.
    """

    rule: RuleSpec
    pairs: int
    gain: float
    compared: int = 0


def choose_rules(
    evidence: Sequence[Evidence],
    records: EncodedRecords,
    budget: int,
    *,
    compared: Sequence[frozenset[str]] = (),
    seed: int = 0,
) -> tuple[tuple[ChosenRule, ...], float]:
    """Return the rules in the order they were taken, and the share of matches they are expected to find.

    ``compared``: by comparison, the fields it depends on; each is left free by one rule at least where the budget
    allows it, or nothing could be learned of it.

    ``budget``: pairs that the rules compare together, at most. With so few records that all pairs are a quarter of it,
    a rule without keys is the last. There is no rule when none has few enough pairs.
    """
    everything = _all_pairs(records)
    keyed = [item for item in evidence if item.keys]
    agrees = _simulate(keyed, records, np.random.default_rng(seed))
    rarity = {form.key: _share_a_key(form.key, records) for item in keyed for form in item.keys}
    offers = [
        _Offer(rule, found, _guess(rule, rarity, everything, records.n_records))
        for rule, found in _candidates(keyed, agrees, rarity, records.n_records)
    ]
    placeholders = find_placeholders(records.columns, records.left_count)
    chosen, found = _take(offers, records, placeholders, budget, compared)
    chosen = _named_apart(chosen)
    if everything <= budget // _ROOM_FOR_ALL:
        # All pairs are few. The other rules stay: a model is learned from pairs that are matches often enough.
        last = RuleSpec(_ALL_PAIRS, (), cap=max(2, records.n_records))
        chosen, found = (*chosen, ChosenRule(last, everything, 1.0 - found)), 1.0
    added = pairs_added([item.rule for item in chosen], records, placeholders)
    return tuple(replace(item, compared=pairs) for item, pairs in zip(chosen, added, strict=True)), found


def _named_apart(chosen: Sequence[ChosenRule]) -> tuple[ChosenRule, ...]:
    """Return the rules under different names: the field ``a_year`` and the year of the field ``a`` read the same."""
    names = names_apart([item.rule.name for item in chosen], taken=(_ALL_PAIRS,))
    return tuple(replace(item, rule=replace(item.rule, name=name)) for item, name in zip(chosen, names, strict=True))


def _guess(rule: RuleSpec, rarity: Mapping[str, float], everything: int, n_records: int) -> float:
    """Return the pairs of a rule whose keys were independent; a cap holds them down."""
    return min(everything * float(np.prod([rarity[key] for key in rule.keys])), rule.cap * n_records / 2)


@dataclass
class _Offer:
    """A rule that may be taken: what it finds of the simulated matches, bool (_SIMULATED,), and its pairs.

    ``pairs`` is a guess from the rarity of its keys until ``exact``.
    """

    rule: RuleSpec
    found: Bool
    pairs: float
    exact: bool = False

    def gain(self, covered: Bool) -> float:
        """Return the share of matches it finds that are not covered."""
        return float(np.count_nonzero(self.found & ~covered)) / _SIMULATED

    def price(self, records: EncodedRecords, placeholders: Placeholders, rng: np.random.Generator) -> None:
        """Count its pairs; a record that has no key left but those of blocks over the cap is not found by it."""
        index, report, _ = build_rule_index(
            self.rule, records.columns, records.n_records, left_count=records.left_count, placeholders=placeholders
        )
        self.pairs, self.exact = float(report.pairs), True
        reached = int(np.unique(index.members).size)
        lost = min(report.cut_records, report.records - reached) / max(1, report.records)
        self.found &= rng.random(_SIMULATED) >= lost


def _take(
    offers: list[_Offer],
    records: EncodedRecords,
    placeholders: Placeholders,
    budget: int,
    compared: Sequence[frozenset[str]],
) -> tuple[tuple[ChosenRule, ...], float]:
    """Take the best offer again and again; only those that come first are priced exactly."""
    chosen: list[ChosenRule] = []
    nothing = np.zeros(_SIMULATED, np.bool_)
    covered = nothing.copy()
    left = float(budget)
    pricing = _Pricing(records, placeholders, np.random.default_rng(0))
    useful = list(offers)
    recounts = _RECOUNTS
    while useful and len(chosen) < _MOST_RULES:
        best, gains = pricing.best(useful, covered, min(left, budget / 3))
        if best is None or gains[best] < _LEAST_GAIN:
            spent = sum(pairs_added([item.rule for item in chosen], records, placeholders)) if recounts else budget
            if budget - spent <= max(left, _LEAST_REST * budget):
                break
            left, recounts = float(budget - spent), recounts - 1
            continue
        offer = useful[best]
        useful = [item for place, item in enumerate(useful) if place != best and gains[place] >= _LEAST_GAIN / 2]
        chosen.append(ChosenRule(offer.rule, int(offer.pairs), float(gains[best])))
        covered |= offer.found
        left -= offer.pairs
    for fields in compared:
        if any(_free(item.rule, fields) for item in chosen):
            continue
        free = [offer for offer in offers if _free(offer.rule, fields)]
        best, _ = pricing.best(free, nothing, left)
        if best is not None:
            chosen.append(ChosenRule(free[best].rule, int(free[best].pairs), free[best].gain(covered)))
            covered |= free[best].found
            left -= free[best].pairs
    return tuple(chosen), float(covered.mean())


def _free(rule: RuleSpec, fields: frozenset[str]) -> bool:
    return not any(key.partition(".")[0] in fields for key in rule.keys)


@dataclass
class _Pricing:
    """Prices offers on the file, as few as decide."""

    records: EncodedRecords
    placeholders: Placeholders
    rng: np.random.Generator

    def best(self, offers: Sequence[_Offer], covered: Bool, most: float) -> tuple[int | None, Float64]:
        """Return the place of the best offer of at most ``most`` pairs, its price exact, and what each offer gains.

        None without one. Gains are counted again once a price is known: a rule whose blocks are cut finds less.
        """
        gains = np.array([offer.gain(covered) for offer in offers])
        while True:
            costs = np.array([offer.pairs for offer in offers])
            worth = np.where(costs <= most, gains, 0.0) / np.sqrt(costs + _COST_OF_KEYS * self.records.n_records)
            if not worth.size or worth.max() <= 0.0:
                return None, gains
            place = int(np.argmax(worth))
            if offers[place].exact:
                return place, gains
            offers[place].price(self.records, self.placeholders, self.rng)
            gains[place] = offers[place].gain(covered)


def _all_pairs(records: EncodedRecords) -> int:
    n, left = records.n_records, records.left_count
    return n * (n - 1) // 2 if left < 0 else left * (n - left)


def _simulate(evidence: Sequence[Evidence], records: EncodedRecords, rng: np.random.Generator) -> dict[str, Bool]:
    """Return bool (_SIMULATED,) by key: on which of the simulated matches the two records agree on it."""
    shares, factors = zip(*_DAMAGE, strict=True)
    factor = np.array(factors)[rng.choice(len(factors), _SIMULATED, p=shares)]
    n, left = records.n_records, records.left_count
    one = rng.integers(0, n if left < 0 else left, _SIMULATED)
    other = rng.integers(max(left, 0), n, _SIMULATED)
    agrees: dict[str, Bool] = {}
    for item in evidence:
        draw = rng.random(_SIMULATED)
        for form in item.keys:
            codes = records.columns[form.field].codes
            present = (codes[one] >= 0) & (codes[other] >= 0)
            agrees[form.key] = present & (draw >= np.minimum((1.0 - form.agreement) * factor, 0.95))
    return agrees


def _candidates(
    evidence: Sequence[Evidence], agrees: dict[str, Bool], rarity: Mapping[str, float], n_records: int
) -> Iterator[tuple[RuleSpec, Bool]]:
    """Yield rules of one key form, of two of different attributes, and of three where two are too common.

    A longer rule than needed finds less and saves nothing, so groups that are rare already are not extended.
    """
    forms = [form for item in evidence for form in item.keys]
    fields = {form.key: place for place, item in enumerate(evidence) for form in item.keys}
    # A whole name with one of its parts asks for no more than two parts do.
    words = {place for place, item in enumerate(evidence) if item.role == "full_name"}
    parts = {place for place, item in enumerate(evidence) if item.role in ("given_name", "surname", "middle_name")}
    for size in (1, 2, 3):
        for chosen in combinations(forms, size):
            keys = tuple(form.key for form in chosen)
            places = {fields[key] for key in keys}
            if len(places) < size or (places & words and places & parts) or not _needed(keys, rarity, n_records):
                continue
            found = np.logical_and.reduce([agrees[key] for key in keys])
            name = "_and_".join(key.replace(".", "_") for key in keys)
            yield RuleSpec(name, keys, cap=_CAP), found
            if size == 1 and keys[0].endswith(".tokens"):
                yield RuleSpec(f"rare_{name}", keys, cap=_CAP_OF_WORDS), found.copy()


def _needed(keys: tuple[str, ...], rarity: Mapping[str, float], n_records: int) -> bool:
    """Tell whether no shorter rule of these keys is rare already: fewer than a pair for every two records."""
    if len(keys) == 1:
        return True
    rarest = sorted(rarity[key] for key in keys)[: len(keys) - 1]
    return float(np.prod(rarest)) * n_records > 1.0


def _share_a_key(key: str, records: EncodedRecords) -> float:
    """Return the probability that two random records share a key of this form, from the sizes of its blocks."""
    name, _, form = key.partition(".")
    column = records.columns[name]
    sets = column.content.key_sets[form or "value"]
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.content.values)).astype(np.float64)
    weights = np.repeat(counts, np.diff(sets.offsets))
    _, place = np.unique(sets.keys, return_inverse=True)
    sizes = np.bincount(place, weights=weights)
    return float((sizes**2).sum()) / max(1, records.n_records) ** 2
