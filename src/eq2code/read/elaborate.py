"""What does the formula mean, now that ranks are known? Drafts become typed formulas, sizes are equated.

Run until no size changes: each run equates what must be equal (an inner dimension, the terms of a sum) and
decides what sizes leave open (inner product or outer, which axis a vector lies along).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from eq2code import library
from eq2code.errors import AmbiguousError, ShapeError, UnsupportedError
from eq2code.library import signature
from eq2code.read import draft as d
from eq2code.read.addresses import Addresses
from eq2code.read.conventions import Ledger
from eq2code.read.declare import Declared
from eq2code.read.rows import settle
from eq2code.read.symmetric import assumed, is_symmetric, product_power
from eq2code.read.unify import Clash, Sizes
from eq2code.source import Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape

ROW, COLUMN, PLAIN = "row", "column", ""
Sided = tuple[f.Formula, str]
ELEMENTWISE_SIGNS = "⊙∘*"
TOTALS = frozenset({"sum", "prod"})
EXPONENTIAL = frozenset({"softmax", "log_softmax"})


class Undecided(AmbiguousError):
    """A sign that shapes alone do not settle: its readings are to be tried on the rest of the source."""

    def __init__(
        self, node: d.Draft, options: tuple[str, ...], span: Span, *, gate: bool = False
    ) -> None:
        super().__init__(
            "⊗ between two arrays of one shape can be read in several ways",
            span,
            readings=options,
            hints=(
                r"write \odot for the elementwise product, or x y^\top for the outer one",
                "declare their sizes with different letters for the Kronecker product",
            ),
        )
        self.node, self.options, self.gate = node, options, gate


class Elaborator:
    """Types the drafts of one system."""

    def __init__(
        self,
        sizes: Sizes,
        addresses: Addresses,
        functions: dict[str, Declared],
        ledger: Ledger,
    ) -> None:
        self.sizes, self.addresses = sizes, addresses
        self.functions, self.ledger = functions, ledger
        self.exponents: set[f.Formula] = set()
        self.open: list[f.IndexVar] = []
        self.summed: list[d.Binding] = []
        self.readings: dict[int, str] = {}
        self.stackable: list[int] = []
        self._done: dict[int, Sided] = {}
        self._symbols: dict[int, tuple[Shape, int, f.Symbol]] = {}

    # --- entry ------------------------------------------------------------------------------------

    def again(self) -> None:
        """Forget what was made, keep what was learnt."""
        self._done.clear()
        self.open.clear()
        self.summed.clear()
        self._symbols.clear()
        self.stackable.clear()

    def formula(self, node: d.Draft) -> f.Formula:
        """The typed formula of a draft."""
        return self.sided(node)[0]

    def sided(self, node: d.Draft) -> Sided:
        """The typed formula and, for a vector, whether it is written as a row or a column."""
        key = id(node)
        done = self._done.get(key)
        if done is None:
            done = self._done[key] = self._sided(node)
        return done

    def symbol(self, info: d.Info) -> f.Symbol:
        """The formula's symbol for an `Info`; axes are made on first use."""
        if info.shape is None:
            info.shape = tuple(self.sizes.fresh() for _ in range(info.rank or 0))
            for sibling in info.siblings:
                if sibling.rank == info.rank and sibling.shape is None and not sibling.elementwise:
                    sibling.shape = info.shape
        known = self._symbols.get(id(info))
        if known is not None and known[0] is info.shape and known[1] == len(self.sizes.solved):
            return known[2]
        elementwise = info.elementwise and not info.shape
        symbol = f.Symbol(
            info.name, self.sizes.shape(info.shape), info.kind, elementwise, span=info.first
        )  # fmt: skip
        self._symbols[id(info)] = (info.shape, len(self.sizes.solved), symbol)
        return symbol

    def index(self, binding: d.Binding) -> f.IndexVar:
        """The formula's index for a binding."""
        return self.addresses.index(binding)

    # --- dispatch ---------------------------------------------------------------------------------

    def _sided(self, node: d.Draft) -> Sided:
        match node:
            case d.Flip(base):
                return self._flip(node, base)
            case d.Side(factors):
                return self._chain([self.sided(x) for x in factors], factors, node.span)
            case d.Signed():
                return self._signed(node)
            case d.Sum():
                return self._sum(node)
            case d.Quotient(top, bottom):
                return self._quotient(self.sided(top), self.formula(bottom), node.span)
            case d.Slash():
                return self._slash(node)
            case d.Big(_, _, body):
                return self._big(node), self.sided(body)[1]
            case d.Call(_, [body]) if library.ENTRIES[node.function].signature == "() -> ()":
                value, side = self.sided(body)
                return self._call(node.function, [value], node.span, node.options), side
        return self._formula(node), PLAIN

    def _formula(self, node: d.Draft) -> f.Formula:
        match node:
            case d.Number(value):
                return f.Number(value, span=node.span)
            case d.Constant(name):
                return f.Constant(name, span=node.span)
            case d.Symbol(info):
                return self.symbol(info)
            case d.SizeOf(dim):
                return f.Size(self.sizes.resolve(dim), span=node.span)
            case d.LastSize(info):
                shape = self.symbol(info).shape
                if not shape:
                    raise ShapeError(
                        f"{info.name} has no last dimension: it is a number", node.span
                    )
                return f.Size(shape[-1], span=node.span)
            case d.Value(binding):
                return self.addresses.value(binding, node.span)
            case d.At(base, places):
                return self._at(node, base, places)
            case d.Cut(base):
                return self._cut(node, base)
            case d.Weave():
                return self._weave(node)
            case d.Piece():
                return self._piece(node)
            case d.Power(base, exponent):
                return self._power(node, base, exponent)
            case d.Call(function, arguments):
                return self._call(
                    function, [self.formula(a) for a in arguments], node.span, node.options
                )
            case d.Along(function, body, binding):
                return self._along(node, function, body, binding)
            case d.Bars():
                return self._bars(node)
            case d.Apply(name, arguments):
                return self._apply(node, name, [self.formula(a) for a in arguments])
            case d.Over(bindings, body):
                self.open.extend(self.index(b) for b in bindings)
                inner = self.formula(body)
                del self.open[len(self.open) - len(bindings) :]
                return f.Build(tuple(self.index(b) for b in bindings), inner, span=node.span)
            case d.Extreme(function, arguments):
                values = self._align(
                    [self.formula(a) for a in arguments], node.span, sum_like=False
                )
                return f.Call(function, tuple(values), _shape(values), span=node.span)
            case d.Compare(operands, operators):
                values = self._align(self._compared(operands), node.span, sum_like=False)
                return f.Compare(tuple(values), tuple(operators), span=node.span)
            case d.Logic(operator, operands):
                values = self._align([self.formula(o) for o in operands], node.span, sum_like=False)
                return f.Logic(operator, tuple(values), span=node.span)
            case d.Cases(branches, otherwise):
                return self._cases(node, branches, otherwise)
            case d.Join(_, separators):
                return self._join(node, separators)
            case d.Each(binding, body):
                inner = self.formula(body)
                return f.Build((self.index(binding),), inner, span=node.span)
            case d.Literal(rows):
                return self._literal(node, rows)
            case d.Unit(kind):
                if node.size is None:
                    node.size = self.sizes.fresh()
                return self._unit(kind, node.size, node.span)
            case d.Derivative(body, variable, at):
                return self._derivative(node, body, variable, at)
        raise TypeError(type(node).__name__)

    def _compared(self, operands: list[d.Draft]) -> list[f.Formula]:
        """Operands of a comparison: an index beside a label or an argmax counts from 0, as they do."""
        positions = any(self._counts_from_zero(o) for o in operands)
        return [
            self.addresses.position(o.binding, o.span)
            if positions and isinstance(o, d.Value)
            else self.formula(o)
            for o in operands
        ]

    def _counts_from_zero(self, node: d.Draft) -> bool:
        match node:
            case d.Call("argmax" | "argmin") | d.Big("argmax" | "argmin"):
                return True
            case d.At(d.Symbol(info)) | d.Symbol(info):
                return id(info) in self.addresses.labels
        return False

    # --- sizes ------------------------------------------------------------------------------------

    def same(
        self, left: Dim, right: Dim, what: str, span: Span, *, hints: tuple[str, ...] = ()
    ) -> Dim:
        """Equate two sizes; ShapeError in the user's symbols where they differ."""
        try:
            return self.sizes.unify(left, right)
        except Clash:
            a, b = self.show(left), self.show(right)
            raise ShapeError(
                f"{what}: {a} is not {b}", span,
                hints=(*hints, f"if {a} and {b} are the same size, declare them with one letter"),
            ) from None  # fmt: skip

    def show(self, dim: Dim) -> str:
        text = str(self.sizes.resolve(dim))
        return text if "?" not in text else "an unnamed size"

    def shape(self, value: f.Formula) -> Shape:
        return self.sizes.shape(value.shape)

    def _same_shape(self, values: Sequence[f.Formula], span: Span, what: str) -> None:
        first = values[0].shape
        for value in values[1:]:
            for a, b in zip(first, value.shape, strict=True):
                self.same(a, b, what, span)

    # --- elementwise alignment --------------------------------------------------------------------

    def _align(self, values: list[f.Formula], span: Span, *, sum_like: bool) -> list[f.Formula]:
        """Give every operand the common shape: scalars stay, narrower arrays are laid along an axis."""
        widest = max((len(v.shape) for v in values), default=0)
        if widest == 0:
            return values
        full = [v for v in values if len(v.shape) == widest]
        what = (
            "the terms of this sum differ in shape" if sum_like else "the operands differ in shape"
        )
        self._same_shape(full, span, what)
        target = full[0].shape
        return [
            v if len(v.shape) in (0, widest) else self._lay(v, target, span, sum_like=sum_like)
            for v in values
        ]

    def _lay(self, value: f.Formula, target: Shape, span: Span, *, sum_like: bool) -> f.Formula:
        """Lay an array with fewer axes along those of `target` that carry its sizes."""
        width, room = len(value.shape), len(target)
        own, axes = self.shape(value), self.sizes.shape(target)
        fits = [
            places
            for places in _increasing(room, width)
            if all(own[k] == axes[p] for k, p in enumerate(places))
        ]
        last = tuple(range(room - width, room))
        if len(fits) == 1:
            return f.Align(value, fits[0], target, span=value.span)
        if not fits and any(map(self.sizes.unnamed, own)):
            if width != 1 or not sum_like:
                raise AmbiguousError(
                    "a vector meets an array with more axes, and nothing says along which it lies", span,
                    hints=("declare the shapes of both with shapes=",),
                )  # fmt: skip
            fits = [last]
        if not fits:
            raise ShapeError(
                f"a shape of ({_text(own)}) does not fit ({_text(axes)})", span,
                hints=("declare the shapes with the same letters where sizes are the same",),
            )  # fmt: skip
        if not sum_like and len(fits) > 1:
            raise AmbiguousError(
                f"a shape of ({_text(own)}) fits ({_text(axes)}) in more than one way", span,
                hints=("write it with indices",),
            )  # fmt: skip
        name = getattr(value, "name", "a vector")
        chosen = self.ledger.assume(
            "bias-axis",
            f"{name} is added to each row",
            instead="to each column",
            span=value.span,
        )
        places = last if chosen == "last" else tuple(range(width))
        for k, p in enumerate(places):
            self.same(own[k], axes[p], f"{name} does not fit the array that it is added to", span)
        return f.Align(value, places, target, span=value.span)

    def _sum(self, node: d.Sum) -> Sided:
        self._check_own_elements(node)
        sided = [self.sided(t) for t in node.terms]
        values = [v for v, _ in sided]
        values = self._units_in_sum(node, values)
        values = self._align(values, node.span, sum_like=True)
        terms = tuple(
            f.Negate(v, span=v.span) if sign == "-" else v
            for v, sign in zip(values, node.signs, strict=True)
        )
        side = next((s for _, s in sided if s), PLAIN)
        if len(terms) == 1:
            return terms[0], side
        return f.Add(terms, span=node.span), side

    def _check_own_elements(self, node: d.Sum) -> None:
        r"""`x - x_m`: a whole array beside one of its own elements is two symbols, which have to be told apart."""
        whole = {id(t.info): t.info for t in node.terms if isinstance(t, d.Symbol)}
        for term in node.terms:
            if isinstance(term, d.At) and isinstance(term.base, d.Symbol):
                info = term.base.info
                if id(info) in whole and any(place is not None for place in term.places):
                    places = [p for p in term.places if isinstance(p, d.Value)]
                    other = f"{info.name}_{places[0].binding.name if places else 'i'}"
                    raise AmbiguousError(
                        f"{info.name} stands here beside one of its own elements",
                        node.span,
                        readings=(f"the array {info.name}", f"a symbol {info.name} of its own"),
                        hints=(f'declare both: shapes={{"{info.name}": "", "{other}": "n"}}',),
                    )

    def _units_in_sum(self, node: d.Sum, values: list[f.Formula]) -> list[f.Formula]:
        """The identity and vectors of ones take the size of what they are added to."""
        if not any(_is_unit(v, "identity") for v in values):
            return values
        for value in values:
            if len(value.shape) == 2:
                self.same(
                    value.shape[0], value.shape[1], "the identity is added to a matrix that is not square",
                    node.span,
                )  # fmt: skip
                if isinstance(value, f.Call) and value.function in ("exp", "expm"):
                    self.exponents.add(value.arguments[0])
        return values

    # --- products ---------------------------------------------------------------------------------

    def _signed(self, node: d.Signed) -> Sided:
        sign = node.sign
        left, right = self.sided(node.left), self.sided(node.right)
        a, b = left[0], right[0]
        ranks = (len(a.shape), len(b.shape))
        if 0 in ranks and sign == "@":
            raise ShapeError(
                "@ multiplies arrays, and one side is a number", node.span,
                hints=('declare the matrices: shapes={"A": "n m"}',),
            )  # fmt: skip
        if 0 in ranks and sign != "⟨⟩":
            return self._scale([left, right], node.span)
        if sign == "·" and ranks == (1, 1) and (_has_ones(a) or _has_ones(b)):
            raise AmbiguousError(
                "a dot between two vectors is an inner product, and this looks like a gate", node.span,
                readings=("inner product", "elementwise"),
                hints=(r"write \odot for the elementwise product",),
            )  # fmt: skip
        if sign == "⟨⟩" or (sign == "·" and ranks == (1, 1)):
            return self._inner(a, b, node.span), PLAIN
        if sign in ELEMENTWISE_SIGNS:
            values = self._align([a, b], node.span, sum_like=False)
            if sign == "*" and ranks == (2, 2):
                self.ledger.assume(
                    "asterisk", "* between matrices is element by element",
                    instead="the matrix product, written @", span=node.span,
                )  # fmt: skip
            side = left[1] or right[1]
            return f.Multiply(tuple(_flat(values, f.Multiply)), span=node.span), side
        if sign == "⊗":
            return self._tensor(node, a, b, node.span), PLAIN
        if sign in "·×@":
            if sign == "×" and ranks == (1, 1):
                return self._cross(a, b, node.span), PLAIN
            if max(ranks) > 2:
                raise UnsupportedError("a product of arrays with more than two axes", node.span)
            if ranks == (2, 2) and sign != "@" and self._elementwise_only(a, b):
                raise ShapeError("the inner dimensions of a product differ", node.span)
            return self._chain([left, right], [node.left, node.right], node.span, told=sign == "@")
        raise UnsupportedError(f"the sign {sign} between these is not translated", node.span)

    def _elementwise_only(self, a: f.Formula, b: f.Formula) -> bool:
        return False

    def _scale(self, sided: Sequence[Sided], span: Span) -> Sided:
        values = [v for v, _ in sided]
        side = next((s for v, s in sided if v.shape), PLAIN)
        return f.Multiply(tuple(_flat(values, f.Multiply)), span=span), side

    def _inner(self, a: f.Formula, b: f.Formula, span: Span) -> f.Formula:
        if len(a.shape) != 1 or len(b.shape) != 1:
            raise ShapeError("an inner product needs two vectors", span)
        self.same(a.shape[0], b.shape[0], "the vectors of an inner product differ in size", span)
        return f.MatMul((a, b), span=span)

    def _cross(self, a: f.Formula, b: f.Formula, span: Span) -> f.Formula:
        three = Dim.of(3)
        if self.shape(a) == (three,) and self.shape(b) == (three,):
            return f.Call("cross", (a, b), (three,), span=span)
        raise AmbiguousError(
            "× between two vectors could be the cross product or another", span,
            hints=(r"write \odot, \cdot or x y^\top", 'declare both "3" for the cross product'),
        )  # fmt: skip

    def _tensor(self, node: d.Draft, a: f.Formula, b: f.Formula, span: Span) -> f.Formula:
        """⊗ by shapes: outer, Kronecker, or elementwise where `readings` says that only it fits."""
        ranks = (len(a.shape), len(b.shape))
        own, other = self.shape(a), self.shape(b)
        if ranks == (1, 1) and self._differ(own, other):
            return f.Outer(a, b, span=span)
        if ranks == (2, 2) and self._differ(own, other):
            return self._kronecker(a, b, span)
        if ranks in ((1, 1), (2, 2)):
            reading = self.readings.get(id(node))
            if reading is None:
                options = ("elementwise", "outer" if ranks == (1, 1) else "Kronecker")
                raise Undecided(node, options, span, gate=_mapped(a) or _mapped(b))
            if reading == "elementwise":
                self._same_shape([a, b], span, "the operands of ⊗ differ in shape")
                return f.Multiply((a, b), span=span)
            return f.Outer(a, b, span=span) if ranks == (1, 1) else self._kronecker(a, b, span)
        raise AmbiguousError("⊗ between these arrays can be read in several ways", span)

    def _differ(self, left: Shape, right: Shape) -> bool:
        """Whether two shapes are known to be different."""
        return any(not self._may_equal(a, b) for a, b in zip(left, right, strict=True))

    def _kronecker(self, a: f.Formula, b: f.Formula, span: Span) -> f.Formula:
        own, other = self.shape(a), self.shape(b)
        return f.Call("kron", (a, b), (own[0] * other[0], own[1] * other[1]), span=span)

    def _chain(
        self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span, *, told: bool = False
    ) -> Sided:
        """Factors side by side: scalars scale, matrices and vectors contract."""
        arrays = self._as_rows(sided, drafts, span)
        scalars = [v for v, _ in sided if not v.shape]
        if not arrays:
            return f.Multiply(tuple(_flat([v for v, _ in sided], f.Multiply)), span=span), PLAIN
        if len(arrays) == 1:
            self._check_closed(sided, drafts, span)
            return self._scale(sided, span)
        if any(len(v.shape) > 2 for v, _ in arrays):
            raise UnsupportedError(
                "a product of arrays with more than two axes",
                span,
                hints=("write it with indices",),
            )
        self._check_plain(arrays, span, told=told)
        value, side = self._contract(arrays, span)
        if scalars:
            value = f.Multiply(tuple(_flat([*scalars, value], f.Multiply)), span=span)
        return value, side

    def _check_closed(self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span) -> None:
        """A transposed vector stands before a vector: before letters of which nothing is said it is open."""
        row = next((k for k, (v, s) in enumerate(sided) if len(v.shape) == 1 and s == ROW), None)
        if row is None or not isinstance(drafts[row], d.Flip):
            return
        for value, _ in sided[row + 1 :]:
            if isinstance(value, f.Symbol) and value.elementwise and len(value.name) == 1:
                raise AmbiguousError(
                    f"a transposed vector stands before {value.name}, of which nothing is said",
                    span,
                    hints=(f'declare it: shapes={{"{value.name}": "n"}}, or "" for a number',),
                )

    def _as_rows(
        self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span
    ) -> list[Sided]:
        """The arrays among some factors; rows of stacks at different indices are written as rows."""
        arrays = [(v, s, node) for (v, s), node in zip(sided, drafts, strict=True) if v.shape]
        nodes = [node for _, _, node in arrays]
        before = [(len(v.shape), s) for v, s, _ in arrays]
        after = settle(nodes, before, inner=self.ledger.choose("rows") == "inner")
        for k in range(len(nodes) - 1):
            if before[k] == (1, PLAIN) and after[k] != before[k]:
                self._tell_rows(nodes[k], nodes[k + 1], span)
        return [(v, side) for (v, _, _), (_, side) in zip(arrays, after, strict=True)]

    def _tell_rows(self, left: d.Draft, right: d.Draft, span: Span) -> None:
        free = {index.name for index in self.open}
        names = {index.name for node in (left, right) for index in self.formula(node).free}
        if not names & free and not _name(self.formula(left))[:1].isupper():
            raise AmbiguousError(
                "a vector stands before a transposed one, at another index", span,
                readings=("the inner product of two rows", "the outer product of two columns"),
                hints=(r"write x_i^\top y_j for the inner product, x_i \otimes y_j for the outer one",),
            )  # fmt: skip
        self.ledger.assume(
            "rows", "rows at different indices, the second transposed, make an inner product",
            instead="their outer product", span=span,
        )  # fmt: skip

    def _check_plain(self, arrays: Sequence[Sided], span: Span, *, told: bool) -> None:
        """Two vectors side by side with no sign between them say nothing."""
        for k in range(len(arrays) - 1):
            (a, s), (b, t) = arrays[k], arrays[k + 1]
            if len(a.shape) == len(b.shape) == 1 and s == t == PLAIN:
                if (
                    isinstance(a, f.At)
                    and isinstance(a.base, f.Symbol)
                    and a.base.name[:1].isupper()
                    and not _has_ones(b)
                ):
                    self.ledger.assume(
                        "row-product", "a row of a matrix beside a vector makes an inner product",
                        instead=r"their elementwise product, written \odot", span=span,
                    )  # fmt: skip
                    continue
                open_before = k > 0 and (
                    len(arrays[k - 1][0].shape) == 2 or arrays[k - 1][1] == ROW
                )
                if not told and not open_before:
                    raise AmbiguousError(
                        "two vectors stand side by side", span,
                        readings=("elementwise", "inner product"),
                        hints=(r"write x \odot y, x^\top y or x y^\top",),
                    )  # fmt: skip

    def _contract(self, arrays: Sequence[Sided], span: Span) -> Sided:
        from eq2code.read.ranks import segments

        marks = [(len(v.shape), s if len(v.shape) == 1 else PLAIN) for v, s in arrays]
        runs = segments(marks)
        place = 0
        pieces: list[Sided] = []
        for run in runs:
            values = [v for v, _ in arrays[place : place + len(run)]]
            place += len(run)
            row = run[0] == (1, ROW)
            column = run[-1] == (1, COLUMN)
            value = self._product(values, span)
            if row and column and len(run) > 1:
                pieces.append((value, PLAIN))
            else:
                pieces.append((value, ROW if row else COLUMN if column else PLAIN))
        result = pieces[0]
        for after in pieces[1:]:
            result = self._beside(result, after, span)
        return result

    def _beside(self, left: Sided, right: Sided, span: Span) -> Sided:
        a, b = left[0], right[0]
        if not a.shape or not b.shape:
            return self._scale([left, right], span)
        if left[1] == COLUMN and right[1] == ROW:
            return f.Outer(a, b, span=span), PLAIN
        if len(a.shape) == 2 and right[1] == ROW:
            raise ShapeError("a row vector cannot follow a matrix in a product", span)
        raise ShapeError("these factors do not fit side by side", span)

    def _product(self, values: list[f.Formula], span: Span) -> f.Formula:
        """A chain of matrices, a row at its head, a column at its end; the identity takes the fitting size."""
        if len(values) == 1:
            return values[0]
        for a, b in zip(values, values[1:], strict=False):
            inner = a.shape[-1]
            outer = b.shape[0]
            if not self.sizes.same(inner, outer):
                hints: tuple[str, ...] = ()
                if len(b.shape) == 2 and self.sizes.same(inner, b.shape[1]):
                    hints = (f"did you mean the transpose, {_name(a)} {_name(b)}^T?",)
                self.same(
                    inner, outer,
                    f"the inner dimensions of the product {_name(a)} {_name(b)} differ", span, hints=hints,
                )  # fmt: skip
        return f.MatMul(tuple(values), span=span)

    def _flip(self, node: d.Flip, base: d.Draft) -> Sided:
        value, side = self.sided(base)
        rank = len(value.shape)
        if rank == 0 and node.power is not None:
            return f.Power(value, self.formula(node.power), span=node.span), PLAIN
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
            raise UnsupportedError("the transpose of an array with more than two axes", node.span)
        if isinstance(value, f.Transpose):
            return value.base, PLAIN
        return f.Transpose(value, span=node.span), PLAIN

    # --- quotients and powers ---------------------------------------------------------------------

    def _quotient(self, top: Sided, bottom: f.Formula, span: Span) -> Sided:
        value, side = top
        if len(value.shape) == len(bottom.shape) == 2 and self.shape(value) != self.shape(bottom):
            self._same_shape(
                [value, bottom], span, "division is element by element, and the shapes differ"
            )
        if len(bottom.shape) > len(value.shape) and value.shape:
            raise ShapeError("division by an array with more axes", span)
        values = self._align([value, bottom], span, sum_like=False)
        return f.Divide(values[0], values[1], span=span), side

    def _slash(self, node: d.Slash) -> Sided:
        sided = [self.sided(x) for x in node.factors]
        top = self.sided(node.numerator)
        if all(not v.shape for v, _ in sided) or sided[0][0].shape:
            if not node.spaced or sided[0][0].shape:
                raise AmbiguousError(
                    "a/bc can be read in two ways", node.span,
                    readings=("a / (b c)", "(a / b) c"),
                    hints=("write a bracket, or a fraction",),
                )  # fmt: skip
            self.ledger.assume("spaced-slash", "what stands close together after a slash divides as a whole",
                               span=node.span)  # fmt: skip
            if self.ledger.choose("spaced-slash") == "group":
                bottom = self._chain(sided, node.factors, node.span)[0]
                return self._quotient(top, bottom, node.span)
        first = self._quotient(top, sided[0][0], node.span)
        return self._chain([first, *sided[1:]], [node, *node.factors[1:]], node.span)

    def _power(self, node: d.Power, base: d.Draft, exponent: d.Draft) -> f.Formula:
        value, side = self.sided(base)
        power = self.formula(exponent)
        if len(value.shape) == 2:
            matrix = self._matrix_power(node, value, power, exponent)
            if matrix is not None:
                return matrix
        if value.shape and side and len(value.shape) == 1 and isinstance(base, d.Flip):
            raise AmbiguousError("a power of a transposed vector", node.span)
        if value.shape and isinstance(power, f.Number) and power.value == 0:
            raise AmbiguousError(
                "a 0 above an array is no power", node.span,
                readings=("its first element", "a part of its name"),
                hints=("write the index below", 'declare the name with the 0: shapes={"z_0": "d"}'),
            )  # fmt: skip
        values = self._align([value, power], node.span, sum_like=False)
        return f.Power(values[0], values[1], span=node.span)

    def _matrix_power(
        self, node: d.Power, value: f.Formula, power: f.Formula, exponent: d.Draft
    ) -> f.Formula | None:
        """Inverse, root and whole powers of a square matrix; None for the elementwise power."""
        number = _literal_number(power)
        if power.shape:
            return None
        if number == -1:
            self.same(
                value.shape[0],
                value.shape[1],
                "a matrix that is not square has no inverse",
                node.span,
            )
            if self._square(value):
                self.exponents.add(value)
            return f.Call("inverse", (value,), self.shape(value), span=node.span)
        fraction = number is not None and number != int(number)
        negative = number is not None and number < 0
        square = self._square(value) and not _mapped(value)
        if fraction or negative:
            loose = isinstance(value, f.Symbol) and all(map(self.sizes.unnamed, value.shape))
            if not square and not negative and not loose:
                self.ledger.assume(
                    "power", "a power of a matrix is taken element by element", span=node.span
                )
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
            return self._root(value, float(number or 0), node.span)
        if not square:
            if number is not None:
                self.ledger.assume(
                    "power", "a power of a matrix is taken element by element", span=node.span
                )
            return None
        if number is None:
            raise UnsupportedError("a matrix to a power that is no number", node.span)
        return f.Call(
            "matrix_power", (value,), self.shape(value), (("exponent", int(number)),), span=node.span
        )  # fmt: skip

    def _root(self, value: f.Formula, number: float, span: Span) -> f.Formula:
        """A broken power of a symmetric matrix, or of a product of two."""
        found: f.Formula | None = None
        if is_symmetric(value):
            options = (("exponent", number),)
            shape = self.shape(value)
            found = f.Call("matrix_fractional_power", (value,), shape, options, span=span)
        elif isinstance(value, f.MatMul):
            found = product_power(value, number)
        if found is None:
            raise UnsupportedError(
                "this power is only known of symmetric matrices, and this is not known to be one", span,
                hints=('declare the matrices: shapes={"A": "n n : spd"}',),
            )  # fmt: skip
        parts = value.factors if isinstance(value, f.MatMul) else (value,)
        names = assumed(value) if is_symmetric(value) else [x for p in parts for x in assumed(p)]
        for name in dict.fromkeys(names):
            self.ledger.assume(
                "symmetric", f"{name} is symmetric: its eigenvalues take the power", span=span
            )
        return found

    def _square(self, value: f.Formula) -> bool:
        rows, columns = self.shape(value)
        if rows != columns:
            return False
        return not isinstance(value, f.Symbol) or not rows.letters or not self.sizes.unnamed(rows)

    # --- addressing -------------------------------------------------------------------------------

    def _at(self, node: d.At, base: d.Draft, places: list[d.Draft | None]) -> f.Formula:
        value = self.formula(base)
        if len(places) > len(value.shape):
            name = _name(value)
            raise ShapeError(
                f"{name} has {len(value.shape)} axes and is given {len(places)} indices", node.span
            )
        made = tuple(
            None if place is None else self.addresses.place(node, k, place, value, self.formula)
            for k, place in enumerate(places)
        )
        return f.At(value, made, span=node.span)

    def _cut(self, node: d.Cut, base: d.Draft) -> f.Formula:
        """`x_{a:b}`: positions count from 1, or from 0 where the slice starts there."""
        value = self.formula(base)
        if not value.shape:
            raise ShapeError("a number has no parts", node.span)
        dim = value.shape[0]
        zero = node.start is not None and node.start.value == 0
        origin = Dim.of(0 if zero else 1)
        first = origin if node.start is None else self.sizes.resolve(node.start)
        last = dim - 1 + origin if node.stop is None else self.sizes.resolve(node.stop)
        return f.Slice(value, 0, first - origin, last - origin + 1, span=node.span)

    def _weave(self, node: d.Weave) -> f.Formula:
        """Elements in turns over an index."""
        index = self.index(node.binding)
        bodies = [self.formula(body) for body in node.bodies]
        index = self.index(node.binding)
        if any(body.shape for body in bodies):
            raise UnsupportedError("arrays that take turns", node.span)
        built = tuple(f.Build((index,), body, span=body.span) for body in bodies)
        total = self.sizes.resolve(index.size * len(built))
        turns = f.Transpose(f.Array(built))
        return f.Call("flatten", (turns,), (total,), span=node.span)

    def _piece(self, node: d.Piece) -> f.Formula:
        """One part of a split array: along the axis that the parts' sizes add up to, else the last."""
        value = self.formula(node.body)
        own = self.shape(value)
        if any(info.shape is None for info in node.parts):
            part = own[-1] * Fraction(1, len(node.parts))
            self.ledger.assume(
                "split", f"the array is split into {len(node.parts)} equal parts along its last axis",
                span=node.span,
            )  # fmt: skip
            start = part * Fraction(node.which)
            return f.Slice(value, len(own) - 1, start, start + part, span=node.span)
        shapes = [self.sizes.shape(info.shape or ()) for info in node.parts]
        if any(len(shape) != len(own) for shape in shapes):
            raise ShapeError("the parts of this array have another number of axes", node.span)
        fits = [axis for axis in range(len(own)) if self._splits(own, shapes, axis)]
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

    def _splits(self, own: Shape, shapes: list[Shape], axis: int) -> bool:
        """Whether the parts' sizes may add up to the array's along `axis`, and agree elsewhere."""
        total = Dim(())
        for shape in shapes:
            total = total + shape[axis]
        others = all(
            self._may_equal(shape[k], own[k])
            for shape in shapes
            for k in range(len(own))
            if k != axis
        )
        return self._may_equal(total, own[axis]) and others

    def _may_equal(self, left: Dim, right: Dim) -> bool:
        fresh = self.sizes.unnamed(left) or self.sizes.unnamed(right)
        return left == right or fresh

    def _big(self, node: d.Big) -> f.Formula:
        self.summed.extend(node.bindings)
        body = self.formula(node.body)
        del self.summed[len(self.summed) - len(node.bindings) :]
        if (
            node.operation in ("max", "min", "argmax", "argmin")
            and body.shape
            and len(node.bindings) > 1
        ):
            raise UnsupportedError(f"{node.operation} of arrays over several indices", node.span)
        condition = None if node.condition is None else self.formula(node.condition)
        if condition is not None and condition.shape:
            raise ShapeError(
                "this condition compares whole arrays, and is asked of one element at a time",
                node.condition.span if node.condition is not None else node.span,
                hints=("give the array and the number different letters",),
            )
        indices = tuple(self.index(b) for b in node.bindings)
        return f.Reduce(node.operation, indices, body, condition, span=node.span)

    def _along(self, node: d.Along, function: str, body: d.Draft, binding: d.Binding) -> f.Formula:
        """`softmax_j(e_{ij})`: the function of the vector over j, at j."""
        inner = self.formula(body)
        index = self.index(binding)
        entry = library.ENTRIES[function]
        if entry.signature != "(n) -> (n)":
            raise UnsupportedError(f"the subscript of {function} is not understood", node.span)
        if binding.limits:
            inner = self._limited(function, inner, binding, node.span)
        built = f.Build((index,), inner, span=node.span)
        value = f.Call(function, (built,), built.shape, span=node.span)
        return f.At(value, (f.Position(index),), span=node.span)

    def _limited(
        self, function: str, value: f.Formula, binding: d.Binding, span: Span
    ) -> f.Formula:
        """`softmax_j` under an operator that restricts j: what the operator leaves out has no share."""
        if function not in EXPONENTIAL:
            raise UnsupportedError(f"{function} over a part of an index", span)
        conditions = tuple(self.formula(limit) for limit in binding.limits)
        inside = conditions[0] if len(conditions) == 1 else f.Logic("and", conditions, span=span)
        nothing = f.Negate(f.Constant("infinity"))
        return f.Cases((f.Branch(value, inside),), nothing, span=span)

    # --- functions --------------------------------------------------------------------------------

    def _call(
        self,
        function: str,
        values: list[f.Formula],
        span: Span,
        options: dict[str, int | float | str],
    ) -> f.Formula:
        entry = library.ENTRIES[function]
        if function == "diag" and values and len(values[0].shape) == 2:
            function, entry = "diagonal", library.ENTRIES["diagonal"]
        if function == "exp" and values[0] in self.exponents:
            function, entry = "expm", library.ENTRIES["expm"]
        if function == "sqrt" and isinstance(values[0], f.MatMul) and len(values[0].shape) == 2:
            rows, columns = self.shape(values[0])
            if rows == columns:
                raise AmbiguousError(
                    "this root could be of each entry or of the matrix", span,
                    readings=("the root of each entry", "the matrix root: (A B)^{1/2}"),
                    hints=("write the matrix root as a power: (A B)^{1/2}",),
                )  # fmt: skip
        if function in TOTALS and len(values[0].shape) > 1:
            raise AmbiguousError(
                f"{function} of an array with {len(values[0].shape)} axes does not say which it runs over",
                span,
                readings=("over every entry", "over the last axis"),
                hints=(r"write the indices: \sum_{i,j} A_{ij}, or \sum_j A_{ij} for each i",),
            )
        if entry.signature in ("(n) -> (n)", "(n) -> ()") and not values[0].shape:
            return self._over_open(function, values[0], span)
        cores = _cores(entry.signature)
        if cores is not None and all(core == 0 for core in cores):
            values = self._align(values, span, sum_like=False)
        elif cores is not None:
            for value, core in zip(values, cores, strict=False):
                if len(value.shape) < core:
                    kind = {1: "a vector", 2: "a matrix"}[core]
                    raise ShapeError(f"{function} needs {kind}", span)
        if function == "softmax" and values and len(values[0].shape) == 2:
            chosen = self.ledger.assume(
                "softmax-axis", "softmax runs over the last axis: rows sum to one",
                instead="over the first axis: columns sum to one", span=span,
            )  # fmt: skip
            if chosen == "first":
                flipped = f.Transpose(values[0], span=span)
                inner = f.Call(function, (flipped,), flipped.shape, span=span)
                return f.Transpose(inner, span=span)
        result = signature.apply(
            entry, tuple(v.shape for v in values), unify=self._unify(function, span),
            options=tuple(options.items()),
        )  # fmt: skip
        return f.Call(function, tuple(values), result, tuple(options.items()), span=span)

    def _over_open(self, function: str, value: f.Formula, span: Span) -> f.Formula:
        """A function of all entries written over a free index of the left side runs over that index."""
        inside = {index.name: index for index in value.free}
        summed = [b for b in self.summed if self.index(b).name in inside]
        if summed and function in EXPONENTIAL:
            return self._over_summed(function, value, summed[-1], span)
        free = [inside[index.name] for index in self.open if index.name in inside]
        if not free:
            raise ShapeError(
                f"{function} needs a vector, and this is a number", span,
                hints=("declare the shapes of its symbols with shapes=",),
            )  # fmt: skip
        index = free[-1]
        if len(free) > 1:
            self.ledger.assume(
                "free-axis", f"{function} runs over {index.name}, the last free index", span=span
            )
        built = f.Build((index,), value, span=span)
        if library.ENTRIES[function].signature == "(n) -> ()":
            return f.Call(function, (built,), (), span=span)
        whole = f.Call(function, (built,), built.shape, span=span)
        return f.At(whole, (f.Position(index),), span=span)

    def _over_summed(
        self, function: str, value: f.Formula, binding: d.Binding, span: Span
    ) -> f.Formula:
        r"""`\sum_j softmax(q_i^\top k_j) v_j`: over what the operator runs over."""
        index = self.index(binding)
        if len(value.free) > 1:
            self.ledger.assume(
                "summed-axis",
                f"{function} runs over {index.name}, which the operator before it binds",
                instead="over another index",
                span=span,
            )
        if binding.limits:
            value = self._limited(function, value, binding, span)
        built = f.Build((index,), value, span=span)
        whole = f.Call(function, (built,), built.shape, span=span)
        return f.At(whole, (f.Position(index),), span=span)

    def _unify(self, function: str, span: Span) -> Callable[[Dim, Dim], Dim]:
        return lambda a, b: self.same(a, b, f"the operands of {function} differ in size", span)

    def _bars(self, node: d.Bars) -> f.Formula:
        value = self.formula(node.body)
        rank = len(value.shape)
        if node.kind == "|":
            if node.vector:
                return self._call("norm", [value], node.span, {})
            if rank == 2:
                self.same(
                    value.shape[0], value.shape[1],
                    "bars round a matrix are its determinant, and it is not square", node.span,
                )  # fmt: skip
                return self._call("det", [value], node.span, {})
            return self._call("abs", [value], node.span, {})
        return self._norm(node, value, rank)

    def _norm(self, node: d.Bars, value: f.Formula, rank: int) -> f.Formula:
        order = node.order
        if rank == 0:
            if (isinstance(value, f.Symbol) and value.elementwise) or order not in (None, "2", "1"):
                raise ShapeError("the norm of a number", node.span)
            return self._call("abs", [value], node.span, {})
        if rank > 2:
            raise UnsupportedError("the norm of an array with more than two axes", node.span)
        if isinstance(order, d.Draft):
            if rank == 2:
                raise UnsupportedError("this norm of a matrix", node.span)
            power = self.formula(order)
            if power.shape:
                raise ShapeError(
                    f"the order of a norm is a number, and {_name(power)} is an array", node.span,
                    hints=("give the order and the array different letters",),
                )  # fmt: skip
            return self._call("normp", [value, power], node.span, {})
        vector = {
            None: "norm",
            "2": "norm",
            "1": "norm1",
            "infty": "norminf",
            "0": "norm0",
            "F": "norm",
        }
        matrix = {
            None: "frobenius_norm", "F": "frobenius_norm", "Fro": "frobenius_norm", "2": "spectral_norm",
            "star": "nuclear_norm", "nuc": "nuclear_norm", "1": "matrix_norm1", "infty": "matrix_norminf",
        }  # fmt: skip
        name = (vector if rank == 1 else matrix).get(order)
        if name is None:
            raise UnsupportedError(f"the norm written with {order} below", node.span)
        return self._call(name, [value], node.span, {})

    def _apply(self, node: d.Apply, name: str, values: list[f.Formula]) -> f.Formula:
        declared = self.functions[name]
        expected = declared.arguments or ()
        loops: list[Shape] = []
        for value, shape in zip(values, expected, strict=True):
            if len(value.shape) < len(shape):
                raise ShapeError(
                    f"{name} takes an array with {len(shape)} axes, and is given one with "
                    f"{len(value.shape)}", node.span,
                )  # fmt: skip
            loop = value.shape[: len(value.shape) - len(shape)]
            for own, wanted in zip(value.shape[len(loop) :], shape, strict=True):
                self.same(own, wanted, f"an argument of {name} does not fit", node.span)
            loops.append(loop)
        widest = max(loops, key=len)
        for loop in loops:
            if loop and len(loop) != len(widest):
                raise ShapeError(f"the arguments of {name} have different loop axes", node.span)
            for a, b in zip(loop, widest, strict=False):
                self.same(a, b, f"the arguments of {name} differ in size", node.span)
        function = f.Function(
            name, tuple(self.sizes.shape(s) for s in expected), self.sizes.shape(declared.shape)
        )  # fmt: skip
        return f.Apply(function, tuple(values), widest + function.result, span=node.span)

    def _cases(
        self, node: d.Cases, branches: list[tuple[d.Draft, d.Draft]], otherwise: d.Draft | None
    ) -> f.Formula:
        values = [self.formula(v) for v, _ in branches]
        conditions = [self.formula(c) for _, c in branches]
        last = [] if otherwise is None else [self.formula(otherwise)]
        aligned = self._align([*values, *conditions, *last], node.span, sum_like=False)
        count = len(branches)
        made = tuple(
            f.Branch(v, c) for v, c in zip(aligned[:count], aligned[count : 2 * count], strict=True)
        )
        return f.Cases(made, aligned[-1] if last else None, span=node.span)

    def _derivative(
        self, node: d.Derivative, body: d.Draft, variable: d.Info, at: d.Draft
    ) -> f.Formula:
        point = self.formula(at)
        if variable.rank != len(point.shape):
            if variable.rank == 0 and point.shape:
                raise UnsupportedError(
                    "a derivative taken element by element of an array", node.span
                )
            raise ShapeError("the point of this derivative does not fit its variable", node.span)
        symbol = self.symbol(variable)
        for a, b in zip(symbol.shape, point.shape, strict=True):
            self.same(a, b, "the point of this derivative does not fit its variable", node.span)
        value = self.formula(body)
        if value.shape:
            raise UnsupportedError("the derivative of an array", node.span)
        return f.Gradient(value, self.symbol(variable), point, span=node.span)

    # --- joining ----------------------------------------------------------------------------------

    def _join(self, node: d.Join, separators: list[str]) -> f.Formula:
        """`[a; b]`: numbers make a vector, vectors and matrices are joined; lists count as their terms."""
        terms = [self._term(item) for item in node.items]
        ranks = {len(value.shape) for value, _ in terms}
        if ranks == {0}:
            if "‖" in separators:
                raise AmbiguousError("numbers joined by bars", node.span)
            if all(index is None for _, index in terms):
                return f.Array(tuple(value for value, _ in terms), span=node.span)
        if ranks == {1} and len({self.shape(value) for value, _ in terms}) == 1:
            self.stackable.append(id(node))
            if self.readings.get(id(node)) == "stack":
                return self._stacked(node, terms)
        if ranks <= {0, 1}:
            return self._concatenated([self._flat(v, i) for v, i in terms], node.span)
        if ranks == {2}:
            values = [self._wide(value, index) for value, index in terms]
            return values[0] if len(values) == 1 else self._join_matrices(node, values)
        raise ShapeError("these cannot be joined: they have different numbers of axes", node.span)

    def _term(self, item: d.Draft) -> tuple[f.Formula, f.IndexVar | None]:
        """A term of a list, with the index that it runs over where it stands for several."""
        if not isinstance(item, d.Each):
            return self.formula(item), None
        body = self.formula(item.body)
        return body, self.index(item.binding)

    def _concatenated(self, parts: list[f.Formula], span: Span) -> f.Formula:
        if len(parts) == 1:
            return parts[0]
        total = Dim(())
        for part in parts:
            total = total + part.shape[0]
        return f.Call("concat", tuple(parts), (total,), (("axis", -1),), span=span)

    def _flat(self, value: f.Formula, index: f.IndexVar | None) -> f.Formula:
        """A term as a vector; a list of vectors as one long vector."""
        if index is None:
            return value if value.shape else f.Array((value,), span=value.span)
        built = f.Build((index,), value, span=value.span)
        return built if not value.shape else self._lined_up(built)

    def _lined_up(self, rows: f.Formula) -> f.Formula:
        """The rows of a matrix, one after the other, as a vector."""
        count, width = self.shape(rows)
        return f.Call("flatten", (rows,), (count * width,), span=rows.span)

    def _stacked(self, node: d.Join, terms: list[tuple[f.Formula, f.IndexVar | None]]) -> f.Formula:
        """Vectors as the rows of a matrix."""
        parts: list[f.Formula] = []
        count = Dim(())
        for value, index in terms:
            rows = f.Array((value,)) if index is None else f.Build((index,), value)
            parts.append(rows)
            count = count + rows.shape[0]
        if len(parts) == 1:
            return parts[0]
        shape = (count, parts[0].shape[1])
        return f.Call("concat", tuple(parts), shape, (("axis", -2),), span=node.span)

    def _wide(self, value: f.Formula, index: f.IndexVar | None) -> f.Formula:
        """A matrix; a list of matrices side by side as one wide matrix."""
        if index is None:
            return value
        built = f.Build((index,), value, span=value.span)
        row = f.IndexVar(f"{index.name}_row", self.sizes.resolve(value.shape[0]))
        one = f.At(built, (None, f.Position(row)), span=value.span)
        return f.Build((row,), self._lined_up(one), span=value.span)

    def _join_matrices(self, node: d.Join, values: list[f.Formula]) -> f.Formula:
        shapes = [self.shape(v) for v in values]
        rows = all(s[0] == shapes[0][0] for s in shapes)
        columns = all(s[1] == shapes[0][1] for s in shapes)
        if rows and columns:
            chosen = self.ledger.assume(
                "concatenation-axis", "matrices that fit both ways are joined along the last axis",
                instead="along the first", span=node.span,
            )  # fmt: skip
            rows = chosen == "last"
        if not rows and not columns:
            for s in shapes[1:]:
                self.same(s[0], shapes[0][0], "joined matrices differ in their rows", node.span)
            rows = True
        axis = 1 if rows else 0
        total = Dim(())
        for s in shapes:
            total = total + s[axis]
        result = (shapes[0][0], total) if rows else (total, shapes[0][1])
        return f.Call("concat", tuple(values), result, (("axis", axis - 2),), span=node.span)

    def _literal(self, node: d.Literal, rows: list[list[d.Draft]]) -> f.Formula:
        values = [[self.formula(cell) for cell in row] for row in rows]
        if len({len(row) for row in values}) != 1:
            raise ShapeError("the rows of this matrix differ in length", node.span)
        if all(not v.shape for row in values for v in row):
            return f.Array(tuple(f.Array(tuple(row)) for row in values), span=node.span)
        if all(len(row) == 1 and len(row[0].shape) == 1 for row in values):
            parts = [row[0] for row in values]
            total = Dim(())
            for part in parts:
                total = total + part.shape[0]
            return f.Call("concat", tuple(parts), (total,), (("axis", -1),), span=node.span)
        sides = [[self.sided(cell)[1] for cell in row] for row in rows]
        return self._blocks(node, self._filled(node, values, sides))

    def _filled(
        self, node: d.Literal, values: list[list[f.Formula]], sides: list[list[str]]
    ) -> list[list[f.Formula]]:
        """Blocks as matrices: columns and rows are one wide and high, 0 takes the size of its place."""
        one = Dim.of(1)
        heights: list[Dim | None] = [None] * len(values)
        widths: list[Dim | None] = [None] * len(values[0])
        empty: list[tuple[int, int]] = []
        made = [list(row) for row in values]
        for i, row in enumerate(values):
            for k, value in enumerate(row):
                if len(value.shape) > 2:
                    raise UnsupportedError("a block with more than two axes", node.span)
                if len(value.shape) == 1:
                    lying = f.Array((value,), span=value.span)
                    made[i][k] = lying if sides[i][k] == ROW else f.Transpose(lying)
                elif not value.shape and _literal_number(value) == 0:
                    empty.append((i, k))
                    continue
                elif not value.shape:
                    made[i][k] = f.Array((f.Array((value,)),), span=value.span)
                heights[i], widths[k] = (
                    heights[i] or made[i][k].shape[0],
                    widths[k] or made[i][k].shape[1],
                )
        for i, k in empty:
            size = (heights[i] or one, widths[k] or one)
            made[i][k] = f.Call("zeros", (), self.sizes.shape(size), span=node.span)
        return made

    def _blocks(self, node: d.Literal, values: list[list[f.Formula]]) -> f.Formula:
        """A block matrix: every cell is a matrix."""
        made: list[f.Formula] = []
        for row in values:
            total = Dim(())
            for value in row:
                self.same(value.shape[0], row[0].shape[0], "the blocks of a row differ", node.span)
                total = total + value.shape[1]
            shape = (row[0].shape[0], total)
            made.append(f.Call("concat", tuple(row), shape, (("axis", -1),), span=node.span))
        height = Dim(())
        for line in made:
            self.same(line.shape[1], made[0].shape[1], "the rows of blocks differ", node.span)
            height = height + line.shape[0]
        if len(made) == 1:
            return made[0]
        return f.Call(
            "concat", tuple(made), (height, made[0].shape[1]), (("axis", -2),), span=node.span
        )

    def _unit(self, kind: str, size: Dim, span: Span) -> f.Formula:
        size = self.sizes.resolve(size)
        shape = (size, size) if kind == "identity" else (size,)
        return f.Call(kind, (), shape, span=span)


