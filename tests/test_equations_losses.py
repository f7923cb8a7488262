"""Losses, statistics and densities as printed: their numbers, alone, batched and in float32."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import eq2code
import equations_losses as cases
import equations_norms as norms
from strategies import BACKENDS, handed, to_numpy


def _call(function: Any, values: Mapping[str, Any], backend: str) -> tuple[Any, ...]:
    missing = [name for name in function.parameters if name not in values]
    assert not missing, f"asks for {missing}"
    result = function(**{name: handed(values[name], backend) for name in function.parameters})
    return tuple(to_numpy(part) for part in (result if isinstance(result, tuple) else (result,)))


def _hold(got: tuple[Any, ...], expected: tuple[Any, ...], digits: float) -> None:
    assert len(got) == len(expected)
    for ours, theirs in zip(got, expected, strict=True):
        assert ours.shape == np.shape(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=digits, atol=digits)


def _draw(equation: cases.Equation, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng([1, seed])
    return {name: draw(rng) for name, draw in equation.inputs.items()}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("equation", [*cases.EQUATIONS, *norms.EQUATIONS], ids=lambda e: e.id)
def test_holds(equation: cases.Equation, backend: str) -> None:
    function = eq2code.translate(
        equation.source,
        backend=backend,
        shapes=dict(equation.shapes) or None,
        outputs=equation.outputs or None,
    )
    for seed in range(2):
        values = _draw(equation, seed)
        expected = equation.reference(**values)
        expected = expected if isinstance(expected, tuple) else (expected,)
        _hold(_call(function, values, backend), expected, 1e-7)
    if equation.batched:
        _batched(function, equation, backend)
    _narrow(function, equation, backend)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", norms.PREFERRED, ids=lambda case: f"{case.source} {case.prefer}")
def test_what_is_preferred_is_read(case: norms.Preferred, backend: str) -> None:
    function = eq2code.translate(
        case.source, shapes=case.shapes, prefer=case.prefer, backend=backend
    )
    rng = np.random.default_rng(5)
    values = {name: draw(rng) for name, draw in case.inputs.items()}
    _hold(_call(function, values, backend), (case.reference(**values),), 1e-7)


def _batched(function: Any, equation: cases.Equation, backend: str) -> None:
    singles = [_draw(equation, 100 + k) for k in range(3)]
    shared = singles[0]
    rows = [shared | {name: one[name] for name in equation.batched} for one in singles]
    stacked = {name: np.stack([one[name] for one in singles]) for name in equation.batched}
    each = [_call(function, row, backend) for row in rows]
    wanted = tuple(np.stack([row[k] for row in each]) for k in range(len(each[0])))
    _hold(_call(function, shared | stacked, backend), wanted, 1e-7)


def _narrow(function: Any, equation: cases.Equation, backend: str) -> None:
    """float32 in, float32 out."""
    values = _draw(equation, 0)
    wide = [name for name in function.parameters if getattr(values[name], "dtype", 0) == np.float64]
    if not wide or any(callable(value) for value in values.values()):
        return
    narrow = values | {name: values[name].astype(np.float32) for name in wide}
    for ours, theirs in zip(
        _call(function, narrow, backend), _call(function, values, backend), strict=True
    ):
        assert ours.dtype in (np.float32, np.int64)  # argmax gives a whole number
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize(
    ("source", "shapes", "outputs", "error"),
    [pytest.param(*rest, id=name) for name, *rest in cases.REFUSED],
)
def test_is_refused(
    source: str, shapes: dict[str, str], outputs: tuple[str, ...], error: str
) -> None:
    with pytest.raises(eq2code.Eq2CodeError) as caught:
        eq2code.translate(source, shapes=shapes or None, outputs=outputs or None)
    assert type(caught.value).__name__ == error
