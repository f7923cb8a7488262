"""What does each kind of node pass on to its parts, of what it gets itself?

The rules of derivatives that need nothing but the node: a sum passes on what it gets, a product
multiplies it by the other factors.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from functools import partial

from eq2code.errors import WRITTEN_OUT, UnsupportedError
from eq2code.library import ENTRIES
from eq2code.rewrite.places import collapsed, summed
from eq2code.rewrite.substitute import Fresh, move, put
from eq2code.rewrite.tidy import (
    ONE,
    chain,
    chosen,
    function,
    guarded,
    logarithm,
    minus,
    outer,
    power,
    product,
    quotient,
    rational,
    total,
    transposed,
    with_factor,
)
from eq2code.trees.dims import ONE as SINGLE
from eq2code.trees.dims import Shape
from eq2code.trees.formula import (
    Add,
    Align,
    Call,
    Cases,
    Compare,
    Divide,
    Formula,
    IndexVar,
    Logic,
    MatMul,
    Multiply,
    Negate,
    Outer,
    Position,
    Power,
    Reduce,
    Transpose,
)

Derivatives = Callable[[str], tuple[Formula, ...]]
"""The derivatives of an elementwise entry by each argument, in symbols named like its arguments."""

# --- what each kind of node passes on -------------------------------------------------------------

Pairs = Iterator[tuple[Formula, Formula]]


def arithmetic(formula: Formula, value: Formula, heights: Container[Formula]) -> Pairs:
    """What the operands get, in the shape of the result."""
    match formula:
        case Negate(body=body):
            yield body, minus(value)
        case Add(terms=terms):
            for term in terms:
                yield term, value
        case Multiply(factors=factors):
            for place, factor in enumerate(factors):
                if factor in heights:
                    yield factor, product(value, *factors[:place], *factors[place + 1 :])
        case Divide(numerator=above, denominator=below):
            yield above, quotient(value, below)
            if below in heights:
                known = rational(above) is not None
                slope = quotient(formula, below) if known else None
                whole = product(value, slope) if slope else with_factor(value, formula, below)
                yield below, minus(whole)
        case Power(base=base, exponent=exponent):
            if base in heights:
                yield base, product(value, exponent, _lowered(base, exponent))
            if exponent in heights:
                yield exponent, product(value, formula, logarithm(base))
        case Cases(branches=branches, otherwise=otherwise):
            leaves = [branch.value for branch in branches]
            for which, leaf in enumerate([*leaves, *([] if otherwise is None else [otherwise])]):
                if leaf in heights:
                    yield leaf, chosen(formula, which, value)
        case _:
            raise AssertionError(formula)


def _lowered(base: Formula, exponent: Formula) -> Formula:
    """base^(exponent - 1)."""
    known = rational(exponent)
    return power(base, known - 1) if known is not None else Power(base, total(exponent, minus(ONE)))


def linear(formula: Formula, value: Formula) -> Pairs:
    """What the factors of a product get, in their own shapes."""
    match formula:
        case Transpose(base=base) if len(base.shape) == 2:
            yield base, transposed(value)
        case Transpose(base=base):
            yield base, Transpose(value)
        case Outer(left=left, right=right):
            yield left, chain(value, right)
            yield right, chain(left, value)
        case MatMul(factors=factors):
            for place, factor in enumerate(factors):
                yield factor, _of_factor(factors, place, value)
        case _:
            raise AssertionError(formula)


def _of_factor(factors: tuple[Formula, ...], place: int, value: Formula) -> Formula:
    """What F gets in a chain L F R: L^T value R^T; an outer product where an end is a vector."""
    before, after = factors[:place], factors[place + 1 :]
    row = bool(before) and len(before[0].shape) == 1
    column = bool(after) and len(after[-1].shape) == 1
    if len(factors[place].shape) == 1:
        if row or column:
            return product(value, chain(*before, *after))
        return chain(*after, value) if after else chain(*map(transposed, before[::-1]), value)
    left = [] if row else [transposed(one) for one in reversed(before)]
    right = [] if column else [transposed(one) for one in reversed(after)]
    if not row and not column:
        return chain(*left, value, *right)
    if row and column:
        return product(value, outer(chain(*before), chain(*after)))
    if row:
        return outer(chain(*before), chain(value, *right))
    return outer(chain(*left, value), chain(*after))


def gathered(
    value: Formula, shape: Shape, places: tuple[int, ...], axes: Shape, fresh: Fresh
) -> Formula:
    """What a value gets that was repeated along axes: the sum over them."""
    thin = [k for k, place in enumerate(places) if shape[k] == SINGLE != axes[place]]
    landing = [place for k, place in enumerate(places) if k not in thin]
    found = collapsed(value, axes, [a for a in range(len(axes)) if a not in landing], fresh)
    if not thin or not found.shape:
        return found
    return Align(found, tuple(k for k in range(len(shape)) if k not in thin), shape)


# --- what a reduction passes on -------------------------------------------------------------------


def reduction_slope(formula: Reduce, fresh: Fresh) -> Formula:
    """The derivative of a reduction by its body at one position."""
    match formula.operation:
        case "sum":
            return ONE
        case "mean":
            return quotient(ONE, _count(formula))
        case "product" | "prod":
            return _others(formula, fresh)
        case "max" | "min":
            return _winner(formula, fresh)
        case operation:
            raise UnsupportedError(
                f"the derivative of {operation} is not known yet",
                formula.span,
                hints=(WRITTEN_OUT,),
            )


def _count(formula: Reduce) -> Formula:
    return summed(formula.indices, ONE, () if formula.condition is None else (formula.condition,))


def _again(formula: Reduce, fresh: Fresh) -> tuple[Reduce, dict[IndexVar, IndexVar]]:
    """The same reduction over indices of its own."""
    new = {index: replace(fresh.index(index.size), start=index.start) for index in formula.indices}
    places: dict[IndexVar, Formula] = {old: Position(index) for old, index in new.items()}
    condition = None if formula.condition is None else move(formula.condition, places)
    moved = replace(
        formula, indices=tuple(new.values()), body=move(formula.body, places), condition=condition
    )
    return moved, new


def _others(formula: Reduce, fresh: Fresh) -> Formula:
    """The product over all other positions."""
    again, new = _again(formula, fresh)
    differs = [Compare((Position(b), Position(a)), ("≠",)) for a, b in new.items()]
    other: Formula = differs[0] if len(differs) == 1 else Logic("or", tuple(differs))
    if again.condition is not None:
        other = Logic("and", (again.condition, other))
    return replace(again, condition=other)


def _winner(formula: Reduce, fresh: Fresh) -> Formula:
    """1 at the position of an extreme value. Over several indices equal values share it."""
    again, _ = _again(formula, fresh)
    if len(formula.indices) == 1 and not formula.shape:
        place = replace(again, operation=f"arg{formula.operation}")
        return guarded(ONE, Compare((Position(formula.indices[0]), place), ("=",)))
    same = guarded(ONE, Compare((again.body, formula), ("=",)))
    count = replace(again, operation="sum", body=same)
    return guarded(quotient(ONE, count), Compare((formula.body, formula), ("=",)))


# --- what a function passes on --------------------------------------------------------------------


def call_slopes(formula: Call, derivatives: Derivatives) -> list[Callable[[], Formula]]:
    """The derivative of an elementwise function by each argument, made when asked for."""
    name, arguments = formula.function, formula.arguments
    entry = ENTRIES[name]
    if not entry.derivative:
        raise UnsupportedError(
            f"the derivative of {name} is not known yet", formula.span, hints=(WRITTEN_OUT,)
        )
    found = derivatives(name)
    if len(arguments) <= len(found):
        values = dict(zip(entry.arguments, arguments, strict=True))
        return [partial(put, slope, values) for slope in found]
    return [partial(_folded_slope, formula, place, found) for place in range(len(arguments))]


def _folded_slope(formula: Call, place: int, found: Sequence[Formula]) -> Formula:
    """The slope by one of many arguments: f(f(before, it), after), so that of equals one counts."""
    first, second = ENTRIES[formula.function].arguments
    before, part = formula.arguments[:place], formula.arguments[place]
    after = formula.arguments[place + 1 :]
    factors: list[Formula] = []
    if before:
        factors.append(put(found[1], {first: _folded(formula, before), second: part}))
    if after:
        head, rest = _folded(formula, (*before, part)), _folded(formula, after)
        factors.append(put(found[0], {first: head, second: rest}))
    return product(*factors)


def _folded(formula: Call, parts: Sequence[Formula]) -> Formula:
    """The function of some of its arguments; of one it is that one."""
    return parts[0] if len(parts) == 1 else function(formula.function, *parts)
