r"""Where does one statement end and the next begin? Cut at rows, wide spaces, words, stops.

In: the tokens of a source, and the places outside brackets where one may end. Out: the tokens of
each statement, with the word that introduced it. A line that starts or leaves off with an operator
goes on; a wide space divides only where both sides hold a relation.
"""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.choice import Choice
from eq2code.errors import AmbiguousError, ParseError, UnsupportedError
from eq2code.parse import symbols
from eq2code.parse import tokens as t
from eq2code.parse.captions import without_captions
from eq2code.parse.numbers import is_label, without_numbers
from eq2code.parse.parts import Part
from eq2code.parse.tokens import Token
from eq2code.parse.undrawn import waits
from eq2code.source import Span
from eq2code.trees.notation import Number, Text

_INFIX = frozenset({t.OP, t.SIGN, t.REL, t.COLON, t.AND, t.OR, t.SUB, t.SUP})
_LEADING = frozenset({t.OP, t.SIGN, t.REL, t.AND, t.OR})
_SIGNS = frozenset({t.OP, t.SIGN})
_ROWS = frozenset({t.BREAK, t.NEWROW})
_ENDS = _ROWS | {t.STOP, t.HARD, t.SEP}
_TRIMMED = frozenset({t.SEP, t.STOP})


def statements(
    tokens: Sequence[Token], places: Sequence[int], *, functions: frozenset[str] = frozenset()
) -> list[Part]:
    """The statements of a source, in order; formulas merely mentioned in prose are left out.

    `functions` are the spellings of functions: `exp (1)` is no expression with a number behind.
    """
    small = _cut(tokens, places)
    without_captions(small, functions)
    without_numbers(small, functions)
    parts = _Joiner().run(small) if len(small) > 1 else small
    for part in parts:
        _trim(part)
    parts = [part for part in parts if part.tokens]
    if any(not part.mention or part.relation for part in parts):
        parts = [part for part in parts if not part.mention or part.relation]
    return parts


def _cut(tokens: Sequence[Token], places: Sequence[int]) -> list[Part]:
    """The smallest parts, between any two places that might end a statement."""
    parts = [Part([], None, False)]
    start = 0
    for place in places:
        token = tokens[place]
        if token.text == "⇒" and token.kind == t.REL:
            parts[-1].tokens += tokens[start:place]
            start = place + 1
            _check_conclusion(token, parts)
            parts.append(Part([], Token(t.STOP, token.text, token.start, token.end), False))
        elif token.kind == t.REL:
            if token.text == "=" and token.end - token.start == 2:
                _check_compared(token, parts[-1])
            parts[-1].relation = True
        elif token.kind == t.SEP and token.text != ";":
            _check_comma(tokens, place)
        else:
            parts[-1].tokens += tokens[start:place]
            start = place + 1
            if token.kind != t.AMP or not _aligns(tokens, place):
                parts.append(Part([], token, False))
    parts[-1].tokens += tokens[start:]
    return parts


def _check_comma(tokens: Sequence[Token], place: int) -> None:
    """`y = 0,5 x`: one number with a decimal comma, or two values; `k = 1,2,3` is a list."""
    around = tokens[max(place - 2, 0) : place + 3]
    if len(around) < 4 or [type(x.node) for x in tokens[place - 1 : place + 2 : 2]] != [Number] * 2:
        return
    comma = tokens[place]
    touching = tokens[place - 1].end == comma.start and comma.end == tokens[place + 1].start
    listed = around[0].kind in (t.SEP, t.SUB, t.SUP) or (around[4:] and around[4].kind == t.SEP)
    if touching and not listed:
        text = f"{tokens[place - 1].text}.{tokens[place + 1].text}"
        raise AmbiguousError(
            "a comma between digits divides two values, or belongs to one number",
            tokens[place - 1].span | tokens[place + 1].span,
            readings=("two values", f"one number: {text}, or without the comma"),
            hints=("write a decimal point, and no comma between thousands",),
        )


def _check_compared(token: Token, part: Part) -> None:
    """AmbiguousError for `x == y` and `m = x == 0`: what is equal to what, or what compares, is not
    said; behind "if" it is."""
    if part.relation:
        raise AmbiguousError(
            "== behind a definition compares, or goes on with it",
            token.span,
            readings=("1 where both sides are equal, else 0", "one more form of the value"),
            hints=("bracket a comparison: m = (x == 0); write = where the value goes on",),
        )
    if part.lead is None or part.lead.text not in symbols.CONDITIONS:
        raise AmbiguousError(
            "== compares both sides, or defines the left one",
            token.span,
            readings=("1 where both sides are equal, else 0", Choice("a definition", "=")),
            hints=("bracket a comparison: (x == y)",),
        )


