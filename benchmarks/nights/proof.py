"""What must hold after all nights, of the whole: decisions, ids, the chain, the past, a rebuild, and undoing."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Final

import sqlalchemy as sa

from benchmarks.nights.checks import Checks
from benchmarks.nights.house import House
from benchmarks.nights.identities import Identities
from benchmarks.nights.life import Diary
from benchmarks.nights.nightly_checks import NOTED, Watcher, digest_of
from benchmarks.nights.steps import Do
from linkage.reference.decisions import decisions_of
from linkage.reference.store import Reference
from linkage.reference.tables import DECISIONS, KEYS, MEMBERSHIP, PUBLICATION
from linkage.review.anchors import ANCHOR_NAME, read_anchors
from linkage.review.cases import Action
from linkage.review.sql import SqlQueue
from linkage.review.tables import (
    case_pair,
    case_record,
    decision,
    judgement,
    outbox,
    record_value,
    review_case,
)

DECIDED: Final = "every approved decision is published once, by the publication that the queue names"
WAITING: Final = "no decision waits to be published"
STEADY: Final = "a record keeps its id through corrections while its NIK tells who it is"
FOREIGN: Final = "no record was taken for another person's"
CHAIN: Final = "the audit chain is whole, and holds to the anchors of all runs"
SEALS: Final = "no row of the reference differs from its seal"
REBUILT: Final = "a rebuild from scratch, never killed, publishes the same night by night"
SAME_STORE: Final = "a rebuild ends with the same standing store"
SAME_QUEUE: Final = "a rebuild ends with the same queue"
SAME_STEPS: Final = "in a rebuild everybody is told the same at every step"

_OF_ONE_LIFE: Final = frozenset({"run_id", "lease_token", "lease_owner", "lease_until"})


def prove(checks: Checks, house: House, diary: Diary, identities: Identities, watcher: Watcher) -> None:
    """Look at a house after its last night."""
    reference = house.reference
    with house.queue() as queue:
        _decisions(checks, queue, reference, diary)
        _chain(checks, queue, house)
    checks.look(STEADY, (f"{name}" for name in _numbered(identities.moved())), at=len(identities.world.steady))
    checks.look(FOREIGN, _numbered(identities.taken_over), at=len(identities.person))
    for number, (state_hash, members) in watcher.noted.items():
        checks.equal(NOTED, f"publication {number}", reference.state_hash(number), state_hash)
        table = reference.read(MEMBERSHIP, number)
        checks.equal(NOTED, f"members at {number}", None if table is None else digest_of(table), members)
    for row in reference.rows():
        checks.equal(NOTED, "the day's publication", reference.at(row.published_at), row.publication)
    for name in KEYS:
        checks.equal(SEALS, name, reference.broken_seals(name), 0)


def compare(checks: Checks, one: House, other: House, diary: Diary, again: Diary) -> None:
    """Look at a house beside one that was built again from the same files and decisions."""
    steps = sum(len(day) for day in diary.days.values())
    checks.look(SAME_STEPS, again.differences, at=steps)
    mine, theirs = _ledger(one.reference), _ledger(other.reference)
    for number in sorted({*mine, *theirs}):
        checks.equal(REBUILT, f"publication {number}", theirs.get(number), mine.get(number))
    for name, digest in one.ledger.state_hash.items():
        checks.equal(SAME_STORE, name, other.ledger.state_hash[name], digest)
    checks.equal(SAME_STORE, "numbers issued", other.ledger.counters, one.ledger.counters)
    with one.queue() as queue, other.queue() as rebuilt:
        found, expected = contents(rebuilt), contents(queue)
    for name, digest in expected.items():
        checks.equal(SAME_QUEUE, name, found[name], digest)


def contents(queue: SqlQueue) -> dict[str, str]:
    """Return a digest of each table of a queue, but for what differs from one life to another: run ids and leases."""
    found = {}
    with queue.sessions.look(None) as look:
        for table in (review_case, case_record, case_pair, record_value, judgement, decision, outbox):
            columns = [column for column in table.c if column.name not in _OF_ONE_LIFE]
            digest = hashlib.sha256()
            for row in look.connection.execute(sa.select(*columns).order_by(*table.primary_key.columns)):
                digest.update(repr(tuple(row)).encode())
            found[table.name] = digest.hexdigest()
    return found


def _ledger(reference: Reference) -> dict[int, tuple[object, ...]]:
    """Return what each publication of a reference was, but for the run that it shows."""
    return {
        row.publication: (row.kind, row.published_at, row.night, row.last_person, row.state_hash, row.counts)
        for row in reference.rows()
    }


def _decisions(checks: Checks, queue: SqlQueue, reference: Reference, diary: Diary) -> None:
    with queue.sessions.look(None) as look:
        rows = look.connection.execute(sa.select(outbox)).all()
    log = reference.log(DECISIONS)
    assert log is not None
    published = dict(zip(log["effect"].to_pylist(), log[PUBLICATION].to_pylist(), strict=True))
    times = Counter(one.effect for one in decisions_of(log))
    broken = [f"effect {effect} stands {times_} times" for effect, times_ in times.items() if times_ != 1]
    for row in rows:
        if not row.cancelled and published.get(row.id) != row.publication:
            broken.append(f"effect {row.id} is in {published.get(row.id)}, says the queue {row.publication}")
    effects = {row.id for row in rows if not row.cancelled}
    broken += [f"effect {effect} is published and not approved" for effect in times if effect not in effects]
    approved = _approved(diary)
    if len(rows) != approved:
        broken.append(f"people approved or confirmed {approved} times, the queue has {len(rows)} effects")
    checks.look(DECIDED, broken, at=len(rows))
    checks.equal(WAITING, "waiting", len(queue.pending(limit=2**31)), 0)


def _approved(diary: Diary) -> int:
    """Return how often people approved or confirmed and were told that it is done."""
    effective = (Action.APPROVE.value, Action.CONFIRM.value)
    told = (told for day in diary.days.values() for step, told in day if step.do is Do.TAKE)
    return sum(one[0] != "refused" and one[1] in effective for one in told)


def _chain(checks: Checks, queue: SqlQueue, house: House) -> None:
    anchors = [anchor for path in sorted(house.project.out.glob(f"*/{ANCHOR_NAME}")) for anchor in read_anchors(path)]
    report = queue.verify(anchors=anchors)
    checks.look(CHAIN, [] if report.sound else [str(report.problem)], at=len(anchors))


def _numbered(names: set[str]) -> list[str]:
    return [f"{len(names)} were"] if names else []
