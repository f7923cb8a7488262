r"""What do experts write as one sign? Notation is brought to one form before anything is named.

`\Delta x` is one symbol, unless `\Delta` is declared by itself.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from eq2code.read.names import base_of
from eq2code.trees import notation as n

DELTA = "Delta"


def normal(document: n.Document, known: frozenset[str]) -> n.Document:
    """The document with differences joined to their letter; the same object where there are none."""
    if DELTA in known:
        return document
    changed = _changed(document)
    assert isinstance(changed, n.Document)
    return changed


def _changed(value: Any) -> Any:
    if isinstance(value, tuple):
        made = tuple(_changed(part) for part in value)
        return value if all(a is b for a, b in zip(made, value, strict=True)) else made
    if not isinstance(value, n.Notation):
        return value
    new = {}
    for item in fields(value):
        if item.name != "span":
            old = getattr(value, item.name)
            if isinstance(old, tuple | n.Notation):
                made = _changed(old)
                if made is not old:
                    new[item.name] = made
    value = replace(value, **new) if new else value
    return _joined(value) if isinstance(value, n.Row) else value


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
