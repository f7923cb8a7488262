"""Branches in words: every value and every condition of a source is used, or the whole is refused.

The sources are made from a table: values, conditions, what opens a condition, what stands between
two branches and how the last one ends. What translates has the value that anybody reads.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import re

import numpy as np
import pytest

from eq2code import Eq2CodeError, translate

X = (-3.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.25, 1.0, 1.5, 2.0, 4.0)
VALUES = ("x", "-x", "+1", "0", "x + 1", "- x - 2", "3x", "x/2", "|x|", "x^2")
CONDITIONS = ("x > 1", "x < -1", "-1 < x and x < 1", "x = 2 or x < 0", "x <= 0")
OPENING = ("if", "when", "for", "where")
BETWEEN = (
    ", ",
    "; ",
    " and ",
    " or ",
    ", and ",
    "\n  ",
    ",\n  ",
    ";\n",
    " else ",
    "\ny = ",
    ", y = ",
)
ENDS = ("{0} if {1}", "{0} otherwise", "{0}, otherwise", "otherwise {0}", "else {0}",
        "{0} elsewhere")  # fmt: skip
WORDS = re.compile(r"\b(if|when|for|where|and|or|otherwise|elsewhere|else)\b")
MADE = 12
"""Sources for each word that opens a condition and sign between two branches."""


def plain(piece: str) -> str:
    """A piece of the table in Python."""
    piece = re.sub(r"\|x\|", "abs(x)", piece).replace("^", "**").replace("3x", "3*x")
    return re.sub(r"(?<![<>])=", "==", piece)


def value(pieces: list[tuple[str, str]], x: float) -> float:
    """The first value whose condition holds; an empty condition always does."""
    for one, condition in pieces:
        if not condition or eval(plain(condition), {"x": x}):
            return float(eval(plain(one), {"x": x}))
    return math.nan


def latex(source: str, conditions: list[str]) -> str:
    """The source in LaTeX, its words as text."""
    for condition in filter(None, conditions):
        signs = condition.replace("and", r"\land").replace("or", r"\lor").replace("<=", r"\le")
        source = source.replace(condition, signs)
    return WORDS.sub(r"\\text{ \1 }", source).replace("\n", r" \\ ")


def made(opening: str, between: str, notation: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sources, each with its values and their conditions."""
    rng = np.random.default_rng([OPENING.index(opening), BETWEEN.index(between)])
    found = []
    for size in itertools.islice(itertools.cycle((1, 2)), MADE):
        values = [str(one) for one in rng.choice(VALUES, size + 1)]
        conditions = [str(one) for one in rng.choice(CONDITIONS, size + 1, replace=False)]
        end = str(rng.choice(ENDS)).replace(" if ", f" {opening} ")
        if "{1}" not in end:
            conditions[-1] = ""
        parts = [f"{a} {opening} {b}" for a, b in zip(values[:-1], conditions, strict=False)]
        source = "y = " + between.join([*parts, end.format(values[-1], conditions[-1])])
        if notation == "latex":
            source = latex(source, conditions)
        found.append((source, list(zip(values, conditions, strict=True))))
    return found


@pytest.mark.parametrize("notation", ["text", "latex"])
@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("opening", OPENING)
def test_no_branch_is_swallowed_or_dropped(opening: str, between: str, notation: str) -> None:
    for source, pieces in made(opening, between, notation):
        try:
            function = translate(source, notation=notation)
        except Eq2CodeError:
            continue
        assert tuple(function.parameters) == ("x",), source
        for x in X:
            found = function(x)
            assert np.shape(found) == (), source
            np.testing.assert_allclose(found, value(pieces, x), err_msg=source)


@pytest.mark.parametrize("notation", ["text", "latex"])
def test_most_branches_are_read(notation: str) -> None:
    sources = [
        source
        for opening, between in itertools.product(OPENING, BETWEEN)
        for source, _ in made(opening, between, notation)
    ]
    read = 0
    for source in sources:
        with contextlib.suppress(Eq2CodeError):
            translate(source, notation=notation)
            read += 1
    assert read > 0.5 * len(sources), f"{read} of {len(sources)}"


@pytest.mark.parametrize(
    "source", ["y = a^2; -b", "y = a^2;\n-b", r"y = a^{2}; -b", r"y = a^{2}; \quad -b"]
)
def test_a_semicolon_ends_a_value_whatever_sign_follows(source: str) -> None:
    function = translate(source)
    assert tuple(function.parameters) == ("a", "b")
    assert tuple(function(3.0, 2.0)) == (9.0, -2.0)
