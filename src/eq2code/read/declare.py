"""What did the user say of shapes? `shapes={"Q": "n d_k : spd"}` and `Q \\in \\mathbb{R}^{n
\\times d_k}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from eq2code.errors import OptionError
from eq2code.record import record
from eq2code.source import NOWHERE, Span
from eq2code.trees.dims import Dim, Shape

KINDS = (
    "real", "int", "bool", "complex", "spd", "symmetric", "diagonal", "probability", "positive",
)  # fmt: skip
_CROSSED = re.compile(r"\w+(?: +[x×] +\w+)+|[A-Za-z0-9](?:[x×][A-Za-z0-9])+")
_LETTER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z][A-Za-z0-9_]*)|([-+*/^()]))")


@record
class Declared:
    """What is known of a symbol before it is read: its shape, or its signature as a function."""

    shape: Shape = ()
    kind: str = "real"
    arguments: tuple[Shape, ...] | None = None
    origin: str = "declared in shapes="
    span: Span = NOWHERE

    @property
    def is_function(self) -> bool:
        return self.arguments is not None


def close(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """What a mistyped word may have been: a hint, or none."""
    from difflib import get_close_matches  # only for an error

    return tuple(f"did you mean {one!r}?" for one in get_close_matches(word, list(known), 1))


def declarations(shapes: Mapping[str, str]) -> dict[str, Declared]:
    """Every entry of `shapes=`, read. OptionError where one cannot be."""
    return {name: _declared(name, text) for name, text in shapes.items()}


def _declared(name: str, text: str) -> Declared:
    body, _, kind = (part.strip() for part in text.partition(":"))
    if "->" in body:
        inputs, _, result = body.partition("->")
        groups = re.findall(r"\(([^()]*)\)", inputs)
        results = re.findall(r"\(([^()]*)\)", result)
        rest = re.sub(r"\([^()]*\)", "", inputs).replace(",", "").strip()
        if len(results) != 1 or not groups or rest:
            raise OptionError(
                f"shapes[{name!r}]: {text!r} is no signature", hints=('write "(d), () -> (d)"',)
            )
        return Declared(_axes(name, results[0]), "real", tuple(_axes(name, g) for g in groups))
    kind = kind or "real"
    if kind not in KINDS:
        raise OptionError(
            f"shapes[{name!r}]: {kind!r} is no property",
            hints=(*close(kind, KINDS), f"known are {', '.join(KINDS)}"),
        )
    return Declared(_axes(name, body), kind)


def _axes(name: str, text: str) -> Shape:
    if _CROSSED.fullmatch(text):
        raise OptionError(f"shapes[{name!r}]: {text!r} is no shape", hints=spaced(text))
    try:
        return tuple(dimension(word, where=f"shapes[{name!r}]") for word in text.split())
    except OptionError as error:
        error.hints = (*spaced(text), *error.hints)
        raise


def spaced(text: str) -> tuple[str, ...]:
    """What `(n, m)`, `n x m` or `n×m` should have been: a hint, or none.

    >>> spaced("(n, d_k)")
    ('write "n d_k"',)
    """
    pieces = re.split(r"[\s,;×()\[\]]+", text)
    if _CROSSED.fullmatch(text):
        pieces = re.split(r" +x +| *× *" if " " in text else "[x×]", text)
    words = [piece for piece in pieces if piece]
    try:
        dims = [dimension(word) for word in words]
    except OptionError:
        return ()
    return (f'write "{" ".join(words)}"',) if dims else ()


def dimension(text: str, *, where: str = "dimension") -> Dim:
    """Read `n`, `3`, `n+1`, `h*d_v`, `2*d`, `d/2`.

    >>> str(dimension("2*d+1"))
    '2*d + 1'
    """
    tokens: list[str] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or len(tokens) > 64:
            raise OptionError(
                f"{where}: {text!r} is no dimension", hints=("write n, 3, n+1 or 2*d",)
            )
        tokens.append(match.group().strip())
        place = match.end()
    try:
        value, rest = _sum(tokens)
    except (IndexError, ValueError):
        rest = ["?"]
    if rest:
        raise OptionError(f"{where}: {text!r} is no dimension", hints=("write n, 3, n+1 or 2*d",))
    return value


def _sum(tokens: list[str]) -> tuple[Dim, list[str]]:
    value, tokens = _product(tokens)
    while tokens and tokens[0] in "+-":
        right, rest = _product(tokens[1:])
        value = value + right if tokens[0] == "+" else value - right
        tokens = rest
    return value, tokens


def _product(tokens: list[str]) -> tuple[Dim, list[str]]:
    value, tokens = _atom(tokens)
    while tokens and tokens[0] in "*/":
        right, rest = _atom(tokens[1:])
        if tokens[0] == "*":
            value = value * right
        else:
            number = right.value
            if not number:
                raise ValueError("division by a letter")
            value = value * Fraction(1, number)
        tokens = rest
    return value, tokens


def _atom(tokens: list[str]) -> tuple[Dim, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        value, rest = _sum(rest)
        if rest[0] != ")":
            raise ValueError("bracket")
        rest = rest[1:]
    elif first.isdigit():
        value = Dim.of(int(first))
    elif _LETTER.fullmatch(first):
        value = Dim.of(first)
    else:
        raise ValueError(first)
    if rest and rest[0] == "^":
        power = int(rest[1])
        if not 0 < power < 6:
            raise ValueError("power")
        base = value
        for _ in range(power - 1):
            value = value * base
        rest = rest[2:]
    return value, rest


def letters(shapes: Iterable[Shape]) -> frozenset[str]:
    """Every size letter of some shapes."""
    return frozenset(name for shape in shapes for dim in shape for name in dim.letters)
