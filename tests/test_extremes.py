r"""Values at the edge of arithmetic, arrays without entries, and more than memory holds."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from eq2code import DomainError, Eq2CodeError, ShapeError, TooLargeError, translate
from eq2code.source import NOWHERE
from strategies import BACKENDS, to_backend, to_numpy

NAN, INF = math.nan, math.inf
CASES = r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}"


def value(source: str, backend: str, **arrays: Any) -> Any:
    """What a formula gives, without the target's own warnings."""
    given = {name: to_backend(np.asarray(x), backend) for name, x in arrays.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return to_numpy(translate(source, backend=backend)(**given))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("source", "x", "expected"),
    [
        (r"\max_i x_i", [NAN, 1.0], NAN),
        (r"\min_i x_i", [NAN, 1.0], NAN),
        (r"\max(0, x)", [NAN, 1.0], [NAN, 1.0]),
        ("relu(x)", [NAN, -1.0], [NAN, 0.0]),
        ("|x|", [NAN, -INF], [NAN, INF]),
        ("clip(x, 0, 1)", [NAN, 2.0], [NAN, 1.0]),
        ("sum(x)", [INF, -INF], NAN),
        (r"\log x", [0.0, 1.0], [-INF, 0.0]),
        (r"\frac{x}{x}", [0.0, 2.0], [NAN, 1.0]),
        (CASES, [NAN, 1.0, -1.0], [0.0, 1.0, 0.0]),
        ("softmax(x)", [1000.0, 0.0], [1.0, 0.0]),
        ("softmax(x)", [-1000.0, -1001.0], [1 / (1 + math.exp(-1)), 1 / (1 + math.e)]),
        ("softmax(x)", [-INF, 0.0], [0.0, 1.0]),
        ("softmax(x)", [-INF, -INF], [NAN, NAN]),
        ("softmax(x)", [NAN, 0.0], [NAN, NAN]),
        ("sigmoid(x)", [NAN, INF, -INF, -1000.0], [NAN, 1.0, 0.0, 0.0]),
        ("logsumexp(x)", [-INF, -INF], -INF),
        ("logsumexp(x)", [INF, 0.0], INF),
        ("logsumexp(x)", [1000.0, 1000.0], 1000 + math.log(2)),
        (r"\|x\|", [INF, 0.0], INF),
        (r"-\sum_i x_i \log x_i", [0.0, 1.0], 0.0),
    ],
)
def test_what_is_no_number_stays_none_and_what_is_large_stays_finite(
    source: str, x: list[float], expected: Any, backend: str
) -> None:
    np.testing.assert_allclose(value(source, backend, x=x), expected, rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\sum_i x_i", 0.0),
        (r"\prod_i x_i", 1.0),
        (r"\|x\|", 0.0),
        (r"x^\top x", 0.0),
        ("logsumexp(x)", -INF),
        ("mean(x)", NAN),
        ("Var(x)", NAN),
        (r"\sqrt{x}", np.zeros(0)),
    ],
)
def test_nothing_sums_to_0_and_multiplies_to_1(source: str, expected: Any, backend: str) -> None:
    np.testing.assert_array_equal(value(source, backend, x=np.zeros(0)), expected)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("source", [r"\max_i x_i", r"\min(x)", r"\arg\max_i x_i", "softmax(x)"])
def test_nothing_has_no_largest_entry(source: str, backend: str) -> None:
    """PyTorch's softmax of nothing is nothing; every other way there is none, in our words."""
    if (source, backend) == ("softmax(x)", "torch"):
        assert value(source, backend, x=np.zeros(0)).shape == (0,)
        return
    with pytest.raises(ShapeError, match="n is 0, and the equation needs at least one"):
        value(source, backend, x=np.zeros(0))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", [0, 1])
def test_a_number_of_entries_that_is_divided_by_is_named(n: int, backend: str) -> None:
    source = rf"\frac{{1}}{{n - {n}}} \sum_{{i=1}}^n x_i"
    with pytest.raises(DomainError, match=f"divides by zero with n = {n}"):
        value(source, backend, x=np.ones(n))


