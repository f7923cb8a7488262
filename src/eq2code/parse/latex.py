r"""What does LaTeX say, sign by sign? Lexemes to tokens: commands looked up, styles applied, noise
dropped.

One pass, with a stack for the groups of braces. What prints nothing is dropped (labels, spacing,
sizes, `\left`), letters carry their style, and a run of letters becomes one word where its style
says so. Runs whose reading depends on the rest of the source stay RUN tokens, for `names`.
"""

from __future__ import annotations

from collections.abc import Callable

from eq2code.errors import ParseError, UnsupportedError
from eq2code.limits import Limits
from eq2code.parse import prose, symbols
from eq2code.parse import tokens as t
from eq2code.parse.characters import SUBSCRIPTS, SUPERSCRIPTS
from eq2code.parse.guard import too_deep
from eq2code.parse.lexemes import Lexeme
from eq2code.parse.signs import MARKS, Maker
from eq2code.parse.symbols import COMMANDS, Sign
from eq2code.parse.tokens import Token
from eq2code.source import Span
from eq2code.trees.notation import Letter, Mark, Number, Word

_LENGTHS = ("pt", "em", "ex", "mu", "cm", "mm", "in", "sp", "bp", "pc", "dd", "cc")
_DEFINES = frozenset({"def", "Delta", "triangle", "?", "!", "defn", "defined", "."})


class Group:
    """An open brace of the source, and what to restore when it closes."""

    __slots__ = ("label", "opener", "pending", "place", "rows", "style")

    def __init__(self, opener: Token | None, style: str, pending: int, place: int) -> None:
        self.opener = opener
        self.style = style
        self.pending = pending
        self.place = place
        self.label = ""
        self.rows = False


