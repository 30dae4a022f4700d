"""The run directory is written all or nothing, and never where someone else prepared a trap."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bootseal_cli.failures import CliError
from bootseal_cli.vm.access import PRIVATE, others_who_read, readable_by
from bootseal_cli.vm.files import write_set
from bootseal_cli.vm.folder import check_before

OLD = {"env.sh": b"old 1", "environment": b"old 2", "env.json": b"old 3", "receipt.json": b"old 4"}
NEW = {name: content.replace(b"old", b"new") for name, content in OLD.items()}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of `folder`, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mode(path: Path) -> int:
    """Return the permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_everything_is_written_for_its_owner_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    before = os.umask(umask)
    try:
        write_set(folder, NEW, PRIVATE)
    finally:
        os.umask(before)
    assert contents(folder) == NEW
    assert mode(folder) == 0o700
    assert {mode(folder / name) for name in NEW} == {0o600}


def test_the_directory_is_made_where_absent(tmp_path: Path) -> None:
    write_set(tmp_path / "a" / "b", NEW, PRIVATE)
    assert contents(tmp_path / "a" / "b") == NEW
    assert mode(tmp_path / "a" / "b") == 0o700


@needs_root
def test_with_an_owner_that_user_reads_and_cannot_write(tmp_path: Path) -> None:
    folder = Path("/tmp") / f"bootseal-test-{os.getpid()}"
    try:
        write_set(folder, NEW, readable_by("nobody"))
        assert (mode(folder), {mode(folder / name) for name in NEW}) == (0o750, {0o640})
        as_nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        read = subprocess.run([*as_nobody, "cat", str(folder / "env.sh")], capture_output=True, check=True)
        assert read.stdout == NEW["env.sh"]
        for attempt in (f"echo x > {folder}/env.sh", f"rm -f {folder}/env.sh", f"touch {folder}/x"):
            assert subprocess.run([*as_nobody, "sh", "-c", attempt], capture_output=True, check=False).returncode != 0
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_an_unknown_owner_is_a_usage_error() -> None:
    with pytest.raises(CliError, match="no user 'no-such-user'") as refused:
        readable_by("no-such-user")
    assert refused.value.exit_code == 2


@contextmanager
def another_user() -> Iterator[None]:
    """Be nobody for a while, in no group but nobody's."""
    groups, ids, group_ids = os.getgroups(), os.getresuid(), os.getresgid()
    os.setgroups([])
    os.setresgid(65534, 65534, 0)
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(*ids)
        os.setresgid(*group_ids)
        os.setgroups(groups)


@needs_root
def test_who_may_not_give_the_files_to_the_owner_is_told_before_anything_is_asked() -> None:
    with another_user(), pytest.raises(CliError, match="only root"):
        readable_by("root")


@needs_root
def test_others_in_the_owners_group_are_told() -> None:
    assert "nobody" not in others_who_read("nobody")
    assert "sync" in others_who_read("nobody") or "_apt" in others_who_read("nobody")


@pytest.mark.parametrize("name", sorted(NEW))
@pytest.mark.parametrize("trap", ["symlink", "dangling", "hard link", "fifo", "directory", "other owner"])
def test_a_trap_at_any_name_is_refused_and_nothing_is_touched(tmp_path: Path, name: str, trap: str) -> None:
    folder, victim = tmp_path / "run", tmp_path / "victim"
    folder.mkdir(mode=0o700)
    victim.write_bytes(b"precious")
    set_trap(folder / name, victim, trap)
    before = sorted(folder.iterdir())
    attempts: list[Callable[[], None]] = [lambda: check_before(folder, NEW), lambda: write_set(folder, NEW, PRIVATE)]
    for attempt in attempts:
        with pytest.raises(CliError, match=name):
            attempt()
    assert sorted(folder.iterdir()) == before
    assert victim.read_bytes() == b"precious"


def set_trap(target: Path, victim: Path, trap: str) -> None:
    """Plant at `target` what an attacker might."""
    if trap == "symlink":
        target.symlink_to(victim)
    elif trap == "dangling":
        target.symlink_to(victim.with_name("absent"))
    elif trap == "hard link":
        target.hardlink_to(victim)
    elif trap == "fifo":
        os.mkfifo(target)
    elif trap == "directory":
        target.mkdir()
    elif os.geteuid() != 0:
        pytest.skip("needs root")
    else:
        target.write_bytes(b"planted")
        os.chown(target, 65534, -1)


