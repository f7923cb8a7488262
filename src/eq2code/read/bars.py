r"""What do bars round an array mean? What stands around them says it.

Round a vector they are its norm, its length, or the absolute value of each entry; round a matrix
the determinant, or the absolute value of each entry. A place that only an array fits (`x + |x|`,
`M \odot |W|`, the mean of `|y - \hat y|`) settles it, and so do bold letters and squares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Protocol

from eq2code.read import draft as d

ENTRIES, NORM, DETERMINANT, OPEN = "elementwise", "norm", "determinant", ""
PENALTY = "penalty"
GENTLE = frozenset({"log", "log2", "log10", "sqrt", "abs"})  # of a determinant they are usual


class Place(Enum):
    """What the place of a value asks it to be."""

    ARRAY = "array"
    LIKELY = "likely"
    ANY = "any"
    STRANGE = "strange"
    NUMBER = "number"


class Widths(Protocol):
    """What is asked about the rest of a formula."""

    def width(self, node: d.Draft) -> int | None:
        """The rank of a draft, with every pair of bars taken for a number."""

    def core(self, function: str, place: int) -> int | None:
        """How many axes a function takes of an argument at once; None for a rule of its own."""

    def argument(self, function: str, place: int) -> int:
        """The rank that a declared function takes."""


class Surroundings:
    """What stands around every pair of bars of one system."""

    def __init__(self, above: d.Above, definitions: Iterable[d.Definition], widths: Widths) -> None:
        self.above, self.widths = above, widths
        self.wanted = {id(one.body): one.info for one in definitions if one.info.declared}

    def reading(self, bars: d.Bars, rank: int) -> str:
        """What bars round an array of `rank` axes are: ENTRIES, NORM, DETERMINANT, or OPEN."""
        places = set(self._places(bars, rank))
        if Place.ARRAY in places:
            return ENTRIES
        if rank == 2:
            strange = Place.STRANGE in places or Place.LIKELY in places
            return OPEN if strange else DETERMINANT
        if _is_bold(bars.body) or (self._squared(bars) and Place.STRANGE not in places):
            return NORM
        return ENTRIES if Place.LIKELY in places else OPEN

    def is_penalty(self, node: d.Draft) -> bool:
        r"""Whether something is a term, scaled or not, beside others: `f + \lambda \|W\|_1`."""
        for parent in self.above.of(node):
            if isinstance(parent, d.Sum) and len(parent.terms) > 1:
                return True
            scales = isinstance(parent, d.Sum | d.Side) and not any(
                isinstance(part, d.Bars) for part in d.children(parent) if part is not node
            )
            if scales and self.is_penalty(parent):
                return True
        return False

    def _squared(self, bars: d.Bars) -> bool:
        """Whether an even power makes the bars of numbers pointless."""
        return any(
            isinstance(node, d.Power) and node.base is bars and _is_even(node.exponent)
            for node in self.above.of(bars)
        )

    def _places(self, bars: d.Bars, rank: int) -> list[Place]:
        """What each place on the ways up from the bars asks for."""
        found: list[Place] = []
        if rank == 2 and _is_error(bars.body) and not any(map(_is_usual, self.above.of(bars))):
            found.append(Place.STRANGE)
        stack: list[tuple[d.Draft, bool]] = [(bars, False)]
        seen = {id(bars)}
        while stack:
            node, usual = stack.pop()
            wanted = self.wanted.get(id(node))
            if wanted is not None and (wanted.rank or 0) >= rank:
                found.append(Place.ARRAY)
            for parent in self.above.of(node):
                place = self._place(node, parent, rank)
                if place is not Place.STRANGE or not usual:
                    found.append(place)
                if place in (Place.ANY, Place.STRANGE) and id(parent) not in seen:
                    seen.add(id(parent))
                    stack.append((parent, usual or (rank == 2 and _is_usual(parent))))
        return found

    def _place(self, node: d.Draft, parent: d.Draft, rank: int) -> Place:
        """What a node asks its child to be, of as many axes as the bars are round."""
        match parent:
            case d.Flip() | d.Bars():
                return Place.ARRAY
            case d.At(base):
                return Place.ARRAY if base is node else Place.NUMBER
            case d.Call(function, arguments):
                core = self.widths.core(function, _which(node, arguments))
                if core != 0:
                    return Place.ARRAY
                return Place.ANY if rank == 1 or function in GENTLE else Place.STRANGE
            case d.Apply(name, arguments):
                core = self.widths.argument(name, _which(node, arguments))
                return Place.ARRAY if core else Place.NUMBER
            case d.Sum(terms):
                return self._term(node, terms, rank)
            case d.Compare(parts) | d.Extreme(_, parts):
                wide = self._wide(node, parts, rank)
                return Place.ARRAY if wide else Place.STRANGE if rank == 2 else Place.ANY
            case d.Cases(branches, otherwise):
                values = [value for value, _ in branches] + ([otherwise] if otherwise else [])
                return Place.ARRAY if self._wide(node, values, rank) else Place.ANY
            case d.Signed("⊙" | "∘" | "@" | "⟨⟩"):
                return Place.ARRAY
            case d.Signed("*", left, right):
                if self._wide(node, [left, right], rank):
                    return Place.ARRAY
                other = right if node is left else left
                number = isinstance(other, d.Number) or _holds_bars(other)
                return Place.STRANGE if rank == 2 and not number else Place.ANY
            case d.Side(factors):
                return self._factor(node, factors, rank)
            case d.Power(base, exponent):
                if base is not node:
                    return Place.ANY if rank == 1 else Place.STRANGE
                return Place.STRANGE if rank == 2 and _is_even(exponent) else Place.ANY
            case d.Quotient(top, bottom):
                return self._quotient(node, top, [bottom], rank)
            case d.Slash(top, factors):
                return self._quotient(node, top, factors, rank)
            case d.Join() | d.Literal():
                return Place.ARRAY if self._wide(node, d.children(parent), rank) else Place.NUMBER
            case d.Derivative():
                return Place.NUMBER
        return Place.ANY

    def _wide(self, node: d.Draft, parts: Iterable[d.Draft], rank: int) -> bool:
        """Whether what stands beside a node is an array of as many axes, whatever bars mean."""
        return any((self.widths.width(part) or 0) >= rank for part in parts if part is not node)

    def _term(self, node: d.Draft, terms: list[d.Draft], rank: int) -> Place:
        if self._wide(node, terms, rank):
            return Place.ARRAY
        others = [term for term in terms if term is not node]
        strange = any(not (_holds_bars(term) or self._is_total(term)) for term in others)
        return Place.STRANGE if rank == 2 and strange else Place.ANY

    def _is_total(self, node: d.Draft) -> bool:
        """Whether a term is a number made of an array, as a trace is: so is a determinant."""
        return any(
            isinstance(part, d.Call) and self.widths.core(part.function, 0)
            for part in (node.factors if isinstance(node, d.Side) else [node])
        )

    def _factor(self, node: d.Draft, factors: list[d.Draft], rank: int) -> Place:
        r"""`\mathrm{sign}(w) |w|`, `A |x|`, `c^\top |x|` need an array; `|v| v` a number."""
        k = _which(node, factors)
        if is_signed_size(factors):
            return Place.ARRAY
        before = factors[k - 1] if k else None
        if rank == 1 and before is not None:
            row = isinstance(before, d.Flip) and self.widths.width(before) == 1
            if row or self.widths.width(before) == 2:
                return Place.ARRAY
        if not self._wide(node, factors, 1):
            return Place.ANY
        own = isinstance(node, d.Bars) and any(_same(node.body, factor) for factor in factors)
        return Place.LIKELY if rank == 2 and own else Place.NUMBER

    def _quotient(self, node: d.Draft, top: d.Draft, bottom: list[d.Draft], rank: int) -> Place:
        """Above an array stands an array; below one the sum in `x / (1 + |x|)` most likely is one,
        and bars alone could be anything."""
        if node is top:
            return Place.ARRAY if self._wide(node, bottom, rank) else Place.ANY
        if (self.widths.width(top) or 0) < rank:
            return Place.ANY if rank == 2 or isinstance(node, d.Sum) else Place.STRANGE
        return Place.LIKELY if rank == 2 or isinstance(node, d.Sum) else Place.NUMBER


def is_signed_size(factors: Sequence[d.Draft]) -> bool:
    r"""Whether a sign stands beside the size of the same array: `\mathrm{sign}(w) (|w| - t)`."""
    signs = [x for x in factors if type(x) is d.Call and x.function == "sign"]
    if len(signs) != 1:
        return False
    inside = _letters(signs[0])
    bars = [
        part
        for factor in factors
        if factor is not signs[0]
        for part in d.walk(factor)
        if isinstance(part, d.Bars) and part.kind == "|"
    ]
    return any(inside & _letters(part) for part in bars)


def _letters(node: d.Draft) -> set[int]:
    return {id(part.info) for part in d.walk(node) if isinstance(part, d.Symbol)}


def _which(node: d.Draft, parts: list[d.Draft]) -> int:
    return next(k for k, part in enumerate(parts) if part is node)


def _is_usual(node: d.Draft) -> bool:
    r"""Whether something is what determinants are for: `\log|A|`, `|A|^{1/2}`, `|A| / |B|`."""
    match node:
        case d.Call(function):
            return function in GENTLE
        case d.Power(_, exponent):
            return not isinstance(exponent, d.Number)
        case d.Quotient(top, bottom):
            return _holds_bars(top) and _holds_bars(bottom)
    return False


def _is_error(node: d.Draft) -> bool:
    r"""Whether a matrix is taken from another, `X - \hat X`, as errors are."""
    return (
        isinstance(node, d.Sum)
        and "-" in node.signs
        and all(isinstance(term, d.Symbol) for term in node.terms)
    )


def _same(one: d.Draft, other: d.Draft) -> bool:
    """Whether two drafts are one symbol."""
    return isinstance(one, d.Symbol) and isinstance(other, d.Symbol) and one.info is other.info


def _is_even(exponent: d.Draft) -> bool:
    return isinstance(exponent, d.Number) and exponent.value % 2 == 0


def _holds_bars(node: d.Draft) -> bool:
    """Whether a term is a product with bars of its own: another determinant."""
    parts = node.factors if isinstance(node, d.Side) else [node]
    return any(isinstance(part, d.Bars) for part in parts)


def _is_bold(node: d.Draft) -> bool:
    """Whether a bold letter is part of what stands between bars."""
    symbols = (part for part in d.walk(node) if isinstance(part, d.Symbol))
    return any(symbol.info.bold and not symbol.info.capital for symbol in symbols)
