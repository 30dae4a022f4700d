"""docs/performance.md, made of figures alone: no number stands here but those that say what was measured."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NAMES = ("side_by_side", "warm_inject", "cold_start", "lists", "vm_side", "redactor")
Results = Mapping[str, Mapping[str, Any]]

DELAYS = 2
"""Calls to AWS that a warm boot makes one after the other."""

RIVALS = {"secrets_manager": "Secrets Manager", "ssm": "SSM", "credstash": "credstash"}
OURS = {
    "bootseal": "Bootseal",
    "bootseal_with_its_own_call": "Bootseal, hook's call delayed too",
    "bootseal_new_process": "Bootseal, first boot of a process",
}

_HEAD = """\
# Performance

What a boot costs, beside what people would pick instead, and where its time goes. `make bench` takes all figures anew,
writes them to `benchmarks/results/` and makes this page of them; nothing here is written by hand. Each figure is the
median, with the quartiles behind it in brackets; a ratio is taken within one round, so that whatever else the machine
does slows both sides. Every part says what it was taken on. What thousands of boots at once meet is in
[scaling.md](scaling.md).
"""

_SIDE = """\
## Beside Secrets Manager, SSM and credstash

The same values (49 bytes) in all four, on the local AWS emulator, every call to AWS held back by a relay.

- **Bootseal** is everything from the hook's request to the opened bundle: the hook's own code, `boot_inject` in a
  process that has booted before, three scopes, and its calls to AWS behind the relay. Neither API Gateway nor Lambda is
  in it; there is none here. The second line holds back the hook's own call to the API as well; the third is the first
  boot of a process, which makes its clients and unwraps its keys.
- **Secrets Manager** is `BatchGetSecretValue` by name in pages of 20, **SSM** is `GetParametersByPath` with decryption
  in pages of 10, each by a boto3 client that is warm; **credstash** is its own `getAllSecrets` in a warm process.
- *Emulator*: every call is answered by the emulator, one process that answers one call at a time and takes longer for
  some than AWS. *Relay*: the relay repeats its answers to reads from memory; writes, which only Bootseal makes, still
  reach the emulator.
"""

_WARM = """\
## Processor time of a warm boot

The real `boot_inject` handler with all answers from AWS replayed, so that no waiting is in it. *Kept*: its scopes have
not changed since this process read them, so their rows are not read and not verified again, and values are opened as
they lie sealed in memory (`docs/adr/0017`). *Read again*: the process reads, verifies and opens everything as it lies
in the table. *Beyond the round trips*: less the same calls to AWS
made bare, with the same client and the same answers. *Crypto*: the opening of as many values as they lie in the table,
and the verification of as many signatures, and nothing else.
"""

_COLD = """\
## Cold start

Each function in AWS's own runtime client (`awslambdaric`) under AWS's runtime interface emulator, with the layer as it
is built for AWS but for this machine's Python and CPU. *Bare* is a handler that does nothing but make one DynamoDB and
one KMS client. INIT is what the emulator reports. Our functions make their clients at the first request, so the time
until the first answer, INIT among it, is here as well: that is what a caller waits for.
"""

_LISTS = """\
## Writes and lists

`tests/functions/test_calls_per_write.py` asserts the exact calls: a create or an update in a scope that has its key
asks KMS once, in a process that knows the signing key; a first page is two reads at once (of all scopes: behind the one
that lists them), however many secrets there are. Here is what a first page waits for, in a warm process, every call to
AWS held back. Writes are not timed: the emulator copies its table for a transaction, which takes longer than a network.
"""

_VM = """\
## On the VM

Whole processes, Python's own start among them, compiled as pip leaves them. *Boot* is `bootseal boot` from process
start to its end less what the server took. *Run* is what `bootseal run` adds to the command by itself: to `true`, which
says nothing; to `echo`, which says something at once and has to wait until the texts to look for are made; and to a
Python that prints a line, which takes longer to start than we take to make them beside it.
"""

_REDACTOR = """\
## Redactor

