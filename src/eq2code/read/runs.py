"""Is a run of small letters in plain text one word? Where its letters speak against it, it is
asked about.

`lr` is a word. `4ac` and the xw beside x and w may be products, and nothing in the text says which.
"""

from __future__ import annotations

from collections.abc import Iterable

from eq2code.errors import AmbiguousError
from eq2code.read.scope import Survey, walk
from eq2code.trees import notation as n

LONGEST = 3


def check_runs(document: n.Document, found: Survey, known: Iterable[str]) -> None:
    """AmbiguousError where a run that nothing names could be letters side by side."""
    if document.language != "text":
        return
    words = (p for s in document.statements for p in walk(s.body) if isinstance(p, n.Word))
    if not any(map(_doubtful, words)):
        return
    given = set(known)
    alone = {base.text for base in found.bases if not base.word and not base.accents}
    lefts = [line.left for line in found.lines if line.left is not None]
    heads = {p.text for left in lefts for p in walk(left) if isinstance(p, n.Word)}
    for statement in document.statements:
        for piece in walk(statement.body):
            items = piece.items if isinstance(piece, n.Row) else (piece,)
            for before, item in zip((None, *items), items, strict=False):
                if (
                    not isinstance(item, n.Word)
                    or not _doubtful(item)
                    or item.text in given | heads
                ):
                    continue
                glued = isinstance(before, n.Number) and before.span.end == item.span.start
                if glued or set(item.text) <= alone:
                    raise AmbiguousError(
                        f"{item.text} is one word, or {' times '.join(item.text)}",
                        item.span,
                        readings=(item.text, " ".join(item.text)),
                        hints=("write spaces between factors, or declare the word in shapes=",),
                    )


def _doubtful(word: n.Word) -> bool:
    text = word.text
    return not word.style and text.isalpha() and text.islower() and 1 < len(text) <= LONGEST
