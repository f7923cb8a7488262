"""Is a script an index, a step, a label, a power or a transpose? What one scripted symbol says.

In: a base with its scripts, and what is bound around it. Out: a `Reading` of the occurrence: the
name that it has, the places that it addresses, and what is still to be done to it (powers,
transposes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

from eq2code.choice import declared
from eq2code.errors import AmbiguousError, UnsupportedError
from eq2code.read.names import GREEK, VARIANTS, Base, Namer, label
from eq2code.read.scope import index_key, split, step_of, walk
from eq2code.record import record
from eq2code.source import Span
from eq2code.trees import notation as n

TOP = n.Mark("top")
LABEL_STYLES = frozenset({"bf", "bb", "cal", "frak"})


@record
class Part:
    """One script, or one place of a subscript: what it could be."""

    piece: n.Notation
    below: bool
    label: str | None
    index: bool
    forced: bool


@record
class Occurrence:
    """A symbol as it stands somewhere: `name` of the array, `places` that are addressed, `raised`
    above.

    `whole` is the array whose element it would be if the letters in its name were indices, empty
    where they could be none, and `axes` a letter for each of its axes.
    """

    name: str
    places: tuple[n.Notation, ...]
    raised: tuple[n.Notation, ...]
    step: tuple[str, int] | None = None
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
    capitals: bool = True


def occurrence(piece: n.Notation, base: Base, namer: Namer, around: Around) -> Occurrence:
    """Read a base with its scripts."""
    stem = namer.stem(base)
    if not isinstance(piece, n.Scripts):
        return Occurrence(
            namer.join(stem, ()), (), (), identity=(_plain_text(base), base.accents, 0, "", "")
        )
    primes = tuple("prime" for _ in range(piece.primes))
    transposed: tuple[n.Notation, ...] = ()
    if (
        len(primes) == 1
        and around.known("_".join([stem, *primes])) is None
        and base.capital
        and not piece.sub
    ):
        primes, transposed = (), (TOP,)
    below = [_part(p, True, around) for p in split(piece.sub)]
    below = [_as_element(part, k, base, stem, around) for k, part in enumerate(below)]
    above, raised = _above(piece.sup, base, stem, below, around)
    parts = [*below, *above]
    chosen = _choose(stem, primes, piece.sub, parts, namer, around)
    for k, part in enumerate(parts):
        if k not in chosen and part.label is None:
            raise UnsupportedError(
                "what stands here is neither an index that something binds nor a label",
                part.piece.span,
                hints=("bind it with a sum, a range or the left-hand side",),
            )
    name = _name(stem, primes, piece.sub, parts, chosen, namer)
    forced = frozenset(k for k, part in enumerate(parts) if part.forced)
    if not chosen and forced and all(part.label is not None for part in parts):
        letters = [key for k in forced for key in index_keys(parts[k].piece)]
        counted = stem in namer.sizes and around.known(name) == len(letters)
        if counted or around.family(name, base, letters, piece.span):
            chosen = forced
    elif stem in namer.sizes and name == stem and all(part.label for part in parts):
        name = _name(stem, primes, piece.sub, parts, frozenset(), namer)
    places = _places(name, parts, chosen, around) if chosen else ()
    steps = [(k, s) for k, p in enumerate(parts) if k not in chosen and (s := _step(p.piece))]
    every = chosen | {
        k for k, step in steps if parts[k].below or step[1] or _fenced(parts[k].piece)
    }
    more = _addressing(parts, every) if every != chosen else ()
    axes = tuple(_size_letter(parts[k].piece) for half in more for k in half)
    family = [
        replace(p, label=s[0]) if (s := dict(steps).get(k)) else p for k, p in enumerate(parts)
    ]
    return Occurrence(
        name,
        places,
        (*transposed, *raised),
        steps[0][1] if steps else None,
        _name(stem, primes, piece.sub, family, chosen, namer) if steps else "",
        _identity(base, len(primes), parts, chosen),
        _name(stem, primes, piece.sub, parts, every, namer) if every != chosen else "",
        axes,
    )


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


def _identity(
    base: Base, primes: int, parts: list[Part], chosen: frozenset[int]
) -> tuple[object, ...]:
    """What makes a symbol this one and no other that would have its name."""

    def said(part: Part) -> str:
        step = step_of(part.piece)
        if step is not None:
            return f"{step[1]:+d}"
        return (part.label or "") + "".join(_styles(part.piece))

    kept = [(k, part) for k, part in enumerate(parts) if k not in chosen]
    below = "".join(said(part) for _, part in kept if part.below)
    above = "".join(said(part) for _, part in kept if not part.below)
    return (_plain_text(base), base.accents, primes, below, above)


def _styles(piece: n.Notation) -> list[str]:
    r"""The styles that tell labels apart: `x_{\\mathcal{D}}` is not `x_D`."""
    return [p.style for p in walk(piece) if isinstance(p, n.Letter) and p.style in LABEL_STYLES]


def _step(piece: n.Notation) -> tuple[str, int] | None:
    stepped = step_of(piece)
    if stepped is not None:
        return str(index_key(stepped[0])), stepped[1]
    key = index_key(piece)
    return (key, 0) if key is not None else None


def _fenced(piece: n.Notation) -> bool:
    return isinstance(piece, n.Fence)


def _part(piece: n.Notation, below: bool, around: Around) -> Part:
    """What a script could be, by itself."""
    if isinstance(piece, n.Ellipsis) or piece in (n.Mark("cdot"), n.Mark(":")):
        return Part(piece, below, None, True, True)
    if isinstance(piece, n.Relation) and piece.operators == (":",):
        return Part(piece, below, None, True, True)
    keys = index_keys(piece)
    if _is_marginal(piece, around):
        return Part(piece, below, None, False, False)
    bound = any(map(around.bound, keys)) and all(
        around.bound(key) or around.number(key) for key in keys
    )
    number = not keys and _is_number(piece)
    reads = around.integer(piece)
    name = script_label(piece)
    if not keys and not reads and any(around.bound(key) for key in _letters(piece)):
        name = None  # `b_{\phi(v_i)}` with i bound is no name
    return Part(piece, below, name, bound or number or reads, bound or reads)


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


def _as_element(part: Part, k: int, base: Base, stem: str, around: Around) -> Part:
    """A number below addresses where an index does elsewhere: `x_1` beside `\\sum_i x_i`."""
    if part.forced or not _is_number(part.piece) or not around.slot(base, str(k)):
        return part
    if around.known(f"{stem}_{part.label}") is not None:
        return part
    return replace(part, forced=True)


def _is_number(piece: n.Notation) -> bool:
    return isinstance(piece, n.Number) and piece.text.isdigit()


def script_label(piece: n.Notation) -> str | None:
    """A script as part of a name; a step is `prev` or `next`."""
    step = step_of(piece)
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
    sup: n.Notation | None, base: Base, stem: str, below: list[Part], around: Around
) -> tuple[list[Part], tuple[n.Notation, ...]]:
    """Split a superscript into what may name or address, and what is done to the value."""
    if sup is None:
        return [], ()
    if isinstance(sup, n.Row) and is_transpose(sup.items[-1]) and len(sup.items) > 1:
        rest = sup.items[:-1]
        inner = rest[0] if len(rest) == 1 else n.Row(rest, span=sup.span)
        parts, raised = _above(inner, base, stem, below, around)
        return parts, (*raised, sup.items[-1])
    if is_transpose(sup) and not (around.number("T") and not (base.capital or base.bold)):
        return [], (sup,)
    part = _part(sup, False, around)
    if part.label is None and not part.index:
        return [], (sup,)
    if (isinstance(sup, n.Mark) and part.label is not None) or isinstance(sup, n.Word | n.Text):
        return [part], ()
    if isinstance(sup, n.Letter) and sup.style == "rm" and not part.forced:
        return [part], ()  # upright letters are words
    if part.forced:
        if _room_above(sup, stem, below, around) or _index_above(sup, base, stem, below, around):
            return [part], ()
        return [], (sup,)
    names = [f"{stem}_{part.label}"]
    subs = "_".join(p.label or "" for p in below)
    names.append(f"{stem}_{subs}_{part.label}")
    indexed = [p for p in below if not p.forced]
    names.append("_".join([stem, *(p.label or "" for p in indexed), str(part.label)]))
    if isinstance(sup, n.Number) and around.numbered(base, sup.text):
        names = names[1:2] if below else []  # x^2 beside x_2 is a square
    if any(around.known(name) is not None for name in names):
        return [part], ()
    if isinstance(sup, n.Fence) and sup.open in "([" and index_key(sup) is not None:
        return [part], ()
    if isinstance(sup, n.Fence) and step_of(sup) is not None:
        return [part], ()
    if isinstance(sup, n.Fence) and _is_number(sup.body):
        return [part], ()
    if part.label and around.label_above(part.label) and not _is_number(sup):
        return ([], (sup,)) if around.power(base) else ([part], ())
    if _is_run(sup) and part.label:
        return [part], ()
    if isinstance(sup, n.Letter) and sup.text == "H" and base.capital and not below:
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


def _choose(
    stem: str,
    primes: tuple[str, ...],
    sub: n.Notation | None,
    parts: list[Part],
    namer: Namer,
    around: Around,
) -> frozenset[int]:
    """Which parts address the array, by what is known of the names that the others would make."""
    able = [k for k, part in enumerate(parts) if part.index]
    if not able:
        return frozenset()
    forced = frozenset(k for k in able if parts[k].forced)
    must = frozenset(k for k in able if parts[k].label is None)
    sizes = sorted(range(len(able) + 1), key=lambda s: (s != len(forced), s))
    if len(able) > 6:
        return forced
    options = [forced] + [frozenset(c) for size in sizes for c in combinations(able, size)]
    if all(part.label is not None for part in parts):
        full = _name(stem, primes, sub, parts, frozenset(), namer)
        if around.known(full) is not None and not (forced and around.known(full) == -1):
            return frozenset()
    for option in options:
        if not must <= option:
            continue
        if any(parts[k].label is None for k in range(len(parts)) if k not in option):
            continue
        rank = around.known(_name(stem, primes, sub, parts, option, namer))
        if rank is not None and (rank >= len(option) or (rank == -1 and option == forced)):
            return option
    if not forced and around.known(stem) is None:
        return forced
    return forced


def _name(
    stem: str,
    primes: tuple[str, ...],
    sub: n.Notation | None,
    parts: list[Part],
    chosen: frozenset[int],
    namer: Namer,
) -> str:
    below = [k for k, part in enumerate(parts) if part.below]
    labels: list[str] = []
    run = isinstance(sub, n.Row) and len(below) == len(sub.items)
    if run and not any(k in chosen for k in below):
        whole = label(sub) if sub is not None else None
        labels = [whole] if whole else []
    else:
        steps = [k for k in below if k not in chosen]
        labels = [parts[k].label or "" for k in steps]
    labels += [
        parts[k].label or "" for k in range(len(parts)) if k not in chosen and not parts[k].below
    ]
    return namer.join(stem, [*primes, *labels])
