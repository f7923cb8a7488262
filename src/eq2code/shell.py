"""What does the command do, once its options are known? Code to stdout, the rest to stderr.

Nothing here needs the parser of options, so that a bare formula is translated without loading it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from eq2code import limits, report
from eq2code.errors import Eq2CodeError, OptionError

DONE, NOT_UNDERSTOOD, WRONG_USE = 0, 1, 2
RED, YELLOW = "\x1b[31;1m", "\x1b[33m"
_RESET = "\x1b[0m"
_MOST = 4 * limits.DEFAULT.characters
"""Bytes that are read of a file: more could not be within the limit of characters."""


class Misuse(Exception):
    """What was asked for cannot be done; the message says why."""


def run(
    formula: str,
    *,
    backend: str = "numpy",
    name: str | None = None,
    shapes: Sequence[str] = (),
    outputs: Sequence[str] = (),
    prefer: Sequence[str] = (),
    notation: str | None = None,
    strict: bool = False,
    over: str | None = None,
    out: str | None = None,
    as_json: bool = False,
) -> int:
    """Translate and write; the exit status. Raises `Misuse` for wrong use of files and options."""
    from eq2code.api import translate

    try:
        translation = translate(
            _source(formula),
            backend=backend,
            name=name,
            shapes=_pairs("--shape", shapes),
            outputs=tuple(outputs) or None,
            prefer=_pairs("--prefer", prefer),
            notation=notation,
            strict=strict,
            over=over,
        )
    except Eq2CodeError as error:
        _refuse(error, as_json=as_json)
        return WRONG_USE if isinstance(error, OptionError) else NOT_UNDERSTOOD
    _write(_json(translation.to_dict()) if as_json else translation.code, out)
    if not as_json:
        _tell(translation)
    return DONE


def note(label: str, colour: str, text: str) -> None:
    """A line on stderr; its label is coloured on a terminal."""
    if sys.stderr is not None:
        _say(sys.stderr, _coloured(label, colour, sys.stderr) + text + "\n")


def _coloured(text: str, colour: str, stream: TextIO) -> str:
    plain = bool(os.environ.get("NO_COLOR")) or not stream.isatty()
    return text if plain else f"{colour}{text}{_RESET}"


def _say(stream: TextIO | None, text: str) -> None:
    """Write and flush; a reader that has gone, or a full disk, is no crash."""
    if stream is None:
        raise Misuse("standard output is closed")
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _discard(stream)
        if not isinstance(error, BrokenPipeError):
            raise Misuse(f"{stream.name}: {error.strerror}") from None


def _discard(stream: TextIO) -> None:
    """Send what is left in a stream nowhere, so that closing it at exit raises nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _source(formula: str) -> str:
    """The formula itself, or what the file or standard input holds; nothing else is read."""
    if formula == "-":
        if sys.stdin is None:
            raise Misuse("standard input is closed")
        return _decode(sys.stdin.buffer.read(_MOST + 1), "standard input")
    if not _is_file(formula):
        return formula
    try:
        with open(formula, "rb") as file:
            return _decode(file.read(_MOST + 1), formula)
    except OSError as error:
        raise Misuse(f"{report.escape(formula)}: {error.strerror}") from None


def _is_file(formula: str) -> bool:
    """A file is named by a path with a suffix, or with a folder in front; no formula is."""
    if len(formula) > 1000 or not formula.isprintable():
        return False
    suffix = os.path.splitext(formula)[1]
    if suffix in (".tex", ".txt", ".md"):
        return True
    return (bool(suffix) or os.sep in formula) and os.path.isfile(formula)


def _decode(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Misuse(f"{report.escape(where)} is no UTF-8 text: {error}") from None


def _pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise Misuse(f"{option} takes NAME=VALUE, not {report.escape(text)}")
        if key.strip() in pairs:
            raise Misuse(f"{option} says of {report.escape(key.strip())} twice what it is")
        pairs[key.strip()] = value.strip()
    return pairs


def _refuse(error: Eq2CodeError, *, as_json: bool) -> None:
    if as_json:
        _say(sys.stdout, _json({"version": 1, "error": error.to_dict()}))
    else:
        note(f"{type(error).__name__}: ", RED, str(error))


def _json(data: Mapping[str, Any]) -> str:
    import json  # not at the top: most calls need none, and every call is a cold start

    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _write(text: str, out: str | None) -> None:
    if out is not None:
        try:
            with open(out, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise Misuse(f"{report.escape(out)}: {error.strerror}") from None
    elif sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        _highlight(text)
    else:
        _say(sys.stdout, text if text.endswith("\n") else text + "\n")


def _highlight(text: str) -> None:
    """Python in colour; rich is loaded here only, since a pipe needs none of it."""
    from rich.console import Console
    from rich.syntax import Syntax

    lexer = "json" if text.startswith("{") else "python"
    Console().print(Syntax("", lexer, theme="ansi_dark").highlight(text), soft_wrap=True, end="")


def _tell(translation: Any) -> None:
    """What was assumed, and what was dropped, to stderr."""
    for assumption in translation.assumptions:
        note("assumed  ", YELLOW, report.escape(assumption.text))
        if assumption.argument:
            other = report.otherwise(assumption.instead, assumption.argument)
            note("         ", "", report.escape(other))
    for warning in translation.warnings:
        note("warning  ", YELLOW, report.escape(warning))
