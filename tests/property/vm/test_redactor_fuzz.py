"""A fuzz of the whole redactor: random values, shown in random ways, in random chunks.

Three seconds in the suite; `BOOTSEAL_FUZZ_SECONDS=600` for a long one. A failure names the seed that repeats it.
"""

import base64
import html
import json
import os
import random
import shlex
import string
import time
import urllib.parse
from collections.abc import Callable, Iterator

from bootseal_cli.vm.redactor.forms import catalogue
from bootseal_cli.vm.redactor.parts import VALUE_MIN
from bootseal_cli.vm.redactor.redactor import Redactor
from support.vm.naive_masker import mask

SECONDS = float(os.environ.get("BOOTSEAL_FUZZ_SECONDS", "3"))
FIRST_SEED = int(os.environ.get("BOOTSEAL_FUZZ_SEED", "0"))

ALPHABETS = (
    string.ascii_letters + string.digits + "-_",
    string.ascii_letters + string.digits + "+/=",
    string.printable,
    "ab",
    "é🗝ключ\u2028 '\"\\\n\r\t<&%+/",
)
SHOWN: tuple[Callable[[str], bytes], ...] = (
    str.encode,
    lambda value: base64.b64encode(value.encode()),
    lambda value: base64.urlsafe_b64encode(value.encode()).rstrip(b"="),
    lambda value: value.encode().hex().encode(),
    lambda value: value.encode().hex().upper().encode(),
    lambda value: urllib.parse.quote(value, safe="").encode(),
    lambda value: urllib.parse.quote_plus(value).encode(),
    lambda value: json.dumps(value)[1:-1].encode(),
    lambda value: json.dumps(value, ensure_ascii=False)[1:-1].encode(),
    lambda value: shlex.quote(value).encode(),
    lambda value: repr(value)[1:-1].encode(),
    lambda value: html.escape(value).encode(),
    lambda value: value.replace("\n", "\r\n").encode() if "\r" not in value else value.encode(),
)


def some_value(dice: random.Random) -> str:
    """Return one value: a token, a text of several lines, JSON, or a piece of nothing in particular."""
    alphabet = dice.choice(ALPHABETS)
    lines = ["".join(dice.choices(alphabet, k=dice.randint(1, 40))) for _ in range(dice.choice((1, 1, 1, 3, 6)))]
    if dice.random() < 0.1:
        return json.dumps({"leaf": lines, "n": dice.randint(0, 10**12)}, ensure_ascii=dice.random() < 0.5)
    return dice.choice(("\n", "\n", "\r\n", "")).join(lines)


def some_secrets(dice: random.Random) -> dict[str, str]:
    """Return a few secrets, some of which begin or end alike or lie inside one another."""
    values = [some_value(dice) for _ in range(dice.randint(1, 5))]
    for _ in range(dice.randint(0, 2)):
        value = dice.choice(values)
        cut = dice.randint(0, len(value))
        values.append(dice.choice((value[:cut], value[cut:], value[:cut] + some_value(dice), value + value)))
    return {f"S{n}": value for n, value in enumerate(values) if value}


def some_output(dice: random.Random, secrets: dict[str, str]) -> bytes:
    """Return output with values in it, whole or cut short, one after another or apart."""
    pieces = []
    for value in dice.choices(list(secrets.values()), k=dice.randint(1, 8)):
        shown = dice.choice(SHOWN)(value)
        pieces.append(shown if dice.random() < 0.7 else shown[: dice.randint(0, len(shown))])
        pieces.append(dice.choice((b"", b"", b"\n", b" ", b"x", dice.randbytes(dice.randint(0, 9)))))
    return b"".join(pieces)


def chunks(dice: random.Random, data: bytes) -> Iterator[bytes]:
    """Yield `data` in pieces of random sizes, often of one byte."""
    position = 0
    while position < len(data):
        size = dice.choice((1, 1, 2, dice.randint(1, 50), len(data)))
        yield data[position : position + size]
        position += size


def check(seed: int) -> None:
    """Raise AssertionError unless all that must hold holds for the case of `seed`."""
    dice = random.Random(seed)
    secrets = some_secrets(dice)
    data = some_output(dice, secrets)
    masker = Redactor(secrets).masker()
    out = b"".join(masker.feed(chunk) for chunk in chunks(dice, data)) + masker.flush()
    names: dict[bytes, str] = {}
    list(catalogue(secrets, names))
    present = {text: name for text, name in names.items() if text in data}
    assert out == mask(data, present), f"seed {seed}: differs from masking by definition"
    for value in secrets.values():
        if len(value) >= VALUE_MIN and b"REDACTED" not in value.encode():
            for show in SHOWN:
                assert show(value) not in out or not shows_alone(show(value)), f"seed {seed}: a form came through"


def shows_alone(form: bytes) -> bool:
    """Return whether a form is long enough to be looked for, and is not by chance a part of a mask itself."""
    return len(form) >= VALUE_MIN and form not in b"[REDACTED:S0][REDACTED:S1]"


def test_the_redactor_holds_for_random_values_forms_and_chunks() -> None:
    until, seed = time.monotonic() + SECONDS, FIRST_SEED
    while time.monotonic() < until:
        check(seed)
        seed += 1
    print(f"{seed - FIRST_SEED} cases in {SECONDS:.0f} s")
    assert seed > FIRST_SEED
