"""Which elements? Addresses as indexing of whole arrays: slices, diagonals, gathers."""

from __future__ import annotations

from eq2code.errors import ShapeError
from eq2code.lower.axes import Label, Order, Value, merged, permute
from eq2code.lower.sizes import Sizes
from eq2code.record import record
from eq2code.source import Span
from eq2code.trees.dims import ONE, Dim
from eq2code.trees.formula import Add, Formula, IndexVar, Multiply, Negate, Number, Position, Size
from eq2code.trees.program import (
    WHOLE,
    Arrange,
    Diagonal,
    Index,
    Literal,
    Node,
    Place,
    Range,
    Take,
)

ZERO = Dim(())


@record
class Affine:
    """start + Σ coefficient · index."""

    start: Dim
    steps: tuple[tuple[IndexVar, int], ...] = ()


def affine(formula: Formula) -> Affine | None:
    """The formula as whole multiples of indices plus a size, where it is that."""
    match formula:
        case Position(index=index):
            return Affine(ZERO, ((index, 1),))
        case Number(value=int() as value):
            return Affine(Dim.of(value))
        case Size(dim=dim):
            return Affine(dim)
        case Negate(body=body):
            inner = affine(body)
            return inner and _times(inner, -1)
        case Add(terms=terms):
            total = Affine(ZERO)
            for term in terms:
                inner = affine(term)
                if inner is None:
                    return None
                total = _plus(total, inner)
            return total
        case Multiply(factors=(Number(value=int() as value), other)):
            inner = affine(other)
            return inner and _times(inner, value)
        case Multiply(factors=(other, Number(value=int() as value))):
            inner = affine(other)
            return inner and _times(inner, value)
        case _:
            return None


def _times(value: Affine, factor: int) -> Affine:
    return Affine(
        value.start * factor, tuple((index, step * factor) for index, step in value.steps)
    )


def _plus(left: Affine, right: Affine) -> Affine:
    steps = dict(left.steps)
    for index, step in right.steps:
        steps[index] = steps.get(index, 0) + step
    kept = tuple((index, step) for index, step in steps.items() if step)
    return Affine(left.start + right.start, kept)


def simple(place: Affine) -> bool:
    """Whether an address is a slice or one position."""
    return not place.steps or (len(place.steps) == 1 and place.steps[0][1] > 0)


def inside(place: Affine, dim: Dim) -> bool | None:
    """Whether all positions of an address are in an axis of length `dim`; None: not known."""
    low = high = place.start
    for index, step in place.steps:
        reach = (index.size - ONE) * step
        low, high = (low, high + reach) if step > 0 else (low + reach, high)
    below, above = low.value, (dim - ONE - high).value
    if (below is not None and below < 0) or (above is not None and above < 0):
        return False
    return True if below is not None and above is not None else None


def spot(place: Affine, dim: Dim, sizes: Sizes) -> tuple[Place | Node, Label | None]:
    """How a simple address reads one axis, and the label that the axis then has."""
    if not place.steps:
        from_end = (place.start - dim).value
        if place.start.value is None and from_end is not None and from_end < 0:
            return Literal(from_end), None
        return sizes.length(place.start), None
    index, step = place.steps[0]
    stop = place.start + (index.size - ONE) * step + ONE
    over = (dim - stop).value
    to_end = over is not None and over < step
    if place.start == ZERO and to_end and step == 1:
        return WHOLE, index
    start = sizes.length(place.start) if place.start != ZERO else None
    return Range(start, None if to_end else sizes.length(stop), step), index


def outside(place: Affine, dim: Dim, span: Span) -> ShapeError:
    """The error for an address that leaves its axis."""
    start = place.start
    if start.value is not None and start.value < 0:
        return ShapeError(
            f"an index reaches position {start}, before the first element",
            span,
            hints=("begin the range later, so that no index falls below the first one",),
        )
    if not place.steps:
        what = f"an index reaches position {start}, counted from 0"
        return ShapeError(
            f"{what}, of an axis of length {dim}",
            span,
            hints=("count positions from the range that is printed, and declare the length",),
        )
    names = " and ".join(index.name for index, _ in place.steps) or "this part"
    one = f'if {names} is one number, declare what it stands below: shapes={{"y_{names}": ""}}'
    return ShapeError(
        f"{names} runs past the end of an axis of length {dim}",
        span,
        hints=(
            *((one,) if len(place.steps) == 1 else ()),
            "print a range that stays inside, or declare a longer axis",
        ),
    )


def slice_axes(base: Value, spots: dict[Label, tuple[Place | Node, Label | None]]) -> Value:
    """Read some axes by slices and positions, and give them new labels."""
    places: list[Place | Node] = [spots[x][0] if x in spots else WHOLE for x in base.labels]
    named = [spots[x][1] if x in spots else x for x in base.labels]
    labels = tuple(label for label in named if label is not None)
    while places and places[0] is WHOLE:
        places.pop(0)
    node = Index(base.node, tuple(places)) if places else base.node
    return Value(node, labels, base.batched, base.sources)


def diagonals(base: Value) -> Value:
    """Where one index addresses two axes, their diagonal."""
    while True:
        twice = next((x for x in base.labels if base.labels.count(x) > 1), None)
        if twice is None:
            return base
        size = len(base.labels)
        places = [k for k, label in enumerate(base.labels) if label == twice][:2]
        rest = tuple(label for k, label in enumerate(base.labels) if k not in places)
        node = Diagonal(base.node, (places[0] - size, places[1] - size))
        base = Value(node, (*rest, twice), base.batched, base.sources)


def take(base: Value, axis: Label, index: Value, order: Order) -> Value:
    """For each position of the other axes, the element of `axis` that `index` names."""
    rest = tuple(label for label in base.labels if label != axis)
    whole = permute(base, (*rest, axis))
    index = Value(index.node, index.labels, True, index.sources)
    return Value(Take(whole.node, order.align(index, rest)), rest, *merged((base, index)))


def gather(base: Value, addresses: dict[Label, Value], order: Order, sizes: Sizes) -> Value:
    """Read axes of `base` at arrays of positions. Right where base or the positions carry a batch.

    An axis of `base` that the positions share takes part as a range of its own.
    """
    shared = {x for index in addresses.values() for x in index.labels if x in base.labels}
    chosen = {
        x: addresses.get(x) or _positions(x, sizes)
        for x in base.labels
        if x in addresses or x in shared
    }
    front = [x for x in base.labels if x not in chosen]
    after = [x for x in front if _later(x, base.labels, chosen)]
    before = [x for x in front if x not in after]
    if any(index.batched for index in addresses.values()):
        # The positions' batch axes come where the addressed axes were: these must stand first.
        before, after = [], [*before, *after]
    whole = permute(base, (*before, *chosen, *after))
    labels = order.common(list(chosen.values()))
    indices = tuple(order.align(index, labels) for index in chosen.values())
    node = Index(whole.node, (*indices, *[WHOLE] * len(after)))
    return Value(node, (*before, *labels, *after), *merged((base, *addresses.values())))


def _later(label: Label, labels: tuple[Label, ...], chosen: dict[Label, Value]) -> bool:
    """Whether an axis stands behind every chosen one."""
    return all(labels.index(label) > labels.index(other) for other in chosen)


def _positions(label: Label, sizes: Sizes) -> Value:
    assert isinstance(label, IndexVar)
    return Value(Arrange(sizes.length(label.size)), (label,))
