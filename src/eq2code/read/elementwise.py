"""Which axes do the operands of a sum, a choice or a comparison share?"""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError, ShapeError
from eq2code.read import draft as d
from eq2code.read.added import CENTRE, ENTRIES, FACTOR, IDENTITY, KERNEL, OPEN, ROWS
from eq2code.read.alternatives import preferred
from eq2code.read.elaboration import Elaboration
from eq2code.read.formulas import (
    PLAIN,
    Sided,
    flattened,
    increasing,
    is_unit,
    literal_number,
    name_of,
    shape_text,
)
from eq2code.read.reach import finds
from eq2code.source import Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Shape

EQUAL = frozenset({"=", "≠"})


class Elementwise(Elaboration):
    """Which axes do the operands of a sum, a choice or a comparison share?"""

    def compared(self, operands: list[d.Draft], signs: list[str]) -> list[f.Formula]:
        """Operands of a comparison: an index beside a label or an argmax counts from 0, as they
        do."""
        if operands:
            self.check_own_elements(operands, operands[0].span)
        positions = any(finds(o) or self.addresses.is_label(o) for o in operands)
        if not positions and EQUAL.issuperset(signs):
            positions = self.addresses.is_from_zero(operands)
        return [self.position(o) if positions else self.formula(o) for o in operands]

    def position(self, node: d.Draft) -> f.Formula:
        """What a comparison of positions compares: indices and labels count from 0."""
        if isinstance(node, d.Value):
            return self.addresses.position(node.binding, node.span)
        value = self.formula(node)
        given = self.addresses.is_label(node) and not self.addresses.is_found(node)
        return self.addresses.label(value, node.span) if given else value

    def align(self, values: list[f.Formula], span: Span, *, sum_like: bool) -> list[f.Formula]:
        """Give every operand the common shape: scalars stay, narrower arrays are laid along an
        axis."""
        ranks = list(map(len, [v.shape for v in values]))
        if not any(ranks):
            return values
        widest = max(ranks)
        full = [v for v, rank in zip(values, ranks, strict=True) if rank == widest]
        what = (
            "the terms of this sum differ in shape" if sum_like else "the operands differ in shape"
        )
        self.same_shape(full, span, what)
        target = full[0].shape
        if sum_like and widest == 2:
            self.check_made(values)
        return [
            v if rank in (0, widest) else self.lay(v, target, span, sum_like=sum_like)
            for v, rank in zip(values, ranks, strict=True)
        ]

    def check_made(self, values: list[f.Formula]) -> None:
        r"""Refuse `K - \mathbf 1 K`, `A - \mathrm{diag}(A)`: a vector made of a square matrix is no
        bias of it."""
        made = [_matrices(v) if len(v.shape) == 1 else set() for v in values]
        for wide in (v for v in values if len(v.shape) == 2):
            rows, columns = self.shape(wide)
            if rows != columns and not self.sizes.unnamed(rows) | self.sizes.unnamed(columns):
                continue
            for value, own in zip(values, made, strict=True):
                if common := sorted(own & _matrices(wide)):
                    raise AmbiguousError(
                        f"a vector made of {common[0]} meets the matrix {common[0]} itself",
                        value.span,
                        readings=("it is added to each row", "to each column", "it is a matrix"),
                        hints=(
                            r"write x \mathbf 1^\top or \mathbf 1 x^\top for columns or rows that "
                            "are all x",
                            r"write \mathrm{diag}(x) for a diagonal matrix, "
                            r"\frac{1}{n} \mathbf 1 \mathbf 1^\top for one that takes means",
                        ),
                    )

    def lay(self, value: f.Formula, target: Shape, span: Span, *, sum_like: bool) -> f.Formula:
        """Lay an array with fewer axes along those of `target` that carry its sizes."""
        width, room = len(value.shape), len(target)
        own, axes = self.shape(value), self.sizes.shape(target)
        fits = [
            places
            for places in increasing(room, width)
            if all(own[k] == axes[p] for k, p in enumerate(places))
        ]
        last = tuple(range(room - width, room))
        if len(fits) == 1:
            return f.Align(value, fits[0], target, span=value.span)
        if not fits and any(map(self.sizes.unnamed, own)):
            if width != 1 or not sum_like:
                raise AmbiguousError(
                    "a vector meets an array with more axes, and nothing says along "
                    "which it lies", span,
                    hints=("declare the shapes of both with shapes=",),
                )  # fmt: skip
            fits = [last]
        if not fits:
            raise ShapeError(
                f"a shape of ({shape_text(own)}) does not fit ({shape_text(axes)})", span,
                hints=("declare the shapes with the same letters where sizes are the same",),
            )  # fmt: skip
        if not sum_like and len(fits) > 1:
            raise AmbiguousError(
                f"a shape of ({shape_text(own)}) fits ({shape_text(axes)}) in more "
                f"than one way", span,
                hints=("write it with indices",),
            )  # fmt: skip
        name = getattr(value, "name", "a vector")
        chosen = self.ledger.assume(
            "bias-axis",
            f"{name} is added to each row",
            instead="to each column",
            lasts=True,
            span=value.span,
        )
        places = last if chosen == "last" else tuple(range(width))
        for k, p in enumerate(places):
            self.same(own[k], axes[p], f"{name} does not fit the array that it is added to", span)
        return f.Align(value, places, target, span=value.span)

    def sum_of(self, node: d.Sum) -> Sided:
        self.check_own_elements(node.terms, node.span)
        sided = [self.sided(t) for t in node.terms]
        values = [v for v, _ in sided]
        if [v for v in values if v.shape]:
            values = self.arrays_in_sum(node, values)
        terms = tuple(
            [
                f.Negate(v, span=v.span) if sign == "-" else v
                for v, sign in zip(values, node.signs, strict=True)
            ]
        )
        side = next((s for _, s in sided if s), PLAIN)
        if len(terms) == 1:
            return terms[0], side
        return f.Add(terms, span=node.span), side

    def arrays_in_sum(self, node: d.Sum, values: list[f.Formula]) -> list[f.Formula]:
        """The terms of a sum that holds arrays, in one shape."""
        self.check_diagonals_added(node.terms, values)
        values = self.units_in_sum(node, values)
        if node.meaning:
            values = self.numbers_in_sum(node, values)
            self.check_rows(node, values)
        return self.align(values, node.span, sum_like=True)

    @staticmethod
    def check_diagonals_added(terms: Sequence[d.Draft], values: Sequence[f.Formula]) -> None:
        r"""Refuse `A - D` where the source says `D = \mathrm{diag}(A)`: a capital that is a vector
        by its definition alone."""
        if not any(len(value.shape) == 2 for value in values):
            return
        for term, value in zip(terms, values, strict=True):
            if len(value.shape) != 1 or not isinstance(term, d.Symbol):
                continue
            info = term.info
            if info.definition and info.capital and not info.declared and "_" not in info.name:
                raise AmbiguousError(
                    f"{info.name}, a vector by its definition, is added to a matrix",
                    term.span,
                    readings=("it is added to each row", "to each column", "it is a matrix"),
                    hints=(
                        rf"write \mathrm{{diag}}({info.name}) for a diagonal matrix, "
                        rf"\mathbf 1 {info.name}^\top or {info.name} \mathbf 1^\top for rows or "
                        "columns",
                    ),
                )

    def check_own_elements(self, parts: Sequence[d.Draft], span: Span) -> None:
        r"""`x - x_m`, `k(x_i, x)`: a whole array beside one of its own elements is two symbols.

        They have to be told apart.
        """
        self.check_open_axes(parts, span)
        if not self.both:
            return
        cores = [core for part in parts for core in self.cores(part)]
        whole = {id(core.info) for core in cores if isinstance(core, d.Symbol)}
        for core in cores:
            if not isinstance(core, d.At) or not isinstance(core.base, d.Symbol):
                continue
            info = core.base.info
            if id(info) in whole and any(place is not None for place in core.places):
                places = [p for p in core.places if isinstance(p, d.Value)]
                other = f"{info.name}_{places[0].binding.name if places else 'i'}"
                raise AmbiguousError(
                    f"{info.name} stands here beside one of its own elements",
                    span,
                    readings=(
                        Choice(f"the array {info.name}: give its elements another letter"),
                        declared(f"a symbol {info.name} of its own", {info.name: "", other: "n"}),
                    ),
                )

    def check_open_axes(self, parts: Sequence[d.Draft], span: Span) -> None:
        r"""Refuse `y_i = \gamma x_i` with a declared \gamma of the size of i: all of it, or
        \gamma_i?"""
        for part in parts if self.open else ():
            if not isinstance(part, d.Symbol) or not part.info.declared:
                continue
            sizes, name = self.shape(self.formula(part)), part.info.name
            for index in self.open if len(sizes) == 1 else ():
                size = self.sizes.resolve(index.size)
                others = [self.formula(x) for x in parts if x is not part]
                if size == sizes[0] and any(
                    not one.shape and index.name in {free.name for free in one.free}
                    for one in others
                ):
                    letter = index.name.partition("@")[0]
                    raise AmbiguousError(
                        f"all of {name} stands beside elements at {letter}, which runs over an "
                        f"axis of its size",
                        span,
                        readings=(
                            Choice(f"its element: write {name}_{letter}"),
                            Choice(f"all of {name}: give its axis a name of its own in shapes="),
                        ),
                    )

    def cores(self, part: d.Draft) -> list[d.Draft]:
        """What gives a part its axes, scales and transposes aside."""
        match part:
            case d.Flip(base) | d.Quotient(base):
                return self.cores(base)
            case d.Side(factors):
                wide = [factor for factor in factors if self.formula(factor).shape]
                scaled: list[d.Draft] = [x for x in factors if isinstance(x, d.At)]
                return wide if len(wide) == 1 else scaled if not wide else []
        return [part]

    def units_in_sum(self, node: d.Sum, values: list[f.Formula]) -> list[f.Formula]:
        """The identity and vectors of ones take the size of what they are added to."""
        if not any(is_unit(v, "identity") for v in values if v.shape):
            return values
        for value in values:
            if len(value.shape) == 2:
                self.same(
                    value.shape[0], value.shape[1], "the identity is added to a matrix that is "
                        "not square",
                    node.span,
                )  # fmt: skip
                if isinstance(value, f.Call) and value.function in ("exp", "expm"):
                    self.exponents.add(value.arguments[0])
        return values

    def check_rows(self, node: d.Sum, values: Sequence[f.Formula]) -> None:
        r"""Refuse `A + k^\top v` where the outer product of k and v is no matrix like A."""
        wide = [self.shape(v) for v in values if len(v.shape) == 2]
        for term, value in zip(node.terms, values, strict=True):
            inside = d.walk(term) if len(value.shape) == 2 else ()
            product = any(isinstance(x, d.Side) and x.meaning == ROWS for x in inside)
            if product and any(self.differ(self.shape(value), own) for own in wide):
                raise AmbiguousError(
                    "an inner product is added to a matrix, and the outer product of its vectors "
                    "has another shape",
                    term.span,
                    readings=preferred(
                        "added-rows",
                        {"outer": "the outer product of two rows", "inner": "a number"},
                    ),
                )

    def numbers_in_sum(self, node: d.Sum, values: list[f.Formula]) -> list[f.Formula]:
        r"""Numbers beside a matrix: so many times the identity, `(K + \lambda)^{-1}`, or one for
        each entry."""
        numbers = [v for v in values if not v.shape and literal_number(v) != 0]
        shape = next((v.shape for v in values if len(v.shape) == 2), None)
        if shape is None or not numbers or node.meaning == ENTRIES:
            return values
        rows, columns = map(self.sizes.resolve, shape)
        if node.meaning != IDENTITY and not self.may_equal(rows, columns):
            return values
        unit = node.meaning not in (CENTRE, OPEN)
        open_when = {KERNEL: True, FACTOR: rows != columns, CENTRE: rows == columns}
        doubtful = open_when.get(node.meaning, False)
        if doubtful and "added-number" not in self.ledger.prefer:
            self.loose.append(node)
            return values
        name = name_of(numbers[0])
        what = "a number" if name == "(…)" else name
        chosen = self.ledger.assume(
            "added-number",
            f"{what} beside a matrix is so many times the identity" if unit
            else f"{what} is added to each entry of a matrix",
            instead="one for each entry" if unit else "so many times the identity",
            reading="identity" if unit else "entries",
            span=numbers[0].span,
        )  # fmt: skip
        if chosen == "entries":
            return values
        self.same(rows, columns, "the identity is as high as it is wide", node.span)
        identity = self.unit("identity", rows, node.span)
        return [v if v.shape else _times(v, identity) for v in values]

    def cases(
        self, node: d.Cases, branches: list[tuple[d.Draft, d.Draft]], otherwise: d.Draft | None
    ) -> f.Formula:
        values = [self.formula(v) for v, _ in branches]
        conditions = [self.formula(c) for _, c in branches]
        last = [] if otherwise is None else [self.formula(otherwise)]
        aligned = self.align([*values, *conditions, *last], node.span, sum_like=False)
        count = len(branches)
        made = tuple(
            f.Branch(v, c) for v, c in zip(aligned[:count], aligned[count : 2 * count], strict=True)
        )
        return f.Cases(made, aligned[-1] if last else None, span=node.span)


def _times(number: f.Formula, identity: f.Formula) -> f.Formula:
    """A multiple of the identity."""
    if literal_number(number) == 1:
        return identity
    return f.Multiply((*flattened([number], f.Multiply), identity), span=number.span)


def _matrices(value: f.Formula) -> set[str]:
    """The matrices that a formula is made of."""
    return {
        part.name for part in value.walk() if isinstance(part, f.Symbol) and len(part.axes) == 2
    }
