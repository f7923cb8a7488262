"""What is the same formula with another index, and which arrays are written entry by entry?"""

from __future__ import annotations

from eq2code.trees import formula as f
from eq2code.trees.rebuild import rebuild as rebuild


def rename(value: f.Formula, old: f.IndexVar, new: f.IndexVar) -> f.Formula:
    """`value` with a free index in place of another."""
    if old not in value.free:
        return value
    if isinstance(value, f.Position):
        return f.Position(new, span=value.span)
    return rebuild(value, lambda part: rename(part, old, new))


def whole(value: f.Formula) -> f.Formula:
    """An array that is written entry by entry, as the array: the entries of x over i are x."""
    match value:
        case f.Build(indices, f.At(base, places)):
            plain = tuple(f.Position(index) for index in indices)
            if places[: len(plain)] == plain and len(places) == len(plain):
                if not base.free & frozenset(indices):
                    return base
    return value
