"""What is passed on inside does not show a resident when it is printed, logged or stands in a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from linkage.intake import Limits, open_reader, read_inputs, survey_inputs
from linkage.intake.read_file import read_file
from linkage.spec import LinkageSpec


def test_no_value_stands_in_the_repr_of_sources_batches_and_rows(
    write: Callable[..., Path], residents: LinkageSpec
) -> None:
    path = write("NAMA\nZAINABQUX\n", "a.csv")
    table = pa.table({"NAMA": ["ZAINABQUX"]})
    for source in survey_inputs([path, table], limits=Limits(), table_names=("", "data")):
        reader = open_reader(source, Limits())
        rows = read_file(source, residents, (), Limits(), lambda done: None)
        for item in (source, reader, rows, *reader.batches([0])):
            assert "ZAINABQUX" not in repr(item)
    assert "ZAINABQUX" not in repr(read_inputs([path], residents))
