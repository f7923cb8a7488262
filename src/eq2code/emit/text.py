"""How tightly does code bind? Text with its precedence: brackets stand where they must."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from eq2code.record import mutable, record

ANY, COMPARE, OR, AND, SUM, TERM, UNARY, POWER, PRIMARY = range(9)
"""From the loosest to the tightest, as Python binds."""


@mutable
class Text:
    """Code, its precedence, and how deeply its brackets nest. It is shared, and never changed."""

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
    """One expression with holes.

    Attributes:
        form: the expression, with %s for each hole.
        level: its precedence.
        holes: in order.
        names: those of the holes.
        bare: whether it is a hole and nothing else.
    """

    form: str
    level: int
    holes: tuple[Hole, ...]
    names: frozenset[str]
    bare: bool

    def fill(self, values: dict[str, Text]) -> Text:
        """The expression with values in its holes."""
        holes = self.holes
        if self.bare:
            return values[holes[0].name]
        code = self.form % tuple([values[hole.name].at(hole.level) for hole in holes])
        depth = 0
        for hole in holes:
            inside = values[hole.name].depth
            depth = inside if inside > depth else depth
        return Text(code, self.level, depth + 1)


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
    return Template(
        "%s".join(text.replace("%", "%%") for text in _HOLE.split(source)[::2]),
        _level(tree),
        tuple(holes),
        frozenset(names),
        len(holes) == 1 and _HOLE.fullmatch(source) is not None,
    )


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
            root, _, last = ast.unparse(function).rpartition(".")
            takes = bool(root) and root != "math" and not root.startswith("_hole_")
            for place, argument in enumerate(arguments):  # of `where` only the condition
                _visit(argument, ANY, takes and not (last == "where" and place), found)
            for word in keywords:
                _visit(word.value, ANY, False, found)
        case _:
            for child in ast.iter_child_nodes(tree):
                _visit(child, ANY, False, found)
