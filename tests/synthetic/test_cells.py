"""A register is parted into cells that together hold all its people, each regency at its share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import UsageError
from linkage.synthetic import RegisterPlan
from linkage.synthetic.cells import apportion, plan_cells
from linkage.synthetic.places.gazetteer import choose_regions


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1e4), min_size=1, max_size=40))
def test_an_apportioned_total_is_whole_and_nobody_is_further_than_one_from_the_exact_share(
    total: int, shares: list[float]
) -> None:
    exact = total * np.array(shares) / np.sum(shares)
    counts = apportion(total, np.array(shares))
    assert counts.sum() == total
    assert np.all(np.abs(counts - exact) <= 1.0 + 1e-6)


@pytest.mark.parametrize(("records", "regions", "size"), [(1, 1, 10), (5_000, 5, 600), (5_000, 60, 900), (999, 3, 120)])
def test_cells_hold_all_people_and_no_cell_is_too_large(records: int, regions: int, size: int) -> None:
    plan = RegisterPlan(records, regions, 1, preset="hard")
    chosen = choose_regions(regions, 1)
    cells = plan_cells(plan, chosen, size)
    assert sum(cell.count for cell in cells) == plan.persons
    assert max(cell.count for cell in cells) <= size
    assert tuple(sum(cell.repeats[reason] for cell in cells) for reason in range(3)) == plan.repeats
    assert [cell.number for cell in cells] == list(range(len(cells)))
    starts = np.cumsum([0, *(cell.count for cell in cells)])
    assert [cell.first_person for cell in cells] == starts[:-1].tolist()
    for region in range(regions):
        parts = [(cell.part, cell.parts) for cell in cells if region in cell.regions.tolist()]
        assert parts == [(part, len(parts)) for part in range(len(parts))]


def test_a_regency_with_more_cells_than_sub_districts_is_refused() -> None:
    plan = RegisterPlan(1_000, 1, 1)
    with pytest.raises(UsageError):
        plan_cells(plan, choose_regions(1, 1), size=5)
