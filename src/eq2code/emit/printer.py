"""How is a program written down? Node by node, through a target's table, one idea a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from eq2code.emit.target import Target
from eq2code.emit.text import (
    AND,
    ANY,
    COMPARE,
    OR,
    POWER,
    PRIMARY,
    SUM,
    TERM,
    UNARY,
    Hole,
    Template,
    Text,
    template,
)
from eq2code.errors import EmissionError
from eq2code.library import Entry, find
from eq2code.library.signature import elementwise
from eq2code.lower.names import RESULTS, Names
from eq2code.trees import program as pg

WIDTH = 92
"""Characters of one expression; longer ones are split into statements."""

_DEEPEST = 12
_ROLES = {"softmax": "scores", "log_softmax": "logits", "logsumexp": "scores", "softmin": "scores"}
"""What the argument of a function is called, where its place says more than its making."""

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
    pg.Arrange: "positions",
}
_COSTLY = (
    pg.Call,
    pg.Product,
    pg.Contract,
    pg.Reduce,
    pg.Take,
    pg.Apply,
    pg.Where,
    pg.Stack,
    pg.Arrange,
)
_SIGNS = {"=": "==", "≠": "!=", "<": "<", ">": ">", "≤": "<=", "≥": ">="}
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_HUG = re.compile(r"-?[\w.]+")


class Printer:
    """The lines of a function's body."""

    def __init__(self, program: pg.Program, target: Target) -> None:
        self.program = program
        self.target = target
        self.lines: list[str] = []
        self.origins: list[tuple[int, pg.Statement | pg.Result]] = []
        arguments = [argument.name for argument in program.arguments]
        self.names = Names([program.name, *arguments, *(s.name for s in program.statements)])
        self.letters: dict[str, Text] = {}
        self.shared: dict[pg.Node, Text | None] = {}

    # --- lines ---------------------------------------------------------------------------------------

    def body(self) -> None:
        """Write every statement."""
        self._survey()
        for statement in self.program.statements:
            text = self.text(statement.value, name=statement.name)
            if text.code != statement.name:
                self._line(f"{statement.name} = {text.code}", statement)

    def _line(self, line: str, origin: pg.Statement | pg.Result | None = None) -> None:
        self.lines.append(line)
        if origin is not None:
            self.origins.append((len(self.lines) - 1, origin))

    def bind(self, text: Text, wanted: str) -> Text:
        """A name for the text, given in a line of its own."""
        if _IDENTIFIER.fullmatch(text.code):
            return text
        name = self.names.fresh(wanted)
        self._line(f"{name} = {text.code}")
        return Text(name)

    def result(self, node: pg.Node) -> str:
        """What follows `return`."""
        return self._text(node, "", root=True).code

    def _survey(self) -> None:
        """Find what is computed twice, and the sizes that are used more than once: they get names."""
        counts: dict[pg.Node, int] = {}
        letters: dict[str, int] = {}
        pending = [statement.value for statement in self.program.statements]
        pending.extend(result.value for result in self.program.results)
        while pending:
            node = pending.pop()
            if isinstance(node, pg.Letter):
                letters[node.name] = letters.get(node.name, 0) + 1
            elif isinstance(node, _COSTLY) or _compound(node):
                counts[node] = counts.get(node, 0) + 1
                if counts[node] > 1:
                    continue
            pending.extend(
                dict.fromkeys(node.children) if isinstance(node, pg.Call) else node.children
            )
        self.shared = {node: None for node, count in counts.items() if count > 1}
        self._sizes(letters)

    def _sizes(self, counts: dict[str, int]) -> None:
        for letter, source in reversed(self.program.sizes):
            for part in _walk(source) if letter in counts else ():
                if isinstance(part, pg.Letter):
                    counts[part.name] = counts.get(part.name, 0) + 1
        for letter, source in self.program.sizes:
            if letter in counts:
                text = self.text(source)
                plain = letter if _IDENTIFIER.fullmatch(letter) and letter.isascii() else "size"
                self.letters[letter] = self.bind(text, plain) if counts[letter] > 1 else text

    # --- nodes ---------------------------------------------------------------------------------------

    def text(self, node: pg.Node, name: str = "") -> Text:
        """The code of a node. `name` is what it will be called, where that is known."""
        if self.shared and node in self.shared:
            return self._once(node, name)
        text = self._text(node, name)
        if text.depth > _DEEPEST or (len(text.code) > WIDTH and not name):
            return self.bind(text, describe(node))
        return text

    def _once(self, node: pg.Node, name: str) -> Text:
        """A node that is used several times is computed where it is met first."""
        known = self.shared[node]
        if known is None:
            text = self._text(node, name)
            known = Text(name) if name else self.bind(text, describe(node))
            self.shared[node] = known
            return text if name else known
        return known

    def _text(self, node: pg.Node, name: str, *, root: bool = False) -> Text:
        match node:
            case pg.Name(name=known):
                return Text(known)
            case pg.Literal(value=value):
                return _literal(value)
            case pg.Constant(name=known):
                return Text({"infinity": "math.inf"}.get(known, f"math.{known}"))
            case pg.Letter(name=known):
                return self.letters[known]
            case pg.Extent(array=array, axis=axis):
                return Text(f"{array.name}.shape[{axis}]")
            case pg.Arrange():
                return self._arrange(node)
            case pg.Elementwise(operation=operation, operands=operands):
                return self._elementwise(operation, operands, name)
            case pg.Where():
                return self._where(node)
            case pg.Cast(base=base):
                source = self.target.cast if plain(base) else self.target.truth
                return self._fill(source, [self.text(base)])
            case pg.Index(base=base, places=places):
                return self._index(base, places)
            case pg.Permute(base=base, order=order):
                return self._permute(base, order)
            case pg.Spread(base=base, sizes=sizes):
                return self._spread(base, sizes)
            case pg.Fill(value=value, sizes=sizes):
                return self._full(value, sizes)
            case pg.Diagonal(base=base, axes=(first, second)):
                options = {"first": str(first), "second": str(second)}
                return self._fill(self.target.diagonal, [self.text(base)], **options)
            case pg.Take(base=base, index=index):
                return self._take(base, index)
            case pg.Stack():
                return self._stack(node)
            case pg.Product(left=left, right=right):
                return self._product(left, right)
            case pg.Contract(subscripts=subscripts, left=left, right=right):
                sides = self._texts([left, right])
                return self._fill(self.target.einsum, sides, subscripts=f'"{subscripts}"')
            case pg.Reduce(operation=operation, base=base, axes=axes):
                return self._reduce(operation, base, axes)
            case pg.Call():
                return self._call(node, name, root=root)
            case pg.Apply(function=function, arguments=arguments):
                texts = [self._array(argument) for argument in arguments]
                if sum(len(text.code) for text in texts) > 2 * WIDTH // 3:
                    pairs = zip(texts, arguments, strict=True)
                    texts = [self._short(text, argument) for text, argument in pairs]
                inside = ", ".join(text.code for text in texts)
                return Text(f"{function}({inside})", PRIMARY, _deepest(texts) + 1)
            case _:
                raise EmissionError(f"{type(node).__name__} is not written yet")

    def _fill(self, spelling: str, texts: Sequence[Text], **options: str) -> Text:
        values = {str(place): text for place, text in enumerate(texts)}
        for key, option in options.items():
            values[key] = Text(option)
        values |= self._hand(spelling)
        return template(spelling).fill(values)

    def _hand(self, source: str) -> dict[str, Text]:
        """Precision and device of the array at hand, where the template asks for them."""
        found: dict[str, Text] = {}
        target, hand = self.target, self.program.hand
        if "{dtype}" in source:
            found["dtype"] = Text(target.dtype.format(hand) if hand else target.no_dtype)
        if "{device}" in source:
            hand = hand or next((a.name for a in self.program.arguments if a.function is None), "")
            found["device"] = Text(target.device.format(hand) if hand else target.no_device)
        return found

    def _arrange(self, node: pg.Arrange) -> Text:
        size = self.text(node.size)
        source = self.target.arrange_real if node.real else self.target.arrange
        if not node.start:
            return self._fill(source, [], range=size.code)
        if isinstance(node.size, pg.Literal) and isinstance(node.size.value, int):
            stop = str(node.start + node.size.value)
        else:
            stop = f"{size.at(SUM)} {'+' if node.start > 0 else '-'} {abs(node.start)}"
        return self._fill(source, [], range=f"{node.start}, {stop}")

    # --- element by element --------------------------------------------------------------------------

    def _elementwise(self, operation: str, operands: Sequence[pg.Node], name: str) -> Text:
        match operation:
            case "+":
                return self._chain(operands, self._terms, SUM, name)
            case "*":
                return self._chain(operands, self._factors, TERM, name)
            case "-":
                inner = self.text(operands[0])
                return Text(
                    f"-{inner.at(POWER if inner.level == UNARY else TERM)}", UNARY, inner.depth
                )
            case "/" | "//":
                left, right = self._texts(operands)
                front = left.at(SUM + 1 if left.level != UNARY else UNARY)
                return Text(f"{front} {operation} {right.at(POWER)}", TERM, _deeper(left, right))
            case "**":
                base, exponent = self._texts(operands)
                below, above = base.at(PRIMARY), exponent.at(UNARY)
                hug = _HUG.fullmatch(below) and _HUG.fullmatch(above)
                joined = f"{below}**{above}" if hug else f"{below} ** {above}"
                return Text(joined, POWER, _deeper(base, exponent))
            case "and" | "or":
                level, sign = (AND, "&") if operation == "and" else (OR, "|")
                texts = self._texts(operands)
                joined = f" {sign} ".join(text.at(level + (k > 0)) for k, text in enumerate(texts))
                return Text(joined, level, _deepest(texts) + 1)
            case "not":
                inner = self.text(operands[0])
                if self.target.flag and plain(operands[0]):
                    inner = self._fill(self.target.flag, [inner])
                return self._fill(self.target.logical_not, [inner])
            case _:
                left, right = self._texts(operands)
                code = f"{left.at(OR)} {_SIGNS[operation]} {right.at(OR)}"
                return Text(code, COMPARE, _deeper(left, right))

    def _texts(self, operands: Sequence[pg.Node]) -> list[Text]:
        """The operands' code, the longest under names of their own until they fit a line together."""
        texts = [self.text(operand) for operand in operands]
        while sum(len(text.code) for text in texts) > WIDTH - 4:
            place = max(range(len(texts)), key=lambda k: len(texts[k].code))
            if len(texts[place].code) < WIDTH // 4:
                break
            texts[place] = self.bind(texts[place], describe(operands[place]))
        return texts

    def _short(self, text: Text, node: pg.Place | pg.Node) -> Text:
        """The text, under a name if it is long."""
        long = isinstance(node, pg.Node) and len(text.code) > WIDTH // 4
        return self.bind(text, describe(node)) if long and isinstance(node, pg.Node) else text

    def _array(self, node: pg.Node) -> Text:
        """The node; a plain number as an array."""
        text = self.text(node)
        return self._fill(self.target.cast, [text]) if plain(node) else text

    def _wrapped(self, text: Text, node: pg.Node) -> Text:
        if self.target.wrap and plain(node):
            return self._fill(self.target.wrap, [text])
        return text

    def _chain(
        self,
        operands: Sequence[pg.Node],
        join: Callable[[Sequence[tuple[str, Text]]], str],
        level: int,
        name: str,
    ) -> Text:
        """A sum or product of any length: what is too long for a line goes on in the next."""
        pieces: list[tuple[str, Text]] = []
        fits = len(operands) <= 3
        for operand in operands:
            sign, inner = _signed(operand) if level == SUM else ("", operand)
            text = self.text(inner)
            if not fits and len(text.code) > WIDTH * 2 // 3:
                text = self.bind(text, describe(inner))
            pieces.append((sign, text))
        if fits and sum(len(text.code) + 3 for _, text in pieces) > WIDTH:
            pieces = self._named(pieces, operands)
        total = ""
        current: list[tuple[str, Text]] = []
        length = 0
        for sign, text in pieces:
            if length + len(text.code) + 3 > WIDTH and len(current) > 1:
                total = total or self.names.fresh(describe_operation("+" if level == SUM else "*"))
                self._line(f"{total} = {join(current)}")
                current, length = [("", Text(total))], len(total)
            current.append((sign, text))
            length += len(text.code) + 3
        depth = _deepest([text for _, text in current]) + 1
        if len(current) == 1:
            return current[0][1]
        return Text(join(current), level, depth)

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
        for sign, text in rest:
            negative = bool(sign)
            code = text.at(SUM + 1)
            start += f" {'-' if negative else '+'} {code}"
        return start

    def _factors(self, pieces: Sequence[tuple[str, Text]]) -> str:
        (_, first), *rest = pieces
        mixed = first.level == TERM and (" @ " in first.code)
        start = f"({first.code})" if mixed else first.at(TERM)
        return " * ".join([start, *(text.at(POWER) for _, text in rest)])

    def _where(self, node: pg.Where) -> Text:
        condition = self.text(node.condition)
        if self.target.flag and plain(node.condition):
            condition = self._fill(self.target.flag, [condition])
        if not (plain(node.value) and plain(node.otherwise)):
            texts = [condition, self.text(node.value), self.text(node.otherwise)]
            if sum(len(text.code) for text in texts) > WIDTH:
                parts = (node.condition, node.value, node.otherwise)
                texts = [
                    self.bind(text, describe(part)) if len(text.code) > WIDTH // 3 else text
                    for text, part in zip(texts, parts, strict=True)
                ]
            return self._fill(self.target.where, texts)
        if (node.value, node.otherwise) == (pg.Literal(1), pg.Literal(0)):
            source = self.target.cast if plain(node.condition) else self.target.truth
            return self._fill(source, [condition])
        sides = [self.text(node.value), self.text(node.otherwise)]
        return self._fill(self.target.choose_numbers, [condition, *sides])

    # --- axes ----------------------------------------------------------------------------------------

    def _index(self, base: pg.Node, places: Sequence[pg.Place | pg.Node]) -> Text:
        if kept := self._kept(base, places):
            return kept
        inner = self.text(base)
        made = isinstance(base, (pg.Call, pg.Elementwise, pg.Where, pg.Apply))
        if made and len(inner.code) > WIDTH // 3 and pg.NEW in places:
            inner = self.bind(inner, describe(base))
        parts = [self._place(place) for place in places]
        if len(inner.code) + sum(map(len, parts)) > 3 * WIDTH // 4:
            inner = self._short(inner, base)
            parts = [
                self._short(Text(part), place).code if _computed(place) else part
                for place, part in zip(places, parts, strict=True)
            ]
        return Text(f"{inner.at(PRIMARY)}[..., {', '.join(parts)}]", PRIMARY, inner.depth + 1)

    def _kept(self, base: pg.Node, places: Sequence[pg.Place | pg.Node]) -> Text | None:
        """A reduced axis put back in its place: the reduction keeps it."""
        if not isinstance(base, pg.Reduce) or self.shared.get(base, "") != "":
            return None
        size = len(places)
        new = tuple(k - size for k, place in enumerate(places) if place is pg.NEW)
        rest = [place for place in places if place is not pg.NEW]
        single = len(new) == 1 or base.operation not in self.target.single
        if new != base.axes or not single or any(place is not pg.WHOLE for place in rest):
            return None
        text = self._reduce(base.operation, base.base, base.axes)
        return Text(f"{text.code[:-1]}, {self.target.keep})", PRIMARY, text.depth)

    def _place(self, place: pg.Place | pg.Node) -> str:
        match place:
            case pg.Place():
                return place.value
            case pg.Range(start=start, stop=stop, step=step):
                front = self.text(start).at(PRIMARY) if start else ""
                back = self.text(stop) if stop else Text("")
                simple = not back.code or back.level == PRIMARY
                code = f"{front}:{back.code}" if simple else f"{front} : {back.code}".strip()
                return code if step == 1 else f"{code}:{step}" if simple else f"{code} : {step}"
            case _:
                return self.text(place).code

    def _permute(self, base: pg.Node, order: Sequence[int]) -> Text:
        inner = self.text(base)
        if tuple(order) == (-1, -2):
            return self._fill(self.target.swap, [inner])
        moved = [k for k, axis in enumerate(order, -len(order)) if axis != k]
        for source, destination in ((order[k], k) for k in moved):
            rest = [axis for axis in range(-len(order), 0) if axis != source]
            rest.insert(destination + len(order), source)
            if rest == list(order):
                options = {"source": str(source), "destination": str(destination)}
                return self._fill(self.target.move, [inner], **options)
        options = {
            "source": f"({', '.join(str(order[k]) for k in moved)})",
            "destination": f"({', '.join(map(str, moved))})",
        }
        return self._fill(self.target.move, [inner], **options)

    def _spread(self, base: pg.Node, sizes: Sequence[pg.Node | None]) -> Text:
        given = base.places if isinstance(base, pg.Index) else ()
        new = isinstance(base, pg.Index) and all(isinstance(place, pg.Place) for place in given)
        source = base.base if isinstance(base, pg.Index) and new else base
        if plain(source):
            return self._full(source, [size for size in sizes if size])
        array = self.bind(self.text(source), describe(source))
        places = (
            (*[pg.WHOLE] * (len(sizes) - len(given)), *given) if new else (pg.WHOLE,) * len(sizes)
        )
        whole = self._index(pg.Name(array.code), given) if new else array
        parts = [self.text(size).code if size else "" for size in sizes]
        left = len(sizes) - sum(place is pg.NEW for place in places)
        kept = 0
        for place, part in zip(places, parts, strict=True):
            if part or place is pg.NEW:
                break
            kept += 1
        batch = f"*{array.code}.shape[:-{left - kept}]" if left > kept else f"*{array.code}.shape"
        shape = [batch]
        own = [not part for part in parts]
        tail = next((k for k, mine in enumerate(reversed(own)) if not mine), len(own))
        for place, part in list(zip(places, parts, strict=True))[kept:]:
            shape.append(part or f"{array.code}.shape[-{left - kept}]")
            kept += place is pg.WHOLE
        if tail > 1:
            shape[-tail:] = [f"*{array.code}.shape[-{tail}:]"]
        return self._fill(self.target.spread, [whole], shape=f"({', '.join(shape)})")

    def _full(self, value: pg.Node, sizes: Sequence[pg.Node]) -> Text:
        texts = [self.text(size) for size in sizes]
        shape = f"({', '.join(text.code for text in texts)}{',' if len(texts) == 1 else ''})"
        if value in (pg.Literal(1), pg.Literal(1.0)):
            return self._fill(self.target.ones, [], shape=shape)
        if plain(value):
            return self._fill(self.target.fill, [self.text(value)], shape=shape)
        ones = self._fill(self.target.ones, [], shape=shape)
        return Text(f"{self.text(value).at(TERM)} * {ones.code}", TERM, ones.depth)

    def _take(self, base: pg.Node, index: pg.Node) -> Text:
        """Either the array or the positions may carry a batch: both are given all leading axes."""
        whole = self.bind(self.text(base), describe(base))
        places = self.bind(self.text(index), "places")
        batch = self._common([f"{whole.code}.shape[:-1]", f"{places.code}.shape"])
        shape = f"(*{batch}, {whole.code}.shape[-1])"
        source = self.bind(
            self._fill(self.target.spread, [whole], shape=shape), f"{whole.code}_all"
        )
        spread = self._fill(self.target.spread, [places], shape=batch)
        if len(source.code) + len(spread.code) > WIDTH // 2:
            spread = self.bind(spread, f"{places.code}_all")
        taken = self._fill(self.target.take, [source, Text(f"{spread.code}[..., None]")])
        return Text(f"{taken.code}[..., 0]", PRIMARY, taken.depth)

    def _common(self, shapes: Sequence[str]) -> str:
        """A name for the shape that leading axes have in common."""
        batch = self.names.fresh("batch")
        joined = template(self.target.common_shape).fill({"*": Text(", ".join(shapes))})
        self._line(f"{batch} = {joined.code}")
        return batch

    def _stack(self, node: pg.Stack) -> Text:
        rows = _written(node.items)
        if rows is not None:
            return self._fill(self.target.written, [Text(rows)])
        texts = [self._array(item) for item in node.items]
        if sum(len(text.code) for text in texts) > WIDTH // 2:
            texts = [self._short(text, item) for text, item in zip(texts, node.items, strict=True)]
        inside = ", ".join(text.code for text in texts)
        joined = Text(f"({inside}{',' if len(texts) == 1 else ''})", PRIMARY, _deepest(texts))
        if node.joint and len(texts) > 1:
            joined = template(self.target.broadcast).fill({"*": joined._replace(code=inside)})
        return self._fill(self.target.stack, [joined], axis=str(node.axis))

    # --- products, reductions, functions -------------------------------------------------------------

    def _product(self, left: pg.Node, right: pg.Node) -> Text:
        first, second = self._side(left), self._side(right)
        if len(first.code) + len(second.code) > 2 * WIDTH // 3:
            first, second = self._shorter((first, left), (second, right))
        mixed = first.level == TERM and not isinstance(left, pg.Product)
        front = f"({first.code})" if mixed or first.level == UNARY else first.at(TERM)
        return Text(f"{front} @ {second.at(POWER)}", TERM, _deeper(first, second))

    def _shorter(
        self, left: tuple[Text, pg.Node], right: tuple[Text, pg.Node]
    ) -> tuple[Text, Text]:
        """Two factors of a long product, the longer under a name; both, where both are long."""
        (first, a), (second, b) = left, right
        if len(first.code) >= len(second.code):
            first, second = self._short(first, a), self._long(second, b)
        else:
            first, second = self._long(first, a), self._short(second, b)
        return first, second

    def _long(self, text: Text, node: pg.Node) -> Text:
        return self.bind(text, describe(node)) if len(text.code) > WIDTH // 2 else text

    def _side(self, node: pg.Node) -> Text:
        """A factor of `@`: the value of a function that ran over an axis is named."""
        text = self.text(node)
        if isinstance(node, pg.Call) and node.arguments and not _elementwise(node.function):
            return self.bind(text, describe(node))
        return text

    def _reduce(self, operation: str, base: pg.Node, axes: Sequence[int]) -> Text:
        inner = self.text(base)
        if len(inner.code) > 3 * WIDTH // 4:
            inner = self.bind(inner, describe(base))
        source = self.target.reductions[operation]
        if len(axes) == 1:
            return self._fill(source, [inner], axes=str(axes[0]))
        if operation not in self.target.single:
            return self._fill(source, [inner], axes=f"({', '.join(map(str, axes))})")
        # One axis at a time, from the left: the axes behind it keep their numbers.
        for axis in sorted(axes):
            inner = self._fill(source, [inner], axes=str(axis))
        return inner

    def _call(self, node: pg.Call, name: str, *, root: bool) -> Text:
        entry = find(node.function)
        assert entry is not None
        lines = self.target.spelling(entry)
        if node.arguments and all(plain(argument) for argument in node.arguments) and entry.scalar:
            lines = entry.scalar
        if not lines:
            raise EmissionError(f"{entry.name} has no spelling in {self.target.name}")
        if not node.arguments:
            return self._made(node, lines)
        arguments = self._call_arguments(node, entry, name)
        if entry.signature.startswith("()...") and isinstance(lines, str):
            return self._folded(node, lines, arguments)
        if isinstance(lines, str) and "{*}" in lines:
            return self._joined(node, lines, arguments)
        text = self._written_out(node, entry, lines, arguments, name)
        several = not isinstance(lines, str) and not name and not root
        return self._settled(node, text, entry) if several else text

    def _call_arguments(self, node: pg.Call, entry: Entry, name: str) -> list[Text]:
        texts = (
            self._texts(node.arguments)
            if len(node.arguments) > 1
            else [self.text(node.arguments[0])]
        )
        for place, (text, argument) in enumerate(zip(texts, node.arguments, strict=True)):
            if len(text.code) > 2 * WIDTH // 3:
                texts[place] = self.bind(text, _ROLES.get(entry.name) or describe(argument))
        role = _ROLES.get(entry.name)
        if role and not _IDENTIFIER.fullmatch(texts[0].code) and "@" in texts[0].code:
            texts[0] = self.bind(texts[0], role)
        return texts

    def _made(self, node: pg.Call, lines: str | tuple[str, ...]) -> Text:
        """An array made from nothing but its sizes."""
        assert isinstance(lines, str)
        sizes = [self.text(size) for size in node.sizes]
        values = {str(k): text for k, text in enumerate(sizes)} | self._options(node)
        values["*"] = Text(", ".join(text.code for text in sizes))
        text = template(lines).fill(values | self._hand(lines))
        return text._replace(code=text.code.replace(",),", "),")) if len(sizes) > 1 else text

    def _folded(self, node: pg.Call, line: str, arguments: Sequence[Text]) -> Text:
        """A function of two, over any number of arguments."""
        nodes = list(node.arguments)
        total, first = arguments[0], nodes[0]
        for text, other in zip(arguments[1:], nodes[1:], strict=True):
            total = self._pair(node.function, line, (total, first), (text, other))
            first = node
        return total

    def _pair(
        self, function: str, line: str, left: tuple[Text, pg.Node], right: tuple[Text, pg.Node]
    ) -> Text:
        numbers = plain(left[1]), plain(right[1])
        if function in self.target.numbers and any(numbers) and not all(numbers):
            array, number = (right, left) if numbers[0] else (left, right)
            return self._fill(self.target.numbers[function], [array[0], number[0]])
        return self._fill(line, [self._wrapped(*left), self._wrapped(*right)])

    def _joined(self, node: pg.Call, line: str, arguments: Sequence[Text]) -> Text:
        """Arrays put together: they must agree in their leading axes, batch axes too."""
        texts = [
            self._wrapped(text, part) for text, part in zip(arguments, node.arguments, strict=True)
        ]
        if len(texts) > 1 and node.joint:
            texts = self._agreed(texts, node)
        joined = ", ".join(text.code for text in texts) + ("," if len(texts) == 1 else "")
        values = {"*": Text(joined, PRIMARY, _deepest(texts))} | self._options(node)
        return template(line).fill(values | self._hand(line))

    def _agreed(self, texts: Sequence[Text], node: pg.Call) -> list[Text]:
        bound = [
            self.bind(text, describe(part))
            for text, part in zip(texts, node.arguments, strict=True)
        ]
        ranks = node.ranks
        shapes = [
            f"{text.code}.shape[:-{rank}]" if rank else f"{text.code}.shape"
            for text, rank in zip(bound, ranks, strict=True)
        ]
        batch = self._common(shapes)
        spread = [
            self._fill(
                self.target.spread,
                [text],
                shape=f"{batch} + {text.code}.shape[-{rank}:]" if rank else batch,
            )
            for text, rank in zip(bound, ranks, strict=True)
        ]
        if sum(len(text.code) for text in spread) < WIDTH - 30:
            return spread
        return [self.bind(s, f"{text.code}_all") for s, text in zip(spread, bound, strict=True)]

    def _options(self, node: pg.Call) -> dict[str, Text]:
        return {key: _literal(option) for key, option in node.options}

    def _written_out(
        self,
        node: pg.Call,
        entry: Entry,
        lines: str | tuple[str, ...],
        arguments: list[Text],
        name: str,
    ) -> Text:
        """A spelling of one line or several, its temporaries under fresh names."""
        templates = [_line(line) for line in ((lines,) if isinstance(lines, str) else lines)]
        holes = [h for _, part in templates for h in part.pieces if isinstance(h, Hole)]
        values = self._options(node)
        for place, argument in enumerate(arguments):
            own = [hole for hole in holes if hole.name == str(place)]
            if any(hole.array for hole in own):
                argument = self._wrapped(argument, node.arguments[place])
            if len(own) > 1 and not _HUG.fullmatch(argument.code):
                role = _ROLES.get(entry.name) if "@" in argument.code else None
                argument = self.bind(argument, role or describe(node.arguments[place]))
            values[str(place)] = argument
        result = RESULTS.get(entry.name)
        for temporary, part in templates[:-1]:
            fresh = name if name and temporary == result else self.names.fresh(temporary)
            values[temporary] = Text(fresh)
            text = part.fill(values | self._hand_of(part))
            self._line(f"{fresh} = {text.code}")
        text = templates[-1][1].fill(values | self._hand_of(templates[-1][1]))
        return text

    def _settled(self, node: pg.Call, text: Text, entry: Entry) -> Text:
        """The value of a spelling of several lines; its last temporary goes on under the same name."""
        last = self.lines[-1].partition(" = ")[0]
        stem = RESULTS.get(entry.name, "")
        if stem and re.fullmatch(rf"{stem}(_\d+)?", last):
            self._line(f"{last} = {text.code}")
            return Text(last)
        return self.bind(text, describe(node)) if len(text.code) > 24 else text

    def _hand_of(self, part: Template) -> dict[str, Text]:
        names = {hole.name for hole in part.pieces if isinstance(hole, Hole)}
        return self._hand(" ".join(f"{{{name}}}" for name in sorted(names & {"dtype", "device"})))


