"""What does a user read when something does not fit? One family of errors, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from eq2code import report
from eq2code.choice import Choice
from eq2code.source import NOWHERE, Span

FAULT = "this is a slip of eq2code itself, and not of the formula: please report it"
APPLIED = "write its argument in a bracket behind it"
NAMED = r"write it as a function, \operatorname{name}(a, b), and declare that with shapes="
WRITTEN_OUT = "write the derivative out, or that of a function which you declare with shapes="
"""Ways out that several refusals share."""


class Eq2CodeError(ValueError):
    """Base of every error that eq2code raises on purpose.

    Attributes:
        code: stable identifier, such as ``E201``.
        message: what does not fit, in the user's symbols.
        span: where in the source, or `NOWHERE`.
        source: the source as typed; stages leave it empty and `translate` fills it in.
        because: where the belief came from.
        hints: what to write instead.
        readings: for ambiguity, the readings that were found, each with what chooses it.
    """

    code: ClassVar[str] = "E000"

    def __init__(
        self,
        message: str,
        span: Span = NOWHERE,
        *,
        hints: tuple[str, ...] = (),
        because: tuple[str, ...] = (),
        readings: Iterable[Choice | str] = (),
        source: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hints = hints
        self.because = because
        self.readings = tuple(Choice(r) if isinstance(r, str) else r for r in readings)
        self.source = source

    def __str__(self) -> str:
        """The sentence, the place with carets under the source as typed, the reasons, the help."""
        return report.render(
            self.message,
            span=self.span,
            source=self.source,
            because=self.because,
            hints=self.hints,
            readings=tuple(map(str, self.readings)),
        )

    def to_dict(self) -> dict[str, Any]:
        """The error as plain data, fit for JSON; `line` and `column` count from 1."""
        placed = self.span != NOWHERE
        line, column = (
            report.place(self.source, self.span) if placed and self.source else (None, None)
        )
        return {
            "type": type(self).__name__,
            "code": self.code,
            "message": self.message,
            "span": [self.span.start, self.span.end] if placed else None,
            "line": line,
            "column": column,
            "because": list(self.because),
            "hints": list(self.hints),
            "readings": [reading.to_dict() for reading in self.readings],
        }

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the report, without the library's own stack."""
        return f"{type(self).__name__}: {self}".split("\n")


class ParseError(Eq2CodeError):
    """The text is not well-formed notation."""

    code = "E101"


class UnsupportedError(Eq2CodeError):
    """The construct is understood by name, and not translated."""

    code = "E102"


class TooLargeError(Eq2CodeError):
    """The source exceeds a limit of size."""

    code = "E103"


class TooDeepError(TooLargeError):
    """The source exceeds the limit of nesting."""

    code = "E104"


class MacroLimitError(TooLargeError):
    """Macros expand beyond the budget."""

    code = "E105"


class UndefinedError(Eq2CodeError):
    """A function is applied that neither the source nor `shapes` defines."""

    code = "E201"


class ShapeError(Eq2CodeError):
    """Shapes do not fit, at translate time or at call time."""

    code = "E202"


class AmbiguousError(Eq2CodeError):
    """Several readings give different results, and nothing settles which is meant."""

    code = "E203"


class DefinitionError(Eq2CodeError):
    """Definitions contradict each other, or run in a circle."""

    code = "E204"


class AssumptionError(Eq2CodeError):
    """`strict=True`, and the reading needs an assumption."""

    code = "E205"


class DomainError(Eq2CodeError):
    """A constant of the formula has no finite value."""

    code = "E206"


class OptionError(Eq2CodeError):
    """An argument of `translate` says something that cannot be."""

    code = "E301"


class EmissionError(Eq2CodeError):
    """The target cannot express the formula, or the code failed its inspection.

    `function` is the function of the library that the target has no spelling for, if it is that.
    """

    code = "E401"
    function: str = ""
