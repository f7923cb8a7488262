# ruff: noqa: E501  (tables read better in one line)
"""Emitted code against evaluation element by element: alone and with every choice of batch axes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from eq2code.errors import DomainError, EmissionError, ShapeError
from eq2code.lower import lower
from eq2code.trees import formula as fm
from eq2code.trees.formula import (
    Add,
    Align,
    Apply,
    Array,
    Branch,
    Build,
    Call,
    Cases,
    Compare,
    Divide,
    Logic,
    MatMul,
    Multiply,
    Negate,
    Number,
    Outer,
    Position,
    Power,
    Size,
    Slice,
    Symbol,
    Transpose,
)
from second_opinion import D, at, holds, index, symbol, system, total
from strategies import BACKENDS, to_backend

SIZES = {"n": 4, "m": 3, "k": 5, "d": 2, "p": 6}
N, M, K, DD, P = (D(letter) for letter in "nmkdp")
i, j, l, q = index("i", "n"), index("j", "m"), index("l", "k"), index("q", "d")  # noqa: E741  as mathematics has it
A, B, C = symbol("A", "n m"), symbol("B", "m k"), symbol("C", "k p")
S = symbol("S", "n n")
X, Y = symbol("X", "n d"), symbol("Y", "m d")
x, y, z, u = symbol("x", "n"), symbol("y", "m"), symbol("z", "n"), symbol("u", "k")
v = symbol("v", "d")
a, b = symbol("a"), symbol("b")
e, f = symbol("e", elementwise=True), symbol("f", elementwise=True)
T3 = symbol("T3", "n m k")
labels = symbol("labels", "n", "int")
label = symbol("label", "", "int")
mask = symbol("mask", "n m", "bool")
one, two, half = Number(1), Number(2), Number(0.5)


def less(left: fm.Formula, right: fm.Formula, sign: str = "<") -> Compare:
    return Compare((left, right), (sign,))


def indicator(condition: fm.Formula) -> Cases:
    return Cases((Branch(one, condition),), Number(0))


def exp(body: fm.Formula) -> Call:
    return Call("exp", (body,), body.shape)


def softmax(body: fm.Formula) -> Call:
    return Call("softmax", (body,), body.shape)


def vector(body: fm.Formula, *indices: fm.IndexVar) -> Build:
    return Build(indices, body)


def pos(index: fm.IndexVar, offset: int = 0, step: int = 1) -> fm.Formula:
    base: fm.Formula = Position(index)
    if step != 1:
        base = Multiply((Number(step), base))
    return Add((base, Number(offset))) if offset else base


CASES: dict[str, tuple[fm.Formula, tuple[Symbol, ...]]] = {
    # products
    "matrix product": (MatMul((A, B)), (A, B)),
    "three matrices": (MatMul((A, B, C)), (A, B, C)),
    "matrix vector": (MatMul((A, y)), (A, y)),
    "row vector matrix": (MatMul((x, A)), (x, A)),
    "quadratic form": (MatMul((x, S, z)), (x, S, z)),
    "inner product": (MatMul((x, z)), (x, z)),
    "chain ending in a vector": (MatMul((A, B, u)), (A, B, u)),
    "outer product": (Outer(x, y), (x, y)),
    "transposed product": (MatMul((Transpose(A), x)), (A, x)),
    "gram": (MatMul((Transpose(X), X)), (X,)),
    "bias": (Add((MatMul((x, A)), y)), (x, A, y)),
    "bias on rows": (Add((MatMul((X, Transpose(Y))), Align(y, (1,), (N, M)))), (X, Y, y)),
    "scaled rows": (Multiply((Align(x, (0,), (N, M)), A)), (x, A)),
    "scaled by an inner product": (Multiply((MatMul((x, z)), A)), (x, z, A)),
    "divided by a norm": (Divide(x, Call("norm", (x,))), (x,)),
    "matrix over its norm": (Divide(A, Call("norm", (x,))), (x, A)),
    "scalar times array": (Multiply((a, x)), (a, x)),
    "scalar expression times array": (Multiply((Add((one, Negate(a))), x)), (a, x)),
    "scalar times reduction": (Multiply((a, MatMul((x, z)), y)), (a, x, z, y)),
    "elementwise": (Add((Multiply((a, e)), Negate(Power(f, two)))), (a, e, f)),
    "outer under matmul": (MatMul((Outer(x, y), y)), (x, y)),
    "identity": (Add((S, Multiply((a, Call("identity", (), (N, N)))))), (S, a)),
    "inverse": (MatMul((Call("inverse", (Add((MatMul((S, Transpose(S))), Call("identity", (), (N, N)))),), (N, N)), x)), (S, x)),
    # sums
    "sum": (total(at(x, i), i), (x,)),
    "sum of squares": (total(Power(at(x, i), two), i), (x,)),
    "index matmul": (vector(total(Multiply((at(A, i, j), at(B, j, l))), j), i, l), (A, B)),
    "index matvec": (vector(total(Multiply((at(A, i, j), at(y, j))), j), i), (A, y)),
    "index matvec transposed": (vector(total(Multiply((at(A, i, j), at(x, i))), i), j), (A, x)),
    "index inner": (total(Multiply((at(x, i), at(z, i))), i), (x, z)),
    "three vectors": (total(Multiply((at(x, i), at(z, i), at(x, i))), i), (x, z)),
    "double sum": (total(total(Multiply((at(A, i, j), at(x, i), at(y, j))), j), i), (A, x, y)),
    "joint sum": (total(Multiply((at(A, i, j), at(x, i), at(y, j))), i, j), (A, x, y)),
    "sum over both": (total(at(A, i, j), i, j), (A,)),
    "frobenius": (total(Multiply((at(A, i, j), at(A, i, j))), i, j), (A,)),
    "second moment": (total(Outer(at(X, i), at(X, i)), i), (X,)),
    "weighted sum of vectors": (vector(total(Multiply((at(A, i, j), at(Y, j))), j), i), (A, Y)),
    "sum of matrix vector": (total(MatMul((B, at(symbol("Z", "n k"), i))), i), (B, symbol("Z", "n k"))),
    "row products": (vector(MatMul((Transpose(B), at(symbol("W", "n m"), i))), i), (B, symbol("W", "n m"))),
    "row quadratic": (vector(MatMul((at(symbol("G", "m n"), j), S, at(symbol("G", "m n"), j))), j), (symbol("G", "m n"), S)),
    "pairwise inner": (vector(MatMul((at(X, i), at(Y, j))), i, j), (X, Y)),
    "pairwise distance": (vector(Power(Call("norm", (Add((at(X, i), Negate(at(Y, j)))),)), two), i, j), (X, Y)),
    "three axes": (vector(total(Multiply((at(T3, i, j, l), at(u, l))), l), i, j), (T3, u)),
    "three axes middle": (vector(total(Multiply((at(T3, i, j, l), at(y, j))), j), i, l), (T3, y)),
    "three axes by matrix": (vector(total(Multiply((at(T3, i, j, l), at(C, l, index("o", "p")))), l), i, j, index("o", "p")), (T3, C)),
    "two summed axes": (vector(total(Multiply((at(T3, i, j, l), at(B, j, l))), j, l), i), (T3, B)),
    "two summed axes kept two": (vector(total(Multiply((at(T3, i, j, l), at(symbol("R3", "m k p"), j, l, index("o", "p")))), j, l), i, index("o", "p")), (T3, symbol("R3", "m k p"))),
    "einsum": (vector(total(Multiply((at(T3, i, j, l), at(symbol("U3", "k d p"), l, q, index("o", "p")))), l), i, j, q, index("o", "p")), (T3, symbol("U3", "k d p"))),
    "batched matmul by index": (vector(total(Multiply((at(symbol("H", "d n m"), q, i, j), at(symbol("J", "d m k"), q, j, l))), j), q, i, l), (symbol("H", "d n m"), symbol("J", "d m k"))),
    "heads": (vector(MatMul((X, at(symbol("W3", "k d m"), l))), l), (X, symbol("W3", "k d m"))),
    "sum of heads": (total(MatMul((X, at(symbol("W3", "k d m"), l), y)), l), (X, symbol("W3", "k d m"), y)),
    "constant in a sum": (total(Multiply((a, at(x, i))), i), (a, x)),
    "sum of a constant": (Add((total(one, i), at(x, 0))), (x,)),
    "sum of a scalar": (Add((total(a, i), at(x, 0))), (a, x)),
    "sum over size": (Divide(total(at(x, i), i), Size(N)), (x,)),
    "mean": (total(at(X, i), i, operation="mean"), (X,)),
    "product": (total(at(x, i), i, operation="product"), (x,)),
    "product over two": (total(at(A, i, j), i, j, operation="product"), (A,)),
    "product of a constant": (Multiply((total(a, i, operation="product"), x)), (a, x)),
    "max": (total(at(A, i, j), j, operation="max"), (A,)) and (vector(total(at(A, i, j), j, operation="max"), i), (A,)),
    "min first": (vector(total(at(A, i, j), i, operation="min"), j), (A,)),
    "max of two axes": (total(at(A, i, j), i, j, operation="max"), (A,)),
    "argmax": (total(at(x, i), i, operation="argmax"), (x,)),
    "siblings of one index": (Multiply((total(at(x, i), i), total(at(z, i), i))), (x, z)),
    "sum of a nested sibling": (total(Multiply((at(x, i), total(at(A, i, j), j), total(at(y, j), j))), i), (x, A, y)),
    "ratio in a sum": (total(Divide(Multiply((at(x, i), at(z, i))), Add((one, Power(a, two)))), i), (x, z, a)),
    "ratio by a term": (total(Divide(at(x, i), Add((one, Power(at(z, i), two)))), i), (x, z)),
    "negative in a sum": (total(Negate(Multiply((at(x, i), at(z, i)))), i), (x, z)),
    # softmax in indices
    "softmax by index": (vector(Divide(exp(at(x, i)), total(exp(at(x, index("r", "n"))), index("r", "n"))), i), (x,)),
    "attention": (MatMul((softmax(Divide(MatMul((X, Transpose(Y))), Call("sqrt", (Size(DD),)))), symbol("V", "m p"))), (X, Y, symbol("V", "m p"))),
    "attention by row": (vector(total(Multiply((at(softmax(MatMul((X, Transpose(Y)))), i, j), at(symbol("V", "m p"), j))), j), i), (X, Y, symbol("V", "m p"))),
    "softmax of each row": (vector(softmax(at(A, i)), i), (A,)),
    "log-sum-exp": (Call("logsumexp", (x,)), (x,)),
    # addressing
    "differences": (vector(Add((at(x, pos(index("t", "n+0"), 0)), Negate(at(z, i)))), index("t", "n+0")) and vector(Add((at(x, i), Negate(at(z, i)))), i), (x, z)),
    "columns": (vector(Call("norm", (at(A, None, j),)), j), (A,)),
    "column times vector": (vector(MatMul((x, at(A, None, j))), j), (x, A)),
    "one row": (at(A, 1), (A,)),
    "one column": (at(A, None, 0), (A,)),
    "last element": (at(x, Size(N + (-1))), (x,)),
    "scalar label": (at(A, None, label), (A, label)),
    "diagonal": (vector(at(S, i, i), i), (S,)),
    "trace by index": (total(at(S, i, i), i), (S,)),
    "diagonal of a loop": (vector(at(at(T4 := symbol("T4", "n n m"), i), i), i), (T4,)),
    "labels pick": (vector(at(A, i, at(labels, i)), i), (A, labels)),
    "labels pick rows": (vector(at(symbol("W", "k d"), at(labels, i)), i), (symbol("W", "k d"), labels)),
    "cross entropy": (Negate(total(Call("log", (at(softmax(A), i, at(labels, i)),)), i, operation="mean")), (A, labels)),
    "labels on a sum": (total(MatMul((at(symbol("W", "k d"), at(labels, i)), at(X, i))), i), (symbol("W", "k d"), labels, X)),
    "slice": (Slice(x, 0, D(1), N), (x,)),
    "slice of a column": (Slice(A, 1, D(0), D(2)), (A,)),
    "slice inside": (Slice(T3, 1, D(1), M), (T3,)),
    # building and aligning
    "ones": (MatMul((vector(one, i), x)), (x,)),
    "constant vector": (Multiply((vector(a, i), x)), (a, x)),
    "broadcast vector": (vector(at(x, i), i, j), (x, y)),
    "broadcast vector first": (vector(at(y, j), i, j), (x, y)),
    "broadcast a number": (vector(MatMul((x, z)), j), (x, z, y)),
    "broadcast rows": (Align(y, (1,), (N, M)), (y, x)),
    "broadcast columns": (Align(x, (0,), (N, M)), (x, y)),
    "transpose by index": (vector(at(A, i, j), j, i), (A,)),
    "axes rotated": (vector(at(T3, i, j, l), l, i, j), (T3,)),
    "axes reversed": (vector(at(T3, i, j, l), l, j, i), (T3,)),
    "position as a number": (total(Multiply((pos(i, 1), at(x, i))), i), (x,)),
    "position power": (vector(Power(a, pos(i)), i), (a, x)),
    "causal mask": (vector(Cases((Branch(at(S, i, index("r", "n")), less(Position(index("r", "n")), Position(i), "≤")),), Negate(fm.Constant("infinity"))), i, index("r", "n")), (S,)),
    "kronecker delta": (vector(indicator(less(Position(i), Position(index("r", "n")), "=")), i, index("r", "n")), (x,)),
    # conditions
    "sum where": (total(at(x, i), i, condition=less(at(z, i), Number(0))), (x, z)),
    "sum off the diagonal": (vector(total(at(S, i, index("r", "n")), index("r", "n"), condition=less(Position(i), Position(index("r", "n")), "≠")), i), (S,)),
    "product where": (total(at(x, i), i, operation="product", condition=less(at(z, i), Number(0))), (x, z)),
    "max where": (total(at(x, i), i, operation="max", condition=less(Position(i), Number(2))), (x,)),
    "mean where": (total(at(X, i), i, operation="mean", condition=less(Position(i), Number(2))), (X,)),
    "count where": (total(one, i, condition=less(at(x, i), a)), (x, a)),
    "any": (indicator(total(less(at(x, i), at(z, i)), i, operation="any")), (x, z)),
    "all": (indicator(total(less(at(x, i), at(z, i)), i, operation="all")), (x, z)),
    "cases": (Cases((Branch(x, less(x, Number(0))), Branch(Multiply((two, x)), less(x, one))), Number(3)), (x,)),
    "cases of numbers": (Multiply((Cases((Branch(Number(0.1), less(x, Number(0))),), Number(0.7)), x)), (x,)),
    "cases by a number": (Cases((Branch(x, less(MatMul((x, z)), Number(0))),), z), (x, z)),
    "chain of comparisons": (Multiply((indicator(Compare((Number(-1), x, one), ("<", "≤"))), z)), (x, z)),
    "logic": (indicator(Logic("or", (Logic("not", (less(x, z),)), less(x, Number(0))))), (x, z)),
    "mask times": (Multiply((mask, A)), (mask, A)),
    "sum of a mask": (total(at(mask, i, j), i, j), (mask, x)),
    # functions
    "maximum with zero": (Call("maximum", (Number(0), MatMul((x, A))), (M,)), (x, A)),
    "maximum of three": (Call("maximum", (x, z, Number(0.1)), (N,)), (x, z)),
    "clamped": (Call("minimum", (Call("maximum", (x, Number(-0.3)), (N,)), Number(0.7)), (N,)), (x,)),
    "sigmoid": (Call("sigmoid", (MatMul((A, y)),), (N,)), (A, y)),
    "concat": (Call("concat", (x, y), (N + M,), (("axis", -1),)), (x, y)),
    "concat of rows": (vector(Call("concat", (at(X, i), v), (DD * 2,), (("axis", -1),)), i), (X, v)),
    "array of numbers": (MatMul((Array((one, two, Negate(half), one)), x)), (x,)),
    "rotation": (Array((Array((a, Negate(b))), Array((b, a)))), (a, b)),
    "stacked vectors": (Array((x, z)), (x, z)),
    "stack with a number": (Array((MatMul((x, z)), one)), (x, z)),
    "array by index": (vector(Array((at(x, i), Power(at(x, i), two))), i), (x,)),
    "det": (Multiply((Call("det", (S,)), x)), (S, x)),
    "dot of rows and a vector": (Call("dot", (X, v), (N,)), (X, v)),
    "dot of a vector and rows": (Call("dot", (v, X), (N,)), (X, v)),
    "dot of rows under an index": (vector(Call("dot", (X, at(Y, j)), (N,)), j), (X, Y)),
    # numbers
    "size polynomial": (Multiply((Divide(Size(N * 2), Size(M + 1)), x)), (x, y)),
    "half a size": (Multiply((Size(N * Fraction(1, 2)), x)), (x,)),
    "negative power": (Power(Add((one, Power(x, two))), Number(-2)), (x,)),
    "minus a half power": (Multiply((Power(Call("norm", (x,)), Number(-0.5)), x)), (x,)),
    "constants": (Multiply((Power(Multiply((two, fm.Constant("pi"))), Negate(half)), Power(fm.Constant("e"), Negate(x)))), (x,)),
    "repeated": (Add((Divide(MatMul((x, z)), Call("norm", (x,))), MatMul((x, z)))), (x, z)),
    "repeated under an index": (vector(Add((Power(at(MatMul((A, y)), i), two), at(MatMul((A, y)), i))), i), (A, y)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_code_computes_what_the_formula_means(name: str) -> None:
    body, parameters = CASES[name]
    holds(system(body, *parameters), SIZES)


# --- addresses that move ----------------------------------------------------------------------

W = {"n": 6, "o": 4, "k": 3, "h": 3}
o, r, s = index("o", "o"), index("r", "k"), index("s", "k")
g, w = symbol("g", "n"), symbol("w", "k")
image, kernel = symbol("image", "c n n"), symbol("kernel", "e c k k")
MOVING: dict[str, tuple[fm.Formula, tuple[Symbol, ...], dict[str, int]]] = {
    "next": (vector(Add((at(g, pos(index("t", "o"), 1)), Negate(at(g, index("t", "o"))))), index("t", "o")), (g, symbol("h", "o")), {"n": 5, "o": 4}),
    "next by a size": (vector(Add((at(symbol("G", "o+1"), pos(i4 := index("t", "o"), 1)), Negate(at(symbol("G", "o+1"), i4)))), i4), (symbol("G", "o+1"),), {"o": 4}),
    "even and odd": (vector(Add((at(symbol("G", "2*h"), pos(i5 := index("t", "h"), 0, 2)), at(symbol("G", "2*h"), pos(i5, 1, 2)))), i5), (symbol("G", "2*h"),), {"h": 3}),
    "convolution": (vector(total(Multiply((at(g, Add((Position(o), Position(r)))), at(w, r))), r), o), (g, w, symbol("h", "o")), W),
    "convolution of images": (
        vector(total(Multiply((at(kernel, index("E", "e"), index("C", "c"), r, s),
                               at(image, index("C", "c"), Add((Position(o), Position(r))), Add((Position(index("o2", "o")), Position(s)))))), index("C", "c"), r, s),
               index("E", "e"), o, index("o2", "o")),
        (kernel, image, symbol("h", "o")), {"n": 6, "o": 4, "k": 3, "e": 2, "c": 5}),
    "skew": (vector(total(at(symbol("Sq", "n n"), i6 := index("i", "o"), Add((Position(i6), Position(r)))), r), i6), (symbol("Sq", "n n"), w, symbol("h", "o")), W),
    "relative": (vector(at(symbol("R", "2*n"), Add((Position(i7 := index("i", "n")), Negate(Position(j7 := index("j", "n"))), Size(D("n"))))), i7, j7), (symbol("R", "2*n"),), {"n": 4}),
    "reversed": (vector(at(g, Add((Size(D("n")), Negate(Position(i8 := index("i", "n"))), Number(-1)))), i8), (g,), {"n": 5}),
    "shorter range": (total(at(g, index("t", "o")), index("t", "o")), (g, symbol("h", "o")), {"n": 6, "o": 4}),
    "sizes solved": (total(at(symbol("Hd", "h*k"), index("t", "h*k")), index("t", "h*k")) and Divide(total(at(symbol("Hd", "h*k"), index("t", "h*k")), index("t", "h*k")), Size(D("h"))), (symbol("Hd", "h*k"), w), {"h": 2, "k": 3}),
    "two data positions": (vector(at(symbol("Tr", "c c"), at(la := symbol("la", "n", "int"), i9 := index("i", "n")), at(lb := symbol("lb", "n", "int"), i9)), i9), (symbol("Tr", "c c"), la, lb), {"n": 4, "c": 3}),
    "data position and loop": (vector(at(symbol("Tr3", "n c m"), ia := index("i", "n"), at(la, ia), ja := index("j", "m")), ia, ja), (symbol("Tr3", "n c m"), la), {"n": 4, "c": 3, "m": 5}),
    "data position per pair": (vector(at(symbol("Tp", "n c"), ia, at(symbol("lp", "n m", "int"), ia, ja)), ia, ja), (symbol("Tp", "n c"), symbol("lp", "n m", "int")), {"n": 4, "c": 3, "m": 5}),
    "guarded by a case": (vector(Cases((Branch(Number(0), less(Position(ic := index("i", "n")), Number(0), "=")),), at(g, pos(ic, -1))), ic), (g,), {"n": 5}),
    "guarded by a condition": (vector(total(at(g, Add((Position(ic), Negate(Position(r))))), r, condition=less(Number(0), Add((Position(ic), Negate(Position(r)))), "≤")), ic), (g, w), {"n": 5, "k": 3}),
    "rows picked in the middle": (at(symbol("Mid", "n c m"), None, at(la, 0), None), (symbol("Mid", "n c m"), la), {"n": 4, "c": 3, "m": 5}),
    "rows picked twice in the middle": (at(symbol("Mi2", "n c c m"), None, at(la, 0), at(lb, 1), None), (symbol("Mi2", "n c c m"), la, lb), {"n": 4, "c": 3, "m": 5}),
    "clipped position": (vector(at(g, Call("minimum", (Add((Position(ic), Position(r))), Add((Size(D("n")), Negate(one)))))), ic, r), (g, w), {"n": 5, "k": 3}),
    "half the position": (vector(at(g, Call("floor", (Divide(Position(ic), two),))), ic), (g,), {"n": 5}),
    "position of the best": (at(g, total(at(g, ib := index("i", "n")), ib, operation="argmax")), (g,), {"n": 5}),
    "row of the best": (at(symbol("Gm", "n m"), total(at(g, ib), ib, operation="argmax")), (g, symbol("Gm", "n m")), {"n": 5, "m": 3}),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVING)
def test_addresses(name: str) -> None:
    body, parameters, sizes = MOVING[name]
    holds(system(body, *parameters), sizes)


# --- functions of the caller's ----------------------------------------------------------------


def net(*arrays: object, ranks: tuple[int, ...], result: int) -> object:
    """A smooth function of whole arrays; their loop axes agree, and a batch may be missing."""
    import torch

    library = torch if any(isinstance(a, torch.Tensor) for a in arrays) else np
    leads = {tuple(np.shape(a))[: np.ndim(a) - rank] for a, rank in zip(arrays, ranks, strict=True)}
    longest = max(leads, key=len)
    assert all(longest[len(longest) - len(lead) :] == lead for lead in leads), leads
    total = 0.0
    for array, rank in zip(arrays, ranks, strict=True):
        part = array.sum(-1) if rank else array  # type: ignore[attr-defined]
        total = total + part
    value = library.tanh(total) if hasattr(total, "dtype") else np.tanh(total)
    if not result:
        return value
    return library.stack([value * (k + 1) for k in range(result)], -1)  # type: ignore[call-overload]


def declared(name: str, ranks: tuple[int, ...], result: str) -> fm.Function:
    shapes = tuple(tuple(D(f"a{k}") for _ in range(rank)) for k, rank in enumerate(ranks))
    return fm.Function(name, shapes, symbol("_", result).axes)


def with_functions(body: fm.Formula, functions: list[fm.Function], *symbols: Symbol) -> fm.System:
    base = system(body, *symbols)
    extra = tuple(fm.Parameter(function.name, function) for function in functions)
    return fm.System(base.name, (*extra, *base.parameters), base.definitions, base.outputs)


def test_functions_get_whole_arrays_with_leading_axes() -> None:
    h = declared("h", (1,), "")
    body = vector(Apply(h, (at(X, i),)), i)
    codes = holds(
        with_functions(body, [h], X), SIZES, functions={"h": lambda a: net(a, ranks=(1,), result=0)}
    )
    assert "return h(X)" in codes["numpy"]


def test_arguments_without_the_loop_axes_are_repeated() -> None:
    h = declared("h", (1, 0), "3")
    body = total(Apply(h, (at(X, i), a), (D(3),)), i)
    functions = {"h": lambda p, t: net(p, t, ranks=(1, 0), result=3)}
    holds(with_functions(body, [h], X, a), SIZES, functions=functions)
    body = vector(Apply(h, (at(X, i), at(y, j)), (D(3),)), i, j)
    program = lower(with_functions(body, [h], X, y))
    assert [argument.name for argument in program.arguments] == ["h", "X", "y"]


def test_a_function_of_numbers_is_applied_to_whole_arrays() -> None:
    h = declared("h", (0,), "")
    functions = {"h": lambda p: net(p, ranks=(0,), result=0)}
    holds(with_functions(Add((Apply(h, (e,)), f)), [h], e, f), SIZES, functions=functions)


# --- systems, parameters, refusals ------------------------------------------------------------


def test_adam_works_on_arrays_of_any_shape() -> None:
    names = ["beta_1", "m_prev", "g_t", "beta_2", "v_prev", "t", "theta_prev", "alpha", "epsilon"]
    s = {name: symbol(name, elementwise=True) for name in names}

    def mean(beta: str, before: str, now: fm.Formula) -> fm.Formula:
        return Add((Multiply((s[beta], s[before])), Multiply((Add((one, Negate(s[beta]))), now))))

    def hat(moment: str, beta: str) -> fm.Formula:
        return Divide(symbol(moment, elementwise=True), Add((one, Negate(Power(s[beta], s["t"])))))

    bodies = {
        "m_t": mean("beta_1", "m_prev", s["g_t"]),
        "v_t": mean("beta_2", "v_prev", Power(s["g_t"], two)),
        "m_hat_t": hat("m_t", "beta_1"),
        "v_hat_t": hat("v_t", "beta_2"),
    }
    step = Divide(
        Multiply((s["alpha"], symbol("m_hat_t", elementwise=True))),
        Add((Call("sqrt", (symbol("v_hat_t", elementwise=True),)), s["epsilon"])),
    )
    bodies["theta_t"] = Add((s["theta_prev"], Negate(step)))
    sys = system(bodies, *s.values(), name="adam_step")
    given = {"m_prev": 0.1, "v_prev": 0.3, "g_t": 0.7, "beta_1": 0.9, "beta_2": 0.99, "t": 3.0}
    codes = holds(sys, {"n": 5}, given=given)
    assert codes["numpy"].split('"""')[-1] == ADAM


