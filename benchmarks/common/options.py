"""What every benchmark can be told on its command line."""

import argparse
from pathlib import Path


def parser(about: str | None, *, on_a_stack: bool = False) -> argparse.ArgumentParser:
    """`--quick` and, for those that need a running stack, `--stack`; `about` is the program's docstring."""
    made = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--quick", action="store_true", help="try everything once, and keep no figure")
    if on_a_stack:
        made.add_argument("--stack", type=Path, help="file of a stack that runs; else one is started, and removed")
    return made
