"""Which letter is this character? Unicode letters and scripts, read by table, never folded.

Python and NFKC fold characters that mathematics keeps apart (ε and ϵ, ᵀ and T). Here each character
has one meaning: a letter with a style, a letter with an accent, or a script.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from eq2code.parse.symbols import GREEK_CAPITALS

_LOWER = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
)
_LOWER_GREEK = (_LOWER + " varsigma sigma tau upsilon varphi chi psi omega").split()
_UPPER = "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho"
_UPPER_GREEK = (_UPPER + " ? Sigma Tau Upsilon Phi Chi Psi Omega").split()
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

GREEK_LETTERS: dict[str, str] = {
    **{chr(0x3B1 + k): name for k, name in enumerate(_LOWER_GREEK)},
    **{chr(0x391 + k): name for k, name in enumerate(_UPPER_GREEK) if name != "?"},
    "ϵ": "epsilon", "ϑ": "vartheta", "ϕ": "phi", "ϖ": "varpi", "ϱ": "varrho", "ϰ": "varkappa",
    "ϴ": "Theta", "ϒ": "Upsilon", "ϝ": "digamma",
}  # fmt: skip
"""The Greek alphabet: ε is `\\varepsilon`, ϵ is `\\epsilon`; φ is `\\varphi`, ϕ is `\\phi`."""

assert set(GREEK_CAPITALS) <= set(GREEK_LETTERS.values())

_LETTERLIKE = {
    "ℎ": ("h", ""), "ℬ": ("B", "cal"), "ℰ": ("E", "cal"), "ℱ": ("F", "cal"), "ℋ": ("H", "cal"),
    "ℐ": ("I", "cal"), "ℒ": ("L", "cal"), "ℳ": ("M", "cal"), "ℛ": ("R", "cal"), "ℯ": ("e", "cal"),
    "ℊ": ("g", "cal"), "ℴ": ("o", "cal"), "ℭ": ("C", "frak"), "ℌ": ("H", "frak"),
    "ℑ": ("I", "frak"),
    "ℜ": ("R", "frak"), "ℨ": ("Z", "frak"), "ℂ": ("C", "bb"), "ℍ": ("H", "bb"), "ℕ": ("N", "bb"),
    "ℙ": ("P", "bb"), "ℚ": ("Q", "bb"), "ℝ": ("R", "bb"), "ℤ": ("Z", "bb"), "ℽ": ("gamma", "bb"),
}  # fmt: skip

_LATIN_STYLES = ("bf", "", "bf", "cal", "cal", "frak", "bb", "frak", "sf", "sf", "sf", "sf", "tt")
_GREEK_STYLES = ("bf", "", "bf", "bf", "bf")
_DIGIT_STYLES = ("bf", "bb", "", "bf", "tt")
_GREEK_TAIL = ("partial", "epsilon", "vartheta", "varkappa", "phi", "varrho", "varpi")

COMBINING: dict[str, str] = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot",
    "\u0308": "ddot", "\u030c": "check", "\u0306": "breve", "\u20d7": "vec", "\u030a": "ring",
}  # fmt: skip
"""Combining marks that are accents; `vec` is a style."""

SUPERSCRIPTS: dict[str, str] = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True)),
    **dict(zip("ᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghjklmoprstuvwxyz", strict=True)),
    **dict(zip("ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", "ABDEGHIJKLMNOPRTUVW", strict=True)),
    "ᵝ": "β", "ᵞ": "γ", "ᵟ": "δ", "ᶿ": "θ", "ᵠ": "ϕ", "ᵡ": "χ", "ᵅ": "α", "˙": "·",
}  # fmt: skip
"""Superscript characters and what they raise; ᵀ is the transpose."""

SUBSCRIPTS: dict[str, str] = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True)),
    **dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True)),
    "ᵦ": "β", "ᵧ": "γ", "ᵨ": "ρ", "ᵩ": "ϕ", "ᵪ": "χ",
}  # fmt: skip

FRACTION_CHARACTERS: dict[str, tuple[str, str]] = {
    "½": ("1", "2"), "⅓": ("1", "3"), "⅔": ("2", "3"), "¼": ("1", "4"), "¾": ("3", "4"),
    "⅕": ("1", "5"), "⅖": ("2", "5"), "⅗": ("3", "5"), "⅘": ("4", "5"), "⅙": ("1", "6"),
    "⅚": ("5", "6"), "⅐": ("1", "7"), "⅛": ("1", "8"), "⅜": ("3", "8"), "⅝": ("5", "8"),
    "⅞": ("7", "8"), "⅑": ("1", "9"), "⅒": ("1", "10"),
}  # fmt: skip

LOOKALIKES: dict[str, str] = {
    **dict(zip("аеорсухіјѕһԁԛԝ", "aeopcyxijshdqw", strict=True)),
    **dict(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True)),
}
"""Cyrillic letters that cannot be told from Latin ones by eye."""

INVISIBLE = frozenset("\u200b\u200c\u200d\ufeff\u00ad\u2060\u180e\ufe0e\ufe0f")
"""Characters of no width, dropped with a warning."""


@lru_cache(maxsize=4096)
def letter(character: str) -> tuple[str, str] | None:
    """The letter and style of one character that is no ASCII letter, or None.

    >>> letter("β"), letter("𝐱"), letter("ℝ"), letter("?")
    (('beta', ''), ('x', 'bf'), ('R', 'bb'), None)
    """
    if character in GREEK_LETTERS:
        return GREEK_LETTERS[character], ""
    if character in _LETTERLIKE:
        return _LETTERLIKE[character]
    point = ord(character)
    if 0x1D400 <= point < 0x1D6A4:
        block, place = divmod(point - 0x1D400, 52)
        return _LATIN[place], _LATIN_STYLES[block]
    if 0x1D6A8 <= point < 0x1D7CA:
        return _styled_greek(point - 0x1D6A8)
    if 0x1D7CE <= point < 0x1D800:
        block, digit = divmod(point - 0x1D7CE, 10)
        return str(digit), _DIGIT_STYLES[block]
    return None


def _styled_greek(offset: int) -> tuple[str, str] | None:
    block, place = divmod(offset, 58)
    style = _GREEK_STYLES[block]
    if place < 25:
        name = "Theta" if place == 17 else _UPPER_GREEK[place]
        return name, style
    if place == 25:
        return "nabla", style
    if place < 51:
        return _LOWER_GREEK[place - 26], style
    return _GREEK_TAIL[place - 51], style


@lru_cache(maxsize=1024)
def accented(character: str) -> tuple[str, str] | None:
    """The base and the combining mark of a letter that Unicode composes, or None: Â is A and a
    hat.
    """
    parts = unicodedata.decomposition(character)
    if not parts or parts.startswith("<"):
        return None
    points = parts.split()
    if len(points) != 2:
        return None
    base, mark = (chr(int(point, 16)) for point in points)
    return (base, mark) if mark in COMBINING else None


def same(character: str) -> str | None:
    """The character that Unicode holds to be the same sign, or None: the ohm sign is Ω."""
    parts = unicodedata.decomposition(character)
    return chr(int(parts, 16)) if parts and len(parts.split()) == 1 else None


def named(character: str) -> str:
    """A character as an error message may show it.

    >>> named("\\u0430")
    'U+0430 CYRILLIC SMALL LETTER A'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed')}"
