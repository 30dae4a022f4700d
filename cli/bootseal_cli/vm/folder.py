"""The run directory: opened without following a link, refused where anyone else could have prepared it."""

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bootseal_cli.failures import CliError
from bootseal_cli.vm.access import Access, give_to_group

DRAFT_PREFIX = ".bootseal-"
"""Begins the name of every file that is not part of a finished set."""

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def check_before(path: Path, names: Iterable[str]) -> None:
    """Refuse early what `opened` and `check_targets` would refuse later; make nothing where `path` is absent.

    A boot calls this before it spends its token.
    """
    if not os.path.lexists(path):
        _check_can_make(path)
        return
    with _locked(path) as folder:
        check_targets(folder, path, names)


@contextmanager
def opened(path: Path, access: Access) -> Iterator[int]:
    """Yield a descriptor of the run directory, made where absent, locked against another boot at the same time.

    Raises CliError for a symbolic link, another owner, or a directory that others may write to.
    """
    _make(path)
    with _locked(path) as folder:
        give_to_group(folder, access, access.folder_mode)
        yield folder


def check_targets(folder: int, path: Path, names: Iterable[str]) -> None:
    """Raise CliError where one of `names` in the open `folder` is anything but an ordinary file of ours, or absent."""
    for name in names:
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            continue
        if fault := _fault(status):
            raise CliError(f"{path / name} {fault}; someone else prepared it. Look at it, then remove it")


def _fault(status: os.stat_result) -> str | None:
    if stat.S_ISLNK(status.st_mode):
        return "is a symbolic link"
    if not stat.S_ISREG(status.st_mode):
        return "is not an ordinary file"
    if status.st_nlink != 1:
        return "has a second name (hard link)"
    return "belongs to another user" if status.st_uid != os.geteuid() else None


def _check_can_make(path: Path) -> None:
    above = next(parent for parent in path.absolute().parents if os.path.exists(parent))  # noqa: PTH110 - never raises
    if not os.access(above, os.W_OK | os.X_OK):
        raise CliError(f"{path} cannot be made ({above} may not be written to); name another with --dir")


def _make(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise CliError(f"{path} is not a directory; remove it, or name another with --dir") from None
    except OSError as failure:
        raise CliError(f"{path} cannot be made ({failure.strerror}); name another with --dir") from None


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    folder = _open(path)
    try:
        _check_owner(path, os.fstat(folder))
        fcntl.flock(folder, fcntl.LOCK_EX)
        _sweep(folder)
        yield folder
    finally:
        os.close(folder)


def _open(path: Path) -> int:
    try:
        return os.open(path, _OPEN)
    except OSError as failure:
        if path.is_symlink():
            raise CliError(f"{path} is a symbolic link and is not followed; name the directory itself") from None
        raise CliError(f"{path} cannot be opened as a directory ({failure.strerror})") from None


def _check_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise CliError(f"{path} belongs to another user; remove it, or name another with --dir")
    if stat.S_IMODE(status.st_mode) & 0o022:
        raise CliError(f"{path} can be written by others; run `chmod go-w {path}` after a look at what is in it")


def _sweep(folder: int) -> None:
    """Remove what a killed boot left. Holding the lock, there is no other boot it could belong to."""
    for name in os.listdir(folder):
        if name.startswith(DRAFT_PREFIX):
            os.unlink(name, dir_fd=folder)
