"""Small questions about typed formulas, answered by their form alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eq2code import library
from eq2code.library import signature
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape

ROW, COLUMN, PLAIN = "row", "column", ""
Sided = tuple[f.Formula, str]
ELEMENTWISE_SIGNS = "⊙∘*"
TOTALS = frozenset({"sum", "prod", "max", "min"})
EXPONENTIAL = frozenset({"softmax", "log_softmax"})


def widest(values: Sequence[f.Formula]) -> Shape:
    """The shape with the most axes."""
    return max((v.shape for v in values), key=len, default=())


def flattened(values: Sequence[f.Formula], kind: type[f.Multiply]) -> list[f.Formula]:
    """Factors of factors, in order; a product keeps its grouping only where it is a matrix
    product."""
    found: list[f.Formula] = []
    for value in values:
        found += value.factors if type(value) is kind else (value,)
    return found


def increasing(room: int, width: int) -> list[tuple[int, ...]]:
    """Every way to choose `width` axes of `room`, in order."""
    from itertools import combinations

    return list(combinations(range(room), width))


def is_unit(value: f.Formula, kind: str) -> bool:
    """Whether a formula is the identity (or ones, zeros), scaled or not."""
    match value:
        case f.Call(function) if function == kind:
            return True
        case f.Negate(body):
            return is_unit(body, kind)
        case f.Multiply(factors):
            return any(is_unit(factor, kind) for factor in factors)
    return False


def has_ones(value: f.Formula) -> bool:
    r"""Whether an expression is a sum with ones, as gates have: `\mathbf 1 - w`."""
    return isinstance(value, f.Add) and any(
        not term.shape or is_unit(term, "ones") for term in value.terms
    )


def is_row(value: f.Formula) -> bool:
    """Whether this is a row of a matrix: `A_i`."""
    match value:
        case f.At(f.Symbol(name)):
            return name[:1].isupper() and len(value.shape) == 1
    return False


def is_mapped(value: f.Formula) -> bool:
    """Whether a function works on every entry: `ReLU^2(A)`, whose power is one of numbers."""
    if not isinstance(value, f.Call):
        return False
    cores = core_ranks(library.ENTRIES[value.function].signature)
    return bool(cores) and not any(cores or ())


def is_spread(value: f.Formula, names: Collection[str]) -> bool:
    """Whether a number is added to each entry of a matrix: the power of that is one of numbers.
    `names` are of those that the source defines so."""
    match value:
        case f.Symbol(name):
            return name in names
        case f.Add(terms):
            return {len(x.shape) for x in terms if literal_number(x) != 0} == {0, 2}
        case f.Multiply(factors):
            return any(is_spread(factor, names) for factor in factors)
        case f.Divide(body) | f.Negate(body):
            return is_spread(body, names)
    return False


def literal_number(value: f.Formula) -> float | None:
    """The number that a literal formula is; None for any other."""
    match value:
        case f.Number(number):
            return float(number)
        case f.Negate(body):
            inner = literal_number(body)
            return None if inner is None else -inner
        case f.Divide(top, bottom):
            a, b = literal_number(top), literal_number(bottom)
            return None if a is None or not b else a / b
    return None


def size_of(value: f.Formula) -> Dim | None:
    """The dimension that a formula of sizes and numbers is; None for any other."""
    match value:
        case f.Size(dim):
            return dim
        case f.Number(int(number)):
            return Dim.of(number)
        case f.Add(terms):
            total = Dim(())
            for term in terms:
                part = size_of(term)
                if part is None:
                    return None
                total = total + part
            return total
        case f.Negate(body):
            inner = size_of(body)
            return None if inner is None else -inner
    return None


def core_ranks(text: str) -> tuple[int, ...] | None:
    """How many core axes each argument of a signature has; None for a rule of its own."""
    known = signature.parse(text)
    return None if known is None else known.ranks


def name_of(value: f.Formula) -> str:
    """What a formula is called in a message."""
    match value:
        case f.Symbol(name):
            return name.split(":")[0]
        case f.Transpose(base):
            return f"{name_of(base)}^T"
        case f.At(base):
            return name_of(base)
        case f.Call(function):
            return f"{function}(…)"
    return "(…)"


def shape_text(shape: Shape) -> str:
    """A shape as a message shows it."""
    return ", ".join("?" if "?" in str(dim) else str(dim) for dim in shape)
