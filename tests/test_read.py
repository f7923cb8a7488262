"""Readings: both notations mean the same, ask for the same, and give the numbers of a hand-written
formula."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

import indexed
from algebra import MEANT
from eq2code import AmbiguousError, Eq2CodeError, ShapeError, UndefinedError, translate
from eq2code.errors import DefinitionError
from eq2code.read.conventions import TABLE, Convention
from readings import NAMES, SIZES, Reading
from readings import READINGS as PLAIN
from strategies import BACKENDS, to_backend
from two_readings import GATES, SCORES, SETTLED

READINGS = (*PLAIN, *SETTLED, *GATES, *SCORES, *MEANT, *indexed.MEANT)


def _sources() -> list[pytest.param]:
    return [
        pytest.param(reading, source, id=f"{reading.name}, {kind}")
        for reading in READINGS
        for kind, source in (("latex", reading.latex), ("text", reading.text))
        if source
    ]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("reading", "source"), _sources())
def test_a_formula_means_what_a_hand_would_write(
    reading: Reading, source: str, backend: str
) -> None:

    function = translate(source, backend=backend, shapes=reading.declare)
    assert sorted(function.parameters) == sorted(reading.parameters)
    for lead in ((), (3,), (2, 3), *((size,) for size in sorted(set(SIZES.values())))):
        values = reading.draw(np.random.default_rng(len(lead)), lead)
        wanted = reading.value(**values)
        given = {k: to_backend(v, backend) for k, v in values.items()}
        got = np.asarray(function(**given))
        assert got.shape == wanted.shape
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("reading", [r for r in READINGS if r.text], ids=lambda r: r.name)
def test_both_notations_give_the_same_code(reading: Reading) -> None:
    first, second = (
        translate(source, shapes=reading.declare) for source in (reading.latex, reading.text)
    )
    assert _body(first.code) == _body(second.code)
    assert first.shapes == second.shapes


def _body(code: str) -> str:
    """Code without its docstring, which quotes the source."""
    import ast

    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = node.body[1:]
    return ast.unparse(tree)


@pytest.mark.parametrize(("notation", "name"), NAMES)
def test_a_symbol_is_named_by_the_table(notation: str, name: str) -> None:
    assert translate(f"y = 2 {notation} + 1", outputs=["y"]).parameters == (name,)


def test_steps_are_named_by_their_distance() -> None:
    formula = translate(r"x_{t+1} = x_t + v_{t-1} + w_{t-2}")
    assert formula.parameters == ("x_t", "v_prev", "w_prev2")


def test_two_symbols_that_differ_by_style_stay_two() -> None:
    assert translate(r"y = \mathbf{x} + x", shapes={"x_bf": "", "x": ""}).parameters == (
        "x_bf",
        "x",
    )


@pytest.mark.parametrize("reading", READINGS, ids=lambda r: r.name)
def test_an_assumption_holds_the_argument_that_gives_the_other_reading(reading: Reading) -> None:
    plain = translate(reading.latex, shapes=reading.declare)
    for assumption in plain.assumptions:
        arguments = {name: dict(pairs) for name, pairs in assumption.argument}
        shapes = {**reading.declare, **arguments.get("shapes", {})}
        try:
            other = translate(reading.latex, shapes=shapes, prefer=arguments.get("prefer"))
        except Eq2CodeError:
            continue  # what was declared does not fit this formula, and that is said
        assert str(assumption) not in [str(a) for a in other.assumptions]
        changed = (other.shapes, other.parameters, _body(other.code))
        assert changed != (plain.shapes, plain.parameters, _body(plain.code)), assumption


@pytest.mark.parametrize(
    ("source", "shapes", "error"),
    [
        ("x y", {"x": "n", "y": "n"}, AmbiguousError),
        ("a/b c", {"a": "", "b": "", "c": ""}, AmbiguousError),
        ("A B", {"A": "n m", "B": "n m"}, ShapeError),
        ("A + B", {"A": "n m", "B": "m n"}, ShapeError),
        ("g(x)", {}, UndefinedError),
        (r"x_\ell = H_\ell([x_0,x_1,\ldots,x_{\ell-1}])", {}, UndefinedError),
        (r"y = H(x_0, x_1, \ldots, x_n)", {}, UndefinedError),
        (r"\mathrm{net}(x)", {}, UndefinedError),
        (r"x \otimes y", {"x": "n", "y": "n"}, AmbiguousError),
        (r"x \times y", {"x": "n", "y": "n"}, AmbiguousError),
        (r"\sum_i y_i \log p_i + (1 - y_i) \log(1 - p_i)", {}, AmbiguousError),
        ("A^{-1}", {"A": "n m"}, ShapeError),
        ("x_{i+k}", {"x": "n"}, Eq2CodeError),
        ("W^Q + W_Q", {}, DefinitionError),
        (r"\bar x + x_{bar}", {}, DefinitionError),
        ("x_{t-1} + x_{prev}", {}, DefinitionError),
        ("x[0] + 1", {}, UndefinedError),
        ("x | y", {}, AmbiguousError),
        ("1,000 a", {}, AmbiguousError),
        (r"w \propto e^{x}, y = 2 w", {}, Eq2CodeError),
        ("a, b = 3", {}, DefinitionError),
        (r"\iint f", {}, Eq2CodeError),
    ],
)
def test_what_cannot_be_read_with_confidence_is_refused(
    source: str, shapes: dict[str, str], error: type[Eq2CodeError]
) -> None:
    with pytest.raises(error) as caught:
        translate(source, shapes=shapes)
    assert caught.value.source == source


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_convention_is_told_and_can_be_said_otherwise(row: Convention) -> None:
    declared = dict(row.declared)
    plain = translate(row.example, shapes=declared)
    told = [a for a in plain.assumptions if a.convention == row.name]
    assert told, f"{row.example} does not lean on {row.name}"
    for assumption in told:
        arguments = {name: dict(pairs) for name, pairs in assumption.argument}
        assert set(arguments) == {row.by}
        shapes = {**declared, **arguments.get("shapes", {})}
        try:
            other = translate(row.example, shapes=shapes, prefer=arguments.get("prefer"))
        except Eq2CodeError:
            continue
        assert str(assumption) not in [str(a) for a in other.assumptions]
        changed = (other.shapes, other.parameters, _body(other.code))
        assert changed != (plain.shapes, plain.parameters, _body(plain.code)), assumption


@pytest.mark.parametrize("name", ["softmax", "mean", "max"])
def test_a_value_may_be_called_like_the_function_that_gave_it(name: str) -> None:
    formula = translate(rf"\mathrm{{{name}}} = \mathrm{{{name}}}(x)")
    assert formula.parameters == ("x",)


@pytest.mark.parametrize("source", ["L_classification", r"W x + x \otimes y", "x_{abcdefghijklm}"])
def test_reading_ends(source: str) -> None:
    """Every subset of places, or every habit again, would be tried for minutes."""
    with contextlib.suppress(Eq2CodeError):
        translate(source)
