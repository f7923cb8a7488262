"""How is each formula computed in whole arrays? One case for each kind of node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from eq2code.errors import EmissionError
from eq2code.library import Entry, find
from eq2code.library.signature import core_ranks
from eq2code.limits import Limits
from eq2code.lower.address import (
    Affine,
    affine,
    diagonals,
    gather,
    inside,
    outside,
    simple,
    slice_axes,
    spot,
    take,
)
from eq2code.lower.axes import Inner, Label, Order, Value, merged, permute
from eq2code.lower.constants import Constants, literal
from eq2code.lower.contract import contract, multiply, total
from eq2code.lower.names import Names, check, describe, hidden
from eq2code.lower.sizes import Sizes
from eq2code.source import Span
from eq2code.trees import formula as fm
from eq2code.trees import program as pg
from eq2code.trees.dims import Dim, Shape

Key = tuple[fm.Formula, bool]

_CHUNK = 30
"""Formulas this much higher than those below are lowered in stages, so that nothing recurses deeper."""

_ZERO, _ONE = pg.Literal(0.0), pg.Literal(1.0)


class Lowering:
    """One system on its way to a program."""

    def __init__(self, system: fm.System, limits: Limits) -> None:
        self.system = system
        self.limits = limits
        self.sizes = Sizes(system.parameters)
        self.order = Order()
        self.constants = Constants()
        self.statements: list[pg.Statement] = []
        self.exclusive: dict[tuple[str, str], None] = {}
        self.addresses: set[str] = set()
        self.values: dict[Key, Value] = {}
        self.uses: dict[fm.Formula, int] = {}
        self.symbols: dict[str, Value] = {}
        self.inner = 0
        self.guarded = 0
        self.span: Span | None = None
        self.parameters = _plain_names((p.name for p in system.parameters), limits)
        self.names = Names((*self.parameters.values(), system.name))
        for parameter in system.parameters:
            if isinstance(parameter.value, fm.Symbol):
                value = self._parameter(self.parameters[parameter.name], parameter.value)
                self.symbols[parameter.value.name] = value

    # --- the whole -----------------------------------------------------------------------------------

    def program(self) -> pg.Program:
        """The whole system."""
        if hidden(check(self.system.name, longest=self.limits.name)):
            raise EmissionError(f"{self.system.name} cannot be the name of a function")
        wanted = {output.symbol.name for output in self.system.outputs}
        needed = _needed(self.system.definitions, wanted)
        heights = {}
        for definition in needed:
            heights[definition] = self._survey(definition.body)
        fields = _plain_names((o.name for o in self.system.outputs), self.limits)
        results: list[pg.Result] = []
        for place, definition in enumerate(needed):
            last = place == len(needed) - 1 and len(self.system.outputs) == 1
            value = self._definition(definition, heights[definition])
            if not (last and definition.symbol.name in wanted):
                value = self._name(definition, value)
            self.symbols[definition.symbol.name] = value
        for output in self.system.outputs:
            results.append(self._result(output, fields[output.name]))
        return pg.Program(
            name=self.system.name,
            arguments=tuple(self._arguments()),
            statements=tuple(self.statements),
            results=tuple(results),
            sizes=tuple(self.sizes.sources.items()),
            exclusive=tuple(self.exclusive),
            hand=self._hand(),
        )

    def _definition(self, definition: fm.Definition, stages: Sequence[fm.Formula]) -> Value:
        self.span = definition.span
        for formula in stages:
            self.values[formula, False] = self._bound(formula, self.value(formula))
        return self._full(self.value(definition.body), definition.symbol.axes)

    def _name(self, definition: fm.Definition, value: Value) -> Value:
        symbol = definition.symbol
        name = self.names.fresh(check(symbol.name, longest=self.limits.name))
        statement = pg.Statement(name, value.node, symbol.axes, definition.body, definition.span)
        self.statements.append(statement)
        return replace(value, node=pg.Name(name))

    def _result(self, output: fm.Output, name: str) -> pg.Result:
        value = self.symbols[output.symbol.name]
        value = self._full(value, output.symbol.axes)
        for definition in self.system.definitions:
            if definition.symbol.name == output.symbol.name:
                body, span = definition.body, definition.span
                axes = output.symbol.axes
                return pg.Result(name, value.node, axes, output.symbol.elementwise, body, span)
        raise EmissionError(f"{output.name} is asked for, and nothing defines it")

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
            if isinstance(parameter.value, fm.Symbol)
            and parameter.value.kind not in ("int", "bool")
            and self.parameters[parameter.name] not in self.addresses
        ]
        return min(reals, key=lambda pair: pair[0])[1] if reals else ""

    def _parameter(self, name: str, symbol: fm.Symbol) -> Value:
        if not symbol.axes:
            return Value(pg.Name(name), sources=(name,))
        return Value(pg.Name(name), tuple(range(len(symbol.axes))), batched=True, sources=(name,))

    def _survey(self, body: fm.Formula) -> list[fm.Formula]:
        """Count how often each formula is used, and choose the stages of a deep one."""
        heights: dict[int, int] = {}
        stages: list[fm.Formula] = []
        for formula in _upwards(body):
            hash(formula)
            below = formula.children
            height = 1 + max((heights[id(child)] for child in below), default=0)
            if height > _CHUNK and not isinstance(formula, fm.Branch):
                stages.append(formula)
                height = 1
            heights[id(formula)] = height
            self.constants.look(formula)
            if isinstance(formula, fm.At):
                for place in formula.places:
                    self._address(place)
            first = formula not in self.uses
            self.uses.setdefault(formula, 0)
            if first:
                for child in below:
                    self.uses[child] = self.uses.get(child, 0) + 1
        return stages

    # --- values --------------------------------------------------------------------------------------

    def value(self, formula: fm.Formula, integral: bool = False) -> Value:
        """What computes `formula`. Equal formulas are computed once; `integral`: as whole numbers."""
        key = (formula, integral)
        known = self.values.get(key)
        if known is None:
            known = self._value(formula, integral)
            if self._repeated(formula):
                known = self._bound(formula, known)
            self.values[key] = known
        return known

    def real(self, formula: fm.Formula) -> Value:
        """What computes `formula` as a number: true is 1.0 and false 0.0."""
        value = self.value(formula)
        return replace(value, node=pg.Cast(value.node)) if _boolean(formula) else value

    def _value(self, formula: fm.Formula, integral: bool) -> Value:
        match formula:
            case fm.Number(value=value):
                return Value(literal(value))
            case fm.Constant(name=name):
                return Value(pg.Literal(1j) if name == "i" else pg.Constant(name))
            case fm.Symbol(name=name):
                return self._symbol(name)
            case fm.Size(dim=dim):
                return Value(self.sizes.number(dim))
            case fm.Position(index=index):
                return self._position(index, 0, integral)
            case fm.At(base=base, places=places):
                return self._at(base, places)
            case fm.Slice(base=base, axis=axis, start=start, stop=stop):
                index = fm.IndexVar("", stop - start)
                place = fm.Add((fm.Position(index), fm.Size(start)))
                found = self._at(base, (*[None] * axis, place))
                names: dict[Label, Label] = {
                    x: x + 1 for x in found.labels if isinstance(x, int) and x >= axis
                }
                return found.relabel({**names, index: axis})
            case fm.Align(base=base, places=places, axes=axes):
                return self._aligned(base, places, axes)
            case fm.Build(indices=indices, body=body):
                return self._build(indices, body)
            case fm.Array(items=items):
                return self._array(items)
            case fm.Negate(body=body):
                return self._combine("-", [self._operand(body, integral)])
            case fm.Add(terms=terms):
                return self._add(terms, integral)
            case fm.Multiply(factors=factors):
                if integral:
                    return self._combine("*", [self.value(factor, True) for factor in factors])
                return self._multiply(factors)
            case fm.Divide(numerator=numerator, denominator=denominator):
                return self._combine("/", [self.real(numerator), self.real(denominator)])
            case fm.Power(base=base, exponent=exponent):
                return self._power(base, exponent)
            case fm.Compare(operands=operands, operators=operators):
                return self._compare(operands, operators)
            case fm.Logic(operator=operator, operands=operands):
                return self._combine(operator, [self.value(operand) for operand in operands])
            case fm.Cases(branches=branches, otherwise=otherwise):
                return self._cases(branches, otherwise)
            case fm.MatMul() | fm.Outer():
                return self._product(formula, ())
            case fm.Transpose(base=base):
                rank = len(base.shape)
                return self.value(base).relabel({rank - 1: rank - 2, rank - 2: rank - 1})
            case fm.Call():
                return self._call(formula)
            case fm.Apply(function=function, arguments=arguments):
                return self._apply(function, arguments, len(formula.shape))
            case fm.Reduce(operation="sum", indices=indices, body=body, condition=None):
                self.order.meet(indices)
                return self._product(body, indices)
            case fm.Reduce():
                self.order.meet(formula.indices)
                return self._reduce(formula)
            case _:
                kind = type(formula).__name__.lower()
                raise EmissionError(f"a {kind} is not translated here", formula.span)

    def _symbol(self, name: str) -> Value:
        if name not in self.symbols:
            raise EmissionError(f"{name} is neither given nor defined")
        return self.symbols[name]

    def _operand(self, formula: fm.Formula, integral: bool) -> Value:
        return self.value(formula, True) if integral else self.real(formula)

    def _position(self, index: fm.IndexVar, start: int, integral: bool) -> Value:
        length = self.sizes.length(index.size)
        return Value(pg.Arrange(length, start, real=not integral), (index,))

    def _combine(self, operation: str, values: Sequence[Value]) -> Value:
        """One operation, element by element."""
        labels = self.order.common(values)
        nodes = tuple(self.order.align(value, labels) for value in values)
        return Value(pg.Elementwise(operation, nodes), labels, *merged(values))

    def _add(self, terms: tuple[fm.Formula, ...], integral: bool) -> Value:
        positions = affine(fm.Add(terms)) if len(terms) == 2 else None
        if positions and positions.start.value is not None and len(positions.steps) == 1:
            index, step = positions.steps[0]
            if step == 1:
                return self._position(index, positions.start.value, integral)
        signs = [isinstance(term, fm.Negate) and not self._repeated(term) for term in terms]
        bodies = [
            term.body if negative and isinstance(term, fm.Negate) else term
            for term, negative in zip(terms, signs, strict=True)
        ]
        values = [self._operand(body, integral) for body in bodies]
        labels = self.order.common(values)
        nodes = [self.order.align(value, labels) for value in values]
        for place, negative in enumerate(signs):
            if negative:
                nodes[place] = pg.Elementwise("-", (nodes[place],))
        return Value(pg.Elementwise("+", tuple(nodes)), labels, *merged(values))

    def _multiply(self, factors: Sequence[fm.Formula]) -> Value:
        if len(factors) == 2 and factors[0] == fm.Number(-1):
            return self._combine("-", [self.real(factors[1])])
        return multiply([self.real(factor) for factor in factors], self.order)

    def _power(self, base: fm.Formula, exponent: fm.Formula) -> Value:
        if base == fm.Constant("e") and find("exp"):
            return self.value(fm.Call("exp", (exponent,), exponent.shape))
        power = self.constants.look(exponent)
        if power is not None and power < 0:
            below = self._power(base, fm.Number(_whole(-power)))
            return self._combine("/", [Value(pg.Literal(1)), below])
        if power == 1:
            return self.real(base)
        if power == 0.5 and find("sqrt"):
            return self.value(fm.Call("sqrt", (base,), base.shape))
        if isinstance(base, fm.Number) and power is not None and power >= 0:
            large = self.constants.look(fm.Power(base, exponent))
            if large is not None and abs(large) > 2**53:
                return self._combine(
                    "**", [Value(pg.Literal(float(base.value))), self.real(exponent)]
                )
        return self._combine("**", [self.real(base), self.real(exponent)])

    def _compare(self, operands: tuple[fm.Formula, ...], operators: tuple[str, ...]) -> Value:
        integral = all(self._integral(operand) for operand in operands)
        values = [self._operand(operand, integral) for operand in operands]
        for place in range(1, len(operands) - 1):
            values[place] = self._bound(operands[place], values[place])
        pairs = [self._combine(sign, values[k : k + 2]) for k, sign in enumerate(operators)]
        return pairs[0] if len(pairs) == 1 else self._combine("and", pairs)

    def _integral(self, formula: fm.Formula) -> bool:
        """Whether it takes whole values, so that comparing it needs no precision."""
        match formula:
            case fm.Position() | fm.Symbol(kind="int") | fm.Number(value=int()):
                return True
            case fm.Symbol(name=name):
                return self.parameters.get(name) in self.addresses
            case fm.Size(dim=dim):
                return all(coefficient.denominator == 1 for _, coefficient in dim.terms)
            case fm.At(base=base) | fm.Slice(base=base) | fm.Negate(body=base):
                return self._integral(base)
            case fm.Add(terms=parts) | fm.Multiply(factors=parts):
                return all(self._integral(part) for part in parts)
            case fm.Reduce(operation="argmax" | "argmin"):
                return True
            case _:
                return False

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

    # --- names for what is used twice ----------------------------------------------------------------

    def _repeated(self, formula: fm.Formula) -> bool:
        return self.uses.get(formula, 0) > 1 and not _light(formula)

    def _bound(self, formula: fm.Formula, value: Value) -> Value:
        """The value under a name, computed in a statement of its own."""
        if isinstance(value.node, (pg.Name, pg.Literal, pg.Constant, pg.Letter)):
            return value
        name = self.names.fresh(describe(formula))
        span = formula.span
        statement = pg.Statement(name, value.node, formula.shape, formula, span, named=False)
        self.statements.append(statement)
        return replace(value, node=pg.Name(name))

    # --- axes ----------------------------------------------------------------------------------------

    def _full(self, value: Value, shape: Shape) -> Value:
        """The value with every core axis present, in order, behind its loop axes."""
        loops = self.order.sort(x for x in value.labels if not isinstance(x, int))
        return self._spread(value, (*loops, *range(len(shape))), shape)

    def _spread(self, value: Value, labels: tuple[Label, ...], shape: Shape) -> Value:
        """The value with exactly these axes, repeated along those that it has not."""
        missing = [x for x in labels if x not in value.labels]
        if not missing:
            return permute(value, labels)
        lengths = [
            self.sizes.length(shape[x] if isinstance(x, int) else x.size) if x in missing else None
            for x in labels
        ]
        if value.number and not value.sources:
            node: pg.Node = pg.Fill(value.node, tuple(size for size in lengths if size))
            return Value(node, labels)
        value = replace(value, batched=True)
        node = pg.Spread(self.order.align(value, labels), tuple(lengths))
        return Value(node, labels, batched=True, sources=value.sources)

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
        return value.relabel({k: place for k, place in enumerate(places)})

    def _build(self, indices: tuple[fm.IndexVar, ...], body: fm.Formula) -> Value:
        self.order.meet(indices)
        value = self.real(body) if _boolean(body) else self.value(body)
        names: dict[Label, Label] = {k: k + len(indices) for k in range(len(body.shape))}
        names.update({index: k for k, index in enumerate(indices)})
        return value.relabel(names)

    def _array(self, items: tuple[fm.Formula, ...]) -> Value:
        values = [self.real(item) for item in items]
        ranks = range(max((len(item.shape) for item in items), default=0))
        later: dict[Label, Label] = {k: k + 1 for k in ranks}
        values = [value.relabel(later) for value in values]
        labels = self.order.sort(label for value in values for label in value.labels)
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

    def _at(self, base: fm.Formula, places: tuple[fm.Formula | None, ...]) -> Value:
        value = self.value(base)
        kept = [k for k in range(len(base.shape)) if k >= len(places) or places[k] is None]
        wanted = [k for k in range(len(base.shape)) if k not in kept and k in value.labels]
        spots: dict[Label, tuple[pg.Place | pg.Node, Label | None]] = {}
        gathers: dict[Label, Value] = {}
        for axis in wanted:
            place = places[axis]
            assert place is not None
            known, dim = affine(place), base.shape[axis]
            safe = self._safe(known, dim)
            if known is not None and safe and simple(known):
                spots[axis] = spot(known, dim, self.sizes)
                continue
            index = self.value(place, True)
            if not safe:
                ends = pg.Literal(0), self.sizes.length(dim - 1)
                ranks = (len(index.labels), 0, 0)
                index = replace(index, node=pg.Call("clip", (index.node, *ends), (), (), ranks))
            if index.number:
                # A scalar argument as a position: it picks one element, and carries no batch.
                self.order.plain.update(dict.fromkeys(index.sources))
                spots[axis] = (index.node, None)
            else:
                gathers[axis] = index
        # Core axes wait under other labels while loop labels move in.
        names: dict[Label, Label] = {k: -1 - k for k in range(len(base.shape))}
        value = value.relabel(names)
        value = slice_axes(value, {names[k]: found for k, found in spots.items()})
        value = diagonals(value)
        value = self._gathered(
            value, {names[k]: index for k, index in gathers.items()}, base, places
        )
        return value.relabel({-1 - k: new for new, k in enumerate(kept)})

    def _safe(self, place: Affine | None, dim: Dim) -> bool:
        """Whether an address needs no care. Under a condition it may leave its axis where it fails."""
        if place is None:
            return True
        within = inside(place, dim)
        if within is False and not self.guarded:
            raise outside(place, dim)
        return within is True or not self.guarded

    def _address(self, place: fm.Formula | None) -> None:
        """Note an argument that is read as positions: it must hold whole numbers."""
        match place:
            case fm.Symbol(name=name) if name in self.parameters:
                self.addresses.add(self.parameters[name])
            case fm.At(base=base):
                self._address(base)
            case fm.Add(terms=parts) | fm.Multiply(factors=parts):
                for part in parts:
                    self._address(part)
            case _:
                pass

    def _gathered(
        self,
        value: Value,
        gathers: dict[Label, Value],
        base: fm.Formula,
        places: tuple[fm.Formula | None, ...],
    ) -> Value:
        if not gathers:
            return value
        if len(gathers) == 1:
            ((axis, index),) = gathers.items()
            if index.batched and all(x in value.labels for x in index.labels):
                return take(value, axis, index, self.order)
        apart = all(not index.batched for index in gathers.values())
        labels = [x for index in gathers.values() for x in index.labels]
        if apart and not set(labels) & set(value.labels) and len(set(labels)) == len(labels):
            for axis, index in gathers.items():
                value = gather(value, {axis: index}, self.order, self.sizes)
            return value
        if not apart:
            self._exclude(base, places)
        return gather(value, gathers, self.order, self.sizes)

    def _exclude(self, base: fm.Formula, places: tuple[fm.Formula | None, ...]) -> None:
        """Note that what is addressed and the addresses may not both carry a batch."""
        addresses = [name for place in places if place for name in self._arrays(place)]
        for array in self._arrays(base):
            self.exclusive.update({(array, name): None for name in addresses})

    def _arrays(self, formula: fm.Formula) -> Iterator[str]:
        """The parameters that a formula depends on."""
        bodies = {d.symbol.name: d.body for d in self.system.definitions}
        seen: set[str] = set()
        pending = [formula]
        while pending:
            for part in pending.pop().walk():
                if isinstance(part, fm.Symbol) and part.name not in seen:
                    seen.add(part.name)
                    if part.name in bodies:
                        pending.append(bodies[part.name])
                    elif part.name in self.parameters:
                        yield self.parameters[part.name]

    # --- products and reductions ---------------------------------------------------------------------

    def _product(self, formula: fm.Formula, indices: tuple[fm.IndexVar, ...]) -> Value:
        """Σ over `indices` of a product, each factor read with the axes it has."""
        work = _Factors(self, indices)
        cores: tuple[Label, ...] = tuple(range(len(formula.shape)))
        work.add(formula, cores, first=True, alone=True)
        present = {label for value in work.operands for label in value.labels}
        summed = [label for label in work.summed if label in present]
        value = contract(work.operands, summed, self.order) if work.operands else Value(_ONE)
        for label in work.summed:
            if label not in present:
                count = Value(self.sizes.length(label.size))
                value = count if value == Value(_ONE) else multiply([count, value], self.order)
        for divisor in work.divisors:
            value = self._combine("/", [value, divisor])
        if work.negative:
            value = self._combine("-", [value])
        return value

    def _reduce(self, formula: fm.Reduce) -> Value:
        operation, indices = _OPERATIONS.get(formula.operation, formula.operation), formula.indices
        truth = operation in ("any", "all")
        self.guarded += formula.condition is not None
        body = self.value(formula.body) if truth else self.real(formula.body)
        self.guarded -= formula.condition is not None
        if formula.condition is not None:
            return self._masked(operation, formula, body, self.value(formula.condition))
        present = [index for index in indices if index in body.labels]
        missing = [index for index in indices if index not in body.labels]
        if operation in ("argmax", "argmin") and (missing or len(present) != 1):
            raise EmissionError(f"{operation} over several indices is not translated", formula.span)
        value = total(body, present, operation)
        for index in missing if operation in ("sum", "product") else ():
            count = Value(self.sizes.length(index.size))
            pair = [count, value] if operation == "sum" else [value, count]
            value = self._combine("*" if operation == "sum" else "**", pair)
        return value

    def _masked(self, operation: str, formula: fm.Reduce, body: Value, mask: Value) -> Value:
        """Positions where the condition fails take the value that changes nothing."""
        indices = formula.indices
        neutral = _NEUTRAL.get(operation)
        if neutral is None and operation not in ("any", "all", "mean"):
            raise EmissionError(f"{operation} under a condition is not translated", formula.span)
        labels = self.order.common([body, mask, *(Value(_ZERO, (index,)) for index in indices)])
        if missing := [x for x in indices if x not in body.labels and x not in mask.labels]:
            lengths = [Value(pg.Arrange(self.sizes.length(x.size)), (x,)) for x in missing]
            always = [self._combine("≥", [value, Value(pg.Literal(0))]) for value in lengths]
            mask = self._combine("and", [mask, *always])
        inside = self.order.align(mask, labels)
        either = merged([body, mask])
        if operation == "any":
            return total(self._combine("and", [mask, body]), indices, "any")
        if operation == "all":
            return total(self._combine("or", [self._combine("not", [mask]), body]), indices, "all")
        start = pg.Literal(neutral if neutral is not None else 0.0)
        kept = Value(pg.Where(inside, self.order.align(body, labels), start), labels, *either)
        if operation != "mean":
            return total(kept, indices, operation)
        counted = replace(mask, node=pg.Cast(mask.node))
        count = self._product_of_sizes(
            total(counted, [x for x in indices if x in mask.labels]), indices, mask
        )
        return self._combine("/", [total(kept, indices), count])

    def _product_of_sizes(self, count: Value, indices: Sequence[fm.IndexVar], mask: Value) -> Value:
        for index in indices:
            if index not in mask.labels:
                count = multiply([count, Value(self.sizes.length(index.size))], self.order)
        return count

    # --- functions -----------------------------------------------------------------------------------

    def _call(self, formula: fm.Call) -> Value:
        entry = find(formula.function)
        if entry is None:
            raise EmissionError(f"there is no function {formula.function}", formula.span)
        options, name = formula.options, entry.name
        if not formula.arguments:
            sizes = tuple(self.sizes.length(dim) for dim in formula.shape)
            return Value(pg.Call(name, (), options, sizes), tuple(range(len(sizes))))
        last = len(entry.domain) - 1
        truths = [entry.domain[min(k, last)] == "boolean" for k in range(len(formula.arguments))]
        values = [
            self.value(argument) if truth else self.real(argument)
            for argument, truth in zip(formula.arguments, truths, strict=True)
        ]
        if entry.signature.startswith("()") and entry.signature.endswith("-> ()"):
            labels = self.order.common(values)
            nodes = tuple(self.order.align(value, labels) for value in values)
            ranks = (len(labels),) * len(nodes)
            return Value(pg.Call(name, nodes, options, (), ranks), labels, *merged(values))
        return self._call_on_axes(formula, entry, values)

    def _call_on_axes(self, formula: fm.Call, entry: Entry, values: Sequence[Value]) -> Value:
        """A function of whole axes: what it does not know of stands in front."""
        shapes = [argument.shape for argument in formula.arguments]
        values, labels, shapes = self._fronted(values, shapes, core_ranks(entry, shapes))
        spread = [
            value if value.number or len(values) == 1 else self._spread(value, own, shape)
            for value, own, shape in zip(values, labels, shapes, strict=True)
        ]
        pairs = zip(spread, labels, strict=True)
        nodes = tuple(self.order.align(value, own) for value, own in pairs)
        joint = len({value.sources for value in values}) > 1
        ranks = tuple(len(own) for own in labels)
        batched, sources = merged(values)
        loops = [label for label in labels[0] if not isinstance(label, int)]
        result = (*loops, *range(len(formula.shape)))
        node = pg.Call(entry.name, nodes, formula.options, (), ranks, joint)
        return Value(node, result, batched or bool(result and sources), sources)

    def _apply(self, function: fm.Function, arguments: Sequence[fm.Formula], rank: int) -> Value:
        """A function of the caller's: every argument gets all axes that stand before its own."""
        shapes = [argument.shape for argument in arguments]
        values = [self.real(argument) for argument in arguments]
        cores = [len(core) for core in function.arguments]
        values, labels, shapes = self._fronted(values, shapes, cores)
        triples = zip(values, labels, shapes, strict=True)
        values = [self._spread(value, own, shape) for value, own, shape in triples]
        node = pg.Apply(self._function(function), tuple(value.node for value in values))
        batched, sources = merged(values) if values else (True, ())
        loops = [label for label in (labels[0] if labels else ()) if not isinstance(label, int)]
        result: tuple[Label, ...] = (*loops, *range(rank))
        if not result and not batched:
            return Value(node, sources=sources)
        return Value(node, result, batched=True, sources=sources)

    def _fronted(
        self, values: Sequence[Value], shapes: Sequence[Shape], cores: Sequence[int]
    ) -> tuple[list[Value], list[tuple[Label, ...]], list[Shape]]:
        """Arguments with the axes that stand before their own: loop axes, then those of one or all.

        Gives values, the labels that each is to have, and the shapes of their core axes.
        """
        triples = list(zip(values, shapes, cores, strict=True))
        fronts = [shape[: len(shape) - core] for _, shape, core in triples]
        front = max(fronts, key=len, default=())
        if any(own and len(own) != len(front) for own in fronts):
            raise EmissionError(
                "arguments with different numbers of axes in front are not translated"
            )
        whole = [self._full(value, shape) for value, shape, _ in triples]
        missing = len(front)
        moved = [
            value
            if own or not missing
            else value.relabel({k: k + missing for k in range(len(shape))})
            for value, own, (_, shape, _) in zip(whole, fronts, triples, strict=True)
        ]
        loops = self.order.sort(
            x for value in moved for x in value.labels if not isinstance(x, int)
        )
        wide = [(*front, *shape[len(shape) - core :]) for _, shape, core in triples]
        return moved, [(*loops, *range(len(shape))) for shape in wide], wide

    def _function(self, function: fm.Function) -> str:
        for parameter in self.system.parameters:
            if parameter.value == function:
                return self.parameters[parameter.name]
        raise EmissionError(f"the function {function.name} is not given")


