"""Equations of neural layers and blocks as papers and READMEs print them, with hand-written references.

Each record holds what is written, what the prose says of the shapes, the arguments that a reader of
the paper would expect (all of them and no others), and the numbers. `REFUSED` holds notation that
must not be given a number, with the class of the error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Draw:
    """How an argument is drawn: `kind` is normal, positive, unit, an integer bound or a boolean."""

    kind: str | int
    shape: tuple[int, ...]

    def __call__(self, rng: np.random.Generator) -> Any:
        match self.kind:
            case "normal":
                value = rng.normal(size=self.shape)
            case "positive":
                value = rng.uniform(0.4, 2.2, size=self.shape)
            case "unit":
                value = rng.uniform(0.05, 0.95, size=self.shape)
            case "bool":
                value = rng.uniform(size=self.shape) > 0.45
                value[..., 0] = True
            case int():
                value = rng.integers(0, self.kind, size=self.shape)
            case _:
                raise ValueError(self.kind)
        return value if self.shape else value.item() if hasattr(value, "item") else value


def N(*shape: int) -> Draw:
    return Draw("normal", shape)


def P(*shape: int) -> Draw:
    return Draw("positive", shape)


def U(*shape: int) -> Draw:
    return Draw("unit", shape)


def B(*shape: int) -> Draw:
    return Draw("bool", shape)


def Z(high: int, *shape: int) -> Draw:
    return Draw(high, shape)


@dataclass(frozen=True)
class Equation:
    """One equation: `inputs` are exactly the parameters of the translation, in any order."""

    name: str
    source: str
    inputs: Mapping[str, Any]
    reference: Callable[..., Any]
    shapes: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    batched: tuple[str, ...] = ()

    def draw(self, seed: int) -> dict[str, Any]:
        rng = np.random.default_rng([seed, len(self.source)])
        return {k: v(rng) if isinstance(v, Draw) else v for k, v in self.inputs.items()}


@dataclass(frozen=True)
class Refusal:
    """Notation that must be refused, and the class of the error."""

    name: str
    source: str
    error: str
    shapes: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()


EQUATIONS: list[Equation] = []
REFUSED: list[Refusal] = []


def eq(
    name: str,
    source: str,
    inputs: Mapping[str, Any],
    reference: Callable[..., Any],
    shapes: Mapping[str, str] | None = None,
    outputs: tuple[str, ...] | str = (),
    batched: tuple[str, ...] | str = (),
) -> None:
    """Add an equation; names in `outputs` and `batched` may be written in one string."""
    names = [tuple(part.split()) if isinstance(part, str) else part for part in (outputs, batched)]
    EQUATIONS.append(Equation(name, source, inputs, reference, shapes or {}, names[0], names[1]))


def sigmoid(x: Any) -> Any:
    return special.expit(x)


def softmax(x: Any, axis: int = -1) -> Any:
    return special.softmax(x, axis=axis)


def relu(x: Any) -> Any:
    return np.maximum(x, 0.0)


def elu(x: Any) -> Any:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def gelu(x: Any) -> Any:
    return x * special.ndtr(x)


def silu(x: Any) -> Any:
    return x * sigmoid(x)


def leaky(x: Any, slope: float = 0.01) -> Any:
    return np.where(x > 0, x, slope * x)


def layer_norm(x: Any, eps: float = 0.0) -> Any:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)


# --- normalisation -------------------------------------------------------------------------------

eq(
    "rmsnorm-zhang-sennrich",
    r"\bar{a}_i = \frac{a_i}{\text{RMS}(\mathbf{a})} g_i, \quad \text{where}~~ \text{RMS}(\mathbf{a}) = \sqrt{\frac{1}{n} \sum_{i=1}^{n} a_i^2}.",
    {"a": N(5), "g": N(5)},
    lambda a, g: a / np.sqrt(np.mean(a**2)) * g,
    outputs="a_bar",
    batched="a",
)
eq(
    "rmsnorm-readme",
    "y = x / sqrt(mean(x^2) + eps) * gamma",
    {"x": N(4, 5), "eps": 1e-5, "gamma": N(5)},
    lambda x, eps, gamma: x / np.sqrt(np.mean(x**2, -1, keepdims=True) + eps) * gamma,
    {"x": "n d", "gamma": "d", "eps": ""},
    batched="x",
)
eq(
    "rmsnorm-norm-form",
    r"\mathrm{RMSNorm}(\mathbf{x}) = \sqrt{d} \, \frac{\mathbf{x}}{\|\mathbf{x}\|_2} \odot \boldsymbol{\gamma}",
    {"x": N(5), "gamma": N(5)},
    lambda x, gamma: math.sqrt(5) * x / np.linalg.norm(x) * gamma,
    {"x": "d", "gamma": "d"},
    batched="x",
)
eq(
    "batchnorm-algorithm-1",
    r"""\begin{align}
\mu_\mathcal{B} &\leftarrow \frac{1}{m}\sum_{i=1}^m x_i \\
\sigma_\mathcal{B}^2 &\leftarrow \frac{1}{m} \sum_{i=1}^m (x_i - \mu_\mathcal{B})^2 \\
\hat{x}_i &\leftarrow \frac{x_i - \mu_\mathcal{B}}{\sqrt{\sigma_\mathcal{B}^2 + \epsilon}} \\
y_i &\leftarrow \gamma \hat{x}_i + \beta \equiv \text{BN}_{\gamma,\beta}(x_i)
\end{align}""",
    {"x": N(6), "epsilon": 1e-3, "gamma": N(), "beta": N()},
    lambda x, epsilon, gamma, beta: gamma * (x - x.mean()) / np.sqrt(x.var() + epsilon) + beta,
    {"x": "m", "epsilon": "", "gamma": "", "beta": ""},
    outputs="y",
)
eq(
    "batchnorm-features",
    r"""\mu = \frac{1}{m}\sum_{i=1}^m x_i, \quad \sigma^2 = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2, \quad
y_i = \gamma \odot \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta""",
    {"x": N(6, 3), "epsilon": 1e-3, "gamma": N(3), "beta": N(3)},
    lambda x, epsilon, gamma, beta: gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + epsilon) + beta,
    {"x": "m d", "gamma": "d", "beta": "d", "epsilon": ""},
    outputs="y",
)
eq(
    "layernorm-pytorch-docs",
    r"y = \frac{x - \mathrm{E}[x]}{ \sqrt{\mathrm{Var}[x] + \epsilon}} * \gamma + \beta",
    {"x": N(5), "epsilon": 1e-5, "gamma": N(5), "beta": N(5)},
    lambda x, epsilon, gamma, beta: layer_norm(x, epsilon) * gamma + beta,
    {"x": "d", "gamma": "d", "beta": "d"},
    batched="x",
)
eq(
    "layernorm-readme",
    "LayerNorm(x) = (x - mean(x)) / sqrt(var(x) + eps) * gamma + beta",
    {"x": N(4, 5), "eps": 1e-5, "gamma": N(5), "beta": N(5)},
    lambda x, eps, gamma, beta: layer_norm(x, eps) * gamma + beta,
    {"x": "n d", "gamma": "d", "beta": "d", "eps": ""},
    batched="x",
)
eq(
    "layernorm-ba-eq3",
    r"\mu^l = \frac{1}{H}\sum_{i=1}^{H} a_i^l \qquad \sigma^l = \sqrt{\frac{1}{H}\sum_{i=1}^{H}\left(a_i^l-\mu^l\right)^2}",
    {"a_l": N(6)},
    lambda a_l: (a_l.mean(), a_l.std()),
    outputs="mu_l sigma_l",
    batched="a_l",
)
eq(
    "groupnorm-sets",
    r"""\hat{x}_i = \frac{1}{\sigma_i}(x_i - \mu_i), \quad \mu_i = \frac{1}{m} \sum_{k\in\mathcal{S}_i} x_k,
\quad \sigma_i = \sqrt{\frac{1}{m} \sum_{k\in\mathcal{S}_i}(x_k-\mu_i)^2 + \epsilon}""",
    {"x": N(6), "S": np.kron(np.eye(2), np.ones((3, 3))).astype(bool), "m": 3, "epsilon": 1e-3},
    lambda x, S, m, epsilon: (
        (x.reshape(2, 3) - x.reshape(2, 3).mean(1, keepdims=True))
        / np.sqrt(x.reshape(2, 3).var(1, keepdims=True) + epsilon)
    ).reshape(-1),
    {"S": "n n : bool", "x": "n", "m": "", "epsilon": ""},
    outputs="x_hat",
    batched="x",
)
eq(
    "groupnorm-channels",
    r"""\mu_{ng} = \frac{1}{K} \sum_{k=1}^{K} x_{ngk}, \quad \sigma^2_{ng} = \frac{1}{K} \sum_{k=1}^{K} (x_{ngk} - \mu_{ng})^2, \quad
y_{ngk} = \gamma_{gk} \frac{x_{ngk} - \mu_{ng}}{\sqrt{\sigma_{ng}^2 + \epsilon}} + \beta_{gk}""",
    {"x": N(2, 3, 4), "gamma": N(3, 4), "beta": N(3, 4), "epsilon": 1e-3},
    lambda x, gamma, beta, epsilon: gamma * layer_norm(x, epsilon) + beta,
    {"x": "N G K", "gamma": "G K", "beta": "G K", "epsilon": ""},
    outputs="y",
)


def _lrn(a: Array, k: float, alpha: float, beta: float, n: int) -> Array:
    out = np.empty_like(a)
    for i in range(len(a)):
        low, high = max(0, i - n // 2), min(len(a) - 1, i + n // 2)
        out[i] = a[i] / (k + alpha * (a[low : high + 1] ** 2).sum(0)) ** beta
    return out


eq(
    "local-response-normalisation",
    r"b^i_{x,y} = a^i_{x,y} / \left( k + \alpha \sum_{j=\max(0, i-n/2)}^{\min(N-1, i+n/2)} (a^j_{x,y})^2 \right)^\beta",
    {"a": N(6, 3, 2), "k": 2.0, "alpha": 0.3, "beta": 0.75, "n": 4},
    lambda a, k, alpha, beta, n: _lrn(a.transpose(2, 0, 1), k, alpha, beta, n).transpose(1, 2, 0),
    {"a": "W H N", "k": "", "alpha": "", "beta": "", "n": ""},
)
eq(
    "grn-convnext-v2",
    r"""G_i = \|X_i\|, \quad N_i = \frac{G_i}{\frac{1}{C}\sum_{j=1}^{C} G_j}, \quad Y_i = \gamma * X_i * N_i + \beta + X_i""",
    {"X": N(3, 4, 5), "gamma": N(), "beta": N()},
    lambda X, gamma, beta: (
        gamma
        * X
        * (np.linalg.norm(X, axis=(1, 2)) / np.linalg.norm(X, axis=(1, 2)).mean())[:, None, None]
        + beta
        + X
    ),
    {"X": "C H W", "gamma": "", "beta": ""},
    outputs="Y",
    batched="X",
)
eq(
    "dynamic-tanh",
    r"\text{DyT}(\boldsymbol{x}) = \boldsymbol{\gamma} * \tanh(\alpha \boldsymbol{x}) + \boldsymbol{\beta}",
    {"x": N(4, 5), "gamma": N(5), "alpha": 0.5, "beta": N(5)},
    lambda x, gamma, alpha, beta: gamma * np.tanh(alpha * x) + beta,
    {"x": "T C", "gamma": "C", "beta": "C", "alpha": ""},
    batched="x",
)
eq(
    "spectral-norm",
    r"\bar{W}_{\text{SN}}(W) := W / \sigma(W), \quad \sigma(W) = u^{\top} W v",
    {"W": N(4, 5), "u": N(4), "v": N(5)},
    lambda W, u, v: W / (u @ W @ v),
    outputs="W_bar_SN",
)
eq(
    "adain",
    r"""\text{AdaIN}(x, y) = \sigma(y)\left(\frac{x - \mu(x)}{\sigma(x)}\right) + \mu(y), \quad
\mu(x) = \frac{1}{n}\sum_{i=1}^{n} x_i, \quad \sigma(x) = \sqrt{\frac{1}{n}\sum_{i=1}^{n} (x_i - \mu(x))^2 + \epsilon}""",
    {"x": N(5), "y": N(5), "epsilon": 1e-3},
    lambda x, y, epsilon: (
        np.sqrt(y.var() + epsilon) * (x - x.mean()) / np.sqrt(x.var() + epsilon) + y.mean()
    ),
    {"x": "n", "y": "n", "epsilon": ""},
    outputs="AdaIN",
    batched="x",
)
eq(
    "instance-statistics",
    r"\mu_{nc} = \frac{1}{HW}\sum_{h=1}^{H}\sum_{w=1}^{W} x_{nchw}, \quad \sigma_{nc} = \sqrt{\frac{1}{HW}\sum_{h=1}^{H}\sum_{w=1}^{W} (x_{nchw} - \mu_{nc})^2 + \epsilon}",
    {"x": N(2, 3, 4, 5), "epsilon": 1e-3},
    lambda x, epsilon: (x.mean((2, 3)), np.sqrt(x.var((2, 3)) + epsilon)),
    {"x": "N C H W"},
    outputs="mu sigma",
)
eq(
    "prenorm-block",
    r"x_{l+1} = x_l + W_2 \, \mathrm{GELU}(W_1 \, \mathrm{LayerNorm}(x_l))",
    {"x_l": N(4), "W_1": N(6, 4), "W_2": N(4, 6), "LayerNorm": lambda x: layer_norm(x, 1e-5)},
    lambda x_l, W_1, W_2, LayerNorm: x_l + W_2 @ gelu(W_1 @ layer_norm(x_l, 1e-5)),
    {"x_l": "d", "W_1": "h d", "W_2": "d h", "LayerNorm": "(d) -> (d)"},
    batched="x_l",
)
eq(
    "batch-renorm",
    r"\hat{x}_i = \frac{x_i - \mu_B}{\sigma_B} \cdot r + d, \quad y_i = \gamma \hat{x}_i + \beta",
    {"x": N(6), "mu_B": N(), "sigma_B": P(), "r": P(), "d": N(), "gamma": N(), "beta": N()},
    lambda x, mu_B, sigma_B, r, d, gamma, beta: gamma * ((x - mu_B) / sigma_B * r + d) + beta,
    {"x": "m", "mu_B": "", "sigma_B": "", "r": "", "d": "", "gamma": "", "beta": ""},
    outputs="y",
)

# --- activations ---------------------------------------------------------------------------------

eq(
    "softplus-pytorch-docs",
    r"\text{Softplus}(x) = \frac{1}{\beta} * \log(1 + \exp(\beta * x))",
    {"x": N(3, 4), "beta": 1.7},
    lambda x, beta: np.logaddexp(0, beta * x) / beta,
    batched="x",
)
eq(
    "elu-pytorch-docs",
    r"""\text{ELU}(x) = \begin{cases}
x, & \text{ if } x > 0\\
\alpha * (\exp(x) - 1), & \text{ if } x \leq 0
\end{cases}""",
    {"x": N(3, 4), "alpha": 0.8},
    lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(x)),
    batched="x",
)
eq(
    "hardswish-pytorch-docs",
    r"""\text{Hardswish}(x) = \begin{cases}
    0 & \text{if~} x \le -3, \\
    x & \text{if~} x \ge +3, \\
    x \cdot (x + 3) /6 & \text{otherwise}
\end{cases}""",
    {"x": N(3, 4)},
    lambda x: np.where(x <= -3, 0, np.where(x >= 3, x, x * (x + 3) / 6)),
)
eq(
    "mish-pytorch-docs",
    r"\text{Mish}(x) = x * \text{Tanh}(\text{Softplus}(x))",
    {"x": N(7)},
    lambda x: x * np.tanh(np.logaddexp(0, x)),
)
eq(
    "celu-pytorch-docs",
    r"\text{CELU}(x) = \max(0,x) + \min(0, \alpha * (\exp(x/\alpha) - 1))",
    {"x": N(7), "alpha": 1.3},
    lambda x, alpha: relu(x) + np.minimum(0, alpha * np.expm1(x / alpha)),
)
eq(
    "leaky-relu-pytorch-docs",
    r"\text{LeakyReLU}(x) = \max(0, x) + \text{negative\_slope} * \min(0, x)",
    {"x": N(7), "negative_slope": 0.2},
    lambda x, negative_slope: leaky(x, negative_slope),
)
eq(
    "leaky-relu-cases-docs",
    r"""\text{LeakyReLU}(x) =
\begin{cases}
x, & \text{ if } x \geq 0 \\
\text{negative\_slope} \times x, & \text{ otherwise }
\end{cases}""",
    {"x": N(7), "negative_slope": 0.2},
    lambda x, negative_slope: leaky(x, negative_slope),
)
eq(
    "softshrink-pytorch-docs",
    r"""\text{SoftShrinkage}(x) =
\begin{cases}
x - \lambda, & \text{ if } x > \lambda \\
x + \lambda, & \text{ if } x < -\lambda \\
0, & \text{ otherwise }
\end{cases}""",
    {"x": N(7), "lambda_": 0.5},
    lambda x, lambda_: np.sign(x) * relu(np.abs(x) - lambda_),
)
eq(
    "hardtanh-pytorch-docs",
    r"""\text{HardTanh}(x) = \begin{cases}
    \text{max\_val} & \text{ if } x > \text{ max\_val } \\
    \text{min\_val} & \text{ if } x < \text{ min\_val } \\
    x & \text{ otherwise } \\
