"""What is divided, and what is a power? Of numbers, of arrays element by element, of square
matrices."""

from __future__ import annotations

from dataclasses import replace

from eq2code.errors import AmbiguousError, ShapeError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.alternatives import over
from eq2code.read.elaboration import Elaboration
from eq2code.read.formulas import (
    Sided,
    is_mapped,
    is_spread,
    literal_number,
)
from eq2code.read.symmetric import assumed, is_symmetric, product_power
from eq2code.source import Span
from eq2code.trees import formula as f


class Powers(Elaboration):
    """What is divided, and what is a power? Of numbers, of arrays element by element, of square
    matrices."""

    def quotient(self, top: Sided, bottom: f.Formula, span: Span) -> Sided:
        value, side = top
        rank, below = len(value.shape), len(bottom.shape)
        if rank == below == 2 and self.shape(value) != self.shape(bottom):
            self.same_shape(
                [value, bottom], span, "division is element by element, and the shapes differ"
            )
        if below > rank > 0:
            raise ShapeError(
                "division by an array with more axes",
                span,
                hints=("divide entry by entry with indices, x_i / y_i, or multiply by an inverse",),
            )
        values = self.align([value, bottom], span, sum_like=False)
        return f.Divide(values[0], values[1], span=span), side

    def slash(self, node: d.Slash) -> Sided:
        sided = [self.sided(x) for x in node.factors]
        top = self.sided(node.numerator)
        if all(not v.shape for v, _ in sided) or sided[0][0].shape:
            if not node.spaced or sided[0][0].shape:
                raise AmbiguousError(
                    "a/bc can be read in two ways",
                    node.span,
                    readings=over(node),
                )
            chosen = self.ledger.assume(
                "spaced-slash", "what stands close together after a slash divides as a whole",
                instead="its first factor alone divides", span=node.span,
            )  # fmt: skip
            if chosen == "group":
                bottom = self.chain(sided, node.factors, node.span)[0]
                return self.quotient(top, bottom, node.span)
        first = self.quotient(top, sided[0][0], node.span)
        return self.chain([first, *sided[1:]], [node, *node.factors[1:]], node.span)

    def power(self, node: d.Power, base: d.Draft, exponent: d.Draft) -> f.Formula:
        value, side = self.sided(base)
        power = self.formula(exponent)
        if len(value.shape) == 2:
            matrix = self.matrix_power(node, value, power)
            if matrix is not None:
                return matrix
        if value.shape and side and len(value.shape) == 1 and isinstance(base, d.Flip):
            raise AmbiguousError(
                "a power of a transposed vector",
                node.span,
                hints=("write (x^\\top x)^2, or x_i^2 for entry by entry",),
            )
        if value.shape and isinstance(power, f.Number) and power.value == 0:
            raise AmbiguousError(
                "a 0 above an array is no power",
                node.span,
                hints=("write the index below", 'declare the name with the 0: shapes={"z_0": "d"}'),
            )
        if type(base) is d.Bars and isinstance(value, f.Call) and value.function == "sqrt":
            if isinstance(power, f.Number) and power.value == 2:
                return value.arguments[0]  # ‖x‖_M^2
        values = self.align([value, power], node.span, sum_like=False)
        return f.Power(values[0], values[1], span=node.span)

    def matrix_power(self, node: d.Power, value: f.Formula, power: f.Formula) -> f.Formula | None:
        """Inverse, root and whole powers of a square matrix; None for the elementwise power."""
        number = literal_number(power)
        if power.shape:
            return None
        if number == -1:
            self.same(
                value.shape[0],
                value.shape[1],
                "a matrix that is not square has no inverse",
                node.span,
            )
            if self.square(value):
                self.exponents.add(value)
            return f.Call("inverse", (value,), self.shape(value), span=node.span)
        loose = isinstance(value, f.Symbol) and all(map(self.sizes.unnamed, value.shape))
        if node.square or (loose and id(node) in self.raised):
            rows, columns = value.shape
            self.same(rows, columns, "this power needs a square matrix", node.span)
        fraction = number is not None and number != int(number)
        negative = number is not None and number < 0
        entrywise = is_mapped(value) or is_spread(value, self.spread)
        square = self.square(value) and not entrywise
        if fraction or negative:
            if not square and not negative and not loose and self.by_entries(value, node.span):
                return None
            self.same(value.shape[0], value.shape[1], "this power needs a square matrix", node.span)
            if isinstance(value, f.Symbol):
                value = replace(value, axes=self.shape(value))
            if number is not None and number == int(number):
                inverse = f.Call("inverse", (value,), self.shape(value), span=node.span)
                options = (("exponent", int(-number)),)
                return f.Call(
                    "matrix_power", (inverse,), self.shape(value), options, span=node.span
                )
            return self.root(value, float(number or 0), node.span)
        if not square and (number is None or self.by_entries(value, node.span)):
            return None
        if number is None:
            raise UnsupportedError(
                "a matrix to a power that is no number",
                node.span,
                hints=("write a power that is a number",),
            )
        self.same(value.shape[0], value.shape[1], "this power needs a square matrix", node.span)
        return f.Call(
            "matrix_power",
            (value,),
            self.shape(value),
            (("exponent", int(number)),),
            span=node.span,
        )

    def by_entries(self, value: f.Formula, span: Span) -> bool:
        """Whether a power of a matrix that is not known to be square is one of each entry."""
        if not self.may_equal(*self.shape(value)):
            return True
        chosen = self.ledger.assume(
            "power", "a power of a matrix is taken element by element",
            instead="the power of a square matrix", span=span,
        )  # fmt: skip
        return chosen == "elementwise"

    def root(self, value: f.Formula, number: float, span: Span) -> f.Formula | None:
        """A broken power of a symmetric matrix, or of a product of two; None for one of entries."""
        found: f.Formula | None = None
        if is_symmetric(value):
            options = (("exponent", number),)
            shape = self.shape(value)
            found = f.Call("matrix_fractional_power", (value,), shape, options, span=span)
        elif isinstance(value, f.MatMul):
            found = product_power(value, number)
        if found is None:
            raise UnsupportedError(
                "this power is only known of symmetric matrices, and this is not known to be one",
                span,
                hints=('declare the matrices: shapes={"A": "n n : spd"}',),
            )
        parts = value.factors if isinstance(value, f.MatMul) else (value,)
        names = assumed(value) if is_symmetric(value) else [x for p in parts for x in assumed(p)]
        names = [name for name in names if name not in self.symmetric]
        chosen = [
            self.ledger.assume(
                "symmetric", f"{name} is symmetric: its eigenvalues take the power",
                instead="the power of each entry", span=span,
            )
            for name in dict.fromkeys(names)
        ]  # fmt: skip
        return None if "elementwise" in chosen else found

    def square(self, value: f.Formula) -> bool:
        rows, columns = self.shape(value)
        return rows == columns
