"""Derivatives as papers write them, against finite differences and PyTorch's own gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

import reference
from eq2code import (
    AmbiguousError,
    DefinitionError,
    Eq2CodeError,
    ShapeError,
    UndefinedError,
    UnsupportedError,
    translate,
)
from strategies import BACKENDS, to_backend, to_numpy

Array = np.ndarray
each_backend = pytest.mark.parametrize("backend", BACKENDS)
SIZES = {"n": 3, "m": 4, "d": 3, "k": 2}


@dataclass(frozen=True)
class Derivative:
    """A source; the shapes of its arguments; what is differentiated, and by which argument.

    `number` computes in PyTorch what is differentiated: one number for each item of a batch.
    """

    source: str
    given: Mapping[str, str]
    by: str
    number: Callable[..., Any]
    shapes: Mapping[str, str] = field(default_factory=dict)
    positive: bool = False
    times: int = 1


def _square(x: Any) -> Any:
    return (x * x).sum(-1)


def _frobenius(x: Any) -> Any:
    return (x * x).sum((-2, -1))


def _mv(a: Any, x: Any) -> Any:
    return (a @ x[..., None])[..., 0]


def _trace(a: Any) -> Any:
    return torch.diagonal(a, dim1=-2, dim2=-1).sum(-1)


DERIVATIVES = (
    Derivative(r"\nabla_x \sin(x)", {"x": ""}, "x", torch.sin),
    Derivative("∇_x sin(x)", {"x": "n"}, "x", torch.sin),
    Derivative(r"\nabla_x (\sin(x))", {"x": ""}, "x", torch.sin),
    Derivative(r"\nabla_x \exp(-x^2)", {"x": "n m"}, "x", lambda x: torch.exp(-(x**2))),
    Derivative(r"\nabla_x \log(1 + e^x)", {"x": "n"}, "x", torch.nn.functional.softplus),
    Derivative(r"\nabla_x \tanh(x)^2", {"x": "n"}, "x", lambda x: torch.tanh(x) ** 2),
    Derivative(r"\nabla_x \sin^2(x)", {"x": "n"}, "x", lambda x: torch.sin(x) ** 2),
    Derivative(r"\nabla_x \sin(x) y", {"x": "", "y": ""}, "x", lambda x, y: torch.sin(x) * y),
    Derivative(r"\nabla_x x (x + 1)", {"x": "n"}, "x", lambda x: x * (x + 1)),
    Derivative(r"\nabla_x \sigma(w^\top x)", {"x": "n", "w": "n"}, "x",
               lambda x, w: torch.sigmoid((w * x).sum(-1))),
    Derivative("∇_x log(1 + exp(wᵀx))", {"x": "n", "w": "n"}, "x",
               lambda x, w: torch.nn.functional.softplus((w * x).sum(-1))),
    Derivative(r"\nabla_A \operatorname{tr}(AB)", {"A": "n m", "B": "m n"}, "A",
               lambda A, B: _trace(A @ B)),
    Derivative("∇_A tr(A B)", {"A": "n m", "B": "m n"}, "A", lambda A, B: _trace(A @ B)),
    Derivative(r"\nabla_X \mathrm{tr}(X^T X)", {"X": "n m"}, "X", _frobenius),
    Derivative(r"\nabla_A \det(A)", {"A": "n n"}, "A", torch.linalg.det),
    Derivative(r"\nabla_A \det A", {"A": "n n"}, "A", torch.linalg.det),
    Derivative(r"\nabla_A \log\det A", {"A": "n n"}, "A",
               lambda A: torch.linalg.slogdet(A).logabsdet, positive=True),
    Derivative(r"\nabla_A \log\det(A)", {"A": "n n"}, "A",
               lambda A: torch.linalg.slogdet(A).logabsdet, positive=True),
    Derivative(r"\nabla_x \|Ax-b\|^2", {"x": "n", "A": "m n", "b": "m"}, "x",
               lambda x, A, b: _square(_mv(A, x) - b)),
    Derivative(r"\frac{\partial}{\partial x} \|Ax-b\|^2", {"x": "n", "A": "m n", "b": "m"}, "x",
               lambda x, A, b: _square(_mv(A, x) - b)),
    Derivative(r"\nabla_W \frac12 \|XW-Y\|_F^2", {"W": "n m", "X": "k n", "Y": "k m"}, "W",
               lambda W, X, Y: _frobenius(X @ W - Y) / 2),
    Derivative(r"L = \|Xw-y\|^2 \\ g = \frac{\partial L}{\partial w}",
               {"X": "m n", "w": "n", "y": "m"}, "w", lambda X, w, y: _square(_mv(X, w) - y)),
    Derivative(r"L = \|Xw-y\|^2 + \lambda \|w\|^2 \\ g = \nabla_w L",
               {"X": "m n", "w": "n", "y": "m", "lambda_": ""}, "w",
               lambda X, w, y, lambda_: _square(_mv(X, w) - y) + lambda_ * _square(w)),
    Derivative(r"z = Wx \\ L = \|z\|^2 \\ g = \frac{\partial L}{\partial W}",
               {"W": "m n", "x": "n"}, "W", lambda W, x: _square(_mv(W, x))),
    Derivative(r"J = \|\theta\|^4 \\ g = \nabla_\theta J(\theta)", {"theta": "n"}, "theta",
               lambda theta: _square(theta) ** 2),
    Derivative(r"\frac{d}{dx} x^2", {"x": ""}, "x", lambda x: x**2),
    Derivative(r"\frac{\mathrm{d}}{\mathrm{d}x} \left(x^3 + x\right)", {"x": "n"}, "x",
               lambda x: x**3 + x),
    Derivative(r"\frac{d}{dt} e^{-\lambda t}", {"t": "", "lambda_": ""}, "t",
               lambda t, lambda_: torch.exp(-lambda_ * t)),
    Derivative(r"\frac{d}{dx} \sin(x) \cos(x)", {"x": ""}, "x",
               lambda x: torch.sin(x) * torch.cos(x)),
    Derivative(r"L = (wx-y)^2 \\ g = \frac{dL}{dw}", {"w": "", "x": "", "y": ""}, "w",
               lambda w, x, y: (w * x - y) ** 2),
    Derivative("L = (w x - y)^2\ng = dL/dw", {"w": "", "x": "", "y": ""}, "w",
               lambda w, x, y: (w * x - y) ** 2),
    Derivative("L = ‖X w - y‖²\ng = ∂L/∂w", {"X": "m n", "w": "n", "y": "m"}, "w",
               lambda X, w, y: _square(_mv(X, w) - y)),
    Derivative("J = exp(-θ^2)\ng = 1 * dJ/dθ", {"theta": ""}, "theta",
               lambda theta: torch.exp(-(theta**2))),
    Derivative(r"y = x^2 \\ g = \frac{dy}{dx}", {"x": ""}, "x", lambda x: x**2),
    Derivative(r"f(x) = x^2 y \\ g = \frac{d f(x)}{dx}", {"x": "", "y": ""}, "x",
               lambda x, y: x**2 * y),
    Derivative(r"f(x) = x^2 y \\ g = \frac{d}{dx} f(2x)", {"x": "", "y": ""}, "x",
               lambda x, y: (2 * x) ** 2 * y),
    Derivative(r"f(x) = x^3 \\ g = \frac{df}{dx}", {"x": ""}, "x", lambda x: x**3),
    Derivative(r"\frac{d x^2}{dx}", {"x": ""}, "x", lambda x: x**2),
    Derivative(r"f(x) = x^3 \\ g = \frac{df}{dx}|_{x=a}", {"a": ""}, "a", lambda x: x**3),
    Derivative(r"\frac{d}{dx} \sin(x)|_{x=a}", {"a": ""}, "a", torch.sin),
    Derivative(r"\nabla_x \sin(x)|_{x=a}", {"a": ""}, "a", torch.sin),
    Derivative(r"f(x) = \|x\|^2 \\ g = \nabla_x f(x)|_a", {"a": "n"}, "a", _square),
    Derivative(r"\frac{d^2}{dx^2} x^4", {"x": ""}, "x", lambda x: x**4, times=2),
    Derivative(r"\frac{d^2}{dx^2} \sin(x) e^{-x}", {"x": "n"}, "x",
               lambda x: torch.sin(x) * torch.exp(-x), times=2),
    Derivative(r"f(x) = e^{-x^2} \\ g = f''(x)", {"x": ""}, "x",
               lambda x: torch.exp(-(x**2)), times=2),
    Derivative(r"L = (wx-y)^4 \\ g = \frac{\partial^2 L}{\partial w^2}",
               {"w": "", "x": "", "y": ""}, "w", lambda w, x, y: (w * x - y) ** 4, times=2),
)  # fmt: skip


def _drawn(case: Derivative, batches: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    random = np.random.default_rng(7)
    values = {}
    for name, shape in case.given.items():
        core = tuple(SIZES[letter] for letter in shape.split())
        value = random.uniform(0.3, 1.5, (*batches.get(name, ()), *core))
        if case.positive:
            value = value @ value.swapaxes(-1, -2) + np.eye(core[-1])
        values[name] = value
    return values


def _own(case: Derivative, values: Mapping[str, Array], batch: tuple[int, ...]) -> Array:
    """PyTorch's gradient of each item of the batch by itself."""
    tensors = {name: torch.tensor(value) for name, value in values.items()}
    core = case.given[case.by].split()
    shape = (*batch, *(SIZES[letter] for letter in core))
    moved = torch.broadcast_to(tensors[case.by], shape).clone().requires_grad_()
    found = case.number(*(tensors | {case.by: moved}).values())
    for _ in range(case.times):
        (found,) = torch.autograd.grad(found.sum(), moved, create_graph=True)
    return found.detach().numpy()


