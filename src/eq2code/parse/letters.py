r"""Which letters are one word, and in which style? Letters, numbers, styles and prose of LaTeX."""

from __future__ import annotations

from collections.abc import Callable

from eq2code.errors import ParseError, UnsupportedError
from eq2code.parse import prose, symbols
from eq2code.parse import tokens as t
from eq2code.parse.groups import GroupMaker
from eq2code.parse.lexemes import Lexeme
from eq2code.parse.symbols import Sign
from eq2code.parse.tokens import Token
from eq2code.source import Span
from eq2code.trees.notation import Letter, Number, Word

_CAPITALS = frozenset({"cal", "bb"})  # alphabets that hold capitals only


class LetterMaker(GroupMaker):
    """Adds letters as their style says: one word in some styles, one symbol each in others."""

    def _run(self, lexeme: Lexeme) -> None:
        _, text, start, end, gap = lexeme
        if self.pending or self.once is not None:
            self._separate(text, start, max(self.pending, 1))
        elif self.style and self._worded():
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
        if last is not None and last is self.joining and last.end == start and self._worded():
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
            if ("e" in text or "E" in text) and not text.startswith("1e"):
                self.warnings[f"{text} was read as one number"] = None
            self.numeral(text, start, end)

    def _underscored(self, start: int) -> None:
        r"""`step\_num`: the underscore joins the letters on both sides to one name."""
        last = self.out[-1] if self.out else None
        following = self.lexemes[self.at] if self.at < len(self.lexemes) else None
        named = last is not None and (last.kind == t.RUN or isinstance(last.node, Word | Letter))
        if not named or following is None or following[0] not in "RN" or following[4]:
            raise ParseError(
                r"\_ joins the letters of a name, and here it joins nothing",
                Span(start, start + 2),
                hints=(r"write \mathrm{base\_lr}",),
            )
        assert last is not None
        self.at += 1
        style = last.style if last.kind == t.RUN else ""
        if isinstance(last.node, Word | Letter):
            style = last.node.style
        self.out.pop()
        self.joining = self.word(f"{last.text}_{following[1]}", style, last.start, following[3])

    def _styled(self, add: Callable[[], None]) -> None:
        """Add one piece in the style that was set for it alone."""
        if self.once is None:
            add()
            return
        style, self.style, self.once = self.style, self.once, None
        add()
        self.style = style

    def _sign(self, sign: Sign, start: int, end: int) -> None:
        kind = sign.kind
        if sign.text == ";" and self.groups and self.style in symbols.WORD_STYLES:
            raise ParseError(
                "a name holds letters and digits, and no ;", Span(start, end),
                hints=("write \\text{…} for what is no symbol",),
            )  # fmt: skip
        if kind == t.OPEN and self.pending:
            if self.pending > 1:
                raise ParseError(
                    "an argument needs braces: \\frac{a}{b}",
                    Span(start, end),
                    hints=("put each argument into braces of its own",),
                )
            self.pending = 0
        elif self.pending and kind == t.SIGN and self._raises_sign():
            _, text, first, stop, _ = self.lexemes[self.at]
            text = "\\" * (stop - first > len(text)) + text
            raise ParseError(
                f"only the {sign.text} is raised here, and the {text} is not",
                Span(start, stop),
                hints=(f"write ^{{{sign.text}{text}}}, with all of the exponent in the braces",),
            )
        if self.once is not None:
            self._styled(lambda: self.sign(sign, start, end))
        else:
            self.sign(sign, start, end)
        if kind in (t.SUB, t.SUP):
            self.pending = 1

    def _raises_sign(self) -> bool:
        """Whether a sign above touches a number, or, above e or a number, anything else."""
        following = self.lexemes[self.at] if self.at < len(self.lexemes) else None
        if following is None or following[4]:
            return False
        if following[0] == "N":
            return True
        base = self.out[-2].node if len(self.out) > 1 and self.out[-1].kind == t.SUP else None
        operand = following[0] in "RC" or following[1] in ("(", "|")
        return operand and (type(base) is Number or base == Letter("e"))

    def _under(self, style: str) -> str:
        """The style inside another: an arrow stays, whatever is under it."""
        return "vec" if self.style == "vec" else style

    def _switch(self, lexeme: Lexeme) -> None:
        self.style = self._under(symbols.SWITCHES[lexeme[1]])

    def _set_style(self, lexeme: Lexeme) -> None:
        name = lexeme[1]
        style = self._under(symbols.STYLES[name])
        self._skip_star()
        if not self._peek("O", "{"):
            self.once = style or self.once
            return
        close = self._group_end(self.at)
        inside = self.lexemes[self.at + 1 : close]
        if name == "mathit" and not self.groups and _is_no_name(inside):
            raise ParseError(
                "\\mathit holds a name, and this is none", Span(lexeme[2], self.lexemes[close][3]),
                hints=("leave \\mathit out: formulas are set in italics anyway",),
            )  # fmt: skip
        if style == "vec" and self._arrow(inside, Span(lexeme[2], self.lexemes[close][3])):
            self.at = close + 1
            return
        if len(inside) == 1 and self._alone(inside[0], style):
            self.at = close + 1
            outer, self.style = self.style, style or self.style
            self.joining = self.once = None
            if inside[0][0] == "R" and style in symbols.WORD_STYLES:
                self._word(*inside[0][1:4])
            else:
                self.take(inside[0])
            self.style, self.joining = outer, None
            return
        if style in symbols.WORD_STYLES and _underlined(inside):
            self.at = close + 1
            self.word(_joined(inside), style, inside[0][2], inside[-1][3])
            self.joining = self.once = None
            return
        letters = all(piece[0] in "RN" or piece[1] in symbols.LETTER_COMMANDS for piece in inside)
        _, _, start, end, _ = self.lexemes[self.at]
        self.at += 1
        head = style in _CAPITALS and _heads(inside)
        bare = (letters or head) and not self.pending and bool(inside)
        opener = None if bare else self.add(t.GROUP, "{", start, end)
        self._push(opener, self.style if head else style or self.style)
        self.once = style if head else self.once

    def _arrow(self, inside: list[Lexeme], whole: Span) -> bool:
        r"""Take `\vec{AB}`, the vector from A to B, as one symbol; refuse another product under an
        arrow. Sums and single letters are read as under any style."""
        points = "".join(lexeme[1] for lexeme in inside if lexeme[0] == "R")
        if len(points) > 1 and points.isupper() and all(x[0] == "R" for x in inside):
            self.word(points, "vec", whole.start, whole.end)
            self.joining = self.once = None
            return True
        if _side_by_side(inside):
            raise UnsupportedError(
                "an arrow over an expression is not translated",
                whole,
                hints=("write the arrow over one letter, or over two points: \\vec{AB}",),
            )
        return False

    def _alone(self, lexeme: Lexeme, style: str) -> bool:
        """Whether the braces hold one piece, so that they may go."""
        kind, text = lexeme[:2]
        if kind == "R":
            return len(text) == 1 or not self.pending or style in symbols.WORD_STYLES
        return (kind == "N" and not self.pending) or (
            kind == "C" and text in symbols.LETTER_COMMANDS
        )

    def _text(self, lexeme: Lexeme) -> None:
        if not self._peek("O", "{"):
            raise ParseError(
                f"\\{lexeme[1]} needs braces behind it",
                Span(*lexeme[2:4]),
                hints=(f"write \\{lexeme[1]}{{…}}",),
            )
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
            made = type(self)(chunk, self.words, self.functions, self.limits, self.warnings)
            self.out.extend(made.read())
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
        joined, _, last = plain.rpartition(" ")
        if last.lower() == "not" and (found := prose.keyword(joined)) is not None:
            self.add(t.KEYWORD, found, *span)  # and not
            self.add(t.NOT, "not", *span)
            return
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
        elif plain and prose.joins(plain):
            raise ParseError(
                "this text holds a sign of the formula",
                span,
                hints=("write what is computed outside of the text",),
            )
        elif plain:
            self.out.append(Token(t.PROSE, plain, *whole, style=style))


