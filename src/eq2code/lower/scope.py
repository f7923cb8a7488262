"""What does every part of lowering share? Known values, sizes, the order of axes, and names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

from eq2code.errors import FAULT, EmissionError
from eq2code.limits import Limits
from eq2code.lower.address import affine, simple
from eq2code.lower.axes import Label, Order, Value, merged, permute
from eq2code.lower.constants import Constants
from eq2code.lower.names import HIDDEN, Names, check, describe
from eq2code.lower.sizes import Sizes
from eq2code.record import mutable
from eq2code.trees import formula as fm
from eq2code.trees import program as pg
from eq2code.trees.dims import Shape

LEAVES = frozenset({fm.Number, fm.Constant, fm.Symbol, fm.Size, fm.Position})
_NAMED = frozenset({pg.Name, pg.Literal, pg.Constant, pg.Letter})
"""What needs no other name."""

_TRUTHS = frozenset({fm.Compare, fm.Logic})
_PERHAPS = _TRUTHS | {fm.Symbol, fm.Reduce, fm.At, fm.Slice, fm.Align, fm.Transpose}
"""Formulas whose elements are true or false; those whose elements may be."""

_KEEP_WHOLE = frozenset({"minimum", "maximum", "clip", "mod", "abs", "square", "sign"})
"""Functions that give whole numbers for whole numbers."""


@mutable
class Known:
    """What is known of a formula, and of each that is equal to it.

    Attributes:
        uses: in how many places of different formulas it stands.
        height: of the formula, above the next stage below.
        value, whole: what computes it; the same as whole numbers.
    """

    uses: int = 0
    height: int = 1
    value: Value | None = None
    whole: Value | None = None


class Scope(ABC):
    """One system on its way to a program: what is known so far, and what any part may ask."""

    def __init__(self, system: fm.System, limits: Limits) -> None:
        self.system = system
        self.limits = limits
        self.sizes = Sizes(system.parameters, limits.elements)
        self.order = Order()
        self.constants = Constants()
        self.statements: list[pg.Statement] = []
        self.exclusive: dict[tuple[str, str], None] = {}
        self.addresses: set[str] = set()
        self.equal: dict[fm.Formula, Known] = {}
        self.surveyed: dict[int, Known] = {}
        self.searches = False
        self.symbols: dict[str, Value] = {}
        self.inner = 0
        self.guarded = 0
        self.parameters = plain_names([p.name for p in system.parameters], limits)
        self.names = Names((*self.parameters.values(), system.name))
        for parameter in system.parameters:
            symbol = parameter.value
            if type(symbol) is fm.Symbol:
                self.symbols[symbol.name] = self._parameter(self.parameters[parameter.name], symbol)

    @abstractmethod
    def value(self, formula: fm.Formula, integral: bool = False) -> Value:
        """What computes `formula`; `integral`: as whole numbers."""

    def real(self, formula: fm.Formula) -> Value:
        """What computes `formula` as a number: true is 1.0 and false 0.0."""
        value = self.value(formula)
        if type(formula) in _PERHAPS and boolean(formula):
            return value.computed(pg.Cast(value.node))
        return value

    def operand(self, formula: fm.Formula, integral: bool) -> Value:
        return self.value(formula, True) if integral else self.real(formula)

    def combine(self, operation: str, values: Sequence[Value]) -> Value:
        """One operation, element by element."""
        nodes, labels = self.order.aligned(values)
        return Value(pg.Elementwise(operation, nodes), labels, *merged(values))

    # --- what is known, and names for what is used twice ------------------------------------------

    def known(self, formula: fm.Formula) -> Known:
        """What is known of the formula. Those of the system are found without comparing them."""
        found = self.surveyed.get(id(formula)) or self.equal.get(formula)
        if found is None:
            found = self.equal[formula] = Known()
        return found

    def apart(self, formula: fm.Formula) -> bool:
        """Whether it is computed by itself, for all the places in which it stands."""
        if type(formula) in LEAVES:
            return True
        known = self.known(formula)
        return known.value is not None or (known.uses > 1 and not light(formula))

    def bound(self, formula: fm.Formula, value: Value) -> Value:
        """The value under a name, computed in a statement of its own."""
        if type(value.node) in _NAMED:
            return value
        name = self.names.fresh(describe(formula))
        span = formula.span
        statement = pg.Statement(name, value.node, formula.shape, formula, span, named=False)
        self.statements.append(statement)
        return value.computed(pg.Name(name))

    # --- axes -------------------------------------------------------------------------------------

    def full(self, value: Value, shape: Shape) -> Value:
        """The value with every core axis present, in order, behind its loop axes."""
        cores = tuple(range(len(shape)))
        if value.labels == cores:
            return value
        return self.spread(value, (*self.loops([value]), *cores), shape)

    def loops(self, values: Sequence[Value]) -> tuple[Label, ...]:
        """The loop axes of all the values, in their usual order."""
        return self.order.sort(
            [label for value in values for label in value.labels if type(label) is not int]
        )

    def spread(self, value: Value, labels: tuple[Label, ...], shape: Shape) -> Value:
        """The value with exactly these axes, repeated along those that it has not."""
        if value.labels == labels:
            return value
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
        batched = Value(value.node, value.labels, True, value.sources)
        node = pg.Spread(self.order.align(batched, labels), tuple(lengths))
        return Value(node, labels, batched=True, sources=value.sources)

    # --- parameters -------------------------------------------------------------------------------

    def _parameter(self, name: str, symbol: fm.Symbol) -> Value:
        if symbol.kind == "int" and not symbol.axes and not symbol.elementwise:
            self.order.plain[name] = None
        if not symbol.axes:
            return Value(pg.Name(name), sources=(name,))
        return Value(pg.Name(name), tuple(range(len(symbol.axes))), batched=True, sources=(name,))

    def parameters_of(self, formula: fm.Formula) -> Iterator[str]:
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

    def function_name(self, function: fm.Function) -> str:
        for parameter in self.system.parameters:
            if parameter.value == function:
                return self.parameters[parameter.name]
        raise EmissionError(f"the function {function.name} is not given", hints=(FAULT,))

    def integral(self, formula: fm.Formula) -> bool:
        """Whether it takes whole values, so that comparing it needs no precision."""
        match formula:
            case fm.Position() | fm.Symbol(kind="int") | fm.Number(value=int()):
                return True
            case fm.Symbol(name=name):
                return self.parameters.get(name) in self.addresses
            case fm.Size(dim=dim):
                return all(coefficient.denominator == 1 for _, coefficient in dim.terms)
            case fm.At(base=base) | fm.Slice(base=base) | fm.Negate(body=base):
                return self.integral(base)
            case fm.Add(terms=parts) | fm.Multiply(factors=parts):
                return all(self.integral(part) for part in parts)
            case fm.Call(function=function, arguments=parts) if function in _KEEP_WHOLE:
                return all(self.integral(part) for part in parts)
            case _:
                return finds(formula)


def finds(formula: fm.Formula) -> bool:
    """Whether it is the place of a largest or smallest value."""
    match formula:
        case fm.Call(function=operation) | fm.Reduce(operation=operation):
            return operation in ("argmax", "argmin")
    return False


def plain_names(wanted: Iterable[str], limits: Limits) -> dict[str, str]:
    """What parameters or results are called: as they are, but for keywords and our modules."""
    plain = {check(name, longest=limits.name): name for name in wanted}
    if not HIDDEN.isdisjoint(plain):
        used = Names(name for name in plain if name not in HIDDEN)
        plain.update({name: used.fresh(name) for name in plain if name in HIDDEN})
    return plain


def light(formula: fm.Formula) -> bool:
    """Whether it costs nothing to write twice."""
    match formula:
        case fm.Number() | fm.Constant() | fm.Symbol() | fm.Size() | fm.Position() | fm.Branch():
            return True
        case fm.At(base=base, places=places):
            return light(base) and all(
                place is None or ((known := affine(place)) is not None and simple(known))
                for place in places
            )
        case fm.Negate(body=body) | fm.Align(base=body) | fm.Transpose(base=body):
            return light(body)
        case fm.Slice(base=body):
            return light(body)
        case fm.Add() | fm.Multiply() | fm.Divide() | fm.Power():
            return affine(formula) is not None or all(plain(part) for part in formula.children)
        case _:
            return False


def plain(formula: fm.Formula) -> bool:
    """Whether it is made of numbers and sizes alone."""
    match formula:
        case fm.Number() | fm.Constant() | fm.Size():
            return True
        case fm.Negate() | fm.Add() | fm.Multiply() | fm.Divide() | fm.Power():
            return all(plain(part) for part in formula.children)
        case _:
            return False


def boolean(formula: fm.Formula) -> bool:
    """Whether its elements are true or false."""
    match formula:
        case fm.Symbol(kind=kind):
            return kind == "bool"
        case fm.Reduce(operation=operation):
            return operation in ("any", "all")
        case fm.At(base=base) | fm.Slice(base=base) | fm.Align(base=base) | fm.Transpose(base=base):
            return boolean(base)
        case _:
            return type(formula) in _TRUTHS
