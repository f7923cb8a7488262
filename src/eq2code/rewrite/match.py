"""Is this the definition of a function that we know? Formulas against the meanings of the library.

A meaning such as `softmax(x)_i = exp(x_i) / Σ_j exp(x_j)` is a pattern: its array x stands for any
formula over one index, and the same one wherever x stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from eq2code.rewrite.indices import rename
from eq2code.trees import formula as f


@dataclass(slots=True)
class Match:
    """What the variables of a pattern stand for."""

    indices: dict[f.IndexVar, f.IndexVar] = field(default_factory=dict)
    arrays: dict[str, tuple[f.IndexVar, f.Formula]] = field(default_factory=dict)
    scalars: dict[str, f.Formula] = field(default_factory=dict)
    open: list[tuple[str, f.IndexVar, f.Formula]] = field(default_factory=list)


def match(pattern: f.Formula, subject: f.Formula, variables: frozenset[str]) -> Match | None:
    """How `subject` is an instance of `pattern`, whose symbols in `variables` stand for
    anything."""
    found = Match()
    if not _match(pattern, subject, variables, found):
        return None
    return found if all(_close(name, i, part, found) for name, i, part in found.open) else None


def _match(pattern: f.Formula, subject: f.Formula, names: frozenset[str], found: Match) -> bool:
    match pattern:
        case f.At(f.Symbol(name), (f.Position(index),)) if name in names:
            if index in found.indices:
                return _bind(name, found.indices[index], subject, found)
            found.open.append((name, index, subject))
            return True
        case f.Symbol(name) if name in names and not pattern.shape:
            return found.scalars.setdefault(name, subject) == subject
        case f.Reduce(operation, (index,), body, None):
            match subject:
                case f.Reduce(other, (own,), inner, None) if other == operation:
                    found.indices[index] = own
                    return _match(body, inner, names, found)
            return False
    return type(pattern) is type(subject) and all(
        _same(getattr(pattern, item.name), getattr(subject, item.name), names, found)
        for item in fields(pattern)
        if item.compare
    )


def _same(left: Any, right: Any, names: frozenset[str], found: Match) -> bool:
    if isinstance(left, f.Formula):
        return isinstance(right, f.Formula) and _match(left, right, names, found)
    if isinstance(left, tuple):
        return (
            isinstance(right, tuple)
            and len(left) == len(right)
            and all(_same(a, b, names, found) for a, b in zip(left, right, strict=True))
        )
    return bool(left == right)


def _bind(name: str, index: f.IndexVar, subject: f.Formula, found: Match) -> bool:
    if name not in found.arrays:
        if index not in subject.free or subject.shape:
            return False
        found.arrays[name] = (index, subject)
        return True
    own, body = found.arrays[name]
    return rename(body, own, index) == subject


def _close(name: str, index: f.IndexVar, subject: f.Formula, found: Match) -> bool:
    """Find the index of the subject that a free index of the pattern stands for."""
    if name not in found.arrays:
        return False
    own, body = found.arrays[name]
    known = found.indices.get(index)
    candidates = [known] if known else sorted(subject.free - body.free, key=lambda i: i.name)
    for other in candidates:
        if other.size == own.size and rename(body, own, other) == subject:
            found.indices[index] = other
            return True
    return False
