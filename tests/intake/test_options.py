"""What a user may state about a file, in words of the command line or of a sidecar."""

from __future__ import annotations

import pytest

from linkage.errors import UsageError
from linkage.intake.options import NOTHING_STATED, ReadOptions, read_options


@pytest.mark.parametrize(
    ("texts", "options"),
    [
        ([], NOTHING_STATED),
        (["delimiter=;"], ReadOptions(delimiter=";")),
        (["delimiter=tab"], ReadOptions(delimiter="\t")),
        (["delimiter=\\t"], ReadOptions(delimiter="\t")),
        (["delimiter=unit separator"], ReadOptions(delimiter="\x1f")),
        (["delimiter=="], ReadOptions(delimiter="=")),
        (["quote='"], ReadOptions(quote="single")),
        (["quote=none"], ReadOptions(quote="none")),
        (["encoding=Latin-1"], ReadOptions(encoding="iso8859-1")),
        (["header=no", "decimal=comma"], ReadOptions(header=False, decimal=",")),
        (["date-order=dmy"], ReadOptions(date_order="dmy")),
        (["date_order=ydm", "date_system=1904"], ReadOptions(date_order="ydm", date_system="1904")),
        (["sheet=Data Penduduk"], ReadOptions(sheet="Data Penduduk")),
    ],
)
def test_texts_become_options_and_stated_ones_come_back_the_same(texts: list[str], options: ReadOptions) -> None:
    assert read_options(texts) == options
    assert read_options(options.stated()) == options


@pytest.mark.parametrize(
    "text",
    [
        "delimiter",
        "delimter=;",
        "delimiter=",
        "delimiter=;;",
        "delimiter=a",
        "delimiter=7",
        'delimiter="',
        "delimiter='",
        "delimiter=\n",
        "delimiter=\0",
        "delimiter=é",
        "quote=x",
        "encoding=nothing",
        "encoding=a\0b",
        "encoding=hex",
        "encoding=idna",
        "encoding=unicode_escape",
        "header=maybe",
        "decimal=;",
        "date_order=myd",
        "date_system=1905",
    ],
)
def test_what_no_file_can_have_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        read_options([text])


@pytest.mark.parametrize("value", [1, 1.5, None, [], {}, ""])
def test_a_value_that_is_no_text_is_a_usage_error(value: object) -> None:
    with pytest.raises(UsageError):
        read_options({"sheet": value})
