"""What eq2code is for: published equations, held against references written by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from eq2code import Translation, UndefinedError, UnsupportedError, translate
from strategies import BACKENDS, DTYPES, arrays, batches, sizes, to_backend, to_numpy, tolerance

ATTENTION = (
    "softmax(QK^T/sqrt(d_k))V",
    "softmax(QKᵀ/√d_k)V",
    r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
    r"\operatorname{Attention}(Q, K, V)"
    r" = \operatorname{softmax}\!\left(\frac{Q K^T}{\sqrt{d_k}}\right) V",
)
MASKED = (
    "softmax(QK^T/sqrt(d_k) + M)V",
    r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}} + M\right)V",
)
SOFTMAX = (
    "softmax(x)",
    "exp(x_i)/Σ_j exp(x_j)",
    r"\operatorname{softmax}(\mathbf{x})",
    r"\frac{\exp(x_i)}{\sum_j \exp(x_j)}",
    r"\frac{e^{x_i}}{\sum_{j=1}^{n} e^{x_j}}",
)
ADAM = (
    r"""
    \begin{aligned}
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\
    \hat{m}_t &= \frac{m_t}{1 - \beta_1^t} \\
    \hat{v}_t &= \frac{v_t}{1 - \beta_2^t} \\
    \theta_t &= \theta_{t-1} - \alpha \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}
    \end{aligned}
    """,
    """
    m_t = β₁ m_{t-1} + (1 - β₁) g_t
    v_t = β₂ v_{t-1} + (1 - β₂) g_t²
    m̂_t = m_t / (1 - β₁^t)
    v̂_t = v_t / (1 - β₂^t)
    θ_t = θ_{t-1} - α m̂_t / (√v̂_t + ε)
    """,
)
SIX_LINES = (
    r"""
    \begin{aligned}
    g_t &\leftarrow \nabla_\theta f_t(\theta_{t-1}) \\
    m_t &\leftarrow \beta_1 \cdot m_{t-1} + (1 - \beta_1) \cdot g_t \\
    v_t &\leftarrow \beta_2 \cdot v_{t-1} + (1 - \beta_2) \cdot g_t^2 \\
    \hat{m}_t &\leftarrow m_t / (1 - \beta_1^t) \\
    \hat{v}_t &\leftarrow v_t / (1 - \beta_2^t) \\
    \theta_t &\leftarrow \theta_{t-1} - \alpha \cdot \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)
    \end{aligned}
    """,
    """
    g_t ← ∇_θ f_t(θ_{t-1})
    m_t ← β₁ · m_{t-1} + (1 - β₁) · g_t
    v_t ← β₂ · v_{t-1} + (1 - β₂) · g_t²
    m̂_t ← m_t / (1 - β₁^t)
    v̂_t ← v_t / (1 - β₂^t)
    θ_t ← θ_{t-1} - α · m̂_t / (√v̂_t + ε)
    """,
)
"""Adam as Kingma and Ba print it, Algorithm 1."""

LAYER_NORM = (
    r"""
    \begin{align}
    \mu &= \frac{1}{d} \sum_{i=1}^{d} x_i \\
    \sigma^2 &= \frac{1}{d} \sum_{i=1}^{d} (x_i - \mu)^2 \\
    y_i &= \gamma_i \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta_i
    \end{align}
    """,
    """
    μ = 1/d Σ_{i=1}^{d} x_i
    σ² = 1/d Σ_{i=1}^{d} (x_i - μ)²
    y_i = γ_i (x_i - μ) / √(σ² + ε) + β_i
    """,
)

each_backend = pytest.mark.parametrize("backend", BACKENDS)
dtypes = st.sampled_from(DTYPES)


@cache
def translated(
    source: str, backend: str, outputs: tuple[str, ...] | None = None, passed: str = ""
) -> Translation:
    shapes = {passed: "(d) -> ()"} if passed else None
    return translate(source, backend=backend, outputs=outputs, shapes=shapes)


def call(function: Translation, **values: Any) -> Any:
    """The result as NumPy, or a tuple of them; the inputs must come out as they went in."""
    given_ = {
        name: to_backend(value, function.backend) if isinstance(value, np.ndarray) else value
        for name, value in values.items()
    }
    before = {name: np.array(value) for name, value in values.items() if not callable(value)}
    result = function(**given_)
    for name, value in given_.items():
        if callable(value):
            continue
        assert np.array_equal(to_numpy(value), before[name], equal_nan=True), f"{name} changed"
    return tuple(map(to_numpy, result)) if isinstance(result, tuple) else to_numpy(result)


def close(ours: Any, theirs: Any, dtype: Any) -> None:
    assert ours.shape == theirs.shape
    assert ours.dtype == dtype
    np.testing.assert_allclose(ours, theirs, **tolerance(dtype))


# --- attention ------------------------------------------------------------------------------------


@each_backend
@pytest.mark.parametrize("source", ATTENTION)
@given(data=st.data(), n=sizes, m=sizes, d=sizes, p=sizes, dtype=dtypes)
def test_attention(
    source: str, backend: str, data: Any, n: int, m: int, d: int, p: int, dtype: Any
) -> None:
    batch = data.draw(batches(n, m, d, p))
    q, k, v = (
        data.draw(arrays((*batch, *item), dtype, largest=4)) for item in ((n, d), (m, d), (m, p))
    )
    expected = reference.over_batch(reference.attention, q, k, v, ranks=(2, 2, 2))
    close(call(translated(source, backend), Q=q, K=k, V=v), expected, dtype)


@each_backend
@pytest.mark.parametrize("source", MASKED)
@given(data=st.data(), n=sizes, m=sizes, d=sizes, p=sizes, dtype=dtypes)
def test_attention_with_a_mask(
    source: str, backend: str, data: Any, n: int, m: int, d: int, p: int, dtype: Any
) -> None:
    batch = data.draw(batches(n, m, d, p))
    q, k, v = (
        data.draw(arrays((*batch, *item), dtype, largest=4)) for item in ((n, d), (m, d), (m, p))
    )
    hidden = data.draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m))
    mask = np.where(np.reshape(hidden, (n, m)), -np.inf, 0).astype(dtype)
    mask[:, 0] = 0  # one key stays in sight
    expected = reference.over_batch(reference.attention, q, k, v, mask, ranks=(2, 2, 2, 2))
    close(call(translated(source, backend), Q=q, K=k, V=v, M=mask), expected, dtype)


@each_backend
def test_a_query_that_may_see_nothing_is_nan(backend: str) -> None:
    ones = np.ones((2, 2))
    mask = np.array([[0.0, 0.0], [-np.inf, -np.inf]])
    with np.errstate(invalid="ignore"):
        result = call(translated(MASKED[0], backend), Q=ones, K=ones, V=ones, M=mask)
    assert np.isfinite(result[0]).all()
    assert np.isnan(result[1]).all()


@each_backend
@given(data=st.data(), n=sizes, m=sizes, dtype=dtypes)
def test_extreme_scores_still_give_a_mean_of_the_values(
    backend: str, data: Any, n: int, m: int, dtype: Any
) -> None:
    """However large the scores, a result lies between the smallest value and the largest."""
    q, k = (data.draw(arrays((size, 2), dtype, largest=1e15)) for size in (n, m))
    v = data.draw(arrays((m, 2), dtype, largest=4))
    result = call(translated(ATTENTION[0], backend), Q=q, K=k, V=v)
    assert (result >= v.min(axis=0) - 1e-5).all()
    assert (result <= v.max(axis=0) + 1e-5).all()


@each_backend
@pytest.mark.parametrize("source", ATTENTION)
def test_attention_has_no_parameter_that_shapes_fix(source: str, backend: str) -> None:
    function = translated(source, backend)
    assert function.parameters == ("Q", "K", "V")
    assert len(function.outputs) == 1


# --- softmax --------------------------------------------------------------------------------------


@each_backend
@pytest.mark.parametrize("source", SOFTMAX)
@given(data=st.data(), n=sizes, dtype=dtypes, largest=st.sampled_from([1.0, 100.0, 1e4, 1e30]))
def test_softmax(source: str, backend: str, data: Any, n: int, dtype: Any, largest: float) -> None:
    batch = data.draw(batches(n))
    x = data.draw(arrays((*batch, n), dtype, largest=largest))
    expected = reference.over_batch(reference.softmax, x, ranks=(1,))
    close(call(translated(source, backend), x=x), expected, dtype)


@pytest.mark.parametrize("backend", BACKENDS)
def test_both_ways_to_write_softmax_give_the_same_code(backend: str) -> None:
    def body(source: str) -> str:
        code = translate(source, backend=backend, name="softmax").code
        before, _, rest = code.partition('"""')
        return before + rest.partition('"""')[2]

    assert body("exp(x_i)/Σ_j exp(x_j)") == body("softmax(x)")


