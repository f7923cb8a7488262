"""What do habits say of the symbols that nothing else decides? One at a time, the strongest
first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import dropwhile, pairwise

from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError
from eq2code.read import draft as d
from eq2code.read.added import IDENTITY, KERNEL, ROWS, rows
from eq2code.read.bars import PENALTY
from eq2code.read.ranks import (
    CHOOSING,
    MARKED,
    ROW,
    WIDE,
    Ranks,
    is_step,
    lone_element,
    power_of_capital,
    signature_ranks,
)

COMPOSED = (d.Big, d.Sum, d.Quotient, d.Side)
MATRIX_NORMS = frozenset({"F", "Fro", "star", "nuc"})
NUMBERS = (([0], 0), ([0, 0], 0))  # the ranks of functions that work on each entry


class Habits(Ranks):
    """Ranks, with the habits of the field for what the formula leaves open."""

    def solve(self) -> None:
        """Give every symbol a rank: what is demanded flows first, then after each habit that
        decides."""
        self._decide()
        numbers = self.arithmetic and not any(self.ranks_known())
        for node in () if numbers else self.products:
            if isinstance(node, d.Side):
                several = self.ranks(node.factors).count(1) > 1
                node.meaning = self.gate(node) if several else ""
            elif node.sign == "·":
                node.meaning = self.gate(node)
        for bars in self.bars:
            rank = self.rank(bars.body)
            bars.meaning = self.meant(bars, rank) if rank in (1, 2) else ""
        for total in () if numbers else self.sums:
            if len(total.terms) > 1 and self.rank(total) == 2:
                self._beside_matrix(total)
        for bars in self.first_norms:
            bars.meaning = PENALTY if self.surroundings.is_penalty(bars) else ""

    def _beside_matrix(self, total: d.Sum) -> None:
        r"""What numbers beside a matrix are: `k^\top v` an outer product of rows, `\lambda` on the
        diagonal or in every entry."""
        numbers = [term for term in total.terms if self.rank(term) == 0]
        outer = self.ledger.choose("added-rows") == "outer"
        products = [rows(term, self) if outer else None for term in numbers]
        for product in filter(None, products):
            product.meaning = total.meaning = ROWS
        if None in products:
            total.meaning = self.added.reading(total)

    def _decide(self) -> None:
        if not self.is_bare():
            self.flow()
        letters = (self._capitals, self._indexed, self._bold)
        places = (
            self._transposed,
            self._gathered,
            self._defined_by_entries,
            self._beside,
            self._blocks,
            self._scales,
            self._operands,
            self._added,
        )
        habits = (*letters, *places, self._rest)
        place = 0
        while place < len(habits):
            if self.is_done():
                return
            if habits[place] in places and self.is_bare():
                place = len(habits) - 1
            before = len(self._unknown())
            if habits[place]() and len(self._unknown()) < before:
                self.flow()
                place = 0  # what was decided may be what a stronger habit waited for
            else:
                place += 1

    def juxtaposed(self) -> list[tuple[str, str]]:
        r"""Elementwise capital letters, each with what stands beside it: the W and \eta of
        `W \sigma(\eta)`."""
        if not [info for info in self.infos.values() if info.capital and info.elementwise]:
            return []
        pairs: dict[tuple[str, str], None] = {}
        for node in self.products:
            if not isinstance(node, d.Side):
                continue
            loose = [_loose(factor) for factor in node.factors]
            for k, own in enumerate(loose):
                for info in own if len(own) == 1 and own[0].capital else ():
                    beside = [x for j, xs in enumerate(loose) if j != k for x in xs]
                    pairs.update({(info.name, x.name): None for x in beside if x is not info})
        return list(pairs)

    def dotted(self) -> list[tuple[str, ...]]:
        r"""Elementwise letters with a dot between them: the w and x of `w \cdot x`; in a sum, each
        with what is added: an array there leaves one reading."""
        dots = [x for x in self.products if type(x) is d.Signed and x.sign == "·"]
        if not dots:
            return []
        added: dict[int, tuple[str, ...]] = {}
        for node in self.sums:
            for term in node.terms:
                others = [x for other in node.terms if other is not term for x in _plain(other)]
                added[id(term)] = tuple(info.name for info in others)
        found = (
            (one.name, other.name, *added.get(id(node), ()))
            for node in dots
            for one in _letters(node.left)
            for other in _letters(node.right)
        )
        return list(dict.fromkeys(found))

    def _unknown(self) -> list[d.Info]:
        return [info for info in self.infos.values() if info.rank is None and not info.definition]

    def _assume(self, info: d.Info, rank: int, habit: str, text: str, other: str) -> None:
        self.settle(info, rank, text)
        self._tell(info, habit, text, other)

    def _tell(self, info: d.Info, habit: str, text: str, other: str) -> None:
        """Tell what a symbol was taken for, and the shape that says otherwise."""
        name = info.name.removesuffix("__at")
        count = len(other.split())
        self.ledger.assume(
            habit,
            text if name == info.name else text.replace(info.name, name, 1),
            instead=("a number", "a vector", "a matrix", "an array of more axes")[min(count, 3)],
            shapes={name: other},
            span=info.first,
        )

    def _capitals(self) -> bool:
        """A capital letter is a matrix, where that matters."""
        done = False
        plain = {"divisor", "divides", "over", "exponent", "term", "scale", "power", "place"}
        for info in self._unknown():
            roles = self.roles.get(id(info), set())
            if "divides" in roles and not roles & WIDE:
                continue
            if info.capital and not (roles <= plain) and "indexed" not in roles:
                self._assume(info, 2, "capital", f"{info.name} is a matrix (a capital letter)", "")
                done = True
        return done

    def _indexed(self) -> bool:
        """An indexed symbol has one axis for each index, one more for bold or transposed
        elements."""
        if not self.addressed:
            return False
        counts: dict[int, int] = {}
        seen: dict[int, set[int]] = {}
        extra: dict[int, int] = {}
        matrices: set[int] = set()
        measured, summed = self._measured(), self._summed()
        for node in self.nodes:
            match node:
                case d.At(d.Symbol(info), places) if info.rank is None:
                    seen.setdefault(id(info), set()).add(len(places))
                    counts[id(info)] = max(counts.get(id(info), 0), len(places))
                case d.Flip(base) if not any(self.rank(t) == 2 for t in _terms(base)):
                    for term in _terms(base):
                        if (element := self._element(term)) is not None:
                            extra[id(element)] = 1
                case d.Call(function, [body]) if signature_ranks(function) == ([1], 0):
                    if (element := self._element(_entrywise(body))) is not None:
                        extra[id(element)] = 1  # \max(|X_j|)
                case d.Power(d.At(d.Symbol(info), [_])) if info.capital:
                    if info.rank is None and id(node.base) in self.inverted:
                        matrices.add(id(info))  # \Sigma_i^{-1}
                case d.Signed("·", left, right):
                    for one, other in ((left, right), (right, left)):
                        if self._holds_vector(one):  # (R p_i + t) \cdot n_i
                            extra |= self._lettered(other)
                case d.Signed("⊙" | "∘", d.At(_, [d.Value(at)]) as left, d.At() as right):
                    if id(at) in summed and self.rank(left) is self.rank(right) is None:
                        extra |= self._lettered(left) | self._lettered(right)
                case d.Signed("⟨⟩", left, right):
                    for term in (*_terms(left), *_terms(right)):
                        if isinstance(term, d.At) and isinstance(term.base, d.Symbol):
                            extra[id(term.base.info)] = 1
                case d.Bars("‖", body) if (element := self._element(body)) is not None:
                    matrix = node.order in MATRIX_NORMS or any(
                        self.rank(t) == 2 for t in _terms(body)
                    )
                    extra[id(element)] = 2 if matrix and element.capital else 1
                case d.Side(factors):
                    for info in self._stacked(factors):
                        matrices.add(id(info))
                    for before, after in pairwise(factors):  # W h_j: the entries are vectors
                        if self.rank(before) == 2 or self._row_vector(before):
                            closes = self._row_vector(before) and after is factors[-1]
                            extra |= self._lettered(after, greek=closes)
                        if self._row_vector(before) and isinstance(after, COMPOSED):
                            if (element := self._element(after)) is not None:
                                extra[id(element)] = 1
                        if after is factors[-1] and self._element_row(after):
                            for term in _terms(before):  # (x_i - m)(y_i - n)^T
                                extra |= self._lettered(term)
                        if after is factors[-1] and isinstance(after, d.Flip):
                            composed = isinstance(before, COMPOSED) and self._row_vector(after)
                            if composed and (element := self._element(before)) is not None:
                                extra[id(element)] = 1
                    arrays = list(dropwhile(self._is_scale, factors))
                    product = id(node) not in measured and len(arrays) > 1
                    if product and all(self.rank(x) == 2 for x in arrays[1:]):
                        extra |= self._lettered(arrays[0])  # x_i W
                case d.Sum(terms) if any(self.rank(t) == 1 for t in terms):
                    for term in terms:
                        extra |= self._lettered(term)
        rows = {id(i) for i in self.infos.values() if i.capital and i.rank == 2} & self._single()
        done = False
        sure = extra.keys() | matrices
        tails = {
            id(node.factors[-1].base.info)
            for node in self.nodes
            if isinstance(node, d.Side)
            and isinstance(node.factors[-1], d.At)
            and isinstance(node.factors[-1].base, d.Symbol)
        }
        for info in sorted(self._unknown(), key=lambda info: id(info) not in sure):
            count = counts.get(id(info))
            if count is None:
                continue
            if len(seen[id(info)]) > 1 and not info.bold and id(info) not in sure:
                raise AmbiguousError(
                    f"{info.name} stands with one index and with {count}",
                    info.first,
                    readings=(
                        declared("a matrix, and its rows", {info.name: "n m"}),
                        Choice("two symbols: rename one of them"),
                    ),
                )
            wide = max(extra.get(id(info), 0), int(info.bold))
            if len(seen[id(info)]) > 1 and not info.bold:
                wide = 0  # x_i is a row of x_{ij}
            if info.capital and count == 1 and rows and id(info) in tails:
                wide = 1  # as the rows Q_i and K_j beside it
            if id(info) in matrices and count == 1:
                wide = 2
            entries = not info.capital or count == 2  # of a vector, of a matrix
            if info.bold and entries and id(info) not in extra and self._bare_bold(info):
                wide = 0
            self.settle(info, count + wide, "its indices")
            what = ("numbers", "vectors", "matrices")[wide]
            could = self._could_be_wide if info.capital else self._is_summed_up
            if wide or (count == 1 and could(info)):
                text = f"{info.name} holds {what}, one for each index"
                self._tell(info, "indexed", text, " ".join("_" * count) if wide else "_ ?d")
            done = True
            break
        return done

    def _could_be_wide(self, info: d.Info) -> bool:
        """Whether an element of a capital letter is a factor, or all of a term: it could be a
        vector or a matrix."""
        if "divides" in self.roles.get(id(info), ()):
            return False
        for node in self.nodes:
            match node:
                case d.Side(parts):
                    pass
                case d.Signed("·" | "@", left, right):
                    parts = [left, right]
                case d.Big("sum" | "mean" | "prod", _, body) | d.Over(_, body):
                    parts = _terms(body)
                case _:
                    continue
            if any(isinstance(x, d.At) and _is_of(x.base, info) for x in parts):
                return True
        return False

    def _is_summed_up(self, info: d.Info) -> bool:
        r"""Whether the elements of a small Latin letter are summed up, behind what scales them, and
        nothing else is done to them: the v of `\sum_j \alpha_{ij} v_j` could hold vectors."""
        own: list[d.Draft] = [one for one in self.elements if _is_of(one.base, info)]
        if not info.latin or info.word or not all(map(_is_plain, own)):
            return False
        stack, seen, summed = own, set(map(id, own)), False
        while stack:
            node = stack.pop()
            for parent in self.above.of(node):
                if not _is_linear(node, parent):
                    return False
                summed = summed or isinstance(parent, d.Big)
                if id(parent) not in seen:
                    seen.add(id(parent))
                    stack.append(parent)
        return summed

    def _summed(self) -> set[int]:
        """The indices that operators bind: what a ⊙ stands between below one of them is no number,
        which nobody would write it between."""
        every = [node for node in self.nodes if isinstance(node, d.Big)]
        return {id(binding) for node in every for binding in node.bindings}

    def _is_scale(self, node: d.Draft) -> bool:
        """Whether a leading factor is a number, or a quotient that divides elements."""
        if self.rank(node) == 0 or isinstance(node, d.Quotient):
            return True
        return not (self.may_have_axes(node) or lone_element(node))

    def _row_vector(self, node: d.Draft) -> bool:
        """Whether a factor is a transposed vector: what stands behind it is one too."""
        if not isinstance(node, d.Flip):
            return False
        if isinstance(node.base, COMPOSED):
            return self._holds_vector(node.base) or self._element(node.base) is not None
        core = node.base.base if isinstance(node.base, d.At) else node.base
        if not isinstance(core, d.Symbol):
            return False
        at = isinstance(node.base, d.At)
        return at or core.info.rank == 1 or (core.info.rank is None and not core.info.capital)

    def _measured(self) -> set[int]:
        """The products whose sum is a matrix in a norm: numbers stand before matrices there."""
        found: set[int] = set()
        stack: list[d.Draft] = [x.body for x in self.norms if x.order in MATRIX_NORMS]
        while stack:
            node = stack.pop()
            match node:
                case d.Sum() | d.Big() | d.Quotient():
                    stack.extend(d.children(node))
                case d.Side(factors) if isinstance(factors[-1], d.At):
                    found.add(id(node))
        return found

    def _element(self, node: d.Draft, depth: int = 8) -> d.Info | None:
        r"""The stack of unknown rank whose elements make up what is measured or transposed.

        `x_i - y_j`, `\frac{1}{n} \sum_i a_i x_i` (numbers stand in front), `m` where the source
        says `m_j = \sum_i c_{ij} u_i`.
        """
        inside: Iterable[d.Draft] = ()
        match node:
            case d.At(d.Symbol(info), places) if info.definition:
                body = self.bodies.get(id(info))
                if isinstance(body, d.Over) and len(body.bindings) == len(places):
                    inside = (body.body,)
            case d.At(d.Symbol(info), places):
                return info if info.rank is None and None not in places else None
            case d.Symbol(info) if info.definition and info.rank is None:
                body = self.bodies.get(id(info))
                inside = () if body is None or isinstance(body, d.Over) else (body,)
            case d.Sum(terms):
                inside = terms
            case d.Side(factors) if not any(self.rank(x) or isinstance(x, d.Flip) for x in factors):
                inside = reversed(factors)
            case d.Signed("⊙" | "∘", left, right):
                inside = (left, right)
            case d.Big("sum" | "mean", _, body) | d.Quotient(body):
                inside = (body,)
        if depth == 0:
            return None
        return next((e for x in inside if (e := self._element(x, depth - 1)) is not None), None)

    def _holds_vector(self, node: d.Draft) -> bool:
        """Whether a scaled sum is a vector, though its scale is not known to be a number."""
        match node:
            case d.Side(parts) | d.Sum(parts):
                return any(self._holds_vector(part) for part in parts)
            case d.Quotient(part) | d.Big(_, _, part):
                return self._holds_vector(part)
        return self.rank(node) == 1

    def _lettered(self, node: d.Draft, *, greek: bool = False) -> dict[int, int]:
        """The letter whose element a factor is, as one whose elements are vectors."""
        if isinstance(node, d.At) and isinstance(node.base, d.Symbol):
            info = node.base.info
            if info.latin or (greek and not info.word):
                return {id(info): 1}
        return {}

    def _element_row(self, node: d.Draft) -> bool:
        """Whether a factor is a transposed element, or difference of elements, of a stack."""
        return isinstance(node, d.Flip) and any(isinstance(t, d.At) for t in _terms(node.base))

    def _single(self) -> set[int]:
        """The symbols that stand with one index."""
        return {
            id(node.base.info)
            for node in self.elements
            if isinstance(node.base, d.Symbol) and len(node.places) == 1
        }

    def _stacked(self, factors: list[d.Draft]) -> list[d.Info]:
        r"""Capitals with an index that multiply something without it: the matrices of `\sum_i W_i
        x`."""
        found = []
        for k, factor in enumerate(factors):
            core = factor.base if isinstance(factor, d.Flip) else factor
            if not isinstance(core, d.At) or not isinstance(core.base, d.Symbol):
                continue
            info = core.base.info
            if not info.capital or info.rank is not None or len(core.places) != 1:
                continue
            before = [x for x in factors[max(k - 1, 0) : k] if not _is_constant(x)]
            beside = [*before, *factors[k + 1 : k + 2]]
            if any(self._multiplied(x, bold=info.bold) for x in beside):
                found.append(info)
        return found

    def _multiplied(self, node: d.Draft, *, bold: bool) -> bool:
        """Whether a factor is an array of its own, which a stack of numbers would not stand
        beside."""
        core = node.base if isinstance(node, d.Flip) else node
        if bold and isinstance(core, d.At) and isinstance(core.base, d.Symbol):
            return core.base.info.bold and not core.base.info.capital
        if not isinstance(core, d.Symbol):
            return False
        info = core.info
        if info.rank is not None:
            return info.rank > 0
        return (info.latin or info.bold) and not info.definition

    def _bare_bold(self, info: d.Info) -> bool:
        """Bold x and x_i in one source: the elements of a vector."""
        return any(
            isinstance(n, d.Symbol) and n.info is info and not self._inside_at(n)
            for n in self.nodes
        )

    def _inside_at(self, node: d.Symbol) -> bool:
        return any(isinstance(n, d.At) and n.base is node for n in self.nodes)

    def _bold(self) -> bool:
        done = False
        for info in self._unknown():
            if info.bold and not info.capital:
                said = "under an arrow" if info.arrow else "bold"
                self._assume(info, 1, "bold", f"{info.name} is a vector ({said})", "_ ?d")
                done = True
        return done

    def _transposed(self) -> bool:
        """`w^T`, `(x - \\mu)^T`: what is transposed is a vector, a matrix where it is a capital."""
        for node in self.flips:
            if self.rank(node.base) not in (None, 1):
                continue
            infos = [t.info for t in _terms(node.base) if isinstance(t, d.Symbol)]
            unknown = [info for info in infos if info.rank is None and not info.definition]
            powers = [x for x in unknown if node.power and "power" in self.roles.get(id(x), ())]
            for info in powers:
                self.settle(info, 0, "it is raised to a power elsewhere")
                info.elementwise = True
            if powers:
                return True
            capital = any(info.capital for info in unknown)
            for info in unknown:
                kind = "matrix" if capital else "vector"
                text = f"{info.name} is a {kind} (transposed)"
                other = "_" if capital else "_ ?d"
                self._assume(info, 2 if capital else 1, "transposed", text, other)
            if unknown:
                return True
            behind = next(filter(None, map(self._behind, infos)), None)
            if behind is not None:
                text = f"{behind.name} is a vector (what it defines is transposed)"
                self._assume(behind, 1, "transposed", text, "_ ?d")
                return True
        return False

    def _gathered(self) -> bool:
        r"""`S_t = \gamma S_{t-1} + k_t^\top v_t`: a capital state, to which a product of two
        vectors is added, is a matrix."""
        for info in self._unknown():
            if info.capital and info.siblings:
                for total in self.sums:
                    held = any(isinstance(x, d.Symbol) and x.info is info for x in d.walk(total))
                    if held and any(rows(term, self) for term in total.terms):
                        text = f"{info.name} is a matrix (a product of rows is added to it)"
                        self._assume(info, 2, "capital", text, "")
                        return True
        return False

    def _behind(self, info: d.Info) -> d.Info | None:
        """The symbol that carries the shape of what a small letter defines: the t of `e = t - y`,
        of which the source says nothing else."""
        if not info.definition:
            return None
        bodies = dict(self.bodies)
        pending = [info]
        while pending:
            one = pending.pop()
            body = bodies.pop(id(one), None)
            if body is None or one.rank is not None or one.capital:
                continue
            found = self._core(body)
            if found is not None and found.rank is None:
                return found
            parts = [*reversed(d.children(body)), body]  # z = 2 x, and x = b
            pending += [part.info for part in parts if isinstance(part, d.Symbol)]
        return None

    def _defined_by_entries(self) -> bool:
        r"""In `M_{ij} = \gamma^{|i-j|}` each entry is a number, where a letter beside M asks for
        it."""
        bodies = dict(self.bodies)
        for node in self.products:
            factors = node.factors if isinstance(node, d.Side) else []
            for one in factors:
                body = bodies.get(id(one.info)) if isinstance(one, d.Symbol) else None
                if not isinstance(body, d.Over) or len(body.bindings) != 2:
                    continue
                asks = any(x is not one and self._beside_symbol(x) for x in factors)
                if asks and self.rank(body) is None and self._scale_all(body.body):
                    return True
        return False

    def _beside(self) -> bool:
        """A lower-case Latin letter beside a matrix in a product is a vector."""
        done = False
        for node in self.products:
            if isinstance(node, d.Side) and (outer := self._before_row(node.factors)) is not None:
                text = f"{outer.name} is a vector (before a transposed one)"
                self._assume(outer, 1, "beside-matrix", text, "_ ?d")
                done = True
            middle = self._between(node.factors) if isinstance(node, d.Side) else None
            if middle is not None:
                text = f"{middle.name} is a matrix (between two)"
                self._assume(middle, 2, "beside-matrix", text, "")
                done = True
            pairs: list[tuple[d.Draft, d.Draft]] = []
            match node:
                case d.Side(factors):
                    pairs = list(pairwise(factors))
                    last = self.trailing.get(id(node), [])
                    if any(self._trails(info) for info in last) and self.rank(factors[-2]) == 2:
                        for letter in filter(self._trails, last):
                            text = f"{letter.name} is a vector (behind a matrix)"
                            self._assume(letter, 1, "beside-matrix", text, "")
                        return True
                case d.Signed("@" | "·" | "×", left, right):
                    pairs = [(left, right)]
            for left, right in pairs:
                for one, other in ((left, right), (right, left)):
                    if self.rank(one) == 2 and self.rank(other) is None:
                        raised = power_of_capital(other)
                        if raised is not None:
                            text = f"{raised.name} is a matrix (beside a matrix)"
                            self._assume(raised, 2, "beside-matrix", text, "")
                            return True
                        info = self._beside_symbol(other)
                        if info is None or (one is right and is_step(other)):
                            continue
                        if id(node) in self.inverted or self._fits_as_number(node, info):
                            self.settle(
                                info, 0, "the sum that it stands in has the shape of the rest"
                            )
                            done = True
                        else:
                            text = f"{info.name} is a vector (beside a matrix)"
                            wide = "_ ?d" if other is right else "?d _"
                            self._assume(info, 1, "beside-matrix", text, wide)
                            done = True
        return done

    def _blocks(self) -> bool:
        r"""A lower-case Latin letter in the row of a matrix is a column of the block matrix:
        `\begin{pmatrix} R & t \\ 0 & 1 \end{pmatrix}`."""
        rows = [row for node in self.nodes if isinstance(node, d.Literal) for row in node.rows]
        for row in rows:
            if 2 not in self.ranks(row):
                continue
            for cell in row:
                info = self._beside_symbol(cell) if isinstance(cell, d.Symbol) else None
                if info is not None and info.rank is None:
                    text = f"{info.name} is a vector (beside a matrix)"
                    self._assume(info, 1, "beside-matrix", text, "?d _")
                    return True
        return False

    def _trails(self, info: d.Info) -> bool:
        """Whether a letter behind a matrix is open, and scales or divides nothing elsewhere."""
        roles = self.roles.get(id(info), set())
        return info.rank is None and not roles & {"scale", "divisor", "exponent"}

    def _between(self, factors: list[d.Draft]) -> d.Info | None:
        """The h of `A h W`: between two matrices stands a matrix."""
        for before, node, after in zip(factors, factors[1:], factors[2:], strict=False):
            if self.rank(before) == self.rank(after) == 2 and self.rank(node) is None:
                core = self._core(node) if isinstance(node, d.Call) else None
                free = core is not None and core.capital and core.rank is None
                return core if free else self._beside_symbol(node)
        return None

    def _before_row(self, factors: list[d.Draft]) -> d.Info | None:
        """The x of `x y^T`, where the product ends with the row and nothing closes it."""
        last = factors[-1]
        if not isinstance(last, d.Flip) or self.rank(last) != 1 or self.side(last) != ROW:
            return None
        before = factors[-2]
        return self._beside_symbol(before) if self.rank(before) is None else None

    def _fits_as_number(self, node: d.Draft, info: d.Info) -> bool:
        r"""Whether a term fits its sum with a number here, and not with a vector: `x - t A^\\top
        (A x - b)`."""
        for total in self.sums:
            if any(term is node for term in total.terms):
                break
        else:
            return False
        width = max((self.rank(term) or 0 for term in total.terms if term is not node), default=0)
        found: list[int | None] = []
        for rank in (1, 0):
            info.rank = rank
            self.forget()
            found.append(self.rank(node))
        info.rank = None
        self.forget()
        return width > 0 and found[1] == width and found[0] not in (None, width)

    def _scales(self) -> bool:
        """A Greek letter, or a word, that multiplies an array scales it."""
        for node in self.products:
            match node:
                case d.Side(factors):
                    pass
                case d.Signed("*" | "·" | "×" | "@", left, right):
                    factors = [left, right]
                case _:
                    continue
            if not any((self.rank(x) or 0) > 0 for x in factors):
                continue
            for factor in factors:
                if isinstance(factor, d.Symbol) and factor.info.rank is None:
                    info = factor.info
                    named = info.latin_letter and not is_step(factor)
                    if not (named or info.bold or info.definition):
                        self.settle(info, 0, "it scales an array")
                        info.elementwise = True
                        return True
                elif self.rank(factor) is None and not self.may_have_axes(factor):
                    if self._scale_all(factor):
                        return True
        return False

    def _scale_all(self, root: d.Draft) -> bool:
        r"""`(1 - \beta)` before an array: every letter in it is a number."""
        done = False
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, d.Symbol) and node.info.rank is None and not node.info.definition:
                self.settle(node.info, 0, "it scales an array")
                node.info.elementwise = done = True
            if isinstance(node, d.Sum | d.Side | d.Power | d.Quotient):
                stack.extend(d.children(node))
        return done

    def _beside_symbol(self, node: d.Draft) -> d.Info | None:
        """The lower-case Latin letter that stands beside a matrix, alone or in a bracketed sum."""
        match node:
            case d.Symbol(info):
                if not info.latin or info.capital:
                    return None
                return self._behind(info) if info.definition else info
            case d.At(d.Symbol()):
                return None
            case d.Sum(terms):
                found = [self._beside_symbol(t) for t in terms if self.rank(t) is None]
                return next((info for info in found if info is not None), None)
            case d.Signed("⊙" | "∘", left, right):
                return self._beside_symbol(left) or self._beside_symbol(right)
            case d.Join(items):
                found = [self._beside_symbol(item) for item in items if self.rank(item) is None]
                return next((info for info in found if info is not None), None)
            case d.Call(function, [body]) if signature_ranks(function) == ([0], 0):
                return self._beside_symbol(body)
        return None

    def _operands(self) -> bool:
        """What a function of a vector is applied to is a vector."""
        for node in self.nodes:
            match node:
                case d.Call(function, arguments):
                    ranks = signature_ranks(function)
                    wanted = ranks[0] if ranks else [1] * len(arguments)
                    found = self._first_unknown(zip(arguments, wanted, strict=False))
                    if found is None and ranks == ([1], 0) and self._reduces(arguments[0]):
                        return True
                case d.Bars("‖", body):
                    found = self._first_unknown([(body, 1)]) or self._bare_term(body)
                case d.Signed("⟨⟩" | "@", left, right):
                    found = self._first_unknown([(left, 1), (right, 1)])
                case d.Derivative(_, variable, d.Sum(terms)) if variable.rank == 1:
                    scaled = [t for t in terms if isinstance(t, d.Side) and not self.holds_array(t)]
                    loose = [t for t in terms if not isinstance(t, d.Side)]
                    loose += [t for t in scaled if self._scaled(t)]
                    found = self._first_unknown([(t, 1) for t in loose])
                case d.Join(items, separators):
                    found = None
                    joined = bool({";", "‖", "|"} & set(separators))
                    if joined or any((self.rank(i) or 0) == 1 for i in items):
                        found = self._first_unknown([(i, 1) for i in items])
                case _:
                    found = None
            if found is not None:
                text = f"{found.name} is a vector (an operand of a function of vectors)"
                self._assume(found, 1, "operand", text, "?d _")
                return True
        return False

    def _reduces(self, body: d.Draft) -> bool:
        """`mean((pred - target)^2)`: the words that a reduction takes element by element are
        vectors, and Greek letters where nothing else stands there."""
        if self.rank(body) is not None:
            return False
        loose = list(self._elementwise_symbols(body))
        words = [info for info in loose if info.word or info.latin] or loose
        for info in words:
            text = f"{info.name} is a vector (an operand of a function of vectors)"
            self._assume(info, 1, "operand", text, "?d _")
        return bool(words)

    def _elementwise_symbols(self, node: d.Draft) -> Iterator[d.Info]:
        """The symbols of unknown rank that an expression takes element by element."""
        match node:
            case d.Symbol(info):
                if info.rank is None and not info.definition:
                    yield info
            case d.Call(function, _) if signature_ranks(function) not in NUMBERS:
                return
            case d.Sum() | d.Signed() | d.Quotient() | d.Power() | d.Call() | d.Bars("|"):
                for child in d.children(node):
                    yield from self._elementwise_symbols(child)
            case d.Compare() | d.Cases():
                for child in d.children(node):
                    yield from self._elementwise_symbols(child)

    def _first_unknown(self, parts: Iterable[tuple[d.Draft, int]]) -> d.Info | None:
        for part, wanted in parts:
            if wanted == 1 and self.rank(part) is None:
                info = self._core(part)
                if info is None and isinstance(part, d.Symbol):
                    info = self._behind(part.info)
                if info is not None:
                    return info
        return None

    def _bare_term(self, node: d.Draft) -> d.Info | None:
        r"""A symbol that is a term of what stands in a norm, of any alphabet: `\\mu_r - \\mu_g`."""
        if not isinstance(node, d.Sum) or any((self.rank(t) or 0) > 1 for t in node.terms):
            return None
        infos = [t.info for t in node.terms if isinstance(t, d.Symbol)]
        loose = (info for info in infos if info.rank is None and not info.definition)
        return next(loose, None)

    def _core(self, node: d.Draft) -> d.Info | None:
        """A symbol that carries the shape of an expression: a bare term, an elementwise factor."""
        match node:
            case d.Symbol(info):
                return None if info.definition else info
            case d.Sum(parts) | d.Extreme(_, parts) | d.Side(parts):
                unknown = [p for p in parts if self.rank(p) is None]
                bare = [p for p in unknown if isinstance(p, d.Symbol) and p.info.latin]
                for part in [*bare, *unknown]:
                    found = self._core(part)
                    if found is not None and (found.latin or len(unknown) == 1):
                        return found
                return None
            case d.Signed(_, left, right):
                return self._core(left) or self._core(right)
            case d.Quotient(top, _) | d.Power(top, _) | d.Flip(top):
                return self._core(top)
            case d.Call(_, [body]) | d.Bars("|", body):
                return self._core(body)
        return None

    def _added(self) -> bool:
        """A Latin letter that stands as a term beside an array is of its kind: a bias, a
        residual."""
        for node in self.sums:
            width = max((self.rank(t) or 0 for t in node.terms), default=0)
            if not width:
                continue
            for term in node.terms:
                if self.rank(term) is not None or not isinstance(
                    term, d.Symbol | d.Signed | d.Quotient | d.Side | d.Power
                ):
                    continue
                if isinstance(term, d.Side) and not self._scaled(term):
                    continue
                info = self._core(term)
                if info is None or info.definition or info.word:
                    continue
                alone = isinstance(term, d.Symbol)
                noise = alone and (
                    self._holds_image(node) or (width == 1 and _scaled_by_letter(node))
                )
                centred = alone and width == 1 and id(node) in self.multiplied
                if not (info.latin or info.bold or info.capital or noise or centred):
                    continue
                if alone and width == 2 and not info.capital and self._is_raised(node):
                    self.settle(info, 0, "a number added to a matrix under a power")
                    info.elementwise = True
                    return True
                rank = width if info.capital or width == 1 else 1
                kind = "vector" if rank == 1 else "matrix"
                text = f"{info.name} is a {kind} (added to one)"
                self._assume(info, rank, "same-shape", text, "")
                return True
        return False

    def _is_raised(self, node: d.Sum) -> bool:
        r"""`(A - z)^{-1}`, `\det(s - A)`, `(X X^\top + c)^2`: whether only a number is added
        in the place of a sum."""
        return self.added.reading(node) in (IDENTITY, KERNEL)

    def _users(self, infos: Iterable[d.Info]) -> list[d.Info]:
        """The user's own symbols: the variable of a derivative is what it is taken at, if that is
        a symbol."""
        points = {id(x.variable): x.at for x in self.nodes if type(x) is d.Derivative}
        if not points:
            return [info for info in infos if not info.definition]
        found: dict[int, d.Info] = {}
        for info in infos:
            at: d.Draft = d.Symbol(info)
            while type(at) is d.Symbol and id(at.info) in points:
                at = points[id(at.info)]
            if type(at) is d.Symbol and not at.info.definition:
                found[id(at.info)] = at.info
        return list(found.values())

    def _holds_image(self, node: d.Sum) -> bool:
        r"""`X \beta + \epsilon`: whether some term is a matrix times a vector, and the sum divides
        nothing."""
        return id(node) not in self.ratios and any(
            isinstance(t, d.Side)
            and self.rank(t) == 1
            and any(self.rank(x) == 2 for x in t.factors)
            for t in node.terms
        )

    def _scaled(self, node: d.Side) -> bool:
        r"""`\sigma^2 K`, `\rho (z - u)`: one factor that could be an array, the rest numbers."""
        return sum(self.rank(x) != 0 and self.may_have_axes(x) for x in node.factors) == 1

    def _rest(self) -> bool:
        """Of what is left nothing is said: any shape, the same for all."""
        unknown, bare = self._unknown(), self.is_bare()
        for info in unknown:
            info.rank, info.why, info.elementwise = 0, "nothing says otherwise", True
        self.forget()
        told = self._users([i for i in unknown if self.roles.get(id(i), set()) & CHOOSING])
        if told:
            names = ", ".join(info.name for info in told)
            self.ledger.assume(
                "elementwise",
                f"{names}: element by element, in any one shape",
                instead="vectors, matrices",
                shapes={info.name: "?n" for info in told},
                span=told[0].first,
            )
        for definition in self.definitions:
            if definition.info.rank is None:
                rank = 0 if bare else self.rank(definition.body)
                self.settle(definition.info, rank or 0, "its definition")
        return False


def _entrywise(node: d.Draft) -> d.Draft:
    r"""What functions of each entry are applied to: the X_j of `|X_j|`."""
    match node:
        case d.Bars("|", body):
            return _entrywise(body)
        case d.Call(function, [body]) if signature_ranks(function) == ([0], 0):
            return _entrywise(body)
    return node


def _is_of(node: d.Draft, info: d.Info) -> bool:
    return isinstance(node, d.Symbol) and node.info is info


def _loose(node: d.Draft) -> list[d.Info]:
    """The elementwise letters whose shape a factor has."""
    match node:
        case d.Symbol(info):
            return [info] if info.elementwise else []
        case d.Power(base) | d.Flip(base) | d.Quotient(base):
            return _loose(base)
        case d.Sum(parts) | d.Side(parts) | d.Call(_, parts):
            return [info for part in parts for info in _loose(part)]
    return []


def _letters(node: d.Draft) -> list[d.Info]:
    """The elementwise letters, but for capital ones, that are factors of a product."""
    match node:
        case d.Symbol(info):
            small = not info.word and not info.capital
            return [info] if info.elementwise and small else []
        case d.At(d.Symbol(info), places) if info.rank == len(places) and None not in places:
            return [] if info.declared or info.capital else [info]
        case d.Side(parts):
            return [info for part in parts for info in _letters(part)]
        case d.Signed("·", left, right):
            return [*_letters(left), *_letters(right)]
    return []


def _plain(term: d.Draft) -> list[d.Info]:
    """The elementwise letters of a term that is no product of letters."""
    found = _loose(term)
    return found if len(found) == 1 else []


def _is_plain(node: d.Draft) -> bool:
    """Whether an element is addressed by letters alone."""
    return isinstance(node, d.At) and all(isinstance(place, d.Value) for place in node.places)


def _is_linear(node: d.Draft, parent: d.Draft) -> bool:
    """Whether what is directly around a draft adds it to others, or scales it from the left."""
    match parent:
        case d.Side(factors):
            return node is factors[-1]
        case d.Sum() | d.Flip() | d.Over() | d.Join():
            return True
        case d.Signed(sign, _, right):
            return sign in "·*×" and node is right
        case d.Quotient(top):
            return top is node
        case d.Big("sum" | "mean", _, body):
            return body is node
    return False


def _is_constant(node: d.Draft) -> bool:
    r"""Whether a symbol is named by a word, as constants are: `c_{\\text{puct}}`."""
    if not isinstance(node, d.Symbol):
        return False
    _, _, word = node.info.name.rpartition("_")
    return word != node.info.name and word.isalpha() and len(word) > 2 and word not in MARKED


def _terms(node: d.Draft) -> list[d.Draft]:
    """The terms of a sum; an expression that is no sum by itself."""
    if isinstance(node, d.Sum):
        return [leaf for term in node.terms for leaf in _terms(term)]
    return [node]


def _scaled_by_letter(node: d.Sum) -> bool:
    r"""`\gamma \odot x + \beta`: a scale written with a sign of its own, and a shift beside it."""
    return any(
        isinstance(term, d.Signed)
        and term.sign in "⊙∘"
        and any(isinstance(x, d.Symbol) and not x.info.latin for x in (term.left, term.right))
        for term in node.terms
    )
