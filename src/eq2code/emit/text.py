"""How tightly does code bind? Text with its precedence: brackets stand where they must."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import NamedTuple

from eq2code.record import record

ANY, COMPARE, OR, AND, SUM, TERM, UNARY, POWER, PRIMARY = range(9)
"""From the loosest to the tightest, as Python binds."""


class Text(NamedTuple):
    """Code, its precedence, and how deeply its brackets nest."""

    code: str
    level: int = PRIMARY
    depth: int = 0

    def at(self, level: int) -> str:
        """The code for a place that asks for `level`, in brackets if need be."""
        return self.code if self.level >= level else f"({self.code})"


_LEVELS: dict[type[ast.AST], int] = {
    ast.BitOr: OR,
    ast.BitAnd: AND,
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: TERM,
    ast.Div: TERM,
    ast.FloorDiv: TERM,
    ast.Mod: TERM,
    ast.MatMult: TERM,
    ast.Pow: POWER,
}
_HOLE = re.compile(r"\{(\w+|\*)\}")


@record
class Hole:
    """A place of a template: what goes there, how tightly it binds, whether it must be an array.

    `array` marks a positional argument of a function of the target, which may refuse plain numbers.
    """

    name: str
    level: int
    array: bool


@record
class Template:
    """One expression with holes; `names` are those of its holes."""

    pieces: tuple[str | Hole, ...]
    level: int
    holes: tuple[Hole, ...]
    names: frozenset[str]

    def fill(self, values: dict[str, Text]) -> Text:
        """The expression with values in its holes."""
        if len(self.pieces) == len(self.holes) == 1:
            return values[self.holes[0].name]
        parts: list[str] = []
        depth = 0
        for piece in self.pieces:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                value = values[piece.name]
                depth = max(depth, value.depth)
                parts.append(value.at(piece.level))
        return Text("".join(parts), self.level, depth + 1)


@lru_cache(maxsize=1024)
def template(source: str) -> Template:
    """Read a template: `{0}`, `{name}` and `{*}` are holes; each asks for what its place needs."""
    stand_in = _HOLE.sub(lambda match: f"_hole_{match[1].replace('*', 'all')}", source)
    tree = ast.parse(stand_in, mode="eval").body
    levels: list[tuple[int, int, bool]] = []
    _visit(tree, ANY, False, levels)
    levels.sort()
    names = [match[1] for match in _HOLE.finditer(source)]
    holes = [Hole(n, level, array) for n, (_, level, array) in zip(names, levels, strict=True)]
    literal = _HOLE.split(source)[::2]
    pieces: list[str | Hole] = []
    for text, hole in zip(literal, [*holes, None], strict=True):
        pieces.extend((text,) if text else ())
        pieces.extend((hole,) if hole else ())
    return Template(tuple(pieces), _level(tree), tuple(holes), frozenset(names))


def _level(tree: ast.expr) -> int:
    match tree:
        case ast.BinOp(op=op):
            return _LEVELS[type(op)]
        case ast.UnaryOp():
            return UNARY
        case ast.Compare():
            return COMPARE
        case _:
            return PRIMARY


def _visit(tree: ast.AST, level: int, array: bool, found: list[tuple[int, int, bool]]) -> None:
    match tree:
        case ast.Name(id=name) if name.startswith("_hole_"):
            found.append((tree.col_offset, level, array))
        case ast.BinOp(left=left, op=op, right=right):
            own = _LEVELS[type(op)]
            power = isinstance(op, ast.Pow)
            # `{0} + 1` is a plain number where what is filled in is one.
            lone = array and (isinstance(left, ast.Constant) or isinstance(right, ast.Constant))
            _visit(left, own + 1 if power else own, lone, found)
            _visit(right, UNARY if power else own + 1, lone, found)
        case ast.UnaryOp(operand=operand):
            _visit(operand, POWER, array, found)
        case ast.Compare(left=left, comparators=others):
            for part in (left, *others):
                _visit(part, OR, array, found)
        case ast.Attribute(value=value):
            _visit(value, PRIMARY, False, found)
        case ast.Subscript(value=value, slice=places):
            _visit(value, PRIMARY, False, found)
            _visit(places, ANY, False, found)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            _visit(function, PRIMARY, False, found)
            own_function = ast.unparse(function).startswith("torch.")
            choice = own_function and ast.unparse(function) == "torch.where"
            for place, argument in enumerate(arguments):
                _visit(argument, ANY, own_function and not (choice and place), found)
            for word in keywords:
                _visit(word.value, ANY, False, found)
        case _:
            for child in ast.iter_child_nodes(tree):
                _visit(child, ANY, False, found)
