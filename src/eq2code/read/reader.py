"""The way from notation to formula, on one screen: survey, name, resolve, rank, elaborate,
close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from eq2code.errors import DefinitionError, Eq2CodeError
from eq2code.library import SPELLINGS
from eq2code.limits import DEFAULT, Limits
from eq2code.read.assemble import assemble
from eq2code.read.close import close, order
from eq2code.read.conventions import Ledger
from eq2code.read.declare import Declared, declarations
from eq2code.read.declare import close as close_to
from eq2code.read.definitions import Work, asked_for, link_steps, needed
from eq2code.read.elaborate import Elaborator
from eq2code.read.elements import check_elements, check_entries
from eq2code.read.labels import counts, families
from eq2code.read.lefts import name_lefts
from eq2code.read.lengths import check_lengths
from eq2code.read.mapped import Extra, extra_axes, unsaid
from eq2code.read.names import Base, Namer, base_of
from eq2code.read.positions import positions
from eq2code.read.prepare import prepared
from eq2code.read.programs import check_program
from eq2code.read.resolve import Resolver
from eq2code.read.runs import (
    check_lines,
    check_runs,
    check_steps,
    check_words,
    tell_runs,
)
from eq2code.read.scope import (
    INDEX_LETTERS,
    INEQUALITIES,
    Survey,
)
from eq2code.read.scripts import Around, occurrence
from eq2code.read.settle import typed
from eq2code.read.slips import check_slips
from eq2code.read.spaces import SPACES, space
from eq2code.read.symbols import Source
from eq2code.read.targets import Target, split_target, target
from eq2code.read.unify import Sizes
from eq2code.read.zeros import zeros
from eq2code.record import record
from eq2code.source import whole
from eq2code.trees import formula as f
from eq2code.trees import notation as n
from eq2code.trees.assumption import Assumption
from eq2code.trees.dims import Shape


@record
class Reading:
    """What a source means: the system, and every choice that was taken on the way."""

    system: f.System
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...] = ()


def read(
    document: n.Document,
    *,
    shapes: Mapping[str, str] | None = None,
    outputs: tuple[str, ...] = (),
    prefer: Mapping[str, str] | None = None,
    name: str | None = None,
    over: str | None = None,
    limits: Limits = DEFAULT,
) -> Reading:
    """Read a whole source. Raises an `Eq2CodeError` where it cannot be read with confidence.

    `over` is a letter that a loop will run over: what it labels is noted, and keeps its size.
    """
    shapes, prefer = shapes or {}, prefer or {}

    def once(outputs: tuple[str, ...], extra: Extra) -> tuple[Reading, Source, Elaborator]:
        return _once(document, shapes, outputs, prefer, name, over, limits, extra)

    def ranks_of(target: Target) -> list[int | None]:
        """How many axes a function takes, read by itself."""
        try:
            alone, _, _ = once((target.name,), {})
        except Eq2CodeError:
            return [None] * len(target.parameters)
        values = {one.name: one.value for one in alone.system.parameters}
        found = [values.get(own) for own in target.parameters]
        return [len(x.shape) if isinstance(x, f.Symbol) else None for x in found]

    reading, source, elaborator = once(outputs, {})
    if not source.applied or prefer.get("function-rows") == "whole":
        return reading
    bodies = [one.body for one in reading.system.definitions]
    extra = extra_axes(source.applied, elaborator, bodies, ranks_of)
    if not extra:
        return reading
    try:
        return once(outputs, extra)[0]
    except Eq2CodeError:
        raise unsaid(
            next(one for one in source.applied if (one.span.start, one.span.end) in extra)
        ) from None


def _once(
    document: n.Document,
    shapes: Mapping[str, str],
    outputs: tuple[str, ...],
    prefer: Mapping[str, str],
    name: str | None,
    over: str | None,
    limits: Limits,
    extra: Extra,
) -> tuple[Reading, Source, Elaborator]:
    """One reading, in which functions take the `extra` axes of their arguments apart."""
    ledger = Ledger(dict(prefer))
    check_program(document)
    document, found = prepared(document, shapes, ledger)
    check_lengths(document.text, found, limits)
    found.families = families(found)
    if not found.lines:
        raise DefinitionError(
            "the source holds no formula", document.span, hints=("write what is computed: y = W x",)
        )
    check_slips(document, found, shapes)
    check_steps(document, found)
    check_words(document, found, {*shapes, *outputs})
    check_lines(document, found, {*shapes, *outputs, *SPELLINGS})
    check_runs(document, found, {*shapes, *outputs}, ledger)
    tell_runs(document, found, shapes, ledger)
    namer = Namer(found.told_apart)
    namer.sizes = frozenset([namer.stem(base) for base in counts(found)])
    sizes = Sizes()
    declared = _declared(found, namer, shapes, sizes)
    lines = [piece for line in found.lines for piece in split_target(target(line))]
    lines = assemble(lines, namer)
    source = Source(
        found, lines, declared, namer, ledger, sizes, limits, frozenset(outputs), document.text
    )
    source.extra = extra
    ledger.names = found.texts.union(found.bound, found.ranges, source.size_names)
    name_lefts(lines, source)
    check_elements(lines, source)
    work = Work(source, Resolver(source))
    for end in (*found.ends, *found.units):
        work.resolver.note_size(end)
    wanted = asked_for(lines, outputs, work)
    system_name = name or _function_name(wanted)
    definitions = needed(wanted, work)
    link_steps(source, over)
    infos = order(definitions, wanted, source)
    elaborator = typed(definitions, infos, source, ledger)
    check_entries(definitions, infos, source)
    system = close(system_name, wanted, definitions, infos, source, elaborator)
    system = positions(zeros(system, ledger), ledger)
    if over is not None:
        system = replace(system, labels=_labels(source))
    warnings = (
        *document.warnings,
        *_unread(found, namer, source.text),
        *_unchecked(found, source.text),
        *_idle(shapes, source),
    )
    told = ledger.told(lambda: _axes(system, source))
    return Reading(system, told, warnings), source, elaborator


def _labels(source: Source) -> tuple[f.Label, ...]:
    """The letters that label each symbol, with what is added to them."""
    infos = source.infos.values()
    return tuple(f.Label(one.name, one.family, one.steps, one.power) for one in infos if one.steps)


def _axes(system: f.System, source: Source) -> dict[str, Shape]:
    """The axes of what is passed, of the identity, and those that sets are over."""
    values = [one.value for one in system.parameters]
    own = {one.name: one.shape for one in values if type(one) is f.Symbol}
    calls = [x for one in system.definitions for x in one.body.walk() if type(x) is f.Call]
    found = [("I", x.shape) for x in calls if x.function == "identity"]
    sets = {name: (source.sizes.resolve(dim),) for name, (dim, _) in source.sets.items()}
    return {**own, **dict(found), **sets}


def _idle(shapes: Mapping[str, str], source: Source) -> list[str]:
    """A sentence for each declaration that nothing in the source has the name of."""
    known = set(source.infos) | set(source.functions_used) | set(source.targets)
    known |= source.size_names | {
        p for ts in source.targets.values() for t in ts for p in t.parameters
    }
    return [
        " ".join([f"shapes: {name} does not occur in the source", *_meant(name, known)])
        for name in shapes
        if name not in known
    ]


def _meant(name: str, known: set[str]) -> tuple[str, ...]:
    """The name that was meant, where one differs by its case or by a letter."""
    alike = [one for one in sorted(known) if one.lower() == name.lower()]
    return tuple(f"(did you mean {one!r}?)" for one in alike[:1]) or tuple(
        f"({hint})" for hint in (close_to(name, known) if len(name) > 2 else ())
    )


def _unread(found: Survey, namer: Namer, text: str) -> Iterator[str]:
    """A sentence for each declaration of the source that is not understood, and so says nothing."""
    for one in found.memberships:
        base = one.space.base if isinstance(one.space, n.Scripts) else one.space
        if not isinstance(base, n.Letter) or base.text not in SPACES:
            continue
        if space(one.space, namer) is None and isinstance(one.space, n.Scripts) and one.space.sup:
            start, end = whole(text, one.span)
            yield (
                f"`{' '.join(text[start:end].split())}` is not understood as a declaration; "
                r"one is written \in \mathbb{R}^{n \times m}, or in shapes="
            )


def _unchecked(found: Survey, text: str) -> Iterator[str]:
    """A sentence for each comparison that says where a definition holds: `y = x^2 for x > 0`."""
    signs = INEQUALITIES | {"≠"}
    asides = [one.span for one in found.asides if not signs.isdisjoint(one.operators)]
    for span in dict.fromkeys([*asides, *found.held]):
        start, end = whole(text, span)
        yield f"`{' '.join(text[start:end].split())}` says what holds, and is not checked"


# --- names and declarations -----------------------------------------------------------------------


def _declared(
    found: Survey, namer: Namer, shapes: Mapping[str, str], sizes: Sizes
) -> dict[str, Declared]:
    declared = declarations(shapes)
    for membership in found.memberships:
        known = space(membership.space, namer)
        if known is None:
            continue
        known = replace(known, span=membership.span)
        for member in membership.members:
            base = base_of(member.base if isinstance(member, n.Scripts) else member)
            if base is None:
                continue
            name = _member_name(member, base, namer)
            stack = _stack_name(member, base, namer, found)
            if stack is None or name in declared:
                declared.setdefault(name, known)
            else:  # `x_i ∈ ℝ^d` says of each i: x has one more axis, in front
                whole = replace(known, shape=(sizes.fresh(), *known.shape))
                declared.setdefault(stack, whole)
    return declared


def _stack_name(member: n.Notation, base: Base, namer: Namer, found: Survey) -> str | None:
    """The array whose elements `x_i`, `W_i^Q` are, where the letter below is an index."""
    if not isinstance(member, n.Scripts) or not isinstance(member.sub, n.Letter):
        return None
    key = member.sub.text
    if key not in INDEX_LETTERS or key in found.counters:
        return None
    whole = replace(member, sub=None) if member.sup or member.primes else member.base
    return _member_name(whole, base, namer)


def _member_name(member: n.Notation, base: Base, namer: Namer) -> str:
    def nothing(_: object) -> bool:
        return False

    around = Around(nothing, lambda _: None, lambda _: True, nothing, nothing)
    return occurrence(member, base, namer, around).name


# --- outputs and definitions ----------------------------------------------------------------------


# --- types ----------------------------------------------------------------------------------------


def _function_name(wanted: list[Target]) -> str:
    if len(wanted) == 1 and wanted[0].name and wanted[0].arguments is not None:
        return wanted[0].name
    return "f"
