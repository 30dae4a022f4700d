"""Who gets past the authorizer: its function, with a real issuer on this machine behind it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jwt.warnings import InsecureKeyLengthWarning

from bootseal import bootstrap
from bootseal.adapters import jwks
from support.aws import REPOSITORY
from support.calls import Context, call, event_for, load
from support.issuer import AUDIENCE, ISSUER, Key, KeyServer, claims, key, key_server, token
from support.logs import logged

STRANGER = Key("k1", "RS256", rsa.generate_private_key(65537, 2048))
ROGUE_ORG = "acmе"  # noqa: RUF001 - Cyrillic "e", as a look-alike has it


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    """The authorizer set up for an issuer with one key."""
    with key_server(key().jwk()) as server:
        monkeypatch.setenv("OIDC_ISSUER", ISSUER)
        monkeypatch.setenv("OIDC_AUDIENCE", f"other,{AUDIENCE}")
        monkeypatch.setenv("OIDC_JWKS_URL", server.url)
        bootstrap.reset()
        yield server
    bootstrap.reset()


def authorized(bearer: str, **event: Any) -> dict[str, Any]:
    """The authorizer's answer. Its refusal is the exception that API Gateway makes a 401."""
    given = {**event_for("authorize"), "headers": {"authorization": bearer}, "multiValueHeaders": {}, **event}
    answer: dict[str, Any] = load("authorize").handler(given, Context())
    return answer


def refused(bearer: str, **event: Any) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$") as raised:
        authorized(bearer, **event)
    assert type(raised.value) is Exception
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def context(**changes: Any) -> dict[str, str]:
    said: dict[str, str] = authorized(f"Bearer {token(**changes)}")["context"]
    return said


def b64(data: bytes | dict[str, Any]) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_good_token_is_let_at_the_stage_with_who_it_is(issuer: KeyServer) -> None:
    answer = authorized(f"Bearer {token(sub='0b5e', projects=['atlas', 'zephyr'])}")
    assert answer["principalId"] == "0b5e"
    assert answer["context"] == {
        "org": "acme",
        "user": "0b5e",
        "permissions": "secrets:manage secrets:read",
        "projects": "atlas,zephyr",
    }
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == "arn:aws:execute-api:eu-central-1:123456789012:api123/live/*"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"])
def test_every_asymmetric_algorithm_is_taken_with_its_own_key(issuer: KeyServer, algorithm: str) -> None:
    issuer.keys = [key(algorithm, algorithm).jwk()]
    assert authorized(f"Bearer {token(key(algorithm, algorithm))}")["principalId"] == "alice"


def forged(header: dict[str, Any], body: dict[str, Any] | None = None, signature: bytes = b"") -> str:
    return f"{b64(header)}.{b64(body or claims())}.{b64(signature)}"


def hs256_with_the_public_key(form: str) -> str:
    public = key().private.public_key()
    secret = {
        "pem": public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        "der": public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        "jwk": json.dumps(key().jwk()).encode(),
        "n": key().jwk()["n"].encode(),
        "empty": b"",
    }[form]
    signed = f"{b64({'alg': 'HS256', 'typ': 'JWT', 'kid': 'k1'})}.{b64(claims())}"
    return f"{signed}.{b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def resigned(head: dict[str, Any]) -> str:
    """A token with that header that our own key did sign."""
    signed = f"{b64(head)}.{b64(claims())}".encode()
    signature = key().private.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return f"{signed.decode()}.{b64(signature)}"


def embedded_key() -> str:
    return jwt.encode(claims(), STRANGER.private, "RS256", headers={"kid": "k1", "jwk": STRANGER.jwk()})


