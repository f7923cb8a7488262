"""Does a function that the user passes keep its word? It is declared `"(d), () -> (d)"`.

In: the callable and its declaration. Out: a callable for emitted code, whose results are arrays of
the declared shape behind the leading dimensions of its arguments, or a `ShapeError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from eq2code.emit.arguments import Arrays
from eq2code.errors import ShapeError
from eq2code.trees.dims import Shape
from eq2code.trees.formula import Function


def guard(
    name: str,
    given: Any,
    *,
    declared: Function,
    sizes: Mapping[str, int],
    arrays: Arrays,
    beside: Mapping[str, Any],
) -> Callable[..., Any]:
    """`given`, checked at every call; `sizes` are the call's dimensions, `beside` its arrays."""
    if not callable(given):
        raise TypeError(
            f"{name} is declared as a function, {signature(declared)}; got {type(given).__name__}"
        )

    def guarded(*arguments: Any) -> Any:
        result = arrays.alike(given(*arguments), beside)
        expected = _leading(declared, arguments)
        core = tuple(result.shape)[len(expected) :]
        if tuple(result.shape)[: len(expected)] != expected or not _fits(
            core, declared.result, sizes
        ):
            raise _broken(name, declared, arguments, tuple(result.shape), expected)
        return result

    return guarded


def signature(declared: Function) -> str:
    """As `shapes=` takes it: `(d), () -> (d)`."""
    arguments = ", ".join(_bracketed(shape) for shape in declared.arguments)
    return f"{arguments} -> {_bracketed(declared.result)}"


def _bracketed(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))})"


def _leading(declared: Function, arguments: tuple[Any, ...]) -> tuple[int, ...]:
    """The broadcast of what stands in front of the declared shapes."""
    fronts = [
        tuple(argument.shape)[: argument.ndim - len(shape)]
        for argument, shape in zip(arguments, declared.arguments, strict=True)
    ]
    columns = zip_longest(*(reversed(front) for front in fronts), fillvalue=1)
    return tuple(next((size for size in column if size != 1), 1) for column in columns)[::-1]


def _fits(core: tuple[int, ...], shape: Shape, sizes: Mapping[str, int]) -> bool:
    if len(core) != len(shape):
        return False
    known = [
        (size, dim) for size, dim in zip(core, shape, strict=True) if set(dim.letters) <= set(sizes)
    ]
    return all(dim.evaluate(sizes) == size for size, dim in known)


def _broken(
    name: str,
    declared: Function,
    arguments: tuple[Any, ...],
    got: tuple[int, ...],
    leading: tuple[int, ...],
) -> ShapeError:
    handed = ", ".join(str(tuple(argument.shape)) for argument in arguments)
    wanted = ", ".join([*map(str, leading), *map(str, declared.result)])
    return ShapeError(
        f"{name} gave an array of shape {got}; ({wanted}) is needed",
        because=(f"it is declared {signature(declared)} and was handed {handed}",),
        hints=(
            "a declared function is handed whole arrays, with any number of dimensions in front",
        ),
    )
