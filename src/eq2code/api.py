"""How does a formula become code? The whole pipeline on one screen.

In: a source and what the caller says of it. Out: a `Translation`, or an `Eq2CodeError` that shows
the place in the source as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from eq2code import limits
from eq2code.collector import paused
from eq2code.emit import Code, emit
from eq2code.errors import AssumptionError, EmissionError, Eq2CodeError, ParseError, TooDeepError
from eq2code.library import ENTRIES, SPELLINGS
from eq2code.lower import lower
from eq2code.options import Options
from eq2code.parse import parse
from eq2code.read import Reading, read
from eq2code.read.conventions import BY_NAME
from eq2code.rewrite import rewrite
from eq2code.rewrite.expand import can_expand, expand
from eq2code.source import whole
from eq2code.translation import Translation
from eq2code.trees.formula import Formula, System
from eq2code.trees.program import Program


def translate(
    source: str,
    *,
    backend: str = "numpy",
    name: str | None = None,
    shapes: Mapping[str, str] | None = None,
    outputs: Sequence[str] | None = None,
    prefer: Mapping[str, str] | None = None,
    notation: str | None = None,
    strict: bool = False,
) -> Translation:
    r"""Translate LaTeX, Unicode or plain text into a function over arrays.

    Args:
        source: one equation or a system of them; the notation is recognised by itself.
        backend: what the code is written for: "numpy" or "torch".
        name: the emitted function's name; without it, the left-hand side's, or `f`.
        shapes: what the prose says of the symbols: ``{"Q": "n d_k", "lr": ""}``.
        outputs: the names to return, where the source defines more than one.
        prefer: for a convention, the reading to take instead of the usual one.
        notation: "latex" or "text", to force the grammar.
        strict: refuse, with an `AssumptionError`, what rests on any assumption.

    >>> translate(r"\frac{1}{1 + e^{-x}}")(x=[0.0]).tolist()
    [0.5]
    """
    options = Options.check(
        source,
        backend=backend,
        name=name,
        shapes=shapes,
        outputs=outputs,
        prefer=prefer,
        notation=notation,
        strict=strict,
    )
    try:
        with paused:
            reading = _read(source, options)
            if strict and reading.assumptions:
                raise _too_sure(reading)
            computed = rewrite(
                reading.system,
                meaning_of=_meaning,
                derivative_of=_derivatives,
                limits=limits.DEFAULT,
            )
            program, code = _emitted(computed, backend, source)
    except Eq2CodeError as error:
        _place(error, source)
        raise
    except RecursionError:
        raise TooDeepError("the formula is nested too deeply", source=source) from None
    return Translation(source, options, reading, program, code, translate)


def _emitted(system: System, backend: str, source: str) -> tuple[Program, Code]:
    """The program and its code; what the target cannot spell is written out by its meaning."""
    expanded: set[str] = set()
    while True:
        program = lower(system, limits=limits.DEFAULT)
        try:
            return program, emit(program, target=backend, source=source, limits=limits.DEFAULT)
        except EmissionError as error:
            if error.function in expanded or not can_expand(error.function):
                raise
            expanded.add(error.function)
            system = expand(system, error.function, _meaning)


def _read(source: str, options: Options) -> Reading:
    declared = options.functions
    document = parse(
        source,
        notation=options.notation,
        words=options.words,
        functions=SPELLINGS | declared if declared else SPELLINGS,
        limits=limits.DEFAULT,
    )
    try:
        return read(
            document,
            shapes=dict(options.shapes),
            outputs=options.outputs,
            prefer=dict(options.prefer),
            name=options.name,
            limits=limits.DEFAULT,
        )
    except Eq2CodeError as error:
        error.readings = tuple(one.filled(source, document.language) for one in error.readings)
        raise


@cache
def _meaning(function: str) -> Formula:
    """What a function of the library means, as a formula of its arguments."""
    entry = ENTRIES[function]
    cores = re.findall(r"\(([^)]*)\)", entry.signature.partition("->")[0])
    shapes = dict(zip(entry.arguments, (core.replace(",", " ") for core in cores), strict=True))
    document = parse(entry.meaning, words=frozenset(entry.arguments), functions=SPELLINGS)
    return read(document, shapes=shapes).system.definitions[-1].body


@cache
def _derivatives(function: str) -> tuple[Formula, ...]:
    """The derivative of an elementwise function by each of its arguments, as formulas of them."""
    entry = ENTRIES[function]
    shapes = dict.fromkeys(entry.arguments, "")
    words = frozenset(entry.arguments)
    documents = (
        parse(text.strip(), notation="text", words=words, functions=SPELLINGS)
        for text in entry.derivative.split(";")
    )
    return tuple(read(one, shapes=shapes).system.definitions[-1].body for one in documents)


def _too_sure(reading: Reading) -> AssumptionError:
    count = f"{len(reading.assumptions)} assumption{'s' * (len(reading.assumptions) > 1)}"
    return AssumptionError(
        f"the reading rests on {count}, and strict=True allows none",
        because=tuple(one.told for one in reading.assumptions),
        hints=("declare what is meant, in shapes= or in the source", *_settled(reading)),
    )


def _settled(reading: Reading) -> Iterator[str]:
    """How the conventions that no declaration settles are settled."""
    by_name = {one.convention: one.argument for one in reading.assumptions}
    for name, argument in by_name.items():
        if any(keyword == "prefer" for keyword, _ in argument):
            readings = " or ".join(f'"{one}"' for one in BY_NAME[name].readings)
            yield f'settle {name}: prefer={{"{name}": {readings}}}'


def _place(error: Eq2CodeError, source: str) -> None:
    """Give an error the source that it shows, and a place there that cuts through no bracket."""
    error.source = error.source or source
    if not isinstance(error, ParseError):  # which may mean one bracket by itself
        error.span = whole(source, error.span)
