"""0 log 0: a zero in front of a logarithm counts as 0, with finite slopes, and that is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import scipy.special as sp
import torch

from eq2code import translate
from eq2code.verify.oracle import evaluate
from strategies import BACKENDS, to_backend

Array = np.ndarray
P, Q, Y = np.array([0.0, 0.25, 0.75]), np.array([0.0, 0.5, 0.5]), np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Entropy:
    """A source, arguments with zeros, and what it comes to."""

    source: str
    given: tuple[Any, ...]
    value: Callable[..., Any]


def _crossed(y: Array, p: Array) -> Array:
    return -(sp.xlogy(y, p) + sp.xlogy(1 - y, 1 - p))


ENTROPIES = (
    Entropy(r"p \log p", (P,), lambda p: sp.xlogy(p, p)),
    Entropy("p ln p", (P,), lambda p: sp.xlogy(p, p)),
    Entropy(r"\sum_i p_i \log p_i", (P,), lambda p: sp.xlogy(p, p).sum()),
    Entropy("H = -Σ_i p_i log_2 p_i", (P,), lambda p: -sp.xlogy(p, p).sum() / np.log(2)),
    Entropy(r"-\sum_x p(x) \log q(x)", (P, Q), lambda p, q: -sp.xlogy(p, q).sum()),
    Entropy(r"\sum_i p_i \log \frac{p_i}{q_i}", (P, Q), lambda p, q: sp.rel_entr(p, q).sum()),
    Entropy(r"\sum_i p_i (\log p_i - \log q_i)", (P, Q), lambda p, q: sp.rel_entr(p, q).sum()),
    Entropy(r"\sum_i p_i \log \frac{1}{p_i}", (P,), lambda p: sp.entr(p).sum()),
    Entropy(r"\sum_i p_i (\log p_i)^2", (P,), lambda p: sp.xlogy(sp.xlogy(p, p), p).sum()),
    Entropy(
        r"\sum_k \frac{n_k}{N} \log \frac{n_k}{N}", (2 * P, 2.0),
        lambda n, N: sp.xlogy(n / N, n / N).sum(),
    ),
    Entropy(
        r"\sum_i (a_i - b_i) \log \frac{a_i}{b_i}", (P, Q),
        lambda a, b: sum((x - y) * np.log(x / y) for x, y in zip(a[1:], b[1:], strict=True)),
    ),
    Entropy(r"y \log \hat{y}", (Y, Y), sp.xlogy),
    Entropy(r"-y^\top \log \hat{y}", (Y, Q + Y), lambda y, q: -sp.xlogy(y, q).sum()),
    Entropy(r"-y \log p - (1 - y) \log(1 - p)", (Y, Y), _crossed),
    Entropy(
        r"-\frac{1}{n} \sum_{i=1}^n [y_i \log p_i + (1 - y_i) \log(1 - p_i)]", (Y, Y),
        lambda y, p: _crossed(y, p).mean(),
    ),
    Entropy(r"-\sum_i w_i y_i \log p_i", (Q, Y, Y), lambda w, y, p: -sp.xlogy(w * y, p).sum()),
    Entropy(
        r"-\sum_c \mathbb{1}[y = c] \log p_c", (1.0, Y), lambda y, p: -np.log(p[int(y)]),
    ),
    Entropy(r"\sum_i (\alpha_i - 1) \log x_i", (1 + P, P), lambda a, x: sp.xlogy(a - 1, x).sum()),
    Entropy(
        r"-\sum_i \mathrm{softmax}(z)_i \log \mathrm{softmax}(z)_i", (np.array([0.0, 900.0]),),
        lambda z: 0.0,
    ),
)  # fmt: skip

PLAIN = (
    r"a + b \log x",
    r"k \ln n - 2 \ln L",
    r"\frac{n}{2} \log \sigma^2",
    r"2 \log x",
    r"x^{-1} \log x",
    r"-\frac{1}{n} \sum_i \log p_i",
    r"\sum_k k \log x_k",
    r"\sum_i y_i \log(p_i + \epsilon)",
    r"\sum_i w_i \log(1 + e^{x_i})",
    r"\sum_i w_i \log \sum_j \exp(x_{ij})",
    r"\sum_i \log x_i \log y_i",
    r"\alpha (1 - p)^\gamma \log p",
    r"\nabla_p \sum_i p_i \log p_i",
)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("one", ENTROPIES, ids=lambda one: one.source)
def test_a_zero_before_a_logarithm_counts_as_0(one: Entropy) -> None:
    function = translate(one.source)
    wanted = one.value(*one.given)
    np.testing.assert_allclose(function(*one.given), wanted, rtol=1e-12, atol=1e-15)
    assert "zero-log" in {told.convention for told in function.assumptions}


@pytest.mark.parametrize("one", ENTROPIES, ids=lambda one: one.source)
def test_slopes_at_a_zero_are_finite(one: Entropy) -> None:
    function = translate(one.source, backend="torch")
    given = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in one.given]
    value = function(*given)
    np.testing.assert_allclose(
        value.detach().numpy(), one.value(*one.given), rtol=1e-12, atol=1e-15
    )
    value.sum().backward()
    assert all(x.grad is None or bool(torch.isfinite(x.grad).all()) for x in given)


@pytest.mark.parametrize("one", ENTROPIES, ids=lambda one: one.source)
def test_the_oracle_counts_it_as_0_too(one: Entropy) -> None:
    reading = translate(one.source)._reading
    if any(p.value.elementwise for p in reading.system.parameters):  # the oracle knows numbers
        return
    given = zip(reading.system.parameters, one.given, strict=True)
    (value,) = evaluate(reading.system, {p.name: x for p, x in given})
    np.testing.assert_allclose(value, one.value(*one.given), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("source", PLAIN)
def test_other_factors_leave_a_logarithm_alone(source: str) -> None:
    function = translate(source)
    assert "where" not in function.code
    assert "zero-log" not in {told.convention for told in function.assumptions}


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_the_arithmetic_is_what_is_preferred() -> None:
    function = translate(r"\sum_i p_i \log p_i", prefer={"zero-log": "arithmetic"})
    assert np.isnan(function(P))
    assert function.assumptions == ()


@pytest.mark.parametrize("backend", BACKENDS)
def test_weights_may_be_vectors_before_a_logarithm_of_numbers(backend: str) -> None:
    function = translate(
        r"H = -\sum_i p_i \log q_i", shapes={"p": "n d", "q": "n"}, backend=backend
    )
    p = np.array([[0.0, 0.0, 0.0], [0.25, 0.0, 0.75]])
    for lead in ((), (4,)):
        weights = np.broadcast_to(p, (*lead, 2, 3)).copy()
        for q in (np.array([0.25, 0.5]), np.array([0.0, 0.5])):
            got = np.asarray(function(p=to_backend(weights, backend), q=to_backend(q, backend)))
            wanted = -sp.xlogy(weights, q[:, None]).sum(axis=-2)
            np.testing.assert_allclose(got, wanted)
