"""Are two dimensions the same? Equations between sizes, solved as they come.

Letters have a strength: a fresh one (an axis that nobody named) gives way to a printed one (the N
of a sum), and that to a declared one. Two letters that somebody wrote never become one by
themselves: a sum to n over an axis of m would be of all of it, or of a part.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count

from eq2code.source import NOWHERE, Span
from eq2code.trees.dims import Dim, Shape

FRESH, PRINTED, SIGNED, DECLARED = 0, 1, 2, 3  # signed: only the signature of a function says it


class Clash(Exception):
    """Two dimensions that cannot be equal."""

    def __init__(self, left: Dim, right: Dim) -> None:
        super().__init__()
        self.left, self.right = left, right


class Sizes:
    """The size letters of one system and what is known of them; `version` counts what changes."""

    def __init__(self) -> None:
        self.solved: dict[str, Dim] = {}
        self.learnt: dict[str, Span] = {}
        self.strength: dict[str, int] = {}
        self.invented: set[str] = set()
        self.version = 0
        self._fresh = count(1)

    def fresh(self) -> Dim:
        """A new axis of which nothing is known."""
        name = f"?{next(self._fresh)}"
        self.strength[name] = FRESH
        return Dim.of(name)

    def declare(self, dim: Dim, strength: int) -> None:
        """Say how firmly the letters of `dim` are meant."""
        for name in dim.letters:
            if name.startswith("?"):
                continue
            self.strength[name] = max(strength, self.strength.get(name, FRESH))

    def invent(self, letter: str, name: str) -> None:
        """Give a fresh letter a name that a reader can see; it stays as weak as it was."""
        self.solved[letter] = Dim.of(name)
        self.version += 1
        self.strength[name] = FRESH
        self.invented.add(name)

    def unnamed(self, dim: Dim) -> bool:
        """Whether some letter of a dimension is one that nobody wrote."""
        return any(name.startswith("?") or name in self.invented for name in dim.letters)

    def resolve(self, dim: Dim) -> Dim:
        """The dimension with everything known put in."""
        solved = self.solved
        for _ in range(64):
            letter = dim.letter
            if letter is not None and letter in solved:
                dim = solved[letter]
            elif letter is not None or solved.keys().isdisjoint(dim.letters):
                return dim
            else:
                dim = dim.substitute(solved)
        raise Clash(dim, dim)

    def deduced(self) -> list[tuple[str, Dim]]:
        """The printed letters that declared sizes say something of: K where K + 1 is M."""
        printed = [x for x in self.solved if self.strength.get(x) == PRINTED]
        found = [(letter, self.resolve(Dim.of(letter))) for letter in printed]
        return [
            (letter, dim)
            for letter, dim in found
            if all(self.strength.get(name) == DECLARED for name in dim.letters)
        ]

    def shape(self, shape: Shape) -> Shape:
        return tuple(map(self.resolve, shape)) if self.solved else shape

    def same(self, left: Dim, right: Dim) -> bool:
        """Whether the two are known to be equal."""
        return left == right or self.resolve(left) == self.resolve(right)

    def unify(self, left: Dim, right: Dim, span: Span = NOWHERE) -> Dim:
        """Make the two equal, as what stands at `span` says; Clash where they cannot be."""
        if left == right:
            return left
        left, right = self.resolve(left), self.resolve(right)
        if left == right:
            return left
        if left.letter is not None and right.letter is not None:
            return self._one_letter(left.letter, right.letter, span)
        difference = left - right
        letter = self._weakest(difference, (left.letter, right.letter))
        if letter is None:
            raise Clash(left, right)
        if not self._gives_way(letter, left, right):
            raise Clash(left, right)
        coefficient = dict(difference.terms)[(letter,)]
        rest = difference - Dim((((letter,), coefficient),))
        fixed = not rest.letters and left.letters and right.letters
        if fixed and self.strength.get(letter, PRINTED) >= PRINTED:
            raise Clash(left, right)  # n + p - 1 is n where p is 1: nobody means that
        self._solve(letter, rest * Fraction(-1, coefficient), span)
        return self.resolve(left)

    def _one_letter(self, left: str, right: str, span: Span) -> Dim:
        """Make two letters one: the weaker gives way, the first of two that are as strong."""
        ranked = [(self.strength.get(name, PRINTED), name) for name in (left, right)]
        (weak, letter), (strong, kept) = sorted(ranked)
        if weak != FRESH and (weak, strong) != (PRINTED, SIGNED):
            raise Clash(Dim.of(left), Dim.of(right))
        self._solve(letter, Dim.of(kept), span)
        return Dim.of(kept)

    def _solve(self, letter: str, value: Dim, span: Span) -> None:
        self.version += 1
        self.solved[letter] = value
        self.learnt[letter] = span

    def _weakest(self, difference: Dim, sides: tuple[str | None, str | None]) -> str | None:
        """The letter that gives way: one that occurs once, by itself; a whole side before
        others."""
        seen: dict[str, int] = {}
        for monomial, _ in difference.terms:
            for name in monomial:
                seen[name] = seen.get(name, 0) + 1
        alone = [m[0] for m, _ in difference.terms if len(m) == 1 and seen[m[0]] == 1]
        return min(
            alone,
            key=lambda name: (self.strength.get(name, PRINTED), name not in sides),
            default=None,
        )

    def _gives_way(self, letter: str, left: Dim, right: Dim) -> bool:
        """Whether a letter may be solved for: `M` against `2 d` says something, `n` against `m` is
        a mistake."""
        strength = self.strength.get(letter, PRINTED)
        if strength == FRESH:
            return True
        if strength == PRINTED and {*left.letters} & {*right.letters}:
            return False  # n - k against n would make k nothing
        if (left.letter is None) != (right.letter is None):
            return True
        if strength >= SIGNED:
            return False
        others = {*left.letters, *right.letters} - {letter}
        return all(self.strength.get(name, PRINTED) in (FRESH, SIGNED) for name in others)
