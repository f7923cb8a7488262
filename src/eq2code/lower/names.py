"""What is an intermediate value called? After what it is; never after a keyword or a module."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

from eq2code.errors import EmissionError
from eq2code.trees import formula as fm

HIDDEN = frozenset({"np", "numpy", "torch", "math", "scipy", *keyword.kwlist})
"""Keywords, and the modules that emitted code uses: no name of a function or an argument."""

_RESERVED = HIDDEN.union(name for name in dir(builtins) if not name.startswith("_"))
"""What a local of that name would hide."""

_OPERATIONS = {
    "sum": "total",
    "product": "product",
    "mean": "mean",
    "max": "largest",
    "min": "smallest",
    "argmax": "best",
    "argmin": "best",
    "any": "some",
    "all": "every",
}
_KINDS: dict[type[fm.Formula], str] = {
    fm.Add: "total",
    fm.Multiply: "scaled",
    fm.Divide: "ratio",
    fm.Power: "power",
    fm.Negate: "negative",
    fm.MatMul: "product",
    fm.Outer: "outer",
    fm.Transpose: "transposed",
    fm.Compare: "mask",
    fm.Logic: "mask",
    fm.Cases: "chosen",
    fm.At: "element",
    fm.Slice: "part",
    fm.Array: "stacked",
    fm.Build: "table",
    fm.Align: "aligned",
}
RESULTS = {"softmax": "weights", "matrix_power": "power", "matrix_fractional_power": "root"}
"""What the value of a function is called, where its own name would say less."""


_UNDERSCORES = re.compile(r"__+")
_NAME = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]*")


class Names:
    """The names in use, and fresh ones."""

    def __init__(self, used: Iterable[str] = ()) -> None:
        self._used = set(used)

    def fresh(self, wanted: str) -> str:
        """`wanted`, or the first of wanted_2, wanted_3 … that is free and no word of Python's."""
        # What is made of `abs_` must not hold two underscores, which the inspection refuses.
        plain = _UNDERSCORES.sub("_", wanted) if "__" in wanted else wanted
        stem = plain if plain not in _RESERVED else f"{plain}_"
        name, count = stem, 1
        while name in self._used:
            count += 1
            name = f"{stem}_{count}" if not stem.endswith("_") else f"{stem}{count}"
        self._used.add(name)
        return name


def check(name: str, *, longest: int) -> str:
    """The name, where it can be one in Python: letters, digits and underscores of ASCII."""
    if not _NAME.fullmatch(name) or len(name) > longest:
        raise EmissionError(
            f"{name[:80]!r} cannot be a name in Python",
            hints=("write a name of letters, digits and underscores",),
        )
    return name


def describe(formula: fm.Formula) -> str:
    """What a value is called that the source does not name."""
    match formula:
        case fm.Call(function=function, arguments=(fm.Symbol(name=name),)) if (
            function not in RESULTS
        ):
            return f"{function}_{name}"
        case fm.Call(function=function):
            return RESULTS.get(function, function)
        case fm.Apply(function=function):
            return f"{function.name}_value"
        case fm.Slope():
            return "gradient"
        case fm.Add(terms=terms) if any(isinstance(term, fm.Negate) for term in terms[1:]):
            return "difference"
        case fm.Reduce(operation=operation):
            return _OPERATIONS.get(operation, operation)
        case fm.Power(base=fm.Symbol(name=name), exponent=fm.Number(value=2)):
            return f"{name}_squared"
        case _:
            return _KINDS.get(type(formula), "value")
