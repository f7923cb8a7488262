r"""Is a letter without an index the array whose elements stand elsewhere, or a number of its own?

In `p = w / \sum_i w_i` it is the array. In `\frac{1}{n} \sum_i n_i` it divides or scales a number,
as a total does: that is asked about. In `\Gamma(\alpha) / \prod_k \Gamma(\alpha_k)` it could be
either: the array is read, and told. What a function reduces, `x_i / \max(x)`, is the array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError
from eq2code.library import ENTRIES
from eq2code.library.signature import elementwise
from eq2code.read import draft as d
from eq2code.read.conventions import Ledger

AXES = "nmprcqdk"
ARRAY, EITHER, NUMBER = "array", "either", "number"


def check_whole(
    nodes: Iterable[d.Draft],
    above: d.Above,
    both: set[int],
    *,
    rank: Callable[[d.Draft], int | None],
    ledger: Ledger,
) -> None:
    """Ask or tell about each letter of `both`, which stand whole and element by element."""
    places = {
        id(node.base.info): node.places
        for node in nodes
        if isinstance(node, d.At) and isinstance(node.base, d.Symbol)
    }
    for node in nodes:
        if not isinstance(node, d.Symbol) or id(node.info) not in both or node.info.definition:
            continue
        info, reading = node.info, _reading(node, above, rank)
        if reading == ARRAY or info.bold:
            continue
        letters = [p.binding.name for p in places[id(info)] if isinstance(p, d.Value)]
        element = f"{info.name}_{''.join(letters) or 'i'}"
        free = [letter for letter in AXES if letter not in ledger.names]
        apart = {info.name: "", element: " ".join(free[: len(places[id(info)])])}
        if reading == NUMBER:
            raise AmbiguousError(
                f"{info.name} stands here as a number does, beside its own elements",
                node.span,
                readings=(
                    Choice(f"the array {info.name}: give its elements another letter"),
                    declared(f"a number {info.name}", apart),
                ),
            )
        ledger.assume(
            "whole-array",
            f"{info.name} is the array whose elements {element} stand beside it",
            instead="a number of its own",
            shapes=apart,
            span=node.span,
        )


def _reading(symbol: d.Symbol, above: d.Above, rank: Callable[[d.Draft], int | None]) -> str:
    """What the places of one occurrence say: ARRAY, EITHER, or NUMBER."""
    found = ARRAY
    stack: list[tuple[d.Draft, bool]] = [(symbol, False)]
    while stack:
        node, mapped = stack.pop()
        for parent in above.of(node):
            others = [part for part in d.children(parent) if part is not node]
            numbers = all(rank(part) == 0 for part in others)
            beside = numbers and any(_holds(part, symbol.info) for part in others)
            match parent:
                case d.Quotient(_, bottom) if numbers and bottom is node:
                    return NUMBER
                case d.Side() | d.Signed("·" | "*") if beside and not mapped:
                    return NUMBER
                case d.Side() | d.Signed("·" | "*") | d.Quotient() | d.Sum() if beside:
                    found = EITHER if mapped else found
                case d.Side() | d.Signed("·" | "*") | d.Quotient() | d.Sum() if numbers:
                    stack.append((parent, mapped))
                case d.Power(base) if base is node:
                    stack.append((parent, mapped))
                case d.Call(function) if numbers and elementwise(ENTRIES[function]):
                    stack.append((parent, True))
    return found


def _holds(node: d.Draft, info: d.Info) -> bool:
    """Whether elements of an array stand inside."""
    return any(
        isinstance(x, d.At) and isinstance(x.base, d.Symbol) and x.base.info is info
        for x in d.walk(node)
    )
