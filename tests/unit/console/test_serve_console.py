"""serve_console: which files it gives, with which headers, and what it says where there are none."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

APP = Path(__file__).resolve().parents[3] / "functions" / "serve_console" / "app.py"
PAGE = '<!doctype html><script type="module" src="./assets/index-abcd1234.js"></script>'


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function with a small build beside it and the settings of a deployment."""
    spec = importlib.util.spec_from_file_location("serve_console_app", APP)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, text in {
        "index.html": PAGE,
        "favicon.svg": "<svg/>",
        "assets/index-abcd1234.js": "export {};",
        "assets/index-Abc_-234.css": "p{}",
        ".vite/manifest.json": "{}",
        ".vite/index.html": "not for the public",
        "notes.txt": "not of the build",
    }.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "outside.js").write_text("outside")
    monkeypatch.setattr(module, "_DIST", tmp_path / "dist")
    for setting in ("CONSOLE_OIDC_ISSUER", "OIDC_AUTHORIZE_URL", "OIDC_LOGOUT_URL", "OIDC_SCOPES"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setenv("OIDC_ISSUER", "https://issuer.example.test/pool")
    monkeypatch.setenv("OIDC_CLIENT_ID", "made-up-client")
    monkeypatch.setenv("OIDC_TOKEN_URL", "https://login.example.test/oauth2/token")
    return module


def get(app: ModuleType, path: str) -> dict[str, Any]:
    event = {"path": path, "httpMethod": "GET", "requestContext": {"requestId": "made-up-request"}}
    answer: dict[str, Any] = app.handler(event, None)
    return answer


@pytest.mark.parametrize("path", ["/console/", "/stage/console/", "/console/index.html"])
def test_the_page_is_never_cached(app: ModuleType, path: str) -> None:
    answer = get(app, path)
    assert (answer["statusCode"], answer["body"]) == (200, PAGE)
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/console", "/console/", "/console/config.json", "/console/favicon.svg", "/console/no"]
)
def test_every_answer_has_the_id_of_its_request(app: ModuleType, path: str) -> None:
    assert get(app, path)["headers"]["X-Request-Id"] == "made-up-request"


@pytest.mark.parametrize("name", ["index-abcd1234.js", "index-Abc_-234.css"])
def test_a_file_with_its_hash_in_its_name_is_kept_for_good(app: ModuleType, name: str) -> None:
    assert get(app, f"/console/assets/{name}")["headers"]["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_without_a_hash_is_not_kept(app: ModuleType) -> None:
    answer = get(app, "/console/favicon.svg")
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert answer["headers"]["Content-Type"].startswith("image/svg+xml")


def test_without_its_slash_the_address_is_mended_relatively(app: ModuleType) -> None:
    answer = get(app, "/console")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (308, "console/")


@pytest.mark.parametrize(
    "name",
    [
        "../app.py",
        "assets/../../app.py",
        "../outside.js",
        "/etc/passwd",
        ".vite/manifest.json",
        ".vite/index.html",
        "notes.txt",
        "assets",
        "assets/",
        "nothing.js",
        "%2e%2e/app.py",
        "assets/index-abcd1234.js\0",
    ],
)
def test_nothing_but_files_of_the_build_is_given(app: ModuleType, name: str) -> None:
    answer = get(app, f"/console/{name}")
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Type"].startswith("text/plain")


def test_where_the_console_is_not_built_the_answer_says_what_is_missing(
    app: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_DIST", tmp_path / "none")
    answer = get(app, "/console/")
    assert answer["statusCode"] == 503
    assert "Node.js" in answer["body"]
    assert "script" not in answer["body"]


def test_the_configuration_names_the_issuer_and_the_public_client(app: ModuleType) -> None:
    assert json.loads(get(app, "/console/config.json")["body"]) == {
        "issuer": "https://issuer.example.test/pool",
        "discovery": None,
        "client_id": "made-up-client",
        "authorization_endpoint": None,
        "token_endpoint": "https://login.example.test/oauth2/token",
        "end_session_endpoint": None,
        "scopes": "openid",
    }


def test_the_discovery_document_may_be_elsewhere_than_the_issuer_says(
    app: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSOLE_OIDC_ISSUER", "http://127.0.0.1:4566/pool")
    config = json.loads(get(app, "/console/config.json")["body"])
    assert (config["issuer"], config["discovery"]) == ("https://issuer.example.test/pool", "http://127.0.0.1:4566/pool")
    policy = _directives(get(app, "/console/")["headers"]["Content-Security-Policy"])
    assert "http://127.0.0.1:4566" in policy["connect-src"]


def _directives(policy: str) -> dict[str, set[str]]:
    return {part.split()[0]: set(part.split()[1:]) for part in policy.split(";")}


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/config.json", "/console/assets/none.js"])
def test_every_answer_carries_the_whole_policy(app: ModuleType, path: str) -> None:
    headers = get(app, path)["headers"]
    policy = _directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == {"'self'"}
    assert policy["style-src"] == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == {"'none'"}
    assert policy["require-trusted-types-for"] == {"'script'"}
    assert policy["connect-src"] == {"'self'", "https://issuer.example.test", "https://login.example.test"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("issuer", ["javascript:alert(1)", "not a url", "https://"])
def test_an_issuer_that_is_no_web_address_adds_nothing_to_the_policy(
    app: ModuleType, monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    monkeypatch.setenv("OIDC_ISSUER", issuer)
    monkeypatch.delenv("OIDC_TOKEN_URL")
    policy = _directives(get(app, "/console/")["headers"]["Content-Security-Policy"])
    assert policy["connect-src"] == {"'self'"}
