"""What a user reads when something does not fit: the class, the place, the reasons, the way out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest

from eq2code import AmbiguousError, Eq2CodeError, ShapeError, translate
from eq2code.errors import (
    DefinitionError,
    OptionError,
    ParseError,
    UndefinedError,
    UnsupportedError,
)
from eq2code.source import NOWHERE
from every import REFUSED
from strategies import BACKENDS


def refused(source: str, shapes: dict[str, str] | None = None, **options: object) -> Eq2CodeError:
    """The error that a source gives."""
    with pytest.raises(Eq2CodeError) as caught:
        translate(source, shapes=shapes or {}, **options)  # type: ignore[arg-type]
    assert caught.value.source == source
    str(caught.value)
    return caught.value


def meant(error: Eq2CodeError) -> str:
    """What the carets stand under."""
    return error.source[error.span.start : error.span.end]


CLASHES = [
    (
        "softmax(QK/sqrt(d_k))V",
        {"Q": "n d_k", "K": "m d_k", "V": "m p"},
        "QK",
        ("Q is (n, d_k): declared in shapes=", "K is (m, d_k): declared in shapes="),
    ),
    (
        "A x + B x",
        {"A": "n m", "B": "n k"},
        "B x",
        (
            "B is (n, k): declared in shapes=",
            "x is (m,): a vector (beside a matrix), its size from `A x`",
        ),
    ),
    (
        r"W \in \mathbb{R}^{n \times m}, b \in \mathbb{R}^{k}, y = Wx + b",
        {},
        "Wx + b",
        (
            r"W is (n, m): declared in `W \in \mathbb{R}^{n \times m}`",
            r"b is (k,): declared in `b \in \mathbb{R}^{k}`",
        ),
    ),
    (
        r"h = \tanh(Wx + b) \\ y = V h + c",
        {"W": "h d", "V": "o d"},
        "V h",
        (
            "V is (o, d): declared in shapes=",
            r"h is (h,): defined as `h = \tanh(Wx + b)`",
            "W is (h, d): declared in shapes=",
        ),
    ),
    (
        "x^T A B y",
        {"A": "n m", "B": "k m", "y": "m"},
        "A B",
        ("A is (n, m): declared in shapes=", "B is (k, m): declared in shapes="),
    ),
    (
        "y = W x",
        {"W": "n m", "y": "k"},
        "y = W x",
        ("y is (k,): declared in shapes=", "W is (n, m): declared in shapes="),
    ),
    (
        "(A + B)(C + D)",
        {"A": "n m", "C": "k p"},
        "(A + B)(C + D)",
        ("A is (n, m): declared in shapes=", "C is (k, p): declared in shapes="),
    ),
    (
        r"\mathrm{tr}(A) + 1",
        {"A": "n m"},
        r"\mathrm{tr}(A)",
        ("A is (n, m): declared in shapes=",),
    ),
    (
        r"\sum_i x_i y_i",
        {"x": "n", "y": "m"},
        "i",
        ("x is (n,): declared in shapes=", "y is (m,): declared in shapes="),
    ),
    (
        "f(W x) + x",
        {"f": "(d) -> (k)", "W": "d n", "x": "n"},
        "f(W x) + x",
        ("f is (d) -> (k): declared in shapes=", "x is (n,): declared in shapes="),
    ),
    (
        r"\hat{x} + \beta_1",
        {"x_hat": "n", "beta_1": "m"},
        r"\hat{x} + \beta_1",
        (r"\hat{x} is (n,): declared in shapes=", r"\beta_1 is (m,): declared in shapes="),
    ),
    (
        r"\newcommand{\key}{K} Q \key",
        {"Q": "n d", "K": "m d"},
        r"Q \key",
        ("Q is (n, d): declared in shapes=", "K is (m, d): declared in shapes="),
    ),
    (
        "\\def\\norm#1{\\left\\|#1\\right\\|}\n\\norm{x + y}",
        {"x": "n", "y": "m"},
        r"\norm{x + y}",
        ("x is (n,): declared in shapes=", "y is (m,): declared in shapes="),
    ),
    (r"x_{5} + 1", {"x": "3"}, "x_{5}", ()),
    (r"x_{1:5}", {"x": "3"}, "x_{1:5}", ()),
    (
        "y = A x\nz = B y +\n\tC x",
        {"A": "n m", "B": "p n", "C": "p k"},
        "C x",
        (
            "C is (p, k): declared in shapes=",
            "x is (m,): a vector (beside a matrix), its size from `A x`",
        ),
    ),
]


@pytest.mark.parametrize(("source", "shapes", "place", "because"), CLASHES)
def test_a_clash_says_where_each_shape_was_learnt(
    source: str, shapes: dict[str, str], place: str, because: tuple[str, ...]
) -> None:
    error = refused(source, shapes)
    assert type(error) is ShapeError
    assert meant(error) == place
    assert error.because == because


AMBIGUOUS = [
    ("x y", {"x": "n", "y": "n"}),
    (r"(a + b)(c - d)", {"a": "n", "c": "n"}),
    (r"2 \left(a + b\right) c", {"a": "n", "c": "n"}),
    (r"\sigma(Wx) y", {"W": "k d", "x": "d", "y": "k"}),
    (r"\sigma(Wx) y", {"y": "k"}),
    (r"\alpha W x V y", {"W": "k d", "x": "d", "V": "k d", "y": "d"}),
    (r"x \otimes y", {"x": "n", "y": "n"}),
    ("A ⊗ B", {"A": "n m", "B": "n m"}),
    (r"x \times y", {"x": "n", "y": "n"}),
    (r"(1 - w) \cdot x", {"w": "n", "x": "n"}),
    (r"\sum_{ij} x_i y_j^\top", {}),
    ("a/b c d", {"a": "", "b": "", "c": "", "d": ""}),
    (r"\beta x^\top", {"x": "n"}),
    (r"e^{At} x", {"x": "n"}),
    (r"e^{-At}", {}),
    ("e^(At)", {}),
    ("4ac + 1", {}),
    (r"\log p(x)/q(x)", {"p": "() -> ()", "q": "() -> ()"}),
    ("log a Σ_i b_i", {}),
    (r"\sum x_i y_j", {}),
    (r"y_i = x_i A_{ij}", {"A": "n m"}),
    (r"f(x, y) = x^2 y \\ g = \nabla f(a, b)", {}),
    (r"\sum_i (x_i - x)^2", {"x": "n"}),
    (r"\beta_1^{ab} x", {}),
    (r"\frac{I + a}{b}", {}),
    ("(1+r)^1/n", {}),
    (r"\left(\prod_i x_i\right)^1/n", {}),
    ("x**1/2", {}),
    ("x**-1/(2n)", {}),
    ("x^-1/n", {}),
    ("A^-b", {}),
    ("2^nx", {}),
    ("10^-kT", {}),
    ("W^Qx", {}),
    ("U^HV", {}),
]


@pytest.mark.parametrize(("source", "shapes"), AMBIGUOUS)
def test_each_reading_says_what_chooses_it(source: str, shapes: dict[str, str]) -> None:
    error = refused(source, shapes)
    assert isinstance(error, AmbiguousError)
    assert len(error.readings) > 1
    found = []
    for reading in error.readings:
        assert reading.meaning in str(error)
        if not reading.write and not reading.argument:
            continue  # it says in words what to write, in another place
        written = str(reading.write or meant(error))
        other = source[: error.span.start] + written + source[error.span.end :]
        chosen = {keyword: dict(pairs) for keyword, pairs in reading.argument}
        chosen["shapes"] = {**shapes, **chosen.get("shapes", {})}
        translation = translate(other, **chosen)  # type: ignore[arg-type]
        found.append((body(translation.code), translation.shapes))
    assert found
    assert all(one not in found[:k] for k, one in enumerate(found))


def body(code: str) -> str:
    """Code without its docstring, which quotes the source."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = node.body[1:]
    return ast.unparse(tree)