def _batches(given: Mapping[str, str], size: int) -> list[dict[str, tuple[int, ...]]]:
    """Which arguments carry a batch: none, all arrays, each by itself. Numbers beside arrays are
    numbers, and what is elementwise goes together."""
    arrays = [name for name, shape in given.items() if shape]
    together = dict.fromkeys(arrays or given, (size,))
    return [{}, together, *({name: (size,)} for name in arrays if len(arrays) > 1)]


def _last(result: Any) -> Array:
    return to_numpy(result[-1] if isinstance(result, tuple) else result)


@each_backend
@pytest.mark.parametrize("case", DERIVATIVES, ids=lambda case: case.source)
def test_a_derivative_is_that_of_pytorch(case: Derivative, backend: str) -> None:
    function = translate(case.source, shapes=dict(case.shapes), backend=backend)
    assert set(function.parameters) == set(case.given)
    for size in (2, 3, 4):  # as long as the dimensions too
        for batches in _batches(case.given, size):
            values = _drawn(case, batches)
            ours = _last(function(**{k: to_backend(v, backend) for k, v in values.items()}))
            expected = _own(case, values, (size,) if batches else ())
            # A gradient in which nothing that carries the batch stands is the same for all items.
            np.testing.assert_allclose(np.broadcast_to(ours, expected.shape), expected, rtol=1e-8)


