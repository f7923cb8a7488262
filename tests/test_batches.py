"""Every fixture runs with a batch as long as each of its dimensions, and each item of the result is
that of a call of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eq2code import Translation
from every import FIXTURES, Fixture
from strategies import BACKENDS, handed, to_numpy

LONGEST = 12
"""Dimensions beyond are not tried: each would be as many calls."""


def batched(function: Translation, items: list[dict[str, Any]]) -> list[str]:
    """The arguments that may carry a batch at one time."""
    program = function._program
    taken: list[str] = []
    for argument in program.arguments:
        name = argument.name
        others = {a if b == name else b for a, b in program.exclusive if name in (a, b)}
        shapes = {np.shape(item[name]) for item in items}
        if argument.function is None and argument.batch and len(shapes) == 1:
            taken += [] if others & {*taken} or (name, name) in program.exclusive else [name]
    return taken


def stacked(function: Translation, names: list[str], items: list[dict[str, Any]]) -> dict[str, Any]:
    """The items of each argument in one array, below a batch; what goes element by element gets one
    shape, and what is shorter than another's leading axes gets axes of length one."""
    arguments = {one.name: one for one in function._program.arguments}
    shapes = {name: np.shape(items[0][name]) for name in arguments if not callable(items[0][name])}
    lead = {name: len(shape) - len(arguments[name].shape) for name, shape in shapes.items()}
    most = max(lead.values())
    longest = max((shapes[n] for n in shapes if arguments[n].elementwise), key=len, default=())
    values = dict(items[0])
    for name in names:
        array = np.stack([np.asarray(item[name]) for item in items])
        array = array.reshape(len(items), *(1,) * (most - lead[name]), *shapes[name])
        if arguments[name].elementwise:
            array = np.broadcast_to(array, (len(items), *(1,) * (most - len(longest)), *longest))
        values[name] = array
    return values


def called(function: Translation, values: dict[str, Any]) -> list[Any]:
    given = {name: handed(values[name], function.backend) for name in function.parameters}
    with np.errstate(all="ignore"):
        result = function(**given)
    return [to_numpy(part) for part in (result if isinstance(result, tuple) else (result,))]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_a_batch_as_long_as_each_dimension(fixture: Fixture, backend: str) -> None:
    function = fixture.translated(backend)
    items = [fixture.draw(50 + k) for k in range(LONGEST)]
    names = batched(function, items)
    sizes = {size for value in items[0].values() if not callable(value) for size in np.shape(value)}
    long = sorted(size for size in sizes if 0 < size <= LONGEST)
    if not names:
        return
    own = [{**items[0], **{name: item[name] for name in names}} for item in items]
    rows = [called(function, item) for item in own[: max(long, default=2)]]
    for size in long or [2]:
        got = called(function, stacked(function, names, items[:size]))
        for k, part in enumerate(got):
            wanted = np.stack([row[k] for row in rows[:size]])
            if part.shape == wanted.shape[1:]:  # nothing with a batch is in this result
                part = np.broadcast_to(part, wanted.shape)
            assert part.shape == wanted.shape, (size, names)
            np.testing.assert_allclose(part, wanted, rtol=1e-6, atol=1e-8)
