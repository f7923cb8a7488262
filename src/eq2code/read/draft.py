"""A formula whose names and scopes are settled and whose shapes are not: the reader's own paper.

Made by `resolve`, given ranks by `ranks`, turned into `trees.formula` by `elaborate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import ClassVar

from eq2code.record import lazy, mutable
from eq2code.source import NOWHERE, Span
from eq2code.trees.dims import Dim, Shape


@mutable
class Info:
    """A symbol of the source: what it is called and what has been learnt of it.

    `rank` is None until something says it. `why` says what did. `uses` counts roles (see `ranks`).
    """

    name: str
    notation: str
    capital: bool = False
    latin: bool = False
    bold: bool = False
    arrow: bool = False
    word: bool = False
    rank: int | None = None
    why: str = ""
    shape: Shape | None = None
    kind: str = "real"
    declared: bool = False
    elementwise: bool = False
    definition: bool = False
    first: Span = NOWHERE
    family: str = ""
    steps: tuple[tuple[str, int], ...] = ()
    power: bool = False
    identity: tuple[object, ...] = ()
    siblings: list[Info] = field(default_factory=list)
    layered: bool = False

    @property
    def latin_letter(self) -> bool:
        """Whether it is one Latin letter, to which the habits of vectors and matrices apply."""
        return self.latin and not self.word


@mutable
class Binding:
    """An index: bound by a big operator, by a left-hand side, or free over an axis.

    `low` and `high` are the printed ends of its range in printed values, where they do not depend
    on other indices; `dim` its size, solved later; `limits` the conditions that an operator puts on
    it; `named` where it runs over a set that has a name.
    """

    name: str
    dim: Dim
    low: Dim | None = None
    high: Dim | None = None
    peers: list[Binding] = field(default_factory=list)
    span: Span = NOWHERE
    start: Dim | None = None
    limits: list[Draft] = field(default_factory=list)
    named: bool = False


@mutable
class Draft:
    """A piece of formula."""

    holds: ClassVar[tuple[tuple[str, str], ...]] = ()
    span: Span = field(default=NOWHERE, kw_only=True)

    def __init_subclass__(cls) -> None:
        """Note which fields may hold drafts, and what they are declared to be."""
        cls.holds = tuple((k, v) for k, v in cls.__annotations__.items() if "Draft" in v)


@mutable
class Number(Draft):
    value: int | float


@mutable
class Constant(Draft):
    name: str


@mutable
class Symbol(Draft):
    info: Info


@mutable
class SizeOf(Draft):
    """A size letter used as a number."""

    dim: Dim


@mutable
class LastSize(Draft):
    """`d_k` beside a matrix K that nobody declared: the last dimension of K."""

    info: Info


@mutable
class LastOf(Draft):
    """`d_k` where K is an argument of a function that is applied: the last dimension of what is
    passed."""

    value: Draft


@mutable
class Value(Draft):
    """An index used as a number."""

    binding: Binding


@mutable
class At(Draft):
    """`base` addressed: one place for each leading axis, None for a whole axis."""

    base: Draft
    places: list[Draft | None]


@mutable
class Cut(Draft):
    """`x_{a:b}`, both ends included as printed; None is the end of the axis."""

    base: Draft
    start: Dim | None
    stop: Dim | None


@mutable
class Sum(Draft):
    """`meaning` is what a number beside a matrix is, once ranks are known (see `added`)."""

    terms: list[Draft]
    signs: list[str]
    meaning: str = ""


@mutable
class Side(Draft):
    """Factors side by side, at least two; `meaning` as in `Signed`."""

    factors: list[Draft]
    meaning: str = ""


@mutable
class Signed(Draft):
    """Two operands with a product sign between them, as `trees.notation.Product` spells it.

    `meaning` is what a product of two vectors is, once ranks are known (see `besides`); `chained`
    where its left operand ends in the same sign with no bracket: `a · b · c`.
    """

    sign: str
    left: Draft
    right: Draft
    meaning: str = ""
    chained: bool = False


@mutable
class Quotient(Draft):
    numerator: Draft
    denominator: Draft


@mutable
class Power(Draft):
    """`x^2`; `square` is whether two indices address it, `(A^2)_{ij}`: its base is then a square
    matrix."""

    base: Draft
    exponent: Draft
    square: bool = False


@mutable
class Flip(Draft):
    """A transpose; `power` is the exponent that it is on a number: `\\gamma^T` with T the end of a
    range."""

    base: Draft
    power: Draft | None = None


@mutable
class Call(Draft):
    """A library function. `over` is the index that it runs along, for `softmax_j`."""

    function: str
    arguments: list[Draft]
    options: dict[str, int | float | str] = field(default_factory=dict)


@mutable
class Along(Draft):
    """A function of a vector, along an index of its own: `Softmax_j(e_{ij})` at the free index."""

    function: str
    body: Draft
    binding: Binding


@mutable
class Bars(Draft):
    """`|x|`, `‖x‖`, `‖x‖_p`: `kind` is "|" or "‖"; `order` what stands below.

    `meaning` is what bars round an array are, once ranks are known (see `bars`).
    """

    kind: str
    body: Draft
    order: str | Draft | None = None
    vector: bool = False
    meaning: str = ""


@mutable
class Apply(Draft):
    """A declared function, applied."""

    name: str
    arguments: list[Draft]


@mutable
class Big(Draft):
    """Σ, Π, max, … over `bindings`, where `condition` holds."""

    operation: str
    bindings: list[Binding]
    body: Draft
    condition: Draft | None = None


@mutable
class Over(Draft):
    """The array over free indices: an indexed left-hand side."""

    bindings: list[Binding]
    body: Draft


@mutable
class Extreme(Draft):
    """`max(a, b)`, `min(a, b)`: elementwise."""

    function: str
    arguments: list[Draft]


@mutable
class Compare(Draft):
    operands: list[Draft]
    operators: list[str]


@mutable
class Logic(Draft):
    operator: str
    operands: list[Draft]


@mutable
class Cases(Draft):
    branches: list[tuple[Draft, Draft]]
    otherwise: Draft | None


@mutable
class Join(Draft):
    """`[a; b]`: concatenation, or a vector of scalars. `rows`: separators that stack."""

    items: list[Draft]
    separators: list[str]


@mutable
class Literal(Draft):
    """A matrix written out."""

    rows: list[list[Draft]]


@mutable
class Unit(Draft):
    """`I`, `\\mathbf 1`, `\\mathbf 0`: `kind` is "identity", "ones" or "zeros"; the size fits its
    place."""

    kind: str
    size: Dim | None = None


@mutable
class Derivative(Draft):
    """The gradient of `body` by `variable`, at `at`."""

    body: Draft
    variable: Info
    at: Draft


@mutable
class Definition:
    """A definition, resolved: `info` is the symbol it defines.

    `nodes` is all that stands in its body, what is inside a draft before it; `holders` are those
    that hold others, each with what it holds, the outer ones first.
    """

    info: Info
    body: Draft
    span: Span = NOWHERE
    nodes: list[Draft] = field(default_factory=list)
    holders: list[tuple[Draft, list[Draft]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        stack = [self.body]
        met: dict[int, Draft] = {}
        while stack:
            node = stack.pop()
            key = id(node)
            if key not in met:
                met[key] = node
                if node.holds:
                    inside = children(node)
                    self.holders.append((node, inside))
                    stack += inside
        self.nodes.extend(reversed(met.values()))


class Above:
    """What holds each draft of some definitions; looked up when it is first asked."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._definitions = definitions

    @lazy
    def _held(self) -> dict[int, list[Draft]]:
        held: dict[int, list[Draft]] = {}
        for definition in self._definitions:
            for node, inside in definition.holders:
                for child in inside:
                    held.setdefault(id(child), []).append(node)
        return held

    def of(self, node: Draft) -> list[Draft]:
        """The drafts directly around one; none around a whole body."""
        return self._held.get(id(node), [])


