"""Events in, answers out: the manners every function has."""

import json
from typing import Any

import pytest

from bootseal import errors
from bootseal.errors import BootsealError, InvalidRequest, NotAuthenticated, PayloadTooLarge
from bootseal.http import BODY_MAX_BYTES, Request, Response, endpoint, status_of
from support.logs import logged

CANARY = "sk-made-up-canary-4b1d"


def every_error(kind: type[BootsealError] = BootsealError) -> list[type[BootsealError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in every_error(child))]


def answered(work: Any, event: Any) -> tuple[int, dict[str, str], Any]:
    answer = endpoint(work)(event, None)
    assert set(answer) == {"statusCode", "headers", "body"}
    return answer["statusCode"], answer["headers"], json.loads(answer["body"]) if answer["body"] else None


def raising(error: BaseException) -> Any:
    def work(_: Request) -> Response:
        raise error

    return work


def test_every_error_has_a_code_of_its_own_a_title_and_a_status() -> None:
    kinds = every_error()
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert kind.code.replace("_", "").isalpha()
        assert kind.code == kind.code.lower()
        assert kind.title
        assert 400 <= status_of(kind(("X",)) if kind is errors.MissingRequired else kind()) <= 503


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_an_error_is_answered_as_a_problem_with_the_common_headers(kind: type[BootsealError]) -> None:
    error = kind(("DATABASE_URL",)) if kind is errors.MissingRequired else kind("what to do")
    status, headers, body = answered(raising(error), {"requestContext": {"requestId": "r-1"}})
    assert (status, body["status"], body["code"]) == (status_of(error), status, kind.code)
    assert body["title"] == kind.title
    assert body["detail"]
    assert body["request_id"] == "r-1" == headers["X-Request-Id"]
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("kind", "present"), [(errors.Throttled, True), (errors.Unavailable, True), (errors.NotFound, False)]
)
def test_retry_after_comes_where_a_retry_helps(kind: type[BootsealError], present: bool) -> None:
    _, headers, _ = answered(raising(kind()), {})
    assert ("Retry-After" in headers) is present


def test_a_401_names_the_scheme_to_use() -> None:
    _, headers, _ = answered(raising(NotAuthenticated()), {})
    assert headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("error", [RuntimeError(CANARY), ValueError(CANARY), KeyError(CANARY), RecursionError(CANARY)])
def test_a_bug_is_a_plain_500_and_its_message_is_neither_answered_nor_logged(error: Exception) -> None:
    with logged() as log:
        status, _, body = answered(raising(error), {})
    assert (status, body["code"]) == (500, "internal_error")
    assert "crashed" in log.getvalue()
    assert type(error).__name__ in log.getvalue()
    assert CANARY not in json.dumps(body) + log.getvalue()


def test_an_answer_that_cannot_be_encoded_is_a_500_and_not_a_traceback() -> None:
    status, _, body = answered(lambda _: Response(200, {"name": "\ud800"}), {})
    assert (status, body["code"]) == (500, "internal_error")


