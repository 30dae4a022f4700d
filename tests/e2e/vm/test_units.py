"""The units and the image recipe of docs/vm, in a real systemd."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from support.vm import inject_server
from support.vm.consumers import need
from support.vm.machine import Machine, started

pytestmark = pytest.mark.slow  # Real machines and terminals: not beside other tests.

DOCS = Path(__file__).parents[3] / "docs" / "vm"
PROBE = """[Unit]
DefaultDependencies=no
Requires=bootseal-boot.service
After=bootseal-boot.service
[Service]
Type=oneshot
"""


def prepare(machine: Machine, service: inject_server.Service, token: str) -> None:
    """Install the unit as it stands in the documentation, but for the program's path."""
    unit = (DOCS / "bootseal-boot.service").read_text()
    folder = Path(__file__).parents[3]
    unit = unit.replace("/usr/local/bin/bootseal", f"{sys.executable} -m bootseal_cli").replace(
        "ProtectHome=yes\n", f"Environment=PYTHONPATH={folder}/cli:{folder}/layers/bootseal\n"
    )
    if folder.is_relative_to("/tmp") or folder.is_relative_to("/var/tmp"):
        unit = unit.replace("PrivateTmp=yes\n", "")  # It would hide the checkout.
    unit = unit.replace("[Unit]\n", "[Unit]\nDefaultDependencies=no\n").replace("Wants=network-online.target\n", "")
    write(machine, "/etc/systemd/system/bootseal-boot.service", unit)
    write(machine, "/etc/bootseal/boot.env", f"BOOTSEAL_API_URL={service.url}\n")
    write(machine, "/run/bootseal-token", token)
    probe = f"{PROBE}EnvironmentFile=/run/bootseal/environment\nExecStart=/bin/sh -c 'env -0 > /run/seen'\n"
    write(machine, "/etc/systemd/system/probe.service", probe)
    machine.done("systemctl", "daemon-reload")


def write(machine: Machine, path: str, text: str) -> None:
    """Write a file on the machine."""
    done = machine.run("sh", "-c", f"mkdir -p $(dirname {path}) && umask 077 && cat > {path}", stdin=text.encode())
    assert done.returncode == 0, done.stderr


def wait_for(machine: Machine, unit: str, state: str) -> None:
    """Wait until the unit is in a state."""
    ends = time.monotonic() + 30
    shown = ""
    while shown != state and time.monotonic() < ends:
        shown = machine.run("systemctl", "show", "-P", "ActiveState", unit).stdout.decode().strip()
        time.sleep(0.1)
    assert shown == state


def test_the_unit_boots_before_its_dependants_and_the_token_is_gone(tmp_path: Path) -> None:
    need("systemctl")
    with inject_server.running() as service, started(tmp_path, systemd=True) as machine:
        prepare(machine, service, inject_server.TOKEN)
        machine.run("systemctl", "start", "--no-block", "probe.service")
        wait_for(machine, "bootseal-boot.service", "active")
        wait_for(machine, "probe.service", "inactive")
        assert "MADE_UP_KEY=made-up-value-1" in machine.done("cat", "/run/seen").split("\0")
        assert machine.run("test", "-e", "/run/bootseal-token").returncode == 1
        assert "credentials" not in machine.run("ls", "/run/credentials/bootseal-boot.service").stdout.decode()


def test_a_failed_boot_keeps_its_dependants_from_starting(tmp_path: Path) -> None:
    need("systemctl")
    with inject_server.running() as service, started(tmp_path, systemd=True) as machine:
        prepare(machine, service, "bsl1_wrong")
        machine.run("systemctl", "start", "--no-block", "probe.service")
        wait_for(machine, "bootseal-boot.service", "failed")
        assert machine.run("test", "-e", "/run/seen").returncode == 1
        assert machine.run("test", "-e", "/run/bootseal-token").returncode == 1


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    analyze = need("systemd-analyze")

    for name in ("bootseal-boot.service", "agent.service"):
        text = (DOCS / name).read_text().replace("/usr/local/bin/bootseal", "/bin/true")
        (tmp_path / name).write_text(text.replace("/usr/local/bin/agent", "/bin/true"))
    units = [str(tmp_path / name) for name in ("bootseal-boot.service", "agent.service")]
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert complaints == []


def test_the_cloud_init_example_writes_the_token_into_memory_for_root_alone() -> None:
    text = (DOCS / "cloud-init.yaml").read_text()
    assert text.startswith("#cloud-config\n")
    files = {entry["path"]: entry for entry in yaml.safe_load(text)["write_files"]}
    assert files["/run/bootseal-token"]["permissions"] == "0600"
    assert f"LoadCredential=bootseal-token:{next(iter(files))}" in (DOCS / "bootseal-boot.service").read_text()


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_the_image_recipe_is_sound_shell(shell: str) -> None:

    assert subprocess.run([need(shell), "-n", str(DOCS / "image.sh")], check=False).returncode == 0
