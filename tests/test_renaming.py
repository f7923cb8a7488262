"""Renaming every symbol of any fixture, with the same declarations, changes nothing but names."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eq2code import Translation, translate
from eq2code.library import SPELLINGS
from eq2code.parse.symbols import GREEK_NAMES
from eq2code.read.applications import COEFFICIENTS, FUNCTION_LETTERS, LETTER_FUNCTIONS
from eq2code.read.labels import EXPONENTS
from eq2code.read.letters import ANGLES
from eq2code.read.scope import INDEX_LETTERS
from every import FIXTURES, Fixture

KINDS = ("abcuvwxyz", "qr", "ABCKMQSVWX", "DLOPRYZ", "ij")
"""Letters of one kind: each becomes the next. docs/notation.md says what the others mean."""

GREEK = (
    ("alpha", "beta", "gamma", "kappa", "tau"),
    ("theta", "zeta", "nu", "xi", "chi"),
)
SIGNS = dict(zip(itertools.chain(*GREEK), "αβγκτθζνξχ", strict=True))


def _turn(kind: Sequence[str]) -> dict[str, str]:
    return dict(zip(kind, (*kind[1:], kind[0]), strict=True))


NAMES = {old: new for kind in GREEK for old, new in _turn(kind).items()}
LETTERS = {old: new for kind in KINDS for old, new in _turn(kind).items()}
LETTERS |= {SIGNS[old]: SIGNS[new] for old, new in NAMES.items()}

NOTATION = Path(__file__).resolve().parents[1].joinpath("docs/notation.md").read_text("utf-8")

_SPELLED = (
    r"\\(?:text\w*|math(?:rm|sf|tt|it|bb)|operatorname|DeclareMathOperator|begin|end|label|tag"
    r"|mbox)\s*\*?\{([^{}]*)\}"
)
_SIZE = r"d_\{?[a-hk-z](?![a-z])"
_PIECE = re.compile(rf"{_SPELLED}|\\[A-Za-z]+|{_SIZE}|[A-Za-zα-ω]+")
_ACCENTS = ("hat", "bar", "tilde", "vec", "dot", "prime", "star", "plus", "minus", "sq", "inv")
_STEPS = ("prev", "prev2", "next", "next2", "bf", "cal", "Delta", "ell")
_PROPERTIES = ("int", "bool", "spd", "complex", "symmetric", "diagonal")
_MARKS = {*_ACCENTS, *_STEPS, *_PROPERTIES, "where", "if", "else", "otherwise", "cases"}


@dataclass(frozen=True)
class Renaming:
    """Other letters for the symbols of a source; the `words` stay."""

    words: frozenset[str]

    def source(self, text: str) -> str:
        split = unicodedata.normalize("NFD", text)
        return unicodedata.normalize("NFC", _PIECE.sub(self._piece, split))

    def _piece(self, match: re.Match[str]) -> str:
        text, inside = match.group(), match.group(1)
        if inside is not None and text.startswith(r"\mathbb"):
            return rf"\mathbb{{{inside if len(inside) == 1 else self.source(inside)}}}"
        if inside is not None:
            return (
                text
                if len(inside) > 1
                else text.replace(f"{{{inside}}}", f"{{{_letters(inside)}}}")
            )
        if text.startswith("\\"):
            return "\\" + NAMES.get(text[1:], text[1:])
        return self.name(text)

    def name(self, text: str) -> str:
        """A word of the source, a parameter or a size."""
        if re.fullmatch(_SIZE, text):  # the size that a matrix gives
            return f"{text[:-1]}{_letters(text[-1].upper()).lower()}"
        if text in self.words - NAMES.keys():
            return text
        return "_".join(map(self._part, text.split("_")))

    def _part(self, text: str) -> str:
        if text in NAMES:
            return NAMES[text]
        return text if text in self.words | GREEK_NAMES else _letters(text)

    def shape(self, text: str) -> str:
        return re.sub(r"[A-Za-z]\w*", lambda match: self.name(match[0]), text)


def _letters(text: str) -> str:
    return "".join(LETTERS.get(letter, letter) for letter in text)


def words(fixture: Fixture, made: Translation) -> frozenset[str]:
    """What is a word in a source: functions, marks of names, text, and names of several letters."""
    spelled = {w for text in re.findall(_SPELLED, fixture.source) for w in re.split(r"\W|_", text)}
    found = {word for word in spelled if len(word) > 1}
    if "\\" not in fixture.source:
        names = {made.name, *made.shapes}
        parts = {part for name in names for part in (name, *name.split("_"))}
        found |= set(re.findall(r"[A-Za-z]{2,}", fixture.source)) & parts
    return SPELLINGS | _MARKS | found


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_renaming_every_symbol_changes_names_only(fixture: Fixture) -> None:
    plain = fixture.translated()
    other = Renaming(words(fixture, plain))
    options = fixture.options()
    renamed = translate(
        other.source(fixture.source),
        shapes={other.name(name): other.shape(shape) for name, shape in fixture.shapes.items()},
        outputs=[other.name(name) for name in fixture.outputs] or None,
        prefer=options["prefer"],
    )
    assert [other.name(name) for name in plain.parameters] == [*renamed.parameters]
    assert told(plain) == told(renamed)
    values = fixture.draw(3)
    with np.errstate(all="ignore"):
        one, two = (made(*(values[name] for name in plain.parameters)) for made in (plain, renamed))
    for mine, theirs in zip(parts(one), parts(two), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-13)


def told(made: Translation) -> list[str]:
    return sorted(one.convention for one in made.assumptions)


def parts(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize(
    "letters",
    [ANGLES, COEFFICIENTS, EXPONENTS, FUNCTION_LETTERS, INDEX_LETTERS, frozenset(LETTER_FUNCTIONS)],
    ids=["angles", "coefficients", "exponents", "functions", "indices", "names of functions"],
)
def test_the_letters_that_mean_something_are_documented(letters: frozenset[str]) -> None:
    section = NOTATION.split("## Letters that say something")[1].split("\n## ")[0]
    rows = [set(re.findall(r"`\\?([A-Za-z]+)`", row)) for row in section.split("\n- ")]
    assert any(set(letters) <= row for row in rows)
