"""Files under /etc that are ours, and marked blocks in files that are not."""

import contextlib
import os
import secrets
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

from bootseal_cli.failures import CliError

BEGIN: Final = "# >>> bootseal >>>"
END: Final = "# <<< bootseal <<<"
_MADE_BY_US: Final = f"{BEGIN} (this file was made by `bootseal boot --install`)"

_MODE: Final = 0o644
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Piece(ABC):
    """One thing to install at `path`; `serves` says for whom."""

    def __init__(self, path: Path, serves: str) -> None:
        self.path = path
        self.serves = serves

    @abstractmethod
    def put(self, root: Path) -> None:
        """Put it under `root`, or leave it as it is where it is there already."""

    @abstractmethod
    def take(self, root: Path) -> bool:
        """Take it away; return whether it was there."""


class OwnFile(Piece):
    """A file that is wholly ours."""

    def __init__(self, path: Path, text: str, serves: str, *, mode: int = _MODE) -> None:
        super().__init__(path, serves)
        self._text = text
        self._mode = mode

    def put(self, root: Path) -> None:
        target = _inside(root, self.path)
        _replace(target, self._text, self._mode)

    def take(self, root: Path) -> bool:
        target = _inside(root, self.path)
        if not target.exists():
            return False
        target.unlink()
        with contextlib.suppress(OSError):
            target.parent.rmdir()  # only where it is empty now
        return True


class Block(Piece):
    """Marked lines in a file of the system's or the administrator's; the rest of it stays as it is."""

    def __init__(self, path: Path, text: str, serves: str, *, at_top: bool = False) -> None:
        super().__init__(path, serves)
        self._text = text
        self._at_top = at_top

    def others(self, root: Path) -> list[str]:
        """Return the lines that are not ours, line ends kept; none where there is no file."""
        return _split(_read(_inside(root, self.path)))[0]

    def put(self, root: Path) -> None:
        target = _inside(root, self.path)
        others, ours = _split(_read(target))
        made_by_us = not target.exists() or _MADE_BY_US in ours
        block = f"{_MADE_BY_US if made_by_us else BEGIN}\n{self._text}{END}\n"
        rest = "".join(others)
        if not self._at_top and rest and not rest.endswith("\n"):
            rest += "\n"
        _replace(target, block + rest if self._at_top else rest + block)

    def take(self, root: Path) -> bool:
        target = _inside(root, self.path)
        others, ours = _split(_read(target))
        if not ours:
            return False
        if not others and _MADE_BY_US in ours:
            target.unlink()
        else:
            _replace(target, "".join(others))
        return True


def _split(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of others, line ends kept, and ours, without them."""
    others: list[str] = []
    ours: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        inside = inside or line.startswith(BEGIN)
        if inside:
            ours.append(line.rstrip("\n"))
            inside = not line.startswith(END)
        else:
            others.append(line)
    return others, ours


def _inside(root: Path, path: Path) -> Path:
    """Return `path` under `root`. Raises CliError where a link leads elsewhere: an image's must not reach the host."""
    target = root / path.relative_to("/")
    if target.is_symlink():
        raise CliError(f"{target} is a symbolic link and is not followed; replace it by a file")
    if not target.parent.resolve().is_relative_to(root.resolve()):
        raise CliError(f"{target.parent} leads out of {root}; nothing was written there")
    return target


def _read(target: Path) -> str:
    try:
        return target.read_bytes().decode(errors="surrogateescape")
    except FileNotFoundError:
        return ""


def _replace(target: Path, text: str, mode: int = _MODE) -> None:
    """Write `text` under a new name and rename it over `target`, whose mode and owner are kept; else it gets `mode`."""
    draft = target.with_name(f".bootseal-{secrets.token_hex(8)}")
    try:
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, _CREATE, 0o600), "wb") as stream:
            stream.write(text.encode(errors="surrogateescape"))
            _like(stream.fileno(), target, mode)
        draft.replace(target)
    except OSError as failure:
        draft.unlink(missing_ok=True)
        raise CliError(f"{target} cannot be written ({failure.strerror}); --install needs root") from None


def _like(descriptor: int, target: Path, mode: int) -> None:
    try:
        status = target.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, mode)
        return
    os.fchmod(descriptor, status.st_mode & 0o7777)
    os.fchown(descriptor, status.st_uid, status.st_gid)
