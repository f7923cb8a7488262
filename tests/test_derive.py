"""Every derivative that is written out equals a quotient of differences."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, reject

from eq2code import translate
from eq2code.api import _derivatives
from eq2code.emit import emit
from eq2code.errors import AmbiguousError, DefinitionError, TooLargeError, UnsupportedError
from eq2code.library import ENTRIES, signature
from eq2code.limits import DEFAULT, Limits
from eq2code.lower import lower
from eq2code.rewrite.derive import remove_gradients
from eq2code.rewrite.substitute import put
from eq2code.trees import formula as fm
from eq2code.verify.draw import array as draw_array
from eq2code.verify.oracle import evaluate, evaluate_formula
from formulas import Example, gradient_examples
from second_opinion import at, dim, index, symbol, total
from strategies import BACKENDS, to_backend, to_numpy

SIZES = {"n": 3, "m": 2, "d": 3, "k": 4}

x, y, w = symbol("x", "n"), symbol("y", "n"), symbol("w", "m")
A, B, X, S = symbol("A", "n m"), symbol("B", "m n"), symbol("X", "n n"), symbol("S", "n n", "spd")
s, t = symbol("s"), symbol("t")
labels = symbol("labels", "n", "int")
i, j, h, p = index("i", "n"), index("j", "n"), index("h", "m"), index("p", "2")
TWO = fm.Number(2)
HALF = fm.Divide(fm.Number(1), TWO)


def call(name: str, *arguments: fm.Formula, **options: Any) -> fm.Call:
    """A call of a function that works element by element, or on rows."""
    shape = max((one.shape for one in arguments), key=len)
    return fm.Call(name, arguments, shape, tuple(options.items()))


def row(name: str, *arguments: fm.Formula) -> fm.Call:
    """A call of a function that gives one number for each row."""
    return fm.Call(name, arguments, arguments[0].shape[:-1])


def number(name: str, *arguments: fm.Formula) -> fm.Call:
    return fm.Call(name, arguments, ())


def add(*terms: fm.Formula) -> fm.Add:
    return fm.Add(terms)


def mul(*factors: fm.Formula) -> fm.Multiply:
    return fm.Multiply(factors)


def mat(*factors: fm.Formula) -> fm.MatMul:
    return fm.MatMul(factors)


def neg(value: fm.Formula) -> fm.Negate:
    return fm.Negate(value)


def square(value: fm.Formula) -> fm.Power:
    return fm.Power(value, TWO)


def pos(one: fm.IndexVar, offset: int = 0) -> fm.Formula:
    return add(fm.Position(one), fm.Number(offset)) if offset else fm.Position(one)


def compare(left: fm.Formula, sign: str, right: fm.Formula) -> fm.Compare:
    return fm.Compare((left, right), (sign,))


def where(condition: fm.Formula, value: fm.Formula, otherwise: fm.Formula | None) -> fm.Cases:
    return fm.Cases((fm.Branch(value, condition),), otherwise)


def shape(text: str) -> tuple[Any, ...]:
    return tuple(dim(part) for part in text.split())


def gradient_of(body: fm.Formula, variable: fm.Symbol) -> fm.Gradient:
    """The gradient at the variable's own value; inside, the variable is local."""
    local = fm.Symbol(f"{variable.name}__at", variable.axes, variable.kind)
    return fm.Gradient(put(body, {variable.name: local}), local, variable)


def system_of(*values: fm.Definition | fm.Formula) -> fm.System:
    """Definitions; a bare formula is the result."""
    definitions = tuple(
        one
        if isinstance(one, fm.Definition)
        else fm.Definition(fm.Symbol("result", one.shape), one)
        for one in values
    )
    return fm.System("f", (), definitions, ())


def explicit(formula: fm.Formula, limits: Limits = DEFAULT) -> fm.Formula:
    """The formula with every gradient written out."""
    system = remove_gradients(system_of(formula), derivative_of=_derivatives, limits=limits)
    body = system.definitions[0].body
    assert not any(isinstance(part, fm.Gradient) for part in body.walk())
    assert body.shape == formula.shape
    return body


def draw(symbols: Mapping[str, fm.Symbol], seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = {}
    for name, one in sorted(symbols.items()):
        lengths = tuple(axis.evaluate(SIZES) for axis in one.axes)
        value = rng.uniform(0.3, 1.7, size=lengths)
        if one.kind == "int":
            value = rng.integers(0, 2, size=lengths)
        elif one.kind == "spd":
            value = value @ value.T + np.eye(lengths[0])
        values[name] = value
    return values


def check(body: fm.Formula, variable: fm.Symbol) -> fm.Formula:
    """The written derivative against differences, then its code against it, with any batch."""
    gradient = gradient_of(body, variable)
    written = explicit(gradient)
    found_in = (part for part in body.walk() if isinstance(part, fm.Symbol))
    symbols = {one.name: one for one in found_in if not one.name.endswith("__at")}
    symbols[variable.name] = variable
    values = draw(symbols, 7)
    nested = {name: value.tolist() for name, value in values.items()}
    expected = np.asarray(evaluate_formula(gradient, nested, SIZES), dtype=float)
    found = np.asarray(evaluate_formula(written, nested, SIZES), dtype=float)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8, err_msg=repr(written))
    check_code(written, symbols, values, expected)
    return written


