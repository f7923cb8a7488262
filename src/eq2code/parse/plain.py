"""What does plain text say, sign by sign? Lexemes to tokens: words, letters, scripts and calls.

A run of lower-case letters is a word, other runs wait for `names`; `max_iter` is one word and `x_i`
a script; Greek letters have their names; `sqrt(x)` is a root. Unicode is read by the tables of
`characters`.
"""

from __future__ import annotations

import re

from eq2code.choice import Choice
from eq2code.errors import AmbiguousError, ParseError
from eq2code.limits import Limits
from eq2code.parse import symbols
from eq2code.parse import tokens as t
from eq2code.parse.characters import GREEK_LETTERS, SUBSCRIPTS, SUPERSCRIPTS
from eq2code.parse.lexemes import Lexeme
from eq2code.parse.signs import Maker, too_long, unsupported
from eq2code.parse.symbols import Sign
from eq2code.parse.tokens import Token
from eq2code.record import lazy
from eq2code.source import Span
from eq2code.trees.notation import Accent, Letter, Mark, Notation, Number

_REDUCERS = frozenset(
    ["sum", "prod", "max", "min", "argmax", "argmin", "sup", "inf", "log", "mean", "lim"]
)
_NAMED_LETTERS = symbols.GREEK_NAMES | {"ell", "nabla", "partial", "infty", "infinity"}
_LETTERS = re.compile("[A-Za-z]+")
_CHUNK = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_MIXED = re.compile(r"(?:[A-Z][a-z]|[a-z][A-Z][A-Za-z]*)(?:_|$)")  # W^Qx, 10^kT
_PAIRED = re.compile(rf"[a-z]{{2}}(?:_|$)|{_MIXED.pattern}")
_FOLLOWERS = {"for": ("all", "each", "every", "any"), "such": ("that",), "subject": ("to",)}
_ACCENTS = frozenset({"hat", "bar", "tilde", "dot", "ddot", "check", "breve"})
_OPERANDS = "RNO"
_EXPONENTS = frozenset("nkmptrdqsNKMTH")
RAISED = frozenset({t.ATOM, t.RUN, t.CLOSE, t.ENDGROUP})
EULER = Letter("e")
DOTTED = {"*": "⊙", "/": "/"}
PARTNERS = {"(": ")", "|": "|", "||": "||", "‖": "‖"}
_RELATED = frozenset({"=", "∈", "≤", "<", "<=", "in"})


