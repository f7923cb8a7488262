r"""Laws over every fixture. What is written counts: another letter, number or sign in its place is
another program, or is told. What print does not show counts for nothing: `\underbrace{…}_{t}` round
whole terms. A label before one line changes no other."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

import equations_applied
import equations_classical
import equations_layers
import equations_losses
import equations_norms
from eq2code import Eq2CodeError, translate
from eq2code.library import SPELLINGS
from eq2code.parse import parse
from eq2code.read.scope import DEFINING, big_operator, pieces, walk
from eq2code.source import whole
from eq2code.trees import notation as n
from readings import READINGS
from systems import SYSTEMS
from two_readings import GATES, SCORES, SETTLED

SIGN = re.compile(r"[+\-−]")
SPACED = re.compile(r"(?:\s|\\[,;!:> ]|\\q?quad|~)*")
UNDRAWN = (
    "{%s}",
    r"\underbrace{%s}_{\text{t}}",
    r"\overbrace{%s}^{\text{t}}",
    r"\textcolor{red}{%s}",
    r"{\color{red} %s}",
    r"\boxed{%s}",
    r"\smash{%s}",
    r"\left. %s \right.",
)


@dataclass(frozen=True)
class Case:
    """A source that translates, and what it is translated with."""

    source: str
    language: str
    shapes: dict[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    prefer: dict[str, str] = field(default_factory=dict)


def _cases() -> Iterator[Case]:
    for reading in (*READINGS, *SETTLED, *GATES, *SCORES):
        for language, source in (("latex", reading.latex), ("text", reading.text)):
            if source:
                yield Case(source, language, dict(reading.declare))
    for system in SYSTEMS:
        yield Case(system.source, _language(system.source), dict(system.declare))
    for room in (
        equations_applied, equations_classical, equations_layers, equations_losses, equations_norms,
    ):  # fmt: skip
        for one in room.EQUATIONS:
            prefer = dict(getattr(one, "prefer", {}))
            yield Case(
                one.source, _language(one.source), dict(one.shapes), tuple(one.outputs), prefer
            )


def _language(source: str) -> str:
    return "latex" if re.search(r"[\\$&]|\{\s*\}", source) else "text"


CASES = list(dict.fromkeys((case.source, case.language) for case in _cases()))
BY_SOURCE = {(case.source, case.language): case for case in _cases()}
ROOMS = 16
"""Tests are handed out by room, so that several processes share them."""


def made(case: Case, source: str) -> tuple[object, ...]:
    """What a translation says, but for the source and where in it a choice was taken."""
    done = translate(
        source,
        notation=case.language,
        shapes=case.shapes,
        outputs=case.outputs or None,
        prefer=case.prefer,
    )
    code = done.code[done.code.index("def ") :]
    head, _, rest = code.partition("\n")
    told = sorted((one.convention, one.argument) for one in done.assumptions)
    return head, rest.split('"""')[-1], done.parameters, done.shapes, told, done.warnings


def document(case: Case) -> n.Document:
    return parse(
        case.source, notation=case.language, functions=SPELLINGS, words=frozenset(case.shapes)
    )


def _in(room: int) -> Iterator[tuple[Case, random.Random]]:
    for place in range(room, len(CASES), ROOMS):
        yield BY_SOURCE[CASES[place]], random.Random(place)


# --- what is written counts -----------------------------------------------------------------------


def on_line(piece: n.Notation) -> Iterator[n.Notation]:
    """The pieces that stand on the line or above it; what is below says which element, and the
    scripts of Σ where it runs."""
    yield piece
    if not isinstance(piece, n.Scripts):
        for part in pieces(piece):
            yield from on_line(part)
    elif big_operator(piece) is None:
        yield from on_line(piece.base)
        yield from () if piece.sup is None else on_line(piece.sup)


def computed(found: n.Document) -> Iterator[n.Notation]:
    """The right sides and the expressions of a source. Ranges, spaces, conditions and the other
    forms of `a = b = c` say what holds."""
    for statement in found.statements:
        items = statement.body.items if isinstance(statement.body, n.Items) else (statement.body,)
        listed = any(isinstance(item, n.Ellipsis) for item in items)
        aside = statement.introduced not in ("", "and", "let", "then")
        if listed or statement.introduced.startswith("for"):
            continue
        for item in items:
            if isinstance(item, n.Relation):
                rest = item.operands[1:]
                if len(rest) == 1 and item.operators[0] in DEFINING and rest[0] is not None:
                    yield rest[0]
            elif not aside:
                yield item


