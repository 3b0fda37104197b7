"""Compiled kernels are kept where there is room, and never outlive what they were compiled from."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import linkage
from linkage.similarity.kernel_cache import source_stamp

PACKAGE = Path(linkage.__file__).parent
HELPER = """
from linkage.similarity.jit import kernel

@kernel
def step(value: int) -> int:
    return value + {}
"""
CALLER = """
from linkage.similarity.jit import kernel
from {helper} import step

FACTOR = {factor}

@kernel
def twice(value: int) -> int:
    return _inner(value) * FACTOR

@kernel
def _inner(value: int) -> int:
    return step(value)
"""


def load(path: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Write a module and load it anew, under a name."""
    path.mkdir(exist_ok=True)
    file = path / f"{name}.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("amount", "factor", "is_same"), [(1, 2, True), (5, 2, False), (1, 3, False)], ids=["nothing", "callee", "constant"]
)
def test_a_kernel_is_stale_when_a_callee_in_another_file_or_a_constant_has_changed(
    amount, factor, is_same, tmp_path, monkeypatch
):
    stamps = []
    for place, one, two in (("before", 1, 2), ("after", amount, factor)):
        load(tmp_path / place, "stamped_helper", HELPER.format(one), monkeypatch)
        caller = CALLER.format(helper="stamped_helper", factor=two)
        stamps.append(source_stamp(load(tmp_path / place, "stamped_caller", caller, monkeypatch).twice.py_func))
    assert (stamps[0] == stamps[1]) == is_same


def child(code: str, folder: Path, *, forget_rights: bool = False, **environment: str) -> dict[str, object]:
    """Run Python in a process of its own and return the JSON it prints; without root's right to write anywhere."""

    def forget() -> None:
        for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: lost with the program started next
            ctypes.CDLL(None).prctl(24, right, 0, 0, 0)

    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=folder,
        env=kept | environment,
        preexec_fn=forget if forget_rights else None,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_an_upgrade_of_a_callee_alone_never_runs_the_old_code(tmp_path):
    code = "import json; from caller import twice; print(json.dumps({'got': twice(10)}))"
    (tmp_path / "caller.py").write_text(CALLER.format(helper="helper", factor=2))
    where = {"NUMBA_CACHE_DIR": str(tmp_path / "kernels"), "PYTHONPATH": f"{tmp_path}:{PACKAGE.parent}"}
    for amount in (1, 7):
        (tmp_path / "helper.py").write_text(HELPER.format(amount))
        assert child(code, tmp_path, **where) == {"got": (10 + amount) * 2}


HASHING = """
import json, os
import pyarrow as pa
import linkage
from linkage.similarity.packed import _hash_bytes, hash_texts
from linkage.similarity.kernel_cache import telling_of_compiling
told = []
with telling_of_compiling(told.append):
    hash_texts(pa.array(["a", "b"]))
print(json.dumps({
    "writable": os.access(os.path.dirname(linkage.__file__), os.W_OK),
    "installed": os.path.dirname(linkage.__file__),
    "told": told,
    "folder": _hash_bytes._cache.cache_path,
}))
"""


@pytest.fixture
def read_only_install(tmp_path: Path):
    """A copy of the part of the package that hashing needs, which nobody may write."""
    installed = tmp_path / "site" / "linkage"
    installed.mkdir(parents=True)
    for name in ("__init__.py", "errors.py"):
        shutil.copy(PACKAGE / name, installed)
    shutil.copytree(PACKAGE / "similarity", installed / "similarity", ignore=shutil.ignore_patterns("__pycache__"))
    folders = [installed, *(path for path in installed.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield installed
    for folder in folders:
        folder.chmod(0o755)


def test_a_read_only_install_without_a_home_keeps_kernels_in_the_users_own_temporary_folder(
    read_only_install, tmp_path
):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    places = {"PYTHONPATH": str(read_only_install.parent), "TMPDIR": str(temporary), "HOME": "/proc/nowhere"}
    first = child(HASHING, tmp_path, forget_rights=True, **places)
    assert first["installed"] == str(read_only_install)
    assert not first["writable"]
    own = temporary / f"linkage-kernels-{os.getuid()}"
    assert Path(str(first["folder"])).is_relative_to(own)
    assert own.stat().st_mode & 0o077 == 0
    assert first["told"] == [f"compiling kernels, once, about a minute; kept in {first['folder']}"]
    again = child(HASHING, tmp_path, forget_rights=True, **places)
    assert again["told"] == []


def test_a_read_only_install_keeps_kernels_in_the_home_folder_when_there_is_one(read_only_install, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    found = child(HASHING, tmp_path, forget_rights=True, PYTHONPATH=str(read_only_install.parent), HOME=str(home))
    assert Path(str(found["folder"])).is_relative_to(home / ".cache")


def test_a_temporary_folder_that_others_can_write_is_not_used_and_kernels_still_run(read_only_install, tmp_path):
    temporary = tmp_path / "temporary"
    foreign = temporary / f"linkage-kernels-{os.getuid()}"
    foreign.mkdir(parents=True)
    foreign.chmod(0o777)
    places = {"PYTHONPATH": str(read_only_install.parent), "TMPDIR": str(temporary), "HOME": "/proc/nowhere"}
    found = child(HASHING, tmp_path, forget_rights=True, **places)
    assert found["folder"] is None
    assert "name one in NUMBA_CACHE_DIR" in str(found["told"])
    assert list(foreign.iterdir()) == []


def test_a_kernel_called_with_several_constants_is_compiled_once(tmp_path, monkeypatch):
    text = """
from linkage.similarity.jit import kernel

@kernel
def scaled(value: int, factor: int) -> int:
    return value * factor

@kernel
def several(value: int) -> int:
    return scaled(value, 2) + scaled(value, 3) + scaled(7, 1)
"""
    module = load(tmp_path, "called_with_constants", text, monkeypatch)
    assert module.several(10) == 57
    assert len(module.scaled.signatures) == 1
