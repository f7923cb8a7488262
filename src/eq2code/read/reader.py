"""The way from notation to formula, on one screen: survey, name, resolve, rank, elaborate, close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

from eq2code import library
from eq2code.errors import (
    AmbiguousError,
    DefinitionError,
    Eq2CodeError,
    OptionError,
    ShapeError,
    UnsupportedError,
)
from eq2code.library import SPELLINGS
from eq2code.limits import DEFAULT, Limits
from eq2code.read import draft as d
from eq2code.read.addresses import Addresses
from eq2code.read.assemble import assemble
from eq2code.read.branches import branches
from eq2code.read.close import close, name_sizes, order
from eq2code.read.conventions import Ledger
from eq2code.read.declare import Declared, declarations
from eq2code.read.elaborate import Elaborator, Undecided
from eq2code.read.ellipses import Ellipses
from eq2code.read.expectation import Expectations, has_expectations
from eq2code.read.labels import counts, families
from eq2code.read.names import Base, Namer, base_of, label
from eq2code.read.normal import DELTA, joined, normal, ranges, rows
from eq2code.read.questions import same_letters, symbols_in
from eq2code.read.ranks import Ranks
from eq2code.read.resolve import Resolver
from eq2code.read.runs import check_runs
from eq2code.read.scope import (
    INDEX_LETTERS,
    Binder,
    Range,
    Survey,
    free_letters,
    index_key,
    places,
    split,
    survey,
)
from eq2code.read.scripts import Around, occurrence
from eq2code.read.spaces import space
from eq2code.read.symbols import Env, Source, power_name, symbol_of
from eq2code.read.targets import Known, Target, free_indices, split_target, target
from eq2code.read.unify import Clash, Sizes
from eq2code.record import record
from eq2code.trees import formula as f
from eq2code.trees import notation as n
from eq2code.trees.assumption import Assumption
from eq2code.trees.dims import Dim, Shape

ROUNDS = 8


@record
class Reading:
    """What a source means: the system, and every choice that was taken on the way."""

    system: f.System
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """The state of one reading while it grows."""

    source: Source
    resolver: Resolver
    definitions: dict[str, d.Definition] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)


def read(
    document: n.Document,
    *,
    shapes: Mapping[str, str] | None = None,
    outputs: tuple[str, ...] = (),
    prefer: Mapping[str, str] | None = None,
    name: str | None = None,
    limits: Limits = DEFAULT,
) -> Reading:
    """Read a whole source. Raises an `Eq2CodeError` where it cannot be read with confidence."""
    ledger = Ledger(dict(prefer or {}))
    document = branches(document)
    found = survey(document)
    if any(base.text == DELTA for base in found.bases):
        document = normal(document, frozenset(shapes or {}))
        found = survey(document)
    if "E" not in (shapes or {}) and has_expectations(document):
        used = frozenset(base.text for base in found.bases) | found.bound
        document = Expectations(shapes or {}, used, ledger).document(document)
        found = survey(document)
    if found.dotted:
        document = ranges(document)
        letters = frozenset(base.text for base in found.bases) | found.bound
        document = Ellipses(letters).document(document)
        found = survey(document)
    joiners = {w for w in found.lowered if (e := library.find(w)) and e.name == "concat"}
    if joiners:
        document = joined(document, frozenset(joiners))
        found = survey(document)
    if found.cut:
        document = rows(document, found, shapes or {})
        found = survey(document)
    found.families = families(found)
    if not found.lines:
        raise DefinitionError("the source holds no formula")
    check_runs(document, found, {*(shapes or {}), *outputs, *SPELLINGS})
    namer = Namer(_distinct(found))
    namer.sizes = frozenset(namer.stem(base) for base in counts(found))
    sizes = Sizes()
    declared = _declared(found, namer, shapes or {}, sizes)
    lines = [piece for line in found.lines for piece in split_target(target(line, found))]
    lines = assemble(lines, namer)
    source = Source(found, lines, declared, namer, ledger, sizes, limits, frozenset(outputs))
    _name_targets(lines, source)
    work = _Work(source, Resolver(source))
    for end in found.ends:
        work.resolver.note_size(end)
    wanted = _wanted(lines, outputs, work)
    system_name = name or _function_name(wanted, outputs)
    definitions = _reachable(wanted, work)
    _link_steps(source)
    infos = order(definitions, wanted, source)
    elaborator = _type(definitions, infos, source, ledger)
    system = close(system_name, wanted, definitions, infos, source, elaborator)
    warnings = (*document.warnings, *_idle(shapes or {}, source))
    return Reading(system, tuple(ledger.taken.values()), warnings)


def _idle(shapes: Mapping[str, str], source: Source) -> list[str]:
    """A sentence for each declaration that nothing in the source has the name of."""
    known = set(source.infos) | set(source.functions_used) | set(source.targets)
    known |= source.size_names | {
        p for ts in source.targets.values() for t in ts for p in t.parameters
    }
    return [f"shapes: {name} does not occur in the source" for name in shapes if name not in known]


# --- names and declarations -----------------------------------------------------------------------


def _distinct(found: Survey) -> list[Base]:
    """The bases that may need a style in their name: scripted ones count only where no bare one stands."""
    bare = {base.plain for base in found.bare_bases}
    return [*found.bare_bases, *(b for b in found.bases if b.plain not in bare and not b.style)]


def _declared(
    found: Survey, namer: Namer, shapes: Mapping[str, str], sizes: Sizes
) -> dict[str, Declared]:
    declared = declarations(shapes)
    for membership in found.memberships:
        known = space(membership.space, namer)
        if known is None:
            continue
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


def _name_targets(lines: list[Target], source: Source) -> None:
    """Find the name, the free indices and the parameters of every left side, in order."""
    ranks = {
        name: len(entry.shape) for name, entry in source.declared.items() if not entry.is_function
    }
    survey = source.survey
    steps, bare = frozenset(survey.counters), frozenset(survey.unscripted)
    known = Known(ranks, frozenset(source.declared) | source.wanted, steps, bare)
    source.addressed = known.addresses
    for place, line in enumerate(lines):
        line.place = place
        _note_elements(line, source.survey)
        line.indices = free_indices(line, source.survey, known)
        _note_slots(line, source.survey)
    known = replace(known, values=_values_of(lines, known), above=_indexed_above(lines))
    for line in lines:
        line.indices = free_indices(line, source.survey, known)
    named = {name for line in lines for name in _labelled_names(line, known, source.survey)}
    known = replace(known, names=known.names | named, values=_values_of(lines, known))
    source.addressed = known.addresses
    for line in lines:
        line.indices = free_indices(line, source.survey, known)
        _name(line, source)
        if line.name:
            source.targets.setdefault(line.name, []).append(line)
    for name, targets in source.targets.items():
        mutated = len(targets) > 1 or targets[0].line.assigns or targets[0].arguments is None
        if mutated and any(_reads_itself(t, source) for t in targets):
            source.assigned.add(name)
            for t in targets:
                t.reassigns = True
        elif len(targets) > 1:
            if all(t.line.assigns for t in targets):
                source.assigned.add(name)
                for t in targets:
                    t.reassigns = True
            else:
                raise DefinitionError(f"{name} is defined twice", targets[1].span)


def _values_of(lines: list[Target], known: Known) -> frozenset[str]:
    """The names of left sides that are values, or arrays over their arguments: `w_t`, `M_t(i) = …`."""
    names: set[str] = set()
    for line in lines:
        arguments = [index_key(a) for a in line.arguments or ()]
        if line.head is not None and all(key in line.indices for key in arguments):
            names |= known.called(line.head)
    return frozenset(names)


def _indexed_above(lines: list[Target]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """The bases that carry an index above on their left sides: `u^i_j = …`."""
    return frozenset(
        line.base.plain
        for line in lines
        if line.base is not None
        and isinstance(line.head, n.Scripts)
        and line.head.sup is not None
        and index_key(line.head.sup) in line.indices
    )


def _labelled_names(line: Target, known: Known, found: Survey) -> list[str]:
    """The names of a left side whose scripts are labels: nothing addresses an array by them."""
    head, base = line.head, line.base
    if not isinstance(head, n.Scripts) or base is None or line.indices:
        return []
    for place, part in places(head):
        key = index_key(part)
        if key in found.bound or key in found.ranges or found.is_slot(base, place):
            return []
    return known.spellings(head)


def _note_elements(line: Target, found: Survey) -> None:
    r"""`L(a, p) = \\|a_i - p_i\\|`: an argument that the right side knows by its elements only."""
    for argument in line.arguments or ():
        own = base_of(argument)
        if own is None:
            continue
        letters: set[str] = set()
        bare = False
        for form in line.line.forms:
            for piece in _symbols(form):
                base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
                if base is None or base.plain != own.plain:
                    continue
                below = split(piece.sub) if isinstance(piece, n.Scripts) else []
                bare = bare or not below
                letters |= {index_key(part) or "" for part in below}
        if letters and letters <= INDEX_LETTERS and not bare:
            found.addressed.add((own.text, own.accents, "0"))


def _note_slots(line: Target, found: Survey) -> None:
    """The places that the free indices of one line address are index places in every line."""
    for form in line.line.forms:
        for piece in _symbols(form):
            base = base_of(piece.base) if isinstance(piece, n.Scripts) else None
            if base is None or not isinstance(piece, n.Scripts):
                continue
            for place, part in places(piece):
                if index_key(part) in line.indices and place != "up":
                    found.addressed.add((base.text, base.accents, place))


def _name(line: Target, source: Source) -> None:
    head, base = line.head, line.base
    if head is None or base is None:
        return
    keys = set(line.indices)

    def bound(key: str) -> bool:
        return key in keys

    def known(name: str) -> int | None:
        if name in source.declared:
            return source.known(name)
        primed = isinstance(head, n.Scripts) and head.primes and name.endswith("_prime")
        return -1 if name in source.wanted or primed else None

    above = set(source.labels_above)
    if line.arguments is not None and isinstance(head, n.Scripts):
        if isinstance(head.sup, n.Letter) and (text := label(head.sup)):
            above.add(text)  # `\rho_\tau^\kappa(u) = …`: no function is defined by its power
    around = Around(
        bound, known, lambda text: text in above, lambda _: False, source.is_number, settled=bound
    )
    seen = occurrence(head, base, source.namer, around)
    line.name = seen.name
    if seen.raised:
        power = seen.raised[0]
        if not isinstance(power, n.Number):
            line.name, line.head = "", None
            return
        line.name = power_name(seen.name, power.text)
    elif line.power:
        line.name = power_name(seen.name, line.power)
    if line.derivative:
        words = [label(part) or "" for part in line.derivative]
        line.name = (
            f"grad_{seen.name}"
            if len(words) == 1
            else f"d{words[0]}_d{_letter(line.derivative[1])}"
        )
    line.parameters = [
        _parameter_name(a, source, keys | set(line.swept))
        for a in line.arguments or ()
        if index_key(a) not in keys
    ]
    if "" in line.parameters:
        line.parameters = []
    if line.parameters and len(line.parameters) != len(line.arguments or ()):
        line.parameters = []
    if base.style == "bb" and not _reads_arguments(line):
        line.parameters = []
    positions = [index_key(part) for _, part in places(head)] if isinstance(head, n.Scripts) else []
    repeated = [key for key in positions if key in keys and positions.count(key) > 1]
    line.diagonal = bool(repeated) and len(positions) == 2


def _reads_arguments(line: Target) -> bool:
    r"""Whether the right side reads each argument: of `\mathbb{V}[f_*] = k - …` it reads none."""
    read = [p for form in line.line.forms for p in symbols_in(form)]
    return all(any(same_letters(a, p) for p in read) for a in line.arguments or ())


def _letter(piece: n.Notation) -> str:
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    return base.text if base else "x"


def _parameter_name(piece: n.Notation, source: Source, keys: set[str]) -> str:
    """The name of an argument on the left; empty where it is no plain symbol.

    `F_{i,c}` with both letters free on the left is the array F.
    """
    base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
    if base is None:
        return ""

    def never(_: object) -> bool:
        return False

    around = Around(
        keys.__contains__,
        source.known,
        lambda text: text in source.labels_above,
        never,
        source.is_number,
    )
    seen = occurrence(piece, base, source.namer, around)
    return "" if seen.raised else seen.name


def _reads_itself(line: Target, source: Source) -> bool:
    """Whether a right side reads the symbol that its left side writes."""
    if line.head is None or line.arguments is not None:
        return False
    places = set(line.indices) | (source.survey.bound if line.indices else set())
    if line.base is not None and source.namer.stem(line.base) in source.namer.sizes:
        places = set()
    own = _core(line.head, places)
    return any(own == _core(p, places) for form in line.line.forms for p in _values(form))


def _core(piece: n.Notation, indices: set[str]) -> tuple[object, ...]:
    """A symbol with its index places taken out, for comparison."""
    if not isinstance(piece, n.Scripts):
        base = base_of(piece)
        return (base.plain if base else piece, (), None, 0)
    base = base_of(piece.base)
    kept = tuple(p for p in split(piece.sub) if index_key(p) not in indices)
    return (base.plain if base else piece.base, kept, piece.sup, piece.primes)


def _values(root: n.Notation) -> Iterable[n.Notation]:
    """The symbols whose values a formula reads: `K = X W_K` does not read K."""
    labels = {
        id(script)
        for piece in _symbols(root)
        if isinstance(piece, n.Scripts)
        for script in (piece.sub, piece.sup)
        if script is piece.sub or isinstance(script, n.Letter | n.Word)
        for script in (_symbols(script) if script is not None else ())
    }
    return [piece for piece in _symbols(root) if id(piece) not in labels]


def _symbols(root: n.Notation) -> Iterable[n.Notation]:
    from eq2code.read.scope import pieces

    stack = [root]
    while stack:
        piece = stack.pop()
        if base_of(piece) is not None:
            yield piece
        elif isinstance(piece, n.Scripts) and base_of(piece.base) is not None:
            yield piece
            if isinstance(piece.sup, n.Number):
                yield (
                    n.Scripts(piece.base, piece.sub, None, piece.primes)
                    if piece.sub
                    else piece.base
                )
            stack.extend(s for s in (piece.sub, piece.sup) if s is not None)
        else:
            stack.extend(pieces(piece))


# --- outputs and definitions ----------------------------------------------------------------------


def _wanted(lines: list[Target], outputs: tuple[str, ...], work: _Work) -> list[Target]:
    """The lines whose values are returned, in order."""
    named = work.source.targets
    for line in lines:
        _is_check(line, lines, work.source)
    if outputs:
        missing = [name for name in outputs if name not in named]
        if missing:
            known = ", ".join(named) or "nothing"
            raise OptionError(
                f"outputs: the source does not define {missing[0]}", hints=(f"it defines {known}",)
            )
        return [named[name][-1] for name in outputs]
    return _unused(lines, work)


def _unused(lines: list[Target], work: _Work) -> list[Target]:
    """What no other line uses, and the states of a step."""
    problems: dict[int, Eq2CodeError] = {}
    for line in lines:
        if _is_check(line, lines, work.source):
            continue
        try:
            _resolve(line, work)
        except Eq2CodeError as error:
            problems[line.place] = error
    source = work.source
    used = {
        name
        for line in lines
        if not (line.parameters and line.name in source.inlined)
        for name in work.used.get(_key(line, source), set()) - {_key(line, source)}
    }
    states = _states(source)
    wanted = []
    for line in lines:
        if _is_check(line, lines, work.source):
            continue
        key = _key(line, source)
        if line.place in problems:
            if line.name not in source.inlined:
                raise problems[line.place]
            continue
        if (key in used or line.name in source.inlined) and key not in states:
            continue
        if line.reassigns and source.targets[line.name][-1] is not line:
            continue
        wanted.append(line)
    if not wanted:
        raise DefinitionError("every definition uses another one: they run in a circle")
    return wanted


def _states(source: Source) -> set[str]:
    """Definitions at a step whose neighbour in time is read: `m_t` where `m_{t-1}` is."""
    families: dict[str, set[str]] = {}
    for info in source.infos.values():
        if info.family:
            families.setdefault(info.family, set()).add(info.name)
    return {
        name
        for members in families.values()
        if any(source.infos[m].definition is False for m in members)
        for name in members
        if source.infos[name].definition
    }


def _is_check(line: Target, lines: list[Target], source: Source) -> bool:
    """An equation between expressions that are defined elsewhere: it defines nothing."""
    if line.line.left is None or line.name:
        return False
    if not any(other.name for other in lines):
        return False
    defined = {other.base.plain for other in lines if other.base is not None and other.name}
    for piece in symbols_in(line.line.left):
        base = base_of(piece.base if isinstance(piece, n.Scripts) else piece)
        if base is not None and base.plain not in defined:
            raise UnsupportedError(
                "this left side is no symbol, and it is not solved for one", line.span,
                hints=("define each symbol on a line of its own",),
            )  # fmt: skip
    return True


def _key(line: Target, source: Source) -> str:
    if not line.name:
        return "value" if not line.place else f"value_{line.place + 1}"
    return symbol_of(line, source.targets[line.name])


def _resolve(line: Target, work: _Work) -> d.Definition:
    """The draft of one line, made once."""
    source, resolver = work.source, work.resolver
    key = _key(line, source)
    done = work.definitions.get(key)
    if done is not None:
        return done
    if key in work.used:
        raise DefinitionError(f"{line.name or 'this'} is defined by itself", line.span)
    work.used[key] = set()
    before = set(source.infos)
    try:
        body = _body(line, work)
    except Eq2CodeError:
        del work.used[key]
        for name in [name for name in source.infos if name not in before]:
            del source.infos[name]
        raise
    info = source.info(key, line.head if line.head is not None else n.Word("value"), line.base)
    info.definition = True
    entry = source.declared.get(line.name)
    if entry is not None and not entry.is_function and info.shape is None:
        info.rank, info.shape, info.kind = len(entry.shape), entry.shape, entry.kind
    if isinstance(line.head, n.Scripts) and not info.family and line.base is not None:
        info.family = _family(line, source)
    definition = d.Definition(info, body, line.span)
    work.definitions[key] = definition
    work.used[key] = {
        node.info.name
        for node in _walk(body)
        if isinstance(node, d.Symbol) and _defines(node.info, source)
    }
    return definition


def _family(line: Target, source: Source) -> str:
    assert line.head is not None and line.base is not None
    keys = set(line.indices)
    around = Around(
        lambda key: key in keys, source.known, lambda text: text in source.labels_above,
        lambda _: False, source.is_number,
    )  # fmt: skip
    return occurrence(line.head, line.base, source.namer, around).family


def _defines(info: d.Info, source: Source) -> bool:
    return any(_key(t, source) == info.name for ts in source.targets.values() for t in ts)


def _body(line: Target, work: _Work) -> d.Draft:
    resolver, source = work.resolver, work.source
    env = Env(line.place)
    bindings: dict[str, d.Binding | d.Draft] = {}
    made: list[d.Binding] = []
    free = list(line.indices)
    for form in line.line.forms[-1:]:
        loose, inside = free_letters(form, source.survey, frozenset(free), source.addressed)
        arguments = {index_key(a) for a in line.arguments or ()}
        loose = [k for k in loose if k not in arguments and not source.is_position(k)]
        clash = [key for key in loose if key in inside]
        if clash:
            raise AmbiguousError(
                f"{clash[0]} is bound in one term of this formula and free in another",
                form.span,
                hints=("put a bracket round what the sum runs over",),
            )
        if loose and line.indices:
            raise AmbiguousError(
                f"{loose[0]} is free on the right, and does not stand on the left",
                form.span,
                readings=(f"a sum over {loose[0]}", f"a value for each {loose[0]}"),
                hints=(f"write \\sum_{loose[0]}, or {loose[0]} on the left",),
            )
        free += loose
    binders = [source.survey.ranges.get(key) or Binder(key, Range(), line.span) for key in free]
    if binders:
        made, checks = resolver.bind(binders, bindings, env)
        if checks:
            raise DefinitionError("the range on the left depends on another index", line.span)
    if line.woven:
        env = Env(line.place, bindings)
        turns = [resolver.read(form, env) for form in line.line.forms]
        body: d.Draft = d.Weave(turns, made.pop(), span=line.span)
    else:
        body = resolver.body(line, Env(line.place, bindings))
    if line.parts:
        body = d.Piece(body, _part_infos(line, source), line.part, span=line.span)
    if line.wrap == "inverse":
        body = d.Power(body, d.Number(-1), span=line.span)
    if made:
        body = d.Over(made, body, span=line.span)
        body = _turned(line, body)
    return d.Call("diag", [body], span=line.span) if line.diagonal else body


def _turned(line: Target, body: d.Draft) -> d.Draft:
    r"""`U_{:,i} = …`: the axis that the left side leaves whole comes first, as it is written."""
    parts = split(line.head.sub) if isinstance(line.head, n.Scripts) else []
    whole = [part in (n.Mark(":"), n.Mark("cdot")) for part in parts]
    if not any(whole) or whole == sorted(whole):
        return body
    if whole != [True, False]:
        raise UnsupportedError(
            "whole axes before indices on the left are not translated", line.span
        )
    return d.Flip(body, span=line.span)


def _part_infos(line: Target, source: Source) -> list[d.Info]:
    """The symbols that an array is split into."""
    found = []
    for part in line.parts:
        base = base_of(part.base if isinstance(part, n.Scripts) else part)
        assert base is not None
        around = Around(
            lambda _: False, source.known, lambda _: False, lambda _: False, source.is_number
        )
        name = occurrence(part, base, source.namer, around).name
        found.append(source.info(name, part, base))
    return found


def _walk(root: d.Draft) -> Iterable[d.Draft]:
    stack, seen = [root], set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        stack.extend(reversed(d.children(node)))


def _reachable(wanted: list[Target], work: _Work) -> list[d.Definition]:
    """The definitions that the wanted ones need, each after what it uses."""
    source = work.source
    by_key = {_key(t, source): t for ts in source.targets.values() for t in ts}
    done: dict[str, d.Definition] = {}
    active: set[str] = set()
    stack: list[tuple[Target, bool]] = [(line, False) for line in reversed(wanted)]
    while stack:
        line, finished = stack.pop()
        key = _key(line, source)
        if finished:
            active.discard(key)
            done.setdefault(key, work.definitions[key])
            continue
        if key in done:
            continue
        if key in active:
            raise DefinitionError(f"{line.name} is defined by itself", line.span)
        active.add(key)
        _resolve(line, work)
        stack.append((line, True))
        for name in sorted(work.used[key]):
            other = by_key.get(name)
            if other is not None and name not in done:
                if name in active:
                    raise DefinitionError(f"{other.name} is defined by itself", other.span)
                stack.append((other, False))
    return _in_order(done, by_key, work)


def _in_order(
    done: dict[str, d.Definition], by_key: dict[str, Target], work: _Work
) -> list[d.Definition]:
    """Definitions in the order of the source, as far as each may only use earlier ones."""
    waiting = {key: {name for name in work.used[key] if name in done} for key in done}
    ready = [(_place(key, by_key), key) for key, needs in waiting.items() if not needs]
    heapify(ready)
    users: dict[str, list[str]] = {}
    for key, needs in waiting.items():
        for name in needs:
            users.setdefault(name, []).append(key)
    order: list[d.Definition] = []
    while ready:
        _, key = heappop(ready)
        order.append(done[key])
        for user in users.get(key, ()):
            waiting[user].discard(key)
            if not waiting[user]:
                heappush(ready, (_place(user, by_key), user))
    return order


def _place(key: str, by_key: dict[str, Target]) -> int:
    return by_key[key].place if key in by_key else -1


def _link_steps(source: Source) -> None:
    """A symbol and its step share a shape."""
    families: dict[str, list[d.Info]] = {}
    for info in source.infos.values():
        if info.family:
            families.setdefault(info.family, []).append(info)
    for members in families.values():
        for info in members:
            info.siblings = [other for other in members if other is not info]


# --- types ----------------------------------------------------------------------------------------


def _type(
    definitions: list[d.Definition], infos: list[d.Info], source: Source, ledger: Ledger
) -> Elaborator:
    """Ranks, then sizes, round by round until nothing changes."""
    functions = {
        name: ([len(s) for s in entry.arguments or ()], len(entry.shape))
        for name, entry in source.declared.items()
        if entry.is_function
    }
    Ranks(definitions, functions, ledger).solve()
    addresses = Addresses(definitions, source.sizes, ledger)
    elaborator = Elaborator(source.sizes, addresses, source.declared, ledger)
    _settle(elaborator, definitions, infos, source, source.limits.readings)
    return elaborator


def _settle(
    elaborator: Elaborator,
    definitions: list[d.Definition],
    infos: list[d.Info],
    source: Source,
    budget: int,
) -> None:
    """Equate sizes until nothing changes; where a sign is open, try each of its readings on the rest."""
    every = {id(i): i for i in source.infos.values()}
    before = dict(source.sizes.solved), {key: (i.rank, i.shape) for key, i in every.items()}
    try:
        _rounds(elaborator, definitions, infos, source)
        return
    except Undecided as error:
        open_sign = error
    except ShapeError as error:
        _stack_rows(elaborator, definitions, infos, source, budget, every, before, error)
        return
    fitting = []
    for option in open_sign.options:
        if budget < 2:
            raise open_sign
        _restore(source, every, before)
        elaborator.readings[id(open_sign.node)] = option
        try:
            _settle(elaborator, definitions, infos, source, budget // 2)
            fitting.append(option)
        except ShapeError:
            continue
    if len(fitting) > 1 and open_sign.gate:
        elaborator.ledger.assume(
            "gate",
            "⊗ with a function of each entry is taken element by element",
            instead=" or ".join(fitting[1:]),
            span=open_sign.span,
        )
        fitting = fitting[:1]
    if len(fitting) != 1:
        raise open_sign
    _restore(source, every, before)
    elaborator.readings[id(open_sign.node)] = fitting[0]
    _settle(elaborator, definitions, infos, source, budget // 2)


def _stack_rows(
    elaborator: Elaborator,
    definitions: list[d.Definition],
    infos: list[d.Info],
    source: Source,
    budget: int,
    every: dict[int, d.Info],
    before: tuple[dict[str, Dim], dict[int, tuple[int | None, Shape | None]]],
    problem: ShapeError,
) -> None:
    """Where joined vectors do not fit as one long vector, and only as the rows of a matrix, they are rows."""
    fitting = []
    for node in [node for node in elaborator.stackable if node not in elaborator.readings]:
        if budget < 2:
            break
        _restore(source, every, before)
        elaborator.readings[node] = "stack"
        try:
            _settle(elaborator, definitions, infos, source, budget // 4)
            fitting.append(node)
        except ShapeError:
            pass
        del elaborator.readings[node]
    if len(fitting) != 1:
        raise problem
    _restore(source, every, before)
    elaborator.readings[fitting[0]] = "stack"
    _settle(elaborator, definitions, infos, source, budget // 4)


def _restore(
    source: Source,
    infos: dict[int, d.Info],
    before: tuple[dict[str, Dim], dict[int, tuple[int | None, Shape | None]]],
) -> None:
    source.sizes.solved = dict(before[0])
    source.sizes.invented.clear()
    for key, (rank, shape) in before[1].items():
        infos[key].rank, infos[key].shape = rank, shape


def _rounds(
    elaborator: Elaborator,
    definitions: list[d.Definition],
    infos: list[d.Info],
    source: Source,
) -> None:
    """Elaborate until nothing is learnt; axes that nobody named get their letters on the way."""
    for _ in range(ROUNDS):
        known = len(source.sizes.solved), len(elaborator.exponents)
        elaborator.again()
        for definition in definitions:
            _equate(definition, elaborator, source.sizes)
        name_sizes(infos, definitions, source)
        if (len(source.sizes.solved), len(elaborator.exponents)) == known:
            return
    raise ShapeError("the sizes of this system cannot be settled")


def _equate(definition: d.Definition, elaborator: Elaborator, sizes: Sizes) -> None:
    """A symbol has the shape of what defines it."""
    info = definition.info
    body = elaborator.formula(definition.body)
    if info.shape is None or (len(info.shape) != len(body.shape) and not info.declared):
        info.rank = len(body.shape)
        info.shape = sizes.shape(body.shape)
        return
    if len(info.shape) != len(body.shape):
        raise ShapeError(
            f"{info.name} is declared with {len(info.shape)} axes, and its definition has "
            f"{len(body.shape)}",
            definition.span,
        )
    for own, given in zip(info.shape, body.shape, strict=True):
        try:
            sizes.unify(own, given)
        except Clash:
            raise ShapeError(
                f"{info.name} does not have the shape of its definition", definition.span
            ) from None


def _function_name(wanted: list[Target], outputs: tuple[str, ...]) -> str:
    if len(wanted) == 1 and wanted[0].name and wanted[0].arguments is not None:
        return wanted[0].name
    return "f"
