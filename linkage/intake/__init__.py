"""Files to accepted records and coded rejects."""

from linkage.intake.formats import open_reader
from linkage.intake.limits import Limits
from linkage.intake.mapping import ColumnMap, is_protected, map_columns
from linkage.intake.read import read_inputs
from linkage.intake.reader import RawBatch, Reader, RowRejects
from linkage.intake.result import InputFile, Intake
from linkage.intake.sources import Source, survey

__all__ = [
    "ColumnMap",
    "InputFile",
    "Intake",
    "Limits",
    "RawBatch",
    "Reader",
    "RowRejects",
    "Source",
    "is_protected",
    "map_columns",
    "open_reader",
    "read_inputs",
    "survey",
]
