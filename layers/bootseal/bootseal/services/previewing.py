"""The receipt a boot would get. Metadata only: no ciphertext is read, no key is needed, nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bootseal.boot_model import BootSubject, Receipt, Requirement
from bootseal.environment_model import Environment
from bootseal.errors import EnvironmentNotFound
from bootseal.ids import timestamp
from bootseal.model import Caller, Scope, Secret
from bootseal.parallel import together
from bootseal.ports import Clock, EnvironmentReader, SecretReader
from bootseal.services.access import ISSUE, READ, require, require_project
from bootseal.services.boot_environments import defaults_below
from bootseal.services.selection import missing, receipt_lines, required_names, select

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a boot would come to: its receipt, and the variables for want of which it would be refused."""

    receipt: Receipt
    missing_required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Previewer:
    """Looks ahead."""

    secrets: SecretReader
    environments: EnvironmentReader
    clock: Clock

    def preview(
        self, caller: Caller, subject: BootSubject, requirements: Sequence[Requirement] | None = None
    ) -> Preview:
        """What a boot of `subject` would come to now, with `requirements` if any.

        For their own VMs callers need `secrets:read` or `boot:issue`, for others' `boot:issue`. Raises `NotAllowed`,
        `EnvironmentNotFound`. What only opening a value can show, such as one its client sealed to something else, is
        not seen here.
        """
        _check_allowed(caller, subject)
        environment_of = partial(self._environment, subject)
        reads = [partial(self._all, subject.org, scope) for scope in subject.scopes]
        environment, *scopes = together([environment_of, *reads])
        selection = select([secret for secrets in scopes for secret in secrets], requirements)
        usable = {secret.env_name for secret in selection.winners}
        defaults = defaults_below(environment, usable)
        absent = missing(requirements, {*usable, *defaults})
        receipt = Receipt(
            subject=subject,
            session_id="",
            vm_id="",
            token_hash="",
            created_at=timestamp(self.clock.now()),
            entries=receipt_lines(selection, usable, absent),
            defaults=tuple(sorted(defaults)),
            environment_version=environment.version if environment else None,
        )
        return Preview(receipt, required_names(absent))

    def _environment(self, subject: BootSubject) -> Environment | None:
        if subject.environment is None:
            return None
        found = self.environments.current(subject.org, subject.environment)
        if found is None:
            raise EnvironmentNotFound
        return found

    def _all(self, org: str, scope: Scope) -> list[Secret]:
        return list(self._pages(org, scope))

    def _pages(self, org: str, scope: Scope) -> Iterator[Secret]:
        after = ""
        while True:
            page = self.secrets.page(org, scope, after, _PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].env_name


def _check_allowed(caller: Caller, subject: BootSubject) -> None:
    if subject.user != caller.user or READ not in caller.permissions:
        require(caller, ISSUE)
    require_project(caller, subject.project)
