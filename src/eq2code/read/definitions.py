"""Which definitions are asked for, what do they need, and in which order? Each line is resolved
once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

from eq2code.choice import Choice, declared
from eq2code.errors import (
    AmbiguousError,
    DefinitionError,
    Eq2CodeError,
    OptionError,
    UnsupportedError,
)
from eq2code.read import draft as d
from eq2code.read.alternatives import preferred
from eq2code.read.equations import check_condition, check_equation
from eq2code.read.free import free_letters, torn
from eq2code.read.names import base_of, label
from eq2code.read.questions import symbols_in
from eq2code.read.resolve import Resolver
from eq2code.read.scope import (
    Binder,
    Range,
    index_key,
    split,
    walk,
)
from eq2code.read.scripts import Around, Occurrence, occurrence
from eq2code.read.spacing import check_remark
from eq2code.read.symbols import BY_ITSELF, Env, Source, symbol_of
from eq2code.read.taken import taken
from eq2code.read.targets import Target
from eq2code.record import lazy
from eq2code.trees import notation as n
from eq2code.trees.dims import Dim

CLASSES = frozenset("y")  # what a label is called, where it is no index
LAYERS = frozenset({"l", "ell"})
LABELS = frozenset("abcdefghosw")  # below a letter more often a name than an index


@dataclass
class Work:
    """The state of one reading while it grows."""

    source: Source
    resolver: Resolver
    definitions: dict[str, d.Definition] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)

    @lazy
    def keys(self) -> frozenset[str]:
        """The symbols that the named lines define."""
        named = self.source.targets.values()
        return frozenset(_key(line, self.source) for lines in named for line in lines)


def asked_for(lines: list[Target], outputs: tuple[str, ...], work: Work) -> list[Target]:
    """The lines whose values are returned, in order."""
    named = work.source.targets
    for line in lines:
        _is_check(line, lines, work.source)
    if outputs:
        missing = [name for name in outputs if name not in named]
        if missing:
            known = f"it defines {', '.join(named)}" if named else "give the formula a name: y = …"
            raise OptionError(f"outputs: the source does not define {missing[0]}", hints=(known,))
        return [named[name][-1] for name in outputs]
    return _unused(lines, work)


def _unused(lines: list[Target], work: Work) -> list[Target]:
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
    states = _states(source) | _assigned(lines, source)
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
        raise DefinitionError(
            "every definition uses another one: they run in a circle",
            lines[0].span | lines[-1].span,
            hints=("name what is wanted: outputs=, and what is given: shapes=",),
        )
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


def _assigned(lines: list[Target], source: Source) -> set[str]:
    r"""What `\leftarrow` puts in the place of a symbol that is given: the w of `w \leftarrow w -
    g`."""
    given = {name for name, info in source.infos.items() if not info.definition}
    stepped = (line for line in lines if line.line.assigns and line.name in given)
    return {_key(line, source) for line in stepped}


def _is_check(line: Target, lines: list[Target], source: Source) -> bool:
    """An equation between expressions that are defined elsewhere: it defines nothing."""
    if line.line.left is None:
        return False
    if line.name:
        if len(lines) == 1 and line.base is not None:
            check_condition(line.line, line.base)
        return False
    if not any(other.name for other in lines):
        check_equation(line.line, source.survey.bound)
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
        return source.bare(line.place)
    return symbol_of(line, source.targets[line.name])


def _resolve(line: Target, work: Work) -> d.Definition:
    """The draft of one line, made once."""
    source, _resolver = work.source, work.resolver
    key = _key(line, source)
    done = work.definitions.get(key)
    if done is not None:
        return done
    if key in work.used:
        raise DefinitionError(
            f"{line.name or 'this'} is defined by itself", line.span, hints=(BY_ITSELF,)
        )
    work.used[key] = set()
    before = len(source.infos)
    try:
        body = _body(line, work)
    except Eq2CodeError:
        del work.used[key]
        for name in list(source.infos)[before:]:
            del source.infos[name]
        raise
    info = source.info(key, line.head if line.head is not None else n.Word("value"), line.base)
    info.definition = True
    entry = source.declared.get(line.name)
    if entry is not None and not entry.is_function and info.shape is None:
        info.rank, info.shape, info.kind = len(entry.shape), entry.shape, entry.kind
    if isinstance(line.head, n.Scripts) and not info.family and line.base is not None:
        seen = _labelled(line, source)
        info.family, info.steps = seen.family, seen.steps
        unsolved = line.name.endswith("_inverse")
        info.power = unsolved or (bool(seen.raised) and not line.wrap)
    definition = d.Definition(info, body, line.span)
    work.definitions[key] = definition
    work.used[key] = {
        node.info.name
        for node in (d.walk(body) if work.keys else ())
        if isinstance(node, d.Symbol) and node.info.name in work.keys
    }
    return definition


def _labelled(line: Target, source: Source) -> Occurrence:
    """What a left side says of the letters that label it."""
    assert line.head is not None
    assert line.base is not None
    keys = set(line.indices)
    around = Around(
        lambda key: key in keys, source.known, lambda text: text in source.labels_above,
        lambda _: False, source.is_number,
    )  # fmt: skip
    return occurrence(line.head, line.base, source.namer, around)


def _check_entry(line: Target, loose: list[str], arguments: set[str | None]) -> None:
    r"""Refuse `L = -x_y + \log \sum_j \exp(x_j)`, where y is a label by habit and no index of the
    left side, and a letter that is an argument there."""
    for key in loose:
        label = key in CLASSES and line.head is not None and not line.indices
        if label and line.line.left is not None:
            label = key not in map(index_key, walk(line.line.left))
        if label or (key in arguments and len(key) == 1):
            raise AmbiguousError(
                f"{key} below a symbol is the place of an entry, or runs over all of them",
                line.span,
                readings=(
                    declared("the place of an entry", {key: ": int"}),
                    Choice(f"a value for each {key}: write {key} below the left side"),
                ),
            )


def _tell_shared(line: Target, form: n.Notation, source: Source) -> None:
    r"""Tell of `L_i = -f_{y_i} + \log \sum_j e^{f_j}` that f is the same for every i, which stands
    below labels alone."""
    for key in line.indices:
        outer: dict[str, n.Scripts] = {}
        inner: set[int] = set()
        holders: list[n.Scripts] = []
        for piece in walk(form):
            if not isinstance(piece, n.Scripts):
                continue
            parts = split(piece.sub)
            if key in map(index_key, parts):
                holders.append(piece)
            labels = [x for part in parts for x in walk(part) if isinstance(x, n.Scripts)]
            below = [x for x in labels if key in map(index_key, split(x.sub))]
            inner.update(map(id, below))
            if below and (base := base_of(piece.base)) is not None:
                outer.setdefault(source.namer.stem(base), piece)
        if inner and all(id(piece) in inner for piece in holders):
            for name, piece in outer.items():
                if source.known(name) is not None:
                    continue
                source.ledger.assume(
                    "shared",
                    f"{name} is the same for every {key}",
                    instead=f"an array with an axis for {key}",
                    shapes={name: "?n ?m"},
                    span=piece.span,
                )


def _body(line: Target, work: Work) -> d.Draft:
    resolver, source = work.resolver, work.source
    env = Env(line.place)
    bindings: dict[str, d.Binding | d.Draft] = {}
    made: list[d.Binding] = []
    free = list(line.indices)
    held = frozenset([*free, *(str(index_key(a)) for a in line.arguments or ())])
    if source.survey.reduced:
        forms = [
            taken(x, source.survey, held, source.addressed, source.axes) for x in line.line.forms
        ]
        line.line = replace(line.line, forms=tuple(forms))
    for form in line.line.forms[-1:]:
        check_remark(form)
        loose, inside = free_letters(form, source.survey, frozenset(free), source.addressed)
        arguments = {index_key(a) for a in line.arguments or ()}
        loose = [k for k in loose if not source.is_position(k)]
        _check_entry(line, loose, arguments)
        if line.indices and source.survey.nested:
            _tell_shared(line, form, source)
        loose = [k for k in loose if k not in arguments]
        last = [key for key in loose if _ends_range(key, source)]
        bindings.update({key: d.SizeOf(Dim.of(key), span=form.span) for key in last})
        loose = [key for key in loose if key not in last]
        clash = [key for key in loose if key in inside]
        if inside and not clash:
            around = frozenset([*free, *map(str, arguments)])
            clash = torn(form, source.survey, around)
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
                readings=(
                    Choice(f"a sum over {loose[0]}", (rf"\sum_{{{loose[0]}}} (", form.span, ")")),
                    Choice(f"a value for each {loose[0]}: write {loose[0]} on the left too"),
                ),
            )
        free += [key for key in loose if _is_free(key, form, line, source)]
    binders = [source.survey.ranges.get(key) or Binder(key, Range(), line.span) for key in free]
    if binders:
        made, checks = resolver.bind(binders, bindings, env)
        if checks:
            raise DefinitionError(
                "the range on the left depends on another index",
                line.span,
                hints=("write a range with fixed ends, and the dependence as a case",),
            )
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


def _is_free(key: str, form: n.Notation, line: Target, source: Source) -> bool:
    r"""Whether a letter that nothing binds is an index, one result for each, though the left side
    does not print it: `y = x_i + \sum_j x_j`. What more often is a label is asked about."""
    left = line.line.left
    if left is not None and any(index_key(piece) == key for piece in walk(left)):
        return True
    labels = key.isupper() or (left is not None and key in LABELS)
    if left is None and not labels:
        return True
    stands = [p for p in walk(form) if isinstance(p, n.Scripts)]
    stands = [p for p in stands if any(index_key(part) == key for part in split(p.sub))]
    indices = {bound.rstrip("'") for bound in source.survey.bound}
    labels = labels and key not in indices and all(len(split(p.sub)) == 1 for p in stands)
    name = f"{label(stands[0].base) or '…'}_{key}" if stands else key
    if labels and "free-index" not in source.ledger.prefer:
        raise AmbiguousError(
            f"{name} could be an element, for each {key}, or a symbol of its own",
            form.span,
            readings=preferred(
                "free-index", {"each": f"a value for each {key}", "symbol": "one symbol"}
            ),
            hints=(f"write {key} on the left side too, where it is an index",),
        )
    chosen = source.ledger.assume(
        "free-index",
        f"{key} is free on the right: there is one result for each",
        instead=f"{name} is one symbol",
        span=form.span,
    )
    return chosen == "each"


def _ends_range(key: str, source: Source) -> bool:
    r"""Whether a letter below an array is the end of a range: the last element, `\sum_{i=1}^n x_i -
    x_n`."""
    return (
        key in source.size_names
        and key not in source.survey.bound
        and any(index_key(part) == key for end in source.survey.ends for part in symbols_in(end))
    )


def _turned(line: Target, body: d.Draft) -> d.Draft:
    r"""`U_{:,i} = …`: the axis that the left side leaves whole comes first, as it is written."""
    parts = split(line.head.sub) if isinstance(line.head, n.Scripts) else []
    whole = [part in (n.Mark(":"), n.Mark("cdot")) for part in parts]
    if not any(whole) or whole == sorted(whole):
        return body
    if whole != [True, False]:
        raise UnsupportedError(
            "whole axes before indices on the left are not translated",
            line.span,
            hints=("write an index for every axis before it",),
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


def needed(wanted: list[Target], work: Work) -> list[d.Definition]:
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
            raise DefinitionError(
                f"{line.name} is defined by itself", line.span, hints=(BY_ITSELF,)
            )
        active.add(key)
        _resolve(line, work)
        stack.append((line, True))
        for name in sorted(work.used[key]):
            other = by_key.get(name)
            if other is not None and name not in done:
                if name in active:
                    raise DefinitionError(
                        f"{other.name} is defined by itself", other.span, hints=(BY_ITSELF,)
                    )
                stack.append((other, False))
    return _in_order(done, by_key, work)


def _in_order(
    done: dict[str, d.Definition], by_key: dict[str, Target], work: Work
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


def link_steps(source: Source, over: str | None) -> None:
    """A symbol and its step share a shape; layers, counted by l, may differ in size, but where one
    loop runs `over` them."""
    families: dict[str, list[d.Info]] = {}
    for info in source.infos.values():
        if info.family:
            families.setdefault(info.family, []).append(info)
    for members in families.values():
        for info in members:
            info.siblings = [other for other in members if other is not info]
            info.layered = over is None and info.family.rpartition("_")[2] in LAYERS
