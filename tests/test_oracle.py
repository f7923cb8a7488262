"""The oracle against NumPy and mpmath, for every node of a formula: no shared mistakes."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest

from eq2code.errors import DomainError, ShapeError, UndefinedError, UnsupportedError
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape
from eq2code.trees.formula import (
    Add,
    Align,
    Apply,
    Array,
    At,
    Branch,
    Build,
    Call,
    Cases,
    Compare,
    Constant,
    Definition,
    Divide,
    Formula,
    Function,
    Gradient,
    IndexVar,
    Logic,
    MatMul,
    Multiply,
    Negate,
    Number,
    Outer,
    Output,
    Parameter,
    Position,
    Power,
    Reduce,
    Size,
    Slice,
    Slope,
    Symbol,
    System,
    Transpose,
)
from eq2code.verify import compare, draw
from eq2code.verify.numbers import NUMBERS
from eq2code.verify.oracle import evaluate, evaluate_formula

N, M, K = 3, 4, 5
SIZES = {"n": N, "m": M, "k": K}
n, m, k = Dim.of("n"), Dim.of("m"), Dim.of("k")
rng = np.random.default_rng(0)
VALUES: dict[str, Any] = {
    "x": rng.normal(size=N),
    "y": rng.normal(size=N),
    "z": rng.normal(size=M),
    "A": rng.normal(size=(N, M)),
    "B": rng.normal(size=(M, K)),
    "C": rng.normal(size=(N, M)),
    "S": rng.normal(size=(N, N)),
    "T": rng.normal(size=(N, M, K)),
    "a": np.float64(1.7),
    "b": np.float64(-0.4),
    "labels": np.array([2, 0, 3]),
    "flags": np.array([True, False, True]),
}
x, y, z = Symbol("x", (n,)), Symbol("y", (n,)), Symbol("z", (m,))
A, B, C, S = Symbol("A", (n, m)), Symbol("B", (m, k)), Symbol("C", (n, m)), Symbol("S", (n, n))
T = Symbol("T", (n, m, k))
a, b = Symbol("a"), Symbol("b")
labels, flags = Symbol("labels", (n,), "int"), Symbol("flags", (n,), "bool")
i, j, i2 = IndexVar("i", n), IndexVar("j", m), IndexVar("i2", n)
at_i, at_j = Position(i), Position(j)
v = VALUES


def at(base: Formula, *places: Formula | None) -> At:
    return At(base, places)


def call(name: str, *arguments: Formula, result: Shape = (), **options: Any) -> Call:
    return Call(name, arguments, result, tuple(options.items()))


def greater(left: Formula, right: Formula) -> Compare:
    return Compare((left, right), (">",))


x_i, y_i, A_ij, S_i = at(x, at_i), at(y, at_i), at(A, at_i, at_j), at(S, at_i)

NODES: list[tuple[str, Formula, Any]] = [
    ("number", Number(3), 3),
    ("pi", Constant("pi"), math.pi),
    ("e", Constant("e"), math.e),
    ("infinity", Negate(Constant("infinity")), -math.inf),
    ("imaginary unit", Power(Constant("i"), Number(2)), -1),
    ("symbol", A, v["A"]),
    ("size", Size(n), N),
    ("half a size", Size(n * Dim.of(1) + k), N + K),
    ("position", Build((i,), at_i), np.arange(N)),
    # addressing
    ("element", at(A, Number(2), Number(1)), v["A"][2, 1]),
    ("row", at(A, Number(2)), v["A"][2]),
    ("column", at(A, None, Number(1)), v["A"][:, 1]),
    ("middle", at(T, None, Number(1)), v["T"][:, 1]),
    ("gather", Build((i,), at(A, at_i, at(labels, at_i))), v["A"][np.arange(N), v["labels"]]),
    ("rows by label", Build((i,), at(B, at(labels, at_i))), v["B"][v["labels"]]),
    ("slice", Slice(A, 1, Dim.of(1), Dim.of(3)), v["A"][:, 1:3]),
    ("slice of rows", Slice(A, 0, Dim.of(1), n), v["A"][1:]),
    ("align bias", Align(z, (1,), (n, m)), np.tile(v["z"], (N, 1))),
    ("align scale", Align(x, (0,), (n, m)), np.tile(v["x"][:, None], (1, M))),
    ("align number", Align(a, (), (n, m)), np.full((N, M), v["a"])),
    ("align middle", Align(A, (0, 1), (n, m, k)), np.repeat(v["A"][..., None], K, axis=-1)),
    ("build", Build((j, i), A_ij), v["A"].T),
    ("build of rows", Build((i,), Multiply((Number(2), at(A, at_i)))), 2 * v["A"]),
    ("written array", Array((a, b, Number(3))), [v["a"], v["b"], 3]),
    ("stacked rows", Array((x, y)), [v["x"], v["y"]]),
    # arithmetic
    ("negate", Negate(A), -v["A"]),
    ("add", Add((A, Negate(C), a)), v["A"] - v["C"] + v["a"]),
    ("multiply", Multiply((a, A, C)), v["a"] * v["A"] * v["C"]),
    ("divide", Divide(A, C), v["A"] / v["C"]),
    ("number over array", Divide(a, A), v["a"] / v["A"]),
    ("power", Power(A, Number(3)), v["A"] ** 3),
    ("root of a negative", Power(b, Number(0.5)), math.nan),
    ("compare", Compare((Number(0), A, C), ("<", "≤")), (v["A"] > 0) & (v["A"] <= v["C"])),
    ("equal", Compare((labels, Number(3)), ("=",)), v["labels"] == 3),
    ("unequal", Compare((labels, Number(3)), ("≠",)), v["labels"] != 3),
    ("at least", Compare((A, C), ("≥",)), v["A"] >= v["C"]),
    ("and", Logic("and", (flags, greater(x, Number(0)))), v["flags"] & (v["x"] > 0)),
    ("or", Logic("or", (flags, greater(x, Number(0)))), v["flags"] | (v["x"] > 0)),
    ("not", Logic("not", (flags,)), ~v["flags"]),
    ("indicator", Cases((Branch(Number(1), greater(A, C)),), Number(0)), v["A"] > v["C"]),
    (
        "cases",
        Cases((Branch(A, greater(A, Number(0))), Branch(C, greater(C, Number(0)))), a),
        np.where(v["A"] > 0, v["A"], np.where(v["C"] > 0, v["C"], v["a"])),
    ),
    ("no case", Cases((Branch(Number(1), greater(b, Number(0))),)), math.nan),
    (
        "a case that guards an address",
        Build(
            (i,),
            Cases((Branch(at(x, Add((at_i, Number(-1)))), greater(at_i, Number(0))),), Number(7)),
        ),
        np.concatenate([[7], v["x"][:-1]]),
    ),
    # products
    ("matrix product", MatMul((A, B)), v["A"] @ v["B"]),
    ("chain", MatMul((x, A, B, Transpose(B), z)), v["x"] @ v["A"] @ v["B"] @ v["B"].T @ v["z"]),
    ("matrix times column", MatMul((A, z)), v["A"] @ v["z"]),
    ("row times matrix", MatMul((x, A)), v["x"] @ v["A"]),
    ("inner product", MatMul((x, y)), v["x"] @ v["y"]),
    ("outer product", Outer(x, z), np.outer(v["x"], v["z"])),
    ("transpose", Transpose(A), v["A"].T),
    ("transposed stack", Transpose(T), v["T"].mT),
    # functions
    ("elementwise function", call("tanh", A, result=(n, m)), np.tanh(v["A"])),
    ("function of rows", call("sum", A, result=(n,)), v["A"].sum(-1)),
    ("function of blocks", call("trace", MatMul((A, Transpose(C)))), np.trace(v["A"] @ v["C"].T)),
    (
        "loops for one argument",
        call("dot", A, z, result=(n,)),
        v["A"] @ v["z"],
    ),
    ("concatenation", call("concat", x, z, result=(n + m,), axis=-1), np.r_[v["x"], v["z"]]),
    ("rows joined", call("concat", A, C, result=(n + n, m), axis=-2), np.vstack([v["A"], v["C"]])),
    (
        "stacking",
        call("stack", A, C, result=(n, Dim.of(2), m), axis=-2),
        np.stack([v["A"], v["C"]], 1),
    ),
    ("identity", call("identity", result=(n, n)), np.eye(N)),
    ("ones", call("ones", result=(n, m)), np.ones((N, M))),
    ("zeros", call("zeros", result=(n,)), np.zeros(N)),
    # loops
    ("sum", Reduce("sum", (i,), x_i), v["x"].sum()),
    ("double sum", Reduce("sum", (i, j), A_ij), v["A"].sum()),
    ("sum of rows", Reduce("sum", (i,), at(A, at_i)), v["A"].sum(0)),
    ("product", Reduce("product", (i,), x_i), v["x"].prod()),
    ("mean", Reduce("mean", (i,), x_i), v["x"].mean()),
    ("max", Reduce("max", (i,), at(A, at_i)), v["A"].max(0)),
    ("min", Reduce("min", (i,), x_i), v["x"].min()),
    ("argmax", Reduce("argmax", (i,), x_i), v["x"].argmax()),
    ("argmin of columns", Reduce("argmin", (i,), at(A, at_i)), v["A"].argmin(0)),
    ("any", Reduce("any", (i,), greater(x_i, y_i)), (v["x"] > v["y"]).any()),
    ("all", Reduce("all", (i,), greater(x_i, y_i)), (v["x"] > v["y"]).all()),
    (
        "conditional sum",
        Reduce("sum", (i,), x_i, Compare((at_i, Number(1)), ("≠",))),
        v["x"][0] + v["x"][2],
    ),
    (
        "conditional argmax",
        Reduce("argmax", (i,), x_i, at(flags, at_i)),
        [0, 2][int(v["x"][2] > v["x"][0])],
    ),
    ("sum of nothing", Reduce("sum", (IndexVar("o", Dim.of(0)),), x), np.zeros(N)),
    ("product of nothing", Reduce("product", (IndexVar("o", Dim.of(0)),), a), 1),
    ("mean of nothing", Reduce("mean", (IndexVar("o", Dim.of(0)),), a), math.nan),
    (
        "an index of an enclosing loop",
        Build((i,), Reduce("sum", (i2,), at(S, at_i, Position(i2)), greater(at_i, Position(i2)))),
        np.tril(v["S"], -1).sum(1),
    ),
    # gradients
    (
        "gradient",
        Gradient(Reduce("sum", (i,), Power(x_i, Number(3))), x, y),
        3 * v["y"] ** 2,
    ),
    ("gradient of a form", Gradient(MatMul((x, S, x)), x, x), (v["S"] + v["S"].T) @ v["x"]),
    (
        "gradient by a matrix",
        Gradient(call("sum", MatMul((x, A))), A, C),
        np.tile(v["x"][:, None], (1, M)),
    ),
    ("derivative", Gradient(call("sin", a), a, b), math.cos(v["b"])),
    ("elementwise derivative", Gradient(call("exp", a), a, A), np.exp(v["A"])),
    (
        "second derivative",
        Gradient(Gradient(Power(a, Number(4)), a, a), a, b),
        12 * v["b"] ** 2,
    ),
    (
        "gradient past a constant",
        Gradient(Multiply((a, call("stop_gradient", Power(a, Number(2))))), a, b),
        v["b"] ** 2,
    ),
]


@pytest.mark.parametrize(
    ("formula", "wanted"), [row[1:] for row in NODES], ids=[r[0] for r in NODES]
)
def test_every_node(formula: Formula, wanted: Any) -> None:
    found = evaluate_formula(formula, VALUES, SIZES)
    differs = compare.difference(found, wanted, relative=1e-7, absolute=1e-8)
    assert differs is None, differs


def test_every_node_of_formulas_is_tried() -> None:
    seen = {type(part).__name__ for _, formula, _ in NODES for part in formula.walk()}
    every = {
        name
        for name, kind in vars(f).items()
        if isinstance(kind, type) and issubclass(kind, Formula) and kind is not Formula
    }
    assert every - seen == {"Apply", "Slope"}


# --- declared functions and systems ------------------------------------------------------------


def test_declared_functions_get_nested_lists() -> None:
    function = Function("phi", ((m,), ()), (k,))
    seen: list[Any] = []

    def phi(row: list[float], scale: float) -> list[float]:
        seen.append((row, scale))
        return [scale * sum(row) + place for place in range(K)]

    applied = Apply(function, (A, a), (n, k))
    found = evaluate_formula(applied, {**VALUES, "phi": phi}, SIZES)
    wanted = v["a"] * v["A"].sum(1)[:, None] + np.arange(K)
    assert compare.same(found, wanted)
    assert seen[0] == (v["A"][0].tolist(), v["a"])


def test_the_slope_of_a_declared_function_is_how_it_changes() -> None:
    function = Function("phi", ((m,), ()), ())

    def phi(row: list[float], scale: float) -> float:
        return scale**2 * math.fsum(value**3 for value in row)

    values = {**VALUES, "phi": phi}
    rows = evaluate_formula(Slope(function, 0, (A, a), (n, m)), values, SIZES)
    assert compare.same(rows, v["a"] ** 2 * 3 * v["A"] ** 2, relative=1e-8)
    scales = evaluate_formula(Slope(function, 1, (A, a), (n,)), values, SIZES)
    assert compare.same(scales, 2 * v["a"] * (v["A"] ** 3).sum(1), relative=1e-8)


def system(*definitions: tuple[Symbol, Formula], parameters: tuple[Any, ...]) -> System:
    return System(
        "f",
        tuple(Parameter(value.name, value) for value in parameters),
        tuple(Definition(symbol, body) for symbol, body in definitions),
        tuple(Output(symbol.name, symbol) for symbol, _ in definitions[-1:]),
    )


def test_a_system_of_definitions() -> None:
    scores, weights = Symbol("scores", (n, n)), Symbol("weights", (n, n))
    attention = system(
        (scores, Divide(MatMul((A, Transpose(C))), call("sqrt", Size(m)))),
        (weights, call("softmax", scores, result=(n, n))),
        (Symbol("out", (n, m)), MatMul((weights, A))),
        parameters=(A, C),
    )
    raw = v["A"] @ v["C"].T / math.sqrt(M)
    exps = np.exp(raw)
    wanted = exps / exps.sum(-1, keepdims=True) @ v["A"]
    for arguments in (VALUES, {"A": v["A"].tolist(), "C": v["C"].tolist()}):
        (found,) = evaluate(attention, arguments)
        assert compare.same(found, wanted)


def test_sizes_are_read_from_compound_axes() -> None:
    p = Symbol("p", (n + 1,))
    q = Symbol("q", (n * m,))
    out = Symbol("out")
    sizes = system((out, Add((Multiply((Number(100), Size(n))), Size(m)))), parameters=(q, p))
    assert evaluate(sizes, {"p": [0.0] * 4, "q": [0.0] * 12}) == (304,)


def test_a_scalar_parameter_may_be_a_size() -> None:
    size = Symbol("n", (), "int")
    out = Symbol("out", (n, n))
    assert evaluate(
        system((out, call("identity", result=(n, n))), parameters=(size,)), {"n": 2}
    ) == ([[1, 0], [0, 1]],)


def test_empty_arrays_keep_their_other_axes() -> None:
    out = Symbol("out", (m,))
    rows = system((out, Reduce("sum", (i,), at(A, at_i))), parameters=(A,))
    assert evaluate(rows, {"A": np.zeros((0, 4))}) == ([0, 0, 0, 0],)


# --- what is refused ------------------------------------------------------------

REFUSED = [
    (at(x, Number(3)), ShapeError, "no position 3"),
    (at(x, Number(-1)), ShapeError, "no position -1"),
    (at(x, Number(0.5)), DomainError, "no position"),
    (Symbol("nowhere"), UndefinedError, "nowhere"),
    (Size(Dim.of("q")), ShapeError, "how large q"),
    (Reduce("max", (IndexVar("o", Dim.of(0)),), a), DomainError, "of nothing"),
    (Reduce("argmax", (i, j), A_ij), UnsupportedError, "several indices"),
    (Symbol("x", (m,)), ShapeError, "where"),
    (MatMul((A, A)), ShapeError, "no product"),
    (call("inverse", call("zeros", result=(n, n)), result=(n, n)), DomainError, "singular"),
]


@pytest.mark.parametrize(("formula", "error", "message"), REFUSED)
def test_refusals(formula: Formula, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        evaluate_formula(formula, VALUES, SIZES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"A": np.zeros((2, 3)), "C": np.zeros((2, 4))}, "an axis of 4"),
        ({"A": np.zeros((5, 2, 3)), "C": np.zeros((2, 3))}, "A has shape"),
        ({"A": [[1, 2], [3]], "C": [[1, 2], [3, 4]]}, "different lengths"),
    ],
)
def test_arguments_that_do_not_fit(arguments: dict[str, Any], message: str) -> None:
    total = system((Symbol("out", (n, m)), Add((A, C))), parameters=(A, C))
    with pytest.raises(ShapeError, match=message):
        evaluate(total, arguments)


# --- numbers ------------------------------------------------------------

IEEE = [
    (Divide(Number(1), Number(0)), math.inf),
    (Divide(Number(-1), Number(0)), -math.inf),
    (Divide(Number(0), Number(0)), math.nan),
    (Power(Number(0), Number(-1)), math.inf),
    (Power(Number(0), Number(0)), 1),
    (Power(Number(-8), Divide(Number(1), Number(3))), math.nan),
    (Power(Number(2), Number(-1)), 0.5),
    (Power(Number(9), Power(Number(9), Number(9))), math.inf),
    (Multiply((Number(0), Constant("infinity"))), math.nan),
    (call("exp", Number(1000)), math.inf),
    (call("log", Number(0)), -math.inf),
    (call("log", Number(-1)), math.nan),
    (call("log1p", Number(-1)), -math.inf),
    (call("cosh", Number(-1000)), math.inf),
    (call("sinh", Number(-1000)), -math.inf),
    (call("sqrt", Number(-1)), math.nan),
    (call("maximum", Number(1), Constant("infinity"), Number(2)), math.inf),
    (call("factorial", Number(10**9)), math.inf),
    (call("sin", Constant("infinity")), math.nan),
    (call("floor", Negate(Constant("infinity"))), -math.inf),
    (Add((Number(1e16), Number(1), Number(-1e16))), 1),
    (Add((Constant("infinity"), Negate(Constant("infinity")))), math.nan),
    (call("abs", Constant("i")), 1),
    (call("exp", Multiply((Constant("i"), Constant("pi")))), -1),
]


@pytest.mark.parametrize(("formula", "wanted"), IEEE)
def test_numbers_behave_as_floating_point_does(formula: Formula, wanted: float) -> None:
    found = evaluate_formula(formula, {})
    assert compare.difference(found, wanted, absolute=1e-12) is None


def test_comparisons_with_nan_are_false() -> None:
    nan = Divide(Number(0), Number(0))
    for operator in "=<>≤≥":
        assert evaluate_formula(Compare((nan, nan), (operator,)), {}) is False


DIGITS = {
    "erfinv": mpmath.erfinv,
    "digamma": mpmath.digamma,
    "trigamma": lambda value: mpmath.psi(1, value),
    "gamma": mpmath.gamma,
    "lgamma": mpmath.loggamma,
    "normal_cdf": mpmath.ncdf,
    "normal_pdf": mpmath.npdf,
    "normal_quantile": lambda value: mpmath.sqrt(2) * mpmath.erfinv(2 * value - 1),
    "softplus": lambda value: mpmath.log(1 + mpmath.exp(value)),
    "sinc": lambda value: mpmath.sincpi(value),
    "mish": lambda value: value * mpmath.tanh(mpmath.log(1 + mpmath.exp(value))),
}


@pytest.mark.parametrize("name", sorted(DIGITS))
def test_special_functions_have_their_digits(name: str) -> None:
    generator = Random(name)
    unit = name in ("erfinv", "normal_quantile")
    positive = name in ("gamma", "lgamma", "digamma", "trigamma")
    for _ in range(20):
        value = generator.uniform(0.02, 0.98) if unit else generator.uniform(0.05, 20)
        value = value if unit or positive else value - 10
        with mpmath.workdps(40):
            wanted = float(DIGITS[name](mpmath.mpf(value)))
        assert compare.close(NUMBERS[name](value), wanted, relative=1e-12, absolute=0)


# --- drawing and comparing ------------------------------------------------------------


def test_drawn_arguments_fit_and_repeat() -> None:
    cov = Symbol("cov", (n, n), "spd")
    phi = Function("phi", ((n,),), (m,))
    parameters = (
        Parameter("A", A),
        Parameter("labels", labels),
        Parameter("flags", flags),
        Parameter("cov", cov),
        Parameter("phi", phi),
    )
    sizes = draw.sizes(["m", "n"])
    assert sizes == {"m": 2, "n": 3}
    drawn = draw.arguments(parameters, sizes, Random(1))
    again = draw.arguments(parameters, sizes, Random(1))
    assert drawn["A"] == again["A"]
    assert np.shape(drawn["A"]) == (3, 2)
    assert np.linalg.eigvalsh(drawn["cov"]).min() > 0.4
    assert len(drawn["phi"]([1.0, 2.0, 3.0])) == 2
    assert drawn["phi"]([1.0, 2.0, 3.0]) != drawn["phi"]([2.0, 1.0, 3.0])


@pytest.mark.parametrize("domain", sorted({*draw.NUMBERS, *draw.ARRAYS}))
def test_every_domain_is_drawn(domain: str) -> None:
    assert np.shape(draw.array(Random(0), (2, 3, 3), domain)) == (2, 3, 3)


@pytest.mark.parametrize(
    ("found", "wanted", "word"),
    [
        ([1.0, 2.0], [1.0, 2.0], None),
        ([1.0, math.nan], [1.0, math.nan], None),
        ([1.0, 2.0], [[1.0, 2.0]], "shape"),
        ([1.0, 2.0], [1.0, 2.1], "element 1"),
        (math.inf, -math.inf, "inf"),
        (math.nan, 0.0, "nan"),
        (1 + 1e-12j, 1, None),
        (True, 1, None),
    ],
)
def test_differences_are_told(found: Any, wanted: Any, word: str | None) -> None:
    told = compare.difference(found, wanted)
    assert (told is None) if word is None else (told is not None and word in told)
