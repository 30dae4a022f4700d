"""What a boot token gives to whom, and how often: one VM, the same versions, until it expires."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bootseal import bootstrap
from bootseal.adapters.receipt_store import BootReceiptStore
from bootseal.errors import Throttled
from support.aws import scan
from support.booting import Vm, delete, update
from support.calls import call, create, inject, issue

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"


def test_the_same_vm_gets_the_same_bundle_again_after_a_lost_response() -> None:
    create("token", VALUE)
    vm, boot_token = Vm(), issue()
    first, second = vm.ask(boot_token), vm.ask(boot_token)
    assert vm.opened(boot_token, first) == vm.opened(boot_token, second) == {"TOKEN": VALUE}
    assert first.json["receipt"] == second.json["receipt"]


def test_a_retry_gets_the_versions_of_the_first_answer_after_updates_and_additions_in_between() -> None:
    create("token", VALUE)
    create("token", "shared-value", "shared")
    vm, boot_token = Vm(), issue()
    vm.ask(boot_token)
    update("token", value="another")
    update("token", value="and another")
    update("token", description="And some words")
    create("late", VALUE)
    again = vm.ask(boot_token)
    assert vm.opened(boot_token, again) == {"TOKEN": VALUE}


def test_a_retry_after_a_delete_is_refused_since_it_cannot_get_the_same_again() -> None:
    create("token", VALUE)
    create("other", VALUE)
    vm, boot_token = Vm(), issue()
    vm.ask(boot_token)
    delete("token")
    answer = vm.ask(boot_token)
    assert (answer.status, answer.code) == (409, "bundle_changed")
    create("token", "a namesake")
    assert vm.ask(boot_token).code == "bundle_changed"


def test_a_retry_after_a_weaker_secret_was_deleted_goes_on() -> None:
    create("token", VALUE)
    create("token", "shared-value", "shared")
    vm, boot_token = Vm(), issue()
    vm.ask(boot_token)
    delete("token", "shared")
    assert vm.opened(boot_token, vm.ask(boot_token)) == {"TOKEN": VALUE}


def test_another_vm_is_refused_and_the_first_goes_on() -> None:
    create("token", VALUE)
    first, second, boot_token = Vm(), Vm(), issue()
    first.ask(boot_token)
    answer = second.ask(boot_token)
    assert (answer.status, answer.code) == (401, "token_used")
    assert first.opened(boot_token, first.ask(boot_token)) == {"TOKEN": VALUE}


def test_a_vm_that_sent_no_key_cannot_show_that_it_is_the_same_again() -> None:
    create("token", VALUE)
    boot_token = issue()
    assert inject(boot_token).json["env"] == {"TOKEN": VALUE}
    assert inject(boot_token).code == "token_used"
    assert Vm().ask(boot_token).code == "token_used"


@pytest.mark.parametrize("public_key", [bytes(32), bytes([1]) + bytes(31), bytes(31)], ids=["zero", "one", "short"])
def test_a_key_that_nothing_can_be_sealed_to_uses_up_no_token_and_leaves_no_receipt(public_key: bytes) -> None:
    create("token", VALUE)
    vm, boot_token = Vm(), issue()
    refused = inject(boot_token, public_key=base64.b64encode(public_key).decode())
    assert (refused.status, refused.code) == (400, "invalid_request")
    assert call("list_boots").json["items"] == []
    assert vm.opened(boot_token, vm.ask(boot_token)) == {"TOKEN": VALUE}


def test_of_two_vms_at_once_exactly_one_gets_a_bundle() -> None:
    create("token", VALUE)
    boot_token = issue()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Vm().ask(boot_token).status, range(8)))
    assert sorted(answers) == [200] + [401] * 7


def test_one_vm_asking_several_times_at_once_gets_one_and_the_same_receipt() -> None:
    create("token", VALUE)
    vm, boot_token = Vm(), issue()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: vm.ask(boot_token), range(6)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["receipt"]["created_at"] for answer in answers}) == 1
    assert len([item for item in scan() if item["sk"]["S"].startswith("BOOT#")]) == 1


def test_a_token_past_its_life_is_refused_though_its_row_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    create("token", VALUE)
    vm, boot_token = Vm(), issue(ttl_seconds=30)
    vm.ask(boot_token)
    late = datetime.now(UTC) + timedelta(seconds=31)
    monkeypatch.setattr(type(bootstrap.clock()), "now", lambda self: late)
    answer = vm.ask(boot_token)
    assert (answer.status, answer.code) == (401, "token_expired")
    unused = inject(issue(ttl_seconds=900))
    assert unused.status == 200


@pytest.mark.parametrize(
    "made_up", ["", "bsl1_x", "Bearer", "bsl1_" + "A" * 43 + ".WyJhY21lIiwiYWxpY2UiLG51bGwsbnVsbF0"]
)
def test_a_token_that_was_never_issued_is_invalid(made_up: str) -> None:
    assert inject(made_up).code == "token_invalid"


def test_a_token_row_changed_to_another_user_is_refused() -> None:
    create("token", VALUE)
    boot_token = issue("bob")
    row = next(item for item in scan() if item["sk"]["S"] == "TOKEN")
    bootstrap.table().put({**row, "user": {"S": "alice"}})
    assert Vm().ask(boot_token).code == "token_invalid"


def test_a_boot_whose_part_could_not_be_written_fails_and_its_retry_completes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create("token", VALUE, "shared")
    vm, boot_token = Vm(), issue()

    def throttled(*_: object) -> None:
        raise Throttled("The table asks to slow down; try again in a moment.")

    with monkeypatch.context() as broken:
        broken.setattr(BootReceiptStore, "_keep", throttled)
        assert vm.ask(boot_token).status == 429
    assert [item for item in scan() if "#PARTS#" in item["pk"]["S"]] == []
    assert vm.opened(boot_token, vm.ask(boot_token)) == {"TOKEN": VALUE}
    assert len([item for item in scan() if "#PARTS#" in item["pk"]["S"]]) == 1
    assert len(call("list_boots", query={"scope": "shared", "name": "token"}).json["items"]) == 1
