"""Writes a set of files into the run directory: all of them or none."""

import contextlib
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from bootseal_cli.failures import CliError
from bootseal_cli.vm.access import Access, give_to_group
from bootseal_cli.vm.folder import DRAFT_PREFIX, check_targets, opened

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_set(path: Path, files: Mapping[str, bytes], access: Access) -> None:
    """Put `files` (name to content) into the directory `path`, replacing earlier ones of the same names.

    Every file is complete on disk under a hidden name before the first is renamed into place; if anything then fails,
    the earlier set is put back. Each rename is atomic, so a reader finds an old or a new file, never half of one.
    Raises CliError where the directory or a name in it is not safe to write to, or the disk refuses.
    """
    with opened(path, access) as folder:
        check_targets(folder, path, files)
        drafts = {name: f"{DRAFT_PREFIX}{secrets.token_hex(8)}-{name}" for name in files}
        try:
            for name, content in files.items():
                _write_draft(folder, drafts[name], content, access)
            _publish(folder, drafts)
        except OSError as failure:
            raise CliError(f"{path} cannot be written ({failure.strerror}); the earlier files are unchanged") from None
        finally:
            _discard(folder, drafts.values())
        os.fsync(folder)


def _write_draft(folder: int, draft: str, content: bytes, access: Access) -> None:
    with os.fdopen(os.open(draft, _CREATE, 0o600, dir_fd=folder), "wb") as stream:
        stream.write(content)
        stream.flush()
        give_to_group(stream.fileno(), access, access.file_mode)
        os.fsync(stream.fileno())


def _publish(folder: int, drafts: Mapping[str, str]) -> None:
    kept = {name: f"{draft}.old" for name, draft in drafts.items() if _keep(folder, name, f"{draft}.old")}
    renamed: list[str] = []
    try:
        for name, draft in drafts.items():
            os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            renamed.append(name)
    except BaseException:
        for name in renamed:
            _put_back(folder, name, kept.get(name))
        raise
    finally:
        _discard(folder, kept.values())


def _keep(folder: int, name: str, old: str) -> bool:
    """Give the present file a second name, to be able to put it back; return False where there is none."""
    try:
        os.link(name, old, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _put_back(folder: int, name: str, old: str | None) -> None:
    if old is None:
        os.unlink(name, dir_fd=folder)
    else:
        os.rename(old, name, src_dir_fd=folder, dst_dir_fd=folder)


def _discard(folder: int, names: Iterable[str]) -> None:
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
