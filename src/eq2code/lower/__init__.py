"""Which axes? From the formula, index by index, to whole arrays."""

from __future__ import annotations

from eq2code.limits import DEFAULT, Limits
from eq2code.lower.lowering import Lowering
from eq2code.lower.recurrence import loop
from eq2code.trees.formula import System
from eq2code.trees.program import Program

__all__ = ["loop", "lower"]


def lower(system: System, *, limits: Limits = DEFAULT) -> Program:
    """The program that computes `system`, right whichever of its arrays carry the same batch axes.

    Indices become axes, sums of products matrix products. What cannot be said in whole arrays
    raises `EmissionError`; a constant without a finite value `DomainError`.
    """
    return Lowering(system, limits).program()
