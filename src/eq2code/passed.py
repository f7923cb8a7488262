r"""What do the arguments of a call say of what the source leaves open?

A number that scales a vector, or is added to one, may as well be a vector that goes element by
element: the code of `\gamma \hat x + \beta` is the same. Which of the two it is, the call says. In:
the formulas, and the shapes that were passed. Out: the declarations that say the same; whether
they give the same code is for the translation to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from eq2code.fit import Sizes, Slot
from eq2code.trees.dims import Shape, declaration
from eq2code.trees.formula import Add, Definition, Formula, Multiply, Symbol
from eq2code.trees.program import Program


def said(
    slots: Iterable[Slot],
    shapes: Mapping[str, Sizes],
    declared: Iterable[str],
    definitions: Iterable[Definition],
) -> dict[str, str]:
    """What would declare the parameters that nothing declares as what was passed for them: a
    number, or an array of the shape that the number stands beside."""
    bodies = {one.symbol.name: one.body for one in definitions}
    found: dict[str, str] = {}
    for slot in slots:
        if slot.name in declared:
            continue
        if slot.axes and not shapes[slot.name]:
            found[slot.name] = ""
        elif not slot.axes and shapes[slot.name] and not slot.batched:
            beside = set(_beside(slot.name, bodies))
            if len(beside) == 1:
                found[slot.name] = declaration(beside.pop())
    return found


def _beside(name: str, bodies: Mapping[str, Formula]) -> Iterator[Shape]:
    """The shapes of the arrays that a number multiplies or is added to, by itself or in an
    expression of numbers. What divides an array is a number for the whole of it."""
    for body in bodies.values():
        for node in body.walk():
            if node.shape and isinstance(node, Add | Multiply) and _holds(node, name, bodies):
                yield node.shape


def _holds(wide: Formula, name: str, bodies: Mapping[str, Formula]) -> bool:
    """Whether the numbers directly inside an array are made of the one of this name."""
    stack = [part for part in wide.children if not part.shape]
    seen: set[str] = set()
    while stack:
        node = stack.pop()
        if isinstance(node, Symbol):
            if node.name == name:
                return True
            if node.name in bodies and node.name not in seen:
                seen.add(node.name)
                stack.append(bodies[node.name])
        stack += [part for part in node.children if not part.shape]
    return False


def alike(one: Program, other: Program) -> bool:
    """Whether two programs compute the same, whatever they know of their arguments."""
    return _computed(one) == _computed(other)


def _computed(program: Program) -> tuple[object, ...]:
    statements = tuple((one.name, one.value) for one in program.statements)
    results = tuple((one.name, one.value) for one in program.results)
    arguments = tuple((one.name, one.kind) for one in program.arguments)
    return program.name, arguments, statements, results, {letter for letter, _ in program.sizes}