\end{cases}""",
    {"x": N(9), "min_val": -0.6, "max_val": 0.7},
    lambda x, min_val, max_val: np.clip(x, min_val, max_val),
)
eq(
    "softmin-pytorch-docs",
    r"\text{Softmin}(x_{i}) = \frac{\exp(-x_i)}{\sum_j \exp(-x_j)}",
    {"x": N(6)},
    lambda x: softmax(-x),
    batched="x",
)
eq(
    "logsoftmax-pytorch-docs",
    r"\text{LogSoftmax}(x_{i}) = \log\left(\frac{\exp(x_i) }{ \sum_j \exp(x_j)} \right)",
    {"x": N(6)},
    lambda x: special.log_softmax(x),
    batched="x",
)
eq(
    "softsign-pytorch-docs",
    r"\text{SoftSign}(x) = \frac{x}{ 1 + |x|}",
    {"x": N(2, 3)},
    lambda x: x / (1 + np.abs(x)),
)
eq(
    "tanhshrink-pytorch-docs",
    r"\text{Tanhshrink}(x) = x - \tanh(x)",
    {"x": N(2, 3)},
    lambda x: x - np.tanh(x),
)
eq(
    "tanh-pytorch-docs",
    r"\text{Tanh}(x) = \tanh(x) = \frac{\exp(x) - \exp(-x)} {\exp(x) + \exp(-x)}",
    {"x": N(2, 3)},
    lambda x: np.tanh(x),
)
eq(
    "logsigmoid-pytorch-docs",
    r"\text{LogSigmoid}(x) = \log\left(\frac{ 1 }{ 1 + \exp(-x)}\right)",
    {"x": N(2, 3)},
    lambda x: special.log_expit(x),
)
eq(
    "relu6-pytorch-docs",
    r"\text{ReLU6}(x) = \min(\max(0,x), 6)",
    {"x": N(2, 3)},
    lambda x: np.clip(x, 0, 6),
)
eq(
    "selu-pytorch-docs",
    r"\text{SELU}(x) = \text{scale} * (\max(0,x) + \min(0, \alpha * (\exp(x) - 1)))",
    {"x": N(2, 3), "scale": 1.05, "alpha": 1.67},
    lambda x, scale, alpha: scale * (relu(x) + np.minimum(0, alpha * np.expm1(x))),
)
eq(
    "silu-pytorch-docs",
    r"\text{silu}(x) = x * \sigma(x), \text{where } \sigma(x) \text{ is the logistic sigmoid.}",
    {"x": N(2, 3)},
    lambda x: silu(x),
)
eq(
    "threshold-pytorch-docs",
    r"""y =
\begin{cases}
x, &\text{ if } x > \text{threshold} \\
\text{value}, &\text{ otherwise }
\end{cases}""",
    {"x": N(9), "threshold": 0.1, "value": 20.0},
    lambda x, threshold, value: np.where(x > threshold, x, value),
)
eq(
    "prelu-he",
    r"""f(y_i) = \begin{cases} y_i, & \text{if } y_i > 0 \\ a_i y_i, & \text{if } y_i \leq 0 \end{cases}""",
    {"y_i": N(5), "a_i": N(5)},
    lambda y_i, a_i: np.where(y_i > 0, y_i, a_i * y_i),
)
eq("quick-gelu", "xσ(1.702x)", {"x": N(6)}, lambda x: x * sigmoid(1.702 * x))
eq("quick-gelu-words", "y = x * sigmoid(1.702 * x)", {"x": N(6)}, lambda x: x * sigmoid(1.702 * x))
eq("squared-relu", r"f(x) = \mathrm{ReLU}(x)^2", {"x": N(6)}, lambda x: relu(x) ** 2)
eq("squared-relu-text", "y = relu(x)^2", {"x": N(6)}, lambda x: relu(x) ** 2)
eq("squared-relu-max", "f(x) = max(0, x)²", {"x": N(6)}, lambda x: relu(x) ** 2)
_glu = {"x": "n d", "W": "d m", "V": "d m", "b": "m", "c": "m"}
_glu_inputs = {"x": N(3, 4), "W": N(4, 5), "V": N(4, 5), "b": N(5), "c": N(5)}
eq(
    "geglu-bias",
    r"\textrm{GEGLU}(x, W, V, b, c) = \textrm{GELU}(xW + b) \otimes (xV + c)",
    _glu_inputs,
    lambda x, W, V, b, c: gelu(x @ W + b) * (x @ V + c),
    _glu,
    batched="x",
)
eq(
    "swiglu-bias-beta",
    r"\textrm{SwiGLU}(x, W, V, b, c, \beta) = \textrm{Swish}_\beta(xW + b) \otimes (xV + c)",
    {**_glu_inputs, "beta": 1.3},
    lambda x, W, V, b, c, beta: (x @ W + b) * sigmoid(beta * (x @ W + b)) * (x @ V + c),
    {**_glu, "beta": ""},
    batched="x",
)
eq(
    "glu-sigma",
    r"\textrm{GLU}(x, W, V, b, c) = \sigma(xW + b) \otimes (xV + c)",
    _glu_inputs,
    lambda x, W, V, b, c: sigmoid(x @ W + b) * (x @ V + c),
    _glu,
    batched="x",
)
eq(
    "glu-pytorch-docs",
    r"{GLU}(a, b)= a \otimes \sigma(b)",
    {"a": N(3, 4), "b": N(3, 4)},
    lambda a, b: a * sigmoid(b),
    {"a": "n m", "b": "n m"},
    batched="a b",
)
eq(
    "weight-standardisation",
    r"""\hat{W}_{i,j} = \frac{W_{i,j} - \mu_{i}}{\sigma_{i} + \epsilon}, \quad
\mu_{i} = \frac{1}{I}\sum_{j=1}^{I} W_{i,j}, \quad \sigma_{i} = \sqrt{\frac{1}{I}\sum_{j=1}^{I} (W_{i,j}-\mu_{i})^2}""",
    {"W": N(4, 5), "epsilon": 1e-4},
    lambda W, epsilon: (W - W.mean(1, keepdims=True)) / (W.std(1, keepdims=True) + epsilon),
    outputs="W_hat",
)
eq(
    "retention-recurrent",
    r"S_n = \gamma S_{n-1} + K_n^{\intercal} V_n, \quad \mathrm{Retention}(X_n) = Q_n S_n",
    {
        "X_n": N(1, 5),
        "S_prev": N(3, 4),
        "gamma": 0.9,
        "K_n": N(1, 3),
        "V_n": N(1, 4),
        "Q_n": N(1, 3),
    },
    lambda X_n, S_prev, gamma, K_n, V_n, Q_n: Q_n @ (gamma * S_prev + K_n.T @ V_n),
    {"X_n": "1 f", "S_prev": "k v", "gamma": "", "K_n": "1 k", "V_n": "1 v", "Q_n": "1 k"},
    outputs="Retention",
)
eq(
    "gumbel-softmax",
    r"y_i = \frac{\exp\left((\log(\pi_i) + g_i)/\tau\right)}{\sum_{j=1}^{k} \exp\left((\log(\pi_j) + g_j)/\tau\right)} \qquad \text{for } i = 1, \ldots, k.",
    {"pi": P(5), "g": N(5), "tau": 0.7},
    lambda pi, g, tau: softmax((np.log(pi) + g) / tau),
    {"tau": ""},
)
eq(
    "temperature-softmax",
    r"q_i = \frac{\exp(z_i/T)}{\sum_j \exp(z_j/T)}",
    {"z": N(5), "T": 2.0},
    lambda z, T: softmax(z / T),
    batched="z",
)
eq(
    "softmax-one",
    r"(\text{softmax}_1(x))_i = \frac{\exp(x_i)}{1 + \sum_j \exp(x_j)}",
    {"x": N(5)},
    lambda x: np.exp(x) / (1 + np.exp(x).sum(-1, keepdims=True)),
    batched="x",
)
eq(
    "adaptive-piecewise-linear",
    r"h_i(x) = \max(0, x_i) + \sum_{s=1}^{S} a_i^s \max(0, -x_i + b_i^s)",
    {"x": N(4), "a": N(4, 3), "b": N(4, 3)},
    lambda x, a, b: relu(x) + (a * relu(-x[:, None] + b)).sum(1),
    outputs="h",
)
eq(
    "pade-activation",
    r"F(x) = \frac{\sum_{j=0}^{m} a_j x^j}{1 + |\sum_{k=1}^{n} b_k x^k|}",
    {"x": N(6), "a": N(4), "b": N(3)},
    lambda x, a, b: (
        sum(a[j] * x**j for j in range(4))
        / (1 + np.abs(sum(b[k] * x ** (k + 1) for k in range(3))))
    ),
    {"a": "m+1", "b": "n", "x": "p"},
)
eq(
    "crelu",
    r"\text{CReLU}(x) = [\text{ReLU}(x), \text{ReLU}(-x)]",
    {"x": N(5)},
    lambda x: np.concatenate([relu(x), relu(-x)], -1),
    {"x": "d"},
    batched="x",
)
eq(
    "acon-c",
    r"f(x) = (p_1 - p_2) x \cdot \sigma\left[\beta (p_1 - p_2) x\right] + p_2 x",
    {"x": N(5), "p_1": 1.2, "p_2": -0.3, "beta": 0.9},
    lambda x, p_1, p_2, beta: (p_1 - p_2) * x * sigmoid(beta * (p_1 - p_2) * x) + p_2 * x,
)
eq(
    "smooth-maximum-unit",
    r"f(x_1, x_2; \mu) = \frac{(x_1 + x_2) + (x_1 - x_2)\,\text{erf}(\mu(x_1 - x_2))}{2}",
    {"x_1": N(5), "x_2": N(5), "mu": 0.7},
    lambda x_1, x_2, mu: ((x_1 + x_2) + (x_1 - x_2) * special.erf(mu * (x_1 - x_2))) / 2,
)
eq(
    "sparsemax-threshold",
    r"\text{sparsemax}_i(z) = [z_i - \tau]_+",
    {"z": N(5), "tau": 0.2},
    lambda z, tau: relu(z - tau),
    {"z": "K", "tau": ""},
)
eq(
    "swish-unicode",
    "swish(x) = x · σ(βx)",
    {"x": N(5), "beta": 1.5},
    lambda x, beta: x * sigmoid(beta * x),
)
eq(
    "soft-exponential",
    r"""f(\alpha, x) = \begin{cases} -\frac{\log(1 - \alpha(x + \alpha))}{\alpha} & \text{if } \alpha < 0 \\
x & \text{if } \alpha = 0 \\
\frac{e^{\alpha x} - 1}{\alpha} + \alpha & \text{if } \alpha > 0 \end{cases}""",
    {"alpha": 0.5, "x": N(5)},
    lambda alpha, x: np.expm1(alpha * x) / alpha + alpha,
)
eq(
    "gaussian-rbf-unit",
    r"\phi_k(\mathbf{x}) = \exp\left(-\frac{\|\mathbf{x} - \mathbf{c}_k\|^2}{2\sigma_k^2}\right)",
    {"x": N(3), "c": N(4, 3), "sigma": P(4)},
    lambda x, c, sigma: np.exp(-((x - c) ** 2).sum(1) / (2 * sigma**2)),
    {"x": "d", "c": "K d", "sigma": "K"},
    outputs="phi",
)

# --- attention -----------------------------------------------------------------------------------


def attend(Q: Any, K: Any, V: Any, bias: Any = 0.0, scale: float | None = None) -> Any:
    scale = 1 / math.sqrt(Q.shape[-1]) if scale is None else scale
    return softmax(Q @ np.swapaxes(K, -1, -2) * scale + bias) @ V


_qkv = {"Q": "n d_k", "K": "m d_k", "V": "m d_v"}
_qkv_inputs = {"Q": N(3, 4), "K": N(5, 4), "V": N(5, 2)}


def _causal(q: Array, k: Array, v: Array) -> Array:
    T = len(q)
    return attend(q, k, v, np.where(np.tril(np.ones((T, T))) > 0, 0, -np.inf))


eq(
    "luong-general",
    r"""\begin{align}
a_t(s) &= \frac{\exp\left(\text{score}(h_t, \bar{h}_s)\right)}{\sum_{s'} \exp\left(\text{score}(h_t, \bar{h}_{s'})\right)} \\
\text{score}(h_t, \bar{h}_s) &= h_t^{\top} W_a \bar{h}_s \\
c_t &= \sum_s a_t(s) \bar{h}_s \\
\tilde{h}_t &= \tanh(W_c [c_t; h_t])
\end{align}""",
    {"h_t": N(3), "h_bar": N(5, 4), "W_a": N(3, 4), "W_c": N(2, 7)},
    lambda h_t, h_bar, W_a, W_c: np.tanh(
        W_c @ np.concatenate([softmax(h_bar @ (h_t @ W_a)) @ h_bar, h_t])
    ),
    {"h_t": "d", "h_bar": "S e", "W_a": "d e", "W_c": "o d+e"},
    outputs="h_tilde_t",
    batched="h_t",
)
eq(
    "multihead-stacked",
    r"\mathrm{head}_i = \mathrm{softmax}\left(\frac{Q_i K_i^\top}{\sqrt{d_k}}\right) V_i",
    {"Q": N(2, 3, 4), "K": N(2, 5, 4), "V": N(2, 5, 6)},
    lambda Q, K, V: attend(Q, K, V),
    {"Q": "h n d_k", "K": "h m d_k", "V": "h m d_v"},
    batched="Q K V",
)
eq(
    "multihead-sum",
    r"\mathrm{MHA}(X) = \sum_{h=1}^{H} \mathrm{softmax}\left(\frac{X W_h^Q (X W_h^K)^\top}{\sqrt{d}}\right) X W_h^V W_h^O",
    {"X": N(3, 4), "W_Q": N(2, 4, 5), "W_K": N(2, 4, 5), "W_V": N(2, 4, 5), "W_O": N(2, 5, 4)},
    lambda X, W_Q, W_K, W_V, W_O: sum(
        attend(X @ W_Q[h], X @ W_K[h], X @ W_V[h]) @ W_O[h] for h in range(2)
    ),
    {"X": "n e", "W_Q": "H e d", "W_K": "H e d", "W_V": "H e d", "W_O": "H d e"},
    batched="X",
)
eq(
    "causal-elementwise",
    r"o_t = \sum_{i=1}^{t} \frac{\exp(q_t^\top k_i / \sqrt{d})}{\sum_{j=1}^{t} \exp(q_t^\top k_j / \sqrt{d})} v_i",
    {"q": N(5, 3), "k": N(5, 3), "v": N(5, 2)},
    _causal,
    {"q": "T d", "k": "T d", "v": "T e"},
    batched="q k v",
)
eq(
    "multi-query-einsum",
    r"""L_{hnm} = \sum_k Q_{hnk} K_{mk}, \quad A_{hnm} = \frac{\exp L_{hnm}}{\sum_{m'} \exp L_{hnm'}}, \quad O_{hnv} = \sum_m A_{hnm} V_{mv}""",
    {"Q": N(2, 3, 4), "K": N(5, 4), "V": N(5, 6)},
    lambda Q, K, V: softmax(Q @ K.T) @ V,
    {"Q": "H n k", "K": "m k", "V": "m v"},
    outputs="O",
)
eq(
    "mla-output",
    r"\mathbf{o}_{t, i} = \sum_{j=1}^{t} \operatorname{Softmax}_j\left(\frac{\mathbf{q}_{t, i}^T \mathbf{k}_{j, i}}{\sqrt{d_{h}}}\right) \mathbf{v}_{j, i}",
    {"q": N(5, 2, 3), "k": N(5, 2, 3), "v": N(5, 2, 4)},
    lambda q, k, v: np.stack([_causal(q[:, i], k[:, i], v[:, i]) for i in range(2)], 1),
    {"q": "T H d_h", "k": "T H d_h", "v": "T H d_v"},
    batched="q k v",
)
eq(
    "mla-compression",
    r"""\begin{align}
\mathbf{c}_t^{KV} &= W^{DKV} \mathbf{h}_t, \\
\mathbf{k}_t^{C} &= W^{UK} \mathbf{c}_t^{KV}, \\
\mathbf{v}_t^{C} &= W^{UV} \mathbf{c}_t^{KV}
\end{align}""",
    {"h_t": N(5), "W_DKV": N(2, 5), "W_UK": N(6, 2), "W_UV": N(4, 2)},
    lambda h_t, W_DKV, W_UK, W_UV: (W_UK @ W_DKV @ h_t, W_UV @ W_DKV @ h_t),
    {"h_t": "d", "W_DKV": "c d", "W_UK": "k c", "W_UV": "v c"},
    outputs="k_t_C v_t_C",
    batched="h_t",
)
eq(
    "attention-bias-readme",
    "softmax(QK^T / sqrt(d_k) + B) V",
    {**_qkv_inputs, "B": N(3, 5)},
    lambda Q, K, V, B: attend(Q, K, V, B),
    {**_qkv, "B": "n m"},
    batched="Q K V",
)
eq(
    "masked-attention-mask-word",
    r"\text{softmax}\left(\frac{QK^\top}{\sqrt{d_k}} + \text{mask}\right)V",
    {**_qkv_inputs, "mask": N(3, 5)},
    lambda Q, K, V, mask: attend(Q, K, V, mask),
    {**_qkv, "mask": "n m"},
    batched="Q K V",
)
eq(
    "gated-attention-unit",
    r"""O = (U \odot \hat{V}) W_o, \quad \hat{V} = A V, \quad A = \frac{1}{n} \mathrm{ReLU}^2\left(Q K^\top + b\right)""",
    {"U": N(3, 6), "V": N(3, 6), "Q": N(3, 4), "K": N(3, 4), "b": N(3, 3), "W_o": N(6, 5)},
    lambda U, V, Q, K, b, W_o: (U * (relu(Q @ K.T + b) ** 2 / 3 @ V)) @ W_o,
    {"U": "n e", "V": "n e", "Q": "n s", "K": "n s", "b": "n n", "W_o": "e d"},
    outputs="O",
    batched="U V Q K",
)
eq(
    "cross-attention-readme",
    "CrossAttention(X, C) = softmax((X W_Q)(C W_K)^T / sqrt(d_k)) (C W_V)",
    {"X": N(3, 4), "C": N(5, 6), "W_Q": N(4, 2), "W_K": N(6, 2), "W_V": N(6, 7)},
    lambda X, C, W_Q, W_K, W_V: attend(X @ W_Q, C @ W_K, C @ W_V),
    {"X": "n d", "C": "m c", "W_Q": "d d_k", "W_K": "c d_k", "W_V": "c d_v"},
    batched="X C",
)
eq(
    "ldm-cross-attention",
    r"""\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d}}\right) \cdot V, \text{ with }
Q = W^{(i)}_Q \cdot  \varphi_i(z_t), \; K = W^{(i)}_K \cdot \tau_\theta(y), \; V = W^{(i)}_V \cdot \tau_\theta(y)""",
    {
        "W_Q_i": N(3, 6),
        "W_K_i": N(3, 5),
        "W_V_i": N(3, 5),
        "phi_i": lambda z: np.tanh(z),
        "tau_theta": lambda y: np.sin(y),
        "z_t": N(6, 4),
        "y": N(5, 4),
    },
    lambda W_Q_i, W_K_i, W_V_i, phi_i, tau_theta, z_t, y: (
        softmax((W_Q_i @ phi_i(z_t)) @ (W_K_i @ tau_theta(y)).T / 2.0) @ (W_V_i @ tau_theta(y))
    ),
    {
        "W_Q_i": "a b",
        "W_K_i": "a c",
        "W_V_i": "a c",
        "z_t": "b d",
        "y": "c d",
        "phi_i": "(b d) -> (b d)",
        "tau_theta": "(c d) -> (c d)",
    },
    outputs="Attention",
)
eq(
    "linear-attention-rnn",
    r"""s_i = s_{i-1} + \phi(x_i W_K) (x_i W_V)^T, \quad z_i = z_{i-1} + \phi(x_i W_K), \quad
y_i = \frac{\phi(x_i W_Q)^T s_i}{\phi(x_i W_Q)^T z_i}, \quad \phi(x) = \mathrm{elu}(x) + 1""",
    {
        "s_prev": P(3, 4),
        "z_prev": P(3),
        "x_i": N(5),
        "W_K": N(5, 3),
        "W_V": N(5, 4),
        "W_Q": N(5, 3),
    },
    lambda s_prev, z_prev, x_i, W_K, W_V, W_Q: (
        (elu(x_i @ W_Q) + 1)
        @ (s_prev + np.outer(elu(x_i @ W_K) + 1, x_i @ W_V))
        / ((elu(x_i @ W_Q) + 1) @ (z_prev + elu(x_i @ W_K) + 1))
    ),
    {"s_prev": "d e", "z_prev": "d", "x_i": "f", "W_K": "f d", "W_V": "f e", "W_Q": "f d"},
    outputs="y_i",
    batched="s_prev z_prev x_i",
)
_delta = {"S_prev": N(4, 3), "k_t": N(3), "v_t": N(4), "beta_t": U(), "q_t": N(3)}
_delta_shapes = {"S_prev": "v k", "k_t": "k", "v_t": "v", "beta_t": "", "q_t": "k"}
eq(
    "deltanet",
    r"\mathbf{S}_t = \mathbf{S}_{t-1}\left(\mathbf{I} - \beta_t \boldsymbol{k}_t \boldsymbol{k}_t^\top\right) + \beta_t \boldsymbol{v}_t \boldsymbol{k}_t^\top, \quad \boldsymbol{o}_t = \mathbf{S}_t \boldsymbol{q}_t",
    _delta,
    lambda S_prev, k_t, v_t, beta_t, q_t: (
        (S_prev @ (np.eye(3) - beta_t * np.outer(k_t, k_t)) + beta_t * np.outer(v_t, k_t)) @ q_t
    ),
    _delta_shapes,
    outputs="o_t",
    batched="S_prev k_t v_t q_t",
)
eq(
    "gated-deltanet",
    r"\mathbf{S}_t = \mathbf{S}_{t-1}\left(\alpha_t \left(\mathbf{I} - \beta_t \boldsymbol{k}_t \boldsymbol{k}_t^{\intercal}\right)\right) + \beta_t \boldsymbol{v}_t \boldsymbol{k}_t^{\intercal}",
    {"S_prev": N(4, 3), "k_t": N(3), "v_t": N(4), "beta_t": U(), "alpha_t": U()},
    lambda S_prev, k_t, v_t, beta_t, alpha_t: (
        S_prev @ (alpha_t * (np.eye(3) - beta_t * np.outer(k_t, k_t))) + beta_t * np.outer(v_t, k_t)
    ),
    {"S_prev": "v k", "k_t": "k", "v_t": "v", "beta_t": "", "alpha_t": ""},
    batched="S_prev k_t v_t",
)
eq(
    "gated-linear-attention",
    r"\mathbf{S}_t = \mathrm{Diag}(\boldsymbol{\alpha}_t) \mathbf{S}_{t-1} + \boldsymbol{k}_t \boldsymbol{v}_t^\top, \quad \boldsymbol{o}_t = \mathbf{S}_t^\top \boldsymbol{q}_t",
    {"S_prev": N(3, 4), "alpha_t": U(3), "k_t": N(3), "v_t": N(4), "q_t": N(3)},
    lambda S_prev, alpha_t, k_t, v_t, q_t: (alpha_t[:, None] * S_prev + np.outer(k_t, v_t)).T @ q_t,
    {"S_prev": "k v", "alpha_t": "k", "k_t": "k", "v_t": "v", "q_t": "k"},
    outputs="o_t",
    batched="S_prev alpha_t k_t v_t q_t",
)
eq(
    "gla-row-vectors",
    r"\mathbf{S}_t = \mathbf{G}_t \odot \mathbf{S}_{t-1} + \boldsymbol{k}_t^\top \boldsymbol{v}_t, \quad \boldsymbol{o}_t = \boldsymbol{q}_t \mathbf{S}_t",
    {"S_prev": N(3, 4), "G_t": U(3, 4), "k_t": N(1, 3), "v_t": N(1, 4), "q_t": N(1, 3)},
    lambda S_prev, G_t, k_t, v_t, q_t: q_t @ (G_t * S_prev + k_t.T @ v_t),
    {"S_prev": "k v", "G_t": "k v", "k_t": "1 k", "v_t": "1 v", "q_t": "1 k"},
    outputs="o_t",
    batched="S_prev G_t k_t v_t q_t",
)
eq(
    "retention-parallel",
    r"""\mathrm{Retention}(X) = (QK^\top \odot D)V, \quad
D_{nm} = \begin{cases} \gamma^{n-m}, & n \ge m \\ 0, & n < m \end{cases}""",
    {"X": N(4, 5), "Q": N(4, 3), "K": N(4, 3), "V": N(4, 2), "gamma": 0.9},
    lambda X, Q, K, V, gamma: (
        (
            Q
            @ K.T
            * np.array([[gamma ** (n - m) if n >= m else 0.0 for m in range(4)] for n in range(4)])
        )
        @ V
    ),
    {"X": "T f", "Q": "T d", "K": "T d", "V": "T e", "gamma": ""},
    outputs="Retention",
)
eq(
    "linformer-head",
    r"\overline{\mathrm{head}_i} = \mathrm{softmax}\left(\frac{Q W_i^Q (E_i K W_i^K)^T}{\sqrt{d_k}}\right) \cdot F_i V W_i^V",
    {
        "Q": N(5, 4),
        "K": N(5, 4),
        "V": N(5, 4),
        "W_Q": N(2, 4, 3),
        "W_K": N(2, 4, 3),
        "W_V": N(2, 4, 3),
        "E": N(2, 2, 5),
        "F": N(2, 2, 5),
    },
    lambda Q, K, V, W_Q, W_K, W_V, E, F: np.stack(
        [attend(Q @ W_Q[i], E[i] @ K @ W_K[i], F[i] @ V @ W_V[i]) for i in range(2)]
    ),
    {
        "Q": "n d_m",
        "K": "n d_m",
        "V": "n d_m",
        "W_Q": "h d_m d_k",
        "W_K": "h d_m d_k",
        "W_V": "h d_m d_v",
        "E": "h k n",
        "F": "h k n",
    },
)
eq(
    "performer-approximate",
    r"""\widehat{\mathrm{Att}}(\mathbf{Q}, \mathbf{K}, \mathbf{V}) = \widehat{\mathbf{D}}^{-1} (\mathbf{Q}' ((\mathbf{K}')^{\top} \mathbf{V})), \quad
\widehat{\mathbf{D}} = \mathrm{diag}(\mathbf{Q}' ((\mathbf{K}')^{\top} \mathbf{1}_L))""",
    {"Q": N(5, 3), "K": N(5, 3), "V": N(5, 2), "Q_prime": P(5, 4), "K_prime": P(5, 4)},
    lambda Q, K, V, Q_prime, K_prime: (
        (Q_prime @ (K_prime.T @ V)) / (Q_prime @ K_prime.sum(0))[:, None]
    ),
    {"Q": "L d", "K": "L d", "V": "L e", "Q_prime": "L r", "K_prime": "L r"},
    outputs="Att_hat",
)
eq(
    "sigmoid-attention",
    r"\mathrm{SigmoidAttn}(\boldsymbol{X}) = \sigma(\boldsymbol{Q}\boldsymbol{K}^{T} / \sqrt{d_{qk}})\boldsymbol{V}, \quad \boldsymbol{Q} = \boldsymbol{X} \boldsymbol{W}_q, \quad \boldsymbol{K} = \boldsymbol{X}\boldsymbol{W}_k, \quad \boldsymbol{V} = \boldsymbol{X}\boldsymbol{W}_v",
    {"X": N(3, 4), "W_q": N(4, 5), "W_k": N(4, 5), "W_v": N(4, 6)},
    lambda X, W_q, W_k, W_v: sigmoid(X @ W_q @ (X @ W_k).T / math.sqrt(5)) @ X @ W_v,
    {"X": "n d", "W_q": "d d_qk", "W_k": "d d_qk", "W_v": "d d_v"},
    outputs="SigmoidAttn",
    batched="X",
)
eq(
    "gat-attention",
    r"""\begin{align}
\alpha_{ij} &= \frac{\exp\left(\text{LeakyReLU}\left(\vec{\mathbf{a}}^T[\mathbf{W}\vec{h}_i\|\mathbf{W}\vec{h}_j]\right)\right)}{\sum_{k\in\mathcal{N}_i} \exp\left(\text{LeakyReLU}\left(\vec{\mathbf{a}}^T[\mathbf{W}\vec{h}_i\|\mathbf{W}\vec{h}_k]\right)\right)} \\
\vec{h}'_i &= \sigma\left(\sum_{j\in\mathcal{N}_i} \alpha_{ij} {\bf W}\vec{h}_j\right)
\end{align}""",
    {"h": N(5, 3), "a": N(8), "W": N(4, 3), "N": B(5, 5), "LeakyReLU": lambda x: leaky(x, 0.2)},
    lambda h, a, W, N, LeakyReLU: _gat(h, a, W, N),
    {"h": "n f", "a": "2*g", "W": "g f", "N": "n n : bool", "LeakyReLU": "() -> ()"},
    outputs="h_prime",
)


def _gat(h: Array, a: Array, W: Array, N: Array) -> Array:
    z = h @ W.T
    out = np.zeros_like(z)
    for i in range(len(h)):
        js = [j for j in range(len(h)) if N[i, j]]
        e = np.array([leaky(a @ np.concatenate([z[i], z[j]]), 0.2) for j in js])
        out[i] = sigmoid(softmax(e) @ z[js])
    return out


eq(
    "gatv2-scores",
    r"e(\mathbf{h}_i, \mathbf{h}_j) = \mathbf{a}^{\top} \mathrm{LeakyReLU}\left(\mathbf{W} \cdot [\mathbf{h}_i \| \mathbf{h}_j]\right)",
    {"h_i": N(3), "h_j": N(3), "a": N(4), "W": N(4, 6), "LeakyReLU": lambda x: leaky(x, 0.2)},
    lambda h_i, h_j, a, W, LeakyReLU: a @ leaky(W @ np.concatenate([h_i, h_j]), 0.2),
    {"h_i": "f", "h_j": "f", "a": "g", "W": "g 2*f", "LeakyReLU": "() -> ()"},
    batched="h_i h_j",
)
eq(
    "attention-free-transformer",
    r"Y_t = \mathrm{sigmoid}(Q_t) \odot \frac{\sum_{t'=1}^{T} \exp(K_{t'} + w_{t,t'}) \odot V_{t'}}{\sum_{t'=1}^{T} \exp(K_{t'} + w_{t,t'})}",
    {"Q": N(4, 3), "K": N(4, 3), "V": N(4, 3), "w": N(4, 4)},
    lambda Q, K, V, w: (
        sigmoid(Q)
        * (np.exp(K[None] + w[:, :, None]) * V[None]).sum(1)
        / np.exp(K[None] + w[:, :, None]).sum(1)
    ),
    {"Q": "T d", "K": "T d", "V": "T d", "w": "T T"},
    batched="Q K V",
)
eq(
    "non-local-gaussian",
    r"""\mathbf{y}_i = \frac{1}{\mathcal{C}(\mathbf{x})} \sum_{\forall j} f(\mathbf{x}_i, \mathbf{x}_j) g(\mathbf{x}_j), \quad
f(\mathbf{x}_i, \mathbf{x}_j) = e^{\mathbf{x}_i^T \mathbf{x}_j}, \quad \mathcal{C}(\mathbf{x}) = N, \quad g(\mathbf{x}_j) = W_g \mathbf{x}_j, \quad
\mathbf{z}_i = W_z \mathbf{y}_i + \mathbf{x}_i""",
    {"x": N(5, 3), "W_g": N(2, 3), "W_z": N(3, 2)},
    lambda x, W_g, W_z: np.exp(x @ x.T) @ (x @ W_g.T) / 5 @ W_z.T + x,
    {"x": "N d", "W_g": "e d", "W_z": "d e"},
    outputs="z",
)
eq(
    "squeeze-excitation",
    r"""z_c = \frac{1}{H \times W} \sum_{i=1}^{H} \sum_{j=1}^{W} u_c(i, j), \quad
\mathbf{s} = \sigma(\mathbf{W}_2 \delta(\mathbf{W}_1 \mathbf{z})), \quad \widetilde{\mathbf{x}}_c = s_c \mathbf{u}_c""",
    {"u": N(3, 4, 5), "W_1": N(2, 3), "W_2": N(3, 2), "delta": lambda x: relu(x)},
    lambda u, W_1, W_2, delta: sigmoid(W_2 @ relu(W_1 @ u.mean((1, 2))))[:, None, None] * u,
    {"u": "C H W", "W_1": "r C", "W_2": "C r", "delta": "(r) -> (r)"},
    outputs="x_tilde",
)
eq(
    "cbam-channel",
    r"\mathbf{M_c}(\mathbf{F}) = \sigma\left(\mathbf{W_1}(\mathbf{W_0}(\mathbf{F^c_{avg}})) + \mathbf{W_1}(\mathbf{W_0}(\mathbf{F^c_{max}}))\right)",
    {"W_1": N(4, 2), "W_0": N(2, 4), "F_avg_c": N(4), "F_max_c": N(4), "F": N(4, 3, 3)},
    lambda W_1, W_0, F_avg_c, F_max_c, F: sigmoid(W_1 @ W_0 @ F_avg_c + W_1 @ W_0 @ F_max_c),
    {"W_1": "C r", "W_0": "r C", "F_avg_c": "C", "F_max_c": "C", "F": "C H W"},
)
eq(
    "dual-attention-position",
    r"""s_{ji} = \frac{\exp(B_i \cdot C_j)}{\sum_{i=1}^{N} \exp(B_i \cdot C_j)}, \quad E_j = \alpha \sum_{i=1}^{N} (s_{ji} D_i) + A_j""",
    {"A": N(4, 3), "B": N(4, 3), "C": N(4, 3), "D": N(4, 3), "alpha": 0.3},
    lambda A, B, C, D, alpha: alpha * softmax(C @ B.T) @ D + A,
    {"A": "N c", "B": "N c", "C": "N c", "D": "N c", "alpha": ""},
    outputs="E",
)
eq(
    "external-attention",
    r"A = \mathrm{softmax}(F M_k^T), \quad F_{out} = A M_v",
    {"F": N(4, 3), "M_k": N(6, 3), "M_v": N(6, 3)},
    lambda F, M_k, M_v: softmax(F @ M_k.T) @ M_v,
    outputs="F_out",
    batched="F",
)
eq(
    "cosformer-weights",
    r"s(Q'_i, K'_j) = Q'_i K_j'^T \cos\left(\frac{\pi}{2} \times \frac{i-j}{M}\right)",
    {"Q_prime": N(3, 4), "K_prime": N(5, 4), "M": 6},
    lambda Q_prime, K_prime, M: (
        Q_prime @ K_prime.T * np.cos(math.pi / 2 * (np.arange(3)[:, None] - np.arange(5)) / M)
    ),
    {"Q_prime": "n d", "K_prime": "m d", "M": ""},
)
eq(
    "swin-v2-cosine",
    r"\text{Sim}(\mathbf{q}_i, \mathbf{k}_j) = \cos(\mathbf{q}_i, \mathbf{k}_j) / \tau + B_{ij}",
    {"q": N(3, 4), "k": N(5, 4), "tau": 0.3, "B": N(3, 5)},
    lambda q, k, tau, B: (
        (q / np.linalg.norm(q, axis=1, keepdims=True))
        @ (k / np.linalg.norm(k, axis=1, keepdims=True)).T
        / tau
        + B
    ),
    {"q": "n d", "k": "m d", "B": "n m", "tau": ""},
)
eq(
    "structured-self-attention",
    r"A = \mathrm{softmax}\left(W_{s2} \tanh\left(W_{s1} H^T\right)\right), \quad M = AH",
    {"H": N(5, 4), "W_s1": N(3, 4), "W_s2": N(2, 3)},
    lambda H, W_s1, W_s2: softmax(W_s2 @ np.tanh(W_s1 @ H.T)) @ H,
    {"H": "n u", "W_s1": "a u", "W_s2": "r a"},
    outputs="M",
    batched="H",
)
eq(
    "gated-mil",
    r"""\mathbf{z} = \sum_{k=1}^{K} a_k \mathbf{h}_k, \quad
a_k = \frac{\exp\{\mathbf{w}^{\top}(\tanh(\mathbf{V}\mathbf{h}_k^{\top}) \odot \mathrm{sigm}(\mathbf{U}\mathbf{h}_k^{\top}))\}}{\sum_{j=1}^{K} \exp\{\mathbf{w}^{\top}(\tanh(\mathbf{V}\mathbf{h}_j^{\top}) \odot \mathrm{sigm}(\mathbf{U}\mathbf{h}_j^{\top}))\}}""",
    {"h": N(5, 3), "w": N(4), "V": N(4, 3), "U": N(4, 3)},
    lambda h, w, V, U: softmax((np.tanh(h @ V.T) * sigmoid(h @ U.T)) @ w) @ h,
    {"h": "K M", "w": "L", "V": "L M", "U": "L M"},
    outputs="z",
    batched="h",
)
eq(
    "bidaf",
    r"""\mathbf{S}_{tj} = \mathbf{w}^{\top}[\mathbf{h}_t; \mathbf{u}_j; \mathbf{h}_t \circ \mathbf{u}_j], \quad
\mathbf{a}_t = \mathrm{softmax}(\mathbf{S}_{t:}), \quad \tilde{\mathbf{u}}_t = \sum_j \mathbf{a}_{tj} \mathbf{u}_j""",
    {"w": N(9), "h": N(4, 3), "u": N(5, 3)},
    lambda w, h, u: softmax((h @ w[:3])[:, None] + (u @ w[3:6])[None] + (h * w[6:]) @ u.T) @ u,
    {"w": "3*d", "h": "T d", "u": "J d"},
    outputs="u_tilde",
)
eq(
    "pointer-network",
    r"u^i_j = v^T \tanh(W_1 e_j + W_2 d_i), \quad p_i = \mathrm{softmax}(u^i)",
    {"v": N(4), "W_1": N(4, 3), "W_2": N(4, 3), "e": N(5, 3), "d": N(2, 3)},
    lambda v, W_1, W_2, e, d: softmax(np.tanh((e @ W_1.T)[None] + (d @ W_2.T)[:, None]) @ v),
    {"v": "a", "W_1": "a c", "W_2": "a c", "e": "n c", "d": "m c"},
    outputs="p",
)
eq(
    "pointer-generator-gate",
    r"p_{\text{gen}} = \sigma(w_{h^*}^T h_t^* + w_s^T s_t + w_x^T x_t + b_{\text{ptr}})",
    {
        "w_h_star": N(3),
        "h_t_star": N(3),
        "w_s": N(4),
        "s_t": N(4),
        "w_x": N(5),
        "x_t": N(5),
        "b_ptr": N(),
    },
    lambda w_h_star, h_t_star, w_s, s_t, w_x, x_t, b_ptr: sigmoid(
        w_h_star @ h_t_star + w_s @ s_t + w_x @ x_t + b_ptr
    ),
    {"b_ptr": ""},
)
eq(
    "alibi-elements",
    r"a_{ij} = \frac{\exp(q_i^\top k_j - m |i - j|)}{\sum_{l=1}^{n} \exp(q_i^\top k_l - m |i - l|)}",
    {"q": N(4, 3), "k": N(4, 3), "m": 0.5},
    lambda q, k, m: softmax(q @ k.T - m * np.abs(np.arange(4)[:, None] - np.arange(4))),
    {"q": "n d", "k": "n d", "m": ""},
)
eq(
    "kerple-log",
    r"a_{m,n} = \frac{\exp(q_m^\top k_n - r_1 \log(1 + r_2 |m-n|))}{\sum_{i=1}^{L} \exp(q_m^\top k_i - r_1 \log(1 + r_2|m-i|))}",
    {"q": N(4, 3), "k": N(4, 3), "r_1": 0.5, "r_2": 1.5},
    lambda q, k, r_1, r_2: softmax(
        q @ k.T - r_1 * np.log1p(r_2 * np.abs(np.arange(4)[:, None] - np.arange(4)))
    ),
    {"q": "L d", "k": "L d", "r_1": "", "r_2": ""},
)
eq(
    "transformer-xl-score",
    r"A_{i,j} = E_{i}^\top W_q^\top W_{k,E} E_{j} + E_{i}^\top W_q^\top W_{k,R} R_{i-j} + u^\top W_{k,E} E_{j} + v^\top W_{k,R} R_{i-j}",
    {
        "E": N(4, 3),
        "W_q": N(2, 3),
        "W_k_E": N(2, 3),
        "W_k_R": N(2, 5),
        "R": N(7, 5),
        "u": N(2),
        "v": N(2),
    },
    lambda E, W_q, W_k_E, W_k_R, R, u, v: np.array(
        [
            [
                (W_q @ E[i]) @ (W_k_E @ E[j])
                + (W_q @ E[i]) @ (W_k_R @ R[i - j + 3])
                + u @ (W_k_E @ E[j])
                + v @ (W_k_R @ R[i - j + 3])
                for j in range(4)
            ]
            for i in range(4)
        ]
    ),
    {"E": "n d", "W_q": "k d", "W_k_E": "k d", "W_k_R": "k r", "R": "2*n-1 r", "u": "k", "v": "k"},
)
eq(
    "deberta-disentangled",
    r"\tilde{A}_{i,j} = Q^c_i {K^c_j}^\intercal + Q^c_i {K^r_{\delta(i,j)}}^\intercal + K^c_j {Q^r_{\delta(j,i)}}^\intercal",
    {"Q_c": N(4, 3), "K_c": N(4, 3), "K_r": N(6, 3), "Q_r": N(6, 3), "delta": Z(6, 4, 4)},
    lambda Q_c, K_c, K_r, Q_r, delta: np.array(
        [
            [
                Q_c[i] @ K_c[j] + Q_c[i] @ K_r[delta[i, j]] + K_c[j] @ Q_r[delta[j, i]]
                for j in range(4)
            ]
            for i in range(4)
        ]
    ),
    {"Q_c": "n d", "K_c": "n d", "K_r": "k d", "Q_r": "k d", "delta": "n n : int"},
)
eq(
    "qk-norm",
    r"\mathrm{softmax}\left(g * \hat{Q}\hat{K}^T\right)V",
    {"g": 3.0, "Q_hat": N(3, 4), "K_hat": N(5, 4), "V": N(5, 2)},
    lambda g, Q_hat, K_hat, V: softmax(g * Q_hat @ K_hat.T) @ V,
    {"g": ""},
    batched="Q_hat K_hat V",
)
eq(
    "hopfield-energy",
    r"E = -\mathrm{lse}(\beta, \boldsymbol{X}^T \boldsymbol{\xi}) + \frac{1}{2}\boldsymbol{\xi}^T\boldsymbol{\xi} + \beta^{-1}\ln N + \frac{1}{2}M^2, \quad \mathrm{lse}(\beta, \boldsymbol{x}) = \beta^{-1} \ln\left(\sum_{i=1}^{N} \exp(\beta x_i)\right)",
    {"beta": 0.8, "X": N(3, 5), "xi": N(3), "M": 2.0},
    lambda beta, X, xi, M: (
        -special.logsumexp(beta * X.T @ xi) / beta + xi @ xi / 2 + math.log(5) / beta + M**2 / 2
    ),
    {"X": "d N", "xi": "d", "M": "", "beta": ""},
    outputs="E",
)

# --- mixtures of experts -------------------------------------------------------------------------

eq(
    "mixture-of-experts-jacobs",
    r"\mathbf{y} = \sum_{i} g_i \mathbf{o}_i, \quad g_i = \frac{e^{\mathbf{w}_i \cdot \mathbf{x}}}{\sum_j e^{\mathbf{w}_j \cdot \mathbf{x}}}",
    {"o": N(4, 3), "w": N(4, 5), "x": N(5)},
    lambda o, w, x: softmax(w @ x) @ o,
    {"o": "E d", "w": "E p", "x": "p"},
    outputs="y",
    batched="x",
)
eq(
    "deepseek-moe-gate",
    r"""\mathbf{h}_t = \mathbf{u}_t + \sum_{i=1}^{N} g_{i,t} \, \mathbf{e}_i, \quad
g_{i,t} = \frac{s_{i,t}}{\sum_{j=1}^{N} s_{j,t}}, \quad
s_{i,t} = \mathrm{Sigmoid}\left(\mathbf{u}_t^{T} \mathbf{e}_i\right)""",
    {"u": N(4, 3), "e": N(5, 3)},
    lambda u, e: u + (lambda s: s / s.sum(1, keepdims=True))(sigmoid(u @ e.T)) @ e,
    {"u": "T d", "e": "N d"},
    outputs="h",
    batched="u",
)
eq(
    "softmax-affinity",
    r"s_{i,t} = \mathrm{Softmax}_i\left({\mathbf{u}_t}^{T} \mathbf{e}_i\right)",
    {"u": N(4, 3), "e": N(5, 3)},
    lambda u, e: softmax(u @ e.T, 1).T,
    {"u": "T d", "e": "N d"},
)
eq(
    "router-z-loss",
    r"L_z(x) = \frac{1}{B} \sum_{i=1}^{B} \left(\log \sum_{j=1}^{N} e^{x_j^{(i)}}\right)^2",
    {"x": N(4, 3)},
    lambda x: np.mean(special.logsumexp(x, axis=1) ** 2),
    {"x": "B N"},
)
eq(
    "importance-loss",
    r"""L_{importance}(X) = w_{importance} \cdot CV(Importance(X))^2, \quad Importance(X) = \sum_{x \in X} G(x), \quad
CV(v) = \frac{\mathrm{std}(v)}{\mathrm{mean}(v)}""",
    {"X": N(6, 3), "w_importance": 0.1, "G": lambda x: softmax(x)},
    lambda X, w_importance, G: (
        w_importance * (softmax(X).sum(0).std() / softmax(X).sum(0).mean()) ** 2
    ),
    {"X": "B d", "w_importance": "", "G": "(d) -> (d)"},
    outputs="L_importance",
)
eq(
    "soft-moe",
    r"""\mathbf{D}_{ij} = \frac{\exp((\mathbf{X}\boldsymbol{\Phi})_{ij})}{\sum_{i'=1}^{m} \exp((\mathbf{X}\boldsymbol{\Phi})_{i'j})}, \quad
\tilde{\mathbf{X}} = \mathbf{D}^{\top} \mathbf{X}""",
    {"X": N(5, 3), "Phi": N(3, 4)},
    lambda X, Phi: softmax(X @ Phi, 0).T @ X,
    {"X": "m d", "Phi": "d p"},
    outputs="X_tilde",
    batched="X",
)
eq(
    "soft-moe-combine",
    r"""\mathbf{C}_{ij} = \frac{\exp((\mathbf{X}\boldsymbol{\Phi})_{ij})}{\sum_{j'=1}^{p} \exp((\mathbf{X}\boldsymbol{\Phi})_{ij'})}, \quad
\mathbf{Y} = \mathbf{C} \tilde{\mathbf{Y}}""",
    {"X": N(5, 3), "Phi": N(3, 4), "Y_tilde": N(4, 2)},
    lambda X, Phi, Y_tilde: softmax(X @ Phi) @ Y_tilde,
    {"X": "m d", "Phi": "d p", "Y_tilde": "p e"},
    outputs="Y",
)
eq(
    "switch-router",
    r"p_i(x) = \frac{e^{h(x)_i}}{\sum_{j}^{N} e^{h(x)_j}}, \quad h(x) = W_r \cdot x",
    {"x": N(4), "W_r": N(3, 4)},
    lambda x, W_r: softmax(W_r @ x),
    {"x": "d", "W_r": "N d"},
    outputs="p",
    batched="x",
)
eq(
    "gshard-balance",
    r"\ell_{aux} = \frac{1}{E} \sum_{e=1}^{E} \frac{c_e}{S} \cdot m_e, \quad m_e = \frac{1}{S} \sum_{s=1}^{S} g_{s,e}",
    {"g": U(6, 3), "c": P(3)},
    lambda g, c: np.mean(c / 6 * g.mean(0)),
    {"g": "S E", "c": "E"},
    outputs="ell_aux",
)

# --- recurrent cells -----------------------------------------------------------------------------

_h, _x = 3, 4
eq(
    "elman-pytorch-docs",
    r"h_t = \tanh(x_t W_{ih}^T + b_{ih} + h_{t-1}W_{hh}^T + b_{hh})",
    {"x_t": N(4), "W_ih": N(3, 4), "b_ih": N(3), "h_prev": N(3), "W_hh": N(3, 3), "b_hh": N(3)},
    lambda x_t, W_ih, b_ih, h_prev, W_hh, b_hh: np.tanh(
        x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    ),
    {"x_t": "d", "W_ih": "h d", "b_ih": "h", "h_prev": "h", "W_hh": "h h", "b_hh": "h"},
    batched="x_t h_prev",
)


def _peephole(x_t: Any, h_prev: Any, c_prev: Any, **w: Any) -> Any:
    i = sigmoid(w["W_xi"] @ x_t + w["W_hi"] @ h_prev + w["W_ci"] * c_prev + w["b_i"])
    f = sigmoid(w["W_xf"] @ x_t + w["W_hf"] @ h_prev + w["W_cf"] * c_prev + w["b_f"])
    c = f * c_prev + i * np.tanh(w["W_xc"] @ x_t + w["W_hc"] @ h_prev + w["b_c"])
    o = sigmoid(w["W_xo"] @ x_t + w["W_ho"] @ h_prev + w["W_co"] * c + w["b_o"])
    return o * np.tanh(c), c


eq(
    "lstm-peephole",
    r"""\begin{aligned}
i_t &= \sigma(W_{xi} x_t + W_{hi} h_{t-1} + W_{ci} \circ c_{t-1} + b_i) \\
f_t &= \sigma(W_{xf} x_t + W_{hf} h_{t-1} + W_{cf} \circ c_{t-1} + b_f) \\
c_t &= f_t \circ c_{t-1} + i_t \circ \tanh(W_{xc} x_t + W_{hc} h_{t-1} + b_c) \\
o_t &= \sigma(W_{xo} x_t + W_{ho} h_{t-1} + W_{co} \circ c_t + b_o) \\
h_t &= o_t \circ \tanh(c_t)
\end{aligned}""",
    {
        "x_t": N(4),
        "h_prev": N(3),
        "c_prev": N(3),
        **{f"W_x{g}": N(3, 4) for g in "ifco"},
        **{f"W_h{g}": N(3, 3) for g in "ifco"},
        **{f"W_c{g}": N(3) for g in "ifo"},
        **{f"b_{g}": N(3) for g in "ifco"},
    },
    _peephole,
    {
        "x_t": "d",
        "h_prev": "h",
        "c_prev": "h",
        **{f"W_x{g}": "h d" for g in "ifco"},
        **{f"W_h{g}": "h h" for g in "ifco"},
        **{f"W_c{g}": "h" for g in "ifo"},
        **{f"b_{g}": "h" for g in "ifco"},
    },
    outputs="h_t c_t",
    batched="x_t h_prev c_prev",
)


def _colah(h_prev: Any, x_t: Any, C_prev: Any, **w: Any) -> Any:
    z = np.concatenate([h_prev, x_t])
    f, i, o = (sigmoid(w[f"W_{g}"] @ z + w[f"b_{g}"]) for g in "fio")
    C = f * C_prev + i * np.tanh(w["W_C"] @ z + w["b_C"])
    return o * np.tanh(C), C


eq(
    "lstm-colah",
    r"""\begin{align}
f_t &= \sigma\left(W_f \cdot [h_{t-1}, x_t] + b_f\right) \\
i_t &= \sigma\left(W_i \cdot [h_{t-1}, x_t] + b_i\right) \\
\tilde{C}_t &= \tanh(W_C \cdot [h_{t-1}, x_t] + b_C) \\
C_t &= f_t * C_{t-1} + i_t * \tilde{C}_t \\
o_t &= \sigma\left(W_o [h_{t-1}, x_t] + b_o\right) \\
h_t &= o_t * \tanh(C_t)
\end{align}""",
    {
        "h_prev": N(3),
        "x_t": N(4),
        "C_prev": N(3),
        **{f"W_{g}": N(3, 7) for g in "fiCo"},
        **{f"b_{g}": N(3) for g in "fiCo"},
    },
    _colah,
    {
        "h_prev": "h",
        "x_t": "d",
        "C_prev": "h",
        **{f"W_{g}": "h h+d" for g in "fiCo"},
        **{f"b_{g}": "h" for g in "fiCo"},
    },
    outputs="h_t C_t",
    batched="h_prev x_t C_prev",
)
eq(
    "gru-colah",
    r"""\begin{align}
z_t &= \sigma(W_z \cdot [h_{t-1}, x_t]) \\
r_t &= \sigma(W_r \cdot [h_{t-1}, x_t]) \\
\tilde{h}_t &= \tanh(W \cdot [r_t * h_{t-1}, x_t]) \\
h_t &= (1 - z_t) * h_{t-1} + z_t * \tilde{h}_t
\end{align}""",
    {"h_prev": N(3), "x_t": N(4), "W_z": N(3, 7), "W_r": N(3, 7), "W": N(3, 7)},
    lambda h_prev, x_t, W_z, W_r, W: (
        lambda z, r: (1 - z) * h_prev + z * np.tanh(W @ np.concatenate([r * h_prev, x_t]))
    )(sigmoid(W_z @ np.concatenate([h_prev, x_t])), sigmoid(W_r @ np.concatenate([h_prev, x_t]))),
    {"h_prev": "h", "x_t": "d", "W_z": "h h+d", "W_r": "h h+d", "W": "h h+d"},
    outputs="h_t",
    batched="h_prev x_t",
)
eq(
    "gru-cho-units",
    r"""r_j = \sigma\left([\mathbf{W}_r \mathbf{x}]_j + [\mathbf{U}_r \mathbf{h}_{\langle t-1 \rangle}]_j\right)""",
    {"W_r": N(3, 4), "x": N(4), "U_r": N(3, 3), "h_prev": N(3)},
    lambda W_r, x, U_r, h_prev: sigmoid(W_r @ x + U_r @ h_prev),
    {"W_r": "h d", "x": "d", "U_r": "h h", "h_prev": "h"},
)
eq(
    "gru-readme",
    """
    z_t = σ(W_z x_t + U_z h_{t-1} + b_z)
    r_t = σ(W_r x_t + U_r h_{t-1} + b_r)
    ĥ_t = tanh(W_h x_t + U_h (r_t ⊙ h_{t-1}) + b_h)
    h_t = (1 - z_t) ⊙ h_{t-1} + z_t ⊙ ĥ_t
    """,
    {
        "x_t": N(4),
        "h_prev": N(3),
        **{f"W_{g}": N(3, 4) for g in "zrh"},
        **{f"U_{g}": N(3, 3) for g in "zrh"},
        **{f"b_{g}": N(3) for g in "zrh"},
    },
    lambda x_t, h_prev, W_z, W_r, W_h, U_z, U_r, U_h, b_z, b_r, b_h: (
        lambda z, r: (1 - z) * h_prev + z * np.tanh(W_h @ x_t + U_h @ (r * h_prev) + b_h)
    )(sigmoid(W_z @ x_t + U_z @ h_prev + b_z), sigmoid(W_r @ x_t + U_r @ h_prev + b_r)),
    outputs="h_t",
    batched="x_t h_prev",
)
eq(
    "indrnn",
    r"\mathbf{h}_t = \sigma(\mathbf{W}\mathbf{x}_t + \mathbf{u} \odot \mathbf{h}_{t-1} + \mathbf{b})",
    {"W": N(3, 4), "x_t": N(4), "u": N(3), "h_prev": N(3), "b": N(3)},
    lambda W, x_t, u, h_prev, b: sigmoid(W @ x_t + u * h_prev + b),
    batched="x_t h_prev",
)
eq(
    "rg-lru",
    r"""\begin{align}