# --- small questions ------------------------------------------------------------------------------


def _shape(values: Sequence[f.Formula]) -> Shape:
    return max((v.shape for v in values), key=len, default=())


def _flat(values: Sequence[f.Formula], kind: type[f.Multiply]) -> list[f.Formula]:
    """Factors of factors, in order; a product keeps its grouping only where it is a matrix product."""
    found: list[f.Formula] = []
    for value in values:
        found.extend(value.factors if isinstance(value, kind) else (value,))
    return found


def _increasing(room: int, width: int) -> list[tuple[int, ...]]:
    from itertools import combinations

    return list(combinations(range(room), width))


def _is_unit(value: f.Formula, kind: str) -> bool:
    match value:
        case f.Call(function) if function == kind:
            return True
        case f.Negate(body):
            return _is_unit(body, kind)
        case f.Multiply(factors):
            return any(_is_unit(factor, kind) for factor in factors)
    return False


def _has_ones(value: f.Formula) -> bool:
    r"""Whether an expression is a sum with ones, as gates have: `\mathbf 1 - w`."""
    return isinstance(value, f.Add) and any(
        not term.shape or _is_unit(term, "ones") for term in value.terms
    )


def _mapped(value: f.Formula) -> bool:
    """Whether a function works on every entry: `ReLU^2(A)`, whose power is one of numbers."""
    if not isinstance(value, f.Call):
        return False
    cores = _cores(library.ENTRIES[value.function].signature)
    return bool(cores) and not any(cores or ())


