"""The real programs that read what the formats write, each as a function from a file to what it took from it."""

import ctypes
import ctypes.util
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

SHELLS = ("sh", "dash", "bash", "zsh", "mksh", "busybox")

Environment = dict[str, str]


def need(program: str) -> str:
    """Return the path of `program`; skip the test, by name, where the machine has none."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed here")
    return found


def bare_environment() -> Environment:
    """Return the little a program needs to start, so that what it shows beyond it came from the file."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def split_environment(dump: bytes) -> Environment:
    """Return the variables of an `env -0`."""
    pairs = (entry.decode().partition("=") for entry in dump.split(b"\0") if entry)
    return {name: value for name, _, value in pairs}


def picked(environment: Mapping[str, str], names: Mapping[str, str]) -> Environment:
    """Return of `environment` what `names` names."""
    return {name: environment[name] for name in names if name in environment}


def read_with_shell(shell: str, path: Path, *options: str) -> Environment:
    """Source `path` in `shell` and return what a program started by it sees."""
    command = [need(shell), *(["sh"] if shell == "busybox" else []), *options]
    script = f'set -eu; . "{path}"; exec env -0'
    done = subprocess.run([*command, "-c", script], capture_output=True, env=bare_environment(), check=False)
    assert done.returncode == 0, done.stderr
    return split_environment(done.stdout)


@functools.cache
def _systemd() -> ctypes.CDLL:
    found = sorted(Path("/usr").glob("lib*/**/systemd/libsystemd-shared-*.so"))
    if not found:
        pytest.skip("systemd is not installed here")
    return ctypes.CDLL(str(found[0]))


def read_with_systemd(path: Path) -> Environment:
    """Load `path` with the parser and the checks that systemd's service manager itself uses for EnvironmentFile=."""
    library = _systemd()
    library.env_assignment_is_valid.restype = ctypes.c_bool
    loaded = ctypes.POINTER(ctypes.c_char_p)()
    outcome = library.load_env_file(None, str(path).encode(), ctypes.byref(loaded))
    assert outcome >= 0, os.strerror(-outcome)
    environment = {}
    for index in range(1_000_000):
        entry = loaded[index]
        if entry is None:
            break
        if library.env_assignment_is_valid(entry):
            name, _, value = entry.decode().partition("=")
            environment[name] = value
    return environment


def read_with_python_dotenv(path: Path) -> Environment:
    """Read `path` with python-dotenv as an application does, expansion on."""
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def read_with_node(path: Path) -> Environment:
    """Start node with its own `--env-file` and return the environment it ends up with."""
    show = "process.stdout.write(JSON.stringify(process.env))"
    command = [need("node"), f"--env-file={path}", "-e", show]
    done = subprocess.run(command, capture_output=True, env=bare_environment(), check=False)
    assert done.returncode == 0, done.stderr
    read: Environment = json.loads(done.stdout)
    return read


class _Daemon(http.server.BaseHTTPRequestHandler):
    """As much of a docker daemon as `docker create` talks to: it keeps what the client took from the file."""

    created: list[list[str]] = []  # noqa: RUF012 - shared on purpose, one daemon a call

    def _answer(self, body: bytes = b"{}") -> None:
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Api-Version", "1.47")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_GET  # noqa: N815 - http.server finds it by this name

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.created.append(asked["Env"])
        self._answer(b'{"Id": "c0ffee", "Warnings": []}')

    def log_message(self, *args: object) -> None:
        return


@contextmanager
def _daemon() -> Iterator[tuple[int, list[list[str]]]]:
    created: list[list[str]] = []
    handler = type("Daemon", (_Daemon,), {"created": created})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port, created
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read_with_docker(path: Path) -> Environment:
    """Let docker's client read `path` and return the environment it asks its daemon for."""
    with _daemon() as (port, created):
        command = [need("docker"), "-H", f"tcp://127.0.0.1:{port}", "create", "--env-file", str(path), "example"]
        done = subprocess.run(command, capture_output=True, env=bare_environment(), check=False)
        assert created, done.stderr
    return dict(entry.split("=", 1) for entry in created[0] or [])


def read_as_github_runner(path: Path) -> Environment:
    """Read `path` by the runner's rules: a line opens a value, and the line that equals its delimiter closes it."""
    text = path.read_bytes().decode()
    environment = {}
    while text:
        head, _, text = text.partition("\n")
        name, _, mark = head.partition("<<")
        body = re.match(rf"(?s)(?:(.*?)\n)?{re.escape(mark)}(?:\n|\Z)", text)
        assert body, "no closing line"
        environment[name] = body[1] or ""
        text = text[body.end() :]
    return environment


class _Conversation(ctypes.Structure):
    _fields_ = [("talk", ctypes.c_void_p), ("data", ctypes.c_void_p)]


def read_with_pam_env(path: Path) -> Environment:
    """Open a session with the real PAM and its pam_env; return the environment the session gets."""
    name = ctypes.util.find_library("pam")
    if not name:
        pytest.skip("PAM is not installed here")
    pam = ctypes.CDLL(name)
    pam.pam_getenvlist.restype = ctypes.POINTER(ctypes.c_char_p)
    services = path.parent / "pam.d"
    services.mkdir(exist_ok=True)
    (services / "probe").write_text(f"session required pam_env.so conffile=/dev/null envfile={path}\n")
    handle = ctypes.c_void_p()
    talk = _Conversation()
    folder = str(services).encode()
    assert pam.pam_start_confdir(b"probe", b"root", ctypes.byref(talk), folder, ctypes.byref(handle)) == 0
    assert pam.pam_open_session(handle, 0) == 0
    found = pam.pam_getenvlist(handle)
    entries = [entry.decode() for entry in iter(iter(found).__next__, None)]
    assert pam.pam_end(handle, 0) == 0
    return dict(entry.split("=", 1) for entry in entries)
