"""template.yaml as data: intrinsic functions become one-entry mappings, as in CloudFormation's JSON."""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)  # type: ignore[no-untyped-call]


@cache
def template() -> dict[str, Any]:
    """The whole template."""
    loaded: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)
    return loaded


def resources(kind: str) -> dict[str, Any]:
    """Resources of one type, by logical id."""
    return {name: made for name, made in template()["Resources"].items() if made["Type"] == kind}


def functions() -> dict[str, Any]:
    """Functions by the verb they stand for, each with its properties."""
    found = resources("AWS::Serverless::Function").values()
    return {Path(made["Properties"]["CodeUri"]).name: made["Properties"] for made in found}


def role_of(function: str) -> dict[str, Any]:
    """The properties of a function's role."""
    logical_id = functions()[function]["Role"]["Fn::GetAtt"][0]
    role: dict[str, Any] = template()["Resources"][logical_id]["Properties"]
    return role


def statements(function: str) -> list[dict[str, Any]]:
    """Every statement of a function's role."""
    return [one for policy in role_of(function)["Policies"] for one in policy["PolicyDocument"]["Statement"]]


def actions(function: str, service: str) -> set[str]:
    """What a function's role may do with one service."""
    return {one for said in statements(function) for one in said["Action"] if one.startswith(f"{service}:")}


def may(function: str, action: str, partition_key: str, attributes: Collection[str] = ()) -> bool:
    """Say whether the template lets a function's role do something to the rows under a partition key.

    `attributes` are those an update names, its key's included; without any, whether it may update something there.
    """
    return any(_lets(said, partition_key, attributes) for said in statements(function) if action in said["Action"])


def _lets(statement: dict[str, Any], partition_key: str, attributes: Collection[str]) -> bool:
    from fnmatch import fnmatchcase

    patterns = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    named = statement["Condition"].get("ForAllValues:StringEquals", {}).get("dynamodb:Attributes")
    reached = any(fnmatchcase(partition_key, pattern) for pattern in patterns)
    return reached and (named is None or set(attributes) <= set(named))
