"""Which token does a sign make? What LaTeX and plain text have in common.

`Maker` collects tokens. Signs are looked up in `symbols`, Unicode letters and scripts in
`characters`; a character that neither knows is refused by its name.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from eq2code.errors import AmbiguousError, ParseError, TooLargeError, UnsupportedError
from eq2code.limits import Limits
from eq2code.parse import tokens as t
from eq2code.parse.build import number
from eq2code.parse.characters import (
    COMBINING,
    FRACTION_CHARACTERS,
    LOOKALIKES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    accented,
    letter,
    named,
    same,
)
from eq2code.parse.lexemes import Lexeme
from eq2code.parse.symbols import (
    CHARACTERS,
    INSTEAD,
    UNSUPPORTED,
    UNSUPPORTED_CHARACTERS,
    Sign,
)
from eq2code.parse.tokens import Token
from eq2code.parse.undrawn import ARGUMENT
from eq2code.source import Span
from eq2code.trees.notation import (
    Accent,
    Ellipsis,
    Fraction,
    Letter,
    Mark,
    Notation,
    Number,
    Word,
)

SIGNIFIED = "write in words of mathematics what it stands for"
KNOWN = "write a letter or a sign that formulas have"
UNOPENED = "leave it out, or write where it opens"

MARKS: dict[str, str] = {
    "*": "*", "+": "+", "-": "-", "·": "cdot", ":": ":", "⋆": "star", "∘": "circ",
}  # fmt: skip
"""Operators that may stand as a script of their own, and the mark they are then."""

_EXPONENT = re.compile(r"[eE][+-]?[0-9]+[A-Za-z]")
_HEXADECIMAL = re.compile(r"[xX][0-9A-F]")
_TENS = frozenset({"e", "E", "x", "X"})
_SUMS = {"Σ": ("sum", "Sigma"), "Π": ("prod", "Pi")}


def too_long(name: str, limits: Limits, start: int) -> TooLargeError:
    """The error for a name beyond the limit."""
    return TooLargeError(
        f"this name has {len(name):,} characters; at most {limits.name} are read",
        Span(start, start + len(name)),
        hints=("write a shorter name",),
    )


def unsupported(written: str, name: str, span: Span) -> UnsupportedError:
    """The error for a command of `UNSUPPORTED`, however it is written."""
    kind = UNSUPPORTED[name]
    hint = next(hint for words, hint in INSTEAD if kind.endswith(words))
    return UnsupportedError(f"{written} ({kind}) is not translated", span, hints=(hint,))


class Maker:
    """A place in the lexemes of a source, and the tokens made so far.

    Attributes:
        lexemes: what the source is made of.
        at: the place of the next lexeme.
        out: the tokens so far.
        words: names that the user declared.
        functions: spellings of known functions.
        pending: how many arguments, written without braces, are still expected.
        style: the style of letters here.
    """

    def __init__(
        self,
        lexemes: list[Lexeme],
        words: frozenset[str],
        functions: frozenset[str],
        limits: Limits,
        warnings: dict[str, None],
    ) -> None:
        self.lexemes = lexemes
        self.at = 0
        self.out: list[Token] = []
        self.words = words
        self.functions = functions
        self.limits = limits
        self.warnings = warnings
        self.pending = 0
        self.style = ""

    def atom(self, node: Notation, text: str, start: int, end: int, style: str = "") -> Token:
        """Add a finished piece."""
        token = Token(t.ATOM, text, start, end, node, style)
        self.out.append(token)
        if self.pending:
            self.pending -= 1
        return token

    def add(self, kind: str, text: str, start: int, end: int) -> Token:
        """Add a sign."""
        token = Token(kind, text, start, end)
        self.out.append(token)
        return token

    def letter(self, text: str, style: str, start: int, end: int) -> None:
        """Add a letter, in its own style or else the style here."""
        self.atom(Letter(text, style or self.style, span=Span(start, end)), text, start, end)

    def word(self, text: str, style: str, start: int, end: int) -> Token:
        """Add a word; a known function waits for its argument."""
        if len(text) > self.limits.name:
            raise too_long(text, self.limits, start)
        if len(text) == 1:
            return self.atom(Letter(text, style, span=Span(start, end)), text, start, end)
        waits = "op" if style in ("op", "big") or text in self.functions else ""
        return self.atom(Word(text, style, span=Span(start, end)), text, start, end, waits)

    def numeral(self, text: str, start: int, end: int) -> None:
        """Add a number; two that touch, as in 1.1.1, are none."""
        if len(text) > self.limits.digits:
            raise TooLargeError(
                f"this number has {len(text)} digits; at most {self.limits.digits} are read",
                Span(start, end),
                hints=("write it with fewer digits, or as a power of ten",),
            )
        last = self.out[-1] if self.out else None
        if last is not None and last.end == start and type(last.node) is Number:
            raise ParseError(
                "this is no number", Span(last.start, end),
                hints=("a number has one point; a product has a sign or a space between",),
            )  # fmt: skip
        self._check_exponent(text, end)
        self.atom(number(text, Span(start, end)), text, start, end)

    def _check_exponent(self, text: str, end: int) -> None:
        """`2e-3x` is 0.002 x, or a difference; with spaces either is said."""
        if self.at >= len(self.lexemes) or self.lexemes[self.at][1][:1] not in _TENS:
            return
        behind = self.lexemes[self.at : self.at + 4]
        touching = itertools.takewhile(lambda lexeme: not lexeme[4], behind)
        joined = "".join([lexeme[1] for lexeme in touching])
        if text == "0" and _HEXADECIMAL.match(joined):
            raise ParseError(
                "numbers are read to the base of ten alone",
                Span(end - 1, behind[0][3]),
                hints=("write the number with its decimal digits",),
            )
        if _EXPONENT.match(joined):
            raise AmbiguousError(
                f"e behind {text} makes it a number of tens, or is a symbol",
                Span(end - len(text), behind[0][3]),
                readings=("one number, times what follows", "a product with e"),
                hints=("write a space or a sign: 2e-3 * x, or 2 e - 3 x",),
            )

    def sign(self, sign: Sign, start: int, end: int) -> None:
        """Add what the tables say of a sign."""
        kind, text, style = sign
        if kind == t.LETTER:
            self.letter(text, style, start, end)
        elif kind == t.WORD:
            self._operator(text, style, start, end)
        elif kind == t.MARK:
            self.atom(Mark(text, span=Span(start, end)), text, start, end)
        elif kind == t.ELLIPSIS:
            self.atom(Ellipsis(span=Span(start, end)), "…", start, end)
        elif kind == t.PRIME:
            self._prime(text, start, end)
        elif self.pending and text in MARKS and self.out and self.out[-1].kind in (t.SUB, t.SUP):
            self.atom(Mark(MARKS[text], span=Span(start, end)), text, start, end)
        else:
            self.out.append(Token(kind, text, start, end))

    def _prime(self, text: str, start: int, end: int) -> None:
        if self.out and self.out[-1].kind == t.SUP:  # x^\prime is x'
            raiser = self.out.pop()
            if raiser.end - raiser.start > 1:
                raise ParseError(
                    "this ** raises nothing",
                    raiser.span,
                    hints=("write the symbol in front of it: x**2",),
                )
            self.pending = 0
        self.add(t.PRIME, text, start, end)

    def _operator(self, text: str, style: str, start: int, end: int) -> None:
        """Add an operator's name; `\\arg` before `\\max` is one with it."""
        last = self.out[-1].node if self.out else None
        if text in ("max", "min") and type(last) is Word and last.text == "arg":
            start = self.out.pop().start
            text = "arg" + text
        self.atom(Word(text, style, span=Span(start, end)), text, start, end, "op")

    def character(self, character: str, start: int, end: int) -> None:
        """Add what one character stands for, or refuse it."""
        sign = CHARACTERS.get(character)
        if sign is not None:
            self.sign(sign, start, end)
        elif character in _SUMS:
            text, name = _SUMS[character]
            node = Letter(name, self.style, span=Span(start, end))
            self.atom(node, text, start, end).kind = t.SIGMA
        elif character.isascii() and character.isalpha():
            self.letter(character, "", start, end)
        elif (found := letter(character)) is not None:
            self.letter(found[0], found[1], start, end)
        elif character in COMBINING:
            self._combine(COMBINING[character], start, end)
        elif (parts := accented(character)) is not None:
            self.character(parts[0], start, end)
            self._combine(COMBINING[parts[1]], end, end)
        elif (other := same(character)) is not None:
            self.character(other, start, end)
        elif character in UNSUPPORTED_CHARACTERS:
            raise unsupported(character, UNSUPPORTED_CHARACTERS[character], Span(start, end))
        elif character in FRACTION_CHARACTERS:
            self._vulgar(character, start, end)
        elif character in LOOKALIKES:
            latin = LOOKALIKES[character]
            self.warnings[f"{named(character)} was read as the Latin letter {latin}"] = None
            self.letter(latin, "", start, end)
        else:
            signifies = unicodedata.category(character) == "Sm"
            raise ParseError(
                f"{named(character)} is no notation that is known", Span(start, end),
                hints=(f"{SIGNIFIED if signifies else 'leave it out'}, or {KNOWN}",),
            )  # fmt: skip

    def _vulgar(self, character: str, start: int, end: int) -> None:
        span = Span(start, end)
        upper, lower = FRACTION_CHARACTERS[character]
        node = Fraction(Number(upper, span=span), Number(lower, span=span), span=span)
        self.atom(node, character, start, end)

    def _combine(self, kind: str, start: int, end: int) -> None:
        """Put an accent on the letter before."""
        last = self.out[-1] if self.out else None
        node = last.node if last is not None else None
        if last is None or not isinstance(node, Letter | Accent | Word) or last.end != start:
            raise ParseError(
                "this accent stands over nothing",
                Span(start, end),
                hints=("write it behind the letter that it stands over",),
            )
        span = Span(last.start, end)
        if kind == "vec" and isinstance(node, Letter):
            last.node = Letter(node.text, "vec", span=span)
        else:
            last.node = Accent(kind, node, span=span)
        if last.kind == t.SIGMA:
            last.kind = t.ATOM
        last.end = end

    # --- scripts of Unicode ----------------------------------------------------------------------

    def raised(self, characters: str, start: int) -> None:
        """Add a run of superscript characters: `⁻¹`, `ᵀ`, `²`."""
        self._small(t.SUP, "^", [(c, SUPERSCRIPTS[c]) for c in characters], start)

    def lowered(self, characters: str, start: int) -> None:
        """Add a run of subscript characters: `₁`, `ᵢⱼ`, `ₜ₋₁`."""
        self._small(t.SUB, "_", [(c, SUBSCRIPTS[c]) for c in characters], start)

    def _more(self, text: str, table: dict[str, str]) -> str:
        """The characters of the same kind that follow at once."""
        while self.at < len(self.lexemes):
            kind, following, _, _, gap = self.lexemes[self.at]
            if kind != "O" or gap or following not in table:
                break
            text += following
            self.at += 1
        return text

    def _small(self, kind: str, text: str, parts: list[tuple[str, str]], start: int) -> None:
        self.add(kind, text, start, start)
        pending, self.pending = self.pending, 0
        if len(parts) == 1 and parts[0][1] in MARKS:
            mark = Mark(MARKS[parts[0][1]], span=Span(start, start + 1))
            self.atom(mark, text, start, start + 1)
        else:
            opener = self.add(t.GROUP, "{", start, start)
            opener.style = ARGUMENT
            place = start
            while place < start + len(parts):
                place = self._small_part(parts, start, place)
            self.add(t.ENDGROUP, "}", place, place)
        self.pending = max(pending - 1, 0)

    def _small_part(self, parts: list[tuple[str, str]], start: int, place: int) -> int:
        raw, plain = parts[place - start]
        if raw == "ᵀ":
            self.atom(Mark("top", span=Span(place, place + 1)), "top", place, place + 1)
            return place + 1
        if not plain.isdigit():
            self.character(plain, place, place + 1)
            return place + 1
        end = place
        while end < start + len(parts) and parts[end - start][1].isdigit():
            end += 1
        self.numeral("".join(p[1] for p in parts[place - start : end - start]), place, end)
        return end
