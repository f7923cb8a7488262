"""What must change nothing: brackets that adapt, spaces, the other order of definitions."""

from __future__ import annotations

import re

import numpy as np
import pytest

from eq2code import translate
from readings import READINGS, Reading


@pytest.mark.parametrize("reading", READINGS, ids=lambda r: r.name)
@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.replace("(", r"\left(").replace(")", r"\right)"),
        lambda s: s.replace("(", r"\bigl( ").replace(")", r" \bigr)"),
        lambda s: re.sub(r"([=+])", r"\\, \1 \\;", s),
        lambda s: rf"\[ {s} \]",
        lambda s: rf"\begin{{equation}} \label{{eq:x}} {s} \end{{equation}}",
        lambda s: f"% a comment\n{s}",
    ],
    ids=["left-right", "big", "spaces", "display", "equation", "comment"],
)
def test_typography_changes_nothing(reading: Reading, change: object) -> None:
    assert callable(change)
    if r"\left" in reading.latex or reading.name == "transpose by an apostrophe":
        return
    plain = translate(reading.latex, notation="latex", shapes=reading.declare)
    other = translate(change(reading.latex), notation="latex", shapes=reading.declare)
    assert plain.parameters == other.parameters
    values = reading.draw(np.random.default_rng(0))
    np.testing.assert_array_equal(np.asarray(plain(**values)), np.asarray(other(**values)))


ADAM = (
    r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
    r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
    r"\hat m_t = \frac{m_t}{1 - \beta_1^t}",
    r"\hat v_t = \frac{v_t}{1 - \beta_2^t}",
    r"\theta_t = \theta_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}",
)


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (1, 3, 0, 2, 4), (2, 0, 4, 1, 3)])
def test_definitions_may_stand_in_any_order(order: tuple[int, ...]) -> None:
    outputs = ("m_t", "v_t", "theta_t")
    rng = np.random.default_rng(0)
    plain = translate(r" \\ ".join(ADAM), outputs=outputs)
    other = translate(r" \\ ".join(ADAM[k] for k in order), outputs=outputs)
    assert sorted(plain.parameters) == sorted(other.parameters)
    values = {name: rng.uniform(0.5, 0.9, 3) for name in plain.parameters}
    for one, two in zip(plain(**values), other(**values), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-14)
