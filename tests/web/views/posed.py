"""Invented cases as a user sees them, put together without a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import Any

from linkage.review.cases import Case, Decision, Judgement, Lease, Pair, Record, State
from linkage.review.comparing import with_comparison
from linkage.review.leases import token_digest
from linkage.review.masking import masked_values
from linkage.review.people import Role, Scope, User
from linkage.review.shown import Kin
from tests.oracles.queue_cases import NOON, later, make_pair

ANI = User("ani", Scope("3273"), frozenset({Role.PETUGAS, Role.PENYETUJU}))
GILANG = User("gilang", Scope("3204"), frozenset({Role.PETUGAS}))
FITRI = User("fitri", Scope("3273"), frozenset({Role.PENGAWAS}))
TOKEN = "a token of a lease"

Values = Mapping[str, str]
WHOLE: Values = {
    "nama": "RATNA DEWI",
    "nik": "3273014101800007",
    "tanggal_lahir": "1980-01-01",
    "nama_ibu": "SARI WULAN",
    "alamat": "JALAN MELATI 4",
    "kelurahan": "SUKAJADI",
    "status_ktpel": "CARD_ISSUED",
    "tgl_entri": "2012-03-04",
    "tgl_ubah": "2019-08-02",
}


def posed(
    *values: Values,
    kind: str = "DUPLICATE",
    by: User = ANI,
    office: str = "3273",
    regions: Sequence[str] = (),
    families: Sequence[Sequence[Kin]] = (),
    history: Sequence[Decision] = (),
    settled: Sequence[Judgement] = (),
    held_by: str | None = None,
    until: datetime | None = None,
    **more: Any,
) -> Case:
    """A case whose records a, b, c ... hold :data:`WHOLE`, changed by ``values``, as ``by`` may see it."""
    held = [{field: text for field, text in {**WHOLE, **own}.items() if text} for own in (values or ({}, {}))]
    ids = "abcdefghijkl"[: len(held)]
    where = [*regions, *(["3273"] * len(held))][: len(held)]
    kin = [*families, *([()] * len(held))]
    decides = by.scope.covers(office)
    records = tuple(
        Record(name, region, masked_values(one), by.scope.covers(region), tuple(family))
        for name, region, one, family in zip(ids, where, held, kin, strict=False)
    )
    ends = combinations(ids, 2)
    pairs = tuple(Pair(**{field: getattr(pair, field) for field in pair.__dataclass_fields__})
                  for pair in (make_pair(left, right) for left, right in ends))  # fmt: skip
    lease = None if held_by is None else Lease(held_by, token_digest(TOKEN), until or later(10))
    told: dict[str, Any] = {
        "id": 7, "case_id": "0" * 16, "kind": kind, "scope": office, "office": office, "priority": 0.5,
        "state": State.DALAM_VERIFIKASI, "version": 3, "reasons": ("GANDA_ORANG",), "assignee": None,
        "assigned_until": None, "lease": lease, "due_at": None, "run_id": "run-1", "model": "", "opened_at": NOON,
        "closed_at": None, "turn_at": NOON, "waiting": False, "records": records, "pairs": pairs,
        "history": tuple(history), "settled": tuple(settled),
    }  # fmt: skip
    case = Case(**(told | more))
    if not decides:
        return replace(case, pairs=())
    return with_comparison(case, dict(zip(ids, held, strict=True)))
