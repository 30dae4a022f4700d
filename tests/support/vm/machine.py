"""A machine of its own inside this one: private /etc, /run and /home in a mount namespace, as a VM would have them."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.vm.consumers import need

_SETUP = """
set -e
cp -a /etc "{root}/etc"
mount --bind "{root}/etc" /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /home
"""
_SYSTEMD = """
mount --make-rshared /
mount -t proc proc /proc
mount -t tmpfs tmpfs /sys/fs/cgroup
mkdir -p /sys/fs/cgroup/unified /sys/fs/cgroup/systemd
mount -t cgroup2 none /sys/fs/cgroup/unified || true
mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd || true
rm -rf /etc/systemd/system/* /run/bootseal-ready
printf '[Unit]\\nDefaultDependencies=no\\n' > /etc/systemd/system/default.target
export container=docker
"""


class Machine:
    """Commands run in it as root, or as one of its users; what they write to /etc, /run and /home stays in it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def run(self, *command: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command as root; never fails by itself."""
        inside = ["nsenter", "-t", str(self._pid), "-m", "-p", "--", *command]
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        return subprocess.run(inside, capture_output=True, input=stdin, env=environment, timeout=120, check=False)

    def done(self, *command: str) -> str:
        """Run a command that must succeed; return its output."""
        result = self.run(*command)
        assert result.returncode == 0, (command, result.stdout, result.stderr)
        return result.stdout.decode()


@contextmanager
def started(tmp_path: Path, *, systemd: bool = False) -> Iterator[Machine]:
    """Run a machine for as long as the block, with systemd as its first process if asked."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    need("nsenter")
    if not systemd:
        ending = "echo ready; exec sleep 900"
    else:
        ending = f"{_SYSTEMD} echo ready; exec /lib/systemd/systemd --system --show-status=no --log-target=null"
    command = [
        "unshare",
        "-m",
        "-p",
        "-f",
        "--propagation",
        "private",
        "sh",
        "-c",
        _SETUP.format(root=tmp_path) + ending,
    ]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert first.stdout is not None
    if first.stdout.readline() != b"ready\n":
        first.wait()
        pytest.skip("no namespaces here")
    pid = int(Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()[0])
    machine = Machine(pid)
    try:
        if systemd:
            _wait_for_socket(machine)
        yield machine
    finally:
        os.kill(pid, signal.SIGKILL)  # the first process of the namespace: everything in it ends with it
        first.wait()
        first.stdout.close()


def _wait_for_socket(machine: Machine) -> None:
    """Wait until systemctl can reach the systemd of the machine."""
    ends = time.monotonic() + 20
    while machine.run("test", "-S", "/run/systemd/private").returncode:
        assert time.monotonic() < ends, "systemd did not start"
        time.sleep(0.05)
