"""What letters below symbols mean, where nothing but a habit says so, is told, and chosen."""

from __future__ import annotations

import numpy as np
import pytest

from eq2code import Eq2CodeError, translate
from strategies import BACKENDS, to_backend

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (r"y_i = \sum_j \alpha_{ij} v_j", "v"),
        (r"y_i = \sum_j \exp(e_{ij}) h_j / \sum_j \exp(e_{ij})", "h"),
        ("ŷᵢ = Σⱼ αᵢⱼ vⱼ", "v"),
        (r"m_k = \frac{\sum_n r_{nk} x_n}{\sum_n r_{nk}}", "x"),
        (r"s = \sum_i w_i x_i", "x"),
    ],
)
def test_elements_that_are_summed_up_are_told_to_be_numbers(source: str, name: str) -> None:
    told = {one.text: one for one in translate(source).assumptions}
    one = told[f"{name} holds numbers, one for each index"]
    with pytest.raises(Eq2CodeError):
        translate(source, strict=True)
    ((keyword, pairs),) = one.argument
    assert keyword == "shapes"
    rows = translate(source, shapes=dict(pairs))
    assert len(rows.shapes[name].split()) == 2


@pytest.mark.parametrize(
    "source",
    [
        r"H = -\sum_i p_i \log p_i",
        r"L = \sum_i (y_i - x_i)^2",
        r"y = \sum_i x_i^2",
        r"y = \prod_i x_i",
    ],
)
def test_what_only_numbers_are_is_not_told(source: str) -> None:
    assert not any("holds numbers" in one.text for one in translate(source).assumptions)


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_that_are_summed_up_are_weighted(backend: str) -> None:
    function = translate(
        r"y_i = \sum_j \alpha_{ij} v_j", shapes={"v": "n d"}, strict=True, backend=backend
    )
    weights, rows = RNG.normal(size=(4, 4)), RNG.normal(size=(4, 4))
    got = function(alpha=to_backend(weights, backend), v=to_backend(rows, backend))
    np.testing.assert_allclose(np.asarray(got), weights @ rows)


RETURNS = r"G_t = \sum_{k=t+1}^{T} \gamma^{k-t-1} R_k"


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("first", ["0", "1"])
def test_what_an_index_that_bounds_a_range_counts_from_is_told(first: str, backend: str) -> None:
    shapes = {"R": "T", "gamma": ""}
    (told,) = translate(RETURNS, shapes=shapes).assumptions
    assert "t counts from 1 where it is an end of a range" in told.text
    assert told.argument == (("prefer", (("index-base", "0"),)),)
    with pytest.raises(Eq2CodeError):
        translate(RETURNS, shapes=shapes, strict=True)
    function = translate(
        RETURNS, shapes=shapes, prefer={"index-base": first}, strict=True, backend=backend
    )
    rewards = RNG.normal(size=(3, 6))
    got = np.asarray(function(gamma=0.5, R=to_backend(rewards, backend)))
    # R_k is rewards[k - 1]
    wanted = [
        sum(0.5 ** (k - t - 1) * rewards[:, k - 1] for k in range(t + 1, 7))
        for t in range(int(first), 6 + int(first))
    ]
    np.testing.assert_allclose(got, np.stack([w + np.zeros(3) for w in wanted], axis=-1))


@pytest.mark.parametrize("first", ["0", "1"])
def test_an_index_above_a_range_is_told_too(first: str) -> None:
    source = r"S_t = \sum_{k=0}^{t-1} R_k"
    (told,) = translate(source, shapes={"R": "T"}).assumptions
    assert told.argument == (("prefer", (("index-base", "1"),)),)
    function = translate(source, shapes={"R": "T"}, prefer={"index-base": first})
    rewards = RNG.normal(size=5)
    wanted = [rewards[:t].sum() for t in range(int(first), 5 + int(first))]
    np.testing.assert_allclose(function(R=rewards), wanted)


@pytest.mark.parametrize(
    "source",
    [
        r"S_t = \sum_{k=1}^{t} R_k",
        r"S_t = \sum_{k=t}^{T} R_k",
        r"S_t = \sum_{k=t+1}^{T} R_k, \quad t = 0, \dots, T - 1",
        r"P_t = \prod_{k=1}^{t-1} R_k \\ V = \sum_{t=1}^{T} P_t R_t",
    ],
)
def test_a_start_that_is_printed_is_not_told(source: str) -> None:
    assert not translate(source, shapes={"R": "T"}, strict=True).assumptions


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("first", [0, 1])
def test_what_labels_beside_an_index_count_from_is_told(first: int, backend: str) -> None:
    source = r"L = -\sum_{k=1}^{K} \mathbb{1}[y = k] q_k"
    shapes, prefer = {"y": ": int", "q": "K"}, {} if first else {"compared-labels": "0"}
    function = translate(source, shapes=shapes, prefer=prefer, backend=backend)
    told = [one.text for one in function.assumptions]
    assert told == first * ["y is one of the values of k, which count from 1"]
    q = RNG.normal(size=4)
    got = [float(function(y=label + first, q=to_backend(q, backend))) for label in range(4)]
    np.testing.assert_allclose(got, -q)


@pytest.mark.parametrize(
    ("source", "shapes"),
    [
        (r"L = -\sum_{k=0}^{K-1} \mathbb{1}[y = k] q_k", {"y": ": int", "q": "K"}),
        (r"s = \sum_{i=1}^n \sum_{j=1}^n \mathbb{1}[c_i = c_j]", {"c": "n : int"}),
        (r"s = \sum_{i=1}^n \mathbb{1}[x_i > i]", {"x": "n"}),
        (r"s = \sum_{i=1}^n \sum_{j=1}^n \mathbb{1}[i = j] A_{ij}", {"A": "n n"}),
    ],
)
def test_comparisons_that_leave_no_choice_are_not_told(source: str, shapes: dict[str, str]) -> None:
    assert not translate(source, shapes=shapes, strict=True).assumptions
