"""What is meant: symbols with shapes, products of a known kind, indices as part of the tree.

The author's order and grouping are kept. Shapes hold core axes only: leading batch dimensions are
in no shape, and every value may carry some. `shape` and `free` are computed from children; equality
ignores `span`.

Conventions that every stage relies on:

* Operands of `Add`, `Multiply`, `Divide`, `Power`, `Compare`, `Logic`, `Cases` and of elementwise
  `Call`s have the shape `()` or the result's shape. Any other broadcast is an explicit `Align`.
* An `IndexVar` runs over positions 0 … size-1. `Position(i)` is that number; what the source prints
  as the index's value is `Add((Position(i), start))`.
* `At(x, places)` addresses the leading axes of x by 0-based positions: `At(W, (Position(i), None))`
  is row i of W; a free index of the result is an index that some enclosing `Reduce` or `Build`
  binds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field, fields
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar

from eq2code.record import lazy, node, record
from eq2code.source import NOWHERE, Span
from eq2code.trees.dims import Dim, Shape


@record
class IndexVar:
    """A bound index: its name in the source (made unique per scope), and how many positions it
    takes.

    `start` is the value that the source prints for position 0; it is for display and explanation
    only.
    """

    name: str
    size: Dim
    start: Dim = Dim(())

    def __hash__(self) -> int:
        return hash(self.name)  # which tells most of them apart, and is known to the text itself


FORMULAS = re.compile(r"\b(Formula|Branch|Symbol)\b")
NO_INDICES: frozenset[IndexVar] = frozenset()


class Holder:
    """A class that knows which of its fields may hold formulas: `holds`, by what they are declared
    to be."""

    holds: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.holds = tuple(k for k, what in cls.__annotations__.items() if FORMULAS.search(what))


@node
class Formula(Holder):
    """A value of the formula."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)

    def _key(self) -> tuple[Any, ...]:
        """What equality looks at: the class and every field but the span."""
        kind: Any = type(self)
        return _compared(kind)(self)

    @lazy
    def _hash(self) -> int:
        return hash(self._key())

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: Any) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented if not isinstance(other, Formula) else False
        return self._hash == other._hash and bool(self._key() == other._key())

    @lazy
    def shape(self) -> Shape:
        """The core axes."""
        raise NotImplementedError(type(self).__name__)

    @lazy
    def children(self) -> tuple[Formula, ...]:
        """The formulas directly inside, in order."""
        kind: Any = type(self)
        return _inside(kind)(self)

    @lazy
    def free(self) -> frozenset[IndexVar]:
        """Indices used inside and bound outside."""
        parts = [child.free for child in self.children if child.free]
        return parts[0].union(*parts[1:]) if parts else NO_INDICES

    def walk(self) -> list[Formula]:
        """This formula and everything inside it, level by level."""
        found: list[Formula] = [self]
        for part in found:  # which grows on the way
            if part.holds:
                found += part.children
        return found


@cache
def _compared(kind: Any) -> Callable[[Formula], tuple[Any, ...]]:
    """What reads the key of one class of formulas."""
    return attrgetter("__class__", *(part.name for part in fields(kind) if part.compare))


@cache
def _inside(kind: Any) -> Callable[[Formula], tuple[Formula, ...]]:
    """What reads the formulas directly inside those of a class, by how its fields are declared."""
    declared = [kind.__annotations__[name] for name in kind.holds]
    if not declared:
        return lambda formula: ()
    get: Any = attrgetter(*kind.holds)
    if declared == ["Formula"]:
        return lambda formula: (get(formula),)
    if declared in (["tuple[Formula, ...]"], ["Formula", "Formula"]):
        found: Callable[[Formula], tuple[Formula, ...]] = get
        return found
    return _gathered


def _gathered(formula: Formula) -> tuple[Formula, ...]:
    """The formulas in fields that hold one, several or none."""
    found: list[Formula] = []
    for name in formula.holds:
        value = getattr(formula, name)
        if isinstance(value, Formula):
            found.append(value)
        elif value is not None:
            found.extend([part for part in value if part is not None])
    return tuple(found)


def _broadcast(parts: tuple[Formula, ...]) -> Shape:
    widest: Shape = ()
    for part in parts:
        shape = part.shape
        if shape and len(shape) > len(widest):
            widest = shape
    return widest


# --- atoms ----------------------------------------------------------------------------------------


@node
class Number(Formula):
    """A literal. Shape ()."""

    value: int | float
    shape: ClassVar[Shape] = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is Number and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


@node
class Constant(Formula):
    """ "pi", "e", "infinity", or "i" (the imaginary unit). Shape ()."""

    name: str
    shape: ClassVar[Shape] = ()


@node
class Symbol(Formula):
    """A parameter or a defined value.

    Attributes:
        name: the Python name by the naming rule, unique in its system.
        axes: the core shape.
        kind: "real", "int", "bool", "complex", or a property of a matrix: "spd", "symmetric",
            "diagonal".
        elementwise: the symbol was given no shape of its own: it may be an array of any shape, the
            same for all such symbols (its axes are then all batch axes, and `axes` is ()).
    """

    name: str
    axes: Shape = ()
    kind: str = "real"
    elementwise: bool = field(default=False, compare=False)

    def __hash__(self) -> int:
        return hash(self.name)

    @lazy
    def shape(self) -> Shape:
        return self.axes


