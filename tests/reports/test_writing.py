"""The files: a page that asks nothing of others, a workbook of numbers, a PDF with its fonts; no resident in any."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from linkage.cli import main
from linkage.errors import UsageError
from linkage.nightly.project import load_project
from linkage.nightly.store import Store
from linkage.reports.definitions import definitions, part_name
from linkage.reports.document import Bar, Bars, Document, Section, Table, document_of, file_stem
from linkage.reports.edition import edition
from linkage.reports.html import html
from linkage.reports.pdf import pdf
from linkage.reports.quality import ToMend
from linkage.reports.shown import Cell, amount, difference, worded
from linkage.reports.workbook import mending_list, workbook
from linkage.reports.writing import folder_of, region_named, write_reports
from linkage.run.manifest import sha256_of
from tests.reports.conftest import DAY
from tests.small_register import CANARY_NAME, CANARY_NIK, semarang


class Elements(HTMLParser):
    """The elements of a page with what is said of them, and its text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open, self.text = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def strange():
    """A document whose texts try to be something else."""
    evil = '=HYPERLINK("http://x")<script>alert(1)</script>&amp;'
    table = Table(evil, (evil, evil), ((worded(evil), Cell("12", 12)), (worded("b"), Cell("<5"))), evil)
    section = Section("residents", evil, "Penduduk", evil, (table, Bars(evil, (Bar(evil, "12", 12.0, 3.0),), True)))
    return Document("3374", "id", evil, evil, evil, ((evil, evil),), (evil,), (section,))


def everything_in(paths):
    """All text of files, whatever wraps it."""
    for path in paths:
        content = path.read_bytes()
        if path.suffix == ".pdf":
            yield "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield "".join(archive.read(name).decode() for name in archive.namelist())
        else:
            yield content.decode()


def test_the_page_asks_nothing_of_other_files_and_says_what_heads_what(of_today):
    page = html(document_of(of_today, "33"))
    elements = Elements(page)
    assert not elements.open
    kinds = {tag for tag, _ in elements.found}
    assert not kinds & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert {attrs.get("href", "#")[0] for tag, attrs in elements.found if tag == "a"} == {"#"}
    assert "url(" not in page
    assert "@import" not in page
    assert ("html", {"lang": "id"}) in elements.found
    assert {attrs["scope"] for tag, attrs in elements.found if tag == "th"} == {"col", "row"}
    assert all(attrs["role"] == "img" and attrs["aria-label"] for tag, attrs in elements.found if tag == "svg")
    assert [tag for tag, _ in elements.found].count("h1") == 1
    targets = {attrs.get("id") for _, attrs in elements.found}
    assert all(attrs["href"][1:] in targets for tag, attrs in elements.found if tag == "a")


