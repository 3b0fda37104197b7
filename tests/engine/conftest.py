"""A few thousand records that make some hundred tasks."""

import numpy as np
import pytest

from tests.engine.work import make_work


@pytest.fixture(scope="session")
def work_and_weights():
    return make_work()


@pytest.fixture
def same():
    """Do two results hold the same bytes?"""

    def compare(one, other):
        names = [name for name in vars(one) if isinstance(getattr(one, name), np.ndarray)]
        assert [getattr(one, name).tobytes() for name in names] == [getattr(other, name).tobytes() for name in names]
        return True

    return compare
