"""Equations of classical machine learning, linear algebra, filters, optimisers and signals, as printed.

Each record holds the notation, what a user would declare, inputs by their shape, and a reference written
by hand. `REFUSED` holds notation that must not be translated without a word more.
"""

# ruff: noqa: E741
from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.linalg
import scipy.special

from eq2code import errors

Draw = Mapping[str, Any]


@dataclass(frozen=True)
class Equation:
    """Notation and its numbers. `inputs` maps names to shapes, to values, or to functions of a generator."""

    id: str
    source: str
    inputs: Draw
    reference: Callable[..., Any]
    shapes: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    batched: tuple[str, ...] = ()
    prefer: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """Notation that nothing settles, and the error that says so."""

    id: str
    source: str
    error: type[errors.Eq2CodeError]
    shapes: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()


def draw(inputs: Draw, rng: np.random.Generator) -> dict[str, Any]:
    """One set of arguments: a shape draws normal numbers, a function is called, the rest is passed on."""
    made: dict[str, Any] = {}
    for name, what in inputs.items():
        if isinstance(what, tuple):
            made[name] = rng.normal(size=what)
        elif isinstance(what, Some):
            made[name] = what.draw(rng)
        else:
            made[name] = what
    return made


@dataclass(frozen=True)
class Some:
    """An input that is drawn in a way of its own."""

    draw: Callable[[np.random.Generator], Any]


def spd(n: int) -> Some:
    def make(rng: np.random.Generator) -> Any:
        a = rng.normal(size=(n, n))
        return a @ a.T + n * np.eye(n)

    return Some(make)


def positive(*shape: int) -> Some:
    return Some(lambda rng: rng.uniform(0.2, 2.0, size=shape))


def unit(*shape: int) -> Some:
    return Some(lambda rng: rng.uniform(0.05, 0.95, size=shape))


def simplex(*shape: int) -> Some:
    def make(rng: np.random.Generator) -> Any:
        p = rng.uniform(0.2, 1.0, size=shape)
        return p / p.sum(-1, keepdims=True)

    return Some(make)


def whole(low: int, high: int, *shape: int) -> Some:
    return Some(lambda rng: rng.integers(low, high, size=shape))


def graph(n: int) -> Some:
    def make(rng: np.random.Generator) -> Any:
        a = np.triu((rng.uniform(size=(n, n)) < 0.6).astype(float), 1)
        a[0, 1:] = 1.0
        return a + a.T

    return Some(make)


inv = np.linalg.inv
det = np.linalg.det
norm = np.linalg.norm
relu = lambda x: np.maximum(x, 0)  # noqa: E731


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


