r"""What does `x if x > 0 else 0` say? Branches that are written in words become the cases that
they are."""

from __future__ import annotations

from dataclasses import replace

from eq2code.errors import UnsupportedError
from eq2code.read.questions import COMPARISONS
from eq2code.trees import notation as n

DEFINING = frozenset({"=", ":=", "<-"})
CONDITIONS = frozenset({"if", "for", "where"})
SYMBOLS = n.Letter | n.Word | n.Scripts | n.Accent
LEADING = frozenset({"if", "where", "for", "with", "otherwise"})  # what opens a condition, or else


def branches(document: n.Document) -> n.Document:
    """The document with each `… if … else …` as cases; the same object where there are none."""
    for statement in document.statements:
        if statement.introduced == "unless" and _compares(statement.body):
            raise UnsupportedError(
                "what holds unless a condition holds is not translated", statement.span,
                hints=("write it with if: y = a if x > 0 else b",),
            )  # fmt: skip
    if not any(statement.introduced in LEADING for statement in document.statements):
        return document
    done: list[n.Statement] = []
    rest = list(document.statements)
    while rest:
        first = rest.pop(0)
        if rest and rest[0].introduced in LEADING and _gives(first):
            taken, made = _folded(first, rest)
            if taken:
                first, rest = made, rest[taken:]
        if first.introduced == "otherwise":
            raise UnsupportedError(
                "this else belongs to no condition that can be read", first.span,
                hints=("write y = a if x > 0 else b, each branch one expression",),
            )  # fmt: skip
        alone = not rest or rest[0].introduced != "otherwise"
        if alone and first.introduced == "if" and isinstance(first.body, SYMBOLS):
            raise UnsupportedError(
                "what stands behind this if is no condition that can be read", first.span,
                hints=("write a comparison: y = a if b > 0 else c",),
            )  # fmt: skip
        done.append(first)
    return replace(document, statements=tuple(done))


def _gives(statement: n.Statement) -> bool:
    """Whether a statement is a definition, or an expression, that a condition may follow."""
    body = statement.body
    if isinstance(body, n.Relation):
        return set(body.operators) <= DEFINING
    return not isinstance(body, n.Logic)


def _folded(first: n.Statement, rest: list[n.Statement]) -> tuple[int, n.Statement]:
    """How many statements belong to a value, and the value with its branches."""
    body = first.body
    value = body.operands[-1] if isinstance(body, n.Relation) else body
    rows: list[tuple[n.Notation, ...]] = []
    taken, more = 0, True
    while value is not None and more:  # `a if c, b if d, …`: what follows a condition has its own
        conditions, otherwise, count = _condition(rest[taken:])
        more = otherwise is not None and _opens(rest[taken + count :])
        sure = rows or rest[taken].introduced == "if"
        if not conditions or (otherwise is None and not sure):
            break
        taken += count
        rows.append((value, conditions[0] if len(conditions) == 1 else _all(conditions)))
        if otherwise is not None and not more:
            rows.append((otherwise, n.Text("otherwise")))
        value = otherwise
    if not rows:
        return 0, first
    if more:
        raise UnsupportedError(
            "what follows this value is no condition that can be read", rest[taken].span,
            hints=("write each branch as a value and a comparison: 0 if x < 0, 1 if x >= 0",),
        )  # fmt: skip
    span = first.span | rest[taken - 1].span
    cases = n.Fence("{", "", n.Grid("cases", tuple(rows), span=span), span=span)
    if isinstance(body, n.Relation):
        return taken, replace(first, body=replace(body, operands=(*body.operands[:-1], cases)))
    return taken, replace(first, body=cases)


def _all(conditions: list[n.Notation]) -> n.Notation:
    return n.Logic("and", tuple(conditions))


def _opens(rest: list[n.Statement]) -> bool:
    """Whether a condition follows, by its first word."""
    return bool(rest) and rest[0].introduced in CONDITIONS


def _condition(
    rest: list[n.Statement],
) -> tuple[list[n.Notation], n.Notation | None, int]:
    """The conditions behind `if`, what holds otherwise, and how many statements say so."""
    body = rest[0].body
    conditions: list[n.Notation] = []
    otherwise: n.Notation | None = None
    items = body.items if isinstance(body, n.Items) else (body,)
    for k, item in enumerate(items):
        if (
            isinstance(item, n.Logic)
            and item.operator == "and"
            and not _compares(item.operands[-1])
        ):
            conditions += item.operands[:-1]  # `x > 0 and 0 otherwise`
            otherwise = item.operands[-1]
        elif _compares(item):
            conditions.append(item)
        elif k == len(items) - 1 and conditions:
            otherwise = item
        else:
            return [], None, 0
    taken = 1
    while taken < len(rest) and rest[taken].introduced == "and" and _compares(rest[taken].body):
        conditions.append(rest[taken].body)
        taken += 1
    if otherwise is None and taken < len(rest) and rest[taken].introduced == "otherwise":
        otherwise = rest[taken].body
        taken += 1
    return conditions, otherwise, taken


def _compares(piece: n.Notation) -> bool:
    match piece:
        case n.Relation(_, operators):
            return set(operators) <= set(COMPARISONS)
        case n.Logic():
            return True
        case n.Fence("(", ")", body):
            return _compares(body)
    return False
