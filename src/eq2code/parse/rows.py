"""Where do rows, cells and statements end? Environments, cells, conditions.

Environments that only align equations are transparent; matrices, arrays and cases become grids,
also an array behind a brace that nothing closes. In: tokens of `latex` or `plain`. Out: tokens as
the grammar knows them, and the places outside every bracket where a statement may end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eq2code.errors import ParseError
from eq2code.limits import Limits
from eq2code.parse import prose, symbols
from eq2code.parse import tokens as t
from eq2code.parse.brackets import Level, Matcher
from eq2code.parse.tokens import Token
from eq2code.trees.notation import Text, Word

_SPLITTERS = frozenset(
    {t.QUAD, t.KEYWORD, t.STOP, t.HARD, t.BREAK, t.NEWROW, t.AMP, t.REL, t.SEP, t.PROSE}
)
_STARTS = frozenset({t.HARD, t.BREAK, t.NEWROW})
_DROPPED_AT_END = frozenset({t.SEP, t.STOP, t.QUAD})


def matched(
    tokens: Sequence[Token], limits: Limits, language: str
) -> tuple[list[Token], list[int]]:
    """The tokens for the grammar, and the places in them where statements may end."""
    matcher = RowMatcher(tokens, limits, language)
    matcher.run(_HANDLERS)
    return matcher.out, matcher.places


class RowMatcher(Matcher):
    """Matches brackets, and rows and columns besides."""

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
            raise ParseError(
                "a full stop stands inside a formula",
                token.span,
                hints=("leave it out, or begin a new line behind it",),
            )

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
            starts = not self.out or self.out[-1].kind in _STARTS
            if starts and prose.waits(token.text) and not self._defines(place):
                raise ParseError(
                    "this text says what to do with the formula behind it",
                    token.span,
                    hints=("write it as a function: mean(x)",),
                )
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

    def _defines(self, place: int) -> bool:
        """Whether a relation stands in the rest of the line."""
        for token in self.tokens[place + 1 :]:
            if token.kind in _STARTS or token.kind == t.REL:
                return token.kind == t.REL
        return False

    # --- environments ----------------------------------------------------------------------------

    def _begin(self, token: Token, place: int) -> None:
        name = token.text
        if name in symbols.DISPLAYS:
            if self.closed:
                raise ParseError(
                    f"\\begin{{{name}}} stands inside a formula",
                    token.span,
                    hints=("put the formula inside it, or leave it out",),
                )
            self._transparent(token)
        elif name in symbols.CASES:
            self._open_rows(token, place)
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
        raise ParseError(
            "this \\begin has no \\end",
            self.tokens[place].span,
            hints=("write \\end with the same name where it ends",),
        )

    def _braced(self, place: int) -> bool:
        """Whether a brace on one side only stands round it: its rows are cases, or a system."""
        if not self.levels or self.levels[-1].token is not self.out[-1]:
            return False
        if self.out[-1].kind != t.OPEN or self.out[-1].text not in ("{", ""):
            return False
        end = self._end_of(place)
        after = self.tokens[end + 1] if end + 1 < len(self.tokens) else None
        closer = after.text if after is not None and after.kind == t.CLOSE else ""
        return closer == ("" if self.out[-1].text else "}")

    def _open_rows(self, token: Token, place: int) -> None:
        """Rows behind a brace: values with their conditions, or a system of equations."""
        if self._starts() and self._is_system(place):
            self._push(Level(t.BEGIN, token))
        else:
            self._open_grid(token, "cases")

    def _open_cases(self, token: Token, place: int) -> None:
        brace = self._pop().token
        self.out.pop()
        end = self._end_of(place)
        self._open_rows(Token(t.BEGIN, token.text, brace.start, token.end), place)
        if end + 1 < len(self.tokens) and self.tokens[end + 1].kind == t.CLOSE:
            self.skipped.add(end + 1)

    def _starts(self) -> bool:
        """Whether a statement may start here."""
        if self.closed:
            return False
        return not self.out or self.out[-1].kind in _SPLITTERS - {t.REL, t.SEP}

    def _is_system(self, place: int) -> bool:
        """Whether every row of the environment at `place` defines something, and none has a
        condition."""
        rows: list[list[Token]] = [[]]
        depth = 0
        for token in self.tokens[place : self._end_of(place)]:
            depth -= token.kind in (t.CLOSE, t.ENDGROUP, t.FINISH)
            if depth == 1 and token.kind == t.NEWROW:
                rows.append([])
            elif depth == 1 and token.kind not in (t.BREAK, t.QUAD):
                rows[-1].append(token)
            depth += token.kind in (t.OPEN, t.GROUP, t.BEGIN)
        rows = [row for row in rows if row]
        return bool(rows) and all(map(_is_equation, rows))

    def _lists_equations(self, place: int) -> bool:
        """Whether an array at the start of a statement has rows that are equations."""
        if not self._starts():
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
            raise ParseError(
                f"\\end{{{token.text}}} ends nothing",
                token.span,
                hints=(f"leave it out, or write \\begin{{{token.text}}} where it begins",),
            )
        level = self.levels[-1]
        if level.kind not in (t.BEGIN, t.GRID):
            raise self._unclosed(level)
        name = level.token.text if level.kind == t.BEGIN else level.token.style
        if name != token.text:
            raise ParseError(
                f"\\begin{{{name}}} is ended by \\end{{{token.text}}}",
                level.token.span | token.span,
                hints=(f"write \\end{{{name}}}",),
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


def _is_equation(row: Sequence[Token]) -> bool:
    """Whether a row is `left = right`, its & beside the sign, or goes on with the row before."""
    row = row[1:] if row[0].kind == t.AMP and len(row) > 1 else row
    relation = next((k for k, token in enumerate(row) if token.kind == t.REL), None)
    if row[0].kind in (t.OP, t.SIGN, t.REL):
        return all(token.kind not in (t.AMP, t.KEYWORD) for token in row[1:])
    if relation is None or row[relation].text not in symbols.DEFINING:
        return False
    beside = {relation - 1, relation + 1}
    loose = (token.kind for k, token in enumerate(row) if k not in beside or token.kind != t.AMP)
    ahead = {token.kind for token in row[:relation]}
    return not {t.AMP, t.KEYWORD} & set(loose) and not {t.SEP, t.PROSE} & ahead


Handler = Callable[[RowMatcher, Token, int], None]

_HANDLERS: dict[str, Handler] = {
    t.ATOM: RowMatcher._atom, t.RUN: RowMatcher._atom, t.SIGMA: RowMatcher._atom,
    t.SUB: RowMatcher._script, t.SUP: RowMatcher._script, t.PRIME: RowMatcher._after,
    t.BANG: RowMatcher._after,
    t.OP: RowMatcher._operator, t.SIGN: RowMatcher._operator,
    t.OPEN: RowMatcher._open, t.GROUP: RowMatcher._open, t.LOPT: RowMatcher._open,
    t.CLOSE: RowMatcher._close, t.ENDGROUP: RowMatcher._end_group, t.ROPT: RowMatcher._end_group,
    t.BAR: RowMatcher._bar, t.REL: RowMatcher._relation, t.SEP: RowMatcher._relation,
    t.AMP: RowMatcher._row, t.NEWROW: RowMatcher._row, t.QUAD: RowMatcher._space,
    t.BREAK: RowMatcher._break,
    t.HARD: RowMatcher._space, t.STOP: RowMatcher._stop, t.KEYWORD: RowMatcher._keyword,
    t.PROSE: RowMatcher._prose, t.BEGIN: RowMatcher._begin, t.FINISH: RowMatcher._end,
}  # fmt: skip