EQUATIONS: list[Equation] = [
    Equation(
        "accent-over-a-subscript",
        r"L = \frac{1}{n} \sum_{i=1}^n (y_i - \hat{y_i})^2",
        {"y": (5,), "y_hat": (5,)},
        lambda y, y_hat: ((y - y_hat) ** 2).mean(),
    ),
    Equation(
        "imaginary-unit-before-a-number",
        r"X_k = \sum_{n=0}^{N-1} x_n e^{-i2\pi kn/N}",
        {"x": (5,), "k": 2.0},
        lambda x, k: (x * np.exp(-2j * np.pi * k * np.arange(5) / 5)).sum(),
        batched=("x",),
    ),
    Equation(
        "weighted-cross-entropy",
        r"l = -\sum_{c=1}^C w_c \log \frac{\exp(x_{n,c})}{\sum_{i=1}^C \exp(x_{n,i})} y_{n,c}",
        {"w": positive(4), "x": (3, 4), "y": unit(3, 4)},
        lambda w, x, y: -(w * np.log(softmax(x)) * y).sum(-1),
    ),
    Equation(
        "heads-of-their-own-width",
        r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V, \quad "
        r"H = \mathrm{Attention}(X A, Y B, Y C)",
        {"X": (5, 6), "A": (6, 3), "Y": (4, 7), "B": (7, 3), "C": (7, 2)},
        lambda X, A, Y, B, C: softmax(X @ A @ (Y @ B).T / np.sqrt(3)) @ Y @ C,
        outputs=("H",),
    ),
    Equation(
        "numbered-classes",
        r"T = \sum_{i=1}^N p_{0i} g_{0i}",
        {"p_0": (5,), "g_0": (5,)},
        lambda p_0, g_0: p_0 @ g_0,
    ),
    Equation(
        "labelled-loss",
        r"\mathcal{L}_{dist} = \frac{1}{N} \sum_{i=1}^N (x_i - y_i)^2",
        {"x": (5,), "y": (5,)},
        lambda x, y: ((x - y) ** 2).mean(),
    ),
    Equation(
        "defined-vector",
        r"x = b + c \\ y = W x",
        {"b": (3,), "c": (3,), "W": (4, 3)},
        lambda b, c, W: W @ (b + c),
    ),
    Equation(
        "function-of-a-place",
        r"z = \mathrm{softplus}(\arg\max_i x_i)",
        {"x": (5,)},
        lambda x: np.log1p(np.exp(np.argmax(x))),
        shapes={"x": "n"},
    ),
    Equation(
        "scaled-quotient",
        r"y = \gamma \left( \frac{x - \mu}{\sigma} \right) + \beta",
        {"gamma": 0.7, "x": (5,), "mu": 0.2, "sigma": 1.5, "beta": 0.1},
        lambda gamma, x, mu, sigma, beta: gamma * (x - mu) / sigma + beta,
    ),
    Equation(
        "node-polynomial",
        r"\ell(x) = \prod_{m=1}^{k} (x - x_m)",
        {"x": 0.3, "x_m": (4,)},
        lambda x, x_m: np.prod(x - x_m),
    ),
    Equation(
        "kernel-density",
        r"p(x) = \frac{1}{n} \sum_{i=1}^n \frac{1}{\sqrt{2\pi} h} \exp\left(-\frac{(x - x_i)^2}{2 h^2}\right)",
        {"x": 0.3, "h": 0.7, "x_i": (5,)},
        lambda x, h, x_i: (
            np.exp(-((x - x_i) ** 2) / (2 * h**2)) / (np.sqrt(2 * np.pi) * h)
        ).mean(),
    ),
    Equation(
        "layer-gradient",
        r"\frac{\partial C}{\partial w^l_{jk}} = a_k^{l-1} \delta_j^l",
        {"a_prev": (3,), "delta_l": (4,)},
        lambda a_prev, delta_l: np.outer(delta_l, a_prev),
    ),
    Equation(
        "two-inner-products",
        r"a^\top b \, c^\top d",
        {"a": (3,), "b": (3,), "c": (4,), "d": (4,)},
        lambda a, b, c, d: (a @ b) * (c @ d),
    ),
    Equation(
        "weighted-loss",
        r"l_n = -w_n \left[ y_n \log x_n + (1 - y_n) \log(1 - x_n) \right]",
        {"w": (5,), "y": unit(5), "x": unit(5)},
        lambda w, y, x: -w * (y * np.log(x) + (1 - y) * np.log(1 - x)),
        shapes={"w": "N"},
    ),
    Equation(
        "graph-convolution-by-nodes",
        r"H_i = \sum_{j \in N(i)} \frac{1}{\sqrt{d_i d_j}} h_j W",
        {"N": whole(0, 2, 4, 4), "d": positive(4), "h": (4, 3), "W": (3, 2)},
        lambda N, d, h, W: (N / np.sqrt(np.outer(d, d))) @ h @ W,
        shapes={"N": "n n : bool"},
    ),
    Equation(
        "defined-matrix",
        r"W = A + B \\ y = W x",
        {"A": (4, 3), "B": (4, 3), "x": (3,)},
        lambda A, B, x: (A + B) @ x,
    ),
    Equation(
        "mixing-weights",
        r"\pi_k = \frac{N_k}{N}",
        {"N_k": (4,), "N": 7.0},
        lambda N_k, N: N_k / N,
    ),
    Equation(
        "scaled-scores",
        r"1 / \sqrt{d} \, Q K^\top",
        {"d": 3.0, "Q": (4, 3), "K": (5, 3)},
        lambda d, Q, K: Q @ K.T / np.sqrt(d),
    ),
    Equation(
        "whitening",
        r"z = W^\top (x - \mu)",
        {"W": (4, 3), "x": (4,), "mu": (4,)},
        lambda W, x, mu: W.T @ (x - mu),
    ),
    Equation(
        "innovation",
        r"S = H P H^\top + \Sigma",
        {"H": (2, 3), "P": (3, 3), "Sigma": (2, 2)},
        lambda H, P, Sigma: H @ P @ H.T + Sigma,
    ),
    Equation(
        "activation-beside-a-matrix",
        r"y = W \tanh(z) + b",
        {"W": (4, 3), "z": (3,), "b": (4,)},
        lambda W, z, b: W @ np.tanh(z) + b,
    ),
    Equation(
        "wave",
        r"y = A \sin(\omega t + \phi)",
        {"A": (5,), "omega": 2.0, "t": (5,), "phi": 0.3},
        lambda A, omega, t, phi: A * np.sin(omega * t + phi),
    ),
    Equation(
        "sinkhorn-plan",
        r"P = \mathrm{diag}(u) e^{-C / \epsilon} \mathrm{diag}(v)",
        {"u": (4,), "C": (4, 3), "epsilon": 0.6, "v": (3,)},
        lambda u, C, epsilon, v: u[:, None] * np.exp(-C / epsilon) * v,
    ),
    Equation(
        "joined-inputs",
        r"a = W_f \cdot [h_{t-1}, x_t]",
        {"W_f": (4, 5), "h_prev": (2,), "x_t": (3,)},
        lambda W_f, h_prev, x_t: W_f @ np.concatenate([h_prev, x_t]),
    ),
    Equation(
        "bilinear-in-plain-text",
        "y = x_1^TAx_2 + b",
        {"x_1": (4,), "A": (4, 3), "x_2": (3,), "b": 0.5},
        lambda x_1, A, x_2, b: x_1 @ A @ x_2 + b,
    ),
    # --- Greek letters and words that are vectors and matrices ---
    Equation(
        "attention-by-a-word",
        "weights = softmax(Q K^T)\nO = weights V",
        {"Q": (5, 3), "K": (4, 3), "V": (4, 2)},
        lambda Q, K, V: softmax(Q @ K.T) @ V,
    ),
    Equation(
        "greek-intermediate",
        r"\mu = W x \\ y = A \mu",
        {"W": (4, 3), "x": (3,), "A": (2, 4)},
        lambda W, x, A: A @ (W @ x),
    ),
    Equation(
        "word-intermediate",
        "hid = relu(x W + b)\ny = hid U + c",
        {"x": (3,), "W": (3, 4), "b": (4,), "U": (4, 2), "c": (2,)},
        lambda x, W, b, U, c: relu(x @ W + b) @ U + c,
    ),
    Equation(
        "gaussian-process-mean",
        r"f = k^\top (K + \sigma^2 I)^{-1} \alpha",
        {"k": (4,), "K": spd(4), "sigma": 0.7, "alpha": (4,)},
        lambda k, K, sigma, alpha: k @ inv(K + sigma**2 * np.eye(4)) @ alpha,
    ),
    Equation(
        "normal-equations-in-greek",
        r"\theta = (X^\top X)^{-1} \mu",
        {"X": (7, 3), "mu": (3,)},
        lambda X, mu: inv(X.T @ X) @ mu,
    ),
    Equation(
        "discriminant-direction",
        r"w = \Sigma^{-1} (\mu_1 - \mu_0)",
        {"Sigma": spd(3), "mu_1": (3,), "mu_0": (3,)},
        lambda Sigma, mu_1, mu_0: inv(Sigma) @ (mu_1 - mu_0),
    ),
    Equation(
        "value-of-a-policy",
        r"v = (I - \gamma P)^{-1} \rho",
        {"gamma": 0.3, "P": unit(4, 4), "rho": (4,)},
        lambda gamma, P, rho: inv(np.eye(4) - gamma * P) @ rho,
    ),
    # --- powers of matrices ---
    Equation(
        "neumann-series",
        r"S = I + A + A^2 + A^3",
        {"A": (4, 4)},
        lambda A: np.eye(4) + A + A @ A + A @ A @ A,
    ),
    Equation(
        "rodrigues",
        r"R = I + (\sin\theta) K + (1 - \cos\theta) K^2",
        {"theta": 0.4, "K": (3, 3)},
        lambda theta, K: np.eye(3) + np.sin(theta) * K + (1 - np.cos(theta)) * K @ K,
    ),
    Equation(
        "simple-graph-convolution",
        r"Y = \mathrm{softmax}(S^2 X \Theta)",
        {"S": (4, 4), "X": (4, 3), "Theta": (3, 2)},
        lambda S, X, Theta: softmax(S @ S @ X @ Theta),
    ),
    Equation(
        "capital-radius",
        r"V = \pi R^2 h",
        {"R": 1.5, "h": 2.0},
        lambda R, h: np.pi * R**2 * h,
    ),
    # --- regression and classification ---
    Equation(
        "ridge",
        r"\hat{w} = (X^\top X + \lambda I)^{-1} X^\top y",
        {"X": (7, 3), "y": (7,), "lambda_": 0.3},
        lambda X, y, lambda_: np.linalg.solve(X.T @ X + lambda_ * np.eye(3), X.T @ y),
    ),
    Equation(
        "ridge-n",
        r"\hat{\boldsymbol{\beta}}^{\text{ridge}} = (\mathbf{X}^T\mathbf{X} + n\lambda \mathbf{I}_p)^{-1}\mathbf{X}^T\mathbf{y}",
        {"X": (7, 3), "y": (7,), "lambda_": 0.3, "n": 7},
        lambda X, y, lambda_, **_: np.linalg.solve(X.T @ X + 7 * lambda_ * np.eye(3), X.T @ y),
        shapes={"X": "n p", "y": "n"},
    ),
    Equation(
        "wls",
        r"\hat{\beta} = (X^\top W X)^{-1} X^\top W y",
        {"X": (7, 3), "W": spd(7), "y": (7,)},
        lambda X, W, y: np.linalg.solve(X.T @ W @ X, X.T @ W @ y),
    ),
    Equation(
        "lasso",
        r"\frac{1}{2n}\|y - X\beta\|_2^2 + \lambda \|\beta\|_1",
        {"X": (7, 3), "y": (7,), "beta": (3,), "lambda_": 0.3, "n": 7},
        lambda X, y, beta, lambda_, **_: (
            ((y - X @ beta) ** 2).sum() / 14 + lambda_ * abs(beta).sum()
        ),
        shapes={"X": "n p", "y": "n", "beta": "p"},
    ),
    Equation(
        "huber",
        r"""L_\delta(a) = \begin{cases} \frac{1}{2} a^2 & \text{for } |a| \le \delta, \\
        \delta \cdot \left(|a| - \frac{1}{2}\delta\right), & \text{otherwise.} \end{cases}""",
        {"a": (6,), "delta": 0.7},
        lambda a, delta: np.where(abs(a) <= delta, a * a / 2, delta * (abs(a) - delta / 2)),
    ),
    Equation(
        "hat-matrix",
        r"H = X(X^TX)^{-1}X^T",
        {"X": (7, 3)},
        lambda X: X @ np.linalg.pinv(X),
    ),
    Equation(
        "press",
        r"\mathrm{PRESS} = \sum_{i=1}^n \left(\frac{e_i}{1 - h_{ii}}\right)^2",
        {"e": (5,), "h": Some(lambda rng: rng.uniform(0, 0.5, size=(5, 5)))},
        lambda e, h: sum((e[i] / (1 - h[i, i])) ** 2 for i in range(5)),
    ),
    Equation(
        "logistic-hessian",
        r"H = \sum_{i=1}^{N} \mu_i (1 - \mu_i) x_i x_i^\top",
        {"mu": unit(6), "x": (6, 3), "N": 6},
        lambda mu, x, **_: x.T @ np.diag(mu * (1 - mu)) @ x,
        shapes={"mu": "N", "x": "N d"},
    ),
    Equation(
        "irls",
        r"w^{new} = w^{old} - (\Phi^T R \Phi)^{-1} \Phi^T (y - t)",
        {"w_old": (3,), "Phi": (6, 3), "R": spd(6), "y": (6,), "t": (6,)},
        lambda w_old, Phi, R, y, t: w_old - np.linalg.solve(Phi.T @ R @ Phi, Phi.T @ (y - t)),
    ),
    Equation(
        "svm-dual",
        r"W(\alpha) = \sum_{i=1}^{l} \alpha_i - \frac{1}{2}\sum_{i=1}^{l}\sum_{j=1}^{l} y_i y_j \alpha_i \alpha_j K(x_i, x_j)",
        {
            "alpha": positive(5),
            "y": Some(lambda rng: rng.choice([-1.0, 1.0], size=5)),
            "x": (5, 2),
            "K": lambda a, b: np.asarray(np.exp(-((a - b) ** 2).sum(-1))),
        },
        lambda alpha, y, x, K: (
            alpha.sum()
            - 0.5
            * sum(
                y[i] * y[j] * alpha[i] * alpha[j] * math.exp(-sum((x[i] - x[j]) ** 2))
                for i in range(5)
                for j in range(5)
            )
        ),
        shapes={"alpha": "l", "y": "l", "x": "l d", "K": "(d), (d) -> ()"},
    ),
    Equation(
        "svm-decision",
        r"f(x) = \mathrm{sign}\left(\sum_{i=1}^{N} \alpha_i y_i k(x_i, x) + b\right)",
        {
            "alpha": positive(5),
            "y": Some(lambda rng: rng.choice([-1.0, 1.0], size=5)),
            "x_i": (5, 2),
            "x": (2,),
            "b": 0.1,
            "k": lambda a, b: np.asarray(np.exp(-((a - b) ** 2).sum(-1))),
        },
        lambda alpha, y, x_i, x, b, **_: np.sign(
            sum(alpha[i] * y[i] * math.exp(-sum((x_i[i] - x) ** 2)) for i in range(5)) + b
        ),
        shapes={"alpha": "N", "y": "N", "x": "d", "x_i": "N d", "k": "(d), (d) -> ()", "b": ""},
    ),
    Equation(
        "perceptron",
        r"\mathbf{w} \leftarrow \mathbf{w} + \eta\, (y - \hat{y})\, \mathbf{x}",
        {"w": (4,), "x": (4,), "eta": 0.1, "y": 1.0, "y_hat": 0.0},
        lambda w, x, eta, y, y_hat: w + eta * (y - y_hat) * x,
        shapes={"y": "", "y_hat": "", "eta": ""},
        batched=("w", "x"),
    ),
    Equation(
        "gini",
        r"G = 1 - \sum_{k=1}^K p_k^2",
        {"p": simplex(4)},
        lambda p: 1 - (p * p).sum(),
        batched=("p",),
    ),
    Equation(
        "entropy",
        r"H(X) = -\sum_{x \in \mathcal{X}} p(x) \log_2 p(x)",
        {"p": simplex(4), "X": 0.0},
        lambda p, **_: -(p * np.log2(p)).sum(),
        shapes={"p": "n"},
    ),
    Equation(
        "adaboost",
        r"\alpha_m = \frac{1}{2} \ln \left(\frac{1 - \epsilon_m}{\epsilon_m}\right)",
        {"epsilon_m": 0.3},
        lambda epsilon_m: 0.5 * math.log(0.7 / 0.3),
        shapes={"epsilon_m": ""},
    ),
    Equation(
        "xgboost-gain",
        r"""\mathcal{L}_{split} = \frac{1}{2}\left[\frac{G_L^2}{H_L+\lambda} + \frac{G_R^2}{H_R+\lambda}
        - \frac{(G_L+G_R)^2}{H_L+H_R+\lambda}\right] - \gamma""",
        {"G_L": 0.5, "G_R": -1.0, "H_L": 1.5, "H_R": 2.0, "lambda_": 1.0, "gamma": 0.1},
        lambda G_L, G_R, H_L, H_R, lambda_, gamma: (
            0.5
            * (
                G_L**2 / (H_L + lambda_)
                + G_R**2 / (H_R + lambda_)
                - (G_L + G_R) ** 2 / (H_L + H_R + lambda_)
            )
            - gamma
        ),
        shapes=dict.fromkeys(("G_L", "G_R", "H_L", "H_R"), ""),
    ),
    Equation(
        "xgboost-leaf",
        r"w_j^* = -\frac{\sum_{i \in I_j} g_i}{\sum_{i \in I_j} h_i + \lambda}",
        {
            "I": Some(lambda rng: rng.uniform(size=(3, 8)) < 0.6),
            "g": (8,),
            "h": positive(8),
            "lambda_": 1.0,
        },
        lambda I, g, h, lambda_: -(I @ g) / (I @ h + lambda_),
        shapes={"I": "J n : bool", "g": "n", "h": "n"},
    ),
    Equation(
        "fisher",
        r"J(w) = \frac{w^T S_B w}{w^T S_W w}",
        {"w": (3,), "S_B": spd(3), "S_W": spd(3)},
        lambda w, S_B, S_W: (w @ S_B @ w) / (w @ S_W @ w),
        batched=("w",),
    ),
    Equation(
        "lda-discriminant",
        r"\delta_k(x) = x^T \Sigma^{-1} \mu_k - \frac{1}{2} \mu_k^T \Sigma^{-1} \mu_k + \log \pi_k",
        {"x": (3,), "Sigma": spd(3), "mu_k": (3,), "pi_k": 0.3},
        lambda x, Sigma, mu_k, pi_k: (
            x @ inv(Sigma) @ mu_k - 0.5 * mu_k @ inv(Sigma) @ mu_k + math.log(pi_k)
        ),
        shapes={"mu_k": "d", "pi_k": "", "x": "d"},
    ),
    Equation(
        "lda-discriminants",
        r"\delta_k(x) = x^T \Sigma^{-1} \mu_k - \frac{1}{2} \mu_k^T \Sigma^{-1} \mu_k + \log \pi_k",
        {"x": (3,), "Sigma": spd(3), "mu": (4, 3), "pi": simplex(4)},
        lambda x, Sigma, mu, pi: np.array(
            [
                x @ inv(Sigma) @ m - 0.5 * m @ inv(Sigma) @ m + math.log(p)
                for m, p in zip(mu, pi, strict=True)
            ]
        ),
        shapes={"x": "d", "Sigma": "d d", "mu": "K d", "pi": "K"},
    ),
    Equation(
        "within-scatter",
        r"\mathbf{S}_W = \sum_{k=1}^{K} \sum_{n=1}^{N} r_{nk} (\mathbf{x}_n - \mathbf{m}_k)(\mathbf{x}_n - \mathbf{m}_k)^\mathrm{T}",
        {"r": Some(lambda rng: np.eye(3)[rng.integers(0, 3, size=6)]), "x": (6, 2), "m": (3, 2)},
        lambda r, x, m: sum(
            r[n, k] * np.outer(x[n] - m[k], x[n] - m[k]) for n in range(6) for k in range(3)
        ),
    ),
    Equation(
        "between-scatter",
        r"S_B = \sum_{k=1}^{K} N_k (\mathbf{m}_k - \mathbf{m})(\mathbf{m}_k - \mathbf{m})^T",
        {"N": positive(3), "m_k": (3, 2), "m": (2,)},
        lambda N, m_k, m: sum(N[k] * np.outer(m_k[k] - m, m_k[k] - m) for k in range(3)),
        shapes={"m": "d", "m_k": "K d"},
    ),
    Equation(
        "mahalanobis",
        r"D_M(\vec{x}) = \sqrt{(\vec{x} - \vec{\mu})^{\mathsf T} S^{-1} (\vec{x} - \vec{\mu})}",
        {"x": (3,), "mu": (3,), "S": spd(3)},
        lambda x, mu, S: math.sqrt((x - mu) @ inv(S) @ (x - mu)),
        batched=("x",),
    ),
    Equation(
        "pca-project",
        r"z_i = U^\top (x_i - \bar{x})",
        {"U": (4, 2), "x": (6, 4), "x_bar": (4,)},
        lambda U, x, x_bar: (x - x_bar) @ U,
        shapes={"U": "D d", "x": "n D", "x_bar": "D"},
    ),
    Equation(
        "pca-error",
        r"\frac{1}{n} \sum_{i=1}^n \|x_i - V V^\top x_i\|_2^2",
        {"x": (6, 4), "V": (4, 2), "n": 6},
        lambda x, V, **_: ((x - x @ V @ V.T) ** 2).sum() / 6,
        shapes={"x": "n d", "V": "d k"},
    ),
    Equation(
        "cca",
        r"\rho = \frac{w_x^T C_{xy} w_y}{\sqrt{w_x^T C_{xx} w_x \, w_y^T C_{yy} w_y}}",
        {"w_x": (3,), "w_y": (2,), "C_xy": (3, 2), "C_xx": spd(3), "C_yy": spd(2)},
        lambda w_x, w_y, C_xy, C_xx, C_yy: (
            (w_x @ C_xy @ w_y) / math.sqrt((w_x @ C_xx @ w_x) * (w_y @ C_yy @ w_y))
        ),
    ),
    Equation(
        "cka",
        r"\mathrm{CKA}(X, Y) = \frac{\|Y^\top X\|_F^2}{\|X^\top X\|_F \|Y^\top Y\|_F}",
        {"X": (6, 3), "Y": (6, 4)},
        lambda X, Y: norm(Y.T @ X) ** 2 / (norm(X.T @ X) * norm(Y.T @ Y)),
    ),
    Equation(
        "centering-matrix",
        r"H = I_n - \frac{1}{n} \mathbf{1}\mathbf{1}^\top, \quad \tilde K = H K H",
        {"K": spd(4)},
        lambda K, **_: (np.eye(4) - 0.25) @ K @ (np.eye(4) - 0.25),
        shapes={"K": "n n"},
        outputs=("K_tilde",),
    ),
    Equation(
        "mf-sgd",
        r"e_{ui} = r_{ui} - q_i^T p_u",
        {"r": (3, 4), "q": (4, 2), "p": (3, 2)},
        lambda r, q, p: r - p @ q.T,
        shapes={"r": "n_u n_i", "q": "n_i f", "p": "n_u f"},
    ),
    Equation(
        "mf-one",
        r"q_i \leftarrow q_i + \gamma \cdot (e_{ui} \cdot p_u - \lambda \cdot q_i)",
        {"q_i": (3,), "p_u": (3,), "e_ui": 0.4, "gamma": 0.1, "lambda_": 0.02},
        lambda q_i, p_u, e_ui, gamma, lambda_: q_i + gamma * (e_ui * p_u - lambda_ * q_i),
        shapes={"q_i": "f", "p_u": "f", "e_ui": "", "gamma": "", "lambda_": ""},
    ),
    Equation(
        "als",
        r"x_u = (Y^T C^u Y + \lambda I)^{-1} Y^T C^u p(u)",
        {"Y": (5, 2), "C_u": spd(5), "p_u": (5,), "p": (5,), "lambda_": 0.3},
        lambda Y, C_u, lambda_, p_u, p: np.linalg.solve(
            Y.T @ C_u @ Y + lambda_ * np.eye(2), Y.T @ C_u @ p
        ),
        shapes={"Y": "n f", "C_u": "n n", "p": "n"},
    ),
    Equation(
        "nmf-w",
        r"W_{ia} \leftarrow W_{ia} \frac{\sum_\mu H_{a\mu} V_{i\mu} / (WH)_{i\mu}}{\sum_\nu H_{a\nu}}",
        {"W": positive(4, 3), "H": positive(3, 5), "V": positive(4, 5)},
        lambda W, H, V: W * ((V / (W @ H)) @ H.T) / H.sum(1),
    ),
    Equation(
        "nmf-kl",
        r"D(A\|B) = \sum_{ij} \left(A_{ij} \log \frac{A_{ij}}{B_{ij}} - A_{ij} + B_{ij}\right)",
        {"A": positive(3, 4), "B": positive(3, 4)},
        lambda A, B: (A * np.log(A / B) - A + B).sum(),
    ),
    # --- Gaussian processes, kernels ---
    Equation(
        "gp-mean",
        r"\bar{f}_* = \mathbf{k}_*^\top (K + \sigma_n^2 I)^{-1} \mathbf{y}",
        {"k_star": (4,), "K": spd(4), "sigma_n": 0.3, "y": (4,)},
        lambda k_star, K, sigma_n, y: k_star @ np.linalg.solve(K + sigma_n**2 * np.eye(4), y),
    ),
    Equation(
        "gp-var",
        r"\mathbb{V}[f_*] = k(\mathbf{x}_*, \mathbf{x}_*) - \mathbf{k}_*^\top (K + \sigma_n^2 I)^{-1} \mathbf{k}_*",
        {
            "k_star": (4,),
            "K": spd(4),
            "sigma_n": 0.3,
            "x_star": (2,),
            "k": lambda a, b: np.asarray(1.0 + (a * b).sum(-1)),
        },
        lambda k_star, K, sigma_n, x_star, k: (
            1 + x_star @ x_star - k_star @ np.linalg.solve(K + sigma_n**2 * np.eye(4), k_star)
        ),
        shapes={"k": "(d), (d) -> ()", "k_star": "n", "K": "n n", "x_star": "d"},
    ),
    Equation(
        "gp-lml",
        r"""\log p(\mathbf{y}|X) = -\frac{1}{2}\mathbf{y}^\top K_y^{-1} \mathbf{y} - \frac{1}{2}\log|K_y| - \frac{n}{2}\log 2\pi""",
        {"y": (4,), "K_y": spd(4), "X": 0.0, "n": 4},
        lambda y, K_y, **_: (
            -0.5 * y @ inv(K_y) @ y - 0.5 * math.log(det(K_y)) - 2 * math.log(2 * math.pi)
        ),
        shapes={"y": "n", "K_y": "n n"},
    ),
    Equation(
        "rbf-ard",
        r"k(x, x') = \sigma_f^2 \exp\left(-\frac{1}{2} \sum_{d=1}^{D} \frac{(x_d - x'_d)^2}{\ell_d^2}\right)",
        {"x": (3,), "x_prime": (3,), "sigma_f": 1.2, "ell": positive(3)},
        lambda x, x_prime, sigma_f, ell: (
            sigma_f**2 * math.exp(-0.5 * (((x - x_prime) / ell) ** 2).sum())
        ),
        batched=("x",),
    ),
    Equation(
        "matern32",
        r"k_{3/2}(r) = \left(1 + \frac{\sqrt{3} r}{\ell}\right) \exp\left(-\frac{\sqrt{3} r}{\ell}\right)",
        {"r": positive(5), "ell": 0.8},
        lambda r, ell: (1 + math.sqrt(3) * r / ell) * np.exp(-math.sqrt(3) * r / ell),
    ),
    Equation(
        "matern52",
        r"k_{\nu=5/2}(r) = \sigma^2\left(1+\frac{\sqrt{5}r}{\ell}+\frac{5r^2}{3\ell^2}\right)\exp\left(-\frac{\sqrt{5}r}{\ell}\right)",
        {"r": positive(5), "ell": 0.8, "sigma": 1.3},
        lambda r, ell, sigma: (
            sigma**2
            * (1 + math.sqrt(5) * r / ell + 5 * r * r / (3 * ell**2))
            * np.exp(-math.sqrt(5) * r / ell)
        ),
    ),
    Equation(
        "periodic",
        r"k(x,x') = \sigma^2 \exp\left(-\frac{2 \sin^2(\pi |x - x'| / p)}{\ell^2}\right)",
        {"x": 0.7, "x_prime": -0.4, "sigma": 1.2, "p": 1.7, "ell": 0.9},
        lambda x, x_prime, sigma, p, ell: (
            sigma**2 * math.exp(-2 * math.sin(math.pi * abs(x - x_prime) / p) ** 2 / ell**2)
        ),
    ),
    Equation(
        "rq",
        r"k(x, x') = \left(1 + \frac{\|x - x'\|^2}{2\alpha\ell^2}\right)^{-\alpha}",
        {"x": (3,), "x_prime": (3,), "alpha": 1.5, "ell": 0.9},
        lambda x, x_prime, alpha, ell: (
            (1 + ((x - x_prime) ** 2).sum() / (2 * alpha * ell**2)) ** -alpha
        ),
    ),
    Equation(
        "poly-kernel",
        r"K(x, y) = (x^\top y + c)^d",
        {"x": (3,), "y": (3,), "c": 1.0, "d": 3},
        lambda x, y, c, d: (x @ y + c) ** d,
        shapes={"c": "", "d": ""},
    ),
    Equation(
        "gram-rbf",
        r"K_{ij} = \exp(-\gamma \|x_i - x_j\|^2)",
        {"x": (5, 3), "gamma": 0.4},
        lambda x, gamma: np.exp(-gamma * ((x[:, None] - x[None]) ** 2).sum(-1)),
        shapes={"x": "n d"},
        batched=("x",),
    ),
    Equation(
        "gram-rbf-undeclared",
        r"K_{ij} = \exp(-\gamma \|\mathbf{x}_i - \mathbf{x}_j\|^2)",
        {"x": (5, 3), "gamma": 0.4},
        lambda x, gamma: np.exp(-gamma * ((x[:, None] - x[None]) ** 2).sum(-1)),
    ),
    Equation(
        "rff",
        r"z(x) = \sqrt{\frac{2}{D}} \cos(\omega^\top x + b)",
        {"omega": (3, 5), "x": (3,), "b": (5,), "D": 5},
        lambda omega, x, b, **_: math.sqrt(2 / 5) * np.cos(omega.T @ x + b),
        shapes={"omega": "d D", "x": "d", "b": "D"},
    ),
    Equation(
        "mmd",
        r"\mathrm{MMD}^2 = \frac{1}{m(m-1)} \sum_{i=1}^{m} \sum_{j \neq i} K_{ij} + \frac{1}{n(n-1)}\sum_{i=1}^n\sum_{j\neq i} L_{ij} - \frac{2}{mn}\sum_{i=1}^m\sum_{j=1}^n M_{ij}",
        {"K": (4, 4), "L": (5, 5), "M": (4, 5), "m": 4, "n": 5},
        lambda K, L, M, **_: (
            (K.sum() - np.trace(K)) / 12 + (L.sum() - np.trace(L)) / 20 - 2 * M.mean()
        ),
        shapes={"K": "m m", "L": "n n", "M": "m n"},
    ),
    Equation(
        "nystrom",
        r"\hat{K} = K_{nm} K_{mm}^{-1} K_{mn}",
        {"K_nm": (5, 2), "K_mm": spd(2), "K_mn": (2, 5)},
        lambda K_nm, K_mm, K_mn: K_nm @ inv(K_mm) @ K_mn,
    ),
    Equation(
        "sparse-gp",
        r"\mu_* = K_{*m} (\sigma^2 K_{mm} + K_{mn}K_{nm})^{-1} K_{mn} y",
        {
            "K_star_m": (2, 3),
            "sigma": 0.4,
            "K_mm": spd(3),
            "K_mn": (3, 5),
            "K_nm": (5, 3),
            "y": (5,),
        },
        lambda K_star_m, sigma, K_mm, K_mn, K_nm, y: (
            K_star_m @ np.linalg.solve(sigma**2 * K_mm + K_mn @ K_nm, K_mn @ y)
        ),
        shapes={"y": "n"},
    ),
    Equation(
        "ei",
        r"\mathrm{EI}(x) = (\mu - f^+ - \xi)\Phi(Z) + \sigma \varphi(Z), \quad Z = \frac{\mu - f^+ - \xi}{\sigma}, \quad \varphi(z) = \frac{1}{\sqrt{2\pi}} e^{-z^2/2}",
        {"x": 0.0, "mu": 0.4, "f_plus": 0.2, "xi": 0.01, "sigma": 0.6},
        lambda mu, f_plus, xi, sigma, **_: (
            (mu - f_plus - xi) * scipy.special.ndtr((mu - f_plus - xi) / sigma)
            + sigma * math.exp(-(((mu - f_plus - xi) / sigma) ** 2) / 2) / math.sqrt(2 * math.pi)
        ),
        outputs=("EI",),
    ),
    # --- Kalman and particle filters ---
    Equation(
        "kalman-predict",
        r"P_{k|k-1} = F_k P_{k-1|k-1} F_k^T + Q_k",
        {"F_k": (3, 3), "P_prev_prev": spd(3), "Q_k": spd(3)},
        lambda F_k, P_prev_prev, Q_k: F_k @ P_prev_prev @ F_k.T + Q_k,
    ),
    Equation(
        "kalman-gain",
        r"K_k = P_k^- H^T (H P_k^- H^T + R)^{-1}",
        {"P_k_minus": spd(3), "H": (2, 3), "R": spd(2)},
        lambda P_k_minus, H, R: P_k_minus @ H.T @ inv(H @ P_k_minus @ H.T + R),
    ),
    Equation(
        "kalman-update",
        r"\hat{x}_k = \hat{x}_k^- + K_k (z_k - H \hat{x}_k^-), \quad P_k = (I - K_k H) P_k^-",
        {"x_hat_k_minus": (3,), "K_k": (3, 2), "z_k": (2,), "H": (2, 3), "P_k_minus": spd(3)},
        lambda x_hat_k_minus, K_k, z_k, H, P_k_minus: (
            x_hat_k_minus + K_k @ (z_k - H @ x_hat_k_minus),
            (np.eye(3) - K_k @ H) @ P_k_minus,
        ),
        batched=("x_hat_k_minus", "z_k", "P_k_minus"),
    ),
    Equation(
        "joseph",
        r"P^+ = (I - KH) P^- (I - KH)^T + K R K^T",
        {"K": (3, 2), "H": (2, 3), "P_minus": spd(3), "R": spd(2)},
        lambda K, H, P_minus, R: (
            (np.eye(3) - K @ H) @ P_minus @ (np.eye(3) - K @ H).T + K @ R @ K.T
        ),
    ),
    Equation(
        "rts",
        r"""\begin{align}
        C_k &= P_k F^T (P_{k+1}^-)^{-1} \\
        \hat{x}_k^s &= \hat{x}_k + C_k (\hat{x}_{k+1}^s - \hat{x}_{k+1}^-)
        \end{align}""",
        {
            "P_k": spd(3),
            "F": (3, 3),
            "P_next_minus": spd(3),
            "x_hat_k": (3,),
            "x_hat_next_s": (3,),
            "x_hat_next_minus": (3,),
        },
        lambda P_k, F, P_next_minus, x_hat_k, x_hat_next_s, x_hat_next_minus: (
            x_hat_k + P_k @ F.T @ inv(P_next_minus) @ (x_hat_next_s - x_hat_next_minus)
        ),
    ),
    Equation(
        "ess",
        r"N_{eff} = \frac{1}{\sum_{i=1}^{N} (w^{(i)})^2}",
        {"w": simplex(6)},
        lambda w: 1 / (w * w).sum(),
    ),
    Equation(
        "ess-step",
        r"\hat{N}_{eff} = \frac{1}{\sum_{i=1}^{N_s} (w_k^i)^2}",
        {"w_k": simplex(6)},
        lambda w_k: 1 / (w_k * w_k).sum(),
    ),
    Equation(
        "particle-weight",
        r"\tilde{w}_k^{(i)} = \frac{w_k^{(i)}}{\sum_{j=1}^{N} w_k^{(j)}}",
        {"w_k": positive(6)},
        lambda w_k: w_k / w_k.sum(),
        shapes={"w_k": "N"},
    ),
    Equation(
        "particle-mean",
        r"\hat{x}_k = \sum_{i=1}^{N} w_k^{(i)} x_k^{(i)}",
        {"w_k": simplex(6), "x_k": (6, 3)},
        lambda w_k, x_k: w_k @ x_k,
        shapes={"w_k": "N", "x_k": "N d"},
    ),
    Equation(
        "ukf-weights",
        r"W_0^{(m)} = \frac{\lambda}{n + \lambda}, \quad W_0^{(c)} = \frac{\lambda}{n+\lambda} + (1 - \alpha^2 + \beta)",
        {"lambda_": 0.5, "n": 3, "alpha": 0.1, "beta": 2.0},
        lambda lambda_, n, alpha, beta: (
            lambda_ / (n + lambda_),
            lambda_ / (n + lambda_) + 1 - alpha**2 + beta,
        ),
    ),
    Equation(
        "ukf-cov",
        r"P = \sum_{i=0}^{2n} W_i^{(c)} (\mathcal{X}_i - \hat{x})(\mathcal{X}_i - \hat{x})^T",
        {"W_c": positive(7), "X": (7, 3), "x_hat": (3,), "n": 3},
        lambda W_c, X, x_hat, **_: (X - x_hat).T @ np.diag(W_c) @ (X - x_hat),
    ),
    Equation(
        "nesterov",
        r"v_{t+1} = \mu v_t - \epsilon g(\theta_t + \mu v_t), \quad \theta_{t+1} = \theta_t + v_{t+1}",
        {"v_t": (4,), "theta_t": (4,), "mu": 0.9, "epsilon": 0.1, "g": lambda x: x**3},
        lambda v_t, theta_t, mu, epsilon, g: (
            mu * v_t - epsilon * (theta_t + mu * v_t) ** 3,
            theta_t + mu * v_t - epsilon * (theta_t + mu * v_t) ** 3,
        ),
        shapes={"g": "(d) -> (d)", "v_t": "d", "theta_t": "d"},
    ),
    Equation(
        "nesterov-seq",
        r"y_{k} = x_k + \frac{t_{k-1} - 1}{t_{k}} (x_k - x_{k-1}), \qquad t_{k} = \frac{1 + \sqrt{1 + 4 t_{k-1}^2}}{2}",
        {"x_k": (4,), "x_prev": (4,), "t_prev": 2.0},
        lambda x_k, x_prev, t_prev: (
            x_k + (t_prev - 1) / ((1 + math.sqrt(1 + 4 * t_prev**2)) / 2) * (x_k - x_prev),
            (1 + math.sqrt(1 + 4 * t_prev**2)) / 2,
        ),
        outputs=("y_k", "t_k"),
        shapes={"t_prev": "", "x_k": "d", "x_prev": "d"},
    ),
    Equation(
        "adamw",
        r"""\begin{aligned}
        m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\
        \hat{m}_t &= m_t / (1 - \beta_1^t) \\
        \hat{v}_t &= v_t / (1 - \beta_2^t) \\
        \theta_t &= \theta_{t-1} - \eta_t\left(\alpha \hat{m}_t/(\sqrt{\hat{v}_t} + \epsilon) + \lambda \theta_{t-1}\right)
        \end{aligned}""",
        {
            "m_prev": (4,),
            "v_prev": positive(4),
            "g_t": (4,),
            "theta_prev": (4,),
            "beta_1": 0.9,
            "beta_2": 0.99,
            "t": 3,
            "eta_t": 0.5,
            "alpha": 0.1,
            "epsilon": 1e-8,
            "lambda_": 0.01,
        },
        lambda m_prev, v_prev, g_t, theta_prev, beta_1, beta_2, t, eta_t, alpha, epsilon, lambda_: (
            theta_prev
            - eta_t
            * (
                alpha
                * ((beta_1 * m_prev + (1 - beta_1) * g_t) / (1 - beta_1**t))
                / (np.sqrt((beta_2 * v_prev + (1 - beta_2) * g_t**2) / (1 - beta_2**t)) + epsilon)
                + lambda_ * theta_prev
            )
        ),
        outputs=("theta_t",),
        batched=("m_prev", "g_t", "theta_prev"),
    ),
    Equation(
        "nadam",
        r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_t} + \epsilon}\left(\beta_1 \hat{m}_t + \frac{(1-\beta_1) g_t}{1 - \beta_1^t}\right)",
        {
            "theta_t": (4,),
            "eta": 0.1,
            "v_hat_t": positive(4),
            "epsilon": 1e-8,
            "beta_1": 0.9,
            "m_hat_t": (4,),
            "g_t": (4,),
            "t": 3,
        },
        lambda theta_t, eta, v_hat_t, epsilon, beta_1, m_hat_t, g_t, t: (
            theta_t
            - eta
            / (np.sqrt(v_hat_t) + epsilon)
            * (beta_1 * m_hat_t + (1 - beta_1) * g_t / (1 - beta_1**t))
        ),
    ),
    Equation(
        "radam",
        r"r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2)\rho_t}}, \quad \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \quad \rho_\infty = \frac{2}{1 - \beta_2} - 1",
        {"beta_2": 0.99, "t": 20},
        lambda beta_2, t: (
            lambda inf: (
                lambda r: math.sqrt((r - 4) * (r - 2) * inf / ((inf - 4) * (inf - 2) * r))
            )(inf - 2 * t * beta_2**t / (1 - beta_2**t))
        )(2 / (1 - beta_2) - 1),
    ),
    Equation(
        "adafactor-short",
        r"\hat{V}_{ij} = \frac{R_i C_j}{\sum_{i'} R_{i'}}",
        {"R": positive(3), "C": positive(4)},
        lambda R, C: np.outer(R, C) / R.sum(),
    ),
    Equation(
        "shampoo",
        r"""\begin{align*}
        L_t &= L_{t-1} + G_t G_t^\top \\
        R_t &= R_{t-1} + G_t^\top G_t \\
        W_{t+1} &= W_t - \eta L_t^{-1/4} G_t R_t^{-1/4}
        \end{align*}""",
        {"L_prev": spd(3), "R_prev": spd(4), "G_t": (3, 4), "W_t": (3, 4), "eta": 0.1},
        lambda L_prev, R_prev, G_t, W_t, eta: (
            W_t
            - eta
            * scipy.linalg.fractional_matrix_power(L_prev + G_t @ G_t.T, -0.25)
            @ G_t
            @ scipy.linalg.fractional_matrix_power(R_prev + G_t.T @ G_t, -0.25)
        ),
        outputs=("W_next",),
        shapes={"L_prev": "m m : spd", "R_prev": "n n : spd", "G_t": "m n"},
    ),
    Equation(
        "bfgs",
        r"H_{k+1} = (I - \rho_k s_k y_k^T) H_k (I - \rho_k y_k s_k^T) + \rho_k s_k s_k^T, \quad \rho_k = \frac{1}{y_k^T s_k}",
        {"s_k": positive(3), "y_k": positive(3), "H_k": spd(3)},
        lambda s_k, y_k, H_k: (
            lambda r: (
                (np.eye(3) - r * np.outer(s_k, y_k)) @ H_k @ (np.eye(3) - r * np.outer(y_k, s_k))
                + r * np.outer(s_k, s_k)
            )
        )(1 / (y_k @ s_k)),
    ),
    Equation(
        "bfgs-b",
        r"B_{k+1} = B_k - \frac{B_k s_k s_k^T B_k}{s_k^T B_k s_k} + \frac{y_k y_k^T}{y_k^T s_k}",
        {"s_k": positive(3), "y_k": positive(3), "B_k": spd(3)},
        lambda s_k, y_k, B_k: (
            B_k
            - np.outer(B_k @ s_k, s_k @ B_k) / (s_k @ B_k @ s_k)
            + np.outer(y_k, y_k) / (y_k @ s_k)
        ),
        batched=("s_k", "y_k"),
    ),
    Equation(
        "sr1",
        r"B_{k+1} = B_k + \frac{(y_k - B_k s_k)(y_k - B_k s_k)^T}{(y_k - B_k s_k)^T s_k}",
        {"s_k": (3,), "y_k": (3,), "B_k": spd(3)},
        lambda s_k, y_k, B_k: (
            B_k + np.outer(y_k - B_k @ s_k, y_k - B_k @ s_k) / ((y_k - B_k @ s_k) @ s_k)
        ),
    ),
    Equation(
        "broyden",
        r"J_n = J_{n-1} + \frac{\Delta f_n - J_{n-1} \Delta x_n}{\|\Delta x_n\|^2} \Delta x_n^{\mathrm T}",
        {"J_prev": (3, 3), "Delta_f_n": (3,), "Delta_x_n": (3,)},
        lambda J_prev, Delta_f_n, Delta_x_n: (
            J_prev + np.outer(Delta_f_n - J_prev @ Delta_x_n, Delta_x_n) / (Delta_x_n @ Delta_x_n)
        ),
    ),
    Equation(
        "cg",
        r"""\begin{align}
        \alpha_k &= \frac{r_k^T r_k}{p_k^T A p_k} \\
        x_{k+1} &= x_k + \alpha_k p_k \\
        r_{k+1} &= r_k - \alpha_k A p_k \\
        \beta_k &= \frac{r_{k+1}^T r_{k+1}}{r_k^T r_k} \\
        p_{k+1} &= r_{k+1} + \beta_k p_k
        \end{align}""",
        {"r_k": (3,), "p_k": (3,), "A": spd(3), "x_k": (3,)},
        lambda r_k, p_k, A, x_k: (
            lambda a: (lambda rn: (x_k + a * p_k, rn, rn + (rn @ rn) / (r_k @ r_k) * p_k))(
                r_k - a * A @ p_k
            )
        )((r_k @ r_k) / (p_k @ A @ p_k)),
        outputs=("x_next", "r_next", "p_next"),
    ),
    Equation(
        "cosine-lr",
        r"\eta_t = \eta_{min}^i + \frac{1}{2}(\eta_{max}^i - \eta_{min}^i)\left(1 + \cos\left(\frac{T_{cur}}{T_i}\pi\right)\right)",
        {"eta_min_i": 0.01, "eta_max_i": 0.1, "T_cur": 3.0, "T_i": 10.0},
        lambda eta_min_i, eta_max_i, T_cur, T_i: (
            eta_min_i + 0.5 * (eta_max_i - eta_min_i) * (1 + math.cos(T_cur / T_i * math.pi))
        ),
    ),
    Equation(
        "noam-text",
        "lrate = d_model^-0.5 * min(step_num^-0.5, step_num * warmup_steps^-1.5)",
        {"d_model": 512.0, "step_num": 100.0, "warmup_steps": 4000.0},
        lambda d_model, step_num, warmup_steps: (
            d_model**-0.5 * min(step_num**-0.5, step_num * warmup_steps**-1.5)
        ),
    ),
    Equation(
        "polyak",
        r"\bar{\theta}_t = \frac{t-1}{t} \bar{\theta}_{t-1} + \frac{1}{t} \theta_t",
        {"t": 4, "theta_bar_prev": (3,), "theta_t": (3,)},
        lambda t, theta_bar_prev, theta_t: (t - 1) / t * theta_bar_prev + theta_t / t,
    ),
    Equation(
        "lion",
        r"""\begin{align}
        c_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\
        \theta_t &= \theta_{t-1} - \eta_t (\operatorname{sign}(c_t) + \lambda \theta_{t-1}) \\
        m_t &= \beta_2 m_{t-1} + (1 - \beta_2) g_t
        \end{align}""",
        {
            "beta_1": 0.9,
            "beta_2": 0.99,
            "m_prev": (4,),
            "g_t": (4,),
            "theta_prev": (4,),
            "eta_t": 0.1,
            "lambda_": 0.01,
        },
        lambda beta_1, beta_2, m_prev, g_t, theta_prev, eta_t, lambda_: (
            theta_prev
            - eta_t * (np.sign(beta_1 * m_prev + (1 - beta_1) * g_t) + lambda_ * theta_prev),
            beta_2 * m_prev + (1 - beta_2) * g_t,
        ),
        outputs=("theta_t", "m_t"),
    ),
    Equation(
        "muon-ns",
        r"X_{k+1} = a X_k + b (X_k X_k^\top) X_k + c (X_k X_k^\top)^2 X_k",
        {"a": 3.4445, "b": -4.775, "c": 2.0315, "X_k": (3, 4)},
        lambda a, b, c, X_k: a * X_k + b * X_k @ X_k.T @ X_k + c * X_k @ X_k.T @ X_k @ X_k.T @ X_k,
        shapes={"a": "", "b": "", "c": ""},
    ),
    Equation(
        "admm",
        r"x^{k+1} = (A^TA + \rho I)^{-1}(A^Tb + \rho (z^k - u^k))",
        {"A": (5, 3), "rho": 0.7, "b": (5,), "z_k": (3,), "u_k": (3,)},
        lambda A, rho, b, z_k, u_k: np.linalg.solve(
            A.T @ A + rho * np.eye(3), A.T @ b + rho * (z_k - u_k)
        ),
    ),
    Equation(
        "soft-threshold",
        r"S_\kappa(a) = (a - \kappa)_+ - (-a - \kappa)_+",
        {"a": (6,), "kappa": 0.4},
        lambda a, kappa: np.sign(a) * relu(abs(a) - kappa),
    ),
    Equation(
        "ista",
        r"x_{k+1} = S_{\lambda t}(x_k - 2tA^T(Ax_k - b)), \quad S_\alpha(x)_i = (|x_i| - \alpha)_+ \operatorname{sgn}(x_i)",
        {"x_k": (3,), "A": (5, 3), "b": (5,), "t": 0.01, "lambda_": 0.5},
        lambda x_k, A, b, t, lambda_: (lambda v: np.sign(v) * relu(abs(v) - lambda_ * t))(
            x_k - 2 * t * A.T @ (A @ x_k - b)
        ),
    ),
]

