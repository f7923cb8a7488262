"""What does a formula evaluate to, by its definition?

In: a `formula.System` and arguments as nested lists and numbers, or arrays of any framework. Out:
nested lists and numbers. Everything runs over indices, in plain Python numbers, and shares no line
with rewriting, lowering and emission; so a disagreement with emitted code is a bug of one of them.
Arrays have core axes only: a batch is evaluated item by item.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from eq2code.errors import DomainError, ShapeError, UndefinedError, UnsupportedError
from eq2code.library import ENTRIES
from eq2code.library.signature import core_ranks
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
from eq2code.verify import arithmetic, grid
from eq2code.verify.derivative import derivative
from eq2code.verify.grid import Grid, Value, build, elementwise, item, items_of, part, shape_of
from eq2code.verify.joined import ARRAYS, PLACED
from eq2code.verify.matrices import MATRICES
from eq2code.verify.measure import measure
from eq2code.verify.numbers import NUMBERS
from eq2code.verify.rows import ROWS, mean, some

Places = Mapping[IndexVar, int]

CONSTANTS: Mapping[str, grid.Number] = {
    "pi": math.pi,
    "e": math.e,
    "infinity": math.inf,
    "i": 1j,
}

REDUCTIONS: Mapping[str, Callable[[tuple[grid.Number, ...]], grid.Number]] = {
    "sum": arithmetic.total,
    "product": arithmetic.product,
    "prod": arithmetic.product,
    "mean": mean,
    "max": lambda values: arithmetic.largest(some(values)),
    "min": lambda values: arithmetic.smallest(some(values)),
    "argmax": lambda values: arithmetic.first_largest(some(values)),
    "argmin": lambda values: arithmetic.first_smallest(some(values)),
    "any": any,
    "all": all,
}

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "≤": lambda a, b: a <= b,
    "≥": lambda a, b: a >= b,
}


def evaluate(system: System, arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """The results of `system`, in the order of its outputs, as nested lists and numbers.

    `arguments` holds a value for each parameter, a declared function as a Python callable that
    takes and returns nested lists. The sizes follow from the shapes of the arguments.
    """
    values = {p.name: _argument(p.value, arguments[p.name]) for p in system.parameters}
    evaluation = Evaluation(measure(system.parameters, values))
    for parameter in system.parameters:
        evaluation.symbols[parameter.value.name] = values[parameter.name]
    for definition in system.definitions:
        evaluation.symbols[definition.symbol.name] = evaluation.value(definition.body, {})
    return tuple(
        grid.to_nested(evaluation.symbols[output.symbol.name]) for output in system.outputs
    )


def evaluate_formula(
    formula: Formula, environment: Mapping[str, Any], sizes: Mapping[str, int] | None = None
) -> Any:
    """The value of `formula`, given symbols and declared functions by name, and sizes."""
    evaluation = Evaluation(dict(sizes or {}))
    for name, value in environment.items():
        evaluation.symbols[name] = value if callable(value) else grid.from_nested(value)
    return grid.to_nested(evaluation.value(formula, {}))


def _argument(declared: Symbol | Function, given: Any) -> Any:
    """A function as it is; an array as a grid of the kind of number that was declared."""
    if isinstance(declared, Function):
        return given
    value = grid.from_nested(given)
    convert: Callable[[Any], grid.Number] = {"int": int, "bool": bool, "complex": complex}.get(
        declared.kind, _real
    )
    return grid.value_of(shape_of(value), tuple(map(convert, items_of(value))))


def _real(x: Any) -> grid.Number:
    return float(x)


class Evaluation:
    """The values of symbols and sizes, and what has been evaluated of them.

    Inside a gradient, where the variable is moved a little, `still` is the evaluation with the
    variable at rest: there `stop_gradient` takes its values.
    """

    def __init__(self, sizes: Mapping[str, int], still: Evaluation | None = None) -> None:
        self.sizes = dict(sizes)
        self.symbols: dict[str, Any] = {}
        self.still = still
        self._orders: dict[Formula, tuple[IndexVar, ...]] = {}
        self._found: dict[tuple[Formula, tuple[int, ...]], Value] = {}

    def value(self, formula: Formula, places: Places) -> Value:
        """The value of `formula` with its free indices at `places`."""
        order = self._orders.get(formula)
        if order is None:
            order = tuple(sorted(formula.free, key=lambda index: (index.name, str(index.size))))
            self._orders[formula] = order
        key = (formula, tuple(places[index] for index in order))
        if key not in self._found:
            found = self._evaluate(formula, places)
            if shape_of(found) != self.shape(formula.shape):
                raise ShapeError(
                    f"a {type(formula).__name__} of shape {shape_of(found)}, "
                    f"where {self.shape(formula.shape)} is meant",
                    formula.span,
                )
            self._found[key] = found
        return self._found[key]

    def shape(self, shape: Shape) -> tuple[int, ...]:
        """The lengths of symbolic axes."""
        return tuple(map(self.size, shape))

    def size(self, dim: Dim) -> int:
        """The length of a symbolic axis; one that is not there at all has length 0."""
        try:
            return max(0, dim.evaluate(self.sizes))
        except KeyError as missing:
            raise ShapeError(f"nothing says how large {missing.args[0]} is") from None
        except ValueError as error:
            raise ShapeError(str(error)) from None

    def number(self, formula: Formula, places: Places) -> Any:
        """The value of a formula of shape ()."""
        return item(self.value(formula, places))

    def _evaluate(self, formula: Formula, places: Places) -> Value:
        match formula:
            case Number(value):
                return arithmetic.tame(value)
            case Constant(name):
                return CONSTANTS[name]
            case Symbol(name):
                return self._symbol(name)
            case Size(dim):
                return self._length(dim)
            case Position(index):
                return places[index]
            case At() | Slice() | Align() | Build() | Array():
                return self._addressed(formula, places)
            case Negate() | Add() | Multiply() | Divide() | Power() | Compare() | Logic():
                return self._arithmetic(formula, places)
            case Cases() | Branch():
                return self._cases(formula, places)
            case MatMul() | Outer() | Transpose():
                return self._linear(formula, places)
            case Call():
                return self._call(formula, places)
            case Apply():
                return self._apply(formula, places)
            case Slope():
                return self._slope(formula, places)
            case Reduce():
                return self._reduce(formula, places)
            case Gradient():
                return self._gradient(formula, places)
            case _:
                raise UnsupportedError(f"{type(formula).__name__} is not evaluated", formula.span)

    def _symbol(self, name: str) -> Value:
        try:
            return self.symbols[name]  # type: ignore[no-any-return]
        except KeyError:
            raise UndefinedError(f"{name} has no value") from None

    def _length(self, dim: Dim) -> grid.Number:
        """A dimension used as a number, which need not be whole."""
        terms = (
            float(coefficient) * math.prod(self.size(Dim.of(name)) for name in monomial)
            for monomial, coefficient in dim.terms
        )
        whole = math.fsum(terms)
        return int(whole) if whole == int(whole) else whole

    # --- addressing -----------------------------------------------------------------------------

    def _addressed(self, formula: Formula, places: Places) -> Value:
        inner = self.shape(formula.shape)
        match formula:
            case At(base, addresses):
                array = self.value(base, places)
                fixed = [None if a is None else self._place(a, places) for a in addresses]

                def source(position: grid.Position) -> grid.Position:
                    rest = iter(position)
                    return (*(next(rest) if at is None else at for at in fixed), *rest)

                return build(inner, lambda position: item(array, *source(position)))
            case Slice(base, axis, start, _):
                array, first = self.value(base, places), self.size(start)
                return build(
                    inner,
                    lambda p: item(array, *p[:axis], p[axis] + first, *p[axis + 1 :]),
                )
            case Align(base, kept, _):
                array = self.value(base, places)
                return build(inner, lambda p: item(array, *(p[place] for place in kept)))
            case Build(indices, body):
                count = len(indices)
                return build(
                    inner[:count],
                    lambda p: self.value(body, {**places, **dict(zip(indices, p, strict=True))}),
                    inner=inner[count:],
                )
            case Array(items):
                parts = [self.value(each, places) for each in items]
                return build(
                    inner,
                    lambda p: item(parts[p[0]], *(p[1:] if shape_of(parts[p[0]]) else ())),
                )
            case _:
                raise AssertionError(formula)

    def _place(self, formula: Formula, places: Places) -> int:
        found = self.number(formula, places)
        if found != int(found):
            raise DomainError(f"{found} is no position", formula.span)
        return int(found)

    # --- arithmetic -----------------------------------------------------------------------------

    def _arithmetic(self, formula: Formula, places: Places) -> Value:
        parts = [self.value(child, places) for child in formula.children]
        match formula:
            case Negate():
                return elementwise(lambda x: -x, *parts)
            case Add():
                return elementwise(lambda *terms: arithmetic.total(terms), *parts)
            case Multiply():
                return elementwise(lambda *factors: arithmetic.product(factors), *parts)
            case Divide():
                return elementwise(arithmetic.divide, *parts)
            case Power():
                return elementwise(arithmetic.power, *parts)
            case Compare(_, operators):
                return elementwise(partial(_chain, operators), *parts)
            case Logic("and"):
                return elementwise(lambda *facts: all(facts), *parts)
            case Logic("or"):
                return elementwise(lambda *facts: any(facts), *parts)
            case Logic("not"):
                return elementwise(lambda fact: not fact, *parts)
            case _:
                raise AssertionError(formula)

    def _cases(self, formula: Formula, places: Places) -> Value:
        """Only values that are chosen somewhere are evaluated: `x_{i-1}` where i > 0."""
        branches = formula.branches if isinstance(formula, Cases) else (formula,)
        otherwise = formula.otherwise if isinstance(formula, Cases) else None

        def choose(position: grid.Position) -> grid.Number:
            for branch in branches:
                assert isinstance(branch, Branch)
                if _element(self.value(branch.condition, places), position):
                    return _element(self.value(branch.value, places), position)
            if otherwise is None:
                return arithmetic.NAN
            return _element(self.value(otherwise, places), position)

        return build(self.shape(formula.shape), choose)

    # --- products -------------------------------------------------------------------------------

    def _linear(self, formula: Formula, places: Places) -> Value:
        parts = [self.value(child, places) for child in formula.children]
        match formula:
            case MatMul():
                result = parts[0]
                for factor in parts[1:]:
                    result = _product(result, factor)
                return result
            case Outer():
                left, right = parts
                shape = shape_of(left) + shape_of(right)
                return build(
                    shape, lambda p: arithmetic.multiply(item(left, p[0]), item(right, p[1]))
                )
            case Transpose():
                (base,) = parts
                return build(self.shape(formula.shape), lambda p: item(base, *p[:-2], p[-1], p[-2]))
            case _:
                raise AssertionError(formula)

    # --- functions ------------------------------------------------------------------------------

    def _call(self, call: Call, places: Places) -> Value:
        if call.function == "stop_gradient" and self.still:
            return self.still.value(call, places)
        options: dict[str, Any] = dict(call.options)
        if call.function in PLACED:
            return PLACED[call.function](self.shape(call.shape))
        parts = [self.value(argument, places) for argument in call.arguments]
        if call.function in ARRAYS:
            return ARRAYS[call.function](*parts, **options)
        entry = ENTRIES[call.function]
        ranks = core_ranks(entry, [argument.shape for argument in call.arguments])
        function = partial(_FUNCTIONS[call.function], **options)
        return self._looped(function, parts, ranks, self.shape(call.shape))

    def _apply(self, formula: Apply, places: Places) -> Value:
        declared = formula.function
        parts = [self.value(argument, places) for argument in formula.arguments]
        ranks = tuple(map(len, declared.arguments))

        def function(*values: Value) -> Value:
            returned = self._symbol(declared.name)(*map(grid.to_nested, values))  # type: ignore[operator]
            return grid.from_nested(returned)

        return self._looped(function, parts, ranks, self.shape(formula.shape))

    def _slope(self, formula: Slope, places: Places) -> Value:
        declared, by = formula.function, formula.by
        parts = [self.value(argument, places) for argument in formula.arguments]
        ranks = tuple(map(len, declared.arguments))

        def function(*values: Value) -> Value:
            at = values[by]

            def partial_derivative(place: grid.Position) -> grid.Number:
                def moved(to: float) -> Any:
                    value = build(shape_of(at), lambda p: to if p == place else item(at, *p))
                    handed = (*values[:by], value, *values[by + 1 :])
                    return self._symbol(declared.name)(*map(grid.to_nested, handed))  # type: ignore[operator]

                return derivative(moved, item(at, *place))

            return build(shape_of(at), partial_derivative)

        return self._looped(function, parts, ranks, self.shape(formula.shape))

    @staticmethod
    def _looped(
        function: Callable[..., Value],
        parts: list[Value],
        ranks: tuple[int, ...],
        shape: tuple[int, ...],
    ) -> Value:
        """`function` of the cores of the arguments, for each position of the axes before them."""
        fronts = [
            shape_of(value)[: len(shape_of(value)) - rank]
            for value, rank in zip(parts, ranks, strict=True)
        ]
        loops: tuple[int, ...] = max(fronts, key=len, default=())
        if any(front not in ((), loops) for front in fronts):
            raise ShapeError(f"loops of lengths {fronts} are not one")

        def at(position: grid.Position) -> Value:
            pairs = zip(parts, fronts, strict=True)
            return function(*(part(value, position if front else ()) for value, front in pairs))

        return build(loops, at, inner=shape[len(loops) :])

    # --- loops ----------------------------------------------------------------------------------

    def _reduce(self, formula: Reduce, places: Places) -> Value:
        combine = REDUCTIONS[formula.operation]
        if formula.operation in ("argmax", "argmin"):
            return self._extreme_place(formula, places)
        found = [value for _, value in self._terms(formula, places)]
        return build(
            self.shape(formula.shape),
            lambda p: combine(tuple(item(value, *p) for value in found)),
        )

    def _extreme_place(self, formula: Reduce, places: Places) -> Value:
        """The position itself, of the first extreme value among those that count."""
        if len(formula.indices) != 1:
            raise UnsupportedError("the position of an extreme value over several indices")
        terms = self._terms(formula, places)
        combine = REDUCTIONS[formula.operation]

        def first(position: grid.Position) -> grid.Number:
            best = combine(tuple(item(value, *position) for _, value in terms))
            return terms[int(best)][0][0]  # type: ignore[arg-type]

        return build(self.shape(formula.shape), first)

    def _terms(self, formula: Reduce, places: Places) -> list[tuple[grid.Position, Value]]:
        """The values at the positions that count, with those positions."""
        terms = []
        for position in grid.positions(self.shape(tuple(i.size for i in formula.indices))):
            here = {**places, **dict(zip(formula.indices, position, strict=True))}
            if formula.condition is None or self.number(formula.condition, here):
                terms.append((position, self.value(formula.body, here)))
        return terms

    def _gradient(self, formula: Gradient, places: Places) -> Value:
        at = self.value(formula.at, places)
        rank = len(formula.variable.axes)
        shape = shape_of(at)
        loops, core = shape[: len(shape) - rank], shape[len(shape) - rank :]
        rest = self.still.value(formula.at, places) if self.still else at

        def partial_derivative(position: grid.Position) -> grid.Number:
            loop, place = position[: len(loops)], position[len(loops) :]
            still = self._with(formula.variable, part(rest, loop), None)
            start = part(at, loop)

            def moved(to: float) -> Any:
                value = build(core, lambda p: to if p == place else item(start, *p))
                return self._with(formula.variable, value, still).number(formula.body, places)

            return derivative(moved, item(start, *place))

        return build(shape, partial_derivative)

    def _with(self, variable: Symbol, value: Value, still: Evaluation | None) -> Evaluation:
        """The same evaluation with another value of one symbol."""
        source = self.still if still is None and self.still else self
        other = Evaluation(self.sizes, still)
        other.symbols = {**source.symbols, variable.name: value}
        return other


def _element(value: Value, position: grid.Position) -> grid.Number:
    """The element at `position`; a number is the same everywhere."""
    return item(value, *position) if isinstance(value, Grid) else value


def _chain(operators: tuple[str, ...], *operands: grid.Number) -> bool:
    pairs = zip(operators, pairwise(operands), strict=True)
    return all(COMPARISONS[operator](a, b) for operator, (a, b) in pairs)


def _product(left: Value, right: Value) -> Value:
    """The product of two matrices; a vector is a row on the left, a column on the right."""
    rows, columns = shape_of(left)[:-1], shape_of(right)[1:]
    inner = shape_of(left)[-1]
    if shape_of(right)[0] != inner:
        raise ShapeError(f"{shape_of(left)} and {shape_of(right)} have no product")

    def element(position: grid.Position) -> grid.Number:
        row, column = position[: len(rows)], position[len(rows) :]
        return arithmetic.total(
            arithmetic.multiply(item(left, *row, k), item(right, k, *column)) for k in range(inner)
        )

    return build(rows + columns, element)


def _of_rows(function: Callable[..., Any]) -> Callable[..., Value]:
    """A function of tuples as one of grids."""

    def wrapped(*values: Value, **options: Any) -> Value:
        rows = (value.items if isinstance(value, Grid) else value for value in values)
        result = function(*rows, **options)
        return Grid((len(result),), result) if isinstance(result, tuple) else result

    return wrapped


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    **NUMBERS,
    **{name: _of_rows(function) for name, function in ROWS.items()},
    **MATRICES,
}
