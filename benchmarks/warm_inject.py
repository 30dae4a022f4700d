"""How much processor time a warm `boot_inject` takes, beside the crypto it cannot do without.

    python benchmarks/warm_inject.py [--quick]

The real handler, in a process that has booted before, with botocore's requests answered from what a mocked account
(moto) answered the first time: so that what is counted is ours, botocore's and the crypto's, and nobody else's.

`kept`: the scopes have not changed since this process read them. `read_again`: it reads and verifies them anew.
`…_trips`: the same calls to AWS with the same answers through the same client, and nothing else. `…_beyond`: what a
boot takes more than that. `opening`, `verifying`: the crypto alone, of as many values and as many signatures.
"""

import base64
import copy
import json
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from botocore import xform_name
from botocore.awsrequest import AWSResponse
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from common import options, results
from common.stack import PROJECT, USER, VALUE, boot_token, org_of, seed, use_tests_support

use_tests_support()

from bootseal import bootstrap  # noqa: E402
from bootseal.model import SHARED, private_scope, project_scope  # noqa: E402
from bootseal.parallel import together  # noqa: E402
from bootseal.sealing import generate_key_pair, load_private_key, seal, value_info  # noqa: E402
from support.aws import CREDENTIALS, account  # noqa: E402
from support.calls import Context, event_for, load  # noqa: E402

COUNTS, ROUNDS = (1, 10, 100, 250, 500), 15
LIMIT_MS, LIMIT_PER_SECRET_MS = 1.0, 0.15
"""The goal: at most so much beyond the round trips, and so much more a secret, on one core."""

_WRITES = frozenset({"UpdateItem", "PutItem", "TransactWriteItems"})


class Raw:
    """A response's body, as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content


class Recorder:
    """Keeps what was answered to each request, and answers from that once it is `replaying`."""

    def __init__(self) -> None:
        self.replaying = False
        self._answers: dict[tuple[str, bytes], tuple[int, dict[str, str], bytes, bytes]] = {}
        self._asking = threading.local()

    def install(self, client: Any) -> None:
        """Record or replay everything `client` does."""
        client.meta.events.register_first("before-send.*.*", self._before)
        client.meta.events.register_first("before-parse.*.*", self._after)

    def _before(self, request: Any, **_: Any) -> AWSResponse | None:
        self._asking.key, self._asking.use = _key(request), _use_of(request)
        known = self._answers.get(self._asking.key) if self.replaying else None
        if known is None:
            return None
        status, headers, body, use = known
        return AWSResponse(request.url, status, dict(headers), Raw(body.replace(use, self._asking.use)))

    def _after(self, response_dict: dict[str, Any], **_: Any) -> None:
        if not self.replaying:
            headers = {k: v for k, v in response_dict["headers"].items() if k.lower() != "x-amz-crc32"}
            answer = (response_dict["status_code"], headers, response_dict["body"], self._asking.use)
            # The first answer counts: a token's first use, a receipt's first storing.
            self._answers.setdefault(self._asking.key, answer)


def _key(request: Any) -> tuple[str, bytes]:
    target = request.headers["X-Amz-Target"]
    name = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
    body = request.body if isinstance(request.body, bytes) else request.body.encode()
    # A write names the time and the receipt; what is answered to it is the same all the same.
    return name, b"" if name in _WRITES else body


def _use_of(request: Any) -> bytes:
    """The mark by which a boot knows its own use of the token again; the row that comes back holds it."""
    body = json.loads(request.body)
    mark = body.get("ExpressionAttributeValues", {}).get(":use", {})
    return str(mark.get("S", "no mark")).encode()


@contextmanager
def booting(count: int) -> Iterator[Callable[[], None]]:
    """Gives what boots a VM of a user with `count` secrets, all of whose answers from AWS are known."""
    os.environ.update(CREDENTIALS)
    with account() as settings:
        os.environ.update(settings)
        bootstrap.reset()
        seed(count)
        recorder = Recorder()
        _booter(count)()  # another token's boot: makes the clients, unwraps the keys
        recorder.install(bootstrap.table().client)
        boot = _booter(count)
        boot()  # asks whether what is kept has changed
        _forget_scopes(count)
        _booter(count)()  # reads all of it
    recorder.replaying = True  # outside of the account: botocore asks every handler, and moto would work on
    yield boot


def _booter(count: int) -> Callable[[], None]:
    """What sends one and the same request: to a replayed table each is the first use of the token."""
    _, public = generate_key_pair()
    event = event_for("boot_inject")
    event["body"] = json.dumps({"public_key": base64.b64encode(public).decode()})
    event["headers"] = {"Authorization": f"Bearer {boot_token(count)}"}
    handler = load("boot_inject").handler

    def boot() -> None:
        answer = handler(event, Context())
        assert answer["statusCode"] == 200, answer["body"]

    return boot


def _forget_scopes(count: int) -> None:
    """Have the next boot read and verify its scopes again; keys stay unwrapped."""
    bootstrap.bundles().forget(org_of(count), (private_scope(USER), project_scope(PROJECT), SHARED))


def trips_of(boot: Callable[[], None]) -> Callable[[], None]:
    """What makes the calls of one `boot` and nothing else: those it makes at once, then the receipt's."""
    client, calls = bootstrap.table().client, list[Callable[[], Any]]()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append(partial(getattr(client, xform_name(model.name)), **copy.deepcopy(params)))

    client.meta.events.register("provide-client-params.dynamodb.*", note, unique_id="trips")
    boot()
    client.meta.events.unregister("provide-client-params.dynamodb.*", unique_id="trips")

    def trips() -> None:
        together(calls[:-1])
        calls[-1]()

    return trips