EQUATIONS += [
    # --- index notation ---
    Equation("trace-sum", r"\sum_{i} A_{ii}", {"A": (4, 4)}, lambda A: np.trace(A), batched=("A",)),
    Equation(
        "trace-abc",
        r"\operatorname{tr}(ABC) = \sum_{i,j,k} A_{ij} B_{jk} C_{ki}",
        {"A": (3, 4), "B": (4, 5), "C": (5, 3)},
        lambda A, B, C: np.trace(A @ B @ C),
    ),
    Equation(
        "trace-repeat",
        r"t = \sum_{i=1}^n \sum_{j=1}^n A_{ij} B_{ji}",
        {"A": (3, 3), "B": (3, 3)},
        lambda A, B: np.trace(A @ B),
        batched=("A",),
    ),
    Equation(
        "matmul",
        r"C_{ij} = \sum_k A_{ik} B_{kj}",
        {"A": (3, 4), "B": (4, 5)},
        lambda A, B: A @ B,
        batched=("A", "B"),
    ),
    Equation("matmul-text", "C_ij = Σ_k A_ik B_kj", {"A": (3, 4), "B": (4, 5)}, lambda A, B: A @ B),
    Equation(
        "matmul-trans",
        r"C_{ij} = \sum_k A_{ki} B_{kj}",
        {"A": (4, 3), "B": (4, 5)},
        lambda A, B: A.T @ B,
    ),
    Equation(
        "triangular",
        r"s = \sum_{i=1}^{n} \sum_{j=1}^{i} a_{ij}",
        {"a": (4, 4)},
        lambda a: sum(a[i, j] for i in range(4) for j in range(i + 1)),
    ),
    Equation(
        "triangular-strict",
        r"s = \sum_{i=1}^{n-1} \sum_{j=i+1}^{n} x_i x_j",
        {"x": (5,)},
        lambda x: sum(x[i] * x[j] for i in range(5) for j in range(i + 1, 5)),
        shapes={"x": "n"},
    ),
    Equation(
        "pairs",
        r"\frac{2}{n(n-1)} \sum_{i < j} |x_i - x_j|",
        {"x": (5,), "n": 5},
        lambda x, **_: 2 / 20 * sum(abs(x[i] - x[j]) for i in range(5) for j in range(i + 1, 5)),
        shapes={"x": "n"},
    ),
    Equation(
        "off-diagonal",
        r"\sum_{i \neq j} C_{ij}^2",
        {"C": (4, 4)},
        lambda C: (C**2).sum() - (np.diag(C) ** 2).sum(),
    ),
    Equation(
        "weighted-index",
        r"\sum_{k=1}^{K} k \, p_k",
        {"p": simplex(4)},
        lambda p: sum((k + 1) * p[k] for k in range(4)),
    ),
    Equation(
        "moment",
        r"m_2 = \sum_{k=0}^{n-1} k^2 p_k - \left(\sum_{k=0}^{n-1} k p_k\right)^2",
        {"p": simplex(4)},
        lambda p: (np.arange(4) ** 2 * p).sum() - (np.arange(4) * p).sum() ** 2,
    ),
    Equation(
        "kappa",
        r"\kappa = 1 - \frac{\sum_{i,j} (i-j)^2 O_{ij}}{\sum_{i,j} (i-j)^2 E_{ij}}",
        {"O": positive(4, 4), "E": positive(4, 4)},
        lambda O, E: (
            1
            - sum((i - j) ** 2 * O[i, j] for i in range(4) for j in range(4))
            / sum((i - j) ** 2 * E[i, j] for i in range(4) for j in range(4))
        ),
    ),
    Equation(
        "product",
        r"L = \prod_{i=1}^{n} p_i^{y_i} (1 - p_i)^{1 - y_i}",
        {"p": unit(5), "y": whole(0, 2, 5)},
        lambda p, y: np.prod(np.where(y == 1, p, 1 - p)),
        shapes={"p": "n", "y": "n"},
    ),
    Equation(
        "vandermonde",
        r"\det V = \prod_{1 \le i < j \le n} (x_j - x_i)",
        {"x": (4,)},
        lambda x: np.prod([x[j] - x[i] for i in range(4) for j in range(i + 1, 4)]),
    ),
    Equation(
        "gather",
        r"L = -\frac{1}{N}\sum_{n=1}^N \log p_{n, y_n}",
        {"p": simplex(5, 3), "y": whole(0, 3, 5), "N": 5},
        lambda p, y, **_: -np.log(p[np.arange(5), y]).mean(),
        shapes={"p": "N C", "y": "N : int"},
    ),
    Equation(
        "embedding-mean",
        r"h = \frac{1}{T}\sum_{t=1}^{T} E_{x_t}",
        {"E": (6, 3), "x": whole(0, 6, 4), "T": 4},
        lambda E, x, **_: E[x].mean(0),
        shapes={"E": "V d", "x": "T : int"},
    ),
    Equation(
        "bilinear",
        r"s = \sum_{i=1}^{n}\sum_{j=1}^{m} x_i W_{ij} y_j",
        {"x": (3,), "W": (3, 4), "y": (4,)},
        lambda x, W, y: x @ W @ y,
        batched=("x", "W", "y"),
    ),
    Equation(
        "bilinear-k",
        r"z_k = x^\top W_k y + b_k",
        {"x": (3,), "W": (5, 3, 4), "y": (4,), "b": (5,)},
        lambda x, W, y, b: np.einsum("i,kij,j->k", x, W, y) + b,
        shapes={"x": "n", "W": "K n m", "y": "m", "b": "K"},
        batched=("x", "y"),
    ),
    Equation(
        "tucker",
        r"\mathcal{X}_{ijk} = \sum_{p=1}^{P} \sum_{q=1}^{Q} \sum_{r=1}^{R} g_{pqr} a_{ip} b_{jq} c_{kr}",
        {"g": (2, 3, 2), "a": (4, 2), "b": (3, 3), "c": (5, 2)},
        lambda g, a, b, c: np.einsum("pqr,ip,jq,kr->ijk", g, a, b, c),
    ),
    Equation(
        "cp",
        r"\hat{x}_{ijk} = \sum_{r=1}^{R} a_{ir} b_{jr} c_{kr}",
        {"a": (4, 2), "b": (3, 2), "c": (5, 2)},
        lambda a, b, c: np.einsum("ir,jr,kr->ijk", a, b, c),
    ),
    Equation(
        "cp-lambda",
        r"\hat{x}_{ijk} = \sum_{r=1}^{R} \lambda_r a_{ir} b_{jr} c_{kr}",
        {"lambda_": (2,), "a": (4, 2), "b": (3, 2), "c": (5, 2)},
        lambda lambda_, a, b, c: np.einsum("r,ir,jr,kr->ijk", lambda_, a, b, c),
    ),
    Equation(
        "distmult",
        r"s(h, r, t) = \sum_{i=1}^{d} h_i r_i t_i",
        {"h": (4,), "r": (4,), "t": (4,)},
        lambda h, r, t: (h * r * t).sum(),
    ),
    Equation(
        "fm",
        r"\hat{y}(x) = w_0 + \sum_{i=1}^{n} w_i x_i + \sum_{i=1}^{n} \sum_{j=i+1}^{n} \langle v_i, v_j \rangle x_i x_j",
        {"x": (4,), "w_0": 0.3, "w": (4,), "v": (4, 2)},
        lambda x, w_0, w, v: (
            w_0 + w @ x + sum(v[i] @ v[j] * x[i] * x[j] for i in range(4) for j in range(i + 1, 4))
        ),
        shapes={"x": "n", "w": "n", "v": "n k", "w_0": ""},
    ),
    Equation(
        "fm-fast",
        r"\frac{1}{2} \sum_{f=1}^{k} \left( \left(\sum_{i=1}^{n} v_{i,f} x_i \right)^2 - \sum_{i=1}^n v_{i,f}^2 x_i^2 \right)",
        {"v": (4, 2), "x": (4,)},
        lambda v, x: 0.5 * ((v.T @ x) ** 2 - (v**2).T @ x**2).sum(),
    ),
    Equation(
        "quadratic-form",
        r"x^T A x = \sum_{i=1}^n \sum_{j=1}^n A_{ij} x_i x_j",
        {"A": (3, 3), "x": (3,)},
        lambda A, x: x @ A @ x,
    ),
    Equation(
        "frobenius",
        r"\|A\|_F = \sqrt{\sum_{i=1}^{m}\sum_{j=1}^{n} |a_{ij}|^2}",
        {"a": (3, 4)},
        lambda a: norm(a),
    ),
    Equation(
        "norm-inf",
        r"\|A\|_\infty = \max_{1 \le i \le m} \sum_{j=1}^{n} |a_{ij}|",
        {"a": (3, 4)},
        lambda a: abs(a).sum(1).max(),
    ),
    Equation(
        "row-normalise",
        r"P_{ij} = \frac{W_{ij}}{\sum_{k} W_{ik}}",
        {"W": positive(3, 3)},
        lambda W: W / W.sum(1, keepdims=True),
        batched=("W",),
    ),
    Equation(
        "col-normalise",
        r"P_{ij} = \frac{W_{ij}}{\sum_{k} W_{kj}}",
        {"W": positive(3, 4)},
        lambda W: W / W.sum(0),
        batched=("W",),
    ),
    Equation(
        "sinkhorn",
        r"u_i = \frac{a_i}{\sum_j K_{ij} v_j}",
        {"a": simplex(3), "K": positive(3, 4), "v": positive(4)},
        lambda a, K, v: a / (K @ v),
    ),
    Equation(
        "softmax-rows",
        r"A_{ij} = \frac{\exp(q_i^\top k_j / \sqrt{d})}{\sum_{j'} \exp(q_i^\top k_{j'} / \sqrt{d})}",
        {"q": (3, 4), "k": (5, 4), "d": 4},
        lambda q, k, **_: softmax(q @ k.T / 2),
        shapes={"q": "n d", "k": "m d"},
    ),
    Equation(
        "attention-horizon",
        r"o_t = \sum_{s=1}^{t} \frac{\exp(q_t^\top k_s)}{\sum_{r=1}^{t} \exp(q_t^\top k_r)} v_s",
        {"q": (4, 2), "k": (4, 2), "v": (4, 3)},
        lambda q, k, v: np.stack([softmax(q[t] @ k[: t + 1].T) @ v[: t + 1] for t in range(4)]),
        shapes={"q": "T d", "k": "T d", "v": "T m"},
    ),
    Equation(
        "discount-horizon",
        r"G = \sum_{t=0}^{T} \gamma^t r_t + \gamma^{T+1} V",
        {"gamma": 0.9, "r": (5,), "V": 0.7},
        lambda gamma, r, V: sum(gamma**t * r[t] for t in range(5)) + gamma**5 * V,
        shapes={"V": "", "gamma": ""},
    ),
    Equation(
        "horizon-power",
        r"R = \sum_{t=1}^{T} r_t + \gamma^T v",
        {"gamma": 0.9, "r": (5,), "v": 0.7},
        lambda gamma, r, v: r.sum() + gamma**5 * v,
        shapes={"v": "", "gamma": ""},
    ),
    Equation(
        "error-vector",
        r"\Delta w = \eta e x^T",
        {"eta": 0.1, "e": (3,), "x": (4,)},
        lambda eta, e, x: eta * np.outer(e, x),
        shapes={"e": "m", "x": "n"},
    ),
    Equation("error-square", r"J = e^T e", {"e": (3,)}, lambda e: e @ e),
    Equation(
        "error-power", r"J = \frac{1}{2} \sum_i e_i^2", {"e": (3,)}, lambda e: 0.5 * (e * e).sum()
    ),
    Equation(
        "kron-elements",
        r"(A \otimes B)_{ijkl} = a_{ij} b_{kl}",
        {"a": (2, 3), "b": (4, 2)},
        lambda a, b: np.einsum("ij,kl->ijkl", a, b),
    ),
    Equation(
        "hadamard",
        r"(A \odot B)_{ij} = A_{ij} B_{ij}",
        {"A": (3, 4), "B": (3, 4)},
        lambda A, B: A * B,
    ),
    Equation(
        "khatri-rao",
        r"M = (C^\top C) \circ (B^\top B)",
        {"C": (4, 3), "B": (5, 3)},
        lambda C, B: (C.T @ C) * (B.T @ B),
    ),
    Equation(
        "outer-sum",
        r"S = \sum_{i=1}^r \sigma_i u_i v_i^\top",
        {"sigma": positive(2), "u": (2, 3), "v": (2, 4)},
        lambda sigma, u, v: sum(sigma[i] * np.outer(u[i], v[i]) for i in range(2)),
        shapes={"u": "r m", "v": "r n", "sigma": "r"},
    ),
    Equation(
        "svd-project",
        r"\hat{A} = U_k \Sigma_k V_k^\top",
        {"U_k": (4, 2), "Sigma_k": (2, 2), "V_k": (5, 2)},
        lambda U_k, Sigma_k, V_k: U_k @ Sigma_k @ V_k.T,
    ),
    Equation(
        "stack-matrices",
        r"h = \sum_{r=1}^{R} A_r H W_r",
        {"A": (2, 4, 4), "H": (4, 3), "W": (2, 3, 5)},
        lambda A, H, W: sum(A[r] @ H @ W[r] for r in range(2)),
        shapes={"A": "R n n", "H": "n d", "W": "R d m"},
        batched=("H",),
    ),
    # --- determinants, absolute values, inverse, marks ---
    Equation("abs-scalar", r"d = |a - b|", {"a": 0.4, "b": -0.7}, lambda a, b: abs(a - b)),
    Equation("det-bars", r"c = \log |A|", {"A": spd(3)}, lambda A: math.log(det(A))),
    Equation(
        "prime-transpose",
        r"\hat\beta = (X'X)^{-1}X'y",
        {"X": (6, 3), "y": (6,)},
        lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0],
    ),
    Equation(
        "prime-mark",
        r"x' = \frac{x - \mu}{\sigma}",
        {"x": (5,), "mu": 0.4, "sigma": 1.3},
        lambda x, mu, sigma: (x - mu) / sigma,
    ),
    Equation(
        "sherman",
        r"(A + uv^T)^{-1} = A^{-1} - \frac{A^{-1}uv^TA^{-1}}{1 + v^TA^{-1}u}",
        {"A": spd(3), "u": (3,), "v": (3,)},
        lambda A, u, v: inv(A + np.outer(u, v)),
    ),
    Equation(
        "schur",
        r"S = D - C A^{-1} B",
        {"A": spd(3), "B": (3, 2), "C": (2, 3), "D": (2, 2)},
        lambda A, B, C, D: D - C @ inv(A) @ B,
    ),
    Equation(
        "projection",
        r"P = A (A^\mathsf{T} A)^{-1} A^\mathsf{T}",
        {"A": (5, 2)},
        lambda A: A @ np.linalg.pinv(A),
    ),
    Equation(
        "condition", r"\kappa(A) = \|A\|_2 \|A^{-1}\|_2", {"A": spd(3)}, lambda A: np.linalg.cond(A)
    ),
    Equation(
        "gram-schmidt",
        r"u_2 = v_2 - \frac{\langle v_2, u_1 \rangle}{\langle u_1, u_1 \rangle} u_1",
        {"v_2": (3,), "u_1": (3,)},
        lambda v_2, u_1: v_2 - (v_2 @ u_1) / (u_1 @ u_1) * u_1,
    ),
    Equation(
        "givens",
        r"G = \begin{bmatrix} c & s \\ -s & c \end{bmatrix}",
        {"c": 0.6, "s": 0.8},
        lambda c, s: np.array([[c, s], [-s, c]]),
    ),
    Equation(
        "power-iteration",
        r"b_{k+1} = \frac{A b_k}{\|A b_k\|}",
        {"A": (3, 3), "b_k": (3,)},
        lambda A, b_k: A @ b_k / norm(A @ b_k),
        batched=("b_k",),
    ),
    Equation(
        "jacobi",
        r"x_i^{(k+1)} = \frac{1}{a_{ii}} \left(b_i - \sum_{j \ne i} a_{ij} x_j^{(k)}\right)",
        {"a": spd(3), "b": (3,), "x_k": (3,)},
        lambda a, b, x_k: (b - a @ x_k + np.diag(a) * x_k) / np.diag(a),
        shapes={"x_k": "n"},
    ),
    Equation(
        "midpoint",
        r"y_{n+1} = y_n + h f\left(t_n + \frac{h}{2}, y_n + \frac{h}{2} f(t_n, y_n)\right)",
        {"y_n": 0.4, "h": 0.1, "t_n": 0.2, "f": lambda t, y: t - y**2},
        lambda y_n, h, t_n, f: y_n + h * f(t_n + h / 2, y_n + h / 2 * f(t_n, y_n)),
        shapes={"f": "(), () -> ()", "y_n": "", "t_n": ""},
    ),
    Equation(
        "euler-implicit",
        r"y_{n+1} = (I - hA)^{-1} y_n",
        {"h": 0.1, "A": (3, 3), "y_n": (3,)},
        lambda h, A, y_n: np.linalg.solve(np.eye(3) - h * A, y_n),
    ),
    Equation(
        "crank",
        r"x_{k+1} = \left(I - \frac{\Delta t}{2} A\right)^{-1}\left(I + \frac{\Delta t}{2} A\right) x_k",
        {"Delta_t": 0.1, "A": (3, 3), "x_k": (3,)},
        lambda Delta_t, A, x_k: np.linalg.solve(
            np.eye(3) - Delta_t / 2 * A, (np.eye(3) + Delta_t / 2 * A) @ x_k
        ),
    ),
    Equation(
        "zoh",
        r"\bar{A} = \exp(\Delta A), \quad \bar{B} = (\Delta A)^{-1} (\exp(\Delta A) - I) \cdot \Delta B",
        {"Delta": 0.3, "A": (3, 3), "B": (3, 2)},
        lambda Delta, A, B: (
            scipy.linalg.expm(Delta * A),
            inv(Delta * A) @ (scipy.linalg.expm(Delta * A) - np.eye(3)) @ (Delta * B),
        ),
        shapes={"Delta": "", "A": "n n", "B": "n m"},
    ),
    Equation(
        "secant",
        r"x_{n+1} = x_n - f(x_n) \frac{x_n - x_{n-1}}{f(x_n) - f(x_{n-1})}",
        {"x_n": 1.2, "x_prev": 1.0, "f": lambda x: x**2 - 2},
        lambda x_n, x_prev, f: x_n - f(x_n) * (x_n - x_prev) / (f(x_n) - f(x_prev)),
        shapes={"f": "() -> ()", "x_n": "", "x_prev": ""},
    ),
    # --- signals ---
    Equation(
        "conv-valid",
        r"y_i = \sum_{k=0}^{K-1} w_k x_{i+k}",
        {"w": (3,), "x": (8,)},
        lambda w, x: np.correlate(x, w, "valid"),
        shapes={"w": "K", "x": "n"},
        batched=("x",),
    ),
    Equation(
        "fir",
        r"y[n] = \sum_{k=0}^{M} b_k x[n-k]",
        {"b": (3,), "x": (8,)},
        lambda b, x: np.convolve(x, b, "valid"),
        shapes={"b": "M+1", "x": "N"},
    ),
    Equation(
        "dct",
        r"X_k = \sum_{n=0}^{N-1} x_n \cos\left[\frac{\pi}{N}\left(n + \frac{1}{2}\right) k\right], \quad k = 0, \dots, N-1",
        {"x": (6,), "N": 6},
        lambda x, **_: np.array(
            [sum(x[n] * math.cos(math.pi / 6 * (n + 0.5) * k) for n in range(6)) for k in range(6)]
        ),
        batched=("x",),
    ),
    Equation(
        "idft",
        r"x_n = \frac{1}{N} \sum_{k=0}^{N-1} X_k e^{i 2\pi k n / N}, \quad n = 0, \ldots, N-1",
        {"X": Some(lambda rng: rng.normal(size=6) + 1j * rng.normal(size=6)), "N": 6},
        lambda X, **_: np.fft.ifft(X),
        shapes={"X": "N : complex"},
    ),
    Equation(
        "dft-j",
        r"X[k] = \sum_{n=0}^{N-1} x[n] e^{-j \frac{2\pi}{N} k n}, \quad 0 \le k \le N-1",
        {"x": (6,), "N": 6},
        lambda x, **_: np.fft.fft(x),
    ),
    Equation(
        "hann",
        r"w[n] = \frac{1}{2}\left(1 - \cos\left(\frac{2\pi n}{N}\right)\right), \quad 0 \le n \le N",
        {"N": 6},
        lambda N: 0.5 * (1 - np.cos(2 * np.pi * np.arange(N + 1) / N)),
    ),
    Equation(
        "hamming",
        r"w(n) = 0.54 - 0.46 \cos\left(\frac{2\pi n}{N-1}\right), \quad 0 \leq n \leq N-1",
        {"N": 6},
        lambda N: np.hamming(N),
    ),
    Equation(
        "ema",
        r"s_t = \alpha x_t + (1 - \alpha) s_{t-1}",
        {"alpha": 0.3, "x_t": (3,), "s_prev": (3,)},
        lambda alpha, x_t, s_prev: alpha * x_t + (1 - alpha) * s_prev,
    ),
    Equation(
        "iir",
        r"y_t = b_0 x_t + b_1 x_{t-1} - a_1 y_{t-1}",
        {"b_0": 0.5, "b_1": 0.2, "a_1": 0.3, "x_t": 1.0, "x_prev": 0.4, "y_prev": -0.2},
        lambda b_0, b_1, a_1, x_t, x_prev, y_prev: b_0 * x_t + b_1 * x_prev - a_1 * y_prev,
    ),
    Equation(
        "goertzel",
        r"s_n = x_n + 2 \cos(\omega) s_{n-1} - s_{n-2}",
        {"x_n": 0.3, "omega": 0.7, "s_prev": 0.2, "s_prev2": -0.4},
        lambda x_n, omega, s_prev, s_prev2: x_n + 2 * math.cos(omega) * s_prev - s_prev2,
    ),
    Equation(
        "snr",
        r"\mathrm{SNR}_{dB} = 10 \log_{10} \frac{\sum_n s_n^2}{\sum_n (s_n - \hat{s}_n)^2}",
        {"s": (6,), "s_hat": (6,)},
        lambda s, s_hat: 10 * math.log10((s**2).sum() / ((s - s_hat) ** 2).sum()),
    ),
    Equation(
        "si-sdr",
        r"\text{SI-SDR} = 10 \log_{10} \frac{\|\alpha s\|^2}{\|\alpha s - \hat{s}\|^2}, \quad \alpha = \frac{\hat{s}^T s}{\|s\|^2}",
        {"s": (6,), "s_hat": (6,)},
        lambda s, s_hat: (
            lambda a: 10 * math.log10((a * s) @ (a * s) / ((a * s - s_hat) @ (a * s - s_hat)))
        )(s_hat @ s / (s @ s)),
        outputs=(),
    ),
    Equation(
        "mel",
        r"m = 2595 \log_{10}\left(1 + \frac{f}{700}\right)",
        {"f": positive(4)},
        lambda f: 2595 * np.log10(1 + f / 700),
    ),
    Equation(
        "conv2d",
        r"S(i, j) = \sum_m \sum_n I(i + m, j + n) K(m, n)",
        {"I": (6, 7), "K": (3, 2)},
        lambda I, K: np.array(
            [[(I[i : i + 3, j : j + 2] * K).sum() for j in range(6)] for i in range(4)]
        ),
        shapes={"I": "H W", "K": "p q"},
    ),
    Equation(
        "depthwise",
        r"y_{c,i} = \sum_{k=1}^{K} w_{c,k} x_{c,i+k-1}",
        {"w": (2, 3), "x": (2, 8)},
        lambda w, x: np.stack([np.correlate(x[c], w[c], "valid") for c in range(2)]),
        shapes={"w": "C K", "x": "C n"},
    ),
    Equation(
        "strided",
        r"y_i = \sum_{k=0}^{K-1} w_k x_{2i+k}",
        {"w": (3,), "x": (9,)},
        lambda w, x: np.correlate(x, w, "valid")[::2],
    ),
    Equation(
        "avg-pool",
        r"y_i = \frac{1}{2}(x_{2i} + x_{2i+1})",
        {"x": (8,)},
        lambda x: 0.5 * (x[0::2] + x[1::2]),
    ),
    # --- graphs ---
    Equation(
        "laplacian",
        r"L = D - A, \quad D_{ii} = \sum_j A_{ij}",
        {"A": graph(5)},
        lambda A: np.diag(A.sum(1)) - A,
        outputs=("L",),
    ),
    Equation(
        "sym-laplacian",
        r"L_{sym} = I - D^{-1/2} A D^{-1/2}, \quad D = \operatorname{diag}(A\mathbf{1})",
        {"A": graph(5)},
        lambda A: np.eye(5) - A / np.sqrt(np.outer(A.sum(1), A.sum(1))),
        outputs=("L_sym",),
    ),
    Equation(
        "rw-laplacian",
        r"P = D^{-1} A, \quad D_{ii} = \sum_j A_{ij}",
        {"A": graph(5)},
        lambda A: A / A.sum(1, keepdims=True),
        outputs=("P",),
    ),
    Equation(
        "modularity",
        r"Q = \frac{1}{2m} \sum_{ij} \left[A_{ij} - \frac{k_i k_j}{2m}\right] \mathbb{1}[c_i = c_j]",
        {"A": graph(5), "k": positive(5), "m": 4.0, "c": whole(0, 2, 5)},
        lambda A, k, m, c: (
            sum(
                (A[i, j] - k[i] * k[j] / (2 * m)) * (c[i] == c[j])
                for i in range(5)
                for j in range(5)
            )
            / (2 * m)
        ),
        shapes={"A": "n n", "k": "n", "c": "n : int", "m": ""},
    ),
    Equation(
        "dirichlet",
        r"E = \frac{1}{2} \sum_{i,j} A_{ij} (x_i - x_j)^2",
        {"A": graph(5), "x": (5,)},
        lambda A, x: x @ (np.diag(A.sum(1)) - A) @ x,
    ),
    Equation(
        "pagerank-step",
        r"r_{t+1} = d M r_t + \frac{1-d}{N} \mathbf{1}",
        {"d": 0.85, "M": (4, 4), "r_t": (4,), "N": 4},
        lambda d, M, r_t, **_: d * M @ r_t + (1 - d) / 4,
        shapes={"d": "", "M": "N N", "r_t": "N"},
    ),
    Equation(
        "ppr",
        r"\Pi = \alpha (I_n - (1-\alpha) \tilde{A})^{-1}",
        {"alpha": 0.1, "A_tilde": (4, 4)},
        lambda alpha, A_tilde: alpha * inv(np.eye(4) - 0.9 * A_tilde),
    ),
    Equation(
        "spectral-conv",
        r"g_\theta \star x = U \operatorname{diag}(\theta) U^\top x",
        {"theta": (4,), "U": (4, 4), "x": (4,), "g_theta": 0.0},
        lambda theta, U, x, **_: U @ np.diag(theta) @ U.T @ x,
    ),
    Equation(
        "neighbour-mean",
        r"h_i = \frac{1}{|\mathcal{N}(i)|} \sum_{j \in \mathcal{N}(i)} x_j",
        {
            "N": Some(
                lambda rng: (
                    np.eye(5, k=1, dtype=bool)
                    | (rng.uniform(size=(5, 5)) < 0.5)[:, :]
                    | np.eye(5, dtype=bool)
                )
            ),
            "x": (5, 3),
        },
        lambda N, x: (N @ x) / N.sum(1, keepdims=True),
        shapes={"N": "n n : bool", "x": "n d"},
    ),
]

