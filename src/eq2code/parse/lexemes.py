r"""What are the smallest pieces of the text? Lexemes: commands, runs of letters, numbers, signs.

A lexeme is (kind, text, start, end, gap); `gap` says what stood before it: 0 nothing, 1 space, 2 a
line break, 3 an empty line. Spaces and comments are no lexemes. Kinds: C a command (text without
the backslash), E a backslash and one character, R a run of letters, N a number, D an ellipsis of
dots, X the end of a row `\\`, S a dollar sign, L a line break of plain text, P two characters that
are one sign, O any other character.
"""

from __future__ import annotations

import re
from functools import cache

Lexeme = tuple[str, str, int, int, int]

_INVISIBLE = "\u200b\u200c\u200d\ufeff\u00ad\u2060\u180e\ufe0e\ufe0f\u2061\u2062"
_BLANK = "\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\r" + _INVISIBLE
_MARK = "\u0300-\u036f\u20d0-\u20f0"
_SCALED = r"(?:1|[0-9]*\.[0-9]+)[eE][+-][0-9]+(?=[A-Za-z])"  # 1e-3x: nobody writes 1 times e
_DIGITS = r"(?:[0-9]+(?:\{,\}[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)"
_NUMBER = rf"(?:{_SCALED}|{_DIGITS}(?:[eE][+-]?[0-9]+(?![A-Za-z0-9.]))?)"

_LATEX = rf"""(?xs)(?>[{_BLANK}\n]|%[^\n]*+\n?)*+(?:
    \\(?P<C>[A-Za-z]+)
    |(?P<R>[A-Za-z]+(?![{_MARK}]))
    |(?P<N>{_NUMBER})
    |\\\\(?P<X>\*?(?:\[[ ]*-?[0-9.]+[ ]*[a-z]{{2}}[ ]*\])?)
    |\\(?P<E>.)
    |(?P<D>\.\.\.)
    |(?P<S>\$\$?)
    |(?P<P>:=|\|\||<=|>=|==)
    |(?P<O>.)
    |(?P<Z>\Z)
    )"""

_PLAIN = rf"""(?xs)(?>[{_BLANK}]|\#\ [^\n]*+)*+(?:
    (?P<R>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*(?![{_MARK}A-Za-z0-9]))
    |(?P<N>{_NUMBER})
    |(?P<L>\n[{_BLANK}\n]*)
    |(?P<D>\.\.\.?)
    |(?P<P>:=|\|\||<=|>=|!=|==|\*\*|->|=>|&&|<-(?=\s))
    |(?P<O>.)
    |(?P<Z>\Z)
    )"""


_BACKSLASHES = {"C": 1, "E": 1, "X": 2}
"""How many stand before the text of a lexeme."""


def latex_lexemes(text: str) -> list[Lexeme]:
    r"""The lexemes of LaTeX.

    >>> [lexeme[1] for lexeme in latex_lexemes(r"\frac12 x_{ij}")]
    ['frac', '12', 'x', '_', '{', 'ij', '}']
    """
    return _lexemes(_LATEX, text)


def plain_lexemes(text: str) -> list[Lexeme]:
    """The lexemes of plain text.

    >>> [lexeme[1] for lexeme in plain_lexemes("max_iter <= 2 d")]
    ['max_iter', '<=', '2', 'd']
    """
    return _lexemes(_PLAIN, text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A source is in one notation: the other's pattern is not compiled."""
    return re.compile(pattern)


def _lexemes(pattern: str, text: str) -> list[Lexeme]:
    found: list[Lexeme] = []
    add = found.append
    before = 0
    lines = "\n" in text
    for match in _compiled(pattern).finditer(text):
        kind, group = match.lastgroup, match.lastindex
        assert kind is not None
        assert group is not None
        if kind == "Z":
            break
        start, end = match.span(group)
        content = text[start:end]
        if kind in _BACKSLASHES:
            start -= _BACKSLASHES[kind]
        gap = 1 if start > before else 0
        if gap and lines:
            breaks = text.count("\n", before, start)
            gap = min(breaks, 2) + 1
        add((kind, content, start, end, gap))
        before = end
    return found
