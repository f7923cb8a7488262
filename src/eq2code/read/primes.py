r"""Which primes are transposes? Econometrics writes `x'\beta` and `x_i x_i'` for vectors.

A primed vector stands as a factor in products only: beside itself without the prime (`x'Ax`),
beside matrices that are transposed so (`X'X`), or bold before a factor. One that is defined,
listed, added or passed anywhere is a symbol of its own, and so is any in a source that writes
`\top`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise

from eq2code.errors import AmbiguousError
from eq2code.read.conventions import Ledger
from eq2code.read.names import Base, base_of, label
from eq2code.read.normal import changed
from eq2code.read.questions import bases_in
from eq2code.read.scope import big_operator, index_key, split, walk
from eq2code.read.scripts import is_transpose
from eq2code.trees import notation as n


class Primes:
    """What the primed letters of one source are."""

    def __init__(
        self, document: n.Document, known: Collection[str], bound: Collection[str], ledger: Ledger
    ) -> None:
        self.known, self.bound, self.ledger = known, bound, ledger
        rows = [piece for piece in walk(document) if isinstance(piece, n.Row)]
        everywhere = Counter(piece for piece in walk(document) if self.is_candidate(piece))
        factors = Counter(item for row in rows for item in self.factors(row))
        marks = (p.sup for p in walk(document) if isinstance(p, n.Scripts) and p.sup is not None)
        self.named = everywhere != factors or any(map(is_transpose, marks))
        pairs = [pair for row in rows for pair in pairwise(row.items)]
        self.inner = any(is_own(item, after) and _capital(after) for item, after in pairs)
        multiplied = {id(item) for item, _ in pairs}
        for piece in walk(document):
            if is_primed_bracket(piece) and id(piece) not in multiplied:
                raise AmbiguousError(
                    "a prime behind a bracket of numbers could be a transpose or a derivative",
                    piece.span,
                    readings=("the transpose", "the derivative"),
                    hints=(r"write ^\top for the transpose, \nabla_x for the derivative",),
                )

    def document(self, document: n.Document) -> n.Document:
        """The document with primes that transpose written so."""
        made = changed(document, lambda p: self.row(p) if isinstance(p, n.Row) else p)
        assert isinstance(made, n.Document)
        return made

    def is_candidate(self, piece: n.Notation) -> bool:
        """Whether a piece is a primed letter that nothing else settles."""
        if not isinstance(piece, n.Scripts) or piece.primes != 1 or piece.sup is not None:
            return False
        base = base_of(piece.base)
        if base is None or base.word or (base.capital and piece.sub is None):
            return False
        names = {self.own_name(piece, base), f"{base.text}_prime"}
        return not names & set(self.known) and index_key(piece) not in self.bound

    def own_name(self, piece: n.Scripts, base: Base) -> str:
        """What a primed letter is called where it is a symbol of its own."""
        below = None if piece.sub is None or self.indices(piece) else label(piece.sub)
        return "_".join([base.text, *base.accents, "prime", *([below] if below else [])])

    def indices(self, piece: n.Scripts) -> int:
        """How many of what stands below are indices that something binds."""
        return sum(index_key(part) in self.bound for part in split(piece.sub))

    def factors(self, row: n.Row) -> Iterator[n.Notation]:
        """The primed letters of a row that are factors, and no functions of a bracket."""
        for item, after in pairwise((*row.items, n.Mark(""))):
            if self.is_candidate(item) and not isinstance(after, n.Fence):
                yield item

    def row(self, row: n.Row) -> n.Notation:
        items = list(row.items)
        for k, item in enumerate(row.items):
            if isinstance(item, n.Scripts) and self.is_candidate(item):
                after = row.items[k + 1] if k + 1 < len(row.items) else None
                if self.transposes(item, after, row):
                    items[k] = replace(item, primes=0, sup=n.Mark("top", span=item.span))
        return replace(row, items=tuple(items))

    def transposes(self, item: n.Scripts, after: n.Notation | None, row: n.Row) -> bool:
        """Whether a primed letter in a product is transposed; refused where it could be another."""
        if after is not None and is_own(item, after):
            return True
        if self.named or isinstance(after, n.Fence):
            return False
        base = base_of(item.base)
        assert base is not None
        factor = isinstance(after, n.Letter | n.Scripts | n.Accent) and big_operator(after) is None
        own = any(is_own(item, other) for other in row.items)
        if own or (factor and (self.inner or base.bold)):
            name = label(replace(item, primes=0)) or base.text
            self.ledger.assume(
                "prime",
                f"{name}' is the transpose of {name}",
                instead="a symbol of its own",
                shapes={self.own_name(item, base): " ".join(["?n"] * self.indices(item))},
                span=item.span,
            )
            return True
        if factor:
            raise AmbiguousError(
                f"{base.text}' before a factor could be transposed, or a symbol of its own",
                item.span,
                readings=(f"{base.text} transposed", f"the symbol {base.text}_prime"),
                hints=(
                    rf"write {base.text}^\top for the transpose",
                    f'declare the other symbol: shapes={{"{base.text}_prime": ""}}',
                ),
            )
        return False


def is_own(item: n.Notation, other: n.Notation) -> bool:
    """Whether the other is a primed letter without its prime: `e'e`, `x_i'x_i`."""
    if not isinstance(item, n.Scripts) or item.primes != 1 or item.sup is not None:
        return False
    if isinstance(other, n.Scripts):
        return not other.primes and (other.base, other.sub) == (item.base, item.sub)
    return item.sub is None and item.base == other


def is_primed_bracket(piece: n.Notation) -> bool:
    """Whether a bracket that holds no matrix and no bold letter is primed: `(x^2)'`."""
    if not isinstance(piece, n.Scripts) or not piece.primes or not isinstance(piece.base, n.Fence):
        return False
    return not any(base.capital or base.bold for base in bases_in(piece.base))


def _capital(piece: n.Notation) -> bool:
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    return base is not None and base.capital
