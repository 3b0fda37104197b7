"""A real terminal for a command: what it shows is read, and keys are pressed once it asks for them."""

import os
import pty
import select
import struct
import sys
import termios
from collections.abc import Callable, Sequence
from fcntl import ioctl
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Terminal = Callable[[Sequence[object], Sequence[str]], tuple[list[str], str, int]]


@pytest.fixture
def at_terminal() -> Terminal:
    """Run ``linkage ARGUMENTS`` on a terminal of 80x24; return the pages shown, what came last, and the exit code."""

    def run(arguments: Sequence[object], keys: Sequence[str]) -> tuple[list[str], str, int]:
        leader, follower = pty.openpty()
        ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [sys.executable, "-m", "linkage.cli", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        actions = [(os.POSIX_SPAWN_DUP2, follower, number) for number in (0, 1, 2)]
        child = os.posix_spawn(sys.executable, command, environment, file_actions=actions)
        os.close(follower)
        pages, shown, waiting = [], b"", list(keys)
        try:
            while chunk := _read(leader):
                shown += chunk
                if waiting and shown.endswith((b"? bantuan", b"? help", b"kembali.", b"go back.")):
                    pages.append(shown.decode())
                    shown = b""
                    os.write(leader, waiting.pop(0).encode())
        finally:
            os.close(leader)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return pages, shown.decode(), code

    return run


def _read(leader: int) -> bytes:
    ready, _, _ = select.select([leader], [], [], 120)
    assert ready, "the command shows nothing"
    try:
        return os.read(leader, 65536)
    except OSError:  # the other end is closed
        return b""
