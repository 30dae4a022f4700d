"""What people would pick instead, as its own users run it: AWS's two secret stores, and credstash.

Each is put into place on the same endpoint with the same values, and read whole.
"""

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from common.stack import ROOT, RUN, VALUE, org_of

OTHERS_PYTHON = ROOT / ".tools" / "bench" / "bin" / "python"
GETALL = Path(__file__).resolve().parents[1] / "others" / "getall.py"

SECRETS_MANAGER_PAGE = 20
"""Most secrets of one BatchGetSecretValue (Secrets Manager API reference)."""

SSM_PAGE = 10
"""Most parameters of one GetParametersByPath (Systems Manager API reference)."""

Fetch = Callable[[], float]
"""Reads everything once; gives the milliseconds it took."""


def client(service: str, environment: Mapping[str, str]) -> Any:
    """A client of `service` that finds AWS where `environment` says."""
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def timed(work: Callable[[], list[str]], count: int) -> Fetch:
    """`work` with a clock around it, and a look at what it found."""

    def fetch() -> float:
        began = time.perf_counter()
        found = work()
        took = (time.perf_counter() - began) * 1000
        assert found == [VALUE] * count, f"{len(found)} of {count}"
        return took

    return fetch


def put_aws(count: int, environment: Mapping[str, str]) -> None:
    """Store `count` secrets in Secrets Manager and in SSM, under one KMS key."""
    key = client("kms", environment).create_key()["KeyMetadata"]["KeyId"]
    manager, parameters = client("secretsmanager", environment), client("ssm", environment)

    def put(number: int) -> None:
        manager.create_secret(Name=_secret_name(count, number), SecretString=VALUE, KmsKeyId=key)
        name = f"/{org_of(count)}/s{number:05d}"
        parameters.put_parameter(Name=name, Value=VALUE, Type="SecureString", KeyId=key)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(count)))


def _secret_name(count: int, number: int) -> str:
    return f"{org_of(count)}/s{number:05d}"


def secrets_manager(count: int, environment: Mapping[str, str]) -> Fetch:
    """BatchGetSecretValue by name, page after page: the names are known, as from a manifest."""
    manager = client("secretsmanager", environment)
    names = [_secret_name(count, number) for number in range(count)]
    pages = [names[start : start + SECRETS_MANAGER_PAGE] for start in range(0, count, SECRETS_MANAGER_PAGE)]

    def work() -> list[str]:
        answers = (manager.batch_get_secret_value(SecretIdList=page) for page in pages)
        return [secret["SecretString"] for answer in answers for secret in answer["SecretValues"]]

    return timed(work, count)


def ssm(count: int, environment: Mapping[str, str]) -> Fetch:
    """GetParametersByPath with decryption, page after page: what chamber does."""
    pages = client("ssm", environment).get_paginator("get_parameters_by_path")
    asked = {"Path": f"/{org_of(count)}", "WithDecryption": True, "PaginationConfig": {"PageSize": SSM_PAGE}}

    def work() -> list[str]:
        return [found["Value"] for page in pages.paginate(**asked) for found in page["Parameters"]]

    return timed(work, count)


class Credstash:
    """A credstash process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def order(self, order: str, count: int) -> float:
        """Have it `put` or `get` a whole table; gives the milliseconds it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{order} {count}\n")
        self._process.stdin.flush()
        took, done = self._process.stdout.readline().split()
        assert int(done) == count
        return float(took)


@contextmanager
def credstash(environment: Mapping[str, str]) -> Iterator[Credstash]:
    """credstash, which finds AWS where `environment` says."""
    command = [str(OTHERS_PYTHON), str(GETALL)]
    own = {**environment, "BENCH_VALUE": VALUE, "BENCH_RUN": RUN, "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, env=own, stdin=-1, stdout=-1, text=True) as process:
        try:
            yield Credstash(process)
        finally:
            process.kill()
