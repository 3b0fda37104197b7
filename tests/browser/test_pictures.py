"""The pictures of the README: taken of invented people, at one instant, so that they change only when the page does.

They are written to ``docs/pictures`` by ``make pictures``; in every other run they are taken and thrown away.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

import pytest

from linkage.review.cases import Action, CaseIn, State, Verdict
from linkage.review.people import User
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue
from tests.browser.conftest import OpenHouse, SitDown
from tests.browser.desks import Desk
from tests.browser.houses import House
from tests.browser.residents import NUR_HALIZAH, NURHALIZA, case_of, resident, twice_entered
from tests.oracles.queue_cases import STAFF, answer, different, propose

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docs" / "pictures"
TAKEN: Final = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
"""A Monday morning in Bandung."""
DAYS: Final = 14
SCREEN: Final = {"width": 1366, "height": 900}
HAND: Final = {"width": 390, "height": 844}

NURHALIZAS: Final = twice_entered("32730048213")

PICTURES: Final = ("case", "outcome", "case-phone", "home", "supervisor")


class _AnyMoment(type):
    def __instancecheck__(cls, moment: object) -> bool:
        return isinstance(moment, datetime)


class _Stopped(datetime, metaclass=_AnyMoment):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return TAKEN.astimezone(tz)


@pytest.fixture(scope="module")
def stopped() -> Iterator[None]:
    """The page and its queue read a clock that stands still."""
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith(("linkage.web", "linkage.review.sql")) and getattr(module, "datetime", None) is datetime:
                patch.setattr(module, "datetime", _Stopped)
        yield


@pytest.fixture(scope="module")
def busy_house(stopped: None, open_house: OpenHouse) -> House:
    """An office at work: cases come every night, and are decided every day but not all of them."""
    house = open_house()
    for user in STAFF:
        if user.name in ("ani", "budi", "citra", "dewi"):
            house.queue.set_user(_full_time(user), by="kepala", now=TAKEN - timedelta(days=DAYS + 1))
    brought: list[CaseIn] = []
    for ago in range(DAYS, -1, -1):
        night = TAKEN - timedelta(days=ago, hours=5)
        brought += [_case(ago, place) for place in range(3 + (ago * 5) % 4)]
        house.queue.load(f"malam-{ago:02d}", brought, now=night)
        if ago:
            _day_of_work(house, night + timedelta(hours=7), 2 + (ago * 3) % 4)
    for place, case in enumerate(house.queue.list(by="dewi", kind="BOTH_ENROLLED", limit=9)):
        _decide(house.queue, case.id, TAKEN - timedelta(minutes=70 - 6 * place), alike=place % 4 == 0)
    return house


def test_the_pictures_are_taken(busy_house: House, sit_down: SitDown, tmp_path: Path) -> None:
    folder = FOLDER if os.environ.get("LINKAGE_PICTURES") else tmp_path
    folder.mkdir(exist_ok=True)
    wanted = _number(busy_house, NURHALIZAS)
    dewi = sit_down(busy_house, "dewi", viewport=SCREEN)
    dewi.go(f"/kasus/{wanted}")
    dewi.send("a")
    _take(dewi, folder / "case.png")
    dewi.press("g")
    _take(dewi, folder / "outcome.png")
    dewi.page.set_viewport_size({"width": 1366, "height": 680})
    dewi.go("/")
    _take(dewi, folder / "home.png")

    phone = sit_down(busy_house, "dewi", viewport=HAND, device_scale_factor=2, has_touch=True, is_mobile=True)
    phone.go(f"/kasus/{wanted}")
    phone.send("a")
    _take(phone, folder / "case-phone.png")

    fitri = sit_down(busy_house, "fitri", viewport=SCREEN)
    fitri.go("/pengawas")
    _take(fitri, folder / "supervisor.png")
    assert all((folder / f"{name}.png").stat().st_size > 10_000 for name in PICTURES)


def test_the_readme_shows_pictures_that_are_there() -> None:
    shown = re.findall(r"docs/pictures/([a-z-]+)\.png", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(shown) == set(PICTURES)
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURES)


def _decide(queue: SqlQueue, case: int, taken: datetime, *, alike: bool) -> None:
    """Let Dewi look at a case for as long as she does."""
    claim = queue.claim(by="dewi", case=case, now=taken)
    assert claim is not None
    said = Command(Action.DIFFERENT, "siblings") if not alike else Command(Action.PROPOSE, verdict=Verdict.DUPLICATE)
    queue.take(case, replace(said, token=claim.token), by="dewi", now=taken + timedelta(seconds=14 + case % 9))


def _full_time(user: User) -> User:
    return replace(user, hours=30.0)


def _case(ago: int, place: int) -> CaseIn:
    name = f"{ago:02d}{place}"
    kind = _KINDS[(ago + place) % len(_KINDS)]
    if kind == "SHARED_NIK":
        same = {**NUR_HALIZAH, "nik": NURHALIZA["nik"]}
        made = case_of(
            resident(f"{name}-1", NURHALIZA), resident(f"{name}-2", same), kind=kind, reasons=("NIK_BERSAMA",)
        )
    elif ago == 0 and place == 0:
        made = NURHALIZAS
    else:
        made = replace(twice_entered(name), kind=kind)
    return replace(made, priority=((ago * 7 + place * 3) % 10) / 10)


_KINDS: Final = ("DUPLICATE", "SHARED_NIK", "DUPLICATE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED")


def _day_of_work(house: House, morning: datetime, cases: int) -> None:
    waiting = house.queue.list(by="ani", state=State.BARU, kind="DUPLICATE", limit=cases)
    for place, number in enumerate(case.id for case in waiting):
        at = morning + timedelta(minutes=20 * place)
        if place % 2:
            different(house.queue, number, "budi", "siblings", at=at)
        else:
            propose(house.queue, number, "ani", at=at)
            answer(house.queue, number, "eko", at=at + timedelta(minutes=5))


def _number(house: House, case: CaseIn) -> int:
    found: Mapping[str, int] = {one.case_id: one.id for one in house.queue.list(by="kirana", limit=500)}
    return found[case.case_id]


def _take(desk: Desk, path: Path) -> None:
    desk.page.evaluate("() => document.activeElement.blur()")
    desk.page.screenshot(path=path, animations="disabled", caret="hide")
