"""Whatever is written in whatever order, a boot gets what lies in the table: nothing kept is served in its place."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest import mock

import boto3
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from bootseal.adapters.checksum import checksum_key
from bootseal.adapters.contents_cache import KEPT_SECONDS, CachedBundles, KeptScopes
from bootseal.adapters.import_store import TableImportStore
from bootseal.adapters.removal_store import TableRemovalStore
from bootseal.adapters.secret_store import SecretStore
from bootseal.adapters.table import Table
from bootseal.audit_model import Action, AuditEvent
from bootseal.errors import NameConflict, VersionMismatch
from bootseal.import_ports import StagedChange
from bootseal.model import SHARED, Scope, ScopeKey, SealedValue, Secret, private_scope
from bootseal.ports import ScopeContents
from support.aws import CREDENTIALS, TABLE, account
from support.checksums import set_by_hand

ORG, ALICE = "acme", private_scope("alice")
NAMES = ("A", "B", "C")


def event() -> AuditEvent:
    drawn = secrets.token_hex(8)
    return AuditEvent(org=ORG, time="2026-01-02T03:04:05.678Z", event_id=drawn, actor="a", action=Action.SECRET_UPDATE)


def made(scope: Scope, name: str, revision: int = 1, key: str = "k000001", size: int = 8) -> Secret:
    """A row like any other; nothing here looks at its signature but to tell it from others."""
    version = secrets.token_hex(8)
    sealed = SealedValue(secrets.token_bytes(size), key, "suite", None)
    time = "2026-01-02T03:04:05.678Z"
    signature = secrets.token_bytes(70)
    return Secret(
        ORG, scope, name, name, "", True, False, sealed, version, version, revision, time, "a", time, "a", (), signature
    )


def scope_key(scope: Scope, generation: int) -> ScopeKey:
    return ScopeKey(ORG, scope, generation, b"public", b"wrapped", "2026-01-02T03:04:05.678Z", b"signature")


class Stores:
    """Everything that writes secrets, over one table."""

    def __init__(self) -> None:
        self.table = Table(boto3.client("dynamodb"), TABLE)
        self.secrets = SecretStore(self.table, 1)
        self.imports = TableImportStore(self.table, self.secrets, 1)
        self.removals = TableRemovalStore(self.table, self.secrets, 1)

    def put(self, scope: Scope, *names: str) -> list[Secret]:
        rows = [made(scope, name) for name in names]
        for row in rows:
            self.secrets.create(row, [event()])
        return rows


class Container:
    """One process that answers boots."""

    def __init__(self, stores: Stores) -> None:
        self.time = 0.0
        self.bundles = CachedBundles(stores.secrets, KeptScopes(lambda: self.time))

    def read(self, *scopes: Scope) -> list[ScopeContents]:
        """What `Boot` does with a `BundleReader`."""
        found: dict[Scope, ScopeContents] = {}
        for call in self.bundles.calls(ORG, scopes):
            found.update(call())
        return [found[scope] if scope in found else self.bundles.bundle(ORG, scope) for scope in scopes]

    def knows(self, scope: Scope) -> bool:
        return self.bundles.kept.get(ORG, scope) is not None


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with account():
        made_stores = Stores()
        made_stores.secrets.add_key(scope_key(SHARED, 1), event())
        yield made_stores


class Writes(RuleBasedStateMachine):
    """Writers, imports that die, hands in the table, and two containers that read now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        patch = self._stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        self._stack.enter_context(account())
        self.stores = Stores()
        self.containers = [Container(self.stores), Container(self.stores)]
        self.keys = 0
        self.add_key()

    def teardown(self) -> None:
        self._stack.close()

    def current(self, name: str) -> Secret | None:
        return self.stores.secrets.get(ORG, SHARED, name)

    @rule()
    def add_key(self) -> None:
        self.keys += 1
        assert self.stores.secrets.add_key(scope_key(SHARED, self.keys), event())

    @rule(name=st.sampled_from(NAMES))
    def create(self, name: str) -> None:
        there = self.current(name)
        try:
            self.stores.secrets.create(made(SHARED, name, key=f"k{self.keys:06d}"), [event()])
        except NameConflict:
            assert there is not None

    @rule(name=st.sampled_from(NAMES))
    def replace_or_delete_what_is_gone(self, name: str) -> None:
        """A writer that comes too late changes nothing."""
        with pytest.raises(VersionMismatch):
            self.stores.secrets.delete(made(SHARED, name), event())

    @rule(name=st.sampled_from(NAMES), seals=st.booleans())
    def change(self, name: str, seals: bool) -> None:
        old = self.current(name)
        if old is None:
            return
        new = made(SHARED, name, old.revision + (not seals), f"k{self.keys:06d}")
        if seals:
            self.stores.secrets.reseal(old, replace(new, version=old.version, superseded=old.superseded))
        else:
            kept = (*old.superseded, (old.version, old.value_version))
            self.stores.secrets.replace(old, replace(new, superseded=kept), [], event())

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        old = self.current(name)
        if old is not None:
            self.stores.secrets.delete(old, event())

    @rule(
        names=st.sets(st.sampled_from(NAMES), min_size=1),
        dies_before=st.sampled_from(["stage", "commit", "settle", "done", "never"]),
    )
    def bring(self, names: set[str], dies_before: str) -> None:
        imports, import_id = self.stores.imports, secrets.token_hex(8)
        self.pass_a_minute()
        imports.recover(ORG, SHARED)
        olds = {name: self.current(name) for name in sorted(names)}
        changes = [
            StagedChange(old, made(SHARED, name, old.revision + 1 if old else 1), event()) for name, old in olds.items()
        ]
        steps = {
            "stage": lambda: imports.stage(import_id, changes),
            "commit": lambda: imports.commit(ORG, SHARED, import_id, changes, event(), None),
            "settle": lambda: imports.settle(ORG, SHARED, import_id),
        }
        imports.begin(ORG, SHARED, import_id)
        for name, step in steps.items():
            if name == dies_before:
                break
            step()
        self.pass_a_minute()  # Else the next writer waits for it.

    def pass_a_minute(self) -> None:
        """What is staged may be given up."""
        for place in ("MARK#IMPORT", "SECRET$"):
            key = {"pk": {"S": f"ORG#{ORG}#SCOPE#shared"}, "sk": {"S": place}}
            item = self.stores.table.get(key)
            if item is not None:
                since = str(int(item["since"]["N"]) - 61)
                self.stores.table.put({**item, "since": {"N": since}})

    @rule(moment=st.integers(1, 10**9))
    def remove_user(self, moment: int) -> None:
        self.stores.removals.note_removal(ORG, SHARED, moment, event())

    @rule(total=st.one_of(st.none(), st.integers(-(2**90), 2**90).map(str), st.just("x")))
    def change_the_sum_by_hand(self, total: str | None) -> None:
        """Wrong in any way, with a count of changes that goes on. One that is set back as well is another test."""
        item = self.stores.table.get(checksum_key(ORG, SHARED))
        changes = {"N": str(int(item["changes"]["N"]) + 1)} if item and "changes" in item else {"N": "1"}
        sums: dict[str, Any] = {} if total is None else {"content_sum": {"S": "x"} if total == "x" else {"N": total}}
        set_by_hand(ORG, SHARED, changes=changes, **sums)
        self.recount()  # Else nothing would be kept from here on.

    @rule()
    def recount(self) -> None:
        self.stores.secrets.recount(ORG, SHARED)

    @rule(which=st.integers(0, 1), seconds=st.sampled_from([0.0, KEPT_SECONDS]))
    def boot(self, which: int, seconds: float) -> None:
        self.containers[which].time += seconds
        (got,) = self.containers[which].read(SHARED)
        truth = self.stores.secrets.scope_rows(ORG, SHARED)
        assert got.secrets == truth.contents.secrets
        assert {secret.sealed.key_id for secret in got.secrets} <= {key.key_id for key in got.keys}
        assert got.removed_at >= truth.contents.removed_at
        assert truth.add_up
        assert self.containers[which].knows(SHARED)

    @rule()
    @precondition(lambda self: self.keys > 1)
    def both_boot(self) -> None:
        self.boot(0, 0.0)
        self.boot(1, 0.0)


