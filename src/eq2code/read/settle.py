"""How large is every axis? Round by round, until nothing more is learnt; open signs are tried on
the rest."""

from __future__ import annotations

from eq2code.errors import (
    AmbiguousError,
    ShapeError,
)
from eq2code.read import draft as d
from eq2code.read.added import CENTRE, FACTOR, KERNEL
from eq2code.read.addresses import Addresses
from eq2code.read.alternatives import commuted, preferred
from eq2code.read.close import name_sizes
from eq2code.read.complexes import any_complex, is_complex
from eq2code.read.conventions import Ledger
from eq2code.read.elaborate import Elaborator
from eq2code.read.elaboration import Undecided
from eq2code.read.formulas import is_spread, shape_text
from eq2code.read.habits import Habits
from eq2code.read.reasons import explain
from eq2code.read.sets import check_sets
from eq2code.read.symbols import Source
from eq2code.read.symmetric import assumed, is_symmetric
from eq2code.read.unify import Clash, Sizes
from eq2code.read.whole import check_whole
from eq2code.trees.assumption import Assumption
from eq2code.trees.dims import Dim, Shape

ROUNDS = 8
LOOSE = {
    FACTOR: "a number is added to a matrix that multiplies, and nothing says that it is square",
    CENTRE: "a number is taken from a square matrix that multiplies",
    KERNEL: "a number is added to a product of matrices, and a power taken of the sum",
}

Told = dict[tuple[str, str], Assumption]
Before = tuple[dict[str, Dim], dict[int, tuple[int | None, Shape | None]], Told]


def typed(
    definitions: list[d.Definition], infos: list[d.Info], source: Source, ledger: Ledger
) -> Elaborator:
    """Ranks, then sizes, round by round until nothing changes."""
    functions = {
        name: ([len(s) for s in entry.arguments or ()], len(entry.shape))
        for name, entry in source.declared.items()
        if entry.is_function
    }
    habits = Habits(definitions, functions, ledger)
    habits.solve()
    both = habits.both()
    if both:
        check_whole(habits.nodes, habits.above, both, rank=habits.rank, ledger=ledger)
    addresses = Addresses(definitions, source.sizes, ledger)
    elaborator = Elaborator(source.sizes, addresses, source.declared, ledger)
    elaborator.may_be_complex = any_complex(infos, habits.nodes)
    elaborator.juxtaposed = habits.juxtaposed()
    elaborator.dotted = habits.dotted()
    elaborator.both = both
    try:
        _settle(elaborator, definitions, infos, source, source.limits.readings)
    except ShapeError as error:
        explain(error, definitions, elaborator, source)
        raise
    check_sets(source, (node for node in habits.nodes if isinstance(node, d.Big)))
    for letter, dim in source.sizes.deduced():
        chosen = ledger.assume(
            "printed-size", f"{letter} is {dim}: what runs to it takes the whole axis",
            instead=f"a part of the axis, to be written x_{{1:{letter}}}",
        )  # fmt: skip
        if chosen == "part":
            raise ShapeError(
                f"what runs to {letter} takes the whole of an axis that is declared",
                hints=(f"write the part that is meant: x_{{1:{letter}}}",),
            )
    for total in elaborator.loose:
        raise AmbiguousError(
            LOOSE[total.meaning],
            total.span,
            readings=preferred(
                "added-number",
                {"identity": "so many times the identity", "entries": "added to each entry"},
            ),
            hints=("declare the matrix: one that is not square has the number in each entry",),
        )
    for node, first, second in elaborator.pairs:
        _check_commutator(node, first, second, source.sizes)
    return elaborator


def _check_commutator(node: d.Join, first: Shape, second: Shape, sizes: Sizes) -> None:
    """Refuse `[A, B]` of two matrices that could be square: a commutator, or two blocks."""

    def could_be_square(shape: Shape) -> bool:
        rows, columns = sizes.shape(shape)
        return rows == columns or sizes.unnamed(rows) or sizes.unnamed(columns)

    if could_be_square(first) and could_be_square(second):
        raise AmbiguousError(
            "two matrices with a comma between them are joined, or their commutator is meant",
            node.span,
            readings=commuted(*node.items),
            hints=("declare shapes that are not square, where they are joined",),
        )


