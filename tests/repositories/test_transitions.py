"""Every step from every state by every role: allowed exactly where the table of states says so; on every store."""

from __future__ import annotations

from itertools import count

import pytest

from linkage.errors import LinkageError
from linkage.review.cases import Action, Different, State, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.repository import ReviewQueue
from linkage.review.resolution import one_person
from linkage.review.rules import Command
from linkage.review.transitions import TRANSITIONS
from tests.oracles.queue_cases import ANSWERS, NOON, answer, later, make_case, propose, staff, step

ROLES = (Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS, Role.PENGELOLA, Role.AUDITOR)
WHO = {role: f"satu.{role}" for role in ROLES}
ASKED = {role: f"daerah.{role}" for role in ROLES}
STEWARD, APPROVER = WHO[Role.PETUGAS], WHO[Role.PENYETUJU]
HOLDERS = {State.DALAM_VERIFIKASI: Role.PETUGAS, State.DIUSULKAN: Role.PENYETUJU}


def one_role_each() -> list[User]:
    """For each role a user of the nation, and one of the regency that is asked, who hold no other."""
    nation = [User(name, Scope(""), frozenset({role})) for role, name in WHO.items()]
    return nation + [User(name, Scope("3204"), frozenset({role})) for role, name in ASKED.items()]


def bring(queue: ReviewQueue, state: State, names: count) -> int:
    """Add a case of the province of two regencies and bring it into ``state``; return its number."""
    one = f"r{next(names):03d}"
    queue.load(one, [make_case(f"{one}a", f"{one}b", scope="32")], complete=False, now=NOON)
    case = max(listed.id for listed in queue.list(by="joko", limit=500))
    if state in (State.DALAM_VERIFIKASI, State.DIKEMBALIKAN):
        step(queue, case, STEWARD, Action.RELEASE, at=NOON, hold=True)
    if state is State.DITUGASKAN:
        step(queue, case, WHO[Role.PENGAWAS], Action.ASSIGN, at=NOON, assignee=STEWARD)
    if state is State.MENUNGGU_DOKUMEN:
        step(queue, case, STEWARD, Action.ASK, at=NOON, reason="x", region="3204", hold=True)
    if state in (State.BUKAN_GANDA, State.KEMBAR):
        why = Different.TWINS if state is State.KEMBAR else Different.OTHER
        step(queue, case, STEWARD, Action.DIFFERENT, at=NOON, reason=why)
    if state in (State.WAFAT, State.PINDAH_BELUM_TUNTAS, State.ANOMALI):
        step(queue, case, STEWARD, Action.SET_ASIDE, at=NOON, reason=state)
    if state is State.DITARIK:
        name = queue.get(case, by="joko").case_id
        queue.load("gone", [], complete=False, gone=[name], now=NOON)
    done = (State.DISETUJUI, State.DILAKSANAKAN_SIAK, State.TERKONFIRMASI, State.DIBATALKAN)
    if state in (State.DIUSULKAN, State.DIKEMBALIKAN, State.DITOLAK, *done):
        propose(queue, case, STEWARD, at=NOON)
    if state in (State.DIKEMBALIKAN, State.DITOLAK):
        action = Action.RETURN if state is State.DIKEMBALIKAN else Action.REJECT
        answer(queue, case, APPROVER, at=NOON, action=action, reason="x")
    if state in done:
        answer(queue, case, APPROVER, at=NOON)
    if state in (State.DILAKSANAKAN_SIAK, State.TERKONFIRMASI):
        step(queue, case, STEWARD, Action.CARRY_OUT, at=NOON)
    if state is State.TERKONFIRMASI:
        step(queue, case, APPROVER, Action.CONFIRM, at=NOON)
    if state is State.DIBATALKAN:
        queue.mark_published([effect.id for effect in queue.pending()], case, now=NOON)
        claim = queue.open_revert(case, by=STEWARD, now=NOON)
        command = Command(Action.PROPOSE, verdict=Verdict.REVERT, token=claim.token)
        queue.take(claim.case.id, command, by=STEWARD, now=NOON)
        answer(queue, claim.case.id, APPROVER, at=NOON)
    assert queue.get(case, by="joko").state is state
    return case


