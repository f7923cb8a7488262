"""Notations that experts read in two ways: `SETTLED` are those that something decides, with their
numbers, `GATES` and `SCORES` products of two vectors; `REFUSALS` those that nothing does, with
what the message must name."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from readings import Reading, norm

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Refusal:
    """A source that is not guessed at: its error, and what the message must name."""

    source: str
    error: str
    says: tuple[str, ...]
    declare: dict[str, str] = field(default_factory=dict)


DERIVATIVE = ("a derivative of x, which the source does not define", 'shapes={"d": ""}')
INVERSE = ("the inverse function", "1 / f(…)", "f_inv")
ONES = ("w ones", "1 at the entry w", r"\mathbb{1}[i = w]")
PART = ("x_{1:n}", "declare it as n")
LABEL = ("a label", "a power", "W^{(1)}")
BARS = ("its norm", "its length", "each entry", r"\|y\|", "abs(y)", 'prefer={"bars": "norm"}')
FAMILY = ("one function for each index", "a part of the value", '"(), (n n) -> (n n)"')
GRAPH = {"T": "(n n) -> (n n)", "L": "n n", "x": "n"}
DEPENDS = ("a times x", "the value a", r"a \cdot x", "leave x undeclared")
MATRIX = {"A": "n m"}
GATE = ("the inner product", "element by element")
PAIR = {"a": "d", "b": "d", "x": "d"}
MATRIX_SCALED = {"x": "n", "W": "m n", "gamma": "m", "beta": "m", "b": "m"}
ALL = ("all of gamma", "write gamma_i", "an axis of its size")
SCALED = {"x": "n", "gamma": "n", "beta": "n"}
PRIME = ("x transposed", "x_prime", r"x^\top")

SIGMA = ("the operator", "Σ_i x_i", "the letter Sigma", '{"Sigma": "n n"}')

CURRENT = ("the identity here, or a symbol", 'shapes={"I": ""}')
UNIT = ("how large the identity I is", "I_n", 'shapes={"I": ""}')

REFUSALS = (
    Refusal("V = IR", "AmbiguousError", CURRENT),
    Refusal("P = I^2 R", "AmbiguousError", CURRENT),
    Refusal(r"V = I \cdot R", "AmbiguousError", CURRENT),
    Refusal(r"P = V \times I", "AmbiguousError", CURRENT),
    Refusal(r"E = \frac{1}{2} L I^2", "AmbiguousError", CURRENT),
    Refusal("Q = It", "AmbiguousError", CURRENT),
    Refusal(r"\tau = I \alpha", "DefinitionError", UNIT),
    Refusal(r"E = \frac{1}{2} I \omega^2", "DefinitionError", UNIT),
    Refusal(r"\frac{dx}{dt}", "UndefinedError", DERIVATIVE),
    Refusal(r"\frac{\mathrm{d}x}{\mathrm{d}t}", "UndefinedError", DERIVATIVE),
    Refusal(r"\frac{d^2 x}{d t^2}", "UndefinedError", DERIVATIVE),
    Refusal(r"y = d + x^2 \\ g = \frac{dy}{dx}", "AmbiguousError", ("a derivative", "a number")),
    Refusal("f^{-1}(x)", "AmbiguousError", INVERSE, {"f": "(n) -> (n)", "x": "n"}),
    Refusal("f⁻¹(x)", "AmbiguousError", INVERSE, {"f": "(n) -> (n)", "x": "n"}),
    Refusal("f(x) = x + 1, g = f^{-1}(2)", "AmbiguousError", INVERSE),
    Refusal(r"\mathbf{1}_w", "AmbiguousError", ONES, {"w": ": int"}),
    Refusal(r"\mathbf{1}_w^\top x", "AmbiguousError", ONES, {"w": ": int", "x": "n"}),
    Refusal("1_w^T x", "AmbiguousError", ONES, {"w": ": int", "x": "n"}),
    Refusal(r"p - \mathbf{1}_w", "AmbiguousError", ONES, {"w": "n : int", "p": "n k"}),
    Refusal(r"\sum_{i=1}^n x_i", "ShapeError", PART, {"x": "m"}),
    Refusal("Σ_{i=1}^{n} x_i", "ShapeError", PART, {"x": "m"}),
    Refusal(r"\sum_{i=1}^n x_i", "ShapeError", PART, {"x": "m", "n": ": int"}),
    Refusal(r"\sum_{i \le n} x_i", "ShapeError", PART, {"x": "m", "n": ": int"}),
    Refusal(r"\frac{1}{n} \sum_{i=1}^n x_i", "ShapeError", PART, {"x": "m"}),
    Refusal(r"\sum_{i=1}^n x_i y_i", "ShapeError", PART, {"x": "m", "y": "m"}),
    Refusal(r"I_n x", "ShapeError", ("n is not m",), {"x": "m"}),
    Refusal(r"W \mathbf{1}_k", "ShapeError", ("m is not k",), {"W": "n m"}),
    Refusal("x^10 + \\alpha", "AmbiguousError", ("a digit of the script", "a factor", "x^{10}")),
    Refusal("x_12 + \\alpha", "AmbiguousError", ("a digit of the script", "a factor", "x_{12}")),
    Refusal("|x|y|", "ParseError", ("neither opens nor closes",)),
    Refusal(r"W^2 \sigma(W^1 x)", "AmbiguousError", LABEL),
    Refusal("W^1 x", "AmbiguousError", LABEL),
    Refusal("e^T x", "AmbiguousError", ('shapes={"e": "n"}', 'shapes={"T": ""}')),
    Refusal(r"x'\beta", "AmbiguousError", PRIME, {"x": "n", "beta": "n"}),
    Refusal("x'y", "AmbiguousError", PRIME, {"x": "n", "y": "n"}),
    Refusal(r"\frac{\beta}{|y|} \log p", "AmbiguousError", BARS, {"y": "n"}),
    Refusal(r"\frac{1}{|y|} \sum_t \log p_t", "AmbiguousError", BARS, {"y": "n : int"}),
    Refusal("1/|y| * Σ_t log(p_t)", "AmbiguousError", BARS, {"y": "n : int"}),
    Refusal(r"|y|^{-1} \sum_t \log p_t", "AmbiguousError", BARS, {"y": "n : int"}),
    Refusal(r"\frac{y}{|y|}", "AmbiguousError", BARS, {"y": "n"}),
    Refusal(r"\frac{1}{|y|} \sum_i y_i", "AmbiguousError", BARS),
    Refusal(r"\frac{x \cdot y}{|y| |x|}", "AmbiguousError", BARS, {"x": "n", "y": "n"}),
    Refusal(r"\sum_{k=0}^{K} \theta_k T_k(L) x", "AmbiguousError", FAMILY, GRAPH),
    Refusal(r"\sum_{k=0}^{K} \theta_k T_k(L)", "AmbiguousError", FAMILY, GRAPH),
    Refusal("Σ_{k=0}^{K} θ_k T_k(L)", "AmbiguousError", FAMILY, GRAPH),
    Refusal("T_k(L) x", "UndefinedError", ('shapes={"T_k"',), GRAPH),
    Refusal(r"x_{\mathcal{D}} + x_D", "DefinitionError", ("two symbols",)),
    Refusal(r"\|x\|2", "AmbiguousError", ("its index", "a factor")),
    Refusal(r"\left\|x\right\|1 + y", "AmbiguousError", ("its index", "a factor")),
    Refusal("Σx²/n - (Σx/n)²", "AmbiguousError", SIGMA),
    Refusal("-Σ y log p", "AmbiguousError", SIGMA),
    Refusal("1/N Σ x", "AmbiguousError", SIGMA),
    Refusal("‖Σ x‖", "AmbiguousError", SIGMA),
    Refusal("f(x) = mx + b", "AmbiguousError", ("m times x", "m x", '{"mx": ""}')),
    Refusal("f(x) = ax^2 + bx + c", "AmbiguousError", ("b times x",)),
    Refusal("f(x) = x^2 + bx + c", "AmbiguousError", ("b times x",)),
    Refusal("P(t) = P_0 e^{rt}", "AmbiguousError", ("r times t",)),
    Refusal("N(t) = N_0 e^(kt)", "AmbiguousError", ("k times t",)),
    Refusal("f(t)=sin(wt)", "AmbiguousError", ("w times t",)),
    Refusal("f(t) = sin(awt)", "AmbiguousError", ("a times w times t",)),
    Refusal("f(x)_i = wx_i", "AmbiguousError", ("w times x",)),
    Refusal("a(x) b", "AmbiguousError", DEPENDS, {"a": "", "x": "n", "b": ""}),
    Refusal(r"\sigma(x)", "AmbiguousError", ("sigma times x",), {"sigma": "", "x": "n"}),
    Refusal("I_x + I_y", "ShapeError", ("x is not y",)),
    Refusal(r"\partial_t x", "UnsupportedError", ("∂", r"\nabla_x f(x)")),
    Refusal(r"h_t = o_t \cdot \tanh(c_t)", "AmbiguousError", GATE, {"o_t": "d", "c_t": "d"}),
    Refusal("h_t = o_t · tanh(c_t)", "AmbiguousError", GATE, {"o_t": "d", "c_t": "d"}),
    Refusal(r"\frac{a}{b} \cdot x", "AmbiguousError", GATE, PAIR),
    Refusal(r"y = a \cdot \tanh(x) + b", "AmbiguousError", GATE, {"a": "d", "x": "d"}),
    Refusal(
        r"\mathrm{RMSNorm}(x) = \frac{x}{\sqrt{\frac{1}{d} \sum_{i=1}^d x_i^2}} \cdot g",
        "AmbiguousError",
        GATE,
        {"x": "d", "g": "d"},
    ),
    Refusal("a b", "AmbiguousError", GATE, PAIR),
    Refusal(r"y_i = \gamma \frac{x_i - 1}{2} + \beta", "AmbiguousError", ALL, SCALED),
    Refusal(r"y_i = \gamma_i x_i + \beta", "AmbiguousError", ("write beta_i",), SCALED),
    Refusal(r"y_i = x_i / \gamma", "AmbiguousError", ALL, SCALED),
    Refusal(
        r"r_{t+1} = d M r_t + \frac{1-d}{N} \mathbf{1}",
        "AmbiguousError",
        (*GATE, 'if d is a number, declare it: shapes={"d": ""}'),
    ),
    Refusal(r"y = \gamma W x + \beta", "AmbiguousError", GATE, MATRIX_SCALED),
    Refusal("y = (x W) x U", "AmbiguousError", GATE, {"x": "n", "W": "n n", "U": "n n"}),
    Refusal(r"y = \sigma(x W) x U", "AmbiguousError", GATE, {"x": "n", "W": "n n", "U": "n n"}),
    Refusal("a b + 1", "AmbiguousError", GATE, PAIR),
    Refusal(r"\max(A)", "AmbiguousError", ("over every entry", r"\max_{i,j} A_{ij}"), MATRIX),
    Refusal("min(A)", "AmbiguousError", ("over every entry", r"\min_{i,j} A_{ij}"), MATRIX),
)

SETTLED = (
    Reading(
        "a sum of products beside a vector", r"v + \sum_i a_i \cdot b_i", "v + Σ_i a_i · b_i",
        {"v": "m", "a": "n m", "b": "n m"}, lambda v, a, b: v + (a * b).sum(axis=-2),
        declare={"v": "m", "a": "n m", "b": "n m"},
    ),
    Reading(
        "a sum of inner products beside a number", r"c + \sum_i a_i \cdot b_i", "c + Σ_i a_i · b_i",
        {"c": "", "a": "n m", "b": "n m"}, lambda c, a, b: c + (a * b).sum(axis=(-2, -1)),
        declare={"c": "", "a": "n m", "b": "n m"},
    ),
    Reading(
        "a sum of scaled vectors beside a vector", r"v + \sum_i (a_i \cdot b_i) a_i",
        "v + Σ_i (a_i · b_i) a_i", {"v": "m", "a": "n m", "b": "n m"},
        lambda v, a, b: v + ((a * b).sum(axis=-1)[..., None] * a).sum(axis=-2),
        declare={"v": "m", "a": "n m", "b": "n m"},
    ),
    Reading(
        "a current", "V = I R", "V = I * R", {"I": "", "R": ""},
        lambda **given: given["I"] * given["R"],
        declare={"I": "", "R": ""},
    ),
    Reading(
        "the identity beside a declared matrix", "A I x", "A I x", {"A": "n n", "x": "n"},
        lambda A, x: (A @ x[..., None])[..., 0], declare={"A": "n n", "x": "n"},
    ),
    Reading(
        "the identity between a matrix and its transpose", "U I U^T", "U I Uᵀ", {"U": "n m"},
        lambda U: U @ U.mT,
    ),
    Reading(
        "the letter between a row and a column", r"x^\top \Sigma x", "xᵀΣx",
        {"x": "n", "Sigma": "n n"}, lambda x, Sigma: (x * (Sigma @ x[..., None])[..., 0]).sum(-1),
    ),
    Reading(
        "the letter between matrices", r"U \Sigma V^\top", "U Σ Vᵀ",
        {"U": "n m", "Sigma": "m p", "V": "n p"}, lambda U, Sigma, V: U @ Sigma @ V.mT,
    ),
    Reading("the index of a norm on the line", r"\|x\|_2", "||x||2", {"x": "n"}, norm),
    Reading(
        "a norm by its index, squared", r"\|x\|_2^2", "‖x‖2²", {"x": "n"}, lambda x: norm(x) ** 2,
    ),
    Reading(
        "the greatest entry on the line", r"\|y\|_\infty", "‖y‖∞", {"y": "n"},
        lambda y: abs(y).max(axis=-1),
    ),
    Reading(
        "a penalty of norms on the line", r"\|w\|_2^2 + \lambda \|w\|_1",
        "||w||2^2 + lambda ||w||1",
        {"w": "n", "lambda_": ""}, lambda w, lambda_: norm(w) ** 2 + lambda_ * abs(w).sum(axis=-1),
    ),
    Reading(
        "the Frobenius norm on the line", r"\|A\|_F^2", "‖A‖F²", {"A": "n m"},
        lambda A: (A * A).sum(axis=(-2, -1)),
    ),
    Reading(
        "a product with d declared", r"\frac{d x}{d + 1}", "d x / (d + 1)", {"d": "", "x": ""},
        lambda d, x: d * x / (d + 1),
    ),
    Reading("a fraction of products", r"\frac{d x}{d y}", "", {"d": "", "x": "", "y": ""},
        lambda d, x, y: x / y, declare={"d": ""},
    ),
    Reading(
        "ones of a declared size", r"W \mathbf{1}_m", "W 1_m", {"W": "n m"},
        lambda W: W.sum(axis=-1), declare={"W": "n m"},
    ),
    Reading(
        "a size that ones and a quotient share",
        r"x - \frac{1}{n} \mathbf{1}_n \mathbf{1}_n^\top x", "", {"x": "n"},
        lambda x: x - x.mean(axis=-1, keepdims=True),
    ),
    Reading(
        "a range to the size that is declared", r"\frac{1}{n} \sum_{i=1}^n x_i",
        "1/n Σ_{i=1}^{n} x_i", {"x": "n"}, lambda x: x.mean(axis=-1), declare={"x": "n"},
    ),
    Reading(
        "a range to one less", r"\sum_{k=0}^{K} x_k", "Σ_{k=0}^{K} x_k", {"x": "n"},
        lambda x: x.sum(axis=-1), declare={"x": "n"},
    ),
    Reading(
        "a polynomial", "a x^0 + b x^1 + c x^2", "a x^0 + b x^1 + c x^2",
        {"a": "", "b": "", "c": "", "x": ""}, lambda a, b, c, x: a + b * x + c * x**2,
    ),
    Reading(
        "a power of a discount", r"\gamma^T v", "gamma^T v", {"gamma": "", "T": "", "v": ""},
        lambda gamma, T, v: gamma**T * v, declare={"T": "", "v": ""},
    ),
    Reading(
        "a transpose beside a temperature", r"\frac{q^T k}{T}", "q^T k / T",
        {"q": "n", "k": "n", "T": ""}, lambda q, k, T: (q * k).sum(axis=-1) / T, declare={"T": ""},
    ),
    Reading(
        "the power of a declared number", "e^T x", "e^T x", {"T": "", "x": ""},
        lambda T, x: np.exp(T) * x, declare={"T": ""},
    ),
    Reading(
        "the transpose of a declared vector", "e^T x", "e^T x", {"e": "n", "x": "n"},
        lambda e, x: (e * x).sum(axis=-1), declare={"e": "n"},
    ),
    Reading(
        "a primed symbol beside its own", "x' + x", "x' + x", {"x_prime": "n", "x": "n"},
        lambda x_prime, x: x_prime + x, declare={"x": "n"},
    ),
    Reading("bars side by side", "|x||y|", "|x| |y|", {"x": "", "y": ""},
        lambda x, y: abs(x) * abs(y),
    ),
    Reading(
        "softsign of a vector", r"\frac{x}{1 + |x|}", "x / (1 + |x|)", {"x": "n"},
        lambda x: x / (1 + abs(x)), declare={"x": "n"},
    ),
    Reading(
        "a unit vector", r"\frac{x}{\|x\|}", "x / ||x||", {"x": "n"},
        lambda x: x / norm(x)[..., None], declare={"x": "n"},
    ),
    Reading(
        "a sum of sizes in single bars", "|x|_1", "|x|_1", {"x": "n"},
        lambda x: abs(x).sum(axis=-1), declare={"x": "n"},
    ),
    Reading(
        "numbers in bars below a sum", r"\frac{1}{n} \sum_{i=1}^n |x_i|",
        "1/n Σ_{i=1}^{n} |x_i|", {"x": "n"}, lambda x: abs(x).mean(axis=-1),
    ),
    Reading(
        "two styles over one label", r"\mathbf{x}_1 + x_1", "", {"x_bf_1": "n", "x_1": "n"},
        lambda x_bf_1, x_1: x_bf_1 + x_1,
    ),
    Reading(
        "two styles under one index", r"\sum_i \mathbf{x}_i x_i", "", {"x_bf": "n d", "x": "n"},
        lambda x_bf, x: (x_bf * x[..., None]).sum(axis=-2),
    ),
    Reading(
        "a bold vector and its elements", r"\mathbf{x} + \sum_i x_i", "", {"x": "n"},
        lambda x: x + x.sum(axis=-1, keepdims=True),
    ),
    Reading(
        "an upright label is the slanted one", r"x_{\mathrm{D}} + x_D", "", {"x_D": ""},
        lambda x_D: 2 * x_D,
    ),
    Reading(
        "a bracket that says what a value depends on", r"r_t(\theta) a", "r_t(theta) a",
        {"r_t": "", "a": ""}, lambda r_t, a: r_t * a, declare={"r_t": "", "a": ""},
    ),
    Reading(
        "a value that depends on what stands elsewhere", r"a(x) \odot x", "a(x) * x",
        {"a": "n", "x": "n"}, lambda a, x: a * x, declare={"a": "n", "x": "n"},
    ),
    Reading(
        "derivatives of an image, declared", "I_x^2 + I_y^2 + I_x I_y", "", {"I_x": "", "I_y": ""},
        lambda I_x, I_y: I_x**2 + I_y**2 + I_x * I_y, declare={"I_x": "", "I_y": ""},
    ),
    Reading(
        "a name that the source defines", r"S = BP \cdot c \\ BP = \min(1, r)", "",
        {"c": "", "r": ""}, lambda c, r: np.minimum(1, r) * c,
    ),
    Reading(
        "a name that is declared", r"BP \cdot c", "", {"BP": "", "c": ""},
        lambda BP, c: BP * c, declare={"BP": ""},
    ),
    Reading(
        "the order of a norm, declared", r"\|x\|_A", "||x||_A", {"x": "n", "A": ""},
        lambda x, A: (abs(x) ** A[..., None]).sum(axis=-1) ** (1 / A), declare={"A": ""},
    ),
    Reading(
        "the norm of order q", r"\|x\|_q", "||x||_q", {"x": "n", "q": ""},
        lambda x, q: (abs(x) ** q[..., None]).sum(axis=-1) ** (1 / q),
    ),
    Reading(
        "the largest entry of a matrix", r"\max_{i,j} A_{ij}", "max_{i,j} A_ij", {"A": "n m"},
        lambda A: A.max(axis=(-2, -1)), declare={"A": "n m"},
    ),
)  # fmt: skip

VECTORS = {"x": "d", "a": "d", "b": "d"}
STATE = {"c_t": "d", "f_t": "d", "i_t": "d", "c_tilde_t": "d"}
ADAM = {"theta_prev": "d", "v_hat_t": "d", "m_hat_t": "d"}
AFFINE = {"gamma": "d", "x_hat": "d", "beta": "d"}
NORMED = {"gamma": "d", "x": "d", "mu": "d", "sigma": "d", "beta": "d"}


def _scaled_layer(x: Array, W: Array, gamma: Array, beta: Array, b: Array) -> Array:
    return gamma * ((W @ x[..., None])[..., 0] + b) + beta


def _cell(f_t: Array, c_prev: Array, i_t: Array, c_tilde_t: Array) -> Array:
    return f_t * c_prev + i_t * c_tilde_t


def _adam(theta_prev: Array, v_hat_t: Array, m_hat_t: Array) -> Array:
    return theta_prev - 0.1 / (np.sqrt(v_hat_t) + 0.5) * m_hat_t


def _normed(gamma: Array, x: Array, mu: Array, sigma: Array, beta: Array) -> Array:
    return gamma * (x - mu) / sigma + beta


GATES = (
    Reading(
        "a vector of another axis beside elements", r"y_i = x_i - \mu", "y_i = x_i - mu",
        {"x": "n", "mu": "d"}, lambda x, mu: x[..., None] - mu[..., None, :],
        declare={"x": "n", "mu": "d"},
    ),
    Reading(
        "rows of a square stack beside a vector", "y_i = W x_i + b", "y_i = W x_i + b",
        {"x": "n n", "W": "n n", "b": "n"}, lambda x, W, b: x @ W.mT + b[..., None, :],
        declare={"x": "n n", "W": "n n", "b": "n"},
    ),
    Reading(
        "a matrix and a vector, scaled and shifted", r"y = \gamma (W x + b) + \beta",
        "y = γ (W x + b) + β", MATRIX_SCALED, _scaled_layer, declare=MATRIX_SCALED,
    ),
    Reading(
        "a matrix and a vector, normalised", r"y = \gamma \frac{W x - a}{b} + \beta",
        "", {**MATRIX_SCALED, "a": "m"},
        lambda x, W, gamma, beta, b, a: gamma * (((W @ x[..., None])[..., 0] - a) / b) + beta,
        declare={**MATRIX_SCALED, "a": "m"},
    ),
    Reading(
        "a row that goes through a matrix, and a gate", "y = (x W) x + b", "",
        {"x": "n", "W": "n n", "b": "n"},
        lambda x, W, b: (x[..., None, :] @ W)[..., 0, :] * x + b,
        declare={"x": "n", "W": "n n", "b": "n"},
    ),
    Reading(
        "a number by a mark, and a vector", r"y = (x^\top W) z + b", "",
        {"x": "n", "W": "n n", "z": "n", "b": "n"},
        lambda x, W, z, b: ((x[..., None, :] @ W)[..., 0, :] * z).sum(-1)[..., None] + b,
        declare={"x": "n", "W": "n n", "z": "n", "b": "n"},
    ),
    Reading(
        "a definition that is applied to a layer", r"f(u) = \gamma u + \beta, y = f(W x)", "",
        {"x": "n", "W": "m n", "gamma": "m", "beta": "m"},
        lambda x, W, gamma, beta: gamma * (W @ x[..., None])[..., 0] + beta,
        declare={"x": "n", "W": "m n", "gamma": "m", "beta": "m"},
    ),
    Reading(
        "a cell of gates with dots", r"c_t = f_t \cdot c_{t-1} + i_t \cdot \tilde c_t",
        "c_t = f_t · c_{t-1} + i_t · c̃_t",
        {"f_t": "d", "c_prev": "d", "i_t": "d", "c_tilde_t": "d"}, _cell, declare=STATE,
    ),
    Reading(
        "a cell of gates side by side", r"c_t = f_t c_{t-1} + i_t \tilde c_t",
        "c_t = f_t c_{t-1} + i_t c̃_t",
        {"f_t": "d", "c_prev": "d", "i_t": "d", "c_tilde_t": "d"}, _cell, declare=STATE,
    ),
    Reading(
        "an output gate of a state", r"h_t = o_t \cdot \tanh(c_t) \\ c_t = W h_{t-1}", "",
        {"o_t": "d", "W": "d d", "h_prev": "d"},
        lambda o_t, W, h_prev: o_t * np.tanh((W @ h_prev[..., None])[..., 0]),
        declare={"o_t": "d", "c_t": "d"}, output="h_t",
    ),
    Reading(
        "a leaky state", r"h_t = (1 - z_t) \cdot n_t + z_t \cdot h_{t-1}",
        "h_t = (1 - z_t) · n_t + z_t · h_{t-1}", {"z_t": "d", "n_t": "d", "h_prev": "d"},
        lambda z_t, n_t, h_prev: (1 - z_t) * n_t + z_t * h_prev,
        declare={"z_t": "d", "n_t": "d", "h_t": "d"},
    ),
    Reading(
        "a scale and a shift with a dot", r"y = \gamma \cdot \hat x + \beta",
        "y = gamma · x̂ + beta", AFFINE, lambda gamma, x_hat, beta: gamma * x_hat + beta,
        declare=AFFINE,
    ),
    Reading(
        "a scale and a shift side by side", r"y = \gamma \hat x + \beta", "y = gamma x̂ + beta",
        AFFINE, lambda gamma, x_hat, beta: gamma * x_hat + beta, declare=AFFINE,
    ),
    Reading(
        "a scale and a shift of rows", r"y_i = \gamma \hat x_i + \beta", "",
        {"gamma": "d", "x_hat": "n d", "beta": "d"},
        lambda gamma, x_hat, beta: gamma[..., None, :] * x_hat + beta[..., None, :],
        declare={"gamma": "d", "x_hat": "n d", "beta": "d"},
    ),
    Reading(
        "a scaled quotient", r"\gamma \frac{x - \mu}{\sigma} + \beta", "",
        NORMED, _normed, declare=NORMED,
    ),
    Reading(
        "a scaled quotient in brackets", r"\gamma \left(\frac{x - \mu}{\sigma}\right) + \beta",
        "gamma ((x - mu) / sigma) + beta", NORMED, _normed, declare=NORMED,
    ),
    Reading(
        "a quotient times a scale", r"y = \frac{x - \mu}{\sigma} \cdot \gamma + \beta",
        "y = (x - mu) / sigma · gamma + beta",
        {"x": "d", "mu": "d", "sigma": "d", "gamma": "d", "beta": "d"}, _normed, declare=NORMED,
    ),
    Reading(
        "a step over roots",
        r"\theta_t = \theta_{t-1} - \frac{0.1}{\sqrt{\hat v_t} + 0.5} \hat m_t", "", ADAM,
        _adam, declare=ADAM | {"theta_t": "d"},
    ),
    Reading(
        "a step over roots, times",
        r"\theta_t = \theta_{t-1} - \frac{0.1}{\sqrt{\hat v_t} + 0.5} \cdot \hat m_t", "",
        ADAM, _adam, declare=ADAM | {"theta_t": "d"},
    ),
    Reading(
        "a sign times squares", r"v_t = v_{t-1} - 0.5 \mathrm{sign}(v_{t-1} - g_t^2) g_t^2", "",
        {"v_prev": "d", "g_t": "d"},
        lambda v_prev, g_t: v_prev - 0.5 * np.sign(v_prev - g_t**2) * g_t**2,
        declare={"v_t": "d", "g_t": "d"},
    ),
    Reading(
        "a scaled gate", r"2 (a \cdot b) + x", "2 (a · b) + x", {"a": "d", "b": "d", "x": "d"},
        lambda a, b, x: 2 * a * b + x, declare=VECTORS,
    ),
)  # fmt: skip

SCORES = (
    Reading(
        "a score and a bias", r"a \cdot x + b", "a · x + b", {"a": "d", "x": "d", "b": ""},
        lambda a, x, b: (a * x).sum(axis=-1) + b, declare={"a": "d", "x": "d"},
    ),
    Reading(
        "a score of a function", r"a \cdot \tanh(x) + b", "a · tanh(x) + b",
        {"a": "d", "x": "d", "b": ""}, lambda a, x, b: (a * np.tanh(x)).sum(axis=-1) + b,
        declare={"a": "d", "x": "d", "b": ""},
    ),
    Reading(
        "a score of a temperature", r"\exp(a \cdot b / \tau)", "exp(a · b / tau)",
        {"a": "d", "b": "d", "tau": ""}, lambda a, b, tau: np.exp((a * b).sum(axis=-1) / tau),
        declare={"a": "d", "b": "d", "tau": ""},
    ),
    Reading(
        "a reflection", r"x - 2 (x \cdot a) a", "x - 2 (x · a) a", {"x": "d", "a": "d"},
        lambda x, a: x - 2 * (x * a).sum(axis=-1, keepdims=True) * a,
        declare={"x": "d", "a": "d"},
    ),
    Reading(
        "unit vectors", r"\frac{a}{\|a\|} \cdot \frac{b}{\|b\|}", "a / ||a|| · b / ||b||",
        {"a": "d", "b": "d"}, lambda a, b: (a * b).sum(axis=-1) / norm(a) / norm(b),
        declare={"a": "d", "b": "d"},
    ),
    Reading(
        "a score beside an array of another size", r"a \cdot x + b", "a · x + b",
        {"a": "d", "x": "d", "b": "m"}, lambda a, x, b: (a * x).sum(axis=-1, keepdims=True) + b,
        declare={"a": "d", "x": "d", "b": "m"},
    ),
)  # fmt: skip
