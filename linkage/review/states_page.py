"""Draws ``docs/review-states.md`` from the table of transitions, so that page and code cannot part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from linkage.review.cases import Action, State
from linkage.review.people import Role
from linkage.review.transitions import CLOSED, OPEN, TRANSITIONS
from linkage.review.words import word

_INTRODUCTION = """# States of a case

This page is drawn from `linkage/review/transitions.py`; a test compares the two. A case starts as
`BARU`. Each step is one transaction that appends one decision and one row of the audit chain.
"""

_NOTES = """## Tiers

The tier that decides is no part of a state's name: it is the case's *office*, a region code of 4 digits (regency), 2
(province), or none (the centre). It begins as what the records have in common, and `escalate` passes it on to the next.
Who works for the office, or above it, decides. An office that only has a record in the case sees the case, the other
records in brief, and answers when it is asked.

## Time

Who takes a case up holds it for some minutes, longer with each sign of life; steps marked *held* need that. Then it is
free again, in the state it has. A case that was given to a person stays theirs for some days, then others are offered
it too. A case that waits comes back by itself on its day; when an office that was asked has not answered by
then, the nightly sweep passes the case to the next tier. All lengths of time are settings
(`[queue]` in the project's file).

## Second thoughts

Who proposed takes the proposal back while nobody examines it. A decided case is opened again by who decided
or by a supervisor, as long as it is not published. What is published is undone by a case of its own, of
kind `REVERT`, which needs two people like any other; its approval turns the first case into `DIBATALKAN`. `DITARIK`
and `DIBATALKAN` are the ends: the next run finds the question again if it is still one.

## Four eyes

A proposal is answered by a *penyetuju* who has never worked on the case: not taken it up, not proposed, not asked and
not answered. The database enforces it too.
"""

_KEEPING = (Action.RELEASE, Action.REFRESH)
"""Steps that leave a state as it is, but for a proposal that falls."""


def render_states() -> str:
    """Return the whole page: diagram, table of states, table of steps, notes."""
    return "\n".join([_INTRODUCTION, *_diagram(), "", *_states(), "", *_steps(), "", _NOTES])


def edges() -> Iterator[tuple[State, State, Action]]:
    """Yield (from, to, step) for every arrow of the diagram."""
    for action, rule in TRANSITIONS.items():
        for source in rule.sources:
            if action not in _KEEPING:
                yield from ((source, target, action) for target in rule.targets)
            elif source not in rule.targets:
                yield source, rule.targets[-1], action


def _diagram() -> list[str]:
    labels: dict[tuple[State, State], list[Action]] = defaultdict(list)
    for source, target, action in edges():
        labels[source, target].append(action)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.BARU}"]
    lines += [f"    {source} --> {target}: {', '.join(steps)}" for (source, target), steps in labels.items()]
    leaving = {source for source, _ in labels}
    lines += [f"    {state} --> [*]" for state in State if state in CLOSED and state not in leaving]
    return [*lines, "```"]


def _states() -> list[str]:
    lines = ["| State | Bahasa Indonesia | Meaning | Open |", "|--|--|--|--|"]
    for state in State:
        answer = "yes" if state in OPEN else "no"
        lines.append(f"| `{state}` | {word('states', state)} | {word('states', state, 'en')} | {answer} |")
    return lines


def _steps() -> list[str]:
    lines = ["| Step | From | To | Who | Held | What |", "|--|--|--|--|--|--|"]
    for action, rule in TRANSITIONS.items():
        sources = ", ".join(f"`{state}`" for state in rule.sources)
        targets = "as it was" if action is Action.RELEASE else ", ".join(f"`{state}`" for state in _targets(action))
        who = ", ".join(role for role in Role if role in rule.roles)
        lines.append(f"| `{action}` | {sources} | {targets} | {who} | {'yes' if rule.lease else ''} | {rule.says} |")
    return lines


def _targets(action: Action) -> list[State]:
    return list(dict.fromkeys(TRANSITIONS[action].targets))
