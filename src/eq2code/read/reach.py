"""From where to where do index expressions reach along an axis? Their starts, ends and ranges.

In: the drafts of one system. Out: every addressed axis with what addresses it, the start of each
index, and the least and greatest value of an expression, as the source prints them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from eq2code.read import draft as d
from eq2code.read.affine import ZERO, Affine, affine, greatest, least
from eq2code.read.conventions import Ledger
from eq2code.read.unify import Sizes
from eq2code.record import record
from eq2code.source import Span
from eq2code.trees.dims import Dim

Signature = tuple[tuple[int, int], ...]


@dataclass(slots=True, eq=False)
class Axis:
    """Every affine expression that addresses one axis of one array.

    `frame` are the axes that begin and end where this one does, itself among them; `beside` those
    of which that is to be asked; `lead` is how many entries stand before the first one reached.
    """

    uses: list[Affine] = field(default_factory=list)
    base: Dim | None = None
    settled: bool = False
    info: d.Info | None = None
    size: Dim | None = None
    frame: list[Axis] = field(default_factory=list)
    beside: list[Axis] = field(default_factory=list)
    shifted: frozenset[int] | None = None
    drifts: bool | None = None
    low: Dim = ZERO
    lead: Dim = ZERO
    version: int = -1

    def __post_init__(self) -> None:
        self.frame.append(self)

    @property
    def reached(self) -> list[Affine]:
        """What addresses this axis, and those that share its frame."""
        return [use for axis in self.frame for use in axis.uses]


@record
class Convolved:
    """What an index on the left defines, and the array in which it shifts another."""

    name: str
    array: str


class Reach:
    """The addressed axes of one system, and the starts of its indices."""

    def __init__(self, definitions: Sequence[d.Definition], sizes: Sizes, ledger: Ledger) -> None:
        self.sizes, self.ledger = sizes, ledger
        self.axes: dict[tuple[int, int], Axis] = {}
        self.labels: set[int] = set()
        self.found: set[int] = set()
        self.mates: dict[int, list[list[d.Binding]]] = {}
        self.compared: dict[int, list[d.Binding]] = {}
        self.addressed: set[int] = set()
        self.placed: set[int] = set()
        self.bounds: dict[int, Dim] = {}
        self.every: dict[int, d.Binding] = {}
        self.loose: set[int] = set()
        self.upper: dict[int, Affine] = {}
        self.lower: dict[int, Affine] = {}
        self.counted: dict[int, Dim | None] = {}
        self.raised: set[int] = set()
        for definition in definitions:
            self._walk(definition.nodes)
            if finds(definition.body):
                self.found.add(id(definition.info))
            if isinstance(definition.body, d.Over):
                for k, binding in enumerate(definition.body.bindings):
                    self._use(id(definition.info), k, Affine({id(binding): (binding, 1)}))
        for axis in self.axes.values():
            shifted = {k for use in axis.uses if use.plain is None for k in use.terms}
            plain = [b for use in axis.uses if (b := use.plain) is not None]
            plain = [b for b in plain if id(b) not in shifted or b.start is not None]
            for binding in plain:
                self.mates.setdefault(id(binding), []).append(plain)
        self.convolved = dict(self._convolved(definitions))
        self.hulls = {
            key
            for axis in self.axes.values()
            for use in axis.uses
            for key in use.terms
            if key in self.lower and self.lower[key].terms.keys() & use.terms.keys()
        }
        self.firsts = {
            key: Dim.of(1)
            for axis in self.axes.values()
            for use in axis.uses
            for inner, (binding, _) in use.terms.items()
            if inner in self.upper and binding.start == ZERO
            for key in self.upper[inner].terms
            if self._counts(self.upper[inner]) and key in use.terms
        }

        self.bounding = set(self._bounding())

    def _bounding(self) -> Iterator[int]:
        r"""The free indices that do nothing but bound a range at a distance, and have none
        themselves: the t of `\sum_{k=t+1}^{T} x_k` counts from 1 as k does, or from 0."""
        for ends, side in ((self.lower, 1), (self.upper, -1)):
            for key, edge in ends.items():
                distance = (edge.constant.value or 0) * side
                for one, coefficient in edge.terms.values():
                    printed = any(other.start for group in self._mated(one) for other in group)
                    if distance <= 0 or coefficient != 1 or printed or id(one) in self.placed:
                        continue
                    if one.start is not None or one.high is not None or one.low is not None:
                        continue
                    yield id(one)
                    first, last = self.ledger.prefer.get("index-base"), self.every[key].high
                    one.start = None if first is None else Dim.of(int(first))
                    if side > 0 and first == "0" and last is not None:
                        one.high = last - edge.constant

    def _mated(self, binding: d.Binding) -> list[list[d.Binding]]:
        """The indices over each axis that an index addresses, itself among them."""
        return self.mates.get(id(binding), [])

    def _walk(self, nodes: Iterable[d.Draft]) -> None:
        for node in nodes:
            if type(node) is d.At:
                for k, place in enumerate(node.places):
                    self._note(node, k, place)
            elif type(node) is d.Big or type(node) is d.Over:
                self.every.update((id(binding), binding) for binding in node.bindings)
            elif type(node) is d.Power:
                match node.exponent:
                    case d.Sum([d.Value(binding), d.Number(1)], ["+", "-"]):
                        self.raised.add(id(binding))
            elif type(node) is d.Compare:
                self._note_bound(node)
                self._note_compared(node)

    def _convolved(self, definitions: Sequence[d.Definition]) -> Iterator[tuple[int, Convolved]]:
        r"""The open indices on the left that shift one below an operator: the n of
        `y_n = \sum_k x_k h_{n-k}`, where no printed range says which of them there are."""
        lefts = {
            id(binding): one.info.name
            for one in definitions
            if isinstance(one.body, d.Over) and not one.info.declared
            for binding in one.body.bindings
            if binding.start is None and binding.high is None
        }
        for axis in self.axes.values():
            for use in axis.uses if axis.info is not None else ():
                hung = use.terms.keys() & (self.upper.keys() | self.lower.keys())
                for key in use.terms.keys() & lefts.keys():
                    if len(use.terms) > 1 and not hung and axis.info is not None:
                        yield key, Convolved(lefts[key], axis.info.name)

    def _owner(self, node: d.At) -> int:
        base = node.base
        return id(base.info) if isinstance(base, d.Symbol) else id(base)

    def _note(self, node: d.At, k: int, place: d.Draft | None) -> None:
        if place is None:
            return
        use = affine(place)
        if use is None:
            inner = place.base if isinstance(place, d.At) else place
            if isinstance(inner, d.Symbol):
                self.labels.add(id(inner.info))
            return
        axis = self._use(self._owner(node), k, use)
        if isinstance(node.base, d.Symbol) and not node.base.info.definition:
            axis.info = node.base.info
            declared = axis.info.declared and axis.info.shape is not None
            if declared and axis.info.shape is not None and k < len(axis.info.shape):
                axis.size = axis.info.shape[k]
        self.placed |= set(use.terms)

    def _use(self, owner: int, k: int, use: Affine) -> Axis:
        axis = self.axes.setdefault((owner, k), Axis())
        axis.uses.append(use)
        for binding, _ in use.terms.values():
            self.addressed.add(id(binding))
        return axis

    def _note_compared(self, node: d.Compare) -> None:
        """Indices that are compared (`j \\ne i`, `\\delta_{ij}`) count alike."""
        plain = [x.binding for x in node.operands if isinstance(x, d.Value)]
        if len(plain) > 1:
            for binding in plain:
                self.compared.setdefault(id(binding), []).extend(plain)

    def _note_bound(self, node: d.Compare) -> None:
        """Note an end of a range that hangs on other indices: an index without another end runs to
        the largest value that it reaches."""
        if len(node.operands) != 2 or not isinstance(node.operands[0], d.Value):
            return
        edge = affine(node.operands[1])
        binding = node.operands[0].binding
        limits = any(node is limit for limit in binding.limits)
        if edge is None and limits:
            self.loose.add(id(binding))
        if edge is None or node.operators[0] not in "≤≥":
            return
        if edge.terms and limits:
            ends = self.upper if node.operators[0] == "≤" else self.lower
            ends.setdefault(id(binding), edge)
        if node.operators[0] == "≥":
            return
        top = edge.constant
        for other, coefficient in edge.terms.values():
            end = other.low if coefficient < 0 else other.high
            if end is None:
                return
            top = top + end * coefficient
        self.bounds[id(binding)] = top

    @staticmethod
    def _counts(edge: Affine) -> bool:
        """Whether a range from 0 up to `t - 1` has t terms, so that t counts from 1."""
        constant = edge.constant.value
        return len(edge.terms) == 1 and constant is not None and constant < 0

    def start(self, binding: d.Binding) -> Dim | None:
        """The printed value of position 0: its own, that of an index over the same axis, of one
        compared."""
        if id(binding) in self.hulls and (edge := self.lower[id(binding)]):
            if all((b.start if c > 0 else b.high) is not None for b, c in edge.terms.values()):
                return self._reach(edge, lowest=True)
        if binding.start is None and (first := self.firsts.get(id(binding))) is not None:
            return first
        seen = {id(binding)}
        queue = deque([binding])
        ends: list[Dim] = []
        while queue:
            one = queue.popleft()
            if one.start is not None:
                return one.start
            ends += [one.high] if one.high is not None else []
            groups = [one.peers, *self.mates.get(id(one), ()), self.compared.get(id(one), ())]
            for group in groups:
                if id(group) in seen:
                    continue  # all of it was met with another of its indices
                seen.add(id(group))
                for other in group:
                    if id(other) not in seen:
                        seen.add(id(other))
                        queue.append(other)
        if ends:  # `\\sum_{j=i}^{n}` counts from 1, `\\sum_{j=i}^{n-1}` from 0
            return Dim.of(0 if (ends[0] + 1).letter is not None else 1)
        return None

    def _start_by_size(self, binding: d.Binding) -> Dim | None:
        """The start of the printed ranges of the same size, where they agree and no other is
        preferred: i counts as `l = 1, …, n`."""
        if "index-base" in self.ledger.prefer:
            return None
        own = self.sizes.resolve(binding.dim)
        starts = {
            self.sizes.resolve(other.start)
            for other in self.every.values()
            if other.start is not None and own.letters and self.sizes.resolve(other.dim) == own
        }
        if len(starts) != 1:
            return None
        return starts.pop()

    def _told_start(self, binding: d.Binding, shared: Dim | None, use: str, span: Span) -> Dim:
        """What an index without a printed range counts from: as one of the same size does, else
        from 0."""
        axes = [[binding], *self._mated(binding)]
        if shared is None and any(id(one) in self.raised for axis in axes for one in axis):
            chosen = self.ledger.assume(
                "index-base",
                f"{binding.name} has no printed range, and counts from 1: the powers of "
                f"{binding.name} - 1 begin at 0",
                instead="from 0",
                reading="1",
                span=span,
            )
            return Dim.of(int(chosen))
        if shared is None:
            chosen = self.ledger.assume(
                "index-base",
                f"{binding.name} has no printed range, and counts from 0 where it is {use}",
                instead="from 1",
                span=span,
            )
            return Dim.of(int(chosen))
        other = "1" if shared.value == 0 else "0"
        own = self.sizes.resolve(binding.dim)
        self.ledger.assume(
            "index-base",
            f"{binding.name} counts from {shared} where it is {use}, as the other index over "
            f"{own} does",
            instead=f"from {other}",
            other=other,
            span=binding.span,
        )
        return self.sizes.resolve(shared)

    def _drift(self, use: Affine) -> Signature:
        """The indices of an expression that start nowhere, with their coefficients."""
        return tuple(sorted((k, c) for k, (b, c) in use.terms.items() if self.start(b) is None))

    def _drifts(self, axis: Axis) -> bool:
        """Whether an index that starts nowhere addresses an axis with a shift."""
        if axis.drifts is None:
            axis.drifts = not any(map(self._dependent, axis.reached)) and any(
                use.plain is None and self._drift(use) for use in axis.reached
            )
        return axis.drifts

    def _dependent(self, use: Affine) -> bool:
        """Whether the end of a shifted index hangs on another one: `x_{t+k}`, t up to N - k."""
        return use.plain is None and any(k in self.upper or k in self.lower for k in use.terms)

    def _moves(self, axis: Axis, use: Affine) -> bool:
        """Whether an index without a start moves an expression along an axis."""
        alone = use.plain
        return bool(self._drift(use)) and (alone is None or self._shifted(axis, alone))

    def _shifted(self, axis: Axis, binding: d.Binding) -> bool:
        """Whether an index, or what its end hangs on, addresses an axis with a shift too."""
        if axis.shifted is None:
            keys = {key for use in axis.reached if use.plain is None for key in use.terms}
            keys |= {k for key in keys if key in self.upper for k in self.upper[key].terms}
            keys |= {k for key in keys if key in self.lower for k in self.lower[key].terms}
            axis.shifted = frozenset(keys)
        return id(binding) in axis.shifted

    def _hung(self, use: Affine, *, lowest: bool) -> Affine:
        """An expression with the ends that hang on other indices in the place of what they end."""
        seen: set[int] = set()
        while True:
            ends = {
                key: edge
                for key, (_, coefficient) in use.terms.items()
                if key not in seen
                and (edge := (self.lower if (coefficient > 0) == lowest else self.upper).get(key))
            }
            inner = [k for k in ends if not any(k in e.terms for e in ends.values())]
            if not inner:
                return use
            seen.add(inner[0])
            use = use.put(inner[0], ends[inner[0]])

    def _reach(self, use: Affine, *, lowest: bool) -> Dim:
        """The least or greatest value of an expression, its indices without a start taken to be 0
        at first."""
        use = self._hung(use, lowest=lowest)
        total = use.constant
        for binding, coefficient in use.terms.values():
            first = self.start(binding) or ZERO
            last = binding.high if binding.high is not None else first + binding.dim - 1
            total = total + (first if (coefficient > 0) == lowest else last) * coefficient
        return self.sizes.resolve(total)

    def _stretch(self, axis: Axis) -> tuple[Dim, Dim] | None:
        """The least and greatest value that reaches an axis; None where nothing tells."""
        if any(map(self._dependent, axis.uses)) or len({*map(self._drift, axis.uses)}) != 1:
            return None
        if any(self.loose & use.terms.keys() for use in axis.uses):
            return None
        low = least([self._reach(use, lowest=True) for use in axis.uses])
        high = greatest([self._reach(use, lowest=False) for use in axis.uses])
        return None if low is None or high is None else (low, high)


def finds(node: d.Draft) -> bool:
    """Whether this is an argmax or an argmin, one or one for each index."""
    match node:
        case d.Over(_, body):
            return finds(body)
        case d.Call(function) | d.Big(function):
            return function in ("argmax", "argmin")
    return False
