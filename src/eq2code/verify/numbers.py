"""What is each elementwise function of the library, by its definition on one number?"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from eq2code.verify.arithmetic import (
    INFINITY,
    NAN,
    analytic,
    divide,
    is_nan,
    largest,
    multiply,
    smallest,
)
from eq2code.verify.grid import Number

_exp = analytic("exp")
_sin, _cos, _tan = analytic("sin"), analytic("cos"), analytic("tan")
_cosh, _tanh = analytic("cosh"), analytic("tanh")
_expm1, _erf, _erfc = analytic("expm1"), analytic("erf"), analytic("erfc")


def _logarithm(name: str) -> Callable[[Number], Number]:
    inside = analytic(name)
    pole = -1 if name == "log1p" else 0
    return lambda x: -INFINITY if x == pole else inside(x)


_log = _logarithm("log")


def _sqrt(x: Number) -> Number:
    if isinstance(x, complex):
        return cmath.sqrt(x)
    return math.sqrt(x) if x >= 0 else NAN


def _sign(x: float) -> Number:
    return x if is_nan(x) else (x > 0) - (x < 0)


def _sinh(x: float) -> Number:
    try:
        return cmath.sinh(x) if isinstance(x, complex) else math.sinh(x)
    except OverflowError:
        return math.copysign(INFINITY, x)


def _sinc(x: float) -> Number:
    return 1.0 if x == 0 else divide(_sin(math.pi * x), math.pi * x)


def _rounding(function: Callable[[Any], Any]) -> Callable[[float], Number]:
    """A rounding of a finite number; what is not finite stays."""

    def rounded(x: float) -> Number:
        return float(function(x)) if math.isfinite(x) else x

    return rounded


def _mod(x: float, y: float) -> Number:
    if y == 0 or not math.isfinite(x):
        return NAN
    return x % y


def _heaviside(x: float) -> Number:
    return x if is_nan(x) else (1 + _sign(x)) / 2


def _xlogy(x: float, y: float) -> Number:
    return 0.0 if x == 0 and not is_nan(y) else x * _log(y)


def _atan2(y: float, x: float) -> Number:
    return math.atan2(y, x)


# --- special functions -------------------------------------------------------------------------


def _inverse(function: Callable[[Any], Any], low: float, high: float) -> Callable[[float], Number]:
    """The inverse of an increasing function, by halving an interval as often as a float allows."""

    def inverse(y: float) -> Number:
        if y <= function(low) or y >= function(high) or is_nan(y):
            return _at_ends(function, y)
        left, right = low, high
        while left < (middle := (left + right) / 2) < right:
            left, right = (middle, right) if function(middle) < y else (left, middle)
        return right

    return inverse


def _at_ends(function: Callable[[Any], Any], y: float) -> float:
    if y == function(INFINITY):
        return INFINITY
    return -INFINITY if y == function(-INFINITY) else NAN


def _normal_cdf(x: float) -> Number:
    return 0.5 * _erfc(-x / math.sqrt(2))


def _normal_pdf(x: float) -> Number:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _gamma(x: float) -> Number:
    if x <= 0 and x == math.floor(x):
        return NAN
    return analytic("gamma")(x)


def _lgamma(x: float) -> Number:
    if x <= 0 and x == math.floor(x):
        return INFINITY
    return analytic("lgamma")(x)


# Coefficients of 1/x², 1/x⁴, … in the expansions of ψ and of ψ′ for large x.
_PSI = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12)
_PSI_SLOPE = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def _digamma(x: float) -> Number:
    if x <= 0:
        if x == math.floor(x):
            return NAN
        return _digamma(1 - x) - math.pi / math.tan(math.pi * x)
    shift = 0.0
    while x < 15:
        shift += 1 / x
        x += 1
    series = math.fsum(c / x ** (2 * k + 2) for k, c in enumerate(_PSI))
    return math.log(x) - 1 / (2 * x) + series - shift


def _trigamma(x: float) -> Number:
    if x <= 0:
        if x == math.floor(x):
            return INFINITY
        return (math.pi / math.sin(math.pi * x)) ** 2 - _trigamma(1 - x)
    shift = 0.0
    while x < 15:
        shift += 1 / x**2
        x += 1
    series = math.fsum(c / x ** (2 * k + 3) for k, c in enumerate(_PSI_SLOPE))
    return 1 / x + 1 / (2 * x**2) + series + shift


def _beta(x: float, y: float) -> Number:
    return divide(multiply(_gamma(x), _gamma(y)), _gamma(x + y))


def _factorial(n: float) -> Number:
    return float(math.factorial(int(n))) if n == int(n) and 0 <= n < 171 else _gamma(n + 1)


def _binomial(n: float, k: float) -> Number:
    if n == int(n) and k == int(k) and n >= 0:
        return float(math.comb(int(n), int(k))) if 0 <= k <= n < 10_000 else 0.0
    return divide(_gamma(n + 1), multiply(_gamma(k + 1), _gamma(n - k + 1)))


# --- activations -------------------------------------------------------------------------------


def _sigmoid(x: float) -> Number:
    return 1 / (1 + _exp(-x))


def _softplus(x: float) -> Number:
    return largest((x, 0)) + math.log1p(math.exp(-abs(x)))


def _log_sigmoid(x: float) -> Number:
    return -_softplus(-x)


def _clip(x: float, low: float, high: float) -> Number:
    return smallest((largest((x, low)), high))


def _elu(x: float) -> Number:
    return x if x > 0 else _expm1(x)


def _celu(x: float, a: float) -> Number:
    return x if x > 0 else a * _expm1(x / a)


def _selu(x: float) -> Number:
    return 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * _expm1(x))


def _soft_threshold(x: float, t: float) -> Number:
    return _sign(x) * largest((abs(x) - t, 0))


def _reciprocal(function: Callable[[Any], Any]) -> Callable[[Number], Number]:
    return lambda x: divide(1, function(x))


NUMBERS: Mapping[str, Callable[..., Number]] = MappingProxyType(
    {
        "exp": _exp,
        "log": _log,
        "log2": _logarithm("log2"),
        "log10": _logarithm("log10"),
        "log1p": _logarithm("log1p"),
        "expm1": _expm1,
        "xlogy": _xlogy,
        "sqrt": _sqrt,
        "cbrt": math.cbrt,
        "square": lambda x: multiply(x, x),
        "abs": abs,
        "sign": _sign,
        "radians": lambda x: x * math.pi / 180,
        "sin": _sin,
        "cos": _cos,
        "tan": _tan,
        "sec": _reciprocal(_cos),
        "csc": _reciprocal(_sin),
        "cot": _reciprocal(_tan),
        "asin": analytic("asin"),
        "acos": analytic("acos"),
        "atan": analytic("atan"),
        "atan2": _atan2,
        "sinh": _sinh,
        "cosh": _cosh,
        "tanh": _tanh,
        "sech": _reciprocal(_cosh),
        "coth": _reciprocal(_tanh),
        "asinh": analytic("asinh"),
        "acosh": analytic("acosh"),
        "atanh": analytic("atanh"),
        "sinc": _sinc,
        "floor": _rounding(math.floor),
        "ceil": _rounding(math.ceil),
        "round": _rounding(round),
        "trunc": _rounding(math.trunc),
        "mod": _mod,
        "maximum": lambda *values: largest(values),
        "minimum": lambda *values: smallest(values),
        "clip": _clip,
        "heaviside": _heaviside,
        "where": lambda condition, x, y: x if condition else y,
        "erf": _erf,
        "erfc": _erfc,
        "erfinv": _inverse(math.erf, -6.0, 6.0),
        "gamma": _gamma,
        "lgamma": _lgamma,
        "beta_function": _beta,
        "digamma": _digamma,
        "trigamma": _trigamma,
        "factorial": _factorial,
        "binomial": _binomial,
        "normal_cdf": _normal_cdf,
        "normal_pdf": _normal_pdf,
        "normal_quantile": _inverse(_normal_cdf, -38.0, 8.0),
        "conj": lambda x: complex(x).conjugate(),
        "real": lambda x: complex(x).real,
        "imag": lambda x: complex(x).imag,
        "arg": lambda x: cmath.phase(x),
        "sigmoid": _sigmoid,
        "logit": lambda x: _log(divide(x, 1 - x)),
        "logsigmoid": _log_sigmoid,
        "silu": lambda x: x * _sigmoid(x),
        "swish_beta": lambda x, b: x * _sigmoid(b * x),
        "hardsigmoid": lambda x: _clip(x + 3, 0, 6) / 6,
        "hardswish": lambda x: x * _clip(x + 3, 0, 6) / 6,
        "hardtanh": lambda x: _clip(x, -1, 1),
        "tanhshrink": lambda x: x - _tanh(x),
        "softsign": lambda x: divide(x, 1 + abs(x)),
        "relu": lambda x: largest((0, x)),
        "relu6": lambda x: _clip(x, 0, 6),
        "leaky_relu": lambda x, a: x if x > 0 else a * x,
        "elu": _elu,
        "celu": _celu,
        "selu": _selu,
        "gelu": lambda x: x * _normal_cdf(x),
        "mish": lambda x: x * _tanh(_softplus(x)),
        "softplus": _softplus,
        "softshrink": _soft_threshold,
        "hardshrink": lambda x, t: x if abs(x) > t or is_nan(x) else 0,
        "stop_gradient": lambda x: x,
    }
)
"""The elementwise functions by canonical name: numbers in, a number out."""
