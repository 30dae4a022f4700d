"""Runs the benchmarks one after the other: `make bench`.

    python benchmarks/run.py [--quick] [--stack FILE] [--only NAME,NAME]

Figures go to benchmarks/results/, docs/performance.md is made of them. --quick only tries everything once, and keeps
no figure. A stack is started for those that need one, and removed, unless --stack names one that runs.
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from common import options
from common.stack import ROOT, use_tests_support

PLAIN = ("warm_inject", "redactor", "vm_side", "cold_start")
ON_A_STACK = ("side_by_side", "lists")
HERE = Path(__file__).resolve().parent


def run(name: str, *arguments: str) -> None:
    """Run one benchmark; its failure is ours."""
    print(f"== {name} (load {os.getloadavg()[0]:.1f})", flush=True)
    subprocess.run([sys.executable, str(HERE / f"{name}.py"), *arguments], check=True)


def stack_file(running: ExitStack) -> Path:
    """The file of a stack of our own."""
    use_tests_support()
    from tempfile import TemporaryDirectory

    from support.local_stack import started_stack

    folder = Path(running.enter_context(TemporaryDirectory(prefix="bootseal-bench-")), ".local")
    return running.enter_context(started_stack(folder)).path


def main() -> None:
    """Run what was asked for."""
    parser = options.parser(__doc__, on_a_stack=True)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    wanted = set(filter(None, given.only.split(","))) or {*PLAIN, *ON_A_STACK}
    quick = ["--quick"] if given.quick else []
    for name in PLAIN:
        if name in wanted:
            run(name, *quick)
    with ExitStack() as running:
        for name in ON_A_STACK:
            if name in wanted:
                given.stack = given.stack or stack_file(running)
                run(name, "--stack", str(given.stack), *quick)
    if not given.quick:
        subprocess.run([sys.executable, str(HERE / "render.py")], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
