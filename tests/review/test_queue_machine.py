"""The queue under random histories: SQLite and the plain model in step, and what must hold at every moment."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linkage.errors import LinkageError
from linkage.review.cases import Action, CaseIn, Different, Scope, State
from linkage.review.sql import open_queue
from linkage.review.transitions import FINAL, OPEN
from tests.oracles.memory_queue import MemoryQueue
from tests.oracles.queue_cases import later, make_case

NATION = Scope("")
RECORDS = "abcdefgh"
USERS = st.sampled_from(["ani", "budi", "citra"])
NUMBERS = st.integers(1, 12)
KINDS = st.sampled_from(["DUPLICATE", "DUPLICATE", "OPEN_MOVE", "CONFLICT", "SHARED_NIK"])
GROUPS = st.lists(
    st.tuples(KINDS, st.sets(st.sampled_from(RECORDS), min_size=2, max_size=4), st.booleans(), st.integers(0, 1)),
    max_size=5,
)


@dataclass(frozen=True)
class Run:
    """A load that can be repeated."""

    run_id: str
    cases: tuple[CaseIn, ...]
    complete: bool


class QueueMachine(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tunggal-queue-"))
        shutil.copy(self.template, self.folder / "queue.db")
        self.sql = open_queue(f"sqlite:///{self.folder}/queue.db")
        self.model = MemoryQueue()
        self.minute = 0
        self.revisions = dict.fromkeys(RECORDS, 0)
        self.called_different: dict[tuple[str, str], bytes] = {}
        self.last: Run | None = None

    def teardown(self) -> None:
        self.sql.close()
        shutil.rmtree(self.folder)

    def both(self, method: str, *args: object, **kwargs: object) -> object:
        """Do the same on both queues; both must answer, or refuse, alike."""
        self.minute += 1
        outcomes: list[object] = []
        for queue in (self.sql, self.model):
            try:
                outcomes.append(getattr(queue, method)(*args, now=later(self.minute), **kwargs))
            except LinkageError as error:
                outcomes.append((type(error), error.problem))
        assert outcomes[0] == outcomes[1]
        return outcomes[0]

    @initialize(groups=GROUPS)
    def first_run(self, groups: list[tuple[str, set[str], bool, int]]) -> None:
        self.load(groups, complete=True)

    @rule(groups=GROUPS, complete=st.booleans())
    def load(self, groups: list[tuple[str, set[str], bool, int]], complete: bool) -> None:
        cases: dict[str, CaseIn] = {}
        for kind, records, sparse, level in groups:
            ordered = sorted(records)
            chain = list(pairwise(ordered)) if sparse else None
            case = make_case(*records, kind=kind, revisions=self.revisions, pairs=chain, priority=0.3 + 0.4 * level)
            cases[case.case_id] = case
        self.last = Run(f"run{self.minute}", tuple(cases.values()), complete)
        result = self.both("load", self.last.run_id, self.last.cases, complete=complete)
        assert result.added + result.kept + result.suppressed == len(cases)
        self.nothing_different_is_put_forward()

    @rule()
    def load_the_same_again(self) -> None:
        assert self.last is not None
        self.both("load", self.last.run_id, self.last.cases, complete=self.last.complete)
        head, cases = self.sql.verify().head, dict(self.model.cases)
        again = self.both("load", self.last.run_id, self.last.cases, complete=self.last.complete)
        assert (again.added, again.withdrawn, again.superseded, again.refreshed) == (0, 0, 0, 0)
        assert (self.sql.verify().head, self.model.cases) == (head, cases)

    @rule(record=st.sampled_from(RECORDS))
    def correct_a_record(self, record: str) -> None:
        self.revisions[record] += 1

    @rule(case=NUMBERS, actor=USERS, split=st.booleans())
    def propose(self, case: int, actor: str, split: bool) -> None:
        self.both("propose", case, actor, verdict="split" if split else "duplicate", scope=NATION)

    @rule(case=NUMBERS, actor=USERS, answer=st.sampled_from(["approve", "return_", "reject"]))
    def answer(self, case: int, actor: str, answer: str) -> None:
        reason = {} if answer == "approve" else {"reason": "bukti"}
        self.both(answer, case, actor, scope=NATION, **reason)

    @rule(case=NUMBERS, actor=USERS, reason=st.sampled_from(list(Different)))
    def different(self, case: int, actor: str, reason: Different) -> None:
        before = self.model.cases.get(case)
        outcome = self.both("different", case, actor, reason.value, scope=NATION)
        if before is not None and not isinstance(outcome, tuple):
            for pair in before.pairs:
                if pair.standing.live:
                    self.called_different[pair.left_id, pair.right_id] = pair.fingerprint

    @rule(case=NUMBERS, actor=USERS, assignee=USERS, start=st.booleans())
    def hand_out(self, case: int, actor: str, assignee: str, start: bool) -> None:
        if start:
            self.both("start", case, actor, scope=NATION)
        else:
            self.both("assign", case, actor, assignee, scope=NATION)

    def nothing_different_is_put_forward(self) -> None:
        for case in self.model.cases.values():
            if case.state in OPEN:
                for pair in case.pairs:
                    said = self.called_different.get((pair.left_id, pair.right_id))
                    person = case.kind != "SHARED_NIK"
                    assert not (person and pair.standing.live and said == pair.fingerprint), case.id

    @invariant()
    def no_case_is_lost(self) -> None:
        counts = self.sql.counts(scope=NATION)
        assert sum(count.cases for count in counts) == len(self.model.cases) == max(self.model.cases, default=0)
        assert {count.state for count in counts} <= OPEN | FINAL

    @invariant()
    def both_queues_hold_the_same(self) -> None:
        for number, case in self.model.cases.items():
            assert self.sql.get(number, scope=NATION) == case
        assert self.sql.list(scope=NATION) == self.model.list(scope=NATION)
        assert self.sql.cannot_links() == self.model.cannot_links()

    @invariant()
    def approval_had_four_eyes(self) -> None:
        for case in self.model.cases.values():
            stored = self.sql.get(case.id, scope=NATION)
            proposers = {entry.actor for entry in stored.history if entry.action is Action.PROPOSE}
            answers = (Action.APPROVE, Action.RETURN, Action.REJECT)
            assert not proposers & {entry.actor for entry in stored.history if entry.action in answers}
            assert (stored.state is State.DISETUJUI) == any(e.action is Action.APPROVE for e in stored.history)

    @invariant()
    def the_chain_is_sound(self) -> None:
        report = self.sql.verify()
        assert report.sound
        assert report.rows == self.model.verify().rows


def test_sqlite_and_the_model_agree_and_the_invariants_hold(tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    open_queue(f"sqlite:///{template}").close()
    machine = type("Machine", (QueueMachine,), {"template": template})
    run_state_machine_as_test(machine, settings=settings(max_examples=30, stateful_step_count=20, deadline=None))
