"""What is computed: statements over arrays whose axes are counted from the right.

Every array is laid out as [batch axes …, loop axes …, core axes …]; nothing here says how many
batch axes there are, so every axis number is negative and every inserted axis is written. An
emitter is a table from these nodes to text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

from eq2code.record import record
from eq2code.source import NOWHERE, Span
from eq2code.trees.dims import Shape
from eq2code.trees.formula import Formula, Function


@record
class Node:
    """A value of the program."""

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly inside, in order."""
        kind: Any = type(self)
        return _inside(kind)(self)


@cache
def _inside(kind: Any) -> Callable[[Node], tuple[Node, ...]]:
    """What reads the nodes directly inside those of a class, by how its fields are declared."""
    declared = {one.name: one.type for one in fields(kind)}
    holding = [name for name, one in declared.items() if "Node" in one or one == "Name"]
    kinds = [declared[name] for name in holding]
    if not holding:
        return lambda node: ()
    get: Any = attrgetter(*holding)
    if kinds in (["tuple[Node, ...]"], ["Node"] * 2, ["Node"] * 3):
        found: Callable[[Node], tuple[Node, ...]] = get
        return found
    if kinds in (["Node"], ["Name"]):
        return lambda node: (get(node),)
    return lambda node: tuple(
        [
            part
            for value in get(node)
            for part in (value if type(value) is tuple else (value,))
            if isinstance(part, Node)
        ]
    )


class Place(Enum):
    """What an `Index` does with an axis besides addressing it."""

    WHOLE = ":"
    NEW = "None"
    ONLY = "0"


WHOLE, NEW, ONLY = Place.WHOLE, Place.NEW, Place.ONLY


# --- leaves -----------------------------------------------------------------------------------


@record
class Name(Node):
    """A parameter or an earlier statement."""

    name: str


@record
class Literal(Node):
    """A Python number; never an integer beyond 2**53."""

    value: int | float | complex


@record
class Constant(Node):
    """ "pi", "e" or "infinity"."""

    name: str


@record
class Letter(Node):
    """A size letter; `Program.sizes` says where it is read from."""

    name: str


@record
class Extent(Node):
    """The length of one axis of a parameter, counted from the right."""

    array: Name
    axis: int


@record
class Arrange(Node):
    """start, start + 1, …, `size` of them; whole numbers, or `real` ones as those at hand."""

    size: Node
    start: int = 0
    real: bool = False


# --- element by element -----------------------------------------------------------------------


@record
class Elementwise(Node):
    """An operation on aligned operands: + * / // ** - (negation) = ≠ < > ≤ ≥ and or not."""

    operation: str
    operands: tuple[Node, ...]


@record
class Where(Node):
    """`value` where `condition` holds, else `otherwise`."""

    condition: Node
    value: Node
    otherwise: Node


@record
class Cast(Node):
    """A boolean or a number as an array of the arrays' precision, or one of `whole` numbers."""

    base: Node
    whole: bool = False


# --- axes -------------------------------------------------------------------------------------


@record
class Range(Node):
    """start : stop : step of one axis; `stop` None runs to the end."""

    start: Node | None
    stop: Node | None
    step: int = 1


@record
class Index(Node):
    """`base[..., *places]`: each WHOLE, NEW, ONLY, a Range, a whole number or an array of them.

    ONLY drops an axis of length one.
    """

    base: Node
    places: tuple[Place | Node, ...]


@record
class Permute(Node):
    """The last len(order) axes in another order: axis k of the result is axis order[k]."""

    base: Node
    order: tuple[int, ...]


@record
class Spread(Node):
    """`base`, repeated along axes of length one. `sizes` are of the last axes, None if kept."""

    base: Node
    sizes: tuple[Node | None, ...]


@record
class Fill(Node):
    """An array of the given sizes that holds one number everywhere."""

    value: Node
    sizes: tuple[Node, ...]


@record
class Diagonal(Node):
    """The elements at equal positions of two axes, as a new last axis."""

    base: Node
    axes: tuple[int, int]


@record
class Take(Node):
    """For each position the element of the last axis that `index` names."""

    base: Node
    index: Node


@record
class Stack(Node):
    """The items along a new axis; `joint` says that their shapes may differ and are broadcast."""

    items: tuple[Node, ...]
    axis: int
    joint: bool = True


# --- products, reductions, functions ----------------------------------------------------------


@record
class Product(Node):
    """The matrix product of the last two axes."""

    left: Node
    right: Node


@record
class Contract(Node):
    """A product of two arrays summed over shared axes, as einsum has it: "...ab,...cb->...ac"."""

    subscripts: str
    left: Node
    right: Node


@record
class Reduce(Node):
    """sum product mean max min argmax argmin any all over some axes."""

    operation: str
    base: Node
    axes: tuple[int, ...]


