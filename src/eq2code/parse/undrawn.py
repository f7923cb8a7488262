r"""Which groups draw no bracket? Their content is read as if they were not there.

`{…}`, `\underbrace{…}_{…}`, `\textcolor{red}{…}` and `\left. … \right.` are not seen in print, and
`\left( … \right. \\ \left. … \right)` is one bracket, broken over two lines. In: tokens of `latex`.
Out: the same without those groups, but for arguments, what carries scripts, and single pieces. A
sum in braces beside a factor or behind a minus is read one way in print and another in the source,
and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.errors import AmbiguousError, ParseError
from eq2code.parse import symbols
from eq2code.parse import tokens as t
from eq2code.parse.tokens import Token

_PARTNERS = {t.OPEN: t.CLOSE, t.GROUP: t.ENDGROUP, t.LOPT: t.ROPT, t.BEGIN: t.FINISH}
_CLOSERS = frozenset(_PARTNERS.values())
_SCRIPTS = frozenset({t.SUB, t.SUP, t.PRIME, t.BANG})
_INFIX = frozenset({t.SIGN, t.OP, t.REL, t.COLON})
_OPERANDS = frozenset(
    {t.ATOM, t.RUN, t.SIGMA, t.OPEN, t.GROUP, t.CLOSE, t.ENDGROUP, t.BAR, t.ROOT, t.ROOTSIGN,
     t.FRACTION, t.BINOMIAL, t.ACCENT, t.BELOW, t.ABOVE, t.PRIME, t.BANG}
)  # fmt: skip
_BRACKETS = frozenset({t.OPEN, t.CLOSE, t.GROUP})
ARGUMENT = "argument"  # the style of a group that a command or a script takes


def without_undrawn(tokens: list[Token]) -> list[Token]:
    """The tokens without the groups that print nothing."""
    brackets = [token for token in tokens if token.kind in _BRACKETS]
    if not any(_is_undrawn(token) or _is_blank(token) for token in brackets):
        return tokens
    mates = _mates(tokens)
    if mates is None:
        return tokens  # what does not match is complained of where brackets are matched
    broken = _broken(tokens, mates)
    if broken:
        tokens = [token for place, token in enumerate(tokens) if place not in broken]
        mates = _mates(tokens)
        assert mates is not None
    _check_halves(tokens, mates)
    return _spliced(tokens)


def _is_undrawn(token: Token) -> bool:
    """Whether a token opens a group of braces that no command or script takes."""
    return token.kind == t.GROUP and token.style != ARGUMENT


def _is_blank(token: Token) -> bool:
    r"""Whether a token is `\left.` or `\right.`."""
    return token.kind in (t.OPEN, t.CLOSE) and not token.text


def _mates(tokens: Sequence[Token]) -> dict[int, int] | None:
    """For each opener the place where it closes; None where they do not match."""
    mates: dict[int, int] = {}
    stack: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in _PARTNERS:
            stack.append(place)
        elif token.kind in _CLOSERS:
            if not stack or _PARTNERS[tokens[stack[-1]].kind] != token.kind:
                return None
            mates[stack.pop()] = place
    return None if stack else mates


# --- brackets broken over lines -------------------------------------------------------------------


class _Half:
    r"""A drawn bracket that `\right.` closes at `end`, for now; `halves` are those inside it."""

    __slots__ = ("end", "halves", "opener")

    def __init__(self, opener: Token) -> None:
        self.opener = opener
        self.end = -1
        self.halves: list[_Half] = []


def _broken(tokens: Sequence[Token], mates: dict[int, int]) -> set[int]:
    r"""The places of each `\right.` and `\left.` between two halves of one bracket."""
    dropped: set[int] = set()
    levels = [_Half(Token(t.OPEN, "", 0, 0))]
    for place, token in enumerate(tokens):
        if token.kind in _PARTNERS:
            halves = levels[-1].halves
            if halves and _is_blank(token) and _goes_on(halves[-1], tokens[mates[place]]):
                half = halves.pop()
                dropped |= {half.end, place}
                levels.append(half)
            else:
                levels.append(_Half(token))
        elif token.kind in _CLOSERS:
            half = levels.pop()
            if _is_blank(token) and half.opener.text:
                half.end = place
                levels[-1].halves.append(half)
    return dropped


def _check_halves(tokens: Sequence[Token], mates: dict[int, int]) -> None:
    r"""Refuse a bracket that is drawn on one side alone, but for `\left\{` before rows of values
    and `\right|` with its place below."""
    for start, end in mates.items():
        opener, closer = tokens[start], tokens[end]
        if opener.kind != t.OPEN or _is_blank(opener) == _is_blank(closer):
            continue
        if any(token.kind == t.BEGIN for token in tokens[start:end]):
            continue
        if closer.text == "|" and [x.kind for x in tokens[end + 1 : end + 2]] == [t.SUB]:
            continue
        drawn = closer if _is_blank(opener) else opener
        raise ParseError(
            f"this {drawn.text} has no partner",
            drawn.span,
            hints=(r"\left( … \right. \\ \left. … \right) is one bracket over two lines",),
        )


def _goes_on(half: _Half, closer: Token) -> bool:
    """Whether a bracket goes on behind a `\\left.` that closes with `closer`."""
    return not closer.text or closer.text in symbols.PARTNERS.get(half.opener.text, "")


# --- groups ---------------------------------------------------------------------------------------


def _spliced(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, each undrawn group in the place of its content; the innermost first."""
    out: list[Token] = []
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in _PARTNERS:
            opened.append(len(out))
        elif token.kind in _CLOSERS:
            start = opened.pop()
            opener = out[start]
            if (_is_undrawn(opener) or (_is_blank(opener) and _is_blank(token))) and _vanishes(
                out, start, token, _ahead(tokens, place + 1)
            ):
                del out[start]
                continue
        out.append(token)
    return out


