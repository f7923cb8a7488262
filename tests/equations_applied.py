"""What a function, a slash, a bracket, a prime or a sign of two meanings takes, as papers print it.

`EQUATIONS` keep the reading that is evident, `REFUSED` are asked about, and `TOLD` are read by a habit
that is told with the argument for the other reading.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.linalg

from eq2code import errors
from equations_classical import Draw, Equation, Refused


@dataclass(frozen=True)
class Told:
    """Notation with a habit: its numbers `usual`, and `other` ones by the argument that is told (None: a
    function is to be given)."""

    source: str
    convention: str
    inputs: Draw
    usual: Any
    other: Any | None
    shapes: dict[str, str] = field(default_factory=dict)


EQUATIONS: list[Equation] = [
    # A function without brackets before a slash: the quotient of values where nothing else is meant.
    Equation(
        "log-over-log", r"\log x / \log 2", {"x": 3.5}, lambda x: math.log(x) / math.log(2)
    ),
    Equation("sinc-by-hand", r"\sin x / x", {"x": 0.7}, lambda x: math.sin(x) / x),
    Equation("log-over-power", r"\log n / \sqrt{n}", {"n": 7.0}, lambda n: math.log(n) / n**0.5),
    Equation("sine-squared", r"\sin^2 x / x^2", {"x": 0.7}, lambda x: math.sin(x) ** 2 / x**2),
    Equation(
        "tangent-by-hand", r"\sin\theta/\cos\theta", {"theta": 0.7}, lambda theta: math.tan(theta)
    ),
    Equation(
        "softmax-by-hand", r"\exp x_i / \sum_j \exp x_j", {"x": (4,)},
        lambda x: np.exp(x) / np.exp(x).sum(), batched=("x",),
    ),
    Equation(
        "log-of-fraction", r"\log\frac{1}{\delta}/n", {"delta": 0.1, "n": 4.0},
        lambda delta, n: math.log(1 / delta) / n,
    ),
    Equation("brackets-before-slash", r"\exp(x)/t", {"x": 0.7, "t": 2.0},
             lambda x, t: math.exp(x) / t),
    Equation("trace-over-size", r"\operatorname{tr} A / 3", {"A": (3, 3)},
             lambda A: np.trace(A) / 3, batched=("A",)),
    # What a function without brackets takes: the factors up to the next applied function.
    Equation(
        "damped-wave", r"\sin kx\, e^{-\alpha t}", {"k": 2.0, "x": 0.3, "alpha": 0.5, "t": 1.5},
        lambda k, x, alpha, t: math.sin(k * x) * math.exp(-alpha * t),
    ),
    Equation(
        "damped-wave-plain", "cos(w t) exp(-a t) + sin k e^{-b}",
        {"w": 2.0, "t": 0.3, "a": 0.5, "k": 1.5, "b": 0.2},
        lambda w, t, a, k, b: math.cos(w * t) * math.exp(-a * t) + math.sin(k) * math.exp(-b),
    ),
    Equation(
        "log-of-root-and-factor", r"-\log\sqrt{2\pi}\sigma", {"sigma": 1.7},
        lambda sigma: -math.log(math.sqrt(2 * math.pi) * sigma),
    ),
    Equation("logs-side-by-side", r"\log p \log q", {"p": 2.0, "q": 3.0},
             lambda p, q: math.log(p) * math.log(q)),
    Equation("exponentials", r"\exp x \exp y", {"x": 0.3, "y": 0.7},
             lambda x, y: math.exp(x + y)),
    Equation("angles", r"x \cos\theta + y \sin m\theta", {"x": 2.0, "y": 3.0, "m": 2.0,
                                                           "theta": 0.3},
             lambda x, y, m, theta: x * math.cos(theta) + y * math.sin(m * theta)),
    Equation("number-before-root", r"\log 2\sqrt{x}", {"x": 3.0},
             lambda x: math.log(2 * math.sqrt(x))),
    Equation("log-of-power-of-e", r"y \log e^{x}", {"x": 0.3, "y": 2.0}, lambda x, y: y * x),
    # A bracket after a symbol is a factor where it binds something.
    Equation("logistic-map", r"r x(1-x)", {"r": 2.5, "x": 0.3}, lambda r, x: r * x * (1 - x)),
    Equation("triangle-numbers", r"n(n+1)(2n+1)/6", {"n": 4.0}, lambda n: 30.0),
    Equation("number-before-bracket", "2(a b)", {"a": 2.0, "b": 3.0}, lambda a, b: 2 * a * b),
    Equation("brackets-alone", "(a)(b)", {"a": 2.0, "b": 3.0}, lambda a, b: a * b),
    Equation("raised-bracket", r"a (b c)^2", {"a": 2.0, "b": 3.0, "c": 0.5},
             lambda a, b, c: a * (b * c) ** 2),
    Equation("alternating", r"c(-1)^n", {"c": 2.0, "n": 3}, lambda c, n: c * (-1) ** n),
    Equation("grouped-matrices", "A(BC)", {"A": (2, 3), "B": (3, 4), "C": (4, 2)},
             lambda A, B, C: A @ (B @ C), batched=("A", "C")),
    Equation("grouped-vector", r"X^\top(Xw)", {"X": (4, 3), "w": (3,)},
             lambda X, w: X.T @ (X @ w), batched=("w",)),
    Equation("grouped-sum", r"\alpha(\sum_i x_i)", {"alpha": 2.0, "x": (4,)},
             lambda alpha, x: alpha * x.sum()),
    Equation("grouped-gate", r"U(r \odot h)", {"U": (2, 3), "r": (3,), "h": (3,)},
             lambda U, r, h: U @ (r * h), batched=("h",)),
    Equation("power-of-e-before-bracket", r"e^{x}(y z)", {"x": 0.3, "y": 2.0, "z": 3.0},
             lambda x, y, z: math.exp(x) * y * z),
    Equation(
        "newton-schulz", r"Y = a X + b (X X^\top) X",
        {"a": 2.0, "b": 0.3, "X": (2, 3)}, lambda a, b, X: a * X + b * (X @ X.T) @ X, {"a": ""},
        batched=("X",),
    ),
    Equation("pi-before-bracket", r"\sin\pi(x/2)", {"x": 0.3},
             lambda x: math.sin(math.pi * x / 2)),
    Equation(
        "bessel-declared", r"J_0(k r)", {"J_0": np.cos, "k": 2.0, "r": 0.3},
        lambda J_0, k, r: np.cos(k * r), {"J_0": "() -> ()"},
    ),
    Equation("value-declared", r"u(x/t)", {"u": 3.0, "x": 2.0, "t": 4.0},
             lambda u, x, t: u * x / t, {"u": "", "x": "", "t": ""}),
    Equation("sign-before-bracket", r"u \cdot (x/t)", {"u": 3.0, "x": 2.0, "t": 4.0},
             lambda u, x, t: u * x / t),
    # Primes: derivatives of functions, transposes of matrices.
    Equation("derivative-of-density", r"\Phi'(z)", {"z": 0.3},
             lambda z: math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)),
    Equation("derivative-of-capital", r"F(x) = x^3, \quad y = F'(2 t)", {"t": 0.3},
             lambda t: 3 * (2 * t) ** 2, outputs=("y",)),
    Equation("outer-by-a-prime", "x_i x_i'", {"x_i": (3,)}, lambda x_i: np.outer(x_i, x_i),
             batched=("x_i",)),
    Equation("form-by-primes", r"\mathbf{x}'\mathbf{A}\mathbf{x}", {"x": (3,), "A": (3, 3)},
             lambda x, A: x @ A @ x, batched=("x",)),
    Equation("inner-by-a-prime", "y'y", {"y": (3,)}, lambda y: y @ y, batched=("y",)),
    Equation("gram-by-a-prime", "X'X", {"X": (4, 3)}, lambda X: X.T @ X, batched=("X",)),
    Equation("moments-by-primes", r"\sum_{i=1}^n x_i x_i'", {"x": (4, 3)},
             lambda x: x.T @ x, {"x": "n d"}, batched=("x",)),
    Equation("bold-index-prime", r"\mathbf{x}_i'\boldsymbol\beta", {"x_i": (3,), "beta": (3,)},
             lambda x_i, beta: x_i @ beta, batched=("x_i",)),
    Equation("second-point", r"k(x, x') = x^\top x'", {"x": (3,), "x_prime": (3,)},
             lambda x, x_prime: x @ x_prime, batched=("x",)),
    Equation("declared-prime", r"x'z", {"x_prime": 2.0, "z": 3.0}, lambda x_prime, z: x_prime * z,
             {"x_prime": "", "z": ""}),
    Equation("defined-prime", "x' = 2 x, y = x' z", {"x": 2.0, "z": 3.0},
             lambda x, z: 2 * x * z, outputs=("y",)),
    # Joined, or commuted.
    Equation("blocks", "[A, B]", {"A": (2, 3), "B": (2, 4)},
             lambda A, B: np.concatenate([A, B], axis=1), {"A": "n m", "B": "n k"}, batched=("B",)),
    Equation("blocks-by-name", r"\mathrm{Concat}(A, B)", {"A": (2, 3), "B": (2, 4)},
             lambda A, B: np.concatenate([A, B], axis=1), batched=("B",)),
    Equation("states", "W[h, x]", {"W": (2, 7), "h": (3,), "x": (4,)},
             lambda W, h, x: W @ np.concatenate([h, x]), {"h": "d", "x": "m"}, batched=("h",)),
    Equation("commutator", "A B - B A", {"A": (3, 3), "B": (3, 3)},
             lambda A, B: A @ B - B @ A, batched=("B",)),
    Equation("exponential-beside-identity", r"\exp(A) + I", {"A": (3, 3)},
             lambda A: scipy.linalg.expm(A) + np.eye(3), batched=("A",)),
    Equation("brackets-of-vectors", "(y - z)'(y - z)", {"y": (3,), "z": (3,)},
             lambda y, z: (y - z) @ (y - z), batched=("y",)),
    Equation("brackets-of-matrices", "(A + B)(x)", {"A": (2, 3), "B": (2, 3), "x": (3,)},
             lambda A, B, x: (A + B) @ x, batched=("x",)),
    Equation("normal-equations", "X'(y - X b)", {"X": (4, 3), "y": (4,), "b": (3,)},
             lambda X, y, b: X.T @ (y - X @ b), batched=("y",)),
    Equation("gram-vector", "X'(X w)", {"X": (4, 3), "w": (3,)},
             lambda X, w: X.T @ X @ w, batched=("w",)),
]  # fmt: skip

TOLD: list[Told] = [
    Told("A (B C)", "grouped", {"A": (2, 3), "B": (3, 4), "C": (4, 2)},
         lambda A, B, C: A @ B @ C, None),
    Told(r"A^\dagger y", "dagger", {"A": (4, 4), "y": (4,)},
         lambda A, y: A.T @ y, lambda A, y: np.linalg.solve(A, y)),
    Told(r"\exp(A)", "entrywise", {"A": (3, 3)}, lambda A: np.exp(A),
         lambda A: scipy.linalg.expm(A), {"A": "n n"}),
    Told(
        r"\sqrt{A}", "entrywise", {"A": np.array([[2.0, 0.5], [0.5, 1.0]])}, lambda A: np.sqrt(A),
       lambda A: scipy.linalg.sqrtm(A), {"A": "n n : spd"},
    ),
    Told(r"\mathrm{std}(x)", "variance", {"x": (5,)}, lambda x: np.std(x), lambda x: np.std(x, ddof=1)),
    Told(r"\mathrm{Var}[x]", "variance", {"x": (5,)}, lambda x: np.var(x), lambda x: np.var(x, ddof=1)),
    Told(r"\mathrm{sinc}(x)", "sinc", {"x": 0.3}, np.sinc, lambda x: math.sin(x) / x),
    Told("x'Ax", "prime", {"x": (3,), "A": (3, 3)}, lambda x, A: x @ A @ x, None),
    Told(
        r"\mathbf{w}'\mathbf{x}", "prime", {"w": (3,), "x": (3,), "x_prime": 2.0, "w_prime": 2.0},
        lambda w, x, **_: w @ x, lambda w_prime, x, **_: w_prime * x,
    ),
    Told("a (x - y)", "factor", {"a": 2.0, "x": 3.0, "y": 0.5}, lambda a, x, y: a * (x - y), None),
    Told("1/2 x", "half", {"x": 0.3}, lambda x: x / 2, lambda x: 1 / (2 * x)),
    Told(r"1/2\sigma^2", "half", {"sigma": 0.3}, lambda sigma: sigma**2 / 2,
         lambda sigma: 1 / (2 * sigma**2)),
    Told(r"1/2 \lambda \sum_i x_i", "half", {"lambda_": 0.3, "x": (4,)},
         lambda lambda_, x: lambda_ * x.sum() / 2, lambda lambda_, x: x.sum() / (2 * lambda_)),
]  # fmt: skip

REFUSED: list[Refused] = [
    *(
        Refused(f"slash-{k}", source, errors.AmbiguousError)
        for k, source in enumerate(
            (
                r"\exp x_i/\tau",
                r"\exp -x^2/2",
                r"\exp -\|x-y\|^2/\sigma^2",
                r"\exp \mathrm{relu}(x)/\tau",
                r"\arctan y/x",
                r"\tan^{-1} b/a",
                r"\log p / q",
                r"\log x / y",
                r"\log 1/\delta",
                r"\log |x|/|y|",
                r"\exp q\cdot k_+/\tau",
                r"\sin\omega t/2",
                r"\cos\theta/2",
                r"\mathrm{softmax} Q K^T/\sqrt{d_k}",
            )
        )
    ),
    *(
        Refused(f"first-factor-{k}", source, errors.AmbiguousError)
        for k, source in enumerate(
            (
                r"\cos\frac{\pi}{4} k x",
                r"\log |x| |y|",
                r"\log\frac{p}{q} r",
                r"\cos\theta x + \sin\theta y",
                r"\cos n \arccos x",
                r"\exp n \log x",
                r"\exp \kappa \cos\theta",
                r"\log x e^{y}",
                r"\operatorname{sign} x \sqrt{|x|}",
                r"\operatorname{sign} x |x|",
            )
        )
    ),
    *(
        Refused(f"number-over-number-{k}", source, errors.AmbiguousError)
        for k, source in enumerate(
            (
                r"1/4\pi\epsilon_0",
                r"1/2\pi",
                r"1/2n",
                r"1/2m \sum_i x_i",
                r"1/2N \sum_{i=1}^N x_i",
                r"1/2\pi\sqrt{l c}",
            )
        )
    ),
    *(
        Refused(f"undefined-function-{k}", source, errors.UndefinedError)
        for k, source in enumerate(
            (
                r"J_0(k r)",
                r"P_l(\cos\theta)",
                r"K_\nu(\sqrt{2\nu}\frac{d}{\rho})",
                r"N(-d_2)",
                r"P(0)",
                r"\log P(0)",
                r"u(x/t)",
                r"y(t^2)",
                r"\rho(\frac{x - y}{h})",
                r"\mathcal{O}(n \log n)",
                r"T(n/2) + n",
                r"\alpha(-x)",
                "u(x/t)",
            )
        )
    ),
    *(
        Refused(f"derivative-{k}", source, errors.UndefinedError)
        for k, source in enumerate((r"N'(d_1)", r"U'(c)", r"F'(x)", r"S \, N'(-d_1)", "U'(c/p)"))
    ),
    Refused("derivative-of-declared", r"N'(d_1)", errors.UndefinedError, {"N": "() -> ()"}),
    *(
        Refused(f"prime-{k}", source, errors.AmbiguousError)
        for k, source in enumerate(
            (r"x_i'\beta", r"x'\beta", "w'x + b", "X_i'y", r"\sum_i x_i'\beta")
        )
    ),
    *(
        Refused(f"commutator-{k}", source, errors.AmbiguousError, shapes)
        for k, (source, shapes) in enumerate(
            (
                ("[A, B]", {}),
                (r"\frac{dA}{dt} = [A, B]", {}),
                ("[A, B]", {"A": "n n", "B": "n n"}),
                (r"-c [H, R]", {"c": ""}),
            )
        )
    ),
    Refused("commutator-unknown", r"-\frac{i}{\hbar}[H,\rho]", errors.ShapeError),
    Refused("composed", r"(f \circ g)(x)", errors.UndefinedError),
    Refused("added-functions", r"(f + g)(x)", errors.UndefinedError),
    Refused("derivative-of-bracket", r"y = (x^2)' + 1", errors.AmbiguousError),
    Refused("derivative-of-sine", r"(\sin x)'", errors.AmbiguousError),
    Refused("number-after-array", r"x(0) + x(1)", errors.AmbiguousError, {"x": "n"}),
    Refused("number-after-value", r"y = 2x, z = y(0)", errors.AmbiguousError),
]
