"""What does each line of the source do? Definitions, ranges, declarations; and which letters are
indices.

In: the notation of a whole source. Out: a `Survey`, which the resolver asks wherever a letter
could be an index, a step or a label. Nothing is named and no shape is known yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import attrgetter
from typing import Any, TypeVar

from eq2code import library
from eq2code.errors import AmbiguousError, DefinitionError, UnsupportedError
from eq2code.read.names import Base, base_of, style_of
from eq2code.record import lazy, record
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n

DEFINING = frozenset({"=", ":=", "<-", "≡", "≜", "↦", "≐"})
INDEX_LETTERS = frozenset("ijklmn")
LIMITS = frozenset({"≠", "<", ">", "≤", "≥"})
INEQUALITIES = frozenset({"<", ">", "≤", "≥"})
COMPARED = INEQUALITIES | {"=", "≠"}
REDUCERS = {
    "sum": "sum",
    "prod": "prod",
    "max": "max",
    "min": "min",
    "argmax": "argmax",
    "argmin": "argmin",
    "mean": "mean",
    "sup": "max",
    "inf": "min",
    "each": "each",
    "‖": "joined",
}
STATISTICS = frozenset({"var", "std", "median", "logsumexp"})
REDUCERS |= {
    spelling: name
    for name in ("mean", *sorted(STATISTICS))
    for spelling in (name, *library.ENTRIES[name].spellings)
}

Piece = TypeVar("Piece", bound=n.Notation)


@record
class Range:
    """Where an index runs: printed ends, each with what a strict sign adds, or a set."""

    low: n.Notation | None = None
    high: n.Notation | None = None
    low_shift: int = 0
    high_shift: int = 0
    within: n.Notation | None = None


@record
class Binder:
    """One index of a big operator or of a range clause."""

    key: str
    range: Range
    span: Span = NOWHERE


@record
class Line:
    """A definition: `left` is None for a bare expression; `forms` are what it is equal to, in
    order."""

    left: n.Notation | None
    forms: tuple[n.Notation, ...]
    assigns: bool = False
    span: Span = NOWHERE

    @property
    def parts(self) -> tuple[n.Notation, ...]:
        """The left side, where there is one, and the forms."""
        return self.forms if self.left is None else (self.left, *self.forms)


@record
class Membership:
    """`Q, K ∈ ℝ^{n × d}`."""

    members: tuple[n.Notation, ...]
    space: n.Notation

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.members[0].span | self.space.span if self.members else self.space.span


@dataclass
class Survey:
    """What a first look at the whole source tells."""

    lines: list[Line] = field(default_factory=list)
    ranges: dict[str, Binder] = field(default_factory=dict)
    memberships: list[Membership] = field(default_factory=list)
    besides: list[n.Notation] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    bare_bases: set[Base] = field(default_factory=set)
    unscripted: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    stepped: set[str] = field(default_factory=set)
    slots: dict[tuple[str, tuple[str, ...], str], set[str]] = field(default_factory=dict)
    addressed: set[tuple[str, tuple[str, ...], str]] = field(default_factory=set)
    raised: list[n.Scripts] = field(default_factory=list)
    ends: list[n.Notation] = field(default_factory=list)
    units: list[n.Notation] = field(default_factory=list)
    dotted: bool = False
    floored: bool = False
    families: set[str] = field(default_factory=set)
    primed: bool = False
    place_counts: dict[tuple[str, tuple[str, ...]], set[int]] = field(default_factory=dict)
    intervals: set[str] = field(default_factory=set)
    chains: dict[str, Span] = field(default_factory=dict)
    held: list[Span] = field(default_factory=list)
    sets: set[tuple[str, tuple[str, ...], str]] = field(default_factory=set)
    cut: list[n.Scripts] = field(default_factory=list)
    asides: list[n.Relation] = field(default_factory=list)
    lowered: set[str] = field(default_factory=set)

    @lazy
    def letters(self) -> frozenset[Base]:
        """Every letter of the source, once."""
        return frozenset(self.bases)

    @lazy
    def told_apart(self) -> frozenset[Base]:
        r"""The letters that may need a style in their name: scripted ones count only where no bare
        one stands, or where two styles have the same scripts, `\mathbf{x}_1 + x_1`."""
        bare = {base.plain for base in self.bare_bases}
        scripted = self.letters - self.bare_bases
        loose = {base for base in scripted if not base.style and base.plain not in bare}
        others = scripted - loose
        twice = _restyled(self) if others else set()
        return frozenset(self.bare_bases | loose | {b for b in others if b.plain in twice})

    @lazy
    def nested(self) -> bool:
        r"""Whether a symbol below another has an index of its own: `f_{y_i}`."""
        below = (part for piece in self.scripts() for part in split(piece.sub))
        return any(type(part) is n.Scripts and part.sub is not None for part in below)

    @lazy
    def uses(self) -> Counter[str]:
        """How often each letter stands somewhere."""
        return Counter([base.text for base in self.bases])

    @lazy
    def texts(self) -> frozenset[str]:
        """What the letters are, whatever their style and accents."""
        return frozenset([base.text for base in self.letters])

    @lazy
    def kinds(self) -> dict[type[n.Notation], list[Any]]:
        """Every piece of every line by its kind, so that what looks for one kind walks no tree."""
        found: dict[type[n.Notation], list[Any]] = defaultdict(list)
        stack = [part for line in self.lines for part in line.parts]
        stack.reverse()
        while stack:
            piece = stack.pop()
            found[type(piece)].append(piece)
            if type(piece) not in LEAVES:
                stack.extend(pieces(piece))
        return dict(found)

    def of(self, kind: type[Piece]) -> list[Piece]:
        """The pieces of a kind in all lines."""
        return self.kinds.get(kind, [])

    def everywhere(self, kind: type[Piece]) -> list[Piece]:
        """The pieces of a kind in the whole source: in declarations and conditions too."""
        return self.of(kind) + [p for b in self.besides for p in walk(b) if type(p) is kind]

    def scripts(self) -> list[n.Scripts]:
        """Every scripted piece of every line."""
        return self.of(n.Scripts)

    @lazy
    def operated(self) -> frozenset[str]:
        """The letters in the scripts of big operators, bound or not."""
        operators = [big for p in self.scripts() if (big := big_operator(p)) is not None]
        scripts = [s for _, *ends in operators for s in ends if s is not None]
        return frozenset([k for s in scripts for p in walk(s) if (k := index_key(p)) is not None])

    @lazy
    def reduced(self) -> bool:
        """Whether a function that reduces has a bracket: `mean(x_i)`."""
        words = [word.text for word in self.of(n.Word)]
        return bool(self.of(n.Fence)) and not REDUCERS.keys().isdisjoint(words)

    @property
    def listed(self) -> bool:
        """Whether several pieces stand below a symbol."""
        return not LISTS.isdisjoint([type(piece.sub) for piece in self.scripts()])

    @property
    def counters(self) -> set[str]:
        """Letters that occur with a step, or tell matrices apart, and that nothing binds."""
        return (self.stepped | self.families) - self.bound - set(self.ranges)

    def is_slot(self, base: Base, place: str) -> bool:
        """Whether some occurrence of this base has a bound letter at `place`."""
        if (base.text, base.accents, place) in self.addressed:
            return True
        letters = self.slots.get((base.text, base.accents, place))
        return letters is not None and not (
            letters.isdisjoint(self.bound) and letters.isdisjoint(self.ranges)
        )


def survey(document: n.Document) -> Survey:
    """Sort the statements of a source and look over every letter in it."""
    found = Survey()
    for statement in document.statements:
        _statement(statement, found)
    found.besides = _besides(document, found.lines)
    for line in found.lines:
        for part in line.parts:
            _look(part, found)
    for aside in found.asides:
        _refuse_restriction(aside, found)
    for one in found.memberships:
        if any(isinstance(x, n.Letter) and x.text in found.bound for x in one.members):
            raise _restricted(one.span)
    found.lines = _chained(found)
    for key in [key for key in found.intervals if not _discrete(key, found)]:
        del found.ranges[key]
        found.held += [found.chains[key]] if key in found.chains else []
    for binder in found.ranges.values():
        for end in (binder.range.low, binder.range.high):
            if end is not None:
                _look(end, found)
                found.ends.append(end)
    return found


def _besides(document: n.Document, lines: list[Line]) -> list[n.Notation]:
    """The statements of a source that lines do not hold as a whole."""
    held = {id(part) for line in lines for part in line.parts}
    bodies = [statement.body for statement in document.statements]
    return [
        body
        for body in bodies
        if not held.issuperset(map(id, body.operands if type(body) is n.Relation else (body,)))
    ]


def _chained(found: Survey) -> list[Line]:
    """The lines, with `a = b = x + 1` as definitions of a and of b, where another line reads b and
    none defines it."""
    if not any(line.left is not None and len(line.forms) > 1 for line in found.lines):
        return found.lines
    lefts = {_head(line.left) for line in found.lines if line.left is not None}
    own = [{_head(p) for form in line.forms for p in walk(form)} for line in found.lines]
    readers = Counter(head for heads in own for head in heads)
    made: list[Line] = []
    for line in found.lines:
        named = []
        forms = _computed_last(line.forms)
        for form in forms[:-1] if line.left is not None else ():
            head = _head(form)
            power = isinstance(form, n.Scripts) and _squared(form)
            if head is None or head in lefts or power or index_key(form) in found.bound:
                continue
            if readers[head] > 1:
                lefts.add(head)
                named.append(form)
        kept = tuple(form for form in forms if not any(form is other for other in named))
        same = kept == line.forms
        made.append(line if same else Line(line.left, kept, line.assigns, line.span))
        for form in named:
            value = kept[-1] if isinstance(form, n.Row) or line.left is None else line.left
            made.append(Line(form, (value,), line.assigns, line.span))
    return made


def _squared(form: n.Scripts) -> bool:
    return isinstance(form.sup, n.Number)


def _computed_last(forms: tuple[n.Notation, ...]) -> tuple[n.Notation, ...]:
    """The forms of a chain, a symbol at its end before what it stands for: `u = a + b = c`."""
    powers = any(isinstance(form, n.Scripts) and _squared(form) for form in forms[:-1])
    if _head(forms[-1]) is None or (all(map(_head, forms)) and not powers):
        return forms
    return (forms[-1], *forms[:-1])


def _head(form: n.Notation) -> tuple[Base, tuple[n.Notation, ...]] | None:
    """The letter that a symbol, or a symbol with arguments, is of, and what tells it apart below:
    x_1 and x_2 are two, x_i and x_j are one."""
    match form:
        case n.Row((head, n.Fence(_, _, n.Letter() | n.Word() | n.Scripts() | n.Items()))):
            form = head
    base = base_of(form.base if isinstance(form, n.Scripts) else form)
    below = split(form.sub) if isinstance(form, n.Scripts) else ()
    labels = tuple(part for part in below if index_key(part) not in INDEX_LETTERS)
    return None if base is None else (base, labels)


def _refuse_restriction(aside: n.Relation, found: Survey) -> None:
    r"""`…, i \ne k` beside a formula restricts what some operator runs over: which one is not
    said."""
    keys = [index_key(operand) for operand in aside.operands if operand is not None]
    below = [x for operand in aside.operands for x in _subscript_letters(operand)]
    lone = [key for key in keys if key is not None] == keys[:1]
    if lone and keys[0] in _free_keys(found) and _leaves_out(aside):
        raise _restricted(aside.span)
    if (
        found.bound & {*keys[: int(lone)], *map(index_key, below)}
        and set(aside.operators) <= LIMITS
    ):
        raise _restricted(aside.span)
    indices = found.bound | INDEX_LETTERS
    if len(keys) < 2 or not all(key in indices for key in keys) or not found.bound & set(keys):
        return
    if set(aside.operators) <= LIMITS:
        raise _restricted(aside.span)


def _free_keys(found: Survey) -> set[str | None]:
    """The letters below left sides that count no steps."""
    lefts = [line.left for line in found.lines if isinstance(line.left, n.Scripts)]
    keys = {index_key(part) for left in lefts for part in split(left.sub)}
    return keys - found.stepped if keys else keys


def _leaves_out(aside: n.Relation) -> bool:
    """Whether a condition on an index leaves out more than what is before 1: `i > 2`, `i < k`."""
    match aside:
        case n.Relation((_, n.Number(digits)), (">" | "≥" as sign,)):
            return digits not in ("0", "1") or (digits == "1" and sign == ">")
    return set(aside.operators) <= LIMITS


def _restricted(span: Span) -> UnsupportedError:
    return UnsupportedError(
        "this restricts indices, and stands beside the operator that binds them",
        span,
        hints=(
            r"write it below the operator: \sum_{i \ne k}, \sum_{i : x_i > 0}",
            "leave it out where it only says what holds",
        ),
    )


def _restyled(found: Survey) -> set[tuple[str, tuple[str, ...]]]:
    """The letters that stand in several styles over the same scripts; what a bracket addresses,
    `w_t(i)`, is an element of the bold one."""
    pairs = [pair for row in found.of(n.Row) for pair in pairwise(row.items)]
    bracketed = {id(item) for item, after in pairs if _is_bracket(after)}
    styles: dict[n.Scripts, dict[tuple[str, tuple[str, ...]], set[str]]] = {}
    for piece in found.scripts():
        base = base_of(piece.base)
        if base is None or base.word or id(piece) in bracketed:
            continue
        alone = replace(piece, base=n.Mark("·"))
        styles.setdefault(alone, {}).setdefault(base.plain, set()).add(style_of(base))
    return {plain for seen in styles.values() for plain, kinds in seen.items() if len(kinds) > 1}


def _is_bracket(piece: n.Notation) -> bool:
    """Whether a piece is a bracket, with scripts of its own or without."""
    return isinstance(piece.base if isinstance(piece, n.Scripts) else piece, n.Fence)


# --- statements -----------------------------------------------------------------------------------


def _statement(statement: n.Statement, found: Survey) -> None:
    body = statement.body
    items = _each_bounded(body.items) if isinstance(body, n.Items) else (body,)
    if isinstance(body, n.Items) and isinstance(items[0], n.Relation) and "|" in body.separators:
        _refuse_bar(body)
    pending: list[n.Notation] = []
    place = 0
    while place < len(items):
        item = items[place]
        taken = _range_items(items, place, found) or _pairs(items, place, pending, found)
        if taken:
            _share_range(item, pending, found)
            pending = [] if isinstance(item, n.Relation) else pending
            place += taken
            continue
        place += 1
        match item:
            case n.Relation(operands, operators) if operators[-1] in "∈":
                members = tuple(o for o in operands[:-1] if o is not None)
                if found.lines and {index_key(one) for one in pending} <= INDEX_LETTERS:
                    members = (*pending, *members)  # `i, j ∈ {1, …, n}`
                    pending = []
                if operands[-1] is not None and not _index_set(members, operands[-1], found):
                    found.memberships.append(Membership((*pending, *members), operands[-1]))
                pending = []
            case n.Relation(operands, operators) if operators[0] == "∼":
                pending = []
            case n.Relation(operands, operators) if _bounds(operands, operators, found):
                pending = []
            case n.Relation(operands, operators) if operators[0] in DEFINING:
                _bare(pending, statement, found)
                _define(_defining_part(item), found)
                pending = []
            case n.Relation(operands, operators) if operators[0] in "≈∝":
                raise UnsupportedError(
                    f"what {operators[0]} says of its left side is no definition",
                    item.span,
                    hints=("write = where the right side is to be computed",),
                )
            case n.Relation():
                _refuse_cases(item, pending, statement, found)
                found.asides.append(item)
                shared = bool(found.lines) and all(map(_symbol, pending))  # `a, b > 0`
                _bare([] if shared else pending, statement, found)
                pending = []
            case n.Ellipsis() | n.Text():
                continue
            case _ if statement.introduced.startswith("for") and index_key(item) is not None:
                key = str(index_key(item))
                found.ranges.setdefault(key, Binder(key, Range(), item.span))
            case _:
                pending.append(item)
    _bare(pending, statement, found)


def _refuse_cases(
    aside: n.Relation, pending: list[n.Notation], statement: n.Statement, found: Survey
) -> None:
    """`f(x) = 0, x < 0; 1, x >= 0`: a value with its condition is a case, and no result."""
    again = any(aside.operands == other.operands for other in found.asides)
    loose = bool(pending) and (again or not _symbol(pending[-1]))
    if found.lines and loose and not statement.introduced:
        raise UnsupportedError(
            "a value stands before a condition here, and belongs to no case",
            pending[-1].span | aside.span,
            hints=("write if before each condition: f(x) = 0 if x < 0, 1 if x >= 0",),
        )


def _refuse_bar(body: n.Items) -> None:
    """`y = a | b`: a bar that no bracket holds, before no condition."""
    for bar, after in zip(body.separators, body.items[1:], strict=False):
        if bar == "|" and not isinstance(after, n.Relation | n.Text):
            raise AmbiguousError(
                "a bar stands behind a formula here, and no condition behind it",
                body.span,
                hints=("write each formula on a line of its own, or a function of both, f(a | b)",),
            )


def _bare(items: list[n.Notation], statement: n.Statement, found: Survey) -> None:
    """Note expressions that stand by themselves: what is asked for has no name."""
    several = [item for item in items if not isinstance(item, n.Text)]
    if len(several) > 1 and statement.introduced in ("", "and", "let", "then"):
        raise AmbiguousError(
            "several expressions stand side by side, with a comma or a bar between them",
            several[0].span | several[-1].span,
            hints=("write one on each line, or name each with =",),
        )
    if statement.introduced in ("", "and", "let", "then"):
        for item in items:
            if not isinstance(item, n.Text):
                found.lines.append(Line(None, (item,), span=item.span))
    else:
        found.held += [item.span for item in items if isinstance(item, n.Logic)]


def _defining_part(relation: n.Relation) -> n.Relation:
    """`a = b ≥ 0` without what it says beyond the definition."""
    stop = next((k for k, sign in enumerate(relation.operators) if sign not in DEFINING), None)
    if stop is None:
        return relation
    sign = relation.operators[stop]
    if sign == "⇔" or (sign == "→" and DEFINING & set(relation.operators[stop:])):
        raise UnsupportedError(
            f"what {sign} says of this equation is not translated",
            relation.span,
            hints=("write the equation that is to be computed, and no other",),
        )
    return n.Relation(relation.operands[: stop + 1], relation.operators[:stop], span=relation.span)


def _pairs(
    items: tuple[n.Notation, ...], place: int, pending: list[n.Notation], found: Survey
) -> int:
    """Note `Q, K, V = X A, X B, X C`: as many definitions; how many items after the first sign."""
    item = items[place]
    if not pending or not isinstance(item, n.Relation) or item.operators[0] not in DEFINING:
        return 0
    if len(item.operators) > 1 or None in item.operands or not all(map(_symbol, pending)):
        return 0
    left, right = item.operands
    rest = items[place + 1 : place + 1 + len(pending)]
    if len(rest) < len(pending) or any(isinstance(r, n.Relation | n.Ellipsis) for r in rest):
        raise DefinitionError(
            "several symbols stand before one sign, and not as many values after it",
            item.span,
            hints=("define each symbol on a line of its own",),
        )
    for name, value in zip((*pending, left), (right, *rest), strict=True):
        assert name is not None
        assert value is not None
        found.lines.append(Line(name, (value,), item.operators[0] == "<-", name.span | value.span))
    return 1 + len(rest)


def _symbol(piece: n.Notation) -> bool:
    return base_of(piece.base if isinstance(piece, n.Scripts) else piece) is not None


def _define(relation: n.Relation, found: Survey) -> None:
    left, *forms = [operand for operand in relation.operands if operand is not None]
    if relation.operands[0] is None:
        forms = [left, *forms]
        found.lines.append(Line(None, tuple(forms), span=relation.span))
        return
    assigns = relation.operators[0] == "<-"
    found.lines.append(Line(left, tuple(forms), assigns, relation.span))


def _range_items(items: tuple[n.Notation, ...], place: int, found: Survey) -> int:
    """How many items spell a range `k = 0, …, N-1`, which is noted; 0 where none starts here."""
    item = items[place]
    if not isinstance(item, n.Relation) or item.operators != ("=",):
        return 0
    key = index_key(item.operands[0]) if item.operands[0] is not None else None
    if key is None:
        return 0
    end = place + 1
    dots = None
    while end < len(items) and not isinstance(items[end], n.Relation):
        if isinstance(items[end], n.Ellipsis):
            dots = end
        elif dots is not None:
            end += 1
            break
        end += 1
    if dots is None:
        return 0
    if dots == end - 1:  # an open range counts iterations and binds nothing
        return end - place
    found.ranges[key] = Binder(key, Range(item.operands[1], items[dots + 1]), item.span)
    return end - place


def _each_bounded(items: tuple[n.Notation, ...]) -> tuple[n.Notation, ...]:
    """`1 ≤ i, j ≤ n` as `1 ≤ i ≤ n, 1 ≤ j ≤ n`."""
    made: list[n.Notation] = []
    low: n.Relation | None = None
    letters: list[n.Notation] = []
    for item in items:
        limit = isinstance(item, n.Relation) and item.operators in (("<",), ("≤",))
        first, last = item.operands if isinstance(item, n.Relation) and limit else (item, None)
        if low is not None and first is not None and _indexes(first):
            letters.append(first)
            if isinstance(item, n.Relation):
                signs = (*low.operators, *item.operators)
                del made[1 - len(letters) :]
                made += [
                    n.Relation((low.operands[0], letter, last), signs, span=low.span | item.span)
                    for letter in letters
                ]
                low = None
                continue
        else:
            low = item if isinstance(item, n.Relation) and last and _indexes(last) else None
            letters = [last] if last else []
        made.append(item)
    return tuple(made)


def _indexes(piece: n.Notation) -> bool:
    return index_key(piece) in INDEX_LETTERS


def _share_range(item: n.Notation, pending: list[n.Notation], found: Survey) -> None:
    """Give the range of `i, j = 1, …, n` to the letters before its sign, which wait no more."""
    key = index_key(item.operands[0]) if isinstance(item, n.Relation) and item.operands[0] else None
    if key not in found.ranges or not found.lines:
        return
    while pending and (other := index_key(pending[-1])) is not None and other in INDEX_LETTERS:
        found.ranges[other] = Binder(other, found.ranges[key].range, pending.pop().span)


def _index_set(members: tuple[n.Notation, ...], space: n.Notation, found: Survey) -> bool:
    """Note `i ∈ {1, …, n}`; whether it was one."""
    within = _span_of_set(space)
    keys = [index_key(member) for member in members]
    if within is None or None in keys:
        return False
    for key in keys:
        found.ranges[str(key)] = Binder(str(key), within, space.span)
        if isinstance(space, n.Fence) and space.open == "[" and isinstance(space.body, n.Items):
            if not any(isinstance(item, n.Ellipsis) for item in space.body.items):
                found.intervals.add(str(key))
    return True


def _span_of_set(space: n.Notation) -> Range | None:
    """The range that `{1, …, n}`, `[1, n]` or `[n]` writes."""
    if not isinstance(space, n.Fence) or space.open not in "[{":
        return None
    body = space.body
    if isinstance(body, n.Items):
        if any(isinstance(item, n.Ellipsis) for item in body.items):
            return Range(body.items[0], body.items[-1])
        if len(body.items) == 2 and space.open == "[":
            return Range(body.items[0], body.items[1])
        numbers = [item.text for item in body.items if isinstance(item, n.Number)]
        if len(numbers) == len(body.items) and all(text.isdigit() for text in numbers):
            first = int(numbers[0])
            if [int(text) for text in numbers] == list(range(first, first + len(numbers))):
                return Range(body.items[0], body.items[-1])  # {0, 1}
        return None
    return Range(n.Number("1"), body) if space.open == "[" else None


def _bounds(
    operands: tuple[n.Notation | None, ...], operators: tuple[str, ...], found: Survey
) -> bool:
    """Note `1 ≤ i ≤ n` as the range of i; whether it was one."""
    if len(operands) != 3 or not set(operators) <= {"<", "≤"} or operands[1] is None:
        return False
    key = index_key(operands[1])
    if key is None:
        return False
    found.ranges[key] = Binder(key, _between(operands, operators), operands[1].span)
    spans = [operand.span for operand in operands if operand is not None]
    found.chains[key] = spans[0] | spans[-1]
    found.intervals.add(key)
    return True


def _discrete(key: str, found: Survey) -> bool:
    r"""Whether `0 \le n \le N`, `t \in [0, T]` range over whole numbers: n indexes, or is a letter
    that does."""
    ends = found.ranges[key].range
    numbers = [end for end in (ends.low, ends.high) if isinstance(end, n.Number)]
    if (len(numbers) == 2 and numbers[1] == n.Number("1")) or any("." in x.text for x in numbers):
        return False
    if key in INDEX_LETTERS:
        return True
    return len(numbers) < 2 and any(key in letters for letters in found.slots.values())


def _between(operands: tuple[n.Notation | None, ...], operators: tuple[str, ...]) -> Range:
    return Range(
        operands[0], operands[2], int(operators[0] == "<"), -int(operators[1] == "<")
    )  # fmt: skip


# --- indices --------------------------------------------------------------------------------------


def index_key(piece: n.Notation) -> str | None:
    """What identifies an index letter: `i`, `t'`, `i_1`, `pos`; None where it cannot be an
    index."""
    if type(piece) is n.Letter:
        return None if piece.style in ("cal", "bb") else piece.text
    if type(piece) is n.Word:
        return None if piece.style in ("big", "op") else piece.text
    match piece:
        case n.Scripts(base, None, None, primes) if primes:
            inner = index_key(base)
            return inner and inner + "'" * primes
        case n.Scripts(base, n.Number(digits), None, 0):
            inner = index_key(base)
            return inner and f"{inner}_{digits}"
        case n.Fence("(" | "[", ")" | "]", body):
            return index_key(body)
    return None


def split(script: n.Notation | None) -> list[n.Notation]:
    """The places that a subscript addresses: `i,j` and `ij` two, `t+1, ii` three, `2i` one."""
    if script is None:
        return []
    if type(script) is n.Letter or type(script) is n.Number:
        return [script]
    if type(script) is n.Row and all(map(index_key, script.items)):
        return [script] if _spells(script.items) else list(script.items)
    match script:
        case n.Items(items):
            return [part for item in items for part in split(item)]
        case n.Row((n.Number("0" | "1"), *rest) as items) if all(map(index_key, rest)):
            return list(items)  # p_{0i}: nobody writes 0 times i
        case n.Row(items) if all(index_key(item) or _dots(item) for item in items):
            return [script] if _spells(items) else list(items)
        case n.Fence("(" | "[" | "⟨", ")" | "]" | "⟩", body):
            return split(body)
    return [script]


def _spells(items: tuple[n.Notation, ...]) -> bool:
    """Whether letters spell a function's name: the label of `x_{min}`."""
    if len(items) < 3:
        return False
    letters = [item.text for item in items if isinstance(item, n.Letter)]
    return len(letters) == len(items) and library.find("".join(letters)) is not None


