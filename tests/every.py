"""Every fixture that has numbers, whatever table it stands in, in one form: `FIXTURES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import equations_applied
import equations_classical
import equations_layers
import equations_losses
import equations_norms
import systems
import test_read
import two_readings
from eq2code import Translation, translate


@dataclass(frozen=True)
class Fixture:
    """A source with what is declared for it; `draw` gives the arguments of a seed."""

    name: str
    source: str
    draw: Callable[[int], dict[str, Any]] = field(compare=False)
    shapes: Mapping[str, str] = field(default_factory=dict, compare=False)
    outputs: tuple[str, ...] = ()
    prefer: Mapping[str, str] = field(default_factory=dict, compare=False)

    def translated(self, backend: str = "numpy") -> Translation:
        """The translation, made once."""
        return _translated(self, backend)

    def options(self) -> dict[str, Any]:
        """What `translate` is told besides the source."""
        return {"shapes": self.shapes, "outputs": self.outputs or None, "prefer": self.prefer}


@cache
def _translated(fixture: Fixture, backend: str) -> Translation:
    return translate(fixture.source, backend=backend, **fixture.options())


def _readings() -> Iterator[Fixture]:
    for reading in test_read.READINGS:
        for kind, source in (("latex", reading.latex), ("text", reading.text)):
            if source:
                yield Fixture(
                    f"{reading.name}, {kind}",
                    source,
                    lambda seed, r=reading: r.draw(np.random.default_rng(seed)),
                    reading.declare,
                )


def _systems() -> Iterator[Fixture]:
    for k, system in enumerate(systems.SYSTEMS):
        yield Fixture(
            f"system {k}",
            system.source,
            lambda seed, s=system: s.draw(np.random.default_rng(seed)),
            system.declare,
        )


def _equations() -> Iterator[Fixture]:
    def fixture(name: str, equation: Any, draw: Callable[[int], dict[str, Any]]) -> Fixture:
        prefer = getattr(equation, "prefer", {})
        return Fixture(name, equation.source, draw, equation.shapes, equation.outputs, prefer)

    def drawn(equation: Any, seed: int) -> dict[str, Any]:
        return equations_classical.draw(equation.inputs, np.random.default_rng(seed))

    def called(equation: Any, seed: int) -> dict[str, Any]:
        rng = np.random.default_rng(seed)
        return {name: draw(rng) for name, draw in equation.inputs.items()}

    for table in (equations_classical, equations_applied):
        for one in table.EQUATIONS:
            yield fixture(one.id, one, lambda seed, e=one: drawn(e, seed))
    for one in equations_layers.EQUATIONS:
        yield fixture(one.name, one, one.draw)
    for table in (equations_losses, equations_norms):
        for one in table.EQUATIONS:
            yield fixture(one.id, one, lambda seed, e=one: called(e, seed))


FIXTURES: tuple[Fixture, ...] = (*_readings(), *_systems(), *_equations())


def _refused() -> Iterator[tuple[str, dict[str, Any]]]:
    for case in (*two_readings.REFUSALS, *systems.REFUSED, *equations_norms.REFUSALS):
        yield case.source, {"shapes": case.declare}
    layers = equations_layers.REFUSED
    for one in (*equations_applied.REFUSED, *equations_classical.REFUSED, *layers):
        yield one.source, {"shapes": one.shapes, "outputs": one.outputs or None}
    for _, source, shapes, outputs, _ in equations_losses.REFUSED:
        yield source, {"shapes": shapes or None, "outputs": outputs or None}
    blocks = (Path(__file__).parent / "fixtures" / "parse_errors.txt").read_text("utf-8")
    for block in blocks.split("\n\n"):
        notation, rest = block.split("\n", 1)
        source, drawn = rest.split("\n---\n")
        if drawn.startswith("!"):
            yield source, {"notation": notation.strip("[]")}


REFUSED: tuple[tuple[str, dict[str, Any]], ...] = tuple(_refused())
"""Every source of a fixture that is refused, with the options of `translate`."""
