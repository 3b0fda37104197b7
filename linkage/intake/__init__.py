"""Files to accepted records and coded rejects.

Names are looked up when they are first used: who reads no file needs no reader, nor what standardises its rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOME = {
    "ColumnMap": "columns.mapping",
    "InputFile": "result",
    "Intake": "result",
    "Limits": "limits",
    "NOTHING_STATED": "options",
    "RawBatch": "readers.base",
    "ReadOptions": "options",
    "Reader": "readers.base",
    "RowRejects": "readers.base",
    "Source": "sources.source",
    "is_protected": "columns.column_names",
    "map_columns": "columns.mapping",
    "open_reader": "readers.formats",
    "read_inputs": "read",
    "read_options": "options",
    "survey": "sources.survey",
    "survey_all": "sources.survey",
    "survey_inputs": "sources.survey",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'linkage.intake' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"linkage.intake.{_HOME[name]}"), name)
