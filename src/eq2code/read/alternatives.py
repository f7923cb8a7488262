"""What else could be meant? The readings of an ambiguous place, each with what would choose it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eq2code.choice import Choice, Group, declared
from eq2code.read import draft as d
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n

ROWS_OR_COLUMNS = tuple(
    Choice(f"the {kind} product", argument=(("prefer", (("rows", kind),)),))
    for kind in ("inner", "outer")
)


def preferred(name: str, readings: Mapping[str, str]) -> tuple[Choice, ...]:
    """The readings of a convention, each with what it means."""
    return tuple(
        Choice(meaning, argument=(("prefer", ((name, reading),)),))
        for reading, meaning in readings.items()
    )


def place(drafts: Sequence[d.Draft]) -> Span:
    """Where some factors stand."""
    span = drafts[0].span
    for one in drafts[1:]:
        span = span | one.span
    return span


def products(left: Sequence[d.Draft], right: Sequence[d.Draft]) -> tuple[Choice, ...]:
    r"""Two vectors that meet: element by element, their inner product, their outer one."""
    a, b = place(left), place(right)
    before, after = _bracketed(left), _bracketed(right)
    return (
        Choice("element by element", (a, r" \odot ", b)),
        Choice("the inner product", (before, r"^\top ", b)),
        Choice("the outer product", (a, " ", after, r"^\top")),
    )


def dotted(first: d.Draft, second: d.Draft, third: d.Draft) -> tuple[Choice, ...]:
    r"""`a \cdot b \cdot c` of three vectors."""
    a, b, c = first.span, second.span, third.span
    return (
        Choice("the first inner product scales the last", ("(", a, r" \cdot ", b, ") ", c)),
        Choice("the last inner product scales the first", ("(", b, r" \cdot ", c, ") ", a)),
        Choice("element by element", (a, r" \odot ", b, r" \odot ", c)),
    )


def kronecker(left: d.Draft, right: d.Draft) -> Choice:
    """The Kronecker product, by its name."""
    return Choice(
        "the Kronecker product", (r"\operatorname{kron}(", left.span, ", ", right.span, ")")
    )


def cross(left: d.Draft, right: d.Draft) -> tuple[Choice, ...]:
    """The cross product, where both are symbols that can be declared."""
    if not isinstance(left, d.Symbol) or not isinstance(right, d.Symbol):
        return ()
    return (declared("the cross product", {left.info.name: "3", right.info.name: "3"}),)


def over(node: d.Slash) -> tuple[Choice, ...]:
    """`a / b c`."""
    top, first, rest = node.numerator.span, node.factors[0].span, place(node.factors[1:])
    return (
        Choice("all of it divides", (top, " / (", place(node.factors), ")")),
        Choice("the first factor divides", ("(", top, " / ", first, ") ", rest)),
    )


def spread(tokens: Iterable[n.Notation | str]) -> Span:
    """Where some pieces of notation stand."""
    span = NOWHERE
    for token in tokens:
        span = span if isinstance(token, str) else span | token.span
    return span


def applied_to(function: Span, first: Span, rest: Span) -> tuple[Choice, ...]:
    r"""`\log a \sum_i b_i`."""
    return (
        Choice("of the whole product", (function, "(", first | rest, ")")),
        Choice("of the first factors only", (function, "(", first, ") ", rest)),
    )


def sesquilinear(node: d.Signed) -> tuple[Choice, ...]:
    r"""`\langle x, y\rangle` of complex vectors."""
    a, b = _bracketed([node.left]), _bracketed([node.right])
    return (
        Choice("the first", (r"\langle ", node.left.span, r" | ", node.right.span, r" \rangle")),
        Choice("the second", (r"\langle ", node.right.span, r" | ", node.left.span, r" \rangle")),
        Choice("neither", (a, r"^\top ", b)),
    )


def commuted(left: d.Draft, right: d.Draft) -> tuple[Choice, ...]:
    """`[A, B]` of matrices."""
    a, b = _bracketed([left]), _bracketed([right])
    return (
        Choice("joined", ("[", left.span, "; ", right.span, "]")),
        Choice("their commutator", ("(", a, " ", b, " - ", b, " ", a, ")")),
    )


def ratio(function: Span, top: Span, bottom: Span) -> tuple[Choice, ...]:
    r"""`\log p(x) / q(x)`."""
    return (
        Choice("of the quotient", (function, "(", top, " / ", bottom, ")")),
        Choice("of the first part only", ("(", function, "(", top, ")) / ", bottom)),
    )


def vector_or_number(name: str) -> tuple[Choice, ...]:
    """A symbol of which nothing is said."""
    return (
        declared(f"{name} is a vector", {name: "n"}),
        declared(f"{name} is a number", {name: ""}),
    )


def _bracketed(drafts: Sequence[d.Draft]) -> Span | Group:
    single = len(drafts) == 1 and not isinstance(drafts[0], d.Side | d.Signed | d.Sum | d.Quotient)
    return place(drafts) if single else Group(place(drafts))
