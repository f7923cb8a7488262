"""Why can this sign not stand here? The grammar's refusals, in the words of mathematics."""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.errors import ParseError
from eq2code.parse import tokens as t
from eq2code.parse.tokens import Token
from eq2code.source import Span, whole

_INFIX = frozenset({t.OP, t.REL, t.AND, t.OR, t.SIGN})
_CLOSERS = frozenset({t.CLOSE, t.ENDGROUP, t.ROPT, t.ENDGRID, t.AMP, t.NEWROW, t.SEP, t.END})
_SHOWN = {
    t.FRACTION: "\\frac", t.BINOMIAL: "\\binom", t.ROOT: "the root", t.ROOTSIGN: "√", t.AMP: "&",
    t.NEWROW: "\\\\", t.OVER: "\\over", t.CHOOSE: "\\choose", t.EVALUATED: "|",
    t.BELOW: "\\underset", t.ABOVE: "\\overset", t.GRID: "the rows", t.ENDGRID: "\\end",
    t.ACCENT: "the accent",
}  # fmt: skip


_MISSING = "write what is missing there, or leave the sign out"

_PAIRED = {
    t.FRACTION: "\\frac{a}{b}", t.BINOMIAL: "\\binom{n}{k}", t.BELOW: "\\underset{a}{b}",
    t.ABOVE: "\\overset{a}{b}",
}  # fmt: skip
"""Commands that take two arguments, and how they are written."""


def complain(text: str, tokens: Sequence[Token], place: int) -> ParseError:
    """The error for the token at `place`, which does not fit behind the ones before."""
    lone = _lone_argument(text, tokens, place)
    if lone is not None:
        return lone
    before = tokens[place - 1] if place else None
    token = tokens[place] if place < len(tokens) else None
    kind = token.kind if token is not None else t.END
    if before is not None and before.kind == t.GROUP and kind == t.ENDGROUP and token is not None:
        return ParseError(
            "nothing stands in these braces", before.span | token.span,
            hints=("write what belongs there, or leave them out",),
        )  # fmt: skip
    if before is not None and kind in _CLOSERS | _INFIX:
        return _unfinished(before, token)
    if token is None:
        return ParseError("there is no formula here", hints=("write one: y = W x + b",))
    if kind in (t.SUB, t.SUP):
        return behind_nothing(token)
    if kind in _INFIX | {t.SEP, t.COLON}:
        return ParseError(
            f"nothing stands in front of this {_show(token)}", token.span, hints=(_MISSING,)
        )
    if kind == t.EVALUATED:
        return ParseError(
            "this | needs a subscript, or a partner", token.span, hints=("|x|, or f(x)|_{x=0}",)
        )
    if before is None:
        return ParseError(
            f"a formula cannot begin with {_show(token)}", token.span, hints=(_MISSING,)
        )
    return ParseError(
        f"{_show(token)} cannot stand behind {_show(before)}", token.span, hints=(_MISSING,)
    )


def behind_nothing(script: Token) -> ParseError:
    """The error for a script that no symbol has."""
    return ParseError(
        f"this {script.text} stands behind nothing",
        script.span,
        hints=(f"write the symbol in front of it: x{script.text}2",),
    )


def _lone_argument(text: str, tokens: Sequence[Token], place: int) -> ParseError | None:
    r"""`\frac{a} + b`: of two arguments stands one."""
    start, depth = place - 1, 0
    while start > 0:
        depth += (tokens[start].kind == t.ENDGROUP) - (tokens[start].kind == t.GROUP)
        if not depth:
            break
        start -= 1
    command = tokens[start - 1] if start > 0 else None
    if command is None or command.kind not in _PAIRED or tokens[start].kind in _CLOSERS | _INFIX:
        return None
    return ParseError(
        f"{_show(command)} takes two arguments, and has one",
        whole(text, command.span | tokens[place - 1].span),
        hints=(f"write {_PAIRED[command.kind]}",),
    )


def _unfinished(before: Token, token: Token | None) -> ParseError:
    """Something was still to come behind `before`."""
    span = before.span if token is None else Span(before.start, max(token.end, before.end))
    if before.kind in _INFIX | {t.SEP}:
        return ParseError(
            f"nothing stands behind this {_show(before)}", before.span, hints=(_MISSING,)
        )
    if before.kind in (t.SUB, t.SUP):
        return ParseError(
            f"this {before.text} raises or lowers nothing",
            before.span,
            hints=(f"write what belongs to it behind it: x{before.text}2",),
        )
    if before.kind in (t.OPEN, t.GROUP, t.LOPT):
        return ParseError(f"nothing stands behind this {before.text}", span, hints=(_MISSING,))
    if token is None:
        return ParseError(
            f"the formula ends too early: {_show(before)} needs an argument", before.span,
            hints=(_MISSING,),
        )  # fmt: skip
    return ParseError(
        f"{_show(token)} cannot stand behind {_show(before)}", token.span, hints=(_MISSING,)
    )


def _show(token: Token) -> str:
    return _SHOWN.get(token.kind, token.text or token.kind.lower())
