r"""Are two vectors written as rows? `q_i k_j^\top` of two stacks is an inner product, `x x^\top`
an outer one.

Of a vector and a transposed one that follows it the notation says "outer", and of two rows (`xW
(yU)^\top`) "inner". Rows of two stacks at different indices are rows as well; and where declared
sizes differ, no inner product can be meant. Ranks and sizes ask this with the same drafts, so that
they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eq2code.read import draft as d
from eq2code.trees.dims import Dim

ROW, COLUMN, PLAIN = "row", "column", ""


def settle(
    drafts: Sequence[d.Draft], sides: Sequence[tuple[int, str]], *, inner: bool
) -> list[tuple[int, str]]:
    """Sides of factors, where a vector meets a transposed one that follows it.

    `inner` says that rows at different indices make an inner product.
    """
    settled = list(sides)
    if len(drafts) > 1 and isinstance(drafts[0], d.Flip):
        if settled[0] == (1, COLUMN) and settled[1] != (1, ROW):
            settled[0] = (1, ROW)  # (xW)^T S: a column fits before no matrix, so xW was one
    if len(drafts) > 1 and isinstance(drafts[-1], d.Flip):
        if settled[-2][0] == 2 and settled[-1] == (1, ROW):
            settled[-1] = (1, COLUMN)  # V h^T: after a matrix only a column fits, so h was a row
    for k in range(len(drafts) - 1):
        before, after = drafts[k], drafts[k + 1]
        if settled[k][0] != 1 or settled[k + 1][0] != 1 or not isinstance(after, d.Flip):
            continue
        first, second = extent(before), extent(after)
        differ = first is not None and second is not None and first != second
        if settled[k][1] == ROW and settled[k + 1][1] == COLUMN and differ:
            settled[k], settled[k + 1] = (1, COLUMN), (1, ROW)
        elif settled[k][1] == settled[k + 1][1] == ROW and not differ:
            settled[k + 1] = (1, COLUMN)  # xW a^T: a row meets a transposed row
        elif settled[k][1] == PLAIN and settled[k + 1][1] == ROW and not differ:
            if inner and apart(before, after):
                settled[k], settled[k + 1] = (1, ROW), (1, COLUMN)
    return settled


def apart(before: d.Draft, after: d.Draft) -> bool:
    """Whether these are rows of stacks, at different indices."""
    first, second = places(before), places(after)
    return bool(first) and bool(second) and first != second


def places(node: d.Draft) -> frozenset[int]:
    """The indices at which a row of a stack is taken; none for anything else."""
    match node:
        case d.Flip(base):
            return places(base)
        case d.At(d.Symbol(), where):
            found: set[int] = set()
            for place in where:
                if place is not None:
                    found |= _indices(place)
            return frozenset(found)
    return frozenset()


def _indices(node: d.Draft) -> set[int]:
    return {id(piece.binding) for piece in d.walk(node) if isinstance(piece, d.Value)}


def transposed(node: d.Draft, rank: Callable[[d.Draft], int | None]) -> bool:
    r"""Whether a vector is a row, or a column, by a mark: `x^\top W` is, `x W` and `W^\top x` are
    what a matrix makes of a vector."""
    match node:
        case d.Flip(base):
            return rank(base) == 1
        case d.Side(factors):
            arrays = [x for x in factors if rank(x) != 0]
            return any(transposed(x, rank) for x in (*arrays[:1], *arrays[-1:]))
        case d.Signed("@" | "·", left, right):
            return any(rank(x) != 0 and transposed(x, rank) for x in (left, right))
        case d.Sum(parts) | d.Call(_, parts):
            return any(transposed(x, rank) for x in parts)
        case d.Quotient(base) | d.Power(base) | d.Big(_, _, base):
            return transposed(base, rank)
    return False


def extent(node: d.Draft) -> Dim | None:
    """The size of a vector, where declarations say it; None where they do not."""
    match node:
        case d.Side([first, *_]) if (sizes := _sizes(first)) is not None:
            return sizes[0]
        case d.Side([*_, last]) if (sizes := _sizes(last)) is not None:
            return sizes[1]
        case d.Symbol(info):
            return info.shape[-1] if info.declared and info.shape else None
        case d.At(base) | d.Flip(base) | d.Power(base) | d.Quotient(base):
            return extent(base)
        case d.Side([*_, last]):
            return extent(last)
        case d.Sum(terms):
            return next((size for term in terms if (size := extent(term)) is not None), None)
        case d.Call(_, [body]):
            return extent(body)
    return None


def _sizes(node: d.Draft) -> tuple[Dim, Dim] | None:
    """The rows and columns of a declared matrix, which may be transposed."""
    match node:
        case d.Symbol(info) if info.declared and info.shape and len(info.shape) == 2:
            return info.shape[0], info.shape[1]
        case d.Flip(base) if (sizes := _sizes(base)) is not None:
            return sizes[1], sizes[0]
    return None
