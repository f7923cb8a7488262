r"""Notation that papers and textbooks print beside the formulas of machine learning: limits, degrees,
determinants written out, and what else stands on a blackboard.

`EQUATIONS` hold a reference written by hand, and are held against the oracle too; `REFUSED` say what
each of the rules leaves alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from eq2code import errors
from equations_classical import Equation, Refused


def _minor(a: Any, b: Any, c: Any, d: Any) -> Any:
    return a * d - b * c


_FOUR = {"a": 1.5, "b": 2.0, "c": -0.5, "d": 3.0}

_LIMITS: list[Equation] = [
    Equation("limit-still", r"\lim_{x \to 3} a", {"a": 2.5}, lambda a: a),
    Equation("limit-far", r"\lim_{n \to \infty} a b", {"a": 2.5, "b": 3.0}, lambda a, b: a * b),
    Equation("limit-step", r"\lim_{h \to 0} (2 x + h)", {"x": 1.5}, lambda x: 2 * x),
    Equation(
        "limit-point", r"y = 2 \lim_{x \to a} (x^2 + 3 x) b", {"a": 1.5, "b": 2.0},
        lambda a, b: 2 * (a * a + 3 * a) * b,
    ),
    Equation("limit-gone", r"a + \lim_{x \to \infty} \frac{b x}{2 x^2 + 1}", {"a": 2.5}, lambda a: a),
    Equation("limit-below", r"a - \lim_{n \to -\infty} \frac{1}{n^3}", {"a": 2.5}, lambda a: a),
    Equation(  # an argument with a number is a symbol of its own, beside the elements of x
        "density-at-a-point", r"\hat f(x_0) = \frac{1}{n} \sum_{i=1}^{n} \exp(-(x_0 - x_i)^2)",
        {"x_0": 0.5, "x": (4,)}, lambda x_0, x: np.mean(np.exp(-(x_0 - x) ** 2)), {"x": "n"},
    ),
    Equation(
        "intercept", r"R(\beta_0, \beta) = \sum_i (y_i - \beta_0 - \sum_j x_{ij} \beta_j)^2",
        {"beta_0": 0.5, "beta": (3,), "y": (4,), "x": (4, 3)},
        lambda beta_0, beta, y, x: sum((y - beta_0 - x @ beta) ** 2),
    ),
    Equation("total-symbol", r"\sum_{k=1}^{3} c", {"c": 2.5}, lambda c: 3 * c),
    Equation("limit-side", r"\lim_{x \to 3^{-}} x^2 + b", {"b": 0.5}, lambda b: 9 + b),
    Equation(
        "limit-nested", r"\lim_{h \to 0} \lim_{k \to 1} (h + k x)", {"x": 1.5}, lambda x: x
    ),
]  # fmt: skip

_ANGLES: list[Equation] = [
    Equation("degrees-sine", r"\sin 30^\circ", {}, lambda: 0.5),
    Equation("degrees-half", r"\cos(60^{\circ}) x", {"x": 1.5}, lambda x: x / 2),
    Equation(
        "degrees-word", r"\sin(\operatorname{radians}(x))", {"x": 40.0},
        lambda x: math.sin(x * math.pi / 180),
    ),
]  # fmt: skip

_DETERMINANTS: list[Equation] = [
    Equation(
        "determinant-sum", r"\begin{vmatrix} a & b \\ c & d \end{vmatrix} + 1", _FOUR,
        lambda a, b, c, d: _minor(a, b, c, d) + 1,
    ),
    Equation(
        "determinant-square",
        r"\left|\begin{array}{cc} a & b \\ c & d \end{array}\right|^2", _FOUR,
        lambda a, b, c, d: _minor(a, b, c, d) ** 2,
    ),
    Equation(
        "determinant-divisor",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} / \begin{vmatrix} a & b \\ c & d \end{vmatrix}",
        _FOUR, lambda a, b, c, d: np.array([[a, b], [c, d]]) / _minor(a, b, c, d),
    ),
]  # fmt: skip

_ORDER = np.array([2, 0, 3, 1])

_GATHERS: list[Equation] = [
    Equation(
        "gather-order", r"y_i = x_{\pi(i)}", {"x": (4,), "pi": _ORDER},
        lambda x, pi: np.array([x[k] for k in pi]), {"x": "n", "pi": "n : int"}, batched=("x",),
    ),
    Equation(
        "gather-undeclared", r"y_i = x_{z(i)} + b_i", {"x": (4,), "z": _ORDER, "b": (4,)},
        lambda x, z, b: np.array([x[k] for k in z]) + b,
    ),
    Equation(
        "gather-assignment", r"\sum_i C_{i, \sigma(i)}", {"C": (4, 4), "sigma": _ORDER},
        lambda C, sigma: sum(C[i, k] for i, k in enumerate(sigma)), batched=("C",),
    ),
    Equation(
        "gather-tight", r"\sum_i C_{i\sigma(i)}", {"C": (4, 4), "sigma": _ORDER},
        lambda C, sigma: sum(C[i, k] for i, k in enumerate(sigma)),
    ),
    Equation(
        "gather-both", r"y_{ij} = A_{\pi(i)\pi(j)}", {"A": (4, 4), "pi": _ORDER},
        lambda A, pi: A[pi][:, pi],
    ),
    Equation(
        "gather-matching",
        r"L = \sum_{i=1}^{N} \|y_i - \hat{y}_{\sigma(i)}\|^2",
        {"y": (4, 3), "y_hat": (4, 3), "sigma": _ORDER},
        lambda y, y_hat, sigma: ((y - y_hat[sigma]) ** 2).sum(),
    ),
    Equation(
        "gather-word", r"y_i = x_{\mathrm{parent}(i)}", {"x": (4,), "parent": _ORDER},
        lambda x, parent: x[parent], {"parent": "n : int"},
    ),
    Equation(  # two indices, one of them in brackets
        "gather-none", r"y_i = \sum_t x_{t(i)}", {"x": (3, 4)}, lambda x: x.sum(0),
    ),
]  # fmt: skip


def _cov(x: Any, y: Any) -> Any:
    return sum((a - x.mean()) * (b - y.mean()) for a, b in zip(x, y, strict=True)) / len(x)


_STATISTICS: list[Equation] = [
    Equation(
        "max-range", r"y_i = \max_{j=1}^{n} a_{ij}", {"a": (3, 4)},
        lambda a: np.array([max(row) for row in a]), batched=("a",),
    ),
    Equation(
        "max-causal", r"m_i = \max_{j=1}^{i} a_{ij}", {"a": (4, 4)},
        lambda a: np.array([max(a[i, : i + 1]) for i in range(4)]), {"a": "n n"},
    ),
    Equation(
        "mean-range", r"\operatorname{mean}_{i=1}^{n} x_i^2", {"x": (4,)},
        lambda x: sum(v * v for v in x) / 4,
    ),
    Equation(
        "average-index", r"y_i = \operatorname{avg}_j a_{ij}", {"a": (3, 4)}, lambda a: a.mean(1),
    ),
    Equation(
        "deviation-index", r"y_i = \operatorname{std}_j(a_{ij})", {"a": (3, 4)},
        lambda a: np.array([math.sqrt(_cov(row, row)) for row in a]), batched=("a",),
    ),
    Equation(
        "variance-index", r"\operatorname{Var}_i[x_i y_i] + 1", {"x": (4,), "y": (4,)},
        lambda x, y: _cov(x * y, x * y) + 1,
    ),
    Equation(
        "logsumexp-index", r"y_i = \operatorname{LSE}_j(a_{ij} + b_j)", {"a": (3, 4), "b": (4,)},
        lambda a, b: np.array([math.log(sum(np.exp(row + b))) for row in a]), batched=("a", "b"),
    ),
    Equation(
        "median-index", r"y_i = \operatorname{median}_j |a_{ij} - b_j|", {"a": (3, 4), "b": (4,)},
        lambda a, b: np.array([sorted(abs(row - b))[1:3] for row in a]).mean(1),
    ),
    Equation("variance-open", r"\mathbb{V}[x]", {"x": (4,)}, lambda x: _cov(x, x)),
    Equation(
        "covariance", r"\operatorname{Cov}(x, y)", {"x": (4,), "y": (4,)}, _cov,
        batched=("x", "y"),
    ),
    Equation(
        "covariance-unbiased", r"\operatorname{Cov}(x, y)", {"x": (4,), "y": (4,)},
        lambda x, y: _cov(x, y) * 4 / 3, prefer={"variance": "n-1"},
    ),
    Equation(
        "slope", r"\beta = \frac{\mathrm{Cov}[x, y]}{\mathrm{Var}[x]}", {"x": (4,), "y": (4,)},
        lambda x, y: _cov(x, y) / _cov(x, x),
    ),
    Equation(
        "correlation", r"\mathrm{Corr}(x, y)", {"x": (4,), "y": (4,)},
        lambda x, y: _cov(x, y) / math.sqrt(_cov(x, x) * _cov(y, y)), batched=("x", "y"),
    ),
    Equation(
        "standardised", r"y = (x - mean_x) / std_x", {"x": 2.5, "mean_x": 1.0, "std_x": 0.5},
        lambda x, mean_x, std_x: (x - mean_x) / std_x,
    ),
    Equation(
        "standardised-upright", r"y = \frac{x - \mathrm{mean}_x}{\sqrt{\mathrm{Var}_x + 1}}",
        {"x": 2.5, "mean_x": 1.0, "Var_x": 0.5},
        lambda x, mean_x, Var_x: (x - mean_x) / math.sqrt(Var_x + 1),
    ),
    Equation(
        "beta-density",
        r"\frac{x^{\alpha - 1} (1 - x)^{\beta - 1}}{\mathrm{B}(\alpha, \beta)}",
        {"x": 0.3, "alpha": 2.5, "beta": 1.5},
        lambda x, alpha, beta: x ** (alpha - 1) * (1 - x) ** (beta - 1)
        * math.gamma(alpha + beta) / (math.gamma(alpha) * math.gamma(beta)),
    ),
    Equation(
        "digamma", r"\digamma(x + 1) - \digamma(x)", {"x": 2.5}, lambda x: 1 / x,
    ),
    Equation(  # an upright capital that is a matrix
        "beta-none", r"\mathrm{B} (x + y)", {"B": (3, 2), "x": (2,), "y": (2,)},
        lambda B, x, y: B @ (x + y),
    ),
]  # fmt: skip


def _svd(W: Any) -> Any:
    return np.linalg.svd(W)[1]


_SPECTRA: list[Equation] = [
    Equation(
        "eigenvalue-largest", r"\eta = \frac{1}{\lambda_{\max}(X^\top X)}", {"X": (4, 3)},
        lambda X: 1 / _svd(X)[0] ** 2, batched=("X",),
    ),
    Equation(
        "largest-eigenvalue", r"\|A\| = \sqrt{\lambda_{\max}(A^T A)}", {"A": (4, 3)},
        lambda A: _svd(A)[0],
    ),
    Equation(
        "eigenvalue-smallest", r"\lambda_{min}(X X^T + c I)", {"X": (3, 4), "c": 0.5},
        lambda X, c: _svd(X)[-1] ** 2 + c,
    ),
    Equation(
        "condition", r"\kappa(A) = \frac{\sigma_{\max}(A)}{\sigma_{\min}(A)}", {"A": (4, 3)},
        lambda A: _svd(A)[0] / _svd(A)[-1], batched=("A",),
    ),
    Equation(
        "condition-word", r"\operatorname{cond}(A)", {"A": (3, 3)},
        lambda A: _svd(A)[0] / _svd(A)[-1],
    ),
    Equation(
        "spectral-normalised", r"\bar{W} = W / \|W\|_{\mathrm{op}}", {"W": (3, 4)},
        lambda W: W / _svd(W)[0], batched=("W",),
    ),
    Equation("norm-max", r"\|X\|_{\max}", {"X": (3, 4)}, lambda X: max(abs(X).ravel())),
    Equation(
        "norm-rows", r"\sum_i \|W_{i,:}\|_2", {"W": (3, 4)},
        lambda W: sum(math.sqrt(row @ row) for row in W),
    ),
    Equation(  # a number that multiplies a bracket
        "eigenvalue-none", r"\lambda_{\max} (1 - T)", {"lambda_max": 2.0, "T": 0.25},
        lambda lambda_max, T: lambda_max * (1 - T), {"T": ""},
    ),
    Equation(
        "eigenvalue-declared", r"\lambda_{\max} (x - y)", {"lambda_max": 2.0, "x": 1.5, "y": 0.5},
        lambda lambda_max, x, y: lambda_max * (x - y),
    ),
]  # fmt: skip

_SIGNS: list[Equation] = [
    Equation(
        "positive-above", r"[1 - y f]^+ + (x)^{+}", {"y": 0.5, "f": 1.2, "x": -2.0},
        lambda y, f, x: max(1 - y * f, 0) + max(x, 0),
    ),
    Equation(
        "positive-payoff", r"(S_T - K)^+", {"S_T": 3.0, "K": 2.5},
        lambda S_T, K: max(S_T - K, 0), {"S_T": "", "K": ""},
    ),
    Equation(
        "condition-double", r"\frac{1}{m} \sum_{i=1}^{m} \llbracket y_i > z_i \rrbracket",
        {"y": (5,), "z": (5,)}, lambda y, z: sum(y > z) / 5, batched=("y", "z"),
    ),
    Equation(
        "condition-double-signs", "⟦x > y⟧ c", {"x": 2.0, "y": 1.0, "c": 3.0},
        lambda x, y, c: 3.0,
    ),
    Equation("modulo", r"a \mod n", {"a": 7.5, "n": 2.0}, lambda a, n: a - 3 * n),
    Equation(
        "both-ways", r"h_t = [\overrightarrow{h}_t; \overleftarrow{h}_t]",
        {"h_vec_t": (3,), "h_left_t": (2,)},
        lambda h_vec_t, h_left_t: np.array([*h_vec_t, *h_left_t]),
        batched=("h_vec_t", "h_left_t"),
    ),
]  # fmt: skip

_BLOCKS: list[Equation] = [
    Equation(
        "block-motion", r"T = \begin{bmatrix} R & t \\ 0 & 1 \end{bmatrix}",
        {"R": (3, 3), "t": (3,)},
        lambda R, t: np.vstack([np.column_stack([R, t]), [0, 0, 0, 1]]), batched=("R", "t"),
    ),
    Equation(
        "block-bordered", r"M = \begin{pmatrix} A & b \\ c^T & d \end{pmatrix}",
        {"A": (3, 2), "b": (3,), "c": (2,), "d": 1.5},
        lambda A, b, c, d: np.vstack([np.column_stack([A, b]), [*c, d]]), batched=("A",),
    ),
    Equation(  # four numbers
        "block-none", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", _FOUR,
        lambda a, b, c, d: np.array([[a, b], [c, d]]),
    ),
]  # fmt: skip

_TOTALS: list[Equation] = [
    Equation(
        "total-product", r"\sum (x - y)(z - y)", {"x": (4,), "y": (4,), "z": (4,)},
        lambda x, y, z: sum((a - b) * (c - b) for a, b, c in zip(x, y, z, strict=True)),
        batched=("x", "z"),
    ),
    Equation(
        "total-mean", r"\mathbb{E}[x y] - \mathbb{E}[x] \mathbb{E}[y]", {"x": (4,), "y": (4,)},
        _cov, batched=("x", "y"),
    ),
    Equation(  # a matrix beside a vector makes their product
        "total-none", r"\sum W x", {"W": (3, 4), "x": (4,)}, lambda W, x: sum(W @ x),
    ),
    Equation(
        "total-constant", r"\sum_{i=1}^{n} c", {"n": 3, "c": 2.5}, lambda n, c: n * c, {"c": ""},
    ),
]  # fmt: skip

MISREAD: list[Equation] = [
    Equation("transposed", r"x^T y", {"x": (4,), "y": (4,)}, lambda x, y: sum(x * y)),
    Equation(
        "horizon", r"\sum_{t=0}^{T-1} \gamma^t r_t + \gamma^T V",
        {"gamma": 0.9, "r": (4,), "V": 2.0},
        lambda gamma, r, V: sum(gamma**t * v for t, v in enumerate(r)) + gamma**4 * V,
    ),
    Equation("exponential", r"e^{x} + 1", {"x": 0.5}, lambda x: math.exp(x) + 1),
    Equation(
        "sum-takes", r"\sum_i a_i b_i c", {"a": (4,), "b": (4,), "c": 2.0},
        lambda a, b, c: sum(a * b) * c,
    ),
    Equation("log-takes", r"\log x y", {"x": 0.5, "y": 3.0}, lambda x, y: math.log(x * y)),
    Equation(
        "log-sign", r"\log x \cdot y", {"x": 0.5, "y": 3.0}, lambda x, y: math.log(x) * y,
    ),
    Equation("arcsine", r"\sin^{-1} x", {"x": 0.5}, lambda x: math.pi / 6),
    Equation("function-squared", r"f(x) = x + 1 \\ y = f^2(x)", {"x": 2.0}, lambda x: 9.0),
    Equation("half", r"1/2 x", {"x": 3.0}, lambda x: 1.5),
    Equation("minus-square", r"-x^2", {"x": 3.0}, lambda x: -9.0),
    Equation(
        "length", r"\|x - y\|", {"x": (4,), "y": (4,)},
        lambda x, y: math.sqrt(sum((x - y) ** 2)),
    ),
    Equation(
        "log-determinant", r"\log |A|", {"A": np.array([[2.0, 1.0], [1.0, 3.0]])},
        lambda A: math.log(5),
    ),
    Equation(
        "inverse", r"A^{-1} b", {"A": (3, 3), "b": (3,)}, lambda A, b: np.linalg.solve(A, b),
    ),
    Equation("primed-matrix", r"A' B", {"A": (4, 3), "B": (4, 2)}, lambda A, B: A.T @ B),
    Equation("derivative", r"f(x) = x^3 \\ y = f'(x)", {"x": 2.0}, lambda x: 12.0),
    Equation(
        "gradient-shape", r"f(x) = x^\top A x \\ g = \nabla f(x)", {"x": (3,), "A": (3, 3)},
        lambda x, A: (A + A.T) @ x, outputs=("g",),
    ),
    Equation(
        "draws", r"\mathbb{E}_{x \sim p}[x^2]", {"x": (4,)}, lambda x: sum(x * x) / 4, {"x": "n"},
    ),
    Equation("circle", r"2 \pi r", {"r": 1.5}, lambda r: 3 * math.pi),
    Equation("gamma-function", r"\Gamma(x)", {"x": 4.0}, lambda x: 6.0),
    Equation("sigmoid-applied", r"\sigma(x)", {"x": 0.5}, lambda x: 1 / (1 + math.exp(-x))),
    Equation(
        "last-dimension", r"Q K^\top / \sqrt{d_k}", {"Q": (2, 4), "K": (3, 4)},
        lambda Q, K: Q @ K.T / 2,
    ),
    Equation(
        "bases", r"\log x + \log_2 x", {"x": 8.0}, lambda x: math.log(8) + 3,
    ),
    Equation("divides-by-n", r"\mathrm{Var}(x)", {"x": (4,)}, lambda x: _cov(x, x)),
    Equation(
        "rows-sum-to-one", r"\mathrm{softmax}(A)", {"A": (2, 3)},
        lambda A: np.array([np.exp(row) / sum(np.exp(row)) for row in A]),
    ),
    Equation(
        "from-zero", r"\arg\max_i x_i", {"x": np.array([1.0, 5.0, 2.0])}, lambda x: 1,
    ),
]  # fmt: skip

_SETTLED: list[Equation] = [
    Equation(
        "scaling", r"z_i = \frac{x_i - \min(x)}{\max(x) - \min(x)}", {"x": (4,)},
        lambda x: (x - min(x)) / (max(x) - min(x)), {"x": "n"}, batched=("x",),
    ),
    Equation(
        "scaling-root", r"z_i = x_i / \sqrt{\max(|x|)}", {"x": (4,)},
        lambda x: x / math.sqrt(max(abs(x))), batched=("x",),
    ),
    Equation(
        "braces", r"y = 2 \{x + \max\{x, b\}\}", {"x": 1.5, "b": 2.0},
        lambda x, b: 2 * (x + max(x, b)),
    ),
    Equation("entry-of-a-bracket", r"t = \sum_i (A^3)_{ii}", {"A": (3, 3)},
        lambda A: np.trace(A @ A @ A),
    ),
    Equation("squares-of-letters", r"s = \sum_{i,j} (\sigma^2)_{ij}", {"sigma": (2, 3)},
        lambda sigma: np.sum(sigma * sigma),
    ),
    Equation(
        "arrows", r"y = \frac{\vec{A} \cdot \vec{B}}{|\vec{A}| |\vec{B}|}", {"A": (4,), "B": (4,)},
        lambda A, B: A @ B / math.sqrt(A @ A * (B @ B)), batched=("A",),
    ),
    Equation(
        "entries-declared", r"M_{ij} = \gamma^{|i-j|}, \quad y = Mx",
        {"gamma": 0.5, "x": (4,)},
        lambda gamma, x: [sum(gamma ** abs(i - j) * x[j] for j in range(4)) for i in range(4)],
        {"gamma": "", "x": "n", "M": "n n"}, outputs=("y",),
    ),
    Equation(
        "entries-in-a-range", r"M_{ij} = \gamma^{|i-j|}, \quad 1 \le i, j \le n, \quad y = Mx",
        {"gamma": 0.5, "x": (4,)},
        lambda gamma, x: [sum(gamma ** abs(i - j) * x[j] for j in range(4)) for i in range(4)],
        {"gamma": "", "x": "n"}, outputs=("y",),
    ),
    Equation(
        "entries-beside-a-letter",
        r"M_{ij} = \gamma^{|i-j|}, \quad 1 \le i, j \le n, \quad y = M x",
        {"gamma": 0.5, "x": (4,)},
        lambda gamma, x: [sum(gamma ** abs(i - j) * x[j] for j in range(4)) for i in range(4)],
        batched=("x",), outputs=("y",),
    ),
    Equation(
        "vandermonde", r"V_{ij} = x_i^{j-1}, \quad j = 1, \ldots, m, \quad p = V a",
        {"x": (3,), "a": (4,)},
        lambda x, a: [sum(v**k * a[k] for k in range(4)) for v in x], outputs=("p",),
    ),
    Equation(
        "powers-from-none", r"V_{ij} = x_i^{j-1}, \quad p = V a", {"x": (3,), "a": (4,)},
        lambda x, a: [sum(v**k * a[k] for k in range(4)) for v in x], outputs=("p",),
    ),
    Equation(
        "returns-of-no-printed-range", r"\sum_t \gamma^{t-1} t r_t", {"gamma": 0.5, "r": (4,)},
        lambda gamma, r: sum(gamma**k * (k + 1) * r[k] for k in range(4)),
        {"gamma": "", "r": "n"},
    ),
    Equation(
        "signs", r"D_{ij} = (-1)^{i + 2j}, \quad 1 \le i, j < n", {"n": 4},
        lambda n: [[-1, -1, -1], [1, 1, 1], [-1, -1, -1]],
    ),
    Equation(
        "signs-in-a-set", r"D_{ij} = i - 2 j, \quad i, j \in \{1, \ldots, n\}", {"n": 2},
        lambda n: [[-1, -3], [0, -2]],
    ),
    Equation(
        "bounded-together", r"s = \sum_{1 \le i, j \le n} i x_{ij}", {"x": (3, 3)},
        lambda x: sum((k + 1) * sum(row) for k, row in enumerate(x)),
    ),
    Equation(
        "declared-run", r"y = 2 beta x + \frac{beta_1}{2}", {"beta": 0.5, "x": 3.0, "beta_1": 4.0},
        lambda beta, x, beta_1: 2 * beta * x + beta_1 / 2, {"beta": "", "beta_1": ""},
    ),
    Equation(
        "addressed-twice", r"s = \sum_i y[i]^2 + \sum_i y[i]", {"y": (4,)},
        lambda y: sum(y * y) + sum(y), {"y": "n"},
    ),
    Equation(
        "named-last", "y = x^2 = z", {"x": 1.5}, lambda x: x * x,
    ),
    Equation(
        "slash-by-signs", r"y = \sum_i x_i / n - 1", {"x": (4,), "n": 3.0},
        lambda x, n: sum(x) / n - 1, {"n": ""},
    ),
    Equation(
        "comparison-as-factor", r"y = \frac{x}{2} \cdot (|x| \le 1)", {"x": 0.5}, lambda x: x / 2
    ),
    Equation(
        "flow-of-entries", r"F = e^{A t}", {"A": (2, 2), "t": 0.5},
        lambda A, t: np.exp(A * t), {"A": "n n", "t": ""},
    ),
    Equation("from-the-first", "y_i = x_i - x_1", {"x": (4,)}, lambda x: x - x[0], {"x": "n"}),
    Equation("first-and-sum", r"y = x_1 + \sum_i x_i", {"x": (4,)}, lambda x: x[0] + sum(x)),
    Equation(
        "histogram", r"n_k = \sum_{i=1}^N \mathbb{1}[z_i = k]", {"z": _ORDER, "K": 5},
        lambda z, K: np.array([sum(z == k) for k in range(K)]), {"n": "K", "z": "N : int"},
    ),
]  # fmt: skip


def _softmax(A: Any) -> Any:
    return np.array([np.exp(row) / sum(np.exp(row)) for row in A])


def _norm(A: Any) -> Any:
    return np.array([math.sqrt(row @ row) for row in A])


_MAPPED: list[Equation] = [
    Equation(
        "attention-own-softmax",
        r"O = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V, \quad "
        r"\mathrm{softmax}(x)_i = \frac{\exp(x_i)}{\sum_j \exp(x_j)}",
        {"Q": (4, 3), "K": (5, 3), "V": (5, 2)},
        lambda Q, K, V: _softmax(Q @ K.T / math.sqrt(3)) @ V, batched=("Q",),
    ),
    Equation(
        "attention-own-softmax-text",
        "softmax(z)_i = exp(z_i)/sum_j exp(z_j)\nO = softmax(Q K^T) V",
        {"Q": (4, 3), "K": (5, 3), "V": (5, 2)}, lambda Q, K, V: _softmax(Q @ K.T) @ V,
        {"Q": "n d", "K": "m d", "V": "m v"},
    ),
    Equation(
        "normalised-rows", r"f(x) = \frac{x}{\|x\|_2}, \quad H = f(X)", {"X": (4, 3)},
        lambda X: X / _norm(X)[:, None], {"X": "n d"},
    ),
    Equation(
        "largest-of-rows", r"g(x) = \max_i x_i, \quad h = g(X)", {"X": (4, 3)},
        lambda X: np.array([max(row) for row in X]), {"X": "n d"},
    ),
    Equation(
        "layer-of-rows", r"f(x) = W x + b, \quad H = f(X)",
        {"W": (2, 3), "b": (2,), "X": (4, 3)}, lambda W, b, X: X @ W.T + b,
    ),
    Equation(
        "network-of-rows",
        r"\mathrm{FFN}(x) = W_2 \max(0, W_1 x + b_1) + b_2, \quad H = \mathrm{FFN}(X)",
        {"W_2": (2, 5), "W_1": (5, 3), "b_1": (5,), "b_2": (2,), "X": (4, 3)},
        lambda W_2, W_1, b_1, b_2, X: np.maximum(0, X @ W_1.T + b_1) @ W_2.T + b_2,
    ),
    Equation(
        "decoder-of-entries", r"\hat A = \sigma(ZZ^\top), \quad \sigma(x) = (1 + e^{-x})^{-1}",
        {"Z": (4, 3)}, lambda Z: 1 / (1 + np.exp(-Z @ Z.T)), batched=("Z",),
    ),
    Equation(
        "swish-of-entries", r"f(u) = u \sigma(u), \quad H = f(XW)", {"X": (4, 3), "W": (3, 5)},
        lambda X, W: X @ W / (1 + np.exp(-X @ W)),
    ),
    Equation(
        "logistic-of-entries", r"f(x) = x (1 - x), \quad g = f(A)", {"A": (3, 3)},
        lambda A: A * (1 - A), {"A": "n n"},
    ),
    Equation(
        "squares-of-scores", r"f(u) = u^2, \quad H = f(QK^\top)V",
        {"Q": (4, 3), "K": (4, 3), "V": (4, 2)}, lambda Q, K, V: (Q @ K.T) ** 2 @ V,
        {"Q": "n d", "K": "n d", "V": "n v"},
    ),
    Equation(  # of a matrix itself
        "gram-of-a-matrix", r"f(X) = X^\top X, \quad G = f(A)", {"A": (4, 3)}, lambda A: A.T @ A,
    ),
]  # fmt: skip

EQUATIONS: list[Equation] = [
    *_MAPPED,
    *_SETTLED,
    *MISREAD,
    *_TOTALS,
    *_BLOCKS,
    *_SIGNS,
    *_SPECTRA,
    *_STATISTICS,
    *_GATHERS,
    *_LIMITS,
    *_ANGLES,
    *_DETERMINANTS,
]

REFUSED: list[Refused] = [
    *(
        Refused(f"fraction-{place}", source, errors.AmbiguousError)
        for place, source in enumerate(
            (
                r"y = \{x\} + \lfloor x \rfloor",
                r"y = \{n x + b\} - \lfloor x \rfloor",
                r"y = 2 \{x_1\}",
                "y = {x}",
            )
        )
    ),
    Refused("entry-of-no-square", r"B_{ij} = (A^2)_{ij}", errors.ShapeError, {"A": "n m"}),
    Refused("entry-of-no-number", r"B_{ij} = (A^k)_{ij}", errors.UnsupportedError),
    Refused(
        "lorentz", r"\vec F = q(\vec E + \vec v \times \vec B)", errors.AmbiguousError,
    ),
    Refused(
        "entries-of-any-size", r"M_{ij} = \gamma^{|i-j|}, \quad y = Mx", errors.DefinitionError,
        {"gamma": "", "x": "n"}, ("y",),
    ),
    Refused("addressed-beyond", r"s = \sum_i y[i]^2 + y[i]", errors.AmbiguousError, {"y": "n"}),
    *(
        Refused(f"spaces-of-a-slash-{place}", source, errors.AmbiguousError)
        for place, source in enumerate(("y = Σ(x_i - m)^2 / n-1", "y = a+b / c+d", "y = 1 / 1+x"))
    ),
    *(
        Refused(f"remark-or-factor-{place}", source, errors.AmbiguousError)
        for place, source in enumerate(
            (r"y = \frac{x}{2} \; (|x| \le 1)", r"y = 1 + \sqrt{x} (x > 0)", r"e^{-x} (x > 0)")
        )
    ),
    Refused("bar-outside", "y = a | b", errors.AmbiguousError),
    Refused("flow-of-a-matrix", r"x = e^{At} y", errors.AmbiguousError, {"A": "n n", "y": "n"}),
    Refused("flow-in-a-step", r"F = e^{A \Delta t}, G = A^{-1} (F - I) B", errors.AmbiguousError),
    Refused("indexed-number", r"f(x) = \sum_i x_i^2 \\ y = f(x - \mu)", errors.ShapeError),
    Refused("grouped-digits", "y = 1_000x", errors.UnsupportedError),
    Refused(
        "trapezoids", r"T_n = \frac{h}{2} [f_0 + 2\sum_{i=1}^{n-1} f_i + f_n]", errors.ShapeError,
    ),
    *(
        Refused(f"limit-{k}", source, errors.UnsupportedError)
        for k, source in enumerate(
            (
                r"\lim_{h \to 0} \frac{\sin h}{h}",
                r"\lim_{x \to \infty} x^2",
                r"\lim_{n \to \infty} (1 + 1/n)^n",
                r"\lim_{h \to 0} f(h)",
                r"\lim_{h \to 0} h(x)",
                r"\lim_{n \to 3} x_n",
                r"\lim_{n \to 3} x^n",
                r"\lim_{h \to 0} x \cdot h",
                r"\lim_{h \to 0} h^{-1}",
                r"\lim_{x \to 0} \operatorname{sign}(x)",
                r"\lim_{x \to 0} \lfloor x \rfloor",
                r"\lim_{x \to 3}",
                r"\liminf_{x \to 3} x",
            )
        )
    ),
    Refused("limit-cancels", r"\lim_{x \to \infty} \frac{x}{x^2 - x^2 + 1}", errors.UnsupportedError),
    Refused("limit-letter", r"\lim_{n \to \infty} \frac{1}{b n}", errors.UnsupportedError),
    Refused("limit-equal", r"\lim_{n \to \infty} \frac{n}{n + 1}", errors.UnsupportedError),
    Refused("optimum", r"\min_w \|Xw - y\|_2^2 + \alpha \|w\|_2^2", errors.UnsupportedError),
    Refused("optimum-place", r"\hat w = \arg\min_w \|Xw - y\|^2", errors.UnsupportedError),
    Refused("parts-alone", r"f(x) = x_1^2 + x_2^2, \quad y = f(z)", errors.UnsupportedError),
    Refused(
        "parts-of-two", r"d(p, q) = (q_1 - p_1)^2 + (q_2 - p_2)^2, \quad r = d(a, b)",
        errors.UnsupportedError,
    ),
    Refused("limit-outside", r"\lim_{h \to 0} 2 x + h", errors.AmbiguousError),
    Refused("limit-defined", r"y = x^2 \\ z = \lim_{x \to 3} y", errors.AmbiguousError),
    Refused("degrees-letter", r"x^\circ", errors.AmbiguousError),
    Refused("degrees-potential", r"\mu^\circ + R T \log a", errors.AmbiguousError),
    Refused(
        "determinant-brackets",
        r"\left|\begin{bmatrix} a & b \\ c & d \end{bmatrix}\right|^2", errors.AmbiguousError,
    ),
    Refused("determinant-column", r"\begin{vmatrix} a \\ b \end{vmatrix}", errors.ShapeError),
    Refused("italic-sum", r"\mathit{x + y}", errors.ParseError),
    Refused("italic-number", r"\mathit{21}", errors.ParseError),
    Refused("gather-label", r"y_i = x_{\text{new}(i)}", errors.AmbiguousError),
    Refused("gather-inverse", r"y_i = x_{\pi^{-1}(i)}", errors.UnsupportedError),
    Refused("position-several", r"j^* = \arg\min_{j \ne i} d_{ij}", errors.EmissionError),
    Refused("deviation-part", r"y_i = \operatorname{std}_{j \ne i} a_{ij}", errors.UnsupportedError),
    Refused(
        "variance-vectors", r"\operatorname{Var}_i \mathbf{x}_i", errors.UnsupportedError,
        {"x": "n d"},
    ),
    Refused("variance-drawn", r"\mathrm{Var}_{x \sim p}[x^2]", errors.UnsupportedError),
    Refused("covariance-matrix", r"\mathrm{Cov}(X)", errors.DefinitionError),
    Refused("beta-letter", r"B(a, b)", errors.UndefinedError),
    Refused("eigenvalue-product", r"\lambda_{\max}(A B)", errors.UnsupportedError),
    Refused("norm-rows-or-columns", r"\|W\|_{2,1}", errors.AmbiguousError),
    Refused("norm-operator-vector", r"\|x\|_{op}", errors.UnsupportedError),
    Refused("positive-or-inverse", r"(A^T A)^+ b", errors.AmbiguousError),
    Refused("double-brackets", r"\llbracket x \rrbracket", errors.UnsupportedError),
    Refused(
        "block-heights", r"\begin{pmatrix} A & b \end{pmatrix}", errors.ShapeError,
        {"A": "3 m", "b": "2"},
    ),
    Refused(
        "total-without-index", r"\frac{1}{n} \sum_{i=1}^{n} (y - \hat{y})^2",
        errors.AmbiguousError,
    ),
    Refused("product-alone", r"z = (x - y)(u - v)", errors.AmbiguousError, {"x": "n", "u": "n"}),
    Refused("misread-euler", r"e^{x} + \alpha e", errors.AmbiguousError),
    Refused("misread-slash", r"a / b c", errors.AmbiguousError),
    Refused("misread-density", r"\mathcal{N}(x; \mu, \sigma^2)", errors.UndefinedError),
]  # fmt: skip
