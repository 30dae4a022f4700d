"""`sam build` and `sam deploy` of the real template, skipped where nothing they read has changed."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from bootseal_cli.local.emulator import Emulator
from bootseal_cli.local.places import STACK_NAME, STAGE_NAME, Places
from bootseal_cli.local.steps import run_tool, step
from bootseal_cli.local.toolbox import aws_environment, plain_environment, tool

ARTIFACT_BUCKET = "bootseal-local-artifacts"
_SOURCES = (
    "template.yaml",
    "functions",
    "layers/bootseal",
    "tools/sam/uv.lock",
    "tools/emulator/uv.lock",
)


def fingerprint(root: Path) -> str:
    """Return a digest of every file that a build reads, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(_source_files(root)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def build(places: Places) -> str:
    """Build the functions and the layer for this machine; return the fingerprint of what was built."""
    stamp, wanted = places.build / ".fingerprint", fingerprint(places.root)
    if stamp.is_file() and stamp.read_text() == wanted:
        return wanted
    with step("building the functions and their layer (sam build)"):
        command: list[str | Path] = [
            tool(places, "sam", "sam"),
            "build",
            "--template-file",
            places.root / "template.yaml",
        ]
        command += ["--build-dir", places.build, "--base-dir", places.root, "--config-env", "local"]
        environment = plain_environment(places) | {
            "SAM_CLI_TELEMETRY": "0",
            # Functions run in the emulator's own interpreter, so the layer's binaries must fit that one.
            "BOOTSEAL_LAYER_TARGET": str(tool(places, "emulator", "python")),
            # Any of it may have changed; boot_inject's alias follows this digest.
            "BOOTSEAL_LAYER_DIGEST": wanted,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
        }
        run_tool("sam build", command, places.logs / "build.log", places.root, environment)
        stamp.write_text(wanted)
    return wanted


def deploy(places: Places, emulator: Emulator, built: str) -> None:
    """Deploy what was built, unless the emulator already has it with the same parameters."""
    parameters = _parameters(emulator)
    stamp, wanted = places.state / "deployed.json", {"built": built, "parameters": parameters}
    if stamp.is_file() and json.loads(stamp.read_bytes()) == wanted:
        return
    with step("deploying the stack (sam deploy)"):
        environment = aws_environment(places, emulator.endpoint)
        run_script(places, emulator, "prepare.py", ARTIFACT_BUCKET)
        command: list[str | Path] = [
            tool(places, "sam", "sam"),
            "deploy",
            "--template-file",
            places.build / "template.yaml",
        ]
        command += ["--stack-name", STACK_NAME, "--s3-bucket", ARTIFACT_BUCKET, "--no-progressbar"]
        command += ["--config-env", "local"]
        command += ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--capabilities", "CAPABILITY_NAMED_IAM"]
        command += ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]
        run_tool("sam deploy", command, places.logs / "deploy.log", places.root, environment)
        stamp.write_text(json.dumps(wanted))


def run_script(places: Places, emulator: Emulator, script: str, *arguments: str) -> None:
    """Run one of the scripts in tools/emulator with the emulator's Python, which has the AWS SDK."""
    command: list[str | Path] = [
        tool(places, "emulator", "python"),
        places.root / "tools" / "emulator" / script,
        *arguments,
    ]
    environment = aws_environment(places, emulator.endpoint)
    run_tool(script, command, places.logs / f"{Path(script).stem}.log", places.root, environment)


def _parameters(emulator: Emulator) -> dict[str, str]:
    """What differs from a deployment to AWS; everything else is the template's default."""
    return {
        "StageName": STAGE_NAME,
        "DeletionProtection": "false",
        "AdminPasswordSignIn": "true",
        "AccessTokenMinutes": "1440",
        "CognitoEndpointUrl": emulator.endpoint,
        "ManageApiGatewayLogging": "false",
        "ThrottleRate": "5000",
        "ThrottleBurst": "10000",
    }


def _source_files(root: Path) -> Iterator[Path]:
    for name in _SOURCES:
        start = root / name
        yield from [start] if start.is_file() else files_under(start, frozenset({"__pycache__"}))


def files_under(start: Path, without: frozenset[str]) -> Iterator[Path]:
    """Yield every file below `start`, leaving out folders with the names in `without`."""
    for folder, folders, names in os.walk(start):
        folders[:] = [each for each in folders if each not in without]
        yield from (Path(folder, each) for each in names)
