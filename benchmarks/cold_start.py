"""How long each function takes to start, in Lambda's own runtime, beside a handler that only makes two AWS clients.

    python benchmarks/cold_start.py [--quick]

Every start is a new process of AWS's runtime interface client (awslambdaric) under AWS's runtime interface emulator,
with the layer as `sam build` makes it (for this machine's Python and CPU) and compiled. INIT is what the emulator
reports, from the start of the process until the runtime asks for work. `first_ms` is from the first request until its
answer, INIT among it: our clients are made at the first use, so INIT alone would flatter us. Every AWS call is
answered at once, by a server on this machine, with the refusal of a request that is not well formed.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import urllib3

from common import options, results
from common.stack import ROOT

PYTHON = ROOT / ".tools" / "bench" / "bin" / "python"
EMULATORS = ".tools/sam/lib/python3*/site-packages/samcli/local/rapid"
BARE, ROUNDS, GOAL = "bare", 3, 1.3

BARE_SOURCE = """
import boto3

dynamodb, kms = boto3.client("dynamodb"), boto3.client("kms")


def handler(event, context):
    try:
        dynamodb.get_item(TableName="t", Key={"pk": {"S": "a"}, "sk": {"S": "b"}})
    except dynamodb.exceptions.ClientError:
        return {"statusCode": 200}
"""

_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)")
_HTTP = urllib3.PoolManager(retries=False)


class Refusing(BaseHTTPRequestHandler):
    """AWS, as far as it refuses."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b'{"__type": "ValidationException", "message": "made up"}'
        self.send_response(400)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def refusing() -> Iterator[int]:
    """An endpoint that refuses every call; gives its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


def build(folder: Path) -> Path:
    """The layer, made as `sam build` makes it; gives its `python` folder."""
    command = ["make", "-C", str(ROOT / "layers" / "bootseal"), "build-BootsealLayer", f"ARTIFACTS_DIR={folder}"]
    uv = str(ROOT / ".tools" / "uv" / "bin" / "uv")
    subprocess.run([*command, f"BOOTSEAL_LAYER_TARGET={PYTHON}", f"UV={uv}"], check=True, capture_output=True)
    python = folder / "python"
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", str(python)], check=True)
    return python


def sources(folder: Path) -> dict[str, Path]:
    """Where each function's code lies, the bare handler's too, compiled."""
    bare = folder / BARE
    bare.mkdir()
    (bare / "app.py").write_text(BARE_SOURCE)
    found = {path.parent.name: path.parent for path in sorted((ROOT / "functions").glob("*/app.py"))}
    for name, place in found.items():
        shutil.copytree(place, folder / "functions" / name)
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", str(folder)], check=True)
    return {BARE: bare, **{name: folder / "functions" / name for name in found}}


def environment(layer: Path, code: Path, aws: int) -> dict[str, str]:
    """What Lambda would give the process, and the settings our functions read."""
    key = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-4000-8000-00000000000"
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{code}:{layer}",
        "LAMBDA_TASK_ROOT": str(code),
        "AWS_LAMBDA_FUNCTION_NAME": code.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws}",
        "AWS_MAX_ATTEMPTS": "1",
        "TABLE_NAME": "made-up",
        "TABLE_LABEL": "made-up",
        "SEAL_KEY_ID": f"{key}1",
        "SIGNING_KEY_ID": f"{key}2",
        "OIDC_ISSUER": "https://issuer.example.com",
        "OIDC_AUDIENCE": "made-up",
        "OIDC_JWKS_URL": f"http://127.0.0.1:{aws}/jwks.json",
        "POWERTOOLS_SERVICE_NAME": "bootseal",
        "POWERTOOLS_METRICS_NAMESPACE": "Bootseal",
    }


def emulator() -> Path:
    """AWS's runtime interface emulator for this machine, as AWS's own SAM CLI carries it."""
    kind = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
    (folder,) = ROOT.glob(EMULATORS)
    return folder / f"aws-lambda-rie-{kind}"


def event_of(function: str) -> dict[str, Any]:
    """The function's recorded request."""
    path = ROOT / "events" / f"{function}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    return found


def start(function: str, settings: Mapping[str, str]) -> dict[str, float]:
    """Start the function once and ask it once: milliseconds of INIT and until the first answer."""
    port, api = free_port(), free_port()
    command = [str(emulator()), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    command += ["--runtime-api-address", f"127.0.0.1:{api}", str(PYTHON), "-m", "awslambdaric", "app.handler"]
    place = settings["LAMBDA_TASK_ROOT"]
    with subprocess.Popen(command, env=dict(settings), cwd=place, stdout=-1, stderr=subprocess.STDOUT) as process:
        try:
            wait_for(port)
            began = time.perf_counter()
            url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
            answer = _HTTP.request("POST", url, body=json.dumps(event_of(function)).encode(), timeout=60)
            took = (time.perf_counter() - began) * 1000
            assert b"Runtime." not in answer.data, (function, answer.data)  # `authorize` raises, as API Gateway asks
        finally:
            process.terminate()
            said = process.stdout.read().decode() if process.stdout else ""
    found = _INIT.search(said)
    assert found, said
    return {"init_ms": float(found[1]), "first_ms": took}


def free_port() -> int:
    """A port that is free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Return as soon as `port` is listened on."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on {port}")


def measure(rounds: int, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """INIT and first answer of each function, and how they compare with the bare handler's of the same round."""
    with TemporaryDirectory(prefix="bootseal-bench-") as name, refusing() as aws:
        folder = Path(name)
        layer = build(folder / "layer")
        places = {n: p for n, p in sources(folder).items() if not only or n in (*only, BARE)}
        turns = [
            {n: start(n, environment(layer, place, aws)) for n, place in places.items()} for _ in range(rounds + 1)
        ][1:]  # the first fills the machine's file cache
        return {"goal": GOAL, "functions": {n: _compared(n, turns) for n in places}, "sizes": sizes(folder, layer)}


def _compared(name: str, turns: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for what in ("init_ms", "first_ms"):
        found[what] = results.summary([turn[name][what] for turn in turns], 1)
        found[f"{what}_ratio"] = results.summary([turn[name][what] / turn[BARE][what] for turn in turns])
    return found


def sizes(folder: Path, layer: Path) -> dict[str, Any]:
    """Bytes of what is deployed, zipped and without compiled files: the layer, and each function."""
    for cache in folder.rglob("__pycache__"):
        shutil.rmtree(cache)
    archive = Path(shutil.make_archive(str(folder / "layer"), "zip", layer.parent, "python"))
    functions = {
        place.name: Path(shutil.make_archive(str(folder / "zip" / place.name), "zip", place)).stat().st_size
        for place in sorted((folder / "functions").iterdir())
    }
    return {"layer_zip": archive.stat().st_size, "function_zips": functions}


def main() -> None:
    """Measure and save."""
    given = options.parser(__doc__).parse_args()
    found = measure(1, ("boot_inject",)) if given.quick else measure(ROUNDS)
    for name, each in found["functions"].items():
        print(name, *(f"{what} {each[what]['median']}" for what in each))
    print({"layer_zip": found["sizes"]["layer_zip"]})
    if not given.quick:
        print(results.save("cold_start", found))


if __name__ == "__main__":
    main()
