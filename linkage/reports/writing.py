"""The files of reports: HTML, XLSX and PDF of each region, and for a regency the rows it is to mend."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from linkage.errors import UsageError
from linkage.nightly.project import Project
from linkage.reports.document import document_of, file_stem
from linkage.reports.edition import Edition, title_of
from linkage.reports.figures import NATION
from linkage.reports.html import html
from linkage.reports.pdf import pdf
from linkage.reports.workbook import mending_list, workbook
from linkage.run.manifest import sha256_of
from linkage.run.outputs import write_text, writing
from linkage.words.levels import Language

FOLDER: Final = "reports"
CENTRE: Final = "pusat"
"""What the nation is called on the command line and in file names."""

EVERYWHERE: Final = "semua"
"""What all regions together are called on the command line."""

_REGENCY: Final = 4

_Told = tuple[dict[str, Any], dict[str, str]]
"""Of an entry of a manifest: the figures, and SHA-256 of the files by name."""


def folder_of(project: Project, edition: Edition) -> Path:
    """Return where the reports of an edition go unless told otherwise: ``out/reports/<day or semester>``."""
    return project.out / FOLDER / edition.stand.name


def manifest_name(edition: Edition) -> str:
    """Return the name of the manifest beside the reports of an edition: manifest-2026-06-30.json."""
    return f"manifest-{edition.stand.name}.json"


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
    """Write the reports of regions into a folder, with a manifest of the figures each file is of, and return the files.

    Each file appears whole or not at all. The same figures make the same bytes. Reports of the same day that were
    written before, of other regions or in another language, stay in the manifest beside the figures they are of.

    Raises:
        UsageError: another program's file has the name of the manifest; nothing is written then.
        OutputError: the disk is full, or not to be written.
    """
    made: list[Path] = []
    manifest = folder / manifest_name(edition)
    before = _told_before(manifest)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for region in regions:
            # A list of rows to mend that has become empty is not left beside the newer report.
            (folder / _mending_name(edition, region, language)).unlink(missing_ok=True)
            for name, content in _files(edition, region, language):
                _write(folder / name, content)
                made.append(folder / name)
        told = {"editions": _editions(folder, before, edition.stand.to_json(), made)}
        write_text(manifest, json.dumps(told, indent=1, sort_keys=True) + "\n")
    return tuple(made)


def _editions(
    folder: Path, before: Sequence[_Told], figures: Mapping[str, Any], made: Sequence[Path]
) -> list[dict[str, Any]]:
    """Return all figures that files of a folder are of, and SHA-256 of those files by name; the newest last.

    ``before``: what the manifest told, ``made``: the files just written. A file that is no longer what the manifest
    told, or that is made anew, is not told of again.
    """
    files = {path.name: sha256_of(path) for path in made}
    earlier = []
    for old, digests in before:
        still = {name: digest for name, digest in digests.items() if name not in files and _is(folder / name, digest)}
        if old == figures:
            files |= still
        elif still:
            earlier.append({"figures": old, "files": still})
    return [*earlier, {"figures": figures, "files": files}]


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


def _told_before(manifest: Path) -> tuple[_Told, ...]:
    """Return what a manifest tells, nothing where there is none.

    Raises:
        UsageError: the file is something else.
    """
    if not manifest.is_file():
        return ()
    try:
        editions = json.loads(manifest.read_text(encoding="utf-8"))["editions"]
        return tuple((dict(one["figures"]), dict(one["files"])) for one in editions)
    except (json.JSONDecodeError, UnicodeDecodeError, LookupError, TypeError, ValueError) as error:
        raise UsageError(
            "a file of that name is no manifest of reports", where=str(manifest), remedy="Choose another --out"
        ) from error


def _mending_name(edition: Edition, region: str, language: Language) -> str:
    return f"{file_stem(edition, region, language)}-perbaikan.xlsx"


def _files(edition: Edition, region: str, language: Language) -> Iterable[tuple[str, bytes]]:
    document, stem = document_of(edition, region, language), file_stem(edition, region, language)
    yield f"{stem}.html", html(document).encode()
    yield f"{stem}.xlsx", workbook(document)
    yield f"{stem}.pdf", pdf(document)
    rows = edition.to_mend(region) if len(region) == _REGENCY else ()
    if rows:
        yield _mending_name(edition, region, language), mending_list(rows, title_of(region, language), language)


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.partial")
    temporary.write_bytes(content)
    temporary.replace(path)
