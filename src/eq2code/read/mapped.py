r"""What does a function of the source do with more than it is defined for? One of a vector works on
each row of a matrix, one of a number on each entry.

In: where functions were applied in a first reading, and the ranks that they are defined for. Out:
how many axes of each argument the second reading takes apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from eq2code.errors import AmbiguousError, Eq2CodeError
from eq2code.read import draft as d
from eq2code.read.elaborate import Elaborator
from eq2code.read.symbols import Application
from eq2code.read.targets import Target
from eq2code.source import Span
from eq2code.trees import formula as f

Extra = Mapping[tuple[int, int], tuple[tuple[int, int], ...]]
"""For each application, by its place: how many leading axes of each argument it runs over, of how
many that the argument has."""

MATRIX = (f.MatMul, f.Transpose, f.Outer)
ALGEBRA = frozenset(
    {"inverse", "matrix_power", "matrix_fractional_power", "identity", "det", "expm"}
)


def extra_axes(
    applied: Sequence[Application],
    elaborator: Elaborator,
    bodies: Sequence[f.Formula],
    ranks_of: Callable[[Target], Sequence[int | None]],
) -> Extra:
    """The axes beyond those that each function is defined for; AmbiguousError where one place has
    them and has them not."""
    found: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}
    known: dict[int, Sequence[int | None]] = {}
    for one in applied:
        given = [_rank(value, elaborator) for value in one.values]
        if not any(given):
            continue
        if one.target.place not in known:
            known[one.target.place] = ranks_of(one.target)
        wanted = known[one.target.place]
        extra = tuple(
            (0 if own is None or rank is None else max(rank - own, 0), rank or 0)
            for own, rank in zip(wanted, given, strict=True)
        )
        numbers = all(own in (0, None) for own in wanted)
        if numbers and not _is_algebra(one, bodies):
            continue  # it goes entry by entry as it stands
        place = (one.span.start, one.span.end)
        if found.setdefault(place, extra) != extra or len({x for x, _ in extra if x}) > 1:
            raise unsaid(one)
    return {place: extra for place, extra in found.items() if any(x for x, _ in extra)}


def unsaid(one: Application) -> AmbiguousError:
    """A function whose arguments have more axes than it is defined for."""
    name = one.target.name
    return AmbiguousError(
        f"{name} is applied to more than it is defined for",
        one.span,
        readings=("to each row or entry by itself", "to the whole array"),
        hints=(f"write {name} for one row, with an index: y_i = {name}(x_i)",),
    )


def _rank(value: d.Draft, elaborator: Elaborator) -> int | None:
    try:
        return len(elaborator.formula(value).shape)
    except Eq2CodeError:
        return None


def _is_algebra(one: Application, bodies: Iterable[f.Formula]) -> bool:
    """Whether what came of a function's body holds matrix algebra, where numbers were meant."""
    own = one.target.span
    for body in bodies:
        for node in body.walk():
            call = isinstance(node, f.Call) and node.function in ALGEBRA
            if not call and not isinstance(node, MATRIX):
                continue
            parts = [part.span for part in node.children]
            within = [_inside(part, own) for part in parts]
            if _inside(node.span, own) or (
                any(within)
                and all(ours or _inside(x, one.span) for ours, x in zip(within, parts, strict=True))
            ):
                return True
    return False


def _inside(part: Span, whole: Span) -> bool:
    return whole.start <= part.start and part.end <= whole.end
