r"""Is a number that is added to a matrix a multiple of the identity? Its place
says it.

Nobody inverts a matrix plus a matrix of ones: `(K + \lambda)^{-1}`, `\det(A - \lambda)` and
`(1 - K H) P` hold `\lambda I` and `I`. In `(1 - M) \odot X` the number is added to each entry.
The kernel `(X X^\top + 1)^2` is a power of each entry, and looks like one of a matrix. In
`(X - \mu) W` a mean is taken from each entry of the data before weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from eq2code import library
from eq2code.read import draft as d
from eq2code.read.bars import DETERMINANT

IDENTITY, FACTOR, ENTRIES, OPEN = "identity", "factor", "entries", "open"
CENTRE = "centre"  # a matrix less a number, beside a matrix or raised to a power
KERNEL = "kernel"  # a product of matrices and a number, raised to a power
ROWS = "rows"  # of a product: two row vectors, the first transposed

_RAISED, _BESIDE = "raised", "beside"
_SPECTRAL = "lambda"  # an eigenvalue: no mean is called so


class Ranked(Protocol):
    """What is asked about the rest of a formula."""

    def rank(self, node: d.Draft) -> int | None:
        """The rank of a draft, None while it is not known."""

    def core(self, function: str, place: int) -> int | None:
        """How many axes a function takes of an argument at once; None for a rule of its own."""


class Added:
    """What becomes of every sum of one system."""

    def __init__(self, above: d.Above, definitions: Iterable[d.Definition], ranked: Ranked) -> None:
        self.above, self.ranked = above, ranked
        self.definitions = list(definitions)
        self.named = {id(one.body): one.info for one in self.definitions}

    def reading(self, total: d.Sum) -> str:
        """IDENTITY where only a square matrix fits, FACTOR where the sum multiplies an array or is
        raised to a power, KERNEL where it is raised and holds a product, CENTRE where it takes a
        mean from data before weights, ENTRIES where its entries are meant, OPEN where nothing
        says."""
        found: set[str] = set()
        stack: list[d.Draft] = [total]
        seen = {id(total)}
        while stack:
            node = stack.pop()
            parents = self.above.of(node)
            uses = self._uses(node)
            if not parents and not uses:
                found.add(OPEN)
            places = {id(parent): self._place(node, parent) for parent in parents}
            found.update(places.values())
            for one in (*uses, *(parent for parent in parents if not places[id(parent)])):
                if id(one) not in seen:
                    seen.add(id(one))
                    stack.append(one)
        if _RAISED in found and any(map(self._is_product, total.terms)):
            found.add(KERNEL)
        elif found & {_RAISED, _BESIDE}:
            found.add(CENTRE if self._centres(total) else FACTOR)
        every = (IDENTITY, KERNEL, FACTOR, CENTRE, OPEN)
        return next((one for one in every if one in found), ENTRIES)

    def _centres(self, total: d.Sum) -> bool:
        r"""`X - \mu`, `X / 255 - 0.5`: whether a sum takes numbers from data; a 1 and an
        eigenvalue speak for the identity."""
        for term, sign in zip(total.terms, total.signs, strict=True):
            if self.ranked.rank(term) == 2:
                if sign == "-" or self._is_product(term):
                    return False
            elif sign != "-" or _is_unit(term) or any(map(_is_eigenvalue, d.walk(term))):
                return False
        return True

    def _is_product(self, term: d.Draft) -> bool:
        """Whether a term is a product of matrices, perhaps scaled or under a name."""
        match term:
            case d.Side(factors):
                wide = [x for x in factors if self.ranked.rank(x)]
                return len(wide) > 1 or any(map(self._is_product, wide))
            case d.Signed("@"):
                return True
            case d.Signed("·" | "×", left, right):
                wide = [x for x in (left, right) if self.ranked.rank(x)]
                return len(wide) > 1 or any(map(self._is_product, wide))
            case d.Quotient(body):
                return self._is_product(body)
            case d.Symbol(info):
                return any(self._is_product(x.body) for x in self.definitions if x.info is info)
        return False

    def _uses(self, node: d.Draft) -> list[d.Draft]:
        """Where the symbol stands that a node defines."""
        info = self.named.get(id(node))
        every = (part for one in self.definitions for part in one.nodes) if info else ()
        return [part for part in every if isinstance(part, d.Symbol) and part.info is info]

    def _place(self, node: d.Draft, parent: d.Draft) -> str:
        """What a node's parent makes of it; "" where that depends on what holds the parent."""
        match parent:
            case d.Power(base, exponent) if base is node:
                return IDENTITY if inverts(exponent) else _RAISED
            case d.Side() | d.Signed("@" | "·" | "×"):
                others = {self.ranked.rank(x) for x in d.children(parent) if x is not node}
                return FACTOR if 1 in others else _BESIDE if others - {0, None} else ""
            case d.Quotient(top, bottom):
                wide = self.ranked.rank(bottom if top is node else top)
                return ENTRIES if wide else OPEN if bottom is node else ""
            case d.Call(function):
                square = library.ENTRIES[function].signature.startswith("(n,n)")
                core = self.ranked.core(function, 0)
                return IDENTITY if square else OPEN if core in (None, 2) else ENTRIES
            case d.Bars("|"):
                return IDENTITY if parent.meaning == DETERMINANT else ENTRIES
            case d.Sum() | d.Flip() | d.Big() | d.Over():
                return ""
            case d.Bars() | d.Apply() | d.Join() | d.Derivative():
                return OPEN
        return ENTRIES


def _is_unit(node: d.Draft) -> bool:
    return isinstance(node, d.Number) and node.value == 1


def _is_eigenvalue(node: d.Draft) -> bool:
    return isinstance(node, d.Symbol) and node.info.name.startswith(_SPECTRAL)


def inverts(exponent: d.Draft) -> bool:
    """Whether only a square matrix takes a power: -1, -1/2, 1/2, 0.5."""
    match exponent:
        case d.Number(value):
            return value < 0 or value != int(value)
        case d.Sum(terms, signs):
            return len(terms) == 1 and signs == ["-"]
    return isinstance(exponent, d.Quotient)


def rows(term: d.Draft, ranked: Ranked) -> d.Side | None:
    r"""The product of two vectors, the first transposed, that a term is but for its scale:
    `\frac{1}{T} \sum_t k_t^\top v_t`."""
    match term:
        case d.Side(factors):
            wide = [x for x in factors if ranked.rank(x) != 0]
            if len(wide) == 2 and isinstance(wide[0], d.Flip) and not isinstance(wide[1], d.Flip):
                return term if [ranked.rank(x) for x in wide] == [1, 1] else None
            found = [] if wide else [x for x in factors if rows(x, ranked) is not None]
            return rows(found[0], ranked) if len(found) == 1 else None
        case d.Quotient(body) | d.Big("sum" | "mean", _, body):
            return rows(body, ranked)
    return None