class PlainMaker(Maker):
    """Reads the lexemes of a source in plain text."""

    def __init__(
        self,
        lexemes: list[Lexeme],
        words: frozenset[str],
        functions: frozenset[str],
        limits: Limits,
        warnings: dict[str, None],
    ) -> None:
        super().__init__(lexemes, words, functions, limits, warnings)
        self.braces: list[str] = []  # open braces: "_" or "^" below or above, "{" where printed
        self.printed = False
        self._related: frozenset[str] | None = None

    def read(self) -> list[Token]:
        """All the tokens of the source."""
        lexemes, handlers, end = self.lexemes, _KINDS, len(self.lexemes)
        while self.at < end:
            lexeme = lexemes[self.at]
            self.at += 1
            handlers[lexeme[0]](self, lexeme)
        return _cases(self.out) if self.printed else self.out

    def _next(self) -> Lexeme | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def _next_is(self, text: str, *, touching: bool = False) -> bool:
        following = self._next()
        return following is not None and following[1] == text and not (touching and following[4])

    def _raised(self) -> bool:
        return bool(self.out) and self.out[-1].kind == t.SUP

    # --- runs ------------------------------------------------------------------------------------

    def _run(self, lexeme: Lexeme) -> None:
        _, text, start, end, gap = lexeme
        if len(text) > self.limits.name:
            raise too_long(text, self.limits, start)
        before = self.out[-1].kind if self.out else ""
        if before == t.ATOM and type(self.out[-1].node) is Number:
            self._check_number(lexeme)
        if before == t.SUP:
            text, start = self._exponent(text, start)
        elif before == t.SUB:
            text, start = self._script(text, start)
        if text:
            self._identifier(text, start, end, gap)

    def _check_number(self, lexeme: Lexeme) -> None:
        """Refuse `1.5e3x`, and `2 x 3`, whose x is a sign."""
        _, text, start, end, gap = lexeme
        number = self.out[-1]
        if not gap and text[0] in "eE" and text[1:2].isdigit():
            raise ParseError(
                "this number runs into a letter",
                Span(number.start, end),
                hints=("write a sign or a space behind the number",),
            )
        following = self._next()
        if text == "x" and gap and following is not None and following[0] == "N" and following[4]:
            raise AmbiguousError(
                "x stands between two numbers, and could be a sign or a letter",
                Span(start, end),
                readings=(Choice("a sign", "*"), Choice("a letter", "* x *")),
            )

    def _exponent(self, text: str, start: int) -> tuple[str, int]:
        """Add what of a run is raised; the rest stands beside it: `QK^TV`."""
        lowered = len(self.out) > 2 and self.out[-3].kind == t.SUB
        base = self.out[-2].node if len(self.out) > 1 and not lowered else None
        if text in self.functions and self._next_is("(", touching=True):
            self.pending = 0  # gamma^floor(t / s): the whole is the exponent
            self.add(t.GROUP, "{", start, start)
            self._end_group(self._called(text, start))
            return "", start
        if "_" in text and (type(base) is Number or base == Letter("e")):
            self.pending = 0  # e^x_i: the whole is the exponent
            self.add(t.GROUP, "{", start, start)
            self._identifier(text, start, start + len(text), 0)
            self._end_group(start + len(text))
            return "", start
        if text[0] == "T" and len(text) > 1 and text not in self.words:
            self.letter("T", "", start, start + 1)
            return self._rest(text, 1, start)
        caret = self.out[-1].end - self.out[-1].start < 2  # and no **
        if caret and text[0] == "H" and len(text) > 1 and text not in self.words:
            if not _is_number(base):
                self._check_conjugated(text, base, start)
                self.letter("H", "", start, start + 1)
                return self._rest(text, 1, start)
        if caret and text not in self.words and _MIXED.match(text):
            raise _partly(text, start, "{0} {1}", "({0} {1})")
        return self._script(text, start)

    def _check_conjugated(self, text: str, base: Notation | None, start: int) -> None:
        """Refuse `I^HR`, which could be one label; `x^Hy` and `A^HA` are none."""
        head = text.split("_", 1)[0]
        around = isinstance(base, Letter) and head[1:2] == base.text
        small = len(head) < 3 and not head[1:].isupper()
        if "H" in self.words or not (around or small):
            raise AmbiguousError(
                f"H above is the conjugate transpose, or {text} is one label",
                Span(start, start + len(text)),
                readings=(
                    Choice("the conjugate transpose", f"H {text[1:]}"),
                    Choice("a label or an exponent", f"{{{text}}}"),
                ),
            )

    def _called(self, text: str, start: int) -> int:
        """Add a function with the bracket behind it; where that ends."""
        self._identifier(text, start, start + len(text), 0)
        depth, end = 0, start + len(text)
        while self.at < len(self.lexemes):
            lexeme = self.lexemes[self.at]
            self.at += 1
            _KINDS[lexeme[0]](self, lexeme)
            depth += (lexeme[1] in "([{") - (lexeme[1] in ")]}")
            end = lexeme[3]
            if depth <= 0:
                break
        return end

    def _rest(self, text: str, taken: int, start: int) -> tuple[str, int]:
        """What is left of a run; scripts at its head belong to the symbol before."""
        text, start = text[taken:], start + taken
        accent = text[1:].split("_", 1)[0]
        if accent in _ACCENTS and self._accented(accent, start, text[len(accent) + 1 :]):
            text, start = text[len(accent) + 1 :], start + len(accent) + 1
        while text and text[0] == "_":
            self.add(t.SUB, "_", start, start + 1)
            text, start = self._script(text[1:], start + 1)
        return text, start

    def _accented(self, accent: str, start: int, behind: str) -> bool:
        """Put the accent of `m_hat_t` over its letter: a letter below stands behind it."""
        last = self.out[-1]
        if not isinstance(last.node, Letter) or not (behind or self._next_is("_", touching=True)):
            return False
        end = start + 1 + len(accent)
        last.node = Accent(symbols.ACCENTS[accent], last.node, span=Span(last.start, end))
        last.end = end
        return True

    def _script(self, text: str, start: int) -> tuple[str, int]:
        """Add the part of a run that stands below or above; the result is what is left of it."""
        head = text.split("_", 1)[0]
        if head[0].isdigit():
            digits = re.match("[0-9]+", head)
            assert digits is not None
            self.numeral(digits[0], start, start + len(digits[0]))
            return self._rest(text, len(digits[0]), start)
        whole = _CHUNK.match(head)
        assert whole is not None
        chunk = head if head in self.words or head in _NAMED_LETTERS else whole[0]
        end = start + len(chunk)
        if chunk in _NAMED_LETTERS:
            self.letter(_letter_name(chunk), "", start, end)
        elif len(chunk) == 1:
            self.letter(chunk, "", start, end)
        elif chunk in self.words or (self._raised() and chunk.isalpha() and chunk.islower()):
            self.word(chunk, "", start, end)
        else:
            self.pending = 0
            self.add(t.GROUP, "{", start, start)
            for found in re.finditer("[0-9]+|[A-Za-z]", chunk):
                place = start + found.start()
                if found[0].isdigit():
                    self.numeral(found[0], place, start + found.end())
                else:
                    self.letter(found[0], "", place, place + 1)
            self._end_group(end)
        return self._rest(text, len(chunk), start)

    def _end_group(self, end: int) -> None:
        self.add(t.ENDGROUP, "}", end, end)

    def _identifier(self, text: str, start: int, end: int, gap: int) -> None:
        """Add a run that stands on the line, with the scripts that it writes."""
        if len(text) == 1 and text.isalpha():
            self.letter(text, "", start, start + 1)
            return
        while text:
            if "_" in text and (joined := self._joined(text)):
                self.word(joined, "", start, start + len(joined))
                text, start = self._rest(text, len(joined), start)
                continue
            head = text.split("_", 1)[0] if "_" in text else text
            if text in self.words and len(head) > 1:  # MAX_I, declared: MAX is one name
                self.word(head, "", start, start + len(head))
                taken = len(head)
            else:
                taken = self._head(head, start, gap, head != text)
            text, start = self._rest(text, taken, start)

    def _joined(self, text: str) -> str:
        """The part of `max_iter_i` that is one name with an underscore: "max_iter"; "" for none."""
        parts = text.split("_")
        for size in range(len(parts), 1, -1):
            if self._is_joined(parts[:size], size == len(parts)):
                return "_".join(parts[:size])
        return ""

    def _is_joined(self, parts: list[str], last: bool) -> bool:
        whole = "_".join(parts)
        long = all(len(part) > 1 and part.isalnum() and part[0].isalpha() for part in parts[1:])
        if not long:
            return False
        if whole in self.words or whole in self.functions:
            return True
        head = parts[0]
        if (
            len(head) < 2
            or head in _NAMED_LETTERS
            or not head[0].islower()
            or head in ("sum", "prod")
        ):
            return False
        following = self._next() if last else None
        spaced = following is not None and following[4] == 1 and following[0] in _OPERANDS
        sign = following is not None and following[1] in symbols.CHARACTERS
        indexed = head in _REDUCERS and len(parts) == 2 and len(parts[1]) <= 3
        return not (indexed and spaced and not sign)

    def _head(self, head: str, start: int, gap: int, scripted: bool) -> int:
        """Add the head of a run, and return how much of it was taken."""
        letters = _LETTERS.match(head)
        if letters is None:  # the 3 of x^T3
            number = head[: len(head) - len(head.lstrip("0123456789"))]
            assert number, head
            self.numeral(number, start, start + len(number))
            return len(number)
        if head in self.functions or head in self.words:
            self._named(head, start, gap, scripted)
            return len(head)
        name = letters[0]
        self._named(name, start, gap, scripted or name != head)
        if name == head:
            return len(name)
        digits = re.match("[0-9]+", head[len(name) :])  # W1 is W_1
        assert digits is not None
        place = start + len(name)
        self.add(t.SUB, "_", place, place)
        self.numeral(digits[0], place, place + len(digits[0]))
        return len(name) + len(digits[0])

    def _named(self, name: str, start: int, gap: int, scripted: bool) -> None:
        """Add a name without digits or scripts: a letter, a word, a sign, or a run for later."""
        size = len(name)
        end = start + size
        if size == 1:
            self.letter(name, "", start, end)
        elif name in self.words and name not in _NAMED_LETTERS:
            self.word(name, "", start, end)
        elif not scripted and self._joins(name, start, end, gap):
            pass
        elif name in _NAMED_LETTERS:
            self.letter(_letter_name(name), "", start, end)
        elif name in ("sqrt", "binom") and self._constructs(name, start, end):
            pass
        elif name in symbols.UNSUPPORTED_WORDS and self._operates(name):
            raise unsupported(name, name, Span(start, end))
        elif name in symbols.BIG_OPERATORS and (scripted or not self._next_is("(")):
            self.sign(Sign(t.WORD, name, "big"), start, end)
        elif name in symbols.OPERATOR_WORDS:
            self.sign(Sign(t.WORD, name, "op"), start, end)
        elif name.islower() and not scripted and self._indices(name):
            for place, character in enumerate(name, start):
                self.letter(character, "", place, place + 1)
        elif name in self.functions or (name.islower() and not self.words.issuperset(name)):
            self.word(name, "", start, end)
        elif name.islower():  # mx, where m and x are declared
            for place, character in enumerate(name, start):
                self.letter(character, "", place, place + 1)
        else:
            self.add(t.RUN, name, start, end)

    def _operates(self, name: str) -> bool:
        """Whether a factor follows, or a script: `int x dx`; `int * x` and `int64` are symbols."""
        following, written = self._next(), self.lexemes[self.at - 1][1]
        if written != name or following is None:
            return written.startswith(name + "_")
        return following[0] in "RN" or following[1] in "_^("

    def _indices(self, name: str) -> bool:
        """Whether a run stands alone below, as in a_{ij}: then its letters are left apart."""
        alone = (
            bool(self.braces)
            and self.braces[-1] == "_"
            and self.out[-1].kind in (t.GROUP, t.SEP)
            and (self._next_is("}") or self._next_is(","))
        )
        if not alone:
            return False
        if self._related is None:
            pairs = zip(self.lexemes, self.lexemes[1:], strict=False)
            self._related = frozenset(a[1] for a, b in pairs if b[1] in _RELATED)
        return name not in self._related

    def _joins(self, name: str, start: int, end: int, gap: int) -> bool:
        """Add a word that joins statements, or a relation written as a word."""
        following = self._next()
        plain = name.lower()
        if plain in _FOLLOWERS and following is not None and following[1] in _FOLLOWERS[plain]:
            self.at += 1
            self.add(t.KEYWORD, "for" if plain == "for" else "with", start, following[3])
            return True
        apart = following is None or following[4] or following[1][0] in ",:;)}]\n"
        if plain in symbols.BARE_KEYWORDS and apart:
            self.add(t.KEYWORD, symbols.KEYWORDS[plain], start, end)
            return True
        if plain == "not" and apart and following is not None:
            if following[1] == "in":
                self.at += 1
                self.add(t.REL, "∉", start, following[3])
            else:
                self.add(t.NOT, "not", start, end)
            return True
        if name == "in" and gap and apart:
            self.add(t.REL, "∈", start, end)
            return True
        if name == "mod" and gap and apart:
            self.add(t.OP, "mod", start, end)
            return True
        return False

    def _constructs(self, name: str, start: int, end: int) -> bool:
        called = self._next_is("(")
        if name == "binom" and not called:
            return False
        kind = t.BINOMIAL if name == "binom" else t.ROOT if called else t.ROOTSIGN
        self.add(kind, "√", start, end)
        return True

    # --- numbers and signs -----------------------------------------------------------------------

    def _number(self, lexeme: Lexeme) -> None:
        if self._raised() and lexeme[1] == "1":
            self._check_divided("1", lexeme)
        if self._raised() and self._of_one(lexeme):
            self.pending = 0
            self.add(t.GROUP, "{", lexeme[2], lexeme[2])
            self.numeral(lexeme[1], lexeme[2], lexeme[3])
            self._end_group(self._part())
            return
        self.numeral(lexeme[1], lexeme[2], lexeme[3])

    def _touching(self) -> bool:
        """Whether a slash touches what was read, and something else the slash."""
        if self.at + 1 >= len(self.lexemes):
            return False
        slash, below = self.lexemes[self.at], self.lexemes[self.at + 1]
        return slash[1] == "/" and not slash[4] and not below[4]

    def _of_one(self, lexeme: Lexeme) -> bool:
        """Whether a raised 1 is the top of a fraction: `x^1/2`, where nobody would write `x^1`, but
        in a series: `x^1/1!`."""
        if lexeme[1] != "1" or not self._touching() or self.lexemes[self.at + 1][0] != "N":
            return False
        after = self.lexemes[self.at + 2 : self.at + 3]
        return not after or not (
            _is_factor(after[0]) or (after[0][1] in "!(√^" and not after[0][4])
        )

    def _check_divided(self, raised: str, one: Lexeme) -> None:
        """Refuse `x**1/2`, where Python divides by 2, and `x^-1/n`: the exponent may end at the
        slash."""
        sign = "^" if self.out[-1].end - self.out[-1].start < 2 else "**"
        below = self.at + 1
        if not self._touching() or (sign == "^" and (raised == "1" or self._of_one(one))):
            return
        end = below + 1
        if self.lexemes[below][1] == "(":
            end = self._closer(below) + 1
        while (
            self.lexemes[below][0] != "N"
            and end < len(self.lexemes)
            and _is_factor(self.lexemes[end])
        ):
            end += 1
        divisor = "".join(lexeme[1] for lexeme in self.lexemes[below:end])
        raise AmbiguousError(
            f"the exponent is {raised}/{divisor}, or {raised} alone",
            Span(self.out[-1].start, self.lexemes[end - 1][3]),
            readings=(
                Choice("the fraction", f"{sign}({raised}/{divisor})"),
                Choice(
                    "the number alone", f"^({raised})/{divisor}" if raised != "1" else f"/{divisor}"
                ),
            ),
        )

    def _closer(self, opener: int) -> int:
        """The place of the bracket that closes the one at a place, or the last place."""
        depth = 0
        for place in range(opener, len(self.lexemes)):
            text = self.lexemes[place][1]
            depth += (text == "(") - (text == ")")
            if not depth:
                return place
        return len(self.lexemes) - 1

    def _part(self, sign: str = "") -> int:
        """Add the slash and the number behind it to an exponent; where it ends."""
        for lexeme in self.lexemes[self.at : self.at + 2]:
            self.at += 1
            if lexeme[0] == "N":
                self.numeral(lexeme[1], lexeme[2], lexeme[3])
            else:
                _KINDS[lexeme[0]](self, lexeme)
        self.warnings[f"{sign}1/{lexeme[1]} after ^ was read as the exponent"] = None
        return lexeme[3]

    def _line(self, lexeme: Lexeme) -> None:
        self.add(t.BREAK, "", lexeme[2], lexeme[3])

    def _dots(self, lexeme: Lexeme) -> None:
        self.sign(Sign(t.ELLIPSIS, ""), lexeme[2], lexeme[3])

    def _pair(self, lexeme: Lexeme) -> None:
        _, text, start, end, _ = lexeme
        if text == "**" and self._starred():
            for place in (start, start + 1):
                self.atom(Mark("*", span=Span(place, place + 1)), "*", place, place + 1)
            return
        self._sign(symbols.ASCII_PAIRS[text], start, end)

    def _starred(self) -> bool:
        """Whether `**` is two stars of a subscript, as in K_{**}."""
        return bool(self.out) and self.out[-1].kind == t.GROUP and self._next_is("}")

    def _sign(self, sign: Sign, start: int, end: int) -> None:
        last = self.out[-1] if self.out else None
        if sign.text == "-" and last is not None and (last.text, last.end) == ("-", start):
            raise ParseError(
                "-- is a dash, or two minus signs",
                Span(last.start, end),
                hints=("write a - (-b); words behind a formula are left out",),
            )
        if sign.kind == t.SIGN and self._raised() and self._negative(sign, start, end):
            return
        if sign.kind in (t.OPEN, t.CLOSE):
            self.pending = 0
        self.sign(sign, start, end)
        if sign.kind in (t.SUB, t.SUP):
            self.pending = 1
            if sign.kind == t.SUP and len(self.out) > 1 and self.out[-2].node == EULER:
                self._spread()

    def _spread(self) -> None:
        """`e^2x`, `e^-αx`, `e^zᵢ`: e is raised to all that touches, up to a sign or a bracket."""
        at = self.at + self._next_is("-", touching=True)
        end = at
        while end < len(self.lexemes) and _is_factor(self.lexemes[end]):
            end += 1
        if end < at + 2 or "e" in self.words or (end < len(self.lexemes) and self._opens(end)):
            return
        self.pending = 0
        taken = self.lexemes[self.at : end]
        start, stop = taken[0][2], taken[-1][3]
        self.add(t.GROUP, "{", start, start)
        while self.at < end:
            self.at += 1
            _KINDS[self.lexemes[self.at - 1][0]](self, self.lexemes[self.at - 1])
        self._end_group(stop)
        if any(lexeme[1] not in SUBSCRIPTS for lexeme in self.lexemes[at + 1 : end]):
            raised = "".join(lexeme[1] for lexeme in taken)
            self.warnings[f"{raised} after ^ was read as the exponent"] = None

    def _opens(self, place: int) -> bool:
        """Whether a bracket touches what stands before it."""
        return self.lexemes[place][1] == "(" and not self.lexemes[place][4]

    def _negated_bracket(self, sign: Sign, start: int, end: int) -> bool:
        """`e^-(a + b)`, `e^-|x|`, `x^-(n+1)`: a bracket that a touching sign raises, where it is no
        list of arguments behind a mark."""
        opener, closer = self.lexemes[self.at][1], self.at + 1
        depth = 1
        while closer < len(self.lexemes) and depth:
            text = self.lexemes[closer][1]
            depth += (text == "(" == opener) - (text == PARTNERS[opener])
            closer += 1
        inside = {lexeme[1] for lexeme in self.lexemes[self.at + 1 : closer - 1]}
        base = self.out[-2]
        sure = base.node == EULER or type(base.node) is Number or base.kind == t.CLOSE
        if depth or "," in inside or not (sure or (opener == "(" and inside & {"+", "-"})):
            return False
        self.pending = 0
        self.add(t.GROUP, "{", start, start)
        self.sign(sign, start, end)
        while self.at < closer:
            self.at += 1
            _KINDS[self.lexemes[self.at - 1][0]](self, self.lexemes[self.at - 1])
        self._end_group(self.lexemes[closer - 1][3])
        return True

    def _negative(self, sign: Sign, start: int, end: int) -> bool:
        """`x^-1`: a sign that touches what follows belongs to the exponent."""
        following = self._next()
        if following is None or following[4]:
            return False
        base = self.out[-2] if len(self.out) > 1 else self.out[-1]
        number = _is_number(base.node)
        if sign.text == "+" and following[0] != "N" and not number:
            return False  # A^+b: a mark
        if sign.text == "-" and following[0] == "R" and not number:
            self._check_marked(base, following)
        if following[1] in PARTNERS and len(self.out) > 1:
            return self._negated_bracket(sign, start, end)
        if following[0] not in "RN" and not (following[0] == "O" and following[1].isalpha()):
            return False
        self.at += 1
        if following[1] == "1":
            self._check_divided("-1", following)
        self.pending = 0
        self.add(t.GROUP, "{", start, start)
        self.sign(sign, start, end)
        if following[0] == "R":
            mixed = _PAIRED if base.node != EULER else _MIXED
            known = following[1] in self.words or following[1][0] == "T"
            if not known and mixed.match(following[1]):
                raise _partly(following[1], following[2], "{{-{0}}} {1}", "{{-{0} {1}}}")
            rest, place = self._signed_run(following)
            self._end_group(place)
            if rest:
                self._identifier(rest, place, following[3], 0)
            return True
        if following[0] == "N" and self._of_one(following):
            self.numeral(following[1], following[2], following[3])
            self._end_group(self._part("-"))
            return True
        if following[0] == "N":
            self._check_quotient(following)
        _KINDS[following[0]](self, following)
        self._end_group(following[3])
        return True

    def _check_marked(self, base: Token, raised: Lexeme) -> None:
        """Refuse `A^-b`, and `w^-x` beside `w^+x`: the sign is a mark, or negates an exponent."""
        counts = raised[1][0] in _EXPONENTS
        capital = isinstance(base.node, Letter) and base.node.text.isupper() and not counts
        if capital or (base.kind in RAISED - {t.CLOSE} and self._plus_raised):
            raise AmbiguousError(
                f"- above is a mark of the name, or the exponent is -{raised[1]}",
                Span(raised[2] - 1, raised[3]),
                readings=(
                    Choice("a mark", f"- {raised[1]}"),
                    Choice("the exponent", f"{{-{raised[1]}}}"),
                ),
            )

    @lazy
    def _plus_raised(self) -> bool:
        """Whether a + stands above a symbol: then a - there is a mark too, perhaps."""
        signs = zip(self.lexemes, self.lexemes[1:], self.lexemes[2:], strict=False)
        return any(a[1] == "^" and b[1] == "+" and c[0] != "N" for a, b, c in signs)

    def _check_quotient(self, raised: Lexeme) -> None:
        """Refuse `x^-3/2`: the exponent is the fraction, or the number alone."""
        if self.at + 1 >= len(self.lexemes):
            return
        slash, below = self.lexemes[self.at], self.lexemes[self.at + 1]
        if slash[1] == "/" and below[0] == "N" and not slash[4] and not below[4]:
            whole = f"-{raised[1]}/{below[1]}"
            raise AmbiguousError(
                f"the exponent is {whole}, or -{raised[1]} alone",
                Span(raised[2] - 1, below[3]),
                readings=(
                    Choice("the fraction", f"{{{whole}}}"),
                    Choice("the number alone", f"{{-{raised[1]}}}/{below[1]}"),
                ),
            )

    def _signed_run(self, lexeme: Lexeme) -> tuple[str, int]:
        _, text, start, end, _ = lexeme
        if text in self.functions and self._next_is("(", touching=True):
            return "", self._called(text, start)
        if "_" in text:
            self._identifier(text, start, end, 0)
            return "", end
        if text[0] == "T" and text not in self.words:  # A^-TB
            self.letter("T", "", start, start + 1)
            return text[1:], start + 1
        return self._script(text, start)

    def _other(self, lexeme: Lexeme) -> None:
        _, text, start, end, gap = lexeme
        if text in "{}":
            self._brace(text, start, end)
        elif text == ".":
            self._stop(start, end, gap)
        elif text in SUPERSCRIPTS:
            self.raised(self._more(text, SUPERSCRIPTS), start)
        elif text in SUBSCRIPTS:
            self.lowered(self._more(text, SUBSCRIPTS), start)
        elif text in "*∗" and not gap and self._starring():
            self.add(t.SUP, "^", start, start)
            self.atom(Mark("*", span=Span(start, end)), "*", start, end)
        elif text == "~":
            self.add(t.REL, "∼", start, end)
        elif text == "∀":
            self.add(t.KEYWORD, "for", start, end)
        elif text == "%":
            raise ParseError(
                "% is no sign of plain text",
                Span(start, end),
                hints=(
                    "write mod for a remainder, and 0.05 or 5/100 for 5%",
                    'notation="latex" reads it as the beginning of a comment',
                ),
            )
        elif text == "&":
            raise ParseError(
                "& aligns rows in LaTeX, and means nothing here",
                Span(start, end),
                hints=('leave it out; "and" joins two conditions',),
            )
        elif text in symbols.CHARACTERS:
            if text in "⊤†" and not gap and self.out and self.out[-1].kind in RAISED:
                self.add(t.SUP, "^", start, start)  # w⊤x
            self._sign(symbols.CHARACTERS[text], start, end)
        else:
            self.character(text, start, end)

    def _starring(self) -> bool:
        """`θ* = …`: a star that touches its symbol, with no operand behind it, is a mark."""
        if not self.out or self.out[-1].kind not in (t.ATOM, t.ENDGROUP, t.RUN):
            return False
        following = self._next()
        if following is None or following[0] == "L":
            return True
        if following[0] not in "OP":
            return False
        sign = symbols.CHARACTERS.get(following[1]) or symbols.ASCII_PAIRS.get(following[1])
        if sign is None:
            return False
        apart = sign.kind == t.SIGN and following[4] > 0 and self._gap_behind()
        return sign.kind in (t.REL, t.CLOSE, t.SEP) or apart

    def _gap_behind(self) -> bool:
        return self.at + 1 < len(self.lexemes) and self.lexemes[self.at + 1][4] > 0

    def _brace(self, text: str, start: int, end: int) -> None:
        """Braces group a script, and are printed elsewhere."""
        if text == "{":
            last = self.out[-1] if self.out else None
            script = last is not None and last.kind in (t.SUB, t.SUP)
            self.pending = 0
            self.braces.append(last.text if last is not None and script else "{")
            self.printed = self.printed or not script
            self.add(t.GROUP if script else t.OPEN, "{", start, end)
        else:
            brace = self.braces.pop() if self.braces else "{"
            self.add(t.CLOSE if brace == "{" else t.ENDGROUP, "}", start, end)

    def _stop(self, start: int, end: int, gap: int) -> None:
        following = self._next()
        if following is not None and following[1] in DOTTED and not following[4]:
            self.at += 1  # `A .* B`, `x ./ y`
            self._sign(Sign(t.OP, DOTTED[following[1]]), start, following[3])
            return
        if following is not None and not following[4] and not gap:
            if following[0] == "R" and following[1] == "T":  # K.T, as NumPy writes it
                self.at += 1
                self.add(t.SUP, "^", start, end)
                self.atom(Mark("top", span=Span(start, following[3])), "top", start, following[3])
                return
            if following[0] in "RN":
                known = following[1] in self.functions
                raise ParseError(
                    "a full stop stands inside a formula",
                    Span(start, end),
                    hints=(
                        f"write {following[1]}(x), with nothing before it"
                        if known
                        else "write what it stands for as a letter, or a sign between factors",
                    ),
                )
        self.add(t.STOP, ".", start, end)