FORGERIES: dict[str, Callable[[], str]] = {
    "alg none": lambda: forged({"alg": "none", "kid": "k1"}),
    "alg None": lambda: forged({"alg": "None", "kid": "k1"}),
    "alg nOnE with the good signature": lambda: forged({"alg": "nOnE", "kid": "k1"}, None, b"x" * 256),
    "no alg": lambda: forged({"kid": "k1"}),
    "alg a list": lambda: forged({"alg": ["RS256"], "kid": "k1"}),
    "alg null": lambda: forged({"alg": None, "kid": "k1"}),
    "alg rs256 in lower case": lambda: resigned({"alg": "rs256", "kid": "k1"}),
    "empty signature": lambda: forged({"alg": "RS256", "kid": "k1"}),
    "HS256 with the PEM": lambda: hs256_with_the_public_key("pem"),
    "HS256 with the DER": lambda: hs256_with_the_public_key("der"),
    "HS256 with the JWK": lambda: hs256_with_the_public_key("jwk"),
    "HS256 with the modulus": lambda: hs256_with_the_public_key("n"),
    "HS256 with nothing": lambda: hs256_with_the_public_key("empty"),
    "another key of the same id": lambda: token(STRANGER),
    "its own key in the header": embedded_key,
    "a key address in the header": lambda: jwt.encode(
        claims(), STRANGER.private, "RS256", headers={"kid": "k1", "jku": "https://evil.example.test/jwks.json"}
    ),
    "no kid": lambda: jwt.encode(claims(), key().private, "RS256"),
    "unknown kid": lambda: token(headers={"kid": "k2"}),
    "kid a path": lambda: token(headers={"kid": "../../etc/passwd"}),
    "kid in other case": lambda: token(headers={"kid": "K1"}),
    "kid a number": lambda: resigned({"alg": "RS256", "kid": 1}),
    "kid null": lambda: resigned({"alg": "RS256", "kid": None}),
    "an algorithm the key is not for": lambda: resigned({"alg": "RS512", "kid": "k1"}),
    "a critical extension": lambda: resigned({"alg": "RS256", "kid": "k1", "crit": ["exp"], "exp": 1}),
    "an unknown critical extension": lambda: resigned({"alg": "RS256", "kid": "k1", "crit": ["x"], "x": 1}),
    "b64 false": lambda: resigned({"alg": "RS256", "kid": "k1", "crit": ["b64"], "b64": False}),
    "a logout token": lambda: token(headers={"typ": "logout+jwt"}),
    "a DPoP proof": lambda: token(headers={"typ": "dpop+jwt"}),
    "a security event": lambda: token(headers={"typ": "application/secevent+jwt"}),
    "another issuer": lambda: token(iss="https://evil.example.test"),
    "the issuer with a slash": lambda: token(iss=ISSUER + "/"),
    "the issuer in capitals": lambda: token(iss=ISSUER.upper()),
    "a longer issuer": lambda: token(iss=ISSUER + ".evil.test"),
    "issuers in a list": lambda: token(iss=[ISSUER]),
    "no issuer": lambda: token(iss=None),
    "another audience": lambda: token(aud="someone-else"),
    "an audience in capitals": lambda: token(aud=AUDIENCE.upper()),
    "an audience with a blank": lambda: token(aud=AUDIENCE + " "),
    "the audiences as one string": lambda: token(aud=f"other,{AUDIENCE}"),
    "no audience": lambda: token(aud=None),
    "an empty audience": lambda: token(aud=""),
    "an empty list of audiences": lambda: token(aud=[]),
    "audience a number": lambda: token(aud=1),
    "audience a dictionary": lambda: token(aud={AUDIENCE: True}),
    "audience null beside our client id": lambda: jwt.encode(
        {**claims(client_id=AUDIENCE), "aud": None}, key().private, "RS256", headers={"kid": "k1"}
    ),
    "another audience beside our client id": lambda: token(aud="someone-else", client_id=AUDIENCE),
    "expired": lambda: token(exp=int(time.time()) - 31),
    "no expiry": lambda: token(exp=None),
    "expiry a word": lambda: token(exp="never"),
    "expiry infinite": lambda: token(exp=float("inf")),
    "expiry a list": lambda: token(exp=[int(time.time()) + 600]),
    "not yet valid": lambda: token(nbf=int(time.time()) + 60),
    "issued tomorrow": lambda: token(iat=int(time.time()) + 86_400),
    "an ID token by token_use": lambda: token(token_use="id"),
    "token_use in other case": lambda: token(token_use="Access"),
    "token_use a list": lambda: token(token_use=["access"]),
    "an ID token by its access token's hash": lambda: token(at_hash="x"),
    "an ID token by its code's hash": lambda: token(c_hash="x"),
    "Keycloak's ID token": lambda: token(typ="ID"),
    "Keycloak's refresh token": lambda: token(typ="Refresh"),
    "no subject": lambda: token(sub=None),
    "an empty subject": lambda: token(sub=""),
    "a subject with our separator": lambda: token(sub="alice#SCOPE"),
    "a subject with a line end": lambda: token(sub="alice\n"),
    "a look-alike subject": lambda: token(sub="\u0430lice"),
    "subject a number": lambda: token(sub=1),
    "subject a list": lambda: token(sub=["alice"]),
    "a subject of 256 characters": lambda: token(sub="a" * 256),
    "no org": lambda: token(org=None),
    "an empty org": lambda: token(org=""),
    "org a list": lambda: token(org=["acme"]),
    "org a dictionary": lambda: token(org={"acme": 1}),
    "org a number": lambda: token(org=7),
    "a look-alike org": lambda: token(org=ROGUE_ORG),
    "a full-width org": lambda: token(org="\uff41\uff43\uff4d\uff45"),
    "an org with our separator": lambda: token(org="acme#SCOPE#shared"),
    "an org with a line end": lambda: token(org="acme\n"),
    "an org with a blank": lambda: token(org=" acme"),
    "two org groups": lambda: token(org=None, groups=["org:acme", "org:globex"]),
    "org groups as a string": lambda: token(org=None, groups="[org:acme]"),
    "claims a list": lambda: jwt.PyJWS().encode(b"[1]", key().private, "RS256", headers={"kid": "k1"}),
    "claims no JSON": lambda: jwt.PyJWS().encode(b"{", key().private, "RS256", headers={"kid": "k1"}),
    "claims absurdly deep": lambda: jwt.PyJWS().encode(
        b'{"a":' + b"[" * 3_000, key().private, "RS256", headers={"kid": "k1"}
    ),
    "too long": lambda: token(note="x" * 9_000),
    "nothing": lambda: "",
    "dots": lambda: "..",
    "two parts": lambda: "a.b",
    "four parts": lambda: token() + ".x",
    "five parts, encrypted": lambda: "a.b.c.d.e",
    "a blank inside": lambda: token().replace(".", ". "),
    "a line end behind": lambda: token() + "\nx",
    "padding": lambda: token().replace(".", "=.", 1) + "!",
    "bytes that are no UTF-8": lambda: b64(b'{"alg":"RS256","kid":"\xff"}') + ".e30.e30",
}


