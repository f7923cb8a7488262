"""What was taken for granted? A choice that the notation did not force."""

from __future__ import annotations

from eq2code import report
from eq2code.record import record
from eq2code.source import NOWHERE, Span


@record
class Assumption:
    """A choice, and how to choose otherwise.

    Attributes:
        convention: the row of the conventions table, such as ``capital-is-matrix``.
        text: one sentence: what was read, where.
        instead: the other reading, in words.
        argument: the keyword arguments of `translate` that give the other reading, for example
            ``{"shapes": {"Q": ""}}`` or ``{"prefer": {"softmax-axis": "first"}}``, as pairs.
        span: the place in the source.
    """

    convention: str
    text: str
    instead: str = ""
    argument: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    span: Span = NOWHERE

    def __str__(self) -> str:
        return self.text

    @property
    def told(self) -> str:
        """The text and, below it, the argument that chooses otherwise."""
        if not self.argument:
            return self.text
        return f"{self.text}\n{report.otherwise(self.instead, self.argument)}"
