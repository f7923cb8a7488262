r"""What stands below a symbol is an index, a number or a word: no word is cut up."""

from __future__ import annotations

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