def _dots(piece: n.Notation) -> bool:
    return isinstance(piece, n.Ellipsis) or piece in (n.Mark("cdot"), n.Mark(":"))


def step_of(piece: n.Notation) -> tuple[n.Notation, int] | None:
    """`t - 1` as (t, -1), `(k+1)` as (k, 1); None for anything else."""
    match piece:
        case n.Fence("(" | "[" | "⟨", ")" | "]" | "⟩", body):
            return step_of(body)
        case n.Sum((letter, n.Number(digits)), ("+", sign)) if digits.isdigit() and sign in "+-":
            if index_key(letter) is not None:
                return letter, int(digits) if sign == "+" else -int(digits)
    return None


def big_operator(piece: n.Notation) -> tuple[str, n.Notation | None, n.Notation | None] | None:
    """The reduction that `\\sum_i^n`, `\\max_j`, `Σ` names, with its scripts; None for anything
    else."""
    word = piece.base if type(piece) is n.Scripts else piece
    if type(word) is not n.Word or word.text not in REDUCERS:
        return None
    if type(piece) is not n.Scripts:
        return (REDUCERS[word.text], None, None) if word.style == "big" else None
    ranged = piece.sub is not None and (piece.sup is None or type(piece.sub) is n.Relation)
    if piece.primes or not (word.style == "big" or ranged):
        return None
    return REDUCERS[word.text], piece.sub, piece.sup


