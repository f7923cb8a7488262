"""How are axes written? Indexing, transposes, repetition, stacking: all counted from the right."""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.emit.naming import describe
from eq2code.emit.text import PRIMARY, SUM, TERM, Text, template
from eq2code.emit.writer import WIDTH, Writer, deepest, literal
from eq2code.trees import program as pg


class Axes(Writer):
    """Nodes that move, make or address axes."""

    def _arrange(self, node: pg.Arrange) -> Text:
        size = self.text(node.size)
        source = self.target.arrange_real if node.real else self.target.arrange
        if not node.start:
            return self.fill(source, [], range=size.code)
        if isinstance(node.size, pg.Literal) and isinstance(node.size.value, int):
            stop = str(node.start + node.size.value)
        else:
            stop = f"{size.at(SUM)} {'+' if node.start > 0 else '-'} {abs(node.start)}"
        return self.fill(source, [], range=f"{node.start}, {stop}")

    def _index(self, base: pg.Node, places: Sequence[pg.Place | pg.Node]) -> Text:
        if kept := self._kept(base, places):
            return kept
        inner = self.text(base)
        made = isinstance(base, (pg.Call, pg.Elementwise, pg.Where, pg.Apply, pg.Slope))
        if made and len(inner.code) > WIDTH // 3 and pg.NEW in places:
            inner = self.bind(inner, describe(base))
        parts = [self._place(place) for place in places]
        if len(inner.code) + sum(map(len, parts)) > 3 * WIDTH // 4:
            inner = self.short(inner, base)
            parts = [
                self.short(Text(part), place).code if _computed(place) else part
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
            return self.fill(self.target.swap, [inner])
        moved = [k for k, axis in enumerate(order, -len(order)) if axis != k]
        for source, destination in ((order[k], k) for k in moved):
            rest = [axis for axis in range(-len(order), 0) if axis != source]
            rest.insert(destination + len(order), source)
            if rest == list(order):
                options = {"source": str(source), "destination": str(destination)}
                return self.fill(self.target.move, [inner], **options)
        options = {
            "source": f"({', '.join(str(order[k]) for k in moved)})",
            "destination": f"({', '.join(map(str, moved))})",
        }
        return self.fill(self.target.move, [inner], **options)

    def _spread(self, base: pg.Node, sizes: Sequence[pg.Node | None]) -> Text:
        given = base.places if isinstance(base, pg.Index) else ()
        new = isinstance(base, pg.Index) and all(isinstance(place, pg.Place) for place in given)
        source = base.base if isinstance(base, pg.Index) and new else base
        if self.plain(source):
            return self.full(source, [size for size in sizes if size])
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
        return self.fill(self.target.spread, [whole], shape=f"({', '.join(shape)})")

    def full(self, value: pg.Node, sizes: Sequence[pg.Node]) -> Text:
        texts = [self.text(size) for size in sizes]
        shape = f"({', '.join(text.code for text in texts)}{',' if len(texts) == 1 else ''})"
        if value in (pg.Literal(1), pg.Literal(1.0)):
            return self.fill(self.target.ones, [], shape=shape)
        if self.plain(value):
            return self.fill(self.target.fill, [self.text(value)], shape=shape)
        ones = self.fill(self.target.ones, [], shape=shape)
        return Text(f"{self.text(value).at(TERM)} * {ones.code}", TERM, ones.depth)

    def _take(self, base: pg.Node, index: pg.Node) -> Text:
        """Either the array or the positions may carry a batch: both are given all leading axes."""
        whole = self.bind(self.text(base), describe(base))
        places = self.bind(self.text(index), "places")
        batch = self.common([f"{whole.code}.shape[:-1]", f"{places.code}.shape"])
        shape = f"(*{batch}, {whole.code}.shape[-1])"
        source = self.bind(self.fill(self.target.spread, [whole], shape=shape), f"{whole.code}_all")
        spread = self.fill(self.target.spread, [places], shape=batch)
        if len(source.code) + len(spread.code) > WIDTH // 2 - 4:
            spread = self.bind(spread, f"{places.code}_all")
        taken = self.fill(self.target.take, [source, Text(f"{spread.code}[..., None]")])
        return Text(f"{taken.code}[..., 0]", PRIMARY, taken.depth)

    def _stack(self, node: pg.Stack) -> Text:
        rows = written(node.items)
        if rows is not None:
            return self.fill(self.target.written, [Text(rows)])
        texts = [self.array(item) for item in node.items]
        if sum(len(text.code) for text in texts) > WIDTH // 2:
            texts = [self.short(text, item) for text, item in zip(texts, node.items, strict=True)]
        inside = ", ".join(text.code for text in texts)
        joined = Text(f"({inside}{',' if len(texts) == 1 else ''})", PRIMARY, deepest(texts))
        if node.joint and len(texts) > 1:
            joined = template(self.target.broadcast).fill(
                {"*": Text(inside, PRIMARY, joined.depth)}
            )
        return self.fill(self.target.stack, [joined], axis=str(node.axis))

    def _reduce(self, operation: str, base: pg.Node, axes: Sequence[int]) -> Text:
        inner = self.text(base)
        if len(inner.code) > 3 * WIDTH // 4:
            inner = self.bind(inner, describe(base))
        source = self.target.reductions[operation]
        if len(axes) == 1:
            return self.fill(source, [inner], axes=str(axes[0]))
        if operation not in self.target.single:
            return self.fill(source, [inner], axes=f"({', '.join(map(str, axes))})")
        # One axis at a time, from the left: the axes behind it keep their numbers.
        for axis in sorted(axes):
            inner = self.fill(source, [inner], axes=str(axis))
        return inner


def _computed(place: pg.Place | pg.Node) -> bool:
    return isinstance(place, pg.Node) and not isinstance(place, pg.Range)


def written(items: Sequence[pg.Node]) -> str | None:
    """A table of literals, as a list of lists; None where something else stands in it."""
    parts: list[str] = []
    for item in items:
        match item:
            case pg.Literal(value=value):
                parts.append(literal(value).code)
            case pg.Elementwise(operation="-", operands=(pg.Literal(value=value),)):
                parts.append(f"-{literal(value).code}")
            case pg.Stack(items=row) if (inner := written(row)) is not None:
                parts.append(inner)
            case _:
                return None
    return f"[{', '.join(parts)}]"
