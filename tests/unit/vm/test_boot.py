"""`bootseal boot`: the token, the tries, the deadline, the checks and the files."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bootseal_cli.vm.boot import FILES
from support.terminal import Cli, Result
from support.vm import consumers
from support.vm.inject_server import (
    TOKEN,
    Service,
    drip,
    drop,
    drop_after,
    half,
    problem,
    silent,
    status,
)
from support.vm.values import NASTY

OLD = {name: f"old {name}".encode() for name in FILES}


def boot(vm: Cli, *arguments: str) -> Result:
    """Boot with the token file into the directory `run`."""
    return vm.process("boot", "--token-file", "token", "--dir", "run", *arguments)


def written(vm: Cli) -> dict[str, bytes]:
    """Return what is in the run directory."""
    folder = vm.home / "run"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def keep_old_set(vm: Cli) -> None:
    """Put the files of an earlier boot there."""
    (vm.home / "run").mkdir(mode=0o700)
    for name, content in OLD.items():
        (vm.home / "run" / name).write_bytes(content)


def test_a_boot_writes_the_four_files_and_says_so(vm: Cli, service: Service) -> None:
    result = boot(vm)
    assert (result.code, result.out) == (0, "")
    assert result.err == "1 secret and 1 default in run: . run/env.sh\n"
    assert written(vm).keys() == set(FILES)
    assert json.loads(written(vm)["env.json"]) == service.environment
    assert json.loads(written(vm)["receipt.json"]) == service.receipt()
    assert consumers.picked(consumers.read_with_shell("sh", vm.home / "run" / "env.sh"), service.environment) == (
        service.environment
    )
    assert consumers.read_with_systemd(vm.home / "run" / "environment") == service.environment


def test_a_boot_says_what_it_is_for_the_trail_to_show(vm: Cli, service: Service) -> None:
    assert boot(vm).code == 0
    assert service.user_agents == ["bootseal-boot"]


def test_with_json_a_boot_prints_its_receipt_and_no_value(vm: Cli, service: Service) -> None:
    result = boot(vm, "--json")
    assert result.json == service.receipt()
    assert not any(value in result.out for value in service.environment.values())


def test_every_nasty_value_arrives_in_every_file(vm: Cli, service: Service) -> None:
    service.environment, service.secrets = dict(NASTY), tuple(NASTY)
    assert boot(vm).code == 0
    assert json.loads(written(vm)["env.json"]) == NASTY
    assert consumers.read_with_systemd(vm.home / "run" / "environment") == NASTY
    for shell in ("sh", "dash", "bash", "zsh"):
        assert consumers.picked(consumers.read_with_shell(shell, vm.home / "run" / "env.sh"), NASTY) == NASTY


def test_a_second_boot_replaces_every_file(vm: Cli, service: Service) -> None:
    keep_old_set(vm)
    assert boot(vm).code == 0
    assert json.loads(written(vm)["env.json"]) == service.environment
    assert written(vm).keys() == set(FILES)


# --- the token ---


def test_the_token_comes_from_the_environment_where_there_is_nothing_else(vm: Cli) -> None:
    assert vm.process("boot", "--dir", "run", BOOTSEAL_BOOT_TOKEN=TOKEN).code == 0


@pytest.mark.parametrize("source", ["file", "stdin", "credential"])
def test_a_stronger_source_of_the_token_wins(vm: Cli, tmp_path: Path, source: str) -> None:
    (tmp_path / "bootseal-token").write_text(TOKEN if source == "credential" else "bsl1_wrong")
    options = {"file": ("--token-file", "token"), "stdin": ("--token-stdin",), "credential": ()}[source]
    weaker = {"CREDENTIALS_DIRECTORY": str(tmp_path), "BOOTSEAL_BOOT_TOKEN": "bsl1_wrong"}
    stdin = f"{TOKEN}\nmore".encode() if source == "stdin" else b"bsl1_wrong\n"
    assert vm.process("boot", "--dir", "run", *options, stdin=stdin, **weaker).code == 0


def test_no_token_at_all_is_a_usage_error_that_names_every_source(vm: Cli, service: Service) -> None:
    result = vm.process("boot", "--dir", "run")
    assert result.code == 2
    for source in ("--token-file", "--token-stdin", "bootseal-token", "BOOTSEAL_BOOT_TOKEN"):
        assert source in result.err
    assert service.bodies == []


def test_the_token_file_is_gone_after_use(vm: Cli) -> None:
    assert boot(vm).code == 0
    assert not (vm.home / "token").exists()


def test_the_token_file_is_gone_after_a_refusal_too(vm: Cli, service: Service) -> None:
    service.faults = [problem(401, "token_expired", "The boot token has expired")]
    assert boot(vm).code == 3
    assert not (vm.home / "token").exists()


def test_the_token_file_is_kept_where_the_service_was_never_reached(vm: Cli) -> None:
    assert boot(vm, "--api-url", "http://127.0.0.1:9", "--timeout", "0.3").code == 5
    assert (vm.home / "token").exists()


def test_a_token_in_a_pipe_works(vm: Cli) -> None:
    command = "bootseal_cli boot --dir run --token-file <(cat token)"
    terminal = vm.home / "script"
    terminal.write_text(f"exec {sys.executable} -m {command}\n")
    done = subprocess.run(["bash", str(terminal)], cwd=vm.home, env=vm.environment(), capture_output=True)
    assert done.returncode == 0, done.stderr


def test_a_token_file_that_is_a_symbolic_link_is_refused(vm: Cli) -> None:
    (vm.home / "link").symlink_to("token")
    result = vm.process("boot", "--dir", "run", "--token-file", "link")
    assert (result.code, "symbolic link" in result.err) == (2, True)


@pytest.mark.parametrize("content", [b"", b"\n", b"two words\n", b"x" * 2000, b"\xff\xfe", b"a\nb\n"])
def test_what_cannot_be_a_token_is_refused_before_anything_is_sent(vm: Cli, service: Service, content: bytes) -> None:
    (vm.home / "token").write_bytes(content)
    assert boot(vm).code == 2
    assert service.bodies == []


def test_a_token_given_as_an_argument_is_refused_and_not_repeated(vm: Cli) -> None:
    for arguments in ([TOKEN], ["--token", TOKEN], [f"--token={TOKEN}"]):
        result = vm.process("boot", *arguments)
        assert result.code == 2
        assert TOKEN not in result.err + result.out


# --- tries and the deadline ---


@pytest.mark.parametrize("fault", [drop, drop_after, half, status(500), status(502), status(503), status(429)])
def test_a_passing_fault_is_tried_again_with_the_same_key(vm: Cli, service: Service, fault: object) -> None:
    service.faults = [fault, fault]  # type: ignore[list-item]
    assert boot(vm).code == 0
    assert len(service.bodies) == 3
    assert len({body["public_key"] for body in service.bodies}) == 1


def test_each_boot_makes_a_key_of_its_own(vm: Cli, service: Service) -> None:
    assert boot(vm).code == 0
    (vm.home / "token").write_text(TOKEN)
    result = boot(vm)
    assert result.code == 3
    assert "find out which one" in result.err
    assert len({body["public_key"] for body in service.bodies}) == 2


def test_retry_after_is_honoured(vm: Cli, service: Service) -> None:
    service.faults = [status(429, Retry_After="1")]
    began = time.monotonic()
    assert boot(vm).code == 0
    assert time.monotonic() - began > 1


def test_a_retry_after_beyond_the_deadline_gives_up_at_once(vm: Cli, service: Service) -> None:
    service.faults = [status(503, Retry_After="600")]
    began = time.monotonic()
    result = boot(vm, "--timeout", "60")
    assert (result.code, "status 503" in result.err) == (5, True)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("fault", [silent, drip], ids=["silent", "drip"])
def test_the_deadline_holds_against_a_server_that_never_finishes(vm: Cli, service: Service, fault: object) -> None:
    keep_old_set(vm)
    service.faults = [fault] * 9  # type: ignore[list-item]
    began = time.monotonic()
    result = boot(vm, "--timeout", "1")
    assert result.code == 5
    assert time.monotonic() - began < 20  # the server would take 30
    assert written(vm) == OLD


def test_the_deadline_holds_while_waiting_for_a_token_on_standard_input(vm: Cli) -> None:
    command = [sys.executable, "-m", "bootseal_cli", "boot", "--token-stdin", "--dir", "run", "--timeout", "0.5"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, env=vm.environment(), cwd=vm.home, stderr=subprocess.PIPE
    ) as p:
        assert p.wait(timeout=30) == 5


def test_an_unreachable_service_ends_with_5_and_names_it(vm: Cli) -> None:
    result = boot(vm, "--api-url", "http://127.0.0.1:9", "--timeout", "0.5")
    assert result.code == 5
    assert "http://127.0.0.1:9: the connection was refused" in result.err


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 422, 302])
def test_other_refusals_are_not_tried_again(vm: Cli, service: Service, code: int) -> None:
    keep_old_set(vm)
    service.faults = [status(code, Location="http://127.0.0.1:9/")]
    assert boot(vm).code == (3 if code == 403 else 1)
    assert len(service.bodies) == 1
    assert written(vm) == OLD


def test_changed_stored_data_is_told_and_not_tried_again(vm: Cli, service: Service) -> None:
    service.faults = [problem(500, "integrity_error", "Stored data failed verification")]
    result = boot(vm)
    assert (result.code, len(service.bodies)) == (1, 1)
    assert "failed verification; stored data was changed" in result.err


# --- what the service says ---


def test_missing_required_secrets_are_named_with_exit_4(vm: Cli, service: Service) -> None:
    keep_old_set(vm)
    service.faults = [problem(409, "missing_required", "Missing required secrets", "STRIPE_KEY", "DB_URL")]
    result = boot(vm)
    assert result.code == 4
    assert "STRIPE_KEY, DB_URL" in result.err
    assert "  STRIPE_KEY is required" in result.err
    assert written(vm) == OLD


@pytest.mark.parametrize("name", ["token_invalid", "token_expired", "token_used"])
def test_a_refused_token_ends_with_3(vm: Cli, service: Service, name: str) -> None:
    service.faults = [problem(401, name, "No")]
    result = boot(vm)
    assert result.code == 3
    assert "new boot token" in result.err


def test_a_used_token_is_told_once(vm: Cli, service: Service) -> None:
    service.faults = [problem(401, "token_used", "Another VM has used this boot token; look at the audit trail.")]
    assert boot(vm).err.lower().count("another vm") == 1


def test_the_manifest_goes_along(vm: Cli, service: Service) -> None:
    (vm.home / "app.yaml").write_text("requirements:\n  secrets:\n    - key: a-key\n    - {key: B, optional: true}\n")
    assert boot(vm, "--manifest", "app.yaml").code == 0
    assert service.bodies[0]["requirements"] == {
        "secrets": [{"key": "a-key", "optional": False}, {"key": "B", "optional": True}]
    }
    assert boot(vm, "--manifest", "absent.yaml").code == 2


@pytest.mark.parametrize("name", ["LD_PRELOAD", "PATH", "BASH_ENV", "BOOTSEAL_X", "A B", "A=B", "1A", "", "Ä", "A\n"])
def test_a_name_that_may_not_be_set_here_is_refused_with_6(vm: Cli, service: Service, name: str) -> None:
    keep_old_set(vm)
    service.environment = {"FINE": "x", name: "made-up-value-2"}
    service.secrets = ()
    result = boot(vm)
    assert result.code == 6
    assert ascii(name).strip("'") in result.err
    assert "made-up-value" not in result.err
    assert written(vm) == OLD


def test_a_variable_larger_than_linux_allows_is_named_with_6(vm: Cli, service: Service) -> None:
    service.environment["BIG"] = "x" * (131_072 - len("BIG") - 2)
    assert boot(vm, "--dir", "fits").code == 0
    service.bound, service.environment["BIG"] = None, service.environment["BIG"] + "x"
    (vm.home / "token").write_text(TOKEN)
    result = boot(vm)
    assert (result.code, "BIG (131073 bytes)" in result.err) == (6, True)
    assert written(vm) == {}


def test_the_largest_variable_that_fits_can_be_given_to_a_program(vm: Cli, service: Service) -> None:
    service.environment["BIG"] = "x" * (131_072 - len("BIG") - 2)
    assert boot(vm).code == 0
    result = vm.process("run", "--dir", "run", "--", "sh", "-c", "echo ${#BIG}")
    assert (result.code, result.out) == (0, "131067\n")


def test_more_than_any_program_could_start_with_is_refused_with_6(vm: Cli, service: Service) -> None:
    service.environment = {f"V{n}": "x" * 65_536 for n in range(30)}
    service.secrets = ()
    result = boot(vm)
    assert (result.code, "no program could start" in result.err) == (6, True)


def test_a_value_systemd_cannot_hold_is_named_with_6(vm: Cli, service: Service) -> None:
    keep_old_set(vm)
    service.environment["ODD"] = "made-up\ufdd0"
    result = boot(vm)
    assert (result.code, "ODD" in result.err, "made-up" in result.err) == (6, True, False)
    assert written(vm) == OLD


CHANGES = {
    "sealed for another": lambda a: a.update(sealed_env=a["sealed_env"][::-1]),
    "not sealed": lambda a: a.update(env={"A": "x"}, sealed_env=None),
    "no receipt": lambda a: a.pop("receipt"),
    "not base64": lambda a: a.update(sealed_env="@@@"),
    "too short": lambda a: a.update(sealed_env="AAAA"),
    "receipt names more": lambda a: a["receipt"]["secrets"].append({"env_name": "GONE", "status": "injected"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_that_is_not_whole_and_ours_is_refused(vm: Cli, service: Service, change: str) -> None:
    keep_old_set(vm)
    service.change = CHANGES[change]
    result = boot(vm)
    assert (result.code, len(service.bodies)) == (1, 1)
    assert result.err.startswith("error: the service's answer cannot be used: ")
    assert written(vm) == OLD


# --- the rest ---


def test_http_is_only_for_this_machine(vm: Cli, service: Service) -> None:
    assert boot(vm, "--api-url", "http://example.com").code == 2
    assert (vm.home / "token").exists()


def test_without_an_address_nothing_is_read(vm: Cli) -> None:
    vm.env.clear()
    result = boot(vm)
    assert (result.code, "--api-url" in result.err) == (2, True)
    assert (vm.home / "token").exists()


def test_a_trap_in_the_directory_is_found_before_the_token_is_spent(vm: Cli, service: Service) -> None:
    (vm.home / "run").mkdir(mode=0o700)
    (vm.home / "run" / "env.json").symlink_to("/etc/passwd")
    assert boot(vm).code == 1
    assert service.bodies == []
    assert (vm.home / "token").exists()


def test_a_directory_install_cannot_name_is_refused_before_the_token_is_spent(vm: Cli, service: Service) -> None:
    assert boot(vm, "--install").code == 2
    assert service.bodies == []
    assert (vm.home / "token").exists()


def test_on_failure_continue_tells_and_ends_with_0(vm: Cli, service: Service) -> None:
    keep_old_set(vm)
    service.faults = [problem(409, "missing_required", "Missing", "STRIPE_KEY")]
    result = boot(vm, "--on-failure", "continue")
    assert result.code == 0
    assert "STRIPE_KEY" in result.err
    assert "going on without it" in result.err
    assert written(vm) == OLD


def test_on_failure_continue_still_refuses_a_wrong_command(vm: Cli) -> None:
    assert vm.process("boot", "--on-failure", "continue").code == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_the_owner_gets_to_read(vm: Cli) -> None:
    result = boot(vm, "--owner", "nobody")
    assert result.code == 0
    assert "share the group of nobody" in result.err
    assert {oct(path.stat().st_mode & 0o777) for path in (vm.home / "run").iterdir()} == {"0o640"}


@pytest.mark.parametrize("end", ["fine", "refused", "broken", "unreachable"])
def test_debug_shows_neither_token_nor_value(vm: Cli, service: Service, end: str) -> None:
    service.faults = {
        "refused": [problem(401, "token_used", "No")],
        "broken": [half, status(503)],
        "unreachable": [status(503, Retry_After="99")],
    }.get(end, [])
    result = vm.process("--debug", "boot", "--token-file", "token", "--dir", "run", "--timeout", "9")
    assert "debug:" in result.err
    for hidden in (TOKEN, TOKEN[5:20], "made-up-value"):
        assert hidden not in result.err + result.out
