"""Does a line name its value, or is it an equation to be solved? A sum on the left labels only what
says all of it in other words; a product, where R of `R q = …` may act on q, what says some of it;
nothing labels a mere number."""

from __future__ import annotations

from collections.abc import Collection

from eq2code.errors import UnsupportedError
from eq2code.library import SPELLINGS
from eq2code.read.names import Base, base_of
from eq2code.read.questions import bases_in, symbols_in
from eq2code.read.scope import Line, big_operator
from eq2code.trees import notation as n

OPERATORS = frozenset({"d", "delta", "Delta", "partial", "nabla"})  # `d x = …` is named, not solved
CONSTANTS = frozenset({"pi", "e", "infty", "∞", "infinity"})
JOINED = frozenset({"*", "·", "×", "/"})


def check_equation(line: Line, bound: Collection[str]) -> None:
    r"""Refuse `a x + b y = c` and `\sum_i x_i = 1`: neither says its left side in other words, as
    `x^\top y = \sum_i x_i y_i` does. `bound` are the letters that some operator binds."""
    left = line.left
    if left is None:
        return
    said = {base.plain for form in line.forms for base in bases_in(form)}
    own = {base.plain for piece in symbols_in(left) if (base := _base(piece)) is not None}
    named = {base.text for base in bases_in(left) if base.style not in ("op", "big")}
    given = _is_constant(said) or (_totals(left) and _is_symbol(line) and not own & said)
    if given and named - CONSTANTS - frozenset(bound):
        raise _unsolved(line)
    if not isinstance(_inside(left), n.Sum | n.Row | n.Product | n.Fraction | n.Root):
        return
    if isinstance(left, n.Row) and (applied := _applied(left)):
        if not applied & said:
            raise _unsolved(line)
        return
    labels = own <= said if isinstance(_inside(left), n.Sum) else bool(own & said)
    if labels and isinstance(left, n.Row):
        acted = _base(left.items[-1])
        labels = acted is None or (acted.plain in said and not _scales(line, left))
    if own and not labels and _plain(left):
        raise _unsolved(line)


def check_condition(line: Line, name: Base) -> None:
    r"""Refuse `x^2 = 4`, `\sin(x) = 0.5`: an expression whose number is given is to be solved."""
    left = line.left
    known = name.word and name.text in SPELLINGS
    if left is None or not (known or (isinstance(left, n.Scripts) and _is_power(left))):
        return
    own = [base for piece in symbols_in(left) if (base := _base(piece)) is not None]
    said = {base.plain for form in line.forms for base in bases_in(form)}
    if any(base.plain != name.plain or not known for base in own) and _is_constant(said):
        raise _unsolved(line)


def _unsolved(line: Line) -> UnsupportedError:
    return UnsupportedError(
        "an equation between symbols is not solved",
        line.span,
        hints=(
            "write each symbol alone on a left side: y = …",
            "or leave out what only says what holds",
        ),
    )


def _scales(line: Line, left: n.Row) -> bool:
    r"""Whether the right side of `A x = \lambda x` is a number times what the left acts on."""
    right = line.forms[-1]
    if not isinstance(right, n.Row) or right.items[-1] != left.items[-1]:
        return False
    factor = _base(right.items[0]) if len(right.items) == 2 else None
    return factor is not None and not factor.capital


def _base(piece: n.Notation) -> Base | None:
    return base_of(piece.base if isinstance(piece, n.Scripts) else piece)


def _is_constant(said: Collection[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether a right side holds numbers alone."""
    return {text for text, _ in said} <= CONSTANTS


def _is_power(piece: n.Scripts) -> bool:
    return isinstance(piece.sup, n.Number)


def _is_symbol(line: Line) -> bool:
    """Whether a right side is one symbol."""
    return _base(line.forms[-1]) is not None


def _totals(left: n.Notation) -> bool:
    """Whether a left side is a sum or an extreme over an index, scaled or not."""
    return isinstance(left, n.Row) and any(big_operator(item) for item in left.items)


def _applied(left: n.Row) -> set[tuple[str, tuple[str, ...]]]:
    """The functions of `p(x) q(x)`, where all of a left side is such a product."""
    names, brackets = left.items[::2], left.items[1::2]
    bases = [_base(name) for name in names]
    whole = len(names) == len(brackets) > 1 and all(isinstance(x, n.Fence) for x in brackets)
    plain = [base.plain for base in bases if base is not None and not base.word and not base.style]
    return set(plain) if whole and len(plain) == len(bases) else set()


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
        case n.Root(body, None):
            return _plain(body)
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