def _side_by_side(lexemes: list[Lexeme]) -> bool:
    """Whether letters stand side by side, scripts aside."""
    touching, depth, script = False, 0, False
    for kind, text, *_ in lexemes:
        script = script or (text in ("_", "^") and not depth)
        if script:
            depth += {"{": 1, "}": -1}.get(text, 0)
            script = bool(depth) or text in ("_", "^")
            continue
        letter = kind == "R" or text in symbols.LETTER_COMMANDS
        if letter and (touching or (kind == "R" and len(text) > 1)):
            return True
        touching = letter
    return False


def _heads(lexemes: list[Lexeme]) -> bool:
    r"""Whether a style is meant for the sign in front alone: that of `\mathcal{N(i)}`."""
    if len(lexemes) < 2 or lexemes[1][1] not in ("(", "[", "_", "^"):
        return False
    (kind, text, *_), *rest = lexemes
    lower = all(lexeme[0] != "R" or lexeme[1].islower() for lexeme in rest)
    return lower and kind in "RN" and len(text) == 1 and not text.islower()


def _is_no_name(lexemes: list[Lexeme]) -> bool:
    r"""Whether letters and numbers are added in a name, `\mathit{x + y}`, or a number is all."""
    if [lexeme[0] for lexeme in lexemes] == ["N"]:
        return True
    loose = [lexeme[1] for lexeme in lexemes if lexeme[0] not in "RN"]
    return bool(loose) and set(loose) <= {"+", "-", "="}


def _underlined(lexemes: list[Lexeme]) -> bool:
    r"""`\mathrm{log_softmax}`: several letters behind an underscore are one name with it, as in
    `\text`, though the sign that says so is `\_`."""
    parts = [lexeme[1] for lexeme in lexemes]
    tight = not any(lexeme[4] for lexeme in lexemes[1:])
    return (
        len(parts) > 2
        and len(parts) % 2 == 1
        and tight
        and all(part == "_" for part in parts[1::2])
        and all(lexeme[0] in "RN" for lexeme in lexemes[::2])
        and any(len(part) > 1 and part.isalpha() for part in parts[2::2])
    )


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
