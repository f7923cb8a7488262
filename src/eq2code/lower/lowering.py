"""How is each formula computed in whole arrays? One case for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from operator import itemgetter
from typing import Any

from eq2code.errors import FAULT, EmissionError, TooLargeError
from eq2code.library import find
from eq2code.lower.address import affine, slice_axes
from eq2code.lower.addressing import Addresses
from eq2code.lower.axes import Label, Value, merged
from eq2code.lower.constants import literal
from eq2code.lower.contract import multiply
from eq2code.lower.functions import Functions
from eq2code.lower.names import HIDDEN, check
from eq2code.lower.products import Products
from eq2code.lower.scope import LEAVES, Known, boolean, finds, light, plain_names
from eq2code.source import NOWHERE
from eq2code.trees import formula as fm
from eq2code.trees import program as pg
from eq2code.trees.dims import Dim, Shape

_CHUNK = 30
"""Formulas this much higher than those below are lowered in stages: nothing recurses deeper."""

_SEARCHES = frozenset({fm.Call, fm.Reduce})

_SMALLEST = 1e-308  # what one is divided by to get it is a float, too


class Lowering(Addresses, Products, Functions):
    """One system on its way to a program."""

    def program(self) -> pg.Program:
        """The whole system."""
        if check(self.system.name, longest=self.limits.name) in HIDDEN:
            raise EmissionError(
                f"{self.system.name} cannot be the name of a function",
                hints=('choose a name of letters, digits and underscores: name="f"',),
            )
        wanted = {output.symbol.name for output in self.system.outputs}
        definitions = needed(self.system.definitions, wanted)
        stages = [self._survey(definition.body) for definition in definitions]
        fields = plain_names([o.name for o in self.system.outputs], self.limits)
        results: list[pg.Result] = []
        for place, definition in enumerate(definitions):
            last = place == len(definitions) - 1 and len(self.system.outputs) == 1
            value = self._definition(definition, stages[place])
            if not (last and definition.symbol.name in wanted):
                value = self._name(definition, value)
            self.symbols[definition.symbol.name] = value
        by_name = {d.symbol.name: d for d in reversed(self.system.definitions)}
        for output in self.system.outputs:
            if output.symbol.name not in by_name:
                raise EmissionError(
                    f"{output.name} is asked for, and nothing defines it",
                    hints=('name what the source defines on a left side: outputs=["y"]',),
                )
            made = by_name[output.symbol.name]
            results.append(self._result(output, fields[output.name], made))
        return pg.Program(
            name=self.system.name,
            arguments=tuple(self._arguments()),
            statements=tuple(self.statements),
            results=tuple(results),
            sizes=tuple(self.sizes.sources.items()),
            exclusive=tuple(self.exclusive),
            juxtaposed=tuple(
                (self.parameters[one], self.parameters[other])
                for one, other in self.system.juxtaposed
            ),
            dotted=tuple(
                tuple(self.parameters[name] for name in one) for one in self.system.dotted
            ),
            hand=self._hand(),
        )

    def _definition(self, definition: fm.Definition, stages: Sequence[fm.Formula]) -> Value:
        try:
            for formula in stages:
                self.known(formula).value = self.bound(formula, self.value(formula))
            return self.full(self.value(definition.body), definition.symbol.axes)
        except TooLargeError as error:
            error.span = definition.body.span if error.span == NOWHERE else error.span
            raise

    def _name(self, definition: fm.Definition, value: Value) -> Value:
        symbol = definition.symbol
        name = self.names.fresh(check(symbol.name, longest=self.limits.name))
        statement = pg.Statement(name, value.node, symbol.axes, definition.body, definition.span)
        self.statements.append(statement)
        return value.computed(pg.Name(name))

    def _result(self, output: fm.Output, name: str, definition: fm.Definition) -> pg.Result:
        symbol = output.symbol
        value = self.full(self.symbols[symbol.name], symbol.axes)
        body, span = definition.body, definition.span
        return pg.Result(name, value.node, symbol.axes, symbol.elementwise, body, span)

    def _arguments(self) -> Iterator[pg.Argument]:
        alone = {a for a, b in self.exclusive if a == b}
        for parameter in self.system.parameters:
            name = self.parameters[parameter.name]
            match parameter.value:
                case fm.Function() as function:
                    yield pg.Argument(name, kind="", batch=False, function=function)
                case fm.Symbol(axes=axes, kind=kind, elementwise=elementwise):
                    batch = name not in self.order.plain and name not in alone
                    kind = "int" if name in self.addresses else kind
                    yield pg.Argument(name, axes, kind, elementwise, batch)

    def _hand(self) -> str:
        """The first array of real numbers; else the first number."""
        reals = [
            (parameter.value.axes == (), self.parameters[parameter.name])
            for parameter in self.system.parameters
            if type(parameter.value) is fm.Symbol
            and parameter.value.kind not in ("int", "bool")
            and self.parameters[parameter.name] not in self.addresses
        ]
        return min(reals, key=itemgetter(0))[1] if reals else ""

    def _survey(self, body: fm.Formula) -> list[fm.Formula]:
        """Count how often each formula is used, and choose the stages of a deep one."""
        stages: list[fm.Formula] = []
        surveyed = self.surveyed
        for formula in upwards(body, surveyed):
            if type(formula) is fm.Number:
                self.constants.look(formula)
                continue
            self.constants.note(formula)
            new = Known()
            known = surveyed[id(formula)] = self.equal.setdefault(formula, new)
            if known is not new:
                continue
            for child in formula.children:
                if type(child) not in LEAVES and child.children:
                    inside = surveyed[id(child)]
                    inside.uses += 1
                    if type(child) is fm.Negate and inside.uses > 1 and child.body.children:
                        surveyed[id(child.body)].uses += 1  # m has a name then, and no -m
                    if inside.height >= known.height:
                        known.height = inside.height + 1
            if known.height > _CHUNK and type(formula) is not fm.Branch:
                stages.append(formula)
                known.height = 1
            if type(formula) is fm.At:
                for place in formula.places:
                    self.note_address(place)
            if type(formula) in _SEARCHES and finds(formula):
                self.searches = True
        return stages

    # --- values -----------------------------------------------------------------------------------

    def value(self, formula: fm.Formula, integral: bool = False) -> Value:
        """What computes `formula`. Equal formulas are computed once."""
        if type(formula) not in _RULES:
            kind = type(formula).__name__.lower()
            raise EmissionError(f"a {kind} is not translated here", formula.span, hints=(FAULT,))
        rule = _RULES[type(formula)]
        if type(formula) in LEAVES:
            return rule(self, formula, integral)
        known = self.surveyed.get(id(formula)) or self.known(formula)
        found = known.whole if integral else known.value
        if found is not None:
            return found
        found = rule(self, formula, integral)
        if known.uses > 1 and not light(formula) and type(formula) is not fm.Negate:
            found = self.bound(formula, found)
        if integral:
            known.whole = found
        else:
            known.value = found
        return found

    def _constant(self, formula: fm.Constant, integral: bool) -> Value:
        return Value(pg.Literal(1j) if formula.name == "i" else pg.Constant(formula.name))

    def _slice(self, formula: fm.Slice, integral: bool) -> Value:
        axis, start = formula.axis, formula.start
        index = fm.IndexVar("", formula.stop - start)
        place = fm.Add((fm.Position(index), fm.Size(start)), span=formula.span)
        found = self._at(formula.base, (*[None] * axis, place))
        names: dict[Label, Label] = {
            x: x + 1 for x in found.labels if isinstance(x, int) and x >= axis
        }
        return found.relabel({**names, index: axis})

    def _divide(self, formula: fm.Divide, integral: bool) -> Value:
        return self.combine("/", [self.real(formula.numerator), self.real(formula.denominator)])

    def _logic(self, formula: fm.Logic, integral: bool) -> Value:
        return self.combine(formula.operator, [self.value(part) for part in formula.operands])

    def _transpose(self, formula: fm.Transpose, integral: bool) -> Value:
        rank = len(formula.shape)
        return self.value(formula.base).relabel({rank - 1: rank - 2, rank - 2: rank - 1})

    def _reduction(self, formula: fm.Reduce, integral: bool) -> Value:
        self.order.meet(formula.indices)
        if formula.operation == "sum" and formula.condition is None:
            return self._product(formula.body, formula.indices)
        return self._reduce(formula)

    def _symbol(self, symbol: fm.Symbol, integral: bool) -> Value:
        if symbol.name not in self.symbols:
            raise EmissionError(f"{symbol.name} is neither given nor defined", hints=(FAULT,))
        return self.symbols[symbol.name]

    def _position(self, index: fm.IndexVar, start: int, integral: bool) -> Value:
        length = self.sizes.length(index.size)
        return Value(pg.Arrange(length, start, real=not integral), (index,))

    def _add(self, formula: fm.Add, integral: bool) -> Value:
        terms = formula.terms
        positions = affine(formula) if len(terms) == 2 else None
        if positions and positions.start.value is not None and len(positions.steps) == 1:
            index, step = positions.steps[0]
            if step == 1:
                return self._position(index, positions.start.value, integral)
        bodies = [term.body if type(term) is fm.Negate else term for term in terms]
        if integral:
            values = [self.value(body, True) for body in bodies]
        else:
            values = [self.real(body) for body in bodies]
        nodes, labels = self.order.aligned(values)
        nodes = tuple(
            [
                node if body is term else pg.Elementwise("-", (node,))
                for node, body, term in zip(nodes, bodies, terms, strict=True)
            ]
        )
        return Value(pg.Elementwise("+", nodes), labels, *merged(values))

    def _multiply(self, formula: fm.Multiply, integral: bool) -> Value:
        factors = formula.factors
        if integral:
            return self.combine("*", [self.value(factor, True) for factor in factors])
        first = factors[0]
        if type(first) is fm.Number and first.value == -1 and len(factors) == 2:
            return self.combine("-", [self.real(factors[1])])
        return multiply([self.real(factor) for factor in factors], self.order)

    def _power(self, base: fm.Formula, exponent: fm.Formula) -> Value:
        if isinstance(base, fm.Constant) and base.name == "e" and find("exp"):
            return self.value(fm.Call("exp", (exponent,), exponent.shape))
        power = self.constants.look(exponent)
        if power is not None and power < 0:
            small = self.constants.look(fm.Power(base, exponent))
            if small is not None and abs(small) < _SMALLEST:  # what it is one over is no float
                return Value(pg.Literal(small))
            below = self._power(base, fm.Number(_whole(-power)))
            return self.combine("/", [Value(pg.Literal(1)), below])
        if power == 1:
            return self.real(base)
        if power == 0.5 and find("sqrt"):
            return self.value(fm.Call("sqrt", (base,), base.shape))
        if isinstance(base, fm.Number) and power is not None and power >= 0:
            large = self.constants.look(fm.Power(base, exponent))
            if large is not None and abs(large) > 2**53:
                return self.combine(
                    "**", [Value(pg.Literal(float(base.value))), self.real(exponent)]
                )
        return self.combine("**", [self.real(base), self.real(exponent)])

    def _compare(self, operands: tuple[fm.Formula, ...], operators: tuple[str, ...]) -> Value:
        integral = all(self.integral(operand) for operand in operands)
        values = [self.operand(operand, integral) for operand in operands]
        for place in range(1, len(operands) - 1):
            values[place] = self.bound(operands[place], values[place])
        pairs = [self.combine(sign, values[k : k + 2]) for k, sign in enumerate(operators)]
        return pairs[0] if len(pairs) == 1 else self.combine("and", pairs)

    def _cases(self, branches: tuple[fm.Branch, ...], otherwise: fm.Formula | None) -> Value:
        conditions = [self.value(branch.condition) for branch in branches]
        self.guarded += 1
        chosen = self.real(otherwise) if otherwise is not None else Value(pg.Literal(float("nan")))
        parts = list(zip(conditions, [self.real(b.value) for b in branches], strict=True))
        self.guarded -= 1
        labels = self.order.common([chosen, *(value for pair in parts for value in pair)])
        node = self.order.align(chosen, labels)
        for condition, value in reversed(parts):
            sides = self.order.align(condition, labels), self.order.align(value, labels)
            node = pg.Where(*sides, node)
        return Value(node, labels, *merged([chosen, *(value for pair in parts for value in pair)]))

    def _aligned(self, base: fm.Formula, places: tuple[int, ...], axes: Shape) -> Value:
        value = self.value(base)
        single = Dim.of(1)
        thin: dict[Label, tuple[pg.Place | pg.Node, Label | None]] = {
            k: (pg.ONLY, None)
            for k, place in enumerate(places)
            if base.shape[k] == single and axes[place] != single and k in value.labels
        }
        if thin:
            value = slice_axes(value, thin)
        return value.relabel(dict(enumerate(places)))

    def _build(self, indices: tuple[fm.IndexVar, ...], body: fm.Formula) -> Value:
        self.order.meet(indices)
        value = self.real(body) if boolean(body) else self.value(body)
        names: dict[Label, Label] = {k: k + len(indices) for k in range(len(body.shape))}
        names.update({index: k for k, index in enumerate(indices)})
        return value.relabel(names)

    def _array(self, items: tuple[fm.Formula, ...]) -> Value:
        values = [self.real(item) for item in items]
        ranks = range(max((len(item.shape) for item in items), default=0))
        later: dict[Label, Label] = {k: k + 1 for k in ranks}
        values = [value.relabel(later) for value in values]
        labels = self.order.sort([label for value in values for label in value.labels])
        batched, sources = merged(values)
        batched = batched or bool(sources)
        cores = [label for label in labels if isinstance(label, int)]
        if not labels:
            nodes = tuple(value.node for value in values)
        else:
            nodes = tuple(self.order.align(value, labels) for value in values)
        same = {(value.labels, value.sources) for value in values}
        node = pg.Stack(nodes, -1 - len(cores), joint=len(same) > 1)
        result = (*labels[: len(labels) - len(cores)], 0, *cores)
        return Value(node, result, batched, sources)


_Rule = Callable[[Lowering, Any, bool], Value]
_RULES: dict[type[fm.Formula], _Rule] = {
    fm.Number: lambda self, number, integral: Value(literal(number.value)),
    fm.Constant: Lowering._constant,
    fm.Symbol: Lowering._symbol,
    fm.Size: lambda self, size, integral: Value(self.sizes.number(size.dim)),
    fm.Position: lambda self, place, integral: self._position(place.index, 0, integral),
    fm.At: lambda self, at, integral: self._at(at.base, at.places),
    fm.Slice: Lowering._slice,
    fm.Align: lambda self, align, integral: self._aligned(align.base, align.places, align.axes),
    fm.Build: lambda self, build, integral: self._build(build.indices, build.body),
    fm.Array: lambda self, array, integral: self._array(array.items),
    fm.Negate: lambda self, minus, integral: self.combine(
        "-", [self.operand(minus.body, integral)]
    ),
    fm.Add: Lowering._add,
    fm.Multiply: Lowering._multiply,
    fm.Divide: Lowering._divide,
    fm.Power: lambda self, power, integral: self._power(power.base, power.exponent),
    fm.Compare: lambda self, chain, integral: self._compare(chain.operands, chain.operators),
    fm.Logic: Lowering._logic,
    fm.Cases: lambda self, cases, integral: self._cases(cases.branches, cases.otherwise),
    fm.MatMul: lambda self, product, integral: self._product(product, ()),
    fm.Outer: lambda self, product, integral: self._product(product, ()),
    fm.Transpose: Lowering._transpose,
    fm.Call: Lowering._call,
    fm.Apply: lambda self, applied, integral: self._apply(applied),
    fm.Slope: lambda self, slope, integral: self._slope(slope),
    fm.Reduce: Lowering._reduction,
}


def upwards(body: fm.Formula, met: Container[int]) -> Iterator[fm.Formula]:
    """Every number inside, and each formula with others in it, those first, without recursion.

    `met` holds the `id` of each formula with others in it once it was given: those are passed over.
    """
    stack: list[fm.Formula | None] = [body]
    while stack:
        formula = stack.pop()
        if formula is None:  # all that stands in the next one was given
            done = stack.pop()
            assert done is not None
            yield done
        elif type(formula) is fm.Number:
            yield formula
        elif type(formula) not in LEAVES and (below := formula.children):
            if id(formula) not in met:
                stack += (formula, None, *below[::-1])


def needed(definitions: Sequence[fm.Definition], wanted: set[str]) -> list[fm.Definition]:
    """The definitions that the results depend on, in order."""
    used = set(wanted)
    kept: list[fm.Definition] = []
    for place, definition in reversed(list(enumerate(definitions))):
        if definition.symbol.name in used:
            kept.append(definition)
            inside = definition.body.walk() if place else ()  # nothing stands before the first
            used.update(part.name for part in inside if isinstance(part, fm.Symbol))
    return kept[::-1]


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) and abs(value) < 2**53 else value
