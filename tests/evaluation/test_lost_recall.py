"""Recall lost to blocking is estimated without truth, and its interval holds the truth where the truth is known."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import UsageError
from linkage.evaluation.lost_recall import LostRecall, estimate_lost_recall, recall_manifest

RULES = (
    "nik",
    "name date",
    "name mother",
    "date mother",
    "card",
    "date place",
    "name place",
    "father mother",
    "nik date",
)
FIELDS = tuple(frozenset(rule.split()) for rule in RULES)
DAMAGE = {
    "even": ((1.0, 0.15),),
    "piled up": ((0.6, 0.08), (0.3, 0.25), (0.1, 0.5)),
    "rare": ((0.97, 0.03), (0.03, 0.4)),
}


def true_pairs(
    n: int, rules: tuple[frozenset[str], ...], damage: str, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Masks of ``n`` true pairs, found or not, and how hard each is: a field differs more often on a hard pair."""
    rng = np.random.default_rng(seed)
    shares, rates = zip(*DAMAGE[damage], strict=True)
    hard = rng.choice(len(rates), n, p=shares)
    names = sorted(frozenset().union(*rules))
    agrees = {name: rng.random(n) >= np.array(rates)[hard] for name in names}
    masks = np.zeros(n, np.uint64)
    for number, fields in enumerate(rules):
        met = np.logical_and.reduce([agrees[name] for name in sorted(fields)])
        masks |= met.astype(np.uint64) << np.uint64(number)
    return masks, hard, rng.random(n)


def estimated(masks: np.ndarray, rules: tuple[frozenset[str], ...] = FIELDS) -> LostRecall:
    found = masks[masks != 0]
    return estimate_lost_recall(found, np.ones(found.size), rules)


SETTINGS = [
    (damage, rules, n, seed)
    for damage in DAMAGE
    for rules in (FIELDS, FIELDS[:5], FIELDS[1:7], FIELDS[::2])
    for n, seed in ((400, 1), (4_000, 2), (40_000, 3))
]


def test_the_interval_holds_the_true_recall_in_nearly_all_settings():
    held, far = [], []
    for damage, rules, n, seed in SETTINGS:
        masks, _, _ = true_pairs(n, rules, damage, seed)
        lost = estimated(masks, rules)
        truth = float((masks != 0).mean())
        held.append(lost.low <= truth <= lost.high)
        far.append(abs(lost.recall - truth))
    assert np.mean(held) >= 0.9
    assert np.median(far) < 0.02


@pytest.mark.parametrize("damage", DAMAGE)
def test_more_rules_mean_less_lost(damage):
    masks, _, _ = true_pairs(20_000, FIELDS, damage, seed=4)
    few = estimated(masks & np.uint64(0b10011), tuple(FIELDS[rule] for rule in (0, 1, 2, 3, 4)))
    many = estimated(masks)
    assert many.missed < few.missed


def test_a_probability_counts_as_that_part_of_a_pair():
    masks, _, _ = true_pairs(5_000, FIELDS, "piled up", seed=5)
    found = masks[masks != 0]
    doubled = estimate_lost_recall(np.repeat(found, 2), np.full(2 * found.size, 0.5), FIELDS)
    once = estimated(masks)
    assert doubled.found == pytest.approx(once.found)
    assert doubled.missed == pytest.approx(once.missed)


def test_random_pairs_of_low_probability_change_little():
    masks, _, _ = true_pairs(5_000, FIELDS, "piled up", seed=6)
    found = masks[masks != 0]
    chance = np.full(20_000, np.uint64(1 << 5))
    mixed = estimate_lost_recall(
        np.concatenate([found, chance]), np.concatenate([np.ones(found.size), np.full(20_000, 1e-4)]), FIELDS
    )
    assert mixed.recall == pytest.approx(estimated(masks).recall, abs=0.003)


def test_a_field_that_every_rule_reads_is_named_and_nothing_is_promised():
    rules = tuple(fields | {"date"} for fields in FIELDS)
    masks, _, _ = true_pairs(4_000, rules, "piled up", seed=7)
    lost = estimated(masks, rules)
    assert (lost.blind_fields, lost.low) == (("date",), 0.0)


def test_a_rule_without_keys_compares_all_pairs_and_misses_none():
    masks = np.array([1, 3], np.uint64)
    lost = estimate_lost_recall(masks, np.ones(2), (frozenset(), frozenset({"nik"})))
    assert (lost.recall, lost.missed, lost.low) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize("rules", [(), (frozenset({"nik"}),)])
