"""Every equation of `equations_layers` gives its reference's numbers, for both targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import eq2code
import equations_layers as cases
from strategies import BACKENDS, handed, to_numpy


def narrowed(value: Any, dtype: Any) -> Any:
    """An argument in that precision."""
    array = np.asarray(value) if not callable(value) else None
    real = array is not None and array.dtype == np.float64 and not isinstance(value, float)
    return value.astype(dtype) if real else value


def parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)


def called(function: Any, values: dict[str, Any], backend: str, dtype: Any) -> list[Any]:
    given = {name: handed(narrowed(value, dtype), backend) for name, value in values.items()}
    results = parts(function(**given))
    return [to_numpy(result) for result in results]


def agree(got: list[Any], wanted: tuple[Any, ...], *, rtol: float, atol: float) -> None:
    assert len(got) == len(wanted)
    for ours, theirs in zip(got, wanted, strict=True):
        assert ours.shape == np.shape(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


def translated(case: cases.Equation, backend: str) -> eq2code.Translation:
    options: dict[str, Any] = {"shapes": dict(case.shapes)} if case.shapes else {}
    if case.outputs:
        options["outputs"] = case.outputs
    return eq2code.translate(case.source, backend=backend, **options)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", cases.EQUATIONS, ids=lambda case: case.name)
def test_numbers_are_those_of_the_reference(case: cases.Equation, backend: str) -> None:
    function = translated(case, backend)
    assert set(function.parameters) == set(case.inputs)
    for seed in range(2):
        values = case.draw(seed)
        wanted = parts(case.reference(**values))
        agree(called(function, values, backend, np.float64), wanted, rtol=1e-8, atol=1e-9)
        agree(called(function, values, backend, np.float32), wanted, rtol=5e-3, atol=5e-4)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "case", [c for c in cases.EQUATIONS if c.batched], ids=lambda case: case.name
)
def test_a_leading_batch_gives_the_stacked_results(case: cases.Equation, backend: str) -> None:
    function = translated(case, backend)
    singles = [case.draw(10 + k) for k in range(3)]
    rows = [{**singles[0], **{name: one[name] for name in case.batched}} for one in singles]
    stacked = {name: np.stack([row[name] for row in rows]) for name in case.batched}
    wanted = [parts(case.reference(**row)) for row in rows]
    got = called(function, {**singles[0], **stacked}, backend, np.float64)
    agree(
        got, tuple(np.stack(column) for column in zip(*wanted, strict=True)), rtol=1e-8, atol=1e-9
    )


@pytest.mark.parametrize("case", cases.REFUSED, ids=lambda case: case.name)
def test_what_has_no_one_reading_is_refused(case: cases.Refusal) -> None:
    options: dict[str, Any] = {"shapes": dict(case.shapes)} if case.shapes else {}
    if case.outputs:
        options["outputs"] = case.outputs
    with pytest.raises(eq2code.Eq2CodeError) as caught:
        eq2code.translate(case.source, **options)
    assert type(caught.value).__name__ == case.error
