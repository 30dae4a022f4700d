"""Somebody who can write the table changes each signed row in every way: nothing is injected, by one kind of error."""

import base64
import json
from collections.abc import Iterator

import pytest

from bootseal import bootstrap
from bootseal.adapters.kms import encryption_context
from bootseal.boot_model import BootSubject, hash_token, new_boot_token
from bootseal.sealing import bundle_info, generate_key_pair, open_sealed
from support.aws import running
from support.calls import ALICE, MALLORY, Answer, Person, call, create, inject, issue
from support.checksums import forget_contents
from support.faults import Account, forget_all_but_clients
from support.tamper import Rows, changes, moved

CANARY = "canary-4b1d-Zq7-value"
PRIVATE = "ORG#acme#SCOPE#private:alice"
SHARED = "ORG#acme#SCOPE#shared"
ONE = {"scope": "private", "name": "one"}

pytestmark = pytest.mark.timeout(1_200)  # Hundreds of boots each: no busy machine decides them.


@pytest.fixture(scope="module")
def rows() -> Iterator[Rows]:
    """An account with secrets in several scopes and orgs, one of them with a superseded version."""
    with running():
        create("one", CANARY + "-old")
        call("update_secret", path=ONE, body={"value": CANARY + "-one", "description": "The first"})
        create("two", CANARY + "-two", auto_install=False)
        create("three", CANARY + "-three-long-enough-for-a-hint", "shared", instructions_safe=True)
        create("one", CANARY + "-of-globex", "shared", MALLORY)
        create("one", CANARY + "-of-bob", person=Person(user="bob"))
        body = {"variables": {"REGION": "eu-central-1"}}
        assert call("put_environment", path={"name": "staging"}, body=body).status == 201
        yield Rows()


@pytest.fixture(scope="module")
def kept(rows: Rows) -> Account:
    """The rows as they were before any test."""
    return Account()


@pytest.fixture(autouse=True)
def put_back(kept: Account) -> None:
    """Every test begins with those rows: thousands of refusals noted by others would make the mocked table slow."""
    kept.put_back()


class Launches:
    """Boots with one token, made unused again each time: issuing many would fill the mocked table."""

    def __init__(self, rows: Rows, **launch: object) -> None:
        self.rows, self.launch = rows, launch
        self.token, self.row = "", {}

    def issue(self) -> None:
        """Have an unused token at hand, issued while the rows are as they were."""
        if not self.token:
            self.token = issue(**{"ttl_seconds": 900, **self.launch})
            self.row = self.rows.get(f"BOOT#{hash_token(self.token)}", "TOKEN")

    def boot(self) -> Answer:
        self.issue()
        self.rows.put(self.row)
        forget_contents()
        answer = inject(self.token)
        if answer.status == 200 or answer.code == "token_expired":
            self.token = ""  # It has a receipt now, or is too old.
        return answer


def boot(**launch: object) -> Answer:
    """Boot in a process that has not read these scopes in the last five minutes."""
    forget_contents()
    return inject(issue(**launch))


def is_refused(answer: Answer) -> bool:
    """Refused as changed; what is refused otherwise has nothing of any value in the answer either."""
    if answer.status == 200:
        return False
    assert CANARY not in answer.text
    assert "env" not in answer.json
    return (answer.status, answer.code) == (500, "integrity_error")


def test_untouched_rows_boot(rows: Rows) -> None:
    assert boot().json["env"] == {"ONE": CANARY + "-one", "THREE": CANARY + "-three-long-enough-for-a-hint"}
    assert boot(environment="staging").json["env"]["REGION"] == "eu-central-1"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "other"),
    [
        ((PRIVATE, "SECRET#ONE"), (PRIVATE, "SECRET#TWO")),
        ((PRIVATE, "SECRET#TWO"), (PRIVATE, "SECRET#ONE")),
        ((SHARED, "SECRET#THREE"), ("ORG#globex#SCOPE#shared", "SECRET#ONE")),
        ((PRIVATE, "KEY#k000001"), (SHARED, "KEY#k000001")),
        ((SHARED, "KEY#k000001"), ("ORG#globex#SCOPE#shared", "KEY#k000001")),
    ],
    ids=["installed", "not installed", "shared", "private key row", "shared key row"],
)
def test_a_boot_refuses_a_row_with_any_attribute_changed(
    rows: Rows, place: tuple[str, str], other: tuple[str, str]
) -> None:
    accepted, tried, launches = [], 0, Launches(rows)
    for what, row in changes(rows.get(*place), rows.get(*other)):
        tried += 1
        with rows.changed(row):
            if not is_refused(launches.boot()):
                accepted.append(what)
    assert accepted == []
    assert tried > 40


