"""What does a bracket hold? A group, a norm, a list, a matrix, a choice, a condition."""

from __future__ import annotations

from itertools import combinations

from eq2code.choice import Choice, declared
from eq2code.errors import (
    AmbiguousError,
    ParseError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.functions import joined
from eq2code.read.names import base_of, label
from eq2code.read.questions import (
    COMPARISONS,
    condition_in,
    covers_all,
    is_arrowed,
    is_metric,
    is_otherwise,
    is_plain,
)
from eq2code.read.scope import DEFINING
from eq2code.read.stage import Stage
from eq2code.read.symbols import Env
from eq2code.read.targets import listed
from eq2code.source import Span
from eq2code.trees import notation as n

NAMED_NORMS = frozenset(["1", "2", "infty", "F", "Fro", "star", "0", "nuc", "op", "spec", "max"])
ORDERS = frozenset("pqrs")


class Brackets(Stage):
    """What does a bracket hold? A group, a norm, a list, a matrix, a choice, a condition."""

    def fence(self, piece: n.Fence, env: Env) -> d.Draft:
        body = piece.body
        match piece.open, piece.close:
            case ("|", "|"):
                size = self.set_size(body, env)
                if size is not None:
                    return size
                if _is_square_grid(body):
                    return d.Call("det", [self.read(body, env)], span=piece.span)
                return d.Bars("|", self.read(body, env), vector=is_arrowed(body), span=piece.span)
            case ("‖", "‖"):
                return self.norm(piece, None, env, piece.span)
            case ("⌊", "⌋"):
                return d.Call("floor", [self.read(body, env)], span=piece.span)
            case ("⌈", "⌉"):
                return d.Call("ceil", [self.read(body, env)], span=piece.span)
            case ("⌊", "⌉"):
                return d.Call("round", [self.read(body, env)], span=piece.span)
            case ("⟨", "⟩"):
                return self.inner(piece, env)
            case ("⟦", "⟧"):
                holds = condition_in(body)
                if holds is None:
                    raise UnsupportedError(
                        "double brackets are 1 where a condition holds, and this is none",
                        piece.span,
                        hints=("write [ ] to group",),
                    )
                return self.indicator(holds, env)
            case ("{", "") if isinstance(body, n.Grid):
                return self.cases(body, env)
        if isinstance(body, n.Grid):
            return self.grid(body, body.kind, body.rows, env)
        if piece.open == "[" and (condition := condition_in(body)) is not None:
            return self.indicator(condition, env)
        if isinstance(body, n.Items):
            if not body.items:
                raise ParseError(
                    "this bracket is empty",
                    piece.span,
                    hints=("write what belongs into it, or leave it out",),
                )
            if piece.open == "(":
                return joined(self.join(body, env, piece.span))
            if piece.open == "[":
                return self.join(body, env, piece.span)
            raise UnsupportedError(
                "a set is not translated here",
                piece.span,
                hints=("write a list in square brackets, or what is computed: \\max_i x_i",),
            )
        if isinstance(body, n.Product) and set(body.operators) <= {"‖", "⊕"} and piece.open == "[":
            items = [self.read(item, env) for item in body.operands]
            return d.Join(items, list(body.operators), span=piece.span)
        if piece.open == "{" and (is_plain(body) or self.source.survey.floored):
            raise AmbiguousError(
                "braces could mean the fractional part of what they hold, or a bracket",
                piece.span,
                readings=(
                    Choice(
                        "the fractional part",
                        ("(", body.span, r" - \lfloor ", body.span, r" \rfloor)"),
                    ),
                    Choice("a bracket", (body.span,) if is_plain(body) else ("(", body.span, ")")),
                ),
            )
        value = self.read(body, env)
        listed_out = isinstance(value, d.Each) and piece.open in "[("
        return d.Join([value], [], span=piece.span) if listed_out else value

    def join(self, body: n.Items, env: Env, span: Span) -> d.Join:
        if any(isinstance(item, n.Ellipsis) for item in body.items):
            raise UnsupportedError(
                "a list with an ellipsis is not translated yet",
                span,
                hints=("write its elements out, or one line with an index: y_i = …",),
            )
        return d.Join(
            [self.read(item, env) for item in body.items], list(body.separators), span=span
        )

    def norm(self, piece: n.Fence, order: n.Notation | None, env: Env, span: Span) -> d.Draft:
        which = None if order is None else (label(order) or "")
        below: str | d.Draft | None = which
        if order is not None and which not in NAMED_NORMS:
            if not is_metric(order):
                self.check_order(order, which)
            below = self.read(order, env)
        return d.Bars("‖", self.read(piece.body, env), below, span=span)

    def check_order(self, order: n.Notation, which: str | None) -> None:
        """What stands below a norm is a number, or a letter that orders have."""
        base = base_of(order)
        if which == "2_1":
            raise AmbiguousError(
                "the norm with 2,1 below adds up the lengths of the rows, or of the columns",
                order.span,
                readings=(
                    Choice(r"of the rows: write \sum_i \|W_{i,:}\|_2"),
                    Choice(r"of the columns: write \sum_j \|W_{:,j}\|_2"),
                ),
            )
        if not isinstance(order, n.Letter | n.Number) or (base is not None and base.capital):
            shown = f" with {which!r} below" if which else ""
            raise UnsupportedError(
                f"the norm written{shown} is not known",
                order.span,
                hints=(r"known are \|x\|_p, \|A\|_F, \|A\|_*, \|x\|_\infty, \|x\|_M",),
            )
        if (
            base is None
            or base.text in ORDERS
            or self.source.is_number(self.source.namer.stem(base))
        ):
            return
        name = self.source.namer.stem(base)
        if self.source.known(name) is None:
            raise AmbiguousError(
                f"{name} below a norm could be its order or what weighs it",
                order.span,
                readings=(declared("the order: a number", {name: ""}), Choice("weights")),
                hints=(rf"write the weighted norm out: \sqrt{{\sum_i {base.text}_i x_i^2}}",),
            )

    def inner(self, piece: n.Fence, env: Env) -> d.Draft:
        r"""`\langle x, y\rangle`; in `\langle x | y\rangle` and `\langle x | A | y\rangle`, a bra
        before a ket, the first is conjugated."""
        between = _sandwich(piece.body)
        items = between or listed(piece.body)
        if len(items) != 2:
            raise UnsupportedError(
                "an angle bracket holds two operands",
                piece.span,
                hints=("write \\langle x, y \\rangle for an inner product",),
            )
        left, right = (self.read(item, env) for item in items)
        if between or (isinstance(piece.body, n.Items) and piece.body.separators == ("|",)):
            left = d.Call("conj", [left], span=left.span)
        return d.Signed("⟨⟩", left, right, span=piece.span)

    def grid(
        self, piece: n.Notation, kind: str, rows: tuple[tuple[n.Notation, ...], ...], env: Env
    ) -> d.Draft:
        if kind == "cases":
            assert isinstance(piece, n.Grid)
            return self.cases(piece, env)
        return d.Literal([[self.read(cell, env) for cell in row] for row in rows], span=piece.span)

    def cases(self, piece: n.Grid, env: Env) -> d.Draft:
        branches: list[tuple[d.Draft, d.Draft]] = []
        otherwise: d.Draft | None = None
        check_rows(piece)
        for row in piece.rows:
            value = self.read(row[0], env)
            condition = row[1] if len(row) > 1 else None
            if condition is None or is_otherwise(condition):
                otherwise = value
            else:
                branches.append((value, self.condition(condition, env)))
        if otherwise is None and not covers_all(piece):
            chosen = self.ledger.assume(
                "no-branch", "where no branch of the cases holds the value is nan",
                instead="0 there", span=piece.span,
            )  # fmt: skip
            otherwise = d.Number(0, span=piece.span) if chosen == "zero" else None
        return d.Cases(branches, otherwise, span=piece.span)

    def indicator(self, piece: n.Notation, env: Env) -> d.Draft:
        return d.Cases([(d.Number(1), self.condition(piece, env))], d.Number(0), span=piece.span)

    def all_differ(self, span: Span) -> bool:
        r"""Whether `i \ne j \ne k` says of each pair that it differs, of i and k too."""
        chosen = self.ledger.assume(
            "distinct", "what stands in a chain of ≠ differs pairwise",
            instead="from its neighbours alone", span=span,
        )  # fmt: skip
        return chosen == "pairwise"

    def condition(self, piece: n.Notation, env: Env) -> d.Draft:
        """A comparison, or several joined by and, or, not, a comma."""
        match piece:
            case n.Relation(operands, operators) if all(o in COMPARISONS for o in operators):
                parts = [self.read(o, env) for o in operands if o is not None]
                if len(parts) != len(operands):
                    raise ParseError(
                        "one side of this comparison is empty",
                        piece.span,
                        hints=("write what is compared on both sides",),
                    )
                if len(parts) > 2 and set(operators) == {"≠"} and self.all_differ(piece.span):
                    pairs: list[d.Draft] = [d.Compare([a, b], ["≠"], span=piece.span)
                        for a, b in combinations(parts, 2)]  # fmt: skip
                    return d.Logic("and", pairs, span=piece.span)
                return d.Compare(parts, list(operators), span=piece.span)
            case n.Relation((left, right), ("∈",)) if left is not None and right is not None:
                return self.belongs(left, right, env)
            case n.Logic(operator, operands):
                return d.Logic(
                    operator, [self.condition(o, env) for o in operands], span=piece.span
                )
            case n.Items(items):
                return d.Logic("and", [self.condition(i, env) for i in items], span=piece.span)
            case n.Fence(_, _, body):
                return self.condition(body, env)
            case n.Row((n.Text(), *rest)):
                inner = rest[0] if len(rest) == 1 else n.Row(tuple(rest), span=piece.span)
                return self.condition(inner, env)
        raise UnsupportedError(
            "this is no condition that can be translated",
            piece.span,
            hints=("write a comparison: x > 0, or x = 1",),
        )


def check_rows(piece: n.Grid) -> None:
    """Refuse rows behind a brace that are no values with their conditions."""
    last = len(piece.rows) - 1
    for k, row in enumerate(piece.rows):
        if isinstance(row[0], n.Relation) and not set(row[0].operators) <= DEFINING:
            raise UnsupportedError(
                "this row of the brace is a relation, and no value with its condition",
                row[0].span,
                hints=("write & between a value and its condition",),
            )
        if isinstance(row[0], n.Relation):
            raise AmbiguousError(
                "the rows of this brace are equations, and conditions or more stand beside them",
                piece.span,
                readings=("a system of equations", "values, each with its condition"),
                hints=("write each equation on a line of its own, or y = before the brace",),
            )
        if len(row) == 1 and k < last:
            raise AmbiguousError(
                "this row of the brace has no condition, and another row follows",
                row[0].span,
                readings=("the entries of a vector", "values, each with its condition"),
                hints=(
                    r"write a vector as \begin{pmatrix} … \end{pmatrix}; a condition stands "
                    r"behind &",
                ),
            )
        if len(row) > 2:
            raise UnsupportedError(
                "a row of cases has a value and a condition, no more",
                piece.span,
                hints=("write one & in a row, before the condition",),
            )


def _is_square_grid(body: n.Notation) -> bool:
    """Whether bars hold rows without brackets of their own, as a determinant is written out."""
    return isinstance(body, n.Grid) and len(body.rows) == len(body.rows[0])


def _sandwich(body: n.Notation) -> tuple[n.Notation, n.Notation] | None:
    r"""The bra, and the ket with what acts on it: `\psi | H | \phi`."""
    match body:
        case n.Row((bra, n.Fence("|", "|", acting), ket)):
            between = n.Fence("(", ")", acting, span=acting.span)
            return bra, n.Row((between, ket), span=acting.span | ket.span)
    return None