def binders(
    sub: n.Notation | None,
    sup: n.Notation | None,
    bound: frozenset[str] | set[str],
    body: Sequence[n.Notation] = (),
) -> tuple[list[Binder], list[n.Notation]]:
    """The indices that an operator's scripts bind, and the conditions on them.

    `body` is what the operator runs over: under `i < j` it says whether j is an index too.
    """
    found: dict[str, Binder] = {}
    conditions: list[n.Notation] = []
    sub, sup = _enumerated(sub, sup)
    parts = _each_bounded(sub.items) if isinstance(sub, n.Items) else (sub,) if sub else ()
    for part in parts:
        _binder(part, sup, bound, found, conditions)
    for old in list(found.values()):
        for end in (old.range.low, old.range.high):
            other = None if end is None else index_key(end)
            if other is None or other in bound or other in found or end is None or end is sup:
                continue
            if any(_indexed_by(piece, other) for piece in body):
                found[other] = Binder(other, Range(), end.span)  # \sum_{i<j} x_i x_j
    if isinstance(sup, n.Items) and len(sup.items) == len(found):
        low = next((b.range.low for b in found.values() if b.range.low is not None), n.Number("1"))
        for (key, old), end in zip(list(found.items()), sup.items, strict=True):
            found[key] = Binder(key, Range(low, end), old.span)  # \sum_{i,j=1}^{m,n}
    pending = [key for key, binder in found.items() if binder.range == Range()]
    shared = next((b.range for b in found.values() if b.range.low is not None), None)
    for key in pending:
        old = found[key]
        if shared is not None and isinstance(sub, n.Items):
            found[key] = Binder(key, shared, old.span)  # \sum_{i,j=1}^n
        elif sup is not None:
            found[key] = Binder(key, Range(n.Number("1"), sup), old.span)  # \sum_i^n
    return list(found.values()), conditions


