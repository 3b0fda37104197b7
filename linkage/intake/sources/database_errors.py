"""What a database's error means, in our own words: its message may quote a resident's value, its number cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from linkage.errors import InputDataError, LinkageError, ServiceUnavailableError

_NO_TABLE: Final = "a table or view does not exist"
_NO_COLUMN: Final = "a column or function does not exist"
_SYNTAX: Final = "the syntax is wrong, or there is more than one statement"
_RIGHTS: Final = "the user may not read this"
_WRITES: Final = "it would change the database, and only reading is allowed"
_VALUE: Final = "a value cannot be converted or computed"
_TIME: Final = "the database stopped it"

_MEANINGS: Final[Mapping[str, str]] = {
    "42P01": _NO_TABLE,
    "3F000": _NO_TABLE,
    "42703": _NO_COLUMN,
    "42883": _NO_COLUMN,
    "42601": _SYNTAX,
    "42501": _RIGHTS,
    "25006": _WRITES,
    "57014": _TIME,
    "1146": _NO_TABLE,
    "1054": _NO_COLUMN,
    "1305": _NO_COLUMN,
    "1064": _SYNTAX,
    "1142": _RIGHTS,
    "1143": _RIGHTS,
    "1044": _RIGHTS,
    "1792": _WRITES,
    "1317": _TIME,
    "1969": _TIME,
    "3024": _TIME,
    "SQLITE_READONLY": _WRITES,
    "SQLITE_INTERRUPT": _TIME,
    "SQLITE_TOOBIG": "a value is too long for SQLite",
    "ORA-00942": _NO_TABLE,
    "ORA-00904": _NO_COLUMN,
    "ORA-00933": _SYNTAX,
    "ORA-00900": _SYNTAX,
    "ORA-01031": _RIGHTS,
    "ORA-01456": _WRITES,
    "ORA-01722": _VALUE,
}
_SQLITE_WORDS: Final[Mapping[str, str]] = {
    "no such table": _NO_TABLE,
    "no such column": _NO_COLUMN,
    "no such function": _NO_COLUMN,
    "near ": _SYNTAX,
    "incomplete input": _SYNTAX,
    "unrecognized token": _SYNTAX,
    "You can only execute one statement": _SYNTAX,
    "attempt to write": _WRITES,
}
_LOST: Final[Mapping[str, re.Pattern[str]]] = {
    "postgresql": re.compile(r"08...|53...|57P0.|3D000|28..."),
    "mysql": re.compile(r"0|10(40|45|49|53)|1205|20(02|03|06|13)"),
    "sqlite": re.compile(r"SQLITE_(BUSY|LOCKED|PROTOCOL)\w*"),
    "oracle": re.compile(r"DPY-[46]\d*|ORA-(0311[34]|03135|12\d{3}|01033|01034|01089)"),
}
_MYSQL_LINE: Final = re.compile(r" at line (\d+)$")
_SAFE_NUMBER: Final = re.compile(r"[A-Za-z0-9_-]{0,40}")


def refusal(error: Any, backend: str, sql: str, *, where: str, connecting: bool) -> LinkageError:
    """Return the error to raise for an error of a driver.

    ``connecting``: it came before the query was sent. The number and the place in the query are kept, no other text.
    """
    number = _number(error, backend)
    if backend == "sqlite":
        special = _sqlite_special(error, number, where)
        if special is not None:
            return special
    elif connecting or _LOST[backend].fullmatch(number) or _is_lost(error, backend, number):
        return ServiceUnavailableError(
            f"the database cannot be reached, refuses the connection, or has no room{_named(number, backend)}",
            where=where,
            remedy="Check its address, the user, and where the password comes from",
        )
    if _LOST[backend].fullmatch(number):
        return ServiceUnavailableError(f"the database is busy{_named(number, backend)}", where=where)
    problem = f"the database refused the query: {_meaning(error, backend, number)}{_named(number, backend)}"
    return InputDataError("QUERY_FAILED", f"{problem}{_place(error, backend, sql)}", where=where)


def _number(error: Any, backend: str) -> str:
    match backend:
        case "postgresql":
            found = getattr(error, "sqlstate", None)
        case "sqlite":
            found = getattr(error, "sqlite_errorname", None)
        case "oracle":
            found = getattr(error.args[0], "full_code", None) if error.args else None
        case _:
            found = error.args[0] if error.args and isinstance(error.args[0], int) else None
    text = "" if found is None else str(found)
    return text if _SAFE_NUMBER.fullmatch(text) else ""


def _named(number: str, backend: str) -> str:
    label = {"postgresql": "SQLSTATE ", "mysql": "error "}.get(backend, "")
    return f" ({label}{number})" if number else ""


def _is_lost(error: Any, backend: str, number: str) -> bool:
    """PostgreSQL's driver gives no state when the connection breaks, nor when it cannot convert a value."""
    return backend == "postgresql" and not number and type(error).__name__ == "OperationalError"


def _sqlite_special(error: Any, number: str, where: str) -> LinkageError | None:
    if number in ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN"):
        problem = "the file is no SQLite database, or a damaged one"
        return InputDataError("UNREADABLE", problem, where=where, remedy="Copy or export it again")
    if str(error).startswith("Could not decode to UTF-8"):
        return InputDataError("ENCODING", "a text is not UTF-8", where=where, remedy="Correct it in the database")
    return None


def _meaning(error: Any, backend: str, number: str) -> str:
    if number in _MEANINGS:
        return _MEANINGS[number]
    if backend == "postgresql":
        return _VALUE if number.startswith("22") or not number else "see its number"
    if backend == "sqlite":
        said = str(error)
        return next((words for start, words in _SQLITE_WORDS.items() if said.startswith(start)), "see its number")
    return "see its number"


def _place(error: Any, backend: str, sql: str) -> str:
    if backend == "postgresql" and sql:
        position = getattr(getattr(error, "diag", None), "statement_position", None)
        if position is not None and position.isdigit():
            before = sql[: int(position) - 1]
            return f", line {before.count(chr(10)) + 1}, character {len(before) - before.rfind(chr(10))}"
    if backend == "mysql" and len(error.args) > 1 and (line := _MYSQL_LINE.search(str(error.args[1]))):
        return f", line {line[1]}"
    return ""
