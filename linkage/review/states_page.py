"""Draws ``docs/review-states.md`` from the table of transitions, so that page and code cannot part."""

from __future__ import annotations

from linkage.review.cases import State
from linkage.review.transitions import FINAL, OPEN, TRANSITIONS
from linkage.review.words import word

_INTRODUCTION = """# States of a case

This page is drawn from `linkage/review/transitions.py`; a test compares the two. A case starts as
`BARU`. Each step is one transaction that appends one decision and one row of the audit chain. Steps
of the *penyetuju* need another person than anyone who proposed in the same case, which the
database enforces too. *Sistem* is the nightly load.
"""


def render_states() -> str:
    """Return the whole page: diagram, table of states, table of steps."""
    return "\n".join([_INTRODUCTION, *_diagram(), "", *_states(), "", *_steps(), ""])


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.BARU}"]
    for action, rule in TRANSITIONS.items():
        lines += [f"    {source} --> {target}: {action}" for source in rule.sources for target in rule.targets]
    lines += [f"    {state} --> [*]" for state in State if state in FINAL]
    return [*lines, "```"]


def _states() -> list[str]:
    lines = ["| State | Bahasa Indonesia | Meaning | Open |", "|--|--|--|--|"]
    for state in State:
        answer = "yes" if state in OPEN else "no"
        lines.append(f"| `{state}` | {word('states', state)} | {word('states', state, 'en')} | {answer} |")
    return lines


def _steps() -> list[str]:
    lines = ["| Step | From | To | Who | What |", "|--|--|--|--|--|"]
    for action, rule in TRANSITIONS.items():
        sources = ", ".join(f"`{state}`" for state in rule.sources)
        targets = ", ".join(f"`{state}`" for state in rule.targets)
        lines.append(f"| `{action}` | {sources} | {targets} | {rule.role} | {rule.says} |")
    return lines
