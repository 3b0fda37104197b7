"""Which reader reads which source."""

from __future__ import annotations

from dataclasses import replace

from linkage.intake.limits import Limits
from linkage.intake.readers.base import Reader
from linkage.intake.readers.csv_reader import CsvReader
from linkage.intake.readers.parquet import ParquetReader
from linkage.intake.readers.table import TableReader
from linkage.intake.sources.source import Source


def open_reader(source: Source, limits: Limits) -> Reader:
    """Return the reader for a surveyed source; its header is known, no row has been read."""
    if source.spool:
        # Whatever was unpacked or fetched is read where it lies.
        source = replace(source, path=source.spool)
    match source.kind:
        case "csv":
            return CsvReader(source, limits)
        case "parquet" | "query":
            return ParquetReader(source, limits)
        case "xlsx":
            # Loaded when the first workbook comes: most runs see none.
            from linkage.intake.readers.xlsx import XlsxReader

            return XlsxReader(source, limits)
        case "delta":
            from linkage.intake.readers.delta import DeltaReader

            return DeltaReader(source, limits)
        case "table":
            return TableReader(source, limits)
