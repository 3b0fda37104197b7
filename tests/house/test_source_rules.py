"""What no file of the package may contain; each check is first shown a file that breaks the rule."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import rules

LOW_FLOORS = (
    "errors",
    "schema",
    "spec",
    "identifiers",
    "similarity",
    "standardise",
    "encode",
    "blocking",
    "comparison",
    "models",
    "decision",
    "evaluation",
)

BAD = [
    (rules.stored_code, "import pickle"),
    (rules.stored_code, "def f():\n    from cloudpickle import loads"),
    (rules.stored_code, "from joblib import dump"),
    (rules.stored_code, "joblib.dump(model, path)"),
    (rules.stored_code, "torch.load(path)"),
    (rules.stored_code, "import dill"),
    (rules.stored_code, "frame.to_pickle(path)"),
    (rules.stored_code, "numpy.load(path, allow_pickle=True)"),
    (rules.stored_code, "eval(text)"),
    (rules.stored_code, "exec(text)"),
    (rules.assembled_sql, "session.execute(f'select * from {table}')"),
    (rules.assembled_sql, "session.execute(text('select ' + column))"),
    (rules.assembled_sql, "text('select %s' % column)"),
    (rules.assembled_sql, "sqlalchemy.text('select {}'.format(column))"),
    (rules.assembled_sql, "text('select a, ' + column + ' from t')"),
    (rules.printing, "print(1)"),
    (rules.reaching_out, "open('records.csv')"),
    (rules.reaching_out, "from pathlib import Path"),
    (rules.reaching_out, "import pyarrow.parquet as pq"),
    (rules.reaching_out, "from pyarrow import csv"),
    (rules.reaching_out, "import socket"),
]

GOOD = [
    (rules.stored_code, "from joblib import Parallel\nnumpy.load(path, allow_pickle=False)\nre.compile('a')"),
    (rules.assembled_sql, "session.execute(text('select 1'), {'a': f'{value}'})\nsession.execute(select(case))"),
    (rules.printing, "console.print('hello')"),
    (rules.reaching_out, "from importlib import resources\n(resources.files('linkage') / 'a').read_bytes()"),
]


def broken(check: Callable[[ast.AST], list[str]], files: list[Path]) -> list[str]:
    return [f"{path}:{what}" for path in files for what in check(ast.parse(path.read_text(encoding="utf-8")))]


@pytest.mark.parametrize(("check", "source"), BAD)
def test_a_check_sees_what_breaks_its_rule(check: Callable[[ast.AST], list[str]], source: str) -> None:
    assert check(ast.parse(source))


@pytest.mark.parametrize(("check", "source"), GOOD)
def test_a_check_leaves_alone_what_keeps_its_rule(check: Callable[[ast.AST], list[str]], source: str) -> None:
    assert check(ast.parse(source)) == []


def test_nothing_is_stored_or_read_in_a_form_that_can_run_code(package_files: list[Path]) -> None:
    assert broken(rules.stored_code, package_files) == []


def test_no_sql_is_put_together_from_strings(package_files: list[Path]) -> None:
    assert broken(rules.assembled_sql, package_files) == []


def test_only_the_command_line_prints(root: Path, package_files: list[Path]) -> None:
    others = [path for path in package_files if root / "linkage" / "cli" not in path.parents]
    assert broken(rules.printing, others) == []


def test_floors_0_to_3_open_no_file_socket_or_process(root: Path, package_files: list[Path]) -> None:
    tops = {root / "linkage" / name for name in LOW_FLOORS} | {root / "linkage" / f"{name}.py" for name in LOW_FLOORS}
    low = [path for path in package_files if tops & {path, *path.parents}]
    assert {path.relative_to(root / "linkage").parts[0].removesuffix(".py") for path in low} == set(LOW_FLOORS)
    # What is compiled is kept on disk whoever compiles it: the kernels' own files, none of a caller's.
    cache = root / "linkage" / "similarity" / "kernel_cache.py"
    assert broken(rules.reaching_out, [path for path in low if path != cache]) == []


def test_every_public_module_says_what_it_is(package_files: list[Path]) -> None:
    public = [path for path in package_files if path.name == "__init__.py" or not path.name.startswith("_")]
    silent = [str(path) for path in public if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []
