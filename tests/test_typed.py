"""What users type: plain text as in chats and code, and LaTeX with slips.

`TYPED` are read as anybody means them, `REFUSED` say what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

from eq2code import Eq2CodeError, translate


@dataclass(frozen=True)
class Typed:
    """A source, what is passed, and its value by hand."""

    source: str
    given: dict[str, Any]
    value: Callable[..., Any]
    declare: dict[str, str] = field(default_factory=dict)
    prefer: dict[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A source that is not guessed at, and what the message must name."""

    source: str
    says: tuple[str, ...]
    declare: dict[str, str] = field(default_factory=dict)


X = np.array([0.5, 1.5, 2.0])
Y = np.array([-2.0, 0.5, 3.0])
P = np.array([0.2, 0.3, 0.5])
A = np.array([[2.0, 1.0], [1.0, 3.0]])
B = np.array([[1.0, -1.0], [0.5, 2.0]])
V = np.array([1.0, -2.0])


def matrix_power(x: Any, k: int) -> Any:
    return np.linalg.matrix_power(x, k)


POWERS = (
    Typed("x^(2)", {"x": X}, lambda x: x**2),
    Typed("x**(2)", {"x": X}, lambda x: x**2),
    Typed("x^(n-1)", {"x": X, "n": 3.0}, lambda x, n: x ** (n - 1)),
    Typed("x**(n-1)", {"x": X, "n": 3.0}, lambda x, n: x ** (n - 1)),
    Typed("n x^(n-1)", {"n": 3.0, "x": X}, lambda n, x: n * x ** (n - 1)),
    Typed("x^(n+1)/(n+1)", {"x": X, "n": 3.0}, lambda x, n: x ** (n + 1) / (n + 1)),
    Typed(
        "x^(a-1) (1-x)^(b-1)", {"x": P, "a": 2.0, "b": 3.0},
        lambda x, a, b: x ** (a - 1) * (1 - x) ** (b - 1),
    ),
    Typed(
        "(x^(p) + y^(p))^(1/p)", {"x": X, "p": 3.0, "y": P},
        lambda x, p, y: (x**p + y**p) ** (1 / p),
    ),
    Typed("gamma**epoch", {"gamma": 0.9, "epoch": 4.0}, lambda gamma, epoch: gamma**epoch),
    Typed("x**power", {"x": X, "power": 2.0}, lambda x, power: x**power),
    Typed("gamma**T * r", {"gamma": 0.9, "T": 3.0, "r": X}, lambda gamma, T, r: gamma**T * r),
    Typed("x**i", {"x": X, "i": 2.0}, lambda x, i: x**i),
    Typed("x**H", {"x": X, "H": 2.0}, lambda x, H: x**H),
    Typed("2**-x", {"x": X}, lambda x: 2.0**-x),
    Typed("2^(n)", {"n": 5.0}, lambda n: 2.0**n),
    Typed("a*(1+r)^(t)", {"a": 2.0, "r": 0.1, "t": 3.0}, lambda a, r, t: a * (1 + r) ** t),
    Typed("exp = 2\ny = x^exp", {"x": X}, lambda x: x**2),
    Typed("x^(ab)", {"x": X, "ab": 2.0}, lambda x, ab: x**ab),
    Typed(
        "sum_{k=0}^3 (-1)^k x^(2k+1)/(2k+1)!", {"x": 0.7},
        lambda x: x - x**3 / 6 + x**5 / 120 - x**7 / 5040, {"x": ""},
    ),
    Typed(
        "gamma^epoch", {"gamma": 0.9, "epoch": 4.0}, lambda gamma, epoch: gamma**epoch,
        prefer={"raised-label": "power"},
    ),
    Typed("gamma^epoch", {"gamma": 0.9, "epoch": 4.0}, lambda gamma, epoch: gamma**epoch,
          {"epoch": ""}),
    Typed("gamma^epoch", {"gamma_epoch": 0.9}, lambda gamma_epoch: gamma_epoch,
          told=("epoch is no exponent",)),
    Typed("A^(-T) x", {"A": A, "x": V}, lambda A, x: np.linalg.inv(A).T @ x),
    Typed("A^(T) x", {"A": A, "x": V}, lambda A, x: A.T @ x),
)  # fmt: skip
LABELS = (
    Typed(
        "h^(t) = tanh(W h^(t-1))", {"W": A, "h_prev": V}, lambda W, h_prev: np.tanh(W @ h_prev)
    ),
    Typed(
        "z^(l) = W^(l) a^(l-1) + b^(l)", {"W_l": A, "a_prev": V, "b_l": V},
        lambda W_l, a_prev, b_l: W_l @ a_prev + b_l,
    ),
    Typed(
        "1/m Σ_{i=1}^m (y^(i) - z^(i))^2", {"y": X, "z": P}, lambda y, z: np.mean((y - z) ** 2)
    ),
    Typed("θ^(new) = θ^(old) - η g", {"theta_old": X, "eta": 0.1, "g": Y},
          lambda theta_old, eta, g: theta_old - eta * g),
    Typed("θ^(old) - η g", {"theta_old": X, "eta": 0.1, "g": Y},
          lambda theta_old, eta, g: theta_old - eta * g, {"theta_old": "n", "g": "n"}),
)  # fmt: skip

FUNCTIONS = (
    Typed("log2 x", {"x": X}, np.log2),
    Typed("abs x + y", {"x": X, "y": Y}, lambda x, y: np.abs(x) + y),
    Typed("x abs y", {"x": X, "y": Y}, lambda x, y: x * np.abs(y)),
    Typed("max abs x", {"x": Y}, lambda x: np.abs(x).max()),
    Typed("log mean x", {"x": X}, lambda x: np.log(x.mean())),
    Typed("20 log10 |x|", {"x": X}, lambda x: 20 * np.log10(np.abs(x))),
    Typed("-p log2 p - (1-p) log2 (1-p)", {"p": P},
          lambda p: -p * np.log2(p) - (1 - p) * np.log2(1 - p)),
    Typed("floor x", {"x": X}, np.floor),
    Typed("norm x", {"x": X}, np.linalg.norm, {"x": "n"}),
    Typed("std x", {"x": X}, np.std),
    Typed("(x - mean) / std", {"x": X, "mean": 0.3, "std": 2.0},
          lambda x, mean, std: (x - mean) / std),
    Typed("2 mean x", {"mean": 0.3, "x": X}, lambda mean, x: 2 * mean * x, {"mean": "", "x": "n"}),
    Typed("LOG(1 + x)", {"x": X}, np.log1p),
    Typed("Sin(x + y)", {"x": X, "y": Y}, lambda x, y: np.sin(x + y)),
    Typed("ABS(x-y)", {"x": X, "y": Y}, lambda x, y: np.abs(x - y)),
    Typed("MEAN(x-y)", {"x": X, "y": Y}, lambda x, y: np.mean(x - y)),
    Typed("MAX = 3\ny = MAX(x - 1)", {"x": X}, lambda x: 3 * (x - 1)),
    Typed(r"-\sum_i p_i log p_i", {"p": P}, lambda p: -(p * np.log(p)).sum()),
    Typed(r"r sin \theta", {"r": X, "theta": P}, lambda r, theta: r * np.sin(theta)),
    Typed(r"max_i \alpha_i x_i", {"alpha": X, "x": Y}, lambda alpha, x: (alpha * x).max()),
    Typed(r"arg max_i \alpha_i", {"alpha": Y}, np.argmax),
    Typed(r"sum_{i=1}^n \alpha_i", {"alpha": Y}, np.sum),
    Typed(r"det \Sigma", {"Sigma": A}, np.linalg.det),
    Typed(r"\alpha abs + a + b + s", {"alpha": 2.0, "a": X, "b": Y, "s": 3.0},
          lambda alpha, a, b, s: alpha * a * b * s + a + b + s),
)  # fmt: skip

RUNS = (
    Typed("y = mx + c", {"m": 2.0, "x": X, "c": 1.0}, lambda m, x, c: m * x + c,
          {"m": "", "x": "n", "c": ""}),
    Typed("ab + ac", {"ab": X, "ac": Y}, lambda ab, ac: ab + ac,
          told=("ab is one name",)),
    Typed("x / (s + eps)", {"x": X, "s": P, "eps": 0.1}, lambda x, s, eps: x / (s + eps)),
    Typed("theta - lr * (r + g)", {"theta": X, "lr": 0.1, "r": Y, "g": P},
          lambda theta, lr, r, g: theta - lr * (r + g)),
    Typed("x + v dt", {"x": X, "v": Y, "dt": 0.1}, lambda x, v, dt: x + v * dt),
    Typed("logits - exp(logp)", {"logits": X, "logp": P},
          lambda logits, logp: logits - np.exp(logp)),
    Typed("y = Rf + beta * (Rm - Rf)", {"Rf": 0.1, "beta": 2.0, "Rm": X},
          lambda Rf, beta, Rm: Rf + beta * (Rm - Rf), {"Rf": "", "beta": "", "Rm": "n"}),
    Typed("y = Wx * g + x", {"W": np.eye(3) + 1, "x": np.arange(3.0), "g": np.ones(3)},
          lambda W, x, g: W @ x * g + x, {"W": "n n", "x": "n", "g": "n"}),
    Typed("y = lambda x if x > 0 else 0", {"lambda_": 2.0, "x": X - 1},
          lambda lambda_, x: lambda_ * np.maximum(x, 0)),
    Typed("cost + lr", {"cost": X, "lr": P}, lambda cost, lr: cost + lr),
    Typed("E = mc²", {"mc": 2.0}, lambda mc: mc**2, {"mc": ""}),
)  # fmt: skip

BRANCHES = (
    Typed("y = -1 if x < 0, 0 if x = 0, 1 if x > 0", {"x": Y}, np.sign),
    *(
        Typed(source, {"x": Y}, lambda x: np.clip(x, 0, 1))
        for source in (
            "y = 0 if x < 0, x if x < 1, 1 if x >= 1",
            "y = 0 if x < 0; x if x < 1; 1 if x >= 1",
            "y = 0 for x < 0, x for x < 1, 1 for x >= 1",
            "y = 0 if x < 0, x if 0 <= x < 1, 1 otherwise",
            "y = 0 if x < 0, x if x < 1, otherwise 1",
            "y = 0 if x < 0 else x if x < 1 else 1",
            r"y = 0 \text{ if } x<0, x \text{ if } x<1, 1 \text{ if } x\ge1",
        )
    ),
    *(
        Typed(source, {"x": Y}, np.abs)
        for source in (
            "y = x if x > 0; -x if x <= 0",
            "y = x when x > 0; -x when x <= 0",
            "y = x if x > 0; -x otherwise",
            "y = +x if x > 0 and -x otherwise",
            r"y = x \text{ if } x \ge 0; \; -x \text{ otherwise}",
            r"y = x \text{ if } x \ge 0 \text{ and } -x \text{ otherwise}",
        )
    ),
    Typed("y = x if x > 0, -x if x < -1", {"x": np.array([2.0, -0.5, -3.0])},
          lambda x: np.where(x > 0, x, np.where(x < -1, -x, np.nan)), told=("no branch",)),
    Typed("y = x for x > 0 and 0 otherwise", {"x": Y}, lambda x: np.maximum(x, 0)),
    Typed("y = a b, a, b > 0", {"a": X, "b": Y}, lambda a, b: a * b),
)  # fmt: skip
BOUNDS = (
    Typed(r"\sum_{i=1}^n-x_i", {"x": X}, lambda x: -x.sum()),
    Typed(r"\sum_{i=1}^n x_i-1", {"x": X}, lambda x: x.sum() - 1),
    Typed(r"\sum_{i=1}^3x_i", {"x": X}, np.sum),
    Typed(r"\sum_{i=1}^nx_i", {"x": X}, np.sum),
    Typed("Σ_i (x_i-1)^2", {"x": X}, lambda x: ((x - 1) ** 2).sum()),
    Typed("y_i = x_i - 1", {"x": X}, lambda x: x - 1),
    Typed("(x - y) 2", {"x": X, "y": Y}, lambda x, y: 2 * (x - y)),
)

EXPONENTS = (
    Typed("A^+b", {"A_plus": A, "b": V}, lambda P, b: P @ b, {"A_plus": "n m", "b": "m"}),
    Typed("w^+x + w^- y", {"w_plus": X, "x": Y, "w_minus": P, "y": X},
          lambda p, x, m, y: p * x + m * y),
    Typed("p = x^Hy", {"x": X + 1j * Y, "y": Y + 2j}, lambda x, y: x.conj() @ y,
          dict.fromkeys("xy", "n : complex"), told=("x^H is the conjugate transpose",)),
    Typed("p = x^H y", {"x": X + 1j * Y, "y": Y + 2j}, lambda x, y: x.conj() @ y,
          dict.fromkeys("xy", "n : complex"), told=("x^H is the conjugate transpose",)),
    Typed("A^HA", {"A": A + 1j * B}, lambda A: A.conj().T @ A, {"A": "n m : complex"}),
    Typed("A^-Tb", {"A": A, "b": V}, lambda A, b: np.linalg.inv(A).T @ b),
    Typed("A^-TB", {"A": A, "B": B}, lambda A, B: np.linalg.inv(A).T @ B),
    Typed("(e^+x - e^-x)/2", {"x": X}, np.sinh),
    Typed("2^+n + 10^-k", {"n": 3.0, "k": 2.0}, lambda n, k: 2**n + 10**-k),
    Typed("(1+r)^-n + r^-a", {"r": 0.5, "n": 2.0, "a": 3.0},
          lambda r, n, a: (1 + r) ** -n + r**-a),
    Typed("2^nx", {"nx": 3.0}, lambda nx: 2**nx, {"nx": ""}),
    Typed("W^hh h + b", {"W_hh": A, "h": V, "b": V}, lambda W, h, b: W @ h + b,
          {"W_hh": "n n", "h": "n", "b": "n"}),
    Typed("(x y)^1/3", {"x": X, "y": P}, lambda x, y: np.cbrt(x * y), told=("1/3 after ^",)),
    Typed("x^-1/3", {"x": X}, lambda x: 1 / np.cbrt(x), told=("-1/3 after ^",)),
    Typed("x^-1 / n", {"x": X, "n": 2.0}, lambda x, n: 1 / x / n),
    Typed("x⁻¹/n", {"x": X, "n": 2.0}, lambda x, n: 1 / x / n),
    Typed("x**3/2", {"x": X}, lambda x: x**3 / 2),
    Typed("(1+r)^1 + (1+r)^2/n", {"r": X, "n": 2.0}, lambda r, n: 1 + r + (1 + r) ** 2 / n),
    Typed("e^2x", {"x": X}, lambda x: np.exp(2 * x), told=("2x after ^",)),
    Typed("e^-αx", {"alpha": 0.5, "x": X}, lambda alpha, x: np.exp(-alpha * x)),
    Typed("e^-kt", {"k": 0.5, "t": X}, lambda k, t: np.exp(-k * t)),
    Typed("e^iθ", {"theta": X}, lambda theta: np.exp(1j * theta)),
    Typed("e^2 x", {"x": X}, lambda x: np.e**2 * x),
    Typed("e^2x", {"e": 3.0, "x": X}, lambda e, x: e**2 * x, {"e": ""}),
    Typed("e^x(1-y)", {"x": X, "y": Y}, lambda x, y: np.exp(x) * (1 - y)),
    Typed("p_i = e^zᵢ / Σⱼ e^zⱼ", {"z": Y}, lambda z: np.exp(z) / np.exp(z).sum()),
    Typed("1/(1+e^-(b0+b1*x))", {"b_0": 1.0, "b_1": 2.0, "x": X},
          lambda b_0, b_1, x: 1 / (1 + np.exp(-(b_0 + b_1 * x)))),
    Typed("x^-(n+1)", {"x": X, "n": 2.0}, lambda x, n: x ** -(n + 1)),
    Typed("e^-|x|", {"x": Y}, lambda x: np.exp(-np.abs(x))),
    Typed("10^-(n)", {"n": 2.0}, lambda n: 10**-n),
    Typed("L = Σ_i -y_i log p_i", {"y": P, "p": P}, lambda y, p: -(y * np.log(p)).sum()),
    Typed("Σ -y_i log(p_i)", {"y": P, "p": P}, lambda y, p: -(y * np.log(p)).sum()),
    Typed("Π_i -y_i", {"y": Y}, lambda y: np.prod(-y)),
    Typed("mean_i -y_i log(p_i)", {"y": P, "p": P}, lambda y, p: -(y * np.log(p)).mean()),
    Typed("Σ_i - μ_i μ_i^T", {"Sigma_i": A, "mu_i": V}, lambda S, m: S - np.outer(m, m)),
    Typed("√x / n", {"x": X, "n": 2.0}, lambda x, n: np.sqrt(x) / n),
    Typed("√(1-x²)/2", {"x": P}, lambda x: np.sqrt(1 - x**2) / 2),
    Typed("√2 x", {"x": X}, lambda x: np.sqrt(2) * x),
)  # fmt: skip

TABLES = (
    Typed("R = [[cos θ, -sin θ], [sin θ, cos θ]]", {"theta": 0.3},
          lambda t: np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])),
    Typed("A = [[1, 2], [3, 4]]\ny = A x", {"x": V}, lambda x: np.array([[1, 2], [3, 4]]) @ x),
    Typed("y = [1, 2; 3, 4] x", {"x": V}, lambda x: np.array([[1, 2], [3, 4]]) @ x),
    Typed("[A, B; C, D]", {"A": A, "B": B, "C": B, "D": A},
          lambda A, B, C, D: np.block([[A, B], [C, D]]), dict.fromkeys("ABCD", "n n")),
    Typed("[W x; U h]", {"W": A, "x": V, "U": B, "h": V},
          lambda W, x, U, h: np.concatenate([W @ x, U @ h])),
    Typed("2 [a b + c] x", {"a": X, "b": Y, "c": P, "x": X},
          lambda a, b, c, x: 2 * (a * b + c) * x),
)  # fmt: skip

LABEL = np.array(1)
ENTRIES = (
    Typed("-log softmax(x)[y]", {"x": X, "y": LABEL},
          lambda x, y: -np.log(np.exp(x) / np.exp(x).sum())[y], {"y": ": int"}),
    Typed("L = -x_y + log Σ_j exp(x_j)", {"x": X, "y": LABEL},
          lambda x, y: -x[y] + np.log(np.exp(x).sum()), {"y": ": int"}),
    Typed(r"\ell = -x_i + \log\sum_j\exp(x_j)", {"x": X},
          lambda x: -x + np.log(np.exp(x).sum())),
    Typed("V' - V", {"V_prime": 2.0, "V": 3.0}, lambda V_prime, V: V_prime - V, {"V": ""}),
    Typed("A + A'", {"A": A}, lambda A: A + A.T, {"A": "n n"}),
    Typed("X'X", {"X": B}, lambda X: X.T @ X),
    Typed(r"\alpha_ix + \beta_iy", {"alpha_i": 2.0, "x": X, "beta_i": 3.0, "y": Y},
          lambda alpha_i, x, beta_i, y: alpha_i * x + beta_i * y),
    Typed(r"\sum_i x_iy_i", {"x": X, "y": Y}, lambda x, y: x @ y),
    Typed("x^T y = Σ_i x_i y_i", {"x": X, "y": Y}, lambda x, y: x @ y),
    Typed("y = Σ_{i=1}^n x_i where n ≥ 1", {"x": X}, np.sum),
    Typed("y_i = x_i^2, i ≥ 1", {"x": X}, np.square),
)  # fmt: skip

