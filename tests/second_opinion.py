# ruff: noqa: E501
"""A second opinion on formulas: evaluated element by element, and held against emitted code.

`evaluate` computes a formula by the meaning of its nodes, one index at a time, without batch axes and
without anything of `lower` or `emit`. `holds` compares both targets with it: alone, with a batch on
every array, with batches as long as each dimension, and with batches on some arrays only.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.special
import torch

from eq2code.emit import emit
from eq2code.lower import lower
from eq2code.trees import formula as fm
from eq2code.trees.dims import Dim
from strategies import BACKENDS

D = Dim.of
FUNCTIONS = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "floor": np.floor,
    "abs": np.abs,
    "sigmoid": scipy.special.expit,
    "relu": lambda x: np.maximum(x, 0),
    "maximum": lambda *x: functools.reduce(np.maximum, x),
    "minimum": lambda *x: functools.reduce(np.minimum, x),
    "softmax": lambda x: scipy.special.softmax(x, axis=-1),
    "logsumexp": lambda x: scipy.special.logsumexp(x, axis=-1),
    "norm": lambda x: np.sqrt((x * x).sum(-1)),
    "inverse": np.linalg.inv,
    "det": np.linalg.det,
    "trace": lambda x: np.trace(x, axis1=-2, axis2=-1),
    "dot": lambda x, y: (x * y).sum(-1),
}
COMPARE = {
    "=": np.equal,
    "≠": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "≤": np.less_equal,
    "≥": np.greater_equal,
}
REDUCE = {
    "sum": lambda parts: sum((1.0 * part for part in parts[1:]), 1.0 * parts[0]) if parts else 0.0,
    "product": lambda parts: math.prod(parts[1:], start=parts[0]) if parts else 1.0,
    "mean": lambda parts: sum(parts) / len(parts),
    "max": lambda parts: np.max(np.stack(parts), axis=0),
    "min": lambda parts: np.min(np.stack(parts), axis=0),
    "argmax": lambda parts: np.argmax(np.stack(parts), axis=0),
    "argmin": lambda parts: np.argmin(np.stack(parts), axis=0),
    "any": lambda parts: np.any(np.stack(parts), axis=0),
    "all": lambda parts: np.all(np.stack(parts), axis=0),
}


def symbol(
    name: str, axes: str = "", kind: str = "real", *, elementwise: bool = False
) -> fm.Symbol:
    """symbol("Q", "n d"); an axis may be a number or n+1."""
    return fm.Symbol(name, tuple(dim(part) for part in axes.split()), kind, elementwise)


def dim(text: str) -> Dim:
    """A dimension: a letter, a number, or sums and products of them."""
    total = Dim(())
    for term in text.split("+"):
        product = Dim.of(1)
        for factor in term.split("*"):
            product = product * Dim.of(int(factor) if factor.isdigit() else factor)
        total = total + product
    return total


def index(name: str, size: str) -> fm.IndexVar:
    return fm.IndexVar(name, dim(size))


def at(base: fm.Formula, *places: Any) -> fm.At:
    """at(A, i, None, 0): an index, the whole axis, a position, or any formula."""
    return fm.At(base, tuple(_place(place) for place in places))


def _place(place: Any) -> fm.Formula | None:
    match place:
        case fm.IndexVar():
            return fm.Position(place)
        case int():
            return fm.Number(place)
        case _:
            return place


def total(
    body: fm.Formula, *indices: fm.IndexVar, operation: str = "sum", condition: Any = None
) -> fm.Reduce:
    return fm.Reduce(operation, tuple(indices), body, condition)


def system(
    body: fm.Formula | Mapping[str, fm.Formula], *parameters: Any, name: str = "f"
) -> fm.System:
    """A system of one body, or of several definitions by name, all of them results."""
    bodies = body if isinstance(body, Mapping) else {"result": body}
    definitions = tuple(fm.Definition(fm.Symbol(n, b.shape), b) for n, b in bodies.items())
    outputs = tuple(fm.Output(d.symbol.name, d.symbol) for d in definitions)
    return fm.System(name, tuple(fm.Parameter(p.name, p) for p in parameters), definitions, outputs)


# --- the meaning ------------------------------------------------------------------------------


def evaluate(
    formula: fm.Formula, values: Mapping[str, Any], sizes: Mapping[str, int], where: Any = None
) -> Any:
    """The value of `formula` with the indices of `where` at their positions."""
    where = where or {}

    def go(part: fm.Formula) -> Any:
        return evaluate(part, values, sizes, where)

    def broadcast(part: fm.Formula, shape: Any) -> Any:
        value = np.asarray(go(part))
        wanted = tuple(d.evaluate(sizes) for d in shape)
        return np.broadcast_to(value if value.ndim else value[()], wanted)

    match formula:
        case fm.Number(value=value):
            return float(value)
        case fm.Constant(name=name):
            return {"pi": math.pi, "e": math.e, "infinity": math.inf}[name]
        case fm.Symbol(name=name):
            return np.asarray(values[name])
        case fm.Size(dim=size):
            total = 0.0
            for letters, coefficient in size.terms:
                total += float(coefficient) * math.prod(sizes[letter] for letter in letters)
            return total
        case fm.Position(index=i):
            return where[i]
        case fm.At(base=base, places=places):
            chosen = tuple(slice(None) if p is None else int(go(p)) for p in places)
            return np.asarray(go(base))[chosen]
        case fm.Slice(base=base, axis=axis, start=start, stop=stop):
            part = slice(start.evaluate(sizes), stop.evaluate(sizes))
            return np.asarray(go(base))[(slice(None),) * axis + (part,)]
        case fm.Align(base=base, places=places, axes=axes):
            value = np.asarray(go(base))
            shape = [1] * len(axes)
            for k, place in enumerate(places):
                shape[place] = value.shape[k]
            return np.broadcast_to(value.reshape(shape), tuple(d.evaluate(sizes) for d in axes))
        case fm.Build(indices=indices, body=body):
            lengths = [i.size.evaluate(sizes) for i in indices]
            inner = tuple(d.evaluate(sizes) for d in body.shape)
            out = np.empty((*lengths, *inner))
            for point in itertools.product(*map(range, lengths)):
                out[point] = evaluate(
                    body, values, sizes, {**where, **dict(zip(indices, point, strict=True))}
                )
            return out
        case fm.Array(items=items):
            shape = max((item.shape for item in items), key=len)
            return np.stack([broadcast(item, shape) for item in items])
        case fm.Negate(body=body):
            return -go(body)
        case fm.Add(terms=terms):
            return sum((1.0 * go(t) for t in terms[1:]), 1.0 * go(terms[0]))
        case fm.Multiply(factors=factors):
            return math.prod((1.0 * go(f) for f in factors[1:]), start=1.0 * go(factors[0]))
        case fm.Divide(numerator=a, denominator=b):
            return 1.0 * go(a) / go(b)
        case fm.Power(base=a, exponent=b):
            return (1.0 * go(a)) ** go(b)
        case fm.Compare(operands=operands, operators=operators):
            parts = [go(operand) for operand in operands]
            pairs = [COMPARE[sign](parts[k], parts[k + 1]) for k, sign in enumerate(operators)]
            return functools.reduce(np.logical_and, pairs)
        case fm.Logic(operator="not", operands=(body,)):
            return np.logical_not(go(body))
        case fm.Logic(operator=operator, operands=operands):
            both = np.logical_and if operator == "and" else np.logical_or
            return functools.reduce(both, [go(operand) for operand in operands])
        case fm.Cases(branches=branches, otherwise=otherwise):
            value: Any = math.nan if otherwise is None else go(otherwise)
            for branch in reversed(branches):
                value = np.where(go(branch.condition), go(branch.value), value)
            return value
        case fm.MatMul(factors=factors):
            return functools.reduce(lambda a, b: a @ b, [np.asarray(go(f)) for f in factors])
        case fm.Outer(left=left, right=right):
            return np.multiply.outer(go(left), go(right))
        case fm.Transpose(base=base):
            return np.swapaxes(go(base), -1, -2)
        case fm.Call(function="concat", arguments=arguments, options=options):
            return np.concatenate([go(a) for a in arguments], axis=dict(options)["axis"])
        case fm.Call(function="identity", result=shape):
            return np.eye(shape[0].evaluate(sizes))
        case fm.Call(function=function, arguments=arguments):
            return FUNCTIONS[function](*(np.asarray(go(a), dtype=float) for a in arguments))
        case fm.Apply(function=function, arguments=arguments):
            return values[function.name](*(go(a) for a in arguments))
        case fm.Reduce(operation=operation, indices=indices, body=body, condition=condition):
            parts = []
            for point in itertools.product(*(range(i.size.evaluate(sizes)) for i in indices)):
                inside = {**where, **dict(zip(indices, point, strict=True))}
                if condition is None or evaluate(condition, values, sizes, inside):
                    parts.append(evaluate(body, values, sizes, inside))
                elif operation in ("argmax", "argmin"):
                    parts.append(-math.inf if operation == "argmax" else math.inf)
            return REDUCE[operation](parts)
        case _:
            raise NotImplementedError(type(formula).__name__)


def results(sys: fm.System, values: Mapping[str, Any], sizes: Mapping[str, int]) -> list[Any]:
    """What the outputs of a system are."""
    known = dict(values)
    for definition in sys.definitions:
        value = np.asarray(evaluate(definition.body, known, sizes))
        shape = tuple(d.evaluate(sizes) for d in definition.symbol.axes)
        known[definition.symbol.name] = (
            value if definition.symbol.elementwise else np.broadcast_to(value, shape)
        )
    return [known[output.symbol.name] for output in sys.outputs]


# --- the comparison ---------------------------------------------------------------------------


def draw(
    parameter: fm.Parameter, sizes: Mapping[str, int], rng: Any, batch: tuple[int, ...] = ()
) -> Any:
    value = parameter.value
    assert isinstance(value, fm.Symbol)
    shape = batch + tuple(d.evaluate(sizes) for d in value.axes)
    if value.kind == "int":
        return rng.integers(0, 2, size=shape)
    if value.kind == "bool":
        return rng.integers(0, 2, size=shape).astype(bool)
    return rng.normal(size=shape) if value.axes or batch else np.asarray(rng.uniform(0.5, 2.0))


def _call(code: Any, values: Mapping[str, Any], target: str) -> list[np.ndarray]:
    if target == "torch":
        values = {k: v if callable(v) else torch.as_tensor(v) for k, v in values.items()}
    got = code.function(*values.values())
    return [np.asarray(part) for part in (got if isinstance(got, tuple) else (got,))]


def holds(
    sys: fm.System,
    sizes: Mapping[str, int],
    *,
    functions: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    single: bool = True,
    rtol: float = 1e-9,
) -> dict[str, str]:
    """Emitted code against `evaluate`, for both targets and every way of batching; gives the code."""
    program = lower(sys)
    pairs = zip(sys.parameters, program.arguments, strict=True)
    batchable = {parameter.name for parameter, argument in pairs if argument.batch}
    arrays = [p for p in sys.parameters if isinstance(p.value, fm.Symbol)]
    able = [p.name for p in arrays if p.name in batchable]
    real = [p.name for p in arrays if p.value.kind == "real"]
    codes = {target: emit(program, target=target, source="f") for target in BACKENDS}
    lengths = sorted({3, *(s for s in sizes.values() if s), 1})
    choices: list[tuple[tuple[int, ...], tuple[str, ...]]] = [((), ())]
    choices += [((length,), tuple(able)) for length in lengths]
    choices += [((2, 3), tuple(able))]
    choices += [((lengths[-1],), (name,)) for name in able]
    choices += [
        ((lengths[-1],), tuple(n for n in able if n != name)) for name in able if len(able) > 2
    ]
    rng = np.random.default_rng(0)
    for batch, names in choices:
        if any(a in names and b in names for a, b in program.exclusive):
            names = tuple(n for n in names if n not in {a for a, _ in program.exclusive})
        values = {p.name: draw(p, sizes, rng, batch if p.name in names else ()) for p in arrays}
        for name, value in (given or {}).items():
            value = np.asarray(value)
            values[name] = (
                np.broadcast_to(value, (*batch, *np.shape(value))).copy()
                if name in names
                else value
            )
        whole = {p.name: {**values, **(functions or {})}[p.name] for p in sys.parameters}
        rows = [
            results(sys, {n: v[point] if n in names else v for n, v in whole.items()}, sizes)
            for point in itertools.product(*map(range, batch))
        ]
        for target, code in codes.items():
            try:
                got = _call(code, whole, target)
            except Exception as error:
                raise AssertionError(
                    f"{target} {batch} on {names}: {error!r}\n{code.text}"
                ) from error
            for k, part in enumerate(got):
                expected = np.stack([np.asarray(row[k], dtype=float) for row in rows])
                expected = expected.reshape((*batch, *expected.shape[1:]))
                loose = part if not names or part.shape == expected.shape else None
                if loose is None:
                    # A result that no batched array reaches has no batch axes itself.
                    loose = np.broadcast_to(part, expected.shape)
                    flat = expected.reshape(-1, *expected.shape[len(batch) :])
                    assert part.ndim == expected.ndim - len(batch), (
                        target,
                        batch,
                        names,
                        part.shape,
                        code.text,
                    )
                    assert all(np.allclose(row, flat[0]) for row in flat), (
                        target,
                        names,
                        code.text,
                    )
                message = f"{target}, batch {batch} on {names}: {part.shape} for {expected.shape}\n{code.text}"
                assert loose.shape == expected.shape, message
                np.testing.assert_allclose(
                    loose.astype(float), expected, rtol=rtol, atol=1e-9, err_msg=message
                )
        if single and not batch and real:
            _precision(codes, whole, real)
    return {target: code.text for target, code in codes.items()}


def _precision(codes: Mapping[str, Any], values: Mapping[str, Any], real: list[str]) -> None:
    narrow = {n: v.astype(np.float32) if n in real else v for n, v in values.items()}
    for target, code in codes.items():
        for part in _call(code, narrow, target):
            message = f"{target}: {part.dtype}\n{code.text}"
            assert part.dtype.kind in "bi" or part.dtype == np.float32, message
