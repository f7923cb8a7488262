r"""Is the x of `d(x, y) = \|\mathbf{x} - \mathbf{y}\|` the bold one? Arguments of a left side take
the style that their letters have on the right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from eq2code.read.names import Base, style_of
from eq2code.read.normal import changed
from eq2code.read.scope import walk
from eq2code.trees import notation as n

_DRESSED = ({"", "bf"}, {"", "vec"})


def dressed(document: n.Document, bases: Collection[Base], known: Collection[str]) -> n.Document:
    """The document with each argument of a left side in the style that its letter has on the right;
    `known` are the declared names."""
    twice = {
        text
        for text, styles in _styles(bases).items()
        if len(styles) > 1 and not {f"{text}_{style}" for style in styles} & set(known)
    }
    if not twice:
        return document
    written = Counter(piece for piece in walk(document) if isinstance(piece, n.Letter))
    made = tuple(_statement(statement, twice, written) for statement in document.statements)
    same = all(a is b for a, b in zip(made, document.statements, strict=True))
    return document if same else replace(document, statements=made)


def _statement(
    statement: n.Statement, twice: Collection[str], written: Counter[n.Letter]
) -> n.Statement:
    """A statement with its arguments dressed: a bold one, where it is `written` nowhere else."""
    match statement.body:
        case n.Relation((n.Row((_, n.Fence("(" | "[") as fence)), *_)) as body:
            arguments = {id(piece) for piece in walk(fence)}
        case _:
            return statement
    letters = [p for p in walk(body) if isinstance(p, n.Letter) and p.text in twice]
    inside = Counter(piece for piece in letters if id(piece) in arguments)
    outside: dict[str, set[str]] = defaultdict(set)
    for piece in letters:
        if id(piece) not in arguments:
            outside[piece.text].add(piece.style)
    worn = {
        piece: n.Letter(piece.text, *outside[piece.text])
        for piece, count in inside.items()
        if len(outside[piece.text]) == 1
        and {piece.style, *outside[piece.text]} in _DRESSED
        and (not piece.style or count == written[piece])
    }

    def rule(piece: n.Notation) -> n.Notation:
        made = worn.get(piece) if isinstance(piece, n.Letter) else None
        return piece if made is None else replace(made, span=piece.span)

    return replace(statement, body=changed(body, rule)) if worn else statement


def _styles(bases: Iterable[Base]) -> dict[str, set[str]]:
    """The styles that tell each letter apart."""
    styles: dict[str, set[str]] = defaultdict(set)
    for base in bases:
        if not base.word:
            styles[base.text].add(style_of(base))
    return styles
