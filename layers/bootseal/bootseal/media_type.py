"""What a request may say its body is."""

import re

from bootseal.errors import UnsupportedMediaType

_JSON = re.compile(r"(application|text)/([a-z0-9.-]+\+)?json")
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s\";]*)")
_TOLD_NOTHING = frozenset({"", "application/x-www-form-urlencoded", "text/plain"})
"""What curl, urllib and fetch say of a body when their user says nothing."""


def check_json(content_type: str | None) -> None:
    """Raise `UnsupportedMediaType` for what is said to be something else than JSON in UTF-8.

    No content type passes, and so does what only says that nobody chose one: what is not JSON is refused when read.
    """
    media_type, _, parameters = (content_type or "").lower().partition(";")
    if media_type.strip() not in _TOLD_NOTHING and not _JSON.fullmatch(media_type.strip()):
        raise UnsupportedMediaType("Send the body as Content-Type: application/json.")
    if (charset := _CHARSET.search(parameters)) and charset[1] not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("Send the body in UTF-8, as JSON is.")
