"""Assumptions: each holds the argument that gives the other reading, and that reading is right."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

import algebra
import equations_applied
import equations_classical
import equations_layers
import equations_losses
import equations_norms
import indexed
from eq2code import AssumptionError, Eq2CodeError, Translation, UnsupportedError, translate
from eq2code.read.conventions import BY_NAME, TABLE
from readings import READINGS
from strategies import BACKENDS, to_backend
from systems import SYSTEMS
from two_readings import SETTLED

EQUATIONS = (
    *equations_applied.EQUATIONS,
    *equations_classical.EQUATIONS,
    *equations_layers.EQUATIONS,
    *equations_losses.EQUATIONS,
    *equations_norms.EQUATIONS,
)


def _sources() -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    """Every formula of the tests, what the prose says of it, and its outputs."""
    for equation in EQUATIONS:
        yield equation.source, dict(equation.shapes), tuple(equation.outputs)
    for told in equations_applied.TOLD:
        yield told.source, dict(told.shapes), ()
    for reading in (*READINGS, *SETTLED, *algebra.MEANT, *indexed.MEANT):
        yield reading.latex, dict(reading.declare), ()
    for system in SYSTEMS:
        yield system.source, dict(system.declare), ()
    for row in TABLE:
        yield row.example, dict(row.declared), ()


SOURCES = tuple({source: (shapes, outputs) for source, shapes, outputs in _sources()}.items())


def _undeclared(
    source: str, shapes: dict[str, str], outputs: tuple[str, ...]
) -> tuple[Translation, dict[str, str]]:
    """The translation that takes the most for granted, and the shapes that it needs."""
    try:
        return translate(source, outputs=outputs), {}
    except Eq2CodeError:
        return translate(source, shapes=shapes, outputs=outputs), shapes


def _meaning(translation: Translation) -> tuple[dict[str, str], tuple[str, ...], str]:
    """Shapes, arguments and code, whatever the sizes are called."""
    letters = re.findall(r"[A-Za-z]\w*", " ".join(translation.shapes.values()))
    sizes = {letter: f"size_{k}" for k, letter in enumerate(dict.fromkeys(letters))}

    def renamed(text: str) -> str:
        return re.sub(r"[A-Za-z]\w*", lambda found: sizes.get(found[0], found[0]), text)

    tree = ast.parse(translation.code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            del node.body[0]  # the docstring quotes the source
    shapes = {name: renamed(shape) for name, shape in translation.shapes.items()}
    return shapes, translation.parameters, renamed(ast.unparse(tree))


@pytest.mark.parametrize("k", range(len(SOURCES)))
def test_an_argument_gives_the_other_reading_or_is_refused(k: int) -> None:
    source, (declared, outputs) = SOURCES[k]
    plain, shapes = _undeclared(source, declared, outputs)
    meaning = _meaning(plain)
    for assumption in plain.assumptions:
        arguments = {keyword: dict(pairs) for keyword, pairs in assumption.argument}
        assert set(arguments) == {BY_NAME[assumption.convention].by}, assumption
        assert assumption.instead, assumption
        try:
            other = translate(
                source,
                shapes={**shapes, **arguments.get("shapes", {})},
                prefer=arguments.get("prefer"),
                outputs=outputs,
            )
        except Eq2CodeError as error:
            if str(error).startswith(("shapes[", "prefer:")):
                raise  # the argument itself cannot be
            continue
        assert str(assumption) not in map(str, other.assumptions)
        assert _meaning(other) != meaning, assumption


def test_most_arguments_give_the_other_reading() -> None:
    """A refusal says that the other reading is impossible; that must stay the exception."""
    given = refused = 0
    for row in TABLE:
        plain = translate(row.example, shapes=dict(row.declared))
        for assumption in plain.assumptions:
            arguments = {keyword: dict(pairs) for keyword, pairs in assumption.argument}
            shapes = {**dict(row.declared), **arguments.get("shapes", {})}
            try:
                translate(row.example, shapes=shapes, prefer=arguments.get("prefer"))
                given += 1
            except Eq2CodeError:
                refused += 1
    assert refused < given / 5


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_is_told_is_refused_where_nothing_may_be_assumed(row: Any) -> None:
    with pytest.raises(AssumptionError) as caught:
        translate(row.example, shapes=dict(row.declared), strict=True)
    told = translate(row.example, shapes=dict(row.declared)).assumptions
    assert all(str(assumption) in str(caught.value) for assumption in told)


@pytest.mark.parametrize(("source", "declared", "convention"), algebra.TOLD)
def test_nothing_is_assumed_in_silence(
    source: str, declared: dict[str, str], convention: str
) -> None:
    told = translate(source, shapes=declared).assumptions
    assert convention in [one.convention for one in told]
    with pytest.raises(AssumptionError):
        translate(source, shapes=declared, strict=True)


def test_the_axes_of_a_declaration_are_those_that_were_found() -> None:
    """A declaration that names other sizes than the source does would fit nothing."""
    told = translate("W x", shapes={"W": "a b"}).assumptions
    assert told[0].argument == (("shapes", (("x", "b d"),)),)
    told = translate("A + I", shapes={"A": "a a"}).assumptions
    assert told[0].argument == (("shapes", (("I", "a a"),)),)
    told = translate(r"d \mathbf{x}").assumptions
    assert told[0].argument == (("shapes", (("x", "n m"),)),)
    told = translate(r"\sum_{i \in S} x_i", shapes={"x": "k"}).assumptions
    assert told[0].argument == (("shapes", (("S", "k : bool"),)),)
    told = translate(r"\|\sum_i x_i\|", shapes={"x": "k"}).assumptions
    assert told[0].argument == (("shapes", (("x", "k d"),)),)


def test_an_asterisk_between_capitals_is_the_matrix_product_where_that_is_preferred() -> None:
    for source in ("X * W * Z + b", "X * (W * Z) + b"):
        assert "X @ W @ Z" in translate(source, prefer={"asterisk": "matrix"}).code
    assert "X * w" in translate("X * w", prefer={"asterisk": "matrix"}).code


def test_what_an_index_counts_from_is_told_however_late_its_size_is_known() -> None:
    source = r"y_n = \sum_k h_k x_{n-k} + x_n + \sum_{l=1}^{K} g_l"
    told = translate(source, shapes={"h": "K"}).assumptions
    assert "index-base" in {assumption.convention for assumption in told}


def test_capitals_in_a_label_are_no_product() -> None:
    for source in (r"D_{KL} = x", r"y^{LS} = x", r"\mathrm{loss}_{KL} = x"):
        assert not [a for a in translate(source).assumptions if a.convention == "letters"]


def test_a_capital_letter_above_that_nothing_declares_is_told() -> None:
    for source, shapes in (("S^K", {}), ("S^K x", {"S": "n n", "x": "n"}), ("W_i^K h_i", {})):
        told = [a.convention for a in translate(source, shapes=shapes).assumptions]
        assert "raised-label" in told
    for source, shapes in (("S^K", {"S_K": "n n"}), ("a^K", {"K": ""}), ("S^K = A B", {})):
        told = [a.convention for a in translate(source, shapes=shapes).assumptions]
        assert "raised-label" not in told


UNTOLD: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("bare-function", r"\sin 2x", {}),
    ("bare-function", r"\sin 2 \pi x", {}),
    ("bare-function", r"\log \hat y_i", {}),
    ("bare-function", r"\sin x \cos y", {}),
    ("bare-function", r"\sin(x y)", {}),
    ("bare-function", r"\log x \cdot y", {}),
    ("bare-function", r"-\sum_{x \in \mathcal{X}} p(x) \log q(x)", {"p": "n", "q": "n"}),
    ("first-entry", r"y_i = x_{2i-1}", {"x": "n"}),
    ("first-entry", r"y_i = x_{2i} + x_{2i-1}", {"x": "n"}),
    ("first-entry", r"y_i = x_{2i}, i = 0, \dots, n", {}),
    ("first-entry", r"\sum_{i=2}^{n} x_i", {"x": "n"}),
    ("convolution", r"y_i = x_{i+1} - x_i", {"x": "n"}),
    ("convolution", r"y_n = \sum_{k=0}^{n} x_k h_{n-k}", {}),
    ("convolution", r"y_i = \sum_k w_k x_{i+k}", {"w": "m", "x": "n", "y": "n-m+1"}),
    ("convolution", r"y_i = \sum_j A_{ij} x_j", {}),
    ("ties", r"\lfloor x \rfloor + \lceil x \rceil", {}),
)


@pytest.mark.parametrize(("convention", "source", "shapes"), UNTOLD)
def test_what_has_one_reading_is_not_told(
    convention: str, source: str, shapes: Mapping[str, str]
) -> None:
    told = translate(source, shapes=shapes).assumptions
    assert convention not in [one.convention for one in told]


def test_a_convolution_beyond_the_ends_is_refused_with_what_to_pass() -> None:
    for source in (r"y[n] = \sum_k x[k] h[n-k]", r"y_i = \sum_k w_k x_{i+k}"):
        assert "convolution" in {one.convention for one in translate(source).assumptions}
        with pytest.raises(UnsupportedError, match="zeros beyond the ends") as caught:
            translate(source, prefer={"convolution": "full"})
        assert any("zeros at its ends" in hint for hint in caught.value.hints)


def _softmax(x: np.ndarray, axis: int) -> np.ndarray:
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


SIZES = {"n": 4, "m": 3, "d": 6, "12": 12}
PREFERRED: tuple[tuple[str, str, str, Mapping[str, str], Callable[..., Any]], ...] = (
    (
        "compared-labels", "0", r"L = \sum_{i=1}^n \sum_{k=1}^m \mathbb{1}[y_i = k] W_{ik}",
        {"W": "n m", "y": "n : int"}, lambda W, y: sum(W[i, y[i]] for i in range(4) if y[i] < 3),
    ),
    (
        "labels-from-zero", "1", r"L = \sum_i W_{i, y_i}", {"W": "n m", "y": "n : int"},
        lambda W, y: W[np.arange(4), y - 1].sum(),
    ),
    (
        "labels-from-zero", "1", r"L = \sum_i \sum_{j \ne y_i} W_{i, y_i} W_{ij}",
        {"W": "n m", "y": "n : int"},
        lambda W, y: sum(
            W[i, y[i] - 1] * W[i, j] for i in range(4) for j in range(3) if j != y[i] - 1
        ),
    ),
    ("first-entry", "1", "y_i = x_{2i}", {"x": "12"}, lambda x: x[1::2]),
    ("first-entry", "1", "y_i = x_{2i+1}", {"x": "12"}, lambda x: x[2::2]),
    ("first-entry", "1", "y_i = i x_{2i}", {"x": "12"}, lambda x: np.arange(1, 7) * x[1::2]),
    ("first-entry", "1", r"\sum_{i=1}^n x_{2i}", {"x": "12"}, lambda x: x[1::2].sum()),
    ("bare-function", "factor", r"\sin x y", {"x": "n", "y": ""}, lambda x, y: np.sin(x) * y),
    ("bare-function", "factor", "log 2 x y", {"x": "n", "y": ""}, lambda x, y: np.log(2 * x) * y),
    ("ties", "up", r"\lfloor x + 1/2 \rceil", {"x": "n"}, lambda x: np.floor(x + 1)),
    (
        "no-branch", "zero", r"\begin{cases} x & x > 1.5 \\ -x & x < 1 \end{cases}", {"x": "n"},
        lambda x: np.where(x > 1.5, x, np.where(x < 1, -x, 0)),
    ),
    ("symmetric", "elementwise", "A^{1/2} x", {"A": "n n", "x": "n"}, lambda A, x: A**0.5 @ x),
    (
        "split", "first", "[P; Q] = X W, Y = P Q^T", {"X": "n d", "W": "d m"},
        lambda X, W: (X @ W)[:2] @ (X @ W)[2:].T,
    ),
    (
        "free-axis", "first", r"a_{ij} = \mathrm{softmax}(e_{ij})", {"e": "n m"},
        lambda e: _softmax(e, 0),
    ),
    (
        "summed-axis", "free", r"y_i = \sum_j \mathrm{softmax}(A_{ij}) v_j",
        {"A": "n m", "v": "m"}, lambda A, v: _softmax(A, 0) @ v,
    ),
    ("asterisk", "matrix", "y = A * B", {"A": "n n", "B": "n n"}, lambda A, B: A @ B),
    (
        "reduced-axis", "columns", r"\mathrm{var}(A)", {"A": "n m"}, lambda A: A.var(axis=0),
    ),
    ("half", "divisor", "1/2 x", {"x": "n"}, lambda x: 1 / (2 * x)),
    (
        "index-base", "1", r"y_n = \sum_k h_k x_{n-k} + x_n", {"h": "m", "x": "d"},
        lambda h, x: np.array([h @ x[n - 3 : n][::-1] + x[n] for n in range(3, 6)]),
    ),
    ("row-product", "elementwise", "y_i = A_i x", {"A": "n m", "x": "m"}, lambda A, x: A * x),
    (
        "gate", "Kronecker", r"\tanh(A) \otimes B", {"A": "n m", "B": "n m"},
        lambda A, B: np.kron(np.tanh(A), B),
    ),
    (
        "gate", "outer", r"\tanh(a) \otimes b", {"a": "n", "b": "n"},
        lambda a, b: np.outer(np.tanh(a), b),
    ),
    ("bracket", "label", "2 W(x)", {"W": "n m", "x": "m"}, lambda W: 2 * W),
    (
        "power", "matrix", r"\mathrm{ReLU}^2(A)", {"A": "n n"},
        lambda A: np.maximum(A, 0) @ np.maximum(A, 0),
    ),
    ("raised-label", "power", "y = a^j x", {"a": "", "x": "", "j": ""}, lambda a, x, j: a**j * x),
    ("raised-label", "power", "y = a^K x", {"a": "", "x": "", "K": ""}, lambda a, x, K: a**K * x),
    (
        "entry-of-inverse", "reciprocal", r"w_i = \sum_j C^{-1}_{ij} m_j",
        {"C": "n n", "m": "n"}, lambda C, m: (1 / C) @ m,
    ),
    ("digits", "number", "2 a_{12}", {"a": "12 m"}, lambda a: 2 * a[11]),
    (
        "signed-size", "product", r"\mathrm{sign}(W) \max(|W| - 1, 0)", {"W": "n n"},
        lambda W: np.sign(W) @ np.maximum(np.abs(W) - 1, 0),
    ),
    (
        "order-statistic", "element", r"\sum_{i=1}^{n} a_i x_{(i)}", {"a": "n", "x": "n"},
        lambda a, x: (a * x).sum(),
    ),
    (
        "index-base", "0", r"\sum_{k=1}^{n} \sum_i i^2 k x_i z_k", {"x": "n", "z": "n"},
        lambda x, z: (np.arange(4) ** 2 * x).sum() * (np.arange(1, 5) * z).sum(),
    ),
)  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("convention", "reading", "source", "shapes", "value"),
    PREFERRED,
    ids=[f"{row[0]}-{row[1]}" for row in PREFERRED],
)
def test_a_preferred_reading_has_the_numbers_of_a_hand(
    convention: str,
    reading: str,
    source: str,
    shapes: Mapping[str, str],
    value: Callable[..., Any],
    backend: str,
) -> None:

    rng = np.random.default_rng(1)
    function = translate(source, shapes=shapes, prefer={convention: reading}, backend=backend)
    assert convention not in {a.convention for a in function.assumptions}
    given: dict[str, Any] = {}
    for name in function.parameters:
        axes, _, kind = shapes[name].partition(":")
        size = [SIZES[axis] for axis in axes.split()]
        given[name] = rng.integers(1, 4, size) if kind else rng.uniform(0.5, 2.0, size)
    handed = {k: to_backend(v, backend) for k, v in given.items()}
    got = function(**handed)
    np.testing.assert_allclose(np.asarray(got), value(**given), rtol=1e-9)
