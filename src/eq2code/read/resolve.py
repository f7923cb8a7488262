"""What does each piece of notation stand for? Names, scopes and applications settled; shapes not yet.

In: notation. Out: `draft`. Scope is handed down as an `Env`; what is found out about the whole source
(symbols, definitions, declarations) is in `Source`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from eq2code import library
from eq2code.errors import (
    AmbiguousError,
    DefinitionError,
    Eq2CodeError,
    ParseError,
    TooLargeError,
    UndefinedError,
    UnsupportedError,
)
from eq2code.limits import Limits
from eq2code.read import draft as d
from eq2code.read.conventions import Ledger
from eq2code.read.declare import Declared
from eq2code.read.names import GREEK, Base, Namer, base_of, label
from eq2code.read.scope import (
    INEQUALITIES,
    Binder,
    Range,
    Survey,
    big_operator,
    binders,
    index_key,
    pieces,
    split,
)
from eq2code.read.scripts import Around, Occurrence, index_keys, is_transpose, occurrence
from eq2code.read.targets import Target, listed
from eq2code.read.unify import DECLARED, PRINTED, Sizes
from eq2code.source import NOWHERE, Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim

if TYPE_CHECKING:
    from collections.abc import Sequence

HABITUAL_FUNCTIONS = frozenset({"f", "g", "h", "phi", "psi", "varphi"})
SUBSCRIPTED = {"silu": "swish_beta"}
COMPARISONS = {"=": "=", "≠": "≠", "<": "<", ">": ">", "≤": "≤", "≥": "≥"}
TIMES = frozenset("·*×⊙∘⊗@⋆⊕")


@dataclass(frozen=True, slots=True)
class Env:
    """What surrounds a piece: indices and parameters in scope, the line, and what is open on the left.

    `bindings` maps index letters to their binding, or to what they stand for; `values` maps names of
    parameters of a function that is being applied to the arguments; `tag` keeps the indices of its body
    apart from those of the arguments.
    """

    line: int
    bindings: Mapping[str, d.Binding | d.Draft] = field(default_factory=dict)
    values: Mapping[str, d.Draft] = field(default_factory=dict)
    depth: int = 0
    tag: str = ""


class Source:
    """All that is known of the symbols of one source while it is read."""

    def __init__(
        self,
        survey: Survey,
        targets: Sequence[Target],
        declared: dict[str, Declared],
        namer: Namer,
        ledger: Ledger,
        sizes: Sizes,
        limits: Limits,
        wanted: frozenset[str],
    ) -> None:
        self.survey, self.declared, self.namer = survey, declared, namer
        self.ledger, self.sizes, self.limits = ledger, sizes, limits
        self.wanted = wanted
        self.infos: dict[str, d.Info] = {}
        self.targets: dict[str, list[Target]] = {}
        self.functions_used: dict[str, Span] = {}
        self.inlined: set[str] = set()
        self.assigned: set[str] = set()
        self.tags = count(2)
        self.size_names: set[str] = set()
        self.labels_above: set[str] = set()
        self.budget = limits.nodes
        self._around_cache: dict[int, Around] = {}
        for name, entry in declared.items():
            for shape in (entry.shape,) if not entry.is_function else (entry.arguments or ()):
                for dim in shape:
                    sizes.declare(dim, DECLARED)
                    self.size_names |= set(dim.letters)
            if entry.is_function:
                for dim in entry.shape:
                    sizes.declare(dim, DECLARED)
            self.labels_above |= set(name.split("_")[1:])
        for name in wanted:
            self.labels_above |= set(name.split("_")[1:])
        self.labels_above = {text for text in self.labels_above if text and not text.isdigit()}

    # --- what is known of a name ---------------------------------------------------------------------

    def known(self, name: str) -> int | None:
        """The rank of a declared name, -1 for one that the source defines, None for any other."""
        entry = self.declared.get(name)
        if entry is not None:
            return -1 if entry.is_function else len(entry.shape)
        targets = self.targets.get(name)
        if targets:
            return len(targets[0].indices) or -1
        return None

    def is_number(self, name: str) -> bool:
        """Whether a name is a number: declared so, or the end of a range."""
        entry = self.declared.get(name)
        if entry is not None:
            return not entry.is_function and not entry.shape
        return name in self.size_names

    def info(self, name: str, piece: n.Notation, base: Base | None) -> d.Info:
        """The symbol of a name, made when it is first met."""
        found = self.infos.get(name)
        if found is None:
            found = self.infos[name] = d.Info(name, _written(piece), first=piece.span)
            entry = self.declared.get(name)
            if entry is not None and not entry.is_function:
                found.rank, found.shape, found.kind = len(entry.shape), entry.shape, entry.kind
                found.declared, found.why = True, entry.origin
            if base is not None:
                found.capital, found.bold, found.word = base.capital, base.bold, base.word
                found.latin = base.latin
        elif base is not None and base.bold:
            found.bold = True
        if piece.span is not NOWHERE:
            if found.first is NOWHERE or piece.span.start < found.first.start:
                found.first = piece.span
        return found

    def matrix_like(self, name: str) -> d.Info | None:
        """The symbol of a capital letter that the source has and that could be a matrix."""
        entry = self.declared.get(name)
        if entry is not None and (entry.is_function or len(entry.shape) != 2):
            return None
        if not any(base.text == name and not base.accents for base in self.survey.bases):
            return None
        return self.info(name, n.Letter(name), Base(name))

    def spend(self, span: Span) -> None:
        """Count one more piece of draft against the budget."""
        self.budget -= 1
        if self.budget < 0:
            raise TooLargeError("the definitions unfold into too much", span)


def _written(piece: n.Notation) -> str:
    """A short spelling of a symbol, for messages."""
    return label(piece) or "?"


class Resolver:
    """Turns notation into drafts, in the light of a `Source`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.ledger = source.ledger

    # --- expressions ---------------------------------------------------------------------------------

    def read(self, piece: n.Notation, env: Env) -> d.Draft:
        """The draft of any expression."""
        self.source.spend(piece.span)
        match piece:
            case n.Number(text):
                return d.Number(_number(text, piece.span), span=piece.span)
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
        derivative = self.leibniz(top, bottom)
        if derivative is not None:
            raise UnsupportedError(
                "a derivative written as a fraction is not translated here",
                piece.span,
                hints=(r"write \nabla_x f(x)",),
            )
        return d.Quotient(self.read(top, env), self.read(bottom, env), span=piece.span)

    @staticmethod
    def leibniz(top: n.Notation, bottom: n.Notation) -> n.Notation | None:
        """The variable of `\\frac{∂ …}{∂ x}`; None for a plain fraction."""
        match top, bottom:
            case (n.Letter("partial"), n.Row((n.Letter("partial"), variable))):
                return variable
            case (n.Row((n.Letter("partial"), *_)), n.Row((n.Letter("partial"), variable))):
                return variable
            case (n.Letter("d"), n.Row((n.Letter("d"), variable))):
                return variable
        return None

    # --- rows and products ---------------------------------------------------------------------------

    def product(
        self, operands: tuple[n.Notation, ...], operators: tuple[str, ...], env: Env
    ) -> d.Draft:
        tokens: list[n.Notation | str] = []
        for k, operand in enumerate(operands):
            if k:
                tokens.append(operators[k - 1])
            tokens.extend(operand.items if isinstance(operand, n.Row) else (operand,))
        return self.tokens(tokens, env)

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
        """`a / b c`: all of what follows divides, or its first factor only; else left to the shapes."""
        span = value.span | group[-1].span
        whole = d.Side(group, span=group[0].span | group[-1].span)
        if all(isinstance(f, d.Bars) or _root_of_bars(f) for f in group):
            return d.Quotient(value, whole, span=span)
        halves = isinstance(value, d.Number) and isinstance(group[0], d.Number)
        if halves or isinstance(group[1], d.Big):
            first = d.Quotient(value, group[0], span=value.span | group[0].span)
            return d.Side([first, *group[1:]], span=span)
        return d.Slash(value, group, _spaced(tokens, place, group), span=span)

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
            if _is_nabla(token):
                return self.nabla(tokens, place, env)
            fence = after if isinstance(after, n.Fence) else _fence_of(after)
            if fence is not None and after is not None and not isinstance(after, str):
                applied = self.application(token, fence, after, env)
                if applied is not None:
                    return 2, applied
            elif not isinstance(after, n.Fence):
                entry = self.bare_function(token, env)
                if entry is not None:
                    return self.unbracketed(token, entry, tokens, place, env)
        if isinstance(token, n.Word | n.Scripts) and _function_word(token) and after is None:
            raise ParseError("this function is applied to nothing", token.span)
        if isinstance(after, n.Mark) and after.text == "!":
            return 2, d.Call("factorial", [self.read(token, env)], span=token.span | after.span)
        return 1, self.read(token, env)

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
                if first:
                    body = self.tokens(list(tokens[stop:]), env)
                    return len(tokens) - place, self.call(token, entry, [body], env)
                break
            following = tokens[stop + 1] if stop + 1 < len(tokens) else None
            applied = isinstance(following, n.Fence) and self.applies(piece, following, env)
            bare = self.bare_function(piece, env) is not None and not isinstance(following, n.Fence)
            if first and (applied or bare or _is_nabla(piece)):
                taken, body = self.factor(tokens, stop, env)
                return 1 + taken, self.call(token, entry, [body], env)
            if not first and (applied or bare):
                break
            stop += 1
            if isinstance(piece, n.Fence | n.Fraction | n.Root) and first:
                break
        if stop == place + 1:
            raise ParseError("this function is applied to nothing", token.span)
        body = self.tokens(list(tokens[place + 1 : stop]), env)
        return stop - place, self.call(token, entry, [body], env)

    # --- atoms ---------------------------------------------------------------------------------------

    def around(self, env: Env) -> Around:
        source = self.source

        def integer(piece: n.Notation) -> bool:
            if not isinstance(piece, n.Scripts) or piece.sub is None or base_of(piece.base) is None:
                return False
            keys = [key for part in split(piece.sub) for key in index_keys(part)]
            return bool(keys) and all(key in env.bindings for key in keys)

        def bound(key: str) -> bool:
            return key in env.bindings

        return Around(
            bound, source.known, lambda text: text in source.labels_above, integer, source.is_number
        )

    def atom(self, piece: n.Notation, env: Env) -> d.Draft:
        """A letter, word or accented letter without scripts."""
        base = base_of(piece)
        if base is None:
            if isinstance(piece, n.Accent):
                raise UnsupportedError(
                    f"a {piece.kind} over an expression is not translated", piece.span
                )
            raise UnsupportedError(f"{_written(piece)} is not translated here", piece.span)
        special = self.special(base, piece, env)
        if special is not None:
            return special
        return self.symbol(
            occurrence(piece, base, self.source.namer, self.around(env)), piece, base, env
        )

    def special(self, base: Base, piece: n.Notation, env: Env) -> d.Draft | None:
        """Letters that are no symbols here: bound indices, constants, units."""
        key = index_key(piece)
        if key is not None and key in env.bindings:
            bound = env.bindings[key]
            return d.Value(bound, span=piece.span) if isinstance(bound, d.Binding) else bound
        if base.accents:
            return None
        name = self.source.namer.stem(base)
        if name in env.values or self.source.known(name) is not None:
            return None
        return self.constant(base, piece)

    def constant(self, base: Base, piece: n.Notation) -> d.Draft | None:
        span = piece.span
        match base.text:
            case "infty":
                return d.Constant("infinity", span=span)
            case "pi" if not base.style or base.style == "rm":
                self.ledger.assume("pi", "pi is 3.14159…", shapes={"pi": ""}, span=span)
                return d.Constant("pi", span=span)
            case "I" if base.style in ("", "bf", "rm") and not base.word:
                return d.Unit("identity", span=span)
            case "1" if base.style in ("bf", "bb"):
                return d.Unit("ones", span=span)
            case "0" if base.style == "bf":
                return d.Unit("zeros", span=span)
            case "emptyset" | "nabla" | "partial":
                raise UnsupportedError(f"{base.text} is not translated here", span)
        return None

    def symbol(self, seen: Occurrence, piece: n.Notation, base: Base, env: Env) -> d.Draft:
        """What an occurrence stands for, its places addressed, nothing raised yet."""
        name = seen.name
        if name in env.values:
            value = env.values[name]
            return self.address(value, seen.places, piece, env)
        if name in self.source.size_names and not seen.places and self.source.known(name) is None:
            return d.SizeOf(Dim.of(name), span=piece.span)
        if self.source.declared.get(name) is not None and self.source.declared[name].is_function:
            raise UndefinedError(
                f"{name} is declared as a function, and is applied to nothing here", piece.span
            )
        target = self.value_target(name, env)
        if target is not None and target.arguments is not None and not target.indices:
            self.check_value_use(target, piece)
        last = self.last_size(seen, base, piece)
        if last is not None:
            return last
        info = self.source.info(self.internal(name, env), piece, base)
        if seen.step is not None and not info.family:
            info.family = seen.family
        return self.address(d.Symbol(info, span=piece.span), seen.places, piece, env)

    def value_target(self, name: str, env: Env) -> Target | None:
        targets = self.source.targets.get(name)
        return targets[-1] if targets else None

    def check_value_use(self, target: Target, piece: n.Notation) -> None:
        """A function that is written without its arguments is taken at its defining ones."""

    def internal(self, name: str, env: Env) -> str:
        """The symbol that a name means on this line: the parameter before it is assigned, else the new value."""
        targets = self.source.targets.get(name)
        if not targets:
            return name
        earlier = [t for t in targets if t.place < env.line]
        if self.source_assigned(name):
            return symbol_of(earlier[-1], targets) if earlier else name
        return symbol_of(targets[-1], targets)

    def source_assigned(self, name: str) -> bool:
        """Whether a name is read before it is written: `\\theta \\leftarrow \\theta - …`."""
        return name in self.source.assigned

    def last_size(self, seen: Occurrence, base: Base, piece: n.Notation) -> d.Draft | None:
        """`d_k` beside a matrix K that nobody declared is K's last dimension."""
        if (
            seen.places
            or base.text != "d"
            or base.accents
            or self.source.known(seen.name) is not None
        ):
            return None
        letter = seen.name.removeprefix("d_")
        if letter == seen.name or len(letter) != 1 or not letter.islower():
            return None
        owner = self.source.matrix_like(letter.upper())
        if owner is None:
            return None
        self.ledger.assume(
            "last-dimension",
            f"{seen.name} is the last dimension of {owner.name}",
            instead="a number of its own",
            shapes={seen.name: ""},
            span=piece.span,
        )
        return d.LastSize(owner, span=piece.span)

    def address(
        self, value: d.Draft, places: tuple[n.Notation, ...], piece: n.Notation, env: Env
    ) -> d.Draft:
        """`value` with places addressed."""
        if not places:
            return value
        if len(places) == 1 and (cut := _cut(places[0])) is not None:
            start, stop = (self.read(end, env) for end in cut)
            return d.Cut(value, start, stop, span=piece.span)
        return d.At(value, [self.place(part, env) for part in places], span=piece.span)

    def place(self, part: n.Notation, env: Env) -> d.Draft | None:
        match part:
            case n.Ellipsis() | n.Mark("cdot" | ":"):
                return None
            case n.Fence("(" | "[", _, body):
                return self.place(body, env)
        return self.read(part, env)

    # --- scripts -------------------------------------------------------------------------------------

    def scripted(self, piece: n.Scripts, env: Env) -> d.Draft:
        key = index_key(piece)
        if key is not None and key in env.bindings:
            return self.atom_bound(key, piece, env)
        base = base_of(piece.base)
        if base is None:
            return self.scripted_group(piece, env)
        special = self.scripted_special(piece, base, env)
        if special is not None:
            return special
        power = self.defined_power(piece, base, env)
        if power is not None:
            return power
        seen = occurrence(piece, base, self.source.namer, self.around(env))
        if not seen.raised or seen.name in self.source.size_names:
            value = self.symbol(seen, piece, base, env)
        else:
            inner = n.Scripts(piece.base, piece.sub, None, piece.primes, span=piece.span)
            bare = piece.sub is None and (not piece.primes or seen.raised[0] == n.Mark("top"))
            special = self.special(base, piece.base, env) if bare and not seen.places else None
            value = special or self.symbol(seen, piece.base if bare else inner, base, env)
        for script in seen.raised:
            value = self.raise_(value, script, piece.span, env)
        return value

    def atom_bound(self, key: str, piece: n.Notation, env: Env) -> d.Draft:
        bound = env.bindings[key]
        return d.Value(bound, span=piece.span) if isinstance(bound, d.Binding) else bound

    def scripted_special(self, piece: n.Scripts, base: Base, env: Env) -> d.Draft | None:
        """`e^x`, `I_n`, `1_{a > b}`, `\\delta_{ij}`: scripted letters that are no symbols."""
        known = self.source.known(self.source.namer.stem(base)) is not None
        if known or base.accents or piece.primes:
            return None
        keys = [index_key(part) for part in split(piece.sub)]
        bound = bool(keys) and all(key is not None and key in env.bindings for key in keys)
        match base.text:
            case "e" if piece.sub is None and piece.sup is not None and not base.word:
                if base.style in ("", "rm") and not isinstance(piece.sup, n.Mark):
                    self.ledger.assume(
                        "euler", "e is Euler's number", shapes={"e": ""}, span=piece.base.span
                    )
                    return d.Call("exp", [self.read(piece.sup, env)], span=piece.span)
            case "delta" if len(keys) == 2 and piece.sup is None and bound:
                return self.equal_places(piece, env)
            case "I" if len(keys) == 2 and bound and piece.sup is None:
                return self.equal_places(piece, env)
            case "1" if piece.sub is not None and piece.sup is None:
                if base.style in ("bf", "bb", "") and (inner := _condition(piece.sub)) is not None:
                    return self.indicator(inner, env)
                if base.style in ("bf", "bb"):
                    return d.Unit("ones", self.dim(piece.sub, env), span=piece.span)
            case "0" if base.style == "bf" and piece.sub is not None and piece.sup is None:
                return d.Unit("zeros", self.dim(piece.sub, env), span=piece.span)
            case "I" if (
                base.style in ("", "bf", "rm") and piece.sub is not None and piece.sup is None
            ):
                size = self.dim(piece.sub, env)
                if size is not None:
                    return d.Unit("identity", size, span=piece.span)
        return None

    def equal_places(self, piece: n.Scripts, env: Env) -> d.Draft:
        left, right = (self.read(part, env) for part in split(piece.sub))
        same = d.Compare([left, right], ["="], span=piece.span)
        return d.Cases([(d.Number(1), same)], d.Number(0), span=piece.span)

    def defined_power(self, piece: n.Scripts, base: Base, env: Env) -> d.Draft | None:
        """`\\sigma^2` where the source defines it as a whole."""
        if not isinstance(piece.sup, n.Number):
            return None
        bare = n.Scripts(piece.base, piece.sub, None, piece.primes, span=piece.span)
        plain: n.Notation = bare if piece.sub is not None or piece.primes else piece.base
        seen = occurrence(plain, base, self.source.namer, self.around(env))
        name = power_name(seen.name, piece.sup.text)
        if name not in self.source.targets:
            return None
        info = self.source.info(self.internal(name, env), piece, None)
        return self.address(d.Symbol(info, span=piece.span), seen.places, piece, env)

    def scripted_group(self, piece: n.Scripts, env: Env) -> d.Draft:
        """Scripts on a bracket, a fraction, bars."""
        body = piece.base
        sup, sub = piece.sup, piece.sub
        if isinstance(body, n.Fence):
            inner = _condition(body.body)
            if sub == n.Mark("+") and body.open in "([":
                value: d.Draft = d.Call("relu", [self.read(body.body, env)], span=piece.span)
                sub = None
            elif body.open == "‖":
                value = self.norm(body, sub, env, piece.span)
                sub = None
            elif inner is not None and body.open == "[":
                value = self.indicator(inner, env)
            else:
                value = self.read(body, env)
        else:
            value = self.read(body, env)
        if sub is not None:
            parts = split(sub)
            keys = [key for part in parts for key in index_keys(part)]
            if not keys or not all(key in env.bindings for key in keys):
                if not all(isinstance(p, n.Number | n.Ellipsis | n.Mark) for p in parts):
                    raise UnsupportedError(
                        "what stands below this bracket is no index", sub.span,
                        hints=("bind it with a sum, a range or the left-hand side",),
                    )  # fmt: skip
            value = self.address(value, tuple(parts), piece, env)
        if piece.primes:
            value = d.Flip(value, span=piece.span)
        if sup is not None:
            scripts = (
                sup.items if isinstance(sup, n.Row) and is_transpose(sup.items[-1]) else (sup,)
            )
            for script in scripts:
                value = self.raise_(value, script, piece.span, env)
        return value

    def raise_(self, value: d.Draft, script: n.Notation, span: Span, env: Env) -> d.Draft:
        """Put a superscript on a value: a transpose or a power."""
        if script == n.Mark("dagger") or (isinstance(script, n.Letter) and script.text == "H"):
            return d.Call("conj", [d.Flip(value, span=span)], span=span)
        if is_transpose(script):
            return d.Flip(value, span=span)
        if isinstance(script, n.Mark):
            raise UnsupportedError(
                f"the mark {script.text} on an expression is not translated", span
            )
        return d.Power(value, self.read(script, env), span=span)

    # --- brackets ------------------------------------------------------------------------------------

    def fence(self, piece: n.Fence, env: Env) -> d.Draft:
        body = piece.body
        match piece.open, piece.close:
            case ("|", "|"):
                return d.Bars("|", self.read(body, env), vector=_arrowed(body), span=piece.span)
            case ("‖", "‖"):
                return self.norm(piece, None, env, piece.span)
            case ("⌊", "⌋"):
                return d.Call("floor", [self.read(body, env)], span=piece.span)
            case ("⌈", "⌉"):
                return d.Call("ceil", [self.read(body, env)], span=piece.span)
            case ("⌊", "⌉"):
                return d.Call("round", [self.read(body, env)], span=piece.span)
            case ("⟨", "⟩"):
                return self.inner(piece, env)
            case ("{", "") if isinstance(body, n.Grid):
                return self.cases(body, env)
        if isinstance(body, n.Grid):
            return self.grid(body, body.kind, body.rows, env)
        if piece.open == "[" and (condition := _condition(body)) is not None:
            return self.indicator(condition, env)
        if isinstance(body, n.Items):
            if not body.items:
                raise ParseError("this bracket is empty", piece.span)
            if piece.open in "[(":
                return self.join(body, env, piece.span)
            raise UnsupportedError("a set is not translated here", piece.span)
        if isinstance(body, n.Product) and set(body.operators) <= {"‖", "⊕"} and piece.open == "[":
            items = [self.read(item, env) for item in body.operands]
            return d.Join(items, list(body.operators), span=piece.span)
        return self.read(body, env)

    def join(self, body: n.Items, env: Env, span: Span) -> d.Draft:
        if any(isinstance(item, n.Ellipsis) for item in body.items):
            raise UnsupportedError("a list with an ellipsis is not translated yet", span)
        return d.Join(
            [self.read(item, env) for item in body.items], list(body.separators), span=span
        )

    def norm(self, piece: n.Fence, order: n.Notation | None, env: Env, span: Span) -> d.Draft:
        which = None if order is None else (label(order) or "")
        below: str | d.Draft | None = which
        if which not in (None, "1", "2", "infty", "F", "Fro", "star", "0", "nuc", "p"):
            assert order is not None
            if not isinstance(order, n.Letter | n.Number):
                raise UnsupportedError(
                    f"the norm written with {which!r} below is not known", order.span
                )
            below = self.read(order, env)
        elif which == "p" and order is not None:
            below = self.read(order, env)
        return d.Bars("‖", self.read(piece.body, env), below, span=span)

    def inner(self, piece: n.Fence, env: Env) -> d.Draft:
        items = listed(piece.body)
        if len(items) != 2:
            raise UnsupportedError("an angle bracket holds two operands", piece.span)
        left, right = (self.read(item, env) for item in items)
        return d.Signed("⟨⟩", left, right, span=piece.span)

    def grid(
        self, piece: n.Notation, kind: str, rows: tuple[tuple[n.Notation, ...], ...], env: Env
    ) -> d.Draft:
        if kind == "cases":
            assert isinstance(piece, n.Grid)
            return self.cases(piece, env)
        return d.Literal([[self.read(cell, env) for cell in row] for row in rows], span=piece.span)

    def cases(self, piece: n.Grid, env: Env) -> d.Draft:
        branches: list[tuple[d.Draft, d.Draft]] = []
        otherwise: d.Draft | None = None
        for row in piece.rows:
            value = self.read(row[0], env)
            condition = row[1] if len(row) > 1 else None
            if condition is None or _otherwise(condition):
                otherwise = value
            else:
                branches.append((value, self.condition(condition, env)))
        if otherwise is None and not _covers(piece):
            self.ledger.assume(
                "no-branch", "where no branch of the cases holds the value is nan", span=piece.span
            )
        return d.Cases(branches, otherwise, span=piece.span)

    # --- conditions ----------------------------------------------------------------------------------

    def indicator(self, piece: n.Notation, env: Env) -> d.Draft:
        return d.Cases([(d.Number(1), self.condition(piece, env))], d.Number(0), span=piece.span)

    def condition(self, piece: n.Notation, env: Env) -> d.Draft:
        """A comparison, or several joined by and, or, not, a comma."""
        match piece:
            case n.Relation(operands, operators) if all(o in COMPARISONS for o in operators):
                parts = [self.read(o, env) for o in operands if o is not None]
                if len(parts) != len(operands):
                    raise ParseError("one side of this comparison is empty", piece.span)
                return d.Compare(parts, list(operators), span=piece.span)
            case n.Logic(operator, operands):
                return d.Logic(
                    operator, [self.condition(o, env) for o in operands], span=piece.span
                )
            case n.Items(items):
                return d.Logic("and", [self.condition(i, env) for i in items], span=piece.span)
            case n.Fence(_, _, body):
                return self.condition(body, env)
            case n.Row((n.Text(), *rest)):
                inner = rest[0] if len(rest) == 1 else n.Row(tuple(rest), span=piece.span)
                return self.condition(inner, env)
        raise UnsupportedError("this is no condition that can be translated", piece.span)

    # --- big operators -------------------------------------------------------------------------------

    def big(
        self,
        token: n.Notation,
        big: tuple[str, n.Notation | None, n.Notation | None],
        rest: Sequence[n.Notation | str],
        env: Env,
    ) -> d.Draft:
        operation, sub, sup = big
        span = token.span
        tail = [t for t in rest if not isinstance(t, str)]
        if not tail:
            raise ParseError("nothing follows this operator", span)
        span = span | tail[-1].span
        if sub is None:
            return self.unindexed(operation, list(rest), env, span)
        bound, conditions = binders(sub, sup, frozenset(env.bindings))
        if not bound:
            raise UnsupportedError("this operator binds no index", token.span)
        inner = dict(env.bindings)
        made, checks = self.bind(bound, inner, env)
        closed = replace(env, bindings=inner)
        body = self.tokens(list(rest), closed)
        checks += [self.condition(c, closed) for c in conditions]
        condition = None
        if checks:
            condition = checks[0] if len(checks) == 1 else d.Logic("and", checks, span=token.span)
        return d.Big(operation, made, body, condition, span=span)

    def unindexed(
        self, operation: str, rest: list[n.Notation | str], env: Env, span: Span
    ) -> d.Draft:
        """`Σ x_i` with a letter that nothing binds: over that letter. `\\max x`: over the last axis."""
        if operation in ("sum", "prod"):
            keys = self.loose_letters(rest, env)
            if len(keys) == 1:
                inner = dict(env.bindings)
                made, _ = self.bind([Binder(keys[0], _NO_RANGE, span)], inner, env)
                body = self.tokens(rest, replace(env, bindings=inner))
                return d.Big(operation, made, body, None, span=span)
            if len(keys) > 1:
                raise AmbiguousError(
                    "this operator does not say which index it runs over",
                    span,
                    readings=tuple(rf"\{operation}_{key}" for key in keys),
                )
        return d.Call(operation, [self.tokens(rest, env)], span=span)

    def loose_letters(self, rest: Sequence[n.Notation | str], env: Env) -> list[str]:
        """Letters below that nothing binds, in order: what `Σ x_i y_i` runs over."""
        found: list[str] = []
        stack = [piece for piece in reversed(rest) if not isinstance(piece, str)]
        while stack:
            piece = stack.pop()
            if isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
                for part in split(piece.sub):
                    key = index_key(part)
                    if key is None or key in env.bindings or key in found or len(key) > 1:
                        continue
                    if key in self.source.survey.counters or not key.isascii():
                        continue
                    if self.source.known(f"{label(piece.base)}_{key}") is None:
                        found.append(key)
                continue
            stack.extend(reversed(list(pieces(piece))))
        return found

    def bind(
        self, bound: Sequence[Binder], inner: dict[str, d.Binding | d.Draft], env: Env
    ) -> tuple[list[d.Binding], list[d.Draft]]:
        """Make the bindings of an operator; `inner` gets them, the conditions they imply come back."""
        made: list[d.Binding] = []
        checks: list[d.Draft] = []
        for binder in bound:
            binding = self.binding(binder, env)
            made.append(binding)
            elements = self.elements(binder, binding, env)
            inner[binder.key] = elements if elements is not None else binding
        for binder, binding in zip(bound, made, strict=True):
            if isinstance(inner[binder.key], d.Binding):
                checks += self.limit(binder, binding, replace(env, bindings=inner))
        return made, checks

    def binding(self, binder: Binder, env: Env) -> d.Binding:
        name = re.sub(r"\W", "_", binder.key.replace("'", "_prime")) + env.tag
        return d.Binding(name, self.source.sizes.fresh(), span=binder.span)

    def elements(self, binder: Binder, binding: d.Binding, env: Env) -> d.Draft | None:
        """`x ∈ S` with S an array that is declared: x is one of its rows."""
        within = binder.range.within
        if within is None:
            return None
        base = base_of(within.base if isinstance(within, n.Scripts) else within)
        if base is None:
            raise UnsupportedError("this set is not known", within.span)
        seen = occurrence(within, base, self.source.namer, self.around(env))
        rank = self.source.known(seen.name)
        if rank is None:
            if seen.places or any(key in env.bindings for key in _letters(within)):
                raise UndefinedError(
                    f"the set {seen.name} depends on an index and is not declared",
                    within.span,
                    hints=(f'declare it as a mask: shapes={{"{seen.name}": "n n : bool"}}',),
                )
            return None
        if self.source.declared.get(seen.name, _NOTHING).kind == "bool":
            raise UnsupportedError("a sum over a mask is not translated yet", within.span)
        whole = self.symbol(seen, within, base, env)
        return d.At(whole, [d.Value(binding)], span=within.span)

    def limit(self, binder: Binder, binding: d.Binding, env: Env) -> list[d.Draft]:
        """Note the printed ends of a range; ends that depend on other indices become conditions."""
        checks: list[d.Draft] = []
        ends = binder.range
        value = d.Value(binding, span=binder.span)
        for end, shift, sign in (
            (ends.low, ends.low_shift, "≥"),
            (ends.high, ends.high_shift, "≤"),
        ):
            if end is None:
                continue
            peers = [
                b for key in _letters(end) if isinstance(b := env.bindings.get(key), d.Binding)
            ]
            if not peers:
                dim = self.dim(end, env)
                if dim is None:
                    raise UnsupportedError("this end of a range is no size", end.span)
                if sign == "≥":
                    binding.low = binding.start = dim + shift
                else:
                    binding.high = dim + shift
                continue
            for peer in peers:
                binding.peers.append(peer)
                peer.peers.append(binding)
            edge = self.read(end, env)
            if shift:
                edge = d.Sum([edge, d.Number(1)], ["+", "+" if shift > 0 else "-"], span=end.span)
            checks.append(d.Compare([value, edge], [sign], span=end.span))
        return checks

    # --- sizes ---------------------------------------------------------------------------------------

    def dim(self, piece: n.Notation, env: Env) -> Dim | None:
        """A size as it is printed: `N`, `2N`, `T_x`, `M - 1`, `d/2`; None where it is none."""
        match piece:
            case n.Number(text) if text.isdigit():
                if len(text) > 15:
                    raise TooLargeError("this number is too large for a size", piece.span)
                return Dim.of(int(text))
            case n.Sum(terms, signs):
                return _total([self.dim(t, env) for t in terms], signs)
            case n.Row(items):
                return _times([self.dim(i, env) for i in items])
            case n.Product(operands, operators) if set(operators) <= {"·", "*", "×"}:
                return _times([self.dim(o, env) for o in operands])
            case n.Product((top, n.Number(text)), ("/",)) | n.Fraction(top, n.Number(text)):
                whole = self.dim(top, env)
                return (
                    whole * Fraction(1, int(text))
                    if whole and text.isdigit() and int(text)
                    else None
                )
            case n.Fence("(", ")", body):
                return self.dim(body, env)
            case n.Fence("|", "|", body):
                return None
            case n.Scripts(base, None, n.Number(text)) if text.isdigit() and int(text) < 6:
                whole = self.dim(base, env)
                return _times([whole] * int(text)) if whole is not None else None
        letter = base_of(piece.base) if isinstance(piece, n.Scripts) else base_of(piece)
        if letter is None or letter.text == "infty":
            return None
        seen = occurrence(piece, letter, self.source.namer, self.around(env))
        if seen.places or seen.raised:
            return None
        rank = self.source.known(seen.name)
        if rank is not None and rank != 0:
            return None
        dim = Dim.of(seen.name)
        if seen.name not in self.source.size_names:
            self.source.size_names.add(seen.name)
        self.source.sizes.declare(dim, PRINTED)
        return dim

    # --- functions -----------------------------------------------------------------------------------

    def head(
        self, token: n.Notation, env: Env
    ) -> tuple[Base, str, n.Notation | None, tuple[n.Notation, ...]]:
        """The base, name, subscript and raised scripts of what stands before a bracket."""
        base = base_of(token.base if isinstance(token, n.Scripts) else token)
        if base is None:
            raise UnsupportedError("this cannot be applied", token.span)
        seen = occurrence(token, base, self.source.namer, self.around(env))
        return base, seen.name, None, seen.raised

    def applies(self, token: n.Notation, fence: n.Fence, env: Env) -> bool:
        """Whether a piece before a bracket is applied to it."""
        if not isinstance(token, n.Letter | n.Word | n.Scripts | n.Accent):
            return False
        base = base_of(token.base if isinstance(token, n.Scripts) else token)
        if base is None:
            return False
        seen = occurrence(token, base, self.source.namer, self.around(env))
        if self.function_name(seen.name) or self.entry_of(token, env) is not None:
            return True
        return not _is_sum(fence.body) and self.source.known(seen.name) is None

    def function_name(self, name: str) -> bool:
        entry = self.source.declared.get(name)
        if entry is not None:
            return entry.is_function
        return any(t.arguments is not None for t in self.source.targets.get(name, ()))

    def entry_of(self, token: n.Notation, env: Env) -> str | None:
        """The library function that a piece names, scripts aside; None where it names none."""
        base = token.base if isinstance(token, n.Scripts) else token
        match base:
            case n.Word(text, style) if style != "big":
                spelling = text
            case n.Letter(text, "" | "rm" | "bf" | "sf") if text in LETTER_FUNCTIONS:
                if self.source.known(self.source.namer.stem(Base(text))) is not None:
                    return None
                spelling = LETTER_FUNCTIONS[text]
            case _:
                return None
        if isinstance(base, n.Word) and self.source.known(
            self.source.namer.stem(Base(text, word=True))
        ):
            return None
        entry = library.find(spelling)
        return entry.name if entry is not None else None

    def bare_function(self, token: n.Notation, env: Env) -> str | None:
        """The library function that a word names without a bracket: `\\log x`, `tr A`."""
        base = token.base if isinstance(token, n.Scripts) else token
        if not isinstance(base, n.Word) or base.style not in ("op", "bf", "rm", ""):
            return None
        if base.style == "" and base.text not in BARE_WORDS:
            return None
        if big_operator(token) is not None:
            return None
        return self.entry_of(token, env)

    def application(
        self, token: n.Notation, fence: n.Fence, written: n.Notation, env: Env
    ) -> d.Draft | None:
        """`f(x)`: applied, addressed, or None where the bracket is a factor of its own.

        `written` is the bracket with scripts of its own: `f(x)_i`, `f(x)^2`.
        """
        if fence.open not in ("(", "[", "{"):
            return None
        base = base_of(token.base if isinstance(token, n.Scripts) else token)
        if base is None:
            return None
        key = index_key(token)
        if key is not None and key in env.bindings:
            return None
        arguments = listed(fence.body)
        seen = occurrence(token, base, self.source.namer, self.around(env))
        value = self.applied(token, seen, base, arguments, fence, env)
        if value is None:
            return None
        if isinstance(written, n.Scripts):
            if written.sub is not None:
                value = self.address(value, tuple(split(written.sub)), written, env)
            if written.sup is not None:
                value = self.raise_(value, written.sup, token.span | written.span, env)
        return value

    def applied(
        self,
        token: n.Notation,
        seen: Occurrence,
        base: Base,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        env: Env,
    ) -> d.Draft | None:
        name, span = seen.name, token.span | fence.span
        declared = self.source.declared.get(name)
        prime = self.derived_name(token, name)
        if prime is not None:
            return self.derivative_of(prime, arguments, span, env)
        if declared is not None and declared.is_function:
            return self.raised(self.declared_call(name, declared, arguments, span, env), seen, env)
        if name in self.source.targets and not (declared and not declared.is_function):
            return self.raised(self.source_call(name, seen, arguments, fence, span, env), seen, env)
        addressed = self.addressed(seen, token, base, arguments, fence, env)
        if addressed is not None:
            return addressed
        if declared is not None or name in env.values:
            if _is_sum(fence.body) or not all(_plain(a) for a in arguments):
                return None
            if name in env.values:
                return None
            return self.raised(self.symbol(replace(seen, raised=()), token, base, env), seen, env)
        entry = self.entry_of(token, env)
        if entry is not None:
            return self.call(token, entry, list(arguments), env, span)
        component = self.component(token, base, arguments, span, env)
        if component is not None:
            return component
        return self.unknown_application(base, name, arguments, fence, span)

    def unknown_application(
        self, base: Base, name: str, arguments: tuple[n.Notation, ...], fence: n.Fence, span: Span
    ) -> d.Draft | None:
        habitual = base.text in HABITUAL_FUNCTIONS
        single = len(arguments) == 1
        product = single and not _plain(arguments[0]) and fence.open in "([{"
        if not base.word and product and not habitual:
            return None
        if base.word and single and base.text in GREEK and product:
            return None
        if fence.open == "[" and not base.word and not habitual and not single:
            return None
        if self.is_unit(base) and product:
            return None
        close = get_close_matches(base.text, sorted(library.SPELLINGS), 2) if base.word else []
        hints = tuple(f"did you mean {spelling}?" for spelling in close)
        raise UndefinedError(
            f"{name} is applied here, and nothing defines it",
            span,
            hints=(
                *hints,
                f'if it is a function of yours, declare it: shapes={{"{name}": "(d) -> (d)"}}',
            ),
        )

    @staticmethod
    def is_unit(base: Base) -> bool:
        return base.text in ("I", "pi")

    def addressed(
        self,
        seen: Occurrence,
        token: n.Notation,
        base: Base,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        env: Env,
    ) -> d.Draft | None:
        """`I(i, j)`, `P(x)` under a sum over x, `x[class]`: a bracket that addresses an array."""
        rank = self.source.known(seen.name)
        keys = [index_keys(a) for a in arguments]
        bound = all(k and all(key in env.bindings for key in k) for k in keys)
        integers = fence.open == "[" and rank is not None and rank > 0 and len(arguments) <= rank
        if not bound and not integers:
            return None
        if self.entry_of(token, env) is not None and rank is None:
            return None
        if seen.name in env.values and not integers:
            return None
        if len(arguments) == 1 and rank == 0:
            return None
        if bound and rank is None and _is_sum(fence.body) and fence.open != "[":
            return None
        inner = replace(seen, raised=(), places=(*seen.places, *arguments))
        return self.raised(self.symbol(inner, token, base, env), seen, env)

    def component(
        self, token: n.Notation, base: Base, arguments: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft | None:
        """`p_i(x)`, `E_i(x)`: a component of `p(x)`, i bound."""
        if not isinstance(token, n.Scripts) or token.sub is None:
            return None
        parts = split(token.sub)
        keys = [key for part in parts for key in index_keys(part)]
        if not keys or not all(key in env.bindings for key in keys):
            return None
        stem = self.source.namer.stem(base)
        declared = self.source.declared.get(stem)
        if declared is None or not declared.is_function:
            return None
        value = self.declared_call(stem, declared, arguments, span, env)
        return self.address(value, tuple(parts), token, env)

    def raised(self, value: d.Draft, seen: Occurrence, env: Env) -> d.Draft:
        """`f^2(x)`: the result is raised."""
        for script in seen.raised:
            value = self.raise_(value, script, value.span, env)
        return value

    def declared_call(
        self,
        name: str,
        declared: Declared,
        arguments: tuple[n.Notation, ...],
        span: Span,
        env: Env,
    ) -> d.Draft:
        expected = len(declared.arguments or ())
        if len(arguments) != expected:
            raise DefinitionError(
                f"{name} takes {expected} arguments, and is given {len(arguments)}", span
            )
        self.source.functions_used.setdefault(name, span)
        return d.Apply(name, [self.read(a, env) for a in arguments], span=span)

    def source_call(
        self,
        name: str,
        seen: Occurrence,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        span: Span,
        env: Env,
    ) -> d.Draft:
        """A function that the source defines, applied: its value at its own arguments, else its body."""
        target = self.source.targets[name][-1]
        if target.arguments is None or (not target.parameters and not target.addresses):
            if target.indices and target.arguments is not None:
                return self.indexed_call(name, target, seen, arguments, span, env)
            if target.arguments is None and _is_sum(fence.body):
                info = self.source.info(self.internal(name, env), fence, target.base)
                inner = d.Symbol(info, span=span)
                return d.Side([inner, self.read(fence, env)], span=span)
            info = self.source.info(self.internal(name, env), fence, target.base)
            return self.address(d.Symbol(info, span=span), seen.places, fence, env)
        same = tuple(arguments) == target.arguments
        if same and not any(p in env.values for p in target.parameters) and not env.values:
            info = self.source.info(
                symbol_of(target, self.source.targets[name]), fence, target.base
            )
            return self.address(d.Symbol(info, span=span), seen.places, fence, env)
        if len(arguments) != len(target.arguments):
            raise DefinitionError(
                f"{name} takes {len(target.arguments)} arguments, and is given {len(arguments)}",
                span,
            )
        return self.inline(target, [self.read(a, env) for a in arguments], seen, span, env)

    def indexed_call(
        self,
        name: str,
        target: Target,
        seen: Occurrence,
        arguments: tuple[n.Notation, ...],
        span: Span,
        env: Env,
    ) -> d.Draft:
        """`\\ell(2k-1, 2k)` where the source defines `\\ell(i, j)` over indices."""
        info = self.source.info(
            symbol_of(target, self.source.targets[name]), arguments[0], target.base
        )
        return d.At(d.Symbol(info, span=span), [self.read(a, env) for a in arguments], span=span)

    def inline(
        self, target: Target, values: list[d.Draft], seen: Occurrence, span: Span, env: Env
    ) -> d.Draft:
        """The body of a function of the source, with its parameters put in."""
        if env.depth > 24:
            raise DefinitionError(f"{target.name} is defined by itself", span)
        bound = dict(zip(target.parameters, values, strict=True))
        self.source.inlined.add(target.name)
        inner = Env(target.place, {}, bound, env.depth + 1, f"_{next(self.source.tags)}")
        if target.indices:
            places = [self.read(part, env) for part in seen.places]
            if len(places) != len(target.indices):
                made = {
                    key: self.binding(Binder(key, _NO_RANGE, span), inner) for key in target.indices
                }
                body = self.body(target, replace(inner, bindings=made))
                return d.Over(list(made.values()), body, span=span)
            inner = replace(inner, bindings=dict(zip(target.indices, places, strict=True)))
        return self.body(target, inner)

    def body(self, target: Target, env: Env) -> d.Draft:
        """The value of a definition: the last of its forms that can be computed."""
        problems: list[Eq2CodeError] = []
        for form in reversed(target.line.forms):
            kept = set(self.source.infos)
            try:
                return self.read(form, env)
            except (UndefinedError, UnsupportedError, ParseError) as error:
                problems.append(error)
                for name in [name for name in self.source.infos if name not in kept]:
                    del self.source.infos[name]
        raise problems[0]

    def derived_name(self, token: n.Notation, name: str) -> str | None:
        """The function whose derivative `f'(x)` is, where the source defines f and nobody f'."""
        if not isinstance(token, n.Scripts) or token.primes != 1 or token.sub or token.sup:
            return None
        if self.source.known(name) is not None:
            return None
        base = base_of(token.base)
        stem = self.source.namer.stem(base) if base else ""
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
    ) -> d.Draft:
        """The derivative of a function of the source by one of its arguments, at `values`."""
        assert target.arguments is not None
        argument = target.arguments[which]
        local = d.Info(f"{target.parameters[which]}__at", _written(argument), first=span)
        local.rank = 0 if elementwise else None
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
        if len(rest) < 2 or isinstance(rest[0], str) or not isinstance(rest[1], n.Fence):
            raise UnsupportedError(
                "the gradient of this is not translated", token.span,
                hints=(r"write \nabla_x f(x) with f defined in the source",),
            )  # fmt: skip
        by = token.sub if isinstance(token, n.Scripts) else None
        if isinstance(token, n.Scripts) and token.sup is not None:
            raise UnsupportedError("second derivatives are not translated yet", token.span)
        base = base_of(rest[0].base if isinstance(rest[0], n.Scripts) else rest[0])
        if base is None:
            raise UnsupportedError("the gradient of this is not translated", token.span)
        seen = occurrence(rest[0], base, self.source.namer, self.around(env))
        target = next((t for t in self.source.targets.get(seen.name, ()) if t.arguments), None)
        if target is None:
            raise UndefinedError(
                f"the gradient of {seen.name} is taken, and nothing defines {seen.name} as a function",
                token.span | rest[1].span,
            )
        arguments = listed(rest[1].body)
        if len(arguments) != len(target.parameters):
            raise DefinitionError(
                f"{seen.name} takes {len(target.parameters)} arguments", rest[1].span
            )
        which = self.by_which(by, target, arguments, token.span)
        values = [self.read(a, env) for a in arguments]
        return 3, self.gradient(target, which, values, token.span | rest[1].span, env)

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
                readings=tuple(rf"\nabla_{name}" for name in target.parameters),
            )  # fmt: skip
        assert target.arguments is not None
        for k, argument in enumerate(target.arguments):
            if _same_letters(argument, by):
                return k
        for k, argument in enumerate(arguments):
            if argument == by or _same_letters(argument, by):
                return k
        raise UnsupportedError("this gradient is by something that is no argument", span)

    # --- library calls -------------------------------------------------------------------------------

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
        if isinstance(token, n.Scripts) and token.primes:
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
                return values[0]
            return d.Join(values, [","] * (len(values) - 1), span=span)
        if entry == "cos" and len(values) == 2:
            entry = "cosine_similarity"
        row = library.ENTRIES[entry]
        expected = len(row.arguments)
        if len(values) != expected and row.signature != "*":
            raise DefinitionError(
                f"{entry} takes {expected} argument{'s' if expected > 1 else ''}, "
                f"and is given {len(values)}",
                span,
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

    # --- evaluation bars -----------------------------------------------------------------------------

    def evaluated(self, piece: n.Evaluated, env: Env) -> d.Draft:
        r"""`\nabla_w L(w)|_{a}`: the gradient, taken at a."""
        body = piece.body
        items = body.items if isinstance(body, n.Row) else (body,)
        where = piece.at
        if isinstance(where, n.Relation) and where.operators == ("=",) and where.operands[1]:
            where = where.operands[1]
        if len(items) == 3 and _is_nabla(items[0]):
            value = self.nabla(items, 0, env)[1]
            assert isinstance(value, d.Derivative)
            return d.Derivative(value.body, value.variable, self.read(where, env), span=piece.span)
        raise UnsupportedError("an evaluation bar is only translated after a gradient", piece.span)


# --- small questions ---------------------------------------------------------------------------------

LETTER_FUNCTIONS = {"sigma": "sigmoid", "Gamma": "gamma", "Phi": "normal_cdf"}
BARE_WORDS = frozenset({"exp", "log", "ln", "sin", "cos", "tan", "tanh", "tr", "det"})
INVERSES = {
    "sin": "asin",
    "cos": "acos",
    "tan": "atan",
    "sinh": "asinh",
    "cosh": "acosh",
    "tanh": "atanh",
}
_NO_RANGE = Range()
_NOTHING = Declared()


def symbol_of(target: Target, targets: Sequence[Target]) -> str:
    """The symbol that a definition writes; a name that is also read gets a second one."""
    if not target.reassigns:
        return target.name
    nth = [t.place for t in targets].index(target.place)
    return f"{target.name}_new" + (str(nth + 1) if nth else "")


def power_name(name: str, power: str) -> str:
    """`\\sigma^2` defined as a whole."""
    words = {"2": "sq", "3": "cubed"}
    return f"{name}_{words.get(power, power)}"


def _number(text: str, span: Span) -> int | float:
    if re.fullmatch(r"\d+", text):
        return int(text) if len(text) < 16 else float(text)
    try:
        return float(text)
    except ValueError:
        raise ParseError(f"{text[:20]!r} is no number", span) from None


def _is_nabla(piece: n.Notation | str) -> bool:
    inner = piece.base if isinstance(piece, n.Scripts) else piece
    return isinstance(inner, n.Letter) and inner.text == "nabla"


def _fence_of(piece: n.Notation | str | None) -> n.Fence | None:
    """The bracket of `(x)_i`, `(x)^2`, which an application leaves its scripts."""
    if isinstance(piece, n.Scripts) and isinstance(piece.base, n.Fence) and not piece.primes:
        return piece.base
    return None


def _function_word(piece: n.Notation) -> bool:
    base = piece.base if isinstance(piece, n.Scripts) else piece
    return isinstance(base, n.Word) and base.style == "op" and library.find(base.text) is not None


def _condition(piece: n.Notation) -> n.Notation | None:
    """The comparison inside `[k ≠ i]`, `{a > b}`; None where there is none."""
    match piece:
        case n.Relation(_, operators) if set(operators) <= set(COMPARISONS) | INEQUALITIES:
            return piece
        case n.Logic():
            return piece
        case n.Fence("[" | "(" | "{", _, body):
            return _condition(body)
    return None


def _plain(piece: n.Notation) -> bool:
    """Whether a bracket round it would mean nothing: a lone symbol."""
    if isinstance(piece, n.Scripts):
        return base_of(piece.base) is not None and not _powered(piece)
    return isinstance(piece, n.Letter | n.Word | n.Accent)


def _powered(piece: n.Scripts) -> bool:
    return isinstance(piece.sup, n.Number)


def _is_sum(piece: n.Notation) -> bool:
    return isinstance(piece, n.Sum | n.Number | n.Fraction | n.Row | n.Product) and not isinstance(
        piece, n.Items
    )


def _letters(piece: n.Notation) -> list[str]:
    found: list[str] = []
    stack = [piece]
    while stack:
        part = stack.pop()
        key = index_key(part)
        if key is not None:
            found.append(key)
        elif isinstance(part, n.Scripts) and base_of(part.base) is not None:
            stack.extend(s for s in (part.sub, part.sup) if s is not None)
        else:
            stack.extend(pieces(part))
    return found


def _cut(piece: n.Notation) -> tuple[n.Notation, n.Notation] | None:
    """The two ends of `1:d`."""
    match piece:
        case n.Product((start, stop), (":",)) | n.Items((start, stop), (":",)):
            return start, stop
    return None


def _otherwise(piece: n.Notation) -> bool:
    match piece:
        case n.Text(text) | n.Word(text):
            return text.lower().strip(" .,") in ("otherwise", "else", "elsewhere")
        case n.Row(items):
            return all(_otherwise(item) for item in items)
    return False


def _covers(piece: n.Grid) -> bool:
    """Whether two conditions are each other's opposite."""
    if len(piece.rows) != 2 or any(len(row) < 2 for row in piece.rows):
        return False
    match piece.rows[0][1], piece.rows[1][1]:
        case (n.Relation((a, b), (first,)), n.Relation((c, e), (second,))):
            opposite = {"<": "≥", "≥": "<", ">": "≤", "≤": ">", "=": "≠", "≠": "="}
            turned = {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "=": "=", "≠": "≠"}
            if (a, b) == (c, e):
                return opposite.get(first) == second
            return (a, b) == (e, c) and opposite.get(first) == turned.get(second)
    return False


def _arrowed(piece: n.Notation) -> bool:
    base = base_of(piece.base) if isinstance(piece, n.Scripts) else base_of(piece)
    return base is not None and base.style == "vec"


def _root_of_bars(factor: d.Draft) -> bool:
    return isinstance(factor, d.Power) and isinstance(factor.base, d.Bars)


def _spaced(tokens: Sequence[n.Notation | str], place: int, group: list[d.Draft]) -> bool:
    """Whether spaces round the slash group what follows: `a / bc`."""
    slash = max(k for k in range(place) if tokens[k] == "/")
    before, after = tokens[slash - 1], tokens[slash + 1]
    if isinstance(before, str) or isinstance(after, str):
        return False
    wide = after.span.start - before.span.end >= 3
    pairs = zip(tokens[slash + 1 : place], tokens[slash + 2 : place], strict=False)
    tight = all(
        not isinstance(a, str) and not isinstance(b, str) and a.span.end == b.span.start
        for a, b in pairs
    )  # fmt: skip
    return wide and tight


def _total(parts: list[Dim | None], signs: tuple[str, ...]) -> Dim | None:
    total = Dim(())
    for part, sign in zip(parts, signs, strict=True):
        if part is None or sign not in "+-":
            return None
        total = total + part if sign == "+" else total - part
    return total


def _times(parts: Sequence[Dim | None]) -> Dim | None:
    total = Dim.of(1)
    for part in parts:
        if part is None:
            return None
        total = total * part
    return total


def _same_letters(left: n.Notation, right: n.Notation) -> bool:
    def core(piece: n.Notation) -> tuple[str, tuple[str, ...]] | None:
        base = base_of(piece.base) if isinstance(piece, n.Scripts) else base_of(piece)
        return None if base is None else base.plain

    return core(left) is not None and core(left) == core(right) and label(left) == label(right)
