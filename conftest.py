"""Every example in the README, in docs/ and in docstrings runs as a test."""

from __future__ import annotations

import shlex
from doctest import ELLIPSIS

from click.testing import CliRunner
from sybil import Example, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from eq2code.cli import parser


def run_console(example: Example) -> str | None:
    """Run each `$ eq2code …` of a console block, and hold stdout against what is printed below."""
    prompts = example.parsed.split("$ eq2code ")[1:]
    for block in prompts:
        line, _, expected = block.partition("\n")
        result = CliRunner().invoke(parser(), shlex.split(line))
        shown = result.stdout if result.exit_code == 0 else result.stderr
        if shown.strip() != expected.strip():
            return f"$ eq2code {line}\nexpected:\n{expected}\ngot:\n{shown}"
    return None


pytest_collect_file = (
    Sybil(
        parsers=[
            PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
            CodeBlockParser(language="console", evaluator=run_console),
            SkipParser(),
        ],
        patterns=["*.md"],
    )
    + Sybil(
        parsers=[DocTestParser(optionflags=ELLIPSIS)],
        patterns=["src/*.py", "src/**/*.py"],
        document_types={".py": PythonDocStringDocument},
    )
).pytest()
