"""How is a program written down? Node by node, through a target's table, one idea a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from eq2code.emit.axes import Axes
from eq2code.emit.calls import Calls
from eq2code.emit.naming import describe, describe_operation
from eq2code.emit.text import AND, COMPARE, OR, POWER, PRIMARY, SUM, TERM, UNARY, Text
from eq2code.emit.writer import HUG, IDENTIFIER, WIDTH, deeper, deepest, literal
from eq2code.errors import UnsupportedError
from eq2code.library import find
from eq2code.library.signature import elementwise
from eq2code.trees import program as pg

_DEEPEST = 12
_COSTLY = frozenset(
    {
        pg.Call,
        pg.Product,
        pg.Contract,
        pg.Reduce,
        pg.Take,
        pg.Apply,
        pg.Slope,
        pg.Where,
        pg.Stack,
        pg.Arrange,
    }
)
_LEAVES = frozenset({pg.Name, pg.Literal, pg.Constant, pg.Extent})
_SHARED = _COSTLY | {pg.Elementwise}
"""What may be computed once for several places."""
_SIGNS = {"=": "==", "≠": "!=", "<": "<", ">": ">", "≤": "<=", "≥": ">="}


class Printer(Axes, Calls):
    """The body of a function, statement by statement."""

    def body(self) -> None:
        """Write every statement."""
        self._survey()
        for statement in self.program.statements:
            text = self.text(statement.value, name=statement.name)
            if self.plain(statement.value):
                self.numbers.add(statement.name)
            if self.target.complex and self._complex(statement.value):
                self.complex.add(statement.name)
            if IDENTIFIER.fullmatch(text.code) and not statement.named:
                self.aliases[statement.name] = text.code
            elif text.code != statement.name:
                self.line(f"{statement.name} = {text.code}", statement)

    def result(self, node: pg.Node) -> str:
        """What follows `return`."""
        if self.target.wrap and self.plain(node):
            return self.array(node).code
        if type(node) is pg.Call:
            return self._call(node, "", root=True).code
        return _RULES[type(node)](self, node, "").code

    def _survey(self) -> None:
        """Find what is computed twice, and sizes that are used more than once: they get names."""
        met: dict[pg.Node, int] = {}
        letters: dict[str, int] = {}
        pending = [statement.value for statement in self.program.statements]
        pending += [result.value for result in self.program.results]
        whole = pending[0] if len(pending) == 1 else None  # stands nowhere else
        while pending:
            node = pending.pop()
            if type(node) in _LEAVES:
                continue
            if type(node) is pg.Letter:
                letters[node.name] = letters.get(node.name, 0) + 1
                continue
            if node is not whole and (type(node) in _COSTLY or self._compound(node)):
                place = len(met)
                if met.setdefault(node, place) != place:
                    self.shared[node] = None
                    continue
            inside = node.children
            if type(node) is pg.Call and len(inside) > 1:
                inside = tuple(dict.fromkeys(inside))
            pending += inside
        self._sizes(letters)

    def _sizes(self, counts: dict[str, int]) -> None:
        if not counts:
            return
        for letter, source in reversed(self.program.sizes):
            for part in _walk(source) if letter in counts else ():
                if isinstance(part, pg.Letter):
                    counts[part.name] = counts.get(part.name, 0) + 1
        for letter, source in self.program.sizes:
            if letter in counts:
                text = self.text(source)
                wanted = letter if IDENTIFIER.fullmatch(letter) and letter.isascii() else "size"
                self.letters[letter] = self.bind(text, wanted) if counts[letter] > 1 else text

    def _compound(self, node: pg.Node) -> bool:
        """Whether it is an operation on arrays, rather than on sizes and numbers alone."""
        return type(node) is pg.Elementwise and len(node.operands) > 1 and not self.plain(node)

    # --- nodes ------------------------------------------------------------------------------------

    def text(self, node: pg.Node, name: str = "") -> Text:
        """The code of a node. `name` is what it will be called, where that is known."""
        if type(node) is pg.Name:
            return Text(self.aliases.get(node.name, node.name))
        if self.shared and type(node) in _SHARED and node in self.shared:
            return self._once(node, name)
        text = _RULES[type(node)](self, node, name)
        if text.depth > _DEEPEST or (not name and len(text.code) > WIDTH):
            return self.bind(text, describe(node))
        return text

    def _once(self, node: pg.Node, name: str) -> Text:
        """A node that is used several times is computed where it is met first."""
        known = self.shared[node]
        if known is None:
            text = _RULES[type(node)](self, node, name)
            known = Text(name) if name else self.bind(text, describe(node))
            self.shared[node] = known
            return text if name else known
        return known

    def _constant(self, node: pg.Constant, name: str) -> Text:
        return Text("math.inf" if node.name == "infinity" else f"math.{node.name}")

    def _cast(self, node: pg.Cast, name: str) -> Text:
        if node.whole:
            return self.fill(self.target.whole, [self.text(node.base)])
        source = self.target.cast if self.plain(node.base) else self.target.truth
        return self.fill(source, [self.text(node.base)])

    def _diagonal(self, node: pg.Diagonal, name: str) -> Text:
        first, second = map(str, node.axes)
        inner = self.text(node.base)
        return self.fill(self.target.diagonal, [inner], first=first, second=second)

    def _contract(self, node: pg.Contract, name: str) -> Text:
        sides = self._alike(self.texts([node.left, node.right]), (node.left, node.right))
        return self.fill(self.target.einsum, sides, subscripts=f'"{node.subscripts}"')

    def _apply(self, node: pg.Apply, name: str) -> Text:
        texts = [self.array(argument) for argument in node.arguments]
        if sum(len(text.code) for text in texts) > 2 * WIDTH // 3:
            pairs = zip(texts, node.arguments, strict=True)
            texts = [self.short(text, argument) for text, argument in pairs]
        inside = ", ".join(text.code for text in texts)
        return Text(f"{node.function}({inside})", PRIMARY, deepest(texts) + 1)

    def _slope(self, node: pg.Slope, name: str) -> Text:
        """The target's own derivative of a function that was passed in, of the sum over all items:
        each moves its own value alone."""
        if not self.target.gradient:
            raise _underived(node, name)
        texts = [self.array(argument) for argument in node.arguments]
        if len(texts) > 1:
            pairs = zip(texts, node.arguments, strict=True)
            texts = [self.bind(text, describe(argument)) for text, argument in pairs]
        at = texts[node.by]
        if node.joint:  # each item of the batch has a derivative of its own
            rank = node.ranks[node.by]
            fronts = [
                f"{text.code}.shape[:-{own}]" if own else f"{text.code}.shape"
                for text, own in zip(texts, node.ranks, strict=True)
            ]
            shape = self.common(fronts) + (f" + {at.code}.shape[-{rank}:]" if rank else "")
            at = self.fill(self.target.spread, [at], shape=shape)
        point = self.names.fresh("point")
        inside = [point if k == node.by else text.code for k, text in enumerate(texts)]
        moved = f"lambda {point}: {node.function}({', '.join(inside)}).sum()"
        return Text(f"{self.target.gradient}({moved})({at.code})", PRIMARY, at.depth + 1)

    def _elementwise(self, node: pg.Elementwise, name: str) -> Text:
        operation, operands = node.operation, node.operands
        match operation:
            case "+":
                return self._chain(operands, self._terms, SUM)
            case "*":
                return self._chain(operands, self._factors, TERM)
            case "-":
                inner = self.text(operands[0])
                if inner.level == TERM:  # -a * b is (-a) * b: as loose as the product itself
                    return Text(f"-{inner.code}", TERM, inner.depth)
                return Text(f"-{inner.at(POWER)}", UNARY, inner.depth)
            case "/" | "//":
                left, right = self.texts(operands)
                front = left.at(SUM + 1 if left.level != UNARY else UNARY)
                return Text(f"{front} {operation} {right.at(POWER)}", TERM, deeper(left, right))
            case "**":
                base, exponent = self.texts(operands)
                below, above = base.at(PRIMARY), exponent.at(UNARY)
                hug = HUG.fullmatch(below) and HUG.fullmatch(above)
                joined = f"{below}**{above}" if hug else f"{below} ** {above}"
                return Text(joined, POWER, deeper(base, exponent))
            case "and" | "or":
                level, sign = (AND, "&") if operation == "and" else (OR, "|")
                texts = self.texts(operands)
                joined = f" {sign} ".join(text.at(level + (k > 0)) for k, text in enumerate(texts))
                return Text(joined, level, deepest(texts) + 1)
            case "not":
                inner = self.text(operands[0])
                if self.target.flag and self.plain(operands[0]):
                    inner = self.fill(self.target.flag, [inner])
                return self.fill(self.target.logical_not, [inner])
            case _:
                left, right = self.texts(operands)
                code = f"{left.at(OR)} {_SIGNS[operation]} {right.at(OR)}"
                return Text(code, COMPARE, deeper(left, right))

    def _chain(
        self,
        operands: Sequence[pg.Node],
        join: Callable[[Sequence[tuple[str, Text]]], str],
        level: int,
    ) -> Text:
        """A sum or product of any length: what is too long for a line goes on in the next."""
        pieces: list[tuple[str, Text]] = []
        several = len(operands) > 3
        length = depth = 0
        for operand in operands:
            sign, inner = _signed(operand) if level == SUM else ("", operand)
            text = self.text(inner)
            size = len(text.code)
            if several and size > WIDTH * 2 // 3:
                text = self.bind(text, describe(inner))
                size = len(text.code)
            pieces.append((sign, text))
            length += size + 3
            depth = text.depth if text.depth > depth else depth
        if length > WIDTH and not several:
            pieces = self._named(pieces, operands)
        elif length <= WIDTH and len(pieces) > 1:
            return Text(join(pieces), level, depth + 1)
        return self._wrapped(pieces, join, level)

    def _wrapped(
        self,
        pieces: Sequence[tuple[str, Text]],
        join: Callable[[Sequence[tuple[str, Text]]], str],
        level: int,
    ) -> Text:
        total = ""
        current: list[tuple[str, Text]] = []
        length = depth = 0
        for sign, text in pieces:
            size = len(text.code) + 3
            if length + size > WIDTH and len(current) > 1:
                total = total or self.names.fresh(describe_operation("+" if level == SUM else "*"))
                self.line(f"{total} = {join(current)}")
                current, length, depth = [("", Text(total))], len(total), 0
            current.append((sign, text))
            length += size
            depth = text.depth if text.depth > depth else depth
        if len(current) == 1:
            return current[0][1]
        return Text(join(current), level, depth + 1)

    def _named(
        self, pieces: list[tuple[str, Text]], operands: Sequence[pg.Node]
    ) -> list[tuple[str, Text]]:
        place = max(range(len(pieces)), key=lambda k: len(pieces[k][1].code))
        sign, text = pieces[place]
        pieces[place] = (sign, self.bind(text, describe(_signed(operands[place])[1])))
        return pieces

    def _terms(self, pieces: Sequence[tuple[str, Text]]) -> str:
        first, *rest = pieces
        start = f"-{first[1].at(TERM)}" if first[0] else first[1].at(SUM)
        return " ".join([start, *[f"{sign or '+'} {text.at(SUM + 1)}" for sign, text in rest]])

    def _factors(self, pieces: Sequence[tuple[str, Text]]) -> str:
        (_, first), *rest = pieces
        mixed = first.level == TERM and (" @ " in first.code)
        start = f"({first.code})" if mixed else first.at(TERM)
        return " * ".join([start, *[text.at(POWER) for _, text in rest]])

    def _where(self, node: pg.Where) -> Text:
        condition = self.text(node.condition)
        if self.target.flag and self.plain(node.condition):
            condition = self.fill(self.target.flag, [condition])
        if not (self.plain(node.value) and self.plain(node.otherwise)):
            texts = [condition, self.text(node.value), self.text(node.otherwise)]
            if sum(len(text.code) for text in texts) > WIDTH - 20:
                parts = (node.condition, node.value, node.otherwise)
                texts = [
                    self.bind(text, describe(part)) if len(text.code) > WIDTH // 3 else text
                    for text, part in zip(texts, parts, strict=True)
                ]
            return self.fill(self.target.where, texts)
        if (node.value, node.otherwise) == (pg.Literal(1), pg.Literal(0)):
            source = self.target.cast if self.plain(node.condition) else self.target.truth
            return self.fill(source, [condition])
        sides = [self.text(node.value), self.text(node.otherwise)]
        return self.fill(self.target.choose_numbers, [condition, *sides])

    def _product(self, node: pg.Product, name: str) -> Text:
        left, right = node.left, node.right
        first, second = self._alike([self._side(left), self._side(right)], (left, right))
        if len(first.code) + len(second.code) > 2 * WIDTH // 3:
            first, second = self._shorter((first, left), (second, right))
        mixed = first.level == TERM and not isinstance(left, pg.Product)
        front = f"({first.code})" if mixed or first.level == UNARY else first.at(TERM)
        return Text(f"{front} @ {second.at(POWER)}", TERM, deeper(first, second))

    def _alike(self, texts: list[Text], nodes: Sequence[pg.Node]) -> list[Text]:
        """Two factors, a real one beside a complex one made complex where that is asked for."""
        if not self.target.complex:
            return texts
        kinds = [self._complex(node) for node in nodes]
        if len(set(kinds)) < 2:
            return texts
        return [
            text if kind else self.fill(self.target.complex, [text])
            for text, kind in zip(texts, kinds, strict=True)
        ]

    def _complex(self, node: pg.Node) -> bool:
        match node:
            case pg.Name(name=name):
                return name in self.complex
            case pg.Literal(value=value):
                return isinstance(value, complex)
            case pg.Call(function="abs" | "real" | "imag" | "arg" | "norm"):
                return False
            case _:
                return any(self._complex(child) for child in node.children)

    def _shorter(
        self, left: tuple[Text, pg.Node], right: tuple[Text, pg.Node]
    ) -> tuple[Text, Text]:
        """Two factors of a long product, the longer under a name; both, where both are long."""
        (first, a), (second, b) = left, right
        if len(first.code) >= len(second.code):
            first, second = self.short(first, a), self.long(second, b)
        else:
            first, second = self.long(first, a), self.short(second, b)
        return first, second

    def _side(self, node: pg.Node) -> Text:
        """A factor of `@`: the value of a function that ran over an axis is named."""
        text = self.text(node)
        if type(node) is pg.Call and node.arguments and not _by_element(node.function):
            return self.bind(text, describe(node))
        return text


_Rule = Callable[[Printer, Any, str], Text]
_RULES: dict[type[pg.Node], _Rule] = {
    pg.Name: Printer.text,
    pg.Call: lambda self, call, name: self._call(call, name, root=False),
    pg.Literal: lambda self, number, name: literal(number.value),
    pg.Constant: Printer._constant,
    pg.Letter: lambda self, letter, name: self.letters[letter.name],
    pg.Extent: lambda self, size, name: Text(f"{size.array.name}.shape[{size.axis}]"),
    pg.Arrange: lambda self, node, name: self._arrange(node),
    pg.Elementwise: Printer._elementwise,
    pg.Where: lambda self, node, name: self._where(node),
    pg.Cast: Printer._cast,
    pg.Index: lambda self, node, name: self._index(node.base, node.places),
    pg.Permute: lambda self, node, name: self._permute(node.base, node.order),
    pg.Spread: lambda self, node, name: self._spread(node.base, node.sizes),
    pg.Fill: lambda self, node, name: self.full(node.value, node.sizes),
    pg.Diagonal: Printer._diagonal,
    pg.Take: lambda self, node, name: self._take(node.base, node.index),
    pg.Stack: lambda self, node, name: self._stack(node),
    pg.Product: Printer._product,
    pg.Contract: Printer._contract,
    pg.Reduce: lambda self, node, name: self._reduce(node.operation, node.base, node.axes),
    pg.Apply: Printer._apply,
    pg.Slope: Printer._slope,
}


def _underived(node: pg.Slope, name: str) -> UnsupportedError:
    """What to write where the target has no derivative of a function that was passed in."""
    passed = f"and pass {name}" if name else "and write a symbol for it, which is then passed"
    return UnsupportedError(
        f"the derivative of {node.function}, which is declared and not defined, needs automatic "
        "differentiation, which NumPy does not have",
        node.span,
        hints=(
            'translate it for PyTorch: backend="torch"',
            f"or define it in the source: {node.function}(x) = …",
            f"or leave the derivative out, {passed}",
        ),
    )


@cache
def _by_element(function: str) -> bool:
    entry = find(function)
    return entry is not None and elementwise(entry)


def _signed(node: pg.Node) -> tuple[str, pg.Node]:
    match node:
        case pg.Elementwise(operation="-", operands=(inner,)):
            return "-", inner
        case pg.Literal(value=int() | float() as value) if value < 0:
            return "-", pg.Literal(-value)
        case _:
            return "", node


def _walk(node: pg.Node) -> Iterator[pg.Node]:
    yield node
    for child in node.children:
        yield from _walk(child)
