"""What does a bracket after a name mean? A function of the library, of the source or of the user,
or an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from eq2code import library
from eq2code.choice import Choice, declared
from eq2code.errors import (
    AmbiguousError,
    DefinitionError,
    Eq2CodeError,
    ParseError,
    UndefinedError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.declare import Declared
from eq2code.read.labels import INVERSE
from eq2code.read.names import GREEK, HABITUAL_FUNCTIONS, VARIANTS, Base, base_of, label
from eq2code.read.questions import (
    bases_in,
    condition_in,
    counted,
    has_terms,
    holds_list,
    is_lone_number,
    is_plain,
    is_power_of_e,
    is_sum,
    letters_in,
)
from eq2code.read.scope import (
    INDEX_LETTERS,
    Binder,
    Range,
    big_operator,
    index_key,
    pieces,
    split,
    walk,
)
from eq2code.read.scripts import Occurrence, index_keys, is_transpose, occurrence
from eq2code.read.stage import Stage
from eq2code.read.symbols import BY_ITSELF, Application, Env, symbol_of, written
from eq2code.read.targets import Target, listed
from eq2code.source import Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Shape

LETTER_FUNCTIONS = {
    "sigma": "sigmoid",
    "Gamma": "gamma",
    "Phi": "normal_cdf",
    "Re": "real",
    "Im": "imag",
    "digamma": "digamma",
}
HABITUAL_MEANINGS = {
    "sigma": ("sigma", "logistic sigmoid"),
    "Gamma": ("special-letter", "gamma function"),
    "Phi": ("special-letter", "distribution function of the standard normal distribution"),
}
"""Letters that a paper may use for functions of its own: the convention, and what they are."""
STYLED_FUNCTIONS = {("V", "bb", 1): "var", ("B", "rm", 2): "beta_function"}
"""By letter, style and number of arguments: `\\mathbb{V}[x]`, `\\mathrm{B}(a, b)`."""
ARRAY_SIGNS = frozenset("⊙∘⊗@")
BARE_WORDS = frozenset({"exp", "log", "ln", "sin", "cos", "tan", "tanh", "tr", "det"})
NO_RANGE = Range()
NOTHING: Mapping[str, d.Draft] = {}
COEFFICIENTS = frozenset(
    ["alpha", "beta", "gamma", "epsilon", "varepsilon", "eta", "kappa", "lambda", "tau", "omega"]
)
FUNCTION_LETTERS = HABITUAL_FUNCTIONS | frozenset("FGHJKNPUuvpq") | {"Phi", "Psi", "rho"}


class Applications(Stage):
    """What does a bracket after a name mean? A function of the library, of the source or of the
    user, or an address."""

    def applies(self, token: n.Notation, fence: n.Fence, env: Env) -> bool:
        """Whether a piece before a bracket is applied to it."""
        if not isinstance(token, n.Letter | n.Word | n.Scripts | n.Accent):
            return False
        base = base_of(token.base if isinstance(token, n.Scripts) else token)
        if base is None:
            return False
        seen = occurrence(token, base, self.source.namer, self.around(env))
        if self.function_name(seen.name) or self.entry_of(token) is not None:
            return True
        if self.family_of(token, base) is not None:
            return True
        if self.source.known(seen.name) is not None or seen.name in env.values:
            return False
        return not self.is_factor(token, base, fence, raised=False)

    def is_factor(self, token: n.Notation, base: Base, fence: n.Fence, *, raised: bool) -> bool:
        r"""Whether a bracket after a symbol that nothing defines is a factor: one that binds terms
        together, that is raised or transposed, or that groups a product of matrices."""
        body = fence.body
        if holds_list(fence) and not raised:
            return False
        if is_power_of_e(token):
            return not isinstance(body, n.Items)
        if has_terms(body) or self.is_unit(base):
            return not isinstance(body, n.Items) and not is_plain(body)
        if raised:
            ratio = isinstance(body, n.Fraction) and base.text in FUNCTION_LETTERS
            return not (is_plain(body) or ratio or isinstance(body, n.Number | n.Items))
        if is_number_by_habit(token, base) and not is_plain(body):
            grouped = n.Fraction | n.Row | n.Product
            if isinstance(body, grouped) or is_normed(body):
                return True  # \gamma (\frac{x - \mu}{\sigma}), \lambda (\|w\|^2)
        if base.latin and not base.capital:  # b (X X^T) X
            return isinstance(body, n.Row) and all(map(matrix_like, body.items))
        return matrix_like(token) and is_product_of_matrices(body)

    def function_name(self, name: str) -> bool:
        entry = self.source.declared.get(name)
        if entry is not None:
            return entry.is_function
        return any(t.arguments is not None for t in self.source.targets.get(name, ()))

    def entry_of(self, token: n.Notation) -> str | None:
        """The library function that a piece names, scripts aside; None where it names none."""
        base = token.base if isinstance(token, n.Scripts) else token
        match base:
            case n.Word(text, style) if style != "big":
                spelling = text
            case n.Letter(text, "" | "rm" | "bf" | "sf") if text in LETTER_FUNCTIONS:
                if self.source.known(self.source.namer.stem(Base(text))) is not None:
                    return None
                power = token.sup if isinstance(token, n.Scripts) else None
                if text in self.source.matrices or isinstance(power, n.Number):
                    return None
                below = label(token.sub) if isinstance(token, n.Scripts) and token.sub else ""
                if (text, below) in self.source.standing:
                    self.ledger.assume(
                        "letter-function",
                        f"{text} is a symbol, not a function: it stands without a bracket too",
                        instead="the function",
                        shapes={self.source.namer.join(text, [below] if below else []): "() -> ()"},
                        span=token.span,
                    )
                    return None
                spelling = LETTER_FUNCTIONS[text]
            case _:
                return None
        if isinstance(base, n.Word):
            if self.source.known(self.source.namer.stem(Base(text, word=True))) is not None:
                return None
        entry = library.find(spelling)
        return entry.name if entry is not None else None

    def bare_function(self, token: n.Notation, after: n.Notation | str | None) -> str | None:
        """The library function that a word names without a bracket: `\\log x`, `tr A`, `abs x`."""
        base = token.base if isinstance(token, n.Scripts) else token
        if not isinstance(base, n.Word) or base.style not in ("op", "bf", "rm", ""):
            return None
        if big_operator(token) is not None:
            return None
        if base.style or base.text in BARE_WORDS:
            return self.entry_of(token)
        if not isinstance(after, n.Notation) or not _shares_index(token, after):
            return None
        entry = self.entry_of(token)
        if entry is None or len(library.ENTRIES[entry].arguments) != 1:
            return None
        if base.text in self.source.words_alone:
            raise AmbiguousError(
                f"{base.text} stands before a factor, and elsewhere by itself",
                token.span,
                readings=(
                    Choice("the function", (token.span, "(", after.span, ")")),
                    declared("a number of that name", {base.text: ""}),
                ),
            )
        return entry

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
        if base.text in ("1", "I") and (condition := condition_in(fence.body)) is not None:
            return self.indicator(condition, env)
        if base.text == "1" and isinstance(fence.body, n.Items) and base.style in ("bb", "bf", ""):
            if all(condition_in(item) is not None for item in fence.body.items):
                return self.indicator(fence.body, env)
        if base.text == "1" and base.style == "bb" and not isinstance(token, n.Scripts):
            raise UnsupportedError(
                "what this indicator holds is no condition that can be translated",
                fence.span,
                hints=("write a comparison in it: \\mathbb{1}[x > 0]",),
            )
        arguments = listed(fence.body)
        seen = occurrence(token, base, self.source.namer, self.around(env))
        raised = isinstance(written, n.Scripts) and written.sup is not None
        value = self.applied(token, seen, base, arguments, fence, env, raised=raised)
        if value is None:
            return None
        if isinstance(written, n.Scripts):
            if written.sub is not None:
                value = self.address(value, tuple(split(written.sub)), written.span, env)
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
        *,
        raised: bool = False,
    ) -> d.Draft | None:
        name, span = seen.name, token.span | fence.span
        declared = self.source.declared.get(name)
        prime = self.derived_name(token)
        if prime is not None:
            assert isinstance(token, n.Scripts)
            return self.derivative_of(prime, arguments, span, env, times=token.primes)
        if type(token) is n.Scripts and token.primes:
            self.check_derivative(token, seen, base, fence)
        if declared is not None and declared.is_function:
            check_inverse(seen, base, whole=len(declared.shape) == 2)
            value = self.member(name, declared, seen.places, arguments, span, env)
            return self.raised(value, seen, env)
        if name in self.source.targets and not (declared and not declared.is_function):
            if self.source.targets[name][-1].arguments is None:
                called = library.find(base.text) if base.word else None
                if called is not None:  # `mean = mean(x)`: the function, and what it gave
                    return self.call(token, called.name, list(arguments), env, span)
                self.check_number(name, fence, raised=raised)
                return self.after_value(token, seen, base, arguments, fence, env)
            check_inverse(seen, base, whole=base.capital)
            return self.raised(self.source_call(name, seen, arguments, fence, span, env), seen, env)
        member = None if declared is not None else self.family_of(token, base)
        if member is not None:
            return self.raised(self.family_call(member, token, arguments, span, env), seen, env)
        addressed = self.addressed(seen, token, base, arguments, fence, env)
        if addressed is not None:
            return addressed
        self.check_sampled(base, arguments, fence, env)
        if declared is not None or name in env.values:
            self.check_number(name, fence, raised=raised)
            if is_sum(fence.body) or not all(is_plain(a) for a in arguments):
                return None
            joined = fence.open == "[" and isinstance(fence.body, n.Items)
            joined = joined or fence.body == token  # \xi (\xi)^\top
            if joined or name in env.values or self.multiplies(declared, arguments, token, env):
                return None
            if "bracket" not in self.ledger.prefer:
                self.check_label(base, arguments, span, env)
            return self.raised(self.symbol(replace(seen, raised=()), token, base, env), seen, env)
        spectral = self.spectral(token, arguments, span, env)
        if spectral is not None:
            return spectral
        styled = STYLED_FUNCTIONS.get((base.text, base.style, len(arguments)))
        entry = self.entry_of(token) or styled
        if entry is not None:
            if base.text in HABITUAL_MEANINGS and not base.word:
                convention, meaning = HABITUAL_MEANINGS[base.text]
                self.ledger.assume(
                    convention, f"{base.text} is the {meaning}", instead="a function of yours",
                    shapes={self.source.namer.stem(base): "() -> ()"}, span=token.span,
                )  # fmt: skip
            return self.call(token, entry, list(arguments), env, span)
        component = self.component(token, base, arguments, span, env)
        if component is not None:
            return component
        if any(is_transpose(script) for script in seen.raised):
            return None
        return self.unknown_application(token, seen, base, arguments, fence, span, raised=raised)

    def spectral(
        self, token: n.Notation, arguments: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft | None:
        r"""`\lambda_{\max}(A)`, `\sigma_{\min}(A)`: the ends of a matrix's spectrum."""
        match token:
            case n.Scripts(n.Letter("lambda" | "sigma" as letter), below, None, 0) if below:
                end = label(below)
            case _:
                return None
        held = arguments[0] if len(arguments) == 1 else n.Number("")
        terms = held.terms if isinstance(held, n.Sum) else (held,)
        plain = any(isinstance(term, n.Number) for term in terms)  # \lambda_{\max} (1 - T)
        if end not in ("max", "min") or plain or not any(b.capital for b in bases_in(held)):
            return None
        matrix = self.read(arguments[0], env)
        if letter == "sigma":
            name = "spectral_norm" if end == "max" else "least_singular_value"
            return d.Call(name, [matrix], span=span)
        return d.Call(end, [d.Call("eigenvalues", [matrix], span=span)], span=span)

    def check_number(self, name: str, fence: n.Fence, *, raised: bool) -> None:
        """Refuse `x(0)` of a value: what it is at 0, or its product with 0."""
        if not raised and is_lone_number(fence.body):
            raise AmbiguousError(
                f"a number alone stands in the bracket after {name}, which is a value",
                fence.span,
                readings=(f"{name} taken there", f"{name} times it"),
                hints=("write an element as x_0, a product with a sign: x * 2",),
            )

    def check_derivative(
        self, token: n.Scripts, seen: Occurrence, base: Base, fence: n.Fence
    ) -> None:
        """Refuse `N'(d)`, which is no transposed matrix before a bracket that groups nothing."""
        if self.entry_of(token) is not None:
            return
        transposed = any(is_transpose(script) for script in seen.raised)
        function = transposed and self.function_name(seen.name)
        if function or (transposed and not self.is_factor(token, base, fence, raised=False)):
            raise UndefinedError(
                f"the derivative of {seen.name} is applied here, and nothing defines it",
                token.span | fence.span,
                hints=(
                    f"define {seen.name}(x) = … in the source, or declare the derivative: "
                    f'shapes={{"{seen.name}_prime": "() -> ()"}}',
                    rf"write {seen.name}^\top for a transpose",
                ),
            )

    def check_label(
        self, base: Base, arguments: tuple[n.Notation, ...], span: Span, env: Env
    ) -> None:
        """Refuse `a(x)` of two declared values where x stands nowhere else: as a label it would be
        lost."""
        for piece in arguments:
            other = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
            if other is None or other == base:
                continue
            name = occurrence(piece, other, self.source.namer, self.around(env)).name
            entry = self.source.declared.get(name)
            if entry is None or entry.is_function or self.source.stands_outside(other, base):
                continue
            raise AmbiguousError(
                f"{name} in the bracket after {base.text} is a factor, or says what "
                f"{base.text} depends on",
                span,
                readings=(f"{base.text} times {name}", f"the value {base.text}"),
                hints=(
                    rf"write {base.text} \cdot {name} for the product; leave {name} undeclared "
                    f"where {base.text} only depends on it",
                ),
            )

    def multiplies(
        self,
        declared: Declared | None,
        arguments: tuple[n.Notation, ...],
        token: n.Notation,
        env: Env,
    ) -> bool:
        """Whether a bracket after a declared matrix holds the array that it multiplies:
        `W_1(F)`."""
        if declared is None or len(declared.shape) != 2 or len(arguments) != 1:
            return False
        piece = arguments[0]
        base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
        if base is None:
            return False
        seen = occurrence(piece, base, self.source.namer, self.around(env))
        other = self.source.declared.get(seen.name)
        if other is None or other.is_function or seen.places or len(other.shape) not in (1, 2):
            return False
        if other.shape[0] != declared.shape[1]:
            return False
        chosen = self.ledger.assume(
            "bracket",
            f"{written(token)} multiplies {seen.name} in the bracket after it",
            instead="the bracket says what it depends on",
            span=token.span | piece.span,
        )
        return chosen == "product"

    def unknown_application(
        self,
        token: n.Notation,
        seen: Occurrence,
        base: Base,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        span: Span,
        *,
        raised: bool,
    ) -> d.Draft | None:
        name = seen.name
        if fence.open == "[" and all(isinstance(a, n.Number | n.Relation) for a in arguments):
            raise UndefinedError(
                f"{name} is addressed here, and nothing says what array it is", span,
                hints=(f'declare it: shapes={{"{name}": "n"}}',),
            )  # fmt: skip
        habitual = base.text in HABITUAL_FUNCTIONS
        single = len(arguments) == 1
        factor = single and self.is_factor(token, base, fence, raised=raised)
        if factor and not habitual and (not base.word or base.text in GREEK):
            inverse = isinstance(token, n.Scripts) and token.sup is not None and undone(token.sup)
            if inverse or self.is_unit(base) or is_power_of_e(token):
                return None
            own = {name: signature(((),) * (len(seen.places) + 1), ())}
            if has_terms(fence.body):
                self.ledger.assume(
                    "factor",
                    f"{name} multiplies the bracket after it",
                    instead="a function of yours",
                    shapes=own,
                    span=span,
                )
            elif not raised:
                self.ledger.assume(
                    "grouped",
                    f"{name} multiplies the product in the bracket after it",
                    instead="a function of yours",
                    shapes=own,
                    span=span,
                )
            return None
        if fence.open == "[" and not base.word and not habitual and not single:
            return None
        product = single and not is_plain(arguments[0])
        close = get_close_matches(base.text, sorted(library.SPELLINGS), 2) if base.word else []
        kinds = {spelling.lower(): spelling for spelling in reversed(close)}
        hints = tuple(f"did you mean {spelling}?" for spelling in reversed(kinds.values()))
        inputs = ", ".join(["(d)"] * max(len(arguments), 1))
        raise UndefinedError(
            f"{name} is applied here, and nothing defines it",
            span,
            hints=(
                *hints,
                f'if it is a function of yours, declare it: shapes={{"{name}": "{inputs} -> (d)"}}',
                *(
                    (r"if it is a factor, write a sign before the bracket: \cdot",)
                    if product
                    else ()
                ),
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
        if not arguments:
            return None
        rank = self.source.known(seen.name)
        if rank is None and not env.bindings:
            return None
        keys = [index_keys(a) for a in arguments]
        bound = all(k and all(key in env.bindings for key in k) for k in keys)
        integers = fence.open == "[" and rank is not None and 0 < len(arguments) <= rank
        integers = integers and not any(self.holds_array(a, env) for a in arguments)
        if not bound and not integers:
            return None
        if self.entry_of(token) is not None and rank is None:
            return None
        if seen.name in env.values and not integers:
            if is_sum(fence.body) or seen.places:
                return None
            value = self.address(env.values[seen.name], arguments, token.span | fence.span, env)
            return self.raised(value, seen, env)
        if len(arguments) == 1 and rank == 0:
            return None
        if rank is not None and 0 < rank == len(seen.places):
            return None  # w_n [y_n …] of a vector w: the bracket is a factor
        if bound and rank is None and is_sum(fence.body) and fence.open != "[":
            return None
        inner = replace(seen, raised=(), places=(*seen.places, *arguments))
        return self.raised(self.symbol(inner, token, base, env), seen, env)

    def holds_array(self, piece: n.Notation, env: Env) -> bool:
        """Whether a piece is a symbol declared as an array of numbers that are no positions."""
        base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
        if base is None:
            return isinstance(piece, n.Grid | n.Row)
        seen = occurrence(piece, base, self.source.namer, self.around(env))
        declared = self.source.declared.get(seen.name)
        if declared is None:
            return any(t.arguments is None for t in self.source.targets.get(seen.name, ()))
        return len(declared.shape) > len(seen.places) and declared.kind != "int"

    def check_sampled(
        self, base: Base, arguments: tuple[n.Notation, ...], fence: n.Fence, env: Env
    ) -> None:
        """`x[n - k]` under a sum over k, n bound by nothing: no product of x and a bracket."""
        if not env.summed or base.word or not base.latin:
            return
        keys = [key for a in arguments for key in index_keys(a)]
        if not any(key in env.summed for key in keys):
            return
        loose = [key for key in keys if key not in env.bindings]
        if fence.open != "[":
            loose = [key for key in loose if key in INDEX_LETTERS]
        if loose:
            raise AmbiguousError(
                f"{loose[0]} addresses {self.source.namer.stem(base)} here, and nothing binds it",
                fence.span,
                hints=("bind it with a sum, a range or the left-hand side",),
            )

    def component(
        self, token: n.Notation, base: Base, arguments: tuple[n.Notation, ...], span: Span, env: Env
    ) -> d.Draft | None:
        """`p_i(x)`, `E_i(x)`: a component of `p(x)`, i bound."""
        if not isinstance(token, n.Scripts) or token.sub is None:
            return None
        parts = tuple(split(token.sub))
        stem = self.source.namer.stem(base)
        declared = self.source.declared.get(stem)
        if declared is None or not declared.is_function:
            return None
        keys = [key for part in parts for key in index_keys(part)]
        bound = bool(keys) and all(key in env.bindings for key in keys)
        if not bound and not takes(declared, parts, arguments):
            return None
        return self.member(stem, declared, parts, arguments, span, env)

    def member(
        self,
        name: str,
        declared: Declared,
        places: tuple[n.Notation, ...],
        arguments: tuple[n.Notation, ...],
        span: Span,
        env: Env,
    ) -> d.Draft:
        """A declared function with indices below, `T_k(L)`: the k-th function where the
        declaration has an argument for it, else a component of the value."""
        if takes(declared, places, arguments):
            return self.declared_call(name, declared, (*places, *arguments), span, env)
        if places:
            family = signature((*((),) * len(places), *(declared.arguments or ())), declared.shape)
            if len(declared.shape) != len(places):
                raise AmbiguousError(
                    f"{name} applied, with an index below, is one of several functions or a part "
                    f"of a value",
                    span,
                    readings=("one function for each index", f"a part of the value of {name}"),
                    hints=(
                        f'for the functions, declare the index: shapes={{"{name}": "{family}"}}',
                        f"for a part, name the value and take that apart: y = {name}(…), y_k",
                    ),
                )
            self.ledger.assume(
                "component",
                f"{name} with an index below is a component of its value",
                instead="one of several functions",
                shapes={name: family},
                span=span,
            )
        value = self.declared_call(name, declared, arguments, span, env)
        return self.address(value, places, span, env)

    def raised(self, value: d.Draft, seen: Occurrence, env: Env) -> d.Draft:
        """`f^2(x)`: the result is raised."""
        for script in seen.raised:
            if isinstance(script, n.Number) and script.text.isdigit() and script.text != "1":
                self.tell_raised(seen.name, script, value.span)
            value = self.raise_(value, script, value.span, env)
        return value

    def tell_raised(self, name: str, script: n.Number, span: Span) -> None:
        """A function that is raised: its result is, though dynamics and algebra repeat it so."""
        chosen = self.ledger.assume(
            "raised-function",
            f"{name}^{script.text}(…) raises the result of {name}",
            instead=f"{name} applied {script.text} times, to be written {name}({name}(…))",
            span=span,
        )
        if chosen == "repeated":
            raise UnsupportedError(
                f"{name} is to be applied {script.text} times",
                span,
                hints=(f"write it out: {name}({name}(…))",),
            )

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
                f"{name} takes {counted(expected)}, and is given {len(arguments)}", span,
                hints=(f"it is declared so: shapes={{\"{name}\": …}}",),
            )  # fmt: skip
        self.source.functions_used.setdefault(name, span)
        return d.Apply(name, [self.read(a, env) for a in arguments], span=span)

    def after_value(
        self,
        token: n.Notation,
        seen: Occurrence,
        base: Base,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        env: Env,
    ) -> d.Draft | None:
        """A bracket after a value that the source defines: an address, a label, or (None) a
        factor."""
        self.check_value(seen.name, arguments, token.span | fence.span)
        if is_sum(fence.body) or any(undone(script) for script in seen.raised):
            return None
        addressed = self.addressed(seen, token, base, arguments, fence, env)
        if addressed is not None:
            return addressed
        if fence.open == "[" and isinstance(fence.body, n.Items):
            return None
        span = token.span | fence.span
        call = self.source_call(seen.name, seen, arguments, fence, span, env)
        return self.raised(call, seen, env)

    def check_value(self, name: str, arguments: tuple[n.Notation, ...], span: Span) -> None:
        """Refuse `h = f + f`, `h(z)`: what is made of functions is not said to be a value."""
        target = self.source.targets[name][-1]
        whole = [part for form in target.line.forms for part in self.unapplied(form)]
        own = {argument for function in whole for argument in function.arguments or ()}
        if not own or own.issuperset(arguments):
            return
        raise AmbiguousError(
            f"{name} is defined without arguments, and has some here",
            span,
            readings=(f"{name} is a function", f"{name} is a value, and the bracket is a factor"),
            hints=(f"define it as {name}(x) = …, or write the product with \\cdot",),
        )

    def unapplied(self, root: n.Notation) -> Iterator[Target]:
        """The functions of the source that a formula names without arguments."""
        if isinstance(root, n.Row):
            for piece, after in zip(root.items, (*root.items[1:], None), strict=True):
                if not isinstance(after, n.Fence):
                    yield from self.unapplied(piece)
            return
        function = self.whole_function(root)
        if function is not None:
            yield function
        elif not isinstance(root, n.Scripts):
            for piece in pieces(root):
                yield from self.unapplied(piece)

    def whole_function(self, piece: n.Notation) -> Target | None:
        """The function of the source that a symbol names."""
        base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
        if base is None:
            return None
        seen = occurrence(piece, base, self.source.namer, self.around(Env(0)))
        named = self.source.targets.get(self.derived_name(piece) or seen.name, ())
        return next((target for target in named if target.parameters), None)

    def check_circle(self, above: n.Notation, below: n.Notation) -> None:
        r"""Refuse `g \circ g` of functions: it is no product of their values."""
        ahead = below.items if isinstance(below, n.Row) else (below,)
        sides = [above.items[-1] if isinstance(above, n.Row) else above]
        if len(ahead) == 1 or not isinstance(ahead[1], n.Fence):
            sides.append(ahead[0])
        if all(self.whole_function(side) is None for side in sides):
            return
        raise UnsupportedError(
            "the composition of functions is not translated",
            above.span | below.span,
            hints=("write it with its argument: h(x) = g(g(x)); a product of values is \\odot",),
        )

    def source_call(
        self,
        name: str,
        seen: Occurrence,
        arguments: tuple[n.Notation, ...],
        fence: n.Fence,
        span: Span,
        env: Env,
    ) -> d.Draft:
        """A function that the source defines, applied: its value at its own arguments, else its
        body."""
        target = self.source.targets[name][-1]
        if target.arguments is None or (not target.parameters and not target.addresses):
            if target.indices and target.arguments is not None:
                return self.indexed_call(name, target, arguments, span, env)
            if env.values and self.depends(target, env.values):
                return self.anew(target, seen, span, env)
            info = self.source.info(self.internal(name, env), fence, target.base)
            return self.address(d.Symbol(info, span=span), seen.places, span, env)
        if not target.parameters:
            raise UnsupportedError(
                f"{name} is defined with arguments that are no plain symbols, and is applied "
                f"to others",
                span,
                hints=("define it with a letter for each argument: f(x, y) = …",),
            )
        places = self.own_places(target, seen, arguments)
        if places is not None and places != seen.places and not env.values:
            info = self.source.info(
                symbol_of(target, self.source.targets[name]), fence, target.base
            )
            return self.address(d.Symbol(info, span=span), places, span, env)
        bound = any(index_key(argument) in env.bindings for argument in arguments)
        if tuple(arguments) == target.arguments and not env.values and not bound:
            info = self.source.info(
                symbol_of(target, self.source.targets[name]), fence, target.base
            )
            return self.address(d.Symbol(info, span=span), seen.places, span, env)
        if len(arguments) != len(target.arguments):
            raise DefinitionError(
                f"{name} takes {counted(len(target.arguments))}, and is given {len(arguments)}",
                span,
                hints=("give as many as its definition has",),
            )
        if any(self.of_element(argument, target) for argument in target.arguments):
            raise UnsupportedError(
                f"{name} is defined for elements of an array, and is applied to something else",
                span,
                hints=("define it with a plain letter as its argument",),
            )
        self.check_entries(target, span)
        values = [self.read(a, env) for a in arguments]
        self.source.applied.append(Application(target, values, span))
        extra = self.source.extra.get((span.start, span.end), ())
        if any(count for count, _ in extra):
            return self.each(target, values, extra, seen, span, env)
        return self.inline(target, values, seen, span, env)

    def each(
        self,
        target: Target,
        values: list[d.Draft],
        extra: Sequence[tuple[int, int]],
        seen: Occurrence,
        span: Span,
        env: Env,
    ) -> d.Draft:
        """A function at each row or entry of its arguments, whose leading axes `extra` counts."""
        if seen.places:
            raise UnsupportedError(
                f"{target.name} is taken apart at another argument",
                span,
                hints=("apply it to the argument that it is defined with",),
            )
        sizes, tags = self.source.sizes, self.source.tags
        count = max(count for count, _ in extra)
        made = [d.Binding(f"i_{next(tags)}", sizes.fresh(), span=span) for _ in range(count)]
        places: list[d.Draft | None] = [d.Value(one, span=span) for one in made]
        rows: list[d.Draft] = []
        for value, (own, rank) in zip(values, extra, strict=True):
            if own and isinstance(value, d.Symbol) and value.info.rank is None:
                value.info.rank = rank
            rows.append(d.At(value, list(places), span=value.span) if own else value)
        self.ledger.assume(
            "function-rows",
            f"{target.name} works on each {'row' if len(made) == 1 else 'entry'} of what it is "
            "applied to",
            instead="on the whole array",
            span=span,
        )
        return d.Over(made, self.inline(target, rows, seen, span, env), span=span)

    def check_entries(self, target: Target, span: Span) -> None:
        r"""Refuse `y = f(z)` where `f(x) = x_1^2 + x_2^2` has x by numbers below it alone: they are
        names there, and z would be dropped."""
        for argument in target.arguments or ():
            base = base_of(argument)
            if base is None:
                continue
            numbered = any(
                type(piece) is n.Scripts
                and type(piece.sub) is n.Number
                and base_of(piece.base) == base
                for form in target.line.forms
                for piece in walk(form)
            )
            stem = self.source.namer.stem(base)
            if (
                numbered
                and not self.source.survey.is_slot(base, "0")
                and not self._bare(target, base)
            ):
                raise UnsupportedError(
                    f"{target.name} holds {stem} by its numbered parts alone, and is applied to "
                    "something else",
                    span,
                    hints=(
                        f"define it for each part: {target.name}({stem}_1, {stem}_2) = …",
                        rf"or by an index: \sum_i {stem}_i^2",
                    ),
                )

    def _bare(self, target: Target, base: Base) -> bool:
        """Whether a letter stands in a definition without a number below."""
        pending = list(target.line.forms)
        while pending:
            piece = pending.pop()
            if type(piece) is n.Scripts and base_of(piece.base) == base:
                if type(piece.sub) is not n.Number:
                    return True
                pending += [part for part in (piece.sup,) if part is not None]
            elif base_of(piece) == base:
                return True
            else:
                pending += pieces(piece)
        return False

    @staticmethod
    def of_element(argument: n.Notation, target: Target) -> bool:
        """Whether an argument on the left is an element of an array: `v(x_i) = …` for every i."""
        if not isinstance(argument, n.Scripts):
            return False
        return any(index_key(part) in target.indices for part in split(argument.sub))

    @staticmethod
    def own_places(
        target: Target, seen: Occurrence, arguments: tuple[n.Notation, ...]
    ) -> tuple[n.Notation, ...] | None:
        """`acc(B_k)` where the source defines `acc(B_m)` for every m: the places that it is taken
        at.

        None where the arguments are others than those of the definition.
        """
        places: dict[str, n.Notation] = {}
        for pattern, given in zip(target.arguments or (), arguments, strict=False):
            if not isinstance(pattern, n.Scripts) or not isinstance(given, n.Scripts):
                if pattern != given:
                    return None
                continue
            before, after = split(pattern.sub), split(given.sub)
            same = replace(pattern, sub=None) == replace(given, sub=None)
            if not same or len(before) != len(after):
                return None
            for part, other in zip(before, after, strict=True):
                key = index_key(part)
                if key in target.indices:
                    places[str(key)] = other
                elif part != other:
                    return None
        own = iter(seen.places)
        found = [places[key] if key in places else next(own, None) for key in target.indices]
        if None in found:
            return None
        return tuple(part for part in (*found, *own) if part is not None)

    def indexed_call(
        self,
        name: str,
        target: Target,
        arguments: tuple[n.Notation, ...],
        span: Span,
        env: Env,
    ) -> d.Draft:
        """`\\ell(2k-1, 2k)` where the source defines `\\ell(i, j)` over indices."""
        info = self.source.info(
            symbol_of(target, self.source.targets[name]), arguments[0], target.base
        )
        return d.At(d.Symbol(info, span=span), [self.read(a, env) for a in arguments], span=span)

    def family_of(self, token: n.Notation, base: Base) -> Target | None:
        r"""The definition `T_\alpha(x) = …` that `T_{\lambda t}` is a member of: its right side
        uses the subscript."""
        if not isinstance(token, n.Scripts) or token.sub is None:
            return None
        for targets in self.source.targets.values():
            target = targets[-1]
            head = target.head
            if target.base is None or target.base.plain != base.plain or not target.parameters:
                continue
            if not isinstance(head, n.Scripts) or head.sub is None or head.sub == token.sub:
                continue
            letter = base_of(head.sub)
            used = {b.plain for form in target.line.forms for b in bases_in(form)}
            if letter is not None and letter.plain in used and head.sup == token.sup:
                return target
        return None

    def family_call(
        self,
        target: Target,
        token: n.Notation,
        arguments: tuple[n.Notation, ...],
        span: Span,
        env: Env,
    ) -> d.Draft:
        """A member of a family of functions, its subscript put in like an argument."""
        if len(arguments) != len(target.parameters):
            raise DefinitionError(
                f"{target.name} takes {counted(len(target.parameters))}, "
                f"and is given {len(arguments)}",
                span,
                hints=("give as many as its definition has",),
            )
        assert isinstance(target.head, n.Scripts)
        assert isinstance(token, n.Scripts)
        assert target.head.sub is not None
        assert token.sub is not None
        letter = base_of(target.head.sub)
        assert letter is not None
        extra = {self.source.namer.stem(letter): self.read(token.sub, env)}
        values = [self.read(a, env) for a in arguments]
        return self.inline(target, values, Occurrence(target.name, (), ()), span, env, extra)

    def inline(
        self,
        target: Target,
        values: list[d.Draft],
        seen: Occurrence,
        span: Span,
        env: Env,
        extra: Mapping[str, d.Draft] = NOTHING,
    ) -> d.Draft:
        r"""The body of a function of the source, with its parameters put in.

        A letter of it that the function around has as a parameter is that parameter:
        `f_\theta(x)` in the body of `L(\theta)`.
        """
        if env.depth > 24:
            raise DefinitionError(f"{target.name} is defined by itself", span, hints=(BY_ITSELF,))
        bound = {**env.values, **dict(zip(target.parameters, values, strict=True)), **extra}
        self.source.inlined.add(target.name)
        inner = Env(target.place, {}, bound, env.depth + 1, f"_{next(self.source.tags)}")
        return self.unfold(target, seen, span, env, inner)

    def anew(self, target: Target, seen: Occurrence, span: Span, env: Env) -> d.Draft:
        """A definition read again, where it depends on a parameter of the function around it."""
        if env.depth > 24:
            raise DefinitionError(f"{target.name} is defined by itself", span, hints=(BY_ITSELF,))
        if target.arguments:
            self.source.inlined.add(target.name)
        inner = Env(target.place, {}, env.values, env.depth + 1, env.tag)
        return self.unfold(target, seen, span, env, inner)

    def unfold(self, target: Target, seen: Occurrence, span: Span, env: Env, inner: Env) -> d.Draft:
        """The body of a definition in another scope, at the places that its use addresses."""
        return self.source.weigh(self.opened(target, seen, span, env, inner), span)

    def opened(self, target: Target, seen: Occurrence, span: Span, env: Env, inner: Env) -> d.Draft:
        if not target.indices:
            return self.address(self.body(target, inner), seen.places, span, env)
        places = [self.read(part, env) for part in seen.places]
        if target.diagonal or (places and len(places) != len(target.indices)):
            raise UnsupportedError(
                f"{target.name} is taken apart at another argument",
                span,
                hints=("apply it to the argument that it is defined with",),
            )
        if not places:
            made = {key: self.binding(Binder(key, NO_RANGE, span), inner) for key in target.indices}
            body = self.body(target, replace(inner, bindings=made))
            return d.Over(list(made.values()), body, span=span)
        keys = dict(zip(target.indices, places, strict=True))
        return self.body(target, replace(inner, bindings=keys))

    def depends(self, target: Target, names: Iterable[str]) -> bool:
        """Whether a definition reads, itself or through others, a letter of these names."""
        letters = {name.split("_")[0] for name in names}
        pending, seen = [target], {target.place}
        while pending:
            for form in pending.pop().line.forms:
                for base in bases_in(form):
                    if VARIANTS.get(base.text, base.text) in letters:
                        return True
                    for others in self.source.targets.values():
                        for other in others:
                            same = other.base is not None and other.base.plain == base.plain
                            if same and other.place not in seen:
                                seen.add(other.place)
                                pending.append(other)
        return False

    def computes(self, target: Target) -> bool:
        """Whether a form before the last one says what the value is, and is no mere name."""
        forms = target.line.forms[:-1]
        return bool(forms) and not any(self.is_name(form) for form in forms[-1:])

    def is_name(self, form: n.Notation) -> bool:
        """Whether a form is a symbol of which nothing else is known, raised or not."""
        core = form.base if isinstance(form, n.Scripts) else form
        base = base_of(core)
        if base is None:
            return False
        name = occurrence(form, base, self.source.namer, self.around(Env(0))).name
        return self.source.known(name) is None

    def body(self, target: Target, env: Env) -> d.Draft:
        """The value of a definition: the last of its forms that can be computed."""
        problems: list[Eq2CodeError] = []
        for form in reversed(target.line.forms):
            kept = len(self.source.infos)
            try:
                return self.read(form, env)
            except (UndefinedError, UnsupportedError, ParseError) as error:
                if problems or not self.computes(target):
                    raise
                problems.append(error)
                for name in list(self.source.infos)[kept:]:
                    del self.source.infos[name]
        raise problems[0]


def is_number_by_habit(token: n.Notation, base: Base) -> bool:
    r"""Whether a symbol is a number by habit: a Greek letter that no word labels, or one that is
    squared."""
    if not isinstance(token, n.Scripts):
        return base.text in COEFFICIENTS
    squared = isinstance(token.sup, n.Number)
    labelled = isinstance(token.sub, n.Word | n.Text) or isinstance(token.sup, n.Word | n.Text)
    return squared or (base.text in COEFFICIENTS and not labelled and not token.primes)


def is_normed(body: n.Notation) -> bool:
    """Whether a bracket holds a norm, raised or not."""
    core = body.base if isinstance(body, n.Scripts) else body
    return isinstance(core, n.Fence) and core.open in ("|", "‖")


def takes(
    declared: Declared, places: tuple[n.Notation, ...], arguments: tuple[n.Notation, ...]
) -> bool:
    """Whether a declared function has numbers in front for the indices below it."""
    given = declared.arguments or ()
    count = len(places)
    return count > 0 and len(given) == count + len(arguments) and not any(given[:count])


def signature(arguments: Iterable[Shape], result: Shape) -> str:
    """A signature as `shapes=` takes it: `(), (n) -> (m)`."""
    inputs = ", ".join(f"({' '.join(map(str, shape))})" for shape in arguments)
    return f"{inputs} -> ({' '.join(map(str, result))})"


def check_inverse(seen: Occurrence, base: Base, *, whole: bool) -> None:
    r"""Refuse `f^{-1}(x)`: the function that undoes f, or one over its value; the value of a
    matrix function (`whole`) is inverted."""
    if whole or not any(script == INVERSE for script in seen.raised):
        return
    raise AmbiguousError(
        f"{base.text} to the minus one, applied, is its inverse function or one over its value",
        seen.raised[0].span,
        readings=("the inverse function", f"1 / {base.text}(…)"),
        hints=(
            rf"write {base.text}(…)^{{-1}} for one over the value; declare the inverse function "
            f"by a name of its own, {base.text}_inv",
        ),
    )


def matrix_like(piece: n.Notation) -> bool:
    """Whether a piece is a capital letter, with any scripts."""
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    return base is not None and base.capital


def is_product_of_matrices(body: n.Notation) -> bool:
    r"""Whether a bracket holds a product of arrays: `BC`, `X w`, `B^{-1} \cdot y`, `r \odot h`."""
    match body:
        case n.Row(items):
            return len(items) > 1 and any(map(matrix_like, items))
        case n.Product(_, operators) if ARRAY_SIGNS.issuperset(operators):
            return True
        case n.Product(operands, operators) if "/" not in operators:
            return any(matrix_like(part) or is_product_of_matrices(part) for part in operands)
    return False


def undone(script: n.Notation) -> bool:
    """Whether a script above is a transpose or an inverse, which only a value can have."""
    return is_transpose(script) or script == INVERSE


def _shares_index(token: n.Notation, after: n.Notation) -> bool:
    """Whether what stands below a word, if anything does, is an index of the factor behind it."""
    if not isinstance(token, n.Scripts):
        return True
    below = token.sub if token.sup is None and not token.primes else None
    return below is not None and index_key(below) in letters_in(after)
