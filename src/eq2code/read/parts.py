"""Which part of an array is meant, and what runs over it? Entries, slices, splits, reductions."""

from __future__ import annotations

from fractions import Fraction

from eq2code import library
from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError, ShapeError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.elaboration import Elaboration
from eq2code.read.formulas import (
    EXPONENTIAL,
    name_of,
)
from eq2code.read.scope import STATISTICS
from eq2code.source import Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape


class Parts(Elaboration):
    """Which part of an array is meant, and what runs over it? Entries, slices, splits,
    reductions."""

    def entries(self, node: d.At, base: d.Draft, places: list[d.Draft | None]) -> f.Formula:
        value = self.formula(base)
        if len(places) > len(value.shape):
            name, marks = name_of(value), f"an ind{'ex' if len(places) == 1 else 'ices'}"
            if value.shape or isinstance(value, f.Symbol):
                what = f"{name} has {len(value.shape)} axes and is given {len(places)} indices"
                hint = f'declare it with an axis for each: shapes={{"{name}": "n m"}}'
                raise ShapeError(what, node.span, hints=(hint,))
            letters = [part.name for part in value.walk() if isinstance(part, f.Symbol)]
            raise ShapeError(
                f"what stands here with {marks} is a number", node.span,
                hints=tuple(
                    f'if {letter} is an array, declare it: shapes={{"{letter}": "n"}}'
                    for letter in letters[:1]
                ),
            )  # fmt: skip
        made = tuple(
            None if place is None else self.addresses.place(node, k, place, value, self.formula)
            for k, place in enumerate(places)
        )
        return f.At(value, made, span=node.span)

    def cut(self, node: d.Cut, base: d.Draft) -> f.Formula:
        """`x_{a:b}`: positions count from 1, or from 0 where the slice starts there."""
        value = self.formula(base)
        if not value.shape:
            raise ShapeError(
                "a number has no parts",
                node.span,
                hints=('declare it with its axes: shapes={"x": "n"}',),
            )
        dim = value.shape[0]
        zero = node.start is not None and node.start.value == 0
        origin = Dim.of(0 if zero else 1)
        first = origin if node.start is None else self.sizes.resolve(node.start)
        last = dim - 1 + origin if node.stop is None else self.sizes.resolve(node.stop)
        return f.Slice(value, 0, first - origin, last - origin + 1, span=node.span)

    def weave(self, node: d.Weave) -> f.Formula:
        """Elements in turns over an index."""
        index = self.index(node.binding)
        bodies = [self.formula(body) for body in node.bodies]
        index = self.index(node.binding)
        if any(body.shape for body in bodies):
            raise UnsupportedError(
                "arrays that take turns", node.span, hints=("write the concatenation: [x, y]",)
            )
        built = tuple(f.Build((index,), body, span=body.span) for body in bodies)
        total = self.sizes.resolve(index.size * len(built))
        turns = f.Transpose(f.Array(built))
        return f.Call("flatten", (turns,), (total,), span=node.span)

    def piece(self, node: d.Piece) -> f.Formula:
        """One part of a split array: along the axis that the parts' sizes add up to, else the
        last."""
        value = self.formula(node.body)
        own = self.shape(value)
        if not own:
            raise ShapeError(
                "a number is split into parts here",
                node.span,
                hints=('declare it with its axes: shapes={"x": "n"}',),
            )
        if any(info.shape is None for info in node.parts):
            axis = self.split_axis(own, len(node.parts), node.span)
            part = own[axis] * Fraction(1, len(node.parts))
            start = part * Fraction(node.which)
            return f.Slice(value, axis, start, start + part, span=node.span)
        shapes = [self.sizes.shape(info.shape or ()) for info in node.parts]
        if any(len(shape) != len(own) for shape in shapes):
            raise ShapeError(
                "the parts of this array have another number of axes",
                node.span,
                hints=("declare the array, and split it along its last axis",),
            )
        fits = [axis for axis in range(len(own)) if self.splits(own, shapes, axis)]
        if len(fits) != 1:
            raise AmbiguousError(
                "the shapes do not say along which axis this array is split", node.span,
                hints=("declare the shapes of the whole and of its parts",),
            )  # fmt: skip
        for shape in shapes:
            for k, dim in enumerate(own):
                if k != fits[0]:
                    self.same(
                        shape[k], dim, "a part does not fit the array that is split", node.span
                    )
        start = Dim(())
        for shape in shapes[: node.which]:
            start = start + shape[fits[0]]
        stop = start + shapes[node.which][fits[0]]
        return f.Slice(value, fits[0], start, stop, span=node.span)

    def split_axis(self, own: Shape, count: int, span: Span) -> int:
        """The axis that an array is split along where its parts have no shapes: the last."""
        if len(own) < 2:
            return 0
        chosen = self.ledger.assume(
            "split", f"the array is split into {count} equal parts along its last axis",
            instead="along its first", span=span,
        )  # fmt: skip
        return len(own) - 1 if chosen == "last" else 0

    def splits(self, own: Shape, shapes: list[Shape], axis: int) -> bool:
        """Whether the parts' sizes may add up to the array's along `axis`, and agree elsewhere."""
        total = Dim(())
        for shape in shapes:
            total = total + shape[axis]
        others = all(
            self.may_equal(shape[k], own[k])
            for shape in shapes
            for k in range(len(own))
            if k != axis
        )
        return self.may_equal(total, own[axis]) and others

    def big(self, node: d.Big) -> f.Formula:
        self.summed.extend(node.bindings)
        body = self.formula(node.body)
        del self.summed[len(self.summed) - len(node.bindings) :]
        if (
            node.operation in ("max", "min", "argmax", "argmin")
            and body.shape
            and len(node.bindings) > 1
        ):
            raise UnsupportedError(
                f"{node.operation} of arrays over several indices",
                node.span,
                hints=("write one operator for each index",),
            )
        condition = None if node.condition is None else self.formula(node.condition)
        if condition is not None and condition.shape:
            raise ShapeError(
                "this condition compares whole arrays, and is asked of one element at a time",
                node.condition.span if node.condition is not None else node.span,
                hints=("give the array and the number different letters",),
            )
        indices = tuple(self.index(b) for b in node.bindings)
        self.check_used(node, indices, body, condition)
        if node.operation in STATISTICS:
            return self.statistic(node.operation, indices, body, condition)
        return f.Reduce(node.operation, indices, body, condition, span=node.span)

    def check_used(
        self,
        node: d.Big,
        indices: tuple[f.IndexVar, ...],
        body: f.Formula,
        condition: f.Formula | None,
    ) -> None:
        r"""Refuse `\sum_{i=1}^{n} (y - \hat y)^2`: of entries without an index, or n times.

        A symbol alone is taken so many times, `\sum_{k=1}^{3} c`, and that is told.
        """
        if isinstance(body, f.Symbol) and body.elementwise and condition is None:
            for binding in node.bindings:
                self.ledger.assume(
                    "shared",
                    f"{body.name} is the same for every {binding.name}",
                    instead=f"one for each, to be written {body.name}_{binding.name}",
                    shapes={body.name: "?n"},
                    span=node.span,
                )
            return
        used = body.free | (condition.free if condition is not None else frozenset())
        every = [x for x in body.walk() if isinstance(x, f.Symbol)]
        loose = [x for x in every if x.elementwise or (x is body and x.shape)]
        for binding, index in zip(node.bindings, indices, strict=True):
            if index not in used and loose:
                numbers = {symbol.name: "" for symbol in loose}
                raise AmbiguousError(
                    f"{binding.name} stands nowhere in what this operator runs over",
                    node.span,
                    readings=(
                        Choice(f"the entries: write the index below, {loose[0].name}_i"),
                        declared(f"the same for each {binding.name}", numbers),
                    ),
                )

    def statistic(
        self,
        function: str,
        indices: tuple[f.IndexVar, ...],
        body: f.Formula,
        condition: f.Formula | None,
    ) -> f.Formula:
        r"""`\operatorname{Var}_j(a_{ij})`: the function of the vector over j."""
        if body.shape or condition is not None or len(indices) != 1:
            kind = "arrays" if body.shape else "a part of an index" if condition else "several"
            raise UnsupportedError(
                f"{function} over {kind} is not translated",
                body.span,
                hints=("write one index, or its range, below it",),
            )
        built = f.Build(indices, body, span=body.span)
        return self.call(function, [built], body.span, {})

    def along(self, node: d.Along, function: str, body: d.Draft, binding: d.Binding) -> f.Formula:
        """`softmax_j(e_{ij})`: the function of the vector over j, at j."""
        inner = self.formula(body)
        index = self.index(binding)
        entry = library.ENTRIES[function]
        if entry.signature != "(n) -> (n)":
            raise UnsupportedError(
                f"the subscript of {function} is not understood",
                node.span,
                hints=(f"write the index that {function} runs over below it, or nothing",),
            )
        if binding.limits:
            inner = self.limited(function, inner, binding, node.span)
        built = f.Build((index,), inner, span=node.span)
        value = f.Call(function, (built,), built.shape, span=node.span)
        return f.At(value, (f.Position(index),), span=node.span)

    def limited(self, function: str, value: f.Formula, binding: d.Binding, span: Span) -> f.Formula:
        """`softmax_j` under an operator that restricts j: what the operator leaves out has no
        share."""
        if function not in EXPONENTIAL:
            raise UnsupportedError(
                f"{function} over a part of an index",
                span,
                hints=("write the whole index below it, or a sum over the part",),
            )
        conditions = tuple(self.formula(limit) for limit in binding.limits)
        inside = conditions[0] if len(conditions) == 1 else f.Logic("and", conditions, span=span)
        nothing = f.Negate(f.Constant("infinity"))
        return f.Cases((f.Branch(value, inside),), nothing, span=span)