ENVIRONMENT = "ORG#acme#ENVIRONMENT#staging"


def as_if_just_started() -> None:
    """A process that keeps nothing: of what one has read before it asks only whether it still holds."""
    forget_all_but_clients()


@pytest.mark.slow
def test_a_boot_refuses_an_environment_with_any_attribute_changed(rows: Rows) -> None:
    accepted, launches = [], Launches(rows, environment="staging")
    for what, changed in changes(rows.get("ORG#acme#ENVIRONMENTS", "staging"), {}):
        as_if_just_started()
        with rows.changed(changed):
            if not is_refused(launches.boot()):
                accepted.append(what)
    assert accepted == []


@pytest.mark.slow
def test_a_process_that_verified_an_environment_gives_that_one_whatever_its_rows_say(rows: Rows) -> None:
    launches, given = Launches(rows, environment="staging"), set()
    assert launches.boot().status == 200
    for place in (("ORG#acme#ENVIRONMENTS", "staging"), (ENVIRONMENT, "HEAD")):
        for _, changed in changes(rows.get(*place), {}):
            launches.issue()
            with rows.changed(changed):
                answer = launches.boot()
            given.add(answer.json["env"]["REGION"] if answer.status == 200 else answer.code)
    assert given <= {"eu-central-1", "integrity_error"}


@pytest.mark.slow
def test_a_process_that_keeps_a_scopes_rows_gives_what_it_verified_whatever_the_table_says(rows: Rows) -> None:
    """For five minutes at most after it read them; the checksum that says they still hold is not signed itself."""
    row, checksum = rows.get(PRIVATE, "SECRET#ONE"), rows.get(PRIVATE, "MARK#CHECKSUM")
    given = {}
    for what, changed in [("nothing", checksum), *changes(checksum, rows.get(SHARED, "MARK#CHECKSUM"))]:
        as_if_just_started()
        first, second = issue(), issue()
        assert inject(first).json["env"]["ONE"] == CANARY + "-one"
        with rows.changed({**row, "description": {"S": "changed by hand"}}), rows.changed(changed):
            answer = inject(second)
        given[what] = answer.json["env"]["ONE"] if answer.status == 200 else answer.code
    assert given["nothing"] == CANARY + "-one"
    assert set(given.values()) == {CANARY + "-one", "integrity_error"}


@pytest.mark.slow
def test_a_boot_sent_again_refuses_an_environment_whose_version_row_was_changed(rows: Rows) -> None:
    token, (_, public) = issue(environment="staging"), generate_key_pair()
    key = base64.b64encode(public).decode()
    assert inject(token, public_key=key).status == 200
    version = rows.get(ENVIRONMENT, "HEAD")["version"]["S"]
    accepted = []
    for what, changed in changes(rows.get(ENVIRONMENT, f"VERSION#{version}"), {}):
        as_if_just_started()
        with rows.changed(changed):
            if not is_refused(inject(token, public_key=key)):
                accepted.append(what)
    assert accepted == []


