r"""What is 0 log 0? In `p \log p`, `p \log(p/q)` and `y \log \hat y` a zero in front counts as 0.

In: a typed formula. Out: the same formula, in which a logarithm behind a weight that may be 0 is
taken of 1 where the weight is. What the arithmetic gives there, 0 times infinity, is no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from eq2code.read.conventions import Ledger
from eq2code.trees import formula as f
from eq2code.trees.rebuild import rebuild

NAME = "zero-log"
LOGARITHMS = frozenset({"log", "log2", "log10"})
POSITIVE = frozenset({"exp", "softplus", "cosh"})
ESTIMATES = ("_hat", "_tilde")
ONE = f.Number(1)


def zeros(system: f.System, ledger: Ledger) -> f.System:
    """The system in which 0 log 0 is what is preferred: 0, which is told, or what it comes to."""
    calls = [x for one in system.definitions for x in one.body.walk() if type(x) is f.Call]
    if LOGARITHMS.isdisjoint([x.function for x in calls]) or ledger.choose(NAME) != "zero":
        return system
    guards = Zeros()
    definitions = tuple(replace(one, body=guards(one.body)) for one in system.definitions)
    for product in guards.found[:1]:
        ledger.assume(
            NAME, "0 times the logarithm of 0 is 0", instead="it is nan", span=product.span
        )
    return replace(system, definitions=definitions)


class Zeros:
    """Puts 1 into logarithms behind weights that are 0; `found` are the products that have some."""

    def __init__(self) -> None:
        self.found: list[f.Formula] = []

    def __call__(self, value: f.Formula, shares: frozenset[f.Formula] = frozenset()) -> f.Formula:
        """`value` with 0 log 0 as 0; `shares` are the weights y of which 1 - y stands beside."""
        match value:
            case f.Gradient():  # log p + 1 is -inf at 0, and that is its value
                return value
            case f.Add(terms):
                weights = {w for term in terms for w in _weights(term)}
                shares |= {x for w in weights if _rest(w) in weights for x in (w, _rest(w))}
            case f.Multiply(factors):
                value = self._guarded(value, factors, shares)
            case f.MatMul((left, right)) if len(left.shape) == len(right.shape) == 1:
                value = self._guarded(value, (left, right), shares)
        return rebuild(value, lambda part: self(part, shares))

    def _guarded(
        self,
        value: f.Multiply | f.MatMul,
        factors: tuple[f.Formula, ...],
        shares: frozenset[f.Formula],
    ) -> f.Formula:
        """A product whose logarithms are kept from 0 where the weights beside them are 0."""
        kept = list(factors)
        for k, factor in enumerate(factors):
            insides = list(_logarithms(factor))
            front = [w for w in _zeros(factors[:k]) if any(_weighs(w, x, shares) for x in insides)]
            front += [w for w in _zeros(factors[k + 1 :]) if any(_has(x, w) for x in insides)]
            if front:
                kept[k] = _kept(factor, front)
                self.found.append(value)
        return replace(value, factors=tuple(kept))


# --- which logarithms, behind which weights -------------------------------------------------------


def _logarithms(factor: f.Formula) -> Iterator[f.Formula]:
    """What the logarithms are taken of that a factor is made of."""
    match factor:
        case f.Call(function, (inside,)) if function in LOGARITHMS:
            yield inside
        case _:
            for part in _linear(factor):
                yield from _logarithms(part)


def _linear(factor: f.Formula) -> tuple[f.Formula, ...]:
    """The parts of a factor that are infinite only where it is."""
    match factor:
        case f.Divide(part):
            return (part,)
        case f.Power(part, f.Number(exponent)) if exponent > 0:
            return (part,)
        case f.Multiply(parts) if _zeros(parts):  # its logarithms have weights of their own
            return ()
        case f.Negate() | f.Add() | f.Multiply():
            return factor.children
    return ()


def _zeros(factors: Sequence[f.Formula]) -> list[f.Formula]:
    """The parts of factors that are 0 where the product is, but for logarithms."""
    found: list[f.Formula] = []
    for factor in factors:
        match factor:
            case f.Negate(part) | f.Divide(part):
                found += _zeros([part])
            case f.Power(part, f.Number(exponent)) if exponent > 0:
                found += _zeros([part])
            case f.Multiply(parts):
                found += _zeros(parts)
            case f.Number() | f.Constant() | f.Size() | f.Position() | f.Power():
                pass
            case _ if not any(True for _ in _logarithms(factor)):
                found.append(factor)
    return found


def _weights(term: f.Formula) -> Iterator[f.Formula]:
    """The weights of the logarithms in one term of a sum."""
    match term:
        case f.Multiply(factors) if any(True for x in factors for _ in _logarithms(x)):
            yield from _zeros(factors)
        case f.Multiply() | f.Negate() | f.Divide():
            for part in term.children:
                yield from _weights(part)


def _rest(weight: f.Formula) -> f.Formula:
    """1 - y of y, and y of 1 - y."""
    match weight:
        case f.Add((f.Number(1), f.Negate(body))):
            return body
    return f.Add((ONE, f.Negate(weight)))


def _weighs(weight: f.Formula, inside: f.Formula, shares: frozenset[f.Formula]) -> bool:
    """Whether `inside` may be 0 where a weight before its logarithm is."""
    if _has(inside, weight):
        return True
    if _is_positive(inside):
        return False
    alike = bool(weight.free & inside.free or (weight.shape and inside.shape))
    return weight in shares or (alike and _is_given(weight)) or _estimates(inside, weight)


def _has(inside: f.Formula, weight: f.Formula) -> bool:
    """Whether what a logarithm is taken of is 0 or infinite where the weight is 0."""
    below = [inside.denominator] if isinstance(inside, f.Divide) else []
    return weight in _zeros([inside, *below])


def _estimates(inside: f.Formula, weight: f.Formula) -> bool:
    r"""Whether one is the other's estimate: `y \log \hat y`."""
    return isinstance(weight, f.Symbol) and any(
        isinstance(part, f.Symbol) and part.name == weight.name + mark
        for part in _zeros([inside])
        for mark in ESTIMATES
    )


