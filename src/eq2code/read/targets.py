"""What does a left-hand side define? A value, an array over indices, a function, or a label
only."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

from eq2code.read.free import free_letters
from eq2code.read.names import VARIANTS, Base, base_of, identifier, label
from eq2code.read.scope import (
    INDEX_LETTERS,
    LEAVES,
    Line,
    Survey,
    big_operator,
    binders,
    index_key,
    pieces,
    places,
    split,
    step_of,
    walk,
)
from eq2code.read.scripts import index_keys, is_transpose, script_label
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n


@dataclass(slots=True)
class Target:
    """A line with its left side taken apart.

    Attributes:
        head: the notation of what is defined, without its arguments; None for a bare expression.
        arguments: the arguments on the left, in order; None where it is no function.
        addresses: what addresses the left side beyond its own scripts: `\\sigma(z)_i`, `y[c, i]`.
        indices: the keys of its free indices, in order.
        name: its Python name, once it is known.
        wrap: what stands over the head: "" or "inverse".
        power: the power of a head in brackets: `(\\sigma_j^h)^2`.
        swept: letters below an argument that the right side binds: `MAE(y_i, …)`.
    """

    line: Line
    head: n.Notation | None = None
    arguments: tuple[n.Notation, ...] | None = None
    addresses: tuple[n.Notation, ...] = ()
    indices: tuple[str, ...] = ()
    name: str = ""
    wrap: str = ""
    power: str = ""
    derivative: tuple[n.Notation, ...] = ()
    base: Base | None = None
    span: Span = NOWHERE
    parameters: list[str] = field(default_factory=list)
    place: int = 0
    reassigns: bool = False
    diagonal: bool = False
    parts: tuple[n.Notation, ...] = ()
    part: int = 0
    swept: list[str] = field(default_factory=list)
    woven: tuple[str, ...] = ()


def target(line: Line) -> Target:
    """Take the left side of a line apart."""
    found = Target(line, span=line.span)
    left = line.left
    if left is None:
        return found
    match left:
        case n.Row((head, n.Fence() as fence)) if _callable(head):
            _bracketed(found, head, fence, ())
        case n.Row((head, n.Scripts(n.Fence() as fence, sub, None, 0))) if sub and _callable(head):
            _bracketed(found, head, fence, tuple(split(sub)))
        case n.Row((head, n.Scripts(n.Fence() as fence, None, n.Fence("(") as sup, 0))) if (
            index_key(sup) and _callable(head)
        ):
            _bracketed(found, head, fence, (sup,))
        case n.Scripts(n.Fence("(" | "["), sub, None, 0) if sub is not None:
            found.addresses = tuple(split(sub))
        case n.Row((n.Fence("(", ")", n.Product()), n.Fence("(" | "[", _, at))):
            found.addresses = listed(at)  # (f * g)[n] = …
        case n.Row((n.Letter("nabla"), head)) if _callable(head):
            found.head, found.derivative = head, (head,)
        case n.Row((n.Letter("nabla"), head, n.Fence() as fence)) if _callable(head):
            found.head, found.derivative = head, (head,)
        case n.Fraction(top, bottom) if partial(top) is not None and partial(bottom) is not None:
            found.derivative = (_must(partial(top)), _must(partial(bottom)))
            found.head = found.derivative[0]
        case n.Scripts(base, sub, sup, primes) if _inverse(sup) and base_of(base) is not None:
            found.head = (
                n.Scripts(base, sub, None, primes, span=left.span) if sub or primes else base
            )
            found.wrap = "inverse"
        case n.Scripts(
            n.Fence("(", ")", n.Scripts(base, sub, n.Letter() as sup, primes)),
            None,
            n.Number() as power,
            0,
        ):
            found.head = n.Scripts(base, sub, sup, primes, span=left.span)  # (\sigma_j^h)^2 = …
            found.power = power.text
        case _ if _callable(left):
            found.head = left
    found.base = _base(found.head)
    if found.head is None or (found.base is None):
        found.head = None
    return found


def split_target(found: Target) -> list[Target]:
    """`[Q_1; Q_2] = …` defines each symbol in the bracket as a part of the right side."""
    left = found.line.left
    if not isinstance(left, n.Fence) or left.open != "[" or not isinstance(left.body, n.Items):
        return [found]
    items = left.body.items
    if len(items) < 2 or not all(_callable(item) for item in items):
        return [found]
    return [
        Target(found.line, head=item, base=_base(item), span=found.span, parts=items, part=k)
        for k, item in enumerate(items)
    ]


def _bracketed(
    found: Target, head: n.Notation, fence: n.Fence, addresses: tuple[n.Notation, ...]
) -> None:
    found.head = head
    found.arguments = listed(fence.body)
    found.addresses = addresses


def listed(body: n.Notation) -> tuple[n.Notation, ...]:
    """The arguments inside a bracket, in printed order, whatever separates them."""
    if isinstance(body, n.Items):
        return body.items
    if isinstance(body, n.Product) and set(body.operators) == {"‖"}:
        return body.operands
    return (body,)


def _callable(piece: n.Notation) -> bool:
    if isinstance(piece, n.Scripts):
        return base_of(piece.base) is not None
    return base_of(piece) is not None


def _base(piece: n.Notation | None) -> Base | None:
    if isinstance(piece, n.Scripts):
        return base_of(piece.base)
    return None if piece is None else base_of(piece)


def _inverse(sup: n.Notation | None) -> bool:
    return sup == n.Sum((n.Number("1"),), ("-",))


def derivative_name(what: str, by: n.Notation) -> str:
    r"""The name of `\frac{dx}{dt}`: dx_dt."""
    base = _base(by)
    return f"d{what}_d{base.text if base else 'x'}"


def partial(piece: n.Notation) -> n.Notation | None:
    r"""What is differentiated, or by what: the x of `dx`, `\partial x`."""
    match piece:
        case n.Row((n.Letter("partial" | "d"), rest)):
            return rest
    return None


def _must(piece: n.Notation | None) -> n.Notation:
    assert piece is not None
    return piece


def free_indices(found: Target, survey: Survey, known: Known) -> tuple[str, ...]:
    """The letters on the left that are indices: those that range, or address an array, on the
    right."""
    if found.woven:
        return found.woven
    head = found.head
    candidates: list[tuple[str, str, n.Notation]] = []
    if isinstance(head, n.Scripts):
        ordered = sorted(places(head), key=lambda pair: not isinstance(pair[1], n.Fence))
        candidates += [(place, key, part) for place, part in ordered for key in _keys(part)]
    extra = list(found.addresses)
    if found.arguments is not None and all(index_key(a) for a in found.arguments):
        extra += [
            a
            for a in found.arguments
            if not known.given(a) and (_ranges(a, survey) or _only_index(a, found, survey, known))
        ]
    candidates += [("", key, part) for part in extra for key in _keys(part)]
    for argument in found.arguments or ():
        if isinstance(argument, n.Scripts) and base_of(argument.base) is not None:
            for place, part in places(argument):
                letter = base_of(argument.base)
                slot = letter is not None and survey.is_slot(letter, place)
                if known.addresses(argument, part) or (slot and not known.labelled(argument)):
                    swept = [key for key in _keys(part) if _swept(found.line, key, survey, known)]
                    found.swept += swept
                    if swept:
                        continue
                    candidates += [(place, key, part) for key in _keys(part)]
    for part in found.derivative[1:]:
        if isinstance(part, n.Scripts):
            candidates += [(p, key, q) for p, q in places(part) for key in _keys(q)]
    keys: list[str] = []
    for place, key, part in candidates:
        if key not in keys and _is_index(place, key, part, found, survey, known):
            keys.append(key)
    return tuple(keys)


def _ranges(argument: n.Notation, survey: Survey) -> bool:
    r"""Whether an argument is an index letter whose range is printed: `X[k] = …, k = 0, …, N-1`."""
    key = index_key(argument)
    return key in survey.ranges and key in INDEX_LETTERS


def _swept(line: Line, key: str, survey: Survey, known: Known) -> bool:
    """Whether an operator on the right binds a letter that nothing there leaves free:
    `MAE(y_i)`."""
    looked = [free_letters(form, survey, frozenset(), known.addresses) for form in line.forms[-1:]]
    return any(key in inside for _, inside in looked) and not any(key in free for free, _ in looked)


def _keys(part: n.Notation) -> list[str]:
    key = index_key(part)
    if key is None and (step := step_of(part)) is not None:
        key = index_key(step[0])
    return [key] if key else []


@dataclass
class Known:
    """What was said of names before anything is read: ranks of declared arrays, names that are
    wanted."""

    ranks: dict[str, int]
    names: frozenset[str]
    steps: frozenset[str] = frozenset()
    bare: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    values: frozenset[str] = frozenset()
    above: frozenset[tuple[str, tuple[str, ...]]] = frozenset()

    def called(self, piece: n.Notation) -> set[str]:
        """The names that a symbol has with all its scripts as labels."""
        name = label(piece) or ""
        names = {VARIANTS.get(name, name)}
        return names | set(self.spellings(piece)) if isinstance(piece, n.Scripts) else names

    @property
    def widest(self) -> int:
        """The largest number of axes that a declared array has: no more places can address one."""
        return min(max(self.ranks.values(), default=0), 6)

    def given(self, piece: n.Notation) -> bool:
        """Whether the user declared a symbol of this name."""
        name = label(piece)
        return name is not None and identifier(VARIANTS.get(name, name)) in self.names

    def labelled(self, piece: n.Scripts) -> bool:
        """Whether the scripts of a symbol, taken as labels, make a name that the user gave."""
        return bool(self.names) and any(name in self.names for name in self.spellings(piece, ()))

    def addresses(self, piece: n.Scripts, part: n.Notation) -> bool | None:
        """Whether a script addresses an array that is declared with an axis for it.

        None where it cannot: it is part of a name that the user gave.
        """
        if not self.ranks and not self.names:
            return False
        if self.labelled(piece):
            return None
        if part is piece.sup and not isinstance(part, n.Fence):
            return False
        base = base_of(piece.base)
        if base is not None and base.plain in self.bare and set(_keys(part)) & self.steps:
            return False  # \\theta and \\theta_t in one source: what is passed, and a step of it
        others = [p for _, p in places(piece)]
        for size in range(1, min(len(others), self.widest) + 1):
            for kept in combinations(range(len(others)), size):
                if not any(others[k] is part for k in kept):
                    continue
                out = tuple(others[k] for k in kept)
                if any(self.ranks.get(name, 0) >= size for name in self.spellings(piece, out)):
                    return True
        return None if self.labels(piece, part) else False

    def room_above(self, piece: n.Scripts, part: n.Notation) -> bool:
        """Whether a letter above stands over an array with one axis more than it has indices
        below."""
        if part is not piece.sup or self.labelled(piece):
            return False
        others = tuple(p for _, p in places(piece))
        return any(self.ranks.get(name, 0) == len(others) for name in self.spellings(piece, others))

    def labels(self, piece: n.Scripts, part: n.Notation) -> bool:
        r"""Whether a script is part of a name that the user gave to an array: the k of
        `w_k^{(i)}`."""
        if not self.ranks:
            return False
        others = [p for _, p in places(piece) if p is not part]
        return any(
            name in self.ranks and self.ranks[name] >= size
            for size in range(1, min(len(others), self.widest) + 1)
            for out in combinations(others, size)
            for name in self.spellings(piece, out)
        )

    def spellings(self, piece: n.Scripts, out: tuple[n.Notation, ...] = ()) -> list[str]:
        """The names that a symbol has with the scripts in `out` taken as indices."""
        base = base_of(piece.base)
        if base is None:
            return []
        stem = "_".join(
            [VARIANTS.get(base.text, base.text), *base.accents, *["prime"] * piece.primes]
        )
        taken = set(map(id, out))
        parts = [part for _, part in places(piece) if id(part) not in taken]
        labels = [script_label(part) for part in parts]
        texts = [text for text in labels if text is not None]
        if len(texts) < len(labels):
            return []
        if isinstance(piece.sup, n.Mark) and not is_transpose(piece.sup):
            texts += [word] if (word := script_label(piece.sup)) else []
        below = len([part for part in split(piece.sub) if id(part) not in taken])
        glued = ["".join(texts[:below]), *texts[below:]]
        return ["_".join([stem, *texts]), "_".join([stem, *[text for text in glued if text]])]


def _only_index(argument: n.Notation, found: Target, survey: Survey, known: Known) -> bool:
    """Whether an argument letter stands on the right as an address only: `\\ell(i, j)`, `w(i)`.

    A letter that is no index by habit must address a declared array: `KL(p, q)` has `\\mu_p` as a
    name.
    """
    key = str(index_key(argument))
    uses = [use for form in found.line.forms for use in _uses(form, key, known)]
    if not uses or not all(uses):
        return False
    if key in INDEX_LETTERS or key in survey.bound or key in survey.ranges:
        return True
    return any(_addresses_declared(form, key, known) for form in found.line.forms)


def _addresses_declared(root: n.Notation, key: str, known: Known) -> bool:
    """Whether a letter stands where a declared array has an axis for it."""
    for piece in walk(root):
        if isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
            if any(known.addresses(piece, part) for _, part in places(piece) if key in _keys(part)):
                return True
        if isinstance(piece, n.Row):
            for before, item in zip(piece.items, piece.items[1:], strict=False):
                if isinstance(item, n.Fence) and _array(before, item, known):
                    if key in [index_key(part) for part in listed(item.body)]:
                        return True
    return False


def _uses(root: n.Notation, key: str, known: Known) -> list[bool]:
    """For each occurrence of a letter, whether it addresses something."""
    found: list[bool] = []
    stack: list[tuple[n.Notation, bool]] = [(root, False)]
    while stack:
        piece, inside = stack.pop()
        if type(piece) in LEAVES:
            if index_key(piece) == key:
                found.append(inside)
            continue
        own = index_key(piece)
        if own == key and not isinstance(piece, n.Fence):
            found.append(inside)
            continue
        if own is not None and isinstance(piece, n.Scripts):
            continue  # s' is another letter than s
        if big_operator(piece) is not None:
            stack += [(part, False) for part in pieces(piece) if base_of(part) is None]
            continue
        match piece:
            case n.Scripts(base, sub, sup):
                named = base_of(base) is not None and known.labelled(piece)
                stack.append((base, inside))
                if not named:
                    stack += [(part, not known.labels(piece, part)) for part in split(sub)]
                if sup is not None and not (named and label(sup)):
                    letter = base_of(base)
                    above = letter is not None and letter.plain in known.above
                    stack.append((sup, inside or above or isinstance(sup, n.Fence)))
            case n.Row(items):
                for before, item in zip((None, *items), items, strict=False):
                    fence = item.base if isinstance(item, n.Scripts) else item
                    after = isinstance(fence, n.Fence) and (
                        _array(before, fence, known) or _sampled(before, fence, key)
                    )
                    stack.append((item, inside or after))
            case _:
                stack += [(part, inside) for part in pieces(piece)]
    return found


def _sampled(before: n.Notation | None, fence: n.Fence, key: str) -> bool:
    """Whether a square bracket behind a letter holds an index letter: `x[n - k]`, as signals are
    written."""
    base = None if before is None else base_of(before)
    if fence.open != "[" or base is None or base.word or base.style == "bb":
        return False
    return key in INDEX_LETTERS and all(index_keys(part) for part in listed(fence.body))


def _array(before: n.Notation | None, fence: n.Fence, known: Known) -> bool:
    """Whether a bracket addresses what stands before it: an array that is declared."""
    if before is None:
        return False
    base = base_of(before.base if isinstance(before, n.Scripts) else before)
    if base is None:
        return False
    names = known.called(before)
    wanted = len(listed(fence.body))
    if names & known.values:
        return True
    if any(known.ranks.get(name, 0) >= wanted for name in names):
        return True
    if not isinstance(before, n.Scripts):
        return False
    others = [part for _, part in places(before)]
    return any(
        known.ranks.get(name, 0) >= size + wanted
        for size in range(min(len(others), known.widest) + 1)
        for out in combinations(others, size)
        for name in known.spellings(before, out)
    )


RANGE_LETTERS = frozenset("ijt")  # `y_i = Σ_{j ≤ i} …` is a value for each i; `S_n` is one value


def _is_index(
    place: str, key: str, part: n.Notation, found: Target, survey: Survey, known: Known
) -> bool:
    if place == "up" and not isinstance(part, n.Fence):
        return key in survey.ranges or _indexes_above(key, found, known)
    if key in survey.ranges:
        return True
    base, head = found.base, found.head
    if place and isinstance(head, n.Scripts) and known.labelled(head):
        return False
    if known.ranks and any(_declares(form, key, known) for form in found.line.forms):
        return True
    if _gives_entries(found, survey) and any(_uses(form, key, known) for form in found.line.forms):
        return True
    if key in survey.counters or _tells_apart(place, key, base, survey):
        return False
    if not place:
        return True
    habitual = key in survey.bound or key in INDEX_LETTERS
    slot = base is not None and survey.is_slot(base, place)
    axes = known.ranks.get("_".join([base.text, *base.accents]), 0) if base is not None else 0
    uses = [use for form in found.line.forms for use in _uses(form, key, known)]
    itself = axes and any(reads_whole(form, base) for form in found.line.forms)
    if slot and habitual and not (itself and not uses):
        return True
    if key in RANGE_LETTERS and key in survey.operated:
        if any(_ends_range(form, key) for form in found.line.forms):
            return True
    if isinstance(head, n.Scripts) and axes and axes >= len(split(head.sub)) > 0:
        if uses and not itself:
            return True  # `h_t = a_t` of declared h is each of its values
    if slot and uses and not itself:  # `x_t = a_t x` makes one x_t of a declared x
        return True
    if not uses:
        return False
    if any(not use for use in uses) and base is not None and base.plain in survey.unscripted:
        return not any(base_of(p) == base for form in found.line.forms for p in walk(form))
    if not any(uses):
        return False
    if habitual or _slotted(found, key, survey):
        return True
    if _paired(found, key, survey) or _moved(found, key, survey):
        return True
    return any(_addresses_group(form, key) for form in found.line.forms)


def _gives_entries(found: Target, survey: Survey) -> bool:
    """Whether a left side gives the entries of a matrix that stands whole elsewhere: `V_{ij} =
    x_i^{j-1}` beside `V a`."""
    base, head = found.base, found.head
    if base is None or not base.capital or base.plain not in survey.unscripted:
        return False
    if not isinstance(head, n.Scripts):
        return False
    keys = [index_key(part) for part in split(head.sub)]
    own = any(_based(form, base) for form in found.line.forms)
    return len(set(keys)) == len(keys) == 2 and set(keys) <= INDEX_LETTERS and not own


def _declares(root: n.Notation, key: str, known: Known) -> bool:
    """Whether a letter addresses an array of a formula that is declared with an axis for it."""
    for piece in walk(root):
        if isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
            own = [part for _, part in places(piece) if key in _keys(part)]
            if any(known.addresses(piece, part) for part in own):
                return True
            if own and known.room_above(piece, own[0]):
                return True
    return False


def reads_whole(root: n.Notation, base: Base | None) -> bool:
    """Whether a symbol with this base stands in a formula with nothing below or above it."""
    scripted = {id(piece.base) for piece in walk(root) if type(piece) is n.Scripts}
    return any(_same(base_of(p), base) and id(p) not in scripted for p in walk(root))


def _same(one: Base | None, other: Base | None) -> bool:
    return one is not None and other is not None and one.plain == other.plain


def _based(root: n.Notation, base: Base | None) -> bool:
    """Whether a symbol with this base stands in a formula."""
    return any(
        base is not None and own is not None and own.plain == base.plain
        for own in (base_of(p.base if isinstance(p, n.Scripts) else p) for p in walk(root))
    )


def _tells_apart(place: str, key: str, base: Base | None, survey: Survey) -> bool:
    """Whether a letter below is a label like others in its place: `o_l` beside `o_w`."""
    if base is None or not place.isdigit() or key in survey.bound:
        return False
    others = survey.slots.get((base.text, base.accents, place), set()) - {key}
    known = survey.bound | set(survey.ranges) | survey.counters | INDEX_LETTERS
    return any(other not in known for other in others)


def _ends_range(root: n.Notation, key: str) -> bool:
    """Whether a letter is the end of a big operator's range."""
    for piece in walk(root):
        big = big_operator(piece)
        if big is not None:
            for binder in binders(big[1], big[2], frozenset((key,)))[0]:
                for end in (binder.range.low, binder.range.high):
                    if end is not None and any(key == index_key(part) for part in walk(end)):
                        return True
    return False


