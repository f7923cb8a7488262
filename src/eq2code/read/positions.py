r"""Where do positions count from? `\arg\max_i x_i` gives one that Python takes: from 0.

In: a typed system. Out: the same system, in which a position that is a result, and addresses
nothing here, counts from where the caller prefers.
"""

from __future__ import annotations

from dataclasses import replace

from eq2code.read.conventions import Ledger
from eq2code.trees import formula as f

NAME = "positions"
FINDING = frozenset({"argmax", "argmin"})


def positions(system: f.System, ledger: Ledger) -> f.System:
    """The system whose resulting positions count from 0, which is told, or from 1."""
    found = {one.symbol.name for one in system.definitions if _is_position(one.body)}
    found &= {output.symbol.name for output in system.outputs}
    if not found:
        return system
    nodes = (node for one in system.definitions for node in one.body.walk())
    found -= {node.name for node in nodes if isinstance(node, f.Symbol)}
    return replace(
        system, definitions=tuple(_counted(x, found, ledger) for x in system.definitions)
    )


def _counted(definition: f.Definition, found: set[str], ledger: Ledger) -> f.Definition:
    body, name = definition.body, definition.symbol.name
    if name not in found:
        return definition
    base = ledger.assume(
        NAME,
        f"{name.partition('_new')[0]} counts positions from 0",
        instead="from 1",
        span=body.span,
    )
    if base == "0":
        return definition
    return replace(definition, body=f.Add((body, f.Number(1)), span=body.span))


def _is_position(body: f.Formula) -> bool:
    """Whether a formula finds a position, or one for each index."""
    match body:
        case f.Build(_, inner) | f.Align(inner):
            return _is_position(inner)
        case f.Reduce(operation):
            return operation in FINDING
        case f.Call(function):
            return function in FINDING
    return False
