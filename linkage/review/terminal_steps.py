"""The command to type for each step that a user may take with a case now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from linkage.review.cases import Action, Aside, Case, Different, Verdict
from linkage.review.people import User
from linkage.review.steps import TAKING_UP, offices_to_ask, open_steps
from linkage.review.survivorship import default_keeps
from linkage.review.terminal_layout import Style, command_lines, wrapped
from linkage.review.transitions import VERDICTS

_TEXT: Final = ("--reason", "TEXT")
_DAY: Final = ("--due", "YYYY-MM-DD")
_FORMS: Final[Mapping[Action, tuple[str, ...]]] = MappingProxyType(
    {
        Action.ASSIGN: ("--to USER",),
        Action.DIFFERENT: (f"--reason {'|'.join(Different)}",),
        Action.SET_ASIDE: (f"--reason {'|'.join(Aside)}",),
        Action.NEED: (" ".join(_DAY), " ".join(_TEXT)),
        Action.ESCALATE: (" ".join(_TEXT),),
        Action.ANSWER: (" ".join(_TEXT),),
        Action.RETURN: (" ".join(_TEXT),),
        Action.REJECT: (" ".join(_TEXT),),
        Action.REOPEN: (" ".join(_TEXT),),
    }
)


def step_lines(case: Case, by: User, style: Style, *, now: datetime) -> list[str]:
    """Return what the user may do now, each with the command to type; a sentence when there is nothing."""
    lines: list[str] = []
    for action in open_steps(case, by, now=now):
        lines.append(style.dim(f"{style.word('steps', action)}:"))
        lines += [f"  {line}" for line in command_lines(command_of(case, action, by), style.room - 4)]
    return lines or wrapped(style.label("nothing"), style.room - 2, "")


def command_of(case: Case, action: Action, by: User) -> tuple[str, ...]:
    """Return the parts of the command for a step; the version keeps it from acting on a case that has changed."""
    if action in TAKING_UP:
        return ("linkage queue claim", str(case.id), *(("--examine",) if action is Action.EXAMINE else ()))
    if action is Action.RELEASE:
        return ("linkage queue release", str(case.id))
    if action is Action.REVERT:
        return ("linkage queue revert", str(case.id))
    start = ("linkage queue decide", str(case.id), str(action))
    return (*start, *_options(case, action, by), f"--version {case.version}")


def _proposed(case: Case) -> int:
    """Return the number of the record whose NIK the rules let stay: another one needs a reason."""
    keeps = default_keeps(case.kind, case.survivors)
    return 1 if keeps is None else case.record_ids.index(keeps) + 1


def _options(case: Case, action: Action, by: User) -> tuple[str, ...]:
    if action is Action.PROPOSE:
        verdict = VERDICTS[case.kind][0]
        keeps = () if verdict is Verdict.REVERT else (f"--keeps {_proposed(case)}",)
        return (f"--verdict {'|'.join(VERDICTS[case.kind])}", *keeps, *(_TEXT if verdict is Verdict.REVERT else ()))
    if action is Action.ASK:
        return (f"--region {'|'.join(sorted(offices_to_ask(case, by)))}", " ".join(_TEXT))
    return _FORMS.get(action, ())
