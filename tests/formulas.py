"""Random well-typed formulas: every node, over axes of different lengths, with indices and offsets.

What is drawn stays tame in size, so that results can be compared closely: quotients and logarithms
are kept away from 0, and only what is given exactly is compared or rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import strategies as st

from eq2code.trees.dims import ONE, Dim, Shape
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
    Symbol,
    System,
    Transpose,
)
from eq2code.verify import draw

n, m, k = Dim.of("n"), Dim.of("m"), Dim.of("k")
TWO = Dim.of(2)
LETTERS = (n, m, k)
LENGTHS = (*LETTERS, TWO)
ARRANGEMENTS = ({"n": 3, "m": 4, "k": 5}, {"n": 5, "m": 3, "k": 4}, {"n": 4, "m": 5, "k": 3})

FUNCTIONS = (
    Function("phi", ((),), ()),
    Function("psi", ((n,),), (m,)),
    Function("rho", ((m,), ()), ()),
)

BOUNDED = ("tanh", "sin", "cos", "sigmoid", "atan", "erf", "softsign")
GROWING = ("abs", "square", "relu", "softplus", "silu", "gelu", "elu", "mish", "leaky_relu")
TOTALS = ("sum", "mean", "norm", "norm1", "norminf", "logsumexp", "max", "min", "var", "median")
ROWS = ("softmax", "log_softmax", "cumsum", "reverse", "sort")
REDUCTIONS = ("sum", "product", "mean", "max", "min")


@dataclass
class Generator:
    """A formula in the making: choices from hypothesis, and the parameters met so far.

    Where there is a `focus`, it is taken wherever it fits, more often than not.
    """

    draw: Callable[[st.SearchStrategy[Any]], Any]
    parameters: dict[str, Symbol | Function] = field(default_factory=dict)
    domains: dict[str, tuple[int, ...] | str] = field(default_factory=dict)
    defined: list[Symbol] = field(default_factory=list)
    bound: int = 0
    focus: Symbol | None = None

    # --- choices ------------------------------------------------------------

    def pick(self, *choices: Any) -> Any:
        """One of the choices."""
        return self.draw(st.sampled_from(choices))

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return int(self.draw(st.integers(low, high)))

    def chance(self) -> bool:
        """One time in three."""
        return self.number(0, 2) == 2

    # --- atoms --------------------------------------------------------------

    def symbol(self, shape: Shape, kind: str = "real") -> Symbol:
        """A parameter of that shape and kind, or an earlier definition."""
        earlier = [symbol for symbol in self.defined if symbol.axes == shape and kind == "real"]
        if earlier and self.chance():
            return self.pick(*earlier)  # type: ignore[no-any-return]
        letters = "_".join(str(dim).replace(" ", "").replace("*", "x") for dim in shape)
        word = {"real": self.pick("a", "b"), "bool": "flag", "spd": "cov"}[kind]
        name = "_".join(filter(None, (word, letters))).replace("+", "p").replace("-", "l")
        return self.parameter(Symbol(name, shape, kind))

    def parameter(self, symbol: Symbol) -> Symbol:
        """The symbol, noted as a parameter."""
        self.parameters[symbol.name] = symbol
        return symbol

    def labels(self, shape: Shape, length: Dim) -> Symbol:
        """A parameter of whole numbers that address an axis of `length`."""
        letters = "_".join(map(str, shape))
        symbol = self.parameter(Symbol(f"lab_{letters}_to_{length}", shape, "int"))
        self.domains[symbol.name] = f"below {length}"
        return symbol

    def index(self, size: Dim) -> IndexVar:
        """A new index."""
        self.bound += 1
        return IndexVar(f"i{self.bound}", size)

    def place(self, length: Dim, scope: tuple[IndexVar, ...]) -> Formula:
        """A position of an axis of `length`."""
        options: list[Callable[[], Formula]] = [
            lambda: Number(self.number(0, 1 if length in LENGTHS else 0))
        ]
        if length in LETTERS:
            options.append(lambda: At(self.labels((n,), length), (Number(self.number(0, 1)),)))
        for index in scope:
            ahead = (length - index.size).value
            if ahead is not None and 0 <= ahead <= 2:
                options += [lambda i=index, c=ahead: self.ahead(i, c)] * 4  # type: ignore[misc]
            if ahead == 0:
                options.append(
                    lambda i=index: Add((Size(i.size - 1), Negate(Position(i))))  # type: ignore[misc]
                )
            if length == index.size * 2:
                options.append(lambda i=index: self.stride(i))  # type: ignore[misc]
            if index.size in LETTERS and length in LETTERS:
                options.append(
                    lambda i=index: At(self.labels((i.size,), length), (Position(i),))  # type: ignore[misc]
                )
        return self.pick(*options)()  # type: ignore[no-any-return]

    def ahead(self, index: IndexVar, most: int) -> Formula:
        """The index, or a place a little further."""
        offset = self.number(0, most)
        return Add((Position(index), Number(offset))) if offset else Position(index)

    def stride(self, index: IndexVar) -> Formula:
        """Every other place."""
        twice = Multiply((Number(2), Position(index)))
        return self.pick(twice, Add((twice, Number(1))))  # type: ignore[no-any-return]

    def element(self, scope: tuple[IndexVar, ...], shape: Shape = ()) -> Formula:
        """Part of a parameter: an element, a row, a column."""
        pool = [*LENGTHS, *(i.size + self.number(0, 2) for i in scope), *(i.size for i in scope)]
        extra = self.number(1, 2)
        axes: list[Dim] = [self.pick(*pool) for _ in range(extra)]
        if axes[0].letter and self.number(0, 5) == 0:
            axes = [axes[0] * 2]
        base: list[Dim] = []
        places: list[Formula | None] = []
        rest = list(shape)
        for dim in axes:
            while rest and self.chance():
                base.append(rest.pop(0))
                places.append(None)
            base.append(dim)
            places.append(self.place(dim, scope))
        source = self.symbol((*base, *rest))
        return At(source, tuple(places))

    def exact(self, scope: tuple[IndexVar, ...]) -> Formula:
        """A number that both sides have exactly: of a comparison no rounding may decide."""
        options: list[Callable[[], Formula]] = [
            lambda: Number(self.number(0, 2)),
            lambda: self.parameter(Symbol(self.pick("a", "b"))),
            lambda: Size(self.pick(*LETTERS)),
            lambda: At(self.plain((n,)), (self.place(n, scope),)),
        ]
        options += [lambda i=index: Position(i) for index in scope]  # type: ignore[misc]
        return self.pick(*options)()  # type: ignore[no-any-return]

    def plain(self, shape: Shape) -> Symbol:
        """A parameter, and no definition."""
        letters = "_".join(map(str, shape))
        return self.parameter(Symbol(f"{self.pick('a', 'b')}_{letters}", shape))

    def fact(self, scope: tuple[IndexVar, ...], depth: int = 1) -> Formula:
        """A truth of shape ()."""
        choice = self.number(0, 3 if depth else 1)
        if choice == 0:
            size = self.pick(*LETTERS)
            return At(self.symbol((size,), "bool"), (self.place(size, scope),))
        if choice == 1:
            return Compare((self.exact(scope), self.exact(scope)), (self.pick(*"=≠<>≤≥"),))
        if choice == 2:
            operands = tuple(self.exact(scope) for _ in range(3))
            return Compare(operands, (self.pick("<", "≤"), self.pick("<", "≤")))
        operator = self.pick("and", "or", "not")
        count = 1 if operator == "not" else 2
        return Logic(operator, tuple(self.fact(scope, depth - 1) for _ in range(count)))

    def atom(self, shape: Shape, scope: tuple[IndexVar, ...]) -> Formula:
        """A symbol or a number."""
        if self.focus and not self.chance():
            if self.focus.axes == shape:
                return self.focus
            if self.focus.axes[len(self.focus.axes) - len(shape) :] == shape:
                front = self.focus.axes[: len(self.focus.axes) - len(shape)]
                return At(self.focus, tuple(self.place(dim, scope) for dim in front))
        if shape:
            if self.chance() and len(shape) < 3:
                return self.element(scope, shape)
            return self.symbol(shape)
        options: list[Callable[[], Formula]] = [
            lambda: Number(self.pick(1, 2, 3, 0.5)),
            lambda: Constant("pi"),
            lambda: Size(self.pick(*LETTERS, n * m, k - 1)),
            lambda: self.symbol(()),
            lambda: self.element(scope),
            lambda: self.element(scope),
        ]
        options += [lambda i=index: Position(i) for index in scope]  # type: ignore[misc]
        return self.pick(*options)()  # type: ignore[no-any-return]

    # --- formulas -----------------------------------------------------------

    def formula(self, shape: Shape, scope: tuple[IndexVar, ...], depth: int) -> Formula:
        """A formula of that shape, with indices of `scope`, at most `depth` deep."""
        if depth <= 0:
            return self.atom(shape, scope)
        options = [*self.anywhere(shape, scope, depth - 1), *self.shaped(shape, scope, depth - 1)]
        return self.pick(*options)()  # type: ignore[no-any-return]

    def anywhere(
        self, shape: Shape, scope: tuple[IndexVar, ...], depth: int
    ) -> list[Callable[[], Formula]]:
        """Ways to make a formula of any shape."""

        def same() -> Formula:
            return self.formula(shape, scope, depth)

        def mixed() -> Formula:
            return self.formula(() if self.chance() else shape, scope, depth)

        def sized() -> tuple[Formula, ...]:
            """Two or three operands of which one has the whole shape."""
            return (same(), *(mixed() for _ in range(self.number(1, 2))))

        def kept() -> Formula:
            return Add((Number(self.pick(1, 2)), Power(same(), Number(2))))

        return [
            lambda: self.atom(shape, scope),
            lambda: Negate(same()),
            lambda: Add(self.shuffled(sized())),
            lambda: Multiply(self.shuffled(sized())),
            lambda: Divide(self.bounded(same()), kept()),
            lambda: Power(self.bounded(same()), Number(self.pick(2, 3))),
            lambda: Power(kept(), Number(self.pick(-1, 0.5, -0.5, 1.5))),
            lambda: self.elementwise(same),
            lambda: Call("log", (kept(),), shape),
            lambda: Call("exp", (self.bounded(same()),), shape),
            lambda: self.extreme(shape, same, mixed),
            lambda: self.cases(shape, scope, same, mixed),
            lambda: self.reduce(shape, scope, depth),
            lambda: self.apply(shape, scope, depth),
        ]

    def shaped(
        self, shape: Shape, scope: tuple[IndexVar, ...], depth: int
    ) -> list[Callable[[], Formula]]:
        """Ways that depend on the number of axes."""
        dim = self.pick(*LETTERS)

        def of(*axes: Dim) -> Formula:
            return self.formula(axes, scope, depth)

        match shape:
            case ():
                return [
                    *([lambda: self.guarded(scope)] * 2 if scope else []),
                    lambda: MatMul((of(dim), of(dim))),
                    lambda: MatMul((of(dim), of(dim, k), of(k))),
                    lambda: Call(self.pick(*TOTALS), (of(dim),)),
                    lambda: Call("dot", (of(dim), of(dim))),
                    lambda: Call(self.pick("trace", "frobenius_norm"), (of(dim, dim),)),
                    lambda: Reduce(
                        "argmax", (i := self.index(dim),), At(self.plain((dim,)), (Position(i),))
                    ),
                    lambda: At(of(dim), (self.place(dim, scope),)),
                ]
            case (first,):
                return [
                    *self.built(shape, scope, depth),
                    lambda: MatMul((of(first, dim), of(dim))),
                    lambda: MatMul((of(dim), of(dim, first))),
                    lambda: MatMul((of(first, dim), of(dim, k), of(k))),
                    lambda: Align(of(), (), shape),
                    lambda: Call(self.pick(*ROWS), (of(first),), shape),
                    lambda: Call(self.pick(*TOTALS), (of(first, dim),), shape),
                    lambda: Call("dot", (of(first, dim), of(dim)), shape),
                    lambda: At(of(dim, first), (self.place(dim, scope),)),
                    lambda: At(of(first, dim), (None, self.place(dim, scope))),
                    lambda: Slice(of(first + 2), 0, ONE, first + 1),
                    lambda: Slice(self.concat(of(first), of(dim)), 0, *self.ends(first, dim)),
                ]
            case (first, second):
                return [
                    *self.built(shape, scope, depth),
                    lambda: MatMul((of(first, dim), of(dim, second))),
                    lambda: MatMul((of(first, dim), of(dim, k), of(k, second))),
                    lambda: Outer(of(first), of(second)),
                    lambda: Transpose(of(second, first)),
                    lambda: Align(of(second), (1,), shape),
                    lambda: Align(of(first), (0,), shape),
                    lambda: Align(of(), (), shape),
                    lambda: Call(self.pick(*ROWS), (of(first, second),), shape),
                    lambda: Call("outer", (of(first), of(second)), shape),
                    lambda: At(of(dim, first, second), (self.place(dim, scope),)),
                    lambda: Slice(of(first, second + 1), 1, ONE, second + 1),
                    *([lambda: self.square(first)] if first == second else []),
                ]
            case _:
                return [
                    *self.built(shape, scope, depth),
                    lambda: Align(of(*shape[1:]), (1, 2), shape),
                    lambda: Align(of(shape[0], shape[2]), (0, 2), shape),
                ]

    def built(
        self, shape: Shape, scope: tuple[IndexVar, ...], depth: int
    ) -> list[Callable[[], Formula]]:
        """Element by element, and written out where the first axis is a number."""

        def build() -> Formula:
            count = self.number(1, len(shape))
            indices = tuple(map(self.index, shape[:count]))
            return Build(indices, self.formula(shape[count:], scope + indices, depth))

        def written() -> Formula:
            items = range(shape[0].value or 0)
            return Array(tuple(self.formula(shape[1:], scope, depth) for _ in items))

        return [build, build, build, *([written] * 3 if shape[0].value else [])]

    def shuffled(self, parts: tuple[Formula, ...]) -> tuple[Formula, ...]:
        """The parts in some order."""
        return tuple(self.draw(st.permutations(parts)))

    def bounded(self, inside: Formula) -> Formula:
        """A function of it whose values are small."""
        return Call(self.pick(*BOUNDED), (inside,), inside.shape)

    def elementwise(self, inside: Callable[[], Formula]) -> Formula:
        """A function applied element by element."""
        name = self.pick(*BOUNDED, *GROWING)
        arguments = (inside(),)
        if name == "leaky_relu":
            arguments += (Number(0.25),)
        return Call(name, arguments, arguments[0].shape)

    def extreme(
        self, shape: Shape, same: Callable[[], Formula], mixed: Callable[[], Formula]
    ) -> Formula:
        """The larger or smaller of some, or what is cut off."""
        if self.chance():
            return Call("clip", (same(), Number(-1), Number(1)), shape)
        # Of equal arguments no derivative is told, and a focus would often stand in all of them.
        count = 1 if self.focus else self.number(1, 2)
        arguments = (same(), *(mixed() for _ in range(count)))
        return Call(self.pick("maximum", "minimum"), self.shuffled(arguments), shape)

    def cases(
        self,
        shape: Shape,
        scope: tuple[IndexVar, ...],
        same: Callable[[], Formula],
        mixed: Callable[[], Formula],
    ) -> Formula:
        """A choice by facts."""
        count = self.number(1, 2)
        branches = tuple(Branch(mixed(), self.fact(scope)) for _ in range(count))
        return Cases(branches, same())

    def reduce(self, shape: Shape, scope: tuple[IndexVar, ...], depth: int) -> Formula:
        """Over one or two new indices, with or without a condition."""
        pool = (*LETTERS, n - 1, m - 2)
        indices = tuple(self.index(self.pick(*pool)) for _ in range(self.number(1, 2)))
        operation = self.pick(*REDUCTIONS)
        inner = scope + indices
        body = self.formula(shape, inner, depth)
        if operation == "product":
            body = self.bounded(body)
        condition = None
        if operation == "sum" and self.chance():
            condition = self.fact(inner)
        return Reduce(operation, indices, body, condition)

    def guarded(self, scope: tuple[IndexVar, ...]) -> Formula:
        """An element before this one, where there is one: `x_{i-1}` and `x_{i-j}`."""
        index = self.pick(*scope)
        here, source = Position(index), self.symbol((index.size,))
        if self.chance():
            earlier = At(source, (Add((here, Number(-1))),))
            inside = Compare((here, Number(0)), (">",))
            return Cases((Branch(earlier, inside),), self.atom((), scope))
        lag = self.index(index.size)
        earlier = At(source, (Add((here, Negate(Position(lag)))),))
        weight = At(self.symbol((index.size,)), (Position(lag),))
        inside = Compare((Position(lag), here), ("≤",))
        return Reduce("sum", (lag,), Multiply((weight, earlier)), inside)

    def apply(self, shape: Shape, scope: tuple[IndexVar, ...], depth: int) -> Formula:
        """A declared function, where one fits; else a sum of shares."""
        fitting = [f for f in FUNCTIONS if shape[len(shape) - len(f.result) :] == f.result]
        function = self.pick(*fitting)
        loops = shape[: len(shape) - len(function.result)]
        if len(loops) > 2:
            return self.atom(shape, scope)
        self.parameters[function.name] = function
        arguments = tuple(
            self.formula(loops + core if place == 0 else core, scope, min(depth, 1))
            for place, core in enumerate(function.arguments)
        )
        return Apply(function, arguments, shape)

    def concat(self, left: Formula, right: Formula) -> Formula:
        """Two vectors one after the other."""
        shape = (left.shape[0] + right.shape[0],)
        return Call("concat", (left, right), shape, (("axis", -1),))

    def ends(self, first: Dim, second: Dim) -> tuple[Dim, Dim]:
        """The first or the last part of `first` positions among first + second."""
        return self.pick((Dim.of(0), first), (second, second + first))  # type: ignore[no-any-return]

    def square(self, size: Dim) -> Formula:
        """A square matrix of a kind that only square ones have."""
        if size not in LETTERS:
            return self.symbol((size, size))
        cov = self.symbol((size, size), "spd")
        return self.pick(  # type: ignore[no-any-return]
            Call("inverse", (cov,), cov.axes),
            Call("identity", (), cov.axes),
            Call("diag", (self.symbol((size,)),), cov.axes),
            Call("cholesky", (cov,), cov.axes),
            Call("matrix_power", (cov,), cov.axes, (("exponent", 2),)),
        )


@dataclass(frozen=True)
class Example:
    """A system, and a way to draw its arguments."""

    system: System
    sizes: Mapping[str, int]
    domains: Mapping[str, Any]

    def arguments(self, seed: int) -> dict[str, Any]:
        """A value for each parameter, as nested lists; whole numbers address what is there."""
        drawn = draw.arguments(self.system.parameters, self.sizes, Random(seed))
        for name, domain in self.domains.items():
            length = self.sizes[domain.removeprefix("below ")]
            drawn[name] = _below(drawn[name], length)
        return drawn


def _below(value: Any, length: int) -> Any:
    if isinstance(value, list):
        return [_below(part, length) for part in value]
    return value % length


@st.composite
def examples(draw_: Any, *, depth: int = 3) -> Example:
    """A random system of one to three definitions."""
    made = Generator(draw_)
    definitions: list[Definition] = []
    count = made.number(1, 3)
    for place in range(count):
        rank = made.number(0, 2 if made.number(0, 4) else 3)
        shape = tuple(made.pick(*LENGTHS) for _ in range(rank))
        body = made.formula(shape, (), made.number(1, depth))
        symbol = Symbol(f"out{place}", shape)
        definitions.append(Definition(symbol, body))
        made.defined.append(symbol)
    results = definitions[-made.number(1, count) :]
    sizes = made.pick(*ARRANGEMENTS)
    # Every size letter is an argument's axis: a plain vector of each stands first.
    anchors = [Symbol(f"a_{dim}", (dim,)) for dim in LETTERS]
    values = {symbol.name: symbol for symbol in anchors} | made.parameters
    system = System(
        "f",
        tuple(Parameter(name, value) for name, value in values.items()),
        tuple(definitions),
        tuple(Output(d.symbol.name, d.symbol) for d in results),
    )
    return Example(system, sizes, made.domains)


@st.composite
def gradient_examples(draw_: Any, *, depth: int = 3) -> Example:
    """The gradient of a random number by one of the parameters it is made of."""
    made = Generator(draw_)
    shape = tuple(made.pick(*LETTERS) for _ in range(made.number(0, 2)))
    variable = made.focus = made.parameter(Symbol("theta", shape))
    body = made.formula((), (), made.number(1, depth))
    anchors = [Symbol(f"a_{dim}", (dim,)) for dim in LETTERS]
    values = {symbol.name: symbol for symbol in anchors} | made.parameters
    out = Symbol("out", shape)
    system = System(
        "f",
        tuple(Parameter(name, value) for name, value in values.items()),
        (Definition(out, Gradient(body, variable, variable)),),
        (Output("out", out),),
    )
    return Example(system, made.pick(*ARRANGEMENTS), made.domains)


@st.composite
def elementwise_examples(draw_: Any, *, depth: int = 3) -> Example:
    """A random system whose symbols were given no shape, as in an optimizer's step."""
    made = Generator(draw_)
    names = ("u", "v", "w")

    def value(levels: int) -> Formula:
        if not levels:
            return made.pick(*(Symbol(name, elementwise=True) for name in names), Number(2))  # type: ignore[no-any-return]
        below = levels - 1
        return made.pick(  # type: ignore[no-any-return]
            lambda: Add((value(below), value(below))),
            lambda: Negate(value(below)),
            lambda: Multiply((value(below), value(below), value(0))),
            lambda: Divide(value(below), Add((Number(1), Power(value(below), Number(2))))),
            lambda: made.elementwise(lambda: value(below)),
            lambda: Call("maximum", (value(0), value(below)), ()),
            lambda: Cases(
                (Branch(value(below), Compare((value(0), value(0)), (made.pick("<", "≥"),))),),
                value(below),
            ),
        )()

    out = Symbol("out", elementwise=True)
    body = value(made.number(1, depth))
    symbols = tuple(Parameter(name, Symbol(name, elementwise=True)) for name in names)
    system = System("f", symbols, (Definition(out, body),), (Output("out", out),))
    return Example(system, {}, {})
