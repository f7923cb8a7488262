"""What does a function without brackets take? The factors up to a sign or the next function."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from eq2code.errors import APPLIED, AmbiguousError, ParseError
from eq2code.read import draft as d
from eq2code.read.alternatives import applied_to, ratio, spread
from eq2code.read.functions import INVERSES
from eq2code.read.questions import (
    is_big,
    is_coefficient,
    is_nabla,
    is_power_of_e,
    same_symbols,
)
from eq2code.read.scope import big_operator, split
from eq2code.read.scripts import index_keys
from eq2code.read.stage import GROUPING, Stage
from eq2code.read.symbols import Env, written
from eq2code.trees import notation as n

LINEAR = frozenset({"trace", "sum", "mean", "real", "imag", "diag", "transpose"})
UNDONE = frozenset({("log", "exp")})
TURNS = frozenset({"sin", "cos", "tan"})
ANGLES = frozenset({"theta", "vartheta", "phi", "varphi"})
LOGARITHMS = frozenset({"log", "log2", "log10"})


class Bare(Stage):
    """What does a function without brackets take? The factors up to a sign or the next
    function."""

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
                        token.span | spread(tokens[stop:]),
                        readings=applied_to(
                            token.span, spread(tokens[place + 1 : stop]), spread(tokens[stop:])
                        ),
                    )
                body = self.tokens(list(tokens[place + 1 :]), env)
                return len(tokens) - place, self.call(token, entry, [body], env)
            applied = self.starts_function(tokens, stop, env)
            if first and (applied or is_nabla(piece)):
                taken, body = self.factor(tokens, stop, env)
                self.check_slash(token, entry, tokens, stop, stop + taken)
                return 1 + taken, self.call(token, entry, [body], env)
            if applied:
                if self.undoes(entry, piece):
                    raise unsaid(tokens, place, stop)
                break
            bars = isinstance(piece, n.Fence) and piece.open not in GROUPING
            if bars or isinstance(piece, n.Root):  # \operatorname{sign} x \sqrt{|x|}
                if not all(isinstance(part, n.Number) for part in tokens[place + 1 : stop]):
                    raise unsaid(tokens, place, stop)
            stop += 1
            if isinstance(piece, n.Fence | n.Fraction) and first:
                following = tokens[stop] if stop < len(tokens) else None
                over = isinstance(piece, n.Fraction)
                if not (over and is_big(following)):
                    if not (over and entry in LOGARITHMS and is_entry(following, env)):
                        self.check_closed(tokens, place, stop, env)
                    break
        if stop == place + 1:
            raise ParseError("this function is applied to nothing", token.span, hints=(APPLIED,))
        for k in range(place + 1, stop - 1):
            if entry in TURNS and is_angle(tokens[k]):  # \cos\theta x
                raise unsaid(tokens, place, k + 1)
        self.check_slash(token, entry, tokens, place + 1, stop)
        stop = self.reach(token, tokens, place + 1, stop, env)
        body = self.tokens(list(tokens[place + 1 : stop]), env)
        return stop - place, self.call(token, entry, [body], env)

    def reach(
        self,
        token: n.Notation,
        tokens: Sequence[n.Notation | str],
        start: int,
        stop: int,
        env: Env,
    ) -> int:
        r"""Where what a function takes ends: `\sin x y` takes the product, which is told.

        Numbers in front are no factors by themselves, nor is an index: the x of `\log p(x)` below
        a sum over x.
        """
        ends = [
            k + 1
            for k in range(start, stop)
            if not is_constant(tokens[k]) and not (k + 1 < stop and addresses(tokens[k + 1], env))
        ]
        if len(ends) < 2:
            return stop
        chosen = self.ledger.assume(
            "bare-function",
            f"{spelling(token)} takes all the factors that follow it",
            instead=f"{spelling(token)} takes the first of them",
            span=token.span | spread(tokens[start:stop]),
        )
        return stop if chosen == "product" else ends[0]

    def starts_function(self, tokens: Sequence[n.Notation | str], place: int, env: Env) -> bool:
        """Whether an applied function starts here: `f(x)`, `\\log x`, `e^{-t}`."""
        piece = tokens[place]
        assert not isinstance(piece, str)
        if is_power_of_e(piece) and self.source.known("e") is None:
            return True
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        fence = after if isinstance(after, n.Fence) and after.open in GROUPING else None
        if fence is not None:
            return self.applies(piece, fence, env)
        return self.bare_function(piece, after) is not None

    def check_closed(
        self, tokens: Sequence[n.Notation | str], place: int, stop: int, env: Env
    ) -> None:
        r"""Refuse `\cos\frac{\pi}{n} k`: a fraction or bars could be all that a function takes."""
        if stop >= len(tokens) or isinstance(tokens[stop], str):
            return
        if not is_big(tokens[stop]) and not self.starts_function(tokens, stop, env):
            raise unsaid(tokens, place, stop)

    def undoes(self, entry: str, piece: n.Notation) -> bool:
        r"""Whether a function after the factors of another could be one of them: `\exp n \log x`,
        `\cos n \arccos x`, and anything but a power of e after `\exp a`."""
        other = "exp" if is_power_of_e(piece) else self.entry_of(piece)
        if entry == "exp":
            return other != "exp"
        return (entry, other) in UNDONE or (other is not None and INVERSES.get(entry) == other)

    def check_slash(
        self,
        token: n.Notation,
        entry: str,
        tokens: Sequence[n.Notation | str],
        start: int,
        stop: int,
    ) -> None:
        r"""Refuse `\exp x / \tau`, which looks like a function of a quotient and like a quotient of
        values, where neither is evident."""
        end = stop
        while end < len(tokens) and tokens[end] == "·":  # \exp q \cdot k / \tau
            taken = list(takewhile(lambda t: not isinstance(t, str), tokens[end + 1 :]))
            if not all(isinstance(t, n.Letter | n.Scripts | n.Accent) for t in taken):
                return
            end += 1 + len(taken)
        if end >= len(tokens) or tokens[end] != "/" or entry in LINEAR:
            return
        above = tokens[start:end]
        below = list(takewhile(lambda t: not isinstance(t, str), tokens[end + 1 :]))
        function = bool(below) and (is_big(below[0]) or self.is_call(tokens, end + 1))
        if function or same_symbols(above, below) or isinstance(above[0], n.Fraction):
            return
        name = spelling(token)
        raise AmbiguousError(
            f"{name} without brackets before a slash could take the quotient or what stands "
            f"before the slash",
            token.span | spread(below),
            readings=ratio(token.span, spread(above), spread(below)),
        )

    def is_call(self, tokens: Sequence[n.Notation | str], place: int) -> bool:
        r"""Whether a function without brackets starts here: the divisor of `\log x / \log 2`."""
        piece = tokens[place]
        assert not isinstance(piece, str)
        base = piece.base if isinstance(piece, n.Scripts) else piece
        return isinstance(base, n.Word) and self.entry_of(piece) is not None


def spelling(token: n.Notation) -> str:
    """A function's name as the source has it."""
    base = token.base if isinstance(token, n.Scripts) else token
    return base.text if isinstance(base, n.Word) else written(token)