r_t &= \sigma(W_a x_t + b_a), \\
i_t &= \sigma(W_x x_t + b_x), \\
a_t &= a^{c r_t}, \\
h_t &= a_t \odot h_{t-1} + \sqrt{1 - a_t^2} \odot (i_t \odot x_t)
\end{align}""",
    {
        "W_a": N(3, 3),
        "x_t": N(3),
        "b_a": N(3),
        "W_x": N(3, 3),
        "b_x": N(3),
        "a": U(3),
        "c": 8.0,
        "h_prev": N(3),
    },
    lambda W_a, x_t, b_a, W_x, b_x, a, c, h_prev: (
        lambda at: at * h_prev + np.sqrt(1 - at**2) * (sigmoid(W_x @ x_t + b_x) * x_t)
    )(a ** (c * sigmoid(W_a @ x_t + b_a))),
    {
        "W_a": "d d",
        "x_t": "d",
        "b_a": "d",
        "W_x": "d d",
        "b_x": "d",
        "a": "d",
        "c": "",
        "h_prev": "d",
    },
    outputs="h_t",
    batched="x_t h_prev",
)
eq(
    "sru",
    r"""\begin{align}
\tilde{\mathbf{x}}_t &= \mathbf{W}\mathbf{x}_t \\
\mathbf{f}_t &= \sigma(\mathbf{W}_f \mathbf{x}_t + \mathbf{b}_f) \\
\mathbf{r}_t &= \sigma(\mathbf{W}_r \mathbf{x}_t + \mathbf{b}_r) \\
\mathbf{c}_t &= \mathbf{f}_t \odot \mathbf{c}_{t-1} + (1 - \mathbf{f}_t) \odot \tilde{\mathbf{x}}_t \\
\mathbf{h}_t &= \mathbf{r}_t \odot g(\mathbf{c}_t) + (1 - \mathbf{r}_t) \odot \mathbf{x}_t
\end{align}""",
    {
        "W": N(3, 3),
        "x_t": N(3),
        "W_f": N(3, 3),
        "b_f": N(3),
        "W_r": N(3, 3),
        "b_r": N(3),
        "c_prev": N(3),
        "g": lambda x: np.tanh(x),
    },
    lambda W, x_t, W_f, b_f, W_r, b_r, c_prev, g: (
        lambda f, r: (
            r * np.tanh(f * c_prev + (1 - f) * (W @ x_t)) + (1 - r) * x_t,
            f * c_prev + (1 - f) * (W @ x_t),
        )
    )(sigmoid(W_f @ x_t + b_f), sigmoid(W_r @ x_t + b_r)),
    {
        "W": "d d",
        "x_t": "d",
        "W_f": "d d",
        "b_f": "d",
        "W_r": "d d",
        "b_r": "d",
        "c_prev": "d",
        "g": "(d) -> (d)",
    },
    outputs="h_t c_t",
)
eq(
    "mlstm",
    r"""\begin{align}
C_t &= f_t \, C_{t-1} + i_t \, v_t k_t^\top \\
n_t &= f_t \, n_{t-1} + i_t \, k_t \\
h_t &= o_t \odot \tilde{h}_t, \qquad \tilde{h}_t = C_t q_t / \max\{|n_t^\top q_t|, 1\} \\
q_t &= W_q x_t + b_q \\
k_t &= \frac{1}{\sqrt{d}} W_k x_t + b_k
\end{align}""",
    {
        "C_prev": N(2, 3),
        "f_t": U(),
        "i_t": U(),
        "v_t": N(2),
        "n_prev": N(3),
        "o_t": U(2),
        "W_q": N(3, 5),
        "b_q": N(3),
        "W_k": N(3, 5),
        "b_k": N(3),
        "x_t": N(5),
    },
    lambda C_prev, f_t, i_t, v_t, n_prev, o_t, W_q, b_q, W_k, b_k, x_t: (
        lambda q, k: (
            o_t
            * ((f_t * C_prev + i_t * np.outer(v_t, k)) @ q)
            / max(abs((f_t * n_prev + i_t * k) @ q), 1)
        )
    )(W_q @ x_t + b_q, W_k @ x_t / math.sqrt(3) + b_k),
    {
        "C_prev": "v d",
        "f_t": "",
        "i_t": "",
        "v_t": "v",
        "n_prev": "d",
        "o_t": "v",
        "W_q": "d e",
        "b_q": "d",
        "W_k": "d e",
        "b_k": "d",
        "x_t": "e",
    },
    outputs="h_t",
    batched="C_prev n_prev x_t v_t",
)
eq(
    "slstm-stabiliser",
    r"""\begin{align}
m_t &= \max\left(\log(f_t) + m_{t-1}, \log(i_t)\right) \\
i'_t &= \exp\left(\log(i_t) - m_t\right) \\
f'_t &= \exp\left(\log(f_t) + m_{t-1} - m_t\right)
\end{align}""",
    {"f_t": P(4), "i_t": P(4), "m_prev": N(4)},
    lambda f_t, i_t, m_prev: (lambda m: (m, i_t / np.exp(m), f_t * np.exp(m_prev - m)))(
        np.maximum(np.log(f_t) + m_prev, np.log(i_t))
    ),
    outputs="m_t i_prime_t f_prime_t",
)
eq(
    "rwkv-channel-mix",
    r"""r_t = W_r (\mu_r \odot x_t + (1 - \mu_r) \odot x_{t-1}), \quad k_t = W_k (\mu_k \odot x_t + (1 - \mu_k) \odot x_{t-1}), \quad
o_t = \sigma(r_t) \odot (W_v \max(k_t, 0)^2)""",
    {
        "W_r": N(3, 3),
        "mu_r": U(3),
        "x_t": N(3),
        "x_prev": N(3),
        "W_k": N(5, 3),
        "mu_k": U(3),
        "W_v": N(3, 5),
    },
    lambda W_r, mu_r, x_t, x_prev, W_k, mu_k, W_v: (
        sigmoid(W_r @ (mu_r * x_t + (1 - mu_r) * x_prev))
        * (W_v @ relu(W_k @ (mu_k * x_t + (1 - mu_k) * x_prev)) ** 2)
    ),
    {"W_r": "d d", "mu_r": "d", "x_t": "d", "x_prev": "d", "W_k": "e d", "mu_k": "d", "W_v": "d e"},
    outputs="o_t",
    batched="x_t x_prev",
)
eq(
    "nalu",
    r"""\mathbf{y} = \mathbf{g} \odot \mathbf{a} + (1 - \mathbf{g}) \odot \mathbf{m}, \quad \mathbf{m} = \exp \mathbf{W}(\log(|\mathbf{x}| + \epsilon)), \quad
\mathbf{g} = \sigma(\mathbf{G}\mathbf{x}), \quad \mathbf{a} = \mathbf{W}\mathbf{x}, \quad \mathbf{W} = \tanh(\hat{\mathbf{W}}) \odot \sigma(\hat{\mathbf{M}})""",
    {"x": N(4), "G": N(3, 4), "W_hat": N(3, 4), "M_hat": N(3, 4), "epsilon": 1e-7},
    lambda x, G, W_hat, M_hat, epsilon: (
        lambda g, W: g * (W @ x) + (1 - g) * np.exp(W @ np.log(np.abs(x) + epsilon))
    )(sigmoid(G @ x), np.tanh(W_hat) * sigmoid(M_hat)),
    {"x": "d", "G": "o d", "W_hat": "o d", "M_hat": "o d", "epsilon": ""},
    outputs="y",
    batched="x",
)
eq(
    "gated-fusion",
    r"\mathbf{z} = \sigma(\mathbf{W}_z [\mathbf{h}_1; \mathbf{h}_2]), \quad \mathbf{h} = \mathbf{z} * \mathbf{h}_1 + (1 - \mathbf{z}) * \mathbf{h}_2",
    {"W_z": N(3, 6), "h_1": N(3), "h_2": N(3)},
    lambda W_z, h_1, h_2: (lambda z: z * h_1 + (1 - z) * h_2)(
        sigmoid(W_z @ np.concatenate([h_1, h_2]))
    ),
    {"W_z": "d 2*d", "h_1": "d", "h_2": "d"},
    outputs="h",
    batched="h_1 h_2",
)
eq(
    "gated-residual-network",
    r"""\begin{align}
\eta_2 &= \mathrm{ELU}(W_2 a + W_3 c + b_2) \\
\eta_1 &= W_1 \eta_2 + b_1 \\
y &= a + \sigma(W_4 \eta_1 + b_4) \odot (W_5 \eta_1 + b_5)
\end{align}""",
    {
        "W_1": N(3, 3),
        "W_2": N(3, 3),
        "W_3": N(3, 2),
        "W_4": N(3, 3),
        "W_5": N(3, 3),
        "a": N(3),
        "c": N(2),
        "b_1": N(3),
        "b_2": N(3),
        "b_4": N(3),
        "b_5": N(3),
    },
    lambda W_1, W_2, W_3, W_4, W_5, a, c, b_1, b_2, b_4, b_5: (
        lambda e: a + sigmoid(W_4 @ e + b_4) * (W_5 @ e + b_5)
    )(W_1 @ elu(W_2 @ a + W_3 @ c + b_2) + b_1),
    {
        **{f"W_{k}": "d d" for k in (1, 2, 4, 5)},
        "W_3": "d e",
        "a": "d",
        "c": "e",
        **{f"b_{k}": "d" for k in (1, 2, 4, 5)},
    },
    outputs="y",
    batched="a c",
)
eq(
    "ttt-linear",
    r"W_t = W_{t-1} - 2\eta (W_{t-1} x_t - y_t) x_t^\top, \quad z_t = W_t q_t",
    {"W_prev": N(3, 4), "eta": 0.1, "x_t": N(4), "y_t": N(3), "q_t": N(4)},
    lambda W_prev, eta, x_t, y_t, q_t: (W_prev - 2 * eta * np.outer(W_prev @ x_t - y_t, x_t)) @ q_t,
    {"W_prev": "d e", "eta": "", "x_t": "e", "y_t": "d", "q_t": "e"},
    outputs="z_t",
)

# --- state spaces --------------------------------------------------------------------------------

eq(
    "s4-bilinear",
    r"""\overline{\mathbf{A}} = (\mathbf{I} - \Delta/2 \cdot \mathbf{A})^{-1}(\mathbf{I} + \Delta/2 \cdot \mathbf{A}), \quad
\overline{\mathbf{B}} = (\mathbf{I} - \Delta/2 \cdot \mathbf{A})^{-1} \Delta \mathbf{B}""",
    {"A": N(3, 3), "Delta": 0.1, "B": N(3, 1)},
    lambda A, Delta, B: (
        np.linalg.solve(np.eye(3) - Delta / 2 * A, np.eye(3) + Delta / 2 * A),
        np.linalg.solve(np.eye(3) - Delta / 2 * A, Delta * B),
    ),
    {"A": "N N", "Delta": "", "B": "N 1"},
    outputs="A_bar B_bar",
)
eq(
    "s4-recurrence",
    r"x_k = \overline{\mathbf{A}} x_{k-1} + \overline{\mathbf{B}} u_k, \quad y_k = \overline{\mathbf{C}} x_k",
    {"A_bar": N(3, 3), "x_prev": N(3), "B_bar": N(3, 2), "u_k": N(2), "C_bar": N(4, 3)},
    lambda A_bar, x_prev, B_bar, u_k, C_bar: (
        A_bar @ x_prev + B_bar @ u_k,
        C_bar @ (A_bar @ x_prev + B_bar @ u_k),
    ),
    outputs="x_k y_k",
    batched="x_prev u_k",
)


def _hippo(n: int) -> Array:
    return -np.array(
        [
            [
                math.sqrt((2 * i + 1) * (2 * j + 1)) if i > j else i + 1.0 if i == j else 0.0
                for j in range(n)
            ]
            for i in range(n)
        ]
    )


eq(
    "hippo-matrix",
    r"""A_{nk} = - \begin{cases} (2n+1)^{1/2}(2k+1)^{1/2} & \text{if } n > k \\ n+1 & \text{if } n = k \\ 0 & \text{if } n < k \end{cases}""",
    {"N": 4},
    lambda N: _hippo(N),
    {"A": "N N"},
)
eq(
    "selective-scan-step",
    r"h_t = \exp(\Delta_t A) \odot h_{t-1} + (\Delta_t x_t) B_t^\top, \quad y_t = h_t C_t",
    {"Delta_t": P(), "A": N(3, 4), "h_prev": N(3, 4), "x_t": N(3), "B_t": N(4), "C_t": N(4)},
    lambda Delta_t, A, h_prev, x_t, B_t, C_t: (
        (np.exp(Delta_t * A) * h_prev + Delta_t * np.outer(x_t, B_t)) @ C_t
    ),
    {"Delta_t": "", "A": "d N", "h_prev": "d N", "x_t": "d", "B_t": "N", "C_t": "N"},
    outputs="y_t",
    batched="h_prev x_t B_t C_t",
)
eq(
    "mamba2-recurrence",
    r"h_t = a_t h_{t-1} + B_t x_t^\top, \quad y_t = h_t^\top C_t",
    {"a_t": U(), "h_prev": N(4, 3), "B_t": N(4), "x_t": N(3), "C_t": N(4)},
    lambda a_t, h_prev, B_t, x_t, C_t: (a_t * h_prev + np.outer(B_t, x_t)).T @ C_t,
    {"a_t": "", "h_prev": "N P", "B_t": "N", "x_t": "P", "C_t": "N"},
    outputs="y_t",
    batched="h_prev B_t x_t C_t",
)
eq(
    "ssd-matrix",
    r"M_{ij} = \begin{cases} C_i^\top B_j \prod_{k=j+1}^{i} a_k & i \geq j \\ 0 & \text{otherwise} \end{cases}",
    {"C": N(4, 3), "B": N(4, 3), "a": U(4)},
    lambda C, B, a: np.array(
        [
            [C[i] @ B[j] * np.prod(a[j + 1 : i + 1]) if i >= j else 0.0 for j in range(4)]
            for i in range(4)
        ]
    ),
    {"C": "T N", "B": "T N", "a": "T"},
)
eq(
    "causal-convolution",
    r"y_t = \sum_{s=0}^{t} k_{t-s} u_s",
    {"k": N(5), "u": N(5)},
    lambda k, u: np.convolve(k, u)[:5],
    {"k": "L", "u": "L"},
)
eq(
    "s4d-kernel",
    r"K_\ell = \sum_{n=1}^{N} C_n a_n^{\ell} B_n",
    {"C": N(3), "a": U(3), "B": N(3), "L": 5},
    lambda C, a, B, L: np.array([(C * a**ell * B).sum() for ell in range(L)]),
    {"C": "N", "a": "N", "B": "N", "K": "L"},
)

# --- convolution and pooling ---------------------------------------------------------------------


def _correlate(image: Array, kernel: Array) -> Array:
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return np.array(
        [
            [
                (image[i : i + kernel.shape[0], j : j + kernel.shape[1]] * kernel).sum()
                for j in range(columns)
            ]
            for i in range(rows)
        ]
    )


eq(
    "cross-correlation-goodfellow",
    r"S(i, j) = \sum_m \sum_n I(i+m, j+n) K(m, n)",
    {"I": N(6, 5), "K": N(3, 2)},
    lambda **given: _correlate(given["I"], given["K"]),
    {"I": "H W", "K": "p q"},
)
eq(
    "convolution-goodfellow-flipped",
    r"S(i, j) = \sum_m \sum_n I(i-m, j-n) K(m, n)",
    {"I": N(6, 5), "K": N(3, 2)},
    lambda **given: _correlate(given["I"], given["K"][::-1, ::-1]),
    {"I": "H W", "K": "p q"},
)
eq(
    "depthwise-mobilenet",
    r"\hat{\mathbf{G}}_{k,l,m} = \sum_{i,j} \hat{\mathbf{K}}_{i,j,m} \cdot \mathbf{F}_{k+i-1,l+j-1,m}",
    {"K_hat": N(3, 2, 2), "F": N(6, 5, 2)},
    lambda K_hat, F: np.stack([_correlate(F[..., m], K_hat[..., m]) for m in range(2)], -1),
    {"K_hat": "p q M", "F": "H W M"},
)
eq(
    "conv1d-readme",
    "y_i = sum_{k=0}^{K-1} w_k x_{i+k} + b",
    {"w": N(3), "x": N(8), "b": N()},
    lambda w, x, b: np.correlate(x, w, "valid") + b,
    {"w": "K", "x": "T", "b": ""},
    batched="x",
)
eq(
    "conv1d-channels",
    r"y_{c,t} = b_c + \sum_{d=1}^{D} \sum_{k=0}^{K-1} w_{c,d,k} x_{d,t+k}",
    {"w": N(4, 2, 3), "x": N(2, 7), "b": N(4)},
    lambda w, x, b: (
        b[:, None]
        + np.array([sum(np.correlate(x[d], w[c, d], "valid") for d in range(2)) for c in range(4)])
    ),
    {"w": "C D K", "x": "D T", "b": "C"},
    batched="x",
)
eq(
    "average-pool-1d",
    r"y_i = \frac{1}{k} \sum_{j=0}^{k-1} x_{i+j}",
    {"x": N(7), "k": 3},
    lambda x, k: np.convolve(x, np.ones(3) / 3, "valid"),
    {"x": "n", "k": ""},
)
eq(
    "global-average-pool",
    r"g_c = \frac{1}{H W} \sum_{i=1}^{H} \sum_{j=1}^{W} x_{c,i,j}",
    {"x": N(3, 4, 5)},
    lambda x: x.mean((1, 2)),
    batched="x",
)
eq(
    "class-activation-map",
    r"M_c(x, y) = \sum_k w_k^c f_k(x, y)",
    {"w": N(4, 3), "f": N(4, 5, 6)},
    lambda w, f: np.einsum("kc,kxy->cxy", w, f),
    {"w": "K C", "f": "K X Y"},
)
eq(
    "grad-cam",
    r"L^c_{\text{Grad-CAM}} = \mathrm{ReLU}\left(\sum_k \alpha_k^c A^k\right)",
    {"alpha_c": N(4), "A": N(4, 5, 6)},
    lambda alpha_c, A: relu(np.einsum("k,kxy->xy", alpha_c, A)),
    {"alpha_c": "K", "A": "K X Y"},
)
eq(
    "gem-pooling",
    r"f_k = \left(\frac{1}{|\mathcal{X}_k|} \sum_{x \in \mathcal{X}_k} x^{p_k}\right)^{\frac{1}{p_k}}",
    {"X": P(3, 5), "p": P(3)},
    lambda X, p: np.mean(X ** p[:, None], 1) ** (1 / p),
    {"X": "K N", "p": "K"},
)
eq(
    "netvlad",
    r"V(j, k) = \sum_{i=1}^{N} \frac{e^{\mathbf{w}_k^T \mathbf{x}_i + b_k}}{\sum_{k'} e^{\mathbf{w}_{k'}^T \mathbf{x}_i + b_{k'}}} (x_i(j) - c_k(j))",
    {"w": N(3, 4), "x": N(6, 4), "b": N(3), "c": N(3, 4)},
    lambda w, x, b, c: np.einsum("ik,ikj->jk", softmax(x @ w.T + b), x[:, None, :] - c[None]),
    {"w": "K D", "x": "N D", "b": "K", "c": "K D"},
)
eq(
    "lp-pool-pytorch-docs",
    r"f(X) = \sqrt[p]{\sum_{x \in X} x^{p}}",
    {"X": P(5), "p": 3.0},
    lambda X, p: (X**p).sum() ** (1 / p),
    {"X": "n", "p": ""},
)
eq(
    "bilinear-pytorch-docs",
    r"y = x_1^T A x_2 + b",
    {"x_1": N(3), "A": N(3, 4), "x_2": N(4), "b": N()},
    lambda x_1, A, x_2, b: x_1 @ A @ x_2 + b,
    {"b": ""},
    batched="x_1 x_2",
)
eq(
    "neural-tensor-layer",
    r"g_k = u_k f\left(e_1^T W_k e_2 + V_k \begin{bmatrix} e_1 \\ e_2 \end{bmatrix} + b_k\right)",
    {
        "u": N(2),
        "e_1": N(3),
        "e_2": N(3),
        "W": N(2, 3, 3),
        "V": N(2, 6),
        "b": N(2),
        "f": lambda x: np.tanh(x),
    },
    lambda u, e_1, e_2, W, V, b, f: (
        u * np.tanh(np.einsum("i,kij,j->k", e_1, W, e_2) + V @ np.concatenate([e_1, e_2]) + b)
    ),
    {"u": "k", "e_1": "d", "e_2": "d", "W": "k d d", "V": "k 2*d", "b": "k", "f": "() -> ()"},
)
eq(
    "factorisation-machine",
    r"\hat{y}(\mathbf{x}) = w_0 + \sum_{i=1}^{n} w_i x_i + \sum_{i=1}^{n} \sum_{j=i+1}^{n} \langle \mathbf{v}_i, \mathbf{v}_j \rangle x_i x_j",
    {"w_0": N(), "w": N(5), "x": N(5), "v": N(5, 3)},
    lambda w_0, w, x, v: (
        w_0 + w @ x + sum(v[i] @ v[j] * x[i] * x[j] for i in range(5) for j in range(i + 1, 5))
    ),
    {"w_0": "", "w": "n", "x": "n", "v": "n k"},
    batched="x",
)
eq(
    "cross-network",
    r"\mathbf{x}_{l+1} = \mathbf{x}_0 \mathbf{x}_l^T \mathbf{w}_l + \mathbf{b}_l + \mathbf{x}_l",
    {"x_0": N(4), "x_l": N(4), "w_l": N(4), "b_l": N(4)},
    lambda x_0, x_l, w_l, b_l: x_0 * (x_l @ w_l) + b_l + x_l,
    batched="x_0 x_l",
)
eq(
    "cross-network-v2",
    r"\mathbf{x}_{l+1} = \mathbf{x}_0 \odot (W_l \mathbf{x}_l + \mathbf{b}_l) + \mathbf{x}_l",
    {"x_0": N(4), "W_l": N(4, 4), "x_l": N(4), "b_l": N(4)},
    lambda x_0, W_l, x_l, b_l: x_0 * (W_l @ x_l + b_l) + x_l,
    batched="x_0 x_l",
)
eq(
    "resnet-two-layers",
    r"\mathbf{y} = W_2 \sigma(W_1 \mathbf{x}) + \mathbf{x}, \quad \sigma(z) = \max(0, z)",
    {"W_2": N(4, 5), "W_1": N(5, 4), "x": N(4)},
    lambda W_2, W_1, x: W_2 @ relu(W_1 @ x) + x,
    outputs="y",
    batched="x",
)
eq(
    "gmlp-spatial-gate",
    r"s(Z) = Z_1 \odot f_{W,b}(Z_2), \quad f_{W,b}(Z) = W Z + b",
    {"Z_1": N(5, 3), "Z_2": N(5, 3), "W": N(5, 5), "b": N(5, 3), "Z": N(5, 6)},
    lambda Z_1, Z_2, W, b, Z: Z_1 * (W @ Z_2 + b),
    {"Z_1": "n e", "Z_2": "n e", "W": "n n", "b": "n e", "Z": "n 2*e"},
    outputs="s",
)
eq(
    "mlp-mixer-token",
    r"\mathbf{U} = \mathbf{X} + \mathbf{W}_2 \, \mathrm{GELU}(\mathbf{W}_1 \mathbf{X}), \quad \mathbf{Y} = \mathbf{U} + \mathrm{GELU}(\mathbf{U} \mathbf{W}_3) \mathbf{W}_4",
    {"X": N(4, 3), "W_1": N(5, 4), "W_2": N(4, 5), "W_3": N(3, 6), "W_4": N(6, 3)},
    lambda X, W_1, W_2, W_3, W_4: (lambda U: U + gelu(U @ W_3) @ W_4)(X + W_2 @ gelu(W_1 @ X)),
    outputs="Y",
    batched="X",
)
eq(
    "attention-gate-unet",
    r"""q_{att} = \psi^T\left(\sigma_1\left(W_x^T x_i + W_g^T g_i + b_g\right)\right) + b_\psi, \quad \alpha_i = \sigma_2(q_{att}),
