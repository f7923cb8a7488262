"""What does the formula mean, now that ranks are known? Drafts become typed formulas, sizes are
equated.

Run until no size changes: each run equates what must be equal (an inner dimension, the terms of a
sum) and decides what sizes leave open (inner product or outer, which axis a vector lies along).
"""

from __future__ import annotations

from eq2code import library
from eq2code.errors import ShapeError
from eq2code.read import draft as d
from eq2code.read.added import ROWS
from eq2code.read.besides import DOUBTFUL, ELEMENTWISE
from eq2code.read.calls import Calls
from eq2code.read.elementwise import Elementwise
from eq2code.read.formulas import (
    PLAIN,
    Sided,
    widest,
)
from eq2code.read.joins import Joins
from eq2code.read.parts import Parts
from eq2code.read.powers import Powers
from eq2code.read.products import Products
from eq2code.trees import formula as f


class Elaborator(Elementwise, Products, Powers, Parts, Calls, Joins):
    """Types the drafts of one system."""

    def type_of(self, node: d.Draft) -> Sided:
        match node:
            case d.Symbol(info):
                return self.symbol(info), PLAIN
            case d.Number(value):
                return f.Number(value, span=node.span), PLAIN
            case d.Flip(base):
                return self.flip(node, base)
            case d.Side(factors):
                self.note_powers(factors)
                sided = [self.sided(x) for x in factors]
                if node.meaning == ELEMENTWISE:
                    return self.gates(sided, node.span)
                if node.meaning == DOUBTFUL:
                    first = next(k for k, (value, _) in enumerate(sided) if value.shape)
                    raise self.two_vectors(factors[first : first + 1], factors[first + 1 :])
                if node.meaning == ROWS:
                    return self.outer_rows(sided, node.span)
                return self.chain(sided, factors, node.span, told=node.meaning == "inner")
            case d.Signed():
                return self.signed(node)
            case d.Sum():
                return self.sum_of(node)
            case d.Quotient(top, bottom):
                self.check_own_elements((top, bottom), node.span)
                return self.quotient(self.sided(top), self.formula(bottom), node.span)
            case d.Slash():
                return self.slash(node)
            case d.Big(_, _, body):
                return self.big(node), self.sided(body)[1]
            case d.Call(_, [body]) if library.ENTRIES[node.function].signature == "() -> ()":
                argument, side = self.sided(body)
                return self.call(node.function, [argument], node.span, node.options), side
        return self.formula_of(node), PLAIN

    def formula_of(self, node: d.Draft) -> f.Formula:
        match node:
            case d.Constant(name):
                return f.Constant(name, span=node.span)
            case d.SizeOf(dim):
                return f.Size(self.sizes.resolve(dim), span=node.span)
            case d.LastSize(info):
                shape = self.symbol(info).shape
                if not shape:
                    raise ShapeError(
                        f"{info.name} has no last dimension: it is a number",
                        node.span,
                        hints=(f'declare it with its axes: shapes={{"{info.name}": "n"}}',),
                    )
                return f.Size(shape[-1], span=node.span)
            case d.LastOf(value):
                shape = self.formula(value).shape
                if not shape:
                    raise ShapeError(
                        "what is passed here has no last dimension",
                        node.span,
                        hints=('pass an array, and declare it with its axes: shapes={"x": "n"}',),
                    )
                return f.Size(shape[-1], span=node.span)
            case d.Value(binding):
                return self.addresses.value(binding, node.span)
            case d.At(base, places):
                return self.entries(node, base, places)
            case d.Cut(base):
                return self.cut(node, base)
            case d.Weave():
                return self.weave(node)
            case d.Piece():
                return self.piece(node)
            case d.Power(base, exponent):
                return self.power(node, base, exponent)
            case d.Call(function, arguments):
                return self.call(
                    function, [self.formula(a) for a in arguments], node.span, node.options
                )
            case d.Along(function, body, binding):
                return self.along(node, function, body, binding)
            case d.Bars():
                return self.bars(node)
            case d.Apply(name, arguments):
                return self.apply(node, name, [self.formula(a) for a in arguments])
            case d.Over(bindings, body):
                self.open.extend(self.index(b) for b in bindings)
                inner = self.formula(body)
                del self.open[len(self.open) - len(bindings) :]
                return f.Build(tuple(self.index(b) for b in bindings), inner, span=node.span)
            case d.Extreme(function, arguments):
                values = self.align([self.formula(a) for a in arguments], node.span, sum_like=False)
                return f.Call(function, tuple(values), widest(values), span=node.span)
            case d.Compare(operands, operators):
                values = self.compared(operands, operators)
                values = self.align(values, node.span, sum_like=False)
                return f.Compare(tuple(values), tuple(operators), span=node.span)
            case d.Logic(operator, operands):
                values = self.align([self.formula(o) for o in operands], node.span, sum_like=False)
                return f.Logic(operator, tuple(values), span=node.span)
            case d.Cases(branches, otherwise):
                return self.cases(node, branches, otherwise)
            case d.Join(_, separators):
                return self.join(node, separators)
            case d.Each(binding, body):
                inner = self.formula(body)
                return f.Build((self.index(binding),), inner, span=node.span)
            case d.Literal(rows):
                return self.literal(node, rows)
            case d.Unit(kind):
                if node.size is None:
                    node.size = self.sizes.fresh()
                return self.unit(kind, node.size, node.span)
            case d.Derivative(body, variable, at):
                return self.derivative(node, body, variable, at)
        raise TypeError(type(node).__name__)
