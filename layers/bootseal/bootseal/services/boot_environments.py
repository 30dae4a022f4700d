"""The environment of a boot: read beside the scopes, pinned in the receipt, merged below every secret."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from bootseal.boot_model import BootSubject, Receipt
from bootseal.environment_model import Environment, check_environment_name
from bootseal.errors import BundleChanged, EnvironmentNotFound
from bootseal.names import is_reserved
from bootseal.ports import EnvironmentReader, Signer
from bootseal.services.environments import verify_environment

HELD_MAX: Final = 100
"""Most environments a process keeps; at 32 KiB each that is 3 MB."""


@dataclass(slots=True)
class BootEnvironments:
    """Finds environments for boots. Keeps what it verified: a version never changes, and is no secret."""

    reader: EnvironmentReader
    signer: Signer
    table_label: str
    _held: OrderedDict[tuple[str, str], Environment] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def read(self, subject: BootSubject) -> Environment | None:
        """The environment `subject` names, not yet verified; None where it names none, or there is none.

        One read: of its version where this process holds that version, of the whole where it holds none.
        """
        org, name = subject.org, subject.environment
        if name is None:
            return None
        with self._lock:
            held = self._held.get((org, name))
        if held is not None and self.reader.current_version(org, name) == held.version:
            return held
        return self.reader.current(org, name)

    def verified(self, subject: BootSubject, found: Environment | None) -> Environment | None:
        """What `read` found, verified. Raises `EnvironmentNotFound`, `IntegrityError`."""
        if subject.environment is None:
            return None
        if found is None:
            raise EnvironmentNotFound(
                f"The environment {subject.environment} was deleted after this boot token was issued; make it again, "
                "or launch with another one."
            )
        return self._checked(found)

    def pinned(self, receipt: Receipt) -> dict[str, str]:
        """The defaults a boot got before, in the same version. Raises `BundleChanged` where that is gone."""
        org, name, version = receipt.subject.org, receipt.subject.environment, receipt.environment_version
        if name is None or version is None:
            return {}
        with self._lock:
            held = self._held.get((org, name))
        if held is None or held.version != version:
            held = self.reader.at_version(org, name, version)
        if held is None:
            raise BundleChanged
        given = set(receipt.defaults)
        return {name: value for name, value in self._checked(held).variables if name in given}

    def _checked(self, environment: Environment) -> Environment:
        place = (environment.org, environment.name)
        with self._lock:
            if self._held.get(place) is environment:
                return environment
        verify_environment(self.signer.verifier(), self.table_label, environment)
        with self._lock:
            self._held[place] = environment
            self._held.move_to_end(place)
            while len(self._held) > HELD_MAX:
                self._held.popitem(last=False)
        return environment


def defaults_below(environment: Environment | None, taken: Iterable[str]) -> dict[str, str]:
    """The variables of `environment` that a boot gets: all but those `taken` by secrets, and reserved ones.

    Reserved names are refused when an environment is made; the list may have grown since.
    """
    if environment is None:
        return {}
    held = set(taken)
    return {name: value for name, value in environment.variables if name not in held and not is_reserved(name)}


def check_there(reader: EnvironmentReader, subject: BootSubject) -> None:
    """Raise `InvalidName` or `EnvironmentNotFound` where `subject` names an environment that is not there."""
    name = subject.environment
    if name is not None and reader.current_version(subject.org, check_environment_name(name)) is None:
        raise EnvironmentNotFound(
            f"There is no environment {name}; `bootseal environments list` shows those there are."
        )
