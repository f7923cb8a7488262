"""How large is each size letter? The shapes of the arguments, held against the symbolic ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eq2code.errors import ShapeError
from eq2code.trees.dims import Dim
from eq2code.trees.formula import Parameter, Symbol
from eq2code.verify.grid import Value, shape_of


def measure(parameters: Iterable[Parameter], values: Mapping[str, Value]) -> dict[str, int]:
    """The size letters that the arguments fix; `ShapeError` where one does not fit.

    A scalar parameter that has a size letter's name is that size.
    """
    symbols = {p.name: p.value for p in parameters if isinstance(p.value, Symbol)}
    sizes = {
        name: int(value)
        for name, symbol in symbols.items()
        if symbol.axes == () and isinstance(value := values[name], (int, float)) and _whole(value)
    }
    pending = [
        pair for name, symbol in symbols.items() for pair in _pairs(name, symbol, values[name])
    ]
    while pending:
        later = [pair for pair in pending if not _settle(*pair, sizes)]
        if len(later) == len(pending):
            listed = ", ".join(str(dim) for dim, _ in later)
            raise ShapeError(f"the arguments do not say how large {listed} is")
        pending = later
    return sizes


def _pairs(name: str, symbol: Symbol, value: Value) -> list[tuple[Dim, int]]:
    shape = shape_of(value)
    if len(shape) != len(symbol.axes):
        listed = ", ".join(map(str, symbol.axes))
        raise ShapeError(f"{name} has shape {shape}, and ({listed}) is meant")
    return list(zip(symbol.axes, shape, strict=True))


def _settle(dim: Dim, length: int, sizes: dict[str, int]) -> bool:
    """Check a dimension whose letters are known, or find its one unknown letter."""
    unknown = [name for name in dim.letters if name not in sizes]
    if not unknown:
        if dim.evaluate(sizes) != length:
            raise ShapeError(f"an axis of {length} elements, where {dim} is {dim.evaluate(sizes)}")
        return True
    if len(unknown) > 1:
        return False
    sizes[unknown[0]] = _solve(dim, unknown[0], length, sizes)
    return True


def _solve(dim: Dim, name: str, length: int, sizes: Mapping[str, int]) -> int:
    """The smallest size that gives the length."""
    for candidate in range(length * 2 + 2):
        try:
            if dim.evaluate({**sizes, name: candidate}) == length:
                return candidate
        except ValueError:
            continue
    raise ShapeError(f"no {name} makes {dim} equal to {length}")


def _whole(value: float) -> bool:
    return value == value and abs(value) < 2**53 and value == int(value)
