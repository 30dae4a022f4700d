"""`boot --install` on a machine of its own: every kind of shell and service has the variables, no file a value."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.vm import inject_server
from support.vm.consumers import need
from support.vm.machine import Machine, started
from support.vm.values import NASTY

pytestmark = pytest.mark.slow  # Real machines and terminals: not beside other tests.

USERS = {"bashy": "/bin/bash", "zshy": "/usr/bin/zsh", "shy": "/bin/sh"}
PLAIN = "made-up-value-1"
SHOW = "printenv MADE_UP_KEY; printenv EVERYTHING_NASTY"
NASTY_VALUE = NASTY["CRLF"] + NASTY["BOTH_QUOTES"] + NASTY["SUBSTITUTION"] + NASTY["EMOJI"]
BOTH = f"{PLAIN}\n{NASTY_VALUE}\n"


def boot(machine: Machine, service: inject_server.Service, *options: str) -> str:
    """Boot on the machine and return what it says."""
    service.bound = None
    command = [sys.executable, "-m", "bootseal_cli", "boot", "--api-url", service.url, "--token-stdin", *options]
    done = machine.run(*command, stdin=inject_server.TOKEN.encode() + b"\n")
    assert done.returncode == 0, done.stderr
    return done.stderr.decode()


def as_user(user: str, *command: str) -> list[str]:
    """Return the command line that runs a command as a user whose session has set nothing."""
    return [
        "setpriv",
        f"--reuid={user}",
        "--regid=agents",
        "--init-groups",
        "env",
        "-i",
        f"HOME=/home/{user}",
        *command,
    ]


@pytest.fixture(scope="module")
def service() -> Iterator[inject_server.Service]:
    """A service that injects a plain and a nasty value."""
    with inject_server.running() as running:
        running.environment = {"MADE_UP_KEY": PLAIN, "EVERYTHING_NASTY": NASTY_VALUE}
        running.secrets = ("MADE_UP_KEY", "EVERYTHING_NASTY")
        yield running


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, service: inject_server.Service) -> Iterator[Machine]:
    """A machine with a user for each shell and an ssh server, on which a boot was installed twice."""
    for program in ("zsh", "sshd", "ssh", "useradd", "setpriv"):
        need(program)
    with started(tmp_path_factory.mktemp("machine")) as running:
        running.done("groupadd", "agents")
        for user, shell in USERS.items():
            running.done("useradd", "-m", "-g", "agents", "-s", shell, user)
        running.done("useradd", "-m", "-s", "/bin/bash", "stranger")
        boot(running, service, "--install", "--owner", "bashy")
        boot(running, service, "--install", "--owner", "bashy")
        _start_sshd(running)
        yield running


def _start_sshd(machine: Machine) -> None:
    machine.done("sh", "-c", "mkdir -p /run/sshd /root/.ssh; ssh-keygen -A; ssh-keygen -q -t ed25519 -N '' -f /run/key")
    for user in (*USERS, "stranger"):
        machine.done("install", "-d", "-o", user, "-m", "700", f"/home/{user}/.ssh")
        machine.done("install", "-o", user, "-m", "600", "/run/key.pub", f"/home/{user}/.ssh/authorized_keys")
    machine.done("/usr/sbin/sshd", "-p", "2299", "-o", "ListenAddress=127.0.0.1", "-o", "UsePAM=yes")


def ssh(user: str, *command: str) -> list[str]:
    """Return the command line of `ssh host command`."""
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes")
    flags = [word for option in options for word in ("-o", option)]
    return ["ssh", "-p", "2299", "-i", "/run/key", *flags, f"{user}@127.0.0.1", *command]


@pytest.mark.parametrize("user", ["bashy", "zshy"])
def test_ssh_host_command_has_every_value(machine: Machine, user: str) -> None:
    assert machine.done(*ssh(user, SHOW)) == BOTH


def test_ssh_host_command_in_sh_has_the_values_pam_can_hold_and_the_boot_names_the_others(
    machine: Machine, service: inject_server.Service
) -> None:
    assert machine.run(*ssh("shy", SHOW)).stdout == f"{PLAIN}\n".encode()
    assert "where the login shell is sh: EVERYTHING_NASTY" in boot(machine, service, "--owner", "bashy")


@pytest.mark.parametrize("user", USERS)
def test_ssh_with_a_terminal_has_every_value(machine: Machine, user: str) -> None:
    done = machine.run(
        *ssh(user, "-tt"), stdin=b"stty -echo; printenv MADE_UP_KEY; printenv EVERYTHING_NASTY | wc -c; exit\n"
    )
    shown = done.stdout.decode().replace("\r", "")
    assert PLAIN in shown
    assert f"\n{len(NASTY_VALUE.encode()) + 1}\n" in shown.replace(" ", "")


@pytest.mark.parametrize("shell", ["sh", "dash", "bash", "zsh"])
@pytest.mark.parametrize("kind", ["login", "login interactive"])
def test_a_login_shell_has_every_value(machine: Machine, shell: str, kind: str) -> None:
    options = ["-l", *(["-i"] if "interactive" in kind else [])]
    done = machine.run(*as_user("bashy", shell, *options, "-c", SHOW))
    assert done.stdout.decode() == BOTH


@pytest.mark.parametrize("command", [["bash", "-i", "-c"], ["zsh", "-c"], ["zsh", "-i", "-c"]])
def test_a_shell_that_is_no_login_shell_has_every_value(machine: Machine, command: list[str]) -> None:
    assert machine.run(*as_user("bashy", *command, SHOW)).stdout.decode() == BOTH


@pytest.mark.parametrize("shell", ["bash", "zsh", "sh -i", "bash -i"])
def test_a_shell_in_a_pam_session_has_every_value(machine: Machine, shell: str) -> None:
    done = machine.run(
        "su",
        "-s",
        "/bin/sh",
        "-",
        "bashy",
        "-c",
        f"unset BOOTSEAL_LOADED MADE_UP_KEY EVERYTHING_NASTY; {shell} -c '{SHOW}'",
    )
    assert done.stdout.decode() == BOTH


def test_a_script_of_bash_started_by_su_without_login_has_every_value(machine: Machine) -> None:
    machine.done("sh", "-c", f"printf '#!/bin/bash\\n%s\\n' '{SHOW}' > /home/script; chmod 755 /home/script")
    assert machine.run("su", "bashy", "-c", "/home/script").stdout.decode() == BOTH


def test_who_may_not_read_the_files_gets_nothing_and_no_complaint(machine: Machine) -> None:
    for command in (
        ssh("stranger", "env"),
        ["su", "-", "stranger", "-c", "env"],
        ["su", "stranger", "-c", "bash -ic env"],
    ):
        done = machine.run(*command)
        assert PLAIN not in done.stdout.decode()
        assert "ermission" not in done.stdout.decode() + done.stderr.decode()
        assert "HOME=" in done.stdout.decode()


def test_what_a_session_changes_its_shells_keep(machine: Machine) -> None:
    inner = 'MADE_UP_KEY=changed bash -c \'bash -ic "printenv MADE_UP_KEY"; zsh -c "printenv MADE_UP_KEY"\''
    assert machine.run("su", "-", "bashy", "-c", inner).stdout.decode() == "changed\nchanged\n"


def test_run_inside_gives_only_what_it_is_told_to(machine: Machine) -> None:
    only = "run --no-redact --only EVERYTHING_NASTY -- bash -c 'printenv MADE_UP_KEY; exit 0'"
    inner = f"{sys.executable} -m bootseal_cli {only}"
    assert machine.run("su", "-", "bashy", "-c", inner).stdout == b""


def test_no_value_lies_outside_the_run_directory(machine: Machine) -> None:
    found = machine.run("grep", "-rlaF", PLAIN, "/etc", "/home", "/run", "/var/log", "/var/lib/systemd")
    assert {path.rpartition("/")[0] for path in found.stdout.decode().split()} == {"/run/bootseal"}


def test_installing_again_changes_nothing_and_uninstalling_puts_everything_back(
    tmp_path: Path, service: inject_server.Service
) -> None:
    with started(tmp_path) as machine:
        sums = "cd /etc && find . -type f -exec sha256sum {} + | sort -k2"
        before = machine.done("sh", "-c", sums)
        boot(machine, service, "--install")
        once = machine.done("sh", "-c", sums)
        boot(machine, service, "--install")
        assert machine.done("sh", "-c", sums) == once != before
        machine.done(sys.executable, "-m", "bootseal_cli", "boot", "--uninstall")
        assert machine.done("sh", "-c", sums) == before


UNIT = """[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
User=shy
ExecStart=/bin/sh -c 'env -0 > /home/shy/seen.part && mv /home/shy/seen.part /home/shy/seen'
"""


def test_a_service_of_a_real_systemd_has_every_value(tmp_path: Path, service: inject_server.Service) -> None:
    need("systemctl")
    with started(tmp_path, systemd=True) as machine:
        machine.done("groupadd", "agents")
        machine.done("useradd", "-m", "-g", "agents", "-s", "/bin/sh", "shy")
        boot(machine, service, "--install")
        machine.done("sh", "-c", f"cat > /etc/systemd/system/probe.service <<'END'\n{UNIT}END")
        machine.done("systemctl", "daemon-reload")
        machine.done("systemctl", "start", "probe.service")
        ends = time.monotonic() + 10
        while machine.run("test", "-e", "/home/shy/seen").returncode and time.monotonic() < ends:
            time.sleep(0.1)
        seen = machine.done("cat", "/home/shy/seen").split("\0")
    assert f"MADE_UP_KEY={PLAIN}" in seen
    assert f"EVERYTHING_NASTY={NASTY_VALUE}" in seen