Processor time beside a bare Aho-Corasick scan of the same bytes for the same texts that does nothing with what it
finds.
"""


def text(found: Results) -> str:
    """The page."""
    parts = (_HEAD, *_side(found), *_warm(found), *_cold(found), *_lists(found), *_vm(found), *_redactor(found))
    return "\n".join(parts)


def machine_line(result: Mapping[str, Any]) -> str:
    """What a result was taken on."""
    machine, versions = result["machine"], result["versions"]
    named = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "bootseal")
    return (
        f"Taken {result['date']} on {machine['cores']} cores ({machine['cpu']}, {machine['architecture']}), Linux "
        f"{machine['kernel']}, Python {machine['python']}; {named}. Load average at the end: {machine['load']}.\n"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, numbers to the right."""
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """A number with about three digits that say something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(summary: Mapping[str, float]) -> str:
    """Median and quartiles."""
    return f"{number(summary['median'])} ({number(summary['q1'])} to {number(summary['q3'])})"


def against(value: float, goal: float, *, most: bool) -> str:
    """Whether a goal is met."""
    return "met" if (value <= goal if most else value >= goal) else "missed"


def _side(found: Results) -> Iterable[str]:
    result = found["side_by_side"]
    yield _SIDE
    yield machine_line(result)
    yield "![Milliseconds of a whole fetch, by tool](performance/side_by_side.svg)\n"
    cases = result["figures"]["cases"]
    head = ["milliseconds", *(_case(case) for case in cases)]
    names = {**OURS, **RIVALS}
    yield table(head, ([name, *(spread(c["milliseconds"][key]) for c in cases)] for key, name in names.items()))
    goals = result["figures"]["goals"]
    rows = [[name, *(_ratio(case, key, goals) for case in cases)] for key, name in RIVALS.items()]
    yield table(["times as fast as", *(_case(case) for case in cases)], rows)
    yield _why(cases, goals, found["warm_inject"]["figures"])


def _why(cases: Sequence[Mapping[str, Any]], goals: Mapping[str, Any], warm: Mapping[str, Any]) -> str:
    """Where the time of the compared goes: what no design with as many calls could beat, and what ours adds."""
    counts = sorted({case["secrets"] for case in cases})
    bounds = [
        f"at {count} secrets {count // 20} calls of Secrets Manager and {count // 10} of SSM, so with delays alone the "
        f"ratios would be {count / 20 / DELAYS:.1f} and {count / 10 / DELAYS:.1f}"
        for count in counts
    ]
    line = warm["lines"]["kept"]
    return (
        f"A warm boot waits for {DELAYS} calls one after the other (token and checksums at once, then the receipt), "
        f"the others for each of their pages: {'; '.join(bounds)}. What takes ours away from that is its own work, "
        f"{line['ms']:.1f} ms and {line['per_secret_ms']:.3f} ms a secret of processor time (below), the hook's, and "
        "the two writes, which the emulator really carries out. Where a goal is missed, that is why: at 5 ms a call "
        "this outweighs the delays, and at 100 secrets the goals lie close to what delays alone allow. credstash reads "
        "with a pool of threads and is bound by its own processor time, so that no delay makes it much slower"
        f"{_out_of_reach(cases, goals)}. With the hook's own call delayed as well, a boot waits for three.\n"
    )


def _out_of_reach(cases: Sequence[Mapping[str, Any]], goals: Mapping[str, Any]) -> str:
    """Where the delays of our calls alone are longer than what a goal leaves a boot."""
    told = []
    for case in cases:
        goal = goals[str(case["secrets"])]["credstash"]
        left, delays = case["milliseconds"]["credstash"]["median"] / goal, DELAYS * case["delay_ms"]
        if left < delays:
            told.append(f"{_case(case)}: {number(left)} of {delays:.0f} ms")
    return f" (where the goal leaves less than {DELAYS} delays take, {'; '.join(told)})" if told else ""


def _case(case: Mapping[str, Any]) -> str:
    reads = "relay" if case["reads_from_memory"] else "emulator"
    return f"{case['secrets']}, {case['delay_ms']:.0f} ms, {reads}"


def _ratio(case: Mapping[str, Any], key: str, goals: Mapping[str, Any]) -> str:
    goal, median = goals[str(case["secrets"])][key], case["times_as_fast"][key]["median"]
    return f"{spread(case['times_as_fast'][key])}; goal {goal}: {against(median, goal, most=False)}"


def _warm(found: Results) -> Iterable[str]:
    result = found["warm_inject"]
    figures = result["figures"]
    yield _WARM
    yield machine_line(result)
    yield "![Processor time of a warm boot by number of secrets](performance/warm_inject.svg)\n"
    names = {
        "kept": "kept: whole",
        "kept_beyond": "kept: beyond the round trips",
        "read_again": "read again: whole",
        "read_again_beyond": "read again: beyond the round trips",
        "opening": "crypto: opening",
        "verifying": "crypto: verifying",
    }
    cases = figures["cases"]
    rows = [[name, *(spread(case[key]) for case in cases), _line(figures["lines"][key])] for key, name in names.items()]
    yield table(["milliseconds at", *(f"{case['secrets']} secrets" for case in cases), "line"], rows)
    limit = figures["limit"]
    worst = max(cases, key=lambda case: case["secrets"])
    allowed = limit["ms"] + limit["per_secret_ms"] * worst["secrets"]
    kept, again = worst["kept_beyond"]["median"], worst["read_again_beyond"]["median"]
    yield (
        f"The limit is {limit['ms']} ms and {limit['per_secret_ms']} ms a secret beyond the round trips: "
        f"{number(allowed)} ms at {worst['secrets']}. Kept: {number(kept)} ms, {against(kept, allowed, most=True)}. "
        f"Read again: {number(again)} ms, {against(again, allowed, most=True)}.\n"
    )


def _line(line: Mapping[str, float]) -> str:
    return f"{line['ms']:.2f} + {line['per_secret_ms']:.3f} a secret"


def _cold(found: Results) -> Iterable[str]:
    result = found["cold_start"]
    figures = result["figures"]
    yield _COLD
    yield machine_line(result)
    yield "![INIT and first answer of each function](performance/cold_start.svg)\n"
    keys = ("init_ms", "init_ms_ratio", "first_ms", "first_ms_ratio")
    rows = [[name, *(spread(each[key]) for key in keys)] for name, each in figures["functions"].items()]
    yield table(["function", "INIT, ms", "of the bare one's", "first answer, ms", "of the bare one's"], rows)
    ours = {name: each["init_ms_ratio"]["median"] for name, each in figures["functions"].items() if name != "bare"}
    slowest = max(ours, key=lambda name: ours[name])
    sizes = figures["sizes"]
    largest = max(sizes["function_zips"].values())
    yield (
        f"The goal is an INIT of at most {figures['goal']} times the bare one's: `boot_inject` {ours['boot_inject']}, "
        f"the slowest, `{slowest}`, {ours[slowest]}. Zipped, the layer for this machine weighs "
        f"{sizes['layer_zip'] / 1e6:.1f} MB and the largest function {largest / 1e3:.1f} kB; a "
        "test keeps the layer for AWS (arm64) below 25 MB.\n"
    )


def _lists(found: Results) -> Iterable[str]:
    result = found["lists"]
    figures = result["figures"]
    yield _LISTS
    yield machine_line(result)
    names = {
        "first_page_of_a_scope": "first page of a scope",
        "first_page_of_all_scopes": "first page of all scopes",
    }
    rows = [
        [name, spread(figures[key]), f"{figures[key]['median'] / figures['delay_ms']:.1f}"]
        for key, name in names.items()
    ]
    yield table([f"{figures['secrets']:,} secrets", "ms", f"delays of {figures['delay_ms']:.0f} ms"], rows)


def _vm(found: Results) -> Iterable[str]:
    result = found["vm_side"]
    figures = result["figures"]
    yield _VM
    yield machine_line(result)
    goals = figures["goals"]
    rows = []
    for case in figures["cases"]:
        for name, each, goal in (
            (f"`boot`, {case['secrets']} secrets", case["boot"], goals["boot_ms"]),
            (f"`run` of `true`, {case['secrets']} secrets", case["run"]["silent"], goals["run_ms"]),
            (f"`run` of `echo`, {case['secrets']} secrets", case["run"]["one_line"], goals["run_ms"]),
            (f"`run` of a Python that prints, {case['secrets']} secrets", case["run"]["program"], goals["run_ms"]),
        ):
            verdict = against(each["wall_ms"]["median"], goal, most=True)
            rows.append([name, spread(each["wall_ms"]), spread(each["cpu_ms"]), f"{goal}: {verdict}"])
    rows.append(
        ["Python alone", *(spread(figures["cases"][0]["run"]["python"][key]) for key in ("wall_ms", "cpu_ms")), ""]
    )
    yield table(["", "wall clock, ms", "processor, ms", "goal (wall clock), ms"], rows)


def _redactor(found: Results) -> Iterable[str]:
    result = found["redactor"]
    figures = result["figures"]
    yield _REDACTOR
    yield machine_line(result)
    names = {
        "quiet": "no secret in the log",
        "one_line_in_100": "one line in 100 shows one",
        "every_line": "every line shows one",
    }
    rows = [
        [name, spread(figures[key]["scan_mb_s"]), spread(figures[key]["redactor_mb_s"]), _slower(figures, key)]
        for key, name in names.items()
    ]
    yield table([f"{figures['secrets']} secrets", "scan, MB/s", "redactor, MB/s", "redactor over scan"], rows)


def _slower(figures: Mapping[str, Any], key: str) -> str:
    ratio = figures[key]["redactor_over_scan"]
    return f"{spread(ratio)}; goal {figures['goal']:.0f}: {against(ratio['median'], figures['goal'], most=True)}"
