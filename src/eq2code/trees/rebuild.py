"""What is a formula with something else in place of its parts?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from eq2code.trees.formula import Formula


def rebuild(value: Formula, change: Callable[[Formula], Formula]) -> Formula:
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


def _changed(old: Any, change: Callable[[Formula], Formula]) -> Any:
    if isinstance(old, Formula):
        return change(old)
    if isinstance(old, tuple) and old:
        made = tuple(_changed(part, change) for part in old)
        return old if all(a is b for a, b in zip(made, old, strict=True)) else made
    return old
