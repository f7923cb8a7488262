r"""Whatever is typed is answered at once, from the source on: with code, or with an error of ours.

Parsing alone is attacked in test_safety_parse.py, emitted code in test_gate.py.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from eq2code import (
    AmbiguousError,
    DomainError,
    Eq2CodeError,
    ShapeError,
    TooLargeError,
    UndefinedError,
    UnsupportedError,
    translate,
)
from eq2code.errors import DefinitionError, MacroLimitError, ParseError
from eq2code.library import SPELLINGS
from eq2code.limits import Limits
from eq2code.parse import parse
from eq2code.read import read
from strategies import BACKENDS, to_backend, to_numpy

REFUSED = {
    # Code in a name, and text that would break out of a docstring.
    r'\text{__import__("os").system("x")} + y': ParseError,
    r"\mathrm{x; import os}": ParseError,
    "x_{);print(1)#}": ParseError,
    r"\nabla \uparrow \N{x}": ParseError,
    "y = x \\": ParseError,
    # Towers: no big number is ever made.
    "9^{9^{9^9}}": DomainError,
    "y = 9^{9^{9^9}} x": DomainError,
    "2^{10^{9}}": DomainError,
    "(10^9)!": DomainError,
    r"\binom{10^9}{5 \cdot 10^8}": DomainError,
    "1e400": DomainError,
    "1e400 x": DomainError,
    "7" * 400: DomainError,
    "7" * 5_000: TooLargeError,
    # Ranges that would fill the memory.
    r"\sum_{i=1}^{100000000000} i": TooLargeError,
    r"\sum_{i=1}^{10^{12}} i": TooLargeError,
    r"\sum_{i=1}^{10^{12}} i^2": TooLargeError,
    r"y = 2 \\ z = y + \prod_{i=1}^{10^{10}} i": TooLargeError,
    r"y_i = i^2, i = 1, \dots, 10^{10}": TooLargeError,
    r"\mathbf{1}_{10000000000}": TooLargeError,
    r"\sum_{i=1}^{10^{20}} i": TooLargeError,
    r"\sum_{i=1}^{10^{99999}} i": TooLargeError,
    # What could be read in many ways.
    "f(x)" + "(y)" * 100: UndefinedError,
    "x'^{*}_{i}^{T}": ParseError,
    "|" * 61: ParseError,
    "|a|b|c|d|" * 15: AmbiguousError,
    # Letters that look alike.
    "\u0430 + a": AmbiguousError,
    "\ufb01": ParseError,
    # Macros without end, and what TeX would execute.
    r"\newcommand{\a}{\a\a}\a": MacroLimitError,
    r"\def\a{{\a}}\a": MacroLimitError,
    r"\edef\a{x}\a": UnsupportedError,
    r"\renewcommand{\frac}[2]{#1} \frac{a}{b}": ParseError,
    r"\input{/etc/passwd}": UnsupportedError,
    r"\write18{ls}": UnsupportedError,
    # Two symbols with one name.
    "W^Q + W_Q": DefinitionError,
    r"\hat x_t + x_{hat,t}": DefinitionError,
}


def _short(source: str) -> str:
    return ascii(source[:40])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("source", REFUSED, ids=_short)
def test_it_is_refused_at_once(source: str, backend: str) -> None:
    start = time.process_time()
    with pytest.raises(Eq2CodeError) as caught:
        translate(source, backend=backend)
    assert type(caught.value) is REFUSED[source]
    assert time.process_time() - start < 0.5


READ = {
    "a b c d " * 50: 4,
    "a" + "/b" * 200: 2,
    "|".join("a" * 61): 1,
    "a" + " + a" * 5_000: 1,
    "\u03b5 + \u03f5": 2,
    "\u03d5 + \u03c6": 2,
    "\u03d1 + \u03b8": 2,
    "\u00b5 + \u03bc": 1,
    "\u2126 + \u03a9": 1,
    "\u212a + K": 1,
    "\u2112 + L": 2,
    "m\u0302 + \u03c3\u207b\u00b9": 2,
    "x\u2062y": 2,
    "x\ufeff + y": 2,
    "y = x + 1 \\text{\"\"\"}": 1,
    "y = x % \"\"\" \\N{x} \\": 1,
    **{f"y = 2 {name} + 1": 1 for name in ("print", "id", "np", "torch", "math", "self", "lambda")},
    **{f"y = 2 {letter} + 1": 1 for letter in "fEeiTdt"},
}  # fmt: skip
"""Sources that are read, and how many parameters they have."""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("source", READ, ids=_short)
def test_it_is_read_at_once_and_runs(source: str, backend: str) -> None:
    start = time.process_time()
    function = translate(source, backend=backend)
    assert time.process_time() - start < 2
    assert len(function.parameters) == READ[source]
    assert all(name.isascii() and name.isidentifier() for name in function.parameters)
    with np.errstate(all="ignore"):
        assert to_numpy(function(*[1.0] * READ[source])).shape == ()


# --- readings -------------------------------------------------------------------------------------

MATRICES = dict.fromkeys(("A", "B", "X"), "n m")


def test_the_readings_that_are_tried_are_counted() -> None:
    document = parse(r"X + A \otimes B", functions=SPELLINGS)
    assert read(document, shapes=MATRICES).system
    with pytest.raises(AmbiguousError, match="⊗ between two arrays"):
        read(document, shapes=MATRICES, limits=Limits(readings=1))


@pytest.mark.parametrize("count", [1, 6, 7, 40])
def test_six_open_signs_are_sixty_four_readings(count: int) -> None:
    source = "\n".join(rf"y_{{{k}}} = X + A \otimes B" for k in range(count))
    if count <= 6:
        assert len(translate(source, shapes=MATRICES).outputs) == count
        return
    with pytest.raises(Eq2CodeError) as caught:
        translate(source, shapes=MATRICES)
    assert type(caught.value) is AmbiguousError


# --- ranges up to a number that is passed ---------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_range_is_held_against_the_limit_before_it_is_made(backend: str) -> None:
    function = translate(r"\prod_{i=1}^{n} i", backend=backend)
    assert float(function(4)) == 24
    assert float(function(0)) == 1
    with pytest.raises(TooLargeError, match="n is 1,000,000,000"):
        function(10**9)
    with pytest.raises(ShapeError, match="n is -3"):
        function(-3)
    assert float(translate(r"\sum_{i=1}^{10^3} i", backend=backend)()) == 500_500


# --- how arrays lie in memory ---------------------------------------------------------------------

SOURCES = ("softmax(QK^T/sqrt(d_k))V", "A + A^T", r"\sum_i x_i A_{ij}", "[x; y]", r"\|W\|_F")


class Marked(np.ndarray):
    """A subclass, as astropy and pandas have theirs."""


def _layouts(array: np.ndarray, path: Path) -> dict[str, np.ndarray]:
    mapped = np.memmap(path, array.dtype, "w+", shape=array.shape)
    mapped[...] = array
    wide = np.zeros([2 * n for n in array.shape], array.dtype)
    strided = wide[tuple(slice(None, None, 2) for _ in array.shape)]
    strided[...] = array
    fixed = array.copy()
    fixed.setflags(write=False)
    return {
        "Fortran order": np.asfortranarray(array),
        "memory-mapped": mapped,
        "a subclass": array.view(Marked),
        "every other one": strided,
        "backwards": np.ascontiguousarray(np.flip(array)).__getitem__(
            (slice(None, None, -1),) * array.ndim
        ),
        "read-only": fixed,
        "another order of bytes": array.astype(">f8"),
    }


@pytest.mark.parametrize("source", SOURCES)
def test_how_an_array_lies_in_memory_changes_nothing(source: str, tmp_path: Path) -> None:
    function = translate(source)
    rng = np.random.default_rng(0)
    ranks = {name: len(function.shapes[name].split()) for name in function.parameters}
    plain = {name: rng.normal(size=(4,) * rank) for name, rank in ranks.items()}
    before = {name: value.tobytes() for name, value in plain.items()}
    wanted = function(**plain)
    layouts = {n: _layouts(value, tmp_path / n) for n, value in plain.items()}
    for kind in next(iter(layouts.values())):
        result = function(**{name: layouts[name][kind] for name in plain})
        np.testing.assert_allclose(result, wanted, rtol=1e-13, err_msg=kind)
    assert before == {name: value.tobytes() for name, value in plain.items()}


@pytest.mark.parametrize("source", SOURCES)
def test_how_a_tensor_lies_in_memory_changes_nothing(source: str) -> None:
    function = translate(source, backend="torch")
    torch.manual_seed(0)
    ranks = {name: len(function.shapes[name].split()) for name in function.parameters}
    plain = {n: torch.randn(rank * (4,), dtype=torch.float64) for n, rank in ranks.items()}
    wanted = function(**plain)
    kinds: dict[str, Any] = {
        "not contiguous": lambda x: x.movedim(0, -1).contiguous().movedim(-1, 0),
        "every other one": lambda x: x.repeat_interleave(2, dim=-1)[..., ::2],
        "with a graph": lambda x: x.clone().requires_grad_(),
    }
    for kind, change in kinds.items():
        result = function(**{name: change(value) for name, value in plain.items()}).detach()
        torch.testing.assert_close(result, wanted, msg=lambda text, kind=kind: f"{kind}: {text}")
    same = {
        name: torch.ones((), dtype=torch.float64).expand(value.shape)
        for name, value in plain.items()
    }
    torch.testing.assert_close(
        function(**same), function(**{name: value.contiguous() for name, value in same.items()})
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_number_and_an_array_without_axes_give_a_number(backend: str) -> None:
    function = translate("2 x + 1", backend=backend)
    for given in (1.5, to_backend(np.array(1.5), backend)):
        assert to_numpy(function(given)).shape == ()
        assert float(function(given)) == 4