def test_a_text_stays_a_text_in_every_form():
    document = strange()
    elements = Elements(html(document))
    assert "script" not in {tag for tag, _ in elements.found}
    assert any("<script>" in text for text in elements.text)
    sheet = load_workbook(io.BytesIO(workbook(document)))["Penduduk"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert "HYPERLINK" in PdfReader(io.BytesIO(pdf(document))).pages[0].extract_text()
    mend = load_workbook(io.BytesIO(mending_list([ToMend("=1+1.csv", 3, "=A", "X")], "x", "id"))).active
    assert (mend["A5"].value, mend["A5"].data_type, mend["B5"].value) == ("=1+1.csv", "s", 3)


def test_numbers_of_the_workbook_are_numbers_and_what_is_hidden_is_none(of_today):
    book = load_workbook(io.BytesIO(workbook(document_of(of_today, ""))))
    assert book.sheetnames[:3] == ["Laporan", "Penduduk", "Cakupan"]
    rows = {row[0].value: row[1] for row in book["Penduduk"].iter_rows(min_col=1, max_col=2)}
    assert rows["Rekaman penduduk aktif"].value == of_today.told.number("", "records")
    assert rows["Rekaman penduduk aktif"].data_type == "n"
    cases = {row[0].value: row[1].value for row in book["Dugaan ganda"].iter_rows(min_col=1, max_col=2)}
    assert cases["Kasus diputus"] == "<5"
    assert book["Penduduk"].freeze_panes == "B3"


def test_numbers_of_the_workbook_stand_without_their_unit_beside_it(of_today):
    recall = {"": {"recall": 0.94567, "low": 0.9, "high": 1.0}}
    found = replace(
        of_today, stand=replace(of_today.stand, recall=recall), before=of_today.told, before_stand=of_today.stand
    )
    document = document_of(found, "")
    book = load_workbook(io.BytesIO(workbook(document)))
    head, *rows = book["Penduduk"].iter_rows(min_row=4, max_row=9)
    assert [cell.value for cell in head] == ["Indikator", "Nilai", "Satuan", "Sebelumnya", "Perubahan"]
    units = {row[0].value: row[2].value for row in rows}
    assert units["Rekaman penduduk aktif"] == "rekaman"
    assert units["Sudah rekam KTP-el"] == "persen; perubahan dalam poin"
    forms = {row[0].value: (type(row[1].value), row[1].number_format) for row in rows}
    assert forms["Rekaman penduduk aktif"] == (int, "#,##0")
    assert {row[1].number_format for row in rows if "persen" in row[2].value and row[1].value != "–"} <= {
        "#,##0.0",
        "General",
    }
    head, row = book["Unsur kosong"].iter_rows(min_row=4, max_row=5, values_only=True)
    assert head[:5] == ("Indikator", "Nilai", "Satuan", "Batas bawah", "Batas atas")
    assert row[1:5] == (94.6, "persen", 90, 100)
    assert "90,0 %" in html(document)


def test_a_change_of_a_share_is_told_to_one_decimal():
    assert difference(Cell("9,5 %", 9.5), Cell("9,2 %", 9.2), "poin", "id").number == 0.3


def test_rows_of_erased_residents_are_told_of_in_words():
    mend = load_workbook(io.BytesIO(mending_list([ToMend("a.csv", 3, "", "RECORD_ERASED")], "x", "id"))).active
    assert [cell.value for cell in mend[5]][3:5] == ["RECORD_ERASED", "ditolak"]
    assert "UU PDP" in mend["F5"].value
    assert "sistem asal" in mend["G5"].value
    (reasons,) = [one for one in definitions().breakdowns if one.key == "rejected"]
    assert (
        part_name(reasons, "rejected.RECORD_ERASED", "en")
        == "The resident was erased by law and is not taken again. (RECORD_ERASED)"
    )


def test_the_pdf_breaks_long_tables_and_leaves_no_heading_alone_at_the_foot_of_a_page():
    rows = tuple((worded(f"row {number}"), Cell("7", 7)) for number in range(50))
    sections = tuple(
        Section(
            f"s{at}",
            f"heading {at}",
            "",
            "says",
            (Table("", ("a", "b"), rows[: 3 * at]), Table("caption", ("a", "b"), rows)),
        )
        for at in range(1, 12)
    )
    document = replace(strange(), sections=sections)
    pages = [page.extract_text().split("\n") for page in PdfReader(io.BytesIO(pdf(document))).pages]
    for lines in pages:
        for at, line in enumerate(lines):
            if line.startswith(("heading", "caption")):
                assert any(one.startswith("row 1") for one in lines[at:]), "two rows follow on the same page"
    assert len(pages) < 20, "no page is left half empty"


def test_the_pdf_holds_its_fonts_its_language_and_the_figures_of_the_page(of_today):
    document = document_of(of_today, "3374", "en")
    reader = PdfReader(io.BytesIO(pdf(document)))
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert reader.metadata.title == f"{document.title}: Kota Semarang, as of 20 June 2026"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    used = [font for font in fonts if font["/BaseFont"] != "/Helvetica"]
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)
    told = "".join(page.extract_text() for page in reader.pages)
    for section in document.sections:
        assert section.title in told
    assert f"{of_today.told.number('3374', 'records')} records" in told


def test_no_file_holds_a_resident(of_today, published, tmp_path):
    made = write_reports(of_today, of_today.regions, tmp_path / "made")
    residents = Store(load_project(published.nightly.file).workspace).read("residents")
    told = [
        value for name in ("nik", "no_kk", "nama", "nama_ibu", "nama_ayah") for value in residents[name].to_pylist()
    ]
    assert CANARY_NIK in told
    assert CANARY_NAME in told
    assert {path.suffix for path in made} == {".html", ".xlsx", ".pdf"}
    for content in everything_in([*made, tmp_path / "made" / "manifest-2026-06-20.json"]):
        assert not [value for value in told if value and value in content]


def test_the_same_figures_make_the_same_bytes_and_the_manifest_names_them(of_today, tmp_path):
    first = write_reports(of_today, ("", "3374"), tmp_path / "one", "id")
    second = write_reports(of_today, ("", "3374"), tmp_path / "other", "id")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    one, other = (tmp_path / folder / "manifest-2026-06-20.json" for folder in ("one", "other"))
    (told,) = json.loads(one.read_text())["editions"]
    assert told["files"] == digests(first)
    assert told["figures"]["publication"] == 1
    assert one.read_bytes() == other.read_bytes()


def digests(paths):
    return {path.name: sha256_of(path) for path in paths}


def test_reports_of_other_days_times_regions_and_languages_stand_side_by_side(published, tmp_path):
    project, folder = load_project(published.nightly.file), tmp_path / "made"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"of": "something else"}')
    morning, evening = (edition(project, DAY, now=datetime(2026, 6, 20, hour, tzinfo=UTC)) for hour in (1, 9))
    first = write_reports(morning, ("", "33"), folder)
    english = write_reports(morning, ("33",), folder, "en")
    later = write_reports(evening, ("33",), folder)
    other = write_reports(edition(project, DAY - timedelta(days=1)), ("33",), folder)
    assert {path.name for path in later} == {path.name for path in first if "-33-" in path.name}
    assert [path.name for path in english] == [f"laporan-33-2026-06-20-en.{form}" for form in ("html", "xlsx", "pdf")]
    told = json.loads((folder / "manifest-2026-06-20.json").read_text())["editions"]
    nation = [path for path in first if "-pusat-" in path.name]
    assert [(one["figures"], one["files"]) for one in told] == [
        (morning.stand.to_json(), digests([*nation, *english])),
        (evening.stand.to_json(), digests(later)),
    ]
    (told,) = json.loads((folder / "manifest-2026-06-19.json").read_text())["editions"]
    assert told["files"] == digests(other)
    assert (folder / "manifest.json").read_text() == '{"of": "something else"}'
    nation[0].write_text("not what it was")
    write_reports(evening, ("33",), folder)
    told = json.loads((folder / "manifest-2026-06-20.json").read_text())["editions"]
    assert nation[0].name not in told[0]["files"]
    assert nation[1].name in told[0]["files"]


