"""What does a function give? Library calls, norms, declared functions, derivatives, units."""

from __future__ import annotations

from eq2code import library
from eq2code.choice import Choice
from eq2code.errors import AmbiguousError, ShapeError, UnsupportedError
from eq2code.library import signature
from eq2code.read import draft as d
from eq2code.read.alternatives import preferred
from eq2code.read.bars import ENTRIES, OPEN, PENALTY
from eq2code.read.elaboration import Elaboration
from eq2code.read.formulas import (
    EXPONENTIAL,
    TOTALS,
    core_ranks,
    name_of,
)
from eq2code.read.symmetric import assumed, is_symmetric
from eq2code.source import NOWHERE, Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape

MATRIX_FUNCTIONS = frozenset({"exp", "log", "sqrt"})
SPREADS = frozenset({"var", "std", "covariance"})


class Calls(Elaboration):
    """What does a function give? Library calls, norms, declared functions, derivatives, units."""

    def call(
        self,
        function: str,
        values: list[f.Formula],
        span: Span,
        options: dict[str, int | float | str],
    ) -> f.Formula:
        entry = library.ENTRIES[function]
        rank = len(values[0].shape) if values else 0
        if function == "diag" and rank == 2:
            function, entry = "diagonal", library.ENTRIES["diagonal"]
        if function == "trace" and isinstance(values[0], f.MatMul) and not rank:
            return values[0]  # the trace of a number, as in derivations: tr(x^T A x)
        if function == "exp" and values[0] in self.exponents:
            function, entry = "expm", library.ENTRIES["expm"]
        if function == "sqrt" and isinstance(values[0], f.MatMul) and rank == 2:
            rows, columns = self.shape(values[0])
            if rows == columns:
                raise AmbiguousError(
                    "this root could be of each entry or of the matrix",
                    span,
                    readings=(
                        Choice("the root of each entry: name the product on a line of its own"),
                        Choice("the matrix root: write it as a power, (A B)^{1/2}"),
                    ),
                )
        if function in MATRIX_FUNCTIONS and rank == 2:
            rows, columns = self.shape(values[0])
            if rows == columns and not self.entrywise(function, span):
                return self.of_matrix(function, values[0], span)
        if function == "eigenvalues":
            self.check_spectrum(values[0], span)
        if function in TOTALS and rank > 1:
            raise AmbiguousError(
                f"{function} of an array with {rank} axes does not say which it runs over",
                span,
                readings=(
                    Choice(rf"over every entry: write \{function}_{{i,j}} A_{{ij}}"),
                    Choice(rf"over the last axis: write \{function}_j A_{{ij}}"),
                ),
            )
        if entry.signature == "(n) -> ()" and rank > 1:
            chosen = self.ledger.assume(
                "reduced-axis", f"{function} of a matrix is that of each row",
                instead="that of each column; of all entries, with the indices below",
                span=span,
            )  # fmt: skip
            if chosen == "columns":
                values = [f.Transpose(values[0], span=span), *values[1:]]
        if entry.signature in ("(n) -> (n)", "(n) -> ()") and not rank:
            return self.over_open(function, values[0], span)
        cores = core_ranks(entry.signature)
        if cores is not None and not any(cores):
            values = self.align(values, span, sum_like=False)
        elif cores is not None:
            for value, core in zip(values, cores, strict=False):
                if len(value.shape) < core:
                    kind = {1: "a vector", 2: "a matrix"}[core]
                    raise ShapeError(
                        f"{function} needs {kind}",
                        span,
                        hints=('declare its argument with its axes: shapes={"A": "n n"}',),
                    )
        if function == "softmax" and rank == 2:
            chosen = self.ledger.assume(
                "softmax-axis",
                "softmax runs over the last axis: rows sum to one",
                instead="over the first axis: columns sum to one",
                span=span,
            )
            if chosen == "first":
                flipped = f.Transpose(values[0], span=span)
                inner = f.Call(function, (flipped,), flipped.shape, span=span)
                return f.Transpose(inner, span=span)
        if function == "sinc" and self.unnormalised(span):
            values = [f.Divide(values[0], f.Constant("pi"), span=span)]
        if function == "round" and self.rounds_up(span):
            half = f.Add((values[0], f.Number(0.5)), span=span)
            return f.Call("floor", (half,), half.shape, span=span)
        try:
            given = tuple(options.items()) if options else ()
            result = signature.apply(
                entry,
                [v.shape for v in values],
                unify=self.unify(function, len(values), span),
                options=given,
            )
        except ShapeError as error:  # the library knows no places
            error.span = span if error.span is NOWHERE else error.span
            raise
        value = f.Call(function, tuple(values), result, given, span=span)
        if function in SPREADS and self.unbiased(span):
            return self.corrected(value, values[0])
        return value

    def check_spectrum(self, value: f.Formula, span: Span) -> None:
        """Eigenvalues are those of a symmetric matrix: others may be complex, in no order."""
        if not is_symmetric(value):
            raise UnsupportedError(
                "eigenvalues are only known of symmetric matrices, and this is not known to be one",
                span,
                hints=('declare the matrices: shapes={"A": "n n : symmetric"}',),
            )
        for name in assumed(value):
            if name not in self.symmetric:
                self.ledger.assume(
                    "spectrum", f"{name} is symmetric: its eigenvalues are real",
                    instead=f"{name} is any matrix, and a function of yours takes it",
                    shapes={name: "?n ?n : symmetric"}, span=span,
                )  # fmt: skip

    def entrywise(self, function: str, span: Span) -> bool:
        """Whether a function of a square matrix works on each entry."""
        chosen = self.ledger.assume(
            "entrywise",
            f"{function} of a square matrix works element by element",
            instead=f"{function} of the matrix as a whole",
            span=span,
        )
        return chosen == "elementwise"

    def of_matrix(self, function: str, value: f.Formula, span: Span) -> f.Formula:
        """A function of a square matrix as a whole."""
        if function == "exp":
            return f.Call("expm", (value,), self.shape(value), span=span)
        if function == "sqrt":
            entries = f.Call("sqrt", (value,), self.shape(value), span=span)
            return self.root(value, 0.5, span) or entries
        raise UnsupportedError(
            f"{function} of a matrix as a whole is not known",
            span,
            hints=("write what it is as a sum or a product of matrices",),
        )

    def unnormalised(self, span: Span) -> bool:
        """Whether sinc is the sine of x over x."""
        chosen = self.ledger.assume(
            "sinc",
            "sinc(x) is the sine of πx over πx",
            instead="the sine of x over x",
            span=span,
        )
        return chosen == "unnormalised"

    def rounds_up(self, span: Span) -> bool:
        """Whether halves are rounded to the larger whole number."""
        chosen = self.ledger.assume(
            "ties",
            "halves are rounded to the even whole number",
            instead="to the larger one",
            span=span,
        )
        return chosen == "up"

    def unbiased(self, span: Span) -> bool:
        """Whether a variance of n elements divides by n - 1."""
        chosen = self.ledger.assume(
            "variance",
            "a variance divides by n, the number of elements",
            instead="by n - 1",
            span=span,
        )
        return chosen == "n-1"

    def corrected(self, value: f.Call, data: f.Formula) -> f.Formula:
        """A variance or deviation of n elements that divides by n - 1."""
        count = f.Size(data.shape[-1], span=value.span)
        ratio: f.Formula = f.Divide(count, f.Add((count, f.Number(-1))), span=value.span)
        if value.function == "std":
            ratio = f.Call("sqrt", (ratio,), (), span=value.span)
        return f.Multiply((value, ratio), span=value.span)

    def over_open(self, function: str, value: f.Formula, span: Span) -> f.Formula:
        """A function of all entries written over a free index of the left side runs over that
        index."""
        inside = {index.name: index for index in value.free}
        summed = [b for b in self.summed if self.index(b).name in inside]
        if summed and function in EXPONENTIAL and self.takes_summed(function, value, summed, span):
            return self.over_summed(function, value, summed[-1], span)
        free = [inside[index.name] for index in self.open if index.name in inside]
        if not free:
            raise ShapeError(
                f"{function} needs a vector, and this is a number",
                span,
                hints=("declare the shapes of its symbols with shapes=",),
            )
        index = free[-1]
        if len(free) > 1:
            chosen = self.ledger.assume(
                "free-axis", f"{function} runs over {index.name}, the last free index",
                instead=f"over {free[0].name}, the first", span=span,
            )  # fmt: skip
            index = free[0] if chosen == "first" else index
        built = f.Build((index,), value, span=span)
        if library.ENTRIES[function].signature == "(n) -> ()":
            return f.Call(function, (built,), (), span=span)
        whole = f.Call(function, (built,), built.shape, span=span)
        return f.At(whole, (f.Position(index),), span=span)

    def bars(self, node: d.Bars) -> f.Formula:
        value = self.formula(node.body)
        rank = len(value.shape)
        if node.kind == "‖":
            return self.norm(node, value, rank)
        if node.vector:
            return self.call("norm", [value], node.span, {})
        if rank == 1:
            return self.vector_bars(node, value)
        if rank == 2:
            return self.matrix_bars(node, value)
        return self.call("abs", [value], node.span, {})

    def vector_bars(self, node: d.Bars, value: f.Formula) -> f.Formula:
        """`|x|` of a vector: its norm, its length, or of each entry."""
        name = node.body.info.name if isinstance(node.body, d.Symbol) else "x"
        if node.meaning == OPEN:
            raise AmbiguousError(
                "bars round a vector could be several things",
                node.span,
                readings=preferred(
                    "bars",
                    {
                        "norm": "its norm",
                        "length": "its length",
                        "elementwise": "the absolute value of each entry",
                    },
                ),
                hints=(rf"or write \|{name}\| for the norm, abs({name}) for each entry",),
            )
        entries = node.meaning == ENTRIES
        self.ledger.assume(
            "bars",
            "bars round a vector are taken of each entry"
            if entries
            else "bars round a vector are its norm",
            instead="its norm" if entries else "the absolute value of each entry",
            reading=node.meaning,
            span=node.span,
        )
        if node.meaning == "length":
            return f.Size(value.shape[-1], span=node.span)
        return self.call("abs" if entries else "norm", [value], node.span, {})

    def matrix_bars(self, node: d.Bars, value: f.Formula) -> f.Formula:
        """`|A|` of a matrix: its determinant, or the absolute value of each entry."""
        if node.meaning == OPEN:
            raise AmbiguousError(
                "bars round a matrix could be two things here",
                node.span,
                readings=preferred(
                    "determinant",
                    {
                        "determinant": "its determinant",
                        "elementwise": "the absolute value of each entry",
                    },
                ),
                hints=(r"or write \det(A) for the determinant, abs(A) for each entry",),
            )
        entries = node.meaning == ENTRIES
        self.ledger.assume(
            "determinant",
            "bars round a matrix are taken of each entry"
            if entries
            else "bars round a matrix are its determinant",
            instead="its determinant" if entries else "the absolute value of each entry",
            reading=node.meaning,
            span=node.span,
        )
        if entries:
            return self.call("abs", [value], node.span, {})
        self.same(
            value.shape[0],
            value.shape[1],
            "bars round a matrix are its determinant, and it is not square",
            node.span,
            hints=("write abs(A) for the absolute value of each entry",),
        )
        return self.call("det", [value], node.span, {})

    def norm(self, node: d.Bars, value: f.Formula, rank: int) -> f.Formula:
        order = node.order
        if rank == 0:
            return self.number_norm(node, value)
        if rank > 2:
            raise UnsupportedError(
                "the norm of an array with more than two axes",
                node.span,
                hints=("write the sum that stands for it: \\sqrt{\\sum_{ijk} x_{ijk}^2}",),
            )
        if isinstance(order, d.Draft):
            if rank == 2:
                raise UnsupportedError(
                    "this norm of a matrix",
                    node.span,
                    hints=(
                        "for matrices 1, 2, F, \\infty, * and 2,1 are known; else write its sum",
                    ),
                )
            power = self.formula(order)
            if len(power.shape) == 2:
                return self.metric_norm(node, order, value, power)
            if power.shape:
                raise ShapeError(
                    f"the order of a norm is a number, and {name_of(power)} is an array",
                    node.span,
                    hints=("give the order and the array different letters",),
                )
            return self.call("normp", [value, power], node.span, {})
        vector = {
            None: "norm",
            "2": "norm",
            "1": "norm1",
            "infty": "norminf",
            "0": "norm0",
            "F": "norm",
            "max": "norminf",
        }
        matrix = {
            None: "frobenius_norm",
            "F": "frobenius_norm",
            "Fro": "frobenius_norm",
            "2": "spectral_norm",
            "op": "spectral_norm",
            "spec": "spectral_norm",
            "star": "nuclear_norm",
            "nuc": "nuclear_norm",
            "1": "matrix_norm1",
            "infty": "matrix_norminf",
        }
        if rank == 2 and order == "max":
            sizes = self.call("abs", [value], node.span, {})
            return self.over_entries("max", (sizes,), node.span)
        name = (vector if rank == 1 else matrix).get(order)
        if name is None:
            raise UnsupportedError(
                f"the norm written with {order} below",
                node.span,
                hints=("write a number, F, \\infty, * or 2,1 below",),
            )
        if rank == 2 and order is None:
            chosen = self.ledger.assume(
                "matrix-length",
                "the norm of a matrix with nothing below is the Frobenius norm",
                instead="the spectral norm",
                span=node.span,
            )
            name = "spectral_norm" if chosen == "spectral" else name
        if name in ("matrix_norm1", "matrix_norminf"):
            if node.meaning == PENALTY and "matrix-norm" not in self.ledger.prefer:
                raise AmbiguousError(
                    "this norm of a matrix, a term beside others, could be two things",
                    node.span,
                    readings=preferred(
                        "matrix-norm",
                        {
                            "entries": "the sum of the sizes of all entries",
                            "induced": "the largest sum of sizes in a column",
                        },
                    ),
                    hints=(r"or write \sum_{i,j} |W_{ij}| for the sum",),
                )
            lines, entries = ("column", "sum") if order == "1" else ("row", "largest")
            chosen = self.ledger.assume(
                "matrix-norm",
                f"this norm of a matrix is the largest sum of sizes in a {lines}",
                instead=f"the {entries} of the sizes of all entries",
                span=node.span,
            )
            if chosen == "entries":
                sizes = self.call("abs", [value], node.span, {})
                return self.over_entries("sum" if order == "1" else "max", (sizes,), node.span)
        return self.call(name, [value], node.span, {})

    def number_norm(self, node: d.Bars, value: f.Formula) -> f.Formula:
        """The norm of what is a number by declaration: its absolute value."""
        symbols = [part for part in value.walk() if isinstance(part, f.Symbol)]
        loose = [symbol for symbol in symbols if symbol.elementwise]
        if len(loose) == len(symbols) > 0 or node.order not in (None, "2", "1"):
            name = name_of(loose[0]) if loose else "x"
            raise ShapeError(
                "the norm of a number",
                node.span,
                hints=(f'declare a vector: shapes={{"{name}": "n"}}',),
            )
        stack = next((s for s in symbols if s.axes), None)
        if stack is not None and not any(isinstance(part, f.Apply) for part in value.walk()):
            self.ledger.assume(
                "number-norm",
                f"the norm of numbers, which {stack.name} holds, is their absolute value",
                instead=f"{stack.name} holds vectors",
                shapes={stack.name: " ".join(["_"] * len(stack.shape) + ["?d"])},
                span=node.span,
            )
        return self.call("abs", [value], node.span, {})

    def metric_norm(
        self, node: d.Bars, order: d.Draft, value: f.Formula, metric: f.Formula
    ) -> f.Formula:
        r"""`\|x\|_M` is the root of `x^\top M x`; of a covariance \Sigma both it and its inverse
        are meant."""
        if len(metric.shape) != 2 or len(value.shape) != 1:
            raise ShapeError(
                "a norm that a matrix weighs is one of a vector",
                node.span,
                hints=("write it for a vector: \\sqrt{x^\\top A x}",),
            )
        for dim in metric.shape:
            self.same(dim, value.shape[0], "the matrix below a norm does not fit", node.span)
        covariance = isinstance(order, d.Symbol) and order.info.name.startswith("Sigma")
        if covariance and "metric" not in self.ledger.prefer:
            name = name_of(metric)
            raise AmbiguousError(
                f"a norm with {name} below is weighed by {name} or by its inverse",
                node.span,
                readings=preferred(
                    "metric",
                    {
                        "as-written": rf"\sqrt{{x^\top {name} x}}",
                        "inverse": rf"\sqrt{{x^\top {name}^{{-1}} x}}",
                    },
                ),
                hints=(r"or write \|x\|_{\Sigma^{-1}} for the inverse",),
            )
        chosen = self.ledger.assume(
            "metric",
            "a norm with a matrix M below is the root of x^T M x",
            instead="of x^T M^{-1} x",
            span=node.span,
        )
        if chosen == "inverse":
            metric = f.Call("inverse", (metric,), self.shape(metric), span=node.span)
        product = f.MatMul((value, metric, value), span=node.span)
        return self.call("sqrt", [product], node.span, {})

    def apply(self, node: d.Apply, name: str, values: list[f.Formula]) -> f.Formula:
        self.check_own_elements(node.arguments, node.span)
        declared = self.functions[name]
        expected = declared.arguments or ()
        loops: list[Shape] = []
        for value, shape in zip(values, expected, strict=True):
            if len(value.shape) < len(shape):
                raise ShapeError(
                    f"{name} takes an array with {len(shape)} axes, and is given one with "
                    f"{len(value.shape)}",
                    node.span,
                    hints=(f'declare it with those axes: shapes={{"{name}": "…"}}',),
                )
            loop = value.shape[: len(value.shape) - len(shape)]
            for own, wanted in zip(value.shape[len(loop) :], shape, strict=True):
                self.same(own, wanted, f"an argument of {name} does not fit", node.span)
            loops.append(loop)
        widest = max(loops, key=len)
        for loop in loops:
            if loop and len(loop) != len(widest):
                raise ShapeError(
                    f"the arguments of {name} have different loop axes",
                    node.span,
                    hints=("give the arguments the same indices in front",),
                )
            for a, b in zip(loop, widest, strict=False):
                self.same(a, b, f"the arguments of {name} differ in size", node.span)
        function = f.Function(
            name, tuple(self.sizes.shape(s) for s in expected), self.sizes.shape(declared.shape)
        )
        return f.Apply(function, tuple(values), widest + function.result, span=node.span)

    def derivative(
        self, node: d.Derivative, body: d.Draft, variable: d.Info, at: d.Draft
    ) -> f.Formula:
        point = self.formula(at)
        if variable.rank != len(point.shape):
            if variable.rank == 0 and point.shape:
                return self._entrywise(node, body, variable, point)
            raise ShapeError(
                "the point of this derivative does not fit its variable",
                node.span,
                hints=("write a point of the variable's shape",),
            )
        symbol = self.symbol(variable)
        for a, b in zip(symbol.shape, point.shape, strict=True):
            self.same(a, b, "the point of this derivative does not fit its variable", node.span)
        value = self.formula(body)
        self.check_number(value, node.span)
        return f.Gradient(value, self.symbol(variable), point, span=node.span)

    def check_number(self, value: f.Formula, span: Span) -> None:
        """Refuse the derivative of an array."""
        if value.shape:
            what = value.function if isinstance(value, f.Call) else "what is differentiated"
            raise UnsupportedError(
                f"{what} gives an array here, and the derivative of an array, a Jacobian, is not "
                "translated",
                span,
                hints=("differentiate a number: one entry, a sum of them, a norm",),
            )

    def _entrywise(
        self, node: d.Derivative, body: d.Draft, variable: d.Info, point: f.Formula
    ) -> f.Formula:
        """The derivative of a function of numbers at each entry of an array."""
        value = self.formula(body)
        self.check_number(value, node.span)
        indices = tuple(
            f.IndexVar(f"entry_{k}_{variable.name}", self.sizes.resolve(dim))
            for k, dim in enumerate(point.shape)
        )
        entry = f.At(point, tuple(f.Position(index) for index in indices), span=point.span)
        one = f.Gradient(value, self.symbol(variable), entry, span=node.span)
        return f.Build(indices, one, span=node.span)

    def unit(self, kind: str, size: Dim, span: Span) -> f.Formula:
        size = self.sizes.resolve(size)
        shape = (size, size) if kind == "identity" else (size,)
        return f.Call(kind, (), shape, span=span)

    def takes_summed(
        self, function: str, value: f.Formula, summed: list[d.Binding], span: Span
    ) -> bool:
        """Whether a function of all entries runs over what the operator before it binds."""
        if len(value.free) == 1:
            return True
        name = self.index(summed[-1]).name
        chosen = self.ledger.assume(
            "summed-axis", f"{function} runs over {name}, which the operator before it binds",
            instead="over a free index", span=span,
        )  # fmt: skip
        return chosen == "summed"

    def over_summed(
        self, function: str, value: f.Formula, binding: d.Binding, span: Span
    ) -> f.Formula:
        r"""`\sum_j softmax(q_i^\top k_j) v_j`: over what the operator runs over."""
        index = self.index(binding)
        if binding.limits:
            value = self.limited(function, value, binding, span)
        built = f.Build((index,), value, span=span)
        whole = f.Call(function, (built,), built.shape, span=span)
        return f.At(whole, (f.Position(index),), span=span)
