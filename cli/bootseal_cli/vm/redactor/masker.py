"""Masks one stream, in chunks of any size: the output does not depend on where the chunks end."""

from operator import itemgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from bootseal_cli.vm.redactor.patterns import Hit, Patterns

_BEGIN = itemgetter(1)


class Masker:
    """One stream. Every byte that is part of any text to hide is left out, and its name stands there once.

    Of texts that begin at one place the longest counts. Texts that overlap are hidden together, each by its name.
    Kept back is only what may still turn out to be the beginning of a text, so at most the longest text.
    """

    def __init__(self, patterns: "Callable[[], Patterns]") -> None:
        """Take what gives the patterns. It is asked at the first byte: most commands' standard error never has one."""
        self._patterns = patterns
        self._data = b""
        self._done = 0  # bytes of _data that are out already, as themselves or masked
        self._scanned = 0  # bytes of _data in which the anchors are known
        self._hits: list[Hit] = []
        self._label = b""  # the mask that ends at _done, if a mask ends there

    @property
    def held(self) -> bytes:
        """What is kept back now, as it may be the beginning of a text."""
        return self._data[self._done :]

    @property
    def begun(self) -> int:
        """How many bytes the text has that may have begun, those already released counted too."""
        return len(self._data)

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the stream and return what can go out."""
        self._data = self._data + chunk if self._data else chunk
        self._scan()
        return self._emit(final=False)

    def flush(self) -> bytes:
        """Return what is kept back, as the stream ends or pauses for good. Texts that are complete in it are masked."""
        return self._emit(final=True)

    def release(self) -> bytes:
        """Return what is kept back as it is, and remember it: if a text completes, the rest of it is masked."""
        shown = self.held
        self._done = len(self._data)
        if shown:
            self._label = b""
        return shown

    def _scan(self) -> None:
        if len(self._data) == self._scanned:
            return
        # Those that end last first, then by where they begin: of those that begin together the longest is first.
        self._hits = self._patterns().anchors_in(self._data, self._scanned) + self._hits
        self._hits.sort(key=_BEGIN)
        self._scanned = len(self._data)

    def _emit(self, *, final: bool) -> bytes:
        data = self._data
        if not data:
            return b""
        hold = len(data) if final else len(data) - self._patterns().beginning_at_end(data)
        out: list[bytes] = []
        hold, used = self._mask(hold, final, out)
        self._copy(hold, out)
        self._forget(hold, used)
        return b"".join(out)

    def _mask(self, hold: int, final: bool, out: list[bytes]) -> tuple[int, int]:
        """Put what stands up to the last text before `hold` into `out`, masked.

        Returns how far it can go at all, as a text may have begun there, and how many hits that took. One loop that
        calls nothing of ours: with a secret on every line, this is where the time goes.
        """
        data, done, label = self._data, self._done, self._label
        patterns = self._patterns()
        buckets, labels, stands = patterns.buckets, patterns.labels, data.startswith
        whole = len(data) if final else len(data) - patterns.reach  # up to here there is room for any text
        used = 0
        for number, start, _ in self._hits:
            if start >= hold:
                break
            bucket = buckets[number]
            if start > whole and bucket.begun(data, start):
                hold = start
                break
            used += 1
            texts = bucket.texts
            if bucket.by_key is not None:
                key = data[start + bucket.key_begin : start + bucket.key_end]
                texts = bucket.by_key.get(key, bucket.short)
            for text in texts:
                if stands(text, start):
                    break
            else:
                continue
            end = start + len(text)
            if end <= done:
                continue
            if start > done:
                out.append(data[done:start])
            shown = labels[text]
            if start >= done or shown != label:
                out.append(shown)
            done, label = end, shown
        self._done, self._label = done, label
        return hold, used

    def _copy(self, end: int, out: list[bytes]) -> None:
        if end > self._done:
            out.append(self._data[self._done : end])
            self._done = end
            self._label = b""

    def _forget(self, size: int, used: int) -> None:
        """Drop the first `size` bytes, all of them out, and the first `used` hits, all of them dealt with."""
        if size:
            self._data = self._data[size:]
            self._done -= size
            self._scanned -= size
        if self._hits:
            self._hits = [(bucket, begin - size, end - size) for bucket, begin, end in self._hits[used:]]
