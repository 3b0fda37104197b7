"""Specs and files for the tests of intake."""

from __future__ import annotations

import os
import subprocess
import sys
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


_LIMITED = """
import resource
from pathlib import Path
import linkage.cli
linkage.cli._settle_arrow()
import pyarrow, pyarrow.csv, pyarrow.parquet
from linkage.errors import LinkageError
from linkage.intake import Limits, read_inputs
from linkage.spec import load_builtin_spec
spec = load_builtin_spec()
warm = Path({folder!r}) / "warm.csv"
warm.write_text("NAMA,NIK\\nANI,1\\n")
read_inputs([warm], spec)
pages = int(Path("/proc/self/statm").read_text().split()[0])
room = pages * resource.getpagesize() + {megabytes} * (1 << 20)
resource.setrlimit(resource.RLIMIT_AS, (room, room))
try:
{code}
except LinkageError as error:
    print(getattr(error, "code", type(error).__name__), error)
"""


@pytest.fixture
def run_limited(tmp_path: Path) -> Callable[[str, int], str]:
    """Run code in a process of its own that may ask for so many megabytes more than reading a small file took.

    ``run_limited(code, megabytes)`` returns what the code printed; a :class:`LinkageError` is printed as its code and
    text. In the code stand ``Path``, ``Limits``, ``read_inputs`` and the residents' ``spec``. A process that fails
    (out of memory, a traceback) or takes more than a minute fails the test.
    """

    def _run(code: str, megabytes: int) -> str:
        body = "\n".join(f"    {line}" for line in code.strip().splitlines())
        script = _LIMITED.format(folder=str(tmp_path), megabytes=megabytes, code=body)
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"},
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return _run