class _Factors:
    """The factors of a product under sums, each labelled by the axes that it brings."""

    def __init__(self, owner: Lowering, indices: Sequence[fm.IndexVar]) -> None:
        self.owner = owner
        self.summed: list[fm.IndexVar | Inner] = list(indices)
        self.operands: list[Value] = []
        self.divisors: list[Value] = []
        self.negative = False

    def add(
        self,
        formula: fm.Formula,
        cores: tuple[Label, ...],
        *,
        first: bool = False,
        alone: bool = False,
    ) -> None:
        """Take in a factor whose core axes are labelled `cores`.

        A sum that is no factor beside others is joined with the sums round it; one that is a factor
        is computed by itself, as its author grouped it. `first`: it is the whole.
        """
        if not first and (self.owner._repeated(formula) or (formula, False) in self.owner.values):
            self._leaf(formula, cores)
            return
        match formula:
            case fm.Multiply(factors=factors):
                for factor in factors:
                    self.add(factor, cores if factor.shape else ())
            case fm.Negate(body=body):
                self.negative = not self.negative
                self.add(body, cores, alone=alone)
            case fm.Divide(numerator=above, denominator=below) if self._outside(below):
                self.add(above, cores if above.shape else ())
                names: dict[Label, Label] = dict(enumerate(cores if below.shape else ()))
                self.divisors.append(self.owner.real(below).relabel(names))
            case fm.Outer(left=left, right=right):
                self.add(left, cores[: len(left.shape)])
                self.add(right, cores[len(left.shape) :])
            case fm.Transpose(base=base):
                self.add(base, (*cores[:-2], cores[-1], cores[-2]))
            case fm.MatMul(factors=factors):
                self._chain(factors, cores)
            case fm.Reduce(operation="sum", indices=indices, body=body, condition=None) if (
                alone and not set(indices) & set(self.summed)
            ):
                self.owner.order.meet(indices)
                self.summed.extend(indices)
                self.add(body, cores, alone=True)
            case _:
                self._leaf(formula, cores)

    def _chain(self, factors: tuple[fm.Formula, ...], cores: tuple[Label, ...]) -> None:
        left: tuple[Label, ...] = ()
        for place, factor in enumerate(factors):
            rank = len(factor.shape)
            if place == len(factors) - 1:
                own = cores[len(cores) - (rank - 1) :] if rank > 1 else ()
                self.add(factor, (*left, *own))
                return
            inner = self._fresh(factor.shape[-1])
            front = cores[: rank - 1] if place == 0 else left
            self.add(factor, (*front, inner))
            left = (inner,)

    def _fresh(self, size: Dim) -> Inner:
        self.owner.inner += 1
        inner = Inner(self.owner.inner, size)
        self.summed.append(inner)
        return inner

    def _outside(self, formula: fm.Formula) -> bool:
        """Whether no sum reaches in: then it divides the total. (Sums met so far, or any outer one.)"""
        return not formula.shape and not set(self.summed) & formula.free

    def _leaf(self, formula: fm.Formula, cores: tuple[Label, ...]) -> None:
        names: dict[Label, Label] = dict(enumerate(cores))
        self.operands.append(self.owner.real(formula).relabel(names))