def _indexed_by(root: n.Notation, key: str) -> bool:
    """Whether a letter stands below some symbol, as one of its places."""
    scripts = [piece for piece in walk(root) if type(piece) is n.Scripts and piece.sub is not None]
    return any(
        index_key(part) == key
        for piece in scripts
        if big_operator(piece) is None
        for part in split(piece.sub)
    )


def _binder(
    part: n.Notation,
    sup: n.Notation | None,
    bound: frozenset[str] | set[str],
    found: dict[str, Binder],
    conditions: list[n.Notation],
) -> None:
    def bind(piece: n.Notation, ends: Range, *, shadows: bool = False) -> bool:
        key = index_key(piece)
        if key is None or (key in bound and not shadows) or key in found:
            return False
        found[key] = Binder(key, ends, piece.span)
        return True

    match part:
        case n.Relation((left, *rest), (":", *signs)) if left is not None and rest:
            if bind(left, Range(), shadows=True):
                conditions.extend(_behind_colon(rest, signs, part))
                return None
        case n.Relation((n.Fence("(", ")", n.Items(items)), _), ("∈",)):
            if all([bind(item, Range(), shadows=True) for item in items]):  # noqa: C419  every one is bound
                conditions.append(part)
                return None
        case n.Relation(operands, signs) if set(signs) <= COMPARED and _of_elements(operands):
            letters = [x for operand in operands for x in _subscript_letters(operand)]
            if any([bind(letter, Range()) for letter in letters]):  # noqa: C419  every one is bound
                conditions.append(part)
                return None
        case n.Relation((left, right), ("=",)) if left is not None:
            if bind(left, Range(right, sup), shadows=True):
                return None
        case n.Relation((left, right), ("∈",)) if left is not None and right is not None:
            if bind(left, _span_of_set(right) or Range(within=right), shadows=True):
                return None
        case n.Relation((_, middle, _), signs) if middle is not None and set(signs) <= {"<", "≤"}:
            if bind(middle, _between(part.operands, signs)):
                return None
        case n.Relation((low, first, second, high), signs) if set(signs) <= {"<", "≤"}:
            if first is not None and second is not None:  # 1 ≤ i < j ≤ n
                ends = Range(low, second, int(signs[0] == "<"), -int(signs[1] == "<"))
                if bind(first, ends) and bind(second, Range(None, high, 0, -int(signs[2] == "<"))):
                    return None
        case n.Relation((left, right), (sign,)) if sign in INEQUALITIES and left is not None:
            if right is not None and _one_sided(left, sign, right, bind):
                return None
        case n.Relation(operands, _):
            letters = [o for o in operands if o is not None]
            if any(index_key(letter) in found for letter in letters):
                letters = []  # under i = 1, …, n with i ≠ k: k is given
            habitual = [o for o in letters if (index_key(o) or "")[:1] in INDEX_LETTERS]
            for operand in habitual or letters:  # `j ≠ y`: y is given
                bind(operand, Range())
        case n.Row(items) if all(index_key(item) for item in items):
            for item in items:
                bind(item, Range(), shadows=True)
            return None
        case n.Row((n.Text(), one)):  # `\forall j`
            return _binder(one, sup, bound, found, conditions)
        case _:
            if bind(part, Range(), shadows=True):
                return None
    conditions.append(part)
    return None


