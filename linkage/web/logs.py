"""What the server writes to standard error: what went wrong and where, never what it was about."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Final, Literal

LogFormat = Literal["text", "json"]

_LOUD: Final = ("uvicorn", "uvicorn.error", "linkage")


class Discreet(logging.Formatter):
    """A line per event. Of an error its kind and its places in the code, for its message may hold a resident's value;
    of a message what the code says, with control characters made harmless, for a value may want to look like a line."""

    def __init__(self, log_format: LogFormat) -> None:
        super().__init__()
        self._json = log_format == "json"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = "".join(sign if sign.isprintable() else "?" for sign in record.getMessage())
        failed = _failed(record)
        if self._json:
            line = {"ts": at, "level": record.levelname.lower(), "event": event, "logger": record.name}
            return json.dumps(line | ({"error": failed} if failed else {}), ensure_ascii=True)
        return f"{at} {record.levelname.lower():<7} {event}" + (f" | {failed}" if failed else "")


def _failed(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return f"{kind.__name__} at " + " < ".join(reversed(places))


def log_to_standard_error(log_format: LogFormat, *, quiet: bool = False) -> None:
    """Send the server's events to standard error, each once; ``quiet``: warnings and worse alone.

    So go the warnings of libraries, which would else be written with all they know.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(log_format))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in _LOUD:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING if quiet else logging.INFO)
