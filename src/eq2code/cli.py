"""How does a shell ask? One command: code on stdout, what was assumed on stderr.

Exit status: 0 translated; 1 not understood; 2 wrong use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click

from eq2code import __version__, limits, report
from eq2code.errors import Eq2CodeError, OptionError

_UNWRAPPED = "\b\n"
"""What click calls a paragraph whose lines stay as they are."""

EXAMPLES = (
    _UNWRAPPED
    + r"""Examples:
  eq2code "softmax(QK^T/sqrt(d_k))V"
  eq2code "\frac{1}{1 + e^{-x}}" --name sigmoid
  eq2code "y = W x + b" --backend torch
  eq2code "y = W x + b" --shape "W=d_out d_in" --shape "x=d_in" --shape "b=d_out"
  echo "exp(x_i)/Σ_j exp(x_j)" | eq2code -
"""
)


@click.command(epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("formula", metavar="FORMULA|-|FILE")
@click.option(
    "-b",
    "--backend",
    default="numpy",
    show_default=True,
    help="What the code is written for: numpy, torch.",
)
@click.option("-n", "--name", help="Name of the function.")
@click.option(
    "-s",
    "--shape",
    "shapes",
    multiple=True,
    metavar="NAME=DIMS",
    help='Shape of a symbol: Q="n d_k".',
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="NAME",
    help="A result to return; may be repeated.",
)
@click.option(
    "--prefer", multiple=True, metavar="KEY=READING", help="Take the other reading of a convention."
)
@click.option("--notation", help="Force the grammar: latex or text.")
@click.option("--strict", is_flag=True, help="Refuse what rests on an assumption.")
@click.option("-o", "--out", metavar="FILE", help="Write the code there.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that is known, as JSON.")
@click.version_option(__version__)
def command(
    formula: str,
    backend: str,
    name: str | None,
    shapes: Sequence[str],
    outputs: Sequence[str],
    prefer: Sequence[str],
    notation: str | None,
    strict: bool,
    out: str | None,
    as_json: bool,
) -> None:
    """Translate a FORMULA in LaTeX, Unicode or plain text into array code.

    FORMULA is the formula itself, - for standard input, or a file that holds it.
    """
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
        )
    except Eq2CodeError as error:
        _refuse(error, as_json=as_json)
    text = _json(translation.to_dict()) if as_json else translation.code
    _write(text, out)
    if not as_json:
        _tell(translation)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point `eq2code`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    command.main(args=None if arguments is None else list(arguments), prog_name="eq2code")


def _source(formula: str) -> str:
    """The formula itself, or what the file or standard input holds; nothing else is read."""
    if formula == "-":
        return _decode(sys.stdin.buffer.read(_MOST + 1), "standard input")
    if not _is_file(formula):
        return formula
    try:
        with open(formula, "rb") as file:
            return _decode(file.read(_MOST + 1), formula)
    except OSError as error:
        raise click.UsageError(f"{report.escape(formula)}: {error.strerror}") from None


_MOST = 4 * limits.DEFAULT.characters
"""Bytes that are read of a file: more could not be within the limit of characters."""


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
        raise click.UsageError(f"{report.escape(where)} is no UTF-8 text: {error}") from None


def _pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{option} takes NAME=VALUE, not {report.escape(text)}")
        pairs[key.strip()] = value.strip()
    return pairs


def _refuse(error: Eq2CodeError, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(_json({"version": 1, "error": error.to_dict()}), nl=False)
    else:
        label = click.style(f"{type(error).__name__}: ", fg="red", bold=True)
        click.echo(label + str(error), err=True)
    raise click.exceptions.Exit(2 if isinstance(error, OptionError) else 1)


def _json(data: Mapping[str, Any]) -> str:
    import json  # not at the top: most calls need none, and every call is a cold start

    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _write(text: str, out: str | None) -> None:
    if out is not None:
        try:
            with open(out, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise click.UsageError(f"{report.escape(out)}: {error.strerror}") from None
    elif sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        _highlight(text)
    else:
        click.echo(text, nl=not text.endswith("\n"))


def _highlight(text: str) -> None:
    """Python in colour; rich is loaded here only, since a pipe needs none of it."""
    from rich.console import Console
    from rich.syntax import Syntax

    lexer = "json" if text.startswith("{") else "python"
    Console().print(Syntax("", lexer, theme="ansi_dark").highlight(text), soft_wrap=True, end="")


def _tell(translation: Any) -> None:
    """What was assumed, and what was dropped, to stderr."""
    for assumption in translation.assumptions:
        click.echo(click.style("assumed  ", fg="yellow") + report.escape(assumption.text), err=True)
        if assumption.argument:
            click.echo(
                "         "
                + report.escape(report.otherwise(assumption.instead, assumption.argument)),
                err=True,
            )
    for warning in translation.warnings:
        click.echo(click.style("warning  ", fg="yellow") + report.escape(warning), err=True)
