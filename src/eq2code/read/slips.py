r"""What reaches further than its signs say? A bound, an index or a power that lacks its braces.

`\sum_{k=1}^10 k` raises 1, `Σ_{i=0}^n-1 x_i` takes 1 times x_i away, `(x - y)2` has lost a raised
2, and `\sum_i=1^n x_i` is no equation: each is asked about, with what to write instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError, ParseError
from eq2code.library import SPELLINGS
from eq2code.read.names import base_of
from eq2code.read.scope import DEFINING, Survey, big_operator, index_key
from eq2code.source import Span, whole
from eq2code.trees import notation as n

OPERATORS = {"Sigma": r"\sum", "Pi": r"\prod"}


def check_slips(document: n.Document, found: Survey, known: Collection[str]) -> None:
    """AmbiguousError where what touches a script or a bracket could belong to it."""
    latex = document.language == "latex"
    bound = found.bound | set(found.ranges)
    uses = found.uses if latex else {}
    for row in found.of(n.Row):
        last: n.Notation | None = None
        for item in row.items:
            if last is not None and item.span.start == last.span.end:
                if type(last) is n.Scripts:
                    _check_bound(last, item, document)
                    if type(last.sub) is n.Letter and latex:
                        _check_below(last, row, bound, uses)
                if type(item) is n.Number and type(_bracket(last)) is n.Fence:
                    _check_bracket(last, item)
            last = item
    entries: dict[n.Notation, n.Scripts] = {}
    for piece in found.scripts():
        if type(piece.sub) is n.Relation and piece.sup is not None:
            _check_letter(piece)
        elif type(piece.sub) is n.Number and type(piece.base) is n.Fence:
            if piece.base.open == "(":
                entries[piece.sub] = piece
    if len(entries) > 1:
        raise AmbiguousError(
            "entries of values without a name could be counted from 0 or from 1",
            next(iter(entries.values())).span,
            readings=("a place: write a letter there and pass it: it counts from 0",),
        )
    if found.primed:
        for total in found.of(n.Sum):
            _check_primed(total, known)
    if "/" in document.text and ("^" in document.text or "**" in document.text):
        for product in found.of(n.Product):
            _check_first(product, document.text)
    if "√" in document.text or "sqrt " in document.text:
        for root in found.of(n.Root):
            _check_root(root, document.text)
    if found.bound or "Σ" in document.text or "Π" in document.text:
        for statement in document.statements:
            if isinstance(statement.body, n.Relation):
                _check_range(statement.body)


def _bracket(piece: n.Notation) -> n.Notation:
    return piece.base if type(piece) is n.Scripts and piece.sup is None else piece


def _check_bound(operator: n.Scripts, after: n.Notation, document: n.Document) -> None:
    """Refuse `\\sum_{k=1}^10 k`, `\\sum_{i=1}^2n x_i` and `Σ_{i=0}^n-1 x_i`."""
    if operator.sup is None or big_operator(operator) is None:
        return
    end = after.span.start
    match after:
        case n.Number():
            rest = after.text
        case n.Letter() if isinstance(operator.sup, n.Number):
            rest = document.text[end : after.span.end]
        case n.Sum(_, ("-", *_)):
            digits = 1
            while document.text[end + digits : end + digits + 1].isdigit():
                digits += 1
            rest = document.text[end : end + digits]
            if digits == 1:
                return
        case _:
            return
    bound = document.text[operator.sup.span.start : end]
    raise AmbiguousError(
        f"{rest} touches the upper end of this range",
        operator.sup.span | Span(end, end + len(rest)),
        readings=(
            Choice("a part of it", f"{{{bound}{rest}}}"),
            Choice("a factor", f"{bound} ({rest})"),
        ),
    )


def _check_first(product: n.Product, text: str) -> None:
    """Refuse `(1 + r)^1/n`: nobody writes a first power, so that the slash may be raised too."""
    for left, sign, right in zip(
        product.operands, product.operators, product.operands[1:], strict=False
    ):
        last = left.items[-1] if type(left) is n.Row else left
        if sign != "/" or type(last) is not n.Scripts or last.sup != n.Number("1"):
            continue
        below = right.items[0] if type(right) is n.Row else right
        start, end = last.sup.span.start, whole(text, below.span)[1]
        symbol = base_of(last.base) is not None and last.base != n.Letter("e")
        if symbol or text[last.sup.span.end : below.span.start].strip() != "/":
            continue
        divisor = text[below.span.start : end]
        raise AmbiguousError(
            f"the exponent is 1/{divisor}, or 1 alone",
            Span(start, end),
            readings=(
                Choice("the fraction", f"{{1/{divisor}}}"),
                Choice("the number alone", f"{{1}}/{divisor}"),
            ),
        )


def _check_below(
    symbol: n.Scripts, row: n.Row, bound: Collection[str], uses: Mapping[str, int]
) -> None:
    r"""Refuse `A_ij x_j` and `x_min`: an underscore of LaTeX lowers one letter."""
    assert isinstance(symbol.sub, n.Letter)
    end, run = symbol.span.end, ""
    if symbol.sub.span.end != end or len(symbol.sub.text) > 1:
        return
    for item in row.items:
        letter = item.base if isinstance(item, n.Scripts) and item.sub is None else item
        if item.span.start == end and isinstance(letter, n.Letter) and len(letter.text) == 1:
            run, end = run + letter.text, item.span.end if item is letter else -1
    spelled = len(run) > 1 and run.islower() and any(uses[x] <= run.count(x) for x in run)
    if run and (run[0] in bound or spelled):
        raise AmbiguousError(
            f"{symbol.sub.text} alone is lowered here, and {run} stands beside the symbol",
            Span(symbol.span.start, symbol.span.end + len(run)),
            readings=(
                f"all of it below: write _{{{symbol.sub.text}{run}}}",
                f"a factor: write a space before {run}",
            ),
        )


def _check_bracket(bracket: n.Notation, number: n.Number) -> None:
    """Refuse `(x - y)2`: a power whose sign was lost, or a factor."""
    raise AmbiguousError(
        f"{number.text} stands right behind a bracket",
        bracket.span | number.span,
        readings=(
            Choice("a power", (bracket.span, "^", number.span)),
            Choice("a factor", (number.span, " ", bracket.span)),
        ),
    )


def _check_range(body: n.Relation) -> None:
    r"""Refuse `\sum_i=1^n x_i`: an operator is no left side, and what follows is its range."""
    for operand, sign, after in zip(body.operands, body.operators, body.operands[1:], strict=False):
        last = operand.operands[-1] if isinstance(operand, n.Product) else operand
        last = last.items[-1] if isinstance(last, n.Row) else last
        if sign not in DEFINING or not isinstance(last, n.Scripts) or last.sub is None:
            continue
        letter = isinstance(last.base, n.Letter) and last.base.text in OPERATORS
        if (letter or big_operator(last) is not None) and last.sup is None:
            key = index_key(last.sub)
            if key is None or (letter and not _starts_range(after)):
                continue
            raise ParseError(
                f"the range of {key} stands beside the operator, and not below it",
                last.span,
                hints=(f"put the range into braces: _{{{key}=1}}^{{n}}",),
            )


def _check_primed(total: n.Sum, known: Collection[str]) -> None:
    """Refuse `r + γ V' - V`: another value, or the transpose of the one beside it."""
    lone = {term.text for term in map(_scaled, total.terms) if isinstance(term, n.Letter)}
    for term in map(_scaled, total.terms):
        match term:
            case n.Scripts(n.Letter(text), None, None, 1) if text in lone and text.isupper():
                if not {text, f"{text}_prime"} & set(known):
                    raise AmbiguousError(
                        f"{text}' beside {text} is its transpose, or another value",
                        term.span,
                        readings=(
                            Choice("the transpose", rf"{text}^\top"),
                            declared("another number", {f"{text}_prime": "", text: ""}),
                        ),
                    )


def _scaled(term: n.Notation) -> n.Notation | None:
    """What a term is, numbers and small letters before it aside; None for other products."""
    match term:
        case n.Row(items) | n.Product(items):
            return items[-1] if all(map(_is_small, items[:-1])) else None
    return term


def _is_small(factor: n.Notation) -> bool:
    letter = isinstance(factor, n.Letter | n.Word) and factor.text.islower()
    return letter or isinstance(factor, n.Number)


def _starts_range(piece: n.Notation | None) -> bool:
    """Whether a number with an end above starts a piece: the `1^n x_i` of `Σ_i=1^n x_i`."""
    first = piece.terms[0] if isinstance(piece, n.Sum) else piece
    first = first.items[0] if isinstance(first, n.Row) else first
    return isinstance(first, n.Scripts) and isinstance(first.base, n.Number) and bool(first.sup)


def _check_letter(piece: n.Scripts) -> None:
    r"""Refuse `\Sigma_{i=1}^n x_i`: a range stands below an operator, and not below a letter."""
    if isinstance(piece.base, n.Letter) and piece.base.text in OPERATORS:
        if isinstance(piece.sub, n.Relation) and piece.sub.operators == ("=",):
            raise ParseError(
                f"a range stands at the letter {piece.base.text}",
                piece.span,
                hints=(f"the operator is written {OPERATORS[piece.base.text]}",),
            )


def _check_root(root: n.Root, text: str) -> None:
    """Refuse `√1-x²`, `√L/g` and `√2gh`, whose sign may reach further than its first factor."""
    body, end = root.body, root.span.end
    if isinstance(body, n.Word) and body.text in SPELLINGS:
        raise ParseError(
            f"this root is of {body.text}, and takes no more",
            root.span,
            hints=(f"write sqrt({body.text}(x))",),
        )
    if text[root.span.start] != "√" or text[body.span.start - 1] == "(":
        return
    number = isinstance(body, n.Number)
    rest = text[end : end + 1]
    lone = body == n.Number("1") and rest in ("+", "-", "−", "–")
    if rest in ("/", "(") or lone or (number and rest.isalpha()):
        stop = end
        while stop < len(text) and not text[stop].isspace() and text[stop] not in ")]},;=":
            stop += 1 if text[stop] != "(" else text.find(")", stop) + 1 - stop or 1
        raise AmbiguousError(
            "this root could reach further than its first factor",
            Span(root.span.start, stop),
            readings=(
                Choice("all of it", f"√({text[body.span.start : stop]})"),
                Choice("the first factor", f"√({text[body.span.start : end]}){text[end:stop]}"),
            ),
        )
