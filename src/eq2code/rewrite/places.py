"""Which elements, of what? Arrays element by element, arrays from elements, sums over indices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import prod

from eq2code.library import ENTRIES, signature
from eq2code.record import record
from eq2code.rewrite.indices import rebuild
from eq2code.rewrite.substitute import Fresh, move
from eq2code.rewrite.tidy import (
    UNIT,
    ZERO,
    Share,
    chain,
    filled,
    guarded,
    is_zero,
    product,
    row_sum,
    scaled,
    share,
    transposed,
    written,
)
from eq2code.trees.dims import ONE as SINGLE
from eq2code.trees.dims import Dim, Shape
from eq2code.trees.formula import (
    Add,
    Align,
    Array,
    At,
    Branch,
    Build,
    Call,
    Cases,
    Compare,
    Divide,
    Formula,
    IndexVar,
    Logic,
    Multiply,
    Negate,
    Number,
    Outer,
    Position,
    Power,
    Reduce,
    Size,
    Transpose,
)

Places = tuple[Formula | None, ...]


def positions(indices: Iterable[IndexVar]) -> tuple[Formula, ...]:
    """The places that these indices stand at."""
    return tuple(Position(index) for index in indices)


def size(*dims: Dim) -> Formula:
    """How many elements axes of these lengths hold."""
    whole = prod(dims, start=SINGLE)
    return Size(whole) if whole.value is None else Number(whole.value)


# --- elements -------------------------------------------------------------------------------------


def element(value: Formula, places: Sequence[Formula | None]) -> Formula:
    """`value` at `places`, one for each leading axis; None keeps the axis. A number has no axes."""
    if not value.shape or all(place is None for place in places):
        return value
    at = (*places, *[None] * (len(value.shape) - len(places)))
    match value:
        case Build(indices=indices, body=body) if None not in at[: len(indices)]:
            first = {i: p for i, p in zip(indices, at, strict=False) if p is not None}
            return element(move(body, first), at[len(indices) :])
        case Align(base=base, places=kept):
            return _of_aligned(base, kept, value.shape, at)
        case At(base=base, places=inner):
            rest = iter(at)
            whole = (*inner, *[None] * (len(base.shape) - len(inner)))
            return At(base, _trimmed(p if p is not None else next(rest) for p in whole))
        case Array(items=items) if isinstance(at[0], Number) and isinstance(at[0].value, int):
            item = items[at[0].value]
            return element(filled(item, value.shape[1:]), at[1:])
        case Transpose(base=base):
            return element(base, (*at[:-2], at[-1], at[-2])) if None not in at else _at(value, at)
        case Outer(left=left, right=right) if None not in at:
            return product(element(left, at[:1]), element(right, at[1:]))
        case Negate() | Multiply() | Divide():
            return product(rebuild(value, lambda part: element(part, at)))
        case Cases(branches=branches, otherwise=otherwise):
            chosen = tuple(Branch(element(b.value, at), element(b.condition, at)) for b in branches)
            return Cases(chosen, None if otherwise is None else element(otherwise, at))
        case _:
            return _at(value, at)


def _at(value: Formula, at: Places) -> Formula:
    return At(value, _trimmed(at))


def _trimmed(places: Iterable[Formula | None]) -> Places:
    kept = list(places)
    while kept and kept[-1] is None:
        kept.pop()
    return tuple(kept)


def _of_aligned(base: Formula, kept: tuple[int, ...], axes: Shape, at: Places) -> Formula:
    """An element of a value that repeats along some axes."""
    places: list[Formula | None] = []
    for axis, place in enumerate(kept):
        thin = base.shape[axis] == SINGLE != axes[place]
        places.append(ZERO if thin and at[place] is not None else at[place])
    inner = element(base, places)
    left = [place for place in range(len(axes)) if at[place] is None]
    landing = tuple(left.index(place) for place in kept if at[place] is None)
    shape = tuple(axes[place] for place in left)
    return inner if inner.shape == shape else Align(inner, landing, shape)


# --- arrays from their elements -------------------------------------------------------------------


def build(indices: Sequence[IndexVar], body: Formula) -> Formula:
    """The array whose elements are `body`, in whole arrays where they say the same.

    A body that is one number gives that number (see `filled`).
    """
    if not indices or (not body.shape and not body.free & frozenset(indices)):
        return body
    shape = tuple(index.size for index in indices) + body.shape
    found = _whole(tuple(indices), body, shape)
    if found is not None and found.shape == shape:
        return found
    return Build(tuple(indices), body)


def _whole(indices: tuple[IndexVar, ...], body: Formula, shape: Shape) -> Formula | None:
    """`body` for all positions of `indices` at once: of `shape`, or () where it is one number."""
    if not body.free & frozenset(indices):
        rank = len(shape) - len(body.shape)
        return spread_last(body, shape) if body.shape or not rank else body
    match body:
        case At(base=base, places=places) if not base.free & frozenset(indices):
            return _read(indices, base, places, shape)
        case Negate() | Add() | Multiply() | Divide() | Power() | Cases() | Compare() | Logic():
            return _each(indices, body, shape)
        case Call(function=name) if signature.elementwise(ENTRIES[name]):
            made = _each(indices, body, shape)
            return replace(made, result=shape) if isinstance(made, Call) else None
        case _:
            return None


def _each(indices: tuple[IndexVar, ...], body: Formula, shape: Shape) -> Formula | None:
    failed: list[Formula] = []

    def change(part: Formula) -> Formula:
        if isinstance(part, Branch):
            return rebuild(part, change)
        own = tuple(index.size for index in indices) + part.shape
        inner = _whole(indices, part, own)
        if inner is None:
            failed.append(part)
            return part
        if not inner.shape or inner.shape == shape:
            return inner
        return Align(inner, tuple(range(len(inner.shape))), shape)

    made = rebuild(body, change)
    return None if failed else made


def _read(
    indices: tuple[IndexVar, ...], base: Formula, places: Places, shape: Shape
) -> Formula | None:
    """An array read at plain positions, each index once: the array, turned and repeated."""
    at = (*places, *[None] * (len(base.shape) - len(places)))
    landing: list[int] = []
    kept = len(indices)
    for axis, place in enumerate(at):
        if place is None:
            landing.append(kept)
            kept += 1
        elif (
            isinstance(place, Position)
            and place.index in indices
            and place.index.size == base.shape[axis]
        ):
            landing.append(indices.index(place.index))
        else:
            return None
    if len(set(landing)) < len(landing):
        return None
    if len(landing) == 2 and landing[0] > landing[1]:
        base, landing = transposed(base), landing[::-1]
    if landing != sorted(landing):
        return None
    return base if base.shape == shape else Align(base, tuple(landing), shape)


def spread_last(value: Formula, shape: Shape) -> Formula:
    """The value repeated along new axes in front."""
    if value.shape == shape:
        return value
    start = len(shape) - len(value.shape)
    return Align(value, tuple(range(start, len(shape))), shape)


# --- sums -----------------------------------------------------------------------------------------


def summed(
    indices: Sequence[IndexVar], body: Formula, conditions: Sequence[Formula] = ()
) -> Formula:
    """Σ of `body` over the positions at which all conditions hold. What stands still comes out."""
    if is_zero(body) or (not indices and not conditions):
        return body
    bound = frozenset(indices)
    if not conditions and (single := _only_place(indices, body)) is not None:
        return summed(*single)
    parts = share(body)
    outside = tuple(pair for pair in parts.powers if not pair[0].free & bound)
    inside = tuple(pair for pair in parts.powers if pair[0].free & bound)
    still = written(Share(parts.coefficient, outside))
    return product(_sum(indices, written(Share(UNIT, inside)), conditions), still)


def _sum(indices: Sequence[IndexVar], body: Formula, conditions: Sequence[Formula]) -> Formula:
    used = body.free.union(*(condition.free for condition in conditions))
    counted = size(*(index.size for index in indices if index not in used))
    over = tuple(index for index in indices if index in used)
    if not over:
        return product(counted, guarded(body, *conditions))
    both = conditions[0] if len(conditions) == 1 else Logic("and", tuple(conditions))
    return product(counted, Reduce("sum", over, body, both if conditions else None))


def _only_place(
    indices: Sequence[IndexVar], body: Formula
) -> tuple[tuple[IndexVar, ...], Formula] | None:
    """Where all but one position give 0, the other indices and the value there."""
    match body:
        case Cases(
            branches=(Branch(value=value, condition=Compare((left, right), ("=",))),),
            otherwise=Number(value=0),
        ):
            for own, other in ((left, right), (right, left)):
                if (
                    isinstance(own, Position)
                    and own.index in indices
                    and isinstance(other, Position)
                    and other.index != own.index
                    and other.index.size == own.index.size
                ):
                    rest = tuple(index for index in indices if index != own.index)
                    return rest, move(value, {own.index: other})
    return None


def collapsed(value: Formula, shape: Shape, axes: Sequence[int], fresh: Fresh) -> Formula:
    """An array of `shape` (or one number for all of it), summed over `axes`."""
    if not axes:
        return value
    if not value.shape:
        return product(size(*(shape[axis] for axis in axes)), value)
    scalar, array = scaled(value)
    if len(shape) == 1:
        return product(scalar, _vector_sum(array))
    if tuple(axes) == (len(shape) - 1,):
        return product(scalar, row_sum(array))
    indices = {axis: fresh.index(shape[axis]) for axis in axes}
    at = [Position(indices[k]) if k in indices else None for k in range(len(shape))]
    return product(scalar, summed(tuple(indices.values()), element(array, at)))


def _vector_sum(value: Formula) -> Formula:
    match value:
        case Multiply(factors=(left, right)):
            return chain(left, right)
        case Multiply(factors=(left, *rest)):
            return chain(left, Multiply(tuple(rest)))
        case _:
            return row_sum(value)


# --- the way back ---------------------------------------------------------------------------------


@record
class Landing:
    """How one place of an `At` is met from the array's side.

    `index` runs along the axis. Where `pad` is given, it runs over a part of the axis only, that
    many positions behind its start. Where `condition` is given, what is met is where it holds.
    """

    index: IndexVar
    pad: Dim | None = None
    condition: Formula | None = None


def scattered(
    value: Formula,
    places: Places,
    shape: Shape,
    *,
    over: Sequence[IndexVar],
    conditions: Sequence[Formula],
    fresh: Fresh,
) -> Formula:
    """The array of `shape` into which `value`, for every position of `over`, is added at `places`.

    `over` are the indices that end here: an axis is met at plain places by an index itself, and
    everywhere else by a comparison of positions.
    """
    landings: list[Landing] = []
    core: list[Formula | None] = []
    last = max((axis for axis, place in enumerate(places) if place is not None), default=-1)
    for axis in range(last + 1):
        place = places[axis]
        used = [one.index for one in landings]
        if place is None:
            landings.append(Landing(fresh.index(shape[axis])))
            core.append(Position(landings[-1].index))
        else:
            landings.append(_landing(place, shape[axis], [i for i in over if i not in used], fresh))
    met = tuple(one.index for one in landings)
    body = guarded(element(value, core), *(one.condition for one in landings if one.condition))
    ending = tuple(index for index in over if index not in met)
    body = _ended(body, ending, conditions)
    if body.free & frozenset(met):
        body = filled(body, shape[len(met) :])
    return _padded(build(met, body), landings, shape)


def _ended(body: Formula, ending: tuple[IndexVar, ...], conditions: Sequence[Formula]) -> Formula:
    """Sum over what ends, under the conditions that speak of it; the others guard what is left."""
    inside = [one for one in conditions if one.free & frozenset(ending)]
    outside = [one for one in conditions if one not in inside]
    return guarded(summed(ending, body, inside), *outside)


def _landing(place: Formula, dim: Dim, over: Sequence[IndexVar], fresh: Fresh) -> Landing:
    index, offset = _step(place)
    if index is not None and index in over:
        if offset == Dim(()) and index.size == dim:
            return Landing(index)
        if _fits(offset, index.size, dim):
            return Landing(index, offset)
    own = fresh.index(dim)
    return Landing(own, condition=Compare((Position(own), place), ("=",)))


def _fits(offset: Dim, size: Dim, dim: Dim) -> bool:
    """Whether the part of an axis is not known to reach out of it."""
    rest = (dim - offset - size).value
    return (offset.value is None or offset.value >= 0) and (rest is None or rest >= 0)


def _step(place: Formula) -> tuple[IndexVar | None, Dim]:
    """The index of i + k, and k; None where the place is something else."""
    match place:
        case Position(index=index):
            return index, Dim(())
        case Add(terms=(first, *rest)):
            moved, offset = _step(first)
            shifts = [_constant(term) for term in rest]
            known = [shift for shift in shifts if shift is not None]
            return (moved if len(known) == len(shifts) else None), sum(known, offset)
        case _:
            return None, Dim(())


def _constant(term: Formula) -> Dim | None:
    match term:
        case Number(value=int() as value):
            return Dim.of(value)
        case Size(dim=dim):
            return dim
        case Negate(body=body):
            inner = _constant(body)
            return None if inner is None else -inner
        case _:
            return None


def _padded(value: Formula, landings: Sequence[Landing], shape: Shape) -> Formula:
    """Zeros before and behind the parts of axes that are met."""
    inner = tuple(one.index.size for one in landings) + shape[len(landings) :]
    for axis, landing in enumerate(landings):
        if landing.pad is not None:
            value = padded(filled(value, inner), axis, landing.pad, shape[axis])
            inner = value.shape
    return value


def padded(value: Formula, axis: int, start: Dim, whole: Dim) -> Formula:
    """`value` as the positions from `start` of an axis of length `whole`, zeros elsewhere."""
    shape = value.shape

    def gap(length: Dim) -> tuple[Formula, ...]:
        zeros = Call("zeros", (), (*shape[:axis], length, *shape[axis + 1 :]))
        return () if length == Dim(()) else (zeros,)

    parts = (*gap(start), value, *gap(whole - start - shape[axis]))
    if len(parts) == 1:
        return value
    result = (*shape[:axis], whole, *shape[axis + 1 :])
    return Call("concat", parts, result, (("axis", axis - len(shape)),))
