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
    {
        "w": normal(3),
        "b": normal(),
        "lambda_": positive(),
        "y": signs(5),
        "x": normal(5, 3),
        "n": value(5),
    },
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
    lambda x, y, beta: np.where(
        abs(x - y) < beta, 0.5 * (x - y) ** 2 / beta, abs(x - y) - 0.5 * beta
    ),
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
    {
        "W": normal(),
        "X_1": normal(),
        "X_2": normal(),
        "Y": zero_one(6),
        "D_W": positive(6),
        "m": positive(),
    },
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
        [
            np.log(1 + sum(np.exp(f[i] @ f_plus[j] - f[i] @ f_plus[i]) for j in range(5) if j != i))
            for i in range(5)
        ]
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
    lambda z, z_prime, tau, **_: (
        -np.diag(
            sp.log_softmax(
                (z / np.linalg.norm(z, axis=1)[:, None])
                @ (z_prime / np.linalg.norm(z_prime, axis=1)[:, None]).T
                / tau,
                axis=1,
            )
        )
    ),
    shapes={"z": "N d", "z_prime": "N d", "tau": ""},
    outputs=("L",),
    batched=("z", "z_prime"),
)
equation(
    "circle-loss",
    r"\mathcal{L} = \log\left[1 + \sum_{j=1}^{L} \exp(\gamma \alpha_n^j (s_n^j - \Delta_n)) \sum_{i=1}^{K} \exp(-\gamma \alpha_p^i (s_p^i - \Delta_p))\right]",
    {
        "alpha_n": positive(4),
        "s_n": unit(4),
        "alpha_p": positive(3),
        "s_p": unit(3),
        "gamma": positive(),
        "Delta_n": unit(),
        "Delta_p": unit(),
        "L": value(4),
        "K": value(3),
    },
    lambda alpha_n, s_n, alpha_p, s_p, gamma, Delta_n, Delta_p, **_: np.log(
        1
        + np.exp(gamma * alpha_n * (s_n - Delta_n)).sum()
        * np.exp(-gamma * alpha_p * (s_p - Delta_p)).sum()
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
        np.trace(inverse @ Sigma_0)
        - len(d)
        + d @ inverse @ d
        + np.log(np.linalg.det(Sigma_1) / np.linalg.det(Sigma_0))
    )


_MVN = {
    "N_0": value(0.0),
    "N_1": value(0.0),
    "mu_0": normal(3),
    "mu_1": normal(3),
    "Sigma_0": spd(3),
    "Sigma_1": spd(3),
    "k": value(3),
}
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
    {
        "mu_p": normal(4),
        "mu_q": normal(4),
        "sigma_p": positive(4),
        "sigma_q": positive(4),
        "p": value(0.0),
        "q": value(0.0),
    },
    lambda mu_p, mu_q, sigma_p, sigma_q, **_: (
        0.25 * (mu_p - mu_q) ** 2 / (sigma_p**2 + sigma_q**2)
        + 0.5 * np.log((sigma_p**2 + sigma_q**2) / (2 * sigma_p * sigma_q))
    ),
    batched=("mu_p", "mu_q"),
)
equation(
    "renyi",
    r"D_\alpha(P \| Q) = \frac{1}{\alpha - 1} \log\left(\sum_{i=1}^n \frac{p_i^\alpha}{q_i^{\alpha-1}}\right)",
    {
        "p": simplex(5),
        "q": simplex(5),
        "P": value(0.0),
        "Q": value(0.0),
        "alpha": value(1.7),
        "n": value(5),
    },
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
    lambda m, m_w, C, C_w: (
        np.sum((m - m_w) ** 2)
        + np.trace(C + C_w)
        - 2 * np.sum(np.sqrt(np.linalg.eigvals(C @ C_w).real))
    ),
    shapes={"m": "d", "m_w": "d", "C": "d d : spd", "C_w": "d d : spd"},
)


def _rbf(a, b, s):
    return np.exp(-((a[:, None] - b[None]) ** 2).sum(-1) / (2 * s**2))


equation(
    "mmd-biased",
    r"""\mathrm{MMD}^2 = \frac{1}{m^2} \sum_{i,j=1}^{m} k(x_i, x_j) - \frac{2}{mn} \sum_{i,j=1}^{m,n} k(x_i, y_j) + \frac{1}{n^2} \sum_{i,j=1}^{n} k(y_i, y_j) \\
    k(u, v) = \exp\left(-\frac{\|u - v\|^2}{2\sigma^2}\right)""",
    {"x": normal(4, 3), "y": normal(5, 3), "sigma": positive(), "m": value(4), "n": value(5)},
    lambda x, y, sigma, **_: (
        _rbf(x, x, sigma).mean() - 2 * _rbf(x, y, sigma).mean() + _rbf(y, y, sigma).mean()
    ),
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
    {
        "P_XY": lambda rng: rng.dirichlet(np.ones(12)).reshape(3, 4),
        "P_X": simplex(3),
        "P_Y": simplex(4),
        "X": value(0.0),
        "Y": value(0.0),
    },
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
    {
        "P": lambda rng: rng.dirichlet(np.ones(12)).reshape(3, 4),
        "M": positive(3, 4),
        "lambda_": positive(),
    },
    lambda P, M, lambda_: np.sum(P * M) + np.sum(P * np.log(P)) / lambda_,
    outputs=("d",),
    batched=("P", "M"),
)
equation(
    "wasserstein-1d",
    r"W_p = \left(\frac{1}{n}\sum_{i=1}^{n} \left|x_{(i)} - y_{(i)}\right|^p\right)^{1/p}",
    {"x": normal(5), "y": normal(5), "p": value(1.5), "n": value(5)},
    lambda x, y, p, **_: np.mean(abs(np.sort(x) - np.sort(y)) ** p) ** (1 / p),
    batched=("x", "y"),
)


# --- statistics -----------------------------------------------------------------------------------------

