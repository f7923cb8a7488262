"""What does a function mean with its scripts? Library calls, and derivatives of functions of the
source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from eq2code import library
from eq2code.choice import Choice, Group
from eq2code.choice import declared as given
from eq2code.errors import (
    WRITTEN_OUT,
    AmbiguousError,
    DefinitionError,
    UndefinedError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.alternatives import spread
from eq2code.read.declare import Declared
from eq2code.read.names import Base, base_of
from eq2code.read.questions import (
    bases_in,
    condition_in,
    counted,
    is_big,
    is_plain,
    is_powered,
    leibniz,
    same_letters,
    scripted_fence,
    symbols_in,
)
from eq2code.read.scope import (
    index_key,
    pieces,
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
        """The function whose derivative `f'(x)`, `f''(x)` is, where the source defines f and nobody
        f'."""
        if not isinstance(token, n.Scripts) or token.sub or token.sup:
            return None
        if token.primes not in (1, 2):
            return None
        base = base_of(token.base)
        stem = self.source.namer.stem(base) if base else ""
        if self.source.known(stem + "_prime" * token.primes) is not None:
            return None
        targets = self.source.targets.get(stem, ())
        return stem if any(t.arguments for t in targets) else None

    def derivative_of(
        self, name: str, arguments: tuple[n.Notation, ...], span: Span, env: Env, *, times: int
    ) -> d.Draft:
        target = self.source.targets[name][-1]
        if len(target.parameters) != 1 or len(arguments) != 1:
            raise UnsupportedError(
                f"the derivative of {name} by one of several arguments", span, hints=(WRITTEN_OUT,)
            )
        value = self.read(arguments[0], env)
        if times == 1:
            return self.gradient(target, 0, [value], span, env, elementwise=True)
        local = d.Info(f"{target.parameters[0]}__at", written(arguments[0]), rank=0, first=span)
        local.why = "the variable of a derivative"
        inner: list[d.Draft] = [d.Symbol(local, span=arguments[0].span)]
        once = self.gradient(target, 0, inner, span, env, elementwise=True, named=local.name)
        return d.Derivative(once, local, value, span=span)

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
            local.capital, local.latin = base.capital, base.latin
            local.bold, local.arrow = base.bold, base.arrow
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
            raise UnsupportedError(
                r"\nabla with a power, a Hessian or a Laplacian, is not translated",
                token.span,
                hints=(WRITTEN_OUT,),
            )
        if rest and self.names_function(rest, env):
            return 3, self.gradient_of_function(by, rest[0], rest[1], token.span, env)
        if by is None or not rest or isinstance(rest[0], str):
            raise UnsupportedError(
                "the gradient of this is not translated", token.span,
                hints=(r"write \nabla_x f(x) with f defined in the source",),
            )  # fmt: skip
        taken = self.differentiated(by, rest, token.span, env)
        return 1 + taken, self.gradient_of_expression(by, rest[:taken], token.span, env)

    def leibniz(
        self, token: n.Fraction, rest: Sequence[n.Notation | str], env: Env
    ) -> tuple[int, d.Draft]:
        r"""`\frac{d}{dx} x^2`, `\frac{\partial L}{\partial w}`: how many of the factors behind it
        are differentiated, and the derivative."""
        self.check_letter(token)
        top = token.numerator.items if isinstance(token.numerator, n.Row) else (token.numerator,)
        assert isinstance(token.denominator, n.Row)
        by, times = token.denominator.items[1], 1
        above = top[0].sup if isinstance(top[0], n.Scripts) else None
        if above is not None:
            below = by.sup if isinstance(by, n.Scripts) else None
            if above != n.Number("2") or below != above:
                raise UnsupportedError(
                    "of derivatives, the first and the second by one symbol are translated",
                    token.span,
                    hints=(WRITTEN_OUT,),
                )
            assert isinstance(by, n.Scripts)
            scripted = by.sub is not None or by.primes
            by, times = replace(by, sup=None) if scripted else by.base, 2
        if len(top) > 1:
            self.check_defined(top, token.span, env)
            return 0, self.gradient_of_expression(by, top[1:], token.span, env, times)
        if not rest or isinstance(rest[0], str):
            raise UnsupportedError(
                "this derivative does not say what it is of",
                token.span,
                hints=(
                    "write it behind: \\frac{d}{dx} x^2, or \\frac{df}{dx} of an f that is defined",
                ),
            )
        self.differentiated(by, rest, token.span, env, operator=True)
        return len(rest), self.gradient_of_expression(by, rest, token.span, env, times)

    def check_letter(self, token: n.Fraction) -> None:
        r"""Ask about `\frac{dy}{dx}` beside a d that stands for itself."""
        if leibniz(token.numerator, token.denominator) != "d":
            return
        if any(_letter_d(form) for target in self.source.lines for form in target.line.forms):
            raise AmbiguousError(
                "d stands for itself in this source, and here it could be the sign of a derivative",
                token.span,
                readings=(
                    Choice(r"a derivative: write \partial, or rename the other d"),
                    given("a number", {"d": ""}),
                ),
            )

    def check_defined(self, top: Sequence[n.Notation], span: Span, env: Env) -> None:
        """Refuse the derivative of a symbol of which the source says nothing."""
        sign, first = top[0], top[1]
        base = base_of(first.base if isinstance(first, n.Scripts) else first)
        powered = isinstance(first, n.Scripts) and is_powered(first)
        if base is None or powered or len(top) > 2:
            return
        name = occurrence(first, base, self.source.namer, self.around(env)).name
        if name in self.source.targets:
            return
        letter = sign.base if isinstance(sign, n.Scripts) else sign
        raise UndefinedError(
            f"this is a derivative of {name}, which the source does not define",
            span,
            hints=(
                f"write {name} = … in the source",
                "for a derivative that is passed in, write a symbol of its own: g",
                *(
                    ('if d is a number, declare it: shapes={"d": ""}',)
                    if isinstance(letter, n.Letter) and letter.text == "d"
                    else ()
                ),
            ),
        )

    def differentiated(
        self,
        by: n.Notation,
        rest: Sequence[n.Notation | str],
        span: Span,
        env: Env,
        *,
        operator: bool = False,
    ) -> int:
        r"""How many of the factors behind `\nabla_x` it differentiates: all, but for those that
        do not move, behind what is closed by itself or before a sign. `\frac{d}{dx}`, an
        `operator`, takes in all that stand side by side."""
        stop = next((k for k, piece in enumerate(rest) if isinstance(piece, str)), len(rest))
        if not operator:
            stop = min(stop, self.closed(rest, env))
        if is_big(rest[0]) or not self.moves(rest[:stop], by):
            return len(rest)
        if self.moves(rest[stop:], by):
            moved, after = spread(rest[:stop]), spread(rest[stop:])
            behind = Span(moved.end, after.end)
            raise AmbiguousError(
                "it is not said how much of what follows is differentiated", span | after,
                readings=(
                    Choice("all of it", (span, Group(moved | after))),
                    Choice("what stands first", ("(", span, " ", moved, ") ", behind)),
                ),
            )  # fmt: skip
        return stop

    def closed(self, rest: Sequence[n.Notation | str], env: Env) -> int:
        """How many factors make one whole: a bracket, an applied function, a defined symbol."""
        first, after = rest[0], rest[1] if len(rest) > 1 else None
        assert not isinstance(first, str)
        if isinstance(first, n.Fence) or scripted_fence(first) is not None:
            return 1
        base = base_of(first.base if isinstance(first, n.Scripts) else first)
        if base is None:
            return len(rest)
        fence = scripted_fence(after) if isinstance(after, n.Scripts) else after
        if isinstance(fence, n.Fence) and self.applies(first, fence, env):
            return 2
        name = occurrence(first, base, self.source.namer, self.around(env)).name
        if name not in self.source.targets:
            return len(rest)
        labelled = isinstance(fence, n.Fence) and all(map(is_plain, listed(fence.body)))
        return 2 if labelled else 1  # J(\theta)

    def moves(self, pieces: Sequence[n.Notation | str], by: n.Notation) -> bool:
        """Whether pieces hold the symbol, or one that is defined by it."""
        letter = base_of(by.base if isinstance(by, n.Scripts) else by)
        for piece in pieces:
            for base in () if isinstance(piece, str) else bases_in(piece):
                if letter is not None and base.plain == letter.plain:
                    return True
                lines = [t for ts in self.source.targets.values() for t in ts if t.base == base]
                if letter is not None and any(self.depends(t, [letter.text]) for t in lines):
                    return True
        return False

    def names_function(self, rest: Sequence[n.Notation | str], env: Env) -> bool:
        """Whether what follows is a function of the source or of the user's, applied: `f(x)`."""
        first = rest[0]
        fence = rest[1] if len(rest) > 1 else None
        if isinstance(fence, n.Scripts) and fence.sub is None:
            fence = scripted_fence(fence)
        if isinstance(first, str) or not isinstance(fence, n.Fence):
            return False
        base = base_of(first.base if isinstance(first, n.Scripts) else first)
        if base is None:
            return False
        name = occurrence(first, base, self.source.namer, self.around(env)).name
        if self.function_name(name):
            return True
        return self.applies(first, fence, env) and self.entry_of(first) is None

    def gradient_of_function(
        self,
        by: n.Notation | None,
        head: n.Notation | str,
        fence: n.Notation | str,
        span: Span,
        env: Env,
    ) -> d.Draft:
        """`\\nabla_\\theta f(\\theta_t)`: by an argument of f, at what is passed."""
        assert isinstance(head, n.Notation)
        if isinstance(fence, n.Scripts):  # \nabla f(x)^\top: the derivative is taken first
            assert fence.sup is not None
            if isinstance(fence.sup, n.Number):
                first = (span, " ", head.span, fence.base.span)
                raise AmbiguousError(
                    "it is not said whether the function is raised, or its gradient",
                    span | fence.span,
                    readings=(
                        Choice("the gradient", ("(", *first, ")^", fence.sup.span)),
                        Choice("the function", (span, "(", head.span | fence.span, ")")),
                    ),
                )
            value = self.gradient_of_function(by, head, fence.base, span, env)
            return self.raise_(value, fence.sup, span | fence.span, env)
        assert isinstance(fence, n.Fence)
        base = base_of(head.base if isinstance(head, n.Scripts) else head)
        assert base is not None
        seen = occurrence(head, base, self.source.namer, self.around(env))
        arguments, whole = listed(fence.body), span | fence.span
        declared = self.source.declared.get(seen.name)
        if declared is not None and declared.is_function and not seen.places:
            return self.gradient_of_declared(seen.name, declared, by, arguments, span, whole, env)
        target = next((t for t in self.source.targets.get(seen.name, ()) if t.arguments), None)
        if target is None:
            inputs = ", ".join(["(d)"] * max(len(arguments), 1))
            raise UndefinedError(
                f"the gradient of {seen.name} is taken, and nothing says what {seen.name} is",
                whole,
                hints=(
                    f"define it in the source: {seen.name}(x) = …",
                    f"or pass it as a function, to PyTorch: "
                    f'shapes={{"{seen.name}": "{inputs} -> ()"}}, backend="torch"',
                    "or leave the gradient out, and pass its value as a symbol",
                ),
            )
        if len(arguments) != len(target.parameters):
            raise DefinitionError(
                f"{seen.name} takes {counted(len(target.parameters))}",
                fence.span,
                hints=("its arguments stand in one bracket, with commas between",),
            )
        which = self.by_which(by, target, arguments, span)
        values = [self.read(a, env) for a in arguments]
        assert target.arguments is not None
        own = by is None or same_letters(target.arguments[which], by)
        point = values[which]
        named = point.info.name if isinstance(point, d.Symbol) and not own else ""
        return self.gradient(target, which, values, whole, env, named=named)

    def gradient_of_declared(
        self,
        name: str,
        declared: Declared,
        by: n.Notation | None,
        arguments: tuple[n.Notation, ...],
        span: Span,
        whole: Span,
        env: Env,
    ) -> d.Draft:
        """The gradient of a function that is passed in."""
        spaces = declared.arguments or ()
        if declared.shape:
            raise UnsupportedError(
                f"{name} is declared to give an array, and the derivative of an array, a Jacobian, "
                "is not translated",
                whole,
                hints=('declare it to give a number, "(d) -> ()", or write its derivative out',),
            )
        if len(arguments) != len(spaces):
            raise DefinitionError(
                f"{name} takes {counted(len(spaces))}",
                whole,
                hints=("its arguments stand in one bracket, with commas between",),
            )
        which = passed_which(name, by, arguments, span, whole)
        values = [self.read(argument, env) for argument in arguments]
        point = values[which]
        stem = point.info.name if isinstance(point, d.Symbol) else name
        local = d.Info(f"{stem}__at", written(arguments[which]), first=whole)
        local.rank, local.why = len(spaces[which]), "the variable of a derivative"
        inner = list(values)
        inner[which] = d.Symbol(local, span=point.span)
        self.source.functions_used.setdefault(name, whole)
        return d.Derivative(d.Apply(name, inner, span=whole), local, point, span=whole)

    def gradient_of_expression(
        self,
        by: n.Notation,
        rest: Sequence[n.Notation | str],
        span: Span,
        env: Env,
        times: int = 1,
    ) -> d.Draft:
        """`\\nabla_x \\|x\\|^2`: the derivative of all that follows, by a symbol, at that
        symbol."""
        base = base_of(by.base if isinstance(by, n.Scripts) else by)
        point = self.read(by, env)
        if base is None or not isinstance(point, d.Symbol):
            raise UnsupportedError(
                "this gradient is by something that is no symbol",
                by.span,
                hints=("name a symbol below: \\nabla_x f",),
            )
        if point.info.definition:
            raise UnsupportedError(
                f"this derivative is by {point.info.name}, which the source defines", by.span,
                hints=("write what is differentiated as a function of it: L(z) = …",),
            )  # fmt: skip
        local = d.Info(f"{point.info.name}__at", written(by), first=by.span)
        local.capital, local.latin = base.capital, base.latin
        local.bold, local.arrow = base.bold, base.arrow
        local.rank = point.info.rank
        values = {**env.values, point.info.name: d.Symbol(local, span=by.span)}
        inside = replace(env, values=values)
        if times > 1:
            body = self.gradient_of_expression(by, rest, span, inside, times - 1)
        else:
            body = self.tokens(list(rest), inside)
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
        if entry == "where" and len(arguments) == 3:
            chosen = self.chosen(arguments, env, token.span)
            if chosen is not None:
                return chosen
        values = [a if isinstance(a, d.Draft) else self.read(a, env) for a in arguments]
        span = (token.span | values[-1].span) if span is NOWHERE and values else span
        if isinstance(sup, n.Sum) and sup == n.Sum((n.Number("1"),), ("-",)):
            inverse = INVERSES.get(entry)
            if inverse is None:
                raise UnsupportedError(
                    f"the inverse function of {entry} is not known",
                    token.span,
                    hints=("write the inverse by its own name, or declare it as a function",),
                )
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
                f"the derivative of {entry} written with ' is not translated",
                span,
                hints=(WRITTEN_OUT,),
            )
        if sup is not None:
            value = self.raise_(value, sup, span, env)
        return value

    def chosen(
        self, arguments: Sequence[n.Notation | d.Draft], env: Env, span: Span
    ) -> d.Draft | None:
        """`where(x > 0, x, 0)`: a value and another, chosen by a comparison."""
        condition, *values = arguments
        if not isinstance(condition, n.Notation) or condition_in(condition) is None:
            return None
        kept, other = (a if isinstance(a, d.Draft) else self.read(a, env) for a in values)
        return d.Cases([(kept, self.condition(condition, env))], other, span=span | other.span)

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
        raise UnsupportedError(
            f"the subscript of {entry} is not understood",
            sub.span,
            hints=(f"write {entry} without it, or declare a function of your own",),
        )

    def logarithm(self, sub: n.Notation, values: list[d.Draft], span: Span, env: Env) -> d.Draft:
        if isinstance(sub, n.Number) and sub.text in ("2", "10"):
            return self.plain_call(f"log{sub.text}", values, span)
        value = self.plain_call("log", values, span)
        if isinstance(sub, n.Letter) and sub.text == "e":
            return value
        base = d.Call("log", [self.read(sub, env)], span=sub.span)
        return d.Quotient(value, base, span=span)


