"""Which element does an index expression reach? Ranges, bases and extents of every addressed axis.

Printed values count as the source counts; positions count from 0. The base of an axis is the
smallest value that reaches it, so `x_1 … x_N` and `x_0 … x_{N-1}` both cover their axis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from eq2code.errors import ShapeError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.conventions import Ledger
from eq2code.read.unify import Clash, Sizes
from eq2code.source import Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim

ZERO = Dim(())


@dataclass(slots=True)
class Affine:
    """A whole-number expression of indices: Σ coefficient · index + constant."""

    terms: dict[int, tuple[d.Binding, int]] = field(default_factory=dict)
    constant: Dim = ZERO

    @property
    def plain(self) -> d.Binding | None:
        """The index, where the expression is just one."""
        if len(self.terms) == 1 and not self.constant.terms:
            binding, coefficient = next(iter(self.terms.values()))
            if coefficient == 1:
                return binding
        return None


def affine(node: d.Draft) -> Affine | None:
    """Read a draft as an affine expression of indices; None where it is none."""
    match node:
        case d.Value(binding):
            return Affine({id(binding): (binding, 1)})
        case d.Number(int(value)):
            return Affine({}, Dim.of(value))
        case d.SizeOf(dim):
            return Affine({}, dim)
        case d.Sum(terms, signs):
            total = Affine()
            for term, sign in zip(terms, signs, strict=True):
                part = affine(term)
                if part is None:
                    return None
                total = _plus(total, part, 1 if sign == "+" else -1)
            return total
        case d.Side(factors):
            return _product([affine(x) for x in factors])
        case d.Signed("·" | "*" | "×", left, right):
            return _product([affine(left), affine(right)])
    return None


def _plus(left: Affine, right: Affine, sign: int) -> Affine:
    terms = dict(left.terms)
    for key, (binding, coefficient) in right.terms.items():
        total = terms.get(key, (binding, 0))[1] + sign * coefficient
        terms[key] = (binding, total)
        if not total:
            del terms[key]
    return Affine(terms, left.constant + right.constant * Fraction(sign))


def _product(parts: list[Affine | None]) -> Affine | None:
    total = Affine({}, Dim.of(1))
    for part in parts:
        if part is None:
            return None
        if part.terms and total.terms:
            return None
        number, other = (total, part) if part.terms else (part, total)
        factor = number.constant.value
        if factor is None:
            if other.terms:
                return None
            total = Affine({}, number.constant * other.constant)
            continue
        terms = {k: (b, c * factor) for k, (b, c) in other.terms.items() if c * factor}
        total = Affine(terms, other.constant * Fraction(factor))
    return total


@dataclass(slots=True)
class Axis:
    """Every affine expression that addresses one axis of one array."""

    uses: list[Affine] = field(default_factory=list)
    base: Dim | None = None
    settled: bool = False


class Addresses:
    """The addressed axes of one system, and the sizes and starts of its indices."""

    def __init__(self, definitions: Iterable[d.Definition], sizes: Sizes, ledger: Ledger) -> None:
        self.sizes, self.ledger = sizes, ledger
        self.axes: dict[tuple[int, int], Axis] = {}
        self.labels: set[int] = set()
        self.mates: dict[int, list[d.Binding]] = {}
        self.compared: dict[int, list[d.Binding]] = {}
        self.addressed: set[int] = set()
        self.placed: set[int] = set()
        self.bounds: dict[int, Dim] = {}
        self.every: dict[int, d.Binding] = {}
        self.below: dict[int, tuple[d.Binding, Dim]] = {}
        for definition in definitions:
            self._walk(definition.body)
            if isinstance(definition.body, d.Over):
                for k, binding in enumerate(definition.body.bindings):
                    self._use(id(definition.info), k, Affine({id(binding): (binding, 1)}))
        for axis in self.axes.values():
            plain = [b for use in axis.uses if (b := use.plain) is not None]
            for binding in plain:
                self.mates.setdefault(id(binding), []).extend(plain)

    # --- collecting -------------------------------------------------------------------------------

    def _walk(self, root: d.Draft) -> None:
        stack, seen = [root], set()
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, d.At):
                for k, place in enumerate(node.places):
                    self._note(node, k, place)
            if isinstance(node, d.Big | d.Over):
                self.every.update((id(binding), binding) for binding in node.bindings)
            if isinstance(node, d.Compare):
                self._note_bound(node)
                self._note_compared(node)
            stack.extend(d.children(node))

    def _owner(self, node: d.At) -> int:
        base = node.base
        return id(base.info) if isinstance(base, d.Symbol) else id(base)

    def _note(self, node: d.At, k: int, place: d.Draft | None) -> None:
        if place is None:
            return
        use = affine(place)
        if use is None:
            inner = place.base if isinstance(place, d.At) else place
            if isinstance(inner, d.Symbol):
                self.labels.add(id(inner.info))
            return
        self._use(self._owner(node), k, use)
        self.placed |= set(use.terms)

    def _use(self, owner: int, k: int, use: Affine) -> None:
        self.axes.setdefault((owner, k), Axis()).uses.append(use)
        for binding, _ in use.terms.values():
            self.addressed.add(id(binding))

    def _note_compared(self, node: d.Compare) -> None:
        """Indices that are compared (`j \\ne i`, `\\delta_{ij}`) count alike."""
        plain = [x.binding for x in node.operands if isinstance(x, d.Value)]
        if len(plain) > 1:
            for binding in plain:
                self.compared.setdefault(id(binding), []).extend(plain)

    def _note_bound(self, node: d.Compare) -> None:
        """An index that addresses nothing by itself runs to the largest end that its range
        reaches."""
        if len(node.operands) != 2 or not isinstance(node.operands[0], d.Value):
            return
        edge = affine(node.operands[1])
        binding = node.operands[0].binding
        if edge is None or node.operators[0] != "≤":
            return
        if len(edge.terms) == 1:
            ((other, coefficient),) = edge.terms.values()
            if coefficient == 1:
                self.below[id(binding)] = other, edge.constant
        top = edge.constant
        for other, coefficient in edge.terms.values():
            end = other.low if coefficient < 0 else other.high
            if end is None:
                return
            top = top + end * Fraction(coefficient)
        self.bounds[id(binding)] = top

    # --- indices ----------------------------------------------------------------------------------

    def index(self, binding: d.Binding) -> f.IndexVar:
        """The formula's index; its size is equated with its printed range."""
        if binding.low is not None and binding.high is not None:
            self._equate(binding.dim, binding.high - binding.low + 1, binding.span)
        elif binding.high is not None and (first := self.start(binding)) is not None:
            self._equate(binding.dim, binding.high - first + 1, binding.span)
        elif id(binding) not in self.mates and id(binding) in self.bounds:
            low = self.start(binding) or ZERO
            self._equate(binding.dim, self.bounds[id(binding)] - low + 1, binding.span)
        elif binding.peers and id(binding) not in self.placed:
            self._equate(binding.dim, binding.peers[0].dim, binding.span)
        elif binding.high is None and id(binding) not in self.placed:
            for other in self.compared.get(id(binding), ()):
                if id(other) in self.placed:  # `s_k = \sum_{i \ne k} x_i`: k runs as i does
                    self._equate(binding.dim, other.dim, binding.span)
                    break
        start = self.start(binding)
        return f.IndexVar(
            binding.name,
            self.sizes.resolve(binding.dim),
            ZERO if start is None else self.sizes.resolve(start),
        )

    def _equate(self, left: Dim, right: Dim, span: Span) -> None:
        try:
            self.sizes.unify(left, right, span)
        except Clash:
            a, b = self.sizes.resolve(left), self.sizes.resolve(right)
            part = f"1:{b}" if b.letter else "a:b"
            raise ShapeError(
                f"an index runs over {b} values, and the axis that it addresses has {a}",
                span,
                hints=(
                    f"if {a} and {b} are the same size, declare it as {b}",
                    f"for a part of the axis, write that part: x_{{{part}}}",
                ),
            ) from None

    def start(self, binding: d.Binding) -> Dim | None:
        """The printed value of position 0: its own, that of an index over the same axis, of one
        compared."""
        seen = {id(binding)}
        queue = [binding]
        ends: list[Dim] = []
        while queue:
            one = queue.pop(0)
            if one.start is not None:
                return one.start
            ends += [one.high] if one.high is not None else []
            around = (*self.mates.get(id(one), ()), *self.compared.get(id(one), ()))
            for other in (*one.peers, *around):
                if id(other) not in seen:
                    seen.add(id(other))
                    queue.append(other)
        if ends:  # `\\sum_{j=i}^{n}` counts from 1, `\\sum_{j=i}^{n-1}` from 0
            return Dim.of(0 if (ends[0] + 1).letter is not None else 1)
        return None

    def value(self, binding: d.Binding, span: Span) -> f.Formula:
        """An index used as a number: what its range prints."""
        index = self.index(binding)
        position = f.Position(index, span=span)
        if self.start(binding) is None:
            shared = self._start_by_size(binding)
            if shared is not None:
                return _with_offset([position], self.sizes.resolve(shared), span)
            chosen = self.ledger.assume(
                "index-base",
                f"{binding.name} has no printed range, and counts from 0 where it is a number",
                instead="from 1",
                span=span,
            )
            return f.Add((position, f.Number(1))) if chosen == "1" else position
        return _shifted(position, index.start, span)

    def _start_by_size(self, binding: d.Binding) -> Dim | None:
        """The start of the printed ranges of the same size, where they agree: i counts as `l = 1,
        …, n`."""
        own = self.sizes.resolve(binding.dim)
        starts = {
            self.sizes.resolve(other.start)
            for other in self.every.values()
            if other.start is not None and own.letters and self.sizes.resolve(other.dim) == own
        }
        if len(starts) != 1:
            return None
        start = starts.pop()
        self.ledger.assume(
            "index-base",
            f"{binding.name} counts from {start} where it is a number, as the other index over "
            f"{own} does",
            instead="from 0",
            span=binding.span,
        )
        return start

    def position(self, binding: d.Binding, span: Span) -> f.Formula:
        return f.Position(self.index(binding), span=span)

    # --- places -----------------------------------------------------------------------------------

    def place(
        self,
        node: d.At,
        k: int,
        place: d.Draft,
        value: f.Formula,
        elaborate: Callable[[d.Draft], f.Formula],
    ) -> f.Formula:
        """The 0-based position that a place addresses; sizes are equated with what is reached."""
        use = affine(place)
        if use is None:
            made = elaborate(place)
            if made.shape:
                raise ShapeError("an array as an index must be addressed itself", place.span)
            self.ledger.assume(
                "labels-from-zero",
                "an integer array used as an index counts from 0",
                span=place.span,
            )
            return made
        owner = self._owner(node)
        axis = self.axes.get((owner, k))
        if axis is None:
            axis = Axis([use])
        dim = value.shape[k]
        base = self._base(axis, dim, place.span)
        return self._position(use, base, dim, axis, place.span)

    def _base(self, axis: Axis, dim: Dim, span: Span) -> Dim | None:
        """The value that position 0 of an axis has; None where nothing is printed."""
        if axis.settled:
            self._extent(axis, dim, axis.base, span)
            return axis.base
        lows: list[Dim] = []
        for use in axis.uses:
            low = self._end(use, lowest=True)
            if low is not None:
                lows.append(self.sizes.resolve(low))
        base = _least(lows)
        if lows and base is None:
            raise UnsupportedError("the smallest index that reaches this axis cannot be told", span)
        axis.settled = True
        if base is not None:
            base = self._fitting_base(axis, dim, base)
        axis.base = base
        self._extent(axis, dim, base, span)
        return base

    def _end(self, use: Affine, *, lowest: bool) -> Dim | None:
        """The least or greatest value of an expression whose indices all have printed ranges."""
        if lowest and (triangle := self._triangle(use)) is not None:
            return use.constant - triangle[2]
        total = use.constant
        for binding, coefficient in use.terms.values():
            low_side = (coefficient > 0) == lowest
            end = self.start(binding) if low_side else binding.high
            if end is None:
                return None
            total = total + end * Fraction(coefficient)
        if not use.terms and lowest:
            number = use.constant.value
            return Dim.of(min(1, number)) if number is not None else None
        return total

    def _triangle(self, use: Affine) -> tuple[d.Binding, d.Binding, Dim] | None:
        """`t - s` where s runs up to `t + b`: t, s and b; None for any other expression."""
        if len(use.terms) != 2:
            return None
        for inner, coefficient in use.terms.values():
            outer, beyond = self.below.get(id(inner), (None, ZERO))
            if coefficient == -1 and outer is not None and use.terms.get(id(outer), (0, 0))[1] == 1:
                return outer, inner, beyond
        return None

    def _fitting_base(self, axis: Axis, dim: Dim, base: Dim) -> Dim:
        """Where the declared axis is longer than what is reached, the base that its size speaks
        for."""
        top = self._top(axis)
        if top is None or self._could(dim, top - base + 1):
            return base
        own, printed = self.sizes.resolve(dim), self.sizes.resolve(top)
        related = set(own.letters) & set(printed.letters) or not own.letters
        for other in (1, 0):
            candidate = Dim.of(other)
            if (related or self.sizes.unnamed(own)) and self._could(dim, top - candidate + 1):
                return candidate
        return base

    def _could(self, left: Dim, right: Dim) -> bool:
        solved = dict(self.sizes.solved)
        try:
            self.sizes.unify(left, right)
        except Clash:
            return False
        finally:
            self.sizes.solved = solved
        return True

    def _top(self, axis: Axis) -> Dim | None:
        tops = [
            self.sizes.resolve(top)
            for use in axis.uses
            if use.terms and (top := self._end(use, lowest=False)) is not None
        ]
        return _greatest(tops)

    def _extent(self, axis: Axis, dim: Dim, base: Dim | None, span: Span) -> None:
        """Equate the size of an axis with what is reached of it."""
        floating = [use for use in axis.uses if use.terms and self._floats(use)]
        for use in floating:
            if (triangle := self._triangle(use)) is not None:
                outer, inner, beyond = triangle
                gap = (self.start(outer) or ZERO) - (self.start(inner) or ZERO) + beyond
                self._equate(inner.dim, outer.dim + gap, span)
                self._equate(dim, outer.dim + gap, span)
        floating = [use for use in floating if self._triangle(use) is None]
        if floating:
            self._floating_extent(floating, dim, span)
        top = self._top(axis)
        partial = any(use.plain is None for use in floating)
        if base is not None and top is not None and not partial and not self._limited(axis):
            self._equate(dim, top - base + 1, span)

    def _floats(self, use: Affine) -> bool:
        return any(b.high is None for b, _ in use.terms.values())

    def _limited(self, axis: Axis) -> bool:
        return any(
            len(use.terms) > 1 and any(id(b) in self.bounds for b, _ in use.terms.values())
            for use in axis.uses
        )

    def _floating_extent(self, uses: list[Affine], dim: Dim, span: Span) -> None:
        """`x_{i+k}`, `x_{2i}`: the axis is as long as the positions that exist reach."""
        limited = [use for use in uses if any(id(b) in self.bounds for b, _ in use.terms.values())]
        plain = [use for use in uses if use.plain is not None]
        if plain and len(plain) == len(uses):
            for use in plain:
                binding = use.plain
                assert binding is not None
                if id(binding) not in self.bounds or binding.high is None:
                    self._equate(dim, binding.dim, span)
            return
        if limited and len(limited) == len([u for u in uses if u.plain is None]):
            return
        constants = [use.constant.value for use in uses]
        if any(c is None for c in constants):
            raise UnsupportedError(
                "these index expressions reach a range that cannot be told", span
            )
        spread = max(c for c in constants if c is not None) - min(
            c for c in constants if c is not None
        )
        widest = max(uses, key=lambda use: len(use.terms))
        shapes = {tuple(sorted((k, c) for k, (_, c) in use.terms.items())) for use in uses}
        others = [s for s in shapes if not set(s) <= set(_signature(widest))]
        if others:
            raise UnsupportedError(
                "these index expressions reach a range that cannot be told", span
            )
        total = Dim.of(1 + spread)
        for binding, coefficient in widest.terms.values():
            total = total + (binding.dim - 1) * Fraction(abs(coefficient))
        self._equate(dim, self._strided(widest, total, dim), span)

    def _strided(self, use: Affine, total: Dim, dim: Dim) -> Dim:
        return total

    def _position(
        self, use: Affine, base: Dim | None, dim: Dim, axis: Axis, span: Span
    ) -> f.Formula:
        """The position of an affine expression, counted from the base."""
        terms: list[f.Formula] = []
        offset = use.constant
        floating = self._floats(use) and len(axis.uses) > 0
        for binding, coefficient in use.terms.values():
            position = self.position(binding, span)
            start = self.start(binding)
            if start is not None and base is not None:
                offset = offset + start * Fraction(coefficient)
            elif coefficient < 0:
                offset = offset + (binding.dim - 1) * Fraction(-coefficient)
            if coefficient == 1:
                terms.append(position)
            elif coefficient == -1:
                terms.append(f.Negate(position))
            else:
                terms.append(f.Multiply((f.Number(coefficient), position)))
        if base is not None:
            offset = offset - base
        elif floating:
            constants = [u.constant.value or 0 for u in axis.uses if u.terms]
            offset = offset - min(constants)
        offset = self.sizes.resolve(offset)
        limited = len(use.terms) > 1 and any(id(b) in self.bounds for b, _ in use.terms.values())
        made = _with_offset(terms, offset, span)
        if limited:
            last = f.Add((f.Size(self.sizes.resolve(dim)), f.Negate(f.Number(1))))
            return f.Call("minimum", (made, last), (), span=span)
        return made


def _signature(use: Affine) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((k, c) for k, (_, c) in use.terms.items()))


def _shifted(position: f.Formula, start: Dim, span: Span) -> f.Formula:
    return _with_offset([position], start, span)


def _with_offset(terms: list[f.Formula], offset: Dim, span: Span) -> f.Formula:
    number = offset.value
    if number is None:
        terms = [*terms, f.Size(offset, span=span)]
    elif number > 0:
        terms = [*terms, f.Number(number)]
    elif number < 0:
        terms = [*terms, f.Negate(f.Number(-number))]
    if not terms:
        return f.Number(0, span=span)
    return terms[0] if len(terms) == 1 else f.Add(tuple(terms), span=span)


def _least(dims: list[Dim]) -> Dim | None:
    best: Dim | None = None
    for dim in dims:
        if best is None:
            best = dim
            continue
        gap = (dim - best).value
        if gap is None:
            return None
        best = dim if gap < 0 else best
    return best


def _greatest(dims: list[Dim]) -> Dim | None:
    least = _least([-dim for dim in dims])
    return None if least is None else -least