equation(
    "sample-variance",
    r"s^2 = \frac{1}{n-1} \sum_{i=1}^{n} (x_i - \bar{x})^2",
    {"x": normal(6), "n": value(6)},
    lambda x, **_: np.var(x, ddof=1),
    shapes={"x": "n"},
    batched=("x",),
)
equation(
    "skewness",
    r"g_1 = \frac{\frac{1}{n} \sum_{i=1}^n (x_i - \bar{x})^3}{\left[\frac{1}{n} \sum_{i=1}^n (x_i - \bar{x})^2\right]^{3/2}}",
    {"x": normal(6), "n": value(6)},
    lambda x, **_: st.skew(x),
    shapes={"x": "n"},
    batched=("x",),
)
equation(
    "kurtosis-defined-mean",
    r"g_2 = \frac{\frac{1}{n} \sum_{i=1}^n (x_i - \bar{x})^4}{\left(\frac{1}{n} \sum_{i=1}^n (x_i - \bar{x})^2\right)^2} - 3, \quad \bar{x} = \frac{1}{n} \sum_{i=1}^n x_i",
    {"x": normal(6), "n": value(6)},
    lambda x, **_: st.kurtosis(x),
    outputs=("g_2",),
    batched=("x",),
)
equation(
    "pearson",
    r"r_{xy} = \frac{\sum_{i=1}^{n} (x_i - \bar{x})(y_i - \bar{y})}{\sqrt{\sum_{i=1}^{n} (x_i - \bar{x})^2} \sqrt{\sum_{i=1}^{n} (y_i - \bar{y})^2}}",
    {"x": normal(6), "y": normal(6), "n": value(6)},
    lambda x, y, **_: np.corrcoef(x, y)[0, 1],
    shapes={"x": "n", "y": "n"},
    batched=("x", "y"),
)
equation(
    "pearson-given-means",
    r"r = \frac{\sum_{i} (x_i - \bar{x})(y_i - \bar{y})}{\sqrt{\sum_{i} (x_i - \bar{x})^2 \sum_{i} (y_i - \bar{y})^2}}",
    {"x": normal(6), "y": normal(6), "x_bar": normal(), "y_bar": normal()},
    lambda x, y, x_bar, y_bar: (
        ((x - x_bar) @ (y - y_bar)) / np.sqrt(np.sum((x - x_bar) ** 2) * np.sum((y - y_bar) ** 2))
    ),
    shapes={"x": "n", "y": "n", "x_bar": "", "y_bar": ""},
    batched=("x", "y"),
)
equation(
    "pearson-computational",
    r"r = \frac{n\sum x_i y_i - \sum x_i \sum y_i}{\sqrt{n\sum x_i^2 - (\sum x_i)^2}\,\sqrt{n\sum y_i^2 - (\sum y_i)^2}}",
    {"x": normal(6), "y": normal(6), "n": value(6)},
    lambda x, y, **_: np.corrcoef(x, y)[0, 1],
    shapes={"x": "n", "y": "n"},
    batched=("x", "y"),
)
equation(
    "spearman",
    r"r_s = 1 - \frac{6 \sum_{i=1}^n d_i^2}{n(n^2 - 1)}",
    {"d": normal(6), "n": value(6)},
    lambda d, **_: 1 - 6 * np.sum(d**2) / (6 * 35),
    batched=("d",),
)
equation(
    "welch-t",
    r"t = \frac{\bar{x}_1 - \bar{x}_2}{\sqrt{\frac{s_1^2}{n_1} + \frac{s_2^2}{n_2}}}",
    {
        "x_bar_1": normal(),
        "x_bar_2": normal(),
        "s_1": positive(),
        "s_2": positive(),
        "n_1": value(5),
        "n_2": value(7),
    },
    lambda x_bar_1, x_bar_2, s_1, s_2, n_1, n_2: (
        (x_bar_1 - x_bar_2) / np.sqrt(s_1**2 / n_1 + s_2**2 / n_2)
    ),
)
equation(
    "welch-satterthwaite",
    r"\nu = \frac{\left(\frac{s_1^2}{N_1} + \frac{s_2^2}{N_2}\right)^2}{\frac{s_1^4}{N_1^2 \nu_1} + \frac{s_2^4}{N_2^2 \nu_2}}",
    {
        "s_1": positive(),
        "s_2": positive(),
        "N_1": value(5),
        "N_2": value(7),
        "nu_1": value(4),
        "nu_2": value(6),
    },
    lambda s_1, s_2, N_1, N_2, nu_1, nu_2: (
        (s_1**2 / N_1 + s_2**2 / N_2) ** 2 / (s_1**4 / (N_1**2 * nu_1) + s_2**4 / (N_2**2 * nu_2))
    ),
)
equation(
    "cohen-kappa",
    r"\kappa = \frac{p_o - p_e}{1 - p_e}",
    {"p_o": unit(), "p_e": unit()},
    lambda p_o, p_e: (p_o - p_e) / (1 - p_e),
)
equation(
    "f1-words",
    r"F_1 = 2 \cdot \frac{\mathrm{precision} \cdot \mathrm{recall}}{\mathrm{precision} + \mathrm{recall}}",
    {"precision": unit(4), "recall": unit(4)},
    lambda precision, recall: 2 * precision * recall / (precision + recall),
    batched=("precision", "recall"),
)
equation(
    "f-beta",
    r"F_\beta = (1 + \beta^2) \cdot \frac{\text{precision} \cdot \text{recall}}{(\beta^2 \cdot \text{precision}) + \text{recall}}",
    {"precision": unit(), "recall": unit(), "beta": positive()},
    lambda precision, recall, beta: (
        (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
    ),
)
equation(
    "f1-letters-declared",
    r"F = \frac{2 P R}{P + R}",
    {"P": unit(), "R": unit()},
    lambda P, R: 2 * P * R / (P + R),
    shapes={"P": "", "R": ""},
    batched=("P", "R"),
)
equation(
    "f1-counts-text",
    "F1 = 2*TP / (2*TP + FP + FN)",
    {"TP": positive(), "FP": positive(), "FN": positive()},
    lambda TP, FP, FN: 2 * TP / (2 * TP + FP + FN),
    shapes={"TP": "", "FP": "", "FN": ""},
)
equation(
    "mcc",
    r"\text{MCC} = \frac{\mathit{TP} \times \mathit{TN} - \mathit{FP} \times \mathit{FN}}{\sqrt{(\mathit{TP}+\mathit{FP})(\mathit{TP}+\mathit{FN})(\mathit{TN}+\mathit{FP})(\mathit{TN}+\mathit{FN})}}",
    {"TP": positive(), "TN": positive(), "FP": positive(), "FN": positive()},
    lambda TP, TN, FP, FN: (
        (TP * TN - FP * FN) / np.sqrt((TP + FP) * (TP + FN) * (TN + FP) * (TN + FN))
    ),
)
equation(
    "gini",
    r"G = \frac{\sum_{i=1}^n \sum_{j=1}^n |x_i - x_j|}{2 n^2 \bar{x}}",
    {"x": positive(6), "n": value(6)},
    lambda x, **_: np.abs(x[:, None] - x).sum() / (2 * 36 * x.mean()),
    shapes={"x": "n"},
    batched=("x",),
)
equation(
    "durbin-watson",
    r"d = \frac{\sum_{t=2}^{T} (e_t - e_{t-1})^2}{\sum_{t=1}^{T} e_t^2}",
    {"e": normal(7), "T": value(7)},
    lambda e, **_: np.sum(np.diff(e) ** 2) / np.sum(e**2),
    batched=("e",),
)
equation(
    "ljung-box",
    r"Q = n(n+2) \sum_{k=1}^{h} \frac{\hat{\rho}_k^2}{n-k}",
    {"rho_hat": normal(4), "n": value(20), "h": value(4)},
    lambda rho_hat, n, **_: n * (n + 2) * np.sum(rho_hat**2 / (n - np.arange(1, 5))),
    batched=("rho_hat",),
)
equation(
    "autocovariance-at-lag",
    r"\hat\gamma(1) = \frac{1}{n} \sum_{t=1}^{n-1} (x_{t+1} - \bar{x})(x_t - \bar{x})",
    {"x": normal(7), "n": value(7)},
    lambda x, **_: np.sum((x[1:] - x.mean()) * (x[:-1] - x.mean())) / 7,
    shapes={"x": "n"},
    batched=("x",),
)
equation(
    "aic",
    r"\mathrm{AIC} = 2k - 2\ln(\hat{L})",
    {"k": value(3), "L_hat": positive()},
    lambda k, L_hat: 2 * k - 2 * np.log(L_hat),
)
equation(
    "bic",
    r"\mathrm{BIC} = k\ln(n) - 2\ln(\hat{L})",
    {"k": value(3), "n": value(20), "L_hat": positive()},
    lambda k, n, L_hat: k * np.log(n) - 2 * np.log(L_hat),
)
equation(
    "garch",
    r"\sigma_t^2 = \omega + \alpha \epsilon_{t-1}^2 + \beta \sigma_{t-1}^2",
    {
        "omega": positive(),
        "alpha": unit(),
        "beta": unit(),
        "epsilon_prev": normal(5),
        "sigma_prev": positive(5),
    },
    lambda omega, alpha, beta, epsilon_prev, sigma_prev: (
        omega + alpha * epsilon_prev**2 + beta * sigma_prev**2
    ),
    batched=("epsilon_prev", "sigma_prev"),
)
equation(
    "holt",
    r"s_t = \alpha x_t + (1-\alpha)(s_{t-1} + b_{t-1}) \\ b_t = \beta (s_t - s_{t-1}) + (1-\beta) b_{t-1}",
    {"alpha": unit(), "beta": unit(), "x_t": normal(5), "s_prev": normal(5), "b_prev": normal(5)},
    lambda alpha, beta, x_t, s_prev, b_prev: (
        s := alpha * x_t + (1 - alpha) * (s_prev + b_prev),
        beta * (s - s_prev) + (1 - beta) * b_prev,
    ),
    outputs=("s_t", "b_t"),
    batched=("x_t", "s_prev", "b_prev"),
)
equation(
    "mase",
    r"\mathrm{MASE} = \frac{\frac{1}{J} \sum_{j=1}^{J} |e_j|}{\frac{1}{T-1} \sum_{t=2}^{T} |Y_t - Y_{t-1}|}",
    {"e": normal(4), "Y": normal(7), "J": value(4), "T": value(7)},
    lambda e, Y, **_: np.mean(abs(e)) / np.mean(abs(np.diff(Y))),
    batched=("e", "Y"),
)
equation(
    "crps-ensemble",
    r"\mathrm{CRPS} = \frac{1}{m} \sum_{i=1}^m |x_i - y| - \frac{1}{2 m^2} \sum_{i=1}^m \sum_{j=1}^m |x_i - x_j|",
    {"x": normal(6), "y": normal(), "m": value(6)},
    lambda x, y, **_: np.mean(abs(x - y)) - np.abs(x[:, None] - x).mean() / 2,
    shapes={"x": "m", "y": ""},
    batched=("x",),
)
equation(
    "crps-normal",
    r"""C = \sigma \left[ z (2\Phi(z) - 1) + 2 \phi(z) - \frac{1}{\sqrt{\pi}} \right], \quad z = \frac{y - \mu}{\sigma},
    \quad \phi(u) = \frac{1}{\sqrt{2\pi}} e^{-u^2/2}""",
    {"y": normal(5), "mu": normal(5), "sigma": positive(5)},
    lambda y, mu, sigma: (
        sigma
        * (
            (z := (y - mu) / sigma) * (2 * st.norm.cdf(z) - 1)
            + 2 * st.norm.pdf(z)
            - 1 / np.sqrt(np.pi)
        )
    ),
    outputs=("C",),
    batched=("y", "mu", "sigma"),
)
equation(
    "brier",
    r"BS = \frac{1}{N} \sum_{t=1}^{N} (f_t - o_t)^2",
    {"f": unit(6), "o": zero_one(6), "N": value(6)},
    lambda f, o, **_: np.mean((f - o) ** 2),
    batched=("f", "o"),
)
equation(
    "brier-multi",
    r"BS = \frac{1}{N} \sum_{t=1}^{N} \sum_{i=1}^{R} (f_{ti} - o_{ti})^2",
    {"f": unit(6, 3), "o": zero_one(6, 3), "N": value(6), "R": value(3)},
    lambda f, o, **_: np.sum((f - o) ** 2) / 6,
    batched=("f", "o"),
)


def _ece(B, y, y_hat, p_hat, **_):
    total = 0.0
    for row in B:
        hits = np.flatnonzero(row)
        if len(hits):
            total += (
                len(hits) / len(y) * abs(np.mean(y_hat[hits] == y[hits]) - np.mean(p_hat[hits]))
            )
    return total


def _bins(rng):
    which = np.concatenate([np.arange(3), rng.integers(3, size=6)])
    return np.arange(3)[:, None] == which[None]


equation(
    "ece",
    r"""\mathrm{acc}(B_m) = \frac{1}{|B_m|} \sum_{i \in B_m} \mathbf{1}(\hat{y}_i = y_i), \quad
    \mathrm{conf}(B_m) = \frac{1}{|B_m|} \sum_{i \in B_m} \hat{p}_i \\
    \mathrm{ECE} = \sum_{m=1}^{M} \frac{|B_m|}{n} \left| \mathrm{acc}(B_m) - \mathrm{conf}(B_m) \right|""",
    {
        "B": _bins,
        "y": whole(2, 9),
        "y_hat": whole(2, 9),
        "p_hat": unit(9),
        "n": value(9),
        "M": value(3),
    },
    _ece,
    shapes={"B": "M n : bool", "y": "n", "y_hat": "n", "p_hat": "n"},
    outputs=("ECE",),
)
equation(
    "temperature-scaling",
    r"\hat{q} = \max_k \sigma_{SM}(\mathbf{z}/T)_k, \quad \sigma_{SM}(\mathbf{u})_k = \frac{\exp(u_k)}{\sum_{j=1}^K \exp(u_j)}",
    {"z": normal(5), "T": positive(), "K": value(5)},
    lambda z, T, **_: np.max(softmax(z / T)),
    outputs=("q_hat",),
    batched=("z",),
)
equation(
    "mrr",
    r"\text{MRR} = \frac{1}{|Q|} \sum_{i=1}^{|Q|} \frac{1}{\text{rank}_i}",
    {"rank": lambda rng: rng.integers(1, 9, size=6).astype(float)},
    lambda rank: np.mean(1 / rank),
    batched=("rank",),
)
equation(
    "ssim",
    r"\text{SSIM}(x, y) = \frac{(2\mu_x\mu_y + c_1)(2\sigma_{xy} + c_2)}{(\mu_x^2 + \mu_y^2 + c_1)(\sigma_x^2 + \sigma_y^2 + c_2)}",
    {
        "x": value(0.0),
        "y": value(0.0),
        "mu_x": positive(),
        "mu_y": positive(),
        "sigma_xy": positive(),
        "sigma_x": positive(),
        "sigma_y": positive(),
        "c_1": unit(),
        "c_2": unit(),
    },
    lambda mu_x, mu_y, sigma_xy, sigma_x, sigma_y, c_1, c_2, **_: (
        (2 * mu_x * mu_y + c_1)
        * (2 * sigma_xy + c_2)
        / ((mu_x**2 + mu_y**2 + c_1) * (sigma_x**2 + sigma_y**2 + c_2))
    ),
)
equation(
    "silhouette",
    r"s(i) = \frac{b(i) - a(i)}{\max\{a(i), b(i)\}}",
    {"a": positive(6), "b": positive(6)},
    lambda a, b: (b - a) / np.maximum(a, b),
    shapes={"a": "n", "b": "n"},
    batched=("a", "b"),
)
equation(
    "iou-text",
    "IoU = TP / (TP + FP + FN)",
    {"TP": positive(), "FP": positive(), "FN": positive()},
    lambda TP, FP, FN: TP / (TP + FP + FN),
    shapes={"TP": "", "FP": "", "FN": ""},
)
equation(
    "z-score",
    r"z_i = \frac{x_i - \mu}{\sigma}, \quad \mu = \frac{1}{N}\sum_{i=1}^N x_i, \quad \sigma = \sqrt{\frac{1}{N}\sum_{i=1}^N (x_i - \mu)^2}",
    {"x": normal(6), "N": value(6)},
    lambda x, **_: (x - x.mean()) / x.std(),
    outputs=("z",),
    batched=("x",),
)
equation(
    "mahalanobis",
    r"d_M(\vec{x}, \vec{y}; Q) = \sqrt{(\vec{x} - \vec{y})^\mathsf{T} S^{-1} (\vec{x} - \vec{y})}",
    {"x": normal(3), "y": normal(3), "S": spd(3), "Q": value(0.0)},
    lambda x, y, S, **_: np.sqrt((x - y) @ np.linalg.inv(S) @ (x - y)),
    batched=("x", "y"),
)
equation(
    "ols-slope",
    r"\hat\beta = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2}, \quad \hat\alpha = \bar y - \hat\beta \bar x",
    {"x": normal(6), "y": normal(6)},
    lambda x, y: (
        b := ((x - x.mean()) @ (y - y.mean())) / np.sum((x - x.mean()) ** 2),
        y.mean() - b * x.mean(),
    ),
    shapes={"x": "n", "y": "n"},
    outputs=("beta_hat", "alpha_hat"),
    batched=("x", "y"),
)
equation(
    "inverse-variance-weighting",
    r"\hat{y} = \frac{\sum_i y_i / \sigma_i^2}{\sum_i 1 / \sigma_i^2}",
    {"y": normal(5), "sigma": positive(5)},
    lambda y, sigma: np.sum(y / sigma**2) / np.sum(1 / sigma**2),
    batched=("y", "sigma"),
)

# --- densities -------------------------------------------------------------------------------------------

equation(
    "normal-pdf",
    r"f(x) = \frac{1}{\sigma \sqrt{2\pi}} e^{-\frac{1}{2}\left(\frac{x-\mu}{\sigma}\right)^2}",
    {"x": normal(5), "mu": normal(5), "sigma": positive(5)},
    lambda x, mu, sigma: st.norm.pdf(x, mu, sigma),
    batched=("x", "mu", "sigma"),
)
equation(
    "normal-pdf-conditional",
    r"f(x \mid \mu, \sigma^2) = \frac{1}{\sqrt{2\pi\sigma^2}} \exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)",
    {"x": normal(5), "mu": normal(), "sigma": positive()},
    lambda x, mu, sigma: st.norm.pdf(x, mu, sigma),
    batched=("x",),
)
equation(
    "normal-log-likelihood",
    r"\ell(\mu, \sigma) = -\frac{n}{2}\ln(2\pi) - \frac{n}{2}\ln(\sigma^2) - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i - \mu)^2",
    {"x": normal(5), "mu": normal(), "sigma": positive(), "n": value(5)},
    lambda x, mu, sigma, **_: st.norm.logpdf(x, mu, sigma).sum(),
    batched=("x",),
)
equation(
    "mvn-pdf",
    r"f(\mathbf{x}) = \frac{\exp\left(-\frac{1}{2}(\mathbf{x} - \boldsymbol\mu)^\mathrm{T} \boldsymbol\Sigma^{-1} (\mathbf{x} - \boldsymbol\mu)\right)}{\sqrt{(2\pi)^k |\boldsymbol\Sigma|}}",
    {"x": normal(3), "mu": normal(3), "Sigma": spd(3), "k": value(3)},
    lambda x, mu, Sigma, **_: st.multivariate_normal.pdf(x, mu, Sigma),
    shapes={"x": "k", "mu": "k", "Sigma": "k k"},
    batched=("x",),
)
equation(
    "gamma-pdf",
    r"f(x) = \frac{\beta^\alpha}{\Gamma(\alpha)} x^{\alpha - 1} e^{-\beta x}",
    {"x": positive(5), "alpha": positive(), "beta": positive()},
    lambda x, alpha, beta: st.gamma.pdf(x, alpha, scale=1 / beta),
    batched=("x",),
)
equation(
    "beta-pdf",
    r"f(x) = \frac{x^{\alpha-1}(1-x)^{\beta-1}}{B(\alpha, \beta)}, \quad B(\alpha, \beta) = \frac{\Gamma(\alpha)\Gamma(\beta)}{\Gamma(\alpha+\beta)}",
    {"x": unit(5), "alpha": positive(), "beta": positive()},
    lambda x, alpha, beta: st.beta.pdf(x, alpha, beta),
    outputs=("f",),
    batched=("x",),
)
equation(
    "dirichlet-pdf",
    r"f(x) = \frac{\Gamma\left(\sum_{i=1}^K \alpha_i\right)}{\prod_{i=1}^K \Gamma(\alpha_i)} \prod_{i=1}^K x_i^{\alpha_i - 1}",
    {"x": simplex(4), "alpha": positive(4), "K": value(4)},
    lambda x, alpha, **_: st.dirichlet.pdf(x, alpha),
    batched=("alpha",),
)
equation(
    "student-t",
    r"f(t) = \frac{\Gamma\left(\frac{\nu+1}{2}\right)}{\sqrt{\nu\pi}\,\Gamma\left(\frac{\nu}{2}\right)} \left(1 + \frac{t^2}{\nu}\right)^{-\frac{\nu+1}{2}}",
    {"t": normal(5), "nu": positive()},
    lambda t, nu: st.t.pdf(t, nu),
    batched=("t",),
)
equation(
    "laplace",
    r"f(x) = \frac{1}{2b} \exp\left(-\frac{|x - \mu|}{b}\right)",
    {"x": normal(5), "mu": normal(), "b": positive()},
    lambda x, mu, b: st.laplace.pdf(x, mu, b),
    shapes={"x": "", "mu": "", "b": ""},
    batched=("x",),
)
equation(
    "cauchy",
    r"f(x; x_0, \gamma) = \frac{1}{\pi\gamma \left[1 + \left(\frac{x - x_0}{\gamma}\right)^2\right]}",
    {"x": normal(5), "x_0": normal(), "gamma": positive()},
    lambda x, x_0, gamma: st.cauchy.pdf(x, x_0, gamma),
    batched=("x",),
)
equation(
    "cauchy-standard",
    r"f(x) = \frac{1}{\pi(1 + x^2)}",
    {"x": normal(5)},
    lambda x: st.cauchy.pdf(x),
    batched=("x",),
)
equation(
    "binomial",
    r"P(X = k) = \binom{n}{k} p^k (1-p)^{n-k}",
    {"n": value(7), "k": value(3), "p": unit()},
    lambda n, k, p: st.binom.pmf(k, n, p),
)
equation(
    "weibull",
    r"f(x; \lambda, k) = \frac{k}{\lambda} \left(\frac{x}{\lambda}\right)^{k-1} e^{-(x/\lambda)^k}",
    {"x": positive(5), "lambda_": positive(), "k": positive()},
    lambda x, lambda_, k: st.weibull_min.pdf(x, k, scale=lambda_),
    batched=("x",),
)
equation(
    "log-normal",
    r"f(x) = \frac{1}{x\sigma\sqrt{2\pi}} \exp\left(-\frac{(\ln x - \mu)^2}{2\sigma^2}\right)",
    {"x": positive(5), "mu": normal(), "sigma": positive()},
    lambda x, mu, sigma: st.lognorm.pdf(x, sigma, scale=np.exp(mu)),
    batched=("x",),
)
equation(
    "gumbel",
    r"f(x) = \frac{1}{\beta} e^{-(z + e^{-z})}, \quad z = \frac{x - \mu}{\beta}",
    {"x": normal(5), "mu": normal(), "beta": positive()},
    lambda x, mu, beta: st.gumbel_r.pdf(x, mu, beta),
    outputs=("f",),
    batched=("x",),
)
equation(
    "logistic-pdf",
    r"f(x; \mu, s) = \frac{e^{-(x-\mu)/s}}{s\left(1 + e^{-(x-\mu)/s}\right)^2}",
    {"x": normal(5), "mu": normal(), "s": positive()},
    lambda x, mu, s: st.logistic.pdf(x, mu, s),
    batched=("x",),
)
equation(
    "inverse-gaussian",
    r"f(x; \mu, \lambda) = \sqrt{\frac{\lambda}{2\pi x^3}} \exp\left(-\frac{\lambda(x - \mu)^2}{2\mu^2 x}\right)",
    {"x": positive(5), "mu": positive(), "lambda_": positive()},
    lambda x, mu, lambda_: st.invgauss.pdf(x, mu / lambda_, scale=lambda_),
    batched=("x",),
)
equation(
    "negative-binomial",
    r"f(k; r, p) = \binom{k + r - 1}{k} (1-p)^k p^r",
    {"k": value(3), "r": value(4), "p": unit()},
    lambda k, r, p: st.nbinom.pmf(k, r, p),
)
equation(
    "geometric",
    r"\Pr(X = k) = (1-p)^{k-1} p",
    {"k": value(3), "p": unit()},
    lambda k, p: st.geom.pmf(k, p),
)
equation(
    "mixture-logits",
    r"\log p(x) = \log \sum_{k=1}^K w_k \exp\left(-\frac{(x - \mu_k)^2}{2\sigma_k^2}\right)",
    {"x": normal(), "w": simplex(3), "sigma": positive(3), "mu": normal(3), "K": value(3)},
    lambda x, w, sigma, mu, **_: np.log(w @ np.exp(-((x - mu) ** 2) / (2 * sigma**2))),
    shapes={"x": ""},
    batched=("mu",),
)
equation(
    "von-mises-fisher-log",
    r"\log f(\mathbf{x}) = \kappa \boldsymbol\mu^\top \mathbf{x} + \log C",
    {"kappa": positive(), "mu": normal(3), "x": normal(3), "C": positive()},
    lambda kappa, mu, x, C: kappa * mu @ x + np.log(C),
    batched=("mu", "x"),
)


# --- reinforcement learning --------------------------------------------------------------------------------

equation(
    "td-error",
    r"\delta_t = r_t + \gamma V(s_{t+1}) - V(s_t)",
    {"r_t": normal(), "gamma": unit(), "V": net(0, 3), "s_next": normal(3), "s_t": normal(3)},
    lambda r_t, gamma, V, s_next, s_t: r_t + gamma * V(s_next) - V(s_t),
    shapes={"V": "(n) -> ()", "s_next": "n", "s_t": "n", "r_t": "", "gamma": ""},
    batched=("s_next", "s_t"),
)
equation(
    "q-learning-target",
    r"y = r + \gamma (1 - d) \max_{a} Q(s')_a",
    {"r": normal(), "gamma": unit(), "d": value(0.0), "Q": net(4, 3), "s_prime": normal(3)},
    lambda r, gamma, d, Q, s_prime: r + gamma * (1 - d) * np.max(Q(s_prime)),
    shapes={"Q": "(n) -> (A)", "s_prime": "n", "r": "", "gamma": "", "d": ""},
    batched=("s_prime",),
)
equation(
    "discounted-return",
    r"R = \sum_{t=0}^{T} \gamma^t r_t",
    {"gamma": unit(), "r": normal(6), "T": value(5)},
    lambda gamma, r, **_: np.sum(gamma ** np.arange(6) * r),
    batched=("r",),
)
equation(
    "discounted-return-finite",
    r"G = \sum_{k=0}^{T-1} \gamma^k r_{k+1}",
    {"gamma": unit(), "r": normal(6), "T": value(6)},
    lambda gamma, r, **_: np.sum(gamma ** np.arange(6) * r),
    shapes={"r": "T", "gamma": ""},
    batched=("r",),
)
equation(
    "grpo-advantage",
    r"\hat{A}_{i} = \frac{r_i - \operatorname{mean}(\mathbf{r})}{\operatorname{std}(\mathbf{r})}",
    {"r": normal(6)},
    lambda r: (r - r.mean()) / r.std(),
    outputs=("A_hat",),
    batched=("r",),
)
equation(
    "k3-estimator",
    r"\mathbb{D}_{KL} = \frac{\pi_{ref}}{\pi_\theta} - \log \frac{\pi_{ref}}{\pi_\theta} - 1",
    {"pi_ref": unit(5), "pi_theta": unit(5)},
    lambda pi_ref, pi_theta: pi_ref / pi_theta - np.log(pi_ref / pi_theta) - 1,
    batched=("pi_ref", "pi_theta"),
)
equation(
    "td3-target",
    r"y = r + \gamma \min_{i=1,2} Q_i(s', \tilde{a}), \quad \tilde{a} = \pi(s') + \epsilon",
    {
        "r": normal(),
        "gamma": unit(),
        "Q": net(2, 3, 2),
        "pi": net(2, 3),
        "s_prime": normal(3),
        "epsilon": normal(2),
    },
    lambda r, gamma, Q, pi, s_prime, epsilon: r + gamma * np.min(Q(s_prime, pi(s_prime) + epsilon)),
    shapes={
        "Q": "(n), (k) -> (2)",
        "pi": "(n) -> (k)",
        "s_prime": "n",
        "epsilon": "k",
        "r": "",
        "gamma": "",
    },
    outputs=("y",),
    batched=("s_prime", "epsilon"),
)
equation(
    "double-q-min",
    r"y = r + \gamma \left( \min(Q_1(s', a'), Q_2(s', a')) - \alpha \log \pi(a' \mid s') \right)",
    {
        "r": normal(),
        "gamma": unit(),
        "Q_1": net(0, 3, 2),
        "Q_2": net(0, 3, 2),
        "alpha": unit(),
        "pi": net(0, 2, 3, above=True),
        "s_prime": normal(3),
        "a_prime": normal(2),
    },
    lambda r, gamma, Q_1, Q_2, alpha, pi, s_prime, a_prime: (
        r
        + gamma
        * (
            np.minimum(Q_1(s_prime, a_prime), Q_2(s_prime, a_prime))
            - alpha * np.log(pi(a_prime, s_prime))
        )
    ),
    shapes={
        "Q_1": "(n), (k) -> ()",
        "Q_2": "(n), (k) -> ()",
        "pi": "(k), (n) -> ()",
        "s_prime": "n",
        "a_prime": "k",
        "r": "",
        "gamma": "",
        "alpha": "",
    },
    batched=("s_prime", "a_prime"),
)
equation(
    "expectile",
    r"L_2^\tau(u) = |\tau - \mathbb{1}(u < 0)| u^2",
    {"u": normal(6), "tau": unit()},
    lambda u, tau: abs(tau - (u < 0)) * u**2,
    shapes={"u": "", "tau": ""},
    batched=("u",),
)
equation(
    "quantile-huber",
    r"""\rho_\tau^\kappa(u) = |\tau - \delta_{\{u < 0\}}| \frac{\mathcal{L}_\kappa(u)}{\kappa}, \quad
    \mathcal{L}_\kappa(u) = \begin{cases} \frac{1}{2} u^2, & \text{if } |u| \le \kappa \\ \kappa(|u| - \frac{1}{2}\kappa), & \text{otherwise} \end{cases}""",
    {"u": normal(6), "tau": unit(), "kappa": positive()},
    lambda u, tau, kappa: (
        abs(tau - (u < 0))
        * np.where(abs(u) <= kappa, 0.5 * u**2, kappa * (abs(u) - 0.5 * kappa))
        / kappa
    ),
    shapes={"u": "", "tau": "", "kappa": ""},
    batched=("u",),
)
equation(
    "value-iteration-indices",
    r"V_{s} \leftarrow \max_{a} \sum_{s'} P_{s,a,s'} \left( R_{s,a} + \gamma V_{s'} \right)",
    {"P": simplex(4, 3, 4), "R": normal(4, 3), "gamma": unit(), "V": normal(4)},
    lambda P, R, gamma, V: np.max(
        np.einsum("sat,sat->sa", P, R[:, :, None] + gamma * V[None, None]), axis=1
    ),
    shapes={"P": "S A S", "R": "S A", "V": "S", "gamma": ""},
    batched=("R", "V"),
)
equation(
    "ucb1",
    r"A_t = \arg\max_a \left[ Q_a + c \sqrt{\frac{\ln t}{N_a}} \right]",
    {
        "Q": normal(5),
        "N": lambda rng: rng.integers(1, 9, size=5).astype(float),
        "c": positive(),
        "t": value(20),
    },
    lambda Q, N, c, t: np.argmax(Q + c * np.sqrt(np.log(t) / N)),
    shapes={"Q": "K", "N": "K", "c": "", "t": ""},
)
equation(
    "puct",
    r"U_a = c_{\text{puct}} P_a \frac{\sqrt{\sum_b N_b}}{1 + N_a}",
    {"c_puct": positive(), "P": simplex(5), "N": positive(5)},
    lambda c_puct, P, N: c_puct * P * np.sqrt(N.sum()) / (1 + N),
    batched=("P", "N"),
)
equation(
    "softmax-policy",
    r"\pi(a) = \frac{e^{H_a}}{\sum_{b=1}^{k} e^{H_b}}",
    {"H": normal(5), "k": value(5)},
    lambda H, **_: softmax(H),
    shapes={"H": "k"},
    batched=("H",),
)
equation(
    "reinforce",
    r"L = -\frac{1}{N} \sum_{i=1}^{N} \log \pi_\theta(a_i \mid s_i) G_i",
    {
        "pi_theta": net(0, 2, 3, above=True),
        "a": normal(5, 2),
        "s": normal(5, 3),
        "G": normal(5),
        "N": value(5),
    },
    lambda pi_theta, a, s, G, **_: -np.mean(np.log(pi_theta(a, s)) * G),
    shapes={"pi_theta": "(k), (n) -> ()", "a": "N k", "s": "N n", "G": "N"},
)
equation(
    "awr-weight",
    r"w = \exp\left(\frac{1}{\beta}(R - V)\right)",
    {"beta": positive(), "R": normal(4), "V": normal(4)},
    lambda beta, R, V: np.exp((R - V) / beta),
    shapes={"beta": "", "R": "", "V": ""},
    batched=("R", "V"),
)
equation(
    "bradley-terry",
    r"\mathcal{L} = -\log\left(\sigma\left(r_\theta(x, y_w) - r_\theta(x, y_l)\right)\right)",
    {"r_theta": net(0, 3, 2), "x": normal(3), "y_w": normal(2), "y_l": normal(2)},
    lambda r_theta, x, y_w, y_l: -np.log(sigmoid(r_theta(x, y_w) - r_theta(x, y_l))),
    shapes={"r_theta": "(n), (k) -> ()", "x": "n", "y_w": "k", "y_l": "k"},
    batched=("x", "y_w", "y_l"),
)
equation(
    "ipo",
    r"\mathcal{L} = \left( h_w - h_l - \frac{1}{2\tau} \right)^2, \quad h_w = \log \frac{\pi_\theta(y_w | x)}{\pi_{\text{ref}}(y_w | x)}, \quad h_l = \log \frac{\pi_\theta(y_l | x)}{\pi_{\text{ref}}(y_l | x)}",
    {
        "pi_theta": net(0, 2, 3, above=True),
        "pi_ref": net(0, 2, 3, above=True),
        "x": normal(3),
        "y_w": normal(2),
        "y_l": normal(2),
        "tau": positive(),
    },
    lambda pi_theta, pi_ref, x, y_w, y_l, tau: (
        (
            np.log(pi_theta(y_w, x) / pi_ref(y_w, x))
            - np.log(pi_theta(y_l, x) / pi_ref(y_l, x))
            - 1 / (2 * tau)
        )
        ** 2
    ),
    shapes={
        "pi_theta": "(k), (n) -> ()",
        "pi_ref": "(k), (n) -> ()",
        "x": "n",
        "y_w": "k",
        "y_l": "k",
        "tau": "",
    },
    outputs=("L",),
    batched=("x",),
)
equation(
    "orpo-odds",
    r"\mathcal{L}_{OR} = -\log \sigma\left(\log \frac{o_w}{o_l}\right), \quad o_w = \frac{p_w}{1 - p_w}, \quad o_l = \frac{p_l}{1 - p_l}",
    {"p_w": unit(5), "p_l": unit(5)},
    lambda p_w, p_l: -np.log(sigmoid(np.log(p_w / (1 - p_w)) - np.log(p_l / (1 - p_l)))),
    outputs=("L_OR",),
    batched=("p_w", "p_l"),
)
equation(
    "polyak",
    r"\theta' \leftarrow \tau \theta + (1 - \tau) \theta'",
    {"theta": normal(4), "theta_prime": normal(4), "tau": unit()},
    lambda theta, theta_prime, tau: tau * theta + (1 - tau) * theta_prime,
    batched=("theta", "theta_prime"),
)
equation(
    "gae-recursion",
    r"\hat{A}_t = \delta_t + \gamma \lambda \hat{A}_{t+1}",
    {"delta_t": normal(4), "gamma": unit(), "lambda_": unit(), "A_hat_next": normal(4)},
    lambda delta_t, gamma, lambda_, A_hat_next: delta_t + gamma * lambda_ * A_hat_next,
    batched=("delta_t", "A_hat_next"),
)
equation(
    "entropy-bonus",
    r"H(\pi) = -\sum_a \pi(a) \log \pi(a)",
    {"pi": simplex(5)},
    lambda pi: -np.sum(pi * np.log(pi)),
    shapes={"pi": "A"},
    batched=("pi",),
)

# --- diffusion and flows ---------------------------------------------------------------------------------------

equation(
    "ddpm-step",
    r"\mathbf{x}_{t-1} = \frac{1}{\sqrt{\alpha_t}} \left( \mathbf{x}_t - \frac{1 - \alpha_t}{\sqrt{1 - \bar\alpha_t}} \boldsymbol{\epsilon}_\theta(\mathbf{x}_t, t) \right) + \sigma_t \mathbf{z}",
    {
        "x_t": normal(4),
        "alpha_t": unit(),
        "alpha_bar_t": unit(),
        "epsilon_theta": net(4, 4, 0),
        "t": value(3),
        "sigma_t": unit(),
        "z": normal(4),
    },
    lambda x_t, alpha_t, alpha_bar_t, epsilon_theta, t, sigma_t, z: (
        (x_t - (1 - alpha_t) / np.sqrt(1 - alpha_bar_t) * epsilon_theta(x_t, t)) / np.sqrt(alpha_t)
        + sigma_t * z
    ),
    shapes={
        "x_t": "d",
        "z": "d",
        "epsilon_theta": "(d), () -> (d)",
        "t": "",
        "alpha_t": "",
        "alpha_bar_t": "",
        "sigma_t": "",
    },
    batched=("x_t", "z"),
)
equation(
    "ddim-step",
    r"""x_{t-1} = \sqrt{\alpha_{t-1}} \left( \frac{x_t - \sqrt{1 - \alpha_t}\, \epsilon_\theta^{(t)}(x_t)}{\sqrt{\alpha_t}} \right)
    + \sqrt{1 - \alpha_{t-1} - \sigma_t^2} \cdot \epsilon_\theta^{(t)}(x_t) + \sigma_t \epsilon_t""",
    {
        "x_t": normal(4),
        "alpha_t": unit(),
        "alpha_prev": value(0.5),
        "sigma_t": value(0.2),
        "epsilon_theta_t": net(4, 4),
        "epsilon_t": normal(4),
    },
    lambda x_t, alpha_t, alpha_prev, sigma_t, epsilon_theta_t, epsilon_t: (
        np.sqrt(alpha_prev)
        * (x_t - np.sqrt(1 - alpha_t) * (e := epsilon_theta_t(x_t)))
        / np.sqrt(alpha_t)
        + np.sqrt(1 - alpha_prev - sigma_t**2) * e
        + sigma_t * epsilon_t
    ),
    shapes={
        "x_t": "d",
        "epsilon_theta_t": "(d) -> (d)",
        "epsilon_t": "d",
        "alpha_t": "",
        "alpha_prev": "",
        "sigma_t": "",
    },
    batched=("x_t", "epsilon_t"),
)
equation(
    "ddpm-posterior",
    r"""\tilde{\boldsymbol\mu}_t(\mathbf{x}_t, \mathbf{x}_0) = \frac{\sqrt{\bar\alpha_{t-1}} \beta_t}{1 - \bar\alpha_t} \mathbf{x}_0
    + \frac{\sqrt{\alpha_t} (1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t} \mathbf{x}_t \quad \text{and} \quad
    \tilde\beta_t = \frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t} \beta_t""",
    {
        "x_t": normal(4),
        "x_0": normal(4),
        "alpha_bar_prev": unit(),
        "alpha_bar_t": unit(),
        "alpha_t": unit(),
        "beta_t": unit(),
    },
    lambda x_t, x_0, alpha_bar_prev, alpha_bar_t, alpha_t, beta_t: (
        np.sqrt(alpha_bar_prev) * beta_t / (1 - alpha_bar_t) * x_0
        + np.sqrt(alpha_t) * (1 - alpha_bar_prev) / (1 - alpha_bar_t) * x_t,
        (1 - alpha_bar_prev) / (1 - alpha_bar_t) * beta_t,
    ),
    shapes={
        "x_t": "d",
        "x_0": "d",
        "alpha_bar_prev": "",
        "alpha_bar_t": "",
        "alpha_t": "",
        "beta_t": "",
    },
    outputs=("mu_tilde_t", "beta_tilde_t"),
)
equation(
    "cosine-schedule",
    r"\bar\alpha_t = \frac{f(t)}{f(0)}, \quad f(t) = \cos\left(\frac{t/T + s}{1 + s} \cdot \frac{\pi}{2}\right)^2",
    {"t": value(3), "T": value(10), "s": value(0.008)},
    lambda t, T, s: (
        (np.cos((t / T + s) / (1 + s) * np.pi / 2) / np.cos(s / (1 + s) * np.pi / 2)) ** 2
    ),
    outputs=("alpha_bar_t",),
)
equation(
    "cfg",
    r"\tilde{\epsilon} = (1 + w) \epsilon_c - w \epsilon_u",
    {"w": positive(), "epsilon_c": normal(4), "epsilon_u": normal(4)},
    lambda w, epsilon_c, epsilon_u: (1 + w) * epsilon_c - w * epsilon_u,
    shapes={"epsilon_c": "d", "epsilon_u": "d", "w": ""},
    batched=("epsilon_c", "epsilon_u"),
)
equation(
    "cfg-functions",
    r"\tilde{\boldsymbol\epsilon}_\theta(\mathbf{z}, \mathbf{c}) = (1 + w) \boldsymbol\epsilon_\theta(\mathbf{z}, \mathbf{c}) - w \boldsymbol\epsilon_\theta(\mathbf{z}, \mathbf{0})",
    {"z": normal(4), "c": normal(3), "w": positive(), "epsilon_theta": net(4, 4, 3)},
    lambda z, c, w, epsilon_theta: (
        (1 + w) * epsilon_theta(z, c) - w * epsilon_theta(z, np.zeros(3))
    ),
    shapes={"z": "d", "c": "k", "w": "", "epsilon_theta": "(d), (k) -> (d)"},
    batched=("z", "c"),
)
equation(
    "denoising-score-matching",
    r"\ell(\theta; \sigma) = \frac{1}{2} \left\lVert \mathbf{s}_\theta(\tilde{\mathbf{x}}, \sigma) + \frac{\tilde{\mathbf{x}} - \mathbf{x}}{\sigma^2} \right\rVert_2^2",
    {
        "s_theta": net(4, 4, 0),
        "x_tilde": normal(4),
        "x": normal(4),
        "sigma": positive(),
        "theta": value(0.0),
    },
    lambda s_theta, x_tilde, x, sigma, **_: (
        0.5 * np.sum((s_theta(x_tilde, sigma) + (x_tilde - x) / sigma**2) ** 2)
    ),
    shapes={"s_theta": "(d), () -> (d)", "x_tilde": "d", "x": "d", "sigma": "", "theta": ""},
    batched=("x_tilde", "x"),
)
equation(
    "langevin",
    r"\tilde{\mathbf{x}}_t = \tilde{\mathbf{x}}_{t-1} + \frac{\alpha}{2} \mathbf{s}_\theta(\tilde{\mathbf{x}}_{t-1}, \sigma) + \sqrt{\alpha}\, \mathbf{z}_t",
    {
        "x_tilde_prev": normal(4),
        "alpha": unit(),
        "s_theta": net(4, 4, 0),
        "sigma": unit(),
        "z_t": normal(4),
    },
    lambda x_tilde_prev, alpha, s_theta, sigma, z_t: (
        x_tilde_prev + alpha / 2 * s_theta(x_tilde_prev, sigma) + np.sqrt(alpha) * z_t
    ),
    shapes={"x_tilde_prev": "d", "s_theta": "(d), () -> (d)", "z_t": "d", "alpha": "", "sigma": ""},
    batched=("x_tilde_prev", "z_t"),
)
equation(
    "v-prediction",
    r"\mathbf{v} = \alpha_t \boldsymbol\epsilon - \sigma_t \mathbf{x}",
    {"alpha_t": unit(), "sigma_t": unit(), "epsilon": normal(4), "x": normal(4)},
    lambda alpha_t, sigma_t, epsilon, x: alpha_t * epsilon - sigma_t * x,
    batched=("epsilon", "x"),
)
equation(
    "edm-noise-level",
    r"\sigma_i = \left( {\sigma_\text{max}}^{\frac{1}{\rho}} + \frac{i}{N-1} ({\sigma_\text{min}}^{\frac{1}{\rho}} - {\sigma_\text{max}}^{\frac{1}{\rho}}) \right)^\rho",
    {
        "sigma_max": value(80.0),
        "sigma_min": value(0.002),
        "rho": value(7.0),
        "i": value(3),
        "N": value(18),
    },
    lambda sigma_max, sigma_min, rho, i, N: (
        (sigma_max ** (1 / rho) + i / (N - 1) * (sigma_min ** (1 / rho) - sigma_max ** (1 / rho)))
        ** rho
    ),
)
equation(
    "flow-matching-conditional",
    r"\psi_t(x) = (1 - (1 - \sigma_{\min}) t) x + t x_1, \quad u_t(x | x_1) = \frac{x_1 - (1 - \sigma_{\min}) x}{1 - (1 - \sigma_{\min}) t}",
    {"x": normal(4), "x_1": normal(4), "t": unit(), "sigma_min": value(0.01)},
    lambda x, x_1, t, sigma_min: (
        (1 - (1 - sigma_min) * t) * x + t * x_1,
        (x_1 - (1 - sigma_min) * x) / (1 - (1 - sigma_min) * t),
    ),
    shapes={"x": "d", "x_1": "d", "t": "", "sigma_min": ""},
    outputs=("psi_t", "u_t"),
    batched=("x", "x_1"),
)
equation(
    "log-snr",
    r"\lambda_t = \log \frac{\alpha_t^2}{\sigma_t^2}",
    {"alpha_t": unit(), "sigma_t": unit()},
    lambda alpha_t, sigma_t: np.log(alpha_t**2 / sigma_t**2),
)
equation(
    "min-snr",
    r"w_t = \min\{\mathrm{SNR}, \gamma\} / \mathrm{SNR}, \quad \mathrm{SNR} = \frac{\bar\alpha_t}{1 - \bar\alpha_t}",
    {"alpha_bar_t": unit(5), "gamma": positive()},
    lambda alpha_bar_t, gamma: np.minimum(s := alpha_bar_t / (1 - alpha_bar_t), gamma) / s,
    outputs=("w_t",),
    batched=("alpha_bar_t",),
)
equation(
    "consistency-skip",
    r"c_{\text{skip}}(t) = \frac{\sigma_{\text{data}}^2}{(t - \epsilon)^2 + \sigma_{\text{data}}^2}, \quad c_{\text{out}}(t) = \frac{\sigma_{\text{data}} (t - \epsilon)}{\sqrt{\sigma_{\text{data}}^2 + t^2}}",
    {"t": positive(), "epsilon": value(0.002), "sigma_data": value(0.5)},
    lambda t, epsilon, sigma_data: (
        sigma_data**2 / ((t - epsilon) ** 2 + sigma_data**2),
        sigma_data * (t - epsilon) / np.sqrt(sigma_data**2 + t**2),
    ),
    outputs=("c_skip", "c_out"),
)
equation(
    "pseudo-huber",
    r"d(\boldsymbol{x}, \boldsymbol{y}) = \sqrt{\lVert \boldsymbol{x} - \boldsymbol{y} \rVert_2^2 + c^2} - c",
    {"x": normal(4), "y": normal(4), "c": positive()},
    lambda x, y, c: np.sqrt(np.sum((x - y) ** 2) + c**2) - c,
    batched=("x", "y"),
)
equation(
    "maf-inverse",
    r"u_i = (x_i - \mu_i) \exp(-\alpha_i), \quad \log|\det J| = -\sum_i \alpha_i",
    {"x": normal(4), "mu": normal(4), "alpha": normal(4)},
    lambda x, mu, alpha: (x - mu) * np.exp(-alpha),
    shapes={"x": "D", "mu": "D", "alpha": "D"},
    outputs=("u",),
    batched=("x", "mu", "alpha"),
)
equation(
    "radial-flow",
    r"f(\mathbf{z}) = \mathbf{z} + \beta h(\alpha, r)(\mathbf{z} - \mathbf{z}_0), \quad h(\alpha, r) = \frac{1}{\alpha + r}, \quad r = \lVert \mathbf{z} - \mathbf{z}_0 \rVert",
    {"z": normal(4), "beta": positive(), "alpha": positive(), "z_0": normal(4)},
    lambda z, beta, alpha, z_0: z + beta / (alpha + np.linalg.norm(z - z_0)) * (z - z_0),
    outputs=("f",),
    batched=("z",),
)
equation(
    "glow-logdet",
    r"\ell = h \cdot w \cdot \log |\det(\mathbf{W})|",
    {"h": value(4), "w": value(5), "W": spd(3)},
    lambda h, w, W: h * w * np.log(np.linalg.det(W)),
    shapes={"h": "", "w": "", "W": "c c"},
)
equation(
    "iwae",
    r"\mathcal{L}_k = \log \frac{1}{k} \sum_{i=1}^{k} \frac{p_i}{q_i}",
    {"p": unit(5), "q": unit(5), "k": value(5)},
    lambda p, q, **_: np.log(np.mean(p / q)),
    batched=("p", "q"),
)
equation(
    "beta-vae",
    r"\mathcal{L} = \lVert x - \hat{x} \rVert^2 + \beta \frac{1}{2} \sum_{j} \left(\sigma_j^2 + \mu_j^2 - 1 - \log \sigma_j^2\right)",
    {"x": normal(4), "x_hat": normal(4), "beta": positive(), "sigma": positive(3), "mu": normal(3)},
    lambda x, x_hat, beta, sigma, mu: (
        np.sum((x - x_hat) ** 2) + beta * 0.5 * np.sum(sigma**2 + mu**2 - 1 - np.log(sigma**2))
    ),
    batched=("x", "mu"),
)
equation(
    "vq-nearest",
    r"k = \arg\min_j \lVert z_e - e_j \rVert_2",
    {"z_e": normal(3), "e": normal(6, 3)},
    lambda z_e, e: np.argmin(np.linalg.norm(z_e - e, axis=1)),
    shapes={"z_e": "D", "e": "K D"},
)
equation(
    "gumbel-softmax",
    r"y_i = \frac{\exp((\log(\pi_i) + g_i)/\tau)}{\sum_{j=1}^{k} \exp((\log(\pi_j) + g_j)/\tau)}",
    {"pi": simplex(5), "g": normal(5), "tau": positive(), "k": value(5)},
    lambda pi, g, tau, **_: softmax((np.log(pi) + g) / tau),
    batched=("pi", "g"),
)

# --- survival ------------------------------------------------------------------------------------------------------


def _cox(beta, x, delta, t):
    total = 0.0
    for i in range(len(t)):
        if delta[i] == 1:
            total += x[i] @ beta - np.log(
                sum(np.exp(x[j] @ beta) for j in range(len(t)) if t[j] >= t[i])
            )
    return total


equation(
    "cox",
    r"\ell(\beta) = \sum_{i: \delta_i = 1} \left( \beta^\top x_i - \log \sum_{j: t_j \ge t_i} \exp(\beta^\top x_j) \right)",
    {"beta": normal(3), "x": normal(6, 3), "delta": zero_one(6), "t": positive(6)},
    _cox,
    shapes={"beta": "d", "x": "n d", "delta": "n", "t": "n"},
)
equation(
    "cox-product",
    r"L(\beta) = \prod_{i: C_i = 1} \frac{\theta_i}{\sum_{j: Y_j \geq Y_i} \theta_j}, \quad \theta_j = \exp(X_j \cdot \beta)",
    {"beta": normal(3), "X": normal(6, 3), "C": zero_one(6), "Y": positive(6)},
    lambda beta, X, C, Y: np.exp(_cox(beta, X, C, Y)),
    shapes={"beta": "d", "X": "n d", "C": "n", "Y": "n"},
    outputs=("L",),
)
equation(
    "cox-text",
    "ll = Σ_i δ_i (η_i − log Σ_{j: t_j ≥ t_i} exp(η_j))",
    {"eta": normal(6), "delta": zero_one(6), "t": positive(6)},
    lambda eta, delta, t: sum(
        delta[i] * (eta[i] - np.log(sum(np.exp(eta[j]) for j in range(6) if t[j] >= t[i])))
        for i in range(6)
    ),
    shapes={"eta": "n", "delta": "n", "t": "n"},
    batched=("eta",),
)
equation(
    "kaplan-meier",
    r"\hat{S}(s) = \prod_{i: t_i \le s} \left(1 - \frac{d_i}{n_i}\right)",
    {"s": positive(), "t": positive(5), "d": unit(5), "n": positive(5)},
    lambda s, t, d, n: np.prod(np.where(t <= s, 1 - d / n, 1.0)),
    batched=("t", "d", "n"),
)
equation(
    "nelson-aalen",
    r"\tilde{H}(s) = \sum_{t_i \le s} \frac{d_i}{n_i}",
    {"s": positive(), "t": positive(5), "d": unit(5), "n": positive(5)},
    lambda s, t, d, n: np.sum(np.where(t <= s, d / n, 0.0)),
    batched=("t", "d", "n"),
)
equation(
    "concordance",
    r"C = \frac{\sum_{i,j} 1_{T_j < T_i} \cdot 1_{\eta_j > \eta_i} \cdot \delta_j}{\sum_{i,j} 1_{T_j < T_i} \cdot \delta_j}",
    {"T": positive(6), "eta": normal(6), "delta": value(np.ones(6))},
    lambda T, eta, delta: (
        np.sum((T[None] < T[:, None]) * (eta[None] > eta[:, None]) * delta[None])
        / np.sum((T[None] < T[:, None]) * delta[None])
    ),
    shapes={"T": "n", "eta": "n", "delta": "n"},
    batched=("T", "eta"),
)
equation(
    "weibull-hazard",
    r"h(t) = \frac{k}{\lambda} \left(\frac{t}{\lambda}\right)^{k-1}",
    {"t": positive(5), "k": positive(), "lambda_": positive()},
    lambda t, k, lambda_: k / lambda_ * (t / lambda_) ** (k - 1),
    batched=("t",),
)
equation(
    "discrete-survival-nll",
    r"\mathcal{L} = -\sum_{i=1}^{n} \sum_{j=1}^{\kappa_i} \left[ y_{ij} \log h_{ij} + (1 - y_{ij}) \log(1 - h_{ij}) \right]",
    {
        "y": zero_one(4, 5),
        "h": unit(4, 5),
        "kappa": lambda rng: rng.integers(1, 6, size=4),
        "n": value(4),
    },
    lambda y, h, kappa, **_: (
        -sum(
            y[i, j] * np.log(h[i, j]) + (1 - y[i, j]) * np.log(1 - h[i, j])
            for i in range(4)
            for j in range(kappa[i])
        )
    ),
    shapes={"y": "n m", "h": "n m", "kappa": "n : int"},
    batched=("h",),
)

# --- expectations ---------------------------------------------------------------------------------------------------

equation(
    "gan-value",
    r"\min_G \max_D V(D, G) = \mathbb{E}_{x \sim p_{data}(x)}[\log D(x)] + \mathbb{E}_{z \sim p_z(z)}[\log(1 - D(G(z)))]",
    {"D": net(0, 4, above=True), "G": net(4, 3), "x": normal(6, 4), "z": normal(6, 3)},
    lambda D, G, x, z: np.mean(np.log(D(x))) + np.mean(np.log(1 - D(G(z)))),
    shapes={"D": "(n) -> ()", "G": "(k) -> (n)", "x": "m n", "z": "m k"},
)
equation(
    "lsgan",
    r"V(D) = \frac{1}{2} \mathbb{E}_{x \sim p_{data}}\left[(D(x) - b)^2\right] + \frac{1}{2} \mathbb{E}_{z \sim p_z}\left[(D(G(z)) - a)^2\right]",
    {
        "D": net(0, 4),
        "G": net(4, 3),
        "x": normal(6, 4),
        "z": normal(5, 3),
        "a": normal(),
        "b": normal(),
    },
    lambda D, G, x, z, a, b: 0.5 * np.mean((D(x) - b) ** 2) + 0.5 * np.mean((D(G(z)) - a) ** 2),
    shapes={"D": "(n) -> ()", "G": "(k) -> (n)", "x": "m n", "z": "l k", "a": "", "b": ""},
)
equation(
    "hinge-gan",
    r"L_D = -\mathbb{E}_{x}[\min(0, -1 + D(x))] - \mathbb{E}_{z}[\min(0, -1 - D(G(z)))]",
    {"D": net(0, 4), "G": net(4, 3), "x": normal(6, 4), "z": normal(5, 3)},
    lambda D, G, x, z: -np.mean(np.minimum(0, -1 + D(x))) - np.mean(np.minimum(0, -1 - D(G(z)))),
    shapes={"D": "(n) -> ()", "G": "(k) -> (n)", "x": "m n", "z": "l k"},
)
equation(
    "wgan",
    r"W = \mathbb{E}_{x \sim p_r}[f(x)] - \mathbb{E}_{\tilde{x} \sim p_g}[f(\tilde{x})]",
    {"f": net(0, 4), "x": normal(6, 4), "x_tilde": normal(6, 4)},
    lambda f, x, x_tilde: np.mean(f(x)) - np.mean(f(x_tilde)),
    shapes={"f": "(n) -> ()", "x": "m n", "x_tilde": "m n"},
)
equation(
    "ddpm-expectation",
    r"L = \mathbb{E}_{x_0, \epsilon}\left[\|\epsilon - \epsilon_\theta(\sqrt{\bar\alpha} x_0 + \sqrt{1-\bar\alpha}\epsilon)\|^2\right]",
    {"x_0": normal(6, 4), "epsilon": normal(6, 4), "epsilon_theta": net(4, 4), "alpha_bar": unit()},
    lambda x_0, epsilon, epsilon_theta, alpha_bar: np.mean(
        np.sum(
            (epsilon - epsilon_theta(np.sqrt(alpha_bar) * x_0 + np.sqrt(1 - alpha_bar) * epsilon))
            ** 2,
            axis=1,
        )
    ),
    shapes={"x_0": "N d", "epsilon": "N d", "epsilon_theta": "(d) -> (d)", "alpha_bar": ""},
)
equation(
    "reward-model",
    r"\mathcal{L}(\theta) = -\mathbb{E}_{(x, y_w, y_l) \sim \mathcal{D}}\left[\log \sigma(r_\theta(x, y_w) - r_\theta(x, y_l))\right]",
    {
        "r_theta": net(0, 3, 2),
        "x": normal(6, 3),
        "y_w": normal(6, 2),
        "y_l": normal(6, 2),
        "theta": value(0.0),
    },
    lambda r_theta, x, y_w, y_l, **_: -np.mean(np.log(sigmoid(r_theta(x, y_w) - r_theta(x, y_l)))),
    shapes={"r_theta": "(n), (k) -> ()", "x": "N n", "y_w": "N k", "y_l": "N k"},
)
equation(
    "ppo-expectation",
    r"L^{CLIP}(\theta) = \hat{\mathbb{E}}_t\left[\min(r_t(\theta)\hat{A}_t, \operatorname{clip}(r_t(\theta), 1-\epsilon, 1+\epsilon)\hat{A}_t)\right]",
    {"r": positive(6), "A_hat": normal(6), "epsilon": value(0.2), "theta": value(0.0)},
    lambda r, A_hat, epsilon, **_: np.mean(
        np.minimum(r * A_hat, np.clip(r, 1 - epsilon, 1 + epsilon) * A_hat)
    ),
    shapes={"r": "T", "A_hat": "T"},
    batched=("r", "A_hat"),
)
equation(
    "variance-as-expectations",
    r"\operatorname{Var}(X) = \mathbb{E}[X^2] - \mathbb{E}[X]^2",
    {"X": normal(6)},
    lambda X: np.var(X),
    shapes={"X": "n"},
    batched=("X",),
)
equation(
    "covariance-as-expectation",
    r"\operatorname{cov}(X, Y) = \mathrm{E}\left[(X - \mathrm{E}[X])(Y - \mathrm{E}[Y])\right]",
    {"X": normal(6), "Y": normal(6)},
    lambda X, Y: np.mean((X - X.mean()) * (Y - Y.mean())),
    shapes={"X": "n", "Y": "n"},
    batched=("X", "Y"),
)
equation(
    "dqn-loss",
    r"L(\theta) = \mathbb{E}_{(s, r, s')}\left[ \left( r + \gamma V(s') - Q(s) \right)^2 \right]",
    {
        "s": normal(6, 3),
        "r": normal(6),
        "s_prime": normal(6, 3),
        "V": net(0, 3),
        "Q": net(0, 3),
        "gamma": unit(),
        "theta": value(0.0),
    },
    lambda s, r, s_prime, V, Q, gamma, **_: np.mean((r + gamma * V(s_prime) - Q(s)) ** 2),
    shapes={
        "s": "N n",
        "r": "N",
        "s_prime": "N n",
        "V": "(n) -> ()",
        "Q": "(n) -> ()",
        "gamma": "",
    },
)

refused("expectation-undeclared", r"J = \mathbb{E}_{\pi}[R]", "UndefinedError", shapes={"R": "n"})
refused("expectation-of-matrix", r"\mathbb{E}[X]", "AmbiguousError", shapes={"X": "n m"})
refused("conditional-expectation", r"\mathbb{E}[x \mid y]", "UndefinedError", shapes={"x": "n"})
refused(
    "expectation-over-unused",
    r"\mathbb{E}_{t, x_0}\left[\|f(x_t, t)\|^2\right]",
    "UndefinedError",
    shapes={"x_0": "N d", "f": "(d), () -> (d)"},
)
refused("log-of-which", r"\log p \sum_i x_i", "AmbiguousError")
refused(
    "bce-without-bracket", r"L = -\sum_i y_i \log p_i + (1 - y_i) \log(1 - p_i)", "AmbiguousError"
)
refused("part-of-a-sequence", r"L = x_t + x_{<t}", "UnsupportedError")
refused(
    "one-letter-twice", r"\hat{S}(t) = \prod_{i: t_i \le t} (1 - \frac{d_i}{n_i})", "AmbiguousError"
)
refused(
    "two-densities-of-one-letter",
    r"I = \sum_{x,y} p(x,y) \log \frac{p(x,y)}{p(x) p(y)}",
    "ShapeError",
    shapes={"p": "n m"},
)
refused("set-or-value", r"\frac{1}{|\mathcal{B}|} L", "UndefinedError")
refused(
    "infinite-sum",
    r"\hat{A}_t = \sum_{l=0}^{\infty} (\gamma\lambda)^l \delta_{t+l}",
    "UnsupportedError",
)
refused(
    "two-arities",
    r"e = (1+w)\epsilon_\theta(x,c) - w\epsilon_\theta(x)",
    "DefinitionError",
    shapes={"epsilon_theta": "(d), (k) -> (d)"},
)
refused("integral", r"S(t) = \exp\left(-\int_0^t h(u) du\right)", "UnsupportedError")
refused(
    "unknown-density", r"p(x) = \sum_{k=1}^K \pi_k \mathcal{N}(x|\mu_k,\Sigma_k)", "UndefinedError"
)

# --- what was once misread ----------------------------------------------------------------------------------------------


def _fid(mu_r, mu_g, Sigma_r, Sigma_g):
    roots = np.sqrt(np.linalg.eigvals(Sigma_r @ Sigma_g).real)
    return np.sum((mu_r - mu_g) ** 2) + np.trace(Sigma_r + Sigma_g) - 2 * roots.sum()


equation(
    "fid",
    r"\mathrm{FID} = \|\mu_r - \mu_g\|^2 + \mathrm{Tr}(\Sigma_r + \Sigma_g - 2(\Sigma_r\Sigma_g)^{1/2})",
    {"mu_r": normal(3), "mu_g": normal(3), "Sigma_r": spd(3), "Sigma_g": spd(3)},
    _fid,
    batched=("mu_r", "mu_g"),
)
equation(
    "norm-of-greek",
    r"L = \lVert \theta - \theta_0 \rVert^2 + \lVert \mu \rVert_1",
    {"theta": normal(4), "theta_0": normal(4), "mu": normal(4)},
    lambda theta, theta_0, mu: np.sum((theta - theta_0) ** 2) + np.sum(np.abs(mu)),
    batched=("theta", "mu"),
)
equation(
    "inner-products-of-rows",
    r"\ell_i = -\log\frac{\exp(\langle v_i, u_i\rangle/\tau)}{\sum_{k=1}^N \exp(\langle v_i, u_k\rangle/\tau)}",
    {"v": normal(5, 3), "u": normal(5, 3), "tau": positive(), "N": value(5)},
    lambda v, u, tau, **_: -np.diag(sp.log_softmax(v @ u.T / tau, axis=1)),
    batched=("v", "u"),
)
equation(
    "noise-prediction-summed",
    r"L = \sum_{i} \lVert \epsilon_i - \epsilon_\theta(x_i) \rVert^2",
    {"epsilon": normal(5, 3), "x": normal(5, 3), "epsilon_theta": net(3, 3)},
    lambda epsilon, x, epsilon_theta: np.sum((epsilon - epsilon_theta(x)) ** 2),
    shapes={"x": "N d", "epsilon": "N d", "epsilon_theta": "(d) -> (d)"},
)
equation(
    "sigma-times-bracket",
    r"x = \sigma \left( \frac{z - \mu}{\sigma} + 1 \right)",
    {"sigma": positive(4), "z": normal(4), "mu": normal(4)},
    lambda sigma, z, mu: sigma * ((z - mu) / sigma + 1),
    batched=("sigma", "z", "mu"),
)
equation(
    "log-of-mean",
    r"L = -\log \frac{1}{N^2} \sum_{i=1}^N \sum_{j=1}^N s_{ij}",
    {"s": positive(4, 4), "N": value(4)},
    lambda s, **_: -np.log(s.mean()),
    batched=("s",),
)
equation(
    "mixture-of-superscripts",
    r"\mathcal{L} = \sum_{j=1}^{L} \exp(s_n^j - m)",
    {"s_n": normal(4), "m": normal(), "L": value(4)},
    lambda s_n, m, **_: np.sum(np.exp(s_n - m)),
    shapes={"s_n": "L", "m": ""},
    batched=("s_n",),
)
equation(
    "error-rate",
    r"\text{WER} = \frac{S + D + I}{N}",
    {"S": positive(), "D": positive(), "I": positive(), "N": positive()},
    lambda S, D, I, N: (S + D + I) / N,  # noqa: E741
    shapes={"S": "", "D": "", "I": "", "N": ""},
)
refused("identity-or-insertions", r"\text{WER} = \frac{S + D + I}{N}", "AmbiguousError")
refused(
    "root-of-a-product",
    r"t = \mathrm{Tr}(A + B - 2\sqrt{A B})",
    "AmbiguousError",
    shapes={"A": "n n", "B": "n n"},
)
refused(
    "root-of-no-symmetric-matrix",
    r"Y = (A B C)^{1/2}",
    "UnsupportedError",
    shapes={"A": "n n", "B": "n n", "C": "n n"},
)
refused(
    "sum-or-covariance", "MSE = 1/n Σ (y - ŷ)^2", "AmbiguousError", shapes={"y": "n", "y_hat": "n"}
)
equation(
    "pearson-text",
    "r = Σ(x_i − x̄)(y_i − ȳ) / √(Σ(x_i − x̄)² Σ(y_i − ȳ)²)",
    {"x": normal(6), "y": normal(6)},
    lambda x, y: np.corrcoef(x, y)[0, 1],
    shapes={"x": "n", "y": "n"},
    batched=("x", "y"),
)
equation(
    "r2-sums-of-squares",
    r"R^2 = 1 - \frac{SS_{res}}{SS_{tot}}",
    {"SS_res": positive(), "SS_tot": positive()},
    lambda SS_res, SS_tot: 1 - SS_res / SS_tot,
    shapes={"SS_res": "", "SS_tot": ""},
)
equation(
    "iou-of-masks",
    r"\mathrm{IoU} = \frac{|A \cap B|}{|A \cup B|}",
    {"A": mask(4, 5), "B": mask(4, 5)},
    lambda A, B: np.sum(A & B) / np.sum(A | B),
    shapes={"A": "h w : bool", "B": "h w : bool"},
    batched=("A", "B"),
)
equation(
    "triplet-of-rows",
    r"\mathcal{L}(a, p, n) = \max\left\{ \|a_i - p_i\|_2 - \|a_i - n_i\|_2 + m, 0\right\}",
    {"a": normal(5, 3), "p": normal(5, 3), "n": normal(5, 3), "m": positive()},
    lambda a, p, n, m: np.maximum(
        np.linalg.norm(a - p, axis=1) - np.linalg.norm(a - n, axis=1) + m, 0
    ),
    batched=("a", "p", "n"),
)
equation(
    "infonce-text",
    "InfoNCE = -log(exp(sim(q, k_plus)/τ) / Σ_i exp(sim(q, k_i)/τ))\nsim(u, v) = u·v / (||u|| ||v||)",
    {"q": normal(4), "k_plus": normal(4), "k": normal(6, 4), "tau": positive()},
    lambda q, k_plus, k, tau: (
        np.log(np.sum(np.exp(k @ q / np.linalg.norm(k, axis=1) / np.linalg.norm(q) / tau)))
        - k_plus @ q / np.linalg.norm(k_plus) / np.linalg.norm(q) / tau
    ),
    shapes={"q": "d", "k_plus": "d", "k": "N d", "tau": ""},
    outputs=("InfoNCE",),
    batched=("q", "k_plus"),
)
refused(
    "digit-behind-a-letter",
    r"\text{loss}(x1, x2, y) = \max(0, -y * (x1 - x2) + \text{margin})",
    "AmbiguousError",
)
refused("label-or-exponents", r"v = \arctan\frac{w^{gt}}{h^{gt}}", "AmbiguousError")
refused(
    "order-and-array",
    r"d(p) = \sum_i \lVert p_i - x_i \rVert_p",
    "ShapeError",
    shapes={"p": "n d", "x": "n d"},
)
refused("log-of-a-ratio", "KL = Σ_i p_i log p_i/q_i", "AmbiguousError")
refused("acronyms-side-by-side", "PSNR = 10 log10(MAX² / MSE)", "AmbiguousError")
refused("sets-undeclared", r"J(A,B) = \frac{|A \cap B|}{|A \cup B|}", "UndefinedError")

# --- more of the same ---------------------------------------------------------------------------------------------------

equation(
    "macro-f1",
    r"P_k = \frac{C_{kk}}{\sum_i C_{ik}}, \quad R_k = \frac{C_{kk}}{\sum_i C_{ki}}, \quad F_k = \frac{2 P_k R_k}{P_k + R_k}, \quad \mathrm{macroF1} = \frac{1}{K} \sum_{k=1}^K F_k",
    {"C": positive(4, 4)},
    lambda C: np.mean(2 * np.diag(C) / (C.sum(0) + C.sum(1))),
    shapes={"C": "K K"},
    outputs=("macroF1",),
    batched=("C",),
)
equation(
    "mean-iou",
    r"\mathrm{mIoU} = \frac{1}{K} \sum_{i=1}^K \frac{C_{ii}}{\sum_j C_{ij} + \sum_j C_{ji} - C_{ii}}",
    {"C": positive(4, 4), "K": value(4)},
    lambda C, **_: np.mean(np.diag(C) / (C.sum(0) + C.sum(1) - np.diag(C))),
    batched=("C",),
)
equation(
    "t-sne-q",
    r"q_{ij} = \frac{(1 + \|y_i - y_j\|^2)^{-1}}{\sum_{k \neq l} (1 + \|y_k - y_l\|^2)^{-1}}",
    {"y": normal(5, 2)},
    lambda y: (w := 1 / (1 + _dist(y, y) ** 2)) / (w.sum() - np.trace(w)),
    batched=("y",),
)
equation(
    "t-sne-gradient",
    r"\frac{\delta C}{\delta y_i} = 4 \sum_j (p_{ij} - q_{ij})(y_i - y_j)(1 + \|y_i - y_j\|^2)^{-1}",
    {"p": unit(5, 5), "q": unit(5, 5), "y": normal(5, 2)},
    lambda p, q, y: (
        4 * np.einsum("ij,ijk->ik", (p - q) / (1 + _dist(y, y) ** 2), y[:, None] - y[None])
    ),
    shapes={"y": "n d", "p": "n n", "q": "n n"},
    batched=("y",),
)
equation(
    "plackett-luce",
    r"P(\pi | s) = \prod_{j=1}^n \frac{\exp(s_{\pi_j})}{\sum_{k=j}^n \exp(s_{\pi_k})}",
    {"s": normal(5), "pi": lambda rng: rng.permutation(5)},
    lambda s, pi: np.prod([np.exp(s[pi[j]]) / np.exp(s[pi[j:]]).sum() for j in range(5)]),
    shapes={"s": "n", "pi": "n : int"},
)
equation(
    "lambda-rank",
    r"\lambda_{ij} = \frac{-\sigma}{1 + e^{\sigma(s_i - s_j)}} |\Delta Z_{ij}|",
    {"sigma": positive(), "s": normal(5), "Delta_Z": normal(5, 5)},
    lambda sigma, s, Delta_Z: -sigma / (1 + np.exp(sigma * (s[:, None] - s))) * abs(Delta_Z),
    batched=("s", "Delta_Z"),
)
equation(
    "weighted-quantile-loss",
    r"\mathrm{WQL} = \frac{2 \sum_{t} \left[\tau \max(y_t - q_t, 0) + (1-\tau) \max(q_t - y_t, 0)\right]}{\sum_t |y_t|}",
    {"tau": unit(), "y": normal(6), "q": normal(6)},
    lambda tau, y, q: (
        2 * np.sum(tau * np.maximum(y - q, 0) + (1 - tau) * np.maximum(q - y, 0)) / np.sum(abs(y))
    ),
    batched=("y", "q"),
)
equation(
    "picp",
    r"\mathrm{PICP} = \frac{1}{n} \sum_{i=1}^n \mathbb{1}\{L_i \le y_i \le U_i\}",
    {"L": normal(6), "y": normal(6), "U": normal(6), "n": value(6)},
    lambda L, y, U, **_: np.mean((y >= L) & (y <= U)),
    batched=("L", "y", "U"),
)
equation(
    "censored-brier",
    r"\mathrm{BS} = \frac{1}{N} \sum_{i=1}^N \frac{S_i^2 \, \mathbb{1}(t_i \le \tau, \delta_i = 1)}{G_i}",
    {
        "S": unit(6),
        "t": positive(6),
        "tau": value(1.0),
        "delta": zero_one(6),
        "G": positive(6),
        "N": value(6),
    },
    lambda S, t, tau, delta, G, **_: np.mean(S**2 * ((t <= tau) & (delta == 1)) / G),
    batched=("S", "t", "delta"),
)
equation(
    "minkowski",
    r"d(x, y) = \left(\sum_{i=1}^n |x_i - y_i|^p\right)^{1/p}",
    {"x": normal(5), "y": normal(5), "p": value(3.0), "n": value(5)},
    lambda x, y, p, **_: np.sum(abs(x - y) ** p) ** (1 / p),
    batched=("x", "y"),
)
equation(
    "rbm-free-energy",
    r"F(v) = -b^\top v - \sum_j \log(1 + e^{c_j + W_j v})",
    {"v": normal(4), "b": normal(4), "c": normal(3), "W": normal(3, 4)},
    lambda v, b, c, W: -b @ v - np.sum(np.log1p(np.exp(c + W @ v))),
    shapes={"W": "m n", "v": "n", "b": "n", "c": "m"},
    batched=("v",),
)
equation(
    "advantage-table",
    r"A(s, a) = Q(s, a) - V(s)",
    {"Q": normal(4, 3), "V": normal(4)},
    lambda Q, V: Q - V[:, None],
    shapes={"Q": "S A", "V": "S"},
    batched=("Q", "V"),
)
equation(
    "boltzmann-policy-table",
    r"\pi(a | s) = \frac{\exp(Q(s, a)/\tau)}{\sum_{a'} \exp(Q(s, a')/\tau)}",
    {"Q": normal(4, 3), "tau": positive()},
    lambda Q, tau: softmax(Q / tau).T,
    shapes={"Q": "S A", "tau": ""},
    batched=("Q",),
)
equation(
    "bellman-table",
    r"V'(s) = \sum_a \pi(a|s) \sum_{s'} P(s'|s, a) [R(s, a) + \gamma V(s')]",
    {"pi": unit(3, 4), "P": unit(4, 4, 3), "R": normal(4, 3), "gamma": unit(), "V": normal(4)},
    lambda pi, P, R, gamma, V: (
        np.einsum("as,tsa,sa->s", pi, P, R) + gamma * np.einsum("as,tsa,t->s", pi, P, V)
    ),
    shapes={"pi": "A S", "P": "S S A", "R": "S A", "V": "S", "gamma": ""},
    batched=("R", "V"),
)
equation(
    "cycle-consistency",
    r"\mathcal{L}_{cyc}(G, F) = \mathbb{E}_{x \sim p_{data}(x)}[\|F(G(x)) - x\|_1] + \mathbb{E}_{y \sim p_{data}(y)}[\|G(F(y)) - y\|_1]",
    {"G": net(3, 3), "F": net(3, 3), "x": normal(5, 3), "y": normal(4, 3)},
    lambda G, F, x, y: np.abs(F(G(x)) - x).sum(1).mean() + np.abs(G(F(y)) - y).sum(1).mean(),
    shapes={"F": "(n) -> (n)", "G": "(n) -> (n)", "x": "m n", "y": "l n"},
)
equation(
    "euler-sampler",
    r"d_i = \frac{x_i - D_\theta(x_i; \sigma_i)}{\sigma_i}, \quad x_{i+1} = x_i + (\sigma_{i+1} - \sigma_i) d_i",
    {"D_theta": net(4, 4, 0), "x_i": normal(4), "sigma_i": positive(), "sigma_next": positive()},
    lambda D_theta, x_i, sigma_i, sigma_next: (
        x_i + (sigma_next - sigma_i) * (x_i - D_theta(x_i, sigma_i)) / sigma_i
    ),
    shapes={"D_theta": "(d), () -> (d)", "x_i": "d", "sigma_i": "", "sigma_next": ""},
    outputs=("x_next",),
    batched=("x_i",),
)
equation(
    "x0-prediction",
    r"\hat{x}_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t}\,\epsilon_\theta(x_t, t)}{\sqrt{\bar\alpha_t}}",
    {"x_t": normal(4), "alpha_bar_t": unit(), "epsilon_theta": net(4, 4, 0), "t": value(3)},
    lambda x_t, alpha_bar_t, epsilon_theta, t: (
        (x_t - np.sqrt(1 - alpha_bar_t) * epsilon_theta(x_t, t)) / np.sqrt(alpha_bar_t)
    ),
    shapes={"epsilon_theta": "(d), () -> (d)", "x_t": "d"},
    batched=("x_t",),
)
equation(
    "gaussian-log-density",
    r"\log p(\mathbf{x}) = -\frac{1}{2}\left[D \log(2\pi) + \log|\boldsymbol\Sigma| + (\mathbf{x} - \boldsymbol\mu)^\top \boldsymbol\Sigma^{-1} (\mathbf{x} - \boldsymbol\mu)\right]",
    {"D": value(3), "Sigma": spd(3), "x": normal(3), "mu": normal(3)},
    lambda D, Sigma, x, mu: st.multivariate_normal.logpdf(x, mu, Sigma),
    batched=("x", "mu"),
)
equation(
    "coral",
    r"\ell = \frac{1}{4d^2} \|C_S - C_T\|_F^2",
    {"d": value(3), "C_S": spd(3), "C_T": spd(3)},
    lambda d, C_S, C_T: np.sum((C_S - C_T) ** 2) / (4 * d**2),
    batched=("C_S",),
)
equation(
    "multilabel-bce",
    r"\mathcal{L} = -\frac{1}{N} \sum_{i=1}^N \left( y_i \log \sigma(s_i) + (1 - y_i) \log(1 - \sigma(s_i)) \right)",
    {"y": zero_one(6), "s": normal(6), "N": value(6)},
    lambda y, s, **_: -np.mean(y * np.log(sigmoid(s)) + (1 - y) * np.log(1 - sigmoid(s))),
    batched=("y", "s"),
)
refused(
    "marginal-with-a-plus", r"m = \sum_i p_{i+} p_{+i}", "UnsupportedError", shapes={"p": "n n"}
)
refused("all-but-one", r"m = \sum_i \mu_{-i} \alpha", "UnsupportedError", shapes={"mu": "n"})
refused(
    "unbracketed-likelihood",
    r"\ell = \sum_i d_i \log h(t_i) - H(t_i)",
    "AmbiguousError",
    shapes={"h": "() -> ()", "H": "() -> ()"},
)
equation(
    "margin-of-a-given-class",
    r"\ell = \ln\left(1 + \sum_{j \neq y} e^{z_j - z_y}\right)",
    {"z": normal(5), "y": whole(5)},
    lambda z, y: -sp.log_softmax(z)[y],
    shapes={"z": "C", "y": ": int"},
    batched=("z",),
)
equation(
    "optimal-policy-table",
    r"\pi_r(y | x) = \frac{1}{Z(x)} \pi_{ref}(y | x) \exp\left(\frac{1}{\beta} r(x, y)\right), \quad Z(x) = \sum_y \pi_{ref}(y | x) \exp\left(\frac{1}{\beta} r(x, y)\right)",
    {"pi_ref": unit(4, 3), "r": normal(3, 4), "beta": positive()},
    lambda pi_ref, r, beta: (w := pi_ref * np.exp(r.T / beta)) / w.sum(0),
    shapes={"pi_ref": "Y X", "r": "X Y", "beta": ""},
    outputs=("pi_r",),
    batched=("r",),
)
equation(
    "mine",
    r"\mathcal{L} = \frac{1}{b} \sum_{i=1}^b T(x_i, y_i) - \log\left(\frac{1}{b} \sum_{i=1}^b e^{T(x_i, \bar y_i)}\right)",
    {"T": net(0, 3, 2), "x": normal(5, 3), "y": normal(5, 2), "y_bar": normal(5, 2), "b": value(5)},
    lambda T, x, y, y_bar, **_: np.mean(T(x, y)) - np.log(np.mean(np.exp(T(x, y_bar)))),
    shapes={"T": "(n), (k) -> ()", "x": "b n", "y": "b k", "y_bar": "b k"},
)
equation(
    "grpo-listed-rewards",
    r"\hat{A}_{i} = \frac{r_i - \mathrm{mean}(\{r_1, r_2, \cdots, r_G\})}{\mathrm{std}(\{r_1, r_2, \cdots, r_G\})}",
    {"r": normal(6), "G": value(6)},
    lambda r, **_: (r - r.mean()) / r.std(),
    batched=("r",),
)
equation(
    "error-vector-and-euler",
    r"L = \sum_t e_t^2 + \lambda e^{-\alpha}",
    {"e": normal(5), "lambda_": positive(), "alpha": positive()},
    lambda e, lambda_, alpha: np.sum(e**2) + lambda_ * np.exp(-alpha),
    batched=("e",),
)
equation(
    "correlation-of-draws",
    r"\mathrm{Corr}(X, Y) = \frac{\mathbb{E}[(X - \mu_X)(Y - \mu_Y)]}{\sigma_X \sigma_Y}",
    {
        "X": normal(6),
        "Y": normal(6),
        "mu_X": normal(),
        "mu_Y": normal(),
        "sigma_X": positive(),
        "sigma_Y": positive(),
    },
    lambda X, Y, mu_X, mu_Y, sigma_X, sigma_Y: (
        np.mean((X - mu_X) * (Y - mu_Y)) / (sigma_X * sigma_Y)
    ),
    shapes={"X": "n", "Y": "n", "mu_X": "", "mu_Y": ""},
    batched=("X", "Y"),
)
equation(
    "batch-norm-moments",
    r"y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} * \gamma + \beta",
    {"x": normal(6), "epsilon": value(1e-3), "gamma": normal(6), "beta": normal(6)},
    lambda x, epsilon, gamma, beta: (x - x.mean()) / np.sqrt(x.var() + epsilon) * gamma + beta,
    shapes={"x": "n", "gamma": "n", "beta": "n"},
    batched=("x",),
)
equation(
    "skewness-of-draws",
    r"\mu = \mathbb{E}[X], \quad \sigma^2 = \mathbb{E}[(X - \mu)^2], \quad \gamma_1 = \mathbb{E}\left[\left(\frac{X - \mu}{\sigma}\right)^3\right]",
    {"X": normal(6)},
    lambda X: st.skew(X),
    shapes={"X": "n"},
    outputs=("gamma_1",),
    batched=("X",),
)
refused(
    "drawn-with-what",
    r"J = \mathbb{E}_{s_t \sim \mathcal{D}}\left[Q(s_t, a_t)\right]",
    "AmbiguousError",
    shapes={"s_t": "N n", "a_t": "N k", "Q": "(n), (k) -> ()"},
)
