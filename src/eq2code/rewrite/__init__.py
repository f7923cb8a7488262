"""What is written otherwise before it is computed? Known functions, and derivatives."""

from __future__ import annotations

from collections.abc import Callable

from eq2code.limits import DEFAULT, Limits
from eq2code.trees import formula as fm

__all__ = ["rewrite"]

_ATOMS = frozenset({fm.Symbol, fm.Number, fm.Size, fm.Constant, fm.Position})


def rewrite(
    system: fm.System,
    *,
    meaning_of: Callable[[str], fm.Formula],
    derivative_of: Callable[[str], tuple[fm.Formula, ...]],
    limits: Limits = DEFAULT,
) -> fm.System:
    """`system` with library calls in place of their definitions, and every derivative written out.

    `meaning_of` and `derivative_of` give an entry's, as formulas of its arguments. What few systems
    need is loaded for those alone.
    """
    found = kinds(system)
    if fm.Reduce in found:
        from eq2code.rewrite.recognise import recognise

        system = recognise(system, meaning_of)
    if fm.Gradient in found:
        from eq2code.rewrite.derive import remove_gradients

        system = remove_gradients(system, derivative_of=derivative_of, limits=limits)
    return system


def kinds(system: fm.System) -> set[type[fm.Formula]]:
    """The classes of all formulas that stand in the definitions."""
    seen: set[int] = set()
    parts = [definition.body for definition in system.definitions]
    for part in parts:  # which grow
        if type(part) not in _ATOMS and (place := id(part)) not in seen:
            seen.add(place)
            parts += part.children
    return set(map(type, parts))
