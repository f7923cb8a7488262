"""Sources of several lines, and what they mean: `SYSTEMS` with their numbers, `REFUSED` with what
the message must name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from readings import norm
from two_readings import Refusal


@dataclass(frozen=True)
class System:
    """A source, the parameters that it must ask for with their shapes, and its values by hand."""

    source: str
    parameters: dict[str, str]
    values: tuple[Callable[..., Any], ...]
    declare: dict[str, str] = field(default_factory=dict)

    def draw(self, rng: np.random.Generator, lead: tuple[int, ...] = ()) -> dict[str, Any]:
        """One draw: positive numbers, of sizes that all differ, below a batch of shape `lead`."""
        return {
            name: rng.uniform(0.5, 2.0, (*lead, *(SIZES[size] for size in shape.split())))
            for name, shape in self.parameters.items()
        }


SIZES = {"n": 5, "m": 3, "p": 4, "q": 6, "2": 2}


def alone(source: str, parameters: str, value: Callable[..., Any], **declare: str) -> System:
    """A system of numbers that gives one value."""
    return System(source, dict.fromkeys(parameters.split(), ""), (value,), declare)


def several(source: str, parameters: str, *values: Callable[..., Any], **declare: str) -> System:
    """A system of numbers that gives several values."""
    return System(source, dict.fromkeys(parameters.split(), ""), values, declare)


ROWS = r"u = a + b \\ v = u^2"


def square_of_sum(a: Any, b: Any) -> Any:
    return (a + b) ** 2


FACTORED = (
    alone(
        r"\tilde\beta_t = \sigma_t^2 = \beta_t \left(\frac{1 - a}{1 - b}\right)",
        "beta_t a b",
        lambda beta_t, a, b: beta_t * (1 - a) / (1 - b),
    ),
    alone(
        r"u = \frac{g}{h} = \eta \left(\frac{a}{b}\right)",
        "eta a b",
        lambda eta, a, b: eta * a / b,
    ),
    alone(
        r"L = K = r + \lambda (\log p)",
        "r lambda_ p",
        lambda r, lambda_, p: r + lambda_ * np.log(p),
    ),
)

LINES = (
    System(
        "A = B'\nC = A D",
        {"B": "n m", "D": "n p"},
        (lambda B, D: B.mT @ D,),
    ),
    alone(r"(a + b) c = a c + b c", "a b c", lambda a, b, c: (a + b) * c),
    alone(r"(x + y)/2 = x/2 + y/2", "x y", lambda x, y: (x + y) / 2),
    alone(r"-\log p = x", "x", lambda x: x),
    alone("f(x) = x + mx", "x mx", lambda x, mx: x + mx, mx=""),
    alone("f(w, g) = w - lr g", "w g lr", lambda w, g, lr: w - lr * g),
    alone(r"\mathbb{1(x > 1)} x", "x", lambda x: (x > 1) * x),
    System(
        r"d(x, y) = \|\mathbf x - \mathbf y\|",
        {"x": "n", "y": "n"},
        (lambda x, y: norm(x - y),),
    ),
    System(
        r"d(x_i, y_i) = \|{\bf x}_i - {\bf y}_i\|_1",
        {"x_i": "n", "y_i": "n"},
        (lambda x_i, y_i: abs(x_i - y_i).sum(axis=-1),),
    ),
    System(
        r"f(x) = \|\mathbf x\| \\ y = f(x)",
        {"x": "n"},
        (lambda x: norm(x),),
    ),
    alone(r"f(\mathbf{x}) = x^2 + 1", "x", lambda x: x**2 + 1),
    alone("x if x > 1 else 0", "x", lambda x: np.where(x > 1, x, 0)),
    alone("1 if x > 1 else -1", "x", lambda x: np.where(x > 1, 1, -1)),
    alone("max(x, 1) if x < 1.5 else 6", "x", lambda x: np.where(x < 1.5, np.maximum(x, 1), 6)),
    alone("x where x > 1 else 0", "x", lambda x: np.where(x > 1, x, 0)),
    alone("y = x where x > 1 else 0", "x", lambda x: np.where(x > 1, x, 0)),
    alone(r"x \text{ if } x > 1, \quad 0 \text{ otherwise}", "x", lambda x: np.where(x > 1, x, 0)),
    alone(r"a = b' \\ c = 2 a", "b_prime", lambda b_prime: 2 * b_prime),
    alone(
        "x' = a'\ny' = b'\nz = x' + y'",
        "a_prime b_prime",
        lambda a_prime, b_prime: a_prime + b_prime,
    ),
    alone(
        r"\begin{align}\theta &= \phi^\prime \\ \psi &= 2\theta\end{align}",
        "phi_prime",
        lambda phi_prime: 2 * phi_prime,
    ),
    alone("a = 3!\nb = a x", "x", lambda x: 6 * x),
    alone("a = b:\nc = 2 a", "b", lambda b: 2 * b),
    alone("a = b^*\nc = 2 a", "b_star", lambda b_star: 2 * b_star),
    alone("y = a +\nb", "a b", lambda a, b: a + b),
    alone("y =\na + b", "a b", lambda a, b: a + b),
    alone("y = a\n- b", "a b", lambda a, b: a - b),
)

BRACES = (
    *(
        alone(source, "a b", square_of_sum)
        for source in (
            rf"\begin{{cases}} {ROWS} \end{{cases}}",
            rf"\begin{{dcases}} {ROWS} \end{{dcases}}",
            rf"\left\{{\begin{{array}}{{l}} {ROWS} \end{{array}}\right.",
            r"\left\{\begin{array}{lcl} u &=& a + b, \\ v &=& u^2. \end{array}\right.",
            r"\left\{\begin{aligned} u &= a + b \\ v &= u^2 \end{aligned}\right.",
            r"\begin{cases} u &= a \\ & + b \\ v &= u^2 \end{cases}",
            r"\left. \begin{aligned} u &= a + b \\ v &= u^2 \end{aligned} \right\}",
            r"\begin{rcases} u = a + b \\ w = u \end{rcases} \Rightarrow v = w^2",
        )
    ),
    several(
        r"\begin{cases} \dot x = s \cdot (y - x) \\ \dot y = x (r - z) - y \\ \dot z = x y - c z"
        r" \end{cases}",
        "s y x r z c",
        lambda s, y, x, r, z, c: s * (y - x),
        lambda s, y, x, r, z, c: x * (r - z) - y,
        lambda s, y, x, r, z, c: x * y - c * z,
    ),
    alone(
        r"y = \begin{cases} a & x > 1 \\ b \end{cases}",
        "a x b",
        lambda a, x, b: np.where(x > 1, a, b),
    ),
    alone(
        r"\begin{cases} a & x > 1 \\ b & x \le 1 \end{cases}",
        "a x b",
        lambda a, x, b: np.where(x > 1, a, b),
    ),
    alone(
        r"\begin{cases} u = \begin{cases} a & b > 1 \\ c & b \le 1 \end{cases} \\ v = u^2"
        r" \end{cases}",
        "a b c",
        lambda a, b, c: np.where(b > 1, a, c) ** 2,
    ),
)

NUMBERED = (
    *(
        alone(source, "a b", square_of_sum)
        for source in (
            "y = a + b (1)\nz = y^2 (2)",
            r"(1)\; y = a + b \\ (2)\; z = y^2",
            r"\begin{align} y &= a + b ~(4) \\ z &= y^2 ~(5)\end{align}",
            r"(1) \quad y = a + b \\ (2) \quad z = y^2",
            "1. y = a + b\n2. z = y^2",
            "y = a + b, (1)\nz = y^2. (2)",
            "y = a + b (1)\nx = y (2)\nz = x y (3)",
        )
    ),
    several(
        "f(x) = x^2\ny = f (3) a\nz = f (1)\nw = f (2)",
        "a",
        lambda a: 9 * a,
        lambda a: 1.0,
        lambda a: 4.0,
    ),
    alone("y = 2 (3)", "", lambda: 6.0),
)

CONCLUSIONS = (
    *(
        alone(source, "a b", square_of_sum)
        for source in (
            r"u = a + b \implies v = u^2",
            r"u = a + b \Rightarrow v = u^2",
            r"\begin{align} u &= a + b \\ \Rightarrow \quad v &= u^2 \end{align}",
            "u = a + b => v = u^2",
        )
    ),
    alone(r"u = a + b, w = u \Rightarrow v = u w", "a b", square_of_sum),
    alone(
        r"y = a + b \text{ if } c > 1",
        "a b c",
        lambda a, b, c: np.where(c > 1, a + b, np.nan),
    ),
)

CHAINS = (
    alone(r"a = b = x + 1 \\ y = b^2", "x", lambda x: (x + 1) ** 2),
    alone(r"a := b := c := x + 1 \\ y = b + c", "x", lambda x: 2 * (x + 1)),
    alone(r"f(x) = y = x^2 \\ z = y + 1", "x", lambda x: x**2 + 1),
    several(r"y = f(x) = x^2 \\ z = f(3)", "x", lambda x: x**2, lambda x: 9.0),
    alone("a = b = x + 1", "x", lambda x: x + 1),
    alone(r"u = a + b = c \\ v = c^2", "a b", square_of_sum),
    alone(r"x_1 = x_2 = a + 1 \\ y = x_1 + x_2^2", "a", lambda a: a + 1 + (a + 1) ** 2),
    alone("u = a + b = c", "a b", lambda a, b: a + b),
    System(
        r"a_i = b_i = x_i + 1 \\ y = \sum_i b_i",
        {"x": "n"},
        (lambda x: (x + 1).sum(axis=-1),),
    ),
)

WORDS = (
    alone(
        "P = TP/(TP+FP)\nR = TP/(TP+FN)\nF_1 = 2PR/(P+R)",
        "TP FP FN",
        lambda TP, FP, FN: 2 * TP / (2 * TP + FP + FN),
    ),
    System("C = AB\nD = TC", {"A": "n m", "B": "m p", "T": "q n"}, (lambda A, B, T: T @ A @ B,)),
)

DERIVATIVES = (
    alone(r"f(x) = x^3 \\ g = f' \\ y = 3 g", "x", lambda x: 9 * x**2),
    alone(r"f(x) = x^3 \\ g(x) = f' \\ y = g(z)", "z", lambda z: 3 * z**2),
    alone(r"\frac{dx}{dt} = a x \\ y = x + h\frac{dx}{dt}", "a x h", lambda a, x, h: x + h * a * x),
    alone(
        r"\frac{\partial L}{\partial w} = x (p - y) \\ v = w - \frac{\partial L}{\partial w}",
        "x p y w",
        lambda x, p, y, w: w - x * (p - y),
    ),
    alone(r"f(x,y) = x^2 y \\ g = \partial_x f(a, b)", "a b", lambda a, b: 2 * a * b),
    alone(
        r"f(x,y) = x^2 y \\ g = \partial_x f(x, y) + \partial_y f(x, y)",
        "x y",
        lambda x, y: 2 * x * y + x**2,
    ),
)


def counted(x: Any) -> Any:
    return np.arange(1, x.shape[-1] + 1)


APPLIED = (
    System(
        r"g(k) = k + 1 \\ y = \sum_{k=1}^n g(k) x_k",
        {"x": "n"},
        (lambda x: ((counted(x) + 1) * x).sum(axis=-1),),
    ),
    System(
        r"w(i) = 2^i \\ y = \sum_{i=1}^n w(i) x_i",
        {"x": "n"},
        (lambda x: (2.0 ** counted(x) * x).sum(axis=-1),),
    ),
    alone(r"g(k) = k + 1 \\ y = g(k)^2", "k", lambda k: (k + 1) ** 2),
    System(r"S(k) = \sum_{i=1}^k x_i \\ y = S(3) - S(2)", {"x": "n"}, (lambda x: x[..., 2],)),
    System(
        r"S(k) = \frac1k \sum_{i=1}^k x_i \\ y = S(3)",
        {"x": "n"},
        (lambda x: x[..., :3].mean(axis=-1),),
    ),
    System(r"S(x) = \sum_{i=1}^k x_i \\ y = S(z)", {"z": "n"}, (lambda z: z.sum(axis=-1),)),
    alone(
        r"f_\theta(x) = \theta x \\ g(\theta) = f_\theta(x)^2 \\ M = g(3)",
        "x",
        lambda x: (3 * x) ** 2,
    ),
    alone(
        r"f_\theta(x) = \theta x^2 \\ L(\theta) = (f_\theta(x) - y)^2 \\"
        r" \theta' = \theta - \alpha \nabla_\theta L(\theta) \\ M = L(\theta')",
        "theta x y alpha",
        lambda theta, x, y, alpha: (
            ((theta - alpha * 2 * (theta * x**2 - y) * x**2) * x**2 - y) ** 2
        ),
    ),
    several(
        r"g(x) = f(x)^2 \\ f = a x \\ M = g(3)",
        "a x",
        lambda a, x: a * x,
        lambda a, x: (3 * a) ** 2,
    ),
    alone(
        r"f(x) = x + y \\ g(y) = f(y)^2 \\ h(x) = g(x + 1) \\ M = h(a)",
        "a",
        lambda a: (2 * (a + 1)) ** 2,
    ),
    alone(
        r"g(x) = a x + b \\ h(x) = g(g(x)) \\ y = h(z)",
        "a b z",
        lambda a, b, z: a * (a * z + b) + b,
    ),
    alone(r"c = a \circ b", "a b", lambda a, b: a * b),
    alone(r"f(x) = a x + b \\ h = f + f \\ y = h(x)", "a x b", lambda a, x, b: 2 * (a * x + b)),
)

STEPS = (
    alone("I_{t+1} = I_t + a_t", "I_t a_t", lambda I_t, a_t: I_t + a_t),
    several(
        r"s_{t+1} = s_t - \beta s_t I_t \\ I_{t+1} = I_t + \beta s_t I_t - \gamma I_t",
        "s_t beta I_t gamma",
        lambda s_t, beta, I_t, gamma: s_t - beta * s_t * I_t,
        lambda s_t, beta, I_t, gamma: I_t + beta * s_t * I_t - gamma * I_t,
        I_t="",
    ),
    several(
        r"\dot s = -\beta s I \\ \dot I = \beta s I - \gamma I",
        "beta s I gamma",
        lambda beta, s, I, gamma: -beta * s * I,  # noqa: E741
        lambda beta, s, I, gamma: beta * s * I - gamma * I,  # noqa: E741
        s="",
        I="",
    ),
    System(
        "P_t = (I - K_t H) P_{t-1}",
        {"K_t": "n n", "H": "n n", "P_prev": "n n"},
        (lambda K_t, H, P_prev: (np.eye(5) - K_t @ H) @ P_prev,),
    ),
    alone(r"e_t = x_t - y_t \\ z = e^{-e_t}", "x_t y_t", lambda x_t, y_t: np.exp(y_t - x_t)),
    alone(r"x_{t+1} \leftarrow 2 x_{t+1} + 1", "x_next", lambda x_next: 2 * x_next + 1),
    alone(
        r"x_{k+1} = x_k + a \\ x_{k+1} = \max(2, x_{k+1})",
        "x_k a",
        lambda x_k, a: np.maximum(2, x_k + a),
    ),
)

NUMBERS = (
    alone("x_{t+1} = 2 x_t + x_0", "x_t x_0", lambda x_t, x_0: 2 * x_t + x_0),
    several(
        r"x_{t+1} = 2 x_t \\ y = x_5 + 1",
        "x_t x_5",
        lambda x_t, x_5: 2 * x_t,
        lambda x_t, x_5: x_5 + 1,
        x_5="",
    ),
    alone(r"x_1 = a \\ x_2 = b \\ y = x_1 + x_2", "a b", lambda a, b: a + b),
    System(
        r"x_0 = a + 1 \\ y = x_0 + \sum_{i=1}^n x_i",
        {"a": "", "x": "n"},
        (lambda a, x: a + 1 + x.sum(axis=-1),),
    ),
)

POWERS = (
    several(
        r"x_1 = a \\ x_2 = x_1^2 \\ y = x_2^2 + x_1^2",
        "a",
        lambda a: a**4 + a**2,
    ),
    alone(r"x_2 = b \\ y = x^2 + x_2", "b x", lambda b, x: x**2 + b),
    System(
        "y = W^2 W^3 x",
        {"W_2": "n m", "W_3": "m p", "x": "p"},
        (lambda W_2, W_3, x: (W_2 @ (W_3 @ x[..., None]))[..., 0],),
        {"W_2": "n m", "W_3": "m p"},
    ),
    alone(r"T = 10 \\ A = p (1 + r)^T", "p r", lambda p, r: p * (1 + r) ** 10),
    alone(
        r"T = a + b \\ A = p (1 + r)^T",
        "a b p r",
        lambda a, b, p, r: p * (1 + r) ** (a + b),
        T="",
    ),
    alone(r"K = 3 \\ y = x^K", "x", lambda x: x**3),
    System(
        r"T_{ij} = a_i b_j \\ y = x^T T x",
        {"a": "n", "b": "n", "x": "n"},
        (lambda a, b, x: (a * x).sum(axis=-1) * (b * x).sum(axis=-1),),
    ),
)

DIGITS = (
    System(
        r"x_{ij} = a_i b_j \\ y = x_{12}",
        {"a": "n", "b": "m"},
        (lambda a, b: a[..., 0] * b[..., 1],),
    ),
    System(
        "y = a_{11} a_{22} - a_{12} a_{21}",
        {"a": "2 2"},
        (lambda a: a[..., 0, 0] * a[..., 1, 1] - a[..., 0, 1] * a[..., 1, 0],),
        {"a": "2 2"},
    ),
    alone("y = a_{11} a_{22}", "a_11 a_22", lambda a_11, a_22: a_11 * a_22),
)

BEHIND = (
    System(
        r"e = t - y \\ L = e^\top e", {"t": "n", "y": "n"}, (lambda t, y: ((t - y) ** 2).sum(-1),)
    ),
    System(
        r"x = b + c \\ y = x^\top A x",
        {"b": "n", "c": "n", "A": "n n"},
        (lambda b, c, A: ((b + c) * (A @ (b + c)[..., None])[..., 0]).sum(axis=-1),),
    ),
    System(r"x = b \\ z = 2 x \\ y = z^\top z", {"b": "n"}, (lambda b: 4 * (b**2).sum(axis=-1),)),
    System(r"e = t - y \\ L = \|e\|", {"t": "n", "y": "n"}, (lambda t, y: norm(t - y),)),
    alone(r"s = t - 1 \\ y = s^2", "t", lambda t: (t - 1) ** 2),
)

SHAPING = (
    System(
        r"\Sigma^{-1} = \Lambda, \mu = \Sigma \eta", {"Lambda": "n n", "eta": "n"},
        (lambda Lambda, eta: np.linalg.solve(Lambda, eta[..., None])[..., 0],),
    ),
    System(
        r"P^{-1} = A + B \\ x = P y", {"A": "n n", "B": "n n", "y": "n"},
        (lambda A, B, y: np.linalg.solve(A + B, y[..., None])[..., 0],),
    ),
    System(
        r"G = 2 H \\ y = G x", {"H": "n m", "x": "m"},
        (lambda H, x: 2 * (H @ x[..., None])[..., 0],),
    ),
    System(
        r"A = \tanh(B), y = A x", {"B": "n m", "x": "m"},
        (lambda B, x: (np.tanh(B) @ x[..., None])[..., 0],),
    ),
    alone(r"y^{-1} = a + b, \quad z = 2 y", "a b", lambda a, b: 2 / (a + b)),
    alone(r"\lambda = 2 \eta, y = \lambda x", "eta x", lambda eta, x: 2 * eta * x),
)  # fmt: skip

SYSTEMS: tuple[System, ...] = (
    *SHAPING, *LINES, *BRACES, *NUMBERED, *CONCLUSIONS, *CHAINS, *WORDS, *DERIVATIVES, *APPLIED,
    *STEPS, *NUMBERS, *POWERS, *DIGITS, *BEHIND, *FACTORED,
)  # fmt: skip

UNFINISHED = ("leaves off with", "the next is an equation of its own")
NUMBER = ("the number of the equation", "a factor of")
CONDITION = ("no condition", r"\begin{pmatrix}")
EQUATIONS = ("a system of equations", "values, each with its condition")
COMPOSED = ("composition", "h(x) = g(g(x))")
VALUE = ("h is a function", "h is a value", r"\cdot")
HORIZON = ("a transpose", "to the power T", 'shapes={"T": ""}')
UNSOLVED = ("an equation between symbols is not solved", "write each symbol alone")
ELSE = ("no condition that can be read", "y = a if x > 0 else b")
IMPLICIT = ("the step is implicit", r"\leftarrow")
REPEATED = ("a recurrence", 'shapes={"x_5": ""}')
ALIKE = ("U+0430", "two symbols")

REFUSED = (
    Refusal("a = b = g(x)", "UndefinedError", ("g is applied here",)),
    Refusal(r"p = q = \frac{\partial L}{\partial w}", "UndefinedError", ("derivative",)),
    Refusal("a = b <\nc = 2 a", "ParseError", UNFINISHED),
    Refusal("a = x +\nb = 2", "ParseError", UNFINISHED),
    Refusal("- y = a + b\n- z = y^2", "AmbiguousError", ("goes on with the line before",)),
    Refusal(r"y = \begin{cases} a \\ b \end{cases}", "AmbiguousError", CONDITION),
    Refusal(r"y = \begin{cases} u = a \\ v = b \end{cases}", "AmbiguousError", EQUATIONS),
    Refusal(r"\begin{cases} u = a, \\ v = b, & u > 0 \end{cases}", "AmbiguousError", EQUATIONS),
    Refusal("y = a + b  (3)", "AmbiguousError", NUMBER),
    Refusal("y = a + b (1)\nz = c + d (3)", "AmbiguousError", NUMBER),
    Refusal("u = v (1)\nw = v (2)", "AmbiguousError", NUMBER),
    Refusal(r"x > 0 \Rightarrow y = 1", "UnsupportedError", ("draws from a condition",)),
    Refusal(r"u = a + b \iff a = u - b", "UnsupportedError", ("⇔",)),
    Refusal(r"y = a \text{ unless } c > 0", "UnsupportedError", ("unless",)),
    Refusal(r"\frac{dx}{dt} = a x \\ y = \frac{dx}{dt}(0)", "UnsupportedError", ("\\cdot",)),
    Refusal(r"g = \frac{\partial y}{\partial x}", "UndefinedError", ("does not define",)),
    Refusal(r"g = \partial_x u v", "UnsupportedError", ("what it is of",)),
    Refusal(
        r"S(k) = \sum_{i=k}^n x_i \\ y = S(3)", "UnsupportedError", ("where this range starts",)
    ),
    Refusal(r"g(x) = a x + b \\ h = g \circ g \\ y = h(z)", "UnsupportedError", COMPOSED),
    Refusal(r"f(x) = x \\ g(x) = x^2 \\ y = (f \circ g)(z)", "UndefinedError", ("f(g(x))",)),
    Refusal(r"f(x) = a x + b \\ h = f + f \\ y = h(3)", "AmbiguousError", ("h times it",)),
    Refusal(r"f(x) = a x + b \\ h = f + f \\ y = h(z)", "AmbiguousError", VALUE),
    Refusal(r"f(x) = x^3 \\ h = f' \\ y = h(z)", "AmbiguousError", VALUE),
    Refusal(r"\begin{cases}x+y=3\\x-y=1\end{cases}", "UnsupportedError", UNSOLVED),
    Refusal(r"x+y=3 \\ x-y=1", "UnsupportedError", UNSOLVED),
    Refusal("x + y = 3", "UnsupportedError", UNSOLVED),
    Refusal("a x + b y = c", "UnsupportedError", UNSOLVED),
    Refusal("A x = b", "UnsupportedError", UNSOLVED),
    Refusal(r"\frac{V}{R} = I", "UnsupportedError", UNSOLVED),
    Refusal(r"x + y = 3 - x", "UnsupportedError", UNSOLVED),
    Refusal(
        r"\left\{\begin{array}{r}\alpha+\beta+\gamma=0\\ \beta h_d-\gamma h_s=1\end{array}\right.",
        "UnsupportedError",
        UNSOLVED,
    ),
    *(
        Refusal(source, "UnsupportedError", UNSOLVED)
        for source in (
            "p(x) q(x) = r",
            "f(x) g(x) = h(x)",
            "x^2 = 4",
            "x^3 = 8",
            r"\sum_i x_i = 1",
            "Σ_i w_i x_i = b",
            r"\sum_i \alpha_i y_i = 0",
            r"\frac{1}{n} \sum_i x_i = \bar x",
            r"\prod_i x_i = 1",
            r"\|w\|_2^2 = 1",
            "|x| = 1",
            r"\langle x, y \rangle = 0",
            r"(x - a)^2 = 4",
            r"\sqrt{x} = 3",
            r"e^x = 5",
            r"\log x = 2",
            r"\exp(x) = 3",
            r"\mathrm{tr}(A) = 1",
            r"\max_i x_i = 1",
        )
    ),
    Refusal("y = x if m else 0", "UnsupportedError", ELSE, {"m": ": bool"}),
    Refusal(r"h = a x + b \\ y = h(3)", "AmbiguousError", ("h times it",)),
    Refusal(r"u = a + b \to v = u^2", "UnsupportedError", ("→",)),
    Refusal(r"x_0 = 1 \\ x_{t+1} = 2 x_t \\ y = x_5", "UnsupportedError", REPEATED),
    Refusal(r"x^{(k+1)} = 2 x^{(k)} \\ y = x^{(3)}", "UnsupportedError", ("a recurrence",)),
    Refusal(r"F_n = F_{n-1} + F_{n-2} \\ y = F_2", "UnsupportedError", ("a recurrence",)),
    Refusal(r"x_1 = a + 1 \\ y = \sum_i x_i", "AmbiguousError", ("an element of x",)),
    Refusal("T = a + b\nA = p(1+r)^T", "AmbiguousError", HORIZON),
    Refusal(r"T = A B \\ y = x^T x", "AmbiguousError", HORIZON),
    Refusal(r"y_{n+1} = y_n + h f(y_{n+1}) \\ f(y) = a y", "DefinitionError", IMPLICIT),
    Refusal(r"x^{(k+1)} = D^{-1}(b - L x^{(k+1)} - U x^{(k)})", "DefinitionError", IMPLICIT),
    Refusal(
        r"x_i^{(k+1)} = (b_i - \sum_{j<i} a_{ij} x_j^{(k+1)}) / a_{ii}",
        "DefinitionError",
        IMPLICIT,
    ),
    Refusal("y = \u0430 + 2a", "AmbiguousError", ALIKE),
    Refusal("y = \\hat{\u0430} + 2 a", "AmbiguousError", ALIKE),
    Refusal("f(x) = x x, y = " + "f(" * 22 + "x" + ")" * 22, "TooLargeError", ("too much",)),
    Refusal(
        r"f(x)=x+x \\ g(x)=f(f(x)) \\ h(x)=g(g(x)) \\ p(x)=h(h(x)) \\ q(x) = p(p(x))"
        r" \\ y = q(q(x))",
        "TooLargeError",
        ("too much",),
    ),
    Refusal(
        "f(x) = " + " ".join(rf"\sin({k}x)" for k in range(1, 201)) + r" \\ y = f'(x)",
        "TooLargeError",
        ("too long",),
    ),
)
