"""What is every left-hand side called, and which letters of it are free? For all lines, before any
is read."""

from __future__ import annotations

from collections.abc import Iterable

from eq2code.errors import (
    DefinitionError,
)
from eq2code.read.names import Base, base_of, label
from eq2code.read.questions import same_letters, symbols_in
from eq2code.read.scope import (
    INDEX_LETTERS,
    LEAVES,
    Survey,
    index_key,
    pieces,
    places,
    split,
)
from eq2code.read.scripts import Around, index_keys, occurrence
from eq2code.read.symbols import Source, power_name
from eq2code.read.targets import Known, Target, derivative_name, free_indices
from eq2code.trees import notation as n


def name_lefts(lines: list[Target], source: Source) -> None:
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
        _note_elements(line, survey)
    called = [set() if line.head is None else known.called(line.head) for line in lines]
    noted = set(survey.addressed)
    while True:
        _find_indices(lines, called, survey, known)
        named = {name for line in lines for name in _labelled_names(line, known, survey, noted)}
        if named <= known.names:
            break
        known.names |= named
        survey.addressed = set(noted)  # what a letter of such a name seemed to address
    for line in lines:
        _name(line, source)
        if line.wrap and not _solved(line, lines, source):
            line.name, line.wrap = f"{line.name}_inverse", ""
        if line.name:
            source.targets.setdefault(line.name, []).append(line)
    for name, targets in source.targets.items():
        mutated = len(targets) > 1 or targets[0].line.assigns or targets[0].arguments is None
        if mutated and any(_reads_itself(t, source) for t in targets):
            _check_explicit(targets[0], source)
            source.assigned.add(name)
            for t in targets:
                t.reassigns = True
        elif len(targets) > 1:
            if all(t.line.assigns for t in targets):
                source.assigned.add(name)
                for t in targets:
                    t.reassigns = True
            else:
                raise DefinitionError(
                    f"{name} is defined twice",
                    targets[1].span,
                    hints=("give the second another name, or x_{t+1} for the next step",),
                )


def _find_indices(
    lines: list[Target], called: list[set[str]], survey: Survey, known: Known
) -> None:
    """Find the free indices of every left side; what one line tells of a letter, all may use."""
    for line in lines:
        line.indices = free_indices(line, survey, known)
        _note_slots(line, survey)
    known.values, known.above = _values_of(lines, called), _indexed_above(lines)
    for line in lines:
        line.indices = free_indices(line, survey, known)
    values = _values_of(lines, called)
    if values != known.values:
        known.values = values
        for line in lines:
            line.indices = free_indices(line, survey, known)


def _values_of(lines: list[Target], called: list[set[str]]) -> frozenset[str]:
    """The names of left sides that are values, or arrays over their arguments: `w_t`, `M_t(i) =
    …`; `called` are those of each line."""
    names: set[str] = set()
    for line, own in zip(lines, called, strict=True):
        if all(index_key(a) in line.indices for a in line.arguments or ()):
            names |= own
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


