r"""What does a limit come to? What does not move stands for itself, `\lim_{x \to 3} a`, and a
polynomial has its limit where it stands, `\lim_{h \to 0} (2 x + h)`; a quotient whose denominator
grows faster than its numerator goes to 0, `\lim_{x \to \infty} \frac{1}{x}`.

In: a document. Out: the same without `\lim`. Every other limit is refused: what is put in for x
could be 0/0 there, or jump.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from eq2code.errors import AmbiguousError, UnsupportedError
from eq2code.read.normal import changed
from eq2code.read.scope import walk
from eq2code.trees import notation as n

LIMIT = "lim"
_POLYNOMIAL = (n.Letter, n.Number, n.Row, n.Sum, n.Fence, n.Product, n.Scripts)
_ARROWS = frozenset({"→", "⇒"})


def limits(document: n.Document) -> n.Document:
    """The document with every limit written as what it comes to."""
    for piece in walk(document):
        if isinstance(piece, n.Product) and (cut := _cut(piece)) is not None:
            raise _refused(cut)
    approaches = [piece for piece in walk(document) if _is_limit(piece)]
    made = changed(document, lambda piece: _taken(piece) if isinstance(piece, n.Row) else piece)
    assert isinstance(made, n.Document)
    left = walk(made)
    for limit in approaches:
        if limit in left:
            raise _refused(limit)
        if _moving(limit) in left:
            raise AmbiguousError(
                "what moves in a limit stands outside of it too",
                limit.span,
                readings=("all of it is in the limit", "two different letters"),
                hints=("put what the limit is of in brackets, or give one of them another letter",),
            )
    return made


def _is_limit(piece: n.Notation) -> bool:
    return isinstance(piece, n.Scripts) and piece.base == n.Word(LIMIT, "op")


def _moving(limit: n.Notation) -> n.Notation | None:
    below = limit.sub if isinstance(limit, n.Scripts) else None
    return below.operands[0] if isinstance(below, n.Relation) else None


def _cut(product: n.Product) -> n.Notation | None:
    r"""A limit that a sign of multiplication cuts off from the next factor: `\lim x \cdot h`."""
    rows = [one.items if isinstance(one, n.Row) else (one,) for one in product.operands[:-1]]
    return next((item for items in rows for item in items if _is_limit(item)), None)


def _taken(row: n.Row) -> n.Notation:
    """A row with its limits, the last one first, taken of all that follows."""
    items = row.items
    for place in reversed([k for k, item in enumerate(items) if _is_limit(item)]):
        items = items[:place] + _value(items[place], items[place + 1 :])
    return items[0] if len(items) == 1 else replace(row, items=items)


def _value(limit: n.Notation, body: tuple[n.Notation, ...]) -> tuple[n.Notation, ...]:
    match limit:
        case n.Scripts(
            _, n.Relation((n.Letter() as moving, n.Notation() as point), (arrow,)), None
        ) if body and arrow in _ARROWS:
            if moving not in _pieces(body):
                return body
            point = _without_side(point)
            if _is_infinite(point) and len(body) == 1 and _vanishes(body[0], moving):
                return (n.Number("0", span=body[0].span),)
            if point != n.Letter("infty") and _is_polynomial(body):
                there = n.Fence("(", ")", point, span=point.span)
                made = changed(body, lambda piece: there if piece == moving else piece)
                return tuple(made)
    raise _refused(limit)


def _without_side(point: n.Notation) -> n.Notation:
    """The point of `3^+`: a polynomial is the same from either side."""
    sided = isinstance(point, n.Scripts) and point.sub is None and not point.primes
    if sided and isinstance(point, n.Scripts) and point.sup in (n.Mark("+"), n.Mark("-")):
        return point.base
    return point


def _pieces(body: tuple[n.Notation, ...]) -> Iterator[n.Notation]:
    return (part for piece in body for part in walk(piece))


def _is_polynomial(body: tuple[n.Notation, ...]) -> bool:
    """Whether letters and numbers are added, multiplied and raised to whole powers, and no more."""
    rows = [body, *(piece.items for piece in _pieces(body) if isinstance(piece, n.Row))]
    applied = any(
        isinstance(item, n.Letter | n.Scripts) and isinstance(after, n.Fence)
        for items in rows
        for item, after in pairwise(items)
    )
    return not applied and all(map(_is_plain, _pieces(body)))


def _is_plain(piece: n.Notation) -> bool:
    match piece:
        case n.Scripts(n.Letter() | n.Fence(), None, n.Number(text), 0):
            return text.isdigit()
        case n.Fence(opening, closing):
            return (opening, closing) in (("(", ")"), ("[", "]"))
        case n.Product(_, operators):
            return set(operators) <= {"·", "×", "*"}
    return isinstance(piece, _POLYNOMIAL) and not isinstance(piece, n.Scripts)


def _is_infinite(point: n.Notation) -> bool:
    infinity = n.Letter("infty")
    return point in (infinity, n.Sum((infinity,), ("-",)), n.Sum((infinity,), ("+",)))


def _vanishes(piece: n.Notation, moving: n.Notation) -> bool:
    """Whether a quotient of polynomials is one whose denominator outgrows its numerator."""
    match piece:
        case n.Fraction(top, bottom) if _is_polynomial((top,)) and _is_polynomial((bottom,)):
            above, below = _degree(top, moving, letters=True), _degree(bottom, moving)
            return above is not None and below is not None and above < below
    return False


def _degree(piece: n.Notation, moving: n.Notation, *, letters: bool = False) -> int | None:
    """The degree of a polynomial; None where its leading terms could cancel, or vanish, as a letter
    beside them could unless `letters` are taken for numbers other than 0."""
    match piece:
        case n.Number(text):
            return 0 if float(text) else None
        case n.Letter():
            return 1 if piece == moving else 0 if letters else None
        case n.Fence(_, _, body):
            return _degree(body, moving, letters=letters)
        case n.Scripts(base, None, n.Number(text)):
            degree = _degree(base, moving, letters=letters)
            return None if degree is None else degree * int(text)
        case n.Row(parts) | n.Product(parts):
            found = [_degree(part, moving, letters=letters) for part in parts]
            return None if None in found else sum(one for one in found if one)
        case n.Sum(parts):
            degrees = [_degree(part, moving, letters=letters) for part in parts]
            if None in degrees:
                return None
            largest = max(one for one in degrees if one is not None)
            return largest if degrees.count(largest) == 1 else None
    return None


def _refused(limit: n.Notation) -> UnsupportedError:
    return UnsupportedError(
        "of limits only that of a polynomial, at a number or a letter, is translated",
        limit.span,
        hints=("write the value that it has",),
    )
