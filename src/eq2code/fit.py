"""Do the arguments of a call fit the equation? Their shapes against the inferred ones.

In: what the equation says of each parameter, and the shapes that were passed. Out: the size of
every dimension, or a `ShapeError` in the equation's own letters. Leading batch dimensions are
allowed, and must broadcast among the arguments; the same letter is the same size everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from eq2code import report
from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError, ShapeError
from eq2code.record import record
from eq2code.source import NOWHERE, Span
from eq2code.trees.dims import Dim, Shape, declaration
from eq2code.trees.formula import (
    Add,
    At,
    Compare,
    Formula,
    IndexVar,
    Logic,
    Multiply,
    Negate,
    Number,
    Position,
    Reduce,
    Size,
    Slice,
    Symbol,
)

Sizes = tuple[int, ...]


@record
class Slot:
    """What the equation says of one parameter.

    Attributes:
        name: as in Python.
        axes: the core shape.
        elementwise: of any shape, the same for all such parameters.
        batched: leading dimensions in front of the core shape are allowed.
        span: where it first stands in the source.
        because: where its core shape was learnt.
    """

    name: str
    axes: Shape = ()
    elementwise: bool = False
    batched: bool = True
    span: Span = NOWHERE
    because: tuple[str, ...] = ()


@dataclass(slots=True)
class _Call:
    """What is known so far: sizes, and which argument each came from."""

    slots: tuple[Slot, ...]
    shapes: Mapping[str, Sizes]
    sizes: dict[str, int] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)

    def core(self, slot: Slot) -> Sizes:
        shape = self.shapes[slot.name]
        return shape[len(shape) - len(slot.axes) :]

    def batch(self, slot: Slot) -> Sizes:
        shape = self.shapes[slot.name]
        return shape[: len(shape) - len(slot.axes)]


@record
class End:
    """How far a range runs: over `stop` of the `size` positions of an axis."""

    stop: Dim
    size: Dim
    span: Span


def ends(formula: Formula) -> Iterator[End]:
    r"""The ranges that end before an axis may: `x_{1:k}`, and `\sum_{i=1}^k x_i` called with 3."""
    for node in formula.walk():
        match node:
            case Slice(base, axis, _, stop) if stop != base.shape[axis]:
                yield End(stop, base.shape[axis], node.span)
            case At(base, places):
                for place, size in zip(places, base.shape, strict=False):
                    if isinstance(place, Position) and place.index.size != size:
                        yield End(place.index.size, size, node.span)
            case (
                Reduce(condition=Compare((place, end), ("≤",)))
                | Reduce(condition=Logic("and", (Compare((place, end), ("≤",)), *_)))
            ):
                last = _amount(end)
                match place:
                    case Position(index) if last is not None:
                        yield End(last + 1, index.size, end.span)
                    case Add((Position(index), Number(int(start)))) if last is not None:
                        yield End(last + 1 - start, index.size, end.span)


def together(formula: Formula) -> Iterator[frozenset[IndexVar]]:
    """The indices that one array of the code has as axes. The factors of a sum are none: they are
    contracted."""
    contracted = {
        id(node.body)
        for node in formula.walk()
        if isinstance(node, Reduce) and node.operation == "sum" and isinstance(node.body, Multiply)
    }
    return (node.free for node in formula.walk() if node.free and id(node) not in contracted)


def _amount(end: Formula) -> Dim | None:
    """The number where a range ends, of literals and of numbers that are passed."""
    match end:
        case Size(dim):
            return dim
        case Number(int(value)):
            return Dim.of(value)
        case Symbol(name, ()):
            return Dim.of(name)
        case Negate(body):
            inner = _amount(body)
            return None if inner is None else -inner
        case Add(terms):
            parts = [part for term in terms if (part := _amount(term)) is not None]
            return sum(parts, Dim(())) if len(parts) == len(terms) else None
    return None


def fit(
    slots: tuple[Slot, ...],
    shapes: Mapping[str, Sizes],
    *,
    sizes: Mapping[str, int] | None = None,
    exclusive: Iterable[tuple[str, str]] = (),
    juxtaposed: Iterable[tuple[str, str]] = (),
    dotted: Iterable[tuple[str, ...]] = (),
    laid: Iterable[tuple[str, Shape]] = (),
) -> dict[str, int]:
    """The size of every dimension letter, or a ShapeError.

    `sizes` are known beforehand; of each pair in `exclusive` at most one may carry a batch, and
    those of each pair in `juxtaposed` have equally many axes, but for plain numbers;
    of each pair in `dotted` at most one has any, but where one that follows the pair has;
    `laid` are vectors of which nothing else is said, with the matrices that they are added to.

    >>> fit((Slot("x", (Dim.of("n"),)),), {"x": (2, 5)})
    {'n': 5}
    """
    call = _Call(slots, shapes, dict(sizes or {}))
    _check_ranks(call)
    _bind_letters(call)
    _solve_sizes(call)
    _check_elementwise(call)
    _check_batches(call)
    _check_exclusive(call, exclusive)
    _check_juxtaposed(call, juxtaposed)
    _check_dotted(call, dotted)
    _check_laid(call, laid)
    return call.sizes


def _check_ranks(call: _Call) -> None:
    for slot in call.slots:
        rank = len(call.shapes[slot.name])
        if rank < len(slot.axes):
            raise _misfit(
                call,
                slot,
                f"{_axes(slot.axes)} needs {_count(len(slot.axes))}",
                _declared(call, slot),
            )
        if rank > len(slot.axes) and not slot.batched:
            raise _misfit(
                call,
                slot,
                f"must be {_axes(slot.axes)}, without a batch" if slot.axes else "must be a number",
                _declared(call, slot),
            )


def _bind_letters(call: _Call) -> None:
    for slot in call.slots:
        for dim, size in zip(slot.axes, call.core(slot), strict=True):
            letter = dim.letter
            if letter is not None:
                _bind(call, slot, letter, size)
            elif dim.value is not None and dim.value != size:
                raise _clash(call, slot, f"{size} stands where the equation needs {dim.value}")


def _bind(call: _Call, slot: Slot, letter: str, size: int) -> None:
    known = call.sizes.setdefault(letter, size)
    origin = call.origin.setdefault(letter, slot.name)
    if known != size:
        source = "in the same array" if origin == slot.name else f"from {origin}"
        raise _clash(call, slot, f"{letter} is already {known}, {source}")


def _solve_sizes(call: _Call) -> None:
    """Compound dimensions: check those whose letters are known, solve those with one left."""
    open_ = [
        (slot, dim, size)
        for slot in call.slots
        for dim, size in zip(slot.axes, call.core(slot), strict=True)
        if dim.letter is None and dim.value is None
    ]
    while open_:
        left = [row for row in open_ if not _settle(call, *row)]
        if len(left) == len(open_):
            return
        open_ = left


def _settle(call: _Call, slot: Slot, dim: Dim, size: int) -> bool:
    unknown = [letter for letter in dim.letters if letter not in call.sizes]
    if len(unknown) > 1 or (unknown and not _is_linear(dim, unknown[0])):
        return False
    at = {letter: Dim.of(value) for letter, value in call.sizes.items()}
    if unknown:
        zero, one = (_number(dim.substitute(at | {unknown[0]: Dim.of(k)})) for k in (0, 1))
        value = (size - zero) / (one - zero)
        if value.denominator != 1 or value < 0:
            raise _clash(call, slot, f"{size} is no {dim}")
        _bind(call, slot, unknown[0], int(value))
        return True
    expected = _number(dim.substitute(at))
    if expected != size:
        given = ", ".join(f"{letter} = {call.sizes[letter]}" for letter in dim.letters)
        raise _clash(call, slot, f"{size} stands where {dim} = {expected} is needed, since {given}")
    return True


def _is_linear(dim: Dim, letter: str) -> bool:
    return all(monomial.count(letter) <= 1 for monomial, _ in dim.terms)


def _number(dim: Dim) -> Fraction:
    return Fraction(sum(coefficient for _, coefficient in dim.terms))


def _check_elementwise(call: _Call) -> None:
    """Elementwise parameters have one shape; a shorter one may only lack leading dimensions.

    NumPy would stretch (n,) against (n, 1) to (n, n): a wrong number that nobody is told of.
    """
    group = [slot for slot in call.slots if slot.elementwise]
    longest = max(group, key=lambda slot: len(call.shapes[slot.name]), default=None)
    for slot in group:
        assert longest is not None
        shape, full = call.shapes[slot.name], call.shapes[longest.name]
        if shape != full[len(full) - len(shape) :]:
            raise _misfit(
                call,
                slot,
                f"{longest.name} is {_tuple(full)}, and both go element by element",
                _declared(call, longest, slot),
            )


def _check_batches(call: _Call) -> None:
    seen: list[tuple[Slot, Sizes]] = []
    for slot in call.slots:
        batch = call.batch(slot)
        for other, theirs in seen:
            if not _broadcasts(batch, theirs):
                raise _misfit(
                    call,
                    slot,
                    f"its batch {_tuple(batch)} does not go with {_tuple(theirs)} of {other.name}",
                    "pass batches that are equally long, or declare the axes of both in shapes=",
                )
        if batch:
            seen.append((slot, batch))


def _check_exclusive(call: _Call, pairs: Iterable[tuple[str, str]]) -> None:
    slots = {slot.name: slot for slot in call.slots}
    for one, other in pairs:
        if call.batch(slots[one]) and call.batch(slots[other]):
            reason = f"its batch would be taken for one of {other}'s dimensions"
            raise _misfit(call, slots[one], reason, _declared(call, slots[one], slots[other]))


def _check_juxtaposed(call: _Call, pairs: Iterable[tuple[str, str]]) -> None:
    """A matrix beside a vector would be a product; of elementwise arrays that is never meant."""
    slots = {slot.name: slot for slot in call.slots}
    for one, other in pairs:
        mine, theirs = call.shapes[one], call.shapes[other]
        if mine and theirs and len(mine) != len(theirs):
            raise _misfit(
                call,
                slots[one],
                f"{other} is {_tuple(theirs)}, and the two go element by element",
                _declared(call, slots[one], slots[other]),
            )


def _check_dotted(call: _Call, pairs: Iterable[tuple[str, ...]]) -> None:
    r"""`w \cdot x` of two arrays of which nothing was said: which product is meant?

    An array that is added to it has no place for a number.
    """
    slots = {slot.name: slot for slot in call.slots}
    for one, other, *added in pairs:
        wide = [name for name in (one, other) if len(call.shapes[name]) > len(slots[name].axes)]
        if wide != [one, other] or any(call.shapes[name] for name in added):
            continue
        core = {name: declaration(slots[name].axes) for name in wide}
        last = next(x for x in "ndmkpq" if x not in " ".join(core.values()).split())
        raise AmbiguousError(
            f"a dot stands between {one} and {other}, and both are arrays: "
            f"{_tuple(call.shapes[one])} and {_tuple(call.shapes[other])}",
            slots[one].span,
            readings=(
                declared(
                    "vectors, and their inner product",
                    {name: f"{axes} {last}".strip() for name, axes in core.items()},
                ),
                declared("a batch of numbers", core),
                Choice(r"element by element: write ⊙ or \odot in place of the dot"),
            ),
        )


def _check_laid(call: _Call, pairs: Iterable[tuple[str, Shape]]) -> None:
    r"""`Q K^\top + m`: is an array of the shape of the matrix a stack of vectors, each added
    to every row? It is asked about, unless others bring such a batch."""
    slots = {slot.name: slot for slot in call.slots}
    for name, axes in pairs:
        slot, shape = slots[name], call.shapes[name]
        others = (len(call.batch(one)) for one in call.slots if one is not slot)
        if len(call.batch(slot)) <= max(others, default=0):
            continue
        if not all(letter in call.sizes for dim in axes for letter in dim.letters):
            continue
        if shape[-len(axes) :] == tuple(dim.evaluate(call.sizes) for dim in axes):
            own = {letter for dim in slot.axes for letter in dim.letters}
            same = [one for one in call.slots if any(own & {*dim.letters} for dim in one.axes)]
            raise AmbiguousError(
                f"{name} is {_tuple(shape)}, and what it is added to is {_axes(axes)}",
                slot.span,
                readings=(
                    declared("a matrix", {name: declaration(axes)}),
                    declared(
                        "vectors, one for each result",
                        {one.name: declaration(one.axes) for one in same},
                    ),
                ),
            )


def _broadcasts(left: Sizes, right: Sizes) -> bool:
    return all(a == b or 1 in (a, b) for a, b in zip(reversed(left), reversed(right), strict=False))


def _clash(call: _Call, culprit: Slot, reason: str) -> ShapeError:
    """Sizes do not agree; the table says where each is from."""
    hint = "pass arrays whose sizes agree, or declare in shapes= which sizes are the same"
    return ShapeError(_table(call, culprit, reason), culprit.span, hints=(hint,))


def _misfit(call: _Call, culprit: Slot, reason: str, hint: str) -> ShapeError:
    message = _table(call, culprit, reason)
    return ShapeError(message, culprit.span, because=culprit.because, hints=(hint,))


def _declared(call: _Call, *slots: Slot) -> str:
    """How to say that parameters have as many axes as were passed."""
    ranks = {slot.name: len(call.shapes[slot.name]) for slot in slots}
    axes = {name: " ".join("nmkpqrs"[:rank]) for name, rank in ranks.items()}
    return report.otherwise(
        "if other axes are meant, declare them", (("shapes", (*axes.items(),)),)
    )


def _table(call: _Call, culprit: Slot, reason: str) -> str:
    """What does not fit, and the rows of the arguments."""
    return "\n".join([f"{culprit.name} does not fit the equation", *_rows(call, culprit, reason)])


def _rows(call: _Call, culprit: Slot, reason: str) -> Iterable[str]:
    """One row an argument: what was passed, what it says of the sizes, what is wrong with it."""
    for slot in call.slots:
        if not slot.axes and slot is not culprit and not call.shapes[slot.name]:
            continue
        shape = call.shapes[slot.name]
        says = ""
        if slot.axes and len(shape) >= len(slot.axes):
            pairs = [
                f"{dim} = {size}" for dim, size in zip(slot.axes, call.core(slot), strict=True)
            ]
            batch = [f"batch {_tuple(call.batch(slot))}"] if call.batch(slot) else []
            says = "  →  " + ", ".join([*pairs, *batch])
        mark = f"    ← {reason}" if slot is culprit else ""
        yield f"    {slot.name}: {_tuple(shape)}{says}{mark}"


def _tuple(sizes: Sequence[int]) -> str:
    return str(tuple(sizes))


def _axes(axes: Shape) -> str:
    inside = ", ".join(str(dim) for dim in axes)
    return f"({inside},)" if len(axes) == 1 else f"({inside})"


def _count(axes: int) -> str:
    return "one dimension" if axes == 1 else f"{axes} dimensions"