\quad \sigma_1(z) = \max(0, z), \quad \sigma_2(z) = \frac{1}{1 + e^{-z}}""",
    {
        "psi": N(4),
        "W_x": N(3, 4),
        "x_i": N(3),
        "W_g": N(2, 4),
        "g_i": N(2),
        "b_g": N(4),
        "b_psi": N(),
    },
    lambda psi, W_x, x_i, W_g, g_i, b_g, b_psi: sigmoid(
        psi @ relu(W_x.T @ x_i + W_g.T @ g_i + b_g) + b_psi
    ),
    {"psi": "f", "W_x": "a f", "x_i": "a", "W_g": "c f", "g_i": "c", "b_g": "f", "b_psi": ""},
    outputs="alpha_i",
)

# --- graph networks ------------------------------------------------------------------------------


def _gcn(A: Array) -> Array:
    A = A + np.eye(len(A))
    return A / np.sqrt(np.outer(A.sum(1), A.sum(1)))


eq(
    "gcnconv-pyg-docs",
    r"""\mathbf{X}^{\prime} = \mathbf{\hat{D}}^{-1/2} \mathbf{\hat{A}} \mathbf{\hat{D}}^{-1/2} \mathbf{X} \mathbf{\Theta},
\quad \mathbf{\hat{A}} = \mathbf{A} + \mathbf{I}, \quad \hat{D}_{ii} = \sum_{j=0} \hat{A}_{ij}""",
    {"A": P(4, 4), "X": N(4, 3), "Theta": N(3, 2)},
    lambda A, X, Theta: _gcn(A) @ X @ Theta,
    {"A": "n n", "X": "n f", "Theta": "f g"},
    outputs="X_prime",
)
eq(
    "gcnconv-nodewise-pyg-docs",
    r"""\mathbf{x}^{\prime}_i = \mathbf{\Theta}^{\top} \sum_{j \in \mathcal{N}(i) \cup \{ i \}} \frac{e_{j,i}}{\sqrt{\hat{d}_j \hat{d}_i}} \mathbf{x}_j,
\quad \hat{d}_i = 1 + \sum_{j \in \mathcal{N}(i)} e_{j,i}""",
    {"Theta": N(3, 2), "N": B(4, 4), "e": P(4, 4), "x": N(4, 3)},
    lambda Theta, N, e, x: np.array(
        [
            Theta.T
            @ sum(
                e[j, i]
                / math.sqrt(
                    (1 + sum(e[k, j] for k in range(4) if N[j, k]))
                    * (1 + sum(e[k, i] for k in range(4) if N[i, k]))
                )
                * x[j]
                for j in range(4)
                if N[i, j] or i == j
            )
            for i in range(4)
        ]
    ),
    {"Theta": "f g", "N": "n n : bool", "e": "n n", "x": "n f"},
    outputs="x_prime",
)
eq(
    "ginconv-pyg-docs",
    r"\mathbf{X}^{\prime} = h_{\mathbf{\Theta}} \left( \left( \mathbf{A} + (1 + \epsilon) \cdot \mathbf{I} \right) \cdot \mathbf{X} \right)",
    {"A": N(4, 4), "epsilon": 0.2, "X": N(4, 3), "h_Theta": lambda x: np.tanh(x)},
    lambda A, epsilon, X, h_Theta: np.tanh((A + (1 + epsilon) * np.eye(4)) @ X),
    {"A": "n n", "X": "n f", "epsilon": "", "h_Theta": "(f) -> (f)"},
)
eq(
    "ginconv-nodes-pyg-docs",
    r"\mathbf{x}^{\prime}_i = h_{\mathbf{\Theta}} \left( (1 + \epsilon) \cdot \mathbf{x}_i + \sum_{j \in \mathcal{N}(i)} \mathbf{x}_j \right)",
    {"N": B(4, 4), "epsilon": 0.2, "x": N(4, 3), "h_Theta": lambda x: np.tanh(x)},
    lambda N, epsilon, x, h_Theta: np.tanh((1 + epsilon) * x + N.astype(float) @ x),
    {"N": "n n : bool", "x": "n f", "epsilon": "", "h_Theta": "(f) -> (f)"},
)
eq(
    "sage-mean",
    r"\mathbf{h}_v' = \sigma\left(\mathbf{W}_1 \mathbf{h}_v + \mathbf{W}_2 \cdot \frac{1}{|\mathcal{N}(v)|} \sum_{u \in \mathcal{N}(v)} \mathbf{h}_u\right)",
    {"N": B(4, 4), "h": N(4, 3), "W_1": N(2, 3), "W_2": N(2, 3)},
    lambda N, h, W_1, W_2: sigmoid(
        h @ W_1.T + (N.astype(float) @ h / N.sum(1, keepdims=True)) @ W_2.T
    ),
    {"N": "n n : bool", "h": "n f", "W_1": "g f", "W_2": "g f"},
)
eq(
    "appnp",
    r"\mathbf{Z}^{(k+1)} = (1 - \alpha) \hat{\mathbf{A}} \mathbf{Z}^{(k)} + \alpha \mathbf{H}",
    {"alpha": 0.1, "A_hat": N(4, 4), "Z_k": N(4, 3), "H": N(4, 3)},
    lambda alpha, A_hat, Z_k, H: (1 - alpha) * A_hat @ Z_k + alpha * H,
    {"alpha": "", "A_hat": "n n", "Z_k": "n f", "H": "n f"},
)
eq(
    "normalised-laplacian",
    r"L = I_n - D^{-1/2} A D^{-1/2}, \quad D_{ii} = \sum_j A_{ij}",
    {"A": P(4, 4)},
    lambda A: np.eye(4) - A / np.sqrt(np.outer(A.sum(1), A.sum(1))),
    {"A": "n n"},
    outputs="L",
)
eq(
    "egnn-coordinates",
    r"""\mathbf{x}_i' = \mathbf{x}_i + C \sum_{j \neq i} (\mathbf{x}_i - \mathbf{x}_j) m_{ij}, \quad
m_{ij} = \exp(-\|\mathbf{x}_i - \mathbf{x}_j\|^2)""",
    {"x": N(4, 3), "C": 0.3},
    lambda x, C: (
        x
        + C
        * np.einsum(
            "ijd,ij->id",
            x[:, None] - x[None],
            np.exp(-((x[:, None] - x[None]) ** 2).sum(-1)) * (1 - np.eye(4)),
        )
    ),
    {"x": "n d", "C": ""},
    outputs="x_prime",
)
eq(
    "graph-readout",
    r"h_G = \frac{1}{|\mathcal{V}|} \sum_{v \in \mathcal{V}} h_v",
    {"h": N(5, 3)},
    lambda h: h.mean(0),
    {"h": "n d"},
)
eq(
    "rgcn",
    r"h_i' = \sigma\left(\sum_{r \in \mathcal{R}} \sum_{j \in \mathcal{N}_i^r} \frac{1}{c_{i,r}} W_r h_j + W_0 h_i\right)",
    {"N": B(4, 2, 4), "c": P(4, 2), "W": N(2, 3, 3), "h": N(4, 3), "W_0": N(3, 3)},
    lambda N, c, W, h, W_0: sigmoid(
        np.einsum("irj,ir,rab,jb->ia", N.astype(float), 1 / c, W, h) + h @ W_0.T
    ),
    {"N": "n R n : bool", "c": "n R", "W": "R d d", "W_0": "d d", "h": "n d"},
)
eq(
    "edge-conv-max",
    r"\mathbf{x}_i' = \max_{j \in \mathcal{N}(i)} h_{\mathbf{\Theta}}(\mathbf{x}_i, \mathbf{x}_j - \mathbf{x}_i)",
    {"N": B(4, 4), "x": N(4, 3), "h_Theta": lambda a, b: np.tanh(a) + b},
    lambda N, x, h_Theta: np.array(
        [np.max([np.tanh(x[i]) + x[j] - x[i] for j in range(4) if N[i, j]], 0) for i in range(4)]
    ),
    {"N": "n n : bool", "x": "n d", "h_Theta": "(d), (d) -> (d)"},
)
eq(
    "message-passing-sum",
    r"m_v = \sum_{w \in N(v)} A_{vw} h_w, \quad h_v' = \tanh(W_1 h_v + W_2 m_v)",
    {"N": B(4, 4), "A": N(4, 4), "h": N(4, 3), "W_1": N(3, 3), "W_2": N(3, 3)},
    lambda N, A, h, W_1, W_2: np.tanh(h @ W_1.T + ((A * N) @ h) @ W_2.T),
    {"N": "n n : bool", "A": "n n", "h": "n d", "W_1": "d d", "W_2": "d d"},
    outputs="h_prime",
)

# --- embeddings and positions --------------------------------------------------------------------

eq(
    "embedding-lookup",
    r"z_i = E_{x_i} + P_i",
    {"E": N(10, 4), "x": Z(10, 5), "P": N(5, 4)},
    lambda E, x, P: E[x] + P,
    {"E": "V d", "x": "n : int", "P": "n d"},
)
eq(
    "embedding-lookup-text",
    "z_i = E[x_i] + P[i]",
    {"E": N(10, 4), "x": Z(10, 5), "P": N(5, 4)},
    lambda E, x, P: E[x] + P,
    {"E": "V d", "x": "n : int", "P": "n d"},
)
eq(
    "gpt-input-output",
    r"h_0 = U W_e + W_p, \quad P(u) = \mathrm{softmax}(h_0 W_e^T)",
    {"u": N(3), "U": N(3, 6), "W_e": N(6, 4), "W_p": N(3, 4)},
    lambda u, U, W_e, W_p: softmax((U @ W_e + W_p) @ W_e.T),
    {"U": "k V", "W_e": "V d", "W_p": "k d", "u": "k"},
    outputs="P",
)
eq(
    "fourier-features",
    r"\gamma(\mathbf{v}) = [\cos(2\pi \mathbf{B}\mathbf{v}), \sin(2\pi \mathbf{B}\mathbf{v})]^T",
    {"v": N(3), "B": N(4, 3)},
    lambda v, B: np.concatenate([np.cos(2 * math.pi * B @ v), np.sin(2 * math.pi * B @ v)]),
    {"v": "d", "B": "m d"},
    batched="v",
)
eq(
    "time2vec",
    r"""\mathbf{t2v}(\tau)[i] = \begin{cases} \omega_i \tau + \varphi_i, & \text{if } i = 0. \\ \sin(\omega_i \tau + \varphi_i), & \text{if } 1 \leq i \leq k. \end{cases}""",
    {"tau": 0.7, "omega": N(5), "phi": N(5)},
    lambda tau, omega, phi: np.concatenate(
        [[omega[0] * tau + phi[0]], np.sin(omega[1:] * tau + phi[1:])]
    ),
    {"omega": "k+1", "phi": "k+1", "tau": ""},
)
eq(
    "siren-layer",
    r"\phi(\mathbf{x}) = \sin(\omega_0 (\mathbf{W}\mathbf{x} + \mathbf{b}))",
    {"x": N(3), "omega_0": 30.0, "W": N(4, 3), "b": N(4)},
    lambda x, omega_0, W, b: np.sin(omega_0 * (W @ x + b)),
    batched="x",
)
eq(
    "vector-quantiser",
    r"k = \operatorname{argmin}_j \|\mathbf{z} - \mathbf{e}_j\|_2, \quad \mathbf{z}_q = \mathbf{e}_k",
    {"z": N(3), "e": N(5, 3)},
    lambda z, e: e[np.argmin(((z - e) ** 2).sum(1))],
    {"z": "d", "e": "K d"},
    outputs="z_q",
    batched="z",
)
eq(
    "word2vec-softmax",
    r"p(w_O | w_I) = \frac{\exp({v'_{w_O}}^{\top} v_{w_I})}{\sum_{w=1}^{W} \exp({v'_w}^{\top} v_{w_I})}",
    {"v_prime": N(6, 3), "v": N(6, 3), "w_O": 2, "w_I": 4},
    lambda v_prime, v, w_O, w_I: softmax(v_prime @ v[w_I])[w_O],
    {"v_prime": "W d", "v": "W d", "w_O": " : int", "w_I": " : int"},
)
eq(
    "rope-complex",
    r"\tilde{q}_m = q_m e^{i m \theta}",
    {"q_m": 1.5, "m": 3, "theta": 0.4},
    lambda q_m, m, theta: q_m * np.exp(1j * m * theta),
    {"q_m": "", "m": "", "theta": ""},
)
eq(
    "rope-rotation-2d",
    r"R_{\Theta,m} q = \begin{pmatrix} q_1 \cos m\theta - q_2 \sin m\theta \\ q_1 \sin m\theta + q_2 \cos m\theta \end{pmatrix}",
    {"q": N(2), "m": 3, "theta": 0.4},
    lambda q, m, theta: np.array(
        [
            [q[0] * math.cos(m * theta) - q[1] * math.sin(m * theta)],
            [q[0] * math.sin(m * theta) + q[1] * math.cos(m * theta)],
        ]
    ),
    {"q": "2", "m": "", "theta": ""},
)

# --- memory and capsules -------------------------------------------------------------------------

eq(
    "ntm-interpolation-sharpen",
    r"""\mathbf{w}^g_t = g_t \mathbf{w}^c_t + (1 - g_t) \mathbf{w}_{t-1}, \quad