def test_readings_are_plain_data_too() -> None:
    error = refused("x y", {"x": "n", "y": "n"})
    assert error.to_dict()["readings"][0] == {
        "meaning": "element by element",
        "write": "x ⊙ y",
        "argument": {},
    }
    assert "    2  the inner product: write x^T y" in str(error)


MISTAKES = [
    (r"A = \sotfmax(x)", ParseError, r"\sotfmax", r"did you mean \softmax?"),
    ("y = sofmax(x)", UndefinedError, "sofmax(x)", "did you mean softmax?"),
    ("y = mlp(x, z)", UndefinedError, "mlp(x, z)", 'shapes={"mlp": "(d), (d) -> (d)"}'),
    (r"\alhpa x", ParseError, r"\alhpa", r"did you mean \alpha?"),
    (r"\frac{a}", ParseError, r"\frac{a}", r"write \frac{a}{b}"),
    (r"\frac{a + c} + b", ParseError, r"\frac{a + c}", r"write \frac{a}{b}"),
    (r"\binom{n} + b", ParseError, r"\binom{n}", r"write \binom{n}{k}"),
    (r"\frac{a}{b", ParseError, "{", "write its } where it ends"),
    ("(a + b", ParseError, "(", "write its ) where it ends"),
    ("a + b)", ParseError, ")", "closes nothing"),
    (r"\left( a + b", ParseError, r"\left(", "write its ) where it ends"),
    (r"\langle a, b", ParseError, r"\langle", "write its ⟩ where it ends"),
    ("y = x +\n\tW (z", ParseError, "(", "line 2, column 4: this ( is never closed"),
    ("x̂ + 2 (y", ParseError, "(", "line 1, column 8: this ( is never closed"),
    ("a\tb + (c", ParseError, "(", "line 1, column 7: this ( is never closed"),
    (r"\newcommand{\R}{\mathbb{R}} \R + [a, b", ParseError, "[", "this [ is never closed"),
    ("x^", ParseError, "^", "write what belongs to it behind it: x^2"),
    ("x^2^3", ParseError, "^3", "x^{a^b}"),
    ("a +", ParseError, "+", "nothing stands behind this +"),
    ("y =", ParseError, "=", "nothing stands behind this ="),
    (r"y = \sum_i", ParseError, r"\sum", "nothing stands behind this operator"),
    (r"\begin{bmatrx} a \end{bmatrx}", ParseError, r"\begin{bmatrx}", "did you mean bmatrix?"),
    (r"\begin{bmatrix} a & b", ParseError, r"\begin{bmatrix}", r"has no \end"),
    (r"\iint f", UnsupportedError, r"\iint", "double integral"),
    (r"y + \frac{dL}{dw}", UndefinedError, r"\frac{dL}{dw}", "write L = … in the source"),
    (r"\mathrm{softmax}(a, b)", DefinitionError, r"\mathrm{softmax}(a, b)", "takes 1 argument"),
    (r"\sum_t 2^t", DefinitionError, r"\sum_t 2^t", r"print its range"),
    ("y = z\nz = y", DefinitionError, "y = z\nz = y", "they run in a circle"),
    ("f(x, y) = x y\nz = f(x)", DefinitionError, "f(x)", "f takes 2 arguments, and is given 1"),
    ("f(x) = x^2\ny = f(x, 1)", DefinitionError, "f(x, 1)", "takes 1 argument, and is given 2"),
    (r"\forall x", DefinitionError, r"\forall x", "write what is computed"),
    (
        r"\newcommand{\att}{\operatorname{softmx}} y = \att(x)",
        UndefinedError,
        r"\att(x)",
        "did you mean softmax?",
    ),
]


