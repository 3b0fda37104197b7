"""Where compiled kernels are kept, and when a kept one still fits.

numba keeps a compiled function beside its source, or else in the user's cache folder, and takes it for stale when that
one file has changed. Here a kernel is also stale when a kernel it calls, in whatever file, has changed, or a constant
that was compiled in: after an upgrade no old code runs. And where neither folder can be written, as for a service
without a home, kernels are kept in a folder of the user's own below the temporary one, or for this process alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final, Self

import numpy as np
from numba.core import caching, event
from numba.core.dispatcher import Dispatcher

_PACKAGE: Final = __name__.partition(".")[0]
_CONSTANTS: Final = (bool, int, float, complex, str, bytes, tuple, type(None), np.generic)


class KernelCache(caching.NullCache):  # type: ignore[misc]  # numba has no types
    """What a dispatcher asks for compiled code; nothing is looked up before a kernel is first called."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self._kept: Any = None

    @property
    def cache_path(self) -> str | None:
        """The folder this kernel is kept in, None when none can be written."""
        path: str | None = self._settled().cache_path
        return path

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the kept code for a signature, None when it must be compiled."""
        return self._settled().load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code."""
        self._settled().save_overload(sig, data)

    def flush(self) -> None:
        """Forget all that is kept of this kernel."""
        self._settled().flush()

    def _settled(self) -> Any:
        if self._kept is None:
            try:
                self._kept = _StampedCache(self._function)
            except RuntimeError:
                # numba's word for: none of the folders can be written.
                self._kept = caching.NullCache()
        return self._kept


class _OwnTemporaryFolder(caching.UserWideCacheLocator):  # type: ignore[misc]
    """A folder below the temporary one that nobody else can write: what lies there is run."""

    def __init__(self, py_func: Any, py_file: str) -> None:
        super().__init__(py_func, py_file)
        self._folder = Path(tempfile.gettempdir()) / f"{_PACKAGE}-kernels-{os.getuid()}"
        self._cache_path = str(self._folder / self.get_suitable_cache_subpath(py_file))

    def ensure_cache_path(self) -> None:
        """Make the folder; raise PermissionError when it is not this user's alone."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        status = self._folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
            raise PermissionError(f"{self._folder} belongs to somebody else")
        super().ensure_cache_path()

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Self | None:
        """Return the locator, None when the folder cannot be used."""
        return super().from_function(py_func, py_file)  # type: ignore[no-any-return]


class _Places(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (
        caching.UserProvidedCacheLocator,
        caching.InTreeCacheLocator,
        caching.UserWideCacheLocator,
        _OwnTemporaryFolder,
    )


class _StampedCache(caching.FunctionCache):  # type: ignore[misc]
    _impl_class = _Places

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function)
        self._cache_file = caching.IndexDataCacheFile(
            cache_path=self._cache_path, filename_base=self._impl.filename_base, source_stamp=source_stamp(function)
        )


def source_stamp(function: Callable[..., object]) -> str:
    """Return a digest of all that a kernel is compiled from.

    That is its file, the files of this package that what it names comes from, likewise for every kernel it calls, and
    the constants it names. Names are looked up when this is called, so that a kernel may stand above its helpers.
    """
    files: set[str] = set()
    constants: set[str] = set()
    seen: set[object] = set()
    waiting: list[Any] = [function]
    while waiting:
        kernel = waiting.pop()
        if kernel in seen:
            continue
        seen.add(kernel)
        files.add(kernel.__code__.co_filename)
        for name in _names(kernel):
            value = kernel.__globals__.get(name)
            if isinstance(value, Dispatcher):
                waiting.append(value.py_func)
            elif (home := _home(value)) is not None:
                files.add(home)
            elif isinstance(value, np.ndarray):
                constants.add(f"{name} {value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}")
            elif isinstance(value, _CONSTANTS):
                constants.add(f"{name} {value!r}")
    digest = hashlib.sha256()
    for part in sorted({*map(_file_digest, files), *constants}):
        digest.update(part.encode())
    return digest.hexdigest()


def _names(kernel: Any) -> set[str]:
    """Return every name in a function's code and in its annotations, where the named tuples stand that it takes."""
    names = {word for note in kernel.__annotations__.values() for word in re.findall(r"\w+", str(note))}
    codes: list[CodeType] = [kernel.__code__]
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes.extend(item for item in code.co_consts if isinstance(item, CodeType))
    return names


def _home(value: Any) -> str | None:
    """Return the file of this package that a module, class, function or enum member comes from."""
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    if not isinstance(name, str) or name.partition(".")[0] != _PACKAGE:
        return None
    return getattr(sys.modules.get(name), "__file__", None)


@cache
def _file_digest(path: str) -> str:
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else path


@contextmanager
def telling_of_compiling(tell: Callable[[str], None]) -> Iterator[None]:
    """Tell once, within the context, when a kernel must be compiled: the only long wait without progress."""
    with event.install_listener("numba:compile", _Teller(tell)):
        yield


class _Teller(event.Listener):  # type: ignore[misc]
    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told = False

    def on_start(self, event: Any) -> None:
        """Tell of the first kernel of this package."""
        kept = getattr((event.data or {}).get("dispatcher"), "_cache", None)
        if self._told or not isinstance(kept, KernelCache):
            return
        self._told = True
        where = kept.cache_path
        self._tell(
            f"compiling kernels, once, about a minute; kept in {where}"
            if where
            else "compiling kernels, about a minute: no folder can be written to keep them; name one in NUMBA_CACHE_DIR"
        )

    def on_end(self, event: Any) -> None:
        """Do nothing."""
