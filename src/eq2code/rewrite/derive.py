"""What is the derivative, as a formula? Every gradient of a system, written out.

In: a system whose formulas may hold `Gradient`s. Out: one of the same value without any.
"""

from __future__ import annotations

from dataclasses import replace

from eq2code.errors import Eq2CodeError
from eq2code.rewrite.indices import rebuild
from eq2code.rewrite.places import build, element, positions
from eq2code.rewrite.reverse import Derivatives, gradient
from eq2code.rewrite.substitute import Fresh, apart, put, symbols_in
from eq2code.source import NOWHERE
from eq2code.trees.formula import Definition, Formula, Gradient, Symbol, System

_LOCAL = "__at"
"""What the name of a gradient's variable has behind the name that the source gives it."""


def remove_gradients(system: System, *, derivative_of: Derivatives) -> System:
    """`system` with every derivative written out.

    `derivative_of` gives, for the name of an elementwise entry of the library, its derivative by
    each argument, in symbols of shape () named like the arguments. `UnsupportedError` names a
    function whose derivative is not known.
    """
    if not any(_holds_gradient(one.body) for one in system.definitions):
        return system
    derivation = _Derivation(system, derivative_of)
    return replace(system, definitions=tuple(map(derivation.definition, system.definitions)))


def _holds_gradient(formula: Formula) -> bool:
    return any(isinstance(part, Gradient) for part in formula.walk())


class _Derivation:
    """The definitions of one system, in order, without gradients."""

    def __init__(self, system: System, derivative_of: Derivatives) -> None:
        self._derivative_of = derivative_of
        self._fresh = Fresh.beside(*(one.body for one in system.definitions))
        self._bodies: dict[str, Formula] = {}

    def definition(self, definition: Definition) -> Definition:
        """The definition, written out; later ones may refer to it."""
        body = self._explicit(definition.body)
        self._bodies[definition.symbol.name] = body
        return definition if body is definition.body else replace(definition, body=body)

    def _explicit(self, formula: Formula) -> Formula:
        if not _holds_gradient(formula):
            return formula
        made = rebuild(formula, self._explicit)
        if not isinstance(made, Gradient):
            return made
        try:
            return self._gradient(made)
        except Eq2CodeError as error:
            error.span = made.span if error.span is NOWHERE else error.span
            raise

    def _gradient(self, formula: Gradient) -> Formula:
        body = apart(self._opened(formula.body, formula.variable), self._fresh)
        found = gradient(body, formula.variable, derivatives=self._derivative_of, fresh=self._fresh)
        moved = apart(self._moved(found, formula), self._fresh)
        return replace(moved, span=formula.span)

    def _moved(self, found: Formula, formula: Gradient) -> Formula:
        """The derivative at the point, or at each of an array of points."""
        variable, at = formula.variable, formula.at
        loops = at.shape[: len(at.shape) - len(variable.axes)]
        if not loops:
            return put(found, {variable.name: at})
        indices = self._fresh.over(loops)
        point = element(at, positions(indices))
        return build(indices, put(found, {variable.name: point}))

    def _opened(self, body: Formula, variable: Symbol) -> Formula:
        """`body` with the definitions put in that depend on what the variable stands for.

        With `a = w^T x`, the gradient by w of a formula that only says a is not 0.
        """
        name = variable.name.removesuffix(_LOCAL)
        opened: dict[str, Formula] = {}
        for known, value in self._bodies.items():
            if known != name and symbols_in(value) & {name, *opened}:
                opened[known] = put(value, {**opened, name: variable})
        return put(body, opened) if symbols_in(body) & set(opened) else body
