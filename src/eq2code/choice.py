"""How is one reading chosen among several? What to write in that place, or what to declare."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eq2code import report
from eq2code.record import record
from eq2code.source import Span, whole

Argument = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

_PLAIN = {
    r"\odot": "⊙", r"\cdot": "·", r"\otimes": "⊗", r"\top": "T", r"\sum": "Σ", r"\prod": "Π",
    r"\langle ": "⟨", r" \rangle": "⟩", r"\lfloor ": "⌊", r" \rfloor": "⌋",
}  # fmt: skip
_OPERATOR = re.compile(r"\\(?:operatorname\{(\w+)\}|(exp|log))")
_BEFORE = re.compile(r"(?:\\(?:left|[bB]igg?l?)\s*)?[(\[]\s*$")
_AFTER = re.compile(r"\s*(?:\\(?:right|[bB]igg?r?)\s*)?[)\]]")


@record
class Group:
    """A place of the source that is several factors: it is bracketed, unless it stands so."""

    span: Span


@record
class Choice:
    r"""One reading of an ambiguous place.

    Attributes:
        meaning: what the reading is.
        write: what to write in place of what the error marks, where that chooses the reading. As an
            error is raised it may be pieces: LaTeX, and spans of the source that stay as they are.
        argument: the arguments of `translate` that choose it, as pairs like an `Assumption`'s.
    """

    meaning: str
    write: str | tuple[str | Span | Group, ...] = ""
    argument: Argument = ()

    def __str__(self) -> str:
        if self.argument:
            return report.otherwise(self.meaning, self.argument)
        return f"{self.meaning}: write {self.write}" if self.write else self.meaning

    def filled(self, source: str, language: str) -> Choice:
        """The choice with the places of `source` put in, in its own notation."""
        if isinstance(self.write, str):
            return replace(self, write=_spelled(self.write, language))
        pieces = (_piece(piece, source, language) for piece in self.write)
        return replace(self, write="".join(pieces))

    def to_dict(self) -> dict[str, Any]:
        """The choice as plain data."""
        argument = {keyword: dict(pairs) for keyword, pairs in self.argument}
        return {"meaning": self.meaning, "write": self.write, "argument": argument}


def declared(meaning: str, shapes: Mapping[str, str]) -> Choice:
    """A reading that a declaration chooses."""
    return Choice(meaning, argument=(("shapes", tuple(shapes.items())),))


def _spelled(text: str, language: str) -> str:
    """A piece of LaTeX in the notation of the source."""
    if language == "latex":
        return text
    for command, plain in _PLAIN.items():
        text = text.replace(command, plain)
    return _OPERATOR.sub(lambda match: match[1] or match[2], text)


def _piece(piece: str | Span | Group, source: str, language: str) -> str:
    """A piece of what to write: of the source with the brackets right round it, or LaTeX."""
    if isinstance(piece, str):
        return _spelled(piece, language)
    span = piece.span if isinstance(piece, Group) else piece
    start, end = whole(source, span)
    before, after = _BEFORE.search(source, max(start - 16, 0), start), _AFTER.match(source, end)
    if before and after:
        return source[before.start() : after.end()].strip()
    text = source[start:end].strip()
    return f"({text})" if isinstance(piece, Group) else text
