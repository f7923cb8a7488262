r"""What stands between the dots? `x_1 + \dots + x_n`, `[a_1; \dots; a_n]`, `1, 2, \dots, n`
written with an index.

In: notation with ellipses. Out: notation with a big operator in their place: Σ, Π, or `each`,
which stands for the terms of a list. What differs in more than one number is left as it is, and
refused where it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

from eq2code.read.names import base_of
from eq2code.trees import notation as n

LETTERS = "ijklmnpqrst"


class Ellipses:
    """Rewrites the lists of one source, each with an index letter that the source does not use."""

    def __init__(self, used: frozenset[str]) -> None:
        self.letters: Iterator[str] = (letter for letter in LETTERS if letter not in used)

    def document(self, document: n.Document) -> n.Document:
        """The document with every list written out by an index."""
        made = tuple(replace(s, body=self._statement(s.body)) for s in document.statements)
        return replace(document, statements=made)

    def _statement(self, body: n.Notation) -> n.Notation:
        if isinstance(body, n.Items):  # `k = 0, …, N - 1` is a range, no list
            return replace(body, items=tuple(self.change(item) for item in body.items))
        return self.change(body)

    def change(self, piece: n.Notation) -> n.Notation:
        """A piece with the lists inside it rewritten."""
        if isinstance(piece, n.Relation) and set(piece.operators) & {"∈", "∉"}:
            return piece
        if isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
            return piece
        new: dict[str, Any] = {}
        for item in fields(piece):
            old = getattr(piece, item.name)
            if item.name != "span" and isinstance(old, tuple | n.Notation):
                made = self._inside(old)
                if made is not old:
                    new[item.name] = made
        piece = replace(piece, **new) if new else piece
        match piece:
            case n.Sum(terms, signs) if _dotted(terms):
                return self._sum(piece, terms, signs)
            case n.Row(items) if _dotted(items):
                return self._row(piece, items)
            case n.Fence(_, _, n.Items(items, separators)) if _dotted(items):
                return replace(piece, body=self._items(piece.body, items, separators))
        return piece

    def _inside(self, value: Any) -> Any:
        if isinstance(value, n.Notation):
            return self.change(value)
        if isinstance(value, tuple):
            made = tuple(self._inside(part) for part in value)
            return value if all(a is b for a, b in zip(made, value, strict=True)) else made
        return value

    # --- the three kinds of list ------------------------------------------------------------------

    def _sum(
        self, piece: n.Sum, terms: tuple[n.Notation, ...], signs: tuple[str, ...]
    ) -> n.Notation:
        place = _dots(terms)
        first = _first_of(terms, place)
        if first is None or set(signs[first : place + 2]) != {"+"}:
            return piece
        whole = self._operator("sum", terms[first:place], terms[place + 1])
        if whole is None:
            return piece
        kept = (*terms[:first], whole, *terms[place + 2 :])
        left = (*signs[:first], "+", *signs[place + 2 :])
        return whole if len(kept) == 1 else replace(piece, terms=kept, signs=left)

    def _row(self, piece: n.Row, items: tuple[n.Notation, ...]) -> n.Notation:
        place = _dots(items)
        first = _first_of(items, place)
        if first is None or place + 2 < len(items):
            return piece
        whole = self._operator("prod", items[first:place], items[place + 1])
        if whole is None:
            return piece
        return whole if not first else n.Row((*items[:first], whole), span=piece.span)

    def _items(
        self, piece: n.Notation, items: tuple[n.Notation, ...], separators: tuple[str, ...]
    ) -> n.Notation:
        place = _dots(items)
        if place + 1 >= len(items):
            return piece
        numbers = self._progression(items, place)
        if numbers is not None:
            return numbers
        first = _first_of(items, place)
        if first is None:
            return piece
        whole = self._operator("each", items[first:place], items[place + 1])
        if whole is None:
            return piece
        kept = (*items[:first], whole, *items[place + 2 :])
        between = (*separators[:first], *separators[place + 1 :])
        return whole if len(kept) == 1 else n.Items(kept, between, span=piece.span)

    def _operator(
        self, name: str, terms: tuple[n.Notation, ...], last: n.Notation
    ) -> n.Notation | None:
        """The big operator over terms that differ in one number."""
        pair = _difference(terms[0], last)
        letter = next(self.letters, None)
        if pair is None or letter is None:
            return None
        low, high = pair
        for k, term in enumerate(terms):
            number = n.Number(str(int(low.text) + k))
            if term != _filled(terms[0], low, number, last):
                return None
        index = n.Letter(letter)
        body = _filled(terms[0], low, index, last)
        span = terms[0].span | last.span
        head = n.Scripts(n.Word(name, "big"), n.Relation((index, low), ("=",)), high, span=span)
        return n.Row((head, *(body.items if isinstance(body, n.Row) else (body,))), span=span)

    def _progression(self, items: tuple[n.Notation, ...], place: int) -> n.Notation | None:
        """`1, 2, …, n`: numbers that go on by one step."""
        letter = next(self.letters, None)
        if letter is None or not all(_numeric(item) for item in items[:place] + items[place + 1 :]):
            return None
        runs = (pairwise(items[:place]), pairwise(items[place + 1 :]))
        steps = [_step(a, b) for run in runs for a, b in run]
        if not steps or None in steps or len(set(steps)) != 1 or not steps[0]:
            return None
        step = int(steps[0] or 0)
        first, last = items[0], items[-1]
        span = first.span | last.span
        long: n.Notation = n.Sum((last, n.Fence("(", ")", first)), ("+", "-"), span=span)
        if step < 0:
            long = n.Sum((first, n.Fence("(", ")", last)), ("+", "-"), span=span)
        if abs(step) > 1:
            long = n.Fraction(long, n.Number(str(abs(step))), span=span)
        index = n.Letter(letter)
        head = n.Scripts(n.Word("each", "big"), n.Relation((index, n.Number("0")), ("=",)), long)
        count: n.Notation = index if abs(step) == 1 else n.Row((n.Number(str(abs(step))), index))
        body = n.Fence("(", ")", n.Sum((first, count), ("+", "+" if step > 0 else "-")))
        return n.Row((head, body), span=span)


def _dotted(items: tuple[n.Notation, ...]) -> bool:
    return sum(isinstance(item, n.Ellipsis) for item in items) == 1


def _dots(items: tuple[n.Notation, ...]) -> int:
    return next(k for k, item in enumerate(items) if isinstance(item, n.Ellipsis))


def _first_of(items: tuple[n.Notation, ...], place: int) -> int | None:
    """Where the terms that the dots continue begin."""
    if not 0 < place < len(items) - 1:
        return None
    last = items[place + 1]
    first = place
    while first and _difference(items[first - 1], last) is not None:
        first -= 1
    return first if first < place else None


def _difference(first: n.Notation, last: n.Notation) -> tuple[n.Number, n.Notation] | None:
    """The number of the first term and what stands in its place in the last; None if more
    differs."""
    pairs: list[tuple[n.Notation, n.Notation]] = []
    _compare(first, last, pairs)
    if not pairs or any(pair != pairs[0] for pair in pairs):
        return None
    low, high = pairs[0]
    return (low, high) if isinstance(low, n.Number) and low.text.isdigit() else None


def _compare(first: Any, last: Any, pairs: list[tuple[n.Notation, n.Notation]]) -> None:
    if first == last:
        return
    if isinstance(first, n.Number) and isinstance(last, n.Notation):
        pairs.append((first, last))
    elif isinstance(first, n.Notation) and type(first) is type(last):
        for item in fields(first):
            if item.name != "span":
                _compare(getattr(first, item.name), getattr(last, item.name), pairs)
    elif isinstance(first, tuple) and isinstance(last, tuple) and len(first) == len(last):
        for a, b in zip(first, last, strict=True):
            _compare(a, b, pairs)
    else:
        nothing = n.Text("")
        pairs.append((nothing, nothing))


def _filled(term: Any, low: n.Number, index: n.Notation, last: Any) -> Any:
    """The term with `index` where its number differs from the last term."""
    if term == last:
        return term
    if term == low and isinstance(last, n.Notation):
        return replace(index, span=term.span)
    if isinstance(term, tuple) and isinstance(last, tuple):
        return tuple(_filled(a, low, index, b) for a, b in zip(term, last, strict=True))
    if isinstance(term, n.Notation):
        new = {
            item.name: _filled(getattr(term, item.name), low, index, getattr(last, item.name))
            for item in fields(term)
            if item.name != "span"
        }
        return replace(term, **new)
    return term


def _numeric(piece: n.Notation) -> bool:
    """Whether a term is a number or an expression of sizes."""
    match piece:
        case n.Number():
            return True
        case n.Letter(text, ""):
            return len(text) == 1
        case n.Sum(terms):
            return all(_numeric(term) for term in terms)
        case n.Row(items) | n.Product(items):
            return all(_numeric(item) for item in items)
        case n.Fence("(", ")", body):
            return _numeric(body)
        case n.Fraction(top, bottom):
            return _numeric(top) and isinstance(bottom, n.Number)
    return False


def _step(before: n.Notation, after: n.Notation) -> int | None:
    a, b = _whole(before), _whole(after)
    return None if a is None or b is None else b - a


def _whole(piece: n.Notation) -> int | None:
    match piece:
        case n.Number(text) if text.isdigit():
            return int(text)
        case n.Sum((n.Number(text),), ("-",)) if text.isdigit():
            return -int(text)
    return None
