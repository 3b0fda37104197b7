"""Stewards at the page: each asks for a case, reads it for a while, answers, and is at the next one at once."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx2
import numpy as np

from benchmarks.review_queue.invented import SEED
from linkage.web.visiting import COOKIE

_CSRF: Final = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_STEP: Final = re.compile(r'name="(version|idem)" value="([^"]*)"')
_SHARED: Final = 'action="/kasus/{0}/bukan-ganda"'


@dataclass
class Waited:
    """Seconds of each kind of request, bytes of each case page as sent, and what went wrong, by status."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    page_bytes: list[int] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, seconds: float) -> None:
        """Note a request."""
        self.seconds.setdefault(kind, []).append(seconds)


def browse(address: str, tokens: Sequence[str], *, seconds: float, pause: float) -> Waited:
    """Let the stewards of these sessions work for so long; ``pause``: seconds for which a case is read, on average."""
    waited = Waited()
    asyncio.run(_all(address, tokens, seconds, pause, waited))
    return waited


async def _all(address: str, tokens: Sequence[str], seconds: float, pause: float, waited: Waited) -> None:
    limits = httpx2.Limits(max_connections=len(tokens), max_keepalive_connections=len(tokens))
    async with httpx2.AsyncClient(base_url=address, limits=limits, timeout=60) as client:
        until = time.monotonic() + seconds
        await asyncio.gather(
            *(_steward(client, token, number, until, pause, waited) for number, token in enumerate(tokens))
        )


async def _steward(
    client: httpx2.AsyncClient, token: str, number: int, until: float, pause: float, waited: Waited
) -> None:
    rng = np.random.default_rng([SEED, number])
    headers = {"Cookie": f"{COOKIE}={token}", "Accept-Encoding": "gzip", "Accept-Language": "id"}
    # They did not all come to work in one second.
    await asyncio.sleep(float(rng.random()) * pause)
    while time.monotonic() < until:
        home = await _ask(client, "GET", "/", headers, waited, "home")
        csrf = _CSRF.search(home.text)
        if csrf is None:
            waited.wrong["no form"] += 1
            return
        there = await _ask(client, "POST", "/kasus/berikut", headers, waited, "next", {"csrf": csrf[1]})
        while time.monotonic() < until and "/kasus/" in (path := there.headers.get("location", "")):
            case = await _ask(client, "GET", path, headers, waited, "case")
            waited.page_bytes.append(case.num_bytes_downloaded)
            await asyncio.sleep(float(rng.exponential(pause)))
            form = dict(_STEP.findall(case.text)) | {"csrf": _CSRF.findall(case.text)[0], "onward": "next"}
            number_of = path.removeprefix("/kasus/").partition("?")[0]
            if _SHARED.format(number_of) in case.text:
                path, form = f"/kasus/{number_of}/bukan-ganda", form | {"why": "namesakes"}
            else:
                path, form = f"/kasus/{number_of}/kesampingkan", form | {"why": "ANOMALI"}
            there = await _ask(client, "POST", path, headers, waited, "answer", form)
        await asyncio.sleep(float(rng.exponential(pause)))


async def _ask(
    client: httpx2.AsyncClient,
    method: str,
    path: str,
    headers: dict[str, str],
    waited: Waited,
    kind: str,
    form: dict[str, str] | None = None,
) -> httpx2.Response:
    began = time.perf_counter()
    answer = await client.request(method, path, headers=headers, data=form)
    waited.note(kind, time.perf_counter() - began)
    if answer.status_code not in (200, 303):
        waited.wrong[f"{kind} {answer.status_code}"] += 1
    return answer
