"""Unpacks a layer once for all functions that have it.

AWS mounts a layer, read-only; the emulator unpacks it anew for each process of each function, which is two thousand
files every time: most of a cold start here, and at the end as many files to remove as all of them together.
"""

import hashlib
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

LAYER_PREFIX = "layer_"
"""How the emulator calls the archive of a layer, and no other."""


class SharedLayers:
    """The layers unpacked so far, each in a folder of its own under `folder`."""

    def __init__(self, folder: Path) -> None:
        """Keep them under `folder`, which need not be there."""
        self._folder = folder
        self._lock = threading.Lock()

    def link(self, archive: Path, target: Path) -> None:
        """Make what `archive` holds appear in `target`, an empty folder."""
        for entry in self._unpacked(archive).iterdir():
            (target / entry.name).symlink_to(entry)

    def _unpacked(self, archive: Path) -> Path:
        made = self._folder / hashlib.sha256(archive.read_bytes()).hexdigest()
        with self._lock:
            if not made.is_dir():
                # Under another name until it is whole: what a full disk leaves is never taken for the layer.
                partial = made.with_suffix(".partial")
                with zipfile.ZipFile(archive) as packed:
                    packed.extractall(partial)
                partial.rename(made)
        return made


def share_layers(folder: Path) -> None:
    """Have the emulator's functions share what is unpacked under `folder`."""
    from ministack.core import lambda_runtime

    layers = SharedLayers(folder)

    class Archive(zipfile.ZipFile):
        """An archive as the emulator opens one."""

        def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
            """Unpack a function's code as ever, and a layer by linking to where it is."""
            if Path(str(self.filename)).name.startswith(LAYER_PREFIX):
                layers.link(Path(str(self.filename)), Path(path))
            else:
                super().extractall(path, members, pwd)

        def namelist(self) -> list[str]:
            """Name what an archive holds; of a layer its top level, which is all that is made in the function's folder.

            The emulator resolves the path of every name, for each process it starts.
            """
            names = super().namelist()
            if Path(str(self.filename)).name.startswith(LAYER_PREFIX):
                return sorted({name.split("/", 1)[0] for name in names})
            return names

    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": Archive})
