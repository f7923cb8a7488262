"""What does a target owe? A table: one spelling for each thing that a program can compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from eq2code.library import Entry
from eq2code.library.entry import Lines
from eq2code.record import record


@record
class Target:
    """One array library.

    Attributes:
        name: what the user calls it.
        imports: module as used in templates -> import statement.
        array: the type of its arrays, for annotations.
        reductions: operation -> template of the array and `{axes}`.
        single: reductions that take one axis at a time.
        numbers: functions of two arguments -> template for when `{1}` is a plain number.
        dtype, device: of the array at hand, `{0}`; `no_dtype`, `no_device` where there is none.
        real_dtype: of the parts of the array at hand, where it is complex.
        keep: what a reduction says to leave an axis of length one.
        gradient: what differentiates a function that gives one number; "" where nothing does.
        cast_complex: a plain complex number as an array, "" where `cast` takes those too.
        complex: a real factor beside a complex one, "" where they may meet.
        wrap: a plain number as an array, "" where functions take numbers; `flag` a plain truth.
        Other fields: one template for each node of the program.
    """

    name: str
    imports: Mapping[str, str]
    array: str
    reductions: Mapping[str, str]
    where: str
    arrange: str
    arrange_real: str
    swap: str
    move: str
    spread: str
    fill: str
    ones: str
    diagonal: str
    take: str
    broadcast: str
    stack: str
    written: str
    einsum: str
    logical_not: str
    cast: str
    truth: str
    whole: str
    choose_numbers: str
    common_shape: str
    dtype: str
    real_dtype: str
    no_dtype: str
    keep: str
    device: str = ""
    no_device: str = ""
    wrap: str = ""
    complex: str = ""
    cast_complex: str = ""
    flag: str = ""
    gradient: str = ""
    single: frozenset[str] = frozenset()
    numbers: Mapping[str, str] = ()  # type: ignore[assignment]

    def spelling(self, entry: Entry) -> Lines:
        """How a function of the library is written."""
        lines: Lines = getattr(entry, self.name)
        return lines

    def templates(self) -> list[str]:
        """Every template of the table, for the gate."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        own = [x for name, x in values.items() if isinstance(x, str) and name != "name"]
        return [*own, *self.reductions.values(), *self.numbers.values()]
