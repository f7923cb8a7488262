"""Notations that experts read in two ways: `SETTLED` are those that something decides, with their
numbers; `REFUSALS` those that nothing does, with what the message must name."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from readings import Reading


@dataclass(frozen=True)
class Refusal:
    """A source that is not guessed at: its error, and what the message must name."""

    source: str
    error: str
    says: tuple[str, ...]
    declare: dict[str, str] = field(default_factory=dict)


DERIVATIVE = ("a derivative written as a fraction", 'shapes={"d": ""}')
INVERSE = ("the inverse function", "1 / f(…)", "f_inv")
ONES = ("w ones", "1 at the entry w", r"\mathbb{1}[i = w]")
PART = ("x_{1:n}", "declare it as n")
LABEL = ("a label", "a power", "W^{(1)}")
PRIME = ("x transposed", "x_prime", r"x^\top")

REFUSALS = (
    Refusal(r"\frac{dx}{dt}", "UnsupportedError", DERIVATIVE),
    Refusal(r"\frac{\mathrm{d}x}{\mathrm{d}t}", "UnsupportedError", DERIVATIVE),
    Refusal(r"\frac{d^2 x}{d t^2}", "UnsupportedError", DERIVATIVE),
    Refusal(r"y = x^2 \\ g = \frac{dy}{dx}", "UnsupportedError", DERIVATIVE),
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
)

SETTLED = (
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
)  # fmt: skip
