"""Is a script an index, a step, a label, a power or a transpose? What one scripted symbol says.

In: a base with its scripts, and what is bound around it. Out: a `Reading` of the occurrence: the
name that it has, the places that it addresses, and what is still to be done to it (powers,
transposes).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from eq2code.choice import declared
from eq2code.errors import AmbiguousError, UnsupportedError
from eq2code.read.names import GREEK, VARIANTS, Base, Namer, identifier, label
from eq2code.read.scope import index_key, split, step_of, walk
from eq2code.record import mutable, record
from eq2code.source import Span
from eq2code.trees import notation as n

TOP = n.Mark("top")
LABEL_STYLES = frozenset({"bf", "bb", "cal", "frak"})


@mutable
class Part:
    """One script, or one place of a subscript: what it could be."""

    piece: n.Notation
    below: bool
    label: str | None
    index: bool
    forced: bool


@mutable
class Occurrence:
    """A symbol as it stands somewhere: `name` of the array, `places` that are addressed, `raised`
    above.

    `steps` are the letters below and above that nothing binds, each with what is added to it.
    `whole` is the array whose element it would be if the letters in its name were indices, empty
    where they could be none, and `axes` a letter for each of its axes.
    """

    name: str
    places: tuple[n.Notation, ...]
    raised: tuple[n.Notation, ...]
    step: tuple[str, int] | None = None
    steps: tuple[tuple[str, int], ...] = ()
    family: str = ""
    identity: tuple[object, ...] = ()
    whole: str = ""
    axes: tuple[str, ...] = ()


@record
class Around:
    """What the place of an occurrence offers: asked by `occurrence`, answered by the resolver.

    Attributes:
        bound: whether an index letter is bound here.
        known: the rank of a declared or defined name; -1 where it is known without a rank; None
            where it is not known.
        label_above: whether a superscript of this text is a label in this source.
        integer: whether a piece reads an integer array (a label such as y_i).
        number: whether a name is known to be a number (so that x^T is a power).
        slot: whether an index stands at this place of this base somewhere in the source.
        power: whether a base is a number of its own, which a letter above raises.
        family: whether a declared name, x_i, is the array that a big operator takes apart by i.
        above: whether a letter that is bound and stands above only is an index; False in doubt,
            None where it raises.
        misfit: whether a declared axis has another size than the letter's printed range.
        numbered: whether a number stands below a base somewhere in the source.
        settled: whether a letter above is known to be an index, as on the left side that it
        indexes.
        ends: whether a letter is no index here but the end of one's range: the last element.
        capitals: whether a capital letter above that is no number is a label.
    """

    bound: Callable[[str], bool]
    known: Callable[[str], int | None]
    label_above: Callable[[str], bool]
    integer: Callable[[n.Notation], bool]
    number: Callable[[str], bool]
    power: Callable[[Base], bool] = lambda _: False
    slot: Callable[[Base, str], bool] = lambda base, place: False
    family: Callable[[str, Base, list[str], Span], bool] = lambda name, base, keys, span: False
    above: Callable[[str], bool | None] = lambda _: None
    misfit: Callable[[str, int, str], bool] = lambda name, axis, key: False
    numbered: Callable[[Base, str], bool] = lambda base, text: False
    settled: Callable[[str], bool] = lambda _: False
    ends: Callable[[str], bool] = lambda _: False
    capitals: bool = True


NOTHING: frozenset[int] = frozenset()


class _Names:
    """The names that a symbol has, by which of its scripts are taken as indices."""

    def __init__(
        self, stem: str, primes: tuple[str, ...], sub: n.Notation | None, parts: list[Part]
    ) -> None:
        self.stem, self.primes, self.parts = stem, primes, parts
        self.labels = [part.label for part in parts]
        self.glued: str | None = None  # what letters written together below spell
        if type(sub) is n.Row and len(sub.items) == len([part for part in parts if part.below]):
            self.glued = label(sub) or ""

    def without(self, chosen: frozenset[int]) -> str:
        """The name with all but the chosen scripts as labels."""
        kept = [text for k, text in enumerate(self.labels) if text and k not in chosen]
        if self.glued is not None and not any(self.parts[k].below for k in chosen):
            above = [k for k, part in enumerate(self.parts) if not part.below and k not in chosen]
            kept = [text for text in (self.glued, *[self.labels[k] for k in above]) if text]
        return identifier("_".join([self.stem, *self.primes, *kept]))


def occurrence(piece: n.Notation, base: Base, namer: Namer, around: Around) -> Occurrence:
    """Read a base with its scripts."""
    stem = namer.stem(base)
    if type(piece) is not n.Scripts:
        return _alone(stem, base, (), ())
    seen = None if piece.primes else _plain(piece, stem, base, around)
    if seen is not None:
        return seen
    primes = ("prime",) * piece.primes
    raised: tuple[n.Notation, ...] = ()
    if piece.primes == 1 and piece.sub is None and base.capital:
        if around.known(f"{stem}_prime") is None and around.known(stem) != 0:
            primes, raised = (), (TOP,)
    parts = [_below(p, k, base, stem, around) for k, p in enumerate(split(piece.sub))]
    if piece.sup is not None:
        above, done = _above(piece.sup, base, stem, parts, around)
        parts, raised = parts + above, raised + done
    if not parts:
        return _alone(stem, base, primes, raised)
    names = _Names(stem, primes, piece.sub, parts)
    chosen = _choose(names, around)
    _check_labels(parts, chosen)
    name = names.without(chosen)
    forced = frozenset([k for k, part in enumerate(parts) if part.forced])
    if not chosen and forced and all(part.label is not None for part in parts):
        letters = [key for k in forced for key in index_keys(parts[k].piece)]
        counted = stem in namer.sizes and around.known(name) == len(letters)
        if counted or around.family(name, base, letters, piece.span):
            chosen = forced
    elif stem in namer.sizes and name == stem and all(part.label for part in parts):
        name = names.without(NOTHING)
    seen = Occurrence(
        name,
        _places(name, parts, chosen, around) if chosen else (),
        raised,
        identity=_identity(base, names, chosen),
    )
    steps = {k: s for k, p in enumerate(parts) if k not in chosen and (s := _step(p.piece))}
    if steps:
        _note_steps(seen, names, chosen, steps)
    return seen


def _plain(piece: n.Scripts, stem: str, base: Base, around: Around) -> Occurrence | None:
    """What most scripts are: `x^2` beside no x_2, `a_{17}` of no array, `d_k` where k is free.

    None where anything else is written, or known of the letter: that is read in full.
    """
    sub, sup = piece.sub, piece.sup
    if sub is None and type(sup) is n.Number:
        if around.known(f"{stem}_{label(sup)}") is None or around.numbered(base, sup.text):
            return _alone(stem, base, (), (sup,))
    elif sup is None and type(sub) is n.Number:
        if around.known(stem) is None and not around.slot(base, "0"):
            return _labelled(stem, base, label(sub) or "", "")
    elif sup is None and type(sub) is n.Letter and not around.integer(sub):
        key = index_key(sub)
        if key is None or not around.bound(key):
            style = sub.style if sub.style in LABEL_STYLES else ""
            seen = _labelled(stem, base, label(sub) or "", style)
            if key is not None:
                seen.step, seen.steps = (key, 0), ((key, 0),)
                seen.family = identifier(f"{stem}_{key}")
                seen.whole, seen.axes = identifier(stem), (key.upper(),)
            return seen
    return None


def _labelled(stem: str, base: Base, said: str, style: str) -> Occurrence:
    """A symbol with one label below, in its style."""
    identity = (_plain_text(base), base.accents, 0, said + style, "")
    return Occurrence(identifier(f"{stem}_{said}"), (), (), identity=identity)


def _alone(
    stem: str, base: Base, primes: tuple[str, ...], raised: tuple[n.Notation, ...]
) -> Occurrence:
    """A symbol of which no script is a part: it has its primes, and what it is raised to."""
    identity = (_plain_text(base), base.accents, len(primes), "", "")
    name = "_".join((stem, *primes)) if primes else stem
    return Occurrence(identifier(name), (), raised, identity=identity)


def _check_labels(parts: list[Part], chosen: frozenset[int]) -> None:
    for k, part in enumerate(parts):
        if k not in chosen and part.label is None:
            raise UnsupportedError(
                "what stands here is neither an index that something binds nor a label",
                part.piece.span,
                hints=("bind it with a sum, a range or the left-hand side",),
            )


def _note_steps(
    seen: Occurrence, names: _Names, chosen: frozenset[int], steps: dict[int, tuple[str, int]]
) -> None:
    """Note the steps and letters in a name, and the array that they would address as indices."""
    parts = names.parts
    seen.steps = tuple(steps.values())
    seen.step = seen.steps[0]
    every = chosen | {
        k for k, step in steps.items() if parts[k].below or step[1] or _fenced(parts[k].piece)
    }
    if every != chosen:
        seen.whole = names.without(every)
        halves = _addressing(parts, every)
        seen.axes = tuple([_size_letter(parts[k].piece) for half in halves for k in half])
    names.labels = [steps[k][0] if k in steps else text for k, text in enumerate(names.labels)]
    seen.family = names.without(chosen)


def _places(
    name: str, parts: list[Part], chosen: frozenset[int], around: Around
) -> tuple[n.Notation, ...]:
    """What addresses the array, axis by axis."""
    first, rest = _addressing(parts, chosen)
    raising = [k for k in rest if not parts[k].below]
    if raising and _unfit(name, [*first, *rest], parts, around):
        swapped = [*raising, *(k for k in rest if k not in raising)]
        rest = rest if _unfit(name, [*first, *swapped], parts, around) else swapped
    return tuple(parts[k].piece for k in [*first, *rest])


def _addressing(parts: list[Part], chosen: frozenset[int]) -> tuple[list[int], list[int]]:
    """The scripts that address, in the order of the axes: bracketed ones above come first."""
    order = [k for k in range(len(parts)) if k in chosen]
    first = [k for k in order if not parts[k].below and _fenced(parts[k].piece)]
    return first, [k for k in order if k not in first]


def _size_letter(piece: n.Notation) -> str:
    """What the axis that a script addresses could be called: T where t runs over it."""
    step = _step(piece)
    return step[0].upper() if step is not None else "n"


def _unfit(name: str, order: list[int], parts: list[Part], around: Around) -> bool:
    """Whether some letter would run over a declared axis of another size than its printed range."""
    keys = [index_key(parts[k].piece) for k in order]
    return any(key is not None and around.misfit(name, axis, key) for axis, key in enumerate(keys))


def _plain_text(base: Base) -> str:
    return VARIANTS.get(base.text, base.text)


def _identity(base: Base, names: _Names, chosen: frozenset[int]) -> tuple[object, ...]:
    """What makes a symbol this one and no other that would have its name."""
    below = above = ""
    for k, part in enumerate(names.parts):
        if k not in chosen:
            if part.below:
                below += _said(part)
            else:
                above += _said(part)
    return (_plain_text(base), base.accents, len(names.primes), below, above)


def _said(part: Part) -> str:
    """What a script says in a name, its style too."""
    if type(part.piece) is n.Number:
        return part.label or ""
    step = step_of(part.piece)
    if step is not None:
        return f"{index_key(step[0])}{step[1]:+d}"
    return (part.label or "") + "".join(_styles(part.piece))


def _styles(piece: n.Notation) -> list[str]:
    r"""The styles that tell labels apart: `x_{\\mathcal{D}}` is not `x_D`."""
    return [p.style for p in walk(piece) if isinstance(p, n.Letter) and p.style in LABEL_STYLES]


def _step(piece: n.Notation) -> tuple[str, int] | None:
    if type(piece) is n.Number:
        return None
    stepped = step_of(piece)
    if stepped is not None:
        return str(index_key(stepped[0])), stepped[1]
    key = index_key(piece)
    return (key, 0) if key is not None else None


def _fenced(piece: n.Notation) -> bool:
    return isinstance(piece, n.Fence)


def _part(piece: n.Notation, below: bool, around: Around) -> Part:
    """What a script could be, by itself."""
    if type(piece) is n.Number:
        return Part(piece, below, label(piece), _is_number(piece), False)
    if _is_whole(piece):
        return Part(piece, below, None, True, True)
    keys = index_keys(piece)
    if _is_marginal(piece, around):
        return Part(piece, below, None, False, False)
    bound = any(map(around.bound, keys)) and all(
        around.bound(key) or around.number(key) for key in keys
    )
    reads = around.integer(piece)
    name = script_label(piece)
    if not keys and not reads and any(map(around.bound, _letters(piece))):
        name = None  # `b_{\phi(v_i)}` with i bound is no name
    return Part(piece, below, name, bound or reads, bound or reads)


def _is_whole(piece: n.Notation) -> bool:
    """Whether a script takes an axis whole, or cuts it: dots, a colon, `1:d`."""
    if type(piece) is n.Mark:
        return piece.text in ("cdot", ":")
    return type(piece) is n.Ellipsis or (type(piece) is n.Relation and piece.operators == (":",))


def _letters(piece: n.Notation) -> list[str]:
    """The letters that stand below or in brackets inside a script."""
    match piece:
        case n.Scripts(_, sub):
            return [key for part in split(sub) if (key := index_key(part)) is not None]
        case n.Row(items) | n.Items(items):
            return [key for item in items for key in _letters(item)]
        case n.Fence(_, _, body):
            key = index_key(body)
            return [key] if key is not None else _letters(body)
    return []


def _is_marginal(piece: n.Notation, around: Around) -> bool:
    """Whether a sign beside an index says that something is summed or left out: `p_{i+}`,
    `x_{-i}`."""
    match piece:
        case n.Sum((letter,), ("+" | "-",)):
            key = index_key(letter)
            return key is not None and around.bound(key)
        case n.Row(items) if any(isinstance(item, n.Mark) for item in items):
            keys = [index_key(item) for item in items]
            return any(key is not None and around.bound(key) for key in keys)
    return False


def _below(piece: n.Notation, place: int, base: Base, stem: str, around: Around) -> Part:
    """What stands at a place below; a number addresses where an index does elsewhere: `x_1` beside
    `\\sum_i x_i`."""
    part = _part(piece, True, around)
    if _is_number(piece) and around.slot(base, str(place)):
        part.forced = around.known(f"{stem}_{part.label}") is None
    elif part.forced and type(piece) is n.Letter and around.ends(piece.text):
        part.forced = part.index = around.slot(base, str(place))
    return part


def _is_number(piece: n.Notation) -> bool:
    return type(piece) is n.Number and piece.text.isdigit()


def script_label(piece: n.Notation) -> str | None:
    """A script as part of a name; a step is `prev` or `next`."""
    step = None if type(piece) is n.Letter else step_of(piece)
    if step is None:
        return label(piece)
    word = "next" if step[1] > 0 else "prev"
    return word + (str(abs(step[1])) if abs(step[1]) > 1 else "")


def index_keys(piece: n.Notation) -> list[str]:
    """The letters of an index expression: `i`, `i + k - 1`, `2i`, `s·i + m`; [] where it is
    none."""
    key = index_key(piece)
    if key is not None:
        return [key]
    match piece:
        case n.Sum(terms):
            inside = terms
        case n.Row(items):
            inside = items
        case n.Product(operands, operators) if set(operators) <= {"·", "*", "×", "/"}:
            inside = operands
        case n.Fence("(" | "[", ")" | "]", body):
            inside = (body,)
        case _:
            return []
    found: list[str] = []
    for part in inside:
        if isinstance(part, n.Number):
            continue
        keys = index_keys(part)
        if not keys:
            return []
        found += keys
    return found


def _above(
    sup: n.Notation, base: Base, stem: str, below: list[Part], around: Around
) -> tuple[list[Part], tuple[n.Notation, ...]]:
    """Split a superscript into what may name or address, and what is done to the value."""
    if type(sup) is n.Row and is_transpose(sup.items[-1]) and len(sup.items) > 1:
        rest = sup.items[:-1]
        inner = rest[0] if len(rest) == 1 else n.Row(rest, span=sup.span)
        parts, raised = _above(inner, base, stem, below, around)
        return parts, (*raised, sup.items[-1])
    if is_transpose(sup) and (base.capital or base.bold or not around.number("T")):
        return [], (sup,)
    part = _part(sup, False, around)
    if part.label is None and not part.index:
        return [], (sup,)
    if isinstance(sup, n.Word) and not sup.style and around.known(f"{stem}_{sup.text}") is None:
        if around.known(sup.text) is not None or not around.capitals:
            return [], (sup,)  # a value of its own raises
    if (isinstance(sup, n.Mark) and part.label is not None) or isinstance(sup, n.Word | n.Text):
        return [part], ()
    if isinstance(sup, n.Letter) and sup.style == "rm" and not part.forced:
        return [part], ()  # upright letters are words
    if part.forced:
        if _room_above(sup, stem, below, around) or _index_above(sup, base, stem, below, around):
            return [part], ()
        return [], (sup,)
    names = [f"{stem}_{part.label}"]
    if below:
        subs = "_".join([p.label or "" for p in below])
        names.append(f"{stem}_{subs}_{part.label}")
        indexed = [p.label or "" for p in below if not p.forced]
        names.append("_".join([stem, *indexed, str(part.label)]))
    if type(sup) is n.Number and around.numbered(base, sup.text):
        names = names[1:2]  # x^2 beside x_2 is a square
    if any(around.known(name) is not None for name in names):
        return [part], ()
    if type(sup) is n.Number:
        return [], (sup,)
    if isinstance(sup, n.Fence) and sup.open in "([" and index_key(sup) is not None:
        return [part], ()
    if isinstance(sup, n.Fence) and step_of(sup) is not None:
        return [part], ()
    if isinstance(sup, n.Fence) and _is_number(sup.body):
        return [part], ()
    if part.label and around.label_above(part.label):
        return ([], (sup,)) if around.power(base) else ([part], ())
    if _is_run(sup) and part.label:
        return [part], ()
    if (
        isinstance(sup, n.Letter)
        and sup.text == "H"
        and (base.bold or (base.capital and not below) or (around.known(stem) or 0) > 0)
    ):
        return [], (sup,)  # the conjugate transpose
    capital = around.capitals and is_capital(sup)
    primed = isinstance(sup, n.Scripts) and sup.primes and sup.sup is None
    if (capital or primed) and part.label and not around.number(part.label):
        return [part], ()
    return [], (sup,)


def is_capital(sup: n.Notation | None) -> bool:
    """Whether a single capital letter stands above."""
    return isinstance(sup, n.Letter) and sup.text.isupper() and len(sup.text) == 1


def _is_run(sup: n.Notation) -> bool:
    """Letters written together that no product would be: `CLIP`, `new`, `max`."""
    if not isinstance(sup, n.Row) or not all(isinstance(item, n.Letter) for item in sup.items):
        return False
    texts = [item.text for item in sup.items if isinstance(item, n.Letter)]
    latin = all(len(text) == 1 for text in texts)
    return latin and (len(texts) > 2 or all(text.isupper() for text in texts))


def _room_above(sup: n.Notation, stem: str, below: list[Part], around: Around) -> bool:
    """Whether a bound superscript addresses an axis: it is bracketed, or the array has one left
    for it."""
    if around.settled(str(index_key(sup))):
        return True
    known = around.known(stem)
    addressed = sum(part.index for part in below)
    if known is not None and known >= 0 and known > addressed:
        if addressed:
            return True
        return not all(around.misfit(stem, k, str(index_key(sup))) for k in range(known))
    labelled = [k for k, part in enumerate(below) if part.label is not None]
    for size in range(1, len(labelled) + 1):
        for kept in combinations(labelled, size):
            name = "_".join([stem, *(str(below[k].label) for k in kept)])
            glued = f"{stem}_{''.join(str(below[k].label) for k in kept)}"
            rank = max((r for x in (name, glued) if (r := around.known(x)) is not None), default=-1)
            if rank > len(below) - size:
                return True
    return isinstance(sup, n.Fence) and (known is None or known == -1)


def _index_above(sup: n.Notation, base: Base, stem: str, below: list[Part], around: Around) -> bool:
    """Whether a bound letter above an undeclared one is an index; AmbiguousError where nothing
    says so."""
    named = "_".join([stem, *(part.label or "" for part in below)])
    lone = base.text in GREEK and not any(isinstance(part.piece, n.Letter) for part in below)
    if lone or around.known(stem) is not None or around.known(named) is not None:
        return False
    sure = around.above(str(index_key(sup)))
    if sure is False:
        raise AmbiguousError(
            f"{label(sup)} above {stem} is an index or a power, and nothing settles which",
            sup.span,
            readings=(declared("an index", {named: "n"}), declared("a power", {named: ""})),
        )
    return sure is True


def is_transpose(piece: n.Notation) -> bool:
    r"""`\top`, `T` in any style, `ᵀ`."""
    match piece:
        case n.Mark("top" | "dagger") | n.Letter("T") | n.Word("T") | n.Text("T"):
            return True
        case n.Letter("H", style):
            return style in ("rm", "sf")
    return False


def _choose(names: _Names, around: Around) -> frozenset[int]:
    """Which parts address the array, by what is known of the names that the others would make."""
    parts = names.parts
    able = [k for k, part in enumerate(parts) if part.index]
    if not able:
        return NOTHING
    forced = frozenset([k for k in able if parts[k].forced])
    if len(able) > 6:
        return forced
    must = frozenset([k for k, part in enumerate(parts) if part.label is None])
    if not must:
        rank = around.known(names.without(NOTHING))
        if rank is not None and not (forced and rank == -1):
            return NOTHING
    sizes = [size for size in range(1, len(able) + 1) if size != len(forced)]
    if forced:
        sizes.insert(0, len(forced))
    for option in (forced, *[frozenset(c) for size in sizes for c in combinations(able, size)]):
        if option and must <= option:
            rank = around.known(names.without(option))
            if rank is not None and (rank >= len(option) or (rank == -1 and option == forced)):
                return option
    return forced
