r"""Which letters below a symbol spell a word? `b_{bias}` has one label, `x_{ijk}` three indices.

Three letters or more that are written together are indices if every one of them is, and one label
otherwise: a word is never cut up because one of its letters is bound somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from eq2code.read.names import base_of
from eq2code.read.normal import changed
from eq2code.read.scope import INDEX_LETTERS, Survey, big_operator, index_key, split, walk
from eq2code.trees import notation as n

SHORTEST = 3


def spelled(
    document: n.Document, found: Survey, shapes: Mapping[str, str]
) -> tuple[n.Document, set[str]]:
    """The document with every word below a symbol as text, the same object where there is none;
    and the letters of left sides that are indices of the right ones."""
    words, indices = _words(found)
    if not words:
        return document, indices

    def told(piece: n.Notation) -> n.Notation:
        if not isinstance(piece, n.Scripts) or piece.sub is None or not _symbol(piece):
            return piece
        match piece.sub:
            case n.Items(items):
                sub: n.Notation = replace(piece.sub, items=tuple(one(p, piece) for p in items))
            case _:
                sub = one(piece.sub, piece)
        return piece if sub == piece.sub else replace(piece, sub=sub)

    def one(part: n.Notation, piece: n.Scripts) -> n.Notation:
        run = _run(part)
        if run not in words or _declared(piece, len(run), shapes):
            return part
        return n.Text(run, span=part.span)

    made = changed(document, told)
    assert isinstance(made, n.Document)
    return made, indices


def _words(found: Survey) -> tuple[set[str], set[str]]:
    """The runs below that hold a letter which is no index; and the letters of left sides that the
    right ones have as indices."""
    wide = [p for p in found.scripts() if type(p.sub) is n.Row or type(p.sub) is n.Items]
    runs = {run for p in wide if _symbol(p) for run in map(_run, _parts(p)) if run}
    if not runs:
        return runs, set()
    lefts = [line.left for line in found.lines if line.left is not None]
    sure = found.bound | set(found.ranges) | found.counters | INDEX_LETTERS
    sure |= {key for left in lefts for key in _places(left)}
    heads = {run for left in lefts for p in walk(left) for run in map(_run, _parts(p))}
    read = {key for line in found.lines for form in line.forms for key in _places(form)}
    indices = set(runs)
    while True:
        kept = {
            run
            for run in indices
            if all(_known(x, run, indices, sure | read if run in heads else sure) for x in run)
        }
        if kept == indices:
            break
        indices = kept
    shared = [h for h in heads & indices if all(_known(x, h, indices, read) for x in h)]
    return runs - indices, set("".join(shared))


def _known(letter: str, run: str, indices: set[str], sure: set[str]) -> bool:
    """Whether a letter of a run is an index: it is one elsewhere, or stands in another such run.

    A capital before small letters is a label of its own.
    """
    if letter in sure or (letter.isupper() and not run.isupper()):
        return True
    return any(letter in other for other in indices if other != run)


def _places(root: n.Notation) -> Iterator[str]:
    """The letters that stand below, one or two together."""
    for piece in walk(root):
        for part in _parts(piece):
            if not _run(part):
                yield from (key for p in split(part) if (key := index_key(p)) is not None)


def _parts(piece: n.Notation) -> tuple[n.Notation, ...]:
    """What commas separate below a symbol."""
    sub = piece.sub if isinstance(piece, n.Scripts) else None
    if sub is None:
        return ()
    return sub.items if isinstance(sub, n.Items) else (sub,)


def _symbol(piece: n.Scripts) -> bool:
    return base_of(piece.base) is not None and big_operator(piece) is None


def _run(part: n.Notation) -> str:
    """Latin letters written together, as a word is; empty for anything else."""
    items = part.items if isinstance(part, n.Row) else ()
    letters = [p.text for p in items if isinstance(p, n.Letter) and not p.style]
    plain = len(letters) == len(items) >= SHORTEST and all(len(x) == 1 for x in letters)
    return "".join(letters) if plain and "".join(letters).isascii() else ""


def _declared(piece: n.Scripts, count: int, shapes: Mapping[str, str]) -> bool:
    """Whether a declared array of this letter has an axis for each of so many letters."""
    base = base_of(piece.base)
    return base is not None and any(
        name.partition("_")[0] == base.text and len(shape.partition(":")[0].split()) >= count
        for name, shape in shapes.items()
    )
