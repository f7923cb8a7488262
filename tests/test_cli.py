"""The command line: code alone on stdout, notes on stderr, an exit status to be trusted."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eq2code import __version__, translate
from eq2code.cli import EXAMPLES, main, parser
from strategies import BACKENDS

ATTENTION = "softmax(QK^T/sqrt(d_k))V"


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(parser(), arguments, input=stdin)


def test_code_alone_on_stdout() -> None:
    result = run(ATTENTION)
    assert result.exit_code == 0
    assert result.stdout == translate(ATTENTION).code
    compile(result.stdout, "stdout", "exec")


def test_assumptions_on_stderr() -> None:
    result = run(ATTENTION)
    translation = translate(ATTENTION)
    assert translation.assumptions
    for assumption in translation.assumptions:
        assert assumption.text in result.stderr


def test_the_code_runs_by_itself(tmp_path: Path) -> None:
    out = tmp_path / "attention.py"
    result = run(ATTENTION, "--name", "attention", "-o", str(out))
    assert result.exit_code == 0
    assert result.stdout == ""
    script = "import numpy as np; from attention import *; print(attention(*[np.ones((2, 2))] * 3))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["[[1.", "1.]", "[1.", "1.]]"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_backend(backend: str) -> None:
    assert run("x + y", "-b", backend).stdout == translate("x + y", backend=backend).code


def test_options_reach_translate() -> None:
    result = run(
        *("a = x + y; b = x - y", "--shape", "x=n", "-s", "y = n", "--output", "b"),
        *("--name", "difference", "--notation", "text", "--json"),
    )
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["outputs"] == ["b"]
    assert data["name"] == "difference"
    assert data["shapes"] == {"x": "n", "y": "n", "b": "n"}


@pytest.mark.parametrize(
    "arguments",
    [(r"-\sum_i p_i \log p_i",), ("-x + y", "--backend", "torch"), ("-n", "g", "-(x + y)")],
)
def test_a_formula_may_begin_with_a_minus(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert "return -" in capsys.readouterr().out


def test_json() -> None:
    result = run(ATTENTION, "--json")
    assert json.loads(result.stdout) == translate(ATTENTION).to_dict()
    assert result.stderr == ""


def test_json_of_an_error() -> None:
    result = run(r"\sotfmax(x)", "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["span"] is not None
    assert error["line"] == 1


def test_standard_input() -> None:
    assert run("-", stdin=ATTENTION).stdout == translate(ATTENTION).code
    assert run("-", stdin=ATTENTION + "\n").exit_code == 0
    assert run("-", stdin="\ufeff" + ATTENTION).exit_code == 0


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "attention.tex"
    path.write_text(ATTENTION, encoding="utf-8")
    assert run(str(path)).stdout == run(ATTENTION).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("x", "--unknown"),
        ("x", "-b", "fortran"),
        ("x", "--name", "a b"),
        ("x", "--name", "class"),
        ("x", "--shape", "x"),
        ("x", "--shape", "x=n'); ("),
        ("x", "--output", "__class__"),
        ("x", "--notation", "mathml"),
        ("missing.tex",),
        ("x", "-o", "/nonexistent/folder/file.py"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_wrong_use_is_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


@pytest.mark.parametrize("formula", ["x +", "(x", r"\sotfmax(x)", ""])
def test_not_understood_is_1(formula: str) -> None:
    result = run(formula)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr


def test_strict() -> None:
    result = run(ATTENTION, "--strict")
    assert result.exit_code == 1
    assert "AssumptionError" in result.stderr


def test_bytes_that_are_no_text() -> None:
    assert run("-", stdin=b"\xff\xfe\x00").exit_code == 2


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.tex"
    path.write_text("x + " * 200_000 + "x")
    assert run(str(path)).exit_code == 1


def test_no_file_is_read_that_was_not_named(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("hunter_2")
    result = run(rf"x + \input{{{secret}}}")
    assert result.exit_code == 1
    assert "hunter" not in result.output


@pytest.mark.parametrize("text", ["\x1b]0;pwn\x07", "\x1b[2J", "\u202e", "[link=http://a]x[/link]"])
def test_nothing_drives_the_terminal(text: str) -> None:
    for result in (run(rf"\text{{{text}}} +"), run("x", "--name", text), run("x", "-s", text)):
        assert result.exit_code in (1, 2)
        assert not {"\x1b", "\x07", "\u202e"} & set(result.output)


def test_help_and_version() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for line in examples():
        assert line in [shown.strip() for shown in result.stdout.splitlines()], line
    assert __version__ in run("--version").stdout


def examples() -> list[str]:
    return [line.strip() for line in EXAMPLES.splitlines() if "eq2code" in line]


@pytest.mark.parametrize("line", examples())
def test_the_examples_of_help_run(line: str) -> None:
    left, _, right = line.rpartition("|")
    stdin = shlex.split(left)[1] if left else None
    result = run(*shlex.split(right)[1:], stdin=stdin)
    assert result.exit_code == 0, result.output
    compile(result.stdout, line, "exec")


def test_as_a_module() -> None:
    done: Any = subprocess.run(
        [sys.executable, "-m", "eq2code", "x + 1"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == translate("x + 1").code


def test_output_is_utf8_wherever_it_goes() -> None:
    """A pipe in a C locale, or a console of another code page, must not break the docstring."""
    done = subprocess.run(
        [sys.executable, "-m", "eq2code", "y = α x"],
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.decode("utf-8") == translate("y = α x").code