def joined(join: d.Join) -> d.Join:
    """A list that is joined by name or in round brackets: no commutator."""
    signs = [";" if sign == "," else sign for sign in join.separators]
    return d.Join(join.items, signs, span=join.span)


def passed_which(
    name: str, by: n.Notation | None, arguments: tuple[n.Notation, ...], span: Span, whole: Span
) -> int:
    """Which argument of a declared function, whose letters nobody knows, a gradient is by."""
    if by is None:
        if len(arguments) == 1:
            return 0
        raise UnsupportedError(
            f"this gradient does not say by which argument of {name}", span,
            hints=(r"write the argument below: \nabla_x",),
        )  # fmt: skip
    found = [k for k, one in enumerate(arguments) if any(map(_same_base(by), bases_in(one)))]
    if not found:
        raise UnsupportedError(
            f"this gradient is by something that is not passed to {name}", span,
            hints=(r"without a letter below \nabla it is by what is passed",),
        )  # fmt: skip
    first = arguments[found[0]]
    lone = base_of(first.base if isinstance(first, n.Scripts) else first) is not None
    if len(found) > 1 or not lone:
        applied = Span(span.end, whole.end)
        own = (r"\nabla ", applied) if len(arguments) == 1 else ()
        raise AmbiguousError(
            f"this gradient can be by the symbol below it, or by an argument of {name} alone",
            whole,
            readings=(
                Choice("by the symbol, wherever it is passed", (span, "(", applied, ")")),
                Choice("by the argument, at what is passed", own)
                if own
                else Choice("by one argument: pass it under a letter of its own"),
            ),
        )
    return found[0]


def _letter_d(root: n.Notation) -> bool:
    """Whether the letter d stands in a piece, but for the signs of derivatives."""
    stack = [root]
    while stack:
        piece = stack.pop()
        if isinstance(piece, n.Letter) and piece.text == "d" and not piece.style:
            return True
        if isinstance(piece, n.Scripts) and piece.sub is not None:
            stack.extend(part for part in (piece.sub, piece.sup) if part is not None)
        elif isinstance(piece, n.Fraction) and leibniz(piece.numerator, piece.denominator):
            tops = piece.numerator.items[1:] if isinstance(piece.numerator, n.Row) else ()
            stack.extend(tops)
        elif isinstance(piece, n.Product) and "/" in piece.operators:  # dJ/dx
            for part in piece.operands:
                items = part.items if isinstance(part, n.Row) else (part,)
                sign = items[-2:-1] == (n.Letter("d"),)
                stack.extend((*items[:-2], items[-1]) if sign else items)
        else:
            stack.extend(pieces(piece))
    return False


def _same_base(by: n.Notation) -> Callable[[Base], bool]:
    letter = base_of(by.base if isinstance(by, n.Scripts) else by)
    return lambda base: letter is not None and base.plain == letter.plain


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
