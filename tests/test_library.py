"""Laws made from the library's table: every target, the oracle and a function elsewhere agree."""

from __future__ import annotations

import importlib
import inspect
import math
import re
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special
import scipy.stats
import torch

from by_hand import BY_HAND
from eq2code import translate
from eq2code.emit import emit
from eq2code.emit.target import Target
from eq2code.errors import EmissionError, ShapeError
from eq2code.library import ENTRIES, SPELLINGS, Entry, find
from eq2code.library.signature import apply, core_ranks, elementwise, parse
from eq2code.lower import lower
from eq2code.rewrite.expand import can_expand, resized
from eq2code.trees.dims import Dim, Shape
from eq2code.trees.formula import (
    Call,
    Definition,
    Divide,
    Formula,
    Gradient,
    Multiply,
    Number,
    Output,
    Parameter,
    Size,
    Symbol,
    System,
)
from eq2code.verify import compare, draw
from eq2code.verify.numbers import NUMBERS
from eq2code.verify.oracle import evaluate, evaluate_formula
from strategies import BACKENDS, to_backend

OPTIONS: Mapping[str, tuple[tuple[tuple[str, int | float], ...], ...]] = {
    "concat": ((("axis", -1),), (("axis", -2),)),
    "stack": ((("axis", -1),), (("axis", -3),)),
    "matrix_power": ((("exponent", 3),), (("exponent", -2),), (("exponent", 0),)),
    "matrix_fractional_power": ((("exponent", 0.5),), (("exponent", -0.5),)),
}
WHOLE = {"argmax", "argmin", "rank", "norm0", "any", "all"}
"""The functions whose results are whole numbers or facts."""

TAKING = [entry for entry in ENTRIES.values() if entry.arguments]
PLACED = [entry for entry in ENTRIES.values() if not entry.arguments]
SMOOTH = [entry for entry in ENTRIES.values() if entry.derivative]


def named(entries: list[Entry]) -> Any:
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


# --- how a template is run ------------------------------------------------------------


def run(lines: str | tuple[str, ...], arguments: list[Any], options: Mapping[str, Any]) -> Any:
    """The value of a template, with each argument under a name."""
    names = [f"a{k}" for k in range(len(arguments))]
    modules = {"np": np, "torch": torch, "scipy": scipy, "math": math}
    scope = {**modules, **dict(zip(names, arguments, strict=True))}
    fields = {str(k): name for k, name in enumerate(names)}
    fields |= {key: repr(value) for key, value in options.items()} | {"*": ", ".join(names)}
    *before, last = (lines,) if isinstance(lines, str) else lines

    def fill(line: str) -> str:
        return re.sub(r"\{([^{}]*)\}", lambda m: fields.get(m[1], f"t_{m[1]}"), line)

    for line in before:
        exec(fill(line), scope)
    return eval(fill(last), scope)


def call(entry: Entry, target: str, arguments: list[Any], options: Mapping[str, Any]) -> Any:
    """A function as a target spells it; a template of two folded over more."""
    lines = getattr(entry, target)
    signature = parse(entry.signature)
    if signature is None or not signature.variadic:
        return run(lines, arguments, options)
    result = arguments[0]
    for argument in arguments[1:]:
        result = run(lines, [result, argument], options)
    return result


def of(target: str, value: Any, dtype: str) -> Any:
    """An array of a target; what is no real number keeps its kind."""
    array = np.asarray(value)
    if array.dtype.kind == "c":
        array = array.astype({"float32": "complex64", "float64": "complex128"}[dtype])
    elif array.dtype.kind != "b":
        array = array.astype(dtype)
    return to_backend(array, target)


