"""What a steward does on a terminal: open the project's queue, look a case up, take a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from linkage.errors import CaseConflictError, LinkageError, UsageError
from linkage.nightly.project import Project, load_project
from linkage.review.cases import Action, Case, Claim, Decision, State, Verdict
from linkage.review.leases import new_token
from linkage.review.people import Role, User
from linkage.review.resolution import PersonOut
from linkage.review.rules import Command, take
from linkage.review.settings import DEFAULTS, QueueSettings
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.steps import taken_up
from linkage.review.transitions import TRANSITIONS, VERDICTS

_ANSWERS: Final = (Action.APPROVE, Action.RETURN, Action.REJECT)


@contextmanager
def open_project_queue(project_file: Path, *, create: bool = False) -> Iterator[SqlQueue]:
    """Open the queue of a project for as long as the block runs.

    ``create``: a SQLite queue that is not there yet is made; else that there was no run yet is a :class:`UsageError`.
    """
    project = load_project(project_file)
    _check_begun(project, project_file, create=create)
    queue = open_queue(
        project.database_url,
        settings=project.queue,
        secret=project.secret(),
        survivorship=project.survivorship(),
    )
    try:
        yield queue
    finally:
        queue.close()


def _check_begun(project: Project, project_file: Path, *, create: bool) -> None:
    if not project.database_url.startswith("sqlite:"):
        return
    database = Path(project.database_url.removeprefix("sqlite:///"))
    if create:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not database.is_file():
        raise UsageError(
            "no run yet, so there is no queue",
            where=str(project_file),
            remedy="Start one: linkage run",
            key="queue.none",
        )


def state_named(name: str | None) -> State | None:
    """Return the state of that name, None for None.

    Raises:
        UsageError: no state is called so.
    """
    if name is None:
        return None
    if name not in State.__members__:
        raise UsageError(
            f"no state is called {name!r}",
            remedy=f"States: {', '.join(State)}",
            key="state.unknown",
            filled={"states": ",".join(State)},
        )
    return State[name]


@dataclass(frozen=True)
class Step:
    """What a person typed. ``keeps``, the records in ``persons`` and the values of ``fields`` are record ids, or the
    numbers under which the case shows its records. ``persons``: each ``REC,REC`` or ``REC,REC:KEEPS``."""

    action: Action
    reason: str = ""
    verdict: str | None = None
    keeps: str | None = None
    persons: Sequence[str] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    assignee: str | None = None
    region: str | None = None
    due_at: datetime | None = None
    version: int | None = None
    idem: str | None = None


def decide(
    queue: SqlQueue,
    number: int,
    step: Step,
    *,
    by: str,
    settings: QueueSettings = DEFAULTS,
    now: datetime | None = None,
) -> Decision:
    """Take one step on a case and return the decision; refusals as in :func:`linkage.review.rules.take`.

    A step that needs the case in hand takes it up first, if the rules then allow the step: taking up ends a waiting and
    makes the user one who worked on the case. When the queue refuses it all the same, the case is given back, unless
    the user held it before. A step with an ``idem`` that was taken before is told again. ``settings``: the queue's own.
    """
    case, user, began = queue.get(number, by=by), queue.user(by), now or datetime.now(UTC)
    command = _command(case, step, user)
    done = step.idem is not None and any(entry.idem == step.idem for entry in case.history)
    if done or not _needs_hold(step.action, case, user, began):
        return queue.take(number, command, by=by, now=now)
    if step.version is not None and step.version != case.version:
        raise CaseConflictError(
            "the case has changed since it was shown", where=f"case {number}", remedy="Show it", key="case.changed"
        )
    proposed = _rehearse(case, step, user, began, settings)
    queue.check_proposed(number, proposed, by=by)
    held_before = _holds(case, user, began)
    claim = queue.claim(by=by, case=number, examine=_examines(step.action, case), now=now)
    if claim is None:
        raise CaseConflictError(
            "the case is not to be had", where=f"case {number}", remedy="Look at it again", key="case.taken"
        )
    holding = _command(case, step, user, token=claim.token, version=_version_after(case, claim, step))
    try:
        return queue.take(number, holding, by=by, now=now)
    except LinkageError:
        if not held_before:
            # Why the step failed is what matters; a lease that cannot be given back ends by itself.
            with suppress(LinkageError):
                queue.release(number, by=by, token=claim.token, now=now)
        raise


def _rehearse(case: Case, step: Step, user: User, now: datetime, settings: QueueSettings) -> Decision:
    """Return the decision that a step would be which takes the case up first, or raise what the rules would say of it;
    nothing is changed."""
    token = new_token()
    taking_up = Action.EXAMINE if _examines(step.action, case) else Action.CLAIM
    held = taken_up(case, taking_up, user, token, now=now, settings=settings)
    return take(held, _command(case, step, user, token=token), by=user, now=now, settings=settings)


def release(queue: SqlQueue, number: int, *, by: str, now: datetime | None = None) -> Decision:
    """Give a case back that the user holds; a supervisor takes it from who does."""
    return decide(queue, number, Step(Action.RELEASE), by=by, now=now)


def record_named(case: Case, text: str) -> str:
    """Return the id of the record that ``text`` names by its id, or by its number in the case.

    Raises:
        UsageError: the case has no such record.
    """
    if text in case.record_ids:
        return text
    numbers = [str(number) for number in range(1, len(case.record_ids) + 1)]
    if text in numbers:
        return case.record_ids[numbers.index(text)]
    raise UsageError(
        "a record is named that the case does not hold",
        where=f"case {case.id}",
        remedy=f"Give its id, or its number from 1 to {len(case.record_ids)}",
        key="record.named",
        filled={"records": len(case.record_ids)},
    )


def _holds(case: Case, user: User, now: datetime) -> bool:
    return case.lease is not None and case.lease.owner == user.name and case.lease.live(now)


def _examines(action: Action, case: Case) -> bool:
    """Whether what is taken up for the step is a proposal; one that is given back was taken up as such."""
    return action in _ANSWERS or (action is Action.RELEASE and case.state is State.DIUSULKAN)


def _needs_hold(action: Action, case: Case, user: User, now: datetime) -> bool:
    if action is Action.ASK:
        return case.state is not State.MENUNGGU_DOKUMEN or case.assignee != user.name
    if action is Action.ESCALATE:
        return Role.PENGAWAS not in user.roles
    if action is Action.RELEASE:
        return _holds(case, user, now)
    return TRANSITIONS[action].lease


def _version_after(case: Case, claim: Claim, step: Step) -> int | None:
    """Return the version the case must have when the step is taken; None when the user named none.

    Taking a case up is a change of its own; any other since the user looked must stop the step.
    """
    if step.version is None:
        return None
    own = claim.case.history[len(case.history) :]
    taken_up = [entry.action for entry in own] in ([Action.CLAIM], [Action.EXAMINE])
    return step.version + (1 if taken_up else 0)


def _command(case: Case, step: Step, user: User, *, token: str | None = None, version: int | None = None) -> Command:
    verdict = _verdict(case, step) if step.action is Action.PROPOSE else None
    persons = () if verdict is None else _persons(case, step, verdict)
    region = user.scope.code if step.action is Action.ANSWER and step.region is None else step.region
    return Command(
        step.action,
        reason=step.reason,
        verdict=verdict,
        persons=persons,
        assignee=step.assignee,
        region=region,
        due_at=step.due_at,
        version=step.version if token is None else version,
        token=token,
        idem=step.idem,
    )


def _verdict(case: Case, step: Step) -> Verdict:
    if step.verdict is None:
        return VERDICTS[case.kind][0]
    if step.verdict not in set(Verdict):
        raise UsageError(
            f"the verdict must be one of {', '.join(Verdict)}",
            where=f"case {case.id}",
            key="verdict.unknown",
            filled={"verdicts": ",".join(Verdict)},
        )
    return Verdict(step.verdict)


def _persons(case: Case, step: Step, verdict: Verdict) -> tuple[PersonOut, ...]:
    """Return the persons a proposal names: those told, else one of all records; of a shared NIK each record its own."""
    where = f"case {case.id}"
    told = [_person(case, text) for text in step.persons]
    if not told and verdict is Verdict.SPLIT:
        told = [((record,), None) for record in case.record_ids]
    elif not told and (step.keeps is not None or step.fields):
        told = [(case.record_ids, None)]
    keeps = None if step.keeps is None else record_named(case, step.keeps)
    chosen = {name: record_named(case, text) for name, text in step.fields.items()}
    persons = [
        PersonOut(
            records,
            own if own is not None else keeps if keeps in records else None,
            tuple(sorted((name, record) for name, record in chosen.items() if record in records)),
        )
        for records, own in told
    ]
    if keeps is not None and not any(person.keeps == keeps for person in persons):
        raise UsageError("--keeps and --person name different records", where=where, key="persons.keeps_differs")
    return tuple(sorted(persons, key=lambda person: person.record_ids[0]))


def _person(case: Case, text: str) -> tuple[tuple[str, ...], str | None]:
    """Return the records of a person, and the one whose NIK stays; ids may hold a colon themselves."""
    try:
        return _records(case, text), None
    except UsageError:
        before, colon, keeps = text.rpartition(":")
        if not colon:
            raise
        return _records(case, before), record_named(case, keeps)


def _records(case: Case, text: str) -> tuple[str, ...]:
    return tuple(sorted(record_named(case, name.strip()) for name in text.split(",")))
