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

NUMBERS = frozenset({n.Number, type(None)})  # scripts that hold no letter


def free_letters(
    root: n.Notation,
    found: Survey,
    bound: frozenset[str],
    declared: Callable[[n.Scripts, n.Notation], bool | None],
) -> tuple[list[str], set[str]]:
    """Index letters that `root` leaves free, in order, and the letters that it binds somewhere.

    `declared(piece, part)` says whether a script addresses an array with a declared axis for it.
    """
    letters = _Letters(found, declared)
    letters.walk(root, bound)
    return letters.free, letters.inside


def torn(root: n.Notation, found: Survey, bound: frozenset[str]) -> list[str]:
    """The index letters that an operator in `root` binds, and that a bracket behind an array holds
    beyond its reach: the i of `Σ_i y[i] x[i] + y[i]`."""
    letters = _Letters(found, lambda *_: False)
    letters.walk(root, bound)
    return [key for key in letters.held if key in letters.inside]


class _Letters:
    """The index letters of one formula, as they are met."""

    def __init__(
        self, found: Survey, declared: Callable[[n.Scripts, n.Notation], bool | None]
    ) -> None:
        self.found, self.declared = found, declared
        self.free: list[str] = []
        self.held: list[str] = []
        self.inside: set[str] = set()

    def walk(self, piece: n.Notation, scope: frozenset[str]) -> None:
        """Gather the letters of a piece; those in `scope` are bound around it."""
        match piece:
            case n.Row(items):
                self.tokens(list(items), scope)
            case n.Product(operands):
                flat: list[n.Notation] = []
                for operand in operands:
                    flat += operand.items if type(operand) is n.Row else (operand,)
                self.tokens(flat, scope)
            case n.Scripts(base, sub, sup) if (letter := base_of(base)) is not None:
                if type(sub) in NUMBERS and type(sup) in NUMBERS:
                    return
                if sup is not None and type(sup) not in LEAVES and not may_address(sup):
                    self.walk(sup, scope)
                for place, part in places(piece):
                    key = index_key(part)
                    if key is None and (step := step_of(part)) is not None:
                        key = index_key(step[0])
                    if key is None:
                        if type(part) not in LEAVES:
                            self.walk(part, scope)
                    elif (
                        key not in scope
                        and key not in self.free
                        and self._indexes(piece, letter, place, part, scope)
                    ):
                        self.free.append(key)
            case _:
                for part in pieces(piece):
                    if type(part) not in LEAVES:
                        self.walk(part, scope)

    def tokens(self, items: list[n.Notation], scope: frozenset[str]) -> None:
        """Gather the letters of pieces side by side: an operator binds in all that follows it."""
        for place, item in enumerate(items):
            if type(item) in LEAVES and type(item) is not n.Word:
                continue
            big = big_operator(item)
            if big is None:
                before = base_of(items[place - 1]) if place else None
                if before is not None and type(item) is n.Fence and item.open == "[":
                    parts = map(index_key, pieces(item.body) or (item.body,))
                    loose = INDEX_LETTERS - scope
                    self.held += [part for part in parts if part is not None and part in loose]
                self.walk(item, scope)
                continue
            if big[1] is None and big[0] in ("sum", "prod"):
                swept = _swept_letters(items[place + 1 :]) - scope
                self.inside.update(swept)
                scope = scope | swept
                continue
            made, conditions = binders(big[1], big[2], scope, items[place + 1 :])
            keys = frozenset(binder.key for binder in made)
            self.inside.update(keys)
            for binder in made:
                for end in (binder.range.low, binder.range.high):
                    if end is not None:
                        self.walk(end, scope | keys)
            scope = scope | keys
            for condition in conditions:
                self.walk(condition, scope)

    def _indexes(
        self, piece: n.Scripts, letter: Base, place: str, part: n.Notation, scope: frozenset[str]
    ) -> bool:
        """Whether a letter at a place of a symbol addresses it, and names it no further."""
        step = step_of(part)
        key = str(index_key(step[0] if step else part))
        addressed = self.declared(piece, part)
        if addressed:
            return True
        if addressed is None or key in self.found.counters:
            return False
        if (
            isinstance(piece.sub, n.Row)
            and place != "up"
            and not self._all_index(piece, piece.sub, scope)
        ):
            return False  # x_bar
        if place != "up" and _shares(piece, key, scope):
            return True
        if _tells_rows_apart(piece, key, scope, self.found):
            return False
        if not self.found.is_slot(letter, place):
            return False
        return place != "up" or isinstance(part, n.Fence)

    def _all_index(self, piece: n.Scripts, run: n.Row, scope: frozenset[str]) -> bool:
        """Whether letters written together below a symbol are indices, each by itself."""
        known = scope | self.found.bound | set(self.found.ranges)
        base = base_of(piece.base)
        if base is None or len(self.found.place_counts.get(base.plain, ())) < 2:
            known = known | INDEX_LETTERS
        return all(index_key(item) in known for item in run.items)


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
