"""Strengths of shrinkage that were put into an invented country are found again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from linkage.standardise.frequencies.strength import CLASSES, MOST_STRENGTH, estimate_strengths, octave
from linkage.standardise.frequencies.table import name_frequencies

VALUES = 2_000


def country(strength: float, sizes: npt.NDArray[np.int64], *, seed: int) -> tuple[npt.NDArray[np.int32], ...]:
    """Return codes and regencies of residents whose names differ between the regencies of one province as stated."""
    dice = np.random.default_rng(seed)
    shares = np.exp(dice.uniform(np.log(1e-5), np.log(2e-3), VALUES))
    shares /= shares.sum()
    codes, regions = [], []
    for number, size in enumerate(sizes.tolist()):
        there = dice.gamma(strength * shares) / strength if strength else shares
        borne = dice.poisson(size * there)
        codes.append(np.repeat(np.arange(VALUES), borne))
        regions.append(np.full(borne.sum(), 3201 + number))
    return np.concatenate(codes).astype(np.int32), np.concatenate(regions).astype(np.int32)


def cells_of(codes: npt.NDArray[np.int32], regions: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    at = np.unique(regions, return_inverse=True)[1]
    size = int(at.max()) + 1
    cells, counts = np.unique(codes.astype(np.int64) * size + at, return_counts=True)
    values, parent = np.unique(cells // size, return_inverse=True)
    borne = np.bincount(parent, weights=counts).astype(np.int64)
    bearers = np.stack([borne, np.zeros(values.size, np.int64)])
    return estimate_strengths(bearers, counts, parent, np.bincount(at).astype(np.int64), np.zeros(size, np.int64))


@pytest.mark.parametrize("strength", [1_000.0, 5_000.0, 20_000.0])
@pytest.mark.parametrize("sizes", [np.full(30, 12_000), np.geomspace(2_000, 60_000, 30).astype(np.int64)])
def test_a_known_strength_is_recovered(strength: float, sizes: npt.NDArray[np.int64]) -> None:
    found = cells_of(*country(strength, sizes, seed=3))
    common = found[octave(np.array([200])).item() : octave(np.array([400])).item() + 1]
    assert np.median(common) == pytest.approx(strength, rel=0.3)


def test_where_regencies_do_not_differ_the_province_speaks() -> None:
    codes, regions = country(0.0, np.full(20, 10_000), seed=4)
    table = name_frequencies(codes, regions)
    there = table.of(codes[:1].repeat(20), np.arange(3201, 3221).astype(np.int32))
    assert there.max() < 1.15 * there.min()


def test_shrinking_comes_nearer_to_the_true_frequencies_than_region_or_nation_alone() -> None:
    dice = np.random.default_rng(8)
    shares = dice.dirichlet(np.full(300, 0.3))
    true = dice.gamma(300.0 * shares, size=(25, 300)) / 300.0
    borne = dice.poisson(2_000 * true)
    codes = np.repeat(np.tile(np.arange(300), 25), borne.ravel()).astype(np.int32)
    regions = np.repeat(np.repeat(np.arange(3201, 3226), 300), borne.ravel()).astype(np.int32)
    everything = np.tile(np.arange(300), 25).astype(np.int32), np.repeat(np.arange(3201, 3226), 300).astype(np.int32)
    wrong = {
        name: float(np.square(name_frequencies(codes, regions, strength=fixed).of(*everything) - true.ravel()).sum())
        for name, fixed in (("estimated", None), ("region", 0.0), ("nation", 1e9))
    }
    assert wrong["estimated"] < 0.95 * wrong["region"]
    assert wrong["estimated"] < 0.2 * wrong["nation"]


def test_nothing_is_known_from_one_region_or_from_single_bearers() -> None:
    one_region = cells_of(np.arange(500, dtype=np.int32) % 50, np.full(500, 3201, np.int32))
    single = cells_of(np.arange(500, dtype=np.int32), np.full(500, 3201, np.int32) + np.arange(500, dtype=np.int32) % 5)
    assert one_region.shape == single.shape == (CLASSES,)
    assert one_region == pytest.approx(MOST_STRENGTH)
    assert single == pytest.approx(MOST_STRENGTH)


def test_names_that_keep_to_one_region_have_the_least_strength() -> None:
    regions = np.repeat(np.arange(3201, 3211), 400).astype(np.int32)
    own = (np.tile(np.arange(400), 10) % 20 + (regions - 3201) * 20).astype(np.int32)
    assert cells_of(own, regions)[octave(np.array([20]))] == pytest.approx(1.0)


def test_octaves_of_bearers() -> None:
    assert octave(np.array([0, 1, 2, 3, 4, 7, 8, 2**40])).tolist() == [0, 0, 1, 1, 2, 2, 3, CLASSES - 1]
