"""Whatever the text, parsing answers at once: with a tree, or with an error of the family."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eq2code.errors import (
    Eq2CodeError,
    MacroLimitError,
    ParseError,
    TooDeepError,
    TooLargeError,
    UnsupportedError,
)
from eq2code.library import SPELLINGS
from eq2code.limits import Limits
from eq2code.parse import parse, symbols
from eq2code.parse.latex import FIXED
from eq2code.trees import notation as n

FUNCTIONS = frozenset(name for name in SPELLINGS if len(name) > 1)


def seconds(source: str, *, notation: str | None = None) -> float:
    """The best of three parses, whose refusals are fine."""
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        with contextlib.suppress(Eq2CodeError):
            parse(source, notation=notation, functions=FUNCTIONS)
        best = min(best, time.process_time() - start)
    return best


# --- depth ---------------------------------------------------------------------------------------

DEEP = {
    "parentheses": "(" * 100_000,
    "braces": "{" * 100_000,
    "fractions": r"\frac{" * 5_000,
    "roots": r"\sqrt{" * 5_000,
    "powers": "a^{" * 1_000 + "a" + "}" * 1_000,
    "environments": r"\begin{a}" * 600,
    "minus signs": "-" * 100_000 + "x",
    "sized brackets": r"\left(" * 10_000,
    "brackets that close": "(" * 5_000 + "x" + ")" * 5_000,
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_at_once(source: str) -> None:
    with pytest.raises(TooDeepError):
        parse(source)
    assert seconds(source) < 0.05


NESTED = {
    "fractions": r"\frac" * 5_000,
    "fractions below": r"\frac a" * 5_000 + "b",
    "roots": r"\sqrt" * 5_000 + "x",
    "root signs": "√" * 5_000 + "x",
    "roots with degrees": r"\sqrt[a]" * 5_000 + "x",
    "accents": r"\hat" * 5_000 + "x",
    "negations": r"\lnot " * 5_000 + "x",
    "spaced signs": "- " * 5_000 + "x",
    "logarithms of minus": r"\log -" * 5_000 + "x",
    "sums of minus": r"\sum_i -" * 5_000 + "x",
    "evaluation bars": "f" + "|_a" * 5_000,
}


@pytest.mark.parametrize("source", NESTED.values(), ids=NESTED)
def test_nesting_without_brackets_is_refused_too(source: str) -> None:
    with pytest.raises(TooDeepError):
        parse(source)


def depth(node: n.Notation) -> int:
    """How deep a tree is, counted without recursion."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        top, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(child, level + 1) for child in _children(top)]
    return deepest


def _children(node: n.Notation) -> list[n.Notation]:
    found: list[n.Notation] = []
    values = [getattr(node, name) for name in node.__dataclass_fields__ if name != "span"]
    while values:
        value = values.pop()
        if isinstance(value, n.Notation):
            found.append(value)
        elif isinstance(value, tuple):
            values.extend(value)
    return found


@pytest.mark.parametrize("limit", [5, 20, 100])
def test_the_limit_of_nesting_is_the_limit(limit: int) -> None:
    limits = Limits(depth=limit)
    for opener, closer in ("()", "[]", ("\\{", "\\}"), (r"\sqrt{", "}"), ("x^{", "}")):
        parse(opener * limit + "x" + closer * limit, limits=limits)
        with pytest.raises(TooDeepError):
            parse(opener * (limit + 1) + "x" + closer * (limit + 1), limits=limits)


# --- length --------------------------------------------------------------------------------------

LONG = {
    "sum": ("a + ", "a"),
    "row": ("a_i ", "b"),
    "product": (r"a \cdot ", "b"),
    "relation": ("a = ", "b"),
    "list": ("a, ", "b"),
    "rows": ("a = b \\\\ ", "c = d"),
    "lines": ("a = b\n", "c = d"),
    "capitals": ("Σ_i a_i ", "b"),
    "bars": ("|a| ", "b"),
    "double bars": ("a ‖ ", "b"),
    "conjunction": (r"a \land ", "b"),
    "calls": ("f(x) ", "b"),
    "runs": ("AB, ", "c"),
    "words": ("x = y and ", "c = d"),
}


@pytest.mark.parametrize(("piece", "last"), LONG.values(), ids=LONG)
def test_long_and_flat_is_linear(piece: str, last: str) -> None:
    small, large = 500, 4_000
    first = seconds(piece * small + last)
    second = seconds(piece * large + last)
    assert second / large < 200e-6
    assert second < 24 * first + 0.05


def test_ten_thousand_terms_make_one_sum() -> None:
    total = parse(" + ".join(["a"] * 10_000)).statements[0].body
    assert isinstance(total, n.Sum)
    assert len(total.terms) == 10_000
    assert depth(total) == 2


