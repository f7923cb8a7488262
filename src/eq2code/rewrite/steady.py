"""Which functions are written out in a formula whose slope would lose digits, or be 0 times 1/0?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eq2code.rewrite.indices import rebuild
from eq2code.rewrite.tidy import minus
from eq2code.trees.formula import Add, At, Call, Constant, Divide, Formula, Number, Power

_ONE = Number(1)


def steady(formula: Formula) -> Formula:
    """`formula` with library functions where their definitions would overflow on the way back."""
    made = rebuild(formula, steady)
    for rule in _RULES:
        found = rule(made)
        if found is not None:
            return found
    return made


def _log_softmax(formula: Formula) -> Formula | None:
    """log softmax(x), whole or at some places."""
    match formula:
        case Call(function="log", arguments=(Call(function="softmax") as weights,)):
            return replace(weights, function="log_softmax", span=formula.span)
        case Call(function="log", arguments=(At(base=Call(function="softmax") as weights) as at,)):
            return replace(at, base=replace(weights, function="log_softmax"), span=formula.span)
        case _:
            return None


def _softplus(formula: Formula) -> Formula | None:
    """log(1 + exp(x))."""
    match formula:
        case Call(function="log", arguments=(Add() as total,)) if x := _one_and_exp(total):
            return Call("softplus", (x,), formula.shape, span=formula.span)
        case Call(function="log1p", arguments=(inner,)) if x := _exponent(inner):
            return Call("softplus", (x,), formula.shape, span=formula.span)
        case _:
            return None


def _sigmoid(formula: Formula) -> Formula | None:
    """1 / (1 + exp(-x)), and exp(x) / (1 + exp(x))."""
    match formula:
        case Divide(numerator=Number(value=1), denominator=Add() as total) if x := _one_and_exp(
            total
        ):
            return Call("sigmoid", (minus(x),), formula.shape, span=formula.span)
        case Divide(numerator=above, denominator=Add() as total) if (
            x := _one_and_exp(total)
        ) and _exponent(above) == x:
            return Call("sigmoid", (x,), formula.shape, span=formula.span)
        case _:
            return None


def _one_and_exp(total: Add) -> Formula | None:
    """The x of 1 + exp(x)."""
    match total.terms:
        case (Number(value=1), other) | (other, Number(value=1)):
            return _exponent(other)
        case _:
            return None


def _exponent(formula: Formula) -> Formula | None:
    """The x of exp(x)."""
    match formula:
        case Call(function="exp", arguments=(x,)):
            return x
        case Power(base=Constant(name="e"), exponent=x):
            return x
        case _:
            return None


_RULES: tuple[Callable[[Formula], Formula | None], ...] = (_log_softmax, _softplus, _sigmoid)
