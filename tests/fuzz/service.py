"""What the service reads: each target takes any bytes and raises only where a promise is broken."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bootseal.errors import BootsealError, IntegrityError
from bootseal.http import Request, Response, endpoint
from bootseal.import_schemas import ImportSecrets
from bootseal.media_type import check_json
from bootseal.model import SecretValue, parse_scope, parse_scope_key
from bootseal.names import check_name, check_slug, env_name, is_reserved
from bootseal.schemas import (
    CloneSecret,
    CreateSecret,
    Inject,
    IssueBootToken,
    PutEnvironment,
    ResolveTemplates,
    RollbackSecret,
    RotateScopeKey,
    UpdateSecret,
)
from bootseal.sealing import generate_key_pair, open_sealed
from bootseal.services import environments, templates, viewing
from bootseal.signing import Verifier
from bootseal.strict_json import parse
from bootseal.timeline import parse_cursor, parse_moment
from fuzz.bites import Bites

BODIES = (
    CreateSecret,
    UpdateSecret,
    RollbackSecret,
    CloneSecret,
    RotateScopeKey,
    IssueBootToken,
    PutEnvironment,
    ResolveTemplates,
    Inject,
    ImportSecrets,
)
PRIVATE, PUBLIC = generate_key_pair()
SIGNING = ec.derive_private_key(7, ec.SECP256R1())


def names(data: bytes) -> None:
    """A name is refused, or becomes one variable that every shell can hold."""
    text = Bites(data).text()
    for read in (check_name, lambda t: check_slug(t, "x"), lambda t: parse_scope(t, "alice"), _org_scope):
        _quietly(read, text)
    try:
        variable = env_name(text)
    except BootsealError:
        return
    assert variable.isascii()
    assert variable.replace("_", "A").isalnum()
    assert not variable[0].isdigit()
    assert is_reserved(variable) in (True, False)


def _org_scope(text: str) -> object:
    try:
        return parse_scope_key(text)
    except ValueError:
        return None


def bodies(data: bytes) -> None:
    """A body is one of ours or refused by one of our errors."""
    bites = Bites(data)
    shape = bites.choice(BODIES)
    _quietly(lambda raw: parse(raw, shape, ""), bites.rest())


def _everything(request: Request) -> Response:
    seen: list[Any] = [request.request_id, request.source_ip, request.user_agent, request.is_authenticated]
    seen += [request.path("scope"), request.path("name"), request.query_all("secret"), request.authorization]
    seen += [request.if_match, request.idempotency_key, request.query_int("limit", 1, 1, 200)]
    seen += [request.query_text("search"), request.caller.user]
    check_json(request.header("Content-Type"))
    parse_scope(request.path("scope"), request.caller.user)
    env_name(request.path("name"))
    request.body(CreateSecret)
    return Response(200, {"seen": len(seen)})


HANDLER = endpoint(_everything)


def requests(data: bytes) -> None:
    """Whatever API Gateway passes on: an answer below 500 that no cache keeps."""
    bites = Bites(data)
    texts = [bites.plain() for _ in range(8)]
    event: dict[str, Any] = {
        "pathParameters": {"scope": texts[0], "name": texts[1]},
        "queryStringParameters": {"limit": texts[2], "search": texts[3]},
        "multiValueQueryStringParameters": {"limit": [texts[2]] * (1 + bites.byte() % 2), "search": [texts[3]]},
        "headers": {bites.choice(("Content-Type", "content-type")): texts[4], "If-Match": texts[5]},
        "multiValueHeaders": {"Authorization": [texts[6]] * (bites.byte() % 3)},
        "requestContext": {"authorizer": {"org": "acme", "user": "alice", "permissions": "", "projects": "*"}},
        "isBase64Encoded": bool(bites.byte() % 2),
        "httpMethod": "POST",
        "path": texts[7],
    }
    event["headers"][bites.choice(("Idempotency-Key", "x"))] = texts[7]
    event["body"] = bites.rest().decode("utf-8", "replace")
    answer = HANDLER(event, None)
    assert answer["statusCode"] < 500, answer
    assert answer["headers"]["Cache-Control"] == "no-store"


def cursors(data: bytes) -> None:
    """A cursor is a place in what the caller may see anyhow, or refused."""
    text = Bites(data).text()
    caller = Request({"requestContext": {"authorizer": {"org": "o", "user": "u", "projects": "*"}}}).caller
    for read in (parse_cursor, lambda t: parse_moment(t, "since"), environments._after):
        _quietly(read, text)
    try:
        found = viewing._parse_cursor(text, caller)
    except BootsealError:
        return
    assert found is None or found.scope.key in ("private:u", "shared") or found.scope.key.startswith("project:")


def sealed_values(data: bytes) -> None:
    """Nothing opens that was not sealed to the key, and nothing but `IntegrityError` says so."""
    bites = Bites(data)
    info = bites.raw()
    try:
        open_sealed(PRIVATE, bites.rest(), info)
    except IntegrityError:
        return
    raise AssertionError("made-up bytes opened")


VERIFYING = Verifier(
    SIGNING.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)


def signatures(data: bytes) -> None:
    """No made-up signature holds."""
    bites = Bites(data)
    try:
        VERIFYING.verify(bites.raw(), bites.rest(), "It")
    except IntegrityError:
        return
    raise AssertionError("a made-up signature holds")


def resolving(data: bytes) -> None:
    """Texts with placeholders are filled once, or refused."""
    bites = Bites(data)
    texts = {bites.text(): bites.text() for _ in range(bites.byte() % 4)}
    value = "{{OTHER}}"
    try:
        named = templates.placeholders(templates.check_templates(texts))
        filled = templates.filled(texts, {name: SecretValue(value) for name in named})
        templates.check_header(filled)
    except BootsealError:
        return
    assert not any(c in text for text in filled.values() for c in "\r\n\0")
    assert list(filled) == list(texts)


def _quietly(read: Callable[[Any], object], given: Any) -> None:
    try:
        read(given)
    except BootsealError as error:
        if error.code == "internal_error":
            raise AssertionError("an error without a name") from error


SERVICE: dict[str, Callable[[bytes], None]] = {
    "names": names,
    "bodies": bodies,
    "requests": requests,
    "cursors": cursors,
    "sealed_values": sealed_values,
    "signatures": signatures,
    "resolving": resolving,
}