EQUATIONS += [
    # --- plain text, as a README types it ---
    Equation(
        "text-rmse",
        "RMSE = sqrt(1/n * sum_i (y_i - y_hat_i)^2)",
        {"y": (5,), "y_hat": (5,), "n": 5},
        lambda y, y_hat, **_: math.sqrt(((y - y_hat) ** 2).mean()),
        shapes={"y": "n", "y_hat": "n"},
    ),
    Equation(
        "text-mae",
        "MAE = (1/n) Σ_i |y_i − ŷ_i|",
        {"y": (5,), "y_hat": (5,), "n": 5},
        lambda y, y_hat, **_: abs(y - y_hat).mean(),
        shapes={"y": "n"},
    ),
    Equation(
        "text-f1",
        "F1 = 2 * precision * recall / (precision + recall)",
        {"precision": 0.4, "recall": 0.7},
        lambda precision, recall: 2 * 0.28 / 1.1,
    ),
    Equation(
        "text-ols",
        "beta = (X^T X)^-1 X^T y",
        {"X": (6, 3), "y": (6,)},
        lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0],
    ),
    Equation(
        "text-ridge",
        "w = inv(X^T X + lambda I) X^T y",
        {"X": (6, 3), "y": (6,), "lambda_": 0.4},
        lambda X, y, lambda_: np.linalg.solve(X.T @ X + lambda_ * np.eye(3), X.T @ y),
    ),
    Equation(
        "text-kalman",
        "K = P H^T (H P H^T + R)^-1\nx_new = x + K (z - H x)\nP_new = (I - K H) P",
        {"P": spd(3), "H": (2, 3), "R": spd(2), "x": (3,), "z": (2,)},
        lambda P, H, R, x, z: (lambda K: (x + K @ (z - H @ x), (np.eye(3) - K @ H) @ P))(
            P @ H.T @ inv(H @ P @ H.T + R)
        ),
        outputs=("x_new", "P_new"),
    ),
    Equation(
        "text-gp",
        "mu = K_s^T (K + sigma^2 I)^-1 y",
        {"K_s": (4, 2), "K": spd(4), "sigma": 0.3, "y": (4,)},
        lambda K_s, K, sigma, y: K_s.T @ np.linalg.solve(K + sigma**2 * np.eye(4), y),
    ),
    Equation(
        "text-adam",
        "m_t = β₁ m_{t-1} + (1 - β₁) g_t\nv_t = β₂ v_{t-1} + (1 - β₂) g_t²\nθ_t = θ_{t-1} - α m_t / (√v_t + ε)",
        {
            "m_prev": (3,),
            "v_prev": positive(3),
            "g_t": (3,),
            "theta_prev": (3,),
            "beta_1": 0.9,
            "beta_2": 0.99,
            "alpha": 0.1,
            "epsilon": 1e-3,
        },
        lambda m_prev, v_prev, g_t, theta_prev, beta_1, beta_2, alpha, epsilon: (
            theta_prev
            - alpha
            * (beta_1 * m_prev + (1 - beta_1) * g_t)
            / (np.sqrt(beta_2 * v_prev + (1 - beta_2) * g_t**2) + epsilon)
        ),
        outputs=("theta_t",),
    ),
    Equation(
        "text-cosine-lr",
        "lr = lr_min + 0.5 * (lr_max - lr_min) * (1 + cos(pi * step / total_steps))",
        {"lr_min": 0.01, "lr_max": 0.1, "step": 3.0, "total_steps": 10.0},
        lambda lr_min, lr_max, step, total_steps: (
            lr_min + 0.5 * (lr_max - lr_min) * (1 + math.cos(math.pi * step / total_steps))
        ),
    ),
    Equation(
        "text-warmup",
        "lr_t = lr_max * min(1, t / warmup)",
        {"lr_max": 0.1, "t": 3.0, "warmup": 10.0},
        lambda lr_max, t, warmup: lr_max * min(1, t / warmup),
    ),
    Equation(
        "text-decay",
        "lr = lr_0 * gamma^floor(epoch / step_size)",
        {"lr_0": 0.1, "gamma": 0.5, "epoch": 7.0, "step_size": 3.0},
        lambda lr_0, gamma, epoch, step_size: lr_0 * gamma**2,
    ),
    Equation(
        "text-logit",
        "p = 1 / (1 + exp(-(w·x + b)))",
        {"w": (4,), "x": (4,), "b": 0.2},
        lambda w, x, b: 1 / (1 + math.exp(-(w @ x + b))),
        shapes={"w": "d", "x": "d", "b": ""},
        batched=("x",),
    ),
    Equation(
        "text-minmax",
        "x_norm = (x - min(x)) / (max(x) - min(x))",
        {"x": (5,)},
        lambda x: (x - x.min()) / (x.max() - x.min()),
        shapes={"x": "n"},
        batched=("x",),
    ),
    Equation(
        "text-zscore",
        "z = (x - mean(x)) / std(x)",
        {"x": (5,)},
        lambda x: (x - x.mean()) / x.std(),
        shapes={"x": "n"},
        batched=("x",),
    ),
    Equation(
        "text-mahalanobis",
        "d² = (x - μ)ᵀ Σ⁻¹ (x - μ)",
        {"x": (3,), "mu": (3,), "Sigma": spd(3)},
        lambda x, mu, Sigma: (x - mu) @ inv(Sigma) @ (x - mu),
    ),
    Equation(
        "text-trace",
        "tr(A B) = Σ_{i,j} A_{ij} B_{ji}",
        {"A": (3, 4), "B": (4, 3)},
        lambda A, B: np.trace(A @ B),
    ),
    Equation(
        "text-kl",
        "KL = 0.5 * (tr(S2^-1 S1) + (m2 - m1)^T S2^-1 (m2 - m1) - k + log(det(S2) / det(S1)))",
        {"S1": spd(3), "S2": spd(3), "m1": (3,), "m2": (3,), "k": 3},
        lambda S1, S2, m1, m2, k: (
            0.5
            * (
                np.trace(inv(S2) @ S1)
                + (m2 - m1) @ inv(S2) @ (m2 - m1)
                - 3
                + math.log(det(S2) / det(S1))
            )
        ),
        shapes={"S1": "n n", "S2": "n n", "m1": "n", "m2": "n", "k": ""},
    ),
    Equation(
        "text-momentum",
        "v = mu * v - lr * g\nw = w + v",
        {"mu": 0.9, "v": (3,), "lr": 0.1, "g": (3,), "w": (3,)},
        lambda mu, v, lr, g, w: w + mu * v - lr * g,
        outputs=("w",),
    ),
    Equation(
        "text-elu",
        "f(x) = x if x > 0 else alpha * (exp(x) - 1)",
        {"x": (5,), "alpha": 0.7},
        lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(x)),
    ),
    Equation(
        "text-svd",
        "A = U S V^T",
        {"U": (4, 2), "S": (2, 2), "V": (3, 2)},
        lambda U, S, V: U @ S @ V.T,
    ),
    Equation(
        "text-hinge",
        "L = Σ_i max(0, 1 - y_i (w^T x_i + b))",
        {"y": (5,), "w": (3,), "x": (5, 3), "b": 0.1},
        lambda y, w, x, b: sum(max(0, 1 - y[i] * (w @ x[i] + b)) for i in range(5)),
        shapes={"x": "n d", "y": "n", "w": "d", "b": ""},
    ),
    Equation(
        "text-newton",
        "x_{n+1} = x_n - f(x_n) / f'(x_n)",
        {"x_n": 1.3, "f": lambda x: x**2 - 2, "f_prime": lambda x: 2 * x},
        lambda x_n, f, f_prime: x_n - f(x_n) / f_prime(x_n),
        shapes={"x_n": "", "f": "() -> ()", "f_prime": "() -> ()"},
    ),
    # --- means, covariances, factorisations ---
    Equation(
        "cov-n1",
        r"\Sigma = \frac{1}{n-1} \sum_{i=1}^n (x_i - \bar{x})(x_i - \bar{x})^\top, \quad \bar{x} = \frac{1}{n}\sum_{i=1}^n x_i",
        {"x": (6, 3)},
        lambda x: np.cov(x.T),
        shapes={"x": "n d"},
        outputs=("Sigma",),
        batched=("x",),
    ),
    Equation(
        "cov-matrix",
        r"C = \frac{1}{n-1} X^\top X, \quad X \in \mathbb{R}^{n \times d}",
        {"X": (6, 3)},
        lambda X: X.T @ X / 5,
    ),
    Equation(
        "pearson",
        r"r = \frac{\sum_{i=1}^n (x_i - \bar x)(y_i - \bar y)}{\sqrt{\sum_{i=1}^n (x_i - \bar x)^2} \sqrt{\sum_{i=1}^n (y_i - \bar y)^2}}",
        {"x": (6,), "y": (6,), "x_bar": 0.1, "y_bar": 0.2},
        lambda x, y, **m: (
            ((x - m.get("x_bar", x.mean())) * (y - m.get("y_bar", y.mean()))).sum()
            / math.sqrt(((x - m.get("x_bar")) ** 2).sum() * ((y - m.get("y_bar")) ** 2).sum())
        ),
        shapes={"x": "n", "y": "n", "x_bar": "", "y_bar": ""},
    ),
    Equation(
        "welford",
        r"\mu_n = \mu_{n-1} + \frac{x_n - \mu_{n-1}}{n}",
        {"mu_prev": 0.3, "x_n": 1.2, "n": 4},
        lambda mu_prev, x_n, n: mu_prev + (x_n - mu_prev) / n,
    ),
    Equation(
        "pmf",
        r"\sum_{i=1}^N \sum_{j=1}^M I_{ij} (R_{ij} - U_i^T V_j)^2 + \lambda_U \sum_{i=1}^N \|U_i\|^2 + \lambda_V \sum_{j=1}^M \|V_j\|^2",
        {
            "I": whole(0, 2, 4, 5),
            "R": (4, 5),
            "U": (4, 2),
            "V": (5, 2),
            "lambda_U": 0.1,
            "lambda_V": 0.2,
        },
        lambda I, R, U, V, lambda_U, lambda_V: (
            (I * (R - U @ V.T) ** 2).sum() + lambda_U * (U**2).sum() + lambda_V * (V**2).sum()
        ),
        shapes={"I": "N M", "R": "N M", "U": "N K", "V": "M K"},
    ),
    Equation(
        "pmf-undeclared",
        r"\sum_{i=1}^N \sum_{j=1}^M w_{ij} (R_{ij} - U_i^T V_j)^2 + \lambda \sum_{i=1}^N \|U_i\|^2",
        {"w": positive(4, 5), "R": (4, 5), "U": (4, 2), "V": (5, 2), "lambda_": 0.1},
        lambda w, R, U, V, lambda_: (w * (R - U @ V.T) ** 2).sum() + lambda_ * (U**2).sum(),
    ),
    Equation(
        "glove",
        r"J = \sum_{i,j=1}^{V} f(X_{ij}) (w_i^T \tilde{w}_j + b_i + \tilde{b}_j - \log X_{ij})^2",
        {
            "X": positive(3, 3),
            "w": (3, 2),
            "w_tilde": (3, 2),
            "b": (3,),
            "b_tilde": (3,),
            "f": lambda x: np.minimum(x, 1.0),
        },
        lambda X, w, w_tilde, b, b_tilde, f: (
            np.minimum(X, 1) * (w @ w_tilde.T + b[:, None] + b_tilde - np.log(X)) ** 2
        ).sum(),
        shapes={
            "X": "V V",
            "w": "V d",
            "w_tilde": "V d",
            "b": "V",
            "b_tilde": "V",
            "f": "() -> ()",
        },
    ),
    Equation(
        "kmeans-centroid",
        r"\mu_k = \frac{\sum_{n=1}^{N} r_{nk} x_n}{\sum_{n=1}^{N} r_{nk}}",
        {"r": positive(6, 3), "x": (6, 2)},
        lambda r, x: r.T @ x / r.sum(0)[:, None],
        shapes={"r": "N K", "x": "N D"},
        batched=("x",),
    ),
    Equation(
        "gmm-cov",
        r"\Sigma_k = \frac{1}{N_k} \sum_{n=1}^{N} \gamma_{nk} (x_n - \mu_k)(x_n - \mu_k)^T, \quad N_k = \sum_{n=1}^N \gamma_{nk}",
        {"gamma": positive(6, 3), "x": (6, 2), "mu": (3, 2)},
        lambda gamma, x, mu: np.stack(
            [
                sum(gamma[n, k] * np.outer(x[n] - mu[k], x[n] - mu[k]) for n in range(6))
                / gamma[:, k].sum()
                for k in range(3)
            ]
        ),
        shapes={"gamma": "N K", "x": "N D", "mu": "K D"},
        outputs=("Sigma",),
    ),
    Equation(
        "gmm-loglik",
        r"\ell = \sum_{n=1}^N \log \left( \sum_{k=1}^K \pi_k p_{nk} \right)",
        {"pi": simplex(3), "p": positive(5, 3)},
        lambda pi, p: np.log(p @ pi).sum(),
    ),
    Equation(
        "hmm-step",
        r"\alpha_{t}(j) = \sum_{i=1}^{N} \alpha_{t-1}(i) \, a_{ij} \, b_{j}",
        {"alpha_prev": simplex(3), "a": simplex(3, 3), "b": unit(3)},
        lambda alpha_prev, a, b: (alpha_prev @ a) * b,
        shapes={"alpha_prev": "N", "a": "N N", "b": "N"},
    ),
    Equation(
        "viterbi",
        r"\delta_{t}(j) = \max_{i} \left[ \delta_{t-1}(i) a_{ij} \right] b_j",
        {"delta_prev": simplex(3), "a": simplex(3, 3), "b": unit(3)},
        lambda delta_prev, a, b: (delta_prev[:, None] * a).max(0) * b,
        shapes={"delta_prev": "N", "a": "N N", "b": "N"},
    ),
    Equation(
        "naive-bayes",
        r"\hat{y} = \operatorname*{argmax}_{k} \left[\log \pi_k + \sum_{i=1}^{d} x_i \log \theta_{ki}\right]",
        {"pi": simplex(3), "x": positive(4), "theta": simplex(3, 4)},
        lambda pi, x, theta: np.argmax(np.log(pi) + np.log(theta) @ x),
    ),
    Equation(
        "tsne-q",
        r"q_{ij} = \frac{(1 + \|y_i - y_j\|^2)^{-1}}{\sum_{k \neq l} (1 + \|y_k - y_l\|^2)^{-1}}",
        {"y": (5, 2)},
        lambda y: (lambda a: a / (a.sum() - np.trace(a)))(
            1 / (1 + ((y[:, None] - y[None]) ** 2).sum(-1))
        ),
        shapes={"y": "n d"},
    ),
    Equation(
        "tsne-p",
        r"p_{j|i} = \frac{\exp(-\|x_i - x_j\|^2 / 2\sigma_i^2)}{\sum_{k \neq i} \exp(-\|x_i - x_k\|^2 / 2\sigma_i^2)}",
        {"x": (5, 2), "sigma": positive(5)},
        lambda x, sigma: (
            (lambda a: a / (a.sum(1) - np.diag(a))[:, None])(
                np.exp(-((x[:, None] - x[None]) ** 2).sum(-1) / (2 * sigma[:, None] ** 2))
            ).T
        ),
        shapes={"x": "n d", "sigma": "n"},
    ),
    Equation(
        "tsne-grad",
        r"\frac{\partial C}{\partial y_i} = 4 \sum_{j} (p_{ij} - q_{ij})(y_i - y_j)(1 + \|y_i - y_j\|^2)^{-1}",
        {"p": positive(5, 5), "q": positive(5, 5), "y": (5, 2)},
        lambda p, q, y: np.stack(
            [
                4
                * sum(
                    (p[i, j] - q[i, j]) * (y[i] - y[j]) / (1 + ((y[i] - y[j]) ** 2).sum())
                    for j in range(5)
                )
                for i in range(5)
            ]
        ),
        shapes={"y": "n d"},
    ),
    Equation(
        "lle",
        r"\Phi(Y) = \sum_i \left\| Y_i - \sum_j W_{ij} Y_j \right\|^2",
        {"Y": (5, 2), "W": (5, 5)},
        lambda Y, W: ((Y - W @ Y) ** 2).sum(),
        shapes={"Y": "n d", "W": "n n"},
    ),
    Equation(
        "mds",
        r"\mathrm{Stress} = \sqrt{\sum_{i<j} (d_{ij} - \|x_i - x_j\|)^2}",
        {"d": positive(4, 4), "x": (4, 2)},
        lambda d, x: math.sqrt(
            sum((d[i, j] - norm(x[i] - x[j])) ** 2 for i in range(4) for j in range(i + 1, 4))
        ),
        shapes={"x": "n k", "d": "n n"},
    ),
    Equation(
        "double-centre",
        r"B = -\frac{1}{2} J D^{(2)} J, \quad J = I - \frac{1}{n}\mathbf{1}\mathbf{1}^\top",
        {"D_2": (4, 4), "n": 4},
        lambda D_2, **_: -0.5 * (np.eye(4) - 0.25) @ D_2 @ (np.eye(4) - 0.25),
        outputs=("B",),
    ),
    Equation(
        "silhouette",
        r"s(i) = \frac{b(i) - a(i)}{\max\{a(i), b(i)\}}",
        {"a": positive(4), "b": positive(4)},
        lambda a, b: (b - a) / np.maximum(a, b),
        shapes={"a": "n", "b": "n"},
    ),
    Equation(
        "auc",
        r"AUC = \frac{1}{m n} \sum_{i=1}^{m} \sum_{j=1}^{n} \mathbb{1}[s_i > t_j]",
        {"s": (4,), "t": (5,)},
        lambda s, t: (s[:, None] > t).mean(),
        shapes={"s": "m", "t": "n"},
    ),
    Equation(
        "mi-arrays",
        r"I = \sum_{i} \sum_{j} P_{ij} \log \frac{P_{ij}}{r_i c_j}",
        {"P": positive(3, 4), "r": simplex(3), "c": simplex(4)},
        lambda P, r, c: (P * np.log(P / np.outer(r, c))).sum(),
    ),
    Equation(
        "gini-mean",
        r"G = \frac{\sum_{i=1}^n \sum_{j=1}^n |x_i - x_j|}{2 n^2 \bar{x}}",
        {"x": positive(5), "x_bar": 0.8, "n": 5},
        lambda x, x_bar, **_: abs(x[:, None] - x).sum() / (50 * x_bar),
        shapes={"x": "n", "x_bar": ""},
    ),
    # --- optimisers again ---
    Equation(
        "adagrad",
        r"\theta_{t+1,i} = \theta_{t,i} - \frac{\eta}{\sqrt{G_{t,ii} + \epsilon}} \cdot g_{t,i}",
        {"theta_t": (3,), "eta": 0.1, "G_t": spd(3), "epsilon": 1e-8, "g_t": (3,)},
        lambda theta_t, eta, G_t, epsilon, g_t: (
            theta_t - eta / np.sqrt(np.diag(G_t) + epsilon) * g_t
        ),
        shapes={"theta_t": "d", "G_t": "d d", "g_t": "d"},
    ),
    Equation(
        "rmsprop",
        r"\begin{aligned} v_t &= \rho v_{t-1} + (1-\rho) g_t^2 \\ \theta_t &= \theta_{t-1} - \frac{\eta}{\sqrt{v_t + \epsilon}} g_t \end{aligned}",
        {
            "rho": 0.9,
            "v_prev": positive(3),
            "g_t": (3,),
            "theta_prev": (3,),
            "eta": 0.1,
            "epsilon": 1e-3,
        },
        lambda rho, v_prev, g_t, theta_prev, eta, epsilon: (
            theta_prev - eta / np.sqrt(rho * v_prev + (1 - rho) * g_t**2 + epsilon) * g_t
        ),
        outputs=("theta_t",),
    ),
    Equation(
        "nag-gradient",
        r"v_t = \gamma v_{t-1} + \eta \nabla J(\theta_{t-1} - \gamma v_{t-1}), \quad J(\theta) = \frac{1}{2} \theta^\top A \theta - b^\top \theta",
        {"gamma": 0.9, "v_prev": (3,), "eta": 0.1, "theta_prev": (3,), "A": spd(3), "b": (3,)},
        lambda gamma, v_prev, eta, theta_prev, A, b: (
            gamma * v_prev + eta * (A @ (theta_prev - gamma * v_prev) - b)
        ),
        outputs=("v_t",),
    ),
    Equation(
        "lbfgs-gamma",
        r"H_k^0 = \gamma_k I, \quad \gamma_k = \frac{s_{k-1}^T y_{k-1}}{y_{k-1}^T y_{k-1}}",
        {"s_prev": (3,), "y_prev": (3,)},
        lambda s_prev, y_prev: (s_prev @ y_prev) / (y_prev @ y_prev),
        outputs=("gamma_k",),
    ),
    Equation(
        "proj-simplex",
        r"x_i = \max\{y_i - \lambda, 0\}",
        {"y": (4,), "lambda_": 0.2},
        lambda y, lambda_: np.maximum(y - 0.2, 0),
    ),
    Equation(
        "mirror",
        r"w_{t+1,i} = \frac{w_{t,i} \exp(-\eta g_{t,i})}{\sum_{j=1}^{n} w_{t,j} \exp(-\eta g_{t,j})}",
        {"w_t": simplex(4), "eta": 0.3, "g_t": (4,)},
        lambda w_t, eta, g_t: (w_t * np.exp(-eta * g_t)) / (w_t * np.exp(-eta * g_t)).sum(),
    ),
    Equation(
        "frank-wolfe",
        r"x_{k+1} = x_k + \frac{2}{k+2} (s_k - x_k)",
        {"x_k": (3,), "k": 4, "s_k": (3,)},
        lambda x_k, k, s_k: x_k + 2 / 6 * (s_k - x_k),
    ),
    Equation(
        "armijo",
        r"\alpha = \frac{g^T g}{g^T A g}",
        {"g": (3,), "A": spd(3)},
        lambda g, A: (g @ g) / (g @ A @ g),
    ),
    Equation(
        "sam",
        r"\hat{\epsilon} = \rho \frac{g}{\|g\|_2}, \quad w' = w + \hat{\epsilon}",
        {"rho": 0.1, "g": (3,), "w": (3,)},
        lambda rho, g, w: w + rho * g / norm(g),
        shapes={"g": "d", "w": "d"},
        outputs=("w_prime",),
    ),
    Equation(
        "lookahead",
        r"\phi_t = \phi_{t-1} + \alpha (\theta_{t,k} - \phi_{t-1})",
        {"phi_prev": (3,), "alpha": 0.5, "theta_t_k": (3,), "theta_tk": (3,)},
        lambda phi_prev, alpha, theta_t_k, **_: phi_prev + alpha * (theta_t_k - phi_prev),
    ),
    Equation(
        "clip-norm",
        r"g \leftarrow g \cdot \min\left(1, \frac{c}{\|g\|}\right)",
        {"g": (4,), "c": 0.5},
        lambda g, c: g * min(1, c / norm(g)),
        shapes={"c": ""},
        batched=("g",),
    ),
    Equation(
        "amsgrad",
        r"\hat{v}_t = \max(\hat{v}_{t-1}, v_t)",
        {"v_hat_prev": positive(3), "v_t": positive(3)},
        lambda v_hat_prev, v_t: np.maximum(v_hat_prev, v_t),
    ),
    Equation(
        "one-cycle",
        r"\eta(t) = \begin{cases} \eta_0 + (\eta_1 - \eta_0) \frac{t}{T_1} & \text{if } t \le T_1 \\ \eta_1 \left(1 - \frac{t - T_1}{T - T_1}\right) & \text{otherwise} \end{cases}",
        {"t": 3.0, "eta_0": 0.01, "eta_1": 0.1, "T_1": 5.0, "T": 12.0},
        lambda t, eta_0, eta_1, T_1, T: (
            eta_0 + (eta_1 - eta_0) * t / T_1 if t <= T_1 else eta_1 * (1 - (t - T_1) / (T - T_1))
        ),
    ),
    Equation(
        "poly-lr",
        r"\eta_t = \eta_0 \left(1 - \frac{t}{T}\right)^p",
        {"eta_0": 0.1, "t": 3.0, "T": 10.0, "p": 0.9},
        lambda eta_0, t, T, p: eta_0 * (1 - t / T) ** p,
    ),
    Equation(
        "inv-sqrt",
        r"\alpha_t = \frac{\alpha}{\sqrt{t}}",
        {"alpha": 0.1, "t": 4.0},
        lambda alpha, t: 0.05,
    ),
    Equation(
        "exp-decay",
        r"\eta_t = \eta_0 e^{-kt}",
        {"eta_0": 0.1, "k": 0.3, "t": 2.0},
        lambda eta_0, k, t: eta_0 * math.exp(-k * t),
    ),
]

