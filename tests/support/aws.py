"""A mocked AWS account with the table and keys of `template.yaml`, for tests that run functions in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from bootseal import bootstrap
from support.atomic import one_call_at_a_time
from support.quick_moto import quick_moto

REPOSITORY = Path(__file__).resolve().parents[2]
REGION = "eu-central-1"
TABLE = "bootseal-test"

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
}


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as `{"Ref": ...}` or `{"Fn::X": ...}`."""


def _tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        content: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        content = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        content = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": content}


_Loader.add_multi_constructor("!", _tag)


@cache
def read_template() -> dict[str, Any]:
    """`template.yaml` as plain data; read once, for reading only."""
    return yaml.load((REPOSITORY / "template.yaml").read_text(), Loader=_Loader)


def create_table(name: str = TABLE) -> None:
    """The template's table, as far as its keys and indexes go."""
    wanted = read_template()["Resources"]["Table"]["Properties"]
    boto3.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=wanted["KeySchema"],
        AttributeDefinitions=wanted["AttributeDefinitions"],
        GlobalSecondaryIndexes=wanted["GlobalSecondaryIndexes"],
    )


@contextmanager
def account() -> Iterator[dict[str, str]]:
    """A fresh mocked account; gives the environment variables the functions need in it."""
    with quick_moto(), mock_aws(), one_call_at_a_time():
        create_table()
        kms = boto3.client("kms")
        seal = kms.create_key(KeySpec="SYMMETRIC_DEFAULT")["KeyMetadata"]["Arn"]
        signing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        yield {
            "TABLE_NAME": TABLE,
            "TABLE_LABEL": "bootseal-test-label",
            "SEAL_KEY_ID": seal,
            "SIGNING_KEY_ID": signing,
            "POWERTOOLS_METRICS_NAMESPACE": "Bootseal",
            "POWERTOOLS_SERVICE_NAME": "bootseal",
        }


@contextmanager
def running() -> Iterator[None]:
    """A fresh account and functions just started in it. Their environment is undone and they are forgotten after."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        bootstrap.reset()
        try:
            with account() as environment:
                for name, value in environment.items():
                    patch.setenv(name, value)
                yield
        finally:
            bootstrap.reset()


def scan() -> list[dict[str, Any]]:
    """Every item of the table."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=TABLE)
    return [item for page in pages for item in page["Items"]]
