"""What the documents say is so: examples run, commands are those of CI, rules are short."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eq2code import Translation, __version__, translate
from strategies import BACKENDS, to_backend, to_numpy

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")]


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*.py")), ids=lambda path: path.name)
def test_examples_run(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out


def test_the_readme_gives_two_commands() -> None:
    commands = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = [line for block in commands for line in block.splitlines()]
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install ") for line in lines)
    assert lines[0].endswith('.venv/bin/eq2code "softmax(QK^T/sqrt(d_k))V"')
    assert ".venv/bin/python -m pytest" in lines[1]


def test_ci_runs_the_readme_itself() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "sed -n '/^```sh$/,/^```$/p' README.md" in script


@pytest.mark.parametrize("what", ["function", "rule", "convention", "notation", "target"])
def test_contributing_says_how_in_fifteen_lines(what: str) -> None:
    section = re.search(
        rf"^## A {what}\n\n(.*?)(?=^## |\Z)", CONTRIBUTING, re.MULTILINE | re.DOTALL
    )
    assert section is not None
    assert len(section.group(1).strip().splitlines()) <= 15


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_paths_in_documents_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(
        re.findall(r"`((?:src|tests|docs|grammars|examples|benchmarks|\.ci)/[\w./-]*)`", text)
    )
    named |= {
        str(Path(path.parent, link)) for link in re.findall(r"\]\((?!http|#)([^)#]+)\)", text)
    }
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing


def test_every_file_of_the_longest_way_is_placed() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = {path.name for path in ROOT.glob("src/eq2code/read/*.py")} - {"__init__.py"}
    assert files <= set(re.findall(r"`(\w+\.py)`", text))


def test_examples_in_docstrings_are_collected() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "src" in settings["tool"]["pytest"]["ini_options"]["testpaths"]


GENERATED = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]


@pytest.mark.parametrize("name", GENERATED)
def test_pages_are_as_the_tables_make_them(name: str) -> None:
    """`make docs` writes them."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == GENERATED[name]()


def table() -> list[tuple[str, str, str]]:
    """Every spelling of docs/notation.md, its notation, and the NumPy expression beside it."""
    text = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")
    rows = []
    for line in text.splitlines():
        cells = re.split(r"(?<!\\)(?<!\\\|)\|(?!\|)|(?<!\\)\|", line.strip())[1:-1]
        if len(cells) != 3 or "`" not in line or not line.startswith("|"):
            continue
        latex, plain, numpy = (
            [code.replace(r"\|", "|") for code in re.findall(r"`([^`]+)`", cell)] for cell in cells
        )
        rows += [(source, "latex", numpy[0]) for source in latex]
        rows += [(source, "text", numpy[0]) for source in plain]
    return rows


def test_the_table_is_found() -> None:
    assert len(table()) > 60


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("source", "notation", "expected"), table())
def test_the_table_of_notation(source: str, notation: str, expected: str, backend: str) -> None:
    """Both with the notation told and with it found, a spelling means the expression beside it."""
    for forced in (notation, None):
        function = translate(source, backend=backend, notation=forced)
        values = {name: draw(name, shape) for name, shape in inputs(function).items()}
        arguments = {name: to_backend(value, backend) for name, value in values.items()}
        result = to_numpy(function(**arguments))
        theirs = eval(expected, {"np": np, **values})
        assert result.shape == np.shape(theirs)
        np.testing.assert_allclose(result, theirs)


def inputs(function: Translation) -> dict[str, int]:
    """The rank of each parameter; what goes element by element gets a vector."""
    return {name: len(function.shapes[name].split()) or 1 for name in function.parameters}


def draw(name: str, rank: int) -> Any:
    rng = np.random.default_rng([*name.encode()])
    return rng.normal(size=(3,) * rank)


def test_the_changelog_knows_the_version() -> None:
    assert f"## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
