"""What is a symbol called in Python? The table of names, from notation to identifier.

A name is built from the letters of our own tables, never copied from the source's characters.
"""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from eq2code.errors import ParseError
from eq2code.trees import notation as n

VARIANTS = {
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varrho": "rho",
    "varsigma": "sigma",
    "varkappa": "kappa",
    "varpi": "pi",
}  # fmt: skip
GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
) | frozenset(VARIANTS)
HABITUAL_FUNCTIONS = frozenset({"f", "g", "h", "phi", "psi", "varphi"})
MARKS = {"*": "star", "+": "plus", "-": "minus", "dagger": "dagger", "star": "star"}
STYLES = {"bf", "bb", "cal", "frak", "rm", "sf", "it", "tt", "sc", "vec"}
KEYWORDS = frozenset(keyword.kwlist)
DIGITS = frozenset("0123456789")
_SAFE = re.compile(r"[A-Za-z0-9_]+")


class Base(NamedTuple):
    """The letter or word under scripts and accents."""

    text: str
    style: str = ""
    accents: tuple[str, ...] = ()
    word: bool = False

    @property
    def plain(self) -> tuple[str, tuple[str, ...]]:
        """The base without its style."""
        return (self.text, self.accents)

    @property
    def capital(self) -> bool:
        """Whether a habit reads it as a matrix: a capital letter other than Delta, under no
        arrow."""
        return self.style != "vec" and _capital(self.text, self.word)

    @property
    def latin(self) -> bool:
        return not self.word and _single(self.text)

    @property
    def bold(self) -> bool:
        return self.arrow or (self.style == "bf" and not self.word)

    @property
    def arrow(self) -> bool:
        r"""Whether an arrow says that it is a vector: `\vec{x}`, and `\vec{AB}` from A to B."""
        return self.style == "vec"


@lru_cache(maxsize=1024)
def _single(text: str) -> bool:
    return len(text.removeprefix("Delta_")) == 1


@lru_cache(maxsize=1024)
def _capital(text: str, word: bool) -> bool:
    letter = text.removeprefix("Delta_")
    if word:
        return len(text) == 2 and text[0] == "d" and text[1].isupper()
    return letter[:1].isupper() and letter != "Delta"


def base_of(piece: n.Notation) -> Base | None:
    """The base of a letter, a word, or an accented one; None for anything else."""
    if type(piece) is n.Letter:
        return _base(piece.text, piece.style)
    if type(piece) is n.Word:
        return None if piece.style == "big" else _base(piece.text, piece.style, len(piece.text) > 1)
    if type(piece) is n.Accent:
        inner = base_of(piece.body)
        if inner is not None:
            return Base(inner.text, inner.style, (*inner.accents, piece.kind), inner.word)
    return None


@lru_cache(maxsize=1024)
def _base(text: str, style: str, word: bool = False) -> Base:
    return Base(text, style, word=word)


class Namer:
    """Names of one source: knows which variants and styles stand in it side by side."""

    def __init__(self, bases: Collection[Base]) -> None:
        texts = {base.text for base in bases}
        self._variants = {
            variant for variant, plain in VARIANTS.items() if variant in texts and plain in texts
        }
        self._styled: set[tuple[str, tuple[str, ...]]] = set()
        styles: dict[tuple[str, tuple[str, ...]], str] = {}
        for base in bases:
            style, plain = style_of(base), base.plain
            if not base.word and styles.setdefault(plain, style) != style:
                self._styled.add(plain)
        self.sizes: frozenset[str] = frozenset()
        self._stems: dict[Base, str] = {}

    def stem(self, base: Base) -> str:
        """The identifier of a base by itself: `m_hat`, `beta`, `x_bf`."""
        if base not in self._stems:
            self._stems[base] = self._stem(base)
        return self._stems[base]

    def _stem(self, base: Base) -> str:
        text = base.text
        if text in VARIANTS and text not in self._variants:
            text = VARIANTS[text]
        if text[:6] == "Delta_":
            text = "Delta_" + VARIANTS.get(text[6:], text[6:])
        if not _SAFE.fullmatch(text):
            raise ParseError(
                f"{base.text!r} cannot be a name",
                hints=("write a letter, or a word of letters and digits",),
            )
        styled = not base.word and base.plain in self._styled and style_of(base)
        if not styled and not base.accents:
            return text
        return "_".join([text, *base.accents, *([styled] if styled else [])])

    def join(self, stem: str, labels: Iterable[str]) -> str:
        """A stem with its labels: subscript first, then superscript."""
        return identifier("_".join([stem, *[label for label in labels if label]]))


