r"""What does a piece of prose say? A name, a word that joins statements, or nothing that matters.

In: the words inside `\text{…}` or between two formulas. Out: at most a KEYWORD and a PROSE token,
or a WORD.
"""

from __future__ import annotations

import re

from eq2code.parse.symbols import KEYWORDS

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_ ][A-Za-z0-9]+){0,2}")
_PUNCTUATION = " \t\r\n.,;:!?~()"
_SIGNED = re.compile(r"^(?:[-+](?![-+])|[*/=<>])|(?:[*/=<>]|(?<![-+])[-+])$")
_WORD = re.compile(r"[A-Za-z][A-Za-z.]*")


def bare(text: str) -> str:
    """The prose without the space and punctuation round it."""
    return " ".join(text.strip(_PUNCTUATION).split())


def keyword(text: str) -> str | None:
    """What the whole of a prose joins, if it does: "where", "for all" (as "for"), "s.t." (as
    "with").
    """
    plain = " ".join(text.lower().strip(" \t\r\n,;:~()").split())
    return KEYWORDS.get(plain) or KEYWORDS.get(plain.rstrip("."))


def opening(text: str) -> str | None:
    """What the prose opens with: "where the mean is" opens with "where", "for all heads" with
    "for".
    """
    words = _WORD.findall(text.lower())
    for size in (3, 2, 1):
        found = KEYWORDS.get(" ".join(words[:size])) if len(words) >= size else None
        if found is not None:
            return found
    return None


def joins(text: str) -> bool:
    """Whether prose begins or ends with a sign that joins it to the formula round it: "+ z"."""
    return _SIGNED.search(text.strip()) is not None


def waits(text: str) -> bool:
    """Whether prose leaves off where an operand must follow: "mean of", "divided by"."""
    return _WORD.findall(text.lower())[-1:] in (["of"], ["by"], ["times"], ["plus"], ["minus"])


def last_keyword(text: str) -> str | None:
    """The last word that joins statements in a passage between two formulas.

    >>> last_keyword("is the mean, and where the last layer has")
    'where'
    """
    words = _WORD.findall(text.lower())
    found = None
    for place in range(len(words)):
        for size in (3, 2, 1):
            key = " ".join(words[place : place + size])
            if key in _JOINING:
                found = KEYWORDS[key]
                break
    return found


_JOINING = frozenset(
    {"where", "with", "and", "for", "if", "for all", "for each", "for every", "such that", "let",
     "given", "subject to", "here", "in which", "when"}
)  # fmt: skip


def name(text: str) -> str | None:
    r"""The name that the prose is, or None: "learning rate" is learning_rate."""
    plain = text.strip()
    return re.sub(r"[- ]", "_", plain) if NAME.fullmatch(plain) else None
