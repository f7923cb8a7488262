"""Which shape has the result, where a signature cannot say it? A rule by name for each "*"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from eq2code.errors import ShapeError
from eq2code.library.entry import Entry
from eq2code.trees.dims import Dim, Shape

Unify = Callable[[Dim, Dim], Dim]
Options = Mapping[str, int | float | str]
Rule = Callable[[Entry, Sequence[Shape], Options, Unify], Shape]


def _concat(entry: Entry, shapes: Sequence[Shape], options: Options, unify: Unify) -> Shape:
    """Lengths add up along the axis; all other axes are the same."""
    axis = _axis(entry, options)
    _same_rank(entry, shapes, -axis)
    total = shapes[0]
    place = len(total) + axis
    for shape in shapes[1:]:
        total = tuple(
            a + b if k == place else unify(a, b)
            for k, (a, b) in enumerate(zip(total, shape, strict=True))
        )
    return total


def _stack(entry: Entry, shapes: Sequence[Shape], options: Options, unify: Unify) -> Shape:
    """A new axis as long as there are arrays; all other axes are the same."""
    axis = _axis(entry, options)
    _same_rank(entry, shapes, -axis - 1)
    common = shapes[0]
    for shape in shapes[1:]:
        common = tuple(unify(a, b) for a, b in zip(common, shape, strict=True))
    place = len(common) + 1 + axis
    return (*common[:place], Dim.of(len(shapes)), *common[place:])


def _placed(entry: Entry, shapes: Sequence[Shape], options: Options, unify: Unify) -> Shape:
    """What has no arguments takes the shape of its place; whoever builds the call gives it."""
    raise ShapeError(
        f"nothing here says which size {entry.name} has",
        hints=('declare the symbol that it stands beside with its axes: shapes={"x": "n"}',),
    )


def _axis(entry: Entry, options: Options) -> int:
    """The axis, counted from the right."""
    axis = options.get("axis")
    if not isinstance(axis, int) or axis >= 0:
        raise ShapeError(
            f"the axis of {entry.name} is counted from the right: -1 is the last one",
            hints=("write -1 for the last axis, -2 for the one before",),
        )
    return axis


def _same_rank(entry: Entry, shapes: Sequence[Shape], least: int) -> None:
    if not shapes:
        raise ShapeError(
            f"{entry.name} needs an argument", hints=(f"write it behind the name: {entry.name}(x)",)
        )
    ranks = {len(shape) for shape in shapes}
    if len(ranks) > 1 or min(ranks) < least:
        listed = ", ".join(f"({', '.join(map(str, shape))})" for shape in shapes)
        raise ShapeError(
            f"the arguments of {entry.name} do not fit together: {listed}",
            hints=('declare them with axes that agree: shapes={"x": "n", "y": "n"}',),
        )


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "concat": _concat,
        "stack": _stack,
        "identity": _placed,
        "ones": _placed,
        "zeros": _placed,
    }
)
"""The rule of each entry whose signature is "*"."""
