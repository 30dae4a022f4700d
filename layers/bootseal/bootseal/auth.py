"""Who is asking: an OIDC access token checked, and turned into an org, a user, permissions and projects.

Rules: RFC 8725 (JWT best current practice) for what is checked of a token, OpenID Connect Core 1.0 for its claims,
the Amazon Cognito developer guide for `client_id` in the place of `aud` and for `token_use`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import jwt

from bootseal.errors import NotAuthenticated
from bootseal.names import is_slug
from bootseal.services.access import PERMISSIONS

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures accepted: asymmetric ones only, so that no public key can ever serve as a shared secret."""

TOKEN_MAX_LENGTH: Final = 8_192
"""Longest bearer token looked at; API Gateway takes 10,240 bytes of headers in all."""

LEEWAY_SECONDS: Final = 30
"""How far an issuer's clock may be off."""

_ORG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# The characters of every issuer's `sub` we know of. "#" separates parts of our keys and is left out.
_USER = re.compile(r"[\x21\x22\x24-\x7e]{1,255}")
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+)", re.IGNORECASE)
_TYPES: Final = frozenset({"jwt", "at+jwt"})
_ID_TOKEN_CLAIMS: Final = frozenset({"at_hash", "c_hash", "s_hash"})
_GROUP_CLAIMS: Final = ("groups", "cognito:groups", "permissions", "roles")


class KeySource(Protocol):
    """The issuer's signing keys."""

    def key(self, key_id: str) -> jwt.PyJWK:
        """The key of that id. Raises `NotAuthenticated` where the issuer has none."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified caller. `projects` is None where the token does not limit them."""

    org: str
    user: str
    permissions: frozenset[str]
    projects: frozenset[str] | None

    def context(self) -> dict[str, str]:
        """As an API Gateway authorizer context, which holds only strings."""
        return {
            "org": self.org,
            "user": self.user,
            "permissions": " ".join(sorted(self.permissions)),
            "projects": "*" if self.projects is None else ",".join(sorted(self.projects)),
        }


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Checks access tokens of one issuer."""

    issuer: str
    audiences: tuple[str, ...]
    org_claim: str
    keys: KeySource

    def identify(self, authorization: str) -> Identity:
        """The caller of an `Authorization: Bearer` header. Raises `NotAuthenticated`, never saying what was wrong."""
        match = _BEARER.fullmatch(authorization.strip()) if len(authorization) <= TOKEN_MAX_LENGTH else None
        if match is None:
            raise NotAuthenticated
        try:
            return identity_of(self._claims(match[1]), self.org_claim)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise NotAuthenticated from None

    def _claims(self, token: str) -> Mapping[str, Any]:
        header = jwt.get_unverified_header(token)
        if not _acceptable(header):
            raise NotAuthenticated
        claims = jwt.decode(
            token,
            self.keys.key(header["kid"]),
            algorithms=[header["alg"]],
            issuer=self.issuer,
            leeway=LEEWAY_SECONDS,
            # `aud` is checked below, since Cognito's access tokens carry `client_id` in its place.
            options={"require": ["exp", "iss", "sub"], "verify_aud": False},
        )
        if not self._for_us(claims) or not _is_access_token(claims):
            raise NotAuthenticated
        return claims

    def _for_us(self, claims: Mapping[str, Any]) -> bool:
        audience = claims.get("aud", claims.get("client_id"))
        given = [audience] if isinstance(audience, str) else audience
        return isinstance(given, list) and any(one in self.audiences for one in given)


def _acceptable(header: Mapping[str, Any]) -> bool:
    """Whether a token with this header is looked at: one of our algorithms, a key id, nothing we would have to obey.

    `crit` lists extensions a reader must understand (RFC 7515 section 4.1.11) and we know none. `typ` keeps other
    kinds of JWT of the same issuer, such as `logout+jwt`, from passing for an access token (RFC 8725 section 3.11).
    """
    kind = str(header.get("typ", "JWT")).lower().removeprefix("application/")
    return (
        header.get("alg") in ALGORITHMS
        and isinstance(header.get("kid"), str)
        and "crit" not in header
        and kind in _TYPES
    )


def _is_access_token(claims: Mapping[str, Any]) -> bool:
    """Whether nothing says otherwise: Cognito's `token_use`, Keycloak's `typ`, and claims only an ID token has.

    Those are the hashes of OpenID Connect Core 1.0 sections 3.1.3.6 and 3.3.2.11.
    """
    return (
        claims.get("token_use", "access") == "access"
        and claims.get("typ", "Bearer") == "Bearer"
        and not claims.keys() & _ID_TOKEN_CLAIMS
    )


def identity_of(claims: Mapping[str, Any], org_claim: str) -> Identity:
    """The caller a token's verified claims describe. Raises `NotAuthenticated` where org or user cannot be told."""
    groups = [name for claim in _GROUP_CLAIMS for name in _strings(claims.get(claim))]
    scopes = claims.get("scope") if isinstance(claims.get("scope"), str) else ""
    granted = {*str(scopes).split(" "), *groups}  # A space and nothing like it: RFC 6749 section 3.3.
    user, org = claims.get("sub"), _org(claims.get(org_claim), groups)
    if not isinstance(user, str) or not _USER.fullmatch(user) or org is None:
        raise NotAuthenticated
    return Identity(org, user, PERMISSIONS & granted, _projects(claims, groups))


def _org(claim: object, groups: Iterable[str]) -> str | None:
    """The org: the claim, or else the one group `org:<org>`. Two such groups say nothing."""
    if claim is not None:
        org = claim
    else:
        orgs = {group.removeprefix("org:") for group in groups if group.startswith("org:")}
        org = orgs.pop() if len(orgs) == 1 else None
    return org if isinstance(org, str) and _ORG.fullmatch(org) else None


def _projects(claims: Mapping[str, Any], groups: Iterable[str]) -> frozenset[str] | None:
    """The projects the token is limited to: the claim, or else its `project:<slug>` groups; None for no limit."""
    if "projects" in claims:
        return frozenset(slug for slug in _strings(claims["projects"]) if is_slug(slug))
    limited = [group.removeprefix("project:") for group in groups if group.startswith("project:")]
    return frozenset(slug for slug in limited if is_slug(slug)) if limited else None


def _strings(claim: object) -> list[str]:
    """A claim that is a list of strings. A string such as "[a b]" is some gateway's rendering and grants nothing."""
    return [item for item in claim if isinstance(item, str)] if isinstance(claim, list) else []
