r"""What is an expectation of? `\mathbb{E}_{x \sim p}[f(x)]` of given draws, `\mathbb{E}_t[a_t]`,
`\mathbb{E}[x]`.

In: notation with expectations. Out: notation with means in their place: over an index that stands
below in what is averaged, or over the first axis of the draws, which the user declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from eq2code.choice import Choice
from eq2code.errors import AmbiguousError, UndefinedError
from eq2code.read.conventions import Ledger
from eq2code.read.names import base_of, label
from eq2code.read.scope import DEFINING, index_key, pieces, split, walk
from eq2code.read.scripts import is_transpose
from eq2code.record import record
from eq2code.source import Span
from eq2code.trees import notation as n

LETTERS = "ijklmnpqrst"
MEAN = n.Word("mean", "big")
DRAWN = "it"


@record
class Draws:
    """A variable that an expectation is taken over, and the letter that counts its draws."""

    variable: n.Notation
    letter: n.Letter


@dataclass(slots=True)
class Expectations:
    """Rewrites the expectations of one source; `shapes` are the user's declarations."""

    shapes: Mapping[str, str]
    used: frozenset[str]
    ledger: Ledger
    letters: Iterator[str] = field(init=False)
    name: str = field(default="E", init=False)

    def __post_init__(self) -> None:
        self.letters = (letter for letter in LETTERS if letter not in self.used)

    def document(self, document: n.Document) -> n.Document:
        """The document with every expectation on a right-hand side written as a mean."""
        made = tuple(replace(s, body=self._statement(s.body)) for s in document.statements)
        return replace(document, statements=made)

    def _statement(self, body: n.Notation) -> n.Notation:
        match body:
            case n.Items(items):
                return replace(body, items=tuple(self._statement(item) for item in items))
            case n.Relation((left, *forms), operators) if set(operators) <= DEFINING:
                made = [None if form is None else self.change(form) for form in forms]
                return replace(body, operands=(left, *made))
        return self.change(body)

    def change(self, piece: n.Notation) -> n.Notation:
        """A piece with the expectations inside it rewritten."""
        new: dict[str, Any] = {}
        for item in fields(piece):
            old = getattr(piece, item.name)
            if item.name != "span" and isinstance(old, tuple | n.Notation):
                made = self._inside(old)
                if made is not old:
                    new[item.name] = made
        piece = replace(piece, **new) if new else piece
        return self._row(piece) if isinstance(piece, n.Row) else piece

    def _inside(self, value: Any) -> Any:
        if isinstance(value, n.Notation):
            return self.change(value)
        if isinstance(value, tuple):
            made = tuple(self._inside(part) for part in value)
            return value if all(a is b for a, b in zip(made, value, strict=True)) else made
        return value

    def _row(self, row: n.Row) -> n.Notation:
        items: list[n.Notation] = list(row.items)
        for place in range(len(items) - 2, -1, -1):
            head = items[place]
            after = items[place + 1]
            fence = after.base if isinstance(after, n.Scripts) else after
            held = isinstance(fence, n.Fence) and fence.open in ("[", "(", "{")
            if not _expects(head, fence if isinstance(fence, n.Fence) and held else None):
                continue
            self.name = label(head) or "E"
            if self.name in self.shapes:
                continue
            below = head.sub if isinstance(head, n.Scripts) else None
            span = head.span | after.span
            if held:
                assert isinstance(fence, n.Fence)
                mean = self._mean(below, fence.body, span)
                if isinstance(after, n.Scripts):
                    mean = replace(after, base=mean)
                items[place : place + 2] = [mean]
            else:
                rest = n.Row(tuple(items[place + 1 :]), span=span)
                items[place:] = [self._mean(below, rest, span)]
        if len(items) == len(row.items):
            return row
        return items[0] if len(items) == 1 else replace(row, items=tuple(items))

    # --- one expectation --------------------------------------------------------------------------

    def _mean(self, below: n.Notation | None, body: n.Notation, span: Span) -> n.Notation:
        """The mean that an expectation of `body` is, in brackets."""
        if isinstance(body, n.Items):
            raise UndefinedError(
                "a conditional expectation is not known", body.span,
                hints=("give it a name of its own, and pass its value",),
            )  # fmt: skip
        indices: list[n.Notation] = []
        draws: list[Draws] = []
        if below is None:
            for variable in self._given(body):
                draws.append(Draws(variable, self._letter(variable, draws, span)))
            if len({one.letter for one in draws}) != 1:
                return self._over_itself(body, span)
        parts: tuple[n.Notation, ...] = () if below is None else (below,)
        for part in below.items if isinstance(below, n.Items) else parts:
            for variable in _variables(part):
                if self._is_index(variable, body):
                    indices.append(variable)
                else:
                    draws.append(Draws(variable, self._letter(variable, draws, span)))
        over = [*indices, *dict.fromkeys(one.letter for one in draws)]
        self._check_drawn(body, draws)
        drawn = _drawn(body, draws, self.shapes)
        for one in draws:
            if not any(piece == one.letter for piece in walk(drawn)):
                raise UndefinedError(
                    f"{label(one.variable)} does not stand in what this expectation averages",
                    span,
                    hints=("name below the letter that is drawn",),
                )
        held = n.Fence("(", ")", drawn, span=body.span)
        sub = over[0] if len(over) == 1 else n.Items(tuple(over), (",",) * (len(over) - 1))
        operator = n.Scripts(MEAN, sub, None, span=span)
        return n.Fence("(", ")", n.Row((operator, held), span=span), span=span)

    def _check_drawn(self, body: n.Notation, draws: list[Draws]) -> None:
        """What has as many rows as there are draws is drawn with them, or nobody knows."""
        names = {label(one.variable) or "" for one in draws}
        firsts = {self.shapes[name].split()[0] for name in names}
        stack = [body]
        while stack:
            piece = stack.pop()
            if _parts(piece) is None:
                stack.extend(pieces(piece))
                continue
            name = label(piece)
            if name is None or name in names or name not in self.shapes:
                continue
            shape = self.shapes[name].partition(":")[0].split()
            if shape and "->" not in shape and shape[0] in firsts:
                raise AmbiguousError(
                    f"{name} has as many rows as there are draws, and is not drawn with them",
                    piece.span,
                    readings=(
                        Choice(f"drawn together: write {name} below the expectation too"),
                        Choice("whole, for each draw: declare its first size with another letter"),
                    ),
                )

    def _given(self, body: n.Notation) -> list[n.Notation]:
        """The declared vectors of numbers in `body`, each once: the draws of an `E[X Y]`."""
        found: dict[str, n.Notation] = {}
        if any(_of_whole(piece) for piece in walk(body)):
            return []
        stack = [body]
        while stack:
            piece = stack.pop()
            name = label(piece) if _parts(piece) is not None else None
            if name is not None and name in self.shapes:
                shape = self.shapes[name].partition(":")[0].split()
                if len(shape) == 1 and "->" not in shape:
                    found.setdefault(name, piece)
            else:
                stack.extend(pieces(piece))
        return list(found.values())

    def _is_index(self, variable: n.Notation, body: n.Notation) -> bool:
        """Whether a letter below the expectation stands below something that is averaged."""
        key = index_key(variable)
        if key is None or label(variable) in self.shapes:
            return False
        below = [
            part
            for piece in walk(body)
            if isinstance(piece, n.Scripts) and base_of(piece.base) is not None
            for part in split(piece.sub)
            if key == index_key(part)
        ]
        everywhere = [piece for piece in walk(body) if key == index_key(piece)]
        return bool(below) and len(everywhere) == len(below)

    def _letter(self, variable: n.Notation, draws: list[Draws], span: Span) -> n.Letter:
        """The index of a variable's draws: that of others with as many."""
        name = label(variable) or ""
        shape = self.shapes.get(name, "").partition(":")[0].split()
        if not shape or "->" in shape:
            raise UndefinedError(
                f"an expectation is taken over {name or 'this'}, and no draws of it are given",
                variable.span,
                hints=(
                    f"declare its draws along the first axis: shapes={{{name!r}: 'N d'}}",
                    "or write the mean with an index",
                ),
            )
        for one in draws:
            other = self.shapes[label(one.variable) or ""].split()
            if other[0] == shape[0]:
                return one.letter
        letter = next(self.letters, None)
        if letter is None:
            raise UndefinedError(
                "no letter is left to count the draws with",
                span,
                hints=(
                    "write the average with an index of its own: \\frac1n \\sum_{i=1}^n f(x_i)",
                ),
            )
        self.ledger.assume(
            "expectation",
            f"the expectation over {name} is the mean over the first axis of {name}",
            instead=f"{self.name} is a function of yours",
            shapes={self.name: f"({shape[0]}) -> ()"},
            span=span,
        )
        return n.Letter(letter, DRAWN, span=variable.span)

    def _over_itself(self, body: n.Notation, span: Span) -> n.Notation:
        """`E[x]`: the mean of the entries of a vector."""
        size = "?n"
        for piece in walk(body):
            base = base_of(piece)
            if base is None:
                continue
            shape = self.shapes.get(label(piece) or "", "").partition(":")[0].split()
            if len(shape) > 1 and "->" not in shape:
                raise AmbiguousError(
                    f"the expectation does not say over which axis of {label(piece)} it is taken",
                    span,
                    hints=(r"write the index below it: \mathbb{E}_i[x_i]",),
                )
            size = shape[0] if len(shape) == 1 else size
            if base.capital and not shape and base.latin:
                raise UndefinedError(
                    f"the expectation is of {label(piece)}, and no draws of it are given",
                    piece.span,
                    hints=(f"declare its draws: shapes={{{label(piece)!r}: 'n'}}",),
                )
        text = "an expectation without an index is the mean of the entries"
        self.ledger.assume(
            "expectation", text, instead=f"{self.name} is a function of yours",
            shapes={self.name: f"({size}) -> ()"}, span=span,
        )  # fmt: skip
        held = n.Fence("(", ")", body, span=body.span)
        applied = n.Row((n.Word("mean", "op", span=span), held), span=span)
        return n.Fence("(", ")", applied, span=span)


