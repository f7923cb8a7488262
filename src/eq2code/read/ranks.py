"""How many axes has each symbol? What the formula demands, then what habits say, one at a time.

Ranks flow up from what is known and down from what is expected, until nothing changes; then the
next habit decides for the symbols that it covers, and they flow again. What nothing decides is
elementwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from eq2code import library
from eq2code.read import draft as d
from eq2code.read.added import Added
from eq2code.read.bars import ENTRIES, OPEN, Surroundings, is_signed_size
from eq2code.read.besides import DOUBTFUL, ELEMENTWISE, Besides
from eq2code.read.conventions import Ledger
from eq2code.read.rows import settle

ROW, COLUMN, PLAIN = "row", "column", ""
CHOOSING = frozenset({"scale", "factor", "power", "inverted", "measured", "listed"})
WIDE = frozenset({"flipped", "inverted", "operand", "beside-unit", "indexed"})
MARKED = frozenset({"prev", "next", "hat", "bar", "tilde", "dot", "vec", "prime", "star", "plus"})
DEMANDING = frozenset({d.Call, d.Apply, d.Signed, d.At, d.Side, d.Sum, d.Big, d.Derivative})
ARITHMETIC = frozenset(
    {d.Number, d.Constant, d.Symbol, d.SizeOf, d.Sum, d.Side, d.Quotient, d.Slash, d.Power}
)
WAVES = frozenset({"sin", "cos", "tan", "exp", "sinh", "cosh"})  # a letter before them: how strong
SHAPING = frozenset({"factor", "operand", "flipped", "inverted", "beside-unit"})


@cache
def signature_ranks(function: str) -> tuple[list[int], int] | None:
    """The core ranks of a function's arguments and result; None for a rule of its own."""
    signature = library.ENTRIES[function].signature
    if signature == "*":
        return None
    inputs, _, result = signature.partition("->")
    groups = [g.split(")")[0] for g in inputs.split("(")[1:]]
    count = [len([a for a in g.split(",") if a.strip()]) for g in groups]
    last = result.split("(")[1].split(")")[0]
    return count, len([a for a in last.split(",") if a.strip()])


