"""The identity of a regional extract: whose it is, full or delta, as of when, and which one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from linkage.errors import InputDataError, UsageError
from linkage.intake.options import read_options
from linkage.intake.sources.file_names import has_odd_letters, shown_file_name
from linkage.intake.sources.settings_text import SETTINGS_BYTES
from linkage.intake.sources.sidecar import sidecar_of, sidecar_tables
from linkage.spec import LinkageSpec
from linkage.standardise.regions.resolve import regency_of_code

UNIDENTIFIED: Final = "EXTRACT_UNIDENTIFIED"
REGION_UNKNOWN: Final = "EXTRACT_REGION_UNKNOWN"
_SEQUENCES: Final = 10**9
_NAME = re.compile(
    r"(?P<region>\d{4})_(?P<kind>full|delta)_(?P<cut_off>\d{8})_(?P<sequence>\d{1,9})(?P<ext>(?:\.[A-Za-z0-9]+)*)",
    re.ASCII | re.IGNORECASE,
)
_REMEDY: Final = "Name it <region>_<full|delta>_<YYYYMMDD>_<seq>.<ext>, or put a <file>.meta.toml beside it"
_EXAMPLE: Final = 'For example: region = "3273", kind = "full", cut_off = 2026-06-30, sequence = 1'
_IDENTITY: Final = ("region", "kind", "cut_off", "sequence")
_BESIDES: Final = ("since", "confirmed", "reading")


@dataclass(frozen=True, order=True)
class Extract:
    """An identified extract. Sorts by region, cut-off day (yyyymmdd), sequence: the order to apply them in.

    ``path``: the file, or the folder of a Delta table. ``since``: first day (yyyymmdd) a delta covers, 0 when it does
    not say. ``confirmed``: the sender stands by a full extract that closes much.
    """

    region: str
    cut_off: int
    sequence: int
    kind: str
    path: Path
    since: int = field(default=0, compare=False)
    confirmed: bool = field(default=False, compare=False)


def identify(path: Path) -> Extract:
    """Return the identity of an extract from its sidecar ``<file>.meta.toml``, else from its name.

    A sidecar may leave the identity to the name and only say ``since``, ``confirmed`` or how to read the file
    (a table ``[reading]``, :class:`linkage.intake.options.ReadOptions`); it is checked here and used by the reader.

    Raises:
        InputDataError: neither tells, or the sidecar is wrong (code ``EXTRACT_UNIDENTIFIED``).
    """
    if has_odd_letters(path.name):
        problem = "its name has control characters, or is not UTF-8"
        raise InputDataError(UNIDENTIFIED, problem, where=shown_file_name(path.name), remedy="Rename it")
    sidecar = sidecar_of(path)
    data = _content(path, sidecar)
    if data is None:
        return _from_name(path)
    if not data.keys() & {*_IDENTITY, *_BESIDES}:
        raise _wrong(sidecar, "its sidecar says nothing", _EXAMPLE)
    plain = _from_sidecar(path, sidecar, data) if data.keys() & set(_IDENTITY) else _from_name(path)
    extract = replace(plain, since=_day(data["since"]) if "since" in data else 0)
    if "since" in data and not (extract.kind == "delta" and 0 < extract.since <= extract.cut_off):
        raise _wrong(sidecar, "since is a day up to the cut-off, and belongs to a delta", "For example 2026-06-01")
    confirmed = data.get("confirmed", False)
    if not isinstance(confirmed, bool):
        raise _wrong(sidecar, "confirmed is true or false", "Write confirmed = true")
    try:
        read_options(data.get("reading", {}), where=sidecar.name)
    except UsageError as error:
        raise _wrong(sidecar, f"[reading]: {error.problem}", error.remedy) from None
    return replace(extract, confirmed=confirmed)


def under_todays_code(extract: Extract, spec: LinkageSpec) -> Extract:
    """Return the extract under the code that its region has today.

    Only a spec with a field of kind ``nik`` is about Indonesian residents; elsewhere four digits mean what the project
    wants them to mean.

    Raises:
        InputDataError: there is no such regency (code ``EXTRACT_REGION_UNKNOWN``).
    """
    region = todays_code(extract.region, spec)
    if not region:
        raise InputDataError(
            REGION_UNKNOWN,
            f"{extract.region} is no regency of today or of former times",
            where=extract.path.name,
            remedy="Use the ministry's code, not that of the statistics office; add older codes as region_codes",
        )
    return replace(extract, region=region)


def todays_code(region: str, spec: LinkageSpec) -> str:
    """Return the four digits a region has today, "" when they are unknown; unchanged in a spec without a NIK."""
    if not any(item.kind == "nik" for item in spec.fields):
        return region
    code = regency_of_code(region, spec.older_regions)
    return f"{code:04d}" if code else ""


def _from_name(path: Path) -> Extract:
    match = _NAME.fullmatch(path.name)
    if match is None or not (match["ext"] or path.is_dir()):
        raise InputDataError(
            UNIDENTIFIED, "neither its name nor a sidecar tells what it is", where=path.name, remedy=_REMEDY
        )
    if not _day(match["cut_off"]):
        raise InputDataError(UNIDENTIFIED, "the cut-off in its name is no date", where=path.name, remedy=_REMEDY)
    return Extract(match["region"], int(match["cut_off"]), int(match["sequence"]), match["kind"].lower(), path)


def _content(path: Path, sidecar: Path) -> dict[str, Any] | None:
    try:
        return sidecar_tables(path)
    except ValueError:
        problem = f"its sidecar is no TOML in UTF-8 of at most {SETTINGS_BYTES} bytes"
        raise _wrong(sidecar, problem, _EXAMPLE) from None
    except OSError as error:
        raise _wrong(sidecar, f"its sidecar cannot be read ({error.strerror})", "Check its permissions") from None


def _from_sidecar(path: Path, sidecar: Path, data: dict[str, Any]) -> Extract:
    try:
        region, kind = str(data["region"]).replace(".", ""), str(data["kind"]).lower()
        cut_off, sequence = _day(data["cut_off"]), int(data["sequence"])
    except (KeyError, ValueError, TypeError, OverflowError):
        raise _wrong(sidecar, "its sidecar must give region, kind, cut_off and sequence", _EXAMPLE) from None
    known = re.fullmatch(r"\d{4}", region, re.ASCII) and kind in ("full", "delta") and cut_off
    if not known or not 0 <= sequence < _SEQUENCES:
        problem = "region needs 4 digits, kind is full or delta, cut_off a date, sequence a number of up to 9 digits"
        raise _wrong(sidecar, problem, _EXAMPLE)
    return Extract(region, cut_off, sequence, kind, path)


def _day(value: object) -> int:
    """Return a date or a text of it as yyyymmdd, 0 when it is none.

    A year that never comes counts as none: it would make every later extract look old.
    """
    text = str(value).replace("-", "")
    try:
        return int(text) if len(text) == 8 and 1900 <= datetime.strptime(text, "%Y%m%d").year < 3000 else 0
    except ValueError:
        return 0


def _wrong(sidecar: Path, problem: str, remedy: str) -> InputDataError:
    return InputDataError(UNIDENTIFIED, problem, where=sidecar.name, remedy=remedy)