@pytest.mark.parametrize("event", [None, [], "x", 1, {}, {"requestContext": None}, {"requestContext": "x"}])
def test_an_event_that_is_none_is_refused_and_does_not_crash(event: Any) -> None:
    status, _, body = answered(lambda request: Response(200, request.caller.user), event)
    assert (status, body["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize(
    "authorizer",
    [
        None,
        {},
        {"org": "acme"},
        {"user": "alice"},
        {"org": "", "user": "alice"},
        {"org": "acme", "user": ""},
        {"principalId": "alice", "permissions": "secrets:manage", "projects": "*"},
    ],
)
def test_without_a_whole_authorizer_context_nobody_is_asking(authorizer: Any) -> None:
    with pytest.raises(NotAuthenticated):
        _ = Request({"requestContext": {"authorizer": authorizer}}).caller


@pytest.mark.parametrize(
    ("said", "projects"), [("*", None), ("", frozenset()), ("a", {"a"}), ("a,b", {"a", "b"}), (None, frozenset())]
)
def test_projects_limit_unless_the_authorizer_says_all(said: str | None, projects: object) -> None:
    context = {"org": "acme", "user": "alice", **({} if said is None else {"projects": said})}
    caller = Request({"requestContext": {"authorizer": context}}).caller
    assert caller.projects == projects
    assert caller.permissions == frozenset()


@pytest.mark.parametrize(
    ("given", "version"),
    [(None, None), ("*", "*"), (" * ", "*"), ('"abc"', "abc"), (' "abc" ', "abc")],
)
def test_if_match_is_read(given: str | None, version: str | None) -> None:
    assert Request({"headers": {} if given is None else {"if-match": given}}).if_match == version


@pytest.mark.parametrize("given", ["", "abc", '"', '""', '"a"b"', 'W/"abc"', '"a", "b"', '"a'])
def test_an_if_match_that_is_not_one_strong_etag_is_refused(given: str) -> None:
    with pytest.raises(InvalidRequest):
        _ = Request({"headers": {"IF-MATCH": given}}).if_match


@pytest.mark.parametrize("text", ["", "0", "201", "-1", "1.0", "1e2", " 5", "５", "²", "9" * 30, "0x10", "1_0"])  # noqa: RUF001
def test_a_limit_that_is_not_a_plain_number_within_bounds_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        Request({"queryStringParameters": {"limit": text}}).query_int("limit", 50, 1, 200)


def test_a_query_parameter_given_twice_or_unknown_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        Request({"multiValueQueryStringParameters": {"q": ["a", "b"]}, "queryStringParameters": {"q": "b"}}).query("q")
    with pytest.raises(InvalidRequest) as refused:
        Request({"queryStringParameters": {CANARY: "1"}}).check_query("q")
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("body", ["", None, "  \n"])
def test_no_body_is_said(body: str | None) -> None:
    with pytest.raises(InvalidRequest, match="needs a JSON object"):
        Request({"body": body}).raw_body()


def test_a_body_in_base64_is_decoded_and_a_broken_one_refused() -> None:
    assert Request({"body": "e30=", "isBase64Encoded": True}).raw_body() == b"{}"
    with pytest.raises(InvalidRequest):
        Request({"body": "e30", "isBase64Encoded": True}).raw_body()
    with pytest.raises(InvalidRequest):
        Request({"body": "é30=", "isBase64Encoded": True}).raw_body()


@pytest.mark.parametrize("body", ["x" * (BODY_MAX_BYTES + 1), "é" * (BODY_MAX_BYTES // 2 + 1), "x" * 20_000_000])
def test_a_body_over_the_limit_is_refused_before_it_is_parsed(body: str) -> None:
    with pytest.raises(PayloadTooLarge):
        Request({"body": body}).raw_body()


def sent(body: bytes, headers: dict[str, str]) -> Request:
    """A request as the gateway hands it on: what is no UTF-8 became U+FFFD."""
    return Request({"body": body.decode(errors="replace"), "headers": headers})


@pytest.mark.parametrize("value", [b"\xff\xfe", b"caf\xe9", b"a\xc3"])
def test_a_body_that_was_no_utf_8_is_refused_rather_than_stored_mended(value: bytes) -> None:
    body = b'{"value": "' + value + b'"}'
    with pytest.raises(InvalidRequest, match="UTF-8"):
        sent(body, {"content-length": str(len(body))}).raw_body()


@pytest.mark.parametrize("more", [{}, {"Content-Encoding": "gzip", "Content-Length": "9"}])
def test_a_body_with_a_replacement_character_of_its_own_passes(more: dict[str, str]) -> None:
    body = '{"value": "\ufffd"}'.encode()
    assert sent(body, {"Content-Length": str(len(body)), **more}).raw_body() == body


def test_a_user_agent_is_kept_printable_and_short() -> None:
    hostile = "a\r\nSet-Cookie: x\x1b[31m\u202e" + "b" * 500
    kept = Request({"headers": {"User-Agent": hostile}}).user_agent
    assert kept.isascii()
    assert kept.isprintable()
    assert len(kept) <= 200