def check_code(
    written: fm.Formula,
    symbols: Mapping[str, fm.Symbol],
    values: Mapping[str, Any],
    expected: Any,
) -> None:
    """Code of both targets gives `expected`, and with a batch what it gives for each item."""
    result = fm.Symbol("result", written.shape)
    parameters = tuple(fm.Parameter(name, one) for name, one in symbols.items())
    definitions = (fm.Definition(result, written),)
    program = lower(fm.System("f", parameters, definitions, (fm.Output("result", result),)))
    able = {one.name for one in program.arguments if one.batch}
    able -= {first for first, _ in program.exclusive}
    for backend in BACKENDS:
        code = emit(program, target=backend, source="f")
        alone = run(code, values, backend)
        np.testing.assert_allclose(
            np.broadcast_to(alone, expected.shape),
            expected,
            rtol=1e-7,
            atol=1e-8,
            err_msg=code.text,
        )
        for length in (1, 2, 3):
            rows = [draw(symbols, seed) for seed in range(length)]
            whole = {
                name: np.stack([row[name] for row in rows]) if name in able else rows[0][name]
                for name in symbols
            }
            items = [{**rows[0], **{name: row[name] for name in able}} for row in rows]
            each = np.stack(
                [np.broadcast_to(run(code, item, backend), expected.shape) for item in items]
            )
            together = run(code, whole, backend)
            if together.shape == expected.shape:
                each = each[0]
            np.testing.assert_allclose(together, each, rtol=1e-9, atol=1e-12, err_msg=code.text)


def run(code: Any, values: Mapping[str, Any], backend: str) -> Any:
    given = [to_backend(np.asarray(values[name]), backend) for name in code.parameters]
    return np.asarray(to_numpy(code.function(*given)))


