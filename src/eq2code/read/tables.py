"""Which square brackets hold rows? `[[a, b], [c, d]]` and `[a, b; c, d]` are matrices, as in code.

Capital letters alone, `[[A, B], [C, D]]`, keep their brackets, which commutators have too.
"""

from __future__ import annotations

from itertools import pairwise, starmap

from eq2code.errors import AmbiguousError, ParseError
from eq2code.read.normal import changed
from eq2code.read.scope import Survey
from eq2code.trees import notation as n

SPACED = 1  # how far apart what stands side by side is, at least
ENTRIES = n.Letter | n.Number | n.Scripts | n.Word | n.Fraction


def tables(document: n.Document, found: Survey) -> n.Document:
    """The document with rows in square brackets as grids; the same object where there are none."""
    squares = [fence for fence in found.of(n.Fence) if fence.open == "["]
    if not squares:
        return document
    if document.language == "text":
        values = {id(form) for line in found.lines for form in line.forms}
        values |= {id(p.base) for p in found.of(n.Scripts) if id(p) in values}
        for fence in squares:
            _check_side(fence, document.text, id(fence) in values)
    entries = [row for row in found.of(n.Row) if any(starmap(_addresses, pairwise(row.items)))]
    if not entries and not any(map(_rows, squares)):
        return document

    def gridded(piece: n.Notation) -> n.Notation:
        if isinstance(piece, n.Row):
            return _addressed(piece)
        rows = _rows(piece) if isinstance(piece, n.Fence) else ()
        if not rows or not isinstance(piece, n.Fence):
            return piece
        if len({len(row) for row in rows}) > 1:
            raise ParseError(
                "the rows of this matrix differ in length",
                piece.span,
                hints=("write as many entries in every row: a 0 where nothing stands",),
            )
        return n.Fence("[", "]", n.Grid("matrix", rows, span=piece.body.span), span=piece.span)

    made = changed(document, gridded)
    assert isinstance(made, n.Document)
    return made


def _addresses(before: n.Notation, after: n.Notation) -> bool:
    """Whether a square bracket addresses what it touches: `softmax(x)[y]`, `(a + b)[i, j]`."""
    if not isinstance(before, n.Fence) or not isinstance(after, n.Fence) or before.open != "(":
        return False
    plain = isinstance(after.body, n.Letter | n.Word | n.Number | n.Items)
    return after.open == "[" and before.span.end == after.span.start and plain


def _addressed(row: n.Row) -> n.Notation:
    """A row with such a bracket as what stands below."""
    items: list[n.Notation] = []
    for item in row.items:
        before = items[-1] if items else None
        if before is not None and _addresses(before, item) and isinstance(item, n.Fence):
            if any(isinstance(entry, n.Number) for entry in _entries(item.body)):
                raise AmbiguousError(
                    "a number in square brackets behind a bracket is a place, counted from 0 or "
                    "from 1, or a factor",
                    before.span | item.span,
                    readings=("a place: write a letter there and pass it: it counts from 0",
                              "a factor: write a sign before it"),
                )  # fmt: skip
            items[-1] = n.Scripts(before, item.body, span=before.span | item.span)
        else:
            items.append(item)
    return items[0] if len(items) == 1 else n.Row(tuple(items), span=row.span)


def _rows(fence: n.Fence) -> tuple[tuple[n.Notation, ...], ...]:
    """The rows that a bracket holds, () where it holds none."""
    match fence:
        case n.Fence("[", "]", n.Items(items, separators)):
            pass
        case _:
            return ()
    if set(separators) == {",", ";"}:
        rows: list[list[n.Notation]] = [[items[0]]]
        for item, sign in zip(items[1:], separators, strict=False):
            if sign == ";":
                rows.append([])
            rows[-1].append(item)
        return tuple(map(tuple, rows))
    if set(separators) != {","} or not all(map(_is_list, items)):
        return ()
    made = tuple(_entries(item.body) for item in items if isinstance(item, n.Fence))
    capitals = all(isinstance(x, n.Letter) and x.text.isupper() for row in made for x in row)
    return () if capitals else made


def _is_list(item: n.Notation) -> bool:
    if not isinstance(item, n.Fence) or (item.open, item.close) != ("[", "]"):
        return False
    return not isinstance(item.body, n.Items) or set(item.body.separators) == {","}


def _entries(body: n.Notation) -> tuple[n.Notation, ...]:
    return body.items if isinstance(body, n.Items) else (body,)


def _check_side(fence: n.Fence, text: str, whole: bool) -> None:
    """Refuse `[1 2 3]`, `[1 -2]` and, as a whole value, `[x y z]`: a row without commas, or one
    entry."""
    whole = whole and not isinstance(fence.body, n.Items)
    for item in _entries(fence.body):
        parts = item.terms if isinstance(item, n.Sum) else (item,)
        signs = [text[part.span.start - 2 : part.span.start] for part in parts[1:]]
        rows = [part.items for part in parts if isinstance(part, n.Row)]
        numbers = any(
            isinstance(a, n.Number) and isinstance(b, n.Number)
            for row in rows
            for a, b in pairwise(row)
        )
        apart = whole and rows and len(parts) == 1 and all(starmap(_is_apart, pairwise(rows[0])))
        if numbers or any(sign in (" -", " +", " −") for sign in signs) or apart:
            raise AmbiguousError(
                "entries stand side by side in these brackets",
                fence.span,
                readings=("a row: write commas between its entries", "a product or a sum: write "
                          "round brackets, or none"),
            )  # fmt: skip


def _is_apart(before: n.Notation, after: n.Notation) -> bool:
    """Whether two factors with a space between them could be entries of a row."""
    gap = after.span.start - before.span.end
    return gap >= SPACED and isinstance(before, ENTRIES) and isinstance(after, ENTRIES)
