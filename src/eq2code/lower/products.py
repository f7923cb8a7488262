"""What is multiplied and summed? Products as lists of factors; reductions, under conditions too."""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.errors import EmissionError
from eq2code.lower.axes import Inner, Label, Value, merged
from eq2code.lower.contract import contract, multiply, total
from eq2code.lower.scope import Scope
from eq2code.trees import formula as fm
from eq2code.trees import program as pg
from eq2code.trees.dims import Dim

_ZERO, _ONE = pg.Literal(0.0), pg.Literal(1.0)
_OPERATIONS = {"prod": "product"}
"""Other names of reductions."""

_NEUTRAL = {"sum": 0.0, "product": 1.0, "max": -float("inf"), "min": float("inf"),
            "argmax": -float("inf"), "argmin": float("inf")}  # fmt: skip


class Products(Scope):
    """Products and reductions."""

    def _product(self, formula: fm.Formula, indices: tuple[fm.IndexVar, ...]) -> Value:
        """Σ over `indices` of a product, each factor read with the axes it has."""
        work = Factors(self, indices)
        cores: tuple[Label, ...] = tuple(range(len(formula.shape)))
        work.add(formula, cores, first=True, alone=True)
        present = {label for value in work.operands for label in value.labels}
        summed = [label for label in work.summed if label in present]
        value = contract(work.operands, summed, self.order) if work.operands else Value(_ONE)
        for label in work.summed:
            if label not in present:
                count = Value(self.sizes.length(label.size))
                alone = value.node == _ONE and not value.labels
                value = count if alone else multiply([count, value], self.order)
        for divisor in work.divisors:
            value = self.combine("/", [value, divisor])
        if work.negative:
            value = self.combine("-", [value])
        return value

    def _reduce(self, formula: fm.Reduce) -> Value:
        operation, indices = _OPERATIONS.get(formula.operation, formula.operation), formula.indices
        truth = operation in ("any", "all")
        self.guarded += formula.condition is not None
        body = self.value(formula.body) if truth else self.real(formula.body)
        self.guarded -= formula.condition is not None
        if operation in ("argmax", "argmin") and [x in body.labels for x in indices] != [True]:
            raise EmissionError(
                f"{operation} over several indices is not translated",
                formula.span,
                hints=("write one operator for each index",),
            )
        if formula.condition is not None:
            return self._masked(operation, formula, body, self.value(formula.condition))
        present = [index for index in indices if index in body.labels]
        missing = [index for index in indices if index not in body.labels]
        value = total(body, present, operation)
        for index in missing if operation in ("sum", "product") else ():
            count = Value(self.sizes.length(index.size))
            pair = [count, value] if operation == "sum" else [value, count]
            value = self.combine("*" if operation == "sum" else "**", pair)
        return value

    def _masked(self, operation: str, formula: fm.Reduce, body: Value, mask: Value) -> Value:
        """Positions where the condition fails take the value that changes nothing."""
        indices = formula.indices
        neutral = _NEUTRAL.get(operation)
        if neutral is None and operation not in ("any", "all", "mean"):
            raise EmissionError(
                f"{operation} under a condition is not translated",
                formula.span,
                hints=("print the range without the condition",),
            )
        labels = self.order.common([body, mask, *(Value(_ZERO, (index,)) for index in indices)])
        if missing := [x for x in indices if x not in body.labels and x not in mask.labels]:
            lengths = [Value(pg.Arrange(self.sizes.length(x.size)), (x,)) for x in missing]
            always = [self.combine("≥", [value, Value(pg.Literal(0))]) for value in lengths]
            mask = self.combine("and", [mask, *always])
        inside = self.order.align(mask, labels)
        either = merged([body, mask])
        if operation == "any":
            return total(self.combine("and", [mask, body]), indices, "any")
        if operation == "all":
            return total(self.combine("or", [self.combine("not", [mask]), body]), indices, "all")
        start = pg.Literal(neutral if neutral is not None else 0.0)
        kept = Value(pg.Where(inside, self.order.align(body, labels), start), labels, *either)
        if operation != "mean":
            return total(kept, indices, operation)
        counted = mask.computed(pg.Cast(mask.node))
        count = self._product_of_sizes(
            total(counted, [x for x in indices if x in mask.labels]), indices, mask
        )
        return self.combine("/", [total(kept, indices), count])

    def _product_of_sizes(self, count: Value, indices: Sequence[fm.IndexVar], mask: Value) -> Value:
        for index in indices:
            if index not in mask.labels:
                count = multiply([count, Value(self.sizes.length(index.size))], self.order)
        return count


class Factors:
    """The factors of a product under sums, each labelled by the axes that it brings."""

    def __init__(self, owner: Scope, indices: Sequence[fm.IndexVar]) -> None:
        self.owner = owner
        self.summed: list[fm.IndexVar | Inner] = list(indices)
        self.operands: list[Value] = []
        self.divisors: list[Value] = []
        self.negative = False

    def add(
        self,
        formula: fm.Formula,
        cores: tuple[Label, ...],
        *,
        first: bool = False,
        alone: bool = False,
    ) -> None:
        """Take in a factor whose core axes are labelled `cores`.

        A sum that is no factor beside others is joined with the sums round it; one that is a factor
        is computed by itself, as its author grouped it. `first`: it is the whole.
        """
        if not first and self.owner.apart(formula):
            self._leaf(formula, cores)
            return
        match formula:
            case fm.Multiply(factors=factors):
                for factor in factors:
                    self.add(factor, cores if factor.shape else ())
            case fm.Negate(body=body):
                self.negative = not self.negative
                self.add(body, cores, alone=alone)
            case fm.Divide(numerator=above, denominator=below) if self._outside(below):
                self.add(above, cores if above.shape else ())
                names: dict[Label, Label] = dict(enumerate(cores if below.shape else ()))
                self.divisors.append(self.owner.real(below).relabel(names))
            case fm.Outer(left=left, right=right):
                self.add(left, cores[: len(left.shape)])
                self.add(right, cores[len(left.shape) :])
            case fm.Transpose(base=base):
                self.add(base, (*cores[:-2], cores[-1], cores[-2]))
            case fm.MatMul(factors=factors):
                self._chain(factors, cores)
            case fm.Reduce(operation="sum", indices=indices, body=body, condition=None) if (
                alone and not set(indices) & set(self.summed)
            ):
                self.owner.order.meet(indices)
                self.summed.extend(indices)
                self.add(body, cores, alone=True)
            case _:
                self._leaf(formula, cores)

    def _chain(self, factors: tuple[fm.Formula, ...], cores: tuple[Label, ...]) -> None:
        *earlier, last = factors
        left = cores[: len(factors[0].shape) - 1] if earlier else ()
        for factor in earlier:
            inner = self._fresh(factor.shape[-1])
            self.add(factor, (*left, inner))
            left = (inner,)
        rank = len(last.shape)
        own = cores[len(cores) - (rank - 1) :] if rank > 1 else ()
        self.add(last, (*left, *own))

    def _fresh(self, size: Dim) -> Inner:
        self.owner.inner += 1
        inner = Inner(self.owner.inner, size)
        self.summed.append(inner)
        return inner

    def _outside(self, formula: fm.Formula) -> bool:
        """Whether no sum reaches in: then it divides the total."""
        return not formula.shape and not set(self.summed) & formula.free

    def _leaf(self, formula: fm.Formula, cores: tuple[Label, ...]) -> None:
        self.operands.append(self.owner.real(formula).placed(cores))