def _is_factor(lexeme: Lexeme) -> bool:
    """Whether a lexeme that touches what stands before it is a number, a run or a Greek letter."""
    kind, text, _, _, gap = lexeme
    return not gap and (kind in "RN" or text in GREEK_LETTERS or text in SUBSCRIPTS)


def _partly(text: str, start: int, alone: str, whole: str) -> AmbiguousError:
    """`W^Qx`, `2^-nx`: how much of a run is raised?"""
    sign = alone.startswith("{{")
    return AmbiguousError(
        f"{text[0]} alone is raised, or more of {text}",
        Span(start - sign, start + len(text)),
        readings=(
            Choice(f"{text[0]} alone", alone.format(text[0], text[1:])),
            Choice("all of it", whole.format(text[0], text[1:])),
        ),
        hints=("declare a name of several letters in shapes=",),
    )


def _is_number(base: Notation | None) -> bool:
    """Whether what is raised has no mark: 10, or Euler's number."""
    return type(base) is Number or base == EULER


def _letter_name(name: str) -> str:
    return "infty" if name == "infinity" else name


def _cases(tokens: list[Token]) -> list[Token]:
    """Braces that hold conditions are cases: `{ x if x > 0, 0 otherwise }`."""
    stack: list[tuple[Token, list[Token], list[bool]]] = []
    for token in tokens:
        kind = token.kind
        if kind == t.OPEN:
            stack.append((token, [], [False]))
        elif kind == t.CLOSE and stack:
            opener, ends, seen = stack.pop()
            if ends and opener.text == "{" and token.text == "}":
                _open_cases(opener, ends, token)
        elif stack and stack[-1][0].text == "{":
            _, ends, seen = stack[-1]
            if kind == t.KEYWORD and token.text in ("if", "otherwise"):
                seen[0] = True
                ends.append(token)
            elif kind in (t.SEP, t.BREAK) and seen[0]:
                seen[0] = False
                ends.append(token)
    return tokens


def _open_cases(opener: Token, ends: list[Token], closer: Token) -> None:
    opener.kind, closer.kind = t.BEGIN, t.FINISH
    opener.text = closer.text = "cases"
    for token in ends:
        if token.kind != t.KEYWORD:
            token.kind = t.NEWROW


_KINDS = {
    "R": PlainMaker._run, "N": PlainMaker._number, "L": PlainMaker._line, "D": PlainMaker._dots,
    "P": PlainMaker._pair, "O": PlainMaker._other,
}  # fmt: skip
