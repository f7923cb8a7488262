"""What opens and what closes? Brackets matched, and bars told apart.

One pass with one stack, whose levels `rows` adds to. A bar opens where no operand stands before it,
closes where its partner is open, and separates or divides otherwise; so `|a|b|c|` is |a| b |c|,
whatever its length, and no reading is tried twice. In: tokens of `latex` or `plain`. Out: tokens as
the grammar knows them, and the places outside every bracket where a statement may end.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eq2code.errors import AmbiguousError, ParseError, TooDeepError
from eq2code.limits import Limits
from eq2code.parse import symbols
from eq2code.parse import tokens as t
from eq2code.parse.complaints import behind_nothing
from eq2code.parse.guard import too_deep
from eq2code.parse.signs import MARKS, UNOPENED
from eq2code.parse.tokens import Token, listed
from eq2code.trees.notation import Letter, Mark, Number, Word

_STARTERS = frozenset(
    {t.ATOM, t.OPEN, t.GROUP, t.RUN, t.SIGMA, t.ROOT, t.ROOTSIGN, t.FRACTION, t.BINOMIAL, t.ACCENT,
     t.SIGN, t.NOT, t.BAR, t.BEGIN, t.BELOW, t.ABOVE, t.KEYWORD}
)  # fmt: skip
_ELEMENTARY = frozenset(
    listed("exp log ln lg sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan")
)
_REDUCING = frozenset({"max", "min", "sup", "inf", "argmax", "argmin", "mean"})
_PREFIXES = frozenset({t.SIGN, t.NOT, t.ROOTSIGN, t.BANG, t.ACCENT, t.ROOT})
_PARTNERS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉", "⟦": "⟧"}
_CLOSERS = frozenset({t.CLOSE, t.ENDGROUP, t.ROPT, t.SEP, t.AMP, t.NEWROW, t.FINISH})
_ENDS = frozenset({t.QUAD, t.KEYWORD, t.STOP, t.HARD, t.BREAK, t.NEWROW, t.AMP})
_BEFORE = frozenset({t.REL, t.OP, t.SIGN, t.OPEN, t.GROUP, t.SEP, t.AMP})
_NUMBERED = (Number("1"), Number("2"), Letter("infty"))  # indices of a norm
_LETTERED = (Letter("p"), Letter("F"))
_REACH = 2_000  # tokens that are looked through for the partner of a double bar


class Level:
    """An open bracket, group, grid or environment.

    `kind` is a token kind, or BAR for an undirected bar; `operand` and `waiting` are restored when
    it closes; `divides` remembers whether its double bars separate.
    """

    __slots__ = ("divides", "fence", "kind", "operand", "script", "token", "waiting")

    def __init__(
        self, kind: str, token: Token, *, operand: bool = True, script: bool = False
    ) -> None:
        self.kind = kind
        self.token = token
        self.operand = operand
        self.script = script
        self.waiting: Token | None = None
        self.fence: str = ""
        self.divides: bool | None = None


class Matcher:
    """One pass over the tokens of a source."""

    def __init__(self, tokens: Sequence[Token], limits: Limits, language: str) -> None:
        self.tokens = tokens
        self.language = language
        self.limits = limits
        self.out: list[Token] = []
        self.places: list[int] = []
        self.levels: list[Level] = []
        self.closed = 0  # levels that are brackets, not transparent environments
        self.operand = False
        self.waiting: Token | None = None  # a function or Σ in front, without its argument yet
        self.signs = 0
        self.divides: bool | None = None  # as for a Level, of the statement outside all brackets
        self.prefixes = 0
        self.evaluated = 0
        self.skipped: set[int] = set()
        self.remaining: dict[int, int] = {}

    def run(self, handlers: Mapping[str, Callable[[Any, Token, int], None]]) -> None:
        """Take every token in turn, as `handlers` say of its kind."""
        kinds = {token.kind for token in self.tokens}
        if t.BREAK in kinds:
            self.tokens = _without_breaks(self.tokens)
        if t.BAR in kinds:
            self.tokens = _joining(self.tokens)
            self.remaining = _count_bars(self.tokens)
        for place, token in enumerate(self.tokens):
            kind = token.kind
            if kind in _PREFIXES:
                self.prefixes += 1
                if self.prefixes > self.limits.depth:
                    raise too_deep(self.limits, token.span)
            else:
                self.prefixes = 0
            if kind in handlers:
                handlers[kind](self, token, place)
            else:
                self.operand, self.waiting = False, None
                self.out.append(token)
            if token.text == "‖" and token.kind == t.CLOSE:
                self._measured(token, place)
        if self.levels:
            raise self._unclosed(self.levels[-1])

    def _unclosed(self, level: Level) -> ParseError:
        token = level.token
        if level.kind == t.BAR:
            return ParseError(
                f"this {token.text} is never closed",
                token.span,
                hints=("\\mid separates: p(x \\mid y)",),
            )
        if level.kind in (t.BEGIN, t.GRID):
            return ParseError(
                "this \\begin has no \\end",
                token.span,
                hints=(f"write \\end{{{token.text}}} where it ends",),
            )
        closer = _PARTNERS.get(token.text)
        return ParseError(
            f"this {token.text or 'bracket'} is never closed",
            token.span,
            hints=(f"write its {closer or 'end'} where it ends",),
        )

    # --- pieces ----------------------------------------------------------------------------------

    def _atom(self, token: Token, place: int) -> None:
        before = self.out[-1].kind if self.out else ""
        if before != t.SUB and before != t.SUP:
            self.waiting = token if token.style == "op" else None
            self.operand = self.waiting is None
        self.out.append(token)

    def _script(self, token: Token, place: int) -> None:
        if not (self.out and (self.operand or self._scriptable(self.out[-1]))):
            raise behind_nothing(token)
        self.out.append(token)

    def _scriptable(self, token: Token) -> bool:
        return token.kind in (
            t.ATOM,
            t.ENDGROUP,
            t.CLOSE,
            t.EVALUATED,
            t.RUN,
            t.SIGMA,
            t.ENDGRID,
            t.PRIME,
        )

    def _after(self, token: Token, place: int) -> None:
        """A prime or an exclamation mark belongs to the operand before."""
        if not (self.out and (self.operand or self._scriptable(self.out[-1]))):
            raise behind_nothing(token)
        self.out.append(token)

    def _operator(self, token: Token, place: int) -> None:
        sign = token.style or token.text
        if sign in MARKS and self._is_mark(place):
            mark = Mark(MARKS[sign], span=token.span)
            self.out.append(Token(t.ATOM, token.text, token.start, token.end, mark))
            self.operand = True
            return
        if token.kind == t.SIGN and token.text != "+" and self._takes_sign():
            self._unary(token)
        else:
            self.signs = 0
        self.operand, self.waiting = False, None
        self.out.append(token)

    def _takes_sign(self) -> bool:
        r"""Whether a sign here belongs to the argument of what stands in front.

        It does behind Σ, behind \log, behind \max_i; `max - min` is a difference.
        """
        word = self.waiting
        if word is None:
            return False
        if word.text in symbols.BIG_OPERATORS or word.text in _ELEMENTARY:
            return True
        return word.text in _REDUCING and self.out[-1] is not word

    def _unary(self, token: Token) -> None:
        r"""`\sum_i -x_i`: the sign belongs to what is summed."""
        token.kind = t.UNARY
        self.signs += 1
        if self.signs > self.limits.depth:
            raise too_deep(self.limits, token.span)

    def _is_mark(self, place: int) -> bool:
        """Whether an operator stands for itself: `f(\\cdot)`, `K_{**}`, `W_{\\cdot j}`, `‖·‖`."""
        level = self.levels[-1] if self.levels else None
        script = level is not None and level.script
        if self.operand and not script:
            return False
        following = self.tokens[place + 1] if place + 1 < len(self.tokens) else None
        kind = following.kind if following is not None else t.CLOSE
        if self.operand:
            return kind == t.ENDGROUP
        if kind == t.AMP and level is not None and level.kind == t.BEGIN:
            return False  # y =& a \\ +& b
        if kind in _CLOSERS:
            return level is not None
        if kind == t.BAR and level is not None and level.kind == t.BAR:
            return following is not None and following.text == level.token.text
        return script and self.tokens[place].kind == t.OP

    # --- brackets --------------------------------------------------------------------------------

    def _push(self, level: Level) -> None:
        if len(self.levels) >= self.limits.depth:
            raise too_deep(self.limits, level.token.span)
        self.levels.append(level)
        self.closed += level.kind != t.BEGIN
        self.operand, self.waiting = False, None

    def _pop(self) -> Level:
        level = self.levels.pop()
        self.closed -= level.kind != t.BEGIN
        return level

    def _open(self, token: Token, place: int) -> None:
        script = bool(self.out) and self.out[-1].kind in (t.SUB, t.SUP)
        level = Level(token.kind, token, operand=self.operand or not script, script=script)
        level.waiting = self.waiting if script else None
        self._push(level)
        self.out.append(token)

    def _close(self, token: Token, place: int) -> None:
        if place in self.skipped:
            return
        if token.text == "|" and self._closes_bar(token, place):
            return
        if not self.levels or self.levels[-1].kind == t.BEGIN:
            raise ParseError(f"this {token.text} closes nothing", token.span, hints=(UNOPENED,))
        level = self.levels[-1]
        if level.kind != t.OPEN:
            raise self._unclosed(level)
        opener = level.token
        if opener.text and token.text and token.text not in symbols.PARTNERS[opener.text]:
            raise ParseError(
                f"this {opener.text} is closed by {token.text}",
                opener.span | token.span,
                hints=(f"close it with {symbols.PARTNERS[opener.text][0]}",),
            )
        self._finish(token)

    def _closes_bar(self, token: Token, place: int) -> bool:
        r"""A `\rvert` or `\bigr|` behind an undirected bar closes that."""
        if (
            self.levels
            and self.levels[-1].kind == t.BAR
            and self.levels[-1].token.text == token.text
        ):
            self._finish(token)
            return True
        return False

    def _finish(self, token: Token) -> None:
        level = self._pop()
        level.token.mate = token
        self.operand, self.waiting = level.operand, level.waiting
        self.out.append(token)

    def _end_group(self, token: Token, place: int) -> None:
        if not self.levels:
            raise ParseError(f"this {token.text} closes nothing", token.span, hints=(UNOPENED,))
        level = self.levels[-1]
        if level.kind not in (t.GROUP, t.LOPT):
            raise self._unclosed(level)
        self._finish(token)

    # --- bars ------------------------------------------------------------------------------------

    def _bar(self, token: Token, place: int) -> None:
        top = self.levels[-1] if self.levels else None
        bar_open = top is not None and top.kind == t.BAR
        if not self.operand:
            self._open_bar(token)
        elif bar_open and top is not None and top.token.text == token.text:
            self._close_bar(token)
        elif token.text == "‖" and token.end - token.start == 2 and bar_open:
            middle = token.start + 1  # |a||b|: one bar closes, the next one opens
            self._close_bar(Token(t.BAR, "|", token.start, middle))
            self._open_bar(Token(t.BAR, "|", middle, token.end))
        elif self._follows(place, t.SUB):
            self._evaluate(token)
        elif self._separates(token, place):
            self._separate(token, place)
        else:
            self._open_bar(token)

    def _last(self, place: int) -> bool:
        """Whether nothing stands behind a token in its bracket or statement."""
        following = self.tokens[place + 1 : place + 2]
        return not following or following[0].kind in _CLOSERS | _ENDS

    def _follows(self, place: int, kind: str) -> bool:
        return place + 1 < len(self.tokens) and self.tokens[place + 1].kind == kind

    def _separates(self, token: Token, place: int) -> bool:
        """Whether a bar between operands divides them: it has no partner, or all of them divide."""
        if self.remaining.get(place, 1) % 2:
            return True
        if token.text != "‖":
            return False
        top = self.levels[-1] if self.levels else None
        if top is None:
            if self.divides is None:
                self.divides = self._all_between(place, spaced=True)
            return self.divides
        if top.divides is None:
            listed = top.kind == t.OPEN and top.token.text == "["
            top.divides = self._all_between(place, spaced=not listed)
        return top.divides

    def _all_between(self, place: int, *, spaced: bool) -> bool:
        """Whether this bar and all later ones of the bracket have an operand on both sides."""
        depth = 0
        for later in range(place, min(place + _REACH, len(self.tokens))):
            token = self.tokens[later]
            if not depth and token.kind in _ENDS:
                return True
            if token.kind in (t.OPEN, t.GROUP, t.BEGIN):
                depth += 1
            elif token.kind in (t.CLOSE, t.ENDGROUP, t.FINISH):
                depth -= 1
                if depth < 0:
                    return True
            elif token.kind == t.BAR and not depth:
                before, after = self.tokens[later - 1], self.tokens[later + 1 : later + 2]
                if not after or after[0].kind not in _STARTERS or after[0].kind == t.BAR:
                    return False
                if spaced and (before.end == token.start or after[0].start == token.end):
                    return False
        return not depth

    def _open_bar(self, token: Token) -> None:
        token.kind = t.OPEN
        self._push(Level(t.BAR, token))
        self.out.append(token)

    def _close_bar(self, token: Token) -> None:
        token.kind = t.CLOSE
        self._finish(token)

    def _measured(self, token: Token, place: int) -> None:
        """`‖x‖2`: what touches the closing bar of a norm in plain text is the index of the norm."""
        after = self.tokens[place + 1] if place + 1 < len(self.tokens) else None
        if after is None or after.start != token.end:
            return
        if self.language == "text" and after.node in (*_NUMBERED, *_LETTERED):
            self.out.append(Token(t.SUB, "_", after.start, after.start))
        elif self.language == "latex" and after.node in _NUMBERED:
            raise AmbiguousError(
                "a number right behind a norm is its index, or a factor",
                after.span,
                readings=("the index of the norm: write _ before it", "a factor: write it first"),
            )

    def _evaluate(self, token: Token) -> None:
        self.evaluated += 1
        if self.evaluated > self.limits.depth:
            raise TooDeepError(
                "too many evaluation bars",
                token.span,
                hints=("define the inner derivatives by names of their own",),
            )
        token.kind = t.EVALUATED
        self.out.append(token)

    def _separate(self, token: Token, place: int) -> None:
        """Inside brackets a bar separates arguments; outside, ‖ joins what stands on its sides."""
        inner = bool(self.levels) and self.levels[-1].kind == t.BAR
        if token.text == "|" and not inner and self._last(place):
            raise ParseError(
                "this | neither opens nor closes anything",
                token.span,
                hints=("write \\left| and \\right| for each pair, or abs(x)",),
            )
        inside = bool(self.levels) and self.levels[-1].kind in (t.OPEN, t.GROUP, t.BAR)
        if token.text == "|" or (inside and self.levels[-1].kind == t.OPEN):
            token.kind = t.SEP
        else:
            token.kind = t.OP
        self.operand = False
        self.out.append(token)


def _without_breaks(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without the line breaks that stand inside brackets: those end nothing."""
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind in (t.OPEN, t.GROUP):
            depth += 1
        elif token.kind in (t.CLOSE, t.ENDGROUP) and depth:
            depth -= 1
        elif token.kind == t.BREAK and depth:
            continue
        kept.append(token)
    return kept


