"""How is a function of the library written? By its entry's spelling for the target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from eq2code.emit.naming import describe, imaginary
from eq2code.emit.text import PRIMARY, Template, Text, template
from eq2code.emit.writer import HUG, IDENTIFIER, WIDTH, Writer, deepest, literal
from eq2code.errors import EmissionError
from eq2code.library import Entry, find
from eq2code.library.entry import Lines
from eq2code.lower.names import RESULTS
from eq2code.record import record
from eq2code.trees import program as pg

_ROLES = {"softmax": "scores", "log_softmax": "logits", "logsumexp": "scores", "softmin": "scores"}
"""What an argument is called, where its place says more than its making."""


class Calls(Writer):
    """Functions of the library."""

    def _call(self, node: pg.Call, name: str, *, root: bool) -> Text:
        entry = find(node.function)
        assert entry is not None
        lines = self.target.spelling(entry)
        if entry.scalar and node.arguments and all(map(self.plain, node.arguments)):
            lines = entry.imaginary if any(map(imaginary, node.arguments)) else entry.scalar
        if not lines:
            error = EmissionError(
                f"{entry.name} has no spelling in {self.target.name}",
                hints=("translate for another backend, or write its definition out",),
            )
            error.function = entry.name
            raise error
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
            self.texts(node.arguments)
            if len(node.arguments) > 1
            else [self.text(node.arguments[0])]
        )
        for place, (text, argument) in enumerate(zip(texts, node.arguments, strict=True)):
            if len(text.code) > 2 * WIDTH // 3:
                texts[place] = self.bind(text, _ROLES.get(entry.name) or describe(argument))
        role = _ROLES.get(entry.name)
        if role and not IDENTIFIER.fullmatch(texts[0].code) and "@" in texts[0].code:
            texts[0] = self.bind(texts[0], role)
        return texts

    def _made(self, node: pg.Call, lines: Lines) -> Text:
        """An array made from nothing but its sizes."""
        assert isinstance(lines, str)
        sizes = [self.text(size) for size in node.sizes]
        values = {str(k): text for k, text in enumerate(sizes)} | self._options(node)
        values["*"] = Text(", ".join(text.code for text in sizes))
        read = template(lines)
        text = self.filled(read, values)
        if len(sizes) < 2:
            return text
        return Text(text.code.replace(",),", "),"), text.level, text.depth)

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
        numbers = self.plain(left[1]), self.plain(right[1])
        if function in self.target.numbers and any(numbers) and not all(numbers):
            array, number = (right, left) if numbers[0] else (left, right)
            return self.fill(self.target.numbers[function], [array[0], number[0]])
        return self.fill(line, [self.wrapped(*left), self.wrapped(*right)])

    def _joined(self, node: pg.Call, line: str, arguments: Sequence[Text]) -> Text:
        """Arrays put together: they must agree in their leading axes, batch axes too."""
        texts = [
            self.wrapped(text, part) for text, part in zip(arguments, node.arguments, strict=True)
        ]
        if len(texts) > 1 and node.joint:
            texts = self._agreed(texts, node)
        joined = ", ".join(text.code for text in texts) + ("," if len(texts) == 1 else "")
        values = {"*": Text(joined, PRIMARY, deepest(texts))} | self._options(node)
        read = template(line)
        return self.filled(read, values)

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
        batch = self.common(shapes)
        spread = [
            self.fill(
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
        return {key: literal(option) for key, option in node.options}

    def _written_out(
        self,
        node: pg.Call,
        entry: Entry,
        lines: Lines,
        arguments: list[Text],
        name: str,
    ) -> Text:
        """A spelling of one line or several, its temporaries under fresh names."""
        spelling = _read(lines)
        values = self._options(node) if node.options else {}
        for place, argument in enumerate(arguments):
            hole = str(place)
            if hole in spelling.arrays:
                argument = self.wrapped(argument, node.arguments[place])
            if hole in spelling.repeated and not HUG.fullmatch(argument.code):
                role = _ROLES.get(entry.name) if "@" in argument.code else None
                argument = self.bind(argument, role or describe(node.arguments[place]))
            values[hole] = argument
        result = RESULTS.get(entry.name)
        for temporary, part in spelling.temporaries:
            fresh = name if name and temporary == result else self.names.fresh(temporary)
            values[temporary] = Text(fresh)
            self.line(f"{fresh} = {self.filled(part, values).code}")
        return self.filled(spelling.value, values)

    def _settled(self, node: pg.Call, text: Text, entry: Entry) -> Text:
        """The value of several lines; their last temporary goes on under the same name."""
        last = self.lines[-1].partition(" = ")[0]
        stem = RESULTS.get(entry.name, "")
        head, _, number = last.rpartition("_")
        if stem and (last == stem or (head == stem and number.isdigit())):
            self.line(f"{last} = {text.code}")
            return Text(last)
        return self.bind(text, describe(node)) if len(text.code) > 24 else text


@record
class _Spelling:
    """How the library spells a function: temporaries, each with its expression, and the value.

    `arrays` are the holes that ask for arrays somewhere; `repeated` those that stand twice.
    """

    temporaries: tuple[tuple[str, Template], ...]
    value: Template
    arrays: frozenset[str]
    repeated: frozenset[str]


@cache
def _read(lines: Lines) -> _Spelling:
    *earlier, last = (lines,) if isinstance(lines, str) else lines
    made = [line.partition(" = ") for line in earlier]
    temporaries = tuple((name[1:-1], template(code)) for name, _, code in made)
    value = template(last)
    holes = [hole for part in (*(part for _, part in temporaries), value) for hole in part.holes]
    counts = Counter(hole.name for hole in holes)
    return _Spelling(
        temporaries,
        value,
        frozenset(hole.name for hole in holes if hole.array),
        frozenset(name for name, count in counts.items() if count > 1),
    )
