"""A stored model reads back bit by bit, or not at all."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import ModelError
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.models.store import SIZE_LIMIT, from_json, read_card, to_json

NAMES = ("missing", "different", "equal")
MODEL = FellegiSunter((ComparisonModel("nama", NAMES, (0.1, 0.9), (0.999, 0.001), True),), 1 / 3)
DATA = to_json(MODEL, {"trained_on": "invented residents", "pairs": 10})


@given(st.floats(1e-9, 1 - 1e-9), st.floats(1e-9, 1 - 1e-9), st.floats(1e-12, 0.5))
def test_every_bit_of_every_number_survives_the_round_trip(m: float, u: float, prior: float) -> None:
    model = FellegiSunter((ComparisonModel("nama", NAMES, (1 - m, m), (1 - u, u)),), prior)
    back = from_json(to_json(model))
    assert back == model
    assert np.array_equal(back.weights(), model.weights())
    assert to_json(back) == to_json(model)


def test_the_card_travels_with_the_model() -> None:
    assert read_card(DATA) == {"trained_on": "invented residents", "pairs": 10}


def test_a_changed_digit_is_refused() -> None:
    assert DATA.count(b"0.999") == 1
    with pytest.raises(ModelError, match="SHA-256"):
        from_json(DATA.replace(b"0.999", b"0.998"))


def test_a_changed_card_is_refused() -> None:
    with pytest.raises(ModelError, match="SHA-256"):
        read_card(DATA.replace(b"invented", b"imagined"))


def test_another_layout_of_the_same_content_is_accepted() -> None:
    assert from_json(json.dumps(json.loads(DATA)).encode()) == MODEL


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a JSON model"),
        (b"\xff\xfe", "not a JSON model"),
        (b"[]", "not a stored model"),
        (b"{}", "not a stored model"),
        (b"[" * 100_000, "not a JSON model"),
        (b'{"schema": 1, "schema": 1}', "not a JSON model"),
        (b'{"schema": NaN}', "not a JSON model"),
        (DATA.replace(b"fellegi-sunter/1", b"fellegi-sunter/9"), "schema"),
        (b" " * (SIZE_LIMIT + 1), "larger"),
    ],
    ids=["empty", "not UTF-8", "list", "empty object", "deep", "double key", "NaN", "schema", "large"],
)
def test_what_is_no_model_is_refused_with_its_reason(data: bytes, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        from_json(data)


@pytest.mark.parametrize("change", ["prior", "comparisons", "m", "extra", "term_frequency", "names"])
def test_content_of_a_wrong_shape_is_refused_even_with_a_right_digest(change: str) -> None:
    import hashlib

    document = json.loads(DATA)
    model = document["content"]["model"]
    if change == "prior":
        model["prior"] = "0.1"
    elif change == "comparisons":
        model["comparisons"] = 3
    elif change == "m":
        model["comparisons"][0]["m"] = [0.5, True]
    elif change == "extra":
        model["code"] = "import"
    elif change == "term_frequency":
        model["comparisons"][0]["term_frequency"] = 1
    else:
        model["comparisons"][0]["level_names"] = [1, 2, 3]
    text = json.dumps(document["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    document["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(ModelError, match="wrong type"):
        from_json(json.dumps(document).encode())


def test_a_card_that_json_cannot_carry_is_refused() -> None:
    with pytest.raises(ModelError, match="card"):
        to_json(MODEL, {"score": float("nan")})


def test_a_model_must_have_the_spec_s_comparisons_levels_and_settings(spec_of) -> None:
    spec = spec_of({"nama": 1})
    fitting = FellegiSunter((ComparisonModel("nama", NAMES, (0.1, 0.9), (0.9, 0.1)),), 0.1)
    assert from_json(to_json(fitting), spec=spec) == fitting
    with pytest.raises(ModelError, match="term-frequency"):
        from_json(DATA, spec=spec)
    with pytest.raises(ModelError, match="levels"):
        from_json(to_json(fitting), spec=spec_of({"nama": 2}))
    with pytest.raises(ModelError, match="the spec nama, sex"):
        from_json(to_json(fitting), spec=spec_of({"nama": 1, "sex": 1}))