def children(draft: Draft) -> list[Draft]:
    """The drafts directly inside."""
    found: list[Draft] = []
    for name, declared in draft.holds:
        value = getattr(draft, name)
        if declared == "Draft":
            found.append(value)
        elif declared == "list[Draft]":
            found += value
        else:
            _collect((value,), found)
    return found


def walk(root: Draft) -> Iterator[Draft]:
    """A draft and all that stands inside it, each once, in the order of the source."""
    stack, seen = [root], set[int]()
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            if node.holds:
                stack.extend(reversed(children(node)))


def _collect(values: Iterable[object], found: list[Draft]) -> None:
    for value in values:
        if isinstance(value, Draft):
            found.append(value)
        elif isinstance(value, list | tuple):
            _collect(value, found)


@mutable
class Slash(Draft):
    """`a / b c`: `spaced` where spaces group what follows; else the shapes decide, or nothing
    does."""

    numerator: Draft
    factors: list[Draft]
    spaced: bool


@mutable
class Piece(Draft):
    """One of the parts that an array is split into: `[Q_1; Q_2] = X W`."""

    body: Draft
    parts: list[Info]
    which: int


@mutable
class Weave(Draft):
    """An array whose elements are given in turns over an index: `y_{2i}`, `y_{2i+1}`."""

    bodies: list[Draft]
    binding: Binding


@mutable
class Each(Draft):
    """A written-out list: `body` for each position of `binding`. By itself, the array of its
    terms."""

    binding: Binding
    body: Draft
