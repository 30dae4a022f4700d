"""What the console's tests check its copy of the rules against, made by the rules themselves.

Run as a program, it writes `console/src/lib/reserved.json` and the vectors under `console/tests/vectors/` anew.
"""

import base64
import json
from pathlib import Path
from typing import Any

from bootseal.errors import BootsealError, InvalidName
from bootseal.model import SecretValue, parse_scope
from bootseal.names import RESERVED, env_name, reserved_reason
from bootseal.sealing import SUITE_NAME, generate_key_pair, seal, value_info

CONSOLE = Path(__file__).resolve().parents[3] / "console"
RESERVED_FILE = CONSOLE / "src" / "lib" / "reserved.json"
RULES_FILE = CONSOLE / "tests" / "vectors" / "rules.json"
SEALING_FILE = CONSOLE / "tests" / "vectors" / "sealing.json"

_NAMES = (
    "openai-api-key", "a", "_", "A.b-C_9", "x" * 128, "x" * 129, "", "9a", "-a", ".a", "a b", "a\n", "a$b",
    "é", "\uff41", "<img src=x onerror=alert(1)>", "path", "ld.preload", "ld_", "LD", "my-proxy", "proxy",
    "pythonpath", "python", "node-options", "node_optionsx",
    "bootseal-x", "bash-func-x", "git-config-key-0", "aws-endpoint-url",
    "aws-endpoint-url-s3", "ssl-cert-file", "perl5lib", "home", "tmpdir", "homes", "malloc-arena-max", "res-options",
)  # fmt: skip
_SCOPES = (
    "private", "shared", "project:web", "project:a", "project:a-b-1", "project:" + "a" * 63, "project:" + "a" * 64,
    "project:", "project:-a", "project:a-", "project:A", "project:a_b", "project:a/b", "project", "Private", "", "org",
    "private:someone", "project:web\n",
)  # fmt: skip
_VALUES = (
    "sk-made-up-0123456789abcdef9f2c", "a" * 23, "a" * 24, "with spaces in it, but on one line", "two\nlines" * 8,
    "tab\tinside a longer line of text", "é" * 30, " " * 24, "~" * 24, "\x7f" * 30, "ends with a newline, it does\n",
)  # fmt: skip
_SEALED = (
    ("acme", "5f0c6a1e-0000-4c6e-8f5a-000000000001", "private", "OPENAI_API_KEY", "made-up-value-1"),
    ("acme", "5f0c6a1e-0000-4c6e-8f5a-000000000001", "project:web", "DATABASE_URL", "line one\r\nline two\n"),
    ("globex", "someone|else", "shared", "EMOJI", "\N{FIRE} '\"$(x)`\\"),
)


def reserved() -> list[dict[str, Any]]:
    """The reserved names as the console carries them."""
    return [{"reason": group.reason, "patterns": list(group.patterns)} for group in RESERVED]


def rules() -> dict[str, Any]:
    """Names, scopes and values with what the rules say of each."""
    return {
        "names": [_name(name) for name in _NAMES],
        "scopes": [{"scope": scope, "valid": _is_scope(scope)} for scope in _SCOPES],
        "values": [{"value": value, "hint": SecretValue(value).hint()} for value in _VALUES],
    }


def _name(name: str) -> dict[str, Any]:
    try:
        variable = env_name(name)
    except InvalidName:
        return {"name": name, "env_name": None, "reserved": None}
    return {"name": name, "env_name": variable, "reserved": reserved_reason(variable)}


def _is_scope(scope: str) -> bool:
    try:
        parse_scope(scope, "someone")
    except BootsealError:
        return False
    return True


def sealing() -> dict[str, Any]:
    """A new key pair and values sealed to it: different at every call, as sealing is."""
    private, public = generate_key_pair()
    return {
        "suite": SUITE_NAME,
        "private_key": base64.b64encode(private).decode(),
        "public_key": base64.b64encode(public).decode(),
        "vectors": [_sealed(public, *case) for case in _SEALED],
    }


def _sealed(public: bytes, org: str, user: str, scope: str, variable: str, value: str) -> dict[str, Any]:
    info = value_info(org, f"private:{user}" if scope == "private" else scope, variable)
    return {
        "owner": {"org": org, "user": user},
        "scope": scope,
        "env_name": variable,
        "info": base64.b64encode(info).decode(),
        "value": value,
        "sealed_by_python": base64.b64encode(seal(public, value.encode(), info)).decode(),
    }


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write(RESERVED_FILE, reserved())
    _write(RULES_FILE, rules())
    _write(SEALING_FILE, sealing())