@pytest.mark.parametrize(
    ("source", "limits"),
    [
        ("x " * 51, Limits(characters=101)),
        ("x + " * 200 + "x", Limits(tokens=100)),
        ("x y " * 60, Limits(nodes=100)),
        (r"\mathrm{" + "a" * 65 + "}", Limits()),
        ("a" * 65, Limits()),
        ("a_b" * 30, Limits()),
        ("1" * 401, Limits()),
        ("x" + "₁" * 401, Limits()),
    ],
)
def test_size_is_limited(source: str, limits: Limits) -> None:
    with pytest.raises(TooLargeError):
        parse(source, limits=limits)


def test_length_comes_first() -> None:
    source = "(" * 600_000
    assert seconds(source) < 0.05
    with pytest.raises(TooLargeError, match="600,000 characters; at most 500,000"):
        parse(source)


@pytest.mark.parametrize("source", [None, b"x", 3, ["x"]])
def test_the_source_is_text(source: object) -> None:
    with pytest.raises(TypeError, match="str"):
        parse(source)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "source", ["", " ", "\n\n", "%", "$$", "{}", "\\\\", ",", "\\,", "where", "."]
)
def test_nothing_is_no_formula(source: str) -> None:
    with pytest.raises(ParseError):
        parse(source)


# --- macros --------------------------------------------------------------------------------------

LAUGHS = "".join(
    rf"\newcommand{{\{name}}}{{{chr(92) + before * 1}{(chr(92) + before) * 9}}}"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
BOMBS = {
    "twice itself": r"\newcommand{\a}{\a\a}\a",
    "in braces": r"\def\a{{\a}}\a",
    "billion laughs": r"\newcommand{\a}{x}" + LAUGHS + r"\j",
    "argument growth": r"\newcommand{\a}[1]{#1#1#1}" + r"\a{" * 20 + "x" + "}" * 20,
    "default argument": r"\newcommand{\a}[1][\a]{#1}\a",
    "alias": r"\def\a{\b}\def\b{\a}\a",
}


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS)
def test_macro_bombs_are_defused(source: str) -> None:
    with pytest.raises(MacroLimitError, match="expands"):
        parse(source)
    assert seconds(source) < 0.5


def test_the_budget_of_macros_is_shared() -> None:
    source = r"\newcommand{\a}{x} " + r"\a " * 50
    assert parse(source, limits=Limits(expansions=50))
    with pytest.raises(MacroLimitError):
        parse(source, limits=Limits(expansions=49))


def test_what_macros_produce_is_limited_too() -> None:
    """Few expansions of a long body: count and size are two bounds."""
    source = r"\newcommand{\a}{" + "x + " * 20 + "x} " + r"\a + " * 9 + "y"
    assert parse(source, limits=Limits(expanded=2_000))
    with pytest.raises(MacroLimitError, match="to more than is read"):
        parse(source, limits=Limits(expanded=500))


@pytest.mark.parametrize(
    "name", ["frac", "left", "begin", "sum", "cdot", "newcommand", "sqrt", "in"]
)
def test_what_builds_formulas_is_not_redefined(name: str) -> None:
    with pytest.raises(ParseError, match="another meaning"):
        parse(rf"\renewcommand{{\{name}}}{{x}} a")


def test_a_name_may_be_redefined_and_that_is_told() -> None:
    document = parse(r"\renewcommand{\vec}[1]{\mathbf{#1}} \vec{x}")
    assert document.statements[0].body == n.Letter("x", "bf")
    assert any("vec" in warning for warning in document.warnings)


# --- characters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "character", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"]
)
def test_marks_of_direction_are_refused(character: str) -> None:
    with pytest.raises(ParseError, match="direction"):
        parse(f"x{character} + y")


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x08", "\x0c", "\x1b", "\x7f", "\x85", "\u2028", "\U000e0041", "\ud800"],
)
def test_control_characters_are_refused(character: str) -> None:
    with pytest.raises(ParseError, match="control"):
        parse(f"x{character} + y")


def test_a_python_escape_is_explained() -> None:
    with pytest.raises(ParseError) as caught:
        parse("\frac{1}{2}")
    assert any('r"' in hint for hint in caught.value.hints)


@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200d"])
def test_what_has_no_width_is_dropped_and_told(character: str) -> None:
    document = parse(f"x{character} + y")
    assert document.statements == parse("x + y").statements
    assert f"U+{ord(character):04X}" in document.warnings[0]


@pytest.mark.parametrize(("cyrillic", "latin"), [("а", "a"), ("х", "x"), ("К", "K"), ("с", "c")])
def test_a_cyrillic_lookalike_is_told(cyrillic: str, latin: str) -> None:
    document = parse(f"{cyrillic} + 1")
    assert document.statements == parse(f"{latin} + 1").statements
    assert f"U+{ord(cyrillic):04X}" in document.warnings[0]


