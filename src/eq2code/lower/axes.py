"""Which axis is which? Values with labelled axes, and how two of them are put side by side.

A label is a loop index or the number of a core axis. A value's labels are in the order of its
array's last axes; whatever axes come before them are batch axes, and nobody knows how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eq2code.record import mutable
from eq2code.trees.dims import Dim
from eq2code.trees.formula import IndexVar
from eq2code.trees.program import NEW, ONLY, WHOLE, Index, Node, Permute, Place


@mutable
class Inner:
    """The axis that two factors of a matrix product share, and that no source names."""

    number: int
    size: Dim


Label = IndexVar | Inner | int


@mutable
class Value:
    """An array with labelled axes. It is shared, and never changed.

    Attributes:
        node: what computes it.
        labels: of its last axes. A core axis of the formula that has no label here has the same
            elements everywhere along it.
        batched: whether it may carry batch axes. Without labels and unbatched it is a number, of
            literals, sizes and scalar parameters, and is written plainly beside arrays.
        sources: the parameters that it is made of, sorted. Values of the same sources carry the
            same batch axes.
    """

    node: Node
    labels: tuple[Label, ...] = ()
    batched: bool = False
    sources: tuple[str, ...] = ()

    @property
    def number(self) -> bool:
        """Whether it is written plainly beside arrays."""
        return not self.batched and not self.labels

    def relabel(self, names: dict[Label, Label]) -> Value:
        """The same array under other labels."""
        if not self.labels:
            return self
        labels = tuple([names.get(label, label) for label in self.labels])
        if labels == self.labels:
            return self
        return Value(self.node, labels, self.batched, self.sources)

    def placed(self, cores: tuple[Label, ...]) -> Value:
        """The same array, with these labels in place of the numbers of its core axes."""
        labels = tuple([cores[label] if type(label) is int else label for label in self.labels])
        return Value(self.node, labels, self.batched, self.sources)

    def computed(self, node: Node) -> Value:
        """The same array, computed by another node."""
        return Value(node, self.labels, self.batched, self.sources)


class Order:
    """The order in which axes stand: loop indices as their scopes were met, outermost first.

    Attributes:
        plain: scalar parameters that are written plainly beside arrays.
    """

    def __init__(self) -> None:
        self._ranks: dict[IndexVar, int] = {}
        self.plain: dict[str, None] = {}

    def meet(self, indices: Iterable[IndexVar]) -> None:
        """Note indices whose scope begins."""
        for index in indices:
            self._ranks.setdefault(index, len(self._ranks))

    def key(self, label: Label) -> tuple[int, int]:
        """Loop indices first, then core axes, then inner ones."""
        if type(label) is int:
            return (1, label)
        if type(label) is Inner:
            return (2, label.number)
        assert type(label) is IndexVar
        return (0, self._ranks.setdefault(label, len(self._ranks)))

    def sort(self, labels: Sequence[Label]) -> tuple[Label, ...]:
        """The labels, each once, in their usual order."""
        return tuple(sorted(dict.fromkeys(labels), key=self.key)) if labels else ()

    def aligned(self, values: Sequence[Value]) -> tuple[tuple[Node, ...], tuple[Label, ...]]:
        """The values side by side: what computes each, and the labels that they have in common."""
        labels = self.common(values)
        if labels:
            return tuple([self.align(value, labels) for value in values]), labels
        return tuple([value.node for value in values]), labels

    def common(self, values: Sequence[Value]) -> tuple[Label, ...]:
        """An order of all the labels that asks for few axes to be moved."""
        first = values[0].labels
        for value in values:
            if value.labels != first:
                return self._common(values)
        return first

    def _common(self, values: Sequence[Value]) -> tuple[Label, ...]:
        usual = self.sort([label for value in values for label in value.labels])
        if all(value.labels == usual or is_subsequence(value.labels, usual) for value in values):
            return usual
        largest = max(values, key=lambda value: len(value.labels))
        order = list(largest.labels)
        for label in usual:
            if label not in order:
                later = (k for k, other in enumerate(order) if self.key(other) > self.key(label))
                order.insert(next(later, len(order)), label)
        return tuple(order)

    def align(self, value: Value, labels: tuple[Label, ...]) -> Node:
        """The axes of `value` in the order `labels`, with a new axis for each that it has not.

        (j, k) in (i, j, k) becomes [..., None, :, :]. A number stays as it is: its scalar
        parameters are noted in `plain`, since they may then carry no batch.
        """
        if value.labels == labels:
            return value.node
        if value.number:
            self.plain.update(dict.fromkeys(value.sources))
            return value.node
        value = permute(value, tuple([label for label in labels if label in value.labels]))
        places: list[Place] = [WHOLE if label in value.labels else NEW for label in labels]
        if not value.batched:
            while places and places[0] is NEW:
                places.pop(0)
        # With a batch axis a leading None must be written: broadcasting would put the batch there.
        while places and places[0] is WHOLE:
            places.pop(0)
        return indexed(value.node, tuple(places))


def is_subsequence(labels: Sequence[Label], order: Sequence[Label]) -> bool:
    """Whether `labels` stand in `order` in their own order."""
    rest = iter(order)
    return all(label in rest for label in labels)


def permute(value: Value, labels: tuple[Label, ...]) -> Value:
    """The axes of `value` in the order `labels`, which are its own."""
    if value.labels == labels:
        return value
    kept = 0
    while value.labels[kept] == labels[kept]:
        kept += 1
    order = tuple([value.labels.index(label) - len(labels) for label in labels[kept:]])
    return Value(Permute(value.node, order), labels, value.batched, value.sources)


def merged(values: Sequence[Value]) -> tuple[bool, tuple[str, ...]]:
    """Whether a combination of the values may carry batch axes, and its sources."""
    sources, alike, batched = values[0].sources if values else (), True, False
    for value in values:
        alike = alike and value.sources == sources
        batched = batched or value.batched
    if not alike:
        sources = tuple(sorted({name for value in values for name in value.sources}))
    return batched, sources


def indexed(node: Node, places: tuple[Place, ...]) -> Node:
    """`node[..., *places]`. Dropping an axis of length one and putting it back again is neither."""
    match node:
        case Index(base=base, places=dropped) if len(places) == len(dropped) and all(
            (a is ONLY and b is NEW) or (a is WHOLE and b is WHOLE)
            for a, b in zip(dropped, places, strict=True)
        ):
            return base
        case _:
            return Index(node, places) if places else node
