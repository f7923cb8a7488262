"""What opens and what closes? Brackets matched, bars told apart, rows and columns made of
environments.

One pass with one stack. A bar opens where no operand stands before it, closes where its partner is
open, and separates or divides otherwise; so `|a|b|c|` is |a| b |c|, whatever its length, and no
reading is tried twice. In: tokens of `latex` or `plain`. Out: tokens as the grammar knows them, and
the places outside every bracket where a statement may end.
"""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.errors import ParseError, TooDeepError
from eq2code.limits import Limits
from eq2code.parse import prose, symbols
from eq2code.parse import tokens as t
from eq2code.parse.guard import too_deep
from eq2code.parse.signs import MARKS
from eq2code.parse.tokens import Token, listed
from eq2code.trees.notation import Mark, Text, Word

_STARTERS = frozenset(
    {t.ATOM, t.OPEN, t.GROUP, t.RUN, t.SIGMA, t.ROOT, t.ROOTSIGN, t.FRACTION, t.BINOMIAL, t.ACCENT,
     t.SIGN, t.NOT, t.BAR, t.BEGIN, t.BELOW, t.ABOVE, t.KEYWORD}
)  # fmt: skip
_ELEMENTARY = frozenset(
    listed("exp log ln lg sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan")
)
_REDUCING = frozenset({"max", "min", "sup", "inf", "argmax", "argmin"})
_PREFIXES = frozenset({t.SIGN, t.NOT, t.ROOTSIGN, t.BANG, t.ACCENT, t.ROOT})
_CLOSERS = frozenset({t.CLOSE, t.ENDGROUP, t.ROPT, t.SEP, t.AMP, t.NEWROW, t.FINISH})
_SPLITTERS = frozenset(
    {t.QUAD, t.KEYWORD, t.STOP, t.HARD, t.BREAK, t.NEWROW, t.AMP, t.REL, t.SEP, t.PROSE}
)
_ENDS = frozenset({t.QUAD, t.KEYWORD, t.STOP, t.HARD, t.BREAK, t.NEWROW, t.AMP})
_REACH = 2_000  # tokens that are looked through for the partner of a double bar
_DROPPED_AT_END = frozenset({t.SEP, t.STOP, t.QUAD})


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

    def __init__(self, tokens: Sequence[Token], limits: Limits) -> None:
        self.tokens = tokens
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

    def run(self) -> tuple[list[Token], list[int]]:
        """The tokens for the grammar, and the places in them where statements may end."""
        self.tokens = tokens = _without_breaks(self.tokens)
        if any(token.kind == t.BAR for token in tokens):
            self.remaining = _count_bars(tokens)
        handlers = _HANDLERS
        for place, token in enumerate(tokens):
            kind = token.kind
            if kind in _PREFIXES:
                self.prefixes += 1
                if self.prefixes > self.limits.depth:
                    raise too_deep(self.limits, token.span)
            else:
                self.prefixes = 0
            handler = handlers.get(kind)
            if handler is not None:
                handler(self, token, place)
            else:
                self.operand, self.waiting = False, None
                self.out.append(token)
        if self.levels:
            raise self._unclosed(self.levels[-1])
        return self.out, self.places

    def _unclosed(self, level: Level) -> ParseError:
        token = level.token
        if level.kind == t.BAR:
            return ParseError(
                f"this {token.text} is never closed",
                token.span,
                hints=("\\mid separates: p(x \\mid y)",),
            )
        if level.kind in (t.BEGIN, t.GRID):
            return ParseError("this \\begin has no \\end", token.span)
        return ParseError(f"this {token.text or 'bracket'} is never closed", token.span)

    # --- pieces ----------------------------------------------------------------------------------

    def _atom(self, token: Token, place: int) -> None:
        before = self.out[-1].kind if self.out else ""
        if before != t.SUB and before != t.SUP:
            self.waiting = token if token.style == "op" else None
            self.operand = self.waiting is None
        self.out.append(token)

    def _script(self, token: Token, place: int) -> None:
        if not (self.out and (self.operand or self._scriptable(self.out[-1]))):
            raise ParseError(f"this {token.text} stands behind nothing", token.span)
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
            raise ParseError(f"this {token.text} stands behind nothing", token.span)
        self.out.append(token)

    def _operator(self, token: Token, place: int) -> None:
        if token.text in MARKS and self._is_mark(place):
            mark = Mark(MARKS[token.text], span=token.span)
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
        following = self.tokens[place + 1] if place + 1 < len(self.tokens) else None
        kind = following.kind if following is not None else t.CLOSE
        if self.operand:
            return script and kind == t.ENDGROUP
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
            raise ParseError(f"this {token.text} closes nothing", token.span)
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
        level.token.mate, token.mate = token, level.token
        self.operand, self.waiting = level.operand, level.waiting
        self.out.append(token)

    def _end_group(self, token: Token, place: int) -> None:
        if not self.levels:
            raise ParseError(f"this {token.text} closes nothing", token.span)
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
            self._separate(token)
        else:
            self._open_bar(token)

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

    def _evaluate(self, token: Token) -> None:
        self.evaluated += 1
        if self.evaluated > self.limits.depth:
            raise TooDeepError("too many evaluation bars", token.span)
        token.kind = t.EVALUATED
        self.out.append(token)

    def _separate(self, token: Token) -> None:
        """Inside brackets a bar separates arguments; outside, ‖ joins what stands on its sides."""
        inside = bool(self.levels) and self.levels[-1].kind in (t.OPEN, t.GROUP, t.BAR)
        if token.text == "|" or (inside and self.levels[-1].kind == t.OPEN):
            token.kind = t.SEP
        else:
            token.kind = t.OP
        self.operand = False
        self.out.append(token)

    # --- ends of statements, rows and cells ------------------------------------------------------

    def _mark(self, token: Token) -> None:
        self.places.append(len(self.out))
        self.out.append(token)
        self.operand, self.waiting = False, None
        self.divides = None

    def _relation(self, token: Token, place: int) -> None:
        self.operand, self.waiting = False, None
        self.signs = 0
        if not self.closed:
            self.places.append(len(self.out))
        self.out.append(token)

    def _grid(self) -> Level | None:
        return self.levels[-1] if self.levels and self.levels[-1].kind == t.GRID else None

    def _row(self, token: Token, place: int) -> None:
        """The end of a row or cell: of a grid, of a statement, or a mere break inside brackets."""
        if self._grid() is not None:
            self._trim()
            if token.kind == t.AMP or self.out[-1].kind not in (t.GRID, t.NEWROW):
                self.out.append(token)
            self.operand = False
        elif not self.closed:
            self._mark(token)

    def _trim(self) -> None:
        while self.out[-1].kind in _DROPPED_AT_END:
            self.out.pop()

    def _space(self, token: Token, place: int) -> None:
        if not self.closed:
            self._mark(token)

    def _break(self, token: Token, place: int) -> None:
        """A line break of the source ends nothing inside brackets and environments."""
        if not self.levels:
            operand = self.operand
            self._mark(token)
            self.operand = operand and token.text == "soft"

    def _stop(self, token: Token, place: int) -> None:
        if not self.closed:
            self._mark(token)
            return
        following = self.tokens[place + 1].kind if place + 1 < len(self.tokens) else t.CLOSE
        if following not in (t.AMP, t.NEWROW, t.FINISH, t.CLOSE, t.ENDGROUP, t.SEP, t.QUAD):
            raise ParseError("a full stop stands inside a formula", token.span)

    def _keyword(self, token: Token, place: int) -> None:
        grid = self._grid()
        if not self.closed:
            self._mark(token)
        elif token.text in ("and", "or", "not") and not (token.text == "not" and self.operand):
            kind = {"and": t.AND, "or": t.OR, "not": t.NOT}[token.text]
            self.out.append(Token(kind, token.text, token.start, token.end))
            self.operand = False
        elif grid is not None and (token.text in symbols.CONDITIONS or token.text == "otherwise"):
            self._condition(token, grid)
        else:
            self._text(token)

    def _text(self, token: Token) -> None:
        node = Text(token.text, span=token.span)
        self.out.append(Token(t.ATOM, token.text, token.start, token.end, node))
        self.operand = True

    def _condition(self, token: Token, grid: Level) -> None:
        """The word in front of a condition opens its cell, and says no more."""
        grid.token.text = "cases"
        self._trim()
        if self.out[-1].kind not in (t.AMP, t.GRID, t.NEWROW):
            self.out.append(Token(t.AMP, "", token.start, token.start))
        self.operand = False
        if token.text == "otherwise":
            self._text(token)

    def _prose(self, token: Token, place: int) -> None:
        """Prose that stands where an operand must is a name; elsewhere it says nothing."""
        following = self.tokens[place + 1].kind if place + 1 < len(self.tokens) else ""
        applied = following in (t.REL, t.OP, t.SUB, t.SUP, t.SIGN)
        needed = bool(self.out) and self.out[-1].kind in (t.OP, t.SIGN, t.REL, t.SUB, t.SUP)
        if not (applied or needed) and not self.closed:
            self._mark(token)
            return
        name = prose.name(token.text)
        if name is None and (applied or needed):
            raise ParseError(
                "this text is no name", token.span, hints=("a name has letters, digits and _",)
            )
        if name is None:
            self._text(token)
            return
        self._atom(
            Token(t.ATOM, name, token.start, token.end, Word(name, token.style, span=token.span)),
            place,
        )

    # --- environments ----------------------------------------------------------------------------

    def _begin(self, token: Token, place: int) -> None:
        name = token.text
        if name in symbols.DISPLAYS:
            if self.closed:
                raise ParseError(f"\\begin{{{name}}} stands inside a formula", token.span)
            self._transparent(token)
        elif name in symbols.CASES:
            self._open_grid(token, "cases")
        elif name in symbols.MATRICES:
            self._open_grid(token, "matrix")
        elif self._braced(place):
            self._open_cases(token, place)
        elif name in symbols.ALIGNED or self._lists_equations(place):
            self._push(Level(t.BEGIN, token))
        else:
            self._open_grid(token, "array")

    def _transparent(self, token: Token) -> None:
        self._push(Level(t.BEGIN, token))
        self._mark(Token(t.HARD, "display", token.start, token.end))

    def _open_grid(self, token: Token, kind: str) -> None:
        opener, closer = symbols.MATRICES.get(token.text, ("", ""))
        if opener:
            self.out.append(Token(t.OPEN, opener, token.start, token.end))
        level = Level(t.GRID, Token(t.GRID, kind, token.start, token.end))
        level.fence = closer
        level.operand = True
        self.out.append(level.token)
        level.token.style = token.text
        self._push(level)

    def _end_of(self, place: int) -> int:
        """The place where the environment that begins at `place` ends."""
        depth = 0
        for later in range(place, len(self.tokens)):
            kind = self.tokens[later].kind
            depth += (kind == t.BEGIN) - (kind == t.FINISH)
            if not depth:
                return later
        raise ParseError("this \\begin has no \\end", self.tokens[place].span)

    def _braced(self, place: int) -> bool:
        """Whether a brace that nothing closes stands in front: then the rows are cases."""
        if not self.levels or self.levels[-1].token is not self.out[-1]:
            return False
        if self.out[-1].kind != t.OPEN or self.out[-1].text != "{":
            return False
        end = self._end_of(place)
        return not (
            end + 1 < len(self.tokens)
            and self.tokens[end + 1].kind == t.CLOSE
            and self.tokens[end + 1].text != ""
        )

    def _open_cases(self, token: Token, place: int) -> None:
        brace = self._pop().token
        self.out.pop()
        end = self._end_of(place)
        begin = Token(t.BEGIN, token.text, brace.start, token.end)
        self._open_grid(begin, "cases")
        if end + 1 < len(self.tokens) and self.tokens[end + 1].kind == t.CLOSE:
            self.skipped.add(end + 1)

    def _lists_equations(self, place: int) -> bool:
        """Whether an array at the start of a statement has rows that are equations."""
        if self.closed or (self.out and self.out[-1].kind not in _SPLITTERS):
            return False
        if self.out and self.out[-1].kind in (t.REL, t.SEP):
            return False
        depth = 0
        for token in self.tokens[place : self._end_of(place)]:
            depth += token.kind in (t.OPEN, t.GROUP, t.BEGIN)
            depth -= token.kind in (t.CLOSE, t.ENDGROUP, t.FINISH)
            if depth == 1 and token.kind == t.REL and token.text in symbols.DEFINING:
                return True
        return False

    def _end(self, token: Token, place: int) -> None:
        if not self.levels:
            raise ParseError(f"\\end{{{token.text}}} ends nothing", token.span)
        level = self.levels[-1]
        if level.kind not in (t.BEGIN, t.GRID):
            raise self._unclosed(level)
        name = level.token.text if level.kind == t.BEGIN else level.token.style
        if name != token.text:
            raise ParseError(
                f"\\begin{{{name}}} is ended by \\end{{{token.text}}}",
                level.token.span | token.span,
            )
        self._pop()
        if level.kind == t.BEGIN:
            if name in symbols.DISPLAYS:
                self._mark(Token(t.HARD, "display", token.start, token.end))
            return
        self._trim()
        while self.out[-1].kind in (t.NEWROW, t.QUAD):
            self.out.pop()
        level.token.style = ""
        self.out.append(Token(t.ENDGRID, "", token.start, token.end))
        if level.fence:
            self.out.append(Token(t.CLOSE, level.fence, token.start, token.end))
        self.operand = True


def _without_breaks(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without the line breaks that stand inside brackets: those end nothing."""
    if not any(token.kind == t.BREAK for token in tokens):
        return tokens
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


_HANDLERS = {
    t.ATOM: Matcher._atom, t.RUN: Matcher._atom, t.SIGMA: Matcher._atom,
    t.SUB: Matcher._script, t.SUP: Matcher._script, t.PRIME: Matcher._after, t.BANG: Matcher._after,
    t.OP: Matcher._operator, t.SIGN: Matcher._operator,
    t.OPEN: Matcher._open, t.GROUP: Matcher._open, t.LOPT: Matcher._open,
    t.CLOSE: Matcher._close, t.ENDGROUP: Matcher._end_group, t.ROPT: Matcher._end_group,
    t.BAR: Matcher._bar, t.REL: Matcher._relation, t.SEP: Matcher._relation,
    t.AMP: Matcher._row, t.NEWROW: Matcher._row, t.QUAD: Matcher._space, t.BREAK: Matcher._break,
    t.HARD: Matcher._space, t.STOP: Matcher._stop, t.KEYWORD: Matcher._keyword,
    t.PROSE: Matcher._prose, t.BEGIN: Matcher._begin, t.FINISH: Matcher._end,
}  # fmt: skip
