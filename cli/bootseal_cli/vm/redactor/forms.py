"""All byte strings that would give a value away in output."""

from collections.abc import Iterator, Mapping

from bootseal_cli.vm.redactor.base64_forms import base64_forms
from bootseal_cli.vm.redactor.escapes import UNRESERVED, escaped
from bootseal_cli.vm.redactor.parts import VALUE_MIN, parts


def catalogue(secrets: Mapping[str, str], found: dict[bytes, str]) -> Iterator[None]:
    """Fill `found` with what to look for to hide `secrets` (name to value): each byte string with the name to show.

    In small steps: it is all there once the iterator has ended. A text that belongs to two secrets counts as the one
    that has it whole, or else the one named first.
    """
    masked = {name: value for name, value in secrets.items() if len(value) >= VALUE_MIN}
    found.update((value.encode(), name) for name, value in reversed(masked.items()))
    for name, value in masked.items():
        yield
        for form in forms(value):
            found.setdefault(form, name)


def forms(value: str) -> Iterator[bytes]:
    """Yield every byte string to look for, the value itself first. Some come twice."""
    for part in dict.fromkeys(parts(value)):
        yield from (form for form in _forms_of(part) if len(form) >= VALUE_MIN)


def _forms_of(text: str) -> Iterator[bytes]:
    raw = text.encode(errors="surrogatepass")
    yield raw
    yield from base64_forms(raw)
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    if raw.translate(None, UNRESERVED):
        if b"\n" in raw:
            yield from _line_ends(raw)
        yield from (form.encode(errors="surrogatepass") for form in dict.fromkeys(escaped(text)))


def _line_ends(raw: bytes) -> Iterator[bytes]:
    """Yield the other ways of ending lines: a terminal turns LF into CR LF, and a text reader the other way."""
    unix = raw.replace(b"\r\n", b"\n")
    yield unix
    yield unix.replace(b"\n", b"\r\n")
    yield raw.replace(b"\n", b"\r\n")
