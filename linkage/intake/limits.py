"""How much a file may ask of this machine before it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from linkage.errors import UsageError


@dataclass(frozen=True)
class Limits:
    """Bounds on what is read; every one is a positive number.

    ``record_bytes``: longest CSV record, without its line end. ``cell_bytes``: longest cell of a column that is used,
    and longest quoted cell that may run over a line end. ``chunk_bytes``: CSV bytes held at once. ``batch_rows``: rows
    of a table, workbook or query held at once. ``columns``: columns of a file. ``rows``: rows of a file.
    ``text_bytes``: bytes of a file after decompression. ``ratio``: bytes out per byte in of a compressed file that
    holds more than 16 MiB.
    ``members``: files in an archive or a folder. ``workbook_bytes``: bytes of a workbook after decompression.
    ``page_bytes``: bytes of one page or one column of a row group of a Parquet file after decompression.
    """

    record_bytes: int = 1 << 20
    cell_bytes: int = 1 << 16
    chunk_bytes: int = 8 << 20
    batch_rows: int = 1 << 17
    columns: int = 4096
    rows: int = 400_000_000
    text_bytes: int = 1 << 40
    ratio: int = 200
    members: int = 10_000
    workbook_bytes: int = 4 << 30
    page_bytes: int = 1 << 30

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise UsageError(f"limit {name} must be positive")

    def stated(self) -> dict[str, int]:
        """Return the limits that are not the default ones; :func:`read_limits` makes the same of them again."""
        return {
            item.name: getattr(self, item.name) for item in fields(self) if getattr(self, item.name) != item.default
        }


def read_limits(settings: Mapping[str, int] | Sequence[str], *, where: str = "--limit") -> Limits:
    """Return limits from numbers by name, or from texts ``NAME=NUMBER`` of the command line.

    Raises:
        UsageError: an unknown name, or no whole number above 0.
    """
    given = dict(settings) if isinstance(settings, Mapping) else dict(_pair(item, where) for item in settings)
    known = [item.name for item in fields(Limits)]
    if unknown := sorted(set(given) - set(known)):
        raise UsageError(f"unknown limit {unknown[0]!r}", where=where, remedy=f"Known: {', '.join(known)}")
    return Limits(**given)


def _pair(item: str, where: str) -> tuple[str, int]:
    name, sign, value = item.partition("=")
    if not sign or not (value.isascii() and value.isdecimal()) or len(value) > 18:
        raise UsageError("a limit is written NAME=NUMBER", where=where, remedy="For example --limit columns=10000")
    return name.strip().replace("-", "_"), int(value)
