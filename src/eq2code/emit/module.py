"""What does the whole module look like? Imports, a class of results, the function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from eq2code.emit.printer import Printer
from eq2code.emit.target import Target
from eq2code.errors import EmissionError
from eq2code.record import record
from eq2code.trees import program as pg

_COLUMNS = 100
_INDENT = "    "
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


def module(program: pg.Program, target: Target, source: str) -> str:
    """The text of a module that holds the function, and runs by itself."""
    return joined(target, [written(program, target, _document(program, source))])


def written(program: pg.Program, target: Target, document: Sequence[str]) -> Function:
    """The function that computes a program, and the class of its results."""
    printer = Printer(program, target)
    printer.body()
    names = [result.name for result in program.results]
    title = printer.names.fresh(class_name(program.name)) if len(names) > 1 else ""
    value = _returned(program, printer, title)
    head = signature(program.name, [one.name for one in program.arguments], title)
    results = results_class(title, program.name, names, target) if title else []
    return Function(title, results, head, docstring(document), [*printer.lines, f"return {value}"])


@record
class Function:
    """A function as text, line by line: `title` and `results` are the class of its results."""

    title: str
    results: list[str]
    head: str
    document: list[str]
    body: list[str]


def joined(target: Target, functions: Sequence[Function]) -> str:
    """A module of some functions, with the imports that they need."""
    code = "\n".join(line for one in functions for line in (*one.results, *one.body))
    imports = _imports(code, target, any(one.title for one in functions))
    parts = [imports, *(one.results for one in functions)]
    parts += [[one.head, *indented([*one.document, *one.body])] for one in functions]
    return "\n\n\n".join("\n".join(part) for part in parts if part) + "\n"


def indented(lines: Iterable[str]) -> list[str]:
    """Lines of a body, one level in."""
    return [line and f"{_INDENT}{line}" for line in lines]


def _returned(program: pg.Program, printer: Printer, title: str) -> str:
    if not title:
        return printer.result(program.results[0].value)
    values = [printer.result(result.value) for result in program.results]
    line = f"{title}({', '.join(values)})"
    if len(line) + 11 <= _COLUMNS:
        return line
    inside = "".join(f"\n{_INDENT * 2}{value}," for value in values)
    return f"{title}({inside}\n{_INDENT})"


def class_name(function: str) -> str:
    """What the class of a function's results is called."""
    words = [word for word in function.split("_") if word]
    camel = "".join(word[:1].upper() + word[1:] for word in words)
    return camel if len(camel) > 1 and camel[0].isalpha() else "Results"


def signature(function: str, names: Sequence[str], title: str = "") -> str:
    """The head of a function; `title` is the class of its results, if it has one."""
    ending = f" -> {title}:" if title else ":"
    line = f"def {function}({', '.join(names)}){ending}"
    if len(line) <= _COLUMNS:
        return line
    inside = "".join([f"\n{_INDENT}{name}," for name in names])
    return f"def {function}({inside}\n){ending}"


def results_class(title: str, function: str, names: Sequence[str], target: Target) -> list[str]:
    """The class of a function's results."""
    for name in names:
        if name.startswith("_"):
            raise EmissionError(
                f"{name} cannot be the name of a result", hints=("give the result another name",)
            )
    fields = [f"{name}: {target.array}" for name in names]
    document = f'"""The results of `{function}`."""'
    return [f"class {title}(NamedTuple):", *indented([document, "", *fields])]


def _imports(code: str, target: Target, several: bool) -> list[str]:
    used = set(_modules(("math", *target.imports)).findall(code))
    standard = ["import math"] if "math" in used else []
    if several:
        standard.append("from typing import NamedTuple")
    others = [line for module, line in target.imports.items() if module in used]
    gap = [""] if standard and others else []
    return [*standard, *gap, *others]


@cache
def _modules(names: tuple[str, ...]) -> re.Pattern[str]:
    """What finds the modules that code uses."""
    return re.compile(rf"\b({'|'.join(map(re.escape, names))})\.")


# --- the docstring ----------------------------------------------------------------------------


def _document(program: pg.Program, source: str) -> list[str]:
    items = [described(argument) for argument in program.arguments]
    results = [
        f"{shape_text(result.shape)}"
        if len(program.results) == 1
        else f"{result.name}: {shape_text(result.shape)}"
        for result in program.results
    ]
    return [*equation(source, program.name), "", *shapes(items, results)]


def equation(source: str, name: str) -> list[str]:
    """The source, line by line; a name where it is empty."""
    lines = [line.rstrip() for line in _dedented(source).splitlines() if line.strip()]
    return lines or [name]


def shapes(arguments: Sequence[str], results: Sequence[str]) -> list[str]:
    """What goes in and what comes out, in as few lines as they need."""
    return _wrapped([*arguments, f"→  {results[0]}", *results[1:]])


def _dedented(source: str) -> str:
    """The source for a docstring: later lines keep their indentation among themselves."""
    first, newline, rest = source.strip().partition("\n")
    if not rest:
        return first
    from textwrap import dedent  # only for a source of several lines

    return first + newline + dedent(rest)


def described(argument: pg.Argument, front: str = "") -> str:
    """An argument with its shape; `front` is the length of an axis before all others."""
    if argument.function is not None:
        takes = ", ".join(_core(shape) for shape in argument.function.arguments)
        return f"{argument.name}: {takes} -> {_core(argument.function.result)}"
    if not argument.shape and not argument.batch and not front:
        return f"{argument.name}: a number"
    return f"{argument.name}: {shape_text(argument.shape, front)}"


def _core(shape: Sequence[object]) -> str:
    return f"({', '.join(map(str, shape))})"


def shape_text(shape: Sequence[object], front: str = "") -> str:
    """A shape behind its leading dimensions, which `front` may begin."""
    return f"({', '.join([*filter(None, [front]), '…', *map(str, shape)])})"


def _wrapped(items: Sequence[str]) -> list[str]:
    lines: list[str] = []
    room = 0
    for item in items:
        size = len(item) + 3
        if size <= room:
            lines[-1] += f"   {item}"
            room -= size
        else:
            lines.append(item)
            room = _COLUMNS - 8 + 3 - size
    return lines


def docstring(lines: Sequence[str]) -> list[str]:
    """The lines as a docstring that says just them: what Python would read otherwise is escaped."""
    escaped = [_escaped(line) for line in lines]
    return [f'"""{escaped[0]}', *escaped[1:], '"""']


def _escaped(line: str) -> str:
    escaped = line.translate(_ESCAPES)
    return escaped if line.isprintable() else "".join(map(_character, escaped))


def _character(character: str) -> str:
    if character.isprintable():
        return character
    point = ord(character)
    return (
        f"\\x{point:02x}"
        if point < 256
        else f"\\u{point:04x}"
        if point < 65536
        else f"\\U{point:08x}"
    )
