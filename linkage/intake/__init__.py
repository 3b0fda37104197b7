"""Files to accepted records and coded rejects."""

from linkage.intake.columns.column_names import is_protected
from linkage.intake.columns.mapping import ColumnMap, map_columns
from linkage.intake.limits import Limits
from linkage.intake.options import NOTHING_STATED, ReadOptions, read_options
from linkage.intake.read import read_inputs
from linkage.intake.readers.base import RawBatch, Reader, RowRejects
from linkage.intake.readers.formats import open_reader
from linkage.intake.result import InputFile, Intake
from linkage.intake.sources.source import Source
from linkage.intake.sources.survey import survey, survey_all, survey_inputs

__all__ = [
    "ColumnMap",
    "InputFile",
    "Intake",
    "Limits",
    "NOTHING_STATED",
    "RawBatch",
    "ReadOptions",
    "Reader",
    "RowRejects",
    "Source",
    "is_protected",
    "map_columns",
    "open_reader",
    "read_inputs",
    "read_options",
    "survey",
    "survey_all",
    "survey_inputs",
]