class Ranks:
    """The ranks of one system."""

    def __init__(
        self,
        definitions: Iterable[d.Definition],
        functions: dict[str, tuple[list[int], int]],
        ledger: Ledger,
    ) -> None:
        self.definitions = list(definitions)
        self.functions = functions
        self.ledger = ledger
        self.changed = False
        self.infos: dict[int, d.Info] = {}
        self.roles: dict[int, set[str]] = defaultdict(set)
        self.ratios: set[int] = set()
        self.multiplied: set[int] = set()
        self.trailing: dict[int, list[d.Info]] = {}
        self.nodes: list[d.Draft] = []
        self.above = d.Above(self.definitions)
        self.elements: list[d.At] = []
        self.addressed: set[int] = set()
        self.united: set[int] = set()
        self.inverted: set[int] = set()
        self._memo: dict[int, int | None] = {}
        self._sides: dict[int, str] = {}
        self._flat = False  # whether every pair of bars is taken for a number
        self._other: tuple[dict[int, int | None], dict[int, str]] = ({}, {})
        self.bodies = {id(one.info): one.body for one in self.definitions}
        for definition in self.definitions:
            self._collect(definition)
        self.demanding = [node for node in self.nodes if node.__class__ in DEMANDING]
        self.arithmetic = ARITHMETIC.issuperset(map(type, self.nodes))
        self.products = [x for x in self.nodes if type(x) is d.Side or type(x) is d.Signed]
        self.sums = [node for node in self.nodes if type(node) is d.Sum]
        self.flips = [node for node in self.nodes if type(node) is d.Flip]
        self.norms = [node for node in self.nodes if type(node) is d.Bars]
        self.bars = [node for node in self.norms if node.kind == "|"]
        self.first_norms = [node for node in self.norms if node.kind == "‖" and node.order == "1"]

    @property
    def besides(self) -> Besides:
        """What stands beside products; made where it is asked, as what it asks is kept here."""
        return Besides(self.above, self.definitions, self)

    @property
    def surroundings(self) -> Surroundings:
        """What stands around bars."""
        return Surroundings(self.above, self.definitions, self)

    @property
    def added(self) -> Added:
        """What becomes of sums."""
        return Added(self.above, self.definitions, self)

    def _collect(self, definition: d.Definition) -> None:
        """Gather the drafts and symbols of a definition, and the roles in which they stand."""
        self.infos.setdefault(id(definition.info), definition.info)
        self.nodes += definition.nodes
        for node in definition.nodes:
            if type(node) is d.Symbol:
                self.infos[id(node.info)] = node.info
            elif type(node) is d.Derivative:
                self.infos[id(node.variable)] = node.variable
        for node, _ in definition.holders:
            self._note_roles(node)

    def _note_roles(self, node: d.Draft) -> None:
        match node:
            case d.Quotient(top, bottom):
                self.ratios |= {id(top), id(bottom)}
                self._role(bottom, "divisor")
                self._divides(bottom)
                self._role(top, "over" if isinstance(bottom, d.Number) else "term")
            case d.Power(base, exponent):
                self._role(exponent, "exponent")
                matrix = type(exponent) is d.Sum or type(exponent) is d.Quotient
                self._role(base, "inverted" if matrix else "power")
                if matrix:
                    self.inverted.add(id(base))
            case d.Flip(base):
                self._role(base, "flipped")
            case d.Side(factors):
                shapely = [
                    x
                    for x in factors
                    if (self.may_have_axes(x) or lone_element(x))
                    and (x is factors[-1] or not is_step(x))
                ]
                if id(node) not in self.ratios and (last := trailing(factors)):
                    self.trailing[id(node)] = last
                    shapely.append(factors[-1])
                role = "factor" if len(shapely) > 1 else "scale"
                for factor in factors:
                    self._role(factor, role)
                if any(map(is_matrix_like, factors)):
                    self.multiplied.update(map(id, factors))
            case d.Slash(_, factors) if sum(map(self.may_have_axes, factors[1:])) > 1:
                for factor in factors[1:]:
                    self._role(factor, "factor")
            case d.Signed(sign, left, right):
                shapely = [f for f in (left, right) if self.may_have_axes(f)]
                matrix = self.ledger.choose("asterisk") == "matrix" and _multiplies(node)
                joins = sign in "@·⊗×" or matrix
                role = "factor" if joins and len(shapely) > 1 else "scale"
                role = "operand" if sign == "⟨⟩" else role
                self._role(left, role)
                self._role(right, role)
            case d.Call(function, arguments):
                ranks = signature_ranks(function)
                for k, argument in enumerate(arguments):
                    wide = ranks is None or (k < len(ranks[0]) and ranks[0][k] > 0)
                    self._role(argument, "operand" if wide else "scale")
            case d.Bars(kind, body, order):
                self._role(body, "operand")
                if isinstance(order, d.Draft):
                    self._role(order, "operand")
                for term in (
                    (body.terms if isinstance(body, d.Sum) else [body]) if kind == "|" else ()
                ):
                    self._role(term, "measured")
            case d.At(base, places):
                self._role(base, "indexed")
                if isinstance(base, d.Symbol):
                    self.elements.append(node)
                    self.addressed.add(id(base.info))
                for place in places:
                    if place is not None:
                        self._role(place, "place")
            case d.Sum(terms):
                units = [t for t in terms if type(t) is d.Unit and t.kind == "identity"]
                if units:
                    self.united.add(id(node))
                for term in terms:
                    self._role(term, "beside-unit" if units else "term")
            case d.Join() | d.Literal():
                for child in d.children(node):
                    self._role(child, "operand")
                    if isinstance(node, d.Join):
                        self._role(child, "listed")  # numbers are stacked, vectors are joined
            case _:
                for child in d.children(node):
                    self._role(child, "term")

    def both(self) -> set[int]:
        """The arrays that stand in the source whole and element by element."""
        if not self.addressed:
            return set()
        return {
            id(node.info)
            for node in self.nodes
            if isinstance(node, d.Symbol) and id(node.info) in self.addressed
            for parent in self.above.of(node)
            if not isinstance(parent, d.At) or parent.base is not node
        }

    def _divides(self, node: d.Draft) -> None:
        """Note the letters that a divisor is made of: nobody divides by a matrix."""
        match node:
            case d.Symbol(info):
                self.roles[id(info)].add("divides")
            case d.Side(parts) if any(map(is_turned, parts)):
                return  # x^T A x is a number
            case d.Sum(parts) | d.Side(parts):
                for part in parts:
                    self._divides(part)
            case d.Signed(_, left, right):
                self._divides(left)
                self._divides(right)

    def _role(self, node: d.Draft, role: str) -> None:
        """Note a role of a symbol, or of the symbols that give an expression its shape."""
        match node:
            case d.Symbol(info):
                known = self.roles[id(info)]
                if role in SHAPING and role not in known and id(info) in self.bodies:
                    known.add(role)
                    body = self.bodies[id(info)]
                    self._role(self._shaping(body) if info.capital else body, role)
                known.add(role)
            case _ if role not in SHAPING:
                return
            case d.Signed(_, left, right):
                self._role(left, role)
                self._role(right, role)
            case d.Sum(terms):
                for term in terms:
                    self._role(term, role)
            case d.Quotient(top, _):
                self._role(top, role)
            case d.Side(factors) if role in ("factor", "inverted"):
                shapely = [x for x in factors if self.may_have_axes(x) and not is_step(x)]
                if len(shapely) == 1:
                    self._role(shapely[0], role)
            case d.Side([*scales, d.Symbol(info)]) if role == "inverted" and info.capital:
                if not any(map(self.may_have_axes, scales)):  # (\tau \Sigma)^{-1}
                    self._role(node.factors[-1], role)

    def _shaping(self, body: d.Draft) -> d.Draft:
        r"""What a capital letter is the multiple, the power or the function of each entry of."""
        match body:
            case d.Power(base):
                return self._shaping(base)
            case d.Side(factors):
                wide = [x for x in factors if self.may_have_axes(x)]
                return self._shaping(wide[0]) if len(wide) == 1 else body
            case d.Call(function, [argument]):
                ranks = signature_ranks(function)
                scalar = ranks is not None and not any(ranks[0])
                return self._shaping(argument) if scalar else body
        return body

    def may_have_axes(self, node: d.Draft) -> bool:
        """Whether a factor could be an array, before any rank is known."""
        match node:
            case d.Symbol(info):
                if info.rank is not None:
                    return info.rank > 0
                key = id(info)
                if key not in self.bodies:
                    return info.capital or info.bold or info.latin
                body = self.bodies.pop(key)
                try:  # out of reach of itself while it is asked
                    return self.may_have_axes(body)
                finally:
                    self.bodies[key] = body
            case d.Number() | d.Constant() | d.SizeOf() | d.LastSize() | d.LastOf() | d.Value():
                return False
            case d.Power(base):
                return self.may_have_axes(base)
            case d.Sum(parts) | d.Side(parts) | d.Extreme(_, parts):
                return any(map(self.may_have_axes, parts))
            case d.Flip(base) if node.power is not None:
                return self.may_have_axes(base)
            case d.Flip() | d.Unit() | d.Signed():
                return True
            case d.Quotient(top, _):
                return self.may_have_axes(top)
            case d.Call(function, arguments) if function in WAVES:
                return any(map(self.surely_wide, arguments))
            case d.Call(function, arguments):
                ranks = signature_ranks(function)
                return ranks is None or ranks[1] > 0 or any(map(self.may_have_axes, arguments))
            case d.Big(_, _, body):
                return self.may_have_axes(body)
            case d.At(base, places) if isinstance(base, d.Symbol):
                info = base.info
                if info.rank is not None:
                    return info.rank > len(places)
                return info.bold or (info.capital and len(places) == 1)
            case d.Bars():
                return False
        return True

    def surely_wide(self, node: d.Draft) -> bool:
        """Whether an expression holds a letter that is no number: declared, bold or a capital."""
        if isinstance(node, d.Symbol):
            info = node.info
            return info.capital or info.bold if info.rank is None else info.rank > 0
        return any(map(self.surely_wide, d.children(node)))

    def flow(self) -> None:
        for _ in range(50):
            self.changed = False
            for node in self.demanding:
                self._demand(node)
            for definition in self.definitions:
                self._equate(definition)
            for info in self.infos.values():
                for sibling in info.siblings:
                    self._share(info, sibling)
            if not self.changed or self.is_done():
                return

    def is_bare(self) -> bool:
        """Whether the source is arithmetic of letters, and the rank of none is known: they say
        nothing of each other."""
        return self.arithmetic and set(self.ranks_known()) <= {None}

    def ranks_known(self) -> list[int | None]:
        """The rank of each symbol, as far as it is known."""
        return [info.rank for info in self.infos.values()]

    def is_done(self) -> bool:
        """Whether the rank of every symbol is known."""
        return None not in self.ranks_known()

    def _equate(self, definition: d.Definition) -> None:
        rank = self.rank(definition.body)
        if definition.info.rank is None and rank is not None:
            self.settle(definition.info, rank, f"defined as {definition.info.name} = …")
        elif definition.info.rank is not None and rank is None:
            self.expect(definition.body, definition.info.rank)

    def _share(self, one: d.Info, other: d.Info) -> None:
        if one.rank is not None and other.rank is None:
            self.settle(other, one.rank, f"a step of {one.name}")
        elif other.rank is not None and one.rank is None:
            self.settle(one, other.rank, f"a step of {other.name}")

    def settle(self, info: d.Info, rank: int, why: str) -> None:
        if info.rank is None and rank >= 0:
            info.rank, info.why, self.changed = rank, why, True
            self.forget()

    def forget(self) -> None:
        """Forget the ranks of expressions: that of a symbol has changed."""
        self._memo, self._sides = {}, {}
        self._other = {}, {}

    def rank(self, node: d.Draft) -> int | None:
        """The rank of a draft, None while it is not known."""
        if type(node) is d.Symbol:
            return node.info.rank
        key = id(node)
        if key not in self._memo:
            self._memo[key] = self._rank(node)
        return self._memo[key]

    def ranks(self, nodes: Iterable[d.Draft]) -> list[int | None]:
        """The ranks of several drafts; those of symbols are at hand."""
        return [x.info.rank if type(x) is d.Symbol else self.rank(x) for x in nodes]

    def _rank(self, node: d.Draft) -> int | None:
        match node:
            case d.Side(factors):
                return self._chain(node, factors)
            case d.Number() | d.Constant() | d.SizeOf() | d.LastSize() | d.LastOf() | d.Value():
                return 0
            case d.At(base, places):
                rank = self.rank(base)
                return None if rank is None else max(rank - sum(p is not None for p in places), 0)
            case d.Cut(base) | d.Piece(base):
                return self.rank(base)
            case d.Sum(terms):
                return self._widest(terms)
            case d.Signed("·") if (reading := self.gate(node)) in (ELEMENTWISE, DOUBTFUL):
                return 1 if reading == ELEMENTWISE else None
            case d.Signed(sign, left, right):
                return self._signed(sign, left, right)
            case d.Quotient(top, bottom):
                return self._widest((top, bottom))
            case d.Slash(top, factors):
                return self._widest((top, *factors))
            case d.Power(base, exponent):
                return self._widest((base, exponent))
            case d.Flip(base):
                return self.rank(base)
            case d.Call(function, arguments):
                return self._called(function, arguments)
            case d.Along():
                return 0
            case d.Bars(kind, body):
                return self._bars(node, kind, body)
            case d.Apply(name, arguments):
                return self._applied(name, arguments)
            case d.Big(_, _, body):
                return self.rank(body)
            case d.Over(bindings, body):
                rank = self.rank(body)
                return None if rank is None else rank + len(bindings)
            case d.Extreme(_, arguments):
                return self._widest(arguments)
            case d.Compare(operands) | d.Logic(_, operands):
                return self._widest(operands)
            case d.Cases(branches, otherwise):
                last = () if otherwise is None else (otherwise,)
                return self._widest((*(v for v, _ in branches), *(c for _, c in branches), *last))
            case d.Each(_, body):
                rank = self.rank(body)
                return None if rank is None else rank + 1
            case d.Join(items):
                ranks = [self.rank(i.body if isinstance(i, d.Each) else i) for i in items]
                known = [r for r in ranks if r is not None]
                return max(1, *known) if known else None
            case d.Weave():
                return 1
            case d.Literal():
                return 2
            case d.Unit(kind):
                return 2 if kind == "identity" else 1
            case d.Derivative(_, _, at):
                return self.rank(at)
        raise TypeError(type(node).__name__)

    def _widest(self, parts: Iterable[d.Draft]) -> int | None:
        ranks = self.ranks(parts)
        widest = max([rank or 0 for rank in ranks], default=0)
        return None if widest == 0 and None in ranks else widest

    def _bars(self, node: d.Bars, kind: str, body: d.Draft) -> int | None:
        if kind == "‖" or node.vector or self._flat:
            return 0
        rank = self.rank(body)
        if rank not in (1, 2):
            return rank
        reading = self.meant(node, rank)
        return rank if reading == ENTRIES else None if reading == OPEN else 0

    def meant(self, node: d.Bars, rank: int) -> str:
        """What bars round an array are: what the user prefers, or what stands around them says."""
        preferred = self.ledger.prefer.get("bars" if rank == 1 else "determinant")
        return preferred or self.surroundings.reading(node, rank)

    def gate(self, node: d.Side | d.Signed) -> str:
        """What a product of two vectors is: what the user prefers, or what stands beside it
        says."""
        reading = self.besides.reading(node)
        preferred = self.ledger.prefer.get("beside-vector", reading)
        if isinstance(node, d.Side) and reading == DOUBTFUL != preferred != "inner":
            return DOUBTFUL  # z W x: which of its factors would go element by element?
        return reading and preferred

    def width(self, node: d.Draft) -> int | None:
        """The rank of a draft, with every pair of bars taken for a number."""
        if self._flat:
            return self.rank(node)
        self._turn()
        try:
            return self.rank(node)
        finally:
            self._turn()

    def _turn(self) -> None:
        """Ask of ranks with bars for numbers, or as before; what is known of each is kept."""
        self._flat = not self._flat
        self._other, (self._memo, self._sides) = (self._memo, self._sides), self._other

    @staticmethod
    def core(function: str, place: int) -> int | None:
        """How many axes a function takes of an argument at once; None for a rule of its own."""
        ranks = signature_ranks(function)
        return None if ranks is None or place >= len(ranks[0]) else ranks[0][place]

    def argument(self, function: str, place: int) -> int:
        """The rank that a declared function takes."""
        return self.functions[function][0][place]

    def _called(self, function: str, arguments: list[d.Draft]) -> int | None:
        ranks = signature_ranks(function)
        if ranks is None or (function == "diag" and arguments):
            rank = self.rank(arguments[0]) if arguments else 0
            if function == "diag" and rank is not None:
                return 1 if rank == 2 else 2
            return rank
        given = self.ranks(arguments)
        if None in given:
            known = [g for g in given if g is not None]
            return (
                max(known) if known and ranks == ([0] * len(given), 0) and max(known) > 0 else None
            )
        loops = [(g or 0) - core for g, core in zip(given, ranks[0], strict=False)]
        return max([0, *loops]) + ranks[1]

    def _applied(self, name: str, arguments: list[d.Draft]) -> int | None:
        expected, result = self.functions[name]
        given = [self.rank(a) for a in arguments]
        if None in given:
            return None
        loops = max((int(g or 0) - c for g, c in zip(given, expected, strict=True)), default=0)
        return max(loops, 0) + result

    def side(self, node: d.Draft) -> str:
        """Whether a vector is written as a row or a column; PLAIN where it could be either."""
        key = id(node)
        if key not in self._sides:
            self._sides[key] = self._side(node)
        return self._sides[key]

    def _side(self, node: d.Draft) -> str:
        if self.rank(node) != 1:
            return PLAIN
        match node:
            case d.Flip(base):
                return COLUMN if self.side(base) == ROW else ROW
            case d.Side(factors):
                return self.product(factors)[1]
            case d.Signed("@" | "·", left, right):
                return self.product([left, right])[1]
            case d.Sum() | d.Signed():
                sides = {self.side(t) for t in d.children(node) if self.rank(t) == 1}
                return next((s for s in (ROW, COLUMN) if s in sides), PLAIN)
            case d.Quotient(top, _):
                return self.side(top)
            case d.Big(_, _, body):
                return self.side(body)
            case d.Call(_, [body]):
                return self.side(body)
        return PLAIN

    def _chain(self, node: d.Side, factors: list[d.Draft]) -> int | None:
        ranks = self.ranks(factors)
        if None in ranks:
            return None
        if not any(ranks):
            return 0
        if ranks.count(1) > 1 and self.gate(node) == ELEMENTWISE:
            return 1
        if self.bars and is_signed_size(factors):
            if self.ledger.choose("signed-size") == "elementwise":
                return self._widest(factors)
        return self.product(factors)[0]

    def product(self, factors: list[d.Draft]) -> tuple[int, str]:
        """The rank and the side of factors side by side, all ranks known."""
        ranks = [rank or 0 for rank in self.ranks(factors)]
        if 1 not in ranks:
            return max(ranks), PLAIN
        arrays = [factor for factor, rank in zip(factors, ranks, strict=True) if rank]
        if len(arrays) == 1:
            return 1, self.side(arrays[0])
        pieces = settle(
            arrays,
            [(self.rank(f) or 0, self.side(f)) for f in arrays],
            inner=self.ledger.choose("rows") == "inner",
        )
        tall = max(rank for rank, _ in pieces)
        if tall > 2:
            return tall, PLAIN
        runs = segments(pieces)
        result = (0, PLAIN)
        for run in runs:
            row = run[0][0] == 1 and run[0][1] == ROW
            column = run[-1][0] == 1 and run[-1][1] == COLUMN
            kind = (0, PLAIN) if row and column and len(run) > 1 else (
                (1, ROW) if row else (1, COLUMN) if column else (2, PLAIN)
            )  # fmt: skip
            if result[0] == 0:
                result = kind
            elif kind[0]:
                result = (2, PLAIN) if result[1] == COLUMN and kind[1] == ROW else (0, PLAIN)
        return result

    def _signed(self, sign: str, left: d.Draft, right: d.Draft) -> int | None:
        a, b = self.rank(left), self.rank(right)
        if sign == "⟨⟩":
            return 0
        if a is None or b is None:
            if sign in "⊙∘*" and max(a or 0, b or 0) > 0:
                return max(a or 0, b or 0)
            return None
        if a == 0 or b == 0:
            return max(a, b)
        if sign == "×" and (a, b) == (1, 1):
            return 1
        if sign in "·×":
            return 0 if (a, b) == (1, 1) and sign == "·" else self.product([left, right])[0]
        if sign == "@":
            return self.product([left, right])[0]
        if sign == "⊗" or (sign == "∘" and self.ledger.choose("circle") == "outer"):
            return 2 if (a, b) == (1, 1) else max(a, b)
        return max(a, b)

    def expect(self, node: d.Draft, rank: int, why: str = "its place in the formula") -> None:
        """Say that `node` has this rank; unknown symbols inside it learn from that."""
        known = self.rank(node)
        if known is not None:
            return
        match node:
            case d.Symbol(info):
                self.settle(info, rank, why)
            case d.At(base, places):
                self.expect(base, rank + sum(p is not None for p in places), why)
            case d.Cut(base):
                self.expect(base, rank, why)
            case d.Flip(base):
                self.expect(base, rank, why)
            case d.Big(_, _, body):
                self.expect(body, rank, why)
            case d.Over(bindings, body):
                self.expect(body, max(rank - len(bindings), 0), why)
            case d.Sum(parts) | d.Extreme(_, parts):
                self._expect_any(parts, rank, why)
            case d.Cases(branches, otherwise):
                self._expect_any(
                    [v for v, _ in branches] + ([otherwise] if otherwise else []), rank, why
                )
            case d.Power(base, _):
                self.expect(base, rank, why)
            case d.Quotient(top, bottom):
                self._expect_any([top, bottom], rank, why)
            case d.Call(function, [body]) if signature_ranks(function) in (([0], 0), ([1], 1)):
                self.expect(body, rank, why)
            case d.Derivative(_, _, at):
                self.expect(at, rank, why)
            case d.Bars("|", body) if rank and not node.vector:
                self.expect(body, rank, why)
            case d.Side(factors):
                self._expect_product(factors, rank, why)
            case d.Signed("⊙" | "∘" | "*", left, right):
                self._expect_any([left, right], rank, why)
            case d.Signed(sign, left, right) if sign != "⟨⟩":
                self._expect_product([left, right], rank, why)
            case _:
                return

    def _expect_any(self, parts: list[d.Draft], rank: int, why: str) -> None:
        if rank == 0:
            for part in parts:
                self.expect(part, 0, why)
            return
        unknown = [p for p in parts if self.rank(p) is None]
        if not any((self.rank(p) or 0) for p in parts):
            letters = all(
                (isinstance(p, d.Symbol) and p.info.latin_letter and (rank == 1 or p.info.capital))
                or (rank == 1 and lone_element(p))
                for p in unknown
            )
            if len(unknown) == 1 or letters:
                for part in unknown:
                    self.expect(part, rank, why)
                return
        for part in unknown:
            if isinstance(part, d.Side | d.Signed) and self.holds_array(part):
                self.expect(part, rank, why)

    def holds_array(self, node: d.Side | d.Signed) -> bool:
        """Whether a product of unknown rank has a factor that is known to be an array."""
        factors = node.factors if isinstance(node, d.Side) else [node.left, node.right]
        return any((self.rank(x) or 0) > 0 for x in factors)

    def _expect_product(self, factors: list[d.Draft], rank: int, why: str) -> None:
        unknown = [f for f in factors if self.rank(f) is None]
        known = [self.rank(f) or 0 for f in factors if self.rank(f) is not None]
        if not unknown:
            return
        arrays = [r for r in known if r]
        if rank == 0 and not arrays:
            for factor in unknown:
                self.expect(factor, 0, why)
        elif len(unknown) == 1 and not arrays:
            self.expect(unknown[0], rank, why)
        elif rank == 2 and arrays and all(r == 2 for r in arrays):
            for factor in unknown:
                if not self._matrixlike(factor) and not self._transposed_letter(factor, factors):
                    self.expect(factor, 0, "a product with it has the shape of the matrix")
        elif rank == 1 and len(unknown) == 1 and arrays == [2] * len(arrays):
            ends = factors[0] is unknown[0] or factors[-1] is unknown[0]
            if ends and power_of_capital(unknown[0]) is None:
                self.expect(unknown[0], 1, why)

    def _capital_core(self, node: d.Draft) -> d.Draft | None:
        """The capital letter that a factor is, numbers and transposes aside."""
        match node:
            case d.Flip(base):
                return self._capital_core(base)
            case d.Side(factors):
                wide = [x for x in factors if self.may_have_axes(x) and self.rank(x) != 0]
                capital = [x for x in wide if self._capital_core(x) is not None]
                return capital[0] if len(capital) == 1 else None
        return node if isinstance(node, d.Symbol) and node.info.capital else None

    @staticmethod
    def _transposed_letter(factor: d.Draft, factors: list[d.Draft]) -> bool:
        """Whether a factor, or the same letter beside it, is transposed: `x^T A x`."""
        if isinstance(factor, d.Flip):
            return True
        bases = (x.base for x in factors if isinstance(x, d.Flip))
        return isinstance(factor, d.Symbol) and any(
            isinstance(base, d.Symbol) and base.info is factor.info for base in bases
        )

    def _matrixlike(self, node: d.Draft) -> bool:
        return isinstance(node, d.Symbol) and node.info.capital

    def _demand(self, node: d.Draft) -> None:
        """What a node says of the ranks of its parts, whatever they are."""
        match node:
            case d.Call(function, arguments):
                self._demand_call(function, arguments)
            case d.Apply(name, arguments):
                for argument, rank in zip(arguments, self.functions[name][0], strict=True):
                    if rank:  # a function of numbers works on every entry of an array
                        self.expect(argument, rank, f"an argument of {name}")
            case d.Signed("⊙" | "∘" as sign, left, right):
                if sign == "∘" and self.ledger.choose("circle") == "outer":
                    return
                for one, other in ((left, right), (right, left)):
                    if (self.rank(other) or 0) > 0:
                        self.expect(one, self.rank(other) or 0, "an elementwise product with it")
            case d.Signed("@" | "⟨⟩", left, right):
                for one, other in ((left, right), (right, left)):
                    if self.rank(other) == 1 and node.sign == "⟨⟩":
                        self.expect(one, 1, "an inner product with it")
                    core = self._capital_core(one) if node.sign == "@" else None
                    if self.rank(other) == 2 and core is not None:
                        self.expect(core, 2, "a matrix product with it")
            case d.Signed("·", left, right):
                for one, other in ((left, right), (right, left)):
                    if self.rank(other) == 1 and isinstance(one, d.Symbol) and one.info.bold:
                        self.expect(one, 1, "an inner product with it")
            case d.At(_, places):
                for place in places:
                    if place is not None:
                        self.expect(place, 0, "an index")
            case d.Side(factors):
                self._demand_side(factors)
            case d.Sum(terms) if id(node) in self.united:
                for term in terms:
                    if not isinstance(term, d.Number):
                        self.expect(term, 2, "added to the identity")
            case d.Big(operation, _, body) if operation in ("argmax", "argmin", "max", "min"):
                if isinstance(body, d.Symbol):
                    self.expect(body, 0, "compared entry by entry")
            case d.Derivative(_, variable, at):
                passed = self.rank(at)
                if passed is not None:
                    self.settle(variable, passed, "as passed")
                elif variable.rank:
                    self.expect(at, variable.rank, "the argument of a function")

    def _demand_call(self, function: str, arguments: list[d.Draft]) -> None:
        ranks = signature_ranks(function)
        if ranks is None:
            return
        for argument, core in zip(arguments, ranks[0], strict=False):
            if core == 2:
                self.expect(argument, 2, f"an operand of {function}")

    def _demand_side(self, factors: list[d.Draft]) -> None:
        """`w^T x`: beside a transposed vector stands a vector, at the end of the chain."""
        for place, before in enumerate(factors[:-1]):
            if is_turned(before) and self.rank(before) == 1 and self.side(before) == ROW:
                rest = list(self._until_row(factors[place + 1 :]))
                wide = [x for x in rest if self.may_have_axes(x)] or rest
                after = wide[0]
                if len(wide) == 1 and self.rank(after) is None and not self._matrixlike(after):
                    self.expect(after, 1, "an inner product with it")

    def _until_row(self, factors: Sequence[d.Draft]) -> Iterator[d.Draft]:
        """The factors before the next transposed vector: the b of `a^T b c^T d` closes a row."""
        for k, factor in enumerate(factors):
            if k and is_turned(factor) and self.rank(factor) == 1:
                return
            yield factor