@pytest.mark.parametrize(("source", "kind", "place", "told"), MISTAKES)
def test_a_mistake_is_shown_where_it_is(
    source: str, kind: type[Eq2CodeError], place: str, told: str
) -> None:
    error = refused(source)
    assert type(error) is kind
    assert meant(error) == place
    assert told in str(error)
    line = str(error).splitlines()[3]
    assert set(line.strip()) <= {"^"}


OPTIONS = [
    ({"shapes": {"Q": "(n, m)"}}, 'write "n m"'),
    ({"shapes": {"Q": "n x m"}}, 'write "n m"'),
    ({"shapes": {"Q": "nxm"}}, 'write "n m"'),
    ({"shapes": {"Q": "n×m"}}, 'write "n m"'),
    ({"shapes": {"Q": "[n, d_k]"}}, 'write "n d_k"'),
    ({"shapes": {"Q": "n m)"}}, "write n, 3, n+1 or 2*d"),
    ({"shapes": {"Q": "n m : sdp"}}, "did you mean 'spd'?"),
    ({"shapes": {"Q": "n -> m"}}, 'write "(d), () -> (d)"'),
    ({"shapes": {r"\hat{Q}": "n m"}}, "beta_1, W_Q, m_hat"),
    ({"shapes": {"lambda": ""}}, "write lambda_"),
    ({"prefer": {"softmax_axis": "first"}}, "did you mean 'softmax-axis'?"),
    ({"prefer": {"softmax-axis": "frist"}}, "did you mean 'first'?"),
    ({"backend": "pytorch"}, "did you mean 'torch'?"),
    ({"notation": "tex"}, "one of: latex, text"),
    ({"outputs": ["y"]}, "give the formula a name: y = …"),
    ({"name": "class"}, "write class_"),
    ({"name": "np"}, "write np_"),
    ({"name": "math"}, "write math_"),
]