@node
class Size(Formula):
    """A dimension used as a number (`d_k` in √d_k, `N` in 1/N). Shape ()."""

    dim: Dim
    shape: ClassVar[Shape] = ()


@node
class Position(Formula):
    """The 0-based position of an index, as a number. Shape ()."""

    index: IndexVar
    shape: ClassVar[Shape] = ()

    @lazy
    def free(self) -> frozenset[IndexVar]:
        return frozenset((self.index,))


# --- addressing -----------------------------------------------------------------------------------


@node
class At(Formula):
    """Elements, rows or blocks of `base`: one place for each leading axis; None keeps that axis
    whole.

    A place is an integer formula of shape (): most often `Position(i)` or `Position(i)` plus an
    offset; or one that reads an integer array (`At(y, (Position(i),))`).
    """

    base: Formula
    places: tuple[Formula | None, ...]

    @lazy
    def shape(self) -> Shape:
        base = self.base.shape
        kept = tuple(dim for dim, place in zip(base, self.places, strict=False) if place is None)
        return kept + base[len(self.places) :]


@node
class Slice(Formula):
    """Positions start … stop-1 of one core axis (counted from the left, 0-based)."""

    base: Formula
    axis: int
    start: Dim
    stop: Dim

    @lazy
    def shape(self) -> Shape:
        base = self.base.shape
        return (*base[: self.axis], self.stop - self.start, *base[self.axis + 1 :])


@node
class Align(Formula):
    """`base` seen in a larger shape: axis k of base lands at axis `places[k]` of `axes`, the rest
    repeat.

    `places` is increasing. A bias of shape (d,) in (n, d) is Align(b, (1,), (n, d)); a scaling of
    the rows of an (n, m) matrix by (n,) is Align(s, (0,), (n, m)).
    """

    base: Formula
    places: tuple[int, ...]
    axes: Shape

    @lazy
    def shape(self) -> Shape:
        return self.axes


@node
class Build(Formula):
    """The array whose element at (i, j, …) is `body`: shape is the sizes of `indices`, then the
    body's."""

    indices: tuple[IndexVar, ...]
    body: Formula

    @lazy
    def shape(self) -> Shape:
        return tuple(index.size for index in self.indices) + self.body.shape

    @lazy
    def free(self) -> frozenset[IndexVar]:
        return self.body.free - frozenset(self.indices)


@node
class Array(Formula):
    """A written-out array: the items, all of one shape, stacked along a new first axis."""

    items: tuple[Formula, ...]

    @lazy
    def shape(self) -> Shape:
        return (Dim.of(len(self.items)), *_broadcast(self.items))


# --- arithmetic, element by element ---------------------------------------------------------------


@node
class Negate(Formula):
    body: Formula

    @lazy
    def shape(self) -> Shape:
        return self.body.shape


@node
class Add(Formula):
    """A sum of terms in the author's order; a subtracted term is a `Negate`."""

    terms: tuple[Formula, ...]

    @lazy
    def shape(self) -> Shape:
        return _broadcast(self.terms)


@node
class Multiply(Formula):
    """Scaling, or an elementwise product, in the author's order."""

    factors: tuple[Formula, ...]

    @lazy
    def shape(self) -> Shape:
        return _broadcast(self.factors)


@node
class Divide(Formula):
    numerator: Formula
    denominator: Formula

    @lazy
    def shape(self) -> Shape:
        return _broadcast((self.numerator, self.denominator))


@node
class Power(Formula):
    """An elementwise power. (Matrix powers are `Call("matrix_power")`, inverses
    `Call("inverse")`.)"""

    base: Formula
    exponent: Formula

    @lazy
    def shape(self) -> Shape:
        return _broadcast((self.base, self.exponent))


@node
class Compare(Formula):
    """A chain of comparisons, elementwise, boolean. Operators: = ≠ < > ≤ ≥."""

    operands: tuple[Formula, ...]
    operators: tuple[str, ...]

    @lazy
    def shape(self) -> Shape:
        return _broadcast(self.operands)


@node
class Logic(Formula):
    """ "and", "or" or "not" of boolean formulas."""

    operator: str
    operands: tuple[Formula, ...]

    @lazy
    def shape(self) -> Shape:
        return _broadcast(self.operands)


@node
class Branch(Formula):
    """One line of `Cases`: `value` where `condition`, a boolean formula, holds."""

    value: Formula
    condition: Formula

    @lazy
    def shape(self) -> Shape:
        return _broadcast((self.value, self.condition))


@node
class Cases(Formula):
    """The value of the first branch whose condition holds, else `otherwise` (None: nan).

    An indicator is Cases((Branch(1, condition),), Number(0)).
    """

    branches: tuple[Branch, ...]
    otherwise: Formula | None = None

    @lazy
    def shape(self) -> Shape:
        last = () if self.otherwise is None else (self.otherwise,)
        return _broadcast((*self.branches, *last))