@pytest.mark.parametrize("character", ["Ж", "字", "한", "☃", "€", '"', "#", "`", "?"])
def test_an_unknown_character_is_named(character: str) -> None:
    with pytest.raises(ParseError, match=f"U\\+{ord(character):04X}") as caught:
        parse(f"x + {character}")
    assert caught.value.span == (4, 5)


DISTINCT = [
    "ε",
    "ϵ",
    "φ",
    "ϕ",
    "θ",
    "ϑ",
    "ρ",
    "ϱ",
    "K",
    "Σ",
    "Ω",
    "α",
    "a",
    "ℓ",
    "l",
    "𝐱",
    "x",
    "𝒳",
]


def test_letters_that_look_alike_stay_apart() -> None:
    trees = [parse(letter).statements[0].body for letter in DISTINCT]
    assert len(set(trees)) == len(DISTINCT)


@pytest.mark.parametrize(
    ("one", "other"),
    [("µ", "μ"), ("\u2126", "Ω"), ("\u212a", "K"), ("\u212b", "Å"), ("∆", "Δ"), ("ﬁ", None)],
)
def test_compatibility_characters(one: str, other: str | None) -> None:
    if other is None:
        with pytest.raises(ParseError):
            parse(one)
    else:
        assert parse(one).statements == parse(other).statements


def test_scripts_are_read_by_table() -> None:
    assert parse("QKᵀ").statements[0].body == n.Row(
        (n.Letter("Q"), n.Scripts(n.Letter("K"), sup=n.Mark("top")))
    )
    assert parse("xⱼ²").statements[0].body == n.Scripts(
        n.Letter("x"), sub=n.Letter("j"), sup=n.Number("2")
    )


# --- names and files -----------------------------------------------------------------------------

CODE = [
    r"\text{__import__('os').system('x')} + y",
    r"\text{x; import os} + y",
    r"\mathrm{x; import os}",
    r"x_{);print(1)#}",
    r"x_\text{a.b}",
    r'\text{"""} + y',
    r"\operatorname{f'} \text{`x`} + 1",
    "__import__('os')",
    "x.__class__",
    "lambda: 0\x00",
]


@pytest.mark.parametrize("source", CODE)
def test_code_is_no_name(source: str) -> None:
    try:
        document = parse(source)
    except Eq2CodeError:
        return
    stack: list[n.Notation] = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, n.Word | n.Letter):
            assert node.text.replace("_", "").isalnum()
            assert not node.text.startswith("_")
        stack += _children(node)


@pytest.mark.parametrize(
    "source",
    [
        r"\input{/etc/passwd}",
        r"\include{../../x}",
        r"\write18{ls}",
        r"\openin3=x",
        r"\catcode`\@=11",
    ],
)
def test_files_and_tex_itself_are_out_of_reach(source: str) -> None:
    with pytest.raises(UnsupportedError):
        parse(source)


# --- anything ------------------------------------------------------------------------------------

PIECES = sorted(
    {f"\\{name}" for name in FIXED}
    | set(symbols.CHARACTERS)
    | set("abxyQKT019.{}()[]$%~ \n")
    | {"\\\\", "\\{", "\\}", "\\|", "\\[", "\\]", "\\_", "_{", "^{", "\\left(", "\\right)", "||"}
    | {r"\begin{cases}", r"\end{cases}", r"\begin{align}", r"\end{align}", r"\left\{", r"\right."}
    | {r"\text{if }", r"\text{where}", r"\text{a $x$}", "where ", "if ", "and ", "otherwise "}
    | {r"\newcommand{\q}[1]{#1#1}", r"\q", r"\def\w#1{#1}", r"\w", r"\mathrm{", r"\sqrt["}
    | {"Σ", "ᵀ", "²", "ᵢ", "\u0302", "½", "max_iter", "sum_i ", "exp(", "1e-3", "...", "{ab}"}
)
SOUP = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)
FIXTURES = [
    block.split("\n", 1)[1].split("\n---\n")[0]
    for path in sorted((Path(__file__).parent / "fixtures").glob("parse_*.txt"))
    for block in path.read_text(encoding="utf-8").split("\n\n")
]
BROKEN = st.tuples(
    st.sampled_from(FIXTURES),
    st.integers(0, 200),
    st.integers(0, 5),
    st.sampled_from(["", *PIECES]),
).map(lambda t: t[0][: t[1]] + t[3] + t[0][t[1] + t[2] :])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    source=st.one_of(st.text(max_size=60), SOUP, BROKEN),
    notation=st.sampled_from([None, "latex", "text"]),
)
def test_any_text_gives_a_tree_or_an_error_of_the_family(source: str, notation: str | None) -> None:
    try:
        document = parse(source, notation=notation, functions=FUNCTIONS)
    except Eq2CodeError as refusal:
        said, place = refusal.message, refusal.span
        assert said
        assert place.end <= len(source)
        return
    assert document.statements
    assert parse(source, notation=notation, functions=FUNCTIONS) == document