WORDS = (
    Typed("v = Vmax S/(Km + S)", {"Vmax": 2.0, "S": 3.0, "K": 0.5, "m": 2.0},
          lambda Vmax, S, K, m: Vmax * S / (K * m + S)),
    Typed("Area = Length * Width", {"Length": X, "Width": Y}, lambda a, b: a * b),
    Typed("BMI = Weight / Height^2", {"Weight": X, "Height": Y}, lambda w, h: w / h**2),
    Typed("Wx + b", {"W": A, "x": V, "b": V}, lambda W, x, b: W @ x + b),
    Typed("y = {x if x > 0, 0 otherwise}", {"x": Y}, lambda x: np.maximum(x, 0)),
    Typed("y = a b\nwhere\na = 2", {"b": X}, lambda b: 2 * b),
    Typed("of = 3\ny = of x", {"x": X}, lambda x: 3 * x),
    Typed("x * over", {"x": X, "over": Y}, lambda x, over: x * over, {"x": "n", "over": "n"}),
    Typed("y = where(x > 0, x, alpha*x)", {"x": Y, "alpha": 0.1},
          lambda x, alpha: np.where(x > 0, x, alpha * x)),
    Typed("e^(iπ) + 1", {}, lambda: np.exp(1j * np.pi) + 1),
    Typed("F = ma", {"ma": X}, lambda ma: ma, told=("ma is one name",)),
    Typed("Σ_i = A + B", {"A": A, "B": B}, lambda A, B: A + B),
)  # fmt: skip
REDUCED = (
    Typed("mean((pred - target)^2)", {"pred": X, "target": Y}, lambda p, t: np.mean((p - t) ** 2)),
    Typed("mean(abs(pred - target))", {"pred": X, "target": Y},
          lambda p, t: np.mean(np.abs(p - t))),
    Typed("acc = mean(pred == y)", {"pred": np.array([1.0, 2.0]), "y": np.array([1.0, 0.0])},
          lambda p, y: np.mean(p == y)),
    Typed("kl = 0.5 * sum(mu^2 + sigma^2 - log(sigma^2) - 1)", {"mu": Y, "sigma": X},
          lambda m, s: 0.5 * (m**2 + s**2 - np.log(s**2) - 1).sum()),
    Typed("mean(reward + gamma * value)", {"reward": X, "gamma": 0.9, "value": Y},
          lambda r, g, v: np.mean(r + g * v)),
    Typed("mean((x - mu)^2)", {"x": X, "mu": 0.5}, lambda x, mu: np.mean((x - mu) ** 2)),
)  # fmt: skip
CODE = (
    Typed("w⊤x", {"w": X, "x": Y}, lambda w, x: w @ x),
    Typed("x ‐ y", {"x": X, "y": Y}, lambda x, y: x - y),
    Typed("（x ＋ y） ＊ z", {"x": X, "y": Y, "z": P}, lambda x, y, z: (x + y) * z),
    Typed("# the value\ny = x  # and its square\nz = y^2", {"x": X}, np.square),
    Typed("A .* B", {"A": A, "B": B}, lambda A, B: A * B),
    Typed("x ./ y", {"x": X, "y": Y}, lambda x, y: x / y),
    Typed("f(x) = 1/(σ√(2π)) e^(-(x-μ)²/(2σ²))", {"x": X, "sigma": 2.0, "mu": 0.5},
          lambda x, s, m: np.exp(-((x - m) ** 2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi)),
          told=("the exponential behind a bracket that divides is a factor",)),
    Typed("1/(2π) exp(-x)", {"x": X}, lambda x: 1 / (2 * np.pi * np.exp(-x)),
          prefer={"bracketed-divisor": "divisor"}),
    Typed("1/(2πσ²)^(1/2) exp(-x)", {"sigma": 2.0, "x": X},
          lambda s, x: np.exp(-x) / np.sqrt(2 * np.pi * s**2)),
    Typed("1/sqrt(2π) exp(-x²/2)", {"x": X}, lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)),
)  # fmt: skip

TYPED = (
    *WORDS, *REDUCED, *CODE, *POWERS, *LABELS, *FUNCTIONS, *RUNS, *BRANCHES, *BOUNDS, *EXPONENTS,
    *TABLES, *ENTRIES,
)  # fmt: skip