def trusted(entry: Entry, arguments: list[Any], options: Mapping[str, Any]) -> Any:
    if entry.name in BY_HAND:
        by_hand = BY_HAND[entry.name]
        return np.vectorize(by_hand)(*arguments) if elementwise(entry) else by_hand(*arguments)
    module, _, name = entry.trusted.rpartition(".")
    if module == "scipy.stats.norm":
        function = getattr(scipy.stats.norm, name)
    else:
        function = getattr(importlib.import_module(module), name)
    keywords = eval(f"dict({entry.trusted_options})", {"inf": float("inf"), "dict": dict})
    kind = "torch" if module.startswith("torch") else "numpy"
    arrays = [of(kind, argument, "float64") for argument in arguments]
    if entry.signature == "*":
        return function(arrays, *options.values())
    return function(*arrays, *options.values(), **keywords)


# --- what a function is tried on ------------------------------------------------------------

SIZES = {"n": 3, "m": 4, "p": 2, "q": 5}


def core_shapes(entry: Entry, options: Mapping[str, Any]) -> list[tuple[int, ...]]:
    """Core shapes whose sizes differ wherever they may."""
    signature = parse(entry.signature)
    if signature is None:
        axis = -options["axis"]
        shared = [(3, 4), (3, 4), (3, 4)]
        if entry.name == "stack":
            return shared
        return [tuple(k + 2 if 2 - axis == j else s for j, s in enumerate((3, 4))) for k in (0, 3)]
    count = 3 if signature.variadic else len(signature.arguments)
    return [tuple(d.evaluate(SIZES) for d in core) for core in signature.cores(count)]


def drawn(entry: Entry, options: Mapping[str, Any], loops: list[tuple[int, ...]]) -> list[Any]:
    """Arguments from the function's domain, with loop axes in front of each."""
    generator = Random(entry.name)
    return [
        draw.array(generator, front + core, entry.domain[min(k, len(entry.domain) - 1)])
        for k, (front, core) in enumerate(zip(loops, core_shapes(entry, options), strict=True))
    ]


def loop_cases(entry: Entry, options: Mapping[str, Any]) -> list[list[tuple[int, ...]]]:
    """No loops, the same for all arguments, those of a core size, and for one argument only."""
    count = len(core_shapes(entry, options))
    cases = [[front] * count for front in ((), (6,), (3,), (2, 4))]
    if count > 1 and entry.signature != "*":
        cases += [[(3,) if j == k else () for j in range(count)] for k in range(count)]
    return cases


def concrete(value: Any) -> Shape:
    return tuple(Dim.of(length) for length in np.shape(value))


def unify(left: Dim, right: Dim) -> Dim:
    if left != right:
        raise ShapeError(f"{left} is not {right}")
    return left


def as_call(entry: Entry, values: list[Any], options: tuple[tuple[str, Any], ...]) -> Formula:
    shapes = [concrete(value) for value in values]
    kind = "complex" if "complex" in entry.domain else "real"
    arguments = tuple(Symbol(f"x{k}", shape, kind) for k, shape in enumerate(shapes))
    result = apply(entry, shapes, unify=unify, options=options)
    return Call(entry.name, arguments, result, options)


def by_definition(entry: Entry, values: list[Any], options: tuple[tuple[str, Any], ...]) -> Any:
    environment = {f"x{k}": value for k, value in enumerate(values)}
    return evaluate_formula(as_call(entry, values, options), environment)


# --- the laws ------------------------------------------------------------


@named(TAKING)
def test_every_target_agrees_with_the_definition(entry: Entry) -> None:
    for options in OPTIONS.get(entry.name, ((),)):
        for loops in loop_cases(entry, dict(options)):
            values = drawn(entry, dict(options), loops)
            wanted = by_definition(entry, values, options)
            for target in BACKENDS:
                arguments = [of(target, value, "float64") for value in values]
                found = call(entry, target, arguments, dict(options))
                differs = compare.difference(found, wanted, relative=1e-9, absolute=1e-11)
                assert differs is None, (target, options, loops, differs)


@named(TAKING)
def test_the_definition_agrees_with_a_trusted_function(entry: Entry) -> None:
    for options in OPTIONS.get(entry.name, ((),)):
        count = len(core_shapes(entry, dict(options)))
        values = drawn(entry, dict(options), [()] * count)
        if elementwise(entry):
            values = drawn(entry, dict(options), [(7,)] * count)[: len(entry.arguments)]
        wanted = trusted(entry, values, dict(options))
        found = by_definition(entry, values, options)
        differs = compare.difference(found, wanted, relative=1e-10, absolute=1e-12)
        assert differs is None, (options, differs)


