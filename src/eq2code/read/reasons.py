"""Where did a belief come from? The reasons of a clash of shapes, gathered once it has happened.

In: the error, the drafts, and what was learnt of sizes until then. Out: a sentence for each symbol
that takes part in the clash: which shape it has, and what said so, with the piece of the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from eq2code.errors import ShapeError
from eq2code.read import draft as d
from eq2code.read.elaboration import Elaboration
from eq2code.read.symbols import Source
from eq2code.read.unify import Clash
from eq2code.source import NOWHERE, Span, whole
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape

MOST = 6
"""Sentences that one error gives; the first are the nearest to the clash."""

CHARACTERS = 48
"""Characters of the source that one sentence quotes."""

_Giver = f.Symbol | f.Apply


def explain(
    error: ShapeError,
    definitions: Sequence[d.Definition],
    elaborator: Elaboration,
    source: Source,
) -> None:
    """Add to a clash where each of the shapes in it was learnt, and narrow its place."""
    reasons = _Reasons(definitions, elaborator, source)
    try:
        error.span, found = reasons.of(error)
    except Clash:  # sizes that cannot be resolved at all: the error says so by itself
        return
    error.because += tuple(dict.fromkeys(found))[:MOST]


class _Reasons:
    def __init__(
        self, definitions: Sequence[d.Definition], elaborator: Elaboration, source: Source
    ) -> None:
        self.definitions, self.elaborator, self.source = definitions, elaborator, source
        self.sizes = elaborator.sizes
        self.nodes = [node for one in definitions for node in one.nodes]
        every = [*(node.info for node in self.nodes if isinstance(node, d.Symbol))]
        self.infos = {info.name: info for info in (*every, *(one.info for one in definitions))}

    def of(self, error: ShapeError) -> tuple[Span, list[str]]:
        """The place of an error, as narrow as it can be, and the reasons behind it."""
        if error.span == NOWHERE:
            return error.span, []
        clash = error.__context__ if isinstance(error.__context__, Clash) else None
        typed = [one for one in self.definitions if self.elaborator.done(one.body) is not None]
        defined = [one for one in typed if one.span == error.span]
        if defined and clash is not None:
            return error.span, self._of_definition(defined[0], clash)
        failed = [node for node in self.nodes if node.span == error.span]
        if not failed:
            return error.span, []
        node = min(failed, key=self._doubt)
        if isinstance(node, d.Value):
            return error.span, self._of_index(node.binding)
        parts = [(one, value) for one in d.children(node) if (value := self._done(one))]
        met = self._met([value for _, value in parts], clash)
        span = error.span
        if isinstance(node, d.Side | d.Sum) and len(met) == 2:
            span = parts[met[0][0]][0].span | parts[met[1][0]][0].span
        found = (
            [f"{node.name} is {self._signature(node.name)}"] if isinstance(node, d.Apply) else []
        )
        givers = [one for k, dim in met for one in self._givers(parts[k][1], dim)]
        return span, found + self._sentences(givers)

    def _doubt(self, node: d.Draft) -> tuple[bool, bool]:
        """What failed was not made, and its parts were: a macro gives several pieces one place."""
        parts = [self._done(part) is not None for part in d.children(node)]
        return self.elaborator.done(node) is not None, not all(parts) or not parts

    def _of_definition(self, one: d.Definition, clash: Clash) -> list[str]:
        body = self._done(one.body)
        givers = [] if body is None else self._givers(body, clash.right)
        return self._sentences([self.elaborator.symbol(one.info), *givers], skip=one)

    def _of_index(self, binding: d.Binding) -> list[str]:
        """Every array that an index addresses."""
        based = [
            node.base
            for node in self.nodes
            if isinstance(node, d.At)
            and any(isinstance(p, d.Value) and p.binding is binding for p in node.places)
        ]
        values = [value for base in based if (value := self._done(base))]
        return self._sentences([s for v in values for s in v.walk() if isinstance(s, f.Symbol)])

    def _done(self, node: d.Draft) -> f.Formula | None:
        value = self.elaborator.done(node)
        return value if value is not None or not isinstance(node, d.Symbol) else self._symbol(node)

    def _symbol(self, node: d.Symbol) -> f.Formula:
        return self.elaborator.symbol(node.info)

    def _met(self, values: Sequence[f.Formula], clash: Clash | None) -> list[tuple[int, Dim]]:
        """The operands that meet in a clash, each with the size that it brings; all, where it is
        not known which."""
        places = [(k, a) for k, value in enumerate(values) for a in range(len(value.shape))]
        sized = [(k, a, values[k].shape[a]) for k, a in places]
        if clash is not None:
            left = [one for one in sized if self.sizes.same(one[2], clash.left)][: 8 * MOST]
            right = [one for one in sized if self.sizes.same(one[2], clash.right)][: 8 * MOST]
            pairs = [(one, other) for one, other in product(left, right) if one[:2] != other[:2]]
            if pairs:
                (k, _, one), (j, _, other) = min(pairs, key=_distance)
                return [(k, one), (j, other)]
        return [(k, dim) for k, _, dim in sized]

    def _givers(self, value: f.Formula, dim: Dim) -> list[_Giver]:
        """The symbols that give a formula an axis of size `dim`."""
        while not isinstance(value, f.Symbol | f.Apply):
            inside = [one for one in value.children if self._has(one.shape, dim)]
            if not inside:
                return [one for one in value.walk() if isinstance(one, f.Symbol) and one.shape]
            value = inside[0]
        return [value]

    def _has(self, shape: Shape, dim: Dim) -> bool:
        return any(self.sizes.same(axis, dim) for axis in shape)

    # --- sentences --------------------------------------------------------------------------------

    def _sentences(
        self, givers: Iterable[_Giver], *, skip: d.Definition | None = None
    ) -> list[str]:
        """A sentence for each symbol; for a defined one also what its definition rests on."""
        queue, found = list(givers), dict[str, str]()
        for one in queue:
            name = one.function.name if isinstance(one, f.Apply) else one.name
            if name in found or len(found) > MOST:
                continue
            if isinstance(one, f.Apply):
                found[name] = f"{name} is {self._signature(name)}"
                continue
            info = self.infos.get(name)
            if info is None:
                continue
            found[name] = self._sentence(info)
            definition = self._definition(info)
            body = None if definition is None else self._done(definition.body)
            if body is not None and definition is not skip:
                queue += [giver for dim in body.shape for giver in self._givers(body, dim)]
        return list(found.values())

    def _sentence(self, info: d.Info) -> str:
        shape, origin = self._shape(info), self._origin(info)
        told = origin if origin.startswith(shape) else f"{shape}: {origin}"
        return f"{self._name(info)} is {told}"

    def _origin(self, info: d.Info) -> str:
        entry = self.source.declared.get(info.name)
        if info.declared and entry is not None:
            where = self._quote(entry.span)
            return f"declared in {where}" if where else info.why
        definition = self._definition(info)
        if definition is not None:
            return f"defined as {self._quote(definition.span)}"
        why = info.why.removeprefix(f"{info.name} is ") or "nothing else is said of it"
        places = dict.fromkeys(self._quote(span) for span in self._learnt(info.shape or ()))
        sized = " and ".join(place for place in places if place)
        return f"{why}, its size from {sized}" if sized else why

    def _definition(self, info: d.Info) -> d.Definition | None:
        return next((one for one in self.definitions if one.info is info), None)

    def _learnt(self, shape: Shape) -> Iterator[Span]:
        """Where the letters of a shape that nobody wrote were equated with others."""
        for dim in shape:
            while dim.letter in self.sizes.learnt and dim.letter in self.sizes.solved:
                yield self.sizes.learnt[dim.letter]
                dim = self.sizes.solved[dim.letter]

    def _signature(self, name: str) -> str:
        declared = self.source.declared[name]
        arguments = ", ".join(f"({', '.join(map(str, s))})" for s in declared.arguments or ())
        return f"{arguments} -> ({', '.join(map(str, declared.shape))}): {declared.origin}"

    def _shape(self, info: d.Info) -> str:
        shape = self.sizes.shape(info.shape or ())
        if not shape:
            return "a number"
        if any(letter.startswith("?") for dim in shape for letter in dim.letters):
            return {1: "a vector", 2: "a matrix"}.get(len(shape), f"an array of {len(shape)} axes")
        return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"

    def _name(self, info: d.Info) -> str:
        """A symbol as the source writes it, where that is its name and no more."""
        text = self._cut(info.first)
        return text if _letters(text) == _letters(info.name) else _plain(info)

    def _quote(self, span: Span) -> str:
        text = self._cut(span)
        if not text:
            return ""
        return f"`{text}`" if len(text) <= CHARACTERS else f"`{text[: CHARACTERS - 1]}…`"

    def _cut(self, span: Span) -> str:
        if span == NOWHERE:
            return ""
        start, end = whole(self.source.text, span)
        return " ".join(self.source.text[start:end].split())


def _distance(
    pair: tuple[tuple[int, int, Dim], tuple[int, int, Dim]],
) -> tuple[bool, bool, int]:
    """How far two operands stand apart; the left one stands before the right one."""
    (left, _, _), (right, _, _) = pair
    return left == right, right < left, abs(right - left)


def _plain(info: d.Info) -> str:
    """The name of a symbol; one that is read and written has a second, which nobody typed."""
    return info.name.partition("_new")[0] if info.definition else info.name


def _letters(text: str) -> list[str]:
    return sorted(character for character in text if character.isalnum())