def _check_conclusion(sign: Token, parts: Sequence[Part]) -> None:
    r"""`u = a + b \implies v = u^2` draws one equation from another; from a condition it draws none
    that always holds."""
    premise = next((part for part in reversed(parts) if part.tokens), None)
    if premise is None or any(token.text in symbols.DEFINING for token in premise.tokens):
        return
    raise UnsupportedError(
        "what ⇒ draws from a condition is not translated",
        sign.span,
        hints=(r"write the condition with its value: \begin{cases} … & x > 0 \end{cases}",),
    )


def _aligns(tokens: Sequence[Token], place: int) -> bool:
    """Whether an & stands beside the relation that it aligns, and so divides nothing."""
    return (place + 1 < len(tokens) and tokens[place + 1].kind == t.REL) or (
        place > 0 and tokens[place - 1].kind == t.REL
    )


class _Joiner:
    """Puts small parts together to statements."""

    def __init__(self) -> None:
        self.done: list[Part] = []
        self.current: Part | None = None
        self.introduced = ""
        self.mention = False
        self.broken = False
        self.ended: Token | None = None

    def run(self, parts: Sequence[Part]) -> list[Part]:
        for part in parts:
            self._lead(part)
            if part.lead is not None and part.lead.kind in _ENDS:
                self._mark()
            if part.tokens:
                self._take(part)
                self.broken, self.ended = False, None
        self._finish()
        self._mark()
        return self.done

    def _mark(self) -> None:
        """Note behind a value that its statement ends with the word otherwise: `0 otherwise`."""
        if self.introduced == "otherwise" and self.current is None and self.done:
            last = self.done[-1]
            end = last.tokens[-1].end
            if last.tokens[-1].kind != t.SEP:
                last.tokens.append(Token(t.SEP, ",", end, end))
            word = Text("otherwise", span=Span(end, end))
            last.tokens.append(Token(t.ATOM, "otherwise", end, end, word))
            self.introduced = ""

    def _lead(self, part: Part) -> None:
        """Note what the separator says that holds although no tokens follow it."""
        lead = part.lead
        if lead is None:
            return
        self.broken = self.broken or lead.kind == t.NEWROW
        if lead.kind == t.SEP:
            self.ended = lead
        if lead.kind == t.HARD:
            self._finish()
            self.mention = lead.text == "inline"
        elif lead.kind == t.STOP:
            self._finish()
        elif (lead.kind == t.KEYWORD and lead.text not in ("and", "or", "not")) or (
            lead.kind == t.KEYWORD and not part.tokens
        ):
            self._finish()
            self.introduced = lead.text

    def _finish(self) -> None:
        if self.current is not None:
            self.done.append(self.current)
            self.current = None

    def _take(self, part: Part) -> None:
        current, lead = self.current, part.lead
        if current is None or lead is None:
            self._start(part)
        elif lead.kind == t.KEYWORD and lead.text == "not":
            self._keyword(current, part, lead)
        elif part.tokens[0].kind in _LEADING and _conditional(current) and lead.kind in _ROWS:
            if part.tokens[0].kind not in _SIGNS:
                raise ParseError(
                    f"this line starts with {part.tokens[0].text}, and the one before ends with a "
                    "condition",
                    part.tokens[0].span,
                    hints=("write each branch as a value and a condition: -x if x < 0",),
                )
            listed = current.tokens[-1].kind == t.SEP
            self._join(part, None if listed else Token(t.SEP, ",", lead.start, lead.start))
        elif self.ended is not None and (lead.kind == t.QUAD or part.tokens[0].kind in _SIGNS):
            self._semicolon(current, part, self.ended)
        elif part.tokens[0].kind in _SIGNS and lead.kind == t.KEYWORD:
            self._keyword(current, part, lead)
        elif part.tokens[0].kind in _LEADING:
            _check_continuation(current, part, lead)
            self._join(part, None)
        elif current.tokens[-1].kind in _INFIX:
            self._go_on(current, part)
        else:
            _BY_LEAD[lead.kind](self, current, part, lead)

    def _start(self, part: Part) -> None:
        self._finish()
        lead = part.lead
        if lead is not None and lead.kind == t.KEYWORD and lead.text in ("and", "or"):
            self.introduced = lead.text
        part.introduced, self.introduced = self.introduced, ""
        part.mention = self.mention
        self.current = part

    def _go_on(self, current: Part, part: Part) -> None:
        """A line that leaves off with an operator goes on, but not with an equation of its own."""
        last = current.tokens[-1]
        heads = sum(token.kind == t.REL for token in current.tokens) == 1 and last.kind == t.REL
        if not (current.relation and part.relation) or heads:
            self._join(part, None)
        elif last.kind == t.COLON:
            current.tokens.pop()
            self._start(part)
        else:
            raise ParseError(
                f"this line leaves off with {last.text}, and the next is an equation of its own",
                last.span,
                hints=("finish the line, or go on with it on the next",),
            )

    def _join(self, part: Part, joint: Token | None) -> None:
        current = self.current
        assert current is not None
        if joint is not None:
            current.tokens.append(joint)
        current.tokens.extend(part.tokens)
        current.relation = current.relation or part.relation

    def _row(self, current: Part, part: Part, lead: Token) -> None:
        self._start(part)

    def _break(self, current: Part, part: Part, lead: Token) -> None:
        if lead.text != "soft" or (current.relation and part.relation):
            self._start(part)
        else:
            self._join(part, None)

    def _space(self, current: Part, part: Part, lead: Token) -> None:
        if current.relation and is_label(part.tokens):
            return
        if current.relation and _bracketed_relation(part.tokens):
            part.tokens = part.tokens[1:-1]
            self._start(part)
        elif current.relation and part.relation:
            self._start(part)
        else:
            if not self.broken:  # a row that is indented goes on with the one before
                _check_space(current, part, lead)
            self._join(part, None)

    def _semicolon(self, current: Part, part: Part, lead: Token) -> None:
        if current.relation and part.relation:
            self._start(part)
        else:
            self._join(part, lead)

    def _keyword(self, current: Part, part: Part, lead: Token) -> None:
        """`and` between two equations divides them, but not two conditions; between two names it is
        a comma."""
        word = Token(t.AND if lead.text == "and" else t.OR, lead.text, lead.start, lead.end)
        condition = current.introduced == "if"
        if lead.text == "not":
            self._join(part, Token(t.NOT, "not", lead.start, lead.end))
        elif _conditional(current) and current.tokens[-1].kind == t.SEP and not part.relation:
            self._join(part, None)  # `x > 0, and 0 otherwise`
        elif condition and current.tokens[-1].kind == t.SEP:
            current.tokens.pop()
            self._join(part, word)
        elif condition or lead.text == "or":
            self._join(part, word)
        elif current.relation and part.relation and part.tokens[0].kind != t.NOT:
            self._start(part)
        else:
            self._join(part, word if current.relation else Token(t.SEP, ",", word.start, word.end))

    def _prose(self, current: Part, part: Part, lead: Token) -> None:
        if current.relation and part.relation:
            self._start(part)
            return
        raise ParseError(
            "this text stands between two parts of a formula",
            lead.span,
            hints=("\\text{where} and other joining words divide statements",),
        )


