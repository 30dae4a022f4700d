"""A scope of several DynamoDB pages: boots have all of it, lists page through all of it."""

from concurrent.futures import ThreadPoolExecutor

from support.deployed import Stack

COUNT = 250
SIZE = 8 * 1024
VALUES = {f"SECRET_{number:03d}": f"{number:03d}-made-up-".ljust(SIZE, "x") for number in range(COUNT)}


def test_250_secrets_of_8_kib_are_all_listed_and_all_booted(stack: Stack) -> None:
    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(lambda pair: stack.store("alice", *pair, scope="shared"), VALUES.items()))
    for limit in (7, 50, 200):
        names = [item["env_name"] for item in stack.all_secrets("bob", f"limit={limit}&scope=shared")]
        assert names == sorted(VALUES)
    assert stack.boot("bob") == VALUES
