"""Whatever comes in: an answer that names a field, or a value that obeys its rule. No other exception, no echo."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bootseal.boot_model import BootSubject, hash_token, new_boot_token, subject_of
from bootseal.encoding import from_base64, length_prefixed, to_base64
from bootseal.errors import BootsealError, IntegrityError, InvalidRequest, TokenInvalid
from bootseal.http import Request, Response, endpoint
from bootseal.model import SecretValue, parse_scope
from bootseal.names import check_slug, env_name, is_reserved
from bootseal.schemas import CreateSecret, Inject, IssueBootToken, UpdateSecret
from bootseal.sealing import generate_key_pair, open_sealed, seal
from bootseal.services.viewing import _parse_cursor
from bootseal.signing import Verifier
from bootseal.strict_json import loads, parse
from support.calls import Context
from support.vectors import vectors

core = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ANY_TEXT = st.text(st.characters(), max_size=200) | st.text(
    "aA_.-9#:@%/\\\"'$`\n\r\t \u0130\ufb01\u017fK", max_size=140
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
PRIVATE, PUBLIC = generate_key_pair()


@core
@given(ANY_TEXT)
@example("\u017f")
@example("a\n")
def test_a_name_is_refused_or_becomes_a_variable_that_shells_can_hold(name: str) -> None:
    try:
        variable = env_name(name)
    except BootsealError:
        return
    assert variable.isascii()
    assert variable.replace("_", "A").isalnum()
    assert not variable[0].isdigit()
    assert len(variable) == len(name)
    assert is_reserved(variable) in (True, False)


@core
@given(ANY_TEXT)
def test_scopes_slugs_and_cursors_raise_only_our_errors(text: str) -> None:
    for read in (lambda: parse_scope(text, "alice"), lambda: check_slug(text, "x")):
        try:
            read()
        except BootsealError as error:
            assert len(text) < 12 or text not in str(error)  # noqa: PT017 - most texts are refused, some are fine
    try:
        _parse_cursor(text, Request({"requestContext": {"authorizer": {"org": "o", "user": "u"}}}).caller)
    except InvalidRequest as error:
        assert error.fields[0].field == "cursor"  # noqa: PT017


@core
@given(ANY_TEXT)
def test_a_value_comes_back_or_is_refused(text: str) -> None:
    try:
        assert SecretValue(text).reveal() == text
    except BootsealError as error:
        assert not text or "\0" in text or any(0xD800 <= ord(c) < 0xE000 for c in text), error  # noqa: PT017


@core
@given(st.binary(max_size=300))
@example(b"\xff\xfe{\x00}\x00")
@example(b'{"a":"\xed\xa0\x80"}')
def test_any_bytes_as_a_body_are_json_or_refused(body: bytes) -> None:
    try:
        document = loads(body)
    except InvalidRequest:
        return
    assert json.loads(body.decode("utf-8")) == document


@core
@given(JSON)
def test_any_json_in_the_place_of_a_body_raises_only_our_errors_and_is_not_quoted(document: Any) -> None:
    text = json.dumps(document)
    for shape in (CreateSecret, UpdateSecret, IssueBootToken, Inject):
        try:
            parse(text, shape)
        except BootsealError as error:
            assert error.detail  # noqa: PT017


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: JSON | st.just("x")
        for name in (
            "name",
            "scope",
            "value",
            "encrypted_value",
            "key_id",
            "hint",
            "public_key",
            "requirements",
            "user",
        )
    },
)


@core
@given(FIELDS)
def test_bodies_with_the_right_fields_and_any_content_raise_only_our_errors(document: dict[str, Any]) -> None:
    for shape in (CreateSecret, UpdateSecret, Inject, IssueBootToken):
        try:
            body: Any = parse(json.dumps(document), shape)
            for use in ("given_value", "raw_public_key"):
                if hasattr(body, use):
                    getattr(body, use)()
        except BootsealError as error:
            value = document.get("value")
            assert not isinstance(value, str) or len(value) < 8 or value not in str(error)  # noqa: PT017


@core
@given(ANY_TEXT)
def test_a_text_is_the_base64_of_its_bytes_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidRequest):
        assert to_base64(from_base64(text, "x")) == text


@core
@given(st.lists(st.binary(max_size=20), max_size=5), st.lists(st.binary(max_size=20), max_size=5))
def test_length_prefixed_is_injective(one: list[bytes], other: list[bytes]) -> None:
    assert (length_prefixed(one) == length_prefixed(other)) == (one == other)


@core
@given(st.binary(max_size=400), st.binary(max_size=60))
def test_bytes_that_nobody_sealed_do_not_open(sealed: bytes, info: bytes) -> None:
    with pytest.raises(IntegrityError):
        open_sealed(PRIVATE, sealed, info)


@core
@given(st.binary(max_size=2_000), st.binary(max_size=300))
def test_what_was_sealed_opens_under_its_info_and_no_other(plain: bytes, info: bytes) -> None:
    sealed = seal(PUBLIC, plain, info)
    assert open_sealed(PRIVATE, sealed, info) == plain
    with pytest.raises(IntegrityError):
        open_sealed(PRIVATE, sealed, info + b"\0")


@core
@given(st.binary(max_size=100), st.binary(max_size=100))
def test_bytes_that_nobody_signed_do_not_verify(statement: bytes, signature: bytes) -> None:
    verifier = Verifier(bytes.fromhex(vectors("sealed-format")["signing_public_key"]))
    with pytest.raises(IntegrityError):
        verifier.verify(statement, signature, "row")


@core
@given(ANY_TEXT)
def test_any_text_as_a_boot_token_is_refused_as_one(text: str) -> None:
    for token in (text, f"bsl1_{text}", f"bsl1_{'A' * 43}.{text}"):
        with pytest.raises(TokenInvalid):
            subject_of(token)


@core
@given(JSON)
def test_any_json_as_a_tokens_subject_is_refused_or_a_subject(document: Any) -> None:
    encoded = base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
    try:
        subject = subject_of(f"bsl1_{'A' * 43}.{encoded}")
    except TokenInvalid:
        return
    assert isinstance(subject.org, str)


@core
@given(st.sampled_from([None, "web"]), st.sampled_from([None, "staging"]))
def test_a_made_token_says_its_subject_and_no_two_are_alike(project: str | None, environment: str | None) -> None:
    subject = BootSubject("acme", "alice", project, environment)
    one, other = new_boot_token(subject), new_boot_token(subject)
    assert subject_of(one) == subject_of(other) == subject
    assert hash_token(one) != hash_token(other)


EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "body": st.none() | ANY_TEXT,
        "isBase64Encoded": st.booleans(),
        "headers": st.none() | st.dictionaries(st.sampled_from(["If-Match", "Authorization", "X"]), ANY_TEXT),
        "pathParameters": st.none() | st.dictionaries(st.sampled_from(["scope", "name"]), ANY_TEXT),
        "queryStringParameters": st.none() | st.dictionaries(st.sampled_from(["limit", "q"]), ANY_TEXT),
        "requestContext": st.just({"authorizer": {"org": "acme", "user": "alice"}, "requestId": "r"}),
    },
)


def _everything(request: Request) -> Response:
    body: Any = request.body(CreateSecret)
    found = [request.if_match, request.path("scope"), request.query("q"), request.user_agent, request.authorization]
    return Response(200, [body.name, *found, request.query_int("limit", 1, 1, 9), request.caller.user])


@core
@given(EVENTS)
def test_any_event_is_answered_with_json_and_never_as_a_crash(event: dict[str, Any]) -> None:
    answer = endpoint(_everything)(event, Context())
    assert answer["statusCode"] in (200, 400, 401, 413, 415, 422, 500)
    body = json.loads(answer["body"])
    assert answer["statusCode"] != 500 or "\\ud" in json.dumps(event), body
