"""What must change nothing, over every fixture: brackets that adapt, spaces, what surrounds a
formula, the order of the lines of a system."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from eq2code import Translation, translate
from eq2code.library import SPELLINGS
from eq2code.parse import parse
from every import FIXTURES, Fixture

Change = Callable[[str], str]

_TEXT = re.compile(r"\\(?:text\w*|mbox|mathrm|operatorname|label|tag)\*?\{[^{}]*\}")


@cache
def language(fixture: Fixture) -> str:
    """The notation that a source is found to be in."""
    words = frozenset({*fixture.shapes, *fixture.outputs})
    return parse(fixture.source, words=words, functions=SPELLINGS).language


LATEX = [fixture for fixture in FIXTURES if language(fixture) == "latex"]
PLAIN = [fixture for fixture in FIXTURES if language(fixture) == "text"]


def outside(source: str, change: Change) -> str:
    """A source changed everywhere but in its words."""
    kept = _TEXT.findall(source)
    changed = change(_TEXT.sub("\0", source))
    return re.sub("\0", lambda match: kept.pop(0), changed)


def adapted(source: str) -> str:
    r"""Brackets on the line that adapt: `\left( … \right)`."""
    return source.replace("(", r"\left(").replace(")", r"\right)")


def may_adapt(source: str) -> bool:
    """Whether each bracket closes where it opens, and none is a script's or has a size already."""
    plain = _TEXT.sub("", source)
    if re.search(r"\\(left|right|[bB]ig)|[\^_]\s*\(|&|\\\\|\n|\\math\w+\{[^{}]*\(", plain):
        return False
    depth = 0
    for sign in re.findall(r"[()\[\]{}]", plain):
        depth += {"(": 1, ")": -1}.get(sign, 0)
    return "(" in plain and depth == 0 and not re.search(r"\([^()]*\]|\[[^\[\]]*\)", plain)


def body(translation: Translation) -> str:
    """The code without the equation that its docstring shows."""
    return re.sub(r'""".*?"""', "", translation.code, flags=re.DOTALL)


def same(fixture: Fixture, source: str) -> None:
    """Another source gives the same code, shapes and assumptions."""
    plain = fixture.translated()
    other = translate(source, **fixture.options())
    assert body(other) == body(plain)
    assert other.shapes == plain.shapes
    assert [one.text for one in other.assumptions] == [one.text for one in plain.assumptions]


@pytest.mark.parametrize(
    "fixture", [one for one in LATEX if may_adapt(one.source)], ids=lambda one: one.name
)
def test_brackets_that_adapt_change_nothing(fixture: Fixture) -> None:
    same(fixture, outside(fixture.source, adapted))


@pytest.mark.parametrize("fixture", LATEX, ids=lambda one: one.name)
def test_spaces_round_signs_change_nothing(fixture: Fixture) -> None:
    def spaced(source: str) -> str:
        return re.sub(r"(?<![\^_{(\[&:<>!,;|=])([=+])(?![=}+])", r"\\, \1 \\;", source)

    same(fixture, outside(fixture.source, spaced))


@pytest.mark.parametrize("fixture", LATEX, ids=lambda one: one.name)
def test_what_surrounds_a_formula_changes_nothing(fixture: Fixture) -> None:
    source = fixture.source
    same(fixture, f"% a comment\n{source}")
    if r"\begin" not in source and r"\[" not in source and "$" not in source:
        same(fixture, rf"\[ {source} \]")
        same(fixture, rf"\begin{{equation}} \label{{eq:x}} {source} \end{{equation}}")


@pytest.mark.parametrize("fixture", PLAIN, ids=lambda one: one.name)
def test_wider_spaces_change_nothing(fixture: Fixture) -> None:
    same(fixture, re.sub(r"(?<=\S) (?=\S)", "  ", fixture.source))


# --- the order of lines ---------------------------------------------------------------------------


def lines(source: str) -> list[str]:
    r"""The lines of a source that stand by themselves: each defines something once, by `=`, that it
    does not read, and none has a number."""
    found = [line for line in re.split(r"\\\\|\n", source) if line.strip()]
    alone = all(re.fullmatch(r"[^=]*[^=<>!:|]=[^=]*", line) for line in found)
    marks = re.search(
        r"\\(begin|end|text|left|right|quad|gets|newcommand|def)|[&$\[,]|:$|\(\d\)",
        source,
        re.MULTILINE,
    )
    updates = any(re.match(r"\s*(\w+) =.*\b\1\b", line) for line in found)
    return found if alone and not marks and not updates and len(found) > 1 else []


SYSTEMS = [fixture for fixture in FIXTURES if lines(fixture.source)]


def test_systems_are_found() -> None:
    assert len(SYSTEMS) > 50


@pytest.mark.parametrize("fixture", SYSTEMS, ids=lambda one: one.name)
def test_definitions_may_stand_in_any_order(fixture: Fixture) -> None:
    plain = fixture.translated()
    shuffled = lines(fixture.source)
    random.Random(fixture.name).shuffle(shuffled)
    end = "\n" if "\n" in fixture.source else r" \\ "
    for order in (shuffled, lines(fixture.source)[::-1]):
        options = {**fixture.options(), "outputs": plain.outputs}
        other = translate(end.join(order), **options)
        assert set(other.parameters) == set(plain.parameters)
        values = fixture.draw(0)
        first, second = plain(**values), other(**values)
        several = len(plain.outputs) > 1
        pairs = zip(first, second, strict=True) if several else [(first, second)]
        for one, two in pairs:
            np.testing.assert_allclose(one, two, rtol=1e-12, equal_nan=True)