@named(TAKING)
def test_single_precision_stays(entry: Entry) -> None:
    for options, target in product(OPTIONS.get(entry.name, ((),)), BACKENDS):
        loops = [(2,)] * len(core_shapes(entry, dict(options)))
        values = drawn(entry, dict(options), loops)
        arguments = [of(target, value, "float32") for value in values]
        found = call(entry, target, arguments, dict(options))
        if entry.name not in WHOLE:
            assert str(found.dtype).removeprefix("torch.") in ("float32", "complex64"), target
        wanted = by_definition(entry, values, options)
        assert compare.difference(found, wanted, relative=2e-4, absolute=2e-4) is None


@pytest.mark.parametrize("target", BACKENDS)
@named([e for e in TAKING if elementwise(e) and not {"complex", "boolean"} & set(e.domain)])
def test_numbers_stand_beside_arrays(entry: Entry, target: str) -> None:
    """Each argument in turn a literal, a number that is passed in, and a vector."""
    n = (Dim.of("n"),)
    beside = Symbol("z", n)
    for kinds in product(("literal", "scalar", "vector"), repeat=len(entry.arguments)):
        generator = Random(entry.name)
        values: dict[str, Any] = {"z": [0.5, 1.5, 2.5]}
        arguments: list[Formula] = []
        for k, kind in enumerate(kinds):
            domain = entry.domain[min(k, len(entry.domain) - 1)]
            value = draw.array(generator, (3,) if kind == "vector" else (), domain)
            symbol = Symbol(f"x{k}", n if kind == "vector" else ())
            arguments.append(Number(value) if kind == "literal" else symbol)
            values |= {} if kind == "literal" else {symbol.name: value}
        called = Call(entry.name, tuple(arguments), n if "vector" in kinds else ())
        out = Symbol("out", n)
        parameters = (
            Parameter("z", beside),
            *(Parameter(a.name, a) for a in arguments if isinstance(a, Symbol)),
        )
        system = System(
            "f", parameters, (Definition(out, Multiply((beside, called))),), (Output("out", out),)
        )
        function = emit(lower(system), target=target).function
        found = function(**{name: of(target, value, "float64") for name, value in values.items()})
        (wanted,) = evaluate(system, values)
        assert compare.difference(found, wanted) is None, kinds


