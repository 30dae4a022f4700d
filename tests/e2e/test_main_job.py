"""Store a secret through the API, boot a VM, the variable is there: on the deployed stack."""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bootseal_cli.local.guide import what_next
from bootseal_cli.local.places import Places
from bootseal_cli.local.seeding import StackFile
from support.deployed import Stack, Vm
from support.local_stack import cli_environment
from support.vm.values import NASTY

ALICE = "sk-alice-made-up-value-0001"
EVERYONE = "sk-everyone-made-up-value-0001"


def test_a_private_secret_wins_over_a_shared_one_and_only_for_its_user(stack: Stack) -> None:
    stack.store("alice", "openai-api-key", ALICE)
    stack.store("alice", "openai-api-key", EVERYONE, scope="shared")
    assert stack.boot("alice") == {"OPENAI_API_KEY": ALICE}
    assert stack.boot("bob") == {"OPENAI_API_KEY": EVERYONE}


def test_another_org_sees_neither_secret_and_cannot_tell_them_from_missing_ones(stack: Stack) -> None:
    stack.store("alice", "openai-api-key", ALICE)
    stack.store("alice", "openai-api-key", EVERYONE, scope="shared")
    assert stack.all_secrets("mallory") == []
    found = stack.call("mallory", "GET", "/v1/secrets/shared/openai-api-key")
    missing = stack.call("mallory", "GET", "/v1/secrets/shared/never-existed")
    assert (found.status, found.code) == (404, "secret_not_found")
    request_id = re.compile(r'"request_id":"[^"]+"')
    assert request_id.sub("", found.text) == request_id.sub("", missing.text)


def test_another_org_cannot_boot_a_vm_with_a_users_secrets(stack: Stack) -> None:
    stack.store("alice", "openai-api-key", ALICE)
    answer = stack.call("mallory", "POST", "/v1/boot-tokens", {"user": stack.subject("alice")})
    token = answer.json["boot_token"]
    vm = Vm.new()
    assert vm.open(token, stack.inject(token, vm)) == {}


def test_what_was_saved_before_a_boot_is_in_it_and_what_was_deleted_is_not(stack: Stack) -> None:
    stack.store("alice", "KEPT", "kept-made-up")
    stack.store("alice", "DROPPED", "dropped-made-up")
    stack.call("alice", "PATCH", "/v1/secrets/private/KEPT", {"value": "newer-made-up"})
    assert stack.call("alice", "DELETE", "/v1/secrets/private/DROPPED").status == 204
    assert stack.boot() == {"KEPT": "newer-made-up"}


def test_a_value_sealed_by_the_client_boots_like_one_sealed_by_the_service(stack: Stack) -> None:
    from bootseal.sealing import seal

    key = stack.call("alice", "GET", "/v1/scopes/private/public-key?name=SEALED").json
    public, info = base64.b64decode(key["public_key"]), base64.b64decode(key["info"])
    sealed = base64.b64encode(seal(public, b"made-up", info)).decode()
    body = {"name": "SEALED", "scope": "private", "encrypted_value": sealed, "key_id": key["key_id"]}
    assert stack.call("alice", "POST", "/v1/secrets", body).status == 201
    assert stack.boot() == {"SEALED": "made-up"}


def test_values_of_every_nasty_kind_come_out_byte_for_byte(stack: Stack) -> None:
    for name, value in NASTY.items():
        stack.store("alice", name, value)
    assert stack.boot() == NASTY


def test_no_answer_but_a_bundle_holds_a_value(stack: Stack) -> None:
    value = "made-up-value-that-nobody-may-read-back"
    answers = [
        stack.store("alice", "A", value),
        stack.call("alice", "GET", "/v1/secrets"),
        stack.call("alice", "GET", "/v1/secrets/private/A"),
        stack.call("alice", "PATCH", "/v1/secrets/private/A", {"value": value, "description": "d"}),
        stack.call("alice", "POST", "/v1/secrets", {"name": "A", "scope": "private", "value": value}),
        stack.call("alice", "DELETE", "/v1/secrets/private/A"),
    ]
    assert [answer.status for answer in answers] == [201, 200, 200, 200, 409, 204]
    assert not any(value in answer.text for answer in answers)


@pytest.fixture
def checkout_like(stack: Stack, tmp_path: Path) -> Path:
    """A folder where the printed commands find what they find in the checkout: .venv and .local."""
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (tmp_path / ".local").symlink_to(stack.folder)
    (tmp_path / "home").mkdir()
    return tmp_path


def test_the_printed_commands_do_the_main_job(stack: Stack, checkout_like: Path) -> None:
    printed = what_next(Places(checkout_like, stack.folder), StackFile(stack.facts))
    commands = printed[printed.index("Try it:") : printed.index("Stop it")].splitlines()[1:]
    script = re.sub(r"cd \S+ && ", "", "\n".join(commands))
    environment = cli_environment(stack.folder) | {"HOME": str(checkout_like / "home"), "TMPDIR": str(checkout_like)}
    shell = shutil.which("dash") or "sh"
    done = subprocess.run(
        [shell, "-eu", "-c", script], capture_output=True, text=True, cwd=checkout_like, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    expected = re.findall(r"# (sk-[a-z0-9-]+)$", script, re.MULTILINE)
    assert expected == [ALICE, EVERYONE]
    assert [line for line in lines if line in expected] == expected
    assert "No secrets" in done.stdout + done.stderr
