"""Whether a plain variable looks like a credential: the detectors of detect-secrets, what they do not know yet, and
randomness. Imported by the one function that asks: the library takes a good part of a second to load.

A detector's `analyze_string` looks at text and nothing else; its verification, which would call out, is never used.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from detect_secrets.plugins import (
    artifactory,
    aws,
    azure_storage_key,
    base,
    basic_auth,
    cloudant,
    discord,
    github_token,
    gitlab_token,
    ibm_cloud_iam,
    jwt,
    mailchimp,
    npm,
    openai,
    private_key,
    pypi_token,
    sendgrid,
    slack,
    softlayer,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)

_DETECTORS: Final[tuple[base.BasePlugin, ...]] = (
    artifactory.ArtifactoryDetector(),
    aws.AWSKeyDetector(),
    azure_storage_key.AzureStorageKeyDetector(),
    basic_auth.BasicAuthDetector(),
    cloudant.CloudantDetector(),
    discord.DiscordBotTokenDetector(),
    github_token.GitHubTokenDetector(),
    gitlab_token.GitLabTokenDetector(),
    ibm_cloud_iam.IbmCloudIamDetector(),
    jwt.JwtTokenDetector(),
    mailchimp.MailchimpDetector(),
    npm.NpmDetector(),
    openai.OpenAIDetector(),
    private_key.PrivateKeyDetector(),
    pypi_token.PypiTokenDetector(),
    sendgrid.SendGridDetector(),
    slack.SlackDetector(),
    softlayer.SoftlayerDetector(),
    square_oauth.SquareOAuthDetector(),
    stripe.StripeDetector(),
    telegram_token.TelegramBotTokenDetector(),
    twilio.TwilioKeyDetector(),
)

_PREFIXES: Final = {
    "Anthropic key": r"sk-ant-",
    "OpenAI-style key": r"sk-(proj-|svcacct-|or-)?[A-Za-z0-9_-]{20}",
    "GitHub token": r"github_pat_",
    "Google API key": r"AIza[A-Za-z0-9_-]{30}",
    "Google OAuth secret": r"GOCSPX-",
    "Hugging Face token": r"hf_[A-Za-z0-9]{20}",
    "npm token": r"npm_[A-Za-z0-9]{20}",
    "Slack token": r"xox[a-z]-|xapp-",
    "Stripe key": r"[rs]k_(live|test)_",
    "DigitalOcean token": r"do[oprt]_v1_",
    "Databricks token": r"dapi[0-9a-f]{20}",
    "Doppler token": r"dp\.(st|pt|ct|sa|scim|audit)\.",
    "HashiCorp Vault token": r"hv[bsr]\.",
    "age secret key": r"AGE-SECRET-KEY-1",
    "Groq key": r"gsk_[A-Za-z0-9]{20}",
    "Replicate token": r"r8_[A-Za-z0-9]{20}",
    "xAI key": r"xai-[A-Za-z0-9]{20}",
    "Linear key": r"lin_(api|oauth)_",
    "Notion token": r"ntn_[A-Za-z0-9]{20}",
    "Shopify token": r"shp(at|ca|pa|ss)_",
    "Bootseal boot token": r"bsl1_",
    "Azure account key": r"(?i:AccountKey|SharedAccessKey)=",
}
"""What its issuer begins a credential with, beyond what the detectors know."""

_PREFIX = {kind: re.compile(rf"(?<![A-Za-z0-9]){pattern}") for kind, pattern in _PREFIXES.items()}

_NAMED_LIKE_ONE = re.compile(
    r"(^|.*_)(PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|(ACCESS|SECRET|PRIVATE|SIGNING|"
    r"ENCRYPTION|MASTER)_?KEY)"
)
_PLAIN_SETTING = re.compile(r"[0-9.]*|true|false|yes|no|on|off|none|null|required|optional", re.IGNORECASE)

_RUN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DIGEST = re.compile(r"sha(1|224|256|384|512)[:-][A-Za-z0-9+/=]+")

_PIECE: Final = 4_096
_OVERLAP: Final = 1_024

_RANDOM_BITS: Final = 4.5
_RANDOM_HEX_BITS: Final = 3.0
"""Bits a character from which a run looks random: the defaults of detect-secrets."""


def why_sensitive(name: str, value: str) -> str | None:
    """Why `value` of the variable `name` looks like a credential; None where it does not. Never holds the value."""
    kind = next(filter(None, map(_known_kind, _pieces(value))), None)
    if kind is not None:
        return f"looks like a credential ({kind})"
    if _NAMED_LIKE_ONE.fullmatch(name) and not _PLAIN_SETTING.fullmatch(value):
        return "has the name of a credential"
    return "looks like a credential (a long random text)" if _is_random(value) else None


def sensitive(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that look like credentials, each with why."""
    found = {name: why_sensitive(name, value) for name, value in variables.items()}
    return {name: reason for name, reason in found.items() if reason is not None}


def _pieces(value: str) -> Iterator[str]:
    """`value` in pieces that overlap by more than a credential is long: some detectors take quadratic time."""
    for start in range(0, max(len(value), 1), _PIECE - _OVERLAP):
        yield value[start : start + _PIECE]


def _known_kind(value: str) -> str | None:
    for kind, prefix in _PREFIX.items():
        if prefix.search(value):
            return kind
    for detector in _DETECTORS:
        if any(found for found in detector.analyze_string(value)):
            return str(detector.secret_type)
    return None


def _is_random(value: str) -> bool:
    # Digests and UUIDs are random to the eye and no secrets: images, commits and tenants are named by them.
    rest = _UUID.sub(" ", _DIGEST.sub(" ", value))
    return any(_entropy(run) > _RANDOM_BITS for run in _RUN.findall(rest)) or any(
        _entropy(run) > _RANDOM_HEX_BITS and not run.isdigit() for run in _HEX.findall(rest)
    )


def _entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
