"""The review queue as plain lists: what a store must do, with no thought for speed.

Loading is written here a second time, by trying every arrival against every open case; who may decide
what is the package's own rule book, which has its tests elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from linkage.errors import InvariantError, UsageError
from linkage.review.audit import GENESIS, AuditHead, AuditReport, AuditRow, check_chain, content_digest, seal
from linkage.review.cases import (
    REOPENED,
    SHARED_NIK,
    Action,
    Case,
    CaseIn,
    CaseSummary,
    Count,
    Decision,
    Judgement,
    LoadResult,
    Pair,
    Scope,
    Standing,
    State,
    check_case,
)
from linkage.review.transitions import FINAL, OPEN, SYSTEM, Command, assignee_after, check_scope, judgements, take
from linkage.review.verbs import Verbs


def family(kind: str) -> str:
    return "shared" if kind == SHARED_NIK else "person"


class MemoryQueue(Verbs):
    """A ``ReviewQueue`` that forgets everything with the process."""

    def __init__(self) -> None:
        self.cases: dict[int, Case] = {}
        self.judged: list[Judgement] = []
        self.rows: list[AuditRow] = []
        self.contents: dict[int, str] = {}

    def load(self, run_id: str, cases: Iterable[CaseIn], *, complete: bool = True, now: datetime) -> LoadResult:
        arriving = sorted(cases, key=lambda case: case.case_id)
        for case in arriving:
            check_case(case)
        if len({case.case_id for case in arriving}) < len(arriving):
            raise InvariantError("the case is given twice in one load")
        shown = {case.case_id: self._pairs(case) for case in arriving}
        live = [case for case in arriving if self._is_live(case, shown[case.case_id])]
        taken = self._match(live)
        number = max(self.cases, default=0)
        numbers = dict(taken)
        for case in live:
            if case.case_id not in taken:
                number += 1
                numbers[case.case_id] = number
        done = self._leave(arriving, live, numbers, set(taken.values()), run_id, now, complete=complete)
        superseded = sum(change.successor is not None for change in done)
        withdrawn = len(done) - superseded
        refreshed, rescored = 0, 0
        for case in live:
            new = self._case(case, numbers[case.case_id], shown[case.case_id], run_id, now)
            old = self.cases.get(new.id)
            if old is None:
                self.cases[new.id] = new
                continue
            kept = replace(
                new,
                state=old.state,
                version=old.version,
                assignee=old.assignee,
                run_id=old.run_id,
                opened_at=old.opened_at,
                history=old.history,
            )
            if content(kept) != content(old):
                refreshed += 1
                state = State.DIKEMBALIKAN if old.state is State.DIUSULKAN else old.state
                seq = len(old.history) + 1
                change = Decision(
                    *(old.id, seq, Action.REFRESH, SYSTEM, old.state, state, now, "CONTENT_CHANGED"), run_id=run_id
                )
                done.append(change)
                kept = replace(kept, state=state, version=old.version + 1, history=(*old.history, change))
            elif kept != old:
                rescored += 1
            self.cases[old.id] = kept
        added = len(live) - len(taken)
        if added or done or rescored:
            self._seal({"action": "load", "run": run_id, "content": content_digest(done)}, done)
        refused = (Standing.DIFFERENT, Standing.REJECTED)
        resting = [case for case in arriving if case not in live]
        suppressed = sum(any(pair.standing in refused for pair in shown[case.case_id]) for case in resting)
        kept_count = len(taken) + len(resting) - suppressed
        return LoadResult(added, kept_count, withdrawn, superseded, suppressed, refreshed)

    def take(self, case: int, command: Command, *, scope: Scope, now: datetime) -> Decision:
        found = self._find(case)
        taken = take(found, command, scope=scope, now=now)
        self._seal({"action": taken.action, "content": content_digest([taken])}, [taken])
        self.judged += judgements(found, taken)
        self.cases[case] = replace(
            found,
            state=taken.to_state,
            version=found.version + 1,
            assignee=assignee_after(found, taken),
            closed_at=now if taken.to_state in FINAL else None,
            history=(*found.history, taken),
        )
        return taken

    def get(self, case: int, *, scope: Scope) -> Case:
        found = self._find(case)
        check_scope(found.id, found.scope, scope)
        return found

    def list(
        self, *, scope: Scope, state: State | None = None, kind: str | None = None, within: str = "", limit: int = 50
    ) -> tuple[CaseSummary, ...]:
        chosen = [
            case
            for case in self.cases.values()
            if case.state in (OPEN if state is None else {state})
            and (kind is None or case.kind == kind)
            and scope.covers(case.scope)
            and case.scope.startswith(within)
        ]
        return tuple(summary(case) for case in sorted(chosen, key=lambda case: (-case.priority, case.id))[:limit])

    def counts(self, *, scope: Scope) -> tuple[Count, ...]:
        seen = Counter((case.kind, case.state, case.scope) for case in self.cases.values() if scope.covers(case.scope))
        return tuple(Count(*key, number) for key, number in sorted(seen.items()))

    def cannot_links(self) -> tuple[tuple[str, str, bytes], ...]:
        latest = {(judged.left_id, judged.right_id): judged for judged in self.judged}
        different = [judged for judged in latest.values() if judged.standing is Standing.DIFFERENT]
        return tuple(sorted((judged.left_id, judged.right_id, judged.fingerprint) for judged in different))

    def verify(self, *, anchor: AuditHead | None = None) -> AuditReport:
        return check_chain(self.rows, self.contents, self._head(), anchor=anchor)

    def close(self) -> None:
        return None

    def _find(self, case: int) -> Case:
        if case not in self.cases:
            raise UsageError(
                "the queue has no case of this number", where=f"case {case}", remedy="See linkage queue list"
            )
        return self.cases[case]

    def _head(self) -> AuditHead:
        return AuditHead(self.rows[-1].seq, self.rows[-1].hash) if self.rows else AuditHead(0, GENESIS)

    def _seal(self, body: dict[str, str | int | None], decisions: list[Decision]) -> None:
        row = seal(self._head(), body)
        self.rows.append(row)
        if decisions:
            self.contents[row.seq] = content_digest(decisions)

    def _open(self) -> list[Case]:
        return [case for case in self.cases.values() if case.state in OPEN]

    def _pairs(self, case: CaseIn) -> tuple[Pair, ...]:
        found: dict[tuple[str, str], tuple[Standing, int | None]] = {}
        for pair in case.pairs:
            standing, by = Standing.PROPOSED, None
            for judged in self.judged:
                ours = family(case.kind) == "person" or judged.family == "shared"
                if ours and (judged.left_id, judged.right_id) == (pair.left_id, pair.right_id):
                    unchanged = judged.standing is Standing.SAME or judged.fingerprint == pair.fingerprint
                    standing, by = (judged.standing if unchanged else Standing.REOPENED), judged.case
            found[pair.left_id, pair.right_id] = (standing, by)
        shown = []
        for pair in case.pairs:
            ends = (pair.left_id, pair.right_id)
            standing = found[ends][0]
            if standing is Standing.PROPOSED:
                for by in dict.fromkeys(by for _, by in found.values()):
                    about = {
                        end: said
                        for pair_ends, (said, who) in found.items()
                        if by is not None and who == by and said is not Standing.REOPENED
                        for end in pair_ends
                    }
                    if set(ends) <= set(about):
                        standing = about[ends[0]]
            shown.append(Pair(*(getattr(pair, name) for name in pair.__dataclass_fields__), standing=standing))
        return tuple(shown)

    def _is_live(self, case: CaseIn, pairs: tuple[Pair, ...]) -> bool:
        if pairs:
            return any(pair.standing.live for pair in pairs)
        decided = FINAL - {State.DITARIK}
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
                    and family(case.kind) == family(old.kind)
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
        run_id: str,
        now: datetime,
        *,
        complete: bool,
    ) -> list[Decision]:
        done: list[Decision] = []
        for old in self._open():
            if old.id in staying:
                continue
            sharing = [
                (case, len({*case.record_ids} & {*old.record_ids}))
                for case in arriving
                if family(case.kind) == family(old.kind) and {*case.record_ids} & {*old.record_ids}
            ]
            heirs = [(-shared, numbers[case.case_id]) for case, shared in sharing if case in live]
            if not sharing and not complete:
                continue
            reason = "SUPERSEDED" if heirs else "DECIDED_ELSEWHERE" if sharing else "NO_LONGER_FOUND"
            successor = min(heirs)[1] if heirs else None
            seq = len(old.history) + 1
            change = Decision(
                *(old.id, seq, Action.WITHDRAW, SYSTEM, old.state, State.DITARIK, now, reason),
                successor=successor,
                run_id=run_id,
            )
            done.append(change)
            self.cases[old.id] = replace(
                old, state=State.DITARIK, version=old.version + 1, closed_at=now, history=(*old.history, change)
            )
        return done

    def _case(self, case: CaseIn, number: int, pairs: tuple[Pair, ...], run_id: str, now: datetime) -> Case:
        reopened = any(pair.standing is Standing.REOPENED for pair in pairs)
        return Case(
            id=number,
            case_id=case.case_id,
            kind=case.kind,
            scope=case.scope,
            priority=case.priority,
            state=State.BARU,
            version=1,
            reasons=tuple(sorted({*case.reasons, REOPENED})) if reopened else case.reasons,
            assignee=None,
            run_id=run_id,
            opened_at=now,
            closed_at=None,
            record_ids=case.record_ids,
            pairs=tuple(sorted(pairs, key=lambda pair: (pair.left_id, pair.right_id))),
            history=(),
        )


def content(case: Case) -> object:
    """What a verdict is about."""
    pairs = [(pair.left_id, pair.right_id, pair.fingerprint, pair.standing) for pair in case.pairs]
    return case.case_id, case.kind, case.scope, case.record_ids, pairs


def summary(case: Case) -> CaseSummary:
    """The line of the queue for a case."""
    return CaseSummary(
        *(case.id, case.case_id, case.kind, case.scope, case.priority, case.state, case.version, case.reasons),
        records=len(case.record_ids),
        assignee=case.assignee,
        opened_at=case.opened_at,
    )