def is_turned(node: d.Draft) -> bool:
    r"""Whether a factor is transposed: `x^\top`, `x^H`."""
    match node:
        case d.Call("conj", [body]):
            return type(body) is d.Flip
    return type(node) is d.Flip


def trailing(factors: list[d.Draft]) -> list[d.Info]:
    r"""The Greek letters that end a product behind a matrix: `X \beta`, `(X^T X)^{-1} \mu`.

    A number would stand in front. Behind more than a bare letter it may be a difference of two:
    `\Sigma^{-1} (\mu_1 - \mu_0)`.
    """
    last = factors[-1]
    if (type(last) is not d.Symbol and type(last) is not d.Sum) or len(factors) < 2:
        return []
    before = factors[-2]
    bare = isinstance(before, d.Symbol)
    letters = last.terms if isinstance(last, d.Sum) and not bare else [last]
    infos = [letter.info for letter in letters if isinstance(letter, d.Symbol)]
    if len(infos) < len(letters) or not all(map(_is_free_greek, infos)):
        return []
    return infos if is_matrix_like(before) else []


def _is_free_greek(info: d.Info) -> bool:
    """Whether nothing is known of a Greek letter, which habits take for a number."""
    return info.rank is None and not (info.latin or info.word or info.capital or info.definition)


