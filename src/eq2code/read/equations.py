"""Does a line name its value, or is it an equation to be solved? A sum on the left labels only what
says all of it in other words; a product, where R of `R q = …` may act on q, what says some of
it."""

from __future__ import annotations

from eq2code.errors import UnsupportedError
from eq2code.library import SPELLINGS
from eq2code.read.names import base_of
from eq2code.read.questions import bases_in, symbols_in
from eq2code.read.scope import Line
from eq2code.trees import notation as n

OPERATORS = frozenset({"d", "delta", "Delta", "partial", "nabla"})  # `d x = …` is named, not solved
JOINED = frozenset({"*", "·", "×", "/"})


def check_equation(line: Line) -> None:
    r"""Refuse `a x + b y = c`; `x^\top y = \sum_i x_i y_i` says its left side in other words."""
    left = line.left
    if left is None or not isinstance(_inside(left), n.Sum | n.Row | n.Product | n.Fraction):
        return
    said = {base.plain for form in line.forms for base in bases_in(form)}
    own = {
        base.plain
        for piece in symbols_in(left)
        if (base := base_of(piece.base if isinstance(piece, n.Scripts) else piece)) is not None
    }
    labels = own <= said if isinstance(_inside(left), n.Sum) else bool(own & said)
    if own and not labels and _plain(left):
        raise UnsupportedError(
            "an equation between symbols is not solved",
            line.span,
            hints=("write each symbol alone on a left side: y = …",),
        )


def _inside(piece: n.Notation) -> n.Notation:
    while isinstance(piece, n.Fence) and piece.open in "([{":
        piece = piece.body
    return piece


def _plain(piece: n.Notation) -> bool:
    """Whether a piece is made of symbols and numbers by adding, multiplying and dividing."""
    match piece:
        case n.Number():
            return True
        case n.Sum(terms):
            return all(map(_plain, terms))
        case n.Product(operands, operators):
            return JOINED.issuperset(operators) and all(map(_plain, operands))
        case n.Fraction(upper, lower):
            return _plain(upper) and _plain(lower)
        case n.Fence("(", ")", body):
            return isinstance(body, n.Sum | n.Product) and _plain(body)
        case n.Row(items):
            words = any(isinstance(item, n.Word) for item in items)
            applied = any(isinstance(item, n.Fence) for item in items[1:])
            return not words and not applied and all(map(_plain, items))
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    if base is None or base.style in ("bb", "cal", "scr", "frak", "op", "big"):
        return False
    return base.text not in OPERATORS and not (base.word and base.text in SPELLINGS)