@record
class Call(Node):
    """A function of the library. `sizes` are those of the result, where it has no arguments.

    `ranks` are how many core and loop axes each argument has; `joint` says that the arguments may
    carry different batch axes.
    """

    function: str
    arguments: tuple[Node, ...]
    options: tuple[tuple[str, int | float | str], ...] = ()
    sizes: tuple[Node, ...] = ()
    ranks: tuple[int, ...] = ()
    joint: bool = True


@record
class Apply(Node):
    """A function that the caller passes in."""

    function: str
    arguments: tuple[Node, ...]


@record
class Slope(Node):
    """The derivative of a function that the caller passes in, by its argument `by`, for each item
    of the leading axes by itself.

    `ranks` are how many core and loop axes each argument has; `joint` says that they may carry
    different batch axes.
    """

    function: str
    by: int
    arguments: tuple[Node, ...]
    ranks: tuple[int, ...]
    joint: bool
    span: Span = field(default=NOWHERE, compare=False)


# --- the whole --------------------------------------------------------------------------------


@record
class Statement:
    """`name = value`. `formula` is what it computes; `named` says that the source named it."""

    name: str
    value: Node
    shape: Shape = ()
    formula: Formula | None = None
    span: Span = NOWHERE
    named: bool = True


@record
class Argument:
    """A parameter, and what a call must hold to.

    Attributes:
        name: the parameter.
        shape: core axes.
        kind: as of `Symbol`; "" for a function.
        elementwise: it was given no shape of its own: all its axes are batch axes.
        batch: whether it may carry batch axes. A number that scales arrays may not: its batch axis
            would be taken for one of theirs.
        function: the declared function, if it is one.
    """

    name: str
    shape: Shape = ()
    kind: str = "real"
    elementwise: bool = False
    batch: bool = True
    function: Function | None = None


@record
class Result:
    """What the caller gets: the field's name, the node that holds it, its core shape."""

    name: str
    value: Node
    shape: Shape
    elementwise: bool = False
    formula: Formula | None = None
    span: Span = NOWHERE


@record
class Program:
    """What an emitter needs.

    Attributes:
        name: of the function.
        arguments: in order.
        statements: each uses earlier ones only.
        results: in order.
        sizes: for each size letter, where it is read from; each uses earlier ones only. A letter
            that is itself an argument is not here.
        exclusive: pairs of arguments of which at most one may carry batch axes.
        juxtaposed: pairs of elementwise arguments with equally many axes, where both have any.
        dotted: pairs of elementwise arguments of which at most one may have axes, but where one
            of those that follow the pair has.
        hand: the argument whose precision and device made-up arrays take; "" where there is none.
    """

    name: str
    arguments: tuple[Argument, ...]
    statements: tuple[Statement, ...]
    results: tuple[Result, ...]
    sizes: tuple[tuple[str, Node], ...] = ()
    exclusive: tuple[tuple[str, str], ...] = ()
    juxtaposed: tuple[tuple[str, str], ...] = ()
    dotted: tuple[tuple[str, ...], ...] = ()
    hand: str = ""


# --- a step, again and again ----------------------------------------------------------------------


@record
class Series:
    """An argument of the loop with an entry for each step, and what the step calls it.

    Attributes:
        name: the loop's argument.
        uses: each argument of the step that reads an entry, and how many entries lie before the
            first that it reads.
        spare: how many entries there are beyond the number of steps.
    """

    name: str
    uses: tuple[tuple[str, int], ...]
    spare: int


@record
class State:
    """What a step reads of the steps before it.

    Attributes:
        name: what all its values are called.
        result: what the step calls the value that it makes.
        start: the loop's argument that holds what stands before the first step that is taken: one
            value, or `order` of them along a first axis, in the order of the letter.
        uses: each argument of the step that reads it, and how many steps ago it was made.
        order: how many of the last values are needed.
    """

    name: str
    result: str
    start: str
    uses: tuple[tuple[str, int], ...]
    order: int


@record
class Loop:
    """A step, applied along the first axis of its series.

    Attributes:
        step: the step, a program of its own.
        name: of the function that loops.
        letter: what counts the steps.
        length: the letter of their number.
        arguments: those of the loop, in order; a series' or state's shape is that of one entry.
        series: read along with the steps.
        states: carried from step to step.
        results: each result of the loop, and what the step calls it.
        counter: the argument that holds the letter's value at the first step; "" without one.
        count: the argument that says how many steps are taken, where no series does; "" else.
        backward: whether a step reads what comes after it, and the last is taken first.
    """

    step: Program
    name: str
    letter: str
    length: str
    arguments: tuple[Argument, ...]
    series: tuple[Series, ...]
    states: tuple[State, ...]
    results: tuple[tuple[str, str], ...]
    counter: str = ""
    count: str = ""
    backward: bool = False
