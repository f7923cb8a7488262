"""The functions that eq2code knows: one entry each, read by every stage."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from eq2code.library import activations, elementwise, joining, linear, reductions
from eq2code.library.entry import Entry

__all__ = ["ENTRIES", "SPELLINGS", "Entry", "find"]

_FAMILIES = (elementwise, activations, reductions, linear, joining)

ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {entry.name: entry for family in _FAMILIES for entry in family.ENTRIES}
)
"""Every entry by its canonical name, family by family."""

_BY_SPELLING: Mapping[str, Entry] = MappingProxyType(
    {spelling: entry for entry in ENTRIES.values() for spelling in (entry.name, *entry.spellings)}
)

SPELLINGS: frozenset[str] = frozenset(_BY_SPELLING)
"""Every canonical name and every other way to write one."""


def find(spelling: str) -> Entry | None:
    """The entry that a source means by `spelling`, case as written: "SoftMax" is softmax."""
    return _BY_SPELLING.get(spelling)
