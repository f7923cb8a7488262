r"""What a call passes for what the source leaves open: the \gamma of `\gamma \hat x + \beta`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from eq2code import AmbiguousError, Eq2CodeError, ShapeError, translate
from strategies import BACKENDS, to_backend

TEXT = "μ = 1/d Σ_{i=1}^d x_i\nσ² = 1/d Σ_{i=1}^d (x_i - μ)²\n"
LATEX = (
    r"\mu = \frac{1}{d} \sum_{i=1}^{d} x_i \\ "
    r"\sigma^2 = \frac{1}{d} \sum_{i=1}^{d} (x_i - \mu)^2 \\ "
)
SCALED = (
    "γ ⊙ (x - μ)/√(σ² + ε) + β",
    "γ ⊙ ((x - μ)/√(σ² + ε)) + β",
    "γ * (x - μ)/√(σ² + ε) + β",
    "γ · (x - μ)/√(σ² + ε) + β",
    "γ (x - μ)/√(σ² + ε) + β",
    "(x - μ)/√(σ² + ε) ⊙ γ + β",
    "(x - μ)/√(σ² + ε) * γ + β",
    "β + γ ⊙ (x - μ)/√(σ² + ε)",
)
FRACTIONS = (
    r"\gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
    r"\gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
    r"\gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
    r"\gamma \odot (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta",
    r"\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \gamma + \beta",
    r"\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} * \gamma + \beta",
    r"\beta + \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}",
)
NAMED = r"\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \\ "
NORMS = (
    *(TEXT + left + right for right in SCALED for left in ("", "y = ", "LayerNorm(x) = ")),
    *(LATEX + left + right for right in FRACTIONS for left in ("", "y = ", r"\mathrm{LN}(x) = ")),
    *(
        TEXT + "x̂ = (x - μ)/√(σ² + ε)\n" + last
        for last in ("y = γ x̂ + β", "y = γ ⊙ x̂ + β", "y = x̂ * γ + β")
    ),
    *(
        LATEX + NAMED + last
        for last in (
            r"y = \gamma \hat x + \beta", r"y = \gamma \odot \hat x + \beta",
            r"y = \gamma \cdot \hat x + \beta",
        )
    ),
    r"\mathrm{LN}(x; \gamma, \beta) = \frac{x - \mathbb{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} "
    r"* \gamma + \beta",
    "LN(x) = gamma (x - mean(x))/sqrt(var(x) + epsilon) + beta",
)  # fmt: skip

D = 4
BATCHES = ((), (2, 3), (D,), (D, D))


def _normed(x: Any, epsilon: float = 1e-5) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon)


def _called(translation: Any, values: Mapping[str, Any]) -> Any:
    arrays = {
        name: value if callable(value) else to_backend(value, translation.backend)
        for name, value in values.items()
        if name in translation.parameters
    }
    return np.asarray(translation(**arrays))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("source", NORMS)
def test_layer_norm_takes_scales_and_shifts_in_every_spelling(source: str, backend: str) -> None:
    rng = np.random.default_rng(1)
    translation = translate(source, backend=backend)
    for batch in BATCHES:
        for own in ((D,), ()):
            x, gamma, beta = (
                rng.normal(size=(*batch, D)),
                rng.normal(size=own),
                rng.normal(size=own),
            )
            values = {"x": x, "gamma": gamma, "beta": beta, "epsilon": 1e-5, "d": D}
            got = _called(translation, values)
            np.testing.assert_allclose(got, gamma * _normed(x) + beta, rtol=1e-9)


def test_a_vector_beside_a_function_of_each_entry_is_a_gate_in_a_sum_with_a_vector() -> None:
    r"""`\tanh(W x)` is a column, and a number has no place beside x."""
    gate = translate(r"x + \alpha \tanh(W x)", shapes={"x": "n", "W": "n n", "alpha": "n"})
    rng = np.random.default_rng(1)
    x, alpha, W = rng.normal(size=D), rng.normal(size=D), rng.normal(size=(D, D))
    np.testing.assert_allclose(gate(x=x, alpha=alpha, W=W), x + alpha * np.tanh(W @ x))
    assert "beside-vector" in {one.convention for one in gate.assumptions}
    inner = translate(r"\alpha \tanh(W x)", shapes={"x": "n", "W": "n n", "alpha": "n"})
    np.testing.assert_allclose(inner(x=x, alpha=alpha, W=W), alpha @ np.tanh(W @ x))


def _softmax(x: Any) -> Any:
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


LAYERS: tuple[tuple[str, Mapping[str, str], Mapping[str, tuple[int, ...]], Callable[..., Any]], ...]
LAYERS = (
    (
        r"\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + 0.1}} \\ y = \gamma \hat x + \beta",
        {"x": "d", "mu": "d"},
        {"x": (3, D), "mu": (D,), "sigma": (), "gamma": (D,), "beta": (D,)},
        lambda x, mu, sigma, gamma, beta: gamma * (x - mu) / np.sqrt(sigma**2 + 0.1) + beta,
    ),
    (
        r"v = \frac{1}{d} \sum_{i=1}^{d} x_i^2 \\ y = \gamma \odot \frac{x}{\sqrt{v + 0.1}}",
        {},
        {"x": (2, 3, D), "gamma": (D,)},
        lambda x, gamma: gamma * x / np.sqrt((x**2).mean(-1, keepdims=True) + 0.1),
    ),
    (
        "y = x / sqrt(mean(x^2) + 0.1) * gamma",
        {},
        {"x": (D, D), "gamma": (D,)},
        lambda x, gamma: gamma * x / np.sqrt((x**2).mean(-1, keepdims=True) + 0.1),
    ),
    (
        r"m_g = \frac{1}{k} \sum_{i=1}^{k} x_{gi} \\ z_{gi} = x_{gi} - m_g \\ "
        r"y = \gamma \odot z + \beta",
        {"x": "g k"},
        {"x": (5, 2, D), "gamma": (2, D), "beta": (2, D)},
        lambda x, gamma, beta: gamma * (x - x.mean(-1, keepdims=True)) + beta,
    ),
    (
        r"y = x \odot e^{s} + t",
        {},
        {"x": (3, D), "s": (D,), "t": (D,)},
        lambda x, s, t: x * np.exp(s) + t,
    ),
    (
        r"h = \tanh(W x) \\ y = \gamma \odot h + \beta",
        {},
        {"W": (D, D), "x": (3, D), "gamma": (3, D), "beta": (3, D)},
        lambda W, x, gamma, beta: gamma * np.tanh(x @ W.T) + beta,
    ),
    (
        r"h = z \odot x + (1 - z) \odot \tanh(W x)",
        {},
        {"W": (D, D), "x": (3, D), "z": ()},
        lambda W, x, z: z * x + (1 - z) * np.tanh(x @ W.T),
    ),
    (
        r"y = x + \alpha \tanh(W x)",
        {},
        {"W": (D, D), "x": (D, D), "alpha": (D,)},
        lambda W, x, alpha: x + alpha * np.tanh(x @ W.T),
    ),
    (
        r"x + \alpha F(x)",
        {"F": "(d) -> (d)", "x": "d"},
        {"x": (2, D), "alpha": (D,)},
        lambda x, alpha: x + alpha * x**2,
    ),
    (
        r"p = \mathrm{softmax}(x) \\ y = (1 - \epsilon) p + \epsilon \beta",
        {},
        {"x": (D, D), "epsilon": (), "beta": (D,)},
        lambda x, epsilon, beta: (1 - epsilon) * _softmax(x) + epsilon * beta,
    ),
    (
        r"y = W x + \beta",
        {},
        {"W": (3, D), "x": (2, D), "beta": (3,)},
        lambda W, x, beta: x @ W.T + beta,
    ),
)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("source", "shapes", "sizes", "value"), LAYERS)
def test_a_factor_or_an_addend_is_a_number_or_of_the_shape_beside_it(
    source: str,
    shapes: Mapping[str, str],
    sizes: Mapping[str, tuple[int, ...]],
    value: Callable[..., Any],
    backend: str,
) -> None:
    rng = np.random.default_rng(1)
    translation = translate(source, shapes=shapes, backend=backend)
    given = {name: rng.uniform(0.5, 1.5, size) for name, size in sizes.items()}
    got = _called(translation, {**given, "F": lambda x: x**2})
    np.testing.assert_allclose(got, value(**given), rtol=1e-9)


@pytest.mark.parametrize(
    ("source", "sizes"),
    [
        (r"p = \mathrm{softmax}(x) \\ \gamma p + \beta", {"gamma": (D, 1), "beta": ()}),
        (r"p = \mathrm{softmax}(x) \\ \gamma p + \beta", {"gamma": (1,), "beta": ()}),
        (r"p = \mathrm{softmax}(x) \\ \gamma p + \beta", {"gamma": (3,), "beta": (D,)}),
        (r"p = \mathrm{softmax}(x) \\ \gamma p", {"gamma": (D,)}),
        (r"\mathrm{softmax}(x / \tau)", {"tau": (D,)}),
        (r"\alpha \|x\| + \alpha x", {"alpha": (D,)}),
        (r"\alpha W x", {"alpha": (D,), "W": (D, D)}),
        (r"\alpha W x + \beta", {"alpha": (D,), "beta": (D,), "W": (D, D)}),
        (r"X + \beta", {"X": (D, D), "beta": (D,)}),
        (r"\beta A B", {"A": (D, D), "B": (D, D), "beta": (D, D)}),
        (
            r"m = \frac{1}{d} \sum_{i=1}^{d} x_i \\ y_i = \gamma (x_i - m) + \beta",
            {"gamma": (D,), "beta": (D,)},
        ),
    ],
)
def test_an_array_that_would_change_the_code_is_refused(
    source: str, sizes: Mapping[str, tuple[int, ...]]
) -> None:
    shapes = {"X": "n m"} if "X" in sizes else {}
    translation = translate(source, shapes=shapes)
    with pytest.raises(Eq2CodeError):
        translation(**{name: np.ones(sizes.get(name, (D,))) for name in translation.parameters})


def test_what_is_declared_stays_what_it_is() -> None:
    source = r"p = \mathrm{softmax}(x) \\ \gamma p + \beta"
    with pytest.raises(ShapeError, match="must be a number"):
        translate(source, shapes={"gamma": ""})(x=np.ones(D), gamma=np.ones(D), beta=1.0)
    with pytest.raises(ShapeError, match="needs one dimension"):
        translate(r"\gamma \odot p + x", shapes={"gamma": "n", "p": "n", "x": "n"})(
            1.0, *[np.ones(D)] * 2
        )


MASKED = (
    "softmax(QK^T/sqrt(d_k) + mask)V",
    "softmax(mask + QK^T/sqrt(d_k))V",
    r"\mathrm{softmax}(QK^\top / \sqrt{d_k} + \mathrm{mask}) V",
    r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}} + \mathrm{mask}\right) V",
    r"S = \frac{QK^\top}{\sqrt{d_k}} + \mathrm{mask} \\ \mathrm{softmax}(S) V",
)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("declared", ["n m", None])
@pytest.mark.parametrize("source", MASKED)
def test_a_mask_is_a_number_or_a_matrix(source: str, declared: str | None, backend: str) -> None:
    rng = np.random.default_rng(1)
    shapes = {} if declared is None else {"mask": declared}
    translation = translate(source, shapes=shapes, backend=backend)
    for batch in ((), (2,), (3,), (5, 3)):
        for size in ((3, 5), (*batch, 3, 5), ()) if declared is None else ((3, 5), (*batch, 3, 5)):
            Q, K, V = (rng.normal(size=(*batch, *own)) for own in ((3, 4), (5, 4), (5, 2)))
            mask = np.where(rng.uniform(size=size) < 0.3, -1e9, 0.0)
            got = _called(translation, {"Q": Q, "K": K, "V": V, "mask": mask})
            scores = Q @ np.swapaxes(K, -1, -2) / 2 + mask
            np.testing.assert_allclose(got, _softmax(scores) @ V, rtol=1e-9, atol=1e-12)


def _attention(own: tuple[int, ...], batch: tuple[int, ...] = ()) -> dict[str, Any]:
    cores = {"Q": (*batch, 3, 4), "K": (*batch, 5, 4), "V": (*batch, 5, 2), "m": own, "mask": own}
    return {name: np.ones(size) for name, size in cores.items()}


@pytest.mark.parametrize("own", [(5,), (3,), (1, 5), (3, 1), (5, 3)])
def test_a_mask_of_another_shape_is_refused(own: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError):
        _called(translate(MASKED[0]), _attention(own))


def test_a_small_letter_is_added_to_each_row_and_a_matrix_for_it_is_asked_about() -> None:
    source = "softmax(QK^T/sqrt(d_k) + m)V"
    translation = translate(source)
    assert "bias-axis" in {one.convention for one in translation.assumptions}
    assert _called(translation, _attention((5,))).shape == (3, 2)
    assert _called(translation, _attention((3, 5), batch=(3,))).shape == (3, 3, 2)
    for own, batch in (((3, 5), ()), ((2, 3, 5), ()), ((3, 3, 5), (3,))):
        with pytest.raises(AmbiguousError) as caught:
            _called(translation, _attention(own, batch))
        matrix, vectors = (dict(one.argument)["shapes"] for one in caught.value.readings)
        first = _called(translate(source, shapes=dict(matrix)), _attention(own, batch))
        assert first.shape == (*own[:-2], 3, 2)
        if not batch:
            second = _called(translate(source, shapes=dict(vectors)), _attention(own, batch))
            assert second.shape == (*own[:-1], 3, 2)
