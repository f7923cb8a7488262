r"""What does a line say beyond its definition? A label before it, `Loss: L = …`; behind it a space,
`y = W x + b \in \mathbb{R}^n`, a bound, or what it is near to.

In: a document. Out: the same with definitions that say no more than what is computed, so that
nothing of them is passed over later. What could be a value as well, `m = x > 0`, is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eq2code.errors import AmbiguousError, UnsupportedError
from eq2code.library import SPELLINGS
from eq2code.read.conventions import Ledger
from eq2code.read.names import base_of
from eq2code.read.scope import DEFINING, INEQUALITIES, walk
from eq2code.read.spaces import SPACES
from eq2code.source import Span
from eq2code.trees import notation as n

_COMPARING = INEQUALITIES | {"≠"}
_NEAR = frozenset({"≈", "∝"})
_PROGRAM = frozenset({">=", "<=", "in"})
_LOOSE = (n.Sum, n.Product, n.Row, n.Letter, n.Word, n.Scripts, n.Fraction)
_ASIDE = frozenset({"where", "with", "when", "given", "if"})
_POSITIVE = (n.Word("exp", "op"), n.Word("exp"), n.Letter("e"))


def remarks(document: n.Document, ledger: Ledger) -> n.Document:
    """The document with its definitions alone; the same object where they say no more."""
    if not any(map(_is_remarkable, document.statements)):
        return document
    reader = _Remarks(document, ledger)
    made = tuple(piece for one in document.statements for piece in reader.statement(one))
    warnings = (*document.warnings, *dict.fromkeys(reader.warnings))
    return replace(document, statements=made, warnings=warnings)


def _is_remarkable(one: n.Statement) -> bool:
    """Whether a statement holds more than a definition, or less."""
    if one.introduced in _ASIDE and isinstance(one.body, _LOOSE):
        return True
    return any(map(_says_more, _items(one.body)))


def _items(body: n.Notation) -> tuple[n.Notation, ...]:
    return body.items if isinstance(body, n.Items) else (body,)


def _says_more(piece: n.Notation) -> bool:
    """Whether a definition stands beside other signs of its chain."""
    return (
        type(piece) is n.Relation
        and len(piece.operators) > 1
        and not DEFINING.isdisjoint(piece.operators)
        and not DEFINING.issuperset(piece.operators)
    )


class _Remarks:
    """Takes a document apart, statement by statement."""

    def __init__(self, document: n.Document, ledger: Ledger) -> None:
        self.document = document
        self.ledger = ledger
        self.warnings: list[str] = []

    def statement(self, one: n.Statement) -> Iterator[n.Statement]:
        """The statements that one holds."""
        if one.introduced in _ASIDE and isinstance(one.body, _LOOSE):
            if one.introduced in ("if", "when"):
                raise UnsupportedError(
                    "this condition compares nothing",
                    one.span,
                    hints=("write a comparison: if x > 0",),
                )
            if not isinstance(one.body, n.Sum | n.Product):
                yield one
                return
            self.warnings.append(f"{self._text(one.span)} defines nothing, and was left out")
        items: list[n.Notation] = []
        behind: list[n.Notation] = []
        for item in _items(one.body):
            if not isinstance(item, n.Relation) or not _says_more(item):
                items.append(item)
                continue
            relation = item
            if relation.operators[0] not in DEFINING:
                relation = self._headed(item)
                items += [item for item in (self._head(item, items, one),) if item is not None]
                if items:
                    yield replace(one, body=_listed(items))
                    items, one = [], replace(one, introduced="")
            relation, space = self._plain(relation)
            items.append(relation)
            behind += [space] if space is not None else []
        yield replace(one, body=one.body if not _changed(one, items) else _listed(items))
        for piece in behind:
            yield n.Statement(piece, "with", span=piece.span)

    # --- before a definition ---------------------------------------------------------------------

    def _headed(self, item: n.Relation) -> n.Relation:
        """The definition behind the colon of `label: y = …`."""
        place = _colon(item)
        if place is None or item.operators[place + 1] == "↦":
            mapped = place is not None
            raise UnsupportedError(
                "this says more of its definition than is translated",
                item.span,
                hints=(
                    ("define a function by its value: f(x) = x^2",)
                    if mapped
                    else ("write each definition by itself: y = …",)
                ),
            )
        operands = item.operands[place + 1 :]
        return n.Relation(operands, item.operators[place + 1 :], span=_between(operands, item))

    def _head(
        self, item: n.Relation, before: list[n.Notation], one: n.Statement
    ) -> n.Notation | None:
        """What stands before the colon and matters: the range of an index, and no label."""
        place = _colon(item)
        assert place is not None
        operands = item.operands[: place + 1]
        if len(operands) > 1:
            return n.Relation(operands, item.operators[:place], span=_between(operands, item))
        head = operands[0]
        if head is None or before or one.introduced.startswith("for"):
            return head
        base = base_of(head.base if isinstance(head, n.Scripts) else head)
        if base is None and not (isinstance(head, n.Number) or _spells(head)):
            raise UnsupportedError(
                "what stands before this colon is neither a label nor a range",
                head.span,
                hints=("write each definition by itself: y = …",),
            )
        if base is not None and (self._occurs(head) or not (base.word or base.text.isupper())):
            raise AmbiguousError(
                "what stands before the colon is a label, or the symbol that the source reads",
                head.span,
                readings=("a label of the equation", "a symbol, of which the colon says something"),
                hints=("leave the label out",),
            )
        return None

    def _text(self, span: Span) -> str:
        """What is typed at a place, on one line."""
        return " ".join(self.document.text[span.start : span.end].split())

    def _occurs(self, head: n.Notation) -> bool:
        """Whether a head stands anywhere else in the source."""
        pieces = (piece for one in self.document.statements for piece in walk(one.body))
        return sum(piece == head for piece in pieces) > 1

    # --- behind a definition ---------------------------------------------------------------------

    def _plain(self, item: n.Relation) -> tuple[n.Relation, n.Notation | None]:
        """A definition without what its chain says besides, and the space that it declares."""
        stop = next((k for k, sign in enumerate(item.operators) if sign not in DEFINING), None)
        if stop is None:
            return item, None
        signs = item.operators[stop:]
        kept = item.operands[: stop + 1]
        alone = n.Relation(kept, item.operators[:stop], span=_between(kept, item))
        value, rest = item.operands[stop], item.operands[stop + 1]
        assert value is not None
        said = _between(item.operands[stop:], item)
        if signs == ("∈",) and rest is not None and _is_space(rest) and kept[0] is not None:
            return alone, n.Relation((kept[0], rest), signs, span=kept[0].span | rest.span)
        if set(signs) <= _NEAR:
            text = self._text(Span(value.span[1], said[1]))
            self.warnings.append(f"{text} computes nothing, and was left out")
            return alone, None
        if _COMPARING.issuperset(signs) or signs == ("∈",):
            return self._bounded(item, stop, alone, said), None
        raise UnsupportedError(
            f"what {signs[0]} says of this equation is not translated",
            said,
            hints=("write a / b for a ratio",)
            if signs[0] == ":"
            else ("write the equation that is to be computed, and no other",),
        )

    def _bounded(self, item: n.Relation, stop: int, alone: n.Relation, said: Span) -> n.Relation:
        """`m = x > 0`: the value is x, of which a bound is known, or whether the bound holds."""
        condition = n.Relation(item.operands[stop:], item.operators[stop:], span=said)
        text = self._text(said)
        always = _is_fact(condition)
        if always or self._is_said(item, condition):
            reading = self.ledger.assume(
                "bound", f"{text} says what {'always ' if always else ''}holds",
                instead="1 where it holds, else 0", span=said,
            )  # fmt: skip
        elif "bound" in self.ledger.prefer and not self._goes_on(item):
            reading = self.ledger.prefer["bound"]
        else:
            raise AmbiguousError(
                "a comparison behind a definition is a fact about the value, or the value",
                said,
                readings=(
                    "the value in front, of which the bound is known",
                    "1 where the comparison holds, else 0",
                ),
                hints=(
                    "bracket a comparison that is the value: m = (x > 0)",
                    "leave out a bound that is only known",
                    'or prefer={"bound": "fact"} or prefer={"bound": "indicator"}',
                ),
            )
        if reading == "fact":
            return alone
        value = n.Fence("(", ")", condition, span=said)
        return n.Relation((*item.operands[:stop], value), item.operators[:stop], span=item.span)

    def _is_said(self, item: n.Relation, condition: n.Relation) -> bool:
        r"""Whether a chain says between which bounds its value lies: `H = -\sum_i p_i \log p_i \le
        \log n`. A symbol compared, a sign of a program, a threshold and a guess with a hat do not
        say it: `m = x \ge 0`, `y = a / b >= c`, `\hat y = f \ge 0.5`."""
        if len(condition.operators) > 1 or self._goes_on(item):
            return False
        (value, bound), (sign,) = condition.operands, condition.operators
        if value is None or bound is None or _is_symbol(value):
            return False
        if self.document.text[value.span.end : bound.span.start].strip() in _PROGRAM:
            return False
        if sign == "∈":
            return isinstance(bound, n.Fence) and isinstance(bound.body, n.Items)
        if sign not in ("≤", "≥") or isinstance(item.operands[0], n.Accent):
            return False
        threshold = _is_symbol(bound) and not self._occurs(bound)
        if threshold or (isinstance(bound, n.Number) and not bound.text.isdigit()):
            return False
        return _is_measure(value)

    def _goes_on(self, item: n.Relation) -> bool:
        """Whether the next statement goes on with a condition: `m = x > 0 and z > 0`."""
        bodies = [one.body for one in self.document.statements]
        after = [b for a, b in zip(bodies, self.document.statements[1:], strict=False) if a is item]
        return any(one.introduced in ("and", "or") for one in after)


def _colon(item: n.Relation) -> int | None:
    """The colon that a definition stands behind."""
    for place, sign in enumerate(item.operators[:-1]):
        if sign == ":" and item.operators[place + 1] in DEFINING:
            return place
    return None


def _spells(head: n.Notation) -> bool:
    """Whether letters side by side spell a label: `Step 1`."""
    return isinstance(head, n.Row) and all(
        isinstance(item, n.Letter | n.Word | n.Number) for item in head.items
    )


def _is_space(piece: n.Notation) -> bool:
    base = piece.base if isinstance(piece, n.Scripts) else piece
    return isinstance(base, n.Letter) and base.text in SPACES and base.style in ("bb", "cal", "")


def _is_fact(condition: n.Relation) -> bool:
    """Whether a bound holds whatever the value is: `x^2 ≥ 0`, `0.1 > 0`."""
    if len(condition.operators) > 1:
        return False
    (value, bound), (sign,) = condition.operands, condition.operators
    if isinstance(value, n.Number) and isinstance(bound, n.Number):
        return True
    if bound != n.Number("0") or value is None:
        return False
    return _is_positive(value) if sign == ">" else sign == "≥" and _is_square(value)


def _is_symbol(piece: n.Notation) -> bool:
    return base_of(piece.base if isinstance(piece, n.Scripts) else piece) is not None


def _is_measure(value: n.Notation) -> bool:
    """Whether a value is a ratio, or functions that are summed up: no bound is a threshold there.

    A sum of products, a norm and a power are what a decision compares as well.
    """
    inside = walk(value)
    if any(not (isinstance(x, n.Number) or _is_symbol(x)) for y in inside for x in _divisors(y)):
        return True
    words = [x for x in inside if isinstance(x, n.Word)]
    summed = any(_sums(x) for x in words) or n.Letter("E", "bb") in inside
    return summed and any(x.style != "big" and x.text in SPELLINGS for x in words)


def _divisors(piece: n.Notation) -> tuple[n.Notation, ...]:
    """What a piece divides by at its own level."""
    match piece:
        case n.Fraction(_, lower):
            return (lower,)
        case n.Product(operands, signs):
            after = zip(signs, operands[1:], strict=True)
            return tuple(one for sign, one in after if sign == "/")
    return ()


def _is_square(piece: n.Notation) -> bool:
    """Whether a piece is by its form no negative number."""
    match piece:
        case n.Number() | n.Root() | n.Fence("|" | "‖"):
            return True
        case n.Scripts(n.Fence("‖")):
            return True
        case n.Scripts(_, _, n.Number(power), 0) if power.isdigit() and int(power) % 2 == 0:
            return True
        case n.Sum(terms, signs):
            return set(signs) == {"+"} and all(map(_is_square, terms))
        case n.Fraction(upper, lower):
            return _is_square(upper) and _is_square(lower)
        case n.Row(items):
            return all(_sums(item) or _is_square(item) for item in items) or _is_positive(piece)
    return _is_positive(piece)


def _sums(piece: n.Notation) -> bool:
    return (piece.base if isinstance(piece, n.Scripts) else piece) == n.Word("sum", "big")


def _is_positive(piece: n.Notation) -> bool:
    """Whether a piece is by its form more than 0."""
    match piece:
        case n.Number(text):
            return float(text) > 0
        case n.Scripts(base, None, sup) if sup is not None:
            return base in _POSITIVE
        case n.Row((head, _)):
            return head in _POSITIVE
    return False


def _between(operands: tuple[n.Notation | None, ...], item: n.Relation) -> Span:
    """From the first operand that is written to the last."""
    written = [one.span for one in operands if one is not None]
    return written[0] | written[-1] if written else item.span


def _changed(one: n.Statement, items: list[n.Notation]) -> bool:
    old = _items(one.body)
    return len(old) != len(items) or any(a is not b for a, b in zip(old, items, strict=True))


def _listed(items: list[n.Notation]) -> n.Notation:
    if len(items) == 1:
        return items[0]
    span = items[0].span | items[-1].span
    return n.Items(tuple(items), (",",) * (len(items) - 1), span=span)
