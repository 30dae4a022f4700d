"""GET /console and everything under it: the built web console, with headers that keep it to itself.

Needs nothing but the standard library. The files are those of `console/dist`, put beside this module by the
console's build; without them the answer is a page that says what is missing.
"""

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_DIST = Path(__file__).parent / "dist"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
"""Everything the build makes is text: fonts are inside the style sheet, so no binary answers are needed."""

_ASSET = re.compile(r"assets/[\w.-]+-[\w-]{8}\.(?:js|css|svg)")
"""A file with a hash of its content in its name (Vite's naming): what it holds never changes."""

_MISSING = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bootseal console: not built</title>
<main><h1>The console is not built</h1>
<p>The rest of Bootseal works: the API and the command line need nothing from here.</p>
<p>To have the console too, install Node.js 20.19 or later with npm, run
<code>make console</code>, and deploy again (<code>make up</code> does both).</p></main></html>
"""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one file, the configuration, or the page itself, under the request's id as every answer of the service."""
    answer = _answered(str(event.get("path") or ""))
    request_id = str((event.get("requestContext") or {}).get("requestId") or "unknown")
    return answer | {"headers": answer["headers"] | {"X-Request-Id": request_id}}


def _answered(path: str) -> dict[str, Any]:
    if path.endswith("/console"):
        # Links in the page are relative: they need the slash.
        return _answer(308, "", "text/plain; charset=utf-8", {"Location": "console/"})
    name = path.partition("/console/")[2]
    if name == "config.json":
        return _answer(200, json.dumps(_config()), "application/json")
    return _file(name or "index.html")


def _file(name: str) -> dict[str, Any]:
    files = _files()
    if not files:
        return _answer(503, _MISSING, _TYPES[".html"])
    if name not in files:
        return _answer(404, "There is no such file in the console.\n", "text/plain; charset=utf-8")
    kept = {"Cache-Control": "public, max-age=31536000, immutable"} if _ASSET.fullmatch(name) else {}
    return _answer(200, files[name].read_text("utf-8"), _TYPES[files[name].suffix], kept)


def _files() -> dict[str, Path]:
    """The files that may be served, by name. A request only picks from these, so no path leads elsewhere."""
    found = (path for path in sorted(_DIST.rglob("*")) if path.is_file() and path.suffix in _TYPES)
    return {path.relative_to(_DIST).as_posix(): path for path in found if _inside(path)}


def _inside(path: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(_DIST).parts)


def _answer(status: int, body: str, content_type: str, extra: dict[str, str] | None = None) -> dict[str, Any]:
    headers = {"Content-Type": content_type, "Cache-Control": "no-store"} | _security_headers() | (extra or {})
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}


def _config() -> dict[str, str | None]:
    """What the page needs to know to sign someone in. Nothing here is secret: the client is a public one."""
    return {
        # As tokens carry it; where its discovery document is, if somewhere else (as on a local stack).
        "issuer": _setting("OIDC_ISSUER"),
        "discovery": _setting("CONSOLE_OIDC_ISSUER"),
        "client_id": _setting("OIDC_CLIENT_ID"),
        "authorization_endpoint": _setting("OIDC_AUTHORIZE_URL"),
        "token_endpoint": _setting("OIDC_TOKEN_URL"),
        "end_session_endpoint": _setting("OIDC_LOGOUT_URL"),
        "scopes": _setting("OIDC_SCOPES") or "openid",
    }


def _setting(name: str) -> str | None:
    return os.environ.get(name) or None


def _origin(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


def _policy() -> str:
    """The content-security-policy: our own files, no inline code, and connections only to us and the issuer."""
    config = _config()
    origins = {_origin(config[name]) for name in ("issuer", "discovery", "token_endpoint")} - {""}
    connect = " ".join(["'self'", *sorted(origins)])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self' data:; "
        f"connect-src {connect}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _security_headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": _policy(),
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-read=()",
    }
