"""What is the slope of a function of one number? Central differences, carried to the limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eq2code.errors import DomainError

_SHRINK = 1.6
_ROUNDS = 14


def derivative(function: Callable[[float], Any], at: Any) -> float:
    """The derivative of `function`, which is smooth round `at`, to about ten digits.

    Central differences of ever smaller steps are extrapolated to the step 0 (Ridders' scheme); of
    all extrapolations the one that moved least is returned.
    """
    if isinstance(at, complex):
        raise DomainError("a derivative by a complex number is not evaluated")
    at = float(at)
    step = 0.05 * (abs(at) + 0.2)
    best, error = float("nan"), float("inf")
    previous: list[float] = []
    for _ in range(_ROUNDS):
        row = [(function(at + step) - function(at - step)) / (2 * step)]
        factor = 1.0
        for k, above in enumerate(previous):
            factor *= _SHRINK**2
            row.append((row[k] * factor - above) / (factor - 1))
            moved = max(abs(row[-1] - row[-2]), abs(row[-1] - above))
            if moved <= error:
                best, error = row[-1], moved
        previous = row
        step /= _SHRINK
    return best
