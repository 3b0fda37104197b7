"""What the house forbids in its code, as checks of one parsed file: each returns "line: what stands there"."""

import ast
from collections.abc import Iterator

STORES_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal"}
RUNS_CODE = {"eval", "exec", "compile", "joblib.dump", "joblib.load", "torch.load", "torch.save"}
OPENS = {"open", "builtins.open", "io.open", "os.open"}
OUTSIDE = {"glob", "http", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "urllib"}
OUTSIDE_ARROW = {"pyarrow.csv", "pyarrow.dataset", "pyarrow.fs", "pyarrow.parquet"}
SQL_CALLS = {"text", "execute", "executemany", "exec_driver_sql", "executescript", "read_sql", "read_sql_query"}


def dotted(node: ast.expr) -> str:
    """The written name of a call or attribute: ``a.b.c``; empty when it is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else node.attr
    return ""


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported module, wherever in the file; ``from a import b`` counts as a and as a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[int, str, ast.Call]]:
    """Every call with its written name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func), node


def stored_code(tree: ast.AST) -> list[str]:
    """Pickle and its kin, joblib's dump and load, eval and exec: each can run what a file says."""
    found = [f"{line}: import {name}" for line, name in imported(tree) if name.partition(".")[0] in STORES_CODE]
    found += [f"{line}: import {name}" for line, name in imported(tree) if name in ("joblib.dump", "joblib.load")]
    for line, name, call in calls(tree):
        if name in RUNS_CODE or name.rpartition(".")[2] in ("to_pickle", "read_pickle"):
            found.append(f"{line}: {name}()")
        elif any(word.arg == "allow_pickle" and not _is_false(word.value) for word in call.keywords):
            found.append(f"{line}: allow_pickle")
    return found


def assembled_sql(tree: ast.AST) -> list[str]:
    """SQL put together from strings: an f-string, %, + or format() handed to a call that takes SQL."""
    return [
        f"{line}: {name}() of assembled text"
        for line, name, call in calls(tree)
        if name.rpartition(".")[2] in SQL_CALLS and call.args and _is_assembled(call.args[0])
    ]


def printing(tree: ast.AST) -> list[str]:
    """Calls of print."""
    return [f"{line}: print()" for line, name, _ in calls(tree) if name == "print"]


def reaching_out(tree: ast.AST) -> list[str]:
    """Ways to a caller's file, socket or process, which floors 0 to 3 have no business with."""
    found = [
        f"{line}: import {name}"
        for line, name in imported(tree)
        if name.partition(".")[0] in OUTSIDE or name in OUTSIDE_ARROW
    ]
    return found + [f"{line}: {name}()" for line, name, _ in calls(tree) if name in OPENS]


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_assembled(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod) and any(_is_text(side) for side in (node.left, node.right))
    return isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "format"


def _is_text(node: ast.expr) -> bool:
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text or isinstance(node, ast.JoinedStr) or _is_assembled(node)
