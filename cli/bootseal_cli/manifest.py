"""An app's declaration of the secrets it needs: `requirements.secrets` in `app.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootseal.errors import BootsealError
from bootseal.names import env_name
from bootseal_cli.failures import EXIT_USAGE, CliError

MAX_BYTES = 1_000_000
_FIELDS = frozenset({"key", "optional", "description"})


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared secret: the key as written, the environment variable it means, and whether a boot can do without."""

    key: str
    env_name: str
    optional: bool
    description: str


def read_manifest(path: Path) -> tuple[Declared, ...] | None:
    """Return what the manifest at `path` declares, or None where it has no `requirements.secrets`.

    With None a VM gets every secret that installs itself; with an empty list it gets none. Raises CliError (exit 2)
    for a file that cannot be read or breaks the format.
    """
    document = _load(path)
    requirements = _mapping(document.get("requirements") or {}, f"{path}: requirements")
    listed = requirements.get("secrets")
    if listed is None:
        return None
    if not isinstance(listed, list):
        raise _broken(f"{path}: requirements.secrets", "is not a list")
    declared = [_declared(item, f"{path}: requirements.secrets[{i}]") for i, item in enumerate(listed)]
    return tuple(_each_once(declared))


def _load(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        document = yaml.safe_load(data) if len(data) <= MAX_BYTES else None
    except OSError as failure:
        raise CliError(f"{path} cannot be read ({failure.strerror})", EXIT_USAGE) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise _broken(str(path), "is not YAML that can be read") from None
    return _mapping(document, str(path))


def _mapping(found: object, where: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise _broken(where, "is not a mapping")
    return found


def _declared(item: object, where: str) -> Declared:
    fields = _mapping(item, where)
    if unknown := sorted(str(key) for key in fields if key not in _FIELDS):
        raise _broken(where, f"has unknown fields ({', '.join(unknown)}); known are key, optional, description")
    key, optional = fields.get("key"), fields.get("optional", False)
    if not isinstance(key, str):
        raise _broken(f"{where}.key", "is missing or not text")
    if not isinstance(optional, bool):
        raise _broken(f"{where}.optional", "is neither true nor false")
    try:
        return Declared(key, env_name(key), optional, str(fields.get("description") or ""))
    except BootsealError as failure:
        raise _broken(f"{where}.key", str(failure)) from None


def _each_once(declared: list[Declared]) -> list[Declared]:
    """Merge what is declared twice: it is optional only where it is so each time, as the service has it."""
    found: dict[str, Declared] = {}
    for item in declared:
        before = found.get(item.env_name)
        if before is None or (before.optional and not item.optional):
            found[item.env_name] = item
    return list(found.values())


def _broken(where: str, what: str) -> CliError:
    return CliError(f"{where} {what}; see the manifest in docs/cli.md", EXIT_USAGE)
