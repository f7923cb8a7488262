"""Is this Σ the sum or the letter? Unicode writes both with one character, and so do people.

In: the tokens of a source, before brackets are matched. Out: SIGMA tokens replaced. `Σ` is the sum
where it has bounds, or an index that its operand carries; as an operand, inverted or transposed it
is the letter. `Π` alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from eq2code.choice import Choice, declared
from eq2code.errors import AmbiguousError
from eq2code.parse import tokens as t
from eq2code.parse.tokens import Token
from eq2code.source import Span
from eq2code.trees.notation import Letter, Mark, Number, Word

_OPENERS = frozenset({t.OPEN, t.GROUP, t.LOPT, t.BEGIN})
_CLOSERS = frozenset({t.CLOSE, t.ENDGROUP, t.ROPT, t.FINISH})
_ENDS = frozenset(
    {t.SIGN, t.REL, t.SEP, t.BREAK, t.QUAD, t.KEYWORD, t.STOP, t.NEWROW, t.AMP, t.HARD, t.PROSE}
)
_REACH = 64  # tokens of an operand that are looked through


def resolve_sums(tokens: list[Token], words: frozenset[str] = frozenset()) -> None:
    """Replace every SIGMA token, in place; `Sigma` among the declared `words` is the letter."""
    places = [place for place, token in enumerate(tokens) if token.kind == t.SIGMA]
    sums = {place for place in places if _is_sum(tokens, place)}
    if not any(_is_operand(tokens, place) for place in places):
        for place in places:
            if place in sums or _name(tokens[place]) in words:
                continue
            if _opens(tokens, place) or _leads(tokens, place):
                raise _undecided(tokens[place])
    for place in places:
        token = tokens[place]
        tokens[place] = _sum(token) if place in sums else _as_letter(token)


def _name(token: Token) -> str:
    return token.node.text if isinstance(token.node, Letter) else ""


def _is_operand(tokens: Sequence[Token], place: int) -> bool:
    """Whether Σ is inverted, transposed, or has nothing behind it to sum."""
    _, sup, end = _scripts(tokens, place + 1)
    return _inverts(sup) or end >= len(tokens) or tokens[end].kind in _CLOSERS | _ENDS | {t.OP}


def _opens(tokens: Sequence[Token], place: int) -> bool:
    """Whether a bracket or a bar opens right behind a Σ without scripts."""
    if place and tokens[place - 1].kind == t.BAR:
        return False
    return place + 1 < len(tokens) and tokens[place + 1].kind in (t.OPEN, t.BAR)


def _leads(tokens: Sequence[Token], place: int) -> bool:
    """Whether an operand stands right behind a Σ without scripts, and no matrix right before it."""
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after is None or _multiplies(tokens[max(place - 3, 0) : place]):
        return False
    atom = after.kind == t.ATOM and not isinstance(after.node, Mark)
    return atom or after.kind in (t.RUN, t.ROOT, t.ROOTSIGN)


def _multiplies(before: Sequence[Token]) -> bool:
    """Whether the last tokens before a Σ make it a letter: a transpose, or a capital letter that
    divides nothing."""
    if not before:
        return False
    if before[-1].kind == t.PRIME or Mark("top") in [token.node for token in before[-2:]]:
        return True
    divides = len(before) > 1 and before[-2].text == "/"
    return before[-1].text[-1:].isupper() and not divides


def _undecided(token: Token) -> AmbiguousError:
    name = _name(token)
    sign = {"Sigma": "Σ", "Pi": "Π"}.get(name, token.text)
    return AmbiguousError(
        f"{sign} without an index could be the operator or the letter",
        Span(token.start, token.end),
        readings=(
            Choice(f"the operator: write its index, {sign}_i x_i"),
            declared(f"the letter {name}, a matrix", {name: "n n"}),
        ),
    )


def _sum(token: Token) -> Token:
    node = Word(token.text, "big", span=token.span)
    return Token(t.ATOM, token.text, token.start, token.end, node, "op")


def _as_letter(token: Token) -> Token:
    return Token(t.ATOM, token.text, token.start, token.end, token.node)


def _is_sum(tokens: Sequence[Token], place: int) -> bool:
    sub, sup, end = _scripts(tokens, place + 1)
    if any(token.kind in (t.REL, t.COLON) for token in sub) or (sub and sup and not _inverts(sup)):
        return True
    end += _is_signed(tokens, end)
    if _inverts(sup) or end >= len(tokens) or tokens[end].kind in _CLOSERS | _ENDS | {t.OP}:
        return False
    if tokens[end].kind == t.BAR and place and tokens[place - 1].kind == t.BAR:
        return False  # |Σ|
    operand = _operand(tokens, end)
    if not sub:
        return bool(sup) or any(token.kind == t.SUB for token in operand)
    indices = {token.text for token in sub if isinstance(token.node, Letter)}
    return any(token.text in indices or _contains(token, indices) for token in operand)


def _is_signed(tokens: Sequence[Token], place: int) -> bool:
    """Whether a minus belongs to what follows it: that of `Σ_i -y_i`, not that of `Σ_i - y_i`."""
    if not 0 < place < len(tokens) - 1 or tokens[place].kind != t.SIGN:
        return False
    apart = tokens[place - 1].end < tokens[place].start
    return apart and tokens[place].end == tokens[place + 1].start


def _contains(token: Token, indices: set[str]) -> bool:
    return token.kind == t.RUN and not indices.isdisjoint(token.text)


def _scripts(tokens: Sequence[Token], place: int) -> tuple[list[Token], list[Token], int]:
    """What stands below and above, and where the operand starts."""
    found: dict[str, list[Token]] = {t.SUB: [], t.SUP: []}
    while place + 1 < len(tokens) and tokens[place].kind in found:
        kind = tokens[place].kind
        place += 1
        first = place
        depth = 0
        while place < len(tokens):
            depth += (tokens[place].kind in _OPENERS) - (tokens[place].kind in _CLOSERS)
            place += 1
            if not depth:
                break
        found[kind] += tokens[first:place]
    return found[t.SUB], found[t.SUP], place


def _inverts(sup: Sequence[Token]) -> bool:
    """A power, an inverse or a transpose is no upper bound."""
    plain = [token for token in sup if token.kind not in (t.GROUP, t.ENDGROUP)]
    if any(isinstance(token.node, Mark) for token in plain):
        return True
    if [token.text for token in plain] == ["T"]:
        return True
    signed = bool(plain) and plain[0].kind == t.SIGN
    return signed and all(
        isinstance(token.node, Number) or token.kind in (t.SIGN, t.OP) for token in plain
    )


def _operand(tokens: Sequence[Token], place: int) -> list[Token]:
    """The tokens up to a sign, relation or comma of the same level."""
    depth = 0
    found: list[Token] = []
    for token in tokens[place : place + _REACH]:
        depth += token.kind in _OPENERS
        depth -= token.kind in _CLOSERS
        if depth < 0 or (not depth and token.kind in _ENDS and found):
            break
        found.append(token)
    return found