REFUSED = (
    Refused("x**'", ("** raises nothing",)),
    Refused("W^(2) relu(W^(1) x)", ("a label", "W^{(1)}")),
    Refused("f^(2)(x)", ("f_2",)),
    Refused("Σ_i x^(i)", ("an index or a power",)),
    *(
        Refused(source, (f"{run} is one word", f"write {' '.join(run)}", f'{{"{run}": ""}}'))
        for source, run in (
            ("ax^2 + bx + c", "ax"),
            ("E = mc²", "mc"),
            ("½mv² + mgh", "mv"),
            ("s = ut + ½at²", "at"),
            ("v = u + at", "at"),
            ("s = v_0 t + (1/2) at^2", "at"),
            ("z = ax + by", "by"),
            ("y = exp(-at)", "at"),
            ("CAPM = Rf + beta * (Rm - Rf)", "Rf"),
            ("Z = sqrt(R*R + (XL - XC)^2)", "XL"),
            ("I = k * (VGS - VTH)^2", "VGS"),
            ("S = (Rp - Rf) * k", "Rp"),
            ("P = t * IR^2", "IR"),
            ("y = Wx * g", "Wx"),
            ("xe^x", "xe"),
            ("e^{-kt} cos(ωt)", "kt"),
            ("xy + x", "xy"),
            ("2πrh + 2πr²", "rh"),
            ("X_k = Σ_{n=0}^(N-1) x_n e^(-i2πkn/N)", "kn"),
            ("xx^T", "xx"),
            ("xxᵀ", "xx"),
            ("uvᵀ", "uv"),
            ("I − 2vvᵀ", "vv"),
        )
    ),
    *(
        Refused(source, ("touches the upper end", f"write {{{bound}}}"))
        for source, bound in (
            ("Σ_{i=0}^n-1 x_i", "n-1"),
            (r"\frac1n\sum_{i=0}^n-1 x_i", "n-1"),
            ("Σ_{t=1}^T-1 γ^t r_t", "T-1"),
            ("Π_{i=1}^n-1 x_i", "n-1"),
            (r"\sum_{k=1}^10 k", "10"),
            (r"\sum_{k=0}^20 \frac{x^k}{k!}", "20"),
            (r"\sum_{i=1}^2n x_i", "2n"),
        )
    ),
    *(
        Refused(source, ("beside the operator", "_{i=1}^{n}"))
        for source in (
            "sum_i=1^n x_i",
            "∑_i=1^n x_i",
            r"\sum_i=1^n x_i",
            "prod_i=1^n x_i",
            "max_i=1^n x_i",
            "mean = 1/n sum_i=1^n x_i",
        )
    ),
    Refused("MSE = mean((y - t)2)", ("a power: write (y - t)^2", "a factor: write 2 (y - t)")),
    Refused("v_k = β v_k-1 + g_k", ("h_{k-1}", "h_k - 1")),
    Refused("F_n = F_n-1 + F_n-2", ("h_{n-1}",)),
    Refused("y_i = x_i - x_i-1", ("h_{i-1}",)),
    Refused("f(x) = 0, x < 0; 1, x >= 0", ("0 if x < 0, 1 if x >= 0",)),
    *(
        Refused(source, (f"all of it: write √({whole})",))
        for source, whole in (
            ("√1-x²", "1-x²"),
            ("T = 2π√L/g", "L/g"),
            ("σ = √p(1-p)/n", "p(1-p)/n"),
            ("v = √2gh", "2gh"),
            ("√2πσ", "2πσ"),
        )
    ),
    *(
        Refused(source, tuple(f"write {one}" for one in written))
        for source, *written in (
            ("y = A^-b", "- b", "{-b}"),
            ("y = w^+x + w^-x", "- x", "{-x}"),
            ("y = A^kx", "(k x)", "k x"),
            ("y = 2^nx", "(n x)", "n x"),
            ("(1+r/n)^nt", "(n t)", "n t"),
            ("y = a^nb + c", "(n b)", "n b"),
            ("y = 2^-nx", "{-n} x", "{-n x}"),
            ("y = e^-kT", "{-k} T", "{-k T}"),
            ("y = 10^kT", "k T", "(k T)"),
            ("y = W^Qx", "Q x", "(Q x)"),
            ("y = I^HR - I^LR", "H R", "{HR}"),
        )
    ),
    Refused("y = a + b; * c", ("nothing stands behind this ;",)),
    Refused("z = x + 1; -y = 2", ("not solved",)),
    Refused("y = a and -b", ("no condition",)),
    Refused("x^-3/2", ("write {-3/2}", "write {-3}/2")),
    *(
        Refused(source, (f"write {fraction}", f"write {alone}"))
        for source, fraction, alone in (
            ("g = (Π x_i)^1/n", "{1/n}", "{1}/n"),
            ("d = (Σ |x_i - y_i|^p)^1/p", "{1/p}", "{1}/p"),
            ("(1+r)^1 / n - 1", "{1/n}", "{1}/n"),
            ("(1 + r) ** 1 / n", "{1/n}", "{1}/n"),
            ("|x|^1/(2n)", "{1/(2n)}", "{1}/(2n)"),
            ("e^1/x", "{1/x}", "{1}/x"),
            ("(x - a)^1/1! + (x - a)^2/2!", "{1/1!}", "{1}/1!"),
            (r"\left(\prod_i x_i\right)^1/n", "{1/n}", "{1}/n"),
            (r"(1 + x)^1/\sqrt{n}", r"{1/\sqrt{n}}", r"{1}/\sqrt{n}"),
            ("x**1/2", "**(1/2)", "/2"),
            ("x**-1/2", "**(-1/2)", "^(-1)/2"),
            ("(1+r)**1/n", "**(1/n)", "/n"),
            ("x^-1/n", "^(-1/n)", "^(-1)/n"),
            ("A^-1/(2n)", "^(-1/(2n))", "^(-1)/(2n)"),
            ("(a + b)^-1/2n", "^(-1/2)", "^(-1)/2"),
        )
    ),
    Refused(r"e^-\frac{x^2}{2}", ("only the - is raised",)),
    Refused(r"e^-\lambda t", ("only the - is raised", r"^{-\lambda}")),
    Refused("Q^-(s, a)", ("Q_minus",)),
    Refused(r"\Sigma_{i=1}^n x_i", (r"written \sum",)),
    Refused("1.5e3x", ("a number of tens",)),
    Refused("2 x 3", ("a sign: write *", "a letter: write * x *")),
    *(
        Refused(source, ("side by side", "commas"))
        for source in (
            "R = [cosθ -sinθ; sinθ cosθ]",
            "[1 2; 3 4]",
            "[1 2 3]",
            "[0 1]",
            "[x y z]",
            "[1 x x^2]",
            "x = [1 2 3]^T",
            "[1 -2 1]",
        )
    ),
    Refused("[[1, 2], [3]]", ("differ in length",)),
    *(
        Refused(source, ("not solved",))
        for source in (
            "A^T A x = A^T b",
            "X^T X β = X^T y",
            "(X^T X + λI) w = X^T y",
            "A x = λ x",
            r"\mathbf{A}^T\mathbf{A}\mathbf{x} = \mathbf{A}^T\mathbf{b}",
            "√y = x + 1",
        )
    ),
    *(
        Refused(source, ("restricts indices", "leave it out"))
        for source in (
            "y = Σ_i x_i where x_i > 0",
            r"y = \sum_i x_i \quad \text{where } x_i > 0",
            r"y = \sum_i x_i, \quad i > 2",
            r"y = \sum_i x_i, \quad i \in S",
            "max_i x_i for i > 2",
            "mean_i x_i where x_i > 0",
            "y_i = x_i for i > 2",
        )
    ),
    *(
        Refused(source, ("alone is lowered", f"write _{{{below}}}"))
        for source, below in (
            (r"y_i=\sum_jW_ijx_j", "ij"),
            (r"\mathrm{tr}(A) = \sum_i A_ii", "ii"),
            (r"\sum_{i,j} A_ijx_ix_j", "ij"),
            (r"\frac{x - x_min}{x_max - x_min}", "max"),
            (r"\theta_new = \theta_old - \eta g", "new"),
            (r"L_rec + \beta L_kl", "rec"),
        )
    ),
    *(
        Refused(source, ("its transpose, or another value", f'"{text}_prime": ""'))
        for source, text in (
            ("δ = r + γ V' - V", "V"),
            ("E' - E", "E"),
            ("Q + alpha*(r + gamma*Q' - Q)", "Q"),
        )
    ),
    Refused("L = -x_y + log Σ_j exp(x_j)", ('{"y": ": int"}', "write y below the left side")),
    Refused(r"\text{loss}(x, y) = -x_y + \log\sum_j\exp(x_j)", ('{"y": ": int"}',)),
    Refused("A \\ b", ("A^{-1} b",)),
    Refused("(X'X) \\ X'y", ("A^{-1} b",)),
    *(
        Refused(source, ("a statement of a program", hint))
        for source, hint in (
            ("def f(x): return x**2", "f(x) = x^2"),
            ("f = lambda x: x**2", "f(x) = x^2"),
            ("for i in range(n): y = x + i", "Σ_{i=1}^n"),
            ("for i in range(3):\n    s = s + x_i", "Σ_{i=1}^n"),
            ("y = [2 * x for x in z]", "Σ_{i=1}^n"),
            ("while x > 0: y = x", "Σ_{i=1}^n"),
            ("if x > 0: y = x", "if x > 0 else 0"),
            ("import numpy as np\ny = x", "no import"),
        )
    ),
    *(
        Refused(source, (f"{word!r} is a word of prose", hint))
        for source, word, hint in (
            ("x plus y", "plus", "+ - * /"),
            ("x over y", "over", "+ - * /"),
            ("x squared", "squared", "^2"),
            ("mean of x", "of", "mean(x)"),
            ("y = u + at rest", "at", "y(3)"),
            ("y = (1/2) x at 3", "at", "y(3)"),
            ("y = 3 by 4", "by", "signs"),
            ("sum from i=1 to n of x_i", "from", "Σ_{i=1}^{n}"),
            ("loss is x^2", "is", "="),
            ("return x**2", "return", "leave it out"),
            ("minimize ||A x - b||^2", "minimize", "nothing is solved"),
            ("y = x^2 (see above)", "see", "leave it out"),
            ("n choose k", "choose", "binom(n, k)"),
            ("solve A x = b", "solve", "nothing is solved"),
            ("y = x^2 at x = 3", "at", "y(3)"),
            ("x dot y", "dot", "@"),
        )
    ),
    Refused("Forward pass\ny = W x", ("words alone",)),
    Refused("h = tanh(Wxh x + Whh h)", ("Wxh is one word", "write W x h")),
    Refused("Dropout(relu(x))", ("Dropout is applied",)),
    Refused("out = LayerNorm(x + y)", ("LayerNorm is applied",)),
    Refused("y = not x", ("leave the sign out",)),
    Refused("y = 0 unless x > 0", ("a comparison behind a definition",)),
    Refused("np.exp(x)", ("write exp(x), with nothing before it",)),
    Refused("y = x.sum()", ("write sum(x), with nothing before it",)),
    Refused("a/b e^x", ("all of it divides", "the first factor divides")),
    Refused("mean(3)", ("needs a vector",)),
    Refused("Π_i=1^n x_i", ("_{i=1}^{n}",)),
    Refused("mean = (1/n) Σ_i=1^n x_i", ("_{i=1}^{n}",)),
    Refused("d = sqrt sum (x_i - y_i)^2", ("sqrt(sum(x))",)),
    Refused(r"v = mu * v - \eta x", (r"one name: write \mu",)),
    Refused("tanhx", ("write tanh(x)",)),
    Refused("^-(n)", ("behind nothing",)),
    Refused("a = 1 if b", ("no condition", "a if x > 0 else b")),
    Refused("softmax(x)[0] + softmax(x)[1]", ("counted from 0 or from 1", "write a letter")),
    Refused("softmax(x)_0 + softmax(x)_1", ("counted from 0 or from 1", "write a letter")),
    Refused("log_e()", ("takes 1 argument",)),
    Refused("log_b()", ("takes 1 argument",)),
    Refused("sinx", ("write sin(x)", '{"sinx": ""}')),
    Refused("lnx", ("write ln(x)",)),
    Refused("2sinxcosx", ("write sin(x) cos(x)",)),
    Refused("xlogx", ("write x log(x)",)),
    Refused("logp + p", ("write log(p)",)),
    Refused("x / std x + std", ("write std(x)", '{"std": ""}')),
    Refused("round x / 2", ("write round(x / 2)", "write (round(x)) / 2")),
    Refused("norm_i x_i", ("the subscript of norm",)),
    Refused(r"tr A^T\Lambda", (r"a function: write \mathrm{tr}", "a product")),
    Refused(r"ln \frac ab", (r"a function: write \mathrm{ln}",)),
    Refused(r"\frac{x - min}{max - min}", (r"a function: write \mathrm{max}",)),
    Refused(r"y = exp -\lambda t", (r"\mathrm{exp}",)),
)


