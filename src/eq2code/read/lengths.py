"""Is a product short enough to be read? Its factors are read each beside the one before.

In: a document as it was parsed. A sum may be long: its terms are read one by one.
"""

from __future__ import annotations

from eq2code.errors import TooLargeError
from eq2code.limits import Limits
from eq2code.read.scope import walk
from eq2code.trees import notation as n


def check_lengths(document: n.Document, limits: Limits) -> None:
    """TooLargeError for a product of more factors than the limit."""
    if len(document.text) <= limits.factors:
        return
    for piece in (piece for statement in document.statements for piece in walk(statement.body)):
        count = _factors(piece)
        if count > limits.factors:
            raise TooLargeError(
                f"this product has {count:,} factors; at most {limits.factors} are read",
                piece.span,
                hints=("define a part of it by a name of its own: p = a b, y = p c",),
            )


def _factors(piece: n.Notation) -> int:
    """How many factors stand side by side, or with signs between."""
    match piece:
        case n.Row(items):
            return len(items)
        case n.Product(operands):
            return sum(map(_factors, operands))
    return 1
