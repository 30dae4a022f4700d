"""The redactor of one environment: what it hides, what it cannot, and a masker for each stream."""

from collections.abc import Mapping

from bootseal_cli.vm.redactor.masker import Masker
from bootseal_cli.vm.redactor.parts import VALUE_MIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bootseal_cli.vm.redactor.patterns import Patterns


class Redactor:
    """Hides the values of `secrets` (name to value)."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.too_short = tuple(name for name, value in secrets.items() if len(value) < VALUE_MIN)
        self._secrets = secrets
        self._made: Patterns | None = None
        self._making = self._steps()

    def masker(self) -> Masker:
        """Return a masker for a new stream."""
        return Masker(self.patterns)

    def patterns(self) -> "Patterns":
        """Return what to look for. Made once, at the first byte of output at the latest."""
        while self._made is None:
            next(self._making)
        return self._made

    def chore(self) -> "Callable[[], bool] | None":
        """Return what can be done ahead while a command has not said anything yet, or None once all is done.

        Each call does a little, well below a millisecond but for the first and the last, and returns whether more is
        left: a command that needs a moment until it speaks does not wait for us, and a silent one hardly.
        """
        return None if self._made is not None else self._prepared

    def _prepared(self) -> bool:
        next(self._making, None)
        return self._made is None

    def _steps(self) -> "Iterator[None]":
        from bootseal_cli.vm.redactor.forms import catalogue

        yield
        names: dict[bytes, str] = {}
        yield from catalogue(self._secrets, names)
        yield
        from bootseal_cli.vm.redactor.patterns import Patterns

        self._made = Patterns(names)
        yield

    def warning(self) -> str | None:
        """Return the one line that names what is not masked, or None."""
        if not self.too_short:
            return None
        return f"warning: not masked, shorter than {VALUE_MIN} characters: {', '.join(self.too_short)}"
