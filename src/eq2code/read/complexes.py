"""Does a value hold complex numbers? Read off the formula: inner products conjugate only then."""

from __future__ import annotations

from collections.abc import Set

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
