"""A person at a terminal: pages out, single keys in; lines where there is no terminal."""

from __future__ import annotations

import os
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TextIO

SETTLING: Final = 0.15
"""Seconds in which a page cannot have been read: keys pressed before answered the page before, or were held down."""

_OTHER_SCREEN, _FIRST_SCREEN, _CLEAR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[H\x1b[2J"


class Console(Protocol):
    """What a session shows pages on and hears keys from. ``styled``: whether marks may be escape sequences."""

    styled: bool

    def size(self) -> tuple[int, int]:
        """Return columns and lines."""

    def show(self, page: str, prompt: str) -> None:
        """Show a page; once the prompt stands below it, keys count."""

    def key(self) -> str | None:
        """Return the next key, in lower case; empty for one that means nothing, None at the end of the input."""


class RawConsole:
    """A terminal whose keys are heard without Enter. What it showed is gone when it is left: it is about residents."""

    def __init__(self, keyboard: int, screen: TextIO) -> None:
        self.styled = os.environ.get("TERM", "") not in ("", "dumb")
        self._keyboard, self._screen = keyboard, screen

    def size(self) -> tuple[int, int]:
        """Return columns and lines, 80 and 24 when the terminal does not tell."""
        try:
            columns, lines = os.get_terminal_size(self._keyboard)
        except OSError:
            columns, lines = 0, 0
        return columns or 80, lines or 24

    def show(self, page: str, prompt: str) -> None:
        """Show a page on a clean screen, wait until it can have been seen, drop the keys pressed before."""
        self._write(f"{_CLEAR if self.styled else ''}{page}\n")
        time.sleep(SETTLING)
        termios.tcflush(self._keyboard, termios.TCIFLUSH)
        self._write(prompt)

    def key(self) -> str | None:
        """Return the next key; an arrow or another key that sends an escape sequence is empty."""
        pressed = os.read(self._keyboard, 64).decode("utf-8", "replace")
        if pressed in ("", "\x04"):
            return None
        return "" if pressed[0] == "\x1b" else pressed[0].lower()

    def enter(self) -> None:
        """Take the terminal's other screen."""
        self._write(_OTHER_SCREEN if self.styled else "")

    def leave(self) -> None:
        """Give the first screen back."""
        self._write(f"{_CLEAR}{_FIRST_SCREEN}" if self.styled else "\n")

    def _write(self, text: str) -> None:
        self._screen.write(text)
        self._screen.flush()


class LineConsole:
    """Pages and answers one after the other, an answer being the first letter of a line."""

    styled = False

    def __init__(self, lines: TextIO, screen: TextIO) -> None:
        self._lines, self._screen = lines, screen

    def size(self) -> tuple[int, int]:
        """Return 80 columns, and more lines than a pair needs."""
        return 80, 100

    def show(self, page: str, prompt: str) -> None:
        """Write the page and the prompt."""
        self._screen.write(f"{page}\n{prompt}\n")
        self._screen.flush()

    def key(self) -> str | None:
        """Return the first letter of the next line."""
        line = self._lines.readline()
        return line.strip()[:1].lower() if line else None


@contextmanager
def open_console(keyboard: TextIO, screen: TextIO) -> Iterator[Console]:
    """Yield the console of two streams; a terminal is put back as it was, whatever happens."""
    if not (keyboard.isatty() and screen.isatty()):
        yield LineConsole(keyboard, screen)
        return
    descriptor = keyboard.fileno()
    before = termios.tcgetattr(descriptor)
    console = RawConsole(descriptor, screen)
    try:
        tty.setcbreak(descriptor)
        console.enter()
        yield console
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        console.leave()
