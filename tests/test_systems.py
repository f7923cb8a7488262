"""Several lines are one system: what each defines, where it ends, and what the others read of
it."""

from __future__ import annotations

import numpy as np
import pytest

from eq2code import Eq2CodeError, translate
from strategies import BACKENDS, to_backend
from systems import REFUSED, SYSTEMS, System
from two_readings import Refusal


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", SYSTEMS, ids=lambda case: case.source[:60])
def test_a_system_means_what_a_hand_would_write(case: System, backend: str) -> None:
    function = translate(case.source, shapes=case.declare, backend=backend)
    assert set(function.parameters) == set(case.parameters)
    assert len(function.outputs) == len(case.values)
    rng = np.random.default_rng(5)
    for lead in ((), (2,), (3, 2)) if case.parameters else ((),):
        given = case.draw(rng, lead)
        made = {k: to_backend(v, backend) for k, v in given.items()}
        out = function(**made)
        results = out if len(case.values) > 1 else (out,)
        for result, value in zip(results, case.values, strict=True):
            wanted = np.broadcast_to(value(**given), np.shape(value(**given)))
            np.testing.assert_allclose(np.broadcast_to(result, wanted.shape), wanted, rtol=1e-10)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.source[:60])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_doubtful_system_names_its_readings(case: Refusal, backend: str) -> None:
    with pytest.raises(Eq2CodeError) as caught:
        translate(case.source, shapes=case.declare, backend=backend)
    assert type(caught.value).__name__ == case.error
    for words in case.says:
        assert words in str(caught.value)
