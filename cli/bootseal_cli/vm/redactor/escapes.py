"""How text shows once a URL, JSON, a shell, Python or XML has escaped it. Outer quotes are left away.

Tables in the place of regular expressions and of the json package, which are fetched only for the rare text that needs
them: all this runs before the first byte that a command says is shown.
"""

from collections.abc import Iterator

UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
"""What no escape changes; `/`, `=` and the like are changed by one or another."""

# What each kind of URL encoder leaves alone beside those and "~": a strict one, Python's default, JavaScript's
# encodeURIComponent and its encodeURI.
_URL_SAFE = (b"~", b"~/", b"~!'()*", b"~;/?:@&=+$,#!'()*")
_PERCENT = ord("%")
_HTML_IN_JSON = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_DELETE = "\x7f"
_CONTROLS = (*range(0x20), ord(_DELETE))

_JSON = {
    **{code: f"\\u{code:04x}" for code in range(0x20)},
    **{ord(char): f"\\{name}" for char, name in zip('"\\\b\f\n\r\t', '"\\bfnrt', strict=True)},
}
_DOUBLE_QUOTED = {ord(char): f"\\{char}" for char in '"\\$`'}
# What bash's printf %q puts a backslash before in plain ASCII; ~ and # only where they would mean something.
_SHELL_SPECIAL = {
    ord(char): f"\\{char}"
    for char in (*"|&;()<>!{}*[]?^$`,'\"\\", *(chr(code) for code in range(128) if chr(code).isspace()))
}
_SHELL_RARE = "~#"
_ANSI_C = {code: f"\\{code:03o}" for code in _CONTROLS if code} | {
    ord(char): f"\\{name}" for char, name in zip("\a\b\t\n\v\f\r\x1b\\'", "abtnvfrE\\'", strict=True)
}
_TAGS = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_QUOTES = {ord('"'): "&#34;", ord("'"): "&#39;"}
_LAYOUT = {ord("\t"): "&#9;", ord("\n"): "&#10;", ord("\r"): "&#13;"}


def escaped(text: str) -> Iterator[str]:
    """Yield `text` as each of these shows it, where that is not the text itself. Some come twice."""
    raw = text.encode(errors="surrogatepass")
    yield from _url(raw)
    for left_alone, forms in _KINDS:
        if raw.translate(None, left_alone):
            yield from forms(text)


def _url(raw: bytes) -> Iterator[str]:
    special = sorted(set(raw.translate(None, UNRESERVED)), key=lambda byte: byte != _PERCENT)
    for safe in _URL_SAFE:
        for pattern in ("%%%02X", "%%%02x"):
            form = _percent(raw, special, safe, pattern)
            yield form
            if b" " in raw:
                yield form.replace("%20", "+")
    # The browser's form encoding (URL Standard, application/x-www-form-urlencoded) leaves * and escapes ~.
    yield _percent(raw, special, b"*", "%%%02X").replace("%20", "+")


def _percent(raw: bytes, special: list[int], safe: bytes, pattern: str) -> str:
    """Return `raw` with its `special` bytes, the percent sign first of them, escaped but for those in `safe`."""
    form = raw.decode("latin-1")
    for byte in special:
        if byte not in safe:
            form = form.replace(chr(byte), pattern % byte)
    return form


def _json(text: str) -> Iterator[str]:
    if text.isascii() and not text.encode().translate(None, _JSON_PLAIN):
        yield text.replace("/", "\\/")  # PHP's default
        return
    plain = text.translate(_JSON)
    escaped_ascii = plain if text.isascii() and _DELETE not in text else _json_ascii(text)
    for form in (escaped_ascii, plain, _upper_unicode(escaped_ascii)):
        yield form
        yield form.replace("/", "\\/")
    yield plain.translate(_HTML_IN_JSON)  # Go's default
    yield escaped_ascii.translate(_JSON)  # JSON inside JSON, as structured logs have it
    yield plain.translate(_JSON)


def _json_ascii(text: str) -> str:
    import json

    return json.dumps(text)[1:-1]


def _upper_unicode(form: str) -> str:
    if "\\u" not in form:
        return form
    import re

    escape = r"(?<!\\)((?:\\\\)*)\\u([0-9a-f]{4})"
    return re.sub(escape, lambda found: f"{found[1]}\\u{found[2].upper()}", form)


def _shell(text: str) -> Iterator[str]:
    yield text.replace("'", "'\\''")
    yield text.replace("'", "'\"'\"'")  # Python's shlex.quote
    yield text.translate(_DOUBLE_QUOTED)  # in double quotes, as `declare -p` and `export -p` show it
    plain = text.isascii() and not any(char in text for char in _SHELL_RARE)
    yield text.translate(_SHELL_SPECIAL) if plain else _printf_q(text)
    yield text.translate(_ANSI_C)  # between $' and ', as bash's `set -x` and printf %q show control characters


def _printf_q(text: str) -> str:
    import re

    return re.sub(r"""([\s|&;()<>!{}*\[\]?^$`,'"\\]|^[~#]|(?<=[:=])~)""", r"\\\1", text)


def _python(text: str) -> Iterator[str]:
    yield repr(text)[1:-1]
    yield ascii(text)[1:-1]
    yield repr(text.encode())[2:-1]
    yield repr(text + "'\"")[1:-4]  # as part of a longer text with both quotes, where ' is escaped
    yield repr(text.encode() + b"'\"")[2:-4]


def _xml(text: str) -> Iterator[str]:
    tags = text.translate(_TAGS)
    yield tags
    double = tags.replace('"', "&quot;")
    yield double
    for apostrophe in ("&#x27;", "&#39;", "&apos;"):
        yield double.replace("'", apostrophe)
    numeric = tags.translate(_QUOTES)
    yield numeric
    yield numeric.translate(_LAYOUT)
    yield tags.encode("ascii", "xmlcharrefreplace").decode()


def _but(changed: str) -> bytes:
    """Return printable ASCII without the characters of `changed`."""
    return bytes(code for code in range(0x20, 0x7F) if chr(code) not in changed)


_JSON_PLAIN = _but('"\\<>&')

_KINDS = (
    (_but('"\\<>&/'), _json),
    (_but("".join(map(chr, _SHELL_SPECIAL)) + _SHELL_RARE), _shell),
    (_but("\"'\\"), _python),
    (_but("<>&\"'"), _xml),
)
"""Each kind of escape behind the bytes it leaves alone: a text of nothing else looks the same in it."""
