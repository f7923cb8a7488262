# ruff: noqa: E501  (tables read better in one line)
"""Emitted text: what a careful engineer would write, and nothing that a source could smuggle in."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from eq2code.emit import emit, targets
from eq2code.errors import EmissionError, OptionError, TooLargeError
from eq2code.limits import Limits
from eq2code.lower import lower
from eq2code.trees import formula as fm
from eq2code.trees.dims import Dim
from eq2code.trees.formula import (
    Add,
    Call,
    Divide,
    MatMul,
    Multiply,
    Negate,
    Number,
    Power,
    Size,
    Transpose,
)
from second_opinion import at, holds, index, symbol, system, total
from strategies import to_backend
from test_lower import CASES, MOVING

D = Dim.of
Q, K, V = symbol("Q", "n d_k"), symbol("K", "m d_k"), symbol("V", "m p")
x, y = symbol("x", "n"), symbol("y", "n")
W = symbol("W", "n m")


def attention(mask: fm.Formula | None = None) -> fm.System:
    scores: fm.Formula = Divide(MatMul((Q, Transpose(K))), Call("sqrt", (Size(D("d_k")),)))
    extra = () if mask is None else (mask,)
    scores = Add((scores, mask)) if mask is not None else scores
    return system(
        MatMul((Call("softmax", (scores,), scores.shape), V)), Q, K, V, *extra, name="attention"
    )


ATTENTION = {
    "numpy": '''\
import math

import numpy as np


def attention(Q, K, V):
    """softmax(QK^T/\\\\sqrt{d_k})V

    Q: (…, n, d_k)   K: (…, m, d_k)   V: (…, m, p)   →  (…, n, p)
    """
    scores = Q @ K.mT / math.sqrt(K.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ V
''',
    "torch": '''\
import math

import torch


def attention(Q, K, V):
    """softmax(QK^T/\\\\sqrt{d_k})V

    Q: (…, n, d_k)   K: (…, m, d_k)   V: (…, m, p)   →  (…, n, p)
    """
    scores = Q @ K.mT / math.sqrt(K.shape[-1])
    weights = torch.softmax(scores, dim=-1)
    return weights @ V
''',
}


@pytest.mark.parametrize("target", targets)
def test_attention_reads_as_an_engineer_writes_it(target: str) -> None:
    code = emit(lower(attention()), target=target, source=r"softmax(QK^T/\sqrt{d_k})V")
    assert code.text == ATTENTION[target]
    assert code.parameters == ("Q", "K", "V")


def test_attention_with_a_mask() -> None:
    text = emit(lower(attention(symbol("M", "n m"))), target="numpy").text
    assert "scores = Q @ K.mT / math.sqrt(K.shape[-1]) + M\n" in text


i, j = index("i", "n"), index("j", "m")
LINES: dict[str, tuple[fm.Formula, str]] = {
    "no needless brackets": (Add((Multiply((x, y)), Negate(Divide(x, y)))), "x * y - x / y"),
    "a sum in a product": (Multiply((Add((x, y)), x)), "(x + y) * x"),
    "a product in a divisor": (Divide(x, Multiply((x, y))), "x / (x * y)"),
    "a quotient as a factor": (Multiply((x, Divide(y, x))), "x * (y / x)"),
    "a quotient in front": (Multiply((Divide(y, x), x)), "y / x * x"),
    "a negative base": (Power(Negate(x), Number(2)), "(-x) ** 2"),
    "a negated power": (Negate(Power(x, Number(2))), "-x**2"),
    "a power of a power": (Power(Power(x, Number(3)), y), "(x**3) ** y"),
    "a power in an exponent": (Power(x, Power(y, Number(3))), "x ** y**3"),
    "a sum taken away": (Add((x, Negate(Add((x, y))))), "x - (x + y)"),
    "two signs": (Add((x, Negate(Negate(y)))), "x - -y"),
    "a reduced axis kept": (Divide(x, total(at(x, i), i)), "x / x.sum(axis=-1, keepdims=True)"),
    "a product then a quotient": (Divide(MatMul((x, y)), Number(2)), "(x * y).sum(axis=-1) / 2"),
    "a negated number": (Multiply((Number(-2), x)), "-2 * x"),
    "minus one times": (Multiply((Number(-1), x)), "-x"),
    "a small number": (Add((x, Number(1e-8))), "x + 1e-08"),
    "a matrix over a sum": (Divide(W, Add((Number(1), total(at(W, i, j), i, j)))), "W / (1 + W.sum(axis=(-2, -1)))[..., None, None]"),
    "elementwise beside @": (Multiply((MatMul((W, Transpose(W))), MatMul((W, Transpose(W))))), None),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, (_, line) in LINES.items() if line])
def test_brackets_stand_where_they_must(name: str) -> None:
    body, line = LINES[name]
    codes = holds(
        system(body, x, y, W),
        {"n": 4, "m": 3},
        given={"x": [1.0, 2.0, 3.0, 0.5], "y": [0.5, 2.0, 1.0, 3.0]},
    )
    assert codes["numpy"].rstrip().rpartition("return ")[2] == line


ALL = {
    name: system(body, *parameters) for name, (body, parameters, *_) in {**CASES, **MOVING}.items()
}


@pytest.mark.parametrize("target", targets)
def test_every_line_is_short_and_plain(target: str) -> None:
    for name, sys_ in ALL.items():
        text = emit(lower(sys_), target=target, source="a formula").text
        head, _document, body = text.split('"""')[-3:]
        assert max(map(len, text.splitlines())) <= 104, f"{name}\n{text}"
        assert (head + body).isascii()
        assert not re.search(r"[ \t]$", text, re.M)
        for word in ("item(", "for ", "+=", "out=", "inplace"):
            assert word not in body, (name, text)
        for module in re.findall(r"^import .*?(\w+)$", head, re.M):
            assert f"{module}." in body, (name, text)


