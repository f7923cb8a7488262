"""Functions of the library that no package has as they are, once more by hand: in plain numbers,
and by another formula than that of the library wherever there is one. `BY_HAND` names them."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping, Sequence


def sec(x: float) -> float:
    return (2 / (cmath.exp(1j * x) + cmath.exp(-1j * x))).real


def csc(x: float) -> float:
    return (2j / (cmath.exp(1j * x) - cmath.exp(-1j * x))).real


def cot(x: float) -> float:
    return math.sin(2 * x) / (1 - math.cos(2 * x))


def sech(x: float) -> float:
    return 2 / (math.exp(x) + math.exp(-x))


def coth(x: float) -> float:
    return (math.exp(2 * x) + 1) / math.expm1(2 * x)


def heaviside(x: float) -> float:
    return 0.5 if x == 0 else float(x > 0)


def trigamma(x: float) -> float:
    """Σ 1 / (x + k)², its first terms one by one, the rest by Euler and Maclaurin."""
    terms = [1 / (x + k) ** 2 for k in range(60)]
    z = x + 60
    rest = 1 / z + 1 / (2 * z**2) + 1 / (6 * z**3) - 1 / (30 * z**5) + 1 / (42 * z**7)
    return math.fsum([*terms, rest])


def swish_beta(x: float, b: float) -> float:
    return x / 2 * (1 + math.tanh(b * x / 2))


def leaky_relu(x: float, a: float) -> float:
    return max(x, 0) + a * min(x, 0)


def celu(x: float, a: float) -> float:
    return x if x > 0 else a * (math.exp(x / a) - 1)


def softshrink(x: float, t: float) -> float:
    return x - t if x > t else x + t if x < -t else 0.0


def hardshrink(x: float, t: float) -> float:
    return 0.0 if -t <= x <= t else x


def normp(x: Sequence[float], p: float) -> float:
    top = max(map(abs, x))
    return top * math.fsum((abs(one) / top) ** p for one in x) ** (1 / p)


def covariance(x: Sequence[float], y: Sequence[float]) -> float:
    left, right = math.fsum(x) / len(x), math.fsum(y) / len(y)
    return math.fsum((a - left) * (b - right) for a, b in zip(x, y, strict=True)) / len(x)


def correlation(x: Sequence[float], y: Sequence[float]) -> float:
    return covariance(x, y) / math.sqrt(covariance(x, x) * covariance(y, y))


BY_HAND: Mapping[str, Callable[..., float]] = {
    function.__name__: function
    for function in (
        sec, csc, cot, sech, coth, heaviside, trigamma, swish_beta, leaky_relu, celu, softshrink,
        hardshrink, normp, covariance, correlation,
    )
}  # fmt: skip
