"""The readings that are most often got wrong, as docs/notation.md says of each."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from eq2code import Eq2CodeError, translate
from strategies import BACKENDS, to_backend, to_numpy
from test_docs import draw, inputs

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "notation.md"
SHAPES = frozenset(
    {"capital", "elementwise", "beside-matrix", "operand", "indexed", "same-shape", "label"}
)
"""Conventions that give a symbol its axes: told nearly everywhere."""


def rows() -> list[tuple[str, str, str, list[str]]]:
    """What is written, the expression that it means, whether that is told, and what else to
    write."""
    section = DOCUMENT.read_text(encoding="utf-8").partition("## Misread most")[2]
    lines = section.partition("\n## ")[0].splitlines()
    found = []
    for line in [one for one in lines if one.startswith("| `")]:
        cells = re.split(r"(?<=\s)\|(?=\s|$)", line[2:])
        written, meant, told, others = cells[:4]
        codes = [code for code in re.findall(r"`([^`]+)`", others) if "=" not in code[:8]]
        sources = [code for code in codes if not re.fullmatch(r"\w+", code)]
        found.append((written.strip("` "), meant.strip("` "), told.strip(), sources))
    return found


def test_the_rows_are_found() -> None:
    assert len(rows()) > 30
    assert {told for _, _, told, _ in rows()} == {"yes", "no", ""}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("source", "meant", "told", "others"), rows())
def test_a_row_is_as_it_says(
    source: str, meant: str, told: str, others: list[str], backend: str
) -> None:
    if meant == "asked about":
        with pytest.raises(Eq2CodeError):
            translate(source)
        return
    function = translate(source, backend=backend)
    values = {name: draw(name, rank) for name, rank in inputs(function).items()}
    if "log" in source:  # of a positive number, or a matrix whose determinant is positive
        values = {
            name: value @ value if value.ndim > 1 else value**2 for name, value in values.items()
        }
    result = to_numpy(function(**{name: to_backend(x, backend) for name, x in values.items()}))
    np.testing.assert_allclose(result, eval(meant, {"np": np, "math": math, **values}))
    assert any(one.convention not in SHAPES for one in function.assumptions) == (told == "yes")


@pytest.mark.parametrize("source", [one for *_, others in rows() for one in others])
def test_what_to_write_instead_is_read(source: str) -> None:
    translate(source)