MOVES = {
    "to another variable": lambda r: moved(r, sk="SECRET#OTHER"),
    "to another variable, renamed": lambda r: moved(r, sk="SECRET#OTHER", name={"S": "other"}, env_name={"S": "OTHER"}),
    "beside itself": lambda r: moved(r, sk="SECRET#ONE#2"),
    "under its name in lower case": lambda r: moved(r, sk="SECRET#one"),
    "under no name": lambda r: moved(r, sk="SECRET#"),
    "to the shared scope": lambda r: moved(r, pk=SHARED),
    "to the shared scope, relabelled": lambda r: moved(r, pk=SHARED, scope={"S": "shared"}),
    "over a shared secret": lambda r: moved(r, pk=SHARED, sk="SECRET#THREE"),
    "over a private one": lambda r: moved(r, sk="SECRET#TWO"),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_boot_refuses_a_row_that_was_copied_elsewhere(rows: Rows, move: str) -> None:
    with rows.changed(MOVES[move](rows.get(PRIVATE, "SECRET#ONE"))):
        assert is_refused(boot())


FOREIGN = {
    "another user's": ("ORG#acme#SCOPE#private:bob", {"scope": {"S": "private:alice"}}),
    "another org's": ("ORG#globex#SCOPE#shared", {"scope": {"S": "private:alice"}, "org": {"S": "acme"}}),
}


@pytest.mark.parametrize("whose", FOREIGN)
@pytest.mark.parametrize("relabelled", [False, True])
@pytest.mark.parametrize("with_key", [False, True])
def test_a_boot_refuses_somebody_elses_row(rows: Rows, whose: str, relabelled: bool, with_key: bool) -> None:
    pk, labels = FOREIGN[whose]
    secret, key = rows.get(pk, "SECRET#ONE"), rows.get(pk, "KEY#k000001")
    with rows.changed(moved(secret, pk=PRIVATE, **(labels if relabelled else {}))):
        if not with_key:
            assert is_refused(boot())
            return
        with rows.changed(moved(key, pk=PRIVATE)):
            assert is_refused(boot())


@pytest.mark.parametrize(
    "sk", ["KEY#k1", "KEY#k0000001", "KEY#k9", "KEY#k000002", "KEY#k+00001", "KEY#K000001", "KEY#"]
)
def test_a_scope_key_under_another_key_is_refused_at_boot_and_never_sealed_to(rows: Rows, sk: str) -> None:
    with rows.changed(moved(rows.get(PRIVATE, "KEY#k000001"), sk=sk)):
        if sk != "KEY#k000002":  # No value is sealed to it, so no boot asks for it.
            assert is_refused(boot())
        answer = create("new", CANARY)
        assert (answer.status, answer.code) == (500, "integrity_error")


def test_nothing_is_sealed_to_a_key_that_was_changed_and_nothing_written(rows: Rows) -> None:
    own_private, own_public = generate_key_pair()
    key = rows.get(PRIVATE, "KEY#k000001")
    with rows.changed({**key, "public_key": {"B": own_public}}):
        before = rows.all()
        assert create("new", CANARY).code == "integrity_error"
        assert call("update_secret", path=ONE, body={"value": CANARY}).code == "integrity_error"
        assert call("get_public_key", path={"scope": "private"}, query={"name": "new"}).code == "integrity_error"
        kept = [row for row in rows.all() if "#AUDIT#" not in row["pk"]["S"] and "REFUSED" not in row["pk"]["S"]]
        assert [row for row in kept if row not in before] == []
    assert own_private != own_public


def test_a_changed_row_is_not_made_good_by_an_edit_a_rollback_or_a_clone(rows: Rows) -> None:
    row = rows.get(PRIVATE, "SECRET#ONE")
    older = row["superseded"]["L"][0]["S"].split("/")[0]
    with rows.changed({**row, "description": {"S": "changed by hand"}}):
        assert call("update_secret", path=ONE, body={"auto_install": False}).code == "integrity_error"
        assert call("rollback_secret", path=ONE, body={"version": older}).code == "integrity_error"
        assert call("clone_secret", path=ONE, body={"scope": "shared"}).code == "integrity_error"
        assert rows.get(PRIVATE, "SECRET#ONE")["description"] == {"S": "changed by hand"}


@pytest.mark.slow
def test_a_superseded_row_that_was_changed_or_swapped_is_refused_by_rollback(rows: Rows) -> None:
    current = rows.get(PRIVATE, "SECRET#ONE")
    version = current["superseded"]["L"][0]["S"].split("/")[0]
    row = rows.get(PRIVATE, f"VERSION#ONE#{version}")
    accepted = []
    candidates = [*changes(row, current), ("the current row in its place", moved(current, sk=row["sk"]["S"]))]
    for what, changed in candidates:
        with rows.changed(changed):
            answer = call("rollback_secret", path=ONE, body={"version": version})
            assert CANARY not in answer.text
            if answer.status < 400:
                accepted.append(what)
                rows.put(current)
    assert accepted == []


@pytest.mark.slow
def test_a_list_and_a_look_at_a_changed_row_are_an_answer_and_hold_no_value(rows: Rows) -> None:
    kinds = set()
    for _, row in changes(rows.get(PRIVATE, "SECRET#ONE"), rows.get(PRIVATE, "SECRET#TWO")):
        with rows.changed(row):
            for answer in (call("get_secret", path=ONE), call("list_secrets", ALICE, query={"scope": "private"})):
                kinds.add((answer.status, answer.json.get("code")))
                assert CANARY not in answer.text
    assert kinds == {(200, None), (500, "integrity_error")}


def test_a_table_under_another_label_gives_nothing(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue()
    monkeypatch.setenv("TABLE_LABEL", "another")
    bootstrap.reset()
    try:
        assert is_refused(inject(token))
        assert is_refused(boot())
    finally:
        monkeypatch.undo()
        bootstrap.reset()


def test_a_boot_token_made_by_hand_gives_nothing(rows: Rows) -> None:
    real = issue()
    row = rows.get(f"BOOT#{hash_token(real)}", "TOKEN")
    forged = new_boot_token(BootSubject("acme", "alice"))
    rows.put(moved(row, pk=f"BOOT#{hash_token(forged)}"))
    assert is_refused(inject(forged))
    rows.put({k: v for k, v in moved(row, pk=f"BOOT#{hash_token(forged)}").items() if k != "proof"})
    assert is_refused(inject(forged))


def test_a_boot_token_of_another_user_or_org_gives_nothing(rows: Rows) -> None:
    """A launch for bob turned into one for alice: the row, and the part of the token that is no secret."""
    for subject in (BootSubject("acme", "alice"), BootSubject("globex", "mallory")):
        row = rows.get(f"BOOT#{hash_token(issue('bob'))}", "TOKEN")
        token = new_boot_token(subject)
        names = {"org": {"S": subject.org}, "user": {"S": subject.user}}
        rows.put(moved(row, pk=f"BOOT#{hash_token(token)}", **names))
        assert is_refused(inject(token))


UNSIGNED_OF_A_TOKEN = {"expires_at"}
"""When DynamoDB may forget the row; the token's own end is another attribute."""


@pytest.mark.slow
def test_a_boot_token_with_any_attribute_changed_gives_nothing(rows: Rows) -> None:
    accepted, tried = [], 0
    fields = {"project": "web", "vm_id": "vm-1", "environment": "staging", "ttl_seconds": 900}
    required = {"secrets": [{"key": "one"}]}
    other_token = issue("bob", session_id="s-2", requirements={"secrets": [{"key": "three"}]})
    other = rows.get(f"BOOT#{hash_token(other_token)}", "TOKEN")
    token = issue(session_id="s-1", requirements=required, **fields)
    row = rows.get(f"BOOT#{hash_token(token)}", "TOKEN")
    for what, changed in changes(row, other):
        if what.split(":")[0] not in UNSIGNED_OF_A_TOKEN:
            tried += 1
            with rows.changed(changed):
                answer = inject(token)
                assert CANARY not in answer.text
                if answer.status == 200:
                    accepted.append(what)
    assert accepted == []
    assert tried > 80
    assert inject(token).status == 200


@pytest.mark.slow
def test_a_retry_after_the_row_of_its_version_was_changed_gives_nothing(rows: Rows) -> None:
    token, (private, public) = issue(), generate_key_pair()
    key = base64.b64encode(public).decode()
    first = inject(token, public_key=key)
    opened = open_sealed(private, base64.b64decode(first.json["sealed_env"]), bundle_info(token))
    assert json.loads(opened)["ONE"] == CANARY + "-one"
    row = rows.get(PRIVATE, "SECRET#ONE")
    for what, changed in changes(row, rows.get(PRIVATE, "SECRET#TWO")):
        forget_contents()
        with rows.changed(changed):
            answer = inject(token, public_key=key)
            assert answer.status >= 400, what
            assert CANARY not in answer.text


def test_a_made_up_token_learns_nothing_of_a_scope_whose_rows_were_changed(rows: Rows) -> None:
    """A token names where to read; what is wrong there is for those with a real one."""
    made_up = new_boot_token(BootSubject("acme", "alice"))
    whole = inject(made_up)
    forget_contents()
    with rows.changed(moved(rows.get(PRIVATE, "SECRET#ONE"), sk="SECRET#OTHER")):
        changed = inject(made_up)
    assert (whole.status, whole.code) == (changed.status, changed.code) == (401, "token_invalid")
    assert "OTHER" not in changed.text


def test_kms_itself_refuses_a_wrapped_key_under_another_context(rows: Rows) -> None:
    """Whatever is in the row, the context is rebuilt from the request: here by asking with the wrong one."""
    wrapped = rows.get(PRIVATE, "KEY#k000001")["wrapped_private_key"]["B"]
    right = encryption_context("acme", "private:alice", "k000001")
    assert len(bootstrap.wrapper().unwrap(wrapped, "acme", "private:alice", "k000001")) == 32
    for name, wrong in {"org": "globex", "scope": "shared", "key_id": "k000002"}.items():
        context = {**right, name: wrong}
        with pytest.raises(Exception, match="refuses what is stored") as refused:
            bootstrap.wrapper().unwrap(wrapped, context["org"], context["scope"], context["key_id"])
        assert type(refused.value).__name__ == "IntegrityError"


def test_known_limit_an_older_signed_row_put_back_is_taken_for_the_current_one(rows: Rows) -> None:
    """What a signature cannot show. docs/threat-model.md says what does: the audit trail and the receipts."""
    current = rows.get(PRIVATE, "SECRET#ONE")
    version = current["superseded"]["L"][0]["S"].split("/")[0]
    with rows.changed(moved(rows.get(PRIVATE, f"VERSION#ONE#{version}"), sk="SECRET#ONE")):
        answer = boot()
        assert answer.json["env"]["ONE"] == CANARY + "-old"
        shown = {line["env_name"]: line["version"] for line in answer.json["receipt"]["secrets"]}
        assert shown["ONE"] == version