# --- Adam -----------------------------------------------------------------------------------------


@each_backend
@pytest.mark.parametrize("source", ADAM)
@given(
    data=st.data(),
    shape=st.sampled_from([(), (1,), (3,), (2, 3), (2, 1, 2)]),
    dtype=dtypes,
    t=st.integers(1, 1000),
)
def test_adam(
    source: str, backend: str, data: Any, shape: tuple[int, ...], dtype: Any, t: int
) -> None:
    theta, m, v, g = (data.draw(arrays(shape, dtype, largest=5)) for _ in range(4))
    v = np.abs(v)
    constants = {"alpha": 0.01, "beta_1": 0.75, "beta_2": 0.9375, "epsilon": 1e-3}
    function = translated(source, backend, ("m_t", "v_t", "theta_t"))
    result = call(function, theta_prev=theta, m_prev=m, v_prev=v, g_t=g, t=t, **constants)
    assert isinstance(result, tuple)
    for k, ours in enumerate(result):
        expected = reference.over_batch(
            lambda *one, k=k: reference.adam(*one, t=t, **constants)[k],
            *(theta, m, v, g),
            ranks=(0, 0, 0, 0),
        )
        close(np.asarray(ours), expected, dtype)


@each_backend
@pytest.mark.parametrize("source", ADAM)
def test_adam_returns_a_named_tuple_of_what_it_defines(source: str, backend: str) -> None:
    function = translated(source, backend)
    values = dict.fromkeys(function.parameters, 0.5)
    result = function(**values)
    assert result._fields == function.outputs
    assert {"m_t", "v_t", "theta_t"} <= set(function.outputs)
    assert set(function.parameters) == {
        *("theta_prev", "m_prev", "v_prev", "g_t", "t"),
        *("alpha", "beta_1", "beta_2", "epsilon"),
    }


