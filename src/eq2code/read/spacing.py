r"""What do spaces and places say that no sign does? `a / n-1` groups by its spaces, and a
comparison in a bracket behind a formula, `\frac{x}{2} (x \le 1)`, is a factor or a remark: both are
asked about.
"""

from __future__ import annotations

from eq2code.choice import Choice
from eq2code.errors import AmbiguousError
from eq2code.read.names import base_of
from eq2code.read.questions import condition_in, is_power_of_e
from eq2code.read.scope import big_operator
from eq2code.source import Span
from eq2code.trees import notation as n


def check_slash(piece: n.Sum) -> None:
    """`a / n-1`: the spaces group what the signs do not."""
    terms = piece.terms
    for place, term in enumerate(terms):
        if not isinstance(term, n.Product) or term.operators[-1] != "/":
            continue
        above, below = term.operands[-2].span, term.operands[-1].span
        first = last = place
        while first and _touch(terms[first - 1], terms[first]):
            first -= 1
        while last + 1 < len(terms) and _touch(terms[last], terms[last + 1]):
            last += 1
        if first == last or below.start - above.end < 3:
            continue
        start, end = terms[first].span.start, terms[last].span.end
        top, bottom = Span(start, above.end), Span(below.start, end)
        before, after = Span(start, term.span.start), Span(term.span.end, end)
        raise AmbiguousError(
            "spaces group what stands round this slash, and signs do not",
            Span(start, end),
            readings=(
                Choice("as the spaces do", ("(", top, ") / (", bottom, ")")),
                Choice("as the signs do", (before, "(", term.span, ")", after)),
            ),
        )


def _touch(left: n.Notation, right: n.Notation) -> bool:
    """Whether only a sign stands between two terms, and no space."""
    return right.span.start - left.span.end == 1


def check_remark(form: n.Notation) -> None:
    r"""`\frac{x}{2} (|x| \le 1)`: a comparison behind a formula, with no sign before it."""
    last = form.terms[-1] if isinstance(form, n.Sum) else form
    match last.items if isinstance(last, n.Row) else ():
        case (*_, before, n.Fence("(", ")", body) as fence) if condition_in(body):
            pass
        case _:
            return
    assert isinstance(last, n.Row)
    named = base_of(before.base if isinstance(before, n.Scripts) else before) is not None
    if isinstance(before, n.Number) or (named and not is_power_of_e(before)):
        return
    if any(map(big_operator, last.items)):
        return
    rest = Span(form.span.start, before.span.end)
    raise AmbiguousError(
        "a comparison in a bracket behind a formula is a factor, or says where it holds",
        form.span,
        readings=(
            Choice("a factor, 1 where it holds and else 0", (rest, r" \cdot ", fence.span)),
            Choice("a remark: write it behind a comma, without its bracket"),
        ),
    )
