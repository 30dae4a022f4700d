"""Who imports whom: the layers of the shared package, and what the command line must never pull in."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY / "layers" / "bootseal"
CLI = REPOSITORY / "cli"
FUNCTIONS = REPOSITORY / "functions"

# The first part of a module's path below `bootseal` -> its level. A module imports only its own level and lower ones.
LEVELS = {
    "values": 0,
    "formats": 1,
    "services": 2,
    "adapters": 3,
    "wiring": 4,
}
FORMATS = {"sealing", "signing", "token_signing", "ports"}
WIRING = {"bootstrap"}
# What turns events into calls and answers: beside the services, used by functions alone.
EDGE = {
    *("api", "http", "auth", "observability", "openapi", "strict_json", "settings", "refusals"),
    *("schemas", "import_schemas", "views", "import_views", "trail_views"),
}


def _modules(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*.py") if "__pycache__" not in path.parts)


def _imports(path: Path) -> set[str]:
    """Every module a file imports, at its top or inside its functions, and for type checking too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _level(module: str) -> int | None:
    parts = module.split(".")
    if parts[0] != "bootseal" or len(parts) == 1 or parts[1] in EDGE:
        return None
    if parts[1] in ("services", "adapters"):
        return LEVELS[parts[1]]
    if parts[1] in WIRING:
        return LEVELS["wiring"]
    return LEVELS["formats"] if parts[1] in FORMATS else LEVELS["values"]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(SHARED).with_suffix("").parts)


@pytest.mark.parametrize("path", _modules(SHARED / "bootseal"), ids=_name)
def test_a_module_of_the_shared_package_imports_nothing_above_it(path: Path) -> None:
    own = _level(_name(path))
    if own is None:
        return
    above = {name for name in _imports(path) if (level := _level(name)) is not None and level > own}
    assert not above


@pytest.mark.parametrize("path", _modules(SHARED / "bootseal"), ids=_name)
def test_only_adapters_and_their_wiring_know_the_aws_sdk(path: Path) -> None:
    roots = {name.split(".")[0] for name in _imports(path)}
    if not {"adapters", *WIRING} & set(path.parts):
        assert not roots & {"boto3", "botocore"}


@pytest.mark.parametrize("path", _modules(SHARED / "bootseal"), ids=_name)
def test_the_shared_package_knows_nothing_of_who_uses_it(path: Path) -> None:
    assert not {name.split(".")[0] for name in _imports(path)} & {"bootseal_cli", "functions"}


@pytest.mark.parametrize("path", _modules(FUNCTIONS), ids=lambda path: path.parent.name)
def test_functions_know_no_adapter_and_no_aws_sdk(path: Path) -> None:
    names = _imports(path)
    assert not {name for name in names if name.startswith("bootseal.adapters")}
    assert not {name.split(".")[0] for name in names} & {"boto3", "botocore"}


@pytest.mark.parametrize("path", _modules(CLI), ids=lambda path: str(path.relative_to(CLI)))
def test_the_command_line_never_imports_the_aws_sdk_or_the_service(path: Path) -> None:
    names = _imports(path)
    assert not {name.split(".")[0] for name in names} & {"boto3", "botocore", "aws_lambda_powertools"}
    allowed = ("names", "model", "boot_model", "sealing", "errors", "encoding", "strict_json")
    service = {name for name in names if name.startswith("bootseal.") and name.split(".")[1] not in allowed}
    assert not service


def test_no_command_loads_the_aws_sdk_even_indirectly() -> None:
    program = (
        "import sys\nimport click\nfrom bootseal_cli.main import cli\n"
        "def load(group):\n"
        "    context = click.Context(group)\n"
        "    for name in group.list_commands(context):\n"
        "        command = group.get_command(context, name)\n"
        "        if isinstance(command, click.Group): load(command)\n"
        "load(cli)\n"
        "import pkgutil, importlib, bootseal_cli\n"
        "for module in pkgutil.walk_packages(bootseal_cli.__path__, 'bootseal_cli.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "found = {name.split('.')[0] for name in sys.modules} & {'boto3', 'botocore', 'moto'}\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
