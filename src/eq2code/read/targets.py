"""What does a left-hand side define? A value, an array over indices, a function, or a label only."""

from __future__ import annotations

from dataclasses import dataclass, field

from eq2code.read.names import Base, base_of, label
from eq2code.read.scope import Line, Survey, index_key, pieces, places, split, step_of
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
    """

    line: Line
    head: n.Notation | None = None
    arguments: tuple[n.Notation, ...] | None = None
    addresses: tuple[n.Notation, ...] = ()
    indices: tuple[str, ...] = ()
    name: str = ""
    wrap: str = ""
    derivative: tuple[n.Notation, ...] = ()
    base: Base | None = None
    span: Span = NOWHERE
    parameters: list[str] = field(default_factory=list)
    place: int = 0
    reassigns: bool = False
    diagonal: bool = False


def target(line: Line, survey: Survey) -> Target:
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
        case n.Row((n.Letter("nabla"), head)) if _callable(head):
            found.head, found.derivative = head, (head,)
        case n.Row((n.Letter("nabla"), head, n.Fence() as fence)) if _callable(head):
            found.head, found.derivative = head, (head,)
        case n.Fraction(top, bottom) if _partial(top) is not None and _partial(bottom) is not None:
            found.derivative = (_must(_partial(top)), _must(_partial(bottom)))
            found.head = found.derivative[0]
        case n.Scripts(base, sub, sup, primes) if _inverse(sup):
            found.head = (
                n.Scripts(base, sub, None, primes, span=left.span) if sub or primes else base
            )
            found.wrap = "inverse"
        case _ if _callable(left):
            found.head = left
    found.base = _base(found.head)
    if found.head is None or (found.base is None):
        found.head = None
    return found


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


def _partial(piece: n.Notation) -> n.Notation | None:
    match piece:
        case n.Row((n.Letter("partial" | "d"), rest)):
            return rest
    return None


def _must(piece: n.Notation | None) -> n.Notation:
    assert piece is not None
    return piece


def free_indices(found: Target, survey: Survey, declared: dict[str, int]) -> tuple[str, ...]:
    """The letters on the left that are indices: those that range, or address an array, on the right."""
    head = found.head
    candidates: list[tuple[str, str, n.Notation]] = []
    if isinstance(head, n.Scripts):
        candidates += [(place, key, part) for place, part in places(head) for key in _keys(part)]
    extra = list(found.addresses)
    if found.arguments is not None and all(index_key(a) for a in found.arguments):
        extra += [a for a in found.arguments if _only_index(a, found, survey)]
    candidates += [("", key, part) for part in extra for key in _keys(part)]
    for part in found.derivative[1:]:
        if isinstance(part, n.Scripts):
            candidates += [(p, key, q) for p, q in places(part) for key in _keys(q)]
    keys: list[str] = []
    for place, key, part in candidates:
        if key not in keys and _is_index(place, key, part, found, survey, declared):
            keys.append(key)
    return tuple(keys)


def _keys(part: n.Notation) -> list[str]:
    step = step_of(part)
    if step is not None:
        key = index_key(step[0])
        return [key] if key else []
    key = index_key(part)
    return [key] if key else []


def _only_index(argument: n.Notation, found: Target, survey: Survey) -> bool:
    """Whether an argument letter stands on the right as an address only: `\\ell(i, j)`, `w(i)`."""
    key = index_key(argument)
    uses = [use for form in found.line.forms for use in _uses(form, str(key))]
    return bool(uses) and all(uses)


def _uses(root: n.Notation, key: str) -> list[bool]:
    """For each occurrence of a letter, whether it addresses something."""
    found: list[bool] = []
    stack: list[tuple[n.Notation, bool]] = [(root, False)]
    while stack:
        piece, inside = stack.pop()
        if index_key(piece) == key and not isinstance(piece, n.Fence):
            found.append(inside)
            continue
        match piece:
            case n.Scripts(base, sub, sup):
                stack.append((base, inside))
                stack += [(part, True) for part in split(sub)]
                if sup is not None:
                    stack.append((sup, inside or isinstance(sup, n.Fence)))
            case n.Row(items):
                for before, item in zip((None, *items), items, strict=False):
                    after = isinstance(item, n.Fence) and isinstance(before, n.Scripts | n.Letter)
                    stack.append((item, inside or (after and index_key(item) == key)))
            case _:
                stack += [(part, inside) for part in pieces(piece)]
    return found


def _is_index(
    place: str, key: str, part: n.Notation, found: Target, survey: Survey, declared: dict[str, int]
) -> bool:
    if place == "up" and not isinstance(part, n.Fence):
        return key in survey.ranges
    if key in survey.ranges:
        return True
    base = found.base
    if base is not None and label(part) and f"{base.text}_{label(part)}" in declared:
        return False
    if any(_declared_axis(form, key, declared) for form in found.line.forms):
        return True
    if key in survey.counters:
        return False
    if base is not None and place and survey.is_slot(base, place):
        return True
    if not place:
        return True
    uses = [use for form in found.line.forms for use in _uses(form, key)]
    if not uses:
        return False
    if any(not use for use in uses) and base is not None and base.plain in survey.unscripted:
        return True
    addressed = any(uses)
    if key in survey.bound and addressed:
        return True
    timelike = key in ("t", "s", "T") and place != "up"
    return (addressed and not timelike and len(key) == 1 and key.isascii()) or _slotted(
        found, key, survey
    )


def _slotted(found: Target, key: str, survey: Survey) -> bool:
    for form in found.line.forms:
        for piece in _walk(form):
            if isinstance(piece, n.Scripts) and (base := base_of(piece.base)) is not None:
                for place, part in places(piece):
                    if key in _keys(part) and survey.is_slot(base, place):
                        return True
    return False


def _walk(root: n.Notation) -> list[n.Notation]:
    stack, found = [root], []
    while stack:
        piece = stack.pop()
        found.append(piece)
        stack.extend(pieces(piece))
    return found


def _declared_axis(form: n.Notation, key: str, declared: dict[str, int]) -> bool:
    """Whether the letter addresses an array that is declared with an axis for it."""
    for piece in _walk(form):
        if not isinstance(piece, n.Scripts):
            continue
        base = base_of(piece.base)
        if base is None:
            continue
        stems = ["_".join([base.text, *base.accents])]
        labels = [label(part) for _, part in places(piece) if key not in _keys(part)]
        stems += ["_".join([stems[0], *(str(text) for text in labels)])] if all(labels) else []
        own = [part for _, part in places(piece) if key in _keys(part)]
        for stem in stems:
            if own and declared.get(stem, 0) >= len(own):
                if not any(f"{stem}_{label(part)}" in declared for part in own):
                    return True
    return False
