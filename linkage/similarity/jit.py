"""The one place that names numba: a typed decorator for the kernels, and a scratch that costs nothing."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from numba.core import cgutils, types
from numba.core.types.misc import unliteral
from numba.extending import lower_builtin, type_callable

from linkage.memory import beyond_the_limit
from linkage.similarity.kernel_cache import KernelCache

Kernel = TypeVar("Kernel", bound=Callable[..., object])

AHEAD: Final = 16
"""Turns of a loop after which what :func:`ask_for` asked of memory is there."""

SCRATCH: Final = 256
"""Words of :func:`scratch_words`."""


def load_compiler() -> None:
    """Load now what numba loads with the first kernel it needs: linear algebra, which takes memory and never gives up.

    Where memory is limited and used up, that library would wait for it for ever, at full load.
    """
    importlib.import_module("numba.np.arraymath")


def kernel(function: Kernel) -> Kernel:
    """Compile ``function`` at its first call: no Python objects inside, no interpreter lock, cached on disk.

    The undecorated function stays reachable as ``function.py_func``; tests use it as the plain reference.
    """
    return _compiled(function, references=True)


def borrowing(function: Kernel) -> Kernel:
    """Compile like :func:`kernel` a function that allocates nothing and returns no array, for the inside of loops.

    Its arrays are its caller's for as long as it runs, so no references are counted: a count is an atomic step that
    costs as much as comparing two short texts. numba refuses to compile one that allocates.
    """
    return _compiled(function, references=False)


def _compiled(function: Kernel, *, references: bool) -> Kernel:
    # Stated for both: what is not stated a kernel takes over from the first that calls it.
    compiled = numba.njit(nogil=True, error_model="numpy", _nrt=references)(function)
    if compiled is function:  # compiling is switched off (NUMBA_DISABLE_JIT)
        return function
    # In place of numba's own cache, which does not see that a kernel called from here has changed.
    compiled._cache = KernelCache(function)
    compiled.get_call_template = _for_any_value(compiled.get_call_template)
    compiled.compile = _beyond_the_limit(compiled.compile)
    return cast(Kernel, compiled)


def _beyond_the_limit(compile_or_load: Callable[..., Any]) -> Callable[..., Any]:
    """Let compiling and loading take the memory they need: LLVM ends the process when it is refused any."""

    def unlimited(signature: Any) -> Any:
        with beyond_the_limit():
            return compile_or_load(signature)

    return unlimited


def _for_any_value(template: Callable[..., Any]) -> Callable[..., Any]:
    """Resolve a call from another kernel by the types of its arguments, not by the constants among them.

    By itself numba compiles a kernel anew for every constant it is called with: one for each letter of the alphabet.
    """

    def plain(args: Sequence[Any], kws: Mapping[str, Any]) -> Any:
        return template(
            tuple(unliteral(item) for item in args),
            {name: unliteral(item) for name, item in kws.items()},
        )

    return plain


def inlined(function: Kernel) -> Kernel:
    """Compile ``function`` into its callers, for helpers of the pair pass that take named tuples of arrays.

    A call would copy the tuple and count references to each of its arrays, which costs more than most comparisons.
    """
    return cast(Kernel, numba.njit(inline="always", error_model="numpy")(function))


def scratch_words() -> npt.NDArray[np.uint64]:
    """Return uint64 (256,), not cleared, on the stack of the kernel that asks: no allocation, no references counted.

    It ends with that kernel's call, so it may be handed down but never returned or kept. A request inside a loop gives
    the same words at every turn.
    """
    return np.zeros(SCRATCH, np.uint64)


_WORDS = types.Array(types.uint64, 1, "C")


def _typed(_context: Any) -> Callable[[], Any]:
    return lambda: _WORDS


def _lowered(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
    # Not an overload: that would be a function of its own, whose stack is gone when it returns.
    count, size = context.get_constant(types.intp, SCRATCH), context.get_constant(types.intp, 8)
    data = cgutils.alloca_once(builder, context.get_value_type(types.uint64), size=count)
    array = context.make_array(_WORDS)(context, builder)
    shape, strides = cgutils.pack_array(builder, [count]), cgutils.pack_array(builder, [size])
    context.populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return array._getvalue()


type_callable(scratch_words)(_typed)
lower_builtin(scratch_words)(_lowered)


def ask_for(array: npt.NDArray[Any], index: int) -> None:
    """Have the processor fetch ``array[index]`` (one dimension) from memory while the kernel goes on; changes nothing.

    For values that lie anywhere: asked for a few turns of a loop ahead, they are there when they are read. The index
    must lie within the array.
    """


def _typed_ask(_context: Any) -> Callable[..., Any]:
    return lambda array, index: types.none(array, index)


def _lowered_ask(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    kind = signature.args[0]
    array = context.make_array(kind)(context, builder, arguments[0])
    index = context.cast(builder, arguments[1], signature.args[1], types.intp)
    place = cgutils.get_item_pointer(context, builder, kind, array, [index], wraparound=False)
    ir = cgutils.ir
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    fetch = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(ir.VoidType(), [byte, number, number, number]), "llvm.prefetch.p0"
    )
    # For reading (0), to be kept in all caches (3), data and not code (1).
    builder.call(fetch, [builder.bitcast(place, byte), *(number(value) for value in (0, 3, 1))])
    return context.get_dummy_value()


type_callable(ask_for)(_typed_ask)
lower_builtin(ask_for, types.Array, types.Integer)(_lowered_ask)