@pytest.mark.parametrize("target", targets)
def test_arguments_stay_as_they_were(target: str) -> None:
    for name, sys_ in CASES.items():
        body, parameters = sys_
        code = emit(lower(system(body, *parameters)), target=target)
        sizes = {"n": 4, "m": 3, "k": 5, "d": 2, "p": 6}
        rng = np.random.default_rng(1)
        values = {}
        for parameter in parameters:
            shape = tuple(dim.evaluate(sizes) for dim in parameter.axes)
            whole = (
                rng.integers(0, 2, shape)
                if parameter.kind in ("int", "bool")
                else rng.uniform(0.5, 2, shape)
            )
            whole = np.asarray(whole, dtype=bool if parameter.kind == "bool" else whole.dtype)
            values[parameter.name] = whole
        before = {key: value.copy() for key, value in values.items()}
        arrays = {k: to_backend(v, target) for k, v in values.items()}
        if target == "numpy":
            for array in values.values():
                array.setflags(write=False)
        first = code.function(*(arrays[n] for n in code.parameters))
        # Other layouts of the same numbers give the same result.
        strided = {
            k: np.repeat(v, 2, axis=-1)[..., ::2] if v.ndim else v for k, v in values.items()
        }
        fortran = {k: np.asarray(v, order="F") for k, v in values.items()}
        for other in (strided, fortran):
            given = {k: to_backend(v, target) for k, v in other.items()}
            again = code.function(*(given[n] for n in code.parameters))
            np.testing.assert_allclose(
                np.asarray(again), np.asarray(first), rtol=1e-12, err_msg=name
            )
        for key, value in values.items():
            np.testing.assert_array_equal(value, before[key], err_msg=name)


