"""The plots of docs/performance.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from common.page import OURS, RIVALS, Results

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "bootseal", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

_INK, _PALE, _ACCENT = "#4a5568", "#cbd5e0", "#2b6cb0"


def draw(found: Results, folder: Path) -> None:
    """Draw every plot into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, plot in (("side_by_side", _side), ("warm_inject", _warm), ("cold_start", _cold)):
        figure = plot(found[name]["figures"])
        # No date inside: the same figures make the same bytes.
        figure.savefig(folder / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
        plt.close(figure)


def _side(figures: Mapping[str, Any]) -> Any:
    cases = [case for case in figures["cases"] if case["reads_from_memory"]]
    names = {"bootseal": OURS["bootseal"], **RIVALS}
    figure, axes = plt.subplots(1, len(cases), figsize=(2.6 * len(cases), 2.4), sharey=True)
    for axis, case in zip(axes, cases, strict=True):
        medians = [case["milliseconds"][key]["median"] for key in names]
        bars = axis.barh(list(names.values()), medians, color=[_ACCENT, *[_PALE] * len(RIVALS)])
        axis.bar_label(bars, [f"{value:,.0f}" for value in medians], padding=2)
        axis.set_xscale("log")
        axis.set_xlim(right=max(medians) * 6)
        axis.set_title(f"{case['secrets']} secrets, {case['delay_ms']:.0f} ms a call", fontsize=9)
        axis.set_xlabel("ms (log)")
    axes[0].invert_yaxis()
    return figure


def _warm(figures: Mapping[str, Any]) -> Any:
    cases = figures["cases"]
    counts = [case["secrets"] for case in cases]
    figure, axis = plt.subplots(figsize=(6, 3))
    styles = {
        "read_again_beyond": (_INK, "scopes read and verified again"),
        "kept_beyond": (_ACCENT, "scopes kept"),
        "opening": (_PALE, "crypto: opening alone"),
    }
    for key, (colour, label) in styles.items():
        axis.plot(counts, [case[key]["median"] for case in cases], "o-", color=colour, label=label)
    limit = figures["limit"]
    allowed = [limit["ms"] + limit["per_secret_ms"] * count for count in counts]
    axis.plot(counts, allowed, "--", color="#c53030", label="limit")
    axis.set_xlabel("secrets")
    axis.set_ylabel("processor ms beyond the round trips")
    axis.legend(frameon=False)
    return figure


def _cold(figures: Mapping[str, Any]) -> Any:
    functions = figures["functions"]
    names = sorted(functions, key=lambda name: functions[name]["first_ms"]["median"], reverse=True)
    figure, axis = plt.subplots(figsize=(6, 0.22 * len(names) + 0.8))
    first = [functions[name]["first_ms"]["median"] for name in names]
    axis.barh(names, first, color=_PALE, label="first answer")
    init = [functions[name]["init_ms"]["median"] for name in names]
    axis.barh(names, init, color=[_INK if name == "bare" else _ACCENT for name in names], label="INIT")
    axis.set_xlabel("ms")
    axis.legend(frameon=False, loc="lower right")
    return figure