def plain(node: pg.Node) -> bool:
    """Whether the node is surely a Python number."""
    if isinstance(node, pg.Name):
        return False
    match node:
        case pg.Literal() | pg.Constant() | pg.Letter() | pg.Extent():
            return True
        case pg.Elementwise(operands=parts):
            return all(plain(part) for part in parts)
        case pg.Call(function=function, arguments=arguments):
            entry = find(function)
            known = entry is not None and bool(entry.scalar) and bool(arguments)
            return known and all(plain(argument) for argument in arguments)
        case _:
            return False


def _computed(place: pg.Place | pg.Node) -> bool:
    return isinstance(place, pg.Node) and not isinstance(place, pg.Range)


def _compound(node: pg.Node) -> bool:
    """Whether it is an operation on arrays, rather than on sizes and numbers alone."""
    return isinstance(node, pg.Elementwise) and len(node.operands) > 1 and not plain(node)


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


def _elementwise(function: str) -> bool:
    entry = find(function)
    return entry is not None and elementwise(entry)


def _line(line: str) -> tuple[str, Template]:
    """The temporary that a line of a spelling names ("" for the last), and its expression."""
    match = re.match(r"\{(\w+)\} = ", line)
    return (match[1], template(line[match.end() :])) if match else ("", template(line))


