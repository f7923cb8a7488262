r"""Which numbered symbols are no symbols of their own? Steps of a recurrence, elements of an array.

In: the lines of a source, named. `x_5` beside `x_{t+1} = 2 x_t` is what five steps give, and `x_1`
beside `\sum_i x_i` is one of the terms: neither is computed here, and neither is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from eq2code.choice import declared
from eq2code.errors import AmbiguousError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.definitions import CLASSES
from eq2code.read.names import Base, base_of
from eq2code.read.scope import places, walk
from eq2code.read.scripts import index_keys
from eq2code.read.symbols import Source
from eq2code.read.targets import Target, reads_whole
from eq2code.trees import notation as n


def check_elements(lines: list[Target], source: Source) -> None:
    """Refuse numbered symbols that belong to a recurrence or to an array of the source."""
    moving = {line.base.plain for line in lines if line.base is not None and _recurs(line, source)}
    if moving:
        for piece in source.survey.scripts():
            _check_step(piece, moving, source)
    for line in lines:
        _check_element(line, lines, source)


def _recurs(line: Target, source: Source) -> bool:
    """Whether a line gives a step of a symbol by another step of it."""
    if not isinstance(line.head, n.Scripts) or line.base is None:
        return False
    parts = [part for _, part in places(line.head)]
    keys = set(index_keys(parts[0])) & source.survey.counters if len(parts) == 1 else set()
    if not keys:
        return False
    same = (piece for form in line.line.forms for piece in _with_base(form, line.base))
    steps = (part for piece in same for _, part in places(piece) if keys & set(index_keys(part)))
    return any(part != parts[0] for part in steps)


def _with_base(root: n.Notation, base: Base) -> Iterator[n.Scripts]:
    for piece in walk(root):
        if type(piece) is n.Scripts:
            own = base_of(piece.base)
            if own is not None and own.plain == base.plain:
                yield piece


def _check_step(piece: n.Scripts, moving: set[tuple[str, tuple[str, ...]]], source: Source) -> None:
    number = _number(piece)
    base = None if number is None else base_of(piece.base)
    if number is None or base is None or base.plain not in moving:
        return
    stem = source.namer.stem(base)
    name = f"{stem}_{number}"
    if source.known(name) is not None or source.known(stem) is not None:
        return
    if number > 1 or (number == 1 and source.known(f"{stem}_0") is not None):
        raise UnsupportedError(
            f"{name} is a step of a recurrence, and steps are not repeated here",
            piece.span,
            hints=(
                f"write out the steps, or call the translated step {number} times",
                f'if it is a symbol of its own, declare it: shapes={{"{name}": ""}}',
            ),
        )


def _check_element(line: Target, lines: list[Target], source: Source) -> None:
    number = _number(line.head)
    if line.base is None or not number or line.arguments is not None:
        return
    stem = source.namer.stem(line.base)
    if stem in source.declared:
        if (source.known(stem) or 0) < 1 or not _is_read(line.base, lines, source):
            return
    elif not source.survey.is_slot(line.base, "0") or source.known(stem) is not None:
        return
    raise AmbiguousError(
        f"{stem}_{number} is defined here, and {stem} is an array elsewhere",
        line.span,
        readings=(f"an element of {stem}", "a symbol of its own"),
        hints=(f"define all of {stem}, or call the symbol by another letter",),
    )


def _is_read(base: Base, lines: list[Target], source: Source) -> bool:
    r"""Whether elements of an array could be what numbered left sides define: it is read, and by
    none of them as a whole, as in `x_1 = 2x`."""
    own = [one for one in lines if one.base is not None and one.base.plain == base.plain]
    numbered = [one for one in own if _number(one.head) is not None]
    if any(reads_whole(form, base) for one in numbered for form in one.line.forms):
        return False
    read = {text for plain, text in source.numbered if plain == base.plain}
    bare = base.plain in source.survey.unscripted
    return bare or source.survey.is_slot(base, "0") or len(read) > len(numbered)


def check_entries(
    definitions: Sequence[d.Definition], infos: Iterable[d.Info], source: Source
) -> None:
    r"""Refuse `p = \mathrm{softmax}(x), L = -\log p_y`: a number called as an entry of a vector
    that the source defines, and reads nowhere else; at a label y even where it reads it."""
    defined = {one.info.name: one.info for one in definitions}
    read = {x.info.name for one in definitions for x in one.nodes if isinstance(x, d.Symbol)}
    for info in infos:
        stem, _, place = info.name.rpartition("_")
        own = defined.get(stem)
        vector = stem in source.targets if own is None else own.rank == 1 and not own.declared
        if not vector or info.rank or info.declared or info.definition:
            continue
        number = place.isdigit()
        letter = len(place) == 1 and place.isascii()
        if not (place in CLASSES or (stem not in read and (number or letter))):
            continue
        element = declared("an entry", {stem: "n"} if number else {place: ": int"})
        raise AmbiguousError(
            f"{info.name} is an entry of {stem}, or a symbol of its own",
            info.first,
            readings=(element, declared("a symbol of its own", {info.name: ""})),
        )


def _number(piece: n.Notation | None) -> int | None:
    """The number that is the one script of a symbol: of `x_5`, `x^{(5)}`."""
    if not isinstance(piece, n.Scripts):
        return None
    match piece.sub, piece.sup:
        case n.Number(text), None if text.isdigit():
            return int(text)
        case None, n.Fence("(", ")", n.Number(text)) if text.isdigit():
            return int(text)
    return None
