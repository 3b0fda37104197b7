"""Who may ask what: a row for every route of the page, which is read by the tests of access and of forms.

A route that is not in the table fails the tests. ``ready`` brings a case to where the user named may take the step;
``fields`` is what the form carries. Expected is a status for who holds every role in the case's own office, in an
office that has nothing to do with it, and in the province above; and which single roles of the own office are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex, token_urlsafe
from typing import Any, Final

from httpx2 import Response

from linkage.review.cases import Action, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.publications import StopReason
from tests.web.security.house import SINGLE, House

Ready = Callable[[House, str], int]
Fields = Callable[[House, int], Mapping[str, Any]]

ALL: Final = frozenset(SINGLE)
WORKS: Final = frozenset({Role.PETUGAS})
ANSWERS: Final = frozenset({Role.PENYETUJU})
LEADS: Final = frozenset({Role.PENGAWAS})
KEEPS: Final = frozenset({Role.PENGELOLA})
AUDITS: Final = frozenset({Role.AUDITOR})
OPENS: Final = WORKS | ANSWERS | LEADS
NOBODY: Final[frozenset[Role]] = frozenset()


TARGET: Final = "tujuan"
"""A user of Bandung whom administrators change."""

BEFORE_THE_DOOR: Final = ("/masuk", "/undangan", "/percobaan")
"""Forms of who is not signed in: there is no session yet that could be misused."""


@dataclass(frozen=True)
class Row:
    """What a route answers to whom. ``anonymous``: to who is not signed in; ``denied``: to who lacks the role, but for
    roles that are sent on to a page of their own (``sent_on``)."""

    method: str
    path: str
    own: int
    foreign: int
    parent: int
    roles: frozenset[Role] = ALL
    ready: Ready | None = None
    fields: Fields = lambda house, case: {}
    anonymous: int = 401
    denied: int = 403
    sent_on: frozenset[Role] = NOBODY

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def api(self) -> bool:
        """Whether it is asked with a token in a header, and with JSON."""
        return self.path.startswith("/api/")

    @property
    def tokened(self) -> bool:
        """Whether it is a form of a session, which carries the session's token."""
        return self.method == "POST" and not self.api and self.path not in BEFORE_THE_DOOR

    def refused(self, role: Role) -> int:
        """Return what a role is answered that is not enough."""
        return 303 if role in self.sent_on else self.denied

    def address(self, case: int) -> str:
        """The path for a case."""
        return self.path.replace("{number}", str(case)).replace("{name}", TARGET)


# --- how far a case has come


def fresh(house: House, name: str) -> int:
    """Nobody has touched it."""
    return house.fresh()


def _roles(house: House, name: str) -> frozenset[Role]:
    return house.queue.user(name).roles


def held(house: House, name: str) -> int:
    """The user holds it; who takes up no case finds that somebody else does."""
    return house.held(name if Role.PETUGAS in _roles(house, name) else "ani")


def examined(house: House, name: str) -> int:
    """The user holds a proposal, or somebody else does."""
    return house.examined(name if Role.PENYETUJU in _roles(house, name) else "ani")


def either(house: House, name: str) -> int:
    """The user holds it, to work on it or to answer."""
    return held(house, name) if Role.PENYETUJU not in _roles(house, name) else examined(house, name)


def proposed(house: House, name: str) -> int:
    """The user has proposed."""
    return house.proposed(name if Role.PETUGAS in _roles(house, name) else "ani")


def decided(house: House, name: str) -> int:
    """The user has decided it alone, or refused a proposal."""
    roles = _roles(house, name)
    if Role.PETUGAS not in roles and Role.PENYETUJU in roles:
        case = house.proposed()
        house.step(case, name, Action.REJECT, reason="akta berbeda")
        return case
    case = house.fresh()
    house.step(case, name if Role.PETUGAS in roles else "ani", Action.DIFFERENT, reason="twins")
    return case


def approved(house: House, name: str) -> int:
    """Two others have decided it."""
    return house.approved()


