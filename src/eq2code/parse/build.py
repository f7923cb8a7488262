"""What tree does a rule of the grammar make? One small function for each arrow in `grammars/`.

Lists grow in a `Parts`, which a closing action turns into a node; so a sum of ten thousand terms
costs ten thousand appends. A group of braces in LaTeX is closed before it meets its neighbours: it
stays a node of its own, unless it holds one piece, and then it is that piece.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from eq2code.errors import AmbiguousError, ParseError, UnsupportedError
from eq2code.parse.tokens import Token
from eq2code.source import Span
from eq2code.trees.notation import (
    Accent,
    Binomial,
    Evaluated,
    Fence,
    Fraction,
    Grid,
    Items,
    Letter,
    Logic,
    Mark,
    Notation,
    Number,
    Product,
    Relation,
    Root,
    Row,
    Scripts,
    Sum,
    Word,
)

_THOUSANDS = re.compile(r"0[0-9]{2}(?:\.[0-9]+)?")


class Parts:
    """A list that is still growing: pieces, and the signs between or before them."""

    __slots__ = ("end", "pieces", "signs", "start")

    def __init__(self, pieces: list[Any], signs: list[str], start: int, end: int) -> None:
        self.pieces = pieces
        self.signs = signs
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """From its first piece to its last."""
        return Span(self.start, self.end)


class Scripted:
    """A base whose scripts are still being read."""

    __slots__ = ("base", "end", "nested", "primes", "sub", "sup")

    def __init__(self, base: Notation) -> None:
        self.base = base
        self.sub: Notation | None = None
        self.sup: Notation | None = None
        self.primes = 0
        self.nested = 0
        self.end = base.span[1]


def _between(first: Notation, last: Notation) -> Span:
    return Span(first.span[0], last.span[1])


# --- lists ---------------------------------------------------------------------------------------


def _begin_separated(left: Notation, sign: Token, right: Notation) -> Parts:
    return Parts([left, right], [sign.text], left.span[0], right.span[1])


def _more_separated(parts: Parts, sign: Token, right: Notation) -> Parts:
    parts.pieces.append(right)
    parts.signs.append(sign.text)
    parts.end = right.span[1]
    return parts


def _close_items(parts: Parts) -> Notation:
    return Items(tuple(parts.pieces), tuple(parts.signs), span=parts.span)


def _close_trailing(parts: Parts, _: Token) -> Notation:
    return _close_items(parts)


def _first(piece: Notation, _: Token) -> Notation:
    return piece


def _close_logic(parts: Parts) -> Notation:
    return Logic(parts.signs[0], tuple(parts.pieces), span=parts.span)


def _negate(sign: Token, piece: Notation) -> Notation:
    return Logic("not", (piece,), span=Span(sign.start, piece.span[1]))


# --- relations -----------------------------------------------------------------------------------


def _begin_open_chain(sign: Token, right: Notation) -> Parts:
    return Parts([None, right], [sign.text], sign.start, right.span[1])


def _close_chain(parts: Parts) -> Notation:
    return Relation(tuple(parts.pieces), tuple(parts.signs), span=parts.span)


def _close_open_chain(parts: Parts, sign: Token) -> Notation:
    parts.pieces.append(None)
    parts.signs.append(sign.text)
    parts.end = sign.end
    return _close_chain(parts)


def _from_here(left: Notation, sign: Token) -> Notation:
    return Relation((left, None), (sign.text,), span=Span(left.span[0], sign.end))


def _whole(sign: Token) -> Notation:
    return Mark(":", span=sign.span)


# --- sums and products ---------------------------------------------------------------------------


def _begin_signed(sign: Token, term: Notation) -> Parts:
    return Parts([term], [sign.text], sign.start, term.span[1])


def _begin_sum(left: Notation, sign: Token, right: Notation) -> Parts:
    return Parts([left, right], ["+", sign.text], left.span[0], right.span[1])


def _close_sum(parts: Parts) -> Notation:
    if parts.signs == ["+"] and not isinstance(parts.pieces[0], Letter):
        piece: Notation = parts.pieces[0]  # a leading plus says nothing, but for p_{+j}
        return piece
    return Sum(tuple(parts.pieces), tuple(parts.signs), span=parts.span)


def _signed(sign: Token, term: Notation) -> Notation:
    return _close_sum(_begin_signed(sign, term))


def _close_product(parts: Parts) -> Notation:
    return Product(tuple(parts.pieces), tuple(parts.signs), span=parts.span)


# --- rows ----------------------------------------------------------------------------------------


def _begin_row(left: Notation, right: Notation) -> Parts:
    return _more_row(Parts([left], [], left.span[0], left.span[1]), right)


def _more_row(parts: Parts, right: Notation) -> Parts:
    if type(parts.pieces[-1]) is Number:
        right = _one_number(parts.pieces.pop(), right, parts)
    parts.pieces.append(right)
    parts.end = right.span[1]
    return parts


def _one_number(left: Number, right: Notation, parts: Parts) -> Notation:
    """What follows a number: `1 000` is a thousand, one number; `1 500` could be a product."""
    second = right.base if type(right) is Scripts else right
    if type(second) is not Number:
        parts.pieces.append(left)
        return right
    span = Span(left.span[0], second.span[1])
    grouped = left.span[1] - left.span[0] > len(left.text)  # 1 000 of 1 000 000
    if second is right and _THOUSANDS.fullmatch(second.text) and (grouped or len(left.text) < 4):
        return Number(left.text + second.text, span=span)
    raise AmbiguousError(
        "two numbers stand side by side",
        span,
        readings=(f"one number, {left.text}{second.text}", "a product", "entries of a row"),
        hints=(
            rf"write {left.text}{second.text}, or {left.text} \cdot {second.text}; "
            f"in a row with commas, {left.text}, {second.text}",
        ),
    )


def _close_row(parts: Parts) -> Notation:
    if len(parts.pieces) == 1:
        piece: Notation = parts.pieces[0]
        return piece
    return Row(tuple(parts.pieces), span=parts.span)


def _signed_row(left: Notation, sign: Token, right: Notation) -> Notation:
    return _close_row(_begin_row(left, _signed(sign, right)))


def _signed_rows(parts: Parts, sign: Token, right: Notation) -> Notation:
    return _close_row(_more_row(parts, _signed(sign, right)))


def _begin_evaluated(piece: Notation, bar: Token, sub: Token, at: Notation) -> Parts:
    return _more_evaluated(Parts([piece], [], piece.span[0], piece.span[1]), bar, sub, at)


def _more_evaluated(parts: Parts, _bar: Token, _sub: Token, at: Notation) -> Parts:
    """The bar takes the derivative in front of it, or else the last piece with its arguments."""
    pieces: list[Notation] = parts.pieces
    starts = [k for k, piece in enumerate(pieces) if _differentiates(piece)]
    if starts:
        first = starts[-1]
    else:
        first = len(pieces) - 1
        while first and isinstance(pieces[first], Fence):
            first -= 1
    body = _close_row(Parts(pieces[first:], [], pieces[first].span[0], pieces[-1].span[1]))
    pieces[first:] = [Evaluated(body, at, span=_between(body, at))]
    parts.end = at.span[1]
    return parts


def _differentiates(piece: Notation) -> bool:
    match piece:
        case Letter("nabla") | Scripts(Letter("nabla")):
            return True
        case Fraction(Letter("partial" | "d")) | Fraction(Scripts(Letter("partial" | "d"))):
            return True
        case Fraction(Row((Letter("partial" | "d"), *_))):
            return True
        case Fraction(Row((Scripts(Letter("partial" | "d")), *_))):
            return True
    return False


# --- scripts -------------------------------------------------------------------------------------


def _begin_sub(base: Notation, sign: Token, script: Notation) -> Scripted:
    return _more_sub(Scripted(base), sign, script)


def _more_sub(scripted: Scripted, sign: Token, script: Notation) -> Scripted:
    if scripted.sub is not None:
        raise ParseError(
            "this is a second subscript of one symbol",
            Span(sign.start, script.span[1]),
            hints=("put both into one: x_{i,j}; or brace what the second belongs to: {x_i}_j",),
        )
    scripted.sub = script
    scripted.end = max(scripted.end, script.span[1])
    return scripted


def _begin_sup(base: Notation, sign: Token, script: Notation) -> Scripted:
    return _more_sup(Scripted(base), sign, script)


def _more_sup(scripted: Scripted, sign: Token, script: Notation) -> Scripted:
    if scripted.sup is not None:
        if scripted.sup == Mark("!"):
            return _more_sup(_around(scripted, sign), sign, script)
        raise ParseError(
            "this is a second superscript of one symbol",
            Span(sign.start, script.span[1]),
            hints=("brace what it belongs to: x^{a^b}, or {x^a}^b",),
        )
    scripted.sup = script
    scripted.end = max(scripted.end, script.span[1])
    return scripted


def _begin_prime(base: Notation, sign: Token) -> Scripted:
    if type(base) is Number:
        raise ParseError(
            "a number has no prime",
            Span(base.span[0], sign.end),
            hints=("write thousands without a sign between: 1000",),
        )
    return _more_prime(Scripted(base), sign)


def _more_prime(scripted: Scripted, sign: Token) -> Scripted:
    scripted.primes += len(sign.text)
    scripted.end = max(scripted.end, sign.end)
    return scripted


def _begin_bang(base: Notation, sign: Token) -> Scripted:
    made = Scripted(base)
    made.sup = Mark("!", span=sign.span)
    made.end = sign.end
    return made


def _more_bang(scripted: Scripted, sign: Token) -> Scripted:
    if scripted.sup == Mark("!"):
        raise UnsupportedError(
            "!! (double factorial) is not translated", sign.span,
            hints=("write the product: \\prod_{k=0}^{m} (n - 2k)",),
        )  # fmt: skip
    if scripted.sup is None:
        scripted.sup = Mark("!", span=sign.span)
        scripted.end = sign.end
        return scripted
    outer = _around(scripted, sign)
    return _more_bang(outer, sign)


def _around(scripted: Scripted, sign: Token) -> Scripted:
    """The scripts so far as the base of more, as in x!^2 and x^2!."""
    outer = Scripted(_close_scripts(scripted))
    outer.nested = scripted.nested + 1
    if outer.nested > 2:
        raise UnsupportedError(
            "so many scripts in a row are not translated",
            sign.span,
            hints=("put what is raised, or lowered, into braces: x_{i,j}",),
        )
    return outer


def _close_scripts(scripted: Scripted) -> Notation:
    base, span = scripted.base, Span(scripted.base.span[0], scripted.end)
    if type(base) is Fence and base.open == "" and base.close == "|" and scripted.sub is not None:
        if scripted.sup is not None:
            raise UnsupportedError(
                "a difference between two bounds is not translated",
                span,
                hints=("write the difference out: F(b) - F(a)",),
            )
        return Evaluated(base.body, scripted.sub, span=span)
    primes = scripted.primes
    if type(base) is Scripts and type(base.base) is Word and base.sub is base.sup is None:
        primes, base = base.primes + primes, base.base  # the primes of \mathit{foo'}' are one mark
    return Scripts(base, scripted.sub, scripted.sup, primes, span=span)


# --- one piece -----------------------------------------------------------------------------------


def _fence(opener: Token, body: Notation, closer: Token) -> Notation:
    interval = isinstance(body, Items) and len(body.items) == 2
    if opener.text + closer.text in ("(]", "[)") and not interval:
        raise ParseError(
            f"this {opener.text} is closed by {closer.text}",
            Span(opener.start, closer.end),
            hints=("half-open intervals have two ends: [0, 1)",),
        )
    return Fence(opener.text, closer.text, body, span=Span(opener.start, closer.end))


def _empty_fence(opener: Token, closer: Token) -> Notation:
    span = Span(opener.start, closer.end)
    return Fence(opener.text, closer.text, Items((), span=span), span=span)


def _group(_open: Token, body: Notation, _close: Token) -> Notation:
    return body


def _fraction(sign: Token, upper: Notation, lower: Notation) -> Notation:
    return Fraction(upper, lower, span=Span(sign.start, lower.span[1]))


def _binomial(sign: Token, upper: Notation, lower: Notation) -> Notation:
    return Binomial(upper, lower, span=Span(sign.start, lower.span[1]))


def _binomial_call(sign: Token, _: Token, body: Notation, closer: Token) -> Notation:
    if not isinstance(body, Items) or len(body.items) != 2:
        raise ParseError(
            "binom takes two arguments: binom(n, k)",
            Span(sign.start, closer.end),
            hints=("\\binom{n}{k} is another way to write it",),
        )
    return Binomial(body.items[0], body.items[1], span=Span(sign.start, closer.end))


def _over(opener: Token, upper: Notation, _: Token, lower: Notation, closer: Token) -> Notation:
    return Fraction(upper, lower, span=Span(opener.start, closer.end))


def _choose(opener: Token, upper: Notation, _: Token, lower: Notation, closer: Token) -> Notation:
    return Binomial(upper, lower, span=Span(opener.start, closer.end))


def _root(sign: Token, body: Notation) -> Notation:
    return Root(body, span=Span(sign.start, body.span[1]))


def _root_sign(sign: Token, piece: Notation) -> Notation:
    """`√(x + 1)`: the bracket says how far the root reaches, and nothing else."""
    body = piece.body if isinstance(piece, Fence) and piece.open == "(" else piece
    return Root(body, span=Span(sign.start, piece.span[1]))


def _root_call(sign: Token, _: Token, body: Notation, closer: Token) -> Notation:
    return Root(body, span=Span(sign.start, closer.end))


def _root_degree(
    sign: Token, _open: Token, degree: Notation, _close: Token, body: Notation
) -> Notation:
    return Root(body, degree, span=Span(sign.start, body.span[1]))


def _accent(sign: Token, body: Notation) -> Notation:
    span = Span(sign.start, body.span[1])
    if isinstance(body, Scripts) and body.sup is None and isinstance(body.base, Letter):
        base = Accent(sign.text, body.base, span=span)  # \hat{y_i} is \hat{y}_i
        return Scripts(base, body.sub, None, body.primes, span=span)
    return Accent(sign.text, body, span=span)


def _below(sign: Token, script: Notation, base: Notation) -> Notation:
    if isinstance(base, Scripts) and base.sub is None and not base.primes:
        return Scripts(base.base, script, base.sup, span=Span(sign.start, base.span[1]))
    return Scripts(base, sub=script, span=Span(sign.start, base.span[1]))


def _above(sign: Token, script: Notation, base: Notation) -> Notation:
    if isinstance(base, Scripts) and base.sup is None and not base.primes:
        return Scripts(base.base, base.sub, script, span=Span(sign.start, base.span[1]))
    return Scripts(base, sup=script, span=Span(sign.start, base.span[1]))


# --- rows and columns ----------------------------------------------------------------------------


def _empty_cell() -> Notation | None:
    return None


def _begin_line(cell: Notation | None) -> list[Notation | None]:
    return [cell]


def _more_line(
    line: list[Notation | None], _: Token, cell: Notation | None
) -> list[Notation | None]:
    line.append(cell)
    return line


def _begin_lines(line: list[Notation | None]) -> list[list[Notation | None]]:
    return [line]


def _more_lines(
    lines: list[list[Notation | None]], _: Token, line: list[Notation | None]
) -> list[list[Notation | None]]:
    lines.append(line)
    return lines


def _close_grid(opener: Token, lines: list[list[Notation | None]], closer: Token) -> Notation:
    span = Span(opener.start, closer.end)
    if opener.text == "cases":
        rows = [tuple(cell for cell in line if cell is not None) for line in lines]
        rows = [row for row in rows if row]
    else:
        rows = [tuple(Items((), span=span) if c is None else c for c in line) for line in lines]
    return Grid(opener.text, tuple(rows), span=span)


def number(text: str, span: Span) -> Number:
    """A numeral, as the tree holds it."""
    return Number(text.replace("{,}", "") if "{" in text else text, span=span)


ACTIONS: dict[str, Callable[..., Any]] = {
    "begin_items": _begin_separated, "more_items": _more_separated, "close_items": _close_items,
    "close_trailing": _close_trailing, "first": _first,
    "begin_logic": _begin_separated, "more_logic": _more_separated, "close_logic": _close_logic,
    "negate": _negate,
    "begin_chain": _begin_separated, "begin_open_chain": _begin_open_chain,
    "more_chain": _more_separated, "close_chain": _close_chain,
    "close_open_chain": _close_open_chain, "from_here": _from_here, "whole": _whole,
    "begin_signed": _begin_signed, "begin_sum": _begin_sum, "more_sum": _more_separated,
    "close_sum": _close_sum, "signed": _signed,
    "begin_product": _begin_separated, "more_product": _more_separated,
    "close_product": _close_product,
    "begin_row": _begin_row, "more_row": _more_row, "close_row": _close_row,
    "signed_row": _signed_row, "signed_rows": _signed_rows,
    "begin_evaluated": _begin_evaluated, "more_evaluated": _more_evaluated,
    "begin_sub": _begin_sub, "more_sub": _more_sub, "begin_sup": _begin_sup, "more_sup": _more_sup,
    "begin_prime": _begin_prime, "more_prime": _more_prime, "begin_bang": _begin_bang,
    "more_bang": _more_bang, "close_scripts": _close_scripts,
    "fence": _fence, "empty_fence": _empty_fence, "group": _group, "root": _root,
    "root_sign": _root_sign, "root_call": _root_call, "root_degree": _root_degree,
    "fraction": _fraction, "binomial": _binomial, "binomial_call": _binomial_call, "over": _over,
    "choose": _choose, "accent": _accent, "below": _below, "above": _above,
    "empty_cell": _empty_cell, "begin_line": _begin_line, "more_line": _more_line,
    "begin_lines": _begin_lines, "more_lines": _more_lines, "close_grid": _close_grid,
}  # fmt: skip
"""The actions, by the names behind the arrows of the grammars."""
