r"""Is a product of two vectors taken element by element? What stands beside it says so.

A sum of vectors has no place for a number: in `\gamma \cdot x + \beta` and `f_t c_{t-1} + i_t g_t`
the products are gates. Without such a neighbour, `w \cdot \tanh(x)` could be a gate or a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from eq2code.read import draft as d
from eq2code.read.rows import extent, transposed

ELEMENTWISE, DOUBTFUL = "elementwise", "doubtful"
TOTALS = frozenset({"sum", "mean"})
DIRECT = frozenset({"exp", "log"})  # what they are applied to is a score, a number


class Sides(Protocol):
    """What is asked about the rest of a formula."""

    def rank(self, node: d.Draft) -> int | None:
        """The rank of a draft, None while it is not known."""

    def core(self, function: str, place: int) -> int | None:
        """How many axes a function takes of an argument at once."""


class Besides:
    """What stands beside every product of vectors of one system."""

    def __init__(self, above: d.Above, definitions: Iterable[d.Definition], sides: Sides) -> None:
        self.above, self.sides = above, sides
        self.named = {id(one.body): one.info for one in definitions}

    def reading(self, node: d.Side | d.Signed) -> str:
        """ELEMENTWISE, DOUBTFUL where nothing decides, "" for every other product."""
        form = self._is_form(node)
        if not form and not self._is_gate(node):
            return ""
        places = list(self._places(node))
        if form:
            return DOUBTFUL if any(self._asks_vector(node, *place) for place in places) else ""
        if any(self._asks_vector(node, *place) for place in places):
            return ELEMENTWISE
        doubtful = isinstance(node, d.Signed) and any(map(self._is_entrywise, _factors(node)))
        return DOUBTFUL if doubtful and any(self._is_free(part) for part, _ in places) else ""

    def _is_gate(self, node: d.Draft) -> bool:
        """Whether a product has two vectors or more, none of them transposed, and nothing wider."""
        vectors = []
        for factor in _factors(node):
            rank = self.sides.rank(factor)
            if rank == 1:
                vectors.append(factor)
            elif rank != 0:
                return False
        marked = any(transposed(vector, self.sides.rank) for vector in vectors)
        return len(vectors) > 1 and not marked

    def _is_form(self, node: d.Draft) -> bool:
        r"""Whether a product is `z W x`: a number, or `z \odot (W x)`."""
        arrays = [x for x in _factors(node) if self.sides.rank(x) != 0]
        ends = (*arrays[:1], *arrays[-1:])
        return (
            isinstance(node, d.Side)
            and len(arrays) > 2
            and all(self.sides.rank(x) == 1 and not isinstance(x, d.Flip | d.Unit) for x in ends)
            and all(self.sides.rank(x) == 2 for x in arrays[1:-1])
        )

    def _places(self, node: d.Draft) -> Iterator[tuple[d.Draft, d.Draft | None]]:
        """A product, scaled or not, each with what holds it; None for what is a whole formula."""
        parents = self.above.of(node)
        if not parents:
            yield node, None
        for parent in parents:
            match parent:
                case d.Side() | d.Signed("·") if all(
                    not self._is_product(x) and self.sides.rank(x) == 0
                    for x in _factors(parent)
                    if x is not node
                ):
                    yield from self._places(parent)
                case d.Big("sum" | "mean"):
                    yield from self._places(parent)
                case d.Quotient(top, bottom) if top is node and self.sides.rank(bottom) in (0, 1):
                    yield from self._places(parent)
                case d.Over():
                    yield from ((node, None) for part, _ in self._places(parent))
                case _:
                    yield node, parent

    def _asks_vector(self, node: d.Draft, part: d.Draft, parent: d.Draft | None) -> bool:
        """Whether what holds a product has no place for a number."""
        if isinstance(node, d.Side) and isinstance(parent, d.Call) and parent.function in TOTALS:
            return True  # \sum x y: of a number there is nothing to add up
        if not isinstance(parent, d.Sum):
            return parent is None and self._defines_vector(part)
        size = next((s for x in _factors(node) if (s := extent(x)) is not None), None)
        others = [term for term in parent.terms if term is not part]
        for other in others:
            if not self._is_product(other) and self.sides.rank(other) == 1:
                own = extent(other)
                if size is None or own is None or size == own:
                    return True
        if self._defines_vector(parent):
            return True
        ratio = any(isinstance(x, d.Quotient) and self.sides.rank(x.denominator) == 1
            for x in _factors(node))  # fmt: skip
        return ratio and bool(others) and not any(map(_is_number, others))

    def _is_product(self, node: d.Draft) -> bool:
        """Whether a term is such a product itself, scaled or not."""
        if self._is_gate(node):
            return True
        if isinstance(node, d.Quotient) and self.sides.rank(node.denominator) == 0:
            return self._is_product(node.numerator)
        factors = _factors(node)
        return any(self._is_product(x) for x in factors) and all(
            self._is_product(x) or self.sides.rank(x) == 0 for x in factors
        )

    def _defines_vector(self, body: d.Draft) -> bool:
        """Whether an expression is all of a definition of what is known to be a vector."""
        info = self.named.get(id(body))
        if info is None:
            return any(
                isinstance(parent, d.Over) and self._defines_element(parent)
                for parent in self.above.of(body)
            )
        return (info.declared and info.rank == 1) or any(x.rank == 1 for x in info.siblings)

    def _defines_element(self, over: d.Over) -> bool:
        info = self.named.get(id(over))
        return info is not None and info.declared and info.rank == 1 + len(over.bindings)

    def _is_entrywise(self, node: d.Draft) -> bool:
        """Whether a factor is a quotient of a vector, no unit vector, or a function of each
        entry."""
        match node:
            case d.Quotient(_, bottom):
                return not _is_scale(bottom)
            case d.Call(function, [_]):
                return self.sides.core(function, 0) == 0
            case d.Side(factors):
                return any(self._is_entrywise(x) for x in factors if self.sides.rank(x) == 1)
        return False

    def _is_free(self, part: d.Draft) -> bool:
        """Whether nothing above a product says that it is a number."""
        info = self.named.get(id(part))
        if info is not None:
            return not (info.declared and info.rank == 0)
        for parent in self.above.of(part):
            match parent:
                case d.Sum(terms) if any(map(_is_number, (x for x in terms if x is not part))):
                    return False
                case d.Call(function) if function in DIRECT or self.sides.core(function, 0) != 0:
                    return False
                case d.Sum() | d.Side() | d.Signed() | d.Over() | d.Call():
                    if not self._is_free(parent):
                        return False
                case _:
                    return False
        return True


def _factors(node: d.Draft) -> list[d.Draft]:
    match node:
        case d.Side(factors):
            return factors
        case d.Signed("·", left, right):
            return [left, right]
    return []


def _is_number(node: d.Draft) -> bool:
    """Whether a term is said to be a number."""
    match node:
        case d.Symbol(info):
            return info.declared and info.rank == 0
        case d.Number() | d.Constant() | d.SizeOf():
            return True
    return False


def _is_scale(node: d.Draft) -> bool:
    """Whether a divisor only scales: a number, a size, a norm, or a product or root of these."""
    match node:
        case d.Number() | d.SizeOf() | d.LastSize() | d.LastOf() | d.Bars("‖"):
            return True
        case d.Side(parts) | d.Call("sqrt", parts):
            return all(map(_is_scale, parts))
    return False
