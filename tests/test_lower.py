"""Emitted code against evaluation element by element: alone and with every choice of batch axes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from second_opinion import D, at, holds, index, symbol, system, total

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

SIZES = {"n": 4, "m": 3, "k": 5, "d": 2, "p": 6}
N, M, K, DD, P = (D(letter) for letter in "nmkdp")
i, j, l, q = index("i", "n"), index("j", "m"), index("l", "k"), index("q", "d")
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
