"""Hold the published equations against the floor: no pass may be lost, none be wrong or crash.

The tests of SymPy's parser, which lie beside them, are held against it too: none that passes or is
refused as it must may be lost, and none may crash.

usage: papers.py FOLDER [--raise]    with --raise, write the new counts where they are higher
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

FLOOR = Path(__file__).resolve().parents[1] / "tests" / "paper_floor.json"


def outcomes(folder: Path) -> dict[str, Counter[str]]:
    """For each backend how many equations pass, are refused, wrong, or crash."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "outcomes.json"
        subprocess.run([sys.executable, folder / "run.py", "-v", "--json", report], check=False)
        rows = json.loads(report.read_text(encoding="utf-8"))
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row["backend"], Counter())[row["status"]] += 1
    return counts


def peers(folder: Path) -> Counter[str]:
    """How many of SymPy's own tests pass, and how many are refused as they must be."""
    command = [sys.executable, folder.parent / "peers" / "run.py"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    last = done.stdout.strip().rpartition("sympy: ")[2]
    found = re.findall(r"(\d+) ([a-z ]+)", last)
    return Counter({f"sympy, {status}": int(count) for count, status in found})


def main(folder: Path, *, lift: bool) -> int:
    """Exit status 1, and the reasons, where the floor does not hold."""
    floor: dict[str, int] = json.loads(FLOOR.read_text(encoding="utf-8"))
    counts = outcomes(folder)
    for name, count in peers(folder).items():
        status = "crash" if name.endswith("crash") else "pass"
        counts[name] = Counter({status: count})
    problems = [
        f"{backend}: {counts[backend]['pass']} pass, and {least} did before"
        for backend, least in floor.items()
        if counts[backend]["pass"] < least
    ]
    problems += [
        f"{backend}: {count[status]} {status}"
        for backend, count in counts.items()
        for status in ("wrong", "crash")
        if count[status]
    ]
    if lift:
        raised = {name: max(least, counts[name]["pass"]) for name, least in floor.items()}
        FLOOR.write_text(json.dumps(raised, indent=4) + "\n", encoding="utf-8")
    print("\n".join(problems) or "no pass is lost, none is wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), lift="--raise" in sys.argv))