ADAM = """
    m_t = beta_1 * m_prev + (1 - beta_1) * g_t
    v_t = beta_2 * v_prev + (1 - beta_2) * g_t**2
    m_hat_t = m_t / (1 - beta_1**t)
    v_hat_t = v_t / (1 - beta_2**t)
    theta_t = theta_prev - alpha * m_hat_t / (np.sqrt(v_hat_t) + epsilon)
    return AdamStep(m_t, v_t, m_hat_t, v_hat_t, theta_t)
"""


def test_layer_norm_with_its_lines() -> None:
    d = index("j", "n")
    mu, var = symbol("mu"), symbol("sigma_sq")
    bodies = {
        "mu": Divide(total(at(x, d), d), Size(N)),
        "sigma_sq": Divide(total(Power(Add((at(x, d), Negate(mu))), two), d), Size(N)),
        "y": Add(
            (
                Multiply((z, Divide(Add((x, Negate(mu))), Call("sqrt", (Add((var, a)),))))),
                at(A, None, 0),
            )
        ),
    }
    codes = holds(system(bodies, x, z, a, A), SIZES, given={"a": 0.3})
    assert "mu = x.sum(axis=-1) / n" in codes["numpy"]
    assert "x - mu[..., None]" in codes["numpy"]


def test_scalars_beside_arrays_carry_no_batch_and_others_may() -> None:
    program = lower(system(Add((Multiply((a, x)), z)), a, x, z))
    assert {argument.name: argument.batch for argument in program.arguments} == {
        "a": False,
        "x": True,
        "z": True,
    }
    program = lower(system(Multiply((a, MatMul((x, z)))), a, x, z))
    assert all(argument.batch for argument in program.arguments)
    program = lower(system(Multiply((e, f)), e, f))
    assert all(argument.batch for argument in program.arguments)


