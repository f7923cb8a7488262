"""What every part of the elaborator knows: sizes, symbols, what was typed, and what to ask the
others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eq2code.errors import AmbiguousError, ShapeError
from eq2code.read import draft as d
from eq2code.read.addresses import Addresses
from eq2code.read.alternatives import kronecker, products
from eq2code.read.conventions import Ledger
from eq2code.read.declare import Declared
from eq2code.read.formulas import (
    Sided,
)
from eq2code.read.unify import Clash, Sizes
from eq2code.source import Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape


class Undecided(AmbiguousError):
    """A sign that shapes alone do not settle: its readings are to be tried on the rest of the
    source."""

    def __init__(
        self, node: d.Signed, options: tuple[str, ...], span: Span, *, gate: bool = False
    ) -> None:
        entrywise, _, outer = products([node.left], [node.right])
        other = outer if "outer" in options else kronecker(node.left, node.right)
        super().__init__(
            "⊗ between two arrays of one shape can be read in several ways",
            span,
            readings=(entrywise, other),
        )
        self.node, self.options, self.gate = node, options, gate


class Elaboration:
    """Types the drafts of one system; each part answers for its own constructs."""

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
        self.symmetric: set[str] = set()
        self.spread: set[str] = set()
        self.complex: set[str] = set()
        self.may_be_complex = False
        self.stackable: list[int] = []
        self.raised: set[int] = set()
        self.told = dict(ledger.taken)
        self.juxtaposed: list[tuple[str, str]] = []
        self.dotted: list[tuple[str, ...]] = []
        self.both: set[int] = set()
        self.pairs: list[tuple[d.Join, Shape, Shape]] = []
        self.loose: list[d.Sum] = []
        self._done: dict[int, Sided] = {}
        self._symbols: dict[int, tuple[Shape, int, f.Symbol]] = {}

    def again(self) -> None:
        """Forget what was made and told, keep what was learnt."""
        self.ledger.again(self.told)
        self._done, self._symbols = {}, {}
        self.open, self.summed, self.stackable = [], [], []
        self.pairs, self.loose = [], []

    def formula(self, node: d.Draft) -> f.Formula:
        """The typed formula of a draft."""
        return self.sided(node)[0]

    def sided(self, node: d.Draft) -> Sided:
        """The typed formula and, for a vector, whether it is written as a row or a column."""
        key = id(node)
        done = self._done.get(key)
        if done is None:
            done = self._done[key] = self.type_of(node)
        return done

    def done(self, node: d.Draft) -> f.Formula | None:
        """The typed formula of a draft, where it has been made."""
        made = self._done.get(id(node))
        return None if made is None else made[0]

    def symbol(self, info: d.Info) -> f.Symbol:
        """The formula's symbol for an `Info`; axes are made on first use."""
        if info.shape is None:
            info.shape = tuple([self.sizes.fresh() for _ in range(info.rank)]) if info.rank else ()
            for sibling in () if info.layered else info.siblings:
                if sibling.rank == info.rank and sibling.shape is None and not sibling.elementwise:
                    sibling.shape = info.shape
        key = id(info)
        known = self._symbols.get(key)
        if known is not None and known[0] is info.shape and known[1] == self.sizes.version:
            return known[2]
        elementwise = info.elementwise and not info.shape
        symbol = f.Symbol(
            info.name, self.sizes.shape(info.shape), info.kind, elementwise, span=info.first
        )  # fmt: skip
        self._symbols[key] = (info.shape, self.sizes.version, symbol)
        return symbol

    def index(self, binding: d.Binding) -> f.IndexVar:
        """The formula's index for a binding."""
        return self.addresses.index(binding)

    def same(
        self, left: Dim, right: Dim, what: str, span: Span, *, hints: tuple[str, ...] = ()
    ) -> Dim:
        """Equate two sizes; ShapeError in the user's symbols where they differ."""
        try:
            return self.sizes.unify(left, right, span)
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

    def same_shape(self, values: Sequence[f.Formula], span: Span, what: str) -> None:
        first = values[0].shape
        for value in values[1:]:
            for a, b in zip(first, value.shape, strict=True):
                self.same(a, b, what, span)

    def differ(self, left: Shape, right: Shape) -> bool:
        """Whether two shapes are known to be different."""
        return any(not self.may_equal(a, b) for a, b in zip(left, right, strict=True))

    def may_equal(self, left: Dim, right: Dim) -> bool:
        fresh = self.sizes.unnamed(left) or self.sizes.unnamed(right)
        return left == right or fresh

    def over_entries(self, operation: str, factors: tuple[f.Formula, ...], span: Span) -> f.Formula:
        """The sum, or the largest, of the products of the entries of matrices of one shape."""
        rows, columns = self.shape(factors[0])
        indices = (
            f.IndexVar(f"row_{span.start}", rows),
            f.IndexVar(f"column_{span.start}", columns),
        )
        places = tuple(f.Position(index, span=span) for index in indices)
        entries = tuple(f.At(factor, places, span=span) for factor in factors)
        body = entries[0] if len(entries) == 1 else f.Multiply(entries, span=span)
        return f.Reduce(operation, indices, body, span=span)

    def unify(self, function: str, operands: int, span: Span) -> Callable[[Dim, Dim], Dim]:
        what = "needs a square matrix" if operands == 1 else "needs operands of one size"
        return lambda a, b: self.same(a, b, f"{function} {what}", span)

    # --- what the parts ask of each other ---------------------------------------------------------

    def type_of(self, node: d.Draft) -> Sided:
        raise NotImplementedError

    def compared(self, operands: list[d.Draft], signs: list[str]) -> list[f.Formula]:
        raise NotImplementedError

    def align(self, values: list[f.Formula], span: Span, *, sum_like: bool) -> list[f.Formula]:
        raise NotImplementedError

    def sum_of(self, node: d.Sum) -> Sided:
        raise NotImplementedError

    def signed(self, node: d.Signed) -> Sided:
        raise NotImplementedError

    def check_own_elements(self, parts: Sequence[d.Draft], span: Span) -> None:
        raise NotImplementedError

    def chain(
        self, sided: Sequence[Sided], drafts: Sequence[d.Draft], span: Span, *, told: bool = False
    ) -> Sided:
        raise NotImplementedError

    def flip(self, node: d.Flip, base: d.Draft) -> Sided:
        raise NotImplementedError

    def quotient(self, top: Sided, bottom: f.Formula, span: Span) -> Sided:
        raise NotImplementedError

    def slash(self, node: d.Slash) -> Sided:
        raise NotImplementedError

    def power(self, node: d.Power, base: d.Draft, exponent: d.Draft) -> f.Formula:
        raise NotImplementedError

    def entries(self, node: d.At, base: d.Draft, places: list[d.Draft | None]) -> f.Formula:
        raise NotImplementedError

    def cut(self, node: d.Cut, base: d.Draft) -> f.Formula:
        raise NotImplementedError

    def weave(self, node: d.Weave) -> f.Formula:
        raise NotImplementedError

    def piece(self, node: d.Piece) -> f.Formula:
        raise NotImplementedError

    def big(self, node: d.Big) -> f.Formula:
        raise NotImplementedError

    def along(self, node: d.Along, function: str, body: d.Draft, binding: d.Binding) -> f.Formula:
        raise NotImplementedError

    def limited(self, function: str, value: f.Formula, binding: d.Binding, span: Span) -> f.Formula:
        raise NotImplementedError

    def call(
        self,
        function: str,
        values: list[f.Formula],
        span: Span,
        options: dict[str, int | float | str],
    ) -> f.Formula:
        raise NotImplementedError

    def root(self, value: f.Formula, number: float, span: Span) -> f.Formula | None:
        raise NotImplementedError

    def bars(self, node: d.Bars) -> f.Formula:
        raise NotImplementedError

    def apply(self, node: d.Apply, name: str, values: list[f.Formula]) -> f.Formula:
        raise NotImplementedError

    def cases(
        self, node: d.Cases, branches: list[tuple[d.Draft, d.Draft]], otherwise: d.Draft | None
    ) -> f.Formula:
        raise NotImplementedError

    def derivative(
        self, node: d.Derivative, body: d.Draft, variable: d.Info, at: d.Draft
    ) -> f.Formula:
        raise NotImplementedError

    def join(self, node: d.Join, separators: list[str]) -> f.Formula:
        raise NotImplementedError

    def literal(self, node: d.Literal, rows: list[list[d.Draft]]) -> f.Formula:
        raise NotImplementedError

    def unit(self, kind: str, size: Dim, span: Span) -> f.Formula:
        raise NotImplementedError
