"""Classical equations, as printed, against references: both targets, batched, float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import eq2code
import equations_applied
import equations_classical
import equations_covered
from eq2code.verify.oracle import evaluate
from equations_applied import TOLD, Told
from equations_classical import Equation, Refused, draw
from strategies import BACKENDS, handed, to_numpy

_TABLES = (equations_classical, equations_applied, equations_covered)
EQUATIONS = [equation for table in _TABLES for equation in table.EQUATIONS]
REFUSED = [refused for table in _TABLES for refused in table.REFUSED]


def _translated(equation: Equation, backend: str) -> Any:
    options: dict[str, Any] = {"backend": backend}
    for name in ("shapes", "outputs", "prefer"):
        if getattr(equation, name):
            options[name] = getattr(equation, name)
    return eq2code.translate(equation.source, **options)


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)


def _call(function: Any, values: dict[str, Any], backend: str) -> tuple[Any, ...]:
    arguments = {name: handed(values[name], backend) for name in function.parameters}
    return tuple(to_numpy(part) for part in _parts(function(**arguments)))


def _close(got: tuple[Any, ...], expected: tuple[Any, ...], tolerance: float = 1e-8) -> None:
    assert len(got) == len(expected)
    for ours, theirs in zip(got, expected, strict=True):
        assert ours.shape == np.asarray(theirs).shape
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance / 100)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("equation", EQUATIONS, ids=lambda e: e.id)
def test_equation(equation: Equation, backend: str) -> None:
    """The numbers of the reference, from the parameters that the notation names."""
    function = _translated(equation, backend)
    for seed in (1, 2):
        values = draw(equation.inputs, np.random.default_rng(seed))
        assert set(function.parameters) <= set(values)
        expected = _parts(equation.reference(**values))
        _close(_call(function, values, backend), expected)
    single = {
        name: value.astype(np.float32)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
        else value
        for name, value in values.items()
    }
    got = _call(function, single, backend)
    _close(got, expected, 2e-2)
    if any(getattr(single[name], "dtype", None) == np.float32 for name in function.parameters):
        assert all(part.dtype != np.float64 for part in got)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("equation", [e for e in EQUATIONS if e.batched], ids=lambda e: e.id)
def test_batched(equation: Equation, backend: str) -> None:
    """A stack of arguments gives the stack of results."""
    function = _translated(equation, backend)
    ones = [draw(equation.inputs, np.random.default_rng([9, k])) for k in range(3)]
    shared = ones[0]
    rows = [{**shared, **{name: one[name] for name in equation.batched}} for one in ones]
    stacks = {name: np.stack([np.asarray(one[name]) for one in ones]) for name in equation.batched}
    expected = [_call(function, row, backend) for row in rows]
    got = _call(function, {**shared, **stacks}, backend)
    _close(got, tuple(np.stack([row[k] for row in expected]) for k in range(len(got))))


@pytest.mark.parametrize("equation", equations_covered.EQUATIONS, ids=lambda e: e.id)
def test_the_oracle_agrees(equation: Equation) -> None:
    """What the notation means by its definition is what the reference says."""
    function = _translated(equation, "numpy")
    values = draw(equation.inputs, np.random.default_rng(3))
    parameters = function._reading.system.parameters
    if any(p.value.elementwise and np.ndim(values[p.name]) for p in parameters):
        return  # the oracle knows numbers
    given = {p.name: values[p.name] for p in parameters}
    results = evaluate(function._reading.system, given)
    made = tuple(np.asarray(result, dtype=np.float64) for result in results)
    _close(made, _parts(equation.reference(**values)))


@pytest.mark.parametrize("refused", REFUSED, ids=lambda r: r.id)
def test_refused(refused: Refused) -> None:
    """What nothing settles is asked about."""
    options: dict[str, Any] = {"shapes": refused.shapes} if refused.shapes else {}
    if refused.outputs:
        options["outputs"] = refused.outputs
    with pytest.raises(refused.error):
        eq2code.translate(refused.source, **options)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("told", TOLD, ids=lambda t: t.source)
def test_told(told: Told, backend: str) -> None:
    """A habit is told, with the argument that gives the other reading's numbers."""
    function = eq2code.translate(told.source, shapes=told.shapes, backend=backend)
    values = draw(told.inputs, np.random.default_rng(1))
    _close(_call(function, values, backend), _parts(told.usual(**values)))
    [assumption] = [a for a in function.assumptions if a.convention == told.convention]
    given = {name: dict(pairs) for name, pairs in assumption.argument}
    shapes = {**told.shapes, **given.get("shapes", {})}
    other = eq2code.translate(
        told.source, shapes=shapes, prefer=given.get("prefer"), backend=backend
    )
    if told.other is not None:
        _close(_call(other, values, backend), _parts(told.other(**values)))