def test_what_is_addressed_by_data_and_the_data_exclude_each_other() -> None:
    W2 = symbol("W", "k d")
    program = lower(system(vector(at(W2, at(labels, i)), i), W2, labels))
    assert program.exclusive == (("W", "labels"),)


def test_unused_definitions_are_dropped() -> None:
    sys = system({"p": MatMul((A, B)), "q": Multiply((two, x))}, A, B, x)
    only = fm.System(sys.name, sys.parameters, sys.definitions, sys.outputs[1:])
    assert not lower(only).statements


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        (Power(Number(9), Power(Number(9), Number(9))), DomainError, "9^9^9"),
        (Power(Number(10), Number(400)), DomainError, "10^400"),
        (Number(10**400), DomainError, "too large"),
        (Divide(one, Add((one, Negate(one)))), DomainError, "1 / (1 - 1)"),
        (Power(Negate(one), half), DomainError, "no finite value"),
        (Call("factorial", (Power(Number(10), Number(9)),)), DomainError, "factorial(10^9)"),
        (Call("binomial", (Number(10**9), Number(10**8))), DomainError, "no finite value"),
        (Call("log", (Number(0),)), DomainError, "log(0)"),
        (Divide(one, Call("log", (one,))), DomainError, "1 / log(1)"),
        (fm.Gradient(MatMul((x, x)), x, x), EmissionError, "gradient"),
        (at(x, Number(-1)), ShapeError, "before the first"),
        (at(x, Size(N)), ShapeError, "reaches position n"),
        (total(at(x, pos(i, 1)), i), ShapeError, "past the end"),
        (Size(D("zeta")), EmissionError, "zeta"),
        (symbol("unknown", "n"), EmissionError, "unknown"),
        (Call("no_such_function", (x,), (N,)), EmissionError, "no_such_function"),
        (total(at(A, i, j), i, j, operation="argmax"), EmissionError, "argmax"),
    ],
)
def test_what_cannot_be_computed_is_refused(
    body: fm.Formula, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=__import__("re").escape(message)):
        lower(system(body, x, A))


