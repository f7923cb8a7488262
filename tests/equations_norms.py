"""Norms, bars, determinants, sets and inner products as papers print them, each with its numbers.

`EQUATIONS` hold for every backend, alone and batched; `REFUSALS` are those that two experts read in
two ways, with what the message must name; `PREFERRED` are the other readings, asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from equations_losses import Draw, Equation, mask, normal, positive, spd, unit, value
from two_readings import Refusal


@dataclass(frozen=True)
class Preferred:
    """A source with a reading that `prefer=` asks for."""

    source: str
    prefer: dict[str, str]
    inputs: Mapping[str, Draw]
    reference: Callable[..., Any]
    shapes: dict[str, str] = field(default_factory=dict)


EQUATIONS: list[Equation] = []


def holds(
    id: str,
    source: str,
    inputs: Mapping[str, Draw],
    reference: Callable[..., Any],
    *,
    shapes: Mapping[str, str] | None = None,
    outputs: tuple[str, ...] = (),
    batched: tuple[str, ...] = (),
) -> None:
    EQUATIONS.append(Equation(id, source, inputs, reference, shapes or {}, outputs, batched))


def waves(*shape: int) -> Draw:
    """Complex numbers, or an array of them."""
    return lambda rng: rng.normal(size=shape) + 1j * rng.normal(size=shape)


def length(x: Any) -> Any:
    return np.sqrt(np.sum(np.square(x), axis=-1))


def soft(x: Any, t: Any) -> Any:
    return np.sign(x) * np.maximum(np.abs(x) - t, 0)


# --- bars round a matrix ---------------------------------------------------------------------------

holds(
    "magnitude-pruning",
    r"W \odot \mathbb 1[|W| > \tau]",
    {"W": normal(3, 4), "tau": value(0.5)},
    lambda W, tau: W * (abs(W) > tau),
    batched=("W",),
)
holds(
    "soft-threshold-of-a-matrix",
    r"\mathrm{sign}(W) \max(|W| - \lambda, 0)",
    {"W": normal(3, 4), "lambda_": value(0.3)},
    lambda W, lambda_: soft(W, lambda_),
    batched=("W",),
)
holds(
    "soft-threshold-with-a-sign",
    r"\mathrm{sign}(W) \odot \max(|W| - \lambda, 0)",
    {"W": normal(3, 4), "lambda_": value(0.3)},
    lambda W, lambda_: soft(W, lambda_),
    batched=("W",),
)
holds(
    "mask-of-sizes",
    r"M \odot |W|",
    {"M": normal(3, 4), "W": normal(3, 4)},
    lambda M, W: M * abs(W),
    batched=("W", "M"),
)
holds(
    "negative-part",
    r"\frac{A - |A|}{2}",
    {"A": normal(3, 4)},
    lambda A: np.minimum(A, 0),
    batched=("A",),
)
holds(
    "hadamard-bound",
    r"\log |\Sigma| - \sum_i \log \Sigma_{ii}",
    {"Sigma": spd(3)},
    lambda Sigma: np.log(np.linalg.det(Sigma)) - np.log(np.diagonal(Sigma)).sum(),
    batched=("Sigma",),
)
holds(
    "difference-of-log-determinants",
    r"\frac12 \log|I + A| - \frac12 \log|B|",
    {"A": spd(3), "B": spd(3)},
    lambda A, B: np.log(np.linalg.det(np.eye(3) + A) / np.linalg.det(B)) / 2,
    batched=("A",),
)
holds(
    "log-determinant-of-a-difference",
    r"\log |A - B|",
    {"A": value(np.diag([3.0, 4.0, 5.0])), "B": value(np.diag([1.0, 1.0, 2.0]))},
    lambda A, B: np.log(np.linalg.det(A - B)),
    batched=("A",),
)
holds(
    "adjugate",
    r"|A| A^{-1}",
    {"A": spd(3)},
    lambda A: np.linalg.det(A) * np.linalg.inv(A),
    batched=("A",),
)
holds(
    "area-of-a-triangle",
    r"\frac12 |\mathbf a \times \mathbf b|",
    {"a": normal(3), "b": normal(3)},
    lambda a, b: length(np.cross(a, b)) / 2,
    shapes={"a": "3", "b": "3"},
    batched=("a",),
)
holds(
    "wilks-lambda",
    r"\Lambda = \frac{|W|}{|T|}",
    {"W": spd(3), "T": spd(3)},
    lambda W, T: np.linalg.det(W) / np.linalg.det(T),
    batched=("W",),
)
holds(
    "characteristic-polynomial",
    r"p = |A - \lambda I|",
    {"A": normal(3, 3), "lambda_": normal()},
    lambda A, lambda_: np.linalg.det(A - lambda_ * np.eye(3)),
    batched=("A",),
)
holds(
    "normal-constant",
    r"Z = (2\pi)^{d/2} |\Sigma|^{1/2}",
    {"Sigma": spd(3), "d": value(3)},
    lambda Sigma, d: (2 * np.pi) ** (d / 2) * np.sqrt(np.linalg.det(Sigma)),
    batched=("Sigma",),
)
holds(
    "volume-of-a-simplex",
    r"V = \frac{1}{6} |A|",
    {"A": normal(3, 3)},
    lambda A: np.linalg.det(A) / 6,
    batched=("A",),
)

# --- bars round a vector ---------------------------------------------------------------------------

holds(
    "unit-vector-in-bold",
    r"\hat{\mathbf r} = \frac{\mathbf r}{|\mathbf r|}",
    {"r": normal(3)},
    lambda r: r / length(r),
    batched=("r",),
)
holds(
    "kinetic-energy",
    r"E = \frac12 m |\mathbf v|^2",
    {"m": positive(), "v": normal(3)},
    lambda m, v: m * np.sum(v**2) / 2,
    batched=("v",),
)
holds(
    "drag",
    r"\mathbf F = -c |\mathbf v| \mathbf v",
    {"c": positive(), "v": normal(3)},
    lambda c, v: -c * length(v) * v,
    batched=("v",),
)
holds(
    "relativistic-energy",
    r"E = \sqrt{|\mathbf p|^2 c^2 + m^2 c^4}",
    {"p": normal(3), "c": positive(), "m": positive()},
    lambda p, c, m: np.sqrt(np.sum(p**2) * c**2 + m**2 * c**4),
    batched=("p",),
)
holds(
    "softened-coulomb-in-bold",
    r"U = \frac12 \sum_{i \ne j} \frac{q_i q_j}{|\mathbf r_i - \mathbf r_j| + \epsilon}",
    {"q": normal(4), "r": normal(4, 3), "epsilon": value(0.1)},
    lambda q, r, epsilon: sum(
        q[i] * q[j] / (length(r[i] - r[j]) + epsilon) / 2
        for i in range(4)
        for j in range(4)
        if i != j
    ),
    batched=("r",),
)
holds(
    "cosine-of-bold-vectors",
    r"\cos\theta = \frac{\mathbf a \cdot \mathbf b}{|\mathbf a| |\mathbf b|}",
    {"a": normal(3), "b": normal(3)},
    lambda a, b: a @ b / length(a) / length(b),
    batched=("a", "b"),
)
holds(
    "rbf-in-single-bars",
    r"k(x, y) = \exp(-\gamma |x - y|^2)",
    {"x": normal(4), "y": normal(4), "gamma": positive()},
    lambda x, y, gamma: np.exp(-gamma * np.sum((x - y) ** 2)),
    shapes={"x": "d", "y": "d"},
    batched=("x",),
)
holds(
    "lasso-in-single-bars",
    r"\lambda |\boldsymbol\beta|_1 + \mu |w|_2^2",
    {"lambda_": positive(), "beta": normal(4), "mu": positive(), "w": normal(5)},
    lambda lambda_, beta, mu, w: lambda_ * abs(beta).sum() + mu * np.sum(w**2),
    shapes={"w": "p"},
    batched=("beta",),
)
holds(
    "soft-threshold-of-a-bold-vector",
    r"\mathrm{sign}(\mathbf w) \max(|\mathbf w| - \lambda, 0)",
    {"w": normal(5), "lambda_": value(0.3)},
    lambda w, lambda_: soft(w, lambda_),
    batched=("w",),
)
holds(
    "mu-law",
    r"f(x) = \mathrm{sign}(x) \frac{\ln(1 + \mu |x|)}{\ln(1 + \mu)}",
    {"x": normal(5), "mu": positive()},
    lambda x, mu: np.sign(x) * np.log(1 + mu * abs(x)) / np.log(1 + mu),
    shapes={"x": "n"},
    batched=("x",),
)
holds(
    "mean-absolute-error-of-bold-vectors",
    r"\mathrm{mean}(|\mathbf y - \hat{\mathbf y}|)",
    {"y": normal(5), "y_hat": normal(5)},
    lambda y, y_hat: abs(y - y_hat).mean(),
    batched=("y", "y_hat"),
)
holds(
    "mean-absolute-error-of-letters",
    r"\mathrm{mean}(|y - \hat y|)",
    {"y": normal(5), "y_hat": normal(5)},
    lambda y, y_hat: abs(y - y_hat).mean(),
    batched=("y", "y_hat"),
)
holds(
    "mean-absolute-percentage-error",
    r"\mathrm{mean}\left(\frac{|y - \hat y|}{|y|}\right)",
    {"y": normal(5), "y_hat": normal(5)},
    lambda y, y_hat: (abs(y - y_hat) / abs(y)).mean(),
    shapes={"y": "n", "y_hat": "n"},
    batched=("y", "y_hat"),
)
holds(
    "absmax", r"s = \frac{\max |x|}{127}", {"x": normal(5)}, lambda x: abs(x).max() / 127,
    batched=("x",),
)  # fmt: skip
holds(
    "sentence-pair",
    r"h = [u; v; |u - v|; u \odot v]",
    {"u": normal(3), "v": normal(3)},
    lambda u, v: np.concatenate([u, v, abs(u - v), u * v]),
    shapes={"u": "n", "v": "n"},
    batched=("u", "v"),
)
holds(
    "sizes-weighed",
    r"c^\top |x| + |x| \odot y",
    {"c": normal(4), "x": normal(4), "y": normal(4)},
    lambda c, x, y: c @ abs(x) + abs(x) * y,
    shapes={"x": "n", "c": "n", "y": "n"},
    batched=("x", "y"),
)
holds(
    "declared-as-a-vector",
    r"z = |x|",
    {"x": normal(4)},
    lambda x: abs(x),
    shapes={"x": "n", "z": "n"},
    batched=("x",),
)
holds(
    "clipped-gradient-in-bars",
    r"\min\left(1, \frac{c}{|\mathbf g|}\right) \mathbf g",
    {"c": positive(), "g": normal(4)},
    lambda c, g: min(1, c / length(g)) * g,
    batched=("g",),
)

# --- what stands in a norm is a vector -------------------------------------------------------------

holds(
    "norm-of-a-mean",
    r"\left\| \frac1n \sum_{i=1}^n x_i \right\|^2",
    {"x": normal(2, 3), "n": value(2)},
    lambda x, **_: np.sum(x.mean(0) ** 2),
    batched=("x",),
)
holds(
    "kernel-mean",
    r"\left\| \sum_i \alpha_i \phi_i \right\|^2",
    {"alpha": normal(4), "phi": normal(4, 3)},
    lambda alpha, phi: np.sum((alpha @ phi) ** 2),
    batched=("phi",),
)
holds(
    "maximum-mean-discrepancy",
    r"\left\| \frac1n \sum_{i=1}^n x_i - \frac1m \sum_{j=1}^m y_j \right\|",
    {"x": normal(4, 3), "y": normal(5, 3), "n": value(4), "m": value(5)},
    lambda x, y, **_: length(x.mean(0) - y.mean(0)),
    batched=("x",),
)
holds(
    "capsule",
    r"s_j = \sum_i c_{ij} \hat u_{j|i} \\ v_j = \frac{\|s_j\|^2}{1 + \|s_j\|^2} \frac{s_j}{\|s_j\|}",
    {"c": normal(4, 2), "u_hat": normal(2, 4, 3)},
    lambda c, u_hat: (
        (s := np.einsum("ij,jid->jd", c, u_hat)) * (r := length(s)[:, None]) / (1 + r**2)
    ),
    outputs=("v",),
    batched=("c", "u_hat"),
)
holds(
    "defined-mean-in-a-norm",
    r"m = \frac1n \sum_{i=1}^n x_i \\ s = \sum_i \|x_i - m\|^2",
    {"x": normal(4, 3), "n": value(4)},
    lambda x, **_: np.sum((x - x.mean(0)) ** 2),
    outputs=("s",),
    batched=("x",),
)
holds(
    "locally-linear-embedding",
    r"\sum_i \| x_i - \sum_j w_{ij} x_j \|^2",
    {"x": normal(4, 3), "w": normal(4, 4)},
    lambda x, w: np.sum((x - w @ x) ** 2),
    batched=("x",),
)
holds(
    "norm-of-declared-numbers",
    r"\left\| \sum_i x_i \right\|",
    {"x": normal(4)},
    lambda x: abs(x.sum()),
    shapes={"x": "n"},
    batched=("x",),
)
holds(
    "rows-of-length-one",
    r"y_{ij} = \frac{X_{ij}}{\|X_{i,:}\|_2}",
    {"X": normal(2, 3)},
    lambda X: X / length(X)[:, None],
    batched=("X",),
)
holds(
    "row-lengths", r"y_i = \|X_{i,:}\|_2", {"X": normal(2, 3)}, lambda X: length(X),
    batched=("X",),
)  # fmt: skip
holds(
    "column-lengths", r"y_j = \|X_{\cdot j}\|", {"X": normal(2, 3)}, lambda X: length(X.T),
    batched=("X",),
)  # fmt: skip

holds(
    "inner-product-of-means",
    r"\left(\frac1n \sum_{i=1}^n x_i\right)^\top \left(\frac1m \sum_{j=1}^m y_j\right)",
    {"x": normal(4, 3), "y": normal(5, 3), "n": value(4), "m": value(5)},
    lambda x, y, **_: x.mean(0) @ y.mean(0),
    batched=("x", "y"),
)
holds(
    "outer-product-of-sums",
    r"\left(\sum_i x_i\right) \left(\sum_j y_j\right)^\top",
    {"x": normal(4, 3), "y": normal(5, 2)},
    lambda x, y: np.outer(x.sum(0), y.sum(0)),
    batched=("x", "y"),
)
holds(
    "readout-of-a-sum",
    r"w^\top \sum_j a_j h_j",
    {"w": normal(3), "a": normal(4), "h": normal(4, 3)},
    lambda w, a, h: w @ (a @ h),
    batched=("h",),
)
holds(
    "weight-decay-of-layers",
    r"\sum_l \|W_l\|_F^2",
    {"W": normal(2, 3, 4)},
    lambda W: np.sum(W**2),
    batched=("W",),
)
holds(
    "combination-of-matrices",
    r"\left\| \sum_k w_k A_k - B \right\|_F",
    {"w": normal(2), "A": normal(2, 3, 4), "B": normal(3, 4)},
    lambda w, A, B: np.linalg.norm(np.tensordot(w, A, 1) - B),
    batched=("A",),
)
holds(
    "covariance-error",
    r"\left\| \frac1n \sum_{i=1}^n x_i x_i^\top - \Sigma \right\|_F",
    {"x": normal(4, 3), "Sigma": spd(3), "n": value(4)},
    lambda x, Sigma, **_: np.linalg.norm(x.T @ x / 4 - Sigma),
    batched=("x",),
)
holds(
    "masked-rows",
    r"\sum_i \|x_i \odot w\|",
    {"x": normal(4, 3), "w": normal(3)},
    lambda x, w: length(x * w).sum(),
    batched=("x",),
)

# --- norms that a matrix weighs --------------------------------------------------------------------

holds(
    "mahalanobis-norm",
    r"\|x - \mu\|_{\Sigma^{-1}}^2",
    {"x": normal(3), "mu": normal(3), "Sigma": spd(3)},
    lambda x, mu, Sigma: (x - mu) @ np.linalg.inv(Sigma) @ (x - mu),
    batched=("x",),
)
holds(
    "mahalanobis-norm-power-first",
    r"\|x - \mu\|^2_{\Sigma^{-1}}",
    {"x": normal(3), "mu": normal(3), "Sigma": spd(3)},
    lambda x, mu, Sigma: (x - mu) @ np.linalg.inv(Sigma) @ (x - mu),
    batched=("x", "Sigma"),
)
holds(
    "linear-bandit-width",
    r"\beta \|x\|_{V_t^{-1}}",
    {"beta": positive(), "x": normal(3), "V_t": spd(3)},
    lambda beta, x, V_t: beta * np.sqrt(x @ np.linalg.inv(V_t) @ x),
    batched=("x",),
)
holds(
    "quadratic-cost",
    r"\|x\|_Q^2 + \|u\|_R^2",
    {"x": normal(3), "Q": spd(3), "u": normal(2), "R": spd(2)},
    lambda x, Q, u, R: x @ Q @ x + u @ R @ u,
    batched=("x", "u"),
)
holds(
    "natural-gradient-step",
    r"\frac{1}{2\eta} \|\theta - \theta_0\|_M^2",
    {"eta": positive(), "theta": normal(3), "theta_0": normal(3), "M": spd(3)},
    lambda eta, theta, theta_0, M: (theta - theta_0) @ M @ (theta - theta_0) / (2 * eta),
    batched=("theta",),
)
holds(
    "condition-number-in-the-one-norm",
    r"\kappa = \|A\|_1 \|A^{-1}\|_1",
    {"A": spd(3)},
    lambda A: np.linalg.cond(A, 1),
    batched=("A",),
)
holds(
    "lasso",
    r"\frac{1}{2n} \|X w - y\|_2^2 + \lambda \|w\|_1",
    {"n": value(4.0), "X": normal(4, 3), "w": normal(3), "y": normal(4), "lambda_": positive()},
    lambda n, X, w, y, lambda_: np.sum((X @ w - y) ** 2) / (2 * n) + lambda_ * abs(w).sum(),
    batched=("w",),
)
holds(
    "norm-of-any-order",
    r"\|x\|_p + \|x\|_q",
    {"x": normal(4), "p": value(3.0), "q": value(1.5)},
    lambda x, p, q: sum((abs(x) ** k).sum() ** (1 / k) for k in (p, q)),
    batched=("x",),
)
holds(
    "declared-order",
    r"\|x\|_P",
    {"x": normal(4), "P": value(3.0)},
    lambda x, P: (abs(x) ** P).sum() ** (1 / P),
    shapes={"P": ""},
    batched=("x",),
)

# --- sets ------------------------------------------------------------------------------------------

holds(
    "difference-of-group-means",
    r"\frac{1}{|A|} \sum_{i \in A} x_i - \frac{1}{|B|} \sum_{j \in B} x_j",
    {"A": value(np.array([1, 1, 0, 0, 1], bool)), "B": value(np.array([0, 0, 1, 1, 0], bool)),
     "x": normal(5)},
    lambda A, B, x: x[A].mean() - x[B].mean(),
    shapes={"A": "n : bool", "B": "n : bool"},
    batched=("x",),
)  # fmt: skip
holds(
    "style-over-a-set-and-its-index",
    r"y_i = \sum_{j \in \mathcal{N(i)}} x_j",
    {"N": mask(4, 4), "x": normal(4)},
    lambda N, x: N @ x,
    shapes={"N": "n n : bool"},
    batched=("x",),
)
holds(
    "style-over-a-set-with-an-index-below",
    r"y_i = \sum_{j \in \mathcal{N_i}} x_j",
    {"N": mask(4, 4), "x": normal(4)},
    lambda N, x: N @ x,
    shapes={"N": "n n : bool"},
    batched=("x",),
)
holds(
    "cut-of-masks",
    r"\mathrm{cut}(A, B) = \sum_{i \in A, j \in B} w_{ij}",
    {"A": mask(4), "B": mask(4), "w": normal(4, 4)},
    lambda A, B, w: A @ w @ B,
    shapes={"A": "n : bool", "B": "n : bool"},
    batched=("w",),
)
holds(
    "volume-of-a-mask",
    r"\mathrm{vol}(A) = \sum_{i \in A} d_i",
    {"A": mask(4), "d": normal(4)},
    lambda A, d: A @ d,
    shapes={"A": "n : bool"},
    batched=("d",),
)
holds(
    "mean-over-a-batch",
    r"\frac{1}{|\mathcal B|} \sum_{i \in \mathcal B} x_i",
    {"x": normal(4)},
    lambda x: x.mean(),
    batched=("x",),
)
holds(
    "two-sets-over-two-axes",
    r"\sum_{x \in \mathcal X} \sum_{y \in \mathcal Y} p_{xy} \log p_{xy}",
    {"p": unit(3, 4)},
    lambda p: np.sum(p * np.log(p)),
    batched=("p",),
)

# --- inner products, diagonals, ones ---------------------------------------------------------------

holds(
    "transport-cost",
    r"\langle C, P \rangle",
    {"C": normal(3, 4), "P": normal(3, 4)},
    lambda C, P: np.sum(C * P),
    batched=("P",),
)
holds(
    "entropic-transport",
    r"\langle P, C \rangle_F + \epsilon \sum_{ij} P_{ij} \log P_{ij}",
    {"P": unit(3, 4), "C": normal(3, 4), "epsilon": positive()},
    lambda P, C, epsilon: np.sum(C * P) + epsilon * np.sum(P * np.log(P)),
    batched=("P",),
)
holds(
    "inner-product-of-letters",
    r"\langle x, y \rangle + \langle A u, v \rangle",
    {"x": normal(3), "y": normal(3), "A": normal(2, 4), "u": normal(4), "v": normal(2)},
    lambda x, y, A, u, v: x @ y + v @ A @ u,
    batched=("x", "u"),
)
holds(
    "bra-and-ket",
    r"F = |\langle\psi|\phi\rangle|^2",
    {"psi": waves(3), "phi": waves(3)},
    lambda psi, phi: abs(np.vdot(psi, phi)) ** 2,
    shapes={"psi": "n : complex", "phi": "n : complex"},
    batched=("phi",),
)
holds(
    "expected-energy",
    r"E = \langle\psi|H|\psi\rangle",
    {"psi": waves(3), "H": waves(3, 3)},
    lambda psi, H: psi.conj() @ H @ psi,
    shapes={"psi": "n : complex", "H": "n n : complex"},
    batched=("psi",),
)
holds(
    "entries-under-a-dagger",
    r"y_i = \sum_j A^\dagger_{ij} x_j",
    {"A": waves(3, 2), "x": waves(3)},
    lambda A, x: A.conj().T @ x,
    shapes={"A": "n m : complex", "x": "n : complex"},
    batched=("x",),
)
holds(
    "inner-product-of-rows",
    r"s_{ij} = \langle Q_i, K_j \rangle",
    {"Q": normal(3, 4), "K": normal(5, 4)},
    lambda Q, K: Q @ K.T,
    batched=("Q",),
)
holds(
    "trace-of-a-quadratic-form",
    r"\mathrm{tr}(x^\top A x) - \mathrm{tr}(A x x^\top) + \mathrm{tr}(A)",
    {"x": normal(3), "A": normal(3, 3)},
    lambda x, A: np.trace(A),
    batched=("x", "A"),
)
holds(
    "centred-kernel",
    r"H = I - \frac1n \mathbf 1 \mathbf 1^\top \\ C = H K H",
    {"K": normal(4, 4), "n": value(4)},
    lambda K, **_: K - K.mean(0) - K.mean(1)[:, None] + K.mean(),
    outputs=("C",),
    batched=("K",),
)
holds(
    "graph-laplacian",
    r"L = \mathrm{diag}(A \mathbf 1) - A",
    {"A": normal(4, 4)},
    lambda A: np.diag(A.sum(1)) - A,
    batched=("A",),
)
holds(
    "rows-less-their-defined-mean",
    r"\bar X = \frac1n \mathbf 1^\top X \\ Z = X - \bar X",
    {"X": normal(4, 3), "n": value(4.0)},
    lambda X, n: X - X.mean(0),
    outputs=("Z",),
    batched=("X",),
)
holds(
    "rows-less-a-bias-made-of-another",
    r"A - \mathrm{diag}(B)",
    {"A": normal(4, 4), "B": normal(4, 4)},
    lambda A, B: A - np.diagonal(B),
    batched=("A",),
)

# --- two readings ----------------------------------------------------------------------------------

MATRIX = ("its determinant", "each entry", r"\det", "abs(A)", 'prefer={"determinant"')
VECTOR = ("its norm", "each entry", "abs(", 'prefer={"bars": "norm"}')
MASKS = ("n : bool",)
WEIGHED = ("x^\\top Sigma x", "Sigma^{-1}", 'prefer={"metric": "inverse"}')
PENALTY = (
    "all entries",
    "in a column",
    'prefer={"matrix-norm": "entries"}',
    r"\sum_{i,j} |W_{ij}|",
)
MADE = ("each row", "each column", "a matrix")
PAIR = {"x": "d", "y": "d"}

REFUSALS = (
    Refusal(r"\log(1 + |X|)", "AmbiguousError", MATRIX),
    Refusal(r"|\hat X|^2", "AmbiguousError", MATRIX),
    Refusal(r"\exp(-|D|)", "AmbiguousError", MATRIX),
    Refusal(r"W / |W|", "AmbiguousError", MATRIX),
    Refusal(r"\frac{W}{|W|}", "AmbiguousError", MATRIX),
    Refusal(r"1 - |A|", "AmbiguousError", MATRIX, {"A": "n n"}),
    Refusal(r"\max(|W| - \tau, 0)", "AmbiguousError", MATRIX),
    Refusal(r"\tanh |A|", "AmbiguousError", MATRIX, {"A": "n n"}),
    Refusal(r"|X - \hat X|", "AmbiguousError", MATRIX),
    Refusal(r"W |W|", "AmbiguousError", MATRIX),
    Refusal(r"|W|", "ShapeError", ("abs(A)",), {"W": "n m"}),
    Refusal(r"|x - y|", "AmbiguousError", VECTOR, PAIR),
    Refusal(r"\exp(-|x - y| / \ell)", "AmbiguousError", VECTOR, PAIR),
    Refusal(r"|x| x", "AmbiguousError", VECTOR, PAIR),
    Refusal(r"\max(|x|, |y|)", "AmbiguousError", VECTOR, PAIR),
    Refusal(
        r"\sum_{i<j} \frac{q_i q_j}{|r_i - r_j|}", "AmbiguousError", VECTOR, {"r": "n 3"}
    ),
    Refusal(r"\|x - \mu\|_\Sigma^2", "AmbiguousError", WEIGHED),
    Refusal(r"\|x\|_{\Sigma_k}", "AmbiguousError", ("Sigma_k",)),
    Refusal(r"\|x\|_w", "AmbiguousError", ("the order", "weights", 'shapes={"w": ""}')),
    Refusal(r"\|X - W\|_F^2 + \lambda \|W\|_1", "AmbiguousError", PENALTY),
    Refusal(
        r"\mathrm{tr}(S \Theta) - \log|\Theta| + \lambda \|\Theta\|_1", "AmbiguousError", PENALTY
    ),
    Refusal(r"\|W\|_{2,1}", "AmbiguousError", ("rows", "columns")),
    Refusal(r"\|f\|_{L^2}", "UnsupportedError", ("not known",)),
    Refusal(r"\|f\|_{L_2}", "UnsupportedError", ("not known",)),
    Refusal(r"\|f\|_{\mathcal H}", "UnsupportedError", ("not known",)),
    Refusal(r"\|W\|_{\mathrm{TV}}", "UnsupportedError", ("not known",)),
    Refusal(r"\sum_{i \in A} x_i - \sum_{i \in B} x_i", "AmbiguousError", ("A and B", *MASKS)),
    Refusal(
        r"\frac{1}{|A|} \sum_{i \in A} x_i - \frac{1}{|B|} \sum_{j \in B} x_j",
        "AmbiguousError", ("A and B", *MASKS),
    ),
    Refusal(r"\mathrm{cut}(A, B) = \sum_{i \in A, j \in B} w_{ij}", "DefinitionError", MASKS),
    Refusal(r"\mathrm{vol}(A) = \sum_{i \in A} d_i", "DefinitionError", MASKS),
    Refusal(r"f(S) = \sum_{i \in S} w_i", "DefinitionError", MASKS),
    Refusal(r"\frac{\sum_{i \in S} w_i}{\sum_i w_i}", "AmbiguousError", ("a part", *MASKS)),
    Refusal(
        r"\frac{1}{|S|} \sum_{i \in S} x_i - \frac1n \sum_{i=1}^n x_i", "AmbiguousError",
        ("a part", "leave S out"),
    ),
    Refusal(r"\sum_{i \in S^c} x_i", "UndefinedError", ("a script above",)),
    Refusal(r"\sum_{i \in A \cup B} x_i", "UndefinedError", MASKS),
    Refusal(r"y_i = \sum_{j \in \mathcal N(i) \cup \{i\}} x_j", "UndefinedError", ("n n : bool",)),
    Refusal(
        r"K - \mathbf 1_n K - K \mathbf 1_n + \mathbf 1_n K \mathbf 1_n", "AmbiguousError", MADE
    ),
    Refusal(r"A - \mathrm{diag}(A)", "AmbiguousError", MADE),
    Refusal(r"A - \mathrm{diag}(A)", "AmbiguousError", MADE, {"A": "n n"}),
    Refusal(r"D = \mathrm{diag}(A) \\ B = A - D", "AmbiguousError", MADE),
    Refusal("|W| * M", "AmbiguousError", MATRIX),
    Refusal(
        r"s = \langle x, y \rangle",
        "AmbiguousError",
        ("conjugates one of the two", r"\langle x | y \rangle", r"\langle y | x \rangle", r"x^\top y"),
        {"x": "n : complex", "y": "n : complex"},
    ),
    Refusal(
        r"z = Ux \\ s = \langle z, y \rangle",
        "AmbiguousError",
        ("conjugates one of the two",),
        {"U": "n n : complex", "x": "n", "y": "n"},
    ),
    Refusal(r"\langle W, x \rangle", "ShapeError", ("two vectors, or two matrices",)),
)  # fmt: skip

PREFERRED = (
    Preferred(
        r"\exp(-|D|)", {"determinant": "elementwise"}, {"D": normal(3, 3)},
        lambda D: np.exp(-abs(D)),
    ),
    Preferred(
        r"\log(1 + |X|)", {"determinant": "determinant"}, {"X": spd(3)},
        lambda X: np.log(1 + np.linalg.det(X)),
    ),
    Preferred(
        r"\exp(-|x - y| / t)", {"bars": "norm"},
        {"x": normal(3), "y": normal(3), "t": positive()},
        lambda x, y, t: np.exp(-length(x - y) / t), PAIR,
    ),
    Preferred(
        r"|\mathbf v|", {"bars": "elementwise"}, {"v": normal(3)}, lambda v: abs(v),
    ),
    Preferred(
        r"\|x\|_\Sigma^2", {"metric": "inverse"}, {"x": normal(3), "Sigma": spd(3)},
        lambda x, Sigma: x @ np.linalg.inv(Sigma) @ x,
    ),
    Preferred(
        r"\|x\|_\Sigma", {"metric": "as-written"}, {"x": normal(3), "Sigma": spd(3)},
        lambda x, Sigma: np.sqrt(x @ Sigma @ x),
    ),
    Preferred(
        r"\|X - W\|_F^2 + \lambda \|W\|_1", {"matrix-norm": "entries"},
        {"X": normal(3, 4), "W": normal(3, 4), "lambda_": positive()},
        lambda X, W, lambda_: np.sum((X - W) ** 2) + lambda_ * abs(W).sum(),
    ),
    Preferred(
        r"\|W\|_1", {"matrix-norm": "entries"}, {"W": normal(3, 4)}, lambda W: abs(W).sum(),
    ),
    Preferred(
        r"\|W\|_\infty", {"matrix-norm": "entries"}, {"W": normal(3, 4)}, lambda W: abs(W).max(),
    ),
    Preferred(
        r"\|W\|", {"matrix-length": "spectral"}, {"W": normal(3, 4)},
        lambda W: np.linalg.norm(W, 2),
    ),
)  # fmt: skip
