"""The review queue as plain lists: what a store must do, with no thought for speed.

Loading is written here a second time, by trying every arrival against every open case; who may decide what is the
package's own rule book, which has its tests elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from linkage.errors import CaseConflictError, InvariantError, NotPermittedError, UnknownCaseError, UsageError
from linkage.review.audit import GENESIS, AuditHead, AuditReport
from linkage.review.case_contract import check_case
from linkage.review.cases import (
    REOPENED,
    REVERT,
    Action,
    Case,
    CaseIn,
    CaseSummary,
    Claim,
    Count,
    Decision,
    Judgement,
    Lease,
    LoadResult,
    Pair,
    Record,
    Standing,
    State,
    family_of,
)
from linkage.review.choosing import check_choices
from linkage.review.comparing import with_comparison
from linkage.review.effects import Effect
from linkage.review.exports import ExportForm
from linkage.review.leases import check_lease, new_token, token_digest
from linkage.review.masking import brief_values, masked_values
from linkage.review.order import capacity, doubt_of, turn_at
from linkage.review.outcomes import holding_after, judgements, office_after
from linkage.review.people import SYSTEM, Role, Scope, User, user_name
from linkage.review.publications import Stop
from linkage.review.readings import Agreement, Reading
from linkage.review.rules import Command, sees, take
from linkage.review.settings import DEFAULTS, QueueSettings
from linkage.review.shown import Kin
from linkage.review.sightings import SEEN, Sighting
from linkage.review.transitions import CLOSED, OPEN, TRANSITIONS, WORKING
from tests.oracles.lines import summary
from tests.oracles.memory_backlog import MemoryBacklog
from tests.oracles.memory_work import MemoryWork

_OPENERS = {Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS}


@dataclass
class Sent:
    """An effect, and what became of it."""

    effect: Effect
    publication: int | None = None
    cancelled: bool = False


class MemoryQueue(MemoryWork, MemoryBacklog):
    """A ``ReviewQueue`` that forgets everything with the process. Cases are kept with their records' whole values."""

    def __init__(self, settings: QueueSettings = DEFAULTS) -> None:
        self.settings = settings
        self.cases: dict[int, Case] = {}
        self.niks: dict[tuple[int, str], bytes | None] = {}
        self.people: dict[str, User] = {}
        self.held_back: dict[int, Stop] = {}
        self.judged: list[tuple[int, Judgement]] = []
        self.outbox: list[Sent] = []
        self.briefs: dict[tuple[int, str], tuple[tuple[str, str], ...]] = {}
        self.asked: dict[tuple[str, str], tuple[int, Command, Decision]] = {}
        self.sightings: list[Sighting] = []
        self.erasures: set[tuple[object, ...]] = set()
        self.rows: list[tuple[str, str]] = []
        """(body, hash) of each row of the audit chain."""

    def close(self) -> None:
        return None

    # --- batch

    def load(
        self,
        run_id: str,
        cases: Iterable[CaseIn],
        *,
        complete: bool = True,
        gone: Iterable[str] = (),
        model: str = "",
        now: datetime | None = None,
    ) -> LoadResult:
        moment = now or datetime.now(UTC)
        arriving = sorted(cases, key=lambda case: case.case_id)
        for case in arriving:
            check_case(case)
        if len({case.case_id for case in arriving}) < len(arriving):
            raise InvariantError("the case is given twice in one load")
        shown = {case.case_id: self._pairs(case) for case in arriving}
        live = [case for case in arriving if self._is_live(case, shown[case.case_id])]
        taken = self._match(live)
        numbers = dict(taken)
        news = [case for case in live if case.case_id not in taken]
        for number, case in enumerate(news, start=max(self.cases, default=0) + 1):
            numbers[case.case_id] = number
        missing = None if complete else set(gone)
        here = {
            number: self._arrive(case, number, shown[case.case_id], run_id, model, moment)
            for case in live
            for number in [numbers[case.case_id]]
        }
        done = self._leave(arriving, live, numbers, set(taken.values()), missing, run_id, moment)
        superseded = sum(change.successor is not None for change in done)
        withdrawn = len(done) - superseded
        waiting = self._have_to_wait([case for number, case in here.items() if number not in self.cases])
        refreshed, rescored = 0, 0
        for case in live:
            new = here[numbers[case.case_id]]
            old = self.cases.get(new.id)
            if old is None:
                self._store(replace(new, waiting=new.id in waiting), case)
                continue
            kept = self._kept(old, new)
            if _content(kept) != _content(old):
                refreshed += 1
                change = self._refresh(old, kept.office != old.office, run_id, moment)
                done.append(change)
                kept = replace(
                    kept,
                    state=change.to_state,
                    version=old.version + 1,
                    history=(*old.history, change),
                    lease=None,
                    due_at=None if change.to_state is State.DIKEMBALIKAN else kept.due_at,
                    assignee=None if kept.office != old.office else kept.assignee,
                    assigned_until=None if kept.office != old.office else kept.assigned_until,
                )
                kept = replace(kept, turn_at=self._turn_again(kept, new))
            elif _shown(kept) != _shown(old):
                rescored += 1
            else:
                kept = old
            self._store(kept, case)
        added = len(live) - len(taken)
        if added or done or rescored:
            self._append("load", SYSTEM, done)
        refused = (Standing.DIFFERENT, Standing.REJECTED, Standing.ASIDE)
        resting = [case for case in arriving if case not in live]
        suppressed = sum(any(pair.standing in refused for pair in shown[case.case_id]) for case in resting)
        kept_count = len(taken) + len(resting) - suppressed
        return LoadResult(added, kept_count, withdrawn, superseded, suppressed, refreshed)

    def sweep(self, *, now: datetime | None = None) -> tuple[int, int]:
        moment = now or datetime.now(UTC)
        late = [
            case
            for case in self.cases.values()
            if case.state is State.MENUNGGU_DOKUMEN
            and case.asked()
            and case.due_at is not None
            and case.due_at <= moment
        ]
        done = [self._pass_on(case, moment) for case in sorted(late, key=lambda case: case.id)]
        admitted = 0
        for office in sorted({case.office for case in self.cases.values() if case.waiting}):
            bound = self._bound(office)
            admitted += self._admit(office, None if bound is None else bound - self._desk(office))
        if done or admitted:
            self._append("sweep", SYSTEM, done)
        return len(done), admitted

    def _pass_on(self, case: Case, now: datetime) -> Decision:
        parent = Scope(case.office).parent
        taken = Decision(
            *(case.id, len(case.history) + 1, Action.ESCALATE, SYSTEM, case.state, State.BARU, now),
            reason="NO_ANSWER",
            office=None if parent is None else parent.code,
        )
        self._apply(case, taken)
        return taken

    # --- how much is handed out

    def _bound(self, office: str) -> int | None:
        """How many cases the office's stewards can decide; None when nobody's hours are known."""
        hours = [
            user.hours
            for user in self.people.values()
            if user.active and Role.PETUGAS in user.roles and user.scope.code == office and user.hours is not None
        ]
        return capacity(sum(hours), self.settings) if hours else None

    def _desk(self, office: str, now: datetime | None = None) -> int:
        """How many cases lie on the office's desk; with ``now``, only those that wait for nothing then."""
        return sum(
            case.office == office
            and case.state in OPEN - {State.DIUSULKAN}
            and not case.waiting
            and (now is None or case.due_at is None or case.due_at <= now)
            for case in self.cases.values()
        )

    def _admit(self, office: str, places: int | None) -> int:
        line = sorted((case.turn_at, case.id) for case in self.cases.values() if case.waiting and case.office == office)
        let_in = line if places is None else line[: max(places, 0)]
        for _, number in let_in:
            self.cases[number] = replace(self.cases[number], waiting=False)
        return len(let_in)

    def _have_to_wait(self, new: Sequence[Case]) -> set[int]:
        """The numbers of the new cases for which there is no room."""
        waiting: set[int] = set()
        for office in {case.office for case in new}:
            bound = self._bound(office)
            if bound is not None:
                before = sum(c.office == office and c.state is not State.DIUSULKAN for c in self._open(reverts=True))
                line = sorted((case.turn_at, case.id) for case in new if case.office == office)
                waiting |= {number for _, number in line[max(bound - before, 0) :]}
        return waiting

    def pending(self, *, limit: int = 1000) -> tuple[Effect, ...]:
        waiting = [sent.effect for sent in self.outbox if sent.publication is None and not sent.cancelled]
        return tuple(waiting[:limit])

    def open_records(self) -> tuple[str, ...]:
        return tuple(
            sorted({record for case in self.cases.values() if case.state in OPEN for record in case.record_ids})
        )

    def begun(self, after: int) -> tuple[int, tuple[Effect, ...]] | None:
        later = [sent for sent in self.outbox if sent.publication is not None and sent.publication > after]
        numbers = {sent.publication for sent in later}
        if len(numbers) > 1:
            raise InvariantError("effects are marked with several publications that were not finished")
        return (max(numbers), tuple(sent.effect for sent in later)) if numbers else None

    def mark_published(self, effects: Iterable[int], publication: int, *, now: datetime | None = None) -> int:
        known = {sent.effect.id: sent for sent in self.outbox}
        chosen = sorted(set(effects))
        for number in chosen:
            sent = known.get(number)
            if sent is None or sent.publication not in (None, publication):
                raise InvariantError("the effect is not to be had, or is in another publication")
            if sent.cancelled:
                raise CaseConflictError("its case was reopened meanwhile")
        news = [known[number] for number in chosen if known[number].publication is None]
        for sent in news:
            sent.publication = publication
            self.cases[sent.effect.case] = replace(self.cases[sent.effect.case], published=True)
        if news:
            self._append("publish", SYSTEM)
        return len(news)

    def retain(self, *, now: datetime | None = None) -> int:
        moment = now or datetime.now(UTC)
        latest = moment - timedelta(days=self.settings.values_days)
        emptied, bared = 0, 0
        for case in list(self.cases.values()):
            if case.state is not State.DITARIK or case.closed_at is None or case.closed_at >= latest:
                continue
            for record in case.records:
                emptied += bool(self.briefs[case.id, record.record_id])
                self.briefs[case.id, record.record_id] = ()
                self.niks[case.id, record.record_id] = None
            bared += sum(bool(pair.evidence or pair.explained) for pair in case.pairs)
            bare = tuple(replace(record, values=(), family=()) for record in case.records)
            pairs = tuple(replace(pair, evidence=(), explained=None) for pair in case.pairs)
            self.cases[case.id] = replace(case, records=bare, pairs=pairs)
        if emptied or bared:
            self._append("retain", SYSTEM)
        return emptied

    def erase(
        self,
        record_ids: Iterable[str],
        *,
        by: str,
        approved_by: str,
        reason: str,
        fields: Iterable[str] = (),
        now: datetime | None = None,
    ) -> int:
        gone, only, moment = set(record_ids), bool(list(fields)), now or datetime.now(UTC)
        for name in (by, approved_by):
            user = self.people.get(user_name(name))
            if user is None or not user.active or Role.PENGELOLA not in user.roles or user.scope.code:
                raise NotPermittedError("two who keep the list of the nation erase")
        if by == approved_by:
            raise NotPermittedError("nobody approves what they ask for")
        if not reason.strip():
            raise UsageError("a reason is needed")
        asked = (tuple(sorted(gone)), only, by, approved_by, reason, moment)
        if asked in self.erasures:
            return 0
        self.erasures.add(asked)
        held = 0
        for case in list(self.cases.values()):
            families = tuple(
                replace(one, family=tuple(kin for kin in one.family if kin.record_id not in gone))
                for one in case.records
            )
            if gone.isdisjoint(case.record_ids) or (only and case.closed_at is None):
                if not only:
                    self.cases[case.id] = replace(case, records=families)
                continue
            held += 1
            if case.state in TRANSITIONS[Action.WITHDRAW].sources and case.reverts is None:
                step = Decision(
                    *(case.id, len(case.history) + 1, Action.WITHDRAW, SYSTEM, case.state, State.DITARIK, moment),
                    reason="ERASED",
                )
                self._apply(case, step)
                case = self.cases[case.id]
            for record in gone.intersection(case.record_ids):
                self.briefs[case.id, record] = ()
                self.niks[case.id, record] = None
            self.cases[case.id] = replace(
                case,
                records=tuple(replace(one, values=(), family=()) if one.record_id in gone else one for one in families),
                pairs=tuple(
                    replace(pair, evidence=(), explained=None) if {pair.left_id, pair.right_id} & gone else pair
                    for pair in case.pairs
                ),
            )
        self._append("erase", by)
        return held

    # --- users

    def set_user(self, user: User, *, by: str | None, now: datetime | None = None) -> User:
        before, stays = self.people.get(user.name), user.active and Role.PENGELOLA in user.roles
        if by is None:
            if self.people:
                raise NotPermittedError("only the first user needs nobody")
            if not stays:
                raise UsageError("the first user adds the others")
        else:
            keeper = self._user(by)
            where = [user.scope.code] if before is None else [user.scope.code, before.scope.code]
            if Role.PENGELOLA not in keeper.roles or not all(keeper.scope.covers(code) for code in where):
                raise NotPermittedError("a user is changed by who keeps the list of their region")
            if keeper.name == user.name and not stays:
                raise NotPermittedError("nobody shuts themselves out")
        self.people[user.name] = user
        lost = before is not None and {Role.PETUGAS, Role.PENYETUJU} & (before.roles - user.roles)
        if before is not None and (not user.active or user.scope != before.scope or lost):
            for case in list(self.cases.values()):
                if case.lease is not None and case.lease.owner == user.name:
                    case = replace(case, lease=None)
                if case.assignee == user.name and case.state in OPEN:
                    case = replace(case, assignee=None, assigned_until=None)
                self.cases[case.id] = case
        self._append("user", by or SYSTEM)
        return user

    def user(self, name: str) -> User:
        if user_name(name) not in self.people:
            raise NotPermittedError("no user of this name")
        return self.people[user_name(name)]

    def users(self, *, by: str) -> tuple[User, ...]:
        me = self._user(by)
        return tuple(self.people[name] for name in sorted(self.people) if me.scope.covers(self.people[name].scope.code))

    # --- work

    def claim(
        self, *, by: str, case: int | None = None, examine: bool = False, now: datetime | None = None
    ) -> Claim | None:
        moment, me = now or datetime.now(UTC), self._user(by)
        if (Role.PENYETUJU if examine else Role.PETUGAS) not in me.roles:
            raise NotPermittedError("the role is another's")
        found = self._next(me, moment, examine=examine) if case is None else self._find(case, me)
        if found is None and not examine:
            office = me.scope.code
            bound = self._bound(office)
            self._admit(office, None if bound is None else max(bound - self._desk(office, moment), 1))
            found = self._next(me, moment, examine=examine)
        if found is None:
            return None
        command = Command(Action.EXAMINE if examine else Action.CLAIM)
        return self._hand_over(found, take(found, command, by=me, now=moment, settings=self.settings), me)

    def renew(self, case: int, token: str, *, by: str, now: datetime | None = None) -> datetime:
        moment, me = now or datetime.now(UTC), self._user(by)
        found = self._find(case, me)
        check_lease(found, me.name, token, now=moment)
        assert found.lease is not None
        until = moment + self.settings.lease
        self.cases[case] = replace(found, lease=replace(found.lease, until=until))
        return until

    def take(self, case: int, command: Command, *, by: str, now: datetime | None = None) -> Decision:
        moment, me = now or datetime.now(UTC), self._user(by)
        if command.action in (Action.CLAIM, Action.EXAMINE):
            raise UsageError("a case is claimed, not commanded")
        question = replace(command, version=None, token=None)
        if command.idem is not None and (me.name, command.idem) in self.asked:
            *same, decision = self.asked[me.name, command.idem]
            if same != [case, question]:
                raise UsageError("the key was used for another command")
            return decision
        found = self._find(case, me)
        self._check_assignee(found, command)
        taken = take(found, command, by=me, now=moment, settings=self.settings)
        if taken.action is Action.PROPOSE:
            whole = {record.record_id: dict(record.values) for record in self.cases[case].records}
            check_choices(found, taken.persons, taken.reason, whole)
        original = self._told(self.cases[found.reverts]) if found.reverts and taken.action is Action.APPROVE else None
        done = [taken]
        others = [other for other in self._open() if family_of(other.kind) is family_of(found.kind)]
        shares = [other.id for other in others if {*other.record_ids} & {*found.record_ids}]
        if taken.action is Action.REOPEN and shares:
            raise CaseConflictError(f"case {min(shares)} took its place")
        if original is not None:
            if original.state not in TRANSITIONS[Action.REVERT].sources:
                raise CaseConflictError("the decision it undoes no longer stands")
            seq = len(original.history) + 1
            undone = Decision(
                *(original.id, seq, Action.REVERT, SYSTEM, original.state, State.DIBATALKAN, moment),
                successor=found.id,
            )
            done.append(undone)
            self.cases[original.id] = replace(
                original, state=State.DIBATALKAN, version=original.version + 1, history=(*original.history, undone)
            )
        self._apply(found, taken, original)
        self._append(taken.action, me.name, done)
        if command.idem is not None:
            self.asked[me.name, command.idem] = (case, question, taken)
        return taken

    def _check_assignee(self, case: Case, command: Command) -> None:
        if command.assignee is None:
            return
        named = self.people.get(command.assignee.strip().lower())
        if named is None or not named.active or Role.PETUGAS not in named.roles or not named.scope.covers(case.office):
            raise UsageError("no steward of the case's office has this name")

    def open_revert(self, case: int, *, by: str, now: datetime | None = None) -> Claim:
        moment, me = now or datetime.now(UTC), self._user(by)
        original = self._find(case, me)
        if Role.PETUGAS not in me.roles or not me.scope.covers(original.office):
            raise NotPermittedError("the case belongs to another tier or region")
        if original.state not in TRANSITIONS[Action.REVERT].sources:
            raise CaseConflictError("there is nothing to undo")
        if not original.published:
            raise CaseConflictError("the decision is not published yet")
        if original.kind == REVERT:
            raise NotPermittedError("what was undone is found again by the next run")
        if any(other.reverts == case and other.state in OPEN for other in self.cases.values()):
            raise CaseConflictError("it has been asked for already")
        number = max(self.cases) + 1
        opened = replace(
            original,
            id=number,
            case_id=f"revert-{case}",
            kind=REVERT,
            state=State.BARU,
            version=1,
            assignee=None,
            assigned_until=None,
            lease=None,
            due_at=None,
            opened_at=moment,
            closed_at=None,
            turn_at=moment,
            waiting=False,
            pairs=tuple(replace(pair, standing=Standing.PROPOSED) for pair in original.pairs),
            history=(),
            reverts=case,
            published=False,
        )
        self.cases[number] = opened
        self.niks |= {(number, record): self.niks[case, record] for record in original.record_ids}
        self.briefs |= {(number, record): self.briefs[case, record] for record in original.record_ids}
        return self._hand_over(opened, take(opened, Command(Action.CLAIM), by=me, now=moment), me)

    # --- looking

    def view(self, case: int, *, by: str, now: datetime | None = None) -> Case:
        moment, me = now or datetime.now(UTC), self._user(by)
        found = self._find(case, me)
        self._append("view", me.name, seen=self._looks(found, me, moment))
        return _walled(self._as_seen(found, me), me)

    def get(self, case: int, *, by: str) -> Case:
        me = self._user(by)
        return _walled(_bare(self._find(case, me), me), me)

    def open_fields(
        self, case: int, record_id: str, fields: Sequence[str], reason: str, *, by: str, now: datetime | None = None
    ) -> Mapping[str, str]:
        moment, me = now or datetime.now(UTC), self._user(by)
        found = self._find(case, me)
        if not me.roles & _OPENERS:
            raise NotPermittedError("the role may not open anything")
        record = next((record for record in found.records if record.record_id == record_id), None)
        if record is None or not reason.strip():
            raise UsageError("a record of the case and a reason are needed")
        if not (me.scope.covers(record.region) or me.scope.covers(found.office)):
            raise NotPermittedError("the record belongs to another region")
        values = dict(record.values)
        wanted = sorted(set(fields))
        if not wanted or not set(wanted) <= set(values):
            raise UsageError("no field is named, or the record has none of this name")
        seen = Sighting(record_id, case, me.name, moment, ",".join(wanted), reason.strip(), len(self.rows) + 1)
        self._append("open", me.name, seen=[seen])
        return {field: values[field] for field in wanted}

    def export(
        self,
        numbers: Sequence[int],
        render: Callable[[Sequence[Case]], bytes],
        *,
        form: ExportForm,
        purpose: str,
        by: str,
        now: datetime | None = None,
    ) -> bytes:
        moment, me = now or datetime.now(UTC), self._user(by)
        if not purpose.strip():
            raise UsageError("a purpose is needed")
        if not me.roles & (_OPENERS if form is ExportForm.PRINT else {Role.PENGAWAS}):
            raise NotPermittedError("the role may not take cases out")
        cases = [self._find(number, me) for number in numbers]
        content = render([_walled(self._as_seen(case, me), me) for case in cases])
        seen = {
            record.record_id: Sighting(
                record.record_id, case.id, me.name, moment, form.value, purpose.strip(), len(self.rows) + 1
            )
            for case in sorted(cases, key=lambda case: -case.id)
            for record in case.records
        }
        self._append("export", me.name, seen=[seen[record] for record in sorted(seen)])
        return content

    def find(self, digest: bytes, *, by: str, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        me = self._user(by)
        if not me.roles & (_OPENERS | {Role.AUDITOR}):
            raise NotPermittedError("the role may not search")
        found = [
            case
            for case in self.cases.values()
            for record in case.records
            if self.niks[case.id, record.record_id] == digest
            and (me.scope.covers(case.office) or me.scope.covers(record.region))
        ]
        self._append("search", me.name)
        return tuple(summary(_walled(self.cases[number], me)) for number in sorted({case.id for case in found}))

    def list(
        self,
        *,
        by: str,
        state: State | None = None,
        kind: str | None = None,
        within: str = "",
        waiting: bool | None = None,
        assigned: bool = False,
        opened: tuple[datetime | None, datetime | None] = (None, None),
        after: tuple[datetime, int] | None = None,
        limit: int = 50,
    ) -> tuple[CaseSummary, ...]:
        me = self._user(by)
        chosen = [
            case
            for case in self.cases.values()
            if case.state in (OPEN if state is None else {state})
            and (kind is None or case.kind == kind)
            and (waiting is None or case.waiting == waiting)
            and (case.assignee == me.name or not assigned)
            and (opened[0] is None or case.opened_at > opened[0])
            and (opened[1] is None or case.opened_at <= opened[1])
            and (after is None or (case.turn_at, case.id) > after)
            and case.office.startswith(within)
            and sees(case, me)
        ]
        first = sorted(chosen, key=lambda case: (case.turn_at, case.id))[:limit]
        return tuple(summary(_walled(case, me)) for case in first)

    def counts(self, *, by: str | None) -> tuple[Count, ...]:
        scope = Scope("") if by is None else self._user(by).scope
        seen = Counter(
            (case.kind, case.state, case.office, case.waiting)
            for case in self.cases.values()
            if scope.covers(case.office)
        )
        return tuple(Count(*key, number) for key, number in sorted(seen.items()))

    # --- quality: nothing is read twice here

    def seed(self, case: int, *, by: str, now: datetime | None = None) -> None:
        raise NotImplementedError

    def readings(self, *, by: str, since: datetime | None = None) -> tuple[Reading, ...]:
        return ()

    def agreement(self, *, by: str, since: datetime | None = None, office: str | None = None) -> tuple[Agreement, ...]:
        return ()

    # --- for the engine and the analysts

    def cannot_links(self, until: int | None = None) -> tuple[tuple[str, str, bytes], ...]:
        known = [judged for at, judged in self.judged if until is None or at <= until]
        pairs = {(judged.left_id, judged.right_id) for judged in known}
        latest = [_counting(known, pair) for pair in pairs]
        different = [judged for judged in latest if judged.standing is Standing.DIFFERENT]
        return tuple(sorted((judged.left_id, judged.right_id, judged.fingerprint) for judged in different))

    def judged_since(self, seq: int) -> tuple[tuple[tuple[str, str], ...], int]:
        news = sorted({(judged.left_id, judged.right_id) for at, judged in self.judged if at > seq})
        return tuple(news), max([seq, *(at for at, _ in self.judged)])

    def decided(self) -> Iterator[Case]:
        told = {*TRANSITIONS[Action.REVERT].sources, State.BUKAN_GANDA, State.KEMBAR}
        for number in sorted(self.cases):
            if self.cases[number].state in told:
                yield _bare(self.cases[number])

    # --- audit

    def seen(self, record_id: str, *, by: str) -> tuple[Sighting, ...]:
        me = self._user(by)
        where = {r.region for case in self.cases.values() for r in case.records if r.record_id == record_id}
        if Role.AUDITOR not in me.roles:
            raise NotPermittedError("only an auditor asks who saw a record")
        if me.scope.code and not any(me.scope.covers(region) for region in where):
            raise NotPermittedError("no record of the region has this id")
        return tuple(sighting for sighting in self.sightings if sighting.record_id == record_id)

    def verify(self, *, anchors: Iterable[AuditHead] = ()) -> AuditReport:
        last = GENESIS
        for seq, (body, seal) in enumerate(self.rows, start=1):
            if seal != _seal(last, seq, body):
                return AuditReport(seq - 1, AuditHead(seq - 1, last), seq, "the row was altered")
            last = seal
        for anchor in sorted(anchors, key=lambda anchor: anchor.seq):
            if anchor.seq > len(self.rows):
                return AuditReport(len(self.rows), self.head(), len(self.rows) + 1, "rows up to the anchor are gone")
            if anchor.seq and anchor.hash != self.rows[anchor.seq - 1][1]:
                return AuditReport(anchor.seq - 1, self.head(), anchor.seq, "the row differs from the anchor")
        return AuditReport(len(self.rows), self.head())

    def head(self) -> AuditHead:
        return AuditHead(len(self.rows), self.rows[-1][1] if self.rows else GENESIS)

    # --- what is behind it

    def _append(
        self, action: str, actor: str, decisions: Sequence[Decision] = (), seen: Sequence[Sighting] = ()
    ) -> None:
        seq, last = len(self.rows) + 1, self.head().hash
        body = json.dumps([action, actor, [str(decision) for decision in decisions], [str(look) for look in seen]])
        self.rows.append((body, _seal(last, seq, body)))
        self.sightings += seen

    def _user(self, name: str) -> User:
        user = self.people.get(user_name(name))
        if user is None or not user.active:
            raise NotPermittedError("no active user of this name")
        return user

    def _line(self, case: Case) -> CaseSummary:
        return summary(case)

    def _find(self, case: int, by: User) -> Case:
        if case not in self.cases or not sees(self.cases[case], by):
            raise UnknownCaseError("the queue has no case of this number", where=f"case {case}")
        return self._told(self.cases[case])

    def _told(self, case: Case) -> Case:
        """The case with the latest judgement of each pair of its records in each family."""
        inside = set(case.record_ids)
        ours = [judged for _, judged in self.judged if {judged.left_id, judged.right_id} <= inside]
        newest = {(judged.left_id, judged.right_id, judged.family): place for place, judged in enumerate(ours)}
        order = sorted(newest.items(), key=lambda item: (item[0][:2], item[1]))
        return replace(case, settled=tuple(ours[place] for _, place in order))

    def _next(self, by: User, now: datetime, *, examine: bool) -> Case | None:
        chosen = [
            case
            for case in self.cases.values()
            if (case.state is State.DIUSULKAN) == examine and claimable(case, by, now=now)
        ]
        # What they were given, then their own tier, then those below.
        return min(
            chosen,
            key=lambda case: (
                examine or case.assignee != by.name,
                case.office != by.scope.code,
                case.turn_at,
                case.id,
            ),
            default=None,
        )

    def _hand_over(self, case: Case, taken: Decision, by: User) -> Claim:
        token = new_token()
        until = taken.at + self.settings.lease
        self._apply(case, taken)
        held = replace(self.cases[case.id], lease=Lease(by.name, token_digest(token), until))
        self.cases[case.id] = held
        self._append(taken.action, by.name, [taken], self._looks(held, by, taken.at))
        return Claim(self._as_seen(held, by), token, until)

    def _apply(self, case: Case, taken: Decision, original: Case | None = None) -> None:
        """Put a decision on the case and draw all that follows from it, but for the row of the audit chain."""
        seq = len(self.rows) + 1
        self.judged += [(seq, judged) for judged in judgements(case, taken, original)]
        holding = holding_after(case, taken, self.settings)
        closed = taken.to_state in CLOSED
        self.cases[case.id] = replace(
            case,
            office=office_after(case, taken),
            state=taken.to_state,
            version=case.version + 1,
            assignee=holding.assignee,
            assigned_until=holding.assigned_until,
            due_at=holding.due_at,
            lease=None if holding.lease_ends else case.lease,
            closed_at=(case.closed_at or taken.at) if closed else None,
            waiting=False,
            turn_at=case.turn_at if taken.action is Action.WITHDRAW else _turn_after(case, holding.due_at, taken.at),
            history=(*case.history, taken),
        )
        if taken.action is Action.REOPEN:
            for sent in self.outbox:
                if sent.effect.case == case.id and sent.publication is None:
                    sent.cancelled = True
        if taken.action in (Action.APPROVE, Action.CONFIRM):
            self._send(case, taken)

    def _send(self, case: Case, taken: Decision) -> None:
        approval = next(e for e in reversed((*case.history, taken)) if e.action is Action.APPROVE)
        assert approval.verdict is not None
        assert approval.proposer is not None
        effect = Effect(
            *(len(self.rows) + 1, case.id, case.kind, approval.verdict, approval.persons, approval.proposer),
            approver=approval.actor,
            at=taken.at,
            reverts=case.reverts,
            confirmed=taken.action is Action.CONFIRM,
        )
        self.outbox.append(Sent(effect))

    def _looks(self, case: Case, by: User, now: datetime) -> list[Sighting]:
        return [Sighting(r.record_id, case.id, by.name, now, SEEN, "", len(self.rows) + 1) for r in case.records]

    def _as_seen(self, case: Case, by: User) -> Case:
        """The case as the user may see it: another office's record in brief, unless the user's office decides."""
        decides = by.scope.covers(case.office)
        records = []
        for record in case.records:
            own, values = by.scope.covers(record.region), dict(record.values)
            whole = (own or decides) and values
            shown = masked_values(values) if whole else self.briefs[case.id, record.record_id]
            kin = [self._kin(one, record, case if decides else None) for one in record.family] if whole else ()
            records.append(replace(record, values=shown, own=own, family=tuple(kin)))
        seen = replace(case, records=tuple(records))
        held = {record.record_id: dict(record.values) for record in case.records}
        return with_comparison(seen, held) if decides else seen

    def _kin(self, kin: Kin, record: Record, case: Case | None) -> Kin:
        """A member of a record's family, with the other records of the case in whose family the same one stands."""
        others = () if case is None else (other for other in case.records if other.record_id != record.record_id)
        also = tuple(other.record_id for other in others if any(_one_kin(kin, its) for its in other.family))
        return replace(kin, values=masked_values(dict(kin.values)), also=also)

    # --- loading, a second time

    def _open(self, *, reverts: bool = False) -> list[Case]:
        return [case for case in self.cases.values() if case.state in OPEN and (reverts or case.kind != REVERT)]

    def _pairs(self, case: CaseIn) -> tuple[Pair, ...]:
        family = family_of(case.kind)
        found: dict[tuple[str, str], tuple[Standing, int | None]] = {}
        for pair in case.pairs:
            ends = (pair.left_id, pair.right_id)
            found[ends] = (Standing.PROPOSED, None)
            about = [
                judged
                for _, judged in self.judged
                if ends == (judged.left_id, judged.right_id) and family in (family_of("DUPLICATE"), judged.family)
            ]
            if about:
                judged = _counting(about, ends)
                found[ends] = (_standing(judged, pair.fingerprint), judged.case)
        settled = {ends: said for ends, said in found.items() if said[0] not in (Standing.PROPOSED, Standing.REOPENED)}
        person = _persons(case.record_ids, [ends for ends, (said, _) in settled.items() if said is Standing.SAME])
        shown = []
        for pair in case.pairs:
            ends = (pair.left_id, pair.right_id)
            standing = found[ends][0]
            if standing is Standing.PROPOSED:
                for by in dict.fromkeys(by for _, by in settled.values()):
                    standing = _implied(
                        ends, [(e, s) for e, (s, who) in settled.items() if who == by], person, standing
                    )
            shown.append(Pair(**{name: getattr(pair, name) for name in pair.__dataclass_fields__}, standing=standing))
        return tuple(shown)

    def _is_live(self, case: CaseIn, pairs: tuple[Pair, ...]) -> bool:
        if pairs:
            return any(pair.standing.live for pair in pairs)
        decided = CLOSED - {State.DITARIK, State.DIBATALKAN}
        return not any(old.case_id == case.case_id and old.state in decided for old in self.cases.values())

    def _match(self, live: list[CaseIn]) -> dict[str, int]:
        taken: dict[str, int] = {}
        while True:
            best = min(
                (
                    (case.case_id != old.case_id, -len({*case.record_ids} & {*old.record_ids}), old.id, case.case_id)
                    for case in live
                    for old in self._open()
                    if case.case_id not in taken
                    and old.id not in taken.values()
                    and family_of(case.kind) is family_of(old.kind)
                    and {*case.record_ids} & {*old.record_ids}
                ),
                default=None,
            )
            if best is None:
                return taken
            taken[best[3]] = best[2]

    def _leave(
        self,
        arriving: list[CaseIn],
        live: list[CaseIn],
        numbers: dict[str, int],
        staying: set[int],
        gone: set[str] | None,
        run_id: str,
        now: datetime,
    ) -> list[Decision]:
        done: list[Decision] = []
        for old in self._open():
            if old.id in staying:
                continue
            sharing = [
                (case, len({*case.record_ids} & {*old.record_ids}))
                for case in arriving
                if family_of(case.kind) is family_of(old.kind) and {*case.record_ids} & {*old.record_ids}
            ]
            heirs = [(-shared, numbers[case.case_id]) for case, shared in sharing if case in live]
            if not sharing and gone is not None and old.case_id not in gone:
                continue
            reason = "SUPERSEDED" if heirs else "DECIDED_ELSEWHERE" if sharing else "NO_LONGER_FOUND"
            change = Decision(
                *(old.id, len(old.history) + 1, Action.WITHDRAW, SYSTEM, old.state, State.DITARIK, now, reason),
                successor=min(heirs)[1] if heirs else None,
                run_id=run_id,
            )
            done.append(change)
            self._apply(old, change)
        return done

    def _arrive(
        self, case: CaseIn, number: int, pairs: tuple[Pair, ...], run_id: str, model: str, now: datetime
    ) -> Case:
        reopened = any(pair.standing is Standing.REOPENED for pair in pairs)
        records = tuple(
            Record(given.record_id, given.region, given.values, own=True, family=given.family) for given in case.records
        )
        return Case(
            id=number,
            case_id=case.case_id,
            kind=case.kind,
            scope=case.scope,
            office=case.scope,
            priority=case.priority,
            state=State.BARU,
            version=1,
            reasons=tuple(sorted({*case.reasons, REOPENED})) if reopened else case.reasons,
            assignee=None,
            assigned_until=None,
            lease=None,
            due_at=None,
            run_id=run_id,
            model=model,
            opened_at=now,
            closed_at=None,
            turn_at=turn_at(now, kind=case.kind, priority=case.priority, doubt=doubt_of(pairs), settings=self.settings),
            waiting=False,
            records=records,
            pairs=tuple(sorted(pairs, key=lambda pair: (pair.left_id, pair.right_id))),
            history=(),
        )

    def _kept(self, old: Case, new: Case) -> Case:
        """What a run brings, on the case it takes: its place in the queue goes on."""
        escalated = old.office != old.scope and new.scope.startswith(old.office)
        turn = self._turn_again(old, new)
        return replace(
            new,
            office=old.office if escalated else new.scope,
            state=old.state,
            version=old.version,
            assignee=old.assignee,
            assigned_until=old.assigned_until,
            lease=old.lease,
            due_at=old.due_at,
            run_id=old.run_id,
            model=old.model,
            opened_at=old.opened_at,
            turn_at=turn,
            waiting=old.waiting,
            history=old.history,
        )

    def _turn_again(self, old: Case, new: Case) -> datetime:
        turn = old.opened_at + (new.turn_at - new.opened_at)
        return max(turn, old.due_at) if old.due_at else turn

    def _refresh(self, old: Case, moved: bool, run_id: str, now: datetime) -> Decision:
        state = old.state
        if state in (State.DIUSULKAN, State.MENUNGGU_DOKUMEN):
            state = State.DIKEMBALIKAN
        elif moved and state is State.DITUGASKAN:
            state = State.BARU
        seq = len(old.history) + 1
        return Decision(*(old.id, seq, Action.REFRESH, SYSTEM, old.state, state, now, "CONTENT_CHANGED"), run_id=run_id)

    def _store(self, case: Case, given: CaseIn) -> None:
        self.cases[case.id] = case
        self.niks = {key: nik for key, nik in self.niks.items() if key[0] != case.id}
        self.niks |= {(case.id, record.record_id): record.nik_digest for record in given.records}
        self.briefs |= {(case.id, record.record_id): brief_values(dict(record.values)) for record in given.records}


def _walled(case: Case, by: User) -> Case:
    """What an office that is only asked may know: no pairs, and beside questions and answers only that steps were
    taken."""
    if by.scope.covers(case.office):
        return case
    asking = (Action.ASK, Action.ANSWER)
    untold = {"reason": "", "verdict": None, "persons": (), "surviving_record": None}
    return replace(
        case,
        reasons=tuple(reason for reason in case.reasons if ":" not in reason),
        pairs=(),
        settled=(),
        history=tuple(entry if entry.action in asking else replace(entry, **untold) for entry in case.history),
    )


def _bare(case: Case, by: User | None = None) -> Case:
    own = {record.region for record in case.records if by is not None and by.scope.covers(record.region)}
    records = (replace(record, values=(), family=(), own=record.region in own) for record in case.records)
    return replace(case, records=tuple(records))


def _turn_after(case: Case, due_at: datetime | None, now: datetime) -> datetime:
    """A case that waits stands where it will be due; then it is due at once."""
    if due_at is not None:
        return max(case.turn_at, due_at)
    return case.turn_at if case.due_at is None else min(case.turn_at, now)


def _counting(known: Sequence[Judgement], pair: tuple[str, str]) -> Judgement:
    """The last word about a pair that no later one of its family takes back; the last of all where none is left."""
    about = [judged for judged in known if (judged.left_id, judged.right_id) == pair]
    for place in reversed(range(len(about))):
        later = {judged.family for judged in about[place + 1 :]}
        if about[place].standing is not Standing.UNDECIDED and about[place].family not in later:
            return about[place]
    return about[-1]


def _standing(judged: Judgement, fingerprint: bytes) -> Standing:
    if judged.standing is Standing.UNDECIDED:
        return Standing.PROPOSED
    unchanged = judged.standing is Standing.SAME or judged.fingerprint == fingerprint
    return judged.standing if unchanged else Standing.REOPENED


def _persons(records: Sequence[str], same: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    """The records that are one person with each record."""
    persons = {record: {record} for record in records}
    for _ in records:
        for left, right in same:
            both = persons[left] | persons[right]
            persons[left], persons[right] = both, both
    return persons


def _implied(
    ends: tuple[str, str],
    told: Sequence[tuple[tuple[str, str], Standing]],
    person: Mapping[str, set[str]],
    otherwise: Standing,
) -> Standing:
    """How a new pair stands between records that one decision spoke about together."""
    if not set(ends) <= {end for pair, _ in told for end in pair}:
        return otherwise
    left, right = (person[end] for end in ends)
    if left & right:
        return Standing.SAME
    about = {standing for pair, standing in told if set(pair) & (left | right)}
    apart = (Standing.DIFFERENT, Standing.ASIDE, Standing.REJECTED)
    return next((standing for standing in apart if standing in about), Standing.PROPOSED)


def _content(case: Case) -> object:
    """What a verdict is about."""
    pairs = [(pair.left_id, pair.right_id, pair.fingerprint, pair.standing) for pair in case.pairs]
    return case.case_id, case.kind, case.scope, case.record_ids, pairs


def _shown(case: Case) -> object:
    """All the rest that a run brings."""
    pairs = [(pair.match_probability, pair.match_weight_log2, pair.evidence, pair.explained) for pair in case.pairs]
    return case.priority, case.reasons, pairs, case.records


def _one_kin(one: Kin, other: Kin) -> bool:
    """Whether two members of families are one person, as far as can be told."""
    ours, theirs = dict(one.values), dict(other.values)
    names = [" ".join(values.get("nama", "").lower().split()) for values in (ours, theirs)]
    named = names[0] == names[1] != "" and ours.get("tanggal_lahir", "") == theirs.get("tanggal_lahir") != ""
    return one.record_id == other.record_id or ours.get("nik", "") == theirs.get("nik") != "" or named


def _seal(last: str, seq: int, body: str) -> str:
    return hashlib.sha256(f"{last} {seq} {body}".encode()).hexdigest()


def claimable(case: Case, by: User, *, now: datetime) -> bool:
    """Return whether the case could be handed to a user as the next one: nobody holds it, nothing is waited for, it is
    not another's, and to examine a proposal the user has not worked on it."""
    if case.lease is not None and case.lease.live(now):
        return False
    if not by.scope.covers(case.office):
        return False
    if case.state is State.DIUSULKAN:
        return Role.PENYETUJU in by.roles and not any(
            entry.actor == by.name and entry.action in WORKING for entry in case.history
        )
    if case.state not in OPEN or Role.PETUGAS not in by.roles or case.waiting:
        return False
    if case.due_at is not None and now < case.due_at:
        return False
    return case.assignee in (None, by.name) or case.assigned_until is None or case.assigned_until <= now