_OPERATIONS = {"prod": "product"}
"""Other names of reductions."""

_NEUTRAL = {"sum": 0.0, "product": 1.0, "max": -float("inf"), "min": float("inf"),
            "argmax": -float("inf"), "argmin": float("inf")}  # fmt: skip


def _upwards(body: fm.Formula) -> Iterator[fm.Formula]:
    """Every formula inside, children first, without recursion; each object once."""
    seen: set[int] = set()
    stack: list[tuple[fm.Formula, bool]] = [(body, False)]
    while stack:
        formula, done = stack.pop()
        if done:
            yield formula
        elif id(formula) not in seen:
            seen.add(id(formula))
            stack.append((formula, True))
            stack.extend((child, False) for child in reversed(formula.children))


def _needed(definitions: Sequence[fm.Definition], wanted: set[str]) -> list[fm.Definition]:
    """The definitions that the results depend on, in order."""
    used = set(wanted)
    kept: list[fm.Definition] = []
    for definition in reversed(definitions):
        if definition.symbol.name in used:
            kept.append(definition)
            used.update(part.name for part in definition.body.walk() if isinstance(part, fm.Symbol))
    return kept[::-1]


def _plain_names(wanted: Iterable[str], limits: Limits) -> dict[str, str]:
    """What parameters or results are called: as they are, but for keywords and our modules."""
    names = [check(name, longest=limits.name) for name in wanted]
    used = Names(name for name in names if not hidden(name))
    return {name: used.fresh(name) if hidden(name) else name for name in names}


