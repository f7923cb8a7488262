"""Is a known function written out? `exp(x_i) / Σ_j exp(x_j)` becomes `softmax(x)_i`, which keeps
its digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eq2code import library
from eq2code.rewrite.indices import rebuild, whole
from eq2code.rewrite.match import match
from eq2code.trees import formula as f

RECOGNISED = ("softmax", "log_softmax", "logsumexp")
Meaning = Callable[[str], f.Formula]


def recognise(system: f.System, meaning: Meaning) -> f.System:
    """Put library calls in place of their definitions. `meaning(name)` is an entry's, as a
    formula."""
    if not any(_has_sum_of_exp(one.body) for one in system.definitions):
        return system
    definitions = tuple(replace(one, body=_known(one.body, meaning)) for one in system.definitions)
    return replace(system, definitions=definitions)


def _has_sum_of_exp(body: f.Formula) -> bool:
    return any(
        isinstance(part, f.Reduce) and isinstance(part.body, f.Call) and part.body.function == "exp"
        for part in body.walk()
    )


def _known(value: f.Formula, meaning: Meaning) -> f.Formula:
    value = rebuild(value, lambda part: _known(part, meaning))
    for name in RECOGNISED:
        made = _call(name, value, meaning)
        if made is not None:
            return made
    return whole(value)


def _call(name: str, value: f.Formula, meaning: Meaning) -> f.Formula | None:
    """The call that `value` is the definition of; None where it is none."""
    if not isinstance(value, f.Divide | f.Call | f.Add):
        return None
    body = meaning(name)
    pattern = body.body if isinstance(body, f.Build) else body
    found = match(pattern, value, frozenset(library.ENTRIES[name].arguments))
    if found is None:
        return None
    index, inner = found.arrays[library.ENTRIES[name].arguments[0]]
    array = whole(f.Build((index,), inner, span=value.span))
    if not isinstance(body, f.Build):
        return f.Call(name, (array,), (), span=value.span)
    at = found.indices[body.indices[0]]
    called = f.Call(name, (array,), array.shape, span=value.span)
    return f.At(called, (f.Position(at),), span=value.span)