@pytest.mark.parametrize("content", ["", "[]", '{"editions": 1}', '{"editions": [1]}', '{"files": {}}'])
def test_what_is_no_manifest_of_reports_is_not_written_over(of_today, tmp_path, content):
    path = tmp_path / "made" / "manifest-2026-06-20.json"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(UsageError, match="no manifest of reports"):
        write_reports(of_today, ("33",), path.parent)
    assert [(one.name, one.read_text()) for one in path.parent.iterdir()] == [(path.name, content)]


def test_a_list_of_rows_to_mend_goes_when_nothing_is_to_be_mended_any_more(published, tmp_path):
    rows = semarang()
    rows[9] |= {"NIK": ""}
    published.nightly.put("3374_full_20260603_3.csv", rows)
    published.nightly.run()
    project, name = load_project(published.nightly.file), "laporan-3374-2026-06-20-perbaikan.xlsx"
    found = edition(project, DAY)
    assert write_reports(found, ("3374",), tmp_path / "made")[-1].name == name
    write_reports(replace(found, runs=()), ("3374",), tmp_path / "made")
    assert not (tmp_path / "made" / name).exists()
    (told,) = json.loads((tmp_path / "made" / "manifest-2026-06-20.json").read_text())["editions"]
    assert name not in told["files"]


def test_only_a_regency_gets_a_list_of_rows_to_mend(of_today, tmp_path):
    names = {path.name for path in write_reports(of_today, of_today.regions, tmp_path / "made")}
    assert {name for name in names if "perbaikan" in name} <= {
        "laporan-3374-2026-06-20-perbaikan.xlsx",
        "laporan-5171-2026-06-20-perbaikan.xlsx",
    }
    assert file_stem(of_today, "") == "laporan-pusat-2026-06-20"


def test_a_region_is_named_by_its_code_or_the_centre(of_today):
    assert [region_named(of_today, name) for name in ("3374", "33", "pusat")] == ["3374", "33", ""]
    for name in ("9999", "+", "33+", "", "../x"):
        with pytest.raises(UsageError, match="no figures"):
            region_named(of_today, name)


def test_the_command_writes_a_region_all_regions_and_closes_a_semester(published, capsys):
    project, file = load_project(published.nightly.file), str(published.nightly.file)
    assert main(["report", "--project", file, "--region", "3374", "--date", "2026-06-20"]) == 0
    told = capsys.readouterr().out.split()
    assert told[0].endswith("out/reports/2026-06-20/laporan-3374-2026-06-20.html")
    assert main(["report", "--project", file, "--close-semester", "2026-1"]) == 0
    capsys.readouterr()
    assert main(["report", "--project", file, "--region", "semua", "--semester", "2026-1", "--language", "en"]) == 0
    assert len({line.rsplit(".")[0] for line in capsys.readouterr().out.split() if "perbaikan" not in line}) == 5
    assert (project.out / "reports" / "2026-1" / "laporan-pusat-2026-1-en.pdf").is_file()
    assert main(["report", "--project", file, "--region", "12", "--date", "2026-06-20"]) == 2
    assert "Regions: pusat, 33, 51, 3374, 5171" in capsys.readouterr().err


def test_folders_are_named_by_the_day_or_the_semester(of_today, published):
    assert folder_of(load_project(published.nightly.file), of_today).parts[-2:] == ("reports", "2026-06-20")


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [
        (0, "0", "0"),
        (1234567, "1.234.567", "1,234,567"),
        (87.25, "87,2", "87.2"),
        (1234.5, "1.234,5", "1,234.5"),
        (7.0, "7,0", "7.0"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(number, indonesian, english):
    assert (amount(number, "id"), amount(number, "en")) == (indonesian, english)


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [
        (Cell("9", 9), Cell("4", 4), "+5"),
        (Cell("4", 4), Cell("1.000", 1000), "−996"),
        (Cell("4", 4), Cell("4", 4), "±0"),
        (Cell("<5"), Cell("9", 9), "*"),
        (Cell("9", 9), Cell("*"), "*"),
        (Cell("9", 9), Cell("–"), "–"),
        (Cell("9,5 %", 9.5), Cell("9,0 %", 9.0), "+0,5 poin"),
    ],
)
def test_a_change_is_told_only_where_both_numbers_are(now, before, shown):
    assert difference(now, before, "poin" if "%" in now.shown else "", "id").shown == shown
