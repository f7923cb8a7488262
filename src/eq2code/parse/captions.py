"""Which words name an equation? `Theorem. y = …`, `Step 1. y = …`, `Eq. 1: y = …`.

In: the parts of a source. Out: the same without the word, its full stop and its number. A word that
the source reads elsewhere, or that is a function, is no caption; letters before a full stop that
could be a product are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from eq2code.errors import AmbiguousError
from eq2code.parse import tokens as t
from eq2code.parse.numbers import is_label, starts_line
from eq2code.parse.parts import Part
from eq2code.parse.symbols import DEFINING
from eq2code.parse.tokens import Token
from eq2code.trees.notation import Number, Word

_SHORT = 3
_BREAKS = frozenset({t.BREAK, t.NEWROW, t.HARD})


def without_captions(parts: Sequence[Part], functions: frozenset[str]) -> None:
    """Take the captions of equations out of the parts."""
    kinds = {part.lead.kind for part in parts if part.lead is not None}
    headed = [part for part in parts if part.relation and t.COLON in map(_kind, part.tokens[:5])]
    if not kinds & {t.STOP, *_BREAKS} and not headed:
        return
    said = Counter(token.text for part in parts for token in part.tokens)
    for part in headed:
        colon = list(map(_kind, part.tokens)).index(t.COLON)
        head = Part(part.tokens[:colon], part.lead, False)
        if colon and _defines(part.tokens[colon + 1 :]) and _is_caption(head, said, functions):
            part.tokens = part.tokens[colon + 1 :]
    for part, after in pairwise(parts):
        if not part.tokens or after.lead is None:
            continue
        if after.lead.kind in _BREAKS and after.relation and _is_title(part):
            part.tokens = [] if _is_caption(part, said, functions) else part.tokens
            continue
        if after.lead.kind != t.STOP:
            continue
        long = len(part.tokens[0].text) > _SHORT or len(part.tokens) > 1  # not `Wx.`
        named = (after.relation and long) or _behind(after.tokens)
        if named and not part.relation and _is_caption(part, said, functions):
            _check_product(part.tokens[0])
            part.tokens = []
            after.tokens = after.tokens[_behind(after.tokens) :]
        elif _refers(part.tokens) and _behind(after.tokens) == len(after.tokens) > 0:
            part.tokens, after.tokens = part.tokens[:-2], []


def _is_title(part: Part) -> bool:
    """Whether a line holds one word, with a capital letter in front: `Loss`, `Step 1`."""
    text = part.tokens[0].text
    return len(text) > _SHORT and text[0].isupper() and text[1:].islower() and not part.relation


def _kind(token: Token) -> str:
    return token.kind


def _defines(tokens: Sequence[Token]) -> bool:
    """Whether the first relation of some tokens defines: `y = …`, and not `x -> z`."""
    signs = (token.text for token in tokens if token.kind == t.REL)
    return next(signs, "") in DEFINING - {"↦"}


def _is_caption(part: Part, said: Counter[str], functions: frozenset[str]) -> bool:
    """Whether a part is a word at the start of a line, with a number or without."""
    head, rest = part.tokens[0], part.tokens[1:]
    if not starts_line(part) or not _is_word(head) or head.text in functions:
        return False
    again = said[head.text] > 1 and not (rest and head.text[0].isupper())  # Step 1. … Step 2. …
    return not again and _behind(rest) == len(rest)


def _is_word(token: Token) -> bool:
    spelled = token.kind == t.RUN or type(token.node) is Word
    return spelled and token.text.isalpha() and len(token.text) > 1


def _behind(tokens: Sequence[Token]) -> int:
    """How many tokens the number of a caption takes: `1`, `(1)`, with a colon or without."""
    taken = 3 if is_label(tokens[:3]) else int(bool(tokens) and type(tokens[0].node) is Number)
    colon = taken and tokens[taken : taken + 1] and tokens[taken].kind == t.COLON
    return taken + 1 if colon else taken


def _refers(tokens: Sequence[Token]) -> bool:
    """Whether a part leaves off with `, Eq`."""
    return len(tokens) > 2 and tokens[-2].kind == t.SEP and _is_word(tokens[-1])


def _check_product(head: Token) -> None:
    """Refuse capitals alone: `QK. y = a` may hold a product."""
    if not head.text.isupper():
        return
    raise AmbiguousError(
        f"{head.text} names the equation behind it, or is an expression of its own",
        head.span,
        readings=("the name of the equation", "a product"),
        hints=("leave the name out; or write the expression on a line of its own",),
    )
