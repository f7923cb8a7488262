"""What does the whole module look like? Imports, a class of results, the function."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eq2code.emit.printer import Printer
from eq2code.emit.target import Target
from eq2code.errors import EmissionError
from eq2code.trees import program as pg

_COLUMNS = 100
_INDENT = "    "
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


def module(program: pg.Program, target: Target, source: str) -> str:
    """The text of a module that holds the function, and runs by itself."""
    printer = Printer(program, target)
    printer.body()
    several = len(program.results) > 1
    title = _title(program, printer) if several else ""
    value = _returned(program, printer, title)
    head = _signature(program, title)
    document = docstring(_document(program, source))
    body = [line and f"{_INDENT}{line}" for line in (*document, *printer.lines)]
    function = [head, *body, f"{_INDENT}return {value}"]
    lines = _class(program, target, title) if several else []
    imports = _imports("\n".join([*lines, *printer.lines, value]), target, several)
    parts = ["\n".join(part) for part in (imports, lines, function) if part]
    return "\n\n\n".join(parts) + "\n"


def _returned(program: pg.Program, printer: Printer, title: str) -> str:
    if not title:
        return printer.result(program.results[0].value)
    values = [printer.result(result.value) for result in program.results]
    line = f"{title}({', '.join(values)})"
    if len(line) + 11 <= _COLUMNS:
        return line
    inside = "".join(f"\n{_INDENT * 2}{value}," for value in values)
    return f"{title}({inside}\n{_INDENT})"


def _title(program: pg.Program, printer: Printer) -> str:
    words = [word for word in program.name.split("_") if word]
    camel = "".join(word[:1].upper() + word[1:] for word in words)
    return printer.names.fresh(camel if len(camel) > 1 and camel[0].isalpha() else "Results")


def _signature(program: pg.Program, title: str) -> str:
    names = [argument.name for argument in program.arguments]
    ending = f" -> {title}:" if title else ":"
    line = f"def {program.name}({', '.join(names)}){ending}"
    if len(line) <= _COLUMNS:
        return line
    inside = "".join([f"\n{_INDENT}{name}," for name in names])
    return f"def {program.name}({inside}\n){ending}"


def _class(program: pg.Program, target: Target, title: str) -> list[str]:
    for result in program.results:
        if result.name.startswith("_"):
            raise EmissionError(f"{result.name} cannot be the name of a result")
    fields = [f"{_INDENT}{result.name}: {target.array}" for result in program.results]
    return [
        f"class {title}(NamedTuple):",
        f'{_INDENT}"""The results of `{program.name}`."""',
        "",
        *fields,
    ]


def _imports(code: str, target: Target, several: bool) -> list[str]:
    modules = "|".join(map(re.escape, ("math", *target.imports)))
    used = set(re.findall(rf"\b({modules})\.", code))
    standard = ["import math"] if "math" in used else []
    if several:
        standard.append("from typing import NamedTuple")
    others = [line for module, line in target.imports.items() if module in used]
    gap = [""] if standard and others else []
    return [*standard, *gap, *others]


# --- the docstring ----------------------------------------------------------------------------


def _document(program: pg.Program, source: str) -> list[str]:
    lines = [line.rstrip() for line in _dedented(source).splitlines() if line.strip()] or [
        program.name
    ]
    items = [_described(argument) for argument in program.arguments]
    results = [
        f"{_shape(result.shape)}"
        if len(program.results) == 1
        else f"{result.name}: {_shape(result.shape)}"
        for result in program.results
    ]
    return [*lines, "", *_wrapped([*items, f"→  {results[0]}", *results[1:]])]


def _dedented(source: str) -> str:
    """The source for a docstring: later lines keep their indentation among themselves."""
    first, newline, rest = source.strip().partition("\n")
    if not rest:
        return first
    from textwrap import dedent  # only for a source of several lines

    return first + newline + dedent(rest)


def _described(argument: pg.Argument) -> str:
    if argument.function is not None:
        takes = ", ".join(_core(shape) for shape in argument.function.arguments)
        return f"{argument.name}: {takes} -> {_core(argument.function.result)}"
    if not argument.shape and not argument.batch:
        return f"{argument.name}: a number"
    return f"{argument.name}: {_shape(argument.shape)}"


def _core(shape: Sequence[object]) -> str:
    return f"({', '.join(map(str, shape))})"


def _shape(shape: Sequence[object]) -> str:
    return f"({', '.join(['…', *map(str, shape)])})" if shape else "(…)"


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
