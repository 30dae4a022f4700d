"""Booting VMs through the functions: a key pair, a token, the bundle opened."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from bootseal.sealing import bundle_info, generate_key_pair, open_sealed, seal
from support.calls import ALICE, Answer, Person, call, inject, issue


@dataclass(frozen=True)
class Vm:
    """One VM: its key pair."""

    keys: tuple[bytes, bytes] = field(default_factory=generate_key_pair)

    def ask(self, token: str, **body: Any) -> Answer:
        """Ask for the bundle of a token."""
        return inject(token, public_key=base64.b64encode(self.keys[1]).decode(), **body)

    def opened(self, token: str, answer: Answer) -> dict[str, str]:
        """The environment in an answer."""
        assert answer.status == 200, answer.text
        sealed = base64.b64decode(answer.json["sealed_env"])
        environment: dict[str, str] = json.loads(open_sealed(self.keys[0], sealed, bundle_info(token)))
        return environment


def boot(user: str = "alice", asks_for: Any = None, **fields: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """A whole boot: the environment and the receipt. `fields` are the launcher's, `asks_for` is the VM's manifest."""
    token = issue(user, **fields)
    vm = Vm()
    answer = vm.ask(token, **({} if asks_for is None else {"requirements": asks_for}))
    return vm.opened(token, answer), answer.json["receipt"]


def lines(receipt: dict[str, Any]) -> set[tuple[str, str | None, str]]:
    """A receipt's lines as (variable, scope, status)."""
    return {(line["env_name"], line["scope"], line["status"]) for line in receipt["secrets"]}


def created_sealed(name: str, plain: bytes, scope: str = "private", person: Person = ALICE) -> Answer:
    """Create a secret whose value the client sealed, whatever it is."""
    given = call("get_public_key", person, path={"scope": scope}, query={"name": name}).json
    sealed = seal(base64.b64decode(given["public_key"]), plain, base64.b64decode(given["info"]))
    body = {
        "name": name,
        "scope": scope,
        "key_id": given["key_id"],
        "encrypted_value": base64.b64encode(sealed).decode(),
    }
    return call("create_secret", person, body=body)


def declare(*required: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """A manifest's requirements."""
    secrets = [{"key": key} for key in required] + [{"key": key, "optional": True} for key in optional]
    return {"secrets": secrets}


def update(name: str, scope: str = "private", person: Person = ALICE, **fields: Any) -> Answer:
    """Change a secret."""
    answer = call("update_secret", person, path={"scope": scope, "name": name}, body=fields)
    assert answer.status == 200, answer.text
    return answer


def delete(name: str, scope: str = "private", person: Person = ALICE) -> None:
    """Delete a secret."""
    assert call("delete_secret", person, path={"scope": scope, "name": name}).status == 204
