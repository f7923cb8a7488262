"""Which element does an index expression reach? Ranges, bases and extents of every addressed axis.

Printed values count as the source counts; positions count from 0. The base of an axis is the
smallest value that reaches it, so `x_1 … x_N` and `x_0 … x_{N-1}` both cover their axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from eq2code.errors import AmbiguousError, ShapeError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.affine import ZERO, Affine, affine, greatest, least, sign_of
from eq2code.read.conventions import Ledger
from eq2code.read.formulas import shape_text
from eq2code.read.reach import Axis, Convolved, Reach, Signature, finds
from eq2code.read.unify import Clash, Sizes
from eq2code.source import NOWHERE, Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim

Groups = dict[tuple[Dim, Dim], list[Axis]]


class Addresses(Reach):
    """The positions that indices take in the axes of one system."""

    def __init__(self, definitions: Sequence[d.Definition], sizes: Sizes, ledger: Ledger) -> None:
        super().__init__(definitions, sizes, ledger)
        self._frames()

    # --- several arrays at one index --------------------------------------------------------------

    def _frames(self) -> None:
        """Axes that one index addresses at different shifts begin together where they are axes of
        one array, or declared to be of one size: `A_{i,i+1}`. The others may be in question."""
        alike: dict[tuple[int | Dim | str, int, Signature], Groups] = {}
        for axis in self.axes.values():
            stretch = self._stretch(axis) if axis.info is not None else None
            if stretch is None:
                continue
            drift = self._drift(axis.uses[0])
            steps = [term for use in axis.uses for term in use.terms.items()]
            strides = {key for key, (_, coefficient) in steps if coefficient != 1}
            for key in {key for key, _ in steps} - strides:
                for kind in (id(axis.info), axis.size, "index"):
                    if kind is not None:
                        group = alike.setdefault((kind, key, drift), {})
                        group.setdefault(stretch, []).append(axis)
        for (kind, _, drift), groups in alike.items():
            lows = {low.value for low, _ in groups}
            if len({low for low, _ in groups}) < 2:
                continue
            if kind == "index":
                self._question([min(axes, key=_is_sized) for axes in groups.values()])
            elif isinstance(kind, int) or drift or not lows <= {0, 1}:
                _join([axis for axes in groups.values() for axis in axes])

    def _question(self, axes: list[Axis]) -> None:
        for left, right in combinations(axes, 2):
            if left.frame is not right.frame and (left.size is None or right.size is None):
                left.beside.append(right)
                right.beside.append(left)

    def _check_frame(self, axis: Axis, span: Span) -> None:
        """Refuse `z_t + x_{t-1}`: the two series begin together, or each where it is reached."""
        for other in axis.beside:
            if not self._may_shift(axis, other):
                continue
            names = [one.info.name for one in (axis, other) if one.info is not None]
            raise AmbiguousError(
                f"{names[0]} and {names[1]} are addressed by one index, from different values on",
                span,
                readings=(
                    "both begin at the same value, and are as long as each other",
                    "each begins at the first element that is reached",
                ),
                hints=(
                    f'declare one size for both: shapes={{"{names[0]}": "T", "{names[1]}": "T"}}',
                    "or the size that each has",
                ),
            )

    def _may_shift(self, left: Axis, right: Axis) -> bool:
        """Whether two arrays may be of one size and yet begin and end at different values.

        Ranges that begin at 0 or 1 say themselves where an array begins.
        """
        one, other = self._stretch(left), self._stretch(right)
        if one is None or other is None or self._drift(left.uses[0]) != self._drift(right.uses[0]):
            return False
        low, high = one[0] - other[0], one[1] - other[1]
        if not self._drift(left.uses[0]) and {one[0].value, other[0].value} <= {0, 1}:
            return False
        return bool(low.terms and high.terms) and not sign_of(high - low)

    # --- indices ----------------------------------------------------------------------------------

    def index(self, binding: d.Binding) -> f.IndexVar:
        """The formula's index; its size is equated with its printed range."""
        if id(binding) in self.counted:  # chosen in an earlier round, and told in each
            self._told_start(binding, self.counted[id(binding)], "added", binding.span)
        if id(binding) in self.convolved:
            self._tell_convolved(self.convolved[id(binding)], binding)
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

    def _tell_convolved(self, made: Convolved, binding: d.Binding) -> None:
        """Tell that a convolution has the positions where every entry exists; refuse another."""
        chosen = self.ledger.assume(
            "convolution",
            f"{made.name} has the positions for which every entry of {made.array} exists",
            instead="those that some entry reaches, with zeros beyond the ends",
            span=binding.span,
        )
        if chosen == "full":
            raise UnsupportedError(
                f"a convolution with zeros beyond the ends of {made.array} is not written out",
                binding.span,
                hints=(
                    f"pass {made.array} with as many zeros at its ends as it is to have there",
                    r"a causal one of two series of one length is \sum_{k=0}^{n} x_k h_{n-k}",
                ),
            )

    def _equate(self, left: Dim, right: Dim, span: Span) -> None:
        try:
            gap = self.sizes.resolve(left) - self.sizes.resolve(right)
            if len(gap.letters) == 1 and self._cancels(left, right):
                raise Clash(left, right)  # the same of a letter that nobody wrote
            self.sizes.unify(left, right, span)
        except Clash:
            a, b = (shape_text((self.sizes.resolve(dim),)) for dim in (left, right))
            if "?" in a + b:
                raise ShapeError(
                    "this index addresses axes of different sizes",
                    span,
                    hints=("write another letter for the other axis, or declare both sizes alike",),
                ) from None
            part = f"1:{b}" if self.sizes.resolve(right).letter else "a:b"
            raise ShapeError(
                f"an index runs over {b} values, and the axis that it addresses has {a}",
                span,
                hints=(
                    f"if {a} and {b} are the same size, declare it as {b}",
                    f"for a part of the axis, write that part: x_{{{part}}}",
                ),
            ) from None

    def _cancels(self, left: Dim, right: Dim) -> bool:
        """Whether two sizes share a letter beside the one in which they differ."""
        a, b = self.sizes.resolve(left), self.sizes.resolve(right)
        gap = a - b
        shared = set(a.letters) & set(b.letters)
        return bool(shared - set(gap.letters)) and any(not m for m, _ in gap.terms)

    def value(self, binding: d.Binding, span: Span) -> f.Formula:
        """An index used as a number: what its range prints."""
        index = self.index(binding)
        position = f.Position(index, span=span)
        if self.start(binding) is None:
            shared = self._start_by_size(binding)
            return _shifted(position, self._told_start(binding, shared, "a number", span), span)
        if id(binding) in self.bounding:
            self._told_start(binding, index.start, "an end of a range", span)
        return _shifted(position, index.start, span)

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
                raise ShapeError(
                    "an array as an index must be addressed itself",
                    place.span,
                    hints=("give it its own index: x_{y_i}",),
                )
            return made if self.is_found(place) else self.label(made, place.span)
        owner = self._owner(node)
        axis = self.axes.get((owner, k))
        if axis is None:
            axis = Axis([use])
        dim = value.shape[k]
        base = self._base(axis, dim, place.span)
        return self._position(use, base, axis, place.span)

    def is_label(self, node: d.Draft) -> bool:
        """Whether this is a whole number that addresses an array somewhere."""
        info = _symbol(node)
        return info is not None and id(info) in self.labels

    def is_found(self, node: d.Draft) -> bool:
        """Whether this is the place of a largest or smallest value, which counts from 0."""
        info = _symbol(node)
        return finds(node) or (info is not None and id(info) in self.found)

    def label(self, made: f.Formula, span: Span) -> f.Formula:
        """The position that a whole number of the user's addresses: it counts from 0, as in
        code."""
        chosen = self.ledger.assume(
            "labels-from-zero", "an integer array used as an index counts from 0",
            instead="from 1", span=span,
        )  # fmt: skip
        return made if chosen == "0" else _with_offset([made], Dim.of(-1), span)

    def is_from_zero(self, operands: list[d.Draft]) -> bool:
        r"""Whether whole numbers that an index is compared with, and that address nothing, count
        from 0 where its range prints other values: the y of `\sum_{k=1}^K \mathbb{1}[y = k]`."""
        indices = [x for x in operands if isinstance(x, d.Value)]
        given = [info for x in operands if (info := _symbol(x)) is not None]
        given = [info for info in given if not info.definition]
        if len(indices) != 1 or len(given) != 1 or len(operands) != 2:
            return False
        name, first = given[0].name, self.start(indices[0].binding)
        if first is None or first == ZERO:
            return False
        chosen = self.ledger.assume(
            "compared-labels",
            f"{name} is one of the values of {indices[0].binding.name}, which count from {first}",
            instead=f"{name} counts from 0",
            span=operands[0].span,
        )
        return chosen == "0"

    def _base(self, axis: Axis, dim: Dim, span: Span) -> Dim | None:
        """The value that position 0 of an axis has; None where nothing is printed."""
        if not axis.settled:
            if any(use.plain is None and self.loose & use.terms.keys() for use in axis.reached):
                raise UnsupportedError(
                    "an index addresses this axis with a shift, and where it ends hangs on more "
                    "than a sum of indices",
                    span,
                    hints=("end the range at a letter or a sum of indices: \\sum_{k=0}^{m-i}",),
                )
            self._check_frame(axis, span)
            axis.base = self._least_printed(axis, dim, span)
            axis.settled = True
        self._tell_first(axis, span)
        if axis.version == self.sizes.version:
            return axis.base
        if self._drifts(axis):
            self._drifting_extent(axis, dim, span)
        elif any(map(self._dependent, axis.reached)):
            self._dependent_extent(axis, dim, span)
        else:
            self._extent(axis, dim, axis.base, span)
        axis.version = self.sizes.version
        return axis.base

    def _tell_first(self, axis: Axis, span: Span) -> None:
        r"""Tell where an array begins whose first entry is not the first that is addressed, counted
        from 1: the x of `x_{2i}`."""
        strides = [use for use in axis.uses if use.terms]
        open_ = bool(strides) and axis.base is None
        if open_ and not all(_stride(use) > 1 and self._floats(use) for use in strides):
            return
        ones = [use.constant + _stride(use) for use in strides]
        low = least(ones) if open_ else axis.base
        value = None if low is None else low.value
        if axis.info is None or value is None or value < 2:
            return
        chosen = self.ledger.assume(
            "first-entry",
            f"the first entry of {axis.info.name} is the first one that is addressed",
            instead=f"{axis.info.name} counts from 1",
            span=span,
        )
        if chosen == "reached":
            return
        axis.base = Dim.of(1)
        axis.lead = Dim.of(value - 1) if open_ else ZERO
        for use in strides:
            for binding, _ in use.terms.values():
                if binding.start is None:
                    binding.start = Dim.of(1)

    def _least_printed(self, axis: Axis, dim: Dim, span: Span) -> Dim | None:
        lows = [
            self.sizes.resolve(low)
            for use in axis.reached
            if (low := self._end(use, lowest=True)) is not None
        ]
        if any(map(self._dependent, axis.reached)):
            lows = [self._reach(use, lowest=True) for use in axis.reached]
        base = least(lows)
        if lows and base is None:
            raise UnsupportedError(
                "the smallest index that reaches this axis cannot be told",
                span,
                hints=("print the range of each index on the left: y_i = …, i = 1, …, n",),
            )
        return None if base is None else self._fitting_base(axis, dim, base)

    def _end(self, use: Affine, *, lowest: bool) -> Dim | None:
        """The least or greatest value of an expression whose indices all have printed ranges."""
        total = use.constant
        for binding, coefficient in use.terms.values():
            low_side = (coefficient > 0) == lowest
            end = self.start(binding) if low_side else binding.high
            if end is None:
                return None
            total = total + end * coefficient
        if not use.terms and lowest:
            number = use.constant.value
            return Dim.of(min(1, number)) if number is not None else None
        return total

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
                if other == 0 and base.value == 1 and own.letters:
                    raise self._one_too_long(axis, own)
                return candidate
        return base

    @staticmethod
    def _one_too_long(axis: Axis, own: Dim) -> AmbiguousError:
        r"""`\sum_{i=1}^{n-1} z_i` with n elements of z: the first or the last is left out."""
        name = "this array" if axis.info is None else axis.info.name
        return AmbiguousError(
            f"{name} is declared one longer than what is reached of it",
            NOWHERE if axis.info is None else axis.info.first,
            readings=("it counts from 1, and the last is left out", "it counts from 0"),
            hints=(f"declare what is reached: {own - 1}", "or write a range from 0"),
        )

    def _could(self, left: Dim, right: Dim) -> bool:
        solved = dict(self.sizes.solved)
        try:
            self.sizes.unify(left, right)
        except Clash:
            return False
        finally:
            self.sizes.solved = solved
            self.sizes.version += 1
        return True

    def _top(self, axis: Axis) -> Dim | None:
        tops = [
            self.sizes.resolve(top)
            for use in axis.reached
            if (use.terms or use.constant.letters)
            and (top := self._end(use, lowest=False)) is not None
        ]
        return greatest(tops)

    def _position(self, use: Affine, base: Dim | None, axis: Axis, span: Span) -> f.Formula:
        """The position of an affine expression, counted from the base."""
        terms: list[f.Formula] = []
        offset = use.constant
        drifts = self._drifts(axis)
        floating = self._floats(use) and len(axis.uses) > 0
        for binding, coefficient in use.terms.values():
            position = self.position(binding, span)
            start = self.start(binding)
            if start is not None and (base is not None or drifts):
                offset = offset + start * coefficient
            elif coefficient < 0 and not drifts:
                offset = offset + (binding.dim - 1) * -coefficient
            if coefficient == 1:
                terms.append(position)
            elif coefficient == -1:
                terms.append(f.Negate(position))
            else:
                terms.append(f.Multiply((f.Number(coefficient), position)))
        if drifts and self._drift(use):
            moved = self._moves(axis, use)
            offset = offset - axis.low if moved else ZERO
        elif base is not None and (use.plain is None or self.start(use.plain) is not None):
            offset = offset - base  # an index that starts nowhere runs over the whole axis
        elif floating:
            constants = [u.constant.value or 0 for u in axis.uses if u.terms]
            offset = offset - min(constants)
        offset = self.sizes.resolve(offset)
        return _with_offset(terms, offset, span)

    # --- how long an axis is ----------------------------------------------------------------------

    def _drifting(self, axis: Axis) -> list[Affine]:
        """The expressions that an index without a start moves along an axis, all by one step.

        The rest are printed values, and indices of their own that run over the whole axis.
        """
        group = [use for use in axis.reached if self._moves(axis, use)]
        drifts = {frozenset(self._drift(use)) for use in group}
        for use in group:
            inner = [drift for drift in drifts if drift < set(self._drift(use))]
            for key, coefficient in self._drift(use) if inner else ():
                if (key, coefficient) not in inner[0]:
                    self._counted(use.terms[key][0])
        return group

    def _counted(self, binding: d.Binding) -> None:
        """Where x_{n-k} stands beside x_n, it matters what k counts from."""
        shared = self.counted[id(binding)] = self._start_by_size(binding)
        binding.start = self._told_start(binding, shared, "added", binding.span)

    def _dependent_extent(self, axis: Axis, dim: Dim, span: Span) -> None:
        """`x_{t+k}`, t = 1, …, N - k: an index runs over all that it reaches, the axis too."""
        base = axis.base or ZERO
        tops = []
        for use in axis.reached:
            alone = use.plain
            if alone is not None and alone.high is None and not self._shifted(axis, alone):
                self._equate(dim, alone.dim, span)
                continue
            for key, (binding, _) in use.terms.items():
                if key in self.upper and binding.high is None:
                    last = self._reach(self.upper[key], lowest=False)
                    self._equate(binding.dim, last - (self.start(binding) or ZERO) + 1, span)
            tops += [self._reach(use, lowest=False)] if use.terms else []
        top = greatest(tops)
        if top is None:
            raise UnsupportedError(
                "the largest index that reaches this axis cannot be told",
                span,
                hints=("print the range of each index on the left: y_i = …, i = 1, …, n",),
            )
        self._equate(dim, top - base + 1, span)

    def _lowest(self, uses: list[Affine], span: Span) -> Dim:
        """The least value, the same for each index that moves along an axis."""
        lows = {least([self._reach(u, lowest=True) for u in one]) for one in self._apart(uses)}
        low = lows.pop()
        if low is None or lows:
            raise UnsupportedError(
                "these index expressions reach a range that cannot be told",
                span,
                hints=("print the range of each index on the left: y_i = …, i = 1, …, n",),
            )
        return low

    def _apart(self, uses: list[Affine]) -> list[list[Affine]]:
        """Expressions by the indices without a start that they hold."""
        groups: dict[Signature, list[Affine]] = {}
        for use in uses:
            groups.setdefault(self._drift(use), []).append(use)
        return list(groups.values())

    def _drifting_extent(self, axis: Axis, dim: Dim, span: Span) -> None:
        """An index without a start runs over the positions for which every element exists."""
        group = self._drifting(axis)
        low = axis.low = self._lowest(group, span)
        for uses in self._apart(group):
            high = greatest([self._reach(use, lowest=False) for use in uses])
            if high is None:
                raise UnsupportedError(
                    "these index expressions reach a range that cannot be told",
                    span,
                    hints=("print the range of each index on the left: y_i = …, i = 1, …, n",),
                )
            self._equate(dim, high - low + 1, span)
        for use in axis.reached:
            if use.plain is not None and self._drift(use) and not self._moves(axis, use):
                self._equate(dim, use.plain.dim, span)
        top = self._top(axis)
        if axis.base is not None and top is not None:
            self._equate(dim, top - axis.base + 1, span)

    def _extent(self, axis: Axis, dim: Dim, base: Dim | None, span: Span) -> None:
        """Equate the size of an axis with what is reached of it."""
        floating = [use for use in axis.uses if use.terms and self._floats(use)]
        if floating:
            self._floating_extent(floating, dim - axis.lead, span)
        top = self._top(axis)
        partial = any(use.plain is None for use in floating)
        if base is not None and top is not None and not partial:
            self._equate(dim, top - base + 1, span)

    def _floats(self, use: Affine) -> bool:
        return any(b.high is None for b, _ in use.terms.values())

    def _floating_extent(self, uses: list[Affine], dim: Dim, span: Span) -> None:
        """`x_{i+k}`, `x_{2i}`: the axis is as long as the positions that exist reach."""
        plain = [use for use in uses if use.plain is not None]
        if plain and len(plain) == len(uses):
            for use in plain:
                binding = use.plain
                assert binding is not None
                if id(binding) not in self.bounds or binding.high is None:
                    self._equate(dim, binding.dim, span)
            return
        constants = [use.constant.value for use in uses]
        if any(c is None for c in constants):
            raise UnsupportedError(
                "these index expressions reach a range that cannot be told",
                span,
                hints=("print the range of each index on the left: y_i = …, i = 1, …, n",),
            )
        spread = max(c for c in constants if c is not None) - min(
            c for c in constants if c is not None
        )
        widest = max(uses, key=lambda use: len(use.terms))
        shapes = {tuple(sorted((k, c) for k, (_, c) in use.terms.items())) for use in uses}
        others = [s for s in shapes if not set(s) <= set(_signature(widest))]
        if others:
            raise UnsupportedError(
                "these index expressions reach a range that cannot be told",
                span,
                hints=("print the range of each index on the left: y_i = …, i = 1, …, n",),
            )
        total = Dim.of(1 + spread)
        for binding, coefficient in widest.terms.values():
            total = total + (binding.dim - 1) * abs(coefficient)
        self._equate(dim, total, span)


def _is_sized(axis: Axis) -> bool:
    return axis.size is not None


def _join(axes: list[Axis]) -> None:
    """Let some axes share one frame."""
    joined = list({id(one): one for axis in axes for one in axis.frame}.values())
    for axis in joined:
        axis.frame = joined


def _symbol(node: d.Draft) -> d.Info | None:
    """The symbol that stands here, addressed or not."""
    match node:
        case d.Symbol(info) | d.At(d.Symbol(info)):
            return info
    return None


def _stride(use: Affine) -> int:
    """The 2 of `2i + 1`; 0 where there is no such number, or another index."""
    steps = [step for _, step in use.terms.values()]
    return steps[0] if len(steps) == 1 else 0


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
