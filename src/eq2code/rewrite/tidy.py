"""How is a derivative written so that it can be read? Constructors that fold what folds.

Each gives a formula of the same value: numbers are multiplied out, signs and scalars come to the
front, equal factors of numerator and denominator cancel (a derivative is continued where they are
0: the slope of x/x is 0 everywhere), zeros vanish. A value of shape () stands for an array that
holds it everywhere; `filled` makes the array.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from operator import mul

from eq2code.record import record
from eq2code.trees.dims import Shape
from eq2code.trees.formula import (
    Add,
    Align,
    Branch,
    Call,
    Cases,
    Constant,
    Divide,
    Formula,
    MatMul,
    Multiply,
    Negate,
    Number,
    Outer,
    Power,
    Symbol,
    Transpose,
)

Coefficient = Fraction | float

UNIT = Fraction(1)

ZERO, ONE, TWO = Number(0), Number(1), Number(2)

_EXACT = 2**53
_SYMMETRIC = ("symmetric", "spd", "diagonal")


def filled(value: Formula, shape: Shape) -> Formula:
    """The value as an array of this shape."""
    return value if value.shape == shape else Align(value, (), shape)


def is_zero(value: Formula) -> bool:
    """Whether it is the number 0."""
    return isinstance(value, Number) and value.value == 0


def number(value: Coefficient) -> Formula:
    """The formula of a number; a fraction is written as one."""
    if isinstance(value, float):
        return Number(value)
    if value < 0:
        return Negate(number(-value))
    if value.denominator == 1:
        return Number(value.numerator)
    return Divide(Number(value.numerator), Number(value.denominator))


# --- products -------------------------------------------------------------------------------------


@record
class Share:
    """coefficient · Π base^exponent over `powers`, in order; no base is above and below."""

    coefficient: Coefficient
    powers: tuple[tuple[Formula, Fraction], ...]

    @property
    def below(self) -> bool:
        """Whether anything is divided by."""
        return any(exponent.numerator < 0 for _, exponent in self.powers)


_NOTHING = Share(UNIT, ())


def share(value: Formula) -> Share:
    """The value as a product of powers."""
    match value:
        case Number(value=int() as whole) if abs(whole) <= _EXACT:
            return Share(Fraction(whole), ())
        case Number(value=float() as real) if real == real and abs(real) != float("inf"):
            return Share(real, ())
        case Negate(body=body):
            return _times(Share(Fraction(-1), ()), share(body))
        case Multiply(factors=factors):
            return _together(map(share, factors))
        case Divide(numerator=above, denominator=below):
            return _times(share(above), _inverse(share(below)))
        case Power(base=base, exponent=exponent) if (power := rational(exponent)) is not None:
            return Share(UNIT, ((base, power),) if power else ())
        case Call(function="sqrt", arguments=(base,)):
            return Share(UNIT, ((base, Fraction(1, 2)),))
        case _:
            return Share(UNIT, ((value, Fraction(1)),))


def rational(value: Formula) -> Fraction | None:
    """The number that a formula writes as a whole one, a quotient of two, or a short decimal."""
    match value:
        case Number(value=int() as whole):
            return Fraction(whole)
        case Number(value=float() as real) if (8 * real).is_integer():
            return Fraction(real)
        case Negate(body=body):
            inner = rational(body)
            return None if inner is None else -inner
        case Divide(numerator=above, denominator=below):
            top, bottom = rational(above), rational(below)
            return top / bottom if top is not None and bottom else None
        case _:
            return None


def _inverse(value: Share) -> Share:
    if value.coefficient == 0:
        return Share(UNIT, ((ZERO, Fraction(-1)),))
    return Share(1 / value.coefficient, tuple((base, -power) for base, power in value.powers))


def _times(left: Share, right: Share) -> Share:
    powers = list(left.powers)
    for base, power in right.powers:
        _merge(powers, base, power)
    return Share(left.coefficient * right.coefficient, tuple(powers))


def _together(shares: Iterable[Share]) -> Share:
    """The product of all; where nothing is divided by, nothing cancels."""
    parts = tuple(shares)
    if any(part.below for part in parts):
        return reduce(_times, parts, _NOTHING)
    coefficient = reduce(mul, (part.coefficient for part in parts), UNIT)
    return Share(coefficient, tuple(pair for part in parts for pair in part.powers))


def _merge(powers: list[tuple[Formula, Fraction]], base: Formula, power: Fraction) -> None:
    """Take a factor in. It cancels an equal one above, joins one below, else it comes last."""
    for place, (other, exponent) in enumerate(powers):
        if other == base and (exponent < 0 or power < 0):
            rest = exponent + power
            powers[place : place + 1] = [(base, rest)] if rest else []
            return
    powers.append((base, power))


def written(value: Share) -> Formula:
    """The formula of a share: the number, the scalars, the arrays, over what is divided by."""
    if value.coefficient == 0:
        return ZERO
    coefficient = value.coefficient
    negative = coefficient < 0
    over = Fraction(1)
    if isinstance(coefficient, Fraction):
        over = Fraction(coefficient.denominator)
        coefficient = Fraction(abs(coefficient.numerator))
    else:
        coefficient = abs(coefficient)
    above = _factors((base, power) for base, power in value.powers if power > 0)
    below = _factors((base, -power) for base, power in value.powers if power < 0)
    top = _multiplied(coefficient, above)
    bottom = _multiplied(over, below)
    result = top if bottom == ONE else Divide(top, bottom)
    return Negate(result) if negative else result


def _factors(powers: Iterable[tuple[Formula, Fraction]]) -> list[Formula]:
    return [power(base, exponent) for base, exponent in powers]


def _multiplied(coefficient: Coefficient, factors: list[Formula]) -> Formula:
    ordered = [one for one in factors if not one.shape] + [one for one in factors if one.shape]
    if coefficient != 1 or not ordered:
        ordered.insert(0, number(coefficient))
    return ordered[0] if len(ordered) == 1 else Multiply(tuple(ordered))


def power(base: Formula, exponent: Fraction | int) -> Formula:
    """A power with a number as exponent."""
    exponent = Fraction(exponent)
    if exponent == 1:
        return base
    if exponent == 0:
        return ONE
    if exponent == Fraction(1, 2):
        return Call("sqrt", (base,), base.shape)
    if exponent < 0:
        return Divide(ONE, power(base, -exponent))
    return Power(base, number(exponent))


def product(*factors: Formula) -> Formula:
    """Factors element by element. A case distinction with a zero in it takes the others inside."""
    if any(map(is_zero, factors)):
        return ZERO
    for place, factor in enumerate(factors):
        if isinstance(factor, Cases) and any(map(is_zero, _leaves(factor))):
            others = factors[:place] + factors[place + 1 :]
            if all(other == ONE for other in others):
                return factor
            return _with_leaves(factor, [_kept(leaf, others) for leaf in _leaves(factor)])
    return written(_together(map(share, factors)))


def _kept(leaf: Formula, others: tuple[Formula, ...]) -> Formula:
    return ZERO if is_zero(leaf) else product(*others, leaf)


def with_factor(value: Formula, whole: Formula, below: Formula) -> Formula:
    """value · whole / below, where `whole` is not taken apart: it is computed elsewhere too."""
    if isinstance(value, Cases):
        return quotient(product(value, whole), below)
    parts = Share(UNIT, ((whole, UNIT),))
    return written(reduce(_times, (share(value), parts, _inverse(share(below)))))


def quotient(above: Formula, below: Formula) -> Formula:
    """One value over another."""
    return product(above, Divide(ONE, below))


def minus(value: Formula) -> Formula:
    """The value with the other sign."""
    return product(Number(-1), value)


def scaled(value: Formula) -> tuple[Formula, Formula]:
    """The scalars of a product, and the rest of it: 2 a x / n is 2 a / n and x."""
    if not value.shape or isinstance(value, Cases):
        return ONE, value
    if isinstance(value, Align) and not value.base.shape:
        return value.base, replace(value, base=ONE)
    parts = share(value)
    scalars = tuple(pair for pair in parts.powers if not pair[0].shape)
    arrays = tuple(pair for pair in parts.powers if pair[0].shape)
    if not arrays or (parts.coefficient == 1 and not scalars):
        return ONE, value
    return written(Share(parts.coefficient, scalars)), written(Share(UNIT, arrays))


# --- sums -----------------------------------------------------------------------------------------


def total(*terms: Formula) -> Formula:
    """A sum. Multiples of one value are added up; equal case distinctions become one."""
    flat = _merged([term for term in _terms(terms) if not is_zero(term)])
    collected: dict[tuple[tuple[Formula, Fraction], ...], Coefficient] = {}
    for term in flat:
        parts = share(term)
        collected[parts.powers] = collected.get(parts.powers, Fraction(0)) + parts.coefficient
    kept = [written(Share(c, powers)) for powers, c in collected.items() if c]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def _terms(terms: Iterable[Formula]) -> Iterator[Formula]:
    for term in terms:
        if isinstance(term, Add):
            yield from _terms(term.terms)
        else:
            yield term


def _merged(terms: Sequence[Formula]) -> list[Formula]:
    """The terms, with case distinctions of equal conditions added up."""
    groups: dict[object, list[Formula]] = {}
    for place, term in enumerate(terms):
        key = (_conditions(term), term.otherwise is None) if isinstance(term, Cases) else place
        groups.setdefault(key, []).append(term)
    return [_added(group) for group in groups.values()]


def _added(group: Sequence[Formula]) -> Formula:
    cases = [term for term in group if isinstance(term, Cases)]
    if len(cases) < 2:
        return group[0]
    columns = zip(*map(_leaves, cases), strict=True)
    return _with_leaves(cases[0], [total(*leaves) for leaves in columns])


# --- case distinctions ----------------------------------------------------------------------------


def _leaves(cases: Cases) -> list[Formula]:
    last = [] if cases.otherwise is None else [cases.otherwise]
    return [branch.value for branch in cases.branches] + last


def _conditions(cases: Cases) -> tuple[Formula, ...]:
    return tuple(branch.condition for branch in cases.branches)


def _with_leaves(cases: Cases, leaves: Sequence[Formula]) -> Formula:
    conditions = _conditions(cases)
    branches = tuple(
        Branch(value, condition) for value, condition in zip(leaves, conditions, strict=False)
    )
    return Cases(branches, None if cases.otherwise is None else leaves[-1])


def guarded(value: Formula, *conditions: Formula) -> Formula:
    """The value where every condition holds, 0 elsewhere."""
    for condition in conditions:
        if not is_zero(value):
            value = Cases((Branch(value, condition),), ZERO)
    return value


def chosen(cases: Cases, which: int, value: Formula) -> Formula:
    """`value` where `cases` takes its leaf number `which`, 0 where it takes another."""
    leaves: list[Formula] = [ZERO] * len(_leaves(cases))
    leaves[which] = value
    return _with_leaves(cases, leaves)


def shortened(cases: Cases) -> Formula:
    """Without the last branches that say the same as what follows them."""
    branches = cases.branches
    while branches and branches[-1].value == cases.otherwise:
        branches = branches[:-1]
    if not branches:
        assert cases.otherwise is not None
        return filled(cases.otherwise, cases.shape)
    shorter = replace(cases, branches=branches)
    return shorter if shorter.shape == cases.shape else filled(shorter, cases.shape)


# --- matrices -------------------------------------------------------------------------------------


def chain(*factors: Formula) -> Formula:
    """A product of matrices and vectors. Scalars come to the front; x A is written A^T x."""
    scalars: list[Formula] = []
    arrays: list[Formula] = []
    for factor in factors:
        scalar, array = scaled(factor)
        scalars.append(scalar)
        arrays.append(array)
    return product(*scalars, _chained(arrays))


def _chained(factors: list[Formula]) -> Formula:
    kept = [one for one in factors if not _identity(one)] or factors[-1:]
    if len(kept) == 1:
        return kept[0]
    first, last = kept[0], kept[-1]
    if len(first.shape) == 1 and len(last.shape) == 2:
        return _chained([transposed(one) for one in reversed(kept[1:])] + [first])
    return MatMul(tuple(kept))


def _identity(factor: Formula) -> bool:
    return isinstance(factor, Call) and factor.function == "identity"


def transposed(base: Formula) -> Formula:
    """The transpose of a matrix."""
    match base:
        case Transpose(base=inner):
            return inner
        case Symbol(kind=kind) if kind in _SYMMETRIC and len(base.shape) == 2:
            return base
        case Call(function="identity"):
            return base
        case Outer(left=left, right=right):
            return Outer(right, left)
        case Align(base=inner, places=(), axes=(n, m)):
            return Align(inner, (), (m, n))
        case Call(function="inverse", arguments=(Symbol(kind=kind),)) if kind in _SYMMETRIC:
            return base
        case MatMul(factors=factors) if _turns(turned := _all_turned(factors)) <= _turns(factors):
            return MatMul(turned)
        case _:
            scalar, array = scaled(base)
            return Transpose(base) if scalar == ONE else product(scalar, transposed(array))


def _all_turned(factors: tuple[Formula, ...]) -> tuple[Formula, ...]:
    return tuple(transposed(factor) for factor in reversed(factors))


def _turns(factors: tuple[Formula, ...]) -> int:
    return sum(isinstance(factor, Transpose) for factor in factors)


def outer(left: Formula, right: Formula) -> Formula:
    """The outer product of two vectors."""
    first, x = scaled(left)
    second, y = scaled(right)
    return product(first, second, Outer(x, y))


# --- functions ------------------------------------------------------------------------------------


def function(name: str, *arguments: Formula) -> Formula:
    """A function of the library, element by element."""
    return Call(name, arguments, max((one.shape for one in arguments), key=len))


def logarithm(value: Formula) -> Formula:
    """log x; 1 for e."""
    return ONE if value == Constant("e") else function("log", value)


def spread(value: Formula, shape: Shape) -> Formula:
    """A value for each row (or matrix) as an array with the axes of the rows too."""
    if not value.shape or value.shape == shape:
        return value
    return Align(value, tuple(range(len(value.shape))), shape)


def row_sum(value: Formula) -> Formula:
    """The sum of each row."""
    return Call("sum", (value,), value.shape[:-1])
