"""What the command line and the VM read: files people wrote, and answers of a service that may be hostile."""

import base64
import io
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from bootseal.model import SecretValue
from bootseal.sealing import bundle_info, generate_key_pair, seal
from bootseal_cli.api.problems import problem_of
from bootseal_cli.api.transport import Answer
from bootseal_cli.failures import CliError
from bootseal_cli.importing import from_dotenv, from_json, from_yaml, reading
from bootseal_cli.importing.entries import checked
from bootseal_cli.manifest import read_manifest
from bootseal_cli.vm import bundle, quick_json
from bootseal_cli.vm.redactor.parts import VALUE_MIN
from bootseal_cli.vm.redactor.redactor import Redactor
from fuzz.bites import Bites

PRIVATE, PUBLIC = generate_key_pair()
TOKEN = SecretValue("bsl1_made-up.e30")


class _File:
    """Stands for a path: reading one from the disk each time would be most of the work."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def open(self, _: str) -> io.BytesIO:
        return io.BytesIO(self.content)

    def __str__(self) -> str:
        return "app.yaml"


def manifests(data: bytes) -> None:
    """A manifest declares variables, or is refused with what is wrong."""
    bites = Bites(data)
    head = bites.choice((b"", b"requirements:\n  secrets:\n"))
    try:
        declared = read_manifest(_File(head + bites.rest()))  # type: ignore[arg-type]
    except CliError:
        return
    assert declared is None or len({item.env_name for item in declared}) == len(declared)


def imports(data: bytes) -> None:
    """A file to import is whole or refused, naming lines and never what stands there."""
    bites = Bites(data)
    parse, wanted = bites.choice(((from_dotenv.parse, "dotenv"), (from_json.parse, "json"), (from_yaml.parse, "yaml")))
    raw = bites.rest()
    try:
        entries = checked(parse(reading._text_of(raw, wanted)), wanted, skip_empty=False)
    except CliError as error:
        if "canary-in-the-file" in error.message:
            raise AssertionError("a refusal shows a value") from error
        return
    assert len({entry.env_name for entry in entries}) == len(entries)


def bundles(data: bytes) -> None:
    """What a service sealed to a VM is an environment every program can start with, or refused."""
    bites = Bites(data)
    if bites.byte() % 2:
        content, receipt = bites.rest(), {"secrets": []}
        sealed: Any = base64.b64encode(seal(PUBLIC, content, bundle_info(TOKEN.reveal()))).decode()
        answer: Any = {"receipt": receipt, "sealed_env": sealed}
    else:
        answer = bites.json()
        answer = answer if isinstance(answer, dict) else {"receipt": answer, "sealed_env": answer}
    try:
        opened = bundle.open_bundle(answer, PRIVATE, TOKEN)
    except CliError:
        return
    for name, value in opened.environment.items():
        assert name.isascii()
        assert name.replace("_", "a").isalnum()
        assert "\0" not in value
        value.encode()


def problems(data: bytes) -> None:
    """Whatever a service answers where it fails: one error that can be printed on a terminal."""
    bites = Bites(data)
    status = bites.choice((400, 401, 403, 404, 409, 412, 422, 429, 500, 502, 503))
    headers = {"x-request-id": bites.plain()}
    error = problem_of(Answer(status, headers, bites.rest()))
    assert error.exit_code in range(1, 7)
    assert not any(c < " " and c != "\n" for c in error.message)


def quick(data: bytes) -> None:
    """The quick reader of JSON and the standard one agree."""
    try:
        expected: Any = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        expected = type(error)
    try:
        found: Any = quick_json.read(data)
    except (ValueError, RecursionError) as error:
        found = type(error)
    failed = isinstance(expected, type), isinstance(found, type)
    assert failed in ((True, True), (False, False)), (expected, found)
    assert failed[0] or repr(expected) == repr(found)


def streams(data: bytes) -> None:
    """A stream is masked the same wherever its chunks end, and no value comes through."""
    bites = Bites(data)
    secrets = {f"S{n}": bites.plain() for n in range(1 + bites.byte() % 3)}
    redactor = Redactor({name: value for name, value in secrets.items() if value})
    cuts = sorted(bites.byte() for _ in range(3))
    stream = bites.rest()
    for value in secrets.values():
        stream = stream.replace(b"\xff", value.encode(), 1)
    whole = redactor.masker()
    expected = whole.feed(stream) + whole.flush()
    parts = redactor.masker()
    ends = [0, *(min(cut, len(stream)) for cut in cuts), len(stream)]
    found = b"".join(parts.feed(stream[a:b]) for a, b in pairwise(ends)) + parts.flush()
    assert found == expected
    shown = found
    for name in secrets:
        shown = shown.replace(f"[REDACTED:{name}]".encode(), b"\xff")  # A byte that no value has.
    for value in secrets.values():
        if len(value) >= VALUE_MIN:
            assert value.encode() not in shown


CLIENT: dict[str, Callable[[bytes], None]] = {
    "manifests": manifests,
    "imports": imports,
    "bundles": bundles,
    "problems": problems,
    "quick_json": quick,
    "streams": streams,
}