def _indexes_above(key: str, found: Target, known: Known) -> bool:
    """Whether a letter above a left side addresses a declared array on the right: `u^i_j = …
    d_i`."""
    if isinstance(found.head, n.Scripts) and known.labelled(found.head):
        return False
    for form in found.line.forms:
        for piece in walk(form):
            if isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
                own = [part for _, part in places(piece) if key in _keys(part)]
                if any(known.addresses(piece, p) or known.room_above(piece, p) for p in own):
                    return True
    return False


def _paired(found: Target, key: str, survey: Survey) -> bool:
    r"""Whether a letter stands beside an index on both sides: the a of `W_{ia} = … H_{a\\mu}`."""

    def pairs(root: n.Notation | None) -> bool:
        if not isinstance(root, n.Scripts) or base_of(root.base) is None:
            return False
        keys = [index_key(part) for part in split(root.sub)]
        others = {k for k in keys if k != key}
        return key in keys and bool(others & (survey.bound | set(survey.ranges) | INDEX_LETTERS))

    pieces_of = [p for form in found.line.forms for p in walk(form)]
    if pairs(found.head) and any(pairs(p) for p in pieces_of):
        return True
    return len(key) == 1 and any(_only_open(p, key, survey) for p in pieces_of)


def _moved(found: Target, key: str, survey: Survey) -> bool:
    """Whether a bound letter is added to this one in an address: the t of `x_{d, t+k}`."""
    bound = survey.bound | set(survey.ranges)
    for form in found.line.forms:
        for piece in walk(form):
            if isinstance(piece, n.Scripts):
                for part in split(piece.sub):
                    keys = index_keys(part)
                    if len(keys) > 1 and key in keys and bound & set(keys):
                        return True
    return False


def _only_open(piece: n.Notation, key: str, survey: Survey) -> bool:
    """Whether a letter is the one place of a subscript that nothing binds: the c of `Σ_{i,j}
    x_{c,i,j}`."""
    if not isinstance(piece, n.Scripts) or base_of(piece.base) is None:
        return False
    match piece.sub:
        case n.Items(items) | n.Row(items):
            keys = [index_key(item) for item in items]
        case _:
            return False
    bound = survey.bound | set(survey.ranges)
    return keys.count(key) == 1 and all(k == key or k in bound for k in keys)


def _addresses_group(root: n.Notation, key: str) -> bool:
    """Whether a letter stands below a bracket: `(W^T V)_{a\\mu}`."""
    return any(
        isinstance(piece, n.Scripts)
        and isinstance(piece.base, n.Fence)
        and any(key in _keys(part) for part in split(piece.sub))
        for piece in walk(root)
    )


def _slotted(found: Target, key: str, survey: Survey) -> bool:
    for form in found.line.forms:
        for piece in walk(form):
            if isinstance(piece, n.Scripts) and (base := base_of(piece.base)) is not None:
                for place, part in places(piece):
                    if key in _keys(part) and survey.is_slot(base, place):
                        return True
    return False