def style_of(base: Base) -> str:
    """The style of a base where it tells symbols apart: upright and italic are one."""
    return base.style if base.style in ("bf", "bb", "cal", "frak", "sf", "tt", "vec") else ""


def identifier(text: str) -> str:
    """A valid Python name: a keyword gets an underscore, a leading digit too."""
    if text in KEYWORDS:
        return text + "_"
    return "_" + text if text[:1] in DIGITS else text


def label(piece: n.Notation) -> str | None:
    """What a script says when it is part of the name: `model`, `xi`, `Q`, `1t`, `star`; None if it
    cannot be.

    >>> label(n.Row((n.Letter("x"), n.Letter("i"))))
    'xi'
    """
    match piece:
        case n.Letter(text):
            return VARIANTS.get(text, text)
        case n.Word(text) | n.Text(text):
            words = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
            return words or None
        case n.Number(text):
            return text if text.isdigit() else text.replace(".", "_")
        case n.Mark(text):
            return MARKS.get(text)
        case n.Accent(kind, body):
            inner = label(body)
            return inner and f"{inner}_{kind}"
        case n.Fence("(" | "[" | "{" | "⟨", ")" | "]" | "}" | "⟩", body):
            return label(body)
        case n.Row(items):
            return _row_label(items)
        case n.Items(items):
            return _joined(items, "_")
        case n.Scripts(base, below, above, primes):
            parts = [label(part) for part in (base, below, above) if part is not None]
            return None if None in parts else "_".join(filter(None, [*parts, *["prime"] * primes]))
        case n.Fraction(n.Letter(top), n.Letter(bottom)) if {top, bottom} <= GREEK:
            return f"{label(n.Letter(top))}_{label(n.Letter(bottom))}"
        case n.Product((n.Letter(top), n.Letter(bottom)), ("/",)) if {top, bottom} <= GREEK:
            return f"{label(n.Letter(top))}_{label(n.Letter(bottom))}"
        case n.Fraction(n.Number() as top, n.Number() as bottom):
            return _joined((top, bottom), "_")
        case n.Product((n.Number() as top, n.Number() as bottom), ("/",)):
            return _joined((top, bottom), "_")
        case n.Relation(operands, (sign,)) if sign not in (":", "<", ">", "≤", "≥", "≠"):
            return _joined([o for o in operands if o is not None], "_")
    return None


def _row_label(items: tuple[n.Notation, ...]) -> str | None:
    parts = [label(item) for item in items]
    if any(part is None for part in parts):
        return None
    texts = [str(part) for part in parts]
    if texts[0].isdigit() and texts[-1] in tuple("ijklmn"):
        return None  # `2i` counts; it is no name
    if all(part == texts[0] == "star" for part in texts):
        return "_".join(texts)
    glued = texts[0]
    for before, after in itertools.pairwise(texts):
        single = len(before) == 1 or before.isdigit()
        glued += after if single and (len(after) == 1 or after.isdigit()) else "_" + after
    return glued


def _joined(items: Iterable[n.Notation], glue: str) -> str | None:
    parts = [label(item) for item in items]
    if any(part is None for part in parts):
        return None
    return glue.join(str(part) for part in parts)
