r"""Arrows over letters: `\vec{x}`, and the vector from one point to another, `\vec{AB}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eq2code import UnsupportedError, translate
from strategies import BACKENDS, to_backend

AB, AC, OA, OB = (np.array(row) for row in ([1.0, 2, 3], [2.0, -1, 1], [0.5, 1, 2], [3.0, 1, 4]))
MEANT: tuple[tuple[str, Callable[[], Any]], ...] = (
    (r"\vec{AB}", lambda: AB),
    (r"\overrightarrow{AB} + 2 \overrightarrow{AC}", lambda: AB + 2 * AC),
    (r"\vec{AB} \cdot \vec{AC}", lambda: AB @ AC),
    (r"\vec{AB}^\top \vec{AC}", lambda: AB @ AC),
    (r"\|\overrightarrow{AB}\|", lambda: np.linalg.norm(AB)),
    (r"|\vec{AB}|", lambda: np.linalg.norm(AB)),
    (r"\vec{AB} = \vec{OB} - \vec{OA}", lambda: OB - OA),
    (
        r"\cos \theta = \frac{\vec{AB} \cdot \vec{AC}}{\|\vec{AB}\| \|\vec{AC}\|}",
        lambda: AB @ AC / np.linalg.norm(AB) / np.linalg.norm(AC),
    ),
)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("source", "value"), MEANT)
def test_two_points_under_an_arrow_are_one_vector(
    source: str, value: Callable[[], Any], backend: str
) -> None:
    translation = translate(source, backend=backend)
    given = {"AB": AB, "AC": AC, "OA": OA, "OB": OB}
    assert set(translation.parameters) <= set(given)
    arrays = {name: to_backend(given[name], backend) for name in translation.parameters}
    np.testing.assert_allclose(np.asarray(translation(**arrays)), value())
    stacked = {name: to_backend(np.stack([given[name]] * 3), backend) for name in arrays}
    np.testing.assert_allclose(np.asarray(translation(**stacked)), np.stack([value()] * 3))


@pytest.mark.parametrize(
    "source", [r"\vec{ab}", r"\vec{W x}", r"\overrightarrow{P_1 P_2}", r"\vec{\alpha \beta}"]
)
def test_another_product_under_an_arrow_is_refused(source: str) -> None:
    with pytest.raises(UnsupportedError, match="arrow over an expression"):
        translate(source)


def test_an_arrow_is_told_as_an_arrow_and_bold_as_bold() -> None:
    for source, said in ((r"2 \vec{x}", "under an arrow"), (r"2 \mathbf{x}", "bold")):
        assert [str(one) for one in translate(source).assumptions] == [f"x is a vector ({said})"]


def test_letters_under_an_arrow_with_scripts_and_in_sums_are_read_as_before() -> None:
    assert translate(r"\vec{x_{ab}} + \vec{y}_1").parameters == ("x_ab", "y_1")
    assert translate(r"\vec{x + y}").parameters == ("x", "y")
    assert translate(r"\vec{\mathbf{x}} + \vec{\mu}").parameters == ("x", "mu")
    assert translate(r"\mathbf{AB}").parameters == ("A", "B")
