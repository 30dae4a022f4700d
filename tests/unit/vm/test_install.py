"""What `--install` puts under a root, an image's for one, and takes away again."""

from pathlib import Path

import pytest

from bootseal_cli.failures import CliError
from bootseal_cli.vm.install import install, remove
from support.terminal import Cli

RUN = Path("/run/bootseal")


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The root folder of a Debian-like image."""
    root = tmp_path / "image"
    (root / "etc" / "zsh").mkdir(parents=True)
    (root / "etc" / "pam.d").mkdir()
    (root / "etc" / "bash.bashrc").write_text('[ -z "$PS1" ] && return\n')
    (root / "etc" / "pam.d" / "sshd").write_text("@include common-session\n")
    (root / "etc" / "environment").write_text("LANG=C.UTF-8\n")
    (root / "etc" / "environment").chmod(0o640)
    return root


def everything(root: Path) -> dict[str, str]:
    """Return every file under `root`."""
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_installing_twice_is_installing_once_and_removing_is_as_before(image: Path) -> None:
    before = everything(image)
    install(RUN, image)
    once = everything(image)
    install(RUN, image)
    assert everything(image) == once != before
    assert remove(image)
    assert everything(image) == before
    assert remove(image) == []


def test_bash_reads_the_hook_before_its_guard_against_scripts(image: Path) -> None:
    install(RUN, image)
    text = (image / "etc" / "bash.bashrc").read_text()
    assert text.index("hook.sh") < text.index("return")


def test_every_piece_names_the_run_directory_and_no_other(image: Path) -> None:
    install(Path("/run/elsewhere"), image)
    added = "".join(everything(image).values())
    assert "/run/elsewhere/env.sh" in added
    assert "/run/bootseal" not in added


def test_the_mode_of_a_file_that_was_there_is_kept(image: Path) -> None:
    install(RUN, image)
    assert (image / "etc" / "environment").stat().st_mode & 0o777 == 0o640
    assert (image / "etc" / "bootseal" / "may-read").stat().st_mode & 0o777 == 0o755


def test_a_setting_of_the_machines_own_is_left_alone(image: Path) -> None:
    (image / "etc" / "environment").write_text("BASH_ENV=/opt/own.sh")
    install(RUN, image)
    text = (image / "etc" / "environment").read_text()
    assert "BASH_ENV=/opt/own.sh\n" in text
    assert "BASH_ENV=/etc/bootseal" not in text
    assert "\nENV=/etc/bootseal/hook.sh\n" in text


def test_red_hats_places_are_used_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "bashrc").write_text("# bashrc\n")
    install(RUN, tmp_path)
    assert "hook.sh" in (tmp_path / "etc" / "bashrc").read_text()
    assert "hook.sh" in (tmp_path / "etc" / "zshenv").read_text()
    assert not (tmp_path / "etc" / "bash.bashrc").exists()


@pytest.mark.parametrize("name", ["environment", "bash.bashrc", "profile.d/bootseal.sh"])
def test_a_symbolic_link_is_not_followed(image: Path, tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    target = image / "etc" / name
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    target.symlink_to(victim)
    with pytest.raises(CliError, match="symbolic link"):
        install(RUN, image)
    assert victim.read_text() == "precious"


def test_a_folder_of_an_image_that_leads_out_of_it_is_refused(image: Path, tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    (image / "etc" / "profile.d").symlink_to(tmp_path / "host")
    with pytest.raises(CliError, match="leads out of"):
        install(RUN, image)
    assert list((tmp_path / "host").iterdir()) == []


@pytest.mark.parametrize("folder", ["run", "/run/with space", "/run/quote'", "/run/a\nb"])
def test_a_directory_systemd_cannot_name_plainly_is_refused(image: Path, folder: str) -> None:
    before = everything(image)
    with pytest.raises(CliError, match="absolute --dir"):
        install(Path(folder), image)
    assert everything(image) == before


def test_the_command_installs_into_an_image_without_a_token(image: Path, tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    assert cli.process("boot", "--install-only", "--root", str(image)).code == 0
    assert (image / "etc" / "bootseal" / "hook.sh").exists()
    assert cli.process("boot", "--uninstall", "--root", str(image)).code == 0
    assert not (image / "etc" / "bootseal").exists()
