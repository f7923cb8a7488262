"""What stands between signs? Rows, products, quotients and functions without brackets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from eq2code.choice import Choice, declared
from eq2code.errors import (
    APPLIED,
    NAMED,
    AmbiguousError,
    ParseError,
    UndefinedError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.names import GREEK, HABITUAL_FUNCTIONS, base_of, label
from eq2code.read.questions import (
    bases_in,
    condition_in,
    factors_of,
    is_bracketed_divisor,
    is_count,
    is_function_word,
    is_glued,
    is_identity,
    is_lone_identity,
    is_nabla,
    is_partial,
    is_plain,
    is_root_of_bars,
    is_spaced,
    leibniz,
    numeral,
    scripted_fence,
)
from eq2code.read.scope import (
    big_operator,
    index_key,
    split,
)
from eq2code.read.scripts import is_transpose
from eq2code.read.spacing import check_slash
from eq2code.read.stage import GROUPING, Stage
from eq2code.read.symbols import Env, too_much
from eq2code.read.targets import derivative_name, partial
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n

REPEATED = (GREEK - {"pi"}) | frozenset("ijkl")  # what Einstein's convention is written with
HALVES = (
    Choice("it multiplies", argument=(("prefer", (("half", "factor"),)),)),
    Choice("it divides", argument=(("prefer", (("half", "divisor"),)),)),
)
TIMES = frozenset("·*×⊙∘⊗@⋆⊕")
SYMBOLS = frozenset({n.Letter, n.Word, n.Accent})
RAISED = frozenset({n.Letter, n.Row})


class Expressions(Stage):
    """What stands between signs? Rows, products, quotients and functions without brackets."""

    def read(self, piece: n.Notation, env: Env) -> d.Draft:
        """The draft of any expression."""
        self.source.budget -= 4 if env.depth else 1  # what is unfolded counts more
        if self.source.budget < 0:
            raise too_much(piece.span)
        match piece:
            case n.Number(text):
                return d.Number(numeral(text, piece.span), span=piece.span)
            case n.Letter() | n.Word() | n.Accent():
                return self.atom(piece, env)
            case n.Scripts():
                return self.scripted(piece, env)
            case n.Row(items):
                return self.tokens(items, env)
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
                raise UnsupportedError(
                    "an ellipsis or a mark stands here by itself",
                    piece.span,
                    hints=("write the terms out, or a sum with an index: \\sum_{i=1}^{n} x_i",),
                )
            case n.Text(text):
                raise UnsupportedError(
                    f"the words {text[:40]!r} stand inside a formula",
                    piece.span,
                    hints=("leave them out, or put them on a line of their own",),
                )
        raise UnsupportedError(
            "this construct is not translated",
            piece.span,
            hints=("write what it stands for as a sum, a product or a function",),
        )

    def sum(
        self, piece: n.Notation, terms: tuple[n.Notation, ...], signs: tuple[str, ...], env: Env
    ) -> d.Draft:
        if "±" in signs:
            raise UnsupportedError(
                "± stands for two formulas",
                piece.span,
                hints=("write each of them: x = a + b, y = a - b",),
            )
        if isinstance(piece, n.Sum):
            check_slash(piece)
        return d.Sum([self.read(term, env) for term in terms], list(signs), span=piece.span)

    def fraction(self, piece: n.Notation, top: n.Notation, bottom: n.Notation, env: Env) -> d.Draft:
        sign = leibniz(top, bottom)
        named = self.derivative_named(top, bottom) if sign else None
        if named is not None:
            info = self.source.info(self.internal(named, env), piece, None)
            return d.Symbol(info, span=piece.span)
        if isinstance(piece, n.Fraction) and self.is_derivative(piece):
            return self.leibniz(piece, (), env)[1]
        above, below = self.read(top, env), self.read(bottom, env)
        for part, other in ((above, below), (below, above)):
            if is_lone_identity(part) and not isinstance(other, d.Number):
                raise AmbiguousError(
                    "I could be the identity here, or a symbol",
                    piece.span,
                    readings=(
                        Choice("the identity: declare the matrices that it is added to"),
                        declared("a number of that name", {"I": ""}),
                    ),
                )
        return d.Quotient(above, below, span=piece.span)

    def is_derivative(self, piece: n.Fraction) -> bool:
        r"""Whether a fraction is a derivative: `\frac{\partial L}{\partial w}`, `\frac{d}{dx}`."""
        sign = leibniz(piece.numerator, piece.denominator)
        return sign == "∂" or (sign == "d" and not self.is_given("d"))

    def derivative_named(self, top: n.Notation, bottom: n.Notation) -> str | None:
        r"""The name of a derivative that a left side of the source defines: `\frac{dx}{dt} = …`."""
        above, below = partial(top), partial(bottom)
        if above is None or below is None:
            return None
        name = derivative_name(label(above) or "", below)
        return name if name in self.source.targets else None

    def is_given(self, name: str) -> bool:
        """Whether a letter is known to be a symbol or a size."""
        return self.source.known(name) is not None or name in self.source.size_names

    def product(
        self, operands: tuple[n.Notation, ...], operators: tuple[str, ...], env: Env
    ) -> d.Draft:
        tokens: list[n.Notation | str] = []
        for k, operand in enumerate(operands):
            sign = operators[k - 1] if k else ""
            if sign == "∘":
                self.check_circle(operands[k - 1], operand)
            items = operand.items if type(operand) is n.Row else (operand,)
            if sign == "/" and self.differential(operands[k - 1]) and self.differential(operand):
                above, taken = _differential(tokens)
                below, whole = _differential(items)
                span = above.span | operand.span
                if whole != len(items):
                    raise UnsupportedError(
                        "a derivative written with a slash, and more behind it, is not translated",
                        span,
                        hints=(r"write \nabla_w L, or \frac{dL}{dw}",),
                    )
                tokens[-taken:] = [n.Fraction(above, below, span=span)]
                continue
            if k:
                tokens.append(sign)
            tokens += items
        return self.tokens(tokens, env)

    def differential(self, piece: n.Notation) -> bool:
        r"""Whether a factor ends in a differential: `dJ`, `d\theta`, `\partial w`."""
        items = piece.items if isinstance(piece, n.Row) else (piece,)
        match items[-2:]:
            case (*_, n.Word(text)) if text[:1] == "d" and self.source.known(text) is None:
                known = self.source.survey.texts | GREEK
                return text[1:] in known or len(text) == 2
            case (n.Letter("partial"), _):
                return True
            case (n.Letter("d"), n.Letter() | n.Scripts() as last):
                glued = items[-2].span.end == last.span.start
                return glued and self.source.known("d") is None
        return False

    def tokens(self, tokens: Sequence[n.Notation | str], env: Env) -> d.Draft:
        """Pieces side by side and signs between them: a big operator takes all that follows it."""
        self.check_repeated(tokens, env)
        value: d.Draft | None = None
        sign = ""
        group: list[d.Draft] = []
        place, end = 0, len(tokens)
        while place < end:
            token = tokens[place]
            if isinstance(token, str):
                value = self.combine(value, sign, group, tokens, place)
                sign, group = token, []
                place += 1
                continue
            big = big_operator(token)
            if big is not None and not self.applied_reducer(tokens, place, big):
                stop = self.scope_end(token, big, tokens, place, env)
                group.append(self.big(token, big, tokens[place + 1 : stop], env))
                place = stop
                continue
            after = tokens[place + 1] if place + 1 < end else None
            if type(after) is n.Number:
                self.check_glued(token, after, env)
            taken, factor = self.factor(tokens, place, env)
            if type(token) is n.Number and token.text == "1" and self.is_ones(tokens, place, group):
                factor = d.Unit("ones", span=token.span)
            group.append(factor)
            place += taken
        return self.combine(value, sign, group, tokens, place)

    def is_ones(
        self, tokens: Sequence[n.Notation | str], place: int, before: Sequence[d.Draft]
    ) -> bool:
        r"""Whether a 1 is a vector of ones: right behind a matrix or what is transposed, as in
        `\Sigma^{-1} 1`, or before a transposed vector that ends the product, `1 d^\top`."""
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if isinstance(after, n.Fence):
            return False
        if before:
            core = before[-1]
            if isinstance(core, d.Flip):
                return True
            while isinstance(core, d.Power):
                core = core.base
            return isinstance(core, d.Symbol) and core.info.capital
        if not isinstance(after, n.Scripts) or any(map(_is_factor, tokens[place + 2 : place + 3])):
            return False
        base = base_of(after.base)
        turned = after.sup is not None and is_transpose(after.sup)
        number = after.sup == n.Letter("T") and self.source.is_number("T")
        return turned and not number and base is not None and not base.capital

    def check_glued(self, token: n.Notation, after: n.Number, env: Env) -> None:
        """Refuse `x1`, `x^10`: a number right behind a letter that does not turn."""
        turns = isinstance(env.bindings.get(index_key(token) or ""), d.Constant)
        if turns or not is_glued(token, after):
            return
        if isinstance(token, n.Scripts):
            raise AmbiguousError(
                f"{after.text} stands right behind a script of one digit",
                after.span,
                readings=("a digit of the script", "a factor"),
                hints=("write x^{10} or x_{12}",),
            )
        raise AmbiguousError(
            f"{after.text} stands right behind a letter",
            token.span | after.span,
            readings=(
                Choice("a subscript", (token.span, "_", after.span)),
                Choice("a factor", (after.span, " ", token.span)),
            ),
        )

    def check_repeated(self, tokens: Sequence[n.Notation | str], env: Env) -> None:
        r"""Refuse `F_{\mu\nu} F^{\mu\nu}`: a letter below one factor and above another is summed by
        Einstein's convention."""
        raised = [t for t in tokens if type(t) is n.Scripts and type(t.sup) in RAISED]
        if not raised or not any(map(_letters_above, raised)):
            return
        below: dict[str, n.Notation] = {}
        above: dict[str, n.Notation] = {}
        for token in tokens:
            if not isinstance(token, str) and big_operator(token) is not None:
                break  # what follows is looked at where its index is bound
            base = base_of(token.base) if isinstance(token, n.Scripts) else None
            if not isinstance(token, n.Scripts) or base is None or base.text == "e":
                continue
            keys = {index_key(part) for part in split(token.sub)}
            below.update({key: token for key in keys if key in REPEATED})
            above.update({key: token for key in _letters_above(token) if key not in keys})
        for key in sorted(below, key=str):
            if key not in above or key in env.bindings or self.source.is_number(key):
                continue
            if key in self.source.labels_above:
                continue
            raise AmbiguousError(
                f"{key} stands below one factor and above another, and nothing sums over it",
                below[key].span | above[key].span,
                readings=("a sum over it", "a label below and a power above"),
                hints=(
                    f"write the sum, with {key} below both",
                    f'declare it for a power: shapes={{"{key}": ""}}',
                ),
            )

    def combine(
        self,
        value: d.Draft | None,
        sign: str,
        group: list[d.Draft],
        tokens: Sequence[n.Notation | str],
        place: int,
    ) -> d.Draft:
        if not group:
            start = next((t.span for t in tokens if not isinstance(t, str)), NOWHERE)
            raise ParseError(
                f"something is missing beside {sign}",
                start,
                hints=("write what belongs there, or leave the sign out",),
            )
        beside = factors_of(value) if value is not None and sign in "·×*" else []
        self.check_current([*beside, *group])
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
            raise UnsupportedError(f"the sign {sign} is not translated", span, hints=(NAMED,))
        chained = tokens[:place].count(sign) > 1
        return d.Signed(sign, value, right, chained=chained, span=span)

    def check_current(self, factors: list[d.Draft]) -> None:
        r"""Refuse `I R` where nothing says that R is a matrix: the identity would change nothing,
        and I may be a current."""
        if not any(map(is_identity, factors)) or any(isinstance(x, d.Flip) for x in factors):
            return
        for before, factor in zip([None, *factors], factors, strict=False):
            symbol = factor.base if isinstance(factor, d.Power) else factor
            if not isinstance(symbol, d.Symbol) or symbol.info.name in self.source.targets:
                continue
            info, behind = symbol.info, before is not None and is_identity(before)
            if info.declared or info.bold or not (info.capital or (info.latin_letter and behind)):
                continue
            raise AmbiguousError(
                f"I could be the identity here, or a symbol: it multiplies {info.notation}",
                factors[0].span | factors[-1].span,
                readings=(
                    declared("a number of that name", {"I": ""}),
                    declared(
                        "the identity, which changes nothing",
                        {info.name: "n n" if info.capital else "n"},
                    ),
                ),
            )

    def slash(
        self, value: d.Draft, group: list[d.Draft], tokens: Sequence[n.Notation | str], place: int
    ) -> d.Draft:
        """`a / b c`: all of what follows divides, or its first factor only; else left to the
        shapes."""
        span = value.span | group[-1].span
        whole = d.Side(group, span=group[0].span | group[-1].span)
        if all(isinstance(f, d.Bars) or is_root_of_bars(f) for f in group):
            return d.Quotient(value, whole, span=span)
        if isinstance(group[1], d.Big) and not isinstance(group[0], d.Big):
            return self.divided(value, group, 1)
        if is_bracketed_divisor(tokens, place):
            chosen = self.ledger.assume(
                "bracketed-divisor",
                "the exponential behind a bracket that divides is a factor",
                instead="it divides too", span=span,
            )  # fmt: skip
            return self.divided(value, group, 1 if chosen == "factor" else len(group))
        if isinstance(value, d.Number) and isinstance(group[0], d.Number):
            return self.divided(value, group, self.divisors(group, span))
        return d.Slash(value, group, is_spaced(tokens, place), span=span)

    @staticmethod
    def divided(value: d.Draft, group: list[d.Draft], count: int) -> d.Draft:
        """`value` over the first `count` factors, times the others."""
        below = group[:count]
        bottom = below[0] if count == 1 else d.Side(below, span=below[0].span | below[-1].span)
        first = d.Quotient(value, bottom, span=value.span | bottom.span)
        if count == len(group):
            return first
        return d.Side([first, *group[count:]], span=value.span | group[-1].span)

    def divisors(self, group: list[d.Draft], span: Span) -> int:
        r"""How many factors divide in `1/2 x`: the number alone, unless the other reading is
        preferred; constants and counts, as in `1/2\pi`, `1/2n`, could be either."""
        factors = list(takewhile(lambda f: not isinstance(f, d.Big), group[1:]))
        sizes = self.source.size_names
        doubtful = any(isinstance(f, d.Constant) for f in factors)
        doubtful = doubtful or all(is_count(f, sizes) for f in factors)
        if doubtful and "half" not in self.ledger.prefer:
            raise AmbiguousError(
                "what follows a number over a number can multiply the quotient or divide too",
                span,
                readings=HALVES,
                hints=("write a bracket, or a fraction",),
            )
        chosen = self.ledger.assume(
            "half",
            "what follows a number over a number multiplies the quotient",
            instead="it divides too",
            span=span,
        )
        return 1 if chosen == "factor" else 1 + len(factors)

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
        head = token.base if type(token) is n.Scripts else token
        if type(token) is n.Fraction and self.is_derivative(token):
            if type(token.numerator) is not n.Row:
                taken, value = self.leibniz(token, tokens[place + 1 :], env)
                return 1 + taken, value
            if type(after) is n.Fence:
                self.check_evaluated(token, after)
        if type(token) is n.Scripts or type(token) in SYMBOLS:
            if type(head) is n.Letter and head.text in ("partial", "nabla"):
                if is_partial(token):
                    self.check_partial(tokens, place, token.span)
                if is_nabla(token) or is_partial(token):
                    return self.nabla(tokens, place, env)
            fence = scripted_fence(after) if type(after) is n.Scripts else after
            if type(fence) is n.Fence and fence.open in GROUPING:
                assert isinstance(after, n.Notation)
                applied = self.application(token, fence, after, env)
                if applied is not None:
                    return 2, applied
            elif type(head) is n.Word:
                entry = self.bare_function(token, after)
                if entry is not None:
                    return self.unbracketed(token, entry, tokens, place, env)
                if after is None and is_function_word(token):
                    raise ParseError(
                        "this function is applied to nothing", token.span, hints=(APPLIED,)
                    )
        if type(token) is n.Number and token.text == "1" and type(after) is n.Fence:
            condition = condition_in(after.body)
            if condition is not None:  # 1[x > 0]
                return 2, self.indicator(condition, env)
        if type(token) is n.Fence and type(after) is n.Fence and is_plain(after.body):
            self.check_composed(token, after)
        if type(token) is n.Scripts and token.primes == 1:
            before = tokens[place - 1] if place else None
            if isinstance(before, n.Notation) or isinstance(after, n.Notation):
                self.check_prime(token)
        if type(after) is n.Mark and after.text == "!":
            return 2, d.Call("factorial", [self.read(token, env)], span=token.span | after.span)
        return 1, self.read(token, env)

    def check_evaluated(self, token: n.Fraction, fence: n.Fence) -> None:
        r"""Refuse `\frac{df}{dx}(3)`: a derivative at a point, no product."""
        raise UnsupportedError(
            "a derivative with a bracket behind it is not translated",
            token.span | fence.span,
            hints=(r"write \nabla_x f(3) for its value at 3, \cdot for a product",),
        )

    def check_partial(self, tokens: Sequence[n.Notation | str], place: int, span: Span) -> None:
        r"""Refuse `\partial_x u v`: a derivative is of a function, or of a symbol that the source
        defines."""
        rest = tokens[place + 1 :]
        if len(rest) > 1 and isinstance(rest[1], n.Fence):
            return
        known = {t.base.plain for ts in self.source.targets.values() for t in ts if t.base}
        base = None if len(rest) != 1 or isinstance(rest[0], str) else base_of(rest[0])
        if base is None or base.plain not in known:
            raise UnsupportedError(
                "this derivative with ∂ does not say what it is of",
                span,
                hints=(r"write \nabla_x f(x) with f defined in the source",),
            )

    def check_prime(self, token: n.Scripts) -> None:
        """`x'y` with x declared a vector, and x' nowhere: a transpose, or another symbol."""
        if token.sub or token.sup:
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

    def check_composed(self, functions: n.Fence, argument: n.Fence) -> None:
        r"""Refuse `(f \circ g)(x)`, `(f + g)(x)` of functions that are not known as such."""
        composed = isinstance(functions.body, n.Product) and "∘" in functions.body.operators
        letters = {base.text for base in bases_in(functions.body)}
        unknown = {name for name in letters & HABITUAL_FUNCTIONS if self.source.known(name) is None}
        if composed or unknown:
            raise UndefinedError(
                "functions are composed or added here and applied to what follows, which is not "
                "translated",
                functions.span | argument.span,
                hints=("apply each of them: f(g(x)), f(x) + g(x)",),
            )

    def evaluated(self, piece: n.Evaluated, env: Env) -> d.Draft:
        r"""`\nabla_w L(w)|_{a}`: the gradient, taken at a."""
        body = piece.body
        items = body.items if isinstance(body, n.Row) else (body,)
        first, where = items[0], piece.at
        leibniz = isinstance(first, n.Fraction) and self.is_derivative(first)
        value = (
            self.tokens(items, env) if leibniz or (is_nabla(first) and len(items) == 3) else None
        )
        if not isinstance(value, d.Derivative):
            raise UnsupportedError(
                "an evaluation bar is only translated after a derivative",
                piece.span,
                hints=("apply a function to the point: f(a)",),
            )
        if isinstance(where, n.Relation) and where.operators == ("=",):
            letter, point = where.operands
            if letter is not None and point is not None:
                self.check_moved(value, letter, env)
                where = point
        return d.Derivative(value.body, value.variable, self.read(where, env), span=piece.span)

    def check_moved(self, value: d.Derivative, letter: n.Notation, env: Env) -> None:
        r"""Refuse `\nabla_x f(x, y)|_{y = a}`, and a letter that stands outside of what moves."""
        symbol, at = self.read(letter, env), value.at
        alone = isinstance(symbol, d.Symbol) and isinstance(at, d.Symbol) and symbol.info is at.info
        outside = alone and any(
            isinstance(node, d.Symbol) and isinstance(at, d.Symbol) and node.info is at.info
            for node in d.walk(value.body)
        )
        if outside or not alone:
            raise UnsupportedError(
                "what is evaluated here is not all that the derivative is by",
                letter.span,
                hints=("write the function in the source, and its arguments where it is applied",),
            )


def _differential(items: Sequence[n.Notation | str]) -> tuple[n.Row, int]:
    """The differential at the end, its sign and its symbol apart, and how many pieces it is."""
    last, before = items[-1], items[-2] if len(items) > 1 else ""
    assert isinstance(last, n.Notation)
    if isinstance(last, n.Word):
        parts = (n.Letter("d", span=last.span), n.Letter(last.text[1:], span=last.span))
        return n.Row(parts, span=last.span), 1
    assert isinstance(before, n.Notation)
    return n.Row((before, last), span=before.span | last.span), 2


def _is_factor(token: n.Notation | str) -> bool:
    """Whether a token is no sign."""
    return not isinstance(token, str)


def _letters_above(token: n.Scripts) -> set[str]:
    """The letters above a symbol that Einstein's convention could sum over."""
    raised = token.sup.items if type(token.sup) is n.Row else (token.sup,)
    keys = [index_key(part) for part in raised if type(part) is n.Letter]
    return {key for key in keys if key in REPEATED}
