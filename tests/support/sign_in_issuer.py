"""An OIDC issuer for tests: discovery, code flow with PKCE, device flow, refresh and revocation, as the RFCs have them.

It checks what it is sent as strictly as a real one. Its access tokens are those of `support.gateway`.
"""

import base64
import contextlib
import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from support.recorder import Call, Seen, Told, answering

CLIENT_ID = "bootseal-test-client"


@dataclass
class Issuer:
    """What the issuer hands out, and what it has seen."""

    token: str
    seen: Seen = field(default_factory=Seen)
    lasts_seconds: int = 3600
    pending_answers: int = 0
    refuses: str = ""
    rotates: bool = True
    named: str | None = None
    refresh: str = field(default_factory=lambda: secrets.token_hex(8))
    revoked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.seen.address

    def tell(self, call: Call) -> Told:
        parts = urlsplit(call.path)
        if call.method == "GET":
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        else:
            assert call.headers["content-type"] == "application/x-www-form-urlencoded"
            asked = {key: values[0] for key, values in parse_qs(call.body.decode()).items()}
        handlers = {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/device": self._device,
            "/revoke": self._revoke,
        }
        return handlers[parts.path](asked)

    def _discovery(self, _asked: dict[str, str]) -> Told:
        document = {
            "issuer": self.named or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "device_authorization_endpoint": f"{self.url}/device",
            "revocation_endpoint": f"{self.url}/revoke",
        }
        return _json(document)

    def _authorize(self, asked: dict[str, str]) -> Told:
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        back = {"state": asked["state"]}
        if self.refuses:
            back |= {"error": "access_denied", "error_description": self.refuses}
        else:
            code = secrets.token_hex(8)
            self._codes[code] = asked
            back["code"] = code
        return Told(302, b"", {"Location": f"{asked['redirect_uri']}?{urlencode(back)}"})

    def _token(self, asked: dict[str, str]) -> Told:
        if asked.get("client_id") != CLIENT_ID:
            return _json({"error": "invalid_client"}, 401)
        kind = asked["grant_type"]
        if kind == "authorization_code":
            return self._for_code(asked)
        if kind == "refresh_token":
            return self._for_refresh(asked)
        return self._for_device()

    def _for_code(self, asked: dict[str, str]) -> Told:
        begun = self._codes.pop(asked["code"], None)
        if begun is None or begun["redirect_uri"] != asked["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return _json({"error": "invalid_grant", "error_description": "PKCE failed"}, 400)
        return self._tokens()

    def _for_refresh(self, asked: dict[str, str]) -> Told:
        if asked["refresh_token"] != self.refresh:
            return _json({"error": "invalid_grant"}, 400)
        if self.rotates:
            self.refresh = secrets.token_hex(8)
        return self._tokens()

    def _for_device(self) -> Told:
        if self.pending_answers:
            self.pending_answers -= 1
            return _json({"error": "authorization_pending"}, 400)
        if self.refuses:
            return _json({"error": "access_denied", "error_description": self.refuses}, 400)
        return self._tokens()

    def _device(self, asked: dict[str, str]) -> Told:
        assert asked["client_id"] == CLIENT_ID
        return _json(
            {
                "device_code": secrets.token_hex(8),
                "user_code": "WDJB-MJHT",
                "verification_uri": f"{self.url}/activate",
                "interval": 0,
                "expires_in": 60,
            }
        )

    def _revoke(self, asked: dict[str, str]) -> Told:
        self.revoked.append(asked["token"])
        return Told(200, b"")

    def _tokens(self) -> Told:
        return _json({"access_token": self.token, "refresh_token": self.refresh, "expires_in": self.lasts_seconds})


def _json(document: Any, status: int = 200) -> Told:
    return Told(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


@contextlib.contextmanager
def issuing(token: str) -> Iterator[Issuer]:
    """Run an issuer whose access token is `token`."""
    issuer = Issuer(token)
    with answering(issuer.tell) as seen:
        issuer.seen = seen
        yield issuer
