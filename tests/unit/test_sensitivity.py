"""What looks like a credential and what does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal.services.sensitivity import sensitive, why_sensitive

# Made up, each in the shape of its kind; put together here so that no scanner takes this file for a leak.
CREDENTIALS = {
    "AWS": "AKIA" + "ABCDEFGHIJKLMNOP",
    "AWS secret": "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9/" + "bC2eF4hI6kLx",
    "Anthropic": "sk-ant-" + "made-up",
    "OpenAI project": "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1",
    "GitHub": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "GitHub fine-grained": "github_pat_" + "made_up",
    "GitLab": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "Slack": "xoxb-" + "made-up",
    "Stripe": "sk_live_" + "made-up",
    "Google": "AIza" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R",
    "Hugging Face": "hf_" + "a1B2c3D4e5F6g7H8i9J0k1",
    "JWT": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJtYWRlLXVwIn0." + "c2lnbmF0dXJlLW1hZGUtdXA",
    "private key": "-----BEGIN PRIVATE KEY-----\nmade up\n-----END PRIVATE KEY-----",
    "address with a password": "postgres://app:hunter2@db.example.com:5432/app",
    "Vault": "hvs." + "made-up",
    "our own boot token": "bsl1_" + "made-up",
    "random hex": "d41d8cd98f00b204" + "e9800998ecf8427e",
    "far into a long value": "made up, " * 900 + "xoxb-" + "made-up",
    "in the middle of a line": "--header=Authorization:" + "xoxb-" + "made-up",
}

PLAIN = {
    "LOG_LEVEL": "debug",
    "REGION": "eu-central-1",
    "EMPTY": "",
    "DATABASE_URL": "postgres://db.example.com:5432/app",
    "IMAGE": "registry.example.com/team/app@sha256:" + "0a1b2c3d" * 8,
    "TENANT": "550e8400-e29b-41d4-a716-446655440000",
    "MAX_TOKENS": "4096",
    "TOKEN_URL": "https://issuer.example.com/oauth2/token",
    "PASSWORD_MIN_LENGTH": "14",
    "USE_TOKEN": "true",
    "SECRET": "none",
    "SITE_PATH": "/usr/local/lib/python3.11/site-packages/example/deep/folder",
    "FEATURES": '{"beta": true, "list": ["one", "two"]}',
    "MOTTO": "The quick brown fox jumps over the lazy dog, twice over and once again",
    "BIG": "123456789012345678901234567890123456",
    "MODEL": "claude-made-up-20261121",
}


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_a_credential_is_known_by_its_looks_whatever_its_variable_is_called(kind: str) -> None:
    assert why_sensitive("SETTING", CREDENTIALS[kind]) is not None


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_setting_is_no_credential(name: str) -> None:
    assert why_sensitive(name, PLAIN[name]) is None


@pytest.mark.parametrize("name", ["DB_PASSWORD", "PASSWORD", "API_KEY", "GITHUB_TOKEN", "AUTH_SECRET", "PRIVATE_KEY"])
def test_a_variable_with_the_name_of_a_credential_is_taken_for_one(name: str) -> None:
    assert why_sensitive(name, "anything at all") == "has the name of a credential"


def test_only_the_suspects_are_named() -> None:
    found = sensitive({**PLAIN, "KEY_FOR_IT": CREDENTIALS["AWS"]})
    assert list(found) == ["KEY_FOR_IT"]


@given(st.sampled_from(sorted(CREDENTIALS)), st.text(max_size=20), st.text(max_size=20))
def test_the_reason_never_holds_the_value(kind: str, before: str, after: str) -> None:
    value = f"{before} {CREDENTIALS[kind]} {after}"
    assert CREDENTIALS[kind][:12] not in str(why_sensitive("SETTING", value))


@pytest.mark.parametrize(
    "unit", ["a", "-", "=", "eyJ", "A.", "://", "x:y@", "sk-", "0", "AKC", "-----BEGIN ", " ", "'\""]
)
def test_no_value_makes_the_detectors_slow(unit: str) -> None:
    started = time.perf_counter()
    why_sensitive("SETTING", (unit * 32_768)[:32_768])
    assert time.perf_counter() - started < 2