def has_expectations(document: n.Document) -> bool:
    """Whether an E that takes an expectation stands somewhere in a source."""
    for statement in document.statements:
        for piece in walk(statement.body):
            if isinstance(piece, n.Row):
                for head, after in zip(piece.items, piece.items[1:], strict=False):
                    fence = after.base if isinstance(after, n.Scripts) else after
                    if _expects(head, fence if isinstance(fence, n.Fence) else None):
                        return True
    return False


def _expects(head: n.Notation, fence: n.Fence | None) -> bool:
    """Whether a letter is the sign of an expectation: `\\mathbb{E}`, or `E` before `[`."""
    if isinstance(head, n.Scripts) and (head.sup is not None or head.primes):
        return False
    base = base_of(head.base if isinstance(head, n.Scripts) else head)
    if base is None or base.text != "E" or base.accents not in ((), ("hat",)):
        return False
    if base.style == "bb":
        return True
    if fence is None or base.style not in ("", "rm"):
        return False
    if base.style == "rm":
        return True
    alone = index_key(fence.body)
    return fence.open == "[" and not (alone is not None and alone in "ijklmn")


def _of_whole(piece: n.Notation) -> bool:
    """Whether something is done to a vector as a whole: transposed, or in a norm."""
    match piece:
        case n.Scripts(_, _, sup):
            return sup is not None and is_transpose(sup)
        case n.Fence(open_):
            return open_ in ("‖", "⟨")
    return False


