"""The machine on which runs and publications work: a process that is killed now and then, and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.nights.scenario import KEY, KEY_VARIABLE

_STOPPED: Final = "PublicationStoppedError"


class CommandFailedError(Exception):
    """A run or publication ended with an error of the program."""


class PublicationHeldBackError(Exception):
    """The circuit breaker holds a publication back; a supervisor has to look at it."""


@dataclass(frozen=True)
class Kill:
    """When a process dies: at a moment that is this ``share`` of what its command takes, or after a ``stage``."""

    share: float | None = None
    stage: int | None = None


@dataclass
class Costs:
    """What a kind of work took: wall and processor seconds in all, how often, and the largest peak."""

    seconds: float = 0.0
    cpu: float = 0.0
    times: int = 0
    peak_gib: float = 0.0

    def add(self, told: dict[str, Any]) -> None:
        """Take in one time."""
        self.seconds += told["seconds"]
        self.cpu += told["cpu"]
        self.times += 1
        self.peak_gib = max(self.peak_gib, told["peak_gib"])


@dataclass
class Machine:
    """Starts the worker when it is needed; ``kills``: by command and whether it came after a stage, those survived."""

    costs: dict[str, Costs] = field(default_factory=lambda: defaultdict(Costs))
    kills: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _process: subprocess.Popen[str] | None = None

    def run(
        self, project: Path, now: datetime, *, full: bool, committed: Callable[[], bool], kills: Iterable[Kill] = ()
    ) -> dict[str, Any]:
        """Run the nightly job, killed and started again as often as there are ``kills``.

        ``committed``: whether the night counts already. What was killed after that has nothing left to do but to put
        its folder in place, and is not to be full a second time.
        """
        return self._until_done({"do": "run", "full": full}, project, now, kills, committed)

    def publish(self, project: Path, now: datetime, *, kills: Iterable[Kill] = ()) -> dict[str, Any]:
        """Publish, likewise.

        Raises:
            PublicationHeldBackError: by the circuit breaker.
        """
        return self._until_done({"do": "publish", "full": False}, project, now, kills, lambda: False)

    def typical(self, command: str) -> float:
        """Return how long a command took last on average, in seconds."""
        cost = self.costs[command]
        return cost.seconds / cost.times if cost.times else 2.0

    def stop(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _until_done(
        self,
        asked: dict[str, Any],
        project: Path,
        now: datetime,
        kills: Iterable[Kill],
        committed: Callable[[], bool],
    ) -> dict[str, Any]:
        request = asked | {"project": str(project), "now": now.isoformat()}
        for kill in kills:
            request["full"] = asked["full"] and not committed()
            told = self._ask(request, kill)
            if told is not None:
                break
            self.kills[f"{asked['do']} {'at any moment' if kill.stage is None else 'after a stage'}"] += 1
        else:
            request["full"] = asked["full"] and not committed()
            told = self._ask(request, Kill())
        if told is None:
            raise CommandFailedError(f"{asked['do']} died by itself")
        self.costs[asked["do"]].add(told)
        if told.get("error") == _STOPPED:
            raise PublicationHeldBackError(told["text"])
        if "error" in told:
            raise CommandFailedError(f"{asked['do']}: {told['error']}: {told['text']}")
        return told

    def _ask(self, request: dict[str, Any], kill: Kill) -> dict[str, Any] | None:
        """Return what the worker told, None when it was killed."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        timer = None
        if kill.share is not None:
            after = kill.share * self.typical(request["do"])
            timer = threading.Timer(after, os.kill, (process.pid, signal.SIGKILL))
            timer.start()
        process.stdin.write(json.dumps(request | {"die_after": kill.stage}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if timer is not None:
            timer.cancel()
            timer.join()
        if line:
            # The answer may have been on its way when the kill came.
            if process.poll() is not None or (timer is not None and _dies(process)):
                self._gone()
            return dict(json.loads(line))
        code = process.wait()
        self._gone()
        if code != -signal.SIGKILL:
            raise CommandFailedError(f"{request['do']} ended with {code}")
        return None

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.nights.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, KEY_VARIABLE: KEY},
                cwd=Path(__file__).parents[2],
            )
            assert self._process.stdout is not None
            if not self._process.stdout.readline():
                raise CommandFailedError("the worker does not start")
        return self._process

    def _gone(self) -> None:
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process.wait()
            self._process = None


def _dies(process: subprocess.Popen[str]) -> bool:
    """Return whether a process ends within a moment: the kill and the answer may cross."""
    time.sleep(0.05)
    return process.poll() is not None
