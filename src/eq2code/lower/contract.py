"""How is a sum of products computed? Pairwise: `@` where two axes meet, else a sum, else einsum."""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.errors import EmissionError
from eq2code.lower.axes import Label, Order, Value, indexed, is_subsequence, merged, permute
from eq2code.trees.program import (
    NEW,
    ONLY,
    WHOLE,
    Contract,
    Elementwise,
    Index,
    Literal,
    Place,
    Product,
    Reduce,
)

_GREEDY = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def contract(operands: Sequence[Value], summed: Sequence[Label], order: Order) -> Value:
    """The product of `operands`, summed over `summed`: every label is in one of them at least.

    The order is greedy: whichever pair leaves the fewest axes is multiplied next, the leftmost
    first, so that A B x multiplies B x first and nothing larger than needed is built.
    """
    values = [x for x in operands if type(x.node) is not Literal or x.node.value != 1]
    values = values or [operands[0]]
    if len(values) > _GREEDY:
        values = _alike(values, order)
    if lone := [x for x in summed if sum([x in value.labels for value in values]) == 1]:
        values = [total(value, [x for x in lone if x in value.labels]) for value in values]
    while len(values) > 1:
        place, second = _next_pair(values, summed)
        right, left = values.pop(second), values[place]
        done = [label for label in summed if label in left.labels and label in right.labels]
        if done and len(values) > 1:
            others = {x for k, other in enumerate(values) if k != place for x in other.labels}
            done = [label for label in done if label not in others]
        values[place] = _pair(left, right, tuple(done), order)
    return values[0]


def total(value: Value, labels: Sequence[Label], operation: str = "sum") -> Value:
    """`value` reduced over some of its axes."""
    if not labels:
        return value
    axes = tuple(sorted([value.labels.index(label) - len(value.labels) for label in labels]))
    kept = tuple([label for label in value.labels if label not in labels])
    return Value(Reduce(operation, value.node, axes), kept, value.batched, value.sources)


def _alike(values: Sequence[Value], order: Order) -> list[Value]:
    """Many operands: first those with the same axes, element by element."""
    groups: dict[tuple[Label, ...], list[Value]] = {}
    for value in values:
        groups.setdefault(value.labels, []).append(value)
    return [multiply(group, order) if len(group) > 1 else group[0] for group in groups.values()]


def _next_pair(values: Sequence[Value], summed: Sequence[Label]) -> tuple[int, int]:
    if len(values) == 2:
        return 0, 1
    if len(values) > _GREEDY:
        return 0, 1
    counts: dict[Label, int] = {}
    for value in values:
        for label in value.labels:
            counts[label] = counts.get(label, 0) + 1
    best = (len(counts) + 1, 0, 0, 0)
    for j in range(1, len(values)):
        for i in range(j):
            a, b = set(values[i].labels), set(values[j].labels)
            done = {label for label in a & b if label in summed and counts[label] == 2}
            best = min(best, (len((a | b) - done), -len(done), i, j))
    return best[2], best[3]


def multiply(values: Sequence[Value], order: Order) -> Value:
    """The product of aligned values, element by element."""
    nodes, labels = order.aligned(values)
    first = nodes[0]
    if type(first) is Elementwise and first.operation == "*":
        nodes = (*first.operands, *nodes[1:])
    return Value(Elementwise("*", nodes), labels, *merged(values))


def _pair(left: Value, right: Value, done: tuple[Label, ...], order: Order) -> Value:
    only_left = [label for label in left.labels if label not in right.labels]
    only_right = [label for label in right.labels if label not in left.labels]
    apart, several = only_left and only_right, len(done) > 1
    if not done or not (only_left or only_right) or (several and not apart):
        return total(multiply((left, right), order), done)
    if several or (len(only_left) > 1 and len(only_right) > 1):
        return _einsum(left, right, done, order)
    if not only_left:
        return _vector(right, left, done[0], order, row=True)
    if not only_right:
        return _vector(left, right, done[0], order, row=False)
    return _matrices(left, right, done[0], order)


def _matrices(left: Value, right: Value, done: Label, order: Order) -> Value:
    """Rows from one factor, columns from the other: the result's axes are in their usual order.

    The other axes are those of a stack of matrices; a factor that has one of them not is repeated.
    """
    free = order.sort([x for x in (*left.labels, *right.labels) if x != done])
    rows, columns = free[-2], free[-1]
    first_left, last_left = rows in left.labels, columns in left.labels
    first_right, last_right = rows in right.labels, columns in right.labels
    if first_left in (last_left, first_right) or last_left == last_right:
        rows, columns = _sides(left, right, order)
    if rows in right.labels:
        left, right = right, left
    stack = tuple([label for label in free if label not in (rows, columns)])
    first = order.align(left, (*stack, rows, done))
    second = order.align(right, (*stack, done, columns))
    return Value(Product(first, second), (*stack, rows, columns), *merged((left, right)))


def _sides(left: Value, right: Value, order: Order) -> tuple[Label, Label]:
    """The last axis that each factor has alone, the earlier one first."""
    last = [
        order.sort([label for label in one.labels if label not in other.labels])[-1]
        for one, other in ((left, right), (right, left))
    ]
    first, second = order.sort(last)
    return first, second


def _vector(matrix: Value, vector: Value, done: Label, order: Order, *, row: bool) -> Value:
    """A matrix times a column, or a row times one: with a batch, a bare `A @ x` would be wrong."""
    shared, extra, last = _split(matrix, vector, done, order)
    batch = merged((matrix, vector))
    line = permute(vector, (*shared, last)).node
    if row and len(extra) == 1 and not is_subsequence((*extra, last), matrix.labels):
        columns = permute(matrix, (*shared, last, *extra))
        product = Product(indexed(line, (NEW, WHOLE)), columns.node)
        return Value(Index(product, (ONLY, WHOLE)), (*shared, *extra), *batch)
    rows = permute(matrix, (*shared, *extra, last))
    places = (*[WHOLE] * len(shared), *[NEW] * (len(extra) - 1), WHOLE, NEW)
    product = Product(rows.node, indexed(line, _strip(places)))
    return Value(Index(product, (ONLY,)), (*shared, *extra), *batch)


def _split(
    left: Value, right: Value, done: Label, order: Order
) -> tuple[tuple[Label, ...], tuple[Label, ...], Label]:
    """Axes that both keep, axes of `left` alone, and the axis that is summed."""
    both = [label for label in left.labels if label in right.labels and label != done]
    if order.sort(both) != tuple(both) and not is_subsequence(both, right.labels):
        both = list(order.sort(both))
    extra = tuple(label for label in left.labels if label not in right.labels)
    return tuple(both), extra, done


def _strip(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Without the leading axes that stay whole: `...` stands for them."""
    start = next(k for k, place in enumerate(places) if place is NEW)
    return places[start:]


def _einsum(left: Value, right: Value, done: tuple[Label, ...], order: Order) -> Value:
    labels = list(dict.fromkeys((*left.labels, *right.labels)))
    if len(labels) > len(_LETTERS):
        raise EmissionError(
            "a product of arrays with more than 26 axes is not translated",
            hints=("define a part of the product by a name of its own",),
        )
    letters = dict(zip(labels, _LETTERS, strict=False))
    result = order.sort([label for label in labels if label not in done])
    sides = ("".join(letters[label] for label in value.labels) for value in (left, right))
    inside = ",".join(f"...{side}" for side in sides)
    subscripts = f"{inside}->...{''.join(letters[label] for label in result)}"
    return Value(Contract(subscripts, left.node, right.node), result, *merged((left, right)))