def _signed(node: pg.Node) -> tuple[str, pg.Node]:
    match node:
        case pg.Elementwise(operation="-", operands=(inner,)):
            return "-", inner
        case pg.Literal(value=int() | float() as value) if value < 0:
            return "-", pg.Literal(-value)
        case _:
            return "", node


def _literal(value: int | float | complex | str) -> Text:
    if isinstance(value, str):
        return Text(repr(value))
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        name = "math.nan" if value != value else "math.inf"
        return Text(name) if value != -float("inf") else Text(f"-{name}", UNARY)
    text = repr(value)
    return Text(text, UNARY if text.startswith("-") else PRIMARY)


def _written(items: Sequence[pg.Node]) -> str | None:
    """A table of literals, as a list of lists; None where something else stands in it."""
    parts: list[str] = []
    for item in items:
        match item:
            case pg.Literal(value=value):
                parts.append(_literal(value).code)
            case pg.Elementwise(operation="-", operands=(pg.Literal(value=value),)):
                parts.append(f"-{_literal(value).code}")
            case pg.Stack(items=row) if (inner := _written(row)) is not None:
                parts.append(inner)
            case _:
                return None
    return f"[{', '.join(parts)}]"


def _walk(node: pg.Node) -> Iterator[pg.Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _deepest(texts: Sequence[Text]) -> int:
    return max((text.depth for text in texts), default=0)


def _deeper(left: Text, right: Text) -> int:
    return max(left.depth, right.depth) + 1


__all__ = ["ANY", "Printer", "describe", "plain"]
