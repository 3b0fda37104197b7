"""Keys that occur once are left out before sorting, and no other."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.blocking.blocks import join_blocks, sorted_blocks
from linkage.blocking.keys import CHUNK, RuleKeys
from linkage.blocking.repeats import repeated_blocks, repeated_entries
from linkage.spec import RuleSpec
from tests.blocking.columns import column, members_of

KEYS = st.integers(0, 5) | st.integers(2**63, 2**63 + 3) | st.integers(0, 2**64 - 1)
ENTRIES = st.lists(st.tuples(st.integers(0, 12), KEYS), max_size=60)


@given(entries=ENTRIES)
def test_entries_in_any_order_become_the_blocks_of_their_keys(entries):
    """Keys that differ in their lowest bits only are sorted by all their bits."""
    records = np.array([record for record, _ in entries], np.int32)
    blocks = sorted_blocks(records, np.array([key for _, key in entries], np.uint64))
    known = {}
    for record, key in entries:
        known.setdefault(key, set()).add(record)
    known = {key: sorted(members) for key, members in sorted(known.items()) if len(members) > 1}
    assert blocks.keys.tolist() == list(known)
    assert [blocks.members[a:b].tolist() for a, b in pairwise(blocks.starts)] == list(known.values())


@given(entries=ENTRIES)
def test_blocks_put_together_again_are_the_blocks(entries):
    records = np.array([record for record, _ in entries], np.int32)
    blocks = sorted_blocks(records, np.array([key for _, key in entries], np.uint64))
    odd = blocks.keys % np.uint64(2) == 1
    joined = join_blocks([blocks.select(odd), blocks.select(~odd)])
    assert joined.keys.tolist() == blocks.keys.tolist()
    assert joined.starts.tolist() == blocks.starts.tolist()
    assert joined.members.tolist() == blocks.members.tolist()


@pytest.mark.parametrize("slots_per_entry", [0.001, 4, 64])
@pytest.mark.parametrize("entries_at_once", [8.0, 1.0])
@pytest.mark.parametrize("keys", [("words.tokens",), ("words.qgrams",), ("number",), ("words.tokens", "number"), ()])
def test_every_entry_whose_key_occurs_twice_is_kept(keys, slots_per_entry, entries_at_once):
    rng = np.random.default_rng(3)
    n_records = 6_000
    words = [f"W{rng.integers(700)} V{rng.integers(700)}" for _ in range(n_records)]
    columns = {
        "words": column("words", words, "text"),
        "number": column(
            "number", [None if draw < 500 else str(draw) for draw in rng.integers(60_000, size=n_records)]
        ),
    }
    source = RuleKeys(RuleSpec("rule", keys), columns, n_records)
    records, made = source.chunk(0, n_records)
    parts, with_key = repeated_entries(source, slots_per_entry, entries_at_once)
    kept = [entry for part in parts for entry in zip(*(values.tolist() for values in part), strict=True)]
    occurs = Counter(made.tolist())
    wanted = [(record, key) for record, key in zip(records.tolist(), made.tolist(), strict=True) if occurs[key] > 1]
    assert sorted(entry for entry in kept if occurs[entry[1]] > 1) == sorted(wanted)
    assert with_key == np.unique(records).size
    index, _ = repeated_blocks(source, slots_per_entry, entries_at_once)
    assert index.keys.tolist() == sorted(key for key, count in occurs.items() if count > 1)
    singles = sum(count == 1 for count in occurs.values())
    assert slots_per_entry < 1 or len(kept) - len(wanted) <= 0.3 * singles


def test_a_key_form_of_many_keys_is_made_for_some_records_at_a_time():
    columns = {"number": column("number", [f"{number:016d}" for number in range(300)], "identifier")}
    rule = RuleSpec("rule", ("number.deletions",))
    whole = RuleKeys(rule, columns, 300).chunk(0, 300)
    parts = [RuleKeys(rule, columns, 300).chunk(first, first + 100) for first in (0, 100, 200)]
    assert whole[0].tolist() == [record for records, _ in parts for record in records.tolist()]
    assert whole[1].tolist() == [key for _, keys in parts for key in keys.tolist()]
    sets = columns["number"].content.key_sets["deletions"]
    rows = columns["number"].codes
    assert np.bincount(whole[0]).tolist() == np.diff(sets.offsets)[rows].tolist()


def test_the_blocks_do_not_depend_on_how_often_a_value_stands_in_other_chunks():
    values = [f"V{place % 9_000}" for place in range(CHUNK + 500)]
    index = sorted_blocks(
        *RuleKeys(RuleSpec("rule", ("a",)), {"a": column("a", values)}, len(values)).chunk(0, len(values))
    )
    known = {}
    for record, value in enumerate(values):
        known.setdefault(value, []).append(record)
    assert members_of(index) == sorted(members for members in known.values() if len(members) > 1)
