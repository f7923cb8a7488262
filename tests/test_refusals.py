"""What is not translated is refused by its name, where it stands, and with a way out."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eq2code import AmbiguousError, Eq2CodeError, ShapeError, UnsupportedError, errors, translate
from eq2code.errors import ParseError, TooLargeError
from eq2code.source import NOWHERE

SOURCES = Path(translate.__code__.co_filename).parent
REFUSED = (Path(__file__).parent / "fixtures" / "refused.txt").read_text("utf-8").splitlines()
KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, Eq2CodeError)
}
WAYS_OUT = {"hints", "because", "readings"}

BY_NAME = [
    ("∫ x dx", "∫ (integral)"),
    ("∫_0^1 x dx", "∫ (integral)"),
    ("int x dx", "int (integral)"),
    ("int_0^1 x dx", "int (integral)"),
    (r"\int x dx", r"\int (integral)"),
    ("∬ f(x, y) dx dy", "∬ (double integral)"),
    (r"\iint f(x, y) dx dy", r"\iint (double integral)"),
    ("∭ f", "∭ (triple integral)"),
    ("∮ f", "∮ (contour integral)"),
    (r"\oint f", r"\oint (contour integral)"),
    ("∯ f", "∯ (surface integral)"),
    ("lim_{n→∞} x_n", "of limits only"),
    ("lim_x0 f(x)", "of limits only"),
    (r"lim_{n \to \infty} x_n", "of limits only"),
    (r"\lim_{n \to \infty} x_n", "of limits only"),
    ("limsup x", "limsup (upper limit)"),
    ("liminf_n x_n", "liminf (lower limit)"),
    (r"\limsup x", r"\limsup (upper limit)"),
    ("∓x", "∓ (minus or plus)"),
    ("∃ x", "∃ (quantifier)"),
    (r"\Box \phi", r"\Box (wave operator, or an empty box)"),
    (r"\square \phi", r"\square (wave operator"),
    ("□ φ", "□ (wave operator"),
    (r"x \triangle y", r"\triangle (triangle)"),
    ("x ⊎ y", "⊎ (multiset union)"),
]


@pytest.mark.parametrize(("source", "named"), BY_NAME)
def test_an_unsupported_construct_is_refused_by_its_name(source: str, named: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate(source)
    assert caught.value.message.startswith(named)
    assert caught.value.hints
    assert "leave it out" not in str(caught.value)


@pytest.mark.parametrize("source", ["int * 2", "int = 3 x", "y = int + 1", "int64"])
def test_a_name_of_an_operator_may_be_a_symbol_where_nothing_follows_it(source: str) -> None:
    assert translate(source).code


@pytest.mark.parametrize(
    "source", ["x == y", r"x == y \alpha", "f(x) == x^2", "x == y\nz = x", "a == b + c where b = 2"]
)
def test_two_equals_signs_compare_or_define(source: str) -> None:
    with pytest.raises(AmbiguousError, match="== compares both sides, or defines the left one"):
        translate(source)
    assert translate(source.replace("==", "=")).code


@pytest.mark.parametrize(
    "source", [r"\mathbb{1}[x == y]", "[x == y]", "(x == y)", "y = 1 if x == y else 0"]
)
def test_two_equals_signs_compare_inside_a_condition(source: str) -> None:
    assert float(translate(source)(x=2.0, y=2.0)) == 1


@pytest.mark.parametrize("source", ["x ∸ y", "x ≇ y"])
def test_a_sign_that_is_not_known_is_not_to_be_left_out(source: str) -> None:
    with pytest.raises(Eq2CodeError) as caught:
        translate(source)
    assert "what it stands for" in str(caught.value)


@pytest.mark.parametrize("source", REFUSED)
def test_every_refusal_shows_its_place_and_a_way_out(source: str) -> None:
    with pytest.raises(Eq2CodeError) as caught:
        translate(source)
    error = caught.value
    assert error.hints or error.readings or error.because
    assert error.span != NOWHERE


def made() -> Iterator[tuple[str, ast.Call]]:
    """Every error that a stage makes, and where; the oracle's are read by developers."""
    for path in sorted(SOURCES.rglob("*.py")):
        place = path.relative_to(SOURCES)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS:
                if place.parts[0] != "verify":
                    yield f"{place}:{node.lineno}", node


def test_no_error_is_made_without_a_way_out() -> None:
    """Where none is written the user is left alone; a hint may not depend on luck either."""
    found = list(made())
    assert len(found) > 300
    for place, call in found:
        ways = [one for one in call.keywords if one.arg in WAYS_OUT]
        assert ways, place
        for one in ways:
            assert ast.unparse(one.value) != "()", place
            assert not (isinstance(one.value, ast.IfExp) and "()" in ast.unparse(one.value)), place


CALLS: list[tuple[str, dict[str, Any], str]] = [
    (r"\alpha A x", {"alpha": np.ones(3), "A": np.ones((3, 3)), "x": np.ones(3)}, "alpha"),
    (r"y_i = \gamma (x_i - \mu)", {"gamma": np.ones(3), "x": np.ones(3), "mu": 1.0}, "gamma"),
    (r"\sum_{i=1}^n 1/i", {"n": np.ones((2, 3))}, "n"),
    ("W x + b", {"W": np.ones((2, 3)), "x": np.ones(3), "b": np.ones((2, 1))}, ""),
    ("W x", {"W": np.ones(3), "x": np.ones(3)}, "W"),
    ("x + y", {"x": np.ones(3), "y": np.ones((3, 1))}, "y"),
]


@pytest.mark.parametrize(("source", "given", "declared"), CALLS)
def test_a_misfit_of_a_call_says_why_and_how_to_declare_otherwise(
    source: str, given: dict[str, Any], declared: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        translate(source)(**given)
    assert caught.value.because or not declared
    assert f'"{declared}": "' in "".join(caught.value.hints) or not declared
    assert caught.value.hints


JOINED = [" ", " * ", "/", r" \cdot ", " ⊙ ", " ⊗ ", " ‖ ", " ∘ "]


@pytest.mark.parametrize("sign", JOINED)
def test_a_product_of_too_many_factors_is_refused_at_once(sign: str) -> None:
    start = time.process_time()
    with pytest.raises(
        TooLargeError, match="this product is too long: 5,000 factors; at most 220"
    ) as caught:
        translate(sign.join(["a"] * 5000))
    assert time.process_time() - start < 0.5
    assert caught.value.span != NOWHERE


@pytest.mark.parametrize("sign", JOINED[:4])
def test_a_product_of_as_many_factors_as_the_limit_and_a_long_sum_are_read(sign: str) -> None:
    names = {"a": ""}
    assert float(translate(sign.join(["a"] * 100), shapes=names)(a=1.0)) == 1
    assert float(translate(" + ".join(["a"] * 5000), shapes=names)(a=1.0)) == 5000


@pytest.mark.parametrize("source", ["% a comment\nx + y % more\n", "  % one\n% two\nx + y"])
def test_a_line_that_begins_with_a_percent_sign_is_a_comment_of_latex(source: str) -> None:
    assert translate(source).parameters == ("x", "y")


@pytest.mark.parametrize("source", ["x % y", "5% x", "x + y % more"])
def test_a_percent_sign_of_plain_text_is_asked_about(source: str) -> None:
    with pytest.raises(ParseError, match="% is no sign of plain text"):
        translate(source)
