"""How does an error look? A sentence, the place under the source as typed, reasons, the way out.

In: a message, a span and the source. Out: text for a terminal, a notebook or a log. Nothing of the
source reaches the output unescaped: control characters, bidirectional marks and the like are
written as their escapes, so that what is shown is what is there.
"""

from __future__ import annotations

import re
import unicodedata

from eq2code.record import record
from eq2code.source import NOWHERE, Span

WIDTH = 200
"""Characters of one source line that are shown; a longer line is cut round the place."""

LINES = 3
"""Lines of the source that are shown for one place."""

_BREAK = re.compile(r"\r\n|\r|\n")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@record
class Line:
    """One line of the source: its number from 1, where it starts, its text without the break."""

    number: int
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends, before the break."""
        return self.start + len(self.text)


def lines(source: str) -> list[Line]:
    """The lines of `source`; only line feeds and carriage returns break one."""
    found: list[Line] = []
    start = 0
    for break_ in _BREAK.finditer(source):
        found.append(Line(len(found) + 1, start, source[start : break_.start()]))
        start = break_.end()
    return [*found, Line(len(found) + 1, start, source[start:])]


def place(source: str, span: Span) -> tuple[int, int]:
    """Line and column of the span's start, both from 1."""
    line = _touched(source, span)[0]
    return line.number, span.start - line.start + 1


def visible(character: str) -> str:
    r"""The character as it may be printed: a tab is a space, what cannot be seen is its escape.

    >>> visible("x"), visible("\t"), visible("\x1b"), visible("\u202e")
    ('x', ' ', '\\x1b', '\\u202e')
    """
    if character == "\t":
        return " "
    if unicodedata.category(character) in _HIDDEN:
        return character.encode("unicode_escape").decode("ascii")
    return character


def escape(text: str) -> str:
    """`text` with every character made visible; line feeds stay."""
    return "".join(c if c == "\n" else visible(c) for c in text)


def columns(text: str) -> int:
    """How many cells of a terminal `text` takes: wide characters two, combining ones none."""
    return sum(_cells(c) for c in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Mn":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def marked(source: str, span: Span) -> list[str]:
    """The source's lines that `span` touches, each with carets below the part that is meant."""
    touched = _touched(source, span)
    shown = [row for line in touched[:LINES] for row in _mark(line, span)]
    return [*shown, "…"] if len(touched) > LINES else shown


def _touched(source: str, span: Span) -> list[Line]:
    start = min(max(span.start, 0), len(source))
    end = max(start, min(span.end, len(source)))
    every = lines(source)
    inside = [line for line in every if line.start < end and line.end > start and line.text.strip()]
    if inside:
        return inside
    return [next(line for line in reversed(every) if line.start <= start)]


def _mark(line: Line, span: Span) -> tuple[str, str]:
    start = min(max(span.start - line.start, 0), len(line.text))
    end = min(max(span.end - line.start, start), len(line.text))
    if (
        start == 0 and span.start < line.start
    ):  # a later line of the span: leave its margin unmarked
        start = len(line.text) - len(line.text.lstrip())
    left, right = _window(len(line.text), start, end)
    before = ("…" if left else "") + escape(line.text[left:start])
    meant = escape(line.text[start : min(end, right)])
    after = escape(line.text[min(end, right) : right]) + ("…" if right < len(line.text) else "")
    carets = " " * columns(before) + "^" * max(columns(meant), 1)
    return before + meant + after, carets


def _window(length: int, start: int, end: int) -> tuple[int, int]:
    """The part of a long line to show: the whole where it fits, else what lies round the place."""
    if length <= WIDTH:
        return 0, length
    middle = min((start + end) // 2, start + WIDTH // 2)
    left = min(max(middle - WIDTH // 2, 0), length - WIDTH)
    return left, left + WIDTH


def render(
    message: str,
    *,
    span: Span = NOWHERE,
    source: str = "",
    because: tuple[str, ...] = (),
    hints: tuple[str, ...] = (),
    readings: tuple[str, ...] = (),
) -> str:
    """The whole report: sentence, place, reasons, readings, help."""
    placed = span != NOWHERE and bool(source)
    rows: list[str] = []
    if placed:
        number, column = place(source, span)
        first, *rest = escape(message).split("\n")
        rows += [f"line {number}, column {column}: {first}", ""]
        rows += [f"    {row}" for row in marked(source, span)]
        rows += rest
    else:
        rows += escape(message).split("\n")
    rows += _list("    because ", because)
    rows += [row for n, text in enumerate(readings, 1) for row in _list(f"    {n}  ", (text,))]
    rows += _list("    help: ", hints)
    return "\n".join(row.rstrip() for row in rows)


def _list(label: str, texts: tuple[str, ...]) -> list[str]:
    rows: list[str] = []
    for text in texts:
        first, *rest = escape(text).split("\n")
        rows += [label + first, *(" " * len(label) + row for row in rest)]
    return rows


def otherwise(instead: str, argument: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> str:
    """How to choose the other reading: what it is, and the arguments of `translate` that give it.

    >>> otherwise("x is a number", (("shapes", (("x", ""),)),))
    'x is a number: shapes={"x": ""}'
    """
    texts = [
        f"{keyword}={{{', '.join(f'{_quoted(k)}: {_quoted(v)}' for k, v in pairs)}}}"
        for keyword, pairs in argument
    ]
    return f"{instead or 'otherwise'}: {', '.join(texts)}"


def _quoted(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'
