"""What a redactor looks for is made in small steps while a command has nothing to say, and is whole when it speaks."""

import os

from bootseal_cli.vm.redactor.redactor import Redactor
from bootseal_cli.vm.run.relay import relay_ready

SECRETS = {"ONE": "sk-made-up-0123456789", "TWO": 'p@ss w\'ord "made up"', "THREE": "line one\nline two", "SHORT": "x"}
OUTPUT = b"a sk-made-up-0123456789 b p%40ss%20w%27ord%20%22made%20up%22 c line two d"
MASKED = b"a [REDACTED:ONE] b [REDACTED:TWO] c [REDACTED:THREE] d"


def shown(redactor: Redactor) -> bytes:
    masker = redactor.masker()
    return masker.feed(OUTPUT) + masker.flush()


def steps(redactor: Redactor) -> int:
    """Prepare all of it; gives how many steps that took."""
    taken = 0
    while chore := redactor.chore():
        taken += 1
        assert chore() is (redactor.chore() is not None)
    return taken


def test_output_is_masked_the_same_however_far_the_preparation_got() -> None:
    all_steps = steps(Redactor(SECRETS))
    assert all_steps > len(SECRETS) - 1
    for done in range(all_steps + 1):
        redactor = Redactor(SECRETS)
        for _ in range(done):
            chore = redactor.chore()
            assert chore is not None
            chore()
        assert shown(redactor) == MASKED, done
        assert redactor.chore() is None


def test_a_command_that_says_something_is_attended_to_before_the_chore_is_done() -> None:
    read, write = os.pipe()
    calls = 0

    def chore() -> bool:
        nonlocal calls
        calls += 1
        if calls == 3:
            os.write(write, b"!")
        return True

    assert relay_ready([], [read], chore=chore) == [read]
    assert calls == 3
    # What is there already is read before anything is prepared.
    assert relay_ready([], [read], chore=chore) == [read]
    assert calls == 3
    os.close(read)
    os.close(write)


def test_a_chore_that_is_done_leaves_the_wait_as_it_was() -> None:
    read, write = os.pipe()

    def chore() -> bool:
        os.write(write, b"!")
        return False

    assert relay_ready([], [read], chore=chore) == [read]
    os.close(read)
    os.close(write)
