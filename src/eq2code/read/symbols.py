"""What is known of the symbols of one source while it is read, and what is in scope at one
place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from itertools import chain, count

from eq2code.errors import (
    TooLargeError,
)
from eq2code.limits import Limits
from eq2code.read import draft as d
from eq2code.read.conventions import Ledger
from eq2code.read.declare import Declared
from eq2code.read.labels import (
    above,
    apart,
    error_vector,
    indices_above,
    matrices,
    powers,
    raising_only,
    standing,
    stands_outside,
    words_alone,
    zeroth,
)
from eq2code.read.names import Base, Namer, base_of, label
from eq2code.read.scope import (
    Survey,
    places,
    split,
    walk,
)
from eq2code.read.scripts import index_keys
from eq2code.read.targets import Target
from eq2code.read.unify import DECLARED, SIGNED, Sizes
from eq2code.record import lazy, mutable, record
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim


@record
class Env:
    """What surrounds a piece: indices and parameters in scope, the line, and what is open on the
    left.

    `bindings` maps index letters to their binding, or to what they stand for; `values` maps names
    of parameters of a function that is being applied to the arguments; `tag` keeps the indices of
    its body apart from those of the arguments; `summed` are the indices that a big operator binds,
    `swept` those that one without an index runs over.
    """

    line: int
    bindings: Mapping[str, d.Binding | d.Draft] = field(default_factory=dict)
    values: Mapping[str, d.Draft] = field(default_factory=dict)
    depth: int = 0
    tag: str = ""
    summed: frozenset[str] = frozenset()
    swept: frozenset[str] = frozenset()


@mutable
class Application:
    """A function of the source where it is applied: its definition and the arguments."""

    target: Target
    values: list[d.Draft]
    span: Span


POSITIONS = frozenset({"argmax", "argmin"})
BY_ITSELF = "call what stands on the left by another name than what the right side reads"


class Source:
    """All that is known of the symbols of one source while it is read."""

    def __init__(
        self,
        survey: Survey,
        targets: Sequence[Target],
        declared: dict[str, Declared],
        namer: Namer,
        ledger: Ledger,
        sizes: Sizes,
        limits: Limits,
        wanted: frozenset[str],
        text: str,
    ) -> None:
        self.survey, self.declared, self.namer = survey, declared, namer
        self.ledger, self.sizes, self.limits = ledger, sizes, limits
        self.wanted, self.text = wanted, text
        self.lines = targets
        self.asked: set[str] = set()
        names = chain(("value", "result"), (f"result_{k}" for k in count()))
        self._bare = next(name for name in names if name not in survey.texts)
        self.infos: dict[str, d.Info] = {}
        self.targets: dict[str, list[Target]] = {}
        self.functions_used: dict[str, Span] = {}
        self.inlined: set[str] = set()
        self.applied: list[Application] = []
        self.extra: Mapping[tuple[int, int], tuple[tuple[int, int], ...]] = {}
        self.addressed: Callable[[n.Scripts, n.Notation], bool | None] = lambda piece, part: False
        self.assigned: set[str] = set()
        self.powers_defined: set[str] = set()
        self.ordered: dict[tuple[str, str], d.Draft] = {}
        self.tags = count(2)
        self.size_names: set[str] = set()
        self.sets: dict[str, tuple[Dim, Span]] = {}
        self._outside: dict[tuple[Base, Base], bool] = {}
        self.budget = limits.nodes
        self.weights: dict[int, tuple[int, d.Draft]] = {}
        for _name, entry in declared.items():
            for shape in (entry.shape,) if not entry.is_function else (entry.arguments or ()):
                for dim in shape:
                    sizes.declare(dim, SIGNED if entry.is_function else DECLARED)
                    self.size_names |= set(dim.letters)
            if entry.is_function:
                for dim in entry.shape:
                    sizes.declare(dim, SIGNED)
                    self.size_names |= set(dim.letters)

    # --- what the scripts of the whole source say, looked for where it is asked -------------------

    @lazy
    def standing(self) -> set[tuple[str, str | None]]:
        """See `labels.standing`."""
        return standing(self.survey)

    @lazy
    def words_alone(self) -> set[str]:
        """See `labels.words_alone`."""
        return words_alone(self.survey)

    @lazy
    def numbered(self) -> set[tuple[tuple[str, tuple[str, ...]], str]]:
        """The numbers that stand below each letter."""
        return {
            (base.plain, part.text)
            for piece in self.survey.scripts()
            if (base := base_of(piece.base)) is not None
            for part in split(piece.sub)
            if isinstance(part, n.Number)
        }

    @lazy
    def moving(self) -> set[str]:
        r"""The letters of which a step or a derivative is defined: I by `I_{t+1} = …`, `\dot I =
        …`. They are no constants."""
        counters = self.survey.counters
        return {
            line.base.text
            for line in self.lines
            if line.base is not None
            and (line.derivative or "dot" in line.base.accents or _steps(line.head, counters))
        }

    @lazy
    def apart(self) -> set[str]:
        """See `labels.apart`."""
        return apart(self.survey)

    @lazy
    def powers(self) -> set[tuple[str, tuple[str, ...]]]:
        """See `labels.powers`."""
        return powers(self.survey)

    @lazy
    def above(self) -> dict[str, bool]:
        """See `labels.indices_above`."""
        return indices_above(self.survey)

    @lazy
    def matrices(self) -> set[str]:
        """See `labels.matrices`."""
        return matrices(self.survey)

    @lazy
    def only_raises(self) -> bool:
        """Whether T is declared or defined, and is read above others only: see
        `labels.raising_only`."""
        given = "T" in self.declared or "T" in self.targets
        return given and raising_only(self.survey, "T")

    @lazy
    def zeroth(self) -> set[tuple[str, tuple[str, ...]]]:
        """See `labels.zeroth`."""
        return zeroth(self.survey)

    @lazy
    def error_vector(self) -> bool:
        """See `labels.error_vector`."""
        return error_vector(self.survey)

    @lazy
    def labels_above(self) -> set[str]:
        """What is a label above a letter, by itself or as part of a name that the user gave."""
        habit = self.ledger.choose("raised-label") == "name"
        return (above(self.survey) if habit else set()) | self.labels_given

    @lazy
    def labels_given(self) -> set[str]:
        """What is a label above a letter as part of a name that the user gave."""
        given = self.wanted.union(self.declared)
        return {text for p in self.survey.raised if (text := self._label_of(p, given)) is not None}

    def _label_of(self, piece: n.Scripts, given: frozenset[str]) -> str | None:
        """The superscript that makes one of these names."""
        base, text = base_of(piece.base), label(piece.sup) if piece.sup is not None else None
        if base is None or text is None:
            return None
        stem = self.namer.stem(base)
        below = label(piece.sub) if piece.sub is not None else None
        return text if not given.isdisjoint({f"{stem}_{text}", f"{stem}_{below}_{text}"}) else None

    def bare(self, place: int) -> str:
        """What the value of an expression without a left side is called: as no symbol is."""
        return self._bare if not place else f"{self._bare}_{place + 1}"

    # --- what is known of a name ------------------------------------------------------------------

    def known(self, name: str) -> int | None:
        """The rank of a declared name, -1 for one that the source defines, None for any other."""
        if name in self.declared:
            entry = self.declared[name]
            return -1 if entry.is_function else len(entry.shape)
        if name in self.targets:
            return len(self.targets[name][0].indices) or -1
        return -1 if name in self.numbered_arguments else None

    @lazy
    def numbered_arguments(self) -> frozenset[str]:
        r"""The arguments of left sides that have a number below: the x_0 of `\hat f(x_0) = …` is
        that symbol in the body, and no element of x."""
        return frozenset(
            f"{self.namer.stem(base)}_{piece.sub.text}"
            for line in self.lines
            for piece in line.arguments or ()
            if isinstance(piece, n.Scripts) and isinstance(piece.sub, n.Number)
            if (base := base_of(piece.base)) is not None
        )

    def axes(self, base: Base) -> int:
        """How many axes a letter is declared with."""
        return max(self.known(self.namer.stem(base)) or 0, 0)

    def is_number(self, name: str) -> bool:
        """Whether a name is a number: declared so, the end of a range, or defined by numbers."""
        entry = self.declared.get(name)
        if entry is not None:
            return not entry.is_function and not entry.shape
        return name in self.size_names or self._counts(name)

    def _counts(self, name: str) -> bool:
        """Whether a name is defined by numbers alone."""
        line = self.value_line(name)
        if line is None or name in self.asked:
            return False
        self.asked.add(name)
        read = [p for p in walk(line.line.forms[-1]) if base_of(p) is not None]
        alone = all(isinstance(p, n.Letter) and self.is_number(p.text) for p in read)
        self.asked.discard(name)
        return alone

    def value_line(self, name: str) -> Target | None:
        """The line that defines a name as one value, no function and no array over indices."""
        line = (self.targets.get(name) or (None,))[-1]
        return None if line is None or line.arguments is not None or line.indices else line

    def is_position(self, name: str | None) -> bool:
        """Whether a name is a whole number that addresses arrays: declared `int`, or an argmax."""
        if name is None:
            return False
        entry = self.declared.get(name)
        if entry is not None:
            return entry.kind == "int" and not entry.shape and not entry.is_function
        targets = self.targets.get(name) or ()
        return any(t.arguments is None and _finds(t.line.forms[-1]) for t in targets[-1:])

    def stands_outside(self, letter: Base, head: Base) -> bool:
        """Whether a letter stands somewhere else than in brackets after `head`."""
        key = (letter, head)
        if key not in self._outside:
            self._outside[key] = stands_outside(letter, head, self.survey)
        return self._outside[key]

    def info(self, name: str, piece: n.Notation, base: Base | None) -> d.Info:
        """The symbol of a name, made when it is first met."""
        found = self.infos.get(name)
        if found is None:
            found = self.infos[name] = d.Info(name, written(piece), first=piece.span)
            entry = self.declared.get(name)
            if entry is not None and not entry.is_function:
                found.rank, found.shape, found.kind = len(entry.shape), entry.shape, entry.kind
                found.declared, found.why = True, entry.origin
            if base is not None:
                found.capital, found.bold, found.word = base.capital, base.bold, base.word
                found.latin, found.arrow = base.latin, base.arrow
        elif base is not None and base.bold:
            found.bold = True
        if piece.span is not NOWHERE:
            if found.first is NOWHERE or piece.span.start < found.first.start:
                found.first = piece.span
        return found

    def matrix_like(self, name: str) -> d.Info | None:
        """The symbol of a capital letter that the source has and that could be a matrix."""
        entry = self.declared.get(name)
        if entry is not None and (entry.is_function or len(entry.shape) != 2):
            return None
        if not [base for base in self.survey.letters if base.text == name and not base.accents]:
            return None
        return self.info(name, n.Letter(name), Base(name))

    def weigh(self, draft: d.Draft, span: Span) -> d.Draft:
        """A draft, refused where it is too large with each piece counted as often as it is used:
        `f(f(x))` of `f(x) = x x` holds x four times."""
        stack = [draft]
        while stack:
            top = stack[-1]
            parts = d.children(top)
            waiting = [part for part in parts if id(part) not in self.weights]
            if waiting:
                stack += waiting
                continue
            total = 1 + sum(self.weights[id(part)][0] for part in parts)
            self.weights[id(top)] = total, top
            stack.pop()
        if self.weights[id(draft)][0] > self.limits.unfolded:
            raise too_much(span)
        return draft


def too_much(span: Span) -> TooLargeError:
    """What is raised where what is read outgrows the budget."""
    return TooLargeError(
        "the definitions unfold into too much",
        span,
        hints=("translate a few of them at a time, and pass what the others give",),
    )


def _steps(head: n.Notation | None, counters: set[str]) -> bool:
    """Whether a step counter stands below or above a left side."""
    if not isinstance(head, n.Scripts):
        return False
    keys = (key for _, part in places(head) for key in index_keys(part))
    return any(key in counters for key in keys)


def written(piece: n.Notation) -> str:
    """A short spelling of a symbol, for messages."""
    return label(piece) or "?"


def symbol_of(target: Target, targets: Sequence[Target]) -> str:
    """The symbol that a definition writes; a name that is also read gets a second one."""
    if not target.reassigns:
        return target.name
    nth = [t.place for t in targets].index(target.place)
    return f"{target.name}_new" + (str(nth + 1) if nth else "")


def power_name(name: str, power: str) -> str:
    """`\\sigma^2` defined as a whole."""
    words = {"2": "sq", "3": "cubed"}
    return f"{name}_{words.get(power, power)}"


def _finds(form: n.Notation) -> bool:
    """Whether a formula is an argmax or argmin as a whole."""
    first = form.items[0] if isinstance(form, n.Row) else form
    base = first.base if isinstance(first, n.Scripts) else first
    return isinstance(base, n.Word) and base.text.lower() in POSITIONS