@pytest.mark.parametrize("case", DERIVATIVES, ids=lambda case: case.source)
def test_a_derivative_is_how_the_value_changes(case: Derivative) -> None:
    """Against finite differences, which share nothing with any derivative."""
    values = _drawn(case, {})
    ours = _last(translate(case.source)(**values))
    step = 1e-4 if case.times == 1 else 1e-3
    moves = np.eye(values[case.by].size).reshape(-1, *values[case.by].shape) * step

    def number(value: Array) -> Array:
        tensors = [torch.tensor(one) for one in (values | {case.by: value}).values()]
        return case.number(*tensors).sum().numpy()

    at = values[case.by]
    if case.times == 1:
        slopes = [(number(at + move) - number(at - move)) / (2 * step) for move in moves]
    else:
        slopes = [
            (number(at + move) - 2 * number(at) + number(at - move)) / step**2 for move in moves
        ]
    np.testing.assert_allclose(ours, np.reshape(slopes, at.shape), rtol=1e-4, atol=1e-4)


# --- refused, with the truth ----------------------------------------------------------------------

REFUSED = (
    (r"\nabla_x \mathrm{softmax}(x)", {}, UnsupportedError, "softmax gives an array"),
    ("∇_x softmax(x)", {}, UnsupportedError, "Jacobian"),
    (r"\nabla_x \sin(x)", {"x": "n"}, UnsupportedError, "sin gives an array"),
    (r"\nabla_x^2 \|x\|^2", {}, UnsupportedError, "Hessian"),
    (r"\frac{d^2}{dx^2} \|x\|^2", {"x": "n"}, UnsupportedError, "Jacobian"),
    (r"\frac{d^3}{dx^3} x^5", {}, UnsupportedError, "first and the second"),
    (r"\frac{dL}{dw}", {}, UndefinedError, "L, which the source does not define"),
    (r"\frac{d}{dx} y^2", {}, DefinitionError, "does not depend on x"),
    (r"z = Wx \\ L = \|z\|^2 \\ g = \frac{\partial L}{\partial z}", {}, UnsupportedError,
     "by z, which the source defines"),
    (r"\nabla_\theta J(\theta)", {}, UndefinedError, "nothing says what J is"),
    (r"\nabla_x \sin(x) \cos(x)", {}, AmbiguousError, "how much of what follows"),
    (r"\nabla_x \|x\|^2 \cdot x", {}, AmbiguousError, "how much of what follows"),
    (r"y = x^2 \\ g = \nabla_x \sin(x) y", {}, AmbiguousError, "how much of what follows"),
    (r"f(x) = x^3 \\ g = \nabla_x f(x)^2", {}, AmbiguousError, "raised"),
    (r"f(x, y) = x^2 y \\ g = \nabla_x f(x, y)|_{y=a}", {}, UnsupportedError, "not all that"),
    (r"f(x, y) = x^2 y \\ g = \partial_x f(x, 2 x)|_{x=a}", {}, Eq2CodeError, ""),
    (r"\nabla_x \cdot x", {}, UnsupportedError, "gradient of this"),
    (r"\nabla_x f(Wx)", {"f": "(d) -> ()"}, AmbiguousError, "by an argument of f alone"),
    (r"\nabla_x f(x, x)", {"f": "(d), (d) -> ()"}, AmbiguousError, "by an argument of f alone"),
    (r"\nabla f(x, y)", {"f": "(d), (d) -> ()"}, UnsupportedError, "by which argument of f"),
    (r"\nabla_z f(x)", {"f": "(d) -> ()"}, UnsupportedError, "not passed to f"),
    (r"\nabla_x f(x)", {"f": "(d) -> (m)"}, UnsupportedError, "Jacobian"),
    (r"\nabla_x \|f(x)\|^2", {"f": "(d) -> (m)"}, UnsupportedError, "declared to give an array"),
    (r"\frac{d^2 f(x)}{dx^2}", {"f": "() -> ()"}, UnsupportedError, "second derivative of f"),
)  # fmt: skip


