"""What is installed is locked, known by its digest, and runs nothing while it is installed."""

import json
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from support.aws import REPOSITORY

LOCKS = ["uv.lock", "tools/sam/uv.lock", "tools/emulator/uv.lock"]
CONSOLE = REPOSITORY / "console" / "package-lock.json"


def packages(lock: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((REPOSITORY / lock).read_text())["package"]
    return [package for package in found if "registry" in package["source"]]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_locked_with_digests(lock: str) -> None:
    assert len(packages(lock)) > 5
    for package in packages(lock):
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_what_the_product_needs_comes_as_wheels_so_that_no_build_script_runs() -> None:
    assert [package["name"] for package in packages("uv.lock") if not package.get("wheels")] == []


def test_the_layers_requirements_are_pinned_with_digests() -> None:
    text = (REPOSITORY / "layers" / "bootseal" / "requirements.txt").read_text()
    wanted = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert wanted
    assert all("==" in line for line in wanted)
    assert text.count("--hash=sha256:") >= len(wanted)


def npm_packages() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(CONSOLE.read_text())["packages"]
    return {path: package for path, package in found.items() if path}


def test_every_npm_package_is_locked_with_its_digest() -> None:
    for path, package in npm_packages().items():
        assert package.get("link") or package["integrity"].startswith("sha512-"), path


def test_what_the_console_ships_runs_no_install_script() -> None:
    shipped = {path: package for path, package in npm_packages().items() if not package.get("dev")}
    assert shipped
    assert [path for path, package in shipped.items() if package.get("hasInstallScript")] == []


def test_an_audit_that_reaches_no_advisories_says_so_and_gives_no_all_clear() -> None:
    nowhere = "http://127.0.0.1:9"
    proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), nowhere)
    npm = {"npm_config_https_proxy": nowhere, "npm_config_proxy": nowhere, "npm_config_fetch_retries": "0"}
    done = subprocess.run(
        ["tools/audit.sh"],
        cwd=REPOSITORY,
        env={**os.environ, **proxies, **npm, "NO_PROXY": "", "no_proxy": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert "Python packages: NOT ASKED" in done.stdout
    assert "console packages: NOT ASKED" in done.stdout
    assert "nothing known" not in done.stdout


def test_a_bill_of_materials_names_what_the_layer_carries(tmp_path: Path) -> None:
    subprocess.run(["tools/sbom.sh", str(tmp_path)], cwd=REPOSITORY, check=True, capture_output=True)
    document = json.loads((tmp_path / "sbom-layer.json").read_text())
    assert document["bomFormat"] == "CycloneDX"
    names = {component["name"] for component in document["components"]}
    assert {"cryptography", "boto3", "msgspec", "pyjwt"} <= names
    assert "pytest" not in names
