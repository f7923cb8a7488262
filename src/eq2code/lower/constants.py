"""Which parts are plain numbers, and are they finite? Floats tell, never big integers."""

from __future__ import annotations

import math

from eq2code.errors import DomainError
from eq2code.library import Entry, find
from eq2code.trees import formula as fm
from eq2code.trees.program import Literal

_LARGEST = 2**53
_NAMED = {"pi": math.pi, "e": math.e}
_COMPUTED = frozenset({fm.Negate, fm.Add, fm.Multiply, fm.Divide, fm.Power, fm.Call})
_SPELLED = {"__builtins__": {}, "math": math, "abs": abs, "max": max, "min": min}
"""What the library's spellings for plain numbers may say."""


LARGE = "floats end near 1.8e308; its logarithm may be what is needed"


class Constants:
    """The values of formulas made of numbers alone."""

    def __init__(self) -> None:
        self._known: dict[int, float] = {}
        self._spelled: set[fm.Formula] = set()

    def note(self, formula: fm.Formula) -> None:
        """Find the number that a formula of the system is, after those of its children: DomainError
        where it is not finite."""
        if type(formula) in _COMPUTED:
            value = self._evaluate(formula)
            if value is not None:
                self._known[id(formula)] = value

    def look(self, formula: fm.Formula) -> float | None:
        """The number that the formula is, or None; also None where a function stands in it, which
        is written as it is. DomainError where it is not finite.
        """
        value = self._value(formula)
        if value is None and type(formula) in _COMPUTED:
            value = self._evaluate(formula)
        if value is None or not self._spelled:
            return value
        return None if formula in self._spelled else value

    def _value(self, formula: fm.Formula) -> float | None:
        """The number that a leaf is, or a formula that was noted."""
        if type(formula) is fm.Number:
            return _float(formula.value, formula)
        if type(formula) is fm.Constant:
            return _NAMED.get(formula.name)
        return self._known.get(id(formula)) if type(formula) in _COMPUTED else None

    def _evaluate(self, formula: fm.Formula) -> float | None:
        numbers: list[float] = []
        for child in formula.children:
            number = None if type(child) is fm.Symbol else self._value(child)
            if number is None:
                return None
            numbers.append(number)
        if isinstance(formula, fm.Call) and not _known(formula):
            return None
        if isinstance(formula, fm.Call) or any(c in self._spelled for c in formula.children):
            self._spelled.add(formula)
        return self._arithmetic(formula, numbers)

    def _arithmetic(self, formula: fm.Formula, numbers: list[float]) -> float:
        try:
            value = _apply(formula, numbers)
        except ZeroDivisionError:
            hint = "it divides by zero: write what is meant there, or a case of its own"
        except ValueError:
            hint = r"no real number is its value: write one that is, or i for \sqrt{-1}"
        except OverflowError:
            hint = LARGE
        else:
            if math.isfinite(value):
                return value
            hint = LARGE
        raise DomainError(f"{_text(formula)} has no finite value", formula.span, hints=(hint,))


def _apply(formula: fm.Formula, numbers: list[float]) -> float:
    match formula:
        case fm.Negate():
            return -numbers[0]
        case fm.Add():
            return math.fsum(numbers)
        case fm.Multiply():
            return math.prod(numbers)
        case fm.Divide():
            return numbers[0] / numbers[1]
        case fm.Call():
            return _call(find(formula.function), numbers)
        case _:
            return math.pow(numbers[0], numbers[1])


def _known(call: fm.Call) -> bool:
    """Whether the function has a spelling for this many plain numbers."""
    entry = find(call.function)
    places = 0 if entry is None else sum(f"{{{k}}}" in entry.scalar for k in range(9))
    return 0 < places == len(call.arguments)


def _call(entry: Entry | None, numbers: list[float]) -> float:
    """The value on plain numbers; of what outgrows floats, from its logarithm, at once."""
    assert entry is not None
    spelling = (entry.growth or entry.scalar).format(*(f"({number!r})" for number in numbers))
    value = float(eval(spelling, _SPELLED))  # a text of the library's, and floats
    return math.exp(value) if entry.growth else value


def literal(value: int | float) -> Literal:
    """A number as it is written in code: integers beyond 2**53 become floats."""
    if isinstance(value, float) or abs(value) <= _LARGEST:
        return Literal(value)
    return Literal(_float(value, fm.Number(value)))


def _float(value: int | float, formula: fm.Formula) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if number in (math.inf, -math.inf):
        raise DomainError(
            "a number is too large for a float", formula.span, hints=("floats end near 1.8e308",)
        )
    return number


def _text(formula: fm.Formula) -> str:
    """The constant as a reader would write it, cut where it is long."""
    text = _write(formula, 12)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _write(formula: fm.Formula, depth: int) -> str:
    if depth == 0:
        return "…"
    parts = [_write(child, depth - 1) for child in formula.children]
    match formula:
        case fm.Number(value=value):
            return f"{value:g}" if isinstance(value, float) or abs(value) < 10**15 else "…"
        case fm.Constant(name=name):
            return name
        case fm.Negate():
            return f"-{parts[0]}"
        case fm.Add():
            return f"({' + '.join(parts).replace('+ -', '- ')})"
        case fm.Multiply():
            return " * ".join(parts)
        case fm.Divide():
            return f"{parts[0]} / {parts[1]}"
        case fm.Call(function=function):
            return f"{function}({', '.join(parts)})"
        case _:
            return f"{parts[0]}^{parts[1]}" if len(parts) == 2 else "…"
