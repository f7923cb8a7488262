"""What does each piece of notation stand for? Names, scopes and applications settled; shapes not
yet.

In: notation. Out: `draft`. Scope is handed down as an `Env`; what is found out about the whole
source (symbols, definitions, declarations) is in `Source`. Each part of the resolver answers for
one kind of notation, and asks the others through `Stage`.
"""

from __future__ import annotations

from eq2code.read.applications import Applications
from eq2code.read.bare import Bare
from eq2code.read.brackets import Brackets
from eq2code.read.expressions import Expressions
from eq2code.read.functions import Functions
from eq2code.read.letters import Letters
from eq2code.read.operators import Operators
from eq2code.read.sets import Sets
from eq2code.read.symbols import Source


class Resolver(Expressions, Bare, Letters, Brackets, Operators, Sets, Applications, Functions):
    """Turns notation into drafts, in the light of a `Source`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.ledger = source.ledger
