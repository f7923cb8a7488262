"""What kind of product stands here? Scaling, contraction, inner, outer, element by element."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from eq2code.errors import AmbiguousError, ShapeError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.alternatives import (
    ROWS_OR_COLUMNS,
    cross,
    dotted,
    place,
    preferred,
    products,
    sesquilinear,
    vector_or_number,
)
from eq2code.read.bars import is_signed_size
from eq2code.read.besides import DOUBTFUL, ELEMENTWISE
from eq2code.read.complexes import is_complex
from eq2code.read.elaboration import Elaboration, Undecided
from eq2code.read.formulas import (
    COLUMN,
    ELEMENTWISE_SIGNS,
    PLAIN,
    ROW,
    Sided,
    flattened,
    has_ones,
    is_mapped,
    is_row,
    name_of,
)
from eq2code.read.ranks import power_of_capital, segments
from eq2code.read.rows import settle, transposed
from eq2code.read.unify import Clash
from eq2code.source import NOWHERE, Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim

UNSETTLED = "⋆⊕"


def _open_capital(node: d.Draft) -> bool:
    """Whether an operand is a capital letter of which nothing is said."""
    return isinstance(node, d.Symbol) and node.info.capital and node.info.elementwise


class Products(Elaboration):
    """What kind of product stands here? Scaling, contraction, inner, outer, element by element."""

    def asterisk(self, span: Span) -> str:
        """The sign that * between matrices stands for."""
        chosen = self.ledger.assume(
            "asterisk", "* between matrices is element by element",
            instead="the matrix product", span=span,
        )  # fmt: skip
        return "@" if chosen == "matrix" else "*"

    def check_dotted(self, node: d.Signed, last: f.Formula) -> None:
        r"""Refuse `a \cdot b \cdot c` of three vectors that could be of one size."""
        match node.left:
            case d.Signed("·", first, second):
                values = [self.formula(first), self.formula(second), last]
                if any(len(value.shape) != 1 for value in values):
                    return
                if not self.differ(self.shape(values[1]), self.shape(last)):
                    raise AmbiguousError(
                        "dots stand between three vectors, and two of them meet first",
                        node.span, readings=dotted(first, second, node.right),
                    )  # fmt: skip

    def signed(self, node: d.Signed) -> Sided:
        sign = node.sign
        left, right = self.sided(node.left), self.sided(node.right)
        a, b = left[0], right[0]
        ranks = (len(a.shape), len(b.shape))
        if 0 in ranks and sign == "@":
            raise ShapeError(
                "@ multiplies arrays, and one side is a number", node.span,
                hints=tuple(
                    f'declare it: shapes={{"{side.name}": "n m"}}'
                    for side in (a, b) if isinstance(side, f.Symbol) and not side.shape
                ),
            )  # fmt: skip
        if sign in UNSETTLED and 0 in ranks:
            raise AmbiguousError(
                f"{sign} between these has several meanings", node.span,
                readings=("a convolution", "a sum or product of their entries", "a concatenation"),
                hints=(r"write \odot for the elementwise product, \otimes for the outer one",
                    "declare the arrays that it stands between"),
            )  # fmt: skip
        if sign == "*" and all(_open_capital(side) for side in (node.left, node.right)):
            self.asterisk(node.span)
        if (
            sign in "⊙∘"
            and 0 in ranks
            and any(isinstance(x, f.MatMul) and not x.shape for x in (a, b))
        ):
            raise ShapeError(
                f"{sign} multiplies entry by entry, and an inner product stands beside it",
                node.span,
                hints=("declare the matrix that is one of its factors",),
            )
        if sign == "·" and node.chained and ranks == (0, 1):
            self.check_dotted(node, b)
        if 0 in ranks and sign != "⟨⟩":
            return self.scale([left, right], node.span)
        if node.meaning == ELEMENTWISE:
            return self.gates([left, right], node.span)
        if node.meaning == DOUBTFUL:
            raise AmbiguousError(
                "a dot between two vectors is an inner product, and this could be a gate",
                node.span, readings=products([node.left], [node.right])[:2],
            )  # fmt: skip
        if sign == "·" and ranks == (1, 1) and (has_ones(a) or has_ones(b)):
            raise AmbiguousError(
                "a dot between two vectors is an inner product, and this looks "
                "like a gate", node.span,
                readings=products([node.left], [node.right])[:2],
            )  # fmt: skip
        if sign == "⟨⟩":
            self.check_sesquilinear(node, a, b)
        if sign == "⟨⟩" or (sign == "·" and ranks == (1, 1)):
            return self.inner(a, b, node.span), PLAIN
        if sign == "*" and ranks == (2, 2) and self.may_equal(self.shape(a)[1], self.shape(b)[0]):
            sign = self.asterisk(node.span)
        if sign == "∘" and ranks == (1, 1) and self.circle(a, b, node.span) == "outer":
            return f.Outer(a, b, span=node.span), PLAIN
        if sign == "∘" and sorted(ranks) == [1, 2] and self.ledger.choose("circle") == "outer":
            raise UnsupportedError(
                "an outer product of more than two vectors",
                node.span,
                hints=("write it with indices: a_i b_j c_k",),
            )
        if sign in ELEMENTWISE_SIGNS:
            values = self.align([a, b], node.span, sum_like=False)
            side = left[1] or right[1]
            return f.Multiply(tuple(flattened(values, f.Multiply)), span=node.span), side
        if sign == "⊗":
            return self.tensor(node, a, b, node.span), PLAIN
        if sign in "·×@":
            if sign == "×" and ranks == (1, 1):
                return self.cross(node, a, b), PLAIN
            if max(ranks) > 2:
                raise UnsupportedError(
                    "a product of arrays with more than two axes",
                    node.span,
                    hints=("write it with indices: \\sum_k a_{ijk} b_{kl}",),
                )
            return self.chain([left, right], [node.left, node.right], node.span, told=sign == "@")
        raise UnsupportedError(
            f"the sign {sign} between these is not translated",
            node.span,
            hints=(
                f"declare both as vectors or matrices, or write the sum that {sign} stands for",
            ),
        )

    def circle(self, a: f.Formula, b: f.Formula, span: Span) -> str:
        r"""What ∘ between two vectors is: element by element, as in gates; under a sum over both,
        `\sum_r a_r \circ b_r`, more often the outer product, and that is asked about."""
        shared = {index.name for index in a.free} & {index.name for index in b.free}
        summed = any(self.index(one).name in shared for one in self.summed)
        if summed and "circle" not in self.ledger.prefer:
            raise AmbiguousError(
                "a circle between two vectors that are summed over could be the outer product",
                span,
                readings=preferred(
                    "circle",
                    {"elementwise": "element by element", "outer": "the outer product"},
                ),
                hints=(r"write \odot for the first, a b^\top for the second",),
            )
        return self.ledger.assume(
            "circle", "a circle between two vectors multiplies element by element",
            instead="their outer product", span=span,
        )  # fmt: skip

    def gates(self, sided: Sequence[Sided], span: Span) -> Sided:
        r"""`\gamma \cdot x` in a sum with a vector: entry by entry."""
        self.ledger.assume(
            "beside-vector",
            "a product of vectors in a sum with a vector, or that is one, goes element by element",
            instead="their inner product",
            span=span,
        )
        values = self.align([v for v, _ in sided], span, sum_like=False)
        return f.Multiply(tuple(flattened(values, f.Multiply)), span=span), PLAIN

    def outer_rows(self, sided: Sequence[Sided], span: Span) -> Sided:
        r"""`S + k^\top v`: the outer product of two rows."""
        self.ledger.assume(
            "added-rows", "a transposed vector and a vector, added to a matrix, are rows: their "
            "product is the outer one", instead="the inner product, a number", span=span,
        )  # fmt: skip
        first, second = (v for v, _ in sided if v.shape)
        scales = [v for v, _ in sided if not v.shape]
        return self.scale([(one, PLAIN) for one in (*scales, f.Outer(first, second, span=span))],
            span)  # fmt: skip

    def scale(self, sided: Sequence[Sided], span: Span) -> Sided:
        values = [v for v, _ in sided]
        side = next((s for v, s in sided if v.shape), PLAIN)
        return f.Multiply(tuple(flattened(values, f.Multiply)), span=span), side

    def inner(self, a: f.Formula, b: f.Formula, span: Span) -> f.Formula:
        if len(a.shape) == len(b.shape) == 2:
            self.same_shape([a, b], span, "the matrices of an inner product differ in shape")
            return self.over_entries("sum", (a, b), span)
        if len(a.shape) != 1 or len(b.shape) != 1:
            raise ShapeError(
                "an inner product needs two vectors, or two matrices",
                span,
                hints=("declare the shapes of both with shapes=",),
            )
        self.same(a.shape[0], b.shape[0], "the vectors of an inner product differ in size", span)
        return f.MatMul((a, b), span=span)

    def check_sesquilinear(self, node: d.Signed, a: f.Formula, b: f.Formula) -> None:
        r"""`\langle x, y\rangle` of complex vectors: nobody says which of the two is conjugated."""
        braced = isinstance(node.left, d.Call) and node.left.function == "conj"
        if not braced and any(is_complex(one, self.complex) for one in (a, b)):
            raise AmbiguousError(
                "a complex inner product conjugates one of the two, and books differ which",
                node.span, readings=sesquilinear(node),
            )  # fmt: skip

    def cross(self, node: d.Signed, a: f.Formula, b: f.Formula) -> f.Formula:
        three = Dim.of(3)
        if self.shape(a) == (three,) and self.shape(b) == (three,):
            return f.Call("cross", (a, b), (three,), span=node.span)
        raise AmbiguousError(
            "× between two vectors could be the cross product or another",
            node.span,
            readings=(*cross(node.left, node.right), *products([node.left], [node.right])),
            hints=('declare both "3" for the cross product',),
        )

    def tensor(self, node: d.Signed, a: f.Formula, b: f.Formula, span: Span) -> f.Formula:
        """⊗ by shapes: outer, Kronecker, or elementwise where `readings` says that only it fits."""
        ranks = (len(a.shape), len(b.shape))
        own, other = self.shape(a), self.shape(b)
        if ranks == (1, 1) and self.differ(own, other):
            return f.Outer(a, b, span=span)
        if ranks == (2, 2) and self.differ(own, other):
            return self.kronecker(a, b, span)
        if ranks in ((1, 1), (2, 2)):
            reading = self.readings.get(id(node))
            if reading is None:
                options = ("elementwise", "outer" if ranks == (1, 1) else "Kronecker")
                raise Undecided(node, options, span, gate=is_mapped(a) or is_mapped(b))
            if reading == "elementwise":
                self.same_shape([a, b], span, "the operands of ⊗ differ in shape")
                return f.Multiply((a, b), span=span)
            return f.Outer(a, b, span=span) if ranks == (1, 1) else self.kronecker(a, b, span)
        raise AmbiguousError(
            "⊗ between these arrays can be read in several ways",
            span,
            hints=("declare both as vectors, or as matrices; or write the sum with its indices",),
        )

    def kronecker(self, a: f.Formula, b: f.Formula, span: Span) -> f.Formula:
        own, other = self.shape(a), self.shape(b)
        return f.Call("kron", (a, b), (own[0] * other[0], own[1] * other[1]), span=span)

    def chain(
        self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span, *, told: bool = False
    ) -> Sided:
        """Factors side by side: scalars scale, matrices and vectors contract."""
        self.check_own_elements(drafts, span)
        values = [v for v, _ in sided]
        wide = [v for v in values if v.shape]
        count = len(wide)
        if not count:
            return f.Multiply(tuple(flattened(values, f.Multiply)), span=span), PLAIN
        if count > 1 and is_signed_size(drafts) and self.goes_with_size(span):
            values = self.align(values, span, sum_like=False)
            return f.Multiply(tuple(flattened(values, f.Multiply)), span=span), PLAIN
        if count == 1:
            self.check_closed(sided, drafts, span)
            return self.scale(sided, span)
        ranks = [len(v.shape) for v in wide]
        if max(ranks) > 2:
            raise UnsupportedError(
                "a product of arrays with more than two axes",
                span,
                hints=("write it with indices",),
            )
        if 1 in ranks:
            value, side = self.with_vectors(sided, drafts, span, told=told)
        else:
            value, side = self.product(wide, span), PLAIN
        if count < len(values):
            scalars = [v for v in values if not v.shape]
            value = f.Multiply(tuple(flattened([*scalars, value], f.Multiply)), span=span)
        return value, side

    def with_vectors(
        self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span, *, told: bool
    ) -> Sided:
        """A chain of matrices and vectors; each vector is a row or a column in it."""
        arrays = self.as_rows(sided, drafts, span)
        nodes = [node for (v, _), node in zip(sided, drafts, strict=True) if v.shape]
        self.check_plain(arrays, nodes, told=told)
        self.check_diagonals(arrays, span)
        self.check_defined_diagonals(sided, drafts)
        if not told:
            arrays, nodes = self.row_by_row(arrays, nodes, span)
        return self.contract(arrays, nodes, span)

    @staticmethod
    def check_defined_diagonals(sided: Sequence[Sided], drafts: Sequence[d.Draft]) -> None:
        r"""Refuse `D^{-1/2} S`, `D = \mathrm{diag}(S)`: D is a vector, and is raised like a
        matrix."""
        for (value, _), draft in zip(sided, drafts, strict=True):
            match draft:
                case d.Power(d.Symbol(info)) if info.capital and info.definition:
                    if len(value.shape) == 1:
                        raise AmbiguousError(
                            f"{info.name}, a vector by its definition, stands in a product of "
                            f"arrays",
                            draft.span,
                            readings=(
                                "the matrix with this diagonal: define it as diag(diag(…))",
                                "the vector, entry by entry: write ⊙",
                            ),
                        )

    def check_diagonals(self, arrays: Sequence[Sided], span: Span) -> None:
        r"""Refuse `A\,\mathrm{diag}(A)^{-1}`: a diagonal, or the diagonal matrix that it makes."""
        for value, side in arrays:
            core = value.base if isinstance(value, f.Power) else value
            if side == PLAIN and isinstance(core, f.Call) and core.function == "diagonal":
                name = name_of(core.arguments[0])
                raise AmbiguousError(
                    f"diag({name}) in a product is the diagonal of {name}, or a diagonal matrix",
                    value.span if value.span is not NOWHERE else span,
                    readings=("the vector on the diagonal", "the matrix with that diagonal"),
                    hints=(
                        rf"write \mathrm{{diag}}(\mathrm{{diag}}({name})) for the matrix, or "
                        rf"I \odot {name}; \mathrm{{diag}}({name})^\top, or \odot, for the vector",
                    ),
                )

    def goes_with_size(self, span: Span) -> bool:
        r"""Whether `\mathrm{sign}(w) \max(|w| - t, 0)` is each entry with its own sign."""
        chosen = self.ledger.assume(
            "signed-size", "the sign of an array beside its size goes element by element",
            instead="a product of arrays", span=span,
        )  # fmt: skip
        return chosen == "elementwise"

    def note_powers(self, factors: Sequence[d.Draft]) -> None:
        """Note the powers of capital letters that are factors beside arrays: `S^2 X` is S S X."""
        raised = [
            x
            for x in factors
            if type(x) is d.Power and (info := power_of_capital(x)) is not None and info.rank == 2
        ]
        if raised and (
            len(raised) > 1 or any(self.formula(x).shape for x in factors if x is not raised[0])
        ):
            self.raised.update(map(id, raised))

    def as_rows(self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span) -> list[Sided]:
        """The arrays among some factors; rows of stacks at different indices are written as
        rows."""
        arrays = [(v, s, node) for (v, s), node in zip(sided, drafts, strict=True) if v.shape]
        if len(arrays) < 2:
            return [(v, side) for v, side, _ in arrays]
        nodes = [node for _, _, node in arrays]
        before = [(len(v.shape), s) for v, s, _ in arrays]
        after = settle(nodes, before, inner=self.ledger.choose("rows") == "inner")
        for k in range(len(nodes) - 1):
            if before[k] == (1, PLAIN) and after[k] != before[k]:
                self.tell_rows(nodes[k], nodes[k + 1], span)
        return [(v, side) for (v, _, _), (_, side) in zip(arrays, after, strict=True)]

    def tell_rows(self, left: d.Draft, right: d.Draft, span: Span) -> None:
        free = {index.name for index in self.open}
        names = {index.name for node in (left, right) for index in self.formula(node).free}
        asked = "rows" not in self.ledger.prefer
        if asked and not names & free and not name_of(self.formula(left))[:1].isupper():
            raise AmbiguousError(
                "a vector stands before a transposed one, at another index", span,
                readings=ROWS_OR_COLUMNS,
            )  # fmt: skip
        self.ledger.assume(
            "rows", "rows at different indices, the second transposed, make an inner product",
            instead="their outer product", span=span,
        )  # fmt: skip

    def row_by_row(
        self, arrays: Sequence[Sided], nodes: Sequence[d.Draft], span: Span
    ) -> tuple[list[Sided], list[d.Draft]]:
        """Factors, where rows of a matrix beside vectors may be read as elementwise products."""
        made: list[Sided] = []
        kept: list[d.Draft] = []
        for (value, side), node in zip(arrays, nodes, strict=True):
            if made and made[-1][1] == side == PLAIN and len(value.shape) == 1:
                row = made[-1][0]
                if is_row(row) and not has_ones(value) and self.gates_rows(span):
                    self.same_shape([row, value], span, "the operands differ in shape")
                    made[-1] = f.Multiply((row, value), span=span), PLAIN
                    kept[-1] = d.Signed("⊙", kept[-1], node, span=kept[-1].span | node.span)
                    continue
            made.append((value, side))
            kept.append(node)
        return made, kept

    def gates_rows(self, span: Span) -> bool:
        chosen = self.ledger.assume(
            "row-product", "a row of a matrix beside a vector makes an inner product",
            instead="their elementwise product", span=span,
        )  # fmt: skip
        return chosen == "elementwise"

    def check_plain(self, arrays: Sequence[Sided], nodes: Sequence[d.Draft], *, told: bool) -> None:
        r"""Two vectors side by side with no sign between them say nothing; no more does `(xW) x U`,
        where the second may go with the matrix."""
        for k in range(len(arrays) - 1):
            (a, s), (b, t) = arrays[k], arrays[k + 1]
            wide = k + 2 < len(arrays) and len(arrays[k + 2][0].shape) == 2
            if len(a.shape) == len(b.shape) == 1 and (s, t) == (ROW, PLAIN) and wide and not told:
                if not transposed(nodes[k], lambda node: len(self.formula(node).shape)):
                    raise self.two_vectors(nodes[k : k + 1], nodes[k + 1 : k + 3])
            if len(a.shape) == len(b.shape) == 1 and s == t == PLAIN:
                if is_row(a) and not has_ones(b):
                    continue
                open_before = k > 0 and (
                    len(arrays[k - 1][0].shape) == 2 or arrays[k - 1][1] == ROW
                )
                if not told and not open_before:
                    raise self.two_vectors(nodes[k : k + 1], nodes[k + 1 : k + 2])

    def two_vectors(self, left: Sequence[d.Draft], right: Sequence[d.Draft]) -> AmbiguousError:
        return AmbiguousError(
            "two vectors stand side by side, with no sign that says which product is meant",
            place([*left, *right]),
            readings=products(left, right),
            hints=tuple(
                f'if {name} is a number, declare it: shapes={{"{name}": ""}}'
                for name in dict.fromkeys(
                    one.info.name for one in (*left, *right[:1])
                    if isinstance(one, d.Symbol) and one.info.rank == 1
                    and not (one.info.declared or one.info.definition)
                )
            ),
        )  # fmt: skip

    def contract(self, arrays: Sequence[Sided], nodes: Sequence[d.Draft], span: Span) -> Sided:
        marks = [(len(v.shape), s if len(v.shape) == 1 else PLAIN) for v, s in arrays]
        runs = segments(marks)
        start = 0
        pieces: list[Sided] = []
        places: list[Sequence[d.Draft]] = []
        for run in runs:
            values = [v for v, _ in arrays[start : start + len(run)]]
            places.append(nodes[start : start + len(run)])
            start += len(run)
            row = run[0] == (1, ROW)
            column = run[-1] == (1, COLUMN)
            value = self.product(values, span)
            if row and column and len(run) > 1:
                pieces.append((value, PLAIN))
            else:
                pieces.append((value, ROW if row else COLUMN if column else PLAIN))
        result, before = pieces[0], list(places[0])
        for after, drafts in zip(pieces[1:], places[1:], strict=True):
            result = self.side_by_side(result, after, before, drafts, span)
            before += drafts
        return result

    def side_by_side(
        self,
        left: Sided,
        right: Sided,
        before: Sequence[d.Draft],
        after: Sequence[d.Draft],
        span: Span,
    ) -> Sided:
        a, b = left[0], right[0]
        if not a.shape or not b.shape:
            return self.scale([left, right], span)
        if left[1] == COLUMN and right[1] == ROW:
            return f.Outer(a, b, span=span), PLAIN
        if len(a.shape) == 2 and right[1] == ROW:
            raise ShapeError(
                "a row vector cannot follow a matrix in a product",
                span,
                hints=("write the transpose where it belongs: x^\\top A, or A x",),
            )
        trial = self.readings or self.stackable  # what is tried, and leaves a question, fits not
        if len(a.shape) == len(b.shape) == 1 and not trial:
            if not self.differ(self.shape(a), self.shape(b)):
                raise self.two_vectors(before, after)
        raise ShapeError(
            "these factors do not fit side by side",
            span,
            hints=(r"a column multiplies what follows as a row: write \top above it",),
        )

    def product(self, values: list[f.Formula], span: Span) -> f.Formula:
        """A chain of matrices, a row at its head, a column at its end; the identity takes the
        fitting size."""
        if len(values) == 1:
            return values[0]
        for a, b in itertools.pairwise(values):
            inner = a.shape[-1]
            try:
                self.sizes.unify(inner, b.shape[0], span)
            except Clash:
                hints: tuple[str, ...] = ()
                if len(b.shape) == 2 and self.sizes.same(inner, b.shape[1]):
                    hints = (f"did you mean the transpose, {name_of(a)} {name_of(b)}^T?",)
                what = f"the inner dimensions of the product {name_of(a)} {name_of(b)} differ"
                self.same(inner, b.shape[0], what, span, hints=hints)
        return f.MatMul(tuple(values), span=span)

    def flip(self, node: d.Flip, base: d.Draft) -> Sided:
        value, side = self.sided(base)
        rank = len(value.shape)
        if rank == 0 and node.power is not None:
            return f.Power(value, self.formula(node.power), span=node.span), PLAIN
        if type(value) is f.Constant:
            raise ShapeError(
                f"{value.name} is transposed here, and is a number",
                node.span,
                hints=(f'declare it: shapes={{"{value.name}": "n"}}',),
            )
        if rank == 0:
            loose = [x for x in value.walk() if isinstance(x, f.Symbol) and x.elementwise]
            if loose and not isinstance(value, f.Reduce | f.Call):
                raise ShapeError(
                    f"{loose[0].name} is transposed here, and nothing says that it has axes",
                    node.span,
                    hints=(f'declare it: shapes={{"{loose[0].name}": "n"}}',),
                )
            return value, PLAIN
        if rank == 1:
            return value, COLUMN if side == ROW else ROW
        if rank > 2:
            raise UnsupportedError(
                "the transpose of an array with more than two axes",
                node.span,
                hints=("write the axes as indices: y_{ijk} = x_{kji}",),
            )
        if type(value) is f.Transpose:
            return value.base, PLAIN
        return f.Transpose(value, span=node.span), PLAIN

    def check_closed(self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span) -> None:
        """A transposed vector stands before a vector: before letters of which nothing is said it
        is open."""
        row = next((k for k, (v, s) in enumerate(sided) if len(v.shape) == 1 and s == ROW), None)
        if row is None or not isinstance(drafts[row], d.Flip):
            return
        before = sided[row - 1][0] if row else None
        if isinstance(before, f.Symbol) and before.elementwise and row == len(sided) - 1:
            raise AmbiguousError(
                f"{before.name} stands before a transposed vector, and nothing is said of it",
                span,
                readings=vector_or_number(before.name),
            )
        for value, _ in sided[row + 1 :]:
            if isinstance(value, f.Symbol) and value.elementwise and len(value.name) == 1:
                raise AmbiguousError(
                    f"a transposed vector stands before {value.name}, of which nothing is said",
                    span,
                    readings=vector_or_number(value.name),
                )