_EXAMPLES = os.environ.get("BOOTSEAL_MACHINE_EXAMPLES")


@pytest.mark.timeout(1200)
def test_a_boot_gets_what_lies_in_the_table_after_any_writes() -> None:
    quick = settings(
        max_examples=int(_EXAMPLES or "8"),
        stateful_step_count=25,
        deadline=None,
        derandomize=_EXAMPLES is None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Writes, settings=quick)  # type: ignore[no-untyped-call]


def writes_of(stores: Stores, rows: list[Secret]) -> dict[str, Any]:
    """One change of each kind."""
    first, last = rows[0], rows[-1]
    renewed = replace(made(SHARED, last.name, 2), superseded=((last.version, last.value_version),))
    change = StagedChange(first, made(SHARED, first.name, 2), event())

    def bring() -> None:
        stores.imports.begin(ORG, SHARED, "made-up")
        stores.imports.stage("made-up", [change, StagedChange(None, made(SHARED, "NEW"), event())])
        stores.imports.commit(ORG, SHARED, "made-up", [change], event(), None)

    def sealed_anew() -> None:
        stores.secrets.add_key(scope_key(SHARED, 2), event())
        stores.secrets.reseal(last, replace(made(SHARED, last.name, 1, "k000002"), version=last.version))

    return {
        "create": lambda: stores.put(SHARED, "AA"),
        "replace": lambda: stores.secrets.replace(last, renewed, [], event()),
        "delete": lambda: stores.secrets.delete(first, event()),
        "delete and create": lambda: (stores.secrets.delete(first, event()), stores.put(SHARED, first.name)),
        "reseal to a new key": sealed_anew,
        "import": bring,
        "removal": lambda: stores.removals.note_removal(ORG, SHARED, 7, event()),
    }


