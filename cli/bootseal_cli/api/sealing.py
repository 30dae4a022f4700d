"""Sealing values on this machine, so that neither the network nor the service's functions that write ever see them."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bootseal.model import SecretValue, parse_scope
from bootseal.names import env_name
from bootseal.sealing import KEY_BYTES, SUITE_NAME, seal, value_info
from bootseal_cli.api.client import Client, Document
from bootseal_cli.failures import CliError

_NOT_SENT = "nothing was sent; check with who runs the service, and that BOOTSEAL_API_URL is yours"


class Sealer:
    """Seals values for one caller and one scope; asks the service for the scope's public key once."""

    def __init__(self, client: Client, org: str, user: str, scope: str) -> None:
        """`org` and `user` come from the caller's own sign-in, `scope` is `private`, `shared` or `project:<slug>`."""
        self._client = client
        self._org = org
        self._scope = scope
        self._scope_key = parse_scope(scope, user).key
        self._public_key: bytes | None = None
        self._key_id = ""

    def sealed_fields(self, name: str, value: SecretValue) -> Document:
        """Return the body fields that carry `value` for the secret `name`, sealed.

        Raises CliError where the service asks to seal to anything but this caller's own org and scope.
        """
        info = value_info(self._org, self._scope_key, env_name(name))
        if self._public_key is None:
            self._fetch_key(name, info)
        assert self._public_key is not None  # noqa: S101 - set by the line above; told to the type checker
        sealed = seal(self._public_key, value.reveal().encode(), info)
        fields = {"encrypted_value": base64.b64encode(sealed).decode(), "key_id": self._key_id}
        hint = value.hint()
        return {**fields, "hint": hint} if hint else fields

    def _fetch_key(self, name: str, info: bytes) -> None:
        answer = self._client.get(f"/v1/scopes/{self._scope}/public-key", {"name": name}).document
        _check_suite(answer)
        # Rebuilt here rather than believed: a service that names another scope must not get a value sealed for it.
        if _bytes_of(answer, "info") != info:
            raise CliError(f"the service describes another place than the one asked for; {_NOT_SENT}")
        key = _bytes_of(answer, "public_key")
        if len(key) != KEY_BYTES or not isinstance(answer.get("key_id"), str):
            raise CliError(f"the service sent no usable public key; {_NOT_SENT}")
        self._public_key, self._key_id = key, answer["key_id"]


def _check_suite(answer: Mapping[str, Any]) -> None:
    if answer.get("suite") != SUITE_NAME:
        raise CliError("the service seals in a way this bootseal does not know; upgrade it, or use --no-seal")


def _bytes_of(answer: Mapping[str, Any], key: str) -> bytes:
    try:
        return base64.b64decode(str(answer.get(key, "")), validate=True)
    except (binascii.Error, ValueError):
        return b""


def plain_fields(value: SecretValue) -> Document:
    """Return the body field that carries `value` in the clear; only TLS protects it on the way."""
    return {"value": value.reveal()}
