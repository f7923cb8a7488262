r"""What does LaTeX say, sign by sign? Lexemes to tokens: commands looked up, noise dropped.

One pass, with a stack for the groups of braces. What prints nothing is dropped (labels, spacing,
sizes, `\left`), letters carry their style, and a run of letters becomes one word where its style
says so. Runs whose reading depends on the rest of the source stay RUN tokens, for `names`.
"""

from __future__ import annotations

from collections.abc import Callable

from eq2code.errors import ParseError, UnsupportedError
from eq2code.parse import symbols
from eq2code.parse import tokens as t
from eq2code.parse.characters import SUBSCRIPTS, SUPERSCRIPTS
from eq2code.parse.guard import too_deep
from eq2code.parse.letters import LetterMaker
from eq2code.parse.lexemes import Lexeme
from eq2code.parse.signs import unsupported
from eq2code.parse.symbols import COMMANDS, Sign
from eq2code.parse.tokens import Token
from eq2code.source import Span

_LENGTHS = ("pt", "em", "ex", "mu", "cm", "mm", "in", "sp", "bp", "pc", "dd", "cc")
_DEFINES = frozenset({"def", "Delta", "triangle", "?", "!", "defn", "defined", "."})


class LatexMaker(LetterMaker):
    """Reads the lexemes of one region of mathematics: every command has its method."""

    def take(self, lexeme: Lexeme) -> None:
        """Read one lexeme."""
        _KINDS[lexeme[0]](self, lexeme)

    def read(self) -> list[Token]:
        """All the tokens of the region."""
        lexemes, handlers, end = self.lexemes, _KINDS, len(self.lexemes)
        while self.at < end:
            lexeme = lexemes[self.at]
            self.at += 1
            if lexeme[4] > 1 and not self.groups and not self.environments:
                self.add(t.BREAK, "soft" if lexeme[4] == 2 else "", lexeme[2], lexeme[2])
            handlers[lexeme[0]](self, lexeme)
        if self.groups:
            raise self._unclosed()
        if self.labels:
            self._check_labels()
        return self.out

    # --- characters ------------------------------------------------------------------------------

    def _other(self, lexeme: Lexeme) -> None:
        _, text, start, end, _ = lexeme
        if text in _CHARACTERS:
            _CHARACTERS[text](self, lexeme)
        elif text in symbols.CHARACTERS:
            self._sign(symbols.CHARACTERS[text], start, end)
        elif text in SUPERSCRIPTS:
            self.raised(self._more(text, SUPERSCRIPTS), start)
        elif text in SUBSCRIPTS:
            self.lowered(self._more(text, SUBSCRIPTS), start)
        elif text == "\\":
            raise ParseError(
                "a backslash with nothing behind it",
                Span(start, end),
                hints=("leave it out, or write the command's name",),
            )
        else:
            self._styled(lambda: self.character(text, start, end))

    def _pair(self, lexeme: Lexeme) -> None:
        self._sign(symbols.ASCII_PAIRS[lexeme[1]], lexeme[2], lexeme[3])

    def _dots(self, lexeme: Lexeme) -> None:
        self.sign(COMMANDS["dots"], lexeme[2], lexeme[3])

    def _stop(self, lexeme: Lexeme) -> None:
        self.add(t.STOP, ".", lexeme[2], lexeme[3])

    def _tie(self, lexeme: Lexeme) -> None:
        self._narrow(lexeme)

    def _narrow(self, lexeme: Lexeme) -> None:
        """Two spaces in a row are a wide one."""
        before = self.lexemes[self.at - 2] if self.at > 1 else None
        if before is not None and before[0] in "CEO" and before[1] in symbols.NARROW:
            self.add(t.QUAD, "", lexeme[2], lexeme[3])

    def _row_end(self, lexeme: Lexeme) -> None:
        if any(group.rows for group in self.groups):
            self.add(t.SEP, ",", lexeme[2], lexeme[3])
        else:
            self.add(t.NEWROW, "\\\\", lexeme[2], lexeme[3])

    def _dollar(self, lexeme: Lexeme) -> None:
        raise ParseError(
            "this $ opens or closes no formula",
            Span(lexeme[2], lexeme[3]),
            hints=("write one $ before the formula and one behind it, or none",),
        )

    def _right_bracket(self, lexeme: Lexeme) -> None:
        if self.at - 1 in self.optional:
            group = self.groups.pop()
            self.add(t.ROPT, "]", lexeme[2], lexeme[3])
            self.pending = group.pending
            return
        self._sign(symbols.CHARACTERS["]"], lexeme[2], lexeme[3])

    # --- commands --------------------------------------------------------------------------------

    def _command(self, lexeme: Lexeme) -> None:
        _, name, start, end, _ = lexeme
        sign = COMMANDS.get(name)
        if sign is not None:
            self._sign(sign, start, end)
            return
        handler = _COMMANDS.get(name)
        if handler is None:
            raise self._unknown(name, Span(start, end))
        handler(self, lexeme)

    def _unknown(self, name: str, span: Span) -> ParseError | UnsupportedError:
        if name in symbols.UNSUPPORTED:
            return unsupported(f"\\{name}", name, span)
        near = _near(name, [*_COMMANDS, *COMMANDS])
        if len(name) > 40:
            return ParseError(
                "this is no command that is known",
                span,
                hints=("\\operatorname{…} writes a function",),
            )
        starts = max(
            (c for c in COMMANDS if len(c) > 2 and name.startswith(c)), key=len, default=""
        )
        if starts and (not near or len(name) - len(starts) == 1):
            hint = f"did you mean \\{starts} {name[len(starts) :]}?"
        else:
            hint = f"did you mean \\{near[0]}?" if near else "\\operatorname{…} writes a function"
        return ParseError(f"\\{name} is no command that is known", span, hints=(hint,))

    def _escape(self, lexeme: Lexeme) -> None:
        _, text, start, end, _ = lexeme
        sign = symbols.ESCAPES.get(text)
        if sign is not None:
            self._sign(sign, start, end)
        elif text == "_":
            self._underscored(start)
        elif text in symbols.NARROW:
            self._narrow(lexeme)
        elif text not in symbols.SPACES and text not in "-\n\t":
            raise ParseError(
                f"\\{text} is no notation that is known", Span(start, end),
                hints=("leave it out, or write the sign without the backslash",),
            )  # fmt: skip

    def _nothing(self, lexeme: Lexeme) -> None:
        pass

    def _asterisk(self, lexeme: Lexeme) -> None:
        r"""`\ast` convolves, where a typed asterisk multiplies; as a mark they are the same."""
        if self.pending:
            self._sign(symbols.CHARACTERS["*"], lexeme[2], lexeme[3])
        else:
            self.add(t.OP, "⋆", lexeme[2], lexeme[3]).style = "*"

    def _wide(self, lexeme: Lexeme) -> None:
        self.add(t.QUAD, "", lexeme[2], lexeme[3])

    def _for_all(self, lexeme: Lexeme) -> None:
        self.add(t.KEYWORD, "for", lexeme[2], lexeme[3])

    def _negated(self, lexeme: Lexeme) -> None:
        negations = {"=": "≠", "∈": "∉", "<": "≥", ">": "≤", "≡": "≠"}
        if self.at < len(self.lexemes):
            kind, text, _, end, _ = self.lexemes[self.at]
            sign = COMMANDS.get(text) if kind == "C" else symbols.CHARACTERS.get(text)
            if sign is not None and sign.text in negations:
                self.at += 1
                self.add(t.REL, negations[sign.text], lexeme[2], end)
                return
        raise UnsupportedError(
            r"\not is translated before =, \in, < and > only", Span(*lexeme[2:4]),
            hints=(r"\lnot stands before a condition",),
        )  # fmt: skip

    def _drop(self, lexeme: Lexeme) -> None:
        self._skip_star()
        self._skip_optional()
        for _ in range(symbols.IGNORED_ARGUMENTS[lexeme[1]]):
            self._skip_argument()

    def _kern(self, lexeme: Lexeme) -> None:
        if self._peek("O", "-") or self._peek("O", "+"):
            self.at += 1
        if self._peek("N"):
            self.at += 1
        if not self._peek("R") or self.lexemes[self.at][1][:2] not in _LENGTHS:
            raise ParseError(
                f"\\{lexeme[1]} needs a length, such as 2mu",
                Span(*lexeme[2:4]),
                hints=("leave it out: a space means nothing",),
            )
        _, text, start, end, _ = self.lexemes[self.at]
        if len(text) > 2:
            self.lexemes[self.at] = ("R", text[2:], start + 2, end, 0)
        else:
            self.at += 1

    def _transparent(self, lexeme: Lexeme) -> None:
        self.rows = lexeme[1] == "substack"
        if self._peek("O", "{"):
            self.at += 1
            brace = self.lexemes[self.at - 1]
            self._push(self.add(t.GROUP, "{", brace[2], brace[3]), self.style)

    def _labelled(self, lexeme: Lexeme) -> None:
        self.label = symbols.BRACES[lexeme[1]]
        if not self._peek("O", "{"):
            raise ParseError(
                f"\\{lexeme[1]} needs braces behind it",
                Span(*lexeme[2:4]),
                hints=(f"write \\{lexeme[1]}{{…}}",),
            )

    # --- commands with arguments -----------------------------------------------------------------

    def _expect(self, count: int, span: Span) -> None:
        """Arguments follow. Without braces they nest without end, so that they are counted."""
        self.nested = self.nested + 1 if self.pending else 0
        if self.nested > self.limits.depth:
            raise too_deep(self.limits, span)
        self.pending = self.pending - 1 + count if self.pending else count

    def _fraction(self, lexeme: Lexeme) -> None:
        self._expect(2, Span(*lexeme[2:4]))
        self._skip_optional()
        self.add(t.FRACTION, "", lexeme[2], lexeme[3])

    def _binomial(self, lexeme: Lexeme) -> None:
        self._expect(2, Span(*lexeme[2:4]))
        self.add(t.BINOMIAL, "", lexeme[2], lexeme[3])

    def _accent(self, lexeme: Lexeme) -> None:
        self._expect(1, Span(*lexeme[2:4]))
        self.add(t.ACCENT, symbols.ACCENTS[lexeme[1]], lexeme[2], lexeme[3])

    def _root(self, lexeme: Lexeme) -> None:
        self._expect(1, Span(*lexeme[2:4]))
        self.add(t.ROOT, "", lexeme[2], lexeme[3])
        if not self._peek("O", "["):
            return
        depth = 0
        for place in range(self.at + 1, len(self.lexemes)):
            kind, text = self.lexemes[place][:2]
            if kind == "O" and text in "{[":
                depth += 1
            elif kind == "O" and text == "]" and not depth:
                self.optional.add(place)
                break
            elif kind == "O" and text in "}]":
                depth -= 1
        else:
            raise ParseError(
                "this [ is never closed", Span(*self.lexemes[self.at][2:4]),
                hints=("write its ] where it ends",),
            )  # fmt: skip
        bracket = self.lexemes[self.at]
        self.at += 1
        self._push(self.add(t.LOPT, "[", bracket[2], bracket[3]), self.style)

    def _stack(self, lexeme: Lexeme) -> None:
        r"""`\stackrel{…}{=}` is a relation; anything else gets a script."""
        relation = self._stacked_relation()
        if relation is not None:
            text, end = relation
            self.add(t.REL, text, lexeme[2], end)
            return
        self._expect(2, Span(*lexeme[2:4]))
        self.add(symbols.STACKS[lexeme[1]], "", lexeme[2], lexeme[3])

    def _stacked_relation(self) -> tuple[str, int] | None:
        if not self._peek("O", "{"):
            return None
        first = self._group_end(self.at)
        place = first + 1
        if place >= len(self.lexemes):
            return None
        inside = [self.lexemes[place]]
        end = place
        if inside[0][0] == "O" and inside[0][1] == "{":
            end = self._group_end(place)
            inside = self.lexemes[place + 1 : end]
        if len(inside) != 1:
            return None
        kind, text = inside[0][:2]
        sign = COMMANDS.get(text) if kind == "C" else symbols.CHARACTERS.get(text)
        if sign is None or sign.kind != t.REL:
            return None
        label = [piece[1] for piece in self.lexemes[self.at + 1 : first] if piece[1] not in "{}"]
        defines = sign.text in ("=", "≡") and bool(_DEFINES & {*label, "".join(label)})
        self.at = end + 1
        return ("≜" if defines else sign.text), self.lexemes[end][3]

    def _divided(self, lexeme: Lexeme) -> None:
        kind = t.OVER if lexeme[1] == "over" else t.CHOOSE
        self.add(kind, "", lexeme[2], lexeme[3])

    def _unpaired(self, command: Lexeme) -> ParseError:
        return ParseError(
            f"\\{command[1]} needs a bracket behind it", Span(*command[2:4]),
            hints=(f"write the bracket, or a point where none is drawn: \\{command[1]}.",),
        )  # fmt: skip

    # --- brackets with a size --------------------------------------------------------------------

    def _delimiter(self, command: Lexeme) -> tuple[str, int]:
        """The bracket that follows a size, and where it ends."""
        if self.at >= len(self.lexemes):
            raise self._unpaired(command)
        kind, text, start, end, _ = self.lexemes[self.at]
        sign = None
        if kind == "N" and text[0] == ".":  # \left.5 is no number
            self.lexemes[self.at] = (kind, text[1:], start + 1, end, 0)
            return "", start + 1
        if kind == "C":
            sign = COMMANDS.get(text)
        elif kind == "E":
            sign = symbols.ESCAPES.get(text)
        elif kind == "P" and text == "||":
            sign = symbols.ASCII_PAIRS[text]
        elif text in ".<>/" and kind == "O":
            self.at += 1
            return {".": "", "<": "⟨", ">": "⟩", "/": "/"}[text], end
        elif kind == "O":
            sign = symbols.CHARACTERS.get(text)
        if sign is None or sign.kind not in (t.OPEN, t.CLOSE, t.BAR, t.SEP) or sign.text in ",;":
            raise self._unpaired(command)
        self.at += 1
        return sign.text, end

    def _left(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        if text not in symbols.PARTNERS and text:
            raise ParseError(
                f"{text} does not open a bracket",
                Span(lexeme[2], end),
                hints=("write what opens it, or a point where nothing is drawn: \\left.",),
            )
        self._sign(Sign(t.OPEN, text), lexeme[2], end)

    def _right(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        self._sign(Sign(t.CLOSE, text), lexeme[2], end)

    def _big_left(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        kind = t.OPEN if text in symbols.PARTNERS else t.OP if text == "/" else t.CLOSE
        self._sign(Sign(kind, text), lexeme[2], end)

    def _big_right(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        kind = t.OPEN if text in "([{⟨⌊⌈⟦" and text else t.OP if text == "/" else t.CLOSE
        self._sign(Sign(kind, text), lexeme[2], end)

    def _middle(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        if text == "/":
            self.add(t.OP, "/", lexeme[2], end)
        elif text in "|‖" and text:
            self.add(t.SEP, text, lexeme[2], end)
        else:
            raise UnsupportedError(
                f"\\{lexeme[1]} is translated before | only", Span(lexeme[2], end),
                hints=("leave it out: brackets find their size by themselves",),
            )  # fmt: skip

    # --- environments ----------------------------------------------------------------------------

    def _environment(self, lexeme: Lexeme) -> None:
        self._skip_optional() if self._peek("O", "[") else None
        name = "".join(piece[1] for piece in self._take_group(lexeme))
        plain = name.rstrip("*")
        end = self.lexemes[self.at - 1][3]
        if plain in symbols.OUTER:
            return
        if plain not in _ENVIRONMENTS:
            near = _near(plain, list(_ENVIRONMENTS))
            raise ParseError(
                f"{name} is no environment that is known",
                Span(lexeme[2], end),
                hints=(
                    f"did you mean {near[0]}?"
                    if near
                    else "leave it out, or write aligned, cases, pmatrix or bmatrix",
                ),
            )
        if lexeme[1] == "end":
            self.add(t.FINISH, plain, lexeme[2], end)
            self.environments -= 1
            return
        self.environments += 1
        if plain not in symbols.DISPLAYS:
            self._skip_optional()
        if plain in symbols.WITH_COLUMNS and self._peek("O", "{"):
            self._skip_argument()
        self.add(t.BEGIN, plain, lexeme[2], end)

    def _refuse(self, lexeme: Lexeme) -> None:
        raise unsupported(f"\\{lexeme[1]}", lexeme[1], Span(*lexeme[2:4]))


def _near(name: str, known: list[str]) -> list[str]:
    """The known name that is most like this one, if one is."""
    from difflib import get_close_matches  # only for an error

    return get_close_matches(name, known, n=1, cutoff=0.7)


Handler = Callable[[LatexMaker, Lexeme], None]

_KINDS: dict[str, Handler] = {
    "C": LatexMaker._command, "E": LatexMaker._escape, "R": LatexMaker._run,
    "N": LatexMaker._number, "D": LatexMaker._dots, "X": LatexMaker._row_end,
    "S": LatexMaker._dollar, "P": LatexMaker._pair, "O": LatexMaker._other,
}  # fmt: skip

_CHARACTERS: dict[str, Handler] = {
    "{": LatexMaker._open, "}": LatexMaker._close, "~": LatexMaker._tie, ".": LatexMaker._stop,
    "]": LatexMaker._right_bracket,
}  # fmt: skip

_ENVIRONMENTS = frozenset(
    {*symbols.DISPLAYS, *symbols.ALIGNED, *symbols.ARRAYS, *symbols.CASES, *symbols.MATRICES}
)

_COMMANDS: dict[str, Handler] = {
    **dict.fromkeys(symbols.UNSUPPORTED, LatexMaker._refuse),
    **dict.fromkeys(symbols.IGNORED, LatexMaker._nothing),
    **dict.fromkeys(symbols.SPACES, LatexMaker._nothing),
    **dict.fromkeys(symbols.NARROW, LatexMaker._narrow),
    **dict.fromkeys(symbols.WIDE, LatexMaker._wide),
    **dict.fromkeys(symbols.IGNORED_ARGUMENTS, LatexMaker._drop),
    **dict.fromkeys(symbols.KERNS, LatexMaker._kern),
    **dict.fromkeys(symbols.SIZES, LatexMaker._nothing),
    **dict.fromkeys(symbols.OPEN_SIZES, LatexMaker._big_left),
    **dict.fromkeys(symbols.CLOSE_SIZES, LatexMaker._big_right),
    **dict.fromkeys(symbols.MIDDLE_SIZES, LatexMaker._middle),
    **dict.fromkeys(symbols.STYLES, LatexMaker._set_style),
    **dict.fromkeys(symbols.TEXT_STYLES, LatexMaker._text),
    **dict.fromkeys(symbols.SWITCHES, LatexMaker._switch),
    **dict.fromkeys(symbols.TRANSPARENT, LatexMaker._transparent),
    **dict.fromkeys(symbols.BRACES, LatexMaker._labelled),
    **dict.fromkeys(symbols.FRACTIONS, LatexMaker._fraction),
    **dict.fromkeys(symbols.BINOMIALS, LatexMaker._binomial),
    **dict.fromkeys(symbols.ROOTS, LatexMaker._root),
    **dict.fromkeys(symbols.ACCENTS, LatexMaker._accent),
    **dict.fromkeys(symbols.STACKS, LatexMaker._stack),
    "left": LatexMaker._left, "right": LatexMaker._right, "not": LatexMaker._negated,
    "begin": LatexMaker._environment, "end": LatexMaker._environment,
    "over": LatexMaker._divided, "choose": LatexMaker._divided, "forall": LatexMaker._for_all,
    "ast": LatexMaker._asterisk,
}  # fmt: skip

_NAMING = {
    *symbols.LETTER_COMMANDS,
    *symbols.OPERATOR_WORDS,
    *symbols.STYLES,
    *symbols.TEXT_STYLES,
    *symbols.ACCENTS,
}

NAMES = frozenset(
    _NAMING - {"mathrm", "text", "operatorname", "mathop", "mathbf", "mathbb", "mathcal"}
)
"""Commands that a source may redefine: they name or dress letters."""

FIXED = frozenset({*_COMMANDS, *COMMANDS}) - NAMES
"""Commands whose meaning stays."""
