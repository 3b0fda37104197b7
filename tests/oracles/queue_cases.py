"""Invented cases and staff for the tests of the review queue, and short hands for what the staff do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from linkage.errors import NotPermittedError
from linkage.review.cases import Action, CaseIn, Decision, PairIn, RecordIn, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.repository import ReviewQueue
from linkage.review.resolution import PersonOut
from linkage.review.rules import Command
from linkage.review.settings import QueueSettings
from linkage.review.shown import Kin
from linkage.review.transitions import TRANSITIONS
from linkage.words.catalogue import Finding
from linkage.words.explained import EvidenceGroup, Explained, GuardSaid

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

PLAIN = QueueSettings(second_reading_share=0.0, known_share=0.0)
"""Nothing is read twice: what a person is handed is a case of the queue and nothing else."""


def later(minutes: float) -> datetime:
    """An instant after noon."""
    return NOON + timedelta(minutes=minutes)


def make_pair(left: str, right: str, *, revisions: Mapping[str, int] | None = None, probability: float = 0.9) -> PairIn:
    """A pair whose fingerprint changes when the revision of one of its records does."""
    given = revisions or {}
    text = f"{left}@{given.get(left, 0)} {right}@{given.get(right, 0)}"
    fingerprint = hashlib.sha256(text.encode()).digest()
    evidence = (("nama", "equal"), ("tanggal_lahir", "typo"))
    return PairIn(
        left, right, fingerprint, probability, 3.5, evidence, explained=make_explained(left, right, probability)
    )


def make_explained(left: str, right: str, probability: float) -> Explained:
    """Why two records have a weight, in sentences; a sentence and a bit of its own for each probability."""
    count = round(probability * 1_000)
    name = EvidenceGroup(
        "name", 2.5, (Finding("name.equal"), Finding("name.few", {"count": count, "total": 9_000})), ()
    )
    return Explained(
        left_id=left,
        right_id=right,
        model="supervised",
        weight_log2=3.5,
        probability=probability,
        link_threshold=0.5,
        start=(("expectation", 1.25), ("share", -0.25)),
        groups=(name,),
        calibration=0.0,
        missing=(Finding("missing.one", {"field": "no_kk"}),),
        family=EvidenceGroup("family", 0.0, (Finding("family.kin_on_both", {"count": 2}),), ()),
        guards=(GuardSaid("twin", False),),
        rules=("nik",),
        levels={},
    )


def nik_digest(record: str) -> bytes:
    """What stands for the NIK of an invented record."""
    return hashlib.sha256(b"nik of " + record.encode()).digest()


def make_record(record: str, *, region: str = "3273", revision: int = 0) -> RecordIn:
    """A record of an invented person; its house number is its revision."""
    number = int.from_bytes(hashlib.sha256(record.encode()).digest()[:4], "big")
    values = (
        ("alamat", f"JALAN MELATI {revision}"),
        ("nama", f"RATNA {record.upper()}"),
        ("nama_ibu", "SARI WULAN"),
        ("nik", f"{region:0<4}01410180{number % 10_000:04d}"),
        ("status_ktpel", "CARD_ISSUED"),
        ("tanggal_lahir", "1980-01-01"),
    )
    return RecordIn(record, region, values, nik_digest(record), make_family(record, region))


def make_family(record: str, region: str) -> tuple[Kin, ...]:
    """The others on the card of an invented record: a mother whom all of a region have, and a child of its own."""
    mother = (("nama", "SARI WULAN"), ("jenis_kelamin", "P"), ("tanggal_lahir", "1955-02-03"))
    child = (("nama", f"BUDI {record.upper()}"), ("nik", f"{region:0<4}01010110{len(record):04d}"))
    return Kin(f"mother-{record}", mother), Kin(f"child-{record}", child)


_REGENCIES = {"": ("3273", "3374"), "32": ("3273", "3204")}
"""Where the records of a case of a wider scope come from, in turn."""


def regions_of(scope: str, records: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the regency of each record: all of one regency, or in turn of two whose common region is ``scope``."""
    among = (scope,) if len(scope) == 4 else _REGENCIES.get(scope, (f"{scope}71", f"{scope}01"))
    spread = {record: among[place % len(among)] for place, record in enumerate(records)}
    return spread | dict(given or {})


def make_case(
    *records: str,
    kind: str = "DUPLICATE",
    scope: str = "3273",
    priority: float = 0.5,
    reasons: Sequence[str] = ("GANDA_ORANG",),
    revisions: Mapping[str, int] | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    probability: float = 0.9,
    regions: Mapping[str, str] | None = None,
) -> CaseIn:
    """A case of these records, with every pair of them unless ``pairs`` names some."""
    ordered = tuple(sorted(records))
    case_id = hashlib.sha256("\n".join([kind, *ordered]).encode()).hexdigest()[:16]
    ends = tuple(combinations(ordered, 2)) if pairs is None else pairs
    found = tuple(make_pair(left, right, revisions=revisions, probability=probability) for left, right in ends)
    where = regions_of(scope, ordered, regions)
    given = revisions or {}
    held = tuple(make_record(record, region=where[record], revision=given.get(record, 0)) for record in ordered)
    return CaseIn(case_id, kind, scope, priority, held, tuple(reasons), found)


