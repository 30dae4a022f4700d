"""The emulator's functions share one unpacked copy of a layer."""

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from support.aws import REPOSITORY


def loaded() -> ModuleType:
    """The module, which belongs to the emulator's environment and not to ours."""
    spec = importlib.util.spec_from_file_location("layers", REPOSITORY / "tools" / "emulator" / "layers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packed(archive: Path, **files: str) -> Path:
    with zipfile.ZipFile(archive, "w") as made:
        for name, text in files.items():
            made.writestr(f"python/{name}.py", text)
    return archive


def empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_two_functions_with_one_layer_read_the_same_files(tmp_path: Path) -> None:
    layers = loaded().SharedLayers(tmp_path / "layers")
    targets = [empty(tmp_path / name) for name in ("one", "two")]
    for number, target in enumerate(targets):
        layers.link(packed(tmp_path / f"layer_{number}.zip", module="x = 1"), target)
    one, two = (target / "python" / "module.py" for target in targets)
    assert one.read_text() == "x = 1"
    assert one.samefile(two)


def test_another_layer_is_another_copy(tmp_path: Path) -> None:
    layers = loaded().SharedLayers(tmp_path / "layers")
    for number in (1, 2):
        layers.link(packed(tmp_path / f"layer_{number}.zip", module=f"x = {number}"), empty(tmp_path / str(number)))
    assert [(tmp_path / str(n) / "python" / "module.py").read_text() for n in (1, 2)] == ["x = 1", "x = 2"]


def test_what_was_unpacked_in_part_is_unpacked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers, archive = loaded().SharedLayers(tmp_path / "layers"), packed(tmp_path / "layer_0.zip", a="1", b="2")
    with monkeypatch.context() as full:

        def no_space(self: zipfile.ZipFile, path: Path) -> None:
            self.extract("python/a.py", path)
            raise OSError(28, "No space left on device")

        full.setattr(zipfile.ZipFile, "extractall", no_space)
        with pytest.raises(OSError, match="No space"):
            layers.link(archive, empty(tmp_path / "first"))
    layers.link(archive, empty(tmp_path / "second"))
    assert sorted(path.name for path in (tmp_path / "second" / "python").iterdir()) == ["a.py", "b.py"]
