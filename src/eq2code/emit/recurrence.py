"""How is a recurrence written down? Its step as a function, and a loop that calls it.

The loop keeps each state in a list that starts with what is given, and reads it from its end.
"""

from __future__ import annotations

from collections.abc import Iterator

from eq2code.emit.module import (
    Function,
    class_name,
    described,
    docstring,
    equation,
    indented,
    joined,
    results_class,
    shape_text,
    shapes,
    signature,
    written,
)
from eq2code.emit.target import Target
from eq2code.lower.names import Names
from eq2code.trees import program as pg


def module(loop: pg.Loop, target: Target, source: str) -> str:
    """The text of a module that holds the step and the loop, and runs by itself."""
    step = written(loop.step, target, _step_document(loop))
    return joined(target, [step, _Writer(loop, target, step.title).function(source)])


def front(loop: pg.Loop, name: str) -> str:
    """The length of an argument's first axis: of series' entries, or a state's first values."""
    for one in loop.series:
        if one.name == name:
            return f"{loop.length} + {one.spare}" if one.spare else loop.length
    for state in loop.states:
        if state.start == name and state.order > 1:
            return str(state.order)
    return ""


def _step_document(loop: pg.Loop) -> list[str]:
    step = loop.step
    results = [f"{one.name}: {shape_text(one.shape)}" for one in step.results]
    only = [shape_text(step.results[0].shape)] if len(results) == 1 else results
    return [f"One step of `{loop.name}`.", "", *shapes(list(map(described, step.arguments)), only)]


class _Writer:
    """One loop on its way to text."""

    def __init__(self, loop: pg.Loop, target: Target, title: str) -> None:
        self.loop, self.target, self.step_title = loop, target, title
        arguments = [*loop.arguments, *loop.step.arguments]
        self.names = Names([*(one.name for one in arguments), loop.name, loop.step.name, title])
        self.states = {one.result: one for one in loop.states}
        wholes = {result: whole for whole, result in loop.results}
        self.lists = wholes | {one.result: one.name for one in loop.states}
        self.now = self.names.fresh("now") if title else ""

    def function(self, source: str) -> Function:
        """The loop as a function."""
        loop = self.loop
        names = [whole for whole, _ in loop.results]
        several = len(names) > 1
        title = self.names.fresh(class_name(loop.name)) if several else ""
        values = [self.stacked(result) for _, result in loop.results]
        value = f"{title}({', '.join(values)})" if several else values[0]
        if len(value) > 80:
            value = "\n".join([f"{title}(", *indented(f"    {one}," for one in values), "    )"])
        results = results_class(title, loop.name, names, self.target) if several else []
        head = signature(loop.name, [one.name for one in loop.arguments], title)
        body = [*self.started(), *self.head(), *indented(self.body()), f"return {value}"]
        return Function(title, results, head, docstring(self.document(source)), body)

    def document(self, source: str) -> list[str]:
        loop = self.loop
        shape = {one.name: one.shape for one in loop.step.results}
        results = [
            f"{whole}: {shape_text(shape[made], loop.length)}" for whole, made in loop.results
        ]
        only = [results[0].partition(": ")[2]] if len(results) == 1 else results
        order = f"from the last {loop.letter} to the first" if loop.backward else ""
        note = f"Step by step along the first axis{', ' if order else ''}{order}."
        arguments = [described(one, front(loop, one.name)) for one in loop.arguments]
        return [*equation(source, loop.name), "", note, "", *shapes(arguments, only)]

    def started(self) -> Iterator[str]:
        """The lists, with what stands before the first step."""
        for result, name in self.lists.items():
            state = self.states.get(result)
            if state is None:
                yield f"{name} = []"
            elif state.order == 1:
                yield f"{name} = [{state.start}]"
            elif self.loop.backward:
                yield f"{name} = [*reversed({state.start})]"
            else:
                yield f"{name} = [*{state.start}]"

    def head(self) -> Iterator[str]:
        """`for x_t in x:`"""
        loop = self.loop
        self.turn = self.names.fresh("k") if loop.counter else "_"
        pairs = [pair for one in loop.series for pair in self.entries(one)]
        if loop.backward and loop.counter:
            pairs.insert(0, (self.turn, f"range({loop.count or f'len({pairs[0][1]})'})"))
        targets = ", ".join(target for target, _ in pairs)
        read = [f"reversed({one})" if loop.backward else one for _, one in pairs]
        zipped = f"zip({', '.join(read)}, strict=True)"
        source = read[0] if len(read) == 1 else zipped
        if not pairs:
            yield f"for {self.turn} in range({loop.count}):"
        elif loop.counter and not loop.backward:
            inside = f"({targets})" if len(pairs) > 1 else targets
            yield f"for {self.turn}, {inside} in enumerate({source}):"
        elif len(targets) + len(source) < 85:
            yield f"for {targets} in {source}:"
        else:
            yield f"for {targets} in zip("
            yield from indented([*(f"{one}," for one in read), "strict=True,"])
            yield "):"

    def entries(self, series: pg.Series) -> Iterator[tuple[str, str]]:
        """For each argument of the step what it is called there, and where it is read from."""
        for name, skipped in series.uses:
            after = series.spare - skipped
            if not series.spare:
                yield name, series.name
            else:
                yield name, f"{series.name}[{skipped or ''}:{f'-{after}' if after else ''}]"

    def body(self) -> Iterator[str]:
        """One step, and what it adds to the lists."""
        call = f"{self.loop.step.name}({', '.join(self.arguments())})"
        if not self.step_title:
            (name,) = self.lists.values()
            yield f"{name}.append({call})"
            return
        yield f"{self.now} = {call}"
        for result, name in self.lists.items():
            yield f"{name}.append({self.now}.{result})"

    def arguments(self) -> Iterator[str]:
        """What the step is given."""
        ago = {
            name: f"{self.lists[one.result]}[-{back}]"
            for one in self.loop.states
            for name, back in one.uses
        }
        for argument in self.loop.step.arguments:
            if argument.name == self.loop.counter:
                yield f"{argument.name} + {self.turn}"
            else:
                yield ago.get(argument.name, argument.name)

    def stacked(self, result: str) -> str:
        """What was made, in the order of the letter, without what was given."""
        state = self.states.get(result)
        given = state.order if state else 0
        if self.loop.backward:
            part = f"[:{given - 1}:-1]" if given else "[::-1]"
        else:
            part = f"[{given}:]" if given else ""
        return self.target.stack.format(f"{self.lists[result]}{part}", axis=0)
