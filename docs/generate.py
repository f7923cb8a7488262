"""Write the pages that are made from the tables: `make docs`.

`functions.md` is the library, an entry a row; `conventions.md` every convention with an example,
its code and shapes, and what the other reading gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from eq2code import Eq2CodeError, Translation, translate
from eq2code.library import ENTRIES, Entry
from eq2code.read.conventions import TABLE, Convention

HERE = Path(__file__).resolve().parent
GROUPS = {
    "elementwise": "Element by element",
    "activations": "Activations",
    "reductions": "Reductions, norms and the softmax family",
    "linear": "Linear algebra",
    "joining": "Joining",
}
MADE = "<!-- Made by docs/generate.py from the tables; `make docs` writes it anew. -->"


# --- functions ------------------------------------------------------------------------------------


def functions() -> str:
    """The library, a table for each of its files."""
    lines = [
        "# Functions", "", MADE, "",
        f"The {len(ENTRIES)} functions that eq2code knows, with what else they are called.",
        "Core shapes are written as in NumPy: `(n) -> ()` takes the last axis away, `() -> ()`",
        "works element by element on any shape. A function that is not here is yours to pass in:",
        '`shapes={"f": "(d) -> (d)"}`.',
    ]  # fmt: skip
    for file, title in GROUPS.items():
        entries = [one for one in ENTRIES.values() if one.name in _names(file)]
        lines += ["", f"## {title}", "", "| function | shapes | what it does | as a formula |"]
        lines += [
            "|---|---|---|---|",
            *map(_row, sorted(entries, key=lambda one: one.name.lower())),
        ]
    return "\n".join(lines) + "\n"


def _names(file: str) -> set[str]:
    """The functions that a file of the library holds."""
    module = import_module(f"eq2code.library.{file}")
    return {one.name for one in module.ENTRIES}


def _row(entry: Entry) -> str:
    called = " ".join(map(_code, (entry.name, *entry.spellings)))
    shapes = _code(entry.signature) if entry.signature != "*" else "its own rule"
    meaning = _code(entry.meaning) if entry.meaning else ""
    return f"| {called} | {shapes} | {entry.sentence} | {meaning} |"


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"


# --- conventions ----------------------------------------------------------------------------------


def conventions() -> str:
    """Every convention, by name."""
    lines = [
        "# Conventions", "", MADE, "",
        f"The {len(TABLE)} habits that decide where notation leaves a choice. Each use of one is",
        "an `Assumption` of the translation, which holds the argument that chooses otherwise;",
        "`strict=True` refuses it.",
    ]  # fmt: skip
    for row in sorted(TABLE, key=lambda row: row.name):
        lines += ["", *_convention(row)]
    return "\n".join(lines) + "\n"


def _convention(row: Convention) -> Iterator[str]:
    yield f"## {row.name}"
    yield ""
    yield f"{row.reason[:1].upper()}{row.reason[1:]}."
    yield ""
    shapes = dict(row.declared)
    declared = f", shapes={_written(shapes)}" if shapes else ""
    habit = translate(row.example, shapes=shapes)
    yield "```text"
    yield f'translate(r"{row.example}"{declared})'
    yield from _shown(habit)
    for argument, pairs in _others(row, habit):
        given = shapes | pairs if argument == "shapes" else pairs
        yield ""
        yield f"{argument}={_written(given)}"
        try:
            if argument == "shapes":
                other = translate(row.example, shapes=given)
            else:
                other = translate(row.example, shapes=shapes, prefer=given)
        except Eq2CodeError as error:
            yield f"    {type(error).__name__}: {error.message}"
        else:
            yield from _shown(other)
    yield "```"


def _others(row: Convention, habit: Translation) -> Iterator[tuple[str, dict[str, str]]]:
    """The arguments that give the other readings."""
    if row.by == "prefer":
        yield from (("prefer", {row.name: reading}) for reading in row.readings[1:])
        return
    told = next(one for one in habit.assumptions if one.convention == row.name)
    yield from ((argument, dict(pairs)) for argument, pairs in told.argument)


def _shown(translation: Translation) -> Iterator[str]:
    """The shapes, and the lines that compute."""
    taken = translation.shapes
    sides = [
        ", ".join(f"{name} ({taken[name].replace(' ', ', ')})" for name in names)
        for names in (translation.parameters, translation.outputs)
    ]
    yield f"    # {sides[0] or 'nothing'} → {sides[1]}"
    body = translation.code.rpartition('"""\n')[2]
    yield from body.rstrip().splitlines()


def _written(pairs: dict[str, str]) -> str:
    inside = ", ".join(f'"{name}": "{text}"' for name, text in pairs.items())
    return f"{{{inside}}}"


PAGES = {"functions.md": functions, "conventions.md": conventions}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
