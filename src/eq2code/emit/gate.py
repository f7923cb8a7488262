"""May this code run? Every field of its syntax tree is held against a list of what we write.

The second wall: names already come from a table, and whatever slipped through that is stopped here.
A kind of node that is not listed is refused, and so is any field that is not as the list says.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable
from functools import lru_cache

from eq2code.emit.tables import TARGETS
from eq2code.errors import FAULT, EmissionError

_HOLE = re.compile(r"\{(\w+|\*)\}")
_ROOTS = frozenset(
    {"math", *(module.partition(".")[0] for table in TARGETS.values() for module in table.imports)}
)
_IMPORTS = frozenset(
    {
        "import math",
        "from typing import NamedTuple",
        *(line for table in TARGETS.values() for line in table.imports.values()),
    }
)
_ARRAYS = frozenset(table.array for table in TARGETS.values())
_BASE = frozenset({"math.pi", "math.e", "math.inf", "math.nan"})
_OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult, ast.BitAnd,
    ast.BitOr, ast.USub, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip
_GRADIENTS = frozenset({"torch.func.grad"})
_BUILTINS = frozenset({"abs", "max", "min"})
_RUNS = frozenset({"enumerate", "len", "range", "reversed", "zip"})
"""What a loop may run over, made of arguments."""


def inspect(text: str) -> ast.Module:
    """The syntax tree of emitted code. EmissionError where it holds what we do not write."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise EmissionError(f"the code is not well-formed: {error}", hints=(FAULT,)) from None
    _Inspection().module(tree)
    return tree


def refuse(what: str, node: ast.AST | None = None) -> EmissionError:
    """The error for code that is not let through."""
    line = f" in line {node.lineno}" if isinstance(node, (ast.expr, ast.stmt)) else ""
    return EmissionError(
        f"the code failed its inspection: {what}{line} is not allowed", hints=(FAULT,)
    )


@lru_cache(maxsize=1)
def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """The dotted names and the attributes of arrays that our own tables use, and no others."""
    from eq2code.library import ENTRIES

    lines = [line for table in TARGETS.values() for line in table.templates()]
    for entry in ENTRIES.values():
        spelled = (table.spelling(entry) for table in TARGETS.values())
        for spelling in (*spelled, entry.scalar, entry.imaginary):
            lines.extend((spelling,) if isinstance(spelling, str) else spelling)
    dotted: set[str] = set(_BASE)
    attributes: set[str] = {"shape"}
    for line in lines:
        if line:
            tree = ast.parse(_HOLE.sub(lambda m: f"_{m[1].replace('*', 'all')}", line))
            _collect(tree, dotted, attributes)
    return frozenset(dotted), frozenset(attributes)


def _collect(tree: ast.AST, dotted: set[str], attributes: set[str]) -> None:
    if isinstance(tree, ast.Attribute):
        name = _dotted(tree)
        if name is not None and name.partition(".")[0] in _ROOTS:
            dotted.add(name)
            return
        attributes.add(tree.attr)
    for child in ast.iter_child_nodes(tree):
        _collect(child, dotted, attributes)


