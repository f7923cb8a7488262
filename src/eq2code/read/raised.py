"""What does plain text raise? `x^(n-1)` is a power whose bracket groups, and `x**…` a power always.

A bracket above is a label, as in LaTeX, where one stands so above a left side (`h^(t) = …`), where
an operator binds its letter, and above a function, whose derivatives are counted so.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from eq2code.read.labels import exponents
from eq2code.read.names import HABITUAL_FUNCTIONS, base_of, label
from eq2code.read.normal import changed
from eq2code.read.scope import Survey, index_key, step_of, walk
from eq2code.trees import notation as n


def raised(document: n.Document, found: Survey, shapes: Mapping[str, str]) -> n.Document:
    """The document without the brackets that only group what is above a symbol."""
    text = document.text
    if document.language != "text" or ("^(" not in text and "**" not in text):
        return document
    lefts = [line.left for line in found.lines if line.left is not None]
    labels = {_key(p.sup) for left in lefts for p in walk(left) if isinstance(p, n.Scripts)}
    labels |= (found.bound | set(found.ranges)) - exponents(found)
    given = {key.rpartition("_")[2] for key in shapes if "_" in key}
    derived = {id(piece) for row in found.of(n.Row) for piece in _derived(row, shapes)}

    def grouped(piece: n.Notation) -> n.Notation:
        if not isinstance(piece, n.Scripts) or piece.sup is None or id(piece) in derived:
            return piece
        sup = piece.sup
        if text[piece.base.span.end : sup.span.start].rstrip(" {").endswith("**"):
            return n.Scripts(piece.base, piece.sub, _power(sup), piece.primes, span=piece.span)
        if not isinstance(sup, n.Fence) or sup.open != "(" or isinstance(sup.body, n.Items):
            return piece
        if text[sup.span.start - 1] != "^" or _key(sup) in labels or label(sup.body) in given:
            return piece
        body = _power(sup) if isinstance(sup.body, n.Word) else sup.body
        return n.Scripts(piece.base, piece.sub, body, piece.primes, span=piece.span)

    made = changed(document, grouped)
    assert isinstance(made, n.Document)
    return made


def _power(sup: n.Notation) -> n.Notation:
    """What is raised by `**`, set so that it is neither a label nor a transpose."""
    body = sup.body if isinstance(sup, n.Fence) and sup.open == "(" else sup
    return body if isinstance(body, n.Number) else n.Fence("", "", body, span=sup.span)


def _key(sup: n.Notation | None) -> str | None:
    """What stands in brackets above: the letter, that of its step; any number, any word."""
    if not isinstance(sup, n.Fence):
        return None
    if isinstance(sup.body, n.Number | n.Word):
        return type(sup.body).__name__
    step = step_of(sup)
    return index_key(step[0] if step is not None else sup.body)


def _derived(row: n.Row, shapes: Mapping[str, str]) -> list[n.Notation]:
    """The functions of a row whose derivatives are counted above: `f^(2)(x)`."""
    found: list[n.Notation] = []
    for piece, after in pairwise(row.items):
        base = base_of(piece.base) if isinstance(piece, n.Scripts) else None
        if base is not None and isinstance(after, n.Fence):
            if base.text in HABITUAL_FUNCTIONS or "->" in shapes.get(base.text, ""):
                found.append(piece)
    return found
