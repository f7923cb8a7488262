"""What is each function of a matrix, by its definition?

Matrices are `Grid`s of two axes. Elimination runs in exact fractions where the elements are finite
real numbers, so that determinants and inverses are right to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

from eq2code.errors import DomainError
from eq2code.verify.arithmetic import NAN, add, divide, largest, multiply, power, total
from eq2code.verify.grid import Grid, Number, Value, build, elementwise, item, shape_of
from eq2code.verify.rows import norm

Matrix = Grid


def matrix(rows: int, columns: int, element: Callable[[int, int], Number]) -> Matrix:
    """The matrix of `element(i, j)`."""
    built = build((rows, columns), lambda position: element(*position))
    assert isinstance(built, Grid)
    return built


def vector(length: int, element: Callable[[int], Number]) -> Grid:
    """The vector of `element(i)`."""
    built = build((length,), lambda position: element(*position))
    assert isinstance(built, Grid)
    return built


def identity(size: int) -> Matrix:
    """Ones on the diagonal."""
    return matrix(size, size, lambda i, j: 1 if i == j else 0)


def product(left: Value, right: Value) -> Matrix:
    """The matrix product."""
    (rows, inner), (_, columns) = shape_of(left), shape_of(right)
    return matrix(
        rows,
        columns,
        lambda i, j: total(multiply(item(left, i, k), item(right, k, j)) for k in range(inner)),
    )


def transpose(a: Matrix) -> Matrix:
    """Rows become columns."""
    return matrix(a.shape[1], a.shape[0], lambda i, j: item(a, j, i))


# --- elimination -------------------------------------------------------------------------------


def _exact(value: Number) -> Any:
    """The number as a fraction; complex ones stay as they are."""
    return value if isinstance(value, complex) else Fraction(value)


def _plain(value: Any) -> Number:
    try:
        return float(value) if isinstance(value, Fraction) else value
    except OverflowError:
        return math.copysign(math.inf, value)


def _finite(a: Matrix) -> bool:
    return all(math.isfinite(complex(x).real + complex(x).imag) for x in a.items)


def _eliminate(a: Matrix, beside: Matrix) -> tuple[Any, list[list[Any]]]:
    """The determinant of `a`, and the rows of a⁻¹ · beside, which mean nothing where it is 0."""
    size = a.shape[0]
    rows = [
        [_exact(item(a, i, j)) for j in range(size)]
        + [_exact(item(beside, i, j)) for j in range(beside.shape[1])]
        for i in range(size)
    ]
    determinant: Any = Fraction(1)
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(rows[i][k]))
        if rows[pivot][k] == 0:
            return Fraction(0), []
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            determinant = -determinant
        determinant *= rows[k][k]
        head = rows[k][k]
        rows[k] = [x / head for x in rows[k]]
        for i in range(size):
            if i != k:
                factor = rows[i][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return determinant, [row[size:] for row in rows]


def _determinant(a: Matrix) -> Any:
    return _eliminate(a, matrix(a.shape[0], 0, lambda i, j: 0))[0]


def _det(a: Matrix) -> Number:
    return _plain(_determinant(a)) if _finite(a) else NAN


def _logdet(a: Matrix) -> Number:
    if not _finite(a):
        return NAN
    determinant = _determinant(a)
    if determinant == 0:
        return -math.inf
    if determinant < 0:
        return NAN
    return math.log(determinant.numerator) - math.log(determinant.denominator)


def inverse(a: Matrix) -> Matrix:
    """The inverse; a singular matrix raises DomainError."""
    size = a.shape[0]
    if not _finite(a):
        return matrix(size, size, lambda i, j: NAN)
    determinant, rows = _eliminate(a, identity(size))
    if determinant == 0:
        raise DomainError("a singular matrix has no inverse")
    return matrix(size, size, lambda i, j: _plain(rows[i][j]))


# --- rotations ---------------------------------------------------------------------------------


def _columns(a: Matrix) -> list[list[float]]:
    return [[_real(item(a, i, j)) for i in range(a.shape[0])] for j in range(a.shape[1])]


def _real(x: Any) -> float:
    return float(x)


def _orthogonalize(columns: list[list[float]], beside: list[list[float]]) -> None:
    """Rotate pairs of columns until all are at right angles; `beside` takes the same rotations."""
    for _ in range(60):
        turned = False
        for p in range(len(columns)):
            for q in range(p + 1, len(columns)):
                turned |= _rotate(columns, beside, p, q)
        if not turned:
            return
    raise DomainError("the singular values could not be found")


def _rotate(columns: list[list[float]], beside: list[list[float]], p: int, q: int) -> bool:
    alpha = math.fsum(x * x for x in columns[p])
    beta = math.fsum(x * x for x in columns[q])
    gamma = math.fsum(x * y for x, y in zip(columns[p], columns[q], strict=True))
    if abs(gamma) <= 1e-15 * math.sqrt(alpha * beta):
        return False
    zeta = (beta - alpha) / (2 * gamma)
    t = math.copysign(1, zeta) / (abs(zeta) + math.hypot(1, zeta))
    c = 1 / math.hypot(1, t)
    for vectors in (columns, beside):
        one, two = vectors[p], vectors[q]
        vectors[p] = [c * x - c * t * y for x, y in zip(one, two, strict=True)]
        vectors[q] = [c * t * x + c * y for x, y in zip(one, two, strict=True)]
    return True


def _singular(a: Matrix) -> tuple[list[float], list[list[float]], list[list[float]]]:
    """Singular values, and the columns of U·Σ and of V, for a matrix at least as high as wide."""
    scaled = _columns(a)
    right = _columns(identity(a.shape[1]))
    _orthogonalize(scaled, right)
    return [math.hypot(*column) for column in scaled], scaled, right


def singular_values(a: Matrix) -> list[float]:
    """The singular values, in no order."""
    if any(isinstance(x, complex) for x in a.items):
        raise DomainError("singular values of a complex matrix are not evaluated here")
    if not _finite(a):
        return [NAN] * min(a.shape)
    tall = a if a.shape[0] >= a.shape[1] else transpose(a)
    return _singular(tall)[0]


def _rank(a: Matrix) -> Number:
    values = singular_values(a)
    bound = max(values, default=0.0) * max(a.shape) * 2.0**-52
    return sum(value > bound for value in values)


def _pinv(a: Matrix) -> Matrix:
    if a.shape[0] < a.shape[1]:
        return transpose(_pinv(transpose(a)))
    values, scaled, right = _singular(a)
    bound = max(values, default=0.0) * max(a.shape) * 2.0**-52
    kept = [k for k, value in enumerate(values) if value > bound]
    return matrix(
        a.shape[1],
        a.shape[0],
        lambda i, j: math.fsum(right[k][i] * scaled[k][j] / values[k] ** 2 for k in kept),
    )


def _symmetric(a: Matrix) -> tuple[list[float], list[list[float]]]:
    """Eigenvalues and the columns of eigenvectors of a symmetric matrix.

    Shifted until it is positive, its singular values are its eigenvalues.
    """
    size = a.shape[0]
    if not size:
        return [], []
    shift = 2 * max(math.fsum(abs(item(a, i, j)) for j in range(size)) for i in range(size))
    # Only the lower triangle counts, as in the libraries.
    lower = matrix(size, size, lambda i, j: item(a, max(i, j), min(i, j)))
    raised = matrix(size, size, lambda i, j: add(item(lower, i, j), shift if i == j else 0))
    values, _, right = _singular(raised)
    quotients = [
        math.fsum(x * y for x, y in zip(column, _apply(lower, column), strict=True))
        for column in right
    ]
    assert len(values) == size
    return quotients, right


def _apply(a: Matrix, x: list[float]) -> list[float]:
    return [
        math.fsum(_real(item(a, i, j)) * x[j] for j in range(a.shape[1])) for i in range(a.shape[0])
    ]


def _eigenvalues(a: Matrix) -> Grid:
    values = sorted(_symmetric(a)[0])
    return vector(len(values), lambda i: values[i])


def _fractional_power(a: Matrix, *, exponent: float) -> Matrix:
    values, columns = _symmetric(a)
    powers = [power(value, exponent) for value in values]
    return matrix(
        len(values),
        len(values),
        lambda i, j: total(
            multiply(powers[k], columns[k][i] * columns[k][j]) for k in range(len(values))
        ),
    )


# --- the rest ----------------------------------------------------------------------------------


def _matrix_power(a: Matrix, *, exponent: int) -> Matrix:
    base = a if exponent >= 0 else inverse(a)
    result = identity(a.shape[0])
    for bit in bin(abs(exponent))[2:]:
        result = product(result, result)
        if bit == "1":
            result = product(result, base)
    return result


def _expm(a: Matrix) -> Value:
    """The series Σ Aᵏ/k! of A / 2ˢ, squared s times."""
    size = a.shape[0]
    widest = max((abs(x) for x in a.items), default=0.0) * max(size, 1)
    halvings = max(0, math.ceil(math.log2(widest)) + 1) if widest > 0.5 else 0
    small = matrix(size, size, lambda i, j: item(a, i, j) / 2**halvings)
    result: Value = identity(size)
    term: Value = result
    for k in range(1, 25):
        term = elementwise(partial(multiply, 1 / k), product(term, small))
        result = elementwise(add, result, term)
    for _ in range(halvings):
        result = product(result, result)
    return result


def _cholesky(a: Matrix) -> Matrix:
    size = a.shape[0]
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest: Any = item(a, i, j) - math.fsum(lower[i][k] * lower[j][k] for k in range(j))
            if i == j and rest <= 0:
                raise DomainError("the matrix is not positive definite")
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return matrix(size, size, lambda i, j: lower[i][j])


def _sums(a: Matrix) -> list[Number]:
    """The sum of magnitudes of each row."""
    return [total(abs(item(a, i, j)) for j in range(a.shape[1])) for i in range(a.shape[0])]


def _kron(a: Matrix, b: Matrix) -> Matrix:
    (n, m), (p, q) = a.shape, b.shape
    return matrix(
        n * p, m * q, lambda i, j: multiply(item(a, i // p, j // q), item(b, i % p, j % q))
    )


def _triangle(keeps: Callable[[int, int], bool]) -> Callable[[Matrix], Matrix]:
    return lambda a: matrix(
        a.shape[0], a.shape[1], lambda i, j: item(a, i, j) if keeps(i, j) else 0
    )


def _diag(x: Grid) -> Matrix:
    return matrix(x.shape[0], x.shape[0], lambda i, j: item(x, i) if i == j else 0)


def _diagonal(a: Matrix) -> Grid:
    return vector(a.shape[0], lambda i: item(a, i, i))


def _vec(a: Matrix) -> Grid:
    rows, columns = a.shape
    return vector(rows * columns, lambda k: item(a, k % rows, k // rows))


def _flatten(a: Matrix) -> Grid:
    rows, columns = a.shape
    return vector(rows * columns, lambda k: item(a, k // columns, k % columns))


def _outer(x: Grid, y: Grid) -> Matrix:
    return matrix(x.shape[0], y.shape[0], lambda i, j: multiply(item(x, i), item(y, j)))


MATRICES: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {
        "trace": lambda a: total(_diagonal(a).items),
        "det": _det,
        "logdet": _logdet,
        "rank": _rank,
        "frobenius_norm": lambda a: norm(a.items),
        "spectral_norm": lambda a: max(singular_values(a)),
        "least_singular_value": lambda a: min(singular_values(a)),
        "condition_number": lambda a: divide(max(singular_values(a)), min(singular_values(a))),
        "nuclear_norm": lambda a: math.fsum(singular_values(a)),
        "matrix_norm1": lambda a: largest(_sums(transpose(a))),
        "matrix_norminf": lambda a: largest(_sums(a)),
        "inverse": inverse,
        "pinv": _pinv,
        "transpose": transpose,
        "matrix_power": _matrix_power,
        "matrix_fractional_power": _fractional_power,
        "expm": _expm,
        "cholesky": _cholesky,
        "eigenvalues": _eigenvalues,
        "diag": _diag,
        "diagonal": _diagonal,
        "tril": _triangle(lambda i, j: j <= i),
        "triu": _triangle(lambda i, j: j >= i),
        "vec": _vec,
        "flatten": _flatten,
        "outer": _outer,
        "kron": _kron,
    }
)
"""The functions of matrices by canonical name: grids in, a number or a grid out."""
