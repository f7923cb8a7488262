r"""Which reductions run over a letter that stands in their brackets? `\mathrm{mean}(x_i^2)` runs
over i, where nothing else in the formula or on its left side has an i.

In: a formula, and the letters that are bound around it. Out: the same with the letters below such
functions.
"""

from __future__ import annotations

from collections.abc import Callable

from eq2code.read.free import free_letters
from eq2code.read.names import Base, base_of
from eq2code.read.normal import changed
from eq2code.read.scope import REDUCERS, Survey, split, walk
from eq2code.trees import notation as n


def taken(
    form: n.Notation,
    found: Survey,
    bound: frozenset[str],
    declared: Callable[[n.Scripts, n.Notation], bool | None],
    rank: Callable[[Base], int],
) -> n.Notation:
    """A formula in which reductions run over the letters that only they hold; `rank` says how many
    axes a letter is declared with: of vectors each is reduced by itself."""
    loose = set(free_letters(form, found, bound, declared)[0])

    def indexed(piece: n.Notation) -> n.Notation:
        if type(piece) is not n.Row:
            return piece
        items = list(piece.items)
        for place in range(len(items) - 1):
            word, fence = items[place : place + 2]
            if not _reduces(word) or type(fence) is not n.Fence or type(fence.body) is n.Items:
                continue
            inside = free_letters(fence.body, found, bound, declared)[0]
            wide = any(_is_wide(part, rank) for part in walk(fence.body))
            if inside and not wide and loose.issuperset(inside):
                span = word.span | fence.span
                keys = [n.Letter(key, span=word.span) for key in inside]
                below = keys[0] if len(keys) == 1 else n.Items(tuple(keys), span=word.span)
                over = n.Scripts(word, below, None, 0, span=word.span)
                whole = n.Row((over, fence), span=span)
                items[place : place + 2] = [n.Fence("(", ")", whole, span=span), SPENT]
        kept = tuple(item for item in items if item is not SPENT)
        if len(kept) == len(items):
            return piece
        return kept[0] if len(kept) == 1 else n.Row(kept, span=piece.span)

    made = changed(form, indexed)
    left = set(free_letters(made, found, bound, declared)[0])
    return form if left & loose else made


SPENT = n.Mark("")


def _reduces(word: n.Notation) -> bool:
    return type(word) is n.Word and word.text in REDUCERS and word.style != "big"


def _is_wide(piece: n.Notation, rank: Callable[[Base], int]) -> bool:
    """Whether a symbol has more axes than letters below."""
    base = base_of(piece.base) if type(piece) is n.Scripts else None
    return base is not None and type(piece) is n.Scripts and rank(base) > len(split(piece.sub))
