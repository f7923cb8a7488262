"""What does a user hold of a recurrence? The translation of all its steps, checked at the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from eq2code.emit import Code
from eq2code.emit.recurrence import front
from eq2code.errors import Eq2CodeError, ShapeError
from eq2code.options import Options
from eq2code.read import Reading
from eq2code.translation import Translation, bind, described
from eq2code.trees.dims import declaration
from eq2code.trees.program import Argument, Loop, State


class Looped(Translation):
    """A recurrence, all its steps at once: series are read along their first axis, and every state
    is returned along one.

    It is a `Translation` of the step, whose names and shapes `shapes=` takes, with the arguments
    and results of the loop.
    """

    def __init__(
        self,
        source: str,
        options: Options,
        reading: Reading,
        loop: Loop,
        code: Code,
        translate: Callable[..., Translation],
    ) -> None:
        super().__init__(source, options, reading, loop.step, code, translate)
        self._loop = loop

    @cached_property
    def step(self) -> Translation:
        """One step by itself: the source translated without `over`."""
        return self._translate(self._source, **{**self._options.arguments(), "over": None})

    @property
    def parameters(self) -> tuple[str, ...]:
        """The function's parameters, in order."""
        return tuple(argument.name for argument in self._loop.arguments)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the results, in order."""
        return tuple(name for name, _ in self._loop.results)

    @cached_property
    def shapes(self) -> dict[str, str]:
        """The shape of every parameter and result, without the batch: what has an entry for each
        step has their number in front."""
        loop = self._loop
        made = {one.name: one.shape for one in loop.step.results}
        arguments = {one.name: self._described(one) for one in loop.arguments}
        results = {
            name: f"{loop.length} {declaration(made[own])}".strip() for name, own in loop.results
        }
        return arguments | results

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Take every step; a `ShapeError` says what does not fit, in the formula's letters."""
        values = bind(self.name, self.parameters, args, kwargs)
        arrays = self._arrays.convert(values, self._taken)
        with self._placed():
            steps = self._steps(arrays)
            entries = self._entries(arrays, steps)
            first = {**arrays, **self._started(arrays)}
            first |= {name: entry[0] for name, entry in entries.items()}
            first = {name: first[name] for name in self._kinds}
            sizes = self._fit(first)
            self._check_labels({**first, **entries}, sizes)
            self._check_ends(first, sizes)
            self._check_ranges(first)
            result = self._run(arrays, self._guarded(values, first, sizes), sizes)
        return self._arrays.own(result, arrays)

    def _run(
        self, arrays: Mapping[str, Any], functions: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> Any:
        try:
            return super()._run(arrays, functions, sizes)
        except (ValueError, RuntimeError) as error:
            unstacked = "same shape" in str(error) or "equal size" in str(error)
            if isinstance(error, Eq2CodeError) or not unstacked:
                raise
            names = ", ".join(state.start for state in self._loop.states)
            raise ShapeError(
                "a state does not keep its shape from step to step",
                because=(f"{type(error).__name__}: {error}",),
                hints=(f"pass {names} with all the axes that they come to have",),
            ) from error

    @property
    def _result(self) -> str:
        if len(self.outputs) > 1:
            return f"({', '.join(self.outputs)})"
        shape = self._program.results[0].shape
        return f"({', '.join([self._loop.length, '…', *map(str, shape)])})"

    def _described(self, argument: Argument) -> str:
        return f"{front(self._loop, argument.name)} {described(argument)}".strip()

    @cached_property
    def _taken(self) -> dict[str, str]:
        """The kinds of the arrays that the loop takes."""
        return {one.name: one.kind for one in self._loop.arguments if one.function is None}

    @cached_property
    def _counts(self) -> tuple[str, ...]:
        """What the loop takes as plain numbers: whole ones, and how many steps there are."""
        count = (self._loop.count,) if self._loop.count else ()
        whole = (
            one.name
            for one in self._loop.arguments
            if one.kind == "int" and not one.shape and not one.batch and one.function is None
        )
        return tuple(dict.fromkeys([*count, *whole]))

    def _steps(self, arrays: Mapping[str, Any]) -> int:
        """How many steps the arguments have entries for."""
        loop = self._loop
        if loop.count:
            number = arrays[loop.count]
            if number.ndim:
                raise ShapeError(
                    f"{loop.count} is the number of steps, and one number",
                    hints=("pass a whole number",),
                )
            told = {loop.count: int(number)}
        else:
            told = {one.name: self._long(one.name, arrays) - one.spare for one in loop.series}
        if len(set(told.values())) > 1:
            raise ShapeError(
                f"the steps over {loop.letter} are not equally many",
                because=tuple(f"{name} is for {count} steps" for name, count in told.items()),
            )
        steps = next(iter(told.values()))
        if steps < 1:
            raise ShapeError(
                f"{next(iter(told))} is for {steps} steps, and one is the least",
                hints=("pass at least one step",),
            )
        return steps

    def _long(self, name: str, arrays: Mapping[str, Any]) -> int:
        if not arrays[name].ndim:
            raise ShapeError(
                f"{name} is a number, and has an entry for each {self._loop.letter} in order",
                hints=("pass an array whose first axis counts the steps",),
            )
        return int(arrays[name].shape[0])

    def _entries(self, arrays: Mapping[str, Any], steps: int) -> dict[str, Any]:
        """What each argument of the step that a series fills is, at all steps."""
        return {
            name: arrays[one.name][skipped : skipped + steps]
            for one in self._loop.series
            for name, skipped in one.uses
        }

    def _started(self, arrays: Mapping[str, Any]) -> dict[str, Any]:
        """What each argument of the step that a state fills is, at the first step."""
        loop = self._loop
        return {
            name: self._start(state, arrays)[back - 1 if loop.backward else state.order - back]
            for state in loop.states
            for name, back in state.uses
        }

    def _start(self, state: State, arrays: Mapping[str, Any]) -> Any:
        if state.order == 1:
            return (arrays[state.start],)
        if self._long(state.start, arrays) != state.order:
            raise ShapeError(
                f"{state.start} holds the {state.order} values before the first step along its "
                f"first axis, and has {arrays[state.start].shape[0]}",
                hints=("pass the earlier values together, the oldest first",),
            )
        return arrays[state.start]
