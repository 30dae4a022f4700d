"""Text from the service or from files, made safe to print.

Names, descriptions and audit fields are written by other people. A terminal obeys control characters, so none may
reach one; the same for the characters that reorder what is read (Unicode TR 36 names both as spoofing means).
"""

NOT_SET = "Not set"
NEVER = "Never"

_REORDERING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
# Half a character, which JSON can carry and no encoding can write.
_SURROGATES = range(0xD800, 0xE000)
_VISIBLE = {point: f"\\u{point:04x}" for point in (*_CONTROLS, *_REORDERING, *_SURROGATES)} | {
    0x0A: "\\n",
    0x0D: "\\r",
    0x09: "\\t",
}
# Inside JSON text these stand only within strings, where an escape means the same character.
_JSON_ESCAPES = {point: f"\\u{point:04x}" for point in (*range(0x7F, 0xA0), 0x2028, 0x2029, *_REORDERING, *_SURROGATES)}


def printable(text: str) -> str:
    """Return `text` on one line, with control and reordering characters shown as escapes."""
    return text.translate(_VISIBLE)


def shown(value: object) -> str:
    """Return one table cell for a value of an answer: never blank, booleans in words."""
    if value is None or value == "":
        return NOT_SET
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return printable(str(value))


def json_safe(document: str) -> str:
    """Return a JSON document with the characters a terminal would obey as escapes; its meaning stays the same."""
    return document.translate(_JSON_ESCAPES)
