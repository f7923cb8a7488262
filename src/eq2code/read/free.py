r"""Which letters does a formula leave free? Those below its symbols that no operator in it binds.

In: the notation of a formula, and the survey of its source. Out: the free index letters in order,
and those that are bound somewhere: a letter that is both is asked about.
"""

from __future__ import annotations

from collections.abc import Callable

from eq2code.read.names import Base, base_of
from eq2code.read.scope import (
    INDEX_LETTERS,
    LEAVES,
    Survey,
    big_operator,
    binders,
    index_key,
    may_address,
    pieces,
    places,
    split,
    step_of,
)
from eq2code.trees import notation as n


def free_letters(
    root: n.Notation,
    found: Survey,
    bound: frozenset[str],
    declared: Callable[[n.Scripts, n.Notation], bool | None],
) -> tuple[list[str], set[str]]:
    """Index letters that `root` leaves free, in order, and the letters that it binds somewhere.

    `declared(piece, part)` says whether a script addresses an array with a declared axis for it.
    """
    free: list[str] = []
    inside: set[str] = set()

    def walk(piece: n.Notation, scope: frozenset[str]) -> None:
        match piece:
            case n.Row(items):
                tokens(list(items), scope)
            case n.Product(operands):
                flat: list[n.Notation] = []
                for operand in operands:
                    flat.extend(operand.items if isinstance(operand, n.Row) else (operand,))
                tokens(flat, scope)
            case n.Scripts(base) if (letter := base_of(base)) is not None:
                assert isinstance(piece, n.Scripts)
                sup = piece.sup
                if sup is not None and type(sup) not in LEAVES and not may_address(sup):
                    walk(sup, scope)
                for place, part in places(piece):
                    key = index_key(part)
                    if key is None and (step := step_of(part)) is not None:
                        key = index_key(step[0])
                    if key is None:
                        if type(part) not in LEAVES:
                            walk(part, scope)
                    elif (
                        key not in scope
                        and key not in free
                        and _indexes(piece, letter, place, part, scope)
                    ):
                        free.append(key)
            case _:
                for part in pieces(piece):
                    if type(part) not in LEAVES:
                        walk(part, scope)

    def _all_index(piece: n.Scripts, run: n.Row, scope: frozenset[str]) -> bool:
        known = scope | found.bound | set(found.ranges)
        base = base_of(piece.base)
        if base is None or len(found.place_counts.get(base.plain, ())) < 2:
            known = known | INDEX_LETTERS
        return all(index_key(item) in known for item in run.items)

    def _indexes(
        piece: n.Scripts, letter: Base, place: str, part: n.Notation, scope: frozenset[str]
    ) -> bool:
        step = step_of(part)
        key = str(index_key(step[0] if step else part))
        addressed = declared(piece, part)
        if addressed:
            return True
        if addressed is None or key in found.counters:
            return False
        if (
            isinstance(piece.sub, n.Row)
            and place != "up"
            and not _all_index(piece, piece.sub, scope)
        ):
            return False  # x_bar
        if place != "up" and _shares(piece, key, scope):
            return True
        if _tells_rows_apart(piece, key, scope, found):
            return False
        if not found.is_slot(letter, place):
            return False
        return place != "up" or isinstance(part, n.Fence)

    def tokens(items: list[n.Notation], scope: frozenset[str]) -> None:
        for place, item in enumerate(items):
            if type(item) in LEAVES and type(item) is not n.Word:
                continue
            big = big_operator(item)
            if big is None:
                walk(item, scope)
                continue
            if big[1] is None and big[0] in ("sum", "prod"):
                swept = _swept_letters(items[place + 1 :]) - scope
                inside.update(swept)
                scope = scope | swept
                continue
            made, conditions = binders(big[1], big[2], scope, items[place + 1 :])
            keys = frozenset(binder.key for binder in made)
            inside.update(keys)
            for binder in made:
                for end in (binder.range.low, binder.range.high):
                    if end is not None:
                        walk(end, scope | keys)
            scope = scope | keys
            for condition in conditions:
                walk(condition, scope)

    walk(root, bound)
    return free, inside


def _swept_letters(items: list[n.Notation]) -> frozenset[str]:
    """The letters below that an operator without an index runs over: `Σ x_i y_i`."""
    found: set[str] = set()
    stack = list(items)
    while stack:
        piece = stack.pop()
        if isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
            keys = [index_key(part) for part in split(piece.sub)]
            found.update(key for key in keys if key is not None and len(key) == 1)
        else:
            stack.extend(pieces(piece))
    return frozenset(found)


def _shares(piece: n.Scripts, key: str, scope: frozenset[str]) -> bool:
    """Whether an index letter stands below beside one that is bound: the i of `a_{ij} x_j`."""
    keys = [index_key(part) for part in split(piece.sub)]
    return key in "ijklmn" and any(k in scope for k in keys if k is not None)


def _tells_rows_apart(piece: n.Scripts, key: str, scope: frozenset[str], found: Survey) -> bool:
    r"""Whether a letter beside one that is bound is a label: the A of `\theta_{A,i}` beside
    `\theta_i`."""
    base = base_of(piece.base)
    if base is None or key in INDEX_LETTERS or not isinstance(piece.sub, n.Items):
        return False
    beside = any(index_key(part) in scope for part in split(piece.sub))
    return beside and (key.isupper() or len(found.place_counts.get(base.plain, ())) > 1)
