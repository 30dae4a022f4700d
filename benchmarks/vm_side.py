"""What the command line adds on a VM: a whole `bootseal boot`, and `bootseal run` before a short command.

    python benchmarks/vm_side.py [--quick]

Processes are started as a shell starts them, from compiled sources (pip compiles what it installs), and are counted
whole: Python's own start among it. `boot` fetches from a server on this machine that has its answer ready; what it
took to answer is taken away. Processor time is of the process and its children, as the kernel tells it.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from common import options, results
from common.stack import ROOT, use_tests_support
from redactor import made_up_secrets

use_tests_support()

from support.vm.inject_server import TOKEN, Service  # noqa: E402

ROUNDS, SECRETS = 31, 200
GOALS = {"boot_ms": 250, "run_ms": 30}

BOOTSEAL = str(Path(sys.executable).with_name("bootseal"))
COMMANDS = {
    "silent": ["/bin/true"],
    "one_line": ["/bin/echo", "hello"],
    "program": [sys.executable, "-I", "-c", "print('hello')"],
}


def spawned(command: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Milliseconds of wall clock and of processor of one run of `command`."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    _, status = os.waitpid(os.posix_spawn(command[0], command, environment, file_actions=quiet), 0)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert status == 0, command
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, used * 1000


def compiled() -> None:
    """Have everything that is started compiled, as an installation has."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    folders = [str(ROOT / "cli"), str(ROOT / "layers" / "bootseal")]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], check=True, env=environment)


@contextmanager
def served(secrets: Mapping[str, str]) -> Iterator[tuple[Service, list[float]]]:
    """A server with `secrets`; the list takes the milliseconds of each answer."""
    service, taken = Service(), list[float]()
    service.environment, service.secrets = dict(secrets), tuple(secrets)
    answer = service.finish_request

    def finish(*arguments: Any) -> None:
        began = time.perf_counter()
        answer(*arguments)
        taken.append((time.perf_counter() - began) * 1000)

    service.finish_request = finish  # type: ignore[method-assign]
    Thread(target=service.serve_forever, daemon=True).start()
    try:
        yield service, taken
    finally:
        service.shutdown()


def boots(secrets: Mapping[str, str], folder: Path, rounds: int) -> dict[str, Any]:
    """`bootseal boot` from process start to its end, the server's time taken away."""
    walls, used = [], []
    with served(secrets) as (service, taken):
        environment = {"PATH": "/usr/bin:/bin", "BOOTSEAL_BOOT_TOKEN": TOKEN, "BOOTSEAL_API_URL": service.url}
        for number in range(rounds + 1):
            service.bound = None
            wall, cpu = spawned([BOOTSEAL, "boot", "--dir", str(folder / "run")], environment)
            if number:
                walls.append(wall - taken[-1])
                used.append(cpu)
    return {"wall_ms": results.summary(walls, 1), "cpu_ms": results.summary(used, 1)}


def runs(folder: Path, rounds: int) -> dict[str, Any]:
    """`bootseal run` with the environment in `folder`, less the command by itself, turn by turn."""
    environment = {"PATH": "/usr/bin:/bin"}
    python = [sys.executable, "-I", "-c", "pass"]
    found: dict[str, Any] = {"python": _each(lambda: spawned(python, environment), rounds)}
    for name, command in COMMANDS.items():
        ours = [BOOTSEAL, "run", "--dir", str(folder), "--", *command]

        def added(ours: list[str] = ours, command: list[str] = command) -> tuple[float, float]:
            with_us, alone = spawned(ours, environment), spawned(command, environment)
            return with_us[0] - alone[0], with_us[1] - alone[1]

        found[name] = _each(added, rounds)
    return found


def _each(work: Callable[[], tuple[float, float]], rounds: int) -> dict[str, Any]:
    work()
    walls, used = zip(*(work() for _ in range(rounds)), strict=True)
    return {"wall_ms": results.summary(walls, 1), "cpu_ms": results.summary(used, 1)}


def written(secrets: Mapping[str, str], folder: Path) -> Path:
    """What a boot leaves of `secrets`, as far as `run` reads it."""
    folder.mkdir()
    receipt = {"secrets": [{"env_name": name, "status": "injected"} for name in secrets]}
    (folder / "env.json").write_text(json.dumps(dict(secrets)))
    (folder / "receipt.json").write_text(json.dumps(receipt))
    return folder


def measure(rounds: int, counts: tuple[int, ...] = (10, SECRETS)) -> dict[str, Any]:
    """All of it, by number of secrets."""
    compiled()
    everything = made_up_secrets(random.Random(1))
    cases = []
    with TemporaryDirectory(prefix="bootseal-bench-") as name:
        for count in counts:
            secrets = dict(list(everything.items())[:count])
            place = Path(name, str(count))
            place.mkdir()
            case = {"secrets": count, "boot": boots(secrets, place, rounds)}
            cases.append({**case, "run": runs(written(secrets, place / "written"), rounds)})
    return {"goals": GOALS, "cases": cases}


def main() -> None:
    """Measure and save."""
    given = options.parser(__doc__).parse_args()
    found = measure(2, (10,)) if given.quick else measure(ROUNDS)
    for case in found["cases"]:
        print(case["secrets"], "boot", case["boot"]["wall_ms"]["median"], case["boot"]["cpu_ms"]["median"])
        print({name: (each["wall_ms"]["median"], each["cpu_ms"]["median"]) for name, each in case["run"].items()})
    if not given.quick:
        print(results.save("vm_side", found))


if __name__ == "__main__":
    main()