# --- linear algebra -------------------------------------------------------------------------------


@node
class MatMul(Formula):
    """A chain of matrices; the first factor may be a row vector, the last a column vector (shape
    (n,)).

    Two vectors alone are their inner product, shape ().
    """

    factors: tuple[Formula, ...]

    @lazy
    def shape(self) -> Shape:
        first, last = self.factors[0].shape, self.factors[-1].shape
        return first[:-1] + last[1:]


@node
class Outer(Formula):
    """The outer product of two vectors."""

    left: Formula
    right: Formula

    @lazy
    def shape(self) -> Shape:
        return self.left.shape + self.right.shape


@node
class Transpose(Formula):
    """The last two core axes exchanged. A vector has none: `x^T y` is MatMul((x, y))."""

    base: Formula

    @lazy
    def shape(self) -> Shape:
        shape = self.base.shape
        return (*shape[:-2], shape[-1], shape[-2])


# --- functions ------------------------------------------------------------------------------------


@node
class Call(Formula):
    """A function of the library. `function` is its entry's name; `result` is the shape its rule
    gave."""

    function: str
    arguments: tuple[Formula, ...]
    result: Shape = ()
    options: tuple[tuple[str, int | float | str], ...] = ()

    @lazy
    def shape(self) -> Shape:
        return self.result


@record
class Function:
    """A function that the user declared: `"(d), () -> (d)"`. It is handed whole arrays, batch
    first."""

    name: str
    arguments: tuple[Shape, ...]
    result: Shape


@node
class Apply(Formula):
    """A declared function, applied. Arguments may have leading loop axes before the declared
    shape."""

    function: Function
    arguments: tuple[Formula, ...]
    result: Shape = ()

    @lazy
    def shape(self) -> Shape:
        return self.result


@node
class Slope(Formula):
    """The derivative of a declared function, which gives a number, by its argument `by`, at
    `arguments`. They may have leading loop axes, as in `Apply`."""

    function: Function
    by: int
    arguments: tuple[Formula, ...]
    result: Shape = ()

    @lazy
    def shape(self) -> Shape:
        return self.result


@node
class Reduce(Formula):
    """Σ Π max min argmax argmin mean any all of `body` over every position of `indices`.

    Where `condition` is given only positions at which it holds count. `body` may have core axes
    (a sum of vectors). Over nothing: Σ is 0, Π is 1. argmax and argmin are 0-based positions.
    """

    operation: str
    indices: tuple[IndexVar, ...]
    body: Formula
    condition: Formula | None = None

    @lazy
    def shape(self) -> Shape:
        return self.body.shape

    @lazy
    def free(self) -> frozenset[IndexVar]:
        inside = self.body.free | (self.condition.free if self.condition else NO_INDICES)
        return inside - frozenset(self.indices)


@node
class Gradient(Formula):
    """The derivative of the scalar `body` by `variable`, at `at`; has the variable's shape.

    `variable` is local to `body`. A body of shape () and a variable of shape () that are evaluated
    at an array (elementwise) give the elementwise derivative.
    """

    body: Formula
    variable: Symbol
    at: Formula

    @lazy
    def shape(self) -> Shape:
        return self.at.shape


# --- the whole ------------------------------------------------------------------------------------


@record
class Definition:
    """`symbol = body`. Definitions stand in an order in which each uses earlier ones only."""

    symbol: Symbol
    body: Formula
    span: Span = field(default=NOWHERE, compare=False)


@record
class Output:
    """A result: the name that the caller sees, and the symbol that holds it."""

    name: str
    symbol: Symbol


@record
class Parameter:
    """An argument of the emitted function. `notation` is how the source writes it, for messages."""

    name: str
    value: Symbol | Function
    notation: str = ""


@record
class Label:
    """The letters that label a symbol, each with what is added to it: of `h_{t-1}` it is t and -1.

    `family` is the name that the symbol and its steps share, h_t. `power` says that the left side
    which defines it is a power of that: `\\sigma_t^2 = …`.
    """

    symbol: str
    family: str
    steps: tuple[tuple[str, int], ...]
    power: bool = False


@record
class System:
    """All that a source says, as meant.

    A symbol of `definitions` never has a parameter's name: what reads and writes one name
    (`\\theta \\leftarrow \\theta - …`) has a second symbol, and `outputs` gives it the printed
    name.

    `juxtaposed` are pairs of elementwise parameters that stand side by side, a capital letter
    first: `W \\sigma(\\eta)`. If one of them were a matrix and the other a vector, this would be
    their product, so they are to have equally many axes.

    `dotted` are pairs of elementwise parameters with a dot between them, `w \\cdot x`: of two
    arrays it would be open which product is meant, but where what is added is an array too: those
    parameters follow the pair.

    `labels` are noted where a loop is to run over one of them.
    """

    name: str
    parameters: tuple[Parameter, ...]
    definitions: tuple[Definition, ...]
    outputs: tuple[Output, ...]
    juxtaposed: tuple[tuple[str, str], ...] = ()
    dotted: tuple[tuple[str, ...], ...] = ()
    labels: tuple[Label, ...] = ()
