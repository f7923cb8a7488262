"""Which numbers count the equations of a source? `(1)` behind or before a line, `1.` before it.

In: the parts of a source. Out: the same without those numbers. Bracketed numbers that count lines
in order are no factors; one that stands alone could be either, and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from eq2code.errors import AmbiguousError
from eq2code.parse import tokens as t
from eq2code.parse.parts import Part
from eq2code.parse.tokens import Token
from eq2code.trees.notation import Number

_LINES = frozenset({t.BREAK, t.NEWROW, t.HARD})
_UNFINISHED = frozenset({t.OP, t.SIGN, t.REL, t.COLON, t.SUB, t.SUP, t.OPEN, t.BAR})
_ALPHABET = tuple("abcdefgh")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_HABITUAL = frozenset({"f", "g", "h"})


def is_label(tokens: Sequence[Token]) -> bool:
    """`(4.90)` behind an equation is its number."""
    return (
        len(tokens) == 3
        and tokens[0].kind == t.OPEN
        and tokens[0].text in ("(", "[")
        and type(tokens[1].node) is Number
    )


def without_numbers(parts: Sequence[Part], functions: frozenset[str]) -> None:
    """Take the numbers of equations out of the parts."""
    _without_letters(parts)
    if Number not in {type(token.node) for part in parts for token in part.tokens}:
        return
    for part, after in pairwise(parts):
        listed = after.lead is not None and after.lead.kind == t.STOP and after.relation
        if listed and len(part.tokens) == 1 and type(part.tokens[0].node) is Number:
            part.tokens = []
    for part, ends, stopped in zip(parts, _ends(parts), _stopped(parts), strict=True):
        if ends and _whole(part.tokens[-3:]) and _closed(part, stopped):
            part.tokens = part.tokens[:-3]
    called = functions | _HABITUAL | _defined(parts)
    behind = [part for part, ends in zip(parts, _ends(parts), strict=True) if ends]
    behind = [part for part in behind if _ends_with_number(part, called)]
    applied = all(part.tokens[-5].kind == t.REL for part in behind if len(part.tokens) > 4)
    if _counts([part.tokens[-3:] for part in behind], doubtful=applied):
        for part in behind:
            part.tokens = part.tokens[:-3]
    for part, after in pairwise(parts):
        if starts_line(part) and _whole(part.tokens) and _set_apart(after):
            part.tokens = []
    before = [part for part in parts if _starts_with_number(part)]
    if _counts([part.tokens[:3] for part in before], doubtful=False):
        for part in before:
            part.tokens = part.tokens[3:]


def _without_letters(parts: Sequence[Part]) -> None:
    """Take `(a)`, `(b)` or `(i)`, `(ii)` from before the equations that they count."""
    lettered = [part for part in parts if _starts_with_letter(part)]
    if not lettered:
        return
    texts = [part.tokens[1].text for part in lettered]
    if len(texts) > 1 and any(texts == list(one[: len(texts)]) for one in (_ALPHABET, _ROMAN)):
        for part in lettered:
            part.tokens = part.tokens[3:]
    elif texts[0] in (_ALPHABET[0], _ROMAN[0]):
        raise AmbiguousError(
            f"({texts[0]}) counts the equation, or is a factor",
            lettered[0].tokens[0].span | lettered[0].tokens[2].span,
            readings=("the letter of the equation", "a factor"),
            hints=("leave the letter out; or write the factor with a sign",),
        )


def _starts_with_letter(part: Part) -> bool:
    """Whether a letter in brackets stands before an equation, apart from its left side."""
    tokens = part.tokens
    if not (starts_line(part) and part.relation and len(tokens) > 3):
        return False
    bracketed = (tokens[0].kind, tokens[0].text, tokens[2].kind) == (t.OPEN, "(", t.CLOSE)
    apart = tokens[3].kind in (t.ATOM, t.RUN, t.GROUP) and tokens[3].start > tokens[2].end
    return bracketed and apart and tokens[1].kind in (t.ATOM, t.RUN) and tokens[1].text.islower()


def _ends(parts: Sequence[Part]) -> list[bool]:
    """For each part, whether its line ends with it."""
    later = [part.lead is not None and part.lead.kind in _LINES for part in parts[1:]]
    return [*later, True]


def _stopped(parts: Sequence[Part]) -> list[bool]:
    """For each part, whether a full stop, and at most space, stands before it."""
    stopped: list[bool] = []
    for place, part in enumerate(parts):
        spaced = place > 0 and not parts[place - 1].tokens and stopped[-1]
        stopped.append(part.lead is not None and (part.lead.kind == t.STOP or spaced))
    return stopped


def _closed(part: Part, stopped: bool) -> bool:
    """Whether a comma or a full stop stands before the bracket that ends a part."""
    if len(part.tokens) == 3:
        return stopped
    return part.relation and part.tokens[-4].kind == t.SEP


def _defined(parts: Sequence[Part]) -> set[str]:
    """The names that a left side gives arguments to."""
    heads = (part.tokens for part in parts if part.relation and len(part.tokens) > 1)
    return {tokens[0].text for tokens in heads if tokens[1].kind == t.OPEN}


def _ends_with_number(part: Part, called: frozenset[str] | set[str]) -> bool:
    """Whether a bracketed number stands behind an equation, apart from what is before it."""
    tokens = part.tokens
    if not part.relation or len(tokens) < 4 or not _whole(tokens[-3:]):
        return False
    last = tokens[-4]
    if last.end >= tokens[-3].start or last.kind in _UNFINISHED or last.style == "op":
        return False
    scripted = len(tokens) > 4 and tokens[-5].kind in (t.SUB, t.SUP)
    alone = type(last.node) is Number and tokens[-5].kind == t.REL  # y = 2 (3) is a product
    return scripted or not (alone or last.text in called)


def starts_line(part: Part) -> bool:
    """Whether nothing stands before a part in its line."""
    return part.lead is None or part.lead.kind in _LINES


def _set_apart(part: Part) -> bool:
    """Whether an equation stands behind a wide space."""
    return part.lead is not None and part.lead.kind == t.QUAD and part.relation


def _starts_with_number(part: Part) -> bool:
    """Whether a bracketed number stands before an equation, apart from its left side."""
    tokens = part.tokens
    if not (starts_line(part) and part.relation and len(tokens) > 3 and _whole(tokens[:3])):
        return False
    return tokens[3].kind in (t.ATOM, t.RUN, t.GROUP) and tokens[3].start > tokens[2].end


def _whole(tokens: Sequence[Token]) -> bool:
    """Whether three tokens are a bracketed whole number."""
    return is_label(tokens) and tokens[1].text.isdigit() and tokens[2].kind == t.CLOSE


def _counts(labels: Sequence[Sequence[Token]], *, doubtful: bool) -> bool:
    """Whether bracketed numbers count lines in order. One that does not is refused, and so are all
    where each could be the argument of one symbol: `u = v (1)`, `w = v (2)`."""
    if not labels:
        return False
    numbers = [int(label[1].text) for label in labels]
    if (
        len(numbers) > 1
        and not doubtful
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    ):
        return True
    text = labels[0][1].text
    raise AmbiguousError(
        f"{labels[0][0].text}{text}{labels[0][2].text} is the number of an equation or a factor",
        labels[0][0].span | labels[0][2].span,
        readings=("the number of the equation", f"a factor of {text}"),
        hints=(rf"write the number as \tag{{{text}}} or leave it out; write a factor in front",),
    )
