"""`translate` and `Translation`: what they take, what they refuse, and what they promise."""

from __future__ import annotations

import inspect
import linecache
import subprocess
import sys
import traceback
from typing import Any

import numpy as np
import pytest
import torch

import eq2code
from eq2code import (
    AssumptionError,
    Eq2CodeError,
    OptionError,
    ShapeError,
    TooDeepError,
    TooLargeError,
    Translation,
    translate,
)
from strategies import BACKENDS, to_backend

ATTENTION = "softmax(QK^T/sqrt(d_k))V"
AFFINE = {"W": "m n", "x": "n", "b": "m"}


@pytest.fixture(scope="module", params=BACKENDS)
def attention(request: pytest.FixtureRequest) -> Translation:
    return translate(ATTENTION, backend=request.param)


# --- what a translation holds ---------------------------------------------------------------------


def test_attributes(attention: Translation) -> None:
    assert attention.source == ATTENTION
    assert attention.parameters == ("Q", "K", "V")
    assert set(attention.shapes) >= {"Q", "K", "V"}
    assert attention.name == "f"
    assert attention.backend in BACKENDS
    assert attention.warnings == ()
    assert all(isinstance(a, eq2code.Assumption) for a in attention.assumptions)


def test_print_shows_the_code(attention: Translation) -> None:
    assert str(attention) == attention.code
    assert attention.code.startswith("import ")


def test_repr_is_one_line(attention: Translation) -> None:
    text = repr(attention)
    assert text.startswith("<Translation f(Q, K, V) -> (…, ")
    assert text.endswith("assumptions>")
    assert attention.backend in text
    assert "\n" not in text


