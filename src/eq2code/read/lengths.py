"""Is a product short enough to be read? Its factors are read each beside the one before.

In: what a look at the source tells. A sum may be long: its terms are read one by one.
"""

from __future__ import annotations

from eq2code.errors import TooLargeError
from eq2code.limits import Limits
from eq2code.read.scope import Survey
from eq2code.trees import notation as n


def check_lengths(text: str, found: Survey, limits: Limits) -> None:
    """TooLargeError for a product of more factors than the limit."""
    if len(text) <= limits.factors:
        return
    for piece in (*found.everywhere(n.Product), *found.everywhere(n.Row)):
        count = _factors(piece)
        if count > limits.factors:
            raise TooLargeError(
                f"this product is too long: {count:,} factors; at most {limits.factors} are read",
                piece.span,
                hints=("define a part of it by a name of its own: p = a b, y = p c",),
            )


def _factors(piece: n.Notation) -> int:
    """How many factors stand side by side, or with signs between."""
    if type(piece) is n.Row:
        return len(piece.items)
    return sum(map(_factors, piece.operands)) if type(piece) is n.Product else 1
