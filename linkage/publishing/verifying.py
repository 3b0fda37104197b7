"""Is a publication still what its manifest says, and does the reference still say the same?"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from linkage.errors import InputDataError, InputMissingError, InvariantError
from linkage.publishing.change_sets import write_publication
from linkage.reference.store import Reference
from linkage.reference.tables import KEYS
from linkage.run.manifest import MANIFEST_NAME, sha256_of


def is_publication(path: Path) -> bool:
    """Return whether a manifest, or the folder it is in, is that of a publication and not of a run."""
    file = path / MANIFEST_NAME if path.is_dir() else path
    if not file.is_file():
        return False
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        return False
    return isinstance(told, dict) and "publication" in told


def verify_publication(path: Path, *, reference: Reference | None, rerun: bool) -> tuple[str, ...]:
    """Check a publication against its manifest and return what was checked, a sentence each.

    ``reference``: that of the project, to be checked against too; with ``rerun`` the files are written again from its
    committed rows and must be the same bytes.

    Raises:
        InvariantError: something differs; says what. InputMissingError: no manifest, or ``rerun`` without a project.
    """
    folder = path if path.is_dir() else path.parent
    manifest = _read(folder / MANIFEST_NAME)
    done = [_files(folder, manifest)]
    if reference is not None:
        done += _state(reference, manifest)
    if rerun:
        if reference is None:
            raise InputMissingError("no project to write the files from", where=str(folder), remedy="Add --project")
        with tempfile.TemporaryDirectory(prefix="linkage-verify-") as temporary:
            again = Path(temporary) / "again"
            write_publication(reference, int(manifest["publication"]), again)
            _files(again, manifest)
        done.append("written again from the reference, the files are the same bytes")
    return tuple(done)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        manifest: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        missing = {"publication", "state_hash", "files", "usulan", "aliases"} - manifest.keys()
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise InputDataError("MANIFEST_UNREADABLE", "not a manifest of a publication", where=str(file)) from error
    if missing:
        raise InputDataError("MANIFEST_UNREADABLE", "not a manifest of a publication", where=str(file))
    return manifest


def _files(folder: Path, manifest: Mapping[str, Any]) -> str:
    rows = 0
    for told in manifest["files"]:
        path = folder / told["name"]
        if not path.is_file() or path.stat().st_size != told["bytes"] or sha256_of(path) != told["sha256"]:
            raise InvariantError("the file is gone or not what was published", where=str(path))
        if path.suffix == ".parquet":
            rows += told["rows"]
            if pq.read_metadata(path).num_rows != told["rows"]:
                raise InvariantError("the file has another number of rows than its manifest", where=str(path))
    named = sum(manifest["usulan"].values()) + sum(manifest["aliases"].values())
    if rows != named:
        raise InvariantError(f"{rows} rows in the files are not the {named} counted", where=str(folder))
    return f"{len(manifest['files'])} files have their digests, and {rows} rows are counted"


def _state(reference: Reference, manifest: Mapping[str, Any]) -> list[str]:
    number = int(manifest["publication"])
    if number > reference.number or reference.state_hash(number) != manifest["state_hash"]:
        raise InvariantError("the reference does not have the state that was published", where=f"publication {number}")
    for name in KEYS:
        broken = reference.broken_seals(name)
        if broken:
            raise InvariantError(f"{broken} rows are not what their seals say", where=f"the reference's {name}")
    return [f"the reference as of publication {number} has its state hash", "every row of the reference has its seal"]
