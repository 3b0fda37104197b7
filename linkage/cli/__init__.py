"""The command line: reads arguments, calls the package, prints results. Nothing is decided here."""

from __future__ import annotations

import argparse
import atexit
import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

from linkage.cli.exit_codes import INTERRUPTED, NOTHING_TO_DO, TERMINATED
from linkage.cli.parser import command_parser
from linkage.errors import LinkageError, MemoryLimitError, NotPermittedError, OutputError
from linkage.memory import settle_memory

__all__ = ["INTERRUPTED", "NOTHING_TO_DO", "TERMINATED", "carry_out", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (docs/guide/exit-codes.md)."""
    return carry_out(command_parser().parse_args(arguments))


def carry_out(parsed: argparse.Namespace) -> int:
    """Carry out what was parsed and return the exit code, with every error said as each command says it.

    ``parsed`` has the function in ``command``, and the options of :func:`linkage.cli.options.add_command`.
    """
    signal.signal(signal.SIGTERM, _terminate)
    settle_memory()
    _settle_arrow()
    _settle_collector()
    try:
        code: int = parsed.command(parsed)
    except LinkageError as error:
        _say_error(parsed, type(error).__name__, _message(parsed, error), error.exit_code)
        code = error.exit_code
    except KeyboardInterrupt as stop:
        code = TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED
        _say_error(parsed, "Interrupted", "stopped; nothing half-written counts, run the command again", code)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and str(error) != _NO_THREAD:
            raise
        failed = MemoryLimitError(
            "the memory is used up", remedy="Give more with --memory, or link fewer records at once"
        )
        _say_error(parsed, "MemoryLimitError", str(failed), failed.exit_code)
        code = failed.exit_code
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        refused = _refused(error)
        if refused is None:
            raise
        _say_error(parsed, type(refused).__name__, str(refused), refused.exit_code)
        code = refused.exit_code
    return code


def _refused(error: OSError) -> LinkageError | None:
    """Return the package's word for what the operating system refused where nobody expected it, None for other errors.

    A place that may not be written has said so before; whoever comes here may be reading.
    """
    where = str(error.filename or "")
    if error.errno in _NO_ROOM:
        return OutputError(f"cannot be written: {error.strerror}", where=where, remedy="Make room, then repeat")
    if isinstance(error, PermissionError):
        return NotPermittedError(
            "this user may not do that here", where=where, remedy="Check whose it is and its permissions, then repeat"
        )
    return None


def _message(parsed: argparse.Namespace, error: LinkageError) -> str:
    """Return what is said of an error: of a refusal in the language that was asked for, in a log always the same."""
    if parsed.log_format == "json" or not error.key or not hasattr(parsed, "language"):
        return str(error)
    from linkage.cli.queue import style_of
    from linkage.review.terminal_refusals import refusal_line

    return refusal_line(error, style_of(parsed))


def _say_error(parsed: argparse.Namespace, kind: str, message: str, code: int) -> None:
    if parsed.log_format == "json":
        from linkage.terminal import JsonLog

        JsonLog(sys.stderr, run_id=getattr(parsed, "run_id", "")).failed(kind, message, code)
    else:
        print(f"linkage: {message}", file=sys.stderr)


class _Terminated(KeyboardInterrupt):
    """SIGTERM: told to stop by a scheduler, not by a person at the keyboard."""

    exit_code = TERMINATED


def _terminate(signum: int, frame: object) -> None:
    raise _Terminated


_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
"""A disk or a quota that is full, a file that may not grow, a disk that was mounted read-only or is broken."""

_NO_THREAD: Final = "can't start new thread"
"""What Python says when there is no room for a thread's stack; it has no error of its own for it."""


def _settle_collector() -> None:
    """Let Python look for cycles seldom, and not at its end.

    By default it would walk through all objects a few times in a run, for nothing: they are the modules', and records
    are arrays.
    """
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)


def _settle_arrow() -> None:
    """Let pyarrow find no pandas while it makes its first array: half a second and 60 MB for nothing.

    pyarrow looks once and remembers; ``to_pandas`` still works later.
    """
    if "pandas" in sys.modules:
        return
    hidden = _Hidden()
    sys.meta_path.insert(0, hidden)
    try:
        import pyarrow as pa

        pa.array([0])
    finally:
        sys.meta_path.remove(hidden)


class _Hidden:
    """An import finder that finds no pandas."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)
