"""A value that went in through the API is found nowhere afterwards: not in the table, logs, files, nor arguments."""

import base64
import time
from pathlib import Path

from support.deployed import Stack, Vm

CANARY = "canary-made-up-7f3a91-'\"$(`-ключ-0123456789"
SAVED_WITHIN_SECONDS = 30


def traces(canary: str) -> dict[str, bytes]:
    """The canary's telling part raw, and all of it in the encodings it is likely to be met in."""
    raw = canary.encode()
    return {
        "raw": b"canary-made-up-7f3a91",
        "base64": base64.b64encode(raw)[:-4],
        "base64, second offset": base64.b64encode(b"x" + raw)[4:-4],
        "base64, third offset": base64.b64encode(b"xx" + raw)[4:-4],
        "hex": raw.hex().encode(),
        "reversed": b"canary-made-up-7f3a91"[::-1],
    }


def found_in(data: bytes) -> list[str]:
    """How the canary shows in some bytes."""
    return [how for how, trace in traces(CANARY).items() if trace in data]


def arguments_of_processes() -> bytes:
    """The command line and environment of every process of this machine that may be read."""
    seen = []
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                seen.append((process / name).read_bytes())
            except OSError:
                continue  # ended meanwhile, or another user's
    return b"\n".join(seen)


def use_the_canary(stack: Stack) -> None:
    """Everything that handles a value: create, update, refused requests, boots with and without a key."""
    stack.store("alice", "CANARY", CANARY)
    stack.call("alice", "PATCH", "/v1/secrets/private/CANARY", {"value": CANARY + "-newer"})
    body = {"scope": "private", "value": CANARY}
    assert stack.call("alice", "POST", "/v1/secrets", {**body, "name": "CANARY"}).status == 409
    assert stack.call("alice", "POST", "/v1/secrets", {**body, "name": "LD_PRELOAD"}).status == 422
    assert stack.call("alice", "POST", "/v1/secrets", {**body, "name": "A", "unknown": CANARY}).status == 400
    assert stack.call("alice", "POST", "/v1/secrets", f'{{"value": "{CANARY[:22]}", '.encode()).status == 400
    assert stack.call("bob", "POST", "/v1/secrets", {**body, "name": "A", "scope": "shared"}).status == 403
    assert stack.boot() == {"CANARY": CANARY + "-newer"}
    assert stack.call(None, "POST", "/v1/inject", {}, bearer=stack.boot_token()).json["env"]


def wait_until_saved(stack: Stack) -> None:
    """Wait for the emulator to write what it knows to its state folder."""
    began, state = time.time(), stack.folder / "state" / "services" / "dynamodb.json"
    while state.stat().st_mtime <= began:
        assert time.time() < began + SAVED_WITHIN_SECONDS, "the emulator does not save its state"
        time.sleep(0.5)


def test_the_search_finds_what_is_there() -> None:
    for how, hidden in {
        "raw": CANARY.encode(),
        "base64": base64.b64encode(CANARY.encode()),
        "base64, second offset": base64.b64encode(b"?" + CANARY.encode() + b"?"),
        "hex": CANARY.encode().hex().encode(),
    }.items():
        assert how in found_in(b"before " + hidden + b" after")


def test_a_value_is_found_nowhere_in_clear(stack: Stack) -> None:
    use_the_canary(stack)
    assert found_in(str(stack.rows()).encode()) == []
    assert found_in("\n".join(stack.log_lines()).encode()) == []
    assert found_in(arguments_of_processes()) == []
    stack.call("alice", "PATCH", "/v1/secrets/private/CANARY", {"description": "something to save"})
    wait_until_saved(stack)
    leaks = {str(path): found_in(path.read_bytes()) for path in stack.files() if path.is_file()}
    assert {path: how for path, how in leaks.items() if how} == {}


def test_a_boot_token_is_found_nowhere_in_clear(stack: Stack) -> None:
    token = stack.boot_token()
    stack.inject(token, Vm.new())
    secret_part = max(token.replace("_", ".").split("."), key=len).encode()
    assert secret_part not in str(stack.rows()).encode()
    assert secret_part not in "\n".join(stack.log_lines()).encode()
