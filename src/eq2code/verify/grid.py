"""Arrays of plain Python numbers, for the oracle: a shape, and the elements row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from eq2code.errors import ShapeError

Number = int | float | complex
Position = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """An array with at least one axis; an array without any is its number."""

    shape: tuple[int, ...]
    items: tuple[Number, ...]

    def part(self, position: Position) -> Value:
        """The element, row or block at `position` of the leading axes."""
        inner = self.shape[len(position) :]
        size = prod(inner)
        start = 0
        for place, length in zip(position, self.shape, strict=False):
            if not 0 <= place < length:
                raise ShapeError(f"there is no position {place} on an axis of length {length}")
            start = start * length + place
        return value_of(inner, self.items[start * size : (start + 1) * size])


Value = Number | Grid


def value_of(shape: tuple[int, ...], items: tuple[Number, ...]) -> Value:
    """The array of `items` row by row, or the one number."""
    return Grid(shape, items) if shape else items[0]


def shape_of(value: Value) -> tuple[int, ...]:
    """The lengths of the axes."""
    return value.shape if isinstance(value, Grid) else ()


def items_of(value: Value) -> tuple[Number, ...]:
    """The elements row by row."""
    return value.items if isinstance(value, Grid) else (value,)


def part(value: Value, position: Position) -> Value:
    """What is at `position` of the leading axes."""
    if isinstance(value, Grid):
        return value.part(position)
    if position:
        raise ShapeError("a number has no positions")
    return value


def item(value: Value, *position: int) -> Number:
    """The element at `position`, one place for each axis."""
    found = part(value, position)
    if isinstance(found, Grid):
        raise ShapeError(f"{len(position)} places do not name one element of shape {found.shape}")
    return found


def positions(shape: tuple[int, ...]) -> Iterator[Position]:
    """Every position of an array of `shape`, row by row."""
    return product(*map(range, shape))


def build(
    shape: tuple[int, ...],
    element: Callable[[Position], Value],
    *,
    inner: tuple[int, ...] = (),
) -> Value:
    """The array of `shape` + `inner` whose part at each position is `element(position)`."""
    items: list[Number] = []
    for position in positions(shape):
        found = element(position)
        if shape_of(found) != inner:
            raise ShapeError(f"parts of shape {shape_of(found)} where {inner} is meant")
        items.extend(items_of(found))
    return value_of(shape + inner, tuple(items))


def elementwise(function: Callable[..., Number], *values: Value) -> Value:
    """`function` of the elements at each position; a number stands beside all of them."""
    shape = max((shape_of(value) for value in values), key=len)
    if any(shape_of(value) not in ((), shape) for value in values):
        raise ShapeError(f"shapes {[shape_of(value) for value in values]} are not one")
    if not shape:
        return function(*values)
    columns = (
        value.items if isinstance(value, Grid) else (value,) * prod(shape) for value in values
    )
    return Grid(shape, tuple(function(*column) for column in zip(*columns, strict=True)))


def from_nested(value: Any) -> Value:
    """The array in nested lists, in an array of any framework, or the number.

    Anything with `shape` and `tolist` counts as an array. Ragged lists raise ShapeError, and what
    holds no numbers raises TypeError.
    """
    if hasattr(value, "tolist"):
        shape = tuple(int(length) for length in value.shape)
        return value_of(shape, tuple(_leaves(value.tolist(), len(shape))))
    value = _plain(value)
    shape = _nested_shape(value)
    items = tuple(_leaves(value, len(shape)))
    if len(items) != prod(shape):
        raise ShapeError("the rows of a list have different lengths")
    return value_of(shape, items)


def to_nested(value: Value) -> Any:
    """Nested lists, or the number."""
    if not isinstance(value, Grid):
        return value
    return [to_nested(value.part((k,))) for k in range(value.shape[0])]


def _plain(value: Any) -> Any:
    """The same lists with plain numbers and lists in place of arrays."""
    if isinstance(value, (list, tuple)):
        return [_plain(row) for row in value]
    return value.tolist() if hasattr(value, "tolist") else value


def _nested_shape(value: Any) -> tuple[int, ...]:
    shape: list[int] = []
    while isinstance(value, (list, tuple)):
        shape.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(shape)


def _leaves(value: Any, depth: int) -> Iterator[Number]:
    if depth:
        if not isinstance(value, (list, tuple)):
            raise ShapeError("the rows of a list have different depths")
        for row in value:
            yield from _leaves(row, depth - 1)
    elif isinstance(value, (int, float, complex)):
        yield value
    elif isinstance(value, (list, tuple)):
        raise ShapeError("the rows of a list have different depths")
    else:
        raise TypeError(f"{type(value).__name__} is no number")
