"""Agreement of labellers: the figures of the literature, and the definitions written out slowly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from linkage.errors import UsageError
from linkage.evaluation.annotators import cohen_kappa, contingency, fleiss_kappa, krippendorff_alpha

NOBODY = -1

FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip

KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]


def counts_of(observers: list[list[int]]) -> np.ndarray:
    """Items by categories, from observers by items, 0 being no label."""
    given_ = np.array(observers)
    return np.stack([(given_ == category).sum(axis=0) for category in range(1, given_.max() + 1)], axis=1)


def numeric_error(table: np.ndarray) -> float:
    """The standard error of kappa by the delta method, its gradient taken by differences."""
    share, step = table / table.sum(), 1e-6

    def kappa(p: np.ndarray) -> float:
        p = p / p.sum()
        expected = p.sum(axis=1) @ p.sum(axis=0)
        return (np.trace(p) - expected) / (1 - expected)

    slope = np.zeros_like(share)
    for place in np.ndindex(*share.shape):
        moved = share.copy()
        moved[place] += step
        slope[place] = (kappa(moved) - kappa(share)) / step
    mean = (share * slope).sum()
    return float(np.sqrt((share * (slope - mean) ** 2).sum() / table.sum()))


def test_cohens_kappa_is_that_of_the_textbook_on_three_diagnoses() -> None:
    found = cohen_kappa([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert found.value == pytest.approx(0.676, abs=5e-4)
    assert (found.observed, found.expected, found.items) == (pytest.approx(0.89), pytest.approx(0.66), 100)
    assert (found.interval.high - found.interval.low) / 2 / 1.96 == pytest.approx(0.088, abs=1e-3)


@given(hnp.arrays(np.int64, (3, 3), elements=st.integers(1, 40)))
def test_the_interval_is_that_of_the_delta_method(table: np.ndarray) -> None:
    found = cohen_kappa(table, confidence=0.68268949)
    error = numeric_error(table.astype(float))
    assert found.interval.high - found.value == pytest.approx(min(error, 1 - found.value), rel=1e-2)


def test_full_agreement_is_one_and_independent_labels_give_about_nought() -> None:
    assert cohen_kappa([[5, 0], [0, 7]]).value == 1.0
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 2, 20_000), rng.integers(0, 2, 20_000)
    found = cohen_kappa(contingency(one, other, 2))
    assert abs(found.value) < 0.03
    assert found.interval.low < 0 < found.interval.high


def test_where_only_one_label_was_ever_given_kappa_cannot_be_told() -> None:
    assert np.isnan(cohen_kappa([[9, 0], [0, 0]]).value)
    assert np.isnan(cohen_kappa(np.zeros((2, 2))).value)


def test_items_that_only_one_has_labelled_are_left_out() -> None:
    one, other = np.array([0, 1, 1, NOBODY]), np.array([0, 0, NOBODY, 1])
    assert contingency(one, other, 2).tolist() == [[1, 0], [1, 0]]


def test_fleiss_kappa_is_that_of_the_well_known_example() -> None:
    found = fleiss_kappa(FLEISS)
    assert found.value == pytest.approx(0.210, abs=5e-4)
    assert (found.observed, found.expected) == (pytest.approx(0.378, abs=5e-4), pytest.approx(0.213, abs=5e-4))


def test_krippendorffs_alpha_is_that_of_his_example_with_missing_labels() -> None:
    assert krippendorff_alpha(counts_of(KRIPPENDORFF)).value == pytest.approx(0.743, abs=5e-4)


def test_krippendorffs_alpha_of_two_observers_and_binary_labels() -> None:
    one, other = [1, 2, 1, 1, 1, 1, 1, 1, 2, 1], [2, 2, 2, 1, 1, 2, 1, 1, 1, 1]
    assert krippendorff_alpha(counts_of([one, other])).value == pytest.approx(0.095, abs=5e-4)


@pytest.mark.parametrize("table", [[[1, 2, 3]], [[1, -1], [0, 1]]])
def test_what_is_no_table_of_two_labellers_is_refused(table: list[list[int]]) -> None:
    with pytest.raises(UsageError):
        cohen_kappa(table)


def test_fleiss_kappa_refuses_items_with_unequal_numbers_of_labels() -> None:
    with pytest.raises(UsageError, match="Krippendorff"):
        fleiss_kappa([[2, 0], [1, 2]])
