"""What do the arguments of a function get of what its result gets? One rule for each entry.

A rule takes the call, the cotangent of its result (in the result's shape), which arguments are
wanted, and a source of fresh indices; it gives a formula for each argument, 0 where none is wanted.
A rule of rows works on the last axis and takes any axes before it; the others see one item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from eq2code.errors import WRITTEN_OUT, UnsupportedError
from eq2code.record import record
from eq2code.rewrite.places import build, element, size, summed
from eq2code.rewrite.substitute import Fresh
from eq2code.rewrite.tidy import (
    ONE,
    TWO,
    ZERO,
    chain,
    filled,
    function,
    guarded,
    minus,
    product,
    quotient,
    row_sum,
    spread,
    total,
    transposed,
)
from eq2code.trees.dims import Dim
from eq2code.trees.formula import (
    Add,
    Call,
    Compare,
    Formula,
    IndexVar,
    Number,
    Position,
    Power,
    Reduce,
    Slice,
)

Pull = Callable[[Call, Formula, Sequence[bool], Fresh], list[Formula]]
One = Callable[[Call, Formula, Formula], Formula]


@record
class Rule:
    """How cotangents pass a function; `rows` says that axes before the core need no loop."""

    pull: Pull
    rows: bool = False


def _of_one(one: One) -> Pull:
    """The rule of a function of one argument."""

    def pull(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
        return [one(call, value, call.arguments[0])]

    return pull


def _row(one: One) -> Rule:
    return Rule(_of_one(one), rows=True)


def _item(one: One) -> Rule:
    return Rule(_of_one(one))


def _flat(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    """A function that steps: its slope is 0."""
    return [ZERO] * len(call.arguments)


def _over(call: Call, value: Formula, x: Formula) -> Formula:
    """What each row gets, seen from its elements."""
    return spread(value, x.shape)


def _inner(x: Formula, y: Formula) -> Formula:
    """The inner product of each row."""
    return chain(x, y) if len(x.shape) == 1 else row_sum(product(x, y))


# --- rows -----------------------------------------------------------------------------------------


def _sum(call: Call, value: Formula, x: Formula) -> Formula:
    return _over(call, value, x)


def _mean(call: Call, value: Formula, x: Formula) -> Formula:
    return quotient(_over(call, value, x), size(x.shape[-1]))


def _centred(x: Formula) -> Formula:
    mean = Call("mean", (x,), x.shape[:-1])
    return total(x, minus(spread(mean, x.shape)))


def _var(call: Call, value: Formula, x: Formula) -> Formula:
    return quotient(product(TWO, _over(call, value, x), _centred(x)), size(x.shape[-1]))


def _std(call: Call, value: Formula, x: Formula) -> Formula:
    share = quotient(quotient(value, size(x.shape[-1])), call)
    return product(_over(call, share, x), _centred(x))


def _extreme(call: Call, value: Formula, x: Formula) -> Formula:
    return _to_winners(x, call, value)


def _to_winners(x: Formula, extreme: Formula, value: Formula) -> Formula:
    """Equal extremes of a row share what it gets."""
    wins = Compare((x, spread(extreme, x.shape)), ("=",))
    count = row_sum(guarded(filled(ONE, x.shape), wins))
    return guarded(spread(quotient(value, count), x.shape), wins)


def _logsumexp(call: Call, value: Formula, x: Formula) -> Formula:
    return product(_over(call, value, x), Call("softmax", (x,), x.shape))


def _norm(call: Call, value: Formula, x: Formula) -> Formula:
    return product(_over(call, quotient(value, call), x), x)


def _norm1(call: Call, value: Formula, x: Formula) -> Formula:
    return product(_over(call, value, x), function("sign", x))


def _norminf(call: Call, value: Formula, x: Formula) -> Formula:
    return product(_to_winners(function("abs", x), call, value), function("sign", x))


def _softmax(call: Call, value: Formula, x: Formula) -> Formula:
    common = spread(_inner(value, call), x.shape)
    return product(call, total(value, minus(common)))


def _log_softmax(call: Call, value: Formula, x: Formula) -> Formula:
    weights = Call("softmax", (x,), x.shape)
    return total(value, minus(product(spread(row_sum(value), x.shape), weights)))


def _softmin(call: Call, value: Formula, x: Formula) -> Formula:
    return minus(_softmax(call, value, x))


def _l2_normalize(call: Call, value: Formula, x: Formula) -> Formula:
    along = product(spread(_inner(value, call), x.shape), call)
    length = Call("norm", (x,), x.shape[:-1])
    return quotient(total(value, minus(along)), spread(length, x.shape))


def _reverse(call: Call, value: Formula, x: Formula) -> Formula:
    return Call("reverse", (value,), value.shape)


def _cumsum(call: Call, value: Formula, x: Formula) -> Formula:
    backwards = _reverse(call, value, x)
    return _reverse(call, Call("cumsum", (backwards,), value.shape), x)


def _prod(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    """Each element gets the product of the others."""
    (x,) = call.arguments
    own, other = fresh.over((x.shape[0], x.shape[0]))
    differs = Compare((Position(other), Position(own)), ("≠",))
    rest = Reduce("product", (other,), element(x, (Position(other),)), differs)
    return [product(value, build((own,), rest))]


def _normp(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    x, p = call.arguments
    if wanted[1]:
        raise UnsupportedError(
            "the derivative of a p-norm by p is not known yet", call.span, hints=(WRITTEN_OUT,)
        )
    less = total(p, minus(ONE))
    slope = product(function("sign", x), Power(function("abs", x), less))
    return [product(value, quotient(slope, Power(call, less))), ZERO]


def _dot(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    x, y = call.arguments
    value = spread(value, x.shape)
    return [product(value, y), product(value, x)]


def _cosine(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    x, y = call.arguments
    value = spread(value, x.shape)

    def slope(one: Formula, other: Formula) -> Formula:
        own, length = (spread(Call("norm", (v,), v.shape[:-1]), v.shape) for v in (one, other))
        cosine = spread(call, one.shape)
        across = quotient(quotient(other, length), own)
        return total(across, minus(quotient(quotient(product(cosine, one), own), own)))

    return [product(value, slope(x, y)), product(value, slope(y, x))]


# --- matrices -------------------------------------------------------------------------------------


def _inverse(matrix: Formula) -> Formula:
    return Call("inverse", (matrix,), matrix.shape)


def _trace(call: Call, value: Formula, a: Formula) -> Formula:
    return product(value, Call("identity", (), a.shape))


def _det(call: Call, value: Formula, a: Formula) -> Formula:
    return product(value, call, transposed(_inverse(a)))


def _logdet(call: Call, value: Formula, a: Formula) -> Formula:
    return product(value, transposed(_inverse(a)))


def _frobenius(call: Call, value: Formula, a: Formula) -> Formula:
    return product(quotient(value, call), a)


def _inverted(call: Call, value: Formula, a: Formula) -> Formula:
    return minus(chain(transposed(call), value, transposed(call)))


def _transposed(call: Call, value: Formula, a: Formula) -> Formula:
    return transposed(value)


def _same_part(call: Call, value: Formula, a: Formula) -> Formula:
    """A function that keeps some elements and puts 0 for the others."""
    return replace(call, arguments=(value,))


def _diag(call: Call, value: Formula, x: Formula) -> Formula:
    return Call("diagonal", (value,), x.shape)


def _diagonal(call: Call, value: Formula, a: Formula) -> Formula:
    return Call("diag", (value,), a.shape)


_MOST = 8
"""Matrix powers up to this one are differentiated factor by factor."""


def _matrix_power(call: Call, value: Formula, a: Formula) -> Formula:
    exponent = dict(call.options)["exponent"]
    if not isinstance(exponent, int) or not 0 <= exponent <= _MOST:
        raise UnsupportedError(
            f"the derivative of a matrix to the power {exponent} is not known yet",
            call.span,
            hints=(WRITTEN_OUT,),
        )
    turned = transposed(a)
    return total(
        *(
            chain(*[turned] * before, value, *[turned] * (exponent - 1 - before))
            for before in range(exponent)
        )
    )


def _vec(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    (a,) = call.arguments
    row, column = fresh.over(a.shape)
    return [build((row, column), element(value, (_mixed(column, a.shape[0], row),)))]


def _mixed(outside: IndexVar, length: Dim, inside: IndexVar) -> Formula:
    """The place of (outside, inside) where blocks of `length` follow each other."""
    return Add((product(Position(outside), size(length)), Position(inside)))


# --- two arrays and more --------------------------------------------------------------------------


def _concat(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    axis = len(call.shape) + int(dict(call.options)["axis"])
    parts: list[Formula] = []
    start = Dim(())
    for argument in call.arguments:
        stop = start + argument.shape[axis]
        parts.append(Slice(value, axis, start, stop))
        start = stop
    return parts


def _stack(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    axis = len(call.shape) + int(dict(call.options)["axis"])
    return [element(value, (*[None] * axis, Number(place))) for place in range(len(call.arguments))]


def _outer(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    x, y = call.arguments
    return [chain(value, y), chain(x, value)]


def _kron(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    a, b = call.arguments
    (i, j), (p, q) = fresh.over(a.shape), fresh.over(b.shape)
    at = element(value, (_mixed(i, b.shape[0], p), _mixed(j, b.shape[1], q)))
    of_a, of_b = element(a, (Position(i), Position(j))), element(b, (Position(p), Position(q)))
    return [
        build((i, j), summed((p, q), product(at, of_b))),
        build((p, q), summed((i, j), product(at, of_a))),
    ]


def _cross(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    x, y = call.arguments
    return [Call("cross", (y, value), x.shape), Call("cross", (value, x), y.shape)]


def _convolve(call: Call, value: Formula, wanted: Sequence[bool], fresh: Fresh) -> list[Formula]:
    x, y = call.arguments
    i, j = fresh.over((x.shape[0], y.shape[0]))
    at = element(value, (Add((Position(i), Position(j))),))
    return [
        build((i,), summed((j,), product(at, element(y, (Position(j),))))),
        build((j,), summed((i,), product(at, element(x, (Position(i),))))),
    ]


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "sum": _row(_sum),
        "mean": _row(_mean),
        "var": _row(_var),
        "std": _row(_std),
        "max": _row(_extreme),
        "min": _row(_extreme),
        "logsumexp": _row(_logsumexp),
        "norm": _row(_norm),
        "norm1": _row(_norm1),
        "norminf": _row(_norminf),
        "softmax": _row(_softmax),
        "log_softmax": _row(_log_softmax),
        "softmin": _row(_softmin),
        "l2_normalize": _row(_l2_normalize),
        "cumsum": _row(_cumsum),
        "reverse": _row(_reverse),
        "prod": Rule(_prod),
        "normp": Rule(_normp),
        "dot": Rule(_dot, rows=True),
        "cosine_similarity": Rule(_cosine, rows=True),
        "norm0": Rule(_flat, rows=True),
        "argmax": Rule(_flat, rows=True),
        "argmin": Rule(_flat, rows=True),
        "any": Rule(_flat, rows=True),
        "all": Rule(_flat, rows=True),
        "rank": Rule(_flat),
        "trace": _item(_trace),
        "det": _item(_det),
        "logdet": _item(_logdet),
        "frobenius_norm": _item(_frobenius),
        "inverse": _item(_inverted),
        "transpose": _item(_transposed),
        "matrix_power": _item(_matrix_power),
        "diag": _item(_diag),
        "diagonal": _item(_diagonal),
        "tril": _item(_same_part),
        "triu": _item(_same_part),
        "vec": Rule(_vec),
        "concat": Rule(_concat),
        "stack": Rule(_stack),
        "outer": Rule(_outer),
        "kron": Rule(_kron),
        "cross": Rule(_cross),
        "convolve": Rule(_convolve),
    }
)
"""The rule of each function that is not elementwise and has a derivative."""