EQUATIONS += [
    # --- letters whose place decides ---
    Equation(
        "linear-model",
        r"Y = X\beta + \epsilon",
        {"X": (6, 3), "beta": (3,), "epsilon": (6,)},
        lambda X, beta, epsilon: X @ beta + epsilon,
        batched=("X", "beta", "epsilon"),
    ),
    Equation(
        "reparametrised",
        r"x = \mu + \Sigma^{1/2} \epsilon",
        {"mu": (3,), "Sigma": spd(3), "epsilon": (3,)},
        lambda mu, Sigma, epsilon: mu + scipy.linalg.sqrtm(Sigma) @ epsilon,
        batched=("mu", "epsilon"),
    ),
    Equation(
        "frechet",
        r"d^2 = \|m_1 - m_2\|_2^2 + \operatorname{tr}(C_1 + C_2 - 2(C_1 C_2)^{1/2})",
        {"m_1": (3,), "m_2": (3,), "C_1": spd(3), "C_2": spd(3)},
        lambda m_1, m_2, C_1, C_2: (
            (m_1 - m_2) @ (m_1 - m_2)
            + np.trace(C_1 + C_2)
            - 2 * np.sqrt(np.linalg.eigvals(C_1 @ C_2).real).sum()
        ),
    ),
    Equation(
        "bures",
        r"d = \operatorname{tr}(A + B - 2(A^{1/2} B A^{1/2})^{1/2})",
        {"A": spd(3), "B": spd(3)},
        lambda A, B: np.trace(A + B) - 2 * np.sqrt(np.linalg.eigvals(A @ B).real).sum(),
    ),
    Equation(
        "precision",
        r"\mathrm{Precision} = \frac{TP}{TP + FP}",
        {"TP": 5.0, "FP": 2.0},
        lambda TP, FP: 5 / 7,
    ),
    Equation(
        "accuracy-text",
        "accuracy = (TP + TN) / (TP + TN + FP + FN)",
        {"TP": 5.0, "TN": 3.0, "FP": 2.0, "FN": 1.0},
        lambda TP, TN, FP, FN: 8 / 11,
    ),
    Equation(
        "f-statistic",
        r"F = \frac{(RSS_1 - RSS_2)/(p_2 - p_1)}{RSS_2/(n - p_2)}",
        {"RSS_1": 9.0, "RSS_2": 4.0, "p_2": 4.0, "p_1": 2.0, "n": 20.0},
        lambda RSS_1, RSS_2, p_2, p_1, n: (5 / 2) / (4 / 16),
    ),
    Equation(
        "r-squared", r"R^2 = 1 - \frac{RSS}{TSS}", {"RSS": 2.0, "TSS": 5.0}, lambda RSS, TSS: 0.6
    ),
    Equation(
        "stacked",
        r"y = \sum_{i} W_i x",
        {"W": (2, 3, 4), "x": (4,)},
        lambda W, x: W.sum(0) @ x,
        batched=("x",),
    ),
    Equation(
        "mixture-of-maps",
        r"\hat{y} = \sum_{i=1}^{K} \alpha_i W_i x",
        {"alpha": simplex(2), "W": (2, 3, 4), "x": (4,)},
        lambda alpha, W, x: np.einsum("k,kij,j->i", alpha, W, x),
    ),
    Equation(
        "bold-stack",
        r"\mathbf{y} = \sum_k \mathbf{W}_k \mathbf{x}_k",
        {"W": (2, 3, 4), "x": (2, 4)},
        lambda W, x: np.einsum("kij,kj->i", W, x),
    ),
    Equation(
        "conjugated-stack",
        r"P = \sum_k A_k^T B A_k",
        {"A": (2, 3, 4), "B": (3, 3)},
        lambda A, B: sum(a.T @ B @ a for a in A),
    ),
    Equation(
        "scaled-inner",
        r"s = w^T \alpha x",
        {"w": (3,), "alpha": 0.4, "x": (3,)},
        lambda w, alpha, x: alpha * (w @ x),
    ),
    Equation(
        "inner-then-vector",
        r"v = x^T y z^T",
        {"x": (3,), "y": (3,), "z": (4,)},
        lambda x, y, z: (x @ y) * z,
    ),
    Equation(
        "interval",
        r"x_t = (1-t) x_0 + t x_1, \quad t \in [0, 1]",
        {"t": 0.3, "x_0": (3,), "x_1": (3,)},
        lambda t, x_0, x_1: 0.7 * x_0 + 0.3 * x_1,
        shapes={"t": "", "x_0": "d", "x_1": "d"},
    ),
    Equation(
        "domain",
        r"m_\beta = (1-\beta) x, \quad 0 < \beta < 1",
        {"beta": 0.4, "x": 1.5},
        lambda beta, x: 0.9,
    ),
    Equation(
        "uniform",
        r"p(x) = \frac{1}{b - a}, \quad a \le x \le b",
        {"x": 0.5, "a": 0.2, "b": 1.7},
        lambda x, a, b: 1 / 1.5,
    ),
    Equation(
        "difference-signal",
        r"y[n] = x[n] - x[n-1]",
        {"x": (6,)},
        lambda x: np.diff(x),
        batched=("x",),
    ),
    Equation(
        "moving-average",
        r"y[n] = \frac{1}{M}\sum_{k=0}^{M-1} x[n-k]",
        {"M": 3, "x": (7,)},
        lambda M, x: np.convolve(x, np.ones(3) / 3, "valid"),
        batched=("x",),
    ),
    Equation(
        "convolution-signal",
        r"y[n] = \sum_{k} h[k] x[n-k]",
        {"h": (3,), "x": (7,)},
        lambda h, x: np.convolve(x, h, "valid"),
        batched=("x",),
    ),
    Equation(
        "smoothing",
        r"y_i = \frac{1}{2w+1}\sum_{k=-w}^{w} x_{i+k}",
        {"w": 1, "x": (7,)},
        lambda w, x: np.convolve(x, np.ones(3) / 3, "valid"),
    ),
    Equation(
        "roots-of-unity",
        r"X_k = \sum_{n=0}^{N-1} x_n W_N^{kn}, \quad W_N = e^{-2\pi i/N}, \quad k = 0, \dots, N-1",
        {"x": (6,), "N": 6},
        lambda x, **_: np.fft.fft(x),
        outputs=("X",),
    ),
    Equation(
        "dtft",
        r"X(\omega) = \sum_{n=0}^{N-1} x[n] e^{-j\omega n}",
        {"omega": 0.7, "x": (6,)},
        lambda omega, x: sum(x[n] * np.exp(-1j * 0.7 * n) for n in range(6)),
        shapes={"omega": ""},
    ),
    Equation(
        "transfer",
        r"H(z) = \frac{\sum_{k=0}^{M} b_k z^{-k}}{1 + \sum_{k=1}^{N} a_k z^{-k}}",
        {"z": 1.3, "b": (3,), "a": (2,)},
        lambda z, b, a: (
            sum(b[k] * 1.3**-k for k in range(3)) / (1 + sum(a[k - 1] * 1.3**-k for k in (1, 2)))
        ),
    ),
    Equation(
        "cross-correlation",
        r"(A \star B)_{ij} = \sum_{m}\sum_{n} A_{i+m, j+n} B_{mn}",
        {"A": (6, 7), "B": (3, 2)},
        lambda A, B: np.array(
            [[(A[i : i + 3, j : j + 2] * B).sum() for j in range(6)] for i in range(4)]
        ),
    ),
    Equation(
        "stencil",
        r"y_{ij} = \sum_{a=-1}^{1}\sum_{b=-1}^{1} w_{ab} x_{i+a,j+b}",
        {"w": (3, 3), "x": (5, 6)},
        lambda w, x: np.array(
            [[(x[i : i + 3, j : j + 3] * w).sum() for j in range(4)] for i in range(3)]
        ),
    ),
    Equation(
        "polynomial",
        r"y(x) = \sum_{j=0}^{M} w_j x^j",
        {"x": 1.3, "w": (4,)},
        lambda x, w: sum(w[j] * 1.3**j for j in range(4)),
    ),
    Equation(
        "geometric",
        r"s = \sum_{k=1}^n \gamma^k",
        {"n": 4, "gamma": 0.5},
        lambda n, gamma: sum(0.5**k for k in range(1, 5)),
    ),
    Equation(
        "discounted-end",
        r"R = \sum_{t=0}^{T-1} \gamma^t r_t + \gamma^T V",
        {"gamma": 0.9, "r": (4,), "V": 0.7},
        lambda gamma, r, V: sum(0.9**t * r[t] for t in range(4)) + 0.9**4 * 0.7,
        shapes={"V": ""},
    ),
    Equation(
        "step-above",
        r"\theta^{t+1} = \theta^t - \eta g^t",
        {"theta_t": (3,), "eta": 0.1, "g_t": (3,)},
        lambda theta_t, eta, g_t: theta_t - 0.1 * g_t,
    ),
    Equation(
        "jacobi-matrix",
        r"x^{(k+1)} = D^{-1}(b - (L+U)x^{(k)})",
        {"D": spd(3), "b": (3,), "L": (3, 3), "U": (3, 3), "x_k": (3,)},
        lambda D, b, L, U, x_k: np.linalg.solve(D, b - (L + U) @ x_k),
    ),
    Equation(
        "newton-schulz",
        r"X_{k+1} = X_k(2I - AX_k)",
        {"X_k": (3, 3), "A": (3, 3)},
        lambda X_k, A: X_k @ (2 * np.eye(3) - A @ X_k),
    ),
    Equation(
        "qr-step",
        r"A_k = Q_k R_k, \quad A_{k+1} = R_k Q_k",
        {"Q_k": (3, 3), "R_k": (3, 3)},
        lambda Q_k, R_k: R_k @ Q_k,
        outputs=("A_next",),
    ),
    Equation(
        "state-space",
        r"x_t = A x_{t-1} + B u_t, \quad y_t = C x_t + D u_t",
        {"A": (3, 3), "x_prev": (3,), "B": (3, 2), "u_t": (2,), "C": (2, 3), "D": (2, 2)},
        lambda A, x_prev, B, u_t, C, D: C @ (A @ x_prev + B @ u_t) + D @ u_t,
        outputs=("y_t",),
        batched=("x_prev", "u_t"),
    ),
    Equation(
        "innovation",
        r"\mathbf{S}_k = \mathbf{H}_k \mathbf{P}_{k|k-1} \mathbf{H}_k^\textsf{T} + \mathbf{R}_k",
        {"H_k": (2, 3), "P_k_prev": spd(3), "R_k": spd(2)},
        lambda H_k, P_k_prev, R_k: H_k @ P_k_prev @ H_k.T + R_k,
    ),
    Equation(
        "gmm-weights",
        r"\pi_k = \frac{N_k}{N}, \quad N_k = \sum_{n=1}^{N} r_{nk}",
        {"r": positive(5, 3)},
        lambda r: r.sum(0) / 5,
        outputs=("pi",),
    ),
    Equation(
        "ncut",
        r"\mathrm{Ncut} = \frac{y^T(D-W)y}{y^TDy}",
        {"y": (4,), "D": spd(4), "W": (4, 4)},
        lambda y, D, W: (y @ (D - W) @ y) / (y @ D @ y),
    ),
    Equation(
        "gcn-two",
        r"Z = \mathrm{softmax}(\hat{A} \mathrm{ReLU}(\hat{A} X W^{(0)}) W^{(1)})",
        {"A_hat": (4, 4), "X": (4, 3), "W_0": (3, 5), "W_1": (5, 2)},
        lambda A_hat, X, W_0, W_1: softmax(A_hat @ relu(A_hat @ X @ W_0) @ W_1),
    ),
    Equation("transposed-element", r"(A^T)_{ij} = A_{ji}", {"A": (3, 4)}, lambda A: A.T),
    Equation(
        "antisymmetric",
        r"a_{ij} = x_i y_j - x_j y_i",
        {"x": (3,), "y": (3,)},
        lambda x, y: np.outer(x, y) - np.outer(y, x),
    ),
    Equation(
        "row-max",
        r"b_i = \max_{j \ne i} |a_{ij}|",
        {"a": (4, 4)},
        lambda a: np.where(np.eye(4, dtype=bool), -np.inf, abs(a)).max(1),
    ),
    Equation(
        "triple-sum",
        r"s = \sum_{i=1}^{n} \sum_{j=1}^{m} \sum_{k=1}^{p} a_{ij} b_{jk} c_{ki}",
        {"a": (2, 3), "b": (3, 4), "c": (4, 2)},
        lambda a, b, c: np.trace(a @ b @ c),
    ),
    Equation(
        "linear-attention",
        r"V'_i = \frac{\sum_{j=1}^N \phi(Q_i)^T \phi(K_j) V_j}{\sum_{j=1}^N \phi(Q_i)^T \phi(K_j)}",
        {"Q": (3, 2), "K": (4, 2), "V": (4, 5), "phi": lambda x: np.exp(x)},
        lambda Q, K, V, phi: (lambda w: (w @ V) / w.sum(1, keepdims=True))(np.exp(Q) @ np.exp(K).T),
        shapes={"phi": "(d) -> (m)"},
    ),
]

