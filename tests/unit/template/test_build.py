"""What `sam build` leaves for AWS: binaries of the right CPU, the package, and no more than a layer may weigh."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from support.template import TEMPLATE, functions

ROOT = TEMPLATE.parent
ELF_MAGIC, EM_AARCH64 = b"\x7fELF", 183
"""First bytes and machine number (offset 18) of an ELF file for 64-bit ARM."""

LAYER_LIMIT_BYTES = 25_000_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `sam build` made, from the template as it is and with nothing said about this machine."""
    subprocess.run(["make", "tools"], cwd=ROOT, check=True, capture_output=True)
    folder = tmp_path_factory.mktemp("built") / "build"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BOOTSEAL_")}
    environment |= {
        "PATH": f"{ROOT / '.tools' / 'sam' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = ["sam", "build", "--template-file", TEMPLATE, "--base-dir", ROOT, "--build-dir", folder]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_binary_of_the_layer_is_for_arm64(built: Path) -> None:
    binaries = [path for path in (built / "BootsealLayer").rglob("*") if path.suffix == ".so" or ".so." in path.name]
    assert any("cryptography" in str(path) for path in binaries)
    assert any("msgspec" in str(path) for path in binaries)
    for path in binaries:
        header = path.read_bytes()[:20]
        assert (header[:4], int.from_bytes(header[18:20], "little")) == (ELF_MAGIC, EM_AARCH64), path


def test_compiled_extensions_are_for_the_templates_python(built: Path) -> None:
    extensions = [path.name for path in (built / "BootsealLayer").rglob("*.cpython-*.so")]
    assert extensions
    assert not [name for name in extensions if "cpython-313-" not in name]


def test_the_package_lies_where_lambda_looks_and_as_it_is_in_the_source(built: Path) -> None:
    source, layer = ROOT / "layers" / "bootseal" / "bootseal", built / "BootsealLayer" / "python" / "bootseal"
    files = {
        path.relative_to(source) for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path.relative_to(layer) for path in layer.rglob("*") if path.is_file()} == files


def test_a_function_is_its_source_and_nothing_else(built: Path) -> None:
    for name in functions():
        logical = "".join(word.capitalize() for word in name.split("_")) + "Function"
        source = {path.name for path in (ROOT / "functions" / name).iterdir()} - {"__pycache__"}
        if name == "boot_inject":
            source.add("layer.digest")  # So that its alias follows the layer.
        assert {path.name for path in (built / logical).iterdir()} == source, name


def test_the_zipped_layer_stays_under_25_megabytes(built: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "layer"), "zip", built / "BootsealLayer"))
    assert zipfile.ZipFile(archive).testzip() is None
    assert archive.stat().st_size < LAYER_LIMIT_BYTES
