"""The queue under random histories: a database and the plain model in step, and what must hold at every moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linkage.errors import LinkageError
from linkage.review.cases import Action, Case, CaseIn, Claim, State, Verdict
from linkage.review.people import Role
from linkage.review.resolution import PersonOut, one_person
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.transitions import CLOSED, OPEN, TRANSITIONS, VERDICTS, WORKING
from tests.oracles.memory_queue import MemoryQueue
from tests.oracles.queue_cases import ANSWERS, NOON, PLAIN, make_case, staff

RECORDS = "abcdefgh"
EVERYWHERE = "joko"
PEOPLE = ["ani", "budi", "hana", "indra", EVERYWHERE, "kirana", "fitri", "gilang"]
USERS = st.sampled_from(PEOPLE)
NUMBERS = st.integers(1, 8)
KINDS = st.sampled_from(["DUPLICATE", "DUPLICATE", "OPEN_MOVE", "CONFLICT", "SHARED_NIK"])
SCOPES = st.sampled_from(["3273", "3273", "32", ""])
GROUPS = st.lists(
    st.tuples(KINDS, SCOPES, st.sets(st.sampled_from(RECORDS), min_size=2, max_size=4), st.booleans()), max_size=4
)
FIRST = [
    ("DUPLICATE", "3273", {"a", "b", "c"}, True),
    ("DUPLICATE", "3273", {"d", "e"}, False),
    ("CONFLICT", "32", {"f", "g"}, False),
    ("SHARED_NIK", "", {"g", "h"}, False),
]
MINUTES = st.sampled_from([1, 1, 5, 11, 60, -60, 8 * 24 * 60])
WORK = st.sampled_from(
    [Action.PROPOSE, Action.PROPOSE, Action.DIFFERENT, Action.SET_ASIDE, Action.NEED, Action.ASK, Action.ESCALATE]
)
REASONS = {Action.DIFFERENT: ("twins", "other"), Action.SET_ASIDE: ("WAFAT", "ANOMALI")}

Way = tuple[str, str, Action, Action, str, bool, int]
WAYS = st.tuples(
    st.sampled_from(["ani", "hana", EVERYWHERE]),
    st.sampled_from(["budi", "indra", "kirana"]),
    WORK,
    st.sampled_from([Action.APPROVE, *ANSWERS]),
    st.sampled_from(["", "publish", "reopen", "carry out", "undo"]),
    st.booleans(),
    st.integers(0, 1),
)
DAY = st.lists(WAYS, min_size=3, max_size=5)
"""A case's way: steward, approver, what is done, what is said to it, what comes afterwards, two choices more."""


@dataclass(frozen=True)
class Run:
    """A load that can be repeated."""

    run_id: str
    cases: tuple[CaseIn, ...]
    complete: bool


@dataclass(frozen=True)
class Held:
    """A lease as the machine believes it: whose, until when, and the token of each queue."""

    user: str
    until: datetime
    tokens: tuple[str, str]


