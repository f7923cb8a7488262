"""How does one number change with each element of a variable? Derivatives, from the result back.

Each formula inside has a cotangent: what the result gains for a small gain of that formula. The
result's own is 1; a rule for each kind of node says what its parts get. Formulas are visited the
highest first, so that each is met once, with all that it gets.

A formula inside Σ or an array comprehension is one value for each position of an index. Its
cotangent may have that index; where a part does not depend on the index, what it gets is summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from heapq import heappop, heappush

from eq2code.errors import WRITTEN_OUT, TooLargeError, UnsupportedError
from eq2code.library import ENTRIES, signature
from eq2code.limits import DEFAULT, Limits
from eq2code.record import record
from eq2code.rewrite.cotangents import RULES, Rule
from eq2code.rewrite.indices import rebuild
from eq2code.rewrite.parts import (
    Derivatives,
    arithmetic,
    call_slopes,
    gathered,
    linear,
    reduction_slope,
)
from eq2code.rewrite.places import (
    build,
    collapsed,
    element,
    padded,
    positions,
    scattered,
    summed,
)
from eq2code.rewrite.steady import steady
from eq2code.rewrite.substitute import SHORTER, Fresh, nodes
from eq2code.rewrite.tidy import (
    ONE,
    ZERO,
    filled,
    guarded,
    is_zero,
    minus,
    product,
    scaled,
    shortened,
    total,
)
from eq2code.trees.dims import Shape
from eq2code.trees.formula import (
    Add,
    Align,
    Apply,
    Array,
    At,
    Build,
    Call,
    Cases,
    Compare,
    Divide,
    Formula,
    IndexVar,
    Logic,
    MatMul,
    Multiply,
    Negate,
    Number,
    Outer,
    Power,
    Reduce,
    Slice,
    Slope,
    Symbol,
    Transpose,
)

_FLAT = ("argmax", "argmin", "any", "all")


@record
class Gain:
    """A cotangent: `value`, for every position of the indices `live` at which `conditions` hold.

    `rank` is where the formula stands that gives it, so that terms keep the author's order.
    """

    value: Formula
    live: tuple[IndexVar, ...] = ()
    conditions: tuple[Formula, ...] = ()
    rank: int = 0


def gradient(
    body: Formula,
    variable: Symbol,
    *,
    derivatives: Derivatives,
    fresh: Fresh,
    limits: Limits = DEFAULT,
) -> Formula:
    """The derivative of the number `body` by each element of `variable`, in its shape."""
    backward = _Backward(steady(body), variable, derivatives, fresh, limits)
    return _tidied(filled(_turned(backward.run()), variable.axes), {})


class _Backward:
    """One walk from a result back to a variable."""

    def __init__(
        self,
        body: Formula,
        variable: Symbol,
        derivatives: Derivatives,
        fresh: Fresh,
        limits: Limits,
    ) -> None:
        self._body = body
        self._variable = variable
        self._derivatives = derivatives
        self._fresh = fresh
        self._limits = limits
        self._heights, self._ranks = _heights(body, variable)
        self._rank = 0
        self._gains: dict[Formula, list[Gain]] = {}
        self._heap: list[tuple[int, int, Formula]] = []
        self._sizes: dict[Formula, int] = {}

    def run(self) -> Formula:
        """What the variable gets."""
        if self._body not in self._heights:
            return ZERO
        self._receive(self._body, Gain(ONE))
        while self._heap:
            _, self._rank, formula = heappop(self._heap)
            gains = self._gains.pop(formula)
            self._allow(sum(self._sizes[gain.value] for gain in gains))
            gain = _together(gains)
            if formula == self._variable:
                return guarded(gain.value, *gain.conditions)
            if not is_zero(gain.value):
                self._pass_on(formula, gain)
        return ZERO

    # --- giving -----------------------------------------------------------------------------------

    def _give(
        self,
        part: Formula,
        value: Formula,
        source: Gain,
        *,
        live: tuple[IndexVar, ...] = (),
        conditions: tuple[Formula, ...] = (),
    ) -> None:
        """`part` gets `value`, at every position of what is live in `source`, and of `live`.

        `value` has the shape of the part, or is one number for all of it.
        """
        if part not in self._heights or is_zero(value):
            return
        whole = Gain(value, source.live + live, source.conditions + conditions)
        ending, applied, kept = _endings(whole, part)
        body = summed(ending, value, applied)
        self._receive(part, replace(kept, value=body))

    def _give_one(self, part: Formula, value: Formula, source: Gain, axes: Shape) -> None:
        """As `_give`, for a part that may be one number where `value` has `axes`."""
        if part in self._heights and not part.shape and axes:
            value = collapsed(value, axes, tuple(range(len(axes))), self._fresh)
        self._give(part, value, source)

    def _receive(self, part: Formula, gain: Gain) -> None:
        if part not in self._gains:
            self._gains[part] = []
            heappush(self._heap, (-self._heights[part], self._ranks[part], part))
        self._allow(nodes(gain.value, self._sizes))
        self._gains[part].append(replace(gain, rank=self._rank))

    def _allow(self, length: int) -> None:
        if length > self._limits.unfolded:
            raise TooLargeError(
                "the derivative is too long to be written out", self._body.span, hints=(SHORTER,)
            )

    # --- the rules --------------------------------------------------------------------------------

    def _pass_on(self, formula: Formula, gain: Gain) -> None:
        """Give the parts of `formula` what they get."""
        match formula:
            case Negate() | Add() | Multiply() | Divide() | Power() | Cases():
                if isinstance(formula, Multiply):
                    self._allow(len(formula.factors) * nodes(formula, self._sizes))
                for part, value in arithmetic(formula, gain.value, self._heights):
                    self._give_one(part, value, gain, formula.shape)
            case MatMul() | Outer() | Transpose():
                self._allow(len(formula.children) ** 2)
                for part, value in linear(formula, filled(gain.value, formula.shape)):
                    self._give(part, value, gain)
            case Compare() | Logic():
                return
            case At() | Slice() | Align() | Build() | Array():
                self._addressed(formula, gain)
            case Reduce():
                self._reduced(formula, gain)
            case Call(function=name):
                if signature.elementwise(ENTRIES[name]):
                    self._elementwise(formula, gain)
                else:
                    self._called(formula, gain)
            case Apply():
                self._applied(formula, gain)
            case Slope(function=function):
                raise UnsupportedError(
                    f"the second derivative of {function.name}, which is declared and not defined, "
                    "is not translated",
                    formula.span,
                    hints=(f"define {function.name} in the source",),
                )
            case _:
                kind = type(formula).__name__.lower()
                raise UnsupportedError(
                    f"a {kind} has no derivative yet", formula.span, hints=(WRITTEN_OUT,)
                )

    def _addressed(self, formula: Formula, gain: Gain) -> None:
        value = gain.value
        match formula:
            case At(base=base, places=places):
                if base not in self._heights:
                    return
                ending, applied, kept = _endings(gain, base)
                found = scattered(
                    value, places, base.shape, over=ending, conditions=applied, fresh=self._fresh
                )
                self._receive(base, replace(kept, value=found))
            case Slice(base=base, axis=axis, start=start):
                inner = filled(value, formula.shape)
                self._give(base, padded(inner, axis, start, base.shape[axis]), gain)
            case Align(base=base, places=places, axes=axes):
                self._give(base, gathered(value, base.shape, places, axes, self._fresh), gain)
            case Build(indices=indices, body=body):
                self._give(body, element(value, positions(indices)), gain, live=indices)
            case Array(items=items):
                for place, item in enumerate(items):
                    part = element(value, (Number(place),))
                    self._give_one(item, part, gain, formula.shape[1:])
            case _:
                raise AssertionError(formula)

    def _reduced(self, formula: Reduce, gain: Gain) -> None:
        if formula.operation in _FLAT:
            return
        value = product(gain.value, reduction_slope(formula, self._fresh))
        conditions = () if formula.condition is None else (formula.condition,)
        self._give(formula.body, value, gain, live=formula.indices, conditions=conditions)

    def _elementwise(self, formula: Call, gain: Gain) -> None:
        slopes = call_slopes(formula, self._derivatives)
        for part, slope in zip(formula.arguments, slopes, strict=True):
            if part in self._heights:
                self._give_one(part, product(gain.value, slope()), gain, formula.shape)

    def _called(self, formula: Call, gain: Gain) -> None:
        rule = RULES.get(formula.function)
        if rule is None:
            raise UnsupportedError(
                f"the derivative of {formula.function} is not known yet",
                formula.span,
                hints=(WRITTEN_OUT,),
            )
        ranks = signature.core_ranks(
            ENTRIES[formula.function], [argument.shape for argument in formula.arguments]
        )
        pairs = list(zip(formula.arguments, ranks, strict=True))
        fronts = {part.shape[: len(part.shape) - rank] for part, rank in pairs}
        if fronts == {()} or (rule.rows and len(fronts) == 1):
            for part, value in zip(
                formula.arguments, self._pulled(rule, formula, gain), strict=True
            ):
                self._give(part, value, gain)
        else:
            self._item_by_item(rule, formula, gain, ranks)

    def _applied(self, formula: Apply, gain: Gain) -> None:
        """A declared function that gives a number: its slopes are left to the target."""
        function, loops = formula.function, formula.shape
        if function.result:
            raise UnsupportedError(
                f"{function.name} is declared to give an array, and not defined: its derivative "
                "is not known",
                formula.span,
                hints=(f"define {function.name} in the source",),
            )
        for place, (part, core) in enumerate(
            zip(formula.arguments, function.arguments, strict=True)
        ):
            if part not in self._heights:
                continue
            shape = (*loops, *core)
            slope = Slope(function, place, formula.arguments, shape, span=formula.span)
            if not core:
                self._give_one(part, product(gain.value, slope), gain, loops)
                continue
            indices = self._fresh.over(loops)
            at = positions(indices)
            item = product(element(gain.value, at), element(slope, at))
            if len(part.shape) > len(core):
                self._give(part, build(indices, item), gain)
            else:
                self._give(part, item, gain, live=indices)

    def _pulled(self, rule: Rule, formula: Call, gain: Gain) -> list[Formula]:
        wanted = [part in self._heights for part in formula.arguments]
        scalar, value = scaled(filled(gain.value, formula.shape))
        pulled = rule.pull(formula, value, wanted, self._fresh)
        return [product(scalar, one) for one in pulled]

    def _item_by_item(self, rule: Rule, formula: Call, gain: Gain, ranks: Sequence[int]) -> None:
        """A function of stacked arguments: its rule, for each position of the axes in front."""
        fronts = [
            part.shape[: len(part.shape) - rank]
            for part, rank in zip(formula.arguments, ranks, strict=True)
        ]
        loops = max(fronts, key=len)
        indices = self._fresh.over(loops)
        at = positions(indices)
        items = tuple(
            element(part, at) if front else part
            for part, front in zip(formula.arguments, fronts, strict=True)
        )
        item = replace(formula, arguments=items, result=formula.result[len(loops) :])
        wanted = [part in self._heights for part in formula.arguments]
        value = filled(element(gain.value, at), item.shape)
        pulled = rule.pull(item, value, wanted, self._fresh)
        for part, front, own, got in zip(formula.arguments, fronts, items, pulled, strict=True):
            if front:
                self._give(part, build(indices, filled(got, own.shape)), gain)
            else:
                self._give(part, got, gain, live=indices)


# --- what is inside what --------------------------------------------------------------------------


def _heights(body: Formula, variable: Symbol) -> tuple[dict[Formula, int], dict[Formula, int]]:
    """How high formulas stand above their atoms, and their order in the source.

    Heights are of those that depend on the variable.
    """
    heights: dict[Formula, int] = {}
    ranks: dict[Formula, int] = {}
    stack: list[tuple[Formula, bool]] = [(body, False)]
    while stack:
        formula, below = stack.pop()
        if below:
            inside = [heights[child] for child in formula.children if child in heights]
            if inside or formula == variable:
                heights[formula] = 1 + max(inside, default=0)
        elif formula not in ranks:
            ranks[formula] = len(ranks)
            stack.append((formula, True))
            stack.extend((child, False) for child in reversed(formula.children))
    return heights, ranks


def _endings(gain: Gain, part: Formula) -> tuple[tuple[IndexVar, ...], tuple[Formula, ...], Gain]:
    """The indices that `part` does not have, the conditions on them, and the gain without both."""
    ending = tuple(index for index in gain.live if index not in part.free)
    bound = frozenset(ending)
    applied = tuple(one for one in gain.conditions if one.free & bound)
    kept = tuple(one for one in gain.conditions if not one.free & bound)
    live = tuple(index for index in gain.live if index in part.free)
    return ending, applied, Gain(gain.value, live, kept)


def _together(gains: Sequence[Gain]) -> Gain:
    """All that one formula gets."""
    gains = sorted(gains, key=lambda gain: gain.rank)
    first = gains[0]
    if all(frozenset(gain.conditions) == frozenset(first.conditions) for gain in gains):
        return replace(first, value=total(*(gain.value for gain in gains)))
    values = [guarded(gain.value, *gain.conditions) for gain in gains]
    return Gain(total(*values), first.live)


def _tidied(formula: Formula, known: dict[Formula, Formula]) -> Formula:
    """With every case distinction as short as it can be."""
    if formula not in known:
        made = rebuild(formula, lambda part: _tidied(part, known))
        known[formula] = shortened(made) if isinstance(made, Cases) else made
    return known[formula]


def _turned(formula: Formula) -> Formula:
    """b - a for -(a - b)."""
    match formula:
        case Negate(body=Add(terms=terms)) if any(isinstance(one, Negate) for one in terms):
            return total(*(minus(term) for term in reversed(terms)))
        case _:
            return formula
