"""Whole-number expressions of indices, `2i + k - 1`: what they are made of, and which end is lower.

In: drafts of places. Out: `Affine` expressions, or None for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from eq2code.read import draft as d
from eq2code.source import Span
from eq2code.trees.dims import ONE, Dim

ZERO = Dim(())


@dataclass(slots=True, eq=False)
class Affine:
    """A whole-number expression of indices: Σ coefficient · index + constant."""

    terms: dict[int, tuple[d.Binding, int]] = field(default_factory=dict)
    constant: Dim = ZERO

    @property
    def plain(self) -> d.Binding | None:
        """The index, where the expression is just one."""
        if len(self.terms) == 1 and not self.constant.terms:
            binding, coefficient = next(iter(self.terms.values()))
            if coefficient == 1:
                return binding
        return None

    def middle(self, span: Span) -> d.Draft:
        """The indices of the expression, without its constant, as a draft."""
        parts: list[d.Draft] = []
        for binding, coefficient in self.terms.values():
            value = d.Value(binding, span=span)
            factors: list[d.Draft] = [d.Number(coefficient), value]
            parts.append(value if coefficient == 1 else d.Side(factors, span=span))
        return parts[0] if len(parts) == 1 else d.Sum(parts, ["+"] * len(parts), span=span)

    def put(self, key: int, edge: Affine) -> Affine:
        """The expression with another one in the place of an index."""
        coefficient = self.terms[key][1]
        rest = Affine({k: term for k, term in self.terms.items() if k != key}, self.constant)
        return _plus(rest, edge, coefficient)


def affine(node: d.Draft) -> Affine | None:
    """Read a draft as an affine expression of indices; None where it is none."""
    match node:
        case d.Value(binding):
            return Affine({id(binding): (binding, 1)})
        case d.Number(int(value)):
            return Affine({}, Dim.of(value))
        case d.SizeOf(dim):
            return Affine({}, dim)
        case d.Sum(terms, signs):
            total = Affine()
            for term, sign in zip(terms, signs, strict=True):
                part = affine(term)
                if part is None:
                    return None
                total = _plus(total, part, 1 if sign == "+" else -1)
            return total
        case d.Side(factors):
            return _product([affine(x) for x in factors])
        case d.Signed("·" | "*" | "×", left, right):
            return _product([affine(left), affine(right)])
    return None


def _plus(left: Affine, right: Affine, sign: int) -> Affine:
    terms = dict(left.terms)
    for key, (binding, coefficient) in right.terms.items():
        total = terms.get(key, (binding, 0))[1] + sign * coefficient
        terms[key] = (binding, total)
        if not total:
            del terms[key]
    return Affine(terms, left.constant + right.constant * sign)


def _product(parts: list[Affine | None]) -> Affine | None:
    total = Affine({}, Dim.of(1))
    for part in parts:
        if part is None:
            return None
        if part.terms and total.terms:
            return None
        number, other = (total, part) if part.terms else (part, total)
        factor = number.constant.value
        if factor is None:
            if other.terms:
                return None
            total = Affine({}, number.constant * other.constant)
            continue
        terms = {k: (b, c * factor) for k, (b, c) in other.terms.items() if c * factor}
        total = Affine(terms, other.constant * factor)
    return total


def is_scaled(node: d.Draft) -> bool:
    """Whether an index is multiplied by more than a number: the `s i` of `s i + 1`."""
    match node:
        case d.Sum(terms):
            return any(map(is_scaled, terms))
        case d.Side(factors):
            parts = [affine(factor) for factor in factors]
        case d.Signed(_, left, right):
            parts = [affine(left), affine(right)]
        case _:
            return False
    return affine(node) is None and any(part is not None and part.terms for part in parts)


def sign_of(dim: Dim) -> int | None:
    """Whether a difference of sizes is -1, 0 or 1 by its sign, none of which is below one; None
    where that depends on how large they are."""
    if not dim.terms:
        return 0
    lowest = sum(coefficient for _, coefficient in dim.terms)
    grows = {coefficient > 0 for monomial, coefficient in dim.terms if monomial}
    if len(grows) > 1:
        return None
    if True in grows or not grows:
        return 1 if lowest > 0 else (None if grows else -1)
    return -1 if lowest < 0 else None


def least(dims: list[Dim]) -> Dim | None:
    """The smallest of some sizes; None where they cannot be compared, and of none."""
    best: Dim | None = None
    for dim in dims:
        if best is None:
            best = dim
            continue
        if at_most(dim, best):
            best = dim
        elif not at_most(best, dim):
            return None
    return best


def greatest(dims: list[Dim]) -> Dim | None:
    """The largest of some sizes; None where they cannot be compared, and of none."""
    lowest = least([-dim for dim in dims])
    return None if lowest is None else -lowest


def at_most(left: Dim, right: Dim) -> bool:
    """Whether the one size is never above the other: `K - 1` is never below 0."""
    return left == right or (sign_of(right - left + ONE) or 0) > 0
