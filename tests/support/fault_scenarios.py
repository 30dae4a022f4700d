"""One ordinary call of every function that uses AWS, and what the table looks like before and after it."""

import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bootseal import bootstrap
from bootseal.adapters import pending, rows
from bootseal.adapters.import_store import TableImportStore
from bootseal.model import parse_scope_key, private_scope
from bootseal.sealing import bundle_info, generate_key_pair, open_sealed
from bootseal.services.succession import verify_secret
from support.calls import LAUNCHER, Answer, Person, call, create, inject, issue

CANARY = "canary-77aa-Zq7"
ONE = {"scope": "private", "name": "one"}
STAGING = {"name": "staging"}


@dataclass
class Prepared:
    """What the scenarios share: an older version, an unused boot token, and the key of the VM that will use it."""

    older: str = ""
    current: str = ""
    token: str = ""
    vm: tuple[bytes, bytes] = (b"", b"")


def prepare() -> Prepared:
    """A small org: private and shared secrets, an environment, a boot that was, a boot that will be."""
    older = create("one", CANARY + "-old").json["version"]
    current = call("update_secret", path=ONE, body={"value": CANARY + "-one"}).json["version"]
    create("two", CANARY + "-two")
    create("three", CANARY + "-three", "shared")
    body = {"variables": {"REGION": "eu-central-1"}}
    assert call("put_environment", path=STAGING, body=body).status == 201
    assert inject(issue()).status == 200
    return Prepared(older, current, issue(environment="staging", ttl_seconds=900), generate_key_pair())


Scenario = Callable[[Prepared], Answer]


def _update(ready: Prepared) -> Answer:
    match = {"If-Match": f'"{ready.current}"'}
    return call("update_secret", path=ONE, body={"value": CANARY + "-new"}, headers=match)


def _boot(ready: Prepared) -> Answer:
    return inject(ready.token, public_key=base64.b64encode(ready.vm[1]).decode())


def _import(_: Prepared) -> Answer:
    entries = [{"name": "one", "value": CANARY + "-a"}, {"name": "four", "value": CANARY + "-b"}]
    return call("import_secrets", body={"scope": "private", "entries": entries, "on_conflict": "update"})


def _resolve(_: Prepared) -> Answer:
    body = {"templates": {"a": "Bearer {{ONE}}"}, "target": "header", "user": "alice"}
    return call("resolve_templates", LAUNCHER, body=body)


SCENARIOS: dict[str, Scenario] = {
    "create_secret": lambda _: create("new", CANARY + "-new"),
    "create_secret, first of a scope": lambda _: create("new", CANARY + "-new", "project:web"),
    "update_secret": _update,
    "delete_secret": lambda _: call("delete_secret", path=ONE),
    "get_secret": lambda _: call("get_secret", path=ONE),
    "list_secrets": lambda _: call("list_secrets"),
    "get_public_key": lambda _: call("get_public_key", path={"scope": "private"}, query={"name": "one"}),
    "list_versions": lambda _: call("list_versions", path=ONE),
    "rollback_secret": lambda ready: call("rollback_secret", path=ONE, body={"version": ready.older}),
    "clone_secret": lambda _: call("clone_secret", path=ONE, body={"scope": "shared"}),
    "import_secrets": _import,
    "rotate_scope_key": lambda _: call("rotate_scope_key", path={"scope": "shared"}, body={}),
    "issue_boot_token": lambda _: call("issue_boot_token", LAUNCHER, body={"user": "alice", "session_id": "s-1"}),
    "boot_inject": _boot,
    "preview_boot": lambda _: call("preview_boot", query={"environment": "staging"}),
    "list_boots": lambda _: call("list_boots", query={"user": "alice"}),
    "resolve_templates": _resolve,
    "query_audit": lambda _: call("query_audit", query={"actor": "alice"}),
    "put_environment": lambda _: call("put_environment", path=STAGING, body={"variables": {"REGION": "x"}}),
    "get_environment": lambda _: call("get_environment", path=STAGING),
    "list_environments": lambda _: call("list_environments"),
    "list_environment_versions": lambda _: call("list_environment_versions", path=STAGING),
    "delete_environment": lambda _: call("delete_environment", path=STAGING),
    "remove_user": lambda _: call("remove_user", Person(user="admin"), path={"user": "alice"}),
}


