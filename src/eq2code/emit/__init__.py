"""How is it spelled? From a program to code that a reader can learn from, and that runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eq2code.emit import recurrence
from eq2code.emit.load import load
from eq2code.emit.module import module
from eq2code.emit.tables import TARGETS
from eq2code.emit.target import Target
from eq2code.errors import FAULT, OptionError, TooLargeError
from eq2code.limits import DEFAULT, Limits
from eq2code.trees.program import Loop, Program

__all__ = ["Code", "emit", "emit_loop", "load", "targets"]

targets: tuple[str, ...] = tuple(TARGETS)
"""The names of the targets."""


@dataclass(frozen=True)
class Code:
    """Emitted code.

    Attributes:
        text: a module that runs by itself.
        name: the function in it.
        target: what it is written for.
        parameters: the function's arguments, in order.
    """

    text: str
    name: str
    target: str
    parameters: tuple[str, ...]

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The function, inspected and compiled when it is first asked for."""
        return load(self.text, self.name)


def emit(program: Program, *, target: str, source: str = "", limits: Limits = DEFAULT) -> Code:
    """The code of `program` for a target; `source` is the equation, for the docstring.

    OptionError for a target that is not in `targets`, EmissionError for what it cannot express.
    """
    text = module(program, _table(target), source)
    return _code(text, program.name, target, [one.name for one in program.arguments], limits)


def emit_loop(loop: Loop, *, target: str, source: str = "", limits: Limits = DEFAULT) -> Code:
    """The code of a step and of the loop over it; errors as those of `emit`."""
    text = recurrence.module(loop, _table(target), source)
    return _code(text, loop.name, target, [one.name for one in loop.arguments], limits)


def _table(target: str) -> Target:
    if target not in TARGETS:
        known = ", ".join(targets)
        raise OptionError(f"there is no target {target!r:.40}; there are: {known}", hints=(FAULT,))
    return TARGETS[target]


def _code(text: str, name: str, target: str, parameters: list[str], limits: Limits) -> Code:
    if len(text) > limits.code:
        raise TooLargeError(
            f"the code would have {len(text)} characters; the limit is {limits.code}",
            hints=("translate its parts one by one",),
        )
    return Code(text, name, target, tuple(parameters))