def carried_out(house: House, name: str) -> int:
    """It is carried out and waits for the centre."""
    case = house.approved()
    house.step(case, "budi", Action.CARRY_OUT)
    return case


def published(house: House, name: str) -> int:
    """Its decision is published."""
    return house.published()


def of_the_province(house: House, name: str) -> int:
    """A case of two regencies of the province, held by the province's; Bandung sees it and does not decide."""
    return house.held(name if house.queue.user(name).scope.code == "32" else "prita", scope="32")


def asked(house: House, name: str) -> int:
    """A case of the province, of which Bandung is asked."""
    case = of_the_province(house, name)
    house.of("prita").post(f"/kasus/{case}/tanya", {**house.fields(case), "region": "3273", "reason": "siapa ini?"})
    return case


def confirmed(house: House, name: str) -> int:
    """The centre has confirmed it."""
    case = carried_out(house, name)
    house.step(case, "kirana", Action.CONFIRM)
    return case


def stopped(house: House, name: str) -> int:
    """A publication of Bandung's that waits to be let pass."""
    number = house.fresh()
    reasons = (StopReason("MERGE_RATE", 0.31, 0.05, "3273"),)
    house.queue.stop_publication(number, reasons, region="3273")
    return number


def employed(house: House, name: str) -> int:
    """The user whom administrators look at works here; there is no case."""
    house.queue.set_user(User(TARGET, Scope("3273"), frozenset({Role.PETUGAS})), by="kepala")
    house.services.accounts.link_oidc(TARGET, f"tests:{TARGET}", by="kepala")
    return 0


# --- what the forms carry


def step(**more: Any) -> Fields:
    """A step of a case."""
    return lambda house, case: {**house.fields(case), **more}


def form(**more: Any) -> Fields:
    """A form without version and key."""
    return lambda house, case: more


def bearing(action: Action, **more: Any) -> Fields:
    """A step of the API without holding the case: it needs none."""
    return lambda house, case: {"action": action.value, **house.fields(case), **more}


SOON: Final = (date.today() + timedelta(days=3)).isoformat()
_NOTE: Final = "alasan yang cukup"


def _get(path: str, own: int = 200, foreign: int = 200, parent: int = 200, **more: Any) -> Row:
    return Row("GET", path, own, foreign, parent, **more)


def _step(path: str, ready: Ready, roles: frozenset[Role], fields: Fields, **more: Any) -> Row:
    given = {"own": 303, "foreign": 404, "parent": 303, **more}
    return Row("POST", f"/kasus/{{number}}/{path}", roles=roles, ready=ready, fields=fields, **given)


PAGES: Final = (
    _get("/"),
    _get("/antrean"),
    _get("/kasus/{number}", foreign=404, ready=fresh),
    _get("/cari", roles=ALL - KEEPS),
    _get("/permintaan"),
    _get("/bantuan"),
    _get("/profil"),
    _get("/pengawas", roles=LEADS),
    _get("/pengawas/perhatian", roles=LEADS),
    _get("/pengawas/kesepakatan", roles=LEADS),
    _get("/pengawas/terbitan", roles=LEADS),
    _get("/pengelola", roles=KEEPS, sent_on=AUDITS),
    _get("/pengelola/tambah", roles=KEEPS),
    _get("/pengelola/pengguna/{name}", foreign=404, roles=KEEPS, ready=employed),
    _get("/pengelola/pegangan", roles=KEEPS),
    _get("/pengelola/audit", roles=KEEPS | AUDITS),
)


def _form(path: str, own: int, foreign: int, roles: frozenset[Role], fields: Fields, **more: Any) -> Row:
    return Row(
        "POST", path, **{"own": own, "foreign": foreign, "parent": own, "roles": roles, "fields": fields, **more}
    )


def _keyed(**more: Any) -> Fields:
    return lambda house, case: {"number": str(case), "idem": token_urlsafe(16), **more}


def _deed(name: str, own: int, **more: Any) -> Row:
    return _form(f"{_USER}/tindakan/{name}", own, 404, KEEPS, form(sure="true"), ready=employed, **more)