@pytest.mark.parametrize("page", range(5))
@pytest.mark.parametrize(
    "kind", ["create", "replace", "delete", "delete and create", "reseal to a new key", "import", "removal"]
)
def test_what_a_query_read_half_before_and_half_after_a_change_is_not_what_the_next_boot_gets(
    stores: Stores, kind: str, page: int
) -> None:
    rows = stores.put(SHARED, "A", "B", "C")
    write, container, asked = writes_of(stores, rows)[kind], Container(stores), 0
    original = stores.table.client.query

    def in_small_pages(**options: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == page + 1:
            write()
        return original(**{**options, "Limit": 1})

    with mock.patch.object(stores.table.client, "query", in_small_pages):
        container.read(SHARED)
    assert asked > page
    (got,) = container.read(SHARED)
    truth = stores.secrets.scope_rows(ORG, SHARED).contents
    assert got.secrets == truth.secrets
    assert got.removed_at == truth.removed_at
    assert {secret.sealed.key_id for secret in got.secrets} <= {key.key_id for key in got.keys}


def test_a_removal_is_told_by_the_checksum_alone(stores: Stores) -> None:
    stores.put(SHARED, "A")
    container = Container(stores)
    container.read(SHARED)
    # As DynamoDB forgets the note after a day: the checksum goes on telling it.
    stores.removals.note_removal(ORG, SHARED, 1234, event())
    stores.table.client.delete_item(
        TableName=TABLE, Key={"pk": {"S": f"ORG#{ORG}#SCOPE#shared"}, "sk": {"S": "MARK#REMOVED"}}
    )
    container.read(SHARED)
    assert container.knows(SHARED)
    assert container.read(SHARED)[0].removed_at == 1234


def test_a_key_that_no_secret_needs_yet_does_not_unsettle_what_is_kept(stores: Stores) -> None:
    stores.put(SHARED, "A")
    container = Container(stores)
    (first,) = container.read(SHARED)
    stores.secrets.add_key(scope_key(SHARED, 2), event())
    assert container.read(SHARED)[0].secrets is first.secrets


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"content_sum": {"N": "5"}},
        {"content_sum": {"S": "5"}},
        {"content_sum": {"N": "1.5"}},
        {"changes": {"M": {}}},
    ],
)
def test_rows_beside_a_wrong_checksum_are_never_kept_and_always_right(stores: Stores, attributes: Any) -> None:
    (old,) = stores.put(SHARED, "A")
    container = Container(stores)
    set_by_hand(ORG, SHARED, **attributes)
    assert container.read(SHARED)[0].secrets == [old]
    assert not container.knows(SHARED)
    new = replace(made(SHARED, "A", 2), superseded=((old.version, old.value_version),))
    if attributes in ({}, {"content_sum": {"N": "5"}}, {"content_sum": {"N": "1.5"}}):
        stores.secrets.replace(old, new, [], event())
        assert container.read(SHARED)[0].secrets == [new]


def test_what_is_kept_is_bounded_in_age_number_and_bytes(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    from bootseal.adapters import contents_cache

    scopes = [private_scope(f"u{number}") for number in range(4)]
    for scope in scopes:
        stores.secrets.add_key(scope_key(scope, 1), event())
        stores.secrets.create(made(scope, "A", size=4_000), [event()])
    container = Container(stores)
    monkeypatch.setattr(contents_cache, "KEPT_SCOPES", 2)
    container.read(*scopes)
    assert [container.knows(scope) for scope in scopes] == [False, False, True, True]
    monkeypatch.setattr(contents_cache, "KEPT_BYTES", 9_000 + 3 * 2_048)
    container.read(scopes[0])
    assert [container.knows(scope) for scope in scopes] == [True, False, False, False]
    monkeypatch.setattr(contents_cache, "KEPT_BYTES", 4_000)
    container.bundles.bundle(ORG, scopes[0])
    assert not container.knows(scopes[0])
    monkeypatch.undo()


def test_what_is_kept_is_dropped_after_its_time(stores: Stores) -> None:
    stores.put(SHARED, "A")
    container = Container(stores)
    container.read(SHARED)
    container.time = KEPT_SECONDS - 1
    container.read(SHARED)  # Being used makes nothing younger.
    assert container.knows(SHARED)
    container.time = KEPT_SECONDS
    assert not container.knows(SHARED)


def test_one_orgs_scope_is_not_anothers(stores: Stores) -> None:
    (row,) = stores.put(SHARED, "A")
    container = Container(stores)
    container.read(SHARED)
    assert [call() for call in container.bundles.calls("globex", [SHARED])] == [{SHARED: ScopeContents(SHARED, [], [])}]
    assert container.read(SHARED)[0].secrets == [row]
