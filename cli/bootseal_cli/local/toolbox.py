"""The tools' own environments: the emulator's and AWS SAM's pins clash with ours and with each other's."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from bootseal_cli.failures import CliError
from bootseal_cli.local.places import REGION, Places
from bootseal_cli.local.steps import run_tool, step

_KEPT_VARIABLES = ("HOME", "LANG", "LC_ALL", "LOGNAME", "SHELL", "TERM", "TMPDIR", "TZ", "USER")
_KEPT_PREFIXES = ("PIP_", "SSL_", "UV_", "XDG_")


def make_tools(places: Places) -> None:
    """Make the environments that are not there, or not as their locks say."""
    for name in ("emulator", "sam"):
        _make_environment(places, name)


def tool(places: Places, environment: str, name: str) -> Path:
    """Return the path of a program in one of the tools' environments."""
    return places.tools / environment / "bin" / name


def plain_environment(places: Places) -> dict[str, str]:
    """Return the environment the tools run in: nothing of the caller's that could change or leak into what they do."""
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }
    # SAM's environment comes first: it carries the `uv` that builds the layer.
    path = os.pathsep.join([str(places.tools / "sam" / "bin"), os.environ.get("PATH", os.defpath)])
    return kept | {"PATH": path, "PYTHONUNBUFFERED": "1"}


def aws_environment(places: Places, endpoint: str) -> dict[str, str]:
    """Return the environment of a tool that calls the emulator: its endpoint and root credentials, no profile."""
    return plain_environment(places) | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",
        "NO_PROXY": "127.0.0.1",
    }


def _make_environment(places: Places, name: str) -> None:
    environment, project = places.tools / name, places.root / "tools" / name
    stamp, wanted = environment / ".made-from", _lock_digest(project)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    with step(f"installing the {name} tools"):
        command: list[str | Path] = [_uv(places), "sync", "--locked", "--no-progress"]
        command += ["--project", project, "--python", sys.executable]
        run_tool(
            f"installing the {name} tools",
            command,
            places.logs / f"install-{name}.log",
            places.root,
            os.environ | {"UV_PROJECT_ENVIRONMENT": str(environment)},
        )
        stamp.write_text(wanted)


def _lock_digest(project: Path) -> str:
    return hashlib.sha256((project / "uv.lock").read_bytes() + sys.version.encode()).hexdigest()


def _uv(places: Places) -> Path:
    """Return the `uv` that `make setup` put under .tools, or else one beside this Python or on the PATH."""
    for candidate in (places.tools / "uv" / "bin" / "uv", Path(sys.executable).parent / "uv"):
        if candidate.is_file():
            return candidate
    found = shutil.which("uv")
    if found is None:
        raise CliError("uv, which installs the tools, is not here; run `make setup` first")
    return Path(found)
