"""schemathesis against the document the deployed stack serves: whatever it throws is answered as the document says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.deployed import Stack

CONFIG = Path(__file__).with_name("schemathesis.toml")
SECONDS = int(os.environ.get("BOOTSEAL_FUZZ_SECONDS", "60"))
"""How long all may take. The document's examples and its edge cases come first, for about a minute; then chance."""


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_whatever_is_thrown_at_the_service_is_answered_as_its_document_says(stack: Stack, tmp_path: Path) -> None:
    # mallory may do everything in an org of her own, so nothing is refused for want of a permission.
    environment = {**os.environ, "BOOTSEAL_FUZZ_TOKEN": stack.token("mallory")}
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "--config-file",
        CONFIG,
        "run",
        f"{stack.api_url}/openapi.json",
        "--url",
        stack.api_url,
        "--max-time",
        str(SECONDS),
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    made = re.search(r"Test cases:\s+([0-9,]+) generated", done.stdout)
    assert made is not None, done.stdout[-2_000:]
    assert int(made[1].replace(",", "")) >= 500