class LatexMaker(Maker):
    """Reads the lexemes of one region of mathematics."""

    def __init__(
        self,
        lexemes: list[Lexeme],
        words: frozenset[str],
        functions: frozenset[str],
        limits: Limits,
        warnings: dict[str, None],
    ) -> None:
        super().__init__(words, functions, limits, warnings)
        self.lexemes = lexemes
        self.at = 0
        self.once: str | None = None
        self.nested = 0
        self.environments = 0
        self.groups: list[Group] = []
        self.label = ""
        self.rows = False
        self.joining: Token | None = None
        self.optional: set[int] = set()
        self._braces: dict[int, int] | None = None

    def read(self) -> list[Token]:
        """All the tokens of the region."""
        lexemes, handlers = self.lexemes, _KINDS
        while self.at < len(lexemes):
            lexeme = lexemes[self.at]
            self.at += 1
            if lexeme[4] > 1 and not self.groups and not self.environments:
                self.add(t.BREAK, "soft" if lexeme[4] == 2 else "", lexeme[2], lexeme[2])
            handlers[lexeme[0]](self, lexeme)
        if self.groups:
            raise self._unclosed()
        return self.out

    def _unclosed(self) -> ParseError:
        opener = next((g.opener for g in reversed(self.groups) if g.opener is not None), None)
        text = opener.text if opener is not None else "{"
        return ParseError(f"this {text} is never closed", opener.span if opener else Span(0, 1))

    # --- letters and numbers ---------------------------------------------------------------------

    def _run(self, lexeme: Lexeme) -> None:
        _, text, start, end, gap = lexeme
        if self.pending or self.once is not None:
            self._separate(text, start, max(self.pending, 1))
        elif self._worded():
            self._word(text, start, end)
        elif len(text) == 1:
            self.letter(text, "", start, end)
        elif gap and text in symbols.BARE_KEYWORDS and not self.groups and self._gap_follows():
            self.add(t.KEYWORD, symbols.KEYWORDS[text], start, end)
        else:
            self.out.append(Token(t.RUN, text, start, end, style=self.style))

    def _worded(self) -> bool:
        return self.style in symbols.WORD_STYLES and self.once is None

    def _gap_follows(self) -> bool:
        if self.at >= len(self.lexemes):
            return True
        following = self.lexemes[self.at]
        return bool(following[4]) or following[1] in symbols.NARROW | symbols.WIDE

    def _separate(self, text: str, start: int, taken: int) -> None:
        """The first letters are arguments; what is left is a run of its own."""
        for place, character in enumerate(text[:taken], start):
            style = self.once if self.once is not None else self.style
            self.once = None
            self.atom(
                Letter(character, style, span=Span(place, place + 1)), character, place, place + 1
            )
        if text[taken:]:
            self._run(("R", text[taken:], start + taken, start + len(text), 0))

    def _word(self, text: str, start: int, end: int) -> None:
        """Add a word, or go on with the one before: `\\operatorname{arg\\,max}` is argmax."""
        last = self.out[-1] if self.out else None
        if last is not None and last is self.joining:
            self._extend(last, last.text + text, end)
            return
        if text in symbols.BARE_KEYWORDS and not self.pending and self.style != "op":
            self.add(t.KEYWORD, symbols.KEYWORDS[text], start, end)
            return
        self.joining = self.word(text, self.style, start, end)

    def _extend(self, token: Token, text: str, end: int) -> None:
        style = token.style and "op"
        node = token.node
        assert isinstance(node, Word | Letter)
        self.out.pop()
        pending, self.pending = self.pending, 0
        made = self.word(text, node.style, token.start, end)
        self.pending = pending
        made.style = made.style or style
        self.joining = made

    def _number(self, lexeme: Lexeme) -> None:
        _, text, start, end, _ = lexeme
        last = self.out[-1] if self.out else None
        if self._worded() and last is not None and last is self.joining and last.end == start:
            self._extend(last, last.text + text, end)
            return
        style = self.once if self.once is not None else self.style
        self.once = None
        if text in ("0", "1") and style in ("bf", "bb"):
            self.atom(Letter(text, style, span=Span(start, end)), text, start, end)
        elif self.pending and len(text) > 1 and text.isdigit():
            taken = min(self.pending, len(text))
            for place in range(taken):
                span = Span(start + place, start + place + 1)
                self.atom(Number(text[place], span=span), text[place], *span)
            if text[taken:]:
                span = Span(start + taken, end)
                self.atom(Number(text[taken:], span=span), text[taken:], *span)
        else:
            if "e" in text.lower() and not text.startswith("1e"):
                self.warnings[f"{text} was read as one number"] = None
            self.numeral(text, start, end)

    def _underscored(self, start: int) -> None:
        r"""`step\_num`: the underscore joins the letters on both sides to one name."""
        last = self.out[-1] if self.out else None
        following = self.lexemes[self.at] if self.at < len(self.lexemes) else None
        named = last is not None and (last.kind == t.RUN or isinstance(last.node, Word | Letter))
        if not named or following is None or following[0] not in "RN" or following[4]:
            raise ParseError(
                r"\_ joins the letters of a name, and here it joins nothing", Span(start, start + 2)
            )
        assert last is not None
        self.at += 1
        style = last.style if last.kind == t.RUN else ""
        if isinstance(last.node, Word | Letter):
            style = last.node.style
        self.out.pop()
        self.joining = self.word(f"{last.text}_{following[1]}", style, last.start, following[3])

    # --- characters ------------------------------------------------------------------------------

    def _other(self, lexeme: Lexeme) -> None:
        _, text, start, end, _ = lexeme
        handler = _CHARACTERS.get(text)
        if handler is not None:
            handler(self, lexeme)
            return
        sign = symbols.CHARACTERS.get(text)
        if sign is not None:
            self._sign(sign, start, end)
        elif text in SUPERSCRIPTS:
            self.raised(self._more(text, SUPERSCRIPTS), start)
        elif text in SUBSCRIPTS:
            self.lowered(self._more(text, SUBSCRIPTS), start)
        elif text == "\\":
            raise ParseError("a backslash with nothing behind it", Span(start, end))
        else:
            self._styled(lambda: self.character(text, start, end))

    def _styled(self, add: Callable[[], None]) -> None:
        """Add one piece in the style that was set for it alone."""
        if self.once is None:
            add()
            return
        style, self.style, self.once = self.style, self.once, None
        add()
        self.style = style

    def _more(self, text: str, table: dict[str, str]) -> str:
        """The characters of the same kind that follow at once."""
        while self.at < len(self.lexemes):
            kind, following, _, _, gap = self.lexemes[self.at]
            if kind != "O" or gap or following not in table:
                break
            text += following
            self.at += 1
        return text

    def _sign(self, sign: Sign, start: int, end: int) -> None:
        kind = sign.kind
        if sign.text == ";" and self.groups and self.style in symbols.WORD_STYLES:
            raise ParseError("a name holds letters and digits, and no ;", Span(start, end))
        if kind == t.OPEN and self.pending:
            if self.pending > 1:
                raise ParseError("an argument needs braces: \\frac{a}{b}", Span(start, end))
            self.pending = 0
        elif self.pending and kind == t.SIGN and self._peek("N") and not self.lexemes[self.at][4]:
            number = self.lexemes[self.at]
            raise ParseError(
                f"only the {sign.text} is raised here, and the {number[1]} is not",
                Span(start, number[3]),
                hints=(f"write ^{{{sign.text}{number[1]}}}",),
            )
        if self.once is not None:
            self._styled(lambda: self.sign(sign, start, end))
        else:
            self.sign(sign, start, end)
        if kind in (t.SUB, t.SUP):
            self.pending = 1

    def _peek(self, kind: str, text: str | None = None) -> bool:
        if self.at >= len(self.lexemes):
            return False
        following = self.lexemes[self.at]
        return following[0] == kind and (text is None or following[1] == text)

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
        raise ParseError("this $ opens or closes no formula", Span(lexeme[2], lexeme[3]))

    def _right_bracket(self, lexeme: Lexeme) -> None:
        if self.at - 1 in self.optional:
            group = self.groups.pop()
            closer = self.add(t.ROPT, "]", lexeme[2], lexeme[3])
            assert group.opener is not None
            closer.mate, group.opener.mate = group.opener, closer
            self.pending = group.pending
            return
        self._sign(symbols.CHARACTERS["]"], lexeme[2], lexeme[3])

    # --- groups ----------------------------------------------------------------------------------

    def _open(self, lexeme: Lexeme) -> None:
        _, _, start, end, _ = lexeme
        if not self.pending and self._peek("O", "}") and not self.label:
            self.at += 1
            return
        style = self.once if self.once is not None else self.style
        self.once = None
        self._push(self.add(t.GROUP, "{", start, end), style)

    def _push(self, opener: Token | None, style: str) -> None:
        if len(self.groups) >= self.limits.depth and opener is not None:
            raise too_deep(self.limits, opener.span)
        group = Group(opener, self.style, self.pending, len(self.out))
        group.label, group.rows = self.label, self.rows
        self.label, self.rows = "", False
        self.groups.append(group)
        self.style = style
        self.pending = 0
        self.joining = None

    def _close(self, lexeme: Lexeme) -> None:
        _, _, start, end, _ = lexeme
        if not self.groups or (
            self.groups[-1].opener is not None and self.groups[-1].opener.kind == t.LOPT
        ):
            raise ParseError("this } closes nothing", Span(start, end))
        group = self.groups.pop()
        self.style = group.style
        self.joining = None
        self.once = None
        if group.opener is not None and not self._collapsed(group):
            closer = self.add(t.ENDGROUP, "}", start, end)
            closer.mate, group.opener.mate = group.opener, closer
        self.pending = max(group.pending - 1, 0)
        if group.label and self._peek("O", group.label):
            self.at += 1
            self._skip_argument()

    def _collapsed(self, group: Group) -> bool:
        """Take the braces off one sign, and off primes that stand as a superscript."""
        inside = len(self.out) - group.place
        if inside < 1:
            return False
        opener = group.place - 1
        before = self.out[opener - 1] if opener else None
        script = before is not None and before.kind in (t.SUB, t.SUP)
        if all(token.kind == t.PRIME for token in self.out[group.place :]) and script:
            del self.out[opener - 1 : opener + 1]
            return True
        if inside != 1:
            return False
        token = self.out[-1]
        if token.kind in (t.ATOM, t.KEYWORD):
            del self.out[opener]
            return True
        if token.kind not in (t.OP, t.SIGN, t.REL, t.COLON, t.SEP):
            return False
        del self.out[opener]
        if group.pending:
            if token.text not in MARKS:
                raise ParseError(f"{token.text} cannot stand alone in braces", token.span)
            mark = Mark(MARKS[token.text], span=token.span)
            self.out[-1] = Token(t.ATOM, token.text, token.start, token.end, mark)
        return True

    def _braced(self) -> dict[int, int]:
        """For each opening brace, where it closes; counted once."""
        if self._braces is None:
            self._braces = {}
            stack: list[int] = []
            for place, lexeme in enumerate(self.lexemes):
                if lexeme[0] == "O" and lexeme[1] == "{":
                    stack.append(place)
                elif lexeme[0] == "O" and lexeme[1] == "}" and stack:
                    self._braces[stack.pop()] = place
        return self._braces

    def _group_end(self, place: int) -> int:
        """Where the group that opens at `place` closes."""
        end = self._braced().get(place)
        if end is None:
            raise ParseError("this { is never closed", Span(*self.lexemes[place][2:4]))
        return end

    def _take_group(self, command: Lexeme) -> list[Lexeme]:
        """The lexemes of the braces that follow, which are passed."""
        if not self._peek("O", "{"):
            raise ParseError(f"\\{command[1]} needs braces behind it", Span(*command[2:4]))
        end = self._group_end(self.at)
        inside = self.lexemes[self.at + 1 : end]
        self.at = end + 1
        return inside

    def _skip_argument(self) -> None:
        """Pass one argument: a group, a command with its group, or one sign."""
        if self.at >= len(self.lexemes):
            return
        if self._peek("C"):
            self.at += 1
            if not self._peek("O", "{"):
                return
        self.at = self._group_end(self.at) + 1 if self._peek("O", "{") else self.at + 1

    def _skip_optional(self) -> None:
        """Pass `[…]`, where it stands."""
        if not self._peek("O", "["):
            return
        for place in range(self.at, len(self.lexemes)):
            if self.lexemes[place][0] == "O" and self.lexemes[place][1] == "]":
                self.at = place + 1
                return

    def _skip_star(self) -> None:
        if self._peek("O", "*") and not self.lexemes[self.at][4]:
            self.at += 1

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
            return self._unsupported(name, span)
        near = _near(name, [*_COMMANDS, *COMMANDS])
        starts = max(
            (c for c in COMMANDS if len(c) > 2 and name.startswith(c)), key=len, default=""
        )
        if starts and (not near or len(name) - len(starts) == 1):
            hint = f"did you mean \\{starts} {name[len(starts) :]}?"
        else:
            hint = f"did you mean \\{near[0]}?" if near else "\\operatorname{…} writes a function"
        return ParseError(f"\\{name} is no command that is known", span, hints=(hint,))

    def _unsupported(self, name: str, span: Span) -> UnsupportedError:
        return UnsupportedError(f"\\{name} ({symbols.UNSUPPORTED[name]}) is not translated", span)

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
            raise ParseError(f"\\{text} is no notation that is known", Span(start, end))

    def _nothing(self, lexeme: Lexeme) -> None:
        pass

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
            r"\not is translated before =, \in, < and > only", Span(*lexeme[2:4])
        )

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
            raise ParseError(f"\\{lexeme[1]} needs a length, such as 2mu", Span(*lexeme[2:4]))
        _, text, start, end, _ = self.lexemes[self.at]
        if len(text) > 2:
            self.lexemes[self.at] = ("R", text[2:], start + 2, end, 0)
        else:
            self.at += 1

    def _switch(self, lexeme: Lexeme) -> None:
        self.style = self._under(symbols.SWITCHES[lexeme[1]])

    def _under(self, style: str) -> str:
        """The style inside another: an arrow stays, whatever is under it."""
        return "vec" if self.style == "vec" else style

    def _set_style(self, lexeme: Lexeme) -> None:
        name = lexeme[1]
        style = self._under(symbols.STYLES[name])
        self._skip_star()
        if not self._peek("O", "{"):
            self.once = style or self.once
            return
        close = self._group_end(self.at)
        inside = self.lexemes[self.at + 1 : close]
        if len(inside) == 1 and self._alone(inside[0], style):
            self.at = close + 1
            outer, self.style = self.style, style or self.style
            self.joining = self.once = None
            if inside[0][0] == "R" and style in symbols.WORD_STYLES:
                self._word(*inside[0][1:4])
            else:
                _KINDS[inside[0][0]](self, inside[0])
            self.style, self.joining = outer, None
            return
        letters = all(piece[0] in "RN" or piece[1] in symbols.LETTER_COMMANDS for piece in inside)
        _, _, start, end, _ = self.lexemes[self.at]
        self.at += 1
        bare = letters and not self.pending and bool(inside)
        self._push(None if bare else self.add(t.GROUP, "{", start, end), style or self.style)

    def _alone(self, lexeme: Lexeme, style: str) -> bool:
        """Whether the braces hold one piece, so that they may go."""
        kind, text = lexeme[:2]
        if kind == "R":
            return len(text) == 1 or not self.pending or style in symbols.WORD_STYLES
        return (kind == "N" and not self.pending) or (
            kind == "C" and text in symbols.LETTER_COMMANDS
        )

    def _transparent(self, lexeme: Lexeme) -> None:
        self.rows = lexeme[1] == "substack"
        if self._peek("O", "{"):
            self.at += 1
            if self.pending or self.rows:
                brace = self.lexemes[self.at - 1]
                self._push(self.add(t.GROUP, "{", brace[2], brace[3]), self.style)
            else:
                self._push(None, self.style)

    def _labelled(self, lexeme: Lexeme) -> None:
        self.label = symbols.BRACES[lexeme[1]]
        if not self._peek("O", "{"):
            raise ParseError(f"\\{lexeme[1]} needs braces behind it", Span(*lexeme[2:4]))

    def _text(self, lexeme: Lexeme) -> None:
        if not self._peek("O", "{"):
            raise ParseError(f"\\{lexeme[1]} needs braces behind it", Span(*lexeme[2:4]))
        start = lexeme[2]
        inside = self._take_group(lexeme)
        end = self.lexemes[self.at - 1][3]
        style = symbols.TEXT_STYLES[lexeme[1]]
        intertext = lexeme[1] in ("intertext", "shortintertext")
        if intertext:
            self.add(t.HARD, "display", start, start)
        self._prose(inside, style, Span(start, end), intertext)

    def _prose(self, inside: list[Lexeme], style: str, whole: Span, passage: bool) -> None:
        """Add what prose says; formulas between dollar signs in it are read as such."""
        chunk: list[Lexeme] = []
        formula = False
        for lexeme in inside:
            if lexeme[0] != "S" and not (lexeme[0] == "E" and lexeme[1] in "()"):
                chunk.append(lexeme)
                continue
            self._chunk(chunk, formula, style, whole, passage)
            chunk, formula = [], not formula
        self._chunk(chunk, formula, style, whole, passage)

    def _chunk(
        self, chunk: list[Lexeme], formula: bool, style: str, whole: Span, passage: bool
    ) -> None:
        if not chunk:
            return
        if formula:
            made = LatexMaker(chunk, self.words, self.functions, self.limits, self.warnings).read()
            self.out.extend(made)
            return
        text = _joined(chunk)
        span = Span(chunk[0][2], chunk[-1][3])
        if passage:
            found = prose.last_keyword(text)
            if found is not None:
                self.add(t.KEYWORD, found, *span)
            return
        self._phrase(text, style, span, whole)

    def _phrase(self, text: str, style: str, span: Span, whole: Span) -> None:
        keyword = None if self.pending else prose.keyword(text)
        if keyword is not None:
            self.add(t.KEYWORD, keyword, *span)
            return
        plain = text.strip()
        if plain in symbols.CHARACTERS and not plain.isalnum():
            self._sign(symbols.CHARACTERS[plain], *span)
            return
        name = prose.name(plain)
        if name is not None and (self.pending or " " not in plain):
            self.word(name, style, *whole)
        elif plain.isdigit():
            self.numeral(plain, *span)
        elif plain == ".":
            self.add(t.STOP, ".", *span)
        elif self.pending:
            raise ParseError("this text is no name", span, hints=("a name has letters and digits",))
        elif plain:
            self.out.append(Token(t.PROSE, plain, *whole, style=style))

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
            raise ParseError("this [ is never closed", Span(*self.lexemes[self.at][2:4]))
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

    # --- brackets with a size --------------------------------------------------------------------

    def _delimiter(self, command: Lexeme) -> tuple[str, int]:
        """The bracket that follows a size, and where it ends."""
        if self.at >= len(self.lexemes):
            raise ParseError(f"\\{command[1]} needs a bracket behind it", Span(*command[2:4]))
        kind, text, _, end, _ = self.lexemes[self.at]
        sign = None
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
            raise ParseError(f"\\{command[1]} needs a bracket behind it", Span(*command[2:4]))
        self.at += 1
        return sign.text, end

    def _left(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        if text not in symbols.PARTNERS and text:
            raise ParseError(f"{text} does not open a bracket", Span(lexeme[2], end))
        self._sign(Sign(t.OPEN, text), lexeme[2], end)
        self.out[-1].style = "sized"

    def _right(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        self._sign(Sign(t.CLOSE, text), lexeme[2], end)
        self.out[-1].style = "sized"

    def _big_left(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        kind = t.OPEN if text in symbols.PARTNERS else t.OP if text == "/" else t.CLOSE
        self._sign(Sign(kind, text), lexeme[2], end)

    def _big_right(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        kind = t.OPEN if text in "([{⟨⌊⌈" and text else t.OP if text == "/" else t.CLOSE
        self._sign(Sign(kind, text), lexeme[2], end)

    def _middle(self, lexeme: Lexeme) -> None:
        text, end = self._delimiter(lexeme)
        if text == "/":
            self.add(t.OP, "/", lexeme[2], end)
        elif text in "|‖" and text:
            self.add(t.SEP, text, lexeme[2], end)
        else:
            raise UnsupportedError(
                f"\\{lexeme[1]} is translated before | only", Span(lexeme[2], end)
            )

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
            hints = (f"did you mean {near[0]}?",) if near else ()
            raise ParseError(
                f"{name} is no environment that is known", Span(lexeme[2], end), hints=hints
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
        raise self._unsupported(lexeme[1], Span(*lexeme[2:4]))


def _near(name: str, known: list[str]) -> list[str]:
    """The known name that is most like this one, if one is."""
    from difflib import get_close_matches  # only for an error

    return get_close_matches(name, known, n=1, cutoff=0.7)


def _joined(lexemes: list[Lexeme]) -> str:
    """The prose that lexemes came from."""
    parts = []
    for kind, text, _, _, gap in lexemes:
        escaped = "\\" if kind == "C" else ""
        if (kind == "E" and text in symbols.SPACES | {"\n"}) or text == "~":
            parts.append(" ")
            continue
        parts.append((" " if gap else "") + escaped + text)
    return "".join(parts)


Handler = Callable[[LatexMaker, Lexeme], None]

_KINDS: dict[str, Handler] = {
    "C": LatexMaker._command, "E": LatexMaker._escape, "R": LatexMaker._run, "N": LatexMaker._number,
    "D": LatexMaker._dots, "X": LatexMaker._row_end, "S": LatexMaker._dollar, "P": LatexMaker._pair,
    "O": LatexMaker._other,
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
