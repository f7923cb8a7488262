"""Every derivative that is written out equals a quotient of differences."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from second_opinion import at, dim, index, symbol, total
from strategies import BACKENDS, to_backend, to_numpy

from eq2code.emit import emit
from eq2code.lower import lower
from eq2code.rewrite.derive import remove_gradients
from eq2code.rewrite.substitute import put
from eq2code.trees import formula as fm
from eq2code.verify.oracle import evaluate_formula

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


def derivative_of(name: str) -> tuple[fm.Formula, ...]:
    """A few of the library's derivatives, written by hand."""
    a, b = fm.Symbol("x"), fm.Symbol("y")
    one, zero = fm.Number(1), fm.Number(0)
    sigmoid = call("sigmoid", a)
    return {
        "exp": (call("exp", a),),
        "log": (fm.Divide(one, a),),
        "sqrt": (fm.Divide(one, mul(TWO, call("sqrt", a))),),
        "tanh": (add(one, neg(square(call("tanh", a)))),),
        "sigmoid": (mul(sigmoid, add(one, neg(sigmoid))),),
        "relu": (where(compare(a, ">", zero), one, zero),),
        "abs": (call("sign", a),),
        "sign": (zero,),
        "stop_gradient": (zero,),
        "maximum": (
            where(compare(a, ">", b), one, zero),
            where(compare(b, ">", a), one, zero),
        ),
    }[name]


def gradient_of(body: fm.Formula, variable: fm.Symbol) -> fm.Gradient:
    """The gradient at the variable's own value; inside, the variable is local."""
    local = fm.Symbol(f"{variable.name}__at", variable.axes, variable.kind)
    return fm.Gradient(put(body, {variable.name: local}), local, variable)


def explicit(gradient: fm.Gradient) -> fm.Formula:
    """The gradient, written out."""
    result = fm.Symbol("result", gradient.shape)
    system = fm.System("f", (), (fm.Definition(result, gradient),), ())
    body = remove_gradients(system, derivative_of=derivative_of).definitions[0].body
    assert not any(isinstance(part, fm.Gradient) for part in body.walk())
    assert body.shape == gradient.shape
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
    symbols = {part.name: part for part in body.walk() if isinstance(part, fm.Symbol)}
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
    "a constant": (row("sum", y), x),
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
    ),  # fmt: skip
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