def _labelled_names(
    line: Target, known: Known, found: Survey, noted: set[tuple[str, tuple[str, ...], str]]
) -> list[str]:
    r"""The names of a left side whose scripts are labels: no operator binds them, and `noted` has
    no such place. `x_c = x - \mu` is no element of x, in whatever line it stands."""
    head, base = line.head, line.base
    if not isinstance(head, n.Scripts) or base is None or line.indices:
        return []
    for place, part in places(head):
        key = index_key(part)
        if key in found.bound or key in found.ranges:
            return []
        if (base.text, base.accents, place) in noted:
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
    for form in line.line.forms if line.indices else ():
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

    numbered = isinstance(head, n.Scripts) and isinstance(head.sub, n.Number)
    stem = source.namer.stem(base)

    def known(name: str) -> int | None:
        if name in source.declared and not (numbered and name == stem):
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
        source.powers_defined.add(power.text)
    elif line.power:
        line.name = power_name(seen.name, line.power)
        source.powers_defined.add(line.power)
    if line.derivative:
        words = [label(part) or "" for part in line.derivative]
        line.name = (
            f"grad_{seen.name}"
            if len(words) == 1
            else derivative_name(words[0], line.derivative[1])
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
    if repeated and len(positions) == 2:
        line.diagonal = _is_matrix(line, base, source)


def _is_matrix(line: Target, base: Base, source: Source) -> bool:
    r"""Whether `D_{ii} = …` makes a diagonal matrix: where D is used or declared, and else by habit
    where it is a capital."""
    declared = source.known(line.name) if line.name in source.declared else None
    if declared is not None:
        return declared == 2
    if sum(other.plain == base.plain for other in source.survey.bases) > 1:
        return True
    chosen = source.ledger.assume(
        "diagonal",
        f"{line.name} is a matrix with zeros beside this diagonal" if base.capital
        else f"of {line.name} the diagonal alone is returned",
        instead="the diagonal alone" if base.capital else "a matrix with zeros beside it",
        reading="matrix" if base.capital else "vector",
        span=line.span,
    )  # fmt: skip
    return chosen == "matrix"


def _solved(line: Target, lines: list[Target], source: Source) -> bool:
    r"""Whether `S^{-1} = …` gives S: where S is asked for, or another line uses it and none defines
    it."""
    if line.name in source.wanted:
        return True
    own = _stem(line.head, line)
    others = [other for other in lines if other is not line]
    if any(other.head is not None and _stem(other.head, line) == own for other in others):
        return False
    read = (piece for other in others for form in other.line.forms for piece in _values(form))
    return line.head is not None and any(_stem(piece, line) == own for piece in read)


def _stem(piece: n.Notation | None, line: Target) -> object:
    """A symbol without what is done to it, and without the places that the left side indexes."""
    if not isinstance(piece, n.Scripts):
        base = None if piece is None else base_of(piece)
        return base and base.plain, None, 0
    base = base_of(piece.base)
    below = None if line.indices or piece.sub is None else label(piece.sub)
    return base and base.plain, below, piece.primes


def _reads_arguments(line: Target) -> bool:
    r"""Whether the right side reads each argument: of `\mathbb{V}[f_*] = k - …` it reads none."""
    read = [p for form in line.line.forms for p in symbols_in(form)]
    return all(any(same_letters(a, p) for p in read) for a in line.arguments or ())


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
    if line.head is None or line.arguments is not None or line.derivative:
        return False
    places = set(line.indices) | (source.survey.bound if line.indices else set())
    if line.base is not None and source.namer.stem(line.base) in source.namer.sizes:
        places = set()
    own = _core(line.head, places)
    for form in line.line.forms:
        same = [piece for piece in _symbols(form) if _core(piece, places) == own]
        if same and not _labels(form).issuperset(map(id, same)):
            return True
    return False


def _check_explicit(line: Target, source: Source) -> None:
    """Refuse a step that its own right side reads: `y_{n+1} = y_n + h f(y_{n+1})` is to be
    solved."""
    if line.line.assigns or not isinstance(line.head, n.Scripts) or not _reads_itself(line, source):
        return
    keys = [key for _, part in places(line.head) for key in index_keys(part)]
    if not any(key in source.survey.counters for key in keys):
        return
    raise DefinitionError(
        f"{line.name} stands on both sides: the step is implicit, and is not solved",
        line.span,
        hints=(
            "solve the equation for it, or write the step of the iteration that solves it",
            r"if the right side reads the old value, write \leftarrow",
        ),
    )


def _core(piece: n.Notation, indices: set[str]) -> tuple[object, ...]:
    """A symbol with its index places taken out, for comparison."""
    if not isinstance(piece, n.Scripts):
        base = base_of(piece)
        return (base.plain if base else piece, (), None, 0)
    base = base_of(piece.base)
    kept = tuple([p for p in split(piece.sub) if index_key(p) not in indices])
    return (base.plain if base else piece.base, kept, piece.sup, piece.primes)


def _values(root: n.Notation) -> Iterable[n.Notation]:
    """The symbols whose values a formula reads: `K = X W_K` does not read K."""
    labels = _labels(root)
    return [piece for piece in _symbols(root) if id(piece) not in labels]


def _labels(root: n.Notation) -> set[int]:
    """The symbols that stand in scripts as part of a name."""
    return {
        id(script)
        for piece in _symbols(root)
        if isinstance(piece, n.Scripts)
        for script in (piece.sub, piece.sup)
        if script is piece.sub or isinstance(script, n.Letter | n.Word)
        for script in (_symbols(script) if script is not None else ())
    }


def _symbols(root: n.Notation) -> list[n.Notation]:
    found: list[n.Notation] = []
    stack = [root]
    while stack:
        piece = stack.pop()
        if base_of(piece) is not None:
            found.append(piece)
        elif type(piece) is n.Scripts and base_of(piece.base) is not None:
            found.append(piece)
            if type(piece.sup) is n.Number:
                bare = n.Scripts(piece.base, piece.sub, None, piece.primes)
                found.append(bare if piece.sub else piece.base)
            stack.extend([s for s in (piece.sub, piece.sup) if s is not None])
        elif type(piece) not in LEAVES:
            stack.extend(pieces(piece))
    return found
