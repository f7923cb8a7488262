r"""An inverse on the left is solved where the symbol itself is wanted, and is a name elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from eq2code import translate

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (r"y^{-1} = a + b", "y_inverse"),
        (r"W^{-1} = U^T U", "W_inverse"),
        (r"y_i^{-1} = x_i^{-1} + z_i", "y_inverse"),
        (r"A^{-1} = (A^T A)^{-1} A^T", "A_inverse"),
    ],
)
def test_an_inverse_on_the_left_names_the_right_side(source: str, name: str) -> None:
    assert translate(source).outputs == (name,)


def test_the_inverse_of_two_by_two_is_what_is_written() -> None:
    function = translate(r"A^{-1} = \frac{1}{ad-bc}\begin{pmatrix}d&-b\\-c&a\end{pmatrix}")
    A = RNG.normal(size=(2, 2))
    given = dict(zip("abcd", A.ravel(), strict=True))
    np.testing.assert_allclose(function(**given), np.linalg.inv(A))


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        (r"y^{-1} = a + b", ("y",)),
        (r"y^{-1} = a + b, \quad z = 1 y", ()),
        (r"y^{-1} = a + b, \quad z = y^{-1}", ()),
    ],
)
def test_an_inverse_is_solved_for_what_is_wanted(source: str, outputs: tuple[str, ...]) -> None:
    function = translate(source, outputs=outputs) if outputs else translate(source)
    assert function.parameters == ("a", "b")
    wanted = 5.0 if "y^{-1}" in source.partition("=")[2] else 0.2
    np.testing.assert_allclose(function(2.0, 3.0), wanted)


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        (r"L(y,y^p) = \sum_{i=1}^n\log(\cosh(y_i^p-y_i))", ("y", "y_p")),
        (r"L(y, y^t) = \sum_i (y_i^t - y_i)^2", ("y", "y_t")),
        (r"L(y^p, y) = \sum_i (y^p_i - y_i)^p", ("y_p", "y", "p")),
        (r"f(x, p) = \sum_i x_i^p", ("x", "p")),
    ],
)
def test_an_argument_is_one_symbol_whatever_stands_above_it(
    source: str, parameters: tuple[str, ...]
) -> None:
    assert translate(source).parameters == parameters


def test_what_an_argument_is_called_is_no_power() -> None:
    function = translate(r"L(y,y^p) = \sum_{i=1}^n\log(\cosh(y_i^p-y_i))")
    y, given = RNG.normal(size=4), RNG.normal(size=4)
    np.testing.assert_allclose(function(y, given), np.log(np.cosh(given - y)).sum())


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        (r"\sigma^2 = \frac{1}{n} \sum_{i=1}^n x_i^2", ("x",)),
        (r"\|x\|_2 = \sqrt{\sum_i x_i^2}", ("x",)),
        (r"\log p(x) = -\frac{x^2}{2}", ("x",)),
        (r"\sum_{k=1}^n k = \frac{n(n+1)}{2}", ("n",)),
        (r"\sum_{n=1}^\infty \frac{1}{n^2} = \frac{\pi^2}{6}", ()),
        (r"\sum_i \lambda_i = \mathrm{tr}(A)", ("A",)),
        (r"\Gamma(1) = 1", ()),
        (r"P(X = 1) = 0.3", ()),
        (r"\hat y_0 = 0", ()),
        (r"f(x) = 0", ("x",)),
        (r"\sigma^2 = 0.5 \\ y = \frac{x}{\sigma}", ("x",)),
    ],
)
def test_a_left_side_that_labels_its_value_stays(source: str, parameters: tuple[str, ...]) -> None:
    assert translate(source).parameters == parameters


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"g_k = p_k - \delta_{k=y}", [0.25, -0.5, 0.25]),
        (r"g_k = p_k - \delta_{y = k}", [0.25, -0.5, 0.25]),
        (r"\sum_k \delta_{k=y} p_k", 0.5),
        (r"\sum_k \delta_{k \ne y} p_k", 0.5),
        (r"\sum_{k=1}^{K} \delta_{k=y} p_k", 0.25),
    ],
)
def test_a_delta_of_a_comparison_with_an_index_is_1_where_it_holds(
    source: str, wanted: object
) -> None:
    np.testing.assert_allclose(translate(source)(p=[0.25, 0.5, 0.25], y=1), wanted)


def test_a_delta_of_entries_is_compared_entry_by_entry() -> None:
    function = translate(r"\sum_k \delta_{y_k = 1} p_k")
    np.testing.assert_allclose(function(p=[0.25, 0.5, 0.25], y=[1, 0, 1]), 0.5)


def test_a_comparison_below_that_binds_nothing_is_a_label() -> None:
    assert translate(r"v_{t=0} + v_{t=1}").parameters == ("v_t_0", "v_t_1")
