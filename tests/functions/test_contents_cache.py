"""Boots that know a scope already, through the functions: what they get, what they verify, and what is kept of it."""

import base64
import pickle
from unittest import mock

import pytest
from botocore.exceptions import EndpointConnectionError

from bootseal import bootstrap
from bootseal.model import SHARED, private_scope
from bootseal.sealing import PrivateKey, generate_key_pair
from bootseal.signing import Verifier
from support.booting import declare
from support.boots import booted
from support.calls import call, create, inject, issue
from support.checksums import counted, forget_contents, set_by_hand, stored
from support.tamper import Rows

ONE, VALUE, NEW = {"scope": "shared", "name": "one"}, "sk-made-up-canary-4b1d", "sk-made-up-canary-77aa"
PK = "ORG#acme#SCOPE#shared"


@pytest.fixture(autouse=True)
def _known() -> None:
    create("one", VALUE, "shared")
    create("two", VALUE, "shared")
    assert booted() == {"ONE": VALUE, "TWO": VALUE}


def verified(**body: object) -> int:
    """How many signatures a boot verifies."""
    token = issue()
    with mock.patch.object(Verifier, "verify", autospec=True, side_effect=Verifier.verify) as verify:
        assert inject(token, **body).status == 200
    return int(verify.call_count)


def test_a_boot_of_known_scopes_verifies_its_token_alone() -> None:
    of_token = verified()
    assert verified() == of_token
    call("update_secret", path=ONE, body={"value": NEW})
    assert verified() == of_token + 3  # Both rows and the scope's key, anew.
    assert verified() == of_token


def test_a_boot_with_a_manifest_verifies_what_it_declares_and_the_next_one_the_rest() -> None:
    of_token = verified()
    forget_contents()
    assert verified(requirements=declare("one")) == of_token + 2
    assert verified(requirements=declare("one")) == of_token
    assert verified() == of_token + 1


@pytest.mark.parametrize("body", [{"value": NEW}, {"auto_install": False}, {"description": "other"}])
def test_every_kind_of_change_reaches_the_next_boot(body: dict[str, object]) -> None:
    assert call("update_secret", path=ONE, body=body).status == 200
    expected = {"ONE": body.get("value", VALUE), "TWO": VALUE}
    assert booted() == ({"TWO": VALUE} if "auto_install" in body else expected)
    assert stored("acme", SHARED).total == counted("acme", SHARED)


def test_a_checksum_that_stands_still_by_hand_changes_no_later_change() -> None:
    """Whatever is put there, a change moves it on: what was kept before is not served after it."""
    set_by_hand("acme", SHARED, content_sum={"N": "42"}, changes={"N": "7"})
    booted()
    call("update_secret", path=ONE, body={"value": NEW})
    assert booted() == booted() == {"ONE": NEW, "TWO": VALUE}


def test_known_limit_a_checksum_put_back_by_hand_hides_a_change_until_what_is_kept_is_dropped() -> None:
    """As somebody who can write the table may put back an older signed row: docs/threat-model.md."""
    rows = Rows()
    before = rows.get(PK, "MARK#CHECKSUM")
    call("update_secret", path=ONE, body={"value": NEW})
    rows.put(before)
    assert booted()["ONE"] == VALUE
    forget_contents()
    assert booted() == booted() == {"ONE": NEW, "TWO": VALUE}


def test_a_row_that_was_changed_by_hand_is_never_given_out_and_a_repair_holds_at_once() -> None:
    rows = Rows()
    row = rows.get(PK, "SECRET#ONE")
    rows.put({**row, "description": {"S": "changed by hand"}})
    # A process that read the row before goes on with what it read, for five minutes at most.
    assert booted() == {"ONE": VALUE, "TWO": VALUE}
    forget_contents()
    for _ in range(2):
        assert inject(issue()).code == "integrity_error"
    rows.put(row)
    assert booted() == {"ONE": VALUE, "TWO": VALUE}


def test_a_removed_users_tokens_are_void_for_a_process_that_knows_the_users_scope() -> None:
    create("own", VALUE)
    old = issue()
    assert booted()["OWN"] == VALUE
    assert call("remove_user", path={"user": "alice"}).status == 200
    assert inject(old).code == "token_invalid"
    assert stored("acme", private_scope("alice")).total == 0


def test_a_retry_gets_its_own_versions_after_a_change() -> None:
    token, key = issue(), base64.b64encode(generate_key_pair()[1]).decode()
    first = inject(token, public_key=key).json["receipt"]
    call("update_secret", path=ONE, body={"value": NEW})
    booted()
    assert inject(token, public_key=key).json["receipt"] == first


def opened() -> int:
    """How many stored values a boot opens with a private key."""
    token = issue()
    with mock.patch.object(PrivateKey, "open", autospec=True, side_effect=PrivateKey.open) as opening:
        assert inject(token).json["env"] == {"ONE": VALUE, "TWO": VALUE}
    return int(opening.call_count)


def test_a_value_is_opened_with_the_scopes_key_once_while_its_scope_is_known() -> None:
    assert opened() == 0
    call("update_secret", path=ONE, body={"description": "other"})
    assert opened() == 2
    assert opened() == 0
    forget_contents()
    assert opened() == 2


def test_what_was_opened_before_is_of_no_use_without_the_scopes_key() -> None:
    """Once the key has left the cache only KMS gives it back, whatever is kept of the scope."""
    opener = bootstrap.opener()
    opener.unwrapped._held.clear()
    with mock.patch.object(
        opener.unwrapped.unwrapper.client, "decrypt", side_effect=EndpointConnectionError(endpoint_url="-")
    ) as kms:
        assert inject(issue()).code == "unavailable"
    assert kms.called
    assert booted() == {"ONE": VALUE, "TWO": VALUE}


def test_no_clear_value_and_no_private_key_is_kept() -> None:
    call("update_secret", path=ONE, body={"description": "a word to find"})
    booted()
    contents = [held.contents for held in bootstrap.bundles().kept._held.values()]
    kept = pickle.dumps(contents)
    assert b"a word to find" in kept
    assert sorted(name for scope in contents for name in scope.resealed or ()) == ["ONE", "TWO"]
    assert VALUE.encode() not in kept
    privates = [private for _, private in bootstrap.opener().unwrapped._held.values()]
    assert privates
    assert not [private for private in privates if private in kept]
