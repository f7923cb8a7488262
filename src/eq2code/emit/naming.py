"""What is an intermediate value called, and which nodes are plain numbers?"""

from __future__ import annotations

from collections.abc import Set
from itertools import repeat

from eq2code.library import find
from eq2code.lower.names import RESULTS
from eq2code.trees import program as pg

_KINDS = {
    "+": "total",
    "*": "scaled",
    "/": "ratio",
    "//": "ratio",
    "**": "power",
    "-": "negative",
    "and": "mask",
    "or": "mask",
    "not": "mask",
}
_NODES: dict[type[pg.Node], str] = {
    pg.Product: "product",
    pg.Contract: "product",
    pg.Where: "chosen",
    pg.Reduce: "total",
    pg.Index: "part",
    pg.Take: "chosen",
    pg.Stack: "stacked",
    pg.Apply: "applied",
    pg.Slope: "gradient",
    pg.Arrange: "positions",
}


def plain(node: pg.Node, numbers: Set[str] = frozenset()) -> bool:
    """Whether the node is surely a Python number; `numbers` are the names that are."""
    match node:
        case pg.Name(name=name):
            return name in numbers
        case pg.Literal() | pg.Constant() | pg.Letter() | pg.Extent():
            return True
        case pg.Elementwise(operands=parts):
            return all(map(plain, parts, repeat(numbers)))
        case pg.Call(function=function, arguments=arguments):
            entry = find(function)
            known = entry is not None and bool(entry.scalar) and bool(arguments)
            return known and all(map(plain, arguments, repeat(numbers)))
        case _:
            return False


def imaginary(node: pg.Node) -> bool:
    """Whether the imaginary unit is written in the node."""
    match node:
        case pg.Literal(value=value):
            return isinstance(value, complex)
        case _:
            return any(imaginary(child) for child in node.children)


def describe(node: pg.Node) -> str:
    """What an intermediate value is called."""
    match node:
        case pg.Elementwise(operation="**", operands=(pg.Name(name=name), pg.Literal(value=2))):
            return f"{name}_squared"
        case pg.Elementwise(operation="+", operands=(_, pg.Elementwise(operation="-"), *_)):
            return "difference"
        case pg.Elementwise(operation=operation):
            return describe_operation(operation)
        case pg.Call(function=function, arguments=(pg.Name(name=name),)) if function not in RESULTS:
            return f"{function}_{name}"
        case pg.Call(function=function):
            return RESULTS.get(function, function)
        case pg.Spread(base=pg.Index(base=pg.Name(name=name)) | pg.Name(name=name)):
            return f"{name}_all"
        case pg.Permute(base=pg.Name(name=name)):
            return f"{name}_transposed"
        case (
            pg.Index(base=base) | pg.Permute(base=base) | pg.Cast(base=base) | pg.Spread(base=base)
        ):
            return describe(base)
        case pg.Reduce(operation=operation):
            return {"sum": "total", "max": "largest", "min": "smallest"}.get(operation, operation)
        case pg.Name(name=name):
            return f"{name}_part"
        case _:
            return _NODES.get(type(node), "value")


def describe_operation(operation: str) -> str:
    """What the result of an operation is called."""
    return _KINDS.get(operation, "mask")
