"""Which shape has the result of a function? Read from its signature, as gufuncs write theirs.

"(n,m),(m) -> (n)" names the core axes of each argument and of the result. Axes in front of them are
loops: each argument has the same ones, or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eq2code.errors import ShapeError
from eq2code.library.entry import Entry
from eq2code.library.shapes import RULES
from eq2code.trees.dims import Dim, Shape

Unify = Callable[[Dim, Dim], Dim]
Options = tuple[tuple[str, int | float | str], ...]

_TERM = re.compile(r"([+-]?)([^+-]+)")


@dataclass(frozen=True, slots=True)
class Signature:
    """Core axes: letters and numbers of each argument, dimensions of the result.

    `variadic` says that the one argument may be repeated.
    """

    arguments: tuple[Shape, ...]
    result: Shape
    variadic: bool = False

    @property
    def ranks(self) -> tuple[int, ...]:
        """How many core axes each argument has."""
        return tuple(map(len, self.arguments))

    @property
    def elementwise(self) -> bool:
        """Whether there are no core axes at all."""
        return not any(self.arguments) and not self.result

    def cores(self, count: int) -> tuple[Shape, ...]:
        """The core axes of each of `count` arguments."""
        return self.arguments * count if self.variadic else self.arguments


@lru_cache(maxsize=256)
def parse(text: str) -> Signature | None:
    """The signature that `text` writes, or None for "*", a rule that `shapes` holds by name."""
    if text == "*":
        return None
    left, _, right = text.partition("->")
    variadic = left.strip().endswith("...")
    return Signature(tuple(_cores(left)), next(iter(_cores(right))), variadic)


def elementwise(entry: Entry) -> bool:
    """Whether the function works element by element, on arrays of any shape."""
    signature = parse(entry.signature)
    return signature is not None and signature.elementwise


def core_ranks(entry: Entry, shapes: Sequence[Shape]) -> tuple[int, ...]:
    """How many of the last axes of each argument are core axes; all, under a rule by name."""
    signature = parse(entry.signature)
    if signature is None:
        return tuple(len(shape) for shape in shapes)
    return tuple([len(core) for core in signature.cores(len(shapes))])


def apply(entry: Entry, shapes: Sequence[Shape], *, unify: Unify, options: Options = ()) -> Shape:
    """The shape of `entry` applied to arguments of `shapes`: loop axes, then the result's core.

    `unify` gives the dimension that two are, and raises where they clash. `ShapeError` where the
    number of arguments or of axes does not fit.
    """
    signature = parse(entry.signature)
    if signature is None:
        return RULES[entry.name](entry, shapes, dict(options), unify)
    count = len(shapes)
    _check_count(entry, signature, count)
    known: dict[str, Dim] = {}
    loops: Shape = ()
    for core, shape in zip(signature.cores(count), shapes, strict=True):
        front = _front(entry, core, shape)
        loops = _merge(entry, loops, front, unify)
        for wanted, given in zip(core, shape[len(front) :], strict=True):
            letter = wanted.letter
            if letter is None:
                unify(given, wanted)
            else:
                known[letter] = unify(known[letter], given) if letter in known else given
    return loops + tuple([dim.substitute(known) for dim in signature.result])


def _cores(text: str) -> list[Shape]:
    return [
        tuple(_dimension(part) for part in core.split(",") if part.strip())
        for core in re.findall(r"\(([^)]*)\)", text)
    ]


def _dimension(text: str) -> Dim:
    """The dimension that `n*p` or `n+m-1` writes."""
    total = Dim(())
    for sign, term in _TERM.findall(text.replace(" ", "")):
        product = Dim.of(1)
        for factor in term.split("*"):
            product = product * Dim.of(int(factor) if factor.isdigit() else factor)
        total = total - product if sign == "-" else total + product
    return total


def _check_count(entry: Entry, signature: Signature, count: int) -> None:
    wanted = len(signature.arguments)
    if signature.variadic and count >= wanted:
        return
    if count != wanted:
        plural = "argument" if wanted == 1 else "arguments"
        least = "at least " if signature.variadic else ""
        raise ShapeError(
            f"{entry.name} takes {least}{wanted} {plural}, and has {count} here",
            hints=("its arguments stand in one bracket, with commas between",),
        )


def _front(entry: Entry, core: Shape, shape: Shape) -> Shape:
    """The axes of `shape` before its core axes."""
    loops = len(shape) - len(core)
    if loops < 0:
        raise ShapeError(
            f"{entry.name} needs {_kind(len(core))}, and is given {_kind(len(shape))}",
            because=(entry.sentence,),
        )
    return shape[:loops]


def _merge(entry: Entry, left: Shape, right: Shape, unify: Unify) -> Shape:
    """The loop axes of two arguments: the same ones, or none for one of them."""
    if not left or not right:
        return left or right
    if len(left) != len(right):
        raise ShapeError(
            f"the arguments of {entry.name} have different numbers of axes: "
            f"({_listed(left)}) and ({_listed(right)})",
            hints=('declare both with the same axes: shapes={"x": "n", "y": "n"}',),
        )
    return tuple(unify(a, b) for a, b in zip(left, right, strict=True))


def _listed(shape: Shape) -> str:
    return ", ".join(map(str, shape))


def _kind(rank: int) -> str:
    return ("a number", "a vector", "a matrix")[rank] if rank < 3 else f"an array of {rank} axes"
