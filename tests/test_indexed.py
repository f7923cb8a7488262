"""What letters below symbols mean, where nothing but a habit says so, is told, and chosen."""

from __future__ import annotations

import numpy as np
import pytest

from eq2code import Eq2CodeError, translate
from strategies import BACKENDS, to_backend

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (r"y_i = \sum_j \alpha_{ij} v_j", "v"),
        (r"y_i = \sum_j \exp(e_{ij}) h_j / \sum_j \exp(e_{ij})", "h"),
        ("ŷᵢ = Σⱼ αᵢⱼ vⱼ", "v"),
        (r"m_k = \frac{\sum_n r_{nk} x_n}{\sum_n r_{nk}}", "x"),
        (r"s = \sum_i w_i x_i", "x"),
    ],
)
def test_elements_that_are_summed_up_are_told_to_be_numbers(source: str, name: str) -> None:
    told = {one.text: one for one in translate(source).assumptions}
    one = told[f"{name} holds numbers, one for each index"]
    with pytest.raises(Eq2CodeError):
        translate(source, strict=True)
    ((keyword, pairs),) = one.argument
    assert keyword == "shapes"
    rows = translate(source, shapes=dict(pairs))
    assert len(rows.shapes[name].split()) == 2


@pytest.mark.parametrize(
    "source",
    [
        r"H = -\sum_i p_i \log p_i",
        r"L = \sum_i (y_i - x_i)^2",
        r"y = \sum_i x_i^2",
        r"y = \prod_i x_i",
    ],
)
def test_what_only_numbers_are_is_not_told(source: str) -> None:
    assert not any("holds numbers" in one.text for one in translate(source).assumptions)


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_that_are_summed_up_are_weighted(backend: str) -> None:
    function = translate(
        r"y_i = \sum_j \alpha_{ij} v_j", shapes={"v": "n d"}, strict=True, backend=backend
    )
    weights, rows = RNG.normal(size=(4, 4)), RNG.normal(size=(4, 4))
    got = function(alpha=to_backend(weights, backend), v=to_backend(rows, backend))
    np.testing.assert_allclose(np.asarray(got), weights @ rows)
