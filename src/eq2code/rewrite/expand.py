"""What does a function compute that a target cannot spell? Its meaning, put in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from eq2code.library import ENTRIES, signature
from eq2code.rewrite.indices import rebuild
from eq2code.rewrite.substitute import Fresh, put
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim

Meaning = Callable[[str], f.Formula]


def can_expand(function: str) -> bool:
    """Whether the library says what a function means, whatever its options."""
    entry = ENTRIES.get(function)
    if entry is None:
        return False
    known = signature.parse(entry.signature)
    return bool(entry.meaning) and not entry.options and known is not None and not known.variadic


def expand(system: f.System, function: str, meaning: Meaning) -> f.System:
    """Put what `function` means in place of its calls; `meaning(name)` is an entry's, as a
    formula."""

    def without(value: f.Formula) -> f.Formula:
        value = rebuild(value, without)
        if isinstance(value, f.Call) and value.function == function:
            return _written_out(value, meaning(function))
        return value

    definitions = tuple(replace(one, body=without(one.body)) for one in system.definitions)
    return replace(system, definitions=definitions)


def _written_out(call: f.Call, meaning: f.Formula) -> f.Formula:
    """The meaning of one call: its sizes and arguments put in, once for each position of the axes
    in front of those that the function knows."""
    known = signature.parse(ENTRIES[call.function].signature)
    assert known is not None
    names = ENTRIES[call.function].arguments
    if known.elementwise:
        return put(meaning, dict(zip(names, call.arguments, strict=True)))
    sizes: dict[str, Dim] = {}
    fronts: list[int] = []
    for core, argument in zip(known.arguments, call.arguments, strict=True):
        fronts.append(len(argument.shape) - len(core))
        for dim, given in zip(core, argument.shape[fronts[-1] :], strict=True):
            if dim.letter is not None:
                sizes.setdefault(dim.letter, given)
    body = resized(meaning, sizes)
    loops = Fresh.beside(body, call).over(call.shape[: max(fronts)])
    places = tuple(f.Position(index) for index in loops)
    parts = [
        f.At(argument, places[len(places) - front :]) if front else argument
        for argument, front in zip(call.arguments, fronts, strict=True)
    ]
    one = put(body, dict(zip(names, parts, strict=True)))
    return f.Build(loops, one, span=call.span) if loops else one


def resized(formula: f.Formula, sizes: Mapping[str, Dim]) -> f.Formula:
    """The same formula over arrays of other sizes."""

    def changed(value: Any) -> Any:
        match value:
            case Dim():
                return value.substitute(sizes)
            case f.IndexVar():
                return replace(value, size=changed(value.size), start=changed(value.start))
            case f.Formula():
                return resized(value, sizes)
            case tuple():
                return tuple(map(changed, value))
        return value

    parts = {part.name: changed(getattr(formula, part.name)) for part in fields(formula)}
    return replace(formula, **{**parts, "span": formula.span})
