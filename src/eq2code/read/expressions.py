"""What stands between signs? Rows, products, quotients and functions without brackets."""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.errors import (
    AmbiguousError,
    ParseError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.names import GREEK, base_of
from eq2code.read.questions import (
    are_alike,
    is_big,
    is_coefficient,
    is_function_word,
    is_glued,
    is_lone_identity,
    is_nabla,
    is_root_of_bars,
    is_spaced,
    leibniz,
    numeral,
    scripted_fence,
)
from eq2code.read.scope import (
    big_operator,
)
from eq2code.read.stage import Stage
from eq2code.read.symbols import Env
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n

GROUPING = ("(", "[", "{")
LOGARITHMS = frozenset({"log", "log2", "log10", "log1p"})
TIMES = frozenset("·*×⊙∘⊗@⋆⊕")


class Expressions(Stage):
    """What stands between signs? Rows, products, quotients and functions without brackets."""

    def read(self, piece: n.Notation, env: Env) -> d.Draft:
        """The draft of any expression."""
        self.source.spend(piece.span, 4 if env.depth else 1)
        match piece:
            case n.Number(text):
                return d.Number(numeral(text, piece.span), span=piece.span)
            case n.Letter() | n.Word() | n.Accent():
                return self.atom(piece, env)
            case n.Scripts():
                return self.scripted(piece, env)
            case n.Row(items):
                return self.tokens(list(items), env)
            case n.Product(operands, operators):
                return self.product(operands, operators, env)
            case n.Sum(terms, signs):
                return self.sum(piece, terms, signs, env)
            case n.Fraction(top, bottom):
                return self.fraction(piece, top, bottom, env)
            case n.Root(body, None):
                return d.Call("sqrt", [self.read(body, env)], span=piece.span)
            case n.Root(body, degree) if degree is not None:
                one = d.Quotient(d.Number(1), self.read(degree, env), span=degree.span)
                return d.Power(self.read(body, env), one, span=piece.span)
            case n.Binomial(upper, lower):
                return d.Call(
                    "binomial", [self.read(upper, env), self.read(lower, env)], span=piece.span
                )
            case n.Fence():
                return self.fence(piece, env)
            case n.Relation() | n.Logic():
                return self.indicator(piece, env)
            case n.Grid(kind, rows):
                return self.grid(piece, kind, rows, env)
            case n.Evaluated():
                return self.evaluated(piece, env)
            case n.Items(items, separators):
                return d.Join(
                    [self.read(item, env) for item in items], list(separators), span=piece.span
                )
            case n.Mark() | n.Ellipsis():
                raise UnsupportedError("an ellipsis or a mark stands here by itself", piece.span)
            case n.Text(text):
                raise UnsupportedError(
                    f"the words {text[:40]!r} stand inside a formula", piece.span
                )
        raise UnsupportedError("this construct is not translated", piece.span)

    def sum(
        self, piece: n.Notation, terms: tuple[n.Notation, ...], signs: tuple[str, ...], env: Env
    ) -> d.Draft:
        if "±" in signs:
            raise UnsupportedError("± stands for two formulas", piece.span)
        return d.Sum([self.read(term, env) for term in terms], list(signs), span=piece.span)

    def fraction(self, piece: n.Notation, top: n.Notation, bottom: n.Notation, env: Env) -> d.Draft:
        sign = leibniz(top, bottom)
        if sign == "∂" or (sign == "d" and not self.is_factor("d")):
            number = ('if d is a number, declare it: shapes={"d": ""}',) if sign == "d" else ()
            raise UnsupportedError(
                "a derivative written as a fraction is not translated here",
                piece.span,
                hints=(r"write \nabla_x f(x)", *number),
            )
        above, below = self.read(top, env), self.read(bottom, env)
        for part, other in ((above, below), (below, above)):
            if is_lone_identity(part) and not isinstance(other, d.Number):
                raise AmbiguousError(
                    "I could be the identity here, or a symbol",
                    piece.span,
                    readings=("the identity", "a symbol"),
                    hints=(
                        'declare it: shapes={"I": ""}',
                        "or declare the matrices it is added to",
                    ),
                )
        return d.Quotient(above, below, span=piece.span)

    def is_factor(self, name: str) -> bool:
        """Whether a letter is known to be a symbol or a size."""
        return self.source.known(name) is not None or name in self.source.size_names

    def product(
        self, operands: tuple[n.Notation, ...], operators: tuple[str, ...], env: Env
    ) -> d.Draft:
        tokens: list[n.Notation | str] = []
        for above, sign, below in zip(operands, operators, operands[1:], strict=False):
            if sign == "/" and self.differential(above) and self.differential(below):
                raise UnsupportedError(
                    "a derivative written with a slash is not translated here",
                    above.span | below.span,
                    hints=(r"write \nabla_x f(x) with f defined in the source",),
                )
        for k, operand in enumerate(operands):
            if k:
                tokens.append(operators[k - 1])
            tokens.extend(operand.items if isinstance(operand, n.Row) else (operand,))
        return self.tokens(tokens, env)

    def differential(self, piece: n.Notation) -> bool:
        r"""Whether a factor ends in a differential: `dJ`, `d\theta`, `\partial w`."""
        items = piece.items if isinstance(piece, n.Row) else (piece,)
        match items[-2:]:
            case (*_, n.Word(text)) if text[:1] == "d" and self.source.known(text) is None:
                known = {base.text for base in self.source.survey.bases}
                return text[1:] in known | GREEK or len(text) == 2
            case (n.Letter("partial"), _):
                return True
            case (n.Letter("d"), n.Letter() | n.Scripts() as last):
                glued = items[-2].span.end == last.span.start
                return glued and self.source.known("d") is None
        return False

    def tokens(self, tokens: list[n.Notation] | list[n.Notation | str], env: Env) -> d.Draft:
        """Pieces side by side and signs between them: a big operator takes all that follows it."""
        value: d.Draft | None = None
        sign = ""
        group: list[d.Draft] = []
        place = 0
        start = next((t.span for t in tokens if not isinstance(t, str)), NOWHERE)
        while place < len(tokens):
            token = tokens[place]
            if isinstance(token, str):
                value = self.combine(value, sign, group, tokens, place, start)
                sign, group = token, []
                place += 1
                continue
            big = big_operator(token)
            if big is not None and not self.applied_reducer(tokens, place, big):
                group.append(self.big(token, big, tokens[place + 1 :], env))
                break
            after = tokens[place + 1] if place + 1 < len(tokens) else None
            if isinstance(after, n.Number) and is_glued(token, after):
                scripted = isinstance(token, n.Scripts)
                raise AmbiguousError(
                    f"{after.text} stands right behind a "
                    + ("script of one digit" if scripted else "letter"),
                    after.span,
                    readings=("a digit of the script" if scripted else "a subscript", "a factor"),
                    hints=("write x^{10} or x_{12}" if scripted else "write x_1, or 2 x",),
                )
            taken, factor = self.factor(tokens, place, env)
            group.append(factor)
            place += taken
        return self.combine(value, sign, group, tokens, place, start)

    def combine(
        self,
        value: d.Draft | None,
        sign: str,
        group: list[d.Draft],
        tokens: Sequence[n.Notation | str],
        place: int,
        start: Span,
    ) -> d.Draft:
        if not group:
            raise ParseError(f"something is missing beside {sign}", start)
        if sign == "/" and value is not None and len(group) > 1:
            return self.slash(value, group, tokens, place)
        right = group[0] if len(group) == 1 else d.Side(group, span=group[0].span | group[-1].span)
        if value is None:
            return right
        span = value.span | right.span
        if sign == "/":
            return d.Quotient(value, right, span=span)
        if sign == "mod":
            return d.Call("mod", [value, right], span=span)
        if sign == "‖":
            items = [*value.items, right] if isinstance(value, d.Join) else [value, right]
            return d.Join(items, ["‖"] * (len(items) - 1), span=span)
        if sign not in TIMES:
            raise UnsupportedError(f"the sign {sign} is not translated", span)
        return d.Signed(sign, value, right, span=span)

    def slash(
        self, value: d.Draft, group: list[d.Draft], tokens: Sequence[n.Notation | str], place: int
    ) -> d.Draft:
        """`a / b c`: all of what follows divides, or its first factor only; else left to the
        shapes."""
        span = value.span | group[-1].span
        whole = d.Side(group, span=group[0].span | group[-1].span)
        if all(isinstance(f, d.Bars) or is_root_of_bars(f) for f in group):
            return d.Quotient(value, whole, span=span)
        halves = isinstance(value, d.Number) and isinstance(group[0], d.Number)
        if halves or isinstance(group[1], d.Big):
            first = d.Quotient(value, group[0], span=value.span | group[0].span)
            return d.Side([first, *group[1:]], span=span)
        return d.Slash(value, group, is_spaced(tokens, place, group), span=span)

    def applied_reducer(
        self,
        tokens: Sequence[n.Notation | str],
        place: int,
        big: tuple[str, n.Notation | None, n.Notation | None],
    ) -> bool:
        """Whether `max` here is a function applied to a list, not an operator over an index."""
        if big[0] not in ("max", "min") or big[1] is not None:
            return False
        return place + 1 < len(tokens) and isinstance(tokens[place + 1], n.Fence)

    def factor(
        self, tokens: Sequence[n.Notation | str], place: int, env: Env
    ) -> tuple[int, d.Draft]:
        """The factor that starts at `place`, and how many tokens it takes."""
        token = tokens[place]
        assert not isinstance(token, str)
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if isinstance(token, n.Letter | n.Word | n.Scripts | n.Accent):
            if is_nabla(token):
                return self.nabla(tokens, place, env)
            fence = after if isinstance(after, n.Fence) else scripted_fence(after)
            if fence is not None and fence.open not in GROUPING:
                fence = None
            if fence is not None and after is not None and not isinstance(after, str):
                applied = self.application(token, fence, after, env)
                if applied is not None:
                    return 2, applied
            else:
                entry = self.bare_function(token, env)
                if entry is not None:
                    return self.unbracketed(token, entry, tokens, place, env)
        if isinstance(token, n.Word | n.Scripts) and is_function_word(token) and after is None:
            raise ParseError("this function is applied to nothing", token.span)
        before = tokens[place - 1] if place else None
        if any(isinstance(side, n.Notation) for side in (before, after)):
            self.check_prime(token)
        if isinstance(after, n.Mark) and after.text == "!":
            return 2, d.Call("factorial", [self.read(token, env)], span=token.span | after.span)
        return 1, self.read(token, env)

    def check_prime(self, token: n.Notation) -> None:
        """`x'y` with x declared a vector, and x' nowhere: a transpose, or another symbol."""
        if not isinstance(token, n.Scripts) or token.primes != 1 or token.sub or token.sup:
            return
        base = base_of(token.base)
        if base is None or base.capital:
            return
        stem = self.source.namer.stem(base)
        entry = self.source.declared.get(stem)
        if entry is None or len(entry.shape) != 1 or self.source.known(f"{stem}_prime") is not None:
            return
        raise AmbiguousError(
            f"{stem}' in a product is the transpose of {stem}, or a symbol of its own",
            token.span,
            readings=(f"{stem} transposed", f"the symbol {stem}_prime"),
            hints=(
                rf'write {stem}^\top, or declare shapes={{"{stem}_prime": "{entry.shape[0]}"}}',
            ),
        )

    def unbracketed(
        self,
        token: n.Notation,
        entry: str,
        tokens: Sequence[n.Notation | str],
        place: int,
        env: Env,
    ) -> tuple[int, d.Draft]:
        """`\\log \\hat y_i`, `\\sin 2\\pi x`: the factors up to a sign or the next function."""
        stop = place + 1
        while stop < len(tokens) and not isinstance(tokens[stop], str):
            piece = tokens[stop]
            assert not isinstance(piece, str)
            first = stop == place + 1
            if big_operator(piece) is not None:
                before = tokens[place + 1 : stop]
                if not all(is_coefficient(part) for part in before):
                    raise AmbiguousError(
                        f"it is not said whether {entry} takes the operator that follows",
                        token.span | piece.span,
                        readings=(f"{entry} of the product", f"{entry} of the first factors only"),
                        hints=("write brackets round what it is applied to",),
                    )
                body = self.tokens(list(tokens[place + 1 :]), env)
                return len(tokens) - place, self.call(token, entry, [body], env)
            following = tokens[stop + 1] if stop + 1 < len(tokens) else None
            fence = following if isinstance(following, n.Fence) else None
            if fence is not None and fence.open not in GROUPING:
                fence = None
            applied = fence is not None and self.applies(piece, fence, env)
            bare = fence is None and self.bare_function(piece, env) is not None
            if first and (applied or bare or is_nabla(piece)):
                taken, body = self.factor(tokens, stop, env)
                self.check_ratio(token, entry, tokens, stop, stop + taken)
                return 1 + taken, self.call(token, entry, [body], env)
            if not first and (applied or bare):
                break
            stop += 1
            if isinstance(piece, n.Fence | n.Fraction | n.Root) and first:
                if not (isinstance(piece, n.Fraction) and is_big(following)):
                    break
        if stop == place + 1:
            raise ParseError("this function is applied to nothing", token.span)
        self.check_ratio(token, entry, tokens, place + 1, stop)
        body = self.tokens(list(tokens[place + 1 : stop]), env)
        return stop - place, self.call(token, entry, [body], env)

    @staticmethod
    def check_ratio(
        token: n.Notation, entry: str, tokens: Sequence[n.Notation | str], start: int, stop: int
    ) -> None:
        """Refuse `log p(x)/q(x)`, which looks like the logarithm of a ratio and like a ratio."""
        if entry not in LOGARITHMS or stop >= len(tokens) or tokens[stop] != "/":
            return
        if are_alike(tokens[start:stop], tokens[stop + 1 : stop + 1 + stop - start]):
            raise AmbiguousError(
                f"{entry} before a quotient of two of a kind could take the quotient or its "
                f"first part",
                token.span,
                readings=(f"{entry}(a / b)", f"({entry} a) / b"),
                hints=("write brackets round what it is applied to",),
            )

    def evaluated(self, piece: n.Evaluated, env: Env) -> d.Draft:
        r"""`\nabla_w L(w)|_{a}`: the gradient, taken at a."""
        body = piece.body
        items = body.items if isinstance(body, n.Row) else (body,)
        where = piece.at
        if isinstance(where, n.Relation) and where.operators == ("=",) and where.operands[1]:
            where = where.operands[1]
        if len(items) == 3 and is_nabla(items[0]):
            value = self.nabla(items, 0, env)[1]
            assert isinstance(value, d.Derivative)
            return d.Derivative(value.body, value.variable, self.read(where, env), span=piece.span)
        raise UnsupportedError("an evaluation bar is only translated after a gradient", piece.span)
