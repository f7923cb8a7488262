"""Small questions about pieces of notation, answered by their form alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from eq2code import library
from eq2code.errors import (
    ParseError,
)
from eq2code.read import draft as d
from eq2code.read.labels import INVERSE
from eq2code.read.names import Base, base_of, label
from eq2code.read.scope import (
    INDEX_LETTERS,
    INEQUALITIES,
    LEAVES,
    big_operator,
    index_key,
    pieces,
    walk,
)
from eq2code.source import Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim

DIGITS = re.compile(r"\d+")
COMPARISONS = {"=": "=", "≠": "≠", "<": "<", ">": ">", "≤": "≤", "≥": "≥"}


def numeral(text: str, span: Span) -> int | float:
    """The number that digits spell."""
    if DIGITS.fullmatch(text):
        return int(text) if len(text) < 16 else float(text)
    try:
        return float(text)
    except ValueError:
        raise ParseError(
            f"{text[:20]!r} is no number", span, hints=("write its digits with one decimal point",)
        ) from None


def is_nabla(piece: n.Notation | str) -> bool:
    """Whether a piece is the sign of a gradient."""
    inner = piece.base if type(piece) is n.Scripts else piece
    return type(inner) is n.Letter and inner.text == "nabla"


def is_partial(piece: n.Notation | str) -> bool:
    r"""Whether a piece is a derivative by what stands below: `\partial_x`."""
    return (
        isinstance(piece, n.Scripts)
        and piece.base == n.Letter("partial")
        and piece.sub is not None
        and not piece.primes
    )


def scripted_fence(piece: n.Notation | str | None) -> n.Fence | None:
    """The bracket of `(x)_i`, `(x)^2`, which an application leaves its scripts."""
    if type(piece) is n.Scripts and type(piece.base) is n.Fence and not piece.primes:
        return piece.base
    return None


def is_function_word(piece: n.Notation) -> bool:
    """Whether a word names a function of the library."""
    base = piece.base if isinstance(piece, n.Scripts) else piece
    return isinstance(base, n.Word) and base.style == "op" and library.find(base.text) is not None


def condition_in(piece: n.Notation) -> n.Notation | None:
    """The comparison inside `[k ≠ i]`, `{a > b}`; None where there is none."""
    match piece:
        case n.Relation(_, operators) if set(operators) <= set(COMPARISONS) | INEQUALITIES:
            return piece
        case n.Logic():
            return piece
        case n.Fence("[" | "(" | "{", _, body):
            return condition_in(body)
    return None


def is_plain(piece: n.Notation) -> bool:
    """Whether a bracket round it would mean nothing: a lone symbol."""
    if isinstance(piece, n.Scripts):
        return base_of(piece.base) is not None and not is_powered(piece)
    return isinstance(piece, n.Letter | n.Word | n.Accent)


def is_powered(piece: n.Scripts) -> bool:
    """Whether a number stands above a symbol."""
    return isinstance(piece.sup, n.Number)


def is_sum(piece: n.Notation) -> bool:
    """Whether a bracket round it would mean something: it is no lone symbol."""
    return isinstance(piece, n.Sum | n.Number | n.Fraction | n.Row | n.Product) and not isinstance(
        piece, n.Items
    )


def has_terms(piece: n.Notation) -> bool:
    r"""Whether a bracket round it binds terms together, or ends what `\sum` takes."""
    match piece:
        case n.Sum(terms):
            return len(terms) > 1
        case n.Row(items):
            return any(map(is_big, items))
        case n.Fence("(" | "[" | "{", _, body):
            return has_terms(body)
    return False


def holds_list(fence: n.Fence) -> bool:
    r"""Whether a round bracket holds a list: `(x_0, \ldots, x_n)`, `([x_0, \ldots, x_n])`."""
    body = fence.body
    if isinstance(body, n.Fence) and body.open == "[":
        body = body.body
    first = big_operator(body.items[0]) if isinstance(body, n.Row) else None
    return fence.open == "(" and (
        isinstance(body, n.Items) or (first is not None and first[0] == "each")
    )


def is_lone_number(piece: n.Notation) -> bool:
    """Whether a bracket holds a number and no more: `x(0)`, `P(-1)`."""
    match piece:
        case n.Number():
            return True
        case n.Sum((n.Number(),), _):
            return True
    return False


def letters_in(piece: n.Notation) -> list[str]:
    """Every letter of a piece that could be an index."""
    found: list[str] = []
    stack = [piece]
    while stack:
        part = stack.pop()
        key = index_key(part)
        if key is not None:
            found.append(key)
        elif type(part) is n.Scripts and base_of(part.base) is not None:
            stack.extend([s for s in (part.sub, part.sup) if s is not None])
        elif type(part) not in LEAVES:
            stack.extend(pieces(part))
    return found


def slice_ends(piece: n.Notation) -> tuple[n.Notation | None, n.Notation | None] | None:
    """The two ends of `1:d`."""
    match piece:
        case n.Relation((start, stop), (":",)):
            return start, stop
    return None


def is_otherwise(piece: n.Notation) -> bool:
    """Whether a cell says that all other cases are meant."""
    match piece:
        case n.Text(text) | n.Word(text):
            return text.lower().strip(" .,") in ("otherwise", "else", "elsewhere")
        case n.Row(items):
            return all(is_otherwise(item) for item in items)
    return False


HOLDS = {"<": "<", "≤": "<=", "=": "=", "≥": ">=", ">": ">", "≠": "<>"}
TURNED = {"<": ">", "=": "=", ">": "<"}


def covers_all(piece: n.Grid) -> bool:
    """Whether conditions that compare the same two things leave no case out."""
    held: dict[tuple[n.Notation | None, n.Notation | None], set[str]] = {}
    for row in piece.rows:
        match row[1:]:
            case (n.Relation((a, b), (sign,)),) if sign in HOLDS:
                held.setdefault((a, b), set()).update(HOLDS[sign])
                held.setdefault((b, a), set()).update(TURNED[case] for case in HOLDS[sign])
    return any(len(cases) == len(TURNED) for cases in held.values())


def is_arrowed(piece: n.Notation) -> bool:
    """Whether a letter stands under an arrow."""
    base = base_of(piece.base) if isinstance(piece, n.Scripts) else base_of(piece)
    return base is not None and base.style == "vec"


def is_metric(piece: n.Notation) -> bool:
    r"""Whether what stands below a norm is a matrix: `M`, `\Sigma^{-1}`, `V_t^{-1}`; L and L^2 are
    spaces."""
    scripted = isinstance(piece, n.Scripts)
    if isinstance(piece, n.Scripts) and piece.sup not in (None, INVERSE):
        return False
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    return (
        base is not None
        and base.capital
        and not base.word
        and base.style in ("", "bf", "rm", "it")
        and not (base.text == "L" and scripted)
    )


def is_root_of_bars(factor: d.Draft) -> bool:
    """Whether a factor is a power of a norm."""
    return isinstance(factor, d.Power) and isinstance(factor.base, d.Bars)


def factors_of(draft: d.Draft) -> list[d.Draft]:
    """The factors of a product that a sign or nothing joins; of anything else itself."""
    match draft:
        case d.Side(factors):
            return factors
        case d.Signed("·" | "×" | "*", left, right):
            return [*factors_of(left), *factors_of(right)]
    return [draft]


def is_identity(draft: d.Draft) -> bool:
    """Whether a factor is I, or a power of it, whose size nothing names."""
    unit = draft.base if type(draft) is d.Power else draft
    return type(unit) is d.Unit and unit.kind == "identity" and unit.size is None


def is_lone_identity(draft: d.Draft) -> bool:
    """Whether I stands by itself, or as a term beside symbols of which nothing is said."""
    terms = draft.terms if isinstance(draft, d.Sum) else [draft]
    units = [t for t in terms if isinstance(t, d.Unit) and t.kind == "identity" and t.size is None]
    if not units:
        return False
    others = [t for t in terms if t not in units]
    return all(isinstance(t, d.Symbol) and not t.info.declared for t in others)


def same_symbols(above: Sequence[n.Notation | str], below: Sequence[n.Notation | str]) -> bool:
    r"""Whether a divisor is made of what a function takes, and of no sum: `\sin x / x`."""
    parts = [p for p in below if not isinstance(p, str)]
    if any(isinstance(inner, n.Sum) for part in parts for inner in walk(part)):
        return False
    over = {_bare(s) for p in above if not isinstance(p, str) for s in symbols_in(p)}
    under = {_bare(s) for p in parts for s in symbols_in(p)}
    return bool(under) and over == under


def _bare(symbol: n.Notation) -> tuple[object, ...]:
    """A symbol without the power that it is raised to."""
    if isinstance(symbol, n.Scripts):
        return symbol.base, symbol.sub, symbol.primes
    return symbol, None, 0


def is_power_of_e(piece: n.Notation) -> bool:
    """Whether a piece is `e^{…}`."""
    match piece:
        case n.Scripts(n.Letter("e", "" | "rm"), None, sup, 0):
            return sup is not None and not isinstance(sup, n.Mark)
    return False


def is_count(factor: d.Draft, sizes: Collection[str]) -> bool:
    """Whether a factor is a size, or a small letter that counts."""
    match factor:
        case d.SizeOf() | d.LastSize() | d.LastOf() | d.Value():
            return True
        case d.Symbol(info):
            return info.name in INDEX_LETTERS or info.name in sizes
    return False


def is_glued(before: n.Notation, number: n.Number) -> bool:
    """Whether a number stands right behind a letter, or behind a digit of a script: `x1`,
    `x^10`."""
    if isinstance(before, n.Scripts):
        scripts = (before.sub, before.sup)
        return any(isinstance(s, n.Number) and s.span.end == number.span.start for s in scripts)
    return isinstance(before, n.Letter) and before.span.end == number.span.start


def leibniz(top: n.Notation, bottom: n.Notation) -> str | None:
    r"""The sign of a derivative written as a fraction, "∂" or "d": `\frac{∂ f}{∂ x}`,
    `\frac{d^2 x}{d t^2}`; None for a plain fraction."""
    if not isinstance(bottom, n.Row):
        return None
    first = top.items[0] if isinstance(top, n.Row) else top
    above = first.base if isinstance(first, n.Scripts) and first.sub is None else first
    match above, bottom.items:
        case n.Letter("partial"), (n.Letter("partial"), _):
            return "∂"
        case n.Letter("d"), (n.Letter("d"), n.Letter() | n.Scripts() | n.Accent()):
            return "d"
    return None


def is_big(piece: n.Notation | str | None) -> bool:
    """Whether a token is a big operator."""
    return piece is not None and not isinstance(piece, str) and big_operator(piece) is not None


def is_coefficient(piece: n.Notation | str) -> bool:
    """A number, or a number over something: what stands before a sum to average it."""
    match piece:
        case n.Number():
            return True
        case n.Fraction(top, _):
            return is_coefficient(top)
        case n.Sum((term,), ("-",)):
            return is_coefficient(term)
    return False


def is_spaced(tokens: Sequence[n.Notation | str], place: int) -> bool:
    """Whether spaces round the slash group what follows: `a / bc`."""
    slash = max(k for k in range(place) if tokens[k] == "/")
    before, after = tokens[slash - 1], tokens[slash + 1]
    if isinstance(before, str) or isinstance(after, str):
        return False
    wide = after.span.start - before.span.end >= 3
    pairs = zip(tokens[slash + 1 : place], tokens[slash + 2 : place], strict=False)
    tight = all(
        not isinstance(a, str) and not isinstance(b, str) and a.span.end == b.span.start
        for a, b in pairs
    )  # fmt: skip
    return wide and tight


def is_bracketed_divisor(tokens: Sequence[n.Notation | str], place: int) -> bool:
    """Whether an exponential follows a bracket of several factors that divides: `1/(2π) e^{-x}`."""
    slash = max(k for k in range(place) if tokens[k] == "/")
    below, after = (*tokens[slash + 1 : slash + 3], "")[:2]
    bracket = below.base if isinstance(below, n.Scripts) else below
    match bracket:
        case n.Fence("(", ")", n.Row() | n.Product() | n.Sum()) | n.Root():
            exponential = isinstance(after, n.Notation) and is_power_of_e(after)
            return exponential or after == n.Word("exp", "op")
    return False


def total(parts: list[Dim | None], signs: tuple[str, ...]) -> Dim | None:
    """The sum of some sizes; None where one of them is none."""
    total = Dim(())
    for part, sign in zip(parts, signs, strict=True):
        if part is None or sign not in "+-":
            return None
        total = total + part if sign == "+" else total - part
    return total


def times(parts: Sequence[Dim | None]) -> Dim | None:
    """The product of some sizes; None where one of them is none."""
    total = Dim.of(1)
    for part in parts:
        if part is None:
            return None
        total = total * part
    return total


def same_letters(left: n.Notation, right: n.Notation) -> bool:
    """Whether two symbols are the same but for their style."""

    def core(piece: n.Notation) -> tuple[str, tuple[str, ...]] | None:
        base = base_of(piece.base) if isinstance(piece, n.Scripts) else base_of(piece)
        return None if base is None else base.plain

    return core(left) is not None and core(left) == core(right) and label(left) == label(right)


def symbols_in(root: n.Notation) -> list[n.Notation]:
    """The symbols of a piece, with their scripts."""
    found: list[n.Notation] = []
    stack = [root]
    while stack:
        piece = stack.pop()
        if base_of(piece.base if type(piece) is n.Scripts else piece) is not None:
            found.append(piece)
        elif type(piece) not in LEAVES:
            stack.extend(pieces(piece))
    return found


def bases_in(root: n.Notation) -> list[Base]:
    """Every base of a piece, those of scripts included."""
    found: list[Base] = []
    stack = [root]
    while stack:
        piece = stack.pop()
        base = base_of(piece)
        if base is not None:
            found.append(base)
        elif type(piece) not in LEAVES:
            stack.extend(pieces(piece))
    return found


def counted(arguments: int) -> str:
    """How many arguments, in words."""
    return f"{arguments} argument{'s' if arguments != 1 else ''}"