@pytest.mark.parametrize(("options", "told"), OPTIONS)
def test_an_option_that_cannot_be_says_what_can(options: dict[str, Any], told: str) -> None:
    with pytest.raises(OptionError) as caught:
        translate("softmax(Q K^T / sqrt(d_k)) V", **options)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("space", "understood"),
    [
        (r"\mathbb{R}^{n \times m}", True),
        (r"\mathbb{R}^{n x m}", True),
        (r"\mathbb{R}^{n, m}", False),
        (r"R^{n \times m}", False),
    ],
)
def test_a_declaration_that_is_not_understood_is_warned_of(space: str, understood: bool) -> None:
    translation = translate(rf"y = W x, W \in {space}")
    assert bool(translation.warnings) is not understood
    if not understood:
        assert rf"`W \in {space}` is not understood" in translation.warnings[0]


def test_a_declaration_of_nothing_is_warned_of() -> None:
    warnings = translate("W x", shapes={"w": "n m", "q": "n"}).warnings
    assert warnings == (
        "shapes: w does not occur in the source (did you mean 'W'?)",
        "shapes: q does not occur in the source",
    )


def test_a_wrong_shape_at_call_time_is_shown_in_the_source() -> None:
    attention = translate(r"\mathrm{softmax}(Q \hat{K}^\top) V", shapes={"V": "m p"})
    with pytest.raises(ShapeError) as caught:
        attention(Q=np.ones((4, 3)), K_hat=np.ones((5, 2)), V=np.ones((5, 2)))
    assert meant(caught.value) == r"\hat{K}"
    assert str(caught.value).splitlines() == [
        "line 1, column 20: K_hat does not fit the equation",
        "",
        r"    \mathrm{softmax}(Q \hat{K}^\top) V",
        "                       ^^^^^^^",
        "    Q: (4, 3)  →  n = 4, q = 3",
        "    K_hat: (5, 2)  →  m = 5, q = 2    ← q is already 3, from Q",
        "    V: (5, 2)  →  m = 5, p = 2",
        "    help: pass arrays whose sizes agree, or declare in shapes= which sizes are the same",
    ]


def test_a_vector_for_a_matrix_says_why_a_matrix_is_meant() -> None:
    formula = translate("W x", shapes={"x": "n"})
    with pytest.raises(ShapeError) as caught:
        formula(W=np.ones(3), x=np.ones(3))
    assert caught.value.because == ('W is a matrix (a capital letter)\na number: shapes={"W": ""}',)
    with pytest.raises(ShapeError) as caught:
        formula(W=np.ones((3, 3)), x=1.0)
    assert caught.value.because == ('it is declared: shapes={"x": "n"}',)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("label", [-1, 3])
