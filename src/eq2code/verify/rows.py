"""What is each function of a row of numbers, by its definition?

Rows are tuples of plain Python numbers; a result is a number or a row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from eq2code.errors import DomainError
from eq2code.verify.arithmetic import (
    INFINITY,
    NAN,
    add,
    divide,
    first_largest,
    first_smallest,
    is_nan,
    largest,
    multiply,
    power,
    product,
    smallest,
    total,
)
from eq2code.verify.grid import Number
from eq2code.verify.numbers import NUMBERS

Row = tuple[Number, ...]

_exp, _log, _sqrt = NUMBERS["exp"], NUMBERS["log"], NUMBERS["sqrt"]


def some(values: Row) -> Row:
    """The values, of which there must be at least one."""
    if not values:
        raise DomainError("of nothing there is no largest and no smallest")
    return values


def mean(x: Row) -> Number:
    """The mean; nan of nothing."""
    return divide(total(x), len(x))


def _variance(x: Row) -> Number:
    middle = mean(x)
    return mean(tuple(abs(element - middle) ** 2 for element in x))


def _median(x: Row) -> Number:
    if any(map(is_nan, x)) or not x:
        return NAN
    ordered = _sorted(x)
    return (ordered[(len(x) - 1) // 2] + ordered[len(x) // 2]) / 2


def _sorted(x: Any) -> Row:
    """In increasing order, nan last."""
    return tuple(sorted(x, key=lambda element: (is_nan(element), element)))


def _log_sum_exp(x: Row) -> Number:
    if not x:
        return -INFINITY
    top: Any = largest(x)
    if not math.isfinite(top):
        return top  # type: ignore[no-any-return]
    return add(top, _log(total(_exp(element - top) for element in x)))


def _softmax(x: Row) -> Row:
    if not x:
        return ()
    top = largest(x)
    weights = tuple(_exp(element - top) for element in x)
    whole = total(weights)
    return tuple(divide(weight, whole) for weight in weights)


def _log_softmax(x: Row) -> Row:
    if not x:
        return ()
    top = largest(x)
    rest = _log(total(_exp(element - top) for element in x))
    return tuple(element - top - rest for element in x)


def _magnitudes(x: Row) -> Row:
    return tuple(abs(element) for element in x)


def norm(x: Row) -> Number:
    """The Euclidean norm."""
    return math.hypot(*_magnitudes(x))  # type: ignore[arg-type]


def _p_norm(x: Row, p: Number) -> Number:
    return power(total(power(element, p) for element in _magnitudes(x)), divide(1, p))


def _dot(x: Row, y: Row) -> Number:
    return total(multiply(a, b) for a, b in zip(x, y, strict=True))


def _normalized(x: Row) -> Row:
    length = norm(x)
    return tuple(divide(element, length) for element in x)


def _convolve(x: Row, y: Row) -> Row:
    places = range(len(x) + len(y) - 1)
    return tuple(
        total(multiply(x[k - j], y[j]) for j in range(len(y)) if 0 <= k - j < len(x))
        for k in places
    )


def _covariance(x: Row, y: Row) -> Number:
    left, right = mean(x), mean(y)
    return mean(tuple((a - left) * (b - right) for a, b in zip(x, y, strict=True)))


def _cross(x: Row, y: Row) -> Row:
    return tuple(
        x[(k + 1) % 3] * y[(k + 2) % 3] - x[(k + 2) % 3] * y[(k + 1) % 3] for k in range(3)
    )


ROWS: Mapping[str, Callable[..., Number | Row]] = MappingProxyType(
    {
        "sum": total,
        "prod": product,
        "mean": mean,
        "var": _variance,
        "std": lambda x: _sqrt(_variance(x)),
        "median": _median,
        "max": lambda x: largest(some(x)),
        "min": lambda x: smallest(some(x)),
        "argmax": lambda x: first_largest(some(x)),
        "argmin": lambda x: first_smallest(some(x)),
        "any": any,
        "all": all,
        "logsumexp": _log_sum_exp,
        "norm": norm,
        "norm1": lambda x: total(_magnitudes(x)),
        "norminf": lambda x: largest(some(_magnitudes(x))),
        "norm0": lambda x: sum(element != 0 for element in x),
        "normp": _p_norm,
        "dot": _dot,
        "covariance": _covariance,
        "correlation": lambda x, y: divide(
            _covariance(x, y), multiply(_sqrt(_variance(x)), _sqrt(_variance(y)))
        ),
        "cosine_similarity": lambda x, y: divide(_dot(x, y), multiply(norm(x), norm(y))),
        "softmax": _softmax,
        "log_softmax": _log_softmax,
        "softmin": lambda x: _softmax(tuple(-element for element in x)),
        "l2_normalize": _normalized,
        "cumsum": lambda x: tuple(accumulate(x, add)),
        "cumprod": lambda x: tuple(accumulate(x, multiply)),
        "sort": _sorted,
        "reverse": lambda x: x[::-1],
        "cross": _cross,
        "convolve": _convolve,
    }
)
"""The functions of rows by canonical name: rows and numbers in, a number or a row out."""
