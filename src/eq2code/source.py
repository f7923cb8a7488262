"""Where in the text? A span of the source as written, and lines with a caret under it."""

from __future__ import annotations

import re
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of characters of the source as the user typed it."""

    start: int
    end: int

    def __or__(self, other: Span) -> Span:
        """The smallest span that covers both."""
        if self is NOWHERE:
            return other
        if other is NOWHERE:
            return self
        start = self.start if self.start < other.start else other.start
        return Span(start, self.end if self.end > other.end else other.end)


NOWHERE = Span(-1, -1)

_PAIRS = {")": "(", "]": "[", "}": "{"}
_COMMAND = re.compile(r"\\[A-Za-z]+\s*$")
_SIZED = re.compile(r"\\(?:left|[bB]igg?l?)\s*$")
_REACH, _MOST = 10_000, 16


def whole(text: str, span: Span) -> Span:
    r"""The span, grown until it cuts through no bracket; a command before its brace belongs to it.

    >>> whole(r"\mathrm{tr}(A)", Span(8, 13))
    Span(start=0, end=14)
    """
    if span == NOWHERE:
        return span
    start, end = span
    open_: list[str] = []
    closed = 0
    for character in text[start:end]:
        if character in _PAIRS.values():
            open_.append(character)
        elif character in _PAIRS and open_ and open_[-1] == _PAIRS[character]:
            open_.pop()
        elif character in _PAIRS and closed < _MOST:
            closed += 1
            before = _opening(text, start, _PAIRS[character], character)
            start = start if before is None else before
    if len(open_) > _MOST or start == end:
        return span
    for bracket in reversed(open_):
        after = _closing(text, end, bracket)
        end = end if after is None else after
    if start < span.start:
        command = (_COMMAND if text[start] == "{" else _SIZED).search(
            text, max(0, start - 32), start
        )
        start = command.start() if command else start
    return Span(start, end)


def _opening(text: str, end: int, bracket: str, closing: str) -> int | None:
    depth = 1
    for place in range(end - 1, max(end - _REACH, 0) - 1, -1):
        depth += (text[place] == closing) - (text[place] == bracket)
        if not depth:
            return place
    return None


def _closing(text: str, start: int, bracket: str) -> int | None:
    closing = next(last for last, first in _PAIRS.items() if first == bracket)
    depth = 1
    for place in range(start, min(start + _REACH, len(text))):
        depth += (text[place] == bracket) - (text[place] == closing)
        if not depth:
            return place + 1
    return None