def test_towers_are_refused_at_once() -> None:
    nine: fm.Formula = Number(9)
    tower = Power(nine, Power(nine, Power(nine, nine)))
    with pytest.raises(DomainError):
        lower(system(tower))
    huge = Power(Number(2), Power(Number(10), Number(9)))
    with pytest.raises(DomainError):
        lower(system(huge))


def test_large_powers_are_written_in_floats() -> None:
    codes = holds(system(Multiply((Power(Number(10), Number(20)), x)), x), SIZES)
    assert "10.0**20" in codes["numpy"]
    assert "2**60" not in holds(system(Multiply((Number(2**60), x)), x), SIZES)["numpy"]


@pytest.mark.parametrize("operation", ["sum", "product"])
def test_over_nothing(operation: str) -> None:
    from eq2code.emit import emit

    code = emit(lower(system(total(at(x, i), i, operation=operation), x)), target="numpy")
    assert code.function(np.ones((2, 0))).tolist() == [float(operation == "product")] * 2


def test_masked_positions_do_not_leak() -> None:
    from eq2code.emit import emit

    body = total(Call("log", (at(x, i),)), i, condition=less(Number(0), at(x, i)))
    code = emit(lower(system(body, x)), target="numpy")
    with np.errstate(invalid="ignore", divide="ignore"):
        assert code.function(np.array([1.0, -1.0, 0.0, np.e])) == pytest.approx(1.0)


