"""Everything is typed: which symbols are parameters, what are sizes called, what is returned?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import itemgetter

from eq2code.errors import DefinitionError
from eq2code.read import draft as d
from eq2code.read.elaborate import Elaborator
from eq2code.read.symbols import Source, symbol_of
from eq2code.read.targets import Target
from eq2code.source import NOWHERE, Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim, Shape

LETTERS = "nmpqrsuvwkld"
PLAIN = frozenset({f.Symbol, f.Number, f.Constant})  # what needs no size, and holds nothing


def close(
    name: str,
    wanted: list[Target],
    definitions: list[d.Definition],
    infos: list[d.Info],
    source: Source,
    elaborator: Elaborator,
) -> f.System:
    """The finished system of typed definitions."""
    typed = tuple(
        [
            f.Definition(elaborator.symbol(one.info), elaborator.formula(one.body), one.span)
            for one in definitions
        ]
    )
    first = [p for line in wanted for p in line.parameters if line.arguments is not None]
    parameters = _parameters(first, infos, typed, source, elaborator)
    outputs = tuple(_output(line, k, source, elaborator) for k, line in enumerate(wanted))
    _check_names(parameters, typed)
    names = {parameter.name for parameter in parameters}
    juxtaposed = tuple(pair for pair in elaborator.juxtaposed if names.issuperset(pair))
    dotted = tuple(
        tuple(name for name in one if name in names)
        for one in elaborator.dotted
        if names.issuperset(one[:2])
    )
    return f.System(name, parameters, typed, outputs, juxtaposed, dotted)


def _output(line: Target, k: int, source: Source, elaborator: Elaborator) -> f.Output:
    key = symbol_of(line, source.targets[line.name]) if line.name else source.bare(line.place)
    shown = line.name or source.bare(k)
    return f.Output(shown, elaborator.symbol(source.infos[key]))


def order(definitions: list[d.Definition], wanted: list[Target], source: Source) -> list[d.Info]:
    """Every symbol that is read, in the order of the source; those of left sides too."""
    found: dict[str, d.Info] = {}
    for definition in definitions:
        for node in definition.nodes:
            if type(node) is d.Symbol or type(node) is d.LastSize:
                if node.info.name not in found:
                    found[node.info.name] = node.info
    for line in wanted:
        for name in line.parameters:
            declared = source.declared.get(name)
            if declared is not None and declared.is_function:
                continue
            if name not in found and name not in source.size_names:
                info = source.infos.get(name)
                if info is None:
                    info = d.Info(name, name, rank=0, elementwise=declared is None, first=line.span)
                    if declared is not None and not declared.is_function:
                        info.rank, info.shape = len(declared.shape), declared.shape
                    source.infos[name] = info
                if info.rank is None:
                    info.rank = 0
                found.setdefault(name, info)
    return sorted(found.values(), key=lambda info: info.first.start)


# --- sizes ----------------------------------------------------------------------------------------


def name_sizes(infos: list[d.Info], definitions: list[d.Definition], source: Source) -> None:
    """Give every axis that nobody named a letter that is free."""
    sizes = source.sizes
    shaped = [*infos, *(one.info for one in definitions)]
    resolved = [sizes.resolve(dim) for info in shaped for dim in info.shape or ()]
    if not [letter for dim in resolved for letter in dim.letters if letter[0] == "?"]:
        return
    taken = set(source.size_names) | {info.name for info in infos} | set(source.declared)
    taken |= {letter for dim in sizes.solved.values() for letter in dim.letters}
    _name_last_sizes(definitions, source, taken)
    letters = (c for c in _letters() if c not in taken)
    for dim in resolved:
        for letter in sizes.resolve(dim).letters:
            if letter[0] == "?":
                sizes.invent(letter, next(letters))


def _name_last_sizes(definitions: list[d.Definition], source: Source, taken: set[str]) -> None:
    """The last dimension of K is called d_k where the source calls it so."""
    sizes = source.sizes
    for definition in definitions:
        for node in definition.nodes:
            if type(node) is d.LastSize and node.info.shape:
                letter = sizes.resolve(node.info.shape[-1]).letter
                wished = f"d_{node.info.name.lower()}"
                if letter is not None and letter.startswith("?") and wished not in taken:
                    sizes.invent(letter, wished)
                    taken.add(wished)


def _letters() -> Iterator[str]:
    yield from LETTERS
    count = 1
    while True:
        yield f"n_{count}"
        count += 1


# --- parameters -----------------------------------------------------------------------------------


def _parameters(
    first: list[str],
    infos: list[d.Info],
    typed: tuple[f.Definition, ...],
    source: Source,
    elaborator: Elaborator,
) -> tuple[f.Parameter, ...]:
    """Arguments of the left side first, then symbols, functions and loose sizes as they appear."""
    found: list[tuple[int, f.Parameter]] = []
    functions: dict[str, f.Function] = {}
    every = [node for definition in typed for node in definition.body.walk()]
    used = {node.name for node in every if type(node) is f.Symbol}
    nodes = [node for node in every if type(node) not in PLAIN]
    for node in nodes:
        if type(node) is f.Apply:
            functions.setdefault(node.function.name, node.function)
        elif type(node) is f.Gradient:
            used.discard(node.variable.name)
    defined = {definition.symbol.name for definition in typed}
    shapes: list[Shape] = []
    for info in infos:
        if info.name in defined or (info.name not in used and info.name not in first):
            continue
        symbol = elaborator.symbol(info)
        shapes.append(symbol.shape)
        found.append((info.first.start, f.Parameter(info.name, symbol, info.notation)))
    for name, function in functions.items():
        place = source.functions_used.get(name, NOWHERE).start
        found.append((place, f.Parameter(name, function, name)))
    names = {parameter.name for _, parameter in found}
    for letter, place in _loose_sizes(nodes, shapes, defined | source.sizes.invented):
        if letter in names:
            found = [(place, _whole(parameter, letter)) for place, parameter in found]
            continue
        found.append((place, f.Parameter(letter, f.Symbol(letter, (), "int"), letter)))
    found.sort(key=itemgetter(0))
    if first:
        rank = {name: k for k, name in reversed(list(enumerate(first)))}
        found.sort(key=lambda pair: rank.get(pair[1].name, len(first)))
    return tuple([parameter for _, parameter in found])


def _whole(parameter: f.Parameter, letter: str) -> f.Parameter:
    """A declared number that is also a size is a whole number."""
    if parameter.name != letter or not isinstance(parameter.value, f.Symbol):
        return parameter
    return replace(parameter, value=replace(parameter.value, kind="int"))


def _loose_sizes(
    nodes: list[f.Formula], shapes: list[Shape], defined: set[str]
) -> list[tuple[str, int]]:
    """Size letters that no parameter's shape gives, with where they are first needed; `nodes` are
    all but the `PLAIN` ones."""
    needed: dict[str, int] = {}
    whose: dict[str, Span] = {}
    units: set[str] = set()

    def need(dim: Dim, span: Span) -> None:
        for letter in dim.letters:
            if letter not in needed or 0 <= span.start < needed[letter]:
                needed[letter], whose[letter] = span.start, span

    for node in nodes:
        match node:
            case f.Size(dim):
                need(dim, node.span)
            case f.Build(indices) | f.Reduce(_, indices):
                for index in indices:
                    need(index.size, node.span)
            case f.Call(function, ()):
                for dim in node.shape:
                    need(dim, node.span)
                    units |= set(dim.letters) if function == "identity" else set()
            case f.Slice(_, _, low, high):
                need(low, node.span)
                need(high, node.span)
    if not needed:
        return []
    known = _given(shapes)
    known |= _given(_results(nodes)) - _numbers(nodes)
    written = {x for x in needed if not x.startswith("?")} - known - defined
    known |= _given(shapes, written) - written  # of n + M - 1 the number M gives n
    loose = [(letter, place) for letter, place in needed.items() if letter not in known]
    for letter, _ in loose:
        if not letter.startswith("?") and letter not in defined:
            continue
        if letter in units:
            raise DefinitionError(
                "nothing says how large the identity I is",
                whose[letter],
                hints=(
                    "name its size, I_n, or declare what it is added to",
                    'if I is a number, declare it: shapes={"I": ""}',
                ),
            )
        raise DefinitionError(
            "the size of an index cannot be told from any array or range",
            whose[letter],
            hints=(
                r"print its range, \sum_{i=1}^{n}, or declare the array that it addresses "
                'with its axes: shapes={"x": "n"}',
            ),
        )
    return loose


def _results(nodes: list[f.Formula]) -> list[Shape]:
    """The shapes that declared functions give: a size that only they fix is no parameter, unless
    it is needed as a number.
    """
    return [node.function.result for node in nodes if type(node) is f.Apply]


def _numbers(nodes: list[f.Formula]) -> set[str]:
    """The size letters that are read as numbers, and those of indices that are."""
    found: set[str] = set()
    for node in nodes:
        match node:
            case f.Size(dim):
                found |= set(dim.letters)
            case f.Slice(_, _, low, high):
                found |= {*low.letters, *high.letters}
        for child in () if type(node) is f.At else node.children:
            if type(child) is f.Position:
                found |= set(child.index.size.letters)
    return found


def _given(shapes: Iterable[Shape], numbers: Iterable[str] = ()) -> set[str]:
    """The size letters that arrays of these shapes fix: `n + 1` gives n, `2 d` gives d."""
    dims = [dim for shape in shapes for dim in shape]
    known = {dim.letter for dim in dims if dim.letter is not None}.union(numbers)
    mixed = [dim for dim in dims if dim.letter is None]
    while mixed:
        before = len(known)
        for dim in mixed:
            unknown = [m for m, _ in dim.terms if any(x not in known for x in m)]
            if len(unknown) == 1:
                fresh = [x for x in unknown[0] if x not in known]
                if len(fresh) == 1:
                    known.add(fresh[0])
        if len(known) == before:
            break
    return known


def _check_names(parameters: tuple[f.Parameter, ...], typed: tuple[f.Definition, ...]) -> None:
    names = [p.name for p in parameters] + [t.symbol.name for t in typed]
    if len(set(names)) < len(names):
        twice = next(name for k, name in enumerate(names) if name in names[:k])
        raise DefinitionError(
            f"two symbols would both be called {twice}", hints=("rename one of the two",)
        )