def _light(formula: fm.Formula) -> bool:
    """Whether it costs nothing to write twice."""
    match formula:
        case fm.Number() | fm.Constant() | fm.Symbol() | fm.Size() | fm.Position() | fm.Branch():
            return True
        case fm.At(base=base, places=places):
            return _light(base) and all(
                place is None or ((known := affine(place)) is not None and simple(known))
                for place in places
            )
        case fm.Negate(body=body) | fm.Align(base=body) | fm.Transpose(base=body):
            return _light(body)
        case fm.Slice(base=body):
            return _light(body)
        case fm.Add() | fm.Multiply() | fm.Divide() | fm.Power():
            return affine(formula) is not None or all(_plain(part) for part in formula.children)
        case _:
            return False


def _plain(formula: fm.Formula) -> bool:
    """Whether it is made of numbers and sizes alone."""
    match formula:
        case fm.Number() | fm.Constant() | fm.Size():
            return True
        case fm.Negate() | fm.Add() | fm.Multiply() | fm.Divide() | fm.Power():
            return all(_plain(part) for part in formula.children)
        case _:
            return False


def _boolean(formula: fm.Formula) -> bool:
    match formula:
        case fm.Compare() | fm.Logic() | fm.Reduce(operation="any" | "all"):
            return True
        case fm.Symbol(kind="bool"):
            return True
        case fm.At(base=base) | fm.Slice(base=base) | fm.Align(base=base) | fm.Transpose(base=base):
            return _boolean(base)
        case _:
            return False


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) and abs(value) < 2**53 else value