def _settle(
    elaborator: Elaborator,
    definitions: list[d.Definition],
    infos: list[d.Info],
    source: Source,
    budget: int,
) -> None:
    """Equate sizes until nothing changes; where a sign is open, try each of its readings on the
    rest."""
    every = {id(i): i for i in source.infos.values()}
    ranks = {key: (i.rank, i.shape) for key, i in every.items()}
    before = dict(source.sizes.solved), ranks, dict(source.ledger.taken)
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
            raise _asked(open_sign)
        _restore(source, every, before)
        elaborator.readings[id(open_sign.node)] = option
        try:
            _settle(elaborator, definitions, infos, source, budget // 2)
            fitting.append(option)
        except ShapeError:
            continue
    _restore(source, every, before)
    if len(fitting) > 1 and open_sign.gate:
        elaborator.again()
        chosen = elaborator.ledger.assume(
            "gate",
            "⊗ with a function of each entry is taken element by element",
            instead=f"their {fitting[1]} product",
            other=fitting[1],
            span=open_sign.span,
        )
        elaborator.told = dict(elaborator.ledger.taken)
        fitting = [option for option in fitting if option == chosen]
    if len(fitting) != 1:
        raise _asked(open_sign)
    elaborator.readings[id(open_sign.node)] = fitting[0]
    _settle(elaborator, definitions, infos, source, budget // 2)


def _asked(sign: Undecided) -> AmbiguousError:
    return AmbiguousError(sign.message, sign.span, hints=sign.hints, readings=sign.readings)


def _stack_rows(
    elaborator: Elaborator,
    definitions: list[d.Definition],
    infos: list[d.Info],
    source: Source,
    budget: int,
    every: dict[int, d.Info],
    before: Before,
    problem: ShapeError,
) -> None:
    """Where joined vectors do not fit as one long vector, and only as the rows of a matrix, they
    are rows."""
    fitting: list[int] = []
    tried = [node for node in elaborator.stackable if node not in elaborator.readings]
    for node in tried:
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
    if not tried:
        raise problem
    if len(fitting) != 1:
        _restore(source, every, before)
        _rounds(elaborator, definitions, infos, source)  # raises the problem again
    _restore(source, every, before)
    elaborator.readings[fitting[0]] = "stack"
    _settle(elaborator, definitions, infos, source, budget // 4)


def _restore(
    source: Source,
    infos: dict[int, d.Info],
    before: Before,
) -> None:
    source.sizes.solved = dict(before[0])
    source.sizes.version += 1
    source.sizes.invented.clear()
    source.ledger.taken = dict(before[2])
    for key, (rank, shape) in before[1].items():
        infos[key].rank, infos[key].shape = rank, shape


def _rounds(
    elaborator: Elaborator,
    definitions: list[d.Definition],
    infos: list[d.Info],
    source: Source,
) -> None:
    """Elaborate until nothing is learnt; axes that nobody named get their letters on the way."""
    for count in range(ROUNDS):
        known = len(source.sizes.solved), len(elaborator.exponents)
        elaborator.again()
        for definition in definitions:
            _equate(definition, elaborator, source.sizes)
        learnt = (len(source.sizes.solved), len(elaborator.exponents)) != known
        if learnt or count == 0:
            name_sizes(infos, definitions, source)
        if (len(source.sizes.solved), len(elaborator.exponents)) == known:
            return
    raise ShapeError(
        "the sizes of this system cannot be settled",
        hints=('declare the shapes of its symbols: shapes={"x": "n"}',),
    )


def _equate(definition: d.Definition, elaborator: Elaborator, sizes: Sizes) -> None:
    """A symbol has the shape of what defines it."""
    info = definition.info
    body = elaborator.formula(definition.body)
    rank = len(body.shape)
    if rank == 2 and is_symmetric(body) and not assumed(body):
        elaborator.symmetric.add(info.name)
    if elaborator.may_be_complex and is_complex(body, elaborator.complex):
        elaborator.complex.add(info.name)
    if is_spread(body, elaborator.spread):
        elaborator.spread.add(info.name)
    if info.shape is None or (len(info.shape) != rank and not info.declared):
        info.rank = rank
        info.shape = sizes.shape(body.shape)
        return
    if len(info.shape) != rank:
        raise ShapeError(
            f"{info.name} is declared with {len(info.shape)} axes, and its definition has {rank}",
            definition.span,
            hints=("declare it as its definition makes it, or leave the declaration out",),
        )
    for own, given in zip(info.shape, body.shape, strict=True):
        try:
            sizes.unify(own, given, definition.span)
        except Clash:
            declared, defined = map(shape_text, (info.shape, sizes.shape(body.shape)))
            name = info.name.partition("_new")[0]
            raise ShapeError(
                f"{name} is ({declared}), and its definition is ({defined})",
                definition.span,
                hints=("declare it as its definition makes it, or leave the declaration out",),
            ) from None