def test_complex_products() -> None:
    body = vector(
        total(
            Multiply(
                (
                    at(x, i),
                    exp(Multiply((fm.Constant("i"), Position(i), Position(r0 := index("r", "n"))))),
                )
            ),
            i,
        ),
        r0,
    )
    from eq2code.emit import emit

    program = lower(system(body, x))
    given = np.array([1.0, 2.0, 3.0])
    wanted = [sum(given[k] * np.exp(1j * k * m) for k in range(3)) for m in range(3)]
    for target, array in (("numpy", given), ("torch", torch.as_tensor(given))):
        got = np.asarray(emit(program, target=target).function(array))
        np.testing.assert_allclose(got, wanted)


def test_whole_numbers_are_plain_ones() -> None:
    """A size or a count divides exactly, and leaves the arrays' precision alone."""
    from eq2code.emit import emit

    count = symbol("count", "", "int")
    body = Multiply((Divide(one, count), Call("sqrt", (count,)), x))
    program = lower(system(body, count, x))
    for target, array in (("numpy", np.ones(2)), ("torch", torch.ones(2, dtype=torch.float64))):
        code = emit(program, target=target)
        assert "1 / count * math.sqrt(count) * x" in code.text
        np.testing.assert_allclose(np.asarray(code.function(3, array)), 3**-0.5, rtol=1e-15)
    assert not program.arguments[0].batch


def test_numbers_that_are_defined_stay_numbers() -> None:
    bodies = {"c": Call("erf", (Size(N),)), "y": Multiply((Call("abs", (symbol("c"),)), x))}
    from eq2code.emit import emit

    for target in BACKENDS:
        code = emit(lower(system(bodies, x)), target=target)
        array = to_backend(np.ones(2), target)
        result = code.function(array)
        np.testing.assert_allclose(np.asarray(result.y), 0.9953222650189527)
