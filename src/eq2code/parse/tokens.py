"""What is a token? The kinds that the grammars know, and the few that earlier passes resolve.

A token is made from the source by `latex` or `plain`, put in order by `brackets`, `statements` and
`names`, and read by the grammar. `node` is the finished notation of a token that is a piece by
itself.
"""

from __future__ import annotations

from eq2code.source import Span
from eq2code.trees.notation import Notation

# Terminals of the grammars.
ATOM = "ATOM"
OPEN, CLOSE = "OPEN", "CLOSE"
GROUP, ENDGROUP = "GROUP", "ENDGROUP"
LOPT, ROPT = "LOPT", "ROPT"
SUB, SUP, PRIME, BANG = "SUB", "SUP", "PRIME", "BANG"
UNARY = "UNARY"  # a sign behind a function or Σ that waits for its argument: \\sum_i -x_i
SIGN, OP, REL, COLON, SEP = "SIGN", "OP", "REL", "COLON", "SEP"
AND, OR, NOT = "AND", "OR", "NOT"
ROOT, ROOTSIGN, FRACTION, BINOMIAL, ACCENT = "ROOT", "ROOTSIGN", "FRACTION", "BINOMIAL", "ACCENT"
BELOW, ABOVE, OVER, CHOOSE = "BELOW", "ABOVE", "OVER", "CHOOSE"
GRID, ENDGRID, AMP, NEWROW = "GRID", "ENDGRID", "AMP", "NEWROW"
EVALUATED = "EVALUATED"
END = "$END"

# Kinds that are resolved before the grammar sees them.
LETTER, WORD, MARK, ELLIPSIS = "LETTER", "WORD", "MARK", "ELLIPSIS"  # tables only: tokens are ATOM
BAR = "BAR"
RUN = "RUN"
SIGMA = "SIGMA"
KEYWORD, PROSE, STOP, BREAK, QUAD, HARD = "KEYWORD", "PROSE", "STOP", "BREAK", "QUAD", "HARD"
BEGIN, FINISH = "BEGIN", "FINISH"


def listed(words: str) -> list[str]:
    """The words of a table that is written as one text."""
    return words.split()


class Token:
    """A sign of the source.

    Attributes:
        kind: one of the kinds above.
        text: canonical text: the operator, the bracket, the letters of a run.
        start, end: its place in the source as typed.
        node: the finished piece, for an ATOM.
        style: of a RUN its style; of an ATOM "op" where a function expects its argument behind it;
            of an OP the sign that it is as a mark, if that is another; of a GRID the name of its
            environment, while it is open.
        mate: of an OPEN, what closes it.
    """

    __slots__ = ("end", "kind", "mate", "node", "start", "style", "text")

    def __init__(
        self,
        kind: str,
        text: str,
        start: int,
        end: int,
        node: Notation | None = None,
        style: str = "",
    ) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.node = node
        self.style = style
        self.mate: Token | None = None

    @property
    def span(self) -> Span:
        """Its place in the source as typed."""
        return Span(self.start, self.end)

    def __repr__(self) -> str:
        return f"{self.kind}({self.text!r} {self.start}:{self.end})"