def unsaid(tokens: Sequence[n.Notation | str], place: int, stop: int) -> AmbiguousError:
    """What is raised where a function without brackets takes the factors before `stop`, or more."""
    token = tokens[place]
    assert not isinstance(token, str)
    rest = list(takewhile(lambda t: not isinstance(t, str), tokens[stop:]))
    return AmbiguousError(
        f"it is not said whether {spelling(token)} takes all that follows it",
        token.span | spread(rest),
        readings=applied_to(token.span, spread(tokens[place + 1 : stop]), spread(rest)),
    )


def is_constant(piece: n.Notation | str) -> bool:
    r"""Whether a factor is a number, or \pi: the 2 and the \pi of `\sin 2\pi x`."""
    return isinstance(piece, n.Number) or (isinstance(piece, n.Letter) and piece.text == "pi")


def is_angle(piece: n.Notation | str) -> bool:
    """Whether a piece is a letter that is an angle by itself."""
    letter = piece.base if isinstance(piece, n.Scripts) else piece
    return isinstance(letter, n.Letter) and letter.text in ANGLES


def addresses(piece: n.Notation | str, env: Env) -> bool:
    """Whether a bracket holds only bound indices, which address what stands before it."""
    keys = index_keys(piece) if isinstance(piece, n.Fence) else []
    return bool(keys) and all(key in env.bindings for key in keys)


def is_entry(piece: n.Notation | str | None, env: Env) -> bool:
    r"""Whether an entry of an array stands here: the y_i of `\sum_i \log \frac{p_i}{q_i} y_i`."""
    if not isinstance(piece, n.Scripts):
        return False
    keys = [key for part in split(piece.sub) for key in index_keys(part)]
    return bool(keys) and all(key in env.bindings for key in keys)