EQUATIONS += [
    Equation(
        "blocks",
        r"M = \begin{bmatrix} A & B \\ 0 & I \end{bmatrix}",
        {"A": (3, 3), "B": (3, 2)},
        lambda A, B: np.block([[A, B], [np.zeros((2, 3)), np.eye(2)]]),
        shapes={"A": "n n", "B": "n m"},
        batched=("A",),
    ),
    Equation(
        "bordered",
        r"M = \begin{pmatrix} A & b \\ c^T & d \end{pmatrix}",
        {"A": (3, 3), "b": (3,), "c": (3,), "d": 0.4},
        lambda A, b, c, d: np.block([[A, b[:, None]], [c[None], np.array([[d]])]]),
        shapes={"A": "n n", "b": "n", "c": "n", "d": ""},
        batched=("b",),
    ),
    Equation(
        "rigid",
        r"T = \begin{bmatrix} R & t \\ 0 & 1 \end{bmatrix}",
        {"R": (3, 3), "t": (3,)},
        lambda R, t: np.block([[R, t[:, None]], [np.zeros((1, 3)), np.ones((1, 1))]]),
        shapes={"R": "3 3", "t": "3"},
        batched=("R", "t"),
    ),
    Equation(
        "intrinsics",
        r"K = \begin{bmatrix} f_x & 0 & c_x \\ 0 & f_y & c_y \\ 0 & 0 & 1 \end{bmatrix}",
        {"f_x": 2.0, "c_x": 0.3, "f_y": 3.0, "c_y": 0.4},
        lambda f_x, c_x, f_y, c_y: np.array([[2.0, 0, 0.3], [0, 3.0, 0.4], [0, 0, 1]]),
    ),
    Equation(
        "hopfield",
        r"w_{ij} = \frac{1}{n} \sum_{\mu=1}^{n} \xi_i^\mu \xi_j^\mu",
        {"xi": (3, 5)},
        lambda xi: xi @ xi.T / 5,
    ),
    Equation(
        "leave-one-out",
        r"s = \sum_{\substack{i=1 \\ i \neq k}}^{n} x_i",
        {"k": 2, "x": (5,)},
        lambda k, x: x.sum() - x[1],
    ),
    Equation(
        "centroids",
        r"\mu_j = \frac{\sum_{i=1}^m 1\{c^{(i)} = j\} x^{(i)}}{\sum_{i=1}^m 1\{c^{(i)} = j\}}",
        {
            "c": Some(lambda rng: np.concatenate([np.arange(3), rng.integers(0, 3, 4)])),
            "x": (7, 2),
            "k": 3,
        },
        lambda c, x, k: np.stack([x[c == j].mean(0) for j in range(3)]),
        shapes={"c": "m : int", "x": "m d", "mu": "k d"},
    ),
    Equation(
        "shared-covariance",
        r"\Sigma = \frac{1}{m}\sum_{i=1}^m (x^{(i)} - \mu_{y^{(i)}})(x^{(i)} - \mu_{y^{(i)}})^T",
        {"x": (6, 2), "mu": (3, 2), "y": whole(0, 3, 6)},
        lambda x, mu, y: (x - mu[y]).T @ (x - mu[y]) / 6,
        shapes={"x": "m d", "mu": "k d", "y": "m : int"},
    ),
    Equation(
        "text-half-power",
        "L = D^-1/2 A D^-1/2",
        {"D": spd(3), "A": (3, 3)},
        lambda D, A: (lambda r: r @ A @ r)(inv(scipy.linalg.sqrtm(D))),
    ),
    Equation(
        "text-slashes", "y = x^1/2 + x^2/2", {"x": positive(4)}, lambda x: np.sqrt(x) + x**2 / 2
    ),
    Equation(
        "total-variation",
        r"TV(x) = \sum_{i,j} \sqrt{(x_{i+1,j} - x_{i,j})^2 + (x_{i,j+1} - x_{i,j})^2}",
        {"x": (5, 6)},
        lambda x: np.sqrt((x[1:, :-1] - x[:-1, :-1]) ** 2 + (x[:-1, 1:] - x[:-1, :-1]) ** 2).sum(),
        batched=("x",),
    ),
    Equation(
        "shoelace",
        r"A = \frac{1}{2} \left| \sum_{i=1}^{n-1} (x_i y_{i+1} - x_{i+1} y_i) \right|",
        {"x": (5,), "y": (5,)},
        lambda x, y: abs(sum(x[i] * y[i + 1] - x[i + 1] * y[i] for i in range(4))) / 2,
    ),
    Equation(
        "hausdorff",
        r"H(A,B) = \max(h(A,B), h(B,A)), \quad h(A,B) = \max_{a \in A}\min_{b\in B}\|a-b\|",
        {"A": (4, 2), "B": (5, 2)},
        lambda A, B: (lambda d: max(d.min(1).max(), d.min(0).max()))(
            norm(A[:, None] - B[None], axis=-1)
        ),
        shapes={"A": "n d", "B": "m d"},
        outputs=("H",),
    ),
    Equation(
        "student-assignment",
        r"q_{ij} = \frac{(1 + \|z_i - \mu_j\|^2/\alpha)^{-\frac{\alpha+1}{2}}}{\sum_{j'}(1 + \|z_i - \mu_{j'}\|^2/\alpha)^{-\frac{\alpha+1}{2}}}",
        {"z": (4, 2), "mu": (3, 2), "alpha": 1.5},
        lambda z, mu, alpha: (lambda k: k / k.sum(1, keepdims=True))(
            (1 + ((z[:, None] - mu[None]) ** 2).sum(-1) / 1.5) ** -1.25
        ),
        shapes={"z": "n d", "mu": "k d"},
    ),
    Equation(
        "davies-bouldin",
        r"DB = \frac{1}{k}\sum_{i=1}^k \max_{j \neq i} \frac{\sigma_i + \sigma_j}{d_{ij}}",
        {"sigma": positive(3), "d": positive(3, 3), "k": 3},
        lambda sigma, d, **_: np.mean(
            [max((sigma[i] + sigma[j]) / d[i, j] for j in range(3) if j != i) for i in range(3)]
        ),
    ),
    Equation(
        "restricted-boltzmann",
        r"E(v,h) = -a^T v - b^T h - v^T W h",
        {"v": (3,), "h": (4,), "a": (3,), "b": (4,), "W": (3, 4)},
        lambda v, h, a, b, W: -a @ v - b @ h - v @ W @ h,
        batched=("v", "h"),
    ),
    Equation(
        "riccati",
        r"P_{k-1} = Q + A^T P_k A - A^T P_k B (R + B^T P_k B)^{-1} B^T P_k A",
        {"Q": spd(3), "A": (3, 3), "P_k": spd(3), "B": (3, 2), "R": spd(2)},
        lambda Q, A, P_k, B, R: (
            Q + A.T @ P_k @ A - A.T @ P_k @ B @ inv(R + B.T @ P_k @ B) @ B.T @ P_k @ A
        ),
    ),
    Equation(
        "kendall",
        r"\tau = \frac{2}{n(n-1)} \sum_{i<j} \operatorname{sgn}(x_i - x_j) \operatorname{sgn}(y_i - y_j)",
        {"n": 5, "x": (5,), "y": (5,)},
        lambda n, x, y: (
            sum(
                np.sign(x[i] - x[j]) * np.sign(y[i] - y[j])
                for i in range(5)
                for j in range(i + 1, 5)
            )
            / 10
        ),
    ),
    Equation(
        "user-based",
        r"\hat{r}_{ui} = \bar{r}_u + \frac{\sum_{v} s_{uv} (r_{vi} - \bar{r}_v)}{\sum_v |s_{uv}|}",
        {"r_bar": (4,), "s": (4, 4), "r": (4, 5)},
        lambda r_bar, s, r: (
            r_bar[:, None] + s @ (r - r_bar[:, None]) / abs(s).sum(1, keepdims=True)
        ),
    ),
]

