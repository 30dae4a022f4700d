"""Reading and writing small files that only their owner may see."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from bootseal_cli.failures import CliError

MODE_FILE = 0o600
MODE_FOLDER = 0o700


def write_private(path: Path, data: bytes) -> None:
    """Put `data` at `path` with mode 0600, whole or not at all. The folder is made with mode 0700 where it is absent.

    The file is created under a new name and renamed over the old one, so neither a crash nor a planted link at
    `path` can make it land elsewhere or leave half of it.
    """
    path.parent.mkdir(mode=MODE_FOLDER, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, MODE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        raise


def read_private(path: Path) -> bytes | None:
    """Return the bytes at `path`, or None where there is no such file.

    Raises CliError where others could have read or replaced it: what is in it is then no longer trusted.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise CliError(f"{path} cannot be read ({failure.strerror}); remove it and run `bootseal login`") from None
    with os.fdopen(descriptor, "rb") as stream:
        _check_owner_only(path, os.fstat(stream.fileno()))
        return stream.read()


def _check_owner_only(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise CliError(f"{path} belongs to another user; remove it and run `bootseal login`")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise CliError(f"{path} can be read by others; run `chmod 600 {path}`, or better `bootseal login` anew")
