"""An OIDC issuer: where its endpoints are, and posting to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from bootseal_cli.addresses import checked_base, is_loopback
from bootseal_cli.api.transport import Answer, Transport
from bootseal_cli.failures import CliError
from bootseal_cli.output.text import printable

_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The endpoints of one issuer, from its discovery document (OpenID Connect Discovery 1.0, section 3)."""

    url: str
    token_endpoint: str
    authorization_endpoint: str | None
    device_authorization_endpoint: str | None
    revocation_endpoint: str | None
    names_itself_in_answers: bool


def discover(url: str) -> Issuer:
    """Read the discovery document of the issuer at `url`; CliError where it is none or not this issuer's."""
    base = checked_base(url, "--issuer")
    answer = Transport(base).exchange("GET", _WELL_KNOWN, headers={"Accept": "application/json"}, repeatable=True)
    document = answer.json() if answer.ok else None
    if not isinstance(document, dict):
        raise CliError(f"{base} is not an OIDC issuer: {base}{_WELL_KNOWN} answered {answer.status}; check --issuer")
    _check_same_issuer(base, document)
    return Issuer(
        url=base,
        token_endpoint=_need(_endpoint(document, "token_endpoint"), "token_endpoint"),
        authorization_endpoint=_endpoint(document, "authorization_endpoint"),
        device_authorization_endpoint=_endpoint(document, "device_authorization_endpoint"),
        revocation_endpoint=_endpoint(document, "revocation_endpoint"),
        names_itself_in_answers=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _check_same_issuer(base: str, document: Mapping[str, Any]) -> None:
    """Refuse a document that speaks for another issuer (Discovery 1.0, section 4.3).

    An emulator on this machine keeps the name the cloud gives an issuer while it serves it from a local port. Whoever
    can answer on our own loopback can do worse already, so there the name may differ.
    """
    if str(document.get("issuer", "")).rstrip("/") != base and not is_loopback(base):
        raise CliError("the issuer's discovery document names another issuer; check --issuer")


def _endpoint(document: Mapping[str, Any], key: str) -> str | None:
    found = document.get(key)
    if not isinstance(found, str) or not found:
        return None
    return checked_base(found, f"the issuer's {key}")


def _need(endpoint: str | None, key: str) -> str:
    if endpoint is None:
        raise CliError(f"the issuer's discovery document has no {key}; check --issuer")
    return endpoint


def post_form(endpoint: str, form: Mapping[str, str | None]) -> Answer:
    """Post a form to one of the issuer's endpoints, without the fields that are None."""
    parts = urlsplit(endpoint)
    given = {key: value for key, value in form.items() if value is not None}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    transport = Transport(f"{parts.scheme}://{parts.netloc}")
    return transport.exchange("POST", parts.path or "/", headers=headers, body=urlencode(given).encode())


def oauth_error(answer: Answer) -> tuple[str, str]:
    """Return the OAuth error code of an answer and a sentence for people (RFC 6749 section 5.2)."""
    document = answer.json()
    if not isinstance(document, dict):
        return "", f"the issuer answered with status {answer.status}"
    code = str(document.get("error") or "")
    said = str(document.get("error_description") or code or f"status {answer.status}")
    return code, printable(said)
