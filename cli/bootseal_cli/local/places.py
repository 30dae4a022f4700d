"""Where the local stack keeps its things."""

import os
from dataclasses import dataclass
from pathlib import Path

from bootseal_cli.failures import CliError

ENV_FOLDER = "BOOTSEAL_LOCAL_DIR"
STACK_NAME = "bootseal"
STAGE_NAME = "live"
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Places:
    """The checkout, and the folder that holds everything one local stack makes (`.local` in the checkout)."""

    root: Path
    folder: Path

    @property
    def stack_file(self) -> Path:
        """What the stack tells its users: addresses, names and tokens. 0600."""
        return self.folder / "bootseal.json"

    @property
    def state(self) -> Path:
        """The emulator's data: tables, keys, functions, users."""
        return self.folder / "state"

    @property
    def build(self) -> Path:
        """What `sam build` made."""
        return self.folder / "build"

    @property
    def logs(self) -> Path:
        """Logs of the emulator and of the tools."""
        return self.folder / "logs"

    @property
    def running(self) -> Path:
        """Which emulator was started, as JSON."""
        return self.folder / "running.json"

    @property
    def tools(self) -> Path:
        """Environments of the tools, shared by all stacks of this checkout."""
        return self.root / ".tools"

    def make(self) -> None:
        """Create the folders, readable by this user only."""
        for folder in (self.folder, self.state, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def find_places() -> Places:
    """Return the places of this checkout; CliError where Bootseal is not installed from one."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "template.yaml").is_file():
        raise CliError("the local stack needs a checkout of Bootseal: clone the repository and run `make up` in it")
    folder = os.environ.get(ENV_FOLDER)
    return Places(root, Path(folder).resolve() if folder else root / ".local")
