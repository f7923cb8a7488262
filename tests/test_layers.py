"""The architecture, held against the imports as they are written."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from eq2code import Eq2CodeError
from every import FIXTURES
from strategies import BACKENDS

ROOT = Path(__file__).resolve().parents[1] / "src" / "eq2code"

LAYERS = (
    {"errors", "choice", "source", "limits", "report", "record", "collector"},
    {"trees"},
    {"library"},
    {"parse", "read", "rewrite", "lower", "verify"},
    {"emit"},
    {
        "api",
        "translation",
        "looped",
        "cli",
        "shell",
        "options",
        "fit",
        "given",
        "passed",
        "__init__",
        "__main__",
    },
)
"""From the ground up: a room imports from lower layers and from itself."""

COMPOSES = (LAYERS[0], LAYERS[-1])
"""Layers of single files, which may use each other (without a circle)."""

HEAVY = ("numpy", "sympy", "torch", "jax", "scipy")

FILES = sorted(ROOT.rglob("*.py"))


def module(path: Path) -> str:
    parts = ("eq2code", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


MODULES = {module(path): path for path in FILES}


def room(name: str) -> str:
    return name.split(".")[1]


def layer(name: str) -> int:
    return next(k for k, rooms in enumerate(LAYERS) if room(name) in rooms)


def imports(path: Path, *, top: bool = False) -> Iterator[str]:
    """The modules that `path` imports; with `top`, only outside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            pending.extend(node.orelse)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            assert node.module is not None
            yield from _targets(node.module, [alias.name for alias in node.names])
        elif not (top and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))):
            pending.extend(ast.iter_child_nodes(node))


def _targets(source: str, names: list[str]) -> Iterator[str]:
    """`from eq2code import report` imports eq2code.report."""
    for name in names:
        yield f"{source}.{name}" if f"{source}.{name}" in MODULES else source


def ours(path: Path) -> set[str]:
    return {name for name in imports(path) if name in MODULES}


@pytest.mark.parametrize("path", FILES, ids=module)
def test_every_file_has_a_room(path: Path) -> None:
    assert any(room(module(path)) in rooms for rooms in LAYERS)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_imports_go_down_only(path: Path) -> None:
    here = module(path)
    for there in ours(path):
        if room(there) == room(here):
            continue
        assert layer(there) < layer(here) or (
            layer(there) == layer(here) and LAYERS[layer(here)] in COMPOSES
        ), f"{here} imports {there}"


def test_no_import_cycle() -> None:
    graph = {name: ours(path) - {name} for name, path in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.mark.parametrize("path", FILES, ids=module)
def test_heavy_modules_are_imported_where_they_are_used(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path, top=True)} & set(HEAVY)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_only_emit_and_the_library_name_a_backend(path: Path) -> None:
    if room(module(path)) in ("emit", "library", "verify"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            named = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
            assert not named & {"numpy", "torch", "jax"}, f"line {node.lineno}"


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "import eq2code",
        "import eq2code; eq2code.translate",
        'import eq2code; eq2code.translate("softmax(QK^T/sqrt(d_k))V").code',
        'import eq2code; eq2code.translate("softmax(QK^T/sqrt(d_k))V", backend="torch").code',
    ],
)
def test_nothing_heavy_is_loaded_for_code(code: str) -> None:
    loaded = run(f"{code}; import sys; print(*sorted(set({HEAVY}) & set(sys.modules)))")
    assert loaded == ""


def test_the_library_works_without_its_extras() -> None:
    """NumPy users have no PyTorch: translating and calling must not look for it."""
    run(
        "import sys; sys.modules.update(dict.fromkeys(['torch', 'scipy', 'jax']))\n"
        "import eq2code\n"
        'assert eq2code.translate("softmax(x)")([0.0, 0.0]).tolist() == [0.5, 0.5]\n'
        'assert "torch" in eq2code.translate("softmax(x)", backend="torch").code\n'
    )


def test_emitted_code_imports_no_more_than_it_says() -> None:
    """NumPy or PyTorch, math, typing, and SciPy for what NumPy has not."""
    known = {"numpy", "torch", "math", "typing", "scipy"}
    for fixture in FIXTURES:
        for backend in BACKENDS:
            try:
                tree = ast.parse(fixture.translated(backend).code)
            except Eq2CodeError:
                continue  # what a target cannot say
            names = [name for node in ast.walk(tree) for name in _imported(node)]
            found = {name.partition(".")[0] for name in names}
            assert found <= known - ({"torch"} if backend == "numpy" else {"numpy", "scipy"})


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


def test_what_is_imported_is_required() -> None:
    """Nothing else of others' is used than what the installation brings, or an extra does."""
    text = (ROOT.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"]
    required = [*project["dependencies"], *extras["torch"], *extras["scipy"]]
    known = {re.split(r"[^\w]", one)[0] for one in required} | {"eq2code"}
    for path in FILES:
        used = {name.partition(".")[0] for name in imports(path)} - sys.stdlib_module_names
        assert used <= known, path
    assert len(project["dependencies"]) <= 8
