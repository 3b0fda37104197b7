"""Codes and distinct values are those of the whole column, however it came."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InputDataError
from linkage.intake.columns import dictionary
from linkage.intake.columns.dictionary import DictionaryBuilder, compact, recode, recode_changed

VALUES = st.lists(
    st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "b", "c", "ñ", "dd"])), max_size=8), max_size=8
)


def test_distinct_values_stand_in_order_of_first_appearance_in_any_batches() -> None:
    @given(VALUES, st.booleans())
    def check(batches: list[list[str | None]], encoded: bool) -> None:
        builder = DictionaryBuilder("x")
        for batch in batches:
            array = pa.array(batch, pa.string())
            builder.append(array.dictionary_encode() if encoded else array)
        codes, values = builder.finish()
        flat = [value for batch in batches for value in batch]
        assert values.to_pylist() == list(dict.fromkeys(value for value in flat if value is not None))
        assert [values[code].as_py() if code >= 0 else None for code in codes] == flat

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary, "_PENDING", 2)
        check()


def test_waiting_dictionaries_never_hold_much_more_than_the_distinct_values() -> None:
    builder = DictionaryBuilder("x")
    batch = pa.array([f"value {number}" for number in range(10_000)])
    for _ in range(50):
        builder.append(batch)
        assert builder._waiting <= dictionary._PENDING
    codes, values = builder.finish()
    assert (len(codes), len(values)) == (500_000, 10_000)


def test_compact_drops_what_no_row_uses_and_keeps_every_row() -> None:
    codes, values = compact(np.array([2, -1, 0, 2], np.int32), pa.array(["a", "b", "c"]))
    assert codes.tolist() == [1, -1, 0, 1]
    assert values.to_pylist() == ["a", "c"]


def test_more_distinct_text_than_arrow_can_address_is_an_error_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "_ARROW_TEXT", 10)
    builder = DictionaryBuilder("nama")
    builder.append(pa.array(["a long value"]))
    builder.append(pa.array(["another long value"]))
    with pytest.raises(InputDataError, match="column nama") as error:
        builder.finish()
    assert error.value.code == "FILE_TOO_LARGE"


@given(
    st.lists(st.text(alphabet="ab ", max_size=3), max_size=12, unique=True).flatmap(
        lambda texts: st.tuples(
            st.just(texts),
            st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)),
            st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)),
        )
    )
)
def test_texts_that_were_partly_changed_are_numbered_as_if_all_were_looked_up(
    drawn: tuple[list[str], list[bool], list[bool]],
) -> None:
    texts, trimmed, unwanted = drawn
    before = pa.array(texts, pa.string())
    after = [text.strip() if changed else text for text, changed in zip(texts, trimmed, strict=True)]
    wanted = pa.array([None if out else text for text, out in zip(after, unwanted, strict=True)], pa.string())
    mapping, values = recode_changed(before, pa.array(after, pa.string()), np.array(unwanted, np.bool_))
    expected_mapping, expected = recode(wanted)
    assert mapping.tolist() == expected_mapping.tolist()
    assert mapping.dtype == np.int32
    assert values.equals(expected)