def _literal_number(value: f.Formula) -> float | None:
    match value:
        case f.Number(number):
            return float(number)
        case f.Negate(body):
            inner = _literal_number(body)
            return None if inner is None else -inner
        case f.Divide(top, bottom):
            a, b = _literal_number(top), _literal_number(bottom)
            return None if a is None or not b else a / b
    return None


def _size(value: f.Formula) -> Dim | None:
    match value:
        case f.Size(dim):
            return dim
        case f.Number(int(number)):
            return Dim.of(number)
        case f.Add(terms):
            total = Dim(())
            for term in terms:
                part = _size(term)
                if part is None:
                    return None
                total = total + part
            return total
        case f.Negate(body):
            inner = _size(body)
            return None if inner is None else -inner
    return None


def _cores(text: str) -> list[int] | None:
    if text == "*":
        return None
    inputs = text.split("->")[0]
    groups = [g.split(")")[0] for g in inputs.split("(")[1:]]
    return [len([a for a in g.split(",") if a.strip()]) for g in groups]


def _name(value: f.Formula) -> str:
    match value:
        case f.Symbol(name):
            return name.split(":")[0]
        case f.Transpose(base):
            return f"{_name(base)}^T"
        case f.At(base):
            return _name(base)
        case f.Call(function):
            return function
    return "(…)"


def _text(shape: Shape) -> str:
    return ", ".join("?" if "?" in str(dim) else str(dim) for dim in shape)
