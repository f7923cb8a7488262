r"""What does `x if x > 0 else 0` say? Branches that are written in words become the cases that
they are. Every value and every condition is in them: what cannot be read refuses the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eq2code.errors import UnsupportedError
from eq2code.read.questions import COMPARISONS, is_otherwise
from eq2code.source import Span
from eq2code.trees import notation as n

DEFINING = frozenset({"=", ":=", "<-"})
CONDITIONS = frozenset({"if", "for", "where", "with"})
LEADING = CONDITIONS | {"otherwise"}
JOINING = frozenset({"", "and", "or"})  # what may introduce one more branch
OTHERWISE = n.Text("otherwise")


def branches(document: n.Document) -> n.Document:
    """The document with each `… if … else …` as cases; the same object where there are none."""
    statements = document.statements
    for statement in statements:
        if statement.introduced == "unless" and _compares(statement.body):
            raise UnsupportedError(
                "what holds unless a condition holds is not translated", statement.span,
                hints=("write it with if: y = a if x > 0 else b",),
            )  # fmt: skip
    if not any(x.introduced in LEADING or is_otherwise(_items(x)[-1]) for x in statements):
        return document
    done: list[n.Statement] = []
    while statements:
        found = _Branches(statements)
        taken, made = found.folded()
        _check_left_over(made)
        done.append(made)
        statements = statements[taken:]
    return replace(document, statements=tuple(done))


def _check_left_over(statement: n.Statement) -> None:
    """Refuse an else and an if that belong to no value in front of them."""
    if statement.introduced == "otherwise" or any(map(is_otherwise, _items(statement))):
        raise UnsupportedError(
            "this else belongs to no condition that can be read", statement.span,
            hints=("write y = a if x > 0 else b, each branch one expression",),
        )  # fmt: skip
    if statement.introduced == "if" and _defined(statement.body) is None:
        raise UnsupportedError(
            "what stands behind this if is no condition that can be read", statement.span,
            hints=("write a comparison: y = a if x > 0 else b",),
        )  # fmt: skip


class _Branches:
    """The branches of the first of some statements, piece by piece.

    Attributes:
        rows: values with their conditions; the last may be for all other cases.
        words: what introduces each condition.
        value: a value whose condition is still to come.
    """

    def __init__(self, statements: Sequence[n.Statement]) -> None:
        self.statements = statements
        self.rows: list[tuple[n.Notation, n.Notation]] = []
        self.words: list[str] = []
        last = _items(statements[0])[-1]
        self.left = _defined(last)
        self.value: n.Notation | None = None
        if not isinstance(last, n.Logic | n.Relation):
            self.value = last
        elif isinstance(last, n.Relation) and self.left is not None:
            self.value = last.operands[-1]

    def folded(self) -> tuple[int, n.Statement]:
        """How many statements belong together, and the first with the branches of all."""
        first, place = self.statements[0], 1
        while place < len(self.statements) and self._take(place):
            place += 1
        if self.rows and self.value is not None:
            raise _unread(self.value.span)
        if not self.rows or (len(self.rows) == 1 and self.words == self.words[:1] != ["if"]):
            return 1, first  # `for all x > 0` says where a formula holds
        span = first.span | self.statements[place - 1].span
        grid = n.Grid("cases", tuple(self.rows), span=span)
        cases: n.Notation = n.Fence("{", "", grid, span=span)
        *before, last = _items(first)
        if isinstance(last, n.Relation):
            cases = replace(last, operands=(*last.operands[:-1], cases))
        body = first.body
        whole = replace(body, items=(*before, cases)) if isinstance(body, n.Items) else cases
        return place, replace(first, body=whole)

    def _take(self, place: int) -> bool:
        """Read one more statement, if it belongs to the branches."""
        statement = self.statements[place]
        word, items = statement.introduced, _items(statement)
        ended = bool(self.rows) and self.rows[-1][1] is OTHERWISE
        if word in CONDITIONS and self.value is not None:
            alike = not self.words or word in ("if", self.words[-1])
            return alike and self._condition(word, items)
        if word == "if" and self.rows:
            raise _unread(statement.span)
        if not self.rows or ended or self.value is not None:
            return False
        if word == "otherwise" and len(items) == 1:
            self._put(items[0], last=not self._opens(place + 1))
        elif word in ("and", "or") and _compares(items[0]):
            self._more(word, items)
        elif word in JOINING and self._goes_on(items, place):
            self._values(items)
        else:
            return False
        return True

    def _opens(self, place: int) -> bool:
        """Whether a condition follows that is written like those before it."""
        words = [statement.introduced for statement in self.statements[place : place + 1]]
        return words in (["if"], self.words[-1:])

    def _goes_on(self, items: Sequence[n.Notation], place: int) -> bool:
        """Whether a line is one more branch: a value with a condition, or for all other cases."""
        head = items[0]
        value = not isinstance(head, n.Logic | n.Relation) or self._is_same(head)
        lone = len(items) == 1 and self._opens(place + 1)
        return value and (lone or (len(items) == 2 and is_otherwise(items[1])))

    def _is_same(self, piece: n.Notation) -> bool:
        """Whether a piece gives what the first statement defines: the `y = 0` of `y = 0 if …`."""
        return self.left is not None and _defined(piece) == self.left

    def _put(self, piece: n.Notation, *, last: bool) -> None:
        """Note a value, for all other cases or with a condition that follows."""
        if self._is_same(piece) and isinstance(piece, n.Relation) and len(piece.operands) == 2:
            assert piece.operands[1] is not None
            piece = piece.operands[1]
        if isinstance(piece, n.Logic | n.Relation | n.Items) or is_otherwise(piece):
            raise _unread(piece.span)
        if last:
            self.rows.append((piece, OTHERWISE))
        self.value = None if last else piece

    def _values(self, items: Sequence[n.Notation]) -> None:
        """Read what may follow a condition: nothing, a value, a value for all other cases."""
        if len(items) > 2 or (len(items) == 2 and not is_otherwise(items[1])):
            raise _unread(items[0].span | items[-1].span)
        if items:
            self._put(items[0], last=len(items) == 2)

    def _condition(self, word: str, items: Sequence[n.Notation]) -> bool:
        """Read the conditions of the value before, and the value behind them."""
        found: list[n.Notation] = []
        rest: list[n.Notation] = []
        for k, item in enumerate(items):
            if rest or self._is_same(item) or (k and not _compares(item) and not _cut(item)[0]):
                rest.append(item)
                continue
            condition, value = _cut(item)
            if condition is None:
                return False
            if k and word == "if" and isinstance(item, n.Relation) and item.operators == ("=",):
                raise _unread(item.span)  # a condition, or one more definition
            found.append(condition)
            rest += [] if value is None else [value]
        if word != "if" and not self.rows and (len(rest) > 2 or _lists(rest)):
            return False  # for i = 1, 2, …, n
        assert self.value is not None
        self.rows.append((self.value, _all("and", found)))
        self.words.append(word)
        self.value = None
        self._values(rest)
        return True

    def _more(self, word: str, items: Sequence[n.Notation]) -> None:
        """Add a condition to those of the last value: `for x > 0 and x < 1, 0 otherwise`."""
        condition, value = _cut(items[0])
        assert condition is not None
        last, before = self.rows.pop()
        self.rows.append((last, _all(word, [before, condition])))
        self._values([*([] if value is None else [value]), *items[1:]])


def _unread(span: Span) -> UnsupportedError:
    return UnsupportedError(
        "this is no branch that can be read", span,
        hints=("write each branch as a value and a comparison: 0 if x < 0, 1 if x >= 0",),
    )  # fmt: skip


def _items(statement: n.Statement) -> tuple[n.Notation, ...]:
    body = statement.body
    return body.items if isinstance(body, n.Items) else (body,)


def _defined(piece: n.Notation) -> n.Notation | None:
    """What a piece defines, if it is a definition."""
    defines = isinstance(piece, n.Relation) and set(piece.operators) <= DEFINING
    return piece.operands[0] if defines and isinstance(piece, n.Relation) else None


def _lists(items: Sequence[n.Notation]) -> bool:
    """Whether what follows a condition goes on with its numbers: `i = 1, 2`, `i = 1, …`."""
    return any(isinstance(item, n.Ellipsis) for item in items)


def _all(word: str, conditions: list[n.Notation]) -> n.Notation:
    return conditions[0] if len(conditions) == 1 else n.Logic(word, tuple(conditions))


def _cut(piece: n.Notation) -> tuple[n.Notation | None, n.Notation | None]:
    """A condition, and the value that a word joins to it: `x > 0 and 0`, of `x > 0 and 0
    otherwise`."""
    if _compares(piece):
        return piece, None
    if not isinstance(piece, n.Logic) or piece.operator == "not":
        return None, None
    *before, last = piece.operands
    condition, value = _cut(last) if isinstance(last, n.Logic) else (None, last)
    if not all(map(_compares, before)) or (condition is None and value is None):
        return None, None
    held = [*before, *([] if condition is None else [condition])]
    return _all(piece.operator, held), value


def _compares(piece: n.Notation) -> bool:
    match piece:
        case n.Relation(_, operators):
            return set(operators) <= set(COMPARISONS)
        case n.Logic(_, operands):
            return all(map(_compares, operands))
        case n.Fence("(", ")", body):
            return _compares(body)
    return False