_USER: Final = "/pengelola/pengguna/{name}"
_EMPLOYED: Final = {"region": "3273", "role": "petugas"}

OFFICE: Final = (
    _form("/pengawas/tugaskan", 303, 404, LEADS, _keyed(who="ani"), ready=fresh),
    _form("/pengawas/lepas", 303, 404, LEADS, _keyed(), ready=held),
    _form("/pengawas/berjawaban-pasti", 303, 404, LEADS, _keyed(), ready=confirmed),
    _form("/pengawas/terbitan/{number}/loloskan", 303, 422, LEADS, form(reason=_NOTE), ready=stopped),
    _form("/pengelola/tambah", 303, 403, KEEPS, lambda house, case: {
        "name": f"baru.{token_hex(8)}", **_EMPLOYED
    }),
    _form(f"{_USER}/ubah", 303, 404, KEEPS, form(**_EMPLOYED), ready=employed),
    _deed("undang", 200),
    _deed("akhiri-sesi", 303),
    _deed("bebaskan", 303),
    _deed("nonaktifkan", 303),
    _deed("aktifkan", 303),
    _form("/pengelola/audit/periksa", 200, 200, AUDITS, form()),
    _form("/pengelola/audit/siapa", 200, 403, AUDITS, lambda house, case: {
        "record": house.queue.get(case, by="kirana").records[0].record_id
    }, ready=fresh),
    _form("/profil/tampilan", 303, 303, ALL, form(language="id", time_zone="Asia/Jakarta", shortcuts_on="true")),
    _form("/profil/tombol", 303, 303, ALL, form(usual="true")),
    _form("/profil/kata-sandi", 422, 422, ALL, form(old="x" * 20, new="y" * 20, again="z" * 20)),
    _form("/profil/sesi-lain", 303, 303, ALL, form()),
)  # fmt: skip

OPEN_TO_ALL: Final = (
    _get("/masuk", 303, 303, 303, anonymous=200),
    _get("/undangan", anonymous=200),
    _get("/static/{name}", 404, 404, 404, anonymous=404),
    _get("/masuk/oidc", 303, 303, 303, anonymous=404),
    _get("/masuk/oidc/kembali", 404, 404, 404, anonymous=404),
    Row("POST", "/masuk", 401, 401, 401, fields=form(name="nobody", password="x" * 20), anonymous=401),
    Row("POST", "/undangan", 401, 401, 401, fields=form(invitation="x" * 20), anonymous=401),
    Row("POST", "/percobaan", 404, 404, 404, fields=form(name="petugas.kota"), anonymous=404),
)
"""What stands before the door."""

CASES: Final = (
    Row("POST", "/kasus/berikut", 303, 303, 303, WORKS, fields=form(), ready=fresh),
    Row("POST", "/cari", 200, 200, 200, ALL - KEEPS, fields=form(by="data", wanted="s0001a")),
    Row("POST", "/antrean/ekspor", 200, 200, 200, LEADS, fields=form(purpose=_NOTE, form="csv")),
    _step("ambil", fresh, WORKS, form()),
    _step("perpanjang", either, WORKS | ANSWERS, form(), own=200, parent=200, denied=409),
    _step("buka-data", fresh, OPENS, form(field="nik", reason=_NOTE), own=200, parent=200),
    _step("cetak", fresh, OPENS, form(purpose=_NOTE), own=200, parent=200),
    _step("usulkan", held, WORKS, step(verdict=Verdict.DUPLICATE.value)),
    _step("bukan-ganda", held, WORKS, step(why="twins")),
    _step("kesampingkan", held, WORKS, step(why="WAFAT")),
    _step("tunggu", held, WORKS, step(due=SOON, reason=_NOTE)),
    _step("tanya", of_the_province, NOBODY, step(region="3204", reason=_NOTE), own=403),
    _step("jawab", asked, WORKS, step(reason=_NOTE), parent=409),
    _step("tugaskan", fresh, LEADS, step(who="ani")),
    _step("langkah/lepas", either, OPENS, step(reason=_NOTE)),
    _step("langkah/teruskan", held, WORKS | LEADS, step(reason=_NOTE)),
    _step("langkah/setujui", examined, ANSWERS, step()),
    _step("langkah/kembalikan", examined, ANSWERS, step(reason=_NOTE)),
    _step("langkah/tolak", examined, ANSWERS, step(reason=_NOTE)),
    _step("langkah/buka-kembali", decided, OPENS, step(reason=_NOTE)),
    _step("langkah/laksanakan", approved, WORKS, step()),
    _step("langkah/konfirmasi", carried_out, NOBODY, step(), own=403, parent=403),
    _step("urungkan", proposed, WORKS, form(), denied=409),
    _step("pembatalan", published, WORKS, form()),
)


