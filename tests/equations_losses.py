"""Losses, statistics, densities and the equations of learning, as papers print them, each with its numbers.

`EQUATIONS` hold for every backend, alone and batched; `REFUSED` are those that must not be guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.special as sp
import scipy.stats as st

Draw = Callable[[np.random.Generator], Any]


@dataclass(frozen=True)
class Equation:
    """An equation as printed: what is drawn for its symbols, and what it must give."""

    id: str
    source: str
    inputs: Mapping[str, Draw]
    reference: Callable[..., Any]
    shapes: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    batched: tuple[str, ...] = ()


def normal(*shape: int) -> Draw:
    return lambda rng: rng.normal(size=shape) if shape else float(rng.normal())


def positive(*shape: int) -> Draw:
    return lambda rng: rng.uniform(0.3, 2.0, size=shape) if shape else float(rng.uniform(0.3, 2.0))


def unit(*shape: int) -> Draw:
    return lambda rng: rng.uniform(0.1, 0.9, size=shape) if shape else float(rng.uniform(0.1, 0.9))


def simplex(*shape: int) -> Draw:
    return lambda rng: rng.dirichlet(np.full(shape[-1], 2.0), size=shape[:-1])


def whole(high: int, *shape: int) -> Draw:
    return lambda rng: rng.integers(high, size=shape) if shape else int(rng.integers(high))


def zero_one(*shape: int) -> Draw:
    return lambda rng: rng.integers(2, size=shape).astype(float)


def signs(*shape: int) -> Draw:
    return lambda rng: rng.choice([-1.0, 1.0], size=shape) if shape else float(rng.choice([-1, 1]))


def mask(*shape: int) -> Draw:
    return lambda rng: rng.random(size=shape) < 0.6


def spd(n: int) -> Draw:
    def draw(rng: np.random.Generator) -> Any:
        a = rng.normal(size=(n, n))
        return a @ a.T + n * np.eye(n)

    return draw


def value(x: Any) -> Draw:
    return lambda _: x


def net(out: int, *dims: int, above: bool = False) -> Draw:
    """A smooth function of vectors (their width) and scalars (0); of the last axis, in any batch."""

    def draw(rng: np.random.Generator) -> Any:
        weights = [rng.normal(size=(out or 1, d or 1)) for d in dims]
        bias = rng.normal(size=out or 1)

        def function(*arguments: Any) -> Any:
            total = bias
            for w, d, a in zip(weights, dims, arguments, strict=True):
                a = np.asarray(a, dtype=float)
                total = total + (a if d else a[..., None]) @ w.T
            result = 1 / (1 + np.exp(-total)) if above else np.tanh(total)
            return np.asarray(result if out else result[..., 0])

        return function

    return draw


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(x: Any) -> Any:
    return sp.softmax(x, axis=-1)


EQUATIONS: list[Equation] = []


def equation(
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


REFUSED: list[tuple[str, str, dict[str, str], tuple[str, ...], str]] = []


def refused(
    id: str,
    source: str,
    error: str,
    *,
    shapes: dict[str, str] | None = None,
    outputs: tuple[str, ...] = (),
) -> None:
    REFUSED.append((id, source, shapes or {}, outputs, error))


# --- regression and classification -----------------------------------------------------------------

equation(
    "mse",
    r"\mathrm{MSE} = \frac{1}{n} \sum_{i=1}^{n} (y_i - \hat{y}_i)^2",
    {"y": normal(6), "y_hat": normal(6), "n": value(6)},
    lambda y, y_hat, **_: np.mean((y - y_hat) ** 2),
    batched=("y", "y_hat"),
)
equation(
    "mse-text",
    "MSE = (1/n) Σ_{i=1}^{n} (y_i − ŷ_i)^2",
    {"y": normal(6), "y_hat": normal(6), "n": value(6)},
    lambda y, y_hat, **_: np.mean((y - y_hat) ** 2),
    batched=("y", "y_hat"),
)
equation(
    "mse-readme",
    "MSE = 1/n * sum_i (y_i - y_hat_i)^2",
    {"y": normal(6), "y_hat": normal(6), "n": value(6)},
    lambda y, y_hat, **_: np.mean((y - y_hat) ** 2),
    shapes={"y": "n", "y_hat": "n"},
    batched=("y", "y_hat"),
)
equation(
    "mae",
    r"\mathrm{MAE} = \frac{\sum_{i=1}^n \left| y_i - x_i \right|}{n}",
    {"y": normal(6), "x": normal(6), "n": value(6)},
    lambda y, x, **_: np.mean(np.abs(y - x)),
    batched=("y", "x"),
)
equation(
    "rmse",
    r"\operatorname{RMSE} = \sqrt{\frac{1}{N}\sum_{i=1}^{N}\left(y_i-\hat y_i\right)^2}",
    {"y": normal(6), "y_hat": normal(6), "N": value(6)},
    lambda y, y_hat, **_: np.sqrt(np.mean((y - y_hat) ** 2)),
    batched=("y", "y_hat"),
)
equation(
    "mape",
    r"\text{MAPE} = \frac{100}{n} \sum_{t=1}^{n} \left| \frac{A_t - F_t}{A_t} \right|",
    {"A": positive(6), "F": positive(6), "n": value(6)},
    lambda A, F, **_: 100 * np.mean(np.abs((A - F) / A)),
    batched=("A", "F"),
)
equation(
    "smape",
    r"\text{SMAPE} = \frac{100}{n} \sum_{t=1}^n \frac{\left|F_t-A_t\right|}{(|A_t|+|F_t|)/2}",
    {"A": normal(6), "F": normal(6), "n": value(6)},
    lambda A, F, **_: 100 * np.mean(np.abs(F - A) / ((abs(A) + abs(F)) / 2)),
    batched=("A", "F"),
)
equation(
    "r2-defined",
    r"R^2 = 1 - \frac{\sum_{i}(y_i - \hat{y}_i)^2}{\sum_{i}(y_i - \bar{y})^2}, \quad \bar{y} = \frac{1}{n}\sum_{i=1}^n y_i",
    {"y": normal(6), "y_hat": normal(6), "n": value(6)},
    lambda y, y_hat, **_: 1 - np.sum((y - y_hat) ** 2) / np.sum((y - y.mean()) ** 2),
    outputs=("R_sq",),
    batched=("y", "y_hat"),
)
equation(
    "log-cosh",
    r"L(y, \hat{y}) = \sum_{i=1}^{n} \log(\cosh(\hat{y}_i - y_i))",
    {"y": normal(6), "y_hat": normal(6), "n": value(6)},
    lambda y, y_hat, **_: np.sum(np.log(np.cosh(y_hat - y))),
    batched=("y", "y_hat"),
)
equation(
    "pinball-cases",
    r"""L_\tau(y, \hat{y}) = \begin{cases} \tau (y - \hat{y}) & \text{if } y \geq \hat{y} \\
    (1 - \tau)(\hat{y} - y) & \text{otherwise} \end{cases}""",
    {"y": normal(6), "y_hat": normal(6), "tau": unit()},
    lambda y, y_hat, tau: np.maximum(tau * (y - y_hat), (tau - 1) * (y - y_hat)),
    batched=("y", "y_hat"),
)
equation(
    "pinball-check-function",
    r"\rho_\tau(u) = u\left(\tau - \mathbb{1}_{\{u < 0\}}\right)",
    {"u": normal(6), "tau": unit()},
    lambda u, tau: u * (tau - (u < 0)),
    batched=("u",),
)
equation(
    "pinball-text",
    "L = max(τ*(y - q), (τ - 1)*(y - q))",
    {"y": normal(6), "q": normal(6), "tau": unit()},
    lambda y, q, tau: np.maximum(tau * (y - q), (tau - 1) * (y - q)),
    batched=("y", "q"),
)
equation(
    "bce",
    r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^{N} \left[ y_i \log(p_i) + (1-y_i)\log(1-p_i) \right]",
    {"y": zero_one(6), "p": unit(6), "N": value(6)},
    lambda y, p, **_: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
    batched=("y", "p"),
)
equation(
    "bce-scalar",
    r"\mathcal{L}(y, \hat{y}) = -\left(y \log \hat{y} + (1 - y) \log (1 - \hat{y})\right)",
    {"y": zero_one(6), "y_hat": unit(6)},
    lambda y, y_hat: -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
    batched=("y", "y_hat"),
)
equation(
    "bce-text",
    "BCE = -mean(y * log(p) + (1 - y) * log(1 - p))",
    {"y": zero_one(6), "p": unit(6)},
    lambda y, p: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
    shapes={"y": "n", "p": "n"},
    batched=("y", "p"),
)
equation(
    "bce-logits",
    r"\ell = \max(x, 0) - x z + \log(1 + \exp(-|x|))",
    {"x": normal(6), "z": zero_one(6)},
    lambda x, z: np.maximum(x, 0) - x * z + np.log1p(np.exp(-abs(x))),
    shapes={"x": "", "z": ""},
    batched=("x", "z"),
)
equation(
    "hinge",
    r"\ell(y) = \max(0, 1 - t \cdot y)",
    {"t": signs(6), "y": normal(6)},
    lambda t, y: np.maximum(0, 1 - t * y),
    shapes={"t": "", "y": ""},
    batched=("t", "y"),
)
equation(
    "svm-objective",
    r"J(\mathbf{w}, b) = \lambda \lVert \mathbf{w} \rVert^2 + \frac{1}{n} \sum_{i=1}^n \max\left(0, 1 - y_i(\mathbf{w}^\mathsf{T} \mathbf{x}_i - b)\right)",
    {"w": normal(3), "b": normal(), "lambda_": positive(), "y": signs(5), "x": normal(5, 3), "n": value(5)},
    lambda w, b, lambda_, y, x, **_: lambda_ * w @ w + np.mean(np.maximum(0, 1 - y * (x @ w - b))),
    shapes={"w": "d", "b": "", "y": "n", "x": "n d", "lambda_": ""},
    batched=("w", "x"),
)
equation(
    "label-smoothing",
    r"y_k^{LS} = y_k (1 - \alpha) + \alpha / K",
    {"y": simplex(5), "alpha": unit(), "K": value(5)},
    lambda y, alpha, **_: y * (1 - alpha) + alpha / 5,
    shapes={"y": "K", "alpha": ""},
    batched=("y",),
)
equation(
    "smooth-l1",
    r"\ell_n = \begin{cases} 0.5 (x_n - y_n)^2 / \beta, & \text{if } |x_n - y_n| < \beta \\ |x_n - y_n| - 0.5 * \beta, & \text{otherwise} \end{cases}",
    {"x": normal(6), "y": normal(6), "beta": positive()},
    lambda x, y, beta: np.where(abs(x - y) < beta, 0.5 * (x - y) ** 2 / beta, abs(x - y) - 0.5 * beta),
    shapes={"x": "N", "y": "N", "beta": ""},
    batched=("x", "y"),
)
equation(
    "tversky",
    r"TI = \frac{\sum_{i=1}^N p_{i} g_{i}}{\sum_{i=1}^N p_{i} g_{i} + \alpha \sum_{i=1}^N p_i (1 - g_i) + \beta \sum_{i=1}^N (1 - p_i) g_i}",
    {"p": unit(6), "g": zero_one(6), "alpha": unit(), "beta": unit(), "N": value(6)},
    lambda p, g, alpha, beta, **_: (p @ g) / (p @ g + alpha * p @ (1 - g) + beta * (1 - p) @ g),
    batched=("p", "g"),
)
equation(
    "dice-smooth-text",
    "dice = (2 * sum(p * g) + eps) / (sum(p) + sum(g) + eps)",
    {"p": unit(6), "g": zero_one(6), "eps": value(1e-3)},
    lambda p, g, eps: (2 * p @ g + eps) / (p.sum() + g.sum() + eps),
    shapes={"p": "n", "g": "n", "eps": ""},
    batched=("p", "g"),
)
equation(
    "poly-1",
    r"L_{\text{Poly-1}} = -\log(P_t) + \epsilon_1 (1 - P_t)",
    {"P_t": unit(6), "epsilon_1": unit()},
    lambda P_t, epsilon_1: -np.log(P_t) + epsilon_1 * (1 - P_t),
    shapes={"P_t": "", "epsilon_1": ""},
    batched=("P_t",),
)
equation(
    "weighted-cross-entropy",
    r"\ell = -\sum_{n=1}^{N} \frac{1}{\sum_{m=1}^N w_{y_m}} w_{y_n} \log \frac{\exp(x_{n, y_n})}{\sum_{c=1}^{C} \exp(x_{n,c})}",
    {"x": normal(6, 4), "y": whole(4, 6), "w": positive(4), "N": value(6), "C": value(4)},
    lambda x, y, w, **_: -np.sum(w[y] * sp.log_softmax(x, axis=1)[np.arange(6), y]) / w[y].sum(),
    shapes={"x": "N C", "y": "N : int", "w": "C"},
)
equation(
    "mixup",
    r"\tilde{x} = \lambda x_i + (1-\lambda) x_j, \quad \tilde{y} = \lambda y_i + (1-\lambda) y_j",
    {"x_i": normal(4), "x_j": normal(4), "y_i": normal(3), "y_j": normal(3), "lambda_": unit()},
    lambda x_i, x_j, y_i, y_j, lambda_: (
        lambda_ * x_i + (1 - lambda_) * x_j,
        lambda_ * y_i + (1 - lambda_) * y_j,
    ),
    shapes={"x_i": "d", "x_j": "d", "y_i": "k", "y_j": "k", "lambda_": ""},
    batched=("x_i", "x_j", "y_i", "y_j"),
)
equation(
    "distillation-kl",
    r"\mathcal{L}_{KD} = T^2 \sum_{i} p_i \log \frac{p_i}{q_i}, \quad p_i = \frac{\exp(v_i/T)}{\sum_j \exp(v_j/T)}, \quad q_i = \frac{\exp(z_i/T)}{\sum_j \exp(z_j/T)}",
    {"v": normal(5), "z": normal(5), "T": positive()},
    lambda v, z, T: T**2 * st.entropy(softmax(v / T), softmax(z / T)),
    outputs=("L_KD",),
    batched=("v", "z"),
)
equation(
    "contrastive-hadsell",
    r"L(W, Y, X_1, X_2) = (1-Y)\frac{1}{2}(D_W)^2 + (Y)\frac{1}{2}\{\max(0, m - D_W)\}^2",
    {"W": normal(), "X_1": normal(), "X_2": normal(), "Y": zero_one(6), "D_W": positive(6), "m": positive()},
    lambda Y, D_W, m, **_: (1 - Y) * 0.5 * D_W**2 + Y * 0.5 * np.maximum(0, m - D_W) ** 2,
    shapes={"Y": "", "D_W": "", "m": "", "W": "", "X_1": "", "X_2": ""},
    batched=("Y", "D_W"),
)
equation(
    "center-loss",
    r"\mathcal{L}_C = \frac{1}{2} \sum_{i=1}^{m} \lVert \boldsymbol{x}_i - \boldsymbol{c}_{y_i} \rVert_2^2",
    {"x": normal(6, 3), "c": normal(4, 3), "y": whole(4, 6), "m": value(6)},
    lambda x, c, y, **_: 0.5 * np.sum((x - c[y]) ** 2),
    shapes={"x": "m d", "c": "n d", "y": "m : int"},
)

# --- contrastive ------------------------------------------------------------------------------------


def _supcon(z, P, A, tau):
    s = z @ z.T / tau
    total = 0.0
    for i in range(len(z)):
        denominator = sum(np.exp(s[i, a]) for a in range(len(z)) if A[i, a])
        inner = sum(np.log(np.exp(s[i, p]) / denominator) for p in range(len(z)) if P[i, p])
        total += -1 / P[i].sum() * inner
    return total


def _pairs(n, p=0.5):
    def draw(rng):
        m = rng.random((n, n)) < p
        m[np.arange(n), (np.arange(n) + 1) % n] = True
        m[np.arange(n), np.arange(n)] = False
        return m

    return draw


equation(
    "supcon",
    r"""\mathcal{L}^{sup}_{out} = \sum_{i \in I} \frac{-1}{|P(i)|} \sum_{p \in P(i)} \log
    \frac{\exp(\boldsymbol{z}_i \cdot \boldsymbol{z}_p / \tau)}{\sum_{a \in A(i)} \exp(\boldsymbol{z}_i \cdot \boldsymbol{z}_a / \tau)}""",
    {"z": normal(6, 3), "P": _pairs(6), "A": _pairs(6, 1.0), "tau": positive()},
    _supcon,
    shapes={"z": "n d", "P": "n n : bool", "A": "n n : bool", "tau": ""},
    batched=("z",),
)


def _vicreg_v(Z, gamma, epsilon):
    return np.mean(np.maximum(0, gamma - np.sqrt(Z.var(axis=0) + epsilon)))


equation(
    "vicreg-covariance",
    r"""C(Z) = \frac{1}{n-1} \sum_{i=1}^{n} (z_i - \bar{z})(z_i - \bar{z})^T, \quad \text{where} \quad \bar{z} = \frac{1}{n}\sum_{i=1}^n z_i.""",
    {"Z": value(0.0), "z": normal(6, 3), "n": value(6)},
    lambda z, **_: np.cov(z.T),
    shapes={"z": "n d"},
    outputs=("C",),
    batched=("z",),
)
equation(
    "vicreg-covariance-loss",
    r"c = \frac{1}{d} \sum_{i \neq j} [C]_{i,j}^2",
    {"C": normal(4, 4), "d": value(4)},
    lambda C, **_: (np.sum(C**2) - np.sum(np.diag(C) ** 2)) / 4,
    shapes={"C": "d d"},
    batched=("C",),
)
equation(
    "vicreg-invariance",
    r"s = \frac{1}{n} \sum_i \lVert z_i - z'_i \rVert_2^2",
    {"z": normal(6, 3), "z_prime": normal(6, 3)},
    lambda z, z_prime: np.mean(np.sum((z - z_prime) ** 2, axis=1)),
    shapes={"z": "n d", "z_prime": "n d"},
    batched=("z", "z_prime"),
)
equation(
    "byol",
    r"\mathcal{L} = 2 - 2 \cdot \frac{\langle q, z' \rangle}{\lVert q \rVert_2 \cdot \lVert z' \rVert_2}",
    {"q": normal(4), "z_prime": normal(4)},
    lambda q, z_prime: 2 - 2 * q @ z_prime / np.linalg.norm(q) / np.linalg.norm(z_prime),
    shapes={"q": "d", "z_prime": "d"},
    batched=("q", "z_prime"),
)


def _neg_cos(p, z):
    return -(p @ z) / np.linalg.norm(p) / np.linalg.norm(z)


equation(
    "simsiam",
    r"""\mathcal{D}(p_1, z_2) = - \frac{p_1}{\lVert p_1 \rVert_2} \cdot \frac{z_2}{\lVert z_2 \rVert_2} \\
    \mathcal{L} = \frac{1}{2}\mathcal{D}(p_1, \texttt{stopgrad}(z_2)) + \frac{1}{2}\mathcal{D}(p_2, \texttt{stopgrad}(z_1))""",
    {"p_1": normal(4), "p_2": normal(4), "z_1": normal(4), "z_2": normal(4)},
    lambda p_1, p_2, z_1, z_2: 0.5 * _neg_cos(p_1, z_2) + 0.5 * _neg_cos(p_2, z_1),
    shapes={"p_1": "d", "p_2": "d", "z_1": "d", "z_2": "d"},
    outputs=("L",),
    batched=("p_1", "z_2"),
)
equation(
    "uniformity",
    r"\mathcal{L}_\text{uniform} = \log \frac{1}{N^2} \sum_{i=1}^N \sum_{j=1}^N e^{-t \lVert x_i - x_j \rVert_2^2}",
    {"x": normal(5, 3), "t": positive(), "N": value(5)},
    lambda x, t, **_: np.log(np.mean(np.exp(-t * ((x[:, None] - x[None]) ** 2).sum(-1)))),
    shapes={"x": "N d", "t": ""},
    batched=("x",),
)
equation(
    "alignment",
    r"\mathcal{L}_\text{align} = \frac{1}{N} \sum_{i=1}^N \lVert f(x_i) - f(y_i) \rVert_2^\alpha",
    {"f": net(3, 4), "x": normal(5, 4), "y": normal(5, 4), "alpha": positive(), "N": value(5)},
    lambda f, x, y, alpha, **_: np.mean(np.linalg.norm(f(x) - f(y), axis=1) ** alpha),
    shapes={"x": "N d", "y": "N d", "alpha": "", "f": "(d) -> (k)"},
)
equation(
    "n-pair",
    r"\mathcal{L} = \frac{1}{N}\sum_{i=1}^{N} \log\left(1 + \sum_{j \neq i} \exp(f_i^\top f_j^+ - f_i^\top f_i^+)\right)",
    {"f": normal(5, 3), "f_plus": normal(5, 3), "N": value(5)},
    lambda f, f_plus, **_: np.mean(
        [np.log(1 + sum(np.exp(f[i] @ f_plus[j] - f[i] @ f_plus[i]) for j in range(5) if j != i)) for i in range(5)]
    ),
    shapes={"f": "N d", "f_plus": "N d"},
    batched=("f", "f_plus"),
)
equation(
    "siglip",
    r"""\mathcal{L} = -\frac{1}{|\mathcal{B}|} \sum_{i=1}^{|\mathcal{B}|} \sum_{j=1}^{|\mathcal{B}|}
    \log \frac{1}{1 + e^{z_{ij}(-t\, \mathbf{x}_i \cdot \mathbf{y}_j + b)}}""",
    {"x": normal(5, 3), "y": normal(5, 3), "z": signs(5, 5), "t": positive(), "b": normal()},
    lambda x, y, z, t, b: np.sum(np.log1p(np.exp(z * (-t * x @ y.T + b)))) / 5,
    shapes={"x": "n d", "y": "n d", "z": "n n", "t": "", "b": ""},
    batched=("x", "y"),
)
equation(
    "dino-temperature",
    r"P_s(x)^{(i)} = \frac{\exp(g_{\theta_s}(x)^{(i)} / \tau_s)}{\sum_{k=1}^K \exp(g_{\theta_s}(x)^{(k)} / \tau_s)}",
    {"g_theta_s": net(5, 4), "x": normal(4), "tau_s": positive(), "K": value(5)},
    lambda g_theta_s, x, tau_s, **_: softmax(g_theta_s(x) / tau_s),
    shapes={"g_theta_s": "(d) -> (K)", "x": "d", "tau_s": ""},
    batched=("x",),
)
equation(
    "cpc-like-infonce",
    r"\mathcal{L}_i = -\log \frac{e^{\mathrm{sim}(z_i, z'_i)/\tau}}{\sum_{k=1}^{N} e^{\mathrm{sim}(z_i, z'_k)/\tau}}, \quad \mathrm{sim}(u, v) = \frac{u^\top v}{\|u\| \|v\|}",
    {"z": normal(5, 3), "z_prime": normal(5, 3), "tau": positive(), "N": value(5)},
    lambda z, z_prime, tau, **_: -np.diag(
        sp.log_softmax(
            (z / np.linalg.norm(z, axis=1)[:, None])
            @ (z_prime / np.linalg.norm(z_prime, axis=1)[:, None]).T
            / tau,
            axis=1,
        )
    ),
    shapes={"z": "N d", "z_prime": "N d", "tau": ""},
    outputs=("L",),
    batched=("z", "z_prime"),
)
equation(
    "circle-loss",
    r"\mathcal{L} = \log\left[1 + \sum_{j=1}^{L} \exp(\gamma \alpha_n^j (s_n^j - \Delta_n)) \sum_{i=1}^{K} \exp(-\gamma \alpha_p^i (s_p^i - \Delta_p))\right]",
    {"alpha_n": positive(4), "s_n": unit(4), "alpha_p": positive(3), "s_p": unit(3), "gamma": positive(),
     "Delta_n": unit(), "Delta_p": unit(), "L": value(4), "K": value(3)},
    lambda alpha_n, s_n, alpha_p, s_p, gamma, Delta_n, Delta_p, **_: np.log(
        1 + np.exp(gamma * alpha_n * (s_n - Delta_n)).sum() * np.exp(-gamma * alpha_p * (s_p - Delta_p)).sum()
    ),
    shapes={"alpha_n": "L", "s_n": "L", "alpha_p": "K", "s_p": "K"},
    batched=("s_n", "s_p"),
)
equation(
    "gram-style",
    r"G^l_{ij} = \sum_k F^l_{ik} F^l_{jk}, \quad E_l = \frac{1}{4 N_l^2 M_l^2} \sum_{i,j} (G^l_{ij} - A^l_{ij})^2",
    {"F_l": normal(3, 5), "A_l": normal(3, 3), "N_l": value(3), "M_l": value(5)},
    lambda F_l, A_l, N_l, M_l: np.sum((F_l @ F_l.T - A_l) ** 2) / (4 * N_l**2 * M_l**2),
    shapes={"F_l": "n m", "A_l": "n n", "N_l": "", "M_l": ""},
    outputs=("E_l",),
    batched=("F_l",),
)


def _tv(x):
    h, w = x.shape
    return sum(
        np.sqrt((x[i, j + 1] - x[i, j]) ** 2 + (x[i + 1, j] - x[i, j]) ** 2)
        for i in range(h - 1)
        for j in range(w - 1)
    )


equation(
    "total-variation",
    r"TV(x) = \sum_{i,j} \sqrt{(x_{i,j+1} - x_{i,j})^2 + (x_{i+1,j} - x_{i,j})^2}",
    {"x": normal(4, 5)},
    _tv,
    shapes={"x": "H W"},
    batched=("x",),
)

# --- divergences --------------------------------------------------------------------------------------


def _kl_mvn(mu_0, mu_1, Sigma_0, Sigma_1, **_):
    inverse = np.linalg.inv(Sigma_1)
    d = mu_1 - mu_0
    return 0.5 * (
        np.trace(inverse @ Sigma_0) - len(d) + d @ inverse @ d + np.log(np.linalg.det(Sigma_1) / np.linalg.det(Sigma_0))
    )


_MVN = {"N_0": value(0.0), "N_1": value(0.0), "mu_0": normal(3), "mu_1": normal(3), "Sigma_0": spd(3), "Sigma_1": spd(3), "k": value(3)}
equation(
    "kl-mvn",
    r"""D_\text{KL}\left(\mathcal{N}_0 \parallel \mathcal{N}_1\right) = \frac{1}{2}\left(
    \operatorname{tr}\left(\Sigma_1^{-1}\Sigma_0\right) - k + \left(\mu_1 - \mu_0\right)^\mathsf{T} \Sigma_1^{-1}\left(\mu_1 - \mu_0\right)
    + \ln\left(\frac{\det\Sigma_1}{\det\Sigma_0}\right)\right)""",
    _MVN,
    _kl_mvn,
    shapes={"mu_0": "k", "mu_1": "k", "Sigma_0": "k k", "Sigma_1": "k k"},
    batched=("mu_0", "mu_1"),
)
equation(
    "kl-mvn-undeclared",
    r"""D_\text{KL} = \frac{1}{2}\left(
    \operatorname{tr}\left(\Sigma_1^{-1}\Sigma_0\right) + \left(\mu_1 - \mu_0\right)^\mathsf{T} \Sigma_1^{-1}\left(\mu_1 - \mu_0\right)
    - k + \ln\left(\frac{|\Sigma_1|}{|\Sigma_0|}\right)\right)""",
    _MVN,
    _kl_mvn,
    batched=("mu_0", "mu_1"),
)
equation(
    "kl-diagonal-standard",
    r"D_{KL} = \frac{1}{2} \sum_{i=1}^{k} \left(\sigma_i^2 + \mu_i^2 - 1 - \ln(\sigma_i^2)\right)",
    {"mu": normal(4), "sigma": positive(4), "k": value(4)},
    lambda mu, sigma, **_: 0.5 * np.sum(sigma**2 + mu**2 - 1 - np.log(sigma**2)),
    batched=("mu", "sigma"),
)
equation(
    "kl-logvar-text",
    "KL = -0.5 * sum(1 + logvar - mu^2 - exp(logvar))",
    {"mu": normal(4), "logvar": normal(4)},
    lambda mu, logvar: -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar)),
    shapes={"mu": "d", "logvar": "d"},
    batched=("mu", "logvar"),
)
equation(
    "jensen-shannon",
    r"""{\rm JSD}(P \parallel Q) = \frac{1}{2} D(P \parallel M) + \frac{1}{2} D(Q \parallel M) \\
    M = \frac{1}{2}(P + Q) \\
    D(P \parallel Q) = \sum_{x \in \mathcal{X}} P(x) \log\left(\frac{P(x)}{Q(x)}\right)""",
    {"P": simplex(5), "Q": simplex(5)},
    lambda P, Q: 0.5 * st.entropy(P, (P + Q) / 2) + 0.5 * st.entropy(Q, (P + Q) / 2),
    shapes={"P": "n", "Q": "n"},
    outputs=("JSD",),
    batched=("P", "Q"),
)
equation(
    "hellinger",
    r"H(P, Q) = \frac{1}{\sqrt{2}} \; \sqrt{\sum_{i=1}^{k} (\sqrt{p_i} - \sqrt{q_i})^2}",
    {"P": value(0.0), "Q": value(0.0), "p": simplex(5), "q": simplex(5), "k": value(5)},
    lambda p, q, **_: np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2)) / np.sqrt(2),
    batched=("p", "q"),
)
equation(
    "bhattacharyya",
    r"D_B(P, Q) = -\ln\left(\sum_{x \in \mathcal{X}} \sqrt{P(x) Q(x)}\right)",
    {"P": simplex(5), "Q": simplex(5)},
    lambda P, Q: -np.log(np.sum(np.sqrt(P * Q))),
    shapes={"P": "n", "Q": "n"},
    batched=("P", "Q"),
)
equation(
    "bhattacharyya-gaussian",
    r"D_B(p, q) = \frac{1}{4} \frac{(\mu_p - \mu_q)^2}{\sigma_p^2 + \sigma_q^2} + \frac{1}{2} \ln\left(\frac{\sigma_p^2 + \sigma_q^2}{2 \sigma_p \sigma_q}\right)",
    {"mu_p": normal(4), "mu_q": normal(4), "sigma_p": positive(4), "sigma_q": positive(4), "p": value(0.0), "q": value(0.0)},
    lambda mu_p, mu_q, sigma_p, sigma_q, **_: 0.25 * (mu_p - mu_q) ** 2 / (sigma_p**2 + sigma_q**2)
    + 0.5 * np.log((sigma_p**2 + sigma_q**2) / (2 * sigma_p * sigma_q)),
    batched=("mu_p", "mu_q"),
)
equation(
    "renyi",
    r"D_\alpha(P \| Q) = \frac{1}{\alpha - 1} \log\left(\sum_{i=1}^n \frac{p_i^\alpha}{q_i^{\alpha-1}}\right)",
    {"p": simplex(5), "q": simplex(5), "P": value(0.0), "Q": value(0.0), "alpha": value(1.7), "n": value(5)},
    lambda p, q, alpha, **_: np.log(np.sum(p**alpha / q ** (alpha - 1))) / (alpha - 1),
    shapes={"p": "n", "q": "n", "alpha": ""},
    batched=("p", "q"),
)
equation(
    "tsallis",
    r"S_q(p) = \frac{1}{q - 1}\left(1 - \sum_i p_i^q\right)",
    {"p": simplex(5), "q": value(1.7)},
    lambda p, q: (1 - np.sum(p**q)) / (q - 1),
    batched=("p",),
)
equation(
    "chi-square",
    r"\chi^2 = \sum_{i=1}^{n} \frac{(O_i - E_i)^2}{E_i}",
    {"O": positive(5), "E": positive(5), "n": value(5)},
    lambda O, E, **_: np.sum((O - E) ** 2 / E),  # noqa: E741
    batched=("O", "E"),
)
equation(
    "chi-square-table",
    r"\chi^2 = \sum_{i=1}^{r} \sum_{j=1}^{c} \frac{(O_{i,j} - E_{i,j})^2}{E_{i,j}}",
    {"O": positive(3, 4), "E": positive(3, 4), "r": value(3), "c": value(4)},
    lambda O, E, **_: np.sum((O - E) ** 2 / E),  # noqa: E741
    batched=("O", "E"),
)
equation(
    "total-variation-distance",
    r"\delta(P, Q) = \frac{1}{2} \sum_{x} |P(x) - Q(x)|",
    {"P": simplex(5), "Q": simplex(5)},
    lambda P, Q: 0.5 * np.sum(np.abs(P - Q)),
    shapes={"P": "n", "Q": "n"},
    batched=("P", "Q"),
)
equation(
    "frechet-commuting",
    r"d^2 = \lVert m - m_w \rVert_2^2 + \operatorname{Tr}\left(C + C_w - 2\left(C^{1/2} C_w C^{1/2}\right)^{1/2}\right)",
    {"m": normal(3), "m_w": normal(3), "C": spd(3), "C_w": spd(3)},
    lambda m, m_w, C, C_w: np.sum((m - m_w) ** 2)
    + np.trace(C + C_w)
    - 2 * np.sum(np.sqrt(np.linalg.eigvals(C @ C_w).real)),
    shapes={"m": "d", "m_w": "d", "C": "d d : spd", "C_w": "d d : spd"},
)


def _rbf(a, b, s):
    return np.exp(-((a[:, None] - b[None]) ** 2).sum(-1) / (2 * s**2))


equation(
    "mmd-biased",
    r"""\mathrm{MMD}^2 = \frac{1}{m^2} \sum_{i,j=1}^{m} k(x_i, x_j) - \frac{2}{mn} \sum_{i,j=1}^{m,n} k(x_i, y_j) + \frac{1}{n^2} \sum_{i,j=1}^{n} k(y_i, y_j) \\
    k(u, v) = \exp\left(-\frac{\|u - v\|^2}{2\sigma^2}\right)""",
    {"x": normal(4, 3), "y": normal(5, 3), "sigma": positive(), "m": value(4), "n": value(5)},
    lambda x, y, sigma, **_: _rbf(x, x, sigma).mean() - 2 * _rbf(x, y, sigma).mean() + _rbf(y, y, sigma).mean(),
    shapes={"x": "m d", "y": "n d", "sigma": ""},
    outputs=("MMD_sq",),
    batched=("x", "y"),
)


def _mmd_unbiased(X, Y, sigma, **_):
    m = len(X)
    kxx, kyy = _rbf(X, X, sigma), _rbf(Y, Y, sigma)
    return (
        (kxx.sum() - np.trace(kxx)) / (m * (m - 1))
        + (kyy.sum() - np.trace(kyy)) / (m * (m - 1))
        - 2 * _rbf(X, Y, sigma).mean()
    )


equation(
    "mmd-unbiased",
    r"""\mathrm{MMD}_u^2 = \frac{1}{m(m-1)} \sum_{i=1}^m \sum_{j \neq i}^m k(x_i, x_j) + \frac{1}{m(m-1)} \sum_{i=1}^m \sum_{j \neq i}^m k(y_i, y_j) - \frac{2}{m^2}\sum_{i=1}^m\sum_{j=1}^m k(x_i, y_j) \\
    k(a, b) = \exp\left(-\frac{\|a - b\|^2}{2\sigma^2}\right)""",
    {"x": normal(4, 3), "y": normal(4, 3), "sigma": positive(), "m": value(4)},
    lambda x, y, sigma, **_: _mmd_unbiased(x, y, sigma),
    shapes={"x": "m d", "y": "m d", "sigma": ""},
    outputs=("MMD_u_sq",),
    batched=("x", "y"),
)


def _dist(a, b):
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))


equation(
    "energy-distance",
    r"\mathcal{E} = \frac{2}{nm}\sum_{i=1}^n\sum_{j=1}^m \lVert x_i - y_j \rVert - \frac{1}{n^2}\sum_{i=1}^n\sum_{j=1}^n \lVert x_i - x_j \rVert - \frac{1}{m^2}\sum_{i=1}^m\sum_{j=1}^m \lVert y_i - y_j \rVert",
    {"x": normal(4, 3), "y": normal(5, 3), "n": value(4), "m": value(5)},
    lambda x, y, **_: 2 * _dist(x, y).mean() - _dist(x, x).mean() - _dist(y, y).mean(),
    shapes={"x": "n d", "y": "m d"},
)
equation(
    "entropy-bits",
    r"\mathrm{H}(X) = -\sum_{x \in \mathcal{X}} p(x) \log_2 p(x)",
    {"p": simplex(5), "X": value(0.0)},
    lambda p, **_: -np.sum(p * np.log2(p)),
    shapes={"p": "n"},
    batched=("p",),
)
equation(
    "entropy-text",
    "H = -Σ_i p_i log p_i",
    {"p": simplex(5)},
    lambda p: -np.sum(p * np.log(p)),
    batched=("p",),
)
equation(
    "cross-entropy-x",
    r"H(p, q) = -\sum_{x \in \mathcal{X}} p(x) \log q(x)",
    {"p": simplex(5), "q": simplex(5)},
    lambda p, q: -np.sum(p * np.log(q)),
    shapes={"p": "n", "q": "n"},
    batched=("p", "q"),
)
equation(
    "mutual-information",
    r"I(X; Y) = \sum_{y \in \mathcal{Y}} \sum_{x \in \mathcal{X}} P_{XY}(x, y) \log\left(\frac{P_{XY}(x, y)}{P_X(x) P_Y(y)}\right)",
    {"P_XY": lambda rng: rng.dirichlet(np.ones(12)).reshape(3, 4), "P_X": simplex(3), "P_Y": simplex(4),
     "X": value(0.0), "Y": value(0.0)},
    lambda P_XY, P_X, P_Y, **_: np.sum(P_XY * np.log(P_XY / np.outer(P_X, P_Y))),
    shapes={"P_XY": "n m", "P_X": "n", "P_Y": "m"},
    batched=("P_XY",),
)
equation(
    "mutual-information-joint-only",
    r"I = \sum_{i,j} p_{ij} \log \frac{p_{ij}}{\left(\sum_k p_{ik}\right)\left(\sum_l p_{lj}\right)}",
    {"p": lambda rng: rng.dirichlet(np.ones(12)).reshape(3, 4)},
    lambda p: np.sum(p * np.log(p / np.outer(p.sum(1), p.sum(0)))),
    batched=("p",),
)
equation(
    "sinkhorn-objective",
    r"d = \sum_{i,j} P_{ij} M_{ij} - \frac{1}{\lambda} h(P), \quad h(P) = -\sum_{i,j} P_{ij} \log P_{ij}",
    {"P": lambda rng: rng.dirichlet(np.ones(12)).reshape(3, 4), "M": positive(3, 4), "lambda_": positive()},
    lambda P, M, lambda_: np.sum(P * M) + np.sum(P * np.log(P)) / lambda_,
    outputs=("d",),
    batched=("P", "M"),
)
equation(
    "wasserstein-1d",
    r"W_p = \left(\frac{1}{n}\sum_{i=1}^{n} \left|x_{(i)} - y_{(i)}\right|^p\right)^{1/p}",
    {"x": normal(5), "y": normal(5), "p": value(1.5), "n": value(5)},
    lambda x, y, p, **_: np.mean(abs(x - y) ** p) ** (1 / p),
    batched=("x", "y"),
)