@each_backend
@pytest.mark.parametrize(("source", "shapes", "error", "text"), REFUSED)
def test_what_is_not_translated_is_refused_by_name(
    source: str, shapes: dict[str, str], error: type[Eq2CodeError], text: str, backend: str
) -> None:
    with pytest.raises(error) as caught:
        translate(source, shapes=shapes, backend=backend)
    assert text in str(caught.value)
    assert "nothing defines sin" not in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [row[0] for row in REFUSED if row[2] is AmbiguousError],
)
def test_each_reading_can_be_written(source: str) -> None:
    shapes = next(row[1] for row in REFUSED if row[0] == source)
    with pytest.raises(AmbiguousError) as caught:
        translate(source, shapes=shapes, backend="torch")
    start, end = caught.value.span
    written = [one.write for one in caught.value.readings if one.write]
    assert written
    codes = []
    for text in written:
        try:
            codes.append(translate(source[:start] + text + source[end:], shapes=shapes).code)
        except UnsupportedError:  # a Jacobian, or a function that is passed, for NumPy
            continue
    assert len(set(codes)) == len(codes)


def test_d_is_a_number_where_it_is_declared_one() -> None:
    assert float(translate(r"\frac{d}{dx} y", shapes={"d": ""})(d=2.0, x=4.0, y=8.0)) == 2.0


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (r"\nabla_x (\sin(x))", {"x"}),
        (r"f(x) = x^2 + c \\ g = \nabla f(y)", {"y"}),
        (r"f(x,y) = x^2 y \\ g = \partial_x f(a, b)", {"a", "b"}),
        (r"\frac{d^2}{dx^2} x^3", {"x"}),
    ],
)
def test_what_is_told_is_told_of_the_users_own_symbols(source: str, names: set[str]) -> None:
    told = translate(source).assumptions
    declared = {name for one in told for _, pairs in one.argument for name, _ in pairs}
    assert declared == names
    assert not any("__" in str(one) for one in told)
    for one in told:
        try:
            other = translate(source, shapes=dict(dict(one.argument)["shapes"]))
        except Eq2CodeError as error:  # of an array the derivative is a Jacobian
            if str(error).startswith("shapes["):
                raise  # the argument itself cannot be
            continue
        assert str(one) not in map(str, other.assumptions)


