"""The files of reports: HTML, XLSX and PDF of each region, and for a regency the rows it is to mend."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from linkage.errors import UsageError
from linkage.nightly.project import Project
from linkage.reports.document import document_of, file_stem
from linkage.reports.edition import Edition, title_of
from linkage.reports.figures import NATION
from linkage.reports.html import html
from linkage.reports.pdf import pdf
from linkage.reports.workbook import mending_list, workbook
from linkage.run.manifest import MANIFEST_NAME, sha256_of
from linkage.run.outputs import write_text, writing
from linkage.words.levels import Language

FOLDER: Final = "reports"
CENTRE: Final = "pusat"
"""What the nation is called on the command line and in file names."""

EVERYWHERE: Final = "semua"
"""What all regions together are called on the command line."""

_REGENCY: Final = 4


def folder_of(project: Project, edition: Edition) -> Path:
    """Return where the reports of an edition go unless told otherwise: ``out/reports/<day or semester>``."""
    stand = edition.stand
    return project.out / FOLDER / (str(stand.semester) if stand.closed else stand.day.isoformat())


def region_named(edition: Edition, name: str) -> str:
    """Return the code of a region of the edition: 4 digits, 2, or ``pusat`` for the nation.

    Raises:
        UsageError: the edition has no such region.
    """
    code = NATION if name == CENTRE else name
    if code not in edition.regions or (not code and name != CENTRE):
        known = ", ".join(one or CENTRE for one in edition.regions)
        raise UsageError(f"there are no figures of region {name!r}", remedy=f"Regions: {known}")
    return code


def write_reports(
    edition: Edition, regions: Iterable[str], folder: Path, language: Language = "id"
) -> tuple[Path, ...]:
    """Write the reports of regions into a folder, with a manifest of all that is in it, and return the files.

    Each file appears whole or not at all. The same figures make the same bytes.

    Raises:
        OutputError: the disk is full, or not to be written.
    """
    made: list[Path] = []
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for region in regions:
            for name, content in _files(edition, region, language):
                _write(folder / name, content)
                made.append(folder / name)
        kept = sorted(path for path in folder.iterdir() if path.suffix in (".html", ".xlsx", ".pdf"))
        manifest = {"figures": edition.stand.to_json(), "files": {path.name: sha256_of(path) for path in kept}}
        write_text(folder / MANIFEST_NAME, json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    return tuple(made)


def _files(edition: Edition, region: str, language: Language) -> Iterable[tuple[str, bytes]]:
    document, stem = document_of(edition, region, language), file_stem(edition, region)
    yield f"{stem}.html", html(document).encode()
    yield f"{stem}.xlsx", workbook(document)
    yield f"{stem}.pdf", pdf(document)
    rows = edition.to_mend(region) if len(region) == _REGENCY else ()
    if rows:
        yield f"{stem}-perbaikan.xlsx", mending_list(rows, title_of(region, language), language)


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.partial")
    temporary.write_bytes(content)
    temporary.replace(path)
