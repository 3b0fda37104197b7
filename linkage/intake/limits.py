"""How much a file may ask of this machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from linkage.errors import UsageError


@dataclass(frozen=True)
class Limits:
    """Bounds on what is read; every one is a positive number.

    ``record_bytes``: longest CSV record, without its line end. ``cell_bytes``: longest CSV cell of a column that
    is used, and longest quoted cell that may run over a line end. ``chunk_bytes``: CSV bytes held at once.
    ``batch_rows``: Parquet rows held at once. ``columns``: columns of a file. ``text_bytes``: bytes of a CSV file
    after decompression. ``gz_ratio``: bytes out per byte in of a compressed file above 16 MiB.
    """

    record_bytes: int = 1 << 20
    cell_bytes: int = 1 << 16
    chunk_bytes: int = 8 << 20
    batch_rows: int = 1 << 17
    columns: int = 4096
    text_bytes: int = 1 << 40
    gz_ratio: int = 200

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise UsageError(f"limit {name} must be positive")
