"""Are two results the same? Close, element by element, with nan equal to nan."""

from __future__ import annotations

import math
from typing import Any

from eq2code.errors import ShapeError
from eq2code.verify.grid import Number, from_nested, items_of, shape_of


def difference(
    found: Any, wanted: Any, *, relative: float = 1e-8, absolute: float = 1e-10
) -> str | None:
    """What differs, in words, or None: shapes, or the first element that is not close.

    Numbers, nested lists and arrays of any framework are compared; infinities must agree in sign.
    """
    try:
        left, right = from_nested(found), from_nested(wanted)
    except ShapeError as error:
        return str(error)
    if shape_of(left) != shape_of(right):
        return f"shape {shape_of(left)} instead of {shape_of(right)}"
    pairs = zip(items_of(left), items_of(right), strict=True)
    for place, (a, b) in enumerate(pairs):
        if not close(a, b, relative=relative, absolute=absolute):
            return f"{a} instead of {b} (element {place} of shape {shape_of(right)})"
    return None


def close(a: Number, b: Number, *, relative: float = 1e-8, absolute: float = 1e-10) -> bool:
    """Whether two numbers agree to within `absolute` plus `relative` of the larger magnitude."""
    if isinstance(a, complex) or isinstance(b, complex):
        a, b = complex(a), complex(b)
        return all(
            _close(x, y, relative * max(abs(a), abs(b)) + absolute)
            for x, y in ((a.real, b.real), (a.imag, b.imag))
        )
    return _close(a, b, relative * max(abs(a), abs(b)) + absolute)


def _close(a: float, b: float, bound: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= bound


def same(found: Any, wanted: Any, *, relative: float = 1e-8, absolute: float = 1e-10) -> bool:
    """Whether `difference` finds none."""
    return difference(found, wanted, relative=relative, absolute=absolute) is None
