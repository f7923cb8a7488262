"""How large is an axis? Dimensions as polynomials over size letters, in normal form.

`n`, `2 d`, `n + m`, `h d_v`, `d/2`. Two are equal, different, or not known to be either; the last
is a constraint for whoever asks, never a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from eq2code.record import lazy, node

Monomial = tuple[str, ...]
Coefficient = int | Fraction  # a whole number is an int: most are, and ints are quick


@node
class Dim:
    """A polynomial: `terms` are pairs (sorted letters, coefficient), sorted, none with coefficient
    0."""

    terms: tuple[tuple[Monomial, Coefficient], ...]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self.terms == other.terms if type(other) is Dim else NotImplemented

    def __hash__(self) -> int:
        return hash(self.terms)

    @staticmethod
    def of(value: int | str | Dim) -> Dim:
        """The dimension of a number or a size letter."""
        match value:
            case str():
                return _letter(value)
            case int():
                return _number(value)
        return value

    @property
    def value(self) -> int | None:
        """The number, where the dimension is one."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0] and self.terms[0][1].denominator == 1:
            return int(self.terms[0][1])
        return None

    @lazy
    def letter(self) -> str | None:
        """The size letter, where the dimension is just one."""
        if len(self.terms) == 1 and len(self.terms[0][0]) == 1 and self.terms[0][1] == 1:
            return self.terms[0][0][0]
        return None

    @lazy
    def letters(self) -> tuple[str, ...]:
        """Every size letter in it, sorted."""
        return tuple(sorted({name for monomial, _ in self.terms for name in monomial}))

    def __add__(self, other: Dim | int) -> Dim:
        added = Dim.of(other)
        if not (added.terms and self.terms):
            return self if self.terms else added
        total = dict(self.terms)
        for monomial, coefficient in added.terms:
            total[monomial] = total.get(monomial, 0) + coefficient
        return _normal(total)

    def __neg__(self) -> Dim:
        return Dim(tuple([(monomial, -coefficient) for monomial, coefficient in self.terms]))

    def __sub__(self, other: Dim | int) -> Dim:
        taken = Dim.of(other)
        return self + -taken if taken.terms else self

    def __mul__(self, other: Dim | int | Fraction) -> Dim:
        if not isinstance(other, Dim):
            return self if other == 1 else _normal({m: c * other for m, c in self.terms})
        total: dict[Monomial, Coefficient] = {}
        for left, a in self.terms:
            for right, b in other.terms:
                monomial = tuple(sorted(left + right))
                total[monomial] = total.get(monomial, 0) + a * b
        return _normal(total)

    def substitute(self, values: Mapping[str, Dim]) -> Dim:
        """Put dimensions in place of letters."""
        if len(self.terms) == 1:  # most dimensions are one letter, or a number
            monomial, coefficient = self.terms[0]
            if not monomial:
                return self
            if len(monomial) == 1 and coefficient == 1:
                return values.get(monomial[0], self)
        if not any(name in values for monomial, _ in self.terms for name in monomial):
            return self
        total = Dim(())
        for monomial, coefficient in self.terms:
            product = Dim((((), coefficient),))
            for name in monomial:
                product = product * values.get(name, Dim.of(name))
            total = total + product
        return total

    def evaluate(self, sizes: Mapping[str, int]) -> int:
        """The number, given every letter's. ValueError where it is no whole number."""
        total: Coefficient = 0
        for monomial, coefficient in self.terms:
            for name in monomial:
                coefficient = coefficient * sizes[name]
            total += coefficient
        if total.denominator != 1:
            raise ValueError(f"{self} is no whole number")
        return int(total)

    def __str__(self) -> str:
        """As a reader writes it: `n + 1`, `2*d`, `h*d_v`, `d/2`."""
        if letter := self.letter:
            return letter
        if not self.terms:
            return "0"
        parts: list[str] = []
        for monomial, coefficient in sorted(self.terms, key=lambda term: (-len(term[0]), term[0])):
            sign = "-" if coefficient < 0 else "+"
            size: Coefficient = coefficient if coefficient > 0 else -coefficient
            text = "*".join(monomial)
            if not monomial:
                text = str(size)
            elif size != 1:
                top = "" if size.numerator == 1 else f"{size.numerator}*"
                text = f"{top}{text}" + (f"/{size.denominator}" if size.denominator != 1 else "")
            parts.append(f" {sign} {text}" if parts else (f"-{text}" if sign == "-" else text))
        return "".join(parts)


def _normal(total: Mapping[Monomial, Coefficient]) -> Dim:
    terms = [(m, c.numerator if c.denominator == 1 else c) for m, c in total.items() if c]
    return Dim(tuple(sorted(terms)))


@lru_cache(maxsize=1024)
def _number(value: int) -> Dim:
    return Dim((((), value),) if value else ())


@lru_cache(maxsize=4096)
def _letter(name: str) -> Dim:
    return Dim((((name,), 1),))


Shape = tuple[Dim, ...]
ONE = Dim.of(1)


def declaration(shape: Shape) -> str:
    """A shape as `shapes=` takes it.

    >>> declaration((Dim.of("n") + 1, Dim.of("d")))
    'n+1 d'
    """
    return " ".join(str(dim).replace(" ", "") for dim in shape)
