"""Is a line a statement of a program? It is refused, with the notation that says the same.

In: a document in plain text. `def f(x): return x` and `for i in range(n): s = s + x` look like
words beside symbols, and would lose what they say.
"""

from __future__ import annotations

import re

from eq2code.errors import UnsupportedError
from eq2code.source import Span
from eq2code.trees import notation as n

FUNCTION = "write a function by its value: f(x) = x^2"
LOOP = "write the range of the index: y_i = x_i, i = 1, …, n; or a sum: Σ_{i=1}^n x_i"
CHOICE = "write a condition behind its value: y = x if x > 0 else 0"
STATEMENTS = (
    (re.compile(r"^[ \t]*def[ \t]+\w+[ \t]*\(.*:", re.MULTILINE), FUNCTION),
    (re.compile(r"\blambda[ \t]+\w+(?:[ \t]*,[ \t]*\w+)*[ \t]*:(?!=)"), FUNCTION),
    (re.compile(r"\bfor\b[^:\n]{0,60}\bin[ \t]+(?:range|enumerate|zip)[ \t]*\("), LOOP),
    (re.compile(r"\[[^][\n]*\bfor[ \t]+\w+[ \t]+in\b"), LOOP),
    (re.compile(r"^[ \t]*while\b[^:\n]*:(?!=)", re.MULTILINE), LOOP),
    (re.compile(r"^[ \t]*(?:el)?if\b[^:\n]*:(?!=)", re.MULTILINE), CHOICE),
    (re.compile(r"^[ \t]*(?:import|from)[ \t]+[\w.]+[ \t]+(?:as|import)\b", re.MULTILINE),
     "leave it out: functions need no import"),
)  # fmt: skip


def check_program(document: n.Document) -> None:
    """Refuse the statements of a program in plain text."""
    if document.language != "text":
        return
    for pattern, hint in STATEMENTS:
        found = pattern.search(document.text)
        if found is not None:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            raise UnsupportedError(
                "this is a statement of a program, and no formula",
                Span(start, found.end()),
                hints=(hint,),
            )
