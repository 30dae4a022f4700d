"""Fuzz one target with atheris, guided by coverage, for a while.

    uv run --isolated --extra service --with atheris python tests/fuzz/run.py TARGET [SECONDS] [FOLDER]

Needs Python 3.11 or 3.12 on Linux: atheris has wheels for those. What breaks a target is written to FOLDER (a temporary
one without it); put it into tests/fuzz/found.py, where pytest tries it from then on.
"""

import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
for folder in ("tests", "layers/bootseal", "cli"):
    sys.path.insert(0, str(ROOT / folder))

with atheris.instrument_imports(include=["bootseal", "bootseal_cli", "jwt", "dotenv", "yaml"]):
    from fuzz.client import CLIENT
    from fuzz.seeds import SEEDS
    from fuzz.service import SERVICE
    from fuzz.stored import STORED
    from fuzz.tokens import TOKENS

TARGETS = {**SERVICE, **TOKENS, **STORED, **CLIENT}


def main() -> None:
    """Run until the time is over; exit code and output are libFuzzer's."""
    name, *rest = sys.argv[1:] or sys.exit(f"{__doc__}\ntargets: {', '.join(TARGETS)}")
    seconds, folder = (*rest, "60")[0], Path(rest[1] if len(rest) > 1 else tempfile.mkdtemp())
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=2048", "-max_len=4096"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/{name}-", str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
