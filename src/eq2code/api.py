"""How does a formula become code? The whole pipeline on one screen.

In: a source and what the caller says of it. Out: a `Translation`, or an `Eq2CodeError` that shows
the place in the source as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from eq2code import limits
from eq2code.collector import paused
from eq2code.emit import Code, emit, emit_loop
from eq2code.errors import AssumptionError, EmissionError, Eq2CodeError, ParseError, TooDeepError
from eq2code.library import ENTRIES, SPELLINGS
from eq2code.looped import Looped
from eq2code.lower import loop, lower
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
    over: str | None = None,
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
        over: the letter that counts the steps of a recurrence, `h_t` from `h_{t-1}`: the function
            takes all steps and returns every state, instead of one step.

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
        over=over,
    )
    try:
        with paused:
            states = options.over is not None and options.outputs
            reading = _read(source, _with_states(source, options) if states else options)
            if strict and reading.assumptions:
                raise _too_sure(reading)
            computed = rewrite(
                reading.system,
                meaning_of=_meaning,
                derivative_of=_derivatives,
                limits=limits.DEFAULT,
            )
            program, code = _emitted(computed, backend, source)
            if options.over is not None:
                steps = loop(computed, program, options.over, source, shown=options.outputs)
                code = emit_loop(steps, target=backend, source=source, limits=limits.DEFAULT)
                return Looped(source, options, reading, steps, code, translate)
    except Eq2CodeError as error:
        _place(error, source)
        raise
    except RecursionError:
        raise TooDeepError(
            "the formula is nested too deeply",
            source=source,
            hints=("define the inner parts by names of their own: y = …, z = f(y)",),
        ) from None
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


def _with_states(source: str, options: Options) -> Options:
    """The options, with all that the source computes asked for: a state may be among it."""
    every = _read(source, replace(options, outputs=()))
    made = [output.name for output in every.system.outputs]
    return replace(options, outputs=tuple(dict.fromkeys([*options.outputs, *made])))


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
            over=options.over,
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