@each_backend
@pytest.mark.parametrize("source", ADAM)
@given(
    data=st.data(),
    shape=st.sampled_from([(), (3,), (2, 3)]),
    dtype=dtypes,
    t=st.sampled_from([1, 2, 1000, 10**6]),
    largest=st.sampled_from([1e-15, 1e-3, 1e6, 1e15]),
)
def test_adam_at_extreme_values(
    source: str,
    backend: str,
    data: Any,
    shape: tuple[int, ...],
    dtype: Any,
    t: int,
    largest: float,
) -> None:
    """Tiny and huge, each result is right to its precision, beside what it is added up of."""
    theta, m, v, g = (data.draw(arrays(shape, dtype, largest=largest)) for _ in range(4))
    v = np.abs(v)
    constants = {"alpha": 0.0078125, "beta_1": 0.75, "beta_2": 0.9375, "epsilon": 2**-10}
    function = translated(source, backend, ("m_t", "v_t", "theta_t"))
    result = call(function, theta_prev=theta, m_prev=m, v_prev=v, g_t=g, t=t, **constants)
    precision = 16 * np.finfo(dtype).eps
    for k, ours in enumerate(result):

        def one(*values: float, k: int = k) -> float:
            return reference.adam(*values, t=t, **constants)[k]

        expected = reference.over_batch(one, theta, m, v, g, ranks=(0, 0, 0, 0))
        parts = reference.over_batch(
            one, *(-np.abs(theta), np.abs(m), v, np.abs(g)), ranks=(0, 0, 0, 0)
        )
        assert np.asarray(ours).dtype == dtype
        assert np.isfinite(ours).all()
        allowed = precision * np.abs(parts) + np.finfo(dtype).tiny
        assert (np.abs(ours - expected) <= allowed).all(), (ours, expected)


