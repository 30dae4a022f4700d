"""The deployed local stack as the benchmarks use it: its endpoint, its settings, and secrets put into it."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"

VALUE = "sk-made-up-0123456789abcdefghijklmnopqrstuvwxyzAB"
"""What every secret holds, ours and the others': 49 bytes, the length of a usual API key."""

USER, PROJECT = "bench", "atlas"

RUN = os.environ.setdefault("BENCH_RUN", f"{int(time.time()):x}")
"""Keeps what one run stores apart from what earlier ones left on the same stack."""


def use_tests_support() -> None:
    """Let `support` of the tests be imported: calling functions and seeding are not written twice."""
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))


@dataclass(frozen=True)
class Stack:
    """What the stack's file says."""

    facts: dict[str, Any]

    @property
    def port(self) -> int:
        """The emulator's port."""
        return int(self.facts["aws_endpoint_url"].rpartition(":")[2])

    def environment(self, port: int | None = None) -> dict[str, str]:
        """The environment of a function of this stack that finds AWS on `port`, a relay's or the emulator's own."""
        import boto3

        aws = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.facts["region"],
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port or self.port}",
        }
        client = boto3.client(
            "lambda",
            endpoint_url=self.facts["aws_endpoint_url"],
            region_name=self.facts["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        function = self.facts["functions"]["boot_inject"]["name"]
        settings: dict[str, str] = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        return {**settings, **aws}


@contextmanager
def stack(file: Path | None) -> Iterator[Stack]:
    """The stack of `file`, or a fresh one that is gone afterwards."""
    if file is not None:
        yield Stack(json.loads(file.read_text()))
        return
    use_tests_support()
    from support.local_stack import started_stack

    with TemporaryDirectory(prefix="bootseal-bench-") as folder, started_stack(Path(folder, ".local")) as started:
        yield Stack(started.facts)


def use(environment: dict[str, str]) -> None:
    """Have this process's functions work in `environment` from now on."""
    from bootseal import bootstrap

    os.environ.update(environment)
    bootstrap.reset()


def org_of(count: int) -> str:
    """The org that has `count` secrets."""
    return f"bench{RUN}-{count}"


def seed(count: int) -> None:
    """Put `count` secrets over a user's private scope, a project's and the shared one, as evenly as goes."""
    use_tests_support()
    from bootseal.model import SHARED, private_scope, project_scope
    from support import seeding

    for number, scope in enumerate((private_scope(USER), project_scope(PROJECT), SHARED)):
        share = len(range(number, count, 3))
        if share:
            seeding.seed(org_of(count), scope, share, VALUE, prefix=f"S{number}")


def boot_token(count: int) -> str:
    """A new boot token for the user who has `count` secrets."""
    use_tests_support()
    from support.calls import Person, issue

    launcher = Person(user="launcher", org=org_of(count), permissions="boot:issue")
    return issue(USER, launcher, project=PROJECT)