@pytest.mark.parametrize("case", FORGERIES)
def test_a_token_that_is_not_wholly_right_is_refused(issuer: KeyServer, case: str) -> None:
    refused(f"Bearer {FORGERIES[case]()}")


@pytest.mark.parametrize("scheme", ["", "Basic ", "bearer", "Bearer  ", "Bearer\t", "DPoP ", "Bearer: ", "Token "])
def test_only_the_bearer_scheme_with_one_blank_is_read(issuer: KeyServer, scheme: str) -> None:
    refused(f"{scheme}{token()}")


def test_the_scheme_may_be_in_any_case(issuer: KeyServer) -> None:
    assert authorized(f"bEaReR {token()}")["principalId"] == "alice"


def test_two_authorization_headers_are_refused(issuer: KeyServer) -> None:
    refused(f"Bearer {token()}", multiValueHeaders={"authorization": [f"Bearer {token()}", "Bearer x"]})
    refused(f"Bearer {token()}", multiValueHeaders={"Authorization": ["a"], "authorization": ["b"]})


def test_no_header_at_all_is_refused(issuer: KeyServer) -> None:
    for headers in (None, {}, {"authorization": None}, {"x": "y"}):
        refused("", headers=headers)


def test_one_of_several_audiences_is_enough_and_a_client_id_stands_in_for_none(issuer: KeyServer) -> None:
    assert context(aud=["x", AUDIENCE])["user"] == "alice"
    assert context(aud=["other", "x"])["user"] == "alice"
    assert context(aud=None, client_id=AUDIENCE, token_use="access")["user"] == "alice"


def test_a_clock_may_be_off_by_half_a_minute(issuer: KeyServer) -> None:
    now = int(time.time())
    assert context(exp=now - 20)["user"] == "alice"
    assert context(nbf=now + 20, iat=now + 20)["user"] == "alice"