def _ahead(tokens: Sequence[Token], place: int) -> Token | None:
    """What follows in print: the first sign inside of an undrawn group."""
    while place < len(tokens):
        token = tokens[place]
        if token.kind != t.BREAK and not _is_undrawn(token) and not _is_blank(token):
            return token
        place += 1
    return None


def _vanishes(out: Sequence[Token], start: int, closer: Token, after: Token | None) -> bool:
    """Whether the group at `start` is read as if it were not there; refused where that is not
    said."""
    content = _own(out[start + 1 :])
    if not content or (after is not None and after.kind in _SCRIPTS):
        return False
    if any(token.kind in (t.OVER, t.CHOOSE) for token in content) or waits(out, start):
        return False
    before = next((x for x in reversed(out[:start]) if x.kind != t.BREAK), None)
    leads, trails = content[0].kind in _INFIX, content[-1].kind in _INFIX
    left = "" if before is None else before.kind
    right = "" if after is None else after.kind
    follows = left in _OPERANDS and not _opens(before) and not _within(out, start, before)
    followed = right in _OPERANDS and not _closes(after) and not _within(out, start, after)
    followed = followed and not trails
    summed = any(map(_adds, content, content[1:-1]))
    if leads and left in (t.SIGN, t.OP) and not summed:
        return False  # a - {-b}
    minus = left == t.SIGN and before is not None and before.text != "+"
    factor = left == t.OP or (right == t.OP and not trails) or followed or (follows and not leads)
    if summed and (minus or factor) and not any(x.kind == t.REL for x in content):
        raise AmbiguousError(
            "a sum stands in braces, which are not printed",
            out[start].span | closer.span,
            readings=("the sum as in a bracket", "what is printed: a sum without a bracket"),
            hints=("write a bracket: (a + b) c; or leave the braces out",),
        )
    if any(x.kind in (t.SEP, t.REL, t.NEWROW, t.AMP) for x in content):
        return not (follows or followed) or any(x.kind == t.REL for x in content)
    return summed or leads or trails or not (follows or followed)


def _own(inside: Sequence[Token]) -> list[Token]:
    """The tokens of a group that stand in none of its brackets, those brackets at their ends."""
    own: list[Token] = []
    depth = 0
    for token in inside:
        depth -= token.kind in _CLOSERS
        if not depth and token.kind != t.BREAK:
            own.append(token)
        depth += token.kind in _PARTNERS
    return own


def _adds(before: Token, sign: Token) -> bool:
    """Whether a sign stands between two terms."""
    return sign.kind == t.SIGN and before.kind in _OPERANDS and before.style != "op"


def _opens(token: Token | None) -> bool:
    return token is not None and token.kind in (t.OPEN, t.GROUP)


def _closes(token: Token | None) -> bool:
    return token is not None and token.kind in (t.CLOSE, t.ENDGROUP)


def _within(out: Sequence[Token], start: int, bar: Token | None) -> bool:
    """Whether a bar beside the group at `start` opens or closes a pair round it."""
    if bar is None or bar.kind != t.BAR:
        return False
    depth = count = 0
    for token in reversed(out[:start]):
        depth += (token.kind in _CLOSERS) - (token.kind in _PARTNERS)
        if depth < 0 or (not depth and token.kind in (t.REL, t.NEWROW)):
            break
        count += not depth and token.kind == t.BAR and token.text == bar.text
    return count % 2 == 1


def waits(out: Sequence[Token], start: int) -> bool:
    r"""Whether a function or Σ in front takes the group as its argument: `\log{x + y}`."""
    place = start - 1
    while place > 0:
        first = place
        if out[place].kind == t.ENDGROUP:
            first = _opening(out, place)
        scripted = first > 0 and out[first - 1].kind in (t.SUB, t.SUP)
        if not scripted or out[place].kind in _PARTNERS:
            break
        place = first - 2
    return place >= 0 and out[place].kind in (t.ATOM, t.SIGMA) and out[place].style == "op"


def _opening(out: Sequence[Token], place: int) -> int:
    """Where the group that closes at `place` opens."""
    depth = 0
    while place >= 0:
        depth += (out[place].kind == t.ENDGROUP) - (out[place].kind == t.GROUP)
        if not depth:
            return place
        place -= 1
    return place
