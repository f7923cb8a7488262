"""What does a big operator run over? Indices, their ranges, and the sizes that these print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from eq2code.choice import Choice
from eq2code.errors import (
    AmbiguousError,
    ParseError,
    TooLargeError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.affine import Affine, affine, is_scaled
from eq2code.read.alternatives import spread
from eq2code.read.names import base_of, label
from eq2code.read.questions import (
    letters_in,
    scripted_fence,
    symbols_in,
    times,
    total,
)
from eq2code.read.scope import (
    INDEX_LETTERS,
    Binder,
    Range,
    big_operator,
    binders,
    index_key,
    mentions,
    pieces,
    split,
    walk,
)
from eq2code.read.scripts import is_transpose, occurrence
from eq2code.read.stage import Stage
from eq2code.read.symbols import Env
from eq2code.read.unify import PRINTED
from eq2code.source import Span
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim

NO_RANGE = Range()
EXTREMES = frozenset({"max", "min", "argmax", "argmin"})
BOUNDED = frozenset({"prod", "max", "min"})


class Operators(Stage):
    """What does a big operator run over? Indices, their ranges, and the sizes that these print."""

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
            raise ParseError(
                "nothing follows this operator",
                span,
                hints=("write what it runs over: \\sum_i x_i",),
            )
        span = span | tail[-1].span
        if sub is None:
            return self.unindexed(operation, list(rest), env, span)
        given = frozenset(env.bindings) | self.arguments(env)
        bound, conditions = binders(sub, sup, given, tail)
        if not bound:
            raise UnsupportedError(
                "this operator binds no index",
                token.span,
                hints=("write the index below it: \\sum_i, \\max_j",),
            )
        if operation in EXTREMES:
            _check_optimum(bound, tail, span)
        inner = dict(env.bindings)
        made, checks = self.bind(bound, inner, env)
        keys = frozenset(binder.key for binder in bound)
        closed = replace(env, bindings=inner, summed=env.summed | keys)
        extra = [self.condition(c, closed) for c in conditions]
        for one in made:
            one.limits.extend(extra)
        body = self.tokens(list(rest), closed)
        checks += extra
        condition = None
        if checks:
            condition = checks[0] if len(checks) == 1 else d.Logic("and", checks, span=token.span)
        if operation == "each":
            return d.Each(made[0], body, span=span)
        if operation == "joined":
            if len(made) > 1 or condition is not None:
                raise UnsupportedError(
                    "this range of what is joined is not translated",
                    span,
                    hints=("print it from 1: _{i=1}^{n}",),
                )
            return d.Join([d.Each(made[0], body, span=span)], [], span=span)
        return d.Big(operation, made, body, condition, span=span)

    def scope_end(
        self,
        token: n.Notation,
        big: tuple[str, n.Notation | None, n.Notation | None],
        tokens: Sequence[n.Notation | str],
        place: int,
        env: Env,
    ) -> int:
        """Where what an operator runs over ends: at the end of the product, as far as that matters.

        `\\prod_i x_i / n!`, `\\prod_i x_i \\prod_j y_j`: what follows without the index stands
        outside, where a sign or another operator sets it apart.
        """
        rest = tokens[place + 1 :]
        keys = self.operator_keys(big, rest, env) if big[0] in BOUNDED else []
        inside = self.last_mention(rest, keys, env)
        after = place + 1 + inside
        if not inside or after >= len(tokens):
            return len(tokens)
        first = tokens[after]
        if all(_is_positive(part) for part in tokens[after:]) and big[0] != "prod":
            return len(tokens)
        if self.contracts(rest[inside - 1], rest[inside:], env):
            return len(tokens)
        held = inside == 1 and _is_held(rest[0])
        apart = isinstance(first, str) or big_operator(first) is not None or held
        words = f"the operator over {', '.join(keys)}"
        if "operator-scope" not in self.ledger.prefer and not apart:
            assert not isinstance(first, str)
            raise AmbiguousError(
                f"what follows without {keys[0]} is taken by {words}, or multiplies its result",
                first.span,
                readings=("inside, once for each value", "outside, once"),
                hints=(
                    "put brackets round the operator and what it runs over",
                    'or say it: prefer={"operator-scope": "inside"}',
                ),
            )
        chosen = self.ledger.assume(
            "operator-scope", f"what follows without {keys[0]} stands outside {words}",
            instead="inside, once for each value", span=token.span,
        )  # fmt: skip
        return after if chosen == "outside" else len(tokens)

    def last_mention(self, rest: Sequence[n.Notation | str], keys: Sequence[str], env: Env) -> int:
        """How many pieces there are up to the last that holds one of the letters, with the bracket
        and the sign behind it that are part of it; an operator that binds a letter again takes it
        for what follows."""
        live = set(keys)
        last = 0
        for place, piece in enumerate(rest):
            if isinstance(piece, str) or not live:
                continue
            big = big_operator(piece)
            own: set[str] = set()
            if big is not None and big[1] is not None:
                tail = [other for other in rest[place + 1 :] if not isinstance(other, str)]
                own = {b.key for b in binders(big[1], big[2], frozenset(env.bindings), tail)[0]}
            if mentions([piece], live - own):
                last = place + 1 if big is None else len(rest)
            live -= own
        if 0 < last < len(rest):
            ends, after = rest[last - 1], rest[last]
            fence = after if isinstance(after, n.Fence) else scripted_fence(after)
            if fence is not None and not isinstance(ends, str):
                last += self.applies(ends, fence, env)
        if last < len(rest) and isinstance(sign := rest[last], n.Mark) and sign.text == "!":
            last += 1
        return last

    def contracts(
        self, before: n.Notation | str, after: Sequence[n.Notation | str], env: Env
    ) -> bool:
        r"""Whether vectors meet where a scope could end: `\max_i w_i^\top x`."""
        first = next((piece for piece in after if not isinstance(piece, str)), None)
        if isinstance(before, str) or first is None or after[0] == "/":
            return False
        sup = before.sup if isinstance(before, n.Scripts) else None
        ends = sup.items[-1] if isinstance(sup, n.Row) else sup
        if ends is not None and is_transpose(ends):
            return True
        for piece in (before, first):
            base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
            if base is None:
                continue
            seen = occurrence(piece, base, self.source.namer, self.around(env))
            if base.bold or (self.source.known(seen.name) or 0) > len(seen.places):
                return True
        return False

    def arguments(self, env: Env) -> frozenset[str]:
        """The letters that the left side of a line has as arguments: `i \\ne j` binds none of
        them."""
        lines = [t for ts in self.source.targets.values() for t in ts if t.place == env.line]
        keys = [index_key(a) for line in lines for a in line.arguments or ()]
        return frozenset(key for key in keys if key is not None)

    def operator_keys(
        self,
        big: tuple[str, n.Notation | None, n.Notation | None],
        rest: Sequence[n.Notation | str],
        env: Env,
    ) -> list[str]:
        """The letters that an operator binds."""
        if big[1] is None:
            return self.loose_letters(rest, env) if big[0] == "prod" else []
        tail = [piece for piece in rest if not isinstance(piece, str)]
        return [b.key for b in binders(big[1], big[2], frozenset(env.bindings), tail)[0]]

    def unindexed(
        self, operation: str, rest: list[n.Notation | str], env: Env, span: Span
    ) -> d.Draft:
        """`Σ x_i` with a letter that nothing binds: over that letter. `\\max x`: over the last
        axis."""
        if operation in ("sum", "prod"):
            keys = self.loose_letters(rest, env)
            if len(keys) == 1:
                inner = dict(env.bindings)
                made, _ = self.bind([Binder(keys[0], NO_RANGE, span)], inner, env)
                swept = env.swept | frozenset(keys)
                body = self.tokens(rest, replace(env, bindings=inner, swept=swept))
                return d.Big(operation, made, body, None, span=span)
            if len(keys) > 1:
                after = spread(rest)
                sign = Span(span.start, after.start)
                raise AmbiguousError(
                    "this operator does not say which index it runs over",
                    span,
                    readings=tuple(
                        Choice(f"over {key}", (sign, f"_{{{key}}} ", after)) for key in keys
                    ),
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
                    if key is None or key in found or len(key) > 1:
                        continue
                    if key in env.bindings and key not in env.swept:
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
        """Make the bindings of an operator; `inner` gets them, the conditions they imply come
        back."""
        made: list[d.Binding] = []
        checks: list[d.Draft] = []
        for binder in bound:
            binding = self.binding(binder, env)
            made.append(binding)
            inner[binder.key] = self.elements(binder, binding, env) or binding
        for binder, binding in zip(bound, made, strict=True):
            if isinstance(inner[binder.key], d.Binding):
                around = replace(env, bindings=inner)
                window = self.window(binder, binding, around)
                if window is not None:
                    inner[binder.key] = window
                    continue
                binding.limits = self.limit(binder, binding, around)
                within = binder.range.within
                member = None if within is None else self.inside(within, binding, around)
                if member is not None:
                    binding.limits.append(member)
                checks += binding.limits
        return made, checks

    def binding(self, binder: Binder, env: Env) -> d.Binding:
        name = re.sub(r"\W", "_", binder.key.replace("'", "_prime")) + env.tag
        return d.Binding(name, self.source.sizes.fresh(), span=binder.span)

    def window(self, binder: Binder, binding: d.Binding, env: Env) -> d.Draft | None:
        """What `j = i-2, …, i+2` runs over: i + j, where j has a range of its own from -2 to 2."""
        edges: list[Affine | None] = []
        for end in (binder.range.low, binder.range.high):
            keys = [] if end is None else letters_in(end)
            hangs = any(isinstance(env.bindings.get(key), d.Binding) for key in keys)
            edge = self.read(end, env) if end is not None and hangs else None
            edges.append(None if edge is None else affine(edge))
            if edge is not None and is_scaled(edge):
                raise UnsupportedError(
                    "this end of a range is a multiple of an index, by a factor that is no number",
                    edge.span,
                    hints=("write the factor as a number: \\sum_{j=2i}^{2i+1}",),
                )
        low, high = edges
        if low is None or high is None or id(binding) in low.terms or not low.terms:
            return None
        if {k: c for k, (_, c) in low.terms.items()} != {k: c for k, (_, c) in high.terms.items()}:
            return None
        binding.low = binding.start = low.constant + binder.range.low_shift
        binding.high = high.constant + binder.range.high_shift
        middle = low.middle(binder.span)
        return d.Sum([middle, d.Value(binding, span=binder.span)], ["+", "+"], span=binder.span)

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
                b for key in letters_in(end) if isinstance(b := env.bindings.get(key), d.Binding)
            ]
            passed = self.passes(end, env)
            if passed and (sign == "≥" or ends.low is None):
                raise UnsupportedError(
                    "a function is applied whose argument says where this range starts", end.span,
                    hints=("define it with a range that starts at a number: \\sum_{i=1}^{k}",),
                )  # fmt: skip
            if not peers and not passed:
                dim = self.dim(end, env)
                if dim is None:
                    raise UnsupportedError(
                        "this end of a range is no size", end.span,
                        hints=("give the end a letter of its own: \\sum_{i=1}^{m}, and pass m",),
                    )  # fmt: skip
                if sign == "≥" and self.arguments(env) & set(letters_in(end)):
                    raise UnsupportedError(
                        "a range that begins at an argument of the left side is not translated",
                        end.span,
                        hints=("write the argument below the name on the left, as an index",),
                    )
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

    def passes(self, end: n.Notation, env: Env) -> bool:
        """Whether the end of a range is told by an argument of the function that is applied."""
        bases = [base for p in symbols_in(end) if (base := base_of(p)) is not None]
        return any(self.source.namer.stem(base) in env.values for base in bases)

    def note_size(self, end: n.Notation) -> None:
        """A letter that ends a range is a size wherever it stands, unless it is an index."""
        for piece in symbols_in(end):
            key = index_key(piece)
            survey = self.source.survey
            if key is None or not (key in survey.bound or key in survey.ranges):
                self.dim(piece, Env(0))

    def dim(self, piece: n.Notation, env: Env) -> Dim | None:
        """A size as it is printed: `N`, `2N`, `T_x`, `M - 1`, `d/2`; None where it is none."""
        match piece:
            case n.Number(text) if text.isdigit():
                if len(text) > 15:
                    raise TooLargeError(
                        "this number is too large for a size",
                        piece.span,
                        hints=("write a letter, and pass its value in the call",),
                    )
                return Dim.of(int(text))
            case n.Scripts(n.Number(text), None, n.Number(power)) if (text + power).isdigit():
                if len(power) > 2 or int(text) ** int(power) >= 10**15:
                    raise TooLargeError(
                        "this number is too large for a size",
                        piece.span,
                        hints=("write a letter, and pass its value in the call",),
                    )
                return Dim.of(int(text) ** int(power))
            case n.Sum(terms, signs):
                return total([self.dim(t, env) for t in terms], signs)
            case n.Row(items):
                return times([self.dim(i, env) for i in items])
            case n.Product(operands, operators) if set(operators) <= {"·", "*", "×"}:
                return times([self.dim(o, env) for o in operands])
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
                size = self.set_size(body, env)
                return size.dim if isinstance(size, d.SizeOf) else None
            case n.Scripts(base, None, n.Number(text)) if text.isdigit() and int(text) < 6:
                whole = self.dim(base, env)
                return times([whole] * int(text)) if whole is not None else None
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


def _is_held(piece: n.Notation | str) -> bool:
    """Whether a bracket right behind an operator holds what it runs over."""
    if not isinstance(piece, n.Fence):
        return False
    return piece.open in "[{" or (piece.open == "(" and not isinstance(piece.body, n.Sum))


def _is_positive(piece: n.Notation | str) -> bool:
    """Whether a factor leaves the order of numbers as it is."""
    match piece:
        case n.Number():
            return True
        case n.Fence("|" | "‖"):
            return True
        case n.Scripts(n.Fence("|" | "‖")):
            return True
    return piece in ("/", "·", "*", "×")


def _check_optimum(bound: Sequence[Binder], tail: Sequence[n.Notation], span: Span) -> None:
    r"""Refuse `\min_w \|X w - y\|^2`: w is an array of the formula, and no index of anything."""
    pieces_inside = [piece for part in tail for piece in walk(part)]
    below = {
        index_key(inner)
        for piece in pieces_inside
        if isinstance(piece, n.Scripts)
        for script in (piece.sub, piece.sup)
        if script is not None
        for inner in walk(script)
    }
    below |= {
        index_key(item)
        for piece in pieces_inside
        if isinstance(piece, n.Fence)
        for item in split(piece.body)
    }
    plain = {piece.text for piece in pieces_inside if isinstance(piece, n.Letter)}
    for binder in bound:
        key = binder.key
        if binder.range == NO_RANGE and key in plain - INDEX_LETTERS and key not in below:
            raise UnsupportedError(
                f"{key} is an array of the formula, and the best of all its values is not computed",
                span,
                hints=(f"leave the operator over {key} out for the objective, of a given {key}",),
            )
