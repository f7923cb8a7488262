r"""Which element does `x_{\pi(i)}` mean? The one that an integer array names: `\pi(i)` below is
what `\pi_i` is, so that `C_{i, \sigma(i)}` and `C_{i\sigma(i)}` take one element of every row.

In: a document. Out: the same with such brackets written as subscripts. A letter that is an index by
itself keeps its bracket; a word that is not declared is asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from eq2code import library
from eq2code.errors import AmbiguousError, UnsupportedError
from eq2code.read.names import label
from eq2code.read.normal import changed
from eq2code.read.scope import Survey, big_operator, index_key, split
from eq2code.trees import notation as n


def gathered(document: n.Document, found: Survey, shapes: Mapping[str, str]) -> n.Document:
    """The document with `x_{z(i)}` written as `x_{z_i}`."""
    indices = found.bound | found.stepped | _lefts(found)

    def below(piece: n.Notation) -> n.Notation:
        if not isinstance(piece, n.Scripts) or big_operator(piece) is not None:
            return piece
        match piece.sub:
            case n.Row() as row:
                sub = _row(row, indices, shapes)
            case n.Items(items) as several:
                sub = replace(several, items=tuple(_row(x, indices, shapes) for x in items))
            case _:
                return piece
        return piece if sub == piece.sub else replace(piece, sub=sub)

    made = changed(document, below)
    assert isinstance(made, n.Document)
    return made


def _lefts(found: Survey) -> set[str]:
    """The letters that stand below a left side by themselves."""
    lefts = [line.left for line in found.lines if isinstance(line.left, n.Scripts)]
    return {key for left in lefts for part in split(left.sub) if (key := index_key(part))}


def _row(row: n.Notation, indices: Collection[str], shapes: Mapping[str, str]) -> n.Notation:
    """A row below with each array and its bracket as one piece; places of their own get commas."""
    if not isinstance(row, n.Row):
        return row
    items: list[n.Notation] = []
    for item in row.items:
        if items and _addresses(item) and _is_array(items[-1], item, indices, shapes):
            assert isinstance(item, n.Fence)
            items[-1] = n.Scripts(items[-1], item.body, span=items[-1].span | item.span)
        else:
            items.append(item)
    if len(items) == len(row.items):
        return row
    if len(items) == 1:
        return items[0]
    if all(isinstance(item, n.Scripts) or index_key(item) in indices for item in items):
        return n.Items(tuple(items), (",",) * (len(items) - 1), span=row.span)
    return row


def _addresses(piece: n.Notation) -> bool:
    """Whether a bracket holds indices and nothing else."""
    if not isinstance(piece, n.Fence) or piece.open != "(":
        return False
    return all(index_key(part) for part in split(piece.body))


def _is_array(
    piece: n.Notation, where: n.Notation, indices: Collection[str], shapes: Mapping[str, str]
) -> bool:
    """Whether a bracket behind a piece picks one of its elements."""
    if isinstance(piece, n.Scripts) and isinstance(piece.sup, n.Sum) and index_key(piece.base):
        raise UnsupportedError(
            "the inverse of an array of indices is not translated", piece.span,
            hints=("pass it as an array of its own",),
        )  # fmt: skip
    declared = shapes.get(label(piece) or "")
    if declared is not None:
        return "->" not in declared
    bound = {index_key(part) for part in split(where)} <= set(indices)
    if isinstance(piece, n.Word) and bound and library.find(piece.text) is None:
        raise AmbiguousError(
            f"{piece.text} with a bracket below could be a label, or an array of indices",
            piece.span,
            readings=("a label before an index", "the array whose elements are indices"),
            hints=(
                f'declare the array: shapes={{"{piece.text}": "n : int"}}',
                f"set the label apart: {piece.text},i",
            ),
        )  # fmt: skip
    return isinstance(piece, n.Letter) and index_key(piece) not in {None, *indices}