@pytest.mark.parametrize(
    "granting",
    [
        {"scope": "secrets:read"},
        {"scope": None, "groups": ["secrets:read"]},
        {"scope": None, "cognito:groups": ["secrets:read", "else"]},
        {"scope": None, "permissions": ["secrets:read"]},
        {"scope": "openid profile secrets:read"},
    ],
)
def test_a_permission_comes_from_the_scope_or_a_list_of_groups(issuer: KeyServer, granting: dict[str, Any]) -> None:
    assert context(**granting)["permissions"] == "secrets:read"


@pytest.mark.parametrize(
    "granting",
    [
        {"groups": "[secrets:read secrets:manage]"},
        {"groups": '["secrets:read"]'},
        {"groups": "secrets:read"},
        {"groups": {"secrets:read": True}},
        {"groups": [["secrets:read"]]},
        {"groups": ["SECRETS:READ", "Secrets:Read", " secrets:read", "secrets:read ", "secrets:read\u200b"]},
        {"groups": ["secrеts:read", "secrets\uff1aread", "secrets:re\u0430d"]},  # noqa: RUF001
        {"groups": ["secrets:*", "*", "admin", "secrets", "secrets:readwrite", "x-secrets:read"]},
        {"scope": ["secrets:read"]},
        {"scope": "secrets:read,secrets:manage"},
        {"scope": "x\u00a0secrets:read\u2003y"},
        {"scope": "x\tsecrets:read\ny"},
        {"scope": '"secrets:read"'},
        {"permissions": "secrets:read"},
    ],
)
def test_what_only_looks_like_a_permission_grants_none(issuer: KeyServer, granting: dict[str, Any]) -> None:
    assert context(**{"scope": None, **granting})["permissions"] == ""


@pytest.mark.parametrize(
    ("claim", "projects"),
    [
        ({}, "*"),
        ({"projects": []}, ""),
        ({"projects": "atlas"}, ""),
        ({"projects": "*"}, ""),
        ({"projects": ["*"]}, ""),
        ({"projects": ["atlas", "*", "a,b", "Atlas", "atl\u0430s", 1]}, "atlas"),
        ({"groups": ["project:atlas"]}, "atlas"),
        ({"groups": ["project:*"]}, ""),
        ({"projects": [], "groups": ["project:atlas"]}, ""),
    ],
)
def test_projects_only_ever_narrow(issuer: KeyServer, claim: dict[str, Any], projects: str) -> None:
    assert context(**claim)["projects"] == projects


def test_a_null_projects_claim_means_no_project_and_not_all(issuer: KeyServer) -> None:
    body = {**claims(), "projects": None}
    bearer = jwt.encode(body, key().private, "RS256", headers={"kid": "k1"})
    assert authorized(f"Bearer {bearer}")["context"]["projects"] == ""


def test_orgs_are_told_apart_by_case_and_come_from_one_group_without_the_claim(issuer: KeyServer) -> None:
    assert context(org="Acme")["org"] == "Acme"
    assert context(org=None, groups=["org:acme", "org:acme"])["org"] == "acme"
    assert context(org="globex", groups=["org:acme"])["org"] == "globex"


def test_an_issuers_shared_secret_or_weak_or_encryption_key_is_never_used(issuer: KeyServer) -> None:
    shared = {"kty": "oct", "kid": "oct", "k": b64(b"k" * 32), "use": "sig"}
    weak = Key("weak", "RS256", rsa.generate_private_key(65537, 1024))
    other = key("enc")
    issuer.keys = [key().jwk(), {**shared, "alg": "RS256"}, shared, weak.jwk(), other.jwk(use="enc")]
    with pytest.warns(InsecureKeyLengthWarning):
        by_weak = token(weak)
    for bearer in (jwt.encode(claims(), b"k" * 32, "HS256", headers={"kid": "oct"}), by_weak, token(other)):
        refused(f"Bearer {bearer}")
    assert authorized(f"Bearer {token()}")["principalId"] == "alice"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, issuer: KeyServer) -> list[float]:
    """Seconds of the key cache's clock, in a list to be changed."""
    seconds = [1_000.0]
    bootstrap.token_verifier().keys.monotonic = lambda: seconds[0]  # type: ignore[attr-defined]
    return seconds


