"""`bootseal boot` against the deployed stack: every nasty value, byte for byte, in every file and every shell."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.deployed import Stack
from support.terminal import Cli
from support.vm import consumers
from support.vm.values import NASTY


@pytest.fixture
def vm(stack: Stack, tmp_path: Path) -> Cli:
    """A VM that knows where the service is, with its token in the file `token`."""
    (tmp_path / "token").write_text(stack.boot_token())
    return Cli(tmp_path, {"BOOTSEAL_API_URL": stack.api_url})


def boot(vm: Cli, *arguments: str) -> int:
    """Boot into the directory `run`; return the exit code."""
    return vm.process("boot", "--token-file", "token", "--dir", "run", *arguments).code


def test_values_of_every_nasty_kind_come_out_of_every_file_byte_for_byte(stack: Stack, vm: Cli) -> None:
    for name, value in NASTY.items():
        stack.store("alice", name, value)
    assert boot(vm) == 0
    folder = vm.home / "run"
    assert json.loads((folder / "env.json").read_bytes()) == NASTY
    assert consumers.read_with_systemd(folder / "environment") == NASTY
    for shell in ("sh", "dash", "bash", "zsh"):
        assert consumers.picked(consumers.read_with_shell(shell, folder / "env.sh"), NASTY) == NASTY
    receipt = (folder / "receipt.json").read_text()
    assert {entry["env_name"] for entry in json.loads(receipt)["secrets"]} == set(NASTY)
    assert "pwned" not in receipt
    assert not (vm.home / "token").exists()


def test_missing_required_secrets_are_named_and_nothing_is_written(stack: Stack, vm: Cli) -> None:
    stack.store("alice", "THERE", "made-up-value")
    (vm.home / "app.yaml").write_text("requirements: {secrets: [{key: there}, {key: not-there}]}")
    result = vm.process("boot", "--token-file", "token", "--dir", "run", "--manifest", "app.yaml")
    assert (result.code, "NOT_THERE" in result.err, "THERE," in result.err) == (4, True, False)
    assert not (vm.home / "run").exists()


def test_a_token_that_another_vm_has_used_is_refused_with_3(stack: Stack, vm: Cli, tmp_path: Path) -> None:
    token = (vm.home / "token").read_text()
    assert boot(vm) == 0
    (vm.home / "token").write_text(token)
    result = vm.process("boot", "--token-file", "token", "--dir", "other")
    assert (result.code, "launch this VM again" in result.err) == (3, True)
    assert not (vm.home / "other").exists()


def test_what_was_booted_runs_and_is_masked(stack: Stack, vm: Cli) -> None:
    stack.store("alice", "openai-api-key", "sk-made-up-value-on-the-stack")
    assert boot(vm) == 0
    command = [
        sys.executable,
        "-m",
        "bootseal_cli",
        "run",
        "--dir",
        "run",
        "--",
        "sh",
        "-c",
        "echo $OPENAI_API_KEY; exit 3",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=vm.environment(), cwd=vm.home, check=False)
    assert (done.returncode, done.stdout) == (3, "[REDACTED:OPENAI_API_KEY]\n")
