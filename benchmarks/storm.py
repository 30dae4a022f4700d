"""What fleets of growing size wait for, before and after boots keep what they read: the tables and plots of
docs/scaling.md.

    .venv/bin/python benchmarks/storm.py            runs all, writes benchmarks/results/fleet.json and docs/performance/
    .venv/bin/python benchmarks/storm.py --quick    only up to 1,000 boots a minute, and writes nothing

A simulation, not a measurement: `fleet/` has its quotas, its times and what it leaves out.
"""

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from common import options
from fleet.model import Fleet, Outcome
from fleet.quotas import KNOWN_ON, Limits
from fleet.times import RESULTS, Times, measured

PLOTS: Final = Path(__file__).resolve().parents[1] / "docs" / "performance"
SEED: Final = 20_261_122
SECONDS: Final = 60
RATES: Final = (10, 1_000, 10_000, 100_000)
STORMS: Final = (1_000, 10_000, 30_000)
STORM_SECONDS: Final = 10

Case = tuple[str, list[float], Limits, bool]


def steady(boots_a_minute: int) -> list[float]:
    """A minute of launches that know nothing of each other (Poisson)."""
    drawn, moments, now = random.Random(SEED), [], 0.0
    while (now := now + drawn.expovariate(boots_a_minute / 60)) < SECONDS:
        moments.append(now)
    return moments


def storm(vms: int) -> list[float]:
    """All launched within ten seconds."""
    drawn = random.Random(SEED)
    return sorted(drawn.uniform(0, STORM_SECONDS) for _ in range(vms))


def cases(most: int) -> list[Case]:
    """Everything that is run, of at most so many VMs."""
    as_deployed = Limits()
    opened = as_deployed.with_an_open_stage()
    found: list[Case] = []
    for rate in (rate for rate in RATES if rate <= most):
        found += [(f"{rate:,} a minute", steady(rate), opened, keeps) for keeps in (False, True)]
    for vms in (vms for vms in STORMS if vms <= most):
        found += [(f"{vms:,} in {STORM_SECONDS} s", storm(vms), opened, keeps) for keeps in (False, True)]
        found.append((f"{vms:,} in {STORM_SECONDS} s, stage as deployed", storm(vms), as_deployed, True))
    return found


def figures(case: Case, outcome: Outcome) -> dict[str, Any]:
    """What is said of one run."""
    name, launches, _, keeps = case
    return {
        "case": name,
        "keeps": keeps,
        "vms": len(launches),
        "p50": _rounded(outcome.percentile(0.5)),
        "p99": _rounded(outcome.percentile(0.99)),
        "failed": len(outcome.failed),
        "environments": outcome.environments,
        "refused": dict(sorted(outcome.refusals.items())),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def row(found: dict[str, Any]) -> str:
    """The same as a line of a table."""
    shown = [f"{found[share]:.2f} s" if found[share] is not None else "never" for share in ("p50", "p99")]
    refused = ", ".join(f"{who} {count:,}" for who, count in found["refused"].items()) or "none"
    kept = "after" if found["keeps"] else "before"
    counts = [f"{found['failed']:,}", f"{found['environments']:,}"]
    return f"| {' | '.join([found['case'], kept, *shown, *counts, refused])} |"


def run(most: int, times: Times) -> list[tuple[Case, Outcome]]:
    """Run all cases, and say each."""
    done = []
    print("| VMs | cache | p50 | p99 | gave up | processes | requests refused by |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for case in cases(most):
        _, launches, limits, keeps = case
        outcome = Fleet(limits, times, keeps, SEED).run(launches)
        print(row(figures(case, outcome)), flush=True)
        done.append((case, outcome))
    return done


def plot(done: list[tuple[Case, Outcome]]) -> None:
    """VMs that wait, over time, in the largest storm; and the p99 by size of the fleet."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "bootseal", "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    PLOTS.mkdir(exist_ok=True)
    names = {False: "before: a Query each", True: "after: rows kept, checksum asked"}
    figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
    largest = f"{STORMS[-1]:,} in {STORM_SECONDS} s"
    moments = [step / 2 for step in range(2 * 75)]
    for (name, _, _, keeps), outcome in done:
        if name == largest:
            axes.plot(moments, [outcome.waiting_at(moment) for moment in moments], label=names[keeps])
    axes.set(xlabel="seconds", ylabel="VMs without their bundle", title=f"{STORMS[-1]:,} VMs launched in ten seconds")
    axes.legend()
    figure.savefig(PLOTS / "storm.svg", metadata={"Date": None})
    figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
    for keeps in (False, True):
        points = [
            (len(launches), outcome.percentile(0.99) or 60.0)
            for (name, launches, _, kept), outcome in done
            if kept is keeps and name.endswith("a minute")
        ]
        axes.plot(*zip(*points, strict=True), marker="o", label=names[keeps])
    axes.set(xscale="log", yscale="log", xlabel="boots in one minute", ylabel="p99 of a boot's wait, s (60: gave up)")
    axes.legend()
    figure.savefig(PLOTS / "fleet.svg", metadata={"Date": None})


def main() -> None:
    """Run what was asked for."""
    quick = options.parser(__doc__).parse_args().quick
    times = measured()
    done = run(1_000 if quick else RATES[-1], times)
    if quick:
        return
    document = {"quotas_known_on": KNOWN_ON, "seed": SEED, "times": asdict(times)}
    document["cases"] = [figures(case, outcome) for case, outcome in done]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "fleet.json").write_text(json.dumps(document, indent=1) + "\n")
    plot(done)


if __name__ == "__main__":
    main()
