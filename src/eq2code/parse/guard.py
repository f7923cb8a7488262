"""May this text be parsed at all? Checks of raw text, before anything is built from it."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from eq2code.errors import ParseError, TooDeepError, TooLargeError
from eq2code.limits import Limits
from eq2code.parse.characters import INVISIBLE, named
from eq2code.source import Span

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = (
    "\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_REFUSED = re.compile(f"[{_BIDI}{_CONTROL}]")
_BRACKET = re.compile(r"[(\[{]|[)\]}]|\\begin(?![A-Za-z])|\\end(?![A-Za-z])")
_ESCAPES = {"\x07": "a", "\x08": "b", "\x0b": "v", "\x0c": "f"}


def guard(text: str, limits: Limits) -> tuple[str, ...]:
    """Refuse what is too long, too deep or deceptive; the result is what to warn of.

    Runs in linear time.
    """
    if not isinstance(text, str):
        raise TypeError(f"the source must be a str, not {type(text).__name__}")
    if len(text) > limits.characters:
        raise TooLargeError(
            f"the source has {len(text):,} characters; at most {limits.characters:,} are read",
            hints=("translate its equations one by one",),
        )
    refused = _REFUSED.search(text)
    if refused:
        raise _refusal(refused)
    _measure(text, limits)
    return () if text.isascii() else _hidden(text)


def _refusal(found: re.Match[str]) -> ParseError:
    character, span = found.group(), Span(*found.span())
    if character in _ESCAPES:
        return ParseError(
            f"a control character, U+{ord(character):04X}, stands here",
            span,
            hints=(
                f'in Python, write the source as r"…": otherwise "\\{_ESCAPES[character]}" is one',
            ),
        )
    if re.match(f"[{_BIDI}]", character):
        return ParseError(
            f"{named(character)} changes the direction of reading, so that the source is not what"
            " it looks like",
            span,
            hints=("delete it",),
        )
    return ParseError(
        f"U+{ord(character):04X} is a control character, no notation", span, hints=("leave it out",)
    )


def _measure(text: str, limits: Limits) -> None:
    """Hold the nesting of brackets against the limit; closers without an opener count nothing."""
    signs = _signs(limits.depth + 1).search(text)
    if signs:
        raise too_deep(limits, Span(*signs.span()))
    depth = 0
    for place, sign in enumerate(_BRACKET.findall(text)):
        if sign in "([{" or sign == "\\begin":
            depth += 1
            if depth > 2 * limits.depth:  # \begin{x} is two
                found = next(islice(_BRACKET.finditer(text), place, None))
                raise too_deep(limits, Span(*found.span()))
        elif depth:
            depth -= 1


@cache
def _signs(count: int) -> re.Pattern[str]:
    """That many signs in a row."""
    return re.compile(rf"(?:[-+−±¬√]\s*){{{count}}}")


def too_deep(limits: Limits, span: Span) -> TooDeepError:
    """The error for nesting beyond the limit."""
    return TooDeepError(
        f"the notation nests deeper than {limits.depth} here",
        span,
        hints=("define the inner parts by names of their own",),
    )


def _hidden(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(re.findall(f"[{''.join(sorted(INVISIBLE))}]", text))
    return tuple(f"{named(character)}, which cannot be seen, was dropped" for character in found)
