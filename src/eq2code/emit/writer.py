"""What does every part of printing share? The lines so far, names, and a target's templates."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from eq2code.emit import naming
from eq2code.emit.naming import describe
from eq2code.emit.target import Target
from eq2code.emit.text import PRIMARY, UNARY, Template, Text, template
from eq2code.lower.names import Names
from eq2code.trees import program as pg

WIDTH = 88
"""Characters of one expression; longer ones are split into statements."""

IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
HUG = re.compile(r"-?[\w.]+")


class Writer(ABC):
    """The lines of a function's body, and what any part of printing may ask."""

    def __init__(self, program: pg.Program, target: Target) -> None:
        self.program = program
        self.target = target
        self.lines: list[str] = []
        self.origins: list[tuple[int, pg.Statement | pg.Result]] = []
        arguments = [argument.name for argument in program.arguments]
        self.names = Names([program.name, *arguments, *(s.name for s in program.statements)])
        self.complex = {a.name for a in program.arguments if a.kind == "complex"}
        self.numbers = {
            a.name
            for a in program.arguments
            if a.kind == "int" and not a.shape and not a.elementwise
        }
        self.aliases: dict[str, str] = {}
        self.letters: dict[str, Text] = {}
        self.shared: dict[pg.Node, Text | None] = {}

    @abstractmethod
    def text(self, node: pg.Node, name: str = "") -> Text:
        """The code of a node. `name` is what it will be called, where that is known."""

    def line(self, line: str, origin: pg.Statement | pg.Result | None = None) -> None:
        self.lines.append(line)
        if origin is not None:
            self.origins.append((len(self.lines) - 1, origin))

    def plain(self, node: pg.Node) -> bool:
        """Whether the node is surely a Python number. A single whole number is passed as one."""
        return naming.plain(node, self.numbers)

    def bind(self, text: Text, wanted: str) -> Text:
        """A name for the text, given in a line of its own."""
        if IDENTIFIER.fullmatch(text.code):
            return text
        name = self.names.fresh(wanted)
        self.line(f"{name} = {text.code}")
        return Text(name)

    def fill(self, spelling: str, texts: Sequence[Text], **options: str) -> Text:
        values = {str(place): text for place, text in enumerate(texts)}
        for key, option in options.items():
            values[key] = Text(option)
        return self.filled(template(spelling), values)

    def filled(self, read: Template, values: dict[str, Text]) -> Text:
        """The template with its values, and with what it asks of the array at hand."""
        if "dtype" in read.names or "device" in read.names:
            values = values | self.hand(read)
        return read.fill(values)

    def hand(self, read: Template) -> dict[str, Text]:
        """Precision and device of the array at hand, where the template asks for them."""
        found: dict[str, Text] = {}
        target, hand = self.target, self.program.hand
        if "dtype" in read.names:
            dtype = target.real_dtype if hand in self.complex else target.dtype
            found["dtype"] = Text(dtype.format(hand) if hand else target.no_dtype)
        if "device" in read.names:
            values = [a for a in self.program.arguments if a.function is None]
            arrays = [a for a in values if a.batch or a.shape]
            hand = hand or next((a.name for a in arrays or values), "")
            found["device"] = Text(target.device.format(hand) if hand else target.no_device)
        return found

    def texts(self, operands: Sequence[pg.Node]) -> list[Text]:
        """The operands' code, the longest under names until they fit a line together."""
        texts = [self.text(operand) for operand in operands]
        while sum([len(text.code) for text in texts]) > WIDTH - 4:
            place = max(range(len(texts)), key=lambda k: len(texts[k].code))
            if len(texts[place].code) < WIDTH // 4:
                break
            texts[place] = self.bind(texts[place], describe(operands[place]))
        return texts

    def short(self, text: Text, node: pg.Place | pg.Node) -> Text:
        """The text, under a name if it is long."""
        long = isinstance(node, pg.Node) and len(text.code) > WIDTH // 4
        return self.bind(text, describe(node)) if long and isinstance(node, pg.Node) else text

    def long(self, text: Text, node: pg.Node) -> Text:
        return self.bind(text, describe(node)) if len(text.code) > WIDTH // 2 else text

    def array(self, node: pg.Node) -> Text:
        """The node; a plain number as an array."""
        text = self.text(node)
        if not self.plain(node):
            return text
        turned = self.target.cast_complex and naming.imaginary(node)
        return self.fill(self.target.cast_complex if turned else self.target.cast, [text])

    def wrapped(self, text: Text, node: pg.Node) -> Text:
        if self.target.wrap and self.plain(node):
            return self.fill(self.target.wrap, [text])
        return text

    def common(self, shapes: Sequence[str]) -> str:
        """A name for the shape that leading axes have in common."""
        batch = self.names.fresh("batch")
        joined = template(self.target.common_shape).fill({"*": Text(", ".join(shapes))})
        self.line(f"{batch} = {joined.code}")
        return batch


def literal(value: int | float | complex | str) -> Text:
    """A number or an option as Python writes it."""
    if isinstance(value, str):
        return Text(repr(value))
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        name = "math.nan" if value != value else "math.inf"
        return Text(name) if value != -float("inf") else Text(f"-{name}", UNARY)
    text = repr(value)
    return Text(text, UNARY if text.startswith("-") else PRIMARY)


def deepest(texts: Sequence[Text]) -> int:
    """How deeply the deepest of them nests."""
    return max([text.depth for text in texts], default=0)


def deeper(left: Text, right: Text) -> int:
    """How deeply two operands of one operation nest."""
    return (left.depth if left.depth > right.depth else right.depth) + 1