def test_the_code_runs_without_eq2code(attention: Translation) -> None:
    script = (
        "import sys\nsys.modules['eq2code'] = None\n"
        f"namespace = {{}}\nexec({attention.code!r}, namespace)\nassert callable(namespace['f'])\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_bare_function(attention: Translation) -> None:
    assert callable(attention.function)
    assert attention.function is attention.function
    assert tuple(inspect.signature(attention.function).parameters) == attention.parameters
    assert "def f(" in inspect.getsource(attention.function)


def test_a_traceback_shows_the_emitted_line(attention: Translation) -> None:
    linecache.checkcache()
    try:
        attention.function("Q", "K", "V")
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        assert "K" in text.split("File ")[-1].splitlines()[1]
    else:
        pytest.fail("a string is no matrix")


def test_name() -> None:
    assert translate(ATTENTION, name="attend").name == "attend"
    assert "def attend(Q, K, V)" in translate(ATTENTION, name="attend").code


def test_outputs() -> None:
    source = r"a = x + y \\ b = x - y"
    both = translate(source, outputs=("b", "a"))
    assert both.outputs == ("b", "a")
    result = both(x=3.0, y=1.0)
    assert (result.b, result.a) == (2, 4)
    assert translate(source, outputs=["a"])(x=3.0, y=1.0) == 4


def test_to_another_backend() -> None:
    there = translate(ATTENTION, name="attend").to("torch")
    assert there.backend == "torch"
    assert there.name == "attend"
    assert there.code == translate(ATTENTION, name="attend", backend="torch").code
    assert there.to("numpy").code == translate(ATTENTION, name="attend").code


def test_notation_can_be_forced() -> None:
    assert translate("xy", notation="latex").parameters == ("x", "y")
    assert translate("xy", notation="text").parameters == ("xy",)


def test_declared_shapes_are_kept() -> None:
    function = translate("W x + b", shapes=AFFINE)
    assert {name: function.shapes[name] for name in AFFINE} == AFFINE
    again = translate("W x + b", shapes={name: function.shapes[name] for name in AFFINE})
    assert again.code == function.code


# --- assumptions ----------------------------------------------------------------------------------


def test_strict_refuses_what_rests_on_an_assumption() -> None:
    with pytest.raises(AssumptionError) as caught:
        translate(ATTENTION, strict=True)
    for assumption in translate(ATTENTION).assumptions:
        assert assumption.text in str(caught.value)


def test_strict_takes_what_is_declared() -> None:
    assert not translate("W x + b", shapes=AFFINE, strict=True).assumptions


# --- the call -------------------------------------------------------------------------------------


def ones(backend: str, *shape: int) -> Any:
    return torch.ones(shape) if backend == "torch" else to_backend(np.ones(shape), backend)


def test_positional_and_by_name_are_the_same(attention: Translation) -> None:
    q, k, v = (ones(attention.backend, 2, 3) for _ in range(3))
    assert (attention(q, k, v) == attention(V=v, K=k, Q=q)).all()
    assert (attention(q, V=v, K=k) == attention.function(q, k, v)).all()


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((1, 2, 3, 4), {}, "takes 3"),
        ((1, 2), {}, "needs V"),
        ((1, 2, 3), {"Q": 1}, "twice"),
        ((1, 2, 3), {"X": 1}, "no parameter 'X'"),
    ],
)
def test_arguments_that_do_not_match_the_signature(
    attention: Translation, args: tuple[Any, ...], kwargs: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        attention(*args, **kwargs)


def test_a_mismatch_is_told_in_the_equations_letters(attention: Translation) -> None:
    q, k, v = (ones(attention.backend, *s) for s in ((4, 64), (5, 32), (5, 2)))
    with pytest.raises(ShapeError) as caught:
        attention(Q=q, K=k, V=v)
    text = str(caught.value)
    assert "K does not fit the equation" in text
    assert "d_k is already 64, from Q" in text


def test_batches_broadcast(attention: Translation) -> None:
    q, k, v = (ones(attention.backend, *s) for s in ((7, 1, 4, 3), (2, 5, 3), (5, 2)))
    assert tuple(attention(q, k, v).shape) == (7, 2, 4, 2)
    with pytest.raises(ShapeError, match="batch"):
        attention(q, ones(attention.backend, 3, 5, 3), ones(attention.backend, 2, 5, 2))


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_silent_outer_difference(backend: str) -> None:
    loss = translate("(y - ŷ)²", backend=backend)
    with pytest.raises(ShapeError, match="element by element"):
        loss(ones(backend, 3), ones(backend, 3, 1))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_column_is_no_vector(backend: str) -> None:
    affine = translate("W x + b", backend=backend, shapes=AFFINE)
    with pytest.raises(ShapeError):
        affine(ones(backend, 3, 3), ones(backend, 3), ones(backend, 3, 1))


def test_lists_and_numbers() -> None:
    assert translate("W x + b", shapes=AFFINE)([[1, 2]], [3, 4], [5]).tolist() == [16.0]
    assert translate("a x + b")(2, [1, 2], 1).tolist() == [3.0, 5.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_inputs_precision_is_kept(dtype: Any) -> None:
    result = translate(ATTENTION)(*(np.ones((2, 2), dtype) for _ in range(3)))
    assert result.dtype == dtype


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_tensors_precision_is_kept(dtype: torch.dtype) -> None:
    result = translate(ATTENTION, backend="torch")(*(torch.ones(2, 2, dtype=dtype),) * 3)
    assert result.dtype == dtype


def test_gradients_flow() -> None:
    q, k, v = (torch.randn(2, 3, requires_grad=True) for _ in range(3))
    translate(ATTENTION, backend="torch")(q, k, v).sum().backward()
    assert q.grad is not None
    assert v.grad is not None


def test_torch_transforms_run_through_the_call() -> None:
    function = translate(ATTENTION, backend="torch")
    x = torch.randn(5, 3, 4)
    assert torch.equal(torch.func.vmap(function)(x, x, x), function(x, x, x))
    assert torch.func.grad(lambda q: function(q, x, x).sum())(x).shape == x.shape


def test_a_largest_of_nothing_is_told_in_the_equations_letters() -> None:
    function = translate(ATTENTION)
    with pytest.raises(ShapeError, match="m is 0"):
        function(np.ones((2, 3)), np.ones((0, 3)), np.ones((0, 2)))
    assert function(np.ones((0, 3)), np.ones((2, 3)), np.ones((2, 2))).shape == (0, 2)


@pytest.mark.parametrize("view", ["reversed", "transposed", "strided", "expanded", "readonly"])
def test_layout_does_not_matter(view: str) -> None:
    base = np.arange(48.0).reshape(6, 8) / 48
    array = {
        "reversed": base[::-1, ::-1][:4, :4],
        "transposed": base[:4, :4].T,
        "strided": base[::2, ::2][:3, :4],
        "expanded": np.broadcast_to(base[0, :4], (4, 4)),
        "readonly": base[:4, :4],
    }[view]
    array.setflags(write=False) if view == "readonly" else None
    copied = np.array(array, order="C")
    function = translate(ATTENTION)
    np.testing.assert_allclose(function(array, array, array), function(copied, copied, copied))
    if view != "reversed":  # PyTorch has no negative strides
        there = translate(ATTENTION, backend="torch")
        tensor = torch.as_tensor(copied).mT.contiguous().mT
        np.testing.assert_allclose(there(tensor, tensor, tensor), function(copied, copied, copied))


@pytest.mark.parametrize("source", ["A^T", "x", "A", "[x; y]", "x + 0"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_results_never_alias_an_input(source: str, backend: str) -> None:
    function = translate(source, backend=backend)
    inputs = {name: ones(backend, 2, 2) for name in function.parameters}
    result = function(**inputs)
    result += 1
    assert all((value == 1).all() for value in inputs.values())


def test_one_array_may_be_passed_twice() -> None:
    x = np.arange(6.0).reshape(2, 3)
    before = x.copy()
    translate(ATTENTION)(x, x, x)
    assert np.array_equal(x, before)


# --- functions that the user passes ---------------------------------------------------------------

DECLARED = {"g": "(n) -> (n)", "x": "n"}


def test_a_declared_function_is_passed_in() -> None:
    function = translate("g(x) + x", shapes=DECLARED)
    assert set(function.parameters) == {"g", "x"}
    assert function(g=np.sin, x=[0.0, 0.0]).tolist() == [0.0, 0.0]
    assert function(g=lambda x: x * 2, x=np.ones((5, 2))).shape == (5, 2)


def test_a_declared_function_is_held_to_its_declaration() -> None:
    function = translate("g(x) + x", shapes=DECLARED)
    with pytest.raises(ShapeError, match="g gave"):
        function(g=np.sum, x=[0.0, 0.0])
    with pytest.raises(TypeError, match="declared as a function"):
        function(g=1.0, x=[0.0, 0.0])


# --- wrong use ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [None, 1, b"x", ["x"], np.ones(2)], ids=repr)
def test_a_source_is_a_str(source: Any) -> None:
    with pytest.raises(TypeError, match="source must be a str"):
        translate(source)


@pytest.mark.parametrize(
    "arguments",
    [
        {"backend": None},
        {"name": 1},
        {"shapes": [("x", "n")]},
        {"shapes": {"x": 3}},
        {"shapes": {1: "n"}},
        {"shapes": {"x": ("n", "m")}},
        {"outputs": "y"},
        {"outputs": 1},
        {"outputs": [1]},
        {"prefer": "elementwise"},
        {"prefer": {"a": 1}},
        {"notation": 1},
        {"strict": "yes"},
    ],
    ids=repr,
)
def test_arguments_of_a_wrong_type(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(arguments))):
        translate("x", **arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {"backend": "nympy"},
        {"notation": "mathml"},
        {"name": "f():\n import os\ndef g"},
        {"name": ""},
        {"name": "1x"},
        {"name": "lambda"},
        {"name": "__init__"},
        {"name": "a" * 65},
        {"name": "ε"},
        {"name": "ﬁ"},
        {"shapes": {"x": "n'); ("}},
        {"shapes": {"x": "n\n"}},
        {"shapes": {"x": "__import__('os')"}},
        {"shapes": {"f=1": "n"}},
        {"shapes": {"x": "n" * 1000}},
        {"shapes": {"x": "n " * 1000}},
        {"shapes": {"x": "9" * 500}},
        {"shapes": {"x": "-1"}},
        {"shapes": {"x": "n/0"}},
        {"shapes": {"x": "(n -> m"}},
        {"shapes": {"x": "n : prime"}},
        {"shapes": {"__class__": "n"}},
        {"outputs": ["__class__"]},
        {"outputs": ["x y"]},
        {"outputs": ["x", "x"]},
        {"outputs": ["unknown"]},
        {"prefer": {"no-such-convention": "x"}},
    ],
    ids=lambda arguments: repr(arguments)[:60],
)
def test_arguments_that_cannot_be(arguments: dict[str, Any]) -> None:
    with pytest.raises(OptionError) as caught:
        translate("x", **arguments)
    assert str(caught.value)


def test_an_unknown_backend_names_the_known_ones() -> None:
    with pytest.raises(OptionError, match=r"did you mean 'numpy'\?"):
        translate("x", backend="nunpy")


@pytest.mark.parametrize(
    "name", ["np", "torch", "math", "print", "sum", "f", "self", "x", "NamedTuple"]
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_no_name_breaks_the_code(name: str, backend: str) -> None:
    """A name that emitted code needs for itself is refused; any other works."""
    source = r"a = \exp(x) \\ b = \pi \sqrt{d}"
    try:
        result = translate(source, name=name, backend=backend)(0.0, 1.0)
    except Eq2CodeError:
        return
    assert float(result[0]) == 1


# --- size and depth -------------------------------------------------------------------------------


def test_length_is_checked_first() -> None:
    with pytest.raises(TooLargeError):
        translate("x" * 100_000_000)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000,
        "{" * 100_000,
        "-" * 100_000,
        r"\left(" * 10_000,
        r"\frac{" * 5_000,
        r"\sqrt{" * 5_000,
        "a^{" * 1_000 + "a" + "}" * 1_000,
        r"\begin{a}" * 600,
        "x'" + "'" * 100_000,
        "|" * 10_001,
        "\\\\" * 100_000,
        "," * 100_000,
        "f(" * 300 + "x" + ")" * 300,
        "(" * 99 + "x" + ")" * 99,
    ],
    ids=lambda source: source[:12],
)
def test_deep_or_long_input_ends_in_an_error_of_ours(source: str) -> None:
    try:
        translate(source)
    except Eq2CodeError as error:
        if len(str(error)) > 5_000:
            pytest.fail("the report is too long to read")
    except Exception as error:
        pytest.fail(f"{type(error).__name__}")


@pytest.mark.parametrize("bracket", ["(", "{", r"\left("])
def test_nesting_is_named(bracket: str) -> None:
    closing = {"(": ")", "{": "}", r"\left(": r"\right)"}[bracket]
    with pytest.raises(TooDeepError):
        translate(bracket * 1000 + "x" + closing * 1000)


# --- the same everywhere --------------------------------------------------------------------------


def test_the_code_does_not_depend_on_the_hash_seed() -> None:
    script = (
        "import eq2code\n"
        'sources = ["softmax(QK^T/sqrt(d_k))V", "m_t = b m_{t-1} + (1-b) g_t",'
        ' "Σ_i Σ_j a_ij x_i x_j", "a = x + y\\nb = a z\\nc = a + b"]\n'
        "for source in sources:\n"
        '    for backend in ("numpy", "torch"):\n'
        "        t = eq2code.translate(source, backend=backend)\n"
        "        print(ascii((t.code, t.assumptions, t.shapes)))\n"
    )
    results = set()
    for seed in ("0", "1", "7"):
        environment = {"PYTHONHASHSEED": seed, "COLUMNS": str(40 + 10 * int(seed))}
        environment["LC_ALL"] = {"0": "C", "1": "C.UTF-8", "7": "tr_TR.UTF-8"}[seed]
        environment["PYTHONPATH"] = ":".join(sys.path)
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, check=True
        )
        results.add(done.stdout)
    assert len(results) == 1


@pytest.mark.parametrize("newline", ["\r\n", " \\\\\r\n"])
def test_the_newlines_of_windows_are_newlines(newline: str) -> None:
    source = newline.join(["y = W x", "z = y + b"])
    assert translate(source).code == translate(source.replace("\r", "")).code


def test_a_symbol_may_be_called_self() -> None:
    assert translate("2 self")(self=1.5) == 3