def changed(case: Case, rng: random.Random) -> Iterator[str]:
    """The source with one letter, one number or one sign exchanged."""
    source, right = case.source, list(computed(document(case)))
    found = [x for piece in right for x in on_line(piece) if isinstance(x, n.Letter | n.Number)]
    for leaf in rng.sample(found, min(2, len(found))):
        start, end = leaf.span
        if start == end or (isinstance(leaf, n.Letter) and re.search("xi|ξ", source)):
            continue
        other = "ξ" if case.language == "text" else r"\xi "
        if isinstance(leaf, n.Number):
            other = "7" if source[start:end] == "5" else "5"
        elif (
            case.language == "text" and (source[start - 1 : start] + source[end : end + 1]).strip()
        ):
            other = f" {other} "
        yield source[:start] + other + source[end:]
    sums = [piece for root in right for piece in on_line(root) if isinstance(piece, n.Sum)]
    between = [
        (one.span[1], other.span[0])
        for piece in sums
        for one, other in zip(piece.terms, piece.terms[1:], strict=False)
    ]
    signs = [(start, SIGN.findall(source[start:end])) for start, end in between]
    for start, sign in [pair for pair in signs if len(pair[1]) == 1][:2]:
        place = source.index(sign[0], start)
        yield source[:place] + ("-" if sign[0] == "+" else "+") + source[place + 1 :]


LABELLED = (r"f(x)^2 \\ f = a x", "r_t(", "a(x) * x", "p(u)")
"""Brackets behind symbols that are values: they are labels."""


@pytest.mark.parametrize("room", range(ROOMS))
def test_another_operand_or_sign_is_another_program(room: int) -> None:
    for case, rng in _in(room):
        if case.outputs or any(words in case.source for words in LABELLED):
            continue
        plain = made(case, case.source)
        for source in changed(case, rng):
            try:
                other = made(case, source)
            except Eq2CodeError:
                continue
            assert other != plain, (case.source, source)


# --- what is not printed does not -----------------------------------------------------------------


def _nest(text: str, opening: str, closing: str) -> bool:
    """Whether brackets of one kind close what they open."""
    depths = itertools.accumulate(
        (one == opening) - (one == closing)
        for one in re.findall(f"{re.escape(opening)}|{re.escape(closing)}", text)
    )
    found = [0, *depths]
    return min(found) == found[-1] == 0


def wrapped(case: Case, rng: random.Random) -> Iterator[str]:
    """The source with a group that draws no bracket round a run of whole terms, signs included."""
    source = case.source
    found = [root for one in document(case).statements for root in walk(one.body)]
    sums = [one for one in found if isinstance(one, n.Sum) and len(one.terms) > 1]
    for piece in rng.sample(sums, min(2, len(sums))):
        first = rng.randrange(len(piece.terms))
        last = rng.randrange(first, len(piece.terms))
        ends = [whole(source, term.span) for term in piece.terms]
        start = ends[first - 1][1] if first else ends[0][0]
        lead = source[start : ends[first][0]]
        signs = SIGN.findall(lead)
        if len(signs) != bool(first) or SPACED.sub("", SIGN.sub("", lead)) or piece.signs[0] != "+":
            continue
        inside = source[start : ends[last][1]]
        pairs = ("()", "[]", "{}", (r"\left", r"\right"))
        if not all(_nest(inside, *pair) for pair in pairs) or re.search(
            r"[&%$]|\\\\|\\(?:mathrm|mathbf|text)\b", inside
        ):
            continue
        yield source[:start] + rng.choice(UNDRAWN).replace("%s", inside) + source[ends[last][1] :]


@pytest.mark.parametrize("room", range(ROOMS))
def test_a_group_that_draws_no_bracket_changes_nothing(room: int) -> None:
    for case, rng in _in(room):
        if case.language == "text" or "~(4)" in case.source:
            continue
        plain = made(case, case.source)
        for source in wrapped(case, rng):
            assert made(case, source) == plain, source


# --- labels ---------------------------------------------------------------------------------------

LABELS = ("Loss: {}", "Step 1: {}", "Step 1. {}", "Theorem. {}", "Eq. 1: {}", "Eq. (1) {}")


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("room", range(ROOMS))
def test_a_label_before_a_definition_changes_nothing(label: str, room: int) -> None:
    for case, _ in _in(room):
        lines = case.source.split("\n")
        plain = re.fullmatch(r"[A-Za-z]\w*(?:_\{\w+\})? = [^\n]*", lines[0])
        if case.language == "latex" or plain is None or "Loss" in case.source:
            continue
        source = "\n".join([label.format(lines[0]), *lines[1:]])
        assert made(case, source) == made(case, case.source), source
