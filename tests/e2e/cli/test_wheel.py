"""The built wheel in an empty environment: small, quick to help, and without the AWS SDK."""

import os
import shutil
import statistics
import subprocess
from pathlib import Path

import pytest

from support.aws import REPOSITORY

HELP_MS = 150
ROUNDS = 15


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(["uv", "build", "--wheel", "-q", "-o", folder], check=True, cwd=REPOSITORY, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module", params=["3.11", "3.12", "3.13"])
def environment(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with only the wheel and what it depends on; its `bin` folder."""
    python = _python(request.param)
    if python is None:
        pytest.skip(f"Python {request.param} is not installed here")
    folder = tmp_path_factory.mktemp(f"python{request.param}")
    subprocess.run(["uv", "venv", "-q", "--python", python, folder / "v"], check=True, timeout=60)
    install = ["uv", "pip", "install", "-q", "--compile-bytecode", "--python", folder / "v" / "bin" / "python", wheel]
    subprocess.run(install, check=True, timeout=300)
    return folder / "v" / "bin"


def _python(version: str) -> Path | None:
    """An interpreter of that version: on the PATH, or one that pyenv manages."""
    found = shutil.which(f"python{version}")
    if found and subprocess.run([found, "--version"], capture_output=True).returncode == 0:
        return Path(found)
    return next(iter(sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))), None)


def _milliseconds(command: list[str]) -> float:
    """The processor time of one run: what else the machine does meanwhile is left out."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return (used.ru_utime + used.ru_stime) * 1000


@pytest.mark.slow
def test_help_takes_under_150_ms_of_its_own(environment: Path) -> None:
    bare, own = [str(environment / "python"), "-c", "pass"], [str(environment / "bootseal"), "--help"]
    pairs = [(_milliseconds(bare), _milliseconds(own)) for _ in range(ROUNDS)]
    difference = statistics.median(helped - idle for idle, helped in pairs)
    print(f"bootseal --help: {difference:.0f} ms over a bare interpreter")
    assert difference < HELP_MS


@pytest.mark.slow
def test_neither_the_aws_sdk_nor_what_only_the_service_needs_is_installed(environment: Path) -> None:
    program = "from importlib.metadata import distributions as d; print(*sorted({x.name.lower() for x in d()}))"
    listed = subprocess.run([environment / "python", "-c", program], check=True, capture_output=True, text=True)
    installed = set(listed.stdout.split())
    assert {"bootseal", "click", "cryptography", "urllib3"} <= installed
    assert not installed & {"boto3", "botocore", "s3transfer", "aws-lambda-powertools", "pyjwt", "moto", "pydantic"}


@pytest.mark.slow
def test_every_command_shows_its_help_there(environment: Path) -> None:
    for command in ("login", "secrets set", "secrets import", "check", "boot", "run", "redact", "export", "local"):
        arguments = [environment / "bootseal", *command.split(), "--help"]
        shown = subprocess.run(arguments, check=True, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
        assert shown.stdout.startswith(f"Usage: bootseal {command}")