def finish_imports() -> None:
    """What the next change in the scope would do first: put in place what a committed import announced."""
    store = TableImportStore(bootstrap.table(), bootstrap.secret_store(), bootstrap.settings().audit_days)
    store.recover("acme", private_scope("alice"))


def shape(table: list[dict[str, Any]]) -> Counter[str]:
    """What is in the table, without what is random: how many rows of each kind, with what tells changes apart."""
    return Counter(filter(None, map(_kind, table)))


def _kind(row: dict[str, Any]) -> str:
    pk, sk = row["pk"]["S"], row["sk"]["S"]
    if "#AUDIT#" in pk or "#REFUSED" in pk:
        ok = row.get("outcome") == {"S": "ok"}
        return f"audit {row['action']['S']} {row['env_name']['S']}" if ok else ""
    if sk.startswith("SECRET#") and "version" not in row:
        return f"{sk} in {pk}, announced"
    if sk.startswith("SECRET#"):
        return f"{sk} in {pk}, revision {row['revision']['N']}, {row['key_id']['S']}"
    if sk.startswith("VERSION#"):
        return f"{sk.rpartition('#')[0]} in {pk}"
    if pk.startswith("BOOT#"):
        return f"token, {'used' if 'bound_key' in row else 'unused'}"
    if "#PARTS#" in pk or "#HELD" in pk or "#HOLD" in pk:
        return ""  # What boots got, written again every hour: says nothing about one boot.
    if "#SESSION#" in pk:
        return "receipt"
    if "#ENVIRONMENT" in pk:
        return f"environment {pk} {sk if len(sk) < 16 else 'version'}"
    return f"{pk} {sk}"


def assert_whole(table: list[dict[str, Any]]) -> None:
    """No row is half a row: signatures hold, histories are complete, no value is there in clear."""
    assert CANARY not in str(table)
    assert CANARY.encode() not in b"".join(_binaries(table))
    verifier, label = bootstrap.signer().verifier(), bootstrap.settings().table_label
    versions: Counter[str] = Counter()
    for row in table:
        pk, sk = row["pk"]["S"], row["sk"]["S"]
        if pending.import_of(row) is not None and "version" not in row:
            continue  # Only announced by an import that did not commit: no reader sees it.
        if sk.startswith(("SECRET#", "VERSION#")) and "#SCOPE#" in pk:
            org, _, scope_key = pk.removeprefix("ORG#").partition("#SCOPE#")
            secret = rows.secret_from(row, org, parse_scope_key(scope_key))
            verify_secret(verifier, label, secret)
            if sk.startswith("SECRET#"):
                versions.update(f"{pk}VERSION#{secret.env_name}#{version}" for version, _ in secret.superseded)
            else:
                versions.subtract([pk + sk])
    assert not +versions, "a version that is listed is gone"
    assert not -versions, "a version is there that nothing lists"


def _binaries(table: list[dict[str, Any]]) -> list[bytes]:
    found = []
    for row in table:
        for attribute in row.values():
            raw = attribute.get("B")
            if raw is not None:
                found.append(base64.b64decode(raw) if isinstance(raw, str) else bytes(raw))
    return found


def meaning(answer: Answer, ready: Prepared) -> Any:
    """An answer without what differs each time; a bundle opened."""
    if answer.status == 204 or not answer.text:
        return answer.status
    body = answer.json
    if "sealed_env" in body:
        sealed = base64.b64decode(body["sealed_env"])
        return open_sealed(ready.vm[0], sealed, bundle_info(ready.token)).decode()
    items = body.get("items")
    return (answer.status, sorted(body), None if items is None else len(items))