EQUATIONS += [
    # --- nothing declared ---
    Equation(
        "least-squares",
        r"L = \frac{1}{T}\sum_{t=1}^T (y_t - w^T x_t)^2",
        {"y": (6,), "w": (3,), "x": (6, 3), "T": 6},
        lambda y, w, x, **_: ((y - x @ w) ** 2).mean(),
        batched=("y", "w"),
    ),
    Equation(
        "logistic-loss",
        r"E = \frac{1}{n}\sum_{i=1}^{n} \log(1 + e^{-y_i w^T x_i})",
        {"y": (5,), "w": (3,), "x": (5, 3), "n": 5},
        lambda y, w, x, **_: np.log1p(np.exp(-y * (x @ w))).mean(),
    ),
    Equation(
        "logits",
        r"p_i = \sigma(w^T x_i + b)",
        {"w": (3,), "x": (5, 3), "b": 0.2},
        lambda w, x, b: sigmoid(x @ w + b),
    ),
    Equation("rows-times", r"y_i = x_i W", {"x": (5, 3), "W": (3, 4)}, lambda x, W: x @ W),
    Equation(
        "columns-times",
        r"y_i = W x_i + b",
        {"x": (5, 3), "W": (4, 3), "b": (4,)},
        lambda x, W, b: x @ W.T + b,
    ),
    Equation(
        "residual-gradient",
        r"g = \sum_i A^T (A x_i - y_i)",
        {"A": (4, 3), "x": (5, 3), "y": (5, 4)},
        lambda A, x, y: sum(A.T @ (A @ x[i] - y[i]) for i in range(5)),
    ),
    Equation(
        "econometrics",
        r"e = y - X\hat\beta, \quad s^2 = \frac{e'e}{n-k}",
        {"y": (6,), "X": (6, 2), "beta_hat": (2,), "n": 6.0, "k": 2.0},
        lambda y, X, beta_hat, n, k: ((y - X @ beta_hat) ** 2).sum() / 4,
        outputs=("s_sq",),
    ),
    Equation(
        "fitted",
        r"\hat\beta = (X'X)^{-1}X'y, \quad \hat{y} = x'\hat\beta",
        {"X": (6, 2), "y": (6,), "x": (2,)},
        lambda X, y, x: x @ np.linalg.lstsq(X, y, rcond=None)[0],
        outputs=("y_hat",),
    ),
    Equation(
        "inverse-transpose",
        r"v = A^{-T} b",
        {"A": spd(3), "b": (3,)},
        lambda A, b: np.linalg.solve(A.T, b),
    ),
    Equation(
        "min-max",
        r"z_i = \frac{x_i - x_{min}}{x_{max} - x_{min}}",
        {"x": (5,), "x_min": -1.0, "x_max": 2.0},
        lambda x, x_min, x_max: (x + 1) / 3,
    ),
    Equation(
        "text-covariance",
        "cov = 1/(n-1) * sum_i (x_i - x_bar)(y_i - y_bar)",
        {"n": 5.0, "x": (5,), "x_bar": 0.1, "y": (5,), "y_bar": -0.2},
        lambda n, x, x_bar, y, y_bar: ((x - 0.1) * (y + 0.2)).sum() / 4,
    ),
    Equation(
        "text-gradient-names",
        "dZ = A - Y\ndW = dZ @ X.T",
        {"A": (3, 4), "Y": (3, 4), "X": (2, 4)},
        lambda A, Y, X: (A - Y) @ X.T,
        outputs=("dW",),
    ),
    Equation(
        "text-update",
        "W_new = W_old - lr * dW",
        {"W_old": (3, 4), "lr": 0.1, "dW": (3, 4)},
        lambda W_old, lr, dW: W_old - 0.1 * dW,
        shapes={"W_old": "n m", "dW": "n m", "lr": ""},
    ),
    Equation(
        "text-psnr",
        "PSNR = 20 log10(MAX / sqrt(MSE))",
        {"MAX": 255.0, "MSE": 4.0},
        lambda MAX, MSE: 20 * math.log10(127.5),
    ),
    Equation(
        "text-membership", "x ∈ ℝⁿ, A ∈ ℝⁿˣⁿ, y = Ax", {"x": (3,), "A": (3, 3)}, lambda x, A: A @ x
    ),
    Equation("text-inner", "y = a @ b", {"a": (3,), "b": (3,)}, lambda a, b: a @ b),
]

EQUATIONS += [
    Equation(
        "layer",
        r"h^{(l)} = \sigma(W^{(l)} h^{(l-1)} + b^{(l)})",
        {"W_l": (4, 3), "h_prev": (3,), "b_l": (4,)},
        lambda W_l, h_prev, b_l: sigmoid(W_l @ h_prev + b_l),
        batched=("h_prev",),
    ),
    Equation(
        "backward",
        r"\delta^{l} = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)",
        {"W_next": (4, 3), "delta_next": (4,), "z_l": (3,)},
        lambda W_next, delta_next, z_l: (W_next.T @ delta_next) * sigmoid(z_l) * (1 - sigmoid(z_l)),
        batched=("delta_next", "z_l"),
    ),
    Equation(
        "convolved-features",
        r"H^{(l+1)} = \sigma(\hat{A} H^{(l)} W^{(l)})",
        {"A_hat": (4, 4), "H_l": (4, 3), "W_l": (3, 5)},
        lambda A_hat, H_l, W_l: sigmoid(A_hat @ H_l @ W_l),
    ),
    Equation(
        "heat-step",
        r"u_{t+1} = u_t + \Delta t \, D u_t",
        {"u_t": (4,), "Delta_t": 0.1, "D": (4, 4)},
        lambda u_t, Delta_t, D: u_t + 0.1 * D @ u_t,
    ),
    Equation("derivative-of-tanh", r"y = \tanh'(x)", {"x": (4,)}, lambda x: 1 - np.tanh(x) ** 2),
    Equation(
        "two-way",
        r"y_{ij} = \mu + \alpha_i + \beta_j + \epsilon_{ij}",
        {"mu": 0.3, "alpha": (3,), "beta": (4,), "epsilon": (3, 4)},
        lambda mu, alpha, beta, epsilon: 0.3 + alpha[:, None] + beta + epsilon,
    ),
    Equation(
        "distances",
        r"D_{ij}^2 = \|x_i\|^2 + \|x_j\|^2 - 2x_i^Tx_j",
        {"x": (4, 3)},
        lambda x: ((x[:, None] - x[None]) ** 2).sum(-1),
    ),
    Equation(
        "posterior-mean",
        r"m_N = S_N(S_0^{-1}m_0 + \beta\Phi^T t), \quad S_N^{-1} = S_0^{-1} + \beta\Phi^T\Phi",
        {"S_0": spd(3), "m_0": (3,), "beta": 0.4, "Phi": (6, 3), "t": (6,)},
        lambda S_0, m_0, beta, Phi, t: np.linalg.solve(
            inv(S_0) + 0.4 * Phi.T @ Phi, inv(S_0) @ m_0 + 0.4 * Phi.T @ t
        ),
        outputs=("m_N",),
    ),
    Equation(
        "dual-ridge",
        r"J = \frac{1}{2} a^T K K a - a^T K t + \frac{1}{2} t^T t + \frac{\lambda}{2} a^T K a",
        {"a": (3,), "K": spd(3), "t": (3,), "lambda_": 0.3},
        lambda a, K, t, lambda_: 0.5 * a @ K @ K @ a - a @ K @ t + 0.5 * t @ t + 0.15 * a @ K @ a,
    ),
]

EQUATIONS += [
    Equation(
        "unscented-cross",
        r"P_{xy} = \sum_{i=0}^{2n} w_i (\mathcal{X}_i - \hat{x})(\mathcal{Y}_i - \hat{y})^T",
        {"w": (5,), "X": (5, 3), "x_hat": (3,), "Y": (5, 2), "y_hat": (2,)},
        lambda w, X, x_hat, Y, y_hat: (X - x_hat).T @ np.diag(w) @ (Y - y_hat),
    ),
    Equation(
        "perceptron-criterion",
        r"J(w) = \sum_{n=1}^N \max(0, -t_n w^T \phi_n)",
        {"w": (3,), "t": (5,), "phi": (5, 3)},
        lambda w, t, phi: relu(-t * (phi @ w)).sum(),
    ),
    Equation(
        "cross-moment",
        r"S = \sum_i \alpha_i x_i y_i^T",
        {"alpha": (5,), "x": (5, 3), "y": (5, 2)},
        lambda alpha, x, y: x.T @ np.diag(alpha) @ y,
    ),
    Equation(
        "exponential-growth",
        r"n(t) = n_0 e^{R t}",
        {"t": 0.4, "n_0": 2.0, "R": 0.7},
        lambda t, n_0, R: 2.0 * math.exp(0.28),
        shapes={"R": "", "t": ""},
    ),
]

# --- indices: windows, shifts and ranges that hang on each other ------------------------------------


def lagged(a: Any, x: Any, first: int, start: int) -> Any:
    """Σ_i a_i x_{t-i}, i counted from `first`, for t from `start` to the end of x."""
    return np.array(
        [
            sum(a[i] * x[t - i - first] for i in range(len(a)))
            for t in range(start, len(x))
        ]
    )  # fmt: skip


def windows(x: Any, before: int, after: int) -> Any:
    """The rows x_{i-before} … x_{i+after}, for every i that has all of them."""
    return np.array([x[i - before : i + after + 1] for i in range(before, len(x) - after)])


EQUATIONS += [
    Equation(
        "moving-average",
        r"y_t = x_t+\sum_{i=1}^q a_i x_{t-i}",
        {"x": (9,), "a": (3,)},
        lambda x, a: x[3:] + lagged(a, x, 1, 3),
        batched=("x",),
    ),
    Equation(
        "prediction-error",
        r"e[n] = x[n]-\sum_{k=1}^p a_k x[n-k]",
        {"x": (8,), "a": (2,)},
        lambda x, a: x[2:] - lagged(a, x, 1, 2),
        batched=("x",),
    ),
    Equation(
        "ma-process",
        r"X_t = \mu+\varepsilon_t+\sum_{i=1}^q\theta_i\varepsilon_{t-i}",
        {"mu": 0.3, "epsilon": (8,), "theta": (2,)},
        lambda mu, epsilon, theta: 0.3 + epsilon[2:] + lagged(theta, epsilon, 1, 2),
        batched=("epsilon",),
    ),
    Equation(
        "centred-share",
        r"y_i = x_i/\sum_{j=-k}^k x_{i+j}",
        {"x": positive(9), "k": 2},
        lambda x, k: x[2:-2] / windows(x, 2, 2).sum(1),
        batched=("x",),
    ),
    Equation(
        "look-ahead",
        r"y_i = x_i+\sum_{j=1}^3 x_{i+j}",
        {"x": (9,)},
        lambda x: windows(x, 0, 3).sum(1),
        batched=("x",),
    ),
    Equation(
        "window-curvature",
        r"v_i = \sum_{k=1}^{K} (x_{i+k} + x_{i-k} - 2 x_i)",
        {"x": (9,), "K": 2},
        lambda x, K: windows(x, 2, 2).sum(1) - 5 * x[2:-2],
        batched=("x",),
    ),
    Equation(
        "centred-lags",
        r"y_t = x_t - \sum_{i=1}^q a_i x_{t-i} - \frac1n \sum_{j=1}^n x_j",
        {"x": (8,), "a": (3,)},
        lambda x, a: x[3:] - lagged(a, x, 1, 3) - x.mean(),
    ),
    Equation(
        "printed-lags",
        r"y_t = x_t + \sum_{i=1}^q a_i x_{t-i}, \quad t = q+1, \dots, T",
        {"x": (8,), "a": (3,)},
        lambda x, a: x[3:] + lagged(a, x, 1, 3),
        batched=("x",),
    ),
    Equation(
        "one-time-axis",
        r"y_t = z_t + \sum_{i=1}^p a_i x_{t-i}",
        {"z": (8,), "a": (3,), "x": (8,)},
        lambda z, a, x: z[3:] + lagged(a, x, 1, 3),
        shapes={"z": "T", "x": "T"},
        batched=("z", "x"),
    ),
    Equation(
        "trimmed-series",
        r"y_t = z_t + \sum_{i=1}^p a_i x_{t-i}",
        {"z": (6,), "a": (3,), "x": (8,)},
        lambda z, a, x: z + np.array([a @ x[t : t + 3][::-1] for t in range(6)]),
        shapes={"z": "n", "x": "n+p-1"},
    ),
    Equation(
        "lag-of-another",
        "y_t = z_t - x_{t-1}",
        {"z": (6,), "x": (6,)},
        lambda z, x: z[1:] - x[:-1],
        shapes={"z": "T", "x": "T"},
        batched=("z", "x"),
    ),
    Equation(
        "declared-difference",
        "y_t = x_t - 2x_{t-1} + x_{t-2}",
        {"x": (7,)},
        lambda x: x[2:] - 2 * x[1:-1] + x[:-2],
        shapes={"x": "T"},
        batched=("x",),
    ),
    Equation(
        "next-of-another",
        r"\sum_{i=1}^{n-1} z_i x_{i+1}",
        {"z": (6,), "x": (6,)},
        lambda z, x: z[:-1] @ x[1:],
        shapes={"z": "n", "x": "n"},
    ),
    Equation(
        "superdiagonal",
        r"\sum_{i=1}^{n-1} A_{i,i+1}",
        {"A": (5, 5)},
        lambda A: np.trace(A, 1),
        batched=("A",),
    ),
    Equation(
        "isotropic-variation",
        r"TV = \sum_{i,j} \sqrt{(x_{i+1,j}-x_{i,j})^2 + (x_{i,j+1}-x_{i,j})^2}",
        {"x": (5, 4)},
        lambda x: np.sqrt((x[1:, :-1] - x[:-1, :-1]) ** 2 + (x[:-1, 1:] - x[:-1, :-1]) ** 2).sum(),
        batched=("x",),
    ),
    Equation(
        "autocorrelation",
        r"r_k = \sum_{t=1}^{N-k} x_t x_{t+k}, \quad k = 0, \dots, K",
        {"K": 3, "x": (7,)},
        lambda K, x: np.array([x[: 7 - k] @ x[k:] for k in range(4)]),
        batched=("x",),
    ),
    Equation(
        "autocorrelation-backwards",
        r"r_k = \sum_{t=k+1}^{N} x_t x_{t-k}, \quad k = 0, \dots, K",
        {"K": 3, "x": (7,)},
        lambda K, x: np.array([x[: 7 - k] @ x[k:] for k in range(4)]),
        batched=("x",),
    ),
    Equation(
        "all-lags",
        r"r_k = \sum_{n=0}^{N-1-k} x_n x_{n+k}, \quad k = 0, \dots, K",
        {"K": 9, "x": (7,)},
        lambda K, x: np.array([x[: 7 - k] @ x[k:] if k < 7 else 0.0 for k in range(10)]),
    ),
    Equation(
        "discounted-past",
        r"y_t = \alpha \sum_{k=0}^{t-1} (1-\alpha)^k x_{t-k}",
        {"alpha": 0.3, "x": (6,)},
        lambda alpha, x: np.array(
            [0.3 * sum(0.7**k * x[t - 1 - k] for k in range(t)) for t in range(1, 7)]
        ),
        batched=("x",),
    ),
    Equation(
        "renewal",
        r"y_t = x_t + \sum_{s=1}^{t-1} a_s x_{t-s}",
        {"x": (6,), "a": (5,)},
        lambda x, a: np.array(
            [x[t - 1] + sum(a[s - 1] * x[t - s - 1] for s in range(1, t)) for t in range(1, 7)]
        ),
        batched=("x",),
    ),
    Equation(
        "valid-filter",
        r"y_n = \sum_{k=0}^{K-1} h_k x_{n-k}",
        {"h": (3,), "x": (8,)},
        lambda h, x: np.convolve(x, h, "valid"),
        batched=("x",),
    ),
    Equation(
        "two-sided-filter",
        r"y_n = \sum_{k=-K}^{K} h_k x_{n-k}",
        {"h": (5,), "x": (9,)},
        lambda h, x: np.convolve(x, h, "valid"),
        batched=("x",),
    ),
    Equation(
        "decimation",
        r"y_n = \sum_{k=0}^{K-1} h_k x_{2n-k}",
        {"h": (3,), "x": (9,)},
        lambda h, x: np.convolve(x, h, "valid")[::2],
    ),
    Equation(
        "filter-and-itself",
        r"y_n = x_n + \sum_k h_k x_{n-k}",
        {"h": (3,), "x": (8,)},
        lambda h, x: x[2:] + np.convolve(x, h, "valid"),
    ),
    Equation(
        "convolution-bias",
        r"y_i = b_i + \sum_{j=1}^{k} w_j x_{i+j-1}",
        {"b": (6,), "w": (3,), "x": (8,)},
        lambda b, w, x: b + windows(x, 0, 2) @ w,
        batched=("x",),
    ),
]

