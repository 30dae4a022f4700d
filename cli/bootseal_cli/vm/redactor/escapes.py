"""How text shows once a URL, JSON, a shell, Python or XML has escaped it. Outer quotes are left away."""

import json
import re
from collections.abc import Iterator

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
# What each kind of URL encoder leaves alone beside those and "~": a strict one, Python's default, JavaScript's
# encodeURIComponent and its encodeURI.
_URL_SAFE = ("", "/", "!'()*", ";/?:@&=+$,#!'()*")
_PERCENT = re.compile(r"%[0-9A-F]{2}")
_UNICODE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([0-9a-f]{4})")
_HTML_IN_JSON = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
# What bash's printf %q puts a backslash before: ~ and # only where they would mean something.
_SHELL_SPECIAL = re.compile(r"""([\s|&;()<>!{}*\[\]?^$`,'"\\]|^[~#]|(?<=[:=])~)""")
_ANSI_C = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 27: "\\E"}


def escaped(text: str) -> Iterator[str]:
    """Yield `text` as each of these shows it. Many are equal for plain text; the caller keeps one of each."""
    yield from _url(text)
    yield from _json(text)
    yield from _shell(text)
    yield from _python(text)
    yield from _xml(text)


def _url(text: str) -> Iterator[str]:
    for safe in _URL_SAFE:
        form = _percent(text, f"~{safe}")
        for spaced in (form, form.replace("%20", "+")):
            yield spaced
            yield _PERCENT.sub(lambda found: found[0].lower(), spaced)
    # The browser's form encoding (URL Standard, application/x-www-form-urlencoded) leaves * and escapes ~.
    yield _percent(text, "*").replace("%20", "+")


def _percent(text: str, safe: str) -> str:
    kept = _UNRESERVED + safe.encode()
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in text.encode(errors="surrogatepass"))


def _json(text: str) -> Iterator[str]:
    escaped_ascii = json.dumps(text)[1:-1]
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    for form in (escaped_ascii, plain, _upper_unicode(escaped_ascii)):
        yield form
        yield form.replace("/", "\\/")  # PHP's default
    yield plain.translate(_HTML_IN_JSON)  # Go's default
    yield json.dumps(escaped_ascii)[1:-1]  # JSON inside JSON, as structured logs have it
    yield json.dumps(plain, ensure_ascii=False)[1:-1]


def _upper_unicode(form: str) -> str:
    return _UNICODE_ESCAPE.sub(lambda found: f"{found[1]}\\u{found[2].upper()}", form)


def _shell(text: str) -> Iterator[str]:
    yield text.replace("'", "'\\''")
    yield text.replace("'", "'\"'\"'")  # Python's shlex.quote
    yield re.sub(r'(["\\$`])', r"\\\1", text)  # in double quotes, as `declare -p` and `export -p` show it
    yield _SHELL_SPECIAL.sub(r"\\\1", text)  # printf %q
    yield _ansi_c(text)


def _ansi_c(text: str) -> str:
    """Return what stands between $' and ', as bash's `set -x` and printf %q show control characters."""
    plain = text.replace("\\", "\\\\").replace("'", "\\'").translate(_ANSI_C)
    return re.sub(r"[\x01-\x1f\x7f]", lambda found: f"\\{ord(found[0]):03o}", plain)


def _python(text: str) -> Iterator[str]:
    yield repr(text)[1:-1]
    yield ascii(text)[1:-1]
    yield repr(text.encode())[2:-1]
    yield repr(text + "'\"")[1:-4]  # as part of a longer text with both quotes, where ' is escaped
    yield repr(text.encode() + b"'\"")[2:-4]


def _xml(text: str) -> Iterator[str]:
    tags = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield tags
    double = tags.replace('"', "&quot;")
    yield double
    for apostrophe in ("&#x27;", "&#39;", "&apos;"):
        yield double.replace("'", apostrophe)
    numeric = tags.replace('"', "&#34;").replace("'", "&#39;")
    yield numeric
    yield numeric.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
    yield tags.encode("ascii", "xmlcharrefreplace").decode()
