"""How is a function applied? To whole arrays, what it does not know of standing in front."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from eq2code.errors import FAULT, EmissionError
from eq2code.library import Entry, find
from eq2code.library.signature import core_ranks, elementwise
from eq2code.lower.axes import Label, Value, merged
from eq2code.lower.scope import Scope, finds
from eq2code.trees import formula as fm
from eq2code.trees import program as pg
from eq2code.trees.dims import Shape


class Functions(Scope):
    """Functions of the library and of the caller's."""

    def _call(self, formula: fm.Call, integral: bool) -> Value:
        entry = find(formula.function)
        if entry is None:
            raise EmissionError(
                f"there is no function {formula.function}", formula.span, hints=(FAULT,)
            )
        options, name = formula.options, entry.name
        if not formula.arguments:
            sizes = tuple(self.sizes.length(dim) for dim in formula.shape)
            return Value(pg.Call(name, (), options, sizes), tuple(range(len(sizes))))
        whole = integral and self.integral(formula)
        if whole:
            values = [self.value(argument, True) for argument in formula.arguments]
        elif "boolean" in entry.domain:
            domain = chain(entry.domain, repeat(entry.domain[-1]))
            values = [
                self.value(argument) if kind == "boolean" else self.argument(argument)
                for argument, kind in zip(formula.arguments, domain, strict=False)
            ]
        else:
            values = [self.argument(argument) for argument in formula.arguments]
        if elementwise(entry):
            nodes, labels = self.order.aligned(values)
            ranks = (len(labels),) * len(nodes)
            return Value(pg.Call(name, nodes, options, (), ranks), labels, *merged(values))
        return self._call_on_axes(formula, entry, values)

    def argument(self, formula: fm.Formula) -> Value:
        """What a function of numbers is applied to: places that were found are numbers too."""
        value = self.real(formula)
        if not self.searches:
            return value
        found = self.integral(formula) and any(map(finds, formula.walk()))
        return value.computed(pg.Cast(value.node)) if found else value

    def _call_on_axes(self, formula: fm.Call, entry: Entry, values: Sequence[Value]) -> Value:
        """A function of whole axes: what it does not know of stands in front."""
        shapes = [argument.shape for argument in formula.arguments]
        values, labels, shapes = self._fronted(values, shapes, core_ranks(entry, shapes))
        spread = [
            value if value.number or len(values) == 1 else self.spread(value, own, shape)
            for value, own, shape in zip(values, labels, shapes, strict=True)
        ]
        pairs = zip(spread, labels, strict=True)
        nodes = tuple([self.order.align(value, own) for value, own in pairs])
        joint = len({value.sources for value in values}) > 1
        ranks = tuple([len(own) for own in labels])
        batched, sources = merged(values)
        loops = [label for label in labels[0] if type(label) is not int]
        result = (*loops, *range(len(formula.shape)))
        node = pg.Call(entry.name, nodes, formula.options, (), ranks, joint)
        return Value(node, result, batched or bool(result and sources), sources)

    def _apply(self, formula: fm.Apply) -> Value:
        """A function of the caller's: every argument gets all axes that stand before its own."""
        values, labels = self._handed(formula)
        nodes = tuple(value.node for value in values)
        return self._given(
            formula, pg.Apply(self.function_name(formula.function), nodes), values, labels
        )

    def _slope(self, formula: fm.Slope) -> Value:
        """The derivative of a function of the caller's, of the same arguments."""
        values, labels = self._handed(formula)
        node = pg.Slope(
            self.function_name(formula.function),
            formula.by,
            tuple(value.node for value in values),
            tuple(map(len, labels)),
            len({value.sources for value in values}) > 1,
            formula.span,
        )
        return self._given(formula, node, values, labels)

    def _handed(self, formula: fm.Apply | fm.Slope) -> tuple[list[Value], list[tuple[Label, ...]]]:
        """What a function of the caller's is handed, and the labels of each."""
        shapes = [argument.shape for argument in formula.arguments]
        values = [self.real(argument) for argument in formula.arguments]
        cores = [len(core) for core in formula.function.arguments]
        values, labels, shapes = self._fronted(values, shapes, cores)
        triples = zip(values, labels, shapes, strict=True)
        return [self.spread(value, own, shape) for value, own, shape in triples], labels

    def _given(
        self,
        formula: fm.Apply | fm.Slope,
        node: pg.Node,
        values: Sequence[Value],
        labels: Sequence[tuple[Label, ...]],
    ) -> Value:
        """What it gives back."""
        batched, sources = merged(values) if values else (True, ())
        loops = [label for label in (labels[0] if labels else ()) if type(label) is not int]
        result: tuple[Label, ...] = (*loops, *range(len(formula.shape)))
        if not result and not batched:
            return Value(node, sources=sources)
        return Value(node, result, batched=True, sources=sources)

    def _fronted(
        self, values: Sequence[Value], shapes: Sequence[Shape], cores: Sequence[int]
    ) -> tuple[list[Value], list[tuple[Label, ...]], list[Shape]]:
        """Arguments with the axes that stand before their own: loop axes, then those of one or all.

        Gives values, the labels that each is to have, and the shapes of their core axes.
        """
        triples = list(zip(values, shapes, cores, strict=True))
        fronts = [shape[: len(shape) - core] for _, shape, core in triples]
        front = max(fronts, key=len, default=())
        if len(fronts) > 1 and any(own and len(own) != len(front) for own in fronts):
            raise EmissionError(
                "arguments with different numbers of axes in front are not translated",
                hints=("declare the arguments with the same axes in front",),
            )
        whole = [self.full(value, shape) for value, shape, _ in triples]
        missing = len(front)
        moved = [
            value
            if own or not missing
            else value.relabel({k: k + missing for k in range(len(shape))})
            for value, own, (_, shape, _) in zip(whole, fronts, triples, strict=True)
        ]
        loops = self.loops(moved)
        wide = [(*front, *shape[len(shape) - core :]) for _, shape, core in triples]
        return moved, [(*loops, *range(len(shape))) for shape in wide], wide
