"""What experts read in two ways is settled by what the source and the declarations say, else
refused with both readings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import indexed
from algebra import ASKED, ASSIGNED
from eq2code import AmbiguousError, Eq2CodeError, translate
from equations_norms import REFUSALS as MEASURES
from strategies import BACKENDS, to_backend
from two_readings import REFUSALS, Refusal


@pytest.mark.parametrize(
    "case",
    [*REFUSALS, *MEASURES, *ASKED, *indexed.ASKED],
    ids=lambda case: f"{case.source}, {case.declare}",
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_two_readings_are_both_named(case: Refusal, backend: str) -> None:
    with pytest.raises(Eq2CodeError) as caught:
        translate(case.source, shapes=case.declare, backend=backend)
    assert type(caught.value).__name__ == case.error
    for words in case.says:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("source", "declare"),
    [
        (r"\sum_{i=k+1}^{n} x_i", {"x": "n"}),
        (r"\sum x_{k+1:n}", {"x": "n"}),
        ("Σ_{i=k+1}^{n} x_i", {"x": "n"}),
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_range_from_a_number_takes_the_rest(
    source: str, declare: dict[str, str], backend: str
) -> None:
    function = translate(source, shapes=declare, backend=backend)
    assert set(function.parameters) == {"k", "x"}
    x = np.random.default_rng(3).normal(size=(4, 5))
    for values in (x[0], x):
        given = to_backend(values, backend)
        np.testing.assert_allclose(np.asarray(function(k=2, x=given)), values[..., 2:].sum(axis=-1))


@pytest.mark.parametrize("source", [r"\mathbf{1}_S^\top x", "1_S^T x"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_ones_over_a_mask_are_the_mask(source: str, backend: str) -> None:
    function = translate(source, shapes={"S": "n : bool", "x": "n"}, backend=backend)
    rng = np.random.default_rng(4)
    for lead in ((), (3,)):
        mask, x = rng.random((*lead, 5)) < 0.5, rng.normal(size=(*lead, 5))
        wanted = (mask * x).sum(axis=-1)
        given = [to_backend(one, backend) for one in (mask, x)]
        np.testing.assert_allclose(np.asarray(function(*given)), wanted)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_inverse_of_a_value_is_no_inverse_function(backend: str) -> None:
    x = np.random.default_rng(5).uniform(1, 2, (4, 3))
    given = to_backend(x, backend)
    one = translate("f(x)^{-1}", shapes={"f": "(n) -> (n)", "x": "n"}, backend=backend)
    np.testing.assert_allclose(np.asarray(one(f=lambda x: x + 1, x=given)), 1 / (x + 1))
    matrix = translate("K^{-1}(x)", shapes={"K": "(n) -> (n n)", "x": "n"}, backend=backend)

    def outer(v: np.ndarray | torch.Tensor) -> np.ndarray | torch.Tensor:
        eye = to_backend(np.eye(3), backend)
        return v[..., :, None] * v[..., None, :] + eye

    wanted = np.linalg.inv(x[..., :, None] * x[..., None, :] + np.eye(3))
    np.testing.assert_allclose(np.asarray(matrix(K=outer, x=given)), wanted)


@pytest.mark.parametrize(
    ("reading", "wanted"),
    [
        ("norm", lambda y: np.linalg.norm(y, axis=-1)),
        ("length", lambda y: y.shape[-1]),
        ("elementwise", np.abs),
    ],
)
@pytest.mark.parametrize("source", [r"\frac{y}{|y|}", "y / |y|"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_bars_are_what_is_preferred(
    source: str, reading: str, wanted: Callable[[np.ndarray], np.ndarray], backend: str
) -> None:
    function = translate(source, shapes={"y": "n"}, prefer={"bars": reading}, backend=backend)
    batch = np.random.default_rng(6).normal(size=(4, 5))
    for y in (batch[0], batch):
        divisor = np.asarray(wanted(y))
        divisor = divisor[..., None] if 0 < divisor.ndim < y.ndim else divisor
        given = to_backend(y, backend)
        np.testing.assert_allclose(np.asarray(function(given)), y / divisor)


@pytest.mark.parametrize("source", [r"a \cdot x + b", "a x + b"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_product_beside_a_vector_is_what_is_preferred(source: str, backend: str) -> None:
    declare = {"a": "d", "x": "d", "b": "d"}
    told = translate(source, shapes=declare, backend=backend).assumptions
    assert [one.argument for one in told] == [(("prefer", (("beside-vector", "inner"),)),)]
    function = translate(source, shapes=declare, prefer={"beside-vector": "inner"}, backend=backend)
    a, x, b = np.random.default_rng(8).normal(size=(3, 4, 5))
    given = [to_backend(one, backend) for one in (a, x, b)]
    wanted = (a * x).sum(axis=-1, keepdims=True) + b
    np.testing.assert_allclose(np.asarray(function(*given)), wanted)


@pytest.mark.parametrize(("reading", "wanted"), [("inner", (4,)), ("elementwise", (4, 5))])
def test_a_doubtful_gate_is_what_is_preferred(reading: str, wanted: tuple[int, ...]) -> None:
    function = translate(
        r"o \cdot \tanh(c)", shapes={"o": "d", "c": "d"}, prefer={"beside-vector": reading}
    )
    assert function(np.ones((4, 5)), np.ones((4, 5))).shape == wanted


@pytest.mark.parametrize(
    ("reading", "wanted"),
    [
        ("identity", lambda X: np.linalg.matrix_power(X @ X.mT + np.eye(3), 2)),
        ("entries", lambda X: (X @ X.mT + 1) ** 2),
    ],
)
@pytest.mark.parametrize("source", [r"(X X^\top + 1)^2", r"P = K^2, K = X X^\top + 1"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_kernel_raises_what_is_preferred(
    source: str, reading: str, wanted: Callable[[np.ndarray], np.ndarray], backend: str
) -> None:
    function = translate(source, outputs=("P",) if "P" in source else None,
                         prefer={"added-number": reading}, backend=backend)  # fmt: skip
    batch = np.random.default_rng(8).normal(size=(4, 3, 5))
    for X in (batch[0], batch):
        np.testing.assert_allclose(np.asarray(function(to_backend(X, backend))), wanted(X))


@pytest.mark.parametrize("source", [r"w \cdot x + b", "w·x + b"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_dot_between_undeclared_letters_is_asked_about_where_both_are_arrays(
    source: str, backend: str
) -> None:
    function = translate(source, backend=backend)
    assert dict(function.assumptions[0].argument[0][1]) == {"w": "n", "x": "n"}
    w, x = np.random.default_rng(9).normal(size=(2, 4, 3))
    given = [to_backend(one, backend) for one in (w, x)]
    with pytest.raises(AmbiguousError, match="a dot stands between w and x") as caught:
        function(*given, 1.0)
    assert 'shapes={"w": "n", "x": "n"}' in str(caught.value)
    np.testing.assert_allclose(np.asarray(function(2.0, given[1], 1.0)), 2 * x + 1)
    inner = translate(source, shapes={"w": "n", "x": "n"}, backend=backend)
    np.testing.assert_allclose(np.asarray(inner(*given, 1.0)), (w * x).sum(axis=-1) + 1)


@pytest.mark.parametrize(
    "source",
    [
        r"\theta \cdot x",
        r"-2 \beta \cdot x",
        r"\exp(\theta · x)",
        r"\frac{\theta \cdot x}{2}",
        "β·x",
    ],
)
def test_a_dot_beside_a_greek_letter_is_asked_about_too(source: str) -> None:
    with pytest.raises(AmbiguousError, match="a dot stands between"):
        translate(source)([1.0, 2.0], [3.0, 4.0])
    translate(source)(1.0, [3.0, 4.0])


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_dot_beside_an_array_goes_element_by_element(backend: str) -> None:
    function = translate(r"\gamma \cdot x + \beta", backend=backend)
    gamma, x, beta = np.random.default_rng(9).normal(size=(3, 4))
    given = (gamma, x, beta) if backend == "numpy" else map(torch.as_tensor, (gamma, x, beta))
    np.testing.assert_allclose(np.asarray(function(*given)), gamma * x + beta)
    with pytest.raises(AmbiguousError, match="a dot stands between gamma and x"):
        translate(r"\gamma \cdot x + \beta")(gamma, x, 1.0)


@pytest.mark.parametrize("source", [r"v + \sum_i a_i \cdot b_i", r"v + Σ_i a_i · b_i"])
def test_a_dot_between_elements_is_asked_about_where_both_are_arrays(source: str) -> None:
    a, b = np.random.default_rng(9).normal(size=(2, 4, 3))
    with pytest.raises(AmbiguousError, match="a dot stands between a and b") as caught:
        translate(source)(1.0, a, b)
    assert 'shapes={"a": "n d", "b": "n d"}' in str(caught.value)
    rows = translate(source, shapes={"a": "n d", "b": "n d"})
    np.testing.assert_allclose(rows(1.0, a, b), 1 + (a * b).sum())
    batch = translate(source, shapes={"a": "n", "b": "n"})
    np.testing.assert_allclose(batch(1.0, a, b), 1 + (a * b).sum(axis=-1))
    np.testing.assert_allclose(translate(source)(1.0, a[0], b), 1 + (a[0] * b).sum(axis=-1))


CHEBYSHEV = r"y = \sum_{k=0}^{K} \theta_k T_k(L) x"


@pytest.mark.parametrize("source", [CHEBYSHEV, "y = Σ_{k=0}^{K} θ_k T_k(L) x"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_an_index_below_a_function_is_its_argument_where_it_is_declared(
    source: str, backend: str
) -> None:
    """T_k is taken as the k-th power here: for every k at once, and for a batch of matrices."""
    declare = {"T": "(), (n n) -> (n n)", "L": "n n", "x": "n"}
    function = translate(source, shapes=declare, backend=backend)

    def power(k: Any, matrix: Any) -> Any:
        whole = np.asarray(k), np.asarray(matrix)
        exponents = np.broadcast_to(whole[0], whole[1].shape[:-2])
        flat = zip(exponents.reshape(-1), whole[1].reshape(-1, *whole[1].shape[-2:]), strict=True)
        made = np.stack([np.linalg.matrix_power(m, int(e)) for e, m in flat])
        made = made.reshape(whole[1].shape)
        return to_backend(made, backend)

    rng = np.random.default_rng(7)
    theta, matrices, vectors = (rng.normal(size=s) for s in ((4,), (3, 2, 2), (3, 2)))
    for graph, x in ((matrices[0], vectors[0]), (matrices, vectors)):
        wanted = sum(
            theta[k] * (np.linalg.matrix_power(graph, k) @ x[..., None])[..., 0] for k in range(4)
        )
        values = {"theta": theta, "L": graph, "x": x}
        given = {k: to_backend(v, backend) for k, v in values.items()}
        np.testing.assert_allclose(np.asarray(function(T=power, **given)), wanted)


@pytest.mark.parametrize(
    ("source", "declare", "told", "argument"),
    [
        (r"BP \cdot c", {}, "BP is B times P", {"shapes": {"BP": ""}}),
        ("X*W + b", {}, "* between matrices", {"prefer": {"asterisk": "matrix"}}),
        (r"\sum_{k=0}^{K} a_k", {"a": "M"}, "K is M - 1", {"prefer": {"printed-size": "part"}}),
        (r"\mathbf{1}_S^\top x", {}, "1_S is a vector of S ones", {"shapes": {"S": "n : bool"}}),
        ("x + |x|", {"x": "n"}, "bars round a vector", {"prefer": {"bars": "norm"}}),
        ("A^H", {}, "A^H is the conjugate transpose", {"shapes": {"A_H": ""}}),
        (
            r"\mathrm{mean}(A)",
            {"A": "n m"},
            "mean of a matrix",
            {"prefer": {"reduced-axis": "columns"}},
        ),
        ("I_k x", {}, "I_k is the identity", {"shapes": {"I_k": ""}}),
    ],
)
def test_a_reading_that_nothing_forces_is_told(
    source: str, declare: dict[str, str], told: str, argument: dict[str, dict[str, str]]
) -> None:
    formula = translate(source, shapes=declare)
    found = [one for one in formula.assumptions if str(one).startswith(told)]
    assert len(found) == 1
    assert {name: dict(pairs) for name, pairs in found[0].argument} == argument


@pytest.mark.parametrize(("source", "outputs"), ASSIGNED)
def test_what_is_put_in_the_place_of_a_given_symbol_is_returned(
    source: str, outputs: tuple[str, ...]
) -> None:
    assert translate(source).outputs == outputs


def test_a_step_of_descent_returns_what_it_steps_to() -> None:
    function = translate(r"w \leftarrow w - \eta \nabla_w L \\ L = \|X w - y\|^2")
    rng = np.random.default_rng(11)
    X, w, y = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)
    new = w - 0.1 * 2 * X.T @ (X @ w - y)
    result = function(w=w, eta=0.1, X=X, y=y)
    np.testing.assert_allclose(result[0], new)
    np.testing.assert_allclose(result[1], ((X @ new - y) ** 2).sum())


@pytest.mark.parametrize("sign", [r"^\top", "^T", "^H", r"^\dagger"])
@pytest.mark.parametrize(
    ("source", "axes"),
    [
        (r"\mathbf{w}SIGN x", {"x": "n"}),
        (r"wSIGN 2 x", {"x": "n"}),
        (r"y = |\mathbf{w}SIGN a|^2", {"a": "n"}),
        (r"\frac{\mathbf{w}SIGN x}{\mathbf{w}SIGN R \mathbf{w}}", {"x": "n", "R": "n n"}),
    ],
)
def test_beside_a_transposed_vector_stands_a_vector(
    source: str, axes: dict[str, str], sign: str
) -> None:
    if sign == "^H" and "mathbf" not in source:
        return  # a light w^H may be w with a label
    shapes = translate(source.replace("SIGN", sign)).shapes
    assert {name: shapes[name] for name in axes} == axes


def test_a_run_with_one_letter_below_is_a_name_where_it_is_defined() -> None:
    assert "SNR_1 = 2 * x" in translate(r"SNR_1 = 2 x \\ y = SNR_1 + 1").code


def test_a_vector_beside_a_square_matrix_is_laid_along_rows_in_a_sum_alone() -> None:
    shapes = {"X": "n n", "b": "n"}
    assert translate("X + b", shapes=shapes).shapes["value"] == "n n"
    with pytest.raises(AmbiguousError, match="fits \\(n, n\\) in more than one way"):
        translate(r"\operatorname{atan2}(X, b)", shapes=shapes)
    with pytest.raises(Eq2CodeError, match="the operands differ in shape"):
        translate(r"\operatorname{atan2}(x, y)", shapes={"x": "n", "y": "m"})


def test_the_shapes_of_results_are_told_beside_those_of_parameters() -> None:
    assert translate("y = W x").shapes == {"W": "n m", "x": "m", "y": "n"}
    assert translate("A x").shapes == {"A": "n m", "x": "m", "value": "n"}


def test_no_axis_is_added_in_front_of_what_carries_no_batch() -> None:
    code = translate(r"y_i = \sum_{j=1}^{i} x_j").code
    assert "np.where(positions <= positions[..., None], x[..., None, :], 0.0)" in code