EQUATIONS += [
    Equation(
        "moving-mean",
        r"y_i = \frac15\sum_{j=i-2}^{i+2}x_j",
        {"x": (9,)},
        lambda x: windows(x, 2, 2).mean(1),
        batched=("x",),
    ),
    Equation(
        "trailing-mean",
        r"y_t = \frac{1}{k}\sum_{j=t-k+1}^{t} x_j",
        {"k": 3, "x": (8,)},
        lambda k, x: windows(x, 2, 0).mean(1),
        batched=("x",),
    ),
    Equation(
        "trailing-variance",
        r"m_t = \frac1w \sum_{s=t-w+1}^t x_s, \quad "
        r"v_t = \frac1w \sum_{s=t-w+1}^t (x_s - m_t)^2",
        {"w": 3, "x": (8,)},
        lambda w, x: windows(x, 2, 0).var(1),
        batched=("x",),
    ),
    Equation(
        "moving-maximum",
        r"y_i = \max_{i-k \le j \le i+k} x_j",
        {"k": 2, "x": (9,)},
        lambda k, x: windows(x, 2, 2).max(1),
    ),
    Equation(
        "detrended",
        r"y_i = x_i - \frac15\sum_{j=i-2}^{i+2}x_j",
        {"x": (9,)},
        lambda x: x[2:-2] - windows(x, 2, 2).mean(1),
        batched=("x",),
    ),
    Equation(
        "box-blur",
        r"y_{ij} = \frac19 \sum_{p=i-1}^{i+1}\sum_{q=j-1}^{j+1} x_{pq}",
        {"x": (5, 6)},
        lambda x: np.array(
            [[x[i : i + 3, j : j + 3].mean() for j in range(4)] for i in range(3)]
        ),
        batched=("x",),
    ),
    Equation(
        "block-mean",
        r"y_i = \frac{1}{3}\sum_{j=3i-2}^{3i} x_j",
        {"x": (9,)},
        lambda x: x.reshape(3, 3).mean(1),
    ),
    Equation(
        "running-total", r"y_i = \sum_{j=1}^{i} x_j", {"x": (6,)}, lambda x: x.cumsum(),
        batched=("x",),
    ),
    Equation(
        "two-products",
        r"\prod_{t=2}^T a_t \prod_{t=1}^T b_t",
        {"a": (4,), "b": (5,)},
        lambda a, b: a.prod() * b.prod(),
        batched=("a", "b"),
    ),
    Equation(
        "product-and-product",
        r"\prod_n a_n\prod_k b_k",
        {"a": (4,), "b": (3,)},
        lambda a, b: a.prod() * b.prod(),
    ),
    Equation(
        "product-and-sum",
        r"\prod_i x_i \sum_j y_j",
        {"x": (4,), "y": (3,)},
        lambda x, y: x.prod() * y.sum(),
    ),
    Equation(
        "product-of-sums",
        r"\prod_i x_i \sum_j y_{ij}",
        {"x": (4,), "y": (4, 3)},
        lambda x, y: (x * y.sum(1)).prod(),
    ),
    Equation(
        "product-over-factorial",
        r"\prod_i x_i / n!",
        {"x": (4,), "n": 3.0},
        lambda x, n: x.prod() / 6,
    ),
    Equation(
        "product-of-quotients",
        r"\prod_i x_i / y_i",
        {"x": (4,), "y": positive(4)},
        lambda x, y: (x / y).prod(),
    ),
    Equation(
        "product-times",
        r"\prod_i x_i \cdot y",
        {"x": (4,), "y": 0.7},
        lambda x, y: x.prod() * 0.7,
    ),
    Equation(
        "product-times-inside",
        r"\prod_i x_i \cdot y",
        {"x": (4,), "y": 0.7},
        lambda x, y: x.prod() * 0.7**4,
        prefer={"operator-scope": "inside"},
    ),
    Equation(
        "held-maximum",
        r"m_j = \max_{i} \left[ u_i a_{ij} \right] b_j",
        {"u": (3,), "a": (3, 4), "b": (4,)},
        lambda u, a, b: (u[:, None] * a).max(0) * b,
    ),
    Equation(
        "coefficient-inside", r"\prod_i c x_i", {"c": 0.7, "x": (4,)},
        lambda c, x: x.prod() * 0.7**4,
    ),
    Equation(
        "two-maxima",
        r"\max_i a_i \max_j b_j",
        {"a": (4,), "b": -np.array([1.0, 2.0, 3.0])},
        lambda a, b: -a.max(),
    ),
    Equation(
        "nested-products",
        r"\prod_{i=1}^4 \prod_{j=1}^i a_{j}",
        {"a": (4,)},
        lambda a: a.cumprod().prod(),
    ),
    Equation(
        "doubly-centred",
        r"A_{ij} = a_{ij} - \bar a_{i\cdot} - \bar a_{\cdot j} + \bar a_{\cdot\cdot}",
        {"a": (4, 3)},
        lambda a: a - a.mean(1)[:, None] - a.mean(0) + a.mean(),
        batched=("a",),
    ),
    Equation(
        "between-groups",
        r"SS = n \sum_i (\bar y_{i\cdot} - \bar y_{\cdot\cdot})^2",
        {"n": 3.0, "y": (4, 3)},
        lambda n, y: 3 * ((y.mean(1) - y.mean()) ** 2).sum(),
        batched=("y",),
    ),
    Equation(
        "chi-square-of-entries",
        r"\sum_{i,j}(d_i-t_i)C^{-1}_{ij}(d_j-t_j)",
        {"d": (3,), "t": (3,), "C": spd(3)},
        lambda d, t, C: (d - t) @ inv(C) @ (d - t),
        batched=("d", "C"),
    ),
    Equation(
        "weights-of-inverse",
        r"w_i=\sum_j\Sigma_{ij}^{-1}\mu_j",
        {"Sigma": spd(3), "mu": (3,)},
        lambda Sigma, mu: inv(Sigma) @ mu,
        batched=("mu",),
    ),
    Equation(
        "leave-one-out",
        r"e_i = \alpha_i / K^{-1}_{ii}",
        {"alpha": (3,), "K": spd(3)},
        lambda alpha, K: alpha / np.diag(inv(K)),
    ),
    Equation(
        "entry-of-transpose",
        "B_{ij} = A^T_{ij}",
        {"A": (3, 4)},
        lambda A: A.T,
        batched=("A",),
    ),
    Equation(
        "entry-of-square",
        "B_{ij} = (A^2)_{ij}",
        {"A": (3, 3)},
        lambda A: A @ A,
        shapes={"A": "n n"},
    ),
    Equation(
        "squares-of-entries", r"\sum_{ij} A_{ij}^2", {"A": (3, 4)}, lambda A: (A * A).sum()
    ),
    Equation(
        "reciprocal-entries", r"\sum_{ij} x_{ij}^{-1}", {"x": positive(3, 4)},
        lambda x: (1 / x).sum(),
    ),
    Equation(
        "random-walk", r"P_{ij} = D_{ii}^{-1} A_{ij}", {"D": spd(3), "A": (3, 3)},
        lambda D, A: A / np.diag(D)[:, None],
    ),
    Equation(
        "shapiro-wilk",
        r"W = (\sum_{i=1}^n a_i x_{(i)})^2 / \sum_{i=1}^n (x_i - m)^2",
        {"a": (5,), "x": (5,), "m": 0.1},
        lambda a, x, m: (a @ np.sort(x)) ** 2 / ((x - 0.1) ** 2).sum(),
        batched=("x",),
    ),
    Equation(
        "gini",
        r"G = \frac{\sum_{i=1}^n (2i-n-1) x_{(i)}}{n\sum_{i=1}^n x_{i}}",
        {"x": positive(5)},
        lambda x: sum((2 * i - 6) * np.sort(x)[i - 1] for i in range(1, 6)) / (5 * x.sum()),
        batched=("x",),
    ),
    Equation(
        "spacings",
        r"V = \sum_{i=1}^{n-1} \log(x_{(i+1)} - x_{(i)})",
        {"x": (5,)},
        lambda x: np.log(np.diff(np.sort(x))).sum(),
    ),
    Equation(
        "probability-weighted-moment",
        r"b = \frac1n\sum_{i=1}^n \frac{i-1}{n-1} X_{(i)}",
        {"X": (5,)},
        lambda X: (np.arange(5) / 4 * np.sort(X)).mean(),
    ),
    Equation(
        "label-and-power", r"y_\beta x^\beta", {"y_beta": 0.3, "x": 0.5, "beta": 2.0},
        lambda y_beta, x, beta: 0.3 * 0.25, shapes={"beta": ""},
    ),
]  # fmt: skip

EQUATIONS += [
    Equation(
        "palindrome", r"\sum_{i=1}^{n} x_i x_{n+1-i}", {"x": (5,)}, lambda x: x @ x[::-1],
        batched=("x",),
    ),
    Equation(
        "folded", r"F = \sum_{n=0}^{N-1} x_n y_{N-1-n}", {"x": (5,), "y": (5,)},
        lambda x, y: x @ y[::-1],
    ),
    Equation(
        "one-lag", r"R = \sum_{t=1}^{N-k} x_t x_{t+k}", {"k": 2, "x": (7,)},
        lambda k, x: x[:-2] @ x[2:], batched=("x",),
    ),
    Equation(
        "one-lag-backwards", r"R = \sum_{t=k+1}^{N} x_t x_{t-k}", {"k": 2, "x": (7,)},
        lambda k, x: x[:-2] @ x[2:],
    ),
    Equation(
        "autocovariance-function",
        r"\gamma(h) = \frac{1}{n}\sum_{t=1}^{n-h} (x_{t+h} - \mu)(x_t - \mu)",
        {"h": 0, "x": (7,), "mu": 0.2},
        lambda h, x, mu: ((x - 0.2) ** 2).mean(),
    ),
    Equation(
        "anderson-darling",
        r"A^2 = -n - \frac1n \sum_{i=1}^n (2i-1)(\ln \Phi(x_{(i)}) + \ln(1 - \Phi(x_{(n+1-i)})))",
        {"x": (6,)},
        lambda x: -6 - sum(
            (2 * i - 1)
            * (
                scipy.special.log_ndtr(np.sort(x)[i - 1])
                + np.log(1 - scipy.special.ndtr(np.sort(x)[6 - i]))
            )
            for i in range(1, 7)
        ) / 6,
    ),
    Equation(
        "pairs", r"\sum_{1 \le i < j \le n} x_i x_j", {"x": (5,)},
        lambda x: (x.sum() ** 2 - (x * x).sum()) / 2,
    ),
    Equation(
        "vandermonde", r"\prod_{1 \le i < j \le n} (x_j - x_i)", {"x": (4,)},
        lambda x: det(np.vander(x, increasing=True)),
    ),
    Equation(
        "pooling", r"y_i = \max_{j=1,2} x_{2(i-1)+j}", {"x": (8,)},
        lambda x: x.reshape(4, 2).max(1), batched=("x",),
    ),
    Equation(
        "smoothing-energy",
        r"E = \sum_{i=1}^n (y_i - x_i)^2 + \lambda \sum_{i=2}^{n-1} (x_{i+1} - 2x_i + x_{i-1})^2",
        {"y": (6,), "x": (6,), "lambda_": 0.3},
        lambda y, x, lambda_: ((y - x) ** 2).sum() + 0.3 * (np.diff(x, 2) ** 2).sum(),
    ),
    Equation(
        "one-step-fit", r"L = \sum_{t=1}^{T-1} \| x_{t+1} - A x_t \|^2",
        {"x": (5, 3), "A": (3, 3)},
        lambda x, A: ((x[1:] - x[:-1] @ A.T) ** 2).sum(),
        batched=("x",),
    ),
    Equation(
        "log-returns", r"\sum_{t=1}^{T} \log \frac{p_t}{p_{t-1}}", {"p": positive(6)},
        lambda p: np.log(p[-1] / p[0]),
    ),
]  # fmt: skip

EQUATIONS += [
    Equation(
        "hankel", r"H_{ij} = h_{i+j-1}, \quad i,j = 1,\dots,n", {"h": (5,)},
        lambda h: np.array([h[i : i + 3] for i in range(3)]), batched=("h",),
    ),
    Equation(
        "even-elements", r"S = \sum_{i=1}^{n} x_{2i} y_i", {"x": (5,), "y": (3,)},
        lambda x, y: x[::2] @ y,
    ),
    Equation(
        "normalised-by-window",
        r"y_t = \frac{x_t - \min_{0 \le i < n} x_{t-i}}"
        r"{\max_{0 \le i < n} x_{t-i} - \min_{0 \le i < n} x_{t-i}}",
        {"x": (8,), "n": 3},
        lambda x, n: (x[2:] - windows(x, 2, 0).min(1)) / np.ptp(windows(x, 2, 0), axis=1),
    ),
]  # fmt: skip

EQUATIONS += [
    Equation(
        "best-class", r"\max_i w_i^\top x", {"w": (4, 3), "x": (3,)}, lambda w, x: (w @ x).max(),
        batched=("x",),
    ),
    Equation(
        "best-match", r"\max_i \mathbf{w}_i \cdot \mathbf{x}", {"w": (4, 3), "x": (3,)},
        lambda w, x: (w @ x).max(),
    ),
    Equation(
        "beta-function",
        r"\prod_{i=1}^k \Gamma(\alpha_i) / \Gamma(\sum_{i=1}^k \alpha_i)",
        {"alpha": positive(4)},
        lambda alpha: scipy.special.gamma(alpha).prod() / scipy.special.gamma(alpha.sum()),
    ),
    Equation(
        "bracketed-maximum", r"y = \max_i(x_i) w", {"x": (4,), "w": -0.5},
        lambda x, w: -0.5 * x.max(),
    ),
    Equation(
        "eigenvalue-density",
        r"\prod_{i<j} |\lambda_i - \lambda_j|^\beta \prod_i e^{-\lambda_i^2}",
        {"lambda_": (4,), "beta": 2.0},
        lambda lambda_, beta: (
            det(np.vander(lambda_, increasing=True)) ** 2 * np.exp(-(lambda_**2).sum())
        ),
    ),
]  # fmt: skip

REFUSED: list[Refused] = [
    Refused("index-or-power", r"\sum_{i=1}^n (x^i - \mu)^2", errors.AmbiguousError),
    Refused(
        "loose-index",
        r"\alpha_i = \rho_i s_i^T q, \quad q \leftarrow q - \alpha_i y_i",
        errors.AmbiguousError,
    ),
    Refused("tensor-of-matrices", r"y = (B^T \otimes A) x", errors.AmbiguousError),
    Refused(
        "two-vectors", r"R_t C_t / 1_n^\top R_t", errors.AmbiguousError, {"R_t": "n", "C_t": "m"}
    ),
    Refused("declared-and-bound", r"\sum_{i=1}^{N} x_i", errors.DefinitionError, {"x_i": "d"}),
    Refused("undefined-function", r"y_{n+1} = y_n + h f(t_n, y_n)", errors.UndefinedError),
    Refused("shapes-differ", r"y = A x", errors.ShapeError, {"A": "n m", "x": "k"}),
    Refused("scope", r"L = \sum_i y_i \log p_i + (1 - y_i) \log (1 - p_i)", errors.AmbiguousError),
    Refused("conjugate", r"R = \frac{x^{*} M x}{x^{*} x}", errors.AmbiguousError),
    Refused("einstein", r"T_{ij} = \epsilon_{ijk} v_k", errors.AmbiguousError),
    Refused("row-before-letters", r"a^T b c", errors.AmbiguousError),
    Refused("unbound-signal", r"y = \sum_{k} h[k] x[n-k]", errors.AmbiguousError),
    Refused(
        "step-and-array",
        r"e_t = r - y_t, \quad u_t = K e_t + c \sum_{\tau=0}^{t} e_\tau + e_{t-1}",
        errors.AmbiguousError,
    ),
    Refused("glued-letters", "x = (-b + sqrt(b^2 - 4ac)) / (2a)", errors.AmbiguousError),
    Refused("word-or-product", "g = x (xw − y) + w", errors.AmbiguousError),
    Refused("slash-derivative", "theta = theta_0 - alpha * dJ/dtheta", errors.UndefinedError),
    Refused("transposed-constant", r"p = \pi^T P", errors.ShapeError),
    Refused("matrix-total", r"s = \mathrm{sum}(A B)", errors.AmbiguousError),
    Refused(
        "joint-and-marginal",
        r"I = \sum_{i,j} p_{ij} \log \frac{p_{ij}}{p_i q_j}",
        errors.AmbiguousError,
    ),
    Refused("greek-before-row", r"G = \delta x^T", errors.AmbiguousError),
    Refused("jacobi", r"x = \mathrm{diag}(A)^{-1} (b - R z)", errors.AmbiguousError),
    Refused(
        "degrees",
        r"C = D^{-1/2} S D^{-1/2} \\ D = \mathrm{diag}(S)",
        errors.AmbiguousError,
    ),
    Refused("element-and-array", r"y_i = x_i + \alpha x", errors.AmbiguousError),
    Refused("convolution", r"y = h \ast x", errors.AmbiguousError),
    Refused("direct-sum", r"x \oplus y", errors.AmbiguousError),
    Refused(
        "gate-of-an-inner-product",
        r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)",
        errors.ShapeError,
    ),
    Refused("step-without-a-brace", "h_t = tanh(W h_t-1 + U x_t)", errors.AmbiguousError),
    Refused("word-in-latex", r"L = \max(0, margin - x)", errors.AmbiguousError),
    Refused("flow", r"y = e^{A t} x_0", errors.AmbiguousError),
    Refused("set-operations", "IoU = |A ∩ B| / |A ∪ B|", errors.UndefinedError),
    Refused("two-time-axes", r"y_t = z_t + \sum_{i=1}^p a_i x_{t-i}", errors.AmbiguousError),
    Refused("two-origins", r"\sum_{i=1}^{n-1} z_i x_{i+1}", errors.AmbiguousError),
    Refused("late-start", r"\sum_{t=2}^T a_t x_{t-1}", errors.AmbiguousError),
    Refused("bent-end", r"y_t = \sum_{k=0}^{\min(t,K)} h_k x_{t-k}", errors.UnsupportedError),
    Refused("trailing-factor", r"\prod_i q_i \exp(-U)", errors.AmbiguousError),
    Refused("trailing-letter", r"\max_i a_i b", errors.AmbiguousError),
    Refused("divided-products", r"1/\prod_i x_i \prod_j y_j", errors.AmbiguousError),
    Refused(
        "silhouette",
        r"a(i) = \frac{1}{|C_I|-1}\sum_{j\in C_I,i\ne j}d(i,j)",
        errors.AmbiguousError,
        {"C_I": "n : bool", "d": "n n"},
    ),
    Refused("argument-not-bound", r"a(i) = \sum_{i \ne j} d(i,j)", errors.AmbiguousError),
    Refused("tail-of-argument", r"f(k) = \sum_{i > k} x_i", errors.UnsupportedError),
    Refused("blocks", r"y_i = \frac{1}{s}\sum_{j=s(i-1)+1}^{si} x_j", errors.UnsupportedError),
    Refused("power-of-indexed", r"B_{ij} = A^2_{ij}", errors.AmbiguousError),
    Refused("walks", r"t_i = \sum_j A^k_{ij}", errors.AmbiguousError),
    Refused("repeated-greek", r"F_{\mu\nu}F^{\mu\nu}", errors.AmbiguousError),
    Refused("metric", r"g_{\mu\nu} x^\mu x^\nu", errors.AmbiguousError),
    Refused("last-in-order", r"R = x_{(n)} - x_{(1)} + \sum_{i=1}^n x_i", errors.UnsupportedError),
    Refused("one-too-long", r"\sum_{i=1}^{n-1} z_i", errors.AmbiguousError, {"z": "n"}),
    Refused(
        "error-of-prediction",
        r"\hat x_t = \sum_{i=1}^p a_i x_{t-i}, \quad E = \sum_t (x_t - \hat x_t)^2",
        errors.ShapeError,
    ),
    Refused(
        "as-long-as-itself", r"y_t = \sum_{i=1}^p a_i x_{t-i}", errors.ShapeError,
        {"x": "T", "y": "T"},
    ),
]  # fmt: skip
