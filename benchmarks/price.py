"""Dollars for a million boots and for a thousand stored secrets a month, against Secrets Manager and SSM: the tables of
docs/price.md and their plot.

    .venv/bin/python benchmarks/price.py            prints the tables, writes docs/performance/price.svg
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from prices import model

PLOT: Final = Path(__file__).resolve().parents[1] / "docs" / "performance" / "price.svg"
SECRETS: Final = (1, 10, 20, 100, 500)
BOOTS_A_DAY: Final = (10, 1_000, 100_000, 1_000_000)
STORED: Final = 1_000


def line(cells: Sequence[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"


def dollars(amount: float) -> str:
    """An amount as people write it."""
    return f"${amount:,.2f}" if amount < 100 else f"${amount:,.0f}"


def boots_table() -> str:
    """Dollars for a million boots, by secrets in each."""
    kinds: dict[str, Callable[[int], float]] = {
        "Bootseal": lambda count: model.total(model.bootseal_boots(model.Boot(count))),
        "Secrets Manager": lambda count: model.total(model.manager_boots(count)),
        "SSM, standard": lambda count: model.total(model.parameters_boots(count, advanced=False)),
        "SSM, advanced": lambda count: model.total(model.parameters_boots(count, advanced=True)),
    }
    head = [line(["secrets in a boot", *kinds]), line(["---"] * (1 + len(kinds)))]
    rows = [line([str(count), *(dollars(of(count)) for of in kinds.values())]) for count in SECRETS]
    return "\n".join(head + rows)


def items_table() -> str:
    """What Bootseal's million boots of 100 secrets consist of."""
    bill = model.bootseal_boots(model.Boot(100))
    rows = [line([item, dollars(amount)]) for item, amount in bill.items()]
    return "\n".join([line(["item", "dollars"]), line(["---"] * 2), *rows, line(["all", dollars(model.total(bill))])])


def months_table() -> str:
    """Dollars a month, of 1,000 stored secrets with 100 in each boot."""
    services = list(model.month(STORED, 100, 0))
    head = [line(["boots a day", *services]), line(["---"] * (1 + len(services)))]
    rows = [line([f"{n:,}", *map(dollars, model.month(STORED, 100, n).values())]) for n in (0, *BOOTS_A_DAY)]
    return "\n".join(head + rows)


def plot() -> None:
    """Dollars a month over boots a day, with 10 and with 100 secrets in a boot."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "bootseal", "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    figure, both = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    days = [10 ** (step / 4) for step in range(4, 25)]
    for axes, secrets in zip(both, (10, 100), strict=True):
        for service in model.month(STORED, secrets, 0):
            axes.plot(days, [model.month(STORED, secrets, int(day))[service] for day in days], label=service)
        axes.set(xscale="log", yscale="log", xlabel="boots a day", title=f"{secrets} secrets a boot, {STORED:,} stored")
    both[0].set_ylabel("dollars a month")
    both[0].legend()
    PLOT.parent.mkdir(exist_ok=True)
    figure.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    print(boots_table(), items_table(), months_table(), sep="\n\n")
    plot()
