"""Which elements of an array? Each place of an address, as a slice, a diagonal or a gather."""

from __future__ import annotations

from eq2code.lower.address import (
    Affine,
    affine,
    diagonals,
    gather,
    inside,
    outside,
    simple,
    slice_axes,
    spot,
    take,
)
from eq2code.lower.axes import Label, Value
from eq2code.lower.scope import Scope
from eq2code.source import NOWHERE, Span
from eq2code.trees import formula as fm
from eq2code.trees import program as pg
from eq2code.trees.dims import Dim


class Addresses(Scope):
    """Addresses of elements, rows and blocks."""

    def _at(self, base: fm.Formula, places: tuple[fm.Formula | None, ...]) -> Value:
        value = self.value(base)
        kept = [k for k in range(len(base.shape)) if k >= len(places) or places[k] is None]
        wanted = [k for k in range(len(base.shape)) if k not in kept and k in value.labels]
        spots: dict[Label, tuple[pg.Place | pg.Node, Label | None]] = {}
        gathers: dict[Label, Value] = {}
        for axis in wanted:
            place = places[axis]
            assert place is not None
            dim = base.shape[axis]
            if type(place) is fm.Position and place.index.size == dim:
                spots[axis] = (pg.WHOLE, place.index)
                continue
            known = affine(place)
            span = base.span if place.span is NOWHERE else place.span
            safe = self._safe(known, dim, span)
            if known is not None and safe and simple(known):
                spots[axis] = spot(known, dim, self.sizes)
                continue
            index = self.value(place, True)
            if not self.integral(place):
                index = index.computed(pg.Cast(index.node, whole=True))
            if not safe:
                ends = pg.Literal(0), self.sizes.length(dim - 1)
                ranks = (len(index.labels), 0, 0)
                index = index.computed(pg.Call("clip", (index.node, *ends), (), (), ranks))
            if index.number:
                # A scalar argument as a position: it picks one element, and carries no batch.
                self.order.plain.update(dict.fromkeys(index.sources))
                spots[axis] = (index.node, None)
            else:
                gathers[axis] = index
        # Core axes wait under other labels while loop labels move in.
        names: dict[Label, Label] = {k: -1 - k for k in range(len(base.shape))}
        value = value.relabel(names)
        value = slice_axes(value, {names[k]: found for k, found in spots.items()})
        value = diagonals(value)
        value = self._gathered(
            value, {names[k]: index for k, index in gathers.items()}, base, places
        )
        return value.relabel({-1 - k: new for new, k in enumerate(kept)})

    def _safe(self, place: Affine | None, dim: Dim, span: Span) -> bool:
        """Whether an address needs no care. It may leave its axis only where a condition fails."""
        if place is None:
            return True
        within = inside(place, dim)
        if within is False and not self.guarded:
            raise outside(place, dim, span)
        return within is True or not self.guarded

    def note_address(self, place: fm.Formula | None) -> None:
        """Note an argument that is read as positions: it must hold whole numbers."""
        match place:
            case fm.Symbol(name=name) if name in self.parameters:
                self.addresses.add(self.parameters[name])
            case fm.At(base=base):
                self.note_address(base)
            case fm.Add(terms=parts) | fm.Multiply(factors=parts):
                for part in parts:
                    self.note_address(part)
            case _:
                pass

    def _gathered(
        self,
        value: Value,
        gathers: dict[Label, Value],
        base: fm.Formula,
        places: tuple[fm.Formula | None, ...],
    ) -> Value:
        if not gathers:
            return value
        if len(gathers) == 1:
            ((axis, index),) = gathers.items()
            if index.batched and all(x in value.labels for x in index.labels):
                return take(value, axis, index, self.order)
        apart = all(not index.batched for index in gathers.values())
        labels = [x for index in gathers.values() for x in index.labels]
        if apart and not set(labels) & set(value.labels) and len(set(labels)) == len(labels):
            for axis, index in gathers.items():
                value = gather(value, {axis: index}, self.order, self.sizes)
            return value
        if not apart:
            self._exclude(base, places)
        return gather(value, gathers, self.order, self.sizes)

    def _exclude(self, base: fm.Formula, places: tuple[fm.Formula | None, ...]) -> None:
        """Note that what is addressed and the addresses may not both carry a batch."""
        addresses = [name for place in places if place for name in self.parameters_of(place)]
        for array in self.parameters_of(base):
            self.exclusive.update({(array, name): None for name in addresses})