V, M_, N_ = fm.Number(2), fm.Number(3), fm.Number(5)
Xw = mat(A, w)
LAST = fm.Size(dim("n"))
CASES: dict[str, tuple[fm.Formula, fm.Symbol]] = {
    "the variable": (s, s),
    "negate": (neg(s), s),
    "add": (add(s, t, neg(s), square(s)), s),
    "multiply": (mul(s, t, s), s),
    "divide": (fm.Divide(add(s, t), add(mul(s, s), t)), s),
    "power": (fm.Power(s, fm.Number(3)), s),
    "power by a symbol": (fm.Power(s, t), s),
    "exponent": (fm.Power(t, s), s),
    "exponent of e": (fm.Power(fm.Constant("e"), mul(TWO, s)), s),
    "both": (fm.Power(s, s), s),
    "root": (fm.Power(s, HALF), s),
    "least squares": (mul(HALF, square(number("norm", add(Xw, neg(y))))), w),
    "norm": (number("norm", add(Xw, neg(y))), w),
    "mean of squares": (row("mean", square(add(Xw, neg(y)))), w),
    "quadratic form": (mat(x, X, x), x),
    "symmetric form": (mul(HALF, mat(x, S, x)), x),
    "form by matrix": (mat(x, X, y), X),
    "long chain, left": (mat(x, A, B, y), A),
    "long chain, right": (mat(x, A, B, y), B),
    "chain of matrices": (number("trace", mat(A, B, X)), B),
    "row": (number("norm", mat(x, A)), x),
    "row, by matrix": (number("norm", mat(x, A)), A),
    "row of long chain": (number("norm", mat(x, A, B)), A),
    "column of long chain": (number("norm", mat(B, X, x)), X),
    "outer left": (number("frobenius_norm", fm.Outer(x, y)), x),
    "outer right": (number("frobenius_norm", fm.Outer(x, y)), y),
    "transpose": (number("frobenius_norm", mat(fm.Transpose(A), X)), A),
    "scaled array": (row("sum", mul(s, x, y)), s),
    "scaled matrix": (number("frobenius_norm", mul(s, A)), s),
    "align a row": (number("frobenius_norm", add(A, fm.Align(w, (1,), shape("n m")))), w),
    "align a column": (number("frobenius_norm", mul(A, fm.Align(x, (0,), shape("n m")))), x),
    "align a number": (number("frobenius_norm", add(A, fm.Align(s, (), shape("n m")))), s),
    "sum": (total(mul(at(x, i), at(y, i)), i), x),
    "sum of squares": (total(square(add(at(x, i), neg(at(y, i)))), i), x),
    "rows of a sum": (total(square(add(mat(w, at(A, i)), neg(at(y, i)))), i), w),
    "sum over two": (total(mul(at(x, i), at(X, i, j), at(x, j)), i, j), x),
    "sum inside": (total(square(total(mul(at(X, i, j), at(x, j)), j)), i), x),
    "sum inside, by matrix": (total(square(total(mul(at(X, i, j), at(x, j)), j)), i), X),
    "condition": (total(mul(at(x, i), at(x, j)), i, j, condition=compare(pos(i), "<", pos(j))), x),
    "condition inside": (
        total(
            square(total(mul(at(x, j), at(X, i, j)), j, condition=compare(pos(j), "≤", pos(i)))), i
        ),
        x,
    ),
    "condition on nothing": (
        total(square(at(x, i)), i, condition=compare(s, ">", fm.Number(0))),
        x,
    ),
    "condition that counts": (
        total(total(at(x, i), j, condition=compare(pos(j), "≤", pos(i))), i),
        x,
    ),
    "condition and core axes": (
        number(
            "norm", total(mul(at(x, i), at(A, i)), i, condition=compare(pos(i), "≠", fm.Number(1)))
        ),
        x,
    ),
    "two conditions, one term": (
        mul(
            total(square(at(x, i)), i, condition=compare(pos(i), "<", fm.Number(2))),
            total(square(at(x, i)), i, condition=compare(pos(i), ">", fm.Number(0))),
        ),
        x,
    ),
    "neighbours": (
        total(
            square(add(at(x, pos(index("i", "2"), 1)), neg(at(x, pos(index("i", "2")))))),
            index("i", "2"),
        ),
        x,
    ),
    "one element": (square(at(x, fm.Number(1))), x),
    "last element": (square(at(x, add(LAST, fm.Number(-1)))), x),
    "a column": (number("norm", at(A, None, fm.Number(1))), A),
    "a row of columns": (total(number("norm", at(A, None, h)), h), A),
    "a diagonal": (total(square(at(X, i, i)), i), X),
    "data as address": (total(mul(at(y, i), square(at(A, i, at(labels, i)))), i), A),
    "repeated address": (total(mul(at(y, i), square(at(x, at(labels, i)))), i), x),
    "backwards": (total(mul(at(y, i), at(x, add(LAST, fm.Number(-1), neg(pos(i))))), i), x),
    "product": (total(at(x, i), i, operation="product"), x),
    "product with condition": (
        total(at(x, i), i, operation="product", condition=compare(pos(i), "≠", fm.Number(1))),
        x,
    ),
    "product of two": (total(add(at(x, i), at(w, h)), i, h, operation="product"), x),
    "maximum over": (total(square(at(x, i)), i, operation="max"), x),
    "minimum over": (total(mul(at(x, i), at(w, h)), i, h, operation="min"), x),
    "maximum of rows": (total(total(mul(at(A, i, h), at(w, h)), h, operation="max"), i), w),
    "maximum of vectors": (number("norm", total(mul(s, at(A, i)), i, operation="max")), s),
    "maximum with condition": (
        total(square(at(x, i)), i, operation="max", condition=compare(pos(i), "<", fm.Number(2))),
        x,
    ),
    "mean": (total(square(at(x, i)), i, operation="mean"), x),
    "mean with condition": (
        total(square(at(x, i)), i, operation="mean", condition=compare(pos(i), ">", fm.Number(0))),
        x,
    ),
    "argmax": (mul(s, total(mul(s, at(x, i)), i, operation="argmax")), s),
    "build": (number("norm", fm.Build((i,), mul(at(x, i), at(y, i)))), x),
    "build of repeated": (number("norm", fm.Build((i,), mul(s, at(y, i)))), s),
    "build a matrix": (
        number("frobenius_norm", fm.Build((i, h), mul(at(x, i), call("exp", at(w, h))))),
        w,
    ),
    "build of rows": (number("frobenius_norm", fm.Build((i,), mul(at(x, i), w))), w),
    "build of rows, by scale": (number("frobenius_norm", fm.Build((i,), mul(at(x, i), w))), x),
    "array": (number("norm", fm.Array((s, square(s), t))), s),
    "array of rows": (number("frobenius_norm", fm.Array((x, mul(s, x), y))), x),
    "slice": (number("norm", fm.Slice(x, 0, dim("1"), dim("3"))), x),
    "slice of columns": (number("frobenius_norm", fm.Slice(A, 0, dim("1"), dim("n"))), A),
    "cases": (
        row(
            "sum",
            fm.Cases(
                (
                    fm.Branch(square(x), compare(x, ">", fm.Number(1))),
                    fm.Branch(mul(fm.Number(3), x), compare(x, ">", fm.Number(0.8))),
                ),
                call("log", x),
            ),
        ),
        x,
    ),
    "cases of a number": (row("sum", where(compare(x, ">", fm.Number(1)), mul(s, x), s)), s),
    "one case for all": (row("sum", where(compare(s, ">", fm.Number(0)), x, y)), x),
    "indicator": (
        total(
            mul(
                where(compare(at(y, i), ">", fm.Number(1)), fm.Number(1), fm.Number(0)),
                square(at(x, i)),
            ),
            i,
        ),
        x,
    ),
    "elementwise calls": (row("sum", call("tanh", mul(x, y))), x),
    "network": (
        row("sum", call("sigmoid", mat(fm.Transpose(B), call("tanh", add(mat(B, x), neg(w)))))),
        B,
    ),
    "relu": (number("norm", call("relu", add(x, neg(y)))), x),
    "maximum": (row("sum", call("maximum", x, y)), x),
    "maximum of three": (row("sum", call("maximum", x, mul(TWO, y), fm.Number(1))), y),
    "stopped": (mul(s, call("stop_gradient", s)), s),
    "softmax": (mat(y, call("softmax", x)), x),
    "softmax of rows": (mat(x, call("softmax", mul(A, fm.Align(w, (1,), shape("n m")))), w), A),
    "softmax at": (neg(call("log", at(call("softmax", x), fm.Number(1)))), x),
    "softmax at, summed": (total(mul(at(y, i), at(call("softmax", x), i)), i), x),
    "softmax by definition": (
        total(mul(at(y, i), fm.Divide(call("exp", at(x, i)), total(call("exp", at(x, j)), j))), i),
        x,
    ),
    "cross entropy": (neg(row("sum", mul(y, call("log_softmax", x)))), x),
    "log_softmax of rows": (mat(x, call("log_softmax", A), w), A),
    "softmin": (mat(y, call("softmin", x)), x),
    "logsumexp": (number("logsumexp", mul(s, x)), x),
    "logsumexp of rows": (mat(x, row("logsumexp", A)), A),
    "l2_normalize": (mat(y, call("l2_normalize", x)), x),
    "l2_normalize of rows": (mat(x, call("l2_normalize", A), w), A),
    "sum of rows": (mat(x, row("sum", mul(A, A))), A),
    "mean of rows": (mat(x, row("mean", mul(A, A))), A),
    "var": (number("var", x), x),
    "var of rows": (mat(x, row("var", A)), A),
    "std": (number("std", x), x),
    "std of rows": (mat(x, row("std", A)), A),
    "prod": (number("prod", x), x),
    "prod of rows": (mat(x, row("prod", A)), A),
    "max": (number("max", mul(x, x)), x),
    "min of rows": (mat(x, row("min", A)), A),
    "norm1": (number("norm1", add(x, neg(y))), x),
    "norminf": (number("norminf", add(x, neg(y))), x),
    "norm0": (mul(s, number("norm0", mul(s, x))), s),
    "normp": (number("normp", x, fm.Number(3)), x),
    "norm of rows": (mat(x, row("norm", A)), A),
    "dot": (square(number("dot", x, y)), x),
    "dot of rows": (mat(x, row("dot", A, A)), A),
    "dot with each row": (mat(x, fm.Call("dot", (A, w), shape("n"))), w),
    "cosine": (number("cosine_similarity", x, y), x),
    "cosine of rows": (mat(x, fm.Call("cosine_similarity", (A, w), shape("n"))), w),
    "cumsum": (mat(y, square(call("cumsum", x))), x),
    "reverse": (mat(y, square(call("reverse", x))), x),
    "trace": (number("trace", mat(X, X)), X),
    "det": (number("det", S), S),
    "logdet": (number("logdet", S), S),
    "logdet of a sum": (number("logdet", add(mul(s, S), fm.Call("identity", (), shape("n n")))), s),
    "inverse": (mat(x, call("inverse", S), y), S),
    "frobenius": (mul(HALF, square(number("frobenius_norm", add(mat(A, B), neg(X))))), A),
    "matrix power": (mat(x, call("matrix_power", X, exponent=3), y), X),
    "matrix call transpose": (mat(w, fm.Call("transpose", (A,), shape("m n")), x), A),
    "diag": (mat(x, fm.Call("diag", (square(y),), shape("n n")), x), y),
    "diagonal": (mat(x, fm.Call("diagonal", (mat(X, X),), shape("n"))), X),
    "tril": (mat(x, fm.Call("tril", (square(X),), shape("n n")), y), X),
    "vec": (number("norm", fm.Call("vec", (A,), shape("n*m"))), A),
    "vec, weighted": (
        mat(
            fm.Call("vec", (square(A),), shape("n*m")),
            fm.Call("vec", (fm.Transpose(B),), shape("n*m")),
        ),
        A,
    ),
    "concat": (
        number("norm", fm.Call("concat", (x, square(w), x), shape("n+m+n"), (("axis", -1),))),
        x,
    ),
    "concat of rows": (
        number(
            "frobenius_norm", fm.Call("concat", (A, square(A)), shape("n+n m"), (("axis", -2),))
        ),
        A,
    ),
    "stack": (
        number("frobenius_norm", fm.Call("stack", (x, square(x)), shape("2 n"), (("axis", -2),))),
        x,
    ),
    "stack last": (
        number("frobenius_norm", fm.Call("stack", (x, square(x)), shape("n 2"), (("axis", -1),))),
        x,
    ),
    "outer call": (number("frobenius_norm", fm.Call("outer", (x, square(w)), shape("n m"))), w),
    "kron": (number("frobenius_norm", fm.Call("kron", (A, X), shape("n*n m*n"))), A),
    "kron, right": (number("trace", fm.Call("kron", (X, mat(A, B)), shape("n*n n*n"))), A),
    "cross": (
        mat(
            symbol("c", "3"),
            fm.Call("cross", (symbol("a", "3"), square(symbol("b", "3"))), shape("3")),
        ),
        symbol("b", "3"),
    ),
    "convolve": (number("norm", fm.Call("convolve", (x, w), (dim("n+m") - dim("1"),))), x),
    "convolve, right": (number("norm", fm.Call("convolve", (x, w), (dim("n+m") - dim("1"),))), w),
    "shadowed index": (total(mul(at(x, i), total(mul(at(x, i), at(y, i)), i)), i), x),
    "one index, bound twice": (
        mul(total(mul(at(x, i), at(y, i)), i), total(square(at(x, i)), i)),
        x,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_derivative_is_a_quotient_of_differences(name: str) -> None:
    check(*CASES[name])


# --- the library ------------------------------------------------------------------------

SMOOTH = [entry for entry in ENTRIES.values() if entry.derivative]


@pytest.mark.parametrize("entry", SMOOTH, ids=lambda entry: entry.name)
def test_derivatives_of_the_library_are_read(entry: Any) -> None:
    """One for each argument, of symbols named like the arguments, without axes."""
    found = _derivatives(entry.name)
    assert len(found) == len(entry.arguments)
    for slope in found:
        names = {part.name for part in slope.walk() if isinstance(part, fm.Symbol)}
        assert names <= set(entry.arguments)
        assert slope.shape == ()


ELEMENTWISE = [entry for entry in SMOOTH if entry.domain != ("integer",)]


@pytest.mark.parametrize("entry", ELEMENTWISE, ids=lambda entry: entry.name)
def test_elementwise_functions_of_arrays(entry: Any) -> None:
    """The slope of a weighted sum, by each argument, in the function's domain."""
    generator = random.Random(entry.name)
    domains = [entry.domain[min(k, len(entry.domain) - 1)] for k in range(len(entry.arguments))]
    symbols = [fm.Symbol(name, shape("n")) for name in entry.arguments]
    values = {
        one.name: draw_array(generator, (3,), domain)
        for one, domain in zip(symbols, domains, strict=True)
    }
    body = row("sum", mul(call(entry.name, *symbols), fm.Symbol("weights", shape("n"))))
    values["weights"] = [0.7, -1.1, 0.4]
    for one in symbols:
        gradient = gradient_of(body, one)
        expected = np.asarray(evaluate_formula(gradient, values, SIZES), dtype=float)
        found = np.asarray(evaluate_formula(explicit(gradient), values, SIZES), dtype=float)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


UNKNOWN = ("median", "sort", "cumprod", "eigenvalues", "spectral_norm")


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_function_without_a_derivative_is_named(name: str) -> None:
    core = "n n" if signature.parse(ENTRIES[name].signature).arguments[0][1:] else "n"
    argument = fm.Symbol("a", shape(core))
    core_result = signature.apply(ENTRIES[name], [argument.axes], unify=lambda a, b: a)
    value: fm.Formula = fm.Call(name, (argument,), core_result)
    body = row("sum", value) if core_result else value
    with pytest.raises(UnsupportedError, match=name):
        explicit(gradient_of(body, argument))


# --- more than one gradient -------------------------------------------------------------


def test_a_gradient_of_a_gradient() -> None:
    """The product of the second derivatives with a vector."""
    inner = gradient_of(total(mul(call("tanh", mat(w, at(A, i))), at(y, i)), i), w)
    body = mat(inner, symbol("v", "m"))
    check(body, w)


def test_a_gradient_for_each_item() -> None:
    """The point may be an array of points: the derivative is taken at each."""
    local = symbol("w__at", "m")
    body = call("tanh", mat(local, symbol("v", "m")))
    gradient = fm.Gradient(body, local, A)
    drawn = draw({"A": A, "v": symbol("v", "m")}, 1)
    values = {name: one.tolist() for name, one in drawn.items()}
    expected = np.asarray(evaluate_formula(gradient, values, SIZES))
    found = np.asarray(evaluate_formula(explicit(gradient), values, SIZES))
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def test_a_gradient_inside_a_sum() -> None:
    """The body may hold an index of what stands around the gradient."""
    local = symbol("w__at", "m")
    inner = fm.Gradient(square(mat(local, at(A, i))), local, mul(at(x, i), w))
    body = total(mul(at(y, i), inner), i)
    written = explicit(body)
    values = {n: v.tolist() for n, v in draw({"A": A, "w": w, "x": x, "y": y}, 2).items()}
    expected = np.asarray(evaluate_formula(body, values, SIZES))
    np.testing.assert_allclose(np.asarray(evaluate_formula(written, values, SIZES)), expected, 1e-7)


# --- what is refused --------------------------------------------------------------------


def test_a_gradient_by_what_is_not_there_is_refused() -> None:
    with pytest.raises(DefinitionError, match="does not depend on x"):
        explicit(gradient_of(row("sum", y), x))


@pytest.mark.parametrize("kind", ["int", "bool", "complex"])
def test_a_gradient_by_what_does_not_move_smoothly_is_refused(kind: str) -> None:
    variable = fm.Symbol("z", shape("n"), kind)
    with pytest.raises(UnsupportedError):
        explicit(gradient_of(row("sum", variable), variable))


def test_a_complex_body_is_refused() -> None:
    body = call("abs", add(mul(fm.Constant("i"), s), t))
    with pytest.raises(UnsupportedError, match="complex"):
        explicit(gradient_of(body, s))


def test_a_declared_function_keeps_its_slope() -> None:
    phi = fm.Function("phi", (shape("n"),), ())
    body = fm.Apply(phi, (x,), ())
    assert explicit(gradient_of(body, x)) == fm.Slope(phi, 0, (x,), shape("n"))


def test_a_declared_function_that_gives_an_array_is_refused() -> None:
    body = fm.Apply(fm.Function("phi", (shape("n"),), shape("n")), (x,), shape("n"))
    with pytest.raises(UnsupportedError, match="phi is declared"):
        explicit(gradient_of(row("sum", body), x))


def test_a_declared_function_has_no_second_derivative() -> None:
    phi = fm.Function("phi", ((),), ())
    s = symbol("s", "")
    inner = gradient_of(fm.Apply(phi, (s,), ()), s)
    with pytest.raises(UnsupportedError, match="second derivative of phi"):
        explicit(gradient_of(inner, s))


def test_what_grows_without_bound_is_refused() -> None:
    """What a softmax gets stands twice in what its argument gets."""
    body: fm.Formula = x
    for _ in range(40):
        body = call("softmax", body)
    with pytest.raises(TooLargeError):
        explicit(gradient_of(row("sum", body), x), limits=Limits(nodes=5_000))


def test_a_formula_that_is_longer_than_it_looks_is_refused() -> None:
    body: fm.Formula = s
    for _ in range(40):
        body = add(body, call("tanh", body))
    with pytest.raises(TooLargeError):
        explicit(gradient_of(body, s))


def test_many_factors_are_refused_at_once() -> None:
    factors = tuple(add(s, fm.Number(k)) for k in range(5_000))
    with pytest.raises(TooLargeError):
        explicit(gradient_of(mul(*factors), s))


def test_many_terms_take_linear_time() -> None:
    terms = tuple(mul(fm.Number(k + 1), at(x, fm.Number(k % 3))) for k in range(2_000))
    written = explicit(gradient_of(add(*terms), x))
    found = evaluate_formula(written, {"x": [1.0, 2.0, 3.0]}, SIZES)
    assert sum(found) == sum(range(1, 2_001))


# --- from notation to code --------------------------------------------------------------


def translated(source: str, **shapes: str) -> str:
    """The last line of the code."""
    return translate(source, shapes=shapes).code.strip().splitlines()[-1].strip()


LEAST_SQUARES = r"\frac{1}{2} \left\| X\theta - y \right\|_2^2"
LOGISTIC = r"\frac{1}{n}\sum_{i=1}^n \log(1+\exp(-y_i w^\top x_i))"


def test_gradient_descent() -> None:
    source = (
        r"\theta_{t+1} = \theta_t - \eta \nabla_\theta f(\theta_t), \quad \text{where} \quad "
        rf"f(\theta) = {LEAST_SQUARES}"
    )
    shapes = {"X": "n d", "y": "n", "theta_t": "d"}
    for backend in BACKENDS:
        step = translate(source, shapes=shapes, outputs=("theta_next",), backend=backend)
        assert set(step.parameters) == {"theta_t", "eta", "X", "y"}
        assert "X.mT @ difference" in step.code
        for batch in ((), (1,), (4,), (3,), (2, 3)):
            rng = np.random.default_rng(0)
            features, targets = rng.normal(size=(*batch, 4, 3)), rng.normal(size=(*batch, 4))
            theta = rng.normal(size=(*batch, 3))
            rest = np.einsum("...nd,...d->...n", features, theta) - targets
            expected = theta - 0.1 * np.einsum("...nd,...n->...d", features, rest)
            values = {"X": features, "y": targets, "theta_t": theta, "eta": 0.1}
            given = {name: to_backend(np.asarray(v), backend) for name, v in values.items()}
            np.testing.assert_allclose(to_numpy(step(**given)), expected, rtol=1e-10)


CODE = {
    r"g = \nabla_x f(x), f(x) = \|x\|^2": ({"x": "n"}, "return 2 * x"),
    r"g = \nabla_x f(x), f(x) = \|x\|_1": ({"x": "n"}, "return np.sign(x)"),
    r"g = \nabla_x f(x), f(x) = \frac{1}{2} x^\top A x": (
        {"x": "n", "A": "n n : symmetric"},
        "return (A @ x[..., None])[..., 0]",
    ),
    r"g = \nabla_W f(W), \quad f(W) = \frac{1}{2}\|XW - Y\|_F^2 + \frac{\lambda}{2}\|W\|_F^2": (
        {"X": "n d", "W": "d k", "Y": "n k"},
        "return X.mT @ (X @ W - Y) + lambda_ * W",
    ),
    r"g = \nabla_A f(A), f(A) = \log\det A": ({"A": "n n"}, "return np.linalg.inv(A).mT"),
    r"g = \nabla_S f(S), f(S) = \log\det S + \mathrm{tr}(S^{-1} C)": (
        {"S": "n n : spd", "C": "n n : symmetric"},
        "return inverse_S - inverse_S @ C @ inverse_S",
    ),
    r"g = \nabla_x f(x), f(x) = \mathrm{logsumexp}(x)": (
        {"x": "n"},
        "return weights / weights.sum(axis=-1, keepdims=True)",
    ),
    r"f(x) = x^3 + \sin x, y = f'(x)": ({}, "return 3 * x**2 + np.cos(x)"),
}


@pytest.mark.parametrize("source", CODE)
def test_code_is_what_a_textbook_says(source: str) -> None:
    shapes, expected = CODE[source]
    assert translated(source, **shapes) == expected


def test_a_gradient_reaches_through_named_values() -> None:
    """y and a are no functions of w as they are written; their values depend on it."""
    source = (
        r"g = \nabla_w L(w), \quad L(w) = \sum_n (y_n - t_n)^2, \quad y_n = \sigma(a_n), \quad "
        r"a_n = w^\top x_n"
    )
    found = translate(source, shapes={"x": "N d", "w": "d", "t": "N"}, outputs=("g",))
    rng = np.random.default_rng(0)
    x_, w_, t_ = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)
    y_ = 1 / (1 + np.exp(-x_ @ w_))
    expected = 2 * ((y_ - t_) * y_ * (1 - y_)) @ x_
    np.testing.assert_allclose(found(x=x_, w=w_, t=t_), expected, rtol=1e-10)


def test_a_gradient_reaches_into_functions_with_parameters() -> None:
    """The theta of h_theta is the one that J is differentiated by."""
    source = (
        r"g = \nabla_\theta J(\theta), \quad h_\theta(x) = \theta^T x, \quad "
        r"J(\theta) = \frac{1}{2m} \sum_{i=1}^{m} (h_\theta(x^{(i)}) - y^{(i)})^2"
    )
    found = translate(source, shapes={"x": "m d", "y": "m", "theta": "d"}, outputs=("g",))
    rng = np.random.default_rng(0)
    x_, y_, theta = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3)
    np.testing.assert_allclose(found(x=x_, y=y_, theta=theta), (x_ @ theta - y_) @ x_ / 4)


