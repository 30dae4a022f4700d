"""What a request may say its body is."""

import pytest

from bootseal.errors import UnsupportedMediaType
from bootseal.media_type import check_json


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "application/json",
        "Application/JSON; charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/vnd.example+json",
        "text/json",
        "application/x-www-form-urlencoded",
        "text/plain;charset=UTF-8",
    ],
)
def test_json_in_utf_8_and_what_clients_say_unasked_pass(said: str | None) -> None:
    check_json(said)


@pytest.mark.parametrize(
    "said",
    [
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "application/json; charset=utf-16",
        "text/html",
        "json",
        "application/json, text/html",
        "\x00",
    ],
)
def test_anything_else_is_refused(said: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_json(said)