def _enumerated(
    sub: n.Notation | None, sup: n.Notation | None
) -> tuple[n.Notation | None, n.Notation | None]:
    r"""`i = 1, 2` and `i = 1, \dots, n` below an operator, as its first value and its last."""
    match sub:
        case n.Items((n.Relation((_, n.Number(first)), ("=",)) as start, *rest)) if (
            sup is None and rest and first.isdigit()
        ):
            if len(rest) > 1 and isinstance(rest[-2], n.Ellipsis):
                return start, rest[-1]
            numbers = [int(r.text) for r in rest if isinstance(r, n.Number) and r.text.isdigit()]
            if numbers == list(range(int(first) + 1, int(first) + 1 + len(rest))):
                return start, rest[-1]
    return sub, sup


def _behind_colon(
    operands: list[n.Notation | None], signs: list[str], part: n.Notation
) -> list[n.Notation]:
    """The conditions behind the colon of `i : x_i > 0`."""
    if signs:
        return [n.Relation(tuple(operands), tuple(signs), span=part.span)]
    return [operand for operand in operands if operand is not None]


def _of_elements(operands: tuple[n.Notation | None, ...]) -> bool:
    """Whether a comparison is of elements (`t_i ≤ t`, `y_i = 1`), so that what it binds stands
    below."""
    return bool(_subscript_letters(operands[0]))


