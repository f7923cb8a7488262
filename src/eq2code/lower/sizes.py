"""How long is an axis? Size letters, read from the arguments."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from eq2code.errors import EmissionError, TooLargeError
from eq2code.trees.dims import Coefficient, Dim
from eq2code.trees.formula import Parameter, Symbol
from eq2code.trees.program import Elementwise, Extent, Letter, Literal, Name, Node

_Preference = tuple[bool, bool]


class Sizes:
    """Where each size letter is read from."""

    def __init__(self, parameters: Iterable[Parameter], longest: int) -> None:
        self.longest = longest
        self.sources: dict[str, Node] = {}
        self.parameters: set[str] = set()
        plain: list[tuple[_Preference, str, Name, int]] = []
        compound: list[tuple[Dim, Extent]] = []
        for parameter in parameters:
            symbol = parameter.value
            if type(symbol) is not Symbol:
                continue
            axes = symbol.axes
            if not axes:
                self.parameters.add(parameter.name)
                continue
            array = Name(parameter.name)
            for place, dim in enumerate(axes, -len(axes)):
                if letter := dim.letter:
                    plain.append((_preference(letter, array, place), letter, array, place))
                elif dim.letters:
                    compound.append((dim, Extent(array, place)))
        plain.sort(key=itemgetter(0), reverse=True)
        for _, letter, array, place in plain:
            if letter not in self.sources:
                self.sources[letter] = Extent(array, place)
        self._solve(compound)

    def _solve(self, pending: list[tuple[Dim, Extent]]) -> None:
        """Read letters from compound axes: n from one of length n + 1, h from h*d_v beside d_v."""
        progress = True
        while progress:
            progress = False
            for dim, extent in pending:
                unknown = [name for name in dim.letters if not self.knows(name)]
                if len(unknown) == 1 and (source := self._solution(dim, unknown[0], extent)):
                    self.sources[unknown[0]] = source
                    progress = True

    def _solution(self, dim: Dim, name: str, extent: Extent) -> Node | None:
        if any(monomial.count(name) > 1 for monomial, _ in dim.terms):
            return None
        factor = Dim(
            tuple(
                (tuple(other for other in monomial if other != name), coefficient)
                for monomial, coefficient in dim.terms
                if name in monomial
            )
        )
        rest = Dim(tuple(term for term in dim.terms if name not in term[0]))
        top: Node = extent
        if rest.terms:
            top = _plus(extent, self.length(-rest))
        if len(factor.terms) == 1 and not factor.terms[0][0] and factor.terms[0][1].numerator == 1:
            times = factor.terms[0][1].denominator
            return top if times == 1 else Elementwise("*", (Literal(times), top))
        return Elementwise("//", (top, self.length(factor)))

    def knows(self, name: str) -> bool:
        """Whether a size letter can be read."""
        return name in self.sources or name in self.parameters

    def length(self, dim: Dim) -> Node:
        """A dimension as a whole number. TooLargeError for a printed one beyond the limit."""
        if (value := dim.value) is not None and value > self.longest:
            raise TooLargeError(
                f"an axis of {value:,} positions is asked for; at most {self.longest:,} are made",
                hints=("write what the whole comes to as a formula, or a shorter range",),
            )
        return self._polynomial(dim, "//")

    def number(self, dim: Dim) -> Node:
        """A dimension as a number of the formula: n/2 is not rounded."""
        return self._polynomial(dim, "/")

    def _polynomial(self, dim: Dim, division: str) -> Node:
        if (value := dim.value) is not None:
            return Literal(value)
        whole = 1
        for _, coefficient in dim.terms:
            whole = whole * coefficient.denominator // _common(whole, coefficient.denominator)
        terms = sorted(dim.terms, key=_place)
        parts = [self._monomial(name, coefficient * whole) for name, coefficient in terms]
        total = parts[0] if len(parts) == 1 else Elementwise("+", tuple(parts))
        return total if whole == 1 else Elementwise(division, (total, Literal(whole)))

    def _monomial(self, letters: tuple[str, ...], coefficient: Coefficient) -> Node:
        size = abs(int(coefficient))
        factors: list[Node] = [Literal(size)] if size != 1 or not letters else []
        factors.extend(self._letter(name) for name in letters)
        product = factors[0] if len(factors) == 1 else Elementwise("*", tuple(factors))
        return Elementwise("-", (product,)) if coefficient < 0 else product

    def _letter(self, name: str) -> Node:
        if name in self.sources:
            return Letter(name)
        if name in self.parameters:
            return Name(name)
        raise EmissionError(
            f"the size {name} follows from no argument",
            hints=(
                f'declare an array with an axis of that size, such as shapes={{"x": "{name}"}}',
            ),
        )


def _preference(letter: str, array: Name, axis: int) -> _Preference:
    """d_k is read from K, and from its last axis, where there is a choice."""
    named = "_" in letter and letter.partition("_")[2].lower() == array.name.lower()
    return named, named and axis == -1


def _place(term: tuple[tuple[str, ...], Coefficient]) -> tuple[bool, int, tuple[str, ...]]:
    """What is taken away stands last."""
    letters, coefficient = term
    return coefficient < 0, -len(letters), letters


def _plus(left: Node, right: Node) -> Node:
    if isinstance(right, Literal) and isinstance(right.value, int) and right.value < 0:
        return Elementwise("+", (left, Elementwise("-", (Literal(-right.value),))))
    return Elementwise("+", (left, right))


def _common(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a