def _is_given(weight: f.Formula) -> bool:
    """Whether a weight is made of entries or conditions, not of counts alone."""
    return not _is_positive(weight) and any(
        isinstance(x, f.Cases) or (isinstance(x, f.Symbol) and x.shape) for x in weight.walk()
    )


def _is_positive(value: f.Formula) -> bool:
    r"""Whether something is never 0: exponentials, and what a number is added to, `p + \epsilon`.

    A softmax is, in numbers of limited size.
    """
    match value:
        case f.Number(number):
            return number > 0
        case f.Constant() | f.Size():
            return True
        case f.Call(function):
            return function in POSITIVE
        case f.Power(part) | f.Reduce(_, _, part):
            return _is_positive(part)
        case f.Multiply(parts):
            return all(map(_is_positive, parts))
        case f.Add(terms):
            plain = not any(isinstance(term, f.Negate) for term in terms)
            return plain and any(
                _is_positive(x) or (isinstance(x, f.Symbol) and not x.shape) for x in terms
            )
    return False


# --- what is put in -------------------------------------------------------------------------------


def _kept(factor: f.Formula, front: list[f.Formula]) -> f.Formula:
    """A factor whose logarithms are 0 where what stands in front is."""
    match factor:
        case f.Call(function, (inside,)) if function in LOGARITHMS:
            apart = _apart(inside, front)
            return replace(factor, arguments=(apart,), result=apart.shape)
    parts = _linear(factor)
    return rebuild(factor, lambda part: _kept(part, front) if part in parts else part)


def _apart(inside: f.Formula, front: list[f.Formula]) -> f.Formula:
    """1 where what stands in front is 0; of a quotient above and below, so that 0/0 is nowhere."""
    match inside:
        case f.Divide(above, below) if _varies(below, front):
            return replace(
                inside,
                numerator=above if isinstance(above, f.Number) else _apart(above, front),
                denominator=_apart(below, front),
            )
    weight = front[0] if len(front) == 1 else f.Multiply(tuple(front))
    nothing = f.Compare((weight, f.Number(0)), ("=",))
    return f.Cases((f.Branch(ONE, nothing),), inside, span=inside.span)


def _varies(below: f.Formula, front: list[f.Formula]) -> bool:
    """Whether a divisor may be 0 with the weights: the N of `n_k / N` is the same for all."""
    entries = any(weight.free or weight.shape for weight in front)
    return not _is_positive(below) and bool(below.free or below.shape or not entries)