w_t(i) = \frac{w^g_t(i)^{\gamma_t}}{\sum_j w^g_t(j)^{\gamma_t}}""",
    {"g_t": U(), "w_t_c": P(5), "w_prev": P(5), "gamma_t": 1.5},
    lambda g_t, w_t_c, w_prev, gamma_t: (lambda w: w**gamma_t / (w**gamma_t).sum())(
        g_t * w_t_c + (1 - g_t) * w_prev
    ),
    {"g_t": "", "w_t_c": "N", "w_prev": "N", "gamma_t": ""},
    outputs="w_t",
)
eq(
    "ntm-read",
    r"\mathbf{r}_t = \sum_i w_t(i) \mathbf{M}_t(i)",
    {"w_t": U(5), "M_t": N(5, 3)},
    lambda w_t, M_t: w_t @ M_t,
    {"w_t": "N", "M_t": "N M"},
    batched="w_t M_t",
)
eq(
    "dnc-usage",
    r"\mathbf{u}_t = (\mathbf{u}_{t-1} + \mathbf{w}^{\mathrm{w}}_{t-1} - \mathbf{u}_{t-1} \circ \mathbf{w}^{\mathrm{w}}_{t-1}) \circ \boldsymbol{\psi}_t",
    {"u_prev": U(5), "w_prev_w": U(5), "psi_t": U(5)},
    lambda u_prev, w_prev_w, psi_t: (u_prev + w_prev_w - u_prev * w_prev_w) * psi_t,
    batched="u_prev w_prev_w psi_t",
)
eq(
    "dnc-link-matrix",
    r"L_t[i, j] = (1 - \mathbf{w}_t[i] - \mathbf{w}_t[j]) L_{t-1}[i, j] + \mathbf{w}_t[i] \mathbf{p}_{t-1}[j]",
    {"w_t": U(4), "L_prev": N(4, 4), "p_prev": U(4)},
    lambda w_t, L_prev, p_prev: (1 - w_t[:, None] - w_t[None]) * L_prev + np.outer(w_t, p_prev),
    {"w_t": "N", "L_prev": "N N", "p_prev": "N"},
)
eq(
    "coverage-vector",
    r"e_i^t = v^T \tanh(W_h h_i + W_s s_t + w_c c_i^t + b_{attn}), \quad a^t = \mathrm{softmax}(e^t)",
    {
        "v": N(4),
        "W_h": N(4, 3),
        "h": N(5, 3),
        "W_s": N(4, 2),
        "s_t": N(2),
        "w_c": N(4),
        "c_t": N(5),
        "b_attn": N(4),
    },
    lambda v, W_h, h, W_s, s_t, w_c, c_t, b_attn: softmax(
        np.tanh(h @ W_h.T + W_s @ s_t + np.outer(c_t, w_c) + b_attn) @ v
    ),
    {
        "v": "a",
        "W_h": "a d",
        "h": "n d",
        "W_s": "a e",
        "s_t": "e",
        "w_c": "a",
        "c_t": "n",
        "b_attn": "a",
    },
    outputs="a_t",
)
eq(
    "capsule-prediction",
    r"""\mathbf{s}_j = \sum_i c_{ij} \hat{\mathbf{u}}_{j|i}, \quad \hat{\mathbf{u}}_{j|i} = \mathbf{W}_{ij} \mathbf{u}_i, \quad
c_{ij} = \frac{\exp(b_{ij})}{\sum_k \exp(b_{ik})}""",
    {"W": N(4, 3, 2, 5), "u": N(4, 5), "b": N(4, 3)},
    lambda W, u, b: np.einsum("ij,ijab,ib->ja", softmax(b), W, u),
    {"W": "I J a b", "u": "I b", "b": "I J"},
    outputs="s",
)
eq(
    "capsule-margin-loss",
    r"L_k = T_k \max(0, m^+ - \|\mathbf{v}_k\|)^2 + \lambda (1 - T_k) \max(0, \|\mathbf{v}_k\| - m^-)^2",
    {"T": B(4), "m_plus": 0.9, "v": N(4, 3), "lambda_": 0.5, "m_minus": 0.1},
    lambda T, m_plus, v, lambda_, m_minus: (
        T * relu(m_plus - np.linalg.norm(v, axis=1)) ** 2
        + lambda_ * (1 - T) * relu(np.linalg.norm(v, axis=1) - m_minus) ** 2
    ),
    {"T": "K", "v": "K d", "m_plus": "", "m_minus": "", "lambda_": ""},
)
eq(
    "capsule-routing-update",
    r"b_{ij} \leftarrow b_{ij} + \hat{\mathbf{u}}_{j|i} \cdot \mathbf{v}_j",
    {"b": N(4, 3), "u_hat": N(3, 4, 5), "v": N(3, 5)},
    lambda b, u_hat, v: b + np.einsum("jia,ja->ij", u_hat, v),
    {"b": "I J", "u_hat": "J I a", "v": "J a"},
)
eq(
    "em-routing-mean",
    r"\mu_j^h = \frac{\sum_i R_{ij} V_{ij}^h}{\sum_i R_{ij}}, \quad (\sigma_j^h)^2 = \frac{\sum_i R_{ij} (V_{ij}^h - \mu_j^h)^2}{\sum_i R_{ij}}",
    {"R": P(4, 3), "V": N(4, 3, 5)},
    lambda R, V: np.einsum("ij,ijh->jh", R, V) / R.sum(0)[:, None],
    {"R": "I J", "V": "I J H"},
    outputs="mu",
)
eq(
    "key-value-memory",
    r"p_{i} = \mathrm{Softmax}(q^{\top} A \Phi(k_{i})), \quad o = \sum_i p_i A \Phi(v_i)",
    {"q": N(3), "A": N(3, 4), "k": N(5, 4), "v": N(5, 4), "Phi": lambda x: np.tanh(x)},
    lambda q, A, k, v, Phi: softmax(np.tanh(k) @ A.T @ q) @ (np.tanh(v) @ A.T),
    {"q": "d", "A": "d D", "k": "n D", "v": "n D", "Phi": "(D) -> (D)"},
    outputs="o",
)
eq(
    "cosine-memory-read",
    r"K(q_t, M_i) = \frac{q_t \cdot M_i}{\|q_t\| \|M_i\|}, \quad w_i = \frac{\exp(K(q_t, M_i))}{\sum_j \exp(K(q_t, M_j))}, \quad r_t = \sum_i w_i M_i",
    {"q_t": N(3), "M": N(5, 3)},
    lambda q_t, M: softmax(M @ q_t / np.linalg.norm(M, axis=1) / np.linalg.norm(q_t)) @ M,
    {"q_t": "d", "M": "N d"},
    outputs="r_t",
    batched="q_t",
)
eq(
    "associative-memory-sum",
    r"M = \sum_{i=1}^{n} v_i k_i^\top, \quad y = M q",
    {"v": N(5, 3), "k": N(5, 4), "q": N(4)},
    lambda v, k, q: v.T @ k @ q,
    {"v": "n d", "k": "n e", "q": "e"},
    outputs="y",
)

# --- found by trying ------------------------------------------------------------------------------

eq(
    "gat-averaged-heads",
    r"\vec{h}'_i = \sigma\left(\frac{1}{K} \sum_{k=1}^{K} \sum_{j \in \mathcal{N}_i} \alpha_{ij}^k \mathbf{W}^k \vec{h}_j\right)",
    {"N": B(4, 4), "alpha": N(4, 4, 2), "W": N(2, 3, 5), "h": N(4, 5)},
    lambda N, alpha, W, h: sigmoid(
        np.einsum("ij,ijk,kgf,jf->ig", N.astype(float), alpha, W, h) / 2
    ),
    {"N": "n n : bool", "alpha": "n n K", "W": "K g f", "h": "n f"},
)
eq(
    "decayed-outer-state",
    r"s_{t} = \sum_{i=1}^{t} \lambda^{t-i} k_i v_i^\top",
    {"k": N(5, 2), "v": N(5, 3), "lambda_": 0.8},
    lambda k, v, lambda_: np.array(
        [sum(lambda_ ** (t - i) * np.outer(k[i], v[i]) for i in range(t + 1)) for t in range(5)]
    ),
    {"k": "T d", "v": "T e", "lambda_": ""},
    batched="k v",
)
eq(
    "layer-numbers-in-square-brackets",
    r"a^{[l]} = g(W^{[l]} a^{[l-1]} + b^{[l]})",
    {"g": lambda x: np.tanh(x), "W_l": N(3, 3), "a_prev": N(3), "b_l": N(3)},
    lambda g, W_l, a_prev, b_l: np.tanh(W_l @ a_prev + b_l),
    {"g": "() -> ()"},
)
eq(
    "weights-named-after-what-they-make",
    r"\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V, \quad Q = XW^Q, \quad K = XW^K, \quad V = XW^V",
    {"X": N(4, 3), "W_Q": N(3, 5), "W_K": N(3, 5), "W_V": N(3, 2)},
    lambda X, W_Q, W_K, W_V: attend(X @ W_Q, X @ W_K, X @ W_V),
    outputs="Attention",
    batched="X",
)
eq(
    "softmax-under-a-sum",
    r"o_i = \sum_{j} \text{softmax}\left(\frac{q_i k_j^\top}{\sqrt{d}}\right) v_j",
    {"q": N(3, 4), "k": N(5, 4), "v": N(5, 2)},
    lambda q, k, v: attend(q, k, v),
    {"q": "n d", "k": "m d", "v": "m e"},
    batched="q k v",
)
eq(
    "shaw-split-scores",
    r"e_{ij} = \frac{(x_i W^Q)(x_j W^K)^T + (x_i W^Q)(a_{ij}^K)^T}{\sqrt{d_z}}",
    {"x": N(4, 3), "W_Q": N(3, 5), "W_K": N(3, 5), "a_K": N(4, 4, 5)},
    lambda x, W_Q, W_K, a_K: (
        (x @ W_Q @ (x @ W_K).T + np.einsum("id,ijd->ij", x @ W_Q, a_K)) / math.sqrt(5)
    ),
    {"x": "n d", "W_Q": "d d_z", "W_K": "d d_z", "a_K": "n n d_z"},
    batched="x",
)
eq(
    "max-pool-two-by-two",
    r"y_{i,j} = \max_{m,n \in \{0,1\}} x_{2i+m, 2j+n}",
    {"x": N(6, 4)},
    lambda x: x.reshape(3, 2, 2, 2).max((1, 3)),
    {"x": "H W"},
)
eq(
    "convolution-named-on-the-left",
    r"(f * g)[n] = \sum_{m} f[m] g[n - m]",
    {"f": N(3), "g": N(7)},
    lambda f, g: np.convolve(f, g, "valid"),
    {"f": "M", "g": "N"},
)
eq(
    "standardised-by-a-defined-variance",
    r"\sigma^2 = \frac{1}{n} \sum_{i=1}^{n} (x_i - \mu)^2, \quad \mu = \frac{1}{n} \sum_{i=1}^{n} x_i, \quad z_i = \frac{x_i - \mu}{\sigma}",
    {"x": N(6)},
    lambda x: (x - x.mean()) / x.std(),
    outputs="z",
    batched="x",
)
eq(
    "range-that-ends-in-the-letter-of-the-identity",
    r"\mu = \frac{1}{I} \sum_{i=1}^{I} x_i",
    {"x": N(4, 3)},
    lambda x: x.mean(0),
    {"x": "I d"},
)
eq(
    "argument-of-an-error",
    r"\mathrm{MAE}(y_i, \hat{y}_i) = \frac{1}{n} \sum_{i=1}^{n} |y_i - \hat{y}_i|",
    {"y": N(5), "y_hat": N(5)},
    lambda y, y_hat: np.abs(y - y_hat).mean(),
    batched="y y_hat",
)
eq(
    "inverse-of-a-defined-matrix-before-a-bracket",
    r"A = D^{-1} (Q + V), \quad D = \mathrm{diag}(\mathbf{x})",
    {"Q": N(3, 3), "V": N(3, 3), "x": P(3)},
    lambda Q, V, x: (Q + V) / x[:, None],
    {"Q": "n n", "V": "n n", "x": "n"},
    outputs="A",
)
eq(
    "cumulative-attention-state-rows",
    r"\mathbf{S}_{tj} = 2 B_{tj}, \quad \mathbf{a}_t = \mathrm{softmax}(\mathbf{S}_{t:}), \quad c_t = \sum_j \mathbf{a}_{tj} \mathbf{u}_j",
    {"B": N(3, 4), "u": N(4, 2)},
    lambda B, u: softmax(2 * B) @ u,
    {"B": "T J", "u": "J d"},
    outputs="c",
)
eq(
    "batchnorm-four-axes",
    r"y_{bchw} = \gamma_c \frac{x_{bchw} - \mu_c}{\sqrt{\sigma^2_c + \epsilon}} + \beta_c, \quad \mu_c = \frac{1}{BHW} \sum_{b,h,w} x_{bchw}, \quad \sigma^2_c = \frac{1}{BHW} \sum_{b,h,w} (x_{bchw} - \mu_c)^2",
    {"gamma": N(3), "x": N(2, 3, 4, 5), "epsilon": 1e-3, "beta": N(3)},
    lambda gamma, x, epsilon, beta: (
        lambda mean, var: (
            gamma[:, None, None] * (x - mean) / np.sqrt(var + epsilon) + beta[:, None, None]
        )
    )(x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)),
    {"x": "B C H W", "gamma": "C", "beta": "C", "epsilon": ""},
    outputs="y",
)
eq(
    "graph-layer-over-neighbours",
    r"h_v^{(k)} = \text{ReLU}\left(W^{(k)} h_v^{(k-1)} + \sum_{u \in N(v)} h_u^{(k-1)}\right)",
    {"N": B(4, 4), "h_prev": N(4, 3), "W_k": N(3, 3)},
    lambda N, h_prev, W_k: relu(h_prev @ W_k.T + N.astype(float) @ h_prev),
    {"N": "n n : bool", "h_prev": "n d", "W_k": "d d"},
)
eq(
    "performer-features",
    r"\phi(x) = \exp\left(-\frac{\|x\|^2}{2}\right) \left[\exp(w_1^\top x), \ldots, \exp(w_m^\top x)\right]",
    {"x": N(3), "w": N(5, 3)},
    lambda x, w: np.exp(-(x @ x) / 2) * np.exp(w @ x),
    {"x": "d", "w": "m d"},
    batched="x",
)
eq(
    "three-heads-concatenated",
    r"""\mathrm{head}_i = \mathrm{Attn}(Q W_i^Q, K W_i^K, V W_i^V), \quad \mathrm{Attn}(Q,K,V) = \mathrm{softmax}(QK^\top) V, \quad
O = [\mathrm{head}_1; \ldots; \mathrm{head}_h] W^O""",
    {
        "Q": N(3, 4),
        "K": N(5, 4),
        "V": N(5, 4),
        "W_Q": N(2, 4, 3),
        "W_K": N(2, 4, 3),
        "W_V": N(2, 4, 3),
        "W_O": N(6, 4),
    },
    lambda Q, K, V, W_Q, W_K, W_V, W_O: (
        np.concatenate(
            [attend(Q @ W_Q[i], K @ W_K[i], V @ W_V[i], scale=1.0) for i in range(2)], -1
        )
        @ W_O
    ),
    {
        "Q": "n d",
        "K": "m d",
        "V": "m d",
        "W_Q": "h d k",
        "W_K": "h d k",
        "W_V": "h d k",
        "W_O": "h*k d",
    },
    outputs="O",
    batched="Q K V",
)

eq(
    "multihead-concat-over-i",
    r"""\begin{align}
\text{head}_i &= \text{Attention}(X W_i^Q, X W_i^K, X W_i^V) \\
\text{MHA}(X) &= \text{Concat}_i(\text{head}_i) W^O \\
\text{Attention}(Q, K, V) &= \text{softmax}(Q K^T / \sqrt{d_k}) V
\end{align}""",
    {"X": N(3, 4), "W_Q": N(2, 4, 5), "W_K": N(2, 4, 5), "W_V": N(2, 4, 6), "W_O": N(12, 4)},
    lambda X, W_Q, W_K, W_V, W_O: (
        np.concatenate([attend(X @ W_Q[i], X @ W_K[i], X @ W_V[i]) for i in range(2)], -1) @ W_O
    ),
    {"X": "n d", "W_Q": "h d d_k", "W_K": "h d d_k", "W_V": "h d d_v", "W_O": "h*d_v d"},
    outputs="MHA",
    batched="X",
)
eq(
    "gat-joined-heads",
    r"\vec{h}'_i = \Big\Vert_{k=1}^{K} \sigma\left(\sum_{j \in \mathcal{N}_i} \alpha_{ij}^k \mathbf{W}^k \vec{h}_j\right)",
    {"N": B(4, 4), "alpha": N(4, 4, 2), "W": N(2, 3, 5), "h": N(4, 5)},
    lambda N, alpha, W, h: sigmoid(
        np.einsum("ij,ijk,kgf,jf->ikg", N.astype(float), alpha, W, h)
    ).reshape(4, 6),
    {"N": "n n : bool", "alpha": "n n K", "W": "K g f", "h": "n f"},
)
eq(
    "primed-features",
    r"H' = \mathrm{ReLU}(A H W), \quad Y = H' W_2",
    {"A": N(4, 4), "H": N(4, 3), "W": N(3, 3), "W_2": N(3, 2)},
    lambda A, H, W, W_2: relu(A @ H @ W) @ W_2,
    outputs="Y",
)
eq(
    "experts-as-components",
    r"y = \sum_i g_i(x) E_i(x), \quad g(x) = \text{softmax}(W_g x), \quad E_i(x) = A_i x",
    {"x": N(3), "W_g": N(4, 3), "A": N(4, 3, 3)},
    lambda x, W_g, A: softmax(W_g @ x) @ (A @ x),
    {"x": "d", "W_g": "E d", "A": "E d d"},
    outputs="y",
    batched="x",
)
eq(
    "conv2d-channels",
    r"y_{o,h,w} = b_o + \sum_{c=1}^{C} \sum_{i=1}^{k} \sum_{j=1}^{k} W_{o,c,i,j} x_{c,h+i-1,w+j-1}",
    {"b": N(2), "W": N(2, 3, 2, 2), "x": N(3, 5, 4)},
    lambda b, W, x: np.array(
        [b[o] + sum(_correlate(x[c], W[o, c]) for c in range(3)) for o in range(2)]
    ),
    {"x": "C H W", "W": "O C k k", "b": "O"},
    batched="x",
)
eq(
    "conv2d-stride-two",
    r"y_{o,h,w} = \sum_{c,i,j} W_{o,c,i,j} x_{c,2h+i,2w+j}",
    {"W": N(2, 3, 2, 2), "x": N(3, 6, 4)},
    lambda W, x: np.array(
        [sum(_correlate(x[c], W[o, c]) for c in range(3))[::2, ::2] for o in range(2)]
    ),
    {"x": "C H W", "W": "O C k k"},
)
eq(
    "linear-attention-cumulative",
    r"""S_i = \sum_{j=1}^{i} \phi(K_j) V_j^T, \quad Z_i = \sum_{j=1}^{i} \phi(K_j), \quad
