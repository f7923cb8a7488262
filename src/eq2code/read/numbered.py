r"""Is a number before an index letter a place of its own? `x_{1j}` is x at 1 and j, `x_{2i}` is x
at twice i.

Nobody writes 0 times or 1 times an index. 2, 3, … multiply it, unless the array is declared with an
axis for the number too, or 0 or 1 stands before the same letter elsewhere: `x_{1j} - x_{2j}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from eq2code.read.names import Base, base_of
from eq2code.read.normal import changed
from eq2code.read.scope import INDEX_LETTERS, Survey, big_operator, index_key, split, walk
from eq2code.trees import notation as n

COUNTED = frozenset("01")


def numbered(document: n.Document, found: Survey, shapes: Mapping[str, str]) -> n.Document:
    """The document with `x_{1j}` written `x_{1,j}`; the same object where there is none."""
    below = [piece for piece in found.scripts() if type(piece.sub) is n.Row]
    pairs = [(piece, pair) for piece in below if (pair := _pair(piece, found)) is not None]
    if not pairs:
        return document
    counted = {letters for _, (digits, letters) in pairs if digits in COUNTED}
    moved = {key for piece in found.scripts() for key in _multiples(piece)}

    def told(piece: n.Notation) -> n.Notation:
        pair = _pair(piece, found)
        base = base_of(piece.base) if isinstance(piece, n.Scripts) else None
        if pair is None or base is None or not isinstance(piece, n.Scripts):
            return piece
        assert isinstance(piece.sub, n.Row)
        digits, letters = pair
        alike = letters in counted and (base.plain, digits) not in moved
        if digits not in COUNTED and not alike and not _declared(base, digits, letters, shapes):
            return piece
        commas = (",",) * len(letters)
        return replace(piece, sub=n.Items(piece.sub.items, commas, span=piece.sub.span))

    made = changed(document, told)
    assert isinstance(made, n.Document)
    return made


def _pair(piece: n.Notation, found: Survey) -> tuple[str, tuple[str, ...]] | None:
    """The number and the index letters that stand below a symbol, written together."""
    if not isinstance(piece, n.Scripts) or big_operator(piece) or base_of(piece.base) is None:
        return None
    match piece.sub:
        case n.Row((n.Number(digits), *rest)) if rest and digits.isdigit():
            letters = tuple(str(index_key(item)) for item in rest)
            indices = found.bound | set(found.ranges) | INDEX_LETTERS
            return (digits, letters) if indices.issuperset(letters) else None
    return None


def _multiples(piece: n.Scripts) -> list[tuple[tuple[str, tuple[str, ...]], str]]:
    """What multiplies an index below a symbol for sure: the 2 of `x_{2i+1}`."""
    base = base_of(piece.base)
    sums = [part for part in split(piece.sub) if isinstance(part, n.Sum)]
    rows = [p for part in sums for p in walk(part) if isinstance(p, n.Row)]
    heads = [row.items[0] for row in rows]
    return [(base.plain, h.text) for h in heads if base and isinstance(h, n.Number)]


def _declared(base: Base, digits: str, letters: tuple[str, ...], shapes: Mapping[str, str]) -> bool:
    """Whether an array is declared with an axis for the number too, or is called by the number."""
    axes = {name: len(shape.partition(":")[0].split()) for name, shape in shapes.items()}
    both = axes.get(base.text, 0) == 1 + len(letters)
    return both or axes.get(f"{base.text}_{digits}", 0) >= len(letters)