def _multiplies(node: d.Draft) -> bool:
    """Whether a product written with * could be one of matrices: `A * B^{-1} * C`."""
    if isinstance(node, d.Signed) and node.sign == "*":
        return _multiplies(node.left) and _multiplies(node.right)
    return is_matrix_like(node)


def is_matrix_like(node: d.Draft) -> bool:
    r"""Whether what stands before a vector could be a matrix: `X`, `A^{-1}`, `(K + \sigma^2 I)`.

    A sum of capital letters alone could be one of numbers, `(T_1 - T_0) \alpha`: it is a matrix
    where it is transposed or inverted, or holds the identity or a product of matrices.
    """
    match node:
        case d.Symbol(info):
            return info.rank == 2 or (info.rank is None and info.capital)
        case d.Flip(d.Sum(terms)) | d.Power(d.Sum(terms)):
            numbers = any(isinstance(term, d.Number) for term in terms)
            return not numbers and any(is_matrix_like(t) or _is_wide(t) for t in terms)
        case d.Flip(base) | d.Power(base):
            return is_matrix_like(base)
        case d.Side(factors):
            return is_matrix_like(factors[-1])
        case d.Sum(terms):
            return any(map(_is_wide, terms))
        case d.Call(function):
            ranks = signature_ranks(function)
            return ranks is not None and ranks[1] == 2
    return False


