"""Matrices and vectors as papers abbreviate them: `MEANT` with their numbers, `ASKED` what is
asked about, `TOLD` what is assumed where everything is declared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from readings import Reading
from two_readings import Refusal

Array = NDArray[np.float64]
inv = np.linalg.inv


def eye(matrix: Array) -> Array:
    return np.eye(matrix.shape[-1])


def times(matrix: Array, x: Array) -> Array:
    return (matrix @ x[..., None])[..., 0]


def outer(x: Array, y: Array) -> Array:
    return x[..., :, None] * y[..., None, :]


def scaled(number: Array, array: Array) -> Array:
    return number[..., None, None] * array


def kalman(K: Array, H: Array, P: Array) -> Array:
    return (eye(P) - K @ H) @ P


MEANT = (
    Reading(
        "a resolvent", r"(1 - \gamma P)^{-1} r", "(1 - γ P)^{-1} r",
        {"gamma": "one", "P": "n n", "r": "n"},
        lambda gamma, P, r: times(inv(eye(P) - scaled(gamma, P)), r),
    ),
    Reading(
        "a characteristic polynomial", r"\det(A - \lambda)", "det(A - λ)",
        {"A": "n n", "lambda_": "one"},
        lambda A, lambda_: np.linalg.det(A - scaled(lambda_, eye(A))),
    ),
    Reading(
        "a determinant of what is defined", r"d = \det M, M = \frac{1}{2} (A - \lambda)^\top", "",
        {"A": "n n", "lambda_": "one"},
        lambda A, lambda_: np.linalg.det((A - scaled(lambda_, eye(A))) / 2), output="d",
    ),
    Reading(
        "a ridge", r"(X^\top X + \lambda)^{-1} X^\top y", "(XᵀX + λ)⁻¹ Xᵀ y",
        {"X": "n m", "lambda_": "one", "y": "n"},
        lambda X, lambda_, y: times(inv(X.mT @ X + scaled(lambda_, np.eye(X.shape[-1]))),
            times(X.mT, y)),
    ),
    Reading(
        "a ridge of a kernel", r"y^\top (K + \sigma^2)^{-1} y", "yᵀ (K + σ²)⁻¹ y",
        {"y": "n", "K": "n n", "sigma": "one"},
        lambda y, K, sigma: (y * times(inv(K + scaled(sigma**2, eye(K))), y)).sum(-1),
    ),
    Reading(
        "a kernel between two sets", r"(X Y^\top + 1)^3", "(X Y^T + 1)^3", {"X": "n d", "Y": "m d"},
        lambda X, Y: (X @ Y.mT + 1) ** 3, declare={"X": "n d", "Y": "m d"},
    ),
    Reading(
        "scaled data before weights", r"\frac{X - \mu}{\sigma} W + b", "(X - μ) / σ @ W + b",
        {"X": "n d", "mu": "one", "sigma": "one", "W": "d k", "b": "k"},
        lambda X, mu, sigma, W, b:
            (X - mu[..., None, None]) / sigma[..., None, None] @ W + b[..., None, :],
    ),
    Reading(
        "a mean taken from a defined matrix", r"Z = X - \mu, C = \frac{1}{2} Z^\top Z", "",
        {"X": "n d", "mu": "one"},
        lambda X, mu: (X - mu[..., None, None]).mT @ (X - mu[..., None, None]) / 2, output="C",
    ),
    Reading(
        "weights before shifted data", r"W (X - 0.5)", "W (X - 0.5)", {"W": "n m", "X": "m p"},
        lambda W, X: W @ (X - 0.5),
    ),
    Reading(
        "a mean less another", r"\mu = W x, z = \mu - \mu_0", "",
        {"W": "n m", "x": "m", "mu_0": "one"},
        lambda W, x, mu_0: times(W, x) - mu_0[..., None], output="z",
    ),
    Reading(
        "an inner product that scales, bracketed", r"(a \cdot b) \cdot c", "(a·b)·c",
        {"a": "n", "b": "n", "c": "n"},
        lambda a, b, c: (a * b).sum(-1, keepdims=True) * c,
        declare={"a": "n", "b": "n", "c": "n"},
    ),
    Reading(
        "a number before two vectors", r"2 \cdot a \cdot b", "2·a·b", {"a": "n", "b": "n"},
        lambda a, b: 2 * (a * b).sum(-1), declare={"a": "n", "b": "n"},
    ),
    Reading(
        "a capacity", r"\log\det(1 + \rho H H^\top)", "log det(1 + ρ H Hᵀ)",
        {"rho": "one", "H": "n m"},
        lambda rho, H: np.linalg.slogdet(np.eye(H.shape[-2]) + scaled(rho, H @ H.mT))[1],
    ),
    Reading(
        "bars round a shifted matrix", r"\frac{1}{2} |S + \lambda|", "1/2 |S + λ|",
        {"S": "n n", "lambda_": "one"},
        lambda S, lambda_: np.linalg.det(S + scaled(lambda_, eye(S))) / 2,
        declare={"S": "n n : spd"},
    ),
    Reading(
        "a transfer function", "C (s - A)^{-1} B", "C (s - A)^{-1} B",
        {"C": "n m", "s": "one", "A": "m m", "B": "m p"},
        lambda C, s, A, B: C @ inv(scaled(s, eye(A)) - A) @ B,
    ),
    Reading(
        "a number with a sign before it", r"(-z + A)^{-1} b", "(-z + A)^{-1} b",
        {"z": "one", "A": "n n", "b": "n"},
        lambda z, A, b: times(inv(A - scaled(z, eye(A))), b),
    ),
    Reading(
        "a covariance after a measurement", "(1 - K H) P", "(1 - K H) P",
        {"K": "n m", "H": "m n", "P": "n n"}, kalman,
        declare={"K": "n m", "H": "m n", "P": "n n"},
    ),
    Reading(
        "a shifted matrix before a vector", r"(A - \lambda) x", "(A - λ) x",
        {"A": "n n", "lambda_": "one", "x": "n"},
        lambda A, lambda_, x: times(A, x) - lambda_[..., None] * x,
        declare={"A": "n n", "lambda_": ""},
    ),
    Reading(
        "a power of a shifted matrix", "(1 + A)^2", "(1 + A)^2", {"A": "n n"},
        lambda A: (eye(A) + A) @ (eye(A) + A), declare={"A": "n n"},
    ),
    Reading(
        "a scaled letter that is inverted", r"(\tau \Sigma)^{-1} + P^\top P", "",
        {"tau": "one", "Sigma": "n n", "P": "m n"},
        lambda tau, Sigma, P: inv(scaled(tau, Sigma)) + P.mT @ P,
    ),
    Reading(
        "a count before what is inverted", r"((n - 1) S)^{-1} + W^\top W", "",
        {"n": "one", "S": "m m", "W": "p m"},
        lambda n, S, W: inv(scaled(n - 1, S)) + W.mT @ W,
    ),
    Reading(
        "a number added to each entry", r"A - \mu", "A - μ", {"A": "n n", "mu": "one"},
        lambda A, mu: A - mu[..., None, None], declare={"A": "n n", "mu": ""},
    ),
    Reading(
        "the complement of a mask", r"(1 - M) \odot A", "(1 - M) ⊙ A", {"M": "n n", "A": "n n"},
        lambda M, A: (1 - M) * A, declare={"M": "n n", "A": "n n"},
    ),
    Reading(
        "a shift before what is not square", r"(X - \mu) W", "(X - μ) W",
        {"X": "n m", "mu": "one", "W": "m p"},
        lambda X, mu, W: (X - mu[..., None, None]) @ W, declare={"X": "n m", "mu": ""},
    ),
    Reading(
        "a state of rows", r"o_t = q_t (S_{t-1} + \eta k_t^\top v_t)", "",
        {"q_t": "n", "S_prev": "n m", "eta": "one", "k_t": "n", "v_t": "m"},
        lambda q_t, S_prev, eta, k_t, v_t: times(
            (S_prev + scaled(eta, outer(k_t, v_t))).mT, q_t),
        output="o_t",
    ),
    Reading(
        "a decaying state", r"S_t = \gamma S_{t-1} + k_t^\top v_t", "S_t = γ S_{t-1} + k_tᵀ v_t",
        {"gamma": "one", "S_prev": "n m", "k_t": "n", "v_t": "m"},
        lambda gamma, S_prev, k_t, v_t: scaled(gamma, S_prev) + outer(k_t, v_t),
    ),
    Reading(
        "moments of rows", r"\frac{1}{T} \sum_{t=1}^{T} y_t^\top y_t - A", "",
        {"y": "n m", "A": "m m"},
        lambda y, A: y.mT @ y / y.shape[-2] - A, declare={"A": "m m"},
    ),
    Reading(
        "a quadratic form is a number", r"x^\top A x \cdot A^{-1}", "",
        {"x": "n", "A": "n n"},
        lambda x, A: scaled((x * times(A, x)).sum(-1), inv(A)),
    ),
    Reading(
        "an array over its sum", r"\frac{w}{\sum_i w_i}", "w / Σ_i w_i", {"w": "n"},
        lambda w: w / w.sum(-1, keepdims=True),
    ),
    Reading(
        "an average by precisions",
        r"\left(\sum_i \Sigma_i^{-1}\right)^{-1} \sum_i \Sigma_i^{-1} x_i", "",
        {"Sigma": "n m m", "x": "n m"},
        lambda Sigma, x: times(inv(inv(Sigma).sum(-3)), times(inv(Sigma), x).sum(-2)),
    ),
    Reading(
        "a mixture of matrices", r"\sum_k \pi_k \Sigma_k", "", {"pi": "n", "Sigma": "n m p"},
        lambda pi, Sigma: np.einsum("...k,...kij->...ij", pi, Sigma),
        declare={"Sigma": "n m p", "pi": "n"},
    ),
    Reading(
        "distances to planes", r"\sum_i ((R p_i + t - q_i) \cdot n_i)^2", "",
        {"R": "d d", "p": "n d", "t": "d", "q": "n d", "n": "n d"},
        lambda R, p, t, q, n: (
            ((times(R[..., None, :, :], p) + t[..., None, :] - q) * n).sum(-1) ** 2
        ).sum(-1),
    ),
    Reading(
        "inner products of images", r"\sum_i (A x_i) \cdot y_i", "",
        {"A": "m p", "x": "n p", "y": "n m"},
        lambda A, x, y: np.einsum("...mp,...np,...nm->...", A, x, y),
    ),
    Reading(
        "leverages", r"h_{ii} = x_i^\top (X^\top X)^{-1} x_i", "", {"x": "n m", "X": "p m"},
        lambda x, X: np.einsum("...ni,...ij,...nj->...n", x, inv(X.mT @ X), x),
    ),
    Reading(
        "entries on a diagonal", r"h_{ii} = [X (X^\top X)^{-1} X^\top]_{ii}", "", {"X": "n m"},
        lambda X: np.einsum("...ni,...ij,...nj->...n", X, inv(X.mT @ X), X),
    ),
    Reading(
        "degrees", r"D_{ii} = \sum_j A_{ij}", "", {"A": "n m"},
        lambda A: A.sum(-1)[..., None] * np.eye(A.shape[-2]),
    ),
    Reading(
        "degrees in a Laplacian", r"L = D - A, \quad D_{ii} = \sum_j A_{ij}", "", {"A": "n n"},
        lambda A: A.sum(-1)[..., None] * eye(A) - A,
    ),
    Reading(
        "a bold matrix and its entries",
        r"\mathbf{L} = \mathbf{D} - \mathbf{W}, \quad D_{ii} = \sum_j W_{ij}", "", {"W": "n n"},
        lambda W: W.sum(-1)[..., None] * eye(W) - W,
    ),
    Reading(
        "a sum of gated rows", r"s = \sum_i a_i \odot b_i", "s = Σ_i a_i ⊙ b_i",
        {"a": "n m", "b": "n m"}, lambda a, b: (a * b).sum(-2),
    ),
    Reading(
        "scaled matrices in a bracket", r"y = (\alpha A + \beta B) x", "y = (α A + β B) x",
        {"alpha": "one", "A": "n m", "beta": "one", "B": "n m", "x": "m"},
        lambda alpha, A, beta, B, x: alpha * times(A, x) + beta * times(B, x),
    ),
    Reading(
        "a named sum of scaled matrices", r"M = \alpha A + \beta B, \quad y = M x", "",
        {"alpha": "one", "A": "n m", "beta": "one", "B": "n m", "x": "m"},
        lambda alpha, A, beta, B, x: alpha * times(A, x) + beta * times(B, x),
        output="y",
    ),
    Reading(
        "an intensity", r"r = \frac{a}{I_1} \alpha", "", {"a": "n", "I_1": "n", "alpha": "n"},
        lambda a, I_1, alpha: a / I_1 * alpha,
    ),
    Reading(
        "three bodies", r"\sum_{i \ne j \ne k} x_i x_j x_k", "",
        {"x": "n"},
        lambda x: x.sum(-1) ** 3 - 3 * x.sum(-1) * (x**2).sum(-1) + 2 * (x**3).sum(-1),
    ),
    Reading(
        "scales of channels", r"s_j = \frac{\max(|X_j|)^\alpha}{\max(|W_j|)^{1-\alpha}}", "",
        {"X": "n m", "alpha": "one", "W": "n p"},
        lambda X, alpha, W: abs(X).max(-1) ** alpha / abs(W).max(-1) ** (1 - alpha),
    ),
    Reading(
        "the mean of each row", r"m_j = \mathrm{mean}(x_j)", "m_j = mean(x_j)", {"x": "n m"},
        lambda x: x.mean(-1),
    ),
    Reading(
        "a softmax over its index", r"p_i = \mathrm{softmax}(u_i)", "p_i = softmax(u_i)",
        {"u": "n"}, lambda u: np.exp(u) / np.exp(u).sum(-1, keepdims=True),
    ),
    Reading(
        "a beam", r"\mathbf{w}^H \mathbf{x}", "", {"w": "n", "x": "n"},
        lambda w, x: (w * x).sum(-1),
    ),
    Reading(
        "a spectrum", r"\frac{1}{\mathbf{a}^H \mathbf{R}^{-1} \mathbf{a}}", "",
        {"a": "n", "R": "n n"}, lambda a, R: 1 / (a * times(inv(R), a)).sum(-1),
    ),
    Reading(
        "a total and its parts", r"\frac1n \sum_k n_k x_k", "1/n Σ_k n_k x_k",
        {"n": "one", "n_k": "m", "x": "m"}, lambda n, n_k, x: (n_k * x).sum(-1) / n,
        declare={"n": "", "n_k": "m"},
    ),
    Reading(
        "a row of ones", r"1^\top x", "1ᵀ x", {"x": "n"}, lambda x: x.sum(axis=-1),
        declare={"x": "n"},
    ),
    Reading(
        "a column of ones", r"w^\top 1", "wᵀ 1", {"w": "n"}, lambda w: w.sum(axis=-1),
    ),
    Reading(
        "columns less their means", r"X - \frac1n 11^\top X", "", {"X": "n m"},
        lambda X: X - X.mean(axis=-2, keepdims=True), declare={"X": "n m"},
    ),
    Reading(
        "the portfolio of least variance", r"\frac{\Sigma^{-1} 1}{1^\top \Sigma^{-1} 1}", "",
        {"Sigma": "n n"},
        lambda Sigma: inv(Sigma).sum(-1) / inv(Sigma).sum((-2, -1))[..., None],
    ),
    Reading(
        "distances of Gram matrices", r"d1^\top + 1d^\top - 2XX^\top", "", {"d": "n", "X": "n m"},
        lambda d, X: d[..., :, None] + d[..., None, :] - 2 * X @ X.mT,
    ),
    Reading(
        "a Laplacian", r"\mathrm{diag}(W 1) - W", "diag(W 1) - W", {"W": "n n"},
        lambda W: W.sum(-1)[..., None] * eye(W) - W,
    ),
    Reading(
        "the mean of all entries", r"\frac{1}{n m} 1^\top X 1", "", {"X": "n m"},
        lambda X: X.mean(axis=(-2, -1)), declare={"X": "n m"},
    ),
    Reading(
        "a numeral to a power", "2^T x", "2^T x", {"T": "one", "x": ""}, lambda T, x: 2**T * x,
        declare={"T": ""},
    ),
    Reading(
        "the element that a range ends at", r"x_n + \frac{1}{n} \sum_{i=1}^{n} x_i",
        "x_n + 1/n Σ_{i=1}^{n} x_i", {"x": "n"}, lambda x: x[..., -1] + x.mean(-1),
    ),
    Reading(
        "the last element inside a sum", r"\sum_{i=1}^{n} (x_i - x_n)^2", "", {"x": "n"},
        lambda x: ((x - x[..., -1:]) ** 2).sum(-1),
    ),
    Reading(
        "a cost at the end",
        r"x_N^\top Q x_N + \sum_{k=0}^{N-1} (x_k^\top Q x_k + u_k^\top R u_k)", "",
        {"x": "n m", "Q": "m m", "u": "p d", "R": "d d"},
        lambda x, Q, u, R: np.einsum("...ki,...ij,...kj->...", x, Q, x)
        + np.einsum("...ki,...ij,...kj->...", u, R, u),
    ),
    Reading(
        "one more than the range", r"\phi_T + \sum_{t=0}^{T-1} \phi_t", "", {"phi": "n"},
        lambda phi: phi.sum(-1),
    ),
    Reading(
        "the largest over the smallest", r"\frac{\lambda_n}{\lambda_1} + \sum_{i=1}^n \lambda_i",
        "", {"lambda_": "n"}, lambda lambda_: lambda_[..., -1] / lambda_[..., 0] + lambda_.sum(-1),
    ),
    Reading(
        "a running mean", r"y_n = x_n - \frac{1}{n} \sum_{i=1}^n x_i", "",
        {"x": "n"}, lambda x: x - x.cumsum(-1) / np.arange(1, 6),
    ),
    Reading(
        "a label that ends a range too", r"x_T + \sum_{t=1}^T z_t - z_T", "",
        {"x_T": "one", "z": "n"}, lambda x_T, z: x_T + z[..., :-1].sum(-1),
    ),
)  # fmt: skip

UNIT = ("so many times the identity", 'prefer={"added-number": "entries"}')
DOTS = (r"(a \cdot b) c", r"(b \cdot c) a", "element by element")
ROWS = ("outer", 'prefer={"added-rows": "inner"}')

FREE = ("a symbol of its own", 'prefer={"free-index": "symbol"}', "on the left")

MIXED = ("is defined as one symbol, and l is an index here", "^{(l)}")
ORDERED = ("brackets put values in order", "a symbol of its own")
TOTAL = ("as a number does", "a number n", '"n": ""')

CIRCLE = ("the outer product", 'prefer={"circle": "outer"}')

ASKED = (
    Refusal(r"a_i^l = x_i^l + b_i, \quad E_l = c_l \sum_i a_i^l", "AmbiguousError", MIXED),
    Refusal(
        r"G_{ij}^l = \sum_k F_{ik}^l F_{jk}^l, \quad E_l = \frac{1}{N_l^2} \sum_{i,j} (G_{ij}^l)^2",
        "AmbiguousError",
        MIXED,
    ),
    Refusal(
        r"\frac1k \sum_{i=1}^k \log\frac{x_{(i)}}{x_{(k+1)}}",
        "UnsupportedError",
        ORDERED,
    ),
    Refusal(
        r"\sum_{r=1}^R \lambda_r \mathbf{a}_r \circ \mathbf{b}_r \circ \mathbf{c}_r",
        "AmbiguousError",
        CIRCLE,
    ),
    Refusal(
        r"\sum_r a_r \circ b_r",
        "AmbiguousError",
        CIRCLE,
        {"a": "R n", "b": "R n"},
    ),
    Refusal(r"\frac1n \sum_{ij} n_{ij}", "AmbiguousError", TOTAL),
    Refusal(r"\frac1{n^2} \sum_k n_k^2", "AmbiguousError", TOTAL, {"n": "k"}),
    Refusal(
        r"V = \sqrt{\frac{c}{n}}, \quad c = \sum_{i,j} \frac{(n_{ij} - e_{ij})^2}{e_{ij}}",
        "AmbiguousError",
        TOTAL,
    ),
    Refusal(r"n \sum_k n_k x_k", "AmbiguousError", TOTAL),
    Refusal(r"E = \sum_i (T_i - T_c)^2", "AmbiguousError", FREE),
    Refusal(r"y = \sum_i w_i x_i + w_b", "AmbiguousError", FREE, {"w": "n", "x": "n"}),
    Refusal(r"h_T + \frac{1}{T} \sum_t h_t", "AmbiguousError", FREE),
    Refusal(
        r"\log\sigma(u_{w_O}^\top v) + \sum_{i=1}^k \log\sigma(-u_{w_i}^\top v)",
        "AmbiguousError",
        FREE,
    ),
    Refusal(
        r"L = -\log \frac{e^{z_y}}{\sum_j e^{z_j}}",
        "AmbiguousError",
        ("the place of an entry", "a value for each y"),
        {"z": "n"},
    ),
    Refusal("(1 - A) x", "AmbiguousError", UNIT),
    Refusal(r"(X - \mu) W", "AmbiguousError", UNIT, {"X": "n n"}),
    Refusal(r"(X - \mu) w", "AmbiguousError", UNIT),
    Refusal(r"(A - \lambda) V", "AmbiguousError", UNIT),
    Refusal(r"(A - 2) (A - 3)", "AmbiguousError", UNIT),
    Refusal(r"(2 P - 1) X", "AmbiguousError", UNIT),
    Refusal(r"(A + \epsilon) B", "AmbiguousError", UNIT),
    Refusal(r"K = (X X^\top + 1)^2", "AmbiguousError", UNIT),
    Refusal(r"(X Y^\top + 1)^3", "AmbiguousError", UNIT),
    Refusal(r"K = (\gamma X X^\top + c)^d", "AmbiguousError", UNIT),
    Refusal(r"K = X X^\top, P = (K + 1)^3", "AmbiguousError", UNIT),
    Refusal(r"K = \frac{X X^\top + c}{2}, P = K^3", "AmbiguousError", UNIT),
    *(
        Refusal(source, "AmbiguousError", ("an entry of p, or a symbol of its own", *ways))
        for source, ways in (
            (r"p = \mathrm{softmax}(z), L = -\log p_y", ('{"y": ": int"}', '{"p_y": ""}')),
            (r"p = \mathrm{softmax}(z), L = -\log p_y - p^\top p", ('{"y": ": int"}',)),
            (r"p = W x, q = p_1 + p_2", ('{"p": "n"}', '{"p_1": ""}')),
        )
    ),
    Refusal(r"a \cdot b \cdot c", "AmbiguousError", DOTS, {"a": "n", "b": "n", "c": "n"}),
    Refusal("a·b·c", "AmbiguousError", ("(a · b) c",), {"a": "n", "b": "n", "c": "n"}),
    Refusal(r"\mathbf{a} \cdot \mathbf{b} \cdot \mathbf{c}", "AmbiguousError", DOTS[2:]),
    Refusal(r"2^\top x", "ShapeError", ("2 is transposed here",), {"x": "n"}),
    Refusal("0^T x", "ShapeError", ("0 is transposed here", r"\mathbf{0}"), {"x": "n"}),
    Refusal("2^T x", "ShapeError", ("2 is transposed here", '{"T": ""}'), {"x": "n"}),
    Refusal(r"A + x^\top y", "AmbiguousError", ROWS, {"A": "n n", "x": "m", "y": "m"}),
)

# What is told with all else declared, so that nothing may be assumed in silence.
TOLD = (
    (r"\det(A - \lambda)", {"A": "n n", "lambda_": ""}, "added-number"),
    ("(1 - K H) P", {"K": "n m", "H": "m n", "P": "n n"}, "added-number"),
    (r"A - \lambda", {"A": "n n", "lambda_": ""}, "added-number"),
    (r"A + x^\top A x", {"A": "n n", "x": "n"}, "added-number"),
    (r"y = x_i + \sum_j x_j", {"x": "n"}, "free-index"),
    (r"\log\Gamma(\alpha) - \sum_k \log\Gamma(\alpha_k)", {"alpha": "n"}, "whole-array"),
    (r"\sum_k \pi_k \Sigma_k", {"pi": "k"}, "indexed"),
    (r"\sum_i \alpha_i v_i", {"alpha": "n"}, "indexed"),
    (r"c_i = \sum_j \alpha_{ij} v_j", {"alpha": "n m"}, "indexed"),
    (r"h_{ii} = \sum_j a_{ij}", {"a": "n m"}, "diagonal"),
    (r"D_{ii} = \sum_j a_{ij}", {"a": "n m"}, "diagonal"),
    (r"\sum_{i \ne j \ne k} x_i x_j x_k", {"x": "n"}, "distinct"),
    (r"a \circ b", {"a": "n", "b": "n"}, "circle"),
    (r"A + k^\top v", {"A": "n n", "k": "n", "v": "n"}, "added-rows"),
)

# A state that ← puts in the place of what is given is returned, whatever other lines read.
ASSIGNED = (
    (r"v \leftarrow \mu v - \eta g \\ \theta \leftarrow \theta + v", ("v", "theta")),
    (r"w \leftarrow w - \eta \nabla_w L \\ L = \|X w - y\|^2", ("w", "L")),
    (r"L = \|X w - y\|^2 \\ w \leftarrow w - \eta \nabla_w L", ("L", "w")),
    (r"h \leftarrow W x \\ y \leftarrow V h", ("y",)),
    (r"x \leftarrow x + 1 \\ x \leftarrow 2 x", ("x",)),
)