def test_a_new_key_of_the_issuer_is_found_and_a_withdrawn_one_is_forgotten(
    issuer: KeyServer, clock: list[float]
) -> None:
    authorized(f"Bearer {token()}")
    issuer.keys = [key("k2").jwk()]
    clock[0] += jwks.PAUSE_SECONDS
    assert authorized(f"Bearer {token(key('k2'))}")["principalId"] == "alice"
    refused(f"Bearer {token()}")


def test_made_up_key_ids_do_not_flood_the_issuer(issuer: KeyServer, clock: list[float]) -> None:
    for number in range(50):
        refused(f"Bearer {token(headers={'kid': f'made-up-{number}'})}")
    assert issuer.calls == 1


def test_the_keys_are_fetched_once_for_many_calls_and_again_when_they_are_old(
    issuer: KeyServer, clock: list[float]
) -> None:
    for _ in range(20):
        authorized(f"Bearer {token()}")
    assert issuer.calls == 1
    clock[0] += jwks.FRESH_SECONDS + 1
    authorized(f"Bearer {token()}")
    assert issuer.calls == 2


OUTAGES: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "404": {"status": 404},
    "no JSON": {"body": b"<html>"},
    "nothing": {"body": b""},
    "no keys": {"body": b'{"keys": []}'},
    "a list": {"body": b"[]"},
    "a number": {"body": b"7"},
    "broken keys": {"body": b'{"keys": [{"kty": "RSA", "kid": "k1", "n": "!", "e": "AQAB"}]}'},
    "keys that are no objects": {"body": b'{"keys": [1, null, "x"]}'},
    "absurdly deep": {"body": b"[" * 100_000},
    "too long": {"body": b'{"keys": [' + b" " * 300_000 + b"]}"},
    "a redirect": {"status": 302, "headers": {"Location": "http://127.0.0.1:9/jwks.json"}},
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_issuer_that_is_out_keeps_its_last_keys_for_half_a_day(
    issuer: KeyServer, clock: list[float], outage: str
) -> None:
    authorized(f"Bearer {token()}")
    for name, changed in OUTAGES[outage].items():
        setattr(issuer, name, changed)
    clock[0] += jwks.FRESH_SECONDS + 1
    assert authorized(f"Bearer {token()}")["principalId"] == "alice"
    refused(f"Bearer {token(STRANGER)}")
    clock[0] += jwks.STALE_SECONDS
    with pytest.raises(Exception, match=r"^The token could not be checked$"):
        authorized(f"Bearer {token()}")


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_issuer_that_was_never_there_lets_nobody_in_and_is_asked_again(
    issuer: KeyServer, clock: list[float], outage: str
) -> None:
    for name, changed in OUTAGES[outage].items():
        setattr(issuer, name, changed)
    with pytest.raises(Exception, match=r"^The token could not be checked$") as raised:
        authorized(f"Bearer {token()}")
    assert raised.value.__suppress_context__
    issuer.status, issuer.body = 200, None
    assert authorized(f"Bearer {token()}")["principalId"] == "alice"


def test_an_unreachable_issuer_lets_nobody_in(issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_JWKS_URL", "http://127.0.0.1:9/jwks.json")
    bootstrap.reset()
    with pytest.raises(Exception, match=r"^The token could not be checked$"):
        authorized(f"Bearer {token()}")


def test_no_part_of_a_refused_token_is_logged(issuer: KeyServer) -> None:
    with logged() as log:
        for make in FORGERIES.values():
            bearer = make()
            refused(f"Bearer {bearer}")
            for part in bearer.split("."):
                assert len(part) < 8 or part not in log.getvalue()


def functions_behind_the_authorizer() -> list[str]:
    """Every function but those the gateway calls without asking who it is."""
    open_to_all = {"authorize", "boot_inject", "get_openapi", "refuse_method", "serve_console"}
    found = {path.parent.name for path in (REPOSITORY / "functions").glob("*/app.py")}
    return sorted(found - open_to_all)


@pytest.mark.parametrize("function", functions_behind_the_authorizer())
@pytest.mark.usefixtures("aws")
def test_a_function_called_without_an_authorizers_context_refuses(function: str) -> None:
    answer = call(function, None, body={})
    assert (answer.status, answer.code) == (401, "not_authenticated")