def _weights(data: Any, dtype: Any, shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    theta, m, v = (data.draw(arrays(shape, dtype, largest=5)) for _ in range(3))
    return theta, m, np.abs(v)


def _hold(result: Any, theta: Any, m: Any, v: Any, t: int, constants: dict[str, float]) -> None:
    """Each field of the tuple, with the gradient of Σ θ³ taken by hand."""
    for k, ours in enumerate(result):
        expected = reference.over_batch(
            lambda theta, m, v, k=k: reference.adam(theta, m, v, 3 * theta**2, t=t, **constants)[k],
            *(theta, m, v),
            ranks=(0, 0, 0),
        )
        close(np.asarray(ours), expected, theta.dtype)


ADAM_CONSTANTS = {"alpha": 0.01, "beta_1": 0.75, "beta_2": 0.9375, "epsilon": 1e-3}
shapes_of_weights = st.sampled_from([(1,), (3,), (2, 3), (3, 3), (2, 1, 2)])


@each_backend
@pytest.mark.parametrize(
    "source",
    [
        r"f_t(\theta) = \sum_i \theta_i^3 \\" + SIX_LINES[0],
        "f_t(θ) = Σ_i θ_i³" + SIX_LINES[1],
    ],
)
@given(data=st.data(), shape=shapes_of_weights, dtype=dtypes, t=st.integers(1, 1000))
def test_adam_with_a_function_that_the_source_defines(
    source: str, backend: str, data: Any, shape: tuple[int, ...], dtype: Any, t: int
) -> None:
    """The six lines as printed: the gradient of a given formula, written out for both backends."""
    theta, m, v = _weights(data, dtype, shape)
    function = translated(source, backend)
    assert function.outputs == ("m_t", "v_t", "theta_t")
    result = call(function, theta_prev=theta, m_prev=m, v_prev=v, t=t, **ADAM_CONSTANTS)
    _hold(result, theta, m, v, t, ADAM_CONSTANTS)


@pytest.mark.parametrize("source", SIX_LINES)
@given(data=st.data(), shape=shapes_of_weights, dtype=dtypes, t=st.integers(1, 1000))
def test_adam_with_a_function_that_is_passed(
    source: str, data: Any, shape: tuple[int, ...], dtype: Any, t: int
) -> None:
    """The six lines as printed: the function is declared, and PyTorch differentiates it."""
    theta, m, v = _weights(data, dtype, shape)
    function = translated(source, "torch", None, "f_t")
    assert function.outputs == ("m_t", "v_t", "theta_t")
    result = call(
        function,
        f_t=lambda theta: (theta**3).sum(-1),
        theta_prev=theta,
        m_prev=m,
        v_prev=v,
        t=t,
        **ADAM_CONSTANTS,
    )
    _hold(result, theta, m, v, t, ADAM_CONSTANTS)


@each_backend
@pytest.mark.parametrize("source", SIX_LINES)
def test_adam_without_its_function_is_refused_with_a_way_out(source: str, backend: str) -> None:
    """Each way that the message names is one; NumPy differentiates no function that is passed."""
    with pytest.raises(UndefinedError) as caught:
        translate(source, backend=backend)
    assert 'shapes={"f_t": "(d) -> ()"}, backend="torch"' in str(caught.value)
    assert translate(source, shapes={"f_t": "(d) -> ()"}, backend="torch")
    with pytest.raises(UnsupportedError, match="or leave the derivative out, and pass g_t"):
        translate(source, shapes={"f_t": "(d) -> ()"})
    lines = [line for line in source.splitlines() if "nabla" not in line and "∇" not in line]
    assert "g_t" in translate("\n".join(lines), backend=backend).parameters


# --- LayerNorm ------------------------------------------------------------------------------------


@each_backend
@pytest.mark.parametrize("source", LAYER_NORM)
@given(data=st.data(), d=sizes, dtype=dtypes)
def test_layer_norm(source: str, backend: str, data: Any, d: int, dtype: Any) -> None:
    batch = data.draw(batches(d))
    x = data.draw(arrays((*batch, d), dtype, largest=4))
    gamma, beta = (data.draw(arrays((d,), dtype, largest=4)) for _ in range(2))
    function = translated(source, backend, ("y",))
    expected = reference.over_batch(
        lambda x, gamma, beta: reference.layer_norm(x, gamma, beta, 0.125),
        *(x, gamma, beta),
        ranks=(1, 1, 1),
    )
    close(call(function, x=x, gamma=gamma, beta=beta, epsilon=0.125), expected, dtype)
