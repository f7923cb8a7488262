"""Text becomes the notation tree that a reader of the page would draw.

The fixtures are sources with their trees, drawn by `shown`: `<a b>` pieces side by side,
`"word":style`, `base'_{sub}^{sup}`, `root(x deg n)`, a mark between backquotes; an expected error
stands behind `!`.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eq2code.errors import Eq2CodeError
from eq2code.library import SPELLINGS
from eq2code.parse import grammar, parse
from eq2code.source import Span
from eq2code.trees import notation as n

FIXTURES = Path(__file__).parent / "fixtures"
FUNCTIONS = frozenset(name for name in SPELLINGS if len(name) > 1)


def read(
    source: str, notation: str | None = None, words: frozenset[str] = frozenset()
) -> n.Document:
    return parse(source, notation=notation, words=words, functions=FUNCTIONS)


# --- how a tree is drawn -------------------------------------------------------------------------


def shown(node: n.Notation | None) -> str:
    match node:
        case None:
            return "∅"
        case n.Letter(text, style):
            return f"{text}:{style}" if style else text
        case n.Word(text, style):
            return f'"{text}":{style}' if style else f'"{text}"'
        case n.Number(text):
            return text
        case n.Ellipsis():
            return "…"
        case n.Mark(text):
            return f"`{text}`"
        case n.Text(text):
            return f"T<{text}>"
        case n.Scripts(base, sub, sup, primes):
            below = f"_{{{shown(sub)}}}" if sub is not None else ""
            above = f"^{{{shown(sup)}}}" if sup is not None else ""
            return shown(base) + "'" * primes + below + above
        case n.Accent(kind, body):
            return f"{kind}({shown(body)})"
        case n.Fraction(upper, lower):
            return f"frac({shown(upper)} / {shown(lower)})"
        case n.Binomial(upper, lower):
            return f"binom({shown(upper)} , {shown(lower)})"
        case n.Root(body, degree):
            return f"root({shown(body)}" + (f" deg {shown(degree)})" if degree else ")")
        case n.Fence(left, right, body):
            return f"{left} {shown(body)} {right}"
        case n.Items(items, separators):
            return f"Items[{joined(items, separators)}]"
        case n.Relation(operands, operators):
            return f"Rel[{joined(operands, operators)}]"
        case n.Product(operands, operators):
            return f"Prod[{joined(operands, operators)}]"
        case n.Logic(operator, operands):
            return f"{operator}[{', '.join(map(shown, operands))}]"
        case n.Sum(terms, signs):
            parts = (sign + shown(term) for sign, term in zip(signs, terms, strict=True))
            return f"Sum[{' '.join(parts)}]"
        case n.Row(items):
            return f"<{' '.join(map(shown, items))}>"
        case n.Grid(kind, rows):
            return f"{kind}{{{' ;; '.join(' & '.join(map(shown, row)) for row in rows)}}}"
        case n.Evaluated(body, at):
            return f"Eval({shown(body)} @ {shown(at)})"
        case n.Statement(body, introduced):
            return (f"{introduced}: " if introduced else "") + shown(body)
    raise TypeError(type(node).__name__)


def joined(pieces: tuple[n.Notation | None, ...], signs: tuple[str, ...]) -> str:
    parts = [shown(pieces[0])] if pieces else []
    for k, piece in enumerate(pieces[1:]):
        parts += [signs[k] if k < len(signs) else "", shown(piece)]
    for sign in signs[max(len(pieces) - 1, 0) :]:
        parts.append(sign)
    return " ".join(parts)


def drawing(source: str, notation: str, words: frozenset[str]) -> list[str]:
    try:
        document = read(source, notation, words)
    except Eq2CodeError as error:
        place = (
            [f"! at {source[error.span.start : error.span.end]!r}"] if error.span.start >= 0 else []
        )
        return [
            f"! {type(error).__name__}: {error.message}",
            *place,
            *(f"! {h}" for h in error.hints),
        ]
    lines = [shown(statement) for statement in document.statements]
    return lines + ([f"W {document.warnings}"] if document.warnings else [])


# --- fixtures ------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Fixture:
    notation: str
    words: frozenset[str]
    source: str
    expected: list[str]


def fixtures() -> Iterator[Fixture]:
    for path in sorted(FIXTURES.glob("parse_*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            head, rest = block.split("\n", 1)
            source, expected = rest.split("\n---\n")
            notation, _, words = head.strip("[]").partition(" ")
            declared = frozenset(filter(None, words.split(",")))
            yield Fixture(notation, declared, source, expected.strip("\n").split("\n"))


ALL = list(fixtures())


@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.source[:40])
def test_fixture(fixture: Fixture) -> None:
    assert drawing(fixture.source, fixture.notation, fixture.words) == fixture.expected


# --- laws ----------------------------------------------------------------------------------------


def children(node: n.Notation) -> Iterator[n.Notation]:
    for field in dataclasses.fields(node):
        yield from inside(getattr(node, field.name)) if field.name != "span" else ()


def inside(value: object) -> Iterator[n.Notation]:
    if isinstance(value, n.Notation):
        yield value
    elif isinstance(value, tuple) and not isinstance(value, Span):
        for part in value:
            yield from inside(part)


@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.source[:40])
def test_spans_nest_and_show_what_they_hold(fixture: Fixture) -> None:
    if fixture.expected[0].startswith("!"):
        return
    document = read(fixture.source, fixture.notation, fixture.words)
    stack: list[n.Notation] = [document]
    macros = "\\newcommand" in fixture.source or "\\def" in fixture.source
    while stack:
        node = stack.pop()
        start, end = node.span
        assert 0 <= start <= end <= len(fixture.source)
        if isinstance(node, n.Letter | n.Number) and len(node.text) == 1 and not macros:
            plain = fixture.source[start:end]
            assert node.text in plain or not plain.isascii(), (node, plain)
        for child in children(node):
            assert start <= child.span.start <= child.span.end <= end, (node, child)
            stack.append(child)


NOISE = [
    (r"\left( a + b \right)^2", "(a + b)^2"),
    (r"a\,b\;c\!d \quad e", "a b c d e"),
    (r"\displaystyle \sum\limits_{i} x_i", r"\sum_{i} x_i"),
    (r"\big( x \Big)", "(x)"),
    (r"$$ x = y \nonumber $$", "x = y"),
    (r"\[ x = y \label{eq:1} \tag{2} \]", "x = y"),
    (r"\begin{equation*} x = y \end{equation*}", "x = y"),
    (r"x = y % a comment" + "\n", "x = y"),
    (r"{x}_{i}^{2}", "x^2_i"),
    (r"\mathbf{x}", r"\boldsymbol x"),
    (r"\color{red} x \phantom{y} + \textcolor{blue}{z}", "x + z"),
    (r"\underbrace{x}_{\text{why}}", "x"),
    (r"\mathrm{softmax}(x)", r"{\rm softmax}(x)"),
    (r"\newcommand{\half}{\frac{1}{2}} \half x", r"\frac12 x"),
    (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b \\\\ c = d"),
    (r"\begin{split} a &= b \\ &\quad + c \end{split}", "a = b + c"),
    (r"a \le b \leq c", r"a \leqslant b \leqq c"),
]


@pytest.mark.parametrize(("noisy", "plain"), NOISE)
def test_what_prints_nothing_changes_nothing(noisy: str, plain: str) -> None:
    assert read(noisy, "latex").statements == read(plain, "latex").statements


SAME = [
    ("QKᵀ", r"QK^\top"),
    ("β₁ m + (1 - β₁) g", r"\beta_1 m + (1 - \beta_1) g"),
    ("x̂ᵢ² + ȳ", r"\hat x_i^2 + \bar y"),
    ("Σ_{i=1}^n x_i", r"\sum_{i=1}^n x_i"),
    ("∑ᵢ xᵢ", r"\sum_i x_i"),
    ("√x + √(a + b)", r"\sqrt x + \sqrt{a + b}"),
    ("‖x‖₂ + ||x||_2", r"\|x\|_2 + \lVert x \rVert_2"),
    ("a·b ⊙ c × d", r"a \cdot b \odot c \times d"),
    ("x ∈ ℝ", r"x \in \mathbb{R}"),
    ("θ ← θ − α ∇f", r"\theta \leftarrow \theta - \alpha \nabla f"),
    ("alpha beta_1", r"\alpha \beta_1"),
    ("a <= b != c", r"a \le b \ne c"),
    ("sqrt(x) / exp(y)", r"\sqrt{x} / \exp(y)"),
    ("½ x", r"\frac12 x"),
    ("x⁻¹", "x^{-1}"),
    ("𝐱 + ℒ", r"\mathbf{x} + \mathcal{L}"),
    ("max(0, x)", r"\max(0, x)"),
    ("x^T3y", "x^T 3 y"),
]


@pytest.mark.parametrize(("text", "latex"), SAME)
def test_both_notations_give_one_tree(text: str, latex: str) -> None:
    assert read(text, "text").statements == read(latex, "latex").statements


def test_unicode_is_read_in_latex_too() -> None:
    assert read("x̂ᵢ² + β₁", "latex").statements == read(r"\hat{x}_i^2 + \beta_1").statements


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("x + y", "text"),
        (r"\alpha", "latex"),
        ("$x$", "latex"),
        ("x_{t-1}", "text"),
        ("a & b", "latex"),
    ],
)
def test_the_notation_is_recognised(source: str, language: str) -> None:
    assert read(source).language == language


@pytest.mark.parametrize("size", [2, 50, 400])
def test_lists_are_flat(size: int) -> None:
    total = read(" + ".join(["a"] * size)).statements[0].body
    assert isinstance(total, n.Sum)
    assert len(total.terms) == size
    row = read(" ".join(["a"] * size)).statements[0].body
    assert isinstance(row, n.Row)
    assert len(row.items) == size


def test_declared_words_win() -> None:
    words = frozenset({"lr", "QK", "x_int"})
    assert shown(read("QK + x_int", words=words).statements[0]) == 'Sum[+"QK" +"x_int"]'
    assert shown(read(r"lr \cdot QK", words=words).statements[0]) == 'Prod["lr" · "QK"]'


def test_a_greek_name_declared_is_no_word_in_latex() -> None:
    words = frozenset({"xi"})
    assert shown(read("W_{xi} + \\xi", "latex", words).statements[0]) == "Sum[+W_{<x i>} +xi]"


# --- tables --------------------------------------------------------------------------------------


def test_the_shipped_tables_are_those_of_the_grammars() -> None:
    path = Path(grammar.grammars()) / grammar.SHIPPED
    assert path.read_text(encoding="utf-8") == grammar.fresh(), "run make tables"


def test_a_parse_loads_no_heavy_module() -> None:
    code = (
        "import sys, eq2code.parse as p; p.parse('a + b'); "
        "print([m for m in ('lark', 'numpy', 'sympy', 'torch', 'pickle') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert ran.stdout.strip() == "[]"


def test_tables_are_kept_only_where_no_one_else_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = grammar._cached("a key")
    assert path
    assert os.stat(os.path.dirname(path)).st_mode & 0o777 == 0o700
    os.chmod(os.path.dirname(path), 0o777)
    assert grammar._cached("a key") == ""
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert grammar._cached("a key") == ""


def test_tables_survive_being_kept(tmp_path: Path) -> None:
    data = {"latex": {"start": 0}}
    path = str(tmp_path / "tables.json")
    grammar._store(path, grammar.text_of("key", data))
    assert grammar._load(path, "key") == data
    assert grammar._load(path, "another key") is None
    Path(path).write_text("{")
    assert grammar._load(path, "key") is None


def test_what_a_macro_expands_to_has_the_place_of_its_call() -> None:
    source = r"\newcommand{\swap}[2]{#2 + #1} z = \swap{a}{b}"
    document = read(source)
    (relation,) = (statement.body for statement in document.statements)
    assert isinstance(relation, n.Relation)
    total = relation.operands[1]
    assert total is not None
    for node in [total, *children(total)]:
        assert source[node.span.start : node.span.end] == r"\swap{a}{b}"


@pytest.mark.parametrize(
    ("plain", "latex"),
    [
        ("m_hat_t", r"\hat m_t"),
        ("x_bar_i", r"\bar x_i"),
        ("w_tilde_{i,j}", r"\tilde w_{i,j}"),
        ("theta_hat_0", r"\hat\theta_0"),
    ],
)
def test_an_accent_in_words_stands_over_its_letter_where_a_letter_below_follows(
    plain: str, latex: str
) -> None:
    assert parse(plain).statements[0].body == parse(latex).statements[0].body
    assert "m_hat" in str(parse("m_hat", words=frozenset({"m_hat"})).statements[0].body)