def test_one_rule_alone_tells_nothing(rules):
    lost = estimate_lost_recall(np.ones(3, np.uint64), np.ones(3), rules)
    assert math.isnan(lost.recall)
    assert (lost.low, lost.high) == (0.0, 1.0)


def test_without_true_pairs_nothing_is_known():
    assert math.isnan(estimate_lost_recall(np.ones(3, np.uint64), np.zeros(3), FIELDS).recall)
    assert math.isnan(estimate_lost_recall(np.zeros(0, np.uint64), np.zeros(0), FIELDS).recall)


@given(st.lists(st.integers(1, 2**9 - 1), min_size=1, max_size=30), st.integers(0, 5))
def test_few_pairs_of_any_kind_give_numbers_in_order(masks, seed):
    lost = estimate_lost_recall(np.array(masks, np.uint64), np.ones(len(masks)), FIELDS, seed=seed)
    assert 0.0 <= lost.low <= lost.recall <= lost.high <= 1.0
    assert lost.recall == pytest.approx(lost.found / (lost.found + lost.missed))


def by_region(
    sizes: tuple[int, ...], damages: tuple[str, ...]
) -> tuple[LostRecall, dict[int, float], np.ndarray, np.ndarray]:
    """Pairs of several regions: the estimate, the true recall of each, masks and regions."""
    parts = [
        true_pairs(n, FIELDS[:6], damage, seed=50 + number)[0]
        for number, (n, damage) in enumerate(zip(sizes, damages, strict=True))
    ]
    masks = np.concatenate(parts)
    region = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    found = masks != 0
    pair_regions = np.stack([region, region], axis=1)[found]
    lost = estimate_lost_recall(masks[found], np.ones(int(found.sum())), FIELDS[:6], pair_regions)
    return lost, {number: float((part != 0).mean()) for number, part in enumerate(parts)}, masks, pair_regions


def test_each_region_has_an_interval_that_holds_its_own_recall():
    lost, truth, _, _ = by_region((5_000, 800, 90, 3_000), ("piled up", "piled up", "piled up", "even"))
    assert [item.region for item in lost.regions] == [0, 1, 2, 3]
    assert all(item.low <= truth[item.region] <= item.high for item in lost.regions)
    assert sum(item.found for item in lost.regions) == pytest.approx(lost.found)


def test_a_small_region_is_drawn_towards_the_whole():
    lost, _, _, _ = by_region((20_000, 30), ("piled up", "even"))
    large, small = lost.regions
    assert small.recall == pytest.approx(lost.recall, abs=0.003)
    assert small.high - small.low > large.high - large.low


def test_a_pair_between_two_regions_counts_in_both_and_an_unknown_region_in_none():
    masks = np.array([1, 3, 6, 9, 16], np.uint64)
    regions = np.array([[1, 1], [1, 2], [2, -1], [-1, -1], [2, 2]], np.int32)
    lost = estimate_lost_recall(masks, np.ones(5), FIELDS, regions)
    assert {item.region: item.found for item in lost.regions} == {1: 2.0, 2: 3.0}


def test_the_manifest_holds_names_and_plain_numbers():
    lost, _, _, _ = by_region((900, 60), ("piled up", "even"))
    told = recall_manifest(lost, RULES[:6], ["Semarang", "Denpasar"])
    assert json.loads(json.dumps(told)) == told
    assert sorted(name for names in told["lists"] for name in names) == sorted(RULES[:6])
    assert [item["region"] for item in told["regions"]] == ["Semarang", "Denpasar"]
    unknown = recall_manifest(estimate_lost_recall(np.ones(1, np.uint64), np.ones(1), FIELDS[:1]), RULES[:1])
    assert unknown["recall"] is None


def test_the_same_seed_gives_the_same_numbers():
    assert by_region((500, 40), ("even", "even"))[0] == by_region((500, 40), ("even", "even"))[0]


@pytest.mark.parametrize(
    ("masks", "probability", "regions"),
    [
        (np.ones(2, np.uint64), np.ones(3), None),
        (np.ones(2, np.uint64), np.array([0.5, 1.5]), None),
        (np.ones(2, np.uint64), np.array([0.5, math.nan]), None),
        (np.ones(2, np.uint64), np.ones(2), np.zeros((2,), np.int32)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(masks, probability, regions):
    with pytest.raises(UsageError):
        estimate_lost_recall(masks, probability, FIELDS, regions)


def test_more_rules_than_a_mask_holds_are_refused():
    with pytest.raises(UsageError, match="64"):
        estimate_lost_recall(np.ones(1, np.uint64), np.ones(1), [frozenset({"nik"})] * 65)
