"""The redactor of one environment: what it hides, what it cannot, and a masker for each stream."""

from collections.abc import Mapping

from bootseal_cli.vm.redactor.masker import Masker
from bootseal_cli.vm.redactor.parts import VALUE_MIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bootseal_cli.vm.redactor.patterns import Patterns


class Redactor:
    """Hides the values of `secrets` (name to value)."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.too_short = tuple(name for name, value in secrets.items() if len(value) < VALUE_MIN)
        self._secrets = secrets
        self._made: Patterns | None = None

    def masker(self) -> Masker:
        """Return a masker for a new stream."""
        return Masker(self.patterns)

    def patterns(self) -> "Patterns":
        """Return what to look for. Made once, at the first byte of output: a silent command does not wait for it."""
        if self._made is None:
            from bootseal_cli.vm.redactor.forms import catalogue
            from bootseal_cli.vm.redactor.patterns import Patterns

            self._made = Patterns(catalogue(self._secrets).names)
        return self._made

    def warning(self) -> str | None:
        """Return the one line that names what is not masked, or None."""
        if not self.too_short:
            return None
        return f"warning: not masked, shorter than {VALUE_MIN} characters: {', '.join(self.too_short)}"