def rounds_of(work: Callable[[], None], rounds: int, before: Callable[[], None] = lambda: None) -> list[float]:
    """Milliseconds of processor time, all threads, of each of `rounds` times `work`."""
    taken = []
    for _ in range(rounds):
        before()
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return taken


def crypto(count: int) -> dict[str, Callable[[], None]]:
    """What opens `count` values, and what verifies `count` signatures, and nothing more."""
    private, public = generate_key_pair()
    info = value_info("acme", "shared", "OPENAI_API_KEY")
    sealed, key = seal(public, VALUE.encode(), info), load_private_key(private)
    signing = ec.generate_private_key(ec.SECP256R1())
    statement, algorithm = os.urandom(600), ec.ECDSA(SHA256())
    signature, verifying = signing.sign(statement, algorithm), signing.public_key()

    def opening() -> None:
        for _ in range(count):
            key.open(sealed, info)

    def verification() -> None:
        for _ in range(count):
            verifying.verify(signature, statement, algorithm)

    return {"opening": opening, "verifying": verification}


def measure(counts: Sequence[int], rounds: int) -> dict[str, Any]:
    """Processor time by number of secrets, and the line through it."""
    cases = []
    for count in counts:
        with booting(count) as boot:
            taken = _taken(boot, partial(_forget_scopes, count), rounds)
        taken |= {name: rounds_of(work, rounds) for name, work in crypto(count).items()}
        cases.append({"secrets": count, **{name: results.summary(each, 3) for name, each in taken.items()}})
    lines = {name: _line(cases, name) for name in cases[0] if name != "secrets"}
    return {"cases": cases, "lines": lines, "limit": {"ms": LIMIT_MS, "per_secret_ms": LIMIT_PER_SECRET_MS}}


def _taken(boot: Callable[[], None], forget: Callable[[], None], rounds: int) -> dict[str, list[float]]:
    """Whole boots, the same calls bare, and the difference turn by turn; then all of it with scopes read again."""
    taken: dict[str, list[float]] = {}
    for name, before in (("kept", _nothing), ("read_again", forget)):
        before()
        trips = trips_of(boot)
        whole, bare = rounds_of(boot, rounds, before), rounds_of(trips, rounds)
        taken[name], taken[f"{name}_trips"] = whole, bare
        middle = statistics.median(bare)
        taken[f"{name}_beyond"] = [each - middle for each in whole]
    return taken


def _nothing() -> None:
    """Leave everything as it is."""


def _line(cases: Sequence[dict[str, Any]], name: str) -> dict[str, float]:
    """The straight line through the medians: milliseconds for none, and for each secret more."""
    counts, medians = [case["secrets"] for case in cases], [case[name]["median"] for case in cases]
    if len(counts) < 2:
        return {"ms": medians[0], "per_secret_ms": 0.0}
    line = statistics.linear_regression(counts, medians)
    return {"ms": round(line.intercept, 3), "per_secret_ms": round(line.slope, 4)}


def main() -> None:
    """Measure and save."""
    given = options.parser(__doc__).parse_args()
    found = measure((1, 10), 3) if given.quick else measure(COUNTS, ROUNDS)
    for case in found["cases"]:
        print({name: part if name == "secrets" else part["median"] for name, part in case.items()})
    print(found["lines"])
    if not given.quick:
        print(results.save("warm_inject", found))


if __name__ == "__main__":
    main()
