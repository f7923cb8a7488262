"""What is the same formula with another index, and which arrays are written entry by entry?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from eq2code.trees import formula as f


def rebuild(value: f.Formula, change: Callable[[f.Formula], f.Formula]) -> f.Formula:
    """`value` with `change` applied to each formula directly inside; itself where nothing
    changed."""
    new: dict[str, Any] = {}
    for item in fields(value):
        if item.name == "span":
            continue
        old = getattr(value, item.name)
        made = _changed(old, change)
        if made is not old:
            new[item.name] = made
    return replace(value, **new) if new else value


def _changed(old: Any, change: Callable[[f.Formula], f.Formula]) -> Any:
    if isinstance(old, f.Formula):
        return change(old)
    if isinstance(old, tuple) and old:
        made = tuple(_changed(part, change) for part in old)
        return old if all(a is b for a, b in zip(made, old, strict=True)) else made
    return old


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