_BY_LEAD = {
    t.NEWROW: _Joiner._row, t.BREAK: _Joiner._break, t.QUAD: _Joiner._space, t.AMP: _Joiner._space,
    t.SEP: _Joiner._semicolon, t.KEYWORD: _Joiner._keyword, t.PROSE: _Joiner._prose,
    t.STOP: _Joiner._row, t.HARD: _Joiner._row,
}  # fmt: skip


def _conditional(part: Part) -> bool:
    """Whether a part says when the value in front of it is meant."""
    return part.introduced in ("if", "for", "where", "with") and part.relation


def _check_continuation(current: Part, part: Part, lead: Token) -> None:
    """A line that starts with a sign goes on with the one before; an equation of its own does
    not."""
    first = part.tokens[0]
    broken = lead.kind in (t.BREAK, t.NEWROW) and first.kind in (t.SIGN, t.OP)
    if broken and current.relation and part.relation:
        raise AmbiguousError(
            f"this line starts with {first.text}, and is an equation of its own",
            first.span,
            readings=("it goes on with the line before", f"its left side starts with {first.text}"),
            hints=("put both on one line, or leave the sign out",),
        )


def _check_space(current: Part, part: Part, lead: Token) -> None:
    r"""`y = x \quad z`: nobody multiplies over a wide space."""
    tokens = current.tokens
    if lead.kind not in (t.QUAD, t.AMP) or not current.relation or tokens[-1].kind == t.SEP:
        return
    if waits(tokens, len(tokens)):
        return
    if part.tokens[0].kind in (t.ATOM, t.RUN, t.OPEN, t.FRACTION, t.ROOT):
        raise AmbiguousError(
            "a wide space, or &, stands between two parts of a formula",
            part.tokens[0].span,
            readings=("a remark on the formula", "a factor"),
            hints=(r"write a remark as \text{…}, and a factor without the space",),
        )


def _bracketed_relation(tokens: Sequence[Token]) -> bool:
    """`(n = 0, 1, …)` behind an equation is a statement in brackets."""
    return (
        tokens[0].kind == t.OPEN
        and tokens[0].text == "("
        and tokens[0].mate is tokens[-1]
        and any(token.kind == t.REL for token in tokens)
    )


def _trim(part: Part) -> None:
    tokens = part.tokens
    start, end = 0, len(tokens)
    while start < end and tokens[start].kind in _TRIMMED:
        start += 1
    while end > start and tokens[end - 1].kind in _TRIMMED:
        end -= 1
    if start or end < len(tokens):
        part.tokens = tokens[start:end]