def known(rows: tuple[Any, ...]) -> list[Any]:
    return [pytest.param(row, id=f"{row.source} {row.prefer or ''}".strip()) for row in rows]


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("row", known(TYPED))
def test_what_is_typed_is_read_as_it_is_meant(row: Typed, backend: str) -> None:
    function = translate(row.source, shapes=row.declare, prefer=row.prefer, backend=backend)
    assert set(function.parameters) == set(row.given)
    told = "\n".join(map(str, function.assumptions)) + "\n".join(function.warnings)
    assert all(text in told for text in row.told), told
    batch = {k: np.stack([v, v + 0.25]) if np.ndim(v) else v for k, v in row.given.items()}
    wide = any(np.ndim(v) for v in row.given.values())
    for values in (row.given, batch) if wide else (row.given,):
        picks = [row.given]
        if values is batch:
            picks = [{k: v[b] if np.ndim(v) else v for k, v in batch.items()} for b in range(2)]
        each = [row.value(*pick.values()) for pick in picks]
        wanted = each[0] if values is row.given else np.stack(each)
        made = {k: np.asarray(v) for k, v in values.items()}
        if backend == "torch":
            made = {k: torch.as_tensor(v) for k, v in made.items()}
        found = function(**made)
        found = found[-1] if isinstance(found, tuple) else found
        assert np.shape(np.asarray(found)) == np.shape(wanted)
        np.testing.assert_allclose(np.asarray(found), wanted, atol=1e-12)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.source) for row in REFUSED])
def test_what_could_be_a_slip_is_refused_with_what_to_write(row: Refused) -> None:
    with pytest.raises(Eq2CodeError) as caught:
        translate(row.source, shapes=row.declare)
    assert all(text in str(caught.value) for text in row.says), str(caught.value)
