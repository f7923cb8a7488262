"""Hold the published equations against the floor: no pass may be lost, none be wrong or crash.

usage: papers.py FOLDER [--raise]    with --raise, write the new counts where they are higher
"""

from __future__ import annotations

import json
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


def main(folder: Path, *, lift: bool) -> int:
    """Exit status 1, and the reasons, where the floor does not hold."""
    floor: dict[str, int] = json.loads(FLOOR.read_text(encoding="utf-8"))
    counts = outcomes(folder)
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
