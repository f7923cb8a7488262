r"""What does `Q \in \mathbb{R}^{n \times d_k}` declare? Shapes that the source itself states."""

from __future__ import annotations

from fractions import Fraction

from eq2code.read.declare import Declared
from eq2code.read.names import Namer, base_of, identifier, label
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim, Shape

SPACES = {"R": "real", "C": "complex", "Z": "int", "N": "int"}


def space(piece: n.Notation, namer: Namer) -> Declared | None:
    """The shape and kind of a space; None where it is none that we know."""
    base = piece.base if isinstance(piece, n.Scripts) else piece
    above = piece.sup if isinstance(piece, n.Scripts) else None
    match base:
        case n.Letter(text, "bb") if text in SPACES:
            kind = SPACES[text]
        case n.Fence("{", "}", n.Items((n.Number("0"), n.Number("1")))):
            kind = "bool"
        case _:
            return None
    shape = _axes(above, namer) if above is not None else ()
    if shape is None:
        return None
    return Declared(shape, kind, origin="declared in the source")


def _axes(piece: n.Notation, namer: Namer) -> Shape | None:
    match piece:
        case n.Product(operands, operators) if "×" in operators:
            axes: list[Dim] = []
            group: list[n.Notation] = [operands[0]]
            for operand, sign in zip(operands[1:], operators, strict=True):
                if sign == "×":
                    dim = _product(group, namer)
                    if dim is None:
                        return None
                    axes.append(dim)
                    group = [operand]
                else:
                    group.append(operand)
            last = _product(group, namer)
            return None if last is None else (*axes, last)
        case n.Row(items) if len(items) > 2 and all(x == n.Letter("x") for x in items[1::2]):
            sizes = [size(item, namer) for item in items[::2]]  # R^(n x m), ℝⁿˣᵐ
            return None if None in sizes else tuple(x for x in sizes if x is not None)
        case n.Mark():
            return ()
        case n.Fence("(", ")", body):
            return _axes(body, namer)
    dim = size(piece, namer)
    return None if dim is None else (dim,)


def _product(pieces: list[n.Notation], namer: Namer) -> Dim | None:
    total = Dim.of(1)
    for piece in pieces:
        dim = size(piece, namer)
        if dim is None:
            return None
        total = total * dim
    return total


def size(piece: n.Notation, namer: Namer) -> Dim | None:
    """A dimension as printed: `n`, `d_k`, `hd_v`, `N + 1`, `P^2 \\cdot C`."""
    match piece:
        case n.Number(text) if text.isdigit() and len(text) < 16:
            return Dim.of(int(text))
        case n.Row(items) | n.Product(items, _) if not (
            isinstance(piece, n.Product) and "/" in piece.operators
        ):
            return _product(list(items), namer)
        case n.Product((top, n.Number(text)), ("/",)) if text.isdigit() and int(text):
            whole = size(top, namer)
            return None if whole is None else whole * Fraction(1, int(text))
        case n.Sum(terms, signs):
            total = Dim(())
            for term, sign in zip(terms, signs, strict=True):
                part = size(term, namer)
                if part is None or sign not in "+-":
                    return None
                total = total + part if sign == "+" else total - part
            return total
        case n.Fence("(", ")", body):
            return size(body, namer)
        case n.Scripts(base, None, n.Number(text)) if text.isdigit() and 0 < int(text) < 6:
            whole = size(base, namer)
            return None if whole is None else _power(whole, int(text))
        case n.Scripts(base, sub, None, 0) if sub is not None and (letter := base_of(base)):
            words = label(sub)
            return Dim.of(identifier(f"{namer.stem(letter)}_{words}")) if words else None
    letter = base_of(piece)
    return None if letter is None else Dim.of(identifier(namer.stem(letter)))


def _power(dim: Dim, power: int) -> Dim:
    total = Dim.of(1)
    for _ in range(power):
        total = total * dim
    return total
