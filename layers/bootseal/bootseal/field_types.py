"""The kinds of field the API has, each with what the OpenAPI document says of it.

The annotations describe; they check nothing. Checks are made where the rules are (`names`, `model`, ...), so that a
broken rule is a 422 with its own code, and not a 400.
"""

from typing import Annotated, Any, Final

from msgspec import Meta

from bootseal.audit_model import Action
from bootseal.boot_model import TTL_MAX_SECONDS, TTL_MIN_SECONDS
from bootseal.environment_model import VARIABLES_MAX
from bootseal.model import DESCRIPTION_MAX, VALUE_MAX_BYTES

SLUG_PATTERN: Final = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME_PATTERN: Final = "[A-Za-z_][A-Za-z0-9_.-]{0,127}"
SCOPE_PATTERN: Final = f"(private|shared|project:{SLUG_PATTERN})"
BASE64_PATTERN: Final = "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"
"""Canonical: the bits that padding leaves over are zero, as `encoding.from_base64` asks."""


def _meta(description: str, *examples: Any, **schema: Any) -> Meta:
    return Meta(description=description, examples=list(examples) or None, extra_json_schema=schema or None)


def _text(description: str, *examples: str, pattern: str = "", **schema: Any) -> Meta:
    if pattern:
        schema["pattern"] = f"^{pattern}$"
    return _meta(description, *examples, **schema)


Name = Annotated[str, _text("What the secret is called.", "openai-api-key", pattern=NAME_PATTERN, maxLength=128)]
EnvName = Annotated[
    str, _text("The environment variable it becomes.", "OPENAI_API_KEY", pattern="[A-Z_][A-Z0-9_]{0,127}")
]
ScopeLabel = Annotated[
    str,
    _text(
        "Where it lives: `private` (the caller's own), `shared` (the org's) or `project:<slug>`.",
        "private",
        "project:web",
        pattern=SCOPE_PATTERN,
        maxLength=71,
    ),
]
Value = Annotated[
    str,
    _text(
        f"The clear value: 1 to {VALUE_MAX_BYTES} bytes of UTF-8 without NUL. No answer ever holds it.",
        "sk-made-up-0000000000000000",
        minLength=1,
        maxLength=VALUE_MAX_BYTES,
    ),
]
Base64 = Annotated[str, _text("Standard base64 with padding.", pattern=BASE64_PATTERN, contentEncoding="base64")]
SealedText = Annotated[
    str,
    _text(
        "A value the client sealed with the scope's public key (see docs/sealed-format.md), in standard base64 with "
        "padding.",
        pattern=BASE64_PATTERN,
        contentEncoding="base64",
        minLength=68,
        maxLength=87_448,
    ),
]
KeyId = Annotated[str, _text("Which key of the scope it is sealed to.", "k000001", pattern="k[0-9]{6,}", maxLength=16)]
Hint = Annotated[
    str,
    _text(
        "First and last four characters, of values long enough for that to give little away.",
        "sk-m…0000",
        pattern="[\\x20-\\x7e]{4}…[\\x20-\\x7e]{4}",
        maxLength=9,
    ),
]
Description = Annotated[
    str,
    _text(
        "Free text. No control characters but tab and line feed.",
        "For the planner",
        pattern="[^\\x00-\\x08\\x0b-\\x1f\\x7f]*",
        maxLength=DESCRIPTION_MAX,
    ),
]
AutoInstall = Annotated[bool, _meta("Whether every boot gets it that declares nothing.")]
InstructionsSafe = Annotated[bool, _meta("Whether placeholders in instructions may name it.")]
Version = Annotated[str, _text("Opaque; new at every change. Also the ETag.", "0123456789abcdef0123")]
Time = Annotated[str, _text("RFC 3339, UTC, milliseconds.", "2026-11-21T12:00:00.000Z", format="date-time")]
Actor = Annotated[str, _text("The `sub` of a token.", "6f9b1c1e-0000-4000-8000-000000000001")]
UserId = Annotated[
    str,
    _text(
        "The `sub` of the user's tokens; `GET /v1/whoami` tells a user theirs.",
        "6f9b1c1e-0000-4000-8000-000000000001",
        pattern='[!"$-~]{1,255}',
        maxLength=255,
    ),
]
Slug = Annotated[str, _text("The slug of a project.", "web", pattern=SLUG_PATTERN, maxLength=63)]
EnvironmentName = Annotated[str, _text("The name of an environment.", "staging", pattern=SLUG_PATTERN, maxLength=63)]
Label = Annotated[
    str, _text("The launcher's name for it.", "run-42", pattern="[A-Za-z0-9][A-Za-z0-9._:/@+=-]{0,127}", maxLength=128)
]
TtlSeconds = Annotated[
    int, _meta("Life of the token, in seconds.", 300, minimum=TTL_MIN_SECONDS, maximum=TTL_MAX_SECONDS)
]
PublicKeyText = Annotated[
    str,
    _text(
        "A raw X25519 public key, 32 bytes in base64.",
        pattern="[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=",
        contentEncoding="base64",
    ),
]
Variables = Annotated[
    dict[str, str],
    _meta(
        "The variables, by the name they have in the VM. At most 32,768 bytes in all.",
        {"LOG_LEVEL": "debug", "REGION": "eu-central-1"},
        maxProperties=VARIABLES_MAX,
        propertyNames={"pattern": "^[A-Z_][A-Z0-9_]{0,127}$"},
    ),
]
Cursor = Annotated[str, _text("Where the next page begins; null on the last page. Opaque.")]
Templates = Annotated[
    dict[str, str],
    _meta(
        "Texts by keys of the caller's choice. `{{NAME}}` stands for the secret exported as NAME.",
        {"authorization": "Bearer {{OPENAI_API_KEY}}"},
        minProperties=1,
        maxProperties=100,
    ),
]
TargetName = Annotated[str, _meta("Where the texts are to go.", "header", enum=["header", "text", "instructions"])]
AuditAction = Annotated[str, _meta("What was done.", "secret.update", enum=[str(action) for action in Action])]
Immutable = Annotated[object, _meta("Fixed at creation; refused.", **{"x-immutable": True})]
"""Known only to be refused with its reason. The OpenAPI document leaves such fields out."""
