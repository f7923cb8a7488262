"""What is written? Text in, `trees.notation` out: LaTeX or plain text, its meaning left open.

The way: `guard` the raw text, cut it into `lexemes`, expand `macros`, find the `regions` of
mathematics, make tokens (`latex` or `plain`), leave out what is `undrawn`, match `brackets` and
`rows`, cut `statements`, resolve `names`, and read each statement with the `machine` of its
grammar, whose actions `build` the tree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from eq2code.errors import AmbiguousError, ParseError, TooLargeError
from eq2code.limits import DEFAULT, Limits
from eq2code.parse import tokens as t
from eq2code.parse.characters import LOOKALIKES, named
from eq2code.parse.complaints import complain
from eq2code.parse.guard import guard
from eq2code.parse.latex import FIXED, NAMES, LatexMaker
from eq2code.parse.lexemes import latex_lexemes, plain_lexemes
from eq2code.parse.machine import machine
from eq2code.parse.macros import Expander
from eq2code.parse.names import Names
from eq2code.parse.parts import Part
from eq2code.parse.plain import PlainMaker
from eq2code.parse.regions import keyword, regions
from eq2code.parse.rows import matched
from eq2code.parse.statements import statements
from eq2code.parse.sums import resolve_sums
from eq2code.parse.tokens import Token
from eq2code.parse.undrawn import without_undrawn
from eq2code.source import Span
from eq2code.trees.notation import Accent, Document, Letter, Statement

__all__ = ["parse"]

_LATEX = re.compile(r"[\\$]|\{\s*\}|&|^[ \t]*%", re.MULTILINE)
_DIVIDED = re.compile(r"[\w)'\]] \\ [\w(\[]")
_COMMAND = re.compile(r"\\[^ ]|[${}&]")
_MACROS = re.compile(r"\\(?:def|let|newcommand|renewcommand|providecommand|Declare)")


def parse(
    text: str,
    *,
    notation: str | None = None,
    words: frozenset[str] = frozenset(),
    functions: frozenset[str] = frozenset(),
    limits: Limits = DEFAULT,
) -> Document:
    r"""Read a source as it is written.

    `words` are names of several letters that the user declared, as Python identifiers; `functions`
    the spellings of all known functions. `notation` is "latex", "text" or None, which recognises
    it. Whatever the text, the only exceptions are `Eq2CodeError`s, in time linear in its length.

    >>> parse("softmax(x)", functions=frozenset({"softmax"})).statements[0].body.items[0].text
    'softmax'
    """
    warned = guard(text, limits)
    if notation is None and "\\ " in text and _DIVIDED.search(text) and not _COMMAND.search(text):
        raise ParseError(
            "a backslash between two symbols is no sign of this notation",
            Span(text.index("\\ "), text.index("\\ ") + 1),
            hints=("write A^{-1} b for what A \\ b solves",),
        )
    language = notation or ("latex" if _LATEX.search(text) else "text")
    warnings = dict.fromkeys(warned)
    if language == "latex":
        tokens = without_undrawn(_latex_tokens(text, words, functions, limits, warnings))
    else:
        tokens = PlainMaker(plain_lexemes(text), words, functions, limits, warnings).read()
    if len(tokens) > limits.tokens or len(tokens) > limits.nodes:
        raise TooLargeError(
            f"the source has {len(tokens):,} signs; at most {limits.tokens:,} are read",
            hints=("translate its parts one by one",),
        )
    if t.SIGMA in {token.kind for token in tokens}:
        resolve_sums(tokens, words)
    parts = statements(*matched(tokens, limits, language), functions=functions)
    Names(language == "latex", words, functions, limits).resolve(parts)
    if sum([len(part.tokens) for part in parts]) > limits.nodes:
        raise TooLargeError(
            f"the source has more than {limits.nodes:,} signs",
            hints=("translate its parts one by one",),
        )
    if not text.isascii() and not LOOKALIKES.keys().isdisjoint(text):
        _check_lookalikes(parts, text)
    if not parts:
        raise ParseError(
            "there is no formula here", Span(0, len(text)), hints=("write one: y = W x + b",)
        )
    reader = machine(language)
    read = tuple(
        _statement(part, reader.run(part.tokens, partial(complain, text))) for part in parts
    )
    return Document(read, language, tuple(warnings), text, span=Span(0, len(text)))


def _check_lookalikes(parts: Sequence[Part], text: str) -> None:
    """Refuse a Latin letter beside one that only looks like it: one symbol or two is not said."""
    written: dict[str, str] = {}
    for token in (token for part in parts for token in part.tokens):
        node = token.node
        while isinstance(node, Accent):
            node = node.body
        if not isinstance(node, Letter) or len(node.text) > 1:
            continue
        character = text[node.span.start]
        other = written.setdefault(node.text, character if character in LOOKALIKES else node.text)
        if other != character and (character in LOOKALIKES or other in LOOKALIKES):
            raise AmbiguousError(
                f"{named(character)} and {named(other)} look alike, and both stand here",
                node.span,
                readings=(f"both are {node.text}", "they are two symbols"),
                hints=("type both with the same letter, or one with another",),
            )


def _statement(part: Part, body: object) -> Statement:
    first, last = part.tokens[0], part.tokens[-1]
    return Statement(body, part.introduced, span=Span(first.start, last.end))  # type: ignore[arg-type]


def _latex_tokens(
    text: str,
    words: frozenset[str],
    functions: frozenset[str],
    limits: Limits,
    warnings: dict[str, None],
) -> list[Token]:
    lexemes = latex_lexemes(text)
    if _MACROS.search(text):
        lexemes = Expander(limits, warnings, FIXED, NAMES).run(lexemes)
    found = regions(text, lexemes)
    if len(found) == 1:
        return LatexMaker(found[0].lexemes, words, functions, limits, warnings).read()
    out: list[Token] = []
    for region in found:
        start = region.lexemes[0][2]
        if region.kind == "prose":
            joining = keyword(region)
            if joining is not None:
                out.append(Token(t.HARD, "display", start, start))
                out.append(Token(t.KEYWORD, joining, start, start))
            continue
        out.append(Token(t.HARD, region.kind, start, start))
        out += LatexMaker(region.lexemes, words, functions, limits, warnings).read()
    return out
