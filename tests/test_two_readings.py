"""What experts read in two ways is settled by what the source and the declarations say, else
refused with both readings."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from eq2code import Eq2CodeError, translate
from two_readings import REFUSALS, Refusal


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case.source}, {case.declare}")
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_two_readings_are_both_named(case: Refusal, backend: str) -> None:
    with pytest.raises(Eq2CodeError) as caught:
        translate(case.source, shapes=case.declare, backend=backend)
    assert type(caught.value).__name__ == case.error
    for words in case.says:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("source", "declare"),
    [
        (r"\sum_{i=k+1}^{n} x_i", {"x": "n"}),
        (r"\sum x_{k+1:n}", {"x": "n"}),
        ("Σ_{i=k+1}^{n} x_i", {"x": "n"}),
    ],
)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_range_from_a_number_takes_the_rest(
    source: str, declare: dict[str, str], backend: str
) -> None:
    function = translate(source, shapes=declare, backend=backend)
    assert set(function.parameters) == {"k", "x"}
    x = np.random.default_rng(3).normal(size=(4, 5))
    for values in (x[0], x):
        given = values if backend == "numpy" else torch.as_tensor(values)
        np.testing.assert_allclose(np.asarray(function(k=2, x=given)), values[..., 2:].sum(axis=-1))


@pytest.mark.parametrize("source", [r"\mathbf{1}_S^\top x", "1_S^T x"])
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_ones_over_a_mask_are_the_mask(source: str, backend: str) -> None:
    function = translate(source, shapes={"S": "n : bool", "x": "n"}, backend=backend)
    rng = np.random.default_rng(4)
    for lead in ((), (3,)):
        mask, x = rng.random((*lead, 5)) < 0.5, rng.normal(size=(*lead, 5))
        wanted = (mask * x).sum(axis=-1)
        given = (mask, x) if backend == "numpy" else map(torch.as_tensor, (mask, x))
        np.testing.assert_allclose(np.asarray(function(*given)), wanted)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_an_inverse_of_a_value_is_no_inverse_function(backend: str) -> None:
    x = np.random.default_rng(5).uniform(1, 2, (4, 3))
    given = x if backend == "numpy" else torch.as_tensor(x)
    one = translate("f(x)^{-1}", shapes={"f": "(n) -> (n)", "x": "n"}, backend=backend)
    np.testing.assert_allclose(np.asarray(one(f=lambda x: x + 1, x=given)), 1 / (x + 1))
    matrix = translate("K^{-1}(x)", shapes={"K": "(n) -> (n n)", "x": "n"}, backend=backend)

    def outer(v: np.ndarray | torch.Tensor) -> np.ndarray | torch.Tensor:
        eye = np.eye(3) if backend == "numpy" else torch.eye(3, dtype=torch.float64)
        return v[..., :, None] * v[..., None, :] + eye

    wanted = np.linalg.inv(x[..., :, None] * x[..., None, :] + np.eye(3))
    np.testing.assert_allclose(np.asarray(matrix(K=outer, x=given)), wanted)
