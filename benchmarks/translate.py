"""How long does it take? Import, translation, growth, cold start, beside their goals.

Times are of this machine and this minute; what counts is the ratio of each to its goal. The exit
status is 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

ATTENTION = "softmax(QK^T/sqrt(d_k))V"
HEAVY = ("numpy", "sympy", "torch", "jax", "scipy")


@dataclass(frozen=True)
class Row:
    """One measurement: what, how much, at most how much."""

    what: str
    value: float
    goal: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value <= self.goal

    def __str__(self) -> str:
        verdict = "ok" if self.met else "MISSED"
        measured, goal = f"{self.value:.3g} {self.unit}", f"{self.goal:g} {self.unit}"
        return f"| {self.what} | {measured} | {goal} | {verdict} |"


def process(*command: str) -> float:
    """Seconds from the start of a Python process to its end."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def median(measure: Callable[[], float], times: int) -> float:
    return statistics.median(measure() for _ in range(times))


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def import_time(times: int) -> Row:
    """`import eq2code` in a fresh interpreter, without the interpreter's own start."""
    code = "import time; s = time.perf_counter(); import eq2code; print(time.perf_counter() - s)"

    def once() -> float:
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        return float(done.stdout)

    return Row("import eq2code", 1e3 * median(once, times), 60, "ms")


def heavy_modules() -> Row:
    code = f"import sys, eq2code; print(len(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return Row("heavy modules that it loads", float(done.stdout), 0, "of 5")


def warm(times: int) -> Row:
    from eq2code import translate

    translate(ATTENTION)
    value = median(lambda: seconds(lambda: translate(ATTENTION).code), times)
    return Row("attention, warm, to source", 1e3 * value, 1, "ms")


def growth(terms: int) -> Row:
    """Time for each of `terms` terms."""
    from eq2code import translate

    source = " + ".join(f"a_{{{k}}} x^{{{k % 7 + 2}}}" for k in range(terms))
    value = seconds(lambda: translate(source, notation="latex").code)
    return Row(f"a sum of {terms:,} terms, each", 1e6 * value / terms, 100, "µs")


def linear(few: int, many: int) -> Row:
    """How much more a term costs in a long sum than in a short one."""
    short = min(growth(few).value for _ in range(3))
    return Row(f"a term of {many:,} against one of {few:,}", growth(many).value / short, 2, "x")


def cold(times: int) -> Row:
    """From process start to printed code, against importing SymPy."""
    ours = min(process("-m", "eq2code", ATTENTION) for _ in range(times))
    theirs = min(process("-c", "import sympy") for _ in range(times))
    return Row("cold start to printed code, of `import sympy`", ours / theirs, 0.35, "x")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, and no verdict")
    quick = parser.parse_args().quick
    rows = [
        import_time(3 if quick else 15),
        heavy_modules(),
        cold(2 if quick else 9),
        warm(20 if quick else 300),
        growth(10_000),
        linear(1_000, 10_000),
    ]
    print("| what | measured | goal | |\n|---|---|---|---|")
    print(*rows, sep="\n")
    return 0 if quick or all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
