"""What the service should do, as plainly as it can be said: dictionaries and lists, no keys, no rows, no signatures."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

VALUES_KEPT = 10
OLDER_KEPT = 40

Place = tuple[str, str]
"""A scope key and a variable."""


@dataclass(frozen=True)
class Version:
    """One version: its name as the service gave it, what it holds, and which setting of the value that came from."""

    version: str
    value: str
    setting: int
    description: str
    auto_install: bool


@dataclass
class Kept:
    """One secret and its versions, oldest first."""

    name: str
    versions: list[Version]
    revision: int = 1

    @property
    def current(self) -> Version:
        return self.versions[-1]

    def add(self, version: Version) -> None:
        self.versions.append(version)
        self.revision += 1
        self.versions = self._still_kept()

    def _still_kept(self) -> list[Version]:
        """Walk back from the newest until an eleventh value comes up, or the history is full."""
        settings: list[int] = []
        kept: list[Version] = []
        for version in reversed(self.versions):
            if version.setting not in settings:
                settings.append(version.setting)
            if len(settings) > VALUES_KEPT or len(kept) > OLDER_KEPT:
                break
            kept.append(version)
        return kept[::-1]


@dataclass
class Model:
    """Everything one org keeps."""

    secrets: dict[Place, Kept] = field(default_factory=dict)
    settings: int = 0

    def create(self, place: Place, name: str, version: Version) -> None:
        self.secrets[place] = Kept(name, [self._set(version)])

    def change(self, place: Place, version: Version, same_value: bool) -> None:
        kept = self.secrets[place]
        kept.add(replace(version, setting=kept.current.setting) if same_value else self._set(version))

    def roll_back(self, place: Place, to: Version, version: str) -> None:
        kept = self.secrets[place]
        kept.add(replace(kept.current, version=version, value=to.value, setting=to.setting))

    def environment(self, scopes: Iterable[str], declared: set[str] | None) -> dict[str, str]:
        """What a boot over `scopes`, strongest first, gets."""
        found: dict[str, str] = {}
        for scope in scopes:
            for (key, variable), kept in self.secrets.items():
                wanted = kept.current.auto_install if declared is None else variable in declared
                if key == scope and wanted:
                    found.setdefault(variable, kept.current.value)
        return found

    def seen(self, scopes: Iterable[str]) -> set[tuple[Place, str]]:
        """Every secret in `scopes` with its current version."""
        there = set(scopes)
        return {(place, kept.current.version) for place, kept in self.secrets.items() if place[0] in there}

    def _set(self, version: Version) -> Version:
        self.settings += 1
        return replace(version, setting=self.settings)
