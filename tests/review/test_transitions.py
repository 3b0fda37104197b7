"""The table of states, and the page drawn from it."""

from pathlib import Path

import pytest

from linkage.errors import NotPermittedError
from linkage.review.cases import KINDS, Action, Scope, State
from linkage.review.states_page import render_states
from linkage.review.transitions import FINAL, OPEN, TRANSITIONS, VERDICTS, Command, take
from linkage.review.words import codes
from tests.oracles.memory_queue import MemoryQueue
from tests.oracles.queue_cases import NOON, make_case

PAGE = Path(__file__).parents[2] / "docs" / "review-states.md"


def test_the_page_of_states_is_the_one_the_code_draws():
    assert PAGE.read_text(encoding="utf-8") == render_states()


def test_every_state_has_an_exit_or_is_final():
    leaving = {source for rule in TRANSITIONS.values() for source in rule.sources}
    assert leaving == OPEN
    assert set(State) == OPEN | FINAL
    assert {State.DISETUJUI, State.DITARIK, State.KEMBAR} <= FINAL


def test_every_state_is_reached_and_a_final_one_lies_ahead_of_every_open_one():
    steps = [(a, b) for rule in TRANSITIONS.values() for a in rule.sources for b in rule.targets]
    reached, ending = {State.BARU}, set(FINAL)
    for _ in State:
        reached |= {target for source, target in steps if source in reached}
        ending |= {source for source, target in steps if target in ending}
    assert reached == ending == set(State)


def test_every_kind_has_one_verdict_and_every_code_a_word():
    assert set(VERDICTS) == set(KINDS) == codes("kinds")
    assert codes("states") == set(State)
    assert codes("actions") == set(Action)


@pytest.mark.parametrize("action", [Action.REFRESH, Action.WITHDRAW])
def test_nobody_acts_as_the_loader(action):
    queue = MemoryQueue()
    queue.load("run1", [make_case("a", "b")], now=NOON)
    with pytest.raises(NotPermittedError, match="loader"):
        take(queue.get(1, scope=Scope("")), Command(action, "ani"), scope=Scope(""), now=NOON)
