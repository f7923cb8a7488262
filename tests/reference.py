"""What the equations mean, in plain Python numbers: the references use nothing of eq2code.

Matrices are lists of rows. Every function takes one item; `over_batch` loops over arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np

Vector = Sequence[float]
Matrix = Sequence[Vector]


def softmax(x: Vector) -> list[float]:
    """exp(x_i) / Σ_j exp(x_j), each divided by the largest, so that none overflows."""
    top = max(x)
    if math.isinf(top):  # nothing but -inf is 0/0; an inf is inf/inf
        return [math.nan for _ in x]
    shares = [math.exp(value - top) for value in x]
    total = math.fsum(shares)
    return [share / total for share in shares]


def attention(
    queries: Matrix, keys: Matrix, values: Matrix, mask: Matrix | None = None
) -> list[list[float]]:
    """For each query the mean of the values, weighted by how well its key matches."""
    scale = math.sqrt(len(keys[0]))
    result = []
    for i, query in enumerate(queries):
        scores = [math.fsum(a * b for a, b in zip(query, key, strict=True)) / scale for key in keys]
        if mask is not None:
            scores = [score + extra for score, extra in zip(scores, mask[i], strict=True)]
        weights = softmax(scores)
        columns = range(len(values[0]))
        result.append(
            [math.fsum(w * v[c] for w, v in zip(weights, values, strict=True)) for c in columns]
        )
    return result


def adam(
    theta: float,
    m: float,
    v: float,
    g: float,
    *,
    t: int,
    alpha: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> tuple[float, float, float]:
    """One step for one weight: its new moments and its new value."""
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g * g
    step = (m / (1 - beta_1**t)) / (math.sqrt(v / (1 - beta_2**t)) + epsilon)
    return m, v, theta - alpha * step


def layer_norm(x: Vector, gamma: Vector, beta: Vector, epsilon: float) -> list[float]:
    """Each row shifted to mean 0 and scaled to variance 1, then scaled and shifted as learned."""
    mean = math.fsum(x) / len(x)
    variance = math.fsum((value - mean) ** 2 for value in x) / len(x)
    return [
        g * (value - mean) / math.sqrt(variance + epsilon) + b
        for value, g, b in zip(x, gamma, beta, strict=True)
    ]


def over_batch(function: Callable[..., Any], *arrays: Any, ranks: Sequence[int]) -> Any:
    """`function` of each item of the batch, stacked; `ranks` are the dimensions of one item."""
    fronts = [a.shape[: a.ndim - rank] for a, rank in zip(arrays, ranks, strict=True)]
    batch = np.broadcast_shapes(*fronts)
    full = [
        np.broadcast_to(a, batch + a.shape[a.ndim - rank :])
        for a, rank in zip(arrays, ranks, strict=True)
    ]
    results = {
        place: np.asarray(function(*(a[place].astype(float).tolist() for a in full)))
        for place in product(*map(range, batch))
    }
    item = next(iter(results.values())).shape if results else ()
    stacked = np.empty(batch + item)
    for place, result in results.items():
        stacked[place] = result
    return stacked
