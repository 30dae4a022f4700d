"""The console carries copies of rules that the Python package owns: they must be the same."""

import base64
import json

import pytest

from bootseal.errors import IntegrityError
from bootseal.sealing import open_sealed, value_info
from unit.console import rules

_AGAIN = "run `python tests/unit/console/rules.py` and commit what it writes"


def test_the_console_refuses_the_names_that_the_package_refuses() -> None:
    assert json.loads(rules.RESERVED_FILE.read_text("utf-8")) == rules.reserved(), _AGAIN


def test_the_consoles_rules_are_tested_against_what_the_package_says_today() -> None:
    assert json.loads(rules.RULES_FILE.read_text("utf-8")) == rules.rules(), _AGAIN


_SEALING = json.loads(rules.SEALING_FILE.read_text("utf-8"))


@pytest.mark.parametrize("vector", _SEALING["vectors"], ids=lambda vector: vector["env_name"])
def test_the_consoles_sealing_vectors_open_with_the_package(vector: dict[str, object]) -> None:
    owner = vector["owner"]
    scope = f"private:{owner['user']}" if vector["scope"] == "private" else vector["scope"]
    info = value_info(owner["org"], scope, vector["env_name"])
    private = base64.b64decode(_SEALING["private_key"])
    sealed = base64.b64decode(vector["sealed_by_python"])
    assert base64.b64encode(info).decode() == vector["info"]
    assert open_sealed(private, sealed, info).decode() == vector["value"]
    with pytest.raises(IntegrityError):
        open_sealed(private, sealed, info + b"x")
