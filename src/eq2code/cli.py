"""How does a shell ask? One command: code on stdout, what was assumed on stderr.

Exit status: 0 translated; 1 not understood; 2 wrong use. The options are read by click, which is
loaded only where there are any: a bare formula is a cold start, and needs none of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from eq2code.shell import RED, WRONG_USE, Misuse, note, run

if TYPE_CHECKING:
    import click

_UNWRAPPED = "\b\n"
"""What click calls a paragraph whose lines stay as they are."""

_SHORT = "bhnos"
"""The letters of the short options."""

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


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point `eq2code`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    given = sys.argv[1:] if arguments is None else list(arguments)
    formula = len(given) == 1 and (given[0][:1] != "-" or given[0] == "-" or _negative(given[0]))
    if not formula:
        parser().main(args=_apart(given), prog_name="eq2code")
    try:
        sys.exit(run(given[0]))
    except Misuse as error:
        note("Error: ", RED, str(error))
        sys.exit(WRONG_USE)


def _negative(argument: str) -> bool:
    """Whether an argument is a formula that begins with a minus, and can be no option."""
    return len(argument) > 2 and argument[0] == "-" and argument[1] not in f"-{_SHORT}"


def _apart(given: Sequence[str]) -> list[str]:
    """The arguments, formulas that begin with a minus behind `--`, where click takes them."""
    negative = [] if "--" in given else [one for one in given if _negative(one)]
    if not negative:
        return list(given)
    return [*(one for one in given if one not in negative), "--", *negative]


def parser() -> click.Command:
    """The command with its options."""
    import click

    from eq2code import __version__
    from eq2code.emit import targets

    @click.command(epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
    @click.argument("formula", metavar="FORMULA|-|FILE")
    @click.option(
        "-b",
        "--backend",
        default="numpy",
        show_default=True,
        help=f"What the code is written for: {', '.join(targets)}.",
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
        "--prefer",
        multiple=True,
        metavar="KEY=READING",
        help="Take the other reading of a convention.",
    )
    @click.option("--notation", help="Force the grammar: latex or text.")
    @click.option("--over", metavar="LETTER", help="Take all steps of a recurrence, not one.")
    @click.option("--strict", is_flag=True, help="Refuse what rests on an assumption.")
    @click.option("-o", "--out", metavar="FILE", help="Write the code there.")
    @click.option(
        "--json", "as_json", is_flag=True, help="Print everything that is known, as JSON."
    )
    @click.version_option(__version__)
    @click.pass_context
    def command(context: click.Context, /, formula: str, **options: Any) -> None:
        """Translate a FORMULA in LaTeX, Unicode or plain text into array code.

        FORMULA is the formula itself, - for standard input, or a file that holds it.
        """
        try:
            context.exit(run(formula, **options))
        except Misuse as error:
            raise click.UsageError(str(error)) from None

    return command
