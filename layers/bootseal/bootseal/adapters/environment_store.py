"""Environments in the table: the `EnvironmentReader` and `EnvironmentWriter` ports.

| row | pk | sk | read by |
| --- | --- | --- | --- |
| current | `ORG#<org>#ENVIRONMENTS` | `<name>` | listing, GET, and a process's first boot with it |
| head | `ORG#<org>#ENVIRONMENT#<name>` | `HEAD` | every other boot with it: the version alone, one read unit |
| version | the same | `VERSION#<version>` | the history, and a boot that is asked for again |

A version never changes, so a process keeps what it read of one and asks only for the head. The heads of an org are
partitions of their own: a storm of boots with one environment meets no other's, and one head serves 3,000 strongly
consistent reads a second (DynamoDB developer guide, partition throughput).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from bootseal.adapters.audit_rows import audit_item
from bootseal.adapters.rows import Item
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.audit_model import AuditEvent
from bootseal.environment_model import Environment
from bootseal.errors import IntegrityError, VersionMismatch

_NEW: Final = "attribute_not_exists(pk)"
_SAME_VERSION: Final = "version = :version"
_VERSION: Final = "VERSION#"


@dataclass(frozen=True, slots=True)
class EnvironmentStore:
    """All that touches rows of environments."""

    table: Table
    audit_days: int = 0

    def current(self, org: str, name: str) -> Environment | None:
        """The environment as it is now."""
        return _found(self.table.get(_current_key(org, name)), org, name)

    def current_version(self, org: str, name: str) -> str | None:
        """The version of `current`."""
        head = self.table.get(_head_key(org, name))
        return None if head is None else _version(head, name)

    def at_version(self, org: str, name: str, version: str) -> Environment | None:
        """One version of its history."""
        return _found(self.table.get(_version_key(org, name, version)), org, name)

    def page(self, org: str, after: str, limit: int) -> Sequence[Environment]:
        """Up to `limit` environments with names after `after`."""
        # A space sorts below all of a name's characters: the first text after `after` itself.
        values = {":pk": {"S": _current_pk(org)}, ":after": {"S": f"{after} "}}
        items = self.table.query("pk = :pk AND sk > :after", values, ConsistentRead=True, Limit=limit)
        return [_environment(item, org, item["sk"]["S"]) for item in islice(items, limit)]

    def history(self, org: str, name: str, before: str | None, limit: int) -> Sequence[Environment]:
        """Up to `limit` versions older than `before`, newest first."""
        values = {
            ":pk": {"S": _pk(org, name)},
            ":low": {"S": _VERSION},
            # The end of BETWEEN is included; "$" sorts right behind "#" and so behind every version.
            ":high": {"S": f"{_VERSION}{_just_before(before)}" if before else "VERSION$"},
        }
        items = self.table.query(
            "pk = :pk AND sk BETWEEN :low AND :high", values, ConsistentRead=True, ScanIndexForward=False, Limit=limit
        )
        return [_environment(item, org, name) for item in islice(items, limit)]

    def put(self, before: Environment | None, after: Environment, event: AuditEvent) -> None:
        """Current row, head, version and audit entry: all or none."""
        condition, options = (_NEW, {}) if before is None else (_SAME_VERSION, _expected(before))
        org, name = after.org, after.name
        head = {**_head_key(org, name), "version": {"S": after.version}}
        self._change(
            self.table.put_op(_item(after, _current_key(org, name)), condition, **options),
            self.table.put_op(head),
            self.table.put_op(_item(after, _version_key(org, name, after.version)), _NEW),
            event=event,
        )

    def delete(self, before: Environment, note: Environment, event: AuditEvent) -> None:
        """Current row and head gone, the deletion noted in the history, audit entry: all or none."""
        org, name = before.org, before.name
        self._change(
            self.table.delete_op(_current_key(org, name), _SAME_VERSION, **_expected(before)),
            self.table.delete_op(_head_key(org, name)),
            self.table.put_op(_item(note, _version_key(org, name, note.version)), _NEW),
            event=event,
        )

    def _change(self, *operations: dict[str, Any], event: AuditEvent) -> None:
        try:
            self.table.transact([*operations, self.table.put_op(audit_item(event, self.audit_days))])
        except ConditionFailedError:
            raise VersionMismatch from None


def _expected(environment: Environment) -> dict[str, Any]:
    return {"ExpressionAttributeValues": {":version": {"S": environment.version}}}


def _current_pk(org: str) -> str:
    return f"ORG#{org}#ENVIRONMENTS"


def _pk(org: str, name: str) -> str:
    return f"ORG#{org}#ENVIRONMENT#{name}"


def _current_key(org: str, name: str) -> dict[str, Any]:
    return {"pk": {"S": _current_pk(org)}, "sk": {"S": name}}


def _head_key(org: str, name: str) -> dict[str, Any]:
    return {"pk": {"S": _pk(org, name)}, "sk": {"S": "HEAD"}}


def _version_key(org: str, name: str, version: str) -> dict[str, Any]:
    return {"pk": {"S": _pk(org, name)}, "sk": {"S": _VERSION + version}}


def _just_before(version: str) -> str:
    """A text that sorts right before `version`, with no version in between ("~" is above them all)."""
    return version[:-1] + chr(ord(version[-1]) - 1) + "~"


def _item(environment: Environment, key: Item) -> dict[str, Any]:
    return {
        **key,
        "org": {"S": environment.org},
        "name": {"S": environment.name},
        "description": {"S": environment.description},
        "variables": {"M": {name: {"S": value} for name, value in environment.variables}},
        "version": {"S": environment.version},
        "created_at": {"S": environment.created_at},
        "created_by": {"S": environment.created_by},
        "updated_at": {"S": environment.updated_at},
        "updated_by": {"S": environment.updated_by},
        "deleted": {"BOOL": environment.deleted},
        "signature": {"B": environment.signature},
    }


def _version(head: Item, name: str) -> str:
    version = head.get("version", {}).get("S")
    if not isinstance(version, str):
        raise _changed(name)
    return version


def _check_labels(item: Item, org: str, name: str) -> None:
    # Its place says whose it is, and that is what is signed. Labels that say otherwise show a row that was changed.
    if item["org"] != {"S": org} or item["name"] != {"S": name}:
        raise _changed(name)


def _changed(name: str) -> IntegrityError:
    return IntegrityError(f"The environment {name} was changed outside Bootseal and is refused")


def _found(item: Item | None, org: str, name: str) -> Environment | None:
    return None if item is None else _environment(item, org, name)


def _environment(item: Item, org: str, name: str) -> Environment:
    """The environment of a row read from where those of `org` called `name` lie. Raises `IntegrityError`."""
    try:
        _check_labels(item, org, name)
        return Environment(
            org=org,
            name=name,
            description=item["description"]["S"],
            variables=tuple(sorted((key, value["S"]) for key, value in item["variables"]["M"].items())),
            version=item["version"]["S"],
            created_at=item["created_at"]["S"],
            created_by=item["created_by"]["S"],
            updated_at=item["updated_at"]["S"],
            updated_by=item["updated_by"]["S"],
            deleted=item["deleted"]["BOOL"],
            signature=item["signature"]["B"],
        )
    except (KeyError, TypeError, AttributeError):
        raise _changed(name) from None
