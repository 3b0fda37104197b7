"""The file around a model is one for all of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import ModelError
from linkage.models.stored_json import StoredForm, keyed, listed, number, schema_of, text, whole

PLAIN = StoredForm("tunggal/test/1", 10_000)
LINES = StoredForm("tunggal/test/1", 10_000, numbers_in_line=True)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("[],\n 0.5e-", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_both_layouts_read_back_as_the_same_values_with_the_same_digest(model: dict[str, object]) -> None:
    card = {"note": "[\n 1,\n 2\n]"}
    wide, narrow = PLAIN.write(model, card), LINES.write(model, card)
    assert PLAIN.read(narrow, "model") == PLAIN.read(wide, "model") == (model, card)
    assert json.loads(wide) == json.loads(narrow)


def test_a_list_of_numbers_takes_one_line() -> None:
    lines = LINES.write({"value": [1, -2.5e-07, None], "empty": [], "mixed": [1, "two"]}, {}).decode().splitlines()
    assert '   "value": [1, -2.5e-07, null]' in lines
    assert '   "empty": [],' in lines
    assert '   "mixed": [' in lines


def test_the_schema_is_told_before_anything_else_is_believed() -> None:
    data = PLAIN.write({}, None)
    assert schema_of(data, size_limit=10_000) == "tunggal/test/1"
    assert schema_of(data.replace(b'"model"', b'"other"'), size_limit=10_000) == "tunggal/test/1"
    with pytest.raises(ModelError, match="larger than 5 bytes"):
        schema_of(data, size_limit=5)
    with pytest.raises(ModelError, match="not a stored model"):
        schema_of(b"{}", size_limit=5)


def test_what_exceeds_the_limit_is_neither_written_nor_read() -> None:
    long = {"value": "x" * 10_000}
    with pytest.raises(ModelError, match="at most 10000"):
        PLAIN.write(long, None)
    with pytest.raises(ModelError, match="larger than 10000"):
        PLAIN.read(b" " * 10_001, "model")


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (number, 1),
        (number, True),
        (number, "1"),
        (whole, 1.0),
        (whole, True),
        (text, 1),
        (listed, (1,)),
        (listed, "12"),
        (lambda value: keyed(value, frozenset({"a"})), []),
        (lambda value: keyed(value, frozenset({"a"})), {"a": 1, "b": 2}),
        (lambda value: keyed(value, frozenset({"a"})), {}),
    ],
)
def test_a_value_of_another_type_is_refused(check, wrong) -> None:
    with pytest.raises((TypeError, ValueError)):
        check(wrong)