def test_a_label_that_addresses_nothing_is_refused(backend: str, label: int) -> None:
    """Python would count -1 from the end: a wrong number that nobody is told of."""
    loss = translate(r"-\sum_i \log p_{i, y_i}", shapes={"p": "n k"}, backend=backend)
    assert loss(p=np.ones((2, 3)), y=[0, 2]) == 0
    with pytest.raises(ShapeError, match=f"y holds {label}, and addresses 3 positions"):
        loss(p=np.ones((2, 3)), y=[0, label])


@pytest.mark.parametrize("backend", BACKENDS)
def test_wrong_arguments_are_a_matter_of_types(backend: str) -> None:
    formula = translate("f(W x)", shapes={"f": "(n) -> ()", "W": "n m"}, backend=backend)
    W, x = np.ones((2, 3)), np.ones(3)
    for arguments, told in (
        ({"f": np.sum, "W": W}, r"f\(\) needs x too"),
        ({"f": np.sum, "W": W, "X": x}, "did you mean 'x'"),
        ({"f": np.sum, "W": "abc", "x": x}, "W must be an array of numbers, not of text"),
        ({"f": np.sum, "W": None, "x": x}, "W must be an array of numbers, not of Python objects"),
        ({"f": np.sum, "W": [[1, 2], [3]], "x": x}, "W is no array of numbers"),
        ({"f": np.sum, "W": W + 1j, "x": x}, "W is complex"),
        ({"f": 3, "W": W, "x": x}, "f is declared as a function"),
        ({"f": lambda v: None, "W": W, "x": x}, "must give an array of numbers, not None"),
        ({"f": lambda v: "abc", "W": W, "x": x}, "must give an array of numbers, not 'abc'"),
    ):
        with pytest.raises(TypeError, match=told):
            formula(**arguments)


@pytest.mark.parametrize(
    ("source", "expected"), [("2 value + 1", 7), ("value + result", 7), ("y = value + 1", 4)]
)
def test_a_symbol_may_be_called_value(source: str, expected: float) -> None:
    arguments = {"value": 3.0, "result": 4.0}
    formula = translate(source)
    assert formula(**{name: arguments[name] for name in formula.parameters}) == expected


@pytest.mark.parametrize(
    "source",
    [
        r"[q, k] = 2, y = q + k",
        r"\sum_i \sqrt{(x_{i+1,j} - x_{i,j})^2 + (x_{i,j+1} - x_{i,j})^2}",
    ],
)
def test_a_slip_is_refused_in_words(source: str) -> None:
    assert "?" not in str(refused(source))


def test_a_declaration_of_no_symbol_says_nothing() -> None:
    assert translate(r"E = X + P, \in \mathbb{R}^{n \times d}").parameters == ("X", "P")


@pytest.mark.parametrize("style", ["mathrm", "mathsf", "text", "mathit"])
def test_a_name_with_an_underscore_is_one_name(style: str) -> None:
    """LaTeX prints `\\mathrm{base_lr}` as a subscript b behind which r stands; nobody means it."""
    assert translate(rf"y = 2 \{style}{{base_lr}}").parameters == ("base_lr",)
    assert translate(rf"\{style}{{log_softmax}}(x)").parameters == ("x",)
    assert "my_net is applied here" in str(refused(rf"\{style}{{my_net}}(x)"))


@pytest.mark.parametrize(("source", "options"), REFUSED, ids=[source[:50] for source, _ in REFUSED])
def test_every_refusal_shows_a_way_out(source: str, options: dict[str, Any]) -> None:
    """A hint, the readings, or where the belief came from; and the place."""
    with pytest.raises(Eq2CodeError) as caught:
        translate(source, **options)
    error = caught.value
    assert error.hints or error.readings or error.because
    assert error.span != NOWHERE


def test_strict_says_how_a_convention_is_settled() -> None:
    """What no declaration settles is settled by its name, with a reading of the table."""
    source, shapes = "softmax(X W)", {"X": "n d", "W": "d m"}
    error = refused(source, shapes, strict=True)
    assert 'settle softmax-axis: prefer={"softmax-axis": "last" or "first"}' in error.hints
    assert not translate(source, shapes=shapes, prefer={"softmax-axis": "last"}).assumptions
    assert translate(source, shapes=shapes, prefer={"softmax-axis": "last"}, strict=True)
