"""Notation and what it means: one record a reading, in both notations, with the same formula by
hand.

`value` is written in NumPy, of the parameters by name. Where `text` is empty the plain spelling
would be the same as the LaTeX one, or nobody types it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Reading:
    """A formula, the parameters that it must ask for with their shapes, and its value."""

    name: str
    latex: str
    text: str
    parameters: dict[str, str]
    value: Callable[..., Any]
    declare: dict[str, str] = field(default_factory=dict)
    output: str = ""
    kinds: dict[str, str] = field(default_factory=dict)

    def draw(self, rng: np.random.Generator, lead: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
        """One draw: positive numbers, of sizes that all differ, below a batch of shape `lead`; what
        is "one" carries no batch."""
        return {
            name: np.asarray(rng.uniform(0.5, 2.0, _lengths(shape, lead)))
            for name, shape in self.parameters.items()
        }


SIZES = {"n": 5, "m": 3, "p": 4, "d": 6, "d_k": 2, "k": 2, "N": 7}


def _size(dim: str) -> int:
    return math.prod(SIZES[letter] for letter in dim.split("*"))


def _lengths(shape: str, lead: tuple[int, ...]) -> tuple[int, ...]:
    return () if shape == "one" else lead + tuple(map(_size, shape.split()))


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    shifted = np.exp(x - x.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


def norm(x: np.ndarray) -> np.ndarray:
    return np.sqrt((x * x).sum(axis=-1))


READINGS = (
    Reading(
        "matrix product", "AB", "A @ B", {"A": "n m", "B": "m p"}, lambda A, B: A @ B,
    ),
    Reading(
        "matrix times vector", "Ax", "A x", {"A": "n m", "x": "m"},
        lambda A, x: (A @ x[..., None])[..., 0],
    ),
    Reading(
        "row times matrix, bias", "xW + b", "x W + b", {"x": "n", "W": "n m", "b": "m"},
        lambda x, W, b: (x[..., None, :] @ W)[..., 0, :] + b,
    ),
    Reading(
        "elementwise product", r"a \odot b", "a * b", {"a": "", "b": ""}, lambda a, b: a * b,
    ),
    Reading(
        "transpose", r"A^\top B", "Aᵀ B", {"A": "n m", "B": "n p"}, lambda A, B: A.mT @ B,
    ),
    Reading(
        "transpose by an apostrophe", "X'y", "X' y", {"X": "n m", "y": "n"},
        lambda X, y: (X.mT @ y[..., None])[..., 0],
    ),
    Reading("sum", r"\sum_i x_i", "Σ_i x_i", {"x": "n"}, lambda x: x.sum(axis=-1)),
    Reading(
        "sum over a printed range", r"\sum_{j=1}^{n} a_{ij} x_j", "Σ_{j=1}^{n} a_{ij} x_j",
        {"a": "m n", "x": "n"}, lambda a, x: (a @ x[..., None])[..., 0],
        declare={"a": "m n"},
    ),
    Reading(
        "softmax by its definition", r"\frac{\exp(x_i)}{\sum_j \exp(x_j)}", "exp(x_i)/Σ_j exp(x_j)",
        {"x": "n"}, softmax,
    ),
    Reading("softmax", r"\mathrm{softmax}(x)", "softmax(x)", {"x": "n"}, softmax),
    Reading("Euclidean norm", r"\|x\|_2", "||x||_2", {"x": "n"}, norm),
    Reading(
        "Frobenius norm", r"\|W\|_F", "||W||_F", {"W": "n m"},
        lambda W: np.sqrt((W * W).sum(axis=(-2, -1))),
    ),
    Reading("sum of sizes", r"\|x\|_1", "||x||_1", {"x": "n"}, lambda x: abs(x).sum(axis=-1)),
    Reading(
        "concatenation", "[a; b]", "[a; b]", {"a": "n", "b": "m"},
        lambda a, b: np.concatenate([a, b], axis=-1), declare={"a": "n", "b": "m"},
    ),
    Reading(
        "concatenation by bars", r"[a \| b]", "[a || b]", {"a": "n", "b": "m"},
        lambda a, b: np.concatenate([a, b], axis=-1), declare={"a": "n", "b": "m"},
    ),
    Reading(
        "concatenation by name", r"\mathrm{Concat}(a, b)", "Concat(a, b)", {"a": "n", "b": "m"},
        lambda a, b: np.concatenate([a, b], axis=-1), declare={"a": "n", "b": "m"},
    ),
    Reading(
        "attention", r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
        "softmax(QK^T/sqrt(d_k))V", {"Q": "n d_k", "K": "m d_k", "V": "m p"},
        lambda Q, K, V: softmax(Q @ K.mT / np.sqrt(K.shape[-1])) @ V,
    ),
    Reading(
        "attention with a mask", r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}} + M\right)V",
        "softmax(QK^T/sqrt(d_k) + M)V", {"Q": "n d_k", "K": "m d_k", "M": "n m", "V": "m p"},
        lambda Q, K, M, V: softmax(Q @ K.mT / np.sqrt(K.shape[-1]) + M) @ V,
    ),
    Reading(
        "a function named on the left", r"\mathrm{FFN}(x) = \max(0, xW_1 + b_1)W_2 + b_2",
        "FFN(x) = max(0, x W_1 + b_1) W_2 + b_2",
        {"x": "n", "W_1": "n m", "b_1": "m", "W_2": "m p", "b_2": "p"},
        lambda x, W_1, b_1, W_2, b_2: (
            np.maximum(0, (x[..., None, :] @ W_1)[..., 0, :] + b_1)[..., None, :] @ W_2
        )[..., 0, :] + b_2,
        output="FFN",
    ),
    Reading(
        "quadratic form", r"\mathbf{x}^\top A \mathbf{x}", "xᵀAx", {"x": "n", "A": "n n"},
        lambda x, A: (x * (A @ x[..., None])[..., 0]).sum(axis=-1), declare={"x": "n", "A": "n n"},
    ),
    Reading(
        "outer product", r"\mathbf{x} \mathbf{y}^\top", "x yᵀ", {"x": "n", "y": "m"},
        lambda x, y: x[..., :, None] * y[..., None, :], declare={"x": "n", "y": "m"},
    ),
    Reading(
        "inverse", r"(X^\top X)^{-1} X^\top y", "(XᵀX)⁻¹ Xᵀ y", {"X": "n m", "y": "n"},
        lambda X, y: np.linalg.solve(X.mT @ X, X.mT @ y[..., None])[..., 0],
    ),
    Reading(
        "a step", r"m_t = \beta m_{t-1} + (1 - \beta) g_t", "m_t = β m_{t-1} + (1 - β) g_t",
        {"beta": "", "m_prev": "", "g_t": ""},
        lambda beta, m_prev, g_t: beta * m_prev + (1 - beta) * g_t, output="m_t",
    ),
    Reading(
        "powers and labels", r"\frac{v}{1 - \beta_2^t}", "v / (1 - β₂^t)",
        {"v": "", "beta_2": "", "t": ""}, lambda v, beta_2, t: v / (1 - beta_2**t),
    ),
    Reading(
        "an exponent that is a negated product", "x^{-2(y - 1)/z}", "x^(-2(y - 1)/z)",
        {"x": "", "y": "", "z": ""}, lambda x, y, z: x ** (-2 * (y - 1) / z),
        declare={"x": "", "y": "", "z": ""},
    ),
    Reading(
        "an indicator", r"\frac{1}{N} \sum_{i=1}^{N} \mathbb{1}[y_i = z_i]",
        "1/N Σ_{i=1}^{N} 1[y_i = z_i]", {"y": "N", "z": "N"},
        lambda y, z: (y == z).mean(axis=-1),
    ),
    Reading(
        "a choice", r"\begin{cases} x & \text{if } x > 0 \\ \alpha (e^x - 1) & \text{otherwise} "
            r"\end{cases}",
        "", {"x": "", "alpha": ""},
        lambda x, alpha: np.where(x > 0, x, alpha * (np.exp(x) - 1)),
    ),
    Reading(
        "a triangular sum", r"y_i = \sum_{j=1}^{i} x_j", "y_i = Σ_{j=1}^{i} x_j", {"x": "n"},
        lambda x: np.cumsum(x, axis=-1), output="y",
    ),
    Reading(
        "rows of two stacks", r"S_{ij} = \mathbf{q}_i^\top \mathbf{k}_j", "",
        {"q": "n d", "k": "m d"}, lambda q, k: q @ k.mT,
        declare={"q": "n d", "k": "m d"}, output="S",
    ),
    Reading(
        "an inner function", r"y = g(w^\top x), \quad \text{where } g(z) = \frac{1}{1 + e^{-z}}",
        "y = g(wᵀx), where g(z) = 1 / (1 + exp(-z))", {"w": "n", "x": "n"},
        lambda w, x: 1 / (1 + np.exp(-(w * x).sum(axis=-1))), output="y",
    ),
    Reading(
        "the gradient of an expression", r"\nabla_x \|Ax - b\|_2^2", "∇_x ||A x - b||_2^2",
        {"x": "m", "A": "n m", "b": "n"},
        lambda x, A, b: 2 * (A.mT @ ((A @ x[..., None])[..., 0] - b)[..., None])[..., 0],
        declare={"x": "m", "A": "n m", "b": "n"},
    ),
    Reading(
        "heads side by side",
        r"\mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_k) W, "
        r"\quad \mathrm{head}_i = X P_i",
        "", {"X": "n d", "P": "k d m", "W": "k*m p"},
        lambda X, P, W: np.concatenate(
            [X @ P[..., i, :, :] for i in range(P.shape[-3])], axis=-1
        ) @ W,
        declare={"X": "n d", "P": "k d m", "W": "k*m p"},
    ),
    Reading(
        "a neighbour", r"d_i = x_{i+1} - x_i", "d_i = x_{i+1} - x_i", {"x": "n"},
        lambda x: x[..., 1:] - x[..., :-1], declare={"x": "n"}, output="d",
    ),
    Reading(
        "a convolution", r"y_i = \sum_k w_k x_{i+k}", "y_i = Σ_k w_k x_{i+k}", {"w": "k", "x": "n"},
        lambda w, x: np.stack(
            [(w * x[..., i : i + w.shape[-1]]).sum(axis=-1)
             for i in range(x.shape[-1] - w.shape[-1] + 1)], axis=-1,
        ),
        declare={"w": "k", "x": "n"}, output="y",
    ),
)  # fmt: skip

NAMES = (
    (r"\beta", "beta"),
    ("β", "beta"),
    (r"\varepsilon", "epsilon"),
    (r"\mathbf{x}", "x"),
    (r"\boldsymbol\theta", "theta"),
    (r"\mathcal{L}", "L"),
    (r"\hat{m}", "m_hat"),
    (r"\tilde{h}", "h_tilde"),
    (r"\overline{x}", "x_bar"),
    (r"\dot{x}", "x_dot"),
    (r"\Delta x", "Delta_x"),
    ("x^*", "x_star"),
    (r"\theta^-", "theta_minus"),
    ("x^+", "x_plus"),
    (r"d_{\text{model}}", "d_model"),
    (r"\beta_1", "beta_1"),
    ("W^Q", "W_Q"),
    ("W^{(1)}", "W_1"),
    (r"\hat{m}_t", "m_hat_t"),
    (r"\ell", "ell"),
    (r"\lambda", "lambda_"),
    ("x'", "x_prime"),
    (r"\bar\alpha_t", "alpha_bar_t"),
)
