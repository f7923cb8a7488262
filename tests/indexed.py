"""What letters below symbols mean: `MEANT` with their numbers, `ASKED` what nothing settles."""

from __future__ import annotations

import numpy as np

from readings import Reading, norm
from two_readings import Refusal

VECTOR = {"x": "n"}
PAIR = {"x": "n", "y": "n"}
ONE_SYMBOL = ("is defined as one symbol", "is an index here")
ELEMENT = ("is defined here, and x is an array elsewhere", "a symbol of its own")


def _centred(x: np.ndarray) -> np.ndarray:
    return x - x.mean(axis=-1, keepdims=True)


def _correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = _centred(x), _centred(y)
    return (x * y).sum(axis=-1) / norm(x) / norm(y)


MEANT = (
    Reading(
        "a function of a symbol that is defined after it", r"F(x_t) = x_t^2, \quad x_t = x + 1",
        "F(x_t) = x_t^2\nx_t = x + 1", VECTOR, lambda x: (x + 1) ** 2, declare=VECTOR,
    ),
    Reading(
        "two symbols with one label", r"x_c = x - 1 \\ y_c = x_c^2", "x_c = x - 1\ny_c = x_c^2",
        VECTOR, lambda x: (x - 1) ** 2, declare=VECTOR, output="y_c",
    ),
    Reading(
        "the label of a query", r"x_r = W x, \quad y_r = W y, \quad s_r = x_r^\top y_r",
        "x_r = W x\ny_r = W y\ns_r = x_r^T y_r", {"W": "m n"} | PAIR,
        lambda W, x, y: ((W @ x[..., None]) * (W @ y[..., None]))[..., 0].sum(axis=-1),
        declare={"W": "m n"} | PAIR, output="s_r",
    ),
    Reading(
        "a centred correlation",
        r"x_c = x - \mathrm{mean}(x) \\ y_c = y - \mathrm{mean}(y) \\ "
        r"r_c = \frac{x_c^\top y_c}{\|x_c\| \|y_c\|}",
        "x_c = x - mean(x)\ny_c = y - mean(y)\nr_c = x_c^T y_c / (||x_c|| ||y_c||)",
        PAIR, _correlation, declare=PAIR, output="r_c",
    ),
    Reading(
        "a loss at a shifted point", r"x_\epsilon = x + 2y, \quad L_\epsilon = \|A x_\epsilon\|^2",
        "", {"A": "m n"} | PAIR,
        lambda A, x, y: ((A @ (x + 2 * y)[..., None]) ** 2).sum(axis=(-2, -1)),
        declare={"A": "m n"} | PAIR, output="L_epsilon",
    ),
    Reading(
        "noise of a step", r"x_t = a_t x + y, \quad L(x_t) = \|x_t\|^2", "", {"a_t": "one"} | PAIR,
        lambda a_t, x, y: norm(a_t * x + y) ** 2, declare=PAIR, output="L",
    ),
    Reading(
        "an index letter that the right side does not read", r"x_n = x / 2, \quad y_n = x_n + 1",
        "x_n = x / 2\ny_n = x_n + 1", VECTOR, lambda x: x / 2 + 1, declare={"x": "d"},
        output="y_n",
    ),
    Reading(
        "numbered stages of an array", r"x_1 = 2x \\ x_2 = x_1^2 + x", "x_1 = 2x\nx_2 = x_1^2 + x",
        VECTOR, lambda x: 4 * x**2 + x, declare=VECTOR, output="x_2",
    ),
    Reading(
        "entries of a transpose", r"B_{ij} = A^\top_{ij}", "B_ij = A^T_ij", {"A": "n m"},
        lambda A: A.mT, declare={"A": "n m"},
    ),
    Reading(
        "entries of a matrix, transposed", r"B_{ij} = 2 A_{ij}^\top", "B_ij = 2 A_ij^T",
        {"A": "n m"}, lambda A: 2 * A.mT, declare={"A": "n m"},
    ),
    Reading(
        "a form of a transpose", r"s = \sum_{i,j} A^\top_{ij} x_i y_j",
        "s = Σ_{i,j} A^T_ij x_i y_j", {"A": "n m", "x": "m", "y": "n"},
        lambda A, x, y: (A * y[..., None] * x[..., None, :]).sum(axis=(-2, -1)),
        declare={"A": "n m", "x": "m", "y": "n"},
    ),
    Reading(
        "inner products of transposed rows", r"s_{ij} = A_i^\top B_j", "s_ij = A_i^T B_j",
        {"A": "n d", "B": "m d"}, lambda A, B: A @ B.mT, declare={"A": "n d", "B": "m d"},
    ),
    Reading(
        "the mean of squared differences", r"m = \sqrt{\mathrm{mean}((x_i - y_i)^2)}",
        "m = sqrt(mean((x_i - y_i)^2))", PAIR,
        lambda x, y: np.sqrt(((x - y) ** 2).mean(axis=-1)), declare=PAIR,
    ),
    Reading(
        "a sum over its only index",
        r"g = 1 - \mathrm{sum}(x_i^2) / \mathrm{sum}(x_i)", "g = 1 - sum(x_i^2) / sum(x_i)", VECTOR,
        lambda x: 1 - (x**2).sum(axis=-1) / x.sum(axis=-1), declare=VECTOR,
    ),
    Reading(
        "the largest difference", r"m = \max(|x_i - y_i|)", "m = max(|x_i - y_i|)", PAIR,
        lambda x, y: np.abs(x - y).max(axis=-1), declare=PAIR,
    ),
    Reading(
        "the deviation of the median", r"m = \mathrm{median}(|x_i - \mathrm{median}(x)|)", "",
        VECTOR,
        lambda x: np.median(np.abs(x - np.median(x, axis=-1, keepdims=True)), axis=-1),
        declare=VECTOR,
    ),
    Reading(
        "a variance of elements", r"v = \mathrm{Var}(x_i)", "v = Var(x_i)", VECTOR,
        lambda x: x.var(axis=-1), declare=VECTOR,
    ),
    Reading(
        "elements over the largest", r"z_i = x_i / \max(x_i)", "z_i = x_i / max(x_i)", VECTOR,
        lambda x: x / x.max(axis=-1, keepdims=True), declare=VECTOR,
    ),
    Reading(
        "the mean of each vector", r"m = \mathrm{mean}(x_i)", "m = mean(x_i)", {"x": "n d"},
        lambda x: x.mean(axis=-1), declare={"x": "n d"},
    ),
    Reading(
        "elements that a left side names", r"x_i = y_i + 1 \\ z_i = x_i^2",
        "x_i = y_i + 1\nz_i = x_i^2", {"y": "n"}, lambda y: (y + 1) ** 2, declare={"y": "n"},
        output="z",
    ),
)  # fmt: skip

ASKED = (
    Refusal(r"x_c = x - 1 \\ S = \sum_{c=1}^{n} x_c", "AmbiguousError", ONE_SYMBOL, VECTOR),
    Refusal(
        r"x_t = 2x + 1 \\ z_t = a_t x_t", "AmbiguousError", ONE_SYMBOL, {"x": "n", "a": "n"}
    ),
    Refusal(
        r"x_k = x + 1 \\ v_k = \sum_j A_{kj} x_k", "AmbiguousError", ONE_SYMBOL,
        {"x": "n", "A": "m n"},
    ),
    Refusal(r"x_1 = a \\ y = \sum_i x_i", "AmbiguousError", ELEMENT, VECTOR),
    Refusal(r"x_1 = a \\ x_2 = b \\ y = \|x\|", "AmbiguousError", ELEMENT, {"x": "2"}),
    Refusal(r"x_1 = a \\ y = x_1 + x_2", "AmbiguousError", ELEMENT, VECTOR),
)  # fmt: skip
