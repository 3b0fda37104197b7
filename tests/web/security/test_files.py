"""Files that leave (checks 18 and 19): no spreadsheet computes them, machines read them exactly, it is noted."""

from __future__ import annotations

import csv
import hashlib
import json
import unicodedata
from io import BytesIO, StringIO

import pytest
import sqlalchemy as sa
from httpx2 import Response
from openpyxl import load_workbook

from linkage.review.tables import audit
from linkage.review.words import word
from tests.web.security.house import FOREIGN, House
from tests.web.security.values import FORMULAS, HOSTILE, telling

TEXTS = (*FORMULAS, *HOSTILE)


@pytest.fixture(scope="module")
def case(house: House) -> int:
    return house.load(telling(TEXTS, "f"))


def taken(house: House, form: str, name: str = "fitri", purpose: str = "rapat bulanan") -> Response:
    """A file of all that a user may see."""
    return house.of(name).post("/antrean/ekspor", {"purpose": purpose, "form": form})


def shown(house: House, case: int) -> list[str]:
    """The names of the case as the page shows them, in the order of its records."""
    records = house.queue.view(case, by="fitri").records
    return [dict(record.values)["nama"] for record in records]


def rows_of(form: str, content: bytes) -> list[list[str]]:
    """The cells of a table as a program reads them."""
    if form == "csv":
        return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    # The type is that of a text: neither a formula, nor a number, nor a link.
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_begins_a_formula_and_no_value_breaks_its_cell(house: House, case: int, form: str) -> None:
    answer = taken(house, form)
    head, *rows = rows_of(form, answer.content)
    assert {len(row) for row in rows} == {len(head)}
    for cell in (cell for row in (head, *rows) for cell in row):
        begins = unicodedata.normalize("NFKC", cell.lstrip())[:1]
        assert begins not in ("=", "+", "-", "@", "|", "%", "\t", "\r", "\0"), ascii(cell[:20])
    place = head.index(word("fields", "nama", "id"))
    names = [row[place].removeprefix("'") for row in rows if row[head.index("Kasus")] == str(case)]
    assert names == [name.removeprefix("'") for name in shown(house, case)]


def test_lines_of_json_come_back_exactly(house: House, case: int) -> None:
    answer = taken(house, "jsonl")
    rows = [json.loads(line) for line in answer.content.decode().split("\n")[:-1]]
    told = [row["nama"] for row in rows if row["case"] == case]
    assert told == shown(house, case)
    assert told[0] == FORMULAS[0]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_file_is_saved_and_never_shown_and_its_name_tells_nothing(house: House, case: int, form: str) -> None:
    headers = taken(house, form).headers
    assert headers["content-disposition"].startswith('attachment; filename="kasus-2')
    assert headers["content-disposition"].endswith(f'.{form}"')
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_that_a_file_left_is_noted_with_its_rows_its_digest_and_its_purpose(house: House, case: int) -> None:
    content = taken(house, "jsonl", purpose="pemeriksaan").content
    with house.queue.engine.connect() as connection:
        latest = sa.select(audit.c.body).order_by(audit.c.seq.desc()).limit(1)
        body = json.loads(connection.execute(latest).scalar_one())
    assert (body["action"], body["actor"], body["form"]) == ("export", "fitri", "jsonl")
    assert body["sha256"] == hashlib.sha256(content).hexdigest()
    assert body["records"] == len(content.splitlines())
    noted = [(one.actor, one.what, one.reason) for one in house.queue.seen("f00", by="made")]
    assert ("fitri", "jsonl", "pemeriksaan") in noted
    assert b"fitri 2" in content.splitlines()[0], "each row says who took it out and when"


@pytest.mark.parametrize("purpose", ["", "  ", "NIK 3273011705845519", "a\0b"])
def test_nothing_leaves_without_a_purpose_that_can_be_kept(house: House, case: int, purpose: str) -> None:
    before = house.queue.head()
    assert taken(house, "csv", purpose=purpose).status_code == 422
    assert house.queue.head() == before


def test_another_office_takes_out_nothing_of_this_one(house: House, case: int) -> None:
    assert taken(house, "jsonl", FOREIGN.name).content == b""
    sent = {"purpose": "uji", "form": "jsonl", "within": "3273"}
    assert house.of(FOREIGN.name).post("/antrean/ekspor", sent).content == b""
    assert house.of(FOREIGN.name).post(f"/kasus/{case}/cetak", {"purpose": "uji"}).status_code == 404
