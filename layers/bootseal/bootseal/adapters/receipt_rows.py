"""Rows of receipts: one for each boot, under its session, with its keys in the indexes. See docs/table.md."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bootseal.adapters import shards
from bootseal.adapters.part_rows import Lines, Part, PartRef, entries_from, packed, parse_ref, unpacked_parts
from bootseal.adapters.rows import Item
from bootseal.boot_model import BootSubject, Receipt, ReceiptEntry, Status
from bootseal.errors import IntegrityError
from bootseal.model import Scope, ScopeKind
from bootseal.services.selection import in_order

_OPTIONAL: Final = ("project", "environment", "environment_version")
_BOOT: Final = "BOOT#"
_INDEXES: Final = {ScopeKind.PROJECT: "gsi2", ScopeKind.SHARED: "gsi4"}


def receipt_pk(org: str, session_id: str) -> str:
    """The partition of a session's receipts."""
    return f"ORG#{org}#SESSION#{session_id}"


def receipt_key(org: str, session_id: str, token_hash: str) -> dict[str, Any]:
    """Where the receipt of a token's boot lies."""
    return {"pk": {"S": receipt_pk(org, session_id)}, "sk": {"S": f"{_BOOT}{token_hash}"}}


def is_in_place(item: Item) -> bool:
    """Whether a row found in an index lies where receipts do, so that only a boot can have written it."""
    place: str = item["pk"]["S"]
    return place.startswith(receipt_pk(item["org"]["S"], "")) and item["sk"]["S"].startswith(_BOOT)


def position(receipt: Receipt) -> str:
    """The receipt's place among all boots in time order."""
    return f"{receipt.created_at}#{receipt.token_hash[:16]}"


def receipt_item(receipt: Receipt, parts: Sequence[Part], riding: Iterable[Part], expires_at: int) -> dict[str, Any]:
    """The row of `receipt`, which names its `parts` and carries those of them that are `riding` with it.

    What its keys say (session, token, time) is not said again, nor what it has none of: a usual receipt then takes one
    write unit, 1,024 bytes, in the table and in each of its indexes.
    """
    subject = receipt.subject
    carried = {part.ref.text: part.lines for part in riding}
    optional = (subject.project, subject.environment, receipt.environment_version)
    return {
        **receipt_key(subject.org, receipt.session_id, receipt.token_hash),
        **_index_keys(receipt, parts),
        "org": {"S": subject.org},
        "user": {"S": subject.user},
        **{name: {"S": text} for name, text in zip(_OPTIONAL, optional, strict=True) if text},
        "vm_id": {"S": receipt.vm_id},
        "parts": {"L": [{"S": part.ref.text} for part in parts]},
        **({"carried": {"B": packed(carried)}} if carried else {}),
        **_names("missing", [line.env_name for line in receipt.entries if line.status is Status.MISSING]),
        **_names("defaults", receipt.defaults),
        "source_ip": {"S": receipt.source_ip},
        "user_agent": {"S": receipt.user_agent},
        "expires_at": {"N": str(expires_at)},
    }


def _names(attribute: str, names: Sequence[str]) -> dict[str, Any]:
    return {attribute: {"L": [{"S": name} for name in names]}} if names else {}


def _index_keys(receipt: Receipt, parts: Sequence[Part]) -> dict[str, Any]:
    org, chosen = receipt.subject.org, receipt.token_hash
    places = {"gsi1": shards.boots_of_user(org, receipt.subject.user), "gsi3": shards.boots_of_org(org)}
    for ref in (part.ref for part in parts if part.ref.scope.kind in _INDEXES):
        places[_INDEXES[ref.scope.kind]] = shards.boots_with_part(org, ref.scope, ref.name)
    at = {"S": position(receipt)}
    keys: dict[str, Any] = {}
    for index, partitions in places.items():
        keys |= {f"{index}pk": {"S": shards.home(partitions, chosen)}, f"{index}sk": at}
    return keys


def part_index(scope: Scope) -> str:
    """The index that finds boots by their part of `scope`, a project's or the shared one."""
    return _INDEXES[scope.kind]


def refs_of(item: Item) -> list[PartRef]:
    """The parts a stored receipt is made of. Raises `IntegrityError`."""
    try:
        return [parse_ref(item["org"]["S"], entry["S"]) for entry in item["parts"]["L"]]
    except (KeyError, TypeError):
        raise _changed() from None


def carried_by(item: Item) -> Mapping[str, Lines]:
    """The parts a stored receipt carries itself, by how it names them. Raises `IntegrityError`."""
    try:
        return unpacked_parts(item["carried"]["B"]) if "carried" in item else {}
    except KeyError:
        raise _changed() from None


def receipt_from(item: Item, lines: Mapping[str, Lines]) -> Receipt:
    """The receipt of a row whose parts' `lines` were read, by how it names them. Raises `IntegrityError`."""
    try:
        entries = [entry for ref in refs_of(item) for entry in entries_from(lines[ref.text], ref.scope)]
        absent = [ReceiptEntry(name, name, None, None, Status.MISSING) for name in _named(item, "missing")]
        return _receipt(item, in_order([*entries, *absent]))
    except (KeyError, TypeError):
        raise _changed() from None


def _receipt(item: Item, entries: tuple[ReceiptEntry, ...]) -> Receipt:
    if not is_in_place(item):
        raise _changed()
    project, environment, version = (item.get(name, {}).get("S") for name in _OPTIONAL)
    org = item["org"]["S"]
    return Receipt(
        subject=BootSubject(org, item["user"]["S"], project, environment),
        session_id=item["pk"]["S"].removeprefix(receipt_pk(org, "")),
        vm_id=item["vm_id"]["S"],
        token_hash=item["sk"]["S"].removeprefix(_BOOT),
        created_at=item["gsi1sk"]["S"].partition("#")[0],
        entries=entries,
        defaults=tuple(_named(item, "defaults")),
        environment_version=version,
        source_ip=item["source_ip"]["S"],
        user_agent=item["user_agent"]["S"],
    )


def _named(item: Item, attribute: str) -> list[str]:
    return [name["S"] for name in item[attribute]["L"]] if attribute in item else []


def _changed() -> IntegrityError:
    return IntegrityError("A stored receipt was changed and cannot be read")
