"""Where a fuzzer begins: for each target some inputs that reach its inside."""

import json

from fuzz.service import BODIES

_OBJECT = b'{"name": "one", "scope": "private", "value": "x"}'

SEEDS: dict[str, tuple[bytes, ...]] = {
    "names": (b"\x07one-two\x00", b"\x0dproject:a-b-c\x00"),
    "bodies": (
        *(bytes([n]) + _OBJECT for n in range(len(BODIES))),
        b'\x07{"templates": {"a": "{{ONE}}"}, "target": "text"}',
        b'\x09{"scope": "private", "entries": []}',
    ),
    "requests": (b'\x06shared\x03one\x0210\x01x\x10application/json\x05"abc"\x08Bearer x\x02/v\x00\x01\x01' + _OBJECT,),
    "cursors": (b"\x0aprivate#AB\x00", b"\x27" + b"2026-01-02T03:04:05.678Z#0123456789abcd"),
    "boot_tokens": (b"\x01WyJhY21lIiwiYWxpY2UiLG51bGwsbnVsbF0", b"\x00bsl1_x"),
    "access_tokens": (
        b'\x02{}\n{"groups": ["org:acme", "project:web"]}',
        b'\x03{"typ": "at+jwt"}\n{"aud": ["app"]}',
        b"\x01\n[]",
    ),
    "key_sets": (json.dumps({"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "a"}]}).encode(),),
    "sealed_values": (b"\x04info" + b"x" * 60,),
    "signatures": (b"\x04text" + bytes.fromhex("3006020101020101"),),
    "resolving": (b"\x01\x01a\x00\x05{{A}}\x00",),
    "stored_rows": tuple(bytes([n, 1, n, 1, 0, 3, 97, 98, 99]) for n in range(15)),
    "staged_changes": (b'{"org": {"S": "acme"}}',),
    "packed_parts": (b'\x01{"a": [["ONE", "v", "injected"]]}', b'\x01[["ONE", "v", "injected"]]'),
    "table_answers": (b'{"Items": [{"pk": {"S": "a"}, "b": {"B": "YQ=="}}], "Count": 1}',),
    "manifests": (b"\x01  - key: one\n    optional: true\n", b"\x00requirements: {secrets: [{key: one}]}"),
    "imports": (
        b'\x00ONE="canary-in-the-file"\n',
        b'\x01{"ONE": "canary-in-the-file"}',
        b"\x02ONE: canary-in-the-file\n",
    ),
    "bundles": (b'\x01{"ONE": "x"}', b'\x00{"receipt": {"secrets": []}, "sealed_env": "AAAA"}'),
    "problems": (b'\x00\x03abc{"code": "not_found", "detail": "x", "errors": [{"field": "a", "message": "b"}]}',),
    "quick_json": (b'{"a": [1, 2.5e3, null, true, "\\u00e9"]}', b"[NaN, -Infinity]"),
    "streams": (b"\x08abcdefgh\x00\x01\x02\x03text \xff more text",),
}