def _dotted(node: ast.expr) -> str | None:
    """a.b.c as text, where the node is that."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


class _Inspection:
    """One walk over a module."""

    def __init__(self) -> None:
        self.dotted, self.attributes = vocabulary()
        self.local: set[str] = set()
        self.parameters: set[str] = set()
        self.classes: set[str] = set()
        self.modules: set[str] = set()
        self.functions: set[str] = set()
        self.fields: set[str] = set()
        self.lists: set[str] = set()

    def module(self, tree: ast.Module) -> None:
        if tree.type_ignores or not tree.body or not isinstance(tree.body[-1], ast.FunctionDef):
            raise refuse("a module without a function at its end")
        for statement in tree.body[:-1]:
            match statement:
                case ast.Import() | ast.ImportFrom():
                    self._import(statement)
                case ast.ClassDef():
                    self._class(statement)
                case ast.FunctionDef() if statement is tree.body[-2]:
                    self._function(statement)
                    self.functions.add(statement.name)
                case _:
                    raise refuse(type(statement).__name__, statement)
        self._function(tree.body[-1])

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        text = ast.unparse(statement)
        if text not in _IMPORTS:
            raise refuse(text, statement)
        for alias in statement.names:
            self.modules.add((alias.asname or alias.name).partition(".")[0])

    def _class(self, node: ast.ClassDef) -> None:
        self._name(node.name, node)
        bases = [base.id if isinstance(base, ast.Name) else "" for base in node.bases]
        extra = node.keywords or node.decorator_list or getattr(node, "type_params", [])
        if bases != ["NamedTuple"] or extra or "NamedTuple" not in self.modules:
            raise refuse(f"class {node.name}", node)
        for place, statement in enumerate(node.body):
            match statement:
                case ast.Expr(value=ast.Constant(value=str())) if place == 0:
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=None, simple=1):
                    self.fields.add(self._name(name, statement))
                    if _dotted(kind) not in _ARRAYS or (_dotted(kind) or "")[:2] not in {
                        module[:2] for module in self.modules
                    }:
                        raise refuse("this annotation", statement)
                case _:
                    raise refuse(type(statement).__name__, statement)
        self.classes.add(node.name)

    def _function(self, node: ast.stmt) -> None:
        assert isinstance(node, ast.FunctionDef)
        self._name(node.name, node)
        given = node.args
        unusual = (
            node.decorator_list, node.type_comment, getattr(node, "type_params", []),
            given.posonlyargs, given.vararg, given.kwonlyargs, given.kw_defaults, given.kwarg,
            given.defaults,
        )  # fmt: skip
        if any(unusual):
            raise refuse("this kind of signature", node)
        known = isinstance(node.returns, ast.Name) and node.returns.id in self.classes
        if node.returns is not None and not known:
            raise refuse("this annotation", node)
        self.local, self.parameters = set(), set()
        for argument in given.args:
            if argument.annotation is not None or argument.type_comment is not None:
                raise refuse("an annotated argument", node)
            self.parameters.add(self._name(argument.arg, node))
        self.local |= self.parameters
        *body, last = node.body
        for place, statement in enumerate(body):
            match statement:
                case ast.Expr(value=ast.Constant(value=str())) if place == 0:
                    pass
                case ast.For() if self.functions and statement is body[-1]:
                    self._loop(statement)
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.List(elts=[ast.Starred(value=ast.Call(args=[value]) as run)]),
                ) if self.functions:
                    self._run(run)
                    self._bind(name, value, statement)
                    self.lists.add(name)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.List() as value):
                    self._bind(name, value, statement)
                    self.lists.add(name)
                case ast.Assign(targets=[ast.Name(id=name)], value=value, type_comment=None):
                    self._bind(name, value, statement)
                case _:
                    raise refuse(type(statement).__name__, statement)
        if not isinstance(last, ast.Return) or last.value is None:
            raise refuse("a function without a result", last)
        self.expression(last.value)

    def _bind(self, name: str, value: ast.expr, statement: ast.stmt) -> None:
        self.expression(value)
        if name in self.parameters:
            raise refuse(f"a new value for the argument {name}", statement)
        self.local.add(self._name(name, statement))

    def _loop(self, loop: ast.For) -> None:
        """A loop along arguments that appends what a step makes to lists of its own."""
        if loop.orelse or loop.type_comment is not None:
            raise refuse("this kind of loop", loop)
        self._run(loop.iter)
        pending = [loop.target]
        while pending:
            match pending.pop():
                case ast.Name(id=name) if name not in self.local:
                    self.local.add(self._name(name, loop))
                case ast.Tuple(elts=items):
                    pending.extend(items)
                case target:
                    raise refuse("this target", target)
        for statement in loop.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value, type_comment=None):
                    self._bind(name, value, statement)
                case ast.Expr(
                    ast.Call(ast.Attribute(ast.Name(id=name), "append"), [value], [])
                ) if name in self.lists:
                    self.expression(value)
                case _:
                    raise refuse(type(statement).__name__, statement)

    def _run(self, node: ast.expr) -> None:
        """What a loop runs over: arguments, parts of them, and their numbers."""
        match node:
            case ast.Name(id=name) if name in self.parameters:
                pass
            case ast.Subscript(value=ast.Name(id=name)) if name in self.parameters:
                self.expression(node)
            case ast.Call(func=ast.Name(id=name), args=parts, keywords=words) if name in _RUNS:
                if [ast.unparse(word) for word in words] not in ([], ["strict=True"]):
                    raise refuse("this keyword", node)
                for part in parts:
                    self._run(part)
            case _:
                raise refuse("a loop over this", node)

    def _name(self, name: str, node: ast.AST) -> str:
        """A name that may be bound."""
        plain = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
        if not plain or "__" in name or name in _ROOTS or name in self.modules:
            raise refuse(f"the name {name!r}", node)
        return name

    def expression(self, root: ast.expr) -> None:
        """Inspect an expression, however deep, without recursion."""
        pending: list[ast.AST] = [root]
        while pending:
            node = pending.pop()
            check = _EXPRESSIONS.get(type(node))
            if check is None:
                raise refuse(type(node).__name__, node)
            pending.extend(check(self, node))

    def _load(self, node: ast.AST) -> None:
        if not isinstance(getattr(node, "ctx", None), ast.Load):
            raise refuse("writing into an array", node)

    def _binary(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.BinOp)
        self._operator(node.op)
        return [node.left, node.right]

    def _unary(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.UnaryOp)
        self._operator(node.op)
        return [node.operand]

    def _compare(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Compare)
        for operator in node.ops:
            self._operator(operator)
        return [node.left, *node.comparators]

    def _operator(self, operator: ast.AST) -> None:
        if type(operator) not in _OPERATORS:
            raise refuse(type(operator).__name__)

    def _constant(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Constant)
        allowed = (int, float, complex, str, bool, type(None), type(...))
        if type(node.value) not in allowed or node.kind is not None:
            raise refuse(f"the constant {node.value!r:.40}", node)
        if isinstance(node.value, str) and not re.fullmatch(r"[\w.,>-]{1,80}", node.value):
            raise refuse("this text", node)
        return []

    def _variable(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Name)
        self._load(node)
        if node.id not in self.local and node.id not in _BUILTINS and node.id != "bool":
            raise refuse(f"the name {node.id!r}", node)
        return []

    def _attribute(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Attribute)
        self._load(node)
        name = _dotted(node)
        root = name.partition(".")[0] if name else ""
        if root in _ROOTS and root not in self.local:
            if name not in self.dotted or root not in self.modules:
                raise refuse(f"{name}", node)
            return []
        field = bool(self.functions) and node.attr in self.fields
        if not field and (node.attr not in self.attributes or node.attr.startswith("_")):
            raise refuse(f"the attribute {node.attr!r}", node)
        return [node.value]

    def _moved(self, node: ast.Lambda) -> None:
        """What is differentiated: an expression of one name more, which hides no other."""
        given = node.args
        unusual = (
            given.posonlyargs, given.vararg, given.kwonlyargs, given.kw_defaults, given.kwarg,
            given.defaults,
        )  # fmt: skip
        if any(unusual) or len(given.args) != 1 or given.args[0].annotation is not None:
            raise refuse("this kind of lambda", node)
        name = self._name(given.args[0].arg, node)
        if name in self.local or any(isinstance(part, ast.Lambda) for part in ast.walk(node.body)):
            raise refuse(f"a second meaning of {name!r}", node)
        self.local.add(name)
        self.expression(node.body)
        self.local.remove(name)

    def _call(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Call)
        func = node.func
        match func:
            case ast.Name(id=name) if name in self.parameters | self.classes | _BUILTINS:
                pass
            case ast.Name(id=name) if name in self.functions:
                pass
            case ast.Attribute():
                pass
            case ast.Call(
                func=ast.Attribute() as function, args=[ast.Lambda() as moved], keywords=[]
            ) if _dotted(function) in _GRADIENTS:
                self._moved(moved)
                func = function
            case _:
                raise refuse("this call", node)
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            raise refuse("a star in a call", node)
        names = {"bool", *self.classes, *self.functions}
        head: list[ast.AST] = [] if isinstance(func, ast.Name) and func.id in names else [func]
        for word in node.keywords:
            if word.arg is None or not word.arg.isascii() or "__" in word.arg:
                raise refuse("this keyword", node)
        return [*head, *node.args, *(word.value for word in node.keywords)]

    def _subscript(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Subscript)
        self._load(node)
        return [node.value, node.slice]

    def _slice(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Slice)
        return [part for part in (node.lower, node.upper, node.step) if part is not None]

    def _items(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, (ast.Tuple, ast.List))
        self._load(node)
        return list(node.elts)

    def _starred(self, node: ast.AST) -> list[ast.AST]:
        assert isinstance(node, ast.Starred)
        self._load(node)
        match node.value:
            case (
                ast.Subscript(value=ast.Attribute(attr="shape"))
                | ast.Attribute(attr="shape")
                | ast.Name()
            ):
                return [node.value]
            case _:
                raise refuse("this star", node)


_Check = Callable[[_Inspection, ast.AST], list[ast.AST]]
_EXPRESSIONS: dict[type[ast.AST], _Check] = {
    ast.BinOp: _Inspection._binary,
    ast.UnaryOp: _Inspection._unary,
    ast.Compare: _Inspection._compare,
    ast.Constant: _Inspection._constant,
    ast.Name: _Inspection._variable,
    ast.Attribute: _Inspection._attribute,
    ast.Call: _Inspection._call,
    ast.Subscript: _Inspection._subscript,
    ast.Slice: _Inspection._slice,
    ast.Tuple: _Inspection._items,
    ast.List: _Inspection._items,
    ast.Starred: _Inspection._starred,
}
