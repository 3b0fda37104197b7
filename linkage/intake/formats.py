"""Which reader reads which source."""

from __future__ import annotations

from linkage.intake.columnar_reader import ParquetReader, TableReader
from linkage.intake.csv_reader import CsvReader
from linkage.intake.limits import Limits
from linkage.intake.reader import Reader
from linkage.intake.sources import Source


def open_reader(source: Source, limits: Limits) -> Reader:
    """Return the reader for a surveyed source; its header is known, no row has been read."""
    match source.kind:
        case "csv":
            return CsvReader(source, limits)
        case "parquet":
            return ParquetReader(source, limits)
        case "table":
            return TableReader(source)
