"""Runs every benchmark, one after the other, each in a process of its own.

Run: python -m benchmarks [name …]
"""

import subprocess
import sys

BENCHMARKS = (
    "task_cost",
    "store_cost",
    "verdict_cost",
    "looking_cost",
    "lane_wait",
    "inbox_page",
    "append_together",
    "supersession",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; returns the first exit code that is not 0."""
    for name in names or BENCHMARKS:
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