QUADRATIC = r"f(x, y) = \|x\|^2 + x^\top y"


def test_by_which_argument() -> None:
    """By the function's own letter or by what is passed; a symbol passed twice counts twice."""
    shapes = dict.fromkeys("uv", "n")
    rest = rf", {QUADRATIC}"
    values = {"u": np.array([1.0, 2.0]), "v": np.array([3.0, 5.0])}
    u, v = values.values()
    cases = {
        r"g = \nabla_x f(u, v)": 2 * u + v,
        r"g = \nabla_y f(u, v)": u,
        r"g = \nabla_u f(u, v)": 2 * u + v,
        r"g = \nabla_v f(u, v)": u,
        r"g = \nabla_u f(u, u + v)": 4 * u + v,
    }
    for source, expected in cases.items():
        found = translate(source + rest, shapes=shapes, outputs=("g",))
        given = {name: values[name] for name in found.parameters}
        np.testing.assert_allclose(found(**given), expected, err_msg=source)
    with pytest.raises(AmbiguousError):
        translate(rf"g = \nabla_x f(u, x){rest}", shapes={"u": "n", "x": "n"}, outputs=("g",))


def test_a_value_at_the_point_is_ambiguous() -> None:
    r = symbol("r", "n")
    residual = fm.Definition(r, add(mat(A, symbol("w_t", "m")), neg(y)))
    local = symbol("w__at", "m")
    body = add(square(number("norm", r)), square(number("norm", local)))
    gradient = fm.Gradient(body, local, symbol("w_t", "m"))
    held = fm.Gradient(put(body, {"r": call("stop_gradient", r)}), local, symbol("w_t", "m"))
    with pytest.raises(AmbiguousError, match="r depends on w_t"):
        remove_gradients(system_of(residual, gradient), derivative_of=_derivatives)
    remove_gradients(system_of(residual, held), derivative_of=_derivatives)