def _is_wide(node: d.Draft) -> bool:
    """Whether a term is a matrix, whatever the capital letters in it are: `I`, `A^T B`."""
    match node:
        case d.Symbol(info):
            return info.rank == 2
        case d.Unit(kind):
            return kind == "identity"
        case d.Side(factors):
            return sum(map(is_matrix_like, factors)) > 1 or any(map(_is_wide, factors))
        case d.Flip(base):
            return is_matrix_like(base)
    return False


def power_of_capital(node: d.Draft) -> d.Info | None:
    """The A of `A^2`, as a factor: beside a matrix it is one."""
    match node:
        case d.Power(d.Symbol(info), d.Number(value)) if info.capital and value == int(value):
            return info
    return None


def is_step(node: d.Draft) -> bool:
    r"""Whether a factor is an undeclared difference: before others `\\Delta t` is a number."""
    return (
        type(node) is d.Symbol
        and node.info.rank is None
        and node.info.name.startswith("Delta_")
        and not node.info.capital
    )


def segments(pieces: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Split a chain of vectors and matrices where a column ends a product; sides are settled.

    A plain vector before a matrix is a row; after one, a column; two plain vectors make an inner
    product; beside a row or a column it is what makes an inner product with it.
    """
    settled: list[tuple[int, str]] = []
    for k, (rank, side) in enumerate(pieces):
        if rank == 1 and side == PLAIN:
            open_row = open(settled)
            after = pieces[k + 1] if k + 1 < len(pieces) else None
            if open_row:
                side = COLUMN
            elif after is not None and (after[0] == 2 or after[1] in (COLUMN, PLAIN)):
                side = ROW
            else:
                side = COLUMN
        settled.append((rank, side))
    runs: list[list[tuple[int, str]]] = [[]]
    for piece in settled:
        if runs[-1] and (runs[-1][-1] == (1, COLUMN) or piece == (1, ROW)):
            runs.append([])
        runs[-1].append(piece)
    return runs


def open(settled: list[tuple[int, str]]) -> bool:
    """Whether a matrix or a row stands open to the right."""
    return bool(settled) and settled[-1] != (1, COLUMN)


def lone_element(node: d.Draft) -> bool:
    """Whether a factor is `h_j` of an undeclared array: a number, or a vector beside a matrix."""
    if not isinstance(node, d.At) or not isinstance(node.base, d.Symbol):
        return False
    info = node.base.info
    return info.rank is None and info.latin and not info.capital and len(node.places) == 1
