"""Makes every later shell and service see the variables, with no value outside the run directory.

What is installed names only the run directory, so it can go into an image before any boot. See
docs/adr/0031-install-hooks.md for which file serves which kind of shell, and why.
"""

import os
import shlex
from pathlib import Path
from typing import Final

from bootseal_cli.failures import EXIT_USAGE, CliError
from bootseal_cli.vm.blocks import Block, OwnFile, Piece

HOOK: Final = Path("/etc/bootseal/hook.sh")
"""What every shell reads. One place, so that the shells' own files hold a line each."""

_SYSTEMD_RUNS: Final = Path("/run/systemd/system")

_HOOK_TEXT: Final = """\
# Written by `bootseal boot --install`; holds no value. Read by sh, bash, zsh and the like as they start.
# Once a session: a shell inside it keeps what was changed or unset since.
if [ -z "${{BOOTSEAL_LOADED-}}" ] && [ -r {env_file} ]; then
  . {env_file}
  BOOTSEAL_LOADED=1
  export BOOTSEAL_LOADED
fi
"""
_READ_HOOK: Final = f"if [ -r {HOOK} ]; then . {HOOK}; fi\n"
_MAY_READ: Final = Path("/etc/bootseal/may-read")
_MAY_READ_TEXT: Final = """\
#!/bin/sh
# Written by `bootseal boot --install`. Asked by PAM: may the user whose session begins read the environment?
exec setpriv --reuid="$PAM_USER" --regid="$(id -g "$PAM_USER")" --init-groups test -r {env_file}
"""
_PAM: Final = """\
session [success=ignore default=1] pam_exec.so quiet {may_read}
session optional pam_env.so envfile={session}
"""
_DROP_IN: Final = """\
# Written by `bootseal boot --install`; holds no value. Applies to every service.
[Service]
EnvironmentFile=-{environment}
"""


def install(folder: Path, root: Path) -> list[str]:
    """Install what makes `folder`'s variables seen, under `root`; return what was done, a line each.

    Doing it again changes nothing. Raises CliError where a file cannot be written, or is a symbolic link.
    """
    check_folder(folder)
    pieces = _pieces(folder, root)
    for piece in pieces:
        piece.put(root)
    return [f"installed {piece.path}: {piece.serves}" for piece in pieces] + _reload(root)


def remove(root: Path) -> list[str]:
    """Take away what `install` put under `root`; return what was done, a line each."""
    removed = [piece for piece in _pieces(Path("/run/bootseal"), root, everywhere=True) if piece.take(root)]
    return [f"removed from {piece.path}" for piece in removed] + _reload(root)


def _pieces(folder: Path, root: Path, *, everywhere: bool = False) -> list[Piece]:
    hook = _HOOK_TEXT.format(env_file=shlex.quote(str(folder / "env.sh")))
    drop_in = _DROP_IN.format(environment=str(folder / "environment").replace("%", "%%"))
    return [
        OwnFile(HOOK, hook, "what the shells read"),
        OwnFile(Path("/etc/profile.d/bootseal.sh"), _READ_HOOK, "login shells: sh, dash, bash, ksh"),
        *_bash(root, everywhere),
        *_zsh(root, everywhere),
        Block(Path("/etc/environment"), _session(root), "bash scripts and interactive sh in any login session"),
        *_sshd(folder, root, everywhere),
        OwnFile(Path("/etc/systemd/system/service.d/50-bootseal.conf"), drop_in, "systemd services"),
        OwnFile(Path("/etc/systemd/user/service.d/50-bootseal.conf"), drop_in, "users' systemd services"),
    ]


def _bash(root: Path, everywhere: bool) -> list[Piece]:
    """Return the blocks for bash: Debian's and Red Hat's file, whichever there is."""
    paths = (Path("/etc/bash.bashrc"), Path("/etc/bashrc"))
    present = [path for path in paths if everywhere or _under(root, path).exists()]
    serves = "interactive bash, and `ssh host command`"
    # At the top: Debian's file returns at once for a shell that is not interactive, as the one of `ssh host command`.
    return [Block(path, _READ_HOOK, serves, at_top=True) for path in present or paths[:1]]


def _zsh(root: Path, everywhere: bool) -> list[Piece]:
    """Return the block for zsh: every zsh reads zshenv, in Debian's folder or where zsh itself has it."""
    debian, upstream = Path("/etc/zsh/zshenv"), Path("/etc/zshenv")
    paths = (debian, upstream) if everywhere else (debian if _under(root, debian.parent).is_dir() else upstream,)
    return [Block(path, _READ_HOOK, "zsh of every kind", at_top=True) for path in paths]


def _sshd(folder: Path, root: Path, everywhere: bool) -> list[Piece]:
    """Return what gives `sh` its variables for `ssh host command`: it reads no file then, so PAM has to."""
    service = Path("/etc/pam.d/sshd")
    if not everywhere and not _under(root, service).exists():
        return []
    script = _MAY_READ_TEXT.format(env_file=shlex.quote(str(folder / "env.sh")))
    lines = _PAM.format(may_read=_MAY_READ, session=folder / "session")
    return [
        OwnFile(_MAY_READ, script, "what PAM asks before it reads a value", mode=0o755),
        Block(service, lines, "`ssh host command` where the login shell is sh"),
    ]


def installed() -> bool:
    """Return whether `install` has been done on this machine."""
    return HOOK.exists()


def _session(root: Path) -> str:
    """Return the lines for pam_env. They name the hook, not a value; a setting of the machine's own is left alone."""
    present = Block(Path("/etc/environment"), "", "").others(root)
    mine = [name for name in ("BASH_ENV", "ENV") if not any(line.startswith(f"{name}=") for line in present)]
    return "".join(f"{name}={HOOK}\n" for name in mine)


def check_folder(folder: Path) -> None:
    """Raise CliError (exit 2) where the hooks and systemd could not name `folder` plainly."""
    if not folder.is_absolute() or any(not char.isprintable() or char in "\"'\\ " for char in str(folder)):
        raise CliError("--install needs an absolute --dir without spaces or quotes, as systemd names it", EXIT_USAGE)


def _under(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _reload(root: Path) -> list[str]:
    """Have a running systemd read the drop-ins; services that run already keep their environment."""
    if root != Path("/") or not _SYSTEMD_RUNS.is_dir():
        return []
    import subprocess

    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOOTSEAL_")}
    done = subprocess.run(["systemctl", "daemon-reload"], env=clean, capture_output=True, check=False)  # noqa: S607
    return [] if done.returncode == 0 else ["note: `systemctl daemon-reload` failed; run it before starting services"]
