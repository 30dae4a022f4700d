"""Opens what the service sent and trusts none of it: every name and size is checked again on this side."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bootseal.errors import IntegrityError
from bootseal.model import SecretValue
from bootseal.names import is_reserved
from bootseal.sealing import bundle_info, open_sealed
from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, CliError

VARIABLE_MAX_BYTES: Final = 131_072
"""Longest `NAME=value` with its closing NUL: MAX_ARG_STRLEN, 32 pages (Linux, include/uapi/linux/binfmts.h)."""

TOTAL_MAX_BYTES: Final = 2_097_152 - 262_144
"""Most bytes of all variables, pointers included: a quarter of the usual 8 MiB stack (execve(2), "Limits on size of
arguments and environment"), less 256 KiB for what programs have besides."""

POINTER_BYTES: Final = 8

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")
"""NUL, which no variable can hold, and lone surrogates, which no UTF-8 can say."""

_UNUSABLE: Final = "the service's answer cannot be used"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The environment of one boot and its value-free record."""

    environment: Mapping[str, str] = field(repr=False)
    receipt: Mapping[str, Any]

    @property
    def injected(self) -> tuple[str, ...]:
        """The variables that hold secrets; the others are defaults."""
        return injected_names(self.receipt)


def injected_names(receipt: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the env names a receipt lists as injected, in its order."""
    entries = receipt.get("secrets")
    if not isinstance(entries, list):
        return ()
    found = (entry for entry in entries if isinstance(entry, dict) and entry.get("status") == "injected")
    return tuple(str(entry.get("env_name")) for entry in found)


def open_bundle(answer: Mapping[str, Any], private_key: bytes, token: SecretValue) -> Bundle:
    """Return the bundle in a 200 answer.

    Raises CliError: exit 6 where a variable cannot be set on this machine, by name; exit 1 where the answer is not
    sealed to this VM, does not open, or is not whole.
    """
    receipt = answer.get("receipt")
    if not isinstance(receipt, dict):
        raise CliError(f"{_UNUSABLE}: it has no receipt; is --api-url the Bootseal API?")
    environment = _decode(_open(answer.get("sealed_env"), private_key, token))
    _check_names(environment)
    _check_sizes(environment)
    bundle = Bundle(environment, receipt)
    if absent := [name for name in bundle.injected if name not in environment]:
        raise CliError(f"{_UNUSABLE}: its receipt names secrets that are not in it: {', '.join(absent)}")
    return bundle


def _open(sealed: object, private_key: bytes, token: SecretValue) -> bytes:
    if not isinstance(sealed, str):
        # Never the clear `env` instead: a VM that sent its key asked for an answer nobody on the way can read.
        raise CliError(f"{_UNUSABLE}: it is not sealed to this VM")
    try:
        return open_sealed(private_key, base64.b64decode(sealed, validate=True), bundle_info(token.reveal()))
    except (binascii.Error, ValueError, IntegrityError):
        raise CliError(f"{_UNUSABLE}: it does not open with this VM's key; launch again with a new token") from None


def _decode(opened: bytes) -> dict[str, str]:
    try:
        pairs = json.loads(opened, object_pairs_hook=list)
    except ValueError:
        pairs = None
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) and _is_text(pair[1]) for pair in pairs):
        raise CliError(f"{_UNUSABLE}: it is not a flat object of texts")
    environment = dict(pairs)
    if len(environment) != len(pairs):
        raise CliError(f"{_UNUSABLE}: it has a variable twice")
    return environment


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not _NO_TEXT.search(value)


def _check_names(environment: Mapping[str, str]) -> None:
    wrong = [ascii(name) for name in environment if not _NAME.fullmatch(name)]
    reserved = [name for name in environment if _NAME.fullmatch(name) and is_reserved(name)]
    if wrong or reserved:
        raise _unrepresentable("names that no variable may have here", [*wrong, *reserved])


def _check_sizes(environment: Mapping[str, str]) -> None:
    sizes = {name: len(name) + len(value.encode()) + 2 for name, value in environment.items()}
    if long := [f"{name} ({size} bytes)" for name, size in sizes.items() if size > VARIABLE_MAX_BYTES]:
        raise _unrepresentable(f"larger than the {VARIABLE_MAX_BYTES} bytes Linux allows a variable", long)
    total = sum(size + POINTER_BYTES for size in sizes.values())
    if total > TOTAL_MAX_BYTES:
        largest = sorted(sizes, key=lambda name: -sizes[name])[:5]
        listed = [f"{name} ({sizes[name]} bytes)" for name in largest]
        raise _unrepresentable(f"{total} bytes in all, over {TOTAL_MAX_BYTES}: no program could start; largest", listed)


def _unrepresentable(what: str, names: list[str]) -> CliError:
    return CliError(f"{what}, so nothing was written: {', '.join(names)}", EXIT_NOT_REPRESENTABLE)