V'_i = \frac{\phi(Q_i)^T S_i}{\phi(Q_i)^T Z_i}, \quad \phi(x) = \exp(x)""",
    {"Q": N(5, 3), "K": N(5, 3), "V": N(5, 2)},
    lambda Q, K, V: (lambda w: w @ V / w.sum(1, keepdims=True))(np.tril(np.exp(Q) @ np.exp(K).T)),
    {"Q": "N D", "K": "N D", "V": "N M"},
    outputs="V_prime",
    batched="Q K V",
)
eq(
    "lstm-gates-split",
    r"[i; f; o; g] = W x + U h + b, \quad c' = \sigma(f) \odot c + \sigma(i) \odot \tanh(g)",
    {"W": N(8, 3), "x": N(3), "U": N(8, 2), "h": N(2), "b": N(8), "c": N(2)},
    lambda W, x, U, h, b, c: (lambda z: sigmoid(z[2:4]) * c + sigmoid(z[:2]) * np.tanh(z[6:]))(
        W @ x + U @ h + b
    ),
    {
        "W": "4*n d",
        "x": "d",
        "U": "4*n n",
        "h": "n",
        "b": "4*n",
        "c": "n",
        "i": "n",
        "f": "n",
        "o": "n",
        "g": "n",
    },
    outputs="c_prime",
    batched="x h c",
)
eq(
    "gat-readme",
    "h_i' = σ(Σ_{j∈N(i)} α_ij W h_j)",
    {"N": B(4, 4), "alpha": N(4, 4), "W": N(2, 3), "h": N(4, 3)},
    lambda N, alpha, W, h: sigmoid((N * alpha) @ h @ W.T),
    {"N": "n n : bool", "alpha": "n n", "W": "e d", "h": "n d"},
)
eq(
    "attention-row-readme",
    "o = Σ_i softmax(q·k_i/√d) v_i",
    {"q": N(3), "k": N(5, 3), "v": N(5, 2)},
    lambda q, k, v: softmax(k @ q / math.sqrt(3)) @ v,
    {"q": "d", "k": "n d", "v": "n e"},
    batched="q k v",
)

eq(
    "mlp-mixer-columns",
    r"\mathbf{U}_{*,i} = \mathbf{X}_{*,i} + \mathbf{W}_2 \sigma(\mathbf{W}_1 \mathbf{X}_{*,i}), \text{for } i = 1 \ldots C",
    {"X": N(4, 3), "W_1": N(5, 4), "W_2": N(4, 5)},
    lambda X, W_1, W_2: X + W_2 @ sigmoid(W_1 @ X),
    {"X": "S C", "W_1": "D S", "W_2": "S D"},
    batched="X",
)
eq(
    "mlp-mixer-rows",
    r"\mathbf{Y}_{j,*} = \mathbf{U}_{j,*} + \mathbf{W}_4 \sigma(\mathbf{W}_3 \mathbf{U}_{j,*}), \text{for } j = 1 \ldots S",
    {"U": N(4, 3), "W_3": N(5, 3), "W_4": N(3, 5)},
    lambda U, W_3, W_4: U + sigmoid(U @ W_3.T) @ W_4.T,
    {"U": "S C", "W_3": "D C", "W_4": "C D"},
    batched="U",
)
eq(
    "columns-with-colons",
    r"U_{:,i} = X_{:,i} + W_2 \sigma(W_1 X_{:,i})",
    {"X": N(4, 3), "W_1": N(5, 4), "W_2": N(4, 5)},
    lambda X, W_1, W_2: X + W_2 @ sigmoid(W_1 @ X),
    {"X": "S C", "W_1": "D S", "W_2": "S D"},
)


def _wkv(k: Array, v: Array, w: Array, u: Array) -> Array:
    out = np.empty_like(v)
    for t in range(len(k)):
        past = [np.exp(-(t - 1 - i) * w + k[i]) for i in range(t)]
        now = np.exp(u + k[t])
        out[t] = (sum(p * v[i] for i, p in enumerate(past)) + now * v[t]) / (sum(past) + now)
    return out


eq(
    "rwkv-time-mix-channels",
    r"wkv_t = \frac{ \sum_{i=1}^{t-1} e^{-(t-1-i)w+k_i} \odot v_i + e^{u+k_t} \odot v_t }{\sum_{i=1}^{t-1} e^{-(t-1-i)w+k_i} + e^{u+k_t}}",
    {"k": N(5, 2), "v": N(5, 2), "w": U(2), "u": N(2)},
    _wkv,
    {"k": "T d", "v": "T d", "w": "d", "u": "d"},
    batched="k v",
)
eq(
    "forget-gate-products",
    r"D_{ij} = \begin{cases} \prod_{k=j+1}^{i} f_k & i \ge j \\ 0 & i < j\end{cases}",
    {"f": U(4)},
    lambda f: np.array(
        [[np.prod(f[j + 1 : i + 1]) if i >= j else 0.0 for j in range(4)] for i in range(4)]
    ),
    {"f": "T"},
)
eq(
    "causal-mask-defined",
    r"M_{ij} = \begin{cases} 0 & j \le i \\ -\infty & \text{otherwise} \end{cases}, \quad A = \mathrm{softmax}(QK^\top + M)",
    {"Q": N(4, 3), "K": N(4, 3)},
    lambda Q, K: softmax(np.where(np.tril(np.ones((4, 4))) > 0, Q @ K.T, -np.inf)),
    {"Q": "n d", "K": "n d"},
    outputs="A",
    batched="Q K",
)
eq(
    "masked-softmax-indicator",
    r"P_{ij} = \frac{\exp(S_{ij}) \mathbb{1}[j \le i]}{\sum_{k \le i} \exp(S_{ik})}",
    {"S": N(4, 4)},
    lambda S: softmax(np.where(np.tril(np.ones((4, 4))) > 0, S, -np.inf)),
    {"S": "n n"},
    batched="S",
)
eq(
    "nerf-compositing",
    r"T_i = \exp\left(-\sum_{j=1}^{i-1} \sigma_j \delta_j\right), \quad \hat{C} = \sum_{i=1}^{N} T_i (1 - \exp(-\sigma_i \delta_i)) c_i",
    {"sigma": P(5), "delta": U(5), "c": U(5, 3)},
    lambda sigma, delta, c: (lambda s: (np.exp(-(np.cumsum(s) - s)) * (1 - np.exp(-s))) @ c)(
        sigma * delta
    ),
    {"sigma": "N", "delta": "N", "c": "N 3"},
    outputs="C_hat",
    batched="sigma delta c",
)
eq(
    "gram-matrix-of-a-layer",
    r"G^l_{ij} = \sum_k F^l_{ik} F^l_{jk}",
    {"F_l": N(3, 5)},
    lambda F_l: F_l @ F_l.T,
    batched="F_l",
)
eq(
    "online-softmax-rows",
    r"m_i = \max_j S_{ij}, \quad \ell_i = \sum_j e^{S_{ij} - m_i}, \quad O_i = \frac{1}{\ell_i} \sum_j e^{S_{ij}-m_i} V_j",
    {"S": N(3, 4), "V": N(4, 2)},
    lambda S, V: softmax(S) @ V,
    {"S": "n m", "V": "m d"},
    outputs="O",
    batched="S V",
)
eq(
    "sum-of-positions",
    r"E = X + P, \quad E \in \mathbb{R}^{n \times d}",
    {"X": N(3, 4), "P": N(3, 4)},
    lambda X, P: X + P,
    batched="X",
)

eq(
    "gcnet-block",
    r"\mathbf{z}_i = \mathbf{x}_i + W_v \sum_{j=1}^{N_p} \frac{e^{w_k^\top \mathbf{x}_j}}{\sum_{m=1}^{N_p} e^{w_k^\top \mathbf{x}_m}} \mathbf{x}_j",
    {"x": N(5, 3), "W_v": N(3, 3), "w_k": N(3)},
    lambda x, W_v, w_k: x + W_v @ (softmax(x @ w_k) @ x),
    {"x": "N_p C", "w_k": "C", "W_v": "C C"},
    batched="x",
)
eq(
    "em-routing-activation",
    r"cost_j^h = (\beta_u + \log(\sigma_j^h)) \sum_i R_{ij}, \quad a_j = \text{logistic}\left(\lambda(\beta_a - \sum_h cost_j^h)\right)",
    {"beta_u": N(), "sigma": P(3, 4), "R": U(5, 3), "lambda_": 0.5, "beta_a": N()},
    lambda beta_u, sigma, R, lambda_, beta_a: sigmoid(
        lambda_ * (beta_a - ((beta_u + np.log(sigma)) * R.sum(0)[:, None]).sum(1))
    ),
    {"sigma": "J H", "R": "I J"},
    outputs="a",
)
eq(
    "deep-sets",
    r"f(X) = \rho\left(\sum_{x \in X} \phi(x)\right)",
    {"X": N(4, 3), "phi": lambda x: np.tanh(x), "rho": lambda x: x * 2.0},
    lambda X, phi, rho: 2.0 * np.tanh(X).sum(0),
    {"X": "n d", "phi": "(d) -> (d)", "rho": "(d) -> (d)"},
)
eq(
    "distmult",
    r"\phi(h, r, t) = h^\top \text{diag}(r) t",
    {"h": N(4), "r": N(4), "t": N(4)},
    lambda h, r, t: (h * r * t).sum(),
    batched="h r t",
)
eq(
    "poincare-distance",
    r"d(u, v) = \text{arcosh}\left(1 + 2\frac{\|u - v\|^2}{(1 - \|u\|^2)(1 - \|v\|^2)}\right)",
    {"u": np.array([0.1, -0.2, 0.3]), "v": np.array([0.4, 0.1, -0.5])},
    lambda u, v: np.arccosh(1 + 2 * ((u - v) ** 2).sum() / ((1 - u @ u) * (1 - v @ v))),
    {"u": "d", "v": "d"},
)
eq(
    "entmax-threshold",
    r"p_i = [(\alpha - 1) z_i - \tau]_+^{1/(\alpha-1)}",
    {"alpha": 1.5, "z": N(5), "tau": -0.3},
    lambda alpha, z, tau: relu((alpha - 1) * z - tau) ** (1 / (alpha - 1)),
    {"z": "n", "alpha": "", "tau": ""},
)
eq(
    "s-shaped-relu",
    r"g(x) = \begin{cases} t^r + a^r (x - t^r), & x \ge t^r \\ x, & t^r > x > t^l \\ t^l + a^l(x - t^l), & x \le t^l \end{cases}",
    {"x": N(9), "t_r": 0.5, "a_r": 0.3, "t_l": -0.4, "a_l": 0.2},
    lambda x, t_r, a_r, t_l, a_l: np.where(
        x >= t_r, t_r + a_r * (x - t_r), np.where(x <= t_l, t_l + a_l * (x - t_l), x)
    ),
)
eq(
    "hopfield-storage",
    r"W = \frac{1}{N} \sum_{\mu=1}^{P} \xi^\mu (\xi^\mu)^\top - \frac{P}{N} I",
    {"xi": N(3, 5)},
    lambda xi: xi.T @ xi / 5 - 3 / 5 * np.eye(5),
    {"xi": "P N"},
)
eq(
    "student-t-clusters",
    r"""q_{ij} = \frac{(1 + \|z_i - \mu_j\|^2/\alpha)^{-\frac{\alpha+1}{2}}}{\sum_{j'} (1 + \|z_i - \mu_{j'}\|^2/\alpha)^{-\frac{\alpha+1}{2}}}, \quad
p_{ij} = \frac{q_{ij}^2 / f_j}{\sum_{j'} q_{ij'}^2 / f_{j'}}, \quad f_j = \sum_i q_{ij}""",
    {"z": N(5, 2), "mu": N(3, 2), "alpha": 1.0},
    lambda z, mu, alpha: (lambda q: (q**2 / q.sum(0)) / (q**2 / q.sum(0)).sum(1, keepdims=True))(
        (lambda k: k / k.sum(1, keepdims=True))(
            (1 + ((z[:, None] - mu) ** 2).sum(-1) / alpha) ** (-(alpha + 1) / 2)
        )
    ),
    {"z": "n d", "mu": "k d", "alpha": ""},
    outputs="p",
)
eq(
    "diffpool",
    r"X' = S^T Z, \quad A' = S^T A S, \quad S = \text{softmax}(A X W)",
    {"A": N(4, 4), "X": N(4, 3), "W": N(3, 2), "Z": N(4, 3)},
    lambda A, X, W, Z: (lambda S: (S.T @ Z, S.T @ A @ S))(softmax(A @ X @ W)),
    {"A": "n n", "X": "n d", "W": "d k", "Z": "n d"},
    outputs="X_prime A_prime",
    batched="A X",
)
eq(
    "maxout-affine-pieces",
    r"\text{Maxout}(x) = \max_{i \in [1, k]} (w_i^\top x + b_i)",
    {"x": N(3), "w": N(4, 3), "b": N(4)},
    lambda x, w, b: (w @ x + b).max(),
    {"w": "k d", "b": "k", "x": "d"},
    batched="x",
)
eq(
    "qkv-split",
    r"""[\mathbf{q}, \mathbf{k}, \mathbf{v}] = \mathbf{z} \mathbf{U}_{qkv}, \quad A = \text{softmax}(\mathbf{q}\mathbf{k}^\top / \sqrt{D_h}), \quad
\text{SA}(\mathbf{z}) = A \mathbf{v}, \quad \mathbf{z} \in \mathbb{R}^{N \times D}, \mathbf{U}_{qkv} \in \mathbb{R}^{D \times 3 D_h}""",
    {"z": N(4, 3), "U_qkv": N(3, 6)},
    lambda z, U_qkv: (lambda y: attend(y[:, :2], y[:, 2:4], y[:, 4:]))(z @ U_qkv),
    outputs="SA",
    batched="z",
)

# --- notation that must not be given a number ----------------------------------------------------

REFUSED += [
    Refusal(
        "sagan-function-of-elements",
        r"o_j = v\left(\sum_{i=1}^{N} \beta_{j,i} x_i\right), v(x_i) = W_v x_i",
        "UnsupportedError",
        {"x": "N C", "W_v": "C C", "beta": "N N"},
        ("o",),
    ),
    Refusal(
        "highway-dots",
        r"y = H(x) \cdot T(x) + x \cdot (1 - T(x))",
        "AmbiguousError",
        {"H": "(d) -> (d)", "T": "(d) -> (d)", "x": "d"},
    ),
    Refusal(
        "vit-class-token-above",
        r"y = \text{LN}(z_L^0)",
        "AmbiguousError",
        {"LN": "(D) -> (D)", "z_L": "N D"},
    ),
    Refusal(
        "restriction-beside-the-sum",
        r"\mathbf{u}_k = \sum_{i} \alpha_i \mathbf{u}_i, i \neq k",
        "UnsupportedError",
        {"u": "n d", "alpha": "n"},
    ),
    Refusal(
        "a-set-that-is-a-word",
        r"\mathbf{y} = \sum_{i \in \text{TopK}} g_i \mathbf{e}_i",
        "UndefinedError",
        {"g": "N", "e": "N d"},
    ),
    Refusal(
        "indicator-in-words",
        r"f_i = \frac{1}{T} \sum_{t=1}^{T} \mathbb{1}(\text{Token } t \text{ selects Expert } i)",
        "UnsupportedError",
    ),
    Refusal("gelu-approximately", "GELU(x) ≈ 0.5 * x * (1 + tanh(0.8 * x))", "UnsupportedError"),
    Refusal(
        "nystromformer-pseudo-inverse-or-positive-part",
        r"S = \left(\mathrm{softmax}(Q K^T)\right)^{+}",
        "AmbiguousError",
    ),
    Refusal(
        "signal-notation-steps",
        r"x(n+1) = (1 - a) x(n) + a \tanh(W x(n))",
        "DefinitionError",
        {"x": "r", "W": "r r", "a": ""},
    ),
    Refusal(
        "one-name-for-a-function-and-a-stack",
        r"\tilde{W}(x) = \sum_{k=1}^{K} \pi_k \tilde{W}_k",
        "DefinitionError",
        {"W_tilde": "K a b", "pi": "K"},
    ),
    Refusal(
        "ntm-write-juxtaposed",
        r"""\tilde{\mathbf{M}}_t(i) = \mathbf{M}_{t-1}(i) [\mathbf{1} - w_t(i) \mathbf{e}_t]""",
        "AmbiguousError",
        {"M_prev": "N M", "w_t": "N", "e_t": "M"},
    ),
    Refusal(
        "convlstm-convolution-star",
        r"i_t = \sigma(W_{xi} * X_t + W_{hi} * H_{t-1} + b_i)",
        "ShapeError",
        {"W_xi": "O C k k", "X_t": "C H W", "W_hi": "O O k k", "H_prev": "O H W", "b_i": "O"},
    ),
    Refusal(
        "conv2d-pytorch-docs",
        r"out(N_i, C_{out_j}) = bias(C_{out_j}) + \sum_{k = 0}^{C_{in} - 1} weight(C_{out_j}, k) \star input(N_i, k)",
        "AmbiguousError",
    ),
    Refusal(
        "undeclared-neighbourhood",
        r"h_i' = \sum_{j \in \mathcal{N}_i} h_j",
        "UndefinedError",
        {"h": "n d"},
    ),
    Refusal("undefined-block", r"h_l = \mathrm{Block}(h_{l-1})", "UndefinedError"),
    Refusal("two-vectors", r"y = x z", "AmbiguousError", {"x": "d", "z": "d"}),
    Refusal(
        "rows-or-columns",
        r"S = \sum_i \sum_j A_{ij} x_i x_j^\top",
        "AmbiguousError",
        {"A": "n n", "x": "n d"},
    ),
    Refusal("standard-normal", r"H = x W + \mathrm{StandardNormal}()", "UndefinedError"),
]
