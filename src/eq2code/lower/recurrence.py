"""What does a loop over the steps of a recurrence carry, read and return?

In: a system whose symbols say which letters label them, and the program of one step. Out: a `Loop`.
What the system defines and reads at another step is a state; what it only reads is a series, with
an entry for each step; what the letter does not label is the same at every step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from eq2code.errors import DefinitionError, OptionError, UnsupportedError
from eq2code.lower.names import Names
from eq2code.trees import formula as fm
from eq2code.trees import program as pg


def loop(
    system: fm.System,
    program: pg.Program,
    letter: str,
    source: str,
    *,
    shown: Sequence[str] = (),
) -> pg.Loop:
    """The loop over `letter` of the step that `program` computes; `shown` are the results wanted,
    all where it is empty.

    OptionError where the letter labels nothing, UnsupportedError where it labels something in
    another way than by itself, or the steps have no order.
    """
    planner = _Planner(system, program, letter)
    planner.check(source)
    return planner.loop(shown)


class _Planner:
    """One step on its way to a loop."""

    def __init__(self, system: fm.System, program: pg.Program, letter: str) -> None:
        self.system, self.program, self.letter = system, program, letter
        self.labels = {label.symbol: label for label in system.labels}
        pairs = zip(system.parameters, program.arguments, strict=True)
        self.symbols = {argument.name: parameter.name for parameter, argument in pairs}
        if not any(self._shift(name) is not None for name in self.labels):
            raise OptionError(
                f"over={letter!r}: nothing in the source is labelled with {letter}",
                hints=tuple(_labelling(system.labels)),
            )
        self.printed = {
            result.name: output.name
            for output, result in zip(system.outputs, program.results, strict=True)
        }
        self.made = self._made()
        self._check_families()
        self._check_ranges()
        self.names = Names([*(one.name for one in program.arguments), program.name])

    def check(self, source: str) -> None:
        """Refuse a letter that stands in a symbol, and is no label of it by itself."""
        letter = re.compile(rf"(?<![A-Za-z\\]){re.escape(self.letter)}(?![A-Za-z])")
        for parameter in self.system.parameters:
            value = parameter.value
            if isinstance(value, fm.Function) and self.letter in parameter.name.split("_")[1:]:
                raise UnsupportedError(
                    f"{parameter.name} is a function of its own at each {self.letter}, and one is "
                    "passed",
                    hints=(f"give it what differs as an argument: f(x_{self.letter}, …)",),
                )
            if not isinstance(value, fm.Symbol) or parameter.name == self.letter:
                continue
            written = source[value.span.start : value.span.end]
            if self._shift(parameter.name) is None and letter.search(written):
                raise UnsupportedError(
                    f"{self.letter} stands in {parameter.name}, and is no label of it by itself",
                    value.span,
                    hints=(f"write the step alone below it: x_{{{self.letter}-1}}",),
                )

    def loop(self, shown: Sequence[str]) -> pg.Loop:
        """What is carried, read and returned."""
        states: dict[str, list[tuple[str, int]]] = {}
        series: dict[str, list[tuple[str, int]]] = {}
        for name, symbol, shift in self._labelled():
            family = self._family(symbol)
            if family in self.made:
                states.setdefault(family, []).append((name, self.made[family][1] - shift))
            else:
                series.setdefault(family, []).append((name, shift))
        backward = self._direction(states)
        wholes = {family: self._whole(family) for family in (*series, *self.made)}
        counter = next((a for a, symbol in self.symbols.items() if symbol == self.letter), "")
        carried = {
            family: self._state(family, wholes[family], uses, counted=bool(counter))
            for family, uses in states.items()
        }
        read = {family: self._series(wholes[family], uses) for family, uses in series.items()}
        length = Names(self._letters()).fresh(self.letter.upper())
        taken = length in {a.name for a in self.program.arguments}
        count = "" if read else self.names.fresh("steps" if taken else length)
        return pg.Loop(
            step=replace(self.program, name=self.names.fresh(f"{self.program.name}_step")),
            name=self.program.name,
            letter=self.letter,
            length=count or length,
            arguments=tuple(self._arguments(carried, read, count)),
            series=tuple(read.values()),
            states=tuple(carried.values()),
            results=tuple(
                (wholes[family], result)
                for family, (result, _) in self.made.items()
                if not shown or self.printed[result] in shown
            ),
            counter=counter,
            count=count,
            backward=backward,
        )

    def _labelled(self) -> Iterator[tuple[str, str, int]]:
        """The arguments that the letter labels: argument, symbol, and what is added."""
        for argument in self.program.arguments:
            symbol = self.symbols[argument.name]
            shift = None if argument.function else self._shift(symbol)
            if shift is not None:
                yield argument.name, symbol, shift

    def _check_families(self) -> None:
        """Refuse what a loop over one letter cannot carry: a neighbour in another letter,
        `u_{i+1}^n` beside `u_i^{n+1}`, and a symbol of which the source defines a power."""
        defined = [one.symbol.name for one in self.system.definitions]
        places: dict[str, tuple[tuple[str, int], ...]] = {}
        powers = {
            label.family: name for name in defined if (label := self._label(name)) and label.power
        }
        for name in dict.fromkeys([*defined, *(symbol for _, symbol, _ in self._labelled())]):
            label = self._label(name)
            if label is None:
                continue
            if label.family in powers:
                raise UnsupportedError(
                    f"the source defines a power of what is carried over {self.letter}, "
                    f"{powers[label.family]}",
                    hints=(
                        f"give the power a letter of its own: v_{self.letter} = …, and its root",
                    ),
                )
            others = tuple((x, k) for x, k in label.steps if x != self.letter)
            if places.setdefault(label.family, others) != others:
                raise UnsupportedError(
                    f"{name} stands at another place than the rest of {self._stem(label.family)}, "
                    f"and a loop over {self.letter} carries one value of it",
                    hints=("write all its entries as one vector, and the shift as a matrix",),
                )
        for name, symbol, shift in self._labelled():
            family = self._family(symbol)
            own = [x for x in defined if self._label(x) and self._family(x) == family]
            if own and (family not in self.made or self.made[family][1] == shift):
                raise UnsupportedError(
                    f"{name} is read where {own[0]} is made, and nothing carries it there",
                    hints=("define it at the step at which it is read",),
                )

    def _check_ranges(self) -> None:
        """Refuse the letter where it ends a range, which grows: `\\sum_{s=1}^{t} x_s`."""
        bodies = [one.body for one in self.system.definitions]
        nodes = [node for body in bodies for node in body.walk()]
        sizes = [node.dim for node in nodes if isinstance(node, fm.Size)]
        sizes += [
            index.size
            for node in nodes
            if isinstance(node, fm.Reduce | fm.Build)
            for index in node.indices
        ]
        if self.letter in self._letters() | {x for dim in sizes for x in dim.letters}:
            raise UnsupportedError(
                f"{self.letter} ends a range, which is longer at each step",
                hints=(
                    f"carry what the range comes to: s_{self.letter} = s_{{{self.letter}-1}} + …",
                ),
            )

    def _label(self, name: str) -> fm.Label | None:
        """What labels a symbol, where the letter is among it."""
        return self.labels[name] if self._shifts(name) else None

    def _shift(self, name: str) -> int | None:
        """What is added to the letter that labels a symbol; None where it does not label it."""
        shifts = self._shifts(name)
        return shifts[0] if shifts else None

    def _shifts(self, name: str) -> list[int]:
        """What is added to the letter at each place where it labels a symbol: `P_{t|t-1}`."""
        label = self.labels.get(name)
        return [shift for letter, shift in label.steps if letter == self.letter] if label else []

    def _family(self, name: str) -> str:
        """The name that a symbol shares with its steps; `P_{t|t}` and `P_{t|t-1}` share none."""
        first, *others = self._shifts(name)
        family = self.labels[name].family
        for other in others:
            if other != first:
                away = abs(other - first)
                family += f"_{'next' if other > first else 'prev'}{away if away > 1 else ''}"
        return family

    def _made(self) -> dict[str, tuple[str, int]]:
        """For each family that the step makes, its result and what is added to the letter there."""
        made: dict[str, tuple[str, int]] = {}
        for output, result in zip(self.system.outputs, self.program.results, strict=True):
            shift = self._shift(output.symbol.name)
            if shift is None:
                raise UnsupportedError(
                    f"{output.name} is not labelled with {self.letter}, and a loop over "
                    f"{self.letter} makes a value of it at each step",
                    result.span,
                    hints=(
                        f"label it, {output.name}_{self.letter} = …, if it is another at each step",
                        "leave out what stands before the first step, h_0 = …, which is passed",
                    ),
                )
            family = self._family(output.symbol.name)
            if family in made:
                raise DefinitionError(
                    f"the source defines {made[family][0]} and {result.name}, which are steps of "
                    f"one symbol: a loop over {self.letter} makes one of them",
                    result.span,
                    hints=("define one of them only",),
                )
            made[family] = result.name, shift
        return made

    def _direction(self, states: dict[str, list[tuple[str, int]]]) -> bool:
        """Whether the last step is taken first: what it reads was made at later steps."""
        backs = [(name, back) for uses in states.values() for name, back in uses]
        later = [name for name, back in backs if back < 0]
        if later and len(later) < len(backs):
            earlier = next(name for name, back in backs if back > 0)
            raise UnsupportedError(
                f"{earlier} was made before a step and {later[0]} after it: no order of the steps "
                "has both",
                hints=("write both at the same step: x_t and y_t from x_{t-1} and y_{t-1}",),
            )
        return bool(later)

    def _whole(self, family: str) -> str:
        """What all the steps of a family are called: the h of `h_t`."""
        if self.letter not in family.split("_")[1:]:
            raise UnsupportedError(
                f"{self.letter} is not a label by itself in {family}",
                hints=(f"write a comma between labels: x_{{i,{self.letter}}}",),
            )
        return self.names.fresh(self._stem(family))

    def _stem(self, family: str) -> str:
        """A family's name without its labels of the letter."""
        first, *labels = family.split("_")
        return "_".join([first, *(one for one in labels if one != self.letter)])

    def _state(
        self, family: str, whole: str, uses: list[tuple[str, int]], *, counted: bool
    ) -> pg.State:
        """`x_0` of the source is what x is before the first step, where steps count from there."""
        result, _ = self.made[family]
        ago = tuple((name, abs(back)) for name, back in uses)
        order = max(back for _, back in ago)
        backward = any(back < 0 for _, back in uses)
        start = f"{self._stem(family)}_{'last' if backward else 0}"
        shapes = {a.name: a.shape for a in self.program.arguments if a.function is None}
        own = start in shapes and shapes[start] == shapes[ago[0][0]]
        if not own or backward or counted or order > 1:
            start = self.names.fresh(start)
        return pg.State(whole, result, start, ago, order)

    def _series(self, whole: str, uses: list[tuple[str, int]]) -> pg.Series:
        shifts = [shift for _, shift in uses]
        first = min(shifts)
        return pg.Series(
            whole, tuple((name, shift - first) for name, shift in uses), max(shifts) - first
        )

    def _arguments(
        self, states: dict[str, pg.State], series: dict[str, pg.Series], count: str
    ) -> Iterable[pg.Argument]:
        """Those of the step in order, each series and state once; the number of steps last."""
        named = {inner: one.start for one in states.values() for inner, _ in one.uses}
        named |= {inner: one.name for one in series.values() for inner, _ in one.uses}
        seen: set[str] = set()
        for argument in self.program.arguments:
            name = named.get(argument.name, argument.name)
            if name not in seen:
                seen.add(name)
                yield replace(argument, name=name)
        if count:
            yield pg.Argument(count, kind="int", batch=False)

    def _letters(self) -> set[str]:
        """The letters of sizes that are in use."""
        shapes = [argument.shape for argument in self.program.arguments]
        shapes += [result.shape for result in self.program.results]
        return {letter for shape in shapes for dim in shape for letter in dim.letters}


def _labelling(labels: Iterable[fm.Label]) -> Iterable[str]:
    """The letters that could have been meant."""
    letters = sorted({letter for label in labels for letter, _ in label.steps})
    if letters:
        yield f"letters below or above that nothing binds: {', '.join(letters)}"
