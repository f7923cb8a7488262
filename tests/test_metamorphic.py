"""What must change nothing: other letters, brackets that adapt, spaces, the other order of
definitions."""

from __future__ import annotations

import re

import numpy as np
import pytest

from eq2code import translate
from eq2code.library import SPELLINGS
from readings import READINGS, Reading
from test_read import SIZES, _inputs

CYCLES = ("abcuvwxyz", "ABCKMQSVWX", "ij")
GREEK = ("alpha", "beta", "gamma", "theta")
UNICODE = {"α": "alpha", "β": "beta", "γ": "gamma", "θ": "theta"}
WORDS = SPELLINGS | {"where", "if", "otherwise", "FFN", "cases"}


def _turn(letters: str) -> dict[str, str]:
    return dict(zip(letters, letters[1:] + letters[:1], strict=True))


RENAMED = {old: new for cycle in CYCLES for old, new in _turn(cycle).items()}
RENAMED_GREEK = dict(zip(GREEK, GREEK[1:] + GREEK[:1], strict=True))
RENAMED_UNICODE = {
    old: next(new for new, word in UNICODE.items() if word == RENAMED_GREEK[name])
    for old, name in UNICODE.items()
}


def rename(source: str) -> str:
    """The source with every symbol under another letter of its kind."""

    def piece(match: re.Match[str]) -> str:
        text = match.group()
        if text.startswith("\\"):
            return "\\" + RENAMED_GREEK.get(text[1:], text[1:])
        if text.startswith("d_"):
            return "d_" + RENAMED.get(text[2].upper(), text[2].upper()).lower()
        if text in WORDS:
            return text
        return "".join(RENAMED.get(letter, RENAMED_UNICODE.get(letter, letter)) for letter in text)

    return re.sub(r"\\[A-Za-z]+|d_[a-z]|[A-Za-zα-ω]+", piece, source)


def rename_name(name: str) -> str:
    """A parameter's name after `rename`."""
    if name.startswith("d_"):
        return rename(name)
    base, _, rest = name.partition("_")
    return RENAMED_GREEK.get(base, RENAMED.get(base, base)) + (f"_{rest}" if rest else "")


def _cases() -> list[pytest.param]:
    return [
        pytest.param(reading, source, id=f"{reading.name}, {kind}")
        for reading in READINGS
        for kind, source in (("latex", reading.latex), ("text", reading.text))
        if source
    ]


@pytest.mark.parametrize(("reading", "source"), _cases())
def test_renaming_every_symbol_changes_names_only(reading: Reading, source: str) -> None:
    plain = translate(source, shapes=reading.declare)
    declare = {rename_name(name): shape for name, shape in reading.declare.items()}
    other = translate(rename(source), shapes=declare)
    assert [rename_name(name) for name in plain.parameters] == list(other.parameters)
    values = _inputs(reading, np.random.default_rng(0), (SIZES["m"],))
    renamed = {rename_name(name): value for name, value in values.items()}
    np.testing.assert_array_equal(np.asarray(plain(**values)), np.asarray(other(**renamed)))


@pytest.mark.parametrize("reading", READINGS, ids=lambda r: r.name)
@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.replace("(", r"\left(").replace(")", r"\right)"),
        lambda s: s.replace("(", r"\bigl( ").replace(")", r" \bigr)"),
        lambda s: re.sub(r"([=+])", r"\\, \1 \\;", s),
        lambda s: rf"\[ {s} \]",
        lambda s: rf"\begin{{equation}} \label{{eq:x}} {s} \end{{equation}}",
        lambda s: f"% a comment\n{s}",
    ],
    ids=["left-right", "big", "spaces", "display", "equation", "comment"],
)
def test_typography_changes_nothing(reading: Reading, change: object) -> None:
    assert callable(change)
    if r"\left" in reading.latex or reading.name == "transpose by an apostrophe":
        return
    plain = translate(reading.latex, notation="latex", shapes=reading.declare)
    other = translate(change(reading.latex), notation="latex", shapes=reading.declare)
    assert plain.parameters == other.parameters
    values = _inputs(reading, np.random.default_rng(0))
    np.testing.assert_array_equal(np.asarray(plain(**values)), np.asarray(other(**values)))


ADAM = (
    r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
    r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
    r"\hat m_t = \frac{m_t}{1 - \beta_1^t}",
    r"\hat v_t = \frac{v_t}{1 - \beta_2^t}",
    r"\theta_t = \theta_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}",
)


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (1, 3, 0, 2, 4), (2, 0, 4, 1, 3)])
def test_definitions_may_stand_in_any_order(order: tuple[int, ...]) -> None:
    outputs = ("m_t", "v_t", "theta_t")
    rng = np.random.default_rng(0)
    plain = translate(r" \\ ".join(ADAM), outputs=outputs)
    other = translate(r" \\ ".join(ADAM[k] for k in order), outputs=outputs)
    assert sorted(plain.parameters) == sorted(other.parameters)
    values = {name: rng.uniform(0.5, 0.9, 3) for name in plain.parameters}
    for one, two in zip(plain(**values), other(**values), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-14)
