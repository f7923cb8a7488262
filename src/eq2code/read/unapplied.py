r"""Which words of a reduction are names? `\mathrm{mean}_x` with nothing behind it is no mean over x
but the mean of x, where x stands by itself elsewhere: `(x - mean_x) / std_x`.

In: a document. Out: the same with such words and what is below them as one word.
"""

from __future__ import annotations

from dataclasses import replace

from eq2code.read.names import base_of, label
from eq2code.read.normal import changed
from eq2code.read.scope import REDUCERS, Survey, walk
from eq2code.trees import notation as n


def unapplied(document: n.Document, found: Survey) -> n.Document:
    """The document with every `mean_x` that takes nothing written as one name."""
    taking = {
        id(item)
        for piece in walk(document)
        if isinstance(piece, n.Row)
        for item in piece.items[:-1]
    }

    def named(piece: n.Notation) -> n.Notation:
        if id(piece) in taking or not _is_name(piece, found):
            return piece
        match piece:
            case n.Scripts(n.Word(text), n.Letter() as below, sup):
                word = n.Word(f"{text}_{label(below)}", "", span=piece.span)
                return word if sup is None else replace(piece, base=word, sub=None)
        return piece

    made = changed(document, named)
    assert isinstance(made, n.Document)
    return made


def _is_name(piece: n.Notation, found: Survey) -> bool:
    match piece:
        case n.Scripts(n.Word(text, style), n.Letter() as below, sup) if text in REDUCERS:
            alone = base_of(below)
            single = sup is None or isinstance(sup, n.Number)
            return style not in ("op", "big") and single and alone in found.bare_bases
    return False