def _count_bars(tokens: Sequence[Token]) -> dict[int, int]:
    """For each undirected bar, how many of its kind follow it at its level, itself included."""
    counts: dict[int, int] = {}
    stack: list[list[int]] = [[]]

    def settle(places: list[int]) -> None:
        seen: dict[str, int] = {}
        for place in reversed(places):
            text = tokens[place].text
            seen[text] = seen.get(text, 0) + 1
            counts[place] = seen[text]
        places.clear()

    for place, token in enumerate(tokens):
        kind = token.kind
        if kind == t.BAR:
            stack[-1].append(place)
        elif kind in (t.OPEN, t.GROUP, t.LOPT):
            stack.append([])
        elif kind in (t.CLOSE, t.ENDGROUP, t.ROPT):
            settle(stack[-1])
            if len(stack) > 1:
                stack.pop()
        elif kind in (
            t.SEP,
            t.AMP,
            t.NEWROW,
            t.QUAD,
            t.KEYWORD,
            t.STOP,
            t.BEGIN,
            t.FINISH,
            t.HARD,
        ) or (kind == t.BREAK and token.text != "soft"):
            settle(stack[-1])
    for places in stack:
        settle(places)
    return counts


def _joining(tokens: Sequence[Token]) -> list[Token]:
    r"""`\Vert_{k=1}^{K} x_k`: a double bar with a range below, and no operand before it, joins."""
    made = list(tokens)
    for place, (token, after) in enumerate(itertools.pairwise(tokens)):
        before = tokens[place - 1].kind if place else t.REL
        if token.kind == t.BAR and token.text == "‖" and after.kind == t.SUB and before in _BEFORE:
            node = Word("‖", "big", span=token.span)
            made[place] = Token(t.ATOM, token.text, token.start, token.end, node)
    return made