def _subscript_letters(operand: n.Notation | None) -> list[n.Notation]:
    """The letters below a symbol."""
    if not isinstance(operand, n.Scripts) or base_of(operand.base) is None:
        return []
    return [part for part in split(operand.sub) if isinstance(part, n.Letter)]


def _one_sided(left: n.Notation, sign: str, right: n.Notation, bind: object) -> bool:
    assert callable(bind)
    strict = int(sign in "<>")
    if sign in "<≤":
        return bool(
            bind(left, Range(high=right, high_shift=-strict))
            or bind(right, Range(low=left, low_shift=strict))
        )
    return bool(
        bind(left, Range(low=right, low_shift=strict))
        or bind(right, Range(high=left, high_shift=-strict))
    )


def set_key(piece: n.Notation) -> tuple[str, tuple[str, ...], str] | None:
    """What identifies a set, its scripts and arguments aside: `N_i`, `N(i)`."""
    match piece:
        case n.Row((first, n.Fence())):
            return set_key(first)
        case n.Scripts(base):
            return set_key(base)
    letter = base_of(piece)
    return None if letter is None else (letter.text, letter.accents, letter.style)


# --- the first look -------------------------------------------------------------------------------


LEAVES = frozenset({n.Letter, n.Word, n.Number, n.Mark, n.Text, n.Ellipsis})
LISTS = frozenset({n.Row, n.Items})
_PLAIN = LEAVES - {n.Ellipsis}
STAR = n.Mark("*")