@pytest.mark.parametrize("scale", [1.0, 1e3, -1e3])
def test_slopes_far_out_are_right(scale: float) -> None:
    source = rf"g = \nabla_w L(w), L(w) = {LOGISTIC}"
    found = translate(source, shapes={"x": "n d", "y": "n", "w": "d"})
    x_, y_ = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([1.0, -1.0])
    w_ = scale * np.array([1.0, 0.5])
    with np.errstate(over="ignore"):
        weights = 1 / (1 + np.exp(y_ * (x_ @ w_)))
    expected = -(weights * y_) @ x_ / 2
    np.testing.assert_allclose(found(x=x_, y=y_, w=w_), expected, rtol=1e-10)


def test_cross_entropy_far_out() -> None:
    source = (
        r"g = \nabla_\theta f(\theta), \quad "
        r"f(\theta) = -\sum_i y_i \log \mathrm{softmax}(W\theta)_i"
    )
    found = translate(source, shapes={"W": "k d", "theta": "d", "y": "k"}, outputs=("g",))
    weights, point = np.array([[1.0], [-1.0]]), np.array([1e3])
    np.testing.assert_allclose(found(W=weights, theta=point, y=np.array([0.0, 1.0])), [2.0])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("body", "slope"),
    [
        (r"\frac{1}{1 + \exp(-x_i)}", [0, 0.25, 0]),
        (r"\frac{1}{\exp(-x_i) + 1}", [0, 0.25, 0]),
        (r"\frac{1}{1 + e^{-x_i}}", [0, 0.25, 0]),
        (r"\frac{\exp(x_i)}{1 + \exp(x_i)}", [0, 0.25, 0]),
        (r"\log(1 + \exp(x_i))", [0, 0.5, 1]),
        (r"\mathrm{log1p}(\exp(x_i))", [0, 0.5, 1]),
    ],
)
def test_what_is_written_out_keeps_its_slope_far_out(
    body: str, slope: list[float], backend: str
) -> None:
    """Where exp overflows, the definition's own slope would be inf / inf."""
    source = rf"g = \nabla_x f(x), \quad f(x) = \sum_i {body}"
    found = translate(source, shapes={"x": "n"}, outputs=("g",), backend=backend)
    value = to_numpy(found(to_backend(np.array([-1000.0, 0.0, 1000.0]), backend)))
    np.testing.assert_allclose(value, slope)


# --- random formulas --------------------------------------------------------------------


@given(gradient_examples())
def test_random_gradients(example: Example) -> None:
    try:
        written = remove_gradients(example.system, derivative_of=_derivatives)
    except (UnsupportedError, DefinitionError) as error:
        event(error.message[:40])
        reject()
    arguments = example.arguments(3)
    expected = np.asarray(evaluate(example.system, arguments)[0], dtype=float)
    found = np.asarray(evaluate(written, arguments)[0], dtype=float)
    assert found.shape == expected.shape
    close = np.isclose(found, expected, rtol=1e-4, atol=1e-5)
    assert np.all(close | ~np.isfinite(expected)), (found, expected)


@pytest.mark.parametrize("name", ["max", "min"])
def test_of_equal_arguments_one_has_the_slope(name: str) -> None:
    for many in ("x, x", "x, x, x", "x, x, x, x"):
        slope = translate(rf"g = \nabla_x f(x), \quad f(x) = \{name}({many})")
        assert slope(x=2.0) == 1.0
