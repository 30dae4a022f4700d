"""Changing rows of the mocked table by hand, as somebody who can write it would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from support.aws import TABLE

Item = dict[str, Any]

OF_EACH_TYPE: dict[str, Any] = {
    "S": "x",
    "N": "7",
    "B": b"x",
    "BOOL": True,
    "NULL": True,
    "L": [],
    "M": {},
    "SS": ["x"],
}


def flips(attribute: Item) -> Iterator[tuple[str, Item]]:
    """An attribute with other content of its own type."""
    ((kind, content),) = attribute.items()
    if kind == "S":
        others = [content + "x", content[:-1], content.swapcase(), content + "\u200b", "x" * len(content)]
    elif kind == "B":
        others = [content[:-1], content + b"\0", b"", *(_flipped(content, n) for n in (0, len(content) // 2, -1))]
    elif kind == "N":
        others = [str(int(content) + 1), str(-int(content)), "0"]
    elif kind == "BOOL":
        others = [not content]
    elif kind == "L":
        others = [[*content, {"S": "a/b"}], content[:-1], content[::-1], [{"N": "1"}]]
    else:
        others = []
    for number, other in enumerate(others):
        if other != content:
            yield f"flip {number}", {kind: other}


def retypes(attribute: Item) -> Iterator[tuple[str, Item]]:
    """An attribute of every other type, with the same content where that can be."""
    ((kind, content),) = attribute.items()
    for other, sample in OF_EACH_TYPE.items():
        if other != kind:
            yield f"retype to {other}", {other: _as(content, other, sample)}


def _as(content: Any, kind: str, sample: Any) -> Any:
    if kind == "S" and isinstance(content, bytes | bool):
        return str(content)
    if kind == "B" and isinstance(content, str):
        return content.encode()
    if kind == "BOOL" and isinstance(content, str):
        return bool(content)
    return sample


def _flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content or b"\0")
    changed[place] ^= 1
    return bytes(changed)


def changes(row: Item, other: Item) -> Iterator[tuple[str, Item]]:
    """`row` with each of its attributes changed in every way in turn: flipped, retyped, removed, another row's."""
    for name, attribute in row.items():
        if name in ("pk", "sk"):
            continue
        for how, changed in (*flips(attribute), *retypes(attribute)):
            yield f"{name}: {how}", {**row, name: changed}
        yield f"{name}: removed", {key: content for key, content in row.items() if key != name}
        if name in other and other[name] != attribute:
            yield f"{name}: swapped", {**row, name: other[name]}


class Rows:
    """The table of the mocked account."""

    def __init__(self) -> None:
        self.client = boto3.client("dynamodb")

    def all(self) -> list[Item]:
        pages = self.client.get_paginator("scan").paginate(TableName=TABLE)
        return [item for page in pages for item in page["Items"]]

    def get(self, pk: str, sk: str) -> Item:
        return self.client.get_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]

    def put(self, *rows: Item) -> None:
        for row in rows:
            self.client.put_item(TableName=TABLE, Item=row)

    def drop(self, row: Item) -> None:
        self.client.delete_item(TableName=TABLE, Key={"pk": row["pk"], "sk": row["sk"]})

    @contextmanager
    def changed(self, row: Item) -> Iterator[None]:
        """`row` in the place of the one with its key, for a while."""
        key = {"pk": row["pk"], "sk": row["sk"]}
        before = self.client.get_item(TableName=TABLE, Key=key).get("Item")
        self.put(row)
        try:
            yield
        finally:
            self.put(before) if before else self.drop(row)


def moved(row: Item, pk: str | None = None, sk: str | None = None, **attributes: Item) -> Item:
    """A copy of `row` somewhere else."""
    key = {"pk": {"S": pk} if pk else row["pk"], "sk": {"S": sk} if sk else row["sk"]}
    return {**row, **attributes, **key}
