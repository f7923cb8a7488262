"""Does a value hold complex numbers? Read off the formula: inner products conjugate only then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from eq2code.read import draft as d
from eq2code.trees import formula as f

REAL = frozenset({"abs", "real", "imag", "arg", "norm", "frobenius_norm"})


def is_complex(value: f.Formula, named: Set[str]) -> bool:
    """Whether a value may be complex; `named` are the symbols that are defined so.

    >>> z = f.Symbol("z", (), "complex")
    >>> is_complex(f.Negate(z), set()), is_complex(f.Call("abs", (z,)), set())
    (True, False)
    """
    match value:
        case f.Symbol(name, _, kind):
            return kind == "complex" or name in named
        case f.Constant(name):
            return name == "i"
        case f.Call(function) if function in REAL:
            return False
    return any(is_complex(part, named) for part in value.children)


def any_complex(infos: Iterable[d.Info], nodes: Sequence[d.Draft]) -> bool:
    """Whether a source holds a complex symbol, or the imaginary unit."""
    units = [node for node in nodes if type(node) is d.Constant and node.name == "i"]
    return bool(units) or "complex" in [info.kind for info in infos]
