"""The redactor of one environment: what it hides, what it cannot, and a masker for each stream."""

from collections.abc import Mapping

from bootseal_cli.vm.redactor.forms import catalogue
from bootseal_cli.vm.redactor.masker import Masker
from bootseal_cli.vm.redactor.parts import VALUE_MIN
from bootseal_cli.vm.redactor.patterns import Patterns


class Redactor:
    """Hides the values of `secrets` (name to value)."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        found = catalogue(secrets)
        self.too_short = found.too_short
        self._patterns = Patterns(found.names)

    def masker(self) -> Masker:
        """Return a masker for a new stream."""
        return Masker(self._patterns)

    def warning(self) -> str | None:
        """Return the one line that names what is not masked, or None."""
        if not self.too_short:
            return None
        return f"warning: not masked, shorter than {VALUE_MIN} characters: {', '.join(self.too_short)}"
