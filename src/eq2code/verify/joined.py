"""What are the functions of whole arrays, whose shapes no signature can say, by definition?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from eq2code.errors import ShapeError
from eq2code.verify.grid import Position, Value, build, item, shape_of


def _concat(*arrays: Value, axis: int) -> Value:
    """Arrays one after the other along `axis`, counted from the right."""
    shapes = [shape_of(array) for array in arrays]
    place = len(shapes[0]) + axis
    if len({(*shape[:place], *shape[place + 1 :]) for shape in shapes}) != 1:
        raise ShapeError(f"arrays of shapes {shapes} cannot be concatenated")
    owners = [(array, k) for array, s in zip(arrays, shapes, strict=True) for k in range(s[place])]

    def element(position: Position) -> Value:
        array, k = owners[position[place]]
        return item(array, *position[:place], k, *position[place + 1 :])

    return build((*shapes[0][:place], len(owners), *shapes[0][place + 1 :]), element)


def _stack(*arrays: Value, axis: int) -> Value:
    """Arrays of one shape side by side along a new axis, counted from the right in the result."""
    shape = shape_of(arrays[0])
    if any(shape_of(array) != shape for array in arrays):
        raise ShapeError(f"arrays of shapes {[shape_of(a) for a in arrays]} cannot be stacked")
    place = len(shape) + 1 + axis
    return build(
        (*shape[:place], len(arrays), *shape[place:]),
        lambda p: item(arrays[p[place]], *p[:place], *p[place + 1 :]),
    )


ARRAYS: Mapping[str, Callable[..., Value]] = MappingProxyType({"concat": _concat, "stack": _stack})
"""The functions that take whole arrays, by canonical name."""

PLACED: Mapping[str, Callable[[tuple[int, ...]], Value]] = MappingProxyType(
    {
        "identity": lambda shape: build(shape, lambda p: 1 if p[-2] == p[-1] else 0),
        "ones": lambda shape: build(shape, lambda _: 1),
        "zeros": lambda shape: build(shape, lambda _: 0),
    }
)
"""The functions without arguments, of the shape of their place."""
