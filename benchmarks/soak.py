"""Mixed load on the local stack for a while: does it stay well, does memory stay flat, do open files stay few?

    .venv/bin/python benchmarks/soak.py [--stack .local/bootseal.json] [--minutes 30] [--threads 4] [--pause 0]

`--pause` is how many seconds each thread rests after a round: a low rate for a machine that others use. Talks to
127.0.0.1 only. Prints one line a minute (rounds, memory and open files of all the stack's processes, rows of the table
by kind, failures) and a table at the end; exit 1 where anything failed or grew.
"""

import argparse
import base64
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import urllib3

from bootseal.sealing import bundle_info, generate_key_pair, open_sealed

GROWTH_MAX = 1.5
"""Most that memory or open files may grow from the first third to the last."""


class Client:
    """Calls as one of the stack's users."""

    def __init__(self, stack: Path) -> None:
        self.facts = json.loads(stack.read_text())
        host = urllib3.util.parse_url(self.facts["api_url"]).host
        if host not in ("127.0.0.1", "localhost"):
            raise SystemExit("error: this load is for a stack on this machine")
        self.http = urllib3.PoolManager(timeout=60, retries=False, maxsize=16)

    def call(self, user: str | None, method: str, path: str, body: Any = None, bearer: str = "") -> tuple[int, Any]:
        token = bearer or self.facts["users"][user]["token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        answer = self.http.request(method, self.facts["api_url"] + path, body=data, headers=headers)
        return answer.status, json.loads(answer.data) if answer.data else None


class Load:
    """One thread of it: a user's ordinary day, over and over, on secrets of its own."""

    def __init__(self, client: Client, name: str, seen: Counter[str], slow: list[float]) -> None:
        self.client, self.name, self.seen, self.slow = client, name, seen, slow
        self.alice = self.subject()

    def subject(self) -> str:
        return str(self.client.call("alice", "GET", "/v1/whoami")[1]["user"])

    def expect(self, what: str, answer: tuple[int, Any], *good: int) -> Any:
        status, body = answer
        outcome = "ok" if status in good else "throttled" if status == 429 else f"FAILED {status} {body}"
        self.seen[f"{what}: {outcome}"] += 1
        return body if status in good else None

    def round(self) -> None:
        """Create, look, change, list, boot, retry, delete."""
        began, name = time.monotonic(), f"{self.name}-{random.randrange(10)}"
        value, path = f"made-up-{random.random()}", f"/v1/secrets/private/{name}"
        body = {"name": name, "scope": "private", "value": value}
        self.expect("create", self.client.call("alice", "POST", "/v1/secrets", body), 201, 409)
        self.expect("update", self.client.call("alice", "PATCH", path, {"value": value}), 200)
        self.expect("list", self.client.call("alice", "GET", "/v1/secrets?limit=20"), 200)
        self.boot(name.upper().replace("-", "_"), value)
        self.now_and_then(name, path)
        if random.random() < 0.3:
            self.expect("delete", self.client.call("alice", "DELETE", path), 204)
        self.slow.append(time.monotonic() - began)

    def now_and_then(self, name: str, path: str) -> None:
        """One of the rarer calls."""
        placeholder = "{{" + name.upper().replace("-", "_") + "}}"
        entries = {"scope": "private", "entries": [{"name": name, "value": "made-up"}], "on_conflict": "update"}
        template = {"templates": {"a": f"x {placeholder}"}, "target": "header", "user": self.alice}
        environment = {"variables": {"ROUND": str(random.random())}}
        what, who, method, asked, body, *good = random.choice(
            [
                ("import", "alice", "POST", "/v1/import", entries, 200),
                ("resolve", "launcher", "POST", "/v1/resolve", template, 200),
                ("environment", "alice", "PUT", "/v1/environments/soak", environment, 200, 201),
                ("versions", "alice", "GET", f"{path}/versions", None, 200),
                ("audit", "alice", "GET", "/v1/audit?limit=20", None, 200),
                ("boots", "alice", "GET", "/v1/boots?limit=20", None, 200),
                ("preview", "alice", "GET", "/v1/boot-preview", None, 200),
                ("a name that is not there", "alice", "GET", "/v1/secrets/private/none", None, 404),
            ]
        )
        self.expect(what, self.client.call(who, method, asked, body), *good)

    def boot(self, variable: str, value: str) -> None:
        issued = self.expect(
            "issue", self.client.call("launcher", "POST", "/v1/boot-tokens", {"user": self.alice}), 201
        )
        if issued is None:
            return
        token, (private, public) = issued["boot_token"], generate_key_pair()
        asked = {"public_key": base64.b64encode(public).decode()}
        for what, good in (("boot", (200,)), ("retry of a boot", (200, 409))):
            got = self.expect(what, self.client.call(None, "POST", "/v1/inject", asked, bearer=token), *good)
            # 409 bundle_changed: another thread, the same user, deleted a secret of this boot in between.
            if got is not None and "sealed_env" in got:
                sealed = base64.b64decode(got["sealed_env"])
                found = json.loads(open_sealed(private, sealed, bundle_info(token))).get(variable)
                self.seen[f"value of a boot: {'ok' if found == value else 'FAILED'}"] += 1


def processes_of(port: int) -> list[Path]:
    """The emulator and its workers: everything whose environment or arguments name the port."""
    needle, found = str(port).encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if needle in (folder / "cmdline").read_bytes() or b":%d" % port in (folder / "environ").read_bytes():
                found.append(folder)
        except OSError:
            continue
    return found


def weight(port: int) -> tuple[int, int]:
    """Resident memory in MB and open files of the stack's processes."""
    memory = files = 0
    for folder in processes_of(port):
        try:
            memory += int((folder / "statm").read_text().split()[1]) * 4096
            files += len(list((folder / "fd").iterdir()))
        except OSError:
            continue
    return memory // 1_000_000, files


def rows(facts: dict[str, Any]) -> Counter[str]:
    """How many rows of each kind the table holds, by the words in their keys."""
    table = boto3.client(
        "dynamodb",
        endpoint_url=facts["aws_endpoint_url"],
        region_name=facts["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    asked: Any = {"TableName": facts["table_name"], "ProjectionExpression": "pk, sk"}
    found: Counter[str] = Counter()
    for page in table.get_paginator("scan").paginate(**asked):
        found.update(_kind(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"])
    return found


def _kind(pk: str, sk: str) -> str:
    """`SECRET`, `VERSION` or `KEY` of a scope; else what follows the org, or `BOOT` for a token."""
    parts = pk.split("#")
    if "#SCOPE#" in pk:
        return sk.partition("#")[0]
    return parts[2] if pk.startswith("ORG#") else parts[0]


def run(client: Client, minutes: float, threads: int, pause: float, say: Callable[[str], None]) -> int:
    seen: Counter[str] = Counter()
    slow: list[float] = []
    until = time.monotonic() + minutes * 60
    port = urllib3.util.parse_url(client.facts["aws_endpoint_url"]).port or 4566

    def work(number: int) -> None:
        load = Load(client, f"soak-{number}", seen, slow)
        while time.monotonic() < until:
            try:
                load.round()
                time.sleep(pause)
            except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError) as error:
                seen[f"round: FAILED {type(error).__name__}"] += 1

    workers = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(threads)]
    for worker in workers:
        worker.start()
    weights = []
    while any(worker.is_alive() for worker in workers):
        time.sleep(min(60.0, max(1.0, minutes * 6)))
        weights.append(weight(port))
        held = rows(client.facts)
        say(
            f"{len(slow)} rounds, {weights[-1][0]} MB, {weights[-1][1]} open files, {failures(seen)} failures, "
            f"{held.total()} rows: {', '.join(f'{count} {kind}' for kind, count in sorted(held.items()))}"
        )
    for what, count in sorted(seen.items()):
        say(f"{count:8d}  {what}")
    if slow:
        say(f"round: median {sorted(slow)[len(slow) // 2]:.2f} s, slowest {max(slow):.2f} s")
    return int(failures(seen) > 0 or grew(weights))


def failures(seen: Counter[str]) -> int:
    """How many answers were not what they should be."""
    return sum(count for what, count in seen.items() if "FAILED" in what)


def grew(weights: list[tuple[int, int]]) -> bool:
    """Whether memory or open files of the last third are well above those of the first."""
    third = len(weights) // 3
    if not third:
        return False
    early, late = weights[third : 2 * third] or weights[:third], weights[-third:]
    return any(max(w[n] for w in late) > GROWTH_MAX * max(w[n] for w in early) for n in (0, 1))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", type=Path, default=Path(".local/bootseal.json"))
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.0)
    given = parser.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    return run(Client(given.stack), given.minutes, given.threads, given.pause, say)


if __name__ == "__main__":
    sys.exit(main())
