"""Key forms: which values share a key."""

from itertools import combinations
from threading import Barrier, Thread

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jellyfish import damerau_levenshtein_distance, levenshtein_distance

from linkage.standardise.column import KeySets
from linkage.standardise.dates.keys import date_key_forms
from linkage.standardise.generic_text import standardise_category, standardise_text
from linkage.standardise.key_sets import KeyForms, deletion_keys, qgram_keys

TEXTS = st.lists(st.text("01A", min_size=1, max_size=7), unique=True, min_size=2, max_size=12)
DATES = st.builds(
    lambda year, month, day: year * 10_000 + month * 100 + (day if month else 0),
    *(st.integers(1980, 1985), st.integers(0, 12), st.integers(0, 28)),
)


def keys_of(sets, value):
    return set(sets.keys[sets.offsets[value] : sets.offsets[value + 1]].tolist())


def parts(date):
    return date // 10_000, date // 100 % 100, date % 100


@given(texts=TEXTS)
def test_identifiers_one_edit_apart_share_a_deletion_key(texts):
    sets = deletion_keys(pa.array(texts), whole=True)
    for i, j in combinations(range(len(texts)), 2):
        if levenshtein_distance(texts[i], texts[j]) <= 1:
            assert keys_of(sets, i) & keys_of(sets, j)


@given(texts=TEXTS)
def test_numbers_of_one_length_share_a_deletion_key_when_one_place_or_two_neighbours_differ(texts):
    sets = deletion_keys(pa.array(texts), whole=False)
    for i, j in combinations(range(len(texts)), 2):
        meet = bool(keys_of(sets, i) & keys_of(sets, j))
        if len(texts[i]) != len(texts[j]):
            assert not meet
        elif damerau_levenshtein_distance(texts[i], texts[j]) <= 1:
            assert meet


def test_labels_that_are_numbers_have_deletion_keys():
    found = standardise_category(pa.array(["3374011507150001", "3374011507150101", "3374012507150001"]))
    one, other, third = (keys_of(found.key_sets["deletions"], value) for value in found.mapping)
    assert one & other
    assert one & third
    assert not other & third


def known_qgrams(text, size):
    padded = f" {text} "
    return {padded[start : start + size] for start in range(max(1, len(padded) - size + 1))}


@given(texts=st.lists(st.text("ABÖ ", min_size=1, max_size=6), unique=True, min_size=2), size=st.integers(2, 3))
def test_texts_share_a_qgram_key_when_they_share_a_run_of_characters(texts, size):
    sets = qgram_keys(pa.array(texts), size)
    for i, text in enumerate(texts):
        assert len(keys_of(sets, i)) == len(known_qgrams(text, size))
        for j in range(i):
            common = known_qgrams(text, size) & known_qgrams(texts[j], size)
            assert len(keys_of(sets, i) & keys_of(sets, j)) == len(common)


@given(dates=st.lists(DATES, unique=True, min_size=2, max_size=12).map(sorted))
def test_dates_share_the_keys_of_the_parts_they_share(dates):
    forms = date_key_forms(np.array(dates, np.int64))
    for i, j in combinations(range(len(dates)), 2):
        one, other = parts(dates[i]), parts(dates[j])
        full = one[2] > 0 and other[2] > 0
        months = one[1] > 0 and other[1] > 0
        same_month = months and one[:2] == other[:2]
        expected = {
            "value": False,
            "swapped": full and one[0] == other[0] and one[1:] == other[:0:-1],
            "year": one[0] == other[0],
            "year_near": abs(one[0] - other[0]) <= 1,
            "year_month": same_month,
            "year_day": full and one[::2] == other[::2],
            "month_day": full and one[1:] == other[1:],
            "two_parts": same_month or (full and sum(a == b for a, b in zip(one, other, strict=True)) == 2),
        }
        assert {form: bool(keys_of(forms[form], i) & keys_of(forms[form], j)) for form in forms} == expected


@pytest.mark.parametrize("kind", [standardise_category, standardise_text])
def test_a_wide_form_of_some_values_is_that_of_all(kind):
    sets = kind(pa.array(["ALPHA", "BETA GAMMA", "DELTA 12"])).key_sets
    wide = [form for form in sets if sets.is_wide(form)]
    assert wide
    for form in wide:
        some = sets.rows(form, np.array([2, 0, 2], np.int32))
        assert [keys_of(some, row) for row in range(3)] == [keys_of(sets[form], value) for value in (2, 0, 2)]


def test_key_sets_are_made_once_for_all_threads_and_again_when_forgotten():
    made = []

    def make():
        made.append(1)
        return KeySets(np.zeros(1, np.int64), np.zeros(0, np.uint64))

    forms = KeyForms(0, {"value": make})
    together = Barrier(4)
    got = []

    def ask():
        together.wait()
        got.append(forms["value"])

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(set(map(id, got)))) == (1, 1)
    forms.forget()
    assert forms["value"] is not got[0]
    assert (list(forms), len(forms)) == (["value"], 1)
