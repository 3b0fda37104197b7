"""The notebooks run from top to bottom, and are kept without anything that a run leaves in them."""

import getpass
import os
import re
import socket
from pathlib import Path

import nbclient
import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 300
ABSOLUTE = re.compile(r"""(?:^|[\s"'(=])(?:/(?:home|Users|root|tmp|work|srv|mnt|opt|var|usr)/|~/|[A-Za-z]:\\)""")
COMMON_WORDS = {"localhost", "root", "runner", "user", "build"}
"""Names of machines and accounts that are words as well."""


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def complaints(cell: nbformat.NotebookNode) -> list[str]:
    """The errors of a cell, and what it wrote to standard error: that is where warnings go."""
    errors = [output.ename for output in cell.outputs if output.output_type == "error"]
    return errors + [output.text for output in cell.outputs if output.get("name") == "stderr"]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    """Each notebook in turn."""
    found: Path = request.param
    return found


@pytest.fixture
def kernel_environment(tmp_path: Path) -> dict[str, str]:
    """The checkout is found, and Jupyter keeps its own files out of the home folder."""
    own = {"IPYTHONDIR": tmp_path / "ipython", "JUPYTER_RUNTIME_DIR": tmp_path / "runtime"}
    return {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(folder) for name, folder in own.items()}}


@pytest.mark.slow
def test_a_notebook_runs_to_its_end_without_errors_or_warnings_and_leaves_nothing_behind(
    path: Path, tmp_path: Path, kernel_environment: dict[str, str]
) -> None:
    notebook = read(path)
    here = tmp_path / "here"
    here.mkdir()
    place = {"metadata": {"path": str(here)}}
    client = nbclient.NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=place)
    client.execute(env=kernel_environment)
    cells = code_cells(notebook)
    assert [cell.id for cell in cells if cell.execution_count is None] == []
    assert [(cell.id, said) for cell in cells for said in complaints(cell)] == []
    assert list(here.iterdir()) == []


def test_the_first_notebook_is_there() -> None:
    assert NOTEBOOKS[0].name == "01_first_linkage.ipynb"


def test_a_notebook_is_a_valid_one_whose_cells_have_names(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    names = [cell.id for cell in notebook.cells]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9-]{2,40}", name)] == []


def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    cells = code_cells(read(path))
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None or cell.metadata] == []


def test_a_notebook_names_no_folder_machine_or_account_of_those_who_made_it(path: Path) -> None:
    notebook = read(path)
    source = "\n".join(cell.source for cell in notebook.cells)
    assert ABSOLUTE.findall(source) == []
    names = {socket.gethostname().lower(), getpass.getuser().lower()} - COMMON_WORDS
    assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", source.lower())] == []
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert set(notebook.metadata.language_info) == {"name"}


@pytest.mark.parametrize(
    "text", ["read('/home/someone/a.csv')", "cd /tmp/x", r"path = C:\data", 'open("~/a.csv")', "=/srv/a"]
)
def test_an_absolute_path_is_recognised(text: str) -> None:
    assert ABSOLUTE.search(text)


@pytest.mark.parametrize("text", ['here / "run"', "one / two", "'run/pairs.parquet'", "and/or", "https://a.org/tmp/x"])
def test_what_is_no_absolute_path_is_left_alone(text: str) -> None:
    assert not ABSOLUTE.search(text)
