"""Indirect standardisation pair by pair, with dictionaries: what the whole gives for pairs as hard as a group's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence


def expected_of_each(hits: Sequence[bool], strata: Sequence[Sequence[int]], prior_pairs: float) -> list[float]:
    """The recall to expect of every pair; ``strata`` from wide to narrow, a label per pair."""
    whole = sum(hits) / len(hits)
    rates = [whole] * len(hits)
    for labels in strata:
        members = defaultdict(list)
        for place, label in enumerate(labels):
            members[label].append(place)
        narrower = list(rates)
        for places in members.values():
            found = sum(hits[place] for place in places)
            wider = sum(rates[place] for place in places) / len(places)
            for place in places:
                narrower[place] = (found + prior_pairs * wider) / (len(places) + prior_pairs)
        rates = narrower
    shift = whole - sum(rates) / len(rates)
    return [min(1.0, max(0.0, rate + shift)) for rate in rates]


def plain_standardised(hits: Sequence[bool], stratum: Sequence[int], group: Sequence[int], wanted: int) -> float:
    """A group's recall less the recall that the whole's strata give for the group's mixture, nothing drawn together."""
    mine = [place for place, label in enumerate(group) if label == wanted]
    observed = sum(hits[place] for place in mine) / len(mine)
    expected = 0.0
    for label in {stratum[place] for place in mine}:
        everyone = [place for place in range(len(hits)) if stratum[place] == label]
        share = sum(stratum[place] == label for place in mine) / len(mine)
        expected += share * sum(hits[place] for place in everyone) / len(everyone)
    return observed - expected