def test_gradients_flow() -> None:
    code = emit(lower(attention()), target="torch")
    arrays = [torch.randn(3, 2, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    assert torch.autograd.gradcheck(code.function, arrays)


def test_half_precision_stays() -> None:
    code = emit(lower(attention()), target="torch")
    arrays = [torch.randn(3, 2, dtype=torch.bfloat16) for _ in range(3)]
    assert code.function(*arrays).dtype == torch.bfloat16


# --- what a source might smuggle in -----------------------------------------------------------

SOURCES = [
    '"""\nimport os\n"""',
    "ends with \\",
    'ends with "',
    "\\nabla \\uparrow \\N{x} \\x",
    "a\rimport os\rb",
    "nul \x00 here",
    "line \u2028 separator",
    "bidi \u202e text \u202c",
    "surrogate \ud800",
    "zero\u200bwidth",
    "'''",
    '\\"""',
    "",
    "\n\n",
    "tab\there",
    "ᵀ σ ∑ 𝐱",
]


@pytest.mark.parametrize("source", SOURCES)
def test_docstrings_hold_the_source_and_nothing_else(source: str) -> None:
    code = emit(lower(system(Add((x, y)), x, y)), target="numpy", source=source)
    tree = ast.parse(code.text)
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 2
    document = ast.get_docstring(function, clean=False) or ""
    wanted = [line.strip() for line in source.splitlines() if line.strip()] or ["f"]
    found = [line.strip() for line in document.splitlines()]
    assert [line for line in found if line][: len(wanted)] == wanted
    assert not [c for c in code.text if not c.isprintable() and c != "\n"]
    assert code.function(np.ones(2), np.ones(2)).tolist() == [2.0, 2.0]


@pytest.mark.parametrize("name", ["x); import os", "__class__", "ε", "a b", "", "a" * 65, "x\n"])
def test_names_that_are_none_are_refused(name: str) -> None:
    bad = fm.Symbol(name, (D("n"),))
    with pytest.raises(EmissionError):
        lower(system(Add((bad, x)), bad, x))
    with pytest.raises(EmissionError):
        lower(system({name: x}, x)) and lower(system({"a": x, name: x}, x))
    with pytest.raises(EmissionError):
        lower(system(x, x, name=name))


@pytest.mark.parametrize(
    "name",
    [
        "print",
        "sum",
        "max",
        "id",
        "self",
        "f",
        "E",
        "scores",
        "weights",
        "batch",
        "total",
        "np",
        "torch",
        "math",
        "scipy",
        "abs",
        "bool",
        "lambda",
        "None",
    ],
)
def test_names_never_collide(name: str) -> None:
    """A symbol named like a builtin, a module, the function or a temporary is still itself."""
    s = symbol(name, "n m")
    body = Add(
        (Call("softmax", (MatMul((s, Transpose(W))),), (D("n"), D("n"))), MatMul((s, Transpose(W))))
    )
    codes = holds(
        system({"first": body, "weights_2": Multiply((Number(2), s))}, W, s), {"n": 4, "m": 3}
    )
    assert all("import" in text for text in codes.values())
    # The same name for a definition.
    other = symbol(name + "_in", "n m")
    holds(
        system(
            {
                name: MatMul((other, Transpose(W))),
                "next": MatMul((fm.Symbol(name, (D("n"), D("n"))), other)),
            },
            W,
            other,
        ),
        {"n": 4, "m": 3},
    )


def test_several_results_are_a_named_tuple() -> None:
    code = emit(
        lower(system({"a": Add((x, y)), "b": Multiply((x, y))}, x, y, name="two_things")),
        target="numpy",
    )
    assert "class TwoThings(NamedTuple):" in code.text
    result = code.function(np.ones(2), np.full(2, 3.0))
    assert result._fields == ("a", "b")
    assert result.b.tolist() == [3.0, 3.0]


def test_fields_named_like_their_class() -> None:
    code = emit(
        lower(system({"F": Add((x, y)), "Results": Multiply((x, y))}, x, y)), target="numpy"
    )
    assert code.function(np.ones(2), np.ones(2))._fields == ("F", "Results")


# --- size -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Add, Multiply])
def test_long_sums_and_products_are_split_in_linear_time(kind: type[fm.Formula]) -> None:
    def seconds(count: int) -> float:
        parts = tuple(
            Multiply((Number(k + 1), Power(x, Number(2)))) if kind is Add else at(W, None, 0)
            for k in range(count)
        )
        started = time.process_time()
        code = emit(lower(system(kind(parts), x, W)), target="numpy")  # type: ignore[call-arg]
        spent = time.process_time() - started
        value = code.function(np.ones(3), np.ones((3, 2)))
        np.testing.assert_allclose(value, count * (count + 1) / 2 if kind is Add else 1.0)
        assert max(map(len, code.text.splitlines())) <= 110
        return spent

    seconds(100)
    small, large = seconds(1_000), seconds(10_000)
    assert large < 30 * small + 0.5


def test_deep_formulas_are_split() -> None:
    body: fm.Formula = x
    for k in range(400):
        body = (
            Divide(Number(1), Add((Number(1), Power(body, Number(2)))))
            if k % 2
            else Call("tanh", (Negate(body),), body.shape)
        )
    code = emit(lower(system(body, x)), target="numpy")
    assert np.isfinite(code.function(np.ones(3))).all()


def test_deep_products_under_a_sum_are_split() -> None:
    body: fm.Formula = at(x, i)
    for _ in range(300):
        body = Negate(Multiply((body, at(y, i))))
        assert not body.shape  # computed from the inside, as a reader does
    code = emit(lower(system(total(body, i), x, y)), target="numpy")
    assert code.function(np.ones(3), np.ones(3)) == 3.0


def test_too_much_code_is_refused() -> None:
    parts = tuple(Multiply((Number(k), x)) for k in range(100))
    with pytest.raises(TooLargeError):
        emit(lower(system(Add(parts), x)), target="numpy", limits=Limits(code=500))


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(OptionError, match="numpy, torch"):
        emit(lower(system(x, x)), target="fortran")


# --- determinism ------------------------------------------------------------------------------

_PRINT = """
import sys
from test_emit import ALL, attention
from eq2code.emit import emit, targets
from eq2code.lower import lower
sys.stdout.reconfigure(encoding="utf-8", newline="\\n")
for target in targets:
    for one in (attention(), *ALL.values()):
        print(emit(lower(one), target=target, source="s").text)
"""


def test_the_same_text_on_every_run() -> None:
    texts = set()
    here = Path(__file__).parent
    for seed in ("0", "1", "2"):
        path = os.pathsep.join([str(here), str(here.parent / "src")])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "COLUMNS": seed}
        run = subprocess.run(
            [sys.executable, "-c", _PRINT], env=environment, capture_output=True, check=True
        )
        texts.add(run.stdout)
    assert len(texts) == 1