# --- functions that are passed in -----------------------------------------------------------------


def _quartic(x: Any) -> Any:
    return (x**4).sum(-1)


def _loss(theta: Any, x: Any) -> Any:
    return torch.tanh((theta * x).sum(-1)) + (theta**2).sum(-1)


@dataclass(frozen=True)
class Passed:
    """A source with a function that is passed; `number` is what is differentiated."""

    source: str
    shapes: Mapping[str, str]
    given: Mapping[str, str]
    by: str
    function: Callable[..., Any]
    number: Callable[..., Any]


PASSED = (
    Passed(r"\nabla f(x)", {"f": "(n) -> ()"}, {"x": "n"}, "x", _quartic, _quartic),
    Passed("∇_x f(x)", {"f": "(n) -> ()"}, {"x": "n"}, "x", _quartic, _quartic),
    Passed(r"\nabla_x f_t(x_{t-1})", {"f_t": "(n) -> ()"}, {"x_prev": "n"}, "x_prev", _quartic,
           lambda x_prev: _quartic(x_prev)),
    Passed(r"\nabla_W f(W)", {"f": "(m n) -> ()"}, {"W": "m n"}, "W",
           lambda w: (w**3).sum((-2, -1)), lambda W: (W**3).sum((-2, -1))),
    Passed(r"\nabla_\theta f(\theta, x)", {"f": "(n), (n) -> ()"}, {"theta": "n", "x": "n"},
           "theta", _loss, _loss),
    Passed(r"\nabla_x f(\theta, x)", {"f": "(n), (n) -> ()"}, {"theta": "n", "x": "n"}, "x",
           _loss, _loss),
    Passed(r"\nabla_\theta \frac{1}{m} \sum_{i=1}^m f(\theta, x_i)",
           {"f": "(n), (n) -> ()", "x": "m n"}, {"theta": "n", "x": "m n"}, "theta", _loss,
           lambda theta, x: _loss(theta[..., None, :], x).mean(-1)),
    Passed(r"\nabla_x \sum_i f(x_i)^2", {"f": "() -> ()"}, {"x": "n"}, "x", torch.sin,
           lambda x: (torch.sin(x) ** 2).sum(-1)),
    Passed(r"\nabla_\theta (f(\theta) + \lambda \|\theta\|^2)", {"f": "(n) -> ()"},
           {"theta": "n", "lambda_": ""}, "theta", _quartic,
           lambda theta, lambda_: _quartic(theta) + lambda_ * _square(theta)),
    Passed(r"\nabla_x \log(f(x))", {"f": "(n) -> ()"}, {"x": "n"}, "x", _quartic,
           lambda x: torch.log(_quartic(x))),
    Passed(r"\nabla_x (f(W x))", {"f": "(m) -> ()"}, {"x": "n", "W": "m n"}, "x", _quartic,
           lambda x, W: _quartic(_mv(W, x))),
    Passed(r"\frac{\partial f(x)}{\partial x}", {"f": "(n) -> ()"}, {"x": "n"}, "x", _quartic,
           _quartic),
    Passed(r"L = f(x)^2 \\ g = \frac{\partial L}{\partial x}", {"f": "(n) -> ()"}, {"x": "n"}, "x",
           _quartic, lambda x: _quartic(x) ** 2),
)  # fmt: skip


@pytest.mark.parametrize("case", PASSED, ids=lambda case: case.source)
def test_a_passed_function_is_differentiated_by_pytorch(case: Passed) -> None:
    function = translate(case.source, shapes=dict(case.shapes), backend="torch")
    name = next(name for name, shape in case.shapes.items() if "->" in shape)
    plain = Derivative(case.source, case.given, case.by, case.number)
    for size in (2, 3, 4):
        for batches in _batches(case.given, size):
            values = _drawn(plain, batches)
            tensors = {one: torch.tensor(value) for one, value in values.items()}
            ours = _last(function(**tensors, **{name: case.function}))
            expected = _own(plain, values, (size,) if batches else ())
            np.testing.assert_allclose(ours, expected, rtol=1e-8)


@pytest.mark.parametrize("case", PASSED, ids=lambda case: case.source)
def test_numpy_refuses_what_only_automatic_differentiation_knows(case: Passed) -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate(case.source, shapes=dict(case.shapes))
    assert "NumPy does not have" in str(caught.value)
    assert 'backend="torch"' in str(caught.value)


