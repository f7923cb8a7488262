"""What is the derivative, as a formula? Every gradient of a system, written out.

In: a system whose formulas may hold `Gradient`s. Out: one of the same value without any.
"""

from __future__ import annotations

from dataclasses import replace

from eq2code.choice import Choice
from eq2code.errors import (
    WRITTEN_OUT,
    AmbiguousError,
    DefinitionError,
    Eq2CodeError,
    TooLargeError,
    UnsupportedError,
)
from eq2code.limits import DEFAULT, Limits
from eq2code.rewrite.indices import rebuild
from eq2code.rewrite.parts import Derivatives
from eq2code.rewrite.places import build, element, positions
from eq2code.rewrite.reverse import gradient
from eq2code.rewrite.substitute import SHORTER, Fresh, apart, nodes, put, symbols_in
from eq2code.source import NOWHERE
from eq2code.trees.formula import (
    Call,
    Constant,
    Definition,
    Formula,
    Gradient,
    Symbol,
    System,
)

_LOCAL = "__at"
"""What the name of a gradient's variable has behind the name that the source gives it."""


def remove_gradients(
    system: System, *, derivative_of: Derivatives, limits: Limits = DEFAULT
) -> System:
    """`system` with every derivative written out.

    `derivative_of` gives, for the name of an elementwise entry of the library, its derivative by
    each argument, in symbols of shape () named like the arguments. `UnsupportedError` names a
    function whose derivative is not known; `DefinitionError` says that a function does not depend
    on what it is differentiated by, and `AmbiguousError` that it may or may not, so that a
    gradient of 0 never stands for a name that was meant to depend on the variable.
    """
    if not any(_holds_gradient(one.body) for one in system.definitions):
        return system
    sizes: dict[Formula, int] = {}
    if any(nodes(one.body, sizes) > limits.nodes for one in system.definitions):
        raise TooLargeError("the formula is too long to be differentiated", hints=(SHORTER,))
    derivation = _Derivation(system, derivative_of, limits)
    return replace(system, definitions=tuple(map(derivation.definition, system.definitions)))


def _holds_gradient(formula: Formula) -> bool:
    seen: set[int] = set()
    stack = [formula]
    while stack:
        part = stack.pop()
        if isinstance(part, Gradient):
            return True
        if id(part) not in seen:
            seen.add(id(part))
            stack.extend(part.children)
    return False


class _Derivation:
    """The definitions of one system, in order, without gradients."""

    def __init__(self, system: System, derivative_of: Derivatives, limits: Limits) -> None:
        self._derivative_of = derivative_of
        self._limits = limits
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
        if not isinstance(formula, Gradient) or not isinstance(made, Gradient):
            return made
        try:
            self._check(formula)
            return self._gradient(made)
        except Eq2CodeError as error:
            error.span = made.span if error.span is NOWHERE else error.span
            raise

    def _gradient(self, formula: Gradient) -> Formula:
        variable = _kindred(formula.variable, formula.at)
        body = self._opened(formula.body, formula.variable)
        found = gradient(
            apart(put(body, {variable.name: variable}), self._fresh),
            variable,
            derivatives=self._derivative_of,
            fresh=self._fresh,
            limits=self._limits,
        )
        self._weigh(found)
        moved = apart(self._moved(found, formula), self._fresh)
        return replace(moved, span=formula.span)

    def _weigh(self, formula: Formula) -> None:
        """Refuse a derivative that is too long to be written out."""
        if nodes(formula, {}) > self._limits.unfolded:
            raise TooLargeError("the derivative is too long to be written out", hints=(SHORTER,))

    def _check(self, formula: Gradient) -> None:
        """Refuse what would be a gradient in name only."""
        variable = formula.variable
        if variable.kind in ("int", "bool", "complex"):
            raise UnsupportedError(
                f"a derivative by {_a(variable.kind)} is not translated", hints=(WRITTEN_OUT,)
            )
        body = self._opened(formula.body, variable)
        name = variable.name.removesuffix(_LOCAL)
        if any(_is_complex(part) for part in body.walk()):
            raise UnsupportedError(
                "the derivative of a complex expression is not translated", hints=(WRITTEN_OUT,)
            )
        self._check_constants(body, formula.at, name)
        if variable.name not in symbols_in(body):
            raise DefinitionError(
                f"what is differentiated by {name} does not depend on {name}",
                hints=(f"write it as a function of {name}, in whose definition {name} stands",),
            )

    def _check_constants(self, body: Formula, at: Formula, name: str) -> None:
        """A name inside that is defined by the very point may be meant to move with it, or not."""
        if not isinstance(at, Symbol) or at.name in (name, f"{name}{_LOCAL}"):
            return
        for known in sorted(_moving(body) & set(self._bodies)):
            if at.name in self._ground(known):
                raise AmbiguousError(
                    f"{known} depends on {at.name}, where the derivative by {name} is taken",
                    readings=(
                        Choice(
                            f"{known} moves with {name}: write {name} for {at.name} in its "
                            "definition"
                        ),
                        Choice(rf"{known} is held fixed: write \operatorname{{sg}}({known})"),
                    ),
                )

    def _ground(self, name: str) -> frozenset[str]:
        """Every name that the value of a definition depends on."""
        inside = _moving(self._bodies[name])
        deeper = (self._ground(one) for one in inside if one in self._bodies and one != name)
        return inside.union(*deeper)

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
        """`body` with the variable wherever its name stands, and in the definitions it uses.

        With `a = w^T x`, or a function h_w(x) = w^T x, the gradient by w of a formula that only
        says a or h_w(x) is not 0.
        """
        name = variable.name.removesuffix(_LOCAL)
        if name == variable.name:
            return body
        opened: dict[str, Formula] = {name: _alike(body, name, variable)}
        for known, value in self._bodies.items():
            if known != name and symbols_in(value) & set(opened):
                opened[known] = put(value, {**opened, name: _alike(value, name, variable)})
        return put(body, opened) if symbols_in(body) & set(opened) else body


def _kindred(variable: Symbol, at: Formula) -> Symbol:
    """The variable, symmetric where the point is: its transpose is the point's."""
    same = isinstance(at, Symbol) and at.axes == variable.axes
    return replace(variable, kind=at.kind) if isinstance(at, Symbol) and same else variable


def _alike(value: Formula, name: str, variable: Symbol) -> Symbol:
    """The variable, which has the shape that it has in `value` under its own name."""
    for part in value.walk():
        if isinstance(part, Symbol) and part.name == name and part.axes != variable.axes:
            raise UnsupportedError(
                f"{name} has two shapes: the derivative by it is not translated",
                part.span,
                hints=('declare it with one shape: shapes={"x": "n"}',),
            )
    return variable


def _moving(formula: Formula) -> frozenset[str]:
    """The names of symbols inside, but for those that `stop_gradient` holds fixed."""
    if isinstance(formula, Symbol):
        return frozenset((formula.name,))
    if isinstance(formula, Call) and formula.function == "stop_gradient":
        return frozenset()
    return frozenset[str]().union(*map(_moving, formula.children))


def _is_complex(formula: Formula) -> bool:
    match formula:
        case Symbol(kind="complex") | Constant(name="i"):
            return True
        case _:
            return False


def _a(kind: str) -> str:
    return {"int": "a whole number", "bool": "a truth value"}.get(kind, f"a {kind} number")