@pytest.mark.parametrize("n", [0, 1, 5, 170])
def test_growth_is_the_logarithm_of_the_spelling_for_plain_numbers(n: int) -> None:
    for entry in (entry for entry in ENTRIES.values() if entry.growth):
        numbers = (n, n // 2)[: len(entry.arguments)]
        value, logarithm = (
            eval(text.format(*numbers), {"math": math}) for text in (entry.scalar, entry.growth)
        )
        assert math.exp(logarithm) == pytest.approx(value, rel=1e-12)


@named([entry for entry in TAKING if entry.scalar and "complex" not in entry.domain])
def test_the_spelling_for_plain_numbers_agrees(entry: Entry) -> None:
    values = [
        draw.array(Random(k), (), entry.domain[min(k, len(entry.domain) - 1)])
        for k in range(len(entry.arguments))
    ]
    fields = {str(k): f"({value!r})" for k, value in enumerate(values)}
    text = re.sub(r"\{(\d)\}", lambda m: fields[m[1]], entry.scalar)
    if entry.name == "binomial":
        text = "math.comb(6, 2)"
        values = [6, 2]
    found = eval(text, {"math": math})
    assert compare.same(found, by_definition(entry, values, ()))


@pytest.mark.parametrize("far", [-1000.0, 1000.0])
def test_gates_of_plain_numbers_are_not_too_large_for_a_float(far: float) -> None:
    for name, wanted in (("sigmoid", float(far > 0)), ("swish_beta", max(far, 0))):
        numbers = (f"({far})", "1")[: len(ENTRIES[name].arguments)]
        assert eval(ENTRIES[name].scalar.format(*numbers), {"math": math}) == wanted


@named(PLACED)
def test_what_has_no_arguments_takes_the_shape_of_its_place(entry: Entry) -> None:
    result = (Dim.of(3), Dim.of(3))
    wanted = evaluate_formula(Call(entry.name, (), result), {})
    for target, module in (("numpy", np), ("torch", torch)):
        lines = getattr(entry, target)
        assert isinstance(lines, str)
        text = lines.replace("{0}", "3").replace("{*}", "3, 3")
        text = text.replace("{dtype}", "kind").replace("{device}", "None")
        found = eval(text, {"np": np, "torch": torch, "kind": module.float32})
        assert found.dtype == module.float32
        assert compare.same(found, wanted)
    elsewhere = getattr(np, entry.trusted.removeprefix("numpy."))
    assert compare.same(elsewhere(3) if "{0}" in lines else elsewhere((3, 3)), wanted)
    with pytest.raises(ShapeError):
        apply(entry, (), unify=unify)


# --- meanings ------------------------------------------------------------


def declared(entry: Entry) -> dict[str, str]:
    """The core shapes of the arguments, as a user declares them."""
    signature = parse(entry.signature)
    assert signature is not None
    cores = signature.cores(len(entry.arguments))
    pairs = zip(entry.arguments, cores, strict=True)
    return {name: " ".join(map(str, core)) for name, core in pairs if core}


@pytest.mark.parametrize("target", BACKENDS)
@named([entry for entry in TAKING if entry.meaning])
def test_a_meaning_is_what_the_function_does(entry: Entry, target: str) -> None:
    """The meaning goes the whole way from notation to code, and gives what the definition gives."""
    translation = translate(entry.meaning, shapes=declared(entry), backend=target)
    count = len(core_shapes(entry, {}))
    values = drawn(entry, {}, [()] * count)[: len(entry.arguments)]
    found = translation(**dict(zip(entry.arguments, values, strict=True)))
    assert compare.difference(found, by_definition(entry, values, ())) is None


@pytest.mark.parametrize("target", BACKENDS)
@named([entry for entry in TAKING if can_expand(entry.name)])
def test_what_a_target_cannot_spell_is_written_out(
    entry: Entry, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The meaning stands in for a spelling, in a formula, with axes in front and a batch."""
    spelled = Target.spelling

    def spelling(self: Target, asked: Entry) -> Any:
        return "" if asked.name == entry.name else spelled(self, asked)

    totals = entry.name in (
        "sum",
        "prod",
        "max",
        "min",
    )  # which ask what they run over, of more than a vector
    for front in ((),) if totals else ((), ("r",)):
        shapes = dict.fromkeys(entry.arguments, "") | declared(entry)
        shapes = {name: " ".join([*front, shape]).strip() for name, shape in shapes.items()}
        source = f"1 + {entry.name}({', '.join(entry.arguments)})"
        values = drawn(entry, {}, [(3,) * len(front)] * len(core_shapes(entry, {})))
        arguments = dict(zip(entry.arguments, values, strict=False))
        wanted = translate(source, shapes=shapes)(**arguments)
        with monkeypatch.context() as patch:
            patch.setattr(Target, "spelling", spelling)
            found = translate(source, shapes=shapes, backend=target)(**arguments)
        np.testing.assert_allclose(np.asarray(found), np.asarray(wanted), rtol=1e-7, atol=1e-9)


def test_what_has_neither_spelling_nor_meaning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Target, "spelling", lambda self, entry: "")
    with pytest.raises(EmissionError, match="exp has no spelling in numpy"):
        translate("exp(x)")


# --- derivatives ------------------------------------------------------------


class Notation(dict[str, Any]):
    """The names that derivatives are written in."""

    def __missing__(self, name: str) -> Any:
        entry = find(name)
        assert entry is not None, name
        return np.vectorize(NUMBERS[entry.name], otypes=[float])


def slope(text: str, values: Mapping[str, Any]) -> Any:
    """The value of a derivative as the table writes it: `1[x > 0]` is an indicator."""
    code = re.sub(r"1\[([^\]]*)\]", r"(1.0 * (\1))", text.replace("^", "**"))
    return eval(code, {"__builtins__": {}}, Notation(values, pi=np.pi))


@named(SMOOTH)
def test_derivatives(entry: Entry) -> None:
    """Against central differences of the definition, and PyTorch's automatic differentiation."""
    parts = entry.derivative.split(";")
    assert len(parts) == len(entry.arguments)
    generator = Random(entry.name)
    domains = [entry.domain[min(k, len(entry.domain) - 1)] for k in range(len(parts))]
    for _ in range(12):
        values = [draw.array(generator, (), domain) for domain in domains]
        names = dict(zip(entry.arguments, values, strict=True))
        tensors = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in values]
        result = call(entry, "torch", tensors, {})
        automatic = (
            torch.autograd.grad(result, tensors, allow_unused=True)
            if result.requires_grad
            else [None] * len(tensors)
        )
        for k, part in enumerate(parts):
            symbols = tuple(Symbol(name) for name in entry.arguments)
            gradient = Gradient(Call(entry.name, symbols), symbols[k], symbols[k])
            wanted = evaluate_formula(gradient, names)
            assert compare.close(float(slope(part, names)), wanted, relative=1e-6, absolute=1e-7)
            given = 0.0 if automatic[k] is None else float(automatic[k])
            assert compare.close(given, wanted, relative=1e-6, absolute=1e-7), (names, k)


@named(SMOOTH)
def test_derivatives_are_notation(entry: Entry) -> None:
    """Each is read as it would be in a source, and gives what its own evaluation gives."""
    for part in entry.derivative.split(";"):
        used = [name for name in entry.arguments if re.search(rf"\b{name}\b", part)]
        translation = translate(part.strip(), shapes=dict.fromkeys(used, ""))
        assert set(translation.parameters) == set(used)
        domains = dict(zip(entry.arguments, entry.domain * len(entry.arguments), strict=False))
        generator = Random(entry.name)
        values = {name: draw.array(generator, (), domains[name]) for name in used}
        assert compare.close(float(translation(**values)), float(slope(part, values)))


# --- far from the middle ------------------------------------------------------------

INF = float("inf")
NAN = float("nan")
EXTREMES = [
    ("sigmoid", [-1000.0, -800.0, 0.0, 800.0, 1000.0, NAN], [0, 0, 0.5, 1, 1, NAN]),
    ("softplus", [-1000.0, 1000.0, NAN], [0, 1000, NAN]),
    ("logsigmoid", [-1000.0, 1000.0], [-1000, 0]),
    ("silu", [-1000.0, 1000.0], [0, 1000]),
    ("gelu", [-40.0, 40.0], [0, 40]),
    ("elu", [-1000.0, 1000.0, INF, NAN], [-1, 1000, INF, NAN]),
    ("selu", [-1000.0, 1000.0], [-1.7580993408473766, 1050.7009873554805]),
    ("relu", [-INF, INF, NAN], [0, INF, NAN]),
    ("hardshrink", [NAN, 0.0], [NAN, 0]),
    ("sign", [-INF, 0.0, INF, NAN], [-1, 0, 1, NAN]),
    ("tanh", [-1000.0, 1000.0], [-1, 1]),
    ("logsumexp", [1000.0, 1000.0], 1000.6931471805599),
    ("logsumexp", [-INF, -INF], -INF),
    ("logsumexp", [INF, 0.0], INF),
    ("softmax", [1000.0, 0.0], [1, 0]),
    ("softmax", [-INF, 0.0], [0, 1]),
    ("softmax", [-INF, -INF], [NAN, NAN]),
    ("log_softmax", [1000.0, 0.0], [0, -1000]),
    ("log_softmax", [-INF, 0.0], [-INF, 0]),
    ("max", [NAN, 1.0], NAN),
    ("norm", [0.0, 0.0], 0),
    ("round", [0.5, 1.5, 2.5, -0.5], [0, 2, 2, 0]),
    ("gamma", [-0.5, -1.5], [-3.544907701811032, 2.363271801207355]),
    ("lgamma", [-0.5], [1.2655121234846454]),
    ("digamma", [-0.5, 0.001], [0.03648997397857652, -1000.5755719318103]),
    ("erfinv", [-1.0, 1.0], [-INF, INF]),
    ("normal_quantile", [0.0, 1.0], [-INF, INF]),
    ("median", [3.0, 1.0, 2.0, 10.0], 2.5),
]


@pytest.mark.parametrize(("name", "value", "wanted"), EXTREMES)
def test_far_from_the_middle(name: str, value: list[float], wanted: Any) -> None:
    entry = ENTRIES[name]
    values: list[Any] = [value]
    if name == "hardshrink":
        values.append([0.5] * len(value))
    assert compare.difference(by_definition(entry, values, ()), wanted) is None
    with np.errstate(all="ignore"):
        for target in BACKENDS:
            arguments = [of(target, v, "float64") for v in values]
            assert compare.difference(call(entry, target, arguments, {}), wanted) is None, target


@pytest.mark.parametrize(("name", "wanted"), [("sum", 0), ("prod", 1), ("logsumexp", -INF)])
def test_of_nothing(name: str, wanted: float) -> None:
    for target in BACKENDS:
        nothing = of(target, np.zeros(0), "float64")
        assert compare.same(call(ENTRIES[name], target, [nothing], {}), wanted)
    assert compare.same(by_definition(ENTRIES[name], [np.zeros(0)], ()), wanted)


@pytest.mark.parametrize("name", ["max", "min", "argmax", "argmin", "norminf"])
def test_there_is_no_extreme_of_nothing(name: str) -> None:
    for target, error in (("numpy", ValueError), ("torch", (IndexError, RuntimeError))):
        with pytest.raises(error):
            call(ENTRIES[name], target, [of(target, np.zeros(0), "float64")], {})
    with pytest.raises(ValueError, match="of nothing"):
        by_definition(ENTRIES[name], [np.zeros(0)], ())


# --- the table itself ------------------------------------------------------------


def test_no_spelling_has_two_meanings() -> None:
    owners: dict[str, str] = {}
    for entry in ENTRIES.values():
        for spelling in (entry.name, *entry.spellings):
            assert owners.setdefault(spelling, entry.name) == entry.name, spelling
    assert set(owners) == SPELLINGS
    assert sum(1 + len(entry.spellings) for entry in ENTRIES.values()) == len(SPELLINGS)


def test_the_table_is_large_enough() -> None:
    assert len(ENTRIES) >= 75


@named(list(ENTRIES.values()))
def test_an_entry_is_complete(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", entry.name)
    assert re.fullmatch(r"[A-Z0-9x].*[^.]\.", entry.sentence), entry.sentence
    assert entry.numpy
    assert entry.torch
    assert bool(entry.trusted) != (entry.name in BY_HAND)
    assert len(entry.domain) <= len(entry.arguments)
    assert set(entry.domain) <= {*draw.NUMBERS, *draw.ARRAYS}
    text = " ".join((entry.numpy,) if isinstance(entry.numpy, str) else entry.numpy)
    assert set(re.findall(r"scipy\.\w+", text)) == set(entry.needs)
    for option in entry.options:
        assert f"{{{option}}}" in text


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("softmax", "softmax"),
        ("SoftMax", "softmax"),
        ("Softmax", "softmax"),
        ("ReLU", "relu"),
        ("Swish", "silu"),
        ("arcsin", "asin"),
        ("clamp", "clip"),
        ("Concat", "concat"),
        ("tr", "trace"),
        ("expit", "sigmoid"),
        ("sg", "stop_gradient"),
    ],
)
def test_find(spelling: str, name: str) -> None:
    entry = find(spelling)
    assert entry is not None
    assert entry.name == name


