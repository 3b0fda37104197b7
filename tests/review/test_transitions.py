"""The table of states, the page drawn from it, and the words for all of it."""

import re
from pathlib import Path

import pytest

from linkage.review.cases import KINDS, REVERT, Action, Aside, Different, Standing, State, Verdict, Withdrawal
from linkage.review.people import Role
from linkage.review.states_page import edges, render_states
from linkage.review.transitions import CLOSED, OPEN, TRANSITIONS, VERDICTS
from linkage.review.words import codes, word

PAGE = Path(__file__).parents[2] / "docs" / "review-states.md"
LINKAGE = Path(__file__).parents[2] / "linkage"


def drawn() -> set[tuple[str, str, str]]:
    """The arrows of the page's diagram, read as text."""
    arrows = re.findall(r"^    (\w+) --> (\w+): (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {(source, target, step) for source, target, steps in arrows for step in steps.split(", ")}


def test_the_page_of_states_is_the_one_the_code_draws() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_states()


def test_every_arrow_of_the_diagram_is_a_step_of_the_table_and_every_step_is_drawn() -> None:
    possible = {(a, b, step) for step, rule in TRANSITIONS.items() for a in rule.sources for b in rule.targets}
    assert drawn() <= possible
    assert {step for _, _, step in drawn()} == set(TRANSITIONS) - {Action.RELEASE}
    for step, rule in TRANSITIONS.items():
        if step not in (Action.RELEASE, Action.REFRESH):
            assert {(a, b) for a, b, named in drawn() if named == step} == {
                (a, b) for a in rule.sources for b in rule.targets
            }


def test_every_state_but_the_two_ends_has_a_way_on() -> None:
    leaving = {source for source, target, _ in edges() if source is not target}
    assert set(State) - leaving == {State.DIBATALKAN, State.DITARIK}
    assert leaving >= OPEN
    assert set(State) == OPEN | CLOSED


def test_every_state_is_reached_and_an_answer_lies_ahead_of_every_open_one() -> None:
    steps = [(source, target) for source, target, _ in edges()]
    reached, ending = {State.BARU}, set(CLOSED)
    for _ in State:
        reached |= {target for source, target in steps if source in reached}
        ending |= {source for source, target in steps if target in ending}
    assert reached == ending == set(State)


def test_an_open_case_can_always_be_moved_on_by_a_person() -> None:
    for state in OPEN:
        by_people = [s for s, rule in TRANSITIONS.items() if state in rule.sources and set(rule.roles) - {Role.SISTEM}]
        assert any(set(TRANSITIONS[step].targets) - {state} for step in by_people), state


@pytest.mark.parametrize("step", [Action.APPROVE, Action.RETURN, Action.REJECT])
def test_only_an_approver_who_holds_the_case_answers_a_proposal(step: Action) -> None:
    assert TRANSITIONS[step].roles == (Role.PENYETUJU,)
    assert TRANSITIONS[step].lease
    assert TRANSITIONS[step].sources == (State.DIUSULKAN,)


def test_what_the_system_does_alone_is_no_persons_and_every_role_but_two_has_a_step() -> None:
    alone = {step for step, rule in TRANSITIONS.items() if rule.roles == (Role.SISTEM,)}
    assert alone == {Action.REFRESH, Action.WITHDRAW, Action.REVERT}
    used = {role for rule in TRANSITIONS.values() for role in rule.roles}
    assert set(Role) - used == {Role.PENGELOLA, Role.AUDITOR}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("kinds", {*KINDS, REVERT}),
        ("states", set(State)),
        ("actions", set(Action)),
        ("steps", set(TRANSITIONS) - {Action.REFRESH, Action.WITHDRAW}),
        ("verdicts", set(Verdict)),
        ("standings", set(Standing)),
        ("roles", set(Role)),
    ],
)
def test_every_code_has_a_word_and_every_word_a_code(table: str, expected: set[str]) -> None:
    assert codes(table) == expected


def test_every_reason_of_the_queue_has_a_sentence() -> None:
    own = {*Aside, *Different, *Withdrawal, "NO_ANSWER", "SECOND_READING_DIFFERS", "CONTENT_CHANGED", "ERASED"}
    assert own <= codes("reasons")


@pytest.mark.parametrize("table", ["kinds", "states", "actions", "verdicts", "standings", "roles", "reasons", "fields",
                                   "labels", "steps", "purposes"])  # fmt: skip
def test_every_word_is_told_in_both_languages(table: str) -> None:
    for code in codes(table):
        assert word(table, code, "id").strip()
        assert word(table, code, "en").strip()


def test_every_label_is_used_on_the_terminal() -> None:
    used = [*LINKAGE.glob("review/terminal*.py"), *LINKAGE.glob("cli/queue*.py"), LINKAGE / "review" / "masking.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in used)
    assert {code for code in codes("labels") if f'"{code}"' not in source and f"'{code}'" not in source} == set()


def test_every_kind_of_case_has_a_verdict_and_a_shared_nik_is_never_merged() -> None:
    assert set(VERDICTS) == {*KINDS, REVERT}
    assert all(VERDICTS.values())
    assert VERDICTS["SHARED_NIK"] == (Verdict.SPLIT,)