@pytest.mark.parametrize("trap", ["symlink", "file", "group-writable", "world-writable", "other owner"])
def test_a_directory_others_prepared_is_refused(tmp_path: Path, trap: str) -> None:
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    elsewhere.mkdir()
    if trap == "symlink":
        folder.symlink_to(elsewhere)
    elif trap == "file":
        folder.write_text("x")
    else:
        folder.mkdir()
        folder.chmod({"group-writable": 0o770, "world-writable": 0o777}.get(trap, 0o755))
    if trap == "other owner":
        if os.geteuid() != 0:
            pytest.skip("needs root")
        os.chown(folder, 65534, -1)
    attempts: list[Callable[[], None]] = [lambda: check_before(folder, NEW), lambda: write_set(folder, NEW, PRIVATE)]
    for attempt in attempts:
        with pytest.raises(CliError):
            attempt()
    assert list(elsewhere.iterdir()) == []


@needs_root
def test_a_folder_that_cannot_be_made_is_told_before_a_boot(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CliError, match="cannot be made"):
        check_before(tmp_path / "file" / "run", NEW)
    with another_user(), pytest.raises(CliError, match="cannot be made"):
        check_before(Path("/run/bootseal-never-there/sub"), NEW)


def test_a_check_before_a_boot_makes_nothing(tmp_path: Path) -> None:
    check_before(tmp_path / "run", NEW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", range(1, 5))
@pytest.mark.parametrize("step", ["write", "rename"])
@pytest.mark.parametrize("first_boot", [True, False])
def test_a_failure_at_any_step_leaves_the_earlier_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int, step: str, first_boot: bool
) -> None:
    folder = tmp_path / "run"
    before = {} if first_boot else OLD
    write_set(folder, before, PRIVATE)
    calls = {"left": failing}
    real = {"write": os.fsync, "rename": os.rename}[step]

    def failing_once(*args: object, **kwargs: object) -> object:
        calls["left"] -= 1
        if calls["left"] == 0:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)  # type: ignore[operator]

    monkeypatch.setattr(os, {"write": "fsync", "rename": "rename"}[step], failing_once)
    with pytest.raises(CliError, match="No space left"):
        write_set(folder, NEW, PRIVATE)
    monkeypatch.undo()
    assert contents(folder) == before
    write_set(folder, NEW, PRIVATE)
    assert contents(folder) == NEW


def test_what_a_killed_boot_left_is_swept_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    write_set(folder, OLD, PRIVATE)
    (folder / ".bootseal-00-env.sh").write_bytes(b"half")
    (folder / ".bootseal-00-env.json.old").hardlink_to(folder / "env.json")
    write_set(folder, NEW, PRIVATE)
    assert contents(folder) == NEW


def test_a_reader_never_finds_half_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    sets = [{"env.json": bytes([65 + n]) * 50_000} for n in range(2)]
    write_set(folder, sets[0], PRIVATE)
    done = threading.Event()
    seen: set[bytes] = set()

    def read() -> None:
        while not done.is_set():
            seen.add((folder / "env.json").read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(100):
        write_set(folder, sets[turn % 2], PRIVATE)
    done.set()
    reader.join()
    assert seen <= {content["env.json"] for content in sets}


def test_boots_at_the_same_time_leave_one_whole_set(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    script = (
        "import sys; from pathlib import Path; from bootseal_cli.vm.files import write_set;"
        "from bootseal_cli.vm.access import PRIVATE\n"
        "for _ in range(20): write_set(Path(sys.argv[1]), "
        "{n: sys.argv[2].encode() for n in ('env.sh', 'env.json', 'receipt.json')}, PRIVATE)"
    )
    boots = [subprocess.Popen([sys.executable, "-c", script, str(folder), str(n)]) for n in range(4)]
    assert [boot.wait() for boot in boots] == [0, 0, 0, 0]
    assert set(contents(folder)) == {"env.sh", "env.json", "receipt.json"}
    assert len(set(contents(folder).values())) == 1
