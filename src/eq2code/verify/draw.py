"""Which inputs to try a formula on? Drawn by shape and by domain, with sizes that all differ.

Nested lists of plain numbers come out, the same ones from the same generator every time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from eq2code.trees.dims import Shape
from eq2code.trees.formula import Function, Parameter, Symbol

Lengths = tuple[int, ...]

# Far enough from the end of a domain that a central difference stays inside.
_MARGIN = 0.05


def _real(generator: Random) -> float:
    return generator.uniform(-2, 2)


def _nonzero(generator: Random) -> float:
    return generator.choice((-1, 1)) * generator.uniform(0.3, 2)


NUMBERS: Mapping[str, Callable[[Random], Any]] = MappingProxyType(
    {
        "real": _real,
        "positive": lambda g: g.uniform(0.1, 3),
        "nonnegative": lambda g: g.uniform(0.1, 3),
        "unit": lambda g: g.uniform(_MARGIN, 1 - _MARGIN),
        "open-unit": lambda g: g.uniform(_MARGIN, 1 - _MARGIN),
        "symmetric-unit": lambda g: g.uniform(_MARGIN - 1, 1 - _MARGIN),
        "open-symmetric-unit": lambda g: g.uniform(_MARGIN - 1, 1 - _MARGIN),
        "at-least-one": lambda g: g.uniform(1.1, 4),
        "nonzero": _nonzero,
        "integer": lambda g: g.randint(-4, 4),
        "natural": lambda g: g.randint(0, 6),
        "boolean": lambda g: g.random() < 0.5,
        "complex": lambda g: complex(_real(g), _real(g)),
    }
)
"""How one element of each elementwise domain is drawn."""


def _vector(length: int, element: Callable[[], Any]) -> list[Any]:
    return [element() for _ in range(length)]


def _matrix(rows: int, columns: int, element: Callable[[int, int], Any]) -> list[list[Any]]:
    return [[element(i, j) for j in range(columns)] for i in range(rows)]


def _probability(generator: Random, core: Lengths) -> list[float]:
    weights = _vector(core[0], lambda: generator.uniform(0.1, 1))
    return [weight / math.fsum(weights) for weight in weights]


def _spd(generator: Random, core: Lengths) -> list[list[float]]:
    """M Mᵀ plus half the identity."""
    m = _matrix(core[0], core[0], lambda i, j: generator.uniform(-1, 1))
    return _matrix(
        core[0],
        core[0],
        lambda i, j: math.fsum(a * b for a, b in zip(m[i], m[j], strict=True)) + 0.5 * (i == j),
    )


def _symmetric(generator: Random, core: Lengths) -> list[list[float]]:
    m = _matrix(core[0], core[0], lambda i, j: _real(generator))
    return _matrix(core[0], core[0], lambda i, j: m[max(i, j)][min(i, j)])


def _diagonal(generator: Random, core: Lengths) -> list[list[float]]:
    return _matrix(core[0], core[0], lambda i, j: _nonzero(generator) if i == j else 0.0)


def _dominant(generator: Random, core: Lengths) -> list[list[float]]:
    """A heavy positive diagonal: invertible, with a positive determinant."""
    return _matrix(
        core[0],
        core[0],
        lambda i, j: generator.uniform(-1, 1) + (core[0] + 0.5 if i == j else 0),
    )


ARRAYS: Mapping[str, Callable[[Random, Lengths], Any]] = MappingProxyType(
    {
        "probability": _probability,
        "spd": _spd,
        "symmetric": _symmetric,
        "diagonal": _diagonal,
        "invertible": _dominant,
        "positive-det": _dominant,
    }
)
"""How the core of an array of each other domain is drawn, with the rank of that core in `RANKS`."""

RANKS: Mapping[str, int] = MappingProxyType(
    {name: 1 if name == "probability" else 2 for name in ARRAYS}
)

KINDS: Mapping[str, str] = MappingProxyType({"int": "natural", "bool": "boolean"})
"""The domains of a symbol's kinds that are called otherwise."""


def array(generator: Random, shape: Lengths, domain: str = "real") -> Any:
    """Nested lists of `shape`, or a number, from `domain`; axes before a core are looped over."""
    if domain in ARRAYS:
        rank = RANKS[domain]
        return _nested(
            shape[: len(shape) - rank],
            lambda: ARRAYS[domain](generator, shape[len(shape) - rank :]),
        )
    return _nested(shape, lambda: NUMBERS[domain](generator))


def arguments(
    parameters: Iterable[Parameter],
    sizes: Mapping[str, int],
    generator: Random,
    *,
    domains: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A value for each parameter, of the shape that `sizes` gives it.

    `domains` says from where, else the symbol's kind does. A declared function is one made up of
    bounded sums and sines of its arguments.
    """
    chosen = domains or {}
    drawn: dict[str, Any] = {}
    for parameter in parameters:
        match parameter.value:
            case Function():
                drawn[parameter.name] = function(parameter.value, sizes)
            case Symbol(axes=axes, kind=kind):
                domain = chosen.get(parameter.name) or KINDS.get(kind, kind)
                drawn[parameter.name] = array(generator, lengths(axes, sizes), domain)
    return drawn


def lengths(shape: Shape, sizes: Mapping[str, int]) -> Lengths:
    """The lengths of symbolic axes."""
    return tuple(dim.evaluate(sizes) for dim in shape)


def function(declared: Function, sizes: Mapping[str, int]) -> Callable[..., Any]:
    """A function of the declared shapes, smooth, in which every element counts differently."""
    shape = lengths(declared.result, sizes)

    def made_up(*values: Any) -> Any:
        total = math.fsum(
            (k + 1) * element for k, element in enumerate(_flat(list(values))) if element == element
        )
        places = iter(range(math.prod(shape)))
        return _nested(shape, lambda: math.sin(total / 3 + next(places)))

    return made_up


def sizes(letters: Iterable[str], *, smallest: int = 2) -> dict[str, int]:
    """A size for each letter, no two alike."""
    ordered = sorted(set(letters))
    return {letter: smallest + k for k, letter in enumerate(ordered)}


def _nested(shape: Lengths, element: Callable[[], Any]) -> Any:
    if not shape:
        return element()
    return [_nested(shape[1:], element) for _ in range(shape[0])]


def _flat(value: Any) -> list[float]:
    if isinstance(value, (list, tuple)):
        return [element for part in value for element in _flat(part)]
    return [float(value)]
