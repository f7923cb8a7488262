"""What is a set? Masks that say what belongs to it, the size of a whole axis, elements left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError, DefinitionError, UndefinedError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.declare import Declared
from eq2code.read.names import Base, base_of
from eq2code.read.questions import letters_in
from eq2code.read.scope import Binder, set_key
from eq2code.read.scripts import Occurrence, occurrence
from eq2code.read.stage import Stage
from eq2code.read.symbols import Env, Source
from eq2code.read.targets import listed
from eq2code.record import record
from eq2code.source import Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim


@record
class Named:
    """A set by its name: `\\mathcal N_i`, `P(i)`, with the places that it is taken at."""

    token: n.Notation
    base: Base
    seen: Occurrence
    entry: Declared | None

    @property
    def masks(self) -> bool:
        """Whether it is declared as an array of booleans."""
        return self.entry is not None and self.entry.kind == "bool"


class Sets(Stage):
    """What is a set? Masks that say what belongs to it, the size of a whole axis, elements left
    out."""

    def named_set(self, piece: n.Notation, env: Env) -> Named | None:
        token: n.Notation = piece
        places: tuple[n.Notation, ...] = ()
        match piece:
            case n.Row((head, n.Fence("(") as fence)):
                token, places = head, listed(fence.body)
        base = base_of(token.base if isinstance(token, n.Scripts) else token)
        if base is None:
            return None
        seen = occurrence(token, base, self.source.namer, self.around(env))
        seen = replace(seen, places=(*seen.places, *places))
        return Named(token, base, seen, self.source.declared.get(seen.name))

    @staticmethod
    def left_out(within: n.Notation) -> tuple[n.Notation, tuple[n.Notation, ...]]:
        """`A \\setminus \\{i\\}` as the set and what it leaves out."""
        match within:
            case n.Product((whole, n.Fence("{", "}", body)), ("∖",)):
                return whole, listed(body)
        return within, ()

    def elements(self, binder: Binder, binding: d.Binding, env: Env) -> d.Draft | None:
        """`x ∈ S` with S an array that is declared: x is one of its rows. None where x is an
        index."""
        if binder.range.within is None:
            return None
        match binder.range.within:
            case n.Product(_, ("∪" | "∩",)) | n.Fence("{", "}"):
                return None
        within, _ = self.left_out(binder.range.within)
        named = self.named_set(within, env)
        if named is None:
            raise UnsupportedError(
                "this set is not known",
                within.span,
                hints=(
                    "write \\mathbb{R}^{n \\times m}, a range {1, …, n}, or declare in shapes=",
                ),
            )
        if self.source.known(named.seen.name) is None:
            binding.dim, binding.named = self.size_of(named, within, env), True
            return None
        if named.masks:
            return None
        whole = self.symbol(named.seen, named.token, named.base, env)
        return d.At(whole, [d.Value(binding)], span=within.span)

    def inside(self, within: n.Notation, binding: d.Binding, env: Env) -> d.Draft | None:
        """What an index that runs over a set must satisfy: a mask holds there, and it is not left
        out."""
        match within:
            case n.Product(operands, ("∪" | "∩" as sign,)):
                return self.both(sign, operands, binding, env)
            case n.Fence("{", "}", body):
                here = d.Value(binding, span=binding.span)
                same: list[d.Draft] = [
                    d.Compare([here, self.read(one, env)], ["="], span=one.span)
                    for one in listed(body)
                ]
                return same[0] if len(same) == 1 else d.Logic("or", same, span=within.span)
        within, removed = self.left_out(within)
        value = d.Value(binding, span=binding.span)
        checks: list[d.Draft] = [
            d.Compare([value, self.read(one, env)], ["≠"], span=one.span) for one in removed
        ]
        named = self.named_set(within, env)
        if named is not None and named.masks:
            checks.insert(0, self.masked(named, [value], within.span, env))
        if not checks:
            return None
        return checks[0] if len(checks) == 1 else d.Logic("and", checks, span=within.span)

    def both(
        self, sign: str, operands: tuple[n.Notation, ...], binding: d.Binding, env: Env
    ) -> d.Draft | None:
        """`N_i ∪ {i}`, `A ∩ B`; None is a set that holds all."""
        for operand in operands:
            named = None if isinstance(operand, n.Fence) else self.named_set(operand, env)
            if named is not None and not named.masks:
                raise UndefinedError(
                    f"nothing says what belongs to {named.seen.name}",
                    operand.span,
                    hints=(
                        f'declare it as a mask: shapes={{"{named.seen.name}": '
                        f'"{"n " * (1 + len(named.seen.places))}: bool"}}',
                    ),
                )
        left, right = (self.inside(operand, binding, env) for operand in operands)
        if left is None or right is None:
            return None if sign == "∪" else left or right
        span = operands[0].span | operands[1].span
        return d.Logic("or" if sign == "∪" else "and", [left, right], span=span)

    def belongs(self, left: n.Notation, right: n.Notation, env: Env) -> d.Draft:
        """`(i, j) ∈ E` as a condition: what the mask holds there."""
        named = self.named_set(right, env)
        if named is None or not named.masks:
            raise UnsupportedError(
                "this set is not declared as a mask",
                right.span,
                hints=('declare it: shapes={"E": "n n : bool"}',),
            )
        places = listed(left.body) if isinstance(left, n.Fence) else (left,)
        return self.masked(named, [self.read(p, env) for p in places], right.span, env)

    def masked(self, named: Named, last: list[d.Draft], span: Span, env: Env) -> d.Draft:
        """The entry of a mask at the places of its set and at those of the element."""
        bare = replace(named.seen, raised=(), places=())
        mask = self.symbol(bare, named.token, named.base, env)
        assert named.entry is not None
        places = [self.place(part, env) for part in named.seen.places]
        if len(places) + len(last) != len(named.entry.shape):
            raise UndefinedError(
                f"the mask {named.seen.name} has {len(named.entry.shape)} axes, "
                f"and is taken at {len(places) + len(last)}",
                span,
                hints=("give the mask an index for each of its axes",),
            )
        return d.At(mask, [*places, *last], span=span)

    def set_size(self, body: n.Notation, env: Env) -> d.Draft | None:
        """`|S|`: how much a mask holds, or the size of the axis that the set is; None for no
        set."""
        if isinstance(body, n.Product) and set(body.operators) <= {"∩", "∪", "∖"}:
            return self.joint_size(body, env)
        named = self.named_set(body, env)
        if named is None:
            return None
        if named.masks:
            assert named.entry is not None
            count = len(named.entry.shape) - len(named.seen.places)
            made = [
                d.Binding(f"m_{next(self.source.tags)}", self.source.sizes.fresh(), span=body.span)
                for _ in range(count)
            ]
            holds = self.masked(
                named, [d.Value(one, span=body.span) for one in made], body.span, env
            )
            one = d.Cases([(d.Number(1), holds)], d.Number(0), span=body.span)
            return d.Big("sum", made, one, None, span=body.span) if made else one
        if set_key(body) not in self.source.survey.sets:
            if named.entry is None and named.base.style in ("cal", "bb") and named.base.capital:
                self.unknown_bars(named, body)
            return None
        if named.entry is not None:
            rows = len(named.seen.places) < len(named.entry.shape)
            size = named.entry.shape[len(named.seen.places)] if rows else None
            return None if size is None else d.SizeOf(size, span=body.span)
        if self.source.known(named.seen.name) is not None:
            return None
        return d.SizeOf(self.size_of(named, body, env), span=body.span)

    def joint_size(self, body: n.Product, env: Env) -> d.Draft:
        """`|A ∩ B|`: how many places several masks hold together."""
        sets = [self.named_set(part, env) for part in body.operands]
        if not all(named is not None and named.masks and not named.seen.places for named in sets):
            raise UndefinedError(
                "the sets between these bars are not declared as masks",
                body.span,
                hints=('declare them: shapes={"A": "n : bool", "B": "n : bool"}',),
            )
        known = [named for named in sets if named is not None and named.entry is not None]
        count = len(known[0].entry.shape) if known[0].entry is not None else 0
        made = [
            d.Binding(f"m_{next(self.source.tags)}", self.source.sizes.fresh(), span=body.span)
            for _ in range(count)
        ]
        places: list[d.Draft] = [d.Value(one, span=body.span) for one in made]
        held = self.masked(known[0], places, body.span, env)
        for sign, named in zip(body.operators, known[1:], strict=True):
            other = self.masked(named, places, body.span, env)
            if sign == "∖":
                other = d.Logic("not", [other], span=body.span)
            held = d.Logic("or" if sign == "∪" else "and", [held, other], span=body.span)
        one = d.Cases([(d.Number(1), held)], d.Number(0), span=body.span)
        return d.Big("sum", made, one, None, span=body.span)

    def unknown_bars(self, named: Named, body: n.Notation) -> None:
        """A script capital between bars: a set as often as a value."""
        if self.source.known(named.seen.name) is None:
            raise UndefinedError(
                f"{named.seen.name} stands between bars, and nothing says whether it is a set",
                body.span,
                hints=(
                    f'declare it: shapes={{"{named.seen.name}": ""}} for a number, '
                    '"n n" for a matrix, "n : bool" for a set',
                ),
            )

    def size_of(self, named: Named, piece: n.Notation, env: Env) -> Dim:
        """The size of a set that nothing declares: that of the axis it stands for."""
        if named.base.word:
            raise UndefinedError(
                f"nothing says what belongs to {named.seen.name}",
                piece.span,
                hints=(f'declare it as a mask: shapes={{"{named.seen.name}": "n : bool"}}',),
            )
        if named.seen.places or any(key in env.bindings for key in letters_in(piece)):
            raise UndefinedError(
                f"the set {named.seen.name} depends on an index and is not declared",
                piece.span,
                hints=(f'declare it as a mask: shapes={{"{named.seen.name}": "n n : bool"}}',),
            )
        name = named.seen.name
        if named.seen.raised:
            raise UndefinedError(
                f"nothing says what belongs to the set {name} with a script above",
                piece.span,
                hints=("give it a name of its own, and declare that as a mask",),
            )
        if any(name in t.parameters for ts in self.source.targets.values() for t in ts):
            raise DefinitionError(
                f"{name} is given as an argument and is a set, and nothing says what it holds",
                piece.span,
                hints=(f'declare it as a mask: shapes={{"{name}": "n : bool"}}',),
            )
        self.ledger.assume(
            "whole-set",
            f"{name} is all that its index runs over",
            instead="a part of it",
            shapes={name: "_ : bool"},
            span=piece.span,
        )
        return self.source.sets.setdefault(name, (self.source.sizes.fresh(), piece.span))[0]


def check_sets(source: Source, operators: Iterable[d.Big]) -> None:
    """Refuse two sets over one axis that nothing declares: at most one of them is all of it; and
    a sum over one beside a sum over the whole axis, which would say the same."""
    if not source.sets:
        return
    seen: dict[Dim, str] = {}
    twice = _taken_twice(source, list(operators))
    for name, (dim, span) in source.sets.items():
        if source.sizes.resolve(dim) in twice:
            raise AmbiguousError(
                f"{name} is a set over an axis of which all is taken elsewhere, and nothing says "
                "what it holds",
                span,
                readings=(
                    declared("a part of the axis", {name: "n : bool"}),
                    Choice(f"the whole axis: leave {name} out"),
                ),
            )
        other = seen.setdefault(source.sizes.resolve(dim), name)
        if other != name:
            raise AmbiguousError(
                f"{other} and {name} are sets over one axis, and nothing says what they hold",
                span,
                readings=(
                    declared("two parts of the axis", {other: "n : bool", name: "n : bool"}),
                    Choice("the whole axis, under two names: give both one name"),
                ),
            )


def _taken_twice(source: Source, operators: list[d.Big]) -> set[Dim]:
    """The axes that one operator runs over by a set, and another, not inside it, as a whole."""
    found: set[Dim] = set()
    for one in operators:
        own = {source.sizes.resolve(b.dim) for b in one.bindings if b.named and not b.limits}
        inside = _pieces(one) if own else set()
        for other in operators if own else ():
            if id(other) not in inside and id(one) not in _pieces(other):
                plain = (b for b in other.bindings if not (b.named or b.limits))
                found |= own & {source.sizes.resolve(binding.dim) for binding in plain}
    return found


def _pieces(root: d.Draft) -> set[int]:
    """What stands inside a draft, and itself."""
    return set(map(id, d.walk(root)))