def pieces(piece: n.Notation) -> Sequence[n.Notation]:
    """The notation directly inside."""
    if type(piece) is n.Scripts:
        if piece.sub is None:
            return (piece.base,) if piece.sup is None else (piece.base, piece.sup)
        return (piece.base, piece.sub) if piece.sup is None else (piece.base, piece.sub, piece.sup)
    if type(piece) is n.Fence or type(piece) is n.Accent or type(piece) is n.Statement:
        return (piece.body,)
    if type(piece) is n.Relation:
        return [operand for operand in piece.operands if operand is not None]
    if type(piece) is n.Root:
        return (piece.body,) if piece.degree is None else (piece.body, piece.degree)
    if type(piece) is n.Grid:
        return [cell for row in piece.rows for cell in row]
    return _INSIDE[type(piece)](piece) if type(piece) in _INSIDE else ()


_INSIDE: dict[type[n.Notation], Callable[[Any], Sequence[n.Notation]]] = {
    n.Row: attrgetter("items"),
    n.Sum: attrgetter("terms"),
    n.Product: attrgetter("operands"),
    n.Fraction: attrgetter("numerator", "denominator"),
    n.Items: attrgetter("items"),
    n.Logic: attrgetter("operands"),
    n.Binomial: attrgetter("upper", "lower"),
    n.Evaluated: attrgetter("body", "at"),
    n.Document: attrgetter("statements"),
}


def walk(root: n.Notation) -> list[n.Notation]:
    """A piece of notation and all that stands inside it."""
    found: list[n.Notation] = []
    stack = [root]
    while stack:
        piece = stack.pop()
        found.append(piece)
        if type(piece) not in LEAVES:
            stack.extend(pieces(piece))
    return found


def mentions(row: Sequence[n.Notation], keys: set[str]) -> bool:
    """Whether one of some letters stands in a row of pieces where no operator in it binds it
    again."""
    for place, piece in enumerate(row):
        big = big_operator(piece)
        if big is not None and big[1] is not None:
            keys = keys - {b.key for b in binders(big[1], big[2], frozenset(), row[place + 1 :])[0]}
        if index_key(piece) in keys or mentions(_inside(piece), keys):
            return True
    return False


def _inside(piece: n.Notation) -> Sequence[n.Notation]:
    """The notation directly inside; the factors of a product in one row, as an operator takes
    them."""
    if isinstance(piece, n.Product):
        rows = [o.items if isinstance(o, n.Row) else (o,) for o in piece.operands]
        return [item for row in rows for item in row]
    return pieces(piece)


