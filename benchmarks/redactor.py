"""How fast the redactor is with 200 secrets, beside copying the same bytes and beside a bare Aho-Corasick scan.

    python benchmarks/redactor.py [--megabytes 256] [--rounds 5] [--quick]

Each round measures all three one after the other, and the ratios are of one round, so that a busy machine slows all
of them alike. The scan looks for the very texts the redactor looks for, in chunks of the same size, and does nothing
with what it finds. Secrets and log lines are made up from a fixed seed.
"""

import base64
import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import ahocorasick_rs

from bootseal_cli.vm.redactor.forms import catalogue
from bootseal_cli.vm.redactor.redactor import Redactor
from common import options, results

SECRETS = 200
CHUNK = 262_144
SEED = 20_261_121
GOAL = 2.0
"""The goal: at most so many times as long as the bare scan."""

LOGS = {"quiet": 0, "one_line_in_100": 100, "every_line": 1}
"""How often a line shows a secret."""


def made_up_secrets(dice: random.Random) -> dict[str, str]:
    """Return secrets of the usual kinds: keys with a prefix, connection strings, random text, passwords, one PEM."""
    kinds: tuple[Callable[[int], str], ...] = (
        lambda _: "sk-proj-" + base64.urlsafe_b64encode(dice.randbytes(30)).decode(),
        lambda n: f"postgres://user{n}:{dice.randbytes(9).hex()}@db-{n}.example.com/app?sslmode=require&x=1",
        lambda _: base64.b64encode(dice.randbytes(40)).decode(),
        lambda _: f'p@ss w\'ord "{dice.randbytes(8).hex()}"',
    )
    secrets = {f"SECRET_{n}": dice.choice(kinds)(n) for n in range(SECRETS - 1)}
    lines = "\n".join(base64.b64encode(dice.randbytes(48)).decode() for _ in range(26))
    return {**secrets, "SIGNING_KEY": f"-----BEGIN MADE UP KEY-----\n{lines}\n-----END MADE UP KEY-----\n"}


def made_up_log(dice: random.Random, secrets: dict[str, str], every: int) -> bytes:
    """Return about 8 MB of log lines; one in `every` shows a secret, none where `every` is 0."""
    values = list(secrets.values())
    lines = []
    for n in range(80_000):
        request = f"2026-11-21T12:{n // 60 % 60:02d}:{n % 60:02d}Z INFO request {dice.getrandbits(64):016x}"
        line = f"{request} GET /v1/items/{n} 200 in {n % 97} ms sk-proj- postgres://"
        lines.append(f"{line} {dice.choice(values)}" if every and n % every == 0 else line)
    return "\n".join(lines).encode()


def chunks(data: bytes, megabytes: int) -> Iterator[bytes]:
    """Yield `data` again and again, `megabytes` in all, in chunks."""
    for number in range(megabytes * 1_000_000 // CHUNK):
        start = number * CHUNK % (len(data) - CHUNK)
        yield data[start : start + CHUNK]


def timed(work: Callable[[bytes], object], pieces: list[bytes]) -> float:
    """Return the seconds of processor time it takes to give each piece to `work`."""
    began = time.process_time()
    for piece in pieces:
        work(piece)
    return time.process_time() - began


def measure(megabytes: int, rounds: int) -> dict[str, Any]:
    """Return throughputs in MB/s and ratios for logs that show secrets seldom and often."""
    dice = random.Random(SEED)
    secrets = made_up_secrets(dice)
    names: dict[bytes, str] = {}
    list(catalogue(secrets, names))
    texts = list(names)
    began = time.process_time()
    redactor = Redactor(secrets)
    redactor.patterns()
    ready = time.process_time() - began
    automaton = ahocorasick_rs.BytesAhoCorasick(texts)
    sink = os.open(os.devnull, os.O_WRONLY)
    found: dict[str, Any] = {"secrets": len(secrets), "texts": len(texts), "ready_ms": round(ready * 1000, 1)}
    for name, every in LOGS.items():
        pieces = list(chunks(made_up_log(dice, secrets, every), megabytes))
        size = sum(map(len, pieces)) / 1e6
        turns = []
        for _ in range(rounds):
            masker = redactor.masker()
            copy = timed(lambda piece: os.write(sink, bytes(bytearray(piece))), pieces)
            scan, mask = timed(automaton.find_matches_as_indexes, pieces), timed(masker.feed, pieces)
            turns.append({"copy": copy, "scan": scan, "redactor": mask})
        speeds = {f"{what}_mb_s": results.summary([size / turn[what] for turn in turns], 0) for what in turns[0]}
        found[name] = {**speeds, "redactor_over_scan": results.summary([t["redactor"] / t["scan"] for t in turns])}
    return found


def main() -> None:
    """Measure and print."""
    parser = options.parser(__doc__)
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    found = measure(2, 1) if wanted.quick else measure(wanted.megabytes, wanted.rounds)
    for name in LOGS:
        print(name, {what: each["median"] for what, each in found[name].items()})
    if not wanted.quick:
        print(results.save("redactor", {"goal": GOAL, "megabytes": wanted.megabytes, **found}))


if __name__ == "__main__":
    main()
