"""What is a formula with other formulas in place of symbols and indices? Nothing is captured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from eq2code.library import ENTRIES, signature
from eq2code.rewrite.indices import rebuild
from eq2code.trees.dims import Dim, Shape
from eq2code.trees.formula import (
    Build,
    Call,
    Formula,
    Gradient,
    IndexVar,
    Position,
    Reduce,
    Symbol,
)

SHORTER = "translate a part of it at a time, and pass what the others give"

_LETTERS = ("i", "j", "k", "l", "m", "n", "p", "q", "r", "s")


class Fresh:
    """Makes indices that are used nowhere else. `taken` are the names that exist already."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    @staticmethod
    def beside(*formulas: Formula) -> Fresh:
        """Indices that occur in none of these."""
        return Fresh(index.name for formula in formulas for index in indices_in(formula))

    def index(self, size: Dim) -> IndexVar:
        """A new index that runs over `size` positions."""
        name = next(name for name in _names() if name not in self._taken)
        self._taken.add(name)
        return IndexVar(name, size)

    def over(self, shape: Shape) -> tuple[IndexVar, ...]:
        """A new index for each axis."""
        return tuple(self.index(size) for size in shape)


def _names() -> Iterator[str]:
    yield from _LETTERS
    for number in count(1):
        for letter in _LETTERS:
            yield f"{letter}{number}"


def bound_by(formula: Formula) -> tuple[IndexVar, ...]:
    """The indices that this very node binds."""
    return formula.indices if isinstance(formula, (Build, Reduce)) else ()


def indices_in(formula: Formula) -> Iterator[IndexVar]:
    """Every index that occurs inside, bound or free."""
    for part in formula.walk():
        if isinstance(part, Position):
            yield part.index
        yield from bound_by(part)


def symbols_in(formula: Formula) -> frozenset[str]:
    """The names of the symbols inside."""
    return frozenset(part.name for part in formula.walk() if isinstance(part, Symbol))


def nodes(formula: Formula, known: dict[Formula, int]) -> int:
    """How many nodes a walk through the formula meets."""
    stack = [formula]
    while stack:
        top = stack[-1]
        if top not in known:
            missing = [child for child in top.children if child not in known]
            stack.extend(missing)
            if missing:
                continue
            known[top] = 1 + sum(known[child] for child in top.children)
        stack.pop()
    return known[formula]


class Substitution:
    """Puts `symbols` in place of the symbols of these names, `places` in place of indices.

    An index that a binder inside binds is left alone; a binder whose index is free in what moves
    under it has that index renamed first.
    """

    def __init__(
        self,
        symbols: Mapping[str, Formula],
        places: Mapping[IndexVar, Formula],
        fresh: Fresh | None = None,
    ) -> None:
        self._symbols = symbols
        self._places = places
        self._fresh = fresh
        self._done: dict[Formula, Formula] = {}

    def __call__(self, formula: Formula) -> Formula:
        """`formula`, with everything put in."""
        if formula not in self._done:
            self._done[formula] = self._of(formula)
        return self._done[formula]

    def _of(self, formula: Formula) -> Formula:
        match formula:
            case Symbol(name=name) if name in self._symbols:
                return self._symbols[name]
            case Position(index=index) if index in self._places:
                return self._places[index]
            case Build() | Reduce():
                return self._under(formula)
            case Gradient(body=body, variable=variable, at=at):
                inner = {n: v for n, v in self._symbols.items() if n != variable.name}
                inside = Substitution(inner, self._places, self._fresh)(body)
                return replace(formula, body=inside, at=self(at))
            case Call(function=name, arguments=arguments) if arguments:
                made = rebuild(formula, self)
                return _call(made) if signature.elementwise(ENTRIES[name]) else made
            case _:
                return rebuild(formula, self)

    def _under(self, formula: Build | Reduce) -> Formula:
        places = {i: p for i, p in self._places.items() if i not in formula.indices}
        entering = [*places.values(), *self._symbols.values()]
        free = frozenset[IndexVar]().union(*(value.free for value in entering))
        clashes = [index for index in formula.indices if index in free]
        fresh = self._fresh or Fresh.beside(formula, *entering)
        renamed = {index: replace(fresh.index(index.size), start=index.start) for index in clashes}
        places.update({old: Position(new) for old, new in renamed.items()})
        inside = Substitution(self._symbols, places, self._fresh)
        made = rebuild(formula, inside)
        assert isinstance(made, (Build, Reduce))
        if not renamed:
            return made
        return replace(made, indices=tuple(renamed.get(index, index) for index in made.indices))


def _call(call: Formula) -> Formula:
    """An elementwise call with the shape of its arguments."""
    assert isinstance(call, Call)
    shape = max((argument.shape for argument in call.arguments), key=len)
    return call if shape == call.result else replace(call, result=shape)


def put(formula: Formula, symbols: Mapping[str, Formula]) -> Formula:
    """`formula` with `symbols` in place of the symbols of these names."""
    return Substitution(symbols, {})(formula)


def move(formula: Formula, places: Mapping[IndexVar, Formula]) -> Formula:
    """`formula` with free indices at `places`."""
    changed = {i: p for i, p in places.items() if i in formula.free and p != Position(i)}
    return Substitution({}, changed)(formula) if changed else formula


def apart(formula: Formula, fresh: Fresh) -> Formula:
    """The same formula, in which no binder binds an index that is bound or free around it."""
    return _apart(formula, formula.free, fresh)


def _apart(formula: Formula, around: frozenset[IndexVar], fresh: Fresh) -> Formula:
    match formula:
        case Build() | Reduce():
            again = {index: fresh.index(index.size) for index in formula.indices if index in around}
            again = {old: replace(new, start=old.start) for old, new in again.items()}
            if again:
                places: dict[IndexVar, Formula] = {o: Position(n) for o, n in again.items()}
                inside = Substitution({}, places, fresh)
                moved = rebuild(formula, inside)
                assert isinstance(moved, (Build, Reduce))
                new = tuple(again.get(index, index) for index in moved.indices)
                formula = replace(moved, indices=new)
            deeper = around | frozenset(formula.indices)
            return rebuild(formula, lambda part: _apart(part, deeper, fresh))
        case _:
            return rebuild(formula, lambda part: _apart(part, around, fresh))