@pytest.mark.parametrize("spelling", ["", "SOFTmax", "__class__", "sofmax"])
def test_what_is_no_function_is_not_found(spelling: str) -> None:
    assert find(spelling) is None


def test_importing_the_library_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'torch', 'sympy', 'scipy'}"
    code = f"import sys, eq2code.library; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


# --- shapes ------------------------------------------------------------


def dims(text: str) -> Shape:
    return tuple(Dim.of(int(part) if part.isdigit() else part) for part in text.split())


SHAPES = [
    ("softmax", ("a b n",), "a b n", ()),
    ("sum", ("a b n",), "a b", ()),
    ("exp", ("",), "", ()),
    ("maximum", ("n m", "", "n m"), "n m", ()),
    ("dot", ("a n", "n"), "a", ()),
    ("kron", ("n m", "p q"), "n*p m*q", ()),
    ("convolve", ("n", "m"), "n+m-1", ()),
    ("vec", ("n m",), "n*m", ()),
    ("diag", ("n",), "n n", ()),
    ("cross", ("a 3", "3"), "a 3", ()),
    ("pinv", ("n m",), "m n", ()),
    ("concat", ("n", "m"), "n+m", (("axis", -1),)),
    ("concat", ("n d", "m d"), "n+m d", (("axis", -2),)),
    ("stack", ("n d", "n d"), "2 n d", (("axis", -3),)),
]