def command(action: Action, records: tuple[str, ...], token: str | None) -> Command:
    """A command whose arguments make sense, so that only state and role can refuse it."""
    reason = {Action.DIFFERENT: "other", Action.SET_ASIDE: "WAFAT"}.get(action, "perlu")
    return Command(
        action,
        reason,
        verdict=Verdict.DUPLICATE if action is Action.PROPOSE else None,
        persons=one_person(records) if action is Action.PROPOSE else (),
        assignee=STEWARD if action is Action.ASSIGN else None,
        region={Action.ASK: "3273", Action.ANSWER: "3204"}.get(action),
        due_at=later(60) if action in (Action.NEED, Action.ASK) else None,
        token=token,
    )


def allowed(action: Action, state: State, role: Role) -> bool:
    """What the table says; who must hold the case needs the role that may take it up in that state."""
    row = TRANSITIONS[action]
    if role not in row.roles or state not in row.sources:
        return False
    if action in (Action.RELEASE, Action.ESCALATE) and role is not Role.PENGAWAS:
        return HOLDERS.get(state) is role
    if action is Action.REOPEN and role is not Role.PENGAWAS:
        closer = Role.PENYETUJU if state in (State.DITOLAK, State.DISETUJUI) else Role.PETUGAS
        return role is closer
    return True


@pytest.mark.no_cover
@pytest.mark.parametrize("state", list(State))
def test_each_state_lets_through_the_steps_and_roles_of_the_table_and_no_other(queue, state, request):
    """I4 and I6: what is refused leaves the case and the chain as they were.

    On PostgreSQL a third of what is refused is asked for: the same rules refuse it as on SQLite, where all of it is.
    """
    part = 3 if request.node.callspec.params["queue"] == "postgresql" else 1
    turn = count(list(State).index(state))
    staff(queue, *one_role_each())
    names = count()
    case = bring(queue, state, names)
    before, head = queue.get(case, by="joko"), queue.head()
    for action in TRANSITIONS:
        for role in ROLES:
            if not allowed(action, state, role) and next(turn) % part:
                continue
            user = ASKED[role] if action is Action.ANSWER else WHO[role]
            token = None
            if HOLDERS.get(state) is role and action not in (Action.TAKE_BACK, Action.ANSWER):
                token = queue.claim(by=user, case=case, examine=role is Role.PENYETUJU, now=NOON).token
                before, head = queue.get(case, by="joko"), queue.head()
            if action is Action.RELEASE and role is Role.PENGAWAS and state in HOLDERS:
                queue.claim(by=WHO[HOLDERS[state]], case=case, examine=state is State.DIUSULKAN, now=NOON)
                before, head = queue.get(case, by="joko"), queue.head()
            try:
                if action in (Action.CLAIM, Action.EXAMINE):
                    queue.claim(by=user, case=case, examine=action is Action.EXAMINE, now=NOON)
                else:
                    queue.take(case, command(action, before.record_ids, token), by=user, now=NOON)
            except LinkageError:
                assert not allowed(action, state, role), (action, role)
                assert queue.head() == head
                if token is not None:
                    assert queue.get(case, by="joko") == before
                    queue.take(case, Command(Action.RELEASE, token=token), by=user, now=NOON)
                    before, head = queue.get(case, by="joko"), queue.head()
            else:
                assert allowed(action, state, role), (action, role)
                after = queue.get(case, by="joko")
                assert after.state in TRANSITIONS[action].targets
                assert after.version == before.version + 1
                assert queue.head().seq == head.seq + 1
                case = bring(queue, state, names)
                before, head = queue.get(case, by="joko"), queue.head()
        assert queue.get(case, by="joko") == before
    assert queue.verify().sound


def test_what_answers_a_proposal_stands_in_the_table():
    assert {
        action for action in TRANSITIONS if TRANSITIONS[action].lease and State.DIUSULKAN in TRANSITIONS[action].sources
    } == {*ANSWERS}
