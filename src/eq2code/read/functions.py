"""What does a function mean with its scripts? Library calls, and derivatives of functions of the
source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eq2code import library
from eq2code.choice import Choice
from eq2code.errors import (
    AmbiguousError,
    DefinitionError,
    UndefinedError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.names import base_of
from eq2code.read.questions import (
    counted,
    same_letters,
    symbols_in,
)
from eq2code.read.scope import (
    index_key,
)
from eq2code.read.scripts import Occurrence, occurrence
from eq2code.read.stage import Stage
from eq2code.read.symbols import Env, written
from eq2code.read.targets import Target, listed
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n

SUBSCRIPTED = {"silu": "swish_beta"}
INVERSES = {
    "sin": "asin",
    "cos": "acos",
    "tan": "atan",
    "sinh": "asinh",
    "cosh": "acosh",
    "tanh": "atanh",
}


class Functions(Stage):
    """What does a function mean with its scripts? Library calls, and derivatives of functions of
    the source."""

    def derived_name(self, token: n.Notation) -> str | None:
        """The function whose derivative `f'(x)` is, where the source defines f and nobody f'."""
        if not isinstance(token, n.Scripts) or token.primes != 1 or token.sub or token.sup:
            return None
        base = base_of(token.base)
        stem = self.source.namer.stem(base) if base else ""
        if self.source.known(f"{stem}_prime") is not None:
            return None
        targets = self.source.targets.get(stem, ())
        return stem if any(t.arguments for t in targets) else None

    def derivative_of(
        self, name: str, arguments: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft:
        target = self.source.targets[name][-1]
        if len(target.parameters) != 1 or len(arguments) != 1:
            raise UnsupportedError(f"the derivative of {name} by one of several arguments", span)
        return self.gradient(target, 0, [self.read(arguments[0], env)], span, env, elementwise=True)

    def gradient(
        self,
        target: Target,
        which: int,
        values: list[d.Draft],
        span: Span,
        env: Env,
        *,
        elementwise: bool = False,
        named: str = "",
    ) -> d.Draft:
        """The derivative of a function of the source by one of its arguments, at `values`.

        `named` is what the derivative is taken by, where that is not the function's own letter.
        """
        assert target.arguments is not None
        argument = target.arguments[which]
        name = named or target.parameters[which]
        local = d.Info(f"{name}__at", written(argument), first=span)
        local.rank = 0 if elementwise else None
        declared = self.source.declared.get(target.parameters[which])
        if declared is not None and not declared.is_function:
            local.rank = len(declared.shape)
        base = base_of(argument.base if isinstance(argument, n.Scripts) else argument)
        if base is not None:
            local.capital, local.latin, local.bold = base.capital, base.latin, base.bold
        local.why = "the variable of a derivative"
        inner = list(values)
        inner[which] = d.Symbol(local, span=argument.span)
        empty = Occurrence(target.name, (), ())
        body = self.inline(target, inner, empty, span, env)
        return d.Derivative(body, local, values[which], span=span)

    def nabla(
        self, tokens: Sequence[n.Notation | str], place: int, env: Env
    ) -> tuple[int, d.Draft]:
        """`\\nabla_\\theta f(\\theta_t)`, `\\nabla f(x)`."""
        token = tokens[place]
        assert not isinstance(token, str)
        rest = tokens[place + 1 :]
        by = token.sub if isinstance(token, n.Scripts) else None
        if isinstance(token, n.Scripts) and token.sup is not None:
            raise UnsupportedError("second derivatives are not translated yet", token.span)
        if by is not None and rest and not self.names_function(rest, env):
            return len(tokens) - place, self.gradient_of_expression(by, rest, token.span, env)
        if len(rest) < 2 or isinstance(rest[0], str) or not isinstance(rest[1], n.Fence):
            raise UnsupportedError(
                "the gradient of this is not translated", token.span,
                hints=(r"write \nabla_x f(x) with f defined in the source",),
            )  # fmt: skip
        base = base_of(rest[0].base if isinstance(rest[0], n.Scripts) else rest[0])
        if base is None:
            raise UnsupportedError("the gradient of this is not translated", token.span)
        seen = occurrence(rest[0], base, self.source.namer, self.around(env))
        target = next((t for t in self.source.targets.get(seen.name, ()) if t.arguments), None)
        if target is None:
            raise UndefinedError(
                f"the gradient of {seen.name} is taken, and nothing defines {seen.name} as a "
                f"function",
                token.span | rest[1].span,
                hints=(f"define it in the source: {seen.name}(x) = …",),
            )
        arguments = listed(rest[1].body)
        if len(arguments) != len(target.parameters):
            raise DefinitionError(
                f"{seen.name} takes {counted(len(target.parameters))}", rest[1].span
            )
        which = self.by_which(by, target, arguments, token.span)
        values = [self.read(a, env) for a in arguments]
        assert target.arguments is not None
        own = by is None or same_letters(target.arguments[which], by)
        point = values[which]
        named = point.info.name if isinstance(point, d.Symbol) and not own else ""
        span = token.span | rest[1].span
        return 3, self.gradient(target, which, values, span, env, named=named)

    def names_function(self, rest: Sequence[n.Notation | str], env: Env) -> bool:
        """Whether what follows is a symbol applied to a bracket: `f(x)`."""
        first = rest[0]
        if isinstance(first, str) or len(rest) < 2 or not isinstance(rest[1], n.Fence):
            return False
        return base_of(first.base if isinstance(first, n.Scripts) else first) is not None

    def gradient_of_expression(
        self, by: n.Notation, rest: Sequence[n.Notation | str], span: Span, env: Env
    ) -> d.Draft:
        """`\\nabla_x \\|x\\|^2`: the derivative of all that follows, by a symbol, at that
        symbol."""
        base = base_of(by.base if isinstance(by, n.Scripts) else by)
        point = self.read(by, env)
        if base is None or not isinstance(point, d.Symbol) or point.info.definition:
            raise UnsupportedError("this gradient is by something that is no symbol", by.span)
        local = d.Info(f"{point.info.name}__at", written(by), first=by.span)
        local.capital, local.latin, local.bold = base.capital, base.latin, base.bold
        if point.info.declared:
            local.rank = point.info.rank
        values = {**env.values, point.info.name: d.Symbol(local, span=by.span)}
        body = self.tokens(list(rest), replace(env, values=values))
        return d.Derivative(body, local, point, span=span | body.span)

    def by_which(
        self,
        by: n.Notation | None,
        target: Target,
        arguments: tuple[n.Notation, ...],
        span: Span,
    ) -> int:
        """Which argument a gradient is taken by: the function's own letter, or the one passed."""
        if by is None:
            if len(target.parameters) == 1:
                return 0
            raise AmbiguousError(
                "this gradient does not say by what", span,
                readings=tuple(
                    Choice(f"by {name}", (span, f"_{{{name}}}")) for name in target.parameters
                ),
            )  # fmt: skip
        assert target.arguments is not None
        for k, argument in enumerate(target.arguments):
            if same_letters(argument, by):
                _check_one_meaning(by, k, arguments, span)
                return k
        for k, argument in enumerate(arguments):
            if argument == by or same_letters(argument, by):
                return k
        raise UnsupportedError(
            "this gradient is by something that is no argument",
            span,
            hints=(f"the function is one of {', '.join(target.parameters)}",),
        )

    def call(
        self,
        token: n.Notation,
        entry: str,
        arguments: Sequence[n.Notation | d.Draft],
        env: Env,
        span: Span = NOWHERE,
    ) -> d.Draft:
        """A library function on arguments, with what its own scripts say."""
        sub = token.sub if isinstance(token, n.Scripts) else None
        sup = token.sup if isinstance(token, n.Scripts) else None
        if entry == "exp" and len(arguments) == 1 and isinstance(arguments[0], n.Notation):
            env = self.complex_exponent(arguments[0], env)
        values = [a if isinstance(a, d.Draft) else self.read(a, env) for a in arguments]
        span = (token.span | values[-1].span) if span is NOWHERE and values else span
        if isinstance(sup, n.Sum) and sup == n.Sum((n.Number("1"),), ("-",)):
            inverse = INVERSES.get(entry)
            if inverse is None:
                raise UnsupportedError(f"the inverse function of {entry} is not known", token.span)
            entry, sup = inverse, None
        value = self.subscripted(entry, sub, values, span, env) if sub is not None else None
        if value is None:
            value = self.plain_call(entry, values, span)
        row = library.ENTRIES[entry]
        if isinstance(token, n.Scripts) and token.primes == 1 and row.signature == "() -> ()":
            local = d.Info(f"{entry}__at", written(token), rank=0, first=span)
            local.why = "the variable of a derivative"
            body = d.Call(entry, [d.Symbol(local, span=span)], span=span)
            value = d.Derivative(body, local, values[0], span=span)
        elif isinstance(token, n.Scripts) and token.primes:
            raise UnsupportedError(
                f"the derivative of {entry} written with ' is not translated", span
            )
        if sup is not None:
            value = self.raise_(value, sup, span, env)
        return value

    def plain_call(self, entry: str, values: list[d.Draft], span: Span) -> d.Draft:
        if entry in ("max", "min", "maximum", "minimum") and len(values) > 1:
            return d.Extreme("maximum" if entry.startswith("max") else "minimum", values, span=span)
        if entry in ("concat", "stack"):
            if len(values) == 1 and isinstance(values[0], d.Join):
                return joined(values[0])
            return d.Join(values, [";"] * (len(values) - 1), span=span)
        if entry == "cos" and len(values) == 2:
            entry = "cosine_similarity"
        row = library.ENTRIES[entry]
        expected = len(row.arguments)
        if len(values) != expected and row.signature != "*":
            raise DefinitionError(
                f"{entry} takes {counted(expected)}, and is given {len(values)}",
                span,
                hints=("set each argument apart with a comma",),
            )
        return d.Call(entry, values, span=span)

    def subscripted(
        self, entry: str, sub: n.Notation, values: list[d.Draft], span: Span, env: Env
    ) -> d.Draft | None:
        """`\\log_2`, `softmax_j`, `Swish_\\beta`: what a subscript of a function says."""
        if entry == "log":
            return self.logarithm(sub, values, span, env)
        key = index_key(sub)
        if entry in SUBSCRIPTED:
            return d.Call(SUBSCRIPTED[entry], [*values, self.read(sub, env)], span=span)
        if key is not None and key in env.bindings and len(values) == 1:
            binding = env.bindings[key]
            if isinstance(binding, d.Binding):
                return d.Along(entry, values[0], binding, span=span)
        raise UnsupportedError(f"the subscript of {entry} is not understood", sub.span)

    def logarithm(self, sub: n.Notation, values: list[d.Draft], span: Span, env: Env) -> d.Draft:
        if isinstance(sub, n.Number) and sub.text in ("2", "10"):
            return d.Call(f"log{sub.text}", values, span=span)
        if isinstance(sub, n.Letter) and sub.text == "e":
            return d.Call("log", values, span=span)
        base = d.Call("log", [self.read(sub, env)], span=sub.span)
        return d.Quotient(d.Call("log", values, span=span), base, span=span)


def joined(join: d.Join) -> d.Join:
    """A list that is joined by name or in round brackets: no commutator."""
    signs = [";" if sign == "," else sign for sign in join.separators]
    return d.Join(join.items, signs, span=join.span)


def _check_one_meaning(
    by: n.Notation, which: int, arguments: tuple[n.Notation, ...], span: Span
) -> None:
    """The letter of one argument may not stand in another, unless it is passed as itself too."""
    if same_letters(arguments[which], by):
        return
    for argument in arguments[:which] + arguments[which + 1 :]:
        if any(same_letters(piece, by) for piece in symbols_in(argument)):
            raise AmbiguousError(
                "this gradient is by a letter of the function, and another argument has it too",
                span,
                readings=(
                    Choice("by the argument of that letter: rename what is passed"),
                    Choice("by the symbol that is passed: rename the function's own letter"),
                ),
            )
