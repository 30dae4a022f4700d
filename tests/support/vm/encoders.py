"""How other programs show a value: each encoder is the real thing, none is Bootseal's own."""

import base64
import html
import json
import shlex
import subprocess
import urllib.parse
from collections.abc import Callable
from xml.sax import saxutils

from support.vm.consumers import need

Encoder = Callable[[str], bytes]


def _program(*command: str) -> Encoder:
    def encode(value: str) -> bytes:
        done = subprocess.run([need(command[0]), *command[1:]], input=value.encode(), capture_output=True, check=True)
        return done.stdout.rstrip(b"\n")

    return encode


def _node(expression: str) -> Encoder:
    script = f"const v=require('fs').readFileSync(0,'utf8');process.stdout.write({expression})"
    return _program("node", "-e", script)


def _shell(shell: str, script: str) -> Encoder:
    def encode(value: str) -> bytes:
        environment = {"V": value, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        done = subprocess.run([need(shell), "-c", script], env=environment, capture_output=True, check=True)
        return done.stdout + done.stderr

    return encode


def _inside(before: bytes, after: bytes, alphabet: Callable[[bytes], bytes]) -> Encoder:
    return lambda value: alphabet(before + value.encode() + after)


def _unpadded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


ENCODERS: dict[str, Encoder] = {
    "whole": str.encode,
    "base64": _inside(b"", b"", base64.b64encode),
    "base64 url": _inside(b"", b"", base64.urlsafe_b64encode),
    "base64 url unpadded": _inside(b"", b"", _unpadded),
    "base64 tool": _program("base64", "-w0"),
    "hex": lambda value: value.encode().hex().encode(),
    "hex upper": lambda value: value.encode().hex().upper().encode(),
    "url strict": lambda value: urllib.parse.quote(value, safe="").encode(),
    "url python": lambda value: urllib.parse.quote(value).encode(),
    "url plus": lambda value: urllib.parse.quote_plus(value).encode(),
    "url lower": lambda value: _lower_percent(urllib.parse.quote(value, safe="")).encode(),
    "url plus lower": lambda value: _lower_percent(urllib.parse.quote_plus(value)).encode(),
    "url encodeURIComponent": _node("encodeURIComponent(v)"),
    "url encodeURI": _node("encodeURI(v)"),
    "url form": _node("new URLSearchParams({v}).toString().slice(2)"),
    "url jq": _program("jq", "-Rrsj", "@uri"),
    "json ascii": lambda value: json.dumps(value).encode(),
    "json unicode": lambda value: json.dumps(value, ensure_ascii=False).encode(),
    "json node": _node("JSON.stringify(v)"),
    "json in json": _node("JSON.stringify(JSON.stringify({v}))"),
    "json jq ascii": _program("jq", "-Rsac", "{v: .}"),
    "shell shlex": lambda value: shlex.quote(value).encode(),
    "shell jq": _program("jq", "-Rrsj", "@sh"),
    "shell bash %q": _shell("bash", 'printf %q "$V"'),
    "shell bash declare": _shell("bash", "declare -p V"),
    "shell bash set": _shell("bash", "set | grep -a ^V= -A99 | grep -av ^_="),
    "shell bash trace": _shell("bash", 'set -x; : "$V"'),
    "shell bash @Q": _shell("bash", 'printf %s "${V@Q}"'),
    "shell dash export": _shell("dash", "export -p"),
    "shell zsh trace": _shell("zsh", 'set -x; : "$V"'),
    "python repr": lambda value: repr(value).encode(),
    "python ascii": lambda value: ascii(value).encode(),
    "python bytes": lambda value: repr(value.encode()).encode(),
    "python in a dict": lambda value: repr({"V": value, "other": [value]}).encode(),
    "xml text": lambda value: saxutils.escape(value).encode(),
    "xml attribute": lambda value: saxutils.escape(value, {'"': "&quot;"}).encode(),
    "html": lambda value: html.escape(value).encode(),
    "html text": lambda value: html.escape(value, quote=False).encode(),
    "html jq": _program("jq", "-Rrsj", "@html"),
    "terminal": lambda value: value.replace("\n", "\r\n").encode(),
}
"""Ways in which all of a value is in the output, encoded."""

PARTIAL: dict[str, Encoder] = {
    f"base64 {name} offset {offset}{', more follows' if after else ''}": _inside(b"u" * offset, after, alphabet)
    for name, alphabet in (("standard", base64.b64encode), ("url", base64.urlsafe_b64encode), ("unpadded", _unpadded))
    for offset in (1, 2, 4)
    for after in (b"", b"!", b"!!")
}
"""Ways in which the value is encoded together with its neighbours: at most a character at each end is shared."""

WRAPPED: dict[str, Encoder] = {
    "base64 tool": _program("base64"),
    "openssl": _program("openssl", "base64"),
    "python mime": _inside(b"", b"", base64.encodebytes),
}
"""Ways in which a long value is broken into lines."""


def _lower_percent(form: str) -> str:
    import re

    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form)
