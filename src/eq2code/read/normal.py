r"""What do experts write as one sign? Notation is brought to one form before anything is named.

`\Delta x` is one symbol, unless `\Delta` is declared by itself. `S_{t:}` and `S_{:t}` of an array
with two axes are its row and its column t, as `S_{t,:}` and `S_{:,t}` are; so are `S_{t,*}` and
`S_{*,t}`. `Concat_{i=1}^{h}(x_i)` is `Concat(x_1, \dots, x_h)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from eq2code.read.names import base_of, label
from eq2code.read.scope import Survey, index_key
from eq2code.trees import notation as n

DELTA = "Delta"
STAR = n.Mark("*")


def normal(document: n.Document, known: frozenset[str]) -> n.Document:
    """The document with differences joined to their letter; the same object where there are
    none."""
    if DELTA in known:
        return document
    made = changed(document, lambda piece: _joined(piece) if isinstance(piece, n.Row) else piece)
    assert isinstance(made, n.Document)
    return made


def rows(document: n.Document, found: Survey, shapes: Mapping[str, str]) -> n.Document:
    """The document with `S_{t:}` of arrays with two axes written `S_{t,:}`."""
    wide = {
        base.plain
        for piece in found.cut
        if (base := base_of(piece.base)) is not None
        and len(shapes.get(label(piece.base) or "", "").partition(":")[0].split()) == 2
    }
    wide |= {plain for plain, counts in found.place_counts.items() if max(counts) == 2}

    def taken(piece: n.Notation) -> n.Notation:
        base = base_of(piece.base) if isinstance(piece, n.Scripts) else None
        if base is None or not isinstance(piece, n.Scripts):
            return piece
        if base.plain not in wide and not isinstance(piece.sub, n.Items):
            return piece
        match piece.sub:
            case n.Relation((letter, None), (":",)) if letter and index_key(letter):
                sub = n.Items((letter, n.Mark(":")), (",",), span=piece.sub.span)
            case n.Relation((None, letter), (":",)) if letter and index_key(letter):
                sub = n.Items((n.Mark(":"), letter), (",",), span=piece.sub.span)
            case n.Items(items) if (
                base.capital and STAR in items and any(index_key(item) for item in items)
            ):
                whole = tuple(n.Mark(":") if item == STAR else item for item in items)
                sub = replace(piece.sub, items=whole)
            case _:
                return piece
        return replace(piece, sub=sub)

    made = changed(document, taken)
    assert isinstance(made, n.Document)
    return made


def ranges(document: n.Document) -> n.Document:
    """The document with ranges that have no commas, `i = 1 \\ldots C`, written with them."""
    statements = tuple(_listed(statement) for statement in document.statements)
    return replace(document, statements=statements)


def _listed(statement: n.Statement) -> n.Statement:
    body = statement.body
    items = body.items if isinstance(body, n.Items) else (body,)
    made: list[n.Notation] = []
    for item in items:
        match item:
            case n.Relation((letter, n.Row((low, n.Ellipsis() as dots, high))), ("=",)) if (
                letter is not None and index_key(letter)
            ):
                made += [replace(item, operands=(letter, low)), dots, high]
            case _:
                made.append(item)
    if len(made) == len(items):
        return statement
    return replace(statement, body=n.Items(tuple(made), (",",) * (len(made) - 1), span=body.span))


def joined(document: n.Document, words: frozenset[str]) -> n.Document:
    """The document with the scripts of `Concat_i(x_i)` put on what it joins; `words` are its
    spellings."""

    def inside(piece: n.Notation) -> n.Notation:
        if not isinstance(piece, n.Row):
            return piece
        items = list(piece.items)
        for k in range(len(items) - 1):
            match items[k], items[k + 1]:
                case (
                    n.Scripts(n.Word(text) as word, sub, sup, 0),
                    n.Fence("(" | "[", _, body) as fence,
                ) if sub is not None and text in words:
                    each = n.Scripts(n.Word("each", "big"), sub, sup, span=items[k].span)
                    rest = body.items if isinstance(body, n.Row) else (body,)
                    items[k : k + 2] = [
                        word,
                        replace(fence, body=n.Row((each, *rest), span=body.span)),
                    ]
        return replace(piece, items=tuple(items))

    made = changed(document, inside)
    assert isinstance(made, n.Document)
    return made


def changed(value: Any, rule: Callable[[n.Notation], n.Notation]) -> Any:
    """Notation with every piece put through a rule, from the inside out."""
    if isinstance(value, tuple):
        made = tuple(changed(part, rule) for part in value)
        return value if all(a is b for a, b in zip(made, value, strict=True)) else made
    if not isinstance(value, n.Notation):
        return value
    new = {}
    for item in fields(value):
        if item.name != "span":
            old = getattr(value, item.name)
            if isinstance(old, tuple | n.Notation):
                made = changed(old, rule)
                if made is not old:
                    new[item.name] = made
    value = replace(value, **new) if new else value
    return rule(value)


def _joined(row: n.Row) -> n.Notation:
    """A row with each Delta joined to the letter after it."""
    if not any(isinstance(item, n.Letter) and item.text == DELTA for item in row.items):
        return row
    items: list[n.Notation] = []
    pending: n.Letter | None = None
    for item in row.items:
        if pending is not None:
            joined = _difference(pending, item)
            items += [pending, item] if joined is None else [joined]
            pending = None
        elif isinstance(item, n.Letter) and item.text == DELTA and not item.style:
            pending = item
        else:
            items.append(item)
    if pending is not None:
        items.append(pending)
    return items[0] if len(items) == 1 else n.Row(tuple(items), span=row.span)


def _difference(delta: n.Letter, after: n.Notation) -> n.Notation | None:
    span = delta.span | after.span
    match after:
        case n.Letter(text, style):
            return n.Letter(f"{DELTA}_{text}", style, span=span)
        case n.Accent(kind, body):
            inner = _difference(delta, body)
            return None if inner is None else n.Accent(kind, inner, span=span)
        case n.Scripts(base) if base_of(base) is not None:
            inner = _difference(delta, base)
            return None if inner is None else replace(after, base=inner, span=span)
    return None
