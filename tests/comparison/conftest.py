"""Small encoded records of every kind, and a spec that uses every kernel but those of residents."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.encode import encode
from linkage.spec import parse_spec

SPEC = """
name = "small"
[[field]]
name = "word"
kind = "text"
[[field]]
name = "group"
kind = "category"
[[field]]
name = "street"
kind = "address"
[[field]]
name = "size"
kind = "number"
[[field]]
name = "born"
kind = "date"
[[field]]
name = "number"
kind = "identifier"
[[comparison]]
name = "word"
field = "word"
kernel = "jaro_winkler"
levels = [{ name = "equal" }, { name = "close", at_least = 0.9 }, { name = "near", at_least = 0.7 }]
term_frequency = true
[[comparison]]
name = "group"
field = "group"
kernel = "equal"
levels = ["equal"]
part = true
[[comparison]]
name = "street"
field = "street"
kernel = "token_overlap"
levels = [{ name = "equal" }, { name = "half", at_least = 0.5 }]
part = true
[[comparison]]
name = "place"
combine = ["group", "street"]
levels = [
  { name = "both", when = [{ group = "equal", street = ["equal", "half"] }] },
  { name = "one", when = [{ group = "equal" }, { street = "equal" }] },
]
missing_when = [{ group = "different", street = "missing" }]
[[comparison]]
name = "size"
field = "size"
kernel = "number_distance"
levels = [{ name = "equal" }, { name = "close", at_most = 1.5 }]
[[comparison]]
name = "born"
field = "born"
kernel = "date"
levels = ["equal", { name = "near", relations = ["swapped", "typo"] }, "year"]
default_dates = true
[[comparison]]
name = "number"
field = "number"
kernel = "damerau_levenshtein"
levels = [{ name = "equal" }, { name = "one", at_most = 1 }]
keep = true
[[comparison]]
name = "number_plain"
field = "number"
kernel = "levenshtein"
levels = [{ name = "equal" }, { name = "two", at_most = 2 }]
part = true
[[rule]]
name = "word"
keys = ["word"]
cap = 4
refine = ["group", "size"]
[[rule]]
name = "tokens"
keys = ["street.tokens", "group"]
cap = 5
refine = ["word"]
[[rule]]
name = "number"
keys = ["number.deletions"]
cap = 6
[[rule]]
name = "group"
keys = ["group"]
cap = 9
"""

WORDS = [None, "ALPHA", "ALPHB", "BETA", "BETTA", "GAMMA", "GAMA", "DELTA"]
GROUPS = [None, "A", "B", "C", "D"]
STREETS = [None, "MAWAR", "MELATI", "MAWAR MELATI", "MAWAR MELATI KENANGA", "KENANGA"]
SIZES = [None, "1", "2", "3.5", "10"]
DATES = [None, "1980-02-03", "1980-03-02", "1980-02-04", "1980-07-01", "1980-01-01", "1991-05-06"]
NUMBERS = [None, "12345", "12354", "1234", "92345", "777", "778"]


@pytest.fixture(scope="session")
def small_spec():
    return parse_spec(SPEC)


def draw(n, seed):
    rng = np.random.default_rng(seed)
    pick = lambda values: pa.array([values[k] for k in rng.integers(0, len(values), n)], pa.string())  # noqa: E731
    return pa.table(
        {
            "record_id": pa.array([f"r{k:04}" for k in range(n)]),
            "word": pick(WORDS),
            "group": pick(GROUPS),
            "street": pick(STREETS),
            "size": pick(SIZES),
            "born": pick(DATES),
            "number": pick(NUMBERS),
        }
    )


@pytest.fixture(scope="session")
def small_records(small_spec):
    def make(n, seed, left_count=-1):
        return encode(draw(n, seed), small_spec, latest_year=2026, left_count=left_count)

    return make
