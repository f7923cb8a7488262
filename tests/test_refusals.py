"""What is not translated is refused by its name, where it stands, and with a way out."""

from __future__ import annotations

import pytest

from eq2code import AmbiguousError, Eq2CodeError, UnsupportedError, translate

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
