"""The case page over a real queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.oracles.queue_cases import make_case
from tests.web.conftest import SignIn

Load = Callable[..., Sequence[int]]


def test_a_case_is_shown_with_its_question(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    answer = ani.get(f"/kasus/{number}")
    assert answer.status_code == 200
    assert "Apakah kedua data ini milik satu orang?" in answer.text
