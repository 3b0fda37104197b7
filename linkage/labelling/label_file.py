"""Writing labels so that a kill at any moment loses at most the pair on the screen."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkage.errors import InputDataError
from linkage.labelling.labels import COLUMNS, Label, csv_line
from linkage.run.outputs import writing

_HEADER = csv_line(COLUMNS).encode()


class LabelFile:
    """A labels file that is appended to, one line at a time, each on the disk before the next pair is shown.

    Several labellers may write into one file: every line goes in under a lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: list[tuple[int, int]] = []

    def is_empty(self) -> bool:
        """Tell whether nothing stands in the file, or there is none."""
        return not self.path.is_file() or not self.path.stat().st_size

    def prepare(self) -> None:
        """Make the file with its header when it is not there or empty.

        Raises:
            OutputError: it cannot be written. InputDataError: there is a file of other columns.
        """
        with self._locked() as descriptor:
            size = os.fstat(descriptor).st_size
            if not size:
                self._append(descriptor, _HEADER)
            elif os.pread(descriptor, 2 * len(_HEADER), 0).partition(b"\n")[0].removesuffix(b"\r") != _HEADER[:-1]:
                raise InputDataError(
                    "LABELS_HEADER", "the file has other columns than labels are written with", where=str(self.path),
                    remedy=f"Name a new file, or give it the header {','.join(COLUMNS)}",
                )  # fmt: skip

    def append(self, label: Label) -> None:
        """Add one label; when this returns, it is on the disk."""
        with self._locked() as descriptor:
            start = os.fstat(descriptor).st_size
            line = label.to_line().encode()
            if start and os.pread(descriptor, 1, start - 1) != b"\n":
                line = b"\n" + line  # a killed program, or an editor, left a line without its end
            self._append(descriptor, line)
            self._written.append((start, start + len(line)))

    def take_back(self) -> bool:
        """Remove the label added last by this object; False when there is none, or another has written since."""
        if not self._written:
            return False
        start, end = self._written.pop()
        with self._locked() as descriptor:
            if os.fstat(descriptor).st_size != end:
                return False
            os.ftruncate(descriptor, start)
            os.fsync(descriptor)
        return True

    @staticmethod
    def _append(descriptor: int, line: bytes) -> None:
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        with writing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield descriptor
            finally:
                os.close(descriptor)
