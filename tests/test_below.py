r"""What stands below a symbol is an index, a number or a word: no word is cut up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eq2code import translate

RNG = np.random.default_rng(11)


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        (r"y_i = \alpha_{init} x_i", ("alpha_init", "x")),
        (r"L = \frac1N\sum_{i=1}^N (x_i - \mu_{pixel})^2", ("x", "mu_pixel")),
        (r"y_i = \sum_j A_{ij} x_j + b_{bias}", ("A", "x", "b_bias")),
        (r"s_j = \sum_i w_{out,i} x_{ij}", ("w_out", "x")),
        (r"z_{cls} = W_{cls} h_{cls}", ("W_cls", "h_cls")),
        (
            r"H(x)_i = (x\cdot W_g)_i+\epsilon_i\cdot\mathrm{Softplus}((x\cdot W_{noise})_i)",
            ("x", "W_g", "epsilon", "W_noise"),
        ),
        (
            r"F_{lcs} = \frac{(1+\beta^2)R_{lcs}P_{lcs}}{R_{lcs}+\beta^2P_{lcs}}",
            ("beta", "R_lcs", "P_lcs"),
        ),
        (r"y_i = \sum_{jk} T_{ijk} x_j x_k", ("T", "x")),
        (r"O_{bhqd} = \sum_k A_{bhqk} V_{bhkd}", ("A", "V")),
        (r"\mu_c = \frac{1}{NHW} \sum_{n,h,w} x_{nchw}", ("N", "H", "W", "x")),
    ],
)
def test_letters_below_are_all_indices_or_one_word(
    source: str, parameters: tuple[str, ...]
) -> None:
    assert translate(source).parameters == parameters


def test_a_declared_array_keeps_its_indices() -> None:
    function = translate(r"s = \sum_{c} x_{bac} y_c", shapes={"x": "b a c", "y": "c"})
    assert function.parameters == ("x", "y")


def test_a_word_below_is_one_number() -> None:
    function = translate(r"y_i = \sum_j A_{ij} x_j + b_{bias}")
    A, x = RNG.normal(size=(3, 4)), RNG.normal(size=4)
    np.testing.assert_allclose(function(A, x, 0.5), A @ x + 0.5)


@pytest.mark.parametrize(
    ("source", "declare", "wanted"),
    [
        (r"d = \sum_{j=1}^p (x_{1j} - x_{2j})^2", {"x": "2 p"}, lambda x, y: (x[0] - x[1]) ** 2),
        (r"d = \sum_{i=1}^n x_{1i} y_i", {"x": "3 n", "y": "n"}, lambda x, y: x[0] * y),
        (r"d = \sum_{i=1}^n x_{2i} y_i", {"x": "2 n", "y": "n"}, lambda x, y: x[1] * y),
        (r"d = \sum_{i=1}^n x_{2i} y_i", {"x": "n n", "y": "n"}, lambda x, y: x[1] * y),
        (
            r"d = \sum_i (x_{0i} y_i + x_{2i})",
            {"x": "3 n", "y": "n"},
            lambda x, y: x[0] * y + x[2],
        ),
    ],
)
def test_a_number_before_an_index_is_a_place(
    source: str, declare: dict[str, str], wanted: Callable[..., Any]
) -> None:
    function = translate(source, shapes=declare)
    rows = {"2 p": 2, "2 n": 2, "3 n": 3, "n n": 4}[declare["x"]]
    x, y = RNG.normal(size=(rows, 4)), RNG.normal(size=4)
    given = (x, y) if "y" in function.parameters else (x,)
    np.testing.assert_allclose(function(*given), wanted(x, y).sum())


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        (r"d = \sum_{j=1}^p (x_{1j} - x_{2j})^2", ("x_1", "x_2")),
        (r"y_i = w_{1i} x_i + w_{2i} + w_{3i}", ("w_1", "x", "w_2", "w_3")),
        (r"z_i = a_{1i} b_{2i}", ("a_1", "b_2")),
        (r"y_i = x_{2i} + x_{2i+1}", ("x",)),
        (r"y_i = x_{2i}", ("x",)),
        (r"y_i = z_{1i} x_{2i} + x_{2i+1}", ("z_1", "x")),
    ],
)
def test_a_number_before_an_index_multiplies_it_by_itself(
    source: str, parameters: tuple[str, ...]
) -> None:
    assert translate(source).parameters == parameters


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        (
            r"L = \sum_i\frac\lambda2F_i(\theta_i-\theta^*_{A,i})^2",
            ("lambda_", "F", "theta", "theta_A_star"),
        ),
        (r"L = \sum_i F_i(\theta_i-\theta_{a,i})^2", ("F", "theta", "theta_a")),
        (r"L_A = \sum_i \theta_{A,i}", ("theta",)),
    ],
)
def test_a_letter_that_nothing_binds_beside_an_index_is_a_label(
    source: str, parameters: tuple[str, ...]
) -> None:
    assert translate(source).parameters == parameters
