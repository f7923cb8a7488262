"""How much is too much? One budget, handed to every stage; what exceeds it is refused at once."""

from __future__ import annotations

from eq2code.record import record


@record
class Limits:
    """Bounds on one translation.

    Attributes:
        characters: length of the source.
        tokens: tokens after macros are expanded.
        depth: nesting of brackets, fractions, roots, scripts and environments.
        factors: factors of one product, each of which is read inside the one before.
        nodes: nodes of any one tree.
        unfolded: nodes of one formula with every function that it applies written out, and of a
            derivative that is written out, each counted as often as it is used.
        expansions: macro expansions.
        expanded: characters that macros may produce.
        digits: digits of one number.
        name: characters of one name.
        readings: readings explored before the notation is called ambiguous.
        code: characters of emitted source.
        elements: positions of one axis that no array brings: of a printed range when it is
            translated, of ranges up to numbers that are passed, those together that stand in one
            array, when it is called.
    """

    characters: int = 500_000
    tokens: int = 200_000
    depth: int = 100
    factors: int = 220
    nodes: int = 200_000
    unfolded: int = 50_000
    expansions: int = 1_000
    expanded: int = 100_000
    digits: int = 400
    name: int = 64
    readings: int = 64
    code: int = 2_000_000
    elements: int = 100_000_000


DEFAULT = Limits()