class QueueMachine(RuleBasedStateMachine):
    """Does the same on both queues. ``address`` gives the URL of a fresh database whose staff is known."""

    address: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.url = type(self).address()
        self.sql = open_queue(self.url, settings=PLAIN)
        self.model = MemoryQueue(PLAIN)
        staff(self.model)
        staff(self.sql)
        self.now = NOON
        self.revisions = dict.fromkeys(RECORDS, 0)
        self.called_different: dict[tuple[str, str], bytes] = {}
        self.held: dict[int, Held] = {}
        self.spent: list[tuple[int, Held]] = []
        self.published: set[int] = set()
        self.runs = 0
        self.last: Run | None = None

    def teardown(self) -> None:
        try:
            self.every_open_case_is_offered()
        finally:
            self.sql.close()

    # --- the same on both

    def both(self, do: Callable[[SqlQueue | MemoryQueue, int], object]) -> object:
        """Do the same on both queues; both must answer, or refuse, alike. What is refused leaves no trace (I4)."""
        head, outcomes = self.sql.head(), []
        for place, queue in enumerate((self.sql, self.model)):
            try:
                outcomes.append(do(queue, place))
            except LinkageError as error:
                outcomes.append(type(error))
        if isinstance(outcomes[0], Claim):
            assert isinstance(outcomes[1], Claim), outcomes[1]
            assert plain(outcomes[0].case) == plain(outcomes[1].case)
            assert outcomes[0].until == outcomes[1].until
            return tuple(outcomes)
        assert outcomes[0] == outcomes[1]
        if isinstance(outcomes[0], type):
            assert self.sql.head() == head
        return outcomes[0]

    def holds(self, case: int, user: str) -> bool:
        held = self.held.get(case)
        return held is not None and held.user == user and self.now < held.until

    # --- the batch

    @initialize(groups=GROUPS, ways=DAY)
    def first_day(self, groups: list[tuple[str, str, set[str], bool]], ways: list[Way]) -> None:
        self.load([*groups, *FIRST], complete=True)
        self.cases_go_their_way(ways)

    @rule(groups=GROUPS, complete=st.sampled_from([False, False, False, True]), ways=DAY)
    def a_day(self, groups: list[tuple[str, str, set[str], bool]], complete: bool, ways: list[Way]) -> None:
        self.load(groups, complete=complete)
        self.cases_go_their_way(ways)

    def load(self, groups: list[tuple[str, str, set[str], bool]], *, complete: bool) -> None:
        cases: dict[str, CaseIn] = {}
        for kind, scope, records, sparse in groups:
            chain = list(pairwise(sorted(records))) if sparse else None
            priority = len(records) / 5
            case = make_case(*records, kind=kind, scope=scope, revisions=self.revisions, pairs=chain, priority=priority)
            cases[case.case_id] = case
        self.runs += 1
        self.last = Run(f"run{self.runs}", tuple(cases.values()), complete)
        result = self.load_last()
        assert result.added + result.kept + result.suppressed == len(cases)
        # I12, second half: the same again is nothing.
        head = self.sql.head()
        again = self.load_last()
        assert (again.added, again.withdrawn, again.superseded, again.refreshed) == (0, 0, 0, 0)
        assert self.sql.head() == head
        for case in self.model.cases.values():
            if case.lease is None:
                self.held.pop(case.id, None)
            if case.state in OPEN and case.kind not in ("SHARED_NIK", "REVERT"):
                for pair in case.pairs:
                    said = self.called_different.get((pair.left_id, pair.right_id))
                    assert not (pair.standing.live and said == pair.fingerprint), "I12"

    def load_last(self):  # type: ignore[no-untyped-def]
        run = self.last
        assert run is not None
        return self.both(lambda q, _: q.load(run.run_id, run.cases, complete=run.complete, now=self.now))

    @rule(record=st.sampled_from(RECORDS))
    def correct_a_record(self, record: str) -> None:
        self.revisions[record] += 1

    @rule()
    def sweep(self) -> None:
        self.both(lambda q, _: q.sweep(now=self.now))
        assert self.both(lambda q, _: q.sweep(now=self.now)) == (0, 0)

    @rule()
    def publish(self) -> None:
        pending = self.both(lambda q, _: q.pending())
        numbers = {effect.id for effect in pending}
        assert not numbers & self.published, "I7"
        publication = len(self.published)
        assert self.both(lambda q, _: q.mark_published(numbers, publication, now=self.now)) == len(numbers)
        assert self.both(lambda q, _: q.mark_published(numbers, publication, now=self.now)) == 0
        assert self.both(lambda q, _: q.pending()) == ()
        self.published |= numbers

    @rule()
    def crash(self) -> None:
        self.sql.close()
        self.sql = open_queue(self.url, settings=PLAIN)

    @rule(minutes=MINUTES)
    def clock(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(name=st.sampled_from(["ani", "budi", "hana"]))
    def a_user_leaves_or_returns(self, name: str) -> None:
        user = self.model.people[name]
        self.both(lambda q, _: q.set_user(replace(user, active=not user.active), by="kepala", now=self.now))
        if user.active:
            self.held = {case: held for case, held in self.held.items() if held.user != name}

    # --- the people

    @rule(user=USERS, case=st.none() | NUMBERS, examine=st.booleans())
    def claim(self, user: str, case: int | None, examine: bool) -> None:
        self.take_up(user, case, examine=examine)

    def take_up(self, user: str, case: int | None, *, examine: bool) -> int | None:
        outcome = self.both(lambda q, _: q.claim(by=user, case=case, examine=examine, now=self.now))
        if not isinstance(outcome, tuple):
            return None
        mine, other = outcome
        number = mine.case.id
        before = self.held.get(number)
        assert before is None or before.user == user or before.until <= self.now, "I1"
        if before is not None:
            self.spent.append((number, before))
        self.held[number] = Held(user, mine.until, (mine.token, other.token))
        return number

    @rule(case=NUMBERS, user=USERS)
    def renew(self, case: int, user: str) -> None:
        held = self.held.get(case)
        if held is not None:
            until = self.both(lambda q, place: q.renew(case, held.tokens[place], by=user, now=self.now))
            assert isinstance(until, datetime) == self.holds(case, user), "I6"
            if isinstance(until, datetime):
                self.held[case] = replace(held, until=until)

    @rule(user=USERS, case=st.none() | NUMBERS, action=WORK, whole=st.booleans(), reason=st.integers(0, 1))
    def work(self, user: str, case: int | None, action: Action, whole: bool, reason: int) -> None:
        number = self.take_up(user, case, examine=False)
        if number is not None:
            self.take(number, user, action, whole, reason, stale=False, idem=None)

    @rule(user=USERS, case=st.none() | NUMBERS, action=st.sampled_from([ANSWERS[0], *ANSWERS]))
    def answer(self, user: str, case: int | None, action: Action) -> None:
        number = self.take_up(user, case, examine=True)
        if number is not None:
            self.take(number, user, action, whole=True, reason=0, stale=False, idem=None)

    @rule(ways=DAY)
    def cases_go_their_way(self, ways: list[Way]) -> None:
        """By single steps alone few histories would get as far as the centre, and none would be undone."""
        for way in ways:
            self.a_case_goes_its_way(*way)

    def a_case_goes_its_way(
        self, steward: str, approver: str, action: Action, said: Action, afterwards: str, whole: bool, reason: int
    ) -> None:
        number = self.take_up(steward, None, examine=False)
        if number is None:
            return
        self.take(number, steward, action, whole, reason, stale=False, idem=None)
        if action is Action.PROPOSE and self.take_up(approver, number, examine=True) is not None:
            self.take(number, approver, said, whole, reason, stale=False, idem=None)
        if afterwards in ("publish", "undo"):
            self.publish()
        if afterwards == "reopen":
            self.take(number, "indra", Action.REOPEN, whole, reason, stale=False, idem=None)
        if afterwards == "carry out":
            self.take(number, steward, Action.CARRY_OUT, whole, reason, stale=False, idem=None)
            self.take(number, EVERYWHERE, Action.CONFIRM, whole, reason, stale=False, idem=None)
        if afterwards == "undo":
            self.undo(number, steward)
            last = max(self.model.cases)
            self.take(last, steward, Action.PROPOSE, whole, reason, stale=False, idem=None)
            self.answer(approver, last, said)

    @rule(
        case=NUMBERS,
        user=USERS,
        action=st.sampled_from(list(TRANSITIONS)),
        whole=st.booleans(),
        reason=st.integers(0, 1),
        stale=st.booleans(),
        idem=st.none() | st.sampled_from(["k1", "k2"]),
    )
    def take(
        self, case: int, user: str, action: Action, whole: bool, reason: int, stale: bool, idem: str | None
    ) -> None:
        before = self.model.cases.get(case)
        command = self.command(before, user, action, whole, reason, idem)
        known = idem is not None and idem in self.model.asked
        held = self.held.get(case)
        if stale:
            held = next((old for number, old in reversed(self.spent) if number == case), None)
        tokens = held.tokens if held is not None else (None, None)
        outcome = self.both(lambda q, place: q.take(case, replace(command, token=tokens[place]), by=user, now=self.now))
        if isinstance(outcome, type) or known or before is None:
            return
        if TRANSITIONS[action].lease:
            assert not stale, "I6"
            assert self.holds(case, user), "I6"
        if action is Action.DIFFERENT:
            live = [pair for pair in before.pairs if pair.standing.live]
            self.called_different |= {(pair.left_id, pair.right_id): pair.fingerprint for pair in live}
        elif action in (Action.REOPEN, Action.APPROVE):
            concerned = before if before.reverts is None else self.model.cases[before.reverts]
            for pair in concerned.pairs:
                self.called_different.pop((pair.left_id, pair.right_id), None)
        if self.model.cases[case].lease is None and case in self.held:
            self.spent.append((case, self.held.pop(case)))

    def command(
        self, case: Case | None, user: str, action: Action, whole: bool, reason: int, idem: str | None
    ) -> Command:
        records = case.record_ids if case is not None else ("a", "b")
        verdict = VERDICTS[case.kind][0] if case is not None else Verdict.DUPLICATE
        persons = one_person(records, records[0])
        if verdict is Verdict.REVERT:
            persons = () if whole else tuple(PersonOut((record,)) for record in records)
        elif verdict is Verdict.SPLIT or not whole:
            rest = PersonOut(records[1:], records[1] if len(records) > 2 and verdict is not Verdict.SPLIT else None)
            persons = (PersonOut(records[:1], records[0] if verdict is Verdict.SPLIT else None), rest)
        region = self.model.people[user].scope.code if action is Action.ANSWER else ("3273", "3204")[reason]
        return Command(
            action,
            reason=REASONS.get(action, ("perlu",) * 2)[reason],
            verdict=verdict if action is Action.PROPOSE else None,
            persons=persons if action is Action.PROPOSE else (),
            assignee="budi" if action is Action.ASSIGN else None,
            region=region if action in (Action.ASK, Action.ANSWER) else None,
            due_at=NOON + timedelta(days=3) if action in (Action.NEED, Action.ASK) else None,
            idem=idem,
        )

    @rule(case=NUMBERS, user=USERS)
    def undo(self, case: int, user: str) -> None:
        outcome = self.both(lambda q, _: q.open_revert(case, by=user, now=self.now))
        if isinstance(outcome, tuple):
            self.held[outcome[0].case.id] = Held(user, outcome[0].until, (outcome[0].token, outcome[1].token))

    # --- what holds at every moment

    @invariant()
    def both_queues_hold_the_same(self) -> None:
        for number, case in self.model.cases.items():
            assert plain(self.sql.get(number, by=EVERYWHERE)) == plain(self.model.get(number, by=EVERYWHERE))
            assert case.closed_at is None or case.state in CLOSED
        assert self.sql.list(by="indra") == self.model.list(by="indra")
        assert self.sql.cannot_links() == self.model.cannot_links()

    @invariant()
    def no_case_is_lost(self) -> None:
        """I13."""
        counts = self.sql.counts(by=EVERYWHERE)
        assert sum(count.cases for count in counts) == len(self.model.cases) == max(self.model.cases, default=0)
        assert {count.state for count in counts} <= OPEN | CLOSED

    @invariant()
    def what_the_machine_holds_is_what_is_held(self) -> None:
        """I1."""
        for number in self.model.cases:
            lease = self.sql.get(number, by=EVERYWHERE).lease
            held = self.held.get(number)
            assert (None if lease is None else (lease.owner, lease.until)) == (held and (held.user, held.until))

    @invariant()
    def approval_had_four_eyes(self) -> None:
        """I2 and I9: who answers a proposal never worked on the case, and a case is approved by an approval alone."""
        for case in self.model.cases.values():
            stored = self.sql.get(case.id, by=EVERYWHERE)
            workers = {entry.actor for entry in stored.history if entry.action in WORKING}
            assert not workers & {entry.actor for entry in stored.history if entry.action in ANSWERS}
            ended = [entry.action for entry in stored.history if entry.action in (Action.APPROVE, Action.REOPEN)]
            assert (stored.state in TRANSITIONS[Action.REVERT].sources) == (
                ended[-1:] == [Action.APPROVE] and stored.state is not State.DIBATALKAN
            )

    @invariant()
    def the_chain_is_sound(self) -> None:
        """I4 and I14: one row for each change, on both queues."""
        report = self.sql.verify()
        assert report.sound
        assert report.rows == self.model.head().seq

    def every_open_case_is_offered(self) -> None:
        """I15: once all leases and days are over, the nation is offered every open case, in as many claims."""
        self.now += timedelta(days=400)
        for examine, role in [(False, Role.PETUGAS), (True, Role.PENYETUJU)]:
            assert role in self.model.people[EVERYWHERE].roles
            waiting = {
                case.id
                for case in self.model.cases.values()
                if case.state in OPEN and (case.state is State.DIUSULKAN) == examine
                if not (examine and any(e.actor == EVERYWHERE and e.action in WORKING for e in case.history))
            }
            offered = set()
            while (number := self.take_up(EVERYWHERE, None, examine=examine)) is not None:
                offered.add(number)
                assert len(offered) <= len(waiting)
            assert offered == waiting


def plain(case: Case) -> Case:
    """The case without the digest of a token, which differs between any two queues."""
    return case if case.lease is None else replace(case, lease=replace(case.lease, token_digest=""))