@pytest.mark.parametrize("backend", BACKENDS)
def test_products_over_empty_axes_and_empty_batches(backend: str) -> None:
    attention = "softmax(QK^T/sqrt(d_k))V"
    assert value("A B", backend, A=np.zeros((2, 0)), B=np.zeros((0, 3))).tolist() == [[0.0] * 3] * 2
    assert value("A x", backend, A=np.zeros((0, 3)), x=np.ones(3)).shape == (0,)
    shapes = {"Q": (0, 2, 4), "K": (0, 3, 4), "V": (0, 3, 5)}
    empty = {name: np.ones(shape) for name, shape in shapes.items()}
    assert value(attention, backend, **empty).shape == (0, 2, 5)
    none = {name: np.ones(shape[1:]) for name, shape in shapes.items()}
    assert value(attention, backend, **none | {"Q": np.ones((0, 4))}).shape == (0, 5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_does_not_fit_into_memory_is_said_so(backend: str) -> None:
    letters = {name: np.ones(1500) for name in "abcde"}
    source = r"\sum_{i,j,k,l,m} (a_i + b_j + c_k + d_l + e_m)^2"
    with pytest.raises(TooLargeError, match="more memory than there is with n = 1500"):
        value(source, backend, **letters)


def test_a_product_over_many_indices_makes_no_array_over_them_all() -> None:
    """1000 entries on each of four axes: an array over all four would be eight terabytes."""
    rng = np.random.default_rng(0)
    a, b, c = (rng.normal(size=(1000, 1000)) for _ in "abc")
    d = rng.normal(size=1000)
    source = r"\sum_i \sum_j \sum_k \sum_l a_{ij} b_{jk} c_{kl} d_l"
    np.testing.assert_allclose(
        translate(source)(a=a, b=b, c=c, d=d), a.sum(0) @ b @ c @ d, rtol=1e-9
    )


@pytest.mark.parametrize("source", [r"\sum_{i=1}^{10^{12}} x_i", r"\sum_{i=1}^{10^{12}} i"])
def test_a_range_longer_than_all_there_is_is_refused(source: str) -> None:
    with pytest.raises(Eq2CodeError):
        translate(source)(**({"x": np.ones(3)} if "x" in source else {}))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("10^{-400}", 0.0),
        ("2^{-10^9}", 0.0),
        ("x + 2^{-10^9}", 3.0),
        ("0.5^{2000} x", 0.0),
        ("10^{-309} x", 3e-309),
        ("10^{-8} x", 3e-8),
        ("(-10)^{-400} + x", 3.0),
        ("2^{-1074}", 5e-324),
    ],
)
def test_a_constant_that_is_tiny_is_no_infinity(source: str, value: float, backend: str) -> None:
    found = translate(source, backend=backend)
    given = {"x": 3.0} if found.parameters else {}
    assert float(found(**given)) == pytest.approx(value, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (r"\sqrt{-1}", "no real number"),
        (r"\log(-1)", "no real number"),
        (r"(-2)^{0.5}", "no real number"),
        ("1/(1-1)", "divides by zero"),
        ("10^{400}", "1.8e308"),
        ("e^{1000}", "1.8e308"),
    ],
)
def test_a_constant_without_a_value_says_why(source: str, told: str) -> None:
    with pytest.raises(DomainError) as caught:
        translate(source)
    assert told in caught.value.hints[0]
    assert caught.value.span != NOWHERE


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "source",
    [
        r"\sum_{i=1}^{n}\sum_{j=1}^{n} \frac{1}{i+j}",
        r"\max_{1 \le i \le n} \sum_{j=1}^{n} (i - j)^2",
        r"y_{ij} = i - j, i = 1, \ldots, n, j = 1, \ldots, n",
    ],
)
def test_ranges_that_fill_the_memory_together_are_refused(source: str, backend: str) -> None:
    translation = translate(source, backend=backend)
    with pytest.raises(TooLargeError, match=r"n times n is 400,000,000"):
        translation(n=20_000)
    assert np.all(np.isfinite(to_numpy(translation(n=100))))


@pytest.mark.parametrize("backend", BACKENDS)
def test_ranges_that_stand_apart_are_held_against_the_limit_one_by_one(backend: str) -> None:
    apart = translate(r"\sum_{i=1}^{n} 1/i + \sum_{j=1}^{n} 1/j", backend=backend)
    assert float(apart(n=20_000)) == pytest.approx(2 * sum(1 / k for k in range(1, 20_001)))