def _look(root: n.Notation, found: Survey) -> None:
    """Note the letters of a formula: those on the line first, then what scripts hold."""
    stack, scripts, named = [root], list[n.Notation](), False
    while stack or scripts:
        if not stack:
            stack, scripts, named = scripts, [], True
        piece = stack.pop()
        if type(piece) is not n.Scripts:
            base = base_of(piece)
            if base is not None:
                found.bases.append(base)
                found.bare_bases.add(base)
                if not named:  # the h of `W_{hh}` is no h
                    found.unscripted.add(base.plain)
                continue
            if type(piece) is n.Row:
                _bind_beside(piece.items, found)
            elif type(piece) is n.Ellipsis:
                found.dotted = True
            elif type(piece) is n.Fence and piece.open == "⌊":
                found.floored = True
            stack.extend(pieces(piece))
        elif type(piece.base) is n.Word and (big := big_operator(piece)) is not None:
            _bind(piece, found)
            stack.extend([script for script in big[1:] if script is not None])
        else:
            found.primed = found.primed or piece.primes == 1
            if type(piece.base) is n.Word and piece.sub is not None:
                found.lowered.add(piece.base.text)
            base = base_of(piece.base)
            if base is None:
                stack.append(piece.base)
            else:
                _scripted(piece, base, found)
            for script in (piece.sub, piece.sup):
                if script is not None and type(script) not in _PLAIN and _is_loose(script):
                    scripts.append(script)


def _bind_beside(items: tuple[n.Notation, ...], found: Survey) -> None:
    """Note the letters that operators bind in what stands behind them: both of `\\sum_{i<j} x_i
    x_j`."""
    for place, item in enumerate(items):
        if type(item) is not n.Scripts or type(item.base) is not n.Word:
            continue
        if (big := big_operator(item)) is not None:
            made = binders(big[1], big[2], frozenset(), items[place + 1 :])[0]
            found.bound |= {binder.key for binder in made}


def _bind(operator: n.Scripts, found: Survey) -> None:
    """Note what an operator binds, and where its indices run."""
    if operator.sub is not None:
        assert type(operator.base) is n.Word
        found.lowered.add(operator.base.text)
    for binder in binders(operator.sub, operator.sup, frozenset())[0]:
        found.bound.add(binder.key)
        if binder.range.within is not None and (key := set_key(binder.range.within)):
            found.sets.add(key)
        ends = (binder.range.low, binder.range.high)
        found.ends.extend(end for end in ends if end is not None)
        counted = [e.body for e in ends if isinstance(e, n.Fence) and e.open == "|"]
        found.sets.update(key for body in counted if (key := set_key(body)))


def _is_loose(script: n.Notation) -> bool:
    """Whether the letters of a script are looked at by themselves: it is no letter, and no
    label."""
    return base_of(script) is None and not _is_acronym(script)


def _is_unit(base: n.Notation) -> bool:
    r"""Whether a letter is that of ones or zeros: `\mathbf{1}_n`."""
    return isinstance(base, n.Letter) and base.text in "01" and base.style in ("bf", "bb")


def _is_acronym(script: n.Notation) -> bool:
    """Whether a script is capital letters written together, as labels are: the KL of `D_{KL}`."""
    items = script.items if isinstance(script, n.Row) else ()
    letters = [item.text for item in items if isinstance(item, n.Letter) and not item.style]
    return len(letters) == len(items) > 1 and "".join(letters).isupper()


def _scripted(piece: n.Scripts, base: Base, found: Survey) -> None:
    """Note a letter with scripts, and the places that it may be addressed at."""
    found.bases.append(base)
    sub, sup = piece.sub, piece.sup
    if sub is None:
        found.bare_bases.add(base)
        found.unscripted.add(base.plain)
    else:
        _lowered(piece, base, sub, found)
    if sup is not None and type(sup) is not n.Number:
        if type(sup) is n.Letter or type(sup) is n.Scripts:
            found.raised.append(piece)
        if may_address(sup):
            _note_slot(sup, "up", base, found)


def _lowered(piece: n.Scripts, base: Base, sub: n.Notation, found: Survey) -> None:
    """Note what stands below a letter."""
    if type(sub) is n.Letter:
        if _is_unit(piece.base):
            found.units.append(sub)
    elif type(sub) is n.Relation:
        if sub.operators == (":",):
            found.cut.append(piece)
    elif type(sub) is n.Items and STAR in sub.items:
        found.cut.append(piece)
    count = 0
    for place, part in enumerate(split(sub)):
        if type(part) is not n.Number:
            count += _note_slot(part, str(place), base, found)
    if count:
        found.place_counts.setdefault(base.plain, set()).add(count)


def _note_slot(part: n.Notation, place: str, base: Base, found: Survey) -> bool:
    """Note the letter, or the step of one, at a place of a symbol; whether it is a letter."""
    key = index_key(part)
    if key is not None:
        found.slots.setdefault((base.text, base.accents, place), set()).add(key)
        return bool(key)
    step = step_of(part)
    if step is not None:
        moved = str(index_key(step[0]))
        found.stepped.add(moved)
        found.slots.setdefault((base.text, base.accents, place), set()).add(moved)
    return False


def places(piece: n.Scripts) -> list[tuple[str, n.Notation]]:
    """Every place that scripts may address, with its name: "0", "1", … below, "up" above."""
    below = [(str(k), part) for k, part in enumerate(split(piece.sub))]
    above = [("up", piece.sup)] if piece.sup is not None and may_address(piece.sup) else []
    return [*below, *above]


def may_address(sup: n.Notation) -> bool:
    """Whether a superscript could address an axis: no transpose, number or expression."""
    match sup:
        case n.Letter(text):
            return text != "T"
        case n.Fence(open_, _, body):
            return bool(open_) and may_address(body)
    return index_key(sup) is not None or step_of(sup) is not None