def _api(method: str, path: str, own: int = 200, foreign: int = 404, parent: int | None = None, **more: Any) -> Row:
    return Row(method, f"/api/v1{path}", own, foreign, own if parent is None else parent, **more)


API: Final = (
    _api("GET", "/me", foreign=200),
    _api("GET", "/openapi.json", foreign=200),
    _api("GET", "/cases", foreign=200),
    _api("GET", "/counts", foreign=200),
    _api("GET", "/cases/{number}", ready=fresh),
    _api("POST", "/cases/next", foreign=204, ready=fresh, roles=WORKS, fields=form(examine=False)),
    _api("POST", "/cases/{number}/claim", ready=fresh, roles=WORKS, fields=form(examine=False)),
    _api("POST", "/cases/{number}/renew", own=409, ready=fresh, fields=form(token="no such token")),
    _api("POST", "/cases/{number}/steps", ready=approved, roles=WORKS, fields=bearing(Action.CARRY_OUT)),
    _api("POST", "/cases/{number}/open", ready=fresh, roles=OPENS, fields=lambda house, case: {
        "record": house.queue.get(case, by="kirana").records[0].record_id, "fields": ["nik"], "reason": _NOTE
    }),
    _api("POST", "/cases/{number}/revert", own=201, ready=published, roles=WORKS),
    _api("POST", "/search", foreign=200, roles=ALL - KEEPS, fields=form(nik="3273014101800001")),
)  # fmt: skip

API_SESSIONS: Final = frozenset({("POST", "/api/v1/sessions"), ("DELETE", "/api/v1/sessions")})
"""Signing in and out of the API, which have tests of their own."""

SIGN_OUT: Final = ("POST", "/keluar")

FORMS: Final = (*CASES, *OFFICE)
"""All forms of who is signed in."""

ROWS: Final = (*PAGES, *OPEN_TO_ALL, *FORMS, *API)

_FAMILIES: Final = (("/langkah/", "{step}"), ("/tindakan/", "{deed}"))
"""Routes whose last part says what is to be done: each of these has a row."""


def covered() -> set[tuple[str, str]]:
    """Return method and path of every route that has a row, or a test of its own."""
    rows = {(row.method, _written(row.path)) for row in ROWS}
    return rows | API_SESSIONS | {SIGN_OUT}


def _written(path: str) -> str:
    for family, part in _FAMILIES:
        if family in path:
            return path.partition(family)[0] + family + part
    return path


def ready(house: House, row: Row, name: str) -> int:
    """Return the number of a case that a user may ask for by this route; 0 where none is asked for."""
    return row.ready(house, name) if row.ready else 0


def ask(house: House, row: Row, name: str | None, case: int, **headers: str) -> Response:
    """Ask as a user, or as nobody, with a form as the page itself sends it."""
    fields = dict(row.fields(house, case))
    browser = house.of(name) if name else None
    if row.api:
        client = house.anonymous()
        if browser:
            headers["Authorization"] = f"Bearer {browser.token}"
        sent: dict[str, Any] = {"json": fields} if row.method == "POST" else {}
    else:
        client = browser.client if browser else house.anonymous()
        token = {"csrf": browser.csrf() if browser else "0" * 96} if row.tokened else {}
        sent = {"data": {**token, **fields}} if row.method == "POST" else {}
    return client.request(row.method, row.address(case), headers=headers, **sent)
