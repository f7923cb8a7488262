r"""Which lines together define one array? `y_{1:d} = …, y_{d+1:D} = …` and `y_{2i} = …, y_{2i+1} =
…`.

In: the left sides of all lines. Out: the same, with the lines of one array in place of its parts.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from eq2code.errors import DefinitionError
from eq2code.read.names import Namer
from eq2code.read.questions import slice_ends
from eq2code.read.scope import INDEX_LETTERS, Line, index_key, split
from eq2code.read.spaces import size
from eq2code.read.targets import Target
from eq2code.trees import notation as n


def assemble(lines: list[Target], namer: Namer) -> list[Target]:
    """Put the lines that define parts of one array together."""
    made: list[Target] = []
    taken: set[int] = set()
    for k, line in enumerate(lines):
        if k in taken:
            continue
        if not _partial(line):
            made.append(line)
            continue
        same = [j for j in range(k, len(lines)) if j not in taken and _same_array(line, lines[j])]
        parts = [lines[j] for j in same]
        joined = _slices(parts, namer) or _woven(parts)
        if joined is None:
            made.append(line)
        else:
            made.append(joined)
            taken |= set(same)
    return made


def _partial(line: Target) -> bool:
    """Whether a left side could be a part of an array: a slice, or every other element."""
    if not isinstance(line.head, n.Scripts) or line.head.sub is None:
        return False
    places = split(line.head.sub)
    return slice_ends(line.head.sub) is not None or (
        bool(places) and _stride(places[-1]) is not None
    )


def _same_array(one: Target, other: Target) -> bool:
    a, b = one.head, other.head
    if not isinstance(a, n.Scripts) or not isinstance(b, n.Scripts):
        return False
    return (a.base, a.sup, a.primes) == (b.base, b.sup, b.primes)


# --- slices ---------------------------------------------------------------------------------------


def _slices(parts: list[Target], namer: Namer) -> Target | None:
    """`y_{1:d}`, `y_{d+1:D}`: one after the other."""
    heads = [part.head for part in parts if isinstance(part.head, n.Scripts)]
    ends = [slice_ends(head.sub) if head.sub is not None else None for head in heads]
    if not ends or any(end is None for end in ends):
        return None
    sizes = [tuple(size(e, namer) if e is not None else None for e in end) for end in ends if end]
    for (_, stop), (start, _) in itertools.pairwise(sizes):
        if start is None or stop is None or (start - stop).value != 1:
            raise DefinitionError(
                "the parts of this array do not follow one another",
                parts[-1].span,
                hints=("write the parts in order, without gaps: y_{1:k}, y_{k+1:n}",),
            )
    head = heads[0]
    bodies = tuple(part.line.forms[-1] for part in parts)
    form: n.Notation = n.Fence(
        "[", "]", n.Items(bodies, (";",) * (len(bodies) - 1)), span=parts[0].span
    )
    if len(bodies) == 1:
        return None
    whole = _without(head, head.sub)
    line = Line(whole, (form,), span=parts[0].span | parts[-1].span)
    return Target(line, head=whole, base=parts[0].base, span=line.span)


def _without(head: n.Scripts, part: n.Notation | None) -> n.Notation:
    """A left side without one of its places."""
    kept = tuple(p for p in split(head.sub) if p is not part) if part is not head.sub else ()
    sub = (
        None if not kept else kept[0] if len(kept) == 1 else n.Items(kept, (",",) * (len(kept) - 1))
    )
    if sub is None and head.sup is None and not head.primes:
        return head.base
    return replace(head, sub=sub)


# --- turns ----------------------------------------------------------------------------------------


def _woven(parts: list[Target]) -> Target | None:
    """`y_{2i}` and `y_{2i+1}`: taking turns."""
    found: list[tuple[str, int, int, n.Notation]] = []
    for part in parts:
        assert isinstance(part.head, n.Scripts)
        places = split(part.head.sub)
        stride = _stride(places[-1]) if places else None
        if stride is None:
            return None
        found.append((*stride, places[-1]))
    if not found:
        return None
    keys = {key for key, _, _, _ in found}
    if len(parts) == 1 and not keys & INDEX_LETTERS:
        return None  # \hat\beta_{2t} is a name
    strides = {step for _, step, _, _ in found}
    offsets = [offset for _, _, offset, _ in found]
    step = found[0][1]
    if (
        len(keys) > 1
        or strides != {step}
        or sorted(offsets) != list(range(min(offsets), min(offsets) + step))
    ):
        raise DefinitionError(
            "these left sides do not define every element of the array",
            parts[0].span,
            hints=("define every element, or the whole array by one line with an index",),
        )
    order = sorted(range(len(parts)), key=lambda k: offsets[k])
    first = parts[0]
    assert isinstance(first.head, n.Scripts)
    whole = _without(first.head, found[0][3])
    forms = tuple(parts[k].line.forms[-1] for k in order)
    line = Line(whole, forms, span=first.span | parts[-1].span)
    outer = tuple(str(index_key(p)) for p in split(first.head.sub)[:-1] if index_key(p))
    return Target(line, head=whole, base=first.base, span=line.span, woven=(*outer, found[0][0]))


def _stride(piece: n.Notation) -> tuple[str, int, int] | None:
    """`2i + 1` as (i, 2, 1)."""
    match piece:
        case n.Sum((term, n.Number(text)), ("+", sign)) if text.isdigit() and sign in "+-":
            inner = _stride(term)
            if inner is None:
                return None
            return (*inner[:2], int(text) if sign == "+" else -int(text))
        case n.Row((n.Number(text), letter)) if text.isdigit() and int(text) > 1:
            key = index_key(letter)
            return None if key is None else (key, int(text), 0)
        case n.Product((n.Number(text), letter), (sign,)) if text.isdigit() and sign in "·*":
            key = index_key(letter)
            return None if key is None or int(text) < 2 else (key, int(text), 0)
    return None
