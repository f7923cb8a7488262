"""Plain Python numbers that behave as floating point does: infinities and nan, no exceptions."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable
from functools import reduce

from eq2code.verify.grid import Number

INFINITY = math.inf
NAN = math.nan

# Whole numbers beyond this are kept as floats, so that no tower of powers fills the memory.
_EXACT = 2**53


def tame(value: Number) -> Number:
    """The number itself; as a float where it is whole and too large to be held exactly by one."""
    if isinstance(value, int) and abs(value) > _EXACT:
        try:
            return float(value)
        except OverflowError:
            return math.copysign(INFINITY, value)
    return value


def add(left: Number, right: Number) -> Number:
    """The sum."""
    return tame(left + right)


def multiply(left: Number, right: Number) -> Number:
    """The product."""
    return tame(left * right)


def divide(left: Number, right: Number) -> Number:
    """The quotient; by zero it is infinite, and 0/0 is nan."""
    try:
        return left / right
    except OverflowError:
        return NAN
    except ZeroDivisionError:
        if isinstance(left, complex) or isinstance(right, complex):
            return complex(NAN, NAN)
        if left == 0 or left != left:
            return NAN
        return math.copysign(INFINITY, left) * math.copysign(1.0, right)


def power(base: Number, exponent: Number) -> Number:
    """base to the exponent; nan where a real base has no real power."""
    if isinstance(base, complex) or isinstance(exponent, complex):
        return _complex_power(base, exponent)
    if _small(base, exponent):
        return tame(base**exponent)
    try:
        return math.pow(base, exponent)
    except OverflowError:
        odd = exponent % 2 == 1
        return -INFINITY if base < 0 and odd else INFINITY
    except ValueError:
        if base == 0:
            odd = exponent % 2 == 1
            return math.copysign(INFINITY, base) if odd else INFINITY
        return NAN


def _small(base: float, exponent: float) -> bool:
    """Whether the power is that of whole numbers, and too small to fill the memory."""
    if not (isinstance(base, int) and isinstance(exponent, int)):
        return False
    return 0 <= exponent * max(abs(base), 2).bit_length() < 64


def _complex_power(base: Number, exponent: Number) -> Number:
    try:
        return complex(base) ** exponent
    except ZeroDivisionError:
        return complex(NAN, NAN)
    except OverflowError:
        return complex(INFINITY, NAN)


def total(values: Iterable[Number]) -> Number:
    """The sum, rounded once where that is possible; of whole numbers, a whole number."""
    values = tuple(values)
    if all(isinstance(value, int) for value in values):
        return tame(sum(values))
    if any(isinstance(value, complex) for value in values):
        return complex(
            _real_total(complex(value).real for value in values),
            _real_total(complex(value).imag for value in values),
        )
    return _real_total(float(value) for value in values)  # type: ignore[arg-type]


def _real_total(values: Iterable[float]) -> float:
    values = tuple(values)
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return float(sum(values))


def product(values: Iterable[Number]) -> Number:
    """The product; 1 of nothing."""
    whole: Number = 1
    for value in values:
        whole = multiply(whole, value)
    return whole


def is_nan(value: Number) -> bool:
    """Whether it is no number at all."""
    return value != value


def largest(values: Iterable[Number]) -> Number:
    """The largest of at least one number; nan if one is nan."""
    return reduce(lambda a, b: a if is_nan(a) or a >= b else b, values)  # type: ignore[operator]


def smallest(values: Iterable[Number]) -> Number:
    """The smallest of at least one number; nan if one is nan."""
    return reduce(lambda a, b: a if is_nan(a) or a <= b else b, values)  # type: ignore[operator]


def first_largest(values: Iterable[Number]) -> int:
    """The 0-based position of the largest number, the first of equals; of the first nan."""
    return _first(tuple(values), largest)


def first_smallest(values: Iterable[Number]) -> int:
    """The 0-based position of the smallest number, the first of equals; of the first nan."""
    return _first(tuple(values), smallest)


def _first(values: tuple[Number, ...], choose: Callable[[Iterable[Number]], Number]) -> int:
    best = choose(values)
    return next(k for k, value in enumerate(values) if value == best or is_nan(value))


def analytic(name: str) -> Callable[[Number], Number]:
    """The function `name` of `math`, and of `cmath` where the number is complex.

    Outside its domain it is nan, where it overflows infinite.
    """
    real = getattr(math, name)
    complex_ = getattr(cmath, name, None)

    def function(x: Number) -> Number:
        try:
            if isinstance(x, complex):
                if complex_ is None:
                    raise TypeError(f"{name} of a complex number")
                return complex_(x)  # type: ignore[no-any-return]
            return real(x)  # type: ignore[no-any-return]
        except ValueError:
            return NAN
        except OverflowError:
            return INFINITY

    return function
