"""The identity of a regional extract: whose it is, full or delta, as of when, and which one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from linkage.errors import InputDataError

UNIDENTIFIED: Final = "EXTRACT_UNIDENTIFIED"
_NAME = re.compile(r"(?P<region>\d{4})_(?P<kind>full|delta)_(?P<cut_off>\d{8})_(?P<sequence>\d+)\.[A-Za-z.]+", re.ASCII)
_REMEDY: Final = "Name it <region>_<full|delta>_<YYYYMMDD>_<seq>.<ext>, or put a <file>.meta.toml beside it"


@dataclass(frozen=True, order=True)
class Extract:
    """An identified extract. Sorts by region, cut-off date (yyyymmdd), sequence: the order to apply them in."""

    region: str
    cut_off: int
    sequence: int
    kind: str
    path: Path


def identify(path: Path) -> Extract:
    """Return the identity of an extract from its sidecar ``<file>.meta.toml``, else from its name.

    Raises:
        InputDataError: neither tells (code ``EXTRACT_UNIDENTIFIED``).
    """
    sidecar = path.with_name(f"{path.name}.meta.toml")
    if sidecar.is_file():
        return _from_sidecar(path, sidecar)
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise InputDataError(
            UNIDENTIFIED, "neither its name nor a sidecar tells what it is", where=path.name, remedy=_REMEDY
        )
    if not _is_date(match["cut_off"]):
        raise InputDataError(UNIDENTIFIED, "the cut-off in its name is no date", where=path.name, remedy=_REMEDY)
    return Extract(match["region"], int(match["cut_off"]), int(match["sequence"]), match["kind"], path)


def _is_date(yyyymmdd: str) -> bool:
    # A cut-off in a year that never comes would make every later extract look old.
    try:
        return 1900 <= datetime.strptime(yyyymmdd, "%Y%m%d").year < 3000
    except ValueError:
        return False


def _from_sidecar(path: Path, sidecar: Path) -> Extract:
    try:
        data: dict[str, Any] = tomllib.loads(sidecar.read_text(encoding="utf-8"))
        region, kind = str(data["region"]), str(data["kind"])
        cut_off = int(str(data["cut_off"]).replace("-", ""))
        sequence = int(data["sequence"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError, TypeError) as error:
        raise InputDataError(
            UNIDENTIFIED,
            "its sidecar must give region, kind, cut_off and sequence",
            where=sidecar.name,
            remedy='For example: region = "3273", kind = "full", cut_off = 2026-06-30, sequence = 1',
        ) from error
    if not re.fullmatch(r"\d{4}", region) or kind not in ("full", "delta") or not _is_date(str(cut_off)):
        raise InputDataError(
            UNIDENTIFIED,
            "region needs 4 digits, kind is full or delta, cut_off a date",
            where=sidecar.name,
            remedy=_REMEDY,
        )
    return Extract(region, cut_off, sequence, kind, path)
