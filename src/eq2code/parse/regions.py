r"""Which parts of a LaTeX source are mathematics? Formulas between delimiters, prose round them.

A source without `$`, `\[` or a display environment is mathematics throughout. Otherwise prose
outside is dropped, but for the word that joins a formula to the one before.
"""

from __future__ import annotations

import re

from eq2code.errors import ParseError
from eq2code.parse import prose, symbols
from eq2code.parse.lexemes import Lexeme
from eq2code.parse.tokens import listed
from eq2code.record import record
from eq2code.source import Span

_DELIMITED = re.compile(r"\$|\\[\[(]|\\begin\s*\{")
_PROSE_COMMANDS = frozenset(
    listed(
        "label cite citep citet ref eqref noindent paragraph section subsection emph textbf"
        " textit footnote item centering par newline medskip bigskip smallskip vspace hspace begin"
        " end tag nonumber text textrm"
    )
)


@record
class Region:
    """A stretch of the source: `kind` is "display", "inline" or "prose"."""

    kind: str
    lexemes: list[Lexeme]


def regions(text: str, lexemes: list[Lexeme]) -> list[Region]:
    """The source, cut where mathematics begins and ends."""
    if not _DELIMITED.search(text):
        return [Region("display", lexemes)]
    cut = _Cutter(lexemes).run()
    if not any(region.kind != "prose" for region in cut):
        return [Region("display", lexemes)]
    return [
        Region("display", region.lexemes)
        if region.kind == "prose" and _formula(region.lexemes)
        else region
        for region in cut
    ]


def keyword(region: Region) -> str | None:
    """The word of a prose that joins the next formula to the one before."""
    words = " ".join(lexeme[1] for lexeme in region.lexemes if lexeme[0] in "RO")
    return prose.last_keyword(words)


def _formula(lexemes: list[Lexeme]) -> bool:
    """Whether what stands outside the delimiters is mathematics all the same."""
    math = False
    for kind, text, *_ in lexemes:
        if kind == "C" and text not in _PROSE_COMMANDS:
            math = True
        if kind == "O" and text in "=_^+<>":
            math = True
    return math


class _Cutter:
    def __init__(self, lexemes: list[Lexeme]) -> None:
        self.lexemes = lexemes
        self.found: list[Region] = []
        self.current: list[Lexeme] = []
        self.kind = "prose"
        self.closer: tuple[str, str] | None = None
        self.opener: Lexeme | None = None

    def run(self) -> list[Region]:
        place = 0
        while place < len(self.lexemes):
            lexeme = self.lexemes[place]
            if self.closer is not None:
                place = self._inside(place, lexeme)
            else:
                place = self._outside(place, lexeme)
        if self.closer is not None and self.opener is not None:
            what = {"C": "\\begin", "E": f"\\{self.opener[1]}"}.get(self.opener[0], self.opener[1])
            raise ParseError(
                f"this {what} is never closed", Span(*self.opener[2:4]),
                hints=("write what ends it, or leave it out: a formula alone needs none",),
            )  # fmt: skip
        self._cut("prose")
        return self.found

    def _cut(self, kind: str) -> None:
        if self.current:
            self.found.append(Region(self.kind, self.current))
        self.current, self.kind = [], kind

    def _outside(self, place: int, lexeme: Lexeme) -> int:
        kind, text = lexeme[:2]
        if kind == "S":
            self._enter("display" if text == "$$" else "inline", ("S", text), lexeme)
            return place + 1
        if kind == "E" and text in "[(":
            self._enter(
                "display" if text == "[" else "inline", ("E", "])"["[(".index(text)]), lexeme
            )
            return place + 1
        if kind == "C" and text in ("begin", "end"):
            name, after = _environment(self.lexemes, place)
            plain = name.rstrip("*")
            if plain == "subequations":
                return after
            if text == "begin" and plain in symbols.DISPLAYS:
                whole = (kind, text, lexeme[2], self.lexemes[after - 1][3], lexeme[4])
                self._enter("display", ("end", name), whole)
                self.current += self.lexemes[place:after]
                return after
            self.current += self.lexemes[place:after]
            return after
        if kind == "C" and text in ("text", "mbox", "textrm", "intertext"):
            return self._passage(place)
        self.current.append(lexeme)
        return place + 1

    def _passage(self, place: int) -> int:
        """Dollar signs inside `\\text{…}` belong to it."""
        depth = 0
        for later in range(place + 1, len(self.lexemes)):
            kind, text = self.lexemes[later][:2]
            depth += (kind == "O" and text == "{") - (kind == "O" and text == "}")
            if depth <= 0:
                self.current += self.lexemes[place : later + 1]
                return later + 1
        self.current.append(self.lexemes[place])
        return place + 1

    def _enter(self, kind: str, closer: tuple[str, str], opener: Lexeme) -> None:
        self._cut(kind)
        self.closer, self.opener = closer, opener

    def _inside(self, place: int, lexeme: Lexeme) -> int:
        kind, text = lexeme[:2]
        assert self.closer is not None
        if kind == "C" and text in ("text", "mbox", "textrm", "intertext"):
            return self._passage(place)
        if (kind, text) == self.closer:
            self.closer = None
            self._cut("prose")
            return place + 1
        if kind == "C" and text == "end" and self.closer[0] == "end":
            name, after = _environment(self.lexemes, place)
            self.current += self.lexemes[place:after]
            if name == self.closer[1]:
                self.closer = None
                self._cut("prose")
            return after
        self.current.append(lexeme)
        return place + 1


def _environment(lexemes: list[Lexeme], place: int) -> tuple[str, int]:
    """The name behind `\\begin`, and the place after it."""
    name = ""
    if place + 1 < len(lexemes) and lexemes[place + 1][:2] == ("O", "{"):
        for later in range(place + 2, len(lexemes)):
            if lexemes[later][:2] == ("O", "}"):
                return name, later + 1
            name += lexemes[later][1]
    raise ParseError(
        "\\begin and \\end need the name of an environment in braces",
        Span(*lexemes[place][2:4]),
        hints=(r"write \begin{aligned} … \end{aligned}",),
    )
