"""Specs and files for the tests of intake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linkage.schema import RESIDENT_COLUMNS
from linkage.spec import FieldSpec, LinkageSpec

_KINDS = {
    "nik": "nik",
    "no_kk": "identifier",
    "nama": "person_name",
    "nama_ibu": "person_name",
    "nama_ayah": "person_name",
    "jenis_kelamin": "sex",
    "tempat_lahir": "place",
    "tanggal_lahir": "date",
    "alamat": "address",
    "agama": "religion",
    "flag_status": "activity",
    "nik_ibu": "nik",
    "nik_ayah": "nik",
}


@pytest.fixture(scope="session")
def residents() -> LinkageSpec:
    """A spec with every resident field; only what intake looks at."""
    fields = [
        FieldSpec(name, _KINDS.get(name, "text"), (name,), required=name == "nama")
        for name in RESIDENT_COLUMNS
        if name not in ("record_id", "source")
    ]
    return LinkageSpec("residents", tuple(fields), (), ())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of these bytes (or this text) and return its path."""

    def _write(content: str | bytes, name: str = "kota.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write
