"""Who may read what a boot writes."""

import grp
import os
import pwd
from dataclasses import dataclass

from bootseal_cli.failures import EXIT_USAGE, CliError


@dataclass(frozen=True, slots=True)
class Access:
    """Modes of the run directory and of the files in it, and the group that gets to read them, if any.

    The owner is always the user that boots. With `--owner USER` that user reads through their group and cannot write:
    what is in these files reaches root's shells and services, so nobody but the booting user may change it.
    """

    folder_mode: int = 0o700
    file_mode: int = 0o600
    group: int | None = None


PRIVATE = Access()


def readable_by(user: str) -> Access:
    """Return the access for `--owner user`. Raises CliError where there is no such user, or no right to give it.

    Both are found here and not when the files are written: by then the boot token is spent.
    """
    access = Access(0o750, 0o640, _entry(user).pw_gid)
    # A file in memory is given away by the same rules as one on disk, and needs no folder that can be written.
    with os.fdopen(os.memfd_create("bootseal-owner"), "wb") as probe:
        give_to_group(probe.fileno(), access, access.file_mode)
    return access


def others_who_read(user: str) -> tuple[str, ...]:
    """Return the names of the other users that share the group of `user`, and so read the files too; sorted."""
    group = _entry(user).pw_gid
    same_primary = {entry.pw_name for entry in pwd.getpwall() if entry.pw_gid == group}
    return tuple(sorted((same_primary | _members(group)) - {user}))


def _members(group: int) -> set[str]:
    try:
        return set(grp.getgrgid(group).gr_mem)
    except KeyError:
        return set()


def _entry(user: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(user)
    except KeyError:
        raise CliError(f"--owner: there is no user {user!r} on this machine; create it first", EXIT_USAGE) from None


def give_to_group(descriptor: int, access: Access, mode: int) -> None:
    """Set `mode` and, where `access` has one, the group of an open file or folder. CliError without the right."""
    try:
        if access.group is not None:
            os.fchown(descriptor, -1, access.group)
        os.fchmod(descriptor, mode)
    except PermissionError:
        raise CliError("--owner: only root, or a member of that user's group, can give it the files") from None