def test_numpy_says_what_to_pass_instead() -> None:
    source = r"g_t = \nabla_\theta f(\theta_{t-1}) \\ \theta_t = \theta_{t-1} - \eta (g_t + g_t^2)"
    with pytest.raises(UnsupportedError) as caught:
        translate(source, shapes={"f": "(d) -> ()"})
    assert "pass g_t" in str(caught.value)
    assert "g_t" in translate(source.partition(r"\\ ")[2]).parameters


def test_the_gradient_keeps_the_graph_of_its_inputs_and_adds_none() -> None:
    function = translate(r"\nabla f(x)", shapes={"f": "(n) -> ()"}, backend="torch")
    x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    assert not function(f=_quartic, x=x).requires_grad
    with torch.no_grad():
        assert function(f=_quartic, x=x).tolist() == [4.0, 32.0]
    x.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: function(f=_quartic, x=x), (x,))
    weight = torch.tensor(3.0, requires_grad=True, dtype=torch.float64)
    function(f=lambda x: weight * _quartic(x), x=x).sum().backward()
    assert float(weight.grad) == 36.0
    assert x.grad.tolist() == [36.0, 144.0]
    low = function(f=_quartic, x=torch.ones(2, dtype=torch.float32))
    assert low.dtype == torch.float32


def test_a_module_is_differentiated_by_its_input() -> None:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    function = translate(r"\nabla_x E(x)", shapes={"E": "(d) -> ()"}, backend="torch")
    x = torch.randn(5, 3, requires_grad=True)
    ours = function(E=lambda x: module(x)[..., 0], x=x)
    (theirs,) = torch.autograd.grad(module(x).sum(), x)
    torch.testing.assert_close(ours, theirs)


def test_a_passed_function_is_held_to_its_declaration_inside_a_gradient() -> None:
    """One that mixes the items of a batch would give another gradient: it is refused."""
    function = translate(r"\nabla f(x)", shapes={"f": "(n) -> ()"}, backend="torch")
    with pytest.raises(ShapeError, match="f gave an array"):
        function(f=lambda x: (x**2).sum(), x=torch.ones(2, 3))
    rows = torch.ones(4, 3)
    with pytest.raises(ShapeError, match="f gave an array"):
        function(f=lambda x: (rows * x).sum(-1), x=torch.ones(3))


def test_two_functions_are_differentiated_side_by_side() -> None:
    source = r"\nabla_x (f(x) g(x))"
    function = translate(source, shapes={"f": "(n) -> ()", "g": "(n) -> ()"}, backend="torch")
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
    ours = function(f=_quartic, g=_square, x=x)
    (theirs,) = torch.autograd.grad(
        (_quartic(moved := x.clone().requires_grad_()) * _square(moved)).sum(), moved
    )
    torch.testing.assert_close(ours, theirs)


def test_a_step_of_adam_from_the_function_itself() -> None:
    """What `torch.optim.Adam` does, in the paper's lines."""
    source = r"""
    g_t = \nabla_\theta f_t(\theta_{t-1}) \\
    m_t = \beta_1 \cdot m_{t-1} + (1 - \beta_1) \cdot g_t \\
    v_t = \beta_2 \cdot v_{t-1} + (1 - \beta_2) \cdot g_t^2 \\
    \hat{m}_t = m_t / (1 - \beta_1^t) \\
    \hat{v}_t = v_t / (1 - \beta_2^t) \\
    \theta_t = \theta_{t-1} - \alpha \cdot \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)
    """
    adam = translate(source, shapes={"f_t": "(d) -> ()"}, backend="torch")
    theta = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    theirs = theta.clone().requires_grad_()
    optimiser = torch.optim.Adam([theirs], lr=0.1)
    m = v = torch.zeros(3, dtype=torch.float64)
    constants = {"alpha": 0.1, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
    for t in range(1, 20):
        optimiser.zero_grad()
        _quartic(theirs).backward()
        optimiser.step()
        m, v, theta = adam(f_t=_quartic, theta_prev=theta, m_prev=m, v_prev=v, t=t, **constants)
    torch.testing.assert_close(theta, theirs.detach())
    assert reference.adam  # the same step for one weight, by hand, is in test_mission
