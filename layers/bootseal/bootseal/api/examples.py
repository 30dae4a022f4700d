"""Examples for the document. All made up."""

from typing import Any, Final

_TIME: Final = "2026-11-21T12:00:00.000Z"
_USER: Final = "6f9b1c1e-0000-4000-8000-000000000001"
_VERSION: Final = "0123456789abcdef0123"
# Of RFC 7748, section 6.1: one that the service takes, with a private key that everybody knows.
_PUBLIC_KEY: Final = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="

SECRET: Final[dict[str, Any]] = {
    "name": "openai-api-key",
    "env_name": "OPENAI_API_KEY",
    "scope": "private",
    "description": "For the planner",
    "auto_install": True,
    "instructions_safe": False,
    "hint": "sk-m…0000",
    "version": _VERSION,
    "created_at": _TIME,
    "created_by": _USER,
    "updated_at": _TIME,
    "updated_by": _USER,
    "last_injected_at": None,
}
SECRETS: Final = {"items": [SECRET], "next_cursor": None}
CREATE_SECRET: Final = {
    "name": "openai-api-key",
    "scope": "private",
    "value": "sk-made-up-0000000000000000",
    "description": "For the planner",
}
UPDATE_SECRET: Final = {"value": "sk-made-up-1111111111111111"}
SEALING_KEY: Final = {
    "key_id": "k000001",
    "suite": "HPKE-v1-X25519-SHA256-AES256GCM",
    "public_key": _PUBLIC_KEY,
    "info": "AAAAEWJvb3RzZWFsL3YxL3ZhbHVl",
}
ISSUE: Final = {
    "user": _USER,
    "project": "web",
    "environment": "staging",
    "vm_id": "vm-7",
    "requirements": {"secrets": [{"key": "OPENAI_API_KEY"}, {"key": "DATABASE_URL", "optional": True}]},
}
ISSUED: Final = {"boot_token": "bsl1_made-up.made-up", "session_id": "run-42", "expires_at": _TIME}
INJECT: Final = {"public_key": _PUBLIC_KEY}
LINE: Final = {
    "name": "openai-api-key",
    "env_name": "OPENAI_API_KEY",
    "scope": "private",
    "version": _VERSION,
    "status": "injected",
}
RECEIPT: Final = {
    "session_id": "run-42",
    "user": _USER,
    "project": "web",
    "environment": "staging",
    "vm_id": "vm-7",
    "created_at": _TIME,
    "secrets": [LINE],
    "environment_version": "00000001aaaaaaaaaaaa",
    "defaults": ["LOG_LEVEL"],
}
VERSIONS: Final = {
    "items": [
        {
            **{key: value for key, value in SECRET.items() if key != "last_injected_at"},
            "revision": 1,
            "current": True,
            "value_changed": True,
        }
    ],
    "next_cursor": None,
}
IMPORT: Final = {
    "scope": "project:web",
    "entries": [{"name": "database-url", "value": "postgres://made-up"}],
    "on_conflict": "skip",
}
IMPORTED: Final = {
    "scope": "project:web",
    "dry_run": False,
    "applied": True,
    "counts": {"created": 1, "updated": 0, "skipped": 0, "conflict": 0, "reserved": 0, "invalid": 0},
    "items": [
        {
            "name": "database-url",
            "env_name": "DATABASE_URL",
            "status": "created",
            "message": None,
            "version": _VERSION,
        }
    ],
}
ROTATED: Final = {"key_id": "k000002", "resealed": 12, "remaining": 0, "unreadable": []}
REMOVED: Final = {"removed": 3, "remaining": False, "boot_tokens_cancelled_until": _TIME}
PREVIEW: Final = {**RECEIPT, "session_id": None, "vm_id": None, "missing_required": []}
RESOLVE: Final = {"templates": {"authorization": "Bearer {{OPENAI_API_KEY}}"}, "target": "header", "user": _USER}
RESOLVED: Final = {"resolved": {"authorization": "Bearer sk-made-up-0000000000000000"}}
AUDIT: Final = {
    "items": [
        {
            "id": "00112233aabb",
            "time": _TIME,
            "actor": _USER,
            "action": "secret.update",
            "outcome": "ok",
            "scope": "private",
            "owner": _USER,
            "name": "openai-api-key",
            "env_name": "OPENAI_API_KEY",
            "version": _VERSION,
            "source_ip": "203.0.113.7",
            "user_agent": "bootseal/0.1.0",
            "details": {},
        }
    ],
    "next_cursor": None,
}
BUNDLE: Final = {"session_id": "run-42", "receipt": RECEIPT, "sealed_env": "bWFkZSB1cA=="}
PUT_ENVIRONMENT: Final = {"variables": {"LOG_LEVEL": "debug"}, "description": "Staging defaults"}
ENVIRONMENT: Final = {
    "name": "staging",
    "description": "Staging defaults",
    "variables": {"LOG_LEVEL": "debug"},
    "version": "00000001aaaaaaaaaaaa",
    "created_at": _TIME,
    "created_by": _USER,
    "updated_at": _TIME,
    "updated_by": _USER,
    "deleted": False,
}
ENVIRONMENTS: Final = {"items": [ENVIRONMENT], "next_cursor": None}
WHOAMI: Final = {"org": "acme", "user": _USER, "permissions": ["secrets:manage", "secrets:read"], "projects": None}
