"""Is a matrix symmetric? Read off the formula: its eigenvalues take a broken power only then."""

from __future__ import annotations

from eq2code.trees import formula as f

KINDS = frozenset({"spd", "symmetric", "diagonal"})
KEEPING = frozenset({"inverse", "matrix_power", "matrix_fractional_power"})
BORN = frozenset({"identity", "diag", "eye"})


def is_symmetric(value: f.Formula) -> bool:
    """Whether a matrix equals its transpose, if every symbol that has a power of its own does.

    >>> from eq2code.trees.dims import Dim
    >>> a, b = (f.Symbol(name, (Dim.of("n"), Dim.of("n"))) for name in "AB")
    >>> is_symmetric(f.MatMul((a, f.Transpose(a)))), is_symmetric(f.MatMul((a, b)))
    (True, False)
    """
    match value:
        case f.Symbol():
            return True
        case f.Add(terms):
            return all(not term.shape or is_symmetric(term) for term in terms)
        case f.Negate(inner) | f.Transpose(inner):
            return is_symmetric(inner)
        case f.Multiply(factors):
            wide = [factor for factor in factors if factor.shape]
            return all(is_symmetric(factor) for factor in wide)
        case f.Divide(top, bottom):
            return not bottom.shape and is_symmetric(top)
        case f.MatMul(factors):
            return all(
                _mirrored(a, b) for a, b in zip(factors, reversed(factors), strict=True)
            )  # fmt: skip
        case f.Outer(left, right):
            return left == right
        case f.Call(function, arguments):
            return function in BORN or (function in KEEPING and is_symmetric(arguments[0]))
    return False


def _mirrored(left: f.Formula, right: f.Formula) -> bool:
    """Whether one factor is the transpose of the other."""
    if type(right) is f.Transpose:
        return right.base == left or (left == right and is_symmetric(left))
    if type(left) is f.Transpose:
        return left.base == right
    return left == right and len(left.shape) == 2 and is_symmetric(left)


def assumed(value: f.Formula) -> list[str]:
    """The symbols whose symmetry `is_symmetric` takes for granted: those that nothing declares
    so."""
    match value:
        case f.Symbol(name, _, kind):
            return [] if kind in KINDS else [name]
        case f.MatMul(factors):
            pairs = zip(factors, reversed(factors), strict=True)
            return [name for a, b in pairs if a == b for name in assumed(a)]
        case f.Add(parts) | f.Multiply(parts):
            return [name for part in parts if part.shape for name in assumed(part)]
        case f.Negate(inner) | f.Transpose(inner) | f.Divide(inner):
            return assumed(inner)
        case f.Call(function, arguments) if function in KEEPING:
            return assumed(arguments[0])
    return []


def product_power(value: f.MatMul, exponent: float) -> f.Formula | None:
    r"""`(A B)^p` of two symmetric positive matrices: A^{1/2} (A^{1/2} B A^{1/2})^p A^{-1/2}."""
    if len(value.factors) != 2 or not all(is_symmetric(factor) for factor in value.factors):
        return None
    first, second = value.factors
    root, back = _power(first, 0.5), _power(first, -0.5)
    inner = _power(f.MatMul((root, second, root), span=value.span), exponent)
    return f.MatMul((root, inner, back), span=value.span)


def _power(value: f.Formula, exponent: float) -> f.Formula:
    options = (("exponent", exponent),)
    return f.Call("matrix_fractional_power", (value,), value.shape, options, span=value.span)