@pytest.mark.parametrize(("name", "shapes", "wanted", "options"), SHAPES)
def test_shapes(name: str, shapes: tuple[str, ...], wanted: str, options: Any) -> None:
    found = apply(ENTRIES[name], tuple(map(dims, shapes)), unify=unify, options=options)
    numbers = {"a": 7, "b": 11, "n": 3, "m": 4, "p": 5, "q": 6, "d": 8}
    assert [d.evaluate(numbers) for d in found] == [eval(part, numbers) for part in wanted.split()]


@pytest.mark.parametrize(
    ("name", "shapes", "message"),
    [
        ("softmax", ("",), "needs a vector"),
        ("inverse", ("n",), "needs a matrix"),
        ("inverse", ("n m",), "n is not m|m is not n"),
        ("dot", ("n", "m"), "m is not n|n is not m"),
        ("exp", ("n", "n"), "takes 1 argument"),
        ("atan2", ("n",), "takes 2 arguments"),
        ("maximum", (), "at least 1"),
        ("maximum", ("n m", "m"), "different numbers of axes"),
        ("cross", ("4", "3"), "4 is not 3"),
    ],
)
def test_shapes_that_do_not_fit(name: str, shapes: tuple[str, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        apply(ENTRIES[name], tuple(map(dims, shapes)), unify=unify)


@pytest.mark.parametrize("options", [(), (("axis", 0),), (("axis", -3),)])
def test_an_axis_is_counted_from_the_right(options: Any) -> None:
    with pytest.raises(ShapeError):
        apply(ENTRIES["concat"], (dims("n m"), dims("n m")), unify=unify, options=options)


def test_core_ranks() -> None:
    assert core_ranks(ENTRIES["normp"], (dims("a n"), dims("a"))) == (1, 0)
    assert core_ranks(ENTRIES["maximum"], (dims("n"), dims(""))) == (0, 0)
    assert core_ranks(ENTRIES["concat"], (dims("a n"), dims("a m"))) == (2, 2)


def test_signatures_are_parsed() -> None:
    signature = parse("(n,m),(m) -> (2*n+m-1)")
    assert signature is not None
    assert signature.arguments == (dims("n m"), dims("m"))
    assert signature.result[0].evaluate({"n": 5, "m": 3}) == 12
    assert signature.result[0].terms[0] == ((), Fraction(-1))
    assert inspect.isfunction(elementwise)


def test_a_meaning_is_written_out_at_other_sizes() -> None:
    n, m = Dim.of("n"), Dim.of("m")
    mean = Divide(Symbol("x", (n,)), Size(n))
    assert resized(mean, {"n": m}) == Divide(Symbol("x", (m,)), Size(m))