def _user(name: str, region: str, *roles: Role) -> User:
    return User(name, Scope(region), frozenset(roles))


STAFF = (
    _user("kepala", "", Role.PENGELOLA),
    _user("ani", "3273", Role.PETUGAS, Role.PENYETUJU),
    _user("budi", "3273", Role.PETUGAS, Role.PENYETUJU),
    _user("citra", "3273", Role.PETUGAS, Role.PENYETUJU),
    _user("dewi", "3273", Role.PETUGAS),
    _user("eko", "3273", Role.PENYETUJU),
    _user("fitri", "3273", Role.PENGAWAS),
    _user("gilang", "3204", Role.PETUGAS, Role.PENYETUJU),
    _user("hana", "32", Role.PETUGAS, Role.PENYETUJU),
    _user("indra", "32", Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS),
    _user("joko", "", Role.PETUGAS, Role.PENYETUJU),
    _user("kirana", "", Role.PETUGAS, Role.PENYETUJU),
    _user("lestari", "", Role.PENGAWAS),
    _user("made", "3273", Role.AUDITOR),
    _user("nanda", "", Role.AUDITOR),
    _user("oka", "3374", Role.PETUGAS, Role.PENYETUJU),
)
"""The keeper of the list, four of each tier, and auditors. In Bandung (3273) three may both work and answer."""


def staff(queue: ReviewQueue, *more: User) -> None:
    """Register the staff, unless it is known already, and ``more``."""
    first, *others = STAFF
    try:
        queue.user(first.name)
    except NotPermittedError:
        queue.set_user(first, by=None, now=NOON)
        for user in others:
            queue.set_user(user, by=first.name, now=NOON)
    for user in more:
        queue.set_user(user, by=first.name, now=NOON)


ANSWERS = (Action.APPROVE, Action.RETURN, Action.REJECT)
"""What is said to a proposal, by who examines it."""


def step(
    queue: ReviewQueue,
    case: int,
    by: str,
    action: Action,
    *,
    at: datetime,
    reason: str = "",
    verdict: Verdict | None = None,
    persons: Sequence[PersonOut] = (),
    assignee: str | None = None,
    region: str | None = None,
    due_at: datetime | None = None,
    hold: bool | None = None,
    idem: str | None = None,
) -> Decision:
    """Take one step as a person would: claim the case first where the step needs that (``hold``: say so)."""
    token = None
    if hold if hold is not None else TRANSITIONS[action].lease:
        claim = queue.claim(by=by, case=case, examine=action in ANSWERS, now=at)
        assert claim is not None
        token = claim.token
    command = Command(action, reason, verdict, tuple(persons), assignee, region, due_at, token=token, idem=idem)
    return queue.take(case, command, by=by, now=at)


def propose(
    queue: ReviewQueue,
    case: int,
    by: str,
    *,
    at: datetime,
    verdict: Verdict = Verdict.DUPLICATE,
    persons: Sequence[PersonOut] = (),
    reason: str = "",
) -> Decision:
    """Claim a case and propose; no ``persons``: all records are one."""
    return step(queue, case, by, Action.PROPOSE, at=at, verdict=verdict, persons=persons, reason=reason)


def split(queue: ReviewQueue, case: int, by: str, *records: str, owner: str, at: datetime) -> Decision:
    """Claim a case and propose that each record is a person of its own, of whom the owner keeps the NIK."""
    persons = [PersonOut((record,), record if record == owner else None) for record in sorted(records)]
    return propose(queue, case, by, at=at, verdict=Verdict.SPLIT, persons=persons)


def answer(
    queue: ReviewQueue, case: int, by: str, *, at: datetime, action: Action = Action.APPROVE, reason: str = ""
) -> Decision:
    """Take a proposal up and answer it; "approve" unless something else is said."""
    return step(queue, case, by, action, at=at, reason=reason)


def different(queue: ReviewQueue, case: int, by: str, why: str, *, at: datetime) -> Decision:
    """Claim a case and say that its records are different persons: twins, siblings, namesakes, other."""
    return step(queue, case, by, Action.DIFFERENT, at=at, reason=why)


def approved(queue: ReviewQueue, case: int, *, at: datetime, by: tuple[str, str] = ("ani", "budi")) -> Decision:
    """Let one person propose that all records of a case are one and another agree."""
    propose(queue, case, by[0], at=at)
    return answer(queue, case, by[1], at=at)


def undo(
    queue: ReviewQueue,
    case: int,
    *,
    at: datetime,
    by: tuple[str, str] = ("ani", "budi"),
    persons: Sequence[PersonOut] = (),
    action: Action = Action.APPROVE,
) -> int:
    """Let one person ask to undo a published decision and another agree, "approve" unless something else is said, and
    return the number of the case that asks; with ``persons`` they call them different."""
    number = queue.open_revert(case, by=by[0], now=at).case.id
    propose(queue, number, by[0], at=at, verdict=Verdict.REVERT, persons=persons, reason="keliru")
    answer(queue, number, by[1], at=at, action=action, reason="" if action is Action.APPROVE else "tidak keliru")
    return number
