"""What does a user hold? A translation: code to read, a function to call, and what was assumed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from operator import itemgetter
from typing import Any

from eq2code import passed, report
from eq2code.emit import Code, load
from eq2code.emit.arguments import ARRAYS, Arrays
from eq2code.errors import DomainError, Eq2CodeError, ShapeError, TooLargeError
from eq2code.fit import End, Slot, ends, fit, together
from eq2code.given import guard, signature
from eq2code.limits import DEFAULT
from eq2code.options import Options
from eq2code.read import Reading
from eq2code.source import NOWHERE, Span, whole
from eq2code.trees.assumption import Assumption
from eq2code.trees.dims import Dim, Shape, declaration
from eq2code.trees.formula import Align, At, Cases, Formula, Function, Reduce, Symbol
from eq2code.trees.program import Argument, Program

Translate = Callable[..., "Translation"]


class Translation:
    """One formula, translated for one backend. It does not change, and may be shared by threads.

    Call it with arrays, by name or in the order of `parameters`: it is `function` with the
    arguments' shapes checked first. Pickles hold the source and the options, never code, and are
    translated anew.
    """

    def __init__(
        self,
        source: str,
        options: Options,
        reading: Reading,
        program: Program,
        code: Code,
        translate: Translate,
    ) -> None:
        self._source = source
        self._options = options
        self._reading = reading
        self._program = program
        self._code = code
        self._translate = translate
        self._others: dict[tuple[int, ...], Translation] = {}  # by the ranks of what is passed

    @property
    def source(self) -> str:
        """The formula as it was given."""
        return self._source

    @property
    def backend(self) -> str:
        """What the code is written for."""
        return self._options.backend

    @property
    def name(self) -> str:
        """The name of the emitted function."""
        return self._code.name

    @property
    def code(self) -> str:
        """A Python module that runs by itself and defines the function."""
        return self._code.text

    @property
    def parameters(self) -> tuple[str, ...]:
        """The function's parameters, in order."""
        return tuple(argument.name for argument in self._program.arguments)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the results, in order."""
        return tuple(result.name for result in self._program.results)

    @cached_property
    def shapes(self) -> dict[str, str]:
        """The shape of every parameter and result, without the batch; "" of what is a number, and
        of what has no shape of its own and goes element by element.

        What is read and written under one name (`X \\leftarrow X A`) has the shape that is read.
        """
        arguments = {argument.name: described(argument) for argument in self._program.arguments}
        results = {result.name: declaration(result.shape) for result in self._program.results}
        return arguments | {name: one for name, one in results.items() if name not in arguments}

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Every choice that the notation did not force, and how to choose otherwise."""
        return self._reading.assumptions

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was dropped or looks like a slip in the source."""
        return tuple(self._reading.warnings)

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The emitted function itself: arrays in, arrays out, nothing checked."""
        return load(self._code.text, self._code.name)

    def to(self, backend: str) -> Translation:
        """The same formula, with the same options, for another backend."""
        return self._translate(self._source, **{**self._options.arguments(), "backend": backend})

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate the formula; a `ShapeError` says what does not fit, in the formula's letters."""
        values = bind(self.name, self.parameters, args, kwargs)
        arrays = self._arrays.convert(values, self._kinds)
        with self._placed():
            sizes = self._fit(arrays)
            self._check_labels(arrays, sizes)
            self._check_ends(arrays, sizes)
            self._check_ranges(arrays)
            result = self._run(arrays, self._guarded(values, arrays, sizes), sizes)
        return self._arrays.own(result, arrays)

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        count = len(self.assumptions)
        assumed = f"  {count} assumption{'s' * (count != 1)}" if count else ""
        call = f"{self.name}({', '.join(self.parameters)})"
        return f"<Translation {call} -> {self._result}  {self.backend}{assumed}>"

    def to_dict(self) -> dict[str, Any]:
        """All that is known, as plain data fit for JSON; `version` counts changes of its form."""
        return {
            "version": 1,
            "source": self.source,
            "name": self.name,
            "backend": self.backend,
            "over": self._options.over,
            "code": self.code,
            "parameters": list(self.parameters),
            "outputs": list(self.outputs),
            "shapes": self.shapes,
            "assumptions": [_assumption_data(assumption) for assumption in self.assumptions],
            "warnings": list(self.warnings),
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._translate, self._source, self._options.arguments())

    def __copy__(self) -> Translation:
        return self

    def __deepcopy__(self, memo: object) -> Translation:
        return self

    @property
    def _arrays(self) -> Arrays:
        return ARRAYS[self.backend]

    @property
    def _result(self) -> str:
        if len(self.outputs) > 1:
            return f"({', '.join(self.outputs)})"
        return f"({', '.join(['…', *map(str, self._program.results[0].shape)])})"

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {a.name: a.kind for a in self._program.arguments if a.function is None}

    @cached_property
    def _counts(self) -> tuple[str, ...]:
        """Whole numbers beside arrays: as plain numbers they leave the arrays' precision alone."""
        counts = tuple(
            a.name
            for a in self._program.arguments
            if a.kind == "int" and not a.shape and not a.batch and a.function is None
        )
        return counts if len(counts) < len(self._kinds) else ()

    @cached_property
    def _functions(self) -> dict[str, Function]:
        return {a.name: a.function for a in self._program.arguments if a.function is not None}

    @cached_property
    def _slots(self) -> tuple[Slot, ...]:
        return tuple(self._slot(a) for a in self._program.arguments if a.function is None)

    def _slot(self, argument: Argument) -> Slot:
        name = argument.name
        return Slot(
            name,
            argument.shape,
            argument.elementwise,
            argument.batch,
            self._places.get(name, NOWHERE),
            tuple(self._beliefs(argument)),
        )

    @cached_property
    def _places(self) -> dict[str, Span]:
        """Where each parameter first stands."""
        return {
            one.name: whole(self._source, one.value.span)
            for one in self._reading.system.parameters
            if isinstance(one.value, Formula)
        }

    def _beliefs(self, argument: Argument) -> tuple[str, ...]:
        """What said that a parameter has the shape that it has, and how to say otherwise."""
        dims = declaration(argument.shape)
        used = f"the source uses it as {f'({dims})' if dims else 'a number'}"
        return tuple(self._told(argument.name)) or (used,)

    def _told(self, name: str) -> Iterator[str]:
        declared = dict(self._options.shapes)
        if name in declared:
            yield report.otherwise("it is declared", (("shapes", ((name, declared[name]),)),))
        for one in self.assumptions:
            pairs = [pair for keyword, pairs in one.argument for pair in pairs if pair[0] == name]
            if pairs:
                yield one.told

    @cached_property
    def _size_parameters(self) -> tuple[str, ...]:
        """Size letters that no array tells, and that are parameters themselves."""
        letters = {letter for slot in self._slots for dim in slot.axes for letter in dim.letters}
        return tuple(slot.name for slot in self._slots if not slot.axes and slot.name in letters)

    def _fit(self, arrays: Mapping[str, Any]) -> dict[str, int]:
        """The size of every letter; what the source leaves open is what was passed, where that
        makes no difference to the code."""
        shapes = {name: tuple(array.shape) for name, array in arrays.items()}
        ranks = tuple([len(shape) for shape in shapes.values()])
        other = self._others.get(ranks)
        if other is None:
            try:
                return self._fitted(arrays, shapes)
            except ShapeError as error:
                other = self._declared(shapes, error)
                self._others[ranks] = other
        try:
            return other._fitted(arrays, shapes)
        except ShapeError as error:
            error.because = tuple(
                f"{name} goes element by element beside ({axes.replace(' ', ', ')})"
                for name, axes in other.shapes.items()
                if axes and not self.shapes[name]
            )
            raise

    def _declared(self, shapes: Mapping[str, tuple[int, ...]], error: ShapeError) -> Translation:
        """The same formula with what was passed declared, where its code is the same; else the
        error."""
        declared = dict(self._options.shapes)
        definitions = self._reading.system.definitions
        says = passed.said(self._slots, shapes, declared, definitions)
        found = {a.name: described(a) for a in self._program.arguments if a.shape}
        for more in ({**declared, **says}, {**found, **declared, **says}) if says else ():
            try:
                options = {**self._options.arguments(), "shapes": more}
                other = self._translate(self._source, **options)
            except Eq2CodeError:
                continue
            if passed.alike(self._program, other._program):
                return other
        if any(says.values()):
            error.hints += (r"write \odot or ⊙ where a product goes element by element",)
        raise error

    def _fitted(
        self, arrays: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]
    ) -> dict[str, int]:
        told = {name: int(arrays[name]) for name in self._size_parameters if arrays[name].ndim == 0}
        program = self._program
        return fit(
            self._slots,
            shapes,
            sizes=told,
            exclusive=program.exclusive,
            juxtaposed=program.juxtaposed,
            dotted=program.dotted,
            laid=self._laid,
        )

    @cached_property
    def _laid(self) -> tuple[tuple[str, Shape], ...]:
        """The vectors that nothing declares, with the matrices that they are added to."""
        declared = dict(self._options.shapes)
        return tuple(
            (node.base.name, node.axes)
            for one in self._reading.system.definitions
            for node in one.body.walk()
            if isinstance(node, Align)
            and isinstance(node.base, Symbol)
            and node.base.name in self._kinds
            and node.base.name not in declared
        )

    @cached_property
    def _labels(self) -> tuple[tuple[str, Dim], ...]:
        """Arguments that address an axis as they are, with its size; none where a condition may
        leave some of their numbers out."""
        nodes = [x for one in self._reading.system.definitions for x in one.body.walk()]
        if any(isinstance(x, Cases) or (isinstance(x, Reduce) and x.condition) for x in nodes):
            return ()
        return tuple(
            (symbol.name, node.base.shape[k])
            for node in nodes
            if isinstance(node, At)
            for k, place in enumerate(node.places)
            if isinstance(symbol := place.base if isinstance(place, At) else place, Symbol)
            and symbol.name in self._kinds
        )

    def _check_labels(self, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        """Beyond the end NumPy raises an error of its own; below 0 it would count from the end."""
        for name, dim in self._labels:
            ends = self._arrays.ends(arrays[name]) if set(dim.letters) <= set(sizes) else ()
            count = dim.evaluate(sizes) if ends else 0
            for value in ends:
                if not 0 <= value < count:
                    raise ShapeError(
                        f"{name} holds {value}, and addresses {count} positions, which count from 0"
                        f" to {count - 1}",
                        self._places.get(name, NOWHERE),
                        hints=("subtract 1 from labels that count from 1",),
                    )

    @cached_property
    def _ends(self) -> tuple[End, ...]:
        return tuple(end for one in self._reading.system.definitions for end in ends(one.body))

    def _check_ends(self, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        """Code takes as many entries as there are; a range that runs further has no value."""
        for end in self._ends:
            known = dict(sizes)
            for name in {*end.stop.letters} - {*sizes} & {*self._kinds}:
                if numbers := self._arrays.ends(arrays[name]):
                    known[name] = numbers[-1]
            if {*end.stop.letters, *end.size.letters} <= {*known}:
                stop, size = end.stop.evaluate(known), end.size.evaluate(known)
                if stop > size:
                    raise ShapeError(
                        f"a range takes {stop} entries, and there are {size}",
                        end.span,
                        hints=("pass a smaller number, or a longer array",),
                    )

    @cached_property
    def _ranges(self) -> tuple[tuple[Dim, ...], ...]:
        """The lengths of the ranges that the code makes up from numbers, not from an array; those
        together that one array has as axes."""
        numbers = {a.name for a in self._program.arguments if not a.shape and a.function is None}
        found = (
            tuple(
                sorted(
                    (x.size for x in free if x.size.letters and numbers >= {*x.size.letters}),
                    key=str,
                )
            )
            for one in self._reading.system.definitions
            for free in together(one.body)
        )
        return tuple({dims: None for dims in found if dims})

    def _check_ranges(self, arrays: Mapping[str, Any]) -> None:
        """Refuse a range of fewer than no positions, and those that would fill the memory."""
        for dims in self._ranges:
            counts = [self._length(dim, arrays) for dim in dims]
            count = math.prod(counts)
            dim = min(zip(counts, dims, strict=True), key=itemgetter(0))[1]
            if min(counts) < 0:
                raise ShapeError(
                    f"{dim} is {min(counts)}, and no range has so many positions",
                    self._places.get(dim.letters[0], NOWHERE),
                    hints=("pass a number that leaves the range at least empty",),
                )
            if count > DEFAULT.elements:
                raise TooLargeError(
                    f"{' times '.join(map(str, dims))} is {count:,}, and a range of so many "
                    f"positions is not made: at most {DEFAULT.elements:,} are",
                    self._places.get(dim.letters[0], NOWHERE),
                    hints=("write what the whole comes to as a formula, or a shorter range",),
                )

    def _length(self, dim: Dim, arrays: Mapping[str, Any]) -> int:
        """How long a range is that numbers end; 0 where one of them is an empty array."""
        ends = {letter: self._arrays.ends(arrays[letter]) for letter in dim.letters}
        known = {letter: end[-1] for letter, end in ends.items() if end}
        return dim.evaluate(known) if len(known) == len(ends) else 0

    def _guarded(
        self, values: Mapping[str, Any], arrays: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> dict[str, Any]:
        return {
            name: guard(
                name,
                values[name],
                declared=declared,
                sizes=sizes,
                arrays=self._arrays,
                beside=arrays,
            )
            for name, declared in self._functions.items()
        }

    def _run(
        self, arrays: Mapping[str, Any], functions: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> Any:
        """The result; what the target says of an empty array, of a number of entries that is
        divided by, and of too little memory is said in the equation's letters."""
        plain = {name: arrays[name].item() for name in self._counts if arrays[name].ndim == 0}
        try:
            return self.function(**{**arrays, **plain}, **functions)
        except Eq2CodeError:
            raise
        except _UNSAID as error:
            said = _said(error, sizes)
            if said is None:
                raise
            raise said from error

    @contextmanager
    def _placed(self) -> Iterator[None]:
        """Give an error of the call the source that it is about."""
        try:
            yield
        except Eq2CodeError as error:
            error.source = error.source or self._source
            raise


_UNSAID = (ValueError, IndexError, RuntimeError, ZeroDivisionError, MemoryError)
"""What targets raise where the equation has no value, or none that fits into memory."""


def _said(error: Exception, sizes: Mapping[str, int]) -> Eq2CodeError | None:
    """An error of the target in the equation's letters; None where they have nothing to say."""
    because = (f"{type(error).__name__}: {error}",)
    empty = [letter for letter, size in sizes.items() if size == 0]
    found = ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return TooLargeError(
            f"the equation needs more memory than there is with {found}", because=because
        )
    if isinstance(error, ZeroDivisionError):
        return DomainError(f"the equation divides by zero with {found}", because=because)
    if empty:
        return ShapeError(
            f"{' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} 0, and the equation "
            "needs at least one",
            because=because,
        )
    return None


def _rebuild(translate: Translate, source: str, arguments: Mapping[str, Any]) -> Translation:
    """What a pickle calls: the source is translated anew, through every check."""
    return translate(source, **arguments)


def _assumption_data(assumption: Assumption) -> dict[str, Any]:
    return {
        "convention": assumption.convention,
        "text": assumption.text,
        "instead": assumption.instead,
        "argument": {keyword: dict(pairs) for keyword, pairs in assumption.argument},
        "span": [assumption.span.start, assumption.span.end],
    }


def described(argument: Argument) -> str:
    """The shape of an argument, as `shapes=` takes it."""
    if argument.function is not None:
        return signature(argument.function)
    dims = declaration(argument.shape)
    return dims if argument.kind == "real" else f"{dims} : {argument.kind}".strip()


def bind(
    name: str, parameters: tuple[str, ...], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Arguments by name; what does not match the signature is a TypeError, as in Python."""
    if len(args) > len(parameters):
        raise TypeError(f"{name}() takes {len(parameters)} arguments, and {len(args)} were given")
    values = dict(zip(parameters, args, strict=False))
    for key, value in kwargs.items():
        if key not in parameters:
            from difflib import get_close_matches  # only for an error

            near = get_close_matches(key.lower(), [p.lower() for p in parameters], 1)
            meant = [p for p in parameters if near and p.lower() == near[0]][:1]
            asked = f", did you mean {meant[0]!r}?" if meant else ";"
            raise TypeError(
                f"{name}() has no parameter {key!r}{asked} its parameters are "
                f"{', '.join(parameters)}"
            )
        if key in values:
            raise TypeError(f"{name}() was given {key!r} twice")
        values[key] = value
    missing = [parameter for parameter in parameters if parameter not in values]
    if missing:
        raise TypeError(f"{name}() needs {', '.join(missing)} too")
    return {parameter: values[parameter] for parameter in parameters}