def _variables(part: n.Notation) -> list[n.Notation]:
    """What is drawn: `x` of `x ∼ p`, x and y of `(x, y) ∼ D`."""
    match part:
        case n.Relation((left, *_), ("∼" | "∈",)) if left is not None:
            return _variables(left)
        case n.Fence("(", ")", n.Items(items)):
            return list(items)
    return [part]


def _drawn(body: n.Notation, draws: list[Draws], shapes: Mapping[str, str]) -> n.Notation:
    """`body` with the index of its draws below each variable."""
    if not draws:
        return body
    kinds = [shapes[label(one.variable) or ""].partition(":")[2].strip() for one in draws]
    whole = "int" in kinds

    def change(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(change(part) for part in value)
        if not isinstance(value, n.Notation):
            return value
        for one in draws:
            made = _one_draw(value, one, shapes)
            if made is not None:
                return made
        # below a symbol stands its label (`mu_X`), unless whole numbers are drawn (`p_y`)
        kept: tuple[str, ...] = ("span",)
        if _parts(value) is not None:
            kept = ("span", "base") if whole else ("span", "base", "sub")
        new = {
            item.name: change(getattr(value, item.name))
            for item in fields(value)
            if item.name not in kept
        }
        return replace(value, **new)

    made = change(body)
    assert isinstance(made, n.Notation)
    return made


def _one_draw(piece: n.Notation, one: Draws, shapes: Mapping[str, str]) -> n.Notation | None:
    """An occurrence of a variable, taken at its draw; None for any other piece."""
    wanted, own = _parts(one.variable), _parts(piece)
    if own is not None and any(isinstance(p, n.Letter) and p.style == DRAWN for p in own[1]):
        return None  # an expectation inside has drawn it
    if wanted is None or own is None or wanted[0] != own[0] or wanted[2] != own[2]:
        return None
    sup = piece.sup if isinstance(piece, n.Scripts) else None
    base = piece.base if isinstance(piece, n.Scripts) else piece
    if own[1] == wanted[1]:
        below: tuple[n.Notation, ...] = (*own[1], one.letter)
    elif not wanted[1] and label(piece) not in shapes:
        below = (one.letter, *own[1])
    else:
        return None
    sub = below[0] if len(below) == 1 else n.Items(below, (",",) * (len(below) - 1))
    return n.Scripts(base, sub, sup, own[2], span=piece.span)


def _parts(piece: n.Notation) -> tuple[object, tuple[n.Notation, ...], int] | None:
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    if base is None:
        return None
    if isinstance(piece, n.Scripts):
        return base.plain, tuple(split(piece.sub)), piece.primes
    return base.plain, (), 0
