"""What is one letter, with its scripts? A symbol, an index, a constant, an element of an array."""

from __future__ import annotations

from dataclasses import replace

from eq2code.choice import Choice, declared
from eq2code.errors import (
    NAMED,
    AmbiguousError,
    DefinitionError,
    ParseError,
    ShapeError,
    UndefinedError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.labels import is_pair, letters_of, raising_only
from eq2code.read.names import Base, base_of, label
from eq2code.read.questions import (
    bases_in,
    condition_in,
    is_big,
    letters_in,
    slice_ends,
    symbols_in,
)
from eq2code.read.scope import (
    INEQUALITIES,
    Survey,
    index_key,
    split,
    walk,
)
from eq2code.read.scripts import (
    TOP,
    Around,
    Occurrence,
    index_keys,
    is_capital,
    is_transpose,
    occurrence,
)
from eq2code.read.stage import Stage
from eq2code.read.symbols import Env, Source, power_name, symbol_of, written
from eq2code.read.targets import listed
from eq2code.source import Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim, declaration

COUNTING = frozenset("ijklmnt")
COLON = n.Mark(":")
DOT = n.Mark("cdot")
SPECIAL = frozenset({"partial", "e", "delta", "I", "0", "1"})
ANGLES = frozenset({"theta", "phi", "varphi"})


_ALONE = {
    "emptyset": "write what is computed without it",
    "nabla": r"write what it is of: \nabla_x f",
    "partial": r"write what it is of, and by what: \frac{\partial f}{\partial x}",
    "Re": r"write what it is of: \operatorname{Re}(z)",
    "Im": r"write what it is of: \operatorname{Im}(z)",
}
"""Letters that mean nothing by themselves, and what they wait for."""


class Letters(Stage):
    """What is one letter, with its scripts? A symbol, an index, a constant, an element of an
    array."""

    def around(self, env: Env) -> Around:
        """What `occurrence` may ask of the place that `env` describes; made once for each place."""
        if self.surroundings is None or self.surroundings[0] is not env:
            self.surroundings = env, self.surrounding(env)
        return self.surroundings[1]

    def surrounding(self, env: Env) -> Around:
        source = self.source

        def bound(key: str) -> bool:
            return key in env.bindings

        def family(name: str, base: Base, keys: list[str], span: Span) -> bool:
            entry = source.declared.get(name)
            if entry is None or entry.is_function:
                return False
            if source.namer.stem(base) in source.namer.sizes:
                return len(entry.shape) >= len(keys) and set(keys) <= set(env.bindings)
            if not set(keys) <= env.summed:
                return False
            if base.plain not in source.survey.unscripted or len(entry.shape) < len(keys):
                raise DefinitionError(
                    f"{name} is declared, and {keys[0]} below it is bound here",
                    span,
                    hints=(f"declare {source.namer.stem(base)} with an axis for {keys[0]}",),
                )
            return True

        def misfit(name: str, axis: int, key: str) -> bool:
            entry, one = source.declared.get(name), env.bindings.get(key)
            if entry is None or not isinstance(one, d.Binding) or axis >= len(entry.shape):
                return False
            ends = [end for end in (one.low, one.high) if end is not None]
            letters = {letter for end in ends for letter in end.letters}
            own = set(entry.shape[axis].letters)
            return bool(letters) and bool(own) and not letters & own

        return Around(
            bound,
            source.known,
            lambda text: text in source.labels_above,
            lambda piece: _is_integer(piece, source, env),
            source.is_number,
            lambda base: base.plain in source.powers,
            source.survey.is_slot,
            family,
            lambda key: source.above.get(key),
            misfit,
            lambda base, text: (base.plain, text) in source.numbered,
            ends=lambda key: isinstance(env.bindings.get(key), d.SizeOf),
            capitals=self.ledger.choose("raised-label") == "name",
        )

    def atom(self, piece: n.Notation, env: Env) -> d.Draft:
        """A letter, word or accented letter without scripts."""
        base = base_of(piece)
        if base is None:
            if isinstance(piece, n.Accent):
                raise UnsupportedError(
                    f"a {piece.kind} over an expression is not translated",
                    piece.span,
                    hints=("define the expression by a name, and put the mark over that",),
                )
            if is_big(piece):
                raise ParseError(
                    "nothing stands behind this operator",
                    piece.span,
                    hints=("write what it runs over: \\sum_i x_i",),
                )
            raise UnsupportedError(
                f"{written(piece)} is not translated here", piece.span, hints=(NAMED,)
            )
        special = self.special(base, piece, env)
        if special is not None:
            return special
        return self.symbol(
            occurrence(piece, base, self.source.namer, self.around(env)), piece, base, env
        )

    def special(self, base: Base, piece: n.Notation, env: Env) -> d.Draft | None:
        """Letters that are no symbols here: bound indices, constants, units."""
        key = index_key(piece) if env.bindings else None
        if key is not None and key in env.bindings:
            bound = env.bindings[key]
            return d.Value(bound, span=piece.span) if isinstance(bound, d.Binding) else bound
        if base.accents:
            return None
        name = self.source.namer.stem(base)
        if name in env.values or self.source.known(name) is not None:
            return None
        if name in self.source.size_names and self.ends_range(base):
            return None
        return self.constant(base, piece)

    def ends_range(self, base: Base) -> bool:
        r"""Whether a letter ends a printed range: the I of `\frac{1}{I} \sum_{i=1}^{I} x_i`."""
        ends = (symbol for end in self.source.survey.ends for symbol in symbols_in(end))
        return any((other := base_of(s)) is not None and other.plain == base.plain for s in ends)

    def constant(self, base: Base, piece: n.Notation) -> d.Draft | None:
        span = piece.span
        if base.text in self.source.moving:
            return None
        match base.text:
            case "infty":
                return d.Constant("infinity", span=span)
            case "pi" if not base.style or base.style == "rm":
                self.ledger.assume(
                    "pi", "pi is 3.14159…", instead="a number of its own",
                    shapes={"pi": ""}, span=span,
                )  # fmt: skip
                return d.Constant("pi", span=span)
            case "I" if base.style in ("", "bf", "rm") and not base.word:
                self.ledger.assume(
                    "identity", "I is the identity", instead="a matrix of its own",
                    shapes={"I": "_ _"}, span=span,
                )  # fmt: skip
                return d.Unit("identity", span=span)
            case "1" if base.style in ("bf", "bb"):
                return d.Unit("ones", span=span)
            case "0" if base.style == "bf":
                return d.Unit("zeros", span=span)
            case "emptyset" | "nabla" | "partial" | "Re" | "Im":
                raise UnsupportedError(
                    f"{base.text} is not translated here", span, hints=(_ALONE[base.text],)
                )
        return None

    def mean_of(self, seen: Occurrence, base: Base, piece: n.Notation, env: Env) -> d.Draft | None:
        r"""`\bar x` beside `x_i`, where x is declared and `\bar x` is found nowhere: the mean of
        x."""
        if isinstance(piece, n.Scripts) and piece.sub is not None:
            return None
        plain = base._replace(accents=())
        name = self.source.namer.stem(plain)
        entry = self.source.declared.get(name)
        if entry is None or entry.is_function or not entry.shape or entry.kind != "real":
            return None
        written_as_argument = any(
            seen.name in t.parameters for ts in self.source.targets.values() for t in ts
        )
        survey = self.source.survey
        below = survey.slots.get((plain.text, plain.accents, "0"), set())
        indexed = survey.is_slot(plain, "0") or bool(below & env.swept)
        paired = self.source.survey.is_slot(plain, "1")
        if self.source.known(seen.name) is not None or written_as_argument:
            return None
        if not indexed or paired or seen.name in self.source.wanted:
            return None
        binding = d.Binding(
            f"i_{next(self.source.tags)}", self.source.sizes.fresh(), span=piece.span
        )
        whole = d.Symbol(self.source.info(name, piece, plain), span=piece.span)
        body = d.At(whole, [d.Value(binding, span=piece.span)], span=piece.span)
        self.ledger.assume(
            "mean-bar",
            f"{seen.name} is the mean of {name}",
            instead="a symbol of its own",
            shapes={seen.name: declaration(entry.shape[1:])},
            span=piece.span,
        )
        return d.Big("mean", [binding], body, None, span=piece.span)

    def marginal(self, seen: Occurrence, base: Base, piece: n.Notation, env: Env) -> d.Draft | None:
        r"""`\bar a_{i \cdot}`: the mean over the axes whose indices are dots, of an array a."""
        dots = [place == DOT for place in seen.places]
        if not any(dots) or self.source.known(seen.name) is not None:
            return None
        if seen.name in self.source.wanted:
            return None
        plain = base._replace(accents=())
        name = self.source.namer.stem(plain)
        over: list[d.Binding] = []
        places: list[d.Draft | None] = []
        for place, dot in zip(seen.places, dots, strict=True):
            if not dot:
                places.append(self.place(place, env))
                continue
            letter = f"i_{next(self.source.tags)}"
            over.append(d.Binding(letter, self.source.sizes.fresh(), span=piece.span))
            places.append(d.Value(over[-1], span=piece.span))
        self.ledger.assume(
            "mean-bar",
            f"{seen.name} with a dot below is the mean of {name} over that axis",
            instead="a symbol of its own",
            shapes={seen.name: self.axes_addressed(replace(seen, name=name))},
            span=piece.span,
        )
        whole = d.Symbol(self.source.info(self.internal(name, env), piece, plain), span=piece.span)
        return d.Big("mean", over, d.At(whole, places, span=piece.span), None, span=piece.span)

    def symbol(self, seen: Occurrence, piece: n.Notation, base: Base, env: Env) -> d.Draft:
        """What an occurrence stands for, its places addressed, nothing raised yet."""
        if seen.places and len(seen.places) == 1:
            seen = self.digits_below(self.whole_below(seen, piece), base)
        name = seen.name
        if name in env.values:
            value = env.values[name]
            return self.address(value, seen.places, piece.span, env)
        if name in self.source.size_names and not seen.places and self.source.known(name) is None:
            return d.SizeOf(Dim.of(name), span=piece.span)
        if name in self.source.declared and self.source.declared[name].is_function:
            raise UndefinedError(
                f"{name} is declared as a function, and is applied to nothing here",
                piece.span,
                hints=(f"write its argument: {name}(x)",),
            )
        if base.word and base.style == "op" and self.source.known(name) is None:
            raise UndefinedError(
                f"{base.text} is a function, and is applied to nothing here",
                piece.span,
                hints=(f"write its argument: {base.text}(x), or declare it in shapes=",),
            )
        targets = self.source.targets.get(name)
        if env.values and targets and self.depends(targets[-1], env.values):
            return self.anew(targets[-1], seen, piece.span, env)
        last = self.last_size(seen, base, piece, env) if base.text == "d" else None
        if last is None and self.source.targets:
            last = self.root(seen, base, piece, env)
        if last is not None:
            return last
        if base.accents == ("bar",):
            mean = self.mean_of(seen, base, piece, env) or self.marginal(seen, base, piece, env)
            if mean is not None:
                return mean
        if type(piece) is n.Scripts and self.source.targets:
            self.check_bound(seen, piece, base, env)
        info = self.source.info(self.internal(name, env) if targets else name, piece, base)
        info.identity = info.identity or seen.identity
        if info.identity != seen.identity:
            raise DefinitionError(
                f"two symbols would both be called {name}", piece.span,
                hints=("write one of them with another letter",),
            )  # fmt: skip
        if seen.step is not None and not info.family:
            info.family, info.steps = seen.family, seen.steps
            self.tell_step(seen, base, piece, env)
        symbol = d.Symbol(info, span=piece.span)
        return self.address(symbol, seen.places, piece.span, env) if seen.places else symbol

    def check_bound(self, seen: Occurrence, piece: n.Scripts, base: Base, env: Env) -> None:
        r"""`\alpha_i` is defined for every i: where nothing binds i it cannot be read."""
        stem = self.source.namer.stem(base)
        if self.source.known(seen.name) is not None:
            if seen.places and seen.name == stem:
                self.check_one_symbol(piece, seen.places[0])
            return
        arrays = self.source.targets if seen.name == stem and seen.places else {}
        for name, targets in arrays.items():
            head = targets[-1].head
            same = targets[-1].base is not None and targets[-1].base.plain == base.plain
            labelled = isinstance(head, n.Scripts) and isinstance(head.sub, n.Letter)
            if same and labelled and not targets[-1].indices:
                raise AmbiguousError(
                    f"{name} is defined for one step, and {stem} is an array here",
                    piece.span,
                    hints=(f'declare {stem} with its axes: shapes={{"{stem}": "T"}}',),
                )
        for target in self.source.targets.get(stem, ()):
            for part in split(piece.sub):
                key = index_key(part)
                if key in target.indices and key not in env.bindings:
                    raise AmbiguousError(
                        f"{target.name} is defined for every {key}, and nothing binds {key} here",
                        piece.span,
                        hints=(f"bind {key} with a sum, a range or the left-hand side",),
                    )

    def check_one_symbol(self, piece: n.Scripts, place: n.Notation) -> None:
        r"""Refuse `x_c = x - \mu` beside `\sum_c x_c`: one symbol there, elements of x here."""
        for name, targets in self.source.targets.items():
            if targets[-1].head == piece and not targets[-1].indices:
                raise AmbiguousError(
                    f"{name} is defined as one symbol, and {label(place)} is an index here",
                    piece.span,
                    readings=("what is defined", f"an element of {label(piece.base)}"),
                    hints=("write the index, or the label, with another letter",),
                )

    def digits_below(self, seen: Occurrence, base: Base) -> Occurrence:
        """`x_{12}` of an array with two axes is its entry in row 1 and column 2."""
        if not isinstance(seen.places[0], n.Number):
            return seen
        digits, span = seen.places[0].text, seen.places[0].span
        axes = self.source.known(seen.name)
        if axes is None or axes < 0:
            axes = max(self.source.survey.place_counts.get(base.plain, ()), default=0)
        if not digits.isdigit() or len(digits) != axes or axes < 2:
            return seen
        chosen = self.ledger.assume(
            "digits", f"{seen.name} with {digits} below is its entry at {', '.join(digits)}",
            instead=f"all that stands at {digits}, which {seen.name}_{{{digits},:}} writes",
            span=span,
        )  # fmt: skip
        if chosen == "number":
            return seen
        return replace(seen, places=tuple(n.Number(digit, span=span) for digit in digits))

    def whole_below(self, seen: Occurrence, piece: n.Notation) -> Occurrence:
        r"""`u^i` where `u^i_j` is defined: the axes of the letters below are whole."""
        if type(piece) is not n.Scripts or piece.sub is not None:
            return seen
        for target in self.source.targets.get(seen.name, ())[-1:]:
            head = target.head
            if isinstance(head, n.Scripts) and index_key(head.sup or COLON) in target.indices:
                below = [p for p in split(head.sub) if index_key(p) in target.indices]
                if not isinstance(head.sup, n.Fence):
                    return replace(seen, places=(*[COLON] * len(below), *seen.places))
        return seen

    def root(self, seen: Occurrence, base: Base, piece: n.Notation, env: Env) -> d.Draft | None:
        r"""`\sigma` where the source defines `\sigma^2` only: its root."""
        squared = power_name(seen.name, "2")
        if squared not in self.source.targets or self.source.known(seen.name) is not None:
            return None
        if base.capital or self.source.targets[squared][-1].arguments is not None:
            return None
        self.ledger.assume(
            "root",
            f"{seen.name} is the positive root of {squared}, which the source defines",
            instead="a number of its own",
            shapes={seen.name: ""},
            span=piece.span,
        )
        info = self.source.info(self.internal(squared, env), piece, None)
        value = self.address(d.Symbol(info, span=piece.span), seen.places, piece.span, env)
        return d.Call("sqrt", [value], span=piece.span)

    def internal(self, name: str, env: Env) -> str:
        """The symbol that a name means on this line: the parameter before it is assigned, else the
        new value."""
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

    def last_size(
        self, seen: Occurrence, base: Base, piece: n.Notation, env: Env
    ) -> d.Draft | None:
        """What a letter d is: `d_k` beside a matrix K that nobody declared is K's last dimension;
        of what is passed, where K is an argument."""
        if seen.places or base.accents or self.source.known(seen.name) is not None:
            return None
        letter = seen.name.removeprefix("d_")
        if letter == seen.name or len(letter) != 1 or not letter.islower():
            return None
        if letter.upper() in env.values:
            return d.LastOf(env.values[letter.upper()], span=piece.span)
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
        self, value: d.Draft, places: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft:
        """`value` with places addressed."""
        if not places:
            return value
        if len(places) == 1 and (cut := slice_ends(places[0])) is not None:
            start, stop = (None if end is None else self.cut_end(end, env) for end in cut)
            return d.Cut(value, start, stop, span=span)
        return d.At(value, [self.place(part, env) for part in places], span=span)

    def cut_end(self, end: n.Notation, env: Env) -> Dim:
        """The end of a slice, as a size."""
        dim = self.dim(end, env)
        if dim is None:
            raise UnsupportedError(
                "this end of a slice is no size", end.span,
                hints=("give the end a letter of its own: x_{1:m}, and pass m",),
            )  # fmt: skip
        return dim

    def place(self, part: n.Notation, env: Env) -> d.Draft | None:
        match part:
            case n.Ellipsis() | n.Mark("cdot" | ":"):
                return None
            case n.Fence("(" | "[", _, body):
                return self.place(body, env)
        return self.read(part, env)

    def scripted(self, piece: n.Scripts, env: Env) -> d.Draft:
        key = index_key(piece) if env.bindings else None
        if key is not None and key in env.bindings:
            return self.atom_bound(key, piece, env)
        if piece.sub is not None:
            unit = self.sized_unit(piece, piece.sub, env)
            if unit is not None:
                return unit
        base = base_of(piece.base)
        if base is None:
            return self.scripted_group(piece, env)
        special = self.scripted_special(piece, base, env) if base.text in SPECIAL else None
        if special is not None:
            return special
        power = self.defined_power(piece, base, env) if self.source.powers_defined else None
        if power is not None:
            return power
        function = self.derived_name(piece) if piece.primes else None
        if function is not None:  # f' by itself is taken where f is
            own = self.source.targets[function][-1].arguments or ()
            return self.derivative_of(function, own, piece.span, env, times=piece.primes)
        seen = occurrence(piece, base, self.source.namer, self.around(env))
        entry = self.entry_of_power(seen, piece, base, env) if seen.places else None
        if entry is not None:
            return entry
        if type(piece.sub) is n.Fence and seen.step is not None:
            self.check_ordered(piece, base)
        if type(piece.sub) is n.Fence and len(seen.places) == 1:
            ordered = self.ordered(seen, piece, piece.sub, base, env)
            if ordered is not None:
                for script in seen.raised:
                    ordered = self.raise_(ordered, script, piece.span, env)
                return ordered
        if not seen.raised or seen.name in self.source.size_names:
            value = self.symbol(seen, piece, base, env)
        else:
            bare = piece.sub is None and (not piece.primes or seen.raised[0] == TOP)
            core = piece.base
            if not bare:
                core = n.Scripts(piece.base, piece.sub, None, piece.primes, span=piece.span)
            special = self.special(base, core, env) if bare and not seen.places else None
            value = special or self.symbol(seen, core, base, env)
        if piece.primes and seen.raised and seen.raised[0] == TOP:
            self.tell_prime(seen, piece)
        for script in seen.raised:
            self.tell_power(seen, script, piece, env)
            self.check_first(piece, base)
            value = self.raise_(value, script, piece.span, env)
        return value

    def check_ordered(self, piece: n.Scripts, base: Base) -> None:
        r"""Refuse `x_{(k+1)}` beside `x_{(i)}`: it is no step where brackets put x in order."""
        survey = self.source.survey
        for other in survey.scripts():
            same = type(other.sub) is n.Fence and base_of(other.base) == base
            if same and index_key(other.sub or other) in survey.bound:
                raise UnsupportedError(
                    "a step in a bracketed index is not translated where brackets put values in "
                    "order",
                    piece.span,
                    hints=("write what is sorted as a symbol of its own",),
                )

    def ordered(
        self, seen: Occurrence, piece: n.Scripts, sub: n.Fence, base: Base, env: Env
    ) -> d.Draft | None:
        r"""`x_{(i)}` is the i-th smallest of x, where nothing says that x is more than a row."""
        if sub.open != "(" or isinstance(sub.body, n.Items | n.Row):
            return None
        if seen.places[0] == piece.sup:
            return None
        entry, targets = self.source.declared.get(seen.name), self.source.targets.get(seen.name, [])
        if entry is not None and (entry.is_function or len(entry.shape) != 1):
            return None
        if any(isinstance(t.head, n.Scripts) and isinstance(t.head.sub, n.Fence) for t in targets):
            return None
        ends = {key for end in self.source.survey.ends for key in letters_in(end)}
        if index_key(seen.places[0]) in ends:
            raise UnsupportedError(
                "a bracketed index that ends a range is not translated", piece.span,
                hints=(rf"write \max({seen.name}) for the largest value",),
            )  # fmt: skip
        chosen = self.ledger.assume(
            "order-statistic",
            f"a bracketed index below {seen.name} takes its values in ascending order",
            instead="an element as it stands",
            span=piece.span,
        )
        if chosen == "element":
            return None
        key = (self.internal(seen.name, env), env.tag)
        values = self.source.ordered.get(key)
        if values is None:
            whole = self.symbol(replace(seen, places=()), piece.base, base, env)
            if isinstance(whole, d.Symbol) and whole.info.rank is None:
                whole.info.rank, whole.info.why = 1, "its values stand in order"
            values = self.source.ordered[key] = d.Call("sort", [whole], span=piece.span)
        return self.address(values, seen.places, piece.span, env)

    def entry_of_power(
        self, seen: Occurrence, piece: n.Scripts, base: Base, env: Env
    ) -> d.Draft | None:
        r"""`A^\top_{ij}` is an entry of the transpose, `C^{-1}_{ij}` of the inverse; `A^2_{ij}` of
        the product, or squared."""
        if len(seen.places) != 2 or len(seen.raised) != 1 or not base.capital:
            return None
        script, entry = seen.raised[0], self.source.declared.get(seen.name)
        if script == n.Mark("dagger"):
            whole = self.symbol(replace(seen, places=()), piece.base, base, env)
            turned = self.raise_(whole, script, piece.span, env)
            return self.address(_of_matrix(turned), seen.places, piece.span, env)
        if entry is not None and len(entry.shape) != 2:
            return None
        first = piece.sub is not None and script.span.start < piece.sub.span.start
        matrix = first or entry is not None  # an entry of what is declared a matrix is a number
        if matrix and is_transpose(script) and not self.source.is_number("T"):
            whole = self.symbol(replace(seen, places=()), piece.base, base, env)
            flipped = _of_matrix(self.raise_(whole, script, piece.span, env))
            return self.address(flipped, seen.places, piece.span, env)
        if entry is not None and entry.shape[0] != entry.shape[1]:
            return None
        if script == n.Sum((n.Number("1"),), ("-",)):
            if not first and index_key(seen.places[0]) == index_key(seen.places[1]):
                return None  # D_{ii}^{-1}: D is diagonal
            chosen = self.ledger.assume(
                "entry-of-inverse",
                f"{seen.name}^-1 with two indices is an entry of the inverse matrix",
                instead=f"one over an entry of {seen.name}",
                span=piece.span,
            )
            if chosen == "reciprocal":
                return None
            whole = self.symbol(replace(seen, places=()), piece.base, base, env)
            inverse = d.Power(whole, d.Number(-1), span=piece.span)
            return self.address(_of_matrix(inverse), seen.places, piece.span, env)
        whole_power = isinstance(script, n.Number) and script.text.isdigit()
        if first and (whole_power or (isinstance(script, n.Letter) and not is_transpose(script))):
            power, places = label(script), label(piece.sub) if piece.sub is not None else ""
            raise AmbiguousError(
                f"{seen.name}^{power} with indices is an entry of the matrix's power, or the "
                f"power of an entry",
                piece.span,
                readings=("an entry of the power", "the power of an entry"),
                hints=(
                    f'declare {seen.name} square, shapes={{"{seen.name}": "n n"}}, and write '
                    f"({seen.name}^{power})_{{{places}}}",
                    f"or write {seen.name}_{{{places}}}^{power}",
                ),
            )
        return None

    def tell_step(self, seen: Occurrence, base: Base, piece: n.Notation, env: Env) -> None:
        """A letter below that nothing binds: a counter where it steps, else part of the name."""
        assert seen.step is not None
        key, distance = seen.step
        self.tell_label(seen, piece)
        stem = self.source.namer.stem(base)
        names = (stem, seen.name, seen.whole)
        if any(self.source.known(name) is not None for name in names):
            self.check_free(seen, key, base, piece, env)
            return
        array = {seen.whole: " ".join(f"?{letter}" for letter in seen.axes)}
        entry = f"an entry of an array {seen.whole}"
        if not seen.whole:
            return
        if distance:
            below = isinstance(piece, n.Scripts) and piece.sub is not None
            if below and base.plain in self.source.survey.unscripted:
                return  # x and x_{t-1} in one source: what is passed, and a step of it
            self.ledger.assume(
                "step",
                f"{seen.name} is {stem} {abs(distance)} step{'s' * (abs(distance) > 1)} "
                f"{'before' if distance < 0 else 'after'} {key}",
                instead=entry,
                shapes=array,
                span=piece.span,
            )
        elif key not in self.source.survey.counters and key in COUNTING:
            self.ledger.assume(
                "label",
                f"{seen.name} is one symbol: nothing says what {key} runs over",
                instead=entry,
                shapes=array,
                span=piece.span,
            )

    def check_euler(self, piece: n.Scripts) -> None:
        """`e^T x`: nothing says whether this is a vector e, or a power; nor of `e^x + e`, which
        number e is."""
        if _stands_alone("e", self.source.survey):
            raise AmbiguousError(
                "e stands under a power here, and by itself elsewhere",
                piece.span,
                readings=(
                    declared("a symbol in both places", {"e": ""}),
                    Choice(r"Euler's number: write \exp(x) here, and give the symbol another name"),
                ),
            )
        if piece.sup != n.Letter("T") or self.source.is_number("T"):
            return
        if raising_only(self.source.survey, "T"):
            raise AmbiguousError(
                "e with a T above is a vector, transposed, or Euler's number to the power T",
                piece.span,
                readings=(
                    declared("the transpose of e", {"e": "n"}),
                    declared("e to the power of T", {"T": ""}),
                ),
            )

    def check_horizon(self, span: Span) -> None:
        """Refuse `x^T` beside `T = a + b`: nothing says whether T is a number."""
        if "T" in self.source.declared or self.source.value_line("T") is None:
            return
        raise AmbiguousError(
            "T is defined here, and above a symbol it is a transpose or a power",
            span,
            readings=("a transpose", "to the power T"),
            hints=(r'write ^\top for a transpose; if T is a number, declare it: shapes={"T": ""}',),
        )

    def check_first(self, piece: n.Scripts, base: Base) -> None:
        """`W^1`: nobody writes a first power, but in a list of powers from the zeroth on."""
        if type(piece.sup) is not n.Number or piece.sup.text != "1":
            return
        if base.plain in self.source.zeroth:
            return
        name = label(piece.base)
        raise AmbiguousError(
            "the 1 above is a label, or the first power",
            piece.span,
            readings=("a label", "a power"),
            hints=(f"write {name}^{{(1)}} for a label, and {name} for the first power",),
        )

    def check_free(
        self, seen: Occurrence, key: str, base: Base, piece: n.Notation, env: Env
    ) -> None:
        """Inside a function that is applied nothing is free: an entry of a declared array stands on
        no left side."""
        rank = self.source.known(seen.whole) if env.values else None
        entry = rank is not None and rank >= len(seen.axes) > 0
        bare = base.plain in self.source.survey.unscripted
        if entry and not bare and self.source.known(seen.name) is None:
            raise AmbiguousError(
                f"{key} is free here, and this function has no such argument", piece.span,
                readings=(f"an entry of {seen.whole}", f"a symbol {seen.name} of its own"),
                hints=(f'declare the symbol: shapes={{"{seen.name}": ""}}',),
            )  # fmt: skip

    def tell_label(self, seen: Occurrence, piece: n.Notation) -> None:
        """A letter above that is part of the name could be an exponent."""
        sup = piece.sup if isinstance(piece, n.Scripts) else None
        if not isinstance(sup, n.Letter | n.Word) or sup in (*seen.places, *seen.raised):
            return
        word = isinstance(sup, n.Word)
        if sup.style == "rm" or (word and sup.style):
            return
        key, source = sup.text, self.source
        counted = key in source.labels_given or key in source.survey.counters
        given = counted or source.known(seen.name) is not None
        habit = key in COUNTING and key in source.labels_above
        if (habit or word or is_capital(sup)) and not given:
            self.ledger.assume(
                "raised-label", f"{seen.name} is one symbol: {key} is no exponent",
                instead="a power", span=piece.span,
            )  # fmt: skip

    def check_flow(self, exponent: n.Notation, span: Span, env: Env) -> None:
        r"""`e^{At}`: nothing says whether this is the exponential of a matrix."""
        inside = exponent.body if isinstance(exponent, n.Fence) else exponent
        match inside.terms[0] if isinstance(inside, n.Sum) and len(inside.terms) == 1 else inside:
            case n.Row((n.Letter(capital), after)):
                time = label(after) or ""
            case _:
                return
        matrix, number = self.source.known(capital), self.source.known(time)
        known = matrix == 0 or (matrix is not None and number is not None)
        lower = (len(time) == 1 and time.islower()) or time.startswith("Delta_")
        letters = len(capital) == 1 and capital.isupper() and lower
        if letters and not known and time not in env.bindings:
            raise AmbiguousError(
                f"e to the power of {capital} {time} is of a matrix, of each entry, or of numbers",
                span | exponent.span,
                readings=(
                    Choice("of a matrix", (r"\operatorname{expm}(", inside.span, ")")),
                    declared("of each entry of a matrix", {capital: "n n", time: ""}),
                    declared("of numbers", {capital: "", time: ""}),
                ),
            )

    def sized_unit(self, piece: n.Scripts, sub: n.Notation, env: Env) -> d.Draft | None:
        r"""`1_n`, `\mathbf{1}_n^\top`, `0_m`: a vector of ones or zeros, and what is done to it."""
        match piece.base:
            case n.Number("1" | "0" as digit) | n.Letter("1" | "0" as digit, "bf" | "bb"):
                kind = "ones" if digit == "1" else "zeros"
            case _:
                return None
        if not isinstance(sub, n.Letter | n.Scripts) or index_key(sub) in env.bindings:
            return None
        marked = None if piece.primes or kind == "zeros" else self.marked(sub, piece.span, env)
        size = None if piece.primes or marked else self.dim(sub, env)
        if marked is None and size is None:
            return None
        value: d.Draft = marked or d.Unit(kind, size, span=piece.span)
        return value if piece.sup is None else self.raise_(value, piece.sup, piece.span, env)

    def marked(self, sub: n.Notation, span: Span, env: Env) -> d.Draft | None:
        r"""What a symbol below a 1 marks, `\mathbf{1}_S` with S a mask; None where it is a size."""
        base = base_of(sub.base if isinstance(sub, n.Scripts) else sub)
        if base is None:
            return None
        seen = occurrence(sub, base, self.source.namer, self.around(env))
        entry = self.source.declared.get(seen.name)
        if self.is_size(seen.name, base):
            return None
        if entry is None:
            if self.source.known(seen.name) is None:
                self.ledger.assume(
                    "ones",
                    f"1_{seen.name} is a vector of {seen.name} ones",
                    instead=f"1 at the entries that {seen.name} marks, and 0 elsewhere",
                    shapes={seen.name: "?n : bool"},
                    span=span,
                )
            return None
        if entry.kind == "bool" and entry.shape and not entry.is_function and not seen.places:
            return d.Cases(
                [(d.Number(1), self.symbol(seen, sub, base, env))], d.Number(0), span=span
            )
        raise AmbiguousError(
            f"1 with {seen.name} below is a vector of ones, or 1 at one entry and 0 elsewhere",
            span,
            readings=(f"{seen.name} ones", f"1 at the entry {seen.name}"),
            hints=(
                f"for ones, leave {seen.name} undeclared, or make it a size of some array",
                rf"for the other, write \mathbb{{1}}[i = {seen.name}]",
            ),
        )

    def is_size(self, name: str, base: Base) -> bool:
        """Whether a name is an axis that somebody declared, or the end of a range."""
        return self.ends_range(base) or any(
            name in dim.letters for entry in self.source.declared.values() for dim in entry.shape
        )

    def tell_prime(self, seen: Occurrence, piece: n.Scripts) -> None:
        """The prime of a capital letter transposes it, and could name another matrix."""
        self.ledger.assume(
            "prime",
            f"{seen.name}' is the transpose of {seen.name}",
            instead="a symbol of its own",
            shapes={f"{seen.name}_prime": "?n ?m"},
            span=piece.span,
        )

    def tell_power(self, seen: Occurrence, script: n.Notation, piece: n.Scripts, env: Env) -> None:
        """A letter above that is no index is an exponent: told, since it could be part of the
        name."""
        words = label(script) if type(script) is n.Letter and not is_transpose(script) else None
        if words is None or "raised-label" in self.ledger.prefer:
            return
        name = seen.name
        meant = "the conjugate transpose" if words == "H" else "a power"
        if index_key(script) in env.bindings:
            if f"{name}_{words}" in self.source.targets:
                raise AmbiguousError(
                    f"{name}^{words} is defined as one symbol, and {words} is an index here",
                    piece.span,
                    hints=(
                        rf"write the label in brackets wherever it stands: {name}^{{({words})}}",
                    ),
                )
            if self.source.known(name) is None:
                self.ledger.assume(
                    "superscript",
                    f"{name}^{words} is a power",
                    instead="an element",
                    shapes={name: "?n"},
                    span=piece.span,
                )
        else:
            self.ledger.assume(
                "superscript",
                f"{name}^{words} is {meant}",
                instead="a name",
                shapes={f"{name}_{words}": self.axes_addressed(seen)},
                span=piece.span,
            )

    def axes_addressed(self, seen: Occurrence) -> str:
        """The axes that are addressed here: as declared, else new ones."""
        entry = self.source.declared.get(seen.name)
        known = () if entry is None else entry.shape
        letters = (*declaration(known).split(), *(f"?{x}" for x in "nmkp"))
        return " ".join(letters[: len(seen.places)])

    def atom_bound(self, key: str, piece: n.Notation, env: Env) -> d.Draft:
        bound = env.bindings[key]
        return d.Value(bound, span=piece.span) if isinstance(bound, d.Binding) else bound

    def scripted_special(self, piece: n.Scripts, base: Base, env: Env) -> d.Draft | None:
        """`e^x`, `I_n`, `1_{a > b}`, `\\delta_{ij}`: scripted letters that are no symbols."""
        if base.accents or piece.primes:
            return None
        if self.source.known(self.source.namer.stem(base)) is not None:
            return None
        if base.text in self.source.moving and base.text != "e":
            return None
        keys = [index_key(part) for part in split(piece.sub)]
        bound = bool(keys) and all(key is not None and key in env.bindings for key in keys)
        match base.text:
            case "partial":
                raise UnsupportedError(
                    "a derivative written with ∂ is not translated here",
                    piece.span,
                    hints=(r"write \nabla_x f(x)",),
                )
            case "e" if piece.sub is None and piece.sup is not None and not base.word:
                if is_transpose(piece.sup) and self.source.error_vector:
                    return None
                if self.source.known(f"e_{label(piece.sup)}") is not None:
                    return None  # `e_i^t = …` is defined, and `e^t` is all of it
                if base.style in ("", "rm") and not isinstance(piece.sup, n.Mark):
                    self.check_euler(piece)
                    self.check_flow(piece.sup, piece.span, env)
                    env = self.complex_exponent(piece.sup, env)
                    self.ledger.assume(
                        "euler", "e is Euler's number", instead="a number of its own",
                        shapes={"e": ""}, span=piece.base.span,
                    )  # fmt: skip
                    return d.Call("exp", [self.read(piece.sup, env)], span=piece.span)
            case "delta" if (
                piece.sub is not None
                and piece.sup is None
                and (_compares(piece.sub) or _compared(piece.sub, env))
            ):
                return self.indicator(piece.sub, env)
            case "delta" if (
                len(keys) == 2
                and piece.sup is None
                and (
                    bound
                    or (isinstance(piece.sub, n.Items) and any(k in env.bindings for k in keys))
                )
            ):
                return self.equal_places(piece, env)
            case "I" if len(keys) == 2 and bound and piece.sup is None:
                return self.equal_places(piece, env)
            case "1" if piece.sub is not None and piece.sup is None:
                if (
                    base.style in ("bf", "bb", "")
                    and (inner := condition_in(piece.sub)) is not None
                ):
                    return self.indicator(inner, env)
                if base.style in ("bf", "bb") and not bound:
                    return d.Unit("ones", self.dim(piece.sub, env), span=piece.span)
            case "0" if base.style == "bf" and piece.sub is not None and piece.sup is None:
                return d.Unit("zeros", self.dim(piece.sub, env), span=piece.span)
            case "I" if (
                base.style in ("", "bf", "rm")
                and piece.sub is not None
                and piece.sup is None
                and label(piece.sub) not in ("0", "1")  # currents and intensities, of no size
            ):
                name = f"I_{label(piece.sub)}"
                size = None if self.source.known(name) is not None else self.dim(piece.sub, env)
                if size is not None:
                    letter = base_of(piece.sub)
                    sized = letter is not None and self.is_size(str(label(piece.sub)), letter)
                    if (letter is not None or isinstance(piece.sub, n.Number)) and not sized:
                        self.ledger.assume(
                            "identity",
                            f"{name} is the identity",
                            instead="a symbol of its own",
                            shapes={name: ""},
                            span=piece.span,
                        )
                    return d.Unit("identity", size, span=piece.span)
        return None

    def complex_exponent(self, exponent: n.Notation, env: Env) -> Env:
        """In an exponent beside pi or omega a letter i or j that nothing binds is the imaginary
        unit.

        Beside theta and phi, or in front of other factors, too: in a source that has no index of
        that letter.
        """
        texts = {
            base.text
            for p in symbols_in(exponent)
            if (base := base_of(p.base if isinstance(p, n.Scripts) else p)) and not base.style
        }
        for letter in ("i", "j"):
            known = letter in env.bindings or self.source.known(letter) is not None
            slots = self.source.survey.slots.values()
            index = letter in self.source.survey.bound or any(letter in keys for keys in slots)
            turned = texts & ANGLES or _leads(letter, exponent)
            turns = texts & {"pi", "omega"} or (turned and not index)
            if letter in texts and turns and not known:
                self.ledger.assume(
                    "imaginary", f"{letter} is the imaginary unit", instead="a number of its own",
                    shapes={letter: ""}, span=exponent.span,
                )  # fmt: skip
                return replace(env, bindings={**env.bindings, letter: d.Constant("i")})
        return env

    def equal_places(self, piece: n.Scripts, env: Env) -> d.Draft:
        left, right = (self.read(part, env) for part in split(piece.sub))
        same = d.Compare([left, right], ["="], span=piece.span)
        return d.Cases([(d.Number(1), same)], d.Number(0), span=piece.span)

    def defined_power(self, piece: n.Scripts, base: Base, env: Env) -> d.Draft | None:
        """`\\sigma^2` where the source defines it as a whole."""
        if not isinstance(piece.sup, n.Number) or piece.sup.text not in self.source.powers_defined:
            return None
        bare = n.Scripts(piece.base, piece.sub, None, piece.primes, span=piece.span)
        plain: n.Notation = bare if piece.sub is not None or piece.primes else piece.base
        seen = occurrence(plain, base, self.source.namer, self.around(env))
        name = power_name(seen.name, piece.sup.text)
        if name not in self.source.targets:
            return None
        info = self.source.info(self.internal(name, env), piece, None)
        return self.address(d.Symbol(info, span=piece.span), seen.places, piece.span, env)

    def scripted_group(self, piece: n.Scripts, env: Env) -> d.Draft:
        """Scripts on a bracket, a fraction, bars."""
        body = piece.base
        sup, sub = piece.sup, piece.sub
        if isinstance(body, n.Number) and isinstance(sub, n.Number):
            raise UnsupportedError(
                "a number has no index", piece.span,
                hints=(f"for one number, write {body.text}{sub.text}",),
            )  # fmt: skip
        if body == n.Number("1") and sub is not None and sup is None:
            if (holds := condition_in(sub)) is not None:
                return self.indicator(holds, env)
        if isinstance(body, n.Fence):
            inner = condition_in(body.body)
            if sup == n.Mark("+") and sub is None and body.open in ("(", "["):
                self.check_positive(body)
                sub, sup = n.Mark("+"), None
            if sub == n.Mark("+") and body.open in "([":
                value: d.Draft = d.Call("relu", [self.read(body.body, env)], span=piece.span)
                sub = None
            elif body.open == "‖" or (body.open == "|" and _is_order(sub)):
                value = self.norm(body, sub, env, piece.span)
                sub = None
            elif body.open == "⟨" and sub is not None and label(sub) == "F":
                value = self.read(body, env)  # of matrices it is the only one
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
            value = _of_matrix(value) if len(parts) == 2 else value
            value = self.address(value, tuple(parts), piece.span, env)
        if piece.primes:
            value = d.Flip(value, span=piece.span)
        if sup is not None:
            scripts = (
                sup.items if isinstance(sup, n.Row) and is_transpose(sup.items[-1]) else (sup,)
            )
            for script in scripts:
                value = self.raise_(value, script, piece.span, env)
        return value

    def check_positive(self, body: n.Fence) -> None:
        """A plus above a bracket is the positive part; of matrices a pseudoinverse has it too."""
        for piece in symbols_in(body):
            base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
            if base is None or not base.capital or self.source.is_number(label(piece) or ""):
                continue
            raise AmbiguousError(
                "a plus above this bracket is the positive part, or a pseudoinverse",
                body.span,
                readings=(
                    Choice("the positive part: write it below, (x)_+"),
                    Choice(r"the pseudoinverse: write \operatorname{pinv}(A)"),
                ),
            )

    def pseudo_inverts(self, value: d.Draft, span: Span) -> bool:
        r"""Whether `A^\dagger` is a pseudoinverse: the conjugate transpose unless preferred so."""
        chosen = self.ledger.assume(
            "dagger",
            "a dagger is the conjugate transpose",
            instead="the pseudoinverse",
            span=value.span | span,
        )
        return chosen == "pseudoinverse"

    def raise_(self, value: d.Draft, script: n.Notation, span: Span, env: Env) -> d.Draft:
        """Put a superscript on a value: a transpose or a power."""
        if type(script) is n.Number:
            return d.Power(value, self.read(script, env), span=span)
        dagger = type(script) is n.Mark and script.text == "dagger"
        if dagger and self.pseudo_inverts(value, span):
            return d.Call("pinv", [value], span=span)
        if dagger or (isinstance(script, n.Letter) and script.text == "H"):
            return d.Call("conj", [d.Flip(value, span=span)], span=span)
        if is_transpose(script):
            horizon = isinstance(script, n.Letter) and script.text == "T"
            number = horizon and self.source.is_number("T")
            if script == n.Letter("T") and not number:
                self.check_horizon(span)
            if number and self.source.only_raises and _is_open(value):
                return d.Power(value, self.read(script, env), span=span)
            if isinstance(value, d.Number) and not number:
                return _ones(value, span)
            return d.Flip(value, self.read(script, env) if number else None, span=span)
        if isinstance(script, n.Sum) and script.signs == ("-",) and is_transpose(script.terms[0]):
            letter = script.terms[0] == n.Letter("T") and self.source.is_number("T")
            if not letter:  # A^{-T}
                one = d.Sum([d.Number(1)], ["-"], span=span)
                return d.Flip(d.Power(value, one, span=span), span=span)
        if isinstance(script, n.Mark):
            if script.text == "!":
                return d.Call("factorial", [value], span=span)
            if script.text == "circ":
                return self.degrees(value, span)
            raise UnsupportedError(
                f"the mark {script.text} on an expression is not translated",
                span,
                hints=("write what it stands for: \\max(0, x) for the positive part",),
            )
        if isinstance(script, n.Fence) and script.open in ("(", "["):
            key = index_key(script.body)
            if key is not None and key in env.bindings:
                return self.address(value, (script,), span, env)
            if key is not None or isinstance(script.body, n.Number):
                raise UnsupportedError(
                    "what stands in brackets above is neither an index that something binds "
                    "nor a name",
                    script.span,
                    hints=("write a power without the brackets",),
                )
        if is_pair(script) and not self.source.apart & letters_of(script):
            raise AmbiguousError(
                f"{label(script)} above could be a label or a product of exponents", script.span,
                readings=(
                    Choice("a label", (r"\text{", script.span, "}")),
                    Choice("a product of exponents", " ".join(label(script) or "")),
                ),
            )  # fmt: skip
        return d.Power(value, self.read(script, env), span=span)

    def degrees(self, value: d.Draft, span: Span) -> d.Draft:
        r"""`30^\circ`: degrees behind a number; a letter could carry it as a mark."""
        if not isinstance(value, d.Number):
            raise AmbiguousError(
                "a circle above could be degrees, or a mark of the name", span,
                readings=("degrees", "a symbol of its own"),
                hints=(r"write \operatorname{radians}(x) for degrees, x_{\circ} for a symbol",),
            )  # fmt: skip
        return d.Call("radians", [value], span=span)


def _ones(numeral: d.Number, span: Span) -> d.Draft:
    r"""A transposed numeral: `1^\top` is a row of ones, `1 1^\top` a matrix of them."""
    row = d.Flip(d.Unit("ones", span=span), span=span)
    if numeral.value == 1:
        return row
    if numeral.value == 11:
        return d.Side([d.Unit("ones", span=span), row], span=span)
    raise ShapeError(
        f"{numeral.value} is transposed here, and is a number",
        span,
        hints=(
            r"write \mathbf{0} or \mathbf{1} for a vector of zeros or ones",
            'declare a T that is an exponent: shapes={"T": ""}',
        ),
    )


def _leads(letter: str, exponent: n.Notation) -> bool:
    """Whether an exponent is a product that begins with a letter, its sign aside: `-iHt`."""
    match exponent:
        case n.Sum((term,)):
            return _leads(letter, term)
        case n.Fraction(top, _):
            return _leads(letter, top)
        case n.Product((first, *_)):
            return _leads(letter, first)
        case n.Row((first, _, *_)):
            return first == n.Letter(letter)
    return False


def _is_order(sub: n.Notation | None) -> bool:
    r"""Whether a script below bars is the order of a norm: `|x|_1`, `|x|_\infty`, `|x|_F`."""
    return label(sub) in ("1", "2", "infty", "F") if sub is not None else False


def _is_open(value: d.Draft) -> bool:
    """Whether nothing says that a value is no number: small letters that nobody declared."""
    match value:
        case d.Number():
            return True
        case d.Symbol(info):
            return not (info.declared or info.definition or info.capital or info.bold)
        case d.Sum() | d.Quotient() | d.Side():
            return all(map(_is_open, d.children(value)))
    return False


def _of_matrix(value: d.Draft) -> d.Draft:
    """A power or a transpose that two indices address is of a matrix."""
    inner = value
    while isinstance(inner, d.Power | d.Flip | d.Call):
        inner = inner.arguments[0] if isinstance(inner, d.Call) else inner.base
    if inner is not value and isinstance(inner, d.Symbol) and inner.info.rank is None:
        inner.info.rank, inner.info.why = 2, "an entry of its power or transpose"
    if isinstance(value, d.Power) and isinstance(inner, d.Symbol) and inner is value.base:
        value.square = inner.info.capital
    return value


def _is_integer(piece: n.Notation, source: Source, env: Env) -> bool:
    """Whether a piece is an entry of an integer array, at letters that are bound: the label y_i."""
    if source.is_position(label(piece)):
        return True
    match piece:
        case n.Scripts(head, sub) if sub is not None and base_of(head) is not None:
            parts = split(sub)
        case n.Scripts(head, None, n.Fence("(", ")") as above) if base_of(head) is not None:
            parts = [above]
        case n.Row((head, n.Fence("(", ")", body))) if _heads(head):
            parts = list(listed(body))
        case _:
            return False
    keys = [
        key
        for part in parts
        for key in (index_keys(part) or ([""] if _is_integer(part, source, env) else []))
    ]
    return bool(keys) and all(not key or key in env.bindings for key in keys)


def _heads(piece: n.Notation) -> bool:
    """Whether a piece is a symbol that a bracket may follow: `\\delta(i, j)`."""
    return base_of(piece.base if isinstance(piece, n.Scripts) else piece) is not None


def _compared(sub: n.Notation, env: Env) -> bool:
    r"""Whether a subscript compares an index that something binds: `\delta_{k = y}`."""
    held = condition_in(sub)
    return held is not None and any(x.text in env.bindings for x in bases_in(held))


def _compares(sub: n.Notation | None) -> bool:
    """Whether a subscript is an inequality: `\\delta_{\\{u < 0\\}}`."""
    held = None if sub is None else condition_in(sub)
    return isinstance(held, n.Relation) and set(held.operators) <= INEQUALITIES


def _stands_alone(text: str, survey: Survey) -> bool:
    """Whether a letter stands somewhere by itself: without scripts, accents, or a base."""
    scripts = survey.scripts()
    taken = {id(script.base) for script in scripts}
    taken |= {id(accent.body) for accent in survey.of(n.Accent)}
    taken |= {id(part) for one in scripts if one.sub is not None for part in walk(one.sub)}
    return any(one.text == text and id(one) not in taken for one in survey.of(n.Letter))
