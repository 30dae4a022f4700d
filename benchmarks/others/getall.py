"""Runs credstash in an environment of its own, as a process that stays: `put N` fills a table, `get N` reads it all.

Each line of input is one order; each line of output says how many milliseconds it took and how many secrets there
were. Imports, session and thread pool are credstash's own business; only starting Python is not counted.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import credstash

VALUE = os.environ["BENCH_VALUE"]
KEY = "alias/credstash-bench"


def table_of(count: int) -> str:
    return f"credential-store-{os.environ['BENCH_RUN']}-{count}"


def put(count: int) -> int:
    """Make the key and the table, and fill it, as `credstash setup` and `credstash put` do."""
    session = credstash.get_session()
    kms = session.client("kms")
    if not any(alias["AliasName"] == KEY for alias in kms.list_aliases()["Aliases"]):
        kms.create_alias(AliasName=KEY, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    credstash.createDdbTable(table=table_of(count))
    table = {"table": table_of(count), "kms_key": KEY, "kms": kms, "dynamodb": session.resource("dynamodb")}

    def one(number: int) -> None:
        credstash.putSecret(f"s{number:05d}", VALUE, credstash.paddedInt(1), **table)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(count)))
    return count


def get(count: int) -> int:
    """Read and decrypt everything, as `credstash getall` does."""
    found = credstash.getAllSecrets(table=table_of(count))
    assert set(found.values()) == {VALUE}, "credstash read something else"
    return len(found)


def main() -> None:
    """Carry out orders until the input ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # credstash says things on standard output
    for line in sys.stdin:
        order, count = line.split()
        began = time.perf_counter()
        done = {"put": put, "get": get}[order](int(count))
        answers.write(f"{(time.perf_counter() - began) * 1000} {done}\n")


if __name__ == "__main__":
    main()
